//! An identity provider: discovered when it is first needed, asked by the authorization code flow with PKCE, its keys fetched
//! again when it signs with one that is not known (OpenID Connect Core 1.0, Discovery 1.0, Back-Channel Logout 1.0).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreResponseType, CoreRevocableToken,
    CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AdditionalClaims, AuthenticationContextClass, AuthenticationFlow, AuthorizationCode,
    ClaimsVerificationError, Client as OidcClient, ClientId, ClientSecret, CsrfToken, EmptyExtraTokenFields,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, IdToken, IdTokenFields, IssuerUrl, JsonWebTokenType,
    LogoutRequest, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, PostLogoutRedirectUrl,
    ProviderMetadataWithLogout, RedirectUrl, Scope, SignatureVerificationError, StandardErrorResponse,
    StandardTokenResponse, UserInfoClaims,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use tokio::time::Instant;

use super::http::Client as Asking;
use super::options::ProviderOptions;

/// How long what was discovered is used.
const DISCOVERED_FOR: Duration = Duration::from_secs(60 * 60);
/// How soon after it was discovered it is discovered again for a key that is not known: a stranger who sends tokens with invented
/// keys must not make us ask the provider each time.
const AGAIN_AFTER: Duration = Duration::from_secs(5);
/// The event that a logout token must name (Back-Channel Logout 1.0, 2.4).
const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// How many logout tokens are remembered, so that none is used twice.
const REMEMBERED_MAX: usize = 10_000;

/// All claims that are not the standard's own.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
struct AllClaims {
    #[serde(flatten)]
    all: Map<String, Value>,
}
impl AdditionalClaims for AllClaims {}

type Token = IdToken<AllClaims, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;
type Tokens = StandardTokenResponse<
    IdTokenFields<
        AllClaims,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;
type Known = OidcClient<
    AllClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Why someone was not signed in. What is said to the person is one sentence; the log has the cause.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProviderError {
    /// The provider cannot be reached or does not answer as the standard says.
    #[error("the identity provider cannot be used: {0}")]
    Unusable(String),
    /// The provider did not vouch: its answer or its token does not hold.
    #[error("the identity provider's answer does not hold: {0}")]
    NotVouched(String),
}

/// What was discovered.
struct Discovered {
    client: Known,
    asking: Asking,
    end_session: Option<openidconnect::EndSessionUrl>,
    at: Instant,
}

/// A provider.
pub(crate) struct Provider {
    pub(crate) options: ProviderOptions,
    discovered: tokio::sync::Mutex<Option<Arc<Discovered>>>,
    /// Logout tokens that were used, with the moment until which they are remembered.
    used: Mutex<HashMap<String, Instant>>,
}

/// The secrets of one sign-in. All follow from one random word, which only this browser holds, so that nothing is kept here
/// meanwhile.
pub(crate) struct Attempt(String);

impl Attempt {
    /// The attempt of a browser's word.
    pub(crate) fn of(word: String) -> Self {
        Self(word)
    }

    fn derived(&self, usage: &str) -> String {
        hex::encode(Sha256::digest(format!("credence sign-in\n{usage}\n{}", self.0)))
    }

    fn state(&self) -> String {
        self.derived("state")
    }

    /// Whether an answer belongs to this attempt.
    pub(crate) fn began(&self, state: &str) -> bool {
        // The digest of a secret: where two texts differ tells nothing of it.
        Sha256::digest(self.state()) == Sha256::digest(state)
    }
}

/// What a provider says about someone.
pub(crate) struct Vouched {
    pub(crate) subject: String,
    pub(crate) session: Option<String>,
    pub(crate) claims: Map<String, Value>,
}

/// Whose sessions a provider says have ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    pub(crate) subject: String,
    pub(crate) session: Option<String>,
}

impl Provider {
    pub(crate) fn new(options: ProviderOptions) -> Self {
        Self { options, discovered: tokio::sync::Mutex::default(), used: Mutex::default() }
    }

