//! The text of a version's file.

use serde::Deserialize;

use super::{
    Certainty, Deadline, DisplayLength, DisplayLimit, FindingsBefore, IncidentClass, LawError, Parameter,
    Version,
};
use crate::citation::{BEIJING_DRAFT, Citation};
use crate::terms::{IncidentSeverity, InformationClass, Severity};
use crate::time::Day;

macro_rules! carried {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../../../regulations/", $name)))),*]
    };
}

/// The instruments that the program carries.
pub(super) const CARRIED: &[(&str, &str)] = carried![
    "beijing-social-credit/2016-01-01.toml",
    "ndrc-credit-restoration/2023-05-01.toml",
    "ndrc-credit-restoration/2026-04-01.toml",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VersionFile {
    instrument: String,
    short_name: String,
    title_zh: String,
    title_en: String,
    first_day: Day,
    last_day: Option<Day>,
    assumed: bool,
    source: String,
    certainty: Certainty,
    findings_before_first_day: Option<FindingsBefore>,
    findings_before_source: Option<String>,
    findings_before_certainty: Option<Certainty>,
    #[serde(default)]
    display: Vec<DisplayEntry>,
    #[serde(default)]
    restoration: Vec<RestorationEntry>,
    #[serde(default)]
    deadline: Vec<DeadlineEntry>,
    minimum_age: Option<AgeEntry>,
    restoration_bar: Option<BarEntry>,
    #[serde(default)]
    incident_class: Vec<IncidentEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DisplayEntry {
    class: InformationClass,
    severity: Option<Severity>,
    length: Length,
    months: Option<u32>,
    named_rule_months: Option<u32>,
    article: Citation,
    source: String,
    certainty: Certainty,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Length {
    NotDisplayed,
    Months,
    LongTerm,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RestorationEntry {
    severity: Severity,
    after_months: u32,
    article: Citation,
    source: String,
    certainty: Certainty,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeadlineEntry {
    name: Deadline,
    working_days: u32,
    article: Citation,
    source: String,
    certainty: Certainty,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AgeEntry {
    years: u32,
    article: Citation,
    source: String,
    certainty: Certainty,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BarEntry {
    months: u32,
    article: Citation,
    source: String,
    certainty: Certainty,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IncidentEntry {
    severity: IncidentSeverity,
    rule_zh: String,
    rule_en: String,
    report_hours: Option<u32>,
    article: Citation,
    source: String,
    certainty: Certainty,
}

impl From<IncidentEntry> for IncidentClass {
    fn from(entry: IncidentEntry) -> Self {
        Self {
            severity: entry.severity,
            rule_zh: entry.rule_zh,
            rule_en: entry.rule_en,
            report_hours: entry.report_hours,
            citation: entry.article,
            source: entry.source,
            certainty: entry.certainty,
        }
    }
}

impl DisplayEntry {
    fn read(self) -> Result<DisplayLimit, String> {
        if (self.class == InformationClass::Untrustworthiness) != self.severity.is_some() {
            return Err(
                "a display limit has a severity exactly for information on untrustworthiness".to_owned()
            );
        }
        let length = match (self.length, self.months) {
            (Length::NotDisplayed, None) => DisplayLength::NotDisplayed,
            (Length::Months, Some(months)) if months > 0 => DisplayLength::Months(months),
            (Length::LongTerm, None) => DisplayLength::LongTerm,
            _ => return Err("a display limit has months exactly where its length is `months`".to_owned()),
        };
        if self.named_rule_months.is_some() && length != DisplayLength::NotDisplayed {
            return Err("`named_rule_months` belongs to what is not displayed".to_owned());
        }
        Ok(DisplayLimit {
            class: self.class,
            severity: self.severity,
            length,
            named_rule_months: self.named_rule_months,
            citation: self.article,
            source: self.source,
            certainty: self.certainty,
        })
    }
}

/// Reads a version from its file.
pub(super) fn read(name: &str, text: &str) -> Result<Version, LawError> {
    let unreadable = |reason: String| LawError::Unreadable { name: name.to_owned(), reason };
    let file: VersionFile = toml::from_str(text).map_err(|error| unreadable(error.to_string()))?;
    if name != format!("{}/{}.toml", file.instrument, file.first_day) {
        return Err(unreadable(format!("it is a version of `{}` from {}", file.instrument, file.first_day)));
    }
    if file.last_day.is_some_and(|last| last < file.first_day) {
        return Err(unreadable("it ends before it begins".to_owned()));
    }
    let base = file.instrument == BEIJING_DRAFT;
    let findings_before = match (file.findings_before_first_day, base) {
        (Some(value), _) => Parameter {
            value,
            citation: Citation { instrument: file.short_name.clone().into(), ..Citation::article(1) },
            source: file.findings_before_source.unwrap_or_default(),
            certainty: file.findings_before_certainty.unwrap_or(Certainty::Declared),
        },
        // Article 15 speaks of what is displayed, not of when it was found.
        (None, true) => Parameter {
            value: FindingsBefore::Covered,
            citation: Citation::article(15),
            source: "the draft: its limit is on display, whenever the finding was made".to_owned(),
            certainty: Certainty::Declared,
        },
        (None, false) => {
            return Err(unreadable(
                "`findings_before_first_day` must say how older findings are treated".into(),
            ));
        }
    };
    let version = Version {
        findings_before,
        display: file
            .display
            .into_iter()
            .map(DisplayEntry::read)
            .collect::<Result<_, _>>()
            .map_err(unreadable)?,
        restoration: file
            .restoration
            .into_iter()
            .map(|entry| {
                (entry.severity, parameter(entry.after_months, entry.article, entry.source, entry.certainty))
            })
            .collect(),
        deadlines: file
            .deadline
            .into_iter()
            .map(|entry| {
                (entry.name, parameter(entry.working_days, entry.article, entry.source, entry.certainty))
            })
            .collect(),
        minimum_age: file
            .minimum_age
            .map(|entry| parameter(entry.years, entry.article, entry.source, entry.certainty)),
        restoration_bar: file
            .restoration_bar
            .map(|entry| parameter(entry.months, entry.article, entry.source, entry.certainty)),
        incident_classes: file.incident_class.into_iter().map(IncidentClass::from).collect(),
        instrument: file.instrument,
        short_name: file.short_name,
        title_zh: file.title_zh,
        title_en: file.title_en,
        first_day: file.first_day,
        last_day: file.last_day,
        assumed: file.assumed,
        source: file.source,
        certainty: file.certainty,
    };
    if let Some(stranger) = version.citations().find(|citation| citation.instrument != version.short_name) {
        return Err(unreadable(format!("it cites `{stranger}`, which is not in `{}`", version.short_name)));
    }
    Ok(version)
}

fn parameter(value: u32, citation: Citation, source: String, certainty: Certainty) -> Parameter<u32> {
    Parameter { value, citation, source, certainty }
}

impl Version {
    fn citations(&self) -> impl Iterator<Item = &Citation> {
        let display = self.display.iter().map(|limit| &limit.citation);
        let restoration = self.restoration.iter().map(|(_, months)| &months.citation);
        let deadlines = self.deadlines.iter().map(|(_, days)| &days.citation);
        let age = self.minimum_age.iter().chain(&self.restoration_bar).map(|number| &number.citation);
        let incidents = self.incident_classes.iter().map(|class| &class.citation);
        display.chain(restoration).chain(deadlines).chain(age).chain(incidents)
    }
}
