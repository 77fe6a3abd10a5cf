//! Inclusion proofs and receipts of any entry, one after the other, as the API asks for them.

use std::time::Duration;

use journal::{Hash, verify_inclusion};
use service::Platform;

use super::gauge::Gauge;
use super::place::BenchPlace;
use super::process::{Processes, forget_memory_max};
use super::report::{Measured, Times, mebibytes};
use super::verify::journal;
use crate::arguments::BenchArguments;
use crate::context::failure;
use crate::demo::draw::{Draw, Stream};
use crate::edge::Stopwatch;
use crate::exit::Failure;

/// So many proofs are checked against the root before any is timed.
const CHECKED: u64 = 200;

/// Measures proofs and receipts.
///
/// # Errors
/// When the store fails, or a proof does not hold.
pub async fn measure(
    arguments: &BenchArguments,
    place: &BenchPlace,
    watched: bool,
) -> Result<Vec<Measured>, Failure> {
    journal(arguments.records).make(place, watched).await?;
    forget_memory_max();
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
    let head = platform.head().await.map_err(|error| failure(&error))?;
    let root = hash(&head.root)?;
    let chosen = |turn: u64| Draw::new(1, Stream::Choice, turn).below(head.size);
    for entry in (0..CHECKED).map(chosen).chain([0, head.size / 2, head.size - 1]) {
        let proof = platform.inclusion(entry, None).await.map_err(|error| failure(&error))?;
        let hashes = proof.hashes.iter().map(|text| hash(text)).collect::<Result<Vec<_>, _>>()?;
        let leaf = hash(proof.leaf_hash.as_deref().unwrap_or_default())?;
        verify_inclusion(&leaf, entry, proof.size, &hashes, &root)
            .map_err(|error| Failure::failed(format!("the proof of entry {entry}: {error}")))?;
    }
    let lasting = Duration::from_secs(arguments.seconds);
    let mut measured = Vec::new();
    for (name, receipts) in [("inclusion proof", false), ("receipt with its proof", true)] {
        let mut times = Times::default();
        let gauge = Gauge::start(place);
        while gauge.elapsed() < lasting {
            let entry = chosen(CHECKED + times.count());
            let watch = Stopwatch::start();
            if receipts {
                platform.receipt(entry).await.map_err(|error| failure(&error))?;
            } else {
                platform.inclusion(entry, None).await.map_err(|error| failure(&error))?;
            }
            times.add(watch.elapsed());
        }
        let result = gauge.rate("entries drawn from the whole journal, one after the other", times.count());
        let mut one =
            Measured::new(name, place.engine, arguments.records, None, result).with_times(&mut times);
        one.peak_memory_mebibytes = Some(mebibytes(Processes::own().memory_max()));
        measured.push(one);
    }
    Ok(measured)
}

fn hash(text: &str) -> Result<Hash, Failure> {
    let digits = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let bytes: Option<Vec<u8>> = text.as_bytes().chunks(2).map(digits).collect();
    let hash = bytes.and_then(|bytes| bytes.try_into().ok());
    hash.ok_or_else(|| Failure::failed(format!("`{text}` is not a hash")))
}
