//! What the holder of a key does about it: put a new one in its place, or have it open nothing from now on.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use register::caller::KeyNumber;
use serde::Deserialize;
use service::access::is_access_token;
use utoipa::ToSchema;

use super::records::ReasonBody;
use super::{BodyProblems, documents, private};
use crate::extract::{JsonBody, PathPart, SignedIn, bearer};
use crate::problem::{Problem, ProblemKind};
use crate::site::Site;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "a rotation")]
#[schema(as = KeyRotation)]
pub(crate) struct RotationBody {
    /// For how many days the old key goes on beside the new one.
    #[serde(default)]
    #[schema(maximum = 30)]
    overlap_days: u32,
}

/// Puts a new key in the place of the one that is used: same holder, same end. The old one goes on for the overlap.
///
/// Articles: 6, 19
#[utoipa::path(post, path = "/api/v1/keys/{key}/rotations", tag = "access", security(("key" = [])), params(("key" = u64, Path, description = "The key's number")), request_body = RotationBody, responses((status = 200, description = "The new key; its token is shown this once", body = documents::IssuedKey), BodyProblems))]
pub(crate) async fn rotate(
    State(site): State<Arc<Site>>,
    PathPart(key): PathPart<u64>,
    SignedIn(caller): SignedIn,
    headers: HeaderMap,
    JsonBody(body): JsonBody<RotationBody>,
) -> Result<Response, Problem> {
    // A token of ten minutes, perhaps for fewer duties, would become a key for good.
    if bearer(&headers).is_some_and(is_access_token) {
        return Err(Problem::new(ProblemKind::Unauthorised).detail(
            "更换密钥须出示密钥本身，访问令牌不行",
            "a key is replaced with the key itself, not with an access token",
        ));
    }
    private(&site.platform.rotate_key(KeyNumber(key), body.overlap_days, &caller).await?)
}

/// Revokes a key, and every access token for it, at once: its holder their own, the operator any.
///
/// Articles: 6, 19
#[utoipa::path(post, path = "/api/v1/keys/{key}/revocations", tag = "access", security(("key" = [])), params(("key" = u64, Path, description = "The key's number")), request_body = ReasonBody, responses((status = 200, description = "Revoked", body = documents::Done), BodyProblems))]
pub(crate) async fn revoke(
    State(site): State<Arc<Site>>,
    PathPart(key): PathPart<u64>,
    SignedIn(caller): SignedIn,
    JsonBody(body): JsonBody<ReasonBody>,
) -> Result<Response, Problem> {
    private(&site.platform.revoke_key(KeyNumber(key), &body.reason.0, &caller).await?)
}
