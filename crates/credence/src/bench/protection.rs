//! What protection costs an inquiry: who calls, whether they may, and opening what is sealed, beside the processor time of a whole
//! inquiry.

use std::hint::black_box;
use std::time::Duration;

use journal::{KeyRing, blind_indexes, open_column, open_payload, seal_column, seal_payload};
use register::acts::information::access::Origin;
use register::rules::access::{Undertaking, may_undertake};
use service::Platform;

use super::inquiry::inquiries;
use super::place::BenchPlace;
use super::process::{Processes, processor_time};
use super::report::{Measured, Rate};
use crate::arguments::BenchArguments;
use crate::context::failure;
use crate::edge::OsRandomness;
use crate::exit::Failure;

/// How many records an inquiry of the benchmark opens.
const OPENED: usize = 5;
/// How long a record's payload is, in bytes: an administrative penalty with its names, reason and document numbers.
const PAYLOAD_BYTES: usize = 900;
/// How often each part is done.
const TURNS: u64 = 20_000;

/// Measures what protection adds.
///
/// # Errors
/// When the store, the server or the load fails.
pub async fn measure(
    arguments: &BenchArguments,
    place: &BenchPlace,
    watched: bool,
) -> Result<Measured, Failure> {
    let (whole, token) = inquiries(arguments, place, watched).await?;
    let per_inquiry = whole.per_processor_second.filter(|rate| *rate > 0.0).map(|rate| 1.0 / rate);
    let platform = Platform::open(place.options()).await.map_err(|error| failure(&error))?;
    let caller = platform.authenticate(&token, Some(&Origin::HERE)).await.map_err(|error| failure(&error))?;
    let begun = own_time();
    for _ in 0..TURNS {
        black_box(platform.recognise(&token, Some(&Origin::HERE)).await.map_err(|error| failure(&error))?);
    }
    let authentication = own_time().saturating_sub(begun);
    platform.close().await;
    let begun = own_time();
    for _ in 0..TURNS {
        black_box(may_undertake(black_box(Undertaking::InquireForDuty), &caller))
            .map_err(Failure::refused)?;
    }
    let question = own_time().saturating_sub(begun);
    let decryption = decryption()?;
    let each =
        [("authentication", authentication), ("access question", question), ("decryption", decryption)];
    let together: Duration = each.iter().map(|(_, time)| *time).sum();
    let added = Rate::new("protections of an inquiry, in this process", TURNS, together, together);
    let mut measured = Measured::new("protection", place.engine, arguments.records, None, added);
    let micros = |time: Duration| time.as_secs_f64() * 1e6 / super::report::number(TURNS);
    measured.remarks.extend(each.iter().map(|(what, time)| format!("{what}: {:.2} us", micros(*time))));
    if let Some(whole) = per_inquiry {
        let part = together.as_secs_f64() / super::report::number(TURNS) / whole;
        measured.ratio_of_processor_time = Some(part);
        measured.ratio = Some(part);
        measured.remarks.push(format!(
            "together {:.2} us of the {:.1} us of processor time that an inquiry takes with program and database: {:.1} %",
            micros(together),
            whole * 1e6,
            part * 100.0
        ));
    }
    Ok(measured)
}

fn own_time() -> Duration {
    processor_time(&[Some(Processes::own()), None])
}

/// Finding a subject by the blind index, opening its identifier and the payloads of its records.
fn decryption() -> Result<Duration, Failure> {
    let fault = |error: journal::SealError| Failure::failed(error.to_string());
    let ring = KeyRing::generate(&OsRandomness).map_err(|error| Failure::failed(error.to_string()))?;
    let payload = seal_payload(&ring, &OsRandomness, 7, &[b'x'; PAYLOAD_BYTES]).map_err(fault)?;
    let identifier = b"11010519491231002X";
    let column =
        seal_column(&ring, &OsRandomness, "subject", "identifier", "7", identifier).map_err(fault)?;
    let begun = own_time();
    for _ in 0..TURNS {
        black_box(blind_indexes(&ring, "identifier", "citizen_id:11010519491231002X").map_err(fault)?);
        black_box(open_column(&ring, "subject", "identifier", "7", &column).map_err(fault)?);
        for _ in 0..OPENED {
            black_box(open_payload(&ring, 7, &payload.wrapped_key, &payload.sealed).map_err(fault)?);
        }
    }
    Ok(own_time().saturating_sub(begun))
}
