//! Batches of filed lines.

use law::Instant;
use register::authority::AuthorityCode;
use register::catalogue::ItemCode;
use register::record::BatchNumber;
use register::subject::EntryNumber;
use register::tables::{BATCH, BATCH_REQUEST};

use crate::error::StoreError;
use crate::reader::Reader;
use crate::schema::ENTRY;
use crate::sql::Row;
use crate::statements::statements;

// The word of no state and the code of no item are empty: then all are asked for.
statements! {
    BATCH_BY_NUMBER = "select number, authority, item, file_digest, staged, opened, closed, in_force, filed, unchanged, \
        refused from batch where number = $1";
    BATCHES_OF = "select b.number, b.authority, b.item, b.file_digest, b.staged, b.opened, b.closed, b.in_force, b.filed, \
        b.unchanged, b.refused, e.minute from batch b join entry e on e.number = b.opened \
        where b.authority = $1 and ($2 = '' or b.item = $2) and ($3 = '' or ($3 = 'in_force' and b.in_force is not null) \
        or ($3 = 'open' and b.closed is null) or ($3 = 'with_refused' and b.refused > 0)) \
        and b.number < $4 order by b.number desc limit $5";
    BATCH_OF_REQUEST = "select batch from batch_request where authority = $1 and request = $2";
}

/// A batch as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Its number.
    pub number: BatchNumber,
    /// Who files.
    pub authority: AuthorityCode,
    /// The item.
    pub item: ItemCode,
    /// SHA-256 of the file, in hexadecimal.
    pub file_digest: String,
    /// Whether it is all-or-nothing.
    pub staged: bool,
    /// The entry that opened it.
    pub opened: EntryNumber,
    /// The entry that closed it.
    pub closed: Option<EntryNumber>,
    /// The entry that brought it into force.
    pub in_force: Option<EntryNumber>,
    /// Lines filed, once it is closed.
    pub filed: u64,
    /// Lines that said what was held already, once it is closed.
    pub unchanged: u64,
    /// Lines refused, once it is closed.
    pub refused: u64,
}

/// A state by which batches are picked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BatchState {
    /// In force.
    InForce,
    /// Not closed: being filed, or broken off.
    Open,
    /// With refused lines.
    WithRefused,
}

impl BatchState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::InForce, Self::Open, Self::WithRefused];

    /// Its stable word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::InForce => "in_force",
            Self::Open => "open",
            Self::WithRefused => "with_refused",
        }
    }

    /// The state with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// Which batches are asked for.
#[derive(Debug, Clone, Copy)]
pub struct BatchesAsked<'a> {
    /// Whose.
    pub authority: &'a AuthorityCode,
    /// Of one item.
    pub item: Option<&'a ItemCode>,
    /// In one state.
    pub state: Option<BatchState>,
    /// Before this one.
    pub before: Option<BatchNumber>,
    /// How many.
    pub limit: u64,
}

fn read_batch(row: &Row) -> Result<Batch, StoreError> {
    Ok(Batch {
        number: BatchNumber(row.number(0)?),
        authority: AuthorityCode(row.text(1)?.to_owned()),
        item: ItemCode(row.text(2)?.to_owned()),
        file_digest: row.text(3)?.to_owned(),
        staged: row.integer(4)? != 0,
        opened: EntryNumber(row.number(5)?),
        closed: row.optional_number(6)?.map(EntryNumber),
        in_force: row.optional_number(7)?.map(EntryNumber),
        filed: row.number(8)?,
        unchanged: row.number(9)?,
        refused: row.number(10)?,
    })
}

impl Reader {
    /// The batch with a number.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn batch(&mut self, number: BatchNumber) -> Result<Option<Batch>, StoreError> {
        let row = self.row(&[&BATCH], BATCH_BY_NUMBER, vec![number.0.into()]).await?;
        row.as_ref().map(read_batch).transpose()
    }

    /// Batches of an authority with the time of their opening, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn batches_of(&mut self, asked: BatchesAsked<'_>) -> Result<Vec<(Batch, Instant)>, StoreError> {
        let values = vec![
            asked.authority.0.as_str().into(),
            asked.item.map_or("", |item| item.0.as_str()).into(),
            asked.state.map_or("", BatchState::word).into(),
            asked.before.map_or(u64::MAX, |batch| batch.0).into(),
            asked.limit.into(),
        ];
        let rows = self.rows(&[&BATCH, &ENTRY], BATCHES_OF, values).await?;
        rows.iter()
            .map(|row| {
                let at = Instant::from_milliseconds(row.integer(11)?.saturating_mul(60_000));
                Ok((read_batch(row)?, at))
            })
            .collect()
    }

    /// The batch that answers a request of an authority, told by the request's digest.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn batch_of_request(
        &mut self,
        authority: &AuthorityCode,
        request: &str,
    ) -> Result<Option<Batch>, StoreError> {
        let values = vec![authority.0.as_str().into(), request.into()];
        let Some(row) = self.row(&[&BATCH_REQUEST], BATCH_OF_REQUEST, values).await? else { return Ok(None) };
        let number = BatchNumber(row.number(0)?);
        drop(row);
        self.batch(number).await
    }
}
