//! Challenges that the browser solves by itself, unseen: one file for each kind.
//!
//! May import `boundary`, `canvas`, `evidence` (how an answer is written) and the protocol's canonical bytes; siblings never
//! import each other, and signals never import a challenge. Work is no challenge of this room: it runs without the module, in
//! `www`, so that browsers without WebAssembly do it too.
//!
//! To add one: `src/challenges/<kind>.rs` with one function from what the server asked to the answer, one line below, one
//! export, and its messages in `crates/protocol/src/challenge`.

pub mod probe;
