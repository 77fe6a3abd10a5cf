//! Extractors whose every refusal is a problem.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use http_body_util::{BodyExt, Limited};
use register::caller::Caller;
use serde::de::DeserializeOwned;

use crate::problem::{Problem, ProblemKind};
use crate::site::Site;

/// The caller behind the key in `Authorization: Bearer credence_…`.
///
/// Articles: 6, 53(2)
pub(crate) struct SignedIn(pub(crate) Caller);

impl FromRequestParts<Arc<Site>> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, Problem> {
        let token = bearer(&parts.headers).ok_or(Problem::new(ProblemKind::Unauthorised))?;
        Ok(Self(site.platform.authenticate(token).await?))
    }
}

/// The caller behind the key, for a route whose every answer is an act: under the pen the key is asked again, so that here it
/// may be as it was read last.
///
/// Articles: 6, 53(2)
pub(crate) struct Acting(pub(crate) Caller);

impl FromRequestParts<Arc<Site>> for Acting {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, Problem> {
        let token = bearer(&parts.headers).ok_or(Problem::new(ProblemKind::Unauthorised))?;
        Ok(Self(site.platform.recognise(token).await?))
    }
}

pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next()?.to_str().ok()?;
    if values.next().is_some() {
        return None;
    }
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// A JSON body.
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Arc<Site>> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, site: &Arc<Site>) -> Result<Self, Problem> {
        let media = media_type(request.headers()).unwrap_or_default();
        if media != "application/json" {
            return Err(Problem::new(ProblemKind::UnsupportedMediaType)
                .detail("请以 application/json 发送", "send it as `application/json`"));
        }
        let bytes = whole_body(request, site).await?;
        serde_json::from_slice(&bytes)
            .map(Self)
            .map_err(|error| Problem::malformed("body", error.to_string()))
    }
}

/// Reads a small body whole, within the limits of size and time.
async fn whole_body(request: Request, site: &Site) -> Result<Bytes, Problem> {
    let limits = &site.options.limits;
    let limited = Limited::new(request.into_body(), limits.json_bytes_max);
    // Half of the request's time is for its arrival: the other half remains for the answer.
    match tokio::time::timeout(limits.request_time_max / 2, limited.collect()).await {
        Err(_) => Err(Problem::new(ProblemKind::RequestTimeout)),
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => {
            let bytes = limits.json_bytes_max;
            Err(Problem::new(ProblemKind::TooLarge).detail(
                format!("请求正文不得超过{bytes}字节"),
                format!("a body has at most {bytes} bytes here"),
            ))
        }
        Ok(Err(_)) => Err(Problem::malformed("body", "it ended early")),
    }
}

/// The media type of a body without its parameters, in lower case.
pub(crate) fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    Some(value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
}

/// The query of an address.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        axum::extract::Query::try_from_uri(&parts.uri)
            .map(|axum::extract::Query(query)| Self(query))
            .map_err(|error| Problem::malformed("query", reason(&error)))
    }
}

/// The variable parts of an address.
pub(crate) struct PathPart<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for PathPart<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        axum::extract::Path::from_request_parts(parts, state)
            .await
            .map(|axum::extract::Path(part)| Self(part))
            .map_err(|_| {
                Problem::malformed("path", "a part of the address is not of the form that stands there")
            })
    }
}

/// The innermost cause: the outer layers only say that reading failed.
fn reason(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(|| error.to_string(), reason)
}

/// Whether one of the media types of an `Accept` header is this one, and not refused by `q=0`.
pub(crate) fn accepts(headers: &HeaderMap, media: &str) -> bool {
    headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|range| {
            let mut parts = range.split(';').map(str::trim);
            let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(media));
            let refused = parts.any(|part| {
                part.strip_prefix("q=")
                    .and_then(|weight| weight.parse::<f32>().ok())
                    .is_some_and(|weight| weight <= 0.0)
            });
            named && !refused
        })
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(name: header::HeaderName, values: &[&'static str]) -> HeaderMap {
        values.iter().map(|value| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn a_bearer_token_is_read_whatever_the_case_of_its_scheme() {
        assert_eq!(bearer(&headers(header::AUTHORIZATION, &["bearer credence_1_x"])), Some("credence_1_x"));
        assert_eq!(bearer(&headers(header::AUTHORIZATION, &["Basic abc"])), None);
        assert_eq!(bearer(&headers(header::AUTHORIZATION, &["Bearer"])), None);
        assert_eq!(bearer(&HeaderMap::new()), None);
    }

    #[test]
    fn two_tokens_are_none() {
        assert_eq!(bearer(&headers(header::AUTHORIZATION, &["Bearer a", "Bearer b"])), None);
    }

    #[test]
    fn a_media_type_is_accepted_when_it_is_named_and_not_refused() {
        let browser = headers(header::ACCEPT, &["text/html,application/xhtml+xml,*/*;q=0.8"]);
        assert!(accepts(&browser, "text/html"));
        assert!(!accepts(&browser, "text/csv"));
        assert!(!accepts(&headers(header::ACCEPT, &["text/html;q=0, */*"]), "text/html"));
        assert!(accepts(&headers(header::ACCEPT, &["application/json", "text/csv; q=0.5"]), "text/csv"));
        assert!(!accepts(&HeaderMap::new(), "text/html"));
    }

    #[test]
    fn parameters_of_a_content_type_do_not_matter() {
        let with_charset = headers(header::CONTENT_TYPE, &["Application/JSON; charset=utf-8"]);
        assert_eq!(media_type(&with_charset).as_deref(), Some("application/json"));
    }
}
