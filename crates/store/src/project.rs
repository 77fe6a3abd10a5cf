//! Rows that wait to be written: they are collected while acts are decided and written set-wise, many a statement.
//!
//! Tables know nothing of each other, so only the order of the writes to one table matters: rows go to the last step of
//! their table as long as it is of the same kind.

use std::collections::HashMap;

use journal::{IndexKeyId, KeyRing, Randomness, blind_index, blind_indexes, seal_column};
use register::change::{Change, ColumnKind, Table, Value as Field};

use crate::error::StoreError;
use crate::sql::{Connection, Sql, Value};
use crate::statements;

/// What is done with the rows of a step.
#[derive(Debug, PartialEq, Eq)]
enum Kind {
    Insert,
    Replace,
    /// Like `Insert`, but a row that is there already stays as it is.
    Keep,
    Update(Vec<&'static str>),
    /// Like `Update`, but the row may be gone.
    Mark(Vec<&'static str>),
    /// The rows are keys: what stands under them goes.
    Delete,
}

/// Rows of one table that are written the same way.
#[derive(Debug)]
struct Step {
    table: &'static Table,
    kind: Kind,
    rows: Vec<Vec<Value>>,
    /// Where the row of a key stands, for replacing: one statement must not touch a row twice.
    places: HashMap<String, usize>,
}

/// Rows that wait.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    steps: Vec<Step>,
}

/// What is needed to turn the values of a change into stored ones.
pub(crate) struct Sealing<'a> {
    pub(crate) ring: &'a KeyRing,
    pub(crate) randomness: &'a dyn Randomness,
    /// Whether keyed digests are made under every index key of the ring, for a comparison with rows of which some are still
    /// under an older one: a row of an index for each, and elsewhere one digest behind the other.
    pub(crate) every_index_key: bool,
}

impl<'a> Sealing<'a> {
    /// Under the current keys, as rows are stored.
    pub(crate) fn new(ring: &'a KeyRing, randomness: &'a dyn Randomness) -> Self {
        Self { ring, randomness, every_index_key: false }
    }

    /// The index keys under which a row of an index is made.
    fn index_keys(&self) -> Vec<IndexKeyId> {
        if self.every_index_key {
            self.ring.index_key_ids().collect()
        } else {
            vec![self.ring.current_index()]
        }
    }

    fn digest(&self, key: Option<IndexKeyId>, domain: &str, text: &str) -> Result<Vec<u8>, StoreError> {
        match key {
            Some(key) => Ok(blind_index(self.ring, key, domain, text)?.to_vec()),
            None if self.every_index_key => {
                let all = blind_indexes(self.ring, domain, text)?;
                Ok(all.into_iter().flat_map(|(_, digest)| digest).collect())
            }
            None => Ok(blind_index(self.ring, self.ring.current_index(), domain, text)?.to_vec()),
        }
    }
}

/// The row of a change as it is stored under one index key, or under none of its own.
struct Place<'a> {
    table: &'a Table,
    entry: u64,
    row_key: String,
    index_key: Option<IndexKeyId>,
}

