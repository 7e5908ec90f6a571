//! What a client says.

/// A command (RFC 5321 section 4.1.1).
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// `AUTH mechanism [initial-response]` (RFC 4954).
    Auth { mechanism: String, initial: Option<String> },
    /// `DATA`.
    Data,
    /// `EHLO` or `HELO`; whether it was the extended one.
    Hello { extended: bool },
    /// `HELP`, `VRFY` and `EXPN`: known, and of no use here.
    Idle,
    /// `MAIL FROM:<…>` with the size it announced, in bytes.
    Mail { size_bytes: Option<usize> },
    /// `NOOP`.
    Noop,
    /// `QUIT`.
    Quit,
    /// `RCPT TO:<…>`.
    Recipient(String),
    /// `RSET`.
    Reset,
    /// `STARTTLS` (RFC 3207).
    StartTls,
}

/// Why a line is no command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BadCommand {
    /// A known verb with an argument that it does not take.
    Argument,
    /// No verb of ours.
    Verb,
}

impl Command {
    /// Parses one line without its end.
    pub(crate) fn parse(line: &[u8]) -> Result<Self, BadCommand> {
        let line = std::str::from_utf8(line).map_err(|_| BadCommand::Verb)?;
        if line.bytes().any(|byte| byte.is_ascii_control()) {
            return Err(BadCommand::Verb);
        }
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        let rest = rest.trim();
        match verb.to_ascii_uppercase().as_str() {
            "AUTH" => {
                let (mechanism, initial) = match rest.split_once(' ') {
                    Some((mechanism, initial)) => (mechanism, Some(initial.trim().to_owned())),
                    None => (rest, None),
                };
                if mechanism.is_empty() {
                    return Err(BadCommand::Argument);
                }
                Ok(Self::Auth { mechanism: mechanism.to_ascii_uppercase(), initial })
            }
            "DATA" => alone(rest, Self::Data),
            "EHLO" => argued(rest, Self::Hello { extended: true }),
            "HELO" => argued(rest, Self::Hello { extended: false }),
            "HELP" | "VRFY" | "EXPN" => Ok(Self::Idle),
            "MAIL" => {
                let (_, parameters) = parse_path(rest, "FROM:").ok_or(BadCommand::Argument)?;
                let announced = parameters.split_ascii_whitespace().find_map(|word| {
                    word.split_once('=').filter(|(key, _)| key.eq_ignore_ascii_case("SIZE")).map(|(_, size)| size)
                });
                let size_bytes = announced.map(str::parse).transpose().map_err(|_| BadCommand::Argument)?;
                Ok(Self::Mail { size_bytes })
            }
            "NOOP" => Ok(Self::Noop),
            "QUIT" => alone(rest, Self::Quit),
            "RCPT" => {
                let (path, _) = parse_path(rest, "TO:").ok_or(BadCommand::Argument)?;
                // the null path is for senders only (RFC 5321 section 4.5.5)
                if path.is_empty() { Err(BadCommand::Argument) } else { Ok(Self::Recipient(path.to_owned())) }
            }
            "RSET" => alone(rest, Self::Reset),
            "STARTTLS" => alone(rest, Self::StartTls),
            _ => Err(BadCommand::Verb),
        }
    }
}

fn alone(rest: &str, command: Command) -> Result<Command, BadCommand> {
    if rest.is_empty() { Ok(command) } else { Err(BadCommand::Argument) }
}

fn argued(rest: &str, command: Command) -> Result<Command, BadCommand> {
    if rest.is_empty() { Err(BadCommand::Argument) } else { Ok(command) }
}

/// Splits `KEYWORD:<path> parameters` into path and parameters.
fn parse_path<'a>(rest: &'a str, keyword: &str) -> Option<(&'a str, &'a str)> {
    let (head, tail) = rest.split_at_checked(keyword.len())?;
    if !head.eq_ignore_ascii_case(keyword) {
        return None;
    }
    tail.trim_start().strip_prefix('<')?.split_once('>')
}

#[cfg(test)]
mod tests {
    use super::{BadCommand, Command};

    #[test]
    fn commands_are_read_whatever_their_case() {
        assert_eq!(Command::parse(b"ehlo client"), Ok(Command::Hello { extended: true }));
        assert_eq!(Command::parse(b"mail from:<>"), Ok(Command::Mail { size_bytes: None }));
        assert_eq!(
            Command::parse(b"MAIL FROM:<a@b> SIZE=12 BODY=8BITMIME"),
            Ok(Command::Mail { size_bytes: Some(12) })
        );
        assert_eq!(Command::parse(b"RCPT TO:<a@b>"), Ok(Command::Recipient("a@b".to_owned())));
        let auth = Command::Auth { mechanism: "PLAIN".to_owned(), initial: Some("AGEAYg==".to_owned()) };
        assert_eq!(Command::parse(b"auth plain AGEAYg=="), Ok(auth));
    }

    #[test]
    fn lines_that_are_no_command_are_told_apart_from_bad_arguments() {
        for line in [&b"RCPT TO:<>"[..], b"RCPT a@b", b"MAIL TO:<a>", b"MAIL FROM:<a> SIZE=x", b"EHLO", b"DATA now"] {
            assert_eq!(Command::parse(line), Err(BadCommand::Argument), "{line:?}");
        }
        for line in [&b""[..], b"GET / HTTP/1.1", b"\xff\xfe", b"NOOP\x00"] {
            assert_eq!(Command::parse(line), Err(BadCommand::Verb), "{line:?}");
        }
    }
}
