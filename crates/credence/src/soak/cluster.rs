//! A PostgreSQL of its own, which may be killed and started again.

use std::fs::File;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::machine::{Machine, said, signal};
use crate::edge::Stopwatch;
use crate::exit::Failure;

/// How long it may take to come up, recovery included.
const UP_WITHIN: Duration = Duration::from_secs(90);
/// How often it is asked.
const ASK_EVERY: Duration = Duration::from_millis(50);

/// A cluster.
#[derive(Debug)]
pub struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
    /// The user as whom it runs; PostgreSQL refuses to be root.
    user: Option<(u32, u32)>,
    child: Option<Child>,
}

impl Cluster {
    /// Makes one in a new folder and starts it.
    ///
    /// # Errors
    /// When PostgreSQL's programs are not there or do not do what they are asked.
    pub fn make(machine: &Machine, folder: PathBuf) -> Result<Self, Failure> {
        let programs =
            machine.postgres.clone().ok_or_else(|| Failure::failed("`initdb` is not on this machine"))?;
        std::fs::create_dir(&folder).map_err(|error| Failure::file(&folder, &error))?;
        let mut user = None;
        if machine.root {
            let number = |option| said("id", &[option, "postgres"]).and_then(|said| said.parse().ok());
            let (uid, gid) = number("-u").zip(number("-g")).ok_or_else(|| {
                Failure::failed("there is no user `postgres`, and PostgreSQL does not run as root")
            })?;
            chown(&folder, Some(uid), Some(gid)).map_err(|error| Failure::file(&folder, &error))?;
            user = Some((uid, gid));
        }
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o711))
            .map_err(|error| Failure::file(&folder, &error))?;
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .map_err(|error| Failure::failed(format!("no port is free: {error}")))?
            .port();
        let mut cluster = Self { programs, folder, port, user, child: None };
        let data = cluster.data();
        let output = cluster
            .command("initdb")
            // Small segments, so that a small disk is enough.
            .args(["--locale=C", "--encoding=UTF8", "--auth=trust", "--username=postgres", "--wal-segsize=1"])
            .arg("--pgdata")
            .arg(&data)
            .output()
            .map_err(|error| Failure::failed(format!("`initdb` cannot be started: {error}")))?;
        if !output.status.success() {
            return Err(Failure::failed(format!(
                "`initdb`: {}",
                String::from_utf8_lossy(&output.stderr).trim()
            )));
        }
        cluster.start()?;
        Ok(cluster)
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command.current_dir(&self.folder).stdin(Stdio::null());
        if let Some((uid, gid)) = self.user {
            command.uid(uid).gid(gid);
        }
        command
    }

    /// Host and port.
    #[must_use]
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Starts it where it does not run, and waits until it answers.
    ///
    /// # Errors
    /// When it does not come up.
    pub fn start(&mut self) -> Result<(), Failure> {
        let watch = Stopwatch::start();
        while watch.elapsed() < UP_WITHIN {
            if self.child.as_mut().is_none_or(|child| !matches!(child.try_wait(), Ok(None))) {
                self.child = Some(self.spawn()?);
            }
            if TcpStream::connect(self.address()).is_ok() && self.sql("postgres", "select 1").is_ok() {
                return Ok(());
            }
            std::thread::sleep(ASK_EVERY);
        }
        let log = std::fs::read_to_string(self.log()).unwrap_or_default();
        let last: Vec<&str> = log.lines().rev().take(5).collect();
        Err(Failure::failed(format!("PostgreSQL does not come up: {}", last.join(" / "))))
    }

    fn log(&self) -> PathBuf {
        self.folder.with_extension("log")
    }

    fn spawn(&self) -> Result<Child, Failure> {
        let path = self.log();
        let log = File::options().create(true).append(true).open(&path);
        let log = log.map_err(|error| Failure::file(&path, &error))?;
        let mut command = self.command("postgres");
        command.arg("-D").arg(self.data());
        let sockets = format!("unix_socket_directories={}", self.folder.display());
        let port = format!("port={}", self.port);
        // fsync stays on: that an answer waits for the disk is part of what is tried.
        for setting in [
            "listen_addresses=127.0.0.1",
            &port,
            &sockets,
            "max_connections=100",
            "shared_buffers=32MB",
            "max_wal_size=64MB",
        ] {
            command.args(["-c", setting]);
        }
        command
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .map_err(|error| Failure::failed(format!("`postgres` cannot be started: {error}")))
    }

    /// Kills it as a power cut would (its memory is gone, its disk is not), and starts it again.
    ///
    /// # Errors
    /// When it does not come up again.
    pub fn kill(&mut self) -> Result<(), Failure> {
        let data = self.data();
        if let Some(child) = &mut self.child {
            // The serving processes too: a postmaster alone leaves them behind, and they would finish what they do.
            for process in children_of(child.id()) {
                let _ = signal(process, "KILL");
            }
            let _ = child.kill();
            let _ = child.wait();
        }
        self.child = None;
        // The number in it belongs to a process that is gone.
        let _ = std::fs::remove_file(data.join("postmaster.pid"));
        self.start()
    }

    /// Runs SQL on one of its databases.
    ///
    /// # Errors
    /// When the server refuses or does not answer.
    pub fn sql(&self, database: &str, sql: &str) -> Result<(), Failure> {
        let output = self
            .command("psql")
            .args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-U", "postgres"])
            .args(["-p", &self.port.to_string(), "-d", database, "-c", sql])
            .env("PGCONNECT_TIMEOUT", "10")
            .output()
            .map_err(|error| Failure::failed(format!("`psql` cannot be started: {error}")))?;
        if output.status.success() {
            return Ok(());
        }
        Err(Failure::failed(format!("`{sql}`: {}", String::from_utf8_lossy(&output.stderr).trim())))
    }

    /// Makes a database as the program wants it.
    ///
    /// # Errors
    /// See [`Cluster::sql`].
    pub fn create(&self, name: &str) -> Result<(), Failure> {
        self.sql(
            "postgres",
            &format!("create database {name} template template0 lc_collate 'C' lc_ctype 'C' encoding 'UTF8'"),
        )
    }

    /// Removes a database.
    ///
    /// # Errors
    /// See [`Cluster::sql`].
    pub fn remove(&self, name: &str) -> Result<(), Failure> {
        self.sql("postgres", &format!("drop database if exists {name} with (force)"))
    }

    /// Refuses every write from now on, or takes them again.
    ///
    /// # Errors
    /// See [`Cluster::sql`].
    pub fn writable(&self, writable: bool) -> Result<(), Failure> {
        let value = if writable { "off" } else { "on" };
        self.sql("postgres", &format!("alter system set default_transaction_read_only = {value}"))?;
        self.sql("postgres", "select pg_reload_conf()")
    }
}

/// The processes that a process started.
fn children_of(process: u32) -> Vec<u32> {
    let path = format!("/proc/{process}/task/{process}/children");
    let text = std::fs::read_to_string(Path::new(&path)).unwrap_or_default();
    text.split_whitespace().filter_map(|number| number.parse().ok()).collect()
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            // SIGQUIT ends all of its processes at once; nothing there is to be kept.
            let _ = signal(child.id(), "QUIT");
            let _ = child.wait();
        }
    }
}
