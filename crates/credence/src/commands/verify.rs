//! `credence verify`: a store, a mirror with nothing but the public key, or a receipt.

use std::error::Error;
use std::path::{Path, PathBuf};

use journal::{Checkpoint, MirrorSource, Problem, Receipt, ReceiptChecked, Report, Verifier, verify_mirror};
use serde::Serialize;
use serde_json::{Value, json};
use store::{Store, StoreError, VerifyKnown};

use crate::arguments::VerifyArguments;
use crate::context::{Context, block_on, store_failure};
use crate::exit::{Exit, Failure};
use crate::output::Output;
use crate::progress::{Progress, Unit};

/// How many problems are shown to people; scripts get them all.
const SHOWN_MAX: usize = 50;

/// The database in a store's folder.
const DATABASE: &str = "credence.sqlite";

/// The contract of `verify --json`.
#[derive(Serialize)]
struct Verified<'a> {
    entries: u64,
    root: String,
    problems: &'a [Problem],
    #[serde(skip_serializing_if = "is_zero")]
    more_problems: u64,
    checked: Value,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that the serialiser asks for")]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// Verifies.
///
/// # Errors
/// When there is nothing to verify, or the key is none.
pub fn run(context: &Context, arguments: &VerifyArguments) -> Result<Exit, Failure> {
    let key = arguments.key.as_deref().map(read_key).transpose()?;
    if let Some(path) = &arguments.receipt {
        return receipt(&context.output, path, key);
    }
    if let Some(folder) = &arguments.backup {
        return super::backup::check(context, folder, key.as_ref());
    }
    let report = match &arguments.mirror {
        Some(folder) => mirror(context, folder, key, &arguments.known)?,
        None => stored(context, key, &arguments.known)?,
    };
    show(&context.output, &report)
}

/// Reads a public key, given as itself or as a file.
fn read_key(text: &str) -> Result<Verifier, Failure> {
    if let Ok(verifier) = Verifier::parse(text.trim()) {
        return Ok(verifier);
    }
    let wrong = |why: String| {
        Failure::usage(format!("`{text}` is neither a public key nor a file with one: {why}"))
            .next("a public key is one line, name+hash+key; a platform shows its own at /journal/key, and keeps it in `journal.vkey`")
    };
    let read = std::fs::read_to_string(text).map_err(|error| wrong(error.to_string()))?;
    Verifier::parse(read.trim()).map_err(|error| wrong(error.to_string()))
}

