//! Security incidents (信息安全事件): what befell the information itself, and what was done about it (Article 19).
//!
//! An incident is nothing but its entries: what it is called now, how grave it is and what has been done follows from them, and
//! which deadline has passed is computed each time ([`crate::rules::deadlines`]).

use law::{IncidentSeverity, Instant};
use serde::{Deserialize, Serialize};

use crate::authority::AuthorityCode;
use crate::caller::KeyNumber;
use crate::event::{Act, Event};
use crate::record::{BatchNumber, RecordNumber};
use crate::ruling::Bilingual;
use crate::subject::EntryNumber;

/// The number of an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IncidentNumber(pub u64);

/// What befell the information.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IncidentKind {
    /// 泄露: it came to someone who may not have it.
    Leak,
    /// 丢失: it is gone.
    Loss,
    /// 篡改: it was changed by someone who may not, or broken.
    Alteration,
    /// 非法访问: someone used a way in that is not theirs.
    UnlawfulAccess,
    /// 无法使用: nobody could use it.
    Unavailability,
}

impl IncidentKind {
    /// Every kind.
    pub const ALL: [Self; 5] =
        [Self::Leak, Self::Loss, Self::Alteration, Self::UnlawfulAccess, Self::Unavailability];

    /// The stable word used in answers and on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Leak => "leak",
            Self::Loss => "loss",
            Self::Alteration => "alteration",
            Self::UnlawfulAccess => "unlawful_access",
            Self::Unavailability => "unavailability",
        }
    }

    /// The kind that a stable word names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// What it is called.
    #[must_use]
    pub const fn title(self) -> Bilingual {
        match self {
            Self::Leak => Bilingual::new("信息泄露", "a leak of information"),
            Self::Loss => Bilingual::new("信息丢失", "a loss of information"),
            Self::Alteration => Bilingual::new("信息被篡改", "an alteration of information"),
            Self::UnlawfulAccess => Bilingual::new("非法访问", "unlawful access"),
            Self::Unavailability => Bilingual::new("信息无法使用", "information that could not be used"),
        }
    }
}

/// A step that every incident must go through, each with its own deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Say how grave it is.
    Classify,
    /// Stop it.
    Contain,
    /// Report it to the competent department.
    Notify,
    /// Tell the subjects concerned.
    Tell,
    /// End it.
    Close,
}

impl Step {
    /// Every step, in the order in which they are due.
    pub const ALL: [Self; 5] = [Self::Classify, Self::Contain, Self::Notify, Self::Tell, Self::Close];

    /// What it is called.
    #[must_use]
    pub const fn title(self) -> Bilingual {
        match self {
            Self::Classify => Bilingual::new("定级", "classify"),
            Self::Contain => Bilingual::new("处置", "contain"),
            Self::Notify => Bilingual::new("报告主管部门", "notify the competent department"),
            Self::Tell => Bilingual::new("告知信用主体", "tell the subjects concerned"),
            Self::Close => Bilingual::new("结案", "close"),
        }
    }
}

/// Whom an incident concerns: named by what was touched, never by searching for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Scope {
    /// Everyone whom a key was shown anything about, from one entry to another, both included: the scope of a stolen key.
    LooksOfKey {
        /// The key.
        key: KeyNumber,
        /// The first entry.
        from: EntryNumber,
        /// The last entry.
        to: EntryNumber,
    },
    /// The subjects of these records.
    Records {
        /// The records.
        records: Vec<RecordNumber>,
    },
    /// The subjects of these entries.
    Entries {
        /// The entries.
        entries: Vec<EntryNumber>,
    },
    /// The subjects of the records of a batch.
    Batch {
        /// The batch.
        batch: BatchNumber,
    },
}

/// On what ground the subjects concerned are not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotTold {
    /// It concerns no subject.
    NobodyConcerned,
    /// What was done kept any harm from those concerned.
    HarmPrevented,
}

impl NotTold {
    /// What it is called.
    #[must_use]
    pub const fn title(self) -> Bilingual {
        match self {
            Self::NobodyConcerned => Bilingual::new("不涉及任何信用主体", "no subject is concerned"),
            Self::HarmPrevented => {
                Bilingual::new("已采取的措施避免了危害", "the measures taken prevented any harm")
            }
        }
    }
}

/// What was done about an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Handling {
    /// It was registered.
    Registered,
    /// It was classified, or classified anew.
    Classified,
    /// A measure was taken against it.
    Contained,
    /// The competent department was notified.
    Notified,
    /// The subjects of a scope were told.
    Told,
    /// They are not told, on a stated ground.
    NotTold,
    /// It was closed.
    Closed,
}

impl Handling {
    /// The step that it takes; none for the registration, with which all begins.
    #[must_use]
    pub const fn step(self) -> Option<Step> {
        match self {
            Self::Registered => None,
            Self::Classified => Some(Step::Classify),
            Self::Contained => Some(Step::Contain),
            Self::Notified => Some(Step::Notify),
            Self::Told | Self::NotTold => Some(Step::Tell),
            Self::Closed => Some(Step::Close),
        }
    }
}

