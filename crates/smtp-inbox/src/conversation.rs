//! One client's conversation (RFC 5321 section 3), over a plain or an encrypted stream.

use std::io;
use std::sync::Arc;

use base64ct::{Base64, Encoding};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};

use crate::command::{BadCommand, Command};
use crate::line::{self, Line};
use crate::reply::{self, Reply};
use crate::server::Shared;
use crate::{Behaviour, Mail};

/// Longest command line (RFC 5321 section 4.5.3.1.4 asks for 512; AUTH answers may be longer, RFC 4954 section 4.5.4).
const COMMAND_BYTES: usize = 4096;
/// Longest line of a message. RFC 5321 section 4.5.3.1.6 says 1,000; real senders exceed it.
const TEXT_LINE_BYTES: usize = 64 * 1024;
/// Commands without a mail among them, after which a client is sent away.
const IDLE_COMMANDS: u32 = 100;

/// How a conversation ended.
pub(crate) enum Ending<S> {
    /// The client is gone or was sent away.
    Closed,
    /// The client was told to begin TLS on this stream.
    StartTls(S),
}

/// What the client has done so far.
#[derive(Debug, Default)]
pub(crate) struct Session {
    secured: bool,
    greeted: bool,
    authenticated: bool,
    envelope: Option<Vec<String>>,
}

impl Session {
    /// A fresh plain connection; the greeting is still to be sent.
    pub(crate) fn greeted() -> Self {
        Self::default()
    }

    /// A connection after STARTTLS: all that was said before is forgotten (RFC 3207 section 4.2).
    pub(crate) fn secured() -> Self {
        Self { secured: true, ..Self::default() }
    }
}

/// What to do after a command was handled.
enum Next {
    Continue,
    Delivered,
    Close,
    StartTls,
}

/// Speaks with one client until it leaves or asks for TLS.
pub(crate) async fn hold<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    session: Session,
    shared: &Shared,
) -> io::Result<Ending<S>> {
    let mut talk = Conversation { stream: BufReader::new(stream), session, shared };
    if !talk.session.secured {
        talk.say(&format!("220 {} ESMTP\r\n", shared.settings.hostname)).await?;
    }
    let mut idle_commands = 0;
    while idle_commands < IDLE_COMMANDS {
        idle_commands += 1;
        match talk.step().await? {
            Next::Continue => {}
            Next::Delivered => idle_commands = 0,
            Next::Close => return Ok(Ending::Closed),
            // what came before the handshake was not protected and must not be read after it (CVE-2011-0411)
            Next::StartTls if !talk.stream.buffer().is_empty() => return Ok(Ending::Closed),
            Next::StartTls => return Ok(Ending::StartTls(talk.stream.into_inner())),
        }
    }
    talk.reply(reply::TIMED_OUT).await?;
    Ok(Ending::Closed)
}

