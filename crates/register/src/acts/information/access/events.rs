//! What happened to keys (Articles 6, 19), and the rows of it.
//!
//! Articles: 6, 19

use law::Instant;
use serde::{Deserialize, Serialize};

use super::KeyTerms;
use crate::caller::{Holder, KeyNumber};
use crate::change::{Change, Value};
use crate::tables;

/// Whose key it is and what it is bound to: one sealed value of its row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyHolder {
    /// In whose place it acts.
    #[serde(flatten)]
    pub holder: Holder,
    /// What else it is bound to.
    #[serde(flatten)]
    pub terms: KeyTerms,
}

/// A key was issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyIssued {
    /// Its number.
    pub key: KeyNumber,
    /// SHA-256 of its secret.
    pub secret_digest: String,
    /// What for.
    pub label: String,
    /// For whom.
    pub holder: Holder,
    /// What else it is bound to.
    #[serde(default, skip_serializing_if = "KeyTerms::is_empty")]
    pub terms: KeyTerms,
    /// When it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Instant>,
}

/// A key took the place of another, with the same holder, terms and end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRotated {
    /// The new key.
    #[serde(flatten)]
    pub issued: KeyIssued,
    /// The old key.
    pub before: KeyNumber,
    /// When the old one ends.
    pub before_expires: Instant,
}

/// A key was revoked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRevoked {
    /// Its number.
    pub key: KeyNumber,
    /// Why.
    pub reason: String,
}

impl KeyIssued {
    pub(crate) fn changes(&self) -> Vec<Change> {
        let holder = KeyHolder { holder: self.holder.clone(), terms: self.terms.clone() };
        let mut changes = vec![Change::Insert {
            table: &tables::API_KEY,
            row: vec![
                self.key.0.into(),
                self.secret_digest.as_str().into(),
                self.label.as_str().into(),
                serde_json::to_string(&holder).unwrap_or_default().into(),
                self.expires.map_or(Value::Null, |end| Value::Integer(end.milliseconds())),
                Value::Entry,
                Value::Null,
            ],
        }];
        if self.holder == Holder::Operator && self.terms.person.is_some() {
            changes.push(Change::Insert {
                table: &tables::OPERATOR_KEY,
                row: vec![self.key.0.into(), Value::Entry],
            });
        }
        changes
    }
}

impl KeyRotated {
    pub(crate) fn changes(&self) -> Vec<Change> {
        let mut changes = self.issued.changes();
        changes.push(Change::Update {
            table: &tables::API_KEY,
            key: vec![self.before.0.into()],
            set: vec![("expires", Value::Integer(self.before_expires.milliseconds()))],
        });
        changes
    }
}

impl KeyRevoked {
    pub(crate) fn changes(&self) -> Vec<Change> {
        vec![Change::Update {
            table: &tables::API_KEY,
            key: vec![self.key.0.into()],
            set: vec![("revoked", Value::Entry)],
        }]
    }
}
