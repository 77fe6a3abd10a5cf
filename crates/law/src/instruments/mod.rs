//! The dated instruments in `regulations/`: a folder an instrument, a file a version, named by its first day.
//!
//! A number is read from the version in force on a day and carries its article, its source and how well it is known.
//! Versions of an instrument follow each other without gap or overlap; where two instruments speak of one thing they
//! must agree, except for display periods, where the shortest counts. All this is checked when the law is loaded.

mod display;
mod file;
mod load;

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::citation::Citation;
use crate::terms::{IncidentSeverity, Severity};
use crate::time::Day;

pub use display::{DisplayEnd, DisplayLength, DisplayLimit, DisplayRule, DisplayTerm};

/// How well a fact is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Certainty {
    /// A source was found and read.
    V,
    /// From memory, high confidence.
    H,
    /// From memory, medium confidence.
    M,
    /// From memory, low confidence.
    L,
    /// A choice made here, where the law leaves it open.
    #[serde(rename = "declared")]
    Declared,
}

/// A number of the law with where it stands and how well it is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Parameter<T> {
    /// The number.
    pub value: T,
    /// Where it stands, or the article that leaves it open.
    pub citation: Citation,
    /// Where the number is from.
    pub source: String,
    /// How well it is known.
    pub certainty: Certainty,
}

/// The deadlines that the law gives or leaves to the platform, all in working days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deadline {
    /// From the decision to its publication and filing (Article 14; double publicity).
    Publication,
    /// From knowing of a mistake to its correction (Article 14).
    Correction,
    /// From the subject's request to the withdrawal of display (Article 36).
    Withdrawal,
    /// From an objection to the mark on the record (Article 37).
    ObjectionMark,
    /// From an objection to its acceptance or forwarding (Article 37).
    ObjectionAccept,
    /// From an objection to the decision, where the platform's own data is concerned (Article 37).
    ObjectionDecideOwnData,
    /// From an objection to the decision, where the providing authority is asked (Article 37).
    ObjectionDecideWithProvider,
    /// By how much the time for deciding an objection is extended, once (Article 37).
    ObjectionExtension,
    /// From the request for a review to its answer (Articles 33, 37).
    ObjectionReview,
    /// From the notice of a change to its acknowledgement by whoever received the record (Articles 37, 38).
    RecipientUpdate,
    /// From an objection against a listing to the answer (Article 31).
    ListingReExamination,
    /// From the discovery of an incident to its report to the competent department (Article 19).
    IncidentReport,
    /// From an application for restoration to its forwarding (Article 38).
    RestorationForward,
    /// From forwarding to the acceptance of an application for restoration (Article 38).
    RestorationAccept,
    /// From acceptance to the decision on restoration (Article 38).
    RestorationDecide,
    /// By how much the time for deciding on restoration is extended, once (Article 38).
    RestorationExtension,
    /// From an application for restoration to the reply (Article 38).
    RestorationReply,
    /// From the discovery of an incident to its classification (Article 19).
    IncidentClassify,
    /// From the discovery of an incident to the first measure against it (Article 19).
    IncidentContain,
    /// From the discovery of an incident to telling the subjects concerned (Article 19).
    IncidentTell,
    /// From the discovery of an incident to its end (Article 19).
    IncidentClose,
}

/// What a version says of findings made before its first day, where the text says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingsBefore {
    /// Its display limits apply to them too, counted from the finding.
    Covered,
    /// Its display limits leave them alone.
    LeftAlone,
}

/// A class of security incidents: which rule puts an incident into it, and how soon it is reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IncidentClass {
    /// The class.
    pub severity: IncidentSeverity,
    /// The rule in Chinese.
    pub rule_zh: String,
    /// The rule in English.
    pub rule_en: String,
    /// Within how many hours of the discovery it is reported to the competent department, working days or not; where it gives
    /// none, [`Deadline::IncidentReport`] counts.
    pub report_hours: Option<u32>,
    /// Where it stands, or the article that leaves it open.
    pub citation: Citation,
    /// Where rule and number are from.
    pub source: String,
    /// How well they are known.
    pub certainty: Certainty,
}

/// A version of an instrument.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Version {
    /// The code of the instrument: the name of its folder.
    pub instrument: String,
    /// The code under which its articles are cited.
    pub short_name: String,
    /// Its title in Chinese.
    pub title_zh: String,
    /// Its title in English.
    pub title_en: String,
    /// The first day in force.
    pub first_day: Day,
    /// The last day in force, where it has ended.
    pub last_day: Option<Day>,
    /// Whether the first day is assumed, because the text leaves it blank.
    pub assumed: bool,
    /// Where the text is from.
    pub source: String,
    /// How well it is known.
    pub certainty: Certainty,
    /// How findings before its first day are treated.
    pub findings_before: Parameter<FindingsBefore>,
    display: Vec<DisplayLimit>,
    restoration: Vec<(Severity, Parameter<u32>)>,
    deadlines: Vec<(Deadline, Parameter<u32>)>,
    minimum_age: Option<Parameter<u32>>,
    restoration_bar: Option<Parameter<u32>>,
    incident_classes: Vec<IncidentClass>,
}

