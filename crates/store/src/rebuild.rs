//! Comparing the tables with the journal: the journal is folded into an empty scratch database, and every projected table
//! is compared with it row by row in key order, opened values and not ciphertext.
//!
//! The scratch database is a temporary SQLite file whatever the store's engine: it needs nothing, and two engines that
//! agree prove more than one.

use std::cmp::Ordering;
use std::fmt::Write as _;
use std::path::PathBuf;

use journal::{open_column, open_payload};
use register::change::{ColumnKind, Table};
use register::tables::{PROJECTED, changes};

use crate::error::StoreError;
use crate::project::{Pending, Sealing, key_text};
use crate::read::entries::read_act;
use crate::schema;
use crate::sql::{Connection, Role, Row, Sql, Target, Value};
use crate::statements::statements;
use crate::store::{Shared, Store};
use crate::verify::Progress;

statements! {
    SIZE = "select size from journal_head where journal = 0";
    PAYLOADS = "select e.number, p.sealed, k.wrapped from entry e left join payload p on p.entry = e.number \
        left join payload_key k on k.entry = e.number where e.number >= $1 order by e.number limit $2";
}

/// How many entries are folded at once.
const ENTRIES_AT_ONCE: u64 = 2048;
/// How many rows are compared at once.
const ROWS_AT_ONCE: u64 = 1000;
/// How many differences are listed.
const DIFFERENCES_MAX: usize = 1000;

/// Something that the tables hold and the journal does not give, or the other way round. Values are not shown: they may
/// be a person's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The table.
    pub table: &'static str,
    /// The key of the row; digests in hexadecimal.
    pub key: String,
    /// The column, where both have the row.
    pub column: Option<&'static str>,
    /// What differs.
    pub what: String,
}

/// The outcome of a comparison.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RebuildReport {
    /// Entries folded.
    pub entries: u64,
    /// Entries whose payload was erased: they give no rows.
    pub erased: u64,
    /// Rows compared.
    pub rows: u64,
    /// What differs.
    pub differences: Vec<Difference>,
    /// How many more differences there are than are listed.
    pub more_differences: u64,
}

impl RebuildReport {
    /// Whether the tables are what the journal gives.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.differences.is_empty() && self.more_differences == 0
    }

    fn differs(&mut self, table: &'static str, key: String, column: Option<&'static str>, what: &str) {
        if self.differences.len() < DIFFERENCES_MAX {
            self.differences.push(Difference { table, key, column, what: what.to_owned() });
        } else {
            self.more_differences += 1;
        }
    }
}

/// A file that is removed when the comparison is over.
struct Scratch(PathBuf);

impl Scratch {
    fn new(shared: &Shared) -> Self {
        let mut drawn = [0; 8];
        shared.randomness.fill(&mut drawn);
        let name: String = drawn.iter().map(|byte| format!("{byte:02x}")).collect();
        Self(std::env::temp_dir().join(format!("credence-compare-{}-{name}.sqlite", std::process::id())))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A temporary file that cannot be removed is the system's to tidy up.
        let _ = std::fs::remove_file(&self.0);
    }
}

impl Store {
    /// Folds the journal into an empty database and compares every projected table with it. Reads one state of the store;
    /// writing may go on meanwhile.
    ///
    /// # Errors
    /// When the key ring is not at hand, a payload does not open, or the database fails.
    pub async fn rebuild_compare(
        &self,
        progress: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<RebuildReport, StoreError> {
        let scratch = Scratch::new(&self.shared);
        let mut folded = Connection::open(&Target::Sqlite(scratch.0.clone()), Role::Scratch).await?;
        folded.script(&schema::scratch_tables()).await?;
        let mut stored = Connection::open(&self.shared.target, Role::Verifier).await?;
        stored.begin_reading().await?;

        let mut report = RebuildReport::default();
        fold(&self.shared, &mut stored, &mut folded, &mut report, progress).await?;
        for table in PROJECTED {
            let mut comparison = Comparison { shared: &self.shared, table, report: &mut report };
            comparison.run(&mut stored, &mut folded).await?;
        }
        stored.close().await;
        folded.close().await;
        Ok(report)
    }
}

async fn fold(
    shared: &Shared,
    stored: &mut Connection,
    folded: &mut Connection,
    report: &mut RebuildReport,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<(), StoreError> {
    let sealing = Sealing { ring: shared.ring()?, randomness: shared.randomness.as_ref() };
    let total = stored.row(SIZE, Vec::new()).await?.map(|row| row.number(0)).transpose()?.unwrap_or(0);
    loop {
        let rows = stored.rows(PAYLOADS, vec![report.entries.into(), ENTRIES_AT_ONCE.into()]).await?;
        if rows.is_empty() {
            return Ok(());
        }
        let mut pending = Pending::default();
        for row in &rows {
            let number = row.number(0)?;
            report.entries = number + 1;
            let (Some(sealed), Some(wrapped)) = (row.optional_bytes(1)?, row.optional_bytes(2)?) else {
                report.erased += 1;
                continue;
            };
            let act = read_act(number, &open_payload(sealing.ring, number, wrapped, sealed)?.plaintext)?;
            for change in changes(&act.event) {
                pending.change(change, number, &sealing)?;
            }
        }
        folded.script("begin").await?;
        let missing = pending.flush_counting(folded).await?;
        folded.commit().await?;
        // What an erased entry would have made is not there to be changed: later events on it come to nothing.
        if let Some(table) = missing.filter(|_| report.erased == 0) {
            report.differs(table, String::new(), None, "an event changes a row that no event made");
        }
        progress(Progress { done: report.entries, total });
    }
}

/// The comparison of one table.
struct Comparison<'a> {
    shared: &'a Shared,
    table: &'static Table,
    report: &'a mut RebuildReport,
}

/// Rows of one side, read page by page in key order.
struct Side<'a> {
    connection: &'a mut Connection,
    table: &'static Table,
    rows: std::vec::IntoIter<Row>,
    last: Option<Vec<Value>>,
    ended: bool,
}

