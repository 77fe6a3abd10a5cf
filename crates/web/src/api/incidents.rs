//! The register of incidents: a step a route, for the operator; registering and reading for the office concerned too.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use law::{IncidentSeverity, Instant};
use register::acts::accountability::incident::{HandleIncident, RegisterIncident, TellSubjects};
use register::authority::AuthorityCode;
use register::caller::{Caller, KeyNumber};
use register::incident::{IncidentKind, IncidentNumber, NotTold, Scope};
use register::record::{BatchNumber, RecordNumber};
use register::subject::EntryNumber;
use serde::Deserialize;
use serde_json::json;
use service::incidents::IncidentFilter;
use utoipa::{IntoParams, ToSchema};

use super::{BodyProblems, KeyProblems, documents, private};
use crate::extract::{JsonBody, PathPart, Query, SignedIn, Text, number};
use crate::problem::Problem;
use crate::site::Site;

/// The widest range of entries that one request reads; for more there is the command line, or several requests.
const ENTRIES_MAX: u64 = 20_000;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an incident")]
#[schema(as = IncidentRegistration)]
pub(crate) struct RegistrationBody {
    /// What befell the information.
    #[schema(value_type = documents::IncidentKind)]
    kind: IncidentKind,
    /// When it was noticed, in milliseconds since 1970-01-01T00:00Z: every deadline begins here.
    #[schema(value_type = i64)]
    noticed: Instant,
    /// The office where it happened; an office registers its own only, and the platform's own incidents have none.
    #[schema(value_type = Option<String>, max_length = 100)]
    office: Option<Text<0, 100>>,
    /// Where it happened: a system, a room, a device. Nobody's number.
    #[schema(value_type = String, min_length = 1, max_length = 1000)]
    place: Text<1, 1000>,
    /// What happened. Nobody's number.
    #[schema(value_type = String, min_length = 1, max_length = 1000)]
    happened: Text<1, 1000>,
    /// The human being who answers for the entry; not asked of a person who signed in.
    #[schema(value_type = Option<String>, max_length = 200)]
    responsible: Option<Text<0, 200>>,
}

/// Registers an incident: a leak, a loss, an alteration, unlawful access, unavailability.
///
/// Articles: 19
#[utoipa::path(post, path = "/api/v1/incidents", tag = "incidents", security(("key" = [])), request_body = RegistrationBody, responses((status = 200, description = "Registered", body = documents::IncidentDone), BodyProblems))]
pub(crate) async fn register(
    State(site): State<Arc<Site>>,
    SignedIn(caller): SignedIn,
    JsonBody(body): JsonBody<RegistrationBody>,
) -> Result<Response, Problem> {
    let ask = RegisterIncident {
        kind: body.kind,
        noticed: body.noticed,
        office: body.office.map(|Text(office)| AuthorityCode(office)),
        place: body.place.0,
        happened: body.happened.0,
        responsible: body.responsible.map(|Text(name)| name),
    };
    private(&site.platform.register_incident(ask, &caller).await?)
}

async fn handle(
    site: &Site,
    incident: u64,
    ask: HandleIncident,
    responsible: Option<Text<0, 200>>,
    caller: &Caller,
) -> Result<Response, Problem> {
    let incident = IncidentNumber(number("incident", incident)?);
    let named = responsible.as_ref().map(|Text(name)| name.as_str());
    private(&site.platform.handle_incident(incident, ask, named, caller).await?)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "a classification")]
#[schema(as = IncidentClassification)]
pub(crate) struct ClassificationBody {
    /// How grave it is, by the declared rule of the class.
    #[schema(value_type = documents::IncidentSeverity)]
    severity: IncidentSeverity,
    /// What befell the information, where it turned out to be something else.
    #[schema(value_type = Option<documents::IncidentKind>)]
    kind: Option<IncidentKind>,
    /// Why.
    #[schema(value_type = String, min_length = 1, max_length = 1000)]
    reason: Text<1, 1000>,
    /// The human being who answers for the entry; not asked of a person who signed in.
    #[schema(value_type = Option<String>, max_length = 200)]
    responsible: Option<Text<0, 200>>,
}

