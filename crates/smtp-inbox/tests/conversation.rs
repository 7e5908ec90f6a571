//! Conversations with a real client (lettre), and with raw lines where a well-behaved client would not go.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking; what a test calls is no less a test")]

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lettre::message::MultiPart;
use lettre::transport::smtp::authentication::{Credentials as ClientCredentials, Mechanism};
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use login_guard_smtp_inbox::{
    Behaviour, Clock, Credentials, DeliveryRefused, Inbox, Mail, Mailbox, Server, Settings, tls,
};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

struct StoppedClock;

impl Clock for StoppedClock {
    fn now(&self) -> SystemTime {
        // 2026-11-22T14:03:00Z
        UNIX_EPOCH + Duration::from_mins(29_922_603)
    }
}

async fn start(settings: Settings) -> (Server, Inbox) {
    let inbox = Inbox::new(8);
    let address = "127.0.0.1:0".parse().unwrap();
    let server = Server::start(address, settings, Arc::new(inbox.clone()), Arc::new(StoppedClock)).await.unwrap();
    (server, inbox)
}

fn client(server: &Server) -> lettre::transport::smtp::AsyncSmtpTransportBuilder {
    AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("127.0.0.1")
        .port(server.address().port())
        .timeout(Some(Duration::from_secs(20)))
}

fn message() -> Message {
    Message::builder()
        .from("Exchange <no-reply@exchange.example>".parse().unwrap())
        .to("Alice <alice@example.com>".parse().unwrap())
        .subject("验证码 and more")
        .multipart(MultiPart::alternative_plain_html(
            ".a stuffed dot\r\nthe code: 123".to_owned(),
            "<p>the code</p>".to_owned(),
        ))
        .unwrap()
}

/// Sends lines one by one and gives the last line of each answer.
async fn talk(server: &Server, lines: &[&str]) -> Vec<String> {
    let mut stream = BufReader::new(TcpStream::connect(server.address()).await.unwrap());
    let mut answers = vec![answer(&mut stream).await];
    for line in lines {
        stream.write_all(format!("{line}\r\n").as_bytes()).await.unwrap();
        answers.push(answer(&mut stream).await);
    }
    answers
}

async fn answer(stream: &mut BufReader<TcpStream>) -> String {
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.unwrap();
        if line.as_bytes().get(3) != Some(&b'-') {
            return line.trim_end().to_owned();
        }
    }
}

fn codes(answers: &[String]) -> Vec<&str> {
    answers.iter().map(|answer| answer.get(..3).unwrap_or_default()).collect()
}

fn tls_settings() -> (Settings, Certificate) {
    let made = tls::make_certificate(&["localhost", "127.0.0.1"]).unwrap();
    let config = tls::server_config(made.certificate_pem.as_bytes(), made.key_pem.as_bytes()).unwrap();
    let settings = Settings { tls: Some(config), tls_required: true, ..Settings::default() };
    (settings, Certificate::from_pem(made.certificate_pem.as_bytes()).unwrap())
}

#[tokio::test]
async fn a_mail_arrives_as_it_was_written() {
    let (server, inbox) = start(Settings::default()).await;
    client(&server).build::<Tokio1Executor>().send(message()).await.unwrap();
    let mail = inbox.next_after(0).await.unwrap();
    assert_eq!(mail.to, "alice@example.com");
    assert_eq!(mail.subject, "验证码 and more");
    assert_eq!(mail.text.trim_end(), ".a stuffed dot\r\nthe code: 123");
    assert_eq!(mail.html.as_deref().map(str::trim_end), Some("<p>the code</p>"));
    assert_eq!(mail.at_rfc3339(), "2026-11-22T14:03:00Z");
}

#[tokio::test]
async fn mails_are_listed_newest_first_and_their_number_is_bounded() {
    let inbox = Inbox::new(2);
    for subject in ["first", "second", "third"] {
        let raw = format!("Subject: {subject}\r\n\r\nhello\r\n");
        inbox.deliver(Mail::parse(&["a@b".to_owned()], raw.as_bytes(), UNIX_EPOCH)).unwrap();
    }
    let subjects: Vec<_> = inbox.mails().into_iter().map(|mail| mail.subject).collect();
    assert_eq!(subjects, ["third", "second"]);
    assert_eq!(inbox.received(), 3);
}

