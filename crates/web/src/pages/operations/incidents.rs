//! Incidents: each with its steps and until when each is to be taken (Article 19).

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use law::IncidentSeverity;
use register::acts::accountability::incident::may_handle;
use register::authority::Authority;
use register::incident::{Handling, IncidentKind, IncidentNumber, NotTold, Step};
use serde::Deserialize;
use service::incidents::{IncidentFilter, IncidentView};

use super::incident_acts::{RegistrationForm, StepForm};
use crate::extract::{PathPart, Query, number};
use crate::pages::Page;
use crate::pages::desk::{Desk, DeskHead};
use crate::pages::steps::StepLine;
use crate::problem::Problem;
use crate::site::Site;

/// How many stand on a page.
const PAGE: usize = 30;

#[derive(Debug, Default, Deserialize)]
pub(crate) struct IncidentsQuery {
    #[serde(default)]
    state: String,
    before: Option<u64>,
}

#[derive(Template)]
#[template(path = "operations/incidents.html")]
struct Incidents<'a> {
    p: &'a Page,
    d: DeskHead<'a>,
    state: &'a str,
    lines: Vec<Line>,
    is_later: bool,
    next: Option<u64>,
    kinds: Vec<(&'static str, String)>,
    offices: Vec<(String, String)>,
    given: RegistrationForm,
    /// What is wrong with the incident that was to be registered.
    faults: Vec<String>,
}

fn kinds(p: &Page) -> Vec<(&'static str, String)> {
    IncidentKind::ALL.into_iter().map(|kind| (kind.word(), p.headed(p.of(&kind.title())))).collect()
}

fn offices(p: &Page, authorities: &[Authority]) -> Vec<(String, String)> {
    authorities.iter().map(|one| (one.code.0.clone(), p.of(&one.name).to_owned())).collect()
}

struct Line {
    number: u64,
    title: String,
    noticed: String,
    severity: Option<String>,
    is_closed: bool,
    is_overdue: bool,
}

fn line(p: &Page, view: &IncidentView) -> Line {
    let incident = &view.incident;
    Line {
        number: incident.incident.0,
        title: p.of(&incident.kind.title()).to_owned(),
        noticed: p.moment(incident.noticed),
        severity: incident.severity.map(|severity| p.t(&format!("incident-{}", severity.word())).to_owned()),
        is_closed: incident.is_closed(),
        is_overdue: view.is_overdue(),
    }
}

/// The register of incidents.
///
/// Articles: 19
pub(crate) async fn incidents(
    State(site): State<Arc<Site>>,
    Query(asked): Query<IncidentsQuery>,
    desk: Desk,
) -> Result<Response, Problem> {
    show_incidents(&site, &desk, &asked, None).await
}

/// The register, and the form by which an incident is registered: with what was typed, and what is wrong with it.
pub(super) async fn show_incidents(
    site: &Site,
    desk: &Desk,
    asked: &IncidentsQuery,
    refused: Option<(RegistrationForm, Vec<String>)>,
) -> Result<Response, Problem> {
    let before = asked.before.map(|before| number("before", before)).transpose()?.map(IncidentNumber);
    let filter = match asked.state.as_str() {
        "open" => IncidentFilter::Open,
        "overdue" => IncidentFilter::Overdue,
        _ => IncidentFilter::All,
    };
    let found = site.platform.incidents(filter, before, PAGE, &desk.caller()).await?;
    let authorities = site.platform.authorities().await?;
    let (given, faults) = refused.unwrap_or_default();
    let shown = Incidents {
        p: &desk.page,
        d: desk.head(),
        state: &asked.state,
        lines: found.iter().map(|view| line(&desk.page, view)).collect(),
        is_later: before.is_some(),
        next: found.last().filter(|_| found.len() >= PAGE).map(|view| view.incident.incident.0),
        kinds: kinds(&desk.page),
        offices: offices(&desk.page, &authorities),
        given,
        faults,
    };
    desk.page.show_once(&shown)
}

