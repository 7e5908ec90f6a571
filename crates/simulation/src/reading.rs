//! What a browser says of a device: the evidence document, as the signals write it.
//!
//! Digests are made of component and reading by a fast hash instead of a keyed one: only their equality matters, and an attacker with a copied
//! profile has the digest key too, so that equal readings have equal digests.

mod signals;

use login_guard_protocol::evidence::{Component, DigestText, Evidence, Tags, Word};

use self::signals::{LETTERS, SIGNALS, WORKER};
use crate::chance::{mix, name};
use crate::machine::{Engine, Graphics, Machine, Monitor, Protection, System};
use crate::parameters::Classes;
use crate::releases::Releases;

/// What is true of one visit only.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Today {
    pub day: f64,
    /// The other monitor and a mouse.
    pub docked: bool,
    /// The zone of a trip.
    pub away: Option<u64>,
    /// Graphics failed for this visit.
    pub software_drawing: bool,
    pub late: Late,
}

/// What was not ready within its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Late {
    Nothing,
    /// The worker for letters.
    Letters,
    /// Both workers.
    Both,
}

impl Today {
    /// An ordinary visit.
    pub const fn at(day: f64) -> Self {
        Self { day, docked: false, away: None, software_drawing: false, late: Late::Nothing }
    }
}

/// Writes documents.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    pub releases: &'a Releases,
    pub classes: &'a Classes,
}

enum State {
    Absent(&'static str),
    Noisy,
    Present(u64),
    Set(Vec<u64>),
}

/// One component: its name and its reading.
type Signal = (&'static str, fn(&View) -> State);

/// A machine on a day.
struct View<'a> {
    reader: &'a Reader<'a>,
    machine: &'a Machine,
    today: &'a Today,
    graphics: Graphics,
    monitor: Monitor,
}

impl Reader<'_> {
    /// The document of one visit.
    pub fn read(&self, machine: &Machine, today: &Today) -> Evidence {
        let docking = machine.docking.filter(|_| today.docked);
        let software = Graphics { renderer: name("SwiftShader"), family: name("SwiftShader"), software: true };
        let view = View {
            reader: self,
            machine,
            today,
            graphics: if today.software_drawing { software } else { machine.graphics },
            monitor: docking.unwrap_or(machine.monitor),
        };
        let mut evidence = Evidence::default();
        for (component, read) in SIGNALS {
            let late = match today.late {
                Late::Nothing => false,
                Late::Letters => LETTERS.contains(component),
                Late::Both => LETTERS.contains(component) || WORKER.contains(component),
            };
            let state = if late { State::Absent("timed-out") } else { read(&view) };
            if let Ok(word) = Word::parse(component) {
                evidence.components.extend(written(component, state).map(|written| (word, written)));
            }
        }
        for (fact, value) in view.facts() {
            evidence.facts.extend(Word::parse(fact).map(|word| (word, value)));
        }
        evidence
    }
}

impl View<'_> {
    fn facts(&self) -> Vec<(&'static str, String)> {
        let machine = self.machine;
        let desktop = machine.settings.desktop_sites;
        let platform = match machine.system {
            System::Android if desktop => "linux",
            System::Ios if desktop => "macos",
            system => system.name(),
        };
        let mut facts = vec![
            ("browser", machine.engine().name().to_owned()),
            ("browser-version", machine.version.to_string()),
            ("platform", platform.to_owned()),
            ("language", machine.settings.language.clone()),
        ];
        if let Some(brand) = machine.brand.hint() {
            facts.push(("brand", brand.to_owned()));
            facts.push(("mobile", (machine.system.is_mobile() && !desktop).to_string()));
        }
        facts
    }

    /// A reading of these parts, moved by what moved the component until today.
    fn moved(&self, component: &'static str, parts: &[u64]) -> State {
        let moves: Vec<u64> = self.reader.releases.moves(self.machine, component, self.today.day).collect();
        State::Present(mix(&[mix(parts), mix(&moves)]))
    }

    /// A set of these members; what moves the component adds one.
    fn moved_set(&self, component: &'static str, members: impl Iterator<Item = u64>) -> State {
        State::Set(members.chain(self.reader.releases.moves(self.machine, component, self.today.day)).collect())
    }

    /// Another value in each session.
    fn of_session(&self, what: &str) -> u64 {
        mix(&[self.machine.session, name(what)])
    }

    /// Where a protection draws noise over pictures.
    fn picture(&self, component: &'static str, parts: &[u64]) -> State {
        match self.machine.protection {
            Protection::Nothing => self.moved(component, parts),
            Protection::Brave | Protection::Extension => State::Present(self.of_session(component)),
            Protection::Strict | Protection::Resists => State::Noisy,
        }
    }

    /// Class of geometry, drawn by the processor: system, engine and kind of processor.
    fn geometry(&self) -> u64 {
        let Machine { system, own_geometry, arm, .. } = self.machine;
        mix(&[system.number(), self.machine.engine().number(), u64::from(*arm), *own_geometry])
    }

    /// Class of geometry, drawn by the graphics processor where there is one.
    fn accelerated(&self) -> u64 {
        let class = mix(&[self.graphics.family]) % self.reader.classes.geometry.max(1);
        if self.graphics.software { self.geometry() } else { mix(&[self.geometry(), class]) }
    }

    /// Class of letters: of geometry, of fonts and of how they are smoothed.
    fn letters(&self) -> u64 {
        let fonts: Vec<u64> = self.machine.fonts.iter().copied().collect();
        let smoothing = mix(&[mix(&fonts), self.graphics.renderer]) % self.reader.classes.letters.max(1);
        mix(&[self.geometry(), smoothing, self.machine.own_letters])
    }

    fn is_strict(&self) -> bool {
        matches!(self.machine.protection, Protection::Strict | Protection::Resists)
    }

    fn resists(&self) -> bool {
        self.machine.protection == Protection::Resists
    }

    /// WebKit has no WebGL in workers.
    fn has_webgl(&self) -> bool {
        self.machine.engine() != Engine::Webkit
    }
}

