//! Who has signed in (Articles 6, 19, 53).
//!
//! The identity provider says who someone is; what that makes them here is decided once, at the sign-in: an office must be
//! enrolled and perform the duties claimed, a subject is found by its verified identifier. The browser holds a random token, the
//! store its digest. A session ends when it is unused for some time, at its last moment at the latest, and at once when its
//! person signs out here or at the provider: every act asks under the pen whether it still stands.

use std::time::Duration;

use law::Instant;
use law::identifier::IdentifierKind;
use register::authority::{AuthorityCode, Duty};
use register::caller::{Caller, Holder, Person, SessionNumber};
use register::rules::access::Undertaking;
use register::rules::competence::performs;
use register::rules::identification::{Identified, identify, is_a_persons_own};
use register::ruling::{Bilingual, Ruling};
use register::subject::SubjectNumber;
use serde::{Deserialize, Serialize};
use store::{Reader, StoreError, StoredSession, Writing};

use crate::access::{secret_digest, unknown_authority};
use crate::error::ServiceError;
use crate::facts::subject_or_registration;
use crate::platform::Platform;

/// How often the last use of a session is written down at most.
const SEEN_EVERY: Duration = Duration::from_secs(60);
/// How many sessions are read at once.
const SESSIONS_AT_ONCE: u64 = 500;
/// The session's number has so many random bits: within what every reader of JSON takes for a whole number.
const NUMBER_BITS: u32 = 48;

/// In whose place someone signs in, as the identity provider's claims say.
#[derive(Clone, PartialEq, Eq)]
pub enum SignInAs {
    /// An officer of an authority.
    Officer {
        /// The authority.
        authority: AuthorityCode,
        /// The duties for which they inquire.
        duties: Vec<Duty>,
    },
    /// A person, for themselves.
    Individual {
        /// The verified identity number.
        identifier: String,
    },
    /// Someone with authority to act for an organisation or an individual business.
    Representative {
        /// Its unified social credit code.
        code: String,
    },
    /// Staff of the operator.
    Operator,
}

register::prints_only_its_name!(SignInAs);

/// A sign-in that an identity provider vouches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    /// Who.
    pub person: Person,
    /// In whose place.
    pub as_whom: SignInAs,
    /// What the provider knows the sign-in by.
    pub provided: Provided,
    /// How long it may be unused.
    pub idle_max: Duration,
    /// How long it lasts at most.
    pub lasts_max: Duration,
    /// How many sessions the person may have open; of more, those that would end first end now. At least one.
    pub open_max: usize,
}

/// What the provider knows a sign-in by, to end it when the provider says so and to tell the provider when it ends here.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provided {
    /// The provider.
    pub issuer: String,
    /// The account there.
    pub subject: String,
    /// The session there, where the provider names it.
    pub session: Option<String>,
}

register::prints_only_its_name!(Provided);

/// A session that was begun. The token is given to the browser and kept nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct BegunSession {
    /// The token.
    pub token: String,
    /// The session.
    pub session: Session,
}

register::prints_only_its_name!(BegunSession);

/// A session that stands.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// Its number.
    pub number: SessionNumber,
    /// Who signed in.
    pub person: Person,
    /// In whose place.
    pub holder: Holder,
    /// What the provider knows it by.
    pub provided: Provided,
    /// When it ends at the latest.
    pub ends: Instant,
    /// A word that only pages of this session know: a form without it was not ours.
    pub form_token: String,
}

register::prints_only_its_name!(Session);

impl Session {
    /// The caller of this session.
    #[must_use]
    pub fn caller(&self) -> Caller {
        Caller::Person { session: self.number, person: self.person.clone(), holder: self.holder.clone() }
    }
}

/// What is sealed in a session's row.
#[derive(Serialize, Deserialize)]
struct Body {
    person: Person,
    holder: Holder,
    provided: Provided,
}

/// The word of a session's forms: it follows from the token and does not give it away.
fn form_token(token: &str) -> String {
    secret_digest(&format!("credence form\n{token}"))
}