impl Pending {
    /// Whether a row of one of these tables waits.
    pub(crate) fn touches(&self, tables: &[&'static Table]) -> bool {
        self.steps.iter().any(|step| tables.iter().any(|table| std::ptr::eq(step.table, *table)))
    }

    /// The rows that wait for a table whose rows are only ever inserted or given a new content, in order, each with
    /// whether a row that is there already stays.
    pub(crate) fn upserts(&self, table: &Table) -> impl Iterator<Item = (bool, &Vec<Value>)> {
        let steps = self.steps.iter().filter(move |step| std::ptr::eq(step.table, table));
        steps.flat_map(|step| step.rows.iter().map(|row| (step.kind == Kind::Keep, row)))
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.steps.clear();
    }

    fn step(&mut self, table: &'static Table, kind: Kind) -> Option<&mut Step> {
        let last = self.steps.iter().rposition(|step| std::ptr::eq(step.table, table));
        let fits = |step: &Step| step.kind == kind && !matches!(kind, Kind::Update(_) | Kind::Mark(_));
        let place = match last.filter(|place| self.steps.get(*place).is_some_and(fits)) {
            Some(place) => place,
            None => {
                self.steps.push(Step { table, kind, rows: Vec::new(), places: HashMap::new() });
                self.steps.len() - 1
            }
        };
        self.steps.get_mut(place)
    }

    /// A new row.
    pub(crate) fn insert(&mut self, table: &'static Table, row: Vec<Value>) {
        if let Some(step) = self.step(table, Kind::Insert) {
            step.rows.push(row);
        }
    }

    /// A new row, unless one with its key is there.
    pub(crate) fn keep(&mut self, table: &'static Table, row: Vec<Value>) {
        if let Some(step) = self.step(table, Kind::Keep) {
            step.rows.push(row);
        }
    }

    /// A new row, or a new content of the row with its key.
    pub(crate) fn replace(&mut self, table: &'static Table, row: Vec<Value>) {
        let key = key_text(table, &row);
        let Some(step) = self.step(table, Kind::Replace) else { return };
        match step.places.get(&key).and_then(|place| step.rows.get_mut(*place)) {
            Some(earlier) => *earlier = row,
            None => {
                step.places.insert(key, step.rows.len());
                step.rows.push(row);
            }
        }
    }

    /// The row of a key goes.
    pub(crate) fn delete(&mut self, table: &'static Table, key: Vec<Value>) {
        if let Some(step) = self.step(table, Kind::Delete) {
            step.rows.push(key);
        }
    }

    /// Takes over what another collected after this one.
    pub(crate) fn absorb(&mut self, later: &mut Self) {
        for step in later.steps.drain(..) {
            match step.kind {
                Kind::Insert | Kind::Keep | Kind::Delete => {
                    if let Some(own) = self.step(step.table, step.kind) {
                        own.rows.extend(step.rows);
                    }
                }
                Kind::Replace => {
                    for row in step.rows {
                        self.replace(step.table, row);
                    }
                }
                Kind::Update(_) | Kind::Mark(_) => self.steps.push(step),
            }
        }
    }

    /// Adds a change of the entry with this number.
    pub(crate) fn change(
        &mut self,
        change: Change,
        entry: u64,
        sealing: &Sealing<'_>,
    ) -> Result<(), StoreError> {
        match change {
            Change::Insert { table, row } => {
                for row in stored_rows(table, row, entry, sealing)? {
                    self.insert(table, row);
                }
            }
            Change::Replace { table, row } => {
                for row in stored_rows(table, row, entry, sealing)? {
                    self.replace(table, row);
                }
            }
            Change::Update { table, key, set } => {
                self.update(table, key, set, Kind::Update, entry, sealing)?
            }
            Change::Mark { table, key, set } => self.update(table, key, set, Kind::Mark, entry, sealing)?,
            Change::Delete { table, key } => {
                let place = Place { table, entry, row_key: String::new(), index_key: None };
                let mut row = Vec::with_capacity(key.len());
                for (field, name) in key.into_iter().zip(table.key) {
                    let column = table.columns.get(crate::schema::place(table, name)?);
                    let kind = column.map_or(ColumnKind::Integer, |column| column.kind);
                    row.push(place.stored(name, kind, field, sealing)?);
                }
                self.delete(table, row);
            }
        }
        Ok(())
    }

    fn update(
        &mut self,
        table: &'static Table,
        key: Vec<Field>,
        set: Vec<(&'static str, Field)>,
        kind: fn(Vec<&'static str>) -> Kind,
        entry: u64,
        sealing: &Sealing<'_>,
    ) -> Result<(), StoreError> {
        let place = Place { table, entry, row_key: key_of_fields(&key, entry), index_key: None };
        let mut row = Vec::with_capacity(set.len() + key.len());
        let mut names = Vec::with_capacity(set.len());
        for (name, field) in set {
            let column = table.columns.get(crate::schema::place(table, name)?);
            let of = column.map_or(ColumnKind::Text, |column| column.kind);
            row.push(place.stored(name, of, field, sealing)?);
            names.push(name);
        }
        for (field, name) in key.into_iter().zip(table.key) {
            let column = table.columns.get(crate::schema::place(table, name)?);
            let of = column.map_or(ColumnKind::Integer, |column| column.kind);
            row.push(place.stored(name, of, field, sealing)?);
        }
        if let Some(step) = self.step(table, kind(names)) {
            step.rows.push(row);
        }
        Ok(())
    }

    /// Writes everything down, in order. An event that changes a row which is not there is an error.
    pub(crate) async fn flush(&mut self, connection: &mut Connection) -> Result<(), StoreError> {
        match self.flush_counting(connection).await? {
            None => Ok(()),
            Some(table) => {
                Err(StoreError::Damaged(format!("an event changes a row of `{table}` that is not there")))
            }
        }
    }

    /// Writes everything down, in order, and names a table of which a row to be changed was not there.
    pub(crate) async fn flush_counting(
        &mut self,
        connection: &mut Connection,
    ) -> Result<Option<&'static str>, StoreError> {
        let mut missing = None;
        for step in std::mem::take(&mut self.steps) {
            match step.kind {
                Kind::Insert => connection.insert(step.table, step.rows).await?,
                Kind::Keep => write_rows(connection, step.table, step.rows, statements::keep).await?,
                Kind::Replace => write_rows(connection, step.table, step.rows, statements::replace).await?,
                Kind::Delete => {
                    for key in step.rows {
                        connection.run(statements::delete(step.table), key).await?;
                    }
                }
                Kind::Update(ref names) | Kind::Mark(ref names) => {
                    let sql = Sql::from(statements::update(step.table, names));
                    let may_be_gone = matches!(step.kind, Kind::Mark(_));
                    for row in step.rows {
                        let touched = connection.run(sql.clone(), row).await?;
                        if touched != 1 && !may_be_gone {
                            missing = Some(step.table.name);
                        }
                    }
                }
            }
        }
        Ok(missing)
    }
}

/// Writes rows in statements of the fixed sizes.
pub(crate) async fn write_rows(
    connection: &mut Connection,
    table: &Table,
    rows: Vec<Vec<Value>>,
    text: fn(&Table, usize) -> Sql,
) -> Result<(), StoreError> {
    for part in statements::exact(rows) {
        connection.run(text(table, part.len()), part.into_iter().flatten().collect()).await?;
    }
    Ok(())
}

/// The key of a row as one text, to which its sealed columns are bound.
pub(crate) fn key_text(table: &Table, row: &[Value]) -> String {
    let parts = table.columns.iter().zip(row).filter(|(column, _)| table.key.contains(&column.name));
    parts
        .map(|(_, value)| match value {
            Value::Integer(number) => number.to_string(),
            Value::Text(text) => text.clone(),
            Value::Bytes(bytes) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
            Value::NoInteger | Value::NoText | Value::NoBytes => String::new(),
        })
        .collect::<Vec<_>>()
        .join("|")
}

fn key_of_fields(fields: &[Field], entry: u64) -> String {
    let parts = fields.iter().map(|field| match field {
        Field::Integer(number) => number.to_string(),
        Field::Text(text) => text.clone(),
        Field::Entry => entry.to_string(),
        Field::Bytes(_) | Field::Keyed { .. } | Field::IndexKey | Field::Null => String::new(),
    });
    parts.collect::<Vec<_>>().join("|")
}

/// The rows that a row of an event becomes: one, but for an index that is made under several keys.
fn stored_rows(
    table: &'static Table,
    row: Vec<Field>,
    entry: u64,
    sealing: &Sealing<'_>,
) -> Result<Vec<Vec<Value>>, StoreError> {
    if row.len() != table.columns.len() {
        let (found, expected) = (row.len(), table.columns.len());
        return Err(StoreError::Entry(format!(
            "a row of `{}` has {found} values, not {expected}",
            table.name
        )));
    }
    let has_sealed = table.columns.iter().any(|column| column.kind == ColumnKind::Sealed);
    let key: Vec<Field> = if has_sealed {
        let parts = table.columns.iter().zip(&row).filter(|(column, _)| table.key.contains(&column.name));
        parts.map(|(_, field)| field.clone()).collect()
    } else {
        Vec::new()
    };
    let mut place = Place { table, entry, row_key: key_of_fields(&key, entry), index_key: None };
    if !row.contains(&Field::IndexKey) {
        return Ok(vec![place.stored_row(row, sealing)?]);
    }
    let under = |index_key| {
        place.index_key = Some(index_key);
        place.stored_row(row.clone(), sealing)
    };
    sealing.index_keys().into_iter().map(under).collect()
}

impl Place<'_> {
    fn stored_row(&self, row: Vec<Field>, sealing: &Sealing<'_>) -> Result<Vec<Value>, StoreError> {
        row.into_iter()
            .zip(self.table.columns)
            .map(|(field, column)| self.stored(column.name, column.kind, field, sealing))
            .collect()
    }

    fn stored(
        &self,
        column: &str,
        kind: ColumnKind,
        field: Field,
        sealing: &Sealing<'_>,
    ) -> Result<Value, StoreError> {
        let table = self.table.name;
        let misplaced = || StoreError::Entry(format!("a value of the wrong kind for `{table}.{column}`"));
        Ok(match (kind, field) {
            (ColumnKind::Integer, Field::Integer(number)) => Value::Integer(number),
            (ColumnKind::Integer, Field::Entry) => self.entry.into(),
            (ColumnKind::Integer, Field::IndexKey) => {
                let key = self.index_key.unwrap_or(sealing.ring.current_index());
                Value::Integer(i64::from(key.0))
            }
            (ColumnKind::Integer, Field::Null) => Value::NoInteger,
            (ColumnKind::Text, Field::Text(text)) => Value::Text(text),
            (ColumnKind::Text, Field::Null) => Value::NoText,
            (ColumnKind::Bytes, Field::Bytes(bytes)) => Value::Bytes(bytes),
            (ColumnKind::Bytes, Field::Keyed { domain, text }) => {
                Value::Bytes(sealing.digest(self.index_key, domain, &text)?)
            }
            (ColumnKind::Bytes | ColumnKind::Sealed, Field::Null) => Value::NoBytes,
            (ColumnKind::Sealed, Field::Text(text)) => Value::Bytes(seal_column(
                sealing.ring,
                sealing.randomness,
                table,
                column,
                &self.row_key,
                text.as_bytes(),
            )?),
            _ => return Err(misplaced()),
        })
    }
}
