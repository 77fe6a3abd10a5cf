//! `credence import`: a department's file becomes records (Article 14).

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use exchange::{ErrorFile, FileKind};
use register::catalogue::ItemCode;
use serde::Serialize;
use service::filing::{FileRequest, FilingReport, LineError};
use tempfile::NamedTempFile;

use crate::arguments::{FileFormat, ImportArguments};
use crate::context::{Context, caller, failure};
use crate::exit::{Exit, Failure, ground_lines};
use crate::output::Output;
use crate::progress::{Progress, Unit};

/// How many refused lines are shown to people; the error file has them all.
const SHOWN_MAX: usize = 10;

/// The contract of `import --json`.
#[derive(Serialize)]
struct Imported {
    filed: u64,
    unchanged: u64,
    refused: u64,
    errors_file: Option<String>,
    receipt_file: Option<String>,
}

/// Files a file.
///
/// # Errors
/// When it cannot be read at all, nobody competent is named, or the store fails.
pub fn run(context: &Context, arguments: &ImportArguments) -> Result<Exit, Failure> {
    let output = context.output;
    let input = Input::open(&arguments.file)?;
    context.with_platform(async |platform| {
        let by = caller(&platform, arguments.key.as_deref(), arguments.authority.as_deref()).await?;
        let kind = match arguments.format {
            None => FileKind::Detect,
            Some(FileFormat::Csv) => FileKind::Csv,
            Some(FileFormat::Jsonl) => FileKind::JsonLines,
        };
        let request = FileRequest {
            path: input.path().to_path_buf(),
            name: Some(input.name.clone()),
            item: ItemCode(arguments.item.clone()),
            kind,
            all_or_nothing: arguments.all_or_nothing,
            idempotency_key: arguments.idempotency_key.clone(),
        };
        let progress = std::sync::OnceLock::new();
        let reached = |reached: service::filing::FilingProgress| {
            progress
                .get_or_init(|| Progress::new("filing", reached.bytes_total, Unit::Bytes, !output.json))
                .set(reached.bytes_read);
        };
        let report = platform.file(request, &by, &reached).await.map_err(|error| failure(&error))?;
        drop(progress);
        let errors_file = match report.errors.is_empty() {
            true => None,
            false => Some(write_errors(
                &input.beside(arguments.errors_file.as_deref(), "errors.csv"),
                &report.errors,
            )?),
        };
        let receipt_file = match &report.receipt {
            None => None,
            Some(receipt) => {
                let text = receipt.to_json().map_err(|error| Failure::failed(error.to_string()))?;
                Some(write_file(
                    &input.beside(arguments.receipt_file.as_deref(), "receipt.json"),
                    text.as_bytes(),
                )?)
            }
        };
        let imported = Imported {
            filed: report.filed,
            unchanged: report.unchanged,
            refused: report.refused,
            errors_file: errors_file.map(|path| path.display().to_string()),
            receipt_file: receipt_file.map(|path| path.display().to_string()),
        };
        output.either(&imported, || page(&output, &report, &imported))?;
        Ok(if report.refused == 0 { Exit::Done } else { Exit::Found })
    })
}

/// The file that is filed; standard input is kept in a temporary file until it is read.
struct Input {
    place: Place,
    name: String,
}

enum Place {
    Given(PathBuf),
    Spooled(NamedTempFile),
}

impl Input {
    fn open(file: &Path) -> Result<Self, Failure> {
        if file.as_os_str() != "-" {
            let there = std::fs::metadata(file).map_err(|error| Failure::file(file, &error))?;
            if there.is_dir() {
                return Err(
                    Failure::usage(format!("`{}` is a folder", file.display())).next("name a file in it")
                );
            }
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            return Ok(Self { place: Place::Given(file.to_path_buf()), name });
        }
        let spool = || -> std::io::Result<NamedTempFile> {
            let mut spooled = NamedTempFile::new()?;
            std::io::copy(&mut std::io::stdin().lock(), &mut spooled)?;
            spooled.flush()?;
            Ok(spooled)
        };
        let spooled =
            spool().map_err(|error| Failure::failed(format!("standard input cannot be read: {error}")))?;
        Ok(Self { place: Place::Spooled(spooled), name: "stdin".to_owned() })
    }

