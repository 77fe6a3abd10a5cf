//! Statistics.
use axum::response::Response;

use super::Page;
use crate::problem::Problem;

/// Placeholder while the room is built.
pub(crate) async fn statistics(_: Page) -> Result<Response, Problem> {
    Err(Problem::not_found())
}