#[derive(Template)]
#[template(path = "operations/incident.html")]
struct IncidentPage<'a> {
    p: &'a Page,
    d: DeskHead<'a>,
    line: Line,
    place: &'a str,
    told: u64,
    steps: Vec<StepLine>,
    history: Vec<HistoryLine<'a>>,
    here: String,
    /// The steps that may be taken now.
    forms: Vec<Step>,
    severities: Vec<(&'static str, String)>,
    kinds: Vec<(&'static str, String)>,
    departments: Vec<(String, String)>,
    given: StepForm,
    said: Option<Said>,
}

/// What is wrong with a step that was to be taken.
pub(super) struct Said {
    pub(super) step: String,
    pub(super) lines: Vec<String>,
}

struct HistoryLine<'a> {
    at: String,
    what: &'static str,
    responsible: &'a str,
    words: &'a str,
    entry: u64,
}

const fn handling_key(handling: Handling) -> &'static str {
    match handling {
        Handling::Registered => "incident-registered",
        Handling::Classified => "incident-classified",
        Handling::Contained => "incident-contained",
        Handling::Notified => "incident-notified",
        Handling::Told => "incident-told",
        Handling::NotTold => "incident-not-told",
        Handling::Closed => "incident-closed",
    }
}

impl<'a> IncidentPage<'a> {
    fn new(
        desk: &'a Desk,
        view: &'a IncidentView,
        authorities: &[Authority],
        given: StepForm,
        said: Option<Said>,
    ) -> Self {
        let p = &desk.page;
        let incident = &view.incident;
        let caller = desk.caller();
        let may = |step: &Step| may_handle(*step, Some(incident), &caller).is_ok();
        let severities = IncidentSeverity::ALL
            .into_iter()
            .map(|severity| (severity.word(), p.headed(p.t(&format!("incident-{}", severity.word())))));
        let history = incident.history.iter().map(|line| HistoryLine {
            at: p.moment(line.at),
            what: handling_key(line.handling),
            responsible: &line.responsible,
            words: &line.words,
            entry: line.entry.0,
        });
        Self {
            p,
            d: desk.head(),
            line: line(p, view),
            place: &incident.place,
            told: view.subjects_told,
            steps: view.steps.iter().map(|step| StepLine::new(p, &step.step.title(), step)).collect(),
            history: history.collect(),
            here: p.href(&format!("/operations/incidents/{}", incident.incident.0)),
            forms: Step::ALL.into_iter().filter(may).collect(),
            severities: severities.collect(),
            kinds: kinds(p),
            departments: offices(p, authorities),
            given,
            said,
        }
    }

    fn may(&self, step: &str) -> bool {
        self.forms.iter().any(|known| word_of(*known) == step)
    }

    /// Whether a step's form stands open: it was sent, and is to be corrected.
    fn open(&self, step: &str) -> bool {
        self.said.as_ref().is_some_and(|said| said.step == step)
    }

    fn scopes(&self) -> [(&'static str, &str); 4] {
        [
            ("records", "incident-scope-records"),
            ("entries", "incident-scope-entries"),
            ("batch", "incident-scope-batch"),
            ("key", "incident-scope-key"),
        ]
        .map(|(word, key)| (word, self.p.t(key)))
    }

    fn grounds(&self) -> [(&'static str, String); 2] {
        [("nobody_concerned", NotTold::NobodyConcerned), ("harm_prevented", NotTold::HarmPrevented)]
            .map(|(word, ground)| (word, self.p.headed(self.p.of(&ground.title()))))
    }
}

const fn word_of(step: Step) -> &'static str {
    match step {
        Step::Classify => "classify",
        Step::Contain => "contain",
        Step::Notify => "notify",
        Step::Tell => "tell",
        Step::Close => "close",
    }
}

/// One incident with its steps.
///
/// Articles: 19
pub(crate) async fn incident(
    State(site): State<Arc<Site>>,
    PathPart(asked): PathPart<u64>,
    desk: Desk,
) -> Result<Response, Problem> {
    let asked = IncidentNumber(number("number", asked)?);
    show_incident(&site, &desk, asked, StepForm::default(), None).await
}

/// An incident, with the forms of the steps that may be taken: with what was typed, and what is wrong with it.
pub(super) async fn show_incident(
    site: &Site,
    desk: &Desk,
    asked: IncidentNumber,
    given: StepForm,
    said: Option<Said>,
) -> Result<Response, Problem> {
    let view = site.platform.incident(asked, &desk.caller()).await?;
    let authorities = site.platform.authorities().await?;
    desk.page.show_once(&IncidentPage::new(desk, &view, &authorities, given, said))
}

#[cfg(test)]
mod tests {
    use law::{Citation, Day, Instant};
    use register::caller::Holder;
    use register::incident::{Incident, IncidentLine};
    use register::rules::deadlines::{Due, StepStanding, StepState};
    use register::subject::EntryNumber;

