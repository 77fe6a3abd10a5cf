//! The bare work beside which inquiries are measured: the same rows selected and one row logged, without HTTP, law and
//! hashing; and a service as a city would write it by hand.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::json;
use store::StoreAddress;
use store::yardstick::Yardstick;

use super::city::RECORDS_EACH;
use super::gauge::Gauge;
use super::load;
use super::place::BenchPlace;
use super::process::Processes;
use super::report::{Rate, number};
use crate::context::store_failure;
use crate::demo::draw::{Draw, Stream};
use crate::edge::Stopwatch;
use crate::exit::Failure;

/// How many connections do the bare work on PostgreSQL; SQLite has one thread that commits each by itself.
const CONNECTIONS: u32 = 32;
/// The service written by hand, and what it needs.
const PLAIN_SERVICE: &str = include_str!("plain_service.py");
const PLAIN_NEEDS: &str = "import fastapi, asyncpg, uvicorn, orjson";
/// How many subjects the service written by hand knows: enough that none is asked for twice in a row.
const PLAIN_SUBJECTS_MAX: u64 = 100_000;
/// How long it may take to start.
const PLAIN_START: Duration = Duration::from_secs(20);

/// Measures the bare work on the rows of the store: by pgbench where it is installed, or else over connections of our own.
///
/// # Errors
/// When the engine fails.
pub async fn select_and_log(place: &BenchPlace, subjects: u64, lasting: Duration) -> Result<Rate, Failure> {
    let yardstick = Yardstick::open(&place.address).await.map_err(|error| store_failure(&error))?;
    let family = Processes::Family(std::process::id());
    if let (StoreAddress::Postgres(url), Some(pgbench)) = (&place.address, pgbench()) {
        yardstick.make_log().await.map_err(|error| store_failure(&error))?;
        let gauge = Gauge::of(family, place);
        let bench = run_pgbench(&pgbench, url, place, subjects, lasting)?;
        let processor = gauge.processor();
        yardstick.drop_log().await.map_err(|error| store_failure(&error))?;
        let of = format!(
            "rows of {RECORDS_EACH} records selected and one row logged, pgbench, {CONNECTIONS} clients"
        );
        return Ok(Rate::new(of, bench.done, bench.took, processor));
    }
    let connections = if place.engine == "postgres" { CONNECTIONS } else { 1 };
    let choose = |number: u64| 1 + Draw::new(1, Stream::Choice, number).below(subjects);
    let gauge = Gauge::of(family, place);
    let done = yardstick
        .select_and_log(connections, lasting, choose)
        .await
        .map_err(|error| store_failure(&error))?;
    let of = format!("rows of {RECORDS_EACH} records selected and one row logged, {connections} connections");
    // Making and dropping the log, and connecting, are no part of the work.
    Ok(Rate::new(of, done, lasting, gauge.processor()))
}

/// pgbench, where PostgreSQL's programs are installed.
fn pgbench() -> Option<PathBuf> {
    let by_version = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut found: Vec<PathBuf> = by_version
        .flatten()
        .map(|entry| entry.path().join("bin/pgbench"))
        .filter(|path| path.is_file())
        .collect();
    found.sort();
    found.pop()
}

/// What pgbench did, and in how long without its connecting.
struct Pgbench {
    done: u64,
    took: Duration,
}

fn run_pgbench(
    pgbench: &PathBuf,
    url: &str,
    place: &BenchPlace,
    subjects: u64,
    lasting: Duration,
) -> Result<Pgbench, Failure> {
    let script = place.folder.join("bare.sql");
    std::fs::write(&script, Yardstick::script(subjects)).map_err(|error| Failure::file(&script, &error))?;
    let said = Command::new(pgbench)
        .args(["-n", "-M", "prepared", "-j", "2", "-c", &CONNECTIONS.to_string()])
        .args(["-T", &lasting.as_secs().to_string(), "-f"])
        .arg(&script)
        .arg(url)
        .output()
        .map_err(|error| Failure::failed(format!("pgbench does not start: {error}")))?;
    let text = String::from_utf8_lossy(&said.stdout);
    let line = |begins: &str| text.lines().find_map(|line| line.strip_prefix(begins)?.split(' ').next());
    let done: Option<u64> =
        line("number of transactions actually processed: ").and_then(|done| done.parse().ok());
    let a_second: Option<f64> = line("tps = ").and_then(|tps| tps.parse().ok());
    match (done, a_second) {
        (Some(done), Some(a_second)) if a_second > 0.0 => {
            Ok(Pgbench { done, took: Duration::from_secs_f64(number(done) / a_second) })
        }
        _ => {
            Err(Failure::failed(format!("pgbench failed: {}", String::from_utf8_lossy(&said.stderr).trim())))
        }
    }
}

