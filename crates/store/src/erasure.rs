//! What an erasure leaves to be done outside its transaction: the list of erased entries beside the keys, and the places where
//! the database keeps what was deleted.
//!
//! The list outlives the database: whoever restores an older backup restores without these keys. Each line names an
//! entry, the erasure's entry and its leaf hash, so that a line whose erasure never came to be is recognised.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use journal::JournalVerifier;
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::keys::{read_if_there, write_in_place};
use crate::search::forget_names;
use crate::sql::{Connection, Role};
use crate::statements::statements;
use crate::store::{Shared, Store};
use crate::verify::reading::Source;

statements! {
    ERASED = "select x.entry, x.erasure, e.kind, e.leaf, o.kind from erased_entry x left join entry e on e.number = x.erasure \
        left join entry o on o.number = x.entry order by x.entry";
    LEAF_OF = "select leaf from entry where number = $1";
}

/// The file with the list, beside the keys.
const LIST: &str = "erased.jsonl";
/// The version of the tables from which on erasures are kept.
pub(crate) const ERASURES_SINCE: i64 = 2;
/// The kind of act that erases, as the leaf names it.
const KIND: &str = "records_erased";

/// The kinds of acts whose content an erasure may reach: those that state, change or revoke one record
/// ([`register::event::Event::record`]).
const ERASABLE: [&str; 7] = [
    "record_filed",
    "record_corrected",
    "record_revoked",
    "display_withdrawn",
    "display_resumed",
    "record_restored",
    "display_stopped",
];

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct ErasedLine {
    /// The erased entry.
    entry: u64,
    /// The entry of the erasure.
    erasure: u64,
    /// The leaf hash of the erasure's entry, in hexadecimal.
    leaf: String,
}

/// Reads the list of a folder of keys; empty where there is none.
fn read_list(folder: &Path) -> Result<Vec<ErasedLine>, StoreError> {
    let path = folder.join(LIST);
    let text = read_if_there(&path)?.unwrap_or_default();
    let mut lines = Vec::new();
    for (place, line) in text.lines().enumerate() {
        let line = serde_json::from_str(line).map_err(|error| StoreError::File {
            path: path.display().to_string(),
            reason: format!("line {}: {error}", place + 1),
        })?;
        lines.push(line);
    }
    Ok(lines)
}

/// The erased entries of a folder's list, as far as the journal that stands in a database bears them out: a line whose
/// erasure stands there with another leaf never came to be.
pub(crate) async fn listed(folder: &Path, connection: &mut Connection) -> Result<BTreeSet<u64>, StoreError> {
    let mut erased = BTreeSet::new();
    for line in read_list(folder)? {
        let row = connection.row(LEAF_OF, vec![line.erasure.into()]).await?;
        let stands = match row {
            Some(row) => hexadecimal(row.bytes(0)?) == line.leaf,
            // It came after what is restored.
            None => true,
        };
        if stands {
            erased.insert(line.entry);
        }
    }
    Ok(erased)
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Brings the list up to date with the table: at its end whatever was erased stands in it, durably.
pub(crate) async fn keep_list(shared: &Shared, connection: &mut Connection) -> Result<u64, StoreError> {
    let Some(folder) = &shared.key_folder else { return Ok(0) };
    let rows = connection.rows(ERASED, Vec::new()).await?;
    if rows.is_empty() {
        return Ok(0);
    }
    let lines = rows.iter().map(|row| {
        let leaf = hexadecimal(row.optional_bytes(3)?.unwrap_or_default());
        Ok(ErasedLine { entry: row.number(0)?, erasure: row.number(1)?, leaf })
    });
    let lines = lines.collect::<Result<Vec<_>, StoreError>>()?;
    add_to_list(folder, lines)
}

/// Adds lines to the list of a folder, and says how many were new. Several servers share the folder, so whoever adds holds it
/// alone from reading the list to putting the new one in its place: the operating system keeps the lock, and gives it back when a
/// process dies.
fn add_to_list(folder: &Path, lines: Vec<ErasedLine>) -> Result<u64, StoreError> {
    let held = std::fs::File::open(folder).and_then(|held| held.lock().map(|()| held));
    let held = held.map_err(|error| StoreError::file(folder, &error))?;
    let mut known: BTreeMap<u64, ErasedLine> =
        read_list(folder)?.into_iter().map(|line| (line.entry, line)).collect();
    let mut added = 0;
    for line in lines {
        if known.get(&line.entry) == Some(&line) {
            continue;
        }
        known.insert(line.entry, line);
        added += 1;
    }
    if added > 0 {
        // Whole and in place, as everything beside it.
        let mut text = String::new();
        for line in known.values() {
            let line = serde_json::to_string(line).map_err(|error| StoreError::Entry(error.to_string()))?;
            text.push_str(&line);
            text.push('\n');
        }
        write_in_place(&folder.join(LIST), text.as_bytes())?;
    }
    drop(held);
    Ok(added)
}

/// Says to a verification which entries were erased. An erasure that is none is a problem of its own.
pub(crate) async fn expect_erased(source: &mut Source, verifier: &mut JournalVerifier<'_>) {
    let rows = match source.rows(ERASED, Vec::new()).await {
        Ok(rows) => rows,
        Err(error) => {
            verifier.problem(None, format!("the erased entries cannot be read: {error}"));
            return;
        }
    };
    for row in rows {
        let (Ok(entry), Ok(erasure)) = (row.number(0), row.number(1)) else { continue };
        let own = row.optional_text(4).ok().flatten();
        if !own.is_some_and(|kind| ERASABLE.contains(&kind)) {
            // Who looked, who decided, who was told: nothing of that is ever erased (53(3)).
            verifier.problem(
                Some(entry),
                format!("it is called erased, and no erasure reaches `{}`", own.unwrap_or("-")),
            );
        } else if row.optional_text(2).ok().flatten() == Some(KIND) {
            verifier.erased(entry);
        } else {
            let what = format!("it is called erased by entry {erasure}, which erased nothing");
            verifier.problem(Some(entry), what);
        }
    }
}

impl Store {
    /// Does what an erasure leaves to be done outside its transaction: brings the list beside the keys up to date, has names
    /// that are gone dropped from the index, and has the database write over what it freed, as far as the engine goes.
    ///
    /// # Errors
    /// When a file or the database fails. The erasure stands all the same, and this can be done again.
    pub async fn tidy_up_erased(&self) -> Result<(), StoreError> {
        let mut connection = Connection::open(&self.shared.target, Role::Writer).await?;
        keep_list(&self.shared, &mut connection).await?;
        if let Some(folder) = self.shared.address.folder() {
            forget_names(folder);
        }
        let tidied = connection
            .overwrite_freed(&["payload_key", "record", "organisation_name", "subject_entry"])
            .await;
        connection.close().await;
        tidied
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn article_6_servers_that_erase_at_the_same_time_lose_no_line_of_the_list() {
        let folder = tempfile::tempdir().unwrap();
        let of = |entry| ErasedLine { entry, erasure: entry + 1000, leaf: "00".to_owned() };
        std::thread::scope(|servers| {
            for server in 0..8 {
                let folder = folder.path();
                servers.spawn(move || {
                    for erasure in 0..16 {
                        assert_eq!(add_to_list(folder, vec![of(server * 16 + erasure)]).unwrap(), 1);
                    }
                });
            }
        });
        let entries: Vec<u64> = read_list(folder.path()).unwrap().iter().map(|line| line.entry).collect();
        assert_eq!(entries, (0..128).collect::<Vec<_>>());
    }
}
