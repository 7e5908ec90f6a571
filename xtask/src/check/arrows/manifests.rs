//! Which of our own packages a manifest may depend on.

use crate::failure::Outcome;
use crate::workspace::Workspace;

/// A manifest and the packages of ours it may name as dependencies; `for_tests` in dev-dependencies too.
struct Manifest {
    file: &'static str,
    may_use: &'static [&'static str],
    for_tests: &'static [&'static str],
}

const MANIFESTS: &[Manifest] = &[
    Manifest { file: "Cargo.toml", may_use: &["login-guard-protocol"], for_tests: &[] },
    Manifest { file: "crates/protocol/Cargo.toml", may_use: &[], for_tests: &[] },
    Manifest {
        file: "crates/verifier/Cargo.toml",
        may_use: &["login-guard-linkage", "login-guard-protocol"],
        // itself: its integration tests use the doubles behind a feature
        for_tests: &["login-guard-smtp-inbox", "login-guard-verifier"],
    },
    // The demo's back end speaks the documented HTTP API and nothing else.
    Manifest { file: "crates/demo-exchange/Cargo.toml", may_use: &["login-guard-smtp-inbox"], for_tests: &[] },
    // Numbers in, numbers out: the page hands over finished bytes.
    Manifest { file: "crates/work/Cargo.toml", may_use: &[], for_tests: &[] },
    Manifest { file: "crates/smtp-inbox/Cargo.toml", may_use: &[], for_tests: &["login-guard-smtp-inbox"] },
    Manifest { file: "crates/linkage/Cargo.toml", may_use: &[], for_tests: &[] },
    // Tests only: a model, and the verifier that it is replayed against.
    Manifest {
        file: "crates/model/Cargo.toml",
        may_use: &[],
        for_tests: &["login-guard-protocol", "login-guard-verifier"],
    },
    // What it judges by is the verifier's matching itself.
    Manifest {
        file: "crates/simulation/Cargo.toml",
        may_use: &["login-guard-protocol", "login-guard-verifier"],
        for_tests: &[],
    },
    // Arithmetic only: what verifier and evaluation must agree upon.
    Manifest { file: "xtask/Cargo.toml", may_use: &["login-guard-linkage"], for_tests: &[] },
];

pub fn find(workspace: &Workspace) -> Outcome<Vec<String>> {
    let mut found = Vec::new();
    for manifest in MANIFESTS {
        let text = workspace.read(manifest.file)?;
        found.extend(
            refused(&text, manifest.may_use, manifest.for_tests)
                .into_iter()
                .map(|name| format!("{}: must not depend on {name}", manifest.file)),
        );
    }
    Ok(found)
}

/// Dependencies of ours in the text of a manifest that are in neither list.
pub fn refused(manifest: &str, may_use: &[&str], for_tests: &[&str]) -> Vec<String> {
    let mut table = "";
    let mut found = Vec::new();
    for line in manifest.lines() {
        if let Some(name) = line.strip_prefix('[') {
            table = name.trim_end().trim_end_matches(']');
        }
        let is_ours = |name: &str| name == "login-guard" || name.starts_with("login-guard-");
        let key = line.split(['=', '.', ' ']).next().unwrap_or_default().trim_matches('"');
        let allowed = may_use.contains(&key) || (table.ends_with("dev-dependencies") && for_tests.contains(&key));
        if table.ends_with("dependencies") && !table.starts_with("workspace") && is_ours(key) && !allowed {
            found.push(key.to_owned());
        }
    }
    found
}
