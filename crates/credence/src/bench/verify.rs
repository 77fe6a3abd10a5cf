//! Verifying a whole journal, beside reading the same rows once and taking SHA-256 over the same bytes.

use store::yardstick::Yardstick;
use store::{Store, VerifyKnown};

use super::gauge::Gauge;
use super::place::{BenchPlace, store_options};
use super::process::{Processes, forget_memory_max};
use super::quick::Quick;
use super::report::{Measured, Rate, mebibytes, number};
use crate::arguments::BenchArguments;
use crate::context::store_failure;
use crate::exit::Failure;
use crate::progress::{Progress, Unit};

/// Records of each organisation: with its registration eight entries.
const RECORDS_EACH: u64 = 7;

/// The journal of the benchmarks of proof: so many entries.
#[must_use]
pub const fn journal(entries: u64) -> Quick {
    Quick { organisations: entries.div_ceil(RECORDS_EACH + 1), records_each: RECORDS_EACH }
}

/// Measures verification with and without the key ring.
///
/// # Errors
/// When the store fails, or does not verify.
pub async fn measure(
    arguments: &BenchArguments,
    place: &BenchPlace,
    watched: bool,
) -> Result<Vec<Measured>, Failure> {
    journal(arguments.records).make(place, watched).await?;
    let yardstick = Yardstick::open(&place.address).await.map_err(|error| store_failure(&error))?;
    let gauge = Gauge::start(place);
    let (entries, bytes) = yardstick.read_and_hash().await.map_err(|error| store_failure(&error))?;
    let limit = gauge.rate("entries read once, and SHA-256 over their bytes", entries);
    let mut measured = Vec::new();
    for keys in [true, false] {
        let name = if keys { "verify, payloads opened" } else { "verify, without the key ring" };
        forget_memory_max();
        let result = verify(place, entries, keys, watched).await?;
        let mut one = Measured::new(name, place.engine, arguments.records, Some(limit.clone()), result);
        one.peak_memory_mebibytes = Some(mebibytes(Processes::own().memory_max()));
        one.remarks.push(format!("{:.0} bytes an entry", number(bytes) / number(entries)));
        measured.push(one);
    }
    Ok(measured)
}

async fn verify(place: &BenchPlace, entries: u64, keys: bool, watched: bool) -> Result<Rate, Failure> {
    let mut options = store_options(place);
    if !keys {
        // A folder without keys: the public key is the store's own.
        options.keys = Some(place.folder.join("no-keys"));
    }
    let progress = Progress::new("verifying", entries, Unit::Things, watched);
    let gauge = Gauge::start(place);
    let store = Store::open_to_verify(options).await.map_err(|error| store_failure(&error))?;
    let report = store.verify(VerifyKnown::default(), &|now| progress.set(now.done)).await;
    store.close().await;
    let report = report.map_err(|error| store_failure(&error))?;
    let opened = if keys { report.checked.payloads } else { report.checked.payloads_unopened };
    if !report.holds() || report.entries != entries || opened != entries {
        let first = report.problems.first().map(|problem| problem.what.clone()).unwrap_or_default();
        return Err(Failure::failed(format!("the journal does not verify: {first}")));
    }
    Ok(gauge.rate("entries verified", entries))
}
