//! One owner's logins over the whole time, each judged by the verifier's matching.

use std::collections::BTreeMap;

use login_guard_protocol::evidence::Evidence;
use login_guard_verifier::matching::{adopt, compare, complete};

use crate::chance::Chance;
use crate::life::Life;
use crate::machine::{Brand, Engine, Protection, System};
use crate::parameters::Parameters;
use crate::population::Population;
use crate::reading::{Late, Reader, Today};

/// What came of one owner's logins.
#[derive(Debug)]
pub struct Owner {
    pub system: System,
    /// The name of how often.
    pub visits: usize,
    pub protection: Protection,
    /// Logins of the known device.
    pub logins: u32,
    /// Of these, taken for another machine.
    pub alarms: u32,
    /// Logins whose device was not known any more, since its storage was gone: challenged whatever the evidence says.
    pub new_devices: u32,
    /// Logins by Chrome, and of these with the newest version.
    pub chrome: u32,
    pub chrome_newest: u32,
    /// Names of components that weighed most at each alarm, for whoever tunes the weights.
    pub reasons: BTreeMap<String, u32>,
    /// The first document that was enrolled.
    pub enrolled: Evidence,
}

/// Lives through the parameters' days.
pub fn live(population: &Population, parameters: &Parameters, reader: &Reader, index: usize) -> Owner {
    let mut chance = Chance::of(parameters.seed, "owner", index);
    let system = population.system(&mut chance);
    let machine = population.device(system, &mut chance);
    let visits = chance.pick(parameters.visits.iter().map(|visits| visits.share));
    let gap = parameters.visits.get(visits).map_or(1.0, |visits| visits.days);
    let mut life = Life::new(machine, population, parameters, &mut chance);
    let mut day = chance.exponential(gap);
    let today = life.today(day, &mut chance);
    let mut enrolled = confirmed(reader, &life, &reader.read(&life.machine, &today), today);
    let mut owner = Owner {
        system,
        visits,
        protection: life.machine.protection,
        logins: 0,
        alarms: 0,
        new_devices: 0,
        chrome: 0,
        chrome_newest: 0,
        reasons: BTreeMap::new(),
        enrolled: enrolled.clone(),
    };
    // the same documents again have the same outcome
    let mut calm: Option<Evidence> = None;
    loop {
        let days = chance.exponential(gap);
        day += days;
        if day > parameters.days {
            owner.protection = life.machine.protection;
            return owner;
        }
        life.pass(day, days, &mut chance);
        let today = life.today(day, &mut chance);
        let document = reader.read(&life.machine, &today);
        let forgotten = life.machine.engine() == Engine::Webkit && days > parameters.owners_do.webkit_keeps_days;
        if forgotten || chance.happens_within(parameters.owners_do.clears_storage, days) {
            owner.new_devices += 1;
            enrolled = confirmed(reader, &life, &document, today);
            calm = None;
            continue;
        }
        owner.logins += 1;
        if life.machine.brand == Brand::Chrome {
            owner.chrome += 1;
            owner.chrome_newest += u32::from(life.machine.version == population.releases.newest(Engine::Chromium, day));
        }
        if calm.as_ref() == Some(&document) {
            continue;
        }
        let comparison = compare(&enrolled, &document);
        if comparison.differs_mostly() {
            owner.alarms += 1;
            let mut reasons = comparison.reasons();
            reasons.truncate(6);
            *owner.reasons.entry(format!("{:?} {}", life.machine.protection, reasons.join(" "))).or_default() += 1;
            // the owner confirms, which enrols anew
            enrolled = confirmed(reader, &life, &document, today);
            calm = None;
        } else if let Some(adopted) = adopt(&enrolled, &document) {
            enrolled = adopted;
            calm = None;
        } else {
            calm = Some(document);
        }
    }
}

/// What a confirmation enrols: it takes a minute, in which nothing is late.
fn confirmed(reader: &Reader, life: &Life, document: &Evidence, today: Today) -> Evidence {
    complete(document, &reader.read(&life.machine, &Today { late: Late::Nothing, ..today }))
}
