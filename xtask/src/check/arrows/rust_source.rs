//! A Rust file taken apart as far as arrows need it: code without comments, strings and tests, and the strings.

/// The parts of one file.
#[derive(Debug, Default)]
pub struct RustSource {
    /// The code; comments and the insides of strings are spaces, lines are where they were.
    pub code: String,
    /// Each string literal of the code with the line it begins on.
    pub strings: Vec<(usize, String)>,
}

impl RustSource {
    /// Takes a file apart. What follows `#[cfg(test)] mod … {` is left out: tests stand last.
    pub fn read(text: &str) -> Self {
        let mut source = Self::default();
        let mut reader = Reader { rest: text, line: 1, source: &mut source };
        reader.run();
        if let Some(end) = start_of_tests(&source.code) {
            let last = source.code.get(..end).unwrap_or_default().matches('\n').count() + 1;
            source.code.truncate(end);
            source.strings.retain(|(line, _)| *line <= last);
        }
        source
    }
}

fn start_of_tests(code: &str) -> Option<usize> {
    code.match_indices("#[cfg(test)]").map(|(at, _)| at).find(|at| {
        let after = code.get(*at..).unwrap_or_default().trim_start_matches("#[cfg(test)]").trim_start();
        after.starts_with("mod ") && after.find('{').is_some_and(|open| after.find(';').is_none_or(|end| open < end))
    })
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
    source: &'a mut RustSource,
}

impl Reader<'_> {
    fn run(&mut self) {
        let mut before = ' ';
        while let Some(next) = self.rest.chars().next() {
            let in_word = before.is_alphanumeric() || before == '_';
            if self.rest.starts_with("//") {
                self.blank(self.rest.find('\n').unwrap_or(self.rest.len()));
            } else if self.rest.starts_with("/*") {
                self.blank(block_comment(self.rest));
            } else if let Some((open, close)) = (!in_word).then(|| raw_string(self.rest)).flatten() {
                self.string(open, &close, false);
            } else if next == '"' {
                self.string(1, "\"", true);
            } else if let Some(length) = character(self.rest) {
                self.blank(length);
            } else {
                self.keep(next);
            }
            before = next;
        }
    }

    fn keep(&mut self, next: char) {
        self.line += usize::from(next == '\n');
        self.source.code.push(next);
        self.rest = self.rest.get(next.len_utf8()..).unwrap_or_default();
    }

    fn blank(&mut self, length: usize) {
        let (gone, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        for next in gone.chars() {
            self.line += usize::from(next == '\n');
            self.source.code.push(if next == '\n' { '\n' } else { ' ' });
        }
        self.rest = rest;
    }

    fn string(&mut self, open: usize, close: &str, escapes: bool) {
        let body = self.rest.get(open..).unwrap_or_default();
        let length = if escapes { end_of_string(body) } else { body.find(close).unwrap_or(body.len()) };
        self.source.strings.push((self.line, body.get(..length).unwrap_or_default().to_owned()));
        self.blank((open + length + close.len()).min(self.rest.len()));
    }
}

fn end_of_string(body: &str) -> usize {
    let mut escaped = false;
    for (at, next) in body.char_indices() {
        match next {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at,
            _ => {}
        }
    }
    body.len()
}

/// Length of a block comment; they nest.
fn block_comment(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// `r#"` or `br"`: the length of the opening and the text that closes it.
fn raw_string(text: &str) -> Option<(usize, String)> {
    let prefix = if text.starts_with("br") { 2 } else { usize::from(text.starts_with('r')) };
    let hashes = text.get(prefix..)?.bytes().take_while(|byte| *byte == b'#').count();
    let opens = prefix > 0 && text.get(prefix + hashes..)?.starts_with('"');
    opens.then(|| (prefix + hashes + 1, format!("\"{}", "#".repeat(hashes))))
}

/// Length of a character literal; a lifetime is none.
fn character(text: &str) -> Option<usize> {
    let body = text.strip_prefix('\'')?;
    if let Some(escape) = body.strip_prefix('\\') {
        let skip = escape.chars().next()?.len_utf8();
        return Some(2 + skip + escape.get(skip..)?.find('\'')? + 1);
    }
    let length = body.chars().next()?.len_utf8();
    body.get(length..)?.starts_with('\'').then_some(length + 2)
}
