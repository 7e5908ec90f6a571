//! All figures of a run.

use std::collections::BTreeMap;

use login_guard_protocol::evidence::{Component, Word};
use serde_json::{Map, Value, json};

use crate::Failure;
use crate::attackers::{Attacker, Pool};
use crate::intervals::{self, Unit};
use crate::machine::{Protection, System};
use crate::network::Network;
use crate::owner::{self, Owner};
use crate::parameters::Parameters;
use crate::population::Population;
use crate::reading::Reader;

/// Runs everything.
pub fn measure(parameters: &Parameters, network: &Network) -> Result<Map<String, Value>, Failure> {
    let population = Population::new(network, parameters)?;
    let reader = Reader { releases: &population.releases, classes: &parameters.classes };
    let mut figures = Map::new();
    figures.insert("simulated".to_owned(), json!(true));
    figures.insert("seed".to_owned(), json!(parameters.seed));
    figures.insert("days".to_owned(), json!(parameters.days));
    let owners = in_parallel(parameters.owners, |index| owner::live(&population, parameters, &reader, index))?;
    false_alarms(&mut figures, parameters, &owners);
    distinct(&mut figures, &owners);
    let pool = Pool::new(&population, parameters);
    let mut outcomes = BTreeMap::new();
    for system in System::ALL {
        let attacks = in_parallel(parameters.victims_per_system, |index| pool.attack(&reader, system, index))?;
        for (attacker, detected) in attacks.into_iter().flatten() {
            outcomes.entry((attacker, system)).or_insert_with(Vec::new).push((u32::from(detected), 1));
        }
    }
    detections(&mut figures, parameters, &outcomes);
    Ok(figures)
}

/// Logins of known devices that were taken for another machine, for each thousand.
fn false_alarms(figures: &mut Map<String, Value>, parameters: &Parameters, owners: &[Owner]) {
    let mut add = |name: &str, is_counted: &dyn Fn(&Owner) -> bool| {
        let units: Vec<Unit> =
            owners.iter().filter(|owner| is_counted(owner)).map(|owner| (owner.alarms, owner.logins)).collect();
        intervals::add(figures, name, 1000.0, &units, parameters.bootstrap_samples);
    };
    add("false_alarms_per_1000", &|_| true);
    for system in System::ALL {
        add(&format!("false_alarms_per_1000_{}", system.name()), &|owner| owner.system == system);
    }
    for (at, visits) in parameters.visits.iter().enumerate() {
        add(&format!("false_alarms_per_1000_visiting_{}", visits.name), &|owner| owner.visits == at);
    }
    let protections = [
        ("nothing", Protection::Nothing),
        ("brave", Protection::Brave),
        ("firefox_strict", Protection::Strict),
        ("firefox_resisting", Protection::Resists),
        ("extension", Protection::Extension),
    ];
    for (name, protection) in protections {
        add(&format!("false_alarms_per_1000_protected_by_{name}"), &|owner| owner.protection == protection);
    }
    let sum = |count: fn(&Owner) -> u32| owners.iter().map(|owner| u64::from(count(owner))).sum::<u64>();
    figures.insert("owners".to_owned(), json!(owners.len()));
    figures.insert("owner_logins".to_owned(), json!(sum(|owner| owner.logins)));
    figures.insert("owner_alarms".to_owned(), json!(sum(|owner| owner.alarms)));
    figures.insert("new_devices".to_owned(), json!(sum(|owner| owner.new_devices)));
    let chrome: Vec<Unit> = owners.iter().map(|owner| (owner.chrome_newest, owner.chrome)).collect();
    intervals::add(figures, "chrome_newest_share", 1.0, &chrome, 0);
    let mut reasons: BTreeMap<&str, u32> = BTreeMap::new();
    for (reason, count) in owners.iter().flat_map(|owner| &owner.reasons) {
        *reasons.entry(reason).or_default() += count;
    }
    let mut reasons: Vec<_> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    for (reason, count) in reasons.into_iter().take(REASONS) {
        eprintln!("{count:>6} alarms: {reason}");
    }
}

