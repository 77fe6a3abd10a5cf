//! Notices to whoever received a record that changed, and their acknowledgements (Articles 34, 36-38).

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use register::subject::EntryNumber;
use serde::Deserialize;
use serde_json::json;
use service::recipients::NoticeView;
use utoipa::{IntoParams, ToSchema};

use super::cases::limit;
use super::{BodyProblems, KeyProblems, documents, private};
use crate::extract::{JsonBody, PathPart, Query, SignedIn, Text, number};
use crate::problem::Problem;
use crate::site::Site;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct NoticesQuery {
    /// Only those that are not acknowledged.
    open: Option<bool>,
    /// Notices before this entry: the `next` of the page before.
    before: Option<u64>,
    /// About how many on a page.
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<u64>,
}

fn notice_page(notices: &[NoticeView]) -> Result<Response, Problem> {
    let next = notices.last().map(|notice| notice.notice);
    private(&json!({ "notices": notices, "next": next }))
}

/// Notices of what was done with records that one received, the newest first.
///
/// Articles: 34, 36, 37, 38
#[utoipa::path(get, path = "/api/v1/notices", tag = "rights", security(("key" = [])), params(NoticesQuery), responses((status = 200, description = "A page of notices", body = documents::NoticePage), KeyProblems))]
pub(crate) async fn notices(
    State(site): State<Arc<Site>>,
    SignedIn(caller): SignedIn,
    Query(query): Query<NoticesQuery>,
) -> Result<Response, Problem> {
    let before = query.before.map(|before| number("before", before)).transpose()?.map(EntryNumber);
    let open = query.open.unwrap_or(false);
    notice_page(&site.platform.notices(before, open, limit(query.limit)?, &caller).await?)
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct OwnNoticesQuery {
    /// Notices before this entry: the `next` of the page before.
    before: Option<u64>,
    /// About how many on a page.
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<u64>,
}

/// Notices of changes to one's own records, the newest first: who was told, until when, and who has answered.
///
/// Articles: 34, 36, 37, 38
#[utoipa::path(get, path = "/api/v1/own/notices", tag = "rights", security(("key" = [])), params(OwnNoticesQuery), responses((status = 200, description = "A page of notices", body = documents::NoticePage), KeyProblems))]
pub(crate) async fn own_notices(
    State(site): State<Arc<Site>>,
    SignedIn(caller): SignedIn,
    Query(query): Query<OwnNoticesQuery>,
) -> Result<Response, Problem> {
    let before = query.before.map(|before| number("before", before)).transpose()?.map(EntryNumber);
    notice_page(&site.platform.own_notices(before, limit(query.limit)?, &caller).await?)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an acknowledgement")]
#[schema(as = NoticeAcknowledgement)]
pub(crate) struct AcknowledgementBody {
    /// What was done.
    #[schema(value_type = String, min_length = 1, max_length = 1000)]
    done: Text<1, 1000>,
    /// For a holder of a consent: the `recipient_key` of the notice. An office is known by its key.
    #[schema(value_type = Option<String>, max_length = 100)]
    recipient_key: Option<Text<0, 100>>,
}

/// Acknowledges a notice: whoever received the record says what it did.
///
/// Articles: 36, 37, 38
#[utoipa::path(post, path = "/api/v1/notices/{notice}/acknowledgements", tag = "rights", security(("key" = [])), params(("notice" = u64, Path, description = "The notice's entry")), request_body = AcknowledgementBody, responses((status = 200, description = "Acknowledged", body = documents::Done), BodyProblems))]
pub(crate) async fn acknowledge(
    State(site): State<Arc<Site>>,
    PathPart(notice): PathPart<u64>,
    SignedIn(caller): SignedIn,
    JsonBody(body): JsonBody<AcknowledgementBody>,
) -> Result<Response, Problem> {
    let notice = EntryNumber(number("notice", notice)?);
    let recipient = body.recipient_key.as_ref().map(|Text(key)| key.as_str());
    private(&site.platform.acknowledge(notice, recipient, &body.done.0, &caller).await?)
}
