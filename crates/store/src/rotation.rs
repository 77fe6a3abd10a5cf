//! Rotating the keys of a store that is served.
//!
//! A new key and a new index key are kept first, and `journal_head` names the key under the pen: whoever takes the pen
//! after that writes under it ([`crate::ring`]). What lies under the older keys can then only become less, and is gone
//! through once, in holdings of the pen of some milliseconds:
//!
//! - an entry's payload key is wrapped anew, and in the same transaction the keyed digests that the entry's event gave its
//!   rows are made again under the new index key. So an entry whose key is under the new one has its digests there too,
//!   and a rotation that was broken off goes on by looking for older keys alone;
//! - sealed columns are sealed anew, row by row.
//!
//! Neither a leaf nor a payload changes. A row of an event changes only from one key to another: what it says stays.

pub(crate) mod holding;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use journal::{IndexKeyId, KeyId, KeyRing, open_payload, rewrap, sealed_under};
use register::change::{ColumnKind, Table};
use register::tables::{IDENTIFIER_INDEX, PROJECTED, changes};
use serde::{Deserialize, Serialize};

use self::holding::{Held, Older, digests_of};
use crate::error::StoreError;
use crate::read::entries::read_act;
use crate::read::subjects::fill;
use crate::ring::HeldRing;
use crate::rows::Pages;
use crate::schema::{META, PAYLOAD_KEY, place};
use crate::sql::{Row, Value};
use crate::statements::{of_size, padded, statements};
use crate::store::Store;
use crate::verify::Progress;

statements! {
    NOTE = "select value from meta where name = 'rotation'";
    WRAPPED = "select entry, wrapped from payload_key where entry >= $1 order by entry limit $2";
    PAYLOADS = "select k.entry, k.wrapped, p.sealed from payload_key k join payload p on p.entry = k.entry where k.entry in (#1)";
    INDEXES = "select index_key, count(*) from identifier_index group by index_key order by index_key";
    SIZE = "select size from journal_head where journal = 0";
}

/// The name in `meta` of the note about the last rotation.
const NOTE_NAME: &str = "rotation";
/// How many wrapped keys are looked at at once.
const LOOKED_AT_ONCE: u64 = 4096;
/// How many entries or rows are changed in one holding of the pen, at least, at most and at first.
const BATCH: [usize; 3] = [8, 256, 32];
/// The pen is held about so long; the size of a batch follows.
const HOLD: Duration = Duration::from_millis(10);

/// The numbers of the keys in a ring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyNumbers {
    /// The key that new things are sealed under.
    pub current: KeyId,
    /// All keys.
    pub keys: Vec<KeyId>,
    /// The index key that new digests are made with.
    pub current_index: IndexKeyId,
    /// All index keys.
    pub index_keys: Vec<IndexKeyId>,
    /// Keys that were retired and are kept for old backups.
    pub retired: Vec<KeyId>,
    /// Whether a rotation was begun and not ended.
    pub rotating: bool,
}

/// What a rotation did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RotationReport {
    /// The key that everything is under now.
    pub key: u32,
    /// The index key that every digest is made with now.
    pub index_key: u32,
    /// Whether it went on with a rotation that was broken off.
    pub resumed: bool,
    /// Payload keys that were wrapped anew.
    pub payload_keys: u64,
    /// Rows whose keyed digests were made anew.
    pub digests: u64,
    /// Rows whose sealed columns were sealed anew.
    pub sealed_rows: u64,
    /// How often the pen was held for it.
    pub holdings: u64,
    /// How long it was held at the longest, in milliseconds, without waiting for it and for the commit.
    pub hold_milliseconds_max: u64,
}

/// What is under which key, by the key's number.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Left {
    /// Payload keys wrapped under a key.
    pub payload_keys: BTreeMap<u32, u64>,
    /// Rows with a column sealed under a key.
    pub sealed_rows: BTreeMap<u32, u64>,
    /// Rows of the blind index by index key.
    pub indexes: BTreeMap<u32, u64>,
}

