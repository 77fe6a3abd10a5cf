//! `credence serve`: pages, API and journal over HTTP.

use std::io::IsTerminal;
use std::time::Duration;

use serde_json::json;
use service::Platform;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;

use crate::arguments::ServeArguments;
use crate::commands::law;
use crate::context::{Context, block_on, failure};
use crate::exit::{Exit, Failure};
use crate::machine::{descriptors_for, only_server, spool};
use crate::settings::LISTEN;

/// How long the store may take to be closed.
const CLOSING_MAX: Duration = Duration::from_secs(5);
/// How often a checkpoint is signed over what is new.
const CHECKPOINT_EVERY: Duration = Duration::from_secs(1);
/// How often it is asked whether a new civil day brought a new law.
const DAY_EVERY: Duration = Duration::from_secs(20);

/// Serves until SIGTERM or SIGINT.
///
/// # Errors
/// When the store cannot be opened or the address cannot be listened on.
pub fn run(context: &Context, arguments: &ServeArguments) -> Result<Exit, Failure> {
    let listen = arguments.listen.as_deref().or(context.settings.listen.as_deref()).unwrap_or(LISTEN);
    block_on(serve(context, listen, arguments.demo))
}

/// Serves until SIGTERM or SIGINT; what was acknowledged is finished.
///
/// # Errors
/// When the store cannot be opened or the address cannot be listened on.
pub async fn serve(context: &Context, listen: &str, demo: bool) -> Result<Exit, Failure> {
    write_log();
    let cannot = |what: &str, error: &std::io::Error| Failure::failed(format!("{what}: {error}"));
    // Signals are caught before anything is promised to anyone.
    let mut terminate =
        signal(SignalKind::terminate()).map_err(|error| cannot("signals cannot be caught", &error))?;
    let mut interrupt =
        signal(SignalKind::interrupt()).map_err(|error| cannot("signals cannot be caught", &error))?;
    let mut options = options(context);
    let descriptors = descriptors_for(options.limits.connections_max)?;
    options.limits.connections_max = descriptors.connections;
    if let Some(warning) = descriptors.warning {
        tracing::warn!("{warning}");
    }
    let store = context.platform_options(demo)?;
    let platform = Platform::open(store.clone()).await.map_err(|error| failure(&error))?;
    // Held until the end.
    let _only = only_server(&store.store)?;
    let spool = spool()?;
    options.spool = spool.path().to_owned();
    platform.commence().await.map_err(|error| failure(&error))?;
    platform.advance_checkpoint().await.map_err(|error| failure(&error))?;
    let listener = TcpListener::bind(listen).await.map_err(|error| {
        cannot(&format!("`{listen}` cannot be listened on"), &error)
            .next("name another with `--listen`; port 0 takes a free one")
    })?;
    let local = listener.local_addr().map_err(|error| cannot("the address cannot be read", &error))?;
    options.address = context.settings.address.clone().unwrap_or_else(|| format!("http://{local}"));
    // Begun now, so that it is ready when someone searches.
    platform.search();
    context.output.either(&json!({"listening": format!("http://{local}")}), || {
        format!("listening on http://{local}")
    })?;

    let duties =
        [tokio::spawn(sign_checkpoints(platform.clone())), tokio::spawn(watch_the_day(platform.clone()))];
    let limits = options.limits;
    let router = web::router(platform.clone(), options);
    let stop = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping: what was begun is finished");
    };
    let served = web::serve_within(listener, router, limits, stop).await;
    duties.iter().for_each(JoinHandle::abort);
    let closing = async {
        if let Err(error) = platform.advance_checkpoint().await {
            tracing::warn!(%error, "the last checkpoint was not signed; the next start signs it");
        }
        platform.close().await;
    };
    // Every answer has been given; a database that does not answer must not keep the program from ending.
    if tokio::time::timeout(CLOSING_MAX, closing).await.is_err() {
        tracing::warn!("the store did not close in time");
    }
    served.map_err(|error| cannot("serving stopped", &error))?;
    Ok(Exit::Done)
}

fn options(context: &Context) -> web::WebOptions {
    let asked = context.settings.limits;
    let usual = web::Limits::default();
    let count = |asked: Option<u64>, usual: usize| {
        asked.map_or(usual, |asked| usize::try_from(asked).unwrap_or(usize::MAX))
    };
    let time = |asked: Option<u64>, usual: Duration| asked.map_or(usual, Duration::from_secs);
    let limits = web::Limits {
        batch_bytes_max: asked.body_bytes_max.unwrap_or(usual.batch_bytes_max),
        request_time_max: time(asked.request_seconds_max, usual.request_time_max),
        requests_max: count(asked.waiting_max, usual.requests_max),
        connections_max: count(asked.connections_max, usual.connections_max),
        uploads_max: count(asked.uploads_max, usual.uploads_max),
        idle_max: time(asked.idle_seconds_max, usual.idle_max),
        shutdown_max: time(asked.stop_seconds_max, usual.shutdown_max),
        ..usual
    };
    web::WebOptions { law: law::rows(), limits, ..web::WebOptions::default() }
}

/// Signs a checkpoint each second; the proof of an answer is never far behind it.
async fn sign_checkpoints(platform: Platform) {
    let mut ticks = tokio::time::interval(CHECKPOINT_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = platform.advance_checkpoint().await {
            tracing::warn!(%error, "no checkpoint was signed; the next try is in a second");
        }
    }
}

/// Journals the versions of the law that a new civil day brings (Articles 15, 56), also when nobody asks for anything.
async fn watch_the_day(platform: Platform) {
    let mut known = platform.today();
    let mut ticks = tokio::time::interval(DAY_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let today = platform.today();
        if today != known {
            match platform.commence().await {
                Ok(()) => known = today,
                Err(error) => {
                    tracing::warn!(%error, "the law of the new day was not entered; the next try follows")
                }
            }
        }
    }
}

/// Writes the log to standard error: text for people, JSON where it is not a terminal. `CREDENCE_LOG` sets the level.
fn write_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("CREDENCE_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second log in one process is the first one.
    let _ = if std::io::stderr().is_terminal() { log.try_init() } else { log.json().try_init() };
}
