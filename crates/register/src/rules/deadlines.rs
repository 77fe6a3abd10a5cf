//! Deadlines: until when something is to be done, and whether it was. Computed each time, never stored, so that a restart or a
//! clock that jumps changes nothing.
//!
//! What counts is the time of the entry, which nobody can date back.

mod case;
mod incident;

use law::{Calendar, Citation, Day, Deadline, Instant, LawError, LawInForce};
use serde::Serialize;

pub use case::{CaseStep, case_steps, notice_due};
pub use incident::steps;

use crate::ruling::Bilingual;
use crate::subject::EntryNumber;

/// Until when something is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Due {
    /// To the end of a day.
    Day {
        /// The last day, itself included.
        last_day: Day,
    },
    /// To a moment, itself included.
    Hour {
        /// The moment.
        until: Instant,
    },
    /// The working days of a year are not published yet: nobody is called late, and the office is reminded.
    Unknown {
        /// The year.
        year: i16,
        /// The day that plain Monday to Friday gives.
        reminder: Day,
    },
}

impl Due {
    /// The day on which it ends, or on which it is reminded of where that is not known.
    #[must_use]
    pub fn day(self) -> Day {
        match self {
            Self::Day { last_day } => last_day,
            Self::Hour { until } => Day::of(until),
            Self::Unknown { reminder, .. } => reminder,
        }
    }

    /// Whether a moment lies after it; nothing where it is not known.
    #[must_use]
    pub fn is_past(self, at: Instant) -> Option<bool> {
        match self {
            Self::Day { last_day } => Some(Day::of(at) > last_day),
            // Entries tell their time to the minute.
            Self::Hour { until } => Some(at.minute() > until.minute()),
            Self::Unknown { .. } => None,
        }
    }
}

/// How a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// To be taken, and there is time.
    Pending,
    /// To be taken, and the deadline has passed.
    Overdue,
    /// To be taken, and nobody knows yet when the deadline ends.
    DueUnknown,
    /// Taken, not after a known deadline.
    Taken,
    /// Taken after the deadline.
    TakenLate,
}

/// A step: its deadline with the rule that sets it, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepStanding<S> {
    /// The step.
    pub step: S,
    /// How it stands.
    pub state: StepState,
    /// Until when it is to be taken.
    pub due: Due,
    /// The article.
    pub article: Citation,
    /// Where the number is from; the draft itself says `promptly`.
    pub source: String,
    /// The entry that took it first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<EntryNumber>,
    /// When that was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Instant>,
    /// How the day was counted, where working days were.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arithmetic: Option<Bilingual>,
}

impl<S> StepStanding<S> {
    fn new(step: S, limit: Limit, taken: Option<(EntryNumber, Instant)>, now: Instant) -> Self {
        let state = match (taken, limit.due.is_past(taken.map_or(now, |(_, at)| at))) {
            (Some(_), Some(true)) => StepState::TakenLate,
            (Some(_), _) => StepState::Taken,
            (None, Some(true)) => StepState::Overdue,
            (None, Some(false)) => StepState::Pending,
            (None, None) => StepState::DueUnknown,
        };
        let (entry, at) = taken.unzip();
        let Limit { due, article, source, arithmetic } = limit;
        Self { step, state, due, article, source, entry, at, arithmetic }
    }

    /// Whether its deadline has passed and it is not taken.
    #[must_use]
    pub fn is_overdue(&self) -> bool {
        self.state == StepState::Overdue
    }
}

/// Until when, by which rule, and how it was counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Limit {
    /// Until when.
    pub due: Due,
    /// The article.
    pub article: Citation,
    /// Where the number is from.
    pub source: String,
    /// How the day was counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arithmetic: Option<Bilingual>,
}

impl Limit {
    /// So many working days after a day, by the sum of these deadlines of the law.
    fn working_days(
        law: &LawInForce,
        calendar: &Calendar,
        from: Day,
        deadlines: &[Deadline],
    ) -> Result<Self, LawError> {
        let (mut count, mut rule) = (0, None);
        for deadline in deadlines {
            let number = law.deadline_working_days(*deadline)?;
            count += number.value;
            rule = rule.or(Some((number.citation.clone(), number.source.clone())));
        }
        let (article, source) = rule.unwrap_or((Citation::article(0), String::new()));
        let due = match calendar.due(from, count) {
            Ok(due) => Due::Day { last_day: due.due },
            Err(unknown) => Due::Unknown { year: unknown.year, reminder: unknown.reminder },
        };
        let arithmetic = Some(arithmetic(calendar, from, count));
        Ok(Self { due, article, source, arithmetic })
    }
}

/// How a deadline of so many working days was counted, day by day: day 0, the working days by number, the days that do not count.
///
/// Articles: 14, 36, 37, 38
#[must_use]
pub fn arithmetic(calendar: &Calendar, from: Day, working_days: u32) -> Bilingual {
    let days = match calendar.explain(from, working_days) {
        Ok(days) => days,
        Err(unknown) => {
            return Bilingual::made(
                format!(
                    "{from}为第0日；{}年的工作日历尚未公布，到期日未定，暂按周一至周五在{}提醒",
                    unknown.year, unknown.reminder
                ),
                format!(
                    "day 0 is {from}; the working days of {} are not published yet, so the last day is not known: \
                     by Monday to Friday the reminder is on {}",
                    unknown.year, unknown.reminder
                ),
            );
        }
    };
    let mut zh = format!("{from}为第0日");
    let mut en = format!("day 0 is {from}");
    let mut rest: Vec<Day> = Vec::new();
    let free = |rest: &mut Vec<Day>, zh: &mut String, en: &mut String| {
        match (rest.first(), rest.last()) {
            (Some(first), Some(last)) if first == last => {
                zh.push_str(&format!("；{first}不是工作日"));
                en.push_str(&format!("; {first} is no working day"));
            }
            (Some(first), Some(last)) => {
                zh.push_str(&format!("；{first}至{last}不是工作日"));
                en.push_str(&format!("; {first} to {last} are no working days"));
            }
            _ => {}
        }
        rest.clear();
    };
    for counted in &days {
        match counted.number {
            Some(number) => {
                free(&mut rest, &mut zh, &mut en);
                zh.push_str(&format!("；{}为第{number}日", counted.day));
                en.push_str(&format!("; {} is day {number}", counted.day));
            }
            None => rest.push(counted.day),
        }
    }
    let last = days.last().map_or(from, |counted| counted.day);
    zh.push_str(&format!("；期限至{last}（含当日）"));
    en.push_str(&format!("; due {last}, that day included"));
    Bilingual::made(zh, en)
}
