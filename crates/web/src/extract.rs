//! Extractors whose every refusal is a problem.

use std::sync::Arc;
use std::task::Poll;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, header};
use http_body_util::{BodyExt, Limited};
use register::acts::information::access::Origin;
use register::caller::Caller;
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};
use service::ServiceError;
use service::sessions::Session;

use crate::doors::Asks;
use crate::passage;
use crate::peer::Peer;
use crate::problem::{Problem, ProblemKind};
use crate::site::Site;

/// Who calls: the holder of the key in `Authorization: Bearer credence_…`, or the person whose session the browser's cookie
/// names. Whether they may undertake what the route is for is asked here, before anything else of the request is read.
///
/// Articles: 6, 53(2)
pub(crate) struct SignedIn(pub(crate) Caller);

impl FromRequestParts<Arc<Site>> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, Problem> {
        let caller = match bearer(&parts.headers) {
            Some(token) => {
                let from = origin(parts);
                tried(site, token, site.platform.authenticate(token, from.as_ref())).await?
            }
            None => by_session(parts, site).await?,
        };
        admitted(parts, caller, site).map(Self)
    }
}

/// Who calls, for a route whose every answer is an act: under the pen the key is asked again, so that here it may be as it was
/// read last.
///
/// Articles: 6, 53(2)
pub(crate) struct Acting(pub(crate) Caller);

impl FromRequestParts<Arc<Site>> for Acting {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, Problem> {
        let caller = match bearer(&parts.headers) {
            Some(token) => {
                let from = origin(parts);
                tried(site, token, site.platform.recognise(token, from.as_ref())).await?
            }
            None => by_session(parts, site).await?,
        };
        admitted(parts, caller, site).map(Self)
    }
}

/// Whom a key's token opens the platform for, unless too much from its network opened nothing; and what became of it is noted.
async fn tried(
    site: &Site,
    token: &str,
    opening: impl Future<Output = Result<Caller, ServiceError>>,
) -> Result<Caller, Problem> {
    let network = passage::network();
    site.paces.may_try(network, token)?;
    let opened = opening.await;
    match &opened {
        Ok(_) => site.paces.note(network, token, true),
        Err(ServiceError::Unauthorised) => site.paces.note(network, token, false),
        // The store failed: nothing was tried.
        Err(_) => {}
    }
    Ok(opened?)
}

/// From where a key is used, as far as that is known: the outermost layer says so. A key that is bound to networks or to a
/// certificate opens nothing where it does not.
pub(crate) fn origin(parts: &Parts) -> Option<Origin> {
    let peer = parts.extensions.get::<Peer>()?;
    Some(Origin { address: peer.address, certificate: peer.certificate })
}

/// The caller, if the route says what it is for and the caller may undertake that.
fn admitted(parts: &Parts, caller: Caller, site: &Site) -> Result<Caller, Problem> {
    site.paces.admit_known(&caller)?;
    let Some(asks) = parts.extensions.get::<Asks>() else {
        tracing::error!("a route does not say what it is for: nobody is let in");
        return Err(Problem::new(ProblemKind::Internal));
    };
    asks.admit(&caller).map_err(Problem::refused)?;
    Ok(caller)
}

async fn by_session(parts: &Parts, site: &Site) -> Result<Caller, Problem> {
    let none = || Problem::new(ProblemKind::Unauthorised);
    let session = session(&parts.headers, site).await?.ok_or_else(none)?;
    // What changes anything needs the word of this session's own pages: a cookie alone is sent by any page of the browser.
    if !parts.method.is_safe() {
        let given = parts.headers.get(FORM_TOKEN).and_then(|value| value.to_str().ok());
        if given != Some(session.form_token.as_str()) {
            return Err(Problem::new(ProblemKind::Unauthorised).detail(
                "缺少本次登录的表单令牌（请求头 credence-form）",
                "the token of this session's forms is missing (header `credence-form`)",
            ));
        }
    }
    Ok(session.caller())
}

/// The name of the cookie that holds a session's token. Where the platform is reached by HTTPS the browser itself sees to it that
/// the cookie was set by this very host, over TLS, for all paths (`__Host-`).
pub(crate) fn session_cookie(site: &Site) -> &'static str {
    if site.is_https() { "__Host-credence-session" } else { "credence-session" }
}

