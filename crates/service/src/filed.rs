//! What an office filed, as it finds it again: by batch, line and document number, and no other way (Article 14).
//!
//! Nothing here tells about whom a line is: whoever wants to know opens the record, which is an inquiry with its entry
//! ([`Platform::record_history`]).

use law::{Day, Instant};
use register::authority::AuthorityCode;
use register::caller::Caller;
use register::catalogue::ItemCode;
use register::record::{BatchNumber, Content, Record, RecordNumber};
use register::rules::access::{Undertaking, may_undertake};
use register::ruling::Refusal;
use serde::Serialize;
pub use store::BatchState;
use store::{BatchesAsked, Reader};

use crate::error::ServiceError;
use crate::facts;
use crate::filing::BatchView;
use crate::platform::Platform;

/// How many batches or lines are read at once at most.
pub const FILED_AT_ONCE_MAX: u64 = 200;
/// How many of an office's lines are looked through for a document number, the newest first.
pub const LINES_LOOKED_THROUGH_MAX: u64 = 20_000;
/// How many are opened together.
const LINES_TOGETHER: u64 = 500;

/// Which batches of one's own are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BatchesWanted {
    /// Of one item.
    pub item: Option<ItemCode>,
    /// In one state.
    pub state: Option<BatchState>,
    /// Before this batch.
    pub before: Option<BatchNumber>,
}

/// A batch with the time at which it was opened.
#[derive(Debug, Clone, Serialize)]
pub struct BatchLine {
    /// The batch.
    #[serde(flatten)]
    pub batch: BatchView,
    /// When it was opened, to the minute.
    pub at: Instant,
}

/// A line that was filed, without whom it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FiledLine {
    /// The record.
    pub record: RecordNumber,
    /// The batch.
    pub batch: BatchNumber,
    /// The line in the batch's file, from 1.
    pub line: u64,
    /// The number of the document it rests on.
    pub document_number: String,
    /// The day of the finding.
    pub finding_day: Day,
    /// 1 when filed, one more with each correction.
    pub version: u32,
    /// How it stands.
    pub standing: LineStanding,
}

/// How a filed line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LineStanding {
    /// It stands.
    Standing,
    /// Its batch is not in force.
    NotInForce,
    /// It was revoked.
    Revoked,
    /// Credit was restored as to it.
    Restored,
    /// It was withdrawn from display.
    Withdrawn,
}

impl FiledLine {
    fn new(record: &Record, content: Content) -> Self {
        let standing = if record.revoked.is_some() {
            LineStanding::Revoked
        } else if !record.in_force {
            LineStanding::NotInForce
        } else if record.restored.is_some() {
            LineStanding::Restored
        } else if record.withdrawn.is_some() {
            LineStanding::Withdrawn
        } else {
            LineStanding::Standing
        };
        Self {
            record: record.number,
            batch: record.batch,
            line: record.line,
            document_number: content.document_number,
            finding_day: record.finding_day,
            version: record.version,
            standing,
        }
    }
}

/// Lines that were found by a document number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FoundLines {
    /// The lines.
    pub lines: Vec<FiledLine>,
    /// How many lines were looked through.
    pub looked: u64,
    /// Whether those were all of the office's lines of the item, or of the batch that was named.
    pub complete: bool,
}

/// Where a document number is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineWanted {
    /// The item.
    pub item: ItemCode,
    /// The document's number, as it was filed.
    pub document_number: String,
    /// The batch, where it is known.
    pub batch: Option<BatchNumber>,
}

fn own_office(by: &Caller) -> Result<AuthorityCode, ServiceError> {
    may_undertake(Undertaking::ReadBatch, by)?;
    by.office().cloned().ok_or_else(|| Refusal::from(Undertaking::FileBatch.refusal()).into())
}

async fn lines_of(reader: &mut Reader, records: Vec<Record>) -> Result<Vec<FiledLine>, ServiceError> {
    let opened = facts::contents(reader, records).await?;
    Ok(opened.into_iter().map(|(record, content)| FiledLine::new(&record, content)).collect())
}

impl Platform {
    /// The batches of the caller's office, the newest first.
    ///
    /// Articles: 14
    ///
    /// # Errors
    /// When the caller is no office, or the store fails.
    pub async fn batches(
        &self,
        wanted: &BatchesWanted,
        limit: u64,
        by: &Caller,
    ) -> Result<Vec<BatchLine>, ServiceError> {
        let authority = own_office(by)?;
        let mut snapshot = self.store().snapshot().await?;
        let asked = BatchesAsked {
            authority: &authority,
            item: wanted.item.as_ref(),
            state: wanted.state,
            before: wanted.before,
            limit: limit.min(FILED_AT_ONCE_MAX),
        };
        let batches = snapshot.batches_of(asked).await?;
        snapshot.end().await?;
        Ok(batches.into_iter().map(|(batch, at)| BatchLine { batch: batch.into(), at }).collect())
    }

    /// The lines of a batch after one of its records, in order.
    ///
    /// Articles: 14
    ///
    /// # Errors
    /// When the caller's office did not file the batch, or the store fails.
    pub async fn batch_lines(
        &self,
        number: BatchNumber,
        after: Option<RecordNumber>,
        limit: u64,
        by: &Caller,
    ) -> Result<Vec<FiledLine>, ServiceError> {
        own_office(by)?;
        self.batch(number, by).await?;
        let mut snapshot = self.store().snapshot().await?;
        let records = snapshot.filed_in_batch(number, after, limit.min(FILED_AT_ONCE_MAX)).await?;
        let lines = lines_of(&mut snapshot, records).await?;
        snapshot.end().await?;
        Ok(lines)
    }

    /// The lines of the caller's office under a document number. Contents are sealed, so that they are opened one after the
    /// other, the newest first and no more than [`LINES_LOOKED_THROUGH_MAX`]; whom a line is about is not read.
    ///
    /// Articles: 14
    ///
    /// # Errors
    /// When the caller is no office, or the store fails.
    pub async fn find_filed(&self, wanted: &LineWanted, by: &Caller) -> Result<FoundLines, ServiceError> {
        let authority = own_office(by)?;
        let number = wanted.document_number.trim();
        let mut found = FoundLines { lines: Vec::new(), looked: 0, complete: false };
        let mut before = None;
        let mut snapshot = self.store().snapshot().await?;
        while found.looked < LINES_LOOKED_THROUGH_MAX {
            let records =
                snapshot.filed_by(&authority, &wanted.item, wanted.batch, before, LINES_TOGETHER).await?;
            let read = records.len() as u64;
            before = records.last().map(|record| record.number);
            found.looked += read;
            let lines = lines_of(&mut snapshot, records).await?;
            found.lines.extend(lines.into_iter().filter(|line| line.document_number == number));
            if read < LINES_TOGETHER {
                found.complete = true;
                break;
            }
        }
        snapshot.end().await?;
        Ok(found)
    }
}