    use super::*;
    use crate::pages::samples;

    fn view(state: StepState) -> IncidentView {
        let at = Instant::from_milliseconds(1_795_000_000_000);
        let history = IncidentLine {
            entry: EntryNumber(7),
            at,
            handling: Handling::Registered,
            by: "operator".to_owned(),
            responsible: samples::HARD_NAME.to_owned(),
            words: samples::HARD_NAME.repeat(20),
            kind: None,
            severity: None,
            acts: Vec::new(),
            department: None,
            document_number: None,
            scope: None,
            subjects: None,
            not_told: None,
        };
        let due = [
            Due::Day { last_day: Day::of(at) },
            Due::Hour { until: at },
            Due::Unknown { year: 2030, reminder: Day::of(at) },
        ];
        let steps = Step::ALL.into_iter().zip(due.into_iter().cycle()).map(|(step, due)| StepStanding {
            arithmetic: None,
            step,
            state,
            due,
            article: Citation::article(19),
            source: "x".to_owned(),
            entry: None,
            at: (state == StepState::Taken).then_some(at),
        });
        IncidentView {
            steps: steps.collect(),
            incident: Incident {
                incident: IncidentNumber(3),
                kind: IncidentKind::Leak,
                severity: Some(IncidentSeverity::Grave),
                noticed: at,
                place: samples::HARD_NAME.to_owned(),
                office: None,
                history: vec![history],
            },
            subjects_told: 9,
        }
    }

    #[test]
    fn article_19_an_incident_shows_each_step_with_its_deadline_and_marks_what_is_late() {
        for state in [
            StepState::Pending,
            StepState::Overdue,
            StepState::DueUnknown,
            StepState::Taken,
            StepState::TakenLate,
        ] {
            let view = view(state);
            for page in samples::pages("/operations/incidents") {
                let desk = Desk { page, session: samples::session(Holder::Operator, None) };
                let authorities = samples::authorities();
                let said = || Some(Said { step: "contain".to_owned(), lines: vec!["<b>".to_owned()] });
                let given = || StepForm { words: samples::HARD_NAME.to_owned(), ..StepForm::default() };
                let shown = IncidentPage::new(&desk, &view, &authorities, given(), said());
                // It was only registered: the steps have their order.
                assert_eq!(shown.forms, [Step::Classify, Step::Contain]);
                let html = shown.render().unwrap();
                samples::check(&desk.page, &html);
                assert_eq!(html.matches("<details open>").count(), 1);
                let first: String = samples::HARD_NAME.chars().take(1).collect();
                assert!(
                    html.contains(&format!("\"contain-words-hint\">{first}")),
                    "what was typed is there again"
                );
                assert_eq!(html.contains("tag-fault"), state == StepState::Overdue);
                for lines in [vec![line(&desk.page, &view)], Vec::new()] {
                    let (p, d) = (&desk.page, desk.head());
                    let shown = Incidents {
                        p,
                        d,
                        state: "open",
                        lines,
                        is_later: true,
                        next: Some(3),
                        kinds: kinds(p),
                        offices: offices(p, &authorities),
                        given: RegistrationForm {
                            happened: samples::HARD_NAME.to_owned(),
                            ..RegistrationForm::default()
                        },
                        faults: vec!["<b>".to_owned()],
                    };
                    samples::check(p, &shown.render().unwrap());
                }
            }
        }
    }
}
