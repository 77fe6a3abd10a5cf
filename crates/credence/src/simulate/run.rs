//! Days, one after the other.

use std::path::Path;

use law::Day;
use serde::Serialize;

use super::acts::Doing;
use super::check;
use super::model::Model;
use super::town::Town;
use crate::demo::draw::{Draw, Stream};
use crate::demo::timeline::instant;
use crate::exit::Failure;

/// What is simulated.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Fixes everything.
    pub seed: u64,
    /// How many subjects.
    pub subjects: u64,
    /// How many days.
    pub days: u32,
    /// The first day.
    pub first: Day,
    /// Whether the journal is folded at the end of each month, and not at the very end only.
    pub monthly: bool,
}

/// What came of it: the contract of `simulate --json`.
#[derive(Debug, Clone, Serialize)]
pub struct Simulated {
    /// The seed.
    pub seed: u64,
    /// How many days.
    pub days: u32,
    /// How many records were filed.
    pub records: u64,
    /// Lawful acts that were done.
    pub done: u64,
    /// Unlawful acts that were refused.
    pub refused: u64,
    /// How often the program crashed and started again.
    pub crashes: u64,
    /// How many entries the journal has.
    pub entries: u64,
    /// What was found, each with its day.
    pub findings: Vec<String>,
}

/// At most so many findings are kept: one wrong rule makes thousands.
const FINDINGS_MAX: usize = 50;

/// Simulates.
///
/// # Errors
/// When the store fails; what is found is no error.
pub async fn run(plan: Plan, folder: &Path, step: &dyn Fn(u64)) -> Result<Simulated, Failure> {
    let mut town = Town::found(folder, plan.seed, plan.subjects, plan.first).await?;
    let mut model = Model::default();
    let mut draw = Draw::new(plan.seed, Stream::Simulation, 0);
    let (mut findings, mut crashes) = (Vec::new(), 0);
    let acts = (plan.subjects / 10).max(3);
    for number in 0..plan.days {
        let today = plan.first.plus_days(i64::from(number));
        town.clock.advance_to(instant(today, 0));
        let count = acts / 2 + draw.below(acts);
        let crash_after = draw.chance(5).then(|| draw.below(count.max(1)));
        for act in 0..count {
            town.clock.advance_to(instant(today, act));
            if crash_after == Some(act) {
                town.crash().await?;
                crashes += 1;
            }
            let mut doing =
                Doing { town: &mut town, model: &mut model, draw: &mut draw, today, findings: &mut findings };
            doing.act().await?;
        }
        let mut doing =
            Doing { town: &mut town, model: &mut model, draw: &mut draw, today, findings: &mut findings };
        doing.owed().await?;
        check::day(&mut town, &mut model, today, &mut findings).await?;
        let month_ends = today.plus_days(1).to_string().ends_with("-01");
        if number + 1 == plan.days || (plan.monthly && month_ends) {
            findings.extend(town.faults().await?.into_iter().map(|fault| format!("{today}: {fault}")));
        }
        step(u64::from(number) + 1);
        if findings.len() >= FINDINGS_MAX {
            break;
        }
    }
    let head = town.platform.head().await.map_err(|error| crate::context::failure(&error))?;
    town.platform.close().await;
    Ok(Simulated {
        seed: plan.seed,
        days: plan.days,
        records: model.filed,
        done: model.done,
        refused: model.refused,
        crashes,
        entries: head.size,
        findings,
    })
}
