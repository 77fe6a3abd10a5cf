//! Filing: a department's file as it is, its report, and the lines that were refused.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use register::catalogue::ItemCode;
use register::record::BatchNumber;
use serde::Deserialize;
use serde_json::json;
use service::filing::{FileRequest, FilingReport, LineError};
use utoipa::IntoParams;

use super::{BodyProblems, KeyProblems, bytes, documents, private};
use crate::extract::{PathPart, Query, SignedIn, accepts, media_type, number};
use crate::problem::{Problem, ProblemKind};
use crate::refused_lines::table;
use crate::site::Site;
use crate::spool::{spool, too_large};

/// How many refused lines stand in the report itself; the rest are read page by page.
const ERRORS_IN_REPORT_MAX: usize = 100;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct FileQuery {
    /// The catalogue item's code.
    item: String,
    /// Stage the batch unseen and bring it into force by one entry, or not at all.
    #[serde(default)]
    #[param(default = false)]
    all_or_nothing: bool,
}

/// Files a department's file, CSV or JSON Lines as it is. Good lines are filed, bad ones are reported. The same file or the same
/// idempotency key gives the same receipt and files nothing twice.
///
/// Articles: 10, 11, 12, 14
#[utoipa::path(post, path = "/api/v1/batches", tag = "filing", security(("key" = [])),
    params(FileQuery, ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 200, pattern = "^[!-~]([ -~]*[!-~])?$", description = "Your own word for this batch; repeat it to repeat the batch safely")),
    request_body(description = "The file; its encoding and separator are found out", content(
        (String = "text/csv"), (String = "application/x-ndjson"), (String = "application/octet-stream"))),
    responses(
        (status = 201, description = "Filed; the report says what was refused", body = documents::FilingReport),
        (status = 200, description = "Filed before, or nothing of it could be filed", body = documents::FilingReport),
        (status = 409, description = "The idempotency key has another content", body = documents::ProblemDocument, content_type = "application/problem+json"),
        BodyProblems))]
pub(crate) async fn file(
    State(site): State<Arc<Site>>,
    SignedIn(caller): SignedIn,
    Query(query): Query<FileQuery>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let name = name_of(&headers)?;
    let idempotency_key = idempotency_key(&headers)?;
    let limits = site.options.limits;
    let announced =
        headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|bytes| bytes > limits.batch_bytes_max) {
        return Err(too_large(&limits));
    }
    let place = site.uploads.take(&caller).ok_or_else(|| {
        Problem::new(ProblemKind::Overloaded).detail("正在归集的文件过多", "too many files are being filed")
    })?;
    let spooled = spool(&site.options.spool, &limits, body.into_data_stream()).await?;
    let platform = site.platform.clone();
    // A task of its own: when the sender goes away in the middle the batch is finished all the same, and its key gets the report.
    let filing = tokio::spawn(async move {
        let request = FileRequest {
            path: spooled.path().to_owned(),
            item: ItemCode(query.item),
            name: name.map(str::to_owned),
            // The content tells; the name only helps where it does not.
            kind: Default::default(),
            all_or_nothing: query.all_or_nothing,
            idempotency_key,
        };
        let report = platform.file(request, &caller, &|_| {}).await;
        drop((spooled, place));
        report
    });
    let report = filing.await.map_err(|error| {
        tracing::error!(%error, "a filing ended early");
        Problem::new(ProblemKind::Internal)
    })??;
    answer(&report)
}

fn answer(report: &FilingReport) -> Result<Response, Problem> {
    let mut document = serde_json::to_value(report).unwrap_or_default();
    let link = report.batch.map(|BatchNumber(batch)| format!("/api/v1/batches/{batch}/errors"));
    if let Some(fields) = document.as_object_mut() {
        let first: Vec<&LineError> = report.errors.iter().take(ERRORS_IN_REPORT_MAX).collect();
        fields.insert("errors".to_owned(), json!(first));
        fields.insert("errors_at".to_owned(), json!(link));
    }
    let entered = report.batch.filter(|_| !report.repeated);
    let status = if entered.is_some() { StatusCode::CREATED } else { StatusCode::OK };
    let location =
        report.batch.map(|BatchNumber(batch)| [(header::LOCATION, format!("/api/v1/batches/{batch}"))]);
    let mut response = private(&document)?;
    *response.status_mut() = status;
    Ok((location, response).into_response())
}

/// The name under which the file is read: its extension says what the media type said.
fn name_of(headers: &HeaderMap) -> Result<Option<&'static str>, Problem> {
    match media_type(headers).as_deref() {
        Some("text/csv") => Ok(Some("batch.csv")),
        Some("application/x-ndjson" | "application/jsonl") => Ok(Some("batch.jsonl")),
        Some("application/octet-stream") => Ok(None),
        _ => Err(Problem::new(ProblemKind::UnsupportedMediaType).detail(
            "请以 text/csv、application/x-ndjson 或 application/octet-stream 发送",
            "send it as `text/csv`, `application/x-ndjson` or `application/octet-stream`",
        )),
    }
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    if text.is_empty() || text.len() > 200 {
        return Err(Problem::malformed(
            "Idempotency-Key",
            "须为1至200个可见的ASCII字符",
            "give 1 to 200 printable ASCII characters",
        ));
    }
    Ok(Some(text.to_owned()))
}

/// A batch as it stands, for the authority that filed it.
///
/// Articles: 14
#[utoipa::path(get, path = "/api/v1/batches/{batch}", tag = "filing", security(("key" = [])), params(("batch" = u64, Path, description = "The batch's number")), responses((status = 200, description = "The batch", body = documents::Batch), KeyProblems))]
pub(crate) async fn batch(
    State(site): State<Arc<Site>>,
    PathPart(batch): PathPart<u64>,
    SignedIn(caller): SignedIn,
) -> Result<Response, Problem> {
    private(&site.platform.batch(BatchNumber(batch), &caller).await?)
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ErrorsQuery {
    /// Refused lines after the first so many: the `next` of the page before.
    #[param(default = 0)]
    after: Option<u64>,
    /// How many lines.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    limit: Option<u64>,
}

/// The lines of a batch that were refused, in order; also as CSV, to be corrected and filed again.
///
/// Articles: 14
#[utoipa::path(get, path = "/api/v1/batches/{batch}/errors", tag = "filing", security(("key" = [])),
    params(("batch" = u64, Path, description = "The batch's number"), ErrorsQuery),
    responses((status = 200, description = "A page of refused lines", content((documents::ErrorPage = "application/json"), (String = "text/csv"))), KeyProblems))]
pub(crate) async fn errors(
    State(site): State<Arc<Site>>,
    PathPart(batch): PathPart<u64>,
    SignedIn(caller): SignedIn,
    Query(query): Query<ErrorsQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let limit = query.limit.unwrap_or(100);
    if !(1..=1000).contains(&limit) {
        return Err(Problem::malformed("limit", "须为1至1000的数", "give a number from 1 to 1000"));
    }
    let after = number("after", query.after.unwrap_or(0))?;
    let lines = site.platform.batch_errors(BatchNumber(batch), &caller, after, limit).await?;
    if accepts(&headers, "text/csv") {
        let media = [(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
        return Ok((media, table(&lines)).into_response());
    }
    let read = u64::try_from(lines.len()).unwrap_or(u64::MAX);
    let next = (read == limit).then(|| after.saturating_add(read));
    let body = bytes(&json!({ "errors": lines, "next": next }))?;
    Ok(([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")], body)
        .into_response())
}
