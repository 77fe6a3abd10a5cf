use serde_json::json;

use super::*;
use crate::testing::penalty_format;

fn read(field: &str, cell: &str) -> Result<Option<Value>, String> {
    let format = penalty_format();
    let plan = Plan::new(&format, format.field(field).unwrap());
    plan.read(Given::Cell(cell), Reading::Outside).map_err(|ground| ground.code.into_owned())
}

fn read_json(field: &str, value: Json, reading: Reading) -> Result<Option<Value>, String> {
    let format = penalty_format();
    let plan = Plan::new(&format, format.field(field).unwrap());
    plan.read(Given::Json(&value), reading).map_err(|ground| ground.code.into_owned())
}

fn refused(code: &str) -> Result<Option<Value>, String> {
    Err(code.to_owned())
}

#[test]
fn an_empty_cell_is_absent() {
    for cell in ["", "  ", "\u{3000}\t", "\u{feff}", "=\"\""] {
        assert_eq!(read("facts", cell), Ok(None));
    }
}

#[test]
fn placeholders_are_absent_in_optional_forms_and_identifiers_only() {
    for cell in ["无", "/", "NULL", "null", "—", "N/A", "--"] {
        assert_eq!(read("fine_fen", cell), Ok(None), "{cell}");
        assert_eq!(read("penalty_valid_until_day", cell), Ok(None), "{cell}");
        assert_eq!(read("business_registration_number", cell), Ok(None), "{cell}");
        assert_eq!(read("remark", cell), Ok(Some(json!(cell))), "{cell}: free text stays");
        assert_eq!(
            read("decision_day", cell),
            refused("no_day"),
            "{cell}: a required field is not left out so"
        );
    }
}

#[test]
fn text_is_trimmed_and_otherwise_left_alone() {
    assert_eq!(read("facts", " ＡＢ　c，“d” \n"), Ok(Some(json!("ＡＢ　c，“d”"))));
    assert_eq!(read("facts", "a\r\nb"), Ok(Some(json!("a\nb"))));
    assert_eq!(read("business_registration_number", "=\"0012\""), Ok(Some(json!("0012"))));
    assert_eq!(read("business_registration_number", "'0012"), Ok(Some(json!("0012"))));
    assert_eq!(
        read("unified_social_credit_code", "\t91110108551385082q"),
        Ok(Some(json!("91110108551385082q")))
    );
}

#[test]
fn what_a_conversion_or_a_spreadsheet_has_lost_is_refused() {
    assert_eq!(read("counterparty_name", "北京\u{fffd}公司"), refused("lost_character"));
    assert_eq!(read("facts", "a\u{7}b"), refused("control_character"));
    assert_eq!(read("unified_social_credit_code", "9.11101E+17"), refused("power_of_ten"));
    assert_eq!(read("facts", "9.11101E+17"), Ok(Some(json!("9.11101E+17"))));
}

#[test]
fn open_ended_days_become_the_templates_own() {
    for cell in ["长期", "无固定期限", "2099-12-31", "9999-12-31", "9999/12/31", "永久"] {
        assert_eq!(read("penalty_valid_until_day", cell), Ok(Some(json!("2099-12-31"))), "{cell}");
    }
    assert_eq!(read("decision_day", "长期"), refused("no_day"));
    assert_eq!(read("decision_day", "9999-12-31"), Ok(Some(json!("9999-12-31"))), "only an end may be open");
}

#[test]
fn article_14_an_impossible_date_names_field_reason_article_and_remedy() {
    let format = penalty_format();
    let plan = Plan::new(&format, format.field("decision_day").unwrap());
    let ground = plan.read(Given::Cell("2026-02-30"), Reading::Outside).unwrap_err();
    assert_eq!(ground.code, "impossible_day");
    assert_eq!(ground.article.to_string(), "14");
    assert_eq!(ground.field.as_deref(), Some("decision_day"));
    assert!(ground.reason.zh.contains("处罚决定日期") && ground.reason.zh.contains("`2026-02-30`"));
    assert!(ground.reason.en.contains("`2026-02-30`"));
    assert!(ground.remedy.is_some());
}

#[test]
fn lists_are_parted_by_either_semicolon() {
    assert_eq!(read("penalty_kinds", "罚款; 警告；罚款;;"), Ok(Some(json!(["罚款", "警告"]))));
    assert_eq!(read("penalty_kinds", "；;"), Ok(None));
    let list = Json::List(vec![Json::Text(" 罚款 ".into()), Json::Nothing, Json::Text("罚款".into())]);
    assert_eq!(read_json("penalty_kinds", list, Reading::Canonical), Ok(Some(json!(["罚款"]))));
    let nested = Json::List(vec![Json::List(vec![])]);
    assert_eq!(read_json("penalty_kinds", nested, Reading::Canonical), refused("wrong_type"));
}

