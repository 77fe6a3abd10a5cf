//! Answers to callers and to the public: inquiry, publication, filing.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Bilingual, Ground, IncidentNotice, InformationClass, Purpose, Receipt, Record, Shown, SubjectKind,
    Withheld,
};

/// What an inquiry found.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum InquiryResult {
    /// There are records that this viewer may see, or may not: see `withheld`.
    Records,
    /// Nothing is held, or nobody is known: the same answer.
    NoRecords,
}

/// In which of the ways the caller looks.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Viewer {
    /// The subject itself.
    Subject,
    /// An officer with a duty.
    Officer,
    /// Someone with the subject's consent.
    ConsentHolder,
    /// The authority that filed the record.
    Filer,
    /// The big data centre, which verifies a code.
    Verifier,
}

/// About whom an answer is.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerSubject {
    /// The kind.
    kind: SubjectKind,
    /// The identifier, masked unless the viewer is entitled to it.
    identifier: String,
    /// Whether the code waits for verification; said to the subject only.
    #[serde(default)]
    held_for_verification: bool,
}

/// The answer to an inquiry, the same document as the command line's.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answer {
    /// What was found.
    result: InquiryResult,
    /// Who looks.
    viewer: Viewer,
    /// About whom.
    subject: AnswerSubject,
    /// When.
    as_of: String,
    /// The journal's size at which the facts were read.
    journal_size: u64,
    /// The versions of the law that were applied.
    law: Vec<String>,
    /// The catalogue's edition.
    catalogue: String,
    /// What the law lets this viewer see.
    records: Vec<Record>,
    /// What is withheld, by count and article.
    withheld: Vec<Withheld>,
    /// The subject's own view: who looked, newest first.
    #[schema(required = false)]
    looks: Option<Vec<Look>>,
    /// The subject's own view: looks of which only the place in the journal is left.
    #[serde(default)]
    #[schema(required = false)]
    lost_looks: Vec<LostLook>,
    /// The subject's own view: what was done about it and its records, newest first.
    #[schema(required = false)]
    history: Option<Vec<HistoryLine>>,
    /// The subject's own view: its consents.
    #[schema(required = false)]
    consents: Option<Vec<ConsentView>>,
    /// The subject's own view: where the next page of looks and history begins; give it as `before`.
    #[schema(required = false)]
    next: Option<u64>,
    /// The journal's entry of this inquiry.
    entry: u64,
    /// Under which duty and matter, or consent, it was asked.
    purpose: Purpose,
}

/// A look, as the subject sees it (Articles 34, 53(3)).
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Look {
    /// The journal's entry.
    entry: u64,
    /// When, in milliseconds since 1970-01-01T00:00Z.
    at: i64,
    /// In whose name: an office's code, a third party's name, or `self`.
    by: String,
    /// Whether an operator entered it without a key, only claiming that office.
    claimed_by_operator: bool,
    /// Why.
    purpose: Purpose,
    /// The records that were shown.
    shown: Vec<Shown>,
    /// What was withheld.
    withheld: Vec<Withheld>,
    /// Why it was refused, if it was.
    #[serde(default)]
    refused: Vec<Ground>,
}

/// A look whose content is missing: looks are never erased, so that is damage.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LostLook {
    /// The journal's entry.
    entry: u64,
    /// Its minute, in milliseconds since 1970-01-01T00:00Z.
    at: i64,
    /// What that means, and what to do.
    note: Bilingual,
}

/// Something done about a subject or its records.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HistoryLine {
    /// The journal's entry.
    entry: u64,
    /// When, in milliseconds since 1970-01-01T00:00Z.
    at: i64,
    /// What kind of act.
    kind: String,
    /// Under which article.
    article: String,
    /// In whose name.
    by: String,
    /// The record concerned.
    #[schema(required = false)]
    record: Option<u64>,
    /// The reason given.
    #[schema(required = false)]
    reason: Option<String>,
    /// The content as it was set by this act.
    #[schema(required = false)]
    content: Option<RecordContent>,
    /// The case of which it is a step.
    #[schema(required = false)]
    case: Option<u64>,
    /// What it was told of an incident that concerns it (Article 19).
    #[schema(required = false)]
    notice: Option<IncidentNotice>,
}

