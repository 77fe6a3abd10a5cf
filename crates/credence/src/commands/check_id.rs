//! `credence check-id`: identifiers, each check by itself.

use std::io::{BufRead, Read, stdin};

use law::identifier::{IdentifierCheck, Verdict, check};
use serde::Serialize;

use crate::arguments::CheckIdArguments;
use crate::edge;
use crate::exit::{Exit, Failure};
use crate::output::Output;

/// A longer line identifies nobody; it is cut so that no input can fill the memory.
const LINE_BYTES_MAX: u64 = 4096;

/// The contract: these keys and no others, unless `--explain` asks for more.
#[derive(Serialize)]
struct Checked<'a> {
    input: &'a str,
    kind: Option<&'static str>,
    normalised: &'a str,
    verdict: Verdict,
    checks: &'a [law::identifier::Check],
}

/// Checks the arguments, or the lines of standard input.
///
/// # Errors
/// When standard input cannot be read.
pub fn run(output: &Output, arguments: &CheckIdArguments) -> Result<Exit, Failure> {
    let mut exit = Exit::Done;
    let mut look = |text: &str| -> Result<(), Failure> {
        let found = check(text, arguments.kind, edge::today());
        if found.verdict == Verdict::Rejected {
            exit = Exit::Found;
        }
        show(output, &found, arguments.explain)
    };
    if arguments.identifiers.is_empty() {
        for_each_line(&mut look)?;
    } else {
        arguments.identifiers.iter().try_for_each(|text| look(text))?;
    }
    Ok(exit)
}

fn for_each_line(mut look: impl FnMut(&str) -> Result<(), Failure>) -> Result<(), Failure> {
    let mut input = stdin().lock();
    let mut first = true;
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = |error: std::io::Error| Failure::failed(format!("standard input cannot be read: {error}"));
        if input.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut line).map_err(read)? == 0 {
            return Ok(());
        }
        if !line.ends_with(b"\n") && line.len() as u64 == LINE_BYTES_MAX {
            // The rest of an overlong line is no further identifier.
            skip_line(&mut input).map_err(read)?;
        }
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end_matches(['\n', '\r']);
        let text =
            if std::mem::take(&mut first) { text.strip_prefix('\u{FEFF}').unwrap_or(text) } else { text };
        if !text.trim().is_empty() {
            look(text)?;
        }
    }
}

fn skip_line(input: &mut impl BufRead) -> std::io::Result<()> {
    loop {
        let buffer = input.fill_buf()?;
        let (used, done) = match buffer.iter().position(|byte| *byte == b'\n') {
            Some(end) => (end + 1, true),
            None => (buffer.len(), buffer.is_empty()),
        };
        input.consume(used);
        if done {
            return Ok(());
        }
    }
}

fn show(output: &Output, found: &IdentifierCheck, explain: bool) -> Result<(), Failure> {
    if !output.json {
        return output.text(page(output, found));
    }
    if explain {
        return output.object(found);
    }
    output.object(&Checked {
        input: &found.input,
        kind: found.kind.map(law::identifier::IdentifierKind::word),
        normalised: &found.normalised,
        verdict: found.verdict,
        checks: &found.checks,
    })
}

fn page(output: &Output, found: &IdentifierCheck) -> String {
    let verdict = match found.verdict {
        Verdict::Valid => output.pick("有效", "valid"),
        Verdict::Flagged => output.pick("待核实", "flagged"),
        Verdict::Rejected => output.pick("不予接受", "rejected"),
    };
    let kind = found.kind.map_or_else(|| "-".to_owned(), |kind| output.pick(kind.in_chinese(), kind.word()));
    let mut text = format!("{}: {verdict} ({kind})", found.normalised);
    for check in &found.checks {
        text.push_str(&format!("\n  {} {}", if check.passed { "ok  " } else { "FAIL" }, check.name));
    }
    if let (Some(en), zh) = (&found.reason, found.reason_zh.as_deref()) {
        text.push_str(&format!(
            "\n  {}: {}",
            output.pick("原因", "reason"),
            output.pick(zh.unwrap_or(en), en)
        ));
    }
    if let Some(suggestion) = &found.suggestion {
        text.push_str(&format!("\n  {}: `{suggestion}`", output.pick("是否为", "did you mean")));
    }
    for information in &found.information {
        text.push_str(&format!("\n  {}: {}", information.name.replace('_', " "), information.value));
    }
    text
}
