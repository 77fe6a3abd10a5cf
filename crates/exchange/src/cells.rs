//! The cells of a CSV record: where quotes are open, and how a record is cut.

use std::borrow::Cow;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// At the beginning of a cell.
    Start,
    /// In a cell without quotes; a quote here is a character like any other.
    Plain,
    /// Between quotes.
    Quoted,
    /// After a quote between quotes: the end of the cell, or half of a doubled quote.
    Closed,
    /// After spaces behind a closing quote, which do no harm.
    Behind,
}

/// What scanning has found of a record so far. It goes on over the physical lines of the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Scan {
    state: State,
    delimiter: u8,
    /// Cells begun.
    pub cells: usize,
    /// Whether something other than a delimiter followed a closing quote.
    pub stray: bool,
}

impl Scan {
    pub const fn new(delimiter: u8) -> Self {
        Self { state: State::Start, delimiter, cells: 1, stray: false }
    }

    /// Whether a quote is still open at the end of what was scanned.
    pub fn is_open(self) -> bool {
        self.state == State::Quoted
    }

    /// Scans a physical line.
    pub fn line(mut self, bytes: &[u8]) -> Self {
        for byte in bytes {
            self.byte(*byte);
        }
        self
    }

    fn byte(&mut self, byte: u8) {
        self.state = match (self.state, byte) {
            (State::Start, b'"') | (State::Closed, b'"') => State::Quoted,
            (State::Quoted, b'"') => State::Closed,
            (State::Quoted, _) => State::Quoted,
            (_, delimiter) if delimiter == self.delimiter => {
                self.cells = self.cells.saturating_add(1);
                State::Start
            }
            (State::Closed | State::Behind, b' ' | b'\t') => State::Behind,
            (State::Closed | State::Behind, _) => {
                self.stray = true;
                State::Plain
            }
            (State::Start | State::Plain, _) => State::Plain,
        };
    }
}

/// The cells of a record whose quotes are in order.
pub(crate) fn cells(record: &str, delimiter: u8) -> Vec<Cow<'_, str>> {
    let mut cells = Vec::new();
    let mut rest = record;
    loop {
        let (cell, next) = cell(rest, delimiter);
        cells.push(cell);
        match next {
            Some(next) => rest = next,
            None => return cells,
        }
    }
}

/// The first cell, and what follows its delimiter.
fn cell(text: &str, delimiter: u8) -> (Cow<'_, str>, Option<&str>) {
    let delimiter = char::from(delimiter);
    let Some(mut rest) = text.strip_prefix('"') else {
        return match text.split_once(delimiter) {
            Some((cell, next)) => (Cow::Borrowed(cell), Some(next)),
            None => (Cow::Borrowed(text), None),
        };
    };
    let mut content: Cow<'_, str> = Cow::Borrowed("");
    loop {
        let (part, after) = rest.split_once('"').unwrap_or((rest, ""));
        if content.is_empty() {
            content = Cow::Borrowed(part);
        } else {
            content.to_mut().push_str(part);
        }
        match after.strip_prefix('"') {
            Some(further) => {
                content.to_mut().push('"');
                rest = further;
            }
            None => return (content, after.split_once(delimiter).map(|(_, next)| next)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quotes_delimiters_and_line_ends_inside_quotes_are_content() {
        assert_eq!(cells("a,\"b,\"\"c\"\"\nd\",", b','), ["a", "b,\"c\"\nd", ""]);
        assert_eq!(cells("", b','), [""]);
        assert_eq!(cells("\"\"\"\"", b','), ["\""]);
        assert_eq!(cells("a\"b,c", b','), ["a\"b", "c"]);
        assert_eq!(cells("\"a\" ,b", b','), ["a", "b"]);
    }

    #[test]
    fn an_open_quote_and_a_stray_one_are_told_apart() {
        assert!(Scan::new(b',').line(b"a,\"b").is_open());
        assert!(!Scan::new(b',').line(b"a,\"b\"").is_open());
        assert!(Scan::new(b',').line(b"\"a \"b\" c\"").stray);
        assert!(!Scan::new(b',').line(b"a \"b\" c").stray);
    }

    proptest! {
        #[test]
        fn whatever_the_csv_library_writes_is_read_back(row in proptest::collection::vec("[a-z,\"\n 中；]{0,6}", 2..6)) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(&row).unwrap();
            let written = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let record = written.strip_suffix('\n').unwrap();
            let scan = Scan::new(b',').line(record.as_bytes());
            prop_assert!(!scan.is_open() && !scan.stray);
            prop_assert_eq!(scan.cells, row.len());
            prop_assert_eq!(cells(record, b','), row);
        }

        #[test]
        fn as_many_cells_are_cut_as_were_scanned(record in "[a,\" ]{0,24}") {
            let scan = Scan::new(b',').line(record.as_bytes());
            if !scan.is_open() && !scan.stray {
                prop_assert_eq!(cells(&record, b',').len(), scan.cells);
            }
        }
    }
}
