//! Objections to what one's office filed, and applications for restoration: what is to be done, until when, and the forms to do it
//! (Articles 33, 37, 38).

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use law::Citation;
use register::case::{CaseKind, CaseNumber, CaseState, Decision, Outcome, PointAnswer};
use service::cases::{CaseFilter, CaseView, Decided};
use service::{Done, ServiceError};

use super::Known;
use super::case_forms::{Act, CaseForms, place};
use super::corrections::changed;
use crate::extract::{PathPart, Query, number};
use crate::pages::cases::{CaseLine, CaseSheet, CasesQuery, PAGE, Shown, filters, newest_entry, next_href};
use crate::pages::desk::{Desk, DeskForm, DeskHead, faulty, to};
use crate::pages::fields::{Faults, Sent};
use crate::pages::grounds::GroundLine;
use crate::pages::record::Around;
use crate::pages::{Cited, Page};
use crate::problem::Problem;
use crate::site::Site;

const HERE: &str = "/office/cases";
/// How many answers are read of a form at most; an objection has fewer points.
const ANSWERS_MAX: usize = 100;

#[derive(Template)]
#[template(path = "office/cases.html")]
struct CasesPage<'a> {
    p: &'a Page,
    d: DeskHead<'a>,
    filters: Vec<Shown>,
    lines: Vec<CaseLine>,
    next: Option<String>,
    is_later: bool,
    article: Cited,
}

fn around<'a>(site: &Site, known: &'a Known) -> Around<'a> {
    Around {
        catalogue: Some(&known.catalogue),
        authorities: &known.authorities,
        today: site.platform.today(),
    }
}

/// The cases of one's office, the newest first; what is late or under review of the offices below it too.
///
/// Articles: 33, 37, 38
pub(crate) async fn list(
    State(site): State<Arc<Site>>,
    Query(query): Query<CasesQuery>,
    desk: Desk,
) -> Result<Response, Problem> {
    let p = &desk.page;
    let chosen = query.filter(CaseFilter::Open);
    let (views, next) = site.platform.cases(chosen, query.before()?, PAGE, &desk.caller()).await?;
    let known = Known::read(&site).await?;
    let has = [CaseFilter::Open, CaseFilter::Overdue, CaseFilter::UnderReview, CaseFilter::All];
    p.show_once(&CasesPage {
        p,
        d: desk.head(),
        filters: filters(p, HERE, &has, chosen),
        lines: CaseLine::all(p, &views, around(&site, &known)),
        next: next_href(p, HERE, chosen, next),
        is_later: query.is_later(),
        article: p.cite(&Citation::article(37)),
    })
}

#[derive(Template)]
#[template(path = "office/case.html")]
struct CasePage<'a> {
    p: &'a Page,
    d: DeskHead<'a>,
    case: CaseSheet<'a>,
    faults: Faults,
    done: Option<u64>,
    /// Why the caller cannot handle it, while it is open.
    refused: Vec<GroundLine>,
    forms: CaseForms,
    article: Cited,
}

