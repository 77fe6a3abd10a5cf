//! The operator's desk: intake by department, what waits for verification, jobs, keys, incidents, the journal's health (Articles 11,
//! 13, 14, 19).

mod cases;
mod incident_acts;
mod incidents;
mod intake;
mod keys;
mod verification;

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use register::authority::{Authority, AuthorityCode};
use register::rules::access::Undertaking;
use service::cases::CaseFilter;
use service::incidents::IncidentFilter;
use service::operation::Standing;

use super::Page;
use super::desk::{Desk, DeskHead};
use crate::doors::Doors;
use crate::language::Language;
use crate::problem::Problem;
use crate::site::Site;

/// The pages of this room: path and the key of its word.
pub(crate) const PAGES: &[(&str, &str)] = &[
    ("/operations", "operations-overview"),
    ("/operations/intake", "operations-intake"),
    ("/operations/verification", "operations-verification"),
    ("/operations/keys", "operations-keys"),
    ("/operations/incidents", "operations-incidents"),
    ("/operations/cases", "operations-cases"),
];

/// The routes of this room in one language.
pub(crate) fn routes(doors: Doors, language: Language) -> Doors {
    const READ: &[Undertaking] = &[Undertaking::ReadKeys];
    const INTAKE: &[Undertaking] = &[Undertaking::ReadBatch];
    const VERIFY: &[Undertaking] = &[Undertaking::VerifyIdentifier];
    const REVOKE: &[Undertaking] = &[Undertaking::RevokeKey];
    const CASES: &[Undertaking] = &[Undertaking::ReadCases];
    const REGISTER: &[Undertaking] = &[Undertaking::RegisterIncident];
    const HANDLE: &[Undertaking] = &[Undertaking::HandleIncident];
    const INCIDENTS: &[Undertaking] = &[Undertaking::ReadIncidents];
    let at = |path: &str| language.href(path);
    doors
        .page("GET", &at("/operations"), get(overview), READ)
        .page("GET", &at("/operations/intake"), get(intake::intake), INTAKE)
        .page("GET", &at("/operations/verification"), get(verification::waiting), READ)
        .page("POST", &at("/operations/verification/open"), post(verification::open), VERIFY)
        .page("POST", &at("/operations/verification/verified"), post(verification::verified), VERIFY)
        .page("GET", &at("/operations/keys"), get(keys::keys), READ)
        .page("GET", &at("/operations/keys/{number}"), get(keys::key), READ)
        .page("POST", &at("/operations/keys/{number}"), post(keys::revoke), REVOKE)
        .page("GET", &at("/operations/cases"), get(cases::cases), CASES)
        .page("GET", &at("/operations/incidents"), get(incidents::incidents), INCIDENTS)
        .page("POST", &at("/operations/incidents"), post(incident_acts::register), REGISTER)
        .page("GET", &at("/operations/incidents/{number}"), get(incidents::incident), INCIDENTS)
        .page("POST", &at("/operations/incidents/{number}/{step}"), post(incident_acts::take), HANDLE)
}

/// The name of an office; its code, where it is not enrolled any more.
fn office_name(p: &Page, authorities: &[Authority], code: &AuthorityCode) -> String {
    authorities
        .iter()
        .find(|authority| authority.code == *code)
        .map_or_else(|| code.0.clone(), |authority| p.of(&authority.name).to_owned())
}

#[derive(Template)]
#[template(path = "operations/overview.html")]
struct Overview<'a> {
    p: &'a Page,
    d: DeskHead<'a>,
    standing: &'a Standing,
    ring_key: u64,
    /// Entries that no checkpoint covers yet.
    uncovered: u64,
    overdue: u64,
    open_batches: u64,
    refused: u64,
    waiting: u64,
    incidents_open: u64,
    incidents_overdue: u64,
    cases_overdue: u64,
    under_review: u64,
}

/// How many of what waits are counted; beyond that it is said that there are more.
const COUNTED_MAX: u64 = 1_000;
/// How many cases are counted: each is made from its entries.
const CASES_COUNTED_MAX: usize = 100;

/// How the platform stands, and what waits.
///
/// Articles: 11, 13, 14, 19
pub(crate) async fn overview(State(site): State<Arc<Site>>, desk: Desk) -> Result<Response, Problem> {
    let (platform, caller) = (&site.platform, desk.caller());
    let standing = platform.how_it_stands(&caller).await?;
    let quality = platform.quality(&caller, None).await?;
    let waiting = platform.held_records(None, COUNTED_MAX, &caller).await?.len();
    let incidents = platform.incidents(IncidentFilter::Open, None, 1_000, &caller).await?;
    let cases_overdue = platform.cases(CaseFilter::Overdue, None, CASES_COUNTED_MAX, &caller).await?.0.len();
    let under_review =
        platform.cases(CaseFilter::UnderReview, None, CASES_COUNTED_MAX, &caller).await?.0.len();
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let shown = Overview {
        p: &desk.page,
        d: desk.head(),
        uncovered: standing.journal_size.saturating_sub(standing.checkpoint_size),
        ring_key: u64::from(standing.ring_key),
        standing: &standing,
        overdue: count(quality.iter().filter(|pair| pair.overdue == Some(true)).count()),
        open_batches: quality.iter().map(|pair| pair.open).sum(),
        refused: quality.iter().map(|pair| pair.refused).sum(),
        waiting: count(waiting),
        incidents_overdue: count(incidents.iter().filter(|incident| incident.is_overdue()).count()),
        incidents_open: count(incidents.len()),
        cases_overdue: count(cases_overdue),
        under_review: count(under_review),
    };
    desk.page.show_once(&shown)
}

#[cfg(test)]
mod tests {
    use law::Instant;
    use register::caller::Holder;

    use super::*;
    use crate::pages::samples;

    #[test]
    fn the_overview_says_how_the_platform_stands() {
        let standing = Standing {
            journal_size: 12_345,
            last_entry: Instant::from_milliseconds(1_795_000_000_000),
            checkpoint_size: 12_340,
            ring_key: 2,
            ring_keys: 2,
            rotating: true,
            search_ready: false,
            search_done: 10,
            search_total: 20,
        };
        let session = samples::session(Holder::Operator, None);
        for page in samples::pages("/operations") {
            let shown = Overview {
                p: &page,
                d: DeskHead::new(&page, &session),
                standing: &standing,
                ring_key: 2,
                uncovered: 5,
                overdue: 1,
                open_batches: 2,
                refused: 3,
                waiting: 0,
                incidents_open: 2,
                incidents_overdue: 1,
                cases_overdue: 4,
                under_review: 1,
            };
            let html = shown.render().unwrap();
            samples::check(&page, &html);
            assert!(html.contains("12,345") && html.contains(page.t("operations-rotating")));
        }
    }
}
