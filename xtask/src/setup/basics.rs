//! What comes before any tool of ours: C compiler, Node, the wasm target of the toolchain.

use std::fs;

use super::missing;
use crate::failure::{Failure, Outcome};
use crate::process;
use crate::workspace::Workspace;

/// The oldest Node that the build and the tests run on.
const NODE_MAJOR: u32 = 20;

/// A C compiler: the embedded database and the cryptography are built from source.
pub fn ensure_compiler(workspace: &Workspace) -> Outcome {
    match workspace.which("cc") {
        Some(_) => Ok(()),
        None => Err(missing("a C compiler (cc)", "apt-get install build-essential")),
    }
}

/// Node, new enough, and npm.
pub fn ensure_node(workspace: &Workspace) -> Outcome {
    let install = "https://nodejs.org/ has packages for every system; Node 20 or newer";
    if workspace.which("node").is_none() || workspace.which("npm").is_none() {
        return Err(missing("Node with npm", install));
    }
    let version = process::output(workspace.command("node").arg("--version"))?;
    match major(&version) {
        Some(major) if major >= NODE_MAJOR => Ok(()),
        _ => {
            Err(Failure::new(format!("Node {NODE_MAJOR} or newer is needed, here is {}", version.trim())).hint(install))
        }
    }
}

/// The standard library for wasm32-unknown-unknown.
pub fn ensure_wasm_target(workspace: &Workspace) -> Outcome {
    let target = "wasm32-unknown-unknown";
    let mut query = workspace.command("rustc");
    let libdir = process::output(query.args(["--print", "target-libdir", "--target", target]))?;
    let there = fs::read_dir(libdir.trim()).is_ok_and(|mut entries| entries.next().is_some());
    if there {
        return Ok(());
    }
    if workspace.which("rustup").is_none() {
        return Err(missing(&format!("the standard library for {target}"), &format!("rustup target add {target}")));
    }
    let mut rustup = workspace.command("rustup");
    process::step("wasm target", rustup.args(["target", "add", target]), &workspace.log("setup-wasm-target"))?;
    Ok(())
}

/// `v20.20.2` is 20.
fn major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_of_node_is_read() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("nonsense"), None);
    }
}
