//! The invented city of a benchmark: half of its subjects organisations, half natural persons, five records each, filed by
//! the code that files a department's records.

use std::io::{BufWriter, Write};
use std::ops::Range;
use std::path::Path;

use exchange::FileKind;
use law::Day;
use register::authority::Authority;
use register::catalogue::{Catalogue, CatalogueEdition, ItemCode};
use service::Platform;
use service::filing::FileRequest;

use crate::commands::init;
use crate::context::failure;
use crate::demo::city::{AUTHORITIES, CATALOGUE};
use crate::demo::draw::{Draw, Stream};
use crate::demo::identities;
use crate::demo::lines::{Filer, ItemWriter, Statement, Who};
use crate::exit::Failure;
use crate::progress::{Progress, Unit};

/// Every subject has so many records.
pub const RECORDS_EACH: u64 = 5;
/// The office that files everything and asks afterwards.
pub const OFFICE: &str = "market-regulation";
/// How many lines a file has: a large department's day.
const FILE_LINES: u64 = 250_000;
/// The seed of who lives in the city.
const SEED: u64 = 20;

/// The lines of the files that make the city.
#[derive(Debug)]
pub struct BenchCity {
    catalogue: Catalogue,
    filer: Filer,
    authorities: Vec<Authority>,
    edition: CatalogueEdition,
    /// How many records it has.
    pub records: u64,
    today: Day,
}

/// A file's lines: those of one item from one place on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The item.
    pub item: &'static str,
    /// Of organisations, or else of natural persons.
    organisations: bool,
    /// Whether each subject has one such record, or else four or five.
    once: bool,
    from: u64,
    to: u64,
}

impl Part {
    /// How many lines it has.
    #[must_use]
    pub const fn lines(&self) -> u64 {
        self.to - self.from
    }
}

impl BenchCity {
    /// The city with so many records, as of a day.
    ///
    /// # Errors
    /// When the catalogue that the program carries is not in order.
    pub fn new(records: u64, today: Day) -> Result<Self, Failure> {
        let carried = |error: serde_json::Error| Failure::failed(format!("the demo catalogue: {error}"));
        let edition: CatalogueEdition = serde_json::from_str(CATALOGUE).map_err(carried)?;
        let authorities: Vec<Authority> = serde_json::from_str(AUTHORITIES).map_err(carried)?;
        let catalogue = Catalogue::compile(1, edition.clone())
            .map_err(|_| Failure::failed("the demo catalogue is not in order"))?;
        let filer = authorities
            .iter()
            .enumerate()
            .find(|(_, authority)| authority.code.0 == OFFICE)
            .map(|(place, authority)| Filer::new(authority, place))
            .ok_or_else(|| Failure::failed(format!("`{OFFICE}` is not among the authorities")))?;
        Ok(Self { catalogue, filer, authorities, edition, records, today })
    }

    /// How many subjects it has, of each of the two kinds.
    #[must_use]
    pub const fn subjects_of_a_kind(&self) -> u64 {
        let subjects = self.records / RECORDS_EACH / 2;
        if subjects == 0 { 1 } else { subjects }
    }

    /// The identifier of a subject, by its place among all of them: the even ones are organisations.
    #[must_use]
    pub fn identifier(&self, place: u64) -> String {
        let half = place / 2;
        let who = if place.is_multiple_of(2) { Who::Organisation(half) } else { Who::Person(half) };
        who.portrait(SEED).identifier
    }

    /// The code of an organisation whose data are public, at a place or soon after it: some codes wait for verification.
    #[must_use]
    pub fn public_code(&self, place: u64) -> String {
        let organisation = |place| identities::organisation(SEED, place % self.subjects_of_a_kind());
        let found = (place..place + 10).map(organisation).find(|organisation| !organisation.flagged);
        found.unwrap_or_else(|| organisation(place)).code
    }

    /// The files, in the order in which they are filed.
    #[must_use]
    pub fn parts(&self) -> Vec<Part> {
        let each = self.subjects_of_a_kind();
        let all = [
            ("registration", true, true, each),
            ("administrative-permit", true, false, each * (RECORDS_EACH - 1)),
            ("administrative-permit-person", false, false, each * RECORDS_EACH),
        ];
        all.into_iter()
            .flat_map(|(item, organisations, once, lines)| {
                (0..lines.div_ceil(FILE_LINES)).map(move |file| Part {
                    item,
                    organisations,
                    once,
                    from: file * FILE_LINES,
                    to: ((file + 1) * FILE_LINES).min(lines),
                })
            })
            .collect()
    }

