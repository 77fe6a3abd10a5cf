//! Taking a backup of a store that is being written to.
//!
//! One short transaction reads where the journal stands and every table that changes. Entries and payloads below that
//! size never change, so they are read afterwards without one: a reading transaction held for as long as a large journal
//! takes would keep the database from tidying up behind the pen. What is read is followed by the tree, and must give the
//! root that the newest checkpoint signs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use journal::{Checkpoint, Frontier, Leaf};
use register::change::{Table, TableClass};

use crate::backup::files::{FileOf, RowsWriter, check_file};
use crate::backup::manifest::{DemoOf, Manifest, Segment, frontier_text};
use crate::backup::{FORMAT, MANIFEST, keys_folder};
use crate::error::StoreError;
use crate::rows::Pages;
use crate::schema::{self, CHECKPOINT, ENTRY, JOURNAL_HEAD, PAYLOAD, PAYLOAD_KEY};
use crate::sql::{Connection, Role, Value};
use crate::store::Store;
use crate::verify::Progress;

/// So many entries lie in one segment at most.
const SEGMENT_ENTRIES_MAX: u64 = 32_768;
/// Segments that were finished by a run that has not ended yet, a line each.
const UNFINISHED: &str = "unfinished.jsonl";
/// Held while a run works in a folder; the system lets it go when the run ends in any way.
const LOCK: &str = "backup.lock";

/// What a backup holds, and what this run added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupReport {
    /// The number of entries.
    pub entries: u64,
    /// The root over them, in base64.
    pub root: String,
    /// How many entries the newest checkpoint covers.
    pub checkpoint_size: u64,
    /// Entries that were there from earlier runs.
    pub carried: u64,
    /// Payload keys.
    pub keys: u64,
    /// Where they lie.
    pub keys_folder: PathBuf,
    /// The files of the backup and of its keys.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// How many runs have gone into the folder.
    pub run: u64,
    /// Whether the journal's key signed the manifest.
    pub signed: bool,
}

/// Whether a table has a place of its own in a backup.
fn apart(table: &Table) -> bool {
    [&ENTRY, &PAYLOAD, &PAYLOAD_KEY].iter().any(|other| std::ptr::eq(table, *other))
}

/// The tables of a backup that lie neither with the entries nor with the keys.
pub(crate) fn other_tables() -> impl Iterator<Item = &'static Table> {
    // What is projected follows from the journal, and what passes is not brought back.
    schema::tables()
        .filter(|table| !matches!(table.class, TableClass::Projected | TableClass::Passing) && !apart(table))
}

fn number(row: &[Value]) -> Result<u64, StoreError> {
    match row.first() {
        Some(Value::Integer(number)) => u64::try_from(*number).ok(),
        _ => None,
    }
    .ok_or_else(|| StoreError::Damaged("an entry's number is wrong".to_owned()))
}

/// The leaf and the stored leaf hash of a row of `entry`.
pub(crate) fn leaf_of(row: &[Value]) -> Result<(Leaf, journal::Hash), StoreError> {
    let [
        Value::Integer(_),
        Value::Integer(minute),
        Value::Text(kind),
        Value::Text(office),
        Value::Text(article),
        Value::Bytes(commitment),
        Value::Bytes(hash),
    ] = row
    else {
        return Err(StoreError::Damaged("an entry is not of the known form".to_owned()));
    };
    let whole = |bytes: &Vec<u8>| {
        bytes.as_slice().try_into().map_err(|_| StoreError::Damaged("a hash is not 32 bytes".to_owned()))
    };
    let leaf = Leaf {
        number: number(row)?,
        minute: *minute,
        kind: kind.clone(),
        office: office.clone(),
        article: article.clone(),
        commitment: whole(commitment)?,
    };
    Ok((leaf, whole(hash)?))
}

/// Follows the tree through rows of `entry`, and compares it with the checkpoint where it has the checkpoint's size.
pub(crate) struct Following {
    pub(crate) frontier: Frontier,
    checkpoint: Option<Checkpoint>,
}

impl Following {
    pub(crate) fn new(frontier: Frontier, checkpoint: Option<Checkpoint>) -> Result<Self, StoreError> {
        let following = Self { frontier, checkpoint };
        following.compare()?;
        Ok(following)
    }