/// One end of a conversation.
struct Conversation<'a, S> {
    stream: BufReader<S>,
    session: Session,
    shared: &'a Shared,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Conversation<'_, S> {
    async fn step(&mut self) -> io::Result<Next> {
        let line = match self.read(COMMAND_BYTES).await? {
            Some(Line::Ended(line)) => line,
            Some(Line::Bare(_)) => return self.reply(reply::UNKNOWN).await,
            Some(Line::TooLong) => return self.reply(reply::LINE_TOO_LONG).await,
            Some(Line::Closed) => return Ok(Next::Close),
            None => {
                self.reply(reply::TIMED_OUT).await?;
                return Ok(Next::Close);
            }
        };
        match Command::parse(&line) {
            Ok(Command::Auth { mechanism, initial }) => self.authenticate(&mechanism, initial).await,
            Ok(Command::Data) => self.receive().await,
            Ok(Command::Hello { extended }) => self.hello(extended).await,
            Ok(Command::Idle) => self.reply(reply::CANNOT_VERIFY).await,
            Ok(Command::Mail { size_bytes }) => self.begin(size_bytes).await,
            Ok(Command::Noop) => self.reply(reply::OK).await,
            Ok(Command::Quit) => {
                self.reply(reply::BYE).await?;
                Ok(Next::Close)
            }
            Ok(Command::Recipient(path)) => self.add(path).await,
            Ok(Command::Reset) => {
                self.session.envelope = None;
                self.reply(reply::OK).await
            }
            Ok(Command::StartTls) => self.start_tls().await,
            Err(BadCommand::Argument) => self.reply(reply::BAD_ARGUMENT).await,
            Err(BadCommand::Verb) => self.reply(reply::UNKNOWN).await,
        }
    }

    async fn hello(&mut self, extended: bool) -> io::Result<Next> {
        let settings = &self.shared.settings;
        self.session.greeted = true;
        self.session.envelope = None;
        if !extended {
            let answer = format!("250 {}\r\n", settings.hostname);
            return self.say(&answer).await;
        }
        let mut answer = format!(
            "250-{}\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-ENHANCEDSTATUSCODES\r\n",
            settings.hostname
        );
        if settings.tls.is_some() && !self.session.secured {
            answer.push_str("250-STARTTLS\r\n");
        }
        if settings.credentials.is_some() && self.may_authenticate() {
            answer.push_str("250-AUTH PLAIN LOGIN\r\n");
        }
        let size = format!("250 SIZE {}\r\n", settings.size_limit_bytes);
        self.say(&(answer + &size)).await
    }

    async fn start_tls(&mut self) -> io::Result<Next> {
        if self.shared.settings.tls.is_none() || self.session.secured {
            return self.reply(reply::NOT_OFFERED).await;
        }
        self.reply(reply::READY_FOR_TLS).await?;
        Ok(Next::StartTls)
    }

    /// A server that can encrypt takes no password in clear.
    fn may_authenticate(&self) -> bool {
        self.session.secured || self.shared.settings.tls.is_none()
    }

    async fn authenticate(&mut self, mechanism: &str, initial: Option<String>) -> io::Result<Next> {
        let Some(expected) = self.shared.settings.credentials.clone() else {
            return self.reply(reply::NOT_OFFERED).await;
        };
        if !self.session.greeted || self.session.authenticated || self.session.envelope.is_some() {
            return self.reply(reply::BAD_SEQUENCE).await;
        }
        if !self.may_authenticate() {
            return self.reply(reply::AUTH_NEEDS_TLS).await;
        }
        let given = match mechanism {
            "PLAIN" => {
                let Some(answer) = self.auth_answer(initial, "334 \r\n").await? else {
                    return self.reply(reply::BAD_ARGUMENT).await;
                };
                // authorization identity, user name, password (RFC 4616 section 2)
                let mut parts = answer.split(|byte| *byte == 0).map(<[u8]>::to_vec);
                match (parts.next(), parts.next(), parts.next(), parts.next()) {
                    (Some(_), Some(user), Some(password), None) => Some((user, password)),
                    _ => None,
                }
            }
            "LOGIN" => {
                // the two prompts are "Username:" and "Password:"
                let user = self.auth_answer(initial, "334 VXNlcm5hbWU6\r\n").await?;
                let password = match user {
                    Some(_) => self.auth_answer(None, "334 UGFzc3dvcmQ6\r\n").await?,
                    None => None,
                };
                user.zip(password)
            }
            _ => return self.reply(reply::BAD_MECHANISM).await,
        };
        let Some((user, password)) = given else { return self.reply(reply::BAD_ARGUMENT).await };
        if !expected.matches(&user, &password) {
            return self.reply(reply::BAD_CREDENTIALS).await;
        }
        self.session.authenticated = true;
        self.reply(reply::AUTHENTICATED).await
    }

    /// The client's answer, decoded: the one it sent along, or the next line after a prompt. `None` when it is
    /// cancelled (`*`) or no base64.
    async fn auth_answer(&mut self, initial: Option<String>, prompt: &str) -> io::Result<Option<Vec<u8>>> {
        let answer = if let Some(initial) = initial {
            // "=" stands for an empty initial answer (RFC 4954 section 4)
            if initial == "=" { String::new() } else { initial }
        } else {
            self.say(prompt).await?;
            match self.read(COMMAND_BYTES).await? {
                Some(Line::Ended(line)) => String::from_utf8(line).unwrap_or_else(|_| "*".to_owned()),
                _ => "*".to_owned(),
            }
        };
        Ok(Base64::decode_vec(&answer).ok())
    }

    async fn begin(&mut self, size_bytes: Option<usize>) -> io::Result<Next> {
        let settings = &self.shared.settings;
        if !self.session.greeted || self.session.envelope.is_some() {
            return self.reply(reply::BAD_SEQUENCE).await;
        }
        if settings.tls_required && !self.session.secured {
            return self.reply(reply::TLS_FIRST).await;
        }
        if settings.credentials.is_some() && !self.session.authenticated {
            return self.reply(reply::AUTH_FIRST).await;
        }
        if size_bytes.is_some_and(|size| size > settings.size_limit_bytes) {
            return self.reply(reply::TOO_LARGE).await;
        }
        self.session.envelope = Some(Vec::new());
        self.reply(reply::OK).await
    }

    async fn add(&mut self, recipient: String) -> io::Result<Next> {
        let limit = self.shared.settings.recipients_limit;
        let answer = match (self.behaviour(), &mut self.session.envelope) {
            (_, None) => reply::BAD_SEQUENCE,
            (Behaviour::RefusesRecipients, _) => reply::RECIPIENT_REFUSED,
            (Behaviour::DefersRecipients, _) => reply::RECIPIENT_DEFERRED,
            (_, Some(recipients)) if recipients.len() >= limit => reply::TOO_MANY_RECIPIENTS,
            (_, Some(recipients)) => {
                recipients.push(recipient);
                reply::OK
            }
        };
        self.reply(answer).await
    }

    async fn receive(&mut self) -> io::Result<Next> {
        let Some(recipients) = self.session.envelope.take_if(|recipients| !recipients.is_empty()) else {
            return self.reply(reply::BAD_SEQUENCE).await;
        };
        self.reply(reply::START_DATA).await?;
        if self.behaviour() == Behaviour::HangsUpInData {
            return Ok(Next::Close);
        }
        let Some(message) = self.read_message().await? else { return Ok(Next::Close) };
        let Ok(message) = message else { return self.reply(reply::TOO_LARGE).await };
        if self.behaviour() == Behaviour::RefusesMessages {
            return self.reply(reply::MESSAGE_REFUSED).await;
        }
        let mail = Mail::parse(&recipients, &message, self.shared.clock.now());
        let mailbox = Arc::clone(&self.shared.mailbox);
        // a mailbox may write to a disk
        let kept = tokio::task::spawn_blocking(move || mailbox.deliver(mail)).await;
        if !matches!(kept, Ok(Ok(()))) {
            return self.reply(reply::NOT_KEPT).await;
        }
        self.reply(reply::ACCEPTED).await?;
        Ok(Next::Delivered)
    }

    /// The message up to the lone dot, with stuffed dots taken out (RFC 5321 section 4.5.2). `None` when the client
    /// went away; an error inside when it was too large, after all of it was read.
    async fn read_message(&mut self) -> io::Result<Option<Result<Vec<u8>, TooLarge>>> {
        let limit = self.shared.settings.size_limit_bytes;
        let mut message = Vec::new();
        let mut too_large = false;
        let mut line_begins = true;
        loop {
            let (line, ended) = match self.read(TEXT_LINE_BYTES).await? {
                Some(Line::Ended(line)) => (line, true),
                Some(Line::Bare(line)) => (line, false),
                Some(Line::TooLong) => {
                    too_large = true;
                    line_begins = true;
                    continue;
                }
                Some(Line::Closed) | None => return Ok(None),
            };
            if line_begins && ended && line == b"." {
                return Ok(Some(if too_large { Err(TooLarge) } else { Ok(message) }));
            }
            let text = if line_begins { line.strip_prefix(b".").unwrap_or(&line) } else { &line };
            if message.len() + text.len() + 2 > limit {
                too_large = true;
                message.clear();
            }
            if !too_large {
                message.extend_from_slice(text);
                message.extend_from_slice(if ended { b"\r\n" } else { b"\n" });
            }
            line_begins = ended;
        }
    }

    /// One line, or `None` when the client was silent for too long.
    async fn read(&mut self, limit: usize) -> io::Result<Option<Line>> {
        match tokio::time::timeout(self.shared.settings.idle_limit, line::read(&mut self.stream, limit)).await {
            Ok(line) => line.map(Some),
            Err(_) => Ok(None),
        }
    }

    async fn reply(&mut self, Reply(code, text): Reply) -> io::Result<Next> {
        self.say(&format!("{code} {text}\r\n")).await
    }

    async fn say(&mut self, text: &str) -> io::Result<Next> {
        match self.behaviour() {
            Behaviour::Mute => std::future::pending().await,
            Behaviour::Slow(by) => tokio::time::sleep(by).await,
            _ => {}
        }
        self.stream.write_all(text.as_bytes()).await?;
        self.stream.flush().await?;
        Ok(Next::Continue)
    }

    fn behaviour(&self) -> Behaviour {
        *self.shared.behaviour.borrow()
    }
}

/// A message beyond the limit.
struct TooLarge;
