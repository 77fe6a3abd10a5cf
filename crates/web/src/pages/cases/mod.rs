//! Cases as pages show them: in a list, and one whole with its steps, its points and their answers (Articles 37, 38).

#[cfg(test)]
pub(crate) mod examples;

use register::case::{Case, CaseKind, CaseNumber, Decision, Material, Request, Taken};
use register::catalogue::ItemCode;
use register::rules::deadlines::StepState;
use register::ruling::Bilingual;
use serde::Deserialize;
use service::cases::{CaseFilter, CaseView};

use super::Page;
use super::record::Around;
use super::steps::{StepLine, due_words};
use crate::extract::number;
use crate::problem::Problem;

/// How many cases stand on a page.
pub(crate) const PAGE: usize = 30;

/// Which cases are listed, as it stands in the address.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CasesQuery {
    #[serde(default)]
    show: String,
    before: Option<u64>,
}

/// A filter of a list: its address, its word, and whether it is the one.
pub(crate) struct Shown {
    pub(crate) href: String,
    pub(crate) title: String,
    pub(crate) is_here: bool,
}

/// The filters, as words of the address and the keys of their words.
const FILTERS: [(&str, &str, CaseFilter); 4] = [
    ("open", "cases-open", CaseFilter::Open),
    ("overdue", "cases-overdue", CaseFilter::Overdue),
    ("under_review", "cases-under-review", CaseFilter::UnderReview),
    ("all", "cases-all", CaseFilter::All),
];

impl CasesQuery {
    /// The filter: the named one, or the one that a page has where none is named.
    pub(crate) fn filter(&self, otherwise: CaseFilter) -> CaseFilter {
        let found = FILTERS.into_iter().find(|(word, ..)| *word == self.show);
        found.map_or(otherwise, |(.., filter)| filter)
    }

    pub(crate) fn before(&self) -> Result<Option<CaseNumber>, Problem> {
        self.before.map(|before| Ok(CaseNumber(number("before", before)?))).transpose()
    }

    pub(crate) fn is_later(&self) -> bool {
        self.before.is_some()
    }
}

/// The filters of a list at an address, of those that a page has.
pub(crate) fn filters(p: &Page, here: &str, has: &[CaseFilter], chosen: CaseFilter) -> Vec<Shown> {
    let shown = FILTERS.into_iter().filter(|(.., filter)| has.contains(filter));
    let shown = shown.map(|(word, key, filter)| Shown {
        href: format!("{}?show={word}", p.href(here)),
        title: p.t(key).to_owned(),
        is_here: filter == chosen,
    });
    shown.collect()
}

/// The address of the cases that come after those of a page.
pub(crate) fn next_href(
    p: &Page,
    here: &str,
    chosen: CaseFilter,
    next: Option<CaseNumber>,
) -> Option<String> {
    let (word, ..) = FILTERS.into_iter().find(|(.., filter)| *filter == chosen)?;
    next.map(|next| format!("{}?show={word}&before={}", p.href(here), next.0))
}

/// A case in a list.
pub(crate) struct CaseLine {
    pub(crate) number: u64,
    pub(crate) kind: String,
    pub(crate) item: String,
    pub(crate) record: u64,
    pub(crate) office: String,
    pub(crate) lodged: String,
    pub(crate) state: String,
    pub(crate) is_open: bool,
    pub(crate) is_overdue: bool,
    /// What is to be done next, and until when.
    pub(crate) due: Option<(String, String)>,
}

impl CaseLine {
    /// Draws a case for a list.
    ///
    /// Articles: 37, 38
    pub(crate) fn new(p: &Page, view: &CaseView, around: Around<'_>) -> Self {
        let case = &view.case;
        let waits = |state| !matches!(state, StepState::Taken | StepState::TakenLate);
        let next = view.steps.iter().find(|step| view.state.is_open() && waits(step.state));
        let office = around.authorities.iter().find(|authority| authority.code == case.office);
        Self {
            number: case.case.0,
            kind: p.of(&view.right.title()).to_owned(),
            item: item_name(p, view.item.as_ref(), around),
            record: case.record.0,
            office: office.map_or_else(|| case.office.0.clone(), |office| p.of(&office.name).to_owned()),
            lodged: p.moment(case.lodged.at),
            state: p.of(&view.state.title()).to_owned(),
            is_open: view.state.is_open(),
            is_overdue: view.is_overdue(),
            due: next.map(|step| (p.headed(p.of(&step.step.title())), due_words(p, step.due))),
        }
    }

