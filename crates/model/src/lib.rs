//! A model of what DESIGN calls invariants 1, 2, 4, 8 and 10, and a replay of its paths against the real verifier.
//!
//! `tests/model/world.rs` is explored exhaustively: an owner with one browser, a thief who copies its profile at any moment, and a network that
//! drops, repeats and reorders requests and replies. Its ratchet is the verifier's own code; everything else is as little as
//! the invariants need. `tests/model/replay.rs` takes paths through the model and walks them through the verifier with real keys, proofs
//! and codes: whatever the model says must happen there too, so that the model cannot drift away from the code.
//!
//! The package has tests only, so that the verifier's doubles are built for nothing else.
