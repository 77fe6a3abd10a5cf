//! The form of a correction: the fields of an item as they are read and written by people, and what of them was changed.

use register::catalogue::CompiledItem;
use register::format::{Field, Form, Role};
use register::view::RecordView;
use serde_json::{Map, Value};

use crate::pages::Page;
use crate::pages::fields::{Choice, Faults, FormField, Kind, Sent};
use crate::pages::record::label_of;

/// What stands before the name of a field that is sent, and before the value that it had.
const NOW: &str = "now-";
const WAS: &str = "was-";

/// A field of the form.
pub(super) struct Input {
    pub(super) now: String,
    pub(super) was: String,
    pub(super) label: String,
    pub(super) value: String,
    pub(super) hint: Option<String>,
    pub(super) choices: Vec<Choice>,
    pub(super) is_long: bool,
}

impl Input {
    /// The same as a box of another form: with what was typed into it, and empty where the present value is to stay.
    pub(super) fn into_field(self, sent: &Sent, faults: &Faults) -> FormField {
        let kind = match (self.choices.is_empty(), self.is_long) {
            (false, _) => Kind::List,
            (true, true) => Kind::Text,
            (true, false) => Kind::Line,
        };
        let choices = self.choices.into_iter().map(|choice| (choice.value, choice.name));
        let field = FormField::new(kind, self.now, self.label, sent, faults).choices(choices);
        match &self.hint {
            Some(hint) => field.hint(hint),
            None => field,
        }
    }
}

/// How a field is written in the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Written {
    Text,
    Day,
    Yuan,
    Integer,
    Flag,
    List,
}

impl Written {
    fn of(property: Option<&Value>, form: Form) -> Self {
        match (property.and_then(|property| property.get("type")).and_then(Value::as_str), form) {
            (Some("array"), _) => Self::List,
            (Some("boolean"), _) => Self::Flag,
            (Some("integer"), Form::TenThousandYuan | Form::Yuan) => Self::Yuan,
            (Some("integer"), _) => Self::Integer,
            (_, Form::Day) => Self::Day,
            _ => Self::Text,
        }
    }

    /// The value as a person reads and writes it.
    fn text(self, value: &Value) -> String {
        match (self, value) {
            (Self::Yuan, Value::Number(number)) => number.as_i64().map_or_else(String::new, in_yuan),
            (_, Value::Array(list)) => list.iter().map(plain).collect::<Vec<_>>().join("；"),
            (_, value) => plain(value),
        }
    }

    /// The value in canonical form; nothing where the text is none.
    fn value(self, text: &str) -> Option<Value> {
        match self {
            Self::Text | Self::Day => Some(Value::String(text.to_owned())),
            Self::Yuan => in_fen(text).map(Value::from),
            Self::Integer => text.parse::<i64>().ok().map(Value::from),
            Self::Flag => match text {
                "true" => Some(Value::Bool(true)),
                "false" => Some(Value::Bool(false)),
                _ => None,
            },
            Self::List => {
                let parts = text.split(['；', ';']).map(str::trim).filter(|part| !part.is_empty());
                Some(parts.map(Value::from).collect())
            }
        }
    }

    const fn hint(self) -> Option<&'static str> {
        match self {
            Self::Text | Self::Flag | Self::Integer => None,
            Self::Day => Some("office-correct-hint-day"),
            Self::Yuan => Some("office-correct-hint-yuan"),
            Self::List => Some("office-correct-hint-list"),
        }
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// Whole fen in yuan, without a unit and without groups of digits.
fn in_yuan(fen: i64) -> String {
    let sign = if fen < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", fen.unsigned_abs() / 100, fen.unsigned_abs() % 100)
}

/// An amount in yuan with at most two decimals in whole fen.
fn in_fen(text: &str) -> Option<i64> {
    let text: String = text.chars().filter(|one| !matches!(one, ',' | '，' | ' ')).collect();
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(part) || part.len() > 2 {
        return None;
    }
    let fen: i64 = format!("{part:0<2}").parse().ok()?;
    whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(fen)
}

fn property<'a>(item: &'a CompiledItem, field: &Field) -> Option<&'a Value> {
    item.format.schema().get("properties")?.get(&field.name)
}

/// Whether a correction can change the field: the subject stays the same.
fn is_correctable(field: &Field) -> bool {
    !matches!(
        field.annotation.role,
        Some(
            Role::SubjectCode
                | Role::SubjectDocumentType
                | Role::SubjectDocumentNumber
                | Role::SubjectCategory
        )
    )
}

