//! Listening, and one task per client.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;

use crate::conversation::{self, Ending, Session};
use crate::{Behaviour, Clock, Mailbox, Settings};

/// Clients served at once; others wait in the listen queue.
const CLIENTS: usize = 64;

/// What every conversation shares.
pub(crate) struct Shared {
    pub(crate) settings: Settings,
    pub(crate) behaviour: watch::Sender<Behaviour>,
    pub(crate) mailbox: Arc<dyn Mailbox>,
    pub(crate) clock: Arc<dyn Clock>,
}

/// A running server. Dropping it ends it and all its conversations.
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

impl Server {
    /// Starts to listen; port 0 takes a free one.
    ///
    /// # Errors
    /// The operating system's, when the address cannot be bound.
    pub async fn start(
        address: SocketAddr,
        settings: Settings,
        mailbox: Arc<dyn Mailbox>,
        clock: Arc<dyn Clock>,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared { settings, behaviour: watch::Sender::default(), mailbox, clock });
        let accepting = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Ok(Self { address, shared, accepting })
    }

    /// The address that clients connect to.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Changes how clients are treated from the next step on.
    pub fn behave(&self, behaviour: Behaviour) {
        self.shared.behaviour.send_replace(behaviour);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // the conversations belong to the accepting task and end with it
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let places = Arc::new(Semaphore::new(CLIENTS));
    let mut conversations = JoinSet::new();
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        tokio::select! {
            accepted = listener.accept() => {
                // an error here belongs to one client that gave up early (accept(2)); the place is given back
                let Ok((stream, _)) = accepted else { continue };
                let shared = Arc::clone(&shared);
                conversations.spawn(async move {
                    // a client that breaks off is ordinary; there is nobody to tell
                    let _: io::Result<()> = serve(stream, &shared).await;
                    drop(place);
                });
            }
            // finished conversations are collected as they end
            Some(_) = conversations.join_next() => {}
        }
    }
}

async fn serve(stream: TcpStream, shared: &Shared) -> io::Result<()> {
    let Ending::StartTls(stream) = conversation::hold(stream, Session::greeted(), shared).await? else {
        return Ok(());
    };
    let Some(tls) = shared.settings.tls.clone() else { return Ok(()) };
    let handshake = TlsAcceptor::from(tls).accept(stream);
    let stream = tokio::time::timeout(shared.settings.idle_limit, handshake).await??;
    conversation::hold(stream, Session::secured(), shared).await.map(drop)
}
