//! Verifying what is stored: the whole journal is read once, in order and in flat memory, and pushed into the journal's
//! own verifier. A damaged database is read as far as it can be; what cannot be read is a problem like any other.
//!
//! Three things go on at once: a part is read, those before it are looked at entry by entry, and those before these are
//! joined to the tree, in order.

pub(crate) mod reading;

use std::sync::Arc;

use futures::stream::{self, StreamExt as _};
use journal::tiles::LEVEL_MAX;
use journal::{JournalVerifier, Report, Verifier};
use law::{Day, Instant};
use tokio::sync::mpsc;

use self::reading::{ENTRIES_AT_ONCE, ExaminedPart, ExaminedRow, Source, examine, nodes_of, read_tile};
use crate::backup::{Past, PublicKeys};
use crate::checkpoint::KeptCheckpoint;
use crate::erasure::{ERASURES_SINCE, expect_erased};
use crate::error::StoreError;
use crate::inventory;
use crate::receipts;
use crate::schema::tile_place;
use crate::sql::{Connection, Role, Row};
use crate::statements::statements;
use crate::store::Store;

statements! {
    HEAD = "select size from journal_head where journal = 0";
    TIMES = "select h.time, e.minute from journal_head h join entry e on e.number = h.size - 1 where h.journal = 0";
    ENDS = "select min(number), max(number) from entry";
    CHECKPOINTS = "select day, size, note from checkpoint order by size, day";
    COVERED = "select max(size) from checkpoint";
    STRAY_TILES = "select place from tile where place >= $1 and place < $2 order by place limit 20";
    PAYLOADS = "select count(*) from payload";
    PAYLOAD_KEYS = "select count(*) from payload_key";
    ORPHAN_PAYLOADS = "select p.entry from payload p left join entry e on e.number = p.entry where e.number is null \
        order by p.entry limit 20";
    ORPHAN_KEYS = "select p.entry from payload_key p left join entry e on e.number = p.entry where e.number is null \
        order by p.entry limit 20";
    VKEY = "select value from meta where name = 'vkey'";
}

/// How many parts are looked at at once: one for each processor but the one that reads is about right, and a second
/// keeps it busy while a part is waited for.
const PARTS_AT_ONCE: usize = 2;

/// What is known from elsewhere when a store is verified.
#[derive(Debug, Clone, Default)]
pub struct VerifyKnown {
    /// The journal's public key, where it was kept elsewhere; else the store's own is believed.
    pub verifier: Option<Verifier>,
    /// Checkpoints that someone kept: what they are called, and the signed note.
    pub checkpoints: Vec<(String, String)>,
}

/// How far a long reading is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Entries done.
    pub done: u64,
    /// Entries in all.
    pub total: u64,
}

/// Counts of rows that belong to an entry.
#[derive(Default)]
struct Counts {
    payloads: u64,
    keys: u64,
}

