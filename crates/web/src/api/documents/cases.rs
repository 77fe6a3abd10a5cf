//! The form of cases, of notices to whoever received a record, and of the figures about them (Articles 33, 34, 36-38).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Bilingual, Due, Ground, Receipt, StepState};

/// What an objection says of a record.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Claim {
    /// It is untrue.
    Untrue,
    /// It is about someone else.
    NotMine,
    /// It is not to be disclosed.
    NotToBeDisclosed,
    /// It is out of date.
    OutOfDate,
    /// It is displayed for a wrong period.
    WrongPeriod,
}

/// What came of an objection.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// The record was corrected.
    Corrected,
    /// What was missing was added.
    Supplemented,
    /// It is displayed and shared no more.
    DisplayStopped,
    /// It was removed.
    Removed,
    /// It stands as it was.
    Upheld,
}

/// One point of an objection.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Point {
    /// What is said of the record.
    claim: Claim,
    /// Why.
    #[schema(min_length = 1, max_length = 1000)]
    statement: String,
}

/// A material that supports a case.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Material {
    /// What it is called.
    #[schema(min_length = 1, max_length = 1000)]
    title: String,
    /// Its number.
    #[schema(required = false, max_length = 1000)]
    document_number: Option<String>,
    /// What it shows.
    #[schema(required = false, max_length = 1000)]
    #[serde(default)]
    text: String,
}

/// The answer to one point.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PointAnswer {
    /// Whether the point was found right.
    upheld: bool,
    /// The answer.
    #[schema(min_length = 1, max_length = 1000)]
    reply: String,
    /// On what evidence.
    #[schema(min_length = 1, max_length = 1000)]
    evidence: String,
}

/// What is asked for.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum CaseRequest {
    /// An objection.
    Objection {
        /// Its points.
        points: Vec<Point>,
    },
    /// Restoration.
    Restoration {
        /// How the duty was performed.
        performance: String,
        /// The credit commitment.
        commitment: String,
    },
}

/// How a case was decided.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum CaseDecision {
    /// An objection.
    Objection {
        /// What came of it, the review included.
        outcome: Outcome,
        /// The answers, in the order of the points.
        answers: Vec<PointAnswer>,
    },
    /// An application for restoration.
    Restoration {
        /// Whether credit was restored.
        granted: bool,
    },
}

/// When something was done in a case.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CaseTaken {
    /// The entry.
    entry: u64,
    /// When, in milliseconds since 1970-01-01T00:00Z.
    at: i64,
    /// The officer, where one did it.
    #[schema(required = false)]
    officer: Option<String>,
    /// Why.
    #[schema(required = false)]
    #[serde(default)]
    reason: String,
}

/// Which right is exercised.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CaseKind {
    /// Article 37.
    Objection,
    /// Article 38.
    Restoration,
}

/// How a case stands.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CaseState {
    /// Nobody has taken it in hand yet.
    Lodged,
    /// An officer has it in hand.
    Accepted,
    /// It is decided.
    Decided,
    /// Its review was asked for.
    UnderReview,
    /// The review is decided.
    Reviewed,
    /// The application was sent back as incomplete.
    Returned,
    /// The subject took it back.
    TakenBack,
}

/// What an office owes in a case.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CaseStep {
    /// Take it in hand.
    Accept,
    /// Decide it and reply.
    Decide,
    /// Review the decision.
    Review,
}

/// A step of a case with its deadline.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CaseStepStanding {
    /// The step.
    step: CaseStep,
    /// How it stands.
    state: StepState,
    /// Until when it is to be taken.
    due: Due,
    /// The article.
    article: String,
    /// Where the number of the deadline is from.
    source: String,
    /// The entry that took it.
    #[schema(required = false)]
    entry: Option<u64>,
    /// When that was, in milliseconds since 1970-01-01T00:00Z.
    #[schema(required = false)]
    at: Option<i64>,
    /// How the day was counted.
    #[schema(required = false)]
    arithmetic: Option<Bilingual>,
}

/// A case: an objection or an application for restoration.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    /// Its number.
    case: u64,
    /// Which right it exercises.
    right: CaseKind,
    /// How it stands.
    state: CaseState,
    /// The record that it is about.
    record: u64,
    /// The record's item.
    #[schema(required = false)]
    item: Option<String>,
    /// The authority to which it was forwarded.
    office: String,
    /// What is asked for.
    request: CaseRequest,
    /// What supports it.
    materials: Vec<Material>,
    /// Whether display and sharing stopped with it, until the decision.
    suspends: bool,
    /// Whether the record is the operator's own.
    own_data: bool,
    /// When it was lodged.
    lodged: CaseTaken,
    /// When it was taken in hand.
    #[schema(required = false)]
    accepted: Option<CaseTaken>,
    /// When its time was extended.
    #[schema(required = false)]
    extended: Option<CaseTaken>,
    /// When it was decided.
    #[schema(required = false)]
    decided: Option<CaseTaken>,
    /// How.
    #[schema(required = false)]
    decision: Option<CaseDecision>,
    /// When its review was asked for.
    #[schema(required = false)]
    review_requested: Option<CaseTaken>,
    /// When it was reviewed.
    #[schema(required = false)]
    reviewed: Option<CaseTaken>,
    /// When it was sent back as incomplete.
    #[schema(required = false)]
    returned: Option<CaseTaken>,
    /// What was missing.
    #[schema(required = false)]
    #[serde(default)]
    missing: Vec<String>,
    /// When its subject took it back.
    #[schema(required = false)]
    taken_back: Option<CaseTaken>,
    /// What is owed in it, until when.
    steps: Vec<CaseStepStanding>,
}

