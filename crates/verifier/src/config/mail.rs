//! `[mail]`: the SMTP server that takes the mails.

use std::time::Duration;

use login_guard_protocol::limits;

use super::Surroundings;
use super::secrets::read_file;
use super::table::{Table, check_one_of};
use crate::delivery::smtp::{self, Credentials, Sender, Settings, Tls};
use crate::secret::Secret;

/// Seconds that a whole hand-over may take when the file does not say. A person is waiting for the answer.
const TIMEOUT_S: u64 = 10;

/// What the mail channel is made of.
pub type Mail = Settings;

pub(super) fn read(table: &mut Table<'_>, around: &Surroundings<'_>) -> Option<Mail> {
    let from =
        table.required_text("from", "a sender like ACEX <no-reply@acex.example>", |text| Sender::parse(&text).ok());
    let host = table.required_text("host", "the name or address of an SMTP server", |text| {
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':');
        ((1..=limits::ORIGIN_BYTES).contains(&text.len()) && text.bytes().all(plain)).then_some(text)
    });
    let tls = table.required_text("tls", "\"starttls\", \"tls\" or \"none\"", |word| {
        check_one_of(&word, &[("starttls", Tls::StartTls), ("tls", Tls::Implicit), ("none", Tls::None)])
    });
    if around.production() && tls == Some(Tls::None) {
        table.report("tls", "unfit for production: codes would travel in clear, expected \"starttls\" or \"tls\"");
    }
    let port = table.optional_number("port", 1..=u64::from(u16::MAX)).and_then(|port| u16::try_from(port).ok());
    let credentials = read_credentials(table, around);
    if credentials.is_some() && tls == Some(Tls::None) {
        table.report("password_file", "expected tls = \"starttls\" or \"tls\": a password never travels in clear");
    }
    let ca_certificate = table.optional_text("ca_file", "a file with a certificate in PEM form", |path| {
        let pem = std::fs::read(around.path(&path)).ok()?;
        smtp::check_certificate(&pem).then_some(pem)
    });
    let timeout = Duration::from_secs(table.optional_number("timeout_s", 1..=60).unwrap_or(TIMEOUT_S));
    let tls = tls?;
    let port = port.unwrap_or_else(|| tls.usual_port());
    Some(Settings { from: from?, host: host?, port, tls, credentials, ca_certificate, timeout })
}

fn read_credentials(table: &mut Table<'_>, around: &Surroundings<'_>) -> Option<Credentials> {
    let username = table.optional_text("username", "a user name", |text| (!text.is_empty()).then_some(text));
    let file = table.optional_text("password_file", "a path", Some);
    match (username, file) {
        (Some(username), Some(path)) => {
            let password = read_file(table, "password_file", &around.path(&path), around)?;
            // EXPOSE: copied into another secret without the line's end
            let line = password.expose().trim_ascii_end().to_vec();
            Some(Credentials { username, password: Secret::new(line) })
        }
        (None, None) => None,
        (Some(_), None) => {
            table.report("password_file", "missing: expected a file with the password of the user name");
            None
        }
        (None, Some(_)) => {
            table.report("username", "missing: expected the user name that the password is for");
            None
        }
    }
}
