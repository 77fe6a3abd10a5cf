//! The files that departments really have go in as they are.

use encoding_rs::GB18030;
use exchange::{Encoding, FileKind, Layout, Limits, read_lines};
use serde_json::json;

use crate::fixture::{GOOD, REQUIRED, csv, only, outcomes, penalty_format, read};

#[test]
fn a_penalty_file_by_codes_is_read_into_canonical_form() {
    let headings = format!("{REQUIRED},CF_NR_FK,CF_YXQ,CF_FR_ZJHM");
    let file = format!("{headings}\r\n{GOOD},1.5,长期,119999199003078515\r\n");
    let (lines, summary) = read(file.as_bytes()).unwrap();
    assert_eq!(
        serde_json::Value::Object(lines[0].outcome.clone().unwrap()),
        json!({
            "counterparty_name": "北京某某有限公司",
            "unified_social_credit_code": "91110108551385082Q",
            "decision_document_number": "京罚〔2026〕1号",
            "facts": "无证经营",
            "penalty_kinds": ["罚款", "警告"],
            "decision_day": "2026-02-13",
            "deciding_authority": "北京市某某局",
            "fine_fen": 1_500_000,
            "penalty_valid_until_day": "2099-12-31",
        })
    );
    assert_eq!(lines[0].number, 2);
    assert_eq!(lines[0].dropped, ["CF_FR_ZJHM"], "the representative's number is reported and not kept");
    assert_eq!(summary.dropped.get("CF_FR_ZJHM"), Some(&1));
    assert_eq!((summary.kind, summary.lines, summary.refused), (FileKind::Csv, 1, 0));
}

#[test]
fn chinese_names_and_codes_in_two_rows_are_headings_in_either_order() {
    let names = "行政相对人名称*,行政相对人代码_1(统一社会信用代码),行政处罚决定书文号（必填）,违法事实,处罚类别,处罚决定日期,处罚机关";
    for file in [
        format!("{names}\n{REQUIRED}\n{GOOD}\n"),
        format!("{REQUIRED}\n{names}\n{GOOD}\n"),
        format!("{names}\n\n{REQUIRED}\n{GOOD}\n"),
    ] {
        assert_eq!(only(file.as_bytes())["decision_document_number"], "京罚〔2026〕1号");
    }
    let (lines, _) = read(format!("{names}\n{REQUIRED}\n{GOOD}\n").as_bytes()).unwrap();
    assert_eq!(lines[0].number, 3, "line numbers are those of the file");
}

#[test]
fn a_title_row_above_the_codes_does_not_matter() {
    let file = format!("行政处罚信息表,,,,,,\n{REQUIRED}\n{GOOD}\n");
    assert_eq!(only(file.as_bytes())["facts"], "无证经营");
}

#[test]
fn every_encoding_of_the_same_file_reads_the_same() {
    let text = format!("{REQUIRED}\n{GOOD}\n");
    let expected = only(text.as_bytes());
    let (gb18030, _, _) = GB18030.encode(&text);
    for (bytes, encoding) in [
        (text.clone().into_bytes(), Encoding::Utf8),
        (format!("\u{feff}{text}").into_bytes(), Encoding::Utf8WithMark),
        (gb18030.clone().into_owned(), Encoding::Gb18030),
    ] {
        let (lines, summary) = read(&bytes).unwrap();
        assert_eq!(lines[0].outcome.as_ref().unwrap(), &expected);
        assert_eq!(summary.encoding, encoding);
    }
    let json = r#"{"行政相对人名称":"北京某某有限公司","违法事实":"无证经营"}"#;
    let (gb18030, _, _) = GB18030.encode(json);
    assert_eq!(only(&gb18030)["facts"], "无证经营");
}

#[test]
fn tabs_and_declared_delimiters_are_understood() {
    let tabs = format!("{}\n{}\n", REQUIRED.replace(',', "\t"), GOOD.replace(',', "\t"));
    assert_eq!(only(tabs.as_bytes())["facts"], "无证经营");
    let declared = format!("sep=,\n{REQUIRED}\n{GOOD}\n");
    assert_eq!(only(declared.as_bytes())["facts"], "无证经营");
}

#[test]
fn blank_rows_and_empty_cells_behind_the_last_heading_do_not_matter() {
    let file = format!("{REQUIRED}\n\n{GOOD},,\n,,,,,,\n   \n{GOOD}\n");
    let (lines, summary) = read(file.as_bytes()).unwrap();
    assert_eq!(outcomes(&lines), [(3, vec![]), (6, vec![])]);
    assert_eq!(summary.lines, 2);
}

#[test]
fn json_lines_under_our_names_are_canonical_and_under_codes_as_in_the_templates() {
    let canonical = only(br#"{"fine_fen":150,"decision_day":"2026-02-13","penalty_kinds":["a","b"]}"#);
    assert_eq!(
        serde_json::Value::Object(canonical),
        json!({"fine_fen":150,"decision_day":"2026-02-13","penalty_kinds":["a","b"]})
    );
    let outside = only(
        r#"{"cf_nr_fk":0.123456,"处罚决定日期":"2026年2月13日","CF_CFLB":"a；b","滞纳金（元）":"12.30"}"#
            .as_bytes(),
    );
    assert_eq!(
        serde_json::Value::Object(outside),
        json!({"fine_fen":123_456,"decision_day":"2026-02-13","penalty_kinds":["a","b"],"fee_fen":1230})
    );
}

#[test]
fn an_amount_in_json_keeps_digits_that_no_float_could() {
    let line = only(br#"{"CF_NR_FK":999999999999.123457}"#);
    assert_eq!(line["fine_fen"], json!(999_999_999_999_123_457_i64));
}

#[test]
fn unknown_keys_are_dropped_and_reported_by_name_only() {
    let (lines, summary) = read(br#"{"facts":"x","phone":"13812345678","deep":{"a":[1]}}"#).unwrap();
    assert_eq!(lines[0].outcome.as_ref().unwrap().len(), 1);
    assert_eq!(lines[0].dropped, ["phone", "deep"]);
    assert_eq!(summary.dropped.keys().collect::<Vec<_>>(), ["deep", "phone"]);
    assert!(!format!("{lines:?}{summary:?}").contains("13812345678"));
}

#[test]
fn a_file_name_is_only_a_hint() {
    let format = penalty_format();
    let layout = Layout { file_name: Some("x.jsonl"), ..Layout::detect(&format) };
    let file = csv(&[GOOD]);
    let lines = read_lines(file.as_slice(), layout, Limits::default()).unwrap();
    assert_eq!(lines.kind(), FileKind::JsonLines);
    let codes: Vec<_> = lines.map(|line| line.unwrap().outcome.unwrap_err()[0].code.clone()).collect();
    assert_eq!(codes, ["not_json", "not_json"]);
}

#[test]
fn the_digest_is_that_of_the_filed_bytes_however_little_was_read() {
    let file = csv(&[GOOD, GOOD, GOOD]);
    let (_, whole) = read(&file).unwrap();
    let format = penalty_format();
    let unread = read_lines(file.as_slice(), Layout::detect(&format), Limits::default()).unwrap();
    assert_eq!(unread.finish().unwrap().digest, whole.digest);
    assert_eq!(whole.digest.len(), 64);
    assert_eq!(whole.bytes, file.len() as u64);
}
