//! `healthz`: the process lives. `readyz`: it can do its work.

use axum::http::StatusCode;
use login_guard_protocol::problem::ProblemCode;
use serde_json::{Value, json};

use super::json::Answer;
use crate::problem::Problem;
use crate::store::Store;

/// What the service was started with, as far as being ready depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Equipment {
    /// Everything is there.
    Complete,
    /// The browser's files were not found: pages cannot load the guard.
    WithoutAssets,
    /// No mail channel: nobody can confirm a device.
    WithoutMail,
}

/// 200 as long as the process answers.
pub async fn live() -> Answer<Value> {
    Answer(StatusCode::OK, json!({ "status": "live" }))
}

/// 200 when the store answers and everything that logins need is there.
///
/// # Errors
/// `not-ready`, with what is missing; `store-unavailable`.
pub async fn ready(store: &dyn Store, equipment: Equipment) -> Result<Answer<Value>, Problem> {
    let missing = match equipment {
        Equipment::Complete => None,
        Equipment::WithoutAssets => Some("the browser's files are missing"),
        Equipment::WithoutMail => Some("no mail channel is configured"),
    };
    if let Some(missing) = missing {
        return Err(Problem::new(ProblemCode::NotReady).detail(missing));
    }
    store.ping().await?;
    Ok(Answer(StatusCode::OK, json!({ "status": "ready" })))
}
