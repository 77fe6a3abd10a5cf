//! Verifying what is stored: the whole journal is read once, in order and in flat memory, and pushed into the journal's
//! own verifier. A damaged database is read as far as it can be; what cannot be read is a problem like any other.

use journal::{Frontier, Hash, JournalVerifier, Payload, Report, StoredEntry, Verifier};
use law::{Day, Instant};
use tokio::sync::mpsc;

use crate::backup::{Past, PublicKeys};
use crate::checkpoint::KeptCheckpoint;
use crate::error::StoreError;
use crate::inventory;
use crate::read::entries::read_leaf;
use crate::receipts;
use crate::sql::{Connection, Role, Row, Target, Value};
use crate::statements::statements;
use crate::store::Store;

statements! {
    HEAD = "select size from journal_head where journal = 0";
    TIMES = "select h.time, e.minute from journal_head h join entry e on e.number = h.size - 1 where h.journal = 0";
    ENDS = "select min(number), max(number) from entry";
    CHECKPOINTS = "select day, size, note, frontier from checkpoint order by size, day";
    ENTRIES = "select e.number, e.minute, e.kind, e.office, e.article, e.commitment, e.leaf, p.sealed, k.wrapped \
        from entry e left join payload p on p.entry = e.number left join payload_key k on k.entry = e.number \
        where e.number >= $1 and e.number < $2 order by e.number";
    LOW_NODES = "select level, number, hash from node where level = 1 and number >= $1 and number < $2 order by number";
    HIGH_NODES = "select level, number, hash from node where level <> 1 order by level, number";
    PAYLOADS = "select count(*) from payload";
    PAYLOAD_KEYS = "select count(*) from payload_key";
    ORPHAN_PAYLOADS = "select p.entry from payload p left join entry e on e.number = p.entry where e.number is null \
        order by p.entry limit 20";
    ORPHAN_KEYS = "select p.entry from payload_key p left join entry e on e.number = p.entry where e.number is null \
        order by p.entry limit 20";
    VKEY = "select value from meta where name = 'vkey'";
}

/// How many entries are read at once.
const ENTRIES_AT_ONCE: u64 = 2048;
/// After so many entries that cannot be read the rest is given up.
const UNREADABLE_MAX: usize = 1000;

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

/// Entries that were read together.
#[derive(Default)]
struct Part {
    rows: Vec<Row>,
    nodes: Vec<Row>,
    unreadable: Vec<(Option<u64>, String)>,
}

/// A connection that is opened anew after a fault.
struct Source {
    target: Target,
    connection: Option<Connection>,
}

impl Source {
    async fn rows(&mut self, sql: &'static str, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => {
                let mut connection = Connection::open(&self.target, Role::Verifier).await?;
                connection.begin_reading().await?;
                connection
            }
        };
        let rows = connection.rows(sql, values).await?;
        self.connection = Some(connection);
        Ok(rows)
    }

    async fn part(&mut self, from: u64, to: u64) -> Result<Part, StoreError> {
        let rows = self.rows(ENTRIES, vec![from.into(), to.into()]).await?;
        let nodes = self.rows(LOW_NODES, vec![(from / 256).into(), (to / 256).into()]).await?;
        Ok(Part { rows, nodes, unreadable: Vec::new() })
    }

    /// Reads everything up to an end, part by part, and one by one where a part cannot be read.
    async fn read(mut self, end: u64, parts: mpsc::Sender<Part>) {
        let mut from = 0;
        let mut unreadable = 0;
        while from < end {
            let to = (from + ENTRIES_AT_ONCE).min(end);
            let part = match self.part(from, to).await {
                Ok(part) => part,
                Err(_) => self.one_by_one(from, to).await,
            };
            unreadable += part.unreadable.len();
            if parts.send(part).await.is_err() {
                return;
            }
            from = to;
            if unreadable > UNREADABLE_MAX && from < end {
                let what =
                    format!("too much cannot be read: the entries {from} to {} were not looked at", end - 1);
                let part = Part { unreadable: vec![(Some(from), what)], ..Part::default() };
                let _ = parts.send(part).await;
                return;
            }
        }
        if let Some(connection) = self.connection.take() {
            connection.close().await;
        }
    }

    async fn one_by_one(&mut self, from: u64, to: u64) -> Part {
        let mut part = Part::default();
        for number in from..to {
            match self.rows(ENTRIES, vec![number.into(), (number + 1).into()]).await {
                Ok(rows) => part.rows.extend(rows),
                Err(error) => {
                    part.unreadable.push((Some(number), format!("the entry cannot be read: {error}")))
                }
            }
        }
        match self.rows(LOW_NODES, vec![(from / 256).into(), (to / 256).into()]).await {
            Ok(rows) => part.nodes = rows,
            Err(error) => {
                let what = format!("the nodes over the entries {from} to {} cannot be read: {error}", to - 1);
                part.unreadable.push((Some(from), what));
            }
        }
        part
    }
}

