//! What is done about an incident, by forms: it is registered, and each step is taken (Article 19). What was typed stands in the form
//! again where a step is refused.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use law::{Day, IncidentSeverity, Instant};
use register::acts::accountability::incident::{HandleIncident, RegisterIncident, TellSubjects};
use register::authority::AuthorityCode;
use register::caller::KeyNumber;
use register::incident::{IncidentKind, IncidentNumber, NotTold, Scope};
use register::record::{BatchNumber, RecordNumber};
use register::subject::EntryNumber;
use serde::Deserialize;

use super::incidents::{IncidentsQuery, Said, show_incident, show_incidents};
use crate::extract::{PathPart, number};
use crate::pages::Page;
use crate::pages::desk::{DeskForm, spoken, to};
use crate::problem::Problem;
use crate::site::Site;

/// The most numbers that one form names.
const NUMBERS_MAX: usize = 1000;
/// The widest range of entries that one form has read; for more there is the command line.
const ENTRIES_MAX: u64 = 20_000;

/// An incident as it is typed.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(crate) struct RegistrationForm {
    pub(super) kind: String,
    pub(super) noticed: String,
    pub(super) office: String,
    pub(super) place: String,
    pub(super) happened: String,
}

/// A step as it is typed: each step has its own boxes of these.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(crate) struct StepForm {
    pub(super) severity: String,
    pub(super) kind: String,
    /// What is said of the step: the reason, the measure, the outcome, the notice.
    pub(super) words: String,
    /// Numbers: of the entries by which a measure was taken, or of whom it concerns.
    pub(super) numbers: String,
    pub(super) department: String,
    pub(super) document_number: String,
    pub(super) scope: String,
    pub(super) contact: String,
    pub(super) ground: String,
}

fn choose(field: &'static str) -> Problem {
    Problem::malformed(field, "请从列出的各项中选择", "choose one of those in the list")
}

/// Numbers parted by spaces, commas or line ends.
fn numbers_of(text: &str) -> Result<Vec<u64>, Problem> {
    let wrong = || {
        Problem::malformed("numbers", "须为用空格或逗号分开的编号", "give numbers parted by spaces or commas")
    };
    let parts = text.split(|one: char| one.is_whitespace() || ",，、;；".contains(one));
    let numbers: Vec<u64> = parts
        .filter(|part| !part.is_empty())
        .map(|part| number("numbers", part.parse().map_err(|_| wrong())?))
        .collect::<Result<_, _>>()?;
    if numbers.len() > NUMBERS_MAX { Err(wrong()) } else { Ok(numbers) }
}

impl RegistrationForm {
    fn read(&self) -> Result<RegisterIncident, Problem> {
        Ok(RegisterIncident {
            kind: IncidentKind::from_word(&self.kind).ok_or_else(|| choose("kind"))?,
            noticed: moment_of(&self.noticed).ok_or_else(|| {
                Problem::malformed("noticed", "请填写北京时间的日期和时刻", "give day and time in Beijing")
            })?,
            office: (!self.office.is_empty()).then(|| AuthorityCode(self.office.clone())),
            place: self.place.clone(),
            happened: self.happened.clone(),
            responsible: None,
        })
    }
}

/// A moment as a browser writes it, in Beijing: `2026-11-23T09:05`.
fn moment_of(text: &str) -> Option<Instant> {
    let (day, time) = text.split_once('T')?;
    let mut parts = time.splitn(3, ':').map(|part| part.parse::<i64>().ok().filter(|part| *part >= 0));
    let (hour, minute) = (parts.next()??, parts.next()??);
    let is_time = hour < 24 && minute < 60;
    let day: Day = day.parse().ok().filter(|_| is_time)?;
    Some(day.start().plus_milliseconds((hour * 60 + minute) * 60_000))
}

/// What a form asks for: a step, or that the subjects are told.
enum Asked {
    Step(HandleIncident),
    Tell(TellSubjects),
}

