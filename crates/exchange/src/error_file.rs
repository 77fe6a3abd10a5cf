//! The error file: what was refused, line by line, with field, reason, article and remedy, and no person's number in it.

use std::io::{self, Write};

use register::rules::masking::mask_text;
use register::ruling::{Bilingual, Ground};
use serde::Serialize;

use crate::layout::Encoding;
use crate::writer::Encoded;

/// Writes an error file, as grounds come in.
pub struct ErrorFile<W: Write> {
    target: Target<W>,
}

enum Target<W: Write> {
    JsonLines(W),
    Csv(Box<csv::Writer<Encoded<W>>>),
}

/// A line of an error file in JSON Lines. Reasons are written without numbers of persons; that this holds is not left to each of them.
#[derive(Serialize)]
pub(crate) struct ErrorLine<'g> {
    /// The physical line of the filed file; absent where the file as a whole is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    pub field: Option<String>,
    pub reason: Bilingual,
    pub article: &'g law::Citation,
    pub remedy: Option<Bilingual>,
    code: &'g str,
}

impl<'g> ErrorLine<'g> {
    pub fn new(line: Option<u64>, ground: &'g Ground) -> Self {
        Self {
            line,
            field: ground.field.as_deref().map(mask_text),
            reason: masked(&ground.reason),
            article: &ground.article,
            remedy: ground.remedy.as_ref().map(masked),
            code: &ground.code,
        }
    }
}

/// The headings of an error file in CSV.
const HEADINGS: [&str; 8] = ["行号", "字段", "原因", "条款", "处理办法", "reason", "remedy", "code"];

impl<W: Write> ErrorFile<W> {
    /// An error file in JSON Lines, one object for each ground: `line`, `field`, `reason` and `remedy` in both languages,
    /// `article`, `code`.
    pub const fn json_lines(target: W) -> Self {
        Self { target: Target::JsonLines(target) }
    }

    /// An error file in CSV, in UTF-8 with a byte order mark so that spreadsheet programs open it.
    ///
    /// # Errors
    /// An error of the target.
    pub fn csv(target: W) -> io::Result<Self> {
        let target = Encoded::new(target, Encoding::Utf8WithMark)?;
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(target);
        writer.write_record(HEADINGS)?;
        Ok(Self { target: Target::Csv(Box::new(writer)) })
    }

    /// Writes why a line was refused, or, without a line, why the file was.
    ///
    /// # Errors
    /// An error of the target.
    pub fn refuse(&mut self, line: Option<u64>, grounds: &[Ground]) -> io::Result<()> {
        for ground in grounds {
            let error = ErrorLine::new(line, ground);
            match &mut self.target {
                Target::JsonLines(target) => {
                    serde_json::to_writer(&mut *target, &error)?;
                    target.write_all(b"\n")?;
                }
                Target::Csv(writer) => {
                    let article = article_in_chinese(error.article);
                    let remedy = error.remedy.unwrap_or(Bilingual::new("", ""));
                    writer.write_record(
                        [
                            line.map(|line| line.to_string()).unwrap_or_default(),
                            error.field.unwrap_or_default(),
                            error.reason.zh.into_owned(),
                            article,
                            remedy.zh.into_owned(),
                            error.reason.en.into_owned(),
                            remedy.en.into_owned(),
                            ground.code.clone().into_owned(),
                        ]
                        .map(harmless),
                    )?;
                }
            }
        }
        Ok(())
    }

    /// Writes what is still held back, and gives the target.
    ///
    /// # Errors
    /// An error of the target.
    pub fn finish(self) -> io::Result<W> {
        let mut target = match self.target {
            Target::JsonLines(target) => target,
            Target::Csv(writer) => writer.into_inner().map_err(csv::IntoInnerError::into_error)?.into_inner(),
        };
        target.flush()?;
        Ok(target)
    }
}

fn masked(text: &Bilingual) -> Bilingual {
    Bilingual::made(mask_text(&text.zh), mask_text(&text.en))
}

/// The article as a person cites it; a spreadsheet program would take `35/2` for a date.
pub(crate) fn article_in_chinese(article: &law::Citation) -> String {
    if article.beijing_article().is_some() {
        article.in_chinese()
    } else {
        format!("{} {}", article.instrument, article.in_chinese())
    }
}

/// A cell that no spreadsheet program takes for a formula: a heading of the filed file may come back in it.
pub(crate) fn harmless(cell: String) -> String {
    if is_formula(&cell) { format!("'{cell}") } else { cell }
}

/// Whether a spreadsheet program would take a cell for a formula.
pub(crate) fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r'])
}