    fn path(&self) -> &Path {
        match &self.place {
            Place::Given(path) => path,
            Place::Spooled(file) => file.path(),
        }
    }

    /// Places for a file that tells about this one, the best first: the one named, beside the input, in the working folder.
    fn beside(&self, named: Option<&Path>, ending: &str) -> Vec<PathBuf> {
        if let Some(named) = named {
            return vec![named.to_path_buf()];
        }
        let name = format!("{}.{ending}", self.name);
        match &self.place {
            Place::Given(path) => vec![path.with_file_name(&name), PathBuf::from(name)],
            Place::Spooled(_) => vec![PathBuf::from(name)],
        }
    }
}

fn create(places: &[PathBuf]) -> Result<(File, PathBuf), Failure> {
    let mut failed = None;
    for place in places {
        match File::create(place) {
            Ok(file) => return Ok((file, place.clone())),
            Err(error) => failed = Some(Failure::file(place, &error)),
        }
    }
    Err(failed.unwrap_or_else(|| Failure::failed("there is no place for the file")))
}

fn write_file(places: &[PathBuf], bytes: &[u8]) -> Result<PathBuf, Failure> {
    let (mut file, place) = create(places)?;
    file.write_all(bytes).map_err(|error| Failure::file(&place, &error))?;
    Ok(place)
}

fn write_errors(places: &[PathBuf], errors: &[LineError]) -> Result<PathBuf, Failure> {
    let (file, place) = create(places)?;
    let write = || -> std::io::Result<()> {
        let mut written = ErrorFile::csv(BufWriter::new(file))?;
        for error in errors {
            written.refuse(Some(error.line), &error.grounds)?;
        }
        written.finish()?.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()
    };
    write().map_err(|error| Failure::file(&place, &error))?;
    Ok(place)
}

fn page(output: &Output, report: &FilingReport, imported: &Imported) -> String {
    let mut text = output.pick(
        &format!("报送 {} 行，未变 {} 行，退回 {} 行", report.filed, report.unchanged, report.refused),
        &format!("{} lines filed, {} unchanged, {} refused", report.filed, report.unchanged, report.refused),
    );
    if report.repeated {
        text.push_str(&format!(
            "\n  {}",
            output
                .pick("该文件此前已报送，未重复入库", "this file was filed before: nothing was filed twice")
        ));
    }
    if !report.in_force {
        text.push_str(&format!(
            "\n  {}",
            output.pick("整批未生效，没有一行入库", "the batch is not in force: not one line is filed")
        ));
    }
    if !report.dropped_columns.is_empty() {
        let columns = report.dropped_columns.join("`, `");
        text.push_str(&format!(
            "\n  {}: `{columns}`",
            output.pick("格式以外的列已舍弃，未存储", "columns outside the format, dropped and not stored")
        ));
    }
    for error in report.errors.iter().take(SHOWN_MAX) {
        text.push_str(&format!("\n  {} {}:", output.pick("行", "line"), error.line));
        for ground in &error.grounds {
            text.push_str(&format!("\n  {}", ground_lines(ground, |words| output.say(words))));
        }
    }
    let rest = report.errors.len().saturating_sub(SHOWN_MAX);
    if rest > 0 {
        text.push_str(&format!(
            "\n  … {}",
            output.pick(&format!("另有 {rest} 行"), &format!("{rest} more lines"))
        ));
    }
    if let Some(file) = &imported.errors_file {
        text.push_str(&format!("\n  {}: {file}", output.pick("退回明细", "refused lines")));
    }
    if let Some(file) = &imported.receipt_file {
        text.push_str(&format!("\n  {}: {file}", output.pick("回执", "receipt")));
    }
    text
}
