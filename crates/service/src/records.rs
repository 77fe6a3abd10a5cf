//! What becomes of a record after it was filed (Articles 14, 38), and the verification of flagged codes.

use register::acts::information::correction::{CorrectRecord, CorrectionFacts, correct, revoke};
use register::acts::information::verification::{VerificationFacts, verify};
use register::acts::rights::restoration::{RestoreRecord, restore_unasked};
use register::caller::Caller;
use register::case::CaseNumber;
use register::record::RecordNumber;
use register::rules::access::Undertaking;
use register::rules::identification::identify;
use register::view::HistoryLine;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::cases::restoration_facts;
use crate::error::ServiceError;
use crate::facts::{self, RecordFacts};
use crate::inquiry::Answer;
use crate::own::all_history;
use crate::platform::{Done, Platform};

/// A record as the authority that filed it reads it.
#[derive(Debug, Clone, Serialize)]
pub struct OwnRecord {
    /// The answer to the inquiry that this opening is.
    pub answer: Answer,
    /// What was done with the record, oldest first.
    pub history: Vec<HistoryLine>,
}

impl Platform {
    /// Corrects a record, by the authority that filed it, with a reason.
    ///
    /// Articles: 14, 53(1)
    ///
    /// # Errors
    /// The refusal, or the store failed.
    pub async fn correct(
        &self,
        number: RecordNumber,
        fields: Map<String, Value>,
        reason: &str,
        by: &Caller,
    ) -> Result<Done, ServiceError> {
        let (platform, caller, reason) = (self.clone(), by.clone(), reason.to_owned());
        let (recorded, ()) = self
            .act(Undertaking::CorrectRecord, by, move |pen, law| {
                let (platform, caller) = (platform.clone(), caller.clone());
                let ask = CorrectRecord { fields: fields.clone(), reason: reason.clone() };
                Box::pin(async move {
                    let catalogue = platform.catalogue_of(pen).await?;
                    let loaded = RecordFacts::load(pen, catalogue, number, &caller).await?;
                    let facts = CorrectionFacts {
                        record: loaded.record.clone(),
                        subject: loaded.subject.clone(),
                        content: loaded.content.clone(),
                        filing: loaded.filing(),
                    };
                    Ok((correct(&law, &facts, ask, &caller), ()))
                })
            })
            .await?;
        self.done(&recorded)
    }

    /// Revokes a record, by the authority that filed it, with a reason.
    ///
    /// Articles: 14, 53(1)
    ///
    /// # Errors
    /// The refusal, or the store failed.
    pub async fn revoke(
        &self,
        number: RecordNumber,
        reason: &str,
        by: &Caller,
    ) -> Result<Done, ServiceError> {
        let (caller, reason) = (by.clone(), reason.to_owned());
        let (recorded, ()) = self
            .act(Undertaking::RevokeRecord, by, move |pen, _| {
                let (caller, reason) = (caller.clone(), reason.clone());
                Box::pin(async move {
                    let record = pen.record(number).await?;
                    Ok((revoke(record.as_ref(), reason, &caller), ()))
                })
            })
            .await?;
        self.done(&recorded)
    }

    /// Restores credit as to a record, by the authority that made the finding.
    ///
    /// Articles: 38
    ///
    /// # Errors
    /// The refusal, or the store failed.
    pub async fn restore(
        &self,
        number: RecordNumber,
        ask: RestoreRecord,
        by: &Caller,
    ) -> Result<Done, ServiceError> {
        let (platform, caller) = (self.clone(), by.clone());
        let (recorded, ()) = self
            .act(Undertaking::RestoreRecord, by, move |pen, law| {
                let (platform, caller, ask) = (platform.clone(), caller.clone(), ask.clone());
                Box::pin(async move {
                    let catalogue = platform.catalogue_of(pen).await?;
                    let record = pen.record(number).await?;
                    let item = record.as_ref().and_then(|record| catalogue.item(&record.item));
                    let item = item.map(|item| &item.item);
                    // No number is given for what is no application.
                    let facts = restoration_facts(pen, record.clone(), item, CaseNumber(0)).await?;
                    Ok((restore_unasked(&law, &facts, ask, &caller), ()))
                })
            })
            .await?;
        self.done(&recorded)
    }

    /// Verifies a flagged code, so that its records are no longer held back.
    ///
    /// Articles: 13, 14
    ///
    /// # Errors
    /// The refusal, or the store failed.
    pub async fn verify_identifier(
        &self,
        written: &str,
        reason: &str,
        by: &Caller,
    ) -> Result<Done, ServiceError> {
        let (caller, written, reason) = (by.clone(), written.to_owned(), reason.to_owned());
        let (recorded, ()) = self
            .act(Undertaking::VerifyIdentifier, by, move |pen, law| {
                let (caller, written, reason) = (caller.clone(), written.clone(), reason.clone());
                Box::pin(async move {
                    let about = identify(&written, None, law.day())?;
                    let facts = VerificationFacts {
                        subject: pen.subject_by_identifier(&about.identifier).await?,
                        authority: facts::authority_of(pen, &caller).await?,
                    };
                    Ok((verify(&facts, reason, &caller), ()))
                })
            })
            .await?;
        self.done(&recorded)
    }

    /// What was done with a record, oldest first, for the authority that filed it: its own statements and reasons, persons
    /// masked. Each opening is an inquiry with its entry, which the subject sees.
    ///
    /// Articles: 14, 34, 53(3)
    ///
    /// # Errors
    /// When the caller did not file it, or the store fails.
    pub async fn record_history(&self, number: RecordNumber, by: &Caller) -> Result<OwnRecord, ServiceError> {
        let (answer, subject) = self.open_own_record(number, by).await?;
        let catalogue = self.catalogue().await?;
        let item = answer.records.first().and_then(|record| catalogue.item(&record.item));
        let mut snapshot = self.store().snapshot().await?;
        let lines = all_history(&mut snapshot, subject, |line| line.record == Some(number)).await?;
        snapshot.end().await?;
        let mut lines: Vec<HistoryLine> = lines.into_iter().map(|line| line.masked(item)).collect();
        lines.sort_by_key(|line| line.entry);
        Ok(OwnRecord { answer, history: lines })
    }
}
