//! Operational tables: receipts as they were given, refused lines of batches, rough counts of public looks, when keys were
//! used last, and facts about the store. Of use, not of proof: `rebuild` does not make them again.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use law::{Day, Instant};
use register::caller::KeyNumber;
use register::record::BatchNumber;
use register::subject::{EntryNumber, SubjectNumber};

use crate::error::StoreError;
use crate::pen::Pen;
use crate::reader::Reader;
use crate::schema::{BATCH_ERROR, META, PUBLIC_COUNT, RECEIPT};
use crate::sql::Connection;
use crate::statements::statements;
use crate::store::Store;

statements! {
    RECEIPT_GET = "select body from receipt where entry = $1";
    ERRORS = "select ordinal, body from batch_error where batch = $1 and ordinal > $2 order by ordinal limit $3";
    COUNT_PUT = "insert into public_count (subject, day, looks) values ($1, $2, $3) \
        on conflict (subject, day) do update set looks = public_count.looks + excluded.looks";
    KEY_SEEN = "insert into key_use (key, seen) values ($1, $2) on conflict (key) do update set seen = \
        case when excluded.seen > key_use.seen then excluded.seen else key_use.seen end";
    COUNTS_OF = "select day, looks from public_count where subject = $1 order by day desc limit $2";
    META_GET = "select value from meta where name = $1";
}

/// How often the last use of a key is written down at most, in milliseconds.
const KEY_SEEN_EVERY_MILLISECONDS: i64 = 60_000;
/// How many keys are kept in mind at most; beyond that the uses of all are noted anew.
const KEYS_KEPT_MAX: usize = 10_000;

/// What was counted or seen and not written yet: of use, and rough.
#[derive(Debug, Default)]
pub(crate) struct Noticed {
    looks: Mutex<HashMap<(SubjectNumber, Day), u64>>,
    keys: Mutex<KeysSeen>,
}

#[derive(Debug, Default)]
struct KeysSeen {
    /// When each key was noted last.
    noted: HashMap<KeyNumber, Instant>,
    /// Those to be written.
    waiting: HashMap<KeyNumber, Instant>,
}

/// What waits to be written.
pub(crate) struct ToWrite {
    looks: HashMap<(SubjectNumber, Day), u64>,
    keys: HashMap<KeyNumber, Instant>,
}

impl ToWrite {
    pub(crate) fn is_empty(&self) -> bool {
        self.looks.is_empty() && self.keys.is_empty()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Noticed {
    pub(crate) fn take(&self) -> ToWrite {
        let (mut looks, mut keys) = (lock(&self.looks), lock(&self.keys));
        ToWrite { looks: std::mem::take(&mut *looks), keys: std::mem::take(&mut keys.waiting) }
    }
}

pub(crate) async fn write_noticed(connection: &mut Connection, noticed: ToWrite) -> Result<(), StoreError> {
    for ((subject, day), looks) in noticed.looks {
        connection.run(COUNT_PUT, vec![subject.0.into(), day.to_string().into(), looks.into()]).await?;
    }
    for (key, seen) in noticed.keys {
        connection.run(KEY_SEEN, vec![key.0.into(), seen.milliseconds().into()]).await?;
    }
    Ok(())
}

/// A refused line of a batch, as it was reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchError {
    /// Its place among the refused lines, from 1.
    pub ordinal: u64,
    /// What was reported, as JSON text.
    pub body: String,
}

impl Store {
    /// Counts one look at an organisation's public data, without anything about who looked. It never waits: counts are
    /// written about once a second, and a crash loses that second.
    pub fn count_public_look(&self, subject: SubjectNumber, day: Day) {
        *lock(&self.shared.noticed.looks).entry((subject, day)).or_default() += 1;
    }

    /// Notes that a key was used. It never waits: about once a minute for each key it is written down a second later, and a
    /// crash loses that.
    pub fn note_key_use(&self, key: KeyNumber, now: Instant) {
        let mut keys = lock(&self.shared.noticed.keys);
        let is_new = keys.noted.get(&key).is_none_or(|noted| {
            now.milliseconds().saturating_sub(noted.milliseconds()) >= KEY_SEEN_EVERY_MILLISECONDS
        });
        if !is_new {
            return;
        }
        if keys.noted.len() >= KEYS_KEPT_MAX {
            keys.noted.clear();
        }
        keys.noted.insert(key, now);
        keys.waiting.insert(key, now);
    }
}

impl Reader {
    /// The receipt that was given for an entry, byte for byte.
    ///
    /// # Errors
    /// When the database fails; so with the others here.
    pub async fn receipt(&mut self, entry: EntryNumber) -> Result<Option<String>, StoreError> {
        let row = self.row(&[&RECEIPT], RECEIPT_GET, vec![entry.0.into()]).await?;
        row.map(|row| row.text(0).map(str::to_owned)).transpose()
    }

    /// The refused lines of a batch after one of them, in order.
    ///
    /// # Errors
    /// See [`Reader::receipt`].
    pub async fn batch_errors(
        &mut self,
        batch: BatchNumber,
        after: u64,
        limit: u64,
    ) -> Result<Vec<BatchError>, StoreError> {
        let values = vec![batch.0.into(), after.into(), limit.into()];
        let rows = self.rows(&[&BATCH_ERROR], ERRORS, values).await?;
        rows.iter()
            .map(|row| Ok(BatchError { ordinal: row.number(0)?, body: row.text(1)?.to_owned() }))
            .collect()
    }

    /// How often an organisation's public data was looked at, by day, the newest first.
    ///
    /// # Errors
    /// See [`Reader::receipt`].
    pub async fn public_looks(
        &mut self,
        subject: SubjectNumber,
        limit: u64,
    ) -> Result<Vec<(Day, u64)>, StoreError> {
        let rows = self.rows(&[&PUBLIC_COUNT], COUNTS_OF, vec![subject.0.into(), limit.into()]).await?;
        rows.iter().map(|row| Ok((crate::read::day(row.text(0)?)?, row.number(1)?))).collect()
    }

    /// A fact about the store.
    ///
    /// # Errors
    /// See [`Reader::receipt`].
    pub async fn meta(&mut self, name: &str) -> Result<Option<String>, StoreError> {
        let row = self.row(&[&META], META_GET, vec![name.into()]).await?;
        row.map(|row| row.text(0).map(str::to_owned)).transpose()
    }
}

impl Pen {
    /// Keeps the receipt of an entry. The first one stays: the same request is answered with the same receipt.
    pub fn put_receipt(&mut self, entry: EntryNumber, body: &str) {
        self.own.keep(&RECEIPT, vec![entry.0.into(), body.into()]);
    }

    /// Keeps refused lines of a batch; a line that is kept already stays as it is.
    pub fn put_batch_errors(&mut self, batch: BatchNumber, errors: &[BatchError]) {
        for error in errors {
            let row = vec![batch.0.into(), error.ordinal.into(), error.body.as_str().into()];
            self.own.keep(&BATCH_ERROR, row);
        }
    }

    /// Notes a fact about the store.
    pub fn put_meta(&mut self, name: &str, value: &str) {
        self.own.replace(&META, vec![name.into(), value.into()]);
    }
}
