//! Health: for whoever keeps the program running.

use std::sync::Arc;

use axum::extract::State;

use super::Problems;
use crate::problem::{Problem, ProblemKind};
use crate::site::Site;

/// Whether the program runs.
#[utoipa::path(get, path = "/livez", tag = "health", responses((status = 200, description = "It runs", body = String, content_type = "text/plain")))]
pub(crate) async fn alive() -> &'static str {
    "alive\n"
}

/// Whether the program can answer: its store is read.
#[utoipa::path(get, path = "/readyz", tag = "health", responses((status = 200, description = "It is ready", body = String, content_type = "text/plain"), Problems))]
pub(crate) async fn ready(State(site): State<Arc<Site>>) -> Result<&'static str, Problem> {
    match site.platform.head().await {
        Ok(_) => Ok("ready\n"),
        Err(error) => {
            tracing::error!(%error, "the store does not answer");
            Err(Problem::new(ProblemKind::Overloaded))
        }
    }
}
