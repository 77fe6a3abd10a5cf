//! The seam: the only file of the program that names a database driver.
//!
//! A [`Connection`] has two arms, SQLite and PostgreSQL, and takes the same text for both: `$1` for values, numbers
//! as `bigint`, upserts as `on conflict`. A branch by engine stands here or in [`crate::schema`], nowhere else.

use std::path::{Path, PathBuf};
use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use register::change::Table;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgRow};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteRow, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Row as _, SqlSafeStr as _};

use crate::bulk;
use crate::error::StoreError;
use crate::fault::step;
use crate::statements::{self, Composed};
pub(crate) use crate::value::Value;

/// How long a statement waits for another process that writes to the same SQLite file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);
/// Prepared statements that a connection keeps: all fixed ones and every size of the set-wise ones.
const STATEMENTS_KEPT: usize = 512;
/// How PostgreSQL plans: every statement is looked up by keys and is planned once a connection. Planning what is read for an
/// inquiry anew each time took 1.1 to 2.7 ms, executing it takes 0.1 ms; and a plan made while a table was empty must
/// not read all of it when it has grown: without statistics a set of 256 keys was looked for in the whole table, and filing fell
/// to 158 lines a second.
const PLANNING: [(&str, &str); 3] =
    [("plan_cache_mode", "force_generic_plan"), ("enable_seqscan", "off"), ("jit", "off")];
/// How long a connection to PostgreSQL may take to come up.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The text of a statement: written in this crate, or composed from such texts. Never from input.
#[derive(Debug, Clone)]
pub(crate) enum Sql {
    Fixed(&'static str),
    Composed(Arc<Composed>),
}

impl From<&'static str> for Sql {
    fn from(text: &'static str) -> Self {
        Self::Fixed(text)
    }
}

impl From<String> for Sql {
    fn from(text: String) -> Self {
        Self::Composed(Composed::new(text))
    }
}

impl Sql {
    // Composed texts hold table and column names and placeholders of this crate only.

    fn for_sqlite(self) -> sqlx::SqlStr {
        match self {
            Self::Fixed(text) => text.into_sql_str(),
            Self::Composed(text) => AssertSqlSafe(Arc::clone(text.positional())).into_sql_str(),
        }
    }

    fn for_postgres(self) -> sqlx::SqlStr {
        match self {
            Self::Fixed(text) => text.into_sql_str(),
            Self::Composed(text) => AssertSqlSafe(Arc::clone(text.numbered())).into_sql_str(),
        }
    }
}

/// A row as the driver holds it; values are read from it in place.
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

macro_rules! on {
    ($value:expr, $kind:ident, $inner:ident => $body:expr) => {
        match $value {
            $kind::Sqlite($inner) => $body,
            $kind::Postgres($inner) => $body,
        }
    };
}

impl Row {
    /// The whole number in a column.
    pub(crate) fn integer(&self, column: usize) -> Result<i64, StoreError> {
        on!(self, Row, row => row.try_get(column)).map_err(StoreError::from)
    }

    /// A number of ours, which is never negative.
    pub(crate) fn number(&self, column: usize) -> Result<u64, StoreError> {
        let number = self.integer(column)?;
        u64::try_from(number).map_err(|_| {
            StoreError::Damaged(format!("`{number}` stands where a number from zero up belongs"))
        })
    }

    /// The text in a column.
    pub(crate) fn text(&self, column: usize) -> Result<&str, StoreError> {
        on!(self, Row, row => row.try_get(column)).map_err(StoreError::from)
    }

    /// The bytes in a column.
    pub(crate) fn bytes(&self, column: usize) -> Result<&[u8], StoreError> {
        on!(self, Row, row => row.try_get(column)).map_err(StoreError::from)
    }

    /// The whole number in a column that may be empty.
    pub(crate) fn optional_integer(&self, column: usize) -> Result<Option<i64>, StoreError> {
        on!(self, Row, row => row.try_get(column)).map_err(StoreError::from)
    }

    /// A number of ours in a column that may be empty.
    pub(crate) fn optional_number(&self, column: usize) -> Result<Option<u64>, StoreError> {
        if self.optional_integer(column)?.is_none() { Ok(None) } else { self.number(column).map(Some) }
    }

    /// The text in a column that may be empty.
    pub(crate) fn optional_text(&self, column: usize) -> Result<Option<&str>, StoreError> {
        on!(self, Row, row => row.try_get(column)).map_err(StoreError::from)
    }

