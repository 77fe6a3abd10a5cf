//! Opening and creating a store.

use std::path::PathBuf;
use std::sync::Arc;

use journal::{KeyRing, Randomness, Signer, Verifier};
use law::{Clock, Day};

use crate::address::StoreAddress;
use crate::asking::AskingHandle;
use crate::erasure;
use crate::error::StoreError;
use crate::inventory::Inventory;
use crate::keys::Keys;
use crate::operational::Noticed;
use crate::reader::Snapshot;
use crate::readers::Readers;
use crate::ring::{GivenRing, HeldRing, RingKeeper};
use crate::schema;
use crate::sql::{Connection, Role, Target};
use crate::writer::{Limits, WriterHandle};

/// How to open a store.
#[derive(Clone)]
pub struct StoreOptions {
    /// Where it is.
    pub address: StoreAddress,
    /// The folder with the keys of a store on PostgreSQL. A folder store keeps them beside its database, and a demo
    /// store needs none.
    pub keys: Option<PathBuf>,
    /// The key ring, where it does not lie with the other keys.
    pub ring: Option<GivenRing>,
    /// Whether a demo store may be opened.
    pub demo_allowed: bool,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where salts and keys come from.
    pub randomness: Arc<dyn Randomness>,
    /// Bounds on waiting and on holding the pen.
    pub limits: Limits,
}

impl StoreOptions {
    /// Options with the usual limits, demo stores allowed, and keys beside the database.
    #[must_use]
    pub fn new(address: StoreAddress, clock: Arc<dyn Clock>, randomness: Arc<dyn Randomness>) -> Self {
        Self {
            address,
            keys: None,
            ring: None,
            demo_allowed: true,
            clock,
            randomness,
            limits: Limits::default(),
        }
    }

    pub(crate) fn key_folder(&self) -> Option<PathBuf> {
        self.keys.clone().or_else(|| self.address.folder().map(PathBuf::from))
    }

    /// What keeps the key ring.
    pub(crate) fn ring_keeper(&self) -> Option<Box<dyn RingKeeper>> {
        Keys::keeper(self.key_folder().as_deref(), self.ring.as_ref())
    }
}

impl std::fmt::Debug for StoreOptions {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("StoreOptions").field("address", &self.address).finish_non_exhaustive()
    }
}

/// What a demo store was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Demo {
    /// The seed of its keys, salts and content.
    pub seed: u64,
    /// Its day.
    pub day: Day,
}

/// What is shared by everyone who reads or writes one store.
pub(crate) struct Shared {
    pub(crate) address: StoreAddress,
    pub(crate) target: Target,
    pub(crate) origin: String,
    /// The version of its tables.
    pub(crate) schema: i64,
    pub(crate) demo: Option<Demo>,
    pub(crate) keys: Keys,
    pub(crate) ring: HeldRing,
    pub(crate) key_folder: Option<PathBuf>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) randomness: Arc<dyn Randomness>,
    pub(crate) readers: Arc<Readers>,
    pub(crate) noticed: Noticed,
}

impl Shared {
    /// The key ring as it is held now.
    pub(crate) fn ring(&self) -> Result<Arc<KeyRing>, StoreError> {
        self.ring.now()
    }

    /// The key that signs for the journal.
    pub(crate) fn signer(&self) -> Result<&Signer, StoreError> {
        let signer = self.keys.signer.as_ref().map(|signer| &signer.0);
        signer.ok_or_else(|| StoreError::Keys("the signing key is not there".to_owned()))
    }
}

/// A store: cheap to clone, used by many at once.
#[derive(Clone)]
pub struct Store {
    pub(crate) shared: Arc<Shared>,
    pub(crate) writer: Option<WriterHandle>,
    pub(crate) asking: Option<AskingHandle>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Store").field("address", &self.shared.address).finish_non_exhaustive()
    }
}

/// What `meta` says about a store.
struct Meta {
    schema: i64,
    origin: String,
    vkey: String,
    demo: Option<Demo>,
    /// A restoration was begun here and not ended.
    restoring: bool,
    /// It was restored and not confirmed yet.
    restored: bool,
}

const LOCK_SCHEMA: &str = "update meta set value = value where name = 'schema'";
const META_ALL: &str = "select name, value from meta order by name";

