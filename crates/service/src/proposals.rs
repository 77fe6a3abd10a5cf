//! What two persons do: one proposes, another approves (Articles 6, 53).

use law::{Day, Instant, LawInForce};
use register::acts::accountability::proposal::{
    OPERATOR_OFFICE, Proposal, ProposalFacts, ProposalNumber, ProposalState, ProposeAct, Proposed, approve,
    competent, may_approve, may_propose, may_see, not_your_proposal, propose, reject, together,
};
use register::acts::information::access::KeyTerms;
use register::acts::information::catalogue::enrol;
use register::acts::information::correction::{
    BatchRevocationFacts, FiledBatch, RECORDS_REVOKED_MAX, revoke_batch,
};
use register::acts::information::erasure::EraseRecords;
use register::authority::Authority;
use register::caller::{Caller, KeyNumber};
use register::catalogue::CatalogueEdition;
use register::event::Act;
use register::record::{BatchNumber, RecordNumber};
use register::rules::access::{Undertaking, may_undertake, person_needed};
use register::ruling::Ruling;
use register::subject::EntryNumber;
use serde::Serialize;
use serde_json::Value as Json;
use store::{Appended, Pen, Reader};

use crate::access::token;
use crate::administration::{Issuing, KeyFor, ruled_issue, ruled_publication, ruled_rotation};
use crate::erasure::ruled_erasure;
use crate::error::ServiceError;
use crate::platform::{Done, Platform, Recorded};
use crate::recipients::with_notices;

/// How many proposals are read at once at most.
pub const PROPOSALS_AT_ONCE_MAX: u64 = 100;

/// What someone proposes.
#[derive(Debug, Clone, PartialEq)]
pub enum ProposalAsk {
    /// An edition of the catalogue.
    PublishCatalogue(Box<CatalogueEdition>),
    /// An authority, or a new entry of one.
    EnrolAuthority(Authority),
    /// A key.
    IssueKey {
        /// For whom.
        holder: KeyFor,
        /// What else it is bound to.
        terms: KeyTerms,
        /// What for.
        label: String,
        /// The last day on which it opens anything.
        last_day: Option<Day>,
    },
    /// A key in the place of another.
    RotateKey {
        /// The old one.
        key: KeyNumber,
        /// For how many days it goes on.
        overlap_days: u32,
    },
    /// The revocation of what still stands of a batch.
    RevokeBatch {
        /// The batch.
        batch: BatchNumber,
        /// The first line that is meant.
        first_line: Option<u64>,
        /// The last line that is meant.
        last_line: Option<u64>,
        /// Why.
        reason: String,
    },
    /// The erasure of records.
    EraseRecords(EraseRecords),
}

/// A proposal that was made.
#[derive(Clone, Serialize)]
pub struct ProposalMade {
    /// Its number.
    pub proposal: ProposalNumber,
    /// From when on it can no longer be approved.
    pub ends: Instant,
    /// The number of the key that comes of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<KeyNumber>,
    /// The key's token, shown here and nowhere again. It opens nothing before the approval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// The act.
    #[serde(flatten)]
    pub done: Done,
}

register::prints_only_its_name!(ProposalMade);

/// A proposal that was approved, with what came of it.
#[derive(Debug, Clone, Serialize)]
pub struct ProposalDone {
    /// Its number.
    pub proposal: ProposalNumber,
    /// How many entries the act has.
    pub entries: u64,
    /// The number of the key that came of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<KeyNumber>,
    /// The last entry.
    #[serde(flatten)]
    pub done: Done,
}

/// A proposal as the persons of its office read it.
#[derive(Debug, Clone, Serialize)]
pub struct ProposalView {
    /// Its number.
    pub proposal: ProposalNumber,
    /// How it stands.
    pub state: ProposalState,
    /// The word for what was proposed.
    pub act: &'static str,
    /// Everything that was proposed, where one proposal is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub what: Option<Json>,
    /// The office, or `operator`.
    pub office: String,
    /// The name of whoever proposed.
    pub proposer: String,
    /// Their account.
    pub proposer_account: String,
    /// Whether the reader may approve it: someone else, while it is open.
    pub yours_to_approve: bool,
    /// When, to the minute.
    pub at: Instant,
    /// From when on it can no longer be approved.
    pub ends: Instant,
    /// The entry that made it.
    pub entry: EntryNumber,
    /// The number that is set aside for the key that comes of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<KeyNumber>,
    /// The entry that decided it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided: Option<EntryNumber>,
}

