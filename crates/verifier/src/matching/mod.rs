//! Matching: is this the machine whose evidence was enrolled?
//!
//! Pure: may import the protocol and linkage crates only. Record linkage after Fellegi and Sunter: each component's outcome weighs as
//! much as it is likelier on another machine than on the same one (bits); components that one cause changes are weighed
//! together. Never one hash over everything, so that one change stays one change. Equal evidence can be copied and therefore outweighs
//! next to nothing. docs/architecture.md tells the reasons, docs/decisions/0007 what was measured.
//!
//! To add a component: one row in `weights.json` (name, group, class of change, likelihoods, source). A name without a row weighs
//! nothing.

mod comparison;
mod completion;
mod drift;
mod listing;
mod outcome;
pub mod population;
mod traces;
mod weights;

#[cfg(test)]
mod tests;

pub use comparison::{Comparison, Weighed, compare, compare_within};
pub use completion::complete;
pub use drift::{adopt, adopt_within};
pub use listing::{Listed, list};
pub use outcome::{Outcome, is_upgrade};
pub use traces::{Trace, Traces, trace};
pub use weights::{Change, Kind};
