//! The yardstick of the benchmarks: the bare work of an engine, without law, sealing and journal. Nothing of the platform
//! uses it; a city's store is never touched by it.

mod load;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures::future::try_join_all;

use crate::address::StoreAddress;
use crate::error::StoreError;
use crate::sql::{Connection, Role, Target};
use crate::statements::statements;

pub use load::BareLoad;

statements! {
    #[doc = "The rows that an inquiry reads."]
    SELECT = "select s.kind, s.identifier, r.number, r.item, r.edition, r.authority, r.class, r.severity, r.finding_day, \
        r.filed_day, r.version, r.entry, e.minute, p.sealed, k.wrapped from subject s join record r on r.subject = s.number \
        join entry e on e.number = r.entry join payload p on p.entry = r.entry join payload_key k on k.entry = r.entry \
        where s.number = $1 order by r.number";
}

/// The table of the log; it is made and dropped by each measurement.
const LOG: &str = "create table bench_log (number bigint not null primary key, subject bigint not null, body text not null)";
const LOGGED: &str = "insert into bench_log (number, subject, body) values ($1, $2, $3)";
/// The form in which PostgreSQL does both in one statement.
const SELECT_AND_LOG: &str = "with logged as (insert into bench_log (number, subject, body) values ($2, $3, $4)) \
    select s.kind, s.identifier, r.number, r.item, r.edition, r.authority, r.class, r.severity, r.finding_day, \
        r.filed_day, r.version, r.entry, e.minute, p.sealed, k.wrapped from subject s join record r on r.subject = s.number \
        join entry e on e.number = r.entry join payload p on p.entry = r.entry join payload_key k on k.entry = r.entry \
        where s.number = $1 order by r.number";
/// As long as an inquiry's entry with its payload.
const BODY_BYTES: usize = 800;

/// Measures an engine at its bare work, on the rows of a benchmark's store.
#[derive(Debug)]
pub struct Yardstick {
    target: Target,
}

impl Yardstick {
    /// Makes a database on a server, or finds it there unless it is to be made anew, and gives its address.
    ///
    /// # Errors
    /// When the server cannot be reached, or this user may not create databases.
    pub async fn database(server: &StoreAddress, name: &str, anew: bool) -> Result<StoreAddress, StoreError> {
        let StoreAddress::Postgres(url) = server else {
            return Err(StoreError::Address("a folder has no databases".to_owned()));
        };
        if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            return Err(StoreError::Address(format!("`{name}` is no name for a database")));
        }
        let mut connection = Connection::open(&server.target()?, Role::Writer).await?;
        if anew {
            connection.script(&format!("drop database if exists {name} with (force)")).await?;
            connection
                .script(&format!(
                    "create database {name} template template0 lc_collate 'C' lc_ctype 'C' encoding 'UTF8'"
                ))
                .await?;
        }
        connection.close().await;
        let (base, parameters) =
            url.split_once('?').map_or((url.as_str(), None), |(base, rest)| (base, Some(rest)));
        let base = base.rsplit_once('/').map_or(base, |(base, _)| base);
        let parameters = parameters.map_or_else(String::new, |rest| format!("?{rest}"));
        Ok(StoreAddress::Postgres(format!("{base}/{name}{parameters}")))
    }

    /// Removes a database that [`Yardstick::database`] made.
    ///
    /// # Errors
    /// When the server does not let go of it.
    pub async fn remove_database(server: &StoreAddress, database: &StoreAddress) -> Result<(), StoreError> {
        let StoreAddress::Postgres(url) = database else { return Ok(()) };
        let path = url.split('?').next().unwrap_or_default();
        let name = path.rsplit('/').next().unwrap_or_default();
        let mut connection = Connection::open(&server.target()?, Role::Writer).await?;
        connection.script(&format!("drop database if exists {name} with (force)")).await?;
        connection.close().await;
        Ok(())
    }

    /// For the store at an address.
    ///
    /// # Errors
    /// When it is no address of a store.
    pub async fn open(address: &StoreAddress) -> Result<Self, StoreError> {
        Ok(Self { target: address.target()? })
    }

    /// The process that serves a connection to PostgreSQL.
    ///
    /// # Errors
    /// When there is none, as on SQLite, or the server cannot be reached.
    pub async fn backend(&self) -> Result<u32, StoreError> {
        let mut connection = Connection::open(&self.target, Role::Reader).await?;
        let row = connection.row("select pg_backend_pid()::bigint", Vec::new()).await?;
        let process = row.map(|row| row.number(0)).transpose()?.unwrap_or_default();
        connection.close().await;
        Ok(u32::try_from(process).unwrap_or_default())
    }

    /// Selects the rows of a subject and logs one row, each durable by itself, over so many connections for so long; says
    /// how often. PostgreSQL does both in one statement and commits what waits together; SQLite has one thread that
    /// commits each by itself.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn select_and_log(
        &self,
        connections: u32,
        lasting: Duration,
        choose: impl Fn(u64) -> u64 + Sync,
    ) -> Result<u64, StoreError> {
        let mut first = Connection::open(&self.target, Role::Writer).await?;
        first.script("drop table if exists bench_log").await?;
        first.script(LOG).await?;
        let end = tokio::time::Instant::now() + lasting;
        let next = AtomicU64::new(0);
        let body = "x".repeat(BODY_BYTES);
        let one = |mut connection: Connection| {
            let (next, body, choose) = (&next, &body, &choose);
            async move {
                while tokio::time::Instant::now() < end {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let subject = choose(number);
                    self.once(&mut connection, number, subject, body).await?;
                }
                connection.close().await;
                Ok::<(), StoreError>(())
            }
        };
        let mut all = Vec::new();
        for _ in 0..connections {
            all.push(one(Connection::open(&self.target, Role::Writer).await?));
        }
        try_join_all(all).await?;
        first.script("drop table bench_log").await?;
        first.close().await;
        Ok(next.into_inner())
    }

    async fn once(
        &self,
        connection: &mut Connection,
        number: u64,
        subject: u64,
        body: &str,
    ) -> Result<(), StoreError> {
        if self.target.is_sqlite() {
            connection.begin_writing().await?;
            connection.rows(SELECT, vec![subject.into()]).await?;
            connection.run(LOGGED, vec![number.into(), subject.into(), body.into()]).await?;
            return connection.commit().await;
        }
        let values = vec![subject.into(), number.into(), subject.into(), body.into()];
        connection.rows(SELECT_AND_LOG, values).await.map(|_| ())
    }
}
