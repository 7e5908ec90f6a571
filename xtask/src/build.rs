//! `build` and `build-www`: the binaries, and what browsers load.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::PathBuf;

use crate::args::Args;
use crate::failure::{Because, Failure, Outcome};
use crate::process;
use crate::setup::{self, Purpose};
use crate::workspace::Workspace;

/// `cargo xtask build`.
pub const COMMAND: crate::Command = crate::Command {
    name: "build",
    usage: "build [--release]",
    about: "builds the verifier and the demo exchange",
    run: |workspace, mut args: Args| {
        let profile = if args.switch("--release") { Profile::Release } else { Profile::Dev };
        args.finish()?;
        setup::ensure(workspace, Purpose::Demo)?;
        binaries(workspace, profile).map(|_| ())
    },
};

/// `cargo xtask build-www`.
pub const WWW_COMMAND: crate::Command = crate::Command {
    name: "build-www",
    usage: "build-www [--force]",
    about: "builds the wasm module and the scripts into www/dist, if anything changed",
    run: |workspace, mut args: Args| {
        let force = args.switch("--force");
        args.finish()?;
        setup::ensure(workspace, Purpose::Demo)?;
        www(workspace, force)
    },
};

/// Which of Cargo's profiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Quick to build.
    Dev,
    /// As shipped.
    Release,
}

/// The programs that the demo starts.
#[derive(Debug)]
pub struct Binaries {
    /// `login-guard-verifier`.
    pub verifier: PathBuf,
    /// `login-guard-demo-exchange`.
    pub exchange: PathBuf,
}

impl Binaries {
    /// Where Cargo puts them.
    pub fn built(workspace: &Workspace, profile: Profile) -> Self {
        let folder = workspace.target(if profile == Profile::Release { "release" } else { "debug" });
        Self { verifier: folder.join("login-guard-verifier"), exchange: folder.join("login-guard-demo-exchange") }
    }
}

/// Builds the binaries.
///
/// # Errors
/// They do not compile; the failure shows why.
pub fn binaries(workspace: &Workspace, profile: Profile) -> Outcome<Binaries> {
    let mut cargo = workspace.cargo();
    cargo.args(["build", "--bins", "--package", "login-guard-verifier", "--package", "login-guard-demo-exchange"]);
    if profile == Profile::Release {
        cargo.arg("--release");
    }
    let headline = if profile == Profile::Release { "release binaries" } else { "binaries" };
    process::step(headline, &mut cargo, &workspace.log("build"))?;
    Ok(Binaries::built(workspace, profile))
}

/// Builds `www/dist`, unless nothing that goes into it changed since the last time.
///
/// # Errors
/// The build script fails; the failure shows what it wrote.
pub fn www(workspace: &Workspace, force: bool) -> Outcome {
    let stamp = workspace.target("xtask/www.stamp");
    let inputs = fingerprint_of_inputs(workspace)?;
    let dist_is_there = workspace.path("www/dist/sizes.json").is_file();
    if !force && dist_is_there && fs::read_to_string(&stamp).is_ok_and(|old| old == inputs) {
        return Ok(());
    }
    let mut node = workspace.command("node");
    process::step("browser files (www/dist)", node.arg("www/build.mjs"), &workspace.log("build-www"))?;
    for file in ["www/dist/guard.js", "www/dist/demo"] {
        if !workspace.path(file).exists() {
            return Err(Failure::new(format!("www/build.mjs ended well but wrote no {file}")));
        }
    }
    fs::write(&stamp, inputs).because(|| format!("writing {}", stamp.display()))
}

/// One line that changes whenever a file that goes into `www/dist` does.
fn fingerprint_of_inputs(workspace: &Workspace) -> Outcome<String> {
    let mut hasher = DefaultHasher::new();
    for file in workspace.files()?.iter().filter(|file| is_www_input(file)) {
        file.hash(&mut hasher);
        fs::read(workspace.path(file)).because(|| format!("reading {file}"))?.hash(&mut hasher);
    }
    Ok(format!("{:016x}\n", hasher.finish()))
}

fn is_www_input(file: &str) -> bool {
    let folders = ["www/", "src/", "crates/protocol/", "crates/work/", ".cargo/"];
    let files =
        ["Cargo.toml", "Cargo.lock", "package-lock.json", "package.json", "rust-toolchain.toml", "tsconfig.json"];
    folders.iter().any(|folder| file.starts_with(folder)) || files.contains(&file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_does_not_rebuild_the_browser_files() {
        assert!(is_www_input("www/guard.ts") && is_www_input("src/lib.rs") && is_www_input("Cargo.lock"));
        assert!(!is_www_input("crates/verifier/src/lib.rs") && !is_www_input("README.md"));
    }
}
