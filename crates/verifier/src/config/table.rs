//! Reading a TOML table member by member, noting every problem on the way.
//!
//! A member that was asked for is taken out; what is left at the end nobody knows, and is a problem too.

use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::{ConfigError, ConfigProblem};

/// A table of the file, and the problems found in it and in the tables read through it.
pub(crate) struct Table<'a> {
    path: String,
    span: Range<usize>,
    text: &'a str,
    members: BTreeMap<String, Member<'a>>,
    /// The lines of members already taken, for problems that show only later.
    taken: BTreeMap<String, usize>,
    problems: Vec<ConfigProblem>,
}

struct Member<'a> {
    at: usize,
    value: Spanned<DeValue<'a>>,
}

impl<'a> Table<'a> {
    /// Parses a whole document.
    ///
    /// # Errors
    /// Every problem of syntax.
    pub(crate) fn parse(text: &'a str) -> Result<Self, ConfigError> {
        let (document, errors) = DeTable::parse_recoverable(text);
        if errors.is_empty() {
            let span = document.span();
            return Ok(Self::new(String::new(), span, text, document.into_inner()));
        }
        let mut problems: Vec<_> = errors
            .iter()
            .map(|error| ConfigProblem {
                line: error.span().map(|span| line_of(text, span.start)),
                place: "the file".to_owned(),
                // the parser's messages speak of syntax; the text of the file is not in them
                message: format!("expected TOML: {}", error.message()),
            })
            .collect();
        problems.sort_by_key(|problem| problem.line.unwrap_or(0));
        Err(ConfigError { problems })
    }

    fn new(path: String, span: Range<usize>, text: &'a str, table: DeTable<'a>) -> Self {
        let members = table
            .into_iter()
            .map(|(key, value)| (key.get_ref().to_string(), Member { at: key.span().start, value }))
            .collect();
        Self { path, span, text, members, taken: BTreeMap::new(), problems: Vec::new() }
    }

