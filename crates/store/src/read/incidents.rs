//! Incidents, and the subjects whom they concern.

use std::collections::HashMap;

use register::acts::accountability::incident::SubjectTold;
use register::event::Event;
use register::incident::{Incident, IncidentNumber};
use register::record::{BatchNumber, RecordNumber};
use register::subject::{EntryNumber, SubjectNumber};
use register::tables::{INCIDENT, INCIDENT_ENTRY, INCIDENT_SUBJECT, RECORD};

use crate::error::StoreError;
use crate::read::subjects::fill;
use crate::reader::Reader;
use crate::sql::Value;
use crate::statements::{of_size, padded, statements};

statements! {
    INCIDENTS = "select number from incident where number < $1 order by number desc limit $2";
    OPEN_INCIDENTS = "select number from incident where number < $1 and closed is null order by number desc limit $2";
    INCIDENT_ENTRIES = "select incident, entry from incident_entry where incident in (#1) order by entry";
    INCIDENT_TOLD = "select entry from incident_subject where incident = $1 and subject in (#2)";
    INCIDENT_TOLD_COUNT = "select count(*) from incident_subject where incident = $1";
    BATCH_RECORDS = "select number, subject from record where number > $1 and batch = $2 order by number limit $3";
}

impl Reader {
    /// The numbers of incidents before one of them, the newest first, all or only those that are not closed.
    ///
    /// # Errors
    /// When the database fails; so with the others here.
    pub async fn incident_numbers(
        &mut self,
        before: Option<IncidentNumber>,
        open_only: bool,
        limit: u64,
    ) -> Result<Vec<IncidentNumber>, StoreError> {
        let before = before.map_or(u64::MAX, |incident| incident.0);
        let text = if open_only { OPEN_INCIDENTS } else { INCIDENTS };
        let rows = self.rows(&[&INCIDENT], text, vec![before.into(), limit.into()]).await?;
        rows.iter().map(|row| row.number(0).map(IncidentNumber)).collect()
    }

    /// These incidents as their entries make them, in the same order. One that does not exist, or whose registration was
    /// erased, is left out.
    ///
    /// # Errors
    /// See [`Reader::incident_numbers`]; or something sealed does not open.
    pub async fn incidents(&mut self, numbers: &[IncidentNumber]) -> Result<Vec<Incident>, StoreError> {
        let mut entries: HashMap<u64, Vec<EntryNumber>> = HashMap::with_capacity(numbers.len());
        for (part, size) in padded(numbers) {
            let values = fill(part, size, |number| number.0.into()).collect();
            for row in self.rows(&[&INCIDENT_ENTRY], of_size(INCIDENT_ENTRIES, size), values).await? {
                entries.entry(row.number(0)?).or_default().push(EntryNumber(row.number(1)?));
            }
        }
        let mut incidents = Vec::with_capacity(numbers.len());
        for number in numbers {
            let Some(entries) = entries.get(&number.0) else { continue };
            let acts = self.acts(entries).await?;
            let acts = acts.into_iter().filter_map(|seen| Some((seen.entry, seen.at, seen.act?)));
            incidents.extend(Incident::of(acts));
        }
        Ok(incidents)
    }

    /// What these subjects were told last of an incident, of those who were told anything.
    ///
    /// # Errors
    /// See [`Reader::incidents`].
    pub async fn told_of(
        &mut self,
        incident: IncidentNumber,
        subjects: &[SubjectNumber],
    ) -> Result<Vec<SubjectTold>, StoreError> {
        let mut entries = Vec::new();
        for (part, size) in padded(subjects) {
            let mut values: Vec<Value> = vec![incident.0.into()];
            values.extend(fill(part, size, |subject| subject.0.into()));
            for row in self.rows(&[&INCIDENT_SUBJECT], of_size(INCIDENT_TOLD, size), values).await? {
                entries.push(EntryNumber(row.number(0)?));
            }
        }
        let acts = self.acts(&entries).await?;
        Ok(acts
            .into_iter()
            .filter_map(|seen| match seen.act?.event {
                Event::SubjectTold(told) => Some(told),
                _ => None,
            })
            .collect())
    }

    /// How many subjects were told of an incident.
    ///
    /// # Errors
    /// See [`Reader::incident_numbers`].
    pub async fn told_count(&mut self, incident: IncidentNumber) -> Result<u64, StoreError> {
        let row = self.row(&[&INCIDENT_SUBJECT], INCIDENT_TOLD_COUNT, vec![incident.0.into()]).await?;
        row.map_or(Ok(0), |row| row.number(0))
    }

    /// Records of a batch with their subjects, those after a record, in order. The batch has no index of its own: this is
    /// for the rare act that asks about a whole batch.
    ///
    /// # Errors
    /// See [`Reader::incident_numbers`].
    pub async fn subjects_of_batch(
        &mut self,
        batch: BatchNumber,
        after: Option<RecordNumber>,
        limit: u64,
    ) -> Result<Vec<(RecordNumber, SubjectNumber)>, StoreError> {
        let after = after.map_or(0, |record| record.0);
        let values = vec![after.into(), batch.0.into(), limit.into()];
        let rows = self.rows(&[&RECORD], BATCH_RECORDS, values).await?;
        rows.iter().map(|row| Ok((RecordNumber(row.number(0)?), SubjectNumber(row.number(1)?)))).collect()
    }
}