/// A page of cases.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CasePage {
    /// The newest first.
    cases: Vec<Case>,
    /// Give it as `before` for the next page.
    next: Option<u64>,
}

/// A case that was opened.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CaseDone {
    /// Its number.
    case: u64,
    /// The journal's entry.
    entry: u64,
    /// The receipt.
    receipt: Receipt,
}

/// How restoration stands as to a record.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(crate) enum Outlook {
    /// It is no information on untrustworthiness.
    NotUntrustworthiness,
    /// It is not displayed.
    NotNeeded {
        /// Why.
        why: String,
    },
    /// A law excludes it.
    Excluded {
        /// The law.
        law: Bilingual,
    },
    /// False materials were given before.
    Barred {
        /// Until when.
        #[schema(format = Date)]
        until: String,
    },
    /// Not yet.
    NotYet {
        /// The first day.
        #[schema(format = Date)]
        earliest: String,
        /// The rule.
        article: String,
    },
    /// It can be applied for.
    Open {
        /// Since when.
        #[schema(format = Date)]
        earliest: String,
        /// The rule.
        article: String,
    },
    /// No rule says when.
    NoRule {
        /// What is missing.
        ground: Ground,
    },
}

/// What a subject can do about a record today.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecordRights {
    /// The record.
    record: u64,
    /// Why no objection can be lodged now; empty where one can.
    objection: Vec<Ground>,
    /// Why no restoration can be applied for now; empty where it can.
    restoration: Vec<Ground>,
    /// How restoration stands.
    outlook: Outlook,
    /// The numbers of the cases about it so far.
    cases: Vec<u64>,
}

/// What was done with a record that others received.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum NoticeCause {
    /// It was corrected.
    Corrected,
    /// It was revoked or removed.
    Removed,
    /// Its display was withdrawn.
    Withdrawn,
    /// Its display was stopped.
    DisplayStopped,
    /// Credit was restored as to it.
    Restored,
}

/// Until when something is to be done.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Limit {
    /// Until when.
    due: Due,
    /// The article.
    article: String,
    /// Where the number is from.
    source: String,
    /// How the day was counted.
    #[schema(required = false)]
    arithmetic: Option<Bilingual>,
}

/// A notice to whoever received a record.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Notice {
    /// Its entry.
    notice: u64,
    /// When it was given, in milliseconds since 1970-01-01T00:00Z.
    at: i64,
    /// To whom: an office's code, or the name in the consent.
    recipient: String,
    /// The word by which a holder of a consent acknowledges it.
    recipient_key: String,
    /// Whether the recipient is an office.
    office: bool,
    /// The record.
    record: u64,
    /// What was done with it.
    cause: NoticeCause,
    /// What is to be done.
    duty: Bilingual,
    /// Until when.
    limit: Limit,
    /// Whether it is late; nothing where the last day is not known.
    overdue: Option<bool>,
    /// The entry of the acknowledgement.
    acknowledged: Option<u64>,
}

/// A page of notices.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoticePage {
    /// The newest first.
    notices: Vec<Notice>,
    /// Give it as `before` for the next page.
    next: Option<u64>,
}

/// How an authority keeps the rights of Chapter IV.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OfficeFigures {
    /// The authority.
    office: String,
    /// Objections received.
    objections: u64,
    /// Those answered.
    answered: u64,
    /// Those found right, in whole or in part.
    found_right: u64,
    /// Half of the answers took no longer than so many working days.
    #[schema(required = false)]
    median_working_days: Option<u32>,
    /// The longest took so many.
    #[schema(required = false)]
    worst_working_days: Option<u32>,
    /// Applications for restoration received.
    applications: u64,
    /// Those granted.
    restored: u64,
    /// Cases that are late now.
    overdue: u64,
    /// Notices that are not acknowledged in time.
    notices_overdue: u64,
}

/// The figures of all authorities.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RightsFigures {
    /// When they were made, in milliseconds since 1970-01-01T00:00Z.
    as_of: i64,
    /// By authority.
    offices: Vec<OfficeFigures>,
}
