//! The answer to an inquiry, as it leaves.

use register::acts::information::inquiry::Purpose;
use register::rules::identification::Identified;
use register::subject::{EntryNumber, Subject, SubjectKind};
use register::view::{HistoryLine, Look, RecordView, Withheld};
use serde::Serialize;

use super::Answered;
use crate::own::{ConsentView, LostLook, Own};

/// The answer to an inquiry: the document of the command line and of the API.
#[derive(Debug, Clone, Serialize)]
pub struct Answer {
    /// `records`, or `no_records` with nothing more.
    pub result: &'static str,
    /// `subject`, `officer`, `consent_holder`, `filer` or `verifier`.
    pub viewer: &'static str,
    /// Whom it is about.
    pub subject: SubjectView,
    /// As of when.
    pub as_of: String,
    /// The journal's size at which it was read.
    pub journal_size: u64,
    /// The versions of the law by which it was judged.
    pub law: Vec<String>,
    /// The edition of the catalogue.
    pub catalogue: String,
    /// The records shown.
    pub records: Vec<RecordView>,
    /// What is withheld, by count and article.
    pub withheld: Vec<Withheld>,
    /// For the subject: who looked, newest first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub looks: Option<Vec<Look>>,
    /// For the subject: looks of which only the entry and the minute are left, since their content is missing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lost_looks: Vec<LostLook>,
    /// For the subject: what was done about them and their records, newest first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history: Option<Vec<HistoryLine>>,
    /// For the subject: the consents given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consents: Option<Vec<ConsentView>>,
    /// Where the next page of looks and history begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<EntryNumber>,
    /// The journal's entry of this inquiry.
    pub entry: EntryNumber,
    /// The office, duty and matter, or the consent, under which it was asked.
    pub purpose: Purpose,
}

/// Whom an answer is about.
#[derive(Debug, Clone, Serialize)]
pub struct SubjectView {
    /// The kind.
    pub kind: SubjectKind,
    /// The identifier; masked for a human being unless it is the subject who asks.
    pub identifier: String,
    /// Whether the code waits for verification; said to the subject only.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub held_for_verification: bool,
}

/// Makes the answer of what was decided.
pub(super) fn answer(
    entry: EntryNumber,
    about: Identified,
    purpose: Purpose,
    answered: Answered,
    own: Option<Own>,
) -> Answer {
    let Answered { inquired, read, law, at } = answered;
    let is_own = matches!(purpose, Purpose::Own);
    let known_nothing = inquired.records.is_empty() && inquired.withheld.is_empty();
    let identifier = if is_own || !about.kind.is_human() {
        about.identifier.value.clone()
    } else {
        about.identifier.masked()
    };
    let held = is_own && read.subject.as_ref().is_some_and(Subject::is_held);
    let (looks, lost_looks, history, consents, next) = own
        .map_or((None, Vec::new(), None, None, None), |own| {
            (Some(own.looks), own.lost, Some(own.history), Some(own.consents), own.next)
        });
    Answer {
        result: if known_nothing { "no_records" } else { "records" },
        viewer: match &purpose {
            Purpose::Own => "subject",
            Purpose::Duty { .. } => "officer",
            Purpose::Consent { .. } => "consent_holder",
            Purpose::OwnFiling { .. } => "filer",
            Purpose::Verification { .. } => "verifier",
        },
        subject: SubjectView { kind: about.kind, identifier, held_for_verification: held },
        as_of: at.to_string(),
        journal_size: read.read_at,
        law: law.versions(),
        catalogue: read.catalogue.edition.clone(),
        records: inquired.records,
        withheld: inquired.withheld,
        looks,
        lost_looks,
        history,
        consents,
        next,
        entry,
        purpose,
    }
}
