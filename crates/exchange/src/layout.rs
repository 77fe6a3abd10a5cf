//! Kinds of file, the limits within which they are read, a line, and the summary at the end of a file.

use std::collections::BTreeMap;

use register::format::Format;
use register::ruling::Ground;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The kind of a filed file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// By the content: JSON Lines where the first character is `{`, else CSV; the file's name helps where the content
    /// does not tell.
    #[default]
    Detect,
    /// One JSON object on each line.
    JsonLines,
    /// Cells parted by commas (or by tabs, as some spreadsheet programs save them), headings in the first row.
    Csv,
}

/// The encoding in which a file was filed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// UTF-8 (plain ASCII is UTF-8 too).
    Utf8,
    /// UTF-8 with a byte order mark.
    Utf8WithMark,
    /// GB18030, which holds GBK and GB 2312.
    Gb18030,
}

impl Encoding {
    /// The encoding's name as people write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 | Self::Utf8WithMark => "UTF-8",
            Self::Gb18030 => "GB18030",
        }
    }
}

/// What is known of a file before it is read.
#[derive(Debug, Clone, Copy)]
pub struct Layout<'a> {
    /// The data format of the catalogue item.
    pub format: &'a Format,
    /// The kind of file, where the caller knows it.
    pub kind: FileKind,
    /// The name under which the file was sent; its extension is a hint and nothing more.
    pub file_name: Option<&'a str>,
}

impl<'a> Layout<'a> {
    /// A file of which only the format is known.
    #[must_use]
    pub const fn detect(format: &'a Format) -> Self {
        Self { format, kind: FileKind::Detect, file_name: None }
    }
}

/// The limits that keep memory and work flat, whatever is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The longest line that is read, and the longest record of several lines, in bytes. A longer line is refused with
    /// its number and skipped.
    pub line_bytes_max: usize,
    /// The most physical lines over which one quoted cell may run.
    pub record_lines_max: usize,
    /// How many bytes of a file may be read a second time, after a quote that never closed; beyond it the lines that the
    /// quote swallowed are refused as one.
    pub reread_bytes_max: usize,
    /// The most names of dropped columns that the summary keeps.
    pub dropped_names_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            line_bytes_max: 1 << 20,
            record_lines_max: 1000,
            reread_bytes_max: 64 << 20,
            dropped_names_max: 1000,
        }
    }
}

/// One line of a file, read or refused.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The physical line where the record starts, from 1.
    pub number: u64,
    /// The content in canonical form, keyed by our property names; or every ground on which it could not be read.
    pub outcome: Result<Map<String, Value>, Vec<Ground>>,
    /// What could be read of a refused line: the rest of its content, so that the register can judge it too and the filer
    /// learns of all errors at once. Fields named in the grounds are not in it. Empty for a line that was read.
    pub readable: Map<String, Value>,
    /// Names of columns and keys outside the format that had a value here; the values were not kept.
    pub dropped: Vec<String>,
    /// Names of columns and keys of a special category; where there is one, the line is refused (Article 17).
    pub prohibited: Vec<String>,
}

impl Line {
    /// A line of which nothing could be read.
    pub(crate) fn refused(number: u64, ground: Ground) -> Self {
        Self {
            number,
            outcome: Err(vec![ground]),
            readable: Map::new(),
            dropped: Vec::new(),
            prohibited: Vec::new(),
        }
    }
}

/// What is known of a file after its last line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// SHA-256 of the file's bytes as filed, in hexadecimal: the batch's entry always carries it.
    pub digest: String,
    /// How many bytes were filed.
    pub bytes: u64,
    /// JSON Lines or CSV.
    pub kind: FileKind,
    /// The encoding found.
    pub encoding: Encoding,
    /// Lines that were handed out; blank lines and headings are not among them.
    pub lines: u64,
    /// Lines among them that could not be read.
    pub refused: u64,
    /// Columns and keys outside the format, and in how many lines each had a value that was dropped.
    pub dropped: BTreeMap<String, u64>,
    /// Dropped values under further names, which were too many to keep ([`Limits::dropped_names_max`]).
    pub dropped_under_further_names: u64,
}
