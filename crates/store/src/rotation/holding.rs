//! What a rotation does while it holds the pen.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use journal::{IndexKeyId, KeyRing, blind_index, open_column, seal_column};
use register::change::{Change, ColumnKind, Table, Value as Field};
use register::tables::IDENTIFIER_INDEX;

use super::has_older;
use crate::error::StoreError;
use crate::pen::Pen;
use crate::project::key_text;
use crate::read::subjects::fill;
use crate::schema::{PAYLOAD_KEY, place};
use crate::sql::Value;
use crate::statements::{of_size, padded, rows_in, statements};

statements! {
    WRAPPED_OF = "select entry, wrapped from payload_key where entry in (#1)";
    INDEXED = "select digest, subject from identifier_index where index_key = $1 and digest in (#2)";
    UNINDEX = "delete from identifier_index where index_key = $1 and digest in (#2)";
}

/// An entry that is still under an older key, with what takes its place.
#[derive(Clone)]
pub(super) struct Older {
    pub(super) entry: u64,
    pub(super) wrapped: Vec<u8>,
    pub(super) rewrapped: Vec<u8>,
    pub(super) digests: Vec<Digest>,
}

/// A keyed digest that an event gave a row, under the older index keys and the current one.
#[derive(Clone)]
pub(super) struct Digest {
    of: DigestOf,
    older: Vec<(IndexKeyId, [u8; 16])>,
    current: [u8; 16],
}

#[derive(Clone)]
enum DigestOf {
    /// A row of the blind index.
    Index,
    /// A column of the row with a number.
    Column { table: &'static Table, key: i64, column: usize },
}

/// What one holding of the pen did.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Held {
    pub(super) payload_keys: u64,
    pub(super) digests: u64,
    pub(super) sealed_rows: u64,
    pub(super) time: Duration,
}

impl Pen {
    /// Puts the rewrapped keys and the digests under the new index key in their place, of the entries that stand as they
    /// were read.
    pub(super) async fn rotate_entries(&mut self, older: &[Older]) -> Result<Held, StoreError> {
        let begun = tokio::time::Instant::now();
        let mut held = Held::default();
        let mut stand: HashMap<u64, Vec<u8>> = HashMap::with_capacity(older.len());
        for (part, size) in padded(older) {
            let values = fill(part, size, |older| older.entry.into()).collect();
            for row in self.rows(&[&PAYLOAD_KEY], of_size(WRAPPED_OF, size), values).await? {
                stand.insert(row.number(0)?, row.bytes(1)?.to_vec());
            }
        }
        // An entry that was erased meanwhile has no key, and gets none.
        let standing = || older.iter().filter(|older| stand.get(&older.entry) == Some(&older.wrapped));
        for Older { entry, rewrapped, .. } in standing() {
            self.put_row(&PAYLOAD_KEY, vec![(*entry).into(), rewrapped.clone().into()]);
            held.payload_keys += 1;
        }
        let digests: Vec<&Digest> = standing().flat_map(|older| &older.digests).collect();
        held.digests += self.rotate_columns(&digests).await?;
        held.digests += self.rotate_index(&digests).await?;
        held.time = begun.elapsed();
        Ok(held)
    }

