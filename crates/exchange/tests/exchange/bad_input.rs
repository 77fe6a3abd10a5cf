//! Each bad input of the specification that concerns files, and some more.

use encoding_rs::GB18030;
use exchange::{Layout, Limits, Opening, read_lines};

use crate::fixture::{
    GOOD, REQUIRED, codes, csv, only, outcomes, penalty_format, read, read_within, refused,
};

#[test]
fn an_empty_file_is_refused() {
    assert_eq!(refused(b""), ["empty_file"]);
    assert_eq!(refused(b"\xef\xbb\xbf\r\n \n"), ["empty_file"]);
    assert_eq!(refused(format!("{REQUIRED}\n").as_bytes()), ["no_lines"]);
}

#[test]
fn missing_columns_are_all_listed_with_code_and_chinese_name() {
    let error = read("CF_XDR_MC,CF_WSH\na,b\n".as_bytes()).unwrap_err();
    let grounds = error.grounds().unwrap();
    let fields: Vec<_> = grounds.iter().map(|ground| ground.field.as_deref().unwrap()).collect();
    assert_eq!(
        fields,
        ["deciding_authority", "decision_day", "facts", "penalty_kinds", "unified_social_credit_code"]
    );
    assert!(grounds.iter().all(|ground| ground.code == "missing_column" && ground.remedy.is_some()));
    assert!(grounds[1].reason.zh.contains("CF_JDRQ") && grounds[1].reason.zh.contains("处罚决定日期"));
    assert!(matches!(error, Opening::Headings(_)));
}

#[test]
fn duplicate_headers_are_refused_naming_both_columns() {
    let error = read(format!("{REQUIRED},行政处罚决定书文号\n{GOOD},x\n").as_bytes()).unwrap_err();
    let grounds = error.grounds().unwrap();
    assert_eq!(codes(&grounds), ["repeated_heading"]);
    let reason = &grounds[0].reason.en;
    assert!(
        reason.contains("column 3 `CF_WSH`") && reason.contains("column 8 `行政处罚决定书文号`"),
        "{reason}"
    );
    assert_eq!(refused(format!("{REQUIRED},x,y,x\n{GOOD},1,2,3\n").as_bytes()), ["repeated_heading"]);
}

#[test]
fn other_kinds_of_files_are_refused_with_what_to_do() {
    assert_eq!(refused(b"\xff\xfe{\0\"\0"), ["wide_encoding"]);
    assert_eq!(refused(b"PK\x03\x04\x14\0xl/workbook.xml"), ["workbook"]);
    assert_eq!(refused(b"[{\"facts\":\"x\"}]"), ["json_list"]);
    assert_eq!(refused(b"{\n  \"facts\": \"x\"\n}\n"), ["spread_json"]);
    assert_eq!(refused(b"<table><tr><td>"), ["markup"]);
}

#[test]
fn nul_bytes_refuse_their_line_and_the_rest_goes_on() {
    let nul = GOOD.replace("无证经营", "无证\0经营");
    let (lines, _) = read(&csv(&[GOOD, &nul, GOOD])).unwrap();
    assert_eq!(outcomes(&lines), [(2, vec![]), (3, vec!["nul_character".to_owned()]), (4, vec![])]);
    let (lines, _) = read(b"{\"facts\":\"a\\u0000b\"}\n{\"facts\":\"a\0b\"}\n{\"facts\":\"c\"}\n").unwrap();
    assert_eq!(
        outcomes(&lines),
        [(1, vec!["nul_character".to_owned()]), (2, vec!["nul_character".to_owned()]), (3, vec![])]
    );
}

#[test]
fn lone_surrogates_refuse_their_line() {
    let (lines, _) =
        read(b"{\"facts\":\"\\ud800\"}\n{\"x\":[\"\\udc00\"]}\n{\"facts\":\"\\ud842\\udfb7\"}\n").unwrap();
    assert_eq!(
        outcomes(&lines),
        [(1, vec!["lone_surrogate".to_owned()]), (2, vec!["lone_surrogate".to_owned()]), (3, vec![])]
    );
}

