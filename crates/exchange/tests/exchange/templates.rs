//! The templates' columns, and empty templates.

use exchange::template_csv;
use exchange::templates::{Obligation, PENALTY, PERMIT, Template};
use register::format::Format;
use serde_json::json;

use crate::fixture::{penalty_format, read};

#[test]
fn an_empty_template_has_the_headings_that_the_reader_asks_for() {
    let template = template_csv(&penalty_format());
    assert!(template.starts_with("\u{feff}行政相对人名称*,"));
    assert_eq!(template.lines().count(), 1);
    let cells = template.matches(',').count();
    let file = format!("{template}x{}\n", ",".repeat(cells));
    let (lines, summary) = read(file.as_bytes()).unwrap();
    assert_eq!(lines[0].outcome.as_ref().unwrap()["counterparty_name"], "x");
    assert!(summary.dropped.is_empty(), "every heading of the template is known: {:?}", summary.dropped);
}

#[test]
fn fields_with_the_same_chinese_name_are_told_apart_in_a_template() {
    let property =
        |code: &str| json!({"type": "string", "maxLength": 9, "title": "同名", "credence": {"code": code}});
    let format = Format::new(json!({
        "type": "object", "additionalProperties": false, "required": ["b"],
        "properties": {"a": property("X_A"), "b": property("X_B")}
    }))
    .unwrap();
    assert_eq!(template_csv(&format), "\u{feff}X_A,X_B*\r\n");
}

#[test]
fn the_templates_have_the_columns_of_the_standard() {
    let codes = |template: Template| template.columns().map(|column| column.code).collect::<Vec<_>>();
    assert_eq!(codes(Template::PenaltyOrganisations).len(), 28);
    assert_eq!(codes(Template::PermitPersons).len(), 19);
    assert!(codes(Template::PenaltyPersons).contains(&"CF_XDR_ZJHM"));
    assert!(!codes(Template::PenaltyPersons).contains(&"CF_XDR_SHXYM"));
    assert!(!codes(Template::PermitOrganisations).contains(&"XK_XDR_ZJHM"));
    for columns in [&PERMIT[..], &PENALTY[..]] {
        let mut seen = std::collections::HashSet::new();
        assert!(columns.iter().all(|column| seen.insert(column.code)), "codes are unique");
        assert!(columns.iter().any(|column| column.obligation == Obligation::Mandatory));
    }
}
