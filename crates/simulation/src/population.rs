//! Devices drawn from the network, put right where its independence is wrong, with classes of drawing and an owner's settings.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::Failure;
use crate::chance::{Chance, mix, name};
use crate::graphics;
use crate::machine::{self, Brand, Engine, Graphics, Machine, Monitor, Protection, Settings, System};
use crate::network::{Choices, Network};
use crate::parameters::Parameters;
use crate::releases::{FIRST_RELEASE, Releases};

/// What devices are drawn from.
#[derive(Debug)]
pub struct Population<'a> {
    network: &'a Network,
    parameters: &'a Parameters,
    /// User agents by system and maker.
    agents: BTreeMap<(System, bool), Choices>,
    /// The newest version of each engine in the network's month.
    pub releases: Releases,
}

impl<'a> Population<'a> {
    /// Sorts the network's user agents.
    pub fn new(network: &'a Network, parameters: &'a Parameters) -> Result<Self, Failure> {
        let mut agents: BTreeMap<(System, bool), Choices> = BTreeMap::new();
        let mut versions: BTreeMap<Engine, BTreeMap<u32, f64>> = BTreeMap::new();
        for (agent, probability) in &network.agents {
            let (Some(system), Some((brand, version))) = (system(agent), browser(agent)) else { continue };
            let entry = agents.entry((system, brand == Brand::Firefox)).or_default();
            entry.push((agent.clone(), *probability));
            *versions.entry(brand.engine()).or_default().entry(version).or_default() += probability;
        }
        for system in System::ALL {
            if !agents.contains_key(&(system, false)) {
                return Err(format!("the network has no {}", system.name()));
            }
        }
        // the newest is the one that most have: some run tomorrow's version already
        let newest = |engine: Engine| {
            let shares = versions.get(&engine).into_iter().flatten();
            shares.max_by(|a, b| a.1.total_cmp(b.1)).map_or(100, |(version, _)| *version)
        };
        let releases = Releases::new(parameters, newest);
        Ok(Self { network, parameters, agents, releases })
    }

    /// Any system, by the shares of owners.
    pub fn system(&self, chance: &mut Chance) -> System {
        let shares = System::ALL.map(|system| self.parameters.systems.get(&system).copied().unwrap_or_default());
        System::ALL.get(chance.pick(shares)).copied().unwrap_or(System::Windows)
    }

    /// A device of one system, in the network's month.
    pub fn device(&self, system: System, chance: &mut Chance) -> Machine {
        let protections = &self.parameters.protections;
        let firefox = match system {
            System::Windows | System::Macos | System::Linux => protections.firefox_desktop,
            System::Android => protections.firefox_android,
            System::Ios => 0.0,
        };
        let is_firefox = chance.happens(firefox) && self.agents.contains_key(&(system, true));
        let agents = self.agents.get(&(system, is_firefox)).map(Vec::as_slice).unwrap_or_default();
        let agent =
            agents.get(chance.pick(agents.iter().map(|(_, share)| *share))).map_or("", |(agent, _)| agent.as_str());
        let (mut brand, version) = browser(agent).unwrap_or((Brand::Chrome, 0));
        let brave = if system.is_mobile() { protections.brave_mobile } else { protections.brave_desktop };
        if brand == Brand::Chrome && chance.happens(brave) {
            brand = Brand::Brave;
        }
        let id = chance.number();
        let renderer = self.renderer(agent, chance);
        let (cores, memory) = self.processor(agent, &renderer, chance);
        let hints = self.parsed("userAgentData", agent, chance);
        let hint = |key: &str| name(hints.get(key).and_then(Value::as_str).unwrap_or_default());
        let arm = match system {
            System::Android | System::Ios => true,
            System::Macos => renderer.contains("Apple"),
            System::Windows => renderer.contains("Adreno"),
            System::Linux => renderer.contains("Mali") || renderer.contains("FD6"),
        };
        let place = self.place(chance);
        let newest = self.releases.newest(brand.engine(), 0.0);
        let mut machine = Machine {
            id,
            system,
            brand,
            version: version.min(newest),
            system_release: start(&[0.6, 0.22, 0.1, 0.05, 0.03], chance),
            driver_release: start(&[0.3, 0.25, 0.2, 0.15, 0.1], chance),
            graphics: chip(&renderer),
            other_graphics: None,
            driver_in_name: system == System::Linux && chance.happens(self.parameters.names.linux_driver_in_name),
            arm,
            cores,
            memory,
            touch: name(&self.text("maxTouchPoints", agent, chance)),
            hints: mix(&[hint("architecture"), hint("bitness"), hint("model"), u64::from(arm)]),
            platform: machine::platform(&self.text("platform", agent, chance), system),
            codecs: mix(&[
                name(&self.text("audioCodecs", agent, chance)),
                name(&self.text("videoCodecs", agent, chance)),
            ]),
            monitor: self.monitor(agent, chance),
            docking: None,
            fonts: self
                .parsed("fonts", agent, chance)
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(name)
                .collect(),
            voices: [].into(),
            own_geometry: 0,
            own_letters: 0,
            protection: Protection::Nothing,
            session: chance.number(),
            settings: place,
        };
        self.personal(&mut machine, agent, chance);
        machine
    }

