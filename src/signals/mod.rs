//! Signals: one file for one fact about the machine.
//!
//! May import `boundary` and the protocol's canonical bytes; siblings never import each other.
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

mod audio;
mod canvas;
mod fonts;
mod hardware;
mod languages;
mod media;
mod platform;
mod screen;
mod timezone;
mod webgl;

/// All signals, in the order of reading within each scope.
pub const TABLE: &[Signal] = &[
    screen::SIGNAL,
    hardware::SIGNAL,
    platform::SIGNAL,
    media::SIGNAL,
    audio::SIGNAL,
    timezone::SIGNAL,
    languages::SIGNAL,
    canvas::SIGNAL,
    fonts::SIGNAL,
    webgl::SIGNAL,
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

/// Where a signal is read. The two give different values in some engines, so each name has one scope only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// On the page: what a worker does not have.
    Page,
    /// In a worker: what would hold the page up.
    Worker,
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
    pub finish: fn(&Value) -> Result<Reading, Fault>,
}

/// The signal of this name.
pub fn find(name: &str) -> Option<&'static Signal> {
    TABLE.iter().find(|signal| signal.name == name)
}

/// One line for each signal: name, blank, scope.
pub fn list() -> String {
    let mut list = String::with_capacity(32 * TABLE.len());
    for signal in TABLE {
        list.push_str(signal.name);
        list.push_str(match signal.scope {
            Scope::Page => " page\n",
            Scope::Worker => " worker\n",
        });
    }
    list
}

/// Reads a table of paths: each as JSON, or as nothing where the browser has no such property.
fn properties(browser: &Browser, paths: &[&str]) -> Result<Reading, Fault> {
    let mut reading = Transcript::new("properties");
    let mut found = false;
    for path in paths {
        let text = match browser.at(path).and_then(|value| value.json()) {
            Ok(text) => text,
            Err(Fault::Missing) => String::new(),
            Err(fault) => return Err(fault),
        };
        found |= !text.is_empty();
        reading = reading.part(text.as_bytes());
    }
    if found { Ok(Reading::Present(reading.into_bytes())) } else { Err(Fault::Missing) }
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
    fn what_renders_comes_after_what_is_free() {
        for scope in [Scope::Page, Scope::Worker] {
            let costs: Vec<Cost> = TABLE.iter().filter(|s| s.scope == scope).map(|s| s.cost).collect();
            assert!(costs.is_sorted_by_key(|cost| *cost == Cost::Rendering));
        }
    }
}