impl StepForm {
    fn read(&self, step: &str) -> Result<Asked, Problem> {
        let words = || self.words.clone();
        Ok(Asked::Step(match step {
            "classify" => HandleIncident::Classify {
                severity: IncidentSeverity::from_word(&self.severity).ok_or_else(|| choose("severity"))?,
                kind: match self.kind.as_str() {
                    "" => None,
                    kind => Some(IncidentKind::from_word(kind).ok_or_else(|| choose("kind"))?),
                },
                reason: words(),
            },
            "contain" => HandleIncident::Contain {
                measure: words(),
                acts: numbers_of(&self.numbers)?.into_iter().map(EntryNumber).collect(),
            },
            "notify" => HandleIncident::Notify {
                department: AuthorityCode(self.department.clone()),
                document_number: self.document_number.clone(),
            },
            "tell" => {
                return Ok(Asked::Tell(TellSubjects {
                    scope: self.whom()?,
                    notice: words(),
                    contact: self.contact.clone(),
                    responsible: None,
                }));
            }
            "dispense" => HandleIncident::DispenseWithTelling {
                ground: match self.ground.as_str() {
                    "nobody_concerned" => NotTold::NobodyConcerned,
                    "harm_prevented" => NotTold::HarmPrevented,
                    _ => return Err(choose("ground")),
                },
                reason: words(),
            },
            "close" => HandleIncident::Close { outcome: words() },
            _ => return Err(Problem::not_found()),
        }))
    }

    /// Whom it concerns.
    fn whom(&self) -> Result<Scope, Problem> {
        let numbers = numbers_of(&self.numbers)?;
        match (self.scope.as_str(), numbers.as_slice()) {
            (_, []) => Err(Problem::malformed("numbers", "请填写编号", "give the numbers")),
            ("records", _) => Ok(Scope::Records { records: numbers.into_iter().map(RecordNumber).collect() }),
            ("entries", _) => Ok(Scope::Entries { entries: numbers.into_iter().map(EntryNumber).collect() }),
            ("batch", [batch]) => Ok(Scope::Batch { batch: BatchNumber(*batch) }),
            ("batch", _) => {
                Err(Problem::malformed("numbers", "请填写一个批次号", "give the number of one batch"))
            }
            ("key", [key, from, to]) if to.saturating_sub(*from) < ENTRIES_MAX => {
                Ok(Scope::LooksOfKey { key: KeyNumber(*key), from: EntryNumber(*from), to: EntryNumber(*to) })
            }
            ("key", _) => Err(Problem::malformed(
                "numbers",
                "请填写密钥号、第一条和最后一条日志的编号，最多20000条",
                "give the key's number and the first and the last entry, 20,000 entries at most",
            )),
            _ => Err(choose("scope")),
        }
    }
}

/// What is wrong, as the page says it.
pub(super) fn said(p: &Page, problem: &Problem) -> Vec<String> {
    let detail = problem.detail.as_ref().map(|detail| p.of(detail).to_owned());
    let grounds = problem.grounds.iter().map(|ground| {
        let remedy = ground.remedy.as_ref().map_or("", |remedy| p.of(remedy));
        format!("{} {remedy}", p.of(&ground.reason)).trim_end().to_owned()
    });
    let said: Vec<String> = grounds.collect();
    if said.is_empty() { vec![detail.unwrap_or_else(|| problem.kind.meaning(p.language))] } else { said }
}

/// Registers an incident. A refusal stands above the form, which keeps what was typed.
///
/// Articles: 6, 19
pub(crate) async fn register(
    State(site): State<Arc<Site>>,
    DeskForm { desk, form }: DeskForm<RegistrationForm>,
) -> Result<Response, Problem> {
    let done = match form.read() {
        Ok(ask) => site.platform.register_incident(ask, &desk.caller()).await.map_err(Problem::from),
        Err(problem) => Err(problem),
    };
    match done {
        Ok(done) => Ok(to(&desk.page.href(&format!("/operations/incidents/{}", done.incident.0)))),
        Err(problem) if !problem.kind.status().is_client_error() => Err(problem),
        Err(problem) => {
            let lines = said(&desk.page, &problem);
            let page = show_incidents(&site, &desk, &IncidentsQuery::default(), Some((form, lines))).await?;
            Ok(spoken(page, problem.kind))
        }
    }
}