/// The content of a version of a record.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecordContent {
    /// The number of the document it rests on.
    document_number: String,
    /// The number of the certificate.
    #[schema(required = false)]
    certificate_number: Option<String>,
    /// The fields by our names.
    #[schema(value_type = Object)]
    fields: serde_json::Value,
}

/// A consent, as the subject sees it.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConsentView {
    /// Its number.
    consent: u64,
    /// Who may look.
    grantee: String,
    /// At which items.
    items: Vec<String>,
    /// For what.
    purpose: String,
    /// The last day.
    #[schema(format = Date)]
    last_day: String,
    /// How often it may still be used.
    #[schema(required = false)]
    uses_left: Option<u32>,
    /// The entry that took it back.
    #[schema(required = false)]
    revoked: Option<u64>,
}

/// A record as the authority that filed it sees it.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OwnRecord {
    /// The record as it stands, and the entry of this opening.
    answer: Answer,
    /// What was done, oldest first.
    history: Vec<HistoryLine>,
}

/// A page of organisations.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SearchPage {
    /// The best first.
    results: Vec<SearchResult>,
    /// Give it as `after` for the next page.
    next: Option<String>,
}

/// An organisation that was found.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SearchResult {
    /// Its name.
    name: String,
    /// Its unified social credit code.
    code: String,
    /// Its kind.
    kind: SubjectKind,
    /// Which classes of information about it are on display.
    classes: Vec<InformationClass>,
}

/// What everyone may see about an organisation.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PublicOrganisation {
    /// Its unified social credit code.
    code: String,
    /// Its kind.
    kind: SubjectKind,
    /// Its name; none where no record on display names it.
    name: Option<String>,
    /// The day for which this holds.
    #[schema(format = Date)]
    as_of: String,
    /// The versions of the law that were applied.
    law: Vec<String>,
    /// The catalogue's edition.
    catalogue: String,
    /// What is on display.
    records: Vec<Record>,
}

/// A refused line of a file.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LineError {
    /// The line, from 1; a heading counts.
    line: u64,
    /// Why, each with its article and remedy.
    grounds: Vec<Ground>,
}

/// A page of refused lines.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ErrorPage {
    /// The lines, in order.
    errors: Vec<LineError>,
    /// Give it as `after` for the next page.
    next: Option<u64>,
}

/// What became of a file.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FilingReport {
    /// The batch's number; none where nothing of the file could be read.
    batch: Option<u64>,
    /// Lines filed by this request.
    filed: u64,
    /// Lines that were held already.
    unchanged: u64,
    /// Lines refused.
    refused: u64,
    /// Whether what was filed is in force.
    in_force: bool,
    /// Whether the same batch was filed before and this is its report.
    repeated: bool,
    /// SHA-256 of the file.
    file_digest: String,
    /// Columns that the item's format does not have: dropped, never stored.
    dropped_columns: Vec<String>,
    /// The first hundred refused lines.
    errors: Vec<LineError>,
    /// Where all refused lines are read.
    errors_at: Option<String>,
    /// The receipt.
    receipt: Option<Receipt>,
}

/// A batch as it stands.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Batch {
    /// Its number.
    batch: u64,
    /// The authority that filed it.
    authority: String,
    /// The catalogue item.
    item: String,
    /// SHA-256 of the file.
    file_digest: String,
    /// Whether it is filed whole or not at all.
    all_or_nothing: bool,
    /// The entry that opened it.
    opened: u64,
    /// The entry that closed it; none while it is being filed or after it was broken off.
    closed: Option<u64>,
    /// The entry by which it came into force.
    in_force: Option<u64>,
    /// Lines filed.
    filed: u64,
    /// Lines that were held already.
    unchanged: u64,
    /// Lines refused.
    refused: u64,
}
