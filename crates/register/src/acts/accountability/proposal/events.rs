//! What happened to proposals (Articles 6, 53), and the rows of it.
//!
//! Articles: 6, 53

use serde::{Deserialize, Serialize};

use super::{ProposalNumber, Proposed};
use crate::caller::KeyNumber;
use crate::change::{Change, Value};
use crate::tables;

/// An act was proposed. Whoever proposed stands beside the event as its caller.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ActProposed {
    /// Its number.
    pub proposal: ProposalNumber,
    /// The office in which it is decided, or the operator's word.
    pub office: String,
    /// What.
    pub act: Box<Proposed>,
    /// The number that is set aside for the key that comes of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<KeyNumber>,
}

/// A proposal was approved; what it came to are the next entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposalApproved {
    /// Which one.
    pub proposal: ProposalNumber,
}

/// A proposal was rejected, or taken back by whoever made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposalRejected {
    /// Which one.
    pub proposal: ProposalNumber,
    /// Why.
    pub reason: String,
}

impl ActProposed {
    pub(crate) fn changes(&self) -> Vec<Change> {
        vec![Change::Insert {
            table: &tables::PROPOSAL,
            row: vec![
                self.proposal.0.into(),
                self.office.as_str().into(),
                self.key.map(|key| key.0).into(),
                Value::Entry,
                Value::Null,
                Value::Null,
            ],
        }]
    }
}

fn decided(proposal: ProposalNumber, column: &'static str) -> Vec<Change> {
    vec![Change::Update {
        table: &tables::PROPOSAL,
        key: vec![proposal.0.into()],
        set: vec![(column, Value::Entry)],
    }]
}

impl ProposalApproved {
    pub(crate) fn changes(&self) -> Vec<Change> {
        decided(self.proposal, "approved")
    }
}

impl ProposalRejected {
    pub(crate) fn changes(&self) -> Vec<Change> {
        decided(self.proposal, "rejected")
    }
}
