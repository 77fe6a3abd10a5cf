//! Steps that an office owes: until when, how that was counted, and whether they were taken (Articles 19, 37, 38).

use register::rules::deadlines::{Due, StepStanding, StepState};
use register::ruling::Bilingual;

use super::{Cited, Page};

/// A step as pages show it.
pub(crate) struct StepLine {
    pub(crate) title: String,
    /// The key of the word, and the class of its tag.
    pub(crate) state: (&'static str, &'static str),
    pub(crate) due: String,
    pub(crate) article: Cited,
    pub(crate) taken: Option<String>,
    /// How the day was counted.
    pub(crate) arithmetic: Option<String>,
    /// Where the number of days is from.
    pub(crate) source: String,
}

impl StepLine {
    /// Draws a step.
    ///
    /// Articles: 19, 37, 38
    pub(crate) fn new<S>(p: &Page, title: &Bilingual, standing: &StepStanding<S>) -> Self {
        Self {
            title: p.headed(p.of(title)),
            state: match standing.state {
                StepState::Pending => ("step-pending", ""),
                StepState::Overdue => ("step-overdue", "tag-fault"),
                StepState::DueUnknown => ("step-due-unknown", ""),
                StepState::Taken => ("step-taken", "tag-quiet"),
                StepState::TakenLate => ("step-taken-late", "tag-adverse"),
            },
            due: due_words(p, standing.due),
            article: p.cite(&standing.article),
            taken: standing.at.map(|at| p.moment(at)),
            arithmetic: standing.arithmetic.as_ref().map(|counted| p.of(counted).to_owned()),
            source: standing.source.clone(),
        }
    }
}

/// Until when something is to be done, in words.
pub(crate) fn due_words(p: &Page, due: Due) -> String {
    match due {
        Due::Day { last_day } => p.day(last_day),
        Due::Unknown { reminder, .. } => p.on_day("intake-due-unknown", reminder),
        Due::Hour { until } => p.moment(until),
    }
}
