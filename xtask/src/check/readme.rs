//! Commands and files that the README names exist.

use crate::failure::Outcome;
use crate::workspace::Workspace;

pub fn find(workspace: &Workspace) -> Outcome<Vec<String>> {
    let readme = workspace.read("README.md")?;
    let mut found: Vec<String> = unknown_commands(&readme)
        .into_iter()
        .map(|name| format!("README.md: there is no `cargo xtask {name}`"))
        .collect();
    for link in relative_links(&readme) {
        if !workspace.path(link).exists() {
            found.push(format!("README.md: there is no {link}"));
        }
    }
    Ok(found)
}

fn unknown_commands(text: &str) -> Vec<&str> {
    let after = text.split("cargo xtask ").skip(1);
    let words =
        after.map(|tail| tail.split(|c: char| !(c.is_ascii_lowercase() || c == '-')).next().unwrap_or_default());
    words.filter(|word| !word.is_empty() && !crate::COMMANDS.iter().any(|command| command.name == *word)).collect()
}

fn relative_links(text: &str) -> Vec<&str> {
    let targets = text.split("](").skip(1).filter_map(|tail| tail.split(')').next());
    let files = targets.filter_map(|target| target.split('#').next());
    files.filter(|target| !target.is_empty() && !target.contains(':') && !target.contains(' ')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_does_not_exist_is_found() {
        assert_eq!(unknown_commands("run `cargo xtask demo --port 1` or `cargo xtask fly`, `cargo xtask`"), ["fly"]);
    }

    #[test]
    fn links_into_the_tree_are_taken_and_addresses_are_not() {
        assert_eq!(relative_links("[a](docs/a.md#part) [b](https://example.com) [c](#here)"), ["docs/a.md"]);
    }
}