    pub(crate) fn all(p: &Page, views: &[CaseView], around: Around<'_>) -> Vec<Self> {
        views.iter().map(|view| Self::new(p, view, around)).collect()
    }
}

fn item_name(p: &Page, item: Option<&ItemCode>, around: Around<'_>) -> String {
    let Some(code) = item else { return String::new() };
    let known = around.catalogue.and_then(|catalogue| catalogue.item(code));
    known.map_or_else(|| code.0.clone(), |item| p.of(&item.item.name).to_owned())
}

/// A case whole.
pub(crate) struct CaseSheet<'a> {
    pub(crate) line: CaseLine,
    /// The page of the record for whoever reads this.
    pub(crate) record_href: String,
    /// Whether display and sharing are stopped until the decision.
    pub(crate) suspends: bool,
    pub(crate) points: Vec<PointLine<'a>>,
    /// How the duty was performed, and the commitment.
    pub(crate) application: Option<(&'a str, &'a str)>,
    pub(crate) materials: &'a [Material],
    pub(crate) outcome: Option<String>,
    pub(crate) steps: Vec<StepLine>,
    pub(crate) moments: Vec<Moment<'a>>,
}

/// A point with its answer.
pub(crate) struct PointLine<'a> {
    pub(crate) claim: String,
    pub(crate) statement: &'a str,
    pub(crate) answer: Option<AnswerLine<'a>>,
}

/// The answer to a point.
pub(crate) struct AnswerLine<'a> {
    pub(crate) verdict: &'a str,
    pub(crate) is_upheld: bool,
    pub(crate) reply: &'a str,
    pub(crate) evidence: &'a str,
}

/// What was done in a case, and by whom.
pub(crate) struct Moment<'a> {
    pub(crate) at: String,
    pub(crate) what: &'static str,
    pub(crate) officer: Option<&'a str>,
    pub(crate) reason: &'a str,
    /// What an application lacked.
    pub(crate) missing: &'a [String],
    pub(crate) entry: u64,
}

impl<'a> CaseSheet<'a> {
    /// Draws a case; `records` is where whoever reads it finds the record.
    ///
    /// Articles: 33, 37, 38
    pub(crate) fn new(p: &'a Page, view: &'a CaseView, around: Around<'_>, records: &str) -> Self {
        let case = &view.case;
        let steps = view.steps.iter().map(|step| StepLine::new(p, &step.step.title(), step));
        Self {
            line: CaseLine::new(p, view, around),
            record_href: p.href(&format!("{records}/{}", case.record.0)),
            suspends: case.suspends && view.state.is_open(),
            points: points(p, case),
            application: match &case.request {
                Request::Restoration { performance, commitment } => Some((performance, commitment)),
                Request::Objection { .. } => None,
            },
            materials: &case.materials,
            outcome: outcome(case).map(|outcome| p.headed(p.of(&outcome))),
            steps: steps.collect(),
            moments: moments(p, case),
        }
    }

    /// Whether an entry is one of the case's own.
    pub(crate) fn has(&self, entry: u64) -> bool {
        self.moments.iter().any(|moment| moment.entry == entry)
    }
}

fn points<'a>(p: &'a Page, case: &'a Case) -> Vec<PointLine<'a>> {
    let answers = match &case.decision {
        Some(Decision::Objection { answers, .. }) => answers.as_slice(),
        _ => &[],
    };
    let line = |(place, point): (usize, &'a register::case::Point)| PointLine {
        claim: p.headed(p.of(&point.claim.title())),
        statement: &point.statement,
        answer: answers.get(place).map(|answer| AnswerLine {
            verdict: p.t(if answer.upheld { "case-point-upheld" } else { "case-point-not-upheld" }),
            is_upheld: answer.upheld,
            reply: &answer.reply,
            evidence: &answer.evidence,
        }),
    };
    case.points().iter().enumerate().map(line).collect()
}

/// What came of a case.
fn outcome(case: &Case) -> Option<Bilingual> {
    Some(match case.decision.as_ref()? {
        Decision::Objection { outcome, .. } => outcome.title(),
        Decision::Restoration { granted: true } => Bilingual::new("予以修复", "restored"),
        Decision::Restoration { granted: false } => Bilingual::new("不予修复", "not restored"),
    })
}

