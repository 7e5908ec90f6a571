//! The back end of Tarnwick, a fictional exchange that guards its log-in with login-guard.
//!
//! It speaks with the verifier over the documented HTTP API alone (`docs/protocol.md`) and shares no code with it, so it
//! is also the example for integrators: `http/login.rs` and `http/login_json.rs` are the whole of what a back end does.
//!
//! Room: `verifier` calls the back-end listener and `proxy` passes `/login-guard/` on to the browser listener;
//! `password` checks passwords; `store` keeps accounts, sessions and mails; `pages` makes HTML; `http` holds one file
//! per group of endpoints and the router. To add a page: a template in `pages`, a handler in `http`, a line in its table.

pub mod app;
pub mod assets;
pub mod entropy;
pub mod http;
pub mod options;
pub mod pages;
pub mod password;
pub mod proxy;
pub mod store;
pub mod verifier;

/// The password of the demo's accounts, unless another one is given when the program starts.
pub const DEMO_PASSWORD: &str = "quiet water runs deep";
