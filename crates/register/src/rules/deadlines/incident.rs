//! Deadlines of an incident's steps (Article 19). Each begins when the incident was noticed; a notice that went out earlier by other
//! means is known by its document's number.

use law::{Calendar, Day, Deadline, Instant, LawError, LawInForce};

use super::{Due, Limit, StepStanding};
use crate::incident::{Incident, Step};

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
) -> Result<Vec<StepStanding<Step>>, LawError> {
    Step::ALL.into_iter().map(|step| standing(law, calendar, incident, step, now)).collect()
}

fn standing(
    law: &LawInForce,
    calendar: &Calendar,
    incident: &Incident,
    step: Step,
    now: Instant,
) -> Result<StepStanding<Step>, LawError> {
    let limit = limit(law, calendar, incident, step)?;
    let taken = incident.first(step).map(|line| (line.entry, line.at));
    Ok(StepStanding::new(step, limit, taken, now))
}

fn limit(law: &LawInForce, calendar: &Calendar, incident: &Incident, step: Step) -> Result<Limit, LawError> {
    if let (Step::Notify, Some(severity)) = (step, incident.severity) {
        let class = law.incident_class(severity)?;
        if let Some(hours) = class.report_hours {
            let until = incident.noticed.plus_milliseconds(i64::from(hours) * 3_600_000);
            return Ok(Limit {
                due: Due::Hour { until },
                article: class.citation.clone(),
                source: class.source.clone(),
                arithmetic: None,
            });
        }
    }
    let deadline = match step {
        Step::Classify => Deadline::IncidentClassify,
        Step::Contain => Deadline::IncidentContain,
        Step::Notify => Deadline::IncidentReport,
        Step::Tell => Deadline::IncidentTell,
        Step::Close => Deadline::IncidentClose,
    };
    Limit::working_days(law, calendar, Day::of(incident.noticed), &[deadline])
}
