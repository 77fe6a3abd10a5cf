//! Records, and statements that are held already.

use std::collections::HashMap;

use journal::{IndexKeyId, KeyRing, blind_index, blind_indexes};
use law::identifier::IdentifierKind;
use law::{InformationClass, Severity};
use register::acts::information::filing::HeldStatement;
use register::authority::AuthorityCode;
use register::case::CaseNumber;
use register::catalogue::ItemCode;
use register::record::{BatchNumber, Content, Record, RecordNumber};
use register::subject::{EntryNumber, Subject, SubjectIdentifier, SubjectKind, SubjectNumber};
use register::tables::{BATCH, CATALOGUE_EDITION, CONTENT_DOMAIN, RECORD, STATEMENT_DOMAIN, SUBJECT};

use crate::error::StoreError;
use crate::read::subjects::{OrganisationFound, fill};
use crate::read::{day, word};
use crate::reader::{Reader, Snapshot};
use crate::sql::{Row, Value};
use crate::statements::{SIZE_MAX, of_size, padded, statements};
use crate::store::Store;

/// The columns of a record. A staged record is in force once its batch is.
macro_rules! record_columns {
    () => {
        "r.number, r.subject, r.item, r.edition, r.authority, r.class, r.severity, r.finding_day, r.filed_day, r.batch, \
         r.line, r.version, r.entry, case when r.staged = 0 then 1 else \
         (select count(*) from batch where batch.number = r.batch and batch.in_force is not null) end, \
         r.revoked, r.restored, r.withdrawn, r.objection, r.stopped"
    };
}

statements! {
    RECORDS = concat!("select ", record_columns!(), " from record r where r.number in (#1)");
    RECORDS_OF = concat!("select ", record_columns!(), " from record r where r.subject = $1 order by r.number");
    OF_FOUND = concat!("select (select max(number) from catalogue_edition), s.number, s.kind, s.flagged, s.entry, \
        s.verified, ", record_columns!(), " from subject s join record r on r.subject = s.number where s.number in (#1)");
    WAITING = concat!("select ", record_columns!(), " from record r join subject s on s.number = r.subject \
        where s.flagged <> 0 and s.verified is null and r.revoked is null and r.number > $1 order by r.number limit $2");
    OF_BATCH = "select number from record where batch = $1 and revoked is null and line >= $2 and line <= $3 \
        order by number limit $4";
    IN_BATCH = concat!("select ", record_columns!(), " from record r where r.batch = $1 and r.number > $2 \
        order by r.number limit $3");
    FILED_BY = concat!("select ", record_columns!(), " from record r where r.authority = $1 and r.item = $2 \
        and (cast($3 as bigint) = 0 or r.batch = cast($3 as bigint)) and r.number < $4 order by r.number desc limit $5");
    HELD = "select subject, number, batch, statement, content from record where subject in (#1) and statement in (##) \
        and (revoked is null or restored is not null or withdrawn is not null or stopped is not null) \
        and (staged = 0 or exists (select 1 from batch where batch.number = record.batch \
        and (batch.closed is null or batch.in_force is not null)))";
}

/// A statement that someone wants to file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementAsked<'a> {
    /// About whom.
    pub subject: SubjectNumber,
    /// What identifies it: [`register::record::Content::identity_text`].
    pub statement: String,
    /// What it says.
    pub content: &'a Content,
}

/// How many columns [`read_record`] reads.
pub(crate) const RECORD_COLUMNS: usize = 19;

/// Reads a record from consecutive columns, those of `record_columns!`.
pub(crate) fn read_record(row: &Row, first: usize) -> Result<Record, StoreError> {
    let class = row.text(first + 5)?;
    let severity =
        row.optional_text(first + 6)?.map(|text| word(Severity::from_word(text), text)).transpose()?;
    Ok(Record {
        number: RecordNumber(row.number(first)?),
        subject: SubjectNumber(row.number(first + 1)?),
        item: ItemCode(row.text(first + 2)?.to_owned()),
        edition: row.number(first + 3)?,
        authority: AuthorityCode(row.text(first + 4)?.to_owned()),
        class: word(InformationClass::from_word(class), class)?,
        severity,
        finding_day: day(row.text(first + 7)?)?,
        filed_day: day(row.text(first + 8)?)?,
        batch: BatchNumber(row.number(first + 9)?),
        line: row.number(first + 10)?,
        version: u32::try_from(row.number(first + 11)?).unwrap_or(u32::MAX),
        entry: EntryNumber(row.number(first + 12)?),
        in_force: row.integer(first + 13)? != 0,
        revoked: row.optional_number(first + 14)?.map(EntryNumber),
        restored: row.optional_number(first + 15)?.map(EntryNumber),
        withdrawn: row.optional_number(first + 16)?.map(EntryNumber),
        objection: row.optional_number(first + 17)?.map(CaseNumber),
        stopped: row.optional_number(first + 18)?.map(EntryNumber),
    })
}

