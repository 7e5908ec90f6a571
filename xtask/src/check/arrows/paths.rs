//! The paths that a Rust file names, in `use` trees and inline, resolved as far as the file's place tells.

use std::fmt;

/// A path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Path {
    /// Of this crate, from its root.
    Ours(Vec<String>),
    /// Of another crate, or relative to something in scope.
    External(Vec<String>),
}

impl fmt::Display for Path {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ours(segments) => write!(out, "crate::{}", segments.join("::")),
            Self::External(segments) => out.write_str(&segments.join("::")),
        }
    }
}

/// The module that a file is, from the root of its crate.
pub fn module_of(file: &str) -> Vec<String> {
    let inside = file.rsplit_once("src/").map_or(file, |(_, inside)| inside);
    let inside = inside.strip_suffix(".rs").unwrap_or(inside);
    let mut module: Vec<String> = inside.split('/').map(str::to_owned).collect();
    if module.last().is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str())) {
        module.pop();
    }
    module
}

/// Every path in `code`, with its line.
pub fn named(file: &str, code: &str) -> Vec<(usize, Path)> {
    let module = module_of(file);
    let tokens = tokens(code);
    let mut found = Vec::new();
    let mut at = 0;
    while let Some((line, token)) = tokens.get(at) {
        let mut end = at + 1;
        if token == "use" {
            end = tokens.iter().skip(at).position(|(_, token)| token == ";").map_or(tokens.len(), |length| at + length);
            let tree = tokens.get(at + 1..end).unwrap_or_default();
            found.extend(expand(&[], tree).into_iter().map(|path| (*line, resolve(&module, path))));
        } else if is_name(token) {
            while tokens.get(end).is_some_and(|(_, next)| next == "::")
                && tokens.get(end + 1).is_some_and(|(_, next)| is_name(next))
            {
                end += 2;
            }
            let words: Vec<String> =
                tokens.get(at..end).unwrap_or_default().iter().step_by(2).map(|(_, word)| word.clone()).collect();
            if words.len() > 1 {
                found.push((*line, resolve(&module, words)));
            }
        }
        at = end;
    }
    found
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Names, `::`, and each other visible character by itself.
fn tokens(code: &str) -> Vec<(usize, String)> {
    let mut tokens = Vec::new();
    for (index, text) in code.lines().enumerate() {
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let length = if rest.starts_with("::") {
                2
            } else if first.is_alphanumeric() || first == '_' {
                rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len())
            } else {
                first.len_utf8()
            };
            let (token, tail) = rest.split_at(length);
            if !first.is_whitespace() {
                tokens.push((index + 1, token.to_owned()));
            }
            rest = tail;
        }
    }
    tokens
}

/// The paths of a `use` tree: `a::{b, c::d}` is `a::b` and `a::c::d`.
fn expand(prefix: &[String], tree: &[(usize, String)]) -> Vec<Vec<String>> {
    let mut paths = Vec::new();
    for branch in branches(tree) {
        let mut path = prefix.to_vec();
        let mut leaf = true;
        for (index, (_, token)) in branch.iter().enumerate() {
            match token.as_str() {
                "{" => {
                    let inner = branch.get(index + 1..branch.len() - 1).unwrap_or_default();
                    paths.extend(expand(&path, inner));
                    leaf = false;
                    break;
                }
                "as" => break,
                name if is_name(name) && name != "self" || index == 0 && is_name(name) => path.push(name.to_owned()),
                _ => {}
            }
        }
        if leaf && !path.is_empty() {
            paths.push(path);
        }
    }
    paths
}

/// The parts between commas that are in no inner braces.
fn branches(tree: &[(usize, String)]) -> Vec<&[(usize, String)]> {
    let mut depth = 0_usize;
    tree.split(|(_, token)| {
        match token.as_str() {
            "{" => depth += 1,
            "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && token == ","
    })
    .collect()
}

fn resolve(module: &[String], path: Vec<String>) -> Path {
    let mut base: Option<Vec<String>> = None;
    let mut rest = Vec::new();
    for segment in path {
        match (segment.as_str(), rest.is_empty()) {
            ("crate", true) => base = Some(Vec::new()),
            ("self", true) => base = Some(base.unwrap_or_else(|| module.to_vec())),
            ("super", true) => {
                let mut above = base.unwrap_or_else(|| module.to_vec());
                above.pop();
                base = Some(above);
            }
            _ => rest.push(segment),
        }
    }
    match base {
        Some(mut ours) => {
            ours.extend(rest);
            Path::Ours(ours)
        }
        None => Path::External(rest),
    }
}