impl Store {
    /// Verifies the whole journal: leaves, tree, stored nodes, checkpoints and receipts with the public key, and each
    /// payload too where the key ring is at hand; the report says what was looked at. It keeps going after a problem.
    ///
    /// # Errors
    /// When the database cannot be read at all.
    pub async fn verify(
        &self,
        known: VerifyKnown,
        progress: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<Report, StoreError> {
        let mut source = Source::new(self.shared.target.clone());
        let mut verifier = JournalVerifier::new();
        self.self_check(&mut verifier).await;
        let public = self.public_key(&known, &mut source, &mut verifier).await;
        let past = Past::read(&source.target).await.unwrap_or_else(|error| {
            verifier.problem(None, format!("the notes about restorations cannot be read: {error}"));
            Past::default()
        });
        past.erased.iter().for_each(|entry| verifier.erased(*entry));
        if self.shared.schema >= ERASURES_SINCE {
            expect_erased(&mut source, &mut verifier).await;
        }
        let keys = public.as_ref().map(|public| past.with(public));
        let mut covered = 0;
        match source.rows(CHECKPOINTS, Vec::new()).await {
            Ok(rows) => covered = expect_checkpoints(&rows, keys, &mut verifier),
            Err(error) => verifier.problem(None, format!("the checkpoints cannot be read: {error}")),
        }
        if let Some(keys) = keys {
            for (label, note) in &known.checkpoints {
                verifier.expect_signed_checkpoint(label, note.as_bytes(), keys.of_note(note));
            }
        }
        // What is read from here on may be under keys that were added since the store was opened.
        if let Err(error) = self.shared.ring.renew() {
            verifier.problem(None, format!("the key ring was changed and cannot be read: {error}"));
        }
        verifier.expect_nodes(covered);
        high_tiles(&mut source, covered, &mut verifier).await;
        let end = expected_end(&mut source, &mut verifier).await;

        let (sender, parts) = mpsc::channel(2);
        let reading = tokio::spawn(source.read(end, sender));
        let parts = stream::unfold(parts, async |mut parts| Some((parts.recv().await?, parts)));
        let examined = parts.map(|part| {
            let shared = Arc::clone(&self.shared);
            tokio::task::spawn_blocking(move || examine(part, &shared, covered))
        });
        let mut examined = std::pin::pin!(examined.buffered(PARTS_AT_ONCE));
        let mut counts = Counts::default();
        while let Some(part) = examined.next().await {
            match part {
                Ok(part) => take(part, &mut verifier, &mut counts),
                Err(_) => verifier.problem(Some(verifier.next()), "a part could not be looked at".to_owned()),
            }
            progress(Progress { done: verifier.next().min(end), total: end });
        }
        if reading.await.is_err() {
            verifier.problem(Some(verifier.next()), "reading stopped here".to_owned());
        }
        let mut source = Source::new(self.shared.target.clone());
        head_time(&mut source, &mut verifier).await;
        strays(&mut source, &counts, &mut verifier).await;
        // A store that is served has newer checkpoints by now, and tiles for them.
        let covered = newest_covered(&mut source).await.unwrap_or_default().max(covered);
        stray_tiles(&mut source, covered, &mut verifier).await;
        if let Some(keys) = keys {
            receipts::verify(&source.target, keys, &mut verifier).await;
            inventory::verify(&source.target, keys.present, &mut verifier).await;
        }
        source.close().await;
        Ok(verifier.finish())
    }

    /// What the engine itself finds wrong with its file.
    async fn self_check(&self, verifier: &mut JournalVerifier<'_>) {
        let found = async {
            let mut connection = Connection::open(&self.shared.target, Role::Verifier).await?;
            let found = connection.self_check().await?;
            connection.close().await;
            Ok::<_, StoreError>(found)
        };
        match found.await {
            Ok(found) => {
                for line in found {
                    verifier.consequence(None, format!("the database file: {line}"));
                }
            }
            Err(error) => verifier.consequence(None, format!("the database file cannot be checked: {error}")),
        }
    }

    /// The key by which signatures are checked: the one that was kept elsewhere, else the store's own.
    async fn public_key(
        &self,
        known: &VerifyKnown,
        source: &mut Source,
        verifier: &mut JournalVerifier<'_>,
    ) -> Option<Verifier> {
        let own = self.verifier().ok().cloned();
        let public = known.verifier.clone().or(own);
        let Some(public) = public else {
            verifier.problem(
                None,
                "the journal's public key is not at hand: no signature was checked".to_owned(),
            );
            return None;
        };
        let stored = match source.rows(VKEY, Vec::new()).await {
            Ok(rows) => rows.first().and_then(|row| row.text(0).ok().map(str::to_owned)),
            Err(_) => None,
        };
        if stored.as_deref() != Some(public.to_vkey().as_str()) {
            let stored = stored.unwrap_or_default();
            verifier.problem(
                None,
                format!("the store names the public key `{stored}`, not `{}`", public.to_vkey()),
            );
        }
        if self.origin() != public.name() {
            let what =
                format!("the store calls its journal `{}`, its key `{}`", self.origin(), public.name());
            verifier.problem(None, what);
        }
        Some(public)
    }
}

/// Expects every kept checkpoint, and says how many entries the newest covers.
fn expect_checkpoints(rows: &[Row], keys: Option<PublicKeys<'_>>, verifier: &mut JournalVerifier<'_>) -> u64 {
    let mut covered = 0;
    let mut before: Option<Day> = None;
    for row in rows {
        let kept = match KeptCheckpoint::read(row) {
            Ok(kept) => kept,
            Err(error) => {
                verifier.problem(None, format!("a checkpoint cannot be read: {error}"));
                continue;
            }
        };
        let label = format!("the checkpoint of {}", kept.day);
        // They are read by size: a journal that grows is signed on later days.
        if let Some(day) = before.filter(|day| *day >= kept.day) {
            verifier.problem(None, format!("{label} covers more entries than that of {day}, a later day"));
        }
        before = Some(kept.day);
        covered = kept.size;
        let Some(keys) = keys else { continue };
        let Some(checkpoint) =
            verifier.expect_signed_checkpoint(&label, kept.note.as_bytes(), keys.of_note(&kept.note))
        else {
            continue;
        };
        if checkpoint.size != kept.size {
            verifier.problem(
                None,
                format!("{label} is kept for {} entries and signed for {}", kept.size, checkpoint.size),
            );
        }
    }
    covered
}

/// Reads the tiles above level 1: one for sixteen million entries, so they are kept in memory.
async fn high_tiles(source: &mut Source, covered: u64, verifier: &mut JournalVerifier<'_>) {
    for level in 2..=LEVEL_MAX {
        let end = tiles_at(level, covered);
        if end == 0 {
            return;
        }
        match source.tiles(level, 0, end).await {
            Ok(rows) => {
                for row in rows {
                    match read_tile(&row, covered) {
                        Ok((tile, hashes)) => nodes_of(tile, hashes)
                            .for_each(|(level, index, hash)| verifier.stored_node(level, index, hash)),
                        Err((entry, what)) => verifier.problem(entry, what),
                    }
                }
            }
            Err(error) => {
                verifier.problem(None, format!("the tiles of level {level} cannot be read: {error}"))
            }
        }
    }
}

/// How many tiles a level has over so many entries.
fn tiles_at(level: u8, covered: u64) -> u64 {
    (covered >> (u32::from(level) * u32::from(journal::tiles::TILE_HEIGHT))).div_ceil(256)
}

/// How many entries the newest checkpoint covers by now.
async fn newest_covered(source: &mut Source) -> Option<u64> {
    source.rows(COVERED, Vec::new()).await.ok()?.first()?.optional_number(0).ok()?
}

/// Tiles that no checkpoint covers, which would be served to whoever asks for a proof.
async fn stray_tiles(source: &mut Source, covered: u64, verifier: &mut JournalVerifier<'_>) {
    let beyond = LEVEL_MAX + 1;
    let mut ranges = vec![(i64::MIN, 0), (as_i64(tile_place(beyond, 0)), i64::MAX)];
    ranges.extend((0..beyond).map(|level| {
        (as_i64(tile_place(level, tiles_at(level, covered))), as_i64(tile_place(level + 1, 0)))
    }));
    for (from, to) in ranges {
        match source.rows(STRAY_TILES, vec![from.into(), to.into()]).await {
            Ok(rows) => {
                for row in rows {
                    let place = row.integer(0).unwrap_or(-1);
                    let what =
                        format!("the tile at place {place} stands over entries that no checkpoint covers");
                    verifier.problem(None, what);
                }
            }
            Err(error) => verifier.problem(None, format!("stray tiles cannot be looked for: {error}")),
        }
    }
}

fn as_i64(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Joins the entries of a part to the tree.
fn take(part: ExaminedPart, verifier: &mut JournalVerifier<'_>, counts: &mut Counts) {
    counts.payloads += part.payloads;
    counts.keys += part.keys;
    for (entry, what) in part.problems {
        verifier.problem(entry, what);
    }
    for (level, index, hash) in part.nodes {
        verifier.stored_node(level, index, hash);
    }
    for row in part.entries {
        match row {
            ExaminedRow::Entry(examined) => verifier.take(examined),
            ExaminedRow::Unreadable(number, hash, what) => verifier.push_unreadable(number, hash, what),
        }
    }
}

/// The head's time is the last entry's, to the minute: a later one would carry every act after it into the future.
async fn head_time(source: &mut Source, verifier: &mut JournalVerifier<'_>) {
    let times = source.rows(TIMES, Vec::new()).await.and_then(|rows| {
        rows.first().map(|row| Ok((Instant::from_milliseconds(row.integer(0)?), row.integer(1)?))).transpose()
    });
    match times {
        Ok(Some((time, minute))) if time.minute() != minute => {
            verifier.consequence(
                None,
                format!("the journal's head says {time}, and its last entry another minute"),
            );
        }
        Ok(_) => {}
        Err(error) => verifier.problem(None, format!("the journal's time cannot be read: {error}")),
    }
}

/// How many entries there should be, by the head and by the highest number.
async fn expected_end(source: &mut Source, verifier: &mut JournalVerifier<'_>) -> u64 {
    let mut end = 0;
    match source
        .rows(HEAD, Vec::new())
        .await
        .and_then(|rows| rows.first().map(|row| row.number(0)).transpose())
    {
        Ok(Some(size)) => {
            verifier.expect_size("the journal's head", size);
            end = size;
        }
        Ok(None) => verifier.problem(None, "the journal's head is missing".to_owned()),
        Err(error) => verifier.problem(None, format!("the journal's head cannot be read: {error}")),
    }
    let ends = source.rows(ENDS, Vec::new()).await.and_then(|rows| {
        let row = rows.first();
        row.map_or(Ok((None, None)), |row| Ok((row.optional_integer(0)?, row.optional_integer(1)?)))
    });
    match ends {
        Ok((first, last)) => {
            if let Some(first) = first.filter(|first| *first < 0) {
                verifier.problem(None, format!("there is an entry with the number {first}"));
            }
            let last = last.and_then(|last| u64::try_from(last).ok()).map_or(0, |last| last + 1);
            // A number that was changed to a huge one must not send the reading through all the numbers before it.
            if last > end + ENTRIES_AT_ONCE * 16 {
                verifier
                    .problem(Some(last - 1), format!("the number is far beyond the journal's {end} entries"));
            } else {
                end = end.max(last);
            }
        }
        Err(error) => verifier.problem(None, format!("the numbers of the entries cannot be read: {error}")),
    }
    end
}

/// Payloads and keys that belong to no entry. They are looked for only when there are more than entries have.
async fn strays(source: &mut Source, counts: &Counts, verifier: &mut JournalVerifier<'_>) {
    for (what, count, orphans, seen) in [
        ("a payload", PAYLOADS, ORPHAN_PAYLOADS, counts.payloads),
        ("a payload's key", PAYLOAD_KEYS, ORPHAN_KEYS, counts.keys),
    ] {
        let count = source.rows(count, Vec::new()).await;
        match count.and_then(|rows| rows.first().map(|row| row.number(0)).transpose()) {
            Ok(count) if count.unwrap_or(0) <= seen => continue,
            Ok(_) => {}
            Err(error) => verifier.problem(None, format!("the payloads cannot be counted: {error}")),
        }
        match source.rows(orphans, Vec::new()).await {
            Ok(rows) => {
                for row in rows {
                    let entry = row.integer(0).unwrap_or(-1);
                    verifier.problem(
                        u64::try_from(entry).ok(),
                        format!("{what} stands for entry {entry}, which is not there"),
                    );
                }
            }
            Err(error) => verifier.problem(None, format!("stray payloads cannot be looked for: {error}")),
        }
    }
}
