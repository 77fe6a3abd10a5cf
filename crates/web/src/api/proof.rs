//! Proofs about the journal: its head, that an entry stands in it, that it only grew, and receipts.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{Problems, documents, private};
use crate::extract::{PathPart, Query};
use crate::problem::Problem;
use crate::site::Site;

/// The journal's name, size and root, as of the newest checkpoint.
///
/// Articles: 53(3)
#[utoipa::path(get, path = "/api/v1/journal/head", tag = "journal", responses((status = 200, description = "The head", body = documents::Head), Problems))]
pub(crate) async fn head(State(site): State<Arc<Site>>) -> Result<Response, Problem> {
    private(&site.platform.head().await?)
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct InclusionQuery {
    /// The entry.
    entry: u64,
    /// The size of the tree in which it is to stand; the newest checkpoint's where it is not given.
    size: Option<u64>,
}

/// The proof that an entry stands in the journal (RFC 6962, 2.1.1).
///
/// Articles: 53(3)
#[utoipa::path(get, path = "/api/v1/journal/proofs/inclusion", tag = "journal", params(InclusionQuery), responses((status = 200, description = "The proof", body = documents::InclusionProof), Problems))]
pub(crate) async fn inclusion(
    State(site): State<Arc<Site>>,
    Query(query): Query<InclusionQuery>,
) -> Result<Response, Problem> {
    private(&site.platform.inclusion(query.entry, query.size).await?)
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ConsistencyQuery {
    /// The older size.
    from: u64,
    /// The newer size.
    to: u64,
}

/// The proof that the journal of one size begins with the journal of an older one (RFC 6962, 2.1.2).
///
/// Articles: 53(3)
#[utoipa::path(get, path = "/api/v1/journal/proofs/consistency", tag = "journal", params(ConsistencyQuery), responses((status = 200, description = "The proof", body = documents::ConsistencyProof), Problems))]
pub(crate) async fn consistency(
    State(site): State<Arc<Site>>,
    Query(query): Query<ConsistencyQuery>,
) -> Result<Response, Problem> {
    private(&site.platform.consistency(query.from, query.to).await?)
}

/// The receipt of an entry: the promise, and the proof once a checkpoint covers it. It holds nothing that the public leaf does
/// not hold.
///
/// Articles: 53(3)
#[utoipa::path(get, path = "/api/v1/journal/entries/{entry}/receipt", tag = "journal", params(("entry" = u64, Path, description = "The entry's number")), responses((status = 200, description = "The receipt, which is checked offline", body = documents::Receipt), Problems))]
pub(crate) async fn receipt(
    State(site): State<Arc<Site>>,
    PathPart(entry): PathPart<u64>,
) -> Result<Response, Problem> {
    private(&site.platform.receipt(entry).await?)
}
