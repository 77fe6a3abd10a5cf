//! Every table of a store, declared in one place, and the statements that make them on both engines.
//!
//! Projected tables are declared by `register::tables`; the journal's own and the operational ones here. There is one
//! generator: types are `bigint`, `text` and bytes, whose word is the engine's.

use std::fmt::Write as _;

use register::change::{Column, ColumnKind, Table, TableClass};
use register::tables::{
    ERASED_ENTRY, INCIDENT, INCIDENT_ENTRY, INCIDENT_SUBJECT, NOTICE, OPERATOR_KEY, PROPOSAL, RECORD,
    RESTORATION_BAR, RIGHTS_CASE, RIGHTS_CASE_ENTRY,
};

use crate::error::StoreError;
use crate::sql::Connection;

/// The newest schema version that this program knows.
pub(crate) const SCHEMA_VERSION: i64 = 3;

const fn column(name: &'static str, kind: ColumnKind) -> Column {
    Column { name, kind, nullable: false }
}
const fn integer(name: &'static str) -> Column {
    column(name, ColumnKind::Integer)
}
const fn text(name: &'static str) -> Column {
    column(name, ColumnKind::Text)
}
const fn bytes(name: &'static str) -> Column {
    column(name, ColumnKind::Bytes)
}

/// The pen: one row a journal. Whoever updates it first writes next. `ring` is the newest key of the ring under which anything
/// was written: whoever holds the pen writes under it or a newer one.
pub static JOURNAL_HEAD: Table = Table {
    name: "journal_head",
    class: TableClass::Journal,
    columns: &[integer("journal"), integer("size"), integer("time"), integer("taken"), integer("ring")],
    key: &["journal"],
    indexes: &[],
};

/// Entries: the fields of their leaves, and the leaf hash.
pub static ENTRY: Table = Table {
    name: "entry",
    class: TableClass::Journal,
    columns: &[
        integer("number"),
        integer("minute"),
        text("kind"),
        text("office"),
        text("article"),
        bytes("commitment"),
        bytes("leaf"),
    ],
    key: &["number"],
    indexes: &[],
};

/// Sealed payloads.
pub static PAYLOAD: Table = Table {
    name: "payload",
    class: TableClass::Journal,
    columns: &[integer("entry"), bytes("sealed")],
    key: &["entry"],
    indexes: &[],
};

/// The payloads' keys, wrapped. A table of its own: it lies outside ordinary backups, and erasure empties it.
pub static PAYLOAD_KEY: Table = Table {
    name: "payload_key",
    class: TableClass::Journal,
    columns: &[integer("entry"), bytes("wrapped")],
    key: &["entry"],
    indexes: &[],
};

/// Tiles of the tree: 256 hashes of one level side by side (C2SP tlog-tiles), so that a proof is a few keyed reads. Full
/// ones never change; the last of each level grows with each checkpoint. Its place is [`tile_place`]: one number, since a
/// row of 8 KiB in a table with a key of two columns would make SQLite keep the tile inside the index.
pub static TILE: Table = Table {
    name: "tile",
    class: TableClass::Journal,
    columns: &[integer("place"), bytes("hashes")],
    key: &["place"],
    indexes: &[],
};

/// Tiles of a level lie so far from those of the next: more than 2^48 tiles no level has.
const TILES_OF_A_LEVEL: u64 = 1 << 48;

/// Where the tile of a level and index lies in [`TILE`].
pub(crate) fn tile_place(level: u8, index: u64) -> u64 {
    u64::from(level) * TILES_OF_A_LEVEL + index
}

/// Signed checkpoints: the newest of each civil day. The newest of all is the current one, and never goes back.
pub static CHECKPOINT: Table = Table {
    name: "checkpoint",
    class: TableClass::Journal,
    columns: &[text("day"), integer("size"), text("note")],
    key: &["day"],
    indexes: &[],
};

/// Facts about the store itself.
pub static META: Table = Table {
    name: "meta",
    class: TableClass::Operational,
    columns: &[text("name"), text("value")],
    key: &["name"],
    indexes: &[],
};

/// Receipts as they were first given.
pub static RECEIPT: Table = Table {
    name: "receipt",
    class: TableClass::Operational,
    columns: &[integer("entry"), text("body")],
    key: &["entry"],
    indexes: &[],
};

/// Refused lines of batches.
pub static BATCH_ERROR: Table = Table {
    name: "batch_error",
    class: TableClass::Operational,
    columns: &[integer("batch"), integer("ordinal"), text("body")],
    key: &["batch", "ordinal"],
    indexes: &[],
};

/// How often an organisation's public data was looked at on a day, roughly and without the visitor.
pub static PUBLIC_COUNT: Table = Table {
    name: "public_count",
    class: TableClass::Operational,
    columns: &[integer("subject"), text("day"), integer("looks")],
    key: &["subject", "day"],
    indexes: &[],
};

