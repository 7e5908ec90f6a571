//! The mail that tells the owner of a change: what, from where, from when on it counts, and what to do when it was somebody else.
//!
//! It goes to the pinned contact by the outbox, written in the commit of what it tells of: neither whether nor when it arrives changes
//! anything.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::contacts;
use super::owner::{Owner, OwnerPost};
use super::words::{CHINESE, ENGLISH, Words};
use crate::attempts::AssessRequest;
use crate::attempts::record::MailRecord;
use crate::clock::Timestamp;
use crate::confirm::letter::escape;
use crate::confirm::user_agent_label;
use crate::delivery::Message;
use crate::outbox;
use crate::problem::Problem;
use crate::services::Services;
use crate::store::models::FactorKind;
use crate::store::{AccountKey, Change};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    /// A factor was added, and counts from then on.
    Added {
        /// What.
        kind: FactorKind,
        /// From when on.
        counts_from: Timestamp,
    },
    /// What waited was cancelled.
    Cancelled {
        /// What was to be added or removed.
        kind: FactorKind,
    },
    /// A recovery code was used.
    CodeUsed {
        /// How many are left.
        left: usize,
    },
    /// A factor was removed, and counts no more from then on.
    Removed {
        /// What.
        kind: FactorKind,
        /// From when on.
        leaves_at: Timestamp,
    },
}

impl Happened {
    /// From when on it counts, if it waits.
    const fn waits_until(self) -> Option<Timestamp> {
        match self {
            Self::Added { counts_from, .. } => Some(counts_from),
            Self::Removed { leaves_at, .. } => Some(leaves_at),
            Self::Cancelled { .. } | Self::CodeUsed { .. } => None,
        }
    }
}

/// Who is told, and from where what they are told of came.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipient {
    /// The address; none where nobody can be told.
    pub to: Option<String>,
    locale: String,
    phrase: Option<String>,
    address: String,
    browser: String,
}

impl std::fmt::Debug for Recipient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Recipient(…)")
    }
}

impl Recipient {
    /// As the back end tells it of a session.
    pub fn told(post: &OwnerPost) -> Self {
        Self {
            to: post.contacts.mail.clone(),
            locale: post.locale.clone().unwrap_or_else(|| "en".into()),
            phrase: post.anti_phishing_phrase.clone(),
            address: post.client.address.to_canonical().to_string(),
            browser: user_agent_label(post.client.user_agent.as_deref()),
        }
    }

    /// As the back end tells it of a login.
    pub fn of_login(request: &AssessRequest) -> Self {
        Self {
            to: request.contacts.mail.clone(),
            locale: request.locale.clone().unwrap_or_else(|| "en".into()),
            phrase: request.anti_phishing_phrase.clone(),
            address: request.client.address.to_canonical().to_string(),
            browser: user_agent_label(request.client.user_agent.as_deref()),
        }
    }

    /// Whom codes of a challenge go to.
    pub fn of_challenge(mail: &MailRecord) -> Self {
        Self {
            to: Some(mail.to.clone()),
            locale: mail.locale.clone(),
            phrase: mail.phrase.clone(),
            address: mail.address.clone(),
            browser: mail.browser.clone(),
        }
    }

    /// The pinned contact, of what staff did.
    pub fn of_staff(to: Option<String>) -> Self {
        let nowhere = || "—".to_owned();
        Self { to, locale: "en".into(), phrase: None, address: nowhere(), browser: nowhere() }
    }

    /// The owner's pinned contact; what the back end tells only where none is pinned.
    ///
    /// # Errors
    /// As [`contacts::pinned`].
    pub fn of(owner: &Owner<'_>, post: &OwnerPost) -> Result<Self, Problem> {
        let told = Self::told(post);
        let pinned = contacts::pinned(owner.services, owner.key, owner.account)?;
        Ok(Self { to: pinned.or_else(|| told.to.clone()), ..told })
    }

    /// The same, told at another address.
    #[must_use]
    pub fn instead(self, to: String) -> Self {
        Self { to: Some(to), ..self }
    }

    /// Tells them that something happened at `at`.
    pub const fn that(self, happened: Happened, at: Timestamp) -> Notice {
        Notice { recipient: self, happened, at }
    }
}

