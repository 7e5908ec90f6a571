//! Wiring: configuration → services → listeners, and the way back down.
//!
//! May import everything. Must not decide anything.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::attempts::population::Population;
use crate::clock::Clock;
use crate::config::Config;
use crate::delivery::failover::FailoverChannel;
use crate::delivery::smtp::{SettingsError, SmtpChannel};
use crate::delivery::{Channel, DeliveryError, Message, Receipt};
use crate::entropy::Entropy;
use crate::factors::recovery::hashing::Hashing;
use crate::http::address::AddressSource;
use crate::http::assets::Assets;
use crate::http::backend::BackendState;
use crate::http::browser::BrowserState;
use crate::http::health::Equipment;
use crate::http::origin::Origins;
use crate::http::streams::Streams;
use crate::http::{backend, browser, listener};
use crate::jobs;
use crate::outbox::Bell;
use crate::seal::{Keys, KeysError};
use crate::services::{PlatformSettings, Services};
use crate::store::{self, StoreError};
use crate::tokens::{Signer, SignerError};
use crate::work::Brake;

/// Makes the runtime that the service runs on.
///
/// Answers of the store come from its own threads and so through the runtime's shared queue; asking that queue first
/// keeps late requests from waiting behind early ones (99th percentile of an assessment, 64 in flight, medians of five runs on
/// 2026-11-22: 7.4 ms against 9.1).
///
/// # Errors
/// What the operating system says.
pub fn make_runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().global_queue_interval(1).enable_all().build()
}

/// How long the service may take to stop once requests under way had their time of grace.
const JOBS_GRACE: Duration = Duration::from_secs(5);

