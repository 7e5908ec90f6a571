//! The programs that run the suites.

use std::process::Command;

use crate::workspace::Workspace;

/// Everything that `cargo test` runs: units, integration tests, examples in the documentation.
pub fn native(workspace: &Workspace) -> Command {
    let mut cargo = workspace.cargo();
    cargo.args(["test", "--workspace", "--no-fail-fast"]);
    cargo
}

/// The module's tests inside a browser, without a window.
pub fn wasm(workspace: &Workspace, engine: &str) -> Command {
    let (browser, option, driver) = match engine {
        "firefox" => ("--firefox", "--geckodriver", "geckodriver"),
        _ => ("--chrome", "--chromedriver", "chromedriver"),
    };
    let mut pack = workspace.command("wasm-pack");
    pack.args(["test", "--headless", browser, option]);
    pack.arg(workspace.which(driver).unwrap_or_else(|| driver.into()));
    pack.args(["--mode", "no-install"]);
    pack
}

/// The same with what only the inspector's build of the module has.
pub fn wasm_inspect(workspace: &Workspace, engine: &str) -> Command {
    let mut pack = wasm(workspace, engine);
    pack.args(["--", "--features", "inspect"]);
    pack
}

/// The specs of `tests/e2e` in one engine.
pub fn e2e(workspace: &Workspace, engine: &str) -> Command {
    script(workspace, &["main.ts", engine])
}

/// The attackers of `tests/attacks`.
pub fn attacks(workspace: &Workspace) -> Command {
    script(workspace, &["../attacks/main.ts"])
}

/// The rows of `docs/stability.md`, in Chromium and Firefox; the page is written anew when a row has changed.
pub fn stability(workspace: &Workspace) -> Command {
    let mut script = script(workspace, &["stability/main.ts"]);
    script.arg(workspace.path("docs/stability.md"));
    script
}

/// A TypeScript program of the end-to-end package.
pub fn script(workspace: &Workspace, arguments: &[&str]) -> Command {
    let folder = workspace.path("tests/e2e");
    let mut node = workspace.command("node");
    node.current_dir(&folder).args(["--import", "tsx"]).args(arguments);
    node.env("LOGIN_GUARD_XTASK", workspace.target("debug/xtask"));
    node
}
