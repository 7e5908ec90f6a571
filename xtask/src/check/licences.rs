//! Every dependency has a licence that ours may be used with.

use serde_json::Value;

use crate::failure::{Because, Outcome};
use crate::process;
use crate::workspace::Workspace;

/// Licences that ask for no more than a notice, and file-level copyleft for files that we do not change.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

pub fn find(workspace: &Workspace) -> Outcome<Vec<String>> {
    let mut cargo = workspace.cargo();
    let text = process::output(cargo.args(["metadata", "--format-version", "1", "--locked"]))?;
    let metadata: Value = serde_json::from_str(&text).because(|| "cargo metadata".to_owned())?;
    Ok(refused(&metadata))
}

fn refused(metadata: &Value) -> Vec<String> {
    let packages = metadata.get("packages").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut found = Vec::new();
    for package in packages {
        let text = |key: &str| package.get(key).and_then(Value::as_str).unwrap_or_default();
        if !is_allowed(text("license")) {
            found.push(format!(
                "{} {}: licence {:?} is not in the table of licences.rs",
                text("name"),
                text("version"),
                text("license")
            ));
        }
    }
    found
}

/// An SPDX expression: `OR` needs one side, `AND` needs both; the old `/` means `OR`.
fn is_allowed(expression: &str) -> bool {
    let tokens = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let tokens: Vec<&str> = tokens.split_whitespace().collect();
    let (allowed, rest) = any_of(&tokens);
    allowed && rest.is_empty()
}

fn any_of<'a, 'b>(tokens: &'b [&'a str]) -> (bool, &'b [&'a str]) {
    let (mut allowed, mut rest) = all_of(tokens);
    while let ["OR", tail @ ..] = rest {
        let (other, after) = all_of(tail);
        (allowed, rest) = (allowed || other, after);
    }
    (allowed, rest)
}

fn all_of<'a, 'b>(tokens: &'b [&'a str]) -> (bool, &'b [&'a str]) {
    let (mut allowed, mut rest) = one(tokens);
    while let ["AND", tail @ ..] = rest {
        let (other, after) = one(tail);
        (allowed, rest) = (allowed && other, after);
    }
    (allowed, rest)
}

fn one<'a, 'b>(tokens: &'b [&'a str]) -> (bool, &'b [&'a str]) {
    match tokens {
        ["(", inner @ ..] => match any_of(inner) {
            (allowed, [")", rest @ ..]) => (allowed, rest),
            (_, rest) => (false, rest),
        },
        [name, "WITH", exception, rest @ ..] => (ALLOWED.contains(&format!("{name} WITH {exception}").as_str()), rest),
        [name, rest @ ..] => (ALLOWED.contains(name), rest),
        [] => (false, tokens),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn expressions_are_understood() {
        assert!(is_allowed("MIT OR Apache-2.0") && is_allowed("GPL-3.0 OR MIT") && is_allowed("Unlicense/MIT"));
        assert!(is_allowed("Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT"));
        assert!(is_allowed("(MIT OR Apache-2.0) AND Unicode-3.0"));
        assert!(!is_allowed("MIT AND GPL-3.0") && !is_allowed("") && !is_allowed("(MIT") && !is_allowed("MIT )"));
    }

    #[test]
    fn a_dependency_without_a_licence_is_found() {
        let metadata = json!({"packages": [{"name": "a", "version": "1.0.0", "license": "MIT"}, {"name": "b", "version": "2.0.0", "license": null}]});
        let found = refused(&metadata);
        assert!(matches!(found.as_slice(), [one] if one.starts_with("b 2.0.0")), "{found:?}");
    }
}
