//! The events of an incident (Article 19), and the rows they write.
//!
//! Articles: 19

use law::{IncidentSeverity, Instant};
use serde::{Deserialize, Serialize};

use crate::authority::AuthorityCode;
use crate::change::{Change, Value};
use crate::incident::{IncidentKind, IncidentNumber, NotTold, Scope};
use crate::record::RecordNumber;
use crate::subject::{EntryNumber, SubjectNumber};
use crate::tables;

/// An incident was registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentRegistered {
    /// Its number.
    pub incident: IncidentNumber,
    /// What befell the information.
    pub kind: IncidentKind,
    /// When it was noticed.
    pub noticed: Instant,
    /// The office where it happened; none for the platform itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office: Option<AuthorityCode>,
    /// Where it happened, in words.
    pub place: String,
    /// What happened.
    pub happened: String,
    /// The human being who answers for the entry.
    pub responsible: String,
}

/// An incident was classified, or classified anew: the earlier classification stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentClassified {
    /// The incident.
    pub incident: IncidentNumber,
    /// How grave it is.
    pub severity: IncidentSeverity,
    /// The kind, where it turned out to be another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<IncidentKind>,
    /// Why, by the rule of the class.
    pub reason: String,
    /// The human being who answers for the entry.
    pub responsible: String,
}

/// A measure was taken against an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentContained {
    /// The incident.
    pub incident: IncidentNumber,
    /// The measure.
    pub measure: String,
    /// The entries by which it was taken, such as the revocation of a key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acts: Vec<EntryNumber>,
    /// The human being who answers for the entry.
    pub responsible: String,
}

/// The competent department was notified of an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DepartmentNotified {
    /// The incident.
    pub incident: IncidentNumber,
    /// The department; from here on it reads the incident.
    pub department: AuthorityCode,
    /// The number of the notice.
    pub document_number: String,
    /// The human being who answers for the entry.
    pub responsible: String,
}

/// What a subject reads of an incident that concerns it (Article 34).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentNotice {
    /// The incident: to be named when asking about it.
    pub incident: IncidentNumber,
    /// What befell the information.
    pub kind: IncidentKind,
    /// When it was noticed.
    pub noticed: Instant,
    /// What happened, in words for the subject.
    pub happened: String,
    /// What was done about it.
    pub measures: Vec<String>,
    /// Whom to ask.
    pub contact: String,
    /// Which of its records are concerned.
    pub records: Vec<RecordNumber>,
    /// Which entries are concerned: the looks with a stolen key, for instance.
    pub entries: Vec<EntryNumber>,
}

/// A subject was told of an incident that concerns it: it stands in the subject's own view from this entry on. A later notice of the
/// same incident repeats what the earlier one named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubjectTold {
    /// The subject.
    pub subject: SubjectNumber,
    /// What it was told.
    pub told: IncidentNotice,
}

/// Every subject of a scope was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TellingCompleted {
    /// The incident.
    pub incident: IncidentNumber,
    /// Whom it concerns.
    pub scope: Scope,
    /// How many subjects that are.
    pub subjects: u64,
    /// What they were told.
    pub notice: String,
    /// The human being who answers for the entry.
    pub responsible: String,
}

/// The subjects are not told, on a stated ground.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TellingDispensed {
    /// The incident.
    pub incident: IncidentNumber,
    /// The ground.
    pub ground: NotTold,
    /// Why it applies.
    pub reason: String,
    /// The human being who answers for the entry.
    pub responsible: String,
}

/// An incident was closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentClosed {
    /// The incident.
    pub incident: IncidentNumber,
    /// What came of it, and what was changed so that it does not happen again.
    pub outcome: String,
    /// The human being who answers for the entry.
    pub responsible: String,
}

/// The row that makes an entry one of an incident's.
fn entry_of(incident: IncidentNumber) -> Change {
    Change::Insert { table: &tables::INCIDENT_ENTRY, row: vec![incident.0.into(), Value::Entry] }
}

impl IncidentRegistered {
    pub(crate) fn changes(&self) -> Vec<Change> {
        let row = vec![self.incident.0.into(), Value::Entry, Value::Null];
        vec![Change::Insert { table: &tables::INCIDENT, row }, entry_of(self.incident)]
    }
}

impl IncidentClassified {
    pub(crate) fn changes(&self) -> Vec<Change> {
        vec![entry_of(self.incident)]
    }
}

impl IncidentContained {
    pub(crate) fn changes(&self) -> Vec<Change> {
        vec![entry_of(self.incident)]
    }
}

impl DepartmentNotified {
    pub(crate) fn changes(&self) -> Vec<Change> {
        vec![entry_of(self.incident)]
    }
}

impl SubjectTold {
    pub(crate) fn changes(&self) -> Vec<Change> {
        let row = vec![self.told.incident.0.into(), self.subject.0.into(), Value::Entry];
        vec![Change::Replace { table: &tables::INCIDENT_SUBJECT, row }]
    }
}

impl TellingCompleted {
    pub(crate) fn changes(&self) -> Vec<Change> {
        vec![entry_of(self.incident)]
    }
}

impl TellingDispensed {
    pub(crate) fn changes(&self) -> Vec<Change> {
        vec![entry_of(self.incident)]
    }
}

impl IncidentClosed {
    pub(crate) fn changes(&self) -> Vec<Change> {
        let set = vec![("closed", Value::Entry)];
        vec![
            entry_of(self.incident),
            Change::Update { table: &tables::INCIDENT, key: vec![self.incident.0.into()], set },
        ]
    }
}
