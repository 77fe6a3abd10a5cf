//! The projected tables, and which of their rows each event writes.

use crate::change::{Change, Column, ColumnKind, Table, TableClass, Value};
use crate::event::Event;

const fn integer(name: &'static str) -> Column {
    Column { name, kind: ColumnKind::Integer, nullable: false }
}
const fn optional_integer(name: &'static str) -> Column {
    Column { name, kind: ColumnKind::Integer, nullable: true }
}
const fn text(name: &'static str) -> Column {
    Column { name, kind: ColumnKind::Text, nullable: false }
}
const fn optional_text(name: &'static str) -> Column {
    Column { name, kind: ColumnKind::Text, nullable: true }
}
const fn bytes(name: &'static str) -> Column {
    Column { name, kind: ColumnKind::Bytes, nullable: false }
}
const fn sealed(name: &'static str) -> Column {
    Column { name, kind: ColumnKind::Sealed, nullable: false }
}

/// Domain of keyed digests of identifiers.
pub const IDENTIFIER_DOMAIN: &str = "identifier";
/// Domain of keyed digests of what identifies a filed statement.
pub const STATEMENT_DOMAIN: &str = "statement";
/// Domain of keyed digests of a statement's content.
pub const CONTENT_DOMAIN: &str = "content";

/// Versions of instruments that took force.
pub static LAW_IN_FORCE: Table = Table {
    name: "law_in_force",
    class: TableClass::Projected,
    columns: &[text("instrument"), text("version"), text("from_day"), integer("entry")],
    key: &["instrument", "version"],
    indexes: &[],
};

/// Enrolled authorities.
pub static AUTHORITY: Table = Table {
    name: "authority",
    class: TableClass::Projected,
    columns: &[text("code"), text("body"), integer("entry")],
    key: &["code"],
    indexes: &[],
};

/// Published editions of the catalogue; the edition itself lies in the entry's payload.
pub static CATALOGUE_EDITION: Table = Table {
    name: "catalogue_edition",
    class: TableClass::Projected,
    columns: &[integer("number"), text("edition"), text("published_day"), integer("entry")],
    key: &["number"],
    indexes: &[],
};

/// API keys, found by number; the secret is kept as its SHA-256 only.
pub static API_KEY: Table = Table {
    name: "api_key",
    class: TableClass::Projected,
    columns: &[
        integer("number"),
        text("secret_digest"),
        text("label"),
        sealed("holder"),
        optional_integer("expires"),
        integer("entry"),
        optional_integer("revoked"),
    ],
    key: &["number"],
    indexes: &[],
};

/// The keys that operators hold in their own names: by them it is asked whether the platform is still being founded.
pub static OPERATOR_KEY: Table = Table {
    name: "operator_key",
    class: TableClass::Projected,
    columns: &[integer("number"), integer("entry")],
    key: &["number"],
    indexes: &[],
};

/// What was proposed and how it was decided; what it is and who proposed it lie in the payload of `entry`.
pub static PROPOSAL: Table = Table {
    name: "proposal",
    class: TableClass::Projected,
    columns: &[
        integer("number"),
        text("office"),
        optional_integer("key"),
        integer("entry"),
        optional_integer("approved"),
        optional_integer("rejected"),
    ],
    key: &["number"],
    indexes: &[&["office", "number"]],
};

/// Credit subjects. The identifier is sealed for every kind: one rule, no exception to get wrong.
pub static SUBJECT: Table = Table {
    name: "subject",
    class: TableClass::Projected,
    columns: &[
        integer("number"),
        text("kind"),
        sealed("identifier"),
        integer("flagged"),
        integer("entry"),
        optional_integer("verified"),
    ],
    key: &["number"],
    indexes: &[],
};

/// The blind index: from a keyed digest of an identifier to a subject.
pub static IDENTIFIER_INDEX: Table = Table {
    name: "identifier_index",
    class: TableClass::Projected,
    columns: &[integer("index_key"), bytes("digest"), integer("subject")],
    key: &["index_key", "digest"],
    indexes: &[],
};

/// Entries that changed what is held about a subject.
pub static SUBJECT_ENTRY: Table = Table {
    name: "subject_entry",
    class: TableClass::Projected,
    columns: &[integer("subject"), integer("entry")],
    key: &["subject", "entry"],
    indexes: &[],
};

/// Inquiries about a subject, answered and refused: who looked (Articles 34, 53(3)).
pub static SUBJECT_INQUIRY: Table = Table {
    name: "subject_inquiry",
    class: TableClass::Projected,
    columns: &[integer("subject"), integer("entry")],
    key: &["subject", "entry"],
    indexes: &[],
};