/// The records of organisations that were found by name, without their content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundRecords {
    /// The number of the newest edition of the catalogue; 0 where there is none.
    pub edition: u64,
    /// Each record, staged and revoked ones too, with the organisation that it is about, in no particular order.
    pub records: Vec<(Subject, Record)>,
}

/// Where the columns of the record begin there.
const FOUND_RECORD_AT: usize = 6;

impl Store {
    /// The records of organisations that were found by name, in one statement and without a transaction: whether anything
    /// of them is on display is asked for each page of results. The identifier is the code under which each was found.
    ///
    /// # Errors
    /// See [`Reader::records`].
    pub async fn records_of_found(&self, found: &[OrganisationFound]) -> Result<FoundRecords, StoreError> {
        loop {
            let (mut reader, fresh) = Snapshot::plain(&self.shared).await?;
            match reader.records_of_found(found).await {
                // A connection that lay idle may have been cut since.
                Err(StoreError::Unreachable(_)) if !fresh => {}
                read => return read,
            }
        }
    }
}

impl Reader {
    /// Records after one of them that are held back until their subject's code is verified, in their order. Nothing of their
    /// content and nobody's identifier is read.
    ///
    /// # Errors
    /// See [`Reader::records`].
    pub async fn held_records(&mut self, after: RecordNumber, limit: u64) -> Result<Vec<Record>, StoreError> {
        let tables = [&SUBJECT, &RECORD, &BATCH];
        let rows = self.rows(&tables, WAITING, vec![after.0.into(), limit.into()]).await?;
        rows.iter().map(|row| read_record(row, 0)).collect()
    }

    async fn records_of_found(&mut self, found: &[OrganisationFound]) -> Result<FoundRecords, StoreError> {
        let codes: HashMap<SubjectNumber, &str> =
            found.iter().map(|found| (found.subject, found.code.as_str())).collect();
        let mut of_found = FoundRecords { edition: 0, records: Vec::new() };
        for (part, size) in padded(found) {
            let values = fill(part, size, |found| found.subject.0.into()).collect();
            let tables = [&CATALOGUE_EDITION, &SUBJECT, &RECORD, &BATCH];
            for row in &self.rows(&tables, of_size(OF_FOUND, size), values).await? {
                of_found.edition = row.optional_number(0)?.unwrap_or(0);
                let number = SubjectNumber(row.number(1)?);
                let kind = row.text(2)?;
                let subject = Subject {
                    number,
                    kind: word(SubjectKind::from_word(kind), kind)?,
                    identifier: SubjectIdentifier {
                        kind: IdentifierKind::UnifiedCode,
                        value: codes.get(&number).copied().unwrap_or_default().to_owned(),
                    },
                    flagged: row.integer(3)? != 0,
                    version: EntryNumber(row.number(4)?),
                    verified: row.optional_number(5)?.map(EntryNumber),
                };
                of_found.records.push((subject, read_record(row, FOUND_RECORD_AT)?));
            }
        }
        Ok(of_found)
    }

    /// The records with these numbers, in no particular order.
    ///
    /// # Errors
    /// When the database fails; so with the others here.
    pub async fn records(&mut self, numbers: &[RecordNumber]) -> Result<Vec<Record>, StoreError> {
        let mut records = Vec::with_capacity(numbers.len());
        for (part, size) in padded(numbers) {
            let values = fill(part, size, |number| number.0.into()).collect();
            for row in self.rows(&[&RECORD, &BATCH], of_size(RECORDS, size), values).await? {
                records.push(read_record(&row, 0)?);
            }
        }
        Ok(records)
    }

    /// The record with a number.
    ///
    /// # Errors
    /// See [`Reader::records`].
    pub async fn record(&mut self, number: RecordNumber) -> Result<Option<Record>, StoreError> {
        Ok(self.records(&[number]).await?.into_iter().next())
    }

    /// Every record of a subject, staged and revoked ones too, in order of number.
    ///
    /// # Errors
    /// See [`Reader::records`].
    pub async fn records_of(&mut self, subject: SubjectNumber) -> Result<Vec<Record>, StoreError> {
        let rows = self.rows(&[&RECORD, &BATCH], RECORDS_OF, vec![subject.0.into()]).await?;
        rows.iter().map(|row| read_record(row, 0)).collect()
    }

    /// The records of a batch from one line to another that were not revoked, in order of number. There is no index for it: the
    /// table is read through, so that it is asked outside the pen.
    ///
    /// # Errors
    /// See [`Reader::records`].
    pub async fn records_of_batch(
        &mut self,
        batch: BatchNumber,
        lines: std::ops::RangeInclusive<u64>,
        limit: u64,
    ) -> Result<Vec<RecordNumber>, StoreError> {
        let line = |line: &u64| i64::try_from(*line).unwrap_or(i64::MAX);
        let values = vec![batch.0.into(), line(lines.start()).into(), line(lines.end()).into(), limit.into()];
        let rows = self.rows(&[&RECORD], OF_BATCH, values).await?;
        rows.iter().map(|row| row.number(0).map(RecordNumber)).collect()
    }