    /// More files of the same item about the same subjects, with documents that were not filed yet.
    #[must_use]
    pub fn more(&self, lines: u64) -> Vec<Part> {
        let from = self.subjects_of_a_kind() * RECORDS_EACH;
        (0..lines.div_ceil(FILE_LINES))
            .map(|file| Part {
                item: "administrative-permit-person",
                organisations: false,
                once: false,
                from: from + file * FILE_LINES,
                to: from + ((file + 1) * FILE_LINES).min(lines),
            })
            .collect()
    }

    /// Writes the lines of a file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, part: &Part, out: &mut dyn Write) -> std::io::Result<()> {
        let each = self.subjects_of_a_kind();
        self.write_lines(part.item, part.from..part.to, out, &|line| {
            // Neighbours in a file are different subjects, as in a department's own order of documents.
            let place = if part.once { line } else { line % each };
            if part.organisations { Who::Organisation(place) } else { Who::Person(place) }
        })
    }

    /// Writes an item's lines with these numbers, each about whom `who` says.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn write_lines(
        &self,
        item: &str,
        lines: Range<u64>,
        out: &mut dyn Write,
        who: &dyn Fn(u64) -> Who,
    ) -> std::io::Result<()> {
        let Some(item) = self.catalogue.item(&ItemCode(item.to_owned())) else { return Ok(()) };
        let writer = ItemWriter::new(item);
        for line in lines {
            let mut draw = Draw::new(SEED, Stream::Content, line);
            let portrait = who(line).portrait(SEED);
            let finding = self.today.plus_days(-i64::try_from(1 + draw.below(300)).unwrap_or(1));
            let statement = Statement { portrait: &portrait, filer: &self.filer, finding, sequence: line };
            serde_json::to_writer(&mut *out, &writer.line(&statement, &mut draw))?;
            out.write_all(b"\n")?;
        }
        out.flush()
    }

    /// Enrols the authorities and publishes the catalogue.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn found(&self, platform: &Platform) -> Result<(), Failure> {
        init::fill(platform, self.authorities.clone(), self.edition.clone()).await.map(|_| ())
    }

    /// Enrols the authorities, publishes the catalogue, and files every part through a file in `folder`.
    ///
    /// # Errors
    /// When the store or a file fails, or a line is refused that should not be.
    pub async fn build(&self, platform: &Platform, folder: &Path, watched: bool) -> Result<(), Failure> {
        self.found(platform).await?;
        let progress = Progress::new("making the city", self.records, Unit::Things, watched);
        let mut filed = 0;
        for part in self.parts() {
            let file = self.file(&part, folder)?;
            self.send(platform, file.path(), part.item, part.lines()).await?;
            filed += part.lines();
            progress.set(filed);
        }
        Ok(())
    }

    /// Files a file of so many lines.
    ///
    /// # Errors
    /// When the store or the file fails, or more than one line of a hundred is refused.
    pub async fn send(
        &self,
        platform: &Platform,
        file: &Path,
        item: &str,
        lines: u64,
    ) -> Result<(), Failure> {
        let request = FileRequest {
            path: file.to_path_buf(),
            name: None,
            item: ItemCode(item.to_owned()),
            kind: FileKind::JsonLines,
            all_or_nothing: false,
            idempotency_key: None,
        };
        let by = platform.claim(OFFICE).await.map_err(|error| failure(&error))?;
        let report = platform.file(request, &by, &|_| {}).await.map_err(|error| failure(&error))?;
        if report.refused > lines / 100 {
            let first = report.errors.first().map(|error| format!("{:?}", error.grounds)).unwrap_or_default();
            return Err(Failure::failed(format!("{} lines were refused: {first}", report.refused)));
        }
        Ok(())
    }

    /// The lines of a part in a file of their own.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn file(&self, part: &Part, folder: &Path) -> Result<tempfile::NamedTempFile, Failure> {
        let cannot = |error: std::io::Error| Failure::file(folder, &error);
        let file = tempfile::NamedTempFile::new_in(folder).map_err(cannot)?;
        self.write(part, &mut BufWriter::new(file.as_file())).map_err(cannot)?;
        Ok(file)
    }
}