/// The name and code under which an organisation is found. Nobody else is ever in this table.
pub static ORGANISATION_NAME: Table = Table {
    name: "organisation_name",
    class: TableClass::Projected,
    columns: &[integer("subject"), text("name"), text("code"), integer("entry")],
    key: &["subject"],
    indexes: &[&["entry"]],
};

/// Batches of filed lines.
pub static BATCH: Table = Table {
    name: "batch",
    class: TableClass::Projected,
    columns: &[
        integer("number"),
        text("authority"),
        text("item"),
        text("file_digest"),
        integer("staged"),
        integer("opened"),
        optional_integer("closed"),
        optional_integer("in_force"),
        integer("filed"),
        integer("unchanged"),
        integer("refused"),
    ],
    key: &["number"],
    indexes: &[],
};

/// The requests that a batch answers: its idempotency key and its content, each as a digest.
pub static BATCH_REQUEST: Table = Table {
    name: "batch_request",
    class: TableClass::Projected,
    columns: &[text("authority"), text("request"), integer("batch")],
    key: &["authority", "request"],
    indexes: &[],
};

/// Records without their content, which lies in the payload of `entry`.
pub static RECORD: Table = Table {
    name: "record",
    class: TableClass::Projected,
    columns: &[
        integer("number"),
        integer("subject"),
        text("item"),
        integer("edition"),
        text("authority"),
        text("class"),
        optional_text("severity"),
        text("finding_day"),
        text("filed_day"),
        integer("batch"),
        integer("line"),
        integer("version"),
        integer("entry"),
        integer("staged"),
        bytes("statement"),
        bytes("content"),
        optional_integer("revoked"),
        optional_integer("restored"),
        optional_integer("withdrawn"),
        optional_integer("objection"),
        optional_integer("stopped"),
    ],
    key: &["number"],
    indexes: &[&["subject", "number"]],
};

/// Written consents.
pub static CONSENT: Table = Table {
    name: "consent",
    class: TableClass::Projected,
    columns: &[
        integer("number"),
        integer("subject"),
        text("last_day"),
        optional_integer("uses_left"),
        integer("entry"),
        optional_integer("revoked"),
    ],
    key: &["number"],
    indexes: &[&["subject", "number"]],
};

/// Security incidents (Article 19). What is said of them lies in the payloads of their entries.
pub static INCIDENT: Table = Table {
    name: "incident",
    class: TableClass::Projected,
    columns: &[integer("number"), integer("entry"), optional_integer("closed")],
    key: &["number"],
    indexes: &[],
};

/// The entries by which incidents were handled.
pub static INCIDENT_ENTRY: Table = Table {
    name: "incident_entry",
    class: TableClass::Projected,
    columns: &[integer("incident"), integer("entry")],
    key: &["incident", "entry"],
    indexes: &[],
};

/// Which subjects were told of an incident, and by which entry last.
pub static INCIDENT_SUBJECT: Table = Table {
    name: "incident_subject",
    class: TableClass::Projected,
    columns: &[integer("incident"), integer("subject"), integer("entry")],
    key: &["incident", "subject"],
    indexes: &[],
};

/// Cases: objections and applications for restoration (Articles 37, 38). What is said in them lies in the payloads of their entries.
pub static RIGHTS_CASE: Table = Table {
    name: "rights_case",
    class: TableClass::Projected,
    columns: &[
        integer("number"),
        text("kind"),
        integer("subject"),
        integer("record"),
        text("office"),
        integer("entry"),
        optional_integer("closed"),
    ],
    key: &["number"],
    indexes: &[&["subject", "number"], &["office", "number"]],
};

/// The entries of cases.
pub static RIGHTS_CASE_ENTRY: Table = Table {
    name: "rights_case_entry",
    class: TableClass::Projected,
    columns: &[integer("case_number"), integer("entry")],
    key: &["case_number", "entry"],
    indexes: &[],
};

/// Until when nothing of a subject is restored, after false materials (Article 38).
pub static RESTORATION_BAR: Table = Table {
    name: "restoration_bar",
    class: TableClass::Projected,
    columns: &[integer("subject"), text("last_day"), integer("entry")],
    key: &["subject"],
    indexes: &[],
};

/// Notices of a change to whoever received the record, and their acknowledgements (Articles 34, 36-38).
pub static NOTICE: Table = Table {
    name: "notice",
    class: TableClass::Projected,
    columns: &[
        integer("notice"),
        text("recipient"),
        integer("record"),
        integer("subject"),
        text("cause"),
        optional_integer("acknowledged"),
    ],
    key: &["notice", "recipient"],
    indexes: &[&["recipient", "notice"], &["subject", "notice"]],
};

