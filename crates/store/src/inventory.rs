//! The inventory: a signed count of the rows that the journal's tree does not cover, so that none of them goes unseen.
//!
//! Kept checkpoints, kept receipts and notes about the store are no entries; a row of theirs that is deleted, added or
//! changed past the program would leave the journal whole. So a note in `meta`, signed by the journal's key, says of each of
//! these tables how many rows it has and the sum of their digests (SHA-256, as numbers modulo 2^256). Every write to them
//! goes through [`note`], in the same transaction. A sum can be brought up to date without reading the table, and does not
//! depend on the order. Receipts and checkpoints are signed themselves, so nobody can invent rows that would make up for
//! others; who holds the signing key can of course sign another inventory.

use std::collections::HashMap;
use std::fmt::Write as _;

use journal::{JournalVerifier, SignedNote, Signer, Verifier};
use register::change::Table;
use sha2::{Digest as _, Sha256};

use crate::error::StoreError;
use crate::project::{Pending, key_text};
use crate::rows::{self, Pages, key_values};
use crate::schema::{CHECKPOINT, META, RECEIPT};
use crate::sql::{Connection, Role, Target, Value};
use crate::statements::{self, statements};

statements! {
    INVENTORY = "select value from meta where name = 'inventory'";
    NO_RECEIPT = "select b.closed from batch b left join receipt r on r.entry = b.closed \
        where b.closed is not null and r.entry is null order by b.closed limit 20";
}

/// The tables that it covers, and what a row of each is called.
static COVERED: [(&Table, &str); 3] =
    [(&CHECKPOINT, "checkpoint of a day"), (&META, "note about the store"), (&RECEIPT, "receipt")];
/// The first line of the note.
const TITLE: &str = "credence inventory 1";
/// The note's own name in `meta`.
const NAME: &str = "inventory";
/// Notes that are written where no key signs: the version of the tables, and the state of a restoration.
const OUTSIDE: [&str; 4] = [NAME, "schema", "restoring", "restored"];

/// How many rows a table has, and the sum of their digests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Count {
    rows: u64,
    sum: [u8; 32],
}

impl Count {
    fn add(&mut self, row: &[Value], table: &Table) {
        self.rows = self.rows.wrapping_add(1);
        self.sum = plus(&self.sum, &digest(row, table));
    }

    fn subtract(&mut self, row: &[Value], table: &Table) {
        self.rows = self.rows.wrapping_sub(1);
        // The negative of a number is its complement and one more.
        let complement = digest(row, table).map(|byte| !byte);
        let mut one = [0; 32];
        one[31] = 1;
        self.sum = plus(&self.sum, &plus(&complement, &one));
    }
}

fn digest(row: &[Value], table: &Table) -> [u8; 32] {
    let mut bytes = table.name.as_bytes().to_vec();
    bytes.push(0);
    rows::encode(row, &mut bytes);
    Sha256::digest(&bytes).into()
}

/// The sum of two numbers, the most significant byte first, modulo 2^256.
fn plus(left: &[u8; 32], right: &[u8; 32]) -> [u8; 32] {
    let mut sum = *left;
    let mut carry = 0_u16;
    for (byte, other) in sum.iter_mut().zip(right).rev() {
        carry += u16::from(*byte) + u16::from(*other);
        *byte = (carry & 0xff) as u8;
        carry >>= 8;
    }
    sum
}

/// Whether a row is covered: notes of our own making about the tables are not.
fn covers(table: &Table, row: &[Value]) -> bool {
    !std::ptr::eq(table, &raw const META)
        || !matches!(row.first(), Some(Value::Text(name)) if OUTSIDE.contains(&name.as_str()))
}

/// The counts of the tables that are covered, in their order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Inventory([Count; 3]);

impl Inventory {
    /// Counts what is there.
    pub(crate) async fn count(connection: &mut Connection) -> Result<Self, StoreError> {
        let mut inventory = Self::default();
        for ((table, _), count) in COVERED.iter().zip(&mut inventory.0) {
            let mut pages = Pages::of(table);
            loop {
                let rows = pages.next(connection).await?;
                if rows.is_empty() {
                    break;
                }
                rows.iter().filter(|row| covers(table, row)).for_each(|row| count.add(row, table));
            }
        }
        Ok(inventory)
    }

    fn to_text(self, origin: &str) -> String {
        let mut text = format!("{TITLE}\n{origin}\n");
        for ((table, _), count) in COVERED.iter().zip(&self.0) {
            let _ = writeln!(text, "{} {} {}", table.name, count.rows, hex::encode(count.sum));
        }
        text
    }

    fn parse(text: &str, origin: &str) -> Option<Self> {
        let mut lines = text.lines().skip(2);
        let mut inventory = Self::default();
        for ((table, _), count) in COVERED.iter().zip(&mut inventory.0) {
            let mut words = lines.next()?.split(' ');
            if words.next()? != table.name {
                return None;
            }
            count.rows = words.next()?.parse().ok()?;
            hex::decode_to_slice(words.next()?, &mut count.sum).ok()?;
        }
        (inventory.to_text(origin) == text).then_some(inventory)
    }

    /// The signed inventory that the store holds.
    pub(crate) async fn kept(connection: &mut Connection, key: &Verifier) -> Result<Self, String> {
        let row = connection.row(INVENTORY, Vec::new()).await.map_err(|error| error.to_string())?;
        let row = row.ok_or("it is missing")?;
        let text = row.text(0).map_err(|error| error.to_string())?;
        let note = SignedNote::parse(text.as_bytes()).map_err(|error| error.to_string())?;
        let text = note.verify(key).map_err(|error| error.to_string())?;
        Self::parse(text, key.name()).ok_or_else(|| "it is not of a known form".to_owned())
    }

