//! The answer to an objection: each point with its evidence, an outcome that follows from them, and what it does to the record
//! (Article 37).
//!
//! Articles: 37

use law::Citation;

use super::events::DisplayStopped;
use super::{all, refuse};
use crate::acts::information::correction::{RecordCorrected, RecordRevoked};
use crate::case::{Case, Claim, Outcome, PointAnswer};
use crate::event::Event;
use crate::record::Record;
use crate::rules::words::words;
use crate::ruling::{Bilingual, Refusal, Ruling};

/// What was removed is stopped as well, so that the same statement is not filed again.
pub(super) const fn stops_display(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::DisplayStopped | Outcome::Removed)
}

pub(super) fn stops(case: &Case) -> Event {
    Event::DisplayStopped(DisplayStopped { record: case.record, subject: case.subject, case: case.case })
}

/// What an outcome does to the record besides stopping its display.
pub(super) fn effect(
    record: &Record,
    outcome: Outcome,
    correction: Option<Ruling>,
    reason: String,
) -> Result<Vec<Event>, Refusal> {
    match (outcome, correction) {
        (Outcome::Corrected | Outcome::Supplemented, Some(Ruling::Granted { events, .. }))
            if worsens(record, &events) =>
        {
            let reason = Bilingual::new(
                "异议的处理结果不得使该记录对提出人更为不利",
                "the answer to an objection does not leave the record worse for whoever objected",
            );
            Err(refuse("objection_worsens", "fields", reason)
                .remedy(Bilingual::new(
                    "维持原记录；确需变更严重程度的，另行更正并说明理由（第十四条）",
                    "let the record stand; what makes it more severe is a correction of its own, with its reason (Article 14)",
                ))
                .into())
        }
        (Outcome::Corrected | Outcome::Supplemented, Some(Ruling::Granted { events, .. })) => Ok(events
            .into_iter()
            .map(|event| match event {
                Event::RecordCorrected(event) => {
                    Event::RecordCorrected(RecordCorrected { reason: reason.clone(), ..event })
                }
                other => other,
            })
            .collect()),
        (Outcome::Corrected | Outcome::Supplemented, Some(Ruling::Refused { refusal, .. })) => Err(refusal),
        (Outcome::Corrected | Outcome::Supplemented, None) => {
            let reason = Bilingual::new("须写明更正或补充的内容", "say what is corrected or added");
            Err(refuse("fields_missing", "fields", reason)
                .remedy(Bilingual::new("填写要更正的字段", "fill in the fields that change"))
                .into())
        }
        (Outcome::Removed, _) if record.revoked.is_none() => Ok(vec![Event::RecordRevoked(RecordRevoked {
            record: record.number,
            subject: record.subject,
            reason,
        })]),
        (Outcome::Removed | Outcome::DisplayStopped | Outcome::Upheld, _) => Ok(Vec::new()),
    }
}

/// Whether a correction makes a record more severe, and so displays it for longer. The finding day it cannot move later.
fn worsens(record: &Record, events: &[Event]) -> bool {
    events.iter().any(
        |event| matches!(event, Event::RecordCorrected(corrected) if corrected.severity > record.severity),
    )
}

/// The reason that the record's history bears: the answers to the points that were found right.
pub(super) fn reasons(answers: &[PointAnswer]) -> String {
    let upheld: Vec<&str> =
        answers.iter().filter(|answer| answer.upheld).map(|answer| answer.reply.as_str()).collect();
    upheld.join("\n")
}

pub(super) fn answers(case: &Case, given: Vec<PointAnswer>) -> Result<Vec<PointAnswer>, Refusal> {
    let points = case.points().len();
    if given.len() != points {
        let reason = Bilingual::made(
            format!("异议有{points}点，须逐点答复"),
            format!("the objection has {points} points: each is answered"),
        );
        return Err(refuse("points_unanswered", "answers", reason)
            .remedy(Bilingual::new("对每一点写明结论、答复和依据", "answer each point, with its evidence"))
            .into());
    }
    let read = given.into_iter().enumerate().map(|(place, answer)| {
        let said =
            |name: &str, text: &str| words(Citation::article(37), &format!("answers[{place}].{name}"), text);
        Ok(PointAnswer {
            upheld: answer.upheld,
            reply: said("reply", &answer.reply)?,
            evidence: said("evidence", &answer.evidence)?,
        })
    });
    all(read)
}

/// An outcome follows from the answers: where a point is found right something changes, and where none is, nothing does. What is
/// another's is removed.
pub(super) fn consistent(case: &Case, answers: &[PointAnswer], outcome: Outcome) -> Result<(), Refusal> {
    let upheld = |claim: Option<Claim>| {
        case.points()
            .iter()
            .zip(answers)
            .any(|(point, answer)| answer.upheld && claim.is_none_or(|claim| point.claim == claim))
    };
    let ground = if upheld(Some(Claim::NotMine)) && outcome != Outcome::Removed {
        Bilingual::new(
            "认定不是本人信息的，必须删除该记录",
            "what is found to be about someone else is removed",
        )
    } else if upheld(None) != outcome.changes_the_record() {
        Bilingual::new(
            "结论与逐点答复不一致：有一点成立就不能维持原记录，没有一点成立就不能变更",
            "the outcome contradicts the answers: with a point found right the record cannot stand as it was, with none it does",
        )
    } else {
        return Ok(());
    };
    Err(refuse("outcome_contradicts_answers", "outcome", ground)
        .remedy(Bilingual::new("改正结论或者答复", "mend the outcome or the answers"))
        .into())
}
