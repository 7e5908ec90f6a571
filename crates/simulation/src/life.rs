//! What happens to a device between two visits, and what is true of a visit.

use crate::chance::{Chance, name};
use crate::machine::{Brand, Engine, Machine, Protection};
use crate::parameters::Parameters;
use crate::population::Population;
use crate::reading::{Late, Today};

/// An owner's device as it lives on.
#[derive(Debug)]
pub struct Life<'a> {
    pub machine: Machine,
    population: &'a Population<'a>,
    parameters: &'a Parameters,
    /// Days until an update is taken, on average.
    lag: f64,
    is_slow: bool,
    /// Until when somebody is away, and in which zone.
    trip: Option<(f64, u64)>,
}

impl<'a> Life<'a> {
    /// A device and its owner's habits.
    pub fn new(
        machine: Machine,
        population: &'a Population<'a>,
        parameters: &'a Parameters,
        chance: &mut Chance,
    ) -> Self {
        let lag = chance.pick(parameters.lag.iter().map(|lag| lag.share));
        let lag = parameters.lag.get(lag).map_or(4.0, |lag| lag.days);
        let is_slow = chance.happens(parameters.slowness.slow_share);
        Self { machine, population, parameters, lag, is_slow, trip: None }
    }

    /// Lives for `days` until `day`.
    pub fn pass(&mut self, day: f64, days: f64, chance: &mut Chance) {
        self.update(day, days, chance);
        self.set(day, days, chance);
        self.install(days, chance);
        self.protect(days, chance);
    }

    /// What is true of the visit on `day`.
    pub fn today(&self, day: f64, chance: &mut Chance) -> Today {
        let Parameters { owners_do, slowness, .. } = self.parameters;
        let late = if self.is_slow { slowness.slow_late } else { slowness.else_late };
        let late = if !chance.happens(late) {
            Late::Nothing
        } else if chance.happens(slowness.both_workers) {
            Late::Both
        } else {
            Late::Letters
        };
        Today {
            day,
            docked: self.machine.docking.is_some() && chance.happens(owners_do.docked_visits),
            away: self.trip.filter(|(until, _)| day < *until).map(|(_, zone)| zone),
            software_drawing: chance.happens(owners_do.software_drawing_per_login),
            late,
        }
    }

    /// Updates of browser, system and driver, as late as this device is.
    fn update(&mut self, day: f64, days: f64, chance: &mut Chance) {
        let releases = &self.population.releases;
        let newest = releases.newest(self.machine.engine(), day);
        let taken = |times: f64, chance: &mut Chance| chance.happens(1.0 - (-days / (self.lag * times)).exp());
        if self.machine.version < newest && taken(1.0, chance) {
            self.machine.version = newest;
        }
        let (system, driver) = releases.newest_updates(self.machine.system, day);
        // systems and drivers come later than browsers
        if self.machine.system_release < system && taken(3.0, chance) {
            self.machine.system_release = system;
            // Safari comes with its system
            if self.machine.engine() == Engine::Webkit {
                self.machine.version = newest;
            }
        }
        if self.machine.driver_release < driver && taken(10.0, chance) {
            self.machine.driver_release = driver;
        }
    }

    /// Settings, trips and monitors.
    fn set(&mut self, day: f64, days: f64, chance: &mut Chance) {
        let owners_do = &self.parameters.owners_do;
        if self.trip.is_none_or(|(until, _)| until < day) && chance.happens_within(owners_do.trips, days) {
            let zone = self.population.place(chance).zone;
            self.trip = Some((day + chance.exponential(owners_do.trip_days), zone));
        }
        let settings = &mut self.machine.settings;
        if chance.happens_within(owners_do.moves_home, days) {
            settings.zone = self.population.place(chance).zone;
        }
        if chance.happens_within(owners_do.changes_languages, days) {
            let place = self.population.place(chance);
            settings.languages = place.languages;
            // the first language stays more often than not
            if chance.happens(0.3) {
                settings.language = place.language;
            }
        }
        if chance.happens_within(owners_do.changes_locale, days) {
            settings.locale = chance.number();
        }
        if chance.happens_within(owners_do.changes_accessibility, days) {
            settings.media = chance.number();
        }
        if chance.happens_within(owners_do.forbids_storage_kind, days) {
            settings.storage ^= 1;
        }
        if self.machine.system.is_mobile() {
            settings.desktop_sites ^= chance.happens_within(owners_do.asks_desktop_sites, days);
            // the zoom of the whole display, which scripts see as another screen
            if chance.happens_within(owners_do.zooms_phone, days) {
                self.machine.monitor.size ^= 1;
            }
        } else {
            if chance.happens_within(owners_do.changes_monitor, days) {
                self.machine.monitor = self.population.another_monitor(&self.machine, chance);
            }
            if chance.happens_within(owners_do.changes_bars, days) {
                self.machine.monitor.frame = chance.number() % 8;
            }
        }
    }