/// Classifies an incident, or classifies it anew: the earlier classification stays to be read.
///
/// Articles: 19
#[utoipa::path(post, path = "/api/v1/incidents/{incident}/classifications", tag = "incidents", security(("key" = [])), params(("incident" = u64, Path, description = "The incident's number")), request_body = ClassificationBody, responses((status = 200, description = "Classified", body = documents::Done), BodyProblems))]
pub(crate) async fn classify(
    State(site): State<Arc<Site>>,
    PathPart(incident): PathPart<u64>,
    SignedIn(caller): SignedIn,
    JsonBody(body): JsonBody<ClassificationBody>,
) -> Result<Response, Problem> {
    let ask = HandleIncident::Classify { severity: body.severity, kind: body.kind, reason: body.reason.0 };
    handle(&site, incident, ask, body.responsible, &caller).await
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "a measure")]
#[schema(as = IncidentContainment)]
pub(crate) struct ContainmentBody {
    /// The measure that was taken.
    #[schema(value_type = String, min_length = 1, max_length = 1000)]
    measure: Text<1, 1000>,
    /// The journal's entries by which it was taken, such as the revocation of a key.
    #[serde(default)]
    #[schema(max_items = 1000)]
    acts: Vec<u64>,
    /// The human being who answers for the entry; not asked of a person who signed in.
    #[schema(value_type = Option<String>, max_length = 200)]
    responsible: Option<Text<0, 200>>,
}

/// Enters a measure that was taken against an incident.
///
/// Articles: 19
#[utoipa::path(post, path = "/api/v1/incidents/{incident}/containments", tag = "incidents", security(("key" = [])), params(("incident" = u64, Path, description = "The incident's number")), request_body = ContainmentBody, responses((status = 200, description = "Entered", body = documents::Done), BodyProblems))]
pub(crate) async fn contain(
    State(site): State<Arc<Site>>,
    PathPart(incident): PathPart<u64>,
    SignedIn(caller): SignedIn,
    JsonBody(body): JsonBody<ContainmentBody>,
) -> Result<Response, Problem> {
    let acts = numbers("acts", body.acts)?.into_iter().map(EntryNumber).collect();
    let ask = HandleIncident::Contain { measure: body.measure.0, acts };
    handle(&site, incident, ask, body.responsible, &caller).await
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "a notification")]
#[schema(as = IncidentNotification)]
pub(crate) struct NotificationBody {
    /// The code of the competent department: from then on it reads the incident.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    department: Text<1, 100>,
    /// The number of the notice.
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    document_number: Text<1, 200>,
    /// The human being who answers for the entry; not asked of a person who signed in.
    #[schema(value_type = Option<String>, max_length = 200)]
    responsible: Option<Text<0, 200>>,
}

/// Enters that the competent department was notified of an incident.
///
/// Articles: 19
#[utoipa::path(post, path = "/api/v1/incidents/{incident}/notifications", tag = "incidents", security(("key" = [])), params(("incident" = u64, Path, description = "The incident's number")), request_body = NotificationBody, responses((status = 200, description = "Entered", body = documents::Done), BodyProblems))]
pub(crate) async fn notify(
    State(site): State<Arc<Site>>,
    PathPart(incident): PathPart<u64>,
    SignedIn(caller): SignedIn,
    JsonBody(body): JsonBody<NotificationBody>,
) -> Result<Response, Problem> {
    let department = AuthorityCode(body.department.0);
    let ask = HandleIncident::Notify { department, document_number: body.document_number.0 };
    handle(&site, incident, ask, body.responsible, &caller).await
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "a notice to subjects")]
#[schema(as = IncidentSubjectNotice)]
pub(crate) struct SubjectNoticeBody {
    /// Whom it concerns.
    scope: ScopeBody,
    /// What happened, in words for them. Nobody's number.
    #[schema(value_type = String, min_length = 1, max_length = 1000)]
    notice: Text<1, 1000>,
    /// Whom to ask.
    #[schema(value_type = String, min_length = 1, max_length = 1000)]
    contact: Text<1, 1000>,
    /// The human being who answers for the entry; not asked of a person who signed in.
    #[schema(value_type = Option<String>, max_length = 200)]
    responsible: Option<Text<0, 200>>,
}