/// One entry of an incident's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IncidentLine {
    /// The journal's entry.
    pub entry: EntryNumber,
    /// When, to the minute.
    pub at: Instant,
    /// What was done.
    pub handling: Handling,
    /// In whose name: an office's code, or `operator`.
    pub by: String,
    /// The human being who answers for it.
    pub responsible: String,
    /// In words: what happened, why so grave, which measure, on what ground, with what outcome.
    pub words: String,
    /// The kind, where this says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<IncidentKind>,
    /// The severity, where this says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<IncidentSeverity>,
    /// The entries by which the measure was taken.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub acts: Vec<EntryNumber>,
    /// The department that was notified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department: Option<AuthorityCode>,
    /// The number of the notice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_number: Option<String>,
    /// Whom it concerns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// How many were told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subjects: Option<u64>,
    /// On what ground nobody is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_told: Option<NotTold>,
}

impl IncidentLine {
    /// Draws a line from an entry; nothing where it is none of an incident's own.
    #[must_use]
    pub fn new(entry: EntryNumber, at: Instant, act: Act) -> Option<Self> {
        let by = act.leaf_office();
        let line = |handling, responsible, words| Self {
            entry,
            at,
            handling,
            by,
            responsible,
            words,
            kind: None,
            severity: None,
            acts: Vec::new(),
            department: None,
            document_number: None,
            scope: None,
            subjects: None,
            not_told: None,
        };
        Some(match act.event {
            Event::IncidentRegistered(event) => Self {
                kind: Some(event.kind),
                ..line(Handling::Registered, event.responsible, event.happened)
            },
            Event::IncidentClassified(event) => Self {
                kind: event.kind,
                severity: Some(event.severity),
                ..line(Handling::Classified, event.responsible, event.reason)
            },
            Event::IncidentContained(event) => {
                Self { acts: event.acts, ..line(Handling::Contained, event.responsible, event.measure) }
            }
            Event::DepartmentNotified(event) => Self {
                department: Some(event.department),
                document_number: Some(event.document_number),
                ..line(Handling::Notified, event.responsible, String::new())
            },
            Event::TellingCompleted(event) => Self {
                scope: Some(event.scope),
                subjects: Some(event.subjects),
                ..line(Handling::Told, event.responsible, event.notice)
            },
            Event::TellingDispensed(event) => Self {
                not_told: Some(event.ground),
                ..line(Handling::NotTold, event.responsible, event.reason)
            },
            Event::IncidentClosed(event) => line(Handling::Closed, event.responsible, event.outcome),
            _ => return None,
        })
    }
}

/// An incident as its entries make it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Incident {
    /// Its number.
    pub incident: IncidentNumber,
    /// What befell the information, as it was said last.
    pub kind: IncidentKind,
    /// How grave it is, as it was said last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<IncidentSeverity>,
    /// When it was noticed: every deadline begins here.
    pub noticed: Instant,
    /// Where it happened, in words.
    pub place: String,
    /// The office where it happened; none for the platform itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub office: Option<AuthorityCode>,
    /// What was done, oldest first.
    pub history: Vec<IncidentLine>,
}

impl Incident {
    /// An incident from its entries, oldest first; nothing where the first is no registration.
    #[must_use]
    pub fn of(entries: impl IntoIterator<Item = (EntryNumber, Instant, Act)>) -> Option<Self> {
        let mut entries = entries.into_iter();
        let (entry, at, act) = entries.next()?;
        let Event::IncidentRegistered(registered) = &act.event else { return None };
        let mut incident = Self {
            incident: registered.incident,
            kind: registered.kind,
            severity: None,
            noticed: registered.noticed,
            place: registered.place.clone(),
            office: registered.office.clone(),
            history: Vec::new(),
        };
        incident.history.extend(IncidentLine::new(entry, at, act));
        for (entry, at, act) in entries {
            let Some(line) = IncidentLine::new(entry, at, act) else { continue };
            incident.kind = line.kind.unwrap_or(incident.kind);
            incident.severity = line.severity.or(incident.severity);
            incident.history.push(line);
        }
        Some(incident)
    }

    /// The first entry that takes a step: by it a deadline is kept or missed, whatever is added later.
    #[must_use]
    pub fn first(&self, step: Step) -> Option<&IncidentLine> {
        self.history.iter().find(|line| line.handling.step() == Some(step))
    }

    /// Whether it is closed.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.first(Step::Close).is_some()
    }

    /// The measures taken so far, in words, oldest first.
    #[must_use]
    pub fn measures(&self) -> Vec<String> {
        let contained = self.history.iter().filter(|line| line.handling == Handling::Contained);
        contained.map(|line| line.words.clone()).collect()
    }

    /// Whether an office may read it: the one where it happened, and each department that was notified of it.
    ///
    /// Articles: 19
    #[must_use]
    pub fn concerns(&self, office: &AuthorityCode) -> bool {
        self.office.as_ref() == Some(office)
            || self.history.iter().any(|line| line.department.as_ref() == Some(office))
    }
}
