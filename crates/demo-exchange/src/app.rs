//! The parts of a running exchange.

use std::sync::Arc;

use axum::body::Body;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use login_guard_smtp_inbox::Clock;

use crate::assets::Assets;
use crate::entropy::Entropy;
use crate::http::origins::Origins;
use crate::password::{HashError, Passwords};
use crate::proxy::Proxy;
use crate::store::Store;
use crate::verifier::{Manifest, Verifier};

/// What every request may use.
pub struct App {
    /// The pages' files.
    pub assets: Assets,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// The integrity of the guard script.
    pub manifest: Manifest,
    /// Where these pages are at home.
    pub origins: Origins,
    /// The password check.
    pub passwords: Passwords,
    /// The way to the verifier's browser listener.
    pub proxy: Proxy,
    /// Accounts, sessions, mails.
    pub store: Store,
    /// The verifier's backend listener.
    pub verifier: Verifier,
}

/// Where the verifier is, and what it knows us by.
pub struct VerifierAddress<'a> {
    /// The backend listener, `http://host:port`.
    pub backend: &'a str,
    /// The browser listener, `http://host:port`.
    pub browser: &'a str,
    /// The API key, `ID.SECRET`.
    pub key: &'a str,
}

impl App {
    /// Puts the parts together.
    ///
    /// # Errors
    /// [`HashError`] when the decoy for unknown names cannot be made.
    pub fn new(
        verifier: &VerifierAddress<'_>,
        store: Store,
        assets: Assets,
        origins: Origins,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, HashError> {
        let client: Client<_, Body> = Client::builder(TokioExecutor::new()).build_http();
        Ok(Self {
            assets,
            manifest: Manifest::new(client.clone(), verifier.browser, Arc::clone(&clock)),
            origins,
            passwords: Passwords::new(&*entropy)?,
            proxy: Proxy::new(client, verifier.browser),
            store,
            verifier: Verifier::new(verifier.backend, verifier.key),
            clock,
            entropy,
        })
    }
}
