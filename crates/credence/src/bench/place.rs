//! Where a benchmark's store lies: a folder or a database of its own, removed when the benchmark is over.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use law::Day;
use register::authority::AuthorityCode;
use register::caller::Caller;
use serde::{Deserialize, Serialize};
use service::administration::KeyFor;
use service::publication::BENCH_ORIGIN;
use service::{Platform, PlatformOptions};
use store::yardstick::Yardstick;
use store::{StoreAddress, StoreOptions};
use tempfile::TempDir;

use super::city::{BenchCity, OFFICE};
use super::process::{Processes, parent};
use crate::arguments::BenchArguments;
use crate::context::{Context, failure, store_failure};
use crate::edge::{self, OsRandomness, SystemClock};
use crate::exit::Failure;

/// Says that a city lies complete in the folder, and how to ask it.
pub const READY: &str = "bench.json";

/// A place for a benchmark's store.
#[derive(Debug)]
pub struct BenchPlace {
    /// The store.
    pub address: StoreAddress,
    /// The folder of keys and files.
    pub folder: PathBuf,
    /// The engine's name.
    pub engine: &'static str,
    /// The database's processes, where it is another program on this machine.
    pub database: Option<Processes>,
    server: Option<StoreAddress>,
    temporary: Option<TempDir>,
    keep: bool,
}

/// What is known of a city that lies ready.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Ready {
    records: u64,
    /// The civil day as of which it was made.
    pub day: Day,
    /// The token of an officer who may ask.
    pub token: String,
}

/// Options to open the store itself at a place.
#[must_use]
pub fn store_options(place: &BenchPlace) -> StoreOptions {
    let mut options = StoreOptions::new(place.address.clone(), Arc::new(SystemClock), Arc::new(OsRandomness));
    options.keys = Some(place.keys());
    options
}

/// Has something measured at a place of its own, which is removed afterwards, measured or not.
///
/// # Errors
/// When the place cannot be made or removed, or what is measured fails.
pub async fn at_place<T>(
    context: &Context,
    arguments: &BenchArguments,
    measure: impl AsyncFnOnce(&BenchPlace) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let place = BenchPlace::new(context, arguments).await?;
    let measured = measure(&place).await;
    place.remove().await?;
    measured
}

impl BenchPlace {
    /// A place for a store, where `--store` says.
    ///
    /// # Errors
    /// When no folder or database can be made there.
    async fn new(context: &Context, arguments: &BenchArguments) -> Result<Self, Failure> {
        let given = if context.names_a_store() { Some(context.address()?) } else { None };
        let name = format!("credence_bench_{}_{}", arguments.what.store_word(), arguments.records);
        let cannot = |error: std::io::Error| Failure::failed(format!("no folder can be made: {error}"));
        let base = given.as_ref().and_then(|address| address.folder()).map(Path::to_path_buf);
        let base = base.unwrap_or_else(std::env::temp_dir);
        std::fs::create_dir_all(&base).map_err(cannot)?;
        let (folder, temporary) = if arguments.keep {
            let engine = if matches!(given, Some(StoreAddress::Postgres(_))) { "postgres" } else { "sqlite" };
            (base.join(format!("{name}_{engine}")), None)
        } else {
            let temporary =
                tempfile::Builder::new().prefix("credence-bench-").tempdir_in(&base).map_err(cannot)?;
            (temporary.path().to_path_buf(), Some(temporary))
        };
        std::fs::create_dir_all(&folder).map_err(cannot)?;
        let keep = arguments.keep;
        let Some(server @ StoreAddress::Postgres(_)) = given else {
            let address = StoreAddress::Folder(folder.join("data"));
            return Ok(Self {
                address,
                folder,
                engine: "sqlite",
                database: None,
                server: None,
                temporary,
                keep,
            });
        };
        let name = if keep { name } else { format!("{name}_{}", std::process::id()) };
        let ready = folder.join(READY).is_file();
        let address = Yardstick::database(&server, &name, !ready).await.map_err(|error| {
            store_failure(&error).next("name the address of a server on which this user may create databases")
        })?;
        let yardstick = Yardstick::open(&address).await.map_err(|error| store_failure(&error))?;
        let database = yardstick.backend(parent).await.ok().flatten().map(Processes::Family);
        Ok(Self { address, folder, engine: "postgres", database, server: Some(server), temporary, keep })
    }

    /// Options to open the platform there.
    #[must_use]
    pub fn options(&self) -> PlatformOptions {
        PlatformOptions {
            store: self.address.clone(),
            keys: Some(self.keys()),
            ring: None,
            demo_allowed: false,
            clock: Arc::new(SystemClock),
            randomness: Arc::new(OsRandomness),
        }
    }

    /// The folder of the store's keys.
    #[must_use]
    pub fn keys(&self) -> PathBuf {
        self.folder.join("keys")
    }

    /// An empty platform.
    ///
    /// # Errors
    /// When it cannot be created.
    pub async fn create(&self) -> Result<Platform, Failure> {
        Platform::create(self.options(), BENCH_ORIGIN, None).await.map_err(|error| failure(&error))
    }

    /// The city, made now or found ready.
    ///
    /// # Errors
    /// When it cannot be made.
    pub async fn city(&self, records: u64, watched: bool) -> Result<(BenchCity, Ready), Failure> {
        let marker = self.folder.join(READY);
        let found = std::fs::read(&marker).ok().and_then(|text| serde_json::from_slice::<Ready>(&text).ok());
        if let Some(ready) = found.filter(|ready| ready.records == records) {
            return Ok((BenchCity::new(records, ready.day)?, ready));
        }
        let day = edge::today();
        let city = BenchCity::new(records, day)?;
        let platform = self.create().await?;
        let built = city.build(&platform, &self.folder, watched).await;
        let token = match built {
            Ok(()) => {
                let asked =
                    KeyFor::Office { authority: AuthorityCode(OFFICE.to_owned()), duties: Vec::new() };
                platform
                    .issue_key(asked, "bench", None, &Caller::Operator)
                    .await
                    .map_err(|error| failure(&error))
            }
            Err(error) => Err(error),
        };
        platform.close().await;
        let ready = Ready { records, day, token: token?.token };
        let text = serde_json::to_vec(&ready).map_err(|error| Failure::failed(error.to_string()))?;
        std::fs::write(&marker, text).map_err(|error| Failure::file(&marker, &error))?;
        Ok((city, ready))
    }

    /// Removes what was made, unless it is to be kept.
    ///
    /// # Errors
    /// When the database cannot be removed.
    async fn remove(self) -> Result<(), Failure> {
        if self.keep {
            return Ok(());
        }
        if let Some(server) = &self.server {
            Yardstick::remove_database(server, &self.address).await.map_err(|error| store_failure(&error))?;
        }
        match self.temporary {
            Some(folder) => {
                folder.close().map_err(|error| Failure::failed(format!("the folder stays: {error}")))
            }
            None => Ok(()),
        }
    }
}
