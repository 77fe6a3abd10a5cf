//! Erasure (Articles 6, 14, 53(3)).
//!
//! What is held is held lawfully, for a purpose and no longer than that (6); what should not have been collected goes (14).
//! Erasing destroys the content for good: the record is gone from every view, its entries stay in the journal as leaves that
//! nobody can read any more, and the subject sees that an erasure took place, what kind of entries, when and why. There are
//! three grounds and no other: the end of a configured retention period, unlawful collection that a document found, and a
//! law that is named. Elimination under Article 36 takes off display and is none of them. Who looked stays known (53(3)):
//! entries of inquiries are not erased.

use law::period::last_display_day;
use law::{Citation, Day, Instant, LawInForce};
use serde::{Deserialize, Serialize};

use crate::acts::information::filing::OrganisationName;
use crate::caller::Caller;
use crate::catalogue::{CatalogueItem, Retention};
use crate::change::{Change, Value};
use crate::event::Event;
use crate::record::{Record, RecordNumber};
use crate::rules::access::not_your_record;
use crate::rules::display_period::display;
use crate::ruling::{Bilingual, Ground, Refusal, Ruling};
use crate::subject::{EntryNumber, SubjectNumber};
use crate::tables;

/// Why something may be erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ground", rename_all = "snake_case")]
pub enum ErasureGround {
    /// A configured retention period has ended.
    Retention {
        /// The period in months, from the day of the finding.
        months: u32,
        /// The rule or decision that sets it.
        source: String,
    },
    /// It should not have been collected.
    UnlawfulCollection {
        /// The document that found it.
        document: String,
    },
    /// A law requires it.
    NamedLaw {
        /// The law and its article.
        law: String,
    },
}

impl ErasureGround {
    /// What it rests on, as it was written.
    #[must_use]
    pub fn document(&self) -> &str {
        match self {
            Self::Retention { source: text, .. }
            | Self::UnlawfulCollection { document: text }
            | Self::NamedLaw { law: text } => text,
        }
    }

    /// The ground in a word, as in the command and the journal.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Retention { .. } => "retention",
            Self::UnlawfulCollection { .. } => "unlawful-collection",
            Self::NamedLaw { .. } => "law",
        }
    }
}

/// An entry that is erased: what is still known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasedEntry {
    /// Its number.
    pub entry: EntryNumber,
    /// What kind of act it was.
    pub kind: String,
    /// On which day it was written.
    pub day: Day,
}

impl ErasedEntry {
    /// An entry of a kind that was written at an instant.
    #[must_use]
    pub fn new(entry: EntryNumber, kind: &str, at: Instant) -> Self {
        Self { entry, kind: kind.to_owned(), day: Day::of(at) }
    }
}

/// A name under which an organisation is found, and the entry that gave it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandingName {
    /// The name.
    pub name: OrganisationName,
    /// The entry.
    pub entry: EntryNumber,
}

/// A record that is asked to be erased, with what hangs on it.
#[derive(Debug)]
pub struct ErasedRecord<'a> {
    /// The record, where there is one.
    pub record: Option<Record>,
    /// Its item, while it is in the catalogue.
    pub item: Option<&'a CatalogueItem>,
}

/// What is held about one subject.
#[derive(Debug, Default)]
pub struct OfSubject {
    /// The entries that state, change or revoke the records that are to be erased.
    pub entries: Vec<ErasedEntry>,
    /// Whether the organisation's name came from one of them.
    pub name_goes: bool,
    /// The name that stands without them.
    pub name_left: Option<StandingName>,
}

/// What the law makes relevant to an erasure.
#[derive(Debug)]
pub struct ErasureFacts<'a> {
    /// The records, in the order in which they were named.
    pub records: Vec<ErasedRecord<'a>>,
    /// What is held about each of their subjects, in order of number.
    pub subjects: Vec<(SubjectNumber, OfSubject)>,
}

/// Asks for an erasure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EraseRecords {
    /// The records.
    pub records: Vec<RecordNumber>,
    /// Why.
    pub ground: ErasureGround,
}

/// Records of one subject were erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordsErased {
    /// The subject.
    pub subject: SubjectNumber,
    /// The records.
    pub records: Vec<RecordNumber>,
    /// The entries whose content is destroyed.
    pub entries: Vec<ErasedEntry>,
    /// Why.
    pub ground: ErasureGround,
    /// Whether the organisation's name came from one of the entries.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub name_goes: bool,
    /// The name that stands without them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_left: Option<StandingName>,
}

impl RecordsErased {
    pub(crate) fn changes(&self) -> Vec<Change> {
        let subject = || Value::from(self.subject.0);
        let mut changes: Vec<Change> = self
            .records
            .iter()
            .map(|record| Change::Delete { table: &tables::RECORD, key: vec![record.0.into()] })
            .collect();
        if self.name_goes {
            changes.push(match &self.name_left {
                Some(StandingName { name, entry }) => Change::Replace {
                    table: &tables::ORGANISATION_NAME,
                    row: vec![
                        subject(),
                        name.name.as_str().into(),
                        name.code.as_str().into(),
                        entry.0.into(),
                    ],
                },
                None => Change::Delete { table: &tables::ORGANISATION_NAME, key: vec![subject()] },
            });
        }
        for erased in &self.entries {
            let entry = erased.entry.0;
            changes
                .push(Change::Delete { table: &tables::SUBJECT_ENTRY, key: vec![subject(), entry.into()] });
            changes.push(Change::Insert {
                table: &tables::ERASED_ENTRY,
                row: vec![entry.into(), Value::Entry, subject()],
            });
        }
        changes
    }

