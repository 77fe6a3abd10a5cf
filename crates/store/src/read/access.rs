//! Consents, keys and proposals.

use journal::open_column;
use law::Instant;
use register::acts::accountability::proposal::{OPERATOR_OFFICE, OperatorKey, Proposal, ProposalNumber};
use register::acts::information::access::{Key, KeyHolder};
use register::acts::rights::consent::{Consent, ConsentNumber};
use register::caller::KeyNumber;
use register::event::Event;
use register::subject::{EntryNumber, SubjectNumber};
use register::tables::{API_KEY, CONSENT, OPERATOR_KEY, PROPOSAL};

use crate::error::StoreError;
use crate::read::day;
use crate::reader::Reader;
use crate::schema::{ENTRY, KEY_USE};
use crate::sql::Row;
use crate::statements::statements;

statements! {
    CONSENT_BY_NUMBER = "select number, subject, last_day, uses_left, entry, revoked from consent where number = $1";
    CONSENTS_OF = "select number, subject, last_day, uses_left, entry, revoked from consent where subject = $1 \
        order by number";
    KEY = "select number, secret_digest, label, holder, expires, revoked from api_key where number = $1";
    KEYS = "select number, secret_digest, label, holder, expires, revoked from api_key where number > $1 \
        order by number limit $2";
    KEYS_USED = "select key, seen from key_use where key > $1 order by key limit $2";
    OPERATOR_KEYS = "select k.number, k.secret_digest, k.label, k.holder, k.expires, k.revoked, e.minute \
        from operator_key o join api_key k on k.number = o.number left join entry e on e.number = k.revoked \
        order by k.number";
    APPROVED_FOR = "select number from proposal where office = $1 and approved is not null limit 1";
    PROPOSAL_BY_NUMBER = "select number, key, entry, approved, rejected from proposal where number = $1";
    PROPOSALS_OF = "select number, key, entry, approved, rejected from proposal where office = $1 and number < $2 \
        order by number desc limit $3";
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
                given: entry,
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
        let KeyHolder { holder, terms } = serde_json::from_slice(&holder).map_err(|error| {
            StoreError::Damaged(format!("the holder of key {number} cannot be read: {error}"))
        })?;
        Ok(Key {
            number: KeyNumber(number),
            secret_digest: row.text(1)?.to_owned(),
            label: row.text(2)?.to_owned(),
            holder,
            terms,
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
    /// When keys after one of them were used last, to about a minute, in the order of their numbers. A key that was never used
    /// is left out.
    ///
    /// # Errors
    /// See [`Reader::consent`].
    pub async fn keys_used(
        &mut self,
        after: Option<KeyNumber>,
        limit: u64,
    ) -> Result<Vec<(KeyNumber, Instant)>, StoreError> {
        let values = vec![after.map_or(0, |key| key.0).into(), limit.into()];
        let rows = self.rows(&[&KEY_USE], KEYS_USED, values).await?;
        rows.iter()
            .map(|row| Ok((KeyNumber(row.number(0)?), Instant::from_milliseconds(row.integer(1)?))))
            .collect()
    }

    /// The keys that operators hold in their own names, revoked or not.
    ///
    /// # Errors
    /// See [`Reader::consent`].
    pub async fn operator_keys(&mut self) -> Result<Vec<OperatorKey>, StoreError> {
        let rows = self.rows(&[&OPERATOR_KEY, &API_KEY, &ENTRY], OPERATOR_KEYS, Vec::new()).await?;
        let mut keys = Vec::with_capacity(rows.len());
        for row in &rows {
            let key = self.read_key(row)?;
            let revoked = row.optional_integer(6)?.map(|minute| Instant::from_milliseconds(minute * 60_000));
            let named = key.terms.person;
            keys.extend(named.map(|person| OperatorKey { person, expires: key.expires, revoked }));
        }
        Ok(keys)
    }

    /// Whether two persons of the operator have ever done something together.
    ///
    /// # Errors
    /// See [`Reader::consent`].
    pub async fn has_approved_for_operator(&mut self) -> Result<bool, StoreError> {
        Ok(self.row(&[&PROPOSAL], APPROVED_FOR, vec![OPERATOR_OFFICE.into()]).await?.is_some())
    }

    /// The proposal with a number; one whose entry was erased is none any more.
    ///
    /// # Errors
    /// See [`Reader::consent`].
    pub async fn proposal(&mut self, number: ProposalNumber) -> Result<Option<Proposal>, StoreError> {
        let rows = self.rows(&[&PROPOSAL], PROPOSAL_BY_NUMBER, vec![number.0.into()]).await?;
        Ok(self.read_proposals(rows).await?.into_iter().next())
    }

    /// What was proposed in an office before one of its proposals, the newest first.
    ///
    /// # Errors
    /// See [`Reader::consent`].
    pub async fn proposals_of(
        &mut self,
        office: &str,
        before: Option<ProposalNumber>,
        limit: u64,
    ) -> Result<Vec<Proposal>, StoreError> {
        let before = before.map_or(i64::MAX, |before| i64::try_from(before.0).unwrap_or(i64::MAX));
        let values = vec![office.into(), before.into(), limit.into()];
        let rows = self.rows(&[&PROPOSAL], PROPOSALS_OF, values).await?;
        self.read_proposals(rows).await
    }

    async fn read_proposals(&mut self, rows: Vec<Row>) -> Result<Vec<Proposal>, StoreError> {
        let entries = rows.iter().map(|row| row.number(2).map(EntryNumber)).collect::<Result<Vec<_>, _>>()?;
        let acts = self.acts(&entries).await?;
        let mut proposals = Vec::with_capacity(rows.len());
        for row in rows {
            let entry = EntryNumber(row.number(2)?);
            let Some(journalled) = acts.iter().find(|act| act.entry == entry) else { continue };
            let Some(act) = &journalled.act else { continue };
            let Event::ActProposed(proposed) = &act.event else {
                return Err(StoreError::Damaged(format!("entry {} proposed nothing", entry.0)));
            };
            proposals.push(Proposal {
                number: ProposalNumber(row.number(0)?),
                entry,
                at: journalled.at,
                proposer: act.caller.clone(),
                act: (*proposed.act).clone(),
                key: row.optional_number(1)?.map(KeyNumber),
                approved: row.optional_number(3)?.map(EntryNumber),
                rejected: row.optional_number(4)?.map(EntryNumber),
            });
        }
        Ok(proposals)
    }
}
