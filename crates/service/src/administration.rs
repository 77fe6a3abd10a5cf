//! What the operator does: enrolling, publishing, issuing keys (Articles 5, 6, 10, 13, 19).
//!
//! Here it is done at once, by the nameless operator who founds the platform; whoever has a name proposes it
//! ([`crate::proposals`]), and it is decided by the same functions.

use std::collections::HashMap;

use law::{Day, Instant, LawInForce};
use register::acts::accountability::proposal::may_act_alone;
use register::acts::information::access::{
    AccessFacts, IssueKey, Key, RotateKey, issue, may_dispose_of, revoke, rotate,
};
pub use register::acts::information::access::{KeyFor, KeyTerms};
use register::acts::information::catalogue::{CatalogueFacts, enrol, publish};
use register::authority::Authority;
use register::caller::{Caller, Holder, KeyNumber};
use register::catalogue::CatalogueEdition;
use register::rules::access::{Undertaking, may_undertake};
use register::rules::identification::identify;
use register::ruling::Ruling;
use serde::Serialize;
use store::Pen;

use crate::access::{secret_digest, token};
use crate::error::ServiceError;
use crate::facts::subject_or_registration;
use crate::platform::{Done, Platform};

/// A key that was issued. The token is shown here and nowhere again.
#[derive(Clone, Serialize)]
pub struct IssuedKey {
    /// The key's number.
    pub number: KeyNumber,
    /// The token.
    pub token: String,
    /// The act.
    #[serde(flatten)]
    pub done: Done,
}

register::prints_only_its_name!(IssuedKey);

/// A key as it is listed.
#[derive(Debug, Clone)]
pub struct ListedKey {
    /// The key.
    pub key: Key,
    /// When it was used last, to about a minute.
    pub used: Option<Instant>,
}

/// What is asked for with a new key, decided when it is issued.
#[derive(Clone)]
pub(crate) struct Issuing {
    pub(crate) holder: KeyFor,
    pub(crate) terms: KeyTerms,
    pub(crate) label: String,
    pub(crate) secret_digest: String,
    pub(crate) last_day: Option<Day>,
}

/// A secret that was drawn, and the digest under which it is held.
pub(crate) struct Secret {
    pub(crate) secret: String,
    pub(crate) digest: String,
}

/// Whether the caller may do alone, under this pen, what needs two.
pub(crate) async fn alone(pen: &mut Pen, by: &Caller) -> Result<(), ServiceError> {
    let (keys, approved_before) = match by {
        Caller::Operator => (pen.operator_keys().await?, pen.has_approved_for_operator().await?),
        _ => (Vec::new(), false),
    };
    Ok(may_act_alone(&keys, approved_before, by, pen.now())?)
}

/// The keys that were put in a key's place, and in theirs. A key comes after the one that it replaces.
async fn successors(pen: &mut Pen, number: KeyNumber) -> Result<Vec<Key>, ServiceError> {
    let mut found: Vec<Key> = Vec::new();
    let mut after = number;
    loop {
        let page = pen.keys(Some(after), KEYS_AT_ONCE).await?;
        let Some(last) = page.last() else { return Ok(found) };
        after = last.number;
        for key in page {
            let replaces = |before: KeyNumber| key.terms.replaces == Some(before);
            if replaces(number) || found.iter().any(|known| replaces(known.number)) {
                found.push(key);
            }
        }
    }
}

/// How many keys are read at once.
const KEYS_AT_ONCE: u64 = 500;

/// What publishing an edition is ruled to be now.
pub(crate) async fn ruled_publication(
    pen: &mut Pen,
    law: &LawInForce,
    edition: CatalogueEdition,
) -> Result<Ruling, ServiceError> {
    let newest = pen.newest_edition().await?;
    let current = pen.edition(newest).await?.map_or_else(Vec::new, |published| published.edition.items);
    let authorities = pen.authorities().await?;
    Ok(publish(&CatalogueFacts { newest, current, authorities, today: law.day() }, edition))
}

