//! Records, and statements that are held already.

use std::collections::{HashMap, HashSet};

use journal::blind_indexes;
use law::{InformationClass, Severity};
use register::acts::information::filing::HeldStatement;
use register::authority::AuthorityCode;
use register::catalogue::ItemCode;
use register::record::{BatchNumber, Record, RecordNumber};
use register::subject::{EntryNumber, SubjectNumber};
use register::tables::{BATCH, CONTENT_DOMAIN, RECORD, STATEMENT_DOMAIN};

use crate::error::StoreError;
use crate::read::subjects::fill;
use crate::read::{day, word};
use crate::reader::Reader;
use crate::sql::Row;
use crate::statements::{of_size, padded, statements};

/// The columns of a record. A staged record is in force once its batch is.
macro_rules! record_columns {
    ($rest:literal) => {
        concat!(
            "select r.number, r.subject, r.item, r.edition, r.authority, r.class, r.severity, r.finding_day, \
             r.filed_day, r.batch, r.line, r.version, r.entry, case when r.staged = 0 then 1 else \
             (select count(*) from batch where batch.number = r.batch and batch.in_force is not null) end, \
             r.revoked, r.restored, r.withdrawn from record r ",
            $rest
        )
    };
}

statements! {
    RECORDS = record_columns!("where r.number in (#1)");
    RECORDS_OF = record_columns!("where r.subject = $1 order by r.number");
    HELD = "select subject, number, batch, statement, content from record where subject in (#1) \
        and (revoked is null or restored is not null or withdrawn is not null) \
        and (staged = 0 or exists (select 1 from batch where batch.number = record.batch \
        and (batch.closed is null or batch.in_force is not null)))";
}

/// A statement that someone wants to file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementAsked {
    /// About whom.
    pub subject: SubjectNumber,
    /// What identifies it: [`register::record::Content::identity_text`].
    pub statement: String,
    /// What tells whether it changed: [`register::record::Content::comparison_text`].
    pub content: String,
}

/// How many columns [`read_record`] reads.
pub(crate) const RECORD_COLUMNS: usize = 17;

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
    })
}

impl Reader {
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

    /// For each statement, the one that is held already under the same identity, in the same order. Revoked records and
    /// records of abandoned batches are not held; those of a batch that is still open are.
    ///
    /// # Errors
    /// See [`Reader::records`].
    pub async fn held_statements(
        &mut self,
        asked: &[StatementAsked],
    ) -> Result<Vec<Option<HeldStatement>>, StoreError> {
        let unique: HashSet<SubjectNumber> = asked.iter().map(|asked| asked.subject).collect();
        let mut subjects: Vec<SubjectNumber> = unique.into_iter().collect();
        subjects.sort_unstable();
        // A subject may have records of other items and years: only what is asked for is kept.
        let mut wanted: HashMap<(SubjectNumber, Vec<u8>), Vec<usize>> = HashMap::with_capacity(asked.len());
        let mut contents = Vec::with_capacity(asked.len());
        for (place, statement) in asked.iter().enumerate() {
            for (_, digest) in blind_indexes(self.ring()?, STATEMENT_DOMAIN, &statement.statement)? {
                wanted.entry((statement.subject, digest.to_vec())).or_default().push(place);
            }
            contents.push(blind_indexes(self.ring()?, CONTENT_DOMAIN, &statement.content)?);
        }
        let mut held: Vec<Option<HeldStatement>> = vec![None; asked.len()];
        for (part, size) in padded(&subjects) {
            let values = fill(part, size, |number| number.0.into()).collect();
            for row in self.rows(&[&RECORD, &BATCH], of_size(HELD, size), values).await? {
                let key = (SubjectNumber(row.number(0)?), row.bytes(3)?.to_vec());
                let content = row.bytes(4)?;
                for place in wanted.get(&key).into_iter().flatten() {
                    let same = contents
                        .get(*place)
                        .is_some_and(|digests| digests.iter().any(|(_, digest)| digest == content));
                    if let Some(slot) = held.get_mut(*place) {
                        *slot = Some(HeldStatement {
                            record: RecordNumber(row.number(1)?),
                            batch: BatchNumber(row.number(2)?),
                            same_content: same,
                        });
                    }
                }
            }
        }
        Ok(held)
    }
}
