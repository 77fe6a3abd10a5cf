//! What would become of a file, before anything of it is filed (Article 14).

use register::caller::Caller;
use register::record::BatchNumber;
use register::view::{FieldView, line_fields};
use serde::Serialize;

use super::pass::{self, FilingProgress};
use super::{FileRequest, LineError, digest_of, requests};
use crate::error::ServiceError;
use crate::platform::Platform;

/// What would become of a file.
#[derive(Debug, Clone, Serialize)]
pub struct FilingPreview {
    /// SHA-256 of the file as it was sent.
    pub file_digest: String,
    /// Its lines.
    pub lines: u64,
    /// Lines that would be filed. A line that stands twice in the file is counted twice here and filed once.
    pub filed: u64,
    /// Lines that say what is held already; of those about human beings that is not asked before they are filed.
    pub unchanged: u64,
    /// Lines that would be refused.
    pub refused: u64,
    /// Columns outside the format, which would be dropped and not stored.
    pub dropped_columns: Vec<String>,
    /// The first lines as they were read, persons masked.
    pub first: Vec<PreviewLine>,
    /// The lines that would be refused, the first of them where there are very many.
    pub errors: Vec<LineError>,
    /// The batch by which the very same file was filed before: filing it again files nothing.
    pub before: Option<BatchNumber>,
}

/// A line as it was read.
#[derive(Debug, Clone, Serialize)]
pub struct PreviewLine {
    /// The line in the file, from 1.
    pub line: u64,
    /// Its fields in the format's order.
    pub fields: Vec<FieldView>,
}

impl Platform {
    /// Judges a file as it would be judged on filing, and writes nothing.
    ///
    /// Articles: 11, 14, 17
    ///
    /// # Errors
    /// When the caller may not file the item, the file cannot be read at all, or the store fails.
    pub async fn preview(
        &self,
        request: FileRequest,
        by: &Caller,
        progress: &(dyn Fn(FilingProgress) + Send + Sync),
    ) -> Result<FilingPreview, ServiceError> {
        let filing = self.prepare(request, by).await?;
        let file_digest = digest_of(filing.request.path.clone()).await?;
        let before = self.batch_asked_before(&filing, &requests(&filing.request, &file_digest)).await?;
        let looked = pass::look(&filing, progress).await?;
        let item = filing.catalogue.item(&filing.request.item);
        let first = looked.first.iter().filter_map(|(line, content)| {
            item.map(|item| PreviewLine { line: *line, fields: line_fields(content, item) })
        });
        Ok(FilingPreview {
            first: first.collect(),
            file_digest,
            lines: looked.lines,
            filed: looked.filed,
            unchanged: looked.unchanged,
            refused: looked.refused,
            dropped_columns: looked.dropped,
            errors: looked.errors,
            before: before.filter(|batch| batch.closed.is_some()).map(|batch| batch.number),
        })
    }
}
