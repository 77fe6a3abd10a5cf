//! What a command that needs a store is given: where the store is, and how to open it.

use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use register::acts::information::access::Origin;
use register::caller::Caller;
use service::{Platform, PlatformOptions, ServiceError};
use store::{GivenRing, StoreAddress, StoreError, StoreOptions};

use crate::arguments::Shared;
use crate::edge::{OsRandomness, SystemClock};
use crate::exit::{Exit, Failure};
use crate::output::Output;
use crate::settings::{Settings, table};

/// How long threads are waited for when a command is done.
const THREADS_WAIT: Duration = Duration::from_secs(2);

/// What a command that needs a store is given.
#[derive(Debug, Clone)]
pub struct Context {
    /// How it writes.
    pub output: Output,
    /// What the configuration file says.
    pub settings: Settings,
    store: Option<String>,
    keys: Option<PathBuf>,
    ring: Option<GivenRing>,
}

impl Context {
    /// Puts options, environment and configuration file together.
    ///
    /// # Errors
    /// When the configuration file cannot be read or has a mistake.
    pub fn new(shared: &Shared, output: Output) -> Result<Self, Failure> {
        let settings = Settings::of(shared)?;
        let output = Output { language: settings.language(), ..output };
        let store = settings.text(&table::STORE).map(str::to_owned);
        let keys = settings.path(&table::KEYS);
        let ring = shared.key_ring.clone().map(GivenRing::from);
        Ok(Self { output, settings, store, keys, ring })
    }

    /// Whether a store is named at all.
    #[must_use]
    pub const fn names_a_store(&self) -> bool {
        self.store.is_some()
    }

    /// Where the store is.
    ///
    /// # Errors
    /// When none is named, or the address is none.
    pub fn address(&self) -> Result<StoreAddress, Failure> {
        let text = self.store.as_deref().ok_or_else(|| {
            Failure::usage("no store is named")
                .next("name a folder or a postgres:// address: `--store ./data`, or the environment variable CREDENCE_STORE")
        })?;
        text.parse().map_err(|error: StoreError| Failure::usage(error.to_string()))
    }

    /// Options to open a platform with the system's clock and generator.
    ///
    /// # Errors
    /// See [`Context::address`].
    pub fn platform_options(&self, demo_allowed: bool) -> Result<PlatformOptions, Failure> {
        Ok(PlatformOptions {
            store: self.address()?,
            keys: self.keys.clone(),
            ring: self.ring.clone(),
            demo_allowed,
            clock: Arc::new(SystemClock),
            randomness: Arc::new(OsRandomness),
        })
    }

    /// Options to open the store itself, for verifying and comparing.
    ///
    /// # Errors
    /// See [`Context::address`].
    pub fn store_options(&self) -> Result<StoreOptions, Failure> {
        let mut options = StoreOptions::new(self.address()?, Arc::new(SystemClock), Arc::new(OsRandomness));
        options.keys.clone_from(&self.keys);
        options.ring.clone_from(&self.ring);
        Ok(options)
    }

    /// Options of a store at another address than the one of `--store`.
    ///
    /// # Errors
    /// When the address is none.
    pub fn store_options_at(&self, address: &str) -> Result<StoreOptions, Failure> {
        Self { store: Some(address.to_owned()), ..self.clone() }.store_options()
    }

    /// Opens the platform.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub async fn open(&self) -> Result<Platform, Failure> {
        Platform::open(self.platform_options(true)?).await.map_err(|error| failure(&error))
    }

    /// Opens the platform, does something with it, and lets it go in order.
    ///
    /// # Errors
    /// When it cannot be opened, or what is done fails.
    pub fn with_platform<F, Fut>(&self, work: F) -> Result<Exit, Failure>
    where
        F: FnOnce(Platform) -> Fut,
        Fut: Future<Output = Result<Exit, Failure>>,
    {
        block_on(async {
            let platform = self.open().await?;
            let done = work(platform.clone()).await;
            platform.close().await;
            done
        })
    }
}

/// Runs a future to its end on a runtime of its own.
///
/// # Errors
/// When the runtime cannot be started, or the future fails.
pub fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::failed(format!("the runtime cannot be started: {error}")))?;
    let done = runtime.block_on(work);
    // A thread that builds a search index or reads a file may be in the middle: nothing of it is waited for long.
    runtime.shutdown_timeout(THREADS_WAIT);
    done
}

/// Who acts: the holder of a key, or the operator claiming an office.
///
/// # Errors
/// When neither is named, the key opens nothing, or no such office is enrolled.
pub async fn caller(platform: &Platform, key: Option<&str>, office: Option<&str>) -> Result<Caller, Failure> {
    match (key, office) {
        (Some(token), office) => {
            let caller = platform.authenticate(token.trim(), Some(&Origin::HERE)).await.map_err(|error| failure(&error))?;
            match (office, caller.office()) {
                (Some(named), Some(holder)) if holder.0 != named => Err(Failure::usage(format!(
                    "the key is `{holder}`'s, and `--as` names `{named}`"
                ))
                .next("leave `--as` out, or use a key of that office")),
                _ => Ok(caller),
            }
        }
        (None, Some(office)) => platform.claim(office).await.map_err(|error| failure(&error)),
        (None, None) => Err(Failure::usage("nobody is named who acts")
            .next("name an office with `--as`, or give an API key with `--key` or the environment variable CREDENCE_API_KEY")),
    }
}

/// What a service's error means for whoever sits at the terminal.
#[must_use]
pub fn failure(error: &ServiceError) -> Failure {
    match error {
        ServiceError::Refused(refusal) => Failure::refused(refusal.clone()),
        ServiceError::Unauthorised => Failure { exit: Exit::Refused, ..Failure::usage(error.to_string()) }
            .next("see `credence key list`; a token is `credence_<number>_<secret>` and is shown only when it is issued"),
        ServiceError::Malformed { .. } | ServiceError::NotFound { .. } => Failure::usage(error.to_string()),
        ServiceError::IdempotencyConflict => Failure::usage(error.to_string()).next("give another idempotency key"),
        ServiceError::Overloaded => Failure::failed(error.to_string()),
        ServiceError::Store(error) => store_failure(error),
        _ => Failure::failed(error.to_string()),
    }
}

/// What a store's error means for whoever sits at the terminal.
#[must_use]
pub fn store_failure(error: &StoreError) -> Failure {
    let failure = Failure::failed(error.to_string());
    match error {
        StoreError::Missing(_) => failure.next(
            "`credence demo --store …` builds a demo city, `credence init --store …` creates a real store",
        ),
        StoreError::Exists(_) => {
            failure.next("name another place; `credence demo --replace` removes a demo store that is there")
        }
        StoreError::Demo => Failure { exit: Exit::Usage, ..failure }
            .next("`credence serve --demo` serves a demo store, and every page says that it is one"),
        StoreError::Keys(_) => failure
            .next("name the folder of the keys with `--keys` or the environment variable CREDENCE_KEYS"),
        StoreError::Address(_) => Failure { exit: Exit::Usage, ..failure },
        StoreError::Unconfirmed(_) => failure.next(
            "ask a mirror or a witness for the newest checkpoint: `credence accept-checkpoint --store … --known FILE`",
        ),
        StoreError::Restoring(_) => failure.next("`credence restore --from … --to …` once more"),
        StoreError::Backup(_) => failure.next("`credence verify --backup …` says whether a backup is whole"),
        StoreError::Damaged(_) | StoreError::Tree(_) | StoreError::Sealed(_) => {
            failure.next("`credence verify --store …` says what is damaged")
        }
        _ => failure,
    }
}
