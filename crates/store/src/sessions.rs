//! Sessions: who has signed in, until when. They pass: no backup carries them, and what has ended is removed.

use journal::{KeyRing, open_column, seal_column};
use law::Instant;
use register::caller::SessionNumber;

use crate::error::StoreError;
use crate::pen::Pen;
use crate::reader::Reader;
use crate::schema::SESSION;
use crate::sql::Row;
use crate::statements::statements;

statements! {
    BY_DIGEST = "select number, digest, body, seen, idle, ends from session where digest = $1";
    BY_NUMBER = "select number, digest, body, seen, idle, ends from session where number = $1";
    ALL = "select number, digest, body, seen, idle, ends from session where number > $1 order by number limit $2";
    END = "delete from session where number = $1";
    FORGET = "delete from session where ends <= $1";
}

/// A session as it is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredSession {
    /// Its number, drawn at random: numbers in the journal tell nothing of how many people sign in.
    pub number: SessionNumber,
    /// SHA-256 of its token, in hexadecimal.
    pub digest: String,
    /// Who it is, as JSON text; sealed where it lies.
    pub body: String,
    /// When it was used last, to about a minute.
    pub seen: Instant,
    /// How long it may be unused, in milliseconds.
    pub idle_milliseconds: u64,
    /// When it ends at the latest.
    pub ends: Instant,
}

register::prints_only_its_name!(StoredSession);

impl StoredSession {
    /// Whether it stands at a moment: neither unused for too long nor at its end.
    #[must_use]
    pub fn stands(&self, now: Instant) -> bool {
        let unused = now.milliseconds().saturating_sub(self.seen.milliseconds());
        now < self.ends && unused < i64::try_from(self.idle_milliseconds).unwrap_or(i64::MAX)
    }
}

impl Reader {
    fn read_session(&self, row: &Row) -> Result<StoredSession, StoreError> {
        let number = row.number(0)?;
        let (row_key, sealed) = (number.to_string(), row.bytes(2)?);
        let opened = |ring: &KeyRing| Ok(open_column(ring, SESSION.name, "body", &row_key, sealed)?);
        let body = self.shared.ring.using(opened)?;
        Ok(StoredSession {
            number: SessionNumber(number),
            digest: row.text(1)?.to_owned(),
            body: String::from_utf8(body)
                .map_err(|_| StoreError::Damaged(format!("session {number} is no text")))?,
            seen: Instant::from_milliseconds(row.integer(3)?),
            idle_milliseconds: row.number(4)?,
            ends: Instant::from_milliseconds(row.integer(5)?),
        })
    }

    /// The session whose token has this digest.
    ///
    /// # Errors
    /// When the database fails or something sealed does not open; so with the others here.
    pub async fn session_of(&mut self, digest: &str) -> Result<Option<StoredSession>, StoreError> {
        let row = self.row(&[&SESSION], BY_DIGEST, vec![digest.into()]).await?;
        self.read_standing(row)
    }

    /// A session that does not open, since the key it is sealed under was retired, has ended with it.
    fn read_standing<R: std::borrow::Borrow<Row>>(
        &self,
        row: Option<R>,
    ) -> Result<Option<StoredSession>, StoreError> {
        match row.map(|row| self.read_session(row.borrow())) {
            None | Some(Err(StoreError::Sealed(_))) => Ok(None),
            Some(read) => read.map(Some),
        }
    }

    /// The session with a number.
    ///
    /// # Errors
    /// See [`Reader::session_of`].
    pub async fn session(&mut self, number: SessionNumber) -> Result<Option<StoredSession>, StoreError> {
        let row = self.row(&[&SESSION], BY_NUMBER, vec![number.0.into()]).await?;
        self.read_standing(row)
    }

    /// Sessions after one of them, in the order of their numbers.
    ///
    /// # Errors
    /// See [`Reader::session_of`].
    pub async fn sessions(
        &mut self,
        after: SessionNumber,
        limit: u64,
    ) -> Result<Vec<StoredSession>, StoreError> {
        let rows = self.rows(&[&SESSION], ALL, vec![after.0.into(), limit.into()]).await?;
        rows.iter().filter_map(|row| self.read_standing(Some(row)).transpose()).collect()
    }
}

impl Pen {
    /// Keeps a session, or brings it up to date.
    ///
    /// # Errors
    /// When the key ring is not at hand.
    pub fn put_session(&mut self, session: &StoredSession) -> Result<(), StoreError> {
        let number = session.number.0;
        let body = seal_column(
            &*self.ring()?,
            self.shared.randomness.as_ref(),
            SESSION.name,
            "body",
            &number.to_string(),
            session.body.as_bytes(),
        )?;
        let row = vec![
            number.into(),
            session.digest.as_str().into(),
            body.into(),
            session.seen.milliseconds().into(),
            session.idle_milliseconds.into(),
            session.ends.milliseconds().into(),
        ];
        self.own.replace(&SESSION, row);
        Ok(())
    }

    /// Ends a session: nothing of it is kept.
    ///
    /// # Errors
    /// When the database fails; so with the other here.
    pub async fn end_session(&mut self, number: SessionNumber) -> Result<(), StoreError> {
        self.settle_own().await?;
        self.connection()?.run(END, vec![number.0.into()]).await?;
        Ok(())
    }

    /// Removes what has ended.
    ///
    /// # Errors
    /// See [`Pen::end_session`].
    pub async fn forget_sessions(&mut self) -> Result<(), StoreError> {
        let now = self.now().milliseconds();
        self.settle_own().await?;
        self.connection()?.run(FORGET, vec![now.into()]).await?;
        Ok(())
    }
}
