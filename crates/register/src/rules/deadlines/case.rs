//! Deadlines of cases (Articles 37, 38) and of the notices that follow from them. The law is that of the day on which the case was
//! lodged.

use law::{Calendar, Day, Deadline, Instant, LawError, LawInForce};
use serde::{Deserialize, Serialize};

use super::{Limit, StepStanding};
use crate::case::{Case, CaseKind, Taken};
use crate::ruling::Bilingual;

/// What an office owes in a case, each with its own deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseStep {
    /// Take it in hand.
    Accept,
    /// Decide it and reply.
    Decide,
    /// Review the decision.
    Review,
}

impl CaseStep {
    /// What it is called.
    #[must_use]
    pub const fn title(self) -> Bilingual {
        match self {
            Self::Accept => Bilingual::new("受理", "accept"),
            Self::Decide => Bilingual::new("办结并答复", "decide and reply"),
            Self::Review => Bilingual::new("复核", "review"),
        }
    }
}

/// What is owed in a case, until when, and how it stands. A case that was taken back or returned owes nothing more.
///
/// Articles: 37, 38
///
/// # Errors
/// When the law of the day on which it was lodged has no number for a deadline.
pub fn case_steps(
    law: &LawInForce,
    calendar: &Calendar,
    case: &Case,
    now: Instant,
) -> Result<Vec<StepStanding<CaseStep>>, LawError> {
    let taken = |taken: &Option<Taken>| taken.as_ref().map(|taken| (taken.entry, taken.at));
    let lodged = Day::of(case.lodged.at);
    let over = taken(&case.returned).or(taken(&case.taken_back));
    let mut steps = Vec::with_capacity(3);
    let limit = |from, deadlines: &[Deadline]| Limit::working_days(law, calendar, from, deadlines);
    let mut step = |step, limit, taken| steps.push(StepStanding::new(step, limit, taken, now));
    // An extension prolongs a time that still runs; one that comes late does not make good what was missed.
    let extended = |limit: Limit, prolonged: Result<Limit, LawError>| match &case.extended {
        Some(extended) if limit.due.is_past(extended.at) != Some(true) => prolonged,
        _ => Ok(limit),
    };
    match case.kind() {
        CaseKind::Objection => {
            let decide = if case.own_data {
                Deadline::ObjectionDecideOwnData
            } else {
                Deadline::ObjectionDecideWithProvider
            };
            let accept = limit(lodged, &[Deadline::ObjectionAccept])?;
            step(CaseStep::Accept, accept, taken(&case.accepted).or(over));
            let prolonged = limit(lodged, &[decide, Deadline::ObjectionExtension]);
            let decide = extended(limit(lodged, &[decide])?, prolonged)?;
            step(CaseStep::Decide, decide, taken(&case.decided).or(over));
        }
        CaseKind::Restoration => {
            let reply = limit(lodged, &[Deadline::RestorationReply])?;
            // Order 58 knows the reply alone.
            let decide = if let Ok(accept) = limit(lodged, &[Deadline::RestorationAccept]) {
                step(CaseStep::Accept, accept, taken(&case.accepted).or(over));
                // The reply has its time from the application and the decision from the acceptance: the earlier one binds.
                let earlier = |reply: Limit, more: &[Deadline]| {
                    let Some(accepted) = &case.accepted else { return Ok(reply) };
                    let deadlines = [&[Deadline::RestorationDecide], more].concat();
                    let decision = limit(Day::of(accepted.at), &deadlines)?;
                    Ok(if decision.due.day() < reply.due.day() { decision } else { reply })
                };
                let more = [Deadline::RestorationExtension];
                let prolonged = limit(lodged, &[Deadline::RestorationReply, Deadline::RestorationExtension])
                    .and_then(|reply| earlier(reply, &more));
                extended(earlier(reply, &[])?, prolonged)?
            } else {
                reply
            };
            step(CaseStep::Decide, decide, taken(&case.decided).or(over));
        }
    }
    if let Some(requested) = &case.review_requested {
        let review = limit(Day::of(requested.at), &[Deadline::ObjectionReview])?;
        step(CaseStep::Review, review, taken(&case.reviewed));
    }
    Ok(steps)
}

/// Until when a notice is to be acknowledged.
///
/// Articles: 37, 38
///
/// # Errors
/// When the law of the day has no number for it.
pub fn notice_due(law: &LawInForce, calendar: &Calendar, given: Instant) -> Result<Limit, LawError> {
    Limit::working_days(law, calendar, Day::of(given), &[Deadline::RecipientUpdate])
}