    /// The provider's addresses and keys, as they were discovered not long ago.
    async fn discovered(&self, older_than: Duration) -> Result<Arc<Discovered>, ProviderError> {
        let mut kept = self.discovered.lock().await;
        if let Some(discovered) = kept.as_ref().filter(|discovered| discovered.at.elapsed() < older_than) {
            return Ok(Arc::clone(discovered));
        }
        let unusable = |reason: String| ProviderError::Unusable(reason);
        let issuer =
            IssuerUrl::new(self.options.issuer.clone()).map_err(|error| unusable(error.to_string()))?;
        let client = Asking::new(self.options.certificate_authority.as_deref())
            .map_err(|error| unusable(error.to_string()))?;
        let asking = |request| client.clone().ask(request);
        let metadata = ProviderMetadataWithLogout::discover_async(issuer, &asking)
            .await
            .map_err(|error| unusable(chain(&error)))?;
        let end_session = metadata.additional_metadata().end_session_endpoint.clone();
        let known = Known::from_provider_metadata(
            metadata,
            ClientId::new(self.options.client_id.clone()),
            Some(ClientSecret::new(self.options.client_secret.0.clone())),
        );
        let discovered =
            Arc::new(Discovered { client: known, asking: client, end_session, at: Instant::now() });
        *kept = Some(Arc::clone(&discovered));
        Ok(discovered)
    }

    /// Where the browser is sent to sign in.
    pub(crate) async fn begin(&self, attempt: &Attempt, back: &str) -> Result<String, ProviderError> {
        let discovered = self.discovered(DISCOVERED_FOR).await?;
        let redirect = redirect(back)?;
        let (state, nonce) = (CsrfToken::new(attempt.state()), Nonce::new(attempt.derived("nonce")));
        let verifier = PkceCodeVerifier::new(attempt.derived("verifier"));
        let mut request = discovered
            .client
            .authorize_url(
                AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
                move || state,
                move || nonce,
            )
            .set_redirect_uri(std::borrow::Cow::Owned(redirect))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        for scope in &self.options.scopes {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        for strength in &self.options.strengths {
            request = request.add_auth_context_value(AuthenticationContextClass::new(strength.clone()));
        }
        let (address, _, _) = request.url();
        Ok(address.into())
    }

    /// Takes the code that the browser brought back, and asks the provider who that is.
    pub(crate) async fn finish(
        &self,
        attempt: &Attempt,
        code: String,
        back: &str,
    ) -> Result<Vouched, ProviderError> {
        let discovered = self.discovered(DISCOVERED_FOR).await?;
        let asking = |request| discovered.asking.clone().ask(request);
        let tokens: Tokens = discovered
            .client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|error| ProviderError::Unusable(error.to_string()))?
            .set_pkce_verifier(PkceCodeVerifier::new(attempt.derived("verifier")))
            .set_redirect_uri(std::borrow::Cow::Owned(redirect(back)?))
            .request_async(&asking)
            .await
            .map_err(|error| ProviderError::NotVouched(chain(&error)))?;
        let token = tokens
            .extra_fields()
            .id_token()
            .ok_or_else(|| ProviderError::NotVouched("there is no ID token".to_owned()))?;
        let nonce = Nonce::new(attempt.derived("nonce"));
        let verify = |known: &Known| {
            token.claims(&known.id_token_verifier(), &nonce).map(|claims| {
                let strength = claims.auth_context_ref().map(|acr| acr.as_str().to_owned());
                (
                    claims.subject().clone(),
                    strength,
                    claims.additional_claims().all.clone(),
                    name_of(claims.name()),
                )
            })
        };
        let (subject, strength, mut claims, name) = match verify(&discovered.client) {
            Err(error) if is_unknown_key(&error) => verify(&self.discovered(AGAIN_AFTER).await?.client),
            other => other,
        }
        .map_err(|error| ProviderError::NotVouched(chain(&error)))?;
        if !self.options.strengths.is_empty()
            && !strength.is_some_and(|strength| self.options.strengths.contains(&strength))
        {
            return Err(ProviderError::NotVouched("the sign-in was not strong enough".to_owned()));
        }
        if let Some(name) = name {
            claims.insert("name".to_owned(), Value::String(name));
        }
        // A provider may say the rest only where it is asked with the access token.
        if !self.says_enough(&claims)
            && let Ok(request) =
                discovered.client.user_info(tokens.access_token().clone(), Some(subject.clone()))
        {
            let more: UserInfoClaims<AllClaims, CoreGenderClaim> = request
                .request_async(&asking)
                .await
                .map_err(|error| ProviderError::NotVouched(chain(&error)))?;
            if let Some(name) = name_of(more.name()) {
                claims.insert("name".to_owned(), Value::String(name));
            }
            claims.extend(more.additional_claims().all.clone());
        }
        let session = claims.get("sid").and_then(Value::as_str).map(str::to_owned);
        Ok(Vouched { subject: subject.to_string(), session, claims })
    }