    /// The bytes in a column that may be empty.
    pub(crate) fn optional_bytes(&self, column: usize) -> Result<Option<&[u8]>, StoreError> {
        on!(self, Row, row => row.try_get(column)).map_err(StoreError::from)
    }
}

/// Which database, and how to reach it.
#[derive(Debug, Clone)]
pub(crate) enum Target {
    /// A file of ours.
    Sqlite(PathBuf),
    /// A server's database.
    Postgres(Box<PgConnectOptions>),
}

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Makes the file where there is none.
    Creator,
    /// Writes; SQLite has exactly one of these at a time.
    Writer,
    /// Reads only.
    Reader,
    /// Reads only, for many at once: there are few of these, and each keeps more of the file at hand.
    Asker,
    /// Reads a store that may be damaged or on a read-only disk.
    Verifier,
    /// Makes a file that is thrown away: nothing of it need be durable.
    Scratch,
}

impl Target {
    /// The database behind a `postgres://` address.
    pub(crate) fn postgres(url: &str) -> Result<Self, StoreError> {
        let options = PgConnectOptions::from_str(url).map_err(|_| {
            StoreError::Address(
                "the address is not of the form `postgres://user@host:port/database`".to_owned(),
            )
        })?;
        Ok(Self::Postgres(Box::new(
            options
                .application_name("credence")
                .options(PLANNING)
                .statement_cache_capacity(STATEMENTS_KEPT)
                .disable_statement_logging(),
        )))
    }

    /// Whether it is a file of ours.
    pub(crate) const fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }

    fn sqlite_options(file: &Path, role: Role) -> SqliteConnectOptions {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(matches!(role, Role::Creator | Role::Scratch))
            .busy_timeout(BUSY_TIMEOUT)
            .foreign_keys(false)
            .statement_cache_capacity(STATEMENTS_KEPT)
            .row_buffer_size(256)
            .disable_statement_logging();
        match role {
            // WAL is a lasting property of the file: it is set once.
            Role::Creator => options
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .pragma("secure_delete", "on"),
            // A chunk of filed lines changes some 700 pages: with the usual 1000 every other commit would move the whole log
            // into the file, and pages that the next chunk changes again with it.
            Role::Writer => options
                .synchronous(SqliteSynchronous::Full)
                .pragma("secure_delete", "on")
                .pragma("cache_size", "-65536")
                .pragma("wal_autocheckpoint", "4000"),
            Role::Reader => options.pragma("query_only", "on").pragma("cache_size", "-8192"),
            Role::Asker => options.pragma("query_only", "on").pragma("cache_size", "-24576"),
            Role::Scratch => options.journal_mode(SqliteJournalMode::Off).synchronous(SqliteSynchronous::Off),
            Role::Verifier => options.read_only(true).pragma("cache_size", "-8192"),
        }
    }
}

/// One connection.
#[derive(Debug)]
pub(crate) enum Connection {
    Sqlite(Box<SqliteConnection>),
    Postgres(Box<PgConnection>),
}

macro_rules! bound {
    ($sql:expr, $values:expr) => {{
        let mut query = sqlx::query($sql);
        for value in $values {
            query = match value {
                Value::Integer(number) => query.bind(number),
                Value::Text(text) => query.bind(text),
                Value::Bytes(bytes) => query.bind(bytes),
                Value::NoInteger => query.bind(None::<i64>),
                Value::NoText => query.bind(None::<String>),
                Value::NoBytes => query.bind(None::<Vec<u8>>),
            };
        }
        query
    }};
}

impl Connection {
    /// Connects.
    pub(crate) async fn open(target: &Target, role: Role) -> Result<Self, StoreError> {
        #[cfg(test)]
        crate::fault::hook::connect()?;
        match target {
            Target::Sqlite(file) => {
                let connected = Target::sqlite_options(file, role).connect().await;
                Ok(Self::Sqlite(Box::new(connected.map_err(StoreError::from)?)))
            }
            Target::Postgres(options) => {
                let connected = tokio::time::timeout(CONNECT_TIMEOUT, options.connect()).await;
                let connection = connected.map_err(|_| {
                    StoreError::Unreachable(format!(
                        "`{}` did not answer within 10 seconds",
                        options.get_host()
                    ))
                })?;
                let mut connection = Self::Postgres(Box::new(connection.map_err(StoreError::from)?));
                connection.check_postgres().await?;
                Ok(connection)
            }
        }
    }