/// What was done in a case, oldest first.
fn moments<'a>(p: &Page, case: &'a Case) -> Vec<Moment<'a>> {
    let objection = case.kind() == CaseKind::Objection;
    let lodged = if objection { "case-lodged-objection" } else { "case-lodged-restoration" };
    let decided = if objection { "case-decided-objection" } else { "case-decided-restoration" };
    let steps: [(&'static str, Option<&'a Taken>); 8] = [
        (lodged, Some(&case.lodged)),
        ("case-accepted", case.accepted.as_ref()),
        ("case-extended", case.extended.as_ref()),
        (decided, case.decided.as_ref()),
        ("case-review-requested", case.review_requested.as_ref()),
        ("case-reviewed", case.reviewed.as_ref()),
        ("case-returned", case.returned.as_ref()),
        ("case-taken-back", case.taken_back.as_ref()),
    ];
    let mut found: Vec<(u64, Moment<'a>)> = Vec::new();
    for (what, taken) in steps {
        let Some(taken) = taken else { continue };
        let moment = Moment {
            at: p.moment(taken.at),
            what,
            officer: taken.officer.as_deref(),
            reason: &taken.reason,
            missing: if what == "case-returned" { &case.missing } else { &[] },
            entry: taken.entry.0,
        };
        found.push((taken.entry.0, moment));
    }
    found.sort_by_key(|(entry, _)| *entry);
    found.into_iter().map(|(_, moment)| moment).collect()
}

/// The newest entry of a case.
pub(crate) fn newest_entry(case: &Case) -> u64 {
    let later = [
        &case.accepted,
        &case.extended,
        &case.decided,
        &case.review_requested,
        &case.reviewed,
        &case.returned,
        &case.taken_back,
    ];
    let entries = later.into_iter().flatten().map(|taken| taken.entry.0);
    entries.fold(case.lodged.entry.0, u64::max)
}

/// What was done in a case, as a history tells it; nothing for an act of another kind.
pub(crate) fn happened_key(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "objection_lodged" => "happened-objection",
        "restoration_applied" => "happened-application",
        "case_accepted" => "happened-case-accepted",
        "case_extended" => "happened-case-extended",
        "objection_decided" => "happened-objection-decided",
        "restoration_decided" => "happened-restoration-decided",
        "review_requested" => "happened-review-requested",
        "review_decided" => "happened-review-decided",
        "application_returned" => "happened-application-returned",
        "case_taken_back" => "happened-case-taken-back",
        "display_stopped" => "happened-display-stopped",
        "restoration_undone" => "happened-restoration-undone",
        "recipients_notified" => "happened-recipients-notified",
        "notice_acknowledged" => "happened-notice-acknowledged",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::samples;

    #[test]
    fn a_filter_is_named_in_the_address_and_goes_on_to_the_next_page() {
        let page = Page::at(false, "/en/office/cases");
        let query = CasesQuery { show: "overdue".to_owned(), before: Some(7) };
        assert_eq!(query.filter(CaseFilter::Open), CaseFilter::Overdue);
        assert_eq!(query.before().ok().flatten(), Some(CaseNumber(7)));
        assert_eq!(CasesQuery::default().filter(CaseFilter::Open), CaseFilter::Open);
        let too_large = CasesQuery { show: String::new(), before: Some(u64::MAX) };
        assert!(too_large.before().is_err());
        let next = next_href(&page, "/office/cases", CaseFilter::Overdue, Some(CaseNumber(3)));
        assert_eq!(next.as_deref(), Some("/en/office/cases?show=overdue&before=3"));
    }

    #[test]
    fn article_37_each_point_stands_with_its_own_answer_and_each_step_with_its_officer() {
        let (catalogue, authorities) = (samples::catalogue(), samples::authorities());
        let around = Around {
            catalogue: Some(&catalogue),
            authorities: &authorities,
            today: law::Day::new(2026, 11, 23).unwrap(),
        };
        for page in samples::pages("/my/cases/3") {
            let view = examples::decided(3);
            let sheet = CaseSheet::new(&page, &view, around, "/my/records");
            let upheld: Vec<bool> =
                sheet.points.iter().filter_map(|point| Some(point.answer.as_ref()?.is_upheld)).collect();
            assert_eq!(upheld, [true, false]);
            let officers = sheet.moments.iter().filter(|moment| moment.officer.is_some()).count();
            assert_eq!((sheet.moments.len(), officers), (4, 3));
            assert!(sheet.has(newest_entry(&view.case)) && !sheet.has(1));
            assert!(sheet.line.due.is_none() && sheet.outcome.is_some());
            let lodged = examples::lodged(4);
            let due = CaseLine::new(&page, &lodged, around).due.unwrap();
            assert_eq!(due.0, page.headed(page.of(&register::rules::deadlines::CaseStep::Accept.title())));
        }
    }
}
