//! The register of incidents (Article 19): each step an act, and every subject concerned told in its own view.

use std::collections::HashMap;

use law::{Day, LawError};
use register::acts::accountability::incident::{
    Concerned, HandleIncident, IncidentFacts, RegisterIncident, TellSubjects, complete_telling, handle,
    may_handle, may_read, register, tell,
};
use register::authority::AuthorityCode;
use register::caller::Caller;
use register::incident::{Incident, IncidentNumber, Step};
use register::rules::access::{Undertaking, may_undertake};
use register::rules::deadlines::{StepStanding, steps};
use register::ruling::Ruling;
use register::subject::SubjectNumber;
use serde::Serialize;
use store::Pen;

use crate::error::ServiceError;
use crate::platform::{Done, Platform};

mod scope;

pub use scope::Resolving;

/// How many subjects are told by one act: so that the pen is held for some milliseconds only.
const SUBJECTS_AT_ONCE: usize = 64;
/// How many incidents are read at once.
const INCIDENTS_AT_ONCE: u64 = 50;

/// An incident that was registered.
#[derive(Debug, Clone, Serialize)]
pub struct IncidentDone {
    /// Its number.
    pub incident: IncidentNumber,
    /// The act.
    #[serde(flatten)]
    pub done: Done,
}

/// The subjects of a scope were told.
#[derive(Debug, Clone, Serialize)]
pub struct ToldDone {
    /// How many subjects the scope concerns.
    pub subjects: u64,
    /// How many of them were told by this request; the others had been told all of it before.
    pub told: u64,
    /// Entries of the scope whose content was erased: whom they concerned is not known any more.
    pub erased: u64,
    /// The act.
    #[serde(flatten)]
    pub done: Done,
}

/// An incident with its deadlines.
#[derive(Debug, Clone, Serialize)]
pub struct IncidentView {
    /// The incident.
    #[serde(flatten)]
    pub incident: Incident,
    /// Its steps: until when each is to be taken, and how it stands now.
    pub steps: Vec<StepStanding<Step>>,
    /// How many subjects were told so far.
    pub subjects_told: u64,
}

impl IncidentView {
    /// Whether the deadline of a step has passed and it is not taken.
    #[must_use]
    pub fn is_overdue(&self) -> bool {
        self.steps.iter().any(StepStanding::is_overdue)
    }
}

/// Which incidents are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IncidentFilter {
    /// All.
    All,
    /// Those that are not closed.
    Open,
    /// Those with a step that should have been taken.
    Overdue,
}

impl Platform {
    /// Registers an incident: a named human being does it, never a program by itself.
    ///
    /// Articles: 19
    ///
    /// # Errors
    /// The refusal, or the store failed.
    pub async fn register_incident(
        &self,
        ask: RegisterIncident,
        by: &Caller,
    ) -> Result<IncidentDone, ServiceError> {
        // Its deadlines are those of the law of that day: there must be one.
        let day = Day::of(ask.noticed);
        if let Err(error @ (LawError::BeforeTheLaw { .. } | LawError::AfterTheLaw { .. })) =
            self.law().on(day)
        {
            return Err(ServiceError::malformed("noticed", "不是时刻", error.to_string()));
        }
        let caller = by.clone();
        let (recorded, incident) = self
            .act(Undertaking::RegisterIncident, by, move |pen, _| {
                let (caller, ask) = (caller.clone(), ask.clone());
                Box::pin(async move {
                    let office = caller.office().or(ask.office.as_ref()).cloned();
                    let next = pen.next_incident().await?;
                    let facts = facts(pen, None, next, office.as_ref()).await?;
                    Ok((register(&facts, ask, &caller), next))
                })
            })
            .await?;
        Ok(IncidentDone { incident, done: self.done(&recorded)? })
    }

