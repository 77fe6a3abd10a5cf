//! Who is calling (Articles 6, 19).

use register::acts::information::access::{Key, may_use};
use register::authority::AuthorityCode;
use register::caller::{Caller, KeyNumber};
use register::rules::masking::mask_text;
use register::ruling::{Bilingual, Ground};
use sha2::{Digest, Sha256};

use crate::error::ServiceError;
use crate::platform::Platform;

/// The first part of every token, by which leaked ones are found.
const TOKEN_PREFIX: &str = "credence";

/// The digest under which a secret is held.
pub(crate) fn secret_digest(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

/// The token that is shown once.
pub(crate) fn token(number: KeyNumber, secret: &str) -> String {
    format!("{TOKEN_PREFIX}_{}_{secret}", number.0)
}

/// The key's number and the secret of a token, if it is one as [`Platform::issue_key`] writes them: in one way only.
#[must_use]
pub fn token_parts(written: &str) -> Option<(KeyNumber, &str)> {
    let (number, secret) = written.strip_prefix(TOKEN_PREFIX)?.strip_prefix('_')?.split_once('_')?;
    let number = KeyNumber(number.parse().ok()?);
    (token(number, secret) == written).then_some((number, secret))
}

/// Compares in time that does not depend on where two texts first differ.
fn is_same(left: &str, right: &str) -> bool {
    left.len() == right.len()
        && left.bytes().zip(right.bytes()).fold(0_u8, |found, (left, right)| found | (left ^ right)) == 0
}

impl Platform {
    /// The caller whose key a token is, for an act: the key may be as it was read last, since every act asks for it again under
    /// the pen before it decides. A reading that is no act asks [`Platform::authenticate`].
    ///
    /// Articles: 6, 19
    ///
    /// # Errors
    /// See [`Platform::authenticate`].
    pub async fn recognise(&self, token: &str) -> Result<Caller, ServiceError> {
        let (number, secret) = token_parts(token).ok_or(ServiceError::Unauthorised)?;
        match self.kept_key(number) {
            Some(key) => self.opened(Some(key), secret),
            None => self.authenticate(token).await,
        }
    }

    /// The caller whose key a token is. Wrong, unknown, revoked and expired ones get the same answer.
    ///
    /// Articles: 6, 19
    ///
    /// # Errors
    /// [`ServiceError::Unauthorised`], or the store failed.
    pub async fn authenticate(&self, token: &str) -> Result<Caller, ServiceError> {
        let (number, secret) = token_parts(token).ok_or(ServiceError::Unauthorised)?;
        let mut snapshot = self.store().snapshot().await?;
        let key: Option<Key> = snapshot.key(number).await?;
        snapshot.end().await?;
        if let Some(key) = &key {
            self.keep_key(key);
        }
        self.opened(key, secret)
    }

    fn opened(&self, key: Option<Key>, secret: &str) -> Result<Caller, ServiceError> {
        let key = key
            .filter(|key| is_same(&key.secret_digest, &secret_digest(secret)))
            .ok_or(ServiceError::Unauthorised)?;
        may_use(&key, self.now()).map_err(|_| ServiceError::Unauthorised)?;
        Ok(Caller::Key { key: key.number, holder: key.holder })
    }

    /// An operator at the command line without a key, claiming to act for an office: entered as just that.
    ///
    /// Articles: 6, 53(3)
    ///
    /// # Errors
    /// When no such office is enrolled; codes like it are named.
    pub async fn claim(&self, office: &str) -> Result<Caller, ServiceError> {
        let authorities = self.authorities().await?;
        if let Some(found) = authorities.iter().find(|authority| authority.code.0 == office) {
            return Ok(Caller::OperatorClaiming { office: found.code.clone() });
        }
        let codes = authorities.iter().map(|authority| authority.code.0.as_str());
        let near = nearest(office, codes).join("`, `");
        Err(unknown_authority(&AuthorityCode(office.to_owned()))
            .field("as")
            .remedy(Bilingual::made(format!("相近的代码：`{near}`"), format!("codes like it: `{near}`")))
            .into())
    }
}

/// The codes most like the one given, for a remedy.
pub(crate) fn nearest<'a>(written: &str, codes: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let wanted: Vec<char> = written.to_ascii_lowercase().chars().collect();
    let mut by_likeness: Vec<(usize, &str)> = codes
        .map(|code| {
            let shared =
                wanted.windows(2).filter(|pair| code.contains(&pair.iter().collect::<String>())).count();
            (shared, code)
        })
        .collect();
    by_likeness.sort_by(|left, right| right.0.cmp(&left.0).then(left.1.cmp(right.1)));
    by_likeness.into_iter().map(|(_, code)| code).take(5).collect()
}

/// The ground for an office that is not enrolled (any more).
pub(crate) fn unknown_authority(code: &AuthorityCode) -> Ground {
    let shown = mask_text(&code.0);
    Ground::new(
        "unknown_authority",
        law::Citation::article(5),
        Bilingual::made(format!("没有登记单位 `{shown}`"), format!("no authority `{shown}` is enrolled")),
    )
}
