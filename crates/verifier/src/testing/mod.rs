//! A back end and a browser for tests and benches: they speak the protocol and keep what real ones keep.

mod approving;
mod authenticator;
mod browser;
mod confirming;
mod factors;
mod owning;
mod work;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use login_guard_protocol::{AccountId, Platform, Transcript};
use serde_json::{Value, json};

pub use authenticator::Authenticator;
pub use browser::{Browser, Renderer};
pub use factors::App;
pub use owning::passkey_options;
pub use work::{solve, solve_challenge, work_part};

use crate::attempts::{self, Caller, Reply};
use crate::clock::{Clock, ManualClock, Timestamp};
use crate::delivery::{Channel, DeliveryError, Message, Receipt};
use crate::entropy::SeededEntropy;
use crate::factors::recovery::hashing::Hashing;
use crate::outbox::Bell;
use crate::problem::Problem;
use crate::seal::Keys;
use crate::secret::Secret;
use crate::services::{PlatformSettings, Services};
use crate::store::{Store, memory::MemoryStore};
use crate::tokens::{Signer, make_signing_key};
use crate::work::{Brake, WorkSettings};

/// The origin of every page here.
pub const ORIGIN: &str = "https://login.acex.example";

/// Components that describe the machine and seldom change in everyday life.
pub const STEADY: &[&str] = &["audio", "canvas", "fonts", "hardware", "platform", "webgl"];

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Keeps what is delivered.
#[derive(Debug, Default)]
pub struct CollectingChannel {
    messages: Mutex<Vec<Message>>,
    failure: Mutex<Option<DeliveryError>>,
}

impl CollectingChannel {
    /// The newest message.
    pub fn newest(&self) -> Option<Message> {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner).last().cloned()
    }

    /// The newest message, once what was handed over beside a reply has arrived.
    pub async fn newest_after_yield(&self) -> Option<Message> {
        for _ in 0..8 {
            tokio::task::yield_now().await;
        }
        self.newest()
    }

    /// The subjects of all that were delivered.
    pub fn subjects(&self) -> Vec<String> {
        let messages = self.messages.lock().unwrap_or_else(PoisonError::into_inner);
        messages.iter().map(|message| message.subject.clone()).collect()
    }

    /// How many were delivered.
    pub fn count(&self) -> usize {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Fails from now on, or stops failing.
    pub fn fail_with(&self, failure: Option<DeliveryError>) {
        *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = failure;
    }

    /// The code in the newest message.
    pub fn newest_code(&self) -> Option<String> {
        let text = self.newest()?.text;
        text.split_whitespace()
            .find(|word| word.len() == 8 && word.bytes().all(|b| b.is_ascii_digit()))
            .map(str::to_owned)
    }
}

impl Channel for CollectingChannel {
    fn deliver<'a>(
        &'a self,
        message: &'a Message,
    ) -> std::pin::Pin<Box<dyn Future<Output = Result<Receipt, DeliveryError>> + Send + 'a>> {
        Box::pin(async move {
            if let Some(failure) = *self.failure.lock().unwrap_or_else(PoisonError::into_inner) {
                return Err(failure);
            }
            self.messages.lock().unwrap_or_else(PoisonError::into_inner).push(message.clone());
            Ok(Receipt)
        })
    }
}

/// Services for one platform, `acex`, with a clock that moves when told.
#[derive(Debug)]
pub struct Bench {
    /// The services.
    pub services: Services,
    /// The clock.
    pub clock: Arc<ManualClock>,
    /// The mails.
    pub mail: Arc<CollectingChannel>,
    /// The platform.
    pub platform: Platform,
}

