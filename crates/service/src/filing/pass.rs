//! Passing through a file: a thread reads and judges, the caller's task writes.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use exchange::{Layout, Limits, Opening};
use register::acts::information::filing::{JudgedLine, judge};
use register::record::BatchNumber;
use register::ruling::Ground;
use tokio::sync::mpsc;
use tokio::time::{Duration, Instant};

use super::chunk;
use super::report::LineError;
use super::{Filing, KEPT_ERRORS_MAX, refused_opening};
use crate::error::ServiceError;

/// How many judged lines are handed over together.
const PIECE: usize = 64;
/// How many refused lines a look lists; it counts all of them.
const REFUSED_LISTED_MAX: usize = 2_000;
/// How many columns outside the format are named.
const DROPPED_LISTED_MAX: usize = 1_000;
/// How many pieces may wait to be written: the reader then waits too, and memory stays flat.
const PIECES_WAITING: usize = 32;
/// How many of the first lines are kept, for whoever looks before filing.
const FIRST_LINES: usize = 5;

/// How far a filing has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FilingProgress {
    /// Bytes read of the file.
    pub bytes_read: u64,
    /// Bytes of the whole file.
    pub bytes_total: u64,
    /// Lines judged.
    pub lines: u64,
    /// Lines filed.
    pub filed: u64,
    /// Lines that were held already.
    pub unchanged: u64,
    /// Lines refused.
    pub refused: u64,
}

/// What a pass through a file found.
#[derive(Debug, Default)]
pub(crate) struct Passed {
    pub(crate) lines: u64,
    pub(crate) filed: u64,
    pub(crate) unchanged: u64,
    pub(crate) refused: u64,
    pub(crate) errors: Vec<LineError>,
    pub(crate) dropped: Vec<String>,
    /// The first lines that could be read.
    pub(crate) first: Vec<(u64, Content)>,
}

/// The fields of a line, by our names.
type Content = serde_json::Map<String, serde_json::Value>;

/// Lines that were read and judged together.
struct Chunk {
    judged: Vec<JudgedLine>,
    refused: Vec<LineError>,
    dropped: BTreeSet<String>,
    first: Vec<(u64, Content)>,
    lines: u64,
}

impl Chunk {
    fn new() -> Self {
        Self {
            judged: Vec::with_capacity(PIECE),
            refused: Vec::new(),
            dropped: BTreeSet::new(),
            first: Vec::new(),
            lines: 0,
        }
    }

    fn lines(&self) -> usize {
        self.judged.len() + self.refused.len()
    }

    fn is_full(&self) -> bool {
        self.lines() >= PIECE
    }

    fn absorb(&mut self, later: Self) {
        self.judged.extend(later.judged);
        self.refused.extend(later.refused);
        self.dropped.extend(later.dropped);
        self.first.extend(later.first);
        self.lines += later.lines;
    }
}

/// How many lines are written together: as many as hold the pen for some milliseconds on this machine, under the load that
/// it has now, so that an inquiry that waits for the pen does not wait long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct ChunkSize(usize);

impl Default for ChunkSize {
    fn default() -> Self {
        Self(Self::FIRST)
    }
}

impl ChunkSize {
    const FIRST: usize = 512;
    /// While others wait for the pen a file gives way: with 256 at the least, one inquiry in a hundred waited 73 ms.
    const MIN: usize = PIECE;
    const MAX: usize = 1024;
    /// Well under the twenty milliseconds for which the pen may be held, since the last chunk is no promise for the next.
    const AIM: Duration = Duration::from_millis(12);

    /// Chooses the next size by how long so many lines took, at most twice or half of the last.
    fn learn(&mut self, lines: usize, took: Duration) {
        let fitting = lines as u128 * Self::AIM.as_micros() / took.as_micros().max(1);
        let fitting = usize::try_from(fitting).unwrap_or(Self::MAX);
        self.0 = fitting.clamp(self.0 / 2, self.0 * 2).clamp(Self::MIN, Self::MAX);
    }
}

