//! How long a record is on display.
//!
//! A record is judged by the rules in force on the day of its filing, and by every rule that took force since: a later
//! shorter limit shortens what is on display from its first day on, a longer one never lengthens it. So the display
//! ends at the earliest of the ends that all these rules give.

use std::sync::Arc;

use serde::Serialize;

use super::{Certainty, FindingsBefore, LawInForce, Version};
use crate::citation::Citation;
use crate::period::last_display_day;
use crate::terms::{InformationClass, Severity};
use crate::time::Day;

/// How long a rule allows display.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DisplayLength {
    /// Not at all.
    NotDisplayed,
    /// So many months from the finding.
    Months(u32),
    /// Long-term.
    LongTerm,
}

/// A display limit of a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DisplayLimit {
    /// The class of information.
    pub class: InformationClass,
    /// The severity, for information on untrustworthiness.
    pub severity: Option<Severity>,
    /// How long it is displayed.
    pub length: DisplayLength,
    /// Where it is not displayed: for how many months a named rule may display it all the same.
    pub named_rule_months: Option<u32>,
    /// Where it stands.
    pub citation: Citation,
    /// Where the number is from.
    pub source: String,
    /// How well it is known.
    pub certainty: Certainty,
}

/// When a display ends. The order is the order of time, so the earliest of several ends is the least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DisplayEnd {
    /// It never begins.
    NotDisplayed,
    /// This is the last day, itself included.
    LastDay(Day),
    /// It does not end.
    LongTerm,
}

impl DisplayEnd {
    /// Whether the record is on display on this day, as far as the period goes.
    #[must_use]
    pub fn allows(self, day: Day) -> bool {
        match self {
            Self::NotDisplayed => false,
            Self::LastDay(last) => day <= last,
            Self::LongTerm => true,
        }
    }

    /// The last day, where there is one.
    #[must_use]
    pub const fn last_day(self) -> Option<Day> {
        match self {
            Self::LastDay(day) => Some(day),
            Self::NotDisplayed | Self::LongTerm => None,
        }
    }
}

/// The display limits of one version, as a rule for a record.
#[derive(Debug, Clone)]
pub struct DisplayRule {
    version: Arc<Version>,
}

impl DisplayRule {
    /// The version.
    #[must_use]
    pub fn version(&self) -> &Version {
        &self.version
    }

    /// The limit that it sets, if it sets one for this class and severity.
    #[must_use]
    pub fn limit(&self, class: InformationClass, severity: Option<Severity>) -> Option<&DisplayLimit> {
        let severity = if class == InformationClass::Untrustworthiness { severity } else { None };
        self.version.display.iter().find(|limit| limit.class == class && limit.severity == severity)
    }

    /// When it ends the display of a finding of this day; long-term where it sets no limit.
    ///
    /// Articles: 15
    #[must_use]
    pub fn end(&self, class: InformationClass, severity: Option<Severity>, finding: Day) -> DisplayEnd {
        if class == InformationClass::Untrustworthiness && severity.is_none() {
            // The catalogue gives every record of untrustworthiness a severity. One without is not shown to anyone.
            return DisplayEnd::NotDisplayed;
        }
        let left_alone = self.version.findings_before.value == FindingsBefore::LeftAlone;
        if left_alone && finding < self.version.first_day {
            return DisplayEnd::LongTerm;
        }
        match self.limit(class, severity).map(|limit| limit.length) {
            Some(DisplayLength::NotDisplayed) => DisplayEnd::NotDisplayed,
            Some(DisplayLength::Months(months)) => DisplayEnd::LastDay(last_display_day(finding, months)),
            Some(DisplayLength::LongTerm) | None => DisplayEnd::LongTerm,
        }
    }
}

/// When the display of a record ends, and which rule ends it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DisplayTerm {
    /// When it ends.
    pub end: DisplayEnd,
    /// The place that sets the end; Article 15 where nothing is limited.
    pub citation: Citation,
    /// The name of the version that it stands in.
    pub version: String,
}

impl LawInForce {
    /// The display rules that a record filed on this day has lived under: those in force on the day of its filing, and
    /// every later one up to [`LawInForce::day`].
    ///
    /// Articles: 15
    #[must_use]
    pub fn display_rules_since(&self, filed: Day) -> Vec<DisplayRule> {
        // A filing day after today would leave out the rules of today.
        let filed = filed.min(self.day);
        self.law
            .instruments
            .iter()
            .flatten()
            .filter(|version| {
                version.first_day <= self.day && version.last_day.is_none_or(|last| last >= filed)
            })
            .filter(|version| !version.display.is_empty())
            .map(|version| DisplayRule { version: Arc::clone(version) })
            .collect()
    }

    /// When the display of a record ends as the law stands on [`LawInForce::day`]: the earliest end that any rule since
    /// its filing gives. An extension by a named law (Article 15, last clause) is for the caller to add.
    ///
    /// Articles: 15, 38
    #[must_use]
    pub fn display_term(
        &self,
        class: InformationClass,
        severity: Option<Severity>,
        finding: Day,
        filed: Day,
    ) -> DisplayTerm {
        let mut term = DisplayTerm {
            end: DisplayEnd::NotDisplayed,
            citation: Citation::article(15),
            version: String::new(),
        };
        for (index, rule) in self.display_rules_since(filed).iter().enumerate() {
            let end = rule.end(class, severity, finding);
            if index == 0 || end < term.end {
                let citation =
                    rule.limit(class, severity).map_or(Citation::article(15), |limit| limit.citation.clone());
                term = DisplayTerm { end, citation, version: rule.version().to_string() };
            }
        }
        term
    }
}