async fn read_meta(connection: &mut Connection, address: &StoreAddress) -> Result<Meta, StoreError> {
    if !connection.has_table("meta").await? {
        return Err(match address {
            StoreAddress::Folder(_) => StoreError::Foreign(address.to_string()),
            // An empty database is the usual state before `create`.
            StoreAddress::Postgres(_) => StoreError::Missing(address.to_string()),
        });
    }
    let mut meta = Meta {
        schema: 0,
        origin: String::new(),
        vkey: String::new(),
        demo: None,
        restoring: false,
        restored: false,
    };
    let (mut seed, mut day) = (None, None);
    for row in connection.rows(META_ALL, Vec::new()).await? {
        let (name, value) = (row.text(0)?, row.text(1)?);
        match name {
            "schema" => meta.schema = value.parse().unwrap_or_default(),
            "origin" => value.clone_into(&mut meta.origin),
            "vkey" => value.clone_into(&mut meta.vkey),
            "demo_seed" => seed = value.parse().ok(),
            "demo_day" => day = value.parse().ok(),
            "restoring" => meta.restoring = true,
            "restored" => meta.restored = true,
            _ => {}
        }
    }
    if meta.restoring {
        return Err(StoreError::Restoring(address.to_string()));
    }
    meta.demo = seed.zip(day).map(|(seed, day)| Demo { seed, day });
    if meta.schema == 0 || meta.origin.is_empty() {
        return Err(StoreError::Foreign(address.to_string()));
    }
    if meta.schema > schema::SCHEMA_VERSION {
        return Err(StoreError::SchemaVersion { found: meta.schema, known: schema::SCHEMA_VERSION });
    }
    Ok(meta)
}

impl Store {
    /// Creates a store: the folder or the tables, and its keys. `origin` is the journal's name for ever; a demo store
    /// has its keys from its seed.
    ///
    /// # Errors
    /// When there is one already, or the database cannot be used.
    pub async fn create(options: StoreOptions, origin: &str, demo: Option<Demo>) -> Result<Self, StoreError> {
        let target = options.address.target()?;
        let keys = match demo {
            Some(demo) => Keys::of_demo(origin, demo.seed)?,
            None => Keys::generate(origin, options.randomness.as_ref())?.with_given(options.ring.as_ref())?,
        };
        if let Some(folder) = options.address.folder() {
            std::fs::create_dir_all(folder).map_err(|error| StoreError::file(folder, &error))?;
        }
        let mut connection = Connection::open(&target, Role::Creator).await?;
        connection.begin_writing().await?;
        if connection.has_table("meta").await? || connection.has_table("entry").await? {
            return Err(StoreError::Exists(options.address.to_string()));
        }
        if demo.is_none() {
            // Before the tables: a store without its keys would be lost, keys without a store are only files.
            let folder = options.key_folder().ok_or_else(|| {
                StoreError::Keys("name a folder for the keys of a store on PostgreSQL".to_owned())
            })?;
            keys.write(&folder)?;
        }
        schema::migrate(&mut connection, 0, target.is_sqlite()).await?;
        let mut facts = vec![("origin", origin.to_owned())];
        facts.extend(keys.verifier.as_ref().map(|verifier| ("vkey", verifier.to_vkey())));
        if let Some(demo) = demo {
            facts.extend([("demo_seed", demo.seed.to_string()), ("demo_day", demo.day.to_string())]);
        }
        for (name, value) in facts {
            connection
                .run("insert into meta (name, value) values ($1, $2)", vec![name.into(), value.into()])
                .await?;
        }
        if let Some(signer) = &keys.signer {
            Inventory::count(&mut connection).await?.keep(&mut connection, &signer.0).await?;
        }
        connection.commit().await?;
        connection.close().await;
        Self::open(options).await
    }

