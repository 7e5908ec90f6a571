//! Outcomes, weighed group by group and summed up.

use login_guard_protocol::evidence::Evidence;

use super::completion::is_mostly_timed_out;
use super::outcome::{self, Outcome};
use super::population::Discounts;
use super::weights::{Group, Noise, Row, WEIGHTS, Weights};

/// How likely what came today is of another machine than what was enrolled, explained component by component.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Each component and fact that both documents say something about, or one of them; the heaviest first.
    pub weighed: Vec<Weighed>,
    /// The sum over groups, less what agreement outweighs; bits.
    pub bits: f64,
    /// Whether so little was reached in time at enrolment that every machine would look like it.
    pub is_unknown: bool,
    threshold_bits: f64,
}

/// One component or fact, and what its outcome weighs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weighed {
    /// The component's or fact's name.
    pub component: &'static str,
    /// What became of it.
    pub outcome: Outcome,
    /// Its weight alone in bits; below 0 where it speaks for the same machine. Within a group not all of it counts.
    pub bits: f64,
    /// Whether it weighs nothing because the population shows the same.
    pub discounted: bool,
}

impl Weighed {
    /// Whether everyday life or the population explains it.
    fn is_excused(&self) -> bool {
        self.discounted || self.outcome.is_excused()
    }
}

impl Comparison {
    /// Whether this is taken for another machine, since it looks like one or nothing speaks against it.
    pub fn differs_mostly(&self) -> bool {
        self.is_unknown || self.bits >= self.threshold_bits
    }

    /// The components and facts that speak for another machine, the heaviest first, each once.
    pub fn reasons(&self) -> Vec<&'static str> {
        let mut reasons = Vec::new();
        for weighed in self.weighed.iter().filter(|weighed| weighed.bits > 0.0) {
            if !reasons.contains(&weighed.component) {
                reasons.push(weighed.component);
            }
        }
        reasons
    }

    /// The components that weigh nothing because the population shows the same change.
    pub fn discounted(&self) -> Vec<&'static str> {
        self.weighed.iter().filter(|weighed| weighed.discounted).map(|weighed| weighed.component).collect()
    }
}

/// Compares what was enrolled with what came today.
pub fn compare(enrolled: &Evidence, today: &Evidence) -> Comparison {
    compare_all(enrolled, today, &Discounts::default())
}

/// Compares what was enrolled with what came today, less what the population shows as well. It excuses only whoever shows no other
/// change without an excuse: a release that redraws is no reason to overlook another processor.
pub fn compare_within(enrolled: &Evidence, today: &Evidence, discounts: &Discounts) -> Comparison {
    let comparison = compare_all(enrolled, today, discounts);
    let is_release = comparison.weighed.iter().all(Weighed::is_excused);
    if discounts.is_empty() || is_release { comparison } else { compare(enrolled, today) }
}

fn compare_all(enrolled: &Evidence, today: &Evidence, discounts: &Discounts) -> Comparison {
    // a table that does not parse tells no machine from another: every one is taken for another
    let Some(weights) = &*WEIGHTS else {
        return Comparison { weighed: Vec::new(), bits: f64::INFINITY, is_unknown: true, threshold_bits: 0.0 };
    };
    let mut weighed = Vec::with_capacity(weights.rows.len());
    let (mut bits, mut agreement) = (0.0, 0.0);
    for group in &weights.groups {
        let members = weigh(weights, group, (enrolled, today), discounts);
        bits += sum(group, &members);
        agreement += members.iter().map(|member| (-member.bits).max(0.0)).sum::<f64>();
        weighed.extend(members);
    }
    weighed.sort_by(|a, b| b.bits.total_cmp(&a.bits));
    bits -= f64::min(agreement, weights.agreement_limit_bits);
    if is_noise(&weights.noise, enrolled, &weighed) {
        bits = bits.min(weights.noise.limit_bits);
    }
    Comparison { weighed, bits, is_unknown: is_mostly_timed_out(enrolled), threshold_bits: weights.threshold_bits }
}

/// What one outcome of a row weighs, in bits.
pub fn bits(row: &Row, outcome: Outcome, similarity: Option<f64>) -> f64 {
    let changed = row.changed;
    match outcome {
        // no public data on losses: they weigh as a change without an excuse, so that removing evidence never pays
        Outcome::Changed | Outcome::Gained | Outcome::Lost | Outcome::Plausible => changed.bits(),
        Outcome::Expected => row.upgraded.map_or(0.0, |upgraded| upgraded.bits().min(changed.bits())),
        Outcome::Similar => changed.bits() * (1.0 - similarity.unwrap_or_default()),
        Outcome::Same => -changed.agreement_bits(),
        Outcome::Unknown => 0.0,
    }
}

fn weigh(
    weights: &'static Weights,
    group: &Group,
    (enrolled, today): (&Evidence, &Evidence),
    discounts: &Discounts,
) -> Vec<Weighed> {
    let rows = weights.rows.iter().filter(|row| row.group == group.name);
    let one = |row: &'static Row| {
        let outcome = outcome::judge(row, enrolled, today, weights.similar_from)?;
        let similarity = outcome::similarity(row, enrolled, today);
        let discounted = discounts.cover(row, outcome, today);
        let bits = if discounted { 0.0 } else { bits(row, outcome, similarity) };
        Some(Weighed { component: &row.name, outcome, bits, discounted })
    };
    rows.filter_map(one).collect()
}

/// Whether all that changed without an excuse is what some browsers draw anew in each session. They do so with all of it at once, which
/// therefore is one event that is common, however many components show it.
fn is_noise(noise: &Noise, enrolled: &Evidence, weighed: &[Weighed]) -> bool {
    let is_brand = outcome::fact(enrolled, "brand").is_some_and(|brand| noise.brands.iter().any(|name| name == brand));
    let of_brand = noise.of_brands.iter().filter(|_| is_brand);
    let drawn: Vec<&String> = noise.components.iter().chain(of_brand).collect();
    weighed.iter().all(|weighed| weighed.is_excused() || drawn.iter().any(|name| *name == weighed.component))
}

/// What a group's outcomes weigh together.
fn sum(group: &Group, members: &[Weighed]) -> f64 {
    let together = together(group, members.iter().map(|member| member.bits));
    let excused = members.iter().all(Weighed::is_excused);
    if excused { together.min(group.excused_limit_bits) } else { together }
}

/// What changes in one group weigh together: one cause may have made all of them, so that each next one counts less. However many
/// there are, the sum stays below the heaviest divided by 1 less the share.
pub fn together(group: &Group, bits: impl Iterator<Item = f64>) -> f64 {
    let mut changes: Vec<f64> = bits.map(|bits| bits.max(0.0)).collect();
    changes.sort_by(|a, b| b.total_cmp(a));
    let add = |(sum, part): (f64, f64), bits: &f64| (sum + part * bits, part * group.share);
    changes.iter().fold((0.0, 1.0), add).0
}