#[test]
fn mixed_encodings_refuse_the_lines_that_differ_and_the_rest_goes_on() {
    let (other, _, _) = GB18030.encode(GOOD);
    let mut file = csv(&[GOOD, GOOD]);
    file.extend_from_slice(&other);
    file.extend_from_slice(format!("\n{GOOD}\n").as_bytes());
    file.extend_from_slice(b"\xff\xff,x\n");
    let (lines, _) = read(&file).unwrap();
    assert_eq!(
        outcomes(&lines),
        [
            (2, vec![]),
            (3, vec![]),
            (4, vec!["other_encoding".to_owned()]),
            (5, vec![]),
            (6, vec!["undecodable".to_owned()])
        ]
    );
    let text = format!("{REQUIRED}\n{GOOD}\n{GOOD}\n");
    let (gb18030, _, _) = GB18030.encode(&text);
    let mut file = gb18030.into_owned();
    file.extend_from_slice(format!("{GOOD}\n").as_bytes());
    let (lines, _) = read(&file).unwrap();
    assert_eq!(outcomes(&lines), [(2, vec![]), (3, vec![]), (4, vec!["other_encoding".to_owned()])]);
}

#[test]
fn five_hundred_errors_are_five_hundred_errors() {
    let bad = GOOD.replace("2026-02-13", "2026-02-30");
    let rows: Vec<&str> = std::iter::repeat_n(bad.as_str(), 500).collect();
    let (lines, summary) = read(&csv(&rows)).unwrap();
    assert_eq!((summary.lines, summary.refused), (500, 500));
    assert!(lines.iter().zip(2..).all(|(line, number)| line.number == number
        && codes(line.outcome.as_ref().unwrap_err()) == ["impossible_day"]));
}

#[test]
fn every_error_of_a_line_is_reported_and_the_rest_of_it_is_kept_apart() {
    let file = format!("{REQUIRED},CF_NR_FK,CF_YXQ\n{GOOD},1.2345678,2026-13-01\n")
        .replace("2026-02-13", "2026-02-30");
    let (lines, _) = read(file.as_bytes()).unwrap();
    let mut found = codes(lines[0].outcome.as_ref().unwrap_err());
    found.sort();
    assert_eq!(found, ["impossible_day", "impossible_day", "too_many_decimals"]);
    assert_eq!(lines[0].readable["facts"], "无证经营");
    assert!(!lines[0].readable.contains_key("decision_day"));
}

#[test]
fn article_14_an_amount_with_seven_decimals_is_refused() {
    let file = format!("{REQUIRED},罚款金额（万元）\n{GOOD},1.2345678\n");
    let (lines, _) = read(file.as_bytes()).unwrap();
    let grounds = lines[0].outcome.as_ref().unwrap_err();
    assert_eq!(codes(grounds), ["too_many_decimals"]);
    assert_eq!(grounds[0].field.as_deref(), Some("fine_fen"));
    assert_eq!(grounds[0].article.to_string(), "14");
    let (lines, _) = read(b"{\"CF_NR_FK\":0.1234567}\n{\"CF_NR_FK\":\"0.1234567\"}\n").unwrap();
    assert!(lines.iter().all(|line| codes(line.outcome.as_ref().unwrap_err()) == ["too_many_decimals"]));
}

#[test]
fn article_17_a_prohibited_field_refuses_the_line_wherever_it_hides() {
    for line in [
        r#"{"facts":"x","religion":"y"}"#,
        r#"{"facts":"x","宗教信仰":null}"#,
        r#"{"facts":"x","extra":{"person":[{"bloodType":"A"}]}}"#,
        r#"{"facts":"{\"disease\":\"y\"}"}"#,
        r#"{"facts":{"genes":"y"}}"#,
    ] {
        let (lines, _) = read(line.as_bytes()).unwrap();
        let grounds = lines[0].outcome.as_ref().unwrap_err();
        let ground = grounds.iter().find(|ground| ground.code == "special_category").unwrap();
        assert_eq!(ground.article.to_string(), "17", "{line}");
        assert_eq!(lines[0].prohibited.len(), 1, "{line}");
    }
}

#[test]
fn article_17_a_prohibited_column_refuses_the_lines_that_fill_it() {
    let (lines, summary) = read(format!("{REQUIRED},宗教信仰\n{GOOD},\n{GOOD},某教\n").as_bytes()).unwrap();
    assert_eq!(outcomes(&lines), [(2, vec![]), (3, vec!["special_category".to_owned()])]);
    assert_eq!(summary.dropped.get("宗教信仰"), Some(&1));
    assert!(!format!("{lines:?}").contains("某教"));
    let (lines, _) =
        read(format!("{REQUIRED},备注\n{GOOD},\"{{\"\"血型\"\":\"\"A\"\"}}\"\n").as_bytes()).unwrap();
    assert_eq!(outcomes(&lines), [(2, vec!["special_category".to_owned()])]);
}

