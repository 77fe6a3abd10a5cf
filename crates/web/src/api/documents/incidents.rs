//! Answers about incidents (Article 19).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Receipt;

/// What befell the information.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum IncidentKind {
    /// 信息泄露
    Leak,
    /// 信息丢失
    Loss,
    /// 信息被篡改
    Alteration,
    /// 非法访问
    UnlawfulAccess,
    /// 信息无法使用
    Unavailability,
}

/// How grave an incident is, by the declared rules.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum IncidentSeverity {
    /// 一般
    Ordinary,
    /// 较大
    Serious,
    /// 重大
    Grave,
}

/// On what ground the subjects concerned are not told.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum NotTold {
    /// It concerns no subject.
    NobodyConcerned,
    /// What was done kept any harm from those concerned.
    HarmPrevented,
}

/// What was done about an incident.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Handling {
    /// It was registered.
    Registered,
    /// It was classified, or classified anew.
    Classified,
    /// A measure was taken.
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

/// A step of an incident.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum IncidentStep {
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

/// How a step stands.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StepState {
    /// To be taken, and there is time.
    Pending,
    /// To be taken, and the deadline has passed.
    Overdue,
    /// To be taken, and the working days of that year are not published yet.
    DueUnknown,
    /// Taken, not after a known deadline.
    Taken,
    /// Taken after the deadline.
    TakenLate,
}

/// Until when something is to be done.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(tag = "by", rename_all = "snake_case")]
pub(crate) enum Due {
    /// To the end of a day.
    Day {
        /// The last day.
        #[schema(format = Date)]
        last_day: String,
    },
    /// To a moment.
    Hour {
        /// The moment, in milliseconds since 1970-01-01T00:00Z.
        until: i64,
    },
    /// The working days of a year are not published.
    Unknown {
        /// The year.
        year: i16,
        /// The day on which the office is reminded.
        #[schema(format = Date)]
        reminder: String,
    },
}

/// A step of an incident with its deadline.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StepStanding {
    /// The step.
    step: IncidentStep,
    /// How it stands.
    state: StepState,
    /// Until when it is to be taken.
    due: Due,
    /// The article.
    article: String,
    /// Where the number of the deadline is from.
    source: String,
    /// The entry that took it first.
    #[schema(required = false)]
    entry: Option<u64>,
    /// When that was, in milliseconds since 1970-01-01T00:00Z.
    #[schema(required = false)]
    at: Option<i64>,
    /// How the day was counted, where working days were.
    #[schema(required = false)]
    arithmetic: Option<super::Bilingual>,
}

/// Whom an incident concerns.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(tag = "by", rename_all = "snake_case")]
pub(crate) enum IncidentScope {
    /// Everyone whom a key was shown anything about.
    LooksOfKey {
        /// The key.
        key: u64,
        /// The first entry.
        from: u64,
        /// The last entry.
        to: u64,
    },
    /// The subjects of records.
    Records {
        /// The records.
        records: Vec<u64>,
    },
    /// The subjects of entries.
    Entries {
        /// The entries.
        entries: Vec<u64>,
    },
    /// The subjects of the records of a batch.
    Batch {
        /// The batch.
        batch: u64,
    },
}

/// One entry of an incident's history.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct IncidentLine {
    /// The journal's entry.
    entry: u64,
    /// When, in milliseconds since 1970-01-01T00:00Z.
    at: i64,
    /// What was done.
    handling: Handling,
    /// In whose name: an office's code, or `operator`.
    by: String,
    /// The human being who answers for it.
    responsible: String,
    /// In words.
    words: String,
    /// The kind, where this says it.
    #[schema(required = false)]
    kind: Option<IncidentKind>,
    /// The severity, where this says it.
    #[schema(required = false)]
    severity: Option<IncidentSeverity>,
    /// The entries by which a measure was taken.
    #[serde(default)]
    acts: Vec<u64>,
    /// The department that was notified.
    #[schema(required = false)]
    department: Option<String>,
    /// The number of the notice.
    #[schema(required = false)]
    document_number: Option<String>,
    /// Whom it concerns.
    #[schema(required = false)]
    scope: Option<IncidentScope>,
    /// How many were told.
    #[schema(required = false)]
    subjects: Option<u64>,
    /// On what ground nobody is told.
    #[schema(required = false)]
    not_told: Option<NotTold>,
}

/// An incident.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Incident {
    /// Its number.
    incident: u64,
    /// What befell the information, as it was said last.
    kind: IncidentKind,
    /// How grave it is, as it was said last.
    #[schema(required = false)]
    severity: Option<IncidentSeverity>,
    /// When it was noticed, in milliseconds since 1970-01-01T00:00Z.
    noticed: i64,
    /// Where it happened.
    place: String,
    /// The office where it happened; none for the platform itself.
    #[schema(required = false)]
    office: Option<String>,
    /// What was done, oldest first.
    history: Vec<IncidentLine>,
    /// Its steps and their deadlines.
    steps: Vec<StepStanding>,
    /// How many subjects were told so far.
    subjects_told: u64,
}

/// A page of incidents.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct IncidentPage {
    /// The newest first.
    incidents: Vec<Incident>,
    /// Give it as `before` for the next page.
    next: Option<u64>,
}

/// An incident that was registered.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct IncidentDone {
    /// Its number.
    incident: u64,
    /// The journal's entry.
    entry: u64,
    /// The receipt.
    receipt: Receipt,
}

/// The subjects of a scope were told.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ToldDone {
    /// How many subjects the scope concerns.
    subjects: u64,
    /// How many of them were told by this request.
    told: u64,
    /// Entries whose content was erased.
    erased: u64,
    /// The journal's entry that ends the telling.
    entry: u64,
    /// The receipt.
    receipt: Receipt,
}

/// What a subject is told of an incident that concerns it.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct IncidentNotice {
    /// The incident: to be named when asking about it.
    incident: u64,
    /// What befell the information.
    kind: IncidentKind,
    /// When it was noticed, in milliseconds since 1970-01-01T00:00Z.
    noticed: i64,
    /// What happened.
    happened: String,
    /// What was done about it.
    measures: Vec<String>,
    /// Whom to ask.
    contact: String,
    /// Which of its records are concerned.
    records: Vec<u64>,
    /// Which entries are concerned.
    entries: Vec<u64>,
}
