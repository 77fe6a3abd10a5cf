//! Holds an answer against the description of the API: the status is named there, the media type too, and the document is of the
//! closed form that stands there. So the description cannot drift from what other crates write.

use std::sync::LazyLock;

use axum::http::{Method, header};
use serde_json::{Value, json};

use crate::ask::Answer;

static DESCRIPTION: LazyLock<Value> = LazyLock::new(|| serde_json::to_value(web::openapi()).unwrap());

pub fn check(method: &Method, path: &str, answer: &Answer) {
    let Some((template, operation)) = operation(method, path) else { return };
    let place = format!("{method} {template} {}", answer.status);
    let responses = &operation["responses"];
    let response = responses
        .get(answer.status.as_str())
        .unwrap_or_else(|| panic!("{place} is not described: {}", String::from_utf8_lossy(&answer.bytes)));
    if answer.bytes.is_empty() {
        return;
    }
    let media = answer.header(header::CONTENT_TYPE).split(';').next().unwrap().to_owned();
    let content =
        response["content"].get(&media).unwrap_or_else(|| panic!("{place} is described without {media}"));
    if !media.ends_with("json") {
        return;
    }
    let mut schema = content["schema"].clone();
    schema["components"] = DESCRIPTION["components"].clone();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let document = answer.json();
    let faults: Vec<String> =
        validator.iter_errors(&document).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
    assert!(faults.is_empty(), "{place} departs from its description: {faults:#?}\n{document:#}");
}

fn operation(method: &Method, path: &str) -> Option<(&'static str, &'static Value)> {
    let paths = DESCRIPTION["paths"].as_object()?;
    let exact = paths.get_key_value(path);
    let (template, item) = exact.or_else(|| paths.iter().find(|(template, _)| matches(template, path)))?;
    Some((template, item.get(method.as_str().to_ascii_lowercase())?))
}

fn matches(template: &str, path: &str) -> bool {
    let (template, path): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    template.len() == path.len()
        && template
            .iter()
            .zip(&path)
            .all(|(part, found)| part.starts_with('{') && !found.is_empty() || part == found)
}

#[test]
fn a_document_with_a_field_more_or_less_departs_from_its_description() {
    let schema = json!({ "$ref": "#/components/schemas/Head", "components": DESCRIPTION["components"] });
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let head = json!({ "origin": "x", "size": 1, "root": "x", "checkpoint": "x", "vkey": "x", "demo": true });
    assert!(validator.is_valid(&head));
    let mut more = head.clone();
    more["visitor"] = json!("x");
    assert!(!validator.is_valid(&more));
    let mut less = head;
    less.as_object_mut().unwrap().remove("root");
    assert!(!validator.is_valid(&less));
}
