//! The events of cases (Articles 37, 38), and the rows they write.
//!
//! Articles: 37, 38

use serde::{Deserialize, Serialize};

use crate::authority::AuthorityCode;
use crate::case::{CaseKind, CaseNumber, Material, Outcome, Point, PointAnswer};
use crate::change::{Change, Value};
use crate::record::RecordNumber;
use crate::subject::SubjectNumber;
use crate::tables;

/// A subject objected to a record (Article 37). It is marked, and forwarded to whoever filed it, by this entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectionLodged {
    /// The case.
    pub case: CaseNumber,
    /// Whose it is.
    pub subject: SubjectNumber,
    /// The record.
    pub record: RecordNumber,
    /// The authority that filed it.
    pub office: AuthorityCode,
    /// The points.
    pub points: Vec<Point>,
    /// What supports them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub materials: Vec<Material>,
    /// Whether display and sharing stop until the decision.
    pub suspends: bool,
    /// Whether the filing authority operates the platform.
    pub own_data: bool,
}

/// A subject applied for restoration (Article 38).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestorationApplied {
    /// The case.
    pub case: CaseNumber,
    /// Whose it is.
    pub subject: SubjectNumber,
    /// The record.
    pub record: RecordNumber,
    /// The authority that filed it.
    pub office: AuthorityCode,
    /// How the duty was performed.
    pub performance: String,
    /// The credit commitment.
    pub commitment: String,
    /// The proof.
    pub materials: Vec<Material>,
}

/// An officer took a case in hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseAccepted {
    /// The case.
    pub case: CaseNumber,
    /// Which right it exercises.
    pub kind: CaseKind,
    /// Whose it is.
    pub subject: SubjectNumber,
    /// The record.
    pub record: RecordNumber,
}

/// The time for deciding a case was extended, once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseExtended {
    /// The case.
    pub case: CaseNumber,
    /// Which right it exercises.
    pub kind: CaseKind,
    /// Whose it is.
    pub subject: SubjectNumber,
    /// The record.
    pub record: RecordNumber,
    /// Why.
    pub reason: String,
}

/// An objection was decided, each point answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectionDecided {
    /// The case.
    pub case: CaseNumber,
    /// Whose it is.
    pub subject: SubjectNumber,
    /// The record.
    pub record: RecordNumber,
    /// The answers, in the order of the points.
    pub answers: Vec<PointAnswer>,
    /// What came of it.
    pub outcome: Outcome,
    /// Whether display had stopped with the objection itself, and begins again unless the outcome ends it. What an earlier
    /// objection took off display stays off.
    #[serde(default)]
    pub resumes: bool,
}

/// A subject asked for the review of what was decided, once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewRequested {
    /// The case.
    pub case: CaseNumber,
    /// Whose it is.
    pub subject: SubjectNumber,
    /// The record.
    pub record: RecordNumber,
    /// Why.
    pub reason: String,
}

/// The competent department reviewed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewDecided {
    /// The case.
    pub case: CaseNumber,
    /// Whose it is.
    pub subject: SubjectNumber,
    /// The record.
    pub record: RecordNumber,
    /// What came of it.
    pub outcome: Outcome,
    /// Why.
    pub reason: String,
}

/// An incomplete application was sent back, everything that is missing named at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplicationReturned {
    /// The case.
    pub case: CaseNumber,
    /// Whose it is.
    pub subject: SubjectNumber,
    /// The record.
    pub record: RecordNumber,
    /// What is missing.
    pub missing: Vec<String>,
}

/// An application for restoration was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestorationDecided {
    /// The case.
    pub case: CaseNumber,
    /// Whose it is.
    pub subject: SubjectNumber,
    /// The record.
    pub record: RecordNumber,
    /// Whether credit was restored.
    pub granted: bool,
    /// Why.
    pub reason: String,
}

/// A subject took its case back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseTakenBack {
    /// The case.
    pub case: CaseNumber,
    /// Which right it exercises.
    pub kind: CaseKind,
    /// Whose it is.
    pub subject: SubjectNumber,
    /// The record.
    pub record: RecordNumber,
    /// Whether display had stopped with it, and begins again.
    pub resumes: bool,
}

