//! Public data of organisations over HTTP: asked for the first time, beside the same rows written down without the law; and
//! asked for again, beside a bare handler that sends the same bytes to everyone.

use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use serde_json::json;
use service::Platform;
use tokio::net::TcpListener;

use super::city::BenchCity;
use super::load::{Answered, request};
use super::place::BenchPlace;
use super::report::{Measured, Rate};
use super::server::{BenchServer, WARM_UP};
use crate::arguments::BenchArguments;
use crate::context::{Context, failure};
use crate::demo::draw::{Draw, Stream};
use crate::exit::{Exit, Failure};

/// How many organisations are asked for again and again: what a city's day asks for most.
const ASKED_AGAIN: u64 = 2000;
/// As many bytes as an organisation's public data have.
const BYTES: usize = 8 * 1024;

/// Measures public data, asked for the first time or again.
///
/// # Errors
/// When the store, the server or the load fails.
pub async fn measure(
    arguments: &BenchArguments,
    place: &BenchPlace,
    watched: bool,
    again: bool,
) -> Result<Measured, Failure> {
    let (city, _) = place.city(arguments.records, watched).await?;
    let lasting = Duration::from_secs(arguments.seconds);
    let organisations =
        if again { ASKED_AGAIN.min(city.subjects_of_a_kind()) } else { city.subjects_of_a_kind() };
    let bare = BenchServer::start_bare(place, None)?;
    let path = if again { "/bytes/" } else { "/rows/" };
    let limit_of = if again { "the same bytes to everyone" } else { "the same rows without the law" };
    asked(place, &bare, &city, organisations, path, limit_of, (arguments.connections, WARM_UP))?;
    let (limit, _) =
        asked(place, &bare, &city, organisations, path, limit_of, (arguments.connections, lasting))?;
    drop(bare);
    let server = BenchServer::start(place)?;
    let path = "/api/v1/organisations/";
    asked(place, &server, &city, organisations, path, "warming up", (arguments.connections, WARM_UP))?;
    let (result, mut found) =
        asked(place, &server, &city, organisations, path, "organisations", (arguments.connections, lasting))?;
    let name = if again { "public-again" } else { "public" };
    let measured = Measured::new(name, place.engine, arguments.records, Some(limit), result);
    Ok(server.told(measured, &mut found))
}

fn asked(
    place: &BenchPlace,
    server: &BenchServer,
    city: &BenchCity,
    organisations: u64,
    path: &str,
    what: &str,
    load: (u32, Duration),
) -> Result<(Rate, Answered), Failure> {
    let ask = |number: u64| {
        let organisation = Draw::new(2, Stream::Choice, number).below(organisations);
        request("GET", &format!("{path}{}", city.public_code(organisation)), None, "")
    };
    server.asked(place, load, what, &ask)
}

/// Serves the bare handlers until it is killed.
///
/// # Errors
/// When the store or the file cannot be opened or nothing can be listened on.
pub async fn serve_bare(context: &Context, bytes: Option<&Path>) -> Result<Exit, Failure> {
    let platform = Platform::open(context.platform_options(false)?).await.map_err(|error| failure(&error))?;
    let cannot = |error: std::io::Error| Failure::failed(format!("nothing can be listened on: {error}"));
    let listener = TcpListener::bind("127.0.0.1:0").await.map_err(cannot)?;
    let local = listener.local_addr().map_err(cannot)?;
    context.output.object(&json!({"listening": format!("http://{local}")}))?;
    let bytes = match bytes {
        Some(file) => std::fs::read(file).map_err(|error| Failure::file(file, &error))?,
        None => vec![b'x'; BYTES],
    };
    let router = web::yardstick::router(platform, Bytes::from(bytes));
    web::serve(listener, router, std::future::pending()).await.map_err(cannot)?;
    Ok(Exit::Done)
}
