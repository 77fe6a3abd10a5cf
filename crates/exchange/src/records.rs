//! The records of a CSV file: physical lines joined while a quote is open, and set right again after a quote that never
//! closes.
//!
//! One stray quote must cost one line, not the file. Where a record runs over several lines and then turns out to be none,
//! its first line is refused and reading goes on at the next line that is a record by itself.

use std::io::{self, Read};

use crate::cells::Scan;
use crate::layout::Limits;
use crate::source::{PhysicalLine, PhysicalLines};

/// Why a record could not be cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RecordFault {
    /// A physical line is longer than the limit.
    TooLong,
    /// A quote opens and does not close, or not where a cell ends.
    Quotes,
}

/// A record, or why it is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    /// The physical line where it starts.
    pub number: u64,
    /// The last physical line that belongs to it.
    pub last: u64,
    /// Its bytes, lines joined by a line feed.
    pub content: Result<Vec<u8>, RecordFault>,
    /// The bytes of what is no record because of its quotes: they go back to whoever filed it.
    pub torn: Vec<u8>,
}

/// Reads records.
pub(crate) struct Records<R> {
    lines: PhysicalLines<R>,
    delimiter: u8,
    limits: Limits,
    reread_bytes: usize,
}

impl<R: Read> Records<R> {
    pub const fn new(lines: PhysicalLines<R>, delimiter: u8, limits: Limits) -> Self {
        Self { lines, delimiter, limits, reread_bytes: 0 }
    }

    pub const fn delimiter(&self) -> u8 {
        self.delimiter
    }

    pub fn into_lines(self) -> PhysicalLines<R> {
        self.lines
    }

    /// The next record that is not blank. `width` is the number of cells of the headings.
    pub fn next(&mut self, width: Option<usize>) -> io::Result<Option<Record>> {
        let first = loop {
            match self.lines.next()? {
                None => return Ok(None),
                Some(line) if line.is_blank() => {}
                Some(line) => break line,
            }
        };
        let number = first.number;
        let record = |last, content| Ok(Some(Record { number, last, content, torn: Vec::new() }));
        let torn = |last, torn| Ok(Some(Record { number, last, content: Err(RecordFault::Quotes), torn }));
        let Some(bytes) = first.bytes.as_deref() else { return record(number, Err(RecordFault::TooLong)) };
        let mut scan = Scan::new(self.delimiter).line(bytes);
        if !scan.is_open() {
            let bytes = first.bytes.unwrap_or_default();
            return if scan.stray { torn(number, bytes) } else { record(number, Ok(bytes)) };
        }
        let mut length = bytes.len();
        let mut held = vec![first];
        while scan.is_open()
            && length <= self.limits.line_bytes_max
            && held.len() < self.limits.record_lines_max
        {
            let Some(line) = self.lines.next()? else { break };
            let Some(bytes) = line.bytes.as_deref() else {
                self.lines.put_back(std::iter::once(line));
                break;
            };
            length = length.saturating_add(bytes.len());
            scan = scan.line(bytes);
            held.push(line);
        }
        let last = held.last().map_or(number, |line| line.number);
        let is_cut = !scan.is_open() && !scan.stray;
        if is_cut && width.is_none_or(|width| scan.cells == width) {
            return record(last, Ok(join(held)));
        }
        if let Some(resumed) = self.resume(&mut held, width, length) {
            return torn(resumed.saturating_sub(1), join(held));
        }
        // A record with the wrong number of cells, and nothing else in it that could be a line: said as such.
        if is_cut { record(last, Ok(join(held))) } else { torn(last, join(held)) }
    }

    /// Puts back the held lines from the first that is a record by itself; its number, where there is one.
    fn resume(&mut self, held: &mut Vec<PhysicalLine>, width: Option<usize>, length: usize) -> Option<u64> {
        if self.reread_bytes.saturating_add(length) > self.limits.reread_bytes_max {
            return None;
        }
        let place = held.iter().skip(1).position(|line| {
            let scan = Scan::new(self.delimiter).line(line.bytes.as_deref().unwrap_or_default());
            !line.is_blank()
                && !scan.is_open()
                && !scan.stray
                && width.is_none_or(|width| scan.cells == width)
        })?;
        self.reread_bytes = self.reread_bytes.saturating_add(length);
        let resumed = held.split_off(place.saturating_add(1));
        let number = resumed.first().map(|line| line.number);
        self.lines.put_back(resumed.into_iter());
        number
    }
}

