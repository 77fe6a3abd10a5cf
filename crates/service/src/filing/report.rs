//! What a filing says of itself, at once and when it is asked again.

use journal::Receipt;
use register::authority::AuthorityCode;
use register::caller::Caller;
use register::catalogue::ItemCode;
use register::record::BatchNumber;
use register::rules::access::{Undertaking, may_undertake};
use register::ruling::Ground;
use register::subject::EntryNumber;
use serde::{Deserialize, Serialize};
use store::Batch;

use super::pass::Passed;
use super::{Filing, dropped_columns_of};
use crate::error::ServiceError;
use crate::platform::Platform;

/// A refused line with all its grounds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineError {
    /// The line in the file, from 1.
    pub line: u64,
    /// Why.
    pub grounds: Vec<Ground>,
}

/// What became of a file.
#[derive(Debug, Clone, Serialize)]
pub struct FilingReport {
    /// The batch; none when an all-or-nothing file was refused whole.
    pub batch: Option<BatchNumber>,
    /// Lines filed by this request.
    pub filed: u64,
    /// Lines that said what was held already.
    pub unchanged: u64,
    /// Lines refused.
    pub refused: u64,
    /// Whether the batch's records are in force.
    pub in_force: bool,
    /// Whether the same batch had been filed before: then nothing was filed now.
    pub repeated: bool,
    /// SHA-256 of the file as it was sent.
    pub file_digest: String,
    /// Columns outside the format, which were dropped and not stored.
    pub dropped_columns: Vec<String>,
    /// The refused lines, the first of them where there are very many.
    pub errors: Vec<LineError>,
    /// The receipt of the batch.
    pub receipt: Option<Receipt>,
}

impl FilingReport {
    /// An all-or-nothing file of which a line is refused: nothing of it was filed or staged.
    pub(super) fn refused_whole(digest: String, looked: Passed) -> Self {
        Self {
            batch: None,
            filed: 0,
            unchanged: 0,
            refused: looked.refused,
            in_force: false,
            repeated: false,
            file_digest: digest,
            dropped_columns: looked.dropped,
            errors: looked.errors,
            receipt: None,
        }
    }
}

/// A batch as its filer reads it.
#[derive(Debug, Clone, Serialize)]
pub struct BatchView {
    /// Its number.
    pub batch: BatchNumber,
    /// Who filed.
    pub authority: AuthorityCode,
    /// The item.
    pub item: ItemCode,
    /// SHA-256 of the file.
    pub file_digest: String,
    /// Whether it was all-or-nothing.
    pub all_or_nothing: bool,
    /// The entry that opened it.
    pub opened: EntryNumber,
    /// The entry that closed it; none while it is being filed, or was broken off.
    pub closed: Option<EntryNumber>,
    /// The entry by which it came into force.
    pub in_force: Option<EntryNumber>,
    /// Lines filed.
    pub filed: u64,
    /// Lines unchanged.
    pub unchanged: u64,
    /// Lines refused.
    pub refused: u64,
}

impl From<Batch> for BatchView {
    fn from(batch: Batch) -> Self {
        Self {
            batch: batch.number,
            authority: batch.authority,
            item: batch.item,
            file_digest: batch.file_digest,
            all_or_nothing: batch.staged,
            opened: batch.opened,
            closed: batch.closed,
            in_force: batch.in_force,
            filed: batch.filed,
            unchanged: batch.unchanged,
            refused: batch.refused,
        }
    }
}

impl Platform {
    /// The report of a file that was filed before: the same receipt, byte for byte, and nothing filed.
    pub(super) async fn repeated(&self, filing: &Filing, batch: Batch) -> Result<FilingReport, ServiceError> {
        let errors = self.batch_errors(batch.number, &filing.caller, 0, u64::from(u32::MAX)).await?;
        let mut snapshot = self.store().snapshot().await?;
        let columns = snapshot.meta(&dropped_columns_of(batch.number)).await?;
        snapshot.end().await?;
        Ok(FilingReport {
            batch: Some(batch.number),
            filed: 0,
            unchanged: batch.filed + batch.unchanged,
            refused: batch.refused,
            in_force: batch.in_force.is_some(),
            repeated: true,
            file_digest: batch.file_digest,
            dropped_columns: columns.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default(),
            errors,
            receipt: self.receipt_of_batch(batch.number).await?,
        })
    }

    /// A batch, for the authority that filed it and for the operator.
    ///
    /// Articles: 14
    ///
    /// # Errors
    /// When there is no such batch of the caller's, or the store fails.
    pub async fn batch(&self, number: BatchNumber, by: &Caller) -> Result<BatchView, ServiceError> {
        may_undertake(Undertaking::ReadBatch, by)?;
        let mut snapshot = self.store().snapshot().await?;
        let batch = snapshot.batch(number).await?;
        snapshot.end().await?;
        batch
            .filter(|batch| by.is_operator() || by.office() == Some(&batch.authority))
            .map(BatchView::from)
            .ok_or_else(|| ServiceError::NotFound { what: format!("batch {} of your office", number.0) })
    }

    /// The refused lines of a batch after the n-th of them.
    ///
    /// # Errors
    /// When there is no such batch of the caller's, or the store fails.
    pub async fn batch_errors(
        &self,
        number: BatchNumber,
        by: &Caller,
        after: u64,
        limit: u64,
    ) -> Result<Vec<LineError>, ServiceError> {
        self.batch(number, by).await?;
        let mut snapshot = self.store().snapshot().await?;
        let errors = snapshot.batch_errors(number, after, limit).await?;
        snapshot.end().await?;
        errors
            .iter()
            .map(|error| {
                serde_json::from_str(&error.body)
                    .map_err(|error| store::StoreError::Damaged(format!("a refused line: {error}")).into())
            })
            .collect()
    }
}