impl Side<'_> {
    /// The next row's values.
    async fn next(&mut self) -> Result<Option<Vec<Value>>, StoreError> {
        loop {
            if let Some(row) = self.rows.next() {
                let values = row.values(self.table)?;
                self.last = Some(key_values(self.table, &values));
                return Ok(Some(values));
            }
            if self.ended {
                return Ok(None);
            }
            let values = self.last.clone().unwrap_or_default();
            let rows = self.connection.rows(page(self.table, self.last.is_some()), values).await?;
            self.ended = (rows.len() as u64) < ROWS_AT_ONCE;
            self.rows = rows.into_iter();
        }
    }
}

/// The text that reads a page of a table, from the beginning or after a key.
fn page(table: &Table, after: bool) -> Sql {
    let names: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
    let key = table.key.join(", ");
    let mut sql = format!("select {} from {}", names.join(", "), table.name);
    if after {
        let places: Vec<String> = (1..=table.key.len()).map(|place| format!("${place}")).collect();
        let _ = write!(sql, " where ({key}) > ({})", places.join(", "));
    }
    let _ = write!(sql, " order by {key} limit {ROWS_AT_ONCE}");
    Sql::from(sql)
}

fn key_values(table: &Table, values: &[Value]) -> Vec<Value> {
    let place = |name: &&str| table.columns.iter().position(|column| column.name == *name);
    table.key.iter().filter_map(place).filter_map(|place| values.get(place).cloned()).collect()
}

/// The order in which both engines page: numbers by size, texts and bytes byte by byte.
fn order(left: &[Value], right: &[Value]) -> Ordering {
    let each = left.iter().zip(right).map(|pair| match pair {
        (Value::Integer(left), Value::Integer(right)) => left.cmp(right),
        (Value::Text(left), Value::Text(right)) => left.as_bytes().cmp(right.as_bytes()),
        (Value::Bytes(left), Value::Bytes(right)) => left.cmp(right),
        _ => Ordering::Equal,
    });
    each.fold(Ordering::Equal, Ordering::then)
}

impl Comparison<'_> {
    async fn run(&mut self, stored: &mut Connection, folded: &mut Connection) -> Result<(), StoreError> {
        let side = |connection| Side {
            connection,
            table: self.table,
            rows: Vec::new().into_iter(),
            last: None,
            ended: false,
        };
        let (mut stored, mut folded) = (side(stored), side(folded));
        let (mut held, mut given) = (stored.next().await?, folded.next().await?);
        loop {
            let step = match (&held, &given) {
                (None, None) => return Ok(()),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(held), Some(given)) => {
                    order(&key_values(self.table, held), &key_values(self.table, given))
                }
            };
            self.report.rows += 1;
            let name = self.table.name;
            let key = |row: &Option<Vec<Value>>| {
                row.as_ref().map(|row| key_text(self.table, row)).unwrap_or_default()
            };
            match step {
                Ordering::Less => {
                    self.report.differs(name, key(&held), None, "the journal gives no such row");
                    held = stored.next().await?;
                }
                Ordering::Greater => {
                    self.report.differs(name, key(&given), None, "the row is missing");
                    given = folded.next().await?;
                }
                Ordering::Equal => {
                    if let (Some(held), Some(given)) = (&held, &given) {
                        self.compare(held, given);
                    }
                    held = stored.next().await?;
                    given = folded.next().await?;
                }
            }
        }
    }

    fn compare(&mut self, held: &[Value], given: &[Value]) {
        let key = key_text(self.table, held);
        for (column, (held, given)) in self.table.columns.iter().zip(held.iter().zip(given)) {
            let what = if column.kind == ColumnKind::Sealed {
                let open = |value: &Value| match value {
                    Value::Bytes(sealed) => {
                        let ring = self.shared.ring().map_err(|error| error.to_string())?;
                        let opened = open_column(ring, self.table.name, column.name, &key, sealed);
                        opened.map(Some).map_err(|error| error.to_string())
                    }
                    _ => Ok(None),
                };
                match (open(held), open(given)) {
                    (Ok(held), Ok(given)) => (held != given).then(|| "the values differ".to_owned()),
                    (Err(error), _) | (_, Err(error)) => Some(error),
                }
            } else {
                (held != given).then(|| "the values differ".to_owned())
            };
            if let Some(what) = what {
                self.report.differs(self.table.name, key.clone(), Some(column.name), &what);
            }
        }
    }
}