/// What issuing a key is ruled to be now. A subject that is not known yet is registered with it.
pub(crate) async fn ruled_issue(
    pen: &mut Pen,
    law: &LawInForce,
    asked: Issuing,
    next: KeyNumber,
    by: &Caller,
) -> Result<Ruling, ServiceError> {
    let mut authority = None;
    let mut registered = None;
    let holder = match asked.holder {
        KeyFor::Operator => Holder::Operator,
        KeyFor::ThirdParty { name, identifier } => {
            Holder::ThirdParty { name, identifier: identify(&identifier, None, law.day())?.identifier }
        }
        KeyFor::Office { authority: code, duties } => {
            authority = pen.authority(&code).await?;
            let all = || authority.as_ref().map_or_else(Vec::new, |known| known.duties.clone());
            let duties = if duties.is_empty() { all() } else { duties };
            Holder::Office { authority: code, duties }
        }
        KeyFor::Subject { identifier } => {
            let found = identify(&identifier, None, law.day())?;
            let (subject, unknown) = subject_or_registration(pen, found).await?;
            registered = unknown;
            Holder::Subject { subject }
        }
    };
    let operators = pen.operator_keys().await?;
    let facts = AccessFacts { authority, operators, next, now: pen.now() };
    let Issuing { terms, label, secret_digest, last_day, .. } = asked;
    let ruling = issue(&facts, IssueKey { holder, terms, label, secret_digest, last_day }, by);
    Ok(match ruling {
        Ruling::Granted { events, grounds } => {
            Ruling::Granted { events: registered.into_iter().chain(events).collect(), grounds }
        }
        refused @ Ruling::Refused { .. } => refused,
    })
}

/// What replacing a key is ruled to be now.
pub(crate) async fn ruled_rotation(
    pen: &mut Pen,
    number: KeyNumber,
    secret_digest: String,
    overlap_days: u32,
    next: KeyNumber,
    by: &Caller,
) -> Result<Ruling, ServiceError> {
    let key = pen.key(number).await?;
    let ask = RotateKey { next, secret_digest, overlap_days, now: pen.now() };
    Ok(rotate(key.as_ref(), ask, by))
}

impl Platform {
    /// Draws a secret.
    pub(crate) fn draw_secret(&self) -> Secret {
        let mut bytes = [0_u8; 32];
        self.randomness().fill(&mut bytes);
        let secret = hex::encode(bytes);
        Secret { digest: secret_digest(&secret), secret }
    }

    /// Enrols an authority, or brings its entry up to date.
    ///
    /// Articles: 5, 13, 14
    ///
    /// # Errors
    /// When the caller is not the operator or needs a second person, or the store fails.
    pub async fn enrol(&self, authority: Authority, by: &Caller) -> Result<Done, ServiceError> {
        let (recorded, ()) = self
            .act(Undertaking::EnrolAuthority, by, move |_, _| {
                let authority = authority.clone();
                Box::pin(async move { Ok((enrol(authority), ())) })
            })
            .await?;
        self.done(&recorded)
    }

    /// Publishes an edition of the catalogue; every fault is named.
    ///
    /// Articles: 10, 11, 17
    ///
    /// # Errors
    /// When the edition lacks an element of Article 11, the caller needs a second person, or the store fails.
    pub async fn publish(&self, edition: CatalogueEdition, by: &Caller) -> Result<Done, ServiceError> {
        let (recorded, ()) = self
            .act(Undertaking::PublishCatalogue, by, move |pen, law| {
                let edition = edition.clone();
                Box::pin(async move { Ok((ruled_publication(pen, &law, edition).await?, ())) })
            })
            .await?;
        self.done(&recorded)
    }

    /// Issues a key that is bound to nothing but its holder.
    ///
    /// Articles: 6, 19, 20
    ///
    /// # Errors
    /// See [`Platform::issue_bound_key`].
    pub async fn issue_key(
        &self,
        asked: KeyFor,
        label: &str,
        last_day: Option<Day>,
        by: &Caller,
    ) -> Result<IssuedKey, ServiceError> {
        self.issue_bound_key(asked, KeyTerms::default(), label, last_day, by).await
    }

