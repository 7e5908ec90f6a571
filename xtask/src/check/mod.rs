//! `check`: everything about the sources that needs no running program.
//!
//! May import: workspace, process, setup, build.
//!
//! To add a step: one file with a function that returns the problems it found, one line in [`STEPS`], and a unit test
//! that a planted problem is found.

mod arrows;
mod cargo_steps;
mod licences;
mod machine_paths;
mod migrations;
mod problems;
mod readme;
mod sizes;
mod types;

use crate::args::Args;
use crate::clock::{Stopwatch, in_words};
use crate::failure::{Failure, Outcome};
use crate::setup::{self, Purpose};
use crate::workspace::Workspace;

/// `cargo xtask check`.
pub const COMMAND: crate::Command = crate::Command {
    name: "check",
    usage: "check [--only STEP] [--fix]",
    about: "format, lints, docs, types, arrows, licences, sizes",
    run,
};

/// Whether a step may change files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Look only.
    Look,
    /// Repair what can be repaired.
    Fix,
}

/// One step. Its function returns every problem it found, a sentence each, with file and line where there is one.
struct Step {
    name: &'static str,
    needs: Needs,
    find: fn(&Workspace, Mode) -> Outcome<Vec<String>>,
}

/// What has to be set up before a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Needs {
    /// The Rust toolchain, as it is.
    Nothing,
    /// The wasm target, Node and npm packages.
    Tools,
}

const STEPS: &[Step] = &[
    Step { name: "fmt", needs: Needs::Nothing, find: cargo_steps::format },
    Step { name: "arrows", needs: Needs::Nothing, find: |workspace, _| arrows::find(workspace) },
    Step { name: "migrations", needs: Needs::Nothing, find: |workspace, _| migrations::find(workspace) },
    Step { name: "problems", needs: Needs::Nothing, find: |workspace, _| problems::find(workspace) },
    Step { name: "readme", needs: Needs::Nothing, find: |workspace, _| readme::find(workspace) },
    Step { name: "machine-paths", needs: Needs::Nothing, find: |workspace, _| machine_paths::find(workspace) },
    Step { name: "licences", needs: Needs::Nothing, find: |workspace, _| licences::find(workspace) },
    Step { name: "clippy", needs: Needs::Nothing, find: cargo_steps::clippy_native },
    Step { name: "clippy-wasm", needs: Needs::Tools, find: cargo_steps::clippy_wasm },
    Step { name: "docs", needs: Needs::Nothing, find: |workspace, _| cargo_steps::docs(workspace) },
    Step { name: "types", needs: Needs::Tools, find: |workspace, _| types::find(workspace) },
    Step { name: "sizes", needs: Needs::Tools, find: |workspace, _| sizes::find(workspace) },
];

fn run(workspace: &Workspace, mut args: Args) -> Outcome {
    let only = args.value("--only")?;
    let mode = if args.switch("--fix") { Mode::Fix } else { Mode::Look };
    let chosen: Vec<&Step> = STEPS.iter().filter(|step| only.as_deref().is_none_or(|name| name == step.name)).collect();
    if chosen.is_empty() {
        let names: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
        return Err(args.refusal(&format!("the steps are {}", names.join(", "))));
    }
    args.finish()?;
    if chosen.iter().any(|step| step.needs == Needs::Tools) {
        setup::ensure(workspace, Purpose::Check)?;
    }
    let mut failed = Vec::new();
    for step in chosen {
        let watch = Stopwatch::start();
        let problems = (step.find)(workspace, mode)?;
        let state = if problems.is_empty() { "ok" } else { "FAILED" };
        println!("{:<14}{state:<8}{}", step.name, in_words(watch.elapsed()));
        if !problems.is_empty() {
            failed.push(step.name);
        }
        for problem in &problems {
            println!("  {}", problem.replace('\n', "\n  "));
        }
    }
    if failed.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!("check failed: {}", failed.join(", ")))
        .hint("one step again: cargo xtask check --only STEP"))
}
