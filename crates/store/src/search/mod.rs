//! Finding organisations by a part of their name, from two characters up. Nobody else is ever in this index: it is made
//! from `organisation_name`, which holds organisations only.
//!
//! The index is a help and never the truth. It is built in the background from the table, thrown away and built anew when
//! it is missing, damaged, of another store or out of order, and never stands in the way of an inquiry. What a search finds
//! is read from the table in the state of that moment and checked there; names given since the index was written are looked
//! through in memory. Whether an organisation may be shown is for the caller to ask.

mod collected;
mod folders;
mod index;
mod normalise;
mod rank;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, Weak};
use std::time::Duration;

use register::subject::{EntryNumber, SubjectNumber};
use tokio::sync::watch;

use crate::error::StoreError;
use crate::own_folder::OwnFolder;
use crate::read::subjects::OrganisationFound;
use crate::reader::Reader;
use crate::search::collected::{Collected, Ranked};
use crate::search::folders::{generations, next_generation, own_folder};
use crate::search::index::{NameIndex, Watermark};
use crate::search::normalise::normalise;
use crate::search::rank::Tier;
pub use crate::search::rank::{NoPlace, SearchPlace};
use crate::store::Store;
use crate::verify::Progress;

/// The fewest characters that are looked for.
const CHARACTERS_MIN: usize = 2;
/// Candidates that are looked at together: as many as are still wanted, within these bounds.
const CANDIDATES_AT_ONCE: std::ops::RangeInclusive<usize> = 8..=64;
/// After so many candidates a page ends, full or not: the next one goes on from there.
const CANDIDATES_MAX: usize = 4096;
/// New names that a search takes in before it answers.
const NEW_NAMES_AT_ONCE: u64 = 2000;
/// New names that are looked through in memory before they are put into the index.
const NEW_NAMES_MAX: usize = 4000;
/// New names that are read at most before some are put into the index.
const NEW_NAMES_READ_MAX: usize = 50_000;
/// Names read at once for building.
const NAMES_AT_ONCE: u64 = 10_000;
/// The folder, within that of an index, in which names are sorted while it is built.
const COLLECTED: &str = "collected";
/// How often the index is brought up to date when nothing asks for it.
const TICK: Duration = Duration::from_secs(2);

/// A page of organisations.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchPage {
    /// What was found, in order: names that begin with the text, then the rest; shorter ones first, so the whole name before all.
    pub found: Vec<OrganisationFound>,
    /// Where the next page begins, if there may be one.
    pub next: Option<SearchPlace>,
    /// Whether the index could be asked; while it is built nothing is found.
    pub ready: bool,
}

/// Has the index of a store in a folder made anew, without the names that are gone: whoever keeps it finds it missing and
/// builds another. Servers of a store on PostgreSQL have theirs in folders of their own, for as long as they run.
pub(crate) fn forget_names(store: &std::path::Path) {
    for folder in generations(&store.join(crate::address::INDEX)) {
        // What is still being read keeps its files until it is let go.
        let _ = std::fs::remove_dir_all(folder);
    }
}

/// A name that is not in the index yet.
#[derive(Debug, Clone)]
struct NewName {
    normal: String,
    key: u64,
    entry: EntryNumber,
}

/// Names given since the index was written.
#[derive(Debug, Default)]
struct NewNames {
    place: Option<(EntryNumber, SubjectNumber)>,
    names: HashMap<SubjectNumber, NewName>,
}

struct Inner {
    store: Store,
    folder: PathBuf,
    /// The folder, where it is this process's own, to be removed with it.
    _own_folder: Option<OwnFolder>,
    index: RwLock<Option<Arc<NameIndex>>>,
    new_names: Mutex<NewNames>,
    done: AtomicU64,
    total: AtomicU64,
    ready: watch::Sender<bool>,
}

/// Finds organisations by a part of their name. Cheap to clone.
#[derive(Clone)]
pub struct OrganisationSearch(Arc<Inner>);

impl std::fmt::Debug for OrganisationSearch {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("OrganisationSearch").field("folder", &self.0.folder).finish_non_exhaustive()
    }
}

fn fault(error: impl std::fmt::Display) -> StoreError {
    StoreError::Database(format!("the search index: {error}"))
}

/// A file that was changed under us may break the work on it altogether: that is a damaged index like any other.
fn broken(error: tokio::task::JoinError) -> tantivy::TantivyError {
    tantivy::TantivyError::InternalError(error.to_string())
}

