//! Mail through SMTP (RFC 5321): STARTTLS or TLS from the first byte, credentials, one time-out over the whole hand-over.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication;
use lettre::transport::smtp::client::{Certificate, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{Error as SmtpError, PoolConfig};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

use super::{Channel, DeliveryError, Message, Receipt};
use crate::clock::Clock;
use crate::entropy::{Entropy, make_bytes};
use crate::secret::Secret;

/// Open connections at most: a burst of codes waits for its turn rather than being refused by the mail server.
const CONNECTIONS: u32 = 8;

/// How the connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// TLS from the first byte (RFC 8314).
    Implicit,
    /// Not at all. For an inbox on the same machine, in development.
    None,
    /// STARTTLS (RFC 3207); a server that does not offer it gets no mail.
    StartTls,
}

impl Tls {
    /// The port that servers listen on for this.
    pub const fn usual_port(self) -> u16 {
        match self {
            Self::Implicit => 465,
            Self::None => 25,
            Self::StartTls => 587,
        }
    }
}

/// What the server wants to know of us.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The user name.
    pub username: String,
    /// Its password.
    pub password: Secret,
}

/// Who the mails are from: a name and an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender(Mailbox);

impl Sender {
    /// Parses `Name <address>` or `address`.
    ///
    /// # Errors
    /// [`SettingsError::Sender`].
    pub fn parse(text: &str) -> Result<Self, SettingsError> {
        text.parse().map(Self).map_err(|_| SettingsError::Sender)
    }
}

/// How to reach the server.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Who the mails are from.
    pub from: Sender,
    /// The server's name; its certificate must be for it.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: Tls,
    /// What the server wants to know of us, if anything.
    pub credentials: Option<Credentials>,
    /// A certificate (PEM) trusted besides the system's.
    pub ca_certificate: Option<Vec<u8>>,
    /// How long one hand-over may take, connection and all.
    pub timeout: Duration,
}

/// Settings that no channel can be made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// The certificate is not PEM, or not one that can be trusted.
    #[error("expected a certificate in PEM form")]
    Certificate,
    /// The sender is not a mail address.
    #[error("expected a sender like Name <address>")]
    Sender,
}

/// Whether `pem` holds at least one certificate.
pub fn check_certificate(pem: &[u8]) -> bool {
    // an empty list parses as well, so a certificate's beginning is looked for
    pem.windows(27).any(|line| line == b"-----BEGIN CERTIFICATE-----") && Certificate::from_pem(pem).is_ok()
}

/// The SMTP channel.
pub struct SmtpChannel {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    timeout: Duration,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl fmt::Debug for SmtpChannel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SmtpChannel(…)")
    }
}

impl SmtpChannel {
    /// Makes a channel; connects with the first message.
    ///
    /// # Errors
    /// [`SettingsError::Certificate`].
    pub fn new(settings: Settings, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Result<Self, SettingsError> {
        let tls = client_tls(&settings)?;
        // the machine's own name is nobody's business (RFC 5321 section 4.1.3 allows an address literal instead)
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(settings.host)
            .port(settings.port)
            .tls(tls)
            .hello_name(ClientId::Ipv4([127, 0, 0, 1].into()))
            .timeout(Some(settings.timeout))
            .pool_config(PoolConfig::new().max_size(CONNECTIONS));
        if let Some(Credentials { username, password }) = settings.credentials {
            // EXPOSE: the client library keeps its own copy, which it redacts in its debug form
            let password = String::from_utf8_lossy(password.expose()).into_owned();
            builder = builder.credentials(authentication::Credentials::new(username, password));
        }
        Ok(Self { transport: builder.build(), from: settings.from.0, timeout: settings.timeout, clock, entropy })
    }

    fn compose(&self, message: &Message) -> Result<lettre::Message, DeliveryError> {
        let to: Mailbox = message.to.parse().map_err(|_| DeliveryError::Rejected)?;
        let unique: [u8; 16] = make_bytes(&*self.entropy).map_err(|_| DeliveryError::Unavailable)?;
        let unique = login_guard_protocol::base64url::encode(&unique);
        let date = UNIX_EPOCH + Duration::from_secs(self.clock.now().as_seconds());
        let mut mail = lettre::Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(&message.subject)
            .date(date)
            .message_id(Some(format!("<{unique}@{}>", self.from.email.domain())))
            .multipart(MultiPart::alternative_plain_html(message.text.clone(), message.html.clone()))
            .map_err(|_| DeliveryError::Rejected)?;
        // RFC 3834 section 5: no vacation notice may answer this
        let name = HeaderName::new_from_ascii_str("Auto-Submitted");
        mail.headers_mut().insert_raw(HeaderValue::new(name, "auto-generated".to_owned()));
        Ok(mail)
    }

    async fn hand_over(&self, message: &Message) -> Result<Receipt, DeliveryError> {
        let mail = self.compose(message)?;
        // the library's own time-out covers connecting only; a server may fall silent at any later step
        match tokio::time::timeout(self.timeout, self.transport.send(mail)).await {
            Ok(Ok(_)) => Ok(Receipt),
            Ok(Err(error)) => Err(classify(&error)),
            Err(_) => {
                tracing::warn!(mail.cause = "time-out", "the mail server did not answer in time");
                Err(DeliveryError::Unavailable)
            }
        }
    }
}

impl Channel for SmtpChannel {
    fn deliver<'a>(
        &'a self,
        message: &'a Message,
    ) -> Pin<Box<dyn Future<Output = Result<Receipt, DeliveryError>> + Send + 'a>> {
        Box::pin(self.hand_over(message))
    }
}

