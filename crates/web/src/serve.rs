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
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt;

use crate::connections::{Arriving, Connection, Connections, LOOK_EVERY, Leaving, Watched};
use crate::options::Limits;
use crate::problem::{PROBLEM_JSON, Problem, ProblemKind};

/// Serves a router until `shutdown` is done, within the usual limits; see [`serve_within`].
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

/// Serves a router until `shutdown` is done. Then nobody new is let in, and what is open is finished: an act that was begun is
/// answered before the program stops, or until the limit for that is reached.
///
/// # Errors
/// None at present: an error of one connection ends that connection.
pub async fn serve_within(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    shutdown: impl Future<Output = ()>,
) -> std::io::Result<()> {
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
            Ok((stream, address)) => connect(stream, address, &connections, &open, &router, &full),
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
    full: &str,
) {
    // An answer goes out at once instead of waiting for more; a failure to say so costs only time.
    let _ = stream.set_nodelay(true);
    let Some(place) = connections.place(address) else {
        // Each place is being served. A fresh connection takes a short answer without waiting.
        let _ = stream.try_write(full.as_bytes());
        return;
    };
    let limits = connections.limits();
    let connection = Arc::clone(&place.connection);
    let served = http1::Builder::new()
        // Who keeps us waiting is looked after in one place (`connections.rs`), for heads too.
        .header_read_timeout(None)
        .max_headers(limits.headers_max)
        // A little more than the limit of a head: what is only a little too long gets a problem that says so; what is longer
        // gets the same status from the layer below.
        .max_buf_size(limits.header_bytes_max.saturating_add(4096).max(8192))
        .serve_connection(
            TokioIo::new(Watched { stream, connection: Arc::clone(&connection) }),
            service_fn({
                let (connection, router) = (Arc::clone(&connection), router.clone());
                move |request| answer(request, Arc::clone(&connection), router.clone())
            }),
        );
    let served = open.watch(served);
    let task = tokio::spawn(async move {
        if let Err(error) = served.await {
            tracing::debug!(%error, "a connection ended early");
        }
        drop(place);
    });
    connection.served_by(task.abort_handle());
}

async fn answer(
    request: Request<Incoming>,
    connection: Arc<Connection>,
    router: Router,
) -> Result<hyper::Response<Leaving>, std::io::Error> {
    if !connection.serve() {
        return Err(std::io::Error::other("the connection made room for another"));
    }
    let arriving = Arc::clone(&connection);
    let request = request.map(|body| Body::new(Arriving { body, connection: arriving }));
    let response = router.oneshot(request).await.unwrap_or_else(|never| match never {});
    connection.answer();
    Ok(response.map(|body| Leaving { body, connection }))
}

/// What a connection is told that cannot be let in.
fn full() -> String {
    let problem = Problem::new(ProblemKind::Overloaded);
    let document = serde_json::to_string(&problem.document(None)).unwrap_or_default();
    format!(
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: {PROBLEM_JSON}\r\nretry-after: {}\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n{document}",
        problem.retry_after_seconds.unwrap_or(1),
        document.len()
    )
}