    /// Issues a key. A subject that is not known yet is registered with it.
    ///
    /// Articles: 6, 19, 20
    ///
    /// # Errors
    /// When the identifier is malformed, the office does not perform a duty, the caller needs a second person, or the store
    /// fails.
    pub async fn issue_bound_key(
        &self,
        asked: KeyFor,
        terms: KeyTerms,
        label: &str,
        last_day: Option<Day>,
        by: &Caller,
    ) -> Result<IssuedKey, ServiceError> {
        let drawn = self.draw_secret();
        let caller = by.clone();
        let issuing =
            Issuing { holder: asked, terms, label: label.to_owned(), secret_digest: drawn.digest, last_day };
        let (recorded, number) = self
            .act(Undertaking::IssueKey, by, move |pen, law| {
                let (issuing, caller) = (issuing.clone(), caller.clone());
                Box::pin(async move {
                    let next = pen.next_key().await?;
                    Ok((ruled_issue(pen, &law, issuing, next, &caller).await?, next))
                })
            })
            .await?;
        Ok(IssuedKey { number, token: token(number, &drawn.secret), done: self.done(&recorded)? })
    }

    /// Puts a new key in the place of another, which goes on for some days. Its holder does so alone, with the key itself.
    ///
    /// Articles: 6, 19
    ///
    /// # Errors
    /// When the key is someone else's or opens nothing any more, the overlap is too long, the operator needs a second person, or
    /// the store fails.
    pub async fn rotate_key(
        &self,
        number: KeyNumber,
        overlap_days: u32,
        by: &Caller,
    ) -> Result<IssuedKey, ServiceError> {
        let drawn = self.draw_secret();
        let (caller, digest) = (by.clone(), drawn.digest);
        let (recorded, next) = self
            .act(Undertaking::RotateKey, by, move |pen, _| {
                let (caller, digest) = (caller.clone(), digest.clone());
                Box::pin(async move {
                    let key = pen.key(number).await?;
                    may_dispose_of(key.as_ref(), &caller)?;
                    if caller.key() != Some(number) {
                        alone(pen, &caller).await?;
                    }
                    let next = pen.next_key().await?;
                    Ok((ruled_rotation(pen, number, digest, overlap_days, next, &caller).await?, next))
                })
            })
            .await?;
        if let Some(vigilance) = self.vigilance() {
            // Whoever is watched goes on being watched under the new number.
            vigilance.succeeds(number, next);
        }
        Ok(IssuedKey { number: next, token: token(next, &drawn.secret), done: self.done(&recorded)? })
    }

    /// Revokes a key, at once: the operator any, its holder their own. One person is enough.
    ///
    /// Articles: 6, 19
    ///
    /// # Errors
    /// When there is no such key or it is someone else's, or the store fails.
    pub async fn revoke_key(
        &self,
        number: KeyNumber,
        reason: &str,
        by: &Caller,
    ) -> Result<Done, ServiceError> {
        let (caller, reason) = (by.clone(), reason.to_owned());
        let (recorded, ()) = self
            .act(Undertaking::RevokeKey, by, move |pen, _| {
                let (caller, reason) = (caller.clone(), reason.clone());
                Box::pin(async move {
                    let key = pen.key(number).await?;
                    let successors = successors(pen, number).await?;
                    Ok((revoke(key.as_ref(), &successors, reason, &caller), ()))
                })
            })
            .await?;
        self.done(&recorded)
    }

    /// A page of the issued keys, with their last use.
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
    ) -> Result<Vec<ListedKey>, ServiceError> {
        may_undertake(Undertaking::ReadKeys, by)?;
        let mut snapshot = self.store().snapshot().await?;
        let keys = snapshot.keys(after, limit).await?;
        let used: HashMap<KeyNumber, Instant> = snapshot.keys_used(after, limit).await?.into_iter().collect();
        snapshot.end().await?;
        Ok(keys.into_iter().map(|key| ListedKey { used: used.get(&key.number).copied(), key }).collect())
    }
}
