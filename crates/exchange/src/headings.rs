//! Headings: which column or key means which field of a format.
//!
//! A field is known by our property name, by its code in the templates, by its Chinese name, and by what else departments
//! call it. The heading also says how the values are written: under our property name they are canonical (whole fen), under
//! any other heading they are as the templates have them (10,000 yuan).

use std::collections::{HashMap, HashSet};

use register::format::{Field, Format};
use register::text::half_width;

use crate::form::Plan;
use crate::opening::{HeadingFaults, MissingColumn, RepeatedHeading};
use crate::prohibited;
use crate::returned;
use crate::templates;

/// How the values under a heading are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// In canonical form: amounts in whole fen.
    Canonical,
    /// As in the templates: amounts in 10,000 yuan or yuan.
    Outside,
}

/// A heading that is known: the field's place in the plans, and how its values are written.
pub(crate) type Known = (usize, Reading);

/// The headings of a format.
pub(crate) struct HeadingIndex<'a> {
    plans: Vec<Plan<'a>>,
    names: HashMap<&'a str, usize>,
    exact: HashMap<String, Known>,
    loose: HashMap<String, Option<Known>>,
}

impl<'a> HeadingIndex<'a> {
    pub fn new(format: &'a Format) -> Self {
        let mut index = Self {
            plans: format.fields().iter().map(|field| Plan::new(format, field)).collect(),
            names: HashMap::new(),
            exact: HashMap::new(),
            loose: HashMap::new(),
        };
        // What is said first stands: a code before a Chinese name, before an alias, before our own name.
        for (place, field) in format.fields().iter().enumerate() {
            index.names.insert(&field.name, place);
            index.add_outside(place, field.annotation.code.as_deref());
        }
        for (place, field) in format.fields().iter().enumerate() {
            let is_named = field.chinese_name != field.name;
            index.add_outside(place, is_named.then_some(field.chinese_name.as_str()));
        }
        for (place, field) in format.fields().iter().enumerate() {
            for alias in &field.annotation.aliases {
                index.add_outside(place, Some(alias));
            }
        }
        for (place, field) in format.fields().iter().enumerate() {
            let codes = std::iter::once(field.annotation.code.as_deref()).flatten();
            for name in codes.flat_map(templates::names_of) {
                index.add_outside(place, Some(name));
            }
            index.exact.entry(normal(&field.name)).or_insert((place, Reading::Canonical));
        }
        index
    }

    fn add_outside(&mut self, place: usize, heading: Option<&str>) {
        let Some(heading) = heading else { return };
        let known = (place, Reading::Outside);
        let normal = normal(heading);
        // Without its punctuation a heading may mean two fields; then it means none.
        self.loose
            .entry(loose(&normal))
            .and_modify(|earlier| *earlier = earlier.filter(|(earlier, _)| *earlier == place))
            .or_insert(Some(known));
        self.exact.entry(normal).or_insert(known);
    }

    /// How each field is read.
    pub fn plans(&self) -> &[Plan<'a>] {
        &self.plans
    }

    /// The field that a heading means.
    pub fn find(&self, heading: &str) -> Option<Known> {
        if let Some(place) = self.names.get(heading.trim()) {
            return Some((*place, Reading::Canonical));
        }
        let normal = normal(heading);
        self.exact.get(&normal).copied().or_else(|| self.loose.get(&loose(&normal)).copied().flatten())
    }
}

/// A heading without what people put around it: spaces, a byte order mark, full width, a mark for "required".
pub(crate) fn normal(heading: &str) -> String {
    let mut text: String = heading
        .chars()
        .map(half_width)
        .filter(|character| !character.is_whitespace() && !matches!(character, '\u{feff}' | '\u{200b}'))
        .collect();
    text.make_ascii_uppercase();
    loop {
        let rest = ["*", "(必填)", "(必填项)", "[必填]", "【必填】"]
            .iter()
            .find_map(|mark| text.strip_suffix(mark).or_else(|| text.strip_prefix(mark)));
        match rest {
            Some(rest) => text = rest.to_owned(),
            None => return text,
        }
    }
}

/// A heading without punctuation: `行政相对人代码_1 统一社会信用代码` is written in many ways.
fn loose(normal: &str) -> String {
    normal.chars().filter(|character| character.is_alphanumeric()).collect()
}

/// What a column of a CSV file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    /// Its heading as it may be reported; that of the second row where the first says nothing.
    pub heading: String,
    /// What becomes of its values.
    pub fate: Fate,
}

/// What becomes of the values of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// They are read into a field.
    Field(Known),
    /// They are outside the format: dropped and reported.
    Dropped,
    /// They are of a special category: a line that has one is refused (Article 17).
    Prohibited,
    /// They say why a line came back, and are not read.
    Returned,
}

/// Whether a row that follows the headings is a second row of headings for the same columns: codes under Chinese names,
/// or the reverse.
pub(crate) fn is_second_row(index: &HeadingIndex<'_>, first: &[String], second: &[String]) -> bool {
    if first.len() != second.len() {
        return false;
    }
    let mut any = false;
    for (first, second) in first.iter().zip(second) {
        match (index.find(first), index.find(second)) {
            (Some((known, _)), Some((other, _))) if known != other => return false,
            (Some(_), None) if !second.trim().is_empty() => return false,
            (_, Some(_)) => any = true,
            _ => {}
        }
    }
    any
}