impl Version {
    /// Whether it is in force on this day.
    #[must_use]
    pub fn is_in_force(&self, day: Day) -> bool {
        self.first_day <= day && self.last_day.is_none_or(|last| day <= last)
    }

    /// The display limits that it sets.
    #[must_use]
    pub fn display_limits(&self) -> &[DisplayLimit] {
        &self.display
    }
}

impl fmt::Display for Version {
    /// The name of the version, `beijing-social-credit@2016-01-01 (assumed)`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}@{}", self.instrument, self.first_day)?;
        if self.assumed { formatter.write_str(" (assumed)") } else { Ok(()) }
    }
}

/// Why the law cannot be loaded, or does not answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LawError {
    /// A file is not what it should be.
    #[error("the regulation file `{name}` cannot be read: {reason}")]
    Unreadable {
        /// Its name.
        name: String,
        /// What is wrong.
        reason: String,
    },
    /// Two rules disagree, within a version or between two.
    #[error("two rules disagree in `{version}`: {reason}")]
    Contradiction {
        /// The version that the second one stands in.
        version: String,
        /// What they disagree about.
        reason: String,
    },
    /// Two versions of an instrument overlap, or leave days between them without a version.
    #[error("the versions of `{instrument}` do not follow each other: {reason}")]
    Sequence {
        /// The instrument.
        instrument: String,
        /// What is wrong.
        reason: String,
    },
    /// The day lies before the law.
    #[error("no law applies on {day}: the first day of `{instrument}` is {first_day}")]
    BeforeTheLaw {
        /// The day asked about.
        day: Day,
        /// The instrument that is missing.
        instrument: String,
        /// Its first day.
        first_day: Day,
    },
    /// The day lies after the end of the law.
    #[error("no law applies on {day}: `{instrument}` ended on {last_day}")]
    AfterTheLaw {
        /// The day asked about.
        day: Day,
        /// The instrument that has ended.
        instrument: String,
        /// Its last day.
        last_day: Day,
    },
    /// No version in force on the day has such a number.
    #[error("no rule in force on {day} gives {what}")]
    NoRule {
        /// The day.
        day: Day,
        /// What was asked for.
        what: String,
    },
}

/// All instruments with all their versions.
#[derive(Debug, Clone)]
pub struct Law {
    /// The versions of each instrument by rising first day; the Beijing draft comes first.
    instruments: Arc<Vec<Vec<Arc<Version>>>>,
}

impl Law {
    /// The instruments that the program carries.
    ///
    /// # Errors
    /// [`LawError`] where a file is wrong or two rules disagree; a test proves that none is.
    pub fn load() -> Result<Self, LawError> {
        Self::from_files(file::CARRIED)
    }

    /// The instruments of these files, each a name such as `ndrc-credit-restoration/2026-04-01.toml` and its text.
    ///
    /// # Errors
    /// [`LawError`] where a file is wrong, versions overlap or leave a gap, or two rules disagree.
    pub fn from_files<'text>(
        files: impl IntoIterator<Item = &'text (&'text str, &'text str)>,
    ) -> Result<Self, LawError> {
        let instruments = load::instruments(files)?;
        Ok(Self { instruments: Arc::new(instruments) })
    }

    /// The files that the program carries, each a name and its text.
    #[must_use]
    pub const fn carried_files() -> &'static [(&'static str, &'static str)] {
        file::CARRIED
    }

    /// The law in force on this day.
    ///
    /// # Errors
    /// [`LawError::BeforeTheLaw`] or [`LawError::AfterTheLaw`] where the Beijing draft has no version on this day.
    /// Another instrument may have none yet: before the first restoration rule Article 15 alone sets limits.
    pub fn on(&self, day: Day) -> Result<LawInForce, LawError> {
        let mut in_force = Vec::new();
        for (index, versions) in self.instruments.iter().enumerate() {
            match versions.iter().find(|version| version.is_in_force(day)) {
                Some(version) => in_force.push(Arc::clone(version)),
                None => {
                    let (Some(first), Some(last)) = (versions.first(), versions.last()) else { continue };
                    let instrument = first.instrument.clone();
                    if let Some(last_day) = last.last_day.filter(|last_day| *last_day < day) {
                        return Err(LawError::AfterTheLaw { day, instrument, last_day });
                    }
                    if index == 0 {
                        return Err(LawError::BeforeTheLaw { day, instrument, first_day: first.first_day });
                    }
                }
            }
        }
        Ok(LawInForce { day, law: self.clone(), in_force })
    }

    /// The first day on which there is a law.
    pub fn first_day(&self) -> Option<Day> {
        self.instruments.first().and_then(|versions| versions.first()).map(|version| version.first_day)
    }

    /// Every version of every instrument.
    pub fn versions(&self) -> impl Iterator<Item = &Version> {
        self.instruments.iter().flatten().map(AsRef::as_ref)
    }

    /// The versions that take force on this day, for the entry that the journal then gets.
    #[must_use]
    pub fn versions_taking_force_on(&self, day: Day) -> Vec<&Version> {
        self.versions().filter(|version| version.first_day == day).collect()
    }

    /// The versions that take force after the first day and not after the second, by the day on which they do.
    #[must_use]
    pub fn versions_between(&self, after: Day, until: Day) -> Vec<&Version> {
        let within = |version: &&Version| after < version.first_day && version.first_day <= until;
        let mut found: Vec<&Version> = self.versions().filter(within).collect();
        found.sort_by_key(|version| version.first_day);
        found
    }
}