    /// What the subject is told: the ground, and what kind of entries of which days; never what stood in them.
    #[must_use]
    pub fn told(&self) -> String {
        let entries = self.entries.iter();
        let entries = entries.map(|erased| format!("{} {} ({})", erased.kind, erased.day, erased.entry.0));
        format!(
            "{}: {}; {}",
            self.ground.word(),
            self.ground.document(),
            entries.collect::<Vec<_>>().join(", ")
        )
    }
}

/// Whether a caller may erase a record: the operator of the platform, or the authority that filed it.
///
/// Articles: 6, 14
///
/// # Errors
/// The refusal with its article.
pub fn may_erase<'a>(record: Option<&'a Record>, by: &Caller) -> Result<&'a Record, Refusal> {
    let competent = |record: &&Record| by.is_operator() || by.office() == Some(&record.authority);
    record.filter(competent).ok_or_else(|| not_your_record().into())
}

/// Erases records: one event for each subject.
///
/// Articles: 6, 14, 53(3)
#[must_use]
pub fn erase(law: &LawInForce, facts: &ErasureFacts<'_>, ask: &EraseRecords, by: &Caller) -> Ruling {
    if ask.ground.document().trim().is_empty() {
        return Ruling::refused(ungrounded());
    }
    if ask.records.is_empty() || ask.records.len() > RECORDS_ERASED_MAX {
        return Ruling::refused(wrong_count());
    }
    let mut found = Vec::with_capacity(facts.records.len());
    for asked in &facts.records {
        match may_erase(asked.record.as_ref(), by) {
            Ok(record) => found.push((record, asked.item)),
            Err(refusal) => return Ruling::refused(refusal),
        }
    }
    if let ErasureGround::Retention { months, source } = &ask.ground {
        for (record, item) in &found {
            let configured = item.and_then(|item| item.retention.as_ref());
            if configured.is_none_or(|kept| kept.months != *months || kept.source != *source) {
                return Ruling::refused(no_such_retention(configured));
            }
            if let Some(ground) = still_retained(law, record, *item, *months) {
                return Ruling::refused(ground);
            }
        }
    }
    let mut events = Vec::with_capacity(facts.subjects.len());
    for (subject, held) in &facts.subjects {
        let records: Vec<RecordNumber> = found
            .iter()
            .filter(|(record, _)| record.subject == *subject)
            .map(|(record, _)| record.number)
            .collect();
        if records.is_empty() || held.entries.is_empty() {
            continue;
        }
        events.push(Event::RecordsErased(RecordsErased {
            subject: *subject,
            records,
            entries: held.entries.clone(),
            ground: ask.ground.clone(),
            name_goes: held.name_goes,
            name_left: held.name_left.clone(),
        }));
    }
    Ruling::Granted { events, grounds: Vec::new() }
}

/// How many records are erased by one act at most: nobody holds the pen for long.
pub const RECORDS_ERASED_MAX: usize = 100;

fn wrong_count() -> Ground {
    Ground::new(
        "records_count",
        Citation::article(6),
        Bilingual::made(
            format!("一次删除 1 至 {RECORDS_ERASED_MAX} 条记录"),
            format!("one erasure names 1 to {RECORDS_ERASED_MAX} records"),
        ),
    )
    .field("records")
    .remedy(Bilingual::new("分次办理", "erase them in parts"))
}

/// The refusal for a retention period that nobody configured: the asker does not set it.
fn no_such_retention(configured: Option<&Retention>) -> Ground {
    let ground = Ground::new(
        "retention_not_configured",
        Citation::article(6),
        Bilingual::new(
            "目录条目没有规定这一保存期限及其依据",
            "the catalogue item sets no such retention period with this source",
        ),
    )
    .field("months");
    match configured {
        Some(Retention { months, source }) => ground.remedy(Bilingual::made(
            format!("该条目的保存期限为 {months} 个月（{source}）"),
            format!("the item's retention period is {months} months ({source})"),
        )),
        None => ground.remedy(Bilingual::new(
            "先在目录中规定保存期限，或写明其他法定依据",
            "set a retention period in the catalogue first, or name another ground",
        )),
    }
}

/// Why a record is not past its retention: the period has not ended, or the record is still displayed.
fn still_retained(
    law: &LawInForce,
    record: &Record,
    item: Option<&CatalogueItem>,
    months: u32,
) -> Option<Ground> {
    let last_day = last_display_day(record.finding_day, months);
    let displayed = item.is_some_and(|item| display(record, item, law).is_displayed());
    if months > 0 && law.day() > last_day && !displayed {
        return None;
    }
    let number = record.number.0;
    let (zh, en) = if displayed {
        (format!("记录 {number} 仍在公示"), format!("the record {number} is still displayed"))
    } else {
        (
            format!("记录 {number} 的保存期限至 {last_day} 为止"),
            format!("the record {number} is retained up to and including {last_day}"),
        )
    };
    Some(
        Ground::new("still_retained", Citation::article(15), Bilingual::made(zh, en)).field("ground").remedy(
            Bilingual::new("期满后再办理，或写明其他法定依据", "wait for its end, or name another ground"),
        ),
    )
}

fn ungrounded() -> Ground {
    Ground::new(
        "ground_missing",
        Citation::article(6),
        Bilingual::new("删除必须写明依据", "an erasure names what it rests on"),
    )
    .field("document")
    .remedy(Bilingual::new(
        "写明保存期限的依据、认定违法收集的文书，或者法律名称和条款",
        "name the source of the retention period, the document that found the collection unlawful, or the law and its article",
    ))
}
