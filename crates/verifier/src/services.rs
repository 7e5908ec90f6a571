//! Everything one request needs, wired together by `app`.

use std::collections::BTreeMap;
use std::sync::Arc;

use login_guard_protocol::Platform;

use crate::attempts::population::Population;
use crate::clock::Clock;
use crate::confirm::external::ExternalMethod;
use crate::delivery::Channel;
use crate::entropy::Entropy;
use crate::factors::recovery::hashing::Hashing;
use crate::outbox::Bell;
use crate::seal::Keys;
use crate::store::Store;
use crate::tokens::Signer;
use crate::work::{Brake, WorkSettings};

/// The parts that attempts, confirmations and tokens are made with.
#[derive(Debug)]
pub struct Services {
    /// Rows.
    pub store: Arc<dyn Store>,
    /// Keys that never touch the store.
    pub keys: Keys,
    /// Signs verdict tokens.
    pub signer: Signer,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Mail.
    pub mail: Arc<dyn Channel>,
    /// What this process remembers of populations.
    pub population: Population,
    /// Settings by platform.
    pub platforms: BTreeMap<Platform, PlatformSettings>,
    /// The issuer URL in verdict tokens.
    pub issuer: String,
    /// The restore epoch: raised by operators when a back-up is restored; everything sealed earlier dies.
    pub epoch: u32,
    /// Wakes whoever hands over messages that wait.
    pub bell: Bell,
    /// What is remembered about work.
    pub brake: Brake,
    /// Where recovery codes are hashed.
    pub hashing: Hashing,
}

/// What differs between platforms.
#[derive(Clone, Debug)]
pub struct PlatformSettings {
    /// The name people know, as mails show it.
    pub display_name: String,
    /// Origins whose pages may ask: `https://login.example`, `http://localhost:8080`, or `app:…`.
    pub origins: Vec<String>,
    /// Codes that one account may be sent within an hour from one network; a browser whose cookie is known has as many of its own.
    pub sends_per_hour: u32,
    /// Answers to codes that one account may give within a day from one network, right or wrong.
    pub answers_per_day: u32,
    /// Seconds after the issue of a cookie generation during which nothing is superseded (see `attempts::ratchet`).
    pub cookie_hold_s: u64,
    /// Seconds before a change of factors counts that no strong factor vouched for.
    pub factor_wait_s: u64,
    /// The host that passkeys are made for; none where the platform has none that could be.
    pub passkey_rp_id: Option<String>,
    /// The exchange's own factors that confirm a device.
    pub external: Vec<ExternalMethod>,
    /// What unknown devices have to do.
    pub work: WorkSettings,
}
