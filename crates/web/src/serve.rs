//! Serving: the loop that accepts connections, and its end.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use metrics::counter;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tower::ServiceExt;

use crate::connections::{Connection, Connections, LOOK_EVERY};
use crate::options::Limits;
use crate::peer::Peer;
use crate::problem::{PROBLEM_JSON, Problem, ProblemKind};
use crate::streams::{Arriving, Leaving, Watched};
use crate::tls::{Tls, fingerprint};

/// A door: where connections come in, and how.
#[derive(Debug)]
pub struct Door {
    /// The socket.
    pub listener: TcpListener,
    /// TLS, where it is served here.
    pub tls: Option<Arc<Tls>>,
    /// The limits.
    pub limits: Limits,
}

/// Serves a router in plain text until `shutdown` is done, within the usual limits; see [`Door::serve`].
///
/// # Errors
/// None at present: an error of one connection ends that connection.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()>,
) -> std::io::Result<()> {
    serve_within(listener, router, Limits::default(), shutdown).await
}

/// Serves a router in plain text until `shutdown` is done; see [`Door::serve`].
///
/// # Errors
/// None at present: an error of one connection ends that connection.
pub async fn serve_within(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    shutdown: impl Future<Output = ()>,
) -> std::io::Result<()> {
    Door { listener, tls: None, limits }.serve(router, shutdown).await
}

impl Door {
    /// Serves a router until `shutdown` is done. Then nobody new is let in, and what is open is finished: an act that was
    /// begun is answered before the program stops, or until the limit for that is reached.
    ///
    /// # Errors
    /// None at present: an error of one connection ends that connection.
    pub async fn serve(self, router: Router, shutdown: impl Future<Output = ()>) -> std::io::Result<()> {
        let Self { listener, tls, limits } = self;
        let connections = Connections::new(limits);
        let open = GracefulShutdown::new();
        let looking = tokio::spawn(look(Arc::clone(&connections)));
        let full = full();
        let mut shutdown = std::pin::pin!(shutdown);
        loop {
            let accepted = tokio::select! {
                () = &mut shutdown => break,
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, address)) => {
                    let tls = tls.as_deref();
                    connect(stream, address, &connections, &open, &router, tls, &full);
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    // Out of descriptors, most likely: who keeps us waiting makes room. Whoever knocks stays in the system's
                    // queue, and asking for them again at once would only burn the processor.
                    connections.make_room();
                    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                }
            }
        }
        drop(listener);
        connections.end();
        if tokio::time::timeout(limits.shutdown_max, open.shutdown()).await.is_err() {
            let left = connections.close();
            tracing::warn!(left, "connections were still open and were closed");
        }
        looking.abort();
        Ok(())
    }
}

async fn look(connections: Arc<Connections>) {
    let mut ticks = tokio::time::interval(LOOK_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        connections.look();
    }
}

/// Lets a connection in, or tells it that it cannot be let in.
fn connect(
    stream: TcpStream,
    address: SocketAddr,
    connections: &Arc<Connections>,
    open: &GracefulShutdown,
    router: &Router,
    tls: Option<&Tls>,
    full: &str,
) {
    // An answer goes out at once instead of waiting for more; a failure to say so costs only time.
    let _ = stream.set_nodelay(true);
    let Some(place) = connections.place(address) else {
        counter!("credence_connections_rejected_total").increment(1);
        // Each place is being served. A fresh connection takes a short answer without waiting; what is no TLS means nothing
        // to who expects it.
        if tls.is_none() {
            let _ = stream.try_write(full.as_bytes());
        }
        return;
    };
    let limits = *connections.limits();
    let connection = Arc::clone(&place.connection);
    let own = Arc::clone(&connection);
    let (router, watcher) = (router.clone(), open.watcher());
    let peer = Peer { address: address.ip().to_canonical(), certificate: None, secure: tls.is_some() };
    let acceptor = tls.map(|tls| TlsAcceptor::from(tls.served()));
    if acceptor.is_some() {
        connection.shake_hands();
    }
    let task = tokio::spawn(async move {
        let Some(acceptor) = acceptor else {
            speak(stream, peer, &own, router, limits, watcher).await;
            drop(place);
            return;
        };
        if let Some((stream, peer)) = shake_hands(acceptor, stream, peer).await
            && own.agreed()
        {
            speak(stream, peer, &own, router, limits, watcher).await;
        }
        drop(place);
    });
    connection.served_by(task.abort_handle());
}

/// Agrees with a client on TLS, for as long as `connections.rs` allows.
async fn shake_hands(
    acceptor: TlsAcceptor,
    stream: TcpStream,
    peer: Peer,
) -> Option<(TlsStream<TcpStream>, Peer)> {
    match acceptor.accept(stream).await {
        Ok(stream) => {
            counter!("credence_tls_handshakes_total", "outcome" => "agreed").increment(1);
            let certificate = stream.get_ref().1.peer_certificates().and_then(<[_]>::first).map(fingerprint);
            Some((stream, Peer { certificate, ..peer }))
        }
        Err(error) => {
            counter!("credence_tls_handshakes_total", "outcome" => "failed").increment(1);
            tracing::debug!(%error, "a client did not agree on TLS");
            None
        }
    }
}

/// Speaks HTTP with a client until either ends it.
async fn speak<S: AsyncRead + AsyncWrite + Unpin + 'static>(
    stream: S,
    peer: Peer,
    connection: &Arc<Connection>,
    router: Router,
    limits: Limits,
    watcher: Watcher,
) {
    let served = http1::Builder::new()
        // Who keeps us waiting is looked after in one place (`connections.rs`), for heads too.
        .header_read_timeout(None)
        .max_headers(limits.headers_max)
        // A little more than the limit of a head: what is only a little too long gets a problem that says so; what is longer
        // gets the same status from the layer below.
        .max_buf_size(limits.header_bytes_max.saturating_add(4096).max(8192))
        .serve_connection(
            TokioIo::new(Watched { stream, connection: Arc::clone(connection) }),
            service_fn({
                let (connection, router) = (Arc::clone(connection), router);
                move |request| answer(request, peer, Arc::clone(&connection), router.clone())
            }),
        );
    if let Err(error) = watcher.watch(served).await {
        tracing::debug!(%error, "a connection ended early");
    }
}

async fn answer(
    request: Request<Incoming>,
    peer: Peer,
    connection: Arc<Connection>,
    router: Router,
) -> Result<hyper::Response<Leaving>, std::io::Error> {
    if !connection.serve() {
        return Err(std::io::Error::other("the connection made room for another"));
    }
    let arriving = Arc::clone(&connection);
    let mut request = request.map(|body| Body::new(Arriving { body, connection: arriving }));
    request.extensions_mut().insert(peer);
    let response = router.oneshot(request).await.unwrap_or_else(|never| match never {});
    connection.answer();
    Ok(response.map(|body| Leaving { body, connection }))
}

/// What a connection is told that cannot be let in.
fn full() -> String {
    let problem = Problem::new(ProblemKind::Overloaded);
    let document = serde_json::to_string(&problem.document(None, None)).unwrap_or_default();
    format!(
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: {PROBLEM_JSON}\r\nretry-after: {}\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n{document}",
        problem.retry_after_seconds.unwrap_or(1),
        document.len()
    )
}