impl Left {
    /// How much is under keys older than these.
    fn older(&self, ring: &KeyRing) -> u64 {
        let (key, index) = (ring.current().0, ring.current_index().0);
        let older = |counts: &BTreeMap<u32, u64>, key: u32| counts.range(..key).map(|(_, n)| n).sum::<u64>();
        older(&self.payload_keys, key) + older(&self.sealed_rows, key) + older(&self.indexes, index)
    }
}

/// What was retired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetireReport {
    /// The keys that were taken out of the ring; none where there was nothing to retire.
    pub retired: Vec<KeyId>,
    /// The key that stays.
    pub current: KeyId,
}

/// The note about the last rotation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    /// To which key.
    key: u32,
    /// Whether nothing was left under an older one at its end.
    ended: bool,
}

/// Batches whose size follows from how long the pen was held.
struct Batches {
    size: usize,
    report: RotationReport,
}

impl Batches {
    /// Notes what a holding did, and gives way to whoever waits for the pen.
    async fn held(&mut self, held: Held) {
        self.report.payload_keys += held.payload_keys;
        self.report.digests += held.digests;
        self.report.sealed_rows += held.sealed_rows;
        self.report.holdings += 1;
        let milliseconds = u64::try_from(held.time.as_millis()).unwrap_or(u64::MAX);
        self.report.hold_milliseconds_max = self.report.hold_milliseconds_max.max(milliseconds);
        let [least, most, _] = BATCH;
        if held.time > HOLD {
            self.size = (self.size / 2).max(least);
        } else if held.time * 3 < HOLD {
            self.size = (self.size * 2).min(most);
        }
        tokio::time::sleep(held.time).await;
    }
}

impl Store {
    /// The numbers of the keys that the store is under.
    ///
    /// # Errors
    /// When the ring cannot be read or the database fails.
    pub async fn key_numbers(&self) -> Result<KeyNumbers, StoreError> {
        let held = &self.shared.ring;
        held.renew()?;
        let ring = held.now()?;
        let retired = held.keeper().map_or(Ok(None), |keeper| keeper.retired())?;
        let rotating = self.rotation_note().await?.is_some_and(|note| !note.ended);
        Ok(KeyNumbers {
            current: ring.current(),
            keys: ring.key_ids().collect(),
            current_index: ring.current_index(),
            index_keys: ring.index_key_ids().collect(),
            retired: retired.map(|retired| retired.key_ids().collect()).unwrap_or_default(),
            rotating,
        })
    }

    /// Adds a key and an index key to the ring that is kept, without using them: so that the ring can be brought to other
    /// servers first. Gives the key's number; where one is prepared already, that one's.
    ///
    /// # Errors
    /// When the ring cannot be changed: it is a demo store's, or stands in the environment itself.
    pub async fn prepare_rotation(&self) -> Result<KeyId, StoreError> {
        let shared = Arc::clone(&self.shared);
        self.write(move |_| {
            let shared = Arc::clone(&shared);
            Box::pin(async move {
                let keeper = shared.ring.keeper()?;
                shared.ring.renew()?;
                let mut ring = KeyRing::clone(&*shared.ring()?);
                if ring.newest() == ring.current() {
                    ring.prepare(shared.randomness.as_ref()).map_err(crate::keys::fault)?;
                    keeper.keep(&ring)?;
                    shared.ring.renew()?;
                }
                Ok(ring.newest())
            })
        })
        .await
    }

