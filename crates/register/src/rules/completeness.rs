//! Completeness (Article 14): a filed line has every element of the item's format, in its form, and nothing else.

use serde_json::Value;

/// Every way in which a content departs from a compiled format: the field and the reason, without the value, which may
/// be a person's.
///
/// Articles: 11, 14
#[must_use]
pub fn departures(validator: &jsonschema::Validator, content: &Value) -> Vec<(String, String)> {
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

/// The reason in words that do not repeat the value.
fn reason(error: &jsonschema::ValidationError<'_>) -> String {
    use jsonschema::error::ValidationErrorKind as Kind;
    match error.kind() {
        Kind::Required { property } => format!("`{}` is missing", property.as_str().unwrap_or_default()),
        Kind::MaxLength { limit } => format!("is longer than {limit} characters"),
        Kind::MinLength { limit } => format!("is shorter than {limit} characters"),
        Kind::Enum { options } => format!("must be one of {options}"),
        Kind::Constant { expected_value } => format!("must be {expected_value}"),
        Kind::Pattern { pattern } => format!("must have the form `{pattern}`"),
        Kind::Format { format } => format!("is no `{format}`"),
        Kind::Minimum { limit } => format!("must be {limit} or more"),
        Kind::Maximum { limit } => format!("must be {limit} or less"),
        Kind::MaxItems { limit } => format!("has more than {limit} values"),
        Kind::MinItems { limit } => format!("has fewer than {limit} values"),
        Kind::UniqueItems => "has a value twice".to_owned(),
        Kind::AdditionalProperties { unexpected } => {
            format!("`{}` is not part of the format", unexpected.join("`, `"))
        }
        Kind::Type { .. } => "is of the wrong type".to_owned(),
        _ => "does not have the form that the format asks for".to_owned(),
    }
}