/// The columns that one or two rows of headings describe.
///
/// # Errors
/// Every heading that is repeated, every field that two columns claim, and every required column that is missing.
pub(crate) fn columns(
    index: &HeadingIndex<'_>,
    first: &[String],
    second: Option<&[String]>,
) -> Result<Vec<Column>, HeadingFaults> {
    let mut faults = HeadingFaults::default();
    let mut columns: Vec<Column> = Vec::with_capacity(first.len());
    let mut owners: HashMap<usize, usize> = HashMap::new();
    let mut texts: HashMap<String, usize> = HashMap::new();
    for (place, heading) in first.iter().enumerate() {
        let below = second.and_then(|second| second.get(place)).map_or("", String::as_str);
        // Where one row has our own property name and the other a template's heading, the first row's unit counts.
        let known = index.find(heading).or_else(|| index.find(below));
        let shown = if heading.trim().is_empty() { below } else { heading };
        let normal = normal(shown);
        let reported = if normal.is_empty() {
            format!("column {}", place.saturating_add(1))
        } else {
            prohibited::shown_name(shown)
        };
        let earlier = known
            .and_then(|(field, _)| owners.insert(field, place))
            .or_else(|| texts.insert(normal.clone(), place).filter(|_| !normal.is_empty()));
        if let Some(earlier) = earlier {
            faults.repeated.push(RepeatedHeading {
                first: first_heading(&columns, earlier),
                first_column: earlier.saturating_add(1),
                second: reported.clone(),
                second_column: place.saturating_add(1),
                field: known
                    .and_then(|(field, _)| index.plans.get(field))
                    .map(|plan| plan.field.name.clone()),
            });
        }
        let fate = match known {
            Some(known) => Fate::Field(known),
            None if returned::is_reason(&normal) => Fate::Returned,
            None if [heading.as_str(), below].into_iter().any(prohibited::is_prohibited) => Fate::Prohibited,
            None => Fate::Dropped,
        };
        columns.push(Column { heading: reported, fate });
    }
    let present: HashSet<usize> = owners.into_keys().collect();
    faults.missing = index
        .plans
        .iter()
        .enumerate()
        .filter(|(place, plan)| plan.field.required && !present.contains(place))
        .map(|(_, plan)| missing(plan.field))
        .collect();
    if faults.is_empty() { Ok(columns) } else { Err(faults) }
}

fn first_heading(columns: &[Column], place: usize) -> String {
    columns.get(place).map(|column| column.heading.clone()).unwrap_or_default()
}

fn missing(field: &Field) -> MissingColumn {
    MissingColumn {
        name: field.name.clone(),
        code: field.annotation.code.clone(),
        chinese_name: field.chinese_name.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::penalty_format;

    fn row(headings: &[&str]) -> Vec<String> {
        headings.iter().map(|heading| (*heading).to_owned()).collect()
    }

    fn name<'a>(index: &HeadingIndex<'a>, heading: &str) -> Option<(&'a str, Reading)> {
        index.find(heading).map(|(place, reading)| (index.plans[place].field.name.as_str(), reading))
    }

    #[test]
    fn a_heading_is_known_however_it_is_dressed() {
        let format = penalty_format();
        let index = HeadingIndex::new(&format);
        for heading in [
            "CF_WSH",
            "cf_wsh",
            " ＣＦ＿ＷＳＨ ",
            "\u{feff}CF_WSH*",
            "*CF_WSH",
            "CFWSH",
            "行政处罚决定书文号",
            "行政处罚决定书文号（必填）",
            "行政处罚决定书 文号 *",
            "行政处罚决定文书号",
        ] {
            assert_eq!(
                name(&index, heading),
                Some(("decision_document_number", Reading::Outside)),
                "{heading}"
            );
        }
        assert_eq!(
            name(&index, "decision_document_number"),
            Some(("decision_document_number", Reading::Canonical))
        );
        assert_eq!(name(&index, "罚款金额(万元)"), Some(("fine_fen", Reading::Outside)));
        assert_eq!(name(&index, "罚款金额（元）"), None, "another unit is another heading");
        assert_eq!(
            name(&index, "行政相对人代码_1(统一社会信用代码)"),
            Some(("unified_social_credit_code", Reading::Outside))
        );
        assert_eq!(
            name(&index, "行政相对人代码_2 工商注册号"),
            Some(("business_registration_number", Reading::Outside))
        );
    }

    #[test]
    fn codes_under_chinese_names_are_a_second_row_of_headings_and_data_are_not() {
        let format = penalty_format();
        let index = HeadingIndex::new(&format);
        let names = row(&["行政处罚决定书文号", "法定代表人证件号码", "处罚类别"]);
        let codes = row(&["CF_WSH", "CF_FR_ZJHM", "CF_CFLB"]);
        assert!(is_second_row(&index, &names, &codes));
        assert!(is_second_row(&index, &codes, &names));
        assert!(!is_second_row(&index, &names, &row(&["京罚〔2026〕1号", "", "罚款"])));
        assert!(!is_second_row(&index, &names, &row(&["CF_CFLB", "CF_FR_ZJHM", "CF_WSH"])));
        assert!(!is_second_row(&index, &names, &row(&["", "", ""])));
    }

    #[test]
    fn two_headings_for_one_field_are_named_with_their_columns() {
        let format = penalty_format();
        let index = HeadingIndex::new(&format);
        let faults = columns(&index, &row(&["CF_WSH", "x", "行政处罚决定书文号", "x"]), None).unwrap_err();
        let named: Vec<_> =
            faults.repeated.iter().map(|repeated| (repeated.first_column, repeated.second_column)).collect();
        assert_eq!(named, [(1, 3), (2, 4)]);
        assert_eq!(faults.repeated[0].field.as_deref(), Some("decision_document_number"));
        assert!(!faults.missing.is_empty(), "what is missing is said at the same time");
    }
}
