//! `credence serve`: pages, API and journal over HTTP.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use ::law::Clock;
use journal::Randomness as _;
use register::rules::enumeration::{DECLARED, Numbers};
use serde_json::json;
use service::Platform;
use service::pace::Rate;
use service::vigilance::Vigilance;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinHandle;
use web::peer::{ForwardingHeader, Proxies};
use web::tls::Tls;

use crate::arguments::ServeArguments;
use crate::commands::law;
use crate::context::{Context, block_on, failure};
use crate::demo::accounts::accounts;
use crate::edge::{OsRandomness, SystemClock};
use crate::exit::{Exit, Failure};
use crate::figures;
use crate::machine::{descriptors_for, only_server, spool};
use crate::settings::{Settings, contradictions, quoted, table};
use crate::telemetry::Telemetry;

/// How long the store may take to be closed.
const CLOSING_MAX: Duration = Duration::from_secs(5);
/// How often a checkpoint is signed over what is new.
const CHECKPOINT_EVERY: Duration = Duration::from_secs(1);
/// How many may ask for figures at the same time.
const FIGURES_CONNECTIONS_MAX: usize = 64;
/// How often it is looked whether there is a new certificate.
const CERTIFICATE_EVERY: Duration = Duration::from_secs(10);
/// How often reports of tried identifiers are written into the log.
const ABUSE_EVERY: Duration = Duration::from_secs(10);
/// How often it is asked whether a new civil day brought a new law.
const DAY_EVERY: Duration = Duration::from_secs(20);

/// Serves until SIGTERM or SIGINT.
///
/// # Errors
/// When the settings contradict each other, the store cannot be opened or the address cannot be listened on.
pub fn run(context: &Context, arguments: &ServeArguments) -> Result<Exit, Failure> {
    let mut context = context.clone();
    let settings = &mut context.settings;
    settings.take(&table::LISTEN, arguments.listen.as_deref())?;
    settings.take(&table::TLS_CERTIFICATE, arguments.tls_cert.as_deref())?;
    settings.take(&table::TLS_KEY, arguments.tls_key.as_deref())?;
    settings.take(&table::METRICS_LISTEN, arguments.metrics.as_deref())?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    if let Some(mistake) = contradictions(settings, &clock).first() {
        return Err(
            Failure::usage(format!("{} {}", quoted(&mistake.key), mistake.what)).next(mistake.remedy.clone())
        );
    }
    let listen = context.settings.text(&table::LISTEN).unwrap_or_default().to_owned();
    block_on(serve(&context, &listen, arguments.demo))
}

/// Serves until SIGTERM or SIGINT; what was acknowledged is finished.
///
/// # Errors
/// When the store cannot be opened or the address cannot be listened on.
pub async fn serve(context: &Context, listen: &str, demo: bool) -> Result<Exit, Failure> {
    let telemetry = Telemetry::begin(&context.settings)?;
    let cannot = |what: &str, error: &std::io::Error| Failure::failed(format!("{what}: {error}"));
    // Signals are caught before anything is promised to anyone.
    let mut terminate =
        signal(SignalKind::terminate()).map_err(|error| cannot("signals cannot be caught", &error))?;
    let mut interrupt =
        signal(SignalKind::interrupt()).map_err(|error| cannot("signals cannot be caught", &error))?;
    let hangup = signal(SignalKind::hangup()).map_err(|error| cannot("signals cannot be caught", &error))?;
    let tls = tls(context)?;
    let mut options = options(&context.settings);
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
    if let Some(demo) = platform.demo() {
        options.sign_in.demo_accounts = accounts(demo.seed);
    }
    platform.commence().await.map_err(|error| failure(&error))?;
    platform.advance_checkpoint().await.map_err(|error| failure(&error))?;
    let listener = TcpListener::bind(listen).await.map_err(|error| {
        cannot(&format!("`{listen}` cannot be listened on"), &error)
            .next("name another with `--listen`; port 0 takes a free one")
    })?;
    let local = listener.local_addr().map_err(|error| cannot("the address cannot be read", &error))?;
    let here = format!("{}://{local}", if tls.is_some() { "https" } else { "http" });
    options.address = context.settings.text(&table::ADDRESS).map_or_else(|| here.clone(), str::to_owned);
    // Begun now, so that it is ready when someone searches.
    platform.search();
    let figures = listen_for_figures(&context.settings).await?;
    let metrics = figures.as_ref().map(|(_, address)| format!("http://{address}/metrics"));
    context.output.either(&json!({"listening": here, "metrics": metrics}), || match &metrics {
        Some(metrics) => format!("listening on {here}, figures at {metrics}"),
        None => format!("listening on {here}"),
    })?;

    warn_of_plain_http(&context.settings, local, tls.is_some());
    let duties = [
        tokio::spawn(sign_checkpoints(platform.clone())),
        tokio::spawn(watch_the_day(platform.clone())),
        tokio::spawn(report_abuse(platform.clone())),
        tokio::spawn(renew_the_certificate(tls.clone(), hangup)),
        tokio::spawn(give_figures(figures.map(|(listener, _)| listener))),
    ];
    let limits = options.limits;
    platform.watch_over_callers(vigilance(&context.settings));
    let router = web::router(platform.clone(), options);
    let stop = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping: what was begun is finished");
    };
    let served = web::Door { listener, tls, limits }.serve(router, stop).await;
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
    telemetry.end().await;
    served.map_err(|error| cannot("serving stopped", &error))?;
    Ok(Exit::Done)
}