/// The fields of the form with the present values. What is hidden from the filer is empty, and stays as it is when it stays empty;
/// so is everything where the record itself is not read.
pub(super) fn inputs(p: &Page, item: &CompiledItem, record: Option<&RecordView>) -> Vec<Input> {
    let input = |field: &Field| {
        let property = property(item, field);
        let written = Written::of(property, field.annotation.form);
        let view = record.and_then(|record| record.fields.iter().find(|view| view.name == field.name));
        let masked = view.is_some_and(|view| view.masked);
        let value =
            view.filter(|view| !view.masked).map_or_else(String::new, |view| written.text(&view.value));
        let listed = property.and_then(|property| property.get("enum")).and_then(Value::as_array);
        let mut choices: Vec<Choice> = listed
            .into_iter()
            .flatten()
            .map(plain)
            .map(|word| Choice { chosen: word == value, name: word.clone(), value: word })
            .collect();
        if written == Written::Flag {
            choices = [("true", "yes"), ("false", "no")]
                .map(|(word, key)| Choice {
                    value: word.to_owned(),
                    name: p.t(key).to_owned(),
                    chosen: value == word,
                })
                .into();
        }
        let hint = if masked { Some("office-correct-hint-masked") } else { written.hint() };
        Input {
            now: format!("{NOW}{}", field.name),
            was: format!("{WAS}{}", field.name),
            label: label_of(p, &field.name, &field.chinese_name, field.annotation.form),
            hint: hint.map(|key| p.t(key).to_owned()),
            choices,
            is_long: field.annotation.free_text,
            value,
        }
    };
    item.format.fields().iter().filter(|field| is_correctable(field)).map(input).collect()
}

/// What of the fields was changed, in canonical form; a field that was emptied is taken out.
///
/// # Errors
/// The name of a field whose text is no value of its kind.
pub(super) fn changed(item: &CompiledItem, sent: &Sent) -> Result<Map<String, Value>, String> {
    // A browser sends line ends of two characters.
    let of = |prefix: &str, name: &str| {
        let text = sent.get(&format!("{prefix}{name}")).map(String::as_str).unwrap_or_default();
        text.replace("\r\n", "\n").trim().to_owned()
    };
    let mut changes = Map::new();
    for field in item.format.fields().iter().filter(|field| is_correctable(field)) {
        let (now, was) = (of(NOW, &field.name), of(WAS, &field.name));
        if now == was {
            continue;
        }
        let written = Written::of(property(item, field), field.annotation.form);
        let value = if now.is_empty() {
            Value::Null
        } else {
            written.value(&now).ok_or_else(|| field.name.clone())?
        };
        changes.insert(field.name.clone(), value);
    }
    Ok(changes)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::pages::samples;

    #[test]
    fn amounts_are_read_and_written_in_yuan_exactly() {
        for (text, fen) in [("35,000.00", 3_500_000), ("0.5", 50), ("12", 1200)] {
            assert_eq!(in_fen(text), Some(fen), "{text}");
        }
        for text in ["", ".5", "-1", "1.234", "1e3", "九百", "99999999999999999999"] {
            assert_eq!(in_fen(text), None, "{text}");
        }
        assert_eq!(in_yuan(3_500_000), "35000.00");
        assert_eq!(in_fen(&in_yuan(7)), Some(7));
    }

    #[test]
    fn article_14_only_what_was_changed_is_sent_on_and_what_was_emptied_is_taken_out() {
        let catalogue = samples::catalogue();
        let code = register::catalogue::ItemCode("administrative-penalty".to_owned());
        let item = catalogue.item(&code).unwrap();
        let sent: Sent = [
            ("now-facts", "第一行\r\n第二行"),
            ("was-facts", "第一行\n第二行"),
            ("now-fine_amount_fen", "10.50"),
            ("was-fine_amount_fen", "9.00"),
            ("was-remark", "旧"),
            ("now-penalty_kinds", "警告；罚款"),
            ("was-penalty_kinds", "警告"),
            ("now-organisation_code", "91110108YY000001XL"),
            ("reason", "更正"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        let known: Vec<&str> = item.format.fields().iter().map(|field| field.name.as_str()).collect();
        let changes = changed(item, &sent).unwrap();
        assert!(changes.keys().all(|name| known.contains(&name.as_str())));
        assert_eq!(changes.get("penalty_kinds"), Some(&json!(["警告", "罚款"])), "{known:?}");
        assert!(!changes.contains_key("facts") && !changes.contains_key("reason"));
    }
}
