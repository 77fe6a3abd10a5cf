//! How a record stands on a page.

use law::{Day, InformationClass, Severity};
use register::authority::Authority;
use register::catalogue::{Catalogue, CompiledItem};
use register::format::{Form, Role};
use register::rules::display_period::Display;
use register::view::{FieldView, RecordView};
use serde_json::Value;

use super::{Cited, Page};
use crate::language::Language;

/// A record as a page shows it.
pub(crate) struct RecordCard {
    pub(crate) number: u64,
    pub(crate) document_number: String,
    pub(crate) authority: String,
    pub(crate) finding_day: Day,
    pub(crate) filed_day: Day,
    pub(crate) severity: Option<String>,
    pub(crate) is_adverse: bool,
    pub(crate) display: String,
    pub(crate) display_article: Option<Cited>,
    pub(crate) entry: u64,
    pub(crate) fields: Vec<FieldLine>,
    /// Whether an objection to it is open.
    pub(crate) is_disputed: bool,
    /// Its case, for its subject.
    pub(crate) case: Option<u64>,
}

/// A field of a record: its label and its values in words.
pub(crate) struct FieldLine {
    pub(crate) label: String,
    pub(crate) values: Vec<String>,
    pub(crate) is_chinese: bool,
}

/// What a page knows beside the record itself.
#[derive(Clone, Copy)]
pub(crate) struct Around<'a> {
    pub(crate) catalogue: Option<&'a Catalogue>,
    pub(crate) authorities: &'a [Authority],
    pub(crate) today: Day,
}

impl RecordCard {
    /// Draws a record; what stands in its head is not repeated among its fields.
    ///
    /// Articles: 14, 15
    pub(crate) fn new(p: &Page, record: &RecordView, around: Around<'_>) -> Self {
        let item = around.catalogue.and_then(|catalogue| catalogue.item(&record.item));
        let in_head = |field: &FieldView| {
            let role =
                item.and_then(|item| item.format.field(&field.name)).and_then(|field| field.annotation.role);
            let basic = record.class == InformationClass::Basic;
            match role {
                Some(Role::DocumentNumber | Role::FindingDay | Role::AuthorityCode) => true,
                Some(Role::SubjectCode | Role::SubjectName | Role::SubjectCategory) => !basic,
                _ => false,
            }
        };
        Self::drawn(p, record, around, in_head)
    }

    /// Draws a record for its subject: every field, since each may be wrong.
    ///
    /// Articles: 14, 34
    pub(crate) fn whole(p: &Page, record: &RecordView, around: Around<'_>) -> Self {
        Self::drawn(p, record, around, |_| false)
    }

    fn drawn(
        p: &Page,
        record: &RecordView,
        around: Around<'_>,
        in_head: impl Fn(&FieldView) -> bool,
    ) -> Self {
        let item = around.catalogue.and_then(|catalogue| catalogue.item(&record.item));
        // The order in which the format requires its fields is the one in which a reader expects them; the name comes first.
        let required: Vec<&str> = item
            .and_then(|item| item.format.schema().get("required")?.as_array())
            .map(|names| names.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default();
        let place = |field: &FieldView| {
            required.iter().position(|name| *name == field.name).unwrap_or(required.len())
        };
        let mut fields: Vec<&FieldView> =
            record.fields.iter().filter(|field| !in_head(field) && !field.value.is_null()).collect();
        fields.sort_by_key(|field| place(field));
        let (display, display_article) = display_line(p, &record.display, around.today);
        Self {
            number: record.record.0,
            document_number: record.document_number.clone(),
            authority: around
                .authorities
                .iter()
                .find(|authority| authority.code == record.authority)
                .map_or_else(|| record.authority.0.clone(), |authority| p.of(&authority.name).to_owned()),
            finding_day: record.finding_day,
            filed_day: record.filed_day,
            severity: record.severity.map(|severity| p.t(severity_key(severity)).to_owned()),
            is_adverse: record.class == InformationClass::Untrustworthiness,
            display,
            display_article,
            entry: record.entry.0,
            is_disputed: record.under_objection,
            case: record.standing.as_ref().and_then(|standing| standing.objection).map(|case| case.0),
            fields: fields
                .into_iter()
                .map(|field| {
                    let mut line = field_line(p, field, form_of(item, &field.name));
                    let role = item.and_then(|item| item.format.field(&field.name)?.annotation.role);
                    // What the document says of its own validity ends no display: both days stand on one card.
                    if role == Some(Role::ValidUntil) && record.class == InformationClass::Untrustworthiness {
                        line.label.push_str(p.t("record-valid-until-note"));
                    }
                    line
                })
                .collect(),
        }
    }
}

/// Until when a record is displayed, in words, and the article.
///
/// Articles: 15
fn display_line(p: &Page, display: &Display, today: Day) -> (String, Option<Cited>) {
    match display {
        Display::LongTerm => (p.t("state-long-term").to_owned(), None),
        Display::Until { last_day, article } => {
            let left = match u64::try_from(today.days_until(*last_day)) {
                Ok(0) => p.t("state-last-day").to_owned(),
                Ok(days) => p.count("state-days-left", days),
                Err(_) => p.t("state-ended").to_owned(),
            };
            let separator = if p.language == Language::Chinese { "，" } else { ", " };
            (format!("{}{separator}{left}", p.on_day("state-until", last_day)), Some(p.cite(article)))
        }
        Display::Ended { article, .. } | Display::Not { article, .. } => {
            (p.t("state-ended").to_owned(), Some(p.cite(article)))
        }
    }
}

pub(crate) const fn severity_key(severity: Severity) -> &'static str {
    match severity {
        Severity::Minor => "severity-minor",
        Severity::General => "severity-general",
        Severity::Serious => "severity-serious",
    }
}