    /// Takes the next entry.
    pub(crate) fn push(&mut self, row: &[Value]) -> Result<(), StoreError> {
        let (leaf, hash) = leaf_of(row)?;
        let expected = self.frontier.size();
        if leaf.number != expected {
            return Err(StoreError::Tree(format!("entry {expected} is missing")));
        }
        if leaf.hash()? != hash {
            return Err(StoreError::Tree(format!("entry {expected} does not give the hash stored for it")));
        }
        self.frontier.append(hash);
        self.compare()
    }

    fn compare(&self) -> Result<(), StoreError> {
        match &self.checkpoint {
            Some(signed) if signed.size == self.frontier.size() && signed.root != self.frontier.root() => {
                Err(StoreError::Tree(format!(
                    "its {} entries are not those that its checkpoint signs",
                    signed.size
                )))
            }
            _ => Ok(()),
        }
    }
}

/// Where files go, and what is there.
struct Place<'a> {
    folder: &'a Path,
    run: u64,
}

impl Place<'_> {
    fn stem(&self, name: &str) -> String {
        format!("run-{:06}/{name}", self.run)
    }

    fn unfinished(&self) -> PathBuf {
        self.folder.join(self.stem(UNFINISHED))
    }

    /// Segments that a run which was broken off had finished, as far as they are sound.
    fn finished_before(&self, from: u64, to: u64) -> Vec<Segment> {
        let text = std::fs::read_to_string(self.unfinished()).unwrap_or_default();
        let mut found: Vec<Segment> = Vec::new();
        for line in text.lines() {
            let Ok(segment) = serde_json::from_str::<Segment>(line) else { break };
            let next = found.last().map_or(from, |segment| segment.end);
            let sound = segment.first == next
                && segment.end <= to
                && segment.frontier().is_ok()
                && segment.files().all(|of| check_file(self.folder, of).is_ok());
            if !sound {
                break;
            }
            found.push(segment);
        }
        found
    }

    /// Takes away what an earlier run noted: what is sound of it is noted again.
    fn forget_finished(&self) -> Result<(), StoreError> {
        let path = self.unfinished();
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(StoreError::file(&path, &error))
            }
            _ => Ok(()),
        }
    }

    fn note_finished(&self, segment: &Segment) -> Result<(), StoreError> {
        let path = self.unfinished();
        let write = || -> std::io::Result<()> {
            let mut file = std::fs::OpenOptions::new().create(true).append(true).open(&path)?;
            let mut line = serde_json::to_vec(segment)?;
            line.push(b'\n');
            file.write_all(&line)?;
            file.sync_data()
        };
        write().map_err(|error| StoreError::file(&path, &error))
    }
}