    /// A monitor that devices of this system are found with.
    pub fn another_monitor(&self, machine: &Machine, chance: &mut Chance) -> Monitor {
        let agents = self.agents.get(&(machine.system, false)).map(Vec::as_slice).unwrap_or_default();
        let agent =
            agents.get(chance.pick(agents.iter().map(|(_, share)| *share))).map_or("", |(agent, _)| agent.as_str());
        self.monitor(agent, chance)
    }

    /// A graphics processor that devices of this system are found with.
    pub fn another_graphics(&self, machine: &Machine, chance: &mut Chance) -> Graphics {
        let agents =
            self.agents.get(&(machine.system, machine.brand == Brand::Firefox)).map(Vec::as_slice).unwrap_or_default();
        let agent =
            agents.get(chance.pick(agents.iter().map(|(_, share)| *share))).map_or("", |(agent, _)| agent.as_str());
        chip(&self.renderer(agent, chance))
    }

    /// Where somebody lives and what they read.
    pub fn place(&self, chance: &mut Chance) -> Settings {
        let places = &self.parameters.places;
        // Zipf's law over countries, of which the first is the platform's own
        let weights = (0..places.zones).map(|at| 1.0 / f64::from(u32::try_from(at + 1).unwrap_or(1)));
        let zone = if chance.happens(places.home_share) { 0 } else { chance.pick(weights) };
        // one country speaks one language mostly, some read English first
        let language = if zone > 0 && chance.happens(0.15) { 0 } else { zone };
        let own =
            if chance.happens(places.own_list_of_languages) { chance.number() } else { u64::from(chance.happens(0.3)) };
        let number = |at: usize| u64::try_from(at).unwrap_or_default();
        Settings {
            zone: number(zone),
            language: format!("l{language}"),
            languages: mix(&[number(language), own]),
            locale: number(language),
            media: u64::from(chance.happens(0.06)),
            storage: u64::from(chance.happens(0.01)),
            desktop_sites: false,
        }
    }

    fn personal(&self, machine: &mut Machine, agent: &str, chance: &mut Chance) {
        let Parameters { classes, owners_do, protections, .. } = self.parameters;
        let own = |share: f64, chance: &mut Chance| if chance.happens(share) { chance.number() | 1 } else { 0 };
        machine.own_geometry = own(classes.own_geometry, chance);
        machine.own_letters = own(classes.own_letters, chance);
        let is_desktop = !machine.system.is_mobile();
        if is_desktop && chance.happens(owners_do.docked_share) {
            machine.docking = Some(self.monitor(agent, chance));
        }
        if is_desktop && chance.happens(owners_do.two_graphics_share) {
            machine.other_graphics = Some(chip(&self.renderer(agent, chance)));
        }
        machine.protection = match machine.brand {
            Brand::Brave => Protection::Brave,
            Brand::Firefox if chance.happens(protections.firefox_resists) => Protection::Resists,
            Brand::Firefox if chance.happens(protections.firefox_strict) => Protection::Strict,
            _ if is_desktop && chance.happens(protections.extension) => Protection::Extension,
            _ => Protection::Nothing,
        };
    }