    /// Rotates the keys while the store is served: everything is brought under a new key and a new index key. Where a
    /// rotation was broken off, that one goes on.
    ///
    /// # Errors
    /// When the ring cannot be changed (it is a demo store's, or stands in the environment itself), something sealed does
    /// not open, or the database fails. It can be begun again each time.
    pub async fn rotate(
        &self,
        progress: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<RotationReport, StoreError> {
        let resumed = self.begin_rotation().await?;
        let ring = self.shared.ring()?;
        let report = RotationReport {
            key: ring.current().0,
            index_key: ring.current_index().0,
            resumed,
            ..RotationReport::default()
        };
        let [_, _, size] = BATCH;
        let mut batches = Batches { size, report };
        self.rotate_entries(&ring, &mut batches, progress).await?;
        for table in PROJECTED {
            self.rotate_sealed(&ring, table, &mut batches).await?;
        }
        let left = self.left().await?.older(&ring);
        if left > 0 {
            let what = format!(
                "{left} things are still under older keys, and belong to no entry that can be opened"
            );
            return Err(StoreError::Damaged(what));
        }
        self.note_rotation(Note { key: ring.current().0, ended: true }).await?;
        Ok(batches.report)
    }

    /// Takes the older keys out of the ring, and keeps them beside it for old backups.
    ///
    /// # Errors
    /// When anything of the store is still under one of them, the ring cannot be changed, or the database fails.
    pub async fn retire_keys(&self) -> Result<RetireReport, StoreError> {
        self.shared.ring.renew()?;
        let ring = self.shared.ring()?;
        let keeper = self.shared.ring.keeper()?;
        if !ring.has_older() {
            return Ok(RetireReport { retired: Vec::new(), current: ring.current() });
        }
        // The pen names the current key from here on: nothing comes under the older ones while it is looked.
        self.write(|_| Box::pin(async { Ok::<_, StoreError>(()) })).await?;
        let left = self.left().await?.older(&ring);
        if left > 0 {
            return Err(StoreError::KeysStay(format!(
                "{left} things are still under older keys than {}: they are not retired before `credence keys rotate` has ended",
                ring.current()
            )));
        }
        let mut kept = KeyRing::clone(&ring);
        let retired = kept.retire();
        if let Some(retired) = &retired {
            keeper.retire(retired, &kept)?;
            self.shared.ring.hold(kept);
        }
        let retired = retired.map(|retired| retired.key_ids().collect()).unwrap_or_default();
        Ok(RetireReport { retired, current: ring.current() })
    }

    /// What is under which key. It reads every wrapped key and every sealed column, and opens none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn left(&self) -> Result<Left, StoreError> {
        let mut left = Left::default();
        let mut from = 0;
        loop {
            let rows = self.wrapped_from(from).await?;
            let Some((last, _)) = rows.last() else { break };
            from = last + 1;
            for (_, wrapped) in &rows {
                *left.payload_keys.entry(under(wrapped)).or_default() += 1;
            }
        }
        for table in PROJECTED.into_iter().filter(|table| has_sealed(table)) {
            let mut pages = Pages::of(table);
            loop {
                let rows = self.page(&mut pages).await?;
                if rows.is_empty() {
                    break;
                }
                for row in &rows {
                    let oldest = sealed_values(table, row).map(|(_, sealed)| under(sealed)).min();
                    if let Some(oldest) = oldest {
                        *left.sealed_rows.entry(oldest).or_default() += 1;
                    }
                }
            }
        }
        let mut snapshot = self.snapshot().await?;
        for row in snapshot.rows(&[&IDENTIFIER_INDEX], INDEXES, Vec::new()).await? {
            left.indexes.insert(u32::try_from(row.number(0)?).unwrap_or(u32::MAX), row.number(1)?);
        }
        snapshot.end().await?;
        Ok(left)
    }

    async fn rotation_note(&self) -> Result<Option<Note>, StoreError> {
        let mut snapshot = self.snapshot().await?;
        let row = snapshot.row(&[&META], NOTE, Vec::new()).await?;
        let note = row.map(|row| row.text(0).map(serde_json::from_str)).transpose()?;
        snapshot.end().await?;
        note.transpose().map_err(|error| StoreError::Damaged(format!("the note about a rotation: {error}")))
    }