fn read_file(path: &Path) -> Result<String, Failure> {
    let bytes = std::fs::read(path).map_err(|error| Failure::file(path, &error))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn stored(context: &Context, key: Option<Verifier>, known: &[PathBuf]) -> Result<Report, Failure> {
    let checkpoints = known
        .iter()
        .map(|path| Ok((format!("the checkpoint in `{}`", path.display()), read_file(path)?)))
        .collect::<Result<Vec<_>, Failure>>()?;
    let known = VerifyKnown { verifier: key, checkpoints };
    let options = context.store_options()?;
    // A database that is there and empty is a damaged one to whoever verifies it.
    let there = options.address.folder().is_some_and(|folder| folder.join(DATABASE).exists());
    let wanted = !context.output.json;
    block_on(async {
        let store = match Store::open_to_verify(options).await {
            Ok(store) => store,
            Err(error) => return damaged(&error, there),
        };
        let progress = std::sync::OnceLock::new();
        let report = store
            .verify(known, &|reached| {
                progress
                    .get_or_init(|| Progress::new("verifying", reached.total, Unit::Things, wanted))
                    .set(reached.done);
            })
            .await;
        store.close().await;
        match report {
            Ok(report) => Ok(report),
            Err(error) => damaged(&error, there),
        }
    })
}

/// A store that is there and cannot be read as one is a problem like any other; one that is not there is not.
fn damaged(error: &StoreError, there: bool) -> Result<Report, Failure> {
    match error {
        StoreError::Missing(_) if !there => Err(store_failure(error)),
        StoreError::Address(_)
        | StoreError::Unreachable(_)
        | StoreError::Locked(_)
        | StoreError::SchemaVersion { .. } => Err(store_failure(error)),
        _ => Ok(Report {
            entries: 0,
            root: journal::empty_root(),
            problems: vec![Problem { entry: None, what: error.to_string() }],
            more_problems: 0,
            checked: journal::Checked::default(),
        }),
    }
}

/// A folder with a journal's public files.
struct Folder {
    root: PathBuf,
    progress: std::sync::OnceLock<Progress>,
    wanted: bool,
}

impl MirrorSource for Folder {
    fn get(&self, path: &str) -> Result<Option<Vec<u8>>, Box<dyn Error + Send + Sync>> {
        match std::fs::read(self.root.join(path)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            // A folder `000.p` stands beside the tile `000`, never in its place; whatever else is in the way is told.
            Err(error) => Err(error.into()),
        }
    }

    fn progress(&self, entries: u64, of: u64) {
        self.progress.get_or_init(|| Progress::new("verifying", of, Unit::Things, self.wanted)).set(entries);
    }
}

fn mirror(
    context: &Context,
    folder: &Path,
    key: Option<Verifier>,
    known: &[PathBuf],
) -> Result<Report, Failure> {
    let verifier = key.ok_or_else(|| {
        Failure::usage("a mirror is verified with the journal's public key, and none is given")
            .next("get the key from the operator by another way than the mirror, and give it with `--key`")
    })?;
    if !folder.is_dir() {
        return Err(Failure::failed(format!("there is no folder `{}`", folder.display()))
            .next("download one: `credence mirror http://…/journal/ --to FOLDER`"));
    }
    let mut checkpoints = Vec::new();
    for path in known {
        let text = read_file(path)?;
        checkpoints.push(Checkpoint::open(text.as_bytes(), &verifier).map_err(|error| {
            Failure::usage(format!("`{}` is no checkpoint of this journal: {error}", path.display()))
        })?);
    }
    let source = Folder {
        root: folder.to_path_buf(),
        progress: std::sync::OnceLock::new(),
        wanted: !context.output.json,
    };
    Ok(verify_mirror(&source, &verifier, &checkpoints))
}

fn receipt(output: &Output, path: &Path, key: Option<Verifier>) -> Result<Exit, Failure> {
    let text = read_file(path)?;
    let named = |error: &dyn std::fmt::Display| format!("`{}`: {error}", path.display());
    let receipt = match Receipt::parse(&text) {
        Ok(receipt) => receipt,
        Err(error) => {
            let problems = [Problem { entry: None, what: named(&error) }];
            output
                .either(&json!({"entry": null, "problems": problems, "checked": null}), || named(&error))?;
            return Ok(Exit::Found);
        }
    };
    let believed = key.is_none();
    let verifier = match key {
        Some(verifier) => verifier,
        None => Verifier::parse(&own_key(&text)).map_err(|error| Failure::usage(named(&error)))?,
    };
    let report = receipt.verify(&verifier);
    let problems: Vec<Problem> = report
        .problems
        .iter()
        .map(|what| Problem { entry: Some(report.entry), what: what.clone() })
        .collect();
    let object = json!({
        "entry": report.entry, "problems": problems, "checked": report.checked, "key_given": !believed,
    });
    output.either(&object, || {
        let mut text = match (problems.is_empty(), report.checked) {
            (true, ReceiptChecked::Promise) => output.pick(
                &format!("回执有效：第 {} 号存证的签名承诺成立（尚无收录证明）", report.entry),
                &format!("the receipt holds: the promise of entry {} is signed (it carries no proof yet)", report.entry),
            ),
            (true, ReceiptChecked::PromiseAndProof) => output.pick(
                &format!("回执有效：第 {} 号存证已收录于签名的检查点", report.entry),
                &format!("the receipt holds: entry {} stands in a signed checkpoint", report.entry),
            ),
            (false, _) => output.pick("回执无效：", "the receipt does not hold:"),
        };
        problems.iter().for_each(|problem| text.push_str(&format!("\n  {}", problem.what)));
        if believed {
            text.push_str(&format!("\n  {}", output.pick(
                "未给出公钥：以回执自带的公钥核验，请用 `--key` 给出另行取得的公钥",
                "no key was given: the receipt's own was believed; give the key that you got elsewhere with `--key`",
            )));
        }
        text
    })?;
    Ok(if problems.is_empty() { Exit::Done } else { Exit::Found })
}

/// The public key that a receipt carries; it proves nothing against whoever made the receipt.
fn own_key(text: &str) -> String {
    let receipt: Value = serde_json::from_str(text).unwrap_or_default();
    receipt.get("vkey").and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn show(output: &Output, report: &Report) -> Result<Exit, Failure> {
    let object = Verified {
        entries: report.entries,
        root: report.root_text(),
        problems: &report.problems,
        more_problems: report.more_problems,
        checked: serde_json::to_value(&report.checked).unwrap_or_default(),
    };
    output.either(&object, || {
        let checked = &report.checked;
        let mut text = output.pick(
            &format!("存证 {} 条，根 {}", report.entries, report.root_text()),
            &format!("{} entries, root {}", report.entries, report.root_text()),
        );
        text.push_str(&format!(
            "\n  leaves {}, nodes {}, signatures {}, roots {}, payloads {} (unopened {}, erased {})",
            checked.leaves,
            checked.nodes,
            checked.signatures,
            checked.roots,
            checked.payloads,
            checked.payloads_unopened,
            checked.payloads_erased
        ));
        for problem in report.problems.iter().take(SHOWN_MAX) {
            let place = problem.entry.map_or_else(String::new, |entry| format!("entry {entry}: "));
            text.push_str(&format!("\n  {place}{}", problem.what));
        }
        let rest = report.problems.len().saturating_sub(SHOWN_MAX) as u64 + report.more_problems;
        if rest > 0 {
            text.push_str(&format!("\n  … {rest} more"));
        }
        let verdict = if report.holds() {
            output.pick("没有发现问题", "no problem was found")
        } else {
            output.pick("发现问题", "there are problems")
        };
        text.push_str(&format!("\n{verdict}"));
        text
    })?;
    Ok(if report.holds() { Exit::Done } else { Exit::Found })
}
