//! Where the key ring is kept, and the ring that a running program holds.
//!
//! A ring changes while servers run: `credence keys rotate` adds keys to it. A server takes the changed ring up by itself,
//! in one of three ways, none of which is a timer:
//!
//! - it meets something sealed under a key that it does not know;
//! - it finds nobody under an identifier, and the ring that is kept is another than the one it holds;
//! - it takes the pen, and `journal_head` names a newer key than its own: whoever writes, writes under the newest.
//!
//! The ring is always kept before the first thing is sealed under it, so each of the three finds what it needs.

use std::fmt;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use journal::{KeyId, KeyRing, SealError};

use crate::error::StoreError;
use crate::keys::{fault, read_if_there, write_in_place};

/// What keeps the key ring. A key service that wraps the ring's secrets has its place here, beside the two that are there:
/// a file, and the environment that the program was started with.
pub(crate) trait RingKeeper: fmt::Debug + Send + Sync {
    /// The ring that is kept now, if there is one.
    fn read(&self) -> Result<Option<KeyRing>, StoreError>;

    /// Whether another ring may be kept than the one that was read last: cheap, since it is asked on every miss.
    fn may_have_changed(&self) -> bool;

    /// Keeps this ring from now on: whole and durable when it returns, or not at all.
    fn keep(&self, ring: &KeyRing) -> Result<(), StoreError>;

    /// Keys that were retired and are kept for old backups.
    fn retired(&self) -> Result<Option<KeyRing>, StoreError>;

    /// Keeps retired keys, and then the ring without them.
    fn retire(&self, retired: &KeyRing, ring: &KeyRing) -> Result<(), StoreError>;
}

/// How a key ring that does not lie in the folder of the keys is given to the program: the value of `CREDENCE_KEY_RING`.
#[derive(Clone)]
pub enum GivenRing {
    /// A file that holds the ring.
    File(PathBuf),
    /// The ring itself, as JSON.
    Text(String),
}

/// The text is not shown.
impl fmt::Debug for GivenRing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => formatter.debug_tuple("File").field(path).finish(),
            Self::Text(_) => formatter.write_str("Text"),
        }
    }
}

impl From<String> for GivenRing {
    fn from(value: String) -> Self {
        if value.trim_start().starts_with('{') { Self::Text(value) } else { Self::File(value.into()) }
    }
}

impl GivenRing {
    /// What keeps it.
    pub(crate) fn keeper(&self) -> Box<dyn RingKeeper> {
        match self {
            Self::File(path) => Box::new(RingFile::new(path)),
            Self::Text(text) => Box::new(RingText(text.clone())),
        }
    }
}

/// What tells one content of a file from the next: a ring is replaced by a new file, never written into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    inode: u64,
    seconds: i64,
    nanoseconds: i64,
}

impl Stamp {
    fn of(file: &Path) -> Option<Self> {
        let found = std::fs::metadata(file).ok()?;
        Some(Self { inode: found.ino(), seconds: found.mtime(), nanoseconds: found.mtime_nsec() })
    }
}

/// A ring in a file.
#[derive(Debug)]
pub(crate) struct RingFile {
    file: PathBuf,
    read: Mutex<Option<Stamp>>,
}

impl RingFile {
    pub(crate) fn new(file: &Path) -> Self {
        Self { file: file.to_path_buf(), read: Mutex::default() }
    }

    /// The file of the retired keys, beside the ring's own.
    fn retired_file(&self) -> PathBuf {
        self.file.with_extension("retired.json")
    }
}

fn parse(text: Option<String>) -> Result<Option<KeyRing>, StoreError> {
    text.map(|text| KeyRing::parse(&text)).transpose().map_err(fault)
}

impl RingKeeper for RingFile {
    fn read(&self) -> Result<Option<KeyRing>, StoreError> {
        // Before the content: a file that is replaced in between is read once more, never missed.
        *self.read.lock().unwrap_or_else(PoisonError::into_inner) = Stamp::of(&self.file);
        parse(read_if_there(&self.file)?)
    }

    fn may_have_changed(&self) -> bool {
        let read = *self.read.lock().unwrap_or_else(PoisonError::into_inner);
        // A file that is gone gives no other ring.
        Stamp::of(&self.file).is_some_and(|now| Some(now) != read)
    }

    fn keep(&self, ring: &KeyRing) -> Result<(), StoreError> {
        write_in_place(&self.file, ring.to_json().map_err(fault)?.as_bytes())
    }

    fn retired(&self) -> Result<Option<KeyRing>, StoreError> {
        parse(read_if_there(&self.retired_file())?)
    }

    fn retire(&self, retired: &KeyRing, ring: &KeyRing) -> Result<(), StoreError> {
        let mut all = retired.clone();
        if let Some(earlier) = self.retired()? {
            all.absorb(&earlier).map_err(fault)?;
        }
        write_in_place(&self.retired_file(), all.to_json().map_err(fault)?.as_bytes())?;
        self.keep(ring)
    }
}

