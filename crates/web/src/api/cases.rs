//! Objections and applications for restoration: a step a route (Articles 33, 37, 38).

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use register::acts::rights::objection::LodgeObjection;
use register::acts::rights::restoration::ApplyForRestoration;
use register::case::{CaseNumber, Claim, Material, Outcome, Point, PointAnswer};
use register::record::RecordNumber;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use service::cases::{CaseFilter, CaseView, Decided};
use utoipa::{IntoParams, ToSchema};

use super::{BodyProblems, KeyProblems, Problems, documents, private};
use crate::extract::{JsonBody, PathPart, Query, SignedIn, Text, number};
use crate::problem::Problem;
use crate::site::Site;

/// How many points, materials or answers one request carries at most: more are refused by the act with its reason.
const PARTS_MAX: usize = 100;

fn parts<T>(field: &str, given: Vec<T>) -> Result<Vec<T>, Problem> {
    if given.len() > PARTS_MAX {
        return Err(Problem::malformed(field, "最多一百项", "too many: at most 100"));
    }
    Ok(given)
}

fn case_number(given: u64) -> Result<CaseNumber, Problem> {
    Ok(CaseNumber(number("case", given)?))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "a point")]
#[schema(as = ObjectionPoint)]
pub(crate) struct PointBody {
    /// What is said of the record.
    #[schema(value_type = documents::Claim)]
    claim: Claim,
    /// Why.
    #[schema(value_type = String, min_length = 1, max_length = 1000)]
    statement: Text<1, 1000>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "a material")]
#[schema(as = CaseMaterial)]
pub(crate) struct MaterialBody {
    /// What it is called.
    #[schema(value_type = String, min_length = 1, max_length = 1000)]
    title: Text<1, 1000>,
    /// Its number, where it has one.
    #[schema(value_type = Option<String>, max_length = 1000)]
    document_number: Option<Text<0, 1000>>,
    /// What it shows.
    #[schema(value_type = Option<String>, max_length = 1000)]
    text: Option<Text<0, 1000>>,
}

