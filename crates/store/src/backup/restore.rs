//! Restoring a backup into an empty store of either engine.
//!
//! The mark `restoring` is written together with the empty tables and taken away at the very end: a store that has it is
//! opened by nobody, and the same command begins it again. In its place comes `restored`: the store is whole and may be
//! read, verified and compared, but nothing is written and nothing signed until [`crate::Store::confirm`].

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use journal::{rewrap, sealed_under};
use register::change::Table;

use crate::address;
use crate::backup::check;
use crate::backup::confirm::Restored;
use crate::backup::files::{FileOf, RowsReader};
use crate::backup::keys_folder;
use crate::backup::manifest::Manifest;
use crate::backup::take::other_tables;
use crate::erasure;
use crate::error::StoreError;
use crate::keys::{Keys, fault};
use crate::project::{Sealing, write_rows};
use crate::rebuild::{RebuildReport, fold};
use crate::schema::{self, ENTRY, META, PAYLOAD, PAYLOAD_KEY};
use crate::sql::{Connection, Role, Value};
use crate::statements::{self, statements};
use crate::store::{Demo, Store, StoreOptions};
use crate::verify::Progress;

statements! {
    MARK = "select value from meta where name = 'restoring'";
    UNMARK = "delete from meta where name = 'restoring'";
}

/// So many rows are written in one transaction.
const ROWS_A_COMMIT: usize = 8192;

/// What to restore from.
#[derive(Debug, Clone)]
pub struct RestoreOptions {
    /// The folder of the backup.
    pub from: PathBuf,
    /// The folder of the payload keys; `payload-keys` in the first one when none is named.
    pub keys_from: Option<PathBuf>,
    /// Entries that are known to be erased, also after the backup was taken: their keys are not restored.
    pub erased: BTreeSet<u64>,
}

/// What was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoreReport {
    /// The journal's name.
    pub origin: String,
    /// The number of entries.
    pub entries: u64,
    /// The root over them, in base64.
    pub root: String,
    /// How many entries the newest checkpoint in the backup covers.
    pub checkpoint_size: u64,
    /// When the backup was taken.
    pub taken_at: String,
    /// Entries whose key was left out because they are known to be erased.
    pub erased: u64,
    /// Entries that have no key, those included.
    pub without_key: u64,
    /// Rows of journal and operational tables that were written.
    pub rows: u64,
}

/// A step of a long restoration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RestoreStep {
    /// Every file is compared with the manifest.
    Checking,
    /// Entries and payloads are written.
    Writing,
    /// The tables are made from the journal.
    Folding,
}

type Reached<'a> = &'a (dyn Fn(RestoreStep, Progress) + Send + Sync);