/// Takes a step of an incident. A refusal stands above the form, which keeps what was typed.
///
/// Articles: 19, 34
pub(crate) async fn take(
    State(site): State<Arc<Site>>,
    PathPart((asked, step)): PathPart<(u64, String)>,
    DeskForm { mut desk, form }: DeskForm<StepForm>,
) -> Result<Response, Problem> {
    let incident = IncidentNumber(number("number", asked)?);
    desk.page.path = format!("/operations/incidents/{asked}");
    let caller = desk.caller();
    let done = match form.read(&step) {
        Ok(Asked::Step(ask)) => site.platform.handle_incident(incident, ask, None, &caller).await.map(|_| ()),
        Ok(Asked::Tell(ask)) => {
            site.platform.tell_subjects(incident, ask, &caller, &|_| ()).await.map(|_| ())
        }
        Err(problem) => return again(&site, &desk, incident, step, form, problem).await,
    };
    match done.map_err(Problem::from) {
        Ok(()) => Ok(to(&desk.page.href(&desk.page.path))),
        Err(problem) => again(&site, &desk, incident, step, form, problem).await,
    }
}

async fn again(
    site: &Site,
    desk: &crate::pages::desk::Desk,
    incident: IncidentNumber,
    step: String,
    form: StepForm,
    problem: Problem,
) -> Result<Response, Problem> {
    use crate::problem::ProblemKind;
    let is_of_the_form =
        matches!(problem.kind, ProblemKind::Malformed | ProblemKind::Refused | ProblemKind::ContentRefused);
    if !is_of_the_form {
        return Err(problem);
    }
    let lines = said(&desk.page, &problem);
    let page = show_incident(site, desk, incident, form, Some(Said { step, lines })).await?;
    Ok(spoken(page, problem.kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_as_a_browser_writes_it_and_nothing_else() {
        let at = moment_of("2026-11-23T09:05").unwrap();
        assert_eq!(at.to_string().get(..16), Some("2026-11-23T09:05"));
        assert_eq!(moment_of("2026-11-23T09:05:30"), Some(at));
        for wrong in
            ["", "2026-11-23", "2026-02-30T09:05", "2026-11-23T24:00", "2026-11-23T09:60", "2026-11-23T-1:00"]
        {
            assert_eq!(moment_of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn article_19_whom_it_concerns_is_named_by_numbers_of_one_kind() {
        let whom = |scope: &str, numbers: &str| {
            StepForm { scope: scope.to_owned(), numbers: numbers.to_owned(), ..StepForm::default() }
                .whom()
                .ok()
        };
        let records = |numbers: &[u64]| numbers.iter().copied().map(RecordNumber).collect();
        assert_eq!(whom("records", "3, 4，5\n6"), Some(Scope::Records { records: records(&[3, 4, 5, 6]) }));
        assert_eq!(whom("batch", "7"), Some(Scope::Batch { batch: BatchNumber(7) }));
        let looks = Scope::LooksOfKey { key: KeyNumber(2), from: EntryNumber(10), to: EntryNumber(20) };
        assert_eq!(whom("key", "2 10 20"), Some(looks));
        for (scope, numbers) in [
            ("records", ""),
            ("records", "x"),
            ("batch", "1 2"),
            ("key", "1 2"),
            ("key", "1 1 20001"),
            ("", "1"),
        ] {
            assert_eq!(whom(scope, numbers), None, "{scope} {numbers}");
        }
    }
}
