//! What is asked and answered, exactly as in docs/protocol.md. Unknown members are refused.

use std::net::IpAddr;

use login_guard_protocol::challenge::probe::DRAWING;
use login_guard_protocol::challenge::work::{Kind, Work};
use login_guard_protocol::{
    AccountId, AttemptId, DeviceId, KeyId, LoginName, ParseError, Platform, Purpose, ReferenceCode,
};
use serde::{Deserialize, Serialize};

use super::probes::Seeds;
use crate::clock::Timestamp;
use crate::factors::contacts::Pending;
use crate::rules::Finding;

/// `POST /login-guard/attempts`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BeginRequest {
    /// Protocol version.
    pub v: u32,
    /// What for.
    pub purpose: Purpose,
    /// The key that this browser holds for the typed name.
    #[serde(default)]
    pub device_key_id: Option<KeyId>,
    /// The one kind of work that this browser can do, where it was asked for another.
    #[serde(default)]
    pub work_kind: Option<Kind>,
}

/// Its answer.
#[derive(Clone, Debug, Serialize)]
pub struct BeginResponse {
    /// Protocol version.
    pub v: u32,
    /// The attempt.
    pub attempt: AttemptId,
    /// Sealed; to be signed.
    pub nonce: String,
    /// Seconds that the nonce lives.
    pub expires_in_s: u64,
    /// Seconds after which a page asks anew.
    pub renew_after_s: u64,
    /// The platform that the origin belongs to.
    pub platform: Platform,
    /// What the canvas probe is to draw.
    pub probe: ProbeRequest,
    /// Work before the login post; none of a known device.
    pub work: Option<Work>,
    /// What the module may spend.
    pub parameters: Parameters,
}

/// What the canvas probe is to draw.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ProbeRequest {
    /// The way in which seeds become pictures; a page that knows another one answers nothing.
    pub drawing: u32,
    /// First the one to be verified, then the one to be enrolled; whether any is, is not told.
    pub seeds: Seeds,
}

impl ProbeRequest {
    /// For these seeds, as they are drawn now.
    pub const fn of(seeds: Seeds) -> Self {
        Self { drawing: DRAWING, seeds }
    }
}

/// What the module may spend.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Parameters {
    /// Milliseconds for reading evidence; what is missing then is absent.
    pub evidence_budget_ms: u32,
    /// Milliseconds for the canvas probe of a device that may be known.
    pub probe_budget_ms: u32,
}

/// Where the client is, as the back end knows it.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// Its address.
    pub address: IpAddr,
    /// Its `User-Agent` header, for labels only.
    #[serde(default)]
    pub user_agent: Option<String>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Client(…)")
    }
}

/// `POST /v1/attempts/{attempt}/open`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenRequest {
    /// As typed.
    pub login_name: LoginName,
    /// The field `login-guard-proof`.
    pub proof: String,
    /// The value of `__Host-lg-device`.
    pub device_cookie: Option<String>,
    /// Where from.
    pub client: Client,
}

/// Its answer.
#[derive(Clone, Debug, Serialize)]
pub struct OpenResponse {
    /// The attempt.
    pub attempt: AttemptId,
    /// More work to do first; none is asked here.
    pub work: Option<Work>,
}

/// Whether the password was right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Password {
    /// It was.
    Right,
    /// It was not.
    Wrong,
}

/// `POST /v1/attempts/{attempt}/assess`.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssessRequest {
    /// Made anew for each login post that the back end receives, so that a browser's second post is not taken for its retry.
    pub request_id: RequestId,
    /// The stable account; none when the name belongs to nobody.
    pub account: Option<AccountId>,
    /// As typed.
    pub login_name: LoginName,
    /// Whether the password was right.
    pub password: Password,
    /// The field `login-guard-proof`.
    pub proof: String,
    /// The value of `__Host-lg-device`.
    pub device_cookie: Option<String>,
    /// Where from.
    pub client: Client,
    /// What the exchange has checked (RFC 8176).
    #[serde(default)]
    pub amr: Vec<String>,
    /// Language of mails: a BCP 47 tag.
    #[serde(default)]
    pub locale: Option<String>,
    /// How to reach the account holder.
    #[serde(default)]
    pub contacts: Contacts,
    /// The owner's anti-phishing phrase, shown in every mail.
    #[serde(default)]
    pub anti_phishing_phrase: Option<String>,
}