impl OrganisationSearch {
    /// Opens the index, or begins to build it in the background. A store in a folder keeps its index in `search/` there;
    /// for one on PostgreSQL it lies in a temporary folder of this process. Must be called within a Tokio runtime.
    #[must_use]
    pub fn start(store: &Store) -> Self {
        let (folder, own_folder) = match store
            .address()
            .folder()
            .map(|folder| folder.join(crate::address::INDEX))
        {
            Some(folder) => (folder, None),
            None => match own_folder(store) {
                Ok(own) => (own.path().to_owned(), Some(own)),
                Err(error) => {
                    tracing::warn!(%error, "there is no folder for the search index: nothing is found until there is");
                    (std::env::temp_dir().join(format!("credence-search-{}", std::process::id())), None)
                }
            },
        };
        let inner = Arc::new(Inner {
            store: store.clone(),
            folder,
            _own_folder: own_folder,
            index: RwLock::default(),
            new_names: Mutex::default(),
            done: AtomicU64::new(0),
            total: AtomicU64::new(0),
            ready: watch::Sender::new(false),
        });
        tokio::spawn(keep(Arc::downgrade(&inner)));
        Self(inner)
    }

    /// Whether the index can be asked.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        *self.0.ready.borrow()
    }

    /// How far the building is.
    #[must_use]
    pub fn progress(&self) -> Progress {
        Progress { done: self.0.done.load(Ordering::Relaxed), total: self.0.total.load(Ordering::Relaxed) }
    }

    /// Waits until the index can be asked.
    pub async fn wait_until_ready(&self) {
        let mut ready = self.0.ready.subscribe();
        // The sender lives as long as this value does.
        let _ = ready.wait_for(|ready| *ready).await;
    }

    /// A page of the organisations whose name holds a text, after a place. A text of fewer than two characters, once
    /// spaces and brackets are left out, finds nothing.
    ///
    /// # Errors
    /// When the database fails. A damaged index is built anew and finds nothing meanwhile.
    pub async fn search(
        &self,
        text: &str,
        after: Option<SearchPlace>,
        limit: usize,
    ) -> Result<SearchPage, StoreError> {
        let text = normalise(text);
        let index = self.0.index.read().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(index) = index else { return Ok(SearchPage::default()) };
        if text.chars().count() < CHARACTERS_MIN || limit == 0 {
            return Ok(SearchPage { ready: true, ..SearchPage::default() });
        }
        let mut snapshot = self.0.store.snapshot().await?;
        self.0.take_new_names(&mut snapshot).await?;
        let page = self.0.page(&mut snapshot, &index, &text, after, limit).await;
        snapshot.end().await?;
        match page {
            Err(Failed::Store(error)) => Err(error),
            Err(Failed::Index(error)) => {
                tracing::warn!(%error, "the search index is damaged and built anew");
                self.0.forget(&index);
                Ok(SearchPage::default())
            }
            Ok(page) => Ok(page),
        }
    }
}

