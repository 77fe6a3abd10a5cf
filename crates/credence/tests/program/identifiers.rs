//! `check-id` and `workdays`, with the vectors of the field.

use serde_json::{Value, json};

use super::{names, run, run_in};

/// Codes of well-known bodies, both checks of which pass.
const VALID_CODES: &str = "9111000071093123XX 911100007109250324 91110000710939135P 91110000100010433L 911100001000054748 \
    911100001000044477 91110108551385082Q 91110000101461180X 911100001016367613 91110000600007281U 91110000100003495Y \
    91310000132260250X 91310000631696382C 91220101571145270J 913100001322004345 91100000100003962T 911000001000013428 \
    9111000010169286X1 91110000100018267J 9131010000010000595XD 914403001922038216 91440300708461136T 91330100799655058B \
    91110000802100433B 531000005000160090 52410000663412719U 11110000000021135M 11110000000021485U 1111000000002888XF \
    11110000000028898F 111100000000289003 11110000000028943G 11110000000028935M 11100000MB03271699 11100000MB0341032Y \
    11420000MB15291767 11320100MB1886843H";
/// Published sample numbers, nobody's.
const VALID_CITIZEN_IDS: &str = "11010519491231002X 440524188001010014 34052419800101001X 110101199003078515";

fn check(arguments: &[&str]) -> (i32, Vec<Value>) {
    let run = run(&[&["check-id", "--json"], arguments].concat());
    (run.code, run.objects())
}

#[test]
fn known_codes_are_valid_and_every_object_has_exactly_the_agreed_members() {
    let codes: Vec<&str> = VALID_CODES.split_whitespace().filter(|code| code.len() == 18).collect();
    assert!(codes.len() >= 36);
    let (exit, found) = check(&codes);
    assert_eq!(exit, 0);
    assert_eq!(found.len(), codes.len());
    for (code, found) in codes.iter().zip(&found) {
        assert_eq!(names(found), ["checks", "input", "kind", "normalised", "verdict"], "{code}");
        assert_eq!((&found["input"], &found["verdict"]), (&json!(code), &json!("valid")));
        assert_eq!(found["kind"], "unified_social_credit_code");
        for check in found["checks"].as_array().unwrap() {
            assert_eq!(names(check), ["name", "passed"]);
            assert_eq!(check["passed"], true);
        }
    }
}

