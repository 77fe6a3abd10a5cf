//! Withdrawal of display (消除, Article 36).
//!
//! Subjects may ask that commendations and awards, volunteer service, donations and the like not be disclosed. The display is
//! withdrawn with the commit, without a reason, and only the subject has it resumed. Nothing is erased by it.

use law::Citation;
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::catalogue::CatalogueItem;
use crate::change::{Change, Value};
use crate::event::Event;
use crate::record::{Record, RecordNumber};
use crate::ruling::{Bilingual, Ground, Refusal, Ruling};
use crate::subject::SubjectNumber;
use crate::tables;

/// What the law makes relevant to a withdrawal.
#[derive(Debug)]
pub struct WithdrawalFacts<'a> {
    /// The record, where there is one.
    pub record: Option<Record>,
    /// Its item in the catalogue in force.
    pub item: Option<&'a CatalogueItem>,
}

/// A record was withdrawn from display.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisplayWithdrawn {
    /// The record.
    pub record: RecordNumber,
    /// Its subject.
    pub subject: SubjectNumber,
}

/// A record is displayed again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisplayResumed {
    /// The record.
    pub record: RecordNumber,
    /// Its subject.
    pub subject: SubjectNumber,
}

impl DisplayWithdrawn {
    pub(crate) fn changes(&self) -> Vec<Change> {
        vec![set_withdrawn(self.record, Value::Entry)]
    }
}

impl DisplayResumed {
    pub(crate) fn changes(&self) -> Vec<Change> {
        vec![set_withdrawn(self.record, Value::Null)]
    }
}

fn set_withdrawn(record: RecordNumber, value: Value) -> Change {
    Change::Update { table: &tables::RECORD, key: vec![record.0.into()], set: vec![("withdrawn", value)] }
}

/// Whether a caller may withdraw a record from display, or resume it.
///
/// Articles: 36
///
/// # Errors
/// The refusal with its article.
pub fn may_withdraw<'a>(facts: &'a WithdrawalFacts<'_>, by: &Caller) -> Result<&'a Record, Refusal> {
    let subject = by.subject();
    let record = facts
        .record
        .as_ref()
        .filter(|record| Some(record.subject) == subject && record.in_force)
        .ok_or_else(|| {
            Refusal::from(
                Ground::new(
                    "not_about_you",
                    Citation::article(36),
                    Bilingual::new("没有关于您的该记录", "there is no such record about you"),
                )
                .field("record"),
            )
        })?;
    if facts.item.is_some_and(|item| item.withdrawable) {
        return Ok(record);
    }
    Err(Ground::new(
        "not_withdrawable",
        Citation::article(36),
        Bilingual::new(
            "可以要求不公示的是表彰奖励、志愿服务、慈善捐赠等信息",
            "what can be withdrawn on request is commendations and awards, volunteer service, donations and the like",
        ),
    )
    .field("record")
    .remedy(Bilingual::new(
        "认为不实的可以提出异议（第三十七条）；失信信息可以申请修复（第三十八条）",
        "object if it is untrue (Article 37); information on untrustworthiness can be restored (Article 38)",
    ))
    .into())
}

/// Withdraws a record from display.
///
/// Articles: 36
#[must_use]
pub fn withdraw(facts: &WithdrawalFacts<'_>, by: &Caller) -> Ruling {
    match may_withdraw(facts, by) {
        Ok(record) if record.withdrawn.is_none() => Ruling::granted(
            Event::DisplayWithdrawn(DisplayWithdrawn { record: record.number, subject: record.subject }),
            Vec::new(),
        ),
        Ok(_) => Ruling::refused(
            Ground::new(
                "already_withdrawn",
                Citation::article(36),
                Bilingual::new("该记录已停止公示", "the record is withdrawn already"),
            )
            .field("record"),
        ),
        Err(refusal) => Ruling::refused(refusal),
    }
}

/// Has a withdrawn record displayed again.
///
/// Articles: 36
#[must_use]
pub fn resume(facts: &WithdrawalFacts<'_>, by: &Caller) -> Ruling {
    match may_withdraw(facts, by) {
        Ok(record) if record.withdrawn.is_some() => Ruling::granted(
            Event::DisplayResumed(DisplayResumed { record: record.number, subject: record.subject }),
            Vec::new(),
        ),
        Ok(_) => Ruling::refused(
            Ground::new(
                "not_withdrawn",
                Citation::article(36),
                Bilingual::new("该记录没有停止公示", "the record is not withdrawn"),
            )
            .field("record"),
        ),
        Err(refusal) => Ruling::refused(refusal),
    }
}
