//! What comes after an objection was lodged on its subject's side, and after it was decided: taking it back, and the one review by the
//! competent department (Articles 33, 37).
//!
//! Articles: 33, 37, 38

use law::Citation;

use super::answer::{effect, stops, stops_display};
use super::events::{CaseTakenBack, ReviewDecided, ReviewRequested};
use super::{CaseFacts, case_over, decided, is_competent, no_such_case, refuse};
use crate::caller::Caller;
use crate::case::{Case, CaseKind, CaseState, Outcome};
use crate::event::Event;
use crate::rules::access::{Undertaking, may_undertake, person_needed};
use crate::rules::words::words;
use crate::ruling::{Bilingual, Ground, Refusal, Ruling};
use crate::subject::SubjectNumber;

/// Takes a case back, by its subject, while it is open.
///
/// Articles: 37, 38
#[must_use]
pub fn take_back(facts: &CaseFacts, by: &Caller) -> Ruling {
    decided(|| {
        may_undertake(Undertaking::TakeBackCase, by)?;
        let case = own(facts, by.subject())?;
        if case.state() == CaseState::UnderReview {
            let reason =
                Bilingual::new("复核已经开始，不能撤回", "the review has begun and is not taken back");
            return Err(refuse("review_open", "case", reason)
                .remedy(Bilingual::new(
                    "等待主管部门的复核结论",
                    "wait for the competent department's answer",
                ))
                .into());
        }
        if !matches!(case.state(), CaseState::Lodged | CaseState::Accepted) {
            return Err(case_over(case).into());
        }
        Ok(vec![Event::CaseTakenBack(CaseTakenBack {
            case: case.case,
            kind: case.kind(),
            subject: case.subject,
            record: case.record,
            resumes: case.suspends,
        })])
    })
}

fn own(facts: &CaseFacts, subject: Option<SubjectNumber>) -> Result<&Case, Ground> {
    facts.case.as_ref().filter(|case| Some(case.subject) == subject).ok_or_else(no_such_case)
}

/// Whether a subject may ask for the review of a decision: once, of an objection of its own that did not give it all.
///
/// Articles: 33, 37
///
/// # Errors
/// The refusal, with what else the subject can do.
pub fn may_request_review<'a>(facts: &'a CaseFacts, by: &Caller) -> Result<&'a Case, Refusal> {
    may_undertake(Undertaking::LodgeObjection, by)?;
    let case = own(facts, by.subject())?;
    let elsewhere = Bilingual::new(
        "仍不服的，可以依法申请行政复议或者提起行政诉讼",
        "who still disagrees may apply for administrative reconsideration or go to court",
    );
    match case.state() {
        CaseState::Decided if case.kind() == CaseKind::Objection => {}
        CaseState::Reviewed | CaseState::UnderReview => {
            let reason = Bilingual::new("复核只有一次", "there is one review only");
            return Err(refuse("reviewed_once", "case", reason).remedy(elsewhere).into());
        }
        _ => {
            let reason = Bilingual::new("该案件没有可以复核的答复", "there is no answer to review");
            return Err(refuse("nothing_to_review", "case", reason).remedy(elsewhere).into());
        }
    }
    let standing =
        facts.record.as_ref().filter(|record| record.revoked.is_none() && record.objection.is_none());
    if standing.is_none() {
        let reason =
            Bilingual::new("该记录已撤销或另有异议", "the record is revoked, or another objection is open");
        return Err(refuse("record_not_standing", "record", reason).remedy(elsewhere).into());
    }
    Ok(case)
}

/// Asks for the review of a decision by the competent department.
///
/// Articles: 33, 37
#[must_use]
pub fn request_review(facts: &CaseFacts, reason: &str, by: &Caller) -> Ruling {
    decided(|| {
        let case = may_request_review(facts, by)?;
        Ok(vec![Event::ReviewRequested(ReviewRequested {
            case: case.case,
            subject: case.subject,
            record: case.record,
            reason: words(Citation::article(37), "reason", reason)?,
        })])
    })
}

/// Reviews a decision: by an officer of the competent department who took no part before. The record stands, its display is
/// stopped, or it is removed; a correction is left to whoever filed it.
///
/// Articles: 33, 37
#[must_use]
pub fn review(facts: &CaseFacts, outcome: Outcome, reason: &str, by: &Caller) -> Ruling {
    decided(|| {
        may_undertake(Undertaking::ReviewCase, by)?;
        let case = facts.case.as_ref().filter(|_| is_competent(facts)).ok_or_else(no_such_case)?;
        let record = facts.record.as_ref().ok_or_else(no_such_case)?;
        if case.state() != CaseState::UnderReview {
            let said = Bilingual::new("没有待复核的答复", "no review is waiting");
            return Err(refuse("nothing_to_review", "case", said).into());
        }
        let Some(person) = by.person() else { return Err(person_needed(Citation::article(37)).into()) };
        let before = [&case.accepted, &case.extended, &case.decided].into_iter().flatten();
        let mut before = before.filter_map(|taken| taken.person.as_ref()).chain(&facts.involved);
        if before.any(|involved| involved.is_same(person)) {
            let said = Bilingual::new("您办理过该案件", "you had a hand in this case before");
            return Err(refuse("took_the_decision", "case", said)
                .remedy(Bilingual::new("由其他工作人员复核", "another officer reviews it"))
                .into());
        }
        if matches!(outcome, Outcome::Corrected | Outcome::Supplemented) {
            let said = Bilingual::new(
                "复核可以维持、停止公示或者删除",
                "a review lets the record stand, takes it off display or removes it",
            );
            return Err(refuse("outcome_not_of_a_review", "outcome", said)
                .remedy(Bilingual::new("须更正的，责成报送单位更正", "have the filing authority correct it"))
                .into());
        }
        let reason = words(Citation::article(37), "reason", reason)?;
        let mut events = effect(record, outcome, None, reason.clone())?;
        events.insert(
            0,
            Event::ReviewDecided(ReviewDecided {
                case: case.case,
                subject: case.subject,
                record: case.record,
                outcome,
                reason,
            }),
        );
        if stops_display(outcome) {
            events.push(stops(case));
        }
        Ok(events)
    })
}
