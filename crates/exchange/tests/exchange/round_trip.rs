//! What is written is read back; what is sent makes nothing fall over.

use exchange::{CsvStyle, Encoding, Headings, Limits, write_csv, write_json_lines};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::fixture::{penalty_format, read, read_within};

/// Text as it is in canonical form: trimmed, not empty, and nothing that is read as something else.
fn text() -> impl Strategy<Value = String> {
    "[a-zA-Z甲乙丙龘𠮷０-９][a-zA-Z0-9甲乙丙龘𠮷、，。；;,\"' =/+\\n-]{0,12}[a-zA-Z甲乙丙]"
}

fn day() -> impl Strategy<Value = String> {
    (1990_i32..2099, 1_u8..=12, 1_u8..=28)
        .prop_map(|(year, month, day)| format!("{year}-{month:02}-{day:02}"))
}

fn line() -> impl Strategy<Value = Map<String, Value>> {
    let kinds = proptest::collection::vec("[甲乙丙a-z]{1,4}", 1..4).prop_map(|mut kinds| {
        let mut seen = std::collections::HashSet::new();
        kinds.retain(|kind| seen.insert(kind.clone()));
        kinds
    });
    let required = (text(), "[0-9A-Z]{18}", text(), text(), kinds, day(), text());
    let optional = (
        proptest::option::of(0_i64..1_000_000_000_000_000_000),
        proptest::option::of(0_i64..1_000_000_000_000_000_000),
        proptest::option::of(day()),
        proptest::option::of(text()),
    );
    (required, optional).prop_map(
        |((name, code, number, facts, kinds, day, authority), (fine, fee, until, remark))| {
            let mut line = Map::new();
            let mut put = |name: &str, value: Option<Value>| {
                if let Some(value) = value {
                    line.insert(name.to_owned(), value);
                }
            };
            put("counterparty_name", Some(json!(name)));
            put("unified_social_credit_code", Some(json!(code)));
            put("decision_document_number", Some(json!(number)));
            put("facts", Some(json!(facts)));
            put("penalty_kinds", Some(json!(kinds)));
            put("decision_day", Some(json!(day)));
            put("deciding_authority", Some(json!(authority)));
            put("fine_fen", fine.map(|fen| json!(fen)));
            put("fee_fen", fee.map(|fen| json!(fen)));
            put("penalty_valid_until_day", until.map(|until| json!(until)));
            put("remark", remark.map(|remark| json!(remark)));
            line
        },
    )
}

fn read_back(bytes: &[u8]) -> Vec<Map<String, Value>> {
    let (lines, _) = read(bytes).unwrap();
    lines.into_iter().map(|line| line.outcome.unwrap()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn canonical_lines_come_back_from_csv_in_every_style(lines in proptest::collection::vec(line(), 1..6)) {
        for headings in [Headings::Codes, Headings::ChineseNames, Headings::NamesAndCodes] {
            for encoding in [Encoding::Utf8, Encoding::Utf8WithMark, Encoding::Gb18030] {
                let mut file = Vec::new();
                write_csv(&mut file, &penalty_format(), &lines, CsvStyle { headings, encoding }).unwrap();
                prop_assert_eq!(&read_back(&file), &lines);
            }
        }
    }

    #[test]
    fn canonical_lines_come_back_from_json_lines(lines in proptest::collection::vec(line(), 1..6)) {
        let mut file = Vec::new();
        write_json_lines(&mut file, &lines).unwrap();
        prop_assert_eq!(&read_back(&file), &lines);
    }

    #[test]
    fn what_was_read_reads_the_same_when_it_is_written_again(rows in proptest::collection::vec("[a-z甲乙,\" ;；0-9.-]{0,30}", 1..8)) {
        let file = format!("CF_XDR_MC,CF_XDR_SHXYM,CF_WSH,CF_SY,CF_CFLB,CF_JDRQ,CF_CFJG,BZ\n{}\n", rows.join("\n"));
        if let Ok((lines, _)) = read(file.as_bytes()) {
            let once: Vec<_> = lines.into_iter().filter_map(|line| line.outcome.ok()).filter(|line| !line.is_empty()).collect();
            if !once.is_empty() {
                let mut written = Vec::new();
                write_csv(&mut written, &penalty_format(), &once, CsvStyle::default()).unwrap();
                prop_assert_eq!(&read_back(&written), &once);
            }
        }
    }

    #[test]
    fn arbitrary_bytes_make_nothing_fall_over(bytes in proptest::collection::vec(any::<u8>(), 0..400), small in any::<bool>()) {
        let limits = if small {
            Limits { line_bytes_max: 16, record_lines_max: 3, reread_bytes_max: 64, dropped_names_max: 2 }
        } else {
            Limits::default()
        };
        let _ = read_within(&bytes, limits);
        let mut csv = b"CF_XDR_MC,CF_XDR_SHXYM,CF_WSH,CF_SY,CF_CFLB,CF_JDRQ,CF_CFJG\n".to_vec();
        csv.extend_from_slice(&bytes);
        let _ = read_within(&csv, limits);
        let mut json = b"{\"facts\":".to_vec();
        json.extend_from_slice(&bytes);
        let _ = read_within(&json, limits);
    }
}