/// Entries whose content was erased, and by which entry: what is missing is missing by an act.
pub static ERASED_ENTRY: Table = Table {
    name: "erased_entry",
    class: TableClass::Projected,
    columns: &[integer("entry"), integer("erasure"), integer("subject")],
    key: &["entry"],
    indexes: &[],
};

/// Every projected table.
pub static PROJECTED: [&Table; 23] = [
    &LAW_IN_FORCE,
    &AUTHORITY,
    &CATALOGUE_EDITION,
    &API_KEY,
    &SUBJECT,
    &IDENTIFIER_INDEX,
    &SUBJECT_ENTRY,
    &SUBJECT_INQUIRY,
    &ORGANISATION_NAME,
    &BATCH,
    &BATCH_REQUEST,
    &RECORD,
    &CONSENT,
    &OPERATOR_KEY,
    &PROPOSAL,
    &INCIDENT,
    &INCIDENT_ENTRY,
    &INCIDENT_SUBJECT,
    &ERASED_ENTRY,
    &RIGHTS_CASE,
    &RIGHTS_CASE_ENTRY,
    &RESTORATION_BAR,
    &NOTICE,
];

/// The rows that an event writes, in order. Pure: everything comes from the event; the entry's own number is put in
/// by [`Value::Entry`].
///
/// Articles: 6
#[must_use]
pub fn changes(event: &Event) -> Vec<Change> {
    let mut changes = own_changes(event);
    if let Some(subject) = event.subject() {
        let table = match event {
            Event::InquiryAnswered(_) | Event::InquiryRefused(_) => &SUBJECT_INQUIRY,
            _ => &SUBJECT_ENTRY,
        };
        changes.push(Change::Insert { table, row: vec![subject.0.into(), Value::Entry] });
    }
    changes
}

fn own_changes(event: &Event) -> Vec<Change> {
    match event {
        Event::LawTookForce(event) => event.changes(),
        Event::AuthorityEnrolled(event) => event.changes(),
        Event::CataloguePublished(event) => event.changes(),
        Event::KeyIssued(event) => event.changes(),
        Event::KeyRevoked(event) => event.changes(),
        Event::SubjectRegistered(event) => event.changes(),
        Event::IdentifierVerified(event) => event.changes(),
        Event::BatchOpened(event) => event.changes(),
        Event::RecordFiled(event) => event.changes(),
        Event::BatchClosed(event) => event.changes(),
        Event::RecordCorrected(event) => event.changes(),
        Event::RecordRevoked(event) => event.changes(),
        Event::InquiryAnswered(event) => event.changes(),
        Event::InquiryRefused(event) => event.changes(),
        Event::ConsentGranted(event) => event.changes(),
        Event::ConsentRevoked(event) => event.changes(),
        Event::DisplayWithdrawn(event) => event.changes(),
        Event::DisplayResumed(event) => event.changes(),
        Event::RecordRestored(event) => event.changes(),
        Event::KeyRotated(event) => event.changes(),
        Event::ActProposed(event) => event.changes(),
        Event::ProposalApproved(event) => event.changes(),
        Event::ProposalRejected(event) => event.changes(),
        Event::IncidentRegistered(event) => event.changes(),
        Event::IncidentClassified(event) => event.changes(),
        Event::IncidentContained(event) => event.changes(),
        Event::DepartmentNotified(event) => event.changes(),
        Event::SubjectTold(event) => event.changes(),
        Event::TellingCompleted(event) => event.changes(),
        Event::TellingDispensed(event) => event.changes(),
        Event::IncidentClosed(event) => event.changes(),
        Event::RecordsErased(event) => event.changes(),
        Event::ObjectionLodged(event) => event.changes(),
        Event::RestorationApplied(event) => event.changes(),
        Event::CaseAccepted(event) => event.changes(),
        Event::CaseExtended(event) => event.changes(),
        Event::ObjectionDecided(event) => event.changes(),
        Event::ReviewRequested(event) => event.changes(),
        Event::ReviewDecided(event) => event.changes(),
        Event::ApplicationReturned(event) => event.changes(),
        Event::RestorationDecided(event) => event.changes(),
        Event::CaseTakenBack(event) => event.changes(),
        Event::DisplayStopped(event) => event.changes(),
        Event::RestorationUndone(event) => event.changes(),
        Event::RecipientsNotified(event) => event.changes(),
        Event::NoticeAcknowledged(event) => event.changes(),
    }
}
