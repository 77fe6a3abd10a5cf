//! The files of `regulations/working-days`, one a civil year.

use serde::Deserialize;

use super::{CalendarError, Notice, Year};
use crate::instruments::Certainty;
use crate::time::Day;

macro_rules! carried {
    ($($year:literal),* $(,)?) => {
        &[$((concat!("working-days/", $year, ".toml"), include_str!(concat!("../../../../regulations/working-days/", $year, ".toml")))),*]
    };
}

/// The years that the program carries.
pub(super) const CARRIED: &[(&str, &str)] = carried![
    "2004", "2005", "2006", "2007", "2008", "2009", "2010", "2011", "2012", "2013", "2014", "2015", "2016",
    "2017", "2018", "2019", "2020", "2021", "2022", "2023", "2024", "2025", "2026",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct YearFile {
    year: i16,
    notice: String,
    documents: Vec<String>,
    issued: Option<Day>,
    certainty: Certainty,
    source: String,
    make_up_days: Vec<Day>,
    #[serde(default)]
    off: Vec<Span>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Span {
    name_zh: String,
    name_en: String,
    first_day: Day,
    last_day: Day,
}

impl YearFile {
    pub(super) fn read(name: &str, text: &str) -> Result<(i16, Year), CalendarError> {
        let file: Self = toml::from_str(text).map_err(|error| CalendarError::Unreadable {
            name: name.to_owned(),
            reason: error.to_string(),
        })?;
        let contradiction =
            |reason: String| Err(CalendarError::Contradiction { name: name.to_owned(), reason });
        if !name.ends_with(&format!("/{}.toml", file.year)) {
            return contradiction(format!("it holds the year {}", file.year));
        }
        if file.issued.is_some_and(|issued| issued.year() >= file.year) {
            return contradiction("a notice is issued before its year".to_owned());
        }
        let mut year = Year {
            notice: Notice {
                year: file.year,
                title: file.notice,
                documents: file.documents,
                source: file.source,
                certainty: file.certainty,
            },
            off: Default::default(),
            make_up: Default::default(),
        };
        for span in file.off {
            if span.first_day > span.last_day
                || span.first_day.year() != file.year
                || span.last_day.year() != file.year
            {
                return contradiction(format!(
                    "`{}` from {} to {}",
                    span.name_en, span.first_day, span.last_day
                ));
            }
            let mut day = span.first_day;
            while day <= span.last_day {
                if year.off.insert(day, (span.name_zh.clone(), span.name_en.clone())).is_some() {
                    return contradiction(format!("{day} is taken off twice"));
                }
                day = day.plus_days(1);
            }
        }
        for day in file.make_up_days {
            if day.year() != file.year || !day.is_weekend() || year.off.contains_key(&day) {
                return contradiction(format!("{day} cannot be a make-up working day"));
            }
            if !year.make_up.insert(day) {
                return contradiction(format!("{day} is made up twice"));
            }
        }
        Ok((file.year, year))
    }
}
