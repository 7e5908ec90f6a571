//! One received mail.

use std::time::{SystemTime, UNIX_EPOCH};

use mail_parser::{DateTime, MessageParser, PartType};

/// A mail as a person would see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// The envelope's recipients, joined by `, `.
    pub to: String,
    /// The subject, decoded; empty when there was none.
    pub subject: String,
    /// The plain text, decoded; empty when there was none.
    pub text: String,
    /// The HTML, decoded, when there was one.
    pub html: Option<String>,
    /// When the server accepted it.
    pub at: SystemTime,
}

impl Mail {
    /// Reads a message (RFC 5322, MIME). One that makes no sense is kept as text, because an inbox shows what came.
    pub fn parse(recipients: &[String], message: &[u8], at: SystemTime) -> Self {
        let to = recipients.join(", ");
        let Some(parsed) = MessageParser::default().parse(message) else {
            let text = String::from_utf8_lossy(message).into_owned();
            return Self { to, subject: String::new(), text, html: None, at };
        };
        // the parser makes up an HTML twin of plain text; only a part that came as HTML counts
        let html = parsed
            .html_bodies()
            .find(|part| matches!(part.body, PartType::Html(_)))
            .and_then(|part| part.text_contents())
            .map(str::to_owned);
        let text = parsed
            .text_bodies()
            .find(|part| matches!(part.body, PartType::Text(_)))
            .and_then(|part| part.text_contents())
            .unwrap_or_default()
            .to_owned();
        Self { to, subject: parsed.subject().unwrap_or_default().to_owned(), text, html, at }
    }

    /// The time of acceptance in RFC 3339 form, UTC, whole seconds.
    pub fn at_rfc3339(&self) -> String {
        rfc3339(self.at)
    }
}

/// A time in RFC 3339 form, UTC, whole seconds; times before 1970 become 1970.
pub fn rfc3339(at: SystemTime) -> String {
    let seconds = at.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    DateTime::from_timestamp(i64::try_from(seconds).unwrap_or(i64::MAX)).to_rfc3339()
}
