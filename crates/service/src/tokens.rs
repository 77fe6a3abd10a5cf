//! Access tokens for keys (Articles 6, 19): the client credentials of OAuth 2 (RFC 6749, section 4.4).
//!
//! A program shows its key's number and secret once, and from then on a token that ends within minutes, for fewer duties where
//! it wishes. Nothing of a token is kept: what it says stands in it, under a digest that only the platform can make. Its key is
//! asked for each time, so that a token ends with it.

use law::Instant;
use register::acts::information::access::{Origin, may_use, may_use_from};
use register::authority::Duty;
use register::caller::{Holder, KeyNumber};

use crate::access::is_secret_of;
use crate::error::ServiceError;
use crate::platform::Platform;

/// How long an access token lasts at most, in seconds.
pub const ACCESS_SECONDS_MAX: u32 = 600;
/// What a scope is called before the number of its duty.
const SCOPE_PREFIX: &str = "duty:";

/// An access token.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessToken {
    /// The token.
    pub token: String,
    /// For how many seconds it opens anything.
    pub seconds: u32,
    /// The duties that it carries, where it is an office's, as a scope: `duty:1 duty:3`.
    pub scope: Option<String>,
}

register::prints_only_its_name!(AccessToken);

/// Why there is no access token (RFC 6749, section 5.2).
#[derive(Debug, thiserror::Error)]
pub enum TokenRefusal {
    /// The key or its secret is wrong, or it opens nothing. Deliberately says no more.
    #[error("the client is unknown or its secret wrong")]
    InvalidClient,
    /// A scope that is none, or goes beyond the key.
    #[error("the scope is none or goes beyond the key")]
    InvalidScope,
    /// The platform could not answer.
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl Platform {
    /// An access token for a key, by its number and secret. A scope narrows the duties that it carries.
    ///
    /// Articles: 6, 19, 20
    ///
    /// # Errors
    /// See [`TokenRefusal`].
    pub async fn access_token(
        &self,
        client: &str,
        secret: &str,
        scope: Option<&str>,
        from: Option<&Origin>,
    ) -> Result<AccessToken, TokenRefusal> {
        let number = client.parse().map(KeyNumber).map_err(|_| TokenRefusal::InvalidClient)?;
        let key = self.key_as_it_is(number).await?;
        let is_secret = is_secret_of(key.as_ref(), secret);
        let key = key.filter(|_| is_secret).ok_or(TokenRefusal::InvalidClient)?;
        let now = self.now();
        may_use(&key, now).map_err(|_| TokenRefusal::InvalidClient)?;
        may_use_from(&key, from).map_err(|_| TokenRefusal::InvalidClient)?;
        let narrowed = match (scope.filter(|scope| !scope.trim().is_empty()), &key.holder) {
            (None, _) => None,
            (Some(scope), Holder::Office { duties, .. }) => Some(narrowed(scope, duties)?),
            (Some(_), _) => return Err(TokenRefusal::InvalidScope),
        };
        let latest = now.plus_milliseconds(i64::from(ACCESS_SECONDS_MAX) * 1000);
        let ends = key.expires.map_or(latest, |end| end.min(latest));
        self.store().note_key_use(key.number, now);
        let carried = match &key.holder {
            Holder::Office { duties, .. } => Some(narrowed.as_deref().unwrap_or(duties)),
            _ => None,
        };
        Ok(AccessToken {
            token: self.access_token_for(&key, ends, narrowed.as_deref())?,
            seconds: seconds_between(now, ends),
            scope: carried.map(scope_of),
        })
    }
}

fn seconds_between(now: Instant, ends: Instant) -> u32 {
    u32::try_from((ends.milliseconds() - now.milliseconds()) / 1000).unwrap_or_default()
}

fn scope_of(duties: &[Duty]) -> String {
    duties.iter().map(|duty| format!("{SCOPE_PREFIX}{}", duty.number())).collect::<Vec<_>>().join(" ")
}

fn narrowed(scope: &str, carried: &[Duty]) -> Result<Vec<Duty>, TokenRefusal> {
    let mut duties = Vec::new();
    for word in scope.split(' ').filter(|word| !word.is_empty()) {
        let number = word.strip_prefix(SCOPE_PREFIX).and_then(|number| number.parse().ok());
        let duty = number.and_then(Duty::new).filter(|duty| carried.contains(duty));
        let duty = duty.ok_or(TokenRefusal::InvalidScope)?;
        if !duties.contains(&duty) {
            duties.push(duty);
        }
    }
    Ok(duties)
}
