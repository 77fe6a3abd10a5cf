//! The two engines: SQLite in a temporary folder, and a database of its own on the cluster that `./test` starts.

use std::future::Future;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use register::event::Act;
use register::subject::EntryNumber;
use service::StoreAddress;
use store::{SeededRandomness, Store, StoreOptions};
use tempfile::TempDir;

use crate::clock::TownClock;

/// The engine that a story runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// The embedded one.
    Sqlite,
    /// A cluster, named by `CREDENCE_TEST_POSTGRES`.
    Postgres,
}

static NEXT: AtomicU64 = AtomicU64::new(0);

/// A place for one store, removed when the test is over.
#[derive(Debug)]
pub struct Place {
    /// Holds the store of SQLite, and the keys of PostgreSQL.
    pub folder: TempDir,
    /// Where the store is.
    pub address: StoreAddress,
    database: Option<(String, String)>,
}

impl Place {
    /// A place on an engine; none where there is no cluster.
    #[must_use]
    pub fn new(engine: Engine) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (address, database) = match engine {
            Engine::Sqlite => (StoreAddress::Folder(folder.path().join("data")), None),
            Engine::Postgres => {
                let url = std::env::var("CREDENCE_TEST_POSTGRES").ok()?;
                let name = format!("town_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
                psql(
                    &url,
                    &format!(
                        "create database {name} template template0 lc_collate 'C' lc_ctype 'C' encoding 'UTF8'"
                    ),
                );
                let base = url.rsplit_once('/').expect("an address with a database").0.to_owned();
                (StoreAddress::Postgres(format!("{base}/{name}")), Some((url, name)))
            }
        };
        Some(Self { folder, address, database })
    }

    /// What an entry holds, as whoever has the keys reads it: with who acted.
    pub async fn act(&self, entry: u64) -> Act {
        let randomness = Arc::new(SeededRandomness::new(0, "reading"));
        let mut options =
            StoreOptions::new(self.address.clone(), Arc::new(TownClock::at("2026-11-23")), randomness);
        options.demo_allowed = true;
        if matches!(self.address, StoreAddress::Postgres(_)) {
            options.keys = Some(self.folder.path().join("keys"));
        }
        let store = Store::open_to_verify(options).await.expect("a store");
        let mut snapshot = store.snapshot().await.expect("a snapshot");
        let mut acts = snapshot.acts(&[EntryNumber(entry)]).await.expect("an entry");
        snapshot.end().await.expect("the end of a snapshot");
        acts.pop().and_then(|found| found.act).expect("an act")
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some((url, name)) = &self.database {
            psql(url, &format!("drop database if exists {name} with (force)"));
        }
    }
}

/// Runs SQL past the store, as someone with the database in hands would.
pub fn psql(url: &str, sql: &str) {
    let output = Command::new("psql")
        .args(["-X", "-q", "-v", "ON_ERROR_STOP=1", url, "-c", sql])
        .output()
        .expect("psql");
    assert!(output.status.success(), "{sql}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Tells one story on both engines; says loudly when there is no PostgreSQL.
pub fn on_both<F, R>(story: F)
where
    F: Fn(Engine) -> R,
    R: Future<Output = ()>,
{
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        story(Engine::Sqlite).await;
        if std::env::var_os("CREDENCE_TEST_POSTGRES").is_some() {
            story(Engine::Postgres).await;
        } else {
            eprintln!("NOT RUN ON POSTGRESQL: set CREDENCE_TEST_POSTGRES to the address of a superuser of a running cluster");
        }
    });
}
