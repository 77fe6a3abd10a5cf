//! The city that is loaded: a real store with keys of its own, on a ground that may be hurt.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use register::authority::AuthorityCode;
use register::caller::Caller;
use service::administration::KeyFor;
use service::{Platform, PlatformOptions};
use store::{CuttingProxy, StoreAddress, StoreOptions};
use tokio::runtime::Runtime;

use super::cluster::Cluster;
use super::machine::{Machine, SmallDisk};
use crate::arguments::SoakEngine;
use crate::context::failure;
use crate::demo::city::{AUTHORITIES, CATALOGUE};
use crate::demo::identities::{organisation, person, unified_code};
use crate::edge::{OsRandomness, SystemClock};
use crate::exit::Failure;

/// The office whose batches are filed.
pub const FILER: &str = "economy-informatization";
/// Offices that inquire.
const OFFICES: &[&str] = &[FILER, "market-regulation", "tax"];
/// The third party to whom consents are given.
pub const BANK_NAME: &str = "京示范银行（演示）";
/// How much a small disk holds, in megabytes.
const SMALL_SQLITE: u64 = 48;
const SMALL_POSTGRES: u64 = 192;

/// Where stores lie: a folder of the disk, or a small file system that may be filled; and a database server.
#[derive(Debug)]
pub struct Ground {
    /// What lies there.
    pub folder: PathBuf,
    /// The proxy before the database server.
    pub proxy: Option<CuttingProxy>,
    /// The database server.
    pub cluster: Option<Cluster>,
    /// The small file system. The last, so that it is let go of last.
    pub small: Option<SmallDisk>,
}

impl Ground {
    /// A ground on the disk.
    ///
    /// # Errors
    /// When it cannot be made; so with the other.
    pub fn on_disk(
        runtime: &Runtime,
        machine: &Machine,
        engine: SoakEngine,
        folder: &Path,
    ) -> Result<Self, Failure> {
        let folder = folder.join("disk");
        std::fs::create_dir(&folder).map_err(|error| Failure::file(&folder, &error))?;
        Self::make(runtime, machine, engine, folder, None)
    }

    /// A ground on a small file system; none where the machine does not let us mount one.
    ///
    /// # Errors
    /// See [`Ground::on_disk`].
    pub fn on_small_disk(
        runtime: &Runtime,
        machine: &Machine,
        engine: SoakEngine,
        folder: &Path,
    ) -> Result<Option<Self>, Failure> {
        let megabytes = if engine == SoakEngine::Sqlite { SMALL_SQLITE } else { SMALL_POSTGRES };
        let Some(small) = SmallDisk::mount(folder.join("small"), megabytes) else { return Ok(None) };
        let folder = small.folder().to_path_buf();
        Self::make(runtime, machine, engine, folder, Some(small)).map(Some)
    }

    fn make(
        runtime: &Runtime,
        machine: &Machine,
        engine: SoakEngine,
        folder: PathBuf,
        small: Option<SmallDisk>,
    ) -> Result<Self, Failure> {
        let (mut cluster, mut proxy) = (None, None);
        if engine == SoakEngine::Postgres {
            let made = Cluster::make(machine, folder.join("cluster"))?;
            let started = runtime.block_on(CuttingProxy::start(made.address()));
            proxy = Some(started.map_err(|error| Failure::failed(format!("no port is free: {error}")))?);
            cluster = Some(made);
        }
        Ok(Self { folder, proxy, cluster, small })
    }
}

/// What one connection knows of the organisation in whose name it acts: nobody else acts for it.
#[derive(Debug, Default)]
pub struct Owned {
    /// Its records, as it saw them last.
    pub records: Vec<u64>,
    /// Whether a record is withdrawn from display; none where an answer was lost and either may be so.
    pub withdrawn: HashMap<u64, Option<bool>>,
    /// Consents that it gave and, as far as it knows, did not take back.
    pub consents: Vec<u64>,
}

/// Who holds a key.
#[derive(Debug, Clone)]
pub struct Holder {
    /// The office as leaves name it, or the identifier.
    pub name: String,
    /// The token.
    pub token: String,
}

/// A city.
#[derive(Debug)]
pub struct City {
    /// Its number among the cities of this soak; database and folder are named by it.
    pub number: u32,
    /// The store as the program reaches it, through the proxy where there is one.
    pub served_from: String,
    /// The store as it is checked.
    pub address: StoreAddress,
    /// The folder of its keys.
    pub keys: PathBuf,
    /// Organisations with their keys, one for each connection.
    pub organisations: Vec<Holder>,
    /// What each connection knows of its own.
    pub owned: Vec<Mutex<Owned>>,
    /// Natural persons with their keys.
    pub persons: Vec<Holder>,
    /// Offices with their keys; the first files.
    pub offices: Vec<Holder>,
    /// The third party.
    pub bank: Holder,
    /// Whether the clock was set: then a minute says nothing.
    pub clock_was_set: bool,
}

