//! The catalogue, authorities, and the law in force as the journal names it.

use register::acts::information::catalogue::CataloguePublished;
use register::acts::information::commencement::InstrumentVersion;
use register::authority::{Authority, AuthorityCode};
use register::event::Event;
use register::subject::EntryNumber;
use register::tables::{AUTHORITY, CATALOGUE_EDITION, LAW_IN_FORCE};

use crate::error::StoreError;
use crate::read::day;
use crate::reader::Reader;
use crate::sql::Row;
use crate::statements::statements;

statements! {
    NEWEST_EDITION = "select max(number) from catalogue_edition";
    EDITION = "select entry from catalogue_edition where number = $1";
    AUTHORITY_BY_CODE = "select body from authority where code = $1";
    AUTHORITIES_AS_OF = "select max(entry) from authority";
    AUTHORITIES = "select body from authority order by code";
    LAW_VERSIONS = "select instrument, from_day from law_in_force order by instrument, from_day";
}

fn read_authority(row: &Row) -> Result<Authority, StoreError> {
    serde_json::from_str(row.text(0)?)
        .map_err(|error| StoreError::Damaged(format!("an authority cannot be read: {error}")))
}

impl Reader {
    /// The number of the newest edition of the catalogue; 0 where none was published.
    ///
    /// # Errors
    /// When the database fails; so with the others here.
    pub async fn newest_edition(&mut self) -> Result<u64, StoreError> {
        let row = self.row(&[&CATALOGUE_EDITION], NEWEST_EDITION, Vec::new()).await?;
        Ok(row.map(|row| row.optional_number(0)).transpose()?.flatten().unwrap_or(0))
    }

    /// A published edition of the catalogue, as it stands in the payload of its entry.
    ///
    /// # Errors
    /// See [`Reader::newest_edition`].
    pub async fn edition(&mut self, number: u64) -> Result<Option<CataloguePublished>, StoreError> {
        let Some(row) = self.row(&[&CATALOGUE_EDITION], EDITION, vec![number.into()]).await? else {
            return Ok(None);
        };
        let entry = EntryNumber(row.number(0)?);
        drop(row);
        match self.act(entry).await?.and_then(|journalled| journalled.act).map(|act| act.event) {
            Some(Event::CataloguePublished(published)) => Ok(Some(published)),
            _ => Err(StoreError::Damaged(format!("entry {} published no edition", entry.0))),
        }
    }

    /// The authority with a code.
    ///
    /// # Errors
    /// See [`Reader::newest_edition`].
    pub async fn authority(&mut self, code: &AuthorityCode) -> Result<Option<Authority>, StoreError> {
        let row = self.row(&[&AUTHORITY], AUTHORITY_BY_CODE, vec![code.0.as_str().into()]).await?;
        row.as_ref().map(read_authority).transpose()
    }

    /// The entry that enrolled an authority last; none where none was enrolled.
    ///
    /// # Errors
    /// See [`Reader::newest_edition`].
    pub async fn authorities_as_of(&mut self) -> Result<Option<EntryNumber>, StoreError> {
        let row = self.row(&[&AUTHORITY], AUTHORITIES_AS_OF, Vec::new()).await?;
        Ok(row.map(|row| row.optional_number(0)).transpose()?.flatten().map(EntryNumber))
    }

    /// Every enrolled authority, in order of code.
    ///
    /// # Errors
    /// See [`Reader::newest_edition`].
    pub async fn authorities(&mut self) -> Result<Vec<Authority>, StoreError> {
        self.rows(&[&AUTHORITY], AUTHORITIES, Vec::new()).await?.iter().map(read_authority).collect()
    }

    /// The versions of instruments whose taking force the journal names.
    ///
    /// # Errors
    /// See [`Reader::newest_edition`].
    pub async fn law_versions(&mut self) -> Result<Vec<InstrumentVersion>, StoreError> {
        let rows = self.rows(&[&LAW_IN_FORCE], LAW_VERSIONS, Vec::new()).await?;
        rows.iter()
            .map(|row| {
                Ok(InstrumentVersion { instrument: row.text(0)?.to_owned(), from: day(row.text(1)?)? })
            })
            .collect()
    }
}
