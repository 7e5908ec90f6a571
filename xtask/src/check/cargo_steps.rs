//! Steps that Cargo does: format, lints, documentation.

use std::process::Command;

use super::Mode;
use crate::failure::Outcome;
use crate::process;
use crate::workspace::Workspace;

pub fn format(workspace: &Workspace, mode: Mode) -> Outcome<Vec<String>> {
    let mut cargo = workspace.cargo();
    cargo.args(["fmt", "--all"]);
    if mode == Mode::Look {
        cargo.arg("--check");
    }
    problems(workspace, "check-fmt", &mut cargo)
}

pub fn clippy_native(workspace: &Workspace, mode: Mode) -> Outcome<Vec<String>> {
    let mut cargo = clippy(workspace, mode);
    cargo.args(["--workspace", "--all-targets", "--", "--deny", "warnings"]);
    problems(workspace, "check-clippy", &mut cargo)
}

pub fn clippy_wasm(workspace: &Workspace, mode: Mode) -> Outcome<Vec<String>> {
    let mut found = Vec::new();
    // the guard's module, and the inspector's
    for (name, features) in [("check-clippy-wasm", ""), ("check-clippy-wasm-inspect", "inspect")] {
        let mut cargo = clippy(workspace, mode);
        cargo.args(["--package", "login-guard", "--all-targets", "--target", "wasm32-unknown-unknown"]);
        cargo.args(["--features", features, "--", "--deny", "warnings"]);
        found.extend(problems(workspace, name, &mut cargo)?);
    }
    Ok(found)
}

fn clippy(workspace: &Workspace, mode: Mode) -> Command {
    let mut cargo = workspace.cargo();
    cargo.arg("clippy").arg("--quiet");
    if mode == Mode::Fix {
        cargo.args(["--fix", "--allow-dirty", "--allow-staged"]);
    }
    cargo
}

pub fn docs(workspace: &Workspace) -> Outcome<Vec<String>> {
    let mut cargo = workspace.cargo();
    cargo.env("RUSTDOCFLAGS", "--deny warnings");
    cargo.args(["doc", "--quiet", "--workspace", "--no-deps", "--document-private-items", "--keep-going"]);
    problems(workspace, "check-docs", &mut cargo)
}

/// A program whose failure is one problem: the end of what it wrote.
pub fn problems(workspace: &Workspace, name: &str, command: &mut Command) -> Outcome<Vec<String>> {
    let finished = process::follow(command, &workspace.log(name), |_| false)?;
    if finished.success {
        return Ok(Vec::new());
    }
    let text = format!("{}\n(everything: {})", process::tail(&finished.text, 80), finished.log.display());
    Ok(vec![text])
}