/// Begins to keep figures and listens where they are asked for, if the settings say where.
async fn listen_for_figures(settings: &Settings) -> Result<Option<(TcpListener, SocketAddr)>, Failure> {
    let Some(asked) = settings.text(&table::METRICS_LISTEN) else { return Ok(None) };
    let bound = async {
        let listener = TcpListener::bind(asked).await?;
        let address = listener.local_addr()?;
        Ok::<_, std::io::Error>((listener, address))
    };
    let bound = bound.await.map_err(|error| {
        Failure::failed(format!("`{asked}` cannot be listened on for figures: {error}"))
            .next("name another with `--metrics`; port 0 takes a free one")
    })?;
    figures::keep();
    Ok(Some(bound))
}

/// Gives figures to whoever asks at their own address, until the program ends.
async fn give_figures(listener: Option<TcpListener>) {
    let Some(listener) = listener else { return };
    let kept = figures::keep();
    let limits = web::Limits { connections_max: FIGURES_CONNECTIONS_MAX, ..web::Limits::default() };
    let door = web::Door { listener, tls: None, limits };
    if let Err(error) = door.serve(web::figures(move || kept.text()), std::future::pending()).await {
        tracing::warn!(%error, "no figures are given any more");
    }
}

/// Who watches over callers, with the numbers of the settings.
fn vigilance(settings: &Settings) -> Vigilance {
    use table::limits as names;
    let number = |known| u32::try_from(settings.count(known)).unwrap_or(u32::MAX);
    let numbers = Numbers {
        empty_slowed: number(&names::EMPTY_SLOWED),
        empty_refused: number(&names::EMPTY_REFUSED),
        refused_slowed: number(&names::REFUSED_SLOWED),
        refused_refused: number(&names::REFUSED_REFUSED),
        ..DECLARED
    };
    Vigilance::new(numbers, Rate::new(number(&names::LOOKS), Duration::from_secs(3600)))
}

/// TLS, where certificate and key are named.
fn tls(context: &Context) -> Result<Option<Arc<Tls>>, Failure> {
    let Some(files) = context.settings.tls() else { return Ok(None) };
    let tls = Tls::load(files, Arc::new(SystemClock))
        .map_err(|fault| Failure::usage(fault.to_string()).next(fault.remedy))?;
    Ok(Some(Arc::new(tls)))
}

