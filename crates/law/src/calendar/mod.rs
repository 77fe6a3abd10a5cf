//! Working days as the State Council publishes them, one year at a time.
//!
//! A working day is a Monday to Friday that no notice takes off, or a Saturday or Sunday that a notice makes a working
//! day. A year whose notice is not known is *unknown*: plain Monday to Friday would make New Year's Day a working day.
//! The last days of December of the newest year can still be moved by the next year's notice (31 December 2018 was).

mod count;
mod file;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::instruments::Certainty;
use crate::time::Day;
use file::YearFile;

/// A deadline in working days and the day on which it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// The day of the act, which is not counted.
    pub from: Day,
    /// How many working days.
    pub working_days: u32,
    /// The last day of the deadline, itself included. With no working days it is the day of the act.
    pub due: Day,
}

/// The calendar of a year that the answer needs is not published, or not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("the working days of {year} are not published: known are {first_year} to {last_year}")]
pub struct CalendarUnknown {
    /// The first year that is needed and not known.
    pub year: i16,
    /// When to remind: where a deadline was asked for, the day that plain Monday to Friday gives beyond the published
    /// years; otherwise the first plain weekday from the day asked about. It is never a due day.
    pub reminder: Day,
    /// The first year with a known calendar.
    pub first_year: i16,
    /// The last year with a known calendar.
    pub last_year: i16,
}

/// What a day is, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    /// A Monday to Friday that nothing takes off.
    WorkingDay,
    /// A Saturday or Sunday that a notice makes a working day (调休上班).
    MakeUpWorkingDay,
    /// A Saturday or Sunday.
    Weekend,
    /// A day that a notice takes off.
    Holiday {
        /// The holiday in Chinese.
        zh: String,
        /// The holiday in English.
        en: String,
    },
}

impl DayKind {
    /// Whether the day counts.
    #[must_use]
    pub const fn is_working_day(&self) -> bool {
        matches!(self, Self::WorkingDay | Self::MakeUpWorkingDay)
    }
}

/// A day on the way to a due day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountedDay {
    /// The day.
    pub day: Day,
    /// What it is.
    pub kind: DayKind,
    /// Its number among the working days counted, where it is one.
    pub number: Option<u32>,
}

/// A file of working days that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// The text is not what such a file holds.
    #[error("the working days file `{name}` cannot be read: {reason}")]
    Unreadable {
        /// The name of the file.
        name: String,
        /// What is wrong.
        reason: String,
    },
    /// Two files, or two lines of one, disagree about a day.
    #[error("the working days file `{name}` contradicts itself or another: {reason}")]
    Contradiction {
        /// The name of the file.
        name: String,
        /// What is wrong.
        reason: String,
    },
    /// A year between two published ones is missing.
    #[error("there is no working days file for {0}, though there are files for years before and after it")]
    Gap(i16),
    /// No year at all.
    #[error("there is no working days file")]
    Empty,
}

/// The notice that a year's working days come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The year.
    pub year: i16,
    /// Its title.
    pub title: String,
    /// The document numbers of the notice and of those that changed it; none where they were not found.
    pub documents: Vec<String>,
    /// Where the days come from.
    pub source: String,
    /// How well the document is known.
    pub certainty: Certainty,
}

#[derive(Debug, Clone)]
struct Year {
    notice: Notice,
    off: BTreeMap<Day, (String, String)>,
    make_up: std::collections::BTreeSet<Day>,
}

/// The working days of every published year, without gaps.
#[derive(Debug, Clone)]
pub struct Calendar {
    years: BTreeMap<i16, Year>,
    first_year: i16,
    last_year: i16,
}

impl Calendar {
    /// The years that the program carries.
    ///
    /// # Errors
    /// [`CalendarError`] where a file is wrong; a test proves that none is.
    pub fn load() -> Result<Self, CalendarError> {
        Self::from_files(file::CARRIED)
    }

    /// The years of these files, each a name and its text: the carried ones, say, and a newly published one.
    ///
    /// # Errors
    /// [`CalendarError`] where a text cannot be read, contradicts itself, or leaves a gap between years.
    pub fn from_files<'text>(
        files: impl IntoIterator<Item = &'text (&'text str, &'text str)>,
    ) -> Result<Self, CalendarError> {
        let mut years = BTreeMap::new();
        for (name, text) in files {
            let (number, year) = YearFile::read(name, text)?;
            if years.insert(number, year).is_some() {
                let reason = format!("{number} has two files");
                return Err(CalendarError::Contradiction { name: (*name).to_owned(), reason });
            }
        }
        let (Some((&first_year, _)), Some((&last_year, _))) =
            (years.first_key_value(), years.last_key_value())
        else {
            return Err(CalendarError::Empty);
        };
        if let Some(missing) = (first_year..=last_year).find(|number| !years.contains_key(number)) {
            return Err(CalendarError::Gap(missing));
        }
        Ok(Self { years, first_year, last_year })
    }

    /// The files that the program carries, each a name and its text.
    #[must_use]
    pub const fn carried_files() -> &'static [(&'static str, &'static str)] {
        file::CARRIED
    }

    /// The first year with a known calendar.
    #[must_use]
    pub const fn first_year(&self) -> i16 {
        self.first_year
    }

    /// The last year with a known calendar.
    #[must_use]
    pub const fn last_year(&self) -> i16 {
        self.last_year
    }

    /// The notice of a year.
    #[must_use]
    pub fn notice(&self, year: i16) -> Option<&Notice> {
        self.years.get(&year).map(|year| &year.notice)
    }

    /// What the day is, and why.
    ///
    /// # Errors
    /// [`CalendarUnknown`] where its year is not published.
    pub fn kind(&self, day: Day) -> Result<DayKind, CalendarUnknown> {
        let year = self
            .years
            .get(&day.year())
            .ok_or_else(|| self.unknown(day.year(), count::plain_weekday_from(day)))?;
        Ok(if let Some((zh, en)) = year.off.get(&day) {
            DayKind::Holiday { zh: zh.clone(), en: en.clone() }
        } else if year.make_up.contains(&day) {
            DayKind::MakeUpWorkingDay
        } else if day.is_weekend() {
            DayKind::Weekend
        } else {
            DayKind::WorkingDay
        })
    }

    /// Whether the day is a working day.
    ///
    /// # Errors
    /// [`CalendarUnknown`] where its year is not published.
    pub fn is_working_day(&self, day: Day) -> Result<bool, CalendarUnknown> {
        let year = self
            .years
            .get(&day.year())
            .ok_or_else(|| self.unknown(day.year(), count::plain_weekday_from(day)))?;
        Ok(year.is_working_day(day))
    }

    const fn unknown(&self, year: i16, reminder: Day) -> CalendarUnknown {
        CalendarUnknown { year, reminder, first_year: self.first_year, last_year: self.last_year }
    }
}

impl Year {
    fn is_working_day(&self, day: Day) -> bool {
        self.make_up.contains(&day) || !(day.is_weekend() || self.off.contains_key(&day))
    }
}

#[cfg(test)]
mod tests;
