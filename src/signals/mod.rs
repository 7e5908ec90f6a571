//! Signals: one file for one fact about the machine.
//!
//! May import `boundary` and the protocol's canonical bytes; siblings never import each other, but
//! for `drawing`, `graphics` and `pixels`, which are no signals.
//!
//! A good signal stays the same in a private window and over a browser update, differs between machines, has no side
//! effect, asks for no permission, and is no test of the browser's version. It handles **expected** absence only:
//! whatever else is thrown becomes `failed` with the error's name, and touches no other signal.
//!
//! To add one:
//! 1. `src/signals/<fact>.rs`: one `pub const SIGNAL: Signal` and its `read`, with the reason why it is stable;
//! 2. one line in [`TABLE`], cheap ones first, since what comes late is lost when the time budget ends;
//! 3. three tests in `tests/`: the browser's own value is acceptable, two readings agree, a replaced property gives the
//!    expected reading.
//!
//! The name is the component's name on the wire. A signal whose reading changes its form gets a new name, or every
//! known device would seem to have changed.

use login_guard_protocol::Transcript;

use crate::boundary::{Browser, Fault, Value};

mod architecture;
mod audio;
mod automation_traces;
mod automation_webdriver;
mod canvas;
mod canvas_accelerated;
mod canvas_text;
mod client_hints;
mod codecs;
mod device_memory;
mod display;
mod drawing;
mod emoji;
mod emoji_metrics;
mod engine;
mod features;
mod flavors;
mod fonts;
mod graphics;
mod hardware;
mod languages;
mod locale;
mod math;
mod media;
mod pixels;
mod platform;
mod plugins;
mod pointer;
mod screen_built_in;
mod screen_frame;
mod screen_size;
mod speech;
mod storage;
mod tampering_natives;
mod tampering_worker;
mod text_metrics;
mod timezone;
mod touch;
mod webgl;
mod webgl_extensions;
mod webgl_parameters;
mod webgpu;

/// All signals, in the order of reading within each scope.
pub const TABLE: &[Signal] = &[
    screen_size::SIGNAL,
    screen_built_in::SIGNAL,
    screen_frame::SIGNAL,
    display::SIGNAL,
    media::SIGNAL,
    pointer::SIGNAL,
    touch::SIGNAL,
    hardware::SIGNAL,
    device_memory::SIGNAL,
    platform::SIGNAL,
    architecture::SIGNAL,
    engine::SIGNAL,
    flavors::SIGNAL,
    features::SIGNAL,
    storage::SIGNAL,
    plugins::SIGNAL,
    math::SIGNAL,
    automation_webdriver::SIGNAL,
    automation_traces::SIGNAL,
    tampering_natives::SIGNAL,
    codecs::SIGNAL,
    client_hints::SIGNAL,
    speech::SIGNAL,
    audio::SIGNAL,
    timezone::SIGNAL,
    locale::SIGNAL,
    languages::SIGNAL,
    tampering_worker::SIGNAL,
    webgpu::SIGNAL,
    fonts::SIGNAL,
    canvas::SIGNAL,
    canvas_text::SIGNAL,
    emoji::SIGNAL,
    emoji_metrics::SIGNAL,
    text_metrics::SIGNAL,
    webgl::SIGNAL,
    webgl_parameters::SIGNAL,
    webgl_extensions::SIGNAL,
    canvas_accelerated::SIGNAL,
];

/// One fact that the module knows how to read.
#[derive(Debug)]
pub struct Signal {
    /// The component's name on the wire, kebab-case.
    pub name: &'static str,
    /// What makes its value change.
    pub stability: Stability,
    /// What reading it costs.
    pub cost: Cost,
    /// Where it must be read.
    pub scope: Scope,
    /// Reads it.
    ///
    /// # Errors
    /// [`Fault::Missing`] becomes absent as `unsupported`, [`Fault::Thrown`] becomes failed.
    pub read: fn(&Browser) -> Result<Reading, Fault>,
}

/// What makes a signal's value change, from seldom to often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stability {
    /// Another machine.
    Machine,
    /// Another operating system, driver or installed software.
    System,
    /// A setting or another monitor.
    Setting,
}

/// What reading a signal costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost {
    /// Properties only, well below a millisecond.
    Free,
    /// Rendering: milliseconds, more at a process's first time.
    Rendering,
}

/// Where a signal is read. The two give different values in some engines, so each name has one
/// scope only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// On the page: what a worker does not have.
    Page,
    /// In a worker: what would hold the page up.
    Worker,
    /// In a second worker beside it: what looks fonts up, which takes as long as all the rest.
    Letters,
}

