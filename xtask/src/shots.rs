//! `shots`: a picture of every page, for eyes and for the documentation.

use std::path::Path;

use crate::args::Args;
use crate::failure::{Because, Outcome};
use crate::process;
use crate::setup::{self, Purpose};
use crate::test;
use crate::workspace::Workspace;

/// `cargo xtask shots`.
pub const COMMAND: crate::Command = crate::Command {
    name: "shots",
    usage: "shots DIR",
    about: "pictures of every page: desktop and phone, light and dark, English and Chinese",
    run,
};

fn run(workspace: &Workspace, mut args: Args) -> Outcome {
    let folder = args.positional().ok_or_else(|| args.refusal("a folder for the pictures is needed"))?;
    args.finish()?;
    setup::ensure(workspace, Purpose::Bench)?;
    test::build_demo(workspace)?;
    let folder = std::path::absolute(Path::new(&folder)).because(|| format!("finding {folder}"))?;
    let mut script = test::script(workspace, &["shots.ts"]);
    process::step("pictures", script.arg(&folder), &workspace.log("shots"))?;
    println!("pictures in {}", folder.display());
    Ok(())
}
