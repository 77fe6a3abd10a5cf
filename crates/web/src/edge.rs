//! The outermost layer: limits before a handler runs, headers and the form of problems after it.
//!
//! The log has the method, the route as it is written in the program, the status and the time; never a part of a path, a
//! query or a body, since any of them may be an identifier.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use metrics::{counter, gauge, histogram};
use sha2::{Digest, Sha256};
use tracing::Instrument as _;

use crate::extract::{accepts, session_cookie};
use crate::paces::Counted;
use crate::pages;
use crate::passage::Passage;
use crate::peer::{Peer, Proxies};
use crate::problem::{Problem, ProblemKind};
use crate::site::Site;

/// The header by which a program sees that all data are invented.
pub(crate) const DEMO_HEADER: HeaderName = HeaderName::from_static("credence-demo");

/// The header with the number of the request, which stands in each line of the log about it.
pub(crate) const REQUEST_HEADER: HeaderName = HeaderName::from_static("credence-request");

/// Nothing but our own files: style sheet, image and script, nothing inline, no frame, no form to elsewhere.
const CONTENT_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What of a request is needed after it was given to its handler.
struct Asked {
    method: Method,
    path: String,
    route: String,
    wants_page: bool,
    peer: Peer,
}

impl Asked {
    fn of(site: &Site, request: &Request) -> Self {
        let path = request.uri().path().to_owned();
        let route = request
            .extensions()
            .get::<MatchedPath>()
            .map_or_else(|| "-".to_owned(), |route| route.as_str().to_owned());
        let for_programs =
            path.starts_with("/api/") || (path.starts_with("/journal/") && path != "/journal/receipt");
        let wants_page = !for_programs && accepts(request.headers(), "text/html");
        // A request that came over no connection is this machine's own.
        let connected = request.extensions().get::<Peer>().copied().unwrap_or(Peer::HERE);
        let peer = site.options.proxies.client(connected, request.headers());
        if peer == connected && Proxies::speaks(request.headers()) {
            site.warn_of_a_proxy();
        }
        Self { method: request.method().clone(), path, route, wants_page, peer }
    }

    /// The method by a name of a bounded set: a client may invent any.
    fn method(&self) -> &'static str {
        let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
        known.into_iter().find(|name| self.method.as_str() == *name).unwrap_or("other")
    }

    /// The path of the page to which an answer in the other language leads: of what was sent by a form, the page that it lies under.
    fn page_path(&self) -> &str {
        if self.method.is_safe() {
            return &self.path;
        }
        self.path.rsplit_once('/').map_or("/", |(page, _)| if page.is_empty() { "/" } else { page })
    }

    /// Health is asked while everything else is refused, too; readiness has a bound of its own (`api/health.rs`).
    fn is_health(&self) -> bool {
        self.route == "/livez" || self.route == "/readyz"
    }

    /// A file takes as long as it takes; its sender may not be silent (`spool.rs`).
    fn is_upload(&self) -> bool {
        const UPLOADS: [&str; 3] = ["/api/v1/batches", "/office/file", "/en/office/file"];
        self.method == Method::POST && UPLOADS.contains(&self.route.as_str())
    }
}

/// On an answer whose error says itself what is the matter: in the form of another standard, which the programs it is for know, or as a
/// page of a desk. It is left as it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spoken;

/// Guards every request.
pub(crate) async fn guard(State(site): State<Arc<Site>>, mut request: Request, next: Next) -> Response {
    let asked = Asked::of(&site, &request);
    let number = site.next_request();
    request.extensions_mut().insert(asked.peer);
    // Every line that is logged while the request is served has its number; an error's span is never left out.
    let span = tracing::error_span!(
        "request",
        request = number,
        method = asked.method(),
        route = asked.route,
        status = tracing::field::Empty
    );
    let response = answered(&site, &asked, &number, request, next).instrument(span.clone()).await;
    span.record("status", response.status().as_u16());
    response
}