/// Who has signed in: until when, and when they were seen last. The token is held as its digest, the person sealed.
pub static SESSION: Table = Table {
    name: "session",
    class: TableClass::Passing,
    columns: &[
        integer("number"),
        text("digest"),
        column("body", ColumnKind::Sealed),
        integer("seen"),
        integer("idle"),
        integer("ends"),
    ],
    key: &["number"],
    indexes: &[&["digest"], &["ends"]],
};

/// When a key was used last, to about a minute.
pub static KEY_USE: Table = Table {
    name: "key_use",
    class: TableClass::Operational,
    columns: &[integer("key"), integer("seen")],
    key: &["key"],
    indexes: &[],
};

/// The journal's own tables and the operational ones.
static OWN: [&Table; 12] = [
    &JOURNAL_HEAD,
    &ENTRY,
    &PAYLOAD,
    &PAYLOAD_KEY,
    &TILE,
    &CHECKPOINT,
    &META,
    &RECEIPT,
    &BATCH_ERROR,
    &PUBLIC_COUNT,
    &SESSION,
    &KEY_USE,
];

/// Every table of a store with its class: backup carries all, compare covers the projected.
pub fn tables() -> impl Iterator<Item = &'static Table> {
    OWN.into_iter().chain(register::tables::PROJECTED)
}

/// The place of a column in its table.
pub(crate) fn place(table: &Table, column: &str) -> Result<usize, StoreError> {
    let place = table.columns.iter().position(|known| known.name == column);
    place.ok_or_else(|| StoreError::Entry(format!("the table `{}` has no column `{column}`", table.name)))
}

/// The statements that make a table and its indexes.
///
/// Where the engines differ in how a row is found, SQLite is told so: a single number is the row's own place
/// (`integer primary key`), and any other key holds its row (`without rowid`). Without that each row would be kept
/// twice, once in the table and once in the key's index.
pub(crate) fn create(table: &Table, sqlite: bool) -> String {
    let sole_key = |column: &Column| table.key.len() == 1 && table.key.first() == Some(&column.name);
    let mut sql = format!("create table {} (", table.name);
    for column in table.columns {
        let placed = sqlite && sole_key(column) && column.kind == ColumnKind::Integer;
        let (word, kind) = match column.kind {
            ColumnKind::Integer if placed => ("integer", "integer"),
            ColumnKind::Integer => ("bigint", "integer"),
            ColumnKind::Text => ("text", "text"),
            ColumnKind::Bytes | ColumnKind::Sealed if sqlite => ("blob", "blob"),
            ColumnKind::Bytes | ColumnKind::Sealed => ("bytea", "blob"),
        };
        let _ = write!(sql, "{} {word}{}", column.name, if column.nullable { "" } else { " not null" });
        if sqlite && !placed {
            let or_null = if column.nullable { ", 'null'" } else { "" };
            let _ = write!(sql, " check (typeof({}) in ('{kind}'{or_null}))", column.name);
        }
        sql.push_str(", ");
    }
    let _ = write!(sql, "primary key ({}))", table.key.join(", "));
    let numbered = table.columns.iter().any(|column| sole_key(column) && column.kind == ColumnKind::Integer);
    if sqlite && !numbered {
        sql.push_str(" without rowid");
    }
    sql.push_str(";\n");
    for index in table.indexes {
        let name = index.join("_");
        let _ =
            writeln!(sql, "create index {}_by_{name} on {} ({});", table.name, table.name, index.join(", "));
    }
    sql
}

/// Every table that was added, with the version in which it came.
static NEW: [(i64, &Table); 12] = [
    (2, &SESSION),
    (2, &KEY_USE),
    (2, &OPERATOR_KEY),
    (2, &PROPOSAL),
    (2, &INCIDENT),
    (2, &INCIDENT_ENTRY),
    (2, &INCIDENT_SUBJECT),
    (2, &ERASED_ENTRY),
    (3, &RIGHTS_CASE),
    (3, &RIGHTS_CASE_ENTRY),
    (3, &RESTORATION_BAR),
    (3, &NOTICE),
];

/// A column of whole numbers that a table got in a later version, behind those that it had, with the value that older rows
/// have there; a column that may be empty is empty there.
struct Added {
    version: i64,
    table: &'static Table,
    column: &'static str,
    value: Option<i64>,
}

/// Every column that was added, in order.
static ADDED: [Added; 3] = [
    Added { version: 2, table: &JOURNAL_HEAD, column: "ring", value: Some(0) },
    Added { version: 3, table: &RECORD, column: "objection", value: None },
    Added { version: 3, table: &RECORD, column: "stopped", value: None },
];

/// The values that rows of a table lack when they were written by an older version.
pub(crate) fn added_since(table: &Table, version: i64) -> impl Iterator<Item = Option<i64>> {
    let added = ADDED.iter().filter(move |added| added.version > version);
    added.filter(move |added| std::ptr::eq(added.table, table)).map(|added| added.value)
}

