//! The program as a city starts it: `credence serve` in a process of its own.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use super::place::BenchPlace;
use super::process::Processes;
use crate::exit::Failure;

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
        let cannot =
            |error: std::io::Error| Failure::failed(format!("`credence serve` does not start: {error}"));
        let program = std::env::current_exe().map_err(cannot)?;
        let store = match &place.address {
            store::StoreAddress::Folder(folder) => folder.display().to_string(),
            store::StoreAddress::Postgres(url) => url.clone(),
        };
        let mut child = Command::new(program)
            .args(["serve", "--listen", "127.0.0.1:0", "--json"])
            // The address may hold a password: it is not for the list of processes.
            .env("CREDENCE_STORE", store)
            .env("CREDENCE_KEYS", place.keys())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(cannot)?;
        let mut line = String::new();
        if let Some(out) = child.stdout.take() {
            BufReader::new(out).read_line(&mut line).map_err(cannot)?;
        }
        let said: serde_json::Value = serde_json::from_str(&line).unwrap_or_default();
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