#[test]
fn a_failing_check_is_flagged_and_each_check_is_reported_by_itself() {
    let (exit, found) = check(&["91110000600037341N", "91110000100000000X", "91350203M0001QAY9B"]);
    assert_eq!(exit, 0);
    let failing = |found: &Value| -> Vec<String> {
        let checks = found["checks"].as_array().unwrap().iter();
        checks
            .filter(|check| check["passed"] == false)
            .map(|check| check["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert!(found.iter().all(|found| found["verdict"] == "flagged"));
    assert_eq!(failing(&found[0]), ["unified_social_credit_code_check"]);
    assert_eq!(failing(&found[1]), ["unified_social_credit_code_check", "organisation_code_check"]);
    assert_eq!(failing(&found[2]), ["unified_social_credit_code_check"]);
}

#[test]
fn citizen_ids_are_recognised_and_impossible_ones_rejected() {
    let (exit, found) = check(
        &VALID_CITIZEN_IDS.split_whitespace().take(1).chain(["110101199003078515"]).collect::<Vec<_>>(),
    );
    assert_eq!(exit, 0);
    assert!(found.iter().all(|found| found["verdict"] == "valid" && found["kind"] == "citizen_id"));
    let (exit, found) =
        check(&["--kind", "citizen_id", "11010519491331002X", "110101199003078514", "1234567"]);
    assert_eq!(exit, 1);
    let verdicts: Vec<&str> = found.iter().map(|found| found["verdict"].as_str().unwrap()).collect();
    assert_eq!(verdicts, ["rejected", "flagged", "rejected"]);
}

#[test]
fn full_width_and_lower_case_are_normalised() {
    let (exit, found) = check(&["９１１１０１０８５５１３８５０８２ｑ", " 91110108-551385082-q "]);
    assert_eq!(exit, 0);
    assert!(
        found.iter().all(|found| found["normalised"] == "91110108551385082Q" && found["verdict"] == "valid")
    );
}

#[test]
fn identifiers_come_by_lines_too_and_empty_lines_are_none() {
    let run = run_in(
        &std::env::temp_dir(),
        &["check-id", "--json"],
        "\u{FEFF}91110108551385082Q\r\n\r\n000000000000000000\nE12345678\n".as_bytes(),
    );
    let found = run.objects();
    assert_eq!(run.code, 1);
    assert_eq!(
        found.iter().map(|found| found["verdict"].as_str().unwrap()).collect::<Vec<_>>(),
        ["valid", "rejected", "valid"]
    );
    assert_eq!(found[0]["input"], "91110108551385082Q");
    assert_eq!(found[2]["kind"], "chinese_passport");
}

#[test]
fn an_endless_line_is_cut_and_the_next_one_is_read() {
    let input = [vec![b'9'; 5_000_000], b"\n91110108551385082Q\n".to_vec()].concat();
    let run = run_in(&std::env::temp_dir(), &["check-id", "--json"], &input);
    let found = run.objects();
    assert_eq!(found.len(), 2);
    assert_eq!((&found[0]["verdict"], &found[1]["verdict"]), (&json!("rejected"), &json!("valid")));
}

#[test]
fn a_foreign_passport_is_recognised_only_by_its_kind() {
    let (_, found) = check(&["--kind", "foreign-passport", "X1234567"]);
    assert_eq!((&found[0]["kind"], &found[0]["verdict"]), (&json!("foreign_passport"), &json!("valid")));
    let (exit, found) = check(&["X1234567"]);
    assert_eq!((exit, &found[0]["verdict"]), (1, &json!("rejected")));
    assert_eq!(run(&["check-id", "--kind", "licence", "X1"]).code, 2);
}

#[test]
fn options_may_stand_after_the_identifiers() {
    let found = run(&["check-id", "91110108551385082Q", "--json"]);
    assert_eq!(found.objects().len(), 1);
    let explained = run(&["check-id", "--json", "--explain", "9111O108551385082Q"]).object();
    assert_eq!(explained["suggestion"], "91110108551385082Q");
}

#[test]
fn deadlines_of_the_published_years_end_as_the_state_council_arranged() {
    for (from, days, due) in [
        ("2025-01-24", 7, "2025-02-10"),
        ("2025-04-25", 3, "2025-04-29"),
        ("2025-09-26", 10, "2025-10-16"),
        ("2026-02-13", 7, "2026-03-02"),
        ("2026-04-30", 3, "2026-05-08"),
        ("2026-09-30", 7, "2026-10-15"),
    ] {
        let found = run(&["workdays", from, &format!("+{days}"), "--json"]);
        assert_eq!(
            (found.code, found.out.as_str()),
            (0, format!("{{\"from\":\"{from}\",\"working_days\":{days},\"due\":\"{due}\"}}\n").as_str())
        );
        let between = run(&["workdays", from, due, "--json"]).object();
        assert_eq!(between, json!({"from": from, "to": due, "working_days": days}));
    }
    let year =
        |first: &str, last: &str| run(&["workdays", first, last, "--json"]).object()["working_days"].as_u64();
    assert_eq!((year("2024-12-31", "2025-12-31"), year("2025-12-31", "2026-12-31")), (Some(248), Some(248)));
}

#[test]
fn an_unpublished_year_is_unknown_with_a_code_of_its_own() {
    for arguments in [
        ["2026-12-31", "+1"],
        ["2026-12-30", "2027-01-04"],
        ["2026-01-01", "+99999999999"],
        ["1999-01-01", "+1"],
    ] {
        let found = run(&["workdays", arguments[0], arguments[1], "--json"]);
        assert_eq!((found.code, names(&found.object())), (3, vec!["unknown"]), "{arguments:?}");
    }
}

#[test]
fn a_count_that_makes_no_sense_is_explained() {
    for (to, remedy) in [
        ("-7", "earlier day first"),
        ("7", "`+7`"),
        ("2026-02-30", "real day"),
        ("2026-02-12", "earlier day first"),
        ("+x", "`+7`"),
    ] {
        let found = run(&["workdays", "2026-02-13", to]);
        assert_eq!(found.code, 2, "{to}");
        assert!(found.err.contains(remedy), "{to}: {}", found.err);
    }
    assert_eq!(run(&["workdays", "2026-02-13", "+0", "--json"]).object()["due"], "2026-02-13");
}
