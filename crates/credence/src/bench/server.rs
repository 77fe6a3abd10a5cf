//! The program as a city starts it: `credence serve` in a process of its own.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use super::gauge::Gauge;
use super::load::{self, Answered};
use super::place::BenchPlace;
use super::process::Processes;
use super::report::{Measured, Rate, mebibytes};
use crate::exit::Failure;
use crate::settings::UNPACED;

/// How long the program is asked before it is measured, so that its caches and the engine's are as in a city's day.
pub const WARM_UP: Duration = Duration::from_secs(3);

/// A server that runs until it is dropped.
#[derive(Debug)]
pub struct BenchServer {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl BenchServer {
    /// Starts it on a free port and waits until it listens.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start(place: &BenchPlace) -> Result<Self, Failure> {
        Self::start_with(place, &["serve", "--listen", "127.0.0.1:0", "--json"])
    }

    /// Starts the bare handlers of [`super::public::serve_bare`] the same way, with a file whose bytes they send.
    ///
    /// # Errors
    /// When they do not start.
    pub fn start_bare(place: &BenchPlace, bytes: Option<&Path>) -> Result<Self, Failure> {
        let bytes = bytes.map(|file| file.display().to_string());
        let mut arguments = vec!["bench", "bare-handlers", "--json"];
        arguments.extend(bytes.iter().flat_map(|file| ["--bytes", file.as_str()]));
        Self::start_with(place, &arguments)
    }

    fn start_with(place: &BenchPlace, arguments: &[&str]) -> Result<Self, Failure> {
        let cannot =
            |error: std::io::Error| Failure::failed(format!("`credence serve` does not start: {error}"));
        let program = std::env::current_exe().map_err(cannot)?;
        let store = match &place.address {
            store::StoreAddress::Folder(folder) => folder.display().to_string(),
            store::StoreAddress::Postgres(url) => url.clone(),
        };
        let mut child = Command::new(program)
            .args(arguments)
            // The address may hold a password: it is not for the list of processes.
            .env("CREDENCE_STORE", store)
            .env("CREDENCE_KEYS", place.keys())
            .envs(UNPACED)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(cannot)?;
        let mut line = String::new();
        if let Some(out) = child.stdout.take() {
            BufReader::new(out).read_line(&mut line).map_err(cannot)?;
        }
        let said: Value = serde_json::from_str(&line).unwrap_or_default();
        let address =
            said.get("listening").and_then(|text| text.as_str()?.strip_prefix("http://")?.parse().ok());
        match address {
            Some(address) => Ok(Self { child, address }),
            None => {
                let _ = child.kill();
                let _ = child.wait();
                Err(Failure::failed("`credence serve` did not say where it listens"))
            }
        }
    }

    /// Asks it over so many connections for so long, and says what it and the database used for it.
    ///
    /// # Errors
    /// When no load can be made.
    pub fn asked(
        &self,
        place: &BenchPlace,
        (connections, lasting): (u32, Duration),
        what: &str,
        ask: &(dyn Fn(u64) -> Vec<u8> + Sync),
    ) -> Result<(Rate, Answered), Failure> {
        let gauge = Gauge::of(self.processes(), place);
        let found = tokio::task::block_in_place(|| load::run(self.address, connections, lasting, ask))?;
        let of = format!("{what} over {connections} connections");
        Ok((Rate::new(of, found.times.count(), found.took, gauge.processor()), found))
    }

    /// Adds to what was measured what the load found and what the server held.
    #[must_use]
    pub fn told(&self, measured: Measured, found: &mut Answered) -> Measured {
        let mut measured = measured.with_times(&mut found.times);
        measured.peak_memory_mebibytes = Some(mebibytes(self.processes().memory_max()));
        measured.load_processor_seconds = Some(found.processor.as_secs_f64());
        let sample: Value = serde_json::from_slice(&found.sample).unwrap_or_default();
        let shown = sample.get("records").and_then(Value::as_array).map_or(0, Vec::len);
        measured.remarks.push(format!("{shown} records in the first answer of {} bytes", found.sample.len()));
        if found.failed + found.turned_away > 0 {
            measured.remarks.push(format!(
                "{} failed ({}), {} turned away",
                found.failed,
                found.first_failure.take().unwrap_or_default(),
                found.turned_away
            ));
        }
        measured
    }

    /// Its process.
    #[must_use]
    pub fn processes(&self) -> Processes {
        Processes::One(self.child.id())
    }
}

impl Drop for BenchServer {
    fn drop(&mut self) {
        // A benchmark's store is thrown away: nothing is to be finished.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
