//! The verifier of login-guard: decides whether a device may log in.
//!
//! One path leads from nonce to verdict: `attempts` opens the nonce, checks the proof, reads the account, asks the
//! `rules`, combines their findings by the `policy` and commits. `confirm` turns a challenge into a verdict token, `tokens`
//! redeems it. Everything below is a room with one job; arrows point from `http` and `app` downwards:
//!
//! ```text
//! main → app → http → attempts, confirm, tokens → rules, matching, policy   (pure)
//!                                               → seal                      (pure, keys)
//!                                               → work                      (who does how much)
//!                                               → store (traits)            ← memory, sqlite
//!                                               → delivery (trait)          ← smtp
//! ```

pub mod app;
pub mod approvals;
pub mod attempts;
pub mod clock;
pub mod config;
pub mod confirm;
pub mod delivery;
pub mod devices;
pub mod entropy;
pub mod factors;
pub mod freeze;
pub mod http;
pub mod jobs;
pub mod matching;
pub mod outbox;
pub mod policy;
pub mod problem;
pub mod rules;
pub mod seal;
pub mod secret;
pub mod services;
pub mod store;
#[cfg(any(test, feature = "danger-test-doubles"))]
pub mod testing;
pub mod tokens;
pub mod webauthn;
pub mod work;
