//! Operation: how the platform itself stands, and what waits for the big data centre (Articles 13, 14).

use law::{InformationClass, Instant};
use register::authority::AuthorityCode;
use register::caller::Caller;
use register::catalogue::ItemCode;
use register::record::{BatchNumber, Record, RecordNumber};
use register::rules::access::{Undertaking, may_undertake};
use serde::Serialize;

use crate::error::ServiceError;
use crate::platform::Platform;

/// How the platform stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// The number of entries.
    pub journal_size: u64,
    /// The time of the last entry.
    pub last_entry: Instant,
    /// The size that the newest checkpoint covers.
    pub checkpoint_size: u64,
    /// The key of the ring under which is written now.
    pub ring_key: u32,
    /// How many keys the ring has.
    pub ring_keys: usize,
    /// Whether a rotation has begun and not come to its end.
    pub rotating: bool,
    /// Whether the index of organisations can be asked.
    pub search_ready: bool,
    /// How many names are in it, while it is built.
    pub search_done: u64,
    /// How many names there are, while it is built.
    pub search_total: u64,
}

/// A record that is held back until its subject's code is verified: where it came from, and nothing of what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HeldRecord {
    /// Its number.
    pub record: RecordNumber,
    /// Who filed it.
    pub authority: AuthorityCode,
    /// Its item.
    pub item: ItemCode,
    /// Its class.
    pub class: InformationClass,
    /// The batch.
    pub batch: BatchNumber,
    /// The line in the file.
    pub line: u64,
    /// The day of filing.
    pub filed_day: law::Day,
}

impl From<Record> for HeldRecord {
    fn from(record: Record) -> Self {
        Self {
            record: record.number,
            authority: record.authority,
            item: record.item,
            class: record.class,
            batch: record.batch,
            line: record.line,
            filed_day: record.filed_day,
        }
    }
}

impl Platform {
    /// How the platform stands, for the operator.
    ///
    /// Articles: 13
    ///
    /// # Errors
    /// When the caller is not the operator, or the store fails.
    pub async fn how_it_stands(&self, by: &Caller) -> Result<Standing, ServiceError> {
        may_undertake(Undertaking::ReadKeys, by)?;
        let covered = self.head().await?.size;
        let mut snapshot = self.store().snapshot().await?;
        let head = snapshot.head().await?;
        snapshot.end().await?;
        let keys = self.store().key_numbers().await?;
        let search = self.search();
        let progress = search.progress();
        Ok(Standing {
            journal_size: head.size,
            last_entry: head.time,
            checkpoint_size: covered,
            ring_key: keys.current.0,
            ring_keys: keys.keys.len(),
            rotating: keys.rotating,
            search_ready: search.is_ready(),
            search_done: progress.done,
            search_total: progress.total,
        })
    }

    /// Records after one of them that are held back until a code is verified, in their order: for the operator, who opens each by
    /// an inquiry ([`Platform::open_held_record`]).
    ///
    /// Articles: 13, 14
    ///
    /// # Errors
    /// When the caller is not the operator, or the store fails.
    pub async fn held_records(
        &self,
        after: Option<RecordNumber>,
        limit: u64,
        by: &Caller,
    ) -> Result<Vec<HeldRecord>, ServiceError> {
        may_undertake(Undertaking::ReadKeys, by)?;
        let mut snapshot = self.store().snapshot().await?;
        let held = snapshot.held_records(after.unwrap_or(RecordNumber(0)), limit).await?;
        snapshot.end().await?;
        Ok(held.into_iter().map(HeldRecord::from).collect())
    }
}
