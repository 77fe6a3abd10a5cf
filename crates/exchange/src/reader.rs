//! Reads a department's file line by line, in flat memory, whatever was sent.
//!
//! ```no_run
//! # fn read(format: &register::format::Format) -> Result<(), Box<dyn std::error::Error>> {
//! use exchange::{Layout, Limits, read_lines};
//!
//! let file = std::fs::File::open("penalties.csv")?;
//! let mut lines = read_lines(file, Layout::detect(format), Limits::default())?;
//! for line in lines.by_ref() {
//!     let line = line?;
//!     match line.outcome {
//!         Ok(content) => println!("line {}: {} fields", line.number, content.len()),
//!         Err(grounds) => println!("line {}: {} errors", line.number, grounds.len()),
//!     }
//! }
//! println!("SHA-256 {}", lines.finish()?.digest);
//! # Ok(())
//! # }
//! ```

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Read};

use register::ruling::Ground;
use serde_json::{Map, Value};

use crate::cells;
use crate::decoding::Decoder;
use crate::form::Given;
use crate::grounds;
use crate::headings::{Column, Fate, HeadingIndex, Known, columns, is_second_row};
use crate::json::{self, Json};
use crate::layout::{Encoding, FileKind, Layout, Limits, Line, Summary};
use crate::opening::{Opening, kind_of};
use crate::prohibited;
use crate::records::{Record, RecordFault, Records};
use crate::returned;
use crate::source::{PhysicalLines, Prefix};

/// Opens a filed file. Kind and encoding are found by content; the headings of a CSV file are read and checked.
///
/// # Errors
/// [`Opening`]: why the file is refused as a whole, or could not be read from where it lies.
pub fn read_lines<R: Read>(source: R, layout: Layout<'_>, limits: Limits) -> Result<Lines<'_, R>, Opening> {
    let (lines, prefix) = PhysicalLines::open(source, limits.line_bytes_max)?;
    let kind = kind_of(&prefix, layout.kind, layout.file_name)?;
    let index = HeadingIndex::new(layout.format);
    let mut decoder = Decoder::new(&prefix);
    let body = if kind == FileKind::JsonLines {
        Body::Json(lines)
    } else {
        open_csv(lines, &prefix, &index, &mut decoder, limits)?
    };
    let mut tally = Tally { names_max: limits.dropped_names_max, ..Tally::default() };
    if let Body::Csv { columns, .. } = &body {
        let is_reported = |column: &&Column| matches!(column.fate, Fate::Dropped | Fate::Prohibited);
        for column in columns.iter().filter(is_reported) {
            tally.add_dropped(&column.heading, 0);
        }
    }
    Ok(Lines { index, decoder, body, tally, kind, limits, failed: false })
}

/// The lines of a file, read as they are asked for.
///
/// An error of the source ends the reading: lines after it are unknown, and the file must not be taken as whole.
pub struct Lines<'a, R> {
    index: HeadingIndex<'a>,
    pub(crate) decoder: Decoder,
    pub(crate) body: Body<R>,
    tally: Tally,
    kind: FileKind,
    limits: Limits,
    failed: bool,
}

/// What is read of a file.
pub(crate) enum Body<R> {
    Json(PhysicalLines<R>),
    Csv {
        records: Records<R>,
        columns: Vec<Column>,
        /// The rows of headings as they were written.
        headings: Vec<Vec<String>>,
        /// A record that was read to see whether it is a second row of headings.
        pending: Option<Record>,
    },
}

/// What is counted for the summary.
#[derive(Default)]
struct Tally {
    lines: u64,
    refused: u64,
    names_max: usize,
    dropped: BTreeMap<String, u64>,
    further: u64,
}

impl Tally {
    fn add_dropped(&mut self, name: &str, lines: u64) {
        if let Some(count) = self.dropped.get_mut(name) {
            *count = count.saturating_add(lines);
        } else if self.dropped.len() < self.names_max {
            self.dropped.insert(name.to_owned(), lines);
        } else {
            self.further = self.further.saturating_add(lines);
        }
    }

    fn add(&mut self, line: &Line) {
        self.lines = self.lines.saturating_add(1);
        self.refused = self.refused.saturating_add(u64::from(line.outcome.is_err()));
        for name in line.dropped.iter().chain(&line.prohibited) {
            self.add_dropped(name, 1);
        }
    }
}

