//! Inquiries of an officer over HTTP, each journalled before its answer, beside the bare work: the same rows selected and one
//! row logged, without HTTP, law and hashing.

use std::time::Duration;

use serde_json::{Value, json};
use store::yardstick::Yardstick;

use super::city::RECORDS_EACH;
use super::load;
use super::place::BenchPlace;
use super::process::Processes;
use super::report::{Measured, Rate, mebibytes};
use super::server::BenchServer;
use crate::arguments::BenchArguments;
use crate::context::{Context, store_failure};
use crate::demo::draw::{Draw, Stream};
use crate::edge::Stopwatch;
use crate::exit::Failure;

/// How long the program is asked before it is measured, so that its caches and the engine's are as in a city's day.
const WARM_UP: Duration = Duration::from_secs(3);
/// How many connections do the bare work on PostgreSQL; SQLite has one thread that commits each by itself.
const BARE_CONNECTIONS: u32 = 32;

/// Measures inquiries.
///
/// # Errors
/// When the store, the server or the load fails.
pub async fn run(context: &Context, arguments: &BenchArguments) -> Result<Measured, Failure> {
    let place = BenchPlace::new(context, arguments).await?;
    let measured = measure(context, arguments, &place).await;
    place.remove().await?;
    measured
}

async fn measure(
    context: &Context,
    arguments: &BenchArguments,
    place: &BenchPlace,
) -> Result<Measured, Failure> {
    let (city, ready) = place.city(arguments.records, !context.output.json).await?;
    let lasting = Duration::from_secs(arguments.seconds);
    let limit = bare(place, city.subjects_of_a_kind() * 2, lasting).await?;

    let server = BenchServer::start(place)?;
    let subjects = city.subjects_of_a_kind() * 2;
    let ask = |number: u64| {
        let subject = Draw::new(1, Stream::Choice, number).below(subjects);
        let body = json!({
            "identifier": city.identifier(subject),
            "purpose": {"for": "duty", "duty": 1, "matter": format!("bench-{number}")},
        });
        load::request("POST", "/api/v1/inquiries", Some(&ready.token), &body.to_string())
    };
    let asked = |lasting: Duration| {
        tokio::task::block_in_place(|| load::run(server.address, arguments.connections, lasting, &ask))
    };
    asked(WARM_UP)?;
    let processes = [Some(server.processes()), place.database];
    let before = processor_time(&processes);
    let mut found = asked(lasting)?;
    let processor = processor_time(&processes).saturating_sub(before);

    let done = found.times.count();
    let result = Rate::new(
        format!("inquiries over {} connections", arguments.connections),
        done,
        found.took,
        processor,
    );
    let mut measured = Measured::new("inquiry", place.engine, arguments.records, Some(limit), result)
        .with_times(&mut found.times);
    measured.peak_memory_mebibytes = Some(mebibytes(server.processes().memory_max()));
    measured.load_processor_seconds = Some(found.processor.as_secs_f64());
    let sample: Value = serde_json::from_slice(&found.sample).unwrap_or_default();
    let shown = sample.get("records").and_then(Value::as_array).map_or(0, Vec::len);
    measured.remarks.push(format!("{shown} records in the first answer of {} bytes", found.sample.len()));
    if found.failed + found.turned_away > 0 {
        measured.remarks.push(format!(
            "{} failed ({}), {} turned away",
            found.failed,
            found.first_failure.unwrap_or_default(),
            found.turned_away
        ));
    }
    Ok(measured)
}

/// The bare work on the same rows.
async fn bare(place: &BenchPlace, subjects: u64, lasting: Duration) -> Result<Rate, Failure> {
    let yardstick = Yardstick::open(&place.address).await.map_err(|error| store_failure(&error))?;
    let connections = if place.database.is_some() { BARE_CONNECTIONS } else { 1 };
    let processes = [Some(Processes::own()), place.database];
    let before = processor_time(&processes);
    let watch = Stopwatch::start();
    let choose = |number: u64| 1 + Draw::new(1, Stream::Choice, number).below(subjects);
    let done = yardstick
        .select_and_log(connections, lasting, choose)
        .await
        .map_err(|error| store_failure(&error))?;
    let took = watch.elapsed();
    let processor = processor_time(&processes).saturating_sub(before);
    let of = format!("rows of {RECORDS_EACH} records selected and one row logged, {connections} connections");
    Ok(Rate::new(of, done, took, processor))
}

/// The processor time of all of these.
pub fn processor_time(processes: &[Option<Processes>]) -> Duration {
    processes.iter().flatten().map(Processes::processor_time).sum()
}
