//! `test`: every suite, one closing line over all of them.
//!
//! May import: workspace, process, setup, build.
//!
//! To add a suite: one line in [`SUITES`]; its program ends with closing lines in libtest's form, which [`counts`] reads.

mod counts;
mod suites;

use counts::Counts;
pub use suites::script;

use crate::args::Args;
use crate::build;
use crate::clock::{Stopwatch, in_words};
use crate::failure::{Failure, Outcome};
use crate::process;
use crate::setup::{self, Purpose};
use crate::workspace::Workspace;

/// `cargo xtask test`.
pub const COMMAND: crate::Command = crate::Command {
    name: "test",
    usage: "test [--only SUITE]",
    about: "every test: native, wasm, end to end, attacks",
    run,
};

/// A set of tests run by one program.
struct Suite {
    name: &'static str,
    /// Whether it talks to the demo's processes: then these are built first, once.
    needs: Needs,
    /// What has to be installed for it.
    purpose: Purpose,
    command: fn(&Workspace) -> std::process::Command,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Needs {
    Sources,
    Demo,
}

/// In order of how soon they tell something.
const SUITES: &[Suite] = &[
    Suite { name: "native", needs: Needs::Sources, purpose: Purpose::Check, command: suites::native },
    Suite {
        name: "wasm-chromium",
        needs: Needs::Sources,
        purpose: Purpose::Test,
        command: |workspace| suites::wasm(workspace, "chromium"),
    },
    Suite {
        name: "wasm-firefox",
        needs: Needs::Sources,
        purpose: Purpose::Test,
        command: |workspace| suites::wasm(workspace, "firefox"),
    },
    Suite {
        name: "wasm-inspect-chromium",
        needs: Needs::Sources,
        purpose: Purpose::Test,
        command: |workspace| suites::wasm_inspect(workspace, "chromium"),
    },
    Suite {
        name: "wasm-inspect-firefox",
        needs: Needs::Sources,
        purpose: Purpose::Test,
        command: |workspace| suites::wasm_inspect(workspace, "firefox"),
    },
    Suite { name: "attacks", needs: Needs::Demo, purpose: Purpose::Check, command: suites::attacks },
    Suite {
        name: "e2e-chromium",
        needs: Needs::Demo,
        purpose: Purpose::Bench,
        command: |workspace| suites::e2e(workspace, "chromium"),
    },
    Suite {
        name: "e2e-firefox",
        needs: Needs::Demo,
        purpose: Purpose::Test,
        command: |workspace| suites::e2e(workspace, "firefox"),
    },
    Suite {
        name: "e2e-webkit",
        needs: Needs::Demo,
        purpose: Purpose::Test,
        command: |workspace| suites::e2e(workspace, "webkit"),
    },
    Suite { name: "stability", needs: Needs::Demo, purpose: Purpose::Test, command: suites::stability },
];

fn run(workspace: &Workspace, mut args: Args) -> Outcome {
    let only = args.value("--only")?;
    let chosen: Vec<&Suite> =
        SUITES.iter().filter(|suite| only.as_deref().is_none_or(|name| name == suite.name)).collect();
    if chosen.is_empty() {
        let names: Vec<&str> = SUITES.iter().map(|suite| suite.name).collect();
        return Err(args.refusal(&format!("the suites are {}", names.join(", "))));
    }
    args.finish()?;
    let purpose = chosen.iter().map(|suite| suite.purpose).max().unwrap_or(Purpose::Test);
    setup::ensure(workspace, purpose)?;
    let mut total = Counts::default();
    let mut demo_is_built = false;
    for suite in chosen {
        if suite.needs == Needs::Demo && !demo_is_built {
            build_demo(workspace)?;
            demo_is_built = true;
        }
        total = total + run_suite(workspace, suite)?;
    }
    let verdict = total.verdict();
    if let Err(why) = &verdict {
        println!("{why}; one suite again: cargo xtask test --only SUITE");
    }
    // The closing line is the last, whatever happened.
    println!("{total}");
    verdict.map_err(|_| Failure::told())
}

/// Builds what the end-to-end suites start.
pub fn build_demo(workspace: &Workspace) -> Outcome {
    build::www(workspace, false)?;
    build::binaries(workspace, build::Profile::Dev).map(|_| ())
}

fn run_suite(workspace: &Workspace, suite: &Suite) -> Outcome<Counts> {
    let watch = Stopwatch::start();
    println!("{} …", suite.name);
    let log = workspace.log(&format!("test-{}", suite.name));
    let finished = process::follow(&mut (suite.command)(workspace), &log, counts::is_progress)?;
    let counts = Counts::read(&finished.text).of_suite(finished.success);
    println!("{}: {counts} ({})", suite.name, in_words(watch.elapsed()));
    if counts.verdict().is_err() {
        println!("{}", counts::failures(&finished.text));
        println!("(everything: {})", finished.log.display());
    }
    Ok(counts)
}
