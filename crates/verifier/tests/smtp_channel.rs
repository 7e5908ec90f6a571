//! The SMTP channel against a real SMTP server: handed over, refused, unavailable, and never in clear when TLS is asked for.

#![expect(clippy::unwrap_used, reason = "what surrounds a test may fail it")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use login_guard_smtp_inbox::tls::{make_certificate, server_config};
use login_guard_smtp_inbox::{
    Behaviour, Credentials as ServerCredentials, Inbox, Server, Settings as ServerSettings, SystemClock as InboxClock,
};
use login_guard_verifier::clock::{ManualClock, Timestamp};
use login_guard_verifier::delivery::smtp::{Credentials, Sender, Settings, SmtpChannel, Tls};
use login_guard_verifier::delivery::{Channel, DeliveryError, Message, Receipt};
use login_guard_verifier::entropy::SystemEntropy;
use login_guard_verifier::secret::Secret;

struct Run {
    server: Server,
    inbox: Inbox,
    certificate: String,
}

async fn run(settings: impl FnOnce(ServerSettings) -> ServerSettings) -> Run {
    let made = make_certificate(&["localhost", "127.0.0.1"]).unwrap();
    let tls = server_config(made.certificate_pem.as_bytes(), made.key_pem.as_bytes()).unwrap();
    let settings = settings(ServerSettings { tls: Some(tls), tls_required: true, ..ServerSettings::default() });
    let inbox = Inbox::new(16);
    let address = SocketAddr::from(([127, 0, 0, 1], 0));
    let server = Server::start(address, settings, Arc::new(inbox.clone()), Arc::new(InboxClock)).await.unwrap();
    Run { server, inbox, certificate: made.certificate_pem }
}

impl Run {
    fn settings(&self) -> Settings {
        Settings {
            from: Sender::parse("ACEX <no-reply@acex.example>").unwrap(),
            host: "localhost".into(),
            port: self.server.address().port(),
            tls: Tls::StartTls,
            credentials: None,
            ca_certificate: Some(self.certificate.clone().into_bytes()),
            timeout: Duration::from_secs(20),
        }
    }
}

async fn deliver_to(settings: Settings, to: &str) -> Result<Receipt, DeliveryError> {
    let clock = Arc::new(ManualClock::starting_at(Timestamp::from_millis(1_795_356_180_000)));
    let channel = SmtpChannel::new(settings, clock, Arc::new(SystemEntropy)).unwrap();
    let message = Message {
        to: to.into(),
        subject: "ACEX: Anmeldecode — 登录".into(),
        text: "Your code: 12345678\nPhrase: blue heron".into(),
        html: "<p>Your code: <b>12345678</b></p>".into(),
    };
    channel.deliver(&message).await
}

async fn deliver(settings: Settings) -> Result<Receipt, DeliveryError> {
    deliver_to(settings, "alice@example.com").await
}

#[tokio::test]
async fn message_arrives_whole_over_starttls_with_credentials() {
    let credentials = ServerCredentials::new("login-guard", "right");
    let run = run(|settings| ServerSettings { credentials: Some(credentials), ..settings }).await;
    let credentials = Credentials { username: "login-guard".into(), password: Secret::new(b"right".to_vec()) };
    let settings = Settings { credentials: Some(credentials), ..run.settings() };
    assert_eq!(deliver(settings).await, Ok(Receipt));
    let mails = run.inbox.mails();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].to, "alice@example.com");
    assert_eq!(mails[0].subject, "ACEX: Anmeldecode — 登录");
    assert_eq!(mails[0].text.replace("\r\n", "\n").trim_end(), "Your code: 12345678\nPhrase: blue heron");
    assert_eq!(mails[0].html.as_deref().map(str::trim_end), Some("<p>Your code: <b>12345678</b></p>"));
}