fn options(settings: &Settings) -> web::WebOptions {
    use table::limits as names;
    let count = |known| usize::try_from(settings.count(known)).unwrap_or(usize::MAX);
    let seconds = |known| Duration::from_secs(settings.count(known));
    let limits = web::Limits {
        batch_bytes_max: settings.count(&names::BODY_BYTES),
        request_time_max: seconds(&names::REQUEST_SECONDS),
        requests_max: count(&names::WAITING),
        connections_max: count(&names::CONNECTIONS),
        uploads_max: count(&names::UPLOADS),
        idle_max: seconds(&names::IDLE_SECONDS),
        shutdown_max: seconds(&names::STOP_SECONDS),
        handshake_max: seconds(&names::HANDSHAKE_SECONDS),
        ..web::Limits::default()
    };
    let often = |known, seconds| {
        Rate::new(u32::try_from(settings.count(known)).unwrap_or(u32::MAX), Duration::from_secs(seconds))
    };
    let visitor = often(&names::VISITOR_REQUESTS, 1);
    let paces = web::Paces {
        caller: often(&names::CALLER_REQUESTS, 1),
        // A page brings others with it, and a mirror fetches many files once.
        visitor: Rate { burst: visitor.count.saturating_mul(20), ..visitor },
        failures: often(&names::FAILED_KEYS, 60),
    };
    let header = match settings.text(&table::PROXY_HEADER) {
        Some("forwarded") => ForwardingHeader::Forwarded,
        _ => ForwardingHeader::XForwardedFor,
    };
    let proxies = Proxies { trusted: settings.networks(&table::PROXY_TRUSTED).to_vec(), header };
    let mut drawn = [0; 4];
    OsRandomness.fill(&mut drawn);
    let process = format!("{:08x}", u32::from_be_bytes(drawn));
    let (sign_in, _) = settings.sign_in();
    web::WebOptions {
        law: law::rows(),
        limits,
        paces,
        proxies,
        process,
        sign_in,
        ..web::WebOptions::default()
    }
}

/// Takes a new certificate over from its files: at SIGHUP at once, and where they changed within some seconds.
async fn renew_the_certificate(tls: Option<Arc<Tls>>, mut hangup: Signal) {
    let mut ticks = tokio::time::interval(CERTIFICATE_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        // Without TLS there is nothing to renew, and SIGHUP must not end the program all the same.
        tokio::select! {
            _ = ticks.tick() => {}
            _ = hangup.recv() => {}
        }
        let Some(tls) = tls.clone() else { continue };
        match tokio::task::spawn_blocking(move || tls.renew()).await {
            Ok(Ok(true)) => tracing::warn!("a new certificate is served from now on"),
            Ok(Ok(false)) | Err(_) => {}
            Ok(Err(fault)) => {
                tracing::error!(%fault, remedy = fault.remedy, "the new certificate is not served, the old one is");
            }
        }
    }
}

/// Says that keys and what is held about people could be read on the way: nobody encrypts it here, and no proxy is known that does.
fn warn_of_plain_http(settings: &Settings, local: SocketAddr, encrypted: bool) {
    let proxied = !settings.networks(&table::PROXY_TRUSTED).is_empty();
    if !encrypted && !proxied && !local.ip().is_loopback() {
        tracing::warn!(
            "served without TLS to other machines: keys and what is held about people can be read on the way; give `tls.certificate` \
             and `tls.key`, or name the proxy that speaks TLS in `proxy.trusted`"
        );
    }
}

/// Writes who inquired as if identifiers were tried out into the log, for whoever registers an incident of it (Article 19).
async fn report_abuse(platform: Platform) {
    let mut ticks = tokio::time::interval(ABUSE_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        for report in platform.abuse_reports() {
            let office = report.office.map_or_else(|| "-".to_owned(), |office| office.0);
            tracing::warn!(
                caller = report.caller,
                office,
                standing = ?report.standing,
                "identifiers seem to be tried out: `credence incident register` keeps it"
            );
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_table_of_settings_calls_usual_is_what_holds_where_nobody_says_anything() {
        let usual = options(&Settings::default());
        assert_eq!(usual.limits, web::Limits::default());
        assert_eq!(usual.paces, web::Paces::default());
        assert_eq!(usual.proxies, Proxies::default());
        let numbers = ["2000", "3000", "50", "200"];
        let declared = [
            DECLARED.empty_slowed,
            DECLARED.empty_refused,
            DECLARED.refused_slowed,
            DECLARED.refused_refused,
        ];
        assert_eq!(declared.map(|number| number.to_string()), numbers);
        use table::limits as names;
        let usual =
            [&names::EMPTY_SLOWED, &names::EMPTY_REFUSED, &names::REFUSED_SLOWED, &names::REFUSED_REFUSED];
        assert_eq!(usual.map(|known| known.usual), numbers);
    }
}