impl Store {
    /// Restores a backup into the store that the options name, which must be empty or a restoration that was broken off.
    /// Everything in the backup is checked before the first row is written. The keys of the store (ring and, for a real
    /// store, public or signing key) must be at hand; they are never in a backup.
    ///
    /// # Errors
    /// When the backup is not whole, the keys are another store's, there is something in the target, or the database fails.
    pub async fn restore(
        options: &StoreOptions,
        asked: &RestoreOptions,
        progress: Reached<'_>,
    ) -> Result<RestoreReport, StoreError> {
        let checking = |reached| progress(RestoreStep::Checking, reached);
        let sound = check::check(&asked.from, asked.keys_from.as_deref(), None, &checking)?;
        let manifest = &sound.journal;
        if manifest.schema > schema::SCHEMA_VERSION {
            return Err(StoreError::SchemaVersion { found: manifest.schema, known: schema::SCHEMA_VERSION });
        }
        let of_keys = sound.keys.as_ref().ok_or_else(|| {
            StoreError::Backup(
                "the payload keys are not there: name their folder, or no payload can be opened".to_owned(),
            )
        })?;
        let keys = keys_of(options, manifest)?;
        let ring = keys.ring.as_ref();
        let ring = ring.ok_or_else(|| StoreError::Keys("`keys.json` is not there".to_owned()))?;
        let sealing = Sealing::new(ring, options.randomness.as_ref());
        let target = options.address.target()?;
        if let Some(folder) = options.address.folder() {
            std::fs::create_dir_all(folder).map_err(|error| StoreError::file(folder, &error))?;
            // An index of names that another store left would find what this one must not show.
            let index = folder.join(address::INDEX);
            if index.exists() {
                return Err(StoreError::Exists(index.display().to_string()));
            }
        }
        let mut connection = Connection::open(&target, Role::Creator).await?;
        begin(&mut connection, &options.address.to_string(), target.is_sqlite()).await?;

        let mut loading =
            Loading { connection: &mut connection, version: manifest.schema, pending: Vec::new(), rows: 0 };
        let mut done = 0;
        for segment in &manifest.journal {
            loading.files(&asked.from, &segment.entries, &ENTRY, |row| Ok(Some(row))).await?;
            loading.files(&asked.from, &segment.payloads, &PAYLOAD, |row| Ok(Some(row))).await?;
            done = segment.end.max(done);
            progress(RestoreStep::Writing, Progress { done, total: manifest.size });
        }
        // What was erased after the backup was taken stays erased.
        let mut known = asked.erased.clone();
        if let Some(folder) = options.key_folder() {
            known.extend(erasure::listed(&folder, loading.connection).await?);
        }
        let keys_folder = keys_folder(&asked.from, asked.keys_from.as_deref());
        let (mut left_out, mut restored) = (0, 0);
        for of in of_keys.tables.values() {
            // The keys may be newer than the journal: what stands beyond it opens nothing here.
            let wanted = |mut row: Vec<Value>| {
                let [Value::Integer(entry), Value::Bytes(wrapped)] = row.as_mut_slice() else {
                    return Err(StoreError::Backup("a payload key is not of the known form".to_owned()));
                };
                let entry = u64::try_from(*entry).unwrap_or(u64::MAX);
                let erased = known.contains(&entry);
                left_out += u64::from(erased && entry < manifest.size);
                restored += u64::from(!erased && entry < manifest.size);
                if erased || entry >= manifest.size {
                    return Ok(None);
                }
                // From here on only the present keys are needed, whichever the backup was taken under.
                if sealed_under(wrapped) != Some(sealing.ring.current()) {
                    *wrapped = rewrap(sealing.ring, sealing.randomness, entry, wrapped)?;
                }
                Ok(Some(row))
            };
            loading.files(&keys_folder, of, &PAYLOAD_KEY, wanted).await?;
        }
        for table in other_tables() {
            let files = manifest.tables.get(table.name).map(Vec::as_slice).unwrap_or_default();
            // Which version the tables have here does not depend on the backup.
            let version = [Value::from("schema")];
            let ours = |row: &Vec<Value>| std::ptr::eq(table, &raw const META) && row.starts_with(&version);
            loading.files(&asked.from, files, table, |row| Ok(Some(row).filter(|row| !ours(row)))).await?;
        }
        let rows = loading.rows;

        let mut stored = Connection::open(&target, Role::Reader).await?;
        let mut report = RebuildReport::default();
        let folding = |reached| progress(RestoreStep::Folding, reached);
        fold(&sealing, &mut stored, &mut connection, &mut report, &folding).await?;
        stored.close().await;
        if let Some(difference) = report.differences.first() {
            return Err(StoreError::Damaged(format!("`{}`: {}", difference.table, difference.what)));
        }

        let mark = Restored {
            taken_at: manifest.taken_at.clone(),
            restored_at: options.clock.now().to_string(),
            size: manifest.size,
            erased: known.range(..manifest.size).copied().collect(),
        };
        connection.begin_writing().await?;
        connection.run(UNMARK, Vec::new()).await?;
        mark.write(&mut connection).await?;
        connection.commit().await?;
        connection.close().await;
        Ok(RestoreReport {
            origin: manifest.origin.clone(),
            entries: manifest.size,
            root: manifest.root.clone(),
            checkpoint_size: sound.checked.checkpoint_size,
            taken_at: manifest.taken_at.clone(),
            erased: left_out,
            without_key: manifest.size.saturating_sub(restored),
            rows,
        })
    }
}

