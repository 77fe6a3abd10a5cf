//! `credence soak`: the program under fire, and every acknowledged answer against the journal.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::json;
use store::StoreAddress;

use crate::arguments::{SoakArguments, SoakEngine};
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::progress::{Progress, Unit};
use crate::soak::run::{NotRun, Plan, Round, run as soak};

/// Sums of all rounds.
#[derive(Debug, Default)]
struct Sums {
    rounds: u64,
    requests: u64,
    acknowledged: u64,
    lost: u64,
    findings: u64,
}

/// Soaks.
///
/// # Errors
/// When the harness itself cannot work; what it finds is no error.
pub fn run(context: &Context, arguments: &SoakArguments) -> Result<Exit, Failure> {
    let output = context.output;
    let folder = folder(context)?;
    let engines =
        arguments.engine.map_or_else(|| vec![SoakEngine::Sqlite, SoakEngine::Postgres], |one| vec![one]);
    let progress = Progress::new(
        "soaking",
        u64::from(arguments.rounds) * engines.len() as u64,
        Unit::Things,
        !output.json,
    );
    let mut sums = Sums::default();
    let mut not_run: Vec<NotRun> = Vec::new();
    for engine in engines {
        let plan = Plan {
            engine,
            rounds: arguments.rounds,
            seed: arguments.seed,
            connections: arguments.connections,
            faults: arguments.faults.clone(),
        };
        let here = folder.path().join(format!("{engine:?}").to_lowercase());
        std::fs::create_dir(&here).map_err(|error| Failure::file(&here, &error))?;
        not_run.extend(soak(&plan, &here, &mut |round| {
            sums.rounds += 1;
            sums.requests += round.requests;
            sums.acknowledged += round.acknowledged;
            sums.lost += round.lost;
            sums.findings += round.findings.len() as u64;
            progress.set(sums.rounds);
            output.either(round, || line(round))
        })?);
    }
    progress.finish();
    let object = json!({
        "rounds": sums.rounds, "requests": sums.requests, "acknowledged": sums.acknowledged, "lost": sums.lost,
        "kills": sums.rounds, "findings": sums.findings, "not_run": not_run,
    });
    output.either(&object, || {
        let mut text = output.pick(
            &format!(
                "{} 轮，强行终止 {} 次：{} 个请求，{} 个已确认的答复逐一核对，发现问题 {} 个",
                sums.rounds, sums.rounds, sums.requests, sums.acknowledged, sums.findings
            ),
            &format!(
                "{} rounds, each ended by a kill: {} requests, {} acknowledged answers looked up in the journal, {} findings",
                sums.rounds, sums.requests, sums.acknowledged, sums.findings
            ),
        );
        for missing in &not_run {
            let what = missing.fault.map_or_else(|| "*".to_owned(), |fault| format!("{fault:?}"));
            let title = output.pick("未试", "not run");
            text.push_str(&format!("\n  {title}: {:?} {what}: needs {}", missing.engine, missing.needs));
        }
        text
    })?;
    Ok(if sums.findings == 0 { Exit::Done } else { Exit::Found })
}

/// A folder of its own, in the one that is named, which is removed at the end.
fn folder(context: &Context) -> Result<tempfile::TempDir, Failure> {
    let mut builder = tempfile::Builder::new();
    let builder = builder.prefix("credence-soak-");
    let made = match context.names_a_store().then(|| context.address()).transpose()? {
        None => builder.tempdir(),
        Some(StoreAddress::Folder(folder)) => builder.tempdir_in(folder),
        Some(StoreAddress::Postgres(_)) => {
            return Err(Failure::usage(
                "`--store` names a database server, and this command kills the one that it uses",
            )
            .next("leave `--store` out: with `--engine postgres` it makes a server of its own"));
        }
    };
    let folder =
        made.map_err(|error| Failure::failed(format!("a temporary folder cannot be made: {error}")))?;
    // The database server's own user passes through it.
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o711))
        .map_err(|error| Failure::file(folder.path(), &error))?;
    Ok(folder)
}

fn line(round: &Round) -> String {
    let mut text = format!(
        "{:4} {:?} {:?}: {} requests, {} acknowledged, {} refused, {} to ask again, {} lost, {} entries, {} ms",
        round.round,
        round.engine,
        round.fault,
        round.requests,
        round.acknowledged,
        round.refused,
        round.unavailable,
        round.lost,
        round.entries,
        round.milliseconds,
    );
    for finding in &round.findings {
        text.push_str(&format!("\n     {finding}"));
    }
    text
}
