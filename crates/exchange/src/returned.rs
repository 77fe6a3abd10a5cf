//! What goes back to be corrected: the refused lines as they were filed, each with what is wrong with it, in a file that can be filed
//! again as it stands once it is corrected.
//!
//! The columns and the member that say why are ignored when the file is filed. Nothing is masked in the lines themselves: they go
//! back to whoever filed them, and hold nothing that was not in the file.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Read, Write};

use register::ruling::Ground;

use crate::cells;
use crate::error_file::{ErrorLine, article_in_chinese, harmless, is_formula};
use crate::headings::{Column, Fate};
use crate::json;
use crate::layout::{Encoding, FileKind, Layout, Limits};
use crate::opening::Opening;
use crate::reader::{Body, fits, read_lines};
use crate::records::Record;
use crate::writer::Encoded;

/// The headings of the columns that say why a line came back.
pub const HEADINGS: [&str; 7] =
    ["退回行号", "退回字段", "退回原因", "退回依据", "退回处理办法", "Refused because", "What to do"];

/// The member of a JSON line that says why it came back.
pub const MEMBER: &str = "_refused";

/// The member that holds a line which is no JSON object, as a text.
const UNREAD: &str = "_line";

/// Whether a heading, without what people put around it, is one of those that say why a line came back.
pub(crate) fn is_reason(normal: &str) -> bool {
    HEADINGS.iter().any(|heading| crate::headings::normal(heading) == normal)
}

/// A cell of a file that came back, without the apostrophe that kept it from being taken for a formula.
pub(crate) fn as_filed(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if is_formula(rest.trim_start_matches('\'')) => rest,
        _ => cell,
    }
}

/// A cell that no spreadsheet program takes for a formula, and from which [`as_filed`] gives the cell again.
fn kept_harmless(cell: &str) -> Cow<'_, str> {
    if is_formula(cell.trim_start_matches('\'')) { format!("'{cell}").into() } else { cell.into() }
}

/// Reads a file once more and writes those of its lines that were refused, in their order, each with its grounds. A CSV file comes back
/// in UTF-8 with a byte order mark, its own headings first and [`HEADINGS`] behind them; a line that could not be cut into cells
/// stands whole in its first cell. A line of JSON comes back with the member [`MEMBER`], its values as they were written.
///
/// # Errors
/// [`Opening`]: the file cannot be read as it was, or what is written cannot be written.
pub fn return_lines<'g, R: Read, W: Write>(
    source: R,
    layout: Layout<'_>,
    limits: Limits,
    refused: impl IntoIterator<Item = (u64, &'g [Ground])>,
    target: W,
) -> Result<FileKind, Opening> {
    let mut grounds: BTreeMap<u64, Vec<&Ground>> = BTreeMap::new();
    for (line, of_line) in refused {
        grounds.entry(line).or_default().extend(of_line);
    }
    let mut lines = read_lines(source, layout, limits)?;
    let kind = lines.kind();
    let mut target = Target::open(target, &lines.body)?;
    while let Some((last, _)) = grounds.last_key_value() {
        let last = *last;
        let Some(record) = lines.record()? else { break };
        if record.number > last {
            break;
        }
        let Some(of_line) = grounds.remove(&record.number) else { continue };
        let bytes = match &record {
            Record { content: Ok(bytes), .. } => bytes,
            Record { torn, .. } => torn,
        };
        // What is no text in the file's encoding comes back as far as it can be read.
        let text =
            lines.decoder.decode(bytes).unwrap_or_else(|_| String::from_utf8_lossy(bytes)).replace('\0', "");
        target.line(&text, &lines.body, &record, &of_line)?;
    }
    target.finish()?;
    Ok(kind)
}

enum Target<W: Write> {
    JsonLines(W),
    Csv(Box<csv::Writer<Encoded<W>>>),
}

impl<W: Write> Target<W> {
    fn open<R>(target: W, body: &Body<R>) -> io::Result<Self> {
        let Body::Csv { columns, headings, .. } = body else { return Ok(Self::JsonLines(target)) };
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(Encoded::new(target, Encoding::Utf8WithMark)?);
        for (place, row) in headings.iter().enumerate() {
            let own = kept(columns, row.iter().map(String::as_str));
            let reasons = HEADINGS.map(|heading| if place == 0 { heading } else { "" });
            writer.write_record(own.map(kept_harmless).chain(reasons.map(Cow::Borrowed)).map(into_bytes))?;
        }
        Ok(Self::Csv(Box::new(writer)))
    }

