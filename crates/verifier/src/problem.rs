//! Errors on their way out (RFC 9457): a stable code, and nothing that tells an answer, an address or half of a login.

use login_guard_protocol::ParseError;
use login_guard_protocol::problem::ProblemCode;
use serde_json::{Map, Value};

use crate::entropy::EntropyError;
use crate::store::{CommitError, Refusal, StoreError};

/// A problem: what the caller is told. Causes that are ours are logged where they are handled, not told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The stable code; status and title follow from it.
    pub code: ProblemCode,
    /// A sentence about this occurrence, where it helps.
    pub detail: Option<String>,
    /// Further members of the body: `tries_left`, `reference`, `verdict`, `challenge` …
    pub members: Map<String, Value>,
}

impl Problem {
    /// A problem without further words.
    pub fn new(code: ProblemCode) -> Self {
        Self { code, detail: None, members: Map::new() }
    }

    /// Adds a sentence.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Adds a member.
    #[must_use]
    pub fn member(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    /// The body: `type`, `title`, `status`, `code`, `detail` and the further members.
    pub fn to_json(&self) -> Value {
        let mut body = Map::new();
        body.insert("type".into(), format!("urn:login-guard:problem:{}", self.code.code()).into());
        body.insert("title".into(), self.code.title().into());
        body.insert("status".into(), self.code.status().into());
        body.insert("code".into(), self.code.code().into());
        if let Some(detail) = &self.detail {
            body.insert("detail".into(), detail.as_str().into());
        }
        body.extend(self.members.clone());
        Value::Object(body)
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code.code())
    }
}

impl std::error::Error for Problem {}

impl From<ProblemCode> for Problem {
    fn from(code: ProblemCode) -> Self {
        Self::new(code)
    }
}

impl From<EntropyError> for Problem {
    fn from(error: EntropyError) -> Self {
        tracing::error!(error.kind = "entropy", "{error}");
        Self::new(ProblemCode::Internal)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Inconsistent { table, column } => {
                tracing::error!(store.table = table, store.column = column, "stored data makes no sense");
                Self::new(ProblemCode::Internal)
            }
            StoreError::Unavailable(cause) => {
                tracing::warn!(store.cause = cause, "the store is unavailable");
                Self::new(ProblemCode::StoreUnavailable)
            }
        }
    }
}

impl From<CommitError> for Problem {
    /// Refusals that a caller did not handle: contention that outlasted its patience.
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Store(error) => error.into(),
            CommitError::Refused(Refusal::Exhausted | Refusal::Spent | Refusal::Stale) => {
                Self::new(ProblemCode::StoreUnavailable)
            }
        }
    }
}

/// Why a step that commits stopped: what the caller is told, or a commit that may be tried again.
#[derive(Debug)]
pub enum Stop {
    /// The store refused or failed; a refusal as stale means: read again.
    Commit(CommitError),
    /// The caller is told.
    Problem(Problem),
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<ProblemCode> for Stop {
    fn from(code: ProblemCode) -> Self {
        Self::Problem(code.into())
    }
}

impl From<CommitError> for Stop {
    fn from(error: CommitError) -> Self {
        Self::Commit(error)
    }
}

impl From<Stop> for Problem {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Commit(error) => error.into(),
            Stop::Problem(problem) => problem,
        }
    }
}

impl From<ParseError> for Problem {
    /// A proof or field off the wire that is not of the documented form.
    fn from(error: ParseError) -> Self {
        Self::new(ProblemCode::ProofMalformed).detail(error.code())
    }
}