fn client_tls(settings: &Settings) -> Result<lettre::transport::smtp::client::Tls, SettingsError> {
    use lettre::transport::smtp::client::Tls as Wire;
    if settings.tls == Tls::None {
        return Ok(Wire::None);
    }
    let mut parameters = TlsParameters::builder(settings.host.clone());
    if let Some(pem) = &settings.ca_certificate {
        let certificate = Certificate::from_pem(pem).map_err(|_| SettingsError::Certificate)?;
        parameters = parameters.add_root_certificate(certificate);
    }
    let parameters = parameters.build_rustls().map_err(|_| SettingsError::Certificate)?;
    Ok(if settings.tls == Tls::Implicit { Wire::Wrapper(parameters) } else { Wire::Required(parameters) })
}

/// What an error of the client library means for the message. Its text is dropped: servers repeat addresses in it.
fn classify(error: &SmtpError) -> DeliveryError {
    let status = error.status().map(u16::from);
    // RFC 5321 section 4.2.3 and RFC 3463: the mailbox or the message is refused for good. Other permanent replies
    // (530 to 538 of RFC 4954, 500 to 504) are about this client and are the operator's to mend.
    if matches!(status, Some(550..=556)) {
        tracing::info!(mail.status = status, "the mail server refused a message");
        return DeliveryError::Rejected;
    }
    let cause = if error.is_tls() {
        "tls"
    } else if error.is_timeout() {
        "time-out"
    } else if status.is_some() {
        "reply"
    } else {
        "connection"
    };
    tracing::warn!(mail.status = status, mail.cause = cause, "the mail server took no message");
    DeliveryError::Unavailable
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{ManualClock, Timestamp};
    use crate::entropy::SeededEntropy;

    fn channel() -> SmtpChannel {
        let settings = Settings {
            from: Sender::parse("ACEX <no-reply@acex.example>").unwrap(),
            host: "localhost".into(),
            port: 25,
            tls: Tls::None,
            credentials: None,
            ca_certificate: None,
            timeout: Duration::from_secs(1),
        };
        let clock = ManualClock::starting_at(Timestamp::from_millis(1_795_356_180_000));
        SmtpChannel::new(settings, Arc::new(clock), Arc::new(SeededEntropy::new(1))).unwrap()
    }

    #[tokio::test]
    async fn headers_are_what_receivers_expect() {
        let message = Message {
            to: "alice@example.com".into(),
            subject: "one\r\nBcc: mallory@example.com".into(),
            text: "text".into(),
            html: "<p>text</p>".into(),
        };
        let mail = String::from_utf8(channel().compose(&message).unwrap().formatted()).unwrap();
        let (headers, body) = mail.split_once("\r\n\r\n").unwrap();
        for line in [
            "From: ACEX <no-reply@acex.example>",
            "To: alice@example.com",
            "Date: Sun, 22 Nov 2026 14:03:00 +0000",
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
        ] {
            assert!(headers.lines().any(|header| header == line), "{line} in\n{headers}");
        }
        assert!(headers.contains("Message-ID: <") && headers.contains("@acex.example>"), "{headers}");
        assert!(headers.contains("Content-Type: multipart/alternative;"), "{headers}");
        assert!(!headers.lines().any(|header| header.starts_with("Bcc")), "{headers}");
        assert!(body.contains("text/plain") && body.contains("text/html"), "{body}");
    }

    #[test]
    fn file_without_a_certificate_is_none() {
        assert!(!check_certificate(b""));
        assert!(!check_certificate(b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"));
    }
}