impl ProposalView {
    fn new(proposal: &Proposal, whole: bool, by: &Caller, now: Instant) -> Self {
        let proposer = proposal.proposer.person();
        let facts = ProposalFacts { proposal: Some(proposal), proposer_stands: true, now };
        Self {
            proposal: proposal.number,
            state: proposal.state(now),
            act: proposal.act.word(),
            what: whole.then(|| proposal.act.shown()),
            office: proposal
                .proposer
                .office()
                .map_or_else(|| OPERATOR_OFFICE.to_owned(), |office| office.0.clone()),
            proposer: proposer.map_or_else(String::new, |person| person.name.clone()),
            proposer_account: proposer.map_or_else(String::new, |person| person.account.clone()),
            yours_to_approve: may_approve(&facts, by).is_ok(),
            at: proposal.at,
            ends: proposal.ends(),
            entry: proposal.entry,
            key: proposal.key,
            decided: proposal.approved.or(proposal.rejected),
        }
    }
}

/// Among how many of an office's newest proposals the same one is looked for.
const SAME_LOOKED_FOR: u64 = 100;

/// The records that a proposal means, found outside the pen: a batch that is closed gets no more of them.
async fn records_meant(reader: &mut Reader, act: &Proposed) -> Result<Vec<RecordNumber>, ServiceError> {
    let Proposed::RevokeBatch { batch, first_line, last_line, .. } = act else { return Ok(Vec::new()) };
    let lines = first_line.unwrap_or(0)..=last_line.unwrap_or(u64::MAX);
    // One more than an act takes, so that too many are seen to be.
    Ok(reader.records_of_batch(*batch, lines, RECORDS_REVOKED_MAX as u64 + 1).await?)
}

/// What the proposed act is ruled to be now: its own deciding function, by the facts of this moment.
async fn ruled(
    platform: &Platform,
    pen: &mut Pen,
    law: &LawInForce,
    act: &Proposed,
    key: Option<KeyNumber>,
    records: &[RecordNumber],
    by: &Caller,
) -> Result<Ruling, ServiceError> {
    // A number is set aside with every act that makes a key.
    let set_aside = || ServiceError::BrokenOff("no number was set aside for a key".to_owned());
    match act.clone() {
        Proposed::PublishCatalogue { edition } => ruled_publication(pen, law, *edition).await,
        Proposed::EnrolAuthority { authority } => Ok(enrol(authority)),
        Proposed::IssueKey { holder, terms, label, secret_digest, last_day } => {
            let issuing = Issuing { holder, terms, label, secret_digest, last_day };
            ruled_issue(pen, law, issuing, key.ok_or_else(set_aside)?, by).await
        }
        Proposed::RotateKey { key: before, secret_digest, overlap_days } => {
            let next = key.ok_or_else(set_aside)?;
            ruled_rotation(pen, before, secret_digest, overlap_days, next, by).await
        }
        Proposed::RevokeBatch { batch, reason, .. } => {
            let batch = pen.batch(batch).await?.map(|batch| FiledBatch {
                number: batch.number,
                authority: batch.authority,
                closed: batch.closed.is_some(),
            });
            let records = pen.records(records).await?;
            Ok(revoke_batch(&BatchRevocationFacts { batch, records }, &reason, by))
        }
        Proposed::EraseRecords { erasure } => {
            ruled_erasure(platform, pen, law, &erasure, by).await.map(|(ruling, _)| ruling)
        }
    }
}

/// Whether what a proposal was made with still stands: a key that was revoked since may have been a thief's.
async fn proposer_stands(pen: &mut Pen, proposal: Option<&Proposal>) -> Result<bool, ServiceError> {
    match proposal.and_then(|proposal| proposal.proposer.key()) {
        Some(number) => Ok(pen.key(number).await?.is_some_and(|key| !key.revoked)),
        None => Ok(true),
    }
}