/// How many values, and which share of devices has one of its own, to be held against Berke et al. (`PoPETs` 2025).
fn distinct(figures: &mut Map<String, Value>, owners: &[Owner]) {
    for (name, component) in COUNTED {
        let Ok(word) = Word::parse(component) else { continue };
        let mut values: BTreeMap<String, u32> = BTreeMap::new();
        for component in owners.iter().filter_map(|owner| owner.enrolled.components.get(&word)) {
            let value = match component {
                Component::Present { digest } => format!("{:?}", digest.as_bytes()),
                Component::Set { tags } => tags.to_string(),
                Component::Absent { .. } | Component::Failed { .. } | Component::Noisy => continue,
            };
            *values.entry(value).or_default() += 1;
        }
        let unique = values.values().filter(|count| **count == 1).count();
        let share = |part: usize| {
            f64::from(u32::try_from(part).unwrap_or_default())
                / f64::from(u32::try_from(owners.len().max(1)).unwrap_or(1))
        };
        figures.insert(format!("berke_{name}_distinct"), json!(values.len()));
        figures.insert(format!("berke_{name}_unique_share"), intervals::rounded(share(unique)));
    }
}

fn detections(
    figures: &mut Map<String, Value>,
    parameters: &Parameters,
    outcomes: &BTreeMap<(Attacker, System), Vec<Unit>>,
) {
    for attacker in Attacker::ALL {
        let (mut detected, mut all) = (0.0, 0.0);
        for system in System::ALL {
            let Some(units) = outcomes.get(&(attacker, system)) else { continue };
            intervals::add(
                figures,
                &format!("{}_{}", attacker.figure(), system.name()),
                1.0,
                units,
                parameters.bootstrap_samples,
            );
            figures.insert(
                format!("attacks{}_{}", attacker.figure().trim_start_matches("detected"), system.name()),
                json!(units.len()),
            );
            let (hits, count) = units.iter().fold((0, 0), |sum, unit| (sum.0 + unit.0, sum.1 + unit.1));
            // systems as often as among owners
            let share = parameters.systems.get(&system).copied().unwrap_or_default();
            detected += share * f64::from(hits) / f64::from(count.max(1));
            all += share;
        }
        if all > 0.0 {
            figures.insert(attacker.figure().to_owned(), intervals::rounded(detected / all));
        }
    }
}

/// Does `work` for every index, on all processors; the order of results is that of indices.
fn in_parallel<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Result<Vec<T>, Failure> {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
    let each = count.div_ceil(threads.max(1)).max(1);
    std::thread::scope(|scope| {
        let work = &work;
        let parts: Vec<_> = (0..count)
            .step_by(each)
            .map(|from| scope.spawn(move || (from..count.min(from + each)).map(work).collect::<Vec<T>>()))
            .collect();
        let mut all = Vec::with_capacity(count);
        for part in parts {
            all.extend(part.join().map_err(|_| "a thread of the simulation ended early".to_owned())?);
        }
        Ok(all)
    })
}

/// Figures of the table of Berke et al. that have a component here.
const COUNTED: &[(&str, &str)] = &[
    ("canvas", "canvas-accelerated"),
    ("canvas_text", "canvas-text"),
    ("cores", "hardware"),
    ("fonts", "fonts"),
    ("languages", "languages"),
    ("screen", "screen-size"),
    ("timezone", "timezone"),
    ("webgl_renderer", "webgl"),
];
/// Kinds of alarms told on the terminal.
const REASONS: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::population::tests::{parameters, tiny};

    #[test]
    fn a_seed_determines_every_figure() {
        let mut parameters = parameters();
        (parameters.owners, parameters.victims_per_system, parameters.bootstrap_samples, parameters.days) =
            (30, 10, 20, 200.0);
        let network = tiny();
        let figures = measure(&parameters, &network).unwrap();
        assert_eq!(figures, measure(&parameters, &network).unwrap());
        assert_eq!(figures.get("simulated"), Some(&json!(true)));
        assert!(figures.contains_key("false_alarms_per_1000") && figures.contains_key("detected_stock_client_windows"));
    }
}
