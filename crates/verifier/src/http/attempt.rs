//! The attempt in a path.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use login_guard_protocol::AttemptId;
use login_guard_protocol::problem::ProblemCode;

use crate::problem::Problem;

/// `{attempt}` of a path. What cannot be an attempt is an unknown one.
#[derive(Clone, Copy, Debug)]
pub struct PathAttempt(pub AttemptId);

impl<S: Send + Sync> FromRequestParts<S> for PathAttempt {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let unknown = || Problem::new(ProblemCode::AttemptUnknown);
        let Path(text) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| unknown())?;
        AttemptId::parse(&text).map(Self).map_err(|_| unknown())
    }
}
