//! `/login-guard/manifest.json`: the integrity of the scripts that pages include.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use axum::body::Body;
use axum::http::Request;
use http_body_util::{BodyExt, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use login_guard_smtp_inbox::Clock;
use serde_json::Value;

use super::Unavailable;

/// How long a manifest is taken as current; a new release of the verifier shows in pages after it.
const FRESH: Duration = Duration::from_secs(5);
/// How long one request may take.
const TIME_LIMIT: Duration = Duration::from_secs(4);
/// Largest manifest that is read, in bytes.
const MANIFEST_BYTES: usize = 64 * 1024;

/// The manifest, read when a page needs it.
pub struct Manifest {
    client: Client<HttpConnector, Body>,
    address: String,
    clock: Arc<dyn Clock>,
    last: Mutex<Option<(SystemTime, Value)>>,
}

impl Manifest {
    /// Reads the manifest of the browser listener at this address.
    pub fn new(client: Client<HttpConnector, Body>, base: &str, clock: Arc<dyn Clock>) -> Self {
        let address = format!("{}/login-guard/manifest.json", base.trim_end_matches('/'));
        Self { client, address, clock, last: Mutex::default() }
    }

    /// The `integrity` attribute of `guard.js`.
    ///
    /// # Errors
    /// [`Unavailable`] when there is no fresh one: a page without it would run whatever is served.
    pub async fn integrity(&self) -> Result<String, Unavailable> {
        self.integrity_of("guard.js").await?.ok_or(Unavailable)
    }

    /// The `integrity` attribute of a file; none when this release of the verifier does not have it.
    ///
    /// # Errors
    /// [`Unavailable`], as in [`Self::integrity`].
    pub async fn integrity_of(&self, file: &str) -> Result<Option<String>, Unavailable> {
        let now = self.clock.now();
        if let Some((at, manifest)) = &*self.last.lock().unwrap_or_else(PoisonError::into_inner)
            && now.duration_since(*at).is_ok_and(|age| age < FRESH)
        {
            return Ok(find_integrity(manifest, file));
        }
        let manifest = tokio::time::timeout(TIME_LIMIT, self.read()).await.unwrap_or(Err(Unavailable))?;
        let integrity = find_integrity(&manifest, file);
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, manifest));
        Ok(integrity)
    }

    async fn read(&self) -> Result<Value, Unavailable> {
        let request = Request::get(&self.address).body(Body::empty()).map_err(|_| Unavailable)?;
        let response = self.client.request(request).await.map_err(|_| Unavailable)?;
        if !response.status().is_success() {
            return Err(Unavailable);
        }
        let body = Limited::new(response.into_body(), MANIFEST_BYTES).collect().await.map_err(|_| Unavailable)?;
        serde_json::from_slice(&body.to_bytes()).map_err(|_| Unavailable)
    }
}

/// The integrity of one of the manifest's files, `{"guard.js":{"integrity":"sha384-…"}}` (Subresource Integrity,
/// section 3.1). Anything else is no manifest: an attribute that browsers ignore would guard nothing.
fn find_integrity(manifest: &Value, file: &str) -> Option<String> {
    let integrity = manifest.get(file)?.get("integrity")?.as_str()?;
    let shaped = ["sha256-", "sha384-", "sha512-"].iter().any(|kind| integrity.starts_with(kind));
    shaped.then(|| integrity.to_owned())
}
