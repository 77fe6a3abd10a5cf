//! The error file.

use exchange::{ErrorFile, Layout, Limits, return_lines};
use law::Citation;
use register::ruling::{Bilingual, Ground};

use crate::fixture::{GOOD, REQUIRED, codes, csv, only, penalty_format, read};

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

/// What comes back of a file: whatever of it is refused.
fn returned(bytes: &[u8]) -> String {
    let format = penalty_format();
    let (lines, _) = read(bytes).unwrap();
    let refused: Vec<(u64, Vec<Ground>)> =
        lines.into_iter().filter_map(|line| Some((line.number, line.outcome.err()?))).collect();
    let refused = refused.iter().map(|(line, grounds)| (*line, grounds.as_slice()));
    let mut target = Vec::new();
    return_lines(bytes, Layout::detect(&format), Limits::default(), refused, &mut target).unwrap();
    String::from_utf8(target).unwrap()
}

#[test]
fn article_14_refused_rows_come_back_as_they_were_filed_and_are_filed_when_corrected() {
    let formula = GOOD.replace("无证经营", "=1+2").replace("2026-02-13", "13 Feb");
    let bad_twice = GOOD.replace("2026-02-13", "someday").replace("91110108551385082Q", "");
    let few = "北京某某有限公司,91110108551385082Q";
    let torn = GOOD.replace("无证经营", "\"无\"证经营");
    let bytes = csv(&[&formula, GOOD, &bad_twice, few, &torn]);
    let back = returned(&bytes);
    let rows: Vec<&str> = back.trim_start_matches('\u{feff}').lines().collect();
    assert!(rows[0].starts_with(REQUIRED) && rows[0].contains(",退回行号,退回字段,退回原因,"));
    assert_eq!(rows.len(), 5, "the good row is not among them, and no row runs over two lines");
    assert!(rows[1].contains(",'=1+2,") && rows[1].contains(",2,decision_day,"));
    assert!(rows[3].starts_with(&format!("\"{few}\",,")), "what is no row comes back whole: {}", rows[3]);
    assert!(rows[4].contains("无\"\"证经营"), "{}", rows[4]);

    // Filed again as it stands, nothing is taken, and the reasons are neither read nor reported as dropped.
    let (lines, summary) = read(back.as_bytes()).unwrap();
    assert_eq!(lines.len(), 4);
    // What came back whole in its first cell is a name and nothing else: no line of which the register takes anything.
    let whole = |line: &exchange::Line| line.outcome.as_ref().is_ok_and(|content| content.len() == 1);
    assert!(lines.iter().all(|line| line.outcome.is_err() || whole(line)), "{lines:?}");
    assert!(summary.dropped.is_empty(), "{:?}", summary.dropped);
    assert_eq!(codes(lines[0].outcome.as_ref().unwrap_err()), ["no_day"]);

    // Corrected, the row is what the filer wrote, without what kept a spreadsheet program from it.
    let corrected = back.replace("13 Feb", "2026-02-13").replace(rows[3], "").replace(rows[4], "");
    let (lines, _) = read(corrected.as_bytes()).unwrap();
    assert_eq!(lines[0].outcome.as_ref().unwrap()["facts"], "=1+2");
    // What is still wrong comes back once more under the same columns.
    let again = returned(corrected.as_bytes());
    assert_eq!(again.matches("退回行号").count(), 1);
    assert_eq!(again.lines().count(), 2, "{again}");
    let still = returned(back.as_bytes());
    assert!(still.contains(",'=1+2,") && !still.contains("''=1+2"));
}

#[test]
fn article_14_two_rows_of_headings_come_back_and_are_read_again() {
    let format = penalty_format();
    let names: Vec<&str> = REQUIRED
        .split(',')
        .map(|code| {
            let is_it = |field: &&register::format::Field| field.annotation.code.as_deref() == Some(code);
            format.fields().iter().find(is_it).unwrap().chinese_name.as_str()
        })
        .collect();
    let bad = GOOD.replace("2026-02-13", "someday");
    let back = returned(format!("{}\n{REQUIRED}\n{bad}\n", names.join(",")).as_bytes());
    let corrected = back.replace("someday", "2026-02-13");
    assert_eq!(only(corrected.as_bytes())["decision_day"], "2026-02-13");
}

#[test]
fn article_14_refused_lines_of_json_come_back_with_their_reasons_in_a_member_that_is_not_read() {
    let good: String = {
        let content = only(&csv(&[GOOD]));
        serde_json::to_string(&content).unwrap()
    };
    let bad = good.replace("2026-02-13", "someday").replace('}', ",\"extra\":1.10}");
    let back = returned(format!("{bad}\n{good}\n[1]\n").as_bytes());
    let lines: Vec<&str> = back.lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(
        lines[0].contains("1.10")
            && lines[0].contains("\"_refused\":[{\"line\":1,\"field\":\"decision_day\"")
    );
    assert!(lines[1].starts_with("{\"_line\":\"[1]\",\"_refused\":["));
    let corrected = lines[0].replace("someday", "2026-02-13");
    let (read_again, summary) = read(corrected.as_bytes()).unwrap();
    assert_eq!(serde_json::to_string(read_again[0].outcome.as_ref().unwrap()).unwrap(), good);
    assert_eq!(summary.dropped.keys().collect::<Vec<_>>(), ["extra"]);
    // It comes back a second time with the new reasons alone.
    let still = returned(lines[0].as_bytes());
    assert_eq!(still.matches("_refused").count(), 1);
}
