//! A subject's own credit: what is held, who looked, what was done, and what one can do about it (Articles 34 to 38).

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
pub(crate) const PAGES: &[(&str, &str)] = &[("/my", "my-overview")];

/// The routes of this room in one language.
pub(crate) fn routes(doors: Doors, language: Language) -> Doors {
    let at = |path: &str| language.href(path);
    doors.page("GET", &at("/my"), get(overview), &[Undertaking::InquireOwn])
}

#[derive(Template)]
#[template(path = "my/overview.html")]
struct Overview<'a> {
    p: &'a Page,
    d: DeskHead<'a>,
}

/// The first page of this room.
///
/// Articles: 34
pub(crate) async fn overview(State(_): State<Arc<Site>>, desk: Desk) -> Result<Response, Problem> {
    desk.page.show_once(&Overview { p: &desk.page, d: desk.head() })
}
