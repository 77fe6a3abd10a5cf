//! What follows.

use register::acts::rights::notice::Cause;
use register::case::{Case, Decision};
use register::rules::deadlines::{CaseStep, Due, StepStanding, StepState, case_steps, notice_due};
use register::rules::display_period::{Display, display};
use register::rules::restorability::{Outlook, outlook};

use super::fit;
use super::world::World;

fn same<T: std::fmt::Display>(expected: &str, found: T) -> Result<(), String> {
    let found = found.to_string();
    if found == expected { Ok(()) } else { Err(format!("it says `{expected}`, and it is `{found}`")) }
}

const fn state(state: StepState) -> &'static str {
    match state {
        StepState::Pending => "pending",
        StepState::Overdue => "overdue",
        StepState::DueUnknown => "not known to be late",
        StepState::Taken => "taken in time",
        StepState::TakenLate => "taken late",
    }
}

impl World {
    /// Whether something follows; if not, what does.
    pub fn then(&mut self, sentence: &str) -> Result<(), String> {
        if let Some(refused) = sentence.strip_prefix("it is refused: ") {
            let (refusal, said) = self.refusal.as_mut().ok_or("it was granted")?;
            *said = true;
            let grounds = refusal.grounds.iter();
            let codes: Vec<String> =
                grounds.map(|ground| format!("{}, {}", ground.code, ground.article)).collect();
            return same(refused, codes.join(" and "));
        }
        if let Some(what) = fit("the remedy speaks of {}", sentence) {
            let remedies = self.refusal.iter().flat_map(|(refusal, _)| &refusal.grounds);
            let mut remedies = remedies.filter_map(|ground| ground.remedy.as_ref());
            return if remedies.any(|remedy| remedy.en.contains(what[0]) || remedy.zh.contains(what[0])) {
                Ok(())
            } else {
                Err("no remedy does".to_owned())
            };
        }
        if let Some(expected) = sentence.strip_prefix("restoration ") {
            return same(expected, self.restoration());
        }
        if let Some(found) = fit("the case is {}", sentence) {
            return same(found[0], self.the_case()?.state().word().replace('_', " "));
        }
        if let Some(found) = fit("the outcome is {}", sentence) {
            let Some(Decision::Objection { outcome, .. }) = self.the_case()?.decision else {
                return Err("nothing was decided".to_owned());
            };
            return same(found[0], outcome.word().replace('_', " "));
        }
        if let Some(found) = fit("recipients are told that it is {}", sentence) {
            let words: Vec<&str> = self.causes.iter().map(|cause: &Cause| cause.word()).collect();
            return same(found[0], words.join(" and ").replace('_', " "));
        }
        if let Some(found) = fit("their acknowledgement is due on {}", sentence) {
            return same(found[0], self.notice()?);
        }
        if let Some(found) = fit("to {}: due {}", sentence) {
            return same(found[1], due(self.step(found[0])?.due));
        }
        if let Some(found) = fit("to {}: {}", sentence) {
            let step = self.step(found[0])?;
            return match found[1].strip_prefix("counted ") {
                Some(counted) => same(counted, step.arithmetic.map(|said| said.en).unwrap_or_default()),
                None => same(found[1], state(step.state)),
            };
        }
        match sentence {
            "it is granted" if self.refusal.is_none() => Ok(()),
            "it is granted" => Err("it was refused".to_owned()),
            "it bears the mark of an objection" if self.record.objection.is_some() => Ok(()),
            "it bears no mark" if self.record.objection.is_none() => Ok(()),
            "it bears the mark of an objection" | "it bears no mark" => Err("it is not so".to_owned()),
            "nobody is told" => same("", self.causes.iter().map(|cause| cause.word()).collect::<String>()),
            _ if sentence.starts_with("it is displayed")
                || sentence.starts_with("it was displayed")
                || sentence.starts_with("it is not displayed") =>
            {
                same(sentence, self.displayed()?)
            }
            _ => Err("no such sentence".to_owned()),
        }
    }

    fn displayed(&self) -> Result<String, String> {
        let item = self.item.as_ref().ok_or("there is no item")?;
        Ok(match display(&self.record, item, &self.today()) {
            Display::LongTerm => "it is displayed long-term".to_owned(),
            Display::Until { last_day, article } => format!("it is displayed until {last_day}, {article}"),
            Display::Ended { last_day, article } => format!("it was displayed until {last_day}, {article}"),
            Display::Not { why, article } => format!("it is not displayed: {why}, {article}"),
        })
    }

    fn restoration(&self) -> String {
        match outlook(&self.today(), &self.record, self.item.as_ref(), self.barred_until) {
            Outlook::NotUntrustworthiness => "has no object".to_owned(),
            Outlook::NotNeeded { why } => format!("is not needed: {why}"),
            Outlook::Excluded { law } => format!("is excluded by {}", law.en),
            Outlook::Barred { until } => format!("is barred until {until}"),
            Outlook::NotYet { earliest, article } => format!("can be applied for from {earliest}, {article}"),
            Outlook::Open { earliest, article } => format!("is open since {earliest}, {article}"),
            Outlook::NoRule { ground } => format!("has no rule: {}", ground.code),
        }
    }

    fn the_case(&self) -> Result<Case, String> {
        self.case().ok_or_else(|| "there is no case".to_owned())
    }

    /// The step of the case, by the law of the day on which it was lodged.
    fn step(&self, name: &str) -> Result<StepStanding<CaseStep>, String> {
        let case = self.the_case()?;
        let law = self.law.on(law::Day::of(case.lodged.at)).map_err(|error| error.to_string())?;
        let steps = case_steps(&law, &self.calendar, &case, self.now).map_err(|error| error.to_string())?;
        let found = steps.into_iter().find(|step| {
            name == match step.step {
                CaseStep::Accept => "accept",
                CaseStep::Decide => "decide",
                CaseStep::Review => "review",
            }
        });
        found.ok_or_else(|| format!("nobody owes to {name}"))
    }

    fn notice(&self) -> Result<String, String> {
        if self.causes.is_empty() {
            return Err("nobody is told".to_owned());
        }
        let limit = notice_due(&self.today(), &self.calendar, self.now).map_err(|error| error.to_string())?;
        Ok(due(limit.due))
    }
}

fn due(due: Due) -> String {
    match due {
        Due::Day { last_day } => last_day.to_string(),
        Due::Hour { until } => until.to_string(),
        Due::Unknown { year, reminder } => {
            format!("unknown: {year} is not published, reminder on {reminder}")
        }
    }
}
