//! Consents and keys.

use journal::open_column;
use law::Instant;
use register::acts::information::access::Key;
use register::acts::rights::consent::{Consent, ConsentNumber};
use register::caller::KeyNumber;
use register::event::Event;
use register::subject::{EntryNumber, SubjectNumber};
use register::tables::{API_KEY, CONSENT};

use crate::error::StoreError;
use crate::read::day;
use crate::reader::Reader;
use crate::sql::Row;
use crate::statements::statements;

statements! {
    CONSENT_BY_NUMBER = "select number, subject, last_day, uses_left, entry, revoked from consent where number = $1";
    CONSENTS_OF = "select number, subject, last_day, uses_left, entry, revoked from consent where subject = $1 \
        order by number";
    KEY = "select number, secret_digest, label, holder, expires, revoked from api_key where number = $1";
    KEYS = "select number, secret_digest, label, holder, expires, revoked from api_key where number > $1 \
        order by number limit $2";
}

impl Reader {
    /// The consent with a number.
    ///
    /// # Errors
    /// When the database fails or something sealed does not open; so with the others here.
    pub async fn consent(&mut self, number: ConsentNumber) -> Result<Option<Consent>, StoreError> {
        let rows = self.rows(&[&CONSENT], CONSENT_BY_NUMBER, vec![number.0.into()]).await?;
        Ok(self.read_consents(rows).await?.into_iter().next())
    }

    /// The consents that a subject gave, in order.
    ///
    /// # Errors
    /// See [`Reader::consent`].
    pub async fn consents_of(&mut self, subject: SubjectNumber) -> Result<Vec<Consent>, StoreError> {
        let rows = self.rows(&[&CONSENT], CONSENTS_OF, vec![subject.0.into()]).await?;
        self.read_consents(rows).await
    }

    /// Scope, purpose and grantee are in the payload of the entry that gave the consent; a consent whose entry was erased
    /// opens nothing any more and is left out.
    async fn read_consents(&mut self, rows: Vec<Row>) -> Result<Vec<Consent>, StoreError> {
        let entries = rows.iter().map(|row| row.number(4).map(EntryNumber)).collect::<Result<Vec<_>, _>>()?;
        let acts = self.acts(&entries).await?;
        let mut consents = Vec::with_capacity(rows.len());
        for row in rows {
            let entry = EntryNumber(row.number(4)?);
            let granted = acts.iter().find(|act| act.entry == entry).and_then(|act| act.act.as_ref());
            let Some(act) = granted else { continue };
            let Event::ConsentGranted(granted) = &act.event else {
                return Err(StoreError::Damaged(format!("entry {} gave no consent", entry.0)));
            };
            consents.push(Consent {
                number: ConsentNumber(row.number(0)?),
                subject: SubjectNumber(row.number(1)?),
                grantee: granted.grantee.clone(),
                items: granted.items.clone(),
                purpose: granted.purpose.clone(),
                last_day: day(row.text(2)?)?,
                uses_left: row.optional_number(3)?.map(|uses| u32::try_from(uses).unwrap_or(u32::MAX)),
                revoked: row.optional_number(5)?.map(EntryNumber),
            });
        }
        Ok(consents)
    }

    fn read_key(&self, row: &Row) -> Result<Key, StoreError> {
        let number = row.number(0)?;
        let (row_key, sealed) = (number.to_string(), row.bytes(3)?);
        let holder = self
            .shared
            .ring
            .using(|ring| Ok(open_column(ring, API_KEY.name, "holder", &row_key, sealed)?))?;
        Ok(Key {
            number: KeyNumber(number),
            secret_digest: row.text(1)?.to_owned(),
            label: row.text(2)?.to_owned(),
            holder: serde_json::from_slice(&holder).map_err(|error| {
                StoreError::Damaged(format!("the holder of key {number} cannot be read: {error}"))
            })?,
            expires: row.optional_integer(4)?.map(Instant::from_milliseconds),
            revoked: row.optional_number(5)?.is_some(),
        })
    }

    /// The API key with a number, revoked or not.
    ///
    /// # Errors
    /// See [`Reader::consent`].
    pub async fn key(&mut self, number: KeyNumber) -> Result<Option<Key>, StoreError> {
        let row = self.row(&[&API_KEY], KEY, vec![number.0.into()]).await?;
        row.map(|row| self.read_key(&row)).transpose()
    }

    /// API keys after one of them, in order.
    ///
    /// # Errors
    /// See [`Reader::consent`].
    pub async fn keys(&mut self, after: Option<KeyNumber>, limit: u64) -> Result<Vec<Key>, StoreError> {
        let values = vec![after.map_or(0, |key| key.0).into(), limit.into()];
        let rows = self.rows(&[&API_KEY], KEYS, values).await?;
        rows.iter().map(|row| self.read_key(row)).collect()
    }
}
