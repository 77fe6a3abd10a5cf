//! What subjects do themselves: consents (Article 35) and withdrawal of display (Article 36).

use law::Day;
use register::acts::rights::consent::{self, ConsentFacts, ConsentNumber, GrantConsent, Grantee};
use register::acts::rights::withdrawal::{self, WithdrawalFacts};
use register::caller::Caller;
use register::catalogue::ItemCode;
use register::record::RecordNumber;
use register::rules::access::Undertaking;
use register::rules::identification::identify;
use register::ruling::Ruling;
use serde::Serialize;

use crate::error::ServiceError;
use crate::platform::{Done, Platform};

/// Asks for a consent to be entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentRequest {
    /// The name of whoever may look.
    pub grantee_name: String,
    /// Its full identifier as written.
    pub grantee_identifier: String,
    /// At which items.
    pub items: Vec<ItemCode>,
    /// For what.
    pub purpose: String,
    /// Until when.
    pub last_day: Day,
    /// How often.
    pub uses: Option<u32>,
}

/// A consent that was given.
#[derive(Debug, Clone, Serialize)]
pub struct ConsentDone {
    /// Its number: the grantee names it.
    pub consent: ConsentNumber,
    /// The act.
    #[serde(flatten)]
    pub done: Done,
}

impl Platform {
    /// Withdraws a record from display, at its subject's request.
    ///
    /// Articles: 36
    ///
    /// # Errors
    /// The refusal, or the store failed.
    pub async fn withdraw(&self, number: RecordNumber, by: &Caller) -> Result<Done, ServiceError> {
        self.display(Undertaking::WithdrawDisplay, number, by, withdrawal::withdraw).await
    }

    /// Has a withdrawn record displayed again.
    ///
    /// Articles: 36
    ///
    /// # Errors
    /// The refusal, or the store failed.
    pub async fn resume(&self, number: RecordNumber, by: &Caller) -> Result<Done, ServiceError> {
        self.display(Undertaking::ResumeDisplay, number, by, withdrawal::resume).await
    }

    async fn display(
        &self,
        undertaking: Undertaking,
        number: RecordNumber,
        by: &Caller,
        decide: fn(&WithdrawalFacts<'_>, &Caller) -> Ruling,
    ) -> Result<Done, ServiceError> {
        let (platform, caller) = (self.clone(), by.clone());
        let (recorded, ()) = self
            .act(undertaking, by, move |pen, _| {
                let (platform, caller) = (platform.clone(), caller.clone());
                Box::pin(async move {
                    let catalogue = platform.catalogue_of(pen).await?;
                    let record = pen.record(number).await?;
                    let item = record
                        .as_ref()
                        .and_then(|record| catalogue.item(&record.item))
                        .map(|item| &item.item);
                    Ok((decide(&WithdrawalFacts { record: record.clone(), item }, &caller), ()))
                })
            })
            .await?;
        self.done(&recorded)
    }

    /// Gives a written consent. Asked for once more while it stands, it is answered with the one that stands.
    ///
    /// Articles: 35
    ///
    /// # Errors
    /// The refusal, or the store failed.
    pub async fn grant_consent(&self, ask: ConsentRequest, by: &Caller) -> Result<ConsentDone, ServiceError> {
        let (platform, caller) = (self.clone(), by.clone());
        let (recorded, (consent, given)) = self
            .act(Undertaking::GrantConsent, by, move |pen, law| {
                let (platform, caller, ask) = (platform.clone(), caller.clone(), ask.clone());
                Box::pin(async move {
                    let identifier = identify(&ask.grantee_identifier, None, law.day())?.identifier;
                    let catalogue = platform.catalogue_of(pen).await?;
                    let command = GrantConsent {
                        grantee: Grantee { name: ask.grantee_name, identifier },
                        items: ask.items,
                        purpose: ask.purpose,
                        last_day: ask.last_day,
                        uses: ask.uses,
                    };
                    let today = law.day();
                    let given = match caller.subject() {
                        Some(subject) => pen.consents_of(subject).await?,
                        None => Vec::new(),
                    };
                    if let Some(same) = given.iter().find(|given| given.says_already(&command, today)) {
                        let nothing = Ruling::Granted { events: Vec::new(), grounds: Vec::new() };
                        return Ok((nothing, (same.number, Some(same.given))));
                    }
                    let next = pen.next_consent().await?;
                    let facts = ConsentFacts { catalogue: &catalogue, today, next };
                    Ok((consent::grant(&facts, command, &caller), (next, None)))
                })
            })
            .await?;
        let done = match given {
            Some(entry) => Done { entry, receipt: self.receipt(entry.0).await? },
            None => self.done(&recorded)?,
        };
        Ok(ConsentDone { consent, done })
    }

    /// Takes a consent back, from this entry on.
    ///
    /// Articles: 35
    ///
    /// # Errors
    /// The refusal, or the store failed.
    pub async fn revoke_consent(&self, number: ConsentNumber, by: &Caller) -> Result<Done, ServiceError> {
        let caller = by.clone();
        let (recorded, ()) = self
            .act(Undertaking::RevokeConsent, by, move |pen, _| {
                let caller = caller.clone();
                Box::pin(async move {
                    let consent = pen.consent(number).await?;
                    Ok((consent::revoke(consent.as_ref(), &caller), ()))
                })
            })
            .await?;
        self.done(&recorded)
    }
}
