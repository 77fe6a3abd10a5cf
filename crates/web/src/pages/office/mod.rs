//! The officer's desk: inquiry, filing, and what one's own office filed (Articles 14, 20).

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
pub(crate) const PAGES: &[(&str, &str)] = &[("/office", "office-overview")];

/// The routes of this room in one language.
pub(crate) fn routes(doors: Doors, language: Language) -> Doors {
    let at = |path: &str| language.href(path);
    doors.page("GET", &at("/office"), get(overview), &[Undertaking::FileBatch])
}

#[derive(Template)]
#[template(path = "office/overview.html")]
struct Overview<'a> {
    p: &'a Page,
    d: DeskHead<'a>,
}

/// The first page of this room.
///
/// Articles: 14, 20
pub(crate) async fn overview(State(_): State<Arc<Site>>, desk: Desk) -> Result<Response, Problem> {
    desk.page.show_once(&Overview { p: &desk.page, d: desk.head() })
}
