//! Attackers who hold a copied profile: device key, cookie, digest key and a recorded document. Only the machine under it is theirs.

use std::collections::BTreeMap;

use login_guard_protocol::evidence::{Evidence, Word};
use login_guard_verifier::matching::compare;

use crate::chance::{Chance, mix, name};
use crate::life::Life;
use crate::machine::{Brand, Machine, Protection, System};
use crate::parameters::Parameters;
use crate::population::Population;
use crate::reading::{Reader, Today};

/// Devices to draw victims and attackers from, all on some day of their lives.
#[derive(Debug)]
pub struct Pool<'a> {
    parameters: &'a Parameters,
    population: &'a Population<'a>,
    machines: BTreeMap<System, Vec<Machine>>,
    /// Places in `machines` by maker of the browser.
    brands: BTreeMap<(System, Brand), Vec<usize>>,
    /// Places by model and maker.
    models: BTreeMap<(u64, Brand), Vec<usize>>,
}

/// One kind of attacker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Attacker {
    /// Another model of the whole population, with a stock browser.
    StockClient,
    /// The same, of the victim's operating system.
    StockClientSameSystem,
    /// The victim's model.
    StockClientSameModel,
    /// A browser that answers what the victim's did, where it does not compute the answer.
    Antidetect,
    /// The same, claiming the next version.
    AntidetectUpgraded,
    /// The recorded document.
    ReplayedEvidence,
}

impl Attacker {
    pub const ALL: [Self; 6] = [
        Self::StockClient,
        Self::StockClientSameSystem,
        Self::StockClientSameModel,
        Self::Antidetect,
        Self::AntidetectUpgraded,
        Self::ReplayedEvidence,
    ];

    /// The figure's name.
    pub const fn figure(self) -> &'static str {
        match self {
            Self::StockClient => "detected_stock_client",
            Self::StockClientSameSystem => "detected_stock_client_same_system",
            Self::StockClientSameModel => "detected_stock_client_same_model",
            Self::Antidetect => "detected_antidetect",
            Self::AntidetectUpgraded => "detected_antidetect_upgraded",
            Self::ReplayedEvidence => "detected_replayed_evidence",
        }
    }
}

impl<'a> Pool<'a> {
    /// As many devices of each system as there are victims, twice.
    pub fn new(population: &'a Population<'a>, parameters: &'a Parameters) -> Self {
        let mut pool = Self {
            parameters,
            population,
            machines: BTreeMap::new(),
            brands: BTreeMap::new(),
            models: BTreeMap::new(),
        };
        for system in System::ALL {
            let mut machines = Vec::new();
            for at in 0..parameters.victims_per_system * 2 {
                let mut chance = Chance::of(parameters.seed, system.name(), at);
                let machine = population.device(system, &mut chance);
                pool.brands.entry((system, machine.brand)).or_default().push(at);
                pool.models.entry((machine.model(), machine.brand)).or_default().push(at);
                machines.push(machine);
            }
            pool.machines.insert(system, machines);
        }
        pool
    }

    /// What each attacker's login with one victim's profile comes to: taken for another machine or not; none where there is no such device.
    pub fn attack(&self, reader: &Reader, system: System, index: usize) -> BTreeMap<Attacker, bool> {
        let mut chance = Chance::of(self.parameters.seed, "attack", index);
        let Some(victim) = self.machines.get(&system).and_then(|machines| machines.get(index)) else {
            return BTreeMap::new();
        };
        let day = chance.share() * self.parameters.days;
        let victim = self.aged(victim, day, &mut chance);
        let enrolled = reader.read(&victim, &Today::at(day));
        let mut outcomes = BTreeMap::new();
        for attacker in Attacker::ALL {
            let Some(machine) = self.machine(attacker, &victim, index, &mut chance) else { continue };
            let machine = disguised(self.aged(machine, day, &mut chance), &victim, &mut chance);
            let document = reader.read(&machine, &Today::at(day));
            let sent = match attacker {
                Attacker::StockClient | Attacker::StockClientSameSystem | Attacker::StockClientSameModel => document,
                Attacker::Antidetect => self.answered(&enrolled, &document),
                Attacker::AntidetectUpgraded => upgraded(self.answered(&enrolled, &document), victim.version + 1),
                Attacker::ReplayedEvidence => enrolled.clone(),
            };
            outcomes.insert(attacker, compare(&enrolled, &sent).differs_mostly());
        }
        outcomes
    }

    fn aged(&self, machine: &Machine, day: f64, chance: &mut Chance) -> Machine {
        let mut life = Life::new(machine.clone(), self.population, self.parameters, chance);
        life.pass(day, day, chance);
        life.machine
    }

