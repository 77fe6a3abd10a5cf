//! What filing leaves behind: the events of Article 14, and the rows that each writes.
//!
//! Articles: 14

use std::sync::Arc;

use law::{Day, InformationClass, Severity};
use serde::{Deserialize, Serialize};

use crate::authority::AuthorityCode;
use crate::catalogue::ItemCode;
use crate::change::{Change, Value};
use crate::record::{BatchNumber, Content, RecordNumber};
use crate::subject::{SubjectIdentifier, SubjectKind, SubjectNumber};
use crate::tables;

/// A subject got its number: the first time that anything is filed or asked about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubjectRegistered {
    /// The number.
    pub subject: SubjectNumber,
    /// Its kind.
    pub kind: SubjectKind,
    /// The identifier.
    pub identifier: SubjectIdentifier,
    /// Whether its code fails the check.
    pub flagged: bool,
}

/// A batch was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchOpened {
    /// Its number.
    pub batch: BatchNumber,
    /// Who files.
    pub authority: AuthorityCode,
    /// The item.
    pub item: ItemCode,
    /// The catalogue's edition.
    pub edition: u64,
    /// SHA-256 of the file as it was sent, in hexadecimal.
    pub file_digest: String,
    /// Digests of the requests that this batch answers: of its content, and of its idempotency key where there is one.
    pub requests: Vec<String>,
    /// Whether it is all-or-nothing.
    pub staged: bool,
}

/// A record was filed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordFiled {
    /// Its number.
    pub record: RecordNumber,
    /// Whom it is about.
    pub subject: SubjectNumber,
    /// The batch.
    pub batch: BatchNumber,
    /// The line in the batch's file.
    pub line: u64,
    /// The catalogue item.
    pub item: ItemCode,
    /// The catalogue's edition.
    pub edition: u64,
    /// Who filed it.
    pub authority: AuthorityCode,
    /// Its class.
    pub class: InformationClass,
    /// Its severity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// Day 0 of every period.
    pub finding_day: Day,
    /// The day of filing.
    pub filed_day: Day,
    /// Whether it waits for its batch to come into force.
    pub staged: bool,
    /// The organisation's name and code for search.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<OrganisationName>,
    /// The content, shared with the judged line that it comes from.
    #[serde(with = "shared")]
    pub content: Arc<Content>,
}

/// A shared content is written as what it holds.
mod shared {
    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::record::Content;

    pub fn serialize<S: Serializer>(content: &Arc<Content>, serializer: S) -> Result<S::Ok, S::Error> {
        content.as_ref().serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<Content>, D::Error> {
        Content::deserialize(deserializer).map(Arc::new)
    }
}

/// A name under which an organisation is found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganisationName {
    /// The name.
    pub name: String,
    /// The unified code.
    pub code: String,
}

/// A batch was closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchClosed {
    /// Its number.
    pub batch: BatchNumber,
    /// Who filed.
    pub authority: AuthorityCode,
    /// Whether its records are in force; an all-or-nothing batch with a refused line is abandoned.
    pub in_force: bool,
    /// Lines filed.
    pub filed: u64,
    /// Lines that said what was held already.
    pub unchanged: u64,
    /// Lines refused.
    pub refused: u64,
}

impl SubjectRegistered {
    pub(crate) fn changes(&self) -> Vec<Change> {
        vec![
            Change::Insert {
                table: &tables::SUBJECT,
                row: vec![
                    self.subject.0.into(),
                    self.kind.word().into(),
                    self.identifier.lookup_text().into(),
                    self.flagged.into(),
                    Value::Entry,
                    Value::Null,
                ],
            },
            Change::Insert {
                table: &tables::IDENTIFIER_INDEX,
                row: vec![
                    Value::IndexKey,
                    Value::Keyed { domain: tables::IDENTIFIER_DOMAIN, text: self.identifier.lookup_text() },
                    self.subject.0.into(),
                ],
            },
        ]
    }
}

impl BatchOpened {
    pub(crate) fn changes(&self) -> Vec<Change> {
        let mut changes = vec![Change::Insert {
            table: &tables::BATCH,
            row: vec![
                self.batch.0.into(),
                self.authority.0.as_str().into(),
                self.item.0.as_str().into(),
                self.file_digest.as_str().into(),
                self.staged.into(),
                Value::Entry,
                Value::Null,
                Value::Null,
                Value::Integer(0),
                Value::Integer(0),
                Value::Integer(0),
            ],
        }];
        changes.extend(self.requests.iter().map(|request| Change::Insert {
            table: &tables::BATCH_REQUEST,
            row: vec![self.authority.0.as_str().into(), request.as_str().into(), self.batch.0.into()],
        }));
        changes
    }
}

impl RecordFiled {
    pub(crate) fn changes(&self) -> Vec<Change> {
        let mut changes = vec![Change::Insert {
            table: &tables::RECORD,
            row: vec![
                self.record.0.into(),
                self.subject.0.into(),
                self.item.0.as_str().into(),
                self.edition.into(),
                self.authority.0.as_str().into(),
                self.class.word().into(),
                self.severity.map(Severity::word).into(),
                self.finding_day.to_string().into(),
                self.filed_day.to_string().into(),
                self.batch.0.into(),
                self.line.into(),
                Value::Integer(1),
                Value::Entry,
                self.staged.into(),
                Value::Keyed {
                    domain: tables::STATEMENT_DOMAIN,
                    text: self.content.identity_text(&self.item, &self.authority, self.subject),
                },
                Value::Keyed { domain: tables::CONTENT_DOMAIN, text: self.content.comparison_text() },
                Value::Null,
                Value::Null,
                Value::Null,
                Value::Null,
                Value::Null,
            ],
        }];
        if let Some(name) = &self.name {
            changes.push(name.change(self.subject));
        }
        changes
    }
}

impl OrganisationName {
    pub(crate) fn change(&self, subject: SubjectNumber) -> Change {
        Change::Replace {
            table: &tables::ORGANISATION_NAME,
            row: vec![subject.0.into(), self.name.as_str().into(), self.code.as_str().into(), Value::Entry],
        }
    }
}

impl BatchClosed {
    pub(crate) fn changes(&self) -> Vec<Change> {
        vec![Change::Update {
            table: &tables::BATCH,
            key: vec![self.batch.0.into()],
            set: vec![
                ("closed", Value::Entry),
                ("in_force", if self.in_force { Value::Entry } else { Value::Null }),
                ("filed", self.filed.into()),
                ("unchanged", self.unchanged.into()),
                ("refused", self.refused.into()),
            ],
        }]
    }
}
