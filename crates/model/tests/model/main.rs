//! Model and replay; what they are for stands in the package's own documentation.

mod exhaustive;
mod replay;
mod replayed;
mod world;

/// Why a replay ended.
type Failure = Box<dyn std::error::Error + Send + Sync>;