impl Platform {
    /// Proposes an act that needs a second person. Whether it would be lawful now is asked at once. What the same person proposed
    /// already, and nobody decided, is answered with that proposal: a form that was sent twice asks nobody twice.
    ///
    /// Articles: 6, 53
    ///
    /// # Errors
    /// When the caller has no name or may not undertake it, the act is refused, or the store fails.
    pub async fn propose(&self, asked: ProposalAsk, by: &Caller) -> Result<ProposalMade, ServiceError> {
        let drawn = self.draw_secret();
        let digest = drawn.digest;
        let act = match asked {
            ProposalAsk::PublishCatalogue(edition) => Proposed::PublishCatalogue { edition },
            ProposalAsk::EnrolAuthority(authority) => Proposed::EnrolAuthority { authority },
            ProposalAsk::IssueKey { holder, terms, label, last_day } => {
                Proposed::IssueKey { holder, terms, label, secret_digest: digest, last_day }
            }
            ProposalAsk::RotateKey { key, overlap_days } => {
                Proposed::RotateKey { key, secret_digest: digest, overlap_days }
            }
            ProposalAsk::RevokeBatch { batch, first_line, last_line, reason } => {
                Proposed::RevokeBatch { batch, first_line, last_line, reason }
            }
            ProposalAsk::EraseRecords(erasure) => Proposed::EraseRecords { erasure },
        };
        may_undertake(Undertaking::ProposeAct, by)?;
        may_propose(&act, by)?;
        let mut snapshot = self.store().snapshot().await?;
        let records = records_meant(&mut snapshot, &act).await?;
        snapshot.end().await?;
        let makes_a_key = act.makes_a_key();
        let (platform, caller) = (self.clone(), by.clone());
        let (recorded, (number, key, before)) = self
            .act(Undertaking::ProposeAct, by, move |pen, law| {
                let (platform, act, caller, records) =
                    (platform.clone(), act.clone(), caller.clone(), records.clone());
                Box::pin(async move {
                    if !makes_a_key {
                        let made = pen.proposals_of(&competent(&caller), None, SAME_LOOKED_FOR).await?;
                        let now = pen.now();
                        if let Some(same) = made.iter().find(|made| made.says_already(&act, &caller, now)) {
                            let nothing = Ruling::Granted { events: Vec::new(), grounds: Vec::new() };
                            return Ok((nothing, (same.number, None, Some(same.entry))));
                        }
                    }
                    let next = pen.next_proposal().await?;
                    let key = if makes_a_key { Some(pen.next_key().await?) } else { None };
                    let now = ruled(&platform, pen, &law, &act, key, &records, &caller).await?;
                    let ruling = match now {
                        Ruling::Granted { .. } => propose(ProposeAct { next, act, key }, &caller),
                        refused @ Ruling::Refused { .. } => refused,
                    };
                    Ok((ruling, (next, key, None)))
                })
            })
            .await?;
        let made = self.proposal(number, by).await?;
        Ok(ProposalMade {
            proposal: number,
            ends: made.ends,
            token: key.map(|key| token(key, &drawn.secret)),
            key,
            done: match before {
                Some(entry) => Done { entry, receipt: self.receipt(entry.0).await? },
                None => self.done(&recorded)?,
            },
        })
    }

    /// Approves what another person of the same office proposed. The act is asked again by the facts of this moment and done in
    /// the same transaction; where it is refused now, the proposal stays open and the refusal says why.
    ///
    /// Articles: 6, 53
    ///
    /// # Errors
    /// When it is one's own proposal or another office's, was decided or has ended, the act is refused, or the store fails.
    pub async fn approve(&self, number: ProposalNumber, by: &Caller) -> Result<ProposalDone, ServiceError> {
        may_undertake(Undertaking::DecideProposal, by)?;
        let mut snapshot = self.store().snapshot().await?;
        let found = snapshot.proposal(number).await?.filter(|proposal| may_see(proposal, by));
        let records = match &found {
            Some(proposal) => records_meant(&mut snapshot, &proposal.act).await?,
            None => Vec::new(),
        };
        snapshot.end().await?;
        let erases = found.is_some_and(|found| matches!(found.act, Proposed::EraseRecords { .. }));
        let (platform, caller) = (self.clone(), by.clone());
        let (_, (entries, key)) = self
            .act(Undertaking::DecideProposal, by, move |pen, law| {
                let (platform, caller, records) = (platform.clone(), caller.clone(), records.clone());
                Box::pin(async move { approved(&platform, pen, &law, number, &records, &caller).await })
            })
            .await?;
        if erases {
            // The act stands, and writing over what it freed may take minutes: nobody waits for that.
            let platform = self.clone();
            tokio::spawn(async move {
                if let Err(error) = platform.store().tidy_up_erased().await {
                    tracing::warn!(%error, "the database has not written over what an erasure freed");
                }
            });
        }
        let recorded = Recorded { entries };
        Ok(ProposalDone {
            proposal: number,
            entries: recorded.entries.len() as u64,
            key,
            done: self.done(&recorded)?,
        })
    }

