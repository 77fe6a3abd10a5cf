//! Cases (Articles 37, 38), and the notices to whoever received a record.

use std::collections::HashMap;

use law::{Day, Instant};
use register::acts::rights::notice::{Cause, Notice, Recipient};
use register::authority::AuthorityCode;
use register::case::{Case, CaseNumber};
use register::record::RecordNumber;
use register::subject::{EntryNumber, SubjectNumber};
use register::tables::{NOTICE, RESTORATION_BAR, RIGHTS_CASE, RIGHTS_CASE_ENTRY};

use crate::error::StoreError;
use crate::read::subjects::fill;
use crate::read::{day, word};
use crate::reader::Reader;
use crate::schema::ENTRY;
use crate::sql::{Row, Value};
use crate::statements::{of_size, padded, statements};

/// The columns of a notice with the minute of its entry.
macro_rules! notice_columns {
    () => {
        "select n.notice, n.recipient, n.record, n.subject, n.cause, n.acknowledged, e.minute from notice n \
         join entry e on e.number = n.notice where "
    };
}

statements! {
    CASES_OF_SUBJECT = "select number from rights_case where subject = $1 and number < $2 \
        and (cast($3 as bigint) = 0 or closed is null) order by number desc limit $4";
    CASES_OF_OFFICE = "select number from rights_case where office = $1 and number < $2 \
        and (cast($3 as bigint) = 0 or closed is null) order by number desc limit $4";
    ALL_CASES = "select number from rights_case where number < $1 and (cast($2 as bigint) = 0 or closed is null) \
        order by number desc limit $3";
    CASES_OF_RECORD = "select number from rights_case where subject = $1 and record = $2 order by number";
    CASE_ENTRIES = "select case_number, entry from rights_case_entry where case_number in (#1) order by entry";
    BAR = "select last_day from restoration_bar where subject = $1";
    NOTICES_TO = concat!(notice_columns!(), "n.recipient = $1 and n.notice < $2 \
        and (cast($3 as bigint) = 0 or n.acknowledged is null) order by n.notice desc limit $4");
    NOTICES_ABOUT = concat!(notice_columns!(), "n.subject = $1 and n.notice < $2 order by n.notice desc, n.recipient limit $3");
    NOTICE_AT = concat!(notice_columns!(), "n.notice = $1 and n.recipient = $2");
    ALL_NOTICES = concat!(notice_columns!(), "n.notice < $1 and (cast($2 as bigint) = 0 or n.acknowledged is null) \
        order by n.notice desc, n.recipient limit $3");
}

/// Which cases are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CasesOf {
    /// Those of a subject.
    Subject(SubjectNumber),
    /// Those that were forwarded to an office.
    Office(AuthorityCode),
    /// All of them.
    Everyone,
}

/// A notice with the minute in which it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenNotice {
    /// The notice.
    pub notice: Notice,
    /// When it was given.
    pub at: Instant,
}

impl Reader {
    /// The numbers of cases before one of them, the newest first, all or only those in which something is still to be done.
    ///
    /// # Errors
    /// When the database fails; so with the others here.
    pub async fn case_numbers(
        &mut self,
        of: &CasesOf,
        before: Option<CaseNumber>,
        open_only: bool,
        limit: u64,
    ) -> Result<Vec<CaseNumber>, StoreError> {
        let before: Value = before.map_or(u64::MAX, |case| case.0).into();
        let rest = [before, u64::from(open_only).into(), limit.into()];
        let (text, first): (_, Option<Value>) = match of {
            CasesOf::Subject(subject) => (CASES_OF_SUBJECT, Some(subject.0.into())),
            CasesOf::Office(office) => (CASES_OF_OFFICE, Some(office.0.as_str().into())),
            CasesOf::Everyone => (ALL_CASES, None),
        };
        let values = first.into_iter().chain(rest).collect();
        let rows = self.rows(&[&RIGHTS_CASE], text, values).await?;
        rows.iter().map(|row| row.number(0).map(CaseNumber)).collect()
    }

    /// Every case about a record, oldest first.
    ///
    /// # Errors
    /// As [`Reader::cases`].
    pub async fn cases_of_record(
        &mut self,
        subject: SubjectNumber,
        record: RecordNumber,
    ) -> Result<Vec<Case>, StoreError> {
        let values = vec![subject.0.into(), record.0.into()];
        let rows = self.rows(&[&RIGHTS_CASE], CASES_OF_RECORD, values).await?;
        let numbers = rows.iter().map(|row| row.number(0).map(CaseNumber)).collect::<Result<Vec<_>, _>>()?;
        self.cases(&numbers).await
    }

