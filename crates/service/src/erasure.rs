//! Erasing records (Articles 6, 14), and what is tidied up afterwards.

use std::collections::{BTreeMap, BTreeSet};

use law::LawInForce;
use register::acts::information::erasure::{
    EraseRecords, ErasedEntry, ErasedRecord, ErasureFacts, OfSubject, StandingName, erase,
};
use register::caller::Caller;
use register::event::Event;
use register::record::RecordNumber;
use register::rules::access::Undertaking;
use register::ruling::Ruling;
use register::subject::{EntryNumber, SubjectNumber};
use serde::Serialize;
use store::{Pen, Reader};

use crate::error::ServiceError;
use crate::platform::{Done, Platform};

/// Entries that are read at once.
const ENTRIES_AT_ONCE: u64 = 500;

/// What an erasure did.
#[derive(Debug, Clone, Serialize)]
pub struct Erased {
    /// The act and its receipt.
    #[serde(flatten)]
    pub done: Done,
    /// The entries whose content is gone.
    pub entries: Vec<EntryNumber>,
    /// Whether the database wrote over what it freed; where not, the reason. The content cannot be opened either way.
    pub left_behind: Option<String>,
}

impl Platform {
    /// Erases records: their contents can be opened by nobody any more, and the subject sees that it happened.
    ///
    /// Articles: 6, 14, 53(3)
    ///
    /// # Errors
    /// The refusal, or the store failed.
    pub async fn erase(&self, ask: EraseRecords, by: &Caller) -> Result<Erased, ServiceError> {
        let (platform, caller) = (self.clone(), by.clone());
        let (recorded, entries) = self
            .act(Undertaking::EraseRecords, by, move |pen, law| {
                let (platform, caller, ask) = (platform.clone(), caller.clone(), ask.clone());
                Box::pin(async move { ruled_erasure(&platform, pen, &law, &ask, &caller).await })
            })
            .await?;
        let done = self.done(&recorded)?;
        // The act stands already: what cannot be tidied up now is said, and tried again by the next one.
        let left_behind = self.store().tidy_up_erased().await.err().map(|error| error.to_string());
        Ok(Erased { done, entries, left_behind })
    }
}

/// What an erasure is ruled to be by the facts of this moment, and the entries that it concerns.
pub(crate) async fn ruled_erasure(
    platform: &Platform,
    pen: &mut Pen,
    law: &LawInForce,
    ask: &EraseRecords,
    by: &Caller,
) -> Result<(Ruling, Vec<EntryNumber>), ServiceError> {
    let catalogue = platform.catalogue_of(pen).await?;
    let mut records = Vec::with_capacity(ask.records.len());
    for number in ask.records.iter().copied().collect::<BTreeSet<_>>() {
        let record = pen.record(number).await?;
        let item = record.as_ref().and_then(|record| catalogue.item(&record.item));
        records.push(ErasedRecord { record, item: item.map(|item| &item.item) });
    }
    let mut of_subjects: BTreeMap<SubjectNumber, BTreeSet<RecordNumber>> = BTreeMap::new();
    for record in records.iter().filter_map(|asked| asked.record.as_ref()) {
        of_subjects.entry(record.subject).or_default().insert(record.number);
    }
    let mut subjects = Vec::with_capacity(of_subjects.len());
    for (subject, records) in of_subjects {
        subjects.push((subject, held(pen, subject, &records).await?));
    }
    let facts = ErasureFacts { records, subjects };
    let ruling = erase(law, &facts, ask, by);
    let entries = facts.subjects.iter().flat_map(|(_, held)| held.entries.iter().map(|erased| erased.entry));
    Ok((ruling, entries.collect()))
}

/// Which entries about a subject state, change or revoke these records, and which name stands without them.
async fn held(
    reader: &mut Reader,
    subject: SubjectNumber,
    records: &BTreeSet<RecordNumber>,
) -> Result<OfSubject, ServiceError> {
    let mut held = OfSubject::default();
    let standing = reader.organisation_name(subject).await?;
    let mut before = None;
    loop {
        let entries = reader.entries_of(subject, before, ENTRIES_AT_ONCE).await?;
        before = entries.last().copied();
        // The newest first.
        for seen in reader.acts(&entries).await? {
            let Some(act) = seen.act else { continue };
            let record = act.event.record();
            if record.is_some_and(|record| records.contains(&record)) {
                held.entries.push(ErasedEntry::new(seen.entry, act.event.kind(), seen.at));
                held.name_goes |= standing.as_ref().is_some_and(|standing| standing.entry == seen.entry);
                continue;
            }
            let name = match act.event {
                Event::RecordFiled(event) => event.name,
                Event::RecordCorrected(event) => event.name,
                _ => None,
            };
            if held.name_left.is_none() {
                held.name_left = name.map(|name| StandingName { name, entry: seen.entry });
            }
        }
        if (entries.len() as u64) < ENTRIES_AT_ONCE {
            break;
        }
    }
    held.entries.sort_by_key(|erased| erased.entry);
    if !held.name_goes {
        held.name_left = None;
    }
    Ok(held)
}