/// The keys of the journal that is restored, as far as they are at hand.
fn keys_of(options: &StoreOptions, manifest: &Manifest) -> Result<Keys, StoreError> {
    let demo = manifest.demo.as_ref().map(|demo| {
        let day = demo.day.parse().map_err(|_| StoreError::Backup("the demo's day is none".to_owned()))?;
        Ok::<_, StoreError>(Demo { seed: demo.seed, day })
    });
    let keys = match demo.transpose()? {
        Some(_) if !options.demo_allowed => return Err(StoreError::Demo),
        Some(demo) => Keys::of_demo(&manifest.origin, demo.seed)?,
        None => {
            let keeper = options.ring_keeper().ok_or_else(|| {
                StoreError::Keys("name the folder with the keys of the store that was backed up".to_owned())
            })?;
            let mut keys = Keys::read(options.key_folder().as_deref(), Some(keeper.as_ref()))?;
            // An old backup opens with an old key.
            if let (Some(ring), Some(retired)) = (&mut keys.ring, keeper.retired()?) {
                ring.absorb(&retired).map_err(fault)?;
            }
            keys
        }
    };
    let signer = keys.signer.as_ref().map(|signer| signer.0.verifier().clone());
    for public in signer.iter().chain(keys.verifier.as_ref()) {
        if public.to_vkey() != manifest.vkey {
            let what = format!("they are of `{}`, the backup is of `{}`", public.to_vkey(), manifest.vkey);
            return Err(StoreError::Keys(what));
        }
    }
    Ok(keys)
}

/// Makes the empty tables, with the mark. What an earlier restoration left is removed; anything else is refused.
async fn begin(connection: &mut Connection, address: &str, sqlite: bool) -> Result<(), StoreError> {
    connection.begin_writing().await?;
    let mut there = Vec::new();
    for table in schema::tables() {
        if connection.has_table(table.name).await? {
            there.push(table.name);
        }
    }
    if !there.is_empty() {
        let broken_off = there.contains(&"meta") && connection.row(MARK, Vec::new()).await?.is_some();
        if !broken_off {
            return Err(StoreError::Exists(address.to_owned()));
        }
        for name in there {
            connection.script(&format!("drop table {name}")).await?;
        }
    }
    schema::migrate(connection, 0, sqlite).await?;
    let mark = "insert into meta (name, value) values ('restoring', $1)";
    connection.run(mark, vec!["a restoration has begun and not ended".into()]).await?;
    connection.commit().await
}

/// Writes rows of files into their tables.
struct Loading<'a> {
    connection: &'a mut Connection,
    /// The version of the tables that the backup was taken from.
    version: i64,
    pending: Vec<Vec<Value>>,
    rows: u64,
}

impl Loading<'_> {
    async fn files(
        &mut self,
        folder: &Path,
        files: &[FileOf],
        table: &'static Table,
        mut wanted: impl FnMut(Vec<Value>) -> Result<Option<Vec<Value>>, StoreError>,
    ) -> Result<(), StoreError> {
        for of in files {
            let mut rows = RowsReader::open(folder, of, table, self.version)?;
            while let Some(row) = rows.next()? {
                self.pending.extend(wanted(row)?);
                if self.pending.len() >= ROWS_A_COMMIT {
                    self.flush(table).await?;
                }
            }
        }
        self.flush(table).await
    }

    async fn flush(&mut self, table: &'static Table) -> Result<(), StoreError> {
        let rows = std::mem::take(&mut self.pending);
        self.rows += rows.len() as u64;
        self.connection.begin_writing().await?;
        // Making the tables put a row into some of them.
        write_rows(self.connection, table, rows, statements::replace).await?;
        self.connection.commit().await
    }
}