    /// Fonts, voices and parts.
    fn install(&mut self, days: f64, chance: &mut Chance) {
        let owners_do = &self.parameters.owners_do;
        let desktop = if self.machine.system.is_mobile() { 0.0 } else { 1.0 };
        for _ in 0..chance.count_within(owners_do.installs_fonts * desktop, days) {
            self.machine.fonts.insert(chance.number());
        }
        if chance.happens_within(owners_do.installs_font_packages * desktop, days) {
            self.machine.fonts.extend((0..PACKAGE).map(|at| name("package") ^ at));
        }
        if chance.happens_within(owners_do.installs_voices, days) {
            self.machine.voices.insert(chance.number());
        }
        if let Some(other) =
            self.machine.other_graphics.filter(|_| chance.happens_within(owners_do.two_graphics_switches, days))
        {
            self.machine.other_graphics = Some(self.machine.graphics);
            self.machine.graphics = other;
        }
        if chance.happens_within(owners_do.new_graphics * desktop, days) {
            self.machine.graphics = self.population.another_graphics(&self.machine, chance);
        }
        if chance.happens_within(owners_do.new_memory * desktop, days) {
            self.machine.memory *= 2;
        }
    }

    /// Sessions of noise, and protections switched on.
    fn protect(&mut self, days: f64, chance: &mut Chance) {
        let protections = &self.parameters.protections;
        let session = if self.machine.system.is_mobile() {
            protections.session_days_mobile
        } else {
            protections.session_days_desktop
        };
        if chance.happens(1.0 - (-days / session).exp()) {
            self.machine.session = chance.number();
        }
        if self.machine.protection != Protection::Nothing {
            return;
        }
        let is_firefox = self.machine.brand == Brand::Firefox;
        if is_firefox && chance.happens_within(protections.firefox_becomes_strict, days) {
            self.machine.protection = Protection::Strict;
        }
        if is_firefox && chance.happens_within(protections.firefox_becomes_resisting, days) {
            self.machine.protection = Protection::Resists;
        }
        if !self.machine.system.is_mobile() && chance.happens_within(protections.extension_added, days) {
            self.machine.protection = Protection::Extension;
        }
    }
}

/// Fonts of an office or design package among those that are looked for.
const PACKAGE: u64 = 8;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::System;
    use crate::population::tests::{parameters, tiny};

    #[test]
    fn two_years_bring_every_update_and_never_a_downgrade_or_another_machine() {
        let (network, mut parameters) = (tiny(), parameters());
        parameters.owners_do.new_graphics = 0.0;
        parameters.owners_do.two_graphics_share = 0.0;
        let population = Population::new(&network, &parameters).unwrap();
        for (index, system) in System::ALL.into_iter().enumerate() {
            let mut chance = Chance::of(1, "test", index);
            let machine = population.device(system, &mut chance);
            let mut life = Life::new(machine.clone(), &population, &parameters, &mut chance);
            let mut version = machine.version;
            for day in 1..730_u32 {
                life.pass(f64::from(day), 1.0, &mut chance);
                assert!(life.machine.version >= version);
                version = life.machine.version;
            }
            assert!(version > machine.version, "{system:?}");
            assert_eq!((life.machine.graphics, life.machine.cores), (machine.graphics, machine.cores));
        }
    }
}
