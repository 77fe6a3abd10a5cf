//! Loading facts: the same code reads them from a snapshot and under the pen.

use std::collections::HashMap;
use std::sync::Arc;

use register::acts::information::filing::{FilingFacts, SubjectRegistered};
use register::authority::Authority;
use register::caller::Caller;
use register::catalogue::{Catalogue, ItemCode};
use register::event::{Act, Event};
use register::record::{Content, Record, RecordNumber};
use register::rules::identification::Identified;
use register::ruling::{Bilingual, Ground};
use register::subject::{EntryNumber, Subject, SubjectNumber};
use store::{Pen, Reader, StoreError};

use crate::error::ServiceError;

/// The present contents of records, each opened from the entry that carries it. A record whose entry was erased has none.
pub(crate) async fn contents(
    reader: &mut Reader,
    records: Vec<Record>,
) -> Result<Vec<(Record, Content)>, ServiceError> {
    let entries: Vec<EntryNumber> = records.iter().map(|record| record.entry).collect();
    let mut found: HashMap<EntryNumber, Content> = HashMap::with_capacity(entries.len());
    for journalled in reader.acts(&entries).await? {
        let entry = journalled.entry;
        if let Some(content) = content(entry, journalled.act)? {
            found.insert(entry, content);
        }
    }
    Ok(records
        .into_iter()
        .filter_map(|record| found.remove(&record.entry).map(|content| (record, content)))
        .collect())
}

/// Records with the content that the acts beside them carry. A record whose entry was erased is left out.
pub(crate) fn with_contents(
    records: Vec<(Record, Option<Act>)>,
) -> Result<Vec<(Record, Content)>, ServiceError> {
    let mut with_contents = Vec::with_capacity(records.len());
    for (record, act) in records {
        if let Some(content) = content(record.entry, act)? {
            with_contents.push((record, content));
        }
    }
    Ok(with_contents)
}

/// The content that an entry carries; none where it was erased.
fn content(entry: EntryNumber, act: Option<Act>) -> Result<Option<Content>, ServiceError> {
    match act.map(|act| act.event) {
        Some(Event::RecordFiled(event)) => Ok(Some(std::sync::Arc::unwrap_or_clone(event.content))),
        Some(Event::RecordCorrected(event)) => Ok(Some(event.content)),
        Some(_) => {
            let what = format!("entry {} carries no record", entry.0);
            Err(StoreError::Damaged(what).into())
        }
        None => Ok(None),
    }
}

/// The number of whoever was identified; for someone unknown the next one, with the event that registers them.
pub(crate) async fn subject_or_registration(
    pen: &mut Pen,
    found: Identified,
) -> Result<(SubjectNumber, Option<Event>), ServiceError> {
    if let Some(subject) = pen.subject_of(&found.identifier).await? {
        return Ok((subject, None));
    }
    let subject = pen.next_subject().await?;
    let Identified { identifier, kind, flagged } = found;
    let registered = SubjectRegistered { subject, kind, identifier, flagged };
    Ok((subject, Some(Event::SubjectRegistered(registered))))
}

/// The authority in whose name a caller acts, as it is enrolled.
pub(crate) async fn authority_of(
    reader: &mut Reader,
    caller: &Caller,
) -> Result<Option<Authority>, ServiceError> {
    match caller.office() {
        Some(code) => Ok(reader.authority(code).await?),
        None => Ok(None),
    }
}

/// A record with its subject and content, as a correction needs them.
pub(crate) struct RecordFacts {
    pub(crate) record: Option<Record>,
    pub(crate) subject: Option<Subject>,
    pub(crate) content: Option<Content>,
    pub(crate) authority: Option<Authority>,
    pub(crate) catalogue: Arc<Catalogue>,
}

impl RecordFacts {
    pub(crate) async fn load(
        reader: &mut Reader,
        catalogue: Arc<Catalogue>,
        number: RecordNumber,
        caller: &Caller,
    ) -> Result<Self, ServiceError> {
        let authority = authority_of(reader, caller).await?;
        let mut facts = Self { record: None, subject: None, content: None, authority, catalogue };
        if let Some(record) = reader.record(number).await? {
            facts.subject = reader.subject(record.subject).await?;
            facts.content = contents(reader, vec![record.clone()]).await?.pop().map(|(_, content)| content);
            facts.record = Some(record);
        }
        Ok(facts)
    }

    /// The facts of the item under which the record was filed, while it is in the catalogue.
    pub(crate) fn filing(&self) -> Option<FilingFacts<'_>> {
        let item = self.catalogue.item(&self.record.as_ref()?.item)?;
        Some(FilingFacts { authority: self.authority.as_ref()?, item, edition: self.catalogue.number })
    }
}

/// The refusal for an item that the catalogue does not have; codes like it are named.
pub(crate) fn not_in_catalogue(catalogue: &Catalogue, code: &ItemCode) -> Ground {
    let codes = catalogue.items().iter().map(|item| item.item.code.0.as_str());
    let near = crate::access::nearest(&code.0, codes).join("`, `");
    Ground::new(
        "not_in_catalogue",
        law::Citation::article(11),
        Bilingual::made(format!("目录中没有条目 `{code}`"), format!("`{code}` is not in the catalogue")),
    )
    .field("item")
    .remedy(Bilingual::made(
        format!("目录之外的信息不得归集；相近的条目：`{near}`"),
        format!("what the catalogue does not list is not filed; items like it: `{near}`"),
    ))
}