    /// Signs it and writes it down, in the transaction that the caller has begun.
    pub(crate) async fn keep(self, connection: &mut Connection, signer: &Signer) -> Result<(), StoreError> {
        let note = signer.sign(&self.to_text(signer.name()));
        let note = note.map_err(|error| StoreError::Keys(error.to_string()))?;
        let sql = statements::replace(&META, 1);
        connection.run(sql, vec![NAME.into(), note.to_text().into()]).await?;
        Ok(())
    }
}

/// Brings the inventory up to date with rows that are about to be written, in the same transaction.
///
/// An inventory that is missing or not ours counts as an empty one: what was done to it stays found.
pub(crate) async fn note(
    pending: &Pending,
    connection: &mut Connection,
    signer: &Signer,
) -> Result<(), StoreError> {
    if !COVERED.iter().any(|(table, _)| pending.touches(&[table])) {
        return Ok(());
    }
    let before = Inventory::kept(connection, signer.verifier()).await.unwrap_or_default();
    let mut after = before;
    for ((table, _), count) in COVERED.iter().zip(&mut after.0) {
        let mut earlier: HashMap<String, Vec<Value>> = HashMap::new();
        for (keeps, row) in pending.upserts(table).filter(|(_, row)| covers(table, row)) {
            let key = key_text(table, row);
            let standing = match earlier.remove(&key) {
                Some(standing) => Some(standing),
                None => {
                    let found = connection.row(rows::by_key(table), key_values(table, row)).await?;
                    found.map(|found| found.values(table)).transpose()?
                }
            };
            let stays = match standing {
                Some(standing) if keeps => standing,
                Some(standing) => {
                    count.subtract(&standing, table);
                    count.add(row, table);
                    row.clone()
                }
                None => {
                    count.add(row, table);
                    row.clone()
                }
            };
            earlier.insert(key, stays);
        }
    }
    if after == before { Ok(()) } else { after.keep(connection, signer).await }
}

/// Verifies the inventory in one state of the store.
pub(crate) async fn verify(target: &Target, key: &Verifier, verifier: &mut JournalVerifier<'_>) {
    let found = async {
        let mut connection = Connection::open(target, Role::Verifier).await?;
        connection.begin_reading().await?;
        let found = check(&mut connection, key).await?;
        connection.close().await;
        Ok::<_, StoreError>(found)
    };
    match found.await {
        Ok(found) => found.into_iter().for_each(|what| verifier.consequence(None, what)),
        Err(error) => verifier.problem(None, format!("the inventory cannot be checked: {error}")),
    }
}

/// What the inventory says against the rows that are there.
async fn check(connection: &mut Connection, key: &Verifier) -> Result<Vec<String>, StoreError> {
    let kept = match Inventory::kept(connection, key).await {
        Ok(kept) => kept,
        Err(why) => {
            let what = format!("the inventory of receipts, checkpoints and notes: {why}");
            return Ok(vec![what]);
        }
    };
    let there = Inventory::count(connection).await?;
    let mut found = Vec::new();
    for ((table, what), (kept, there)) in COVERED.iter().zip(kept.0.iter().zip(&there.0)) {
        if kept == there {
            continue;
        }
        if kept.rows == there.rows {
            found.push(format!("a {what} was changed: the inventory knows another"));
            continue;
        }
        let (held, given) = (kept.rows, there.rows);
        let how = if held > given { "was removed" } else { "was added" };
        let mut line = format!("a {what} {how}: the inventory says {held}, there are {given}");
        if held > given && std::ptr::eq(*table, &raw const RECEIPT) {
            // Where a crash came between, a batch has no receipt yet either: the entries only narrow the search.
            let rows = connection.rows(NO_RECEIPT, Vec::new()).await?;
            let entries = rows.iter().map(|row| row.number(0).map(|entry| entry.to_string()));
            let entries = entries.collect::<Result<Vec<_>, _>>()?.join(", ");
            if !entries.is_empty() {
                let _ = write!(line, "; none is kept of the batches that these entries closed: {entries}");
            }
        }
        found.push(line);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receipt(entry: i64, body: &str) -> Vec<Value> {
        vec![Value::Integer(entry), body.into()]
    }

    #[test]
    fn what_is_taken_away_leaves_the_sum_of_the_rest_in_any_order() {
        let rows: Vec<_> = (0..50).map(|entry| receipt(entry, "body")).collect();
        let mut all = Count::default();
        rows.iter().for_each(|row| all.add(row, &RECEIPT));
        let mut rest = Count::default();
        rows.iter().rev().filter(|row| **row != rows[7]).for_each(|row| rest.add(row, &RECEIPT));
        assert_ne!(all, rest);
        all.subtract(&rows[7], &RECEIPT);
        assert_eq!(all, rest);
        rest.add(&receipt(7, "body!"), &RECEIPT);
        rest.subtract(&receipt(7, "body!"), &RECEIPT);
        assert_eq!(all, rest);
    }

    #[test]
    fn an_inventory_is_read_as_it_was_written_and_not_otherwise() {
        let mut inventory = Inventory::default();
        inventory.0[2].add(&receipt(1, "x"), &RECEIPT);
        let text = inventory.to_text("a.example");
        assert_eq!(Inventory::parse(&text, "a.example"), Some(inventory));
        assert_eq!(Inventory::parse(&text, "b.example"), None);
        assert_eq!(Inventory::parse(&text.replace("receipt 1", "receipt 01"), "a.example"), None);
        assert_eq!(Inventory::parse(&format!("{text}more\n"), "a.example"), None);
    }
}