/// Locks a folder for this run.
fn lock(folder: &Path) -> Result<File, StoreError> {
    let path = folder.join(LOCK);
    let open = || {
        std::fs::create_dir_all(folder)?;
        File::create(&path)
    };
    let file = open().map_err(|error| StoreError::file(&path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => {
            Err(StoreError::Backup(format!("another run works in `{}`", folder.display())))
        }
        Err(std::fs::TryLockError::Error(error)) => Err(StoreError::file(&path, &error)),
    }
}

/// The manifest of a folder that this run goes on with; refuses a folder of something else.
fn earlier(folder: &Path, store: &Store, vkey: &str) -> Result<Option<Manifest>, StoreError> {
    let Some((manifest, _)) = Manifest::read(&folder.join(MANIFEST))? else {
        let listing = std::fs::read_dir(folder).map_err(|error| StoreError::file(folder, &error))?;
        for file in listing {
            let file = file.map_err(|error| StoreError::file(folder, &error))?;
            let name = file.file_name().to_string_lossy().into_owned();
            if name != LOCK && name != super::KEYS && !name.starts_with("run-") && !name.ends_with(".part") {
                let what = format!(
                    "the folder `{}` holds `{name}` and no backup: name an empty one",
                    folder.display()
                );
                return Err(StoreError::Backup(what));
            }
        }
        return Ok(None);
    };
    if manifest.origin != store.origin() || manifest.vkey != vkey {
        let (there, here) = (&manifest.vkey, vkey);
        let what = format!("the folder `{}` holds a backup of `{there}`, not of `{here}`", folder.display());
        return Err(StoreError::Backup(what));
    }
    Ok(Some(manifest))
}

/// Removes the files of runs that the manifest does not name, and folders that are empty then.
fn tidy(folder: &Path, manifest: &Manifest) -> Result<(), StoreError> {
    let named: BTreeSet<&str> = manifest.files().map(|of| of.name.as_str()).collect();
    let listing = |path: &Path| -> Result<Vec<PathBuf>, StoreError> {
        let entries = std::fs::read_dir(path).map_err(|error| StoreError::file(path, &error))?;
        Ok(entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect())
    };
    for run in listing(folder)? {
        let name = run.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if !name.starts_with("run-") || !run.is_dir() {
            continue;
        }
        let mut left = 0;
        for file in listing(&run)? {
            let relative =
                format!("{name}/{}", file.file_name().map(|name| name.to_string_lossy()).unwrap_or_default());
            if named.contains(relative.as_str()) {
                left += 1;
            } else {
                std::fs::remove_file(&file).map_err(|error| StoreError::file(&file, &error))?;
            }
        }
        if left == 0 {
            std::fs::remove_dir(&run).map_err(|error| StoreError::file(&run, &error))?;
        }
    }
    Ok(())
}

/// What one short transaction reads.
struct Moment {
    size: u64,
    note: Option<String>,
    tables: BTreeMap<String, Vec<FileOf>>,
}

async fn moment(store: &Store, connection: &mut Connection, place: &Place<'_>) -> Result<Moment, StoreError> {
    connection.begin_reading().await?;
    let mut moment = Moment { size: 0, note: None, tables: BTreeMap::new() };
    let mut newest = 0;
    for table in other_tables() {
        let mut files = RowsWriter::new(place.folder, place.stem(table.name), table);
        let mut pages = Pages::of(table);
        loop {
            let rows = pages.next(connection).await?;
            if rows.is_empty() {
                break;
            }
            for row in &rows {
                files.put(row)?;
                match row.as_slice() {
                    [Value::Integer(0), Value::Integer(size), ..]
                        if std::ptr::eq(table, &raw const JOURNAL_HEAD) =>
                    {
                        moment.size = u64::try_from(*size).unwrap_or(0);
                    }
                    [_, Value::Integer(size), Value::Text(note), ..]
                        if std::ptr::eq(table, &raw const CHECKPOINT) && *size >= newest =>
                    {
                        newest = *size;
                        moment.note = Some(note.clone());
                    }
                    _ => {}
                }
            }
        }
        moment.tables.insert(table.name.to_owned(), files.finish()?);
    }
    connection.commit().await?;
    if moment.size == 0 {
        return Err(StoreError::Backup(format!("the journal of `{}` is empty", store.address())));
    }
    Ok(moment)
}

/// Reads the rows of entries from a page of a table on, up to an end.
async fn copy(
    connection: &mut Connection,
    table: &'static Table,
    range: (u64, u64),
    files: &mut RowsWriter<'_>,
    mut each: impl FnMut(&[Value]) -> Result<(), StoreError>,
) -> Result<u64, StoreError> {
    let mut pages = Pages::from(table, range.0);
    let mut copied = 0;
    loop {
        let rows = pages.next(connection).await?;
        if rows.is_empty() {
            return Ok(copied);
        }
        for row in &rows {
            if number(row)? >= range.1 {
                return Ok(copied);
            }
            each(row)?;
            files.put(row)?;
            copied += 1;
        }
    }
}

impl Store {
    /// Backs the store up into a folder, while others write. A folder that holds a backup of this journal already is brought
    /// up to date: only new entries are read. The payload keys go to a folder of their own, `payload-keys` in the first one
    /// when none is named, and are written anew each time. A run that is broken off leaves the earlier backup as it was;
    /// the next one goes on where it stopped. Every file is read again and compared before the manifest names it.
    ///
    /// # Errors
    /// When the folder holds something else, the store's journal is not the one that is there or that its checkpoint signs,
    /// or the database or a file fails.
    pub async fn backup(
        &self,
        folder: &Path,
        keys: Option<&Path>,
        progress: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<BackupReport, StoreError> {
        let vkey = self.verifier()?.to_vkey();
        let keys_folder = keys_folder(folder, keys);
        let _lock = lock(folder)?;
        let before = earlier(folder, self, &vkey)?;
        let place = Place { folder, run: before.as_ref().map_or(0, |manifest| manifest.run) + 1 };
        let mut connection = Connection::open(&self.shared.target, Role::Verifier).await?;
        let moment = moment(self, &mut connection, &place).await?;
        let signed = moment.note.as_deref().map(|note| {
            Checkpoint::open(note.as_bytes(), self.verifier()?)
                .map_err(|error| StoreError::Tree(error.to_string()))
        });
        let signed = signed.transpose()?;
        let covered = signed.as_ref().map_or(0, |signed| signed.size);

        // Only what the checkpoint covers is carried: then its root vouches for all of it.
        let mut journal = before.map(|manifest| manifest.journal).unwrap_or_default();
        journal.retain(|segment| segment.end <= covered);
        let carried = journal.last().map_or(0, |segment| segment.end);
        let finished = place.finished_before(carried, covered);
        place.forget_finished()?;
        for segment in finished {
            place.note_finished(&segment)?;
            journal.push(segment);
        }
        let frontier = journal.last().map_or(Ok(Frontier::new()), Segment::frontier)?;
        let mut following = Following::new(frontier, signed)?;
        let carried = following.frontier.size();
        while following.frontier.size() < moment.size {
            let first = following.frontier.size();
            progress(Progress { done: first, total: moment.size });
            let end = (first + SEGMENT_ENTRIES_MAX).min(moment.size);
            let segment = self.segment(&mut connection, &place, &mut following, (first, end)).await?;
            place.note_finished(&segment)?;
            journal.push(segment);
        }
        let (root, size) = (STANDARD.encode(following.frontier.root()), moment.size);
        let taken_at = self.shared.clock.now().to_string();
        let manifest = Manifest {
            format: FORMAT.to_owned(),
            run: place.run,
            origin: self.origin().to_owned(),
            vkey,
            schema: self.shared.schema,
            demo: self.demo().map(|demo| DemoOf { seed: demo.seed, day: demo.day.to_string() }),
            taken_at,
            size,
            root,
            checkpoint: moment.note,
            journal,
            tables: moment.tables,
        };
        // The keys come first: a key set may be newer than the journal it opens, never older.
        let keys = self.backup_keys(&mut connection, &keys_folder, &manifest).await?;
        connection.close().await;
        for of in manifest.files() {
            check_file(folder, of)?;
        }
        let signer = self.shared.signer().ok();
        manifest.write(&folder.join(MANIFEST), signer)?;
        tidy(folder, &manifest)?;
        progress(Progress { done: size, total: size });
        let files = || manifest.files().chain(keys.files());
        Ok(BackupReport {
            entries: size,
            root: manifest.root.clone(),
            checkpoint_size: covered,
            carried,
            keys: keys.files().map(|of| of.rows).sum(),
            keys_folder,
            files: files().count() as u64,
            bytes: files().map(|of| of.bytes).sum(),
            run: manifest.run,
            signed: signer.is_some(),
        })
    }

    async fn segment(
        &self,
        connection: &mut Connection,
        place: &Place<'_>,
        following: &mut Following,
        (first, end): (u64, u64),
    ) -> Result<Segment, StoreError> {
        let stem = |name: &str| place.stem(&format!("{name}-{first:012}"));
        let mut files = RowsWriter::new(place.folder, stem("entry"), &ENTRY);
        let copied = copy(connection, &ENTRY, (first, end), &mut files, |row| following.push(row)).await?;
        if copied != end - first {
            return Err(StoreError::Tree(format!("entry {} is missing", first + copied)));
        }
        let entries = files.finish()?;
        let mut files = RowsWriter::new(place.folder, stem("payload"), &PAYLOAD);
        copy(connection, &PAYLOAD, (first, end), &mut files, |_| Ok(())).await?;
        let payloads = files.finish()?;
        Ok(Segment { first, end, frontier: frontier_text(&following.frontier), entries, payloads })
    }

    /// Writes the payload keys anew and removes the earlier ones.
    async fn backup_keys(
        &self,
        connection: &mut Connection,
        folder: &Path,
        journal: &Manifest,
    ) -> Result<Manifest, StoreError> {
        let _lock = lock(folder)?;
        let before = earlier(folder, self, &journal.vkey)?;
        let place = Place { folder, run: before.map_or(0, |manifest| manifest.run) + 1 };
        let mut files = RowsWriter::new(folder, place.stem(PAYLOAD_KEY.name), &PAYLOAD_KEY);
        copy(connection, &PAYLOAD_KEY, (0, journal.size), &mut files, |_| Ok(())).await?;
        let tables = BTreeMap::from([(PAYLOAD_KEY.name.to_owned(), files.finish()?)]);
        let manifest = Manifest { run: place.run, journal: Vec::new(), tables, ..journal.clone() };
        for of in manifest.files() {
            check_file(folder, of)?;
        }
        manifest.write(&folder.join(MANIFEST), self.shared.signer().ok())?;
        tidy(folder, &manifest)?;
        Ok(manifest)
    }
}
