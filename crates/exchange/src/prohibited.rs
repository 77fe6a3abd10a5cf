//! Special categories in a file (Article 17): looked for in every heading and under every key, at any depth, also in JSON
//! that hides in a text.

use register::rules::masking::mask_text;
use register::rules::special_category::names_special_category;

use crate::json::{self, Json};

/// How often JSON in a text in JSON in a text is followed.
const EMBEDDED_DEPTH: u8 = 3;

/// Whether a heading or key names a special category.
pub(crate) fn is_prohibited(name: &str) -> bool {
    names_special_category(name)
}

/// The paths of prohibited keys in a value.
pub(crate) fn within(path: &str, value: &Json<'_>, found: &mut Vec<String>) {
    search(path, value, EMBEDDED_DEPTH, found);
}

/// The paths of prohibited keys in a text, where it is JSON.
pub(crate) fn within_text(path: &str, text: &str, found: &mut Vec<String>) {
    search_text(path, text, EMBEDDED_DEPTH, found);
}

fn search(path: &str, value: &Json<'_>, embedded: u8, found: &mut Vec<String>) {
    match value {
        Json::Object(pairs) => {
            for (key, value) in pairs {
                let path = format!("{path}.{}", shown_name(key));
                if is_prohibited(key) {
                    found.push(path);
                } else {
                    search(&path, value, embedded, found);
                }
            }
        }
        Json::List(values) => values.iter().for_each(|value| search(path, value, embedded, found)),
        Json::Text(text) => search_text(path, text, embedded, found),
        Json::Nothing | Json::Flag(_) | Json::Number(_) => {}
    }
}

fn search_text(path: &str, text: &str, embedded: u8, found: &mut Vec<String>) {
    if embedded == 0 || !text.trim_start().starts_with(['{', '[']) {
        return;
    }
    if let Some(value) = json::read_leniently(text) {
        search(path, &value, embedded - 1, found);
    }
}

/// A heading or key as it may be repeated: a name is short, and no place for a person's number.
pub(crate) fn shown_name(name: &str) -> String {
    let short: String = name
        .trim()
        .chars()
        .filter(|character| !character.is_control() && *character != '`')
        .take(64)
        .collect();
    mask_text(&short)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        within_text("remark", text, &mut found);
        found
    }

    #[test]
    fn article_17_a_special_category_is_found_at_any_depth_and_in_json_within_text() {
        assert_eq!(found(r#"{"a":[{"b":{"religion":"x"}}]}"#), ["remark.a.b.religion"]);
        assert_eq!(found(r#"{"a":"{\"血型\":\"A\"}"}"#), ["remark.a.血型"]);
        assert_eq!(found(r#" {"religion":1,"religion":2}"#).len(), 2, "repeated keys hide nothing");
        assert!(found("religion").is_empty());
        assert!(found(r#"{"facts":"x"}"#).is_empty());
        assert!(found("{ not json").is_empty());
    }

    #[test]
    fn a_key_is_no_way_to_carry_a_number_out() {
        assert!(!shown_name("身份证119999199003078515").contains("119999199003078515"));
        assert_eq!(shown_name(&"x".repeat(500)).len(), 64);
    }
}
