//! The bare load: the rows of a store, read back and loaded into the same tables and indexes, with nothing else done.

use std::path::Path;

use register::change::Table;
use register::tables::{IDENTIFIER_INDEX, ORGANISATION_NAME, RECORD, SUBJECT, SUBJECT_ENTRY};

use super::Yardstick;
use crate::error::StoreError;
use crate::schema::{self, ENTRY, PAYLOAD, PAYLOAD_KEY};
use crate::sql::{Connection, Role, Target, Value};

/// The tables that filing writes, each with the column by which its rows arrived: a page is read in that order, since rows
/// in the order of their keys would be easier to load than they were to file.
static FILED: [(&Table, &str); 8] = [
    (&ENTRY, "number"),
    (&PAYLOAD, "entry"),
    (&PAYLOAD_KEY, "entry"),
    (&SUBJECT, "number"),
    (&IDENTIFIER_INDEX, "subject"),
    (&ORGANISATION_NAME, "entry"),
    (&RECORD, "number"),
    (&SUBJECT_ENTRY, "entry"),
];
/// How many numbers of that column a page covers; one transaction writes it.
const PAGE: u64 = 50_000;
/// Where the rows go on PostgreSQL: the same database, beside the store's own tables.
const SCHEMA: &str = "credence_bare_load";

/// A bare load that goes on page by page: [`BareLoad::read`] is not to be measured, [`BareLoad::write`] is.
#[derive(Debug)]
pub struct BareLoad {
    from: Connection,
    into: Connection,
    table: usize,
    next: u64,
    page: Vec<Vec<Value>>,
}

impl Yardstick {
    /// Begins a bare load of everything that was filed, into fresh tables with the same indexes: into a new file in
    /// `folder` on SQLite, into a schema of its own on PostgreSQL. Connections are those that a city writes with.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn bare_load(&self, folder: &Path) -> Result<BareLoad, StoreError> {
        let from = Connection::open(&self.target, Role::Verifier).await?;
        let mut into = match &self.target {
            Target::Sqlite(_) => {
                let file = Target::Sqlite(folder.join("bare-load.sqlite"));
                Connection::open(&file, Role::Creator).await?.close().await;
                Connection::open(&file, Role::Writer).await?
            }
            Target::Postgres(_) => {
                let mut into = Connection::open(&self.target, Role::Writer).await?;
                into.script(&format!("drop schema if exists {SCHEMA} cascade; create schema {SCHEMA}"))
                    .await?;
                into.script(&format!("set search_path to {SCHEMA}")).await?;
                into
            }
        };
        for (table, _) in FILED {
            into.script(&schema::create(table, self.target.is_sqlite())).await?;
        }
        Ok(BareLoad { from, into, table: 0, next: 0, page: Vec::new() })
    }
}

impl BareLoad {
    /// Reads the next page of rows; false when all were read.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn read(&mut self) -> Result<bool, StoreError> {
        while let Some((table, column)) = FILED.get(self.table) {
            let names: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
            let sql = format!(
                "select {} from {} where {column} >= $1 and {column} < $2 order by {column}",
                names.join(", "),
                table.name
            );
            let values = vec![self.next.into(), (self.next + PAGE).into()];
            let rows = self.from.rows(sql, values).await?;
            self.page = rows.iter().map(|row| row.values(table)).collect::<Result<_, _>>()?;
            self.next += PAGE;
            if !self.page.is_empty() {
                return Ok(true);
            }
            let last = self.from.row(format!("select max({column}) from {}", table.name), Vec::new()).await?;
            let last = last.map(|row| row.optional_number(0)).transpose()?.flatten().unwrap_or(0);
            if self.next > last {
                (self.table, self.next) = (self.table + 1, 0);
            }
        }
        Ok(false)
    }

    /// Loads the page in one transaction, and says how many rows it had.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn write(&mut self) -> Result<u64, StoreError> {
        let Some((table, _)) = FILED.get(self.table) else { return Ok(0) };
        let rows = std::mem::take(&mut self.page);
        let count = rows.len() as u64;
        self.into.begin_writing().await?;
        self.into.copy(table, rows).await?;
        self.into.commit().await?;
        Ok(count)
    }

    /// Removes what was loaded on PostgreSQL; the file on SQLite goes with its folder.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn end(mut self) -> Result<(), StoreError> {
        if let Connection::Postgres(_) = self.into {
            self.into.script(&format!("drop schema {SCHEMA} cascade")).await?;
        }
        self.into.close().await;
        self.from.close().await;
        Ok(())
    }
}
