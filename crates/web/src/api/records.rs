//! What a filing authority does about a record: correct, revoke, restore; its history; and the verification of a code.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use register::acts::rights::restoration::RestoreRecord;
use register::record::RecordNumber;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{BodyProblems, documents, private};
use crate::extract::{JsonBody, PathPart, SignedIn, Text};
use crate::problem::Problem;
use crate::site::Site;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "a correction")]
#[schema(as = Correction)]
pub(crate) struct CorrectionBody {
    /// The fields that change, by our names; `null` takes a field out.
    #[schema(value_type = Object)]
    fields: Map<String, Value>,
    /// Why.
    #[schema(value_type = String, min_length = 1, max_length = 1000)]
    reason: Text<1, 1000>,
}

/// Corrects a record; the earlier version stays readable to the subject and the filer.
///
/// Articles: 14
#[utoipa::path(post, path = "/api/v1/records/{record}/corrections", tag = "filing", security(("key" = [])), params(("record" = u64, Path, description = "The record's number")), request_body = CorrectionBody, responses((status = 200, description = "Corrected", body = documents::Done), BodyProblems))]
pub(crate) async fn correct(
    State(site): State<Arc<Site>>,
    PathPart(record): PathPart<u64>,
    SignedIn(caller): SignedIn,
    JsonBody(body): JsonBody<CorrectionBody>,
) -> Result<Response, Problem> {
    private(&site.platform.correct(RecordNumber(record), body.fields, &body.reason.0, &caller).await?)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "a reason")]
#[schema(as = Reason)]
pub(crate) struct ReasonBody {
    /// Why.
    #[schema(value_type = String, min_length = 1, max_length = 1000)]
    pub(crate) reason: Text<1, 1000>,
}

/// Revokes a record: it was never right to hold it, and nobody but the subject and the filer reads it again.
///
/// Articles: 14
#[utoipa::path(post, path = "/api/v1/records/{record}/revocations", tag = "filing", security(("key" = [])), params(("record" = u64, Path, description = "The record's number")), request_body = ReasonBody, responses((status = 200, description = "Revoked", body = documents::Done), BodyProblems))]
pub(crate) async fn revoke(
    State(site): State<Arc<Site>>,
    PathPart(record): PathPart<u64>,
    SignedIn(caller): SignedIn,
    JsonBody(body): JsonBody<ReasonBody>,
) -> Result<Response, Problem> {
    private(&site.platform.revoke(RecordNumber(record), &body.reason.0, &caller).await?)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "a restoration")]
#[schema(as = Restoration)]
pub(crate) struct RestorationBody {
    /// The number of the document that shows that the duty was performed.
    #[schema(value_type = String, max_length = 200)]
    performance_document: Text<0, 200>,
    /// The number of the credit commitment.
    #[schema(value_type = String, max_length = 200)]
    commitment_document: Text<0, 200>,
    /// Why credit is restored.
    #[schema(value_type = String, max_length = 1000)]
    reason: Text<0, 1000>,
}

/// Restores credit as to a record: its display ends.
///
/// Articles: 38
#[utoipa::path(post, path = "/api/v1/records/{record}/restorations", tag = "rights", security(("key" = [])), params(("record" = u64, Path, description = "The record's number")), request_body = RestorationBody, responses((status = 200, description = "Restored", body = documents::Done), BodyProblems))]
pub(crate) async fn restore(
    State(site): State<Arc<Site>>,
    PathPart(record): PathPart<u64>,
    SignedIn(caller): SignedIn,
    JsonBody(body): JsonBody<RestorationBody>,
) -> Result<Response, Problem> {
    let RestorationBody {
        performance_document: Text(performance_document),
        commitment_document: Text(commitment_document),
        reason: Text(reason),
    } = body;
    let ask = RestoreRecord { performance_document, commitment_document, reason };
    private(&site.platform.restore(RecordNumber(record), ask, &caller).await?)
}

/// Opens a record for the authority that filed it: as it stands and what was done with it, persons masked. The opening is an
/// inquiry with its entry, which the subject sees; so it is a POST.
///
/// Articles: 14, 34, 53(3)
#[utoipa::path(post, path = "/api/v1/records/{record}/openings", tag = "filing", security(("key" = [])), params(("record" = u64, Path, description = "The record's number")), request_body = documents::Nothing, responses((status = 200, description = "The record and what was done with it, oldest first", body = documents::OwnRecord), BodyProblems))]
pub(crate) async fn open(
    State(site): State<Arc<Site>>,
    PathPart(record): PathPart<u64>,
    SignedIn(caller): SignedIn,
    JsonBody(documents::Nothing {}): JsonBody<documents::Nothing>,
) -> Result<Response, Problem> {
    private(&site.platform.record_history(RecordNumber(record), &caller).await?)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "a verification")]
#[schema(as = IdentifierVerification)]
pub(crate) struct VerificationBody {
    /// The code that failed its check.
    #[schema(value_type = String, max_length = 64)]
    identifier: Text<0, 64>,
    /// On what it was verified.
    #[schema(value_type = String, min_length = 1, max_length = 1000)]
    reason: Text<1, 1000>,
}

/// Verifies an organisation's code whose check failed; what was held for it is shown from then on.
///
/// Articles: 14
#[utoipa::path(post, path = "/api/v1/identifiers/verifications", tag = "filing", security(("key" = [])), request_body = VerificationBody, responses((status = 200, description = "Verified", body = documents::Done), BodyProblems))]
pub(crate) async fn verify_identifier(
    State(site): State<Arc<Site>>,
    SignedIn(caller): SignedIn,
    JsonBody(body): JsonBody<VerificationBody>,
) -> Result<Response, Problem> {
    private(&site.platform.verify_identifier(&body.identifier.0, &body.reason.0, &caller).await?)
}
