//! Arrows: which part of the project may know which.
//!
//! The map is `docs/architecture.md`; the tables below are what is enforced. An arrow that must not exist is found in
//! manifests ([`manifests`]), in paths and `use` lines ([`ROOMS`], [`HOMES`], [`PURE`]), in text that is SQL, and in the
//! scripts' imports and calls ([`script`]). To add a rule: one line in a table, one planted violation in `tests.rs`.

mod manifests;
mod paths;
mod rust_source;
mod script;
#[cfg(test)]
mod tests;

use paths::Path;
use rust_source::RustSource;

use crate::failure::Outcome;
use crate::workspace::Workspace;

/// A folder whose files do not know each other; what they share is in its `mod.rs` or in one of `shared`.
struct Room {
    folder: &'static str,
    shared: &'static [&'static str],
}

const ROOMS: &[Room] = &[
    Room { folder: "src/signals", shared: &["drawing", "graphics", "pixels"] },
    Room { folder: "src/challenges", shared: &[] },
    Room { folder: "crates/protocol/src/challenge", shared: &[] },
    Room { folder: "crates/verifier/src/rules", shared: &[] },
    // `offers`, `step` and `letter` are what all methods have in common.
    Room { folder: "crates/verifier/src/confirm", shared: &["budgets", "letter", "offers", "step"] },
    // `owner`, `guard`, `factor` and `notice` are what all kinds have in common; `step_up` is how a strong one admits others, `contacts` are
    // whom notices go to, and `listing` shows every kind.
    Room {
        folder: "crates/verifier/src/factors",
        shared: &["contacts", "factor", "guard", "listing", "notice", "owner", "step_up"],
    },
    Room { folder: "crates/verifier/src/approvals", shared: &["limits", "notice", "record"] },
    Room { folder: "crates/verifier/src/devices", shared: &[] },
    Room { folder: "crates/verifier/src/delivery", shared: &[] },
    Room { folder: "crates/verifier/src/store", shared: &["conformance", "models"] },
    Room { folder: "crates/verifier/src/http/browser", shared: &[] },
    Room { folder: "crates/verifier/src/http/backend", shared: &[] },
];

/// A library that only some places of a source tree may name.
struct Home {
    tree: &'static str,
    libraries: &'static [&'static str],
    places: &'static [&'static str],
}

const HOMES: &[Home] = &[
    Home {
        tree: "src/",
        libraries: &["serde_wasm_bindgen", "web_sys", "js_sys", "wasm_bindgen", "wasm_bindgen_futures"],
        places: &["src/boundary/", "src/exports.rs", "src/lib.rs"],
    },
    Home {
        tree: "crates/verifier/src/",
        libraries: &["axum", "tower", "tower_http"],
        places: &["crates/verifier/src/http/", "crates/verifier/src/app", "crates/verifier/src/main.rs"],
    },
    Home { tree: "crates/verifier/src/", libraries: &["rusqlite"], places: &["crates/verifier/src/store/"] },
    Home { tree: "crates/verifier/src/", libraries: &["lettre"], places: &["crates/verifier/src/delivery/"] },
];

/// A tree that decides without input, output, clock or chance, and the first segments of paths it must not name.
struct Pure {
    tree: &'static str,
    external: &'static [&'static [&'static str]],
    ours: &'static [&'static str],
}

const NO_WORLD: &[&[&str]] = &[
    &["std", "time"],
    &["std", "fs"],
    &["std", "net"],
    &["std", "env"],
    &["std", "process"],
    &["std", "thread"],
    &["tokio"],
    &["getrandom"],
];

const PURE: &[Pure] = &[
    Pure { tree: "crates/protocol/src/", external: NO_WORLD, ours: &[] },
    Pure {
        tree: "crates/verifier/src/rules/",
        external: NO_WORLD,
        ours: &["http", "delivery", "clock", "entropy", "attempts", "confirm", "services", "jobs"],
    },
    Pure {
        tree: "crates/verifier/src/matching/",
        external: NO_WORLD,
        ours: &["http", "delivery", "clock", "entropy", "attempts", "confirm", "services", "jobs", "rules"],
    },
    Pure {
        tree: "crates/verifier/src/attempts/trust",
        external: NO_WORLD,
        ours: &["http", "delivery", "entropy", "confirm", "services", "jobs", "factors"],
    },
    Pure {
        tree: "crates/verifier/src/webauthn/",
        external: NO_WORLD,
        ours: &[
            "http", "store", "delivery", "clock", "entropy", "attempts", "confirm", "factors", "services", "jobs",
            "seal",
        ],
    },
    Pure { tree: "crates/verifier/src/attempts/", external: &[], ours: &["http"] },
    Pure { tree: "crates/verifier/src/store/", external: &[], ours: &["http", "rules", "attempts", "confirm"] },
];

