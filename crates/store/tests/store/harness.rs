//! A store of either engine for a test, with a clock that the test moves.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use law::{Clock, Instant};
use tempfile::TempDir;

// By the name of the store's crate outside, and from within it for the table of faults.
use super::{Pen, SeededRandomness, Store, StoreAddress, StoreError, StoreOptions, Writing};

/// A clock that stands where the test puts it.
#[derive(Clone)]
pub struct TestClock(Arc<AtomicI64>);

impl TestClock {
    pub fn at(day: &str) -> Self {
        let day: law::Day = day.parse().unwrap();
        Self(Arc::new(AtomicI64::new(day.start().milliseconds() + 9 * 3_600_000)))
    }

    pub fn advance(&self, milliseconds: i64) {
        self.0.fetch_add(milliseconds, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Instant {
        Instant::from_milliseconds(self.0.load(Ordering::SeqCst))
    }
}

/// The engine that a test runs on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// A place for one store, removed when the test is over.
pub struct Place {
    pub engine: Engine,
    pub folder: TempDir,
    pub address: StoreAddress,
    pub clock: TestClock,
    database: Option<String>,
}

static NEXT: AtomicU64 = AtomicU64::new(0);

impl Place {
    pub async fn new(engine: Engine) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let clock = TestClock::at("2026-11-23");
        match engine {
            Engine::Sqlite => {
                let address = StoreAddress::Folder(folder.path().join("data"));
                Some(Self { engine, folder, address, clock, database: None })
            }
            Engine::Postgres => {
                let url = std::env::var("CREDENCE_TEST_POSTGRES").ok()?;
                let name =
                    format!("credence_store_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
                psql(
                    &url,
                    &format!(
                        "create database {name} template template0 lc_collate 'C' lc_ctype 'C' encoding 'UTF8'"
                    ),
                );
                let (base, _) = url.rsplit_once('/').unwrap();
                let address = StoreAddress::Postgres(format!("{base}/{name}"));
                Some(Self { engine, folder, address, clock, database: Some(name) })
            }
        }
    }

    pub fn options(&self) -> StoreOptions {
        let randomness = SeededRandomness::new(NEXT.fetch_add(1, Ordering::Relaxed), "test");
        let mut options =
            StoreOptions::new(self.address.clone(), Arc::new(self.clock.clone()), Arc::new(randomness));
        if self.engine == Engine::Postgres {
            options.keys = Some(self.folder.path().join("keys"));
        }
        options
    }

    pub async fn create(&self) -> Store {
        Store::create(self.options(), "test.example/journal", None).await.unwrap()
    }

    /// Runs SQL past the store, as someone with the database in hands would.
    pub fn tamper(&self, sql: &str) {
        match &self.address {
            StoreAddress::Folder(folder) => {
                let status = std::process::Command::new("python3")
                    .args(["-c", "import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); c.executescript(sys.argv[2]); c.commit()"])
                    .arg(folder.join("credence.sqlite"))
                    .arg(sql.replace("::bytea", ""))
                    .status()
                    .unwrap();
                assert!(status.success(), "{sql}");
            }
            StoreAddress::Postgres(url) => psql(url, sql),
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let (Some(name), Ok(url)) = (&self.database, std::env::var("CREDENCE_TEST_POSTGRES")) {
            psql(&url, &format!("drop database if exists {name} with (force)"));
        }
    }
}

fn psql(url: &str, sql: &str) {
    let output = std::process::Command::new("psql")
        .args(["-X", "-q", "-v", "ON_ERROR_STOP=1", url, "-c", sql])
        .output()
        .unwrap();
    assert!(output.status.success(), "{sql}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Runs one body on both engines; says loudly when there is no PostgreSQL.
pub fn on_both<F, R>(body: F)
where
    F: Fn(Place) -> R,
    R: Future<Output = ()>,
{
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        body(Place::new(Engine::Sqlite).await.unwrap()).await;
        match Place::new(Engine::Postgres).await {
            Some(place) => body(place).await,
            None => eprintln!(
                "NOT RUN ON POSTGRESQL: set CREDENCE_TEST_POSTGRES to the address of a superuser of a running cluster"
            ),
        }
    });
}

/// Writes and expects no refusal.
pub async fn write<T, F>(store: &Store, act: F) -> T
where
    F: for<'p> Fn(&'p mut Pen) -> Writing<'p, T, StoreError> + Send + Sync + 'static,
    T: Send + 'static,
{
    store.write(act).await.unwrap()
}
