//! The refused lines of a file, given back to whoever filed it (Article 14).

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::sync::Arc;

use exchange::{FileKind, Layout, Limits};

use super::{FileRequest, LineError, refused_opening};
use crate::error::ServiceError;
use crate::platform::Platform;

impl Platform {
    /// Reads a file once more and writes its refused lines as they were filed, each with what is wrong with it: corrected, what is
    /// written is filed like any other file. Gives the extension that its name needs.
    ///
    /// Articles: 14
    ///
    /// # Errors
    /// When the item is not in the catalogue any more, the file is gone, or it cannot be written.
    pub async fn return_lines(
        &self,
        request: FileRequest,
        refused: &Arc<Vec<LineError>>,
        into: File,
    ) -> Result<&'static str, ServiceError> {
        let catalogue = self.catalogue().await?;
        let refused = Arc::clone(refused);
        let returned = tokio::task::spawn_blocking(move || {
            let Some(item) = catalogue.item(&request.item) else {
                return Err(ServiceError::NotFound { what: format!("the item `{}`", request.item) });
            };
            let layout =
                Layout { format: &item.format, kind: request.kind, file_name: request.name.as_deref() };
            let lines = refused.iter().map(|error| (error.line, error.grounds.as_slice()));
            let source = BufReader::with_capacity(1 << 16, File::open(&request.path)?);
            exchange::return_lines(source, layout, Limits::default(), lines, BufWriter::new(into))
                .map_err(refused_opening)
        });
        let kind = returned.await.map_err(|error| ServiceError::BrokenOff(error.to_string()))??;
        Ok(if kind == FileKind::JsonLines { "jsonl" } else { "csv" })
    }
}