/// The law in force on one day: every rule is asked with it.
#[derive(Debug, Clone)]
pub struct LawInForce {
    day: Day,
    law: Law,
    in_force: Vec<Arc<Version>>,
}

impl LawInForce {
    /// The day.
    #[must_use]
    pub const fn day(&self) -> Day {
        self.day
    }

    /// The whole law, with the versions before and after.
    #[must_use]
    pub const fn law(&self) -> &Law {
        &self.law
    }

    /// The names of the versions in force, such as `beijing-social-credit@2016-01-01 (assumed)`.
    #[must_use]
    pub fn versions(&self) -> Vec<String> {
        self.in_force.iter().map(ToString::to_string).collect()
    }

    /// The versions in force.
    pub fn texts(&self) -> impl Iterator<Item = &Version> {
        self.in_force.iter().map(AsRef::as_ref)
    }

    /// How many months after the finding restoration may be asked for.
    ///
    /// Articles: 38
    ///
    /// # Errors
    /// [`LawError::NoRule`] on a day before the first restoration rule.
    pub fn restoration_minimum_months(&self, severity: Severity) -> Result<&Parameter<u32>, LawError> {
        self.in_force
            .iter()
            .flat_map(|version| &version.restoration)
            .find(|(level, _)| *level == severity)
            .map(|(_, months)| months)
            .ok_or_else(|| self.no_rule("when restoration may be asked for"))
    }

    /// How many working days a deadline has.
    ///
    /// Articles: 14, 19, 31, 36, 37, 38
    ///
    /// # Errors
    /// [`LawError::NoRule`] where no version in force sets it.
    pub fn deadline_working_days(&self, deadline: Deadline) -> Result<&Parameter<u32>, LawError> {
        self.in_force
            .iter()
            .flat_map(|version| &version.deadlines)
            .find(|(known, _)| *known == deadline)
            .map(|(_, working_days)| working_days)
            .ok_or_else(|| self.no_rule("a number of working days for this deadline"))
    }

    /// The class of incidents of a severity.
    ///
    /// Articles: 19
    ///
    /// # Errors
    /// [`LawError::NoRule`] where no version in force declares it.
    pub fn incident_class(&self, severity: IncidentSeverity) -> Result<&IncidentClass, LawError> {
        self.in_force
            .iter()
            .flat_map(|version| &version.incident_classes)
            .find(|class| class.severity == severity)
            .ok_or_else(|| self.no_rule("a rule for this class of incidents"))
    }

    /// The age in years before which no conduct is held against a person.
    ///
    /// Articles: 2
    ///
    /// # Errors
    /// [`LawError::NoRule`] where no version in force sets it.
    pub fn minimum_age_years(&self) -> Result<&Parameter<u32>, LawError> {
        self.in_force
            .iter()
            .find_map(|version| version.minimum_age.as_ref())
            .ok_or_else(|| self.no_rule("the age from which conduct counts"))
    }

    /// How many months nothing of a subject is restored after a restoration was undone for false materials.
    ///
    /// Articles: 38
    ///
    /// # Errors
    /// [`LawError::NoRule`] where no version in force sets it.
    pub fn restoration_bar_months(&self) -> Result<&Parameter<u32>, LawError> {
        self.in_force
            .iter()
            .find_map(|version| version.restoration_bar.as_ref())
            .ok_or_else(|| self.no_rule("how long false materials bar restoration"))
    }

    fn no_rule(&self, what: &str) -> LawError {
        LawError::NoRule { day: self.day, what: what.to_owned() }
    }
}

#[cfg(test)]
mod tests;