async fn answered(site: &Arc<Site>, asked: &Asked, number: &str, request: Request, next: Next) -> Response {
    // Only a duration is measured: no time of day is read.
    let began = tokio::time::Instant::now();
    let in_flight = InFlight::begin();
    let mut response = admitted(site, asked, request, next).await;
    let is_spoken = response.extensions_mut().remove::<Spoken>().is_some();
    let problem = response.extensions_mut().remove::<Problem>().or_else(|| {
        // A safety net for a layer that answers by itself: no error leaves without being a problem.
        let status = response.status();
        let bare = status.is_client_error() || status.is_server_error();
        (bare && !is_spoken).then(|| Problem::new(ProblemKind::from_status(status)))
    });
    if let Some(problem) = problem {
        let allow = response.headers_mut().remove(header::ALLOW);
        response = if asked.wants_page {
            pages::problem::page(site, asked.page_path(), &problem)
        } else {
            problem.json(Some(&asked.path), Some(number))
        };
        if let Some(allow) = allow {
            response.headers_mut().insert(header::ALLOW, allow);
        }
    }
    set_headers(site, asked, number, &mut response);
    drop(in_flight);
    let (took, status) = (began.elapsed(), response.status());
    counter!("credence_http_requests_total",
        "method" => asked.method(), "route" => asked.route.clone(), "status" => status_word(status))
    .increment(1);
    histogram!("credence_http_request_seconds", "route" => asked.route.clone()).record(took);
    tracing::info!(
        status = status.as_u16(),
        milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        "served"
    );
    response
}

/// A status as a text that is there already.
fn status_word(status: StatusCode) -> &'static str {
    match status.as_u16() {
        200 => "200",
        201 => "201",
        204 => "204",
        303 => "303",
        304 => "304",
        400 => "400",
        401 => "401",
        403 => "403",
        404 => "404",
        405 => "405",
        408 => "408",
        409 => "409",
        413 => "413",
        415 => "415",
        422 => "422",
        429 => "429",
        431 => "431",
        500 => "500",
        503 => "503",
        504 => "504",
        _ => "other",
    }
}

/// Counts the requests that are being served.
struct InFlight;

impl InFlight {
    fn begin() -> Self {
        gauge!("credence_http_requests_in_flight").increment(1.0);
        Self
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        gauge!("credence_http_requests_in_flight").decrement(1.0);
    }
}

async fn admitted(site: &Site, asked: &Asked, request: Request, next: Next) -> Response {
    let head: usize =
        request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    if head + request.uri().path().len() + request.uri().query().map_or(0, str::len)
        > site.options.limits.header_bytes_max
    {
        return Problem::new(ProblemKind::HeadTooLarge).into_response();
    }
    if asked.is_health() {
        return served(site, asked, request, next).await;
    }
    let keyed = site.paces.is_keyed(&asked.route);
    let counted = Counted::of(&asked.peer, request.headers(), keyed, session_cookie(site));
    if let Err(problem) = site.paces.admit(&counted) {
        return problem.into_response();
    }
    served(site, asked, request, next).await
}

async fn served(site: &Site, asked: &Asked, request: Request, next: Next) -> Response {
    let place = match Arc::clone(&site.requests).try_acquire_owned() {
        Ok(place) => Some(place),
        Err(_) if asked.is_health() => None,
        Err(_) => return Problem::new(ProblemKind::Overloaded).into_response(),
    };
    let limit = (!asked.is_upload()).then_some(site.options.limits.request_time_max);
    let passage = Passage::new(asked.peer.counted_network(), place);
    within(limit, &asked.route, passage.serve(next.run(request))).await
}

/// The answer, unless it takes too long or its handler breaks.
async fn within(limit: Option<Duration>, route: &str, answer: impl Future<Output = Response>) -> Response {
    let answer = AssertUnwindSafe(answer).catch_unwind();
    let answer = match limit {
        None => answer.await,
        Some(limit) => match tokio::time::timeout(limit, answer).await {
            Ok(answer) => answer,
            Err(_) => return Problem::new(ProblemKind::TooSlow).into_response(),
        },
    };
    answer.unwrap_or_else(|_| {
        tracing::error!(route, "a handler panicked");
        Problem::new(ProblemKind::Internal).into_response()
    })
}

