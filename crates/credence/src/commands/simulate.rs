//! `credence simulate`: the rights of Chapter IV on a virtual clock.

use serde_json::json;

use crate::arguments::SimulateArguments;
use crate::context::{Context, block_on};
use crate::exit::{Exit, Failure};
use crate::progress::{Progress, Unit};
use crate::simulate::run::{Plan, Simulated, run as simulate};

/// Simulates.
///
/// # Errors
/// When a city cannot be founded or its store fails; what is found is no error.
pub fn run(context: &Context, arguments: &SimulateArguments) -> Result<Exit, Failure> {
    let output = context.output;
    let days = arguments.seeds.saturating_mul(u64::from(arguments.days));
    let progress = Progress::new("simulating", days, Unit::Things, !output.json);
    let (mut findings, mut done, mut refused, mut crashes) = (0, 0, 0, 0);
    for turn in 0..arguments.seeds {
        let plan = Plan {
            seed: arguments.seed.saturating_add(turn),
            subjects: arguments.subjects,
            days: arguments.days,
            first: arguments.first_day,
            monthly: arguments.monthly,
        };
        let folder = tempfile::Builder::new().prefix("credence-simulate-").tempdir();
        let folder =
            folder.map_err(|error| Failure::failed(format!("a temporary folder cannot be made: {error}")))?;
        let before = turn * u64::from(arguments.days);
        let result = block_on(simulate(plan, folder.path(), &|day| progress.set(before + day)))?;
        findings += result.findings.len() as u64;
        (done, refused, crashes) = (done + result.done, refused + result.refused, crashes + result.crashes);
        if !result.findings.is_empty() || arguments.seeds == 1 || output.json {
            output.either(&result, || line(&result))?;
        }
    }
    progress.finish();
    let sums = json!({
        "seeds": arguments.seeds, "days": days, "done": done, "refused": refused, "crashes": crashes, "findings": findings,
    });
    output.either(&sums, || {
        output.pick(
            &format!(
                "{} 个城市，共 {days} 天：办理 {done} 件，依法拒绝 {refused} 件，崩溃 {crashes} 次，发现问题 {findings} 个",
                arguments.seeds
            ),
            &format!(
                "{} cities, {days} days: {done} acts done, {refused} refused as they should be, {crashes} crashes, {findings} findings",
                arguments.seeds
            ),
        )
    })?;
    Ok(if findings == 0 { Exit::Done } else { Exit::Found })
}

fn line(result: &Simulated) -> String {
    let mut text = format!(
        "seed {}: {} records, {} acts done, {} refused, {} crashes, {} entries",
        result.seed, result.records, result.done, result.refused, result.crashes, result.entries
    );
    for finding in &result.findings {
        text.push_str(&format!("\n  {finding}"));
    }
    text
}
