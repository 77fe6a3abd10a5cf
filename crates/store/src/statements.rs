//! The texts of statements: fixed ones, and set-wise ones in a few sizes.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError};

use register::change::{ColumnKind, Table};

use crate::sql::Sql;

/// The sizes of set-wise statements: few, so that each is prepared once a connection and kept. The widest table has
/// nineteen columns, and SQLite takes 32,766 values. With 64, 8 and 1 a chunk of 256 lines took 79 statements to write,
/// and each costs two wake-ups of another thread.
pub(crate) const SIZES: [usize; 9] = [256, 128, 64, 32, 16, 8, 4, 2, 1];
/// The largest of them.
pub(crate) const SIZE_MAX: usize = 256;

/// Declares the statements of a module by name, and lists them so that a test can have both engines prepare them all.
///
/// `#1` in a text stands for a set of values that begins at `$1`, `#2` for one that begins at `$2`.
macro_rules! statements {
    ($($(#[$about:meta])* $name:ident = $text:expr;)*) => {
        $($(#[$about])* const $name: &str = $text;)*
        /// Every statement of this module, for the test that has both engines prepare them.
        #[cfg(test)]
        pub(crate) const STATEMENTS: &[&str] = &[$($name),*];
    };
}
pub(crate) use statements;

/// Splits items into parts for set-wise reading: each with the size of the statement that takes it. The last part is
/// padded, which asks for its last item several times.
pub(crate) fn padded<T>(items: &[T]) -> impl Iterator<Item = (&[T], usize)> {
    items.chunks(SIZE_MAX).map(|part| {
        let size = SIZES.into_iter().rev().find(|size| *size >= part.len()).unwrap_or(SIZE_MAX);
        (part, size)
    })
}

/// Splits items into parts for set-wise writing: each exactly of one of the sizes.
pub(crate) fn exact<T>(mut items: Vec<T>) -> Vec<Vec<T>> {
    let mut parts = Vec::new();
    while !items.is_empty() {
        let size = SIZES.into_iter().find(|size| *size <= items.len()).unwrap_or(1);
        let rest = items.split_off(size);
        parts.push(items);
        items = rest;
    }
    parts
}

/// A composed text, with the form that SQLite takes; each is composed once and kept.
#[derive(Debug)]
pub(crate) struct Composed {
    text: Arc<str>,
    positional: OnceLock<Arc<str>>,
}

impl Composed {
    /// A text that is composed of texts of this crate.
    pub(crate) fn new(text: impl Into<Arc<str>>) -> Arc<Self> {
        Arc::new(Self { text: text.into(), positional: OnceLock::new() })
    }

    /// The text with numbered placeholders.
    pub(crate) fn numbered(&self) -> &Arc<str> {
        &self.text
    }

    /// The text with positional placeholders, where they stand in order.
    pub(crate) fn positional(&self) -> &Arc<str> {
        self.positional
            .get_or_init(|| positional(&self.text).map_or_else(|| Arc::clone(&self.text), Arc::from))
    }
}

/// What a kept text is made for: the way of writing or the text with a set in it, the table's name, and the size.
type Key = (&'static str, &'static str, usize);

/// Texts that were composed. There are as many as fixed statements and tables times the sizes; they are not composed
/// anew for each use.
static KEPT: LazyLock<Mutex<HashMap<Key, Arc<Composed>>>> = LazyLock::new(|| Mutex::new(HashMap::new()));

fn kept(key: Key, compose: impl FnOnce() -> String) -> Sql {
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    Sql::Composed(Arc::clone(kept.entry(key).or_insert_with(|| Composed::new(compose()))))
}

/// The text of a set-wise statement for a size.
pub(crate) fn of_size(text: &'static str, size: usize) -> Sql {
    if !text.contains('#') {
        return Sql::Fixed(text);
    }
    kept((text, "", size), || with_sets(text, size))
}

/// Puts a set's placeholders in the place of `#1` (from `$1` on) or `#2`; `##` is another set that begins after it.
fn with_sets(text: &str, size: usize) -> String {
    let mut composed = String::with_capacity(text.len() + size * 10);
    let mut rest = text;
    let mut next = 1;
    while let Some((before, after)) = rest.split_once('#') {
        composed.push_str(before);
        let first =
            after.chars().next().and_then(|digit| digit.to_digit(10)).map_or(next, |digit| digit as usize);
        for place in 0..size {
            let _ = write!(composed, "{}${}", if place == 0 { "" } else { ", " }, first + place);
        }
        next = first + size;
        rest = after.get(1..).unwrap_or_default();
    }
    composed.push_str(rest);
    composed
}

fn names(table: &Table) -> String {
    table.columns.iter().map(|column| column.name).collect::<Vec<_>>().join(", ")
}

/// The same statement with `?` for `$1`, `$2`, … where they stand in order. SQLite keeps a list of the names of numbered
/// parameters, and the driver asks it for each name: filing 100,000 lines took 11.7 s with the names and 7.9 s without.
fn positional(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut expected = 0_usize;
    while let Some((before, after)) = rest.split_once('$') {
        let digits =
            after.len() - after.trim_start_matches(|character: char| character.is_ascii_digit()).len();
        let (number, following) = after.split_at(digits);
        expected += 1;
        if number.parse() != Ok(expected) {
            return None;
        }
        out.push_str(before);
        out.push('?');
        rest = following;
    }
    out.push_str(rest);
    Some(out)
}

/// Inserts rows.
pub(crate) fn insert(table: &Table, rows: usize) -> Sql {
    kept(("insert", table.name, rows), || insert_text(table, rows))
}

fn insert_text(table: &Table, rows: usize) -> String {
    let width = table.columns.len();
    let mut sql = format!("insert into {} ({}) values ", table.name, names(table));
    for row in 0..rows {
        sql.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..width {
            let _ = write!(sql, "{}${}", if column == 0 { "" } else { ", " }, row * width + column + 1);
        }
        sql.push(')');
    }
    sql
}

/// Inserts rows, or gives the rows with the same keys a new content.
pub(crate) fn replace(table: &Table, rows: usize) -> Sql {
    kept(("replace", table.name, rows), || replace_text(table, rows))
}

fn replace_text(table: &Table, rows: usize) -> String {
    let mut sql = insert_text(table, rows);
    let _ = write!(sql, " on conflict ({}) do ", table.key.join(", "));
    let others: Vec<String> = table
        .columns
        .iter()
        .filter(|column| !table.key.contains(&column.name))
        .map(|column| format!("{} = excluded.{}", column.name, column.name))
        .collect();
    if others.is_empty() {
        sql.push_str("nothing");
    } else {
        let _ = write!(sql, "update set {}", others.join(", "));
    }
    sql
}

/// Inserts rows where none with their keys are.
pub(crate) fn keep(table: &Table, rows: usize) -> Sql {
    kept(("keep", table.name, rows), || {
        format!("{} on conflict ({}) do nothing", insert_text(table, rows), table.key.join(", "))
    })
}

/// Deletes the row of a key.
pub(crate) fn delete(table: &Table) -> Sql {
    kept(("delete", table.name, 1), || {
        let places = (1..).zip(table.key).map(|(place, name)| format!("{name} = ${place}"));
        format!("delete from {} where {}", table.name, places.collect::<Vec<_>>().join(" and "))
    })
}

/// The rows of a set of keys, of a table whose key is one column.
pub(crate) fn rows_in(table: &Table, rows: usize) -> Sql {
    let key = table.key.first().copied().unwrap_or_default();
    kept(("rows in", table.name, rows), || {
        with_sets(&format!("select {} from {} where {key} in (#1)", names(table), table.name), rows)
    })
}

/// Inserts rows that come as a list of values a column, as PostgreSQL takes them.
pub(crate) fn insert_lists(table: &Table) -> Sql {
    kept(("insert lists", table.name, 0), || {
        let lists: Vec<String> = table
            .columns
            .iter()
            .enumerate()
            .map(|(place, column)| {
                let word = match column.kind {
                    ColumnKind::Integer => "bigint",
                    ColumnKind::Text => "text",
                    ColumnKind::Bytes | ColumnKind::Sealed => "bytea",
                };
                format!("${}::{word}[]", place + 1)
            })
            .collect();
        format!("insert into {} ({}) select * from unnest({})", table.name, names(table), lists.join(", "))
    })
}

/// Takes rows in PostgreSQL's bulk form.
pub(crate) fn copy(table: &Table) -> String {
    format!("copy {} ({}) from stdin (format binary)", table.name, names(table))
}

/// Gives some columns of one row new values; the key's values come last.
pub(crate) fn update(table: &Table, columns: &[&str]) -> String {
    let set: Vec<String> =
        columns.iter().enumerate().map(|(place, name)| format!("{name} = ${}", place + 1)).collect();
    let key: Vec<String> = table
        .key
        .iter()
        .enumerate()
        .map(|(place, name)| format!("{name} = ${}", columns.len() + place + 1))
        .collect();
    format!("update {} set {} where {}", table.name, set.join(", "), key.join(" and "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_takes_the_size_it_is_asked_for_and_begins_where_it_says() {
        let text = |sql| match sql {
            Sql::Fixed(text) => text.to_owned(),
            Sql::Composed(text) => text.numbered().to_string(),
        };
        assert_eq!(
            text(of_size("select a from b where c in (#2) and d = $1", 3)),
            "select a from b where c in ($2, $3, $4) and d = $1"
        );
        assert_eq!(
            text(of_size("select a from b where c in (#1) and d in (##)", 2)),
            "select a from b where c in ($1, $2) and d in ($3, $4)"
        );
        assert_eq!(text(of_size("select a from b", 3)), "select a from b");
    }

    #[test]
    fn parts_keep_every_item_in_order_and_have_the_fixed_sizes() {
        for count in [0, 1, 7, 8, 9, 63, 64, 65, 145, 255, 256, 700] {
            let items: Vec<usize> = (0..count).collect();
            let parts = exact(items.clone());
            assert!(parts.iter().all(|part| SIZES.contains(&part.len())));
            assert_eq!(parts.concat(), items);
            assert!(padded(&items).all(|(part, size)| SIZES.contains(&size) && size >= part.len()));
            assert_eq!(padded(&items).map(|(part, _)| part.to_vec()).collect::<Vec<_>>().concat(), items);
        }
    }

    #[test]
    fn upserts_name_the_key_and_every_other_column() {
        assert_eq!(
            replace_text(&crate::schema::RECEIPT, 1),
            "insert into receipt (entry, body) values ($1, $2) on conflict (entry) do update set body = excluded.body"
        );
        assert_eq!(
            update(&crate::schema::BATCH_ERROR, &["body"]),
            "update batch_error set body = $1 where batch = $2 and ordinal = $3"
        );
    }
}

/// Every fixed statement of the crate, with the file that holds it.
#[cfg(test)]
fn all() -> Vec<(&'static str, &'static [&'static str])> {
    vec![
        ("reader", crate::reader::STATEMENTS),
        ("backup/restore", crate::backup::RESTORE_STATEMENTS),
        ("backup/confirm", crate::backup::CONFIRM_STATEMENTS),
        ("pen", crate::pen::STATEMENTS),
        ("writer", crate::writer::STATEMENTS),
        ("operational", crate::operational::STATEMENTS),
        ("sessions", crate::sessions::STATEMENTS),
        ("checkpoint", crate::checkpoint::STATEMENTS),
        ("inventory", crate::inventory::STATEMENTS),
        ("verify", crate::verify::STATEMENTS),
        ("verify/reading", crate::verify::reading::STATEMENTS),
        ("erasure", crate::erasure::STATEMENTS),
        ("receipts", crate::receipts::STATEMENTS),
        ("rotation", crate::rotation::STATEMENTS),
        ("rotation/holding", crate::rotation::holding::STATEMENTS),
        ("rebuild", crate::rebuild::STATEMENTS),
        ("read/access", crate::read::access::STATEMENTS),
        ("read/batches", crate::read::batches::STATEMENTS),
        ("read/cases", crate::read::cases::STATEMENTS),
        ("read/catalogue", crate::read::catalogue::STATEMENTS),
        ("read/entries", crate::read::entries::STATEMENTS),
        ("read/incidents", crate::read::incidents::STATEMENTS),
        ("read/intake", crate::read::intake::STATEMENTS),
        ("read/records", crate::read::records::STATEMENTS),
        ("read/about", crate::read::about::STATEMENTS),
        ("read/subjects", crate::read::subjects::STATEMENTS),
        ("yardstick", crate::yardstick::STATEMENTS),
    ]
}

#[cfg(test)]
mod preparing {
    use super::*;
    use crate::schema;
    use crate::sql::{Connection, Role, Target};

    async fn prepare_all(connection: &mut Connection, sqlite: bool) {
        schema::migrate(connection, 0, sqlite).await.unwrap();
        for (file, texts) in all() {
            for text in texts {
                for size in SIZES {
                    let prepared = connection.prepare(of_size(text, size)).await;
                    assert!(prepared.is_ok(), "{file}: {text}: {prepared:?}");
                }
            }
        }
        for table in schema::tables() {
            for text in [insert, replace, keep, rows_in] {
                for size in SIZES {
                    connection.prepare(text(table, size)).await.unwrap();
                }
            }
            connection.prepare(delete(table)).await.unwrap();
            let columns: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
            connection.prepare(Sql::from(update(table, &columns))).await.unwrap();
        }
    }

    #[tokio::test]
    async fn sqlite_prepares_every_statement() {
        let folder = tempfile::tempdir().unwrap();
        let target = Target::Sqlite(folder.path().join("prepare.sqlite"));
        let mut connection = Connection::open(&target, Role::Scratch).await.unwrap();
        prepare_all(&mut connection, true).await;
    }

    #[tokio::test]
    async fn postgresql_prepares_every_statement() {
        let Ok(url) = std::env::var("CREDENCE_TEST_POSTGRES") else {
            eprintln!(
                "NOT RUN ON POSTGRESQL: set CREDENCE_TEST_POSTGRES to the address of a superuser of a running cluster"
            );
            return;
        };
        let mut connection = Connection::open(&Target::postgres(&url).unwrap(), Role::Writer).await.unwrap();
        // Everything happens in a transaction that is rolled back, in a schema of its own.
        connection.begin_writing().await.unwrap();
        connection
            .script("create schema credence_prepare; set local search_path to credence_prepare")
            .await
            .unwrap();
        prepare_all(&mut connection, false).await;
        connection.roll_back().await.unwrap();
    }

    #[test]
    fn placeholders_in_order_become_positional_and_others_stay() {
        assert_eq!(positional("values ($1, $2), ($3, $4)").as_deref(), Some("values (?, ?), (?, ?)"));
        assert_eq!(positional("select 1").as_deref(), Some("select 1"));
        for kept in ["where a = $1 or b = $1", "set a = $2 where b = $1", "limit $"] {
            assert_eq!(positional(kept), None, "{kept}");
        }
    }
}