/// The session that the browser's cookie names, if it stands.
pub(crate) async fn session(headers: &HeaderMap, site: &Site) -> Result<Option<Session>, Problem> {
    let Some(token) = cookie(headers, session_cookie(site)) else { return Ok(None) };
    let network = passage::network();
    site.paces.may_try(network, token)?;
    let session = site.platform.session(token).await?;
    site.paces.note(network, token, session.is_some());
    Ok(session)
}

/// The header in which a program in the browser sends the word of the session's forms.
pub(crate) const FORM_TOKEN: HeaderName = HeaderName::from_static("credence-form");

/// The value of a cookie that came once.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(named, _)| *named == name)
        .map(|(_, value)| value);
    let value = values.next()?;
    // Two of one name: another host of this domain may have set one of them.
    values.next().is_none().then_some(value)
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
        serde_json::from_slice(&bytes).map(Self).map_err(|error| Problem::unreadable("body", error))
    }
}

/// Reads a small body whole, within the limits of size and time.
pub(crate) async fn whole_body(request: Request, site: &Site) -> Result<Bytes, Problem> {
    let limits = &site.options.limits;
    let limited = Limited::new(request.into_body(), limits.json_bytes_max);
    let mut body = std::pin::pin!(limited.collect());
    // A small body has mostly come with its head.
    let came = match futures::poll!(body.as_mut()) {
        Poll::Ready(came) => Ok(came),
        // Half of the request's time is for its arrival: the other half remains for the answer.
        Poll::Pending => {
            passage::aside(site, tokio::time::timeout(limits.request_time_max / 2, body)).await?
        }
    };
    match came {
        Err(_) => Err(Problem::new(ProblemKind::RequestTimeout)),
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => {
            let bytes = limits.json_bytes_max;
            Err(Problem::new(ProblemKind::TooLarge).detail(
                format!("请求正文不得超过{bytes}字节"),
                format!("a body has at most {bytes} bytes here"),
            ))
        }
        Ok(Err(_)) => Err(Problem::malformed("body", "内容没有传完", "it ended early")),
    }
}

/// The body of a page's form.
pub(crate) struct FormBody<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Arc<Site>> for FormBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, site: &Arc<Site>) -> Result<Self, Problem> {
        let media = media_type(request.headers()).unwrap_or_default();
        if media != "application/x-www-form-urlencoded" {
            return Err(Problem::new(ProblemKind::UnsupportedMediaType)
                .detail("请以表单发送", "send it as `application/x-www-form-urlencoded`"));
        }
        let bytes = whole_body(request, site).await?;
        serde_urlencoded::from_bytes(&bytes).map(Self).map_err(|error| Problem::unreadable("body", error))
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
            .map_err(|error| Problem::unreadable("query", reason(&error)))
    }
}

/// A number that may be given: all that is numbered here is numbered from one upwards without a sign, and the description
/// says 64 bits with one.
pub(crate) fn number(field: &str, given: u64) -> Result<u64, Problem> {
    if i64::try_from(given).is_err() {
        return Err(Problem::malformed(
            field,
            format!("须为不超过{}的数", i64::MAX),
            format!("give a number up to {}", i64::MAX),
        ));
    }
    Ok(given)
}

/// A text of a body, of `MIN` to `MAX` characters.
#[derive(Debug)]
pub(crate) struct Text<const MIN: usize, const MAX: usize>(pub(crate) String);

impl<'de, const MIN: usize, const MAX: usize> Deserialize<'de> for Text<MIN, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if !(MIN..=MAX).contains(&text.chars().count()) {
            return Err(D::Error::custom(format_args!("a text here has {MIN} to {MAX} characters")));
        }
        Ok(Self(text))
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
                Problem::malformed(
                    "path",
                    "地址中的一部分不是应有的形式",
                    "a part of the address is not of the form that stands there",
                )
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
    fn a_text_is_as_long_as_the_description_says_in_characters() {
        let read = |text: &str| serde_json::from_value::<Text<1, 3>>(text.into()).map(|Text(text)| text);
        assert_eq!(read("北京市").unwrap(), "北京市");
        assert!(read("").is_err() && read("abcd").is_err());
    }

    #[test]
    fn a_number_beyond_what_the_description_says_is_malformed() {
        assert_eq!(number("after", 7), Ok(7));
        assert!(number("after", u64::MAX).is_err());
    }

    #[test]
    fn parameters_of_a_content_type_do_not_matter() {
        let with_charset = headers(header::CONTENT_TYPE, &["Application/JSON; charset=utf-8"]);
        assert_eq!(media_type(&with_charset).as_deref(), Some("application/json"));
    }
}