/// Display and sharing of a record were stopped by what an objection found (Article 37).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisplayStopped {
    /// The record.
    pub record: RecordNumber,
    /// Its subject.
    pub subject: SubjectNumber,
    /// The case.
    pub case: CaseNumber,
}

fn opens(
    case: CaseNumber,
    kind: CaseKind,
    subject: SubjectNumber,
    record: RecordNumber,
    office: &AuthorityCode,
) -> Change {
    let row = vec![
        case.0.into(),
        kind.word().into(),
        subject.0.into(),
        record.0.into(),
        office.0.as_str().into(),
        Value::Entry,
        Value::Null,
    ];
    Change::Insert { table: &tables::RIGHTS_CASE, row }
}

/// The row that makes an entry one of a case's.
fn entry_of(case: CaseNumber) -> Change {
    Change::Insert { table: &tables::RIGHTS_CASE_ENTRY, row: vec![case.0.into(), Value::Entry] }
}

fn close(case: CaseNumber, closed: Value) -> Change {
    Change::Update { table: &tables::RIGHTS_CASE, key: vec![case.0.into()], set: vec![("closed", closed)] }
}

fn of_record(record: RecordNumber, set: Vec<(&'static str, Value)>) -> Change {
    Change::Mark { table: &tables::RECORD, key: vec![record.0.into()], set }
}

impl ObjectionLodged {
    pub(crate) fn changes(&self) -> Vec<Change> {
        let mut set = vec![("objection", self.case.0.into())];
        if self.suspends {
            set.push(("stopped", Value::Entry));
        }
        vec![
            opens(self.case, CaseKind::Objection, self.subject, self.record, &self.office),
            entry_of(self.case),
            of_record(self.record, set),
        ]
    }
}

impl RestorationApplied {
    pub(crate) fn changes(&self) -> Vec<Change> {
        vec![
            opens(self.case, CaseKind::Restoration, self.subject, self.record, &self.office),
            entry_of(self.case),
        ]
    }
}

impl CaseAccepted {
    pub(crate) fn changes(&self) -> Vec<Change> {
        vec![entry_of(self.case)]
    }
}

impl CaseExtended {
    pub(crate) fn changes(&self) -> Vec<Change> {
        vec![entry_of(self.case)]
    }
}

impl ObjectionDecided {
    pub(crate) fn changes(&self) -> Vec<Change> {
        // What stops the display is an event of its own behind this one.
        let mut set = vec![("objection", Value::Null)];
        if self.resumes {
            set.push(("stopped", Value::Null));
        }
        vec![entry_of(self.case), close(self.case, Value::Entry), of_record(self.record, set)]
    }
}

impl ReviewRequested {
    pub(crate) fn changes(&self) -> Vec<Change> {
        vec![
            entry_of(self.case),
            close(self.case, Value::Null),
            of_record(self.record, vec![("objection", self.case.0.into())]),
        ]
    }
}

impl ReviewDecided {
    pub(crate) fn changes(&self) -> Vec<Change> {
        vec![
            entry_of(self.case),
            close(self.case, Value::Entry),
            of_record(self.record, vec![("objection", Value::Null)]),
        ]
    }
}

impl ApplicationReturned {
    pub(crate) fn changes(&self) -> Vec<Change> {
        vec![entry_of(self.case), close(self.case, Value::Entry)]
    }
}

impl RestorationDecided {
    pub(crate) fn changes(&self) -> Vec<Change> {
        vec![entry_of(self.case), close(self.case, Value::Entry)]
    }
}

impl CaseTakenBack {
    pub(crate) fn changes(&self) -> Vec<Change> {
        let mut changes = vec![entry_of(self.case), close(self.case, Value::Entry)];
        if self.kind == CaseKind::Objection {
            let mut set = vec![("objection", Value::Null)];
            if self.resumes {
                set.push(("stopped", Value::Null));
            }
            changes.push(of_record(self.record, set));
        }
        changes
    }
}

impl DisplayStopped {
    pub(crate) fn changes(&self) -> Vec<Change> {
        vec![of_record(self.record, vec![("stopped", Value::Entry)])]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASE: CaseNumber = CaseNumber(3);
    const RECORD: RecordNumber = RecordNumber(4);
    const SUBJECT: SubjectNumber = SubjectNumber(7);

    /// What the rows set on the record.
    fn marks(changes: &[Change]) -> Vec<(&'static str, Value)> {
        let of_record = changes.iter().filter(|change| change.table().name == "record");
        of_record
            .flat_map(|change| match change {
                Change::Mark { set, .. } | Change::Update { set, .. } => set.clone(),
                _ => Vec::new(),
            })
            .collect()
    }

    /// What the rows set on the case.
    fn closed(changes: &[Change]) -> Option<Value> {
        changes.iter().find_map(|change| match change {
            Change::Update { table, set, .. } if table.name == "rights_case" => {
                set.iter().find(|(column, _)| *column == "closed").map(|(_, value)| value.clone())
            }
            _ => None,
        })
    }

    fn lodged(suspends: bool) -> ObjectionLodged {
        ObjectionLodged {
            case: CASE,
            subject: SUBJECT,
            record: RECORD,
            office: AuthorityCode("market".into()),
            points: Vec::new(),
            materials: Vec::new(),
            suspends,
            own_data: false,
        }
    }

    #[test]
    fn article_37_the_mark_comes_with_the_objection_and_the_stop_only_where_it_suspends() {
        let mark = || ("objection", Value::from(3));
        assert_eq!(marks(&lodged(false).changes()), [mark()]);
        assert_eq!(marks(&lodged(true).changes()), [mark(), ("stopped", Value::Entry)]);
    }

    #[test]
    fn article_37_an_answer_ends_only_the_stop_that_its_own_objection_made() {
        let decided = |resumes| {
            let (answers, outcome) = (Vec::new(), Outcome::Upheld);
            ObjectionDecided { case: CASE, subject: SUBJECT, record: RECORD, answers, outcome, resumes }
        };
        assert_eq!(marks(&decided(false).changes()), [("objection", Value::Null)]);
        let both = [("objection", Value::Null), ("stopped", Value::Null)];
        assert_eq!(marks(&decided(true).changes()), both);
        assert_eq!(closed(&decided(true).changes()), Some(Value::Entry));
        let kind = CaseKind::Objection;
        let back =
            |resumes| CaseTakenBack { case: CASE, kind, subject: SUBJECT, record: RECORD, resumes }.changes();
        assert_eq!(marks(&back(false)), [("objection", Value::Null)]);
        assert_eq!(marks(&back(true)), both);
    }

    #[test]
    fn article_38_an_application_leaves_no_mark_on_the_record() {
        let kind = CaseKind::Restoration;
        let back = CaseTakenBack { case: CASE, kind, subject: SUBJECT, record: RECORD, resumes: false };
        assert_eq!(marks(&back.changes()), []);
        assert_eq!(closed(&back.changes()), Some(Value::Entry));
        let returned =
            ApplicationReturned { case: CASE, subject: SUBJECT, record: RECORD, missing: Vec::new() };
        assert_eq!(
            (marks(&returned.changes()), closed(&returned.changes())),
            (Vec::new(), Some(Value::Entry))
        );
    }

    #[test]
    fn article_37_a_review_opens_the_case_again_and_its_answer_closes_it() {
        let reason = String::new;
        let asked = ReviewRequested { case: CASE, subject: SUBJECT, record: RECORD, reason: reason() };
        assert_eq!(closed(&asked.changes()), Some(Value::Null));
        assert_eq!(marks(&asked.changes()), [("objection", Value::from(3))]);
        let outcome = Outcome::Upheld;
        let done = ReviewDecided { case: CASE, subject: SUBJECT, record: RECORD, outcome, reason: reason() };
        assert_eq!(
            (marks(&done.changes()), closed(&done.changes())),
            (vec![("objection", Value::Null)], Some(Value::Entry))
        );
    }
}