/// What follows an entry that has no checkpoint yet: the nodes above it are not stored, so they are made here.
struct Tail {
    frontier: Option<Frontier>,
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
        let mut source = Source { target: self.shared.target.clone(), connection: None };
        let mut verifier = JournalVerifier::new();
        if let Some(ring) = &self.shared.keys.ring {
            verifier = verifier.with_key_ring(ring);
        }
        self.self_check(&mut verifier).await;
        let public = self.public_key(&known, &mut source, &mut verifier).await;
        let past = Past::read(&source.target).await.unwrap_or_else(|error| {
            verifier.problem(None, format!("the notes about restorations cannot be read: {error}"));
            Past::default()
        });
        past.erased.iter().for_each(|entry| verifier.erased(*entry));
        let keys = public.as_ref().map(|public| past.with(public));
        let mut tail = Tail { frontier: Some(Frontier::new()) };
        match source.rows(CHECKPOINTS, Vec::new()).await {
            Ok(rows) => tail = expect_checkpoints(&rows, keys, &mut verifier),
            Err(error) => verifier.problem(None, format!("the checkpoints cannot be read: {error}")),
        }
        if let Some(keys) = keys {
            for (label, note) in &known.checkpoints {
                verifier.expect_signed_checkpoint(label, note.as_bytes(), keys.of_note(note));
            }
        }
        match source.rows(HIGH_NODES, Vec::new()).await {
            Ok(rows) => rows.iter().for_each(|row| stored_node(row, &mut verifier)),
            Err(error) => verifier.problem(None, format!("the nodes cannot be read: {error}")),
        }
        // Where no checkpoint covers the entries yet, the nodes above them are made by `Tail`.
        verifier.expect_nodes();
        let end = expected_end(&mut source, &mut verifier).await;

        let (sender, mut parts) = mpsc::channel(2);
        // Reading goes on while what was read is hashed and opened.
        let reading = tokio::spawn(source.read(end, sender));
        let mut counts = Counts::default();
        while let Some(part) = parts.recv().await {
            for (entry, what) in part.unreadable {
                verifier.problem(entry, what);
            }
            part.nodes.iter().for_each(|row| stored_node(row, &mut verifier));
            for row in &part.rows {
                push(row, &mut verifier, &mut tail, &mut counts);
            }
            progress(Progress { done: verifier.next().min(end), total: end });
        }
        if reading.await.is_err() {
            verifier.problem(Some(verifier.next()), "reading stopped here".to_owned());
        }
        let mut source = Source { target: self.shared.target.clone(), connection: None };
        head_time(&mut source, &mut verifier).await;
        strays(&mut source, &counts, &mut verifier).await;
        if let Some(keys) = keys {
            receipts::verify(&source.target, keys, &mut verifier).await;
            inventory::verify(&source.target, keys.present, &mut verifier).await;
        }
        if let Some(connection) = source.connection.take() {
            connection.close().await;
        }
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

fn expect_checkpoints(
    rows: &[Row],
    keys: Option<PublicKeys<'_>>,
    verifier: &mut JournalVerifier<'_>,
) -> Tail {
    let mut tail = Tail { frontier: Some(Frontier::new()) };
    let mut before: Option<Day> = None;
    for row in rows {
        let kept = match KeptCheckpoint::read(row) {
            Ok(kept) => kept,
            Err(error) => {
                verifier.problem(None, format!("a checkpoint cannot be read: {error}"));
                tail.frontier = None;
                continue;
            }
        };
        let label = format!("the checkpoint of {}", kept.day);
        // They are read by size: a journal that grows is signed on later days.
        if let Some(day) = before.filter(|day| *day >= kept.day) {
            verifier.problem(None, format!("{label} covers more entries than that of {day}, a later day"));
        }
        before = Some(kept.day);
        let frontier = Frontier::from_bytes(kept.size, &kept.frontier);
        tail.frontier = frontier.clone().ok();
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
        } else if frontier.is_ok_and(|frontier| frontier.root() != checkpoint.root) || tail.frontier.is_none()
        {
            verifier.problem(None, format!("the hashes kept beside {label} do not give its root"));
        }
    }
    tail
}

fn stored_node(row: &Row, verifier: &mut JournalVerifier<'_>) {
    let read = || -> Result<(u8, u64, Hash), StoreError> {
        let level = u8::try_from(row.number(0)?)
            .map_err(|_| StoreError::Damaged("its level is out of range".to_owned()))?;
        let hash = row
            .bytes(2)?
            .try_into()
            .map_err(|_| StoreError::Damaged("its hash is not 32 bytes".to_owned()))?;
        Ok((level, row.number(1)?, hash))
    };
    match read() {
        Ok((level, index, hash)) => verifier.stored_node(level, index, hash),
        Err(error) => verifier.problem(None, format!("a node cannot be read: {error}")),
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

fn push(row: &Row, verifier: &mut JournalVerifier<'_>, tail: &mut Tail, counts: &mut Counts) {
    let Ok(number) = row.number(0) else { return };
    let hash: Option<Hash> = row.bytes(6).ok().and_then(|bytes| bytes.try_into().ok());
    let hash = hash.unwrap_or_else(|| {
        verifier.problem(Some(number), "the hash stored for it is not 32 bytes".to_owned());
        [0; 32]
    });
    if let Some(frontier) = tail.frontier.as_mut().filter(|frontier| frontier.size() == number) {
        let mut complete = Vec::new();
        frontier.append_noting(hash, &mut complete);
        for node in complete {
            verifier.stored_node(node.level, node.index, node.hash);
        }
    }
    let (sealed, wrapped) = (row.optional_bytes(7), row.optional_bytes(8));
    counts.payloads += u64::from(!matches!(sealed, Ok(None)));
    counts.keys += u64::from(!matches!(wrapped, Ok(None)));
    let payload = match (sealed, wrapped) {
        (Ok(Some(sealed)), Ok(Some(wrapped_key))) => Payload::Sealed { sealed, wrapped_key },
        (Ok(_), Ok(_)) => Payload::Missing,
        (Err(error), _) | (_, Err(error)) => {
            verifier.problem(Some(number), format!("the payload cannot be read: {error}"));
            Payload::NotGiven
        }
    };
    match read_leaf(row) {
        Ok(leaf) => {
            verifier.push(&StoredEntry { number, leaf: &leaf, hash, payload });
        }
        Err(error) => verifier.push_unreadable(number, hash, format!("the leaf cannot be read: {error}")),
    }
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
