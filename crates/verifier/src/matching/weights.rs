//! The table of weights: data, each row with its source.
//!
//! Rows that name `columns` are counted from labelled pairs: `cargo xtask eval pairs FILE --write-weights`. The others are published
//! figures and estimates, and say so.

use std::sync::LazyLock;

use login_guard_linkage::Likelihoods;
use serde::Deserialize;

/// The table, if it parses, which a test makes sure of. Without it nothing is known of any machine.
pub static WEIGHTS: LazyLock<Option<Weights>> =
    LazyLock::new(|| serde_json::from_str(include_str!("weights.json")).ok());

/// Everything that matching knows about components.
#[derive(Debug, Deserialize)]
pub struct Weights {
    /// How much all that is equal may outweigh, in bits.
    pub agreement_limit_bits: f64,
    /// How much a machine may have drifted by adopted changes until a confirmation enrols it anew, in bits.
    pub drift_limit_bits: f64,
    /// Sets that share this much of their members are nearly as before; 0 to 1.
    pub similar_from: f64,
    /// How much of the weight of what could be read may have timed out at enrolment; 0 to 1.
    pub timed_out_limit: f64,
    /// From here it is taken for another machine, in bits.
    pub threshold_bits: f64,
    /// What browsers draw anew in each session against fingerprinting.
    pub noise: Noise,
    /// Groups of components that one cause changes together.
    pub groups: Vec<Group>,
    /// One for each component and fact.
    pub rows: Vec<Row>,
}

/// Components that one cause changes together.
#[derive(Debug, Deserialize)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// The heaviest outcome counts in full, each lighter one by this share of the one before; 0 to 1.
    pub share: f64,
    /// What all outcomes together may weigh as long as each of them is excused, in bits.
    pub excused_limit_bits: f64,
    /// Whether adopted changes add to the drift.
    pub drifts: bool,
}

/// Components that browsers against fingerprinting draw anew in each session, all at once.
#[derive(Debug, Deserialize)]
pub struct Noise {
    /// Browsers that do so with [`Self::of_brands`] too: values of the fact `brand`, as enrolled.
    pub brands: Vec<String>,
    /// What any browser may draw anew, by itself or by an extension.
    pub components: Vec<String>,
    /// What those brands alone draw anew besides.
    pub of_brands: Vec<String>,
    /// What everything together may weigh as long as nothing else changed without an excuse, in bits.
    pub limit_bits: f64,
}

/// What is known of one component or fact.
#[derive(Debug, Deserialize)]
pub struct Row {
    /// The name in the evidence document.
    pub name: String,
    /// What carries it.
    pub kind: Kind,
    /// The group it is weighed in.
    pub group: String,
    /// How its changes are taken.
    pub change: Change,
    /// How likely it changes.
    pub changed: Chance,
    /// How likely it changes together with the browser's version.
    pub upgraded: Option<Chance>,
}

/// What carries a row's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A component.
    Component,
    /// A fact in clear.
    Fact,
    /// A fact that grows, and weighs when it falls.
    Version,
}

/// Classes of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// By an upgrade that the facts show; without one, like an implausible change.
    Expected,
    /// Another graphics processor, operating system or browser, or an older version.
    Implausible,
    /// By a trip, a monitor or a setting.
    Plausible,
}

/// The likelihoods of a change.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Chance {
    /// Given another machine.
    pub another: f64,
    /// Given the same machine.
    pub same: f64,
}

impl Chance {
    /// The weight of a change, in bits; never below 0, so that no change makes anything better.
    pub fn bits(self) -> f64 {
        self.likelihoods().bits().max(0.0)
    }

    /// How much no change outweighs, in bits, at least 0.
    pub fn agreement_bits(self) -> f64 {
        (-self.likelihoods().otherwise().bits()).max(0.0)
    }

    const fn likelihoods(self) -> Likelihoods {
        Likelihoods { another: self.another, same: self.same }
    }
}
