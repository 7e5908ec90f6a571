//! No tracked file names a folder of the machine it was written on.

use std::fs;

use crate::failure::Outcome;
use crate::workspace::Workspace;

pub fn find(workspace: &Workspace) -> Outcome<Vec<String>> {
    let mut found = Vec::new();
    for file in workspace.files()? {
        // Binary files (pictures) hold no text to look at.
        if let Ok(text) = fs::read_to_string(workspace.path(&file)) {
            found.extend(
                lines_with_paths(&text).map(|(line, path)| format!("{file}:{line}: names {path}… of one machine")),
            );
        }
    }
    Ok(found)
}

fn lines_with_paths(text: &str) -> impl Iterator<Item = (usize, String)> {
    text.lines().enumerate().flat_map(|(index, line)| {
        // Written in pieces, so that this file does not find itself.
        let prefixes =
            [["/ho", "me/"].concat(), ["/ro", "ot/"].concat(), ["/wo", "rk/"].concat(), ["/Us", "ers/"].concat()];
        prefixes
            .into_iter()
            .filter(|prefix| holds_path(line, prefix))
            .map(move |prefix| (index + 1, prefix))
            .collect::<Vec<_>>()
    })
}

/// A path begins where no letter, digit or dot stands before it: `https://example.com/home/` is none.
fn holds_path(line: &str, prefix: &str) -> bool {
    line.match_indices(prefix).any(|(at, _)| {
        !line
            .get(..at)
            .is_some_and(|before| before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '}' | '*')))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_a_machine_is_found_and_an_address_is_not() {
        let planted = ["let x = \"/ho", "me/somebody/x\";\nhttps://example.com/ho", "me/page"].concat();
        let found: Vec<_> = lines_with_paths(&planted).map(|(line, _)| line).collect();
        assert_eq!(found, [1]);
    }
}
