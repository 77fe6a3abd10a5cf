//! Filing: a department's file as it is, its report, and the lines that were refused.

use std::path::Path;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use register::catalogue::ItemCode;
use register::record::BatchNumber;
use serde::Deserialize;
use serde_json::json;
use service::filing::{FileRequest, FilingReport, LineError};
use tempfile::NamedTempFile;
use tokio::io::AsyncWriteExt;
use utoipa::IntoParams;

use super::{BodyProblems, KeyProblems, bytes, documents, private};
use crate::extract::{PathPart, Query, SignedIn, accepts, media_type, number};
use crate::options::Limits;
use crate::problem::{Problem, ProblemKind};
use crate::site::Site;

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
    let spooled = spool(&site.options.spool, &limits, body).await?;
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
        return Err(Problem::malformed("Idempotency-Key", "give 1 to 200 printable ASCII characters"));
    }
    Ok(Some(text.to_owned()))
}

fn too_large(limits: &Limits) -> Problem {
    let bytes = limits.batch_bytes_max;
    Problem::new(ProblemKind::TooLarge)
        .detail(format!("文件不得超过{bytes}字节"), format!("a file has at most {bytes} bytes"))
}

/// Writes the body to a file that only this program reads and that is removed when it is dropped.
async fn spool(folder: &Path, limits: &Limits, mut body: Body) -> Result<NamedTempFile, Problem> {
    let failed = |error: std::io::Error| {
        tracing::error!(%error, "a file could not be spooled");
        // A disk that is full, or descriptors that are used up, have room again later.
        Problem::new(ProblemKind::Overloaded)
    };
    let spooled = tempfile::Builder::new().prefix("credence-filing-").tempfile_in(folder).map_err(failed)?;
    let mut file = tokio::fs::File::from_std(spooled.reopen().map_err(failed)?);
    let mut written: u64 = 0;
    // A sender that trickles holds a place as one that is silent does: so much must arrive in each stretch of time.
    let mut arrived: u64 = 0;
    let mut until = tokio::time::Instant::now() + limits.upload_idle_max;
    loop {
        let frame = match tokio::time::timeout_at(until, body.frame()).await {
            Err(_) => return Err(Problem::new(ProblemKind::RequestTimeout)),
            Ok(None) => break,
            Ok(Some(Err(_))) => return Err(Problem::malformed("body", "it ended early")),
            Ok(Some(Ok(frame))) => frame,
        };
        let Ok(data) = frame.into_data() else { continue };
        let length = u64::try_from(data.len()).unwrap_or(u64::MAX);
        written = written.saturating_add(length);
        arrived = arrived.saturating_add(length);
        if arrived >= limits.upload_bytes_min {
            arrived = 0;
            until = tokio::time::Instant::now() + limits.upload_idle_max;
        }
        if written > limits.batch_bytes_max {
            return Err(too_large(limits));
        }
        file.write_all(&data).await.map_err(failed)?;
    }
    file.flush().await.map_err(failed)?;
    Ok(spooled)
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
        return Err(Problem::malformed("limit", "give a number from 1 to 1000"));
    }
    let after = number("after", query.after.unwrap_or(0))?;
    let lines = site.platform.batch_errors(BatchNumber(batch), &caller, after, limit).await?;
    if accepts(&headers, "text/csv") {
        let media = [(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
        return Ok((media, csv(&lines)).into_response());
    }
    let read = u64::try_from(lines.len()).unwrap_or(u64::MAX);
    let next = (read == limit).then(|| after.saturating_add(read));
    let body = bytes(&json!({ "errors": lines, "next": next }))?;
    Ok(([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")], body)
        .into_response())
}

/// The refused lines as a table, one ground a row, with a byte order mark so that a spreadsheet reads the Chinese.
fn csv(lines: &[LineError]) -> String {
    let mut text =
        String::from("\u{feff}line,code,field,article,reason_zh,reason_en,remedy_zh,remedy_en\r\n");
    for line in lines {
        for ground in &line.grounds {
            let remedy =
                |pick: fn(&register::ruling::Bilingual) -> &str| ground.remedy.as_ref().map_or("", pick);
            let cells = [
                ground.code.as_ref(),
                ground.field.as_deref().unwrap_or_default(),
                &ground.article.to_string(),
                &ground.reason.zh,
                &ground.reason.en,
                remedy(|remedy| &remedy.zh),
                remedy(|remedy| &remedy.en),
            ];
            text.push_str(&line.line.to_string());
            for cell in cells {
                text.push(',');
                text.push_str(&csv_cell(cell));
            }
            text.push_str("\r\n");
        }
    }
    text
}

/// A cell in quotes. What a spreadsheet would take for a formula gets an apostrophe before it: the text may come from a stranger.
fn csv_cell(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use law::Citation;
    use register::ruling::{Bilingual, Ground};

    use super::*;

    #[test]
    fn a_refused_line_is_a_row_for_each_ground_and_never_a_formula() {
        let ground =
            Ground::new("x", Citation::article(14), Bilingual::made("=cmd,\"1\"".into(), "why".into()));
        let lines = [LineError { line: 7, grounds: vec![ground.clone().field("f"), ground] }];
        let text = csv(&lines);
        let rows: Vec<&str> = text.trim_end().split("\r\n").collect();
        assert_eq!(rows.len(), 3);
        assert_eq!(rows[1], "7,\"x\",\"f\",\"14\",\"'=cmd,\"\"1\"\"\",\"why\",\"\",\"\"");
    }

    fn limits(bytes: u64) -> Limits {
        Limits {
            batch_bytes_max: bytes,
            upload_idle_max: std::time::Duration::from_millis(50),
            ..Limits::default()
        }
    }

    #[tokio::test]
    async fn a_body_is_spooled_up_to_its_limit_and_the_file_goes_away() {
        let folder = tempfile::tempdir().unwrap();
        let spooled = spool(folder.path(), &limits(5), Body::from("12345")).await.unwrap();
        assert_eq!(std::fs::read(spooled.path()).unwrap(), b"12345");
        drop(spooled);
        let problem = spool(folder.path(), &limits(4), Body::from("12345")).await.unwrap_err();
        assert_eq!(problem.kind, ProblemKind::TooLarge);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[tokio::test]
    async fn a_silent_sender_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let silent = Body::from_stream(futures::stream::pending::<Result<bytes::Bytes, std::io::Error>>());
        let problem = spool(folder.path(), &limits(5), silent).await.unwrap_err();
        assert_eq!(problem.kind, ProblemKind::RequestTimeout);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