    /// Whether there is a store at an address.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn exists(address: &StoreAddress) -> Result<bool, StoreError> {
        if let Some(folder) = address.folder()
            && !folder.join(crate::address::FILE).is_file()
        {
            return Ok(false);
        }
        let mut connection = Connection::open(&address.target()?, Role::Verifier).await?;
        let there = connection.has_table("meta").await;
        connection.close().await;
        match there {
            // Something is there, if not a sound store: opening says what is the matter.
            Err(StoreError::Damaged(_)) => Ok(true),
            there => there,
        }
    }

    /// Opens a store for reading and writing, and brings its tables up to this version. Must be called within a Tokio
    /// runtime, on which the writer's task then runs.
    ///
    /// # Errors
    /// When there is no store, it is of a newer version, its keys are missing or another store's, or it is a demo
    /// store and none is allowed.
    pub async fn open(options: StoreOptions) -> Result<Self, StoreError> {
        let (target, meta) = Self::look(&options, Role::Writer).await?;
        let keeper = options.ring_keeper().filter(|_| meta.demo.is_none());
        let keys = match meta.demo {
            Some(demo) => Keys::of_demo(&meta.origin, demo.seed)?,
            None => {
                let folder = options.key_folder().ok_or_else(|| {
                    StoreError::Keys("name the folder with the keys of a store on PostgreSQL".to_owned())
                })?;
                let keys = Keys::read(Some(&folder), keeper.as_deref())?;
                let missing = |name| StoreError::Keys(format!("`{name}` is not in `{}`", folder.display()));
                keys.ring.as_ref().ok_or_else(|| missing("keys.json"))?;
                let signer = keys.signer.as_ref().ok_or_else(|| missing("signing.key"))?;
                if signer.0.verifier().to_vkey() != meta.vkey {
                    return Err(StoreError::Keys(format!(
                        "the signing key in `{}` is `{}`, the store's is `{}`",
                        folder.display(),
                        signer.0.verifier().to_vkey(),
                        meta.vkey
                    )));
                }
                keys
            }
        };
        let limits = options.limits;
        let shared = Arc::new(Self::shared(options, target, meta, (keys, keeper), Role::Reader));
        // A crash between an erasure and its line in the list is made good here.
        let mut connection = Connection::open(&shared.target, Role::Reader).await?;
        erasure::keep_list(&shared, &mut connection).await?;
        connection.close().await;
        let writer = WriterHandle::start(Arc::clone(&shared), limits).await?;
        let asking = AskingHandle::start(&shared, limits);
        Ok(Self { shared, writer: Some(writer), asking: Some(asking) })
    }

    /// Opens a store only to verify or compare it: nothing is written, the keys are used as far as they are there, and
    /// damage is met where it is read.
    ///
    /// # Errors
    /// When there is no store or it is of a newer version.
    pub async fn open_to_verify(options: StoreOptions) -> Result<Self, StoreError> {
        let (target, meta) = Self::look(&options, Role::Verifier).await?;
        let keeper = options.ring_keeper().filter(|_| meta.demo.is_none());
        let mut keys = match &meta.demo {
            Some(demo) => Keys::of_demo(&meta.origin, demo.seed)?,
            None => Keys::read(options.key_folder().as_deref(), keeper.as_deref())?,
        };
        if keys.verifier.is_none() {
            keys.verifier = Verifier::parse(&meta.vkey).ok();
        }
        let shared = Arc::new(Self::shared(options, target, meta, (keys, keeper), Role::Verifier));
        Ok(Self { shared, writer: None, asking: None })
    }

    async fn look(options: &StoreOptions, role: Role) -> Result<(Target, Meta), StoreError> {
        if !Self::exists(&options.address).await? {
            return Err(StoreError::Missing(options.address.to_string()));
        }
        let target = options.address.target()?;
        let mut connection = Connection::open(&target, role).await?;
        let meta = read_meta(&mut connection, &options.address).await?;
        if meta.demo.is_some() && !options.demo_allowed {
            return Err(StoreError::Demo);
        }
        if role == Role::Writer && meta.restored {
            return Err(StoreError::Unconfirmed(options.address.to_string()));
        }
        if role == Role::Writer && meta.schema < schema::SCHEMA_VERSION {
            connection.begin_writing().await?;
            // Of several programs that start at once one does it: the others wait here, and find it done.
            connection.run(LOCK_SCHEMA, Vec::new()).await?;
            let meta = read_meta(&mut connection, &options.address).await?;
            schema::migrate(&mut connection, meta.schema, target.is_sqlite()).await?;
            connection.commit().await?;
        }
        connection.close().await;
        Ok((target, meta))
    }

    fn shared(
        options: StoreOptions,
        target: Target,
        meta: Meta,
        (mut keys, keeper): (Keys, Option<Box<dyn RingKeeper>>),
        role: Role,
    ) -> Shared {
        let ring = HeldRing::new(keeper, keys.ring.take());
        let key_folder = options.key_folder();
        Shared {
            readers: Readers::new(target.clone(), role, options.limits),
            target,
            address: options.address,
            origin: meta.origin,
            schema: meta.schema,
            demo: meta.demo,
            keys,
            ring,
            key_folder,
            clock: options.clock,
            randomness: options.randomness,
            noticed: Noticed::default(),
        }
    }

    /// Where the store is.
    #[must_use]
    pub fn address(&self) -> &StoreAddress {
        &self.shared.address
    }

    /// The journal's name.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.shared.origin
    }

    /// What the store was made from, if it is a demo.
    #[must_use]
    pub fn demo(&self) -> Option<Demo> {
        self.shared.demo
    }

    /// Whether it is a demo store.
    #[must_use]
    pub fn is_demo(&self) -> bool {
        self.shared.demo.is_some()
    }

    /// The key that signs for the journal.
    ///
    /// # Errors
    /// When it is not at hand.
    pub fn signer(&self) -> Result<&Signer, StoreError> {
        self.shared.signer()
    }

    /// The journal's public key.
    ///
    /// # Errors
    /// When it is not at hand.
    pub fn verifier(&self) -> Result<&Verifier, StoreError> {
        let keys = &self.shared.keys;
        let verifier = keys.signer.as_ref().map(|signer| signer.0.verifier()).or(keys.verifier.as_ref());
        verifier.ok_or_else(|| StoreError::Keys("the public key is not there".to_owned()))
    }

    /// One state of the store to read from, whatever is written meanwhile.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn snapshot(&self) -> Result<Snapshot, StoreError> {
        Snapshot::new(&self.shared).await
    }

    /// Writes what waits, ends the writer's task and closes every connection. Other clones of this store answer
    /// [`StoreError::Closed`] from then on.
    pub async fn close(&self) {
        if let Some(writer) = &self.writer {
            writer.stop().await;
        }
        if let Some(asking) = &self.asking {
            asking.stop();
        }
        self.shared.readers.close().await;
    }
}
