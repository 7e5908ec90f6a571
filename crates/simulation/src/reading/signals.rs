//! One reading for each component: what the signal of that name would read.

use std::collections::BTreeSet;

use super::{Signal, State, View};
use crate::chance::{mix, name};
use crate::machine::{self, Brand, Engine, Protection, System};

/// In the order of docs/signals.md.
pub(super) const SIGNALS: &[Signal] = &[
    ("screen-size", |view| match view.machine.protection {
        // rounded to common sizes; Brave gives the window's
        Protection::Strict | Protection::Resists => State::Present(view.monitor.size % 6),
        Protection::Brave => State::Present(view.of_session("screen")),
        Protection::Nothing | Protection::Extension => State::Present(view.monitor.size),
    }),
    // the desktop sites that a person asks for leave it as it is
    ("screen-built-in", |view| match view.machine.system {
        System::Ios if view.monitor.fits_a_phone => State::Present(view.monitor.size),
        _ => State::Absent("none"),
    }),
    ("screen-frame", |view| match view.machine.protection {
        Protection::Brave | Protection::Strict | Protection::Resists => State::Present(0),
        Protection::Nothing | Protection::Extension => view.moved("screen-frame", &[view.monitor.frame]),
    }),
    ("display", |view| State::Present(if view.resists() { 0 } else { view.monitor.display })),
    ("media", |view| State::Present(if view.resists() { 0 } else { view.machine.settings.media })),
    ("pointer", |view| {
        State::Present(mix(&[u64::from(view.machine.system.is_mobile()), u64::from(view.today.docked)]))
    }),
    ("touch", |view| State::Present(mix(&[view.machine.touch, u64::from(view.machine.system.is_mobile())]))),
    ("hardware", |view| {
        let cores = view.machine.cores;
        State::Present(match view.machine.protection {
            Protection::Brave => 2 + view.of_session("cores") % cores.saturating_sub(1).max(1),
            Protection::Strict | Protection::Resists => {
                if cores >= 8 {
                    8
                } else {
                    4
                }
            }
            Protection::Nothing | Protection::Extension => cores,
        })
    }),
    ("device-memory", |view| {
        let memory = view.machine.memory;
        match (view.machine.engine(), view.machine.protection) {
            (Engine::Firefox | Engine::Webkit, _) => State::Absent("unsupported"),
            // a power of two up to the true one
            (Engine::Chromium, Protection::Brave) => State::Present(memory >> (view.of_session("memory") % 5)),
            (Engine::Chromium, _) => view.moved("device-memory", &[memory]),
        }
    }),
    ("platform", |view| {
        let desktop_sites = view.machine.settings.desktop_sites;
        let platform = match view.machine.system {
            // an iPhone that asks for them says what Macs say
            System::Ios if desktop_sites => machine::platform("MacIntel", System::Macos),
            _ => view.machine.platform,
        };
        State::Present(mix(&[platform, u64::from(desktop_sites && view.machine.engine() == Engine::Chromium)]))
    }),
    ("architecture", |view| State::Present(u64::from(view.machine.arm))),
    ("engine", |view| State::Present(view.machine.engine().number())),
    ("flavors", |view| {
        let brand = view.machine.brand.number();
        view.moved_set("flavors", (0..2).map(move |at| if at == 0 { 0 } else { brand }))
    }),
    ("features", |view| {
        let (engine, system) = (view.machine.engine().number(), view.machine.system.number());
        let brave = u64::from(view.machine.brand == Brand::Brave) * 3;
        let member = move |at| if at < 8 { mix(&[engine, at]) } else { mix(&[engine, system, at]) };
        view.moved_set("features", (brave..18).map(member))
    }),
    ("storage", |view| State::Present(view.machine.settings.storage)),
    ("plugins", |view| {
        view.moved("plugins", &[view.machine.system.number() * u64::from(view.machine.system.is_mobile())])
    }),
    ("math", |view| {
        let processor = if view.machine.engine() == Engine::Firefox { 0 } else { u64::from(view.machine.arm) };
        view.moved("math", &[view.machine.engine().number(), view.machine.system.number(), processor])
    }),
    ("codecs", |view| {
        view.moved("codecs", &[view.machine.codecs, view.machine.brand.number(), view.machine.system.number()])
    }),
    ("client-hints", |view| match view.machine.engine() {
        Engine::Chromium => view.moved("client-hints", &[view.machine.hints]),
        Engine::Firefox | Engine::Webkit => State::Absent("unsupported"),
    }),
    ("speech", |view| {
        let count = match view.machine.system {
            System::Windows => 4,
            System::Macos => 48,
            System::Linux => 0,
            System::Android => 12,
            System::Ios => 30,
        };
        if count == 0 || view.resists() {
            return State::Absent("timed-out");
        }
        let class = mix(&[name(&view.machine.settings.language), view.machine.id % view.reader.classes.voices.max(1)]);
        // voices of all, and a few of the language
        let voices =
            (0..count).map(|at| if at < 3 { mix(&[class, at]) } else { mix(&[view.machine.system.number(), at]) });
        let disguise = (view.machine.protection == Protection::Brave).then(|| view.of_session("voice"));
        view.moved_set("speech", voices.chain(view.machine.voices.iter().copied()).chain(disguise))
    }),
    ("audio", |view| {
        let class = mix(&[view.graphics.family, u64::from(view.machine.arm)]) % view.reader.classes.audio.max(1);
        match view.machine.protection {
            Protection::Brave | Protection::Extension => State::Present(view.of_session("audio")),
            Protection::Resists => State::Noisy,
            Protection::Nothing | Protection::Strict => {
                view.moved("audio", &[view.machine.engine().number(), view.machine.system.number(), class])
            }
        }
    }),
    ("timezone", |view| {
        State::Present(if view.resists() { u64::MAX } else { view.today.away.unwrap_or(view.machine.settings.zone) })
    }),
    (
        "locale",
        |view| if view.resists() { State::Present(0) } else { view.moved("locale", &[view.machine.settings.locale]) },
    ),
    ("languages", |view| State::Present(if view.resists() { 0 } else { view.machine.settings.languages })),
    ("webgpu", |view| {
        let firefox =
            view.machine.engine() == Engine::Firefox && (view.is_strict() || view.machine.system != System::Windows);
        if view.graphics.software || firefox || view.machine.system == System::Linux {
            return State::Absent("unsupported");
        }
        view.moved("webgpu", &[view.graphics.family, view.machine.engine().number()])
    }),
    ("canvas", |view| view.picture("canvas", &[view.geometry()])),
    ("canvas-accelerated", |view| view.picture("canvas-accelerated", &[view.accelerated()])),
    ("webgl", |view| {
        // Firefox names a class of chips
        let renderer =
            if view.machine.engine() == Engine::Firefox { view.graphics.family } else { view.graphics.renderer };
        let driver = u64::from(view.machine.driver_in_name) * u64::from(view.machine.driver_release);
        match (view.has_webgl(), view.resists()) {
            (false, _) => State::Absent("unsupported"),
            (true, true) => State::Present(0),
            (true, false) => State::Present(mix(&[view.machine.engine().number(), renderer, driver])),
        }
    }),
    ("webgl-parameters", |view| match (view.has_webgl(), view.resists()) {
        (false, _) => State::Absent("unsupported"),
        (true, true) => State::Present(0),
        (true, false) => view.moved(
            "webgl-parameters",
            &[view.graphics.family, view.machine.engine().number(), view.machine.system.number()],
        ),
    }),
    ("webgl-extensions", |view| {
        if !view.has_webgl() {
            return State::Absent("unsupported");
        }
        // most are everywhere, some follow the chip
        let (engine, family) = (view.machine.engine().number(), view.graphics.family);
        let member = move |at: u64| if at < 26 { mix(&[engine, at]) } else { mix(&[engine, family % 12, at]) };
        view.moved_set("webgl-extensions", (0..34).map(member))
    }),
    ("canvas-text", |view| view.picture("canvas-text", &[view.letters()])),
    ("emoji", |view| view.picture("emoji", &[view.geometry(), view.machine.system.number(), emoji_font(view)])),
    ("emoji-metrics", |view| {
        view.moved("emoji-metrics", &[view.machine.engine().number(), view.machine.system.number(), emoji_font(view)])
    }),
    ("text-metrics", |view| {
        let fonts: Vec<u64> = if view.is_strict() { Vec::new() } else { view.machine.fonts.iter().copied().collect() };
        let class = mix(&[mix(&fonts), name(&view.machine.settings.language)]) % view.reader.classes.metrics.max(1);
        view.moved("text-metrics", &[view.machine.engine().number(), view.machine.system.number(), class])
    }),
    ("fonts", |view| {
        let own: BTreeSet<u64> = if view.is_strict() { BTreeSet::new() } else { view.machine.fonts.clone() };
        let system = view.machine.system.number();
        view.moved_set("fonts", own.into_iter().chain((0..3).map(move |at| mix(&[system, at]))))
    }),
];

/// What the worker for letters reads.
pub(super) const LETTERS: &[&str] = &["canvas-text", "emoji", "emoji-metrics", "text-metrics", "fonts"];
/// What the other worker reads.
pub(super) const WORKER: &[&str] = &[
    "timezone",
    "locale",
    "languages",
    "webgpu",
    "canvas",
    "canvas-accelerated",
    "webgl",
    "webgl-parameters",
    "webgl-extensions",
];

/// On Linux emoji fonts are the person's; elsewhere the system's.
fn emoji_font(view: &View) -> u64 {
    if view.machine.system == System::Linux { view.machine.id % 4 } else { 0 }
}
