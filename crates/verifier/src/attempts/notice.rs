//! The mail that tells an owner of a copied or restored browser: what happened, from where, and what to do.
//!
//! It is written into the outbox with what it tells of: neither whether nor when it arrives changes a verdict.

use std::fmt::Write as _;

use login_guard_protocol::ReferenceCode;

use super::ratchet::Found;
use super::record::MailRecord;
use crate::clock::Timestamp;
use crate::confirm::letter::escape;
use crate::delivery::Message;

/// The words of one language.
struct Words {
    superseded: &'static str,
    superseded_text: &'static str,
    forked: &'static str,
    forked_text: &'static str,
    heading: &'static str,
    from: &'static str,
    browser: &'static str,
    at: &'static str,
    was_you_heading: &'static str,
    was_you: &'static str,
    not_you_heading: &'static str,
    not_you: &'static str,
    never_tell: &'static str,
    phrase: &'static str,
    reference: &'static str,
}

const ENGLISH: Words = Words {
    superseded: "An old copy of your browser was used",
    superseded_text: "Somebody entered your correct password in an old copy of a browser that you use. We asked for a \
                      confirmation before letting anybody in.",
    forked: "Two copies of your browser are in use",
    forked_text: "Somebody entered your correct password in a copy of a browser that you use, and both copies were used. We \
                  trust neither until you confirm it, and nothing of value leaves your account until our staff release it.",
    heading: "Please check this",
    from: "From",
    browser: "Browser",
    at: "Time",
    was_you_heading: "It was you?",
    was_you: "Restoring a back-up or a virtual machine does this. Log in again and confirm; nothing else is needed.",
    not_you_heading: "It was not you?",
    not_you: "Then somebody has a copy of your browser's data and knows your password. Open our site by typing its address, \
              change your password, and look for malicious software on your devices.",
    never_tell: "Our staff will never ask you for a password or a code. This mail has no links.",
    phrase: "Your anti-phishing phrase",
    reference: "Reference for support",
};

const CHINESE: Words = Words {
    superseded: "有人使用了您浏览器的旧副本",
    superseded_text: "有人在您所用浏览器的一份旧副本中输入了您的正确密码。我们要求先确认，未放行任何人。",
    forked: "您的浏览器有两份副本正在使用",
    forked_text: "有人在您所用浏览器的副本中输入了您的正确密码，而且两份副本都被使用过。在您确认之前，我们对两者都不再信任；在工作人员解除之前，账户资产不能转出。",
    heading: "请您核实",
    from: "来源地址",
    browser: "浏览器",
    at: "时间",
    was_you_heading: "是您本人？",
    was_you: "恢复备份或虚拟机快照会出现这种情况。请重新登录并完成确认，无需其他操作。",
    not_you_heading: "不是您本人？",
    not_you: "那说明有人拥有您浏览器数据的副本，并且知道您的密码。请手动输入网址打开我们的网站，修改密码，并检查您的设备是否有恶意软件。",
    never_tell: "我们的工作人员绝不会向您索要密码或验证码。本邮件不含任何链接。",
    phrase: "您的防钓鱼短语",
    reference: "客服查询编号",
};

/// What the mail says.
#[derive(Debug)]
pub struct Notice<'a> {
    /// What was found.
    pub found: Found,
    /// Where to, in which language, from where.
    pub mail: &'a MailRecord,
    /// The platform's name.
    pub platform: &'a str,
    /// When.
    pub at: Timestamp,
    /// For support.
    pub reference: &'a ReferenceCode,
}

/// Composes the mail.
pub fn compose(notice: &Notice<'_>) -> Message {
    let to = notice.mail.to.clone();
    let is_chinese = notice.mail.locale.to_ascii_lowercase().starts_with("zh");
    let words = if is_chinese { &CHINESE } else { &ENGLISH };
    let (subject, happened) = match notice.found {
        Found::Forked => (words.forked, words.forked_text),
        Found::Superseded | Found::Sound => (words.superseded, words.superseded_text),
    };
    let subject = format!("{subject} · {}", notice.platform);
    Message { to, subject, text: text(notice, words, happened), html: html(notice, words, happened) }
}

fn facts(notice: &Notice<'_>, words: &Words) -> [(&'static str, String); 3] {
    [
        (words.from, notice.mail.address.clone()),
        (words.browser, notice.mail.browser.clone()),
        (words.at, notice.at.to_string().replace('T', " ").replace('Z', " UTC")),
    ]
}

fn text(notice: &Notice<'_>, words: &Words, happened: &str) -> String {
    let mut text = format!("{}\n\n{happened}\n\n", words.heading);
    for (name, value) in facts(notice, words) {
        // writing to a string cannot fail
        let _ = writeln!(text, "{name}: {value}");
    }
    let _ = write!(text, "\n{}\n{}\n\n", words.was_you_heading, words.was_you);
    let _ = write!(text, "{}\n{}\n\n{}\n\n", words.not_you_heading, words.not_you, words.never_tell);
    if let Some(phrase) = &notice.mail.phrase {
        let _ = writeln!(text, "{}: {phrase}", words.phrase);
    }
    let _ = writeln!(text, "{}: {}", words.reference, notice.reference);
    text
}

fn html(notice: &Notice<'_>, words: &Words, happened: &str) -> String {
    let mut rows = String::new();
    for (name, value) in facts(notice, words) {
        let value = escape(&value);
        let _ = write!(rows, "<tr><td style=\"padding:2px 16px 2px 0;color:#667\">{name}</td><td>{value}</td></tr>");
    }
    let phrase = notice.mail.phrase.as_ref().map_or_else(String::new, |phrase| {
        format!(
            "<p style=\"color:#667\">{}: <strong style=\"color:#223\">{}</strong></p>",
            words.phrase,
            escape(phrase)
        )
    });
    [
        "<!doctype html><html><body style=\"margin:0;background:#f4f5f7;font:16px/1.5 system-ui,sans-serif;color:#223\">",
        "<div style=\"max-width:30em;margin:0 auto;padding:32px 24px;background:#fff\">",
        &format!("<p style=\"margin:0 0 24px;color:#667\">{}</p>", escape(notice.platform)),
        &format!("<h1 style=\"font-size:22px;margin:0 0 12px\">{}</h1><p>{happened}</p>", words.heading),
        &format!("<table style=\"border-spacing:0;margin:0 0 16px\">{rows}</table>"),
        &format!("<h2 style=\"font-size:17px;margin:28px 0 4px\">{}</h2><p>{}</p>", words.was_you_heading, words.was_you),
        &format!("<h2 style=\"font-size:17px;margin:28px 0 4px\">{}</h2><p>{}</p>", words.not_you_heading, words.not_you),
        &format!("<p>{}</p>{phrase}", words.never_tell),
        &format!("<p style=\"color:#667\">{}: {}</p></div></body></html>", words.reference, notice.reference),
    ]
    .concat()
}
