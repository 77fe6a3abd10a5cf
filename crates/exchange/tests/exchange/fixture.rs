//! A format, and short ways to read a file with it.

use exchange::{FileKind, Layout, Limits, Line, Opening, Summary, read_lines};
use register::format::Format;
use register::ruling::Ground;
use serde_json::{Map, Value};

/// The penalty template for organisations.
pub fn penalty_format() -> Format {
    let schema = serde_json::from_str(include_str!("penalty-format.json")).unwrap();
    Format::new(schema).unwrap()
}

/// The headings of every required column, by code.
pub const REQUIRED: &str = "CF_XDR_MC,CF_XDR_SHXYM,CF_WSH,CF_SY,CF_CFLB,CF_JDRQ,CF_CFJG";

/// A good row under [`REQUIRED`].
pub const GOOD: &str =
    "北京某某有限公司,91110108551385082Q,京罚〔2026〕1号,无证经营,罚款;警告,2026-02-13,北京市某某局";

/// A file with the required headings and these rows.
pub fn csv(rows: &[&str]) -> Vec<u8> {
    format!("{REQUIRED}\n{}\n", rows.join("\n")).into_bytes()
}

/// Everything that is in a file.
pub fn read(bytes: &[u8]) -> Result<(Vec<Line>, Summary), Opening> {
    read_within(bytes, Limits::default())
}

/// Everything that is in a file, within limits.
pub fn read_within(bytes: &[u8], limits: Limits) -> Result<(Vec<Line>, Summary), Opening> {
    let format = penalty_format();
    let layout = Layout { kind: FileKind::Detect, ..Layout::detect(&format) };
    let mut lines = read_lines(bytes, layout, limits)?;
    let all = lines.by_ref().collect::<Result<Vec<_>, _>>()?;
    Ok((all, lines.finish()?))
}

/// The only line of a file, which was read.
pub fn only(bytes: &[u8]) -> Map<String, Value> {
    let (mut lines, _) = read(bytes).unwrap();
    assert_eq!(lines.len(), 1);
    lines.remove(0).outcome.unwrap()
}

/// The codes of the grounds on which a file is refused as a whole.
pub fn refused(bytes: &[u8]) -> Vec<String> {
    match read(bytes) {
        Ok((lines, _)) => panic!("the file was read: {lines:?}"),
        Err(opening) => codes(&opening.grounds().unwrap()),
    }
}

/// The codes of grounds.
pub fn codes(grounds: &[Ground]) -> Vec<String> {
    grounds.iter().map(|ground| ground.code.clone().into_owned()).collect()
}

/// Each line's number, and the codes on which it was refused.
pub fn outcomes(lines: &[Line]) -> Vec<(u64, Vec<String>)> {
    lines
        .iter()
        .map(|line| {
            (line.number, line.outcome.as_ref().err().map(|grounds| codes(grounds)).unwrap_or_default())
        })
        .collect()
}
