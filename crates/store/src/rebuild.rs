//! Comparing the tables with the journal: the journal is folded into an empty scratch database, and every projected table
//! is compared with it row by row in key order, opened values and not ciphertext.
//!
//! The scratch database is a temporary SQLite file whatever the store's engine: it needs nothing, and two engines that
//! agree prove more than one.

use std::cmp::Ordering;
use std::path::PathBuf;

use journal::{KeyRing, open_column, open_payload};
use register::change::{ColumnKind, Table};
use register::tables::{IDENTIFIER_INDEX, PROJECTED, changes};

use crate::error::StoreError;
use crate::project::{Pending, Sealing, key_text};
use crate::read::entries::read_act;
use crate::rows::{Pages, key_values};
use crate::schema;
use crate::sql::{Connection, Role, Target, Value};
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
/// The length of a keyed digest.
const DIGEST_BYTES: usize = 16;
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
        // The ring is taken up after the state was chosen that is read: keys are kept before anything is sealed under them.
        stored.row(SIZE, Vec::new()).await?;
        self.shared.ring.renew()?;
        let ring = self.shared.ring()?;
        // While keys rotate some rows are under the older index key and some under the newer.
        let sealing =
            Sealing { every_index_key: true, ..Sealing::new(&ring, self.shared.randomness.as_ref()) };
        fold(&sealing, &mut stored, &mut folded, &mut report, progress).await?;
        for table in PROJECTED {
            let mut comparison = Comparison::of(table, &ring, &mut report);
            comparison.run(&mut stored, &mut folded).await?;
        }
        stored.close().await;
        folded.close().await;
        Ok(report)
    }
}

/// Folds the journal of one database into the projected tables of another, which may be the same.
pub(crate) async fn fold(
    sealing: &Sealing<'_>,
    stored: &mut Connection,
    folded: &mut Connection,
    report: &mut RebuildReport,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<(), StoreError> {
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
                pending.change(change, number, sealing)?;
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
    ring: &'a KeyRing,
    table: &'static Table,
    report: &'a mut RebuildReport,
    /// Whether it is an index of which each row may stand under any of several keys.
    any_key: bool,
    /// Of such an index: the subjects that are found under some key, and those that are missing under another.
    found: Numbers,
    missing: Numbers,
}

/// A set of numbers that were given out one after the other, a bit each.
#[derive(Default)]
struct Numbers(Vec<u64>);

impl Numbers {
    fn insert(&mut self, number: u64) {
        let place = usize::try_from(number / 64).unwrap_or(usize::MAX);
        if place >= self.0.len() && place < usize::MAX {
            self.0.resize(place + 1, 0);
        }
        if let Some(bits) = self.0.get_mut(place) {
            *bits |= 1 << (number % 64);
        }
    }

    /// The numbers that are not in another set.
    fn without(&self, other: &Self) -> impl Iterator<Item = u64> {
        let others = other.0.iter().copied().chain(std::iter::repeat(0));
        let left = self.0.iter().zip(others).map(|(own, other)| own & !other);
        (0_u64..).zip(left).flat_map(|(place, bits)| {
            (0..64).filter(move |bit| bits & (1 << bit) != 0).map(move |bit| place * 64 + bit)
        })
    }
}

/// The subject of a row of an index.
fn subject_of(row: &[Value]) -> u64 {
    match row.get(2) {
        Some(Value::Integer(subject)) => u64::try_from(*subject).unwrap_or_default(),
        _ => 0,
    }
}

/// Rows of one side, read page by page in key order.
struct Side<'a> {
    connection: &'a mut Connection,
    pages: Pages,
    rows: std::vec::IntoIter<Vec<Value>>,
}

impl Side<'_> {
    /// The next row's values.
    async fn next(&mut self) -> Result<Option<Vec<Value>>, StoreError> {
        if let Some(row) = self.rows.next() {
            return Ok(Some(row));
        }
        self.rows = self.pages.next(self.connection).await?.into_iter();
        Ok(self.rows.next())
    }
}

/// Whether a value is the one that the journal gives, or one of its digests under the ring's keys.
fn is_one_of(held: &Value, given: &Value) -> bool {
    match (held, given) {
        (Value::Bytes(held), Value::Bytes(given))
            if given.len() > held.len() && held.len() == DIGEST_BYTES =>
        {
            given.chunks(DIGEST_BYTES).any(|digest| digest == held)
        }
        _ => held == given,
    }
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

impl<'a> Comparison<'a> {
    fn of(table: &'static Table, ring: &'a KeyRing, report: &'a mut RebuildReport) -> Self {
        let any_key = std::ptr::eq(table, &raw const IDENTIFIER_INDEX) && ring.index_key_ids().count() > 1;
        Self { ring, table, report, any_key, found: Numbers::default(), missing: Numbers::default() }
    }

    async fn run(&mut self, stored: &mut Connection, folded: &mut Connection) -> Result<(), StoreError> {
        let side =
            |connection| Side { connection, pages: Pages::of(self.table), rows: Vec::new().into_iter() };
        let (mut stored, mut folded) = (side(stored), side(folded));
        let (mut held, mut given) = (stored.next().await?, folded.next().await?);
        loop {
            let step = match (&held, &given) {
                (None, None) => {
                    for subject in self.missing.without(&self.found) {
                        let key = format!("subject {subject}");
                        self.report.differs(self.table.name, key, None, "the row is missing under every key");
                    }
                    return Ok(());
                }
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
                Ordering::Greater if self.any_key => {
                    self.missing.insert(given.as_deref().map_or(0, subject_of));
                    given = folded.next().await?;
                }
                Ordering::Greater => {
                    self.report.differs(name, key(&given), None, "the row is missing");
                    given = folded.next().await?;
                }
                Ordering::Equal => {
                    if let (Some(held), Some(given)) = (&held, &given) {
                        self.found.insert(subject_of(held));
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
                        let opened = open_column(self.ring, self.table.name, column.name, &key, sealed);
                        opened.map(Some).map_err(|error| error.to_string())
                    }
                    _ => Ok(None),
                };
                match (open(held), open(given)) {
                    (Ok(held), Ok(given)) => (held != given).then(|| "the values differ".to_owned()),
                    (Err(error), _) | (_, Err(error)) => Some(error),
                }
            } else {
                (!is_one_of(held, given)).then(|| "the values differ".to_owned())
            };
            if let Some(what) = what {
                self.report.differs(self.table.name, key.clone(), Some(column.name), &what);
            }
        }
    }
}