fn set_headers(site: &Site, asked: &Asked, number: &str, response: &mut Response) {
    let headers = response.headers_mut();
    if let Ok(number) = HeaderValue::from_str(number) {
        headers.insert(REQUEST_HEADER, number);
    }
    if asked.peer.secure {
        // Whoever came by TLS once never comes without it for a year (RFC 6797).
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, CONTENT_POLICY),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // What says nothing of caching is not kept.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if site.platform.is_demo() {
        headers.insert(DEMO_HEADER, HeaderValue::from_static("1"));
    }
}

/// A public answer that may be kept but must be asked for again each time it is used.
///
/// What was withdrawn at entry n may not be shown at entry n + 1, and what ends today may not be shown tomorrow: so no
/// public answer has a time for which it is fresh. The entity tag is the digest of the very bytes; a reader who has them
/// gets 304 and no body.
///
/// Articles: 15, 36
pub(crate) fn revalidated(asked: &HeaderMap, media: &'static str, body: impl Into<Vec<u8>>) -> Response {
    let body = body.into();
    let digest = hex::encode(Sha256::digest(&body));
    revalidated_as(asked, media, Bytes::from(body), &digest)
}

/// The same for bytes whose digest is known already.
pub(crate) fn revalidated_as(asked: &HeaderMap, media: &'static str, body: Bytes, digest: &str) -> Response {
    let tag = format!("W/\"{}\"", digest.get(..32).unwrap_or_default());
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media)),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, no-cache")),
        (header::ETAG, HeaderValue::from_str(&tag).unwrap_or(HeaderValue::from_static("\"\""))),
    ];
    if is_known(asked, &tag) {
        return (StatusCode::NOT_MODIFIED, headers, Body::empty()).into_response();
    }
    (headers, body).into_response()
}

/// Whether the reader already has what bears this tag (RFC 9110, 13.1.2: weak comparison).
fn is_known(asked: &HeaderMap, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    asked
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|known| known.trim() == "*" || opaque(known) == opaque(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(known: &str) -> HeaderMap {
        [(header::IF_NONE_MATCH, HeaderValue::from_str(known).unwrap())].into_iter().collect()
    }

    #[test]
    fn article_15_a_public_answer_is_never_fresh_without_asking() {
        let response = revalidated(&HeaderMap::new(), "text/plain", "a");
        assert_eq!(response.headers()[header::CACHE_CONTROL], "public, no-cache");
    }

    #[test]
    fn an_unchanged_answer_is_not_sent_twice_and_a_changed_one_is() {
        let first = revalidated(&HeaderMap::new(), "text/plain", "a");
        let tag = first.headers()[header::ETAG].to_str().unwrap().to_owned();
        for known in
            [tag.clone(), format!("\"x\", {tag}"), tag.trim_start_matches("W/").to_owned(), "*".to_owned()]
        {
            assert_eq!(
                revalidated(&asked(&known), "text/plain", "a").status(),
                StatusCode::NOT_MODIFIED,
                "{known}"
            );
        }
        assert_eq!(revalidated(&asked(&tag), "text/plain", "b").status(), StatusCode::OK);
    }

    #[tokio::test]
    async fn an_answer_that_takes_too_long_is_a_problem_and_a_file_takes_as_long_as_it_takes() {
        let later = async || {
            tokio::time::sleep(Duration::from_millis(50)).await;
            StatusCode::OK.into_response()
        };
        let slow = within(Some(Duration::from_millis(1)), "/x", later()).await;
        assert_eq!(
            slow.extensions().get::<Problem>().map(|problem| problem.kind),
            Some(ProblemKind::TooSlow)
        );
        assert_eq!(within(None, "/x", later()).await.status(), StatusCode::OK);
    }

    #[tokio::test]
    async fn a_handler_that_breaks_is_a_problem_and_not_a_closed_door() {
        let broken = within(None, "/x", async { panic!("in a test") }).await;
        assert_eq!(broken.status(), StatusCode::INTERNAL_SERVER_ERROR);
    }

    #[test]
    fn the_policy_allows_no_foreign_script_and_nothing_inline() {
        assert!(CONTENT_POLICY.starts_with("default-src 'none'"));
        assert!(!CONTENT_POLICY.contains("http") && !CONTENT_POLICY.contains("unsafe"));
    }
}
