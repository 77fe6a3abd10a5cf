//! Reading: one type for a snapshot and for the pen, so that the same loading code serves an inquiry outside the pen and
//! the check of it under the pen.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use journal::KeyRing;
use law::Instant;
use register::change::Table;

use crate::error::StoreError;
use crate::inventory;
use crate::project::Pending;
use crate::readers::Lent;
use crate::schema::JOURNAL_HEAD;
use crate::sql::{Connection, Row, Sql, Value};
use crate::statements::statements;
use crate::store::Shared;

statements! {
    #[doc = "Where the journal stands."]
    HEAD = "select size, time from journal_head where journal = 0";
}

/// Where the journal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The number of entries, which is the number of the next one.
    pub size: u64,
    /// The time of the last entry: the journal's time never goes back.
    pub time: Instant,
}

/// What a reader reads through.
enum Link {
    Lent(Lent),
    /// The pen's own connection; taken out when the pen is laid down.
    Own(Option<Connection>),
}

/// Reads from one state of the store.
pub struct Reader {
    link: Link,
    pub(crate) shared: Arc<Shared>,
    pub(crate) head: Option<Head>,
    /// What earlier acts of the group wrote and is not in the tables yet.
    pub(crate) group: Pending,
    /// What this act wrote and is not in the tables yet.
    pub(crate) own: Pending,
    /// Whether this act has written into the tables: then its failure must be undone there.
    pub(crate) savepoint: bool,
    /// Whether the database failed: then the transaction is given up.
    pub(crate) broken: bool,
}

impl Reader {
    pub(crate) fn of_pen(shared: Arc<Shared>, connection: Connection, head: Head) -> Self {
        Self::new(shared, Link::Own(Some(connection)), Some(head))
    }

    fn new(shared: Arc<Shared>, link: Link, head: Option<Head>) -> Self {
        let (group, own) = (Pending::default(), Pending::default());
        Self { link, shared, head, group, own, savepoint: false, broken: false }
    }

    pub(crate) fn connection(&mut self) -> Result<&mut Connection, StoreError> {
        match &mut self.link {
            Link::Lent(lent) => lent.connection(),
            Link::Own(own) => own.as_mut().ok_or(StoreError::Closed),
        }
    }

    fn set_busy(&mut self, busy: bool) {
        if let Link::Lent(lent) = &mut self.link {
            lent.set_busy(busy);
        }
    }

    pub(crate) fn take_connection(&mut self) -> Option<Connection> {
        match &mut self.link {
            Link::Lent(_) => None,
            Link::Own(own) => own.take(),
        }
    }

    pub(crate) fn ring(&self) -> Result<Arc<KeyRing>, StoreError> {
        self.shared.ring()
    }

    /// Notes that the database failed.
    pub(crate) fn note<T>(&mut self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        self.broken |= result.is_err();
        result
    }

    /// Brings what waits for these tables into them, so that a reading sees it. Other rows go on waiting: the looks of a
    /// whole group of inquiries are written at its end in a few statements.
    pub(crate) async fn settle(&mut self, tables: &[&'static Table]) -> Result<(), StoreError> {
        let own = self.own.touches(tables);
        if own {
            return self.settle_own().await;
        }
        if self.group.touches(tables) { self.settle_group().await } else { Ok(()) }
    }

    async fn settle_group(&mut self) -> Result<(), StoreError> {
        let group = std::mem::take(&mut self.group);
        self.put_down(group).await
    }

    /// Brings everything that this act wrote into the tables, where it is undone if the act fails.
    pub(crate) async fn settle_own(&mut self) -> Result<(), StoreError> {
        self.settle_group().await?;
        if !self.savepoint {
            let marked = self.connection()?.script("savepoint act").await;
            self.note(marked)?;
            self.savepoint = true;
        }
        let own = std::mem::take(&mut self.own);
        self.put_down(own).await
    }

    /// Writes rows into the tables, and brings the inventory up to date with them.
    pub(crate) async fn put_down(&mut self, mut rows: Pending) -> Result<(), StoreError> {
        let shared = Arc::clone(&self.shared);
        let connection = self.connection()?;
        let noted = inventory::note(&rows, connection, shared.signer()?).await;
        let written = match noted {
            Ok(()) => rows.flush(connection).await,
            Err(error) => Err(error),
        };
        self.note(written)
    }

    /// Rows of these tables.
    pub(crate) async fn rows(
        &mut self,
        tables: &[&'static Table],
        sql: impl Into<Sql>,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        self.settle(tables).await?;
        self.set_busy(true);
        let rows = self.connection()?.rows(sql, values).await;
        self.set_busy(rows.is_err());
        self.note(rows)
    }

    /// The row of these tables, if there is one.
    pub(crate) async fn row(
        &mut self,
        tables: &[&'static Table],
        sql: impl Into<Sql>,
        values: Vec<Value>,
    ) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(tables, sql, values).await?.into_iter().next())
    }

    /// Where the journal stands in the state that is read.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn head(&mut self) -> Result<Head, StoreError> {
        if let Some(head) = self.head {
            return Ok(head);
        }
        let row = self.row(&[&JOURNAL_HEAD], HEAD, Vec::new()).await?;
        let row = row.ok_or_else(|| StoreError::Damaged("the journal's head is missing".to_owned()))?;
        let head = Head { size: row.number(0)?, time: Instant::from_milliseconds(row.integer(1)?) };
        self.head = Some(head);
        Ok(head)
    }
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Reader").field("head", &self.head).finish_non_exhaustive()
    }
}

/// One state of the store, read from as long as it is held.
#[derive(Debug)]
pub struct Snapshot(Reader);

impl Snapshot {
    pub(crate) async fn new(shared: &Arc<Shared>) -> Result<Self, StoreError> {
        let lent = shared.readers.lend().await?;
        Ok(Self(Reader::new(Arc::clone(shared), Link::Lent(lent), None)))
    }

    /// Without a transaction, for statements that need none around them: each reads the newest state. Also whether the
    /// connection was made just now: one that lay idle may have been cut since.
    pub(crate) async fn plain(shared: &Arc<Shared>) -> Result<(Self, bool), StoreError> {
        let lent = shared.readers.lend_plain().await?;
        let fresh = lent.is_fresh();
        Ok((Self(Reader::new(Arc::clone(shared), Link::Lent(lent), None)), fresh))
    }

    /// Gives the connection back. Dropping a snapshot is right too; ending it keeps the connection for the next.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end(self) -> Result<(), StoreError> {
        match self.0.link {
            Link::Lent(lent) => lent.end().await,
            Link::Own(_) => Ok(()),
        }
    }
}

impl Deref for Snapshot {
    type Target = Reader;
    fn deref(&self) -> &Reader {
        &self.0
    }
}

impl DerefMut for Snapshot {
    fn deref_mut(&mut self) -> &mut Reader {
        &mut self.0
    }
}
