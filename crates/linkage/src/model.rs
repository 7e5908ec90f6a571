//! A model fitted on labelled pairs: one table of joint outcomes for each group of attributes.

use std::collections::BTreeMap;

use crate::{Likelihoods, Tally, Truth};

/// Weights of every group's outcomes, fitted on pairs.
#[derive(Clone, Debug)]
pub struct Model {
    groups: Vec<Group>,
}

/// Attributes that depend on each other.
#[derive(Clone, Debug)]
struct Group {
    members: Vec<Member>,
    joint: BTreeMap<Vec<u8>, Tally>,
    whole: Tally,
}

/// One attribute by itself: how often each level of agreement was seen.
#[derive(Clone, Debug)]
struct Member {
    attribute: usize,
    levels: Vec<Tally>,
}

impl Model {
    /// Fits weights. `levels` has the number of levels of agreement of each attribute, `groups` the attributes of each group by
    /// index, and each pair one level for each attribute, level 0 being equality.
    pub fn fit<'a>(levels: &[u8], groups: &[&[usize]], pairs: impl Iterator<Item = (Truth, &'a [u8])>) -> Self {
        let member = |&attribute: &usize| Member {
            attribute,
            levels: vec![Tally::default(); levels.get(attribute).copied().unwrap_or_default().into()],
        };
        let group = |attributes: &&[usize]| Group {
            members: attributes.iter().map(member).collect(),
            joint: BTreeMap::new(),
            whole: Tally::default(),
        };
        let mut model = Self { groups: groups.iter().map(group).collect() };
        for (truth, pair) in pairs {
            for group in &mut model.groups {
                group.count(truth, pair);
            }
        }
        model
    }

    /// The weight of each group's outcome, in bits, in the order of the groups.
    pub fn weigh(&self, pair: &[u8]) -> Vec<f64> {
        self.groups.iter().map(|group| group.likelihoods(pair).bits()).collect()
    }

    /// The sum of all weights, in bits: above 0 when the pair speaks for another machine.
    pub fn score(&self, pair: &[u8]) -> f64 {
        self.groups.iter().map(|group| group.likelihoods(pair).bits()).sum()
    }
}

impl Group {
    fn count(&mut self, truth: Truth, pair: &[u8]) {
        self.whole.count(truth);
        for member in &mut self.members {
            if let Some(tally) = member.levels.get_mut(usize::from(level(pair, member.attribute))) {
                tally.count(truth);
            }
        }
        let outcome = self.outcome(pair);
        self.joint.entry(outcome).or_default().count(truth);
    }

    fn outcome(&self, pair: &[u8]) -> Vec<u8> {
        self.members.iter().map(|member| level(pair, member.attribute)).collect()
    }

    /// Joint outcomes that were seen seldom lean on what their members' own shares would give if they were independent.
    fn likelihoods(&self, pair: &[u8]) -> Likelihoods {
        let mut independent = Likelihoods { another: 1.0, same: 1.0 };
        for member in &self.members {
            let alone = member.likelihoods(&self.whole, level(pair, member.attribute));
            independent.another *= alone.another;
            independent.same *= alone.same;
        }
        if self.members.len() == 1 {
            return independent;
        }
        let seen = self.joint.get(&self.outcome(pair)).copied().unwrap_or_default();
        seen.share(&self.whole, JOINT_PRIOR, independent)
    }
}

impl Member {
    fn likelihoods(&self, whole: &Tally, level: u8) -> Likelihoods {
        let count: f64 = self.levels.iter().map(|_| 1.0).sum();
        let seen = self.levels.get(usize::from(level)).copied().unwrap_or_default();
        let even = 1.0 / count.max(1.0);
        seen.share(whole, LEVEL_PRIOR * count, Likelihoods { another: even, same: even })
    }
}

fn level(pair: &[u8], attribute: usize) -> u8 {
    pair.get(attribute).copied().unwrap_or_default()
}

/// Pairs that a level of one attribute was seen in before any data (Jeffreys' prior).
const LEVEL_PRIOR: f64 = 0.5;
/// Pairs that stand behind the assumption of independence within a group. Scores hardly move between 2 and 20.
const JOINT_PRIOR: f64 = 10.0;
