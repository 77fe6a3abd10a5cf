//! Who is calling (Articles 6, 19).

use law::Instant;
use register::acts::information::access::{Key, Origin, may_use, may_use_from};
use register::authority::{AuthorityCode, Duty};
use register::caller::{Caller, Holder, KeyNumber};
use register::rules::masking::mask_text;
use register::ruling::{Bilingual, Ground};
use sha2::{Digest, Sha256};
use store::Pen;

use crate::error::ServiceError;
use crate::platform::Platform;

/// The first part of every token, by which leaked ones are found.
const TOKEN_PREFIX: &str = "credence";
/// What follows it in an access token.
const ACCESS: &str = "access";
/// The domain of the digests of access tokens.
const ACCESS_DOMAIN: &str = "access token";
/// How an access token says that its duties are those of its key.
const ALL_DUTIES: &str = "all";

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

/// Whether someone shows an access token: it opens what its key opens for some minutes, and makes no key of its own.
#[must_use]
pub fn is_access_token(shown: &str) -> bool {
    shown.strip_prefix(TOKEN_PREFIX).is_some_and(|rest| rest.trim_start_matches('_').starts_with(ACCESS))
}

/// What someone shows: the key itself, or an access token that was given for it.
enum Shown<'a> {
    Key { secret: &'a str },
    Access { ends: Instant, duties: Option<Vec<Duty>>, says: &'a str, digest: &'a str },
}

fn parse(token: &str) -> Option<(KeyNumber, Shown<'_>)> {
    let rest = token.strip_prefix(TOKEN_PREFIX)?.strip_prefix('_')?;
    if let Some(rest) = rest.strip_prefix(ACCESS).and_then(|rest| rest.strip_prefix('_')) {
        let (says, digest) = rest.rsplit_once('_')?;
        let mut parts = says.split('_');
        let (number, ends, duties) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        let duties = match duties {
            ALL_DUTIES => None,
            some => Some(
                some.chars()
                    .map(|digit| digit.to_digit(10).and_then(|digit| Duty::new(u8::try_from(digit).ok()?)))
                    .collect::<Option<Vec<_>>>()?,
            ),
        };
        let ends = Instant::from_milliseconds(ends.parse().ok()?);
        return Some((KeyNumber(number.parse().ok()?), Shown::Access { ends, duties, says, digest }));
    }
    let (number, secret) = token_parts(token)?;
    Some((number, Shown::Key { secret }))
}

/// Compares in time that does not depend on where two texts first differ.
fn is_same(left: &str, right: &str) -> bool {
    left.len() == right.len()
        && left.bytes().zip(right.bytes()).fold(0_u8, |found, (left, right)| found | (left ^ right)) == 0
}

/// Whether a secret is the key's. For a number that no key has as much is done as for one that a key has.
pub(crate) fn is_secret_of(key: Option<&Key>, secret: &str) -> bool {
    let digest = secret_digest(secret);
    let nobodys = "-".repeat(digest.len());
    is_same(key.map_or(nobodys.as_str(), |key| key.secret_digest.as_str()), &digest)
}

impl Platform {
    /// The caller whose key or access token it is, for an act: the key may be as it was read last, since every act asks for it
    /// again under the pen before it decides. A reading that is no act asks [`Platform::authenticate`].
    ///
    /// Articles: 6, 19
    ///
    /// # Errors
    /// See [`Platform::authenticate`].
    pub async fn recognise(&self, token: &str, from: Option<&Origin>) -> Result<Caller, ServiceError> {
        let (number, shown) = parse(token).ok_or(ServiceError::Unauthorised)?;
        match self.kept_key(number) {
            Some(key) => self.opened(Some(key), &shown, from),
            None => self.authenticate(token, from).await,
        }
    }

    /// The caller whose key or access token it is. Wrong, unknown, revoked and expired ones get the same answer, and so do those
    /// that open nothing from where they are used.
    ///
    /// Articles: 6, 19
    ///
    /// # Errors
    /// [`ServiceError::Unauthorised`], or the store failed.
    pub async fn authenticate(&self, token: &str, from: Option<&Origin>) -> Result<Caller, ServiceError> {
        let (number, shown) = parse(token).ok_or(ServiceError::Unauthorised)?;
        let key = self.key_as_it_is(number).await?;
        self.opened(key, &shown, from)
    }