impl<'a> CasePage<'a> {
    fn new(
        p: &'a Page,
        d: DeskHead<'a>,
        view: &'a CaseView,
        (known, around): (&Known, Around<'_>),
        is_competent: bool,
        (sent, faults): (&Sent, Faults),
        done: Option<u64>,
    ) -> Self {
        let case = CaseSheet::new(p, view, around, "/office/records");
        let is_to_handle = matches!(view.state, CaseState::Lodged | CaseState::Accepted);
        let refused = view.handling.as_ref().filter(|_| is_to_handle);
        Self {
            refused: refused.map_or_else(Vec::new, |refusal| GroundLine::all(p, &refusal.grounds)),
            // Only what the case tells was done is said to be done, whatever the address says.
            done: done.filter(|entry| case.has(*entry)),
            forms: CaseForms::new(p, view, known, is_competent, sent, &faults),
            article: p.cite(&Citation::article(match view.right {
                CaseKind::Objection => 37,
                CaseKind::Restoration => 38,
            })),
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
    let view = site.platform.case(case, &desk.caller()).await?;
    let known = Known::read(site).await?;
    let competent = known.office(desk).is_some_and(|office| office.competent_department);
    let beside = (&known, around(site, &known));
    desk.page.show_once(&CasePage::new(&desk.page, desk.head(), &view, beside, competent, form, done))
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DoneQuery {
    entry: Option<u64>,
}

/// A case, for whoever handles it or stands above.
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

/// A step in a case, by an officer who had no part in the record.
///
/// Articles: 14, 33, 37, 38
pub(crate) async fn step(
    State(site): State<Arc<Site>>,
    PathPart(case): PathPart<u64>,
    DeskForm { desk, form: sent }: DeskForm<Sent>,
) -> Result<Response, Problem> {
    let case = CaseNumber(number("case", case)?);
    let act = sent.get("act").and_then(|word| Act::from_word(word));
    let act = act.ok_or_else(|| Problem::malformed("act", "没有这一步骤", "there is no such step"))?;
    let faults = match take(&site, &desk, case, act, &sent).await? {
        // The case ends with its decision: what is undone later has its entry elsewhere.
        Taken::Done(done) if act == Act::Undo => {
            return Ok(to(&format!("{}?entry={}", desk.page.href("/journal/receipt"), done.entry.0)));
        }
        Taken::Done(_) => {
            // What follows from a decision has entries behind its own.
            let entry = newest_entry(&site.platform.case(case, &desk.caller()).await?.case);
            return Ok(to(&format!("{}?entry={entry}", desk.page.href(&format!("{HERE}/{}", case.0)))));
        }
        Taken::Wrong(faults) => faults,
    };
    faulty(show(&site, &desk, case, (&sent, faults), None).await)
}

/// What came of a step.
enum Taken {
    Done(Done),
    Wrong(Faults),
}

async fn take(site: &Site, desk: &Desk, case: CaseNumber, act: Act, sent: &Sent) -> Result<Taken, Problem> {
    let (platform, caller, p) = (&site.platform, desk.caller(), &desk.page);
    let reason = sent.get(act.reason()).cloned().unwrap_or_default();
    let done: Result<Done, ServiceError> = match act {
        Act::Accept => platform.accept_case(case, &caller).await,
        Act::Extend => platform.extend_case(case, &reason, &caller).await,
        Act::SendBack => {
            let lines = sent.get("missing").map(String::as_str).unwrap_or_default().lines();
            let missing = lines.map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
            platform.send_back_application(case, missing, &caller).await
        }
        Act::DecideRestoration => match sent.get("granted").map(String::as_str) {
            Some(word @ ("yes" | "no")) => {
                platform.decide_restoration(case, word == "yes", &reason, &caller).await
            }
            _ => return Ok(wrong(p, &["granted"], "case-fault-choice")),
        },
        Act::Review => match outcome(sent, "review-outcome") {
            Some(outcome) => platform.review_case(case, outcome, &reason, &caller).await,
            None => return Ok(wrong(p, &["review-outcome"], "case-fault-choice")),
        },
        Act::Undo => {
            let view = platform.case(case, &caller).await?;
            platform.undo_restoration(view.case.record, &reason, &caller).await
        }
        Act::Decide => match decision(site, desk, case, sent).await? {
            Ok(ask) => platform.decide_objection(case, ask, &caller).await,
            Err(faults) => return Ok(Taken::Wrong(faults)),
        },
    };
    match done {
        Ok(done) => Ok(Taken::Done(done)),
        Err(error) => Ok(Taken::Wrong(Faults::said(p, error, |field| place(act, field, sent))?)),
    }
}

fn wrong(p: &Page, fields: &[&str], key: &str) -> Taken {
    let mut faults = Faults::default();
    for field in fields {
        faults.add(*field, p.t(key));
    }
    Taken::Wrong(faults)
}

fn outcome(sent: &Sent, name: &str) -> Option<Outcome> {
    sent.get(name).and_then(|word| Outcome::from_word(word))
}

/// The decision that a form holds; or what is not chosen in it, or not written as its field is.
async fn decision(
    site: &Site,
    desk: &Desk,
    case: CaseNumber,
    sent: &Sent,
) -> Result<Result<Decided, Faults>, Problem> {
    let p = &desk.page;
    let view = site.platform.case(case, &desk.caller()).await?;
    let mut faults = Faults::default();
    let mut answers = Vec::new();
    for place in 0..view.case.points().len().min(ANSWERS_MAX) {
        let text = |what: &str| sent.get(&format!("answers-{place}-{what}")).cloned().unwrap_or_default();
        let upheld = match text("upheld").as_str() {
            "yes" => true,
            "no" => false,
            _ => {
                faults.add(format!("answers-{place}-upheld"), p.t("case-fault-choice"));
                continue;
            }
        };
        answers.push(PointAnswer { upheld, reply: text("reply"), evidence: text("evidence") });
    }
    let outcome = outcome(sent, "outcome");
    if outcome.is_none() {
        faults.add("outcome", p.t("case-fault-choice"));
    }
    let catalogue = site.platform.catalogue().await?;
    let item = view.item.as_ref().and_then(|item| catalogue.item(item));
    let fields = match item.map(|item| changed(item, sent)) {
        Some(Ok(fields)) => fields,
        Some(Err(field)) => {
            faults.add(format!("now-{field}"), p.t("case-fault-field"));
            serde_json::Map::new()
        }
        None => serde_json::Map::new(),
    };
    let changes = matches!(outcome, Some(Outcome::Corrected | Outcome::Supplemented));
    Ok(match (outcome, faults.is_empty()) {
        // What was typed into a field that this outcome does not change is not sent on.
        (Some(outcome), true) => {
            Ok(Decided { answers, outcome, fields: if changes { fields } else { serde_json::Map::new() } })
        }
        _ => Err(faults),
    })
}

/// Whether a case was a restoration that was granted: only that can be undone.
pub(super) fn is_granted(view: &CaseView) -> bool {
    matches!(view.case.decision, Some(Decision::Restoration { granted: true }))
}

#[cfg(test)]
mod tests {
    use register::ruling::{Bilingual, Ground};

    use super::*;
    use crate::pages::cases::examples;
    use crate::pages::samples;

    fn known() -> Known {
        Known { catalogue: Arc::new(samples::catalogue()), authorities: samples::enrolled() }
    }

    fn rendered(page: &Page, view: &CaseView, competent: bool, form: (&Sent, Faults)) -> String {
        let session = samples::session(samples::office(), None);
        let known = known();
        let around = Around {
            catalogue: Some(&known.catalogue),
            authorities: &known.authorities,
            today: law::Day::new(2026, 11, 23).unwrap(),
        };
        let head = DeskHead::new(page, &session);
        let html = CasePage::new(page, head, view, (&known, around), competent, form, Some(101));
        let html = html.render().unwrap();
        samples::check(page, &html);
        assert!(!html.contains("<b>"));
        html
    }

    fn acts(html: &str) -> Vec<&str> {
        let parts = html.split("name=\"act\" value=\"").skip(1);
        parts.map(|part| part.split('"').next().unwrap()).collect()
    }

    #[test]
    fn articles_37_and_38_each_state_has_the_steps_that_it_allows_and_no_other() {
        for page in samples::pages("/office/cases/3") {
            let none = Sent::new();
            let of = |view: CaseView, competent| {
                let html = rendered(&page, &view, competent, (&none, Faults::default()));
                acts(&html).into_iter().map(str::to_owned).collect::<Vec<_>>()
            };
            assert_eq!(of(examples::lodged(3), false), ["accept"]);
            assert_eq!(of(examples::accepted(3), false), ["decide"], "it is extended once");
            assert_eq!(of(examples::decided(3), false), [""; 0]);
            assert_eq!(of(examples::under_review(3), false), [""; 0]);
            assert_eq!(of(examples::under_review(3), true), ["review"]);
            assert_eq!(of(examples::applied(3), false), ["accept", "send_back"]);
            assert_eq!(of(examples::application_in_hand(3), false), ["decide_restoration", "extend"]);
            assert_eq!(of(examples::restored(3), false), ["undo"]);
            for closed in [examples::returned(3), examples::taken_back(3), examples::reviewed(3)] {
                assert_eq!(of(closed, true), [""; 0]);
            }
        }
    }

    #[test]
    fn article_37_whoever_had_a_hand_in_the_record_reads_why_another_handles_it() {
        let reason = Bilingual::new("您经办过该记录", "you had a hand in this record");
        let ground = Ground::new("took_the_decision", Citation::article(37), reason);
        for page in samples::pages("/office/cases/3") {
            let view = CaseView { handling: Some(ground.clone().into()), ..examples::lodged(3) };
            let html = rendered(&page, &view, false, (&Sent::new(), Faults::default()));
            assert!(acts(&html).is_empty() && html.contains(page.of(&ground.reason)));
        }
    }

    #[test]
    fn what_was_typed_is_kept_beside_what_is_wrong_with_it() {
        for page in samples::pages("/office/cases/3") {
            let pairs = [
                ("act", "decide"),
                ("answers-0-upheld", "yes"),
                ("answers-1-reply", samples::HARD_NAME),
                ("now-fine_fen", "9,00"),
                ("outcome", "corrected"),
            ];
            let sent: Sent = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
            let mut faults = Faults::default();
            faults.add("answers-1-upheld", "choose");
            let html = rendered(&page, &examples::accepted(3), false, (&sent, faults));
            assert!(html.contains("㐀𠮷𡈽信用服务") && html.contains("9,00"));
            assert_eq!(html.matches(" checked").count(), 2, "an answer and the outcome");
            assert!(html.contains("href=\"#answers-1-upheld\""));
        }
    }

    #[test]
    fn a_list_shows_what_is_late_and_an_empty_one_says_so() {
        for page in samples::pages("/office/cases") {
            let session = samples::session(samples::office(), None);
            let known = known();
            let around = Around {
                catalogue: Some(&known.catalogue),
                authorities: &known.authorities,
                today: law::Day::new(2026, 11, 23).unwrap(),
            };
            for views in [examples::each(), Vec::new()] {
                let shown = CasesPage {
                    p: &page,
                    d: DeskHead::new(&page, &session),
                    filters: filters(&page, HERE, &[CaseFilter::Open, CaseFilter::All], CaseFilter::Open),
                    lines: CaseLine::all(&page, &views, around),
                    next: None,
                    is_later: false,
                    article: page.cite(&Citation::article(37)),
                };
                let html = shown.render().unwrap();
                samples::check(&page, &html);
                assert_eq!(html.contains(page.t("office-cases-none")), views.is_empty());
                assert_eq!(html.contains("tag-fault"), !views.is_empty());
            }
        }
    }
}
