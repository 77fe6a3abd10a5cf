//! The yardstick of the benchmarks: what HTTP itself costs, with nothing of the platform behind it but the same rows.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use service::Platform;

use crate::extract::PathPart;
use crate::problem::Problem;

/// A handler that sends the same bytes to everyone (`/bytes/{code}`) and one that reads the rows of an organisation and writes
/// them down as they are, without asking the law (`/rows/{code}`).
pub fn router(platform: Platform, bytes: Bytes) -> Router {
    let same = get(move || {
        let bytes = bytes.clone();
        async move { ([(header::CONTENT_TYPE, "application/json")], bytes) }
    });
    Router::new().route("/bytes/{code}", same).route("/rows/{code}", get(rows)).with_state(Arc::new(platform))
}

async fn rows(
    State(platform): State<Arc<Platform>>,
    PathPart(code): PathPart<String>,
) -> Result<impl IntoResponse, Problem> {
    let rows = platform.organisation_rows(&code).await?;
    Ok(([(header::CONTENT_TYPE, "application/json")], rows))
}
