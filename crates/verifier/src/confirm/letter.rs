//! The mail that carries a code: what happened, from where, on which browser, and what to do when it was not you.

use std::fmt::Write as _;

use login_guard_protocol::ReferenceCode;
use login_guard_protocol::challenge::mail_code::MailCode;

use crate::attempts::record::MailRecord;
use crate::clock::Timestamp;
use crate::delivery::Message;

/// What the mail says.
#[derive(Clone, Copy, Debug)]
pub struct Letter<'a> {
    /// The platform's name.
    pub platform: &'a str,
    /// To whom, in which language, from where.
    pub mail: &'a MailRecord,
    /// The code.
    pub code: &'a MailCode,
    /// When.
    pub sent_at: Timestamp,
    /// For support.
    pub reference: &'a ReferenceCode,
}

/// The words of one language.
struct Words {
    subject: &'static str,
    heading: &'static str,
    right_password: &'static str,
    from: &'static str,
    browser: &'static str,
    at: &'static str,
    enter: &'static str,
    life: &'static str,
    never_tell: &'static str,
    not_you_heading: &'static str,
    not_you: &'static str,
    phrase: &'static str,
    reference: &'static str,
}

const ENGLISH: Words = Words {
    subject: "Confirm a new device",
    heading: "Was this you?",
    right_password: "Somebody entered your correct password on a device we do not know.",
    from: "From",
    browser: "Browser",
    at: "Time",
    enter: "If it was you, enter this code on the page that asked for it:",
    life: "It is good for 5 minutes and for this one login.",
    never_tell: "Never tell it to anybody. Our staff will not ask for it.",
    not_you_heading: "It was not you?",
    not_you: "Then somebody knows your password. Do not pass the code on; without it they cannot get in. \
              Open our site by typing its address, and change your password now.",
    phrase: "Your anti-phishing phrase",
    reference: "Reference for support",
};

const CHINESE: Words = Words {
    subject: "请确认新设备",
    heading: "这是您本人的操作吗？",
    right_password: "有人在一台我们不认识的设备上输入了您的正确密码。",
    from: "来源地址",
    browser: "浏览器",
    at: "时间",
    enter: "如果是您本人，请在要求输入验证码的页面上输入：",
    life: "验证码 5 分钟内有效，仅可用于本次登录。",
    never_tell: "请勿将验证码告诉任何人，我们的工作人员绝不会向您索要。",
    not_you_heading: "不是您本人？",
    not_you: "那说明有人知道了您的密码。请不要把验证码给任何人，没有它对方无法登录。请手动输入网址打开我们的网站，并立即修改密码。",
    phrase: "您的防钓鱼短语",
    reference: "客服查询编号",
};

/// Composes the mail.
pub fn compose(letter: &Letter<'_>) -> Message {
    let words = if letter.mail.locale.to_ascii_lowercase().starts_with("zh") { &CHINESE } else { &ENGLISH };
    // EXPOSE: the code goes to the account holder; nothing else ever holds it in clear
    let digits: String = letter.code.as_bytes().iter().map(|b| char::from(*b)).collect();
    Message {
        to: letter.mail.to.clone(),
        subject: format!("{} · {}", words.subject, letter.platform),
        text: text(letter, words, &digits),
        html: html(letter, words, &digits),
    }
}

fn facts(letter: &Letter<'_>, words: &Words) -> Vec<(&'static str, String)> {
    vec![
        (words.from, letter.mail.address.clone()),
        (words.browser, letter.mail.browser.clone()),
        (words.at, letter.sent_at.to_string().replace('T', " ").replace('Z', " UTC")),
    ]
}

fn text(letter: &Letter<'_>, words: &Words, digits: &str) -> String {
    let mut text = format!("{}\n\n{}\n\n", words.heading, words.right_password);
    for (name, value) in facts(letter, words) {
        // writing to a string cannot fail
        let _ = writeln!(text, "{name}: {value}");
    }
    let _ = write!(text, "\n{}\n\n    {digits}\n\n{}\n{}\n\n", words.enter, words.life, words.never_tell);
    let _ = write!(text, "{}\n{}\n\n", words.not_you_heading, words.not_you);
    if let Some(phrase) = &letter.mail.phrase {
        let _ = writeln!(text, "{}: {phrase}", words.phrase);
    }
    let _ = writeln!(text, "{}: {}", words.reference, letter.reference);
    text
}

fn html(letter: &Letter<'_>, words: &Words, digits: &str) -> String {
    let mut rows = String::new();
    for (name, value) in facts(letter, words) {
        let _ = write!(
            rows,
            "<tr><td style=\"padding:2px 16px 2px 0;color:#667\">{name}</td><td>{}</td></tr>",
            escape(&value)
        );
    }
    let phrase = letter.mail.phrase.as_ref().map_or_else(String::new, |phrase| {
        format!(
            "<p style=\"color:#667\">{}: <strong style=\"color:#223\">{}</strong></p>",
            words.phrase,
            escape(phrase)
        )
    });
    [
        "<!doctype html><html><body style=\"margin:0;background:#f4f5f7;font:16px/1.5 system-ui,sans-serif;color:#223\">",
        "<div style=\"max-width:30em;margin:0 auto;padding:32px 24px;background:#fff\">",
        &format!("<p style=\"margin:0 0 24px;color:#667\">{}</p>", escape(letter.platform)),
        &format!("<h1 style=\"font-size:22px;margin:0 0 12px\">{}</h1><p>{}</p>", words.heading, words.right_password),
        &format!("<table style=\"border-spacing:0;margin:0 0 16px\">{rows}</table><p>{}</p>", words.enter),
        &format!("<p style=\"font:600 30px/1.2 ui-monospace,monospace;letter-spacing:3px;margin:16px 0\">{digits}</p>"),
        &format!("<p>{} {}</p>", words.life, words.never_tell),
        &format!("<h2 style=\"font-size:17px;margin:28px 0 4px\">{}</h2><p>{}</p>", words.not_you_heading, words.not_you),
        &phrase,
        &format!("<p style=\"color:#667\">{}: {}</p></div></body></html>", words.reference, letter.reference),
    ]
    .concat()
}

/// Text as HTML shows it.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A browser's label for people, out of its `User-Agent` header: never used in a decision.
pub fn user_agent_label(header: Option<&str>) -> String {
    let header = header.unwrap_or_default();
    let first = |table: &[(&str, &str)], otherwise: &str| -> String {
        table.iter().find(|(mark, _)| header.contains(mark)).map_or(otherwise, |(_, name)| *name).to_owned()
    };
    // the order matters: each calls itself by the names of those below it
    let browser = first(
        &[
            ("Edg/", "Edge"),
            ("OPR/", "Opera"),
            ("Firefox/", "Firefox"),
            ("FxiOS/", "Firefox"),
            ("CriOS/", "Chrome"),
            ("Chrome/", "Chrome"),
            ("Safari/", "Safari"),
        ],
        "",
    );
    let system = first(
        &[
            ("iPhone", "iPhone"),
            ("iPad", "iPad"),
            ("Android", "Android"),
            ("Windows", "Windows"),
            ("Mac OS X", "macOS"),
            ("CrOS", "ChromeOS"),
            ("Linux", "Linux"),
        ],
        "",
    );
    match (browser.is_empty(), system.is_empty()) {
        (false, false) => format!("{browser}, {system}"),
        (false, true) => browser,
        (true, false) => system,
        (true, true) => "—".to_owned(),
    }
}