impl<R: Read> Lines<'_, R> {
    /// JSON Lines or CSV, as found.
    pub const fn kind(&self) -> FileKind {
        self.kind
    }

    /// The encoding found so far.
    pub fn encoding(&self) -> Encoding {
        self.decoder.encoding()
    }

    /// Reads what is left of the file, for the digest of its bytes as filed, and says what was found. Lines that were not
    /// asked for are not counted.
    ///
    /// # Errors
    /// An error of the source.
    pub fn finish(self) -> io::Result<Summary> {
        let lines = match self.body {
            Body::Json(lines) => lines,
            Body::Csv { records, .. } => records.into_lines(),
        };
        let (digest, bytes) = lines.finish()?;
        Ok(Summary {
            digest,
            bytes,
            kind: self.kind,
            encoding: self.decoder.encoding(),
            lines: self.tally.lines,
            refused: self.tally.refused,
            dropped: self.tally.dropped,
            dropped_under_further_names: self.tally.further,
        })
    }

    /// The next record of the file, as its bytes.
    pub(crate) fn record(&mut self) -> io::Result<Option<Record>> {
        match &mut self.body {
            Body::Json(lines) => loop {
                match lines.next()? {
                    None => return Ok(None),
                    Some(line) if line.is_blank() => {}
                    Some(line) => {
                        let content = line.bytes.ok_or(RecordFault::TooLong);
                        let (number, last) = (line.number, line.number);
                        return Ok(Some(Record { number, last, content, torn: Vec::new() }));
                    }
                }
            },
            Body::Csv { records, columns, pending, .. } => match pending.take() {
                Some(record) => Ok(Some(record)),
                None => records.next(Some(columns.len())),
            },
        }
    }

    fn read(&mut self) -> io::Result<Option<Line>> {
        loop {
            let Some(Record { number, last, content, .. }) = self.record()? else { return Ok(None) };
            let bytes_max = self.limits.line_bytes_max;
            let line = content
                .map_err(|fault| Box::new(grounds::record(fault, last, number, bytes_max)))
                .and_then(|bytes| self.read_bytes(number, &bytes));
            match line {
                Ok(Some(line)) => return Ok(Some(line)),
                Ok(None) => {}
                Err(ground) => return Ok(Some(Line::refused(number, *ground))),
            }
        }
    }

    /// Reads a line's bytes; a row of empty cells is no line.
    fn read_bytes(&mut self, number: u64, bytes: &[u8]) -> Result<Option<Line>, Box<Ground>> {
        let text = self.decoder.decode(bytes).map_err(|fault| Box::new(grounds::undecodable(fault)))?;
        if text.contains('\0') {
            return Err(Box::new(grounds::nul_character()));
        }
        match &self.body {
            Body::Json(_) => {
                let text = text.trim_start_matches('\u{feff}');
                let pairs = json::read_object(text).map_err(|fault| Box::new(grounds::json(&fault)))?;
                Ok(Some(self.read_pairs(number, &pairs)))
            }
            Body::Csv { records, columns, .. } => {
                let cells = cells::cells(&text, records.delimiter());
                if cells.iter().all(|cell| cell.trim().is_empty()) {
                    return Ok(None);
                }
                if !fits(&cells, columns) {
                    return Err(Box::new(grounds::cell_count(cells.len(), columns.len())));
                }
                let came_back = columns.iter().any(|column| column.fate == Fate::Returned);
                let mut reading = LineReading::new(&self.index);
                for (column, cell) in columns.iter().zip(&cells) {
                    reading.cell(column, if came_back { returned::as_filed(cell) } else { cell });
                }
                Ok(Some(reading.finish(number)))
            }
        }
    }

    fn read_pairs(&self, number: u64, pairs: &[(Cow<'_, str>, Json<'_>)]) -> Line {
        let mut reading = LineReading::new(&self.index);
        let mut keys: Vec<Option<&str>> = vec![None; self.index.plans().len()];
        for (key, value) in pairs {
            let known = self.index.find(key);
            let earlier = known.and_then(|(place, _)| keys.get_mut(place)?.replace(key));
            match (known, earlier) {
                (Some((place, _)), Some(earlier)) => reading.twice(place, earlier, key),
                (Some(known), None) => reading.key(known, key, value),
                (None, _) => reading.unknown(key, value),
            }
        }
        reading.finish(number)
    }
}

/// Whether a row has as many cells as the file has columns; empty ones may follow.
pub(crate) fn fits(cells: &[Cow<'_, str>], columns: &[Column]) -> bool {
    cells.len() >= columns.len() && cells.iter().skip(columns.len()).all(|cell| cell.trim().is_empty())
}

impl<R: Read> Iterator for Lines<'_, R> {
    type Item = io::Result<Line>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        match self.read() {
            Ok(line) => {
                let line = line?;
                self.tally.add(&line);
                Some(Ok(line))
            }
            Err(error) => {
                self.failed = true;
                Some(Err(error))
            }
        }
    }
}

/// A line while its fields are read.
struct LineReading<'r, 'a> {
    index: &'r HeadingIndex<'a>,
    content: Map<String, Value>,
    grounds: Vec<Ground>,
    dropped: Vec<String>,
    prohibited: Vec<String>,
}

