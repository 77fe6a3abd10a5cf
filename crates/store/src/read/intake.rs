//! What departments filed, counted by day: for the quality of filings. A few statements for all departments at once.

use law::{Day, Instant};
use register::authority::AuthorityCode;
use register::catalogue::ItemCode;
use register::record::BatchNumber;
use register::tables::BATCH;

use crate::error::StoreError;
use crate::reader::Reader;
use crate::schema::{BATCH_ERROR, ENTRY};
use crate::sql::{Row, Value};
use crate::statements::statements;

// An office's code is never empty: the empty text asks about every office. 480 minutes are the eight hours by which Beijing's
// day begins earlier.
statements! {
    BY_DAY = "select b.authority, b.item, (e.minute + 480) / 1440, count(*), cast(sum(b.filed) as bigint), \
        cast(sum(b.unchanged) as bigint), cast(sum(b.refused) as bigint), \
        count(*) - count(b.closed) from batch b join entry e on e.number = b.opened \
        where e.minute >= $1 and ($2 = '' or b.authority = $2) \
        group by b.authority, b.item, (e.minute + 480) / 1440 order by 1, 2, 3";
    LAST = "select b.authority, b.item, max(e.minute) from batch b join entry e on e.number = b.in_force \
        where ($1 = '' or b.authority = $1) group by b.authority, b.item";
    REFUSALS = "select x.batch, b.authority, b.item, x.body from batch_error x join batch b on b.number = x.batch \
        where ($1 = '' or b.authority = $1) order by x.batch desc, x.ordinal desc limit $2";
}

/// What an authority filed of an item on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DaysIntake {
    /// Who filed.
    pub authority: AuthorityCode,
    /// The item.
    pub item: ItemCode,
    /// The civil day on which the batches were opened.
    pub day: Day,
    /// How many batches.
    pub batches: u64,
    /// How many of them are not closed: being filed, or broken off.
    pub open: u64,
    /// Lines filed.
    pub filed: u64,
    /// Lines that said what was held already.
    pub unchanged: u64,
    /// Lines refused.
    pub refused: u64,
}

/// A refused line that is kept, with whose it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptRefusal {
    /// The batch.
    pub batch: BatchNumber,
    /// Who filed.
    pub authority: AuthorityCode,
    /// The item.
    pub item: ItemCode,
    /// What was reported, as JSON text.
    pub body: String,
}

fn whose(office: Option<&AuthorityCode>) -> Value {
    office.map_or("", |office| office.0.as_str()).into()
}

fn filer(row: &Row, first: usize) -> Result<(AuthorityCode, ItemCode), StoreError> {
    Ok((AuthorityCode(row.text(first)?.to_owned()), ItemCode(row.text(first + 1)?.to_owned())))
}

impl Reader {
    /// What was filed since the beginning of a day, by authority, item and day; of one office or of all.
    ///
    /// # Errors
    /// When the database fails; so with the others here.
    pub async fn intake_by_day(
        &mut self,
        since: Day,
        office: Option<&AuthorityCode>,
    ) -> Result<Vec<DaysIntake>, StoreError> {
        let values = vec![since.start().minute().into(), whose(office)];
        let rows = self.rows(&[&BATCH, &ENTRY], BY_DAY, values).await?;
        rows.iter()
            .map(|row| {
                let (authority, item) = filer(row, 0)?;
                Ok(DaysIntake {
                    authority,
                    item,
                    // The days since the beginning of 1970, in Beijing.
                    day: Day::of(Instant::from_milliseconds(0)).plus_days(row.integer(2)?),
                    batches: row.number(3)?,
                    filed: row.number(4)?,
                    unchanged: row.number(5)?,
                    refused: row.number(6)?,
                    open: row.number(7)?,
                })
            })
            .collect()
    }

    /// When each authority filed each item last, to the minute: the entry by which a batch came into force.
    ///
    /// # Errors
    /// See [`Reader::intake_by_day`].
    pub async fn last_filings(
        &mut self,
        office: Option<&AuthorityCode>,
    ) -> Result<Vec<(AuthorityCode, ItemCode, Instant)>, StoreError> {
        let rows = self.rows(&[&BATCH, &ENTRY], LAST, vec![whose(office)]).await?;
        rows.iter()
            .map(|row| {
                let (authority, item) = filer(row, 0)?;
                let at = Instant::from_milliseconds(row.integer(2)?.saturating_mul(60_000));
                Ok((authority, item, at))
            })
            .collect()
    }

    /// Refused lines that are kept, those of the newest batches first.
    ///
    /// # Errors
    /// See [`Reader::intake_by_day`].
    pub async fn newest_refusals(
        &mut self,
        office: Option<&AuthorityCode>,
        limit: u64,
    ) -> Result<Vec<KeptRefusal>, StoreError> {
        let values = vec![whose(office), limit.into()];
        let rows = self.rows(&[&BATCH, &BATCH_ERROR], REFUSALS, values).await?;
        rows.iter()
            .map(|row| {
                let (authority, item) = filer(row, 1)?;
                let (batch, body) = (BatchNumber(row.number(0)?), row.text(3)?.to_owned());
                Ok(KeptRefusal { batch, authority, item, body })
            })
            .collect()
    }
}