/// Counts what was read, for the progress that people see.
struct Counted<R> {
    source: R,
    read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.source.read(buffer)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// Passes through a file without writing: every line is judged, and asked whether it changes what is held.
pub(crate) async fn look(
    filing: &Filing,
    progress: &(dyn Fn(FilingProgress) + Send + Sync),
) -> Result<Passed, ServiceError> {
    pass(filing, None, progress).await
}

/// Passes through a file and files its good lines into a batch.
pub(crate) async fn file(
    filing: &Filing,
    batch: BatchNumber,
    progress: &(dyn Fn(FilingProgress) + Send + Sync),
) -> Result<Passed, ServiceError> {
    pass(filing, Some(batch), progress).await
}

async fn pass(
    filing: &Filing,
    batch: Option<BatchNumber>,
    progress: &(dyn Fn(FilingProgress) + Send + Sync),
) -> Result<Passed, ServiceError> {
    let bytes_total = tokio::fs::metadata(&filing.request.path).await?.len();
    let read = Arc::new(AtomicU64::new(0));
    let (sender, mut chunks) = mpsc::channel::<Chunk>(PIECES_WAITING);
    let reader = {
        let (read, catalogue) = (Arc::clone(&read), Arc::clone(&filing.catalogue));
        let (law, authority, request) =
            (Arc::clone(&filing.law), filing.authority.clone(), filing.request.clone());
        tokio::task::spawn_blocking(move || -> Result<(), Opening> {
            let Some(item) = catalogue.item(&request.item) else { return Ok(()) };
            let facts = register::acts::information::filing::FilingFacts {
                authority: &authority,
                item,
                edition: catalogue.number,
            };
            let source =
                Counted { source: BufReader::with_capacity(1 << 16, File::open(&request.path)?), read };
            let layout =
                Layout { format: &item.format, kind: request.kind, file_name: request.name.as_deref() };
            let mut chunk = Chunk::new();
            let mut shown = 0;
            for line in exchange::read_lines(source, layout, Limits::default())? {
                let line = line?;
                chunk.lines += 1;
                chunk.dropped.extend(line.dropped.iter().cloned());
                if let Ok(content) = &line.outcome
                    && shown < FIRST_LINES
                {
                    shown += 1;
                    chunk.first.push((line.number, content.clone()));
                }
                match line.outcome {
                    Ok(content) => match judge(&law, &facts, line.number, content) {
                        Ok(judged) => chunk.judged.push(judged),
                        Err(grounds) => chunk.refused.push(LineError { line: line.number, grounds }),
                    },
                    Err(mut grounds) => {
                        grounds.extend(further(&law, &facts, line.number, &line.readable, &grounds));
                        chunk.refused.push(LineError { line: line.number, grounds });
                    }
                }
                if chunk.is_full()
                    && sender.blocking_send(std::mem::replace(&mut chunk, Chunk::new())).is_err()
                {
                    return Ok(());
                }
            }
            // The writing side may have gone away with an error of its own, which is the one to report.
            let _ = sender.blocking_send(chunk);
            Ok(())
        })
    };
    let mut passed = Passed::default();
    let mut dropped = BTreeSet::new();
    let mut size = ChunkSize::default();
    while let Some(mut chunk) = chunks.recv().await {
        while chunk.lines() < size.0 {
            match chunks.recv().await {
                Some(piece) => chunk.absorb(piece),
                None => break,
            }
        }
        let (begun, lines) = (Instant::now(), chunk.lines());
        passed.lines += chunk.lines;
        let room = DROPPED_LISTED_MAX.saturating_sub(dropped.len());
        dropped.extend(chunk.dropped.into_iter().take(room));
        passed.first.extend(chunk.first);
        let outcome = match batch {
            Some(batch) => chunk::file(filing, batch, chunk.judged).await?,
            None => chunk::look(filing, chunk.judged).await?,
        };
        size.learn(lines, begun.elapsed());
        passed.filed += outcome.filed;
        passed.unchanged += outcome.unchanged;
        let mut errors = chunk.refused;
        errors.extend(outcome.refused);
        errors.sort_by_key(|error| error.line);
        passed.refused += errors.len() as u64;
        // The first of what is counted are listed: a small file may have millions of lines that are none, and each its reasons.
        let most = batch.map_or(REFUSED_LISTED_MAX, |_| KEPT_ERRORS_MAX);
        let room = most.saturating_sub(passed.errors.len());
        passed.errors.extend(errors.into_iter().take(room));
        progress(FilingProgress {
            bytes_read: read.load(Ordering::Relaxed),
            bytes_total,
            lines: passed.lines,
            filed: passed.filed,
            unchanged: passed.unchanged,
            refused: passed.refused,
        });
    }
    reader.await.map_err(|error| ServiceError::BrokenOff(error.to_string()))?.map_err(refused_opening)?;
    passed.dropped = dropped.into_iter().collect();
    Ok(passed)
}

/// What else is wrong with a line of which not all could be read: the filer learns of all errors at once. Grounds about
/// fields that were named already are left out.
fn further(
    law: &law::LawInForce,
    facts: &register::acts::information::filing::FilingFacts<'_>,
    number: u64,
    readable: &serde_json::Map<String, serde_json::Value>,
    named: &[Ground],
) -> Vec<Ground> {
    if readable.is_empty() {
        return Vec::new();
    }
    let known = |ground: &Ground| {
        named.iter().any(|earlier| earlier.field.is_some() && earlier.field == ground.field)
    };
    match judge(law, facts, number, readable.clone()) {
        Ok(_) => Vec::new(),
        Err(grounds) => grounds.into_iter().filter(|ground| !known(ground)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_grow_where_the_machine_is_quick_and_shrink_where_it_is_slow_within_bounds() {
        let mut size = ChunkSize::default();
        for expected in [1024, 1024] {
            size.learn(size.0, Duration::from_micros(10));
            assert_eq!(size.0, expected);
        }
        for expected in [512, 256, 128, PIECE, PIECE] {
            size.learn(size.0, Duration::from_secs(10));
            assert_eq!(size.0, expected);
        }
        for expected in [2 * PIECE, 4 * PIECE, 300] {
            size.learn(300, Duration::from_millis(12));
            assert_eq!(size.0, expected);
        }
    }
}