    /// Rejects a proposal of one's office, or takes one's own back.
    ///
    /// Articles: 6, 53
    ///
    /// # Errors
    /// When it is another office's, was decided or has ended, no reason is given, or the store fails.
    pub async fn reject(
        &self,
        number: ProposalNumber,
        reason: &str,
        by: &Caller,
    ) -> Result<Done, ServiceError> {
        let (caller, reason) = (by.clone(), reason.to_owned());
        let (recorded, ()) = self
            .act(Undertaking::DecideProposal, by, move |pen, _| {
                let (caller, reason) = (caller.clone(), reason.clone());
                Box::pin(async move {
                    let proposal = pen.proposal(number).await?;
                    let proposer_stands = proposer_stands(pen, proposal.as_ref()).await?;
                    let facts =
                        ProposalFacts { proposal: proposal.as_ref(), proposer_stands, now: pen.now() };
                    Ok((reject(&facts, reason, &caller), ()))
                })
            })
            .await?;
        self.done(&recorded)
    }

    /// What was proposed in the caller's office before one of its proposals, the newest first.
    ///
    /// Articles: 6, 53
    ///
    /// # Errors
    /// When the caller has no name, or the store fails.
    pub async fn proposals(
        &self,
        before: Option<ProposalNumber>,
        limit: u64,
        by: &Caller,
    ) -> Result<Vec<ProposalView>, ServiceError> {
        named(by)?;
        let mut snapshot = self.store().snapshot().await?;
        let limit = limit.min(PROPOSALS_AT_ONCE_MAX);
        let proposals = snapshot.proposals_of(&competent(by), before, limit).await?;
        snapshot.end().await?;
        let now = self.now();
        let own = proposals.iter().filter(|proposal| may_see(proposal, by));
        Ok(own.map(|proposal| ProposalView::new(proposal, false, by, now)).collect())
    }

    /// A proposal of the caller's office, whole.
    ///
    /// Articles: 6, 53
    ///
    /// # Errors
    /// When there is no such proposal in the caller's office, or the store fails.
    pub async fn proposal(&self, number: ProposalNumber, by: &Caller) -> Result<ProposalView, ServiceError> {
        named(by)?;
        let mut snapshot = self.store().snapshot().await?;
        let proposal = snapshot.proposal(number).await?;
        snapshot.end().await?;
        let proposal = proposal.filter(|proposal| may_see(proposal, by)).ok_or_else(not_your_proposal)?;
        Ok(ProposalView::new(&proposal, true, by, self.now()))
    }
}

fn named(by: &Caller) -> Result<(), ServiceError> {
    may_undertake(Undertaking::ReadProposals, by)?;
    match by.person() {
        Some(_) => Ok(()),
        None => Err(person_needed(law::Citation::article(53)).into()),
    }
}

/// Decides under the pen, and writes what follows in both names.
async fn approved(
    platform: &Platform,
    pen: &mut Pen,
    law: &LawInForce,
    number: ProposalNumber,
    records: &[RecordNumber],
    by: &Caller,
) -> Result<(Ruling, (Vec<Appended>, Option<KeyNumber>)), ServiceError> {
    let proposal = pen.proposal(number).await?;
    let proposer_stands = proposer_stands(pen, proposal.as_ref()).await?;
    let facts = ProposalFacts { proposal: proposal.as_ref(), proposer_stands, now: pen.now() };
    let standing = match may_approve(&facts, by) {
        Ok(standing) => standing,
        Err(refusal) => return Ok((Ruling::refused(refusal), (Vec::new(), None))),
    };
    let both = together(standing, by);
    let act = ruled(platform, pen, law, &standing.act, standing.key, records, &both).await?;
    match approve(&facts, act, by) {
        Ruling::Granted { events, grounds } => {
            let own = events.len();
            let events = with_notices(pen, events, &both).await?;
            let acts = events.into_iter().map(|event| Act { caller: both.clone(), event }).collect();
            let mut entries = pen.append_many(acts).await?;
            entries.truncate(own);
            Ok((Ruling::Granted { events: Vec::new(), grounds }, (entries, standing.key)))
        }
        refused @ Ruling::Refused { .. } => Ok((refused, (Vec::new(), None))),
    }
}