/// What failed while a page was read.
enum Failed {
    Store(StoreError),
    Index(tantivy::TantivyError),
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Inner {
    fn new_names(&self) -> std::sync::MutexGuard<'_, NewNames> {
        self.new_names.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in names given since.
    async fn take_new_names(&self, reader: &mut Reader) -> Result<u64, StoreError> {
        let place = self.new_names().place;
        let found = reader.organisation_names_since(place, NEW_NAMES_AT_ONCE).await?;
        let count = found.len() as u64;
        let mut new_names = self.new_names();
        for found in found {
            let place = (found.entry, found.subject);
            let Ranked { key, normal } = Ranked::new(found.subject, &found.name);
            let name = NewName { normal, key, entry: found.entry };
            // Another search may have been faster; the newer name stays.
            let known = new_names.names.get(&found.subject).is_some_and(|known| known.entry >= found.entry);
            if new_names.place.is_none_or(|before| before < place) {
                new_names.place = Some(place);
                if !known {
                    new_names.names.insert(found.subject, name);
                }
            }
        }
        Ok(count)
    }

    async fn page(
        &self,
        reader: &mut Reader,
        index: &Arc<NameIndex>,
        text: &str,
        after: Option<SearchPlace>,
        limit: usize,
    ) -> Result<SearchPage, Failed> {
        let mut page = SearchPage { ready: true, ..SearchPage::default() };
        let (mut last, mut beyond) = (after, after);
        let mut looked_at = 0;
        loop {
            // One more than is wanted tells whether there is a next page.
            let count =
                (limit - page.found.len() + 1).clamp(*CANDIDATES_AT_ONCE.start(), *CANDIDATES_AT_ONCE.end());
            let (candidates, horizon) = self.candidates(index, text, beyond, count).await?;
            looked_at += candidates.len();
            let subjects: Vec<SubjectNumber> =
                candidates.iter().map(|place| rank::subject_of(place.key)).collect();
            let names = reader.organisation_names(&subjects).await?;
            let names: HashMap<SubjectNumber, OrganisationFound> =
                names.into_iter().map(|found| (found.subject, found)).collect();
            for place in candidates {
                let Some(found) = names.get(&rank::subject_of(place.key)) else { continue };
                let Ranked { key, normal } = Ranked::new(found.subject, &found.name);
                if key != place.key || Tier::of(&normal, text) != Some(place.tier) {
                    continue;
                }
                if page.found.len() == limit {
                    page.next = last;
                    return Ok(page);
                }
                last = Some(place);
                page.found.push(found.clone());
            }
            if horizon.is_none() || looked_at >= CANDIDATES_MAX {
                page.next = horizon;
                return Ok(page);
            }
            beyond = horizon;
        }
    }

    /// The next candidates in order, from the index and from the names that are not in it yet, and how far they reach:
    /// `None` at the end.
    async fn candidates(
        &self,
        index: &Arc<NameIndex>,
        text: &str,
        beyond: Option<SearchPlace>,
        count: usize,
    ) -> Result<(Vec<SearchPlace>, Option<SearchPlace>), Failed> {
        let (asked, wanted) = (Arc::clone(index), text.to_owned());
        // Reading the index may wait for the disk.
        let read = tokio::task::spawn_blocking(move || asked.page(&wanted, beyond, count));
        let mut places = read.await.map_err(broken).flatten().map_err(Failed::Index)?;
        let horizon = places.last().copied().filter(|_| places.len() == count);
        let new_names = self.new_names();
        places.retain(|place| !new_names.names.contains_key(&rank::subject_of(place.key)));
        let in_reach = |place: &SearchPlace| {
            beyond.is_none_or(|beyond| *place > beyond) && horizon.is_none_or(|last| *place <= last)
        };
        let new = new_names
            .names
            .values()
            .filter_map(|name| Some(SearchPlace { tier: Tier::of(&name.normal, text)?, key: name.key }));
        places.extend(new.filter(in_reach));
        places.sort_unstable();
        Ok((places, horizon))
    }

    /// Gives up an index that failed.
    fn forget(&self, failed: &Arc<NameIndex>) {
        let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
        if index.as_ref().is_some_and(|index| Arc::ptr_eq(index, failed)) {
            *index = None;
            self.ready.send_replace(false);
        }
    }

    fn install(&self, index: NameIndex, watermark: &Watermark) {
        {
            let mut new_names = self.new_names();
            *new_names = NewNames { place: watermark.place(), names: HashMap::new() };
        }
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(index));
        self.ready.send_replace(true);
    }

    /// Opens the index that is there, if it is this store's and sound.
    async fn open_kept(&self) -> Result<bool, StoreError> {
        for folder in generations(&self.folder) {
            let opened = tokio::task::spawn_blocking({
                let folder = folder.clone();
                move || NameIndex::open(&folder)
            });
            if let Ok(Ok((index, Some(watermark)))) = opened.await
                && self.is_ours(&watermark).await?
            {
                self.install(index, &watermark);
                return Ok(true);
            }
            // Half built, damaged, or of another store.
            let _ = std::fs::remove_dir_all(&folder);
        }
        Ok(false)
    }

    async fn is_ours(&self, watermark: &Watermark) -> Result<bool, StoreError> {
        if watermark.origin != self.store.origin() {
            return Ok(false);
        }
        let Some((entry, _)) = watermark.place() else { return Ok(true) };
        let mut snapshot = self.store.snapshot().await?;
        let leaf = snapshot.leaf(entry).await?;
        snapshot.end().await?;
        Ok(leaf.is_some_and(|leaf| hexadecimal(&leaf.commitment) == watermark.commitment))
    }

