//! HTTP: requests in, answers out. One file per endpoint, the pieces that they share here.
//!
//! May import: `attempts`, `confirm`, `tokens` for the calls behind the endpoints, `services`, `problem`, the protocol
//! crate. Must not decide anything: no rules, no SQL, no keys.
//!
//! | Piece | File | Owns |
//! |---|---|---|
//! | routers | `browser/mod.rs`, `backend/mod.rs` | the tables of endpoints |
//! | listener | `listener.rs` | connections, limits on headers, graceful end |
//! | layers | `layers.rs` | what goes around every request: log line, time-out, panics, security headers |
//! | body | `json.rs` | content type, size, version, shape |
//! | page | `origin.rs`, `address.rs`, `cookie.rs` | who asks at the browser listener |
//! | streams | `streams.rs` | how many pages listen at once |
//! | caller | `api_key.rs` | who asks at the backend listener |
//! | problem | `problem.rs` | errors on their way out |
//! | health, keys, assets | `health.rs`, `jwks.rs`, `assets.rs` | what both listeners answer; the browser's files |
//!
//! To add an endpoint: one file with its handler, one line in its listener's table, a row in docs/protocol.md, lines
//! in the table of bad input (`tests/http/bad_input.rs`).

pub mod address;
pub mod api_key;
pub mod assets;
pub mod attempt;
pub mod backend;
pub mod browser;
pub mod cookie;
pub mod health;
pub mod json;
pub mod jwks;
pub mod layers;
pub mod listener;
pub mod origin;
pub mod problem;
pub mod streams;
