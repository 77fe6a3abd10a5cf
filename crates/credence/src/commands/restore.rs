//! `credence restore` and `credence accept-checkpoint`: a backup into an empty store, and what it must be shown before it
//! signs again.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Mutex;

use serde::Serialize;
use serde_json::json;
use store::{Confirmation, Confirmed, RestoreOptions, RestoreStep, Store, StoreOptions};

use crate::arguments::{AcceptCheckpointArguments, ConfirmationArguments, RestoreArguments};
use crate::context::{Context, block_on, store_failure};
use crate::exit::{Exit, Failure};
use crate::output::Output;
use crate::progress::{Progress, Unit};

/// Restores.
///
/// # Errors
/// When the backup is not whole, the target is not empty, the keys are not at hand, or the known checkpoint covers more.
pub fn restore(context: &Context, arguments: &RestoreArguments) -> Result<Exit, Failure> {
    let output = context.output;
    let options = context.store_options_at(&arguments.to)?;
    // Before anything is written: what cannot be read now would leave a locked store behind.
    let confirmation = confirmation(&arguments.confirmation)?;
    let asked = RestoreOptions {
        from: arguments.from.clone(),
        keys_from: arguments.keys_from.clone(),
        erased: arguments.erasures.as_deref().map(read_erasures).transpose()?.unwrap_or_default(),
    };
    block_on(async {
        let bar: Mutex<Option<(RestoreStep, Progress)>> = Mutex::new(None);
        let report = Store::restore(&options, &asked, &|step, reached| {
            let mut bar = bar.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            if bar.as_ref().is_none_or(|(shown, _)| *shown != step) {
                let label = match step {
                    RestoreStep::Checking => "checking",
                    RestoreStep::Writing => "restoring",
                    RestoreStep::Folding => "folding",
                };
                *bar = Some((step, Progress::new(label, reached.total, Unit::Things, !output.json)));
            }
            if let Some((_, bar)) = bar.as_ref() {
                bar.set(reached.done);
            }
        })
        .await
        .map_err(|error| store_failure(&error))?;
        drop(bar);
        let to = options.address.to_string();
        let signs = match &confirmation {
            Some(confirmation) => Some(confirmed(&options, confirmation, &output).await?),
            None => None,
        };
        let object = json!({
            "to": to, "entries": report.entries, "root": report.root, "checkpoint_size": report.checkpoint_size,
            "taken_at": report.taken_at, "erased": report.erased, "without_key": report.without_key,
            "rows": report.rows, "signs": signs.is_some(), "origin": signs.as_ref().map_or(&report.origin, |signs| &signs.origin),
        });
        output.either(&object, || {
            let mut text = output.pick(
                &format!("已恢复到 {to}：{} 条存证，根 {}（备份时间 {}）", report.entries, report.root, report.taken_at),
                &format!("restored to {to}: {} entries, root {} (the backup was taken at {})", report.entries, report.root, report.taken_at),
            );
            if report.without_key > 0 {
                text.push_str(&format!("\n  {}", output.pick(
                    &format!("{} 条存证没有载荷密钥，其中 {} 条因已知的删除而略去", report.without_key, report.erased),
                    &format!("{} entries have no payload key, {} of them left out as erased", report.without_key, report.erased),
                )));
            }
            text.push_str(&format!("\n  {}", match &signs {
                Some(signs) => said(&output, signs),
                None => output.pick(
                    "在出示已知的最新检查点之前不签名、不办理：credence accept-checkpoint --known FILE",
                    "it signs nothing and takes no acts until it is shown the newest known checkpoint: credence accept-checkpoint --known FILE",
                ),
            }));
            text
        })?;
        Ok(Exit::Done)
    })
}

/// Accepts the newest known checkpoint, or opens a new origin.
///
/// # Errors
/// When the store is not a restored one, or does not hold what the checkpoint covers.
pub fn accept(context: &Context, arguments: &AcceptCheckpointArguments) -> Result<Exit, Failure> {
    let options = context.store_options()?;
    let output = context.output;
    let confirmation = confirmation(&arguments.confirmation)?.ok_or_else(|| {
        Failure::usage("neither a known checkpoint nor a new origin is named")
            .next("give the newest checkpoint that is known anywhere with `--known FILE`, or a new name with `--new-origin NAME`")
    })?;
    block_on(async {
        let signs = confirmed(&options, &confirmation, &output).await?;
        output.either(&signs, || said(&output, &signs))?;
        Ok(Exit::Done)
    })
}

fn confirmation(asked: &ConfirmationArguments) -> Result<Option<Confirmation>, Failure> {
    match (&asked.known, &asked.new_origin) {
        (Some(path), _) => {
            let note = std::fs::read_to_string(path).map_err(|error| Failure::file(path, &error))?;
            Ok(Some(Confirmation::Known(note)))
        }
        (None, Some(origin)) => Ok(Some(Confirmation::NewOrigin(origin.clone()))),
        (None, None) => Ok(None),
    }
}

/// The contract of `accept-checkpoint --json`.
#[derive(Serialize)]
struct Signs {
    origin: String,
    vkey: String,
    entries: u64,
    covered: u64,
    new_origin: bool,
}

async fn confirmed(options: &StoreOptions, by: &Confirmation, output: &Output) -> Result<Signs, Failure> {
    let confirmed = Store::confirm(options, by).await.map_err(|error| {
        let failure = store_failure(&error);
        if failure.next.is_some() {
            return failure;
        }
        failure.next(output.pick(
            "请找更新的备份；若确已遗失，用 `credence accept-checkpoint --new-origin NAME` 公开另立日志",
            "look for a newer backup; where entries are lost, go on openly as a new journal: `credence accept-checkpoint --new-origin NAME`",
        ))
    })?;
    let Confirmed { origin, vkey, entries, covered } = confirmed;
    Ok(Signs { origin, vkey, entries, covered, new_origin: matches!(by, Confirmation::NewOrigin(_)) })
}

fn said(output: &Output, signs: &Signs) -> String {
    let Signs { origin, vkey, covered, .. } = signs;
    if signs.new_origin {
        output.pick(
            &format!("以新日志 {origin} 继续；请公布新的公钥：{vkey}"),
            &format!("it goes on as the new journal {origin}; publish its public key: {vkey}"),
        )
    } else {
        output.pick(
            &format!("与已知检查点（{covered} 条）一致，以 {origin} 继续签名"),
            &format!(
                "it holds what the known checkpoint covers ({covered} entries), and signs again as {origin}"
            ),
        )
    }
}

/// Entry numbers, one a line; empty lines and those that begin with `#` are passed over.
fn read_erasures(path: &Path) -> Result<BTreeSet<u64>, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| Failure::file(path, &error))?;
    let mut erased = BTreeSet::new();
    for (place, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        erased.insert(line.parse().map_err(|_| {
            Failure::usage(format!("`{}` line {}: `{line}` is no entry's number", path.display(), place + 1))
                .next("write the number of one erased entry a line")
        })?);
    }
    Ok(erased)
}
