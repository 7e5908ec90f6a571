//! Calling the backend listener.

use std::fmt;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{Method, Request};
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use zeroize::Zeroizing;

use super::{
    Answer, Assess, Compare, Comparison, Decision, Open, Outcome, Redeem, Refusal, Unavailable, is_about_the_browser,
};

/// How long one call may take.
const TIME_LIMIT: Duration = Duration::from_secs(8);
/// Largest answer that is read, in bytes.
const ANSWER_BYTES: usize = 256 * 1024;

/// An answer that may be a problem.
trait Told: DeserializeOwned {
    /// The problem's code.
    fn code(&self) -> Option<&str>;
}

impl Told for Answer {
    fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }
}

impl Told for Value {
    fn code(&self) -> Option<&str> {
        self.get("code")?.as_str()
    }
}

/// The backend listener of the verifier.
pub struct Verifier {
    client: Client<HttpConnector, Full<Bytes>>,
    base: String,
    key: Zeroizing<String>,
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier").field("base", &self.base).finish_non_exhaustive()
    }
}

impl Verifier {
    /// Calls the listener at this address (`http://host:port`) with this API key (`ID.SECRET`).
    pub fn new(base: &str, key: &str) -> Self {
        let client = Client::builder(TokioExecutor::new()).build_http();
        let key = Zeroizing::new(key.trim().to_owned());
        Self { client, base: base.trim_end_matches('/').to_owned(), key }
    }

    /// Whether the password may be checked now: `Ok(None)` to go on, `Ok(Some(_))` when the request is refused.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn open(&self, attempt: &str, open: &Open) -> Result<Option<Refusal>, Unavailable> {
        let (status, answer): (_, Answer) = self.call(&format!("/v1/attempts/{attempt}/open"), open).await?;
        if status == 200 {
            return Ok(None);
        }
        match answer.decide(status)?.outcome {
            Outcome::Refused(refusal) => Ok(Some(refusal)),
            Outcome::Deny { .. } => Ok(Some(Refusal { status, code: "login-refused".to_owned() })),
            Outcome::Allow { .. } | Outcome::Challenge(_) => Err(Unavailable),
        }
    }

    /// The verdict on a log-in. Sent once more when no answer came: the same bytes get the same answer.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn assess(&self, attempt: &str, assess: &Assess) -> Result<Decision, Unavailable> {
        let path = format!("/v1/attempts/{attempt}/assess");
        let (status, answer): (_, Answer) = match self.call(&path, assess).await {
            Ok(answered) => answered,
            Err(Unavailable) => self.call(&path, assess).await?,
        };
        answer.decide(status)
    }

    /// Spends the verdict token of a confirmed log-in.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn redeem(&self, redeem: &Redeem) -> Result<Decision, Unavailable> {
        let (status, answer): (_, Answer) = self.call("/v1/verdicts/redeem", redeem).await?;
        answer.decide(status)
    }

    /// What changed on the device of a session. Sent once more when no answer came, as in [`Self::assess`].
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn compare(&self, compare: &Compare) -> Result<Comparison, Unavailable> {
        let path = "/v1/devices/compare";
        let (status, told): (_, Value) = match self.call(path, compare).await {
            Ok(answered) => answered,
            Err(Unavailable) => self.call(path, compare).await?,
        };
        let code = told.code().unwrap_or_default();
        match status {
            200 if told.is_object() => Ok(Comparison::Told(told)),
            400 | 403 | 404 | 409 | 410 | 429 if is_about_the_browser(code) => {
                Ok(Comparison::Refused(Refusal { status, code: code.to_owned() }))
            }
            _ => Err(Unavailable),
        }
    }

    /// What a page asks for in its owner's name; the answer is for the page, as it came.
    ///
    /// # Errors
    /// [`Unavailable`], also when the answer is about this back end and not about the page.
    pub async fn pass_on(&self, path: &str, body: &Value) -> Result<(u16, Value), Unavailable> {
        let (status, answer): (_, Value) = self.call(path, body).await?;
        let code = answer.code().unwrap_or_default();
        let is_ours = code.starts_with("api-key") || !answer.is_object();
        if is_ours { Err(Unavailable) } else { Ok((status, answer)) }
    }

    async fn call<T: Told>(&self, path: &str, body: &impl Serialize) -> Result<(u16, T), Unavailable> {
        let body = serde_json::to_vec(body).map_err(|_| Unavailable)?;
        // EXPOSE: the API key goes to the verifier's private listener, as the protocol asks
        let authorization = Zeroizing::new(format!("Bearer {}", self.key.as_str()));
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("{}{path}", self.base))
            .header(AUTHORIZATION, authorization.as_str())
            .header(CONTENT_TYPE, "application/json")
            .body(Full::new(Bytes::from(body)))
            .map_err(|_| Unavailable)?;
        let exchange = async {
            let response = self.client.request(request).await.map_err(|_| Unavailable)?;
            let status = response.status().as_u16();
            let body = Limited::new(response.into_body(), ANSWER_BYTES).collect().await.map_err(|_| Unavailable)?;
            let answer = serde_json::from_slice(&body.to_bytes()).map_err(|_| Unavailable)?;
            Ok((status, answer))
        };
        let answered: Result<(u16, T), Unavailable> =
            tokio::time::timeout(TIME_LIMIT, exchange).await.unwrap_or(Err(Unavailable));
        match &answered {
            Ok((status, answer)) if *status >= 500 || answer.code().is_some_and(|c| c.starts_with("api-key")) => {
                let code = answer.code().unwrap_or_default();
                tracing::warn!(verifier.status = status, verifier.code = code, "the verifier decided nothing");
            }
            Err(Unavailable) => tracing::warn!("the verifier gave no usable answer"),
            Ok(_) => {}
        }
        answered
    }
}