/// Whom an incident concerns: exactly one of a key with its range, records, entries, a batch.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "a scope")]
#[schema(as = IncidentScopeNamed)]
pub(crate) struct ScopeBody {
    /// Everyone whom this key was shown anything about, between two entries.
    looks_of_key: Option<u64>,
    /// With `looks_of_key`: the first entry.
    from: Option<u64>,
    /// With `looks_of_key`: the last entry; the range holds 20,000 entries at most.
    to: Option<u64>,
    /// The subjects of these records.
    #[schema(max_items = 1000)]
    records: Option<Vec<u64>>,
    /// The subjects of these entries.
    #[schema(max_items = 1000)]
    entries: Option<Vec<u64>>,
    /// The subjects of the records of this batch.
    batch: Option<u64>,
}

impl ScopeBody {
    fn read(self) -> Result<Scope, Problem> {
        let malformed = |chinese: &str, english: &str| Problem::malformed("scope", chinese, english);
        match (self.looks_of_key, self.from, self.to, self.records, self.entries, self.batch) {
            (Some(key), Some(from), Some(to), None, None, None) => {
                let [key, from, to] =
                    [number("looks_of_key", key)?, number("from", from)?, number("to", to)?];
                if to.saturating_sub(from) >= ENTRIES_MAX {
                    return Err(malformed(
                        "一次最多读20000条日志，请分次进行或使用命令行",
                        "a request reads 20,000 entries at most: divide it, or use the command line",
                    ));
                }
                Ok(Scope::LooksOfKey { key: KeyNumber(key), from: EntryNumber(from), to: EntryNumber(to) })
            }
            (None, None, None, Some(records), None, None) => {
                let records = numbers("records", records)?.into_iter().map(RecordNumber).collect();
                Ok(Scope::Records { records })
            }
            (None, None, None, None, Some(entries), None) => {
                let entries = numbers("entries", entries)?.into_iter().map(EntryNumber).collect();
                Ok(Scope::Entries { entries })
            }
            (None, None, None, None, None, Some(batch)) => {
                Ok(Scope::Batch { batch: BatchNumber(number("batch", batch)?) })
            }
            _ => Err(malformed(
                "须写 `looks_of_key`（连同 `from` 和 `to`）、`records`、`entries` 或 `batch` 之一",
                "name `looks_of_key` with `from` and `to`, or `records`, or `entries`, or `batch`",
            )),
        }
    }
}

fn numbers(field: &str, given: Vec<u64>) -> Result<Vec<u64>, Problem> {
    if given.len() > 1000 {
        return Err(Problem::malformed(field, "最多写1000个", "name 1000 at most"));
    }
    given.into_iter().map(|given| number(field, given)).collect()
}

/// Tells the subjects whom an incident concerns: each gets an entry in its own view, with what happened, which of its records are
/// concerned, what was done and whom to ask. Broken off, it goes on where it stopped when it is asked again.
///
/// Articles: 19, 34
#[utoipa::path(post, path = "/api/v1/incidents/{incident}/subject-notices", tag = "incidents", security(("key" = [])), params(("incident" = u64, Path, description = "The incident's number")), request_body = SubjectNoticeBody, responses((status = 200, description = "Told", body = documents::ToldDone), BodyProblems))]
pub(crate) async fn tell(
    State(site): State<Arc<Site>>,
    PathPart(incident): PathPart<u64>,
    SignedIn(caller): SignedIn,
    JsonBody(body): JsonBody<SubjectNoticeBody>,
) -> Result<Response, Problem> {
    let ask = TellSubjects {
        scope: body.scope.read()?,
        notice: body.notice.0,
        contact: body.contact.0,
        responsible: body.responsible.map(|Text(name)| name),
    };
    let incident = IncidentNumber(number("incident", incident)?);
    private(&site.platform.tell_subjects(incident, ask, &caller, &|_| ()).await?)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "a ground for telling nobody")]
#[schema(as = IncidentDispensation)]
pub(crate) struct DispensationBody {
    /// The ground.
    #[schema(value_type = documents::NotTold)]
    ground: NotTold,
    /// Why it applies.
    #[schema(value_type = String, min_length = 1, max_length = 1000)]
    reason: Text<1, 1000>,
    /// The human being who answers for the entry; not asked of a person who signed in.
    #[schema(value_type = Option<String>, max_length = 200)]
    responsible: Option<Text<0, 200>>,
}