    fn renderer(&self, agent: &str, chance: &mut Chance) -> String {
        let card = self.parsed("videoCard", agent, chance);
        card.get("renderer").and_then(Value::as_str).unwrap_or("none").to_owned()
    }

    /// Cores and memory that fit the graphics processor, drawn until they do.
    fn processor(&self, agent: &str, renderer: &str, chance: &mut Chance) -> (u64, u64) {
        let row = self.parameters.plausible.iter().find(|row| renderer.contains(&row.graphics));
        let mut one = |node: &str, bounds: Option<[f64; 2]>| {
            let mut value = None;
            for _ in 0..DRAWS {
                let drawn = self.text(node, agent, chance).parse::<f64>().ok();
                value = drawn.or(value);
                let fits = |value: f64| bounds.is_none_or(|[least, most]| (least..=most).contains(&value));
                if drawn.is_none_or(fits) {
                    return drawn;
                }
            }
            // never together in the network: the nearest that is plausible
            value.map(|value| bounds.map_or(value, |[least, most]| value.clamp(least, most)))
        };
        let number = |value: Option<f64>| value.map_or(0, |value| format!("{value:.0}").parse().unwrap_or_default());
        let cores = one("hardwareConcurrency", row.map(|row| row.cores));
        let memory = one("deviceMemory", row.map(|row| row.memory));
        (number(cores), number(memory))
    }

    fn monitor(&self, agent: &str, chance: &mut Chance) -> Monitor {
        let screen = self.parsed("screen", agent, chance);
        let number = |key: &str| screen.get(key).and_then(Value::as_i64).unwrap_or_default();
        let (width, height) = (number("width"), number("height"));
        let taken = [width - number("availWidth"), height - number("availHeight")].map(|taken| (taken + 5) / 10);
        let size = format!("{}x{}", width.min(height), width.max(height));
        let display = format!("{} {}", number("colorDepth"), screen.get("hasHDR") == Some(&Value::Bool(true)));
        Monitor {
            size: name(&size),
            fits_a_phone: width.min(height) < TABLET_PIXELS,
            frame: name(&format!("{taken:?}")),
            display: name(&display),
        }
    }

    fn text(&self, node: &str, agent: &str, chance: &mut Chance) -> String {
        self.network.draw(node, agent, chance).unwrap_or_default()
    }

    fn parsed(&self, node: &str, agent: &str, chance: &mut Chance) -> Value {
        serde_json::from_str(&self.text(node, agent, chance)).unwrap_or_default()
    }
}

fn chip(renderer: &str) -> Graphics {
    Graphics {
        renderer: name(renderer),
        family: name(&graphics::family(renderer)),
        software: graphics::is_software(renderer),
    }
}

/// How many updates behind the newest a device starts, by their shares.
fn start(behind: &[f64], chance: &mut Chance) -> u32 {
    FIRST_RELEASE.saturating_sub(u32::try_from(chance.pick(behind.iter().copied())).unwrap_or_default())
}

fn system(agent: &str) -> Option<System> {
    let tokens = [
        ("iPhone", System::Ios),
        ("iPad", System::Ios),
        ("Android", System::Android),
        ("Windows", System::Windows),
        ("Macintosh", System::Macos),
        ("X11; Linux", System::Linux),
    ];
    tokens.iter().find(|(token, _)| agent.contains(token)).map(|(_, system)| *system)
}

fn browser(agent: &str) -> Option<(Brand, u32)> {
    let version = |token: &str| {
        let rest = agent.split_once(token)?.1;
        rest.chars().take_while(char::is_ascii_digit).collect::<String>().parse().ok()
    };
    if let Some(version) = version("Firefox/") {
        return Some((Brand::Firefox, version));
    }
    if let Some(version) = version("Chrome/") {
        return Some((if agent.contains("Edg/") { Brand::Edge } else { Brand::Chrome }, version));
    }
    version("Version/").map(|version| (Brand::Safari, version))
}

