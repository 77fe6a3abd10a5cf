//! Batches of filed lines.

use register::authority::AuthorityCode;
use register::catalogue::ItemCode;
use register::record::BatchNumber;
use register::subject::EntryNumber;
use register::tables::{BATCH, BATCH_REQUEST};

use crate::error::StoreError;
use crate::reader::Reader;
use crate::sql::Row;
use crate::statements::statements;

statements! {
    BATCH_BY_NUMBER = "select number, authority, item, file_digest, staged, opened, closed, in_force, filed, unchanged, \
        refused from batch where number = $1";
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