    async fn rotate_columns(&mut self, digests: &[&Digest]) -> Result<u64, StoreError> {
        let mut by_table: Vec<(&'static Table, Vec<i64>)> = Vec::new();
        for digest in digests {
            let DigestOf::Column { table, key, .. } = digest.of else { continue };
            match by_table.iter_mut().find(|(known, _)| std::ptr::eq(*known, table)) {
                Some((_, keys)) => keys.push(key),
                None => by_table.push((table, vec![key])),
            }
        }
        let mut changed = 0;
        for (table, mut keys) in by_table {
            keys.sort_unstable();
            keys.dedup();
            let mut rows: HashMap<i64, (Vec<Value>, bool)> = HashMap::with_capacity(keys.len());
            for (part, size) in padded(&keys) {
                let values = fill(part, size, |key| Value::Integer(*key)).collect();
                for row in self.rows(&[table], rows_in(table, size), values).await? {
                    let row = row.values(table)?;
                    if let Some(Value::Integer(key)) = row.first() {
                        rows.insert(*key, (row, false));
                    }
                }
            }
            for digest in digests {
                let DigestOf::Column { table: of, key, column } = digest.of else { continue };
                let Some((row, touched)) = rows.get_mut(&key).filter(|_| std::ptr::eq(of, table)) else {
                    continue;
                };
                // What a later event gave the row stays: it is that entry's to bring under the new key.
                if let Some(Value::Bytes(bytes)) = row.get_mut(column)
                    && digest.older.iter().any(|(_, older)| older.as_slice() == bytes)
                {
                    *bytes = digest.current.to_vec();
                    *touched = true;
                }
            }
            for (row, _) in rows.into_values().filter(|(_, touched)| *touched) {
                self.put_row(table, row);
                changed += 1;
            }
        }
        Ok(changed)
    }

    async fn rotate_index(&mut self, digests: &[&Digest]) -> Result<u64, StoreError> {
        let current = self.ring()?.current_index();
        let mut by_key: BTreeMap<IndexKeyId, HashMap<[u8; 16], [u8; 16]>> = BTreeMap::new();
        for digest in digests.iter().filter(|digest| matches!(digest.of, DigestOf::Index)) {
            for (key, older) in &digest.older {
                by_key.entry(*key).or_default().insert(*older, digest.current);
            }
        }
        let mut changed = 0;
        for (key, renewed) in by_key {
            let older: Vec<[u8; 16]> = renewed.keys().copied().collect();
            for (part, size) in padded(&older) {
                let values = || {
                    let digests = fill(part, size, |digest| digest.as_slice().into());
                    std::iter::once(i64::from(key.0).into()).chain(digests).collect::<Vec<Value>>()
                };
                let rows = self.rows(&[&IDENTIFIER_INDEX], of_size(INDEXED, size), values()).await?;
                for row in &rows {
                    let digest: Option<[u8; 16]> = row.bytes(0)?.try_into().ok();
                    let Some(renewed) = digest.and_then(|digest| renewed.get(&digest)) else { continue };
                    let row =
                        vec![i64::from(current.0).into(), renewed.to_vec().into(), row.number(1)?.into()];
                    self.put_row(&IDENTIFIER_INDEX, row);
                    changed += 1;
                }
                if !rows.is_empty() {
                    self.run(of_size(UNINDEX, size), values()).await?;
                }
            }
        }
        Ok(changed)
    }

    pub(super) async fn rotate_sealed(
        &mut self,
        ring: &KeyRing,
        table: &'static Table,
        keys: &[Value],
    ) -> Result<Held, StoreError> {
        let begun = tokio::time::Instant::now();
        let mut held = Held::default();
        for (part, size) in padded(keys) {
            let values = fill(part, size, Value::clone).collect();
            for row in self.rows(&[table], rows_in(table, size), values).await? {
                let mut row = row.values(table)?;
                if !has_older(table, &row, ring.current()) {
                    continue;
                }
                let row_key = key_text(table, &row);
                let randomness = Arc::clone(&self.shared);
                for (column, value) in table.columns.iter().zip(&mut row) {
                    if let (ColumnKind::Sealed, Value::Bytes(sealed)) = (column.kind, value) {
                        let opened = open_column(ring, table.name, column.name, &row_key, sealed)?;
                        let source = randomness.randomness.as_ref();
                        *sealed = seal_column(ring, source, table.name, column.name, &row_key, &opened)?;
                    }
                }
                self.put_row(table, row);
                held.sealed_rows += 1;
            }
        }
        held.time = begun.elapsed();
        Ok(held)
    }
}

/// The keyed digests that a change writes.
pub(super) fn digests_of(ring: &KeyRing, change: Change, found: &mut Vec<Digest>) -> Result<(), StoreError> {
    let mut digest = |of: DigestOf, domain: &str, text: &str| -> Result<(), StoreError> {
        let current = ring.current_index();
        let older = ring.index_key_ids().filter(|key| *key < current);
        let older = older.map(|key| Ok((key, blind_index(ring, key, domain, text)?)));
        let older = older.collect::<Result<Vec<_>, StoreError>>()?;
        found.push(Digest { of, older, current: blind_index(ring, current, domain, text)? });
        Ok(())
    };
    match change {
        Change::Insert { table, row } | Change::Replace { table, row } => {
            let index = row.contains(&Field::IndexKey);
            let key = match row.first() {
                Some(Field::Integer(key)) => *key,
                _ => 0,
            };
            for (column, field) in row.iter().enumerate() {
                if let Field::Keyed { domain, text } = field {
                    let of = if index { DigestOf::Index } else { DigestOf::Column { table, key, column } };
                    digest(of, domain, text)?;
                }
            }
        }
        Change::Delete { .. } => {}
        Change::Update { table, key, set } | Change::Mark { table, key, set } => {
            let key = match key.first() {
                Some(Field::Integer(key)) => *key,
                _ => 0,
            };
            for (name, field) in &set {
                if let Field::Keyed { domain, text } = field {
                    digest(DigestOf::Column { table, key, column: place(table, name)? }, domain, text)?;
                }
            }
        }
    }
    Ok(())
}