#[tokio::test]
async fn wrong_password_is_the_operators_trouble_and_not_the_messages() {
    let credentials = ServerCredentials::new("login-guard", "right");
    let run = run(|settings| ServerSettings { credentials: Some(credentials), ..settings }).await;
    let credentials = Credentials { username: "login-guard".into(), password: Secret::new(b"wrong".to_vec()) };
    let settings = Settings { credentials: Some(credentials), ..run.settings() };
    assert_eq!(deliver(settings).await, Err(DeliveryError::Unavailable));
    assert_eq!(run.inbox.received(), 0);
}

#[tokio::test]
async fn server_without_starttls_gets_no_mail() {
    let run = run(|settings| ServerSettings { tls: None, tls_required: false, ..settings }).await;
    assert_eq!(deliver(run.settings()).await, Err(DeliveryError::Unavailable));
    assert_eq!(run.inbox.received(), 0);
}

#[tokio::test]
async fn server_with_a_strangers_certificate_gets_no_mail() {
    let run = run(|settings| settings).await;
    let stranger = make_certificate(&["localhost"]).unwrap().certificate_pem.into_bytes();
    for ca_certificate in [None, Some(stranger)] {
        let settings = Settings { ca_certificate, ..run.settings() };
        assert_eq!(deliver(settings).await, Err(DeliveryError::Unavailable));
    }
    assert_eq!(run.inbox.received(), 0);
}

#[tokio::test]
async fn certificate_must_be_for_the_configured_host() {
    let run = run(|settings| ServerSettings {
        tls: Some({
            let made = make_certificate(&["other.example"]).unwrap();
            server_config(made.certificate_pem.as_bytes(), made.key_pem.as_bytes()).unwrap()
        }),
        ..settings
    })
    .await;
    assert_eq!(deliver(run.settings()).await, Err(DeliveryError::Unavailable));
    assert_eq!(run.inbox.received(), 0);
}

#[tokio::test]
async fn mail_goes_in_clear_only_when_configured_so() {
    let run = run(|settings| ServerSettings { tls: None, tls_required: false, ..settings }).await;
    let settings = Settings { tls: Tls::None, ca_certificate: None, ..run.settings() };
    assert_eq!(deliver(settings).await, Ok(Receipt));
    assert_eq!(run.inbox.received(), 1);
}

#[tokio::test]
async fn refusals_for_good_and_for_now_are_told_apart() {
    let run = run(|settings| settings).await;
    for (behaviour, outcome) in [
        (Behaviour::RefusesRecipients, DeliveryError::Rejected),
        (Behaviour::RefusesMessages, DeliveryError::Rejected),
        (Behaviour::DefersRecipients, DeliveryError::Unavailable),
        (Behaviour::HangsUpInData, DeliveryError::Unavailable),
    ] {
        run.server.behave(behaviour);
        assert_eq!(deliver(run.settings()).await, Err(outcome), "{behaviour:?}");
    }
    assert_eq!(run.inbox.received(), 0);
    run.server.behave(Behaviour::Obliging);
    assert_eq!(deliver(run.settings()).await, Ok(Receipt));
}

#[tokio::test]
async fn silent_server_costs_no_more_than_the_time_out() {
    let run = run(|settings| settings).await;
    run.server.behave(Behaviour::Mute);
    let settings = Settings { timeout: Duration::from_millis(200), ..run.settings() };
    let outcome = tokio::time::timeout(Duration::from_secs(10), deliver(settings)).await;
    assert_eq!(outcome, Ok(Err(DeliveryError::Unavailable)));
}

#[tokio::test]
async fn nobody_listening_is_unavailable() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let run = run(|settings| settings).await;
    let settings = Settings { port: free, ..run.settings() };
    assert_eq!(deliver(settings).await, Err(DeliveryError::Unavailable));
}

#[tokio::test]
async fn what_is_no_mail_address_is_rejected_unsent() {
    let run = run(|settings| settings).await;
    for to in ["", "alice", "alice@example.com\r\nBcc: mallory@example.com", "alice@@example.com"] {
        assert_eq!(deliver_to(run.settings(), to).await, Err(DeliveryError::Rejected), "{to}");
    }
    assert_eq!(run.inbox.received(), 0);
}