fn written(component: &str, state: State) -> Option<Component> {
    let digest = |reading: u64| {
        let mut bytes = [0; 16];
        let halves = [mix(&[name(component), reading]), mix(&[reading, name(component)])];
        for (byte, value) in bytes.iter_mut().zip(halves.iter().flat_map(|half| half.to_be_bytes())) {
            *byte = value;
        }
        bytes
    };
    Some(match state {
        State::Absent(reason) => Component::Absent { reason: Word::parse(reason).ok()? },
        State::Noisy => Component::Noisy,
        State::Present(reading) => Component::Present { digest: DigestText::from_bytes(digest(reading)) },
        State::Set(members) => {
            let mut tags = Tags::default();
            for member in members {
                let [first, second, third, ..] = digest(member);
                tags.insert([first, second, third]);
            }
            Component::Set { tags }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Chance;
    use crate::machine::Brand;
    use crate::population::{Population, tests};

    #[test]
    fn the_document_has_every_component_that_weighs_and_parses_again() {
        let (network, parameters) = (tests::tiny(), tests::parameters());
        let population = Population::new(&network, &parameters).unwrap();
        let reader = Reader { releases: &population.releases, classes: &parameters.classes };
        let machine = population.device(System::Windows, &mut Chance::of(1, "test", 0));
        let evidence = reader.read(&machine, &Today::at(0.0));
        assert_eq!(Evidence::parse(evidence.to_json().as_bytes()).unwrap(), evidence);
        let weights = include_str!("../../verifier/src/matching/weights.json");
        let weights: serde_json::Value = serde_json::from_str(weights).unwrap();
        for row in weights["rows"].as_array().unwrap() {
            let word = Word::parse(row["name"].as_str().unwrap()).unwrap();
            let is_written = match row["kind"].as_str() {
                Some("component") => evidence.components.contains_key(&word),
                _ => evidence.facts.contains_key(&word),
            };
            assert!(is_written, "{word:?}");
        }
    }

    #[test]
    fn only_a_new_session_changes_what_brave_draws() {
        let (network, parameters) = (tests::tiny(), tests::parameters());
        let population = Population::new(&network, &parameters).unwrap();
        let reader = Reader { releases: &population.releases, classes: &parameters.classes };
        let mut machine = population.device(System::Windows, &mut Chance::of(1, "test", 0));
        machine.brand = Brand::Brave;
        machine.protection = Protection::Brave;
        let first = reader.read(&machine, &Today::at(0.0));
        assert_eq!(first, reader.read(&machine, &Today::at(0.0)));
        machine.session += 1;
        let canvas = Word::parse("canvas").unwrap();
        assert_ne!(first.components[&canvas], reader.read(&machine, &Today::at(0.0)).components[&canvas]);
    }

    #[test]
    fn an_iphone_that_asks_for_desktop_sites_says_it_is_a_mac_and_keeps_its_screen() {
        let (network, parameters) = (tests::tiny(), tests::parameters());
        let population = Population::new(&network, &parameters).unwrap();
        let reader = Reader { releases: &population.releases, classes: &parameters.classes };
        let mut machine = population.device(System::Ios, &mut Chance::of(1, "test", 0));
        let mobile = reader.read(&machine, &Today::at(0.0));
        machine.settings.desktop_sites = true;
        let desktop = reader.read(&machine, &Today::at(0.0));
        let (screen, platform) = (Word::parse("screen-built-in").unwrap(), Word::parse("platform").unwrap());
        assert!(matches!(desktop.components[&screen], Component::Present { .. }));
        assert_eq!(desktop.components[&screen], mobile.components[&screen]);
        assert_ne!(desktop.components[&platform], mobile.components[&platform]);
        assert_eq!(desktop.facts[&platform], "macos");
    }

    #[test]
    fn tablets_and_desktops_have_no_phones_screen() {
        let (network, parameters) = (tests::tiny(), tests::parameters());
        let population = Population::new(&network, &parameters).unwrap();
        let reader = Reader { releases: &population.releases, classes: &parameters.classes };
        let mut chance = Chance::of(1, "test", 0);
        let mut tablet = population.device(System::Ios, &mut chance);
        tablet.monitor.fits_a_phone = false;
        let screen = Word::parse("screen-built-in").unwrap();
        for machine in [tablet, population.device(System::Macos, &mut chance)] {
            let evidence = reader.read(&machine, &Today::at(0.0));
            assert!(matches!(evidence.components[&screen], Component::Absent { .. }), "{:?}", machine.system);
        }
    }
}
