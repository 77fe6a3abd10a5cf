//! Files of departments: CSV and JSON Lines as a whole, single cells of every form (days, amounts, lists), catalogues.

use std::sync::LazyLock;

use exchange::{
    CsvStyle, Encoding, ErrorFile, FileKind, Headings, Layout, Limits, Line, Opening, read_lines, write_csv,
    write_json_lines,
};
use register::catalogue::CatalogueEdition;
use register::format::Format;
use register::rules::personal_numbers;
use serde_json::{Map, Value};

use testkit::codes::{company, person};
use testkit::lines::{penalty, person_penalty};

use crate::text;

/// The demo's catalogue.
const CATALOGUE: &str = include_str!("../../../demo/catalogue.json");

/// Limits that a small input can reach.
const LIMITS: Limits =
    Limits { line_bytes_max: 4096, record_lines_max: 8, reread_bytes_max: 4096, dropped_names_max: 8 };

/// Formats of the demo's items about organisations and about persons, which between them have every form of field.
static FORMATS: LazyLock<Vec<Format>> = LazyLock::new(|| {
    let wanted = ["administrative-penalty", "administrative-penalty-person", "registration", "tax-arrears"];
    wanted.map(format_of).to_vec()
});

/// The format of an item of the demo.
#[must_use]
pub fn format_of(code: &str) -> Format {
    let edition: Value = serde_json::from_str(CATALOGUE).unwrap();
    let item = edition["items"].as_array().unwrap().iter().find(|item| item["code"] == code).unwrap();
    Format::new(item["format"].clone()).unwrap()
}

/// A file of any kind, read under every format.
fn read(input: &[u8], kind: FileKind) {
    for format in FORMATS.iter() {
        let layout = Layout { format, kind, file_name: None };
        let mut lines = match read_lines(input, layout, LIMITS) {
            Ok(lines) => lines,
            Err(opening) => {
                let _ = (opening.to_string(), opening.grounds());
                continue;
            }
        };
        let mut good: Vec<Map<String, Value>> = Vec::new();
        let mut errors = ErrorFile::csv(Vec::new()).unwrap();
        let mut last = 0;
        for line in lines.by_ref() {
            let line = line.expect("a slice is read to its end");
            assert!(line.number > last, "lines come in their order");
            last = line.number;
            judge(&line, &mut errors);
            good.extend(line.outcome.ok());
        }
        let summary = lines.finish().expect("a slice is read to its end");
        assert_eq!(summary.bytes, input.len() as u64, "every byte is counted");
        assert!(summary.refused <= summary.lines && summary.dropped.len() <= LIMITS.dropped_names_max);
        let refused = errors.finish().unwrap();
        assert!(
            personal_numbers::find(&text(&refused)).is_empty(),
            "an error file says no person's number again"
        );
        again(format, &good);
    }
}

fn judge(line: &Line, errors: &mut ErrorFile<Vec<u8>>) {
    let (content, grounds) = match &line.outcome {
        Ok(content) => (content, &[][..]),
        Err(grounds) => (&line.readable, grounds.as_slice()),
    };
    assert!(line.outcome.is_ok() || !grounds.is_empty(), "a refusal has its ground");
    errors.refuse(Some(line.number), grounds).unwrap();
    // Whatever was sent, a line holds no more than was read for it: each character once, amounts and days as long as written.
    let held: usize = content.values().map(|value| value.to_string().len()).sum();
    assert!(
        held <= 16 * LIMITS.line_bytes_max * LIMITS.record_lines_max,
        "a line is as small as what was sent"
    );
}

/// What was read is read again as the same, from JSON Lines and from CSV.
fn again(format: &Format, good: &[Map<String, Value>]) {
    let wide = Limits::default();
    let mut file = Vec::new();
    write_json_lines(&mut file, good).unwrap();
    let layout = Layout { format, kind: FileKind::JsonLines, file_name: None };
    if let Ok(lines) = read_lines(file.as_slice(), layout, wide) {
        let read: Vec<_> =
            lines.map(|line| line.unwrap().outcome.expect("what was read is read again")).collect();
        assert_eq!(read, good, "from JSON Lines");
    }
    let mut file = Vec::new();
    write_csv(&mut file, format, good, CsvStyle { headings: Headings::Codes, encoding: Encoding::Gb18030 })
        .unwrap();
    let layout = Layout { format, kind: FileKind::Csv, file_name: None };
    let read: Vec<_> = match read_lines(file.as_slice(), layout, wide) {
        Ok(lines) => lines.map(|line| line.unwrap().outcome.ok()).collect(),
        // Lines that hold nothing are empty rows.
        Err(Opening::NoLines) => Vec::new(),
        Err(opening) => panic!("what was written does not open: {opening}"),
    };
    assert!(read.len() <= good.len(), "no line comes out of nothing");
}

