//! Health: for whoever keeps the program running.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;

use super::Problems;
use crate::problem::{Problem, ProblemKind};
use crate::site::Site;

/// How long the store may take to say that it answers.
const READY_WITHIN: Duration = Duration::from_secs(2);

/// Whether the program runs.
#[utoipa::path(get, path = "/livez", tag = "health", responses((status = 200, description = "It runs", body = String, content_type = "text/plain")))]
pub(crate) async fn alive() -> &'static str {
    "alive\n"
}

/// Whether the program can answer: its store is read.
#[utoipa::path(get, path = "/readyz", tag = "health", responses((status = 200, description = "It is ready", body = String, content_type = "text/plain"), Problems))]
pub(crate) async fn ready(State(site): State<Arc<Site>>) -> Result<&'static str, Problem> {
    // Whoever asks this wants to know soon: a store that does not answer in time is not ready.
    let Ok(_place) = site.readiness.try_acquire() else { return Err(Problem::new(ProblemKind::Overloaded)) };
    match tokio::time::timeout(READY_WITHIN, site.platform.head()).await {
        Ok(Ok(_)) => Ok("ready\n"),
        Ok(Err(error)) => {
            tracing::error!(%error, "the store does not answer");
            Err(Problem::new(ProblemKind::Overloaded))
        }
        Err(_) => {
            tracing::error!("the store does not answer in time");
            Err(Problem::new(ProblemKind::Overloaded))
        }
    }
}
