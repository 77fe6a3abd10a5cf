//! Filing, line by line (Articles 11, 14, 15, 17).

use register::acts::information::filing::{Filed, FilingFacts, HeldStatement, Into, file, judge, may_file};
use register::catalogue::Catalogue;
use register::record::{BatchNumber, RecordNumber};
use register::subject::{SubjectKind, SubjectNumber};
use serde_json::{Map, Value, json};

use super::fixture::{
    COMPANY, authority, catalogue, compiled, edition, item, law_on, line, organisation_format, person_line,
};

fn codes(item: &str, line: &Map<String, Value>) -> Vec<String> {
    let catalogue = catalogue();
    let authority = authority("market");
    let facts = FilingFacts { authority: &authority, item: compiled(&catalogue, item), edition: 1 };
    match judge(&law_on("2026-11-23"), &facts, 2, line.clone()) {
        Ok(_) => Vec::new(),
        Err(grounds) => grounds.iter().map(|ground| ground.code.to_string()).collect(),
    }
}

fn with(mut line: Map<String, Value>, name: &str, value: Value) -> Map<String, Value> {
    line.insert(name.to_owned(), value);
    line
}

#[test]
fn article_14_a_complete_line_is_judged_and_keeps_no_identifier_in_its_content() {
    let catalogue = catalogue();
    let authority = authority("market");
    let facts = FilingFacts { authority: &authority, item: compiled(&catalogue, "penalty"), edition: 1 };
    let judged = judge(&law_on("2026-11-23"), &facts, 2, line()).unwrap();
    assert_eq!(judged.severity, Some(law::Severity::General));
    assert_eq!(judged.identified.kind, SubjectKind::LegalPerson);
    assert_eq!(judged.name.as_deref(), Some("北京某公司"));
    assert!(!serde_json::to_string(&*judged.content).unwrap().contains(COMPANY));
}

#[test]
fn article_11_only_the_providing_unit_and_its_districts_file_an_item() {
    let catalogue = catalogue();
    for (code, allowed) in [("market", true), ("market-haidian", true), ("tax", false)] {
        let authority = authority(code);
        let facts = FilingFacts { authority: &authority, item: compiled(&catalogue, "penalty"), edition: 1 };
        assert_eq!(may_file(&facts).is_ok(), allowed, "{code}");
    }
}

#[test]
fn article_14_each_fault_of_a_line_is_refused_with_its_ground() {
    let faults: [(&str, Map<String, Value>, &str); 11] = [
        ("penalty", with(line(), "name", json!("119999199003078512")), "personal_number_in_text"),
        ("penalty", with(line(), "document", json!("119999199003078512")), "personal_number_in_text"),
        ("penalty", with(line(), "code", json!("000000000000000000")), "identifier_refused"),
        ("penalty", with(line(), "decided", json!("2026-11-24")), "decision_in_the_future"),
        ("penalty", with(line(), "decided", json!("2026-02-30")), "not_of_the_format"),
        ("penalty", with(line(), "religion", json!("x")), "not_of_the_format"),
        ("penalty", with(line(), "facts", json!("联系电话13812345678")), "personal_number_in_text"),
        ("penalty", with(line(), "category", json!("自然人")), "category_and_identifier_disagree"),
        ("penalty-person", with(person_line(), "number", json!("119999199003078510")), "identifier_refused"),
        ("penalty-person", with(person_line(), "conduct", json!("2008-03-06")), "conduct_before_full_age"),
        ("penalty-person", with(person_line(), "document_type", json!("学生证")), "unknown_document_type"),
    ];
    for (item, line, code) in faults {
        let found = codes(item, &line);
        assert!(found.iter().any(|found| found == code), "{code}: {found:?}");
    }
    let mut missing = line();
    missing.remove("code");
    missing.remove("document");
    assert!(codes("penalty", &missing).len() >= 2, "every ground is reported, not only the first");
}

#[test]
fn article_6_conduct_counts_from_the_day_after_the_eighteenth_birthday() {
    let on = |day: &str| codes("penalty-person", &with(person_line(), "conduct", json!(day)));
    assert_eq!(on("2008-03-07"), ["conduct_before_full_age"]);
    assert_eq!(on("2008-03-08"), Vec::<String>::new());
    assert_eq!(
        codes("commendation-person", &with(person_line(), "conduct", json!("2000-01-01"))),
        Vec::<String>::new()
    );
}

#[test]
fn article_14_a_code_that_fails_its_check_is_filed_and_flagged() {
    let catalogue = catalogue();
    let authority = authority("market");
    let facts = FilingFacts { authority: &authority, item: compiled(&catalogue, "penalty"), edition: 1 };
    let line = with(line(), "code", json!("91350203M0001QAY9B"));
    assert!(judge(&law_on("2026-11-23"), &facts, 2, line).unwrap().identified.flagged);
}

#[test]
fn lower_case_and_full_width_codes_are_normalised() {
    for written in ["91110108551385082q", "９１１１０１０８５５１３８５０８２Ｑ", " 91110108-551385082-Q "]
    {
        assert_eq!(
            codes("penalty", &with(line(), "code", json!(written))),
            Vec::<String>::new(),
            "{written}"
        );
    }
}

#[test]
fn article_14_the_same_statement_is_unchanged_and_a_changed_one_points_to_correct() {
    let catalogue = catalogue();
    let authority = authority("market");
    let facts = FilingFacts { authority: &authority, item: compiled(&catalogue, "penalty"), edition: 1 };
    let judged = judge(&law_on("2026-11-23"), &facts, 2, line()).unwrap();
    let item = &facts.item.item;
    let into = Into {
        batch: BatchNumber(2),
        staged: false,
        item: &item.code,
        authority: &authority.code,
        edition: 1,
        class: item.class,
    };
    let held =
        |same_content| Some(HeldStatement { record: RecordNumber(5), batch: BatchNumber(1), same_content });
    let outcome = |held| file(&into, judged.clone(), SubjectNumber(7), false, false, held, RecordNumber(9));
    assert!(
        matches!(outcome(None), Filed::New(event) if event.record == RecordNumber(9) && event.name.is_some())
    );
    assert!(matches!(outcome(held(true)), Filed::Unchanged(_)));
    let Filed::Refused(ground) = outcome(held(false)) else { panic!("a changed statement is refused") };
    assert!(ground.remedy.unwrap().en.contains("/records/5/corrections"));
}

#[test]
fn article_17_an_edition_with_a_special_category_field_or_an_open_format_is_refused() {
    let mut special =
        item("penalty", "untrustworthiness", &["legal_person"], "proactive", "unconditional", &[]);
    special["format"]["properties"]["blood_type"] = json!({"type": "string", "maxLength": 2});
    let mut open = item("penalty", "untrustworthiness", &["legal_person"], "proactive", "unconditional", &[]);
    open["format"] = organisation_format();
    open["format"]["additionalProperties"] = json!(true);
    let mut nested =
        item("penalty", "untrustworthiness", &["legal_person"], "proactive", "unconditional", &[]);
    nested["format"]["properties"]["more"] = json!({"type": "object"});
    for (what, item) in [("special", special), ("open", open), ("nested", nested)] {
        assert!(Catalogue::compile(1, edition(vec![item])).is_err(), "{what}");
    }
}