impl City {
    /// Founds a city.
    ///
    /// # Errors
    /// When the store cannot be created.
    pub fn found(
        runtime: &Runtime,
        ground: &Ground,
        number: u32,
        seed: u64,
        connections: u64,
    ) -> Result<Self, Failure> {
        let folder = ground.folder.join(format!("city-{number}"));
        std::fs::create_dir(&folder).map_err(|error| Failure::file(&folder, &error))?;
        let (served_from, address) = match (&ground.cluster, &ground.proxy) {
            (Some(cluster), Some(proxy)) => {
                let name = format!("city_{number}");
                cluster.create(&name)?;
                let url = |place: &str| format!("postgres://postgres@{place}/{name}");
                (url(&proxy.address().to_string()), StoreAddress::Postgres(url(&cluster.address())))
            }
            _ => {
                let data = folder.join("data");
                (data.display().to_string(), StoreAddress::Folder(data))
            }
        };
        let keys = match address.folder() {
            Some(data) => data.to_path_buf(),
            None => folder.join("keys"),
        };
        let mut city = Self {
            number,
            served_from,
            address,
            keys,
            organisations: Vec::new(),
            owned: (0..connections).map(|_| Mutex::default()).collect(),
            persons: Vec::new(),
            offices: Vec::new(),
            bank: Holder {
                name: unified_code("91", "110102", seed, u64::from(u32::MAX)),
                token: String::new(),
            },
            clock_was_set: false,
        };
        runtime.block_on(city.settle(seed, connections))?;
        Ok(city)
    }

    async fn settle(&mut self, seed: u64, connections: u64) -> Result<(), Failure> {
        let options = PlatformOptions {
            store: self.address.clone(),
            keys: Some(self.keys.clone()),
            ring: None,
            demo_allowed: false,
            clock: Arc::new(SystemClock),
            randomness: Arc::new(OsRandomness),
        };
        let origin = format!("soak.credence.example/{seed}-{}", self.number);
        let platform = Platform::create(options, &origin, None).await.map_err(|error| failure(&error))?;
        let settled = self.issue_keys(&platform, seed, connections).await;
        platform.close().await;
        settled
    }

    async fn issue_keys(&mut self, platform: &Platform, seed: u64, connections: u64) -> Result<(), Failure> {
        let carried = |error: serde_json::Error| Failure::failed(error.to_string());
        let authorities = serde_json::from_str(AUTHORITIES).map_err(carried)?;
        let edition = serde_json::from_str(CATALOGUE).map_err(carried)?;
        crate::commands::init::fill(platform, authorities, edition).await?;
        let key = async |name: String, asked: KeyFor| {
            let issued = platform.issue_key(asked, "soak", None, &Caller::Operator).await;
            issued.map(|issued| Holder { name, token: issued.token }).map_err(|error| failure(&error))
        };
        for place in 0..connections {
            let identifier = organisation(seed, place).code;
            let asked = KeyFor::Subject { identifier: identifier.clone() };
            self.organisations.push(key(identifier, asked).await?);
            let identifier = person(seed, place).number;
            let asked = KeyFor::Subject { identifier: identifier.clone() };
            self.persons.push(key(identifier, asked).await?);
        }
        for office in OFFICES {
            let asked = KeyFor::Office { authority: AuthorityCode((*office).to_owned()), duties: Vec::new() };
            self.offices.push(key((*office).to_owned(), asked).await?);
        }
        let identifier = self.bank.name.clone();
        let asked = KeyFor::ThirdParty { name: BANK_NAME.to_owned(), identifier: identifier.clone() };
        self.bank = key(identifier, asked).await?;
        Ok(())
    }

    /// Options to open the store and look into it.
    #[must_use]
    pub fn store_options(&self) -> StoreOptions {
        let mut options =
            StoreOptions::new(self.address.clone(), Arc::new(SystemClock), Arc::new(OsRandomness));
        options.keys = Some(self.keys.clone());
        options
    }

    /// Removes what it left.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn remove(self, ground: &Ground) -> Result<(), Failure> {
        if let Some(cluster) = &ground.cluster {
            cluster.remove(&format!("city_{}", self.number))?;
        }
        let folder = ground.folder.join(format!("city-{}", self.number));
        std::fs::remove_dir_all(&folder).map_err(|error| Failure::file(&folder, &error))
    }
}
