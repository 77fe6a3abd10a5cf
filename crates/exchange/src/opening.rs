//! Why a file as a whole is refused before its first line, and what its sender can do.

use std::io;

use law::Citation;
use register::ruling::{Bilingual, Ground};

use crate::grounds::{self, ACCURATE, FORMAT};
use crate::layout::FileKind;
use crate::prohibited::shown_name;
use crate::source::Prefix;

/// A required column that a file does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingColumn {
    /// Our property name.
    pub name: String,
    /// The code in the templates.
    pub code: Option<String>,
    /// The Chinese name.
    pub chinese_name: String,
}

/// Two columns with the same heading, or with headings that mean the same field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepeatedHeading {
    /// The first heading.
    pub first: String,
    /// Its column, from 1.
    pub first_column: usize,
    /// The second heading.
    pub second: String,
    /// Its column, from 1.
    pub second_column: usize,
    /// The field that both mean, where it is one of the format's.
    pub field: Option<String>,
}

/// Everything that is wrong with the headings of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HeadingFaults {
    /// Repeated headings.
    pub repeated: Vec<RepeatedHeading>,
    /// Missing required columns, all of them.
    pub missing: Vec<MissingColumn>,
}

impl HeadingFaults {
    pub(crate) const fn is_empty(&self) -> bool {
        self.repeated.is_empty() && self.missing.is_empty()
    }
}

