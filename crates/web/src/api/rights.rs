//! What a subject does about its own: withdraw from display, consent, take the consent back.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use law::Day;
use register::acts::rights::consent::ConsentNumber;
use register::catalogue::ItemCode;
use register::record::RecordNumber;
use serde::Deserialize;
use service::rights::ConsentRequest;
use utoipa::ToSchema;

use super::{BodyProblems, documents, private};
use crate::extract::{JsonBody, PathPart, SignedIn, Text};
use crate::problem::Problem;
use crate::site::Site;

/// Withdraws a commendation or the like from display. From the next entry on it is shown to nobody but the subject.
///
/// Articles: 36
#[utoipa::path(post, path = "/api/v1/records/{record}/withdrawals", tag = "rights", security(("key" = [])), params(("record" = u64, Path, description = "The record's number")), request_body = documents::Nothing, responses((status = 200, description = "Withdrawn", body = documents::Done), BodyProblems))]
pub(crate) async fn withdraw(
    State(site): State<Arc<Site>>,
    PathPart(record): PathPart<u64>,
    SignedIn(caller): SignedIn,
    JsonBody(documents::Nothing {}): JsonBody<documents::Nothing>,
) -> Result<Response, Problem> {
    private(&site.platform.withdraw(RecordNumber(record), &caller).await?)
}

/// Resumes the display of what was withdrawn.
///
/// Articles: 36
#[utoipa::path(post, path = "/api/v1/records/{record}/displays", tag = "rights", security(("key" = [])), params(("record" = u64, Path, description = "The record's number")), request_body = documents::Nothing, responses((status = 200, description = "Displayed again", body = documents::Done), BodyProblems))]
pub(crate) async fn resume(
    State(site): State<Arc<Site>>,
    PathPart(record): PathPart<u64>,
    SignedIn(caller): SignedIn,
    JsonBody(documents::Nothing {}): JsonBody<documents::Nothing>,
) -> Result<Response, Problem> {
    private(&site.platform.resume(RecordNumber(record), &caller).await?)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "a consent")]
#[schema(as = ConsentGrant)]
pub(crate) struct ConsentBody {
    /// The name of whoever may look.
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    grantee_name: Text<1, 200>,
    /// Its full identifier: a key opens the consent only when its holder's is the same.
    #[schema(value_type = String, max_length = 64)]
    grantee_identifier: Text<0, 64>,
    /// The codes of the catalogue items that are opened; one at least.
    #[schema(value_type = Vec<String>, min_items = 1)]
    items: Vec<ItemCode>,
    /// For what.
    #[schema(value_type = String, min_length = 1, max_length = 500)]
    purpose: Text<1, 500>,
    /// The last day, itself included.
    #[schema(value_type = String, format = Date)]
    last_day: Day,
    /// How often it may be used; without it as often as needed until the last day.
    #[schema(minimum = 1)]
    uses: Option<u32>,
}

/// Gives a written consent: who may look, at which items, for what, until when.
///
/// Articles: 35
#[utoipa::path(post, path = "/api/v1/consents", tag = "rights", security(("key" = [])), request_body = ConsentBody, responses((status = 200, description = "Given", body = documents::ConsentDone), BodyProblems))]
pub(crate) async fn grant_consent(
    State(site): State<Arc<Site>>,
    SignedIn(caller): SignedIn,
    JsonBody(body): JsonBody<ConsentBody>,
) -> Result<Response, Problem> {
    let request = ConsentRequest {
        grantee_name: body.grantee_name.0,
        grantee_identifier: body.grantee_identifier.0,
        items: body.items,
        purpose: body.purpose.0,
        last_day: body.last_day,
        uses: body.uses,
    };
    private(&site.platform.grant_consent(request, &caller).await?)
}

/// Takes a consent back. From the next entry on it opens nothing.
///
/// Articles: 35
#[utoipa::path(post, path = "/api/v1/consents/{consent}/revocations", tag = "rights", security(("key" = [])), params(("consent" = u64, Path, description = "The consent's number")), request_body = documents::Nothing, responses((status = 200, description = "Taken back", body = documents::Done), BodyProblems))]
pub(crate) async fn revoke_consent(
    State(site): State<Arc<Site>>,
    PathPart(consent): PathPart<u64>,
    SignedIn(caller): SignedIn,
    JsonBody(documents::Nothing {}): JsonBody<documents::Nothing>,
) -> Result<Response, Problem> {
    private(&site.platform.revoke_consent(ConsentNumber(consent), &caller).await?)
}