/// Enters that the subjects are not told, on a stated ground.
///
/// Articles: 19
#[utoipa::path(post, path = "/api/v1/incidents/{incident}/dispensations", tag = "incidents", security(("key" = [])), params(("incident" = u64, Path, description = "The incident's number")), request_body = DispensationBody, responses((status = 200, description = "Entered", body = documents::Done), BodyProblems))]
pub(crate) async fn dispense(
    State(site): State<Arc<Site>>,
    PathPart(incident): PathPart<u64>,
    SignedIn(caller): SignedIn,
    JsonBody(body): JsonBody<DispensationBody>,
) -> Result<Response, Problem> {
    let ask = HandleIncident::DispenseWithTelling { ground: body.ground, reason: body.reason.0 };
    handle(&site, incident, ask, body.responsible, &caller).await
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an outcome")]
#[schema(as = IncidentClosure)]
pub(crate) struct ClosureBody {
    /// What came of it, and what was changed so that it does not happen again.
    #[schema(value_type = String, min_length = 1, max_length = 1000)]
    outcome: Text<1, 1000>,
    /// The human being who answers for the entry; not asked of a person who signed in.
    #[schema(value_type = Option<String>, max_length = 200)]
    responsible: Option<Text<0, 200>>,
}

/// Closes an incident: after it was classified, contained, reported and told.
///
/// Articles: 19
#[utoipa::path(post, path = "/api/v1/incidents/{incident}/closures", tag = "incidents", security(("key" = [])), params(("incident" = u64, Path, description = "The incident's number")), request_body = ClosureBody, responses((status = 200, description = "Closed", body = documents::Done), BodyProblems))]
pub(crate) async fn close(
    State(site): State<Arc<Site>>,
    PathPart(incident): PathPart<u64>,
    SignedIn(caller): SignedIn,
    JsonBody(body): JsonBody<ClosureBody>,
) -> Result<Response, Problem> {
    let ask = HandleIncident::Close { outcome: body.outcome.0 };
    handle(&site, incident, ask, body.responsible, &caller).await
}

/// Which incidents are listed.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = IncidentsShown)]
pub(crate) enum ShownIncidents {
    /// All.
    All,
    /// Those that are not closed.
    Open,
    /// Those with a step that should have been taken.
    Overdue,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Which; all where it is left out.
    #[param(inline)]
    show: Option<ShownIncidents>,
    /// Incidents before this one: the `next` of the page before.
    before: Option<u64>,
    /// How many on a page.
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<u64>,
}

/// A page of incidents, the newest first: for an office those of its own and those of which it was notified.
///
/// Articles: 19
#[utoipa::path(get, path = "/api/v1/incidents", tag = "incidents", security(("key" = [])), params(ListQuery), responses((status = 200, description = "A page of incidents", body = documents::IncidentPage), KeyProblems))]
pub(crate) async fn list(
    State(site): State<Arc<Site>>,
    SignedIn(caller): SignedIn,
    Query(query): Query<ListQuery>,
) -> Result<Response, Problem> {
    let limit = query.limit.unwrap_or(50);
    if !(1..=100).contains(&limit) {
        return Err(Problem::malformed("limit", "须为1至100的数", "give a number from 1 to 100"));
    }
    let filter = match query.show {
        None | Some(ShownIncidents::All) => IncidentFilter::All,
        Some(ShownIncidents::Open) => IncidentFilter::Open,
        Some(ShownIncidents::Overdue) => IncidentFilter::Overdue,
    };
    let before = query.before.map(|before| number("before", before)).transpose()?.map(IncidentNumber);
    let limit = usize::try_from(limit).unwrap_or(100);
    let incidents = site.platform.incidents(filter, before, limit, &caller).await?;
    let last = incidents.last().filter(|_| incidents.len() == limit);
    let next = last.map(|view| view.incident.incident);
    private(&json!({ "incidents": incidents, "next": next }))
}

/// An incident: what happened, what was done, and until when each step is to be taken.
///
/// Articles: 19
#[utoipa::path(get, path = "/api/v1/incidents/{incident}", tag = "incidents", security(("key" = [])), params(("incident" = u64, Path, description = "The incident's number")), responses((status = 200, description = "The incident", body = documents::Incident), KeyProblems))]
pub(crate) async fn incident(
    State(site): State<Arc<Site>>,
    PathPart(incident): PathPart<u64>,
    SignedIn(caller): SignedIn,
) -> Result<Response, Problem> {
    private(&site.platform.incident(IncidentNumber(number("incident", incident)?), &caller).await?)
}