    /// Takes a step of an incident other than telling its subjects.
    ///
    /// Articles: 19
    ///
    /// # Errors
    /// The refusal, or the store failed.
    pub async fn handle_incident(
        &self,
        number: IncidentNumber,
        ask: HandleIncident,
        responsible: Option<&str>,
        by: &Caller,
    ) -> Result<Done, ServiceError> {
        let named = responsible.map(str::to_owned);
        let department = match &ask {
            HandleIncident::Notify { department, .. } => Some(department.clone()),
            _ => None,
        };
        self.incident_act(number, department, by, move |facts, caller| {
            handle(facts, ask.clone(), named.as_deref(), caller)
        })
        .await?
        .ok_or_else(|| ServiceError::BrokenOff("the act left no entry".to_owned()))
    }

    /// Tells the subjects whom an incident concerns: each gets an entry in its own view. Whom the scope concerns is read from the
    /// journal outside the pen, in pages; then they are told in small acts. Broken off, it goes on where it stopped when it is
    /// asked again.
    ///
    /// Articles: 19, 34
    ///
    /// # Errors
    /// The refusal, or the store failed.
    pub async fn tell_subjects(
        &self,
        number: IncidentNumber,
        ask: TellSubjects,
        by: &Caller,
        progress: &(dyn Fn(Resolving) + Send + Sync),
    ) -> Result<ToldDone, ServiceError> {
        may_undertake(Undertaking::HandleIncident, by)?;
        may_handle(Step::Tell, self.read_incident(number).await?.as_ref(), by)?;
        // A notice that would be refused is refused before anything is read for it.
        self.incident_act(number, None, by, {
            let ask = ask.clone();
            move |facts, caller| tell(facts, &ask, Vec::new(), caller)
        })
        .await?;
        let resolved = self.resolve(&ask.scope, progress).await?;
        let total = u64::try_from(resolved.concerned.len()).unwrap_or(u64::MAX);
        let (mut done, mut told) = (0, 0);
        for part in resolved.concerned.chunks(SUBJECTS_AT_ONCE) {
            told += self.tell_part(number, &ask, part, by).await?;
            done += u64::try_from(part.len()).unwrap_or(u64::MAX);
            progress(Resolving::Telling { done, total });
        }
        let complete = self
            .incident_act(number, None, by, move |facts, caller| {
                complete_telling(facts, ask.clone(), total, caller)
            })
            .await?
            .ok_or_else(|| ServiceError::BrokenOff("the act left no entry".to_owned()))?;
        Ok(ToldDone { subjects: total, told, erased: resolved.erased, done: complete })
    }

    /// Tells a part of those concerned; how many were told anything new.
    async fn tell_part(
        &self,
        number: IncidentNumber,
        ask: &TellSubjects,
        part: &[Concerned],
        by: &Caller,
    ) -> Result<u64, ServiceError> {
        let (caller, ask, part) = (by.clone(), ask.clone(), part.to_vec());
        let (recorded, ()) = self
            .act(Undertaking::HandleIncident, by, move |pen, _| {
                let (caller, ask, mut part) = (caller.clone(), ask.clone(), part.clone());
                Box::pin(async move {
                    let subjects: Vec<SubjectNumber> =
                        part.iter().map(|concerned| concerned.subject).collect();
                    let told = pen.told_of(number, &subjects).await?;
                    let mut told: HashMap<_, _> = told.into_iter().map(|told| (told.subject, told)).collect();
                    for concerned in &mut part {
                        concerned.told = told.remove(&concerned.subject);
                    }
                    let facts = facts(pen, Some(number), number, None).await?;
                    Ok((tell(&facts, &ask, part, &caller), ()))
                })
            })
            .await?;
        Ok(u64::try_from(recorded.entries.len()).unwrap_or(u64::MAX))
    }