/// CSV, or what is taken for it.
pub(super) fn csv(input: &[u8]) {
    read(input, FileKind::Csv);
    read(input, FileKind::Detect);
}

fn written(encoding: Encoding, headings: Headings) -> Vec<u8> {
    let format = &FORMATS[0];
    let lines: Vec<Map<String, Value>> = (0..3)
        .filter_map(|number| {
            penalty(&company(number), "样例公司", &format!("京罚〔2026〕{number}号"), "2026-05-01", &["罚款"])
                .as_object()
                .cloned()
        })
        .collect();
    let mut file = Vec::new();
    write_csv(&mut file, format, &lines, CsvStyle { headings, encoding }).unwrap();
    file
}

pub(super) fn csv_samples() -> Vec<Vec<u8>> {
    vec![
        written(Encoding::Utf8, Headings::Codes),
        written(Encoding::Utf8WithMark, Headings::NamesAndCodes),
        written(Encoding::Gb18030, Headings::ChineseNames),
        b"CF_XDR_MC,CF_XDR_LB\r\n\"a\r\nb\",\"\"\"\"\r\n\"never closed,\r\nx,y\r\n".to_vec(),
        "名称\t统一社会信用代码\n样例\t91110108551385082Q\n".as_bytes().to_vec(),
    ]
}

/// JSON Lines, or what is taken for it.
pub(super) fn json_lines(input: &[u8]) {
    read(input, FileKind::JsonLines);
    read(input, FileKind::Detect);
}

pub(super) fn json_line_samples() -> Vec<Vec<u8>> {
    let person = person_penalty(&person(5), "样某", "京公罚〔2026〕5号", "2026-03-01", &["罚款"]);
    let company = penalty(&company(1), "样例公司", "京罚〔2026〕1号", "2026-05-01", &["警告"]);
    vec![
        format!("{company}\n{person}\n").into_bytes(),
        format!("\u{feff}{person}\r\n\r\n{{\"a\":1e400,\"a\":[[[[]]]]}}\n").into_bytes(),
        b"{\"fine\":\"12.345\",\"fine_fen\":-0,\"decision_day\":\"20260501\"}\n{\"x\":\"\\ud800\"}\n"
            .to_vec(),
    ]
}

/// One cell in every column of every format: how days, amounts, lists and texts are written by hand.
pub(super) fn cells(input: &[u8]) {
    let cell = text(input).replace(['\n', '\r', '"'], " ");
    for format in FORMATS.iter() {
        let headings: Vec<&str> = format.fields().iter().flat_map(|field| field.names().take(1)).collect();
        let quoted = format!("\"{cell}\"");
        let file = format!("{}\n{}\n", headings.join(","), vec![quoted.as_str(); headings.len()].join(","));
        read(file.as_bytes(), FileKind::Csv);
    }
}

pub(super) fn cell_samples() -> Vec<Vec<u8>> {
    [
        "2026-05-01",
        "2026/5/1",
        "2026年5月1日",
        "20260501",
        "46143",
        "2026-05-01 00:00:00",
        "1,234.56",
        "１２．５",
        "0.0000001",
        "-3",
        "9223372036854775807",
        "1e9",
        "罚款;没收违法所得",
        "罚款；；警告",
        "是",
        "=1+1",
        "\u{3000}",
        "\u{0}",
        "99999999999999999999999999",
    ]
    .map(|sample| sample.as_bytes().to_vec())
    .to_vec()
}

/// Catalogues as an operator hands them in.
pub(super) fn catalogues(input: &[u8]) {
    if let Ok(edition) = serde_json::from_slice::<CatalogueEdition>(input) {
        for item in &edition.items {
            let _ = serde_json::to_value(item).expect("an item is written as it was read");
        }
    }
    if let Ok(schema) = serde_json::from_slice::<Value>(input)
        && let Ok(format) = Format::new(schema)
    {
        assert!(format.fields().iter().all(|field| field.names().next().is_some()), "a field has a name");
    }
}

pub(super) fn catalogue_samples() -> Vec<Vec<u8>> {
    let edition: Value = serde_json::from_str(CATALOGUE).unwrap();
    let mut small = edition.clone();
    small["items"] = Value::Array(edition["items"].as_array().unwrap().iter().take(1).cloned().collect());
    vec![small.to_string().into_bytes(), edition["items"][0]["format"].to_string().into_bytes()]
}
