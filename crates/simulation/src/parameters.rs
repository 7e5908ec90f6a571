//! The one file of parameters, parsed.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::Failure;
use crate::machine::System;

/// Everything that is assumed; `parameters.toml` explains each.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    pub seed: u64,
    pub owners: usize,
    pub days: f64,
    pub victims_per_system: usize,
    pub bootstrap_samples: usize,
    pub network: Source,
    pub systems: BTreeMap<System, f64>,
    pub plausible: Vec<Plausible>,
    pub classes: Classes,
    pub places: Places,
    pub visits: Vec<Visits>,
    pub releases: Releases,
    pub lag: Vec<Lag>,
    pub updates: BTreeMap<System, Updates>,
    pub moves: BTreeMap<String, Moves>,
    pub names: Names,
    pub owners_do: OwnersDo,
    pub slowness: Slowness,
    pub protections: Protections,
    pub attackers: Attackers,
}

/// Where the model of devices is from.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    pub package: String,
    pub version: String,
    pub member: String,
    pub sha256: String,
}

/// Cores and memory found beside a graphics processor: least and most.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plausible {
    pub graphics: String,
    pub cores: [f64; 2],
    pub memory: [f64; 2],
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Classes {
    pub geometry: u64,
    pub letters: u64,
    pub own_geometry: f64,
    pub own_letters: f64,
    pub audio: u64,
    pub metrics: u64,
    pub voices: u64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Places {
    pub zones: usize,
    pub home_share: f64,
    pub own_list_of_languages: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Visits {
    pub name: String,
    pub days: f64,
    pub share: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Releases {
    pub chromium_days: f64,
    pub chromium_days_later: f64,
    pub chromium_later_from_day: f64,
    pub firefox_days: f64,
    pub webkit_days: f64,
    pub webkit_first_day: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lag {
    pub days: f64,
    pub share: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Updates {
    pub system: f64,
    pub driver: f64,
}

/// What moves one component.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moves {
    pub browser: f64,
    pub system: f64,
    pub driver: f64,
    pub afar: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Names {
    pub linux_driver_in_name: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnersDo {
    pub trips: f64,
    pub trip_days: f64,
    pub moves_home: f64,
    pub changes_languages: f64,
    pub changes_locale: f64,
    pub changes_accessibility: f64,
    pub installs_fonts: f64,
    pub installs_font_packages: f64,
    pub installs_voices: f64,
    pub changes_monitor: f64,
    pub changes_bars: f64,
    pub forbids_storage_kind: f64,
    pub asks_desktop_sites: f64,
    pub zooms_phone: f64,
    pub docked_share: f64,
    pub docked_visits: f64,
    pub two_graphics_share: f64,
    pub two_graphics_switches: f64,
    pub new_graphics: f64,
    pub new_memory: f64,
    pub software_drawing_per_login: f64,
    pub clears_storage: f64,
    pub webkit_keeps_days: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slowness {
    pub slow_share: f64,
    pub slow_late: f64,
    pub else_late: f64,
    pub both_workers: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Protections {
    pub brave_desktop: f64,
    pub brave_mobile: f64,
    pub firefox_strict: f64,
    pub firefox_resists: f64,
    pub extension: f64,
    pub firefox_becomes_strict: f64,
    pub firefox_becomes_resisting: f64,
    pub extension_added: f64,
    pub session_days_desktop: f64,
    pub session_days_mobile: f64,
    pub firefox_desktop: f64,
    pub firefox_android: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attackers {
    pub antidetect_own: Vec<String>,
    pub antidetect_systems: BTreeMap<System, f64>,
}

impl Parameters {
    /// Parses the file's text.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        toml::from_str(text).map_err(|error| format!("the parameters: {error}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_file_parses_and_its_shares_add_up() {
        let parameters = Parameters::parse(include_str!("../parameters.toml")).unwrap();
        let sums = [
            parameters.systems.values().sum::<f64>(),
            parameters.visits.iter().map(|visits| visits.share).sum(),
            parameters.lag.iter().map(|lag| lag.share).sum(),
            parameters.attackers.antidetect_systems.values().sum(),
        ];
        assert!(sums.iter().all(|sum| (sum - 1.0).abs() < 1e-9), "{sums:?}");
        assert!(System::ALL.iter().all(|system| parameters.updates.contains_key(system)));
    }
}
