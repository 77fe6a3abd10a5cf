//! What the operator does: enrolling, publishing, issuing keys (Articles 5, 6, 10, 13, 19).

use law::Day;
use register::acts::information::access::{AccessFacts, IssueKey, Key, issue, revoke};
use register::acts::information::catalogue::{CatalogueFacts, enrol, publish};
use register::acts::information::filing::SubjectRegistered;
use register::authority::{Authority, AuthorityCode, Duty};
use register::caller::{Caller, Holder, KeyNumber};
use register::catalogue::CatalogueEdition;
use register::event::{Act, Event};
use register::rules::access::{Undertaking, may_undertake};
use register::rules::identification::identify;
use serde::Serialize;

use crate::access::{secret_digest, token};
use crate::error::ServiceError;
use crate::platform::{Done, Platform};

/// For whom a key is asked, in the operator's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyFor {
    /// An office and its duties.
    Office {
        /// The authority.
        authority: AuthorityCode,
        /// The duties; none means all that the office performs.
        duties: Vec<Duty>,
    },
    /// A subject, by its full identifier.
    Subject {
        /// The identifier as written.
        identifier: String,
    },
    /// A third party that subjects may give consents to.
    ThirdParty {
        /// Its name.
        name: String,
        /// Its identifier as written.
        identifier: String,
    },
    /// Staff of the operator.
    Operator,
}

/// A key that was issued. The token is shown here and nowhere again.
#[derive(Debug, Clone, Serialize)]
pub struct IssuedKey {
    /// The key's number.
    pub number: KeyNumber,
    /// The token.
    pub token: String,
    /// The act.
    #[serde(flatten)]
    pub done: Done,
}

impl Platform {
    /// Enrols an authority, or brings its entry up to date.
    ///
    /// Articles: 5, 13, 14
    ///
    /// # Errors
    /// When the caller is not the operator, or the store fails.
    pub async fn enrol(&self, authority: Authority, by: &Caller) -> Result<Done, ServiceError> {
        let (recorded, ()) = self
            .act(Undertaking::EnrolAuthority, by, move |_, _| {
                let ruling = enrol(authority.clone());
                Box::pin(async move { Ok((ruling, ())) })
            })
            .await?;
        self.done(&recorded)
    }

    /// Publishes an edition of the catalogue; every fault is named.
    ///
    /// Articles: 10, 11, 17
    ///
    /// # Errors
    /// When the edition lacks an element of Article 11, or the store fails.
    pub async fn publish(&self, edition: CatalogueEdition, by: &Caller) -> Result<Done, ServiceError> {
        let (recorded, ()) = self
            .act(Undertaking::PublishCatalogue, by, move |pen, law| {
                let edition = edition.clone();
                Box::pin(async move {
                    let newest = pen.newest_edition().await?;
                    let current =
                        pen.edition(newest).await?.map_or_else(Vec::new, |published| published.edition.items);
                    let authorities = pen.authorities().await?;
                    let facts = CatalogueFacts { newest, current, authorities, today: law.day() };
                    Ok((publish(&facts, edition), ()))
                })
            })
            .await?;
        self.done(&recorded)
    }

    /// Issues a key. A subject that is not known yet is registered with it.
    ///
    /// Articles: 6, 19, 20
    ///
    /// # Errors
    /// When the identifier is malformed, the office does not perform a duty, or the store fails.
    pub async fn issue_key(
        &self,
        asked: KeyFor,
        label: &str,
        last_day: Option<Day>,
        by: &Caller,
    ) -> Result<IssuedKey, ServiceError> {
        let mut bytes = [0_u8; 32];
        self.randomness().fill(&mut bytes);
        let secret = hex::encode(bytes);
        let digest = secret_digest(&secret);
        let (caller, label) = (by.clone(), label.to_owned());
        let (recorded, number) = self
            .act(Undertaking::IssueKey, by, move |pen, law| {
                let (asked, caller, label, digest) =
                    (asked.clone(), caller.clone(), label.clone(), digest.clone());
                Box::pin(async move {
                    let mut authority = None;
                    let holder = match asked {
                        KeyFor::Operator => Holder::Operator,
                        KeyFor::ThirdParty { name, identifier } => Holder::ThirdParty {
                            name,
                            identifier: identify(&identifier, None, law.day())?.identifier,
                        },
                        KeyFor::Office { authority: code, duties } => {
                            authority = pen.authority(&code).await?;
                            let all =
                                || authority.as_ref().map_or_else(Vec::new, |known| known.duties.clone());
                            let duties = if duties.is_empty() { all() } else { duties };
                            Holder::Office { authority: code, duties }
                        }
                        KeyFor::Subject { identifier } => {
                            let found = identify(&identifier, None, law.day())?;
                            let subject = match pen.subject_of(&found.identifier).await? {
                                Some(subject) => subject,
                                None => {
                                    let subject = pen.next_subject().await?;
                                    let event = Event::SubjectRegistered(SubjectRegistered {
                                        subject,
                                        kind: found.kind,
                                        identifier: found.identifier,
                                        flagged: found.flagged,
                                    });
                                    pen.append(&[Act { caller: caller.clone(), event }]).await?;
                                    subject
                                }
                            };
                            Holder::Subject { subject }
                        }
                    };
                    let next = pen.next_key().await?;
                    let ask = IssueKey { holder, label, secret_digest: digest, last_day };
                    Ok((issue(&AccessFacts { authority, next }, ask), next))
                })
            })
            .await?;
        Ok(IssuedKey { number, token: token(number, &secret), done: self.done(&recorded)? })
    }

    /// Revokes a key, at once.
    ///
    /// Articles: 6, 19
    ///
    /// # Errors
    /// When there is no such key, or the store fails.
    pub async fn revoke_key(
        &self,
        number: KeyNumber,
        reason: &str,
        by: &Caller,
    ) -> Result<Done, ServiceError> {
        let reason = reason.to_owned();
        let (recorded, ()) = self
            .act(Undertaking::RevokeKey, by, move |pen, _| {
                let reason = reason.clone();
                Box::pin(async move {
                    let key = pen.key(number).await?;
                    Ok((revoke(key.as_ref(), reason), ()))
                })
            })
            .await?;
        self.done(&recorded)
    }

    /// A page of the issued keys.
    ///
    /// Articles: 6, 19
    ///
    /// # Errors
    /// When the caller is not the operator, or the store fails.
    pub async fn keys(
        &self,
        after: Option<KeyNumber>,
        limit: u64,
        by: &Caller,
    ) -> Result<Vec<Key>, ServiceError> {
        may_undertake(Undertaking::ReadKeys, by)?;
        let mut snapshot = self.store().snapshot().await?;
        let keys = snapshot.keys(after, limit).await?;
        snapshot.end().await?;
        Ok(keys)
    }
}
