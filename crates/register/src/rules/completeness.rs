//! Completeness (Article 14): a filed line has every element of the item's format, in its form, and nothing else.

use serde_json::Value;

use crate::ruling::Bilingual;

/// How the reason begins that an element is missing.
pub const MISSING_ZH: &str = "缺少";

/// Every way in which a content departs from a compiled format: the field and the reason, without the value, which may
/// be a person's.
///
/// Articles: 11, 14
#[must_use]
pub fn departures(validator: &jsonschema::Validator, content: &Value) -> Vec<(String, Bilingual)> {
    if validator.is_valid(content) {
        return Vec::new();
    }
    validator.iter_errors(content).map(|error| (field(&error), reason(&error))).collect()
}

/// The field concerned; a missing one is named by the rule that asks for it, since it has no place of its own.
fn field(error: &jsonschema::ValidationError<'_>) -> String {
    if let jsonschema::error::ValidationErrorKind::Required { property } = error.kind() {
        return property.as_str().unwrap_or_default().to_owned();
    }
    let place = error.instance_path().to_string();
    place.trim_start_matches('/').split('/').next().unwrap_or_default().to_owned()
}

/// The values that a pattern leaves to choose from, where it lists them: nobody who files a line should have to read a pattern.
/// `其他[-－—].+`, other than those and said after a dash, is `其他－…`.
fn choices(pattern: &str) -> Option<Vec<String>> {
    let listed = pattern.strip_prefix("^(")?.strip_suffix(")$")?;
    let choices: Vec<String> = listed.split('|').map(|each| each.replace("[-－—].+", "－…")).collect();
    let is_plain =
        |choice: &String| !choice.contains(['\\', '[', ']', '(', ')', '.', '*', '+', '?', '{', '^', '$']);
    choices.iter().all(is_plain).then_some(choices)
}

/// The reason in words that do not repeat the value.
fn reason(error: &jsonschema::ValidationError<'_>) -> Bilingual {
    use jsonschema::error::ValidationErrorKind as Kind;
    let said = |zh: String, en: String| Bilingual::made(zh, en);
    match error.kind() {
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            said(format!("{MISSING_ZH} `{name}`"), format!("`{name}` is missing"))
        }
        Kind::MaxLength { limit } => {
            said(format!("超过 {limit} 个字符"), format!("is longer than {limit} characters"))
        }
        Kind::MinLength { limit } => {
            said(format!("少于 {limit} 个字符"), format!("is shorter than {limit} characters"))
        }
        Kind::Enum { options } => said(format!("只能是 {options} 之一"), format!("must be one of {options}")),
        Kind::Constant { expected_value } => {
            said(format!("只能是 {expected_value}"), format!("must be {expected_value}"))
        }
        Kind::Pattern { pattern } => match choices(pattern) {
            Some(choices) => said(
                format!("只能是 `{}` 之一", choices.join("`、`")),
                format!("must be one of `{}`", choices.join("`, `")),
            ),
            None => said(format!("须符合 `{pattern}`"), format!("must have the form `{pattern}`")),
        },
        Kind::Format { format } if *format == "date" => {
            Bilingual::new("不是日历上的日期", "is no day of the calendar")
        }
        Kind::Format { format } => said(format!("不是 `{format}`"), format!("is no `{format}`")),
        Kind::Minimum { limit } => said(format!("不得小于 {limit}"), format!("must be {limit} or more")),
        Kind::Maximum { limit } => said(format!("不得大于 {limit}"), format!("must be {limit} or less")),
        Kind::MaxItems { limit } => said(format!("超过 {limit} 项"), format!("has more than {limit} values")),
        Kind::MinItems { limit } => {
            said(format!("少于 {limit} 项"), format!("has fewer than {limit} values"))
        }
        Kind::UniqueItems => Bilingual::new("有重复的值", "has a value twice"),
        Kind::AdditionalProperties { unexpected } => {
            let names = unexpected.join("`, `");
            said(format!("`{names}` 不在数据格式内"), format!("`{names}` is not part of the format"))
        }
        Kind::Type { .. } => Bilingual::new("值的类型不对", "is of the wrong type"),
        _ => Bilingual::new("不符合数据格式的要求", "does not have the form that the format asks for"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn article_14_what_a_pattern_lists_is_said_as_a_list() {
        assert_eq!(choices("^(普通|特许|其他[-－—].+)$").unwrap(), ["普通", "特许", "其他－…"]);
        assert_eq!(choices("^(a|b[0-9])$"), None);
        assert_eq!(choices("^[0-9]{6}$"), None);
    }
}
