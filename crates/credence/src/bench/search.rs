//! Finding organisations by two, four and six characters of a name, as the API does: with the display rules asked for each
//! that is found.

use std::path::Path;
use std::time::Duration;

use service::Platform;

use super::gauge::Gauge;
use super::place::BenchPlace;
use super::process::{Processes, forget_memory_max};
use super::quick::Quick;
use super::report::{Measured, Rate, Times, mebibytes};
use crate::arguments::BenchArguments;
use crate::context::failure;
use crate::demo::draw::{Draw, Stream};
use crate::edge::Stopwatch;
use crate::exit::Failure;

/// How many results a page has, as in the API when nothing is said.
const PAGE: usize = 20;
/// The lengths of text that are looked for.
const LENGTHS: [(usize, &str); 3] =
    [(2, "search, 2 characters"), (4, "search, 4 characters"), (6, "search, 6 characters")];
/// Texts that most names hold, in which an index that cannot stop early would drown.
const FREQUENT: [&str; 6] = ["有限", "公司", "北京", "科技", "有限公司", "科技有限公司"];

/// Measures search, and the building of its index.
///
/// # Errors
/// When the store or the index fails.
pub async fn measure(
    arguments: &BenchArguments,
    place: &BenchPlace,
    watched: bool,
) -> Result<Vec<Measured>, Failure> {
    let names = Quick { organisations: arguments.records, records_each: 1 };
    names.make(place, watched).await?;
    forget_memory_max();
    if let Some(folder) = place.address.folder() {
        // An index that a run before left would not be built.
        let _ = std::fs::remove_dir_all(folder.join("search"));
    }
    let platform = Platform::open(place.options()).await.map_err(|error| failure(&error))?;
    let measured = time(arguments, place, &platform).await;
    platform.close().await;
    measured
}

async fn time(
    arguments: &BenchArguments,
    place: &BenchPlace,
    platform: &Platform,
) -> Result<Vec<Measured>, Failure> {
    let gauge = Gauge::start(place);
    platform.search().wait_until_ready().await;
    let took = gauge.elapsed();
    let built = gauge.rate("names read from the store and put into the index", arguments.records);
    let mut building = Measured::new("search index", place.engine, arguments.records, None, built);
    building.peak_memory_mebibytes = Some(mebibytes(Processes::own().memory_max()));
    let size = mebibytes(index_size(place));
    building.remarks.push(format!("built in {:.1} s, {size:.0} MiB on disk", took.as_secs_f64()));
    let mut measured = vec![building];
    let each = Duration::from_secs(arguments.seconds);
    for (length, name) in LENGTHS {
        let ask = |turn| part_of_a_name(arguments.records, turn, length);
        measured.push(search(name, arguments, place, platform, each, &ask).await?);
    }
    let frequent = |turn: u64| {
        let choice = usize::try_from(turn).unwrap_or_default() % FREQUENT.len();
        FREQUENT.get(choice).copied().unwrap_or_default().to_owned()
    };
    measured.push(search("search, most frequent", arguments, place, platform, each, &frequent).await?);
    Ok(measured)
}

async fn search(
    name: &'static str,
    arguments: &BenchArguments,
    place: &BenchPlace,
    platform: &Platform,
    lasting: Duration,
    ask: &(dyn Fn(u64) -> String + Sync),
) -> Result<Measured, Failure> {
    let (mut times, mut found, mut slowest) = (Times::default(), 0, (Duration::ZERO, String::new()));
    let gauge = Gauge::start(place);
    while gauge.elapsed() < lasting {
        let text = ask(times.count());
        let watch = Stopwatch::start();
        let page = platform
            .search_organisations(&text, service::publication::SearchFilter::default(), None, PAGE)
            .await
            .map_err(|error| failure(&error))?;
        let took = watch.elapsed();
        times.add(took);
        if took > slowest.0 {
            slowest = (took, text);
        }
        found += page.results.len() as u64;
    }
    let result: Rate = gauge.rate("searches, one after the other", times.count());
    let searches = times.count().max(1);
    let mut measured =
        Measured::new(name, place.engine, arguments.records, None, result).with_times(&mut times);
    measured.peak_memory_mebibytes = Some(mebibytes(Processes::own().memory_max()));
    measured.remarks.push(format!(
        "{} results a search; the slowest took {:.1} ms: `{}`",
        found / searches,
        slowest.0.as_secs_f64() * 1000.0,
        slowest.1
    ));
    Ok(measured)
}

/// So many characters of somebody's name, from anywhere in it.
fn part_of_a_name(organisations: u64, turn: u64, length: usize) -> String {
    let mut draw = Draw::new(2, Stream::Choice, turn);
    let name: Vec<char> = Quick::name(1 + draw.below(organisations))
        .chars()
        .filter(|character| !matches!(character, '（' | '）'))
        .collect();
    let from = usize::try_from(draw.below(name.len().saturating_sub(length) as u64 + 1)).unwrap_or_default();
    name.into_iter().skip(from).take(length).collect()
}

/// The bytes of the index: it lies beside a folder store, else in a temporary folder that bears this process's number.
fn index_size(place: &BenchPlace) -> u64 {
    if let Some(folder) = place.address.folder() {
        return size_of(&folder.join("search"));
    }
    let own = format!("credence-search-{}-", std::process::id());
    let Ok(entries) = std::fs::read_dir(std::env::temp_dir()) else { return 0 };
    let is_own = |entry: &std::fs::DirEntry| entry.file_name().to_string_lossy().starts_with(&own);
    entries.flatten().filter(is_own).map(|entry| size_of(&entry.path())).sum()
}

/// The bytes of every file in a folder.
fn size_of(folder: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => size_of(&entry.path()),
            Ok(metadata) => metadata.len(),
            Err(_) => 0,
        })
        .sum()
}
