//! Canonical lines written as a department would send them: sample files, and the way back for what was read.

use std::io::{self, Write};

use encoding_rs::GB18030;
use register::format::{Field, Format};
use serde_json::{Map, Value};

use crate::form::Plan;
use crate::layout::Encoding;
use crate::number;
use crate::templates::in_template_order;

/// What stands in the first row, or the first two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Headings {
    /// The codes of the templates.
    #[default]
    Codes,
    /// The Chinese names.
    ChineseNames,
    /// Chinese names, and codes under them, as double-publicity files often have them.
    NamesAndCodes,
}

/// How a CSV file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CsvStyle {
    /// The headings.
    pub headings: Headings,
    /// The encoding.
    pub encoding: Encoding,
}

impl Default for CsvStyle {
    fn default() -> Self {
        Self { headings: Headings::Codes, encoding: Encoding::Utf8 }
    }
}

/// Writes canonical lines as CSV: amounts in the unit of the heading, lists joined by `;`, nothing for what is absent.
///
/// A field without a code has its Chinese name as heading, and without that our own name, under which amounts are whole fen.
/// Lines are written as they come, so that a file of any length needs no memory.
///
/// # Errors
/// An error of the target.
pub fn write_csv<'l, W: Write>(
    target: W,
    format: &Format,
    lines: impl IntoIterator<Item = &'l Map<String, Value>>,
    style: CsvStyle,
) -> io::Result<()> {
    let plans: Vec<Plan<'_>> =
        in_template_order(format).into_iter().map(|field| Plan::new(format, field)).collect();
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Encoded::new(target, style.encoding)?);
    let names = || plans.iter().map(|plan| plan.field.chinese_name.as_str());
    let codes = || plans.iter().map(|plan| code_heading(plan.field));
    match style.headings {
        Headings::Codes => writer.write_record(codes())?,
        Headings::ChineseNames => writer.write_record(names())?,
        Headings::NamesAndCodes => {
            writer.write_record(names())?;
            writer.write_record(codes())?;
        }
    }
    for line in lines {
        writer.write_record(
            plans.iter().map(|plan| {
                line.get(&plan.field.name).map_or_else(String::new, |value| outside(plan, value))
            }),
        )?;
    }
    writer.flush()
}

/// Writes canonical lines as JSON Lines under our property names.
///
/// # Errors
/// An error of the target.
pub fn write_json_lines<'l, W: Write>(
    mut target: W,
    lines: impl IntoIterator<Item = &'l Map<String, Value>>,
) -> io::Result<()> {
    for line in lines {
        serde_json::to_writer(&mut target, line)?;
        target.write_all(b"\n")?;
    }
    target.flush()
}

fn code_heading(field: &Field) -> &str {
    field.annotation.code.as_deref().unwrap_or(&field.chinese_name)
}

/// A value as the templates write it.
fn outside(plan: &Plan<'_>, value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(flag) => (if *flag { "是" } else { "否" }).to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(|value| outside(plan, value)).collect::<Vec<_>>().join(";"),
        Value::Number(number) => {
            // A field without code and Chinese name stands under our own name, where amounts are whole fen.
            let field = plan.field;
            let is_outside = field.annotation.code.is_some() || field.chinese_name != field.name;
            match (number.as_i64(), plan.decimals_outside()) {
                (Some(fen), Some(decimals)) if is_outside => number::written(fen, decimals),
                _ => number.to_string(),
            }
        }
        Value::Object(_) => value.to_string(),
    }
}

/// A target that turns UTF-8 into a file's encoding.
pub(crate) struct Encoded<W> {
    target: W,
    encoding: Encoding,
    /// The beginning of a character whose other bytes have not come yet.
    begun: Vec<u8>,
}

impl<W: Write> Encoded<W> {
    /// Begins a file; the byte order mark is written where the encoding has one.
    pub fn new(mut target: W, encoding: Encoding) -> io::Result<Self> {
        if encoding == Encoding::Utf8WithMark {
            target.write_all(b"\xef\xbb\xbf")?;
        }
        Ok(Self { target, encoding, begun: Vec::new() })
    }

    pub fn into_inner(self) -> W {
        self.target
    }
}

impl<W: Write> Write for Encoded<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.encoding != Encoding::Gb18030 {
            return self.target.write(bytes);
        }
        self.begun.extend_from_slice(bytes);
        let whole = match std::str::from_utf8(&self.begun) {
            Ok(text) => text.len(),
            Err(error) => error.valid_up_to(),
        };
        let rest = self.begun.split_off(whole);
        let text = String::from_utf8_lossy(&self.begun);
        let (encoded, _, unmappable) = GB18030.encode(&text);
        if unmappable {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a character has no form in GB18030"));
        }
        self.target.write_all(&encoded)?;
        self.begun = rest;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.target.flush()
    }
}