/// What the service written by hand does, or why it was not asked.
#[derive(Debug)]
pub struct ByHand {
    /// What it does.
    pub rate: Option<Rate>,
    /// The same in words.
    pub words: String,
}

/// Measures the service written by hand on the same PostgreSQL, where its libraries are installed.
///
/// # Errors
/// When the database or the load fails.
pub async fn plain_service(
    place: &BenchPlace,
    subjects: u64,
    connections: u32,
    lasting: Duration,
) -> Result<ByHand, Failure> {
    let not = |why: &str| ByHand {
        rate: None,
        words: format!("not compared with a service written by hand: {why}"),
    };
    let StoreAddress::Postgres(url) = &place.address else { return Ok(not("it needs PostgreSQL")) };
    let python = std::env::var("CREDENCE_BENCH_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has = Command::new(&python).args(["-c", PLAIN_NEEDS]).stderr(Stdio::null()).status();
    if !has.is_ok_and(|status| status.success()) {
        return Ok(not("install fastapi, uvicorn, uvloop, httptools, asyncpg and orjson with pip"));
    }
    let subjects = subjects.min(PLAIN_SUBJECTS_MAX);
    let yardstick = Yardstick::open(&place.address).await.map_err(|error| store_failure(&error))?;
    yardstick.make_plain(subjects, RECORDS_EACH).await.map_err(|error| store_failure(&error))?;
    let file = place.folder.join("plain_service.py");
    std::fs::write(&file, PLAIN_SERVICE).map_err(|error| Failure::file(&file, &error))?;
    let cannot = |error: std::io::Error| Failure::failed(format!("the service written by hand: {error}"));
    // A free port: it is let go before the service takes it, which is good enough for a benchmark.
    let address =
        std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).map_err(cannot)?;
    let mut child = Command::new(&python)
        .args([
            "-m",
            "uvicorn",
            "plain_service:app",
            "--workers",
            "2",
            "--no-access-log",
            "--log-level",
            "warning",
        ])
        .args(["--port", &address.port().to_string()])
        .current_dir(&place.folder)
        .env("PLAIN_KEY", "plain")
        .env("PLAIN_DATABASE", url)
        .stdin(Stdio::null())
        .spawn()
        .map_err(cannot)?;
    let service = Processes::Family(child.id());
    let found = ask_plain(address, service, place, (subjects, connections, lasting)).await;
    let _ = Command::new("kill").arg(child.id().to_string()).status();
    let _ = child.wait();
    yardstick.drop_plain().await.map_err(|error| store_failure(&error))?;
    let rate = found?;
    let words = format!(
        "a service written by hand (FastAPI, asyncpg, two workers, one commit an inquiry): {:.0} a second",
        rate.per_second
    );
    Ok(ByHand { rate: Some(rate), words })
}

async fn ask_plain(
    address: std::net::SocketAddr,
    service: Processes,
    place: &BenchPlace,
    (subjects, connections, lasting): (u64, u32, Duration),
) -> Result<Rate, Failure> {
    let ask = |number: u64| {
        let subject = 1 + Draw::new(1, Stream::Choice, number).below(subjects);
        let body = json!({"subject": subject, "purpose": {"duty": 1, "matter": format!("bench-{number}")}});
        load::request("POST", "/inquiries", Some("plain"), &body.to_string())
    };
    let waiting = Stopwatch::start();
    while std::net::TcpStream::connect(address).is_err() {
        if waiting.elapsed() > PLAIN_START {
            return Err(Failure::failed("the service written by hand did not start within 20 seconds"));
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let run = |lasting| tokio::task::block_in_place(|| load::run(address, connections, lasting, &ask));
    run(Duration::from_secs(2))?;
    let gauge = Gauge::of(service, place);
    let found = run(lasting)?;
    let processor = gauge.processor();
    if found.times.count() == 0 {
        let why = found.first_failure.unwrap_or_default();
        return Err(Failure::failed(format!("the service written by hand answers nothing: {why}")));
    }
    Ok(Rate::new("inquiries of a service written by hand", found.times.count(), found.took, processor))
}