impl From<MaterialBody> for Material {
    fn from(body: MaterialBody) -> Self {
        Self {
            title: body.title.0,
            document_number: body.document_number.map(|Text(number)| number),
            text: body.text.map(|Text(text)| text).unwrap_or_default(),
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an objection")]
#[schema(as = ObjectionLodging)]
pub(crate) struct ObjectionBody {
    /// The points, one to ten: each is answered.
    #[schema(min_items = 1, max_items = 10)]
    points: Vec<PointBody>,
    /// What supports them, at most ten.
    #[serde(default)]
    #[schema(max_items = 10)]
    materials: Vec<MaterialBody>,
}

/// Objects to a record about oneself, point by point. From this entry on it bears the mark wherever it is shown, and the authority
/// that filed it has the objection.
///
/// Articles: 37
#[utoipa::path(post, path = "/api/v1/records/{record}/objections", tag = "rights", security(("key" = [])), params(("record" = u64, Path, description = "The record's number")), request_body = ObjectionBody, responses((status = 200, description = "Lodged", body = documents::CaseDone), BodyProblems))]
pub(crate) async fn object(
    State(site): State<Arc<Site>>,
    PathPart(record): PathPart<u64>,
    SignedIn(caller): SignedIn,
    JsonBody(body): JsonBody<ObjectionBody>,
) -> Result<Response, Problem> {
    let points = parts("points", body.points)?;
    let ask = LodgeObjection {
        points: points
            .into_iter()
            .map(|point| Point { claim: point.claim, statement: point.statement.0 })
            .collect(),
        materials: parts("materials", body.materials)?.into_iter().map(Material::from).collect(),
    };
    private(&site.platform.object(RecordNumber(number("record", record)?), ask, &caller).await?)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an application")]
#[schema(as = RestorationApplication)]
pub(crate) struct ApplicationBody {
    /// How the duty was performed.
    #[schema(value_type = String, max_length = 1000)]
    performance: Text<0, 1000>,
    /// The proof of it, one to ten documents.
    #[schema(max_items = 10)]
    materials: Vec<MaterialBody>,
    /// The credit commitment.
    #[schema(value_type = String, max_length = 1000)]
    commitment: Text<0, 1000>,
}

/// Applies for restoration as to a record about oneself. Everything that is missing is said at once.
///
/// Articles: 38
#[utoipa::path(post, path = "/api/v1/records/{record}/restoration-applications", tag = "rights", security(("key" = [])), params(("record" = u64, Path, description = "The record's number")), request_body = ApplicationBody, responses((status = 200, description = "Applied for", body = documents::CaseDone), BodyProblems))]
pub(crate) async fn apply(
    State(site): State<Arc<Site>>,
    PathPart(record): PathPart<u64>,
    SignedIn(caller): SignedIn,
    JsonBody(body): JsonBody<ApplicationBody>,
) -> Result<Response, Problem> {
    let ask = ApplyForRestoration {
        performance: body.performance.0,
        materials: parts("materials", body.materials)?.into_iter().map(Material::from).collect(),
        commitment: body.commitment.0,
    };
    let record = RecordNumber(number("record", record)?);
    private(&site.platform.apply_for_restoration(record, ask, &caller).await?)
}

/// What can be done about a record of one's own today: objection and restoration, or why not.
///
/// Articles: 37, 38
#[utoipa::path(get, path = "/api/v1/records/{record}/rights", tag = "rights", security(("key" = [])), params(("record" = u64, Path, description = "The record's number")), responses((status = 200, description = "What can be done", body = documents::RecordRights), KeyProblems))]
pub(crate) async fn rights(
    State(site): State<Arc<Site>>,
    PathPart(record): PathPart<u64>,
    SignedIn(caller): SignedIn,
) -> Result<Response, Problem> {
    private(&site.platform.rights_of_record(RecordNumber(number("record", record)?), &caller).await?)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "a reason")]
#[schema(as = CaseReason)]
pub(crate) struct ReasonBody {
    /// Why.
    #[schema(value_type = String, min_length = 1, max_length = 1000)]
    reason: Text<1, 1000>,
}

/// Undoes a restoration that was got with false materials. The record is displayed again for what is left of its period.
///
/// Articles: 38
#[utoipa::path(post, path = "/api/v1/records/{record}/restoration-reversals", tag = "rights", security(("key" = [])), params(("record" = u64, Path, description = "The record's number")), request_body = ReasonBody, responses((status = 200, description = "Undone", body = documents::Done), BodyProblems))]
pub(crate) async fn undo_restoration(
    State(site): State<Arc<Site>>,
    PathPart(record): PathPart<u64>,
    SignedIn(caller): SignedIn,
    JsonBody(body): JsonBody<ReasonBody>,
) -> Result<Response, Problem> {
    let record = RecordNumber(number("record", record)?);
    private(&site.platform.undo_restoration(record, &body.reason.0, &caller).await?)
}

/// Which cases are listed.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CasesShown)]
pub(crate) enum ShownCases {
    /// All.
    All,
    /// Those in which something is still to be done.
    Open,
    /// Those that are late; of the offices below one's own too.
    Overdue,
    /// Those whose review waits.
    UnderReview,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CasesQuery {
    /// Which; all where it is left out.
    #[param(inline)]
    show: Option<ShownCases>,
    /// Cases before this one: the `next` of the page before.
    before: Option<u64>,
    /// How many on a page.
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<u64>,
}

pub(super) fn limit(given: Option<u64>) -> Result<u64, Problem> {
    let limit = given.unwrap_or(50);
    if (1..=100).contains(&limit) {
        return Ok(limit);
    }
    Err(Problem::malformed("limit", "请填写一至一百的数", "give a number from 1 to 100"))
}

/// Which cases a request wants: how, before which, how many.
fn wanted(query: &CasesQuery) -> Result<(CaseFilter, Option<CaseNumber>, usize), Problem> {
    let filter = match query.show {
        None | Some(ShownCases::All) => CaseFilter::All,
        Some(ShownCases::Open) => CaseFilter::Open,
        Some(ShownCases::Overdue) => CaseFilter::Overdue,
        Some(ShownCases::UnderReview) => CaseFilter::UnderReview,
    };
    let before = query.before.map(case_number).transpose()?;
    Ok((filter, before, usize::try_from(limit(query.limit)?).unwrap_or(100)))
}

fn page((cases, next): (Vec<CaseView>, Option<CaseNumber>)) -> Result<Response, Problem> {
    private(&json!({ "cases": cases, "next": next }))
}

/// A page of cases, the newest first: those of one's office; what is late or under review of the offices below it too; all of them
/// for the competent department and the operator.
///
/// Articles: 33, 37, 38
#[utoipa::path(get, path = "/api/v1/cases", tag = "rights", security(("key" = [])), params(CasesQuery), responses((status = 200, description = "A page of cases", body = documents::CasePage), KeyProblems))]
pub(crate) async fn list(
    State(site): State<Arc<Site>>,
    SignedIn(caller): SignedIn,
    Query(query): Query<CasesQuery>,
) -> Result<Response, Problem> {
    let (filter, before, limit) = wanted(&query)?;
    page(site.platform.cases(filter, before, limit, &caller).await?)
}

/// A page of one's own cases, the newest first.
///
/// Articles: 37, 38
#[utoipa::path(get, path = "/api/v1/own/cases", tag = "rights", security(("key" = [])), params(CasesQuery), responses((status = 200, description = "A page of cases", body = documents::CasePage), KeyProblems))]
pub(crate) async fn own_list(
    State(site): State<Arc<Site>>,
    SignedIn(caller): SignedIn,
    Query(query): Query<CasesQuery>,
) -> Result<Response, Problem> {
    let (filter, before, limit) = wanted(&query)?;
    page(site.platform.own_cases(filter, before, limit, &caller).await?)
}

/// A case: what is asked for, what was answered to each point, and until when what is owed.
///
/// Articles: 33, 37, 38
#[utoipa::path(get, path = "/api/v1/cases/{case}", tag = "rights", security(("key" = [])), params(("case" = u64, Path, description = "The case's number")), responses((status = 200, description = "The case", body = documents::Case), KeyProblems))]
pub(crate) async fn case(
    State(site): State<Arc<Site>>,
    PathPart(case): PathPart<u64>,
    SignedIn(caller): SignedIn,
) -> Result<Response, Problem> {
    private(&site.platform.case(case_number(case)?, &caller).await?)
}

/// A case of one's own.
///
/// Articles: 37, 38
#[utoipa::path(get, path = "/api/v1/own/cases/{case}", tag = "rights", security(("key" = [])), params(("case" = u64, Path, description = "The case's number")), responses((status = 200, description = "The case", body = documents::Case), KeyProblems))]
pub(crate) async fn own_case(
    State(site): State<Arc<Site>>,
    PathPart(case): PathPart<u64>,
    SignedIn(caller): SignedIn,
) -> Result<Response, Problem> {
    private(&site.platform.own_case(case_number(case)?, &caller).await?)
}

/// Takes one's own case back, while it is not decided.
///
/// Articles: 37, 38
#[utoipa::path(post, path = "/api/v1/cases/{case}/retractions", tag = "rights", security(("key" = [])), params(("case" = u64, Path, description = "The case's number")), request_body = documents::Nothing, responses((status = 200, description = "Taken back", body = documents::Done), BodyProblems))]
pub(crate) async fn take_back(
    State(site): State<Arc<Site>>,
    PathPart(case): PathPart<u64>,
    SignedIn(caller): SignedIn,
    JsonBody(documents::Nothing {}): JsonBody<documents::Nothing>,
) -> Result<Response, Problem> {
    private(&site.platform.take_back_case(case_number(case)?, &caller).await?)
}

/// Takes a case in hand: by an officer of the authority that filed the record, who had no part in it.
///
/// Articles: 37, 38
#[utoipa::path(post, path = "/api/v1/cases/{case}/acceptances", tag = "rights", security(("key" = [])), params(("case" = u64, Path, description = "The case's number")), request_body = documents::Nothing, responses((status = 200, description = "In hand", body = documents::Done), BodyProblems))]
pub(crate) async fn accept(
    State(site): State<Arc<Site>>,
    PathPart(case): PathPart<u64>,
    SignedIn(caller): SignedIn,
    JsonBody(documents::Nothing {}): JsonBody<documents::Nothing>,
) -> Result<Response, Problem> {
    private(&site.platform.accept_case(case_number(case)?, &caller).await?)
}

/// Extends the time for deciding a case, once, with a reason that the subject reads.
///
/// Articles: 37, 38
#[utoipa::path(post, path = "/api/v1/cases/{case}/extensions", tag = "rights", security(("key" = [])), params(("case" = u64, Path, description = "The case's number")), request_body = ReasonBody, responses((status = 200, description = "Extended", body = documents::Done), BodyProblems))]
pub(crate) async fn extend(
    State(site): State<Arc<Site>>,
    PathPart(case): PathPart<u64>,
    SignedIn(caller): SignedIn,
    JsonBody(body): JsonBody<ReasonBody>,
) -> Result<Response, Problem> {
    private(&site.platform.extend_case(case_number(case)?, &body.reason.0, &caller).await?)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an answer")]
#[schema(as = ObjectionAnswer)]
pub(crate) struct AnswerBody {
    /// Whether the point is found right.
    upheld: bool,
    /// The answer, in words for the subject.
    #[schema(value_type = String, min_length = 1, max_length = 1000)]
    reply: Text<1, 1000>,
    /// On what evidence.
    #[schema(value_type = String, min_length = 1, max_length = 1000)]
    evidence: Text<1, 1000>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "a decision")]
#[schema(as = ObjectionDecision)]
pub(crate) struct DecisionBody {
    /// The answer to each point, in their order.
    #[schema(min_items = 1, max_items = 10)]
    answers: Vec<AnswerBody>,
    /// What comes of it.
    #[schema(value_type = documents::Outcome)]
    outcome: Outcome,
    /// For `corrected` and `supplemented`: the fields that change, with their new values.
    #[serde(default)]
    #[schema(value_type = Object, additional_properties)]
    fields: Map<String, Value>,
}

/// Decides an objection: each point answered with its evidence, and what comes of it in force with the same commit.
///
/// Articles: 14, 37
#[utoipa::path(post, path = "/api/v1/cases/{case}/decisions", tag = "rights", security(("key" = [])), params(("case" = u64, Path, description = "The case's number")), request_body = DecisionBody, responses((status = 200, description = "Decided", body = documents::Done), BodyProblems))]
pub(crate) async fn decide(
    State(site): State<Arc<Site>>,
    PathPart(case): PathPart<u64>,
    SignedIn(caller): SignedIn,
    JsonBody(body): JsonBody<DecisionBody>,
) -> Result<Response, Problem> {
    let answers = parts("answers", body.answers)?.into_iter().map(|answer| PointAnswer {
        upheld: answer.upheld,
        reply: answer.reply.0,
        evidence: answer.evidence.0,
    });
    let ask = Decided { answers: answers.collect(), outcome: body.outcome, fields: body.fields };
    private(&site.platform.decide_objection(case_number(case)?, ask, &caller).await?)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "what is missing")]
#[schema(as = ApplicationReturn)]
pub(crate) struct ReturnBody {
    /// Everything that is missing, at once.
    #[schema(value_type = Vec<String>, min_items = 1, max_items = 20)]
    missing: Vec<Text<0, 1000>>,
}

/// Sends an incomplete application for restoration back; the subject may apply again at once.
///
/// Articles: 38
#[utoipa::path(post, path = "/api/v1/cases/{case}/returns", tag = "rights", security(("key" = [])), params(("case" = u64, Path, description = "The case's number")), request_body = ReturnBody, responses((status = 200, description = "Sent back", body = documents::Done), BodyProblems))]
pub(crate) async fn send_back(
    State(site): State<Arc<Site>>,
    PathPart(case): PathPart<u64>,
    SignedIn(caller): SignedIn,
    JsonBody(body): JsonBody<ReturnBody>,
) -> Result<Response, Problem> {
    let missing = parts("missing", body.missing)?.into_iter().map(|Text(what)| what).collect();
    private(&site.platform.send_back_application(case_number(case)?, missing, &caller).await?)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "a decision")]
#[schema(as = RestorationDecision)]
pub(crate) struct RestorationBody {
    /// Whether credit is restored.
    granted: bool,
    /// Why.
    #[schema(value_type = String, min_length = 1, max_length = 1000)]
    reason: Text<1, 1000>,
}

/// Decides an application for restoration. Granted, display and sharing of the record end with the same commit.
///
/// Articles: 38
#[utoipa::path(post, path = "/api/v1/cases/{case}/restoration-decisions", tag = "rights", security(("key" = [])), params(("case" = u64, Path, description = "The case's number")), request_body = RestorationBody, responses((status = 200, description = "Decided", body = documents::Done), BodyProblems))]
pub(crate) async fn decide_restoration(
    State(site): State<Arc<Site>>,
    PathPart(case): PathPart<u64>,
    SignedIn(caller): SignedIn,
    JsonBody(body): JsonBody<RestorationBody>,
) -> Result<Response, Problem> {
    let case = case_number(case)?;
    private(&site.platform.decide_restoration(case, body.granted, &body.reason.0, &caller).await?)
}

/// Asks the competent department to review the answer to an objection, once.
///
/// Articles: 33, 37
#[utoipa::path(post, path = "/api/v1/cases/{case}/review-requests", tag = "rights", security(("key" = [])), params(("case" = u64, Path, description = "The case's number")), request_body = ReasonBody, responses((status = 200, description = "Asked for", body = documents::Done), BodyProblems))]
pub(crate) async fn request_review(
    State(site): State<Arc<Site>>,
    PathPart(case): PathPart<u64>,
    SignedIn(caller): SignedIn,
    JsonBody(body): JsonBody<ReasonBody>,
) -> Result<Response, Problem> {
    private(&site.platform.request_review(case_number(case)?, &body.reason.0, &caller).await?)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "a review")]
#[schema(as = ObjectionReview)]
pub(crate) struct ReviewBody {
    /// What comes of it: `upheld`, `display_stopped` or `removed`.
    #[schema(value_type = documents::Outcome)]
    outcome: Outcome,
    /// Why.
    #[schema(value_type = String, min_length = 1, max_length = 1000)]
    reason: Text<1, 1000>,
}

/// Reviews the answer to an objection: by an officer of the competent department.
///
/// Articles: 33, 37
#[utoipa::path(post, path = "/api/v1/cases/{case}/reviews", tag = "rights", security(("key" = [])), params(("case" = u64, Path, description = "The case's number")), request_body = ReviewBody, responses((status = 200, description = "Reviewed", body = documents::Done), BodyProblems))]
pub(crate) async fn review(
    State(site): State<Arc<Site>>,
    PathPart(case): PathPart<u64>,
    SignedIn(caller): SignedIn,
    JsonBody(body): JsonBody<ReviewBody>,
) -> Result<Response, Problem> {
    private(&site.platform.review_case(case_number(case)?, body.outcome, &body.reason.0, &caller).await?)
}

/// How each authority keeps the rights of Chapter IV: objections, answers, restorations, what is late. At most a minute old.
///
/// Articles: 33, 37, 38
#[utoipa::path(get, path = "/api/v1/rights/figures", tag = "public", responses((status = 200, description = "By authority", body = documents::RightsFigures), Problems))]
pub(crate) async fn figures(State(site): State<Arc<Site>>) -> Result<Response, Problem> {
    private(&*site.platform.rights_figures().await?)
}