    fn says_enough(&self, claims: &Map<String, Value>) -> bool {
        let names = &self.options.claims;
        [&names.office, &names.citizen_id, &names.organisation_code, &names.account]
            .into_iter()
            .any(|name| claims.contains_key(name.as_str()))
    }

    /// Where the browser may go to sign out at the provider as well, if the provider has such a place.
    pub(crate) async fn end_session(&self, afterwards: &str) -> Option<String> {
        let discovered = self.discovered(DISCOVERED_FOR).await.ok()?;
        let afterwards = PostLogoutRedirectUrl::new(afterwards.to_owned()).ok()?;
        let request = LogoutRequest::from(discovered.end_session.clone()?)
            .set_client_id(ClientId::new(self.options.client_id.clone()))
            .set_post_logout_redirect_uri(afterwards);
        Some(request.http_get_url().into())
    }

    /// Reads a logout token: signed by the provider for us, about a sign-in, and never seen before.
    pub(crate) async fn ended(&self, logout_token: &str) -> Result<Ended, ProviderError> {
        let not = |reason: &str| ProviderError::NotVouched(reason.to_owned());
        let token: Token = logout_token.parse().map_err(|_| not("it is no token"))?;
        let verify = |known: &Known| {
            let kinds = ["logout+jwt", "jwt"].map(|kind| JsonWebTokenType::new(kind.to_owned()).normalize());
            let verifier = known.id_token_verifier().set_allowed_jose_types(kinds.into_iter().flatten());
            // An ID token has a nonce; a logout token has none, so that neither passes for the other (2.4).
            let no_nonce = |nonce: Option<&Nonce>| {
                if nonce.is_none() { Ok(()) } else { Err("a logout token has no nonce".to_owned()) }
            };
            token
                .claims(&verifier, no_nonce)
                .map(|claims| (claims.subject().to_string(), claims.additional_claims().all.clone()))
        };
        let discovered = self.discovered(DISCOVERED_FOR).await?;
        let (subject, claims) = match verify(&discovered.client) {
            Err(error) if is_unknown_key(&error) => verify(&self.discovered(AGAIN_AFTER).await?.client),
            other => other,
        }
        .map_err(|error| ProviderError::NotVouched(chain(&error)))?;
        if claims
            .get("events")
            .and_then(|events| events.get(LOGOUT_EVENT))
            .is_none_or(|event| !event.is_object())
        {
            return Err(not("it names no logout"));
        }
        let once =
            claims.get("jti").and_then(Value::as_str).ok_or_else(|| not("it has no number of its own"))?;
        if !self.is_first_use(once) {
            return Err(not("it was used before"));
        }
        let session = claims.get("sid").and_then(Value::as_str).map(str::to_owned);
        Ok(Ended { subject, session })
    }

    fn is_first_use(&self, once: &str) -> bool {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        used.retain(|_, until| *until > now);
        if used.len() >= REMEMBERED_MAX {
            used.clear();
        }
        used.insert(once.to_owned(), now + DISCOVERED_FOR).is_none()
    }
}

fn redirect(back: &str) -> Result<RedirectUrl, ProviderError> {
    RedirectUrl::new(back.to_owned())
        .map_err(|error| ProviderError::Unusable(format!("our own address: {error}")))
}

fn name_of(name: Option<&openidconnect::LocalizedClaim<openidconnect::EndUserName>>) -> Option<String> {
    let name = name?;
    name.get(None).or_else(|| name.iter().next().map(|(_, name)| name)).map(|name| name.to_string())
}

fn is_unknown_key(error: &ClaimsVerificationError) -> bool {
    matches!(
        error,
        ClaimsVerificationError::SignatureVerification(
            SignatureVerificationError::NoMatchingKey | SignatureVerificationError::CryptoError(_)
        )
    )
}

/// An error with its causes, without anything of a token.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}