impl Bench {
    /// Wires services over a store.
    ///
    /// # Errors
    /// Whatever a part cannot be made for.
    pub fn over(store: Arc<dyn Store>) -> Result<Self, Failure> {
        let platform = Platform::parse("acex")?;
        let clock = Arc::new(ManualClock::starting_at(Timestamp::from_millis(1_795_356_180_000)));
        let mail = Arc::new(CollectingChannel::default());
        let settings = PlatformSettings {
            display_name: "Acex".into(),
            origins: vec![ORIGIN.into(), "https://www.acex.example".into()],
            sends_per_hour: 3,
            answers_per_day: 20,
            cookie_hold_s: 60,
            factor_wait_s: 259_200,
            passkey_rp_id: Some("acex.example".into()),
            external: Vec::new(),
            work: WorkSettings::default(),
        };
        let (told, collected): (Arc<dyn Clock>, Arc<dyn Channel>) = (clock.clone(), mail.clone());
        let services = Services {
            store,
            keys: Keys::derive(&Secret::new((0..32).collect()))?,
            signer: Signer::from_pkcs8(&[make_signing_key()?])?,
            clock: told,
            entropy: Arc::new(SeededEntropy::new(7)),
            mail: collected,
            population: attempts::population::Population::default(),
            platforms: BTreeMap::from([(platform.clone(), settings)]),
            issuer: "https://verifier.acex.example".into(),
            epoch: 1,
            bell: Bell::default(),
            brake: Brake::default(),
            hashing: Hashing::default(),
        };
        Ok(Self { services, clock, mail, platform })
    }

    /// Wires services over a store in memory.
    ///
    /// # Errors
    /// As [`Self::over`].
    pub fn in_memory() -> Result<Self, Failure> {
        Self::over(Arc::new(MemoryStore::default()))
    }

    /// The back end of the platform.
    pub fn caller(&self) -> Caller {
        Caller { api_key: "exchange".into(), platform: self.platform.clone() }
    }

    /// The body of an assessment with a right password.
    pub fn assess_body(&self, browser: &Browser, account: Option<&str>, name: &str, field: &str) -> Value {
        json!({
            "request_id": "a-request-of-a-test", "account": account, "login_name": name, "password": if account.is_some() { "right" } else { "wrong" },
            "proof": field, "device_cookie": browser.cookie, "client": { "address": browser.address, "user_agent": "Firefox/153 Linux" },
            "amr": ["pwd"], "contacts": { "mail": "alice@mail.example" }, "anti_phishing_phrase": "blue heron",
        })
    }

    /// Calls `assess` as the HTTP room does.
    ///
    /// # Errors
    /// As [`attempts::assess`].
    pub async fn assess(&self, attempt: login_guard_protocol::AttemptId, body: &Value) -> Result<Reply, Problem> {
        let bytes = body.to_string();
        let digest = Transcript::new("login-guard/request/v1").part(attempt.as_bytes()).part(bytes.as_bytes()).digest();
        let request = serde_json::from_str(&bytes).map_err(|error| {
            Problem::new(login_guard_protocol::problem::ProblemCode::BodyInvalid).detail(error.to_string())
        })?;
        attempts::assess(&self.services, &self.caller(), attempt, request, digest).await
    }

    /// The body of a comparison.
    pub fn compare_body(&self, browser: &Browser, account: &str, name: &str, field: &str) -> Value {
        json!({ "account": account, "login_name": name, "proof": field, "device_cookie": browser.cookie })
    }

    /// Calls `compare` as the HTTP room does.
    ///
    /// # Errors
    /// As [`attempts::compare`].
    pub async fn compare(&self, body: &Value) -> Result<Reply, Problem> {
        let bytes = body.to_string();
        let digest = Transcript::new("login-guard/compare-request/v1").part(bytes.as_bytes()).digest();
        let request = serde_json::from_str(&bytes).map_err(|error| {
            Problem::new(login_guard_protocol::problem::ProblemCode::BodyInvalid).detail(error.to_string())
        })?;
        attempts::compare(&self.services, &self.caller(), request, digest).await
    }
}

/// The account that most tests use.
///
/// # Errors
/// Never, for this name.
pub fn account(name: &str) -> Result<AccountId, Failure> {
    Ok(AccountId::parse(name)?)
}