    /// A key as the store has it now.
    pub(crate) async fn key_as_it_is(&self, number: KeyNumber) -> Result<Option<Key>, ServiceError> {
        let mut snapshot = self.store().snapshot().await?;
        let key: Option<Key> = snapshot.key(number).await?;
        snapshot.end().await?;
        if let Some(key) = &key {
            self.keep_key(key);
        }
        Ok(key)
    }

    fn opened(
        &self,
        key: Option<Key>,
        shown: &Shown<'_>,
        from: Option<&Origin>,
    ) -> Result<Caller, ServiceError> {
        let now = self.now();
        let narrowed = match shown {
            Shown::Key { secret } => {
                if !is_secret_of(key.as_ref(), secret) {
                    return Err(ServiceError::Unauthorised);
                }
                None
            }
            Shown::Access { ends, duties, says, digest } => {
                let key = key.as_ref().ok_or(ServiceError::Unauthorised)?;
                let text = access_text(says, key);
                let ours = self.is_our_digest(&text, digest)?
                    || (self.store().take_up_ring()? && self.is_our_digest(&text, digest)?);
                if !ours || now >= *ends {
                    return Err(ServiceError::Unauthorised);
                }
                duties.as_ref()
            }
        };
        let key = key.ok_or(ServiceError::Unauthorised)?;
        may_use(&key, now).map_err(|_| ServiceError::Unauthorised)?;
        may_use_from(&key, from).map_err(|_| ServiceError::Unauthorised)?;
        self.store().note_key_use(key.number, now);
        let holder = match (key.holder, narrowed) {
            (Holder::Office { authority, duties }, Some(narrowed)) => Holder::Office {
                authority,
                duties: duties.into_iter().filter(|duty| narrowed.contains(duty)).collect(),
            },
            (holder, _) => holder,
        };
        Ok(Caller::Key { key: key.number, holder, person: key.terms.person })
    }

    fn is_our_digest(&self, text: &str, digest: &str) -> Result<bool, ServiceError> {
        let digests = self.store().keyed_digests(ACCESS_DOMAIN, text)?;
        Ok(digests.iter().fold(false, |found, known| found | is_same(known, digest)))
    }

    /// An access token for a key, which was shown: opaque, kept nowhere, and worth nothing once the key is revoked.
    pub(crate) fn access_token_for(
        &self,
        key: &Key,
        ends: Instant,
        duties: Option<&[Duty]>,
    ) -> Result<String, ServiceError> {
        let duties = duties.map_or_else(
            || ALL_DUTIES.to_owned(),
            |duties| duties.iter().map(|duty| duty.number().to_string()).collect(),
        );
        let says = format!("{}_{}_{duties}", key.number.0, ends.milliseconds());
        let digest = self.store().keyed_digest(ACCESS_DOMAIN, &access_text(&says, key))?;
        Ok(format!("{TOKEN_PREFIX}_{ACCESS}_{says}_{digest}"))
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

/// What the digest of an access token is made of: what it says, and the secret of its key.
fn access_text(says: &str, key: &Key) -> String {
    format!("{says}\n{}", key.secret_digest)
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

/// A key that was revoked or has expired since it was shown opens nothing any more; so with a session that was ended.
pub(crate) async fn check_caller(pen: &mut Pen, caller: &Caller) -> Result<(), ServiceError> {
    let now = pen.now();
    match caller {
        Caller::Key { key, .. } => {
            let key = pen.key(*key).await?.ok_or(ServiceError::Unauthorised)?;
            may_use(&key, now).map_err(|_| ServiceError::Unauthorised)?;
        }
        Caller::Person { session, .. } => {
            let session = pen.session(*session).await?;
            session.filter(|session| session.stands(now)).ok_or(ServiceError::Unauthorised)?;
        }
        Caller::OperatorClaiming { .. } | Caller::Operator => {}
        // Two act together by the approval of one; nobody comes as two.
        Caller::Together { .. } => return Err(ServiceError::Unauthorised),
    }
    Ok(())
}
