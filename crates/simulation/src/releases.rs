//! Releases of browsers, systems and drivers, and which of them move a component: the same for everybody who has them.

use std::collections::BTreeMap;

use crate::chance::{is_drawn, mix, name};
use crate::machine::{Engine, Machine, System};
use crate::parameters::{Moves, Parameters};

/// The newest update of system and driver in the network's month.
pub const FIRST_RELEASE: u32 = 8;

/// The calendar.
#[derive(Debug)]
pub struct Releases {
    newest: BTreeMap<Engine, u32>,
    /// Days of releases after the network's month, ascending.
    days: BTreeMap<Engine, Vec<f64>>,
    /// Updates in a year: system, driver.
    updates: BTreeMap<System, (f64, f64)>,
    /// What moves by engine, system and component.
    moved: BTreeMap<(Engine, System, u64), Moved>,
    drivers: BTreeMap<u64, f64>,
}

#[derive(Debug, Default)]
struct Moved {
    versions: Vec<u32>,
    systems: Vec<u32>,
    weeks: Vec<u32>,
}

impl Releases {
    /// Lays out `parameters.days` and a year before.
    pub fn new(parameters: &Parameters, newest: impl Fn(Engine) -> u32) -> Self {
        let newest: BTreeMap<_, _> = Engine::ALL.iter().map(|engine| (*engine, newest(*engine))).collect();
        let days: BTreeMap<_, _> = Engine::ALL.iter().map(|engine| (*engine, calendar(parameters, *engine))).collect();
        let updates: BTreeMap<_, _> =
            parameters.updates.iter().map(|(system, updates)| (*system, (updates.system, updates.driver))).collect();
        let mut releases = Self { newest, days, updates, moved: BTreeMap::new(), drivers: BTreeMap::new() };
        for (component, moves) in &parameters.moves {
            releases.drivers.insert(name(component), moves.driver);
            for engine in Engine::ALL {
                for system in System::ALL {
                    let moved = releases.moved(parameters, engine, system, name(component), *moves);
                    releases.moved.insert((engine, system, name(component)), moved);
                }
            }
        }
        releases
    }

    /// The newest version on a day.
    pub fn newest(&self, engine: Engine, day: f64) -> u32 {
        let since = self.days.get(&engine).map_or(0, |days| days.partition_point(|release| *release <= day));
        self.newest.get(&engine).copied().unwrap_or_default() + u32::try_from(since).unwrap_or_default()
    }

    /// The newest update of a system, and of a driver.
    pub fn newest_updates(&self, system: System, day: f64) -> (u32, u32) {
        let (systems, drivers) = self.updates.get(&system).copied().unwrap_or_default();
        (FIRST_RELEASE + whole(day * systems / 365.0), FIRST_RELEASE + whole(day * drivers / 365.0))
    }

    /// Everything that moved a component of this machine until this day, each by a number of its own.
    pub fn moves<'a>(&'a self, machine: &'a Machine, component: &str, day: f64) -> impl Iterator<Item = u64> + 'a {
        let component = name(component);
        // switched on from afar week by week, for one device after the other
        let week = whole((day + f64::from(u32::try_from(machine.id % 28).unwrap_or_default())) / 7.0);
        let moved = self.moved.get(&(machine.engine(), machine.system, component));
        let until = |list: fn(&Moved) -> &Vec<u32>, kind: &'static str, last: u32| {
            let list = moved.map(list).into_iter().flatten();
            list.take_while(move |release| **release <= last)
                .map(move |release| mix(&[name(kind), u64::from(*release)]))
        };
        let driver = self.drivers.get(&component).copied().unwrap_or_default();
        let family = machine.graphics.family;
        let drivers = (0..=machine.driver_release).map(move |release| mix(&[component, family, u64::from(release)]));
        until(|moved| &moved.versions, "version", machine.version)
            .chain(until(|moved| &moved.systems, "system", machine.system_release))
            .chain(until(|moved| &moved.weeks, "week", week))
            .chain(drivers.filter(move |release| is_drawn(&[*release], driver)))
    }

    fn moved(&self, parameters: &Parameters, engine: Engine, system: System, component: u64, moves: Moves) -> Moved {
        let key =
            |kind: &str, release: u32| [component, engine.number(), system.number(), name(kind), u64::from(release)];
        let newest = self.newest.get(&engine).copied().unwrap_or_default();
        let days = self.days.get(&engine).map(Vec::as_slice).unwrap_or_default();
        // what a release brings is as much as the days since the one before
        let gap = |release: u32| {
            let at = usize::try_from(release.saturating_sub(newest)).unwrap_or_default();
            let day = |at: usize| if at == 0 { 0.0 } else { days.get(at - 1).copied().unwrap_or_default() };
            let usual = if engine == Engine::Webkit {
                parameters.releases.webkit_days
            } else {
                parameters.releases.chromium_days
            };
            if at == 0 || engine == Engine::Webkit { usual } else { day(at) - day(at - 1) }
        };
        let last = newest + u32::try_from(days.len()).unwrap_or_default();
        // WebKit brings half of its changes between versions, with updates of the system
        let (in_version, between) = if engine == Engine::Webkit { (0.5, 0.5) } else { (1.0, 0.0) };
        let per_update = parameters.updates.get(&system).map_or(1.0, |updates| updates.system.max(1.0));
        let by_system = moves.system + between * moves.browser / per_update;
        let systems = FIRST_RELEASE + whole(per_update * (parameters.days / 365.0)) + 2;
        let weeks = whole(parameters.days / 7.0) + 6;
        Moved {
            versions: (newest.saturating_sub(YEARS_BEFORE)..=last)
                .filter(|release| {
                    is_drawn(&key("version", *release), in_version * moves.browser * gap(*release) / 365.0)
                })
                .collect(),
            systems: (0..systems).filter(|release| is_drawn(&key("system", *release), by_system)).collect(),
            weeks: (0..weeks).filter(|week| is_drawn(&key("week", *week), moves.afar * 7.0 / 365.0)).collect(),
        }
    }
}

fn calendar(parameters: &Parameters, engine: Engine) -> Vec<f64> {
    let releases = &parameters.releases;
    let mut days = Vec::new();
    let mut day = if engine == Engine::Webkit { releases.webkit_first_day } else { 7.0 };
    while day <= parameters.days {
        days.push(day);
        day += match engine {
            Engine::Chromium if day >= releases.chromium_later_from_day => releases.chromium_days_later,
            Engine::Chromium => releases.chromium_days,
            Engine::Firefox => releases.firefox_days,
            Engine::Webkit => releases.webkit_days,
        };
    }
    days
}

/// The whole part of a number that is small and not negative.
fn whole(number: f64) -> u32 {
    format!("{:.0}", number.max(0.0).floor()).parse().unwrap_or_default()
}

/// Versions before the newest that are told apart.
const YEARS_BEFORE: u32 = 24;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::population::tests::parameters;

    #[test]
    fn chromium_comes_twice_as_often_from_its_announced_day_on() {
        let parameters = parameters();
        let releases = Releases::new(&parameters, |_| 147);
        assert_eq!(releases.newest(Engine::Chromium, 0.0), 147);
        let between = |from, to| releases.newest(Engine::Chromium, to) - releases.newest(Engine::Chromium, from);
        assert_eq!((between(0.0, 112.0), between(200.0, 312.0)), (4, 8));
        assert_eq!(releases.newest(Engine::Webkit, 400.0), 148);
    }

    #[test]
    fn a_whole_number_is_cut_off() {
        assert_eq!((whole(2.9), whole(-1.0), whole(0.0)), (2, 0, 0));
    }
}