/// Why a file is refused as a whole.
#[derive(Debug, thiserror::Error)]
pub enum Opening {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// It has headings and no line.
    #[error("the file has headings and no lines")]
    NoLines,
    /// It is in UTF-16 or UTF-32.
    #[error("the file is in UTF-16; save it as UTF-8")]
    WideEncoding,
    /// It is a workbook of a spreadsheet program.
    #[error("the file is a workbook; save the sheet as CSV (UTF-8)")]
    Workbook,
    /// It is a packed file.
    #[error("the file is packed; unpack it first")]
    Archive,
    /// It is a web page or XML, as some systems export "workbooks".
    #[error("the file is a web page or XML; save the sheet as CSV (UTF-8)")]
    Markup,
    /// It is no text.
    #[error("the file is no text")]
    NotText,
    /// It is one JSON list.
    #[error("the file is one JSON list; write one object on each line")]
    JsonList,
    /// Its JSON objects run over several lines.
    #[error("the file's JSON objects run over several lines; write each on one line")]
    SpreadJson,
    /// Its first row cannot be read.
    #[error("the headings cannot be read: {}", .0.reason.en)]
    UnreadableHeadings(Box<Ground>),
    /// Its headings are repeated, or required ones are missing.
    #[error("{}", describe(.0))]
    Headings(HeadingFaults),
    /// The file could not be read from where it lies.
    #[error("the file cannot be read: {0}")]
    Reading(#[from] io::Error),
}

fn describe(faults: &HeadingFaults) -> String {
    faults.grounds().iter().map(|ground| ground.reason.en.as_ref()).collect::<Vec<_>>().join("; ")
}

impl HeadingFaults {
    fn grounds(&self) -> Vec<Ground> {
        let repeated = self.repeated.iter().map(|repeated| {
            let RepeatedHeading { first_column, second_column, .. } = repeated;
            let (first, second) = (shown_name(&repeated.first), shown_name(&repeated.second));
            let ground = grounds::line(
                "repeated_heading",
                FORMAT,
                (
                    format!("第 {first_column} 列 `{first}` 与第 {second_column} 列 `{second}` 重复"),
                    format!(
                        "column {first_column} `{first}` and column {second_column} `{second}` are the same"
                    ),
                ),
                ("只保留正确的一列", "keep the right column"),
            );
            match &repeated.field {
                Some(field) => ground.field(field),
                None => ground,
            }
        });
        let missing = self.missing.iter().map(|missing| {
            let code = missing.code.as_deref().unwrap_or(&missing.name);
            grounds::line(
                "missing_column",
                FORMAT,
                (
                    format!("缺少必填列 `{code}`（{}）", missing.chinese_name),
                    format!("the required column `{code}` ({}) is missing", missing.chinese_name),
                ),
                (
                    "补上该列，表头写字段代码或中文名称；可下载该目录条目的模板",
                    "add the column, headed by its code or Chinese name; the item's template has all of them",
                ),
            )
            .field(&missing.name)
        });
        repeated.chain(missing).collect()
    }
}

impl Opening {
    /// The grounds of the refusal, with articles and remedies; `None` where the file could not be read from where it lies,
    /// which is no fault of the file.
    #[must_use]
    pub fn grounds(&self) -> Option<Vec<Ground>> {
        let ground = |code, article: Citation, reason: (&str, &str), remedy: (&'static str, &'static str)| {
            Some(vec![grounds::line(code, article, (reason.0.to_owned(), reason.1.to_owned()), remedy)])
        };
        let as_csv = (
            "在电子表格软件中另存为“CSV UTF-8（逗号分隔）”",
            "save the sheet as CSV UTF-8 in the spreadsheet program",
        );
        match self {
            Self::Empty => ground(
                "empty_file",
                ACCURATE,
                ("文件为空", "the file is empty"),
                ("检查导出是否完成", "check that the export was finished"),
            ),
            Self::NoLines => ground(
                "no_lines",
                ACCURATE,
                ("文件只有表头，没有数据行", "the file has headings and no lines"),
                ("检查导出是否完成", "check that the export was finished"),
            ),
            Self::WideEncoding => ground(
                "wide_encoding",
                ACCURATE,
                ("文件的编码是 UTF-16 或 UTF-32", "the file is in UTF-16 or UTF-32"),
                ("另存为 UTF-8 或 GB18030 编码", "save it in UTF-8 or GB18030"),
            ),
            Self::Workbook => ground(
                "workbook",
                ACCURATE,
                (
                    "文件是电子表格工作簿，不是 CSV 或 JSON Lines",
                    "the file is a workbook, not CSV or JSON Lines",
                ),
                as_csv,
            ),
            Self::Archive => ground(
                "archive",
                ACCURATE,
                ("文件是压缩包", "the file is packed"),
                (
                    "解压后报送其中的 CSV 或 JSON Lines 文件",
                    "unpack it and file the CSV or JSON Lines file in it",
                ),
            ),
            Self::Markup => ground(
                "markup",
                ACCURATE,
                (
                    "文件是网页或 XML，不是 CSV 或 JSON Lines",
                    "the file is a web page or XML, not CSV or JSON Lines",
                ),
                as_csv,
            ),
            Self::NotText => ground(
                "not_text",
                ACCURATE,
                ("文件不是文本文件", "the file is no text"),
                (
                    "报送 CSV（UTF-8 或 GB18030）或 JSON Lines 文件",
                    "file CSV (UTF-8 or GB18030) or JSON Lines",
                ),
            ),
            Self::JsonList => ground(
                "json_list",
                ACCURATE,
                ("文件是一个 JSON 数组", "the file is one JSON list"),
                (
                    "每行写一个 JSON 对象，不要外层方括号",
                    "write one object on each line, without the brackets around them",
                ),
            ),
            Self::SpreadJson => ground(
                "spread_json",
                ACCURATE,
                ("JSON 对象分写在多行", "the JSON objects run over several lines"),
                ("每个 JSON 对象各占一行", "write each object on one line"),
            ),
            Self::UnreadableHeadings(ground) => {
                let reason = Bilingual::made(
                    format!("无法读取表头：{}", ground.reason.zh),
                    format!("the headings cannot be read: {}", ground.reason.en),
                );
                Some(vec![Ground { reason, ..Ground::clone(ground) }])
            }
            Self::Headings(faults) => Some(faults.grounds()),
            Self::Reading(_) => None,
        }
    }
}

/// What kind of file this is, by its first bytes, and its name where they do not tell.
///
/// # Errors
/// Why no file of its kind is read.
pub(crate) fn kind_of(prefix: &Prefix, kind: FileKind, file_name: Option<&str>) -> Result<FileKind, Opening> {
    let bytes = prefix.bytes.as_slice();
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") || bytes.starts_with(b"\0\0\xfe\xff")
    {
        return Err(Opening::WideEncoding);
    }
    if bytes.starts_with(b"PK\x03\x04") {
        let holds = |name: &[u8]| bytes.windows(name.len()).any(|window| window == name);
        let workbook = holds(b"[Content_Types].xml") || holds(b"xl/") || holds(b"opendocument.spreadsheet");
        return Err(if workbook { Opening::Workbook } else { Opening::Archive });
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err(Opening::Workbook);
    }
    if [&b"\x1f\x8b"[..], b"Rar!", b"7z\xbc\xaf", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd"]
        .iter()
        .any(|magic| bytes.starts_with(magic))
    {
        return Err(Opening::Archive);
    }
    let text = bytes.trim_ascii_start();
    let Some(first) = text.first() else {
        return if prefix.is_whole {
            Err(Opening::Empty)
        } else {
            Ok(of_name(file_name).unwrap_or(FileKind::Csv))
        };
    };
    if is_wide_without_mark(bytes) {
        return Err(Opening::WideEncoding);
    }
    if bytes.starts_with(b"%PDF") || !is_text(bytes) {
        return Err(Opening::NotText);
    }
    let found = match (kind, first) {
        (FileKind::Detect, b'<') => return Err(Opening::Markup),
        (FileKind::Detect | FileKind::JsonLines, b'[') => return Err(Opening::JsonList),
        (FileKind::Detect, b'{') => FileKind::JsonLines,
        (FileKind::Detect, _) => of_name(file_name).unwrap_or(FileKind::Csv),
        (known, _) => known,
    };
    let first_line = text.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    if found == FileKind::JsonLines && first_line.trim_ascii() == b"{" && first_line.len() < text.len() {
        return Err(Opening::SpreadJson);
    }
    Ok(found)
}

/// What a file's name promises.
fn of_name(file_name: Option<&str>) -> Option<FileKind> {
    let (_, extension) = file_name?.rsplit_once('.')?;
    match extension.to_ascii_lowercase().as_str() {
        "jsonl" | "ndjson" | "json" => Some(FileKind::JsonLines),
        "csv" | "txt" | "tsv" => Some(FileKind::Csv),
        _ => None,
    }
}

/// UTF-16 without its mark: every other byte of ASCII text is nothing.
fn is_wide_without_mark(bytes: &[u8]) -> bool {
    let nothing = bytes.iter().filter(|byte| **byte == 0).count();
    bytes.len() >= 16 && nothing.saturating_mul(3) >= bytes.len()
}

/// Whether bytes may be text: hardly any control characters among them. A stray one is refused with its line.
fn is_text(bytes: &[u8]) -> bool {
    let is_control = |byte: u8| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1a);
    let controls = bytes.iter().filter(|byte| is_control(**byte)).count();
    controls < 8 || controls.saturating_mul(20) < bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(bytes: &[u8], name: Option<&str>) -> Result<FileKind, String> {
        let prefix = Prefix { bytes: bytes.to_vec(), has_mark: false, is_whole: true };
        kind_of(&prefix, FileKind::Detect, name)
            .map_err(|error| error.grounds().unwrap()[0].code.clone().into_owned())
    }

    #[test]
    fn the_content_tells_the_kind_and_the_name_helps() {
        assert_eq!(kind(b" \n{\"a\":1}\n", Some("x.csv")), Ok(FileKind::JsonLines));
        assert_eq!(kind(b"CF_WSH,CF_NR\n", None), Ok(FileKind::Csv));
        assert_eq!(kind(b"\"x\"\n", Some("x.JSONL")), Ok(FileKind::JsonLines));
        assert_eq!(kind(b"{\n", None), Err("spread_json".to_owned()));
    }

    #[test]
    fn what_is_no_file_of_lines_is_refused_with_its_remedy() {
        let noise: Vec<u8> = (0..2000_u32).map(|place| (place * 7919 % 251) as u8).collect();
        for (bytes, code) in [
            (&b""[..], "empty_file"),
            (b" \r\n\n", "empty_file"),
            (b"\xff\xfeC\0F\0", "wide_encoding"),
            (b"\xfe\xff\0C\0F", "wide_encoding"),
            (b"C\0F\0_\0W\0S\0H\0,\0a\0\n\0", "wide_encoding"),
            (b"PK\x03\x04....[Content_Types].xml", "workbook"),
            (b"PK\x03\x04....a.csv", "archive"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "workbook"),
            (b"\x1f\x8b\x08", "archive"),
            (b"<html><table>", "markup"),
            (b"[{\"a\":1}]", "json_list"),
            (b"%PDF-1.7", "not_text"),
            (&noise, "not_text"),
        ] {
            assert_eq!(kind(bytes, None), Err(code.to_owned()));
        }
    }

    #[test]
    fn every_refusal_of_a_file_says_what_to_do() {
        for opening in [
            Opening::Empty,
            Opening::NoLines,
            Opening::WideEncoding,
            Opening::Workbook,
            Opening::Archive,
            Opening::Markup,
            Opening::NotText,
            Opening::JsonList,
            Opening::SpreadJson,
        ] {
            let grounds = opening.grounds().unwrap();
            assert!(grounds.iter().all(|ground| ground.remedy.is_some()), "{opening}");
        }
    }
}