/// The statements that make every table of a new store.
fn creation(sqlite: bool) -> String {
    let mut sql: String = tables().map(|table| create(table, sqlite)).collect();
    sql.push_str("insert into journal_head (journal, size, time, taken, ring) values (0, 0, 0, 0, 0);\n");
    sql
}

/// The statements that bring a store from the version before to this one.
fn migration(version: i64, sqlite: bool) -> String {
    let new = NEW.iter().filter(|(came, _)| *came == version);
    let mut sql: String = new.map(|(_, table)| create(table, sqlite)).collect();
    for Added { table, column, value, .. } in ADDED.iter().filter(|added| added.version == version) {
        let name = table.name;
        let (default, types) = match value {
            Some(value) => (format!(" not null default {value}"), "'integer'"),
            None => (String::new(), "'integer', 'null'"),
        };
        let _ = write!(sql, "alter table {name} add column {column} bigint{default}");
        if sqlite {
            let _ = write!(sql, " check (typeof({column}) in ({types}))");
        }
        sql.push_str(";\n");
    }
    sql
}

/// The tables of the scratch database into which the journal is folded for a comparison.
pub(crate) fn scratch_tables() -> String {
    register::tables::PROJECTED.iter().map(|table| create(table, true)).collect()
}

/// Brings the store up to this program's version, in the transaction that the caller has begun. A store that another
/// program of a newer version has touched is refused before.
pub(crate) async fn migrate(connection: &mut Connection, from: i64, sqlite: bool) -> Result<(), StoreError> {
    if from == 0 {
        connection.script(&creation(sqlite)).await?;
    } else {
        for version in from + 1..=SCHEMA_VERSION {
            connection.script(&migration(version, sqlite)).await?;
        }
    }
    connection
        .run(
            "insert into meta (name, value) values ('schema', $1) on conflict (name) do update set value = excluded.value",
            vec![SCHEMA_VERSION.to_string().into()],
        )
        .await?;
    Ok(())
}

/// How often the log of SQLite is tried to be cut while others still read from it, and how long is waited in between.
const CUTS_MAX: u32 = 100;
const CUT_AGAIN: std::time::Duration = std::time::Duration::from_millis(50);

impl Connection {
    /// Has the engine write over what was deleted, as far as it goes: SQLite overwrites deleted rows by itself
    /// (`secure_delete`), and its log is cut here; PostgreSQL takes dead rows out of these tables' pages.
    pub(crate) async fn overwrite_freed(&mut self, tables: &[&str]) -> Result<(), StoreError> {
        if let Self::Postgres(_) = self {
            for table in tables {
                self.script(&format!("vacuum {table}")).await?;
            }
            return Ok(());
        }
        for _ in 0..CUTS_MAX {
            let row = self.row("pragma wal_checkpoint(truncate)", Vec::new()).await?;
            if row.is_none_or(|row| row.integer(0).is_ok_and(|busy| busy == 0)) {
                return Ok(());
            }
            tokio::time::sleep(CUT_AGAIN).await;
        }
        Err(StoreError::Locked("its log cannot be cut while a reading goes on".to_owned()))
    }

    /// What SQLite itself finds wrong with its file; nothing to ask on PostgreSQL.
    pub(crate) async fn self_check(&mut self) -> Result<Vec<String>, StoreError> {
        // This program makes neither triggers nor views: whoever added one changes rows behind the journal's back.
        let strangers = match self {
            Self::Sqlite(_) => {
                "select name from sqlite_schema where type in ('trigger', 'view') order by name"
            }
            Self::Postgres(_) => "select tgname::text from pg_trigger where not tgisinternal order by 1",
        };
        let rows = self.rows(strangers, Vec::new()).await?;
        let mut found = Vec::new();
        for row in rows {
            found.push(format!("it holds `{}`, which this program did not make", row.text(0)?));
        }
        if let Self::Postgres(_) = self {
            return Ok(found);
        }
        let rows = self.rows("pragma quick_check(20)", Vec::new()).await?;
        for row in rows {
            let line = row.text(0)?;
            if line != "ok" {
                found.push(line.to_owned());
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_table_is_declared_once_and_its_keys_and_indexes_name_its_columns() {
        let mut names: Vec<&str> = tables().map(|table| table.name).collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
        for table in tables() {
            for name in table.key.iter().chain(table.indexes.iter().copied().flatten()) {
                assert!(place(table, name).is_ok(), "{} {name}", table.name);
            }
        }
    }

    #[test]
    fn the_two_engines_get_the_same_columns_in_their_own_words() {
        assert_eq!(
            create(&PAYLOAD_KEY, false),
            "create table payload_key (entry bigint not null, wrapped bytea not null, primary key (entry));\n"
        );
        assert_eq!(
            create(&PAYLOAD_KEY, true),
            "create table payload_key (entry integer not null, wrapped blob not null check (typeof(wrapped) in ('blob')), \
             primary key (entry));\n"
        );
        assert!(create(&BATCH_ERROR, true).ends_with("primary key (batch, ordinal)) without rowid;\n"));
    }
}