    /// Whether the member was in the file, right or wrong.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.members.contains_key(name) || self.taken.contains_key(name)
    }

    /// Notes a problem with a member, at its line if it was there and at the table's if not.
    pub(crate) fn report(&mut self, name: &str, message: impl Into<String>) {
        let line = self.taken.get(name).copied().or_else(|| self.members.get(name).map(|m| line_of(self.text, m.at)));
        let line = line.or_else(|| (!self.path.is_empty()).then(|| line_of(self.text, self.span.start)));
        let place = if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) };
        self.problems.push(ConfigProblem { line, place, message: message.into() });
    }

    /// A text that must be there and that `check` accepts.
    pub(crate) fn required_text<T>(
        &mut self,
        name: &str,
        expected: &str,
        check: impl FnOnce(String) -> Option<T>,
    ) -> Option<T> {
        if !self.has(name) {
            self.report(name, format!("missing: expected {expected}"));
            return None;
        }
        self.optional_text(name, expected, check)
    }

    /// A text that may be left out.
    pub(crate) fn optional_text<T>(
        &mut self,
        name: &str,
        expected: &str,
        check: impl FnOnce(String) -> Option<T>,
    ) -> Option<T> {
        let value = match self.take(name)? {
            DeValue::String(text) => check(text.into_owned()),
            _ => None,
        };
        if value.is_none() {
            self.report(name, format!("expected {expected}"));
        }
        value
    }

    /// A whole number that may be left out.
    pub(crate) fn optional_number(&mut self, name: &str, range: RangeInclusive<u64>) -> Option<u64> {
        let value = match self.take(name)? {
            DeValue::Integer(number) => u64::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        };
        let value = value.filter(|number| range.contains(number));
        if value.is_none() {
            self.report(name, format!("expected a whole number from {} to {}", range.start(), range.end()));
        }
        value
    }

    /// `true` or `false`, which may be left out and is `false` then.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        match self.take(name) {
            None => false,
            Some(DeValue::Boolean(value)) => value,
            Some(_) => {
                self.report(name, "expected true or false");
                false
            }
        }
    }

    /// A list of texts that must be there; `check` accepts each.
    pub(crate) fn required_texts<T>(
        &mut self,
        name: &str,
        count: RangeInclusive<usize>,
        expected: &str,
        mut check: impl FnMut(&mut Self, String) -> Option<T>,
    ) -> Vec<T> {
        if !self.has(name) {
            self.report(name, format!("missing: expected {expected}"));
            return Vec::new();
        }
        let Some(DeValue::Array(items)) = self.take(name) else {
            self.report(name, format!("expected {expected}"));
            return Vec::new();
        };
        if !count.contains(&items.len()) {
            self.report(name, format!("expected {expected}"));
        }
        let mut values = Vec::new();
        for item in items {
            let before = self.problems.len();
            match item.into_inner() {
                DeValue::String(text) => match check(self, text.into_owned()) {
                    Some(value) => values.push(value),
                    // a check that has said what is wrong needs no second message
                    None if self.problems.len() > before => {}
                    None => self.report(name, format!("expected {expected}")),
                },
                _ => self.report(name, format!("expected {expected}")),
            }
        }
        values
    }

    /// A table that must be there.
    pub(crate) fn required_table<T>(&mut self, name: &str, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if !self.has(name) {
            self.report(name, format!("missing: expected a [{name}] section"));
            return None;
        }
        self.optional_table(name, read)
    }

    /// A table that may be left out.
    pub(crate) fn optional_table<T>(&mut self, name: &str, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let member = self.members.remove(name)?;
        self.taken.insert(name.to_owned(), line_of(self.text, member.at));
        let span = member.at..member.value.span().end;
        let DeValue::Table(table) = member.value.into_inner() else {
            self.report(name, format!("expected a [{name}] section"));
            return None;
        };
        self.nested(name.to_owned(), span, table, read)
    }

    /// A list of tables, at least one.
    pub(crate) fn tables<T>(&mut self, name: &str, mut read: impl FnMut(&mut Self) -> Option<T>) -> Vec<T> {
        let Some(value) = self.take(name) else {
            self.report(name, format!("missing: expected at least one [[{name}]]"));
            return Vec::new();
        };
        let DeValue::Array(items) = value else {
            self.report(name, format!("expected [[{name}]]"));
            return Vec::new();
        };
        let mut values = Vec::new();
        for (at, item) in items.into_iter().enumerate() {
            let span = item.span();
            let DeValue::Table(table) = item.into_inner() else {
                self.report(name, format!("expected [[{name}]]"));
                continue;
            };
            values.extend(self.nested(format!("{name}[{at}]"), span, table, &mut read));
        }
        values
    }

    /// Everything that was found, with the members that nobody asked for, in the order of the file.
    pub(crate) fn finish(mut self) -> Vec<ConfigProblem> {
        let unknown: Vec<String> = self.members.keys().cloned().collect();
        for name in unknown {
            self.report(&name, "not a member that is known here");
        }
        self.problems.sort_by_key(|problem| problem.line.unwrap_or(0));
        self.problems
    }

    fn nested<T>(
        &mut self,
        name: String,
        span: Range<usize>,
        table: DeTable<'a>,
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<T> {
        let path = if self.path.is_empty() { name } else { format!("{}.{name}", self.path) };
        let mut inner = Self::new(path, span, self.text, table);
        let value = read(&mut inner);
        self.problems.extend(inner.finish());
        value
    }

    fn take(&mut self, name: &str) -> Option<DeValue<'a>> {
        let member = self.members.remove(name)?;
        self.taken.insert(name.to_owned(), line_of(self.text, member.at));
        Some(member.value.into_inner())
    }
}

/// The word's meaning, if it is one of the known ones.
pub(crate) fn check_one_of<T: Copy>(word: &str, known: &[(&str, T)]) -> Option<T> {
    known.iter().find(|(name, _)| *name == word).map(|(_, meaning)| *meaning)
}

/// The line of a byte in the text, from 1.
fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}