fn read(stored: &StoredSession, token: &str) -> Result<Session, ServiceError> {
    let body: Body = serde_json::from_str(&stored.body)
        .map_err(|error| StoreError::Damaged(format!("session {}: {error}", stored.number.0)))?;
    Ok(Session {
        number: stored.number,
        person: body.person,
        holder: body.holder,
        provided: body.provided,
        ends: stored.ends,
        form_token: form_token(token),
    })
}

fn milliseconds(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

impl Platform {
    /// Begins a session for someone whom an identity provider vouches for.
    ///
    /// Articles: 6, 19, 20, 35
    ///
    /// # Errors
    /// The refusal, where the claims make nobody here: an office that is not enrolled, a duty it does not perform, an identifier
    /// that is none; or the store failed.
    pub async fn sign_in(&self, asked: SignIn) -> Result<BegunSession, ServiceError> {
        let holder = self.holder_of(&asked.as_whom).await?;
        // Read before the pen is taken: two sign-ins at the very same moment may leave one more than that.
        let account = asked.person.account.clone();
        let mut open = self.sessions_where(move |session| session.person.account == account).await?;
        open.sort_unstable_by_key(|session| (session.ends.milliseconds(), session.number.0));
        let surplus = (open.len() + 1).saturating_sub(asked.open_max.max(1));
        let ended: Vec<SessionNumber> = open.iter().take(surplus).map(|session| session.number).collect();
        let mut bytes = [0_u8; 40];
        self.randomness().fill(&mut bytes);
        let (secret, number) = bytes.split_at(32);
        let token = hex::encode(secret);
        let number = number.iter().fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
        let number = SessionNumber(number >> (u64::BITS - NUMBER_BITS));
        let mut snapshot = self.store().snapshot().await?;
        let now = self.journal_time(&mut snapshot).await?;
        snapshot.end().await?;
        let body = Body { person: asked.person, holder, provided: asked.provided };
        let body = serde_json::to_string(&body)
            .map_err(|error| ServiceError::BrokenOff(format!("a session cannot be written: {error}")))?;
        let stored = StoredSession {
            number,
            digest: secret_digest(&token),
            body,
            seen: now,
            idle_milliseconds: u64::try_from(asked.idle_max.as_millis()).unwrap_or(u64::MAX),
            ends: Instant::from_milliseconds(
                now.milliseconds().saturating_add(milliseconds(asked.lasts_max)),
            ),
        };
        let session = read(&stored, &token)?;
        self.store()
            .write(move |pen| -> Writing<'_, (), ServiceError> {
                let (stored, ended) = (stored.clone(), ended.clone());
                Box::pin(async move {
                    pen.forget_sessions().await?;
                    for number in ended {
                        pen.end_session(number).await?;
                    }
                    pen.put_session(&stored)?;
                    Ok(())
                })
            })
            .await?;
        Ok(BegunSession { token, session })
    }

    async fn holder_of(&self, as_whom: &SignInAs) -> Result<Holder, ServiceError> {
        match as_whom {
            SignInAs::Operator => Ok(Holder::Operator),
            SignInAs::Officer { authority, duties } => {
                let mut snapshot = self.store().snapshot().await?;
                let known = snapshot.authority(authority).await?;
                snapshot.end().await?;
                let known = known.ok_or_else(|| unknown_authority(authority))?;
                performs(&known, duties).map_err(|ground| {
                    ground.remedy(Bilingual::new(
                        "请身份认证系统的管理员更正职责",
                        "have the duties corrected where the account is kept",
                    ))
                })?;
                Ok(Holder::Office { authority: authority.clone(), duties: duties.clone() })
            }
            SignInAs::Individual { identifier } => {
                let found = identify(identifier, None, self.today())?;
                is_a_persons_own(&found)?;
                let subject = self.subject_for(found).await?;
                Ok(Holder::Subject { subject })
            }
            SignInAs::Representative { code } => {
                let found = identify(code, Some(IdentifierKind::UnifiedCode), self.today())?;
                let subject = self.subject_for(found).await?;
                Ok(Holder::Subject { subject })
            }
        }
    }

    /// The time by which acts are decided ([`store::Pen::now`]): a session that may read may act, whichever clock is ahead.
    async fn journal_time(&self, reader: &mut Reader) -> Result<Instant, ServiceError> {
        Ok(self.now().max(reader.head().await?.time))
    }

    /// The number of a subject by its identifier; who is not known yet is registered, so that they can see that nothing is held
    /// about them, and who looked.
    async fn subject_for(&self, found: Identified) -> Result<SubjectNumber, ServiceError> {
        let mut snapshot = self.store().snapshot().await?;
        let known = snapshot.subject_of(&found.identifier).await?;
        snapshot.end().await?;
        if let Some(subject) = known {
            return Ok(subject);
        }
        let (_, subject) = self
            .act(Undertaking::RegisterSubject, &Caller::Operator, move |pen, _| {
                let found = found.clone();
                Box::pin(async move {
                    // Someone else may have asked about them since.
                    let (subject, registered) = subject_or_registration(pen, found).await?;
                    let events = registered.into_iter().collect();
                    Ok((Ruling::Granted { events, grounds: Vec::new() }, subject))
                })
            })
            .await?;
        Ok(subject)
    }

    /// The session of a token, if it stands; its use is noted.
    ///
    /// Articles: 6, 19
    ///
    /// # Errors
    /// When the store fails.
    pub async fn session(&self, token: &str) -> Result<Option<Session>, ServiceError> {
        let mut snapshot = self.store().snapshot().await?;
        let stored = snapshot.session_of(&secret_digest(token)).await?;
        let now = self.journal_time(&mut snapshot).await?;
        snapshot.end().await?;
        let Some(stored) = stored.filter(|stored| stored.stands(now)) else { return Ok(None) };
        let session = read(&stored, token)?;
        if now.milliseconds().saturating_sub(stored.seen.milliseconds()) >= milliseconds(SEEN_EVERY) {
            self.note_use(stored.number, now).await?;
        }
        Ok(Some(session))
    }

    async fn note_use(&self, number: SessionNumber, now: Instant) -> Result<(), ServiceError> {
        self.store()
            .write(move |pen| -> Writing<'_, (), ServiceError> {
                Box::pin(async move {
                    // Under the pen: a session that was ended meanwhile is not begun again.
                    if let Some(mut stored) = pen.session(number).await? {
                        stored.seen = now;
                        pen.put_session(&stored)?;
                    }
                    Ok(())
                })
            })
            .await
    }

    /// Ends a session, from the next act on.
    ///
    /// Articles: 19
    ///
    /// # Errors
    /// When the store fails.
    pub async fn sign_out(&self, number: SessionNumber) -> Result<(), ServiceError> {
        self.store()
            .write(move |pen| -> Writing<'_, (), ServiceError> {
                Box::pin(async move { Ok(pen.end_session(number).await?) })
            })
            .await
    }

    /// Ends the sessions that an identity provider says have ended: one session of its own, or all of an account.
    ///
    /// Articles: 19
    ///
    /// # Errors
    /// When the store fails.
    pub async fn end_provided(
        &self,
        issuer: &str,
        subject: Option<&str>,
        session: Option<&str>,
    ) -> Result<u64, ServiceError> {
        let (issuer, subject, named) =
            (issuer.to_owned(), subject.map(str::to_owned), session.map(str::to_owned));
        let ended = self.sessions_where(move |session| {
            let Provided { issuer: of, subject: account, session: own } = &session.provided;
            let same_account = subject.as_ref().is_none_or(|subject| subject == account);
            // A session of which the provider never said its own name ends with its account.
            let same_session = named.as_ref().is_none_or(|named| own.as_ref().is_none_or(|own| own == named));
            *of == issuer && same_account && same_session
        });
        let ended = ended.await?;
        for session in &ended {
            self.sign_out(session.number).await?;
        }
        Ok(ended.len() as u64)
    }

    /// The sessions that are kept and fit.
    async fn sessions_where(
        &self,
        fits: impl Fn(&Session) -> bool + Send,
    ) -> Result<Vec<Session>, ServiceError> {
        let mut found = Vec::new();
        let mut after = SessionNumber(0);
        loop {
            let mut snapshot = self.store().snapshot().await?;
            let page = snapshot.sessions(after, SESSIONS_AT_ONCE).await?;
            snapshot.end().await?;
            let Some(last) = page.last() else { return Ok(found) };
            after = last.number;
            for stored in &page {
                found.extend(Some(read(stored, "")?).filter(|session| fits(session)));
            }
        }
    }
}