#[test]
fn the_heading_decides_the_unit_of_an_amount() {
    let number = |digits: &str| Json::Number(digits.to_owned().into());
    assert_eq!(read_json("fine_fen", number("5"), Reading::Canonical), Ok(Some(json!(5))));
    assert_eq!(read_json("fine_fen", number("5"), Reading::Outside), Ok(Some(json!(5_000_000))));
    assert_eq!(read_json("fine_fen", number("0.123456"), Reading::Outside), Ok(Some(json!(123_456))));
    assert_eq!(read_json("fine_fen", number("0.1234567"), Reading::Outside), refused("too_many_decimals"));
    assert_eq!(read_json("fine_fen", number("0.5"), Reading::Canonical), refused("too_many_decimals"));
    assert_eq!(read_json("fine_fen", Json::Text("0.5".into()), Reading::Outside), Ok(Some(json!(500_000))));
    assert_eq!(read_json("fine_fen", number("-5"), Reading::Canonical), refused("negative_amount"));
}

#[test]
fn a_value_of_another_type_is_refused_by_field() {
    let object = || Json::Object(vec![]);
    assert_eq!(read_json("facts", object(), Reading::Canonical), refused("wrong_type"));
    assert_eq!(read_json("facts", Json::List(vec![]), Reading::Canonical), refused("wrong_type"));
    assert_eq!(read_json("fine_fen", object(), Reading::Canonical), refused("wrong_type"));
    assert_eq!(read_json("facts", Json::Flag(true), Reading::Canonical), refused("wrong_type"));
    assert_eq!(
        read_json("decision_day", Json::Number("20260213".into()), Reading::Outside),
        Ok(Some(json!("2026-02-13")))
    );
    assert_eq!(
        read_json("decision_document_number", Json::Number("12".into()), Reading::Outside),
        Ok(Some(json!("12")))
    );
    assert_eq!(
        read_json("decision_document_number", Json::Number("1.5".into()), Reading::Outside),
        refused("wrong_type")
    );
}

#[test]
fn a_reason_never_repeats_a_person_s_number_or_name() {
    let format = penalty_format();
    let plan = Plan::new(&format, format.field("decision_day").unwrap());
    let ground = plan.read(Given::Cell("张三 119999199003078515"), Reading::Outside).unwrap_err();
    assert!(
        !ground.reason.zh.contains("119999199003078515") && !ground.reason.en.contains("119999199003078515")
    );
    // Columns have slipped: a name, a permit, a passport, a bank card stand where a day or an amount belongs.
    for slipped in ["孙样本", "H01234567", "E12345678", "6222021234567890123", "119999199003078515"] {
        for field in ["decision_day", "fine_fen"] {
            let plan = Plan::new(&format, format.field(field).unwrap());
            let ground = plan.read(Given::Cell(slipped), Reading::Outside).unwrap_err();
            assert!(!ground.reason.zh.contains(slipped) && !ground.reason.en.contains(slipped), "{ground:?}");
        }
    }
    let ground = plan.read(Given::Cell("2026-02-30"), Reading::Outside).unwrap_err();
    assert!(ground.reason.zh.contains("“处罚决定日期”的值 `2026-02-30`"), "{}", ground.reason.zh);
}

#[test]
fn article_35_of_lines_about_persons_a_reason_repeats_nothing() {
    let format = Format::new(json!({
        "type": "object", "additionalProperties": false,
        "properties": {
            "number": {"type": "string", "maxLength": 64, "title": "证件号码", "credence": {"role": "subject_document_number"}},
            "day": {"type": "string", "format": "date", "title": "日期", "credence": {"form": "day"}}
        }
    }))
    .unwrap();
    let plan = Plan::new(&format, format.field("day").unwrap());
    let ground = plan.read(Given::Cell("1990-03-32"), Reading::Outside).unwrap_err();
    assert!(!ground.reason.zh.contains("1990") && !ground.reason.en.contains("1990"), "{ground:?}");
    assert!(ground.reason.en.contains("a text of 10 characters"));
}

#[test]
fn flags_and_lists_of_numbers_follow_the_schema() {
    let format = Format::new(json!({
        "type": "object", "additionalProperties": false,
        "properties": {
            "settled": {"type": "boolean", "title": "是否履行"},
            "years": {"type": "array", "items": {"type": "integer"}, "maxItems": 9, "title": "年度"},
            "count": {"type": "integer", "title": "次数"}
        }
    }))
    .unwrap();
    let read = |field: &str, cell: &str| {
        Plan::new(&format, format.field(field).unwrap())
            .read(Given::Cell(cell), Reading::Outside)
            .map_err(|ground| ground.code.into_owned())
    };
    assert_eq!(read("settled", "是"), Ok(Some(json!(true))));
    assert_eq!(read("settled", "FALSE"), Ok(Some(json!(false))));
    assert_eq!(read("settled", "maybe"), refused("no_flag"));
    assert_eq!(read("years", "2024;2025；2024"), Ok(Some(json!([2024, 2025]))));
    assert_eq!(read("count", "3.0"), Ok(Some(json!(3))));
    assert_eq!(read("count", "x"), refused("no_number"));
}
