//! One device: what is true of its machine, its browser and its owner's settings. What a browser says of it is `reading`'s work.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::chance::{mix, name};

/// Operating systems.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum System {
    Windows,
    Macos,
    Linux,
    Android,
    Ios,
}

impl System {
    pub const ALL: [Self; 5] = [Self::Windows, Self::Macos, Self::Linux, Self::Android, Self::Ios];

    /// As the evidence's fact and the figures' names have it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Windows => "windows",
            Self::Macos => "macos",
            Self::Linux => "linux",
            Self::Android => "android",
            Self::Ios => "ios",
        }
    }

    pub const fn is_mobile(self) -> bool {
        matches!(self, Self::Android | Self::Ios)
    }

    pub fn number(self) -> u64 {
        name(self.name())
    }
}

/// What computes pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Engine {
    Chromium,
    Firefox,
    Webkit,
}

impl Engine {
    pub const ALL: [Self; 3] = [Self::Chromium, Self::Firefox, Self::Webkit];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::Webkit => "webkit",
        }
    }

    pub fn number(self) -> u64 {
        name(self.name())
    }
}

/// Who made the browser; a profile opens in that one only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Brand {
    Brave,
    Chrome,
    Edge,
    Firefox,
    Safari,
}

impl Brand {
    pub const fn engine(self) -> Engine {
        match self {
            Self::Brave | Self::Chrome | Self::Edge => Engine::Chromium,
            Self::Firefox => Engine::Firefox,
            Self::Safari => Engine::Webkit,
        }
    }

    /// The client hint, where there are client hints.
    pub const fn hint(self) -> Option<&'static str> {
        match self {
            Self::Brave => Some("Brave"),
            Self::Chrome => Some("Google Chrome"),
            Self::Edge => Some("Microsoft Edge"),
            Self::Firefox | Self::Safari => None,
        }
    }

    pub fn number(self) -> u64 {
        name(self.hint().unwrap_or(self.engine().name()))
    }
}

/// What protects against fingerprinting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    Nothing,
    /// Brave's standard shields: noise and numbers drawn for each session.
    Brave,
    /// Strict protection of Firefox: noise, rounded numbers, the system's fonts.
    Strict,
    /// Firefox that resists fingerprinting.
    Resists,
    /// An extension that draws noise for each session.
    Extension,
}

/// A graphics processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Graphics {
    /// Its whole name.
    pub renderer: u64,
    /// Chips that are built alike.
    pub family: u64,
    /// Drawn by the processor.
    pub software: bool,
}

/// A monitor, with what its desktop takes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Monitor {
    pub size: u64,
    /// Smaller than any tablet.
    pub fits_a_phone: bool,
    pub frame: u64,
    pub display: u64,
}

/// What a person sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    pub zone: u64,
    /// The first language, in clear.
    pub language: String,
    pub languages: u64,
    pub locale: u64,
    pub media: u64,
    pub storage: u64,
    pub desktop_sites: bool,
}

/// What `navigator.platform` says on a system, as a number.
pub fn platform(says: &str, system: System) -> u64 {
    mix(&[name(says), system.number()])
}

/// A device.
#[derive(Clone, Debug)]
pub struct Machine {
    pub id: u64,
    pub system: System,
    pub brand: Brand,
    pub version: u32,
    /// Updates of system and driver since some beginning.
    pub system_release: u32,
    pub driver_release: u32,
    pub graphics: Graphics,
    /// The one of two that is not in use now.
    pub other_graphics: Option<Graphics>,
    pub driver_in_name: bool,
    pub arm: bool,
    pub cores: u64,
    pub memory: u64,
    pub touch: u64,
    /// Client hints: architecture, width, model.
    pub hints: u64,
    pub platform: u64,
    pub codecs: u64,
    pub monitor: Monitor,
    pub docking: Option<Monitor>,
    pub fonts: BTreeSet<u64>,
    pub voices: BTreeSet<u64>,
    /// Drawing like nobody's else, where not 0.
    pub own_geometry: u64,
    pub own_letters: u64,
    pub protection: Protection,
    /// The seed of a protection's noise.
    pub session: u64,
    pub settings: Settings,
}

impl Machine {
    pub const fn engine(&self) -> Engine {
        self.brand.engine()
    }

    /// Devices of one model are bought alike: chip, cores, memory; of a phone also its model and screen.
    pub fn model(&self) -> u64 {
        let panel = if self.system.is_mobile() { self.monitor.size } else { 0 };
        mix(&[self.system.number(), self.graphics.renderer, self.cores, self.memory, self.hints, panel])
    }
}