fn join(held: Vec<PhysicalLine>) -> Vec<u8> {
    let lines: Vec<Vec<u8>> = held.into_iter().filter_map(|line| line.bytes).collect();
    lines.join(&b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str, width: usize, limits: Limits) -> Vec<(u64, u64, Result<String, RecordFault>)> {
        let (lines, _) = PhysicalLines::open(text.as_bytes(), limits.line_bytes_max).unwrap();
        let mut records = Records::new(lines, b',', limits);
        let mut all = Vec::new();
        while let Some(record) = records.next(Some(width)).unwrap() {
            let content = record.content.map(|bytes| String::from_utf8(bytes).unwrap());
            all.push((record.number, record.last, content));
        }
        all
    }

    fn ok(text: &str) -> Result<String, RecordFault> {
        Ok(text.to_owned())
    }

    #[test]
    fn a_quoted_cell_may_run_over_lines() {
        let all = read("a,\"b\r\n\r\nc\"\nd,e\n", 2, Limits::default());
        assert_eq!(all, [(1, 3, ok("a,\"b\n\nc\"")), (4, 4, ok("d,e"))]);
    }

    #[test]
    fn an_unclosed_quote_costs_its_line_and_no_other() {
        let all = read("a,\"b\nc,d\ne,f\n", 2, Limits::default());
        assert_eq!(all, [(1, 1, Err(RecordFault::Quotes)), (2, 2, ok("c,d")), (3, 3, ok("e,f"))]);
    }

    #[test]
    fn a_stray_quote_that_meets_a_later_one_costs_its_line_and_no_other() {
        let all = read("\"a,b\nc,d\ne,\"f, g\"\n", 2, Limits::default());
        assert_eq!(all, [(1, 1, Err(RecordFault::Quotes)), (2, 2, ok("c,d")), (3, 3, ok("e,\"f, g\""))]);
    }

    #[test]
    fn an_unclosed_quote_before_a_line_over_the_limit_loses_neither_number() {
        let limits = Limits { line_bytes_max: 8, ..Limits::default() };
        let all = read("a,\"b\nc,d\nxxxxxxxxxxxxxxx\ne,f\n", 2, limits);
        assert_eq!(
            all,
            [
                (1, 1, Err(RecordFault::Quotes)),
                (2, 2, ok("c,d")),
                (3, 3, Err(RecordFault::TooLong)),
                (4, 4, ok("e,f"))
            ]
        );
    }

    #[test]
    fn what_an_unclosed_quote_makes_the_reader_hold_and_read_again_is_bounded() {
        let limits =
            Limits { line_bytes_max: 100, record_lines_max: 4, reread_bytes_max: 40, ..Limits::default() };
        // Each of these lines opens a quote, whether one was open before it or not.
        let all = read(&"a\",\"b\n".repeat(40), 2, limits);
        assert!(all.iter().all(|(_, _, content)| content.is_err()));
        assert_eq!(all.first().unwrap().0, 1);
        assert_eq!(all.last().unwrap().1, 40);
    }

    proptest! {
        #[test]
        fn whatever_quotes_do_every_physical_line_belongs_to_exactly_one_record(
            rows in proptest::collection::vec("[a\",x ]{0,12}", 1..20), small in any::<bool>()
        ) {
            let limits = if small {
                Limits { line_bytes_max: 9, record_lines_max: 3, reread_bytes_max: 60, ..Limits::default() }
            } else {
                Limits::default()
            };
            let text: String = rows.iter().map(|row| format!("x{row}\n")).collect();
            let mut next = 1;
            for (number, last, _) in read(&text, 2, limits) {
                prop_assert_eq!(number, next);
                next = last + 1;
            }
            prop_assert_eq!(next, rows.len() as u64 + 1);
        }
    }
}