/// A ring that the program was started with. It stays as it is until the program ends.
struct RingText(String);

impl fmt::Debug for RingText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("RingText")
    }
}

fn given() -> StoreError {
    StoreError::KeysStay(
        "the key ring stands in CREDENCE_KEY_RING itself, which this program cannot change: write it to a file, name the \
         file in CREDENCE_KEY_RING, and do it there"
            .to_owned(),
    )
}

impl RingKeeper for RingText {
    fn read(&self) -> Result<Option<KeyRing>, StoreError> {
        KeyRing::parse(&self.0).map(Some).map_err(fault)
    }

    fn may_have_changed(&self) -> bool {
        false
    }

    fn keep(&self, _: &KeyRing) -> Result<(), StoreError> {
        Err(given())
    }

    fn retired(&self) -> Result<Option<KeyRing>, StoreError> {
        Ok(None)
    }

    fn retire(&self, _: &KeyRing, _: &KeyRing) -> Result<(), StoreError> {
        Err(given())
    }
}

/// The ring that a running program holds, and what keeps it. A demo store's follows from its seed: nothing keeps it.
#[derive(Debug)]
pub(crate) struct HeldRing {
    keeper: Option<Box<dyn RingKeeper>>,
    ring: RwLock<Option<Arc<KeyRing>>>,
}

impl HeldRing {
    pub(crate) fn new(keeper: Option<Box<dyn RingKeeper>>, ring: Option<KeyRing>) -> Self {
        Self { keeper, ring: RwLock::new(ring.map(Arc::new)) }
    }

    /// The ring as it is held now. Whoever uses it for several things takes it once.
    pub(crate) fn now(&self) -> Result<Arc<KeyRing>, StoreError> {
        let ring = self.ring.read().unwrap_or_else(PoisonError::into_inner).clone();
        ring.ok_or_else(|| StoreError::Keys("the key ring `keys.json` is not there".to_owned()))
    }

    /// Where the ring can be changed.
    pub(crate) fn keeper(&self) -> Result<&dyn RingKeeper, StoreError> {
        let why = "a demo store has its keys from its published seed: changing them would protect nothing";
        self.keeper.as_deref().ok_or_else(|| StoreError::KeysStay(why.to_owned()))
    }

    pub(crate) fn hold(&self, ring: KeyRing) {
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(ring));
    }

    /// Takes up the ring that is kept, if it is another than the one that is held.
    pub(crate) fn renew(&self) -> Result<bool, StoreError> {
        let Some(keeper) = self.keeper.as_deref().filter(|keeper| keeper.may_have_changed()) else {
            return Ok(false);
        };
        let Some(mut ring) = keeper.read()? else { return Ok(false) };
        // A ring in which a key was only prepared is taken up as it is held: what was made current stays so.
        if self.now().is_ok_and(|held| held.current() > ring.current() && ring.newest() >= held.current()) {
            ring.use_newest();
        }
        tracing::info!(current = ring.current().0, "the key ring was changed and is taken up");
        self.hold(ring);
        Ok(true)
    }

    /// Whether the ring is another one than that which was used: because it is taken up now, or because someone else did so meanwhile.
    /// What was looked for under the one and not found may lie under the other.
    pub(crate) fn renewed_since(&self, used: &Arc<KeyRing>) -> Result<bool, StoreError> {
        self.renew()?;
        Ok(!Arc::ptr_eq(&self.now()?, used))
    }

    /// Uses the ring; where it does not know a key, takes up the one that is kept and uses that.
    pub(crate) fn using<T>(
        &self,
        use_it: impl Fn(&KeyRing) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        match use_it(&*self.now()?) {
            Err(StoreError::UnknownKey(_)) if self.renew()? => use_it(&*self.now()?),
            used => used,
        }
    }

    /// Makes sure that what is sealed from now on is sealed under this key of the ring or a newer one: the store's journal
    /// says that others write under it already.
    pub(crate) fn reach(&self, key: KeyId) -> Result<(), StoreError> {
        if self.now()?.current() >= key {
            return Ok(());
        }
        self.renew()?;
        let ring = self.now()?;
        if ring.current() >= key {
            return Ok(());
        }
        if ring.newest() >= key {
            let mut ring = KeyRing::clone(&ring);
            ring.use_newest();
            self.hold(ring);
            return Ok(());
        }
        Err(StoreError::Keys(format!(
            "the store is written under key {key}, and the newest in the ring is {}: bring the present `keys.json` here",
            ring.newest()
        )))
    }
}

impl From<SealError> for StoreError {
    fn from(error: SealError) -> Self {
        match error {
            SealError::UnknownKey(_) | SealError::UnknownIndexKey(_) => Self::UnknownKey(error.to_string()),
            _ => Self::Sealed(error.to_string()),
        }
    }
}
