//! Record linkage after Fellegi and Sunter, "A Theory for Record Linkage", Journal of the American Statistical Association 64 (1969).
//!
//! Two records are compared attribute by attribute. Each outcome of a comparison has two likelihoods, given that both records
//! are of the same machine and given that they are of two; the logarithm of their ratio is its *weight*, and weights of
//! independent attributes add up. Attributes that depend on each other form a *group* with one table of joint outcomes, so that one
//! cause is not counted twice.
//!
//! Pure arithmetic: imports nothing. The verifier weighs evidence with it, the developer commands fit and score it on labelled pairs.

mod model;

pub use model::Model;

#[cfg(test)]
mod tests;

/// Which kind a pair of records is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Truth {
    /// Of two machines.
    Another,
    /// Of one machine.
    Same,
}

/// How likely one outcome is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Likelihoods {
    /// Given another machine; above 0, at most 1.
    pub another: f64,
    /// Given the same machine; above 0, at most 1.
    pub same: f64,
}

impl Likelihoods {
    /// The weight in bits: above 0 when the outcome speaks for another machine; 1 bit doubles the odds.
    pub fn bits(self) -> f64 {
        (self.another / self.same).log2()
    }

    /// The likelihoods of everything but this outcome.
    #[must_use]
    pub fn otherwise(self) -> Self {
        Self { another: 1.0 - self.another, same: 1.0 - self.same }
    }
}

/// How often something was seen, by kind of pair.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tally {
    another: f64,
    same: f64,
}

impl Tally {
    /// Counts one pair.
    pub fn count(&mut self, truth: Truth) {
        match truth {
            Truth::Another => self.another += 1.0,
            Truth::Same => self.same += 1.0,
        }
    }

    /// How many pairs of one kind were counted.
    pub const fn of(&self, truth: Truth) -> f64 {
        match truth {
            Truth::Another => self.another,
            Truth::Same => self.same,
        }
    }

    /// The share of `whole`, after adding `prior` observations of which the shares `expected` have this outcome. What was never
    /// seen stays possible.
    pub fn share(&self, whole: &Self, prior: f64, expected: Likelihoods) -> Likelihoods {
        Likelihoods {
            another: (self.another + prior * expected.another) / (whole.another + prior),
            same: (self.same + prior * expected.same) / (whole.same + prior),
        }
    }
}