#[test]
fn an_unclosed_quote_costs_one_line() {
    let open = GOOD.replace("无证经营", "\"无证经营");
    let (lines, _) = read(&csv(&[GOOD, &open, GOOD, GOOD])).unwrap();
    assert_eq!(outcomes(&lines), [(2, vec![]), (3, vec!["quotes".to_owned()]), (4, vec![]), (5, vec![])]);
}

#[test]
fn a_line_with_other_than_as_many_cells_as_headings_is_refused() {
    let short = GOOD.rsplit_once(',').unwrap().0;
    let long = format!("{GOOD},x");
    let (lines, _) = read(&csv(&[short, &long])).unwrap();
    assert_eq!(outcomes(&lines), [(2, vec!["cell_count".to_owned()]), (3, vec!["cell_count".to_owned()])]);
}

#[test]
fn json_that_is_none_is_refused_line_by_line() {
    let (lines, _) = read(
        b"{\"facts\":\"x\"}\n\nnot json\n[1]\n{\"facts\":1,\"facts\":2}\n{\"facts\":\"y\",\"CF_SY\":\"z\"}\n",
    )
    .unwrap();
    assert_eq!(
        outcomes(&lines),
        [
            (1, vec![]),
            (3, vec!["not_json".to_owned()]),
            (4, vec!["not_an_object".to_owned()]),
            (5, vec!["repeated_key".to_owned()]),
            (6, vec!["same_field_twice".to_owned()])
        ]
    );
}

#[test]
fn codes_in_lower_case_or_full_width_come_through_for_the_register_to_normalise() {
    let row = GOOD.replace("91110108551385082Q", " ９１１１０１０８５５１３８５０８２ｑ ");
    assert_eq!(only(&csv(&[&row]))["unified_social_credit_code"], "９１１１０１０８５５１３８５０８２ｑ");
}

#[test]
fn a_line_over_the_limit_is_refused_with_its_number_and_the_rest_goes_on() {
    let limits = Limits { line_bytes_max: 400, ..Limits::default() };
    let long = GOOD.replace("无证经营", &"长".repeat(400));
    let (lines, _) = read_within(&csv(&[GOOD, &long, GOOD]), limits).unwrap();
    assert_eq!(outcomes(&lines), [(2, vec![]), (3, vec!["line_too_long".to_owned()]), (4, vec![])]);
    let (lines, _) =
        read_within(format!("{{\"facts\":\"{}\"}}\n{{\"facts\":\"x\"}}", "y".repeat(500)).as_bytes(), limits)
            .unwrap();
    assert_eq!(outcomes(&lines), [(1, vec!["line_too_long".to_owned()]), (2, vec![])]);
}

#[test]
fn an_error_of_the_source_is_an_error_and_no_end_of_file() {
    struct Broken(Vec<u8>);
    impl std::io::Read for Broken {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            if self.0.is_empty() {
                return Err(std::io::Error::other("the connection was lost"));
            }
            let length = buffer.len().min(self.0.len());
            buffer[..length].copy_from_slice(&self.0[..length]);
            self.0.drain(..length);
            Ok(length)
        }
    }
    let format = penalty_format();
    let file = csv(&vec![GOOD; 2000]);
    let mut lines = read_lines(Broken(file), Layout::detect(&format), Limits::default()).unwrap();
    assert!(lines.by_ref().any(|line| line.is_err()));
    assert!(lines.next().is_none());
    assert!(lines.finish().is_err(), "there is no digest of half a file");
}

#[test]
fn every_ground_has_both_languages_an_article_and_a_remedy() {
    let file = format!("{REQUIRED},CF_NR_FK,血型\n{GOOD},-1,A\n\0,a\n{GOOD},1\nx,\"\n")
        .replace("2026-02-13", "46066");
    let (lines, _) = read(file.as_bytes()).unwrap();
    let grounds: Vec<_> = lines.iter().flat_map(|line| line.outcome.as_ref().unwrap_err()).collect();
    assert!(grounds.len() >= 6, "{grounds:?}");
    for ground in grounds {
        assert!(!ground.reason.zh.is_empty() && !ground.reason.en.is_empty());
        assert!(ground.remedy.is_some(), "{ground:?}");
        assert!(ground.article.beijing_article().is_some());
        assert!(!ground.reason.en.ends_with('.'), "{}", ground.reason.en);
    }
}
