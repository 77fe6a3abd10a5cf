//! The error file.

use exchange::ErrorFile;
use law::Citation;
use register::ruling::{Bilingual, Ground};

use crate::fixture::{GOOD, REQUIRED, read};

fn grounds() -> Vec<Ground> {
    vec![
        Ground::new(
            "example",
            Citation::article(20).item(1),
            Bilingual::new("号码 119999199003078515 有误", "the number 119999199003078515 is wrong"),
        )
        .field("=HYPERLINK(1)")
        .remedy(Bilingual::new("致电 13812345678", "call 13812345678")),
    ]
}

#[test]
fn an_error_file_in_json_lines_has_line_field_reason_article_and_remedy() {
    let mut file = ErrorFile::json_lines(Vec::new());
    file.refuse(Some(7), &grounds()).unwrap();
    file.refuse(None, &grounds()).unwrap();
    let text = String::from_utf8(file.finish().unwrap()).unwrap();
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["line"], 7);
    assert_eq!(lines[0]["article"], "20(1)");
    assert_eq!(lines[0]["code"], "example");
    assert!(lines[0]["reason"]["zh"].is_string() && lines[0]["remedy"]["en"].is_string());
    assert!(lines[1].get("line").is_none());
    assert!(!text.contains("119999199003078515") && !text.contains("13812345678"));
}

#[test]
fn an_error_file_in_csv_opens_in_spreadsheet_programs_and_runs_nothing() {
    let mut file = ErrorFile::csv(Vec::new()).unwrap();
    file.refuse(Some(7), &grounds()).unwrap();
    let bytes = file.finish().unwrap();
    assert!(bytes.starts_with(b"\xef\xbb\xbf"));
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.starts_with("\u{feff}行号,字段,原因,条款,处理办法"));
    assert!(text.contains("第二十条第（一）项"));
    assert!(text.contains(",'=HYPERLINK(1),"));
    assert!(!text.contains("119999199003078515") && !text.contains("13812345678"));
}

#[test]
fn the_errors_of_a_file_come_back_without_what_they_are_about() {
    let row = GOOD.replace("2026-02-13", "张三119999199003078515");
    let (lines, _) = read(format!("{REQUIRED}\n{row}\n").as_bytes()).unwrap();
    let mut file = ErrorFile::csv(Vec::new()).unwrap();
    file.refuse(Some(lines[0].number), lines[0].outcome.as_ref().unwrap_err()).unwrap();
    let text = String::from_utf8(file.finish().unwrap()).unwrap();
    assert!(text.contains("第十四条") && text.contains("decision_day"));
    assert!(!text.contains("119999199003078515"));
}