#[tokio::test]
async fn waiting_for_the_next_mail_ends_when_it_comes() {
    let (server, inbox) = start(Settings::default()).await;
    let seen = inbox.received();
    let transport = client(&server).build::<Tokio1Executor>();
    let (mail, sent) = tokio::join!(inbox.next_after(seen), transport.send(message()));
    sent.unwrap();
    assert_eq!(mail.unwrap().to, "alice@example.com");
}

#[tokio::test]
async fn mail_goes_through_starttls_with_credentials_by_either_mechanism() {
    let (settings, root) = tls_settings();
    let settings = Settings { credentials: Some(Credentials::new("verifier", "s3cret")), ..settings };
    let (server, inbox) = start(settings).await;
    for mechanism in [Mechanism::Plain, Mechanism::Login] {
        let parameters =
            TlsParameters::builder("127.0.0.1".to_owned()).add_root_certificate(root.clone()).build().unwrap();
        let transport = client(&server)
            .tls(Tls::Required(parameters))
            .credentials(ClientCredentials::new("verifier".to_owned(), "s3cret".to_owned()))
            .authentication(vec![mechanism])
            .build::<Tokio1Executor>();
        transport.send(message()).await.unwrap();
    }
    assert_eq!(inbox.mails().len(), 2);
}

#[tokio::test]
async fn wrong_credentials_are_refused() {
    let settings = Settings { credentials: Some(Credentials::new("verifier", "s3cret")), ..Settings::default() };
    let (server, inbox) = start(settings).await;
    let transport = client(&server)
        .credentials(ClientCredentials::new("verifier".to_owned(), "guess".to_owned()))
        .build::<Tokio1Executor>();
    assert!(transport.send(message()).await.unwrap_err().is_permanent());
    assert!(inbox.mails().is_empty());
}

#[tokio::test]
async fn mail_is_refused_before_tls_and_before_authentication() {
    let (settings, _) = tls_settings();
    let settings = Settings { credentials: Some(Credentials::new("verifier", "s3cret")), ..settings };
    let (server, _) = start(settings).await;
    let answers =
        talk(&server, &["EHLO client", "MAIL FROM:<a@b>", "AUTH PLAIN AHZlcmlmaWVyAHMzY3JldA==", "QUIT"]).await;
    assert_eq!(codes(&answers), ["220", "250", "530", "538", "221"]);

    let settings = Settings { credentials: Some(Credentials::new("verifier", "s3cret")), ..Settings::default() };
    let (server, _) = start(settings).await;
    let answers = talk(&server, &["EHLO client", "MAIL FROM:<a@b>", "AUTH CRAM-MD5", "AUTH PLAIN *", "QUIT"]).await;
    assert_eq!(codes(&answers), ["220", "250", "530", "504", "501", "221"]);
}

#[tokio::test]
async fn words_sent_ahead_of_the_tls_handshake_end_the_conversation() {
    let (settings, _) = tls_settings();
    let (server, inbox) = start(settings).await;
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    stream.write_all(b"EHLO client\r\nSTARTTLS\r\nMAIL FROM:<a@b>\r\n").await.unwrap();
    let mut answers = String::new();
    stream.read_to_string(&mut answers).await.unwrap();
    assert!(answers.ends_with("220 2.0.0 ready for TLS\r\n"), "{answers}");
    assert!(inbox.mails().is_empty());
}

#[tokio::test]
async fn commands_out_of_sequence_are_refused() {
    let (server, _) = start(Settings::default()).await;
    let lines = [
        "MAIL FROM:<a@b>",
        "EHLO client",
        "RCPT TO:<a@b>",
        "DATA",
        "MAIL FROM:<a@b>",
        "DATA",
        "RSET",
        "RCPT TO:<a@b>",
        "STARTTLS",
        "NOOP",
        "VRFY a",
        "BOO",
        "QUIT",
    ];
    let answers = talk(&server, &lines).await;
    let expected = ["220", "503", "250", "503", "503", "250", "503", "250", "503", "502", "250", "252", "500", "221"];
    assert_eq!(codes(&answers), expected);
}

