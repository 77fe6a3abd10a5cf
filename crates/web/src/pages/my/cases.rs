//! My cases: what I objected to and applied for, how each stands, and what else I can do (Articles 33, 37, 38).

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use law::Citation;
use register::case::{CaseKind, CaseNumber, CaseState};
use serde::Deserialize;
use service::ServiceError;
use service::cases::{CaseFilter, CaseView};

use super::{DoneQuery, Known, receipt_href};
use crate::extract::{PathPart, Query, number};
use crate::pages::cases::{CaseLine, CaseSheet, CasesQuery, PAGE, Shown, filters, next_href};
use crate::pages::desk::{Desk, DeskForm, DeskHead, faulty, to};
use crate::pages::fields::{Faults, FormField, Kind, Sent};
use crate::pages::{Cited, Page};
use crate::problem::Problem;
use crate::site::Site;

const HERE: &str = "/my/cases";

#[derive(Template)]
#[template(path = "my/cases.html")]
struct CasesPage<'a> {
    p: &'a Page,
    d: DeskHead<'a>,
    filters: Vec<Shown>,
    lines: Vec<CaseLine>,
    next: Option<String>,
    is_later: bool,
}

/// My cases, the newest first.
///
/// Articles: 37, 38
pub(crate) async fn list(
    State(site): State<Arc<Site>>,
    Query(query): Query<CasesQuery>,
    desk: Desk,
) -> Result<Response, Problem> {
    let p = &desk.page;
    let chosen = query.filter(CaseFilter::All);
    let (views, next) = site.platform.own_cases(chosen, query.before()?, PAGE, &desk.caller()).await?;
    let known = Known::read(&site).await?;
    p.show_once(&CasesPage {
        p,
        d: desk.head(),
        filters: filters(p, HERE, &[CaseFilter::All, CaseFilter::Open], chosen),
        lines: CaseLine::all(p, &views, known.around()),
        next: next_href(p, HERE, chosen, next),
        is_later: query.is_later(),
    })
}

#[derive(Template)]
#[template(path = "my/case.html")]
struct CasePage<'a> {
    p: &'a Page,
    d: DeskHead<'a>,
    case: CaseSheet<'a>,
    faults: Faults,
    /// What was done just now: its entry and where its receipt is.
    done: Option<(u64, String)>,
    /// Whether it can still be taken back.
    may_take_back: bool,
    /// The box of the reason, where a review can be asked for.
    review: Option<FormField>,
    /// Whether one can begin anew: an application that was sent back, or any case that was taken back.
    again: Option<String>,
    /// Whether nothing is left but reconsideration and the court.
    is_answered: bool,
    article: Cited,
}

impl<'a> CasePage<'a> {
    fn new(
        p: &'a Page,
        d: DeskHead<'a>,
        view: &'a CaseView,
        known: &Known,
        (sent, faults): (&Sent, Faults),
        done: Option<u64>,
    ) -> Self {
        let case = CaseSheet::new(p, view, known.around(), "/my/records");
        let (place, article) = match view.right {
            CaseKind::Objection => ("objection", 37),
            CaseKind::Restoration => ("restoration", 38),
        };
        let again = matches!(view.state, CaseState::Returned | CaseState::TakenBack);
        let review = view.reviewable.then(|| {
            FormField::new(Kind::Text, "reason", p.t("case-review-reason"), sent, &faults)
                .hint(p.t("case-review-reason-hint"))
                .required()
        });
        Self {
            // Only what the case tells was done is said to be done, whatever the address says.
            done: done.filter(|entry| case.has(*entry)).map(|entry| (entry, receipt_href(p, entry))),
            may_take_back: matches!(view.state, CaseState::Lodged | CaseState::Accepted),
            review,
            again: again.then(|| p.href(&format!("/my/records/{}/{place}", view.case.record.0))),
            is_answered: matches!(view.state, CaseState::Decided | CaseState::Reviewed),
            article: p.cite(&Citation::article(article)),
            case,
            faults,
            p,
            d,
        }
    }
}

async fn show(
    site: &Site,
    desk: &Desk,
    case: CaseNumber,
    form: (&Sent, Faults),
    done: Option<u64>,
) -> Result<Response, Problem> {
    let view = site.platform.own_case(case, &desk.caller()).await?;
    let known = Known::read(site).await?;
    desk.page.show_once(&CasePage::new(&desk.page, desk.head(), &view, &known, form, done))
}

/// One of my cases.
///
/// Articles: 33, 37, 38
pub(crate) async fn case(
    State(site): State<Arc<Site>>,
    PathPart(case): PathPart<u64>,
    Query(query): Query<DoneQuery>,
    desk: Desk,
) -> Result<Response, Problem> {
    let case = CaseNumber(number("case", case)?);
    show(&site, &desk, case, (&Sent::new(), Faults::default()), query.entry).await
}

