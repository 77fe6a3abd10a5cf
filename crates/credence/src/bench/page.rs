//! Pages of organisations with 50 records each: what drawing one costs, and how many are sent beside a bare handler that sends
//! the same bytes.

use std::io::BufWriter;
use std::time::Duration;

use tempfile::NamedTempFile;

use super::city::BenchCity;
use super::load::{Answered, request};
use super::place::BenchPlace;
use super::report::{Measured, Rate};
use super::server::{BenchServer, WARM_UP};
use crate::arguments::BenchArguments;
use crate::demo::lines::Who;
use crate::edge;
use crate::exit::Failure;

/// How many records each organisation has.
const RECORDS_EACH: u64 = 50;
/// How many organisations there are at most.
const ORGANISATIONS_MAX: u64 = 200;

/// Measures pages that are drawn anew, and pages that are asked for again.
///
/// # Errors
/// When the store, the server or the load fails.
pub async fn measure(
    arguments: &BenchArguments,
    place: &BenchPlace,
    watched: bool,
) -> Result<Vec<Measured>, Failure> {
    let organisations = (arguments.records / RECORDS_EACH).clamp(10, ORGANISATIONS_MAX);
    let city = build(place, organisations, watched).await?;
    let lasting = Duration::from_secs(arguments.seconds);
    let server = BenchServer::start(place)?;
    // An address with a query is a page that is not kept.
    let ask = |path: &'static str, anew: bool| {
        let city = &city;
        move |number: u64| {
            let query = if anew { format!("?{number}") } else { String::new() };
            let code = city.public_code(number % organisations);
            request("GET", &format!("{path}{code}{query}"), None, "")
        }
    };
    let load = (arguments.connections, lasting);
    let anew = ask("/organisations/", true);
    server.asked(place, (arguments.connections, WARM_UP), "warming up", &anew)?;
    let (drawn, mut drawn_found) = server.asked(place, load, "pages drawn anew", &anew)?;
    let again = ask("/organisations/", false);
    server.asked(place, (arguments.connections, WARM_UP), "warming up", &again)?;
    let (result, mut found) = server.asked(place, load, "pages asked for again", &again)?;

    let page = NamedTempFile::new_in(&place.folder).map_err(|error| Failure::file(&place.folder, &error))?;
    std::fs::write(page.path(), &found.sample).map_err(|error| Failure::file(page.path(), &error))?;
    let bare = BenchServer::start_bare(place, Some(page.path()))?;
    let same = ask("/bytes/", false);
    bare.asked(place, (arguments.connections, WARM_UP), "warming up", &same)?;
    let (limit, _) = bare.asked(place, load, "the same bytes to everyone", &same)?;
    drop(bare);

    let records = organisations * RECORDS_EACH;
    let measured = |name, result: Rate, found: &mut Answered| {
        let cost = result.per_processor_second.map(|rate| 1000.0 / rate);
        let measured = Measured::new(name, place.engine, records, Some(limit.clone()), result);
        let mut measured = server.told(measured, found);
        let shown = found.sample.windows(14).filter(|part| part == b"class=\"record\"").count();
        measured.remarks = vec![format!("{shown} records on a page of {} bytes", found.sample.len())];
        if let Some(cost) = cost {
            measured.remarks.push(format!("{cost:.2} milliseconds of processor time a page"));
        }
        measured
    };
    Ok(vec![measured("page", drawn, &mut drawn_found), measured("page-again", result, &mut found)])
}

/// A city of organisations with 50 records each.
async fn build(place: &BenchPlace, organisations: u64, watched: bool) -> Result<BenchCity, Failure> {
    let city = BenchCity::new(organisations * super::city::RECORDS_EACH * 2, edge::today())?;
    let platform = place.create().await?;
    let built = async {
        city.found(&platform).await?;
        let progress = crate::progress::Progress::new(
            "making the organisations",
            organisations * RECORDS_EACH,
            crate::progress::Unit::Things,
            watched,
        );
        let mut filed = 0;
        for (item, each) in [("registration", 1), ("administrative-permit", RECORDS_EACH - 1)] {
            let lines = organisations * each;
            let file =
                NamedTempFile::new_in(&place.folder).map_err(|error| Failure::file(&place.folder, &error))?;
            city.write_lines(item, 0..lines, &mut BufWriter::new(file.as_file()), &|line| {
                Who::Organisation(line % organisations)
            })
            .map_err(|error| Failure::file(file.path(), &error))?;
            city.send(&platform, file.path(), item, lines).await?;
            filed += lines;
            progress.set(filed);
        }
        Ok(())
    };
    let built = built.await;
    platform.close().await;
    built.map(|()| city)
}