#[tokio::test]
async fn a_message_beyond_the_limit_is_refused_and_the_next_one_taken() {
    let (server, inbox) = start(Settings { size_limit_bytes: 200, ..Settings::default() }).await;
    let long = format!("{}\r\n{}\r\n.", "x".repeat(150), "x".repeat(150));
    let lines = ["EHLO client", "MAIL FROM:<a@b> SIZE=201", "MAIL FROM:<a@b>", "RCPT TO:<c@d>", "DATA", &long];
    let again = ["MAIL FROM:<a@b>", "RCPT TO:<c@d>", "DATA", "Subject: small\r\n\r\nhello\r\n."];
    let answers = talk(&server, &[&lines[..], &again].concat()).await;
    assert_eq!(codes(&answers), ["220", "250", "552", "250", "250", "354", "552", "250", "250", "354", "250"]);
    assert_eq!(inbox.mails().len(), 1);
}

#[tokio::test]
async fn a_dot_after_a_bare_line_feed_does_not_end_a_message() {
    let (server, inbox) = start(Settings::default()).await;
    let smuggled = "Subject: one\r\n\r\nhello\n.\nMAIL FROM:<x@y>\r\n.";
    let answers = talk(&server, &["EHLO client", "MAIL FROM:<a@b>", "RCPT TO:<c@d>", "DATA", smuggled, "QUIT"]).await;
    assert_eq!(codes(&answers), ["220", "250", "250", "250", "354", "250", "221"]);
    assert_eq!(inbox.mails().len(), 1);
}

#[tokio::test]
async fn misbehaviour_reaches_the_client() {
    let (server, inbox) = start(Settings::default()).await;
    let transport = client(&server).build::<Tokio1Executor>();
    for (behaviour, permanent) in
        [(Behaviour::RefusesRecipients, true), (Behaviour::DefersRecipients, false), (Behaviour::RefusesMessages, true)]
    {
        server.behave(behaviour);
        let error = transport.send(message()).await.unwrap_err();
        assert_eq!(error.is_permanent(), permanent, "{behaviour:?}");
        assert_eq!(error.is_transient(), !permanent, "{behaviour:?}");
    }
    server.behave(Behaviour::HangsUpInData);
    assert!(transport.send(message()).await.is_err());
    server.behave(Behaviour::Slow(Duration::from_millis(5)));
    transport.send(message()).await.unwrap();
    assert_eq!(inbox.mails().len(), 1);
}

#[tokio::test]
async fn a_mute_server_says_nothing_however_long_the_client_waits() {
    let (server, _) = start(Settings::default()).await;
    server.behave(Behaviour::Mute);
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    let waited = tokio::time::timeout(Duration::from_millis(100), stream.read_u8()).await;
    assert!(waited.is_err());
}

#[tokio::test]
async fn a_silent_client_is_sent_away() {
    let (server, _) = start(Settings { idle_limit: Duration::from_millis(20), ..Settings::default() }).await;
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    let mut said = String::new();
    stream.read_to_string(&mut said).await.unwrap();
    assert!(said.ends_with("421 4.4.2 waited too long\r\n"), "{said}");
}

#[tokio::test]
async fn a_mail_that_cannot_be_kept_is_asked_for_again_later() {
    struct Full;
    impl Mailbox for Full {
        fn deliver(&self, _: Mail) -> Result<(), DeliveryRefused> {
            Err(DeliveryRefused)
        }
    }
    let address = "127.0.0.1:0".parse().unwrap();
    let server = Server::start(address, Settings::default(), Arc::new(Full), Arc::new(StoppedClock)).await.unwrap();
    let error = client(&server).build::<Tokio1Executor>().send(message()).await.unwrap_err();
    assert!(error.is_transient(), "{error}");
}

#[test]
fn credentials_do_not_show_in_debug_output() {
    assert_eq!(format!("{:?}", Credentials::new("verifier", "s3cret")), "Credentials(redacted)");
}
