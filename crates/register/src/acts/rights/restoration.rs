//! Restoration (修复, Article 38).
//!
//! Subjects have the right of restoration regarding information on untrustworthiness; requirements and procedure are those of
//! the uniform state provisions. Whoever made the finding decides. Here stands the decision: the shortest display has run, the
//! duty is performed, a commitment was given. Display and sharing stop with the commit. The case around it (application,
//! acceptance, clocks) is a later capability.

use law::{Citation, LawInForce};
use serde::{Deserialize, Serialize};

use crate::acts::information::correction::may_correct;
use crate::caller::Caller;
use crate::change::{Change, Value};
use crate::event::Event;
use crate::record::{Record, RecordNumber};
use crate::ruling::{Bilingual, Ground, Ruling};
use crate::subject::SubjectNumber;
use crate::tables;

/// Decides that credit is restored as to a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoreRecord {
    /// By which document the duty is shown to be performed.
    pub performance_document: String,
    /// By which document the subject gave its credit commitment.
    pub commitment_document: String,
    /// Why.
    pub reason: String,
}

/// Credit was restored as to a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordRestored {
    /// The record.
    pub record: RecordNumber,
    /// Its subject.
    pub subject: SubjectNumber,
    /// The proof of performance.
    pub performance_document: String,
    /// The commitment.
    pub commitment_document: String,
    /// Why.
    pub reason: String,
}

impl RecordRestored {
    pub(crate) fn changes(&self) -> Vec<Change> {
        vec![Change::Update {
            table: &tables::RECORD,
            key: vec![self.record.0.into()],
            set: vec![("restored", Value::Entry)],
        }]
    }
}

/// Restores credit as to a record.
///
/// Articles: 38
#[must_use]
pub fn restore(law: &LawInForce, record: Option<&Record>, ask: RestoreRecord, by: &Caller) -> Ruling {
    let record = match may_correct(record, by, &ask.reason) {
        Ok(record) => record,
        Err(refusal) => return Ruling::refused(refusal),
    };
    let refuse = |code: &'static str, field: &str, reason: Bilingual| {
        Ruling::refused(Ground::new(code, Citation::article(38), reason).field(field))
    };
    if record.class != law::InformationClass::Untrustworthiness {
        return refuse(
            "nothing_to_restore",
            "record",
            Bilingual::new("不是失信信息", "is no information on untrustworthiness"),
        );
    }
    if record.restored.is_some() {
        return refuse(
            "already_restored",
            "record",
            Bilingual::new("已经修复", "credit is restored already"),
        );
    }
    if ask.performance_document.trim().is_empty() || ask.commitment_document.trim().is_empty() {
        return refuse(
            "documents_missing",
            "performance_document",
            Bilingual::new(
                "须有履行义务的证明和信用承诺",
                "proof of performance and a credit commitment are required",
            ),
        );
    }
    let Some(severity) = record.severity else {
        return refuse(
            "no_rule_applies",
            "record",
            Bilingual::new("该记录没有严重程度", "the record has no severity"),
        );
    };
    let months = match law.restoration_minimum_months(severity) {
        Ok(months) => months.value,
        Err(error) => {
            return refuse(
                "no_rule_applies",
                "record",
                Bilingual::made(
                    format!("没有可适用的修复规则：{error}"),
                    format!("no rule of restoration applies: {error}"),
                ),
            );
        }
    };
    let earliest = law::period::first_restoration_day(record.finding_day, months);
    if law.day() < earliest {
        return refuse(
            "too_early",
            "record",
            Bilingual::made(
                format!("最早可于 {earliest} 修复"),
                format!("the earliest day of restoration is {earliest}"),
            ),
        );
    }
    Ruling::granted(
        Event::RecordRestored(RecordRestored {
            record: record.number,
            subject: record.subject,
            performance_document: ask.performance_document,
            commitment_document: ask.commitment_document,
            reason: ask.reason,
        }),
        Vec::new(),
    )
}
