//! Rows of any table as plain values: read page by page in the order of the key, and written as bytes for digests and files.

use std::fmt::Write as _;

use register::change::{Column, ColumnKind, Table};

use crate::error::StoreError;
use crate::sql::{Connection, Row, Sql, Value};

/// How many rows of small tables are read at once.
pub(crate) const ROWS_AT_ONCE: u64 = 1000;

fn names(table: &Table) -> String {
    table.columns.iter().map(|column| column.name).collect::<Vec<_>>().join(", ")
}

/// The text that reads a page of a table, from the beginning or after a key.
fn page(table: &Table, after: bool) -> Sql {
    let key = table.key.join(", ");
    let mut sql = format!("select {} from {}", names(table), table.name);
    if after {
        let places: Vec<String> = (1..=table.key.len()).map(|place| format!("${place}")).collect();
        let _ = write!(sql, " where ({key}) > ({})", places.join(", "));
    }
    let _ = write!(sql, " order by {key} limit {ROWS_AT_ONCE}");
    Sql::from(sql)
}

/// The text that reads the row of a key.
pub(crate) fn by_key(table: &Table) -> Sql {
    let key: Vec<String> =
        table.key.iter().enumerate().map(|(place, name)| format!("{name} = ${}", place + 1)).collect();
    Sql::from(format!("select {} from {} where {}", names(table), table.name, key.join(" and ")))
}

impl Row {
    /// All values of a row of a table, in the order of its columns.
    pub(crate) fn values(&self, table: &Table) -> Result<Vec<Value>, StoreError> {
        let read = |(place, column): (usize, &Column)| {
            Ok(match column.kind {
                ColumnKind::Integer => self.optional_integer(place)?.map_or(Value::NoInteger, Value::Integer),
                ColumnKind::Text => self.optional_text(place)?.map_or(Value::NoText, Value::from),
                ColumnKind::Bytes | ColumnKind::Sealed => {
                    self.optional_bytes(place)?.map_or(Value::NoBytes, Value::from)
                }
            })
        };
        table.columns.iter().enumerate().map(read).collect()
    }
}

/// The values of a row's key.
pub(crate) fn key_values(table: &Table, values: &[Value]) -> Vec<Value> {
    let place = |name: &&str| table.columns.iter().position(|column| column.name == *name);
    table.key.iter().filter_map(place).filter_map(|place| values.get(place).cloned()).collect()
}

/// Reads a table page by page in the order of its key.
pub(crate) struct Pages {
    pub(crate) table: &'static Table,
    last: Option<Vec<Value>>,
    ended: bool,
}

impl Pages {
    /// From the beginning.
    pub(crate) fn of(table: &'static Table) -> Self {
        Self { table, last: None, ended: false }
    }

    /// From a number on, of a table whose key is one number.
    pub(crate) fn from(table: &'static Table, number: u64) -> Self {
        let last = number.checked_sub(1).map(|before| vec![before.into()]);
        Self { table, last, ended: false }
    }

    /// The next rows; none at the end.
    pub(crate) async fn next(&mut self, connection: &mut Connection) -> Result<Vec<Vec<Value>>, StoreError> {
        if self.ended {
            return Ok(Vec::new());
        }
        let values = self.last.clone().unwrap_or_default();
        let rows = connection.rows(page(self.table, self.last.is_some()), values).await?;
        self.ended = (rows.len() as u64) < ROWS_AT_ONCE;
        let rows = rows.iter().map(|row| row.values(self.table)).collect::<Result<Vec<_>, _>>()?;
        if let Some(last) = rows.last() {
            self.last = Some(key_values(self.table, last));
        }
        Ok(rows)
    }
}

/// Writes a row as bytes: each value by a letter for its kind, its length where it has one (four bytes, big-endian), and
/// itself. The letter is small where the value is nothing.
pub(crate) fn encode(row: &[Value], bytes: &mut Vec<u8>) {
    let long = |bytes: &mut Vec<u8>, letter: u8, value: &[u8]| {
        bytes.push(letter);
        // The database takes no value of 4 GiB.
        bytes.extend_from_slice(&u32::try_from(value.len()).unwrap_or(u32::MAX).to_be_bytes());
        bytes.extend_from_slice(value);
    };
    for value in row {
        match value {
            Value::Integer(number) => {
                bytes.push(b'I');
                bytes.extend_from_slice(&number.to_be_bytes());
            }
            Value::Text(text) => long(bytes, b'T', text.as_bytes()),
            Value::Bytes(value) => long(bytes, b'B', value),
            Value::NoInteger => bytes.push(b'i'),
            Value::NoText => bytes.push(b't'),
            Value::NoBytes => bytes.push(b'b'),
        }
    }
}