/// No tablet's shorter side is below, no phone's above; the signal `screen-built-in` divides them there too.
const TABLET_PIXELS: i64 = 500;
/// Draws of cores and memory until they fit.
const DRAWS: usize = 40;

#[cfg(test)]
pub mod tests {
    use super::*;

    /// A network of three devices for each system, made by hand.
    pub fn tiny() -> Network {
        let agents = [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36",
                "RTX 3060",
                "16",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.3 Safari/605.1.15",
                "Apple GPU",
                "8",
            ),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0", "Radeon", "8"),
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36",
                "Radeon",
                "8",
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Mobile Safari/537.36",
                "Mali-G52",
                "8",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.3 Mobile/15E148 Safari/604.1",
                "Apple GPU",
                "4",
            ),
        ];
        let by_agent = |value: &dyn Fn(&str, &str) -> Value| -> Value {
            agents
                .iter()
                .map(|(agent, chip, cores)| ((*agent).to_owned(), value(chip, cores)))
                .collect::<serde_json::Map<_, _>>()
                .into()
        };
        let node = |name: &str, value: &dyn Fn(&str, &str) -> Value| serde_json::json!({"name": name, "conditionalProbabilities": {"deeper": by_agent(value)}});
        let card = |chip: &str| format!("*STRINGIFIED*{{\"renderer\":\"{chip}\",\"vendor\":\"v\"}}");
        // four cores are a phone's
        let screen = |cores: &str, width: u32| {
            let (width, height) = if cores == "4" { (width / 5, 844) } else { (width, 1080) };
            format!(
                "*STRINGIFIED*{{\"width\":{width},\"height\":{height},\"availWidth\":{width},\"availHeight\":{height},\"colorDepth\":24,\"hasHDR\":false}}"
            )
        };
        let json = serde_json::json!({"nodes": [
            {"name": "userAgent", "conditionalProbabilities": by_agent(&|_, _| 0.16.into())},
            node("videoCard", &|chip, _| serde_json::json!({card(chip): 0.5, card(&format!("{chip} 9")): 0.5})),
            node("hardwareConcurrency", &|_, cores| serde_json::json!({format!("*STRINGIFIED*{cores}"): 0.7, "*STRINGIFIED*2": 0.3})),
            node("deviceMemory", &|_, _| serde_json::json!({"*STRINGIFIED*8": 0.5, "*STRINGIFIED*4": 0.5})),
            node("screen", &|_, cores| serde_json::json!({screen(cores, 1920): 0.5, screen(cores, 2160): 0.5})),
            node("fonts", &|_, _| serde_json::json!({"*STRINGIFIED*[\"Arial\",\"Calibri\"]": 0.6, "*STRINGIFIED*[\"Menlo\"]": 0.4})),
        ]});
        Network::from_json(&json).unwrap()
    }

    pub fn parameters() -> Parameters {
        Parameters::parse(include_str!("../parameters.toml")).unwrap()
    }

    #[test]
    fn cores_fit_the_graphics_processor_that_was_drawn_first() {
        let (network, parameters) = (tiny(), parameters());
        let population = Population::new(&network, &parameters).unwrap();
        let mut chance = Chance::of(1, "test", 0);
        for _ in 0..200 {
            let machine = population.device(System::Windows, &mut chance);
            assert_eq!((machine.cores, machine.memory), (16, 8));
        }
    }

    #[test]
    fn user_agents_are_understood() {
        for (agent, _) in &tiny().agents {
            assert!(system(agent).is_some() && browser(agent).is_some(), "{agent}");
        }
        assert_eq!(
            browser("AppleWebKit/537.36 Chrome/146.0.0.0 Safari/537.36 Edg/146.0.0.0"),
            Some((Brand::Edge, 146))
        );
    }

    #[test]
    fn a_network_without_a_system_is_refused() {
        let json = serde_json::json!({"nodes": [{"name": "userAgent", "conditionalProbabilities": {"iPhone Version/26": 1.0}}]});
        let network = Network::from_json(&json).unwrap();
        assert!(Population::new(&network, &parameters()).is_err());
    }
}
