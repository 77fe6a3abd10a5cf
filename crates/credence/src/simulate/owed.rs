//! What offices owe on a day: cases and notices. The diligent do it, the others do not.

use register::acts::rights::notice::Cause;
use register::caller::Caller;
use register::case::{CaseKind, CaseNumber, Outcome, PointAnswer};
use serde_json::Map;
use service::cases::Decided;

use super::acts::{Doing, said};
use super::model::Pending;
use super::town::Character;
use crate::exit::Failure;

impl Doing<'_> {
    /// What offices owe on a day: cases and notices. The diligent do it, the others do not.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn owed(&mut self) -> Result<(), Failure> {
        let cases: Vec<CaseNumber> = self.model.cases.keys().copied().collect();
        for number in cases {
            let Some(case) = self.model.cases.get(&number).cloned() else { continue };
            let Some(office) = self.town.office(&case.office) else { continue };
            let (handlers, character) = (office.handlers.clone(), office.character);
            if let Some(_asked) = case.review {
                if self.draw.chance(20) {
                    self.review(number, &case).await?;
                }
                continue;
            }
            // An office that has nobody left who had no part in it is late, and rightly on the list.
            let Some(handler) = handlers.get(case.handler) else { continue };
            if character == Character::Negligent && !self.draw.chance(3) {
                continue;
            }
            if case.accepted.is_some() {
                if self.draw.chance(35) {
                    self.decide(number, &case, handler).await?;
                } else if case.extended.is_none() && self.draw.chance(5) {
                    let done = self.town.platform.extend_case(number, "需要调阅档案", handler).await;
                    if self.granted("extending a case", done).is_some()
                        && let Some(case) = self.model.cases.get_mut(&number)
                    {
                        case.extended = Some(self.today);
                    }
                }
            } else if self.draw.chance(70) {
                let done = self.town.platform.accept_case(number, handler).await;
                if self.granted("taking a case in hand", done).is_some()
                    && let Some(case) = self.model.cases.get_mut(&number)
                {
                    case.accepted = Some(self.today);
                }
            }
        }
        self.acknowledge().await
    }

    async fn decide(&mut self, number: CaseNumber, case: &Pending, handler: &Caller) -> Result<(), Failure> {
        if case.kind == CaseKind::Restoration {
            return self.decide_restoration(number, case, handler).await;
        }
        let right = self.draw.chance(50);
        let outcome = match (right, case.not_mine) {
            (false, _) => Outcome::Upheld,
            (true, true) => Outcome::Removed,
            (true, false) => {
                self.some(&[Outcome::DisplayStopped, Outcome::Removed]).unwrap_or(Outcome::Removed)
            }
        };
        let answer =
            PointAnswer { upheld: right, reply: said("核对了决定书"), evidence: said("案卷第3页") };
        let answers = vec![answer; case.points];
        // An outcome that contradicts the answers is tried first.
        let wrong = if right { Outcome::Upheld } else { Outcome::Removed };
        let asked = |outcome| Decided { answers: answers.clone(), outcome, fields: Map::new() };
        let done = self.town.platform.decide_objection(number, asked(wrong), handler).await;
        self.refused("an outcome against the answers", done);
        let done = self.town.platform.decide_objection(number, asked(outcome), handler).await;
        if self.granted("deciding an objection", done).is_none() {
            return Ok(());
        }
        self.closed(number);
        if outcome == Outcome::Upheld {
            self.model.reviewable.insert(number, case.clone());
            return Ok(());
        }
        let cause = if outcome == Outcome::Removed { Cause::Removed } else { Cause::DisplayStopped };
        self.taken_off(case, cause);
        if outcome == Outcome::DisplayStopped {
            self.model.reviewable.insert(number, case.clone());
        }
        Ok(())
    }

    fn taken_off(&mut self, case: &Pending, cause: Cause) {
        if let Some(held) = self.model.records.get_mut(&case.record) {
            (held.gone, held.withdrawn) = (true, false);
            held.judged += 1;
            held.removed |= cause == Cause::Removed;
        }
        self.model.changed(case.record, cause, Some(&case.office), self.today);
    }

    async fn decide_restoration(
        &mut self,
        number: CaseNumber,
        case: &Pending,
        handler: &Caller,
    ) -> Result<(), Failure> {
        let granted = self.draw.chance(60);
        // It may have been removed meanwhile: then there is nothing to restore.
        let gone = self.model.records.get(&case.record).is_none_or(|held| held.gone);
        let done = self.town.platform.decide_restoration(number, granted, "已核实", handler).await;
        if gone && granted && done.is_err() {
            self.refused("restoring what is gone", done);
            let done = self.town.platform.decide_restoration(number, false, "记录已不存在", handler).await;
            if self.granted("refusing an application", done).is_some() {
                self.closed(number);
            }
            return Ok(());
        }
        if self.granted("deciding on restoration", done).is_none() {
            return Ok(());
        }
        self.closed(number);
        if granted {
            self.taken_off(case, Cause::Restored);
        }
        Ok(())
    }

    async fn review(&mut self, number: CaseNumber, case: &Pending) -> Result<(), Failure> {
        let Some(office) = self.town.offices.iter().find(|office| office.code.0 == "economy-informatization")
        else {
            return Ok(());
        };
        let Some(handler) = office.handlers.first().cloned() else { return Ok(()) };
        let code = office.code.clone();
        let outcome = if self.draw.chance(30) { Outcome::Removed } else { Outcome::Upheld };
        let done = self.town.platform.review_case(number, outcome, "复核过案卷", &handler).await;
        if case.office == code {
            // The competent department's own decisions: whoever had a hand in them does not review them.
            if done.is_err() {
                self.refused("reviewing one's own decision", done);
                return Ok(());
            }
        }
        if self.granted("a review", done).is_none() {
            return Ok(());
        }
        self.closed(number);
        if outcome == Outcome::Removed {
            if let Some(held) = self.model.records.get_mut(&case.record) {
                (held.gone, held.withdrawn, held.removed) = (true, false, true);
            }
            self.model.changed(case.record, Cause::Removed, Some(&code), self.today);
        }
        Ok(())
    }

    /// Recipients acknowledge what they were told, the diligent within days.
    async fn acknowledge(&mut self) -> Result<(), Failure> {
        for place in 0..self.town.offices.len() {
            let Some(office) = self.town.offices.get(place) else { continue };
            if office.character == Character::Negligent || !self.draw.chance(50) {
                continue;
            }
            let Some(office) = self.town.offices.get(place) else { continue };
            let (clerk, word) = (office.clerk.clone(), format!("office:{}", office.code));
            let open = self.town.platform.notices(None, true, 100, &clerk).await;
            let Some(open) = self.granted("reading notices", open) else { continue };
            for notice in open {
                let done = self.town.platform.acknowledge(notice.notice, None, "已更新", &clerk).await;
                if self.granted("an acknowledgement", done).is_none() {
                    continue;
                }
                let mut told = self.model.told.values_mut().flatten();
                let owed = told.any(|told| {
                    told.record == notice.record && told.cause == notice.cause && told.owing.remove(&word)
                });
                if !owed {
                    let record = notice.record.0;
                    self.findings.push(format!(
                        "{}: {word} had a notice about record {record} that nobody owed it",
                        self.today
                    ));
                }
            }
        }
        Ok(())
    }
}