    /// Builds the index from the table, in a folder of its own, and takes it into use.
    async fn build(self: &Arc<Self>) -> Result<(), StoreError> {
        let mut snapshot = self.store.snapshot().await?;
        self.done.store(0, Ordering::Relaxed);
        self.total.store(snapshot.organisation_names_count().await?, Ordering::Relaxed);
        let old = generations(&self.folder);
        let folder = self.folder.join(next_generation(&old));
        let cannot = |error: std::io::Error| StoreError::file(&folder, &error);
        std::fs::create_dir_all(&folder).map_err(cannot)?;
        let (mut names, mut place) = (Collected::new(folder.join(COLLECTED)).map_err(cannot)?, None);
        let mut found = snapshot.organisation_names_since(place, NAMES_AT_ONCE).await?;
        while let Some(last) = found.last() {
            place = Some((last.entry, last.subject));
            // The next names are read while these are sorted.
            let sorted = tokio::task::spawn_blocking(move || {
                found.iter().try_for_each(|found| names.push(found.subject, &found.name)).map(|()| names)
            });
            found = snapshot.organisation_names_since(place, NAMES_AT_ONCE).await?;
            names = sorted.await.map_err(fault)?.map_err(cannot)?;
            // Reading is the shorter half of the work.
            self.done.store(names.count() / 2, Ordering::Relaxed);
        }
        let watermark = self.watermark(&mut snapshot, place).await?;
        snapshot.end().await?;

        let (inner, made_from) = (Arc::clone(self), watermark.clone());
        let built = tokio::task::spawn_blocking(move || {
            let half = names.count() / 2;
            let progress = |done: u64| inner.done.store(half + done / 2, Ordering::Relaxed);
            NameIndex::build(&folder, names, &made_from, &progress)
        });
        let index = built.await.map_err(fault)?.map_err(fault)?;
        self.install(index, &watermark);
        self.done.store(self.total.load(Ordering::Relaxed), Ordering::Relaxed);
        for folder in old {
            // An index that is still being read keeps its files until it is let go.
            let _ = std::fs::remove_dir_all(folder);
        }
        Ok(())
    }

    async fn watermark(
        &self,
        reader: &mut Reader,
        place: Option<(EntryNumber, SubjectNumber)>,
    ) -> Result<Watermark, StoreError> {
        let mut watermark = Watermark::new(self.store.origin());
        if let Some((entry, subject)) = place {
            let leaf = reader.leaf(entry).await?;
            watermark.entry = Some(entry.0);
            watermark.subject = Some(subject.0);
            watermark.commitment = leaf.map(|leaf| hexadecimal(&leaf.commitment)).unwrap_or_default();
        }
        Ok(watermark)
    }

    /// Brings the index up to date where it pays, and says whether there is more to do at once.
    async fn catch_up(self: &Arc<Self>) -> Result<bool, StoreError> {
        let index = self.index.read().unwrap_or_else(PoisonError::into_inner).clone();
        // What was deleted under us is still read, but neither kept nor caught up with.
        let kept = !generations(&self.folder).is_empty();
        let Some(index) = index.filter(|_| kept) else { return self.build().await.map(|()| true) };
        let mut snapshot = self.store.snapshot().await?;
        while self.take_new_names(&mut snapshot).await? == NEW_NAMES_AT_ONCE
            && self.new_names().names.len() < NEW_NAMES_READ_MAX
        {}
        let (names, place) = self.names_to_write();
        if names.is_empty() {
            return snapshot.end().await.map(|()| false);
        }
        let watermark = self.watermark(&mut snapshot, place).await?;
        snapshot.end().await?;
        let (ordered, others) = index.sizes().map_err(fault)?;
        if others + names.len() as u64 > (ordered / 4).max(100_000) {
            return self.build().await.map(|()| true);
        }
        let written = tokio::task::spawn_blocking(move || index.catch_up(&names, &watermark).map(|()| names));
        match written.await.map_err(broken).flatten() {
            Ok(names) => {
                let mut new_names = self.new_names();
                for name in names {
                    let subject = rank::subject_of(name.key);
                    if new_names.names.get(&subject).is_some_and(|newer| newer.normal == name.normal) {
                        new_names.names.remove(&subject);
                    }
                }
                Ok(true)
            }
            // Another process writes this index: what is new stays in memory.
            Err(tantivy::TantivyError::LockFailure(..)) => Ok(false),
            Err(error) => {
                // The old one is read until a new one is there.
                tracing::warn!(%error, "the search index cannot be written and is built anew");
                self.build().await.map(|()| true)
            }
        }
    }

    /// The names that are to be put into the index: none while there are few.
    fn names_to_write(&self) -> (Vec<Ranked>, Option<(EntryNumber, SubjectNumber)>) {
        let new_names = self.new_names();
        if new_names.names.len() < NEW_NAMES_MAX {
            return (Vec::new(), None);
        }
        let names =
            new_names.names.values().map(|name| Ranked { key: name.key, normal: name.normal.clone() });
        (names.collect(), new_names.place)
    }
}

/// The task that keeps the index: it ends with the last user of the search.
async fn keep(inner: Weak<Inner>) {
    if let Some(inner) = inner.upgrade()
        && let Err(error) = inner.open_kept().await
    {
        tracing::warn!(%error, "the search index could not be opened");
    }
    loop {
        let Some(strong) = inner.upgrade() else { return };
        if strong.store.shared.readers.is_closed() {
            return;
        }
        let more = strong.catch_up().await.unwrap_or_else(|error| {
            tracing::warn!(%error, "the search index could not be brought up to date");
            false
        });
        drop(strong);
        if !more {
            tokio::time::sleep(TICK).await;
        }
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