    /// The records of a batch after one of them, in order, revoked ones too. There is no index for it, as with
    /// [`Reader::records_of_batch`].
    ///
    /// # Errors
    /// See [`Reader::records`].
    pub async fn filed_in_batch(
        &mut self,
        batch: BatchNumber,
        after: Option<RecordNumber>,
        limit: u64,
    ) -> Result<Vec<Record>, StoreError> {
        let after = after.map_or(0, |record| record.0);
        let values = vec![batch.0.into(), after.into(), limit.into()];
        let rows = self.rows(&[&RECORD, &BATCH], IN_BATCH, values).await?;
        rows.iter().map(|row| read_record(row, 0)).collect()
    }

    /// The records of an item that an authority filed, of one batch or of all, before one of them, the newest first.
    ///
    /// # Errors
    /// See [`Reader::records`].
    pub async fn filed_by(
        &mut self,
        authority: &AuthorityCode,
        item: &ItemCode,
        batch: Option<BatchNumber>,
        before: Option<RecordNumber>,
        limit: u64,
    ) -> Result<Vec<Record>, StoreError> {
        let values = vec![
            authority.0.as_str().into(),
            item.0.as_str().into(),
            batch.map_or(0, |batch| batch.0).into(),
            before.map_or(u64::MAX, |record| record.0).into(),
            limit.into(),
        ];
        let rows = self.rows(&[&RECORD, &BATCH], FILED_BY, values).await?;
        rows.iter().map(|row| read_record(row, 0)).collect()
    }

    /// For each statement, the one that is held already under the same identity, in the same order. Revoked records and
    /// records of abandoned batches are not held; those of a batch that is still open are.
    ///
    /// # Errors
    /// See [`Reader::records`].
    pub async fn held_statements(
        &mut self,
        asked: &[StatementAsked<'_>],
    ) -> Result<Vec<Option<HeldStatement>>, StoreError> {
        let mut used = self.shared.ring.now()?;
        let mut held = self.held_under_ring(asked).await?;
        // What is not found may lie under a key that came since the ring was read.
        while held.iter().any(Option::is_none) && self.shared.ring.renewed_since(&used)? {
            used = self.shared.ring.now()?;
            held = self.held_under_ring(asked).await?;
        }
        Ok(held)
    }

    async fn held_under_ring(
        &mut self,
        asked: &[StatementAsked<'_>],
    ) -> Result<Vec<Option<HeldStatement>>, StoreError> {
        let mut held: Vec<Option<HeldStatement>> = vec![None; asked.len()];
        let ring = self.ring()?;
        for key in ring.index_key_ids() {
            for (part, held) in asked.chunks(SIZE_MAX).zip(held.chunks_mut(SIZE_MAX)) {
                self.held_under(&ring, key, part, held).await?;
            }
        }
        Ok(held)
    }

    /// The same for one index key and as many statements as one reading takes.
    async fn held_under(
        &mut self,
        ring: &KeyRing,
        key: IndexKeyId,
        asked: &[StatementAsked<'_>],
        held: &mut [Option<HeldStatement>],
    ) -> Result<(), StoreError> {
        // One file may say the same twice.
        let mut wanted: HashMap<(u64, [u8; 16]), Vec<usize>> = HashMap::with_capacity(asked.len());
        let mut digests = Vec::with_capacity(asked.len());
        for (place, statement) in asked.iter().enumerate() {
            let digest = blind_index(ring, key, STATEMENT_DOMAIN, &statement.statement)?;
            wanted.entry((statement.subject.0, digest)).or_default().push(place);
            digests.push(digest);
        }
        let Some((_, size)) = padded(asked).next() else { return Ok(()) };
        let mut values: Vec<Value> = fill(asked, size, |asked| asked.subject.0.into()).collect();
        values.extend(fill(&digests, size, |digest| digest.as_slice().into()));
        for row in self.rows(&[&RECORD, &BATCH], of_size(HELD, size), values).await? {
            let Ok(digest) = row.bytes(3)?.try_into() else { continue };
            for place in wanted.get(&(row.number(0)?, digest)).into_iter().flatten() {
                let (Some(asked), Some(slot)) = (asked.get(*place), held.get_mut(*place)) else { continue };
                let digests = blind_indexes(ring, CONTENT_DOMAIN, &asked.content.comparison_text())?;
                let content = row.bytes(4)?;
                *slot = Some(HeldStatement {
                    record: RecordNumber(row.number(1)?),
                    batch: BatchNumber(row.number(2)?),
                    same_content: digests.iter().any(|(_, digest)| digest == content),
                });
            }
        }
        Ok(())
    }
}
