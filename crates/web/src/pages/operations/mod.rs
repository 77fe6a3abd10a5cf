//! The operator's desk: intake, quality, jobs, keys, incidents, the journal's health (Articles 13, 19).

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use register::rules::access::Undertaking;

use super::Page;
use super::desk::{Desk, DeskHead};
use crate::doors::Doors;
use crate::language::Language;
use crate::problem::Problem;
use crate::site::Site;

/// The pages of this room: path and the key of its word.
pub(crate) const PAGES: &[(&str, &str)] = &[("/operations", "operations-overview")];

/// The routes of this room in one language.
pub(crate) fn routes(doors: Doors, language: Language) -> Doors {
    let at = |path: &str| language.href(path);
    doors.page("GET", &at("/operations"), get(overview), &[Undertaking::ReadKeys])
}

#[derive(Template)]
#[template(path = "operations/overview.html")]
struct Overview<'a> {
    p: &'a Page,
    d: DeskHead<'a>,
}

/// The first page of this room.
///
/// Articles: 13
pub(crate) async fn overview(State(_): State<Arc<Site>>, desk: Desk) -> Result<Response, Problem> {
    desk.page.show_once(&Overview { p: &desk.page, d: desk.head() })
}
