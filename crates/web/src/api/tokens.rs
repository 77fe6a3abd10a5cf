//! Access tokens for keys: the client credentials of OAuth 2 (RFC 6749, sections 4.4 and 5), and what a program reads about them
//! beforehand (RFC 8414).

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use register::authority::Duty;
use serde::Deserialize;
use serde_json::json;
use service::tokens::TokenRefusal;
use utoipa::ToSchema;

use super::{Problems, TokenProblems, bytes, documents, private};
use crate::edge::{Spoken, revalidated};
use crate::extract::{media_type, origin, whole_body};
use crate::passage;
use crate::problem::Problem;
use crate::site::Site;

/// The only grant.
const CLIENT_CREDENTIALS: &str = "client_credentials";

/// A request for an access token. What else is in the form is left alone.
#[derive(Default, Deserialize, ToSchema)]
#[schema(as = TokenRequest)]
pub(crate) struct TokenForm {
    /// `client_credentials`.
    grant_type: Option<String>,
    /// The key's number, where it is not shown by HTTP Basic.
    client_id: Option<String>,
    /// The key's secret: the third part of its token.
    client_secret: Option<String>,
    /// Fewer duties than the key carries: `duty:1 duty:3`.
    scope: Option<String>,
}

/// An error in the form of RFC 6749, section 5.2.
fn refused(status: StatusCode, error: &'static str, description: &'static str) -> Response {
    let document = json!({ "error": error, "error_description": description });
    let mut answer = match private(&document) {
        Ok(answer) => answer,
        Err(problem) => return problem.into_response(),
    };
    *answer.status_mut() = status;
    answer.extensions_mut().insert(Spoken);
    if status == StatusCode::UNAUTHORIZED {
        let realm = axum::http::HeaderValue::from_static("Basic realm=\"credence\"");
        answer.headers_mut().insert(header::WWW_AUTHENTICATE, realm);
    }
    answer
}

fn malformed(description: &'static str) -> Response {
    refused(StatusCode::BAD_REQUEST, "invalid_request", description)
}

/// The number and secret in `Authorization: Basic`; an error where there is such a header that cannot be read.
fn basic(headers: &HeaderMap) -> Result<Option<(String, String)>, ()> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(());
    }
    let (scheme, encoded) = value.to_str().map_err(|_| ())?.split_once(' ').ok_or(())?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(());
    }
    let decoded = STANDARD.decode(encoded.trim()).map_err(|_| ())?;
    let text = String::from_utf8(decoded).map_err(|_| ())?;
    let (number, secret) = text.split_once(':').ok_or(())?;
    Ok(Some((number.to_owned(), secret.to_owned())))
}

/// Gives an access token for a key: its number and secret by HTTP Basic or in the form. The token ends within ten minutes, and
/// at once when the key is revoked.
///
/// Articles: 6, 19, 20
#[utoipa::path(post, path = "/oauth2/token", tag = "access", security(("client" = []), ()), request_body(content = TokenForm, content_type = "application/x-www-form-urlencoded"), responses((status = 200, description = "The access token", body = documents::AccessToken), (status = 400, description = "The request is not of the form, or the scope goes beyond the key", body = documents::TokenError), (status = 401, description = "The key or its secret is wrong, or it opens nothing", body = documents::TokenError), TokenProblems))]
pub(crate) async fn token(State(site): State<Arc<Site>>, request: Request) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let (headers, from) = (parts.headers.clone(), origin(&parts));
    if media_type(&headers).as_deref() != Some("application/x-www-form-urlencoded") {
        return Ok(malformed("send a form: application/x-www-form-urlencoded"));
    }
    let body = whole_body(Request::from_parts(parts, body), &site).await?;
    let Ok(form) = serde_urlencoded::from_bytes::<TokenForm>(&body) else {
        return Ok(malformed("the form cannot be read"));
    };
    let shown = match (basic(&headers), form.client_id, form.client_secret) {
        (Err(()), ..) => return Ok(unknown_client()),
        (Ok(Some(_)), _, Some(_)) => return Ok(malformed("the secret was shown twice")),
        (Ok(Some((number, _))), Some(named), None) if named != number => {
            return Ok(malformed("two clients were named"));
        }
        (Ok(Some(shown)), ..) => shown,
        (Ok(None), Some(number), Some(secret)) => (number, secret),
        (Ok(None), ..) => return Ok(unknown_client()),
    };
    match form.grant_type.as_deref() {
        Some(CLIENT_CREDENTIALS) => {}
        Some(_) => {
            let description = "the grant here is client_credentials";
            return Ok(refused(StatusCode::BAD_REQUEST, "unsupported_grant_type", description));
        }
        None => return Ok(malformed("grant_type is missing")),
    }
    // By the number as it was written: what is tried is the pair.
    let (network, tried) = (passage::network(), format!("{}:{}", shown.0, shown.1));
    site.paces.may_try(network, &tried)?;
    let given = site.platform.access_token(&shown.0, &shown.1, form.scope.as_deref(), from.as_ref()).await;
    match &given {
        Ok(_) => site.paces.note(network, &tried, true),
        Err(TokenRefusal::InvalidClient) => site.paces.note(network, &tried, false),
        Err(TokenRefusal::InvalidScope | TokenRefusal::Service(_)) => {}
    }
    match given {
        Ok(given) => {
            let mut document = json!({
                "access_token": given.token,
                "token_type": "Bearer",
                "expires_in": given.seconds,
            });
            if let (Some(fields), Some(scope)) = (document.as_object_mut(), given.scope) {
                fields.insert("scope".to_owned(), scope.into());
            }
            private(&document)
        }
        Err(TokenRefusal::InvalidClient) => Ok(unknown_client()),
        Err(TokenRefusal::InvalidScope) => {
            let description = "a scope is `duty:` and the number of a duty that the key carries";
            Ok(refused(StatusCode::BAD_REQUEST, "invalid_scope", description))
        }
        Err(TokenRefusal::Service(error)) => Err(error.into()),
    }
}

fn unknown_client() -> Response {
    refused(
        StatusCode::UNAUTHORIZED,
        "invalid_client",
        "the key's number or secret is wrong, or it opens nothing here and now",
    )
}

/// What a program reads about the token endpoint (RFC 8414).
///
/// Articles: 19
#[utoipa::path(get, path = "/.well-known/oauth-authorization-server", tag = "public", responses((status = 200, description = "The metadata", body = documents::AuthorisationServer), (status = 304, description = "Unchanged"), Problems))]
pub(crate) async fn metadata(State(site): State<Arc<Site>>, headers: HeaderMap) -> Result<Response, Problem> {
    let address = site.options.address.trim_end_matches('/');
    let scopes: Vec<String> =
        (1..=6).filter_map(Duty::new).map(|duty| format!("duty:{}", duty.number())).collect();
    let document = json!({
        "issuer": address,
        "token_endpoint": format!("{address}/oauth2/token"),
        "grant_types_supported": [CLIENT_CREDENTIALS],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "scopes_supported": scopes,
        "response_types_supported": [],
        "service_documentation": format!("{address}/developers"),
    });
    Ok(revalidated(&headers, "application/json", bytes(&document)?))
}
