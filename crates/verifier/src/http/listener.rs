//! Connections of one listener: HTTP/1.1 with limits, until the service stops.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tower::ServiceExt;

use super::address::Peer;

/// Connections at once; others wait in the listen queue. Each costs about 10 kB.
const CONNECTIONS: usize = 4096;
/// Start line and headers together, in bytes: a browser's cookies (4 KiB each) fit, floods do not.
const HEADER_BYTES: usize = 16 * 1024;
/// Header lines. Browsers behind two proxies send about 30.
const HEADER_LINES: usize = 64;
/// How long a request's headers may take, and how long a connection may wait for its next request. Longer than the
/// minute that common reverse proxies keep idle connections, so that it is they who close.
const HEADER_PATIENCE: Duration = Duration::from_secs(65);
/// How long requests under way may take once the service stops.
pub const GRACE: Duration = Duration::from_secs(10);
/// Pause after the operating system refused a connection (out of descriptors, mostly).
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves until `stop` turns true, then lets requests under way finish, [`GRACE`] at most.
pub async fn serve(socket: TcpListener, router: Router, mut stop: watch::Receiver<bool>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            () = stopped(&mut stop) => break,
            accepted = accept(&socket, &places) => accepted,
        };
        match accepted {
            Ok((stream, peer, place)) => {
                let connection = converse(stream, Peer(peer), router.clone(), stop.clone());
                connections.spawn(async move {
                    connection.await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(listener.cause = %error.kind(), "a connection was not accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
        while connections.try_join_next().is_some() {}
    }
    drop(socket);
    let drained = tokio::time::timeout(GRACE, async { while connections.join_next().await.is_some() {} }).await;
    if drained.is_err() {
        tracing::warn!(listener.cut = connections.len(), "connections were cut after the time of grace");
    }
}

/// The next connection, once there is a place for it.
async fn accept(
    socket: &TcpListener,
    places: &Arc<Semaphore>,
) -> io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    // the semaphore is never closed; if it were, nothing more would be accepted
    let place = Arc::clone(places).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, peer) = socket.accept().await?;
    Ok((stream, peer, place))
}

async fn converse(stream: TcpStream, peer: Peer, router: Router, mut stop: watch::Receiver<bool>) {
    // answers are small and somebody waits for each; a refusal costs some milliseconds and nothing else
    let _ = stream.set_nodelay(true);
    let service = router.map_request(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer);
        request.map(Body::new)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_PATIENCE)
        .max_headers(HEADER_LINES)
        .max_header_size(HEADER_BYTES)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
    let mut connection = std::pin::pin!(connection);
    // a connection that breaks off is ordinary; there is nobody to tell
    tokio::select! {
        _ = connection.as_mut() => {}
        () = stopped(&mut stop) => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}

/// Returns once the service stops; nobody left who could say so counts as that.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stopped| *stopped).await;
}