/// A mail to be sent.
#[derive(Clone, Debug)]
pub struct Notice {
    recipient: Recipient,
    happened: Happened,
    at: Timestamp,
}

/// The changes that tell it, to be committed with what it tells of: now, and again when what waits begins to count. Ring the bell after the
/// commit.
///
/// # Errors
/// As [`outbox::post`].
pub fn post(services: &Services, key: &AccountKey, notice: Option<&Notice>) -> Result<Vec<Change>, Problem> {
    let Some(notice) = notice else { return Ok(Vec::new()) };
    let due = [Some(notice.at), notice.happened.waits_until().filter(|then| *then > notice.at)];
    let messages = due.into_iter().flatten().filter_map(|at| Some((compose(services, key, notice, at)?, at)));
    messages.map(|(message, at)| outbox::post(services, key, &message, at)).collect()
}

/// Composes the mail that is sent at `sent_at`.
fn compose(services: &Services, key: &AccountKey, notice: &Notice, sent_at: Timestamp) -> Option<Message> {
    let platform = &services.platforms.get(&key.platform)?.display_name;
    let to = notice.recipient.to.clone()?;
    let is_chinese = notice.recipient.locale.to_ascii_lowercase().starts_with("zh");
    let words = if is_chinese { &CHINESE } else { &ENGLISH };
    let happened = words.happened(notice.happened, notice.at, sent_at);
    let subject = format!("{} · {platform}", happened.0);
    Some(Message { to, subject, text: text(notice, words, &happened), html: html(notice, words, &happened, platform) })
}

fn facts(notice: &Notice, words: &Words) -> [(&'static str, String); 3] {
    [
        (words.from, notice.recipient.address.clone()),
        (words.browser, notice.recipient.browser.clone()),
        (words.at, readable(notice.at)),
    ]
}

/// A time as mails show it.
pub(super) fn readable(at: Timestamp) -> String {
    at.to_string().replace('T', " ").replace('Z', " UTC")
}

fn text(notice: &Notice, words: &Words, (heading, sentence): &(String, String)) -> String {
    let mut text = format!("{heading}\n\n{sentence}\n\n");
    for (name, value) in facts(notice, words) {
        // writing to a string cannot fail
        let _ = writeln!(text, "{name}: {value}");
    }
    let _ = write!(text, "\n{}\n{}\n\n{}\n\n", words.not_you_heading, words.not_you, words.never_tell);
    if let Some(phrase) = &notice.recipient.phrase {
        let _ = writeln!(text, "{}: {phrase}", words.phrase);
    }
    text
}

fn html(notice: &Notice, words: &Words, (heading, sentence): &(String, String), platform: &str) -> String {
    let mut rows = String::new();
    for (name, value) in facts(notice, words) {
        let value = escape(&value);
        let _ = write!(rows, "<tr><td style=\"padding:2px 16px 2px 0;color:#667\">{name}</td><td>{value}</td></tr>");
    }
    let phrase = notice.recipient.phrase.as_ref().map_or_else(String::new, |phrase| {
        format!(
            "<p style=\"color:#667\">{}: <strong style=\"color:#223\">{}</strong></p>",
            words.phrase,
            escape(phrase)
        )
    });
    [
        "<!doctype html><html><body style=\"margin:0;background:#f4f5f7;font:16px/1.5 system-ui,sans-serif;color:#223\">",
        "<div style=\"max-width:30em;margin:0 auto;padding:32px 24px;background:#fff\">",
        &format!("<p style=\"margin:0 0 24px;color:#667\">{}</p>", escape(platform)),
        &format!("<h1 style=\"font-size:22px;margin:0 0 12px\">{heading}</h1><p>{sentence}</p>"),
        &format!("<table style=\"border-spacing:0;margin:0 0 16px\">{rows}</table>"),
        &format!("<h2 style=\"font-size:17px;margin:28px 0 4px\">{}</h2><p>{}</p>", words.not_you_heading, words.not_you),
        &format!("<p>{}</p>{phrase}</div></body></html>", words.never_tell),
    ]
    .concat()
}