    fn line<R: Read>(
        &mut self,
        text: &str,
        body: &Body<R>,
        record: &Record,
        grounds: &[&Ground],
    ) -> io::Result<()> {
        let number = Some(record.number);
        match (self, body) {
            (Self::Csv(writer), Body::Csv { records, columns, .. }) => {
                let cells = cells::cells(text, records.delimiter());
                let is_whole = record.content.is_ok() && fits(&cells, columns);
                let own: Vec<&str> = if is_whole {
                    kept(columns, cells.iter().map(AsRef::as_ref)).collect()
                } else {
                    let empty = std::iter::repeat("");
                    kept(columns, empty)
                        .enumerate()
                        .map(|(place, none)| if place == 0 { text } else { none })
                        .collect()
                };
                // A file that came back once is read without its apostrophes, and gets them again.
                let came_back = columns.iter().any(|column| column.fate == Fate::Returned);
                let own =
                    own.into_iter().map(|cell| kept_harmless(if came_back { as_filed(cell) } else { cell }));
                writer.write_record(own.chain(reasons(number, grounds).map(Cow::Owned)).map(into_bytes))?;
            }
            (Self::JsonLines(target), _) => {
                let text = text.trim_start_matches('\u{feff}');
                let grounds: Vec<ErrorLine<'_>> =
                    grounds.iter().map(|ground| ErrorLine::new(number, ground)).collect();
                let line = json::with_member(text, MEMBER, &grounds)
                    .unwrap_or_else(|| serde_json::json!({ UNREAD: text, MEMBER: grounds }).to_string());
                writeln!(target, "{line}")?;
            }
            (Self::Csv(_), Body::Json(_)) => {}
        }
        Ok(())
    }

    fn finish(self) -> io::Result<()> {
        match self {
            Self::JsonLines(mut target) => target.flush(),
            Self::Csv(mut writer) => writer.flush(),
        }
    }
}

/// What stands in the columns that the file was filed with.
fn kept<'c>(
    columns: &'c [Column],
    cells: impl Iterator<Item = &'c str> + 'c,
) -> impl Iterator<Item = &'c str> {
    columns.iter().zip(cells).filter(|(column, _)| column.fate != Fate::Returned).map(|(_, cell)| cell)
}

fn into_bytes(cell: Cow<'_, str>) -> Vec<u8> {
    cell.into_owned().into_bytes()
}

/// The cells under [`HEADINGS`]: a line with several grounds has them one after the other, with their numbers. Never one below the
/// other: a record of several lines would part the numbers of its lines from those of a spreadsheet's rows.
fn reasons(line: Option<u64>, grounds: &[&Ground]) -> [String; 7] {
    let errors: Vec<ErrorLine<'_>> = grounds.iter().map(|ground| ErrorLine::new(line, ground)).collect();
    let all = |pick: &dyn Fn(&ErrorLine<'_>) -> String| {
        let texts: Vec<String> = errors.iter().map(pick).filter(|text| !text.is_empty()).collect();
        match texts.as_slice() {
            [only] => harmless(only.clone()),
            _ => texts
                .iter()
                .zip(1..)
                .map(|(text, place)| format!("({place}) {text}"))
                .collect::<Vec<_>>()
                .join(" "),
        }
    };
    let remedy = |error: &ErrorLine<'_>, is_chinese: bool| {
        let text = error.remedy.as_ref().map(|remedy| if is_chinese { &remedy.zh } else { &remedy.en });
        text.map(ToString::to_string).unwrap_or_default()
    };
    [
        line.map(|line| line.to_string()).unwrap_or_default(),
        all(&|error| error.field.clone().unwrap_or_default()),
        all(&|error| error.reason.zh.to_string()),
        all(&|error| article_in_chinese(error.article)),
        all(&|error| remedy(error, true)),
        all(&|error| error.reason.en.to_string()),
        all(&|error| remedy(error, false)),
    ]
}
