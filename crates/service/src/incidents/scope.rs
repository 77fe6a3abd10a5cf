//! Whom a scope concerns: read from the journal and the records in pages, outside the pen. Entries never change, so the pages need
//! no common snapshot.

use std::collections::{BTreeMap, BTreeSet};

use register::acts::accountability::incident::{Concerned, no_such_entry};
use register::caller::{Caller, KeyNumber};
use register::event::{Act, Event};
use register::incident::Scope;
use register::record::{BatchNumber, RecordNumber};
use register::subject::{EntryNumber, SubjectNumber};
use store::Snapshot;

use crate::error::ServiceError;
use crate::platform::Platform;

/// How many entries or records are read at once.
const READ_AT_ONCE: u64 = 256;

/// How far it has come to tell the subjects of a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolving {
    /// Reading whom the scope concerns.
    Reading {
        /// Entries or records read.
        done: u64,
        /// How many there are.
        total: u64,
    },
    /// Telling them.
    Telling {
        /// Subjects told.
        done: u64,
        /// How many there are.
        total: u64,
    },
}

/// Whom a scope concerns.
#[derive(Debug, Default)]
pub(super) struct Resolved {
    pub(super) concerned: Vec<Concerned>,
    pub(super) erased: u64,
}

/// What is being found.
#[derive(Default)]
struct Found {
    subjects: BTreeMap<SubjectNumber, (BTreeSet<RecordNumber>, BTreeSet<EntryNumber>)>,
    erased: u64,
}

impl Found {
    fn record(&mut self, subject: SubjectNumber, record: RecordNumber) {
        self.subjects.entry(subject).or_default().0.insert(record);
    }

    fn entry(&mut self, entry: EntryNumber, act: &Act) {
        let Some(subject) = act.event.subject() else { return };
        let (records, entries) = self.subjects.entry(subject).or_default();
        entries.insert(entry);
        match &act.event {
            Event::InquiryAnswered(inquiry) => {
                records.extend(inquiry.shown.iter().map(|shown| shown.record));
            }
            Event::RecordFiled(event) => _ = records.insert(event.record),
            Event::RecordCorrected(event) => _ = records.insert(event.record),
            Event::RecordRevoked(event) => _ = records.insert(event.record),
            Event::RecordRestored(event) => _ = records.insert(event.record),
            Event::DisplayWithdrawn(event) => _ = records.insert(event.record),
            Event::DisplayResumed(event) => _ = records.insert(event.record),
            _ => {}
        }
    }

    fn resolved(self) -> Resolved {
        let concerned = |(subject, (records, entries)): (_, (BTreeSet<_>, BTreeSet<_>))| Concerned {
            subject,
            records: records.into_iter().collect(),
            entries: entries.into_iter().collect(),
            told: None,
        };
        Resolved { concerned: self.subjects.into_iter().map(concerned).collect(), erased: self.erased }
    }
}

impl Platform {
    /// Whom a scope concerns, and by which of their records and entries.
    pub(super) async fn resolve(
        &self,
        scope: &Scope,
        progress: &(dyn Fn(Resolving) + Send + Sync),
    ) -> Result<Resolved, ServiceError> {
        let mut found = Found::default();
        match scope {
            Scope::LooksOfKey { key, from, to } => self.looks(*key, *from, *to, progress, &mut found).await?,
            Scope::Records { records } => self.records_named(records, &mut found).await?,
            Scope::Entries { entries } => self.entries_named(entries, &mut found).await?,
            Scope::Batch { batch } => self.batch_records(*batch, progress, &mut found).await?,
        }
        Ok(found.resolved())
    }

    /// The looks of a key. Who called is sealed, so each answered inquiry of the range is opened; which entries are such is
    /// public, so nothing else is.
    async fn looks(
        &self,
        key: KeyNumber,
        from: EntryNumber,
        to: EntryNumber,
        progress: &(dyn Fn(Resolving) + Send + Sync),
        found: &mut Found,
    ) -> Result<(), ServiceError> {
        if from > to {
            return Err(ServiceError::malformed(
                "from",
                "第一条须在最后一条之前",
                "the first entry comes before the last",
            ));
        }
        let mut snapshot = self.store().snapshot().await?;
        let (size, known) = (snapshot.head().await?.size, snapshot.key(key).await?.is_some());
        snapshot.end().await?;
        if to.0 >= size {
            return Err(no_such_entry("to").into());
        }
        if !known {
            return Err(ServiceError::malformed("looks_of_key", "没有这个密钥", "there is no such key"));
        }
        let total = to.0 - from.0 + 1;
        let mut next = from.0;
        while next <= to.0 {
            let limit = READ_AT_ONCE.min(to.0 - next + 1);
            let mut snapshot = self.store().snapshot().await?;
            let leaves = snapshot.leaves(EntryNumber(next), limit).await?;
            let looks: Vec<EntryNumber> = leaves
                .iter()
                .filter(|leaf| leaf.kind == "inquiry_answered")
                .map(|leaf| EntryNumber(leaf.number))
                .collect();
            for seen in snapshot.acts(&looks).await? {
                match seen.act {
                    Some(act) if matches!(&act.caller, Caller::Key { key: used, .. } if *used == key) => {
                        found.entry(seen.entry, &act);
                    }
                    Some(_) => {}
                    None => found.erased += 1,
                }
            }
            snapshot.end().await?;
            next += limit;
            progress(Resolving::Reading { done: next - from.0, total });
        }
        Ok(())
    }

    async fn records_named(&self, records: &[RecordNumber], found: &mut Found) -> Result<(), ServiceError> {
        let mut snapshot = self.store().snapshot().await?;
        let held = snapshot.records(records).await?;
        snapshot.end().await?;
        if let Some(missing) = records.iter().find(|named| held.iter().all(|held| held.number != **named)) {
            return Err(ServiceError::malformed(
                "records",
                format!("没有第 {} 号记录", missing.0),
                format!("there is no record `{}`", missing.0),
            ));
        }
        held.iter().for_each(|record| found.record(record.subject, record.number));
        Ok(())
    }

    async fn entries_named(&self, entries: &[EntryNumber], found: &mut Found) -> Result<(), ServiceError> {
        let mut snapshot: Snapshot = self.store().snapshot().await?;
        let acts = snapshot.acts(entries).await?;
        snapshot.end().await?;
        if acts.len() < entries.len() {
            return Err(no_such_entry("entries").into());
        }
        for seen in acts {
            match &seen.act {
                Some(act) => found.entry(seen.entry, act),
                None => found.erased += 1,
            }
        }
        Ok(())
    }

    async fn batch_records(
        &self,
        batch: BatchNumber,
        progress: &(dyn Fn(Resolving) + Send + Sync),
        found: &mut Found,
    ) -> Result<(), ServiceError> {
        let mut snapshot = self.store().snapshot().await?;
        let known = snapshot.batch(batch).await?;
        let Some(known) = known else {
            return Err(ServiceError::malformed(
                "batch",
                format!("没有第 {} 批", batch.0),
                format!("there is no batch `{}`", batch.0),
            ));
        };
        let (mut after, mut done) = (None, 0);
        loop {
            let records = snapshot.subjects_of_batch(batch, after, READ_AT_ONCE).await?;
            let read = u64::try_from(records.len()).unwrap_or(u64::MAX);
            after = records.last().map(|(record, _)| *record);
            records.into_iter().for_each(|(record, subject)| found.record(subject, record));
            done += read;
            progress(Resolving::Reading { done, total: known.filed.max(done) });
            if read < READ_AT_ONCE {
                break;
            }
        }
        snapshot.end().await?;
        Ok(())
    }
}
