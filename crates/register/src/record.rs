//! Records of public credit information (公共信用信息): one filed statement about one subject (Articles 12, 14).

use std::fmt::Write as _;

use law::{Day, InformationClass, Severity};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::authority::AuthorityCode;
use crate::case::CaseNumber;
use crate::catalogue::ItemCode;
use crate::subject::{EntryNumber, SubjectNumber};

/// The number of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RecordNumber(pub u64);

/// The number of a batch of filed lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BatchNumber(pub u64);

/// What the law asks about a record: everything that decides who may see it until when, without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its number.
    pub number: RecordNumber,
    /// Whom it is about.
    pub subject: SubjectNumber,
    /// The catalogue item.
    pub item: ItemCode,
    /// The number of the catalogue edition under which it was filed.
    pub edition: u64,
    /// The authority that filed it.
    pub authority: AuthorityCode,
    /// Its class.
    pub class: InformationClass,
    /// Its severity, for information on untrustworthiness.
    pub severity: Option<Severity>,
    /// The day of the finding document: day 0 of every period.
    pub finding_day: Day,
    /// The day on which it was filed.
    pub filed_day: Day,
    /// The batch.
    pub batch: BatchNumber,
    /// Its line in the batch's file.
    pub line: u64,
    /// 1 when filed, one more with each correction.
    pub version: u32,
    /// The entry that carries the present content.
    pub entry: EntryNumber,
    /// Whether the batch it belongs to is in force; a staged record is seen by nobody.
    pub in_force: bool,
    /// The entry that revoked it.
    pub revoked: Option<EntryNumber>,
    /// The entry that restored the subject's credit as to it (Article 38).
    pub restored: Option<EntryNumber>,
    /// The entry that withdrew it from display at the subject's request (Article 36).
    pub withdrawn: Option<EntryNumber>,
    /// The open objection to it (Article 37): while there is one, it bears the mark wherever it is shown.
    pub objection: Option<CaseNumber>,
    /// The entry that stopped its display and sharing under Article 37: what an objection found, or its claim to be another's.
    pub stopped: Option<EntryNumber>,
}

/// The content of a record: what the filing authority stated, without the subject's identifiers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// The number of the document with legal effect.
    pub document_number: String,
    /// The certificate that tells apart several grants under one document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_number: Option<String>,
    /// The fields of the item's format, by our property names, in canonical form.
    pub fields: Map<String, Value>,
}

impl Content {
    /// The text that identifies a filed statement: the same item, authority, document, subject and certificate is
    /// the same statement, to be corrected and not filed again.
    #[must_use]
    pub fn identity_text(
        &self,
        item: &ItemCode,
        authority: &AuthorityCode,
        subject: SubjectNumber,
    ) -> String {
        // A length before each part, so that no two different tuples give one text.
        let certificate = self.certificate_number.as_deref().unwrap_or_default();
        let mut text = String::with_capacity(128);
        for part in [item.0.as_str(), authority.0.as_str(), self.document_number.as_str(), certificate] {
            // Writing into a text does not fail.
            let _ = write!(text, "{}:{part}|", part.len());
        }
        let _ = write!(text, "{}", subject.0);
        text
    }

    /// The text by which two statements with one identity are told to be the same or changed.
    #[must_use]
    pub fn comparison_text(&self) -> String {
        // `Map` keeps the order of arrival when another crate asks serde_json for it: then they are sorted here.
        if self.fields.keys().is_sorted() {
            return serde_json::to_string(&self.fields).unwrap_or_default();
        }
        let sorted: std::collections::BTreeMap<_, _> = self.fields.iter().collect();
        serde_json::to_string(&sorted).unwrap_or_default()
    }
}