    /// Runs a statement and says how many rows it touched.
    pub(crate) async fn run(&mut self, sql: impl Into<Sql>, values: Vec<Value>) -> Result<u64, StoreError> {
        let sql = sql.into();
        step!(
            sql,
            match self {
                Self::Sqlite(connection) => {
                    Ok(bound!(sql.for_sqlite(), values).execute(&mut **connection).await?.rows_affected())
                }
                Self::Postgres(connection) => {
                    Ok(bound!(sql.for_postgres(), values).execute(&mut **connection).await?.rows_affected())
                }
            }
        )
    }

    /// Runs a statement and gives its rows.
    pub(crate) async fn rows(
        &mut self,
        sql: impl Into<Sql>,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        let sql = sql.into();
        step!(
            sql,
            match self {
                Self::Sqlite(connection) => {
                    let rows = bound!(sql.for_sqlite(), values).fetch_all(&mut **connection).await?;
                    Ok(rows.into_iter().map(Row::Sqlite).collect())
                }
                Self::Postgres(connection) => {
                    let rows = bound!(sql.for_postgres(), values).fetch_all(&mut **connection).await?;
                    Ok(rows.into_iter().map(Row::Postgres).collect())
                }
            }
        )
    }

    /// Runs a statement and gives its row, if there is one.
    pub(crate) async fn row(
        &mut self,
        sql: impl Into<Sql>,
        values: Vec<Value>,
    ) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(sql, values).await?.into_iter().next())
    }

    /// Inserts rows. PostgreSQL takes any number of them in one statement, a list of values a column: filing 50,000 lines took
    /// 74 s with `copy`, whose two short messages wait 40 ms for each other on a connection of this driver (it leaves Nagle's
    /// algorithm on), and 6 s so.
    pub(crate) async fn insert(&mut self, table: &Table, rows: Vec<Vec<Value>>) -> Result<(), StoreError> {
        if let Self::Postgres(connection) = self
            && rows.len() > 1
        {
            let sql = statements::insert_lists(table);
            step!(sql, {
                let mut query = sqlx::query(sql.clone().for_postgres());
                for column in bulk::columns(table, rows) {
                    query = match column {
                        bulk::Values::Integers(values) => query.bind(values),
                        bulk::Values::Texts(values) => query.bind(values),
                        bulk::Values::Bytes(values) => query.bind(values),
                    };
                }
                query.execute(&mut **connection).await?
            });
            return Ok(());
        }
        for part in statements::exact(rows) {
            let sql = statements::insert(table, part.len());
            self.run(sql, part.into_iter().flatten().collect()).await?;
        }
        Ok(())
    }

    /// Takes rows in PostgreSQL's bulk form, as a load that is nothing but a load would; on SQLite like [`Connection::insert`].
    pub(crate) async fn copy(&mut self, table: &Table, rows: Vec<Vec<Value>>) -> Result<(), StoreError> {
        let Self::Postgres(connection) = self else { return self.insert(table, rows).await };
        let mut copy = connection.copy_in_raw(&statements::copy(table)).await?;
        copy.send(bulk::encode(&rows)).await?;
        copy.finish().await?;
        Ok(())
    }

    /// Runs statements that take no values, several in one text.
    pub(crate) async fn script(&mut self, text: &str) -> Result<(), StoreError> {
        let sql = Sql::from(text.to_owned());
        step!(
            sql,
            on!(self, Self, connection => sqlx::raw_sql(sql.for_postgres()).execute(&mut **connection).await.map(|_| ())?)
        );
        Ok(())
    }

    /// Has the engine prepare a statement and forgets it.
    #[cfg(test)]
    pub(crate) async fn prepare(&mut self, sql: impl Into<Sql>) -> Result<(), StoreError> {
        use sqlx::Executor as _;
        let sql = sql.into().for_postgres();
        on!(self, Self, connection => (&mut **connection).prepare(sql).await.map(|_| ()))
            .map_err(StoreError::from)
    }

    /// Begins a transaction that reads one state of the store, whatever is written meanwhile.
    pub(crate) async fn begin_reading(&mut self) -> Result<(), StoreError> {
        let text = match self {
            Self::Sqlite(_) => "begin",
            Self::Postgres(_) => "begin isolation level repeatable read read only",
        };
        self.script(text).await
    }

    /// Begins a transaction that writes. On SQLite it takes the write lock at once: a transaction that reads first and
    /// writes later fails when another wrote in between.
    pub(crate) async fn begin_writing(&mut self) -> Result<(), StoreError> {
        let text = match self {
            Self::Sqlite(_) => "begin immediate",
            // Another server that hangs with the pen in hand must not hang us with it: waiting ends before a request does, and
            // the database takes the pen back from who does nothing with it.
            Self::Postgres(_) => {
                "begin isolation level read committed; set local lock_timeout = '8s'; \
                 set local idle_in_transaction_session_timeout = '10s'"
            }
        };
        self.script(text).await
    }

    /// Makes what was written durable.
    pub(crate) async fn commit(&mut self) -> Result<(), StoreError> {
        self.script("commit").await
    }

    /// Undoes what was written. It is no error when the engine has undone it already.
    pub(crate) async fn roll_back(&mut self) -> Result<(), StoreError> {
        if let Self::Sqlite(_) = self
            && let Err(error) = self.script("rollback").await
        {
            // After a full disk SQLite may have rolled back by itself.
            return if error.to_string().contains("no transaction is active") { Ok(()) } else { Err(error) };
        }
        if let Self::Postgres(_) = self { self.script("rollback").await } else { Ok(()) }
    }

    /// Whether a table of this name is there.
    pub(crate) async fn has_table(&mut self, name: &str) -> Result<bool, StoreError> {
        let text = match self {
            Self::Sqlite(_) => "select 1 from sqlite_schema where type = 'table' and name = $1",
            Self::Postgres(_) => {
                "select 1::bigint from information_schema.tables where table_schema = current_schema() and table_name = $1"
            }
        };
        Ok(self.row(text, vec![name.into()]).await?.is_some())
    }

    /// Texts are compared by their bytes and kept as UTF-8: a database with another order would page differently.
    async fn check_postgres(&mut self) -> Result<(), StoreError> {
        let row = self
            .row(
                "select pg_encoding_to_char(encoding)::text, datcollate::text from pg_database \
                 where datname = current_database()",
                Vec::new(),
            )
            .await?
            .ok_or_else(|| StoreError::Unsuitable("the database does not name its encoding".to_owned()))?;
        let (encoding, order) = (row.text(0)?, row.text(1)?);
        if encoding != "UTF8" {
            return Err(StoreError::Unsuitable(format!(
                "the database's encoding is `{encoding}`: create it with encoding UTF8"
            )));
        }
        if order != "C" && order != "POSIX" {
            return Err(StoreError::Unsuitable(format!(
                "the database orders texts by `{order}`: create it with `lc_collate 'C' lc_ctype 'C' template template0`"
            )));
        }
        Ok(())
    }

    /// Closes in good order.
    pub(crate) async fn close(self) {
        // What could be lost was committed before; nothing is to be done about a connection that does not close.
        let _ = match self {
            Self::Sqlite(connection) => (*connection).close().await,
            Self::Postgres(connection) => (*connection).close().await,
        };
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        metrics::counter!("credence_database_errors_total").increment(1);
        match &error {
            sqlx::Error::Database(fault) => {
                let (code, message) =
                    (fault.code().unwrap_or_default().into_owned(), fault.message().to_owned());
                if fault.is_unique_violation() {
                    return Self::Duplicate(message);
                }
                if message.contains("malformed") || message.contains("not a database") {
                    return Self::Damaged(message);
                }
                if message.contains("database is locked")
                    || message.contains("table is locked")
                    || code == "55P03"
                {
                    return Self::Locked(message);
                }
                if message.contains("is full")
                    || message.contains("readonly")
                    || code == "53100"
                    || code == "25006"
                {
                    return Self::NotWritable(message);
                }
                if message.contains("unable to open")
                    || code.starts_with("57P")
                    || code.starts_with("08")
                    || code == "53300"
                    || code == "25P03"
                    || code == "3D000"
                    || code.starts_with("28")
                {
                    return Self::Unreachable(message);
                }
                Self::Database(message)
            }
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::PoolClosed => Self::Unreachable(error.to_string()),
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => Self::Damaged(error.to_string()),
            _ => Self::Database(error.to_string()),
        }
    }
}
