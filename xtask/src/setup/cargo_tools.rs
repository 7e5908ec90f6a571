//! Tools that Cargo builds, each in exactly one version. A machine that has that version in `PATH` builds nothing.

use super::missing;
use crate::failure::{Failure, Outcome};
use crate::process;
use crate::workspace::Workspace;

/// A tool and the version that everything here was tried with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinnedTool {
    /// The package on crates.io.
    pub package: &'static str,
    /// The program it installs.
    pub program: &'static str,
    /// The exact version.
    pub version: String,
}

/// The pinned tools. That of wasm-bindgen follows `Cargo.lock`: tool and library must be equal.
///
/// # Errors
/// `Cargo.lock` is missing or names no wasm-bindgen.
pub fn pinned_tools(workspace: &Workspace) -> Outcome<Vec<PinnedTool>> {
    let lock = workspace.read("Cargo.lock")?;
    let bindgen = locked_version(&lock, "wasm-bindgen");
    let bindgen = bindgen.ok_or_else(|| Failure::new("Cargo.lock names no wasm-bindgen"))?;
    Ok(vec![
        PinnedTool { package: "wasm-bindgen-cli", program: "wasm-bindgen", version: bindgen },
        PinnedTool { package: "wasm-pack", program: "wasm-pack", version: "0.15.1".to_owned() },
        PinnedTool { package: "geckodriver", program: "geckodriver", version: "0.37.1".to_owned() },
    ])
}

pub fn ensure_wasm_bindgen(workspace: &Workspace) -> Outcome {
    ensure(workspace, "wasm-bindgen-cli", "some three minutes")
}

pub fn ensure_wasm_pack(workspace: &Workspace) -> Outcome {
    ensure(workspace, "wasm-pack", "some four minutes")
}

pub fn ensure_geckodriver(workspace: &Workspace) -> Outcome {
    ensure(workspace, "geckodriver", "three to six minutes")
}

fn ensure(workspace: &Workspace, package: &str, takes: &str) -> Outcome {
    let tools = pinned_tools(workspace)?;
    let tool = tools.iter().find(|tool| tool.package == package);
    let tool = tool.ok_or_else(|| Failure::new(format!("{package} is not pinned")))?;
    if is_there(workspace, tool) {
        return Ok(());
    }
    let version = format!("={}", tool.version);
    let folder = workspace.tool(tool.package, &tool.version);
    let headline = format!("{package} {} is built once ({takes})", tool.version);
    let mut cargo = workspace.cargo();
    // Without --locked: the lock file inside the package can ask for more than a registry mirror holds.
    cargo.args(["install", package, "--version", &version, "--root"]).arg(&folder).arg("--force");
    process::step(&headline, &mut cargo, &workspace.log(&format!("setup-{package}")))?;
    if is_there(workspace, tool) {
        return Ok(());
    }
    Err(missing(&format!("{} {}", tool.program, tool.version), &format!("cargo install {package} --version {version}")))
}

fn is_there(workspace: &Workspace, tool: &PinnedTool) -> bool {
    workspace.which(tool.program).is_some()
        && process::output(workspace.command(tool.program).arg("--version"))
            .is_ok_and(|text| text.lines().next().is_some_and(|line| line.split(' ').any(|word| word == tool.version)))
}

/// The version of `package` in the text of a `Cargo.lock`.
fn locked_version(lock: &str, package: &str) -> Option<String> {
    let mut lines = lock.lines();
    let name = format!("name = \"{package}\"");
    lines.find(|line| *line == name)?;
    Some(lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locked_version_is_that_of_the_exact_package() {
        let lock = "[[package]]\nname = \"wasm-bindgen-test\"\nversion = \"0.3.9\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(locked_version(lock, "absent"), None);
    }
}
