//! `setup`: everything a command needs on this machine. Idempotent; a second run takes a moment.
//!
//! May import: workspace, process, clock, failure.
//!
//! To add a need: one function in the file of its kind (`cargo_tools`, `debian`, `npm`, `basics`) and one line in
//! [`NEEDS`]. A need first looks whether it is there, and says what it does only when it does something.

mod basics;
mod cargo_tools;
mod debian;
mod npm;

pub use cargo_tools::pinned_tools;

use crate::args::Args;
use crate::clock::{Stopwatch, in_words};
use crate::failure::{Failure, Outcome};
use crate::workspace::Workspace;

/// `cargo xtask setup`.
pub const COMMAND: crate::Command = crate::Command {
    name: "setup",
    usage: "setup [--for demo|check|test|bench]",
    about: "installs what a command needs; each command does it by itself first",
    run,
};

/// What is going to be done: decides what has to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// Building and serving; no browser.
    Demo,
    /// Checking the sources; no browser.
    Check,
    /// Benchmarks and pictures: Chromium.
    Bench,
    /// Everything.
    Test,
}

/// One thing that has to be there, and from which purpose on.
struct Need {
    from: Purpose,
    ensure: fn(&Workspace) -> Outcome,
}

const NEEDS: &[Need] = &[
    Need { from: Purpose::Demo, ensure: basics::ensure_compiler },
    Need { from: Purpose::Demo, ensure: basics::ensure_node },
    Need { from: Purpose::Demo, ensure: basics::ensure_wasm_target },
    Need { from: Purpose::Bench, ensure: debian::ensure_chromium },
    Need { from: Purpose::Test, ensure: debian::ensure_browsers },
    Need { from: Purpose::Demo, ensure: cargo_tools::ensure_wasm_bindgen },
    Need { from: Purpose::Test, ensure: cargo_tools::ensure_wasm_pack },
    Need { from: Purpose::Test, ensure: cargo_tools::ensure_geckodriver },
    Need { from: Purpose::Demo, ensure: npm::ensure_root },
    Need { from: Purpose::Check, ensure: npm::ensure_e2e },
];

/// Makes sure that everything is there for `purpose`.
///
/// # Errors
/// Something is missing and cannot be installed from here; the failure says what to type.
pub fn ensure(workspace: &Workspace, purpose: Purpose) -> Outcome {
    NEEDS.iter().filter(|need| need.from <= purpose).try_for_each(|need| (need.ensure)(workspace))
}

fn run(workspace: &Workspace, mut args: Args) -> Outcome {
    let purpose = match args.value("--for")?.as_deref() {
        None | Some("test") => Purpose::Test,
        Some("demo") => Purpose::Demo,
        Some("check") => Purpose::Check,
        Some("bench") => Purpose::Bench,
        Some(other) => return Err(args.refusal(&format!("nothing is set up for {other:?}"))),
    };
    args.finish()?;
    let watch = Stopwatch::start();
    ensure(workspace, purpose)?;
    println!("everything is there ({})", in_words(watch.elapsed()));
    Ok(())
}

/// The failure for something that a person has to install.
fn missing(what: &str, command_line: &str) -> Failure {
    Failure::new(format!("{what} is missing")).hint(format!("install it and start again:\n  {command_line}"))
}