    /// Another device, of the attacker's kind.
    fn machine(&self, attacker: Attacker, victim: &Machine, index: usize, chance: &mut Chance) -> Option<&Machine> {
        let places =
            |system: System, brand: Brand| self.brands.get(&(system, brand)).map(Vec::as_slice).unwrap_or_default();
        let share = |shares: &BTreeMap<System, f64>, system| shares.get(&system).copied().unwrap_or_default();
        for _ in 0..TRIES {
            let system = match attacker {
                Attacker::StockClient => {
                    let devices = f64::from(u32::try_from(self.parameters.victims_per_system).unwrap_or(u32::MAX));
                    let weights = System::ALL.map(|system| {
                        let count = f64::from(u32::try_from(places(system, victim.brand).len()).unwrap_or(u32::MAX));
                        share(&self.parameters.systems, system) * count / devices
                    });
                    *System::ALL.get(chance.pick(weights))?
                }
                Attacker::Antidetect | Attacker::AntidetectUpgraded => *System::ALL.get(
                    chance.pick(System::ALL.map(|system| share(&self.parameters.attackers.antidetect_systems, system))),
                )?,
                _ => victim.system,
            };
            let place = match attacker {
                Attacker::StockClientSameModel => {
                    let alike = self.models.get(&(victim.model(), victim.brand))?;
                    chance.one(alike).copied().filter(|at| *at != index)
                }
                Attacker::Antidetect | Attacker::AntidetectUpgraded => {
                    chance.one(places(system, Brand::Chrome)).copied()
                }
                _ => chance.one(places(system, victim.brand)).copied(),
            };
            let machine = place.and_then(|at| self.machines.get(&system)?.get(at));
            let is_other_model = |machine: &&Machine| match attacker {
                Attacker::StockClient | Attacker::StockClientSameSystem => machine.model() != victim.model(),
                Attacker::Antidetect | Attacker::AntidetectUpgraded => machine.protection == Protection::Nothing,
                Attacker::StockClientSameModel | Attacker::ReplayedEvidence => true,
            };
            if let Some(machine) = machine.filter(is_other_model) {
                return Some(machine);
            }
        }
        None
    }

    /// The victim's document, with what the attacker's own engine and processor compute.
    fn answered(&self, enrolled: &Evidence, own: &Evidence) -> Evidence {
        let mut answered = enrolled.clone();
        for component in self.parameters.attackers.antidetect_own.iter().filter_map(|name| Word::parse(name).ok()) {
            if let Some(reading) = own.components.get(&component) {
                answered.components.insert(component, reading.clone());
            }
        }
        answered
    }
}

/// What a menu sets, as the victim had it; a version never below the profile's.
fn disguised(machine: Machine, victim: &Machine, chance: &mut Chance) -> Machine {
    Machine {
        version: machine.version.max(victim.version),
        settings: victim.settings.clone(),
        session: mix(&[chance.number(), name("attacker")]),
        ..machine
    }
}

fn upgraded(mut evidence: Evidence, version: u32) -> Evidence {
    evidence.facts.extend(Word::parse("browser-version").map(|word| (word, version.to_string())));
    evidence
}

/// Draws until a device of another model is found.
const TRIES: usize = 60;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::population::tests::{parameters, tiny};

    #[test]
    fn another_model_is_detected_and_a_recorded_document_never() {
        let network = tiny();
        let mut parameters = parameters();
        parameters.victims_per_system = 40;
        let population = Population::new(&network, &parameters).unwrap();
        let pool = Pool::new(&population, &parameters);
        let reader = Reader { releases: &population.releases, classes: &parameters.classes };
        let mut attacked = 0;
        for index in 0..40 {
            for system in System::ALL {
                let outcomes = pool.attack(&reader, system, index);
                assert_eq!(outcomes.get(&Attacker::ReplayedEvidence), Some(&false));
                attacked += usize::from(outcomes.contains_key(&Attacker::StockClient));
            }
        }
        assert!(attacked > 100, "{attacked}");
    }

    #[test]
    fn an_attackers_machine_is_of_the_kind_that_is_asked_for() {
        let network = tiny();
        let mut parameters = parameters();
        parameters.victims_per_system = 40;
        let population = Population::new(&network, &parameters).unwrap();
        let pool = Pool::new(&population, &parameters);
        let mut chance = Chance::of(1, "test", 0);
        let victim = &pool.machines[&System::Windows][0];
        for _ in 0..50 {
            let same = pool.machine(Attacker::StockClientSameModel, victim, 0, &mut chance).unwrap();
            assert!(same.model() == victim.model() && same.id != victim.id);
            let other = pool.machine(Attacker::StockClientSameSystem, victim, 0, &mut chance).unwrap();
            assert!(other.model() != victim.model() && other.system == victim.system && other.brand == victim.brand);
        }
    }
}