/// SQL is written in the back ends of this folder only.
const SQL_TREE: &str = "crates/verifier/src/";
const SQL_HOME: &str = "crates/verifier/src/store/";
const SQL_WORDS: &[&str] =
    &["SELECT ", "INSERT INTO ", "INSERT OR ", "DELETE FROM ", "CREATE TABLE ", "PRAGMA ", "BEGIN IMMEDIATE"];

/// Every arrow that must not exist.
pub fn find(workspace: &Workspace) -> Outcome<Vec<String>> {
    let files = workspace.files()?;
    let mut found = manifests::find(workspace)?;
    for file in &files {
        if is_production_rust(file) {
            found.extend(in_rust(file, &workspace.read(file)?, &files));
        } else if script::is_script(file) {
            found.extend(script::in_script(file, &workspace.read(file)?));
        }
    }
    Ok(found)
}

fn is_production_rust(file: &str) -> bool {
    let in_tree = file.starts_with("src/") || (file.starts_with("crates/") && file.contains("/src/"));
    in_tree && file.rsplit('.').next() == Some("rs") && !file.ends_with("/tests.rs") && !file.contains("/tests/")
}

/// Violations in one Rust file; `files` tells who its siblings are.
fn in_rust(file: &str, text: &str, files: &[String]) -> Vec<String> {
    let source = RustSource::read(text);
    let named = paths::named(file, &source.code);
    let mut found = Vec::new();
    for (line, path) in &named {
        let refused = sibling(file, path, files).or_else(|| homeless(file, path)).or_else(|| impure(file, path));
        found.extend(refused.map(|why| format!("{file}:{line}: {path} {why}")));
    }
    let may_hold_sql = !file.starts_with(SQL_TREE) || (file.starts_with(SQL_HOME) && !file.ends_with("/mod.rs"));
    if !may_hold_sql {
        for (line, string) in &source.strings {
            let word = SQL_WORDS.iter().find(|word| string.contains(*word));
            found.extend(word.map(|word| format!("{file}:{line}: SQL ({}) outside {SQL_HOME}", word.trim())));
        }
    }
    found
}

fn sibling(file: &str, path: &Path, files: &[String]) -> Option<String> {
    let Path::Ours(target) = path else { return None };
    let room = ROOMS.iter().find(|room| member(file, room.folder).is_some())?;
    let own = member(file, room.folder)?;
    let room_path = paths::module_of(&format!("{}/mod.rs", room.folder));
    let [other, ..] = target.strip_prefix(room_path.as_slice())? else { return None };
    let is_file = files.iter().any(|name| member(name, room.folder) == Some(other.as_str()));
    let forbidden = is_file && *other != own && !room.shared.contains(&other.as_str()) && !room.shared.contains(&own);
    forbidden.then(|| format!("is a sibling: files of {} do not know each other", room.folder))
}

/// The member of a room that a file belongs to; its `mod.rs` belongs to none.
fn member<'a>(file: &'a str, folder: &str) -> Option<&'a str> {
    let inside = file.strip_prefix(folder)?.strip_prefix('/')?;
    let name = inside.split('/').next()?;
    let name = name.strip_suffix(".rs").unwrap_or(name);
    (name != "mod").then_some(name)
}

fn homeless(file: &str, path: &Path) -> Option<String> {
    let Path::External(segments) = path else { return None };
    let library = segments.first()?;
    let home = HOMES.iter().find(|home| file.starts_with(home.tree) && home.libraries.contains(&library.as_str()))?;
    let at_home = home.places.iter().any(|place| file.starts_with(place));
    (!at_home).then(|| format!("may be named in {} only", home.places.join(", ")))
}

fn impure(file: &str, path: &Path) -> Option<String> {
    let pure = PURE.iter().find(|pure| file.starts_with(pure.tree))?;
    let refused = match path {
        Path::External(segments) => pure.external.iter().any(|refused| {
            segments.len() >= refused.len() && segments.iter().zip(*refused).all(|(segment, word)| segment == word)
        }),
        Path::Ours(segments) => segments.first().is_some_and(|first| pure.ours.contains(&first.as_str())),
    };
    // A duration is a number with a unit, not a clock.
    let is_duration =
        matches!(path, Path::External(segments) if segments.last().is_some_and(|last| last == "Duration"));
    (refused && !is_duration).then(|| format!("must not be known in {}", pure.tree))
}
