//! Inquiries of an officer over HTTP, each journalled before its answer, beside the bare work: the same rows selected and one
//! row logged, without HTTP, law and hashing.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::json;

use super::bare;
use super::city::BenchCity;
use super::load::{self, Answered};
use super::place::{BenchPlace, Ready};
use super::report::{Measured, Rate};
use super::server::{BenchServer, WARM_UP};
use crate::arguments::BenchArguments;
use crate::demo::draw::{Draw, Stream};
use crate::exit::Failure;

/// How many lines are made to be filed beside inquiries.
const LINES_BESIDE: u64 = 1_000_000;

/// Measures inquiries.
///
/// # Errors
/// When the store, the server or the load fails.
pub async fn measure(
    arguments: &BenchArguments,
    place: &BenchPlace,
    watched: bool,
) -> Result<Measured, Failure> {
    let (city, ready) = place.city(arguments.records, watched).await?;
    let lasting = Duration::from_secs(arguments.seconds);
    let subjects = city.subjects_of_a_kind() * 2;
    let limit = bare::select_and_log(place, subjects, lasting).await?;
    let by_hand = bare::plain_service(place, subjects, arguments.connections, lasting).await?;
    let server = BenchServer::start(place)?;
    let asked =
        Asking { place, server: &server, city: &city, ready: &ready, connections: arguments.connections };
    asked.run(WARM_UP)?;
    let (result, mut found) = asked.run(lasting)?;
    let times = by_hand
        .rate
        .as_ref()
        .map(|by_hand| format!("; {:.1} times it", result.per_second / by_hand.per_second));
    let measured = Measured::new("inquiry", place.engine, arguments.records, Some(limit), result);
    let mut measured = server.told(measured, &mut found);
    measured.remarks.push(by_hand.words + &times.unwrap_or_default());
    Ok(measured)
}

/// The rate of inquiries alone, and the key with which they were made.
///
/// # Errors
/// When the store, the server or the load fails.
pub async fn inquiries(
    arguments: &BenchArguments,
    place: &BenchPlace,
    watched: bool,
) -> Result<(Rate, String), Failure> {
    let (city, ready) = place.city(arguments.records, watched).await?;
    let server = BenchServer::start(place)?;
    let asked =
        Asking { place, server: &server, city: &city, ready: &ready, connections: arguments.connections };
    asked.run(WARM_UP)?;
    let (rate, _) = asked.run(Duration::from_secs(arguments.seconds))?;
    Ok((rate, ready.token.clone()))
}

/// Measures inquiries while files are being filed over HTTP, beside the same inquiries without.
///
/// # Errors
/// When the store, the server or the load fails.
pub async fn measure_while_filing(
    arguments: &BenchArguments,
    place: &BenchPlace,
    watched: bool,
) -> Result<Measured, Failure> {
    let (city, ready) = place.city(arguments.records, watched).await?;
    let lasting = Duration::from_secs(arguments.seconds);
    let server = BenchServer::start(place)?;
    let asked =
        Asking { place, server: &server, city: &city, ready: &ready, connections: arguments.connections };
    asked.run(WARM_UP)?;
    let (limit, _) = asked.run(lasting)?;
    let files = city
        .more(LINES_BESIDE)
        .iter()
        .map(|part| Ok((part.item, part.lines(), city.file(part, &place.folder)?)))
        .collect::<Result<Vec<_>, Failure>>()?;
    let over = AtomicBool::new(false);
    let (filed, asked) = std::thread::scope(|scope| {
        let filing = scope.spawn(|| file_all(&server, &ready.token, &files, &over));
        let asked = asked.run(lasting);
        over.store(true, Ordering::Relaxed);
        (filing.join(), asked)
    });
    let (result, mut found) = asked?;
    let filed = filed.unwrap_or_else(|_| Err(Failure::failed("the filing broke off")))?;
    let measured =
        Measured::new("inquiry-while-filing", place.engine, arguments.records, Some(limit), result);
    let mut measured = server.told(measured, &mut found);
    measured.remarks.push(format!("{filed} lines were filed meanwhile, over one connection"));
    Ok(measured)
}

/// Files file after file until the inquiries are over; the file that is under way then is finished.
fn file_all(
    server: &BenchServer,
    token: &str,
    files: &[(&str, u64, tempfile::NamedTempFile)],
    over: &AtomicBool,
) -> Result<u64, Failure> {
    let mut filed = 0;
    for (item, lines, file) in files {
        if over.load(Ordering::Relaxed) {
            break;
        }
        let body = file.reopen().map_err(|error| Failure::file(file.path(), &error))?;
        let url = format!("http://{}/api/v1/batches?item={item}", server.address);
        ureq::post(&url)
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/x-ndjson")
            .send(body)
            .map_err(|error| Failure::failed(format!("a file was not filed: {error}")))?;
        filed += lines;
    }
    Ok(filed)
}

/// Who asks whom.
struct Asking<'a> {
    place: &'a BenchPlace,
    server: &'a BenchServer,
    city: &'a BenchCity,
    ready: &'a Ready,
    connections: u32,
}

impl Asking<'_> {
    /// Has officers ask about subjects drawn at random.
    fn run(&self, lasting: Duration) -> Result<(Rate, Answered), Failure> {
        let subjects = self.city.subjects_of_a_kind() * 2;
        let ask = |number: u64| {
            let subject = Draw::new(1, Stream::Choice, number).below(subjects);
            let body = json!({
                "identifier": self.city.identifier(subject),
                "purpose": {"for": "duty", "duty": 1, "matter": format!("bench-{number}")},
            });
            load::request("POST", "/api/v1/inquiries", Some(&self.ready.token), &body.to_string())
        };
        self.server.asked(self.place, (self.connections, lasting), "inquiries", &ask)
    }
}