impl<'r, 'a> LineReading<'r, 'a> {
    fn new(index: &'r HeadingIndex<'a>) -> Self {
        Self { index, content: Map::new(), grounds: Vec::new(), dropped: Vec::new(), prohibited: Vec::new() }
    }

    fn cell(&mut self, column: &Column, cell: &str) {
        if column.fate == Fate::Returned {
            return;
        }
        prohibited::within_text(&column.heading, cell, &mut self.prohibited);
        match column.fate {
            Fate::Field(known) => self.field(known, Given::Cell(cell)),
            _ if cell.trim().is_empty() => {}
            Fate::Dropped => self.dropped.push(column.heading.clone()),
            Fate::Prohibited => self.prohibited.push(column.heading.clone()),
            Fate::Returned => {}
        }
    }

    fn key(&mut self, known: Known, key: &str, value: &Json<'_>) {
        prohibited::within(key, value, &mut self.prohibited);
        self.field(known, Given::Json(value));
    }

    fn unknown(&mut self, key: &str, value: &Json<'_>) {
        if key == returned::MEMBER {
            return;
        }
        let name = prohibited::shown_name(key);
        if prohibited::is_prohibited(key) {
            self.prohibited.push(name);
            return;
        }
        prohibited::within(&name, value, &mut self.prohibited);
        self.dropped.push(name);
    }

    fn field(&mut self, (place, reading): Known, given: Given<'_>) {
        let Some(plan) = self.index.plans().get(place) else { return };
        match plan.read(given, reading) {
            Ok(Some(value)) => {
                self.content.insert(plan.field.name.clone(), value);
            }
            Ok(None) => {}
            Err(ground) => self.grounds.push(*ground),
        }
    }

    fn twice(&mut self, place: usize, earlier: &str, key: &str) {
        let Some(plan) = self.index.plans().get(place) else { return };
        self.content.remove(&plan.field.name);
        self.grounds.push(grounds::same_field_twice(plan.field, earlier, key));
    }

    fn finish(mut self, number: u64) -> Line {
        self.grounds.extend(self.prohibited.iter().map(|path| grounds::special_category(path)));
        let (outcome, readable) = if self.grounds.is_empty() {
            (Ok(self.content), Map::new())
        } else {
            (Err(self.grounds), self.content)
        };
        Line { number, outcome, readable, dropped: self.dropped, prohibited: self.prohibited }
    }
}

/// Reads the headings of a CSV file: one row, or two of which one has the codes and the other the Chinese names.
fn open_csv<R: Read>(
    mut lines: PhysicalLines<R>,
    prefix: &Prefix,
    index: &HeadingIndex<'_>,
    decoder: &mut Decoder,
    limits: Limits,
) -> Result<Body<R>, Opening> {
    let first_line = prefix.bytes.trim_ascii_start();
    let first_line = first_line.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    let delimiter = match declared_delimiter(first_line) {
        Some(declared) => {
            // The line by which a spreadsheet program is told the delimiter is no heading.
            while lines.next()?.is_some_and(|line| line.is_blank()) {}
            declared
        }
        None => [b',', b'\t', b';'].into_iter().find(|byte| first_line.contains(byte)).unwrap_or(b','),
    };
    let mut records = Records::new(lines, delimiter, limits);
    let first = records.next(None)?.ok_or(Opening::Empty)?;
    let first = heading_cells(&first, decoder, delimiter, limits).map_err(Opening::UnreadableHeadings)?;
    let mut pending = records.next(Some(first.len()))?;
    let second = pending
        .as_ref()
        .and_then(|record| heading_cells(record, decoder, delimiter, limits).ok())
        .filter(|second| is_second_row(index, &first, second));
    if second.is_some() {
        pending = records.next(Some(first.len()))?;
    }
    let columns = columns(index, &first, second.as_deref()).map_err(Opening::Headings)?;
    if pending.is_none() {
        return Err(Opening::NoLines);
    }
    let headings = std::iter::once(first).chain(second).collect();
    Ok(Body::Csv { records, columns, headings, pending })
}

/// The delimiter of a line such as `sep=;`.
fn declared_delimiter(first_line: &[u8]) -> Option<u8> {
    match first_line.trim_ascii_end() {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter @ (b',' | b';' | b'\t')] => Some(*delimiter),
        _ => None,
    }
}

fn heading_cells(
    record: &Record,
    decoder: &mut Decoder,
    delimiter: u8,
    limits: Limits,
) -> Result<Vec<String>, Box<Ground>> {
    let bytes = record.content.as_deref().map_err(|fault| {
        Box::new(grounds::record(*fault, record.last, record.number, limits.line_bytes_max))
    })?;
    let text = decoder.decode(bytes).map_err(|fault| Box::new(grounds::undecodable(fault)))?;
    if text.contains('\0') {
        return Err(Box::new(grounds::nul_character()));
    }
    Ok(cells::cells(&text, delimiter).into_iter().map(std::borrow::Cow::into_owned).collect())
}
