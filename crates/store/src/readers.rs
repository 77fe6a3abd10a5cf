//! Connections lent for reading.
//!
//! They are kept here and not by the driver's pool: that one spawns a task and sends a ping for each connection given
//! back, which on SQLite costs as much as a query.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::StoreError;
use crate::sql::{Connection, Role, Target};

/// Connections for reading, as many as are asked for up to a bound.
#[derive(Debug)]
pub(crate) struct Readers {
    target: Target,
    role: Role,
    idle: Mutex<Vec<Connection>>,
    permits: Arc<Semaphore>,
}

/// A connection lent for reading. It goes back when dropped.
#[derive(Debug)]
pub(crate) struct Lent {
    connection: Option<Connection>,
    readers: Arc<Readers>,
    /// Whether a transaction was begun and not ended.
    open: bool,
    /// Whether a statement was begun and did not end well.
    busy: bool,
    /// Whether it was made just now; one that lay idle may have been cut since.
    fresh: bool,
    _permit: OwnedSemaphorePermit,
}

impl Readers {
    pub(crate) fn new(target: Target, role: Role, limit: usize) -> Arc<Self> {
        Arc::new(Self { target, role, idle: Mutex::default(), permits: Arc::new(Semaphore::new(limit)) })
    }

    /// A connection with a reading transaction begun.
    pub(crate) async fn lend(self: &Arc<Self>) -> Result<Lent, StoreError> {
        self.lend_connection(true).await
    }

    /// A connection for one statement, which reads one state of the store without a transaction around it.
    pub(crate) async fn lend_once(self: &Arc<Self>) -> Result<Lent, StoreError> {
        self.lend_connection(false).await
    }

    async fn lend_connection(self: &Arc<Self>, transaction: bool) -> Result<Lent, StoreError> {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| StoreError::Closed)?;
        loop {
            let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let fresh = idle.is_none();
            let mut connection = match idle {
                Some(connection) => connection,
                None => Connection::open(&self.target, self.role).await?,
            };
            let begun = if transaction { connection.begin_reading().await } else { Ok(()) };
            match begun {
                Ok(()) => {
                    return Ok(Lent {
                        connection: Some(connection),
                        readers: Arc::clone(self),
                        open: transaction,
                        busy: false,
                        fresh,
                        _permit: permit,
                    });
                }
                Err(error) if fresh => return Err(error),
                // The server may have been restarted: idle connections are given up, one by one.
                Err(_) => {}
            }
        }
    }

    /// Whether nothing is lent any more.
    pub(crate) fn is_closed(&self) -> bool {
        self.permits.is_closed()
    }

    /// Closes what is idle and lends no more.
    pub(crate) async fn close(&self) {
        self.permits.close();
        let idle = std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner));
        for connection in idle {
            connection.close().await;
        }
    }
}

impl Lent {
    /// Whether it was made just now.
    pub(crate) const fn is_fresh(&self) -> bool {
        self.fresh
    }

    /// Notes that a statement begins, or that it ended well.
    pub(crate) fn set_busy(&mut self, busy: bool) {
        self.busy = busy;
    }

    /// The connection.
    pub(crate) fn connection(&mut self) -> Result<&mut Connection, StoreError> {
        self.connection.as_mut().ok_or(StoreError::Closed)
    }

    /// Ends the reading transaction and gives the connection back.
    pub(crate) async fn end(mut self) -> Result<(), StoreError> {
        self.connection()?.commit().await?;
        self.open = false;
        Ok(())
    }
}

impl Readers {
    fn put_back(&self, connection: Connection) {
        if !self.permits.is_closed() {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        }
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else { return };
        // A connection whose statement did not end well (an error, a caller that went away in the middle) is not used
        // again: opening a new one is cheaper than finding out in which state it is.
        if self.busy {
            return;
        }
        let readers = Arc::clone(&self.readers);
        if !self.open {
            readers.put_back(connection);
        } else if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            // The state that it reads must not be held any longer: it keeps the database from tidying up.
            runtime.spawn(async move {
                if connection.commit().await.is_ok() {
                    readers.put_back(connection);
                }
            });
        }
    }
}