    /// An act on an incident; nothing where it needed no entry.
    async fn incident_act<F>(
        &self,
        number: IncidentNumber,
        names: Option<AuthorityCode>,
        by: &Caller,
        decide: F,
    ) -> Result<Option<Done>, ServiceError>
    where
        F: Fn(&IncidentFacts, &Caller) -> Ruling + Clone + Send + Sync + 'static,
    {
        let caller = by.clone();
        let (recorded, ()) = self
            .act(Undertaking::HandleIncident, by, move |pen, _| {
                let (caller, names, decide) = (caller.clone(), names.clone(), decide.clone());
                Box::pin(async move {
                    let facts = facts(pen, Some(number), number, names.as_ref()).await?;
                    Ok((decide(&facts, &caller), ()))
                })
            })
            .await?;
        if recorded.entries.is_empty() { Ok(None) } else { self.done(&recorded).map(Some) }
    }

    async fn read_incident(&self, number: IncidentNumber) -> Result<Option<Incident>, ServiceError> {
        let mut snapshot = self.store().snapshot().await?;
        let incident = snapshot.incidents(&[number]).await?.pop();
        snapshot.end().await?;
        Ok(incident)
    }

    /// An incident with its deadlines.
    ///
    /// Articles: 19
    ///
    /// # Errors
    /// The refusal, which is the same for an incident that is not there; or the store failed.
    pub async fn incident(&self, number: IncidentNumber, by: &Caller) -> Result<IncidentView, ServiceError> {
        may_undertake(Undertaking::ReadIncidents, by)?;
        let mut snapshot = self.store().snapshot().await?;
        let incident = snapshot.incidents(&[number]).await?.pop();
        let subjects_told = snapshot.told_count(number).await?;
        snapshot.end().await?;
        let incident = may_read(incident.as_ref(), by)?.clone();
        self.view(incident, subjects_told)
    }

    /// Incidents before one of them, the newest first, as far as the caller may read them.
    ///
    /// Articles: 19
    ///
    /// # Errors
    /// The refusal, or the store failed.
    pub async fn incidents(
        &self,
        filter: IncidentFilter,
        before: Option<IncidentNumber>,
        limit: usize,
        by: &Caller,
    ) -> Result<Vec<IncidentView>, ServiceError> {
        may_undertake(Undertaking::ReadIncidents, by)?;
        let mut snapshot = self.store().snapshot().await?;
        let (mut before, mut found) = (before, Vec::new());
        'pages: loop {
            let open_only = filter != IncidentFilter::All;
            let numbers = snapshot.incident_numbers(before, open_only, INCIDENTS_AT_ONCE).await?;
            for incident in snapshot.incidents(&numbers).await? {
                if may_read(Some(&incident), by).is_err() {
                    continue;
                }
                let subjects_told = snapshot.told_count(incident.incident).await?;
                let view = self.view(incident, subjects_told)?;
                if filter != IncidentFilter::Overdue || view.is_overdue() {
                    found.push(view);
                }
                if found.len() >= limit {
                    break 'pages;
                }
            }
            before = numbers.last().copied();
            if (numbers.len() as u64) < INCIDENTS_AT_ONCE {
                break;
            }
        }
        snapshot.end().await?;
        Ok(found)
    }

    fn view(&self, incident: Incident, subjects_told: u64) -> Result<IncidentView, ServiceError> {
        let law = self.law().on(Day::of(incident.noticed))?;
        let steps = steps(&law, self.calendar()?, &incident, self.now())?;
        Ok(IncidentView { incident, steps, subjects_told })
    }
}

/// The facts of an act on an incident, read under the pen.
async fn facts(
    pen: &mut Pen,
    number: Option<IncidentNumber>,
    next: IncidentNumber,
    names: Option<&AuthorityCode>,
) -> Result<IncidentFacts, ServiceError> {
    let incident = match number {
        Some(number) => pen.incidents(&[number]).await?.pop(),
        None => None,
    };
    let authority = match names {
        Some(code) => pen.authority(code).await?,
        None => None,
    };
    Ok(IncidentFacts { incident, next, authority, size: pen.size(), now: pen.now() })
}
