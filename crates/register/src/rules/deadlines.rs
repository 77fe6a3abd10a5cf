//! Deadlines of an incident's steps (Article 19): until when each is to be taken, and whether it was. Computed each time, never
//! stored.
//!
//! Every deadline begins when the incident was noticed. What counts is the time of the entry, which nobody can date back; a
//! notice that went out earlier by other means is known by its document's number.

use law::{Calendar, Citation, Day, Deadline, Instant, LawError, LawInForce};
use serde::Serialize;

use crate::incident::{Incident, Step};
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

/// A step of an incident: its deadline with the rule that sets it, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepStanding {
    /// The step.
    pub step: Step,
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
}

impl StepStanding {
    /// Whether its deadline has passed and it is not taken.
    #[must_use]
    pub fn is_overdue(&self) -> bool {
        self.state == StepState::Overdue
    }
}

/// The steps of an incident, by the law of the day on which it was noticed.
///
/// Articles: 19
///
/// # Errors
/// When that law has no number for a deadline.
pub fn steps(
    law: &LawInForce,
    calendar: &Calendar,
    incident: &Incident,
    now: Instant,
) -> Result<Vec<StepStanding>, LawError> {
    Step::ALL.into_iter().map(|step| standing(law, calendar, incident, step, now)).collect()
}

fn standing(
    law: &LawInForce,
    calendar: &Calendar,
    incident: &Incident,
    step: Step,
    now: Instant,
) -> Result<StepStanding, LawError> {
    let (due, article, source) = due(law, calendar, incident, step)?;
    let taken = incident.first(step);
    let state = match (taken, due.is_past(taken.map_or(now, |line| line.at))) {
        (Some(_), Some(true)) => StepState::TakenLate,
        (Some(_), _) => StepState::Taken,
        (None, Some(true)) => StepState::Overdue,
        (None, Some(false)) => StepState::Pending,
        (None, None) => StepState::DueUnknown,
    };
    let (entry, at) = (taken.map(|line| line.entry), taken.map(|line| line.at));
    Ok(StepStanding { step, state, due, article, source, entry, at })
}

fn due(
    law: &LawInForce,
    calendar: &Calendar,
    incident: &Incident,
    step: Step,
) -> Result<(Due, Citation, String), LawError> {
    if let (Step::Notify, Some(severity)) = (step, incident.severity) {
        let class = law.incident_class(severity)?;
        if let Some(hours) = class.report_hours {
            let until = incident.noticed.plus_milliseconds(i64::from(hours) * 3_600_000);
            return Ok((Due::Hour { until }, class.citation.clone(), class.source.clone()));
        }
    }
    let deadline = law.deadline_working_days(match step {
        Step::Classify => Deadline::IncidentClassify,
        Step::Contain => Deadline::IncidentContain,
        Step::Notify => Deadline::IncidentReport,
        Step::Tell => Deadline::IncidentTell,
        Step::Close => Deadline::IncidentClose,
    })?;
    let due = match calendar.due(Day::of(incident.noticed), deadline.value) {
        Ok(due) => Due::Day { last_day: due.due },
        Err(unknown) => Due::Unknown { year: unknown.year, reminder: unknown.reminder },
    };
    Ok((due, deadline.citation.clone(), deadline.source.clone()))
}