    async fn note_rotation(&self, note: Note) -> Result<(), StoreError> {
        let text = serde_json::to_string(&note).map_err(|error| StoreError::Entry(error.to_string()))?;
        self.write(move |pen| {
            let text = text.clone();
            Box::pin(async move {
                pen.put_meta(NOTE_NAME, &text);
                Ok(())
            })
        })
        .await
    }

    /// Has the new keys kept and named by the journal; says whether a rotation goes on that was begun before.
    async fn begin_rotation(&self) -> Result<bool, StoreError> {
        let note = self.rotation_note().await?;
        let shared = Arc::clone(&self.shared);
        // Under the pen: of two who rotate at once the second finds what the first did.
        self.write(move |pen| {
            let (shared, note) = (Arc::clone(&shared), note.clone());
            Box::pin(async move {
                let held: &HeldRing = &shared.ring;
                let keeper = held.keeper()?;
                held.renew()?;
                let mut ring = KeyRing::clone(&*held.now()?);
                let ended = note.as_ref().is_some_and(|note| note.ended && note.key == ring.current().0);
                let resumed = ring.has_older() && !ended && ring.newest() == ring.current();
                if !resumed {
                    if ring.newest() == ring.current() {
                        ring.prepare(shared.randomness.as_ref()).map_err(crate::keys::fault)?;
                    }
                    ring.use_newest();
                    // Kept before anything is sealed under it, and taken up from where it is kept.
                    keeper.keep(&ring)?;
                    held.renew()?;
                    held.reach(ring.current())?;
                }
                let begun = Note { key: ring.current().0, ended: false };
                let text =
                    serde_json::to_string(&begun).map_err(|error| StoreError::Entry(error.to_string()))?;
                pen.put_meta(NOTE_NAME, &text);
                Ok(resumed)
            })
        })
        .await
    }

    /// Wrapped keys from an entry on.
    async fn wrapped_from(&self, from: u64) -> Result<Vec<(u64, Vec<u8>)>, StoreError> {
        let mut snapshot = self.snapshot().await?;
        let rows = snapshot.rows(&[&PAYLOAD_KEY], WRAPPED, vec![from.into(), LOOKED_AT_ONCE.into()]).await?;
        let found = rows.iter().map(|row| Ok((row.number(0)?, row.bytes(1)?.to_vec()))).collect();
        drop(rows);
        snapshot.end().await?;
        found
    }

    /// The next page of a table, in a reading of its own: none is held open for as long as a large table takes.
    async fn page(&self, pages: &mut Pages) -> Result<Vec<Vec<Value>>, StoreError> {
        let mut snapshot = self.snapshot().await?;
        let rows = pages.next(snapshot.connection()?).await?;
        snapshot.end().await?;
        Ok(rows)
    }

