//! Starting the server on a large store, and the memory that it holds while it serves and searches.

use std::time::Duration;

use super::load;
use super::place::BenchPlace;
use super::quick::Quick;
use super::report::{Measured, Rate, Times, mebibytes};
use super::server::BenchServer;
use crate::arguments::BenchArguments;
use crate::demo::draw::{Draw, Stream};
use crate::demo::identities;
use crate::edge::Stopwatch;
use crate::exit::Failure;

/// How often the server is started.
const STARTS: u64 = 5;
/// Records of each organisation: four organisations for ten records.
const RECORDS_EACH: u64 = 4;
/// How long an index may take to be built.
const INDEX_WAIT: Duration = Duration::from_secs(600);

/// Measures the start of the server and its memory.
///
/// # Errors
/// When the store or the server fails.
pub async fn measure(
    arguments: &BenchArguments,
    place: &BenchPlace,
    watched: bool,
) -> Result<Vec<Measured>, Failure> {
    let organisations = arguments.records.div_ceil(RECORDS_EACH);
    Quick { organisations, records_each: RECORDS_EACH }.make(place, watched).await?;
    let (mut times, mut processor, mut memory) = (Times::default(), Duration::ZERO, 0);
    let mut remarks = Vec::new();
    let whole = Stopwatch::start();
    let mut spent = Duration::ZERO;
    for turn in 0..STARTS {
        let watch = Stopwatch::start();
        let server = BenchServer::start(place)?;
        let took = watch.elapsed();
        spent += took;
        times.add(took);
        processor += server.processes().processor_time();
        if turn == 0 {
            // The first one builds the index, as after an update of the program.
            remarks.push(format!("{:.0} MiB when it listens", mebibytes(server.processes().memory_max())));
            wait_for_search(&server)?;
            remarks.push(format!(
                "{:.0} MiB at most until the search index was built, {:.0} s after the start",
                mebibytes(server.processes().memory_max()),
                whole.elapsed().as_secs_f64()
            ));
        }
        if turn < 2 {
            let answered = serve(&server, arguments, organisations)?;
            remarks.push(format!(
                "{:.0} MiB at most after {} searches, public records and proofs{}",
                mebibytes(server.processes().memory_max()),
                answered.times.count(),
                answered.first_failure.map_or_else(String::new, |failure| format!("; failed: {failure}")),
            ));
        }
        memory = memory.max(server.processes().memory_max());
    }
    let result = Rate::new("starts until the server listens", STARTS, spent, processor);
    let mut measured =
        Measured::new("open", place.engine, arguments.records, None, result).with_times(&mut times);
    measured.peak_memory_mebibytes = Some(mebibytes(memory));
    measured.remarks = remarks;
    Ok(vec![measured])
}

fn get(path: &str) -> Vec<u8> {
    load::request("GET", path, None, "")
}

/// Asks until the index answers.
fn wait_for_search(server: &BenchServer) -> Result<(), Failure> {
    let watch = Stopwatch::start();
    while watch.elapsed() < INDEX_WAIT {
        let ask = |_| get("/api/v1/organisations?name=%E6%9C%89%E9%99%90");
        let answered =
            tokio::task::block_in_place(|| load::run(server.address, 1, Duration::from_millis(200), &ask))?;
        if answered.times.count() > 0 {
            return Ok(());
        }
    }
    Err(Failure::failed("the search index was not built within ten minutes"))
}

/// Searches, looks at public records and asks for proofs for a while.
fn serve(
    server: &BenchServer,
    arguments: &BenchArguments,
    organisations: u64,
) -> Result<load::Answered, Failure> {
    let ask = |turn: u64| {
        let mut draw = Draw::new(3, Stream::Choice, turn);
        let organisation = 1 + draw.below(organisations);
        match turn % 3 {
            0 => {
                let name: Vec<char> = Quick::name(organisation).chars().collect();
                let from = usize::try_from(draw.below(6)).unwrap_or_default();
                let text: String = name.into_iter().skip(from).take(3).collect();
                let text: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
                get(&format!("/api/v1/organisations?name={text}"))
            }
            1 => {
                let code = identities::organisation(super::quick::SEED, organisation).code;
                get(&format!("/api/v1/organisations/{code}"))
            }
            _ => {
                let entry = draw.below(arguments.records);
                get(&format!("/api/v1/journal/proofs/inclusion?entry={entry}"))
            }
        }
    };
    let lasting = Duration::from_secs(arguments.seconds);
    tokio::task::block_in_place(|| load::run(server.address, arguments.connections, lasting, &ask))
}