    /// These cases as their entries make them, in the same order; one that does not exist is left out.
    ///
    /// # Errors
    /// See [`Reader::case_numbers`]; or something sealed does not open.
    pub async fn cases(&mut self, numbers: &[CaseNumber]) -> Result<Vec<Case>, StoreError> {
        let mut of_case: HashMap<u64, Vec<EntryNumber>> = HashMap::with_capacity(numbers.len());
        let mut all = Vec::with_capacity(numbers.len() * 4);
        for (part, size) in padded(numbers) {
            let values = fill(part, size, |number| number.0.into()).collect();
            for row in self.rows(&[&RIGHTS_CASE_ENTRY], of_size(CASE_ENTRIES, size), values).await? {
                let entry = EntryNumber(row.number(1)?);
                of_case.entry(row.number(0)?).or_default().push(entry);
                all.push(entry);
            }
        }
        let acts = self.acts(&all).await?;
        let mut acts: HashMap<EntryNumber, _> = acts.into_iter().map(|seen| (seen.entry, seen)).collect();
        let mut cases = Vec::with_capacity(numbers.len());
        for number in numbers {
            let entries = of_case.remove(&number.0).unwrap_or_default();
            let acts = entries.iter().filter_map(|entry| acts.remove(entry));
            cases.extend(Case::of(acts.filter_map(|seen| Some((seen.entry, seen.at, seen.act?)))));
        }
        Ok(cases)
    }

    /// Until when nothing of a subject is restored, where false materials bar it.
    ///
    /// # Errors
    /// See [`Reader::case_numbers`].
    pub async fn restoration_bar(&mut self, subject: SubjectNumber) -> Result<Option<Day>, StoreError> {
        let row = self.row(&[&RESTORATION_BAR], BAR, vec![subject.0.into()]).await?;
        row.map(|row| day(row.text(0)?)).transpose()
    }

    /// Notices to a recipient before one of them, the newest first, all or only those that it has not acknowledged.
    ///
    /// # Errors
    /// See [`Reader::case_numbers`].
    pub async fn notices_to(
        &mut self,
        recipient: &Recipient,
        before: Option<EntryNumber>,
        open_only: bool,
        limit: u64,
    ) -> Result<Vec<GivenNotice>, StoreError> {
        let before = before.map_or(u64::MAX, |entry| entry.0);
        let values = vec![recipient.key().into(), before.into(), u64::from(open_only).into(), limit.into()];
        self.notices(NOTICES_TO, values).await
    }

    /// Notices about a subject's records before an entry, the newest first.
    ///
    /// # Errors
    /// See [`Reader::case_numbers`].
    pub async fn notices_about(
        &mut self,
        subject: SubjectNumber,
        before: Option<EntryNumber>,
        limit: u64,
    ) -> Result<Vec<GivenNotice>, StoreError> {
        let before = before.map_or(u64::MAX, |entry| entry.0);
        let values = |limit: u64| vec![subject.0.into(), before.into(), limit.into()];
        self.whole_notices(NOTICES_ABOUT, values, limit).await
    }

    /// The notice of an entry to a recipient.
    ///
    /// # Errors
    /// See [`Reader::case_numbers`].
    pub async fn notice(
        &mut self,
        notice: EntryNumber,
        recipient: &Recipient,
    ) -> Result<Option<Notice>, StoreError> {
        let found = self.notices(NOTICE_AT, vec![notice.0.into(), recipient.key().into()]).await?;
        Ok(found.into_iter().next().map(|given| given.notice))
    }

    /// Notices before an entry, the newest first, all or only those that are not acknowledged.
    ///
    /// # Errors
    /// See [`Reader::case_numbers`].
    pub async fn open_or_all_notices(
        &mut self,
        before: Option<EntryNumber>,
        open_only: bool,
        limit: u64,
    ) -> Result<Vec<GivenNotice>, StoreError> {
        let before = before.map_or(u64::MAX, |entry| entry.0);
        let values = |limit: u64| vec![before.into(), u64::from(open_only).into(), limit.into()];
        self.whole_notices(ALL_NOTICES, values, limit).await
    }

    /// About so many, the newest first: a notice to several stands whole on one page, and an empty page is the last.
    async fn whole_notices(
        &mut self,
        text: &'static str,
        values: impl Fn(u64) -> Vec<Value>,
        limit: u64,
    ) -> Result<Vec<GivenNotice>, StoreError> {
        let mut limit = limit.max(1);
        loop {
            let mut found = self.notices(text, values(limit)).await?;
            let last = found.last().map(|given| given.notice.notice);
            if (found.len() as u64) < limit {
                return Ok(found);
            }
            found.retain(|given| Some(given.notice.notice) != last);
            if !found.is_empty() {
                return Ok(found);
            }
            limit = limit.saturating_mul(4);
        }
    }

    async fn notices(
        &mut self,
        text: &'static str,
        values: Vec<Value>,
    ) -> Result<Vec<GivenNotice>, StoreError> {
        let rows = self.rows(&[&NOTICE, &ENTRY], text, values).await?;
        rows.iter().map(read_notice).collect()
    }
}

fn read_notice(row: &Row) -> Result<GivenNotice, StoreError> {
    let (recipient, cause) = (row.text(1)?, row.text(4)?);
    let notice = Notice {
        notice: EntryNumber(row.number(0)?),
        recipient: word(Recipient::from_key(recipient), recipient)?,
        record: RecordNumber(row.number(2)?),
        subject: SubjectNumber(row.number(3)?),
        cause: word(Cause::from_word(cause), cause)?,
        acknowledged: row.optional_number(5)?.map(EntryNumber),
    };
    Ok(GivenNotice { notice, at: Instant::from_milliseconds(row.integer(6)?.saturating_mul(60_000)) })
}
