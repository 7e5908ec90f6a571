//! Browsers and their drivers: Debian packages, installed only when missing and only by root.

use std::fs;

use crate::failure::{Failure, Outcome};
use crate::process;
use crate::workspace::Workspace;

/// A program and the package that brings it.
struct Program {
    name: &'static str,
    package: &'static str,
}

const CHROMIUM: &[Program] = &[
    Program { name: "chromium", package: "chromium" },
    Program { name: "chromedriver", package: "chromium-driver" },
    Program { name: "openssl", package: "openssl" },
];

const OTHERS: &[Program] = &[
    Program { name: "firefox-esr", package: "firefox-esr" },
    Program { name: "WebKitWebDriver", package: "webkit2gtk-driver" },
    Program { name: "Xvfb", package: "xvfb" },
];

/// Chromium with its driver, and openssl for the certificate of a run.
pub fn ensure_chromium(workspace: &Workspace) -> Outcome {
    install(workspace, absent(workspace, CHROMIUM))
}

/// All three engines with their drivers.
pub fn ensure_browsers(workspace: &Workspace) -> Outcome {
    let mut packages = absent(workspace, OTHERS);
    if !mini_browser_is_there() {
        packages.push("libwebkit2gtk-4.1-0");
    }
    install(workspace, packages)
}

fn absent(workspace: &Workspace, programs: &[Program]) -> Vec<&'static str> {
    programs.iter().filter(|program| workspace.which(program.name).is_none()).map(|program| program.package).collect()
}

/// The small browser that WebKit's driver starts lies below the multi-architecture library folder.
fn mini_browser_is_there() -> bool {
    let folders = fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    folders.map(|entry| entry.path().join("webkit2gtk-4.1/MiniBrowser")).any(|path| path.is_file())
}

fn install(workspace: &Workspace, packages: Vec<&str>) -> Outcome {
    if packages.is_empty() {
        return Ok(());
    }
    let names = packages.join(" ");
    let refusal = |why: &str| {
        let advice = format!("as root, then start again:\n  apt-get install --no-install-recommends {names}");
        Failure::new(format!("{names}: missing, and {why}")).hint(advice)
    };
    if workspace.which("apt-get").is_none() {
        return Err(refusal("this is no Debian or Ubuntu (find the same programs for your system)"));
    }
    if !rustix::process::geteuid().is_root() {
        return Err(refusal("only root can install packages"));
    }
    let mut update = workspace.command("apt-get");
    process::step("apt-get update", update.arg("update").arg("--quiet"), &workspace.log("setup-apt-update"))?;
    let mut apt = workspace.command("apt-get");
    apt.env("DEBIAN_FRONTEND", "noninteractive");
    apt.args(["install", "--yes", "--quiet", "--no-install-recommends"]).args(packages);
    process::step(&format!("apt-get install {names}"), &mut apt, &workspace.log("setup-apt"))?;
    Ok(())
}
