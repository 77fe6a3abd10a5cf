//! Filing records from JSON Lines files, beside the bare load of the very rows that come of it into the same tables and
//! indexes: what judging, journalling and projecting cost.

use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::time::Duration;

use exchange::FileKind;
use register::acts::information::access::Origin;
use register::authority::AuthorityCode;
use register::caller::Caller;
use register::catalogue::ItemCode;
use service::Platform;
use service::administration::KeyFor;
use service::filing::FileRequest;
use store::yardstick::Yardstick;
use tempfile::NamedTempFile;

use super::city::{BenchCity, OFFICE};
use super::gauge::Gauge;
use super::place::BenchPlace;
use super::process::Processes;
use super::report::{Measured, Rate, mebibytes, number};
use crate::arguments::BenchArguments;
use crate::context::{failure, store_failure};
use crate::demo::draw::{Draw, Stream};
use crate::demo::lines::Who;
use crate::edge;
use crate::exit::Failure;
use crate::progress::{Progress, Unit};

/// Records come in rounds of the same make-up, so that the first and the last can be compared.
const ROUND: u64 = 250_000;
/// How many records the cost at the beginning and at the end is taken over.
const GROWTH: u64 = 1_000_000;

/// The files of a round, in tenths of its lines: new organisations are registered, then those that are known get permits,
/// then persons are penalised, one in five for the first time.
const FILES: [(&str, u64); 3] =
    [("registration", 1), ("administrative-permit", 4), ("administrative-penalty-person", 5)];

/// What some records cost.
#[derive(Debug, Clone, Copy, Default)]
struct Cost {
    records: u64,
    took: Duration,
    processor: Duration,
}

impl Cost {
    fn of(gauge: &Gauge, records: u64) -> Self {
        Self { records, took: gauge.elapsed(), processor: gauge.processor() }
    }

    fn add(&mut self, other: Self) {
        self.records += other.records;
        self.took += other.took;
        self.processor += other.processor;
    }
}

/// Measures filing.
///
/// # Errors
/// When the store or a file fails.
pub async fn measure(
    arguments: &BenchArguments,
    place: &BenchPlace,
    watched: bool,
) -> Result<Measured, Failure> {
    let records = arguments.records;
    let city = BenchCity::new(records, edge::today())?;
    let platform = place.create().await?;
    let filed = file_all(&city, &platform, place, watched).await;
    platform.close().await;
    let rounds = filed?;
    let memory = Processes::own().memory_max();
    let mut all = Cost::default();
    rounds.iter().for_each(|round| all.add(*round));

    let bare = bare_load(place).await?;
    let limit = Rate::new("records whose rows are loaded bare", all.records, bare.took, bare.processor);
    let result = Rate::new("records judged, journalled and projected", all.records, all.took, all.processor);
    let mut measured = Measured::new("filing", place.engine, all.records, Some(limit), result);
    measured.peak_memory_mebibytes = Some(mebibytes(memory));
    measured.remarks.push(format!("{} rows loaded bare", bare.records));
    if records >= 2 * GROWTH {
        let (first, last) = (some(rounds.iter()), some(rounds.iter().rev()));
        let cost = |cost: Cost| micros(cost.processor, cost.records);
        measured.remarks.push(format!(
            "a record of the first million cost {:.1} microseconds of processor time ({:.1} by the clock), one of the last \
             million {:.1} ({:.1}): {:.2} times as much",
            cost(first),
            micros(first.took, first.records),
            cost(last),
            micros(last.took, last.records),
            cost(last) / cost(first)
        ));
    }
    Ok(measured)
}

fn micros(time: Duration, records: u64) -> f64 {
    time.as_secs_f64() * 1_000_000.0 / number(records.max(1))
}

/// The cost of the first million of these rounds.
fn some<'r>(rounds: impl Iterator<Item = &'r Cost>) -> Cost {
    let mut sum = Cost::default();
    for round in rounds {
        if sum.records >= GROWTH {
            break;
        }
        sum.add(*round);
    }
    sum
}

/// Files everything, with the key of an office, and says what each round cost. Writing the files is not counted.
async fn file_all(
    city: &BenchCity,
    platform: &Platform,
    place: &BenchPlace,
    watched: bool,
) -> Result<Vec<Cost>, Failure> {
    city.found(platform).await?;
    let asked = KeyFor::Office { authority: AuthorityCode(OFFICE.to_owned()), duties: Vec::new() };
    let key =
        platform.issue_key(asked, "bench", None, &Caller::Operator).await.map_err(|error| failure(&error))?;
    let by = platform.authenticate(&key.token, Some(&Origin::HERE)).await.map_err(|error| failure(&error))?;
    let progress = Progress::new("filing", city.records, Unit::Things, watched);
    let (mut rounds, mut filed) = (Vec::new(), 0);
    while filed < city.records {
        let tenth = (ROUND.min(city.records - filed) / 10).max(1);
        let mut cost = Cost::default();
        for (item, tenths) in FILES {
            let lines = tenth * tenths;
            let from = filed / 10 * tenths;
            let file = write_file(city, &place.folder, item, from, lines)?;
            let request = FileRequest {
                path: file.path().to_path_buf(),
                name: None,
                item: ItemCode(item.to_owned()),
                kind: FileKind::JsonLines,
                all_or_nothing: false,
                idempotency_key: None,
            };
            let gauge = Gauge::start(place);
            let report = platform.file(request, &by, &|_| {}).await.map_err(|error| failure(&error))?;
            cost.add(Cost::of(&gauge, report.filed));
            if report.filed != lines {
                let first = report.errors.first().map(|error| format!("{:?}", error.grounds));
                return Err(Failure::failed(format!(
                    "{} of {lines} lines of `{item}` were filed: {}",
                    report.filed,
                    first.unwrap_or_default()
                )));
            }
        }
        filed += tenth * 10;
        progress.set(filed);
        rounds.push(cost);
    }
    Ok(rounds)
}

/// The lines of one file of a round: `from` lines of the item were written before it.
fn write_file(
    city: &BenchCity,
    folder: &Path,
    item: &str,
    from: u64,
    lines: u64,
) -> Result<NamedTempFile, Failure> {
    let cannot = |error: std::io::Error| Failure::file(folder, &error);
    let file = NamedTempFile::new_in(folder).map_err(cannot)?;
    let mut out = BufWriter::new(file.as_file());
    let drawn = |line: u64, below: u64| Draw::new(2, Stream::Choice, line).below(below.max(1));
    let written = city.write_lines(item, from..from + lines, &mut out, &|line| match item {
        "registration" => Who::Organisation(line),
        // Of all that are registered by now.
        "administrative-permit" => Who::Organisation(drawn(line, (from + lines) / 4)),
        _ if line.is_multiple_of(5) => Who::Person(line / 5),
        _ => Who::Person(drawn(line, line / 5)),
    });
    written.and_then(|()| out.flush()).map_err(cannot)?;
    drop(out);
    Ok(file)
}

/// What the bare load of the same rows costs; its records are rows. Reading them back is not counted.
async fn bare_load(place: &BenchPlace) -> Result<Cost, Failure> {
    let fault = |error: store::StoreError| store_failure(&error);
    let yardstick = Yardstick::open(&place.address).await.map_err(fault)?;
    let mut load = yardstick.bare_load(&place.folder).await.map_err(fault)?;
    let mut cost = Cost::default();
    while load.read().await.map_err(fault)? {
        let gauge = Gauge::start(place);
        let rows = load.write().await.map_err(fault)?;
        cost.add(Cost::of(&gauge, rows));
    }
    load.end().await.map_err(fault)?;
    Ok(cost)
}
