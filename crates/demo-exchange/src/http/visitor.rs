//! What the log-in needs to know of a request besides its form.

use std::net::SocketAddr;

use axum::http::HeaderMap;
use axum::http::header::USER_AGENT;

use super::cookies;
use crate::verifier::Client;

/// Longest user agent that is passed on, in bytes.
const USER_AGENT_BYTES: usize = 512;

/// The connection and the cookies of a request.
pub(super) struct Visitor<'a> {
    pub(super) peer: SocketAddr,
    pub(super) headers: &'a HeaderMap,
}

impl Visitor<'_> {
    pub(super) fn device_cookie(&self) -> Option<String> {
        cookies::find(self.headers, cookies::DEVICE).map(str::to_owned)
    }

    /// The address is the socket's: headers that name another one could be anybody's.
    pub(super) fn client(&self) -> Client {
        Client { address: self.peer.ip().to_canonical().to_string(), user_agent: None }
    }

    pub(super) fn client_with_agent(&self) -> Client {
        let agent = self.headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok());
        let agent = agent.filter(|agent| agent.len() <= USER_AGENT_BYTES);
        Client { user_agent: agent.map(str::to_owned), ..self.client() }
    }
}