impl std::fmt::Debug for AssessRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AssessRequest(…)")
    }
}

/// 16 to 64 visible ASCII characters, random.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct RequestId(String);

impl TryFrom<String> for RequestId {
    type Error = ParseError;

    fn try_from(text: String) -> Result<Self, ParseError> {
        match text.len() {
            0..16 => Err(ParseError::Empty),
            16..=64 if text.bytes().all(|b| b.is_ascii_graphic()) => Ok(Self(text)),
            16..=64 => Err(ParseError::Character),
            _ => Err(ParseError::Length),
        }
    }
}

/// How to reach an account holder.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contacts {
    /// The mail address.
    #[serde(default)]
    pub mail: Option<String>,
}

/// The 200 of `assess` and `redeem`: make the session now.
#[derive(Clone, Debug, Serialize)]
pub struct AllowResponse {
    /// Always `allow`.
    pub verdict: login_guard_protocol::verdict::Verdict,
    /// The account.
    pub account: AccountId,
    /// The attempt.
    pub attempt: AttemptId,
    /// For support.
    pub reference: ReferenceCode,
    /// Why.
    pub findings: Vec<Finding>,
    /// What was checked: the exchange's own, then ours.
    pub amr: Vec<String>,
    /// Whether it rests on a phishable confirmation.
    pub probation: bool,
    /// The device; none for a browser that cannot keep a key.
    pub device: Option<DeviceSummary>,
    /// Whether value may move.
    pub value: ValueState,
    /// The contact that waits: codes and notices go to the pinned one until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_pending: Option<Pending>,
    /// To be copied into `Set-Cookie` headers.
    pub set_cookies: Vec<String>,
}

/// Whether an account's value may move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ValueState {
    /// It may not, until staff release it.
    Frozen,
    /// As far as devices are concerned.
    Open,
}

impl From<Option<Timestamp>> for ValueState {
    fn from(frozen_at: Option<Timestamp>) -> Self {
        if frozen_at.is_some() { Self::Frozen } else { Self::Open }
    }
}

/// The device that logged in.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct DeviceSummary {
    /// Its identifier.
    pub id: DeviceId,
    /// Its key: bind the session to it.
    pub key: KeyId,
    /// Whether it is on probation.
    pub probation: bool,
}

/// `POST /v1/devices/compare`.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompareRequest {
    /// The account that is logged in at the exchange.
    pub account: AccountId,
    /// The name that the proof was made under.
    pub login_name: LoginName,
    /// The field `login-guard-proof`, of purpose `session`.
    pub proof: String,
    /// The value of `__Host-lg-device`.
    pub device_cookie: Option<String>,
}

impl std::fmt::Debug for CompareRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CompareRequest(…)")
    }
}

/// Its answer: words only, no digests and no weights.
#[derive(Clone, Debug, Serialize)]
pub struct CompareResponse {
    /// The account.
    pub account: AccountId,
    /// The device.
    pub device: ComparedDevice,
    /// Whether a login would take it for the machine that was enrolled.
    pub same_machine: bool,
    /// Each component and fact, in the order of the table of weights.
    pub components: Vec<ComparedComponent>,
}

/// The device that was compared.
#[derive(Clone, Debug, Serialize)]
pub struct ComparedDevice {
    /// Its identifier.
    pub id: DeviceId,
    /// Its key.
    pub key: KeyId,
    /// Whether it is on probation.
    pub probation: bool,
    /// When it was enrolled, RFC 3339.
    pub enrolled_at: String,
}

/// What became of one component or fact.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ComparedComponent {
    /// Its name.
    pub component: &'static str,
    /// `component` or `fact`.
    pub kind: &'static str,
    /// `same`, `similar`, `expected`, `plausible`, `changed`, `gained`, `lost` or `unknown`.
    pub outcome: &'static str,
    /// How its changes are taken: `expected`, `plausible` or `implausible`.
    pub change: &'static str,
}