/// What a signal read.
#[derive(Debug)]
pub enum Reading {
    /// The browser has no such thing, or hides it, for a named reason.
    Absent(&'static str),
    /// Two readings differ.
    Noisy,
    /// The browser answers later.
    Pending(Pending),
    /// The canonical bytes of what was read. They never leave the browser.
    Present(Vec<u8>),
    /// Things of one kind that are there, in any order. Each is digested alone, so that one more is a small change.
    Set(Vec<String>),
}

/// A promise, and what to make of its value.
#[derive(Debug)]
pub struct Pending {
    /// What the browser promised.
    pub promise: Value,
    /// Makes a reading of it.
    ///
    /// # Errors
    /// As [`Signal::read`].
    pub finish: fn(&Browser, &Value) -> Result<Reading, Fault>,
}

/// The signal of this name.
pub fn find(name: &str) -> Option<&'static Signal> {
    TABLE.iter().find(|signal| signal.name == name)
}

/// One line for each signal: name, blank, scope in lower case.
pub fn list() -> String {
    let mut list = String::with_capacity(32 * TABLE.len());
    for signal in TABLE {
        list.push_str(signal.name);
        list.push_str(match signal.scope {
            Scope::Page => " page\n",
            Scope::Worker => " worker\n",
            Scope::Letters => " letters\n",
        });
    }
    list
}

/// Reads a table of paths from `root`: each as JSON, or as nothing where the browser has no such property.
fn properties(root: &Value, paths: &[&str]) -> Result<Reading, Fault> {
    #[cfg(feature = "inspect")]
    note(paths.iter().copied());
    let mut reading = Transcript::new("properties");
    let mut found = false;
    for path in paths {
        let text = match root.at(path).and_then(|value| value.json()) {
            Ok(text) => text,
            Err(Fault::Missing) => String::new(),
            Err(fault) => return Err(fault),
        };
        found |= !text.is_empty();
        reading = reading.part(text.as_bytes());
    }
    if found { Ok(Reading::Present(reading.into_bytes())) } else { Err(Fault::Missing) }
}

/// One byte for each path: 0 where there is nothing or `false`, 1 where there is something, 2 where looking is forbidden.
fn flags(browser: &Browser, paths: &[&str]) -> Vec<u8> {
    #[cfg(feature = "inspect")]
    note(paths.iter().copied());
    let flag = |path: &&str| match browser.at(path) {
        Ok(value) => u8::from(!value.is_false()),
        Err(Fault::Missing) => 0,
        Err(Fault::Thrown(_)) => 2,
    };
    paths.iter().map(flag).collect()
}

/// The paths at which there is something.
fn there(browser: &Browser, paths: &[&str]) -> Vec<String> {
    let found = flags(browser, paths);
    paths.iter().zip(found).filter(|(_, flag)| *flag == 1).map(|(path, _)| (*path).to_owned()).collect()
}

/// One byte for each media query: whether it matches.
fn matching(browser: &Browser, queries: &[&str]) -> Result<Vec<u8>, Fault> {
    #[cfg(feature = "inspect")]
    note(queries.iter().copied());
    queries.iter().map(|query| browser.matches_media(query).map(u8::from)).collect()
}

/// Traces of automation or tampering. None is a reason to be absent, so that a verifier sees whether there are any,
/// although digests do not tell which.
fn traces(found: Vec<String>) -> Reading {
    if found.is_empty() { Reading::Absent("none") } else { Reading::Set(found) }
}

/// Whether a text has a part. The standard library's search costs more than a whole signal.
fn contains(text: &str, part: &str) -> bool {
    text.as_bytes().windows(part.len()).any(|window| window == part.as_bytes())
}

/// Says what the parts of a reading are, for the inspector.
#[cfg(feature = "inspect")]
fn note<'a>(labels: impl Iterator<Item = &'a str>) {
    LABELS.set(labels.map(str::to_owned).collect());
}

/// What the parts of the reading that was finished just now are, where a signal said so.
#[cfg(feature = "inspect")]
pub fn take_labels() -> Vec<String> {
    LABELS.take()
}

#[cfg(feature = "inspect")]
thread_local! {
    static LABELS: std::cell::RefCell<Vec<String>> = const { std::cell::RefCell::new(Vec::new()) };
}

#[cfg(test)]
mod tests {
    use login_guard_protocol::{evidence::Word, limits};

    use super::*;

    #[test]
    fn names_are_words_and_unique() {
        for (at, signal) in TABLE.iter().enumerate() {
            assert!(Word::parse(signal.name).is_ok(), "{}", signal.name);
            assert!(TABLE.iter().skip(at + 1).all(|other| other.name != signal.name), "{}", signal.name);
        }
        assert!(TABLE.len() <= limits::COMPONENTS);
    }

    #[test]
    fn what_renders_is_never_on_the_page_but_for_sound() {
        // workers have no sound; its rendering is the browser's own, off the page's thread
        let rendering = TABLE.iter().filter(|signal| signal.cost == Cost::Rendering && signal.scope == Scope::Page);
        assert_eq!(rendering.map(|signal| signal.name).collect::<Vec<_>>(), ["audio"]);
    }

    #[test]
    fn what_renders_comes_after_what_is_free() {
        for scope in [Scope::Page, Scope::Worker, Scope::Letters] {
            let costs: Vec<Cost> = TABLE.iter().filter(|s| s.scope == scope).map(|s| s.cost).collect();
            assert!(costs.is_sorted_by_key(|cost| *cost == Cost::Rendering));
        }
    }
}