/// Why the service did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// No keys come from the master secret.
    #[error("the master secret cannot be used: {0}")]
    Keys(#[from] KeysError),
    /// An address cannot be listened on.
    #[error("cannot listen on {address}: {cause}")]
    Listen {
        /// The address in the configuration.
        address: SocketAddr,
        /// The operating system's reason.
        cause: io::ErrorKind,
    },
    /// The mail channel cannot be made.
    #[error("the mail channel cannot be made: {0}")]
    Mail(#[from] SettingsError),
    /// A signing key cannot be used.
    #[error("the signing keys cannot be used: {0}")]
    Signer(#[from] SignerError),
    /// The store does not open.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A running service. Dropping it without [`Running::stop`] cuts everything under way.
#[derive(Debug)]
pub struct Running {
    browser: SocketAddr,
    backend: SocketAddr,
    services: Arc<Services>,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Running {
    /// Opens the store, makes the parts, listens.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn start(config: Config, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Result<Self, StartError> {
        let browser = listen(config.listen.browser).await?;
        let backend = listen(config.listen.backend).await?;
        let addresses = (address_of(&browser, config.listen.browser)?, address_of(&backend, config.listen.backend)?);
        let (assets, equipment) = equip(&config);
        let addresses_of_clients = AddressSource(config.trusted_hop.clone());
        let api_keys = config.api_keys.iter().cloned().collect();
        let services = Arc::new(wire(config, clock, entropy)?);

        let (stop, stopped) = watch::channel(false);
        let mut tasks = JoinSet::new();
        let state = BrowserState {
            services: Arc::clone(&services),
            origins: Origins::of(&services.platforms),
            addresses: addresses_of_clients,
            assets,
            streams: Streams::default(),
            stop: stopped.clone(),
            equipment,
        };
        tasks.spawn(listener::serve(browser, browser::router(Arc::new(state)), stopped.clone()));
        let state = BackendState { services: Arc::clone(&services), api_keys, equipment };
        tasks.spawn(listener::serve(backend, backend::router(Arc::new(state)), stopped.clone()));
        tasks.spawn(jobs::purge::run(Arc::clone(&services.store), Arc::clone(&services.clock), stopped.clone()));
        tasks.spawn(jobs::outbox::run(Arc::clone(&services), stopped));
        Ok(Self { browser: addresses.0, backend: addresses.1, services, stop, tasks })
    }

    /// Where the browser listener really listens.
    pub fn browser(&self) -> SocketAddr {
        self.browser
    }

    /// Where the backend listener really listens.
    pub fn backend(&self) -> SocketAddr {
        self.backend
    }

    /// Accepts nothing more, lets requests under way finish ([`listener::GRACE`] at most), then closes the store.
    pub async fn stop(mut self) {
        // nobody listening any more means that all tasks have ended
        let _ = self.stop.send(true);
        let ended = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(listener::GRACE + JOBS_GRACE, ended).await.is_err() {
            tracing::warn!("not everything ended within the time of grace");
        }
        // the last owner closes the store
        drop(self.services);
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|error| StartError::Listen { address, cause: error.kind() })
}

fn address_of(socket: &TcpListener, address: SocketAddr) -> Result<SocketAddr, StartError> {
    socket.local_addr().map_err(|error| StartError::Listen { address, cause: error.kind() })
}

/// The browser's files, and what is missing for the service to be ready. Calls are answered all the same.
fn equip(config: &Config) -> (Assets, Equipment) {
    let loaded = config.assets.as_deref().map(Assets::load);
    let (assets, complete) = match loaded {
        // somebody else serves them
        None => (Assets::default(), true),
        Some(Ok(assets)) => (assets, true),
        Some(Err(error)) => {
            tracing::warn!(assets.cause = %error, "the browser's files cannot be served: is the folder `assets` built?");
            (Assets::default(), false)
        }
    };
    let equipment = match (complete, config.mail.is_some()) {
        (true, true) => Equipment::Complete,
        (false, _) => Equipment::WithoutAssets,
        (true, false) => Equipment::WithoutMail,
    };
    if config.mail.is_none() {
        tracing::warn!("no mail channel is configured: nobody can confirm a device");
    }
    (assets, equipment)
}

fn wire(config: Config, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Result<Services, StartError> {
    let relay = |settings| SmtpChannel::new(settings, Arc::clone(&clock), Arc::clone(&entropy));
    let mail: Arc<dyn Channel> = match (config.mail, config.mail_fallback) {
        (Some(first), Some(second)) => {
            Arc::new(FailoverChannel::new(Arc::new(relay(first)?), Arc::new(relay(second)?)))
        }
        (Some(settings), None) => Arc::new(relay(settings)?),
        (None, _) => Arc::new(NoMail),
    };
    let external = config.external;
    let platforms = config.platforms.into_iter().map(|platform| {
        let own = external.iter().filter(|(name, _)| *name == platform.name);
        let settings = PlatformSettings {
            display_name: platform.display_name,
            origins: platform.origins,
            sends_per_hour: platform.sends_per_hour,
            answers_per_day: platform.answers_per_day,
            cookie_hold_s: platform.cookie_hold_s,
            factor_wait_s: platform.factor_wait_s,
            passkey_rp_id: platform.passkey_rp_id,
            external: own.map(|(_, method)| method.clone()).collect(),
            work: platform.work,
        };
        (platform.name, settings)
    });
    Ok(Services {
        store: store::open(&config.store)?,
        keys: Keys::derive(&config.secrets.master)?,
        signer: Signer::from_pkcs8(&config.secrets.signing_keys)?,
        clock,
        entropy,
        mail,
        population: Population::default(),
        platforms: platforms.collect(),
        issuer: config.issuer,
        epoch: config.epoch,
        bell: Bell::default(),
        brake: Brake::default(),
        hashing: Hashing::default(),
    })
}

/// Stands where no channel is configured, and says so to everyone who asks for a code.
#[derive(Debug)]
struct NoMail;

impl Channel for NoMail {
    fn deliver<'a>(
        &'a self,
        _: &'a Message,
    ) -> Pin<Box<dyn Future<Output = Result<Receipt, DeliveryError>> + Send + 'a>> {
        Box::pin(std::future::ready(Err(DeliveryError::Unavailable)))
    }
}