/// What a subject does in its own case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Act {
    TakeBack,
    AskReview,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Step {
    act: Act,
    #[serde(default)]
    reason: String,
}

/// Takes my case back, or asks for the review of its answer.
///
/// Articles: 33, 37, 38
pub(crate) async fn step(
    State(site): State<Arc<Site>>,
    PathPart(case): PathPart<u64>,
    DeskForm { desk, form }: DeskForm<Step>,
) -> Result<Response, Problem> {
    let case = CaseNumber(number("case", case)?);
    let (platform, caller) = (&site.platform, desk.caller());
    let done = match form.act {
        Act::TakeBack => platform.take_back_case(case, &caller).await,
        Act::AskReview => platform.request_review(case, &form.reason, &caller).await,
    };
    match done {
        Ok(done) => Ok(to(&done_href(&desk.page, case, done.entry.0))),
        Err(error @ ServiceError::Refused(_)) => {
            let place = |field: &str| (field == "reason").then(|| field.to_owned());
            let faults = Faults::said(&desk.page, error, place)?;
            let sent = Sent::from([("reason".to_owned(), form.reason)]);
            faulty(show(&site, &desk, case, (&sent, faults), None).await)
        }
        Err(error) => Err(error.into()),
    }
}

/// The page of a case that says what was done just now.
pub(crate) fn done_href(p: &Page, case: CaseNumber, entry: u64) -> String {
    format!("{}?entry={entry}", p.href(&format!("{HERE}/{}", case.0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::cases::examples;
    use crate::pages::{my, samples};

    fn rendered(page: &Page, view: &CaseView, sent: &Sent, faults: Faults, done: Option<u64>) -> String {
        let session = samples::session(samples::subject(), None);
        let head = DeskHead::new(page, &session);
        let known = my::examples::known();
        let html = CasePage::new(page, head, view, &known, (sent, faults), done).render().unwrap();
        samples::check(page, &html);
        assert!(!html.contains("<b>"));
        html
    }

    #[test]
    fn article_37_a_case_tells_its_steps_its_answers_and_what_else_one_can_do() {
        for page in samples::pages("/my/cases/3") {
            for view in examples::each() {
                let html = rendered(&page, &view, &Sent::new(), Faults::default(), None);
                let open = matches!(view.state, CaseState::Lodged | CaseState::Accepted);
                assert_eq!(html.contains("value=\"take_back\""), open, "{:?}", view.state);
                assert_eq!(html.contains("value=\"ask_review\""), view.reviewable, "{:?}", view.state);
                assert!(!html.contains(page.t("my-done")));
            }
            let decided = rendered(&page, &examples::decided(3), &Sent::new(), Faults::default(), Some(103));
            assert!(decided.contains(page.t("my-done")) && decided.contains("2026-05-06"));
            assert!(decided.contains(page.t("case-point-upheld")));
            assert!(decided.contains(page.t("case-elsewhere")));
            let returned = rendered(&page, &examples::returned(3), &Sent::new(), Faults::default(), None);
            assert!(returned.contains(&page.href("/my/records/2/restoration")));
        }
    }

    #[test]
    fn what_is_wrong_with_the_reason_stands_beside_it_and_the_reason_is_kept() {
        for page in samples::pages("/my/cases/3") {
            let mut faults = Faults::default();
            faults.add("reason", "x");
            let sent = Sent::from([("reason".to_owned(), samples::HARD_NAME.to_owned())]);
            let html = rendered(&page, &examples::decided(3), &sent, faults, None);
            assert!(html.contains("id=\"reason-fault\"") && html.contains("㐀𠮷𡈽信用服务"));
        }
    }

    #[test]
    fn a_list_shows_each_case_with_its_state_and_what_is_due() {
        for page in samples::pages("/my/cases") {
            let session = samples::session(samples::subject(), None);
            let known = my::examples::known();
            for views in [examples::each(), Vec::new()] {
                let shown = CasesPage {
                    p: &page,
                    d: DeskHead::new(&page, &session),
                    filters: filters(&page, HERE, &[CaseFilter::All, CaseFilter::Open], CaseFilter::All),
                    lines: CaseLine::all(&page, &views, known.around()),
                    next: next_href(&page, HERE, CaseFilter::All, Some(CaseNumber(1))),
                    is_later: true,
                };
                let html = shown.render().unwrap();
                samples::check(&page, &html);
                assert_eq!(html.contains(page.t("my-cases-none")), views.is_empty());
                assert_eq!(html.matches("<th scope=\"row\">").count(), views.len());
            }
        }
    }
}
