//! Cases (案件): an objection (Article 37) or an application for restoration (Article 38), from the subject's first act to the
//! last answer.
//!
//! A case is nothing but its entries: who asked for what, who took it in hand, what was answered to each point and when follows
//! from them, and which deadline has passed is computed each time ([`crate::rules::deadlines`]).

mod words;

use law::Instant;
use serde::{Deserialize, Serialize};

pub use self::words::{CaseKind, CaseState, Claim, Material, Outcome, Point, PointAnswer};
use crate::authority::AuthorityCode;
use crate::caller::Person;
use crate::event::{Act, Event};
use crate::record::RecordNumber;
use crate::subject::{EntryNumber, SubjectNumber};

/// The number of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CaseNumber(pub u64);

/// When something was done in a case, and by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Taken {
    /// The entry.
    pub entry: EntryNumber,
    /// When, to the minute.
    pub at: Instant,
    /// The name of the officer who did it. Never shown to the public.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub officer: Option<String>,
    /// The officer as the journal knows them.
    #[serde(skip)]
    pub person: Option<Person>,
    /// The reason given; empty where none is asked for.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// What is asked for in a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Request {
    /// An objection, point by point.
    Objection {
        /// The points.
        points: Vec<Point>,
    },
    /// Restoration.
    Restoration {
        /// How the duty was performed, in words.
        performance: String,
        /// The credit commitment.
        commitment: String,
    },
}

/// How a case was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Decision {
    /// An objection.
    Objection {
        /// What came of it.
        outcome: Outcome,
        /// The answer to each point, in the order of the points.
        answers: Vec<PointAnswer>,
    },
    /// An application for restoration.
    Restoration {
        /// Whether credit was restored.
        granted: bool,
    },
}

/// A case as its entries make it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Case {
    /// Its number.
    pub case: CaseNumber,
    /// Whose it is. Never shown outside.
    #[serde(skip)]
    pub subject: SubjectNumber,
    /// The record that it is about.
    pub record: RecordNumber,
    /// The authority that filed the record, to which it was forwarded.
    pub office: AuthorityCode,
    /// What is asked for.
    pub request: Request,
    /// What supports it.
    pub materials: Vec<Material>,
    /// Whether display and sharing of the record stopped with the first entry, until the decision.
    pub suspends: bool,
    /// Whether the record is the operator's own: then the shorter deadline applies.
    pub own_data: bool,
    /// When it was lodged.
    pub lodged: Taken,
    /// When an officer took it in hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted: Option<Taken>,
    /// When the deadline was extended, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extended: Option<Taken>,
    /// When it was decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided: Option<Taken>,
    /// How it was decided, the review included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    /// When the review was asked for, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review_requested: Option<Taken>,
    /// When the review was decided, and why so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reviewed: Option<Taken>,
    /// When an incomplete application was sent back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub returned: Option<Taken>,
    /// What was missing then.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// When the subject took it back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taken_back: Option<Taken>,
}

impl Case {
    /// A case from its entries, oldest first; nothing where the first lodges none.
    #[must_use]
    pub fn of(entries: impl IntoIterator<Item = (EntryNumber, Instant, Act)>) -> Option<Self> {
        let mut entries = entries.into_iter();
        let (entry, at, act) = entries.next()?;
        let mut case = Self::lodged(taken(entry, at, &act), act.event)?;
        for (entry, at, act) in entries {
            let taken = taken(entry, at, &act);
            case.take(taken, act.event);
        }
        Some(case)
    }

    fn lodged(lodged: Taken, event: Event) -> Option<Self> {
        let (case, subject, record, office, request, materials, suspends, own_data) = match event {
            Event::ObjectionLodged(event) => (
                event.case,
                event.subject,
                event.record,
                event.office,
                Request::Objection { points: event.points },
                event.materials,
                event.suspends,
                event.own_data,
            ),
            Event::RestorationApplied(event) => (
                event.case,
                event.subject,
                event.record,
                event.office,
                Request::Restoration { performance: event.performance, commitment: event.commitment },
                event.materials,
                false,
                false,
            ),
            _ => return None,
        };
        Some(Self {
            case,
            subject,
            record,
            office,
            request,
            materials,
            suspends,
            own_data,
            lodged,
            accepted: None,
            extended: None,
            decided: None,
            decision: None,
            review_requested: None,
            reviewed: None,
            returned: None,
            missing: Vec::new(),
            taken_back: None,
        })
    }

    fn take(&mut self, mut taken: Taken, event: Event) {
        match event {
            Event::CaseAccepted(_) => self.accepted = Some(taken),
            Event::CaseExtended(event) => {
                taken.reason = event.reason;
                self.extended = Some(taken);
            }
            Event::ObjectionDecided(event) => {
                self.decided = Some(taken);
                self.decision = Some(Decision::Objection { outcome: event.outcome, answers: event.answers });
            }
            Event::RestorationDecided(event) => {
                taken.reason = event.reason;
                self.decided = Some(taken);
                self.decision = Some(Decision::Restoration { granted: event.granted });
            }
            Event::ReviewRequested(event) => {
                taken.reason = event.reason;
                self.review_requested = Some(taken);
            }
            Event::ReviewDecided(event) => {
                taken.reason = event.reason;
                self.reviewed = Some(taken);
                // A review that lets the decision stand takes nothing back of what it gave.
                if let Some(Decision::Objection { outcome, .. }) = &mut self.decision
                    && event.outcome.changes_the_record()
                {
                    *outcome = event.outcome;
                }
            }
            Event::ApplicationReturned(event) => {
                self.returned = Some(taken);
                self.missing = event.missing;
            }
            Event::CaseTakenBack(_) => self.taken_back = Some(taken),
            _ => {}
        }
    }

    /// Which right it exercises.
    #[must_use]
    pub const fn kind(&self) -> CaseKind {
        match self.request {
            Request::Objection { .. } => CaseKind::Objection,
            Request::Restoration { .. } => CaseKind::Restoration,
        }
    }

    /// The points of an objection; none for an application.
    #[must_use]
    pub fn points(&self) -> &[Point] {
        match &self.request {
            Request::Objection { points } => points,
            Request::Restoration { .. } => &[],
        }
    }

    /// How it stands.
    #[must_use]
    pub const fn state(&self) -> CaseState {
        if self.taken_back.is_some() {
            CaseState::TakenBack
        } else if self.returned.is_some() {
            CaseState::Returned
        } else if self.reviewed.is_some() {
            CaseState::Reviewed
        } else if self.review_requested.is_some() {
            CaseState::UnderReview
        } else if self.decided.is_some() {
            CaseState::Decided
        } else if self.accepted.is_some() {
            CaseState::Accepted
        } else {
            CaseState::Lodged
        }
    }

    /// Whether an office found for the subject, in whole or in part; nothing before the decision.
    #[must_use]
    pub fn succeeded(&self) -> Option<bool> {
        self.decision.as_ref().map(|decision| match decision {
            Decision::Objection { outcome, .. } => outcome.changes_the_record(),
            Decision::Restoration { granted } => *granted,
        })
    }
}

fn taken(entry: EntryNumber, at: Instant, act: &Act) -> Taken {
    // Officers act in their own names; who acted for the subject is nobody's business but its own.
    let person = act.caller.office().and_then(|_| act.caller.person()).cloned();
    let officer = person.as_ref().map(|person| person.name.clone());
    Taken { entry, at, officer, person, reason: String::new() }
}
