//! Serving: the loop that accepts connections, and its end.

use std::future::Future;
use std::sync::Arc;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::options::Limits;

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
    let connections = Arc::new(Semaphore::new(limits.connections_max));
    let open = GracefulShutdown::new();
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        // The place is taken before the connection: who comes when all are taken waits in the system's queue.
        let next = async {
            let place = Arc::clone(&connections).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, stream) = tokio::select! {
            () = &mut shutdown => break,
            next = next => match next {
                (Ok(place), Ok((stream, _))) => (place, stream),
                (Err(_), _) => break,
                (_, Err(error)) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    // Out of file handles, most likely: give the open connections time to end.
                    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                    continue;
                }
            },
        };
        // An answer goes out at once instead of waiting for more; a failure to say so costs only time.
        let _ = stream.set_nodelay(true);
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.header_read_max)
            // Twice the limit of a head: what is only a little too long is answered with a problem, not cut off.
            .max_buf_size((limits.header_bytes_max * 2).max(64 * 1024))
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router.clone()));
        let connection = open.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(limits.shutdown_max, open.shutdown()).await.is_err() {
        tracing::warn!("connections were still open and were closed");
    }
    Ok(())
}
