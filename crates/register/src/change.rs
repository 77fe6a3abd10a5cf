//! The rows that events write. A [`Change`] is plain data: the store writes it down and adds nothing.
//!
//! `changes(&Event)` (in [`crate::tables`]) is the only bridge from events to tables, so folding the journal
//! into an empty database must give the same rows (`credence rebuild --compare`).

/// What a column holds. Days are ISO text, instants epoch milliseconds, flags 0 or 1, bodies canonical JSON text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// A whole number.
    Integer,
    /// Text.
    Text,
    /// Bytes.
    Bytes,
    /// Text that is sealed under the key ring before it is written, and compared opened.
    Sealed,
}

/// A column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: ColumnKind,
    /// Whether it may be empty.
    pub nullable: bool,
}

/// How a table is kept: backup carries all, compare covers the projected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableClass {
    /// The journal itself.
    Journal,
    /// Written only from events.
    Projected,
    /// Receipts, staged errors, public counts: of use, not of proof.
    Operational,
    /// Sessions: of use for hours only. No backup carries them, so that a restored store brings back no session that was ended.
    Passing,
}

/// A table, declared once for both engines.
#[derive(Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// How it is kept.
    pub class: TableClass,
    /// Its columns, in order.
    pub columns: &'static [Column],
    /// The names of the primary key's columns.
    pub key: &'static [&'static str],
    /// Further indexes, each a list of columns. A hot table has exactly one, subject first.
    pub indexes: &'static [&'static [&'static str]],
}

/// A value of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Null,
    /// A whole number.
    Integer(i64),
    /// Text, or the plain text of a sealed column.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A keyed digest of a text (16 bytes), computed by the store with the key ring's index key: an identifier or
    /// document number can be found by it and not read from it.
    Keyed {
        /// What kind of text it is, so that digests of different kinds never meet.
        domain: &'static str,
        /// The text.
        text: String,
    },
    /// The id of the index key in use, written beside a [`Value::Keyed`].
    IndexKey,
    /// The number of the entry that carries the event.
    Entry,
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        // Our numbers rise from zero and fit; a number beyond i64 cannot be reached.
        Self::Integer(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Integer(i64::from(flag))
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// One row written by an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A new row; the key must not be there yet.
    Insert {
        /// The table.
        table: &'static Table,
        /// One value a column, in the table's order.
        row: Vec<Value>,
    },
    /// A new row, or a new content of the row with the same key.
    Replace {
        /// The table.
        table: &'static Table,
        /// One value a column, in the table's order.
        row: Vec<Value>,
    },
    /// New values in some columns of one row.
    Update {
        /// The table.
        table: &'static Table,
        /// The key's values, in the key's order.
        key: Vec<Value>,
        /// Columns and their new values.
        set: Vec<(&'static str, Value)>,
    },
    /// New values in some columns of one row, which may be gone: what was erased bears no mark.
    Mark {
        /// The table.
        table: &'static Table,
        /// The key's values, in the key's order.
        key: Vec<Value>,
        /// Columns and their new values.
        set: Vec<(&'static str, Value)>,
    },
    /// A row that goes; it may be gone already.
    Delete {
        /// The table.
        table: &'static Table,
        /// The key's values, in the key's order.
        key: Vec<Value>,
    },
}

impl Change {
    /// The table whose row it is.
    #[must_use]
    pub const fn table(&self) -> &'static Table {
        let (Self::Insert { table, .. }
        | Self::Replace { table, .. }
        | Self::Update { table, .. }
        | Self::Mark { table, .. }
        | Self::Delete { table, .. }) = self;
        table
    }
}
