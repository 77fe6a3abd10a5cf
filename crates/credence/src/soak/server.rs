//! The program as a process: started as an operator starts it, and ended as nobody would.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::Value;

use super::city::City;
use super::machine::signal;
use crate::edge::Stopwatch;
use crate::exit::Failure;
use crate::settings::UNPACED;

/// How long the program may take until it listens, recovery of the database included.
const LISTENS_WITHIN: Duration = Duration::from_secs(60);
/// How long it may take to refuse.
const ENDS_WITHIN: Duration = Duration::from_secs(60);

/// A running server.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// Where it listens: `http://…`.
    pub address: String,
}

/// A clock for the program: the library that sets it, and the file that says how far.
#[derive(Debug, Clone)]
pub struct SetClock {
    /// The library.
    pub library: PathBuf,
    /// The file with the offset.
    pub offset: PathBuf,
}

/// How a server is started.
#[derive(Debug, Clone)]
pub struct Start {
    /// Where its log goes.
    pub log: PathBuf,
    /// Where its temporary files go.
    pub temporary: PathBuf,
    /// Its clock, where it is not the machine's.
    pub clock: Option<SetClock>,
}

impl Start {
    fn command(&self, city: &City) -> Result<Command, Failure> {
        let program = std::env::current_exe()
            .map_err(|error| Failure::failed(format!("the program does not find itself: {error}")))?;
        let log = File::options().create(true).append(true).open(&self.log);
        let log = log.map_err(|error| Failure::file(&self.log, &error))?;
        let mut command = Command::new(program);
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--json", "--store", &city.served_from, "--keys"])
            .arg(&city.keys)
            .env_remove("CREDENCE_CONFIG")
            .envs(UNPACED)
            .env("TMPDIR", &self.temporary)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log);
        if let Some(clock) = &self.clock {
            command
                .env("LD_PRELOAD", &clock.library)
                .env("FAKETIME_TIMESTAMP_FILE", &clock.offset)
                .env("FAKETIME_NO_CACHE", "1")
                // What is waited for is waited for by the true clock.
                .env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        }
        Ok(command)
    }

    /// Starts the program and waits until it listens.
    ///
    /// # Errors
    /// When it ends instead, or does not listen in time.
    pub fn start(&self, city: &City) -> Result<Server, Failure> {
        let mut child = self
            .command(city)?
            .spawn()
            .map_err(|error| Failure::failed(format!("the program cannot be started: {error}")))?;
        let (sender, said) = mpsc::channel();
        if let Some(output) = child.stdout.take() {
            std::thread::spawn(move || {
                let mut line = String::new();
                let _ = BufReader::new(output).read_line(&mut line);
                // Whoever waited may have given up.
                let _ = sender.send(line);
            });
        }
        let line = said.recv_timeout(LISTENS_WITHIN).unwrap_or_default();
        let said: Value = serde_json::from_str(&line).unwrap_or_default();
        match said.get("listening").and_then(Value::as_str) {
            Some(address) => Ok(Server { child, address: address.to_owned() }),
            None => {
                let _ = child.kill();
                let status = child.wait().ok().and_then(|status| status.code());
                Err(Failure::failed(format!(
                    "the program did not listen (exit code {status:?}): {}",
                    last_lines(&self.log)
                )))
            }
        }
    }

    /// Starts the program where it cannot work, and gives the code with which it ended.
    ///
    /// # Errors
    /// When it does not end by itself.
    pub fn must_refuse(&self, city: &City) -> Result<Option<i32>, Failure> {
        let mut child = self
            .command(city)?
            .stdout(Stdio::null())
            .spawn()
            .map_err(|error| Failure::failed(format!("the program cannot be started: {error}")))?;
        let watch = Stopwatch::start();
        while watch.elapsed() < ENDS_WITHIN {
            if let Ok(Some(status)) = child.try_wait() {
                return Ok(status.code());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = child.kill();
        let _ = child.wait();
        Err(Failure::failed("the program did not end where it cannot work"))
    }
}

fn last_lines(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let mut last: Vec<&str> = text.lines().rev().take(3).collect();
    last.reverse();
    last.join(" / ")
}

impl Server {
    /// Stops it without ending it, or lets it go on.
    ///
    /// # Errors
    /// When it has ended.
    pub fn pause(&self, paused: bool) -> Result<(), Failure> {
        signal(self.child.id(), if paused { "STOP" } else { "CONT" })
    }

    /// Kills it: no chance to finish anything.
    pub fn kill(mut self) {
        self.end();
    }

    /// Whether it ended by itself.
    pub fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    fn end(&mut self) {
        // It may have ended by itself; then there is nothing to kill, and the check of its log says why.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}