/// A field of a line as a page shows it, by the format of its item.
pub(crate) fn field_line_of(p: &Page, field: &FieldView, item: Option<&CompiledItem>) -> FieldLine {
    field_line(p, field, form_of(item, &field.name))
}

/// How a field of an item is written; as text where the item is no longer in the catalogue.
pub(crate) fn form_of(item: Option<&CompiledItem>, field: &str) -> Form {
    item.and_then(|item| item.format.field(field)).map_or(Form::Text, |field| field.annotation.form)
}

pub(crate) fn field_line(p: &Page, field: &FieldView, form: Form) -> FieldLine {
    let label = label_of(p, &field.name, &field.chinese_name, form);
    let mut values = match &field.value {
        Value::Array(list) => list.iter().map(|value| in_words(p, value, form)).collect(),
        value => vec![in_words(p, value, form)],
    };
    if field.masked {
        values.push(p.t("record-masked").to_owned());
    }
    let is_chinese = values.iter().any(|value| value.chars().any(is_han));
    FieldLine { label, values, is_chinese }
}

/// What a field is called.
pub(crate) fn label_of(p: &Page, name: &str, chinese_name: &str, form: Form) -> String {
    // The value is shown in yuan, whatever unit the template's heading names.
    let is_amount = matches!(form, Form::TenThousandYuan | Form::Yuan);
    match p.language {
        Language::Chinese if is_amount => {
            chinese_name.split(['（', '(']).next().unwrap_or_default().to_owned()
        }
        Language::Chinese => chinese_name.to_owned(),
        Language::English => english_label(name.strip_suffix("_fen").unwrap_or(name)),
    }
}

fn in_words(p: &Page, value: &Value, form: Form) -> String {
    match (value, form) {
        (Value::String(text), Form::Day) => {
            text.parse::<Day>().map_or_else(|_| text.clone(), |day| p.language.day(day))
        }
        (Value::String(text), _) => text.clone(),
        (Value::Number(number), Form::TenThousandYuan | Form::Yuan) => {
            number.as_i64().map_or_else(|| number.to_string(), |fen| p.language.yuan(fen))
        }
        (Value::Bool(flag), _) => p.yes(flag).to_owned(),
        (other, _) => other.to_string(),
    }
}

/// Whether a character is a Chinese one, from the common block to the rare ones beyond the basic plane.
pub(crate) const fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// A property's name as a label: `penalty_decision_number` is `Penalty decision number`, `decision_day` is `Date of decision`.
pub(crate) fn english_label(name: &str) -> String {
    let spaced = match name.strip_suffix("_day") {
        Some(bound) if bound.ends_with("_until") || bound.ends_with("_from") => bound.to_owned(),
        Some(done) if done.ends_with("ed") => format!("date {done}"),
        Some(what) => format!("date of {what}"),
        None => name.to_owned(),
    };
    let spaced = spaced.replace('_', " ");
    let mut characters = spaced.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

#[cfg(test)]
mod tests {
    use law::Citation;

    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn article_15_the_last_day_is_stated_with_the_days_that_are_left() {
        let page = Page::at(false, "/en/");
        let display = Display::Until { last_day: day("2026-05-10"), article: Citation::article(15) };
        let line = |today| display_line(&page, &display, day(today)).0;
        assert_eq!(line("2026-05-08"), "Displayed up to and including 10 May 2026, 2 days left");
        assert_eq!(line("2026-05-09"), "Displayed up to and including 10 May 2026, 1 day left");
        assert_eq!(line("2026-05-10"), "Displayed up to and including 10 May 2026, today is the last day");
        let page = Page::at(false, "/");
        assert_eq!(
            display_line(&page, &display, day("2026-05-08")).0,
            "公示至2026年5月10日（含当日），还有2天"
        );
        assert_eq!(display_line(&page, &display, day("2026-05-08")).1.unwrap().href.unwrap(), "/law/15");
    }

    #[test]
    fn amounts_are_read_as_yuan_and_days_as_days() {
        let page = Page::at(false, "/en/");
        assert_eq!(in_words(&page, &3_500_000.into(), Form::TenThousandYuan), "CNY 35,000.00");
        assert_eq!(in_words(&page, &3_500_000.into(), Form::Integer), "3500000");
        assert_eq!(in_words(&page, &"2026-02-13".into(), Form::Day), "13 February 2026");
        assert_eq!(in_words(&page, &"长期".into(), Form::Day), "长期");
    }

    #[test]
    fn a_property_name_reads_as_a_label() {
        assert_eq!(english_label("decision_document_number"), "Decision document number");
        assert_eq!(english_label(""), "");
    }
}