    async fn rotate_entries(
        &self,
        ring: &Arc<KeyRing>,
        batches: &mut Batches,
        progress: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<(), StoreError> {
        let mut snapshot = self.snapshot().await?;
        let total = snapshot.row(&[&crate::schema::JOURNAL_HEAD], SIZE, Vec::new()).await?;
        let total = total.map(|row| row.number(0)).transpose()?.unwrap_or(0);
        snapshot.end().await?;
        let mut from = 0;
        loop {
            let rows = self.wrapped_from(from).await?;
            let Some((last, _)) = rows.last() else { return Ok(()) };
            let next = last + 1;
            let older: Vec<u64> = rows
                .iter()
                .filter(|(_, wrapped)| sealed_under(wrapped) != Some(ring.current()))
                .map(|(entry, _)| *entry)
                .collect();
            let mut rest = older.as_slice();
            while !rest.is_empty() {
                let (batch, after) = rest.split_at(batches.size.min(rest.len()));
                rest = after;
                let older = Arc::new(self.older(ring, batch).await?);
                let held = self.write(move |pen| {
                    let older = Arc::clone(&older);
                    Box::pin(async move { pen.rotate_entries(&older).await })
                });
                batches.held(held.await?).await;
                progress(Progress { done: batch.last().copied().unwrap_or(from), total });
            }
            from = next;
            progress(Progress { done: from.min(total), total });
        }
    }

    /// Opens entries and makes what takes the place of their wrapped keys and digests, outside the pen.
    async fn older(&self, ring: &Arc<KeyRing>, entries: &[u64]) -> Result<Vec<Older>, StoreError> {
        let mut snapshot = self.snapshot().await?;
        let mut rows: Vec<Row> = Vec::with_capacity(entries.len());
        for (part, size) in padded(entries) {
            let values = fill(part, size, |entry| (*entry).into()).collect();
            rows.extend(snapshot.rows(&[&PAYLOAD_KEY], of_size(PAYLOADS, size), values).await?);
        }
        snapshot.end().await?;
        let (ring, shared) = (Arc::clone(ring), Arc::clone(&self.shared));
        let open = move || {
            rows.iter()
                .map(|row| {
                    let (entry, wrapped) = (row.number(0)?, row.bytes(1)?);
                    let opened = open_payload(&ring, entry, wrapped, row.bytes(2)?)?;
                    let act = read_act(entry, &opened.plaintext)?;
                    let mut digests = Vec::new();
                    for change in changes(&act.event) {
                        digests_of(&ring, change, &mut digests)?;
                    }
                    let rewrapped = rewrap(&ring, shared.randomness.as_ref(), entry, wrapped)?;
                    Ok(Older { entry, wrapped: wrapped.to_vec(), rewrapped, digests })
                })
                .collect()
        };
        tokio::task::spawn_blocking(open).await.unwrap_or(Err(StoreError::ActFailed))
    }

    async fn rotate_sealed(
        &self,
        ring: &Arc<KeyRing>,
        table: &'static Table,
        batches: &mut Batches,
    ) -> Result<(), StoreError> {
        if !has_sealed(table) {
            return Ok(());
        }
        let key = place(table, table.key.first().copied().unwrap_or_default())?;
        let mut pages = Pages::of(table);
        loop {
            let rows = self.page(&mut pages).await?;
            if rows.is_empty() {
                return Ok(());
            }
            let older: Vec<Value> = rows
                .iter()
                .filter(|row| has_older(table, row, ring.current()))
                .filter_map(|row| row.get(key).cloned())
                .collect();
            let mut rest = older.as_slice();
            while !rest.is_empty() {
                let (batch, after) = rest.split_at(batches.size.min(rest.len()));
                rest = after;
                let (batch, ring) = (Arc::new(batch.to_vec()), Arc::clone(ring));
                let held = self.write(move |pen| {
                    let (batch, ring) = (Arc::clone(&batch), Arc::clone(&ring));
                    Box::pin(async move { pen.rotate_sealed(&ring, table, &batch).await })
                });
                batches.held(held.await?).await;
            }
        }
    }
}

fn under(sealed: &[u8]) -> u32 {
    sealed_under(sealed).map_or(0, |key| key.0)
}

fn has_sealed(table: &Table) -> bool {
    table.columns.iter().any(|column| column.kind == ColumnKind::Sealed)
}

fn sealed_values<'a>(table: &'a Table, row: &'a [Value]) -> impl Iterator<Item = (&'static str, &'a [u8])> {
    table.columns.iter().zip(row).filter_map(|(column, value)| match (column.kind, value) {
        (ColumnKind::Sealed, Value::Bytes(sealed)) => Some((column.name, sealed.as_slice())),
        _ => None,
    })
}

fn has_older(table: &Table, row: &[Value], current: KeyId) -> bool {
    sealed_values(table, row).any(|(_, sealed)| sealed_under(sealed) != Some(current))
}
