//! The journal's files, which anyone can mirror: checkpoint, tiles and entries by the paths of C2SP tlog-tiles.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use journal::TilePath;

use super::Problems;
use crate::extract::PathPart;
use crate::problem::Problem;
use crate::site::Site;

const FOREVER: &str = "public, max-age=31536000, immutable";

/// The newest signed checkpoint (C2SP tlog-checkpoint).
///
/// Articles: 53(3)
#[utoipa::path(get, path = "/journal/checkpoint", tag = "journal", responses((status = 200, description = "A signed note: origin, size, root", body = String, content_type = "text/plain"), Problems))]
pub(crate) async fn checkpoint(State(site): State<Arc<Site>>) -> Result<Response, Problem> {
    let text = site.platform.checkpoint().await?;
    // Never kept: the newest is asked for, and one that was kept would look like a journal that went back.
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-store")], text)
        .into_response())
}

/// The public key that checks the journal's signatures, as a verifier key (C2SP signed-note).
///
/// Articles: 53(3)
#[utoipa::path(get, path = "/journal/key", tag = "journal", responses((status = 200, description = "A verifier key", body = String, content_type = "text/plain"), Problems))]
pub(crate) async fn key(State(site): State<Arc<Site>>) -> Result<Response, Problem> {
    let text = format!("{}\n", site.platform.vkey()?);
    let headers =
        [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "public, no-cache")];
    Ok((headers, text).into_response())
}

/// A tile of hashes or a bundle of entries. What stands at a path never changes: a partial tile names its width.
///
/// Articles: 53(3)
pub(crate) async fn tile(
    State(site): State<Arc<Site>>,
    PathPart(path): PathPart<String>,
) -> Result<Response, Problem> {
    let bytes = match TilePath::parse(&format!("tile/{path}")) {
        Some(TilePath::Hashes(tile)) => site.platform.tile(tile).await?,
        Some(TilePath::Entries { index, width }) => site.platform.entry_bundle(index, width).await?,
        Some(TilePath::Checkpoint) | None => None,
    };
    let bytes = bytes.ok_or(Problem::not_found())?;
    Ok(([(header::CONTENT_TYPE, "application/octet-stream"), (header::CACHE_CONTROL, FOREVER)], bytes)
        .into_response())
}
