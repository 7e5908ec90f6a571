//! The back end that calls: its API key decides the platform.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use login_guard_protocol::Digest;
use login_guard_protocol::problem::ProblemCode;
use subtle::ConstantTimeEq;

use super::backend::BackendState;
use crate::attempts::caller::Caller;
use crate::config::{ApiKey, KeyScope};
use crate::problem::Problem;

/// The keys that are ours, by identifier.
#[derive(Clone, Debug, Default)]
pub struct ApiKeys(BTreeMap<String, ApiKey>);

impl FromIterator<ApiKey> for ApiKeys {
    fn from_iter<I: IntoIterator<Item = ApiKey>>(keys: I) -> Self {
        Self(keys.into_iter().map(|key| (key.id.clone(), key)).collect())
    }
}

impl ApiKeys {
    /// Checks `Authorization: Bearer ID.SECRET` (RFC 6750 section 2.1) for a scope.
    ///
    /// # Errors
    /// `api-key-missing`, `api-key-invalid` or `api-key-scope`.
    pub fn check(&self, headers: &HeaderMap, scope: KeyScope) -> Result<Caller, Problem> {
        let mut values = headers.get_all(AUTHORIZATION).iter();
        let value = match (values.next(), values.next()) {
            (Some(value), None) => value.to_str().map_err(|_| ProblemCode::ApiKeyInvalid)?,
            (None, _) => return Err(ProblemCode::ApiKeyMissing.into()),
            (Some(_), Some(_)) => return Err(ProblemCode::ApiKeyInvalid.into()),
        };
        let (scheme, credential) = value.split_once(' ').unwrap_or((value, ""));
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(ProblemCode::ApiKeyMissing.into());
        }
        let (id, secret) = credential.trim().split_once('.').ok_or(ProblemCode::ApiKeyInvalid)?;
        let key = self.0.get(id);
        // an unknown identifier costs the same digest and comparison as a wrong secret
        let expected = key.map_or(Digest::from_bytes([0; 32]), |key| key.secret_digest);
        let equal: bool = Digest::of(secret.as_bytes()).as_bytes().ct_eq(expected.as_bytes()).into();
        match key.filter(|_| equal) {
            None => Err(ProblemCode::ApiKeyInvalid.into()),
            Some(key) if !key.scopes.contains(&scope) => Err(ProblemCode::ApiKeyScope.into()),
            Some(key) => Ok(Caller { api_key: key.id.clone(), platform: key.platform.clone() }),
        }
    }
}

/// A call by a back end whose key has the scope `login`.
#[derive(Debug)]
pub struct LoginCaller(pub Caller);

impl FromRequestParts<Arc<BackendState>> for LoginCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<BackendState>) -> Result<Self, Problem> {
        state.api_keys.check(&parts.headers, KeyScope::Login).map(Self)
    }
}

/// A call by a back end whose key has the scope `confirm`.
#[derive(Debug)]
pub struct ConfirmCaller(pub Caller);

impl FromRequestParts<Arc<BackendState>> for ConfirmCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<BackendState>) -> Result<Self, Problem> {
        state.api_keys.check(&parts.headers, KeyScope::Confirm).map(Self)
    }
}

/// A call by a back end whose key has the scope `release`.
#[derive(Debug)]
pub struct ReleaseCaller(pub Caller);

impl FromRequestParts<Arc<BackendState>> for ReleaseCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<BackendState>) -> Result<Self, Problem> {
        state.api_keys.check(&parts.headers, KeyScope::Release).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;
    use login_guard_protocol::Platform;

    fn check(lines: &[&str]) -> Result<String, ProblemCode> {
        let key = |id: &str, scopes: &[KeyScope]| ApiKey {
            id: id.into(),
            platform: Platform::parse("acex").unwrap(),
            secret_digest: Digest::of(b"right"),
            scopes: scopes.to_vec(),
        };
        let keys: ApiKeys = [key("acex", &[KeyScope::Login]), key("idle", &[])].into_iter().collect();
        let headers = lines.iter().map(|line| (AUTHORIZATION, HeaderValue::from_str(line).unwrap())).collect();
        keys.check(&headers, KeyScope::Login).map(|caller| caller.api_key).map_err(|problem| problem.code)
    }

    #[test]
    fn right_key_names_its_caller() {
        assert_eq!(check(&["Bearer acex.right"]), Ok("acex".into()));
        assert_eq!(check(&["bearer acex.right"]), Ok("acex".into()));
    }

    #[test]
    fn every_other_key_is_refused() {
        for (lines, code) in [
            (&[][..], ProblemCode::ApiKeyMissing),
            (&["Basic acex.right"], ProblemCode::ApiKeyMissing),
            (&[""], ProblemCode::ApiKeyMissing),
            (&["Bearer"], ProblemCode::ApiKeyInvalid),
            (&["Bearer acex"], ProblemCode::ApiKeyInvalid),
            (&["Bearer acex."], ProblemCode::ApiKeyInvalid),
            (&["Bearer acex.wrong"], ProblemCode::ApiKeyInvalid),
            (&["Bearer ACEX.right"], ProblemCode::ApiKeyInvalid),
            (&["Bearer other.right"], ProblemCode::ApiKeyInvalid),
            (&["Bearer .right"], ProblemCode::ApiKeyInvalid),
            (&["Bearer acex.right.more"], ProblemCode::ApiKeyInvalid),
            (&["Bearer acex.right", "Bearer acex.right"], ProblemCode::ApiKeyInvalid),
            (&["Bearer idle.right"], ProblemCode::ApiKeyScope),
            (&["Bearer idle.wrong"], ProblemCode::ApiKeyInvalid),
        ] {
            assert_eq!(check(lines), Err(code), "{lines:?}");
        }
    }
}
