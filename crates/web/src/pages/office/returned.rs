//! The refused lines of a file on their way back to the clerk who sent it: as they were sent, each with what is wrong with it.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use service::filing::{FileRequest, LineError};
use tokio::io::AsyncReadExt;

use super::filing::found;
use crate::extract::PathPart;
use crate::pages::desk::Desk;
use crate::problem::{Problem, ProblemKind};
use crate::site::Site;
use crate::staging::{Returned, Staged};

/// How much of a file is read at a time, in bytes.
const PIECE_BYTES: usize = 1 << 16;

/// Writes the refused lines of a file beside it, while it is still there. Where that fails they stand on the page all the same.
pub(super) async fn give_back(
    site: &Site,
    staged: &Staged,
    request: FileRequest,
    refused: &mut Vec<LineError>,
) {
    if refused.is_empty() {
        return staged.give_back(None);
    }
    let lines = Arc::new(std::mem::take(refused));
    let written = async {
        let file = tempfile::Builder::new().prefix("credence-returned-").tempfile_in(&site.options.spool)?;
        let extension = site.platform.return_lines(request, &lines, file.reopen()?).await?;
        Ok::<_, service::ServiceError>(Returned { file, extension })
    };
    let written = written.await;
    *refused = Arc::unwrap_or_clone(lines);
    staged.give_back(
        written.map_err(|error| tracing::error!(%error, "refused lines were not given back")).ok(),
    );
}

/// The refused lines of a file that was looked at or filed: its own rows, and behind them the reasons. Corrected, it is filed like
/// any other file.
///
/// Articles: 14
pub(crate) async fn refused_lines(
    State(site): State<Arc<Site>>,
    PathPart(word): PathPart<String>,
    desk: Desk,
) -> Result<Response, Problem> {
    let staged = found(&site, &desk, &word)?;
    let (file, extension) = staged.returned().ok_or_else(Problem::not_found)?;
    let file = tokio::fs::File::from_std(file.map_err(|error| {
        tracing::error!(%error, "refused lines cannot be read");
        Problem::new(ProblemKind::Overloaded)
    })?);
    let pieces = futures::stream::try_unfold(file, |mut file| async {
        let mut piece = vec![0; PIECE_BYTES];
        let read = file.read(&mut piece).await?;
        piece.truncate(read);
        Ok::<_, std::io::Error>((read > 0).then(|| (Bytes::from(piece), file)))
    });
    let media = if extension == "csv" { "text/csv; charset=utf-8" } else { "application/x-ndjson" };
    let headers = [
        (header::CONTENT_TYPE, media.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"credence-refused-lines.{extension}\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, Body::from_stream(pieces)).into_response())
}
