//! The mail about an answer: also whoever answers at a device that somebody else holds leaves a trace in the owner's mailbox.
//!
//! It goes out after the commit and beside the reply: neither whether nor when it arrives changes what was decided.

use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::Value;

use crate::confirm::letter::escape;
use crate::delivery::Message;
use crate::factors::owner::OwnerPost;
use crate::services::Services;
use crate::store::AccountKey;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// A request was approved.
    Approved,
    /// A request was refused, and the account's value is frozen.
    Frozen,
    /// A request was refused.
    Refused,
}

/// What the mail says.
#[derive(Debug)]
pub struct Notice<'a> {
    /// What happened.
    pub told: Told,
    /// Where to, and in which language.
    pub owner: &'a OwnerPost,
    /// What the owner was shown of the request.
    pub request: &'a str,
}

/// The words of one language.
struct Words {
    approved: [&'static str; 2],
    refused: [&'static str; 2],
    frozen: [&'static str; 2],
    from: &'static str,
    browser: &'static str,
    at: &'static str,
    not_you: &'static str,
    never_tell: &'static str,
    phrase: &'static str,
    reference: &'static str,
}

const ENGLISH: Words = Words {
    approved: [
        "A log-in was approved on one of your devices",
        "Somebody typed the code of a new browser on a device that you use. The new browser is in, with small amounts and addresses \
         that you have used before, until you acknowledge it.",
    ],
    refused: [
        "A log-in was refused on one of your devices",
        "Somebody who knows your password asked to log in, and was refused on a device that you use.",
    ],
    frozen: [
        "A log-in was refused, and your account is frozen",
        "Somebody who knows your password asked to log in, and was refused on a device that you use. Nothing of value leaves your \
         account until our staff release it.",
    ],
    from: "From",
    browser: "Browser",
    at: "Time",
    not_you: "If you did not answer this yourself, open our site by typing its address, change your password and look at the list of \
              your devices.",
    never_tell: "Our staff will never ask you for a password or a code. This mail has no links.",
    phrase: "Your anti-phishing phrase",
    reference: "Reference for support",
};

const CHINESE: Words = Words {
    approved: [
        "您的一台设备批准了一次登录",
        "有人在您使用的设备上输入了新浏览器上显示的代码。该浏览器已登录，在您确认它之前，只能进行小额操作并使用您用过的地址。",
    ],
    refused: ["您的一台设备拒绝了一次登录", "有人使用您的密码请求登录，已在您使用的设备上被拒绝。"],
    frozen: [
        "一次登录被拒绝，您的账户已冻结",
        "有人使用您的密码请求登录，已在您使用的设备上被拒绝。在工作人员解除之前，账户资产不能转出。",
    ],
    from: "来源地址",
    browser: "浏览器",
    at: "时间",
    not_you: "如果不是您本人操作，请手动输入网址打开我们的网站，修改密码，并查看您的设备列表。",
    never_tell: "我们的工作人员绝不会向您索要密码或验证码。本邮件不含任何链接。",
    phrase: "您的防钓鱼短语",
    reference: "客服查询编号",
};

/// Hands a notice to the mail channel, without waiting for it; nothing for an account without an address.
pub fn send(services: &Services, key: &AccountKey, notice: &Notice<'_>) {
    let platform =
        services.platforms.get(&key.platform).map_or_else(String::new, |platform| platform.display_name.clone());
    let Some(message) = compose(notice, &platform) else { return };
    let channel = Arc::clone(&services.mail);
    tokio::spawn(async move {
        if let Err(error) = channel.deliver(&message).await {
            tracing::warn!(alarm = "notice-unsent", delivery.outcome = %error, "a notice was not handed over");
        }
    });
}

/// Composes the mail.
fn compose(notice: &Notice<'_>, platform: &str) -> Option<Message> {
    let to = notice.owner.contacts.mail.clone()?;
    let is_chinese = notice.owner.locale.as_deref().is_some_and(|tag| tag.to_ascii_lowercase().starts_with("zh"));
    let words = if is_chinese { &CHINESE } else { &ENGLISH };
    let [subject, happened] = match notice.told {
        Told::Approved => words.approved,
        Told::Frozen => words.frozen,
        Told::Refused => words.refused,
    };
    let shown: Value = serde_json::from_str(notice.request).unwrap_or_default();
    let member = |name: &str| shown[name].as_str().unwrap_or("—").to_owned();
    let facts = [
        (words.from, member("address")),
        (words.browser, member("browser")),
        (words.at, member("asked_at").replace('T', " ").replace('Z', " UTC")),
        (words.reference, member("reference")),
    ];
    let phrase = notice.owner.anti_phishing_phrase.as_ref();
    let mut text = format!("{happened}\n\n");
    let mut rows = String::new();
    for (name, value) in
        facts.iter().map(|(name, value)| (*name, value)).chain(phrase.map(|phrase| (words.phrase, phrase)))
    {
        // writing to a string cannot fail
        let _ = writeln!(text, "{name}: {value}");
        let value = escape(value);
        let _ = write!(rows, "<tr><td style=\"padding:2px 16px 2px 0;color:#667\">{name}</td><td>{value}</td></tr>");
    }
    let _ = write!(text, "\n{}\n\n{}\n", words.not_you, words.never_tell);
    let html = [
        "<!doctype html><html><body style=\"margin:0;background:#f4f5f7;font:16px/1.5 system-ui,sans-serif;color:#223\">",
        "<div style=\"max-width:30em;margin:0 auto;padding:32px 24px;background:#fff\">",
        &format!("<p style=\"margin:0 0 24px;color:#667\">{}</p>", escape(platform)),
        &format!("<h1 style=\"font-size:22px;margin:0 0 12px\">{subject}</h1><p>{happened}</p>"),
        &format!("<table style=\"border-spacing:0;margin:0 0 16px\">{rows}</table>"),
        &format!("<p>{}</p><p>{}</p></div></body></html>", words.not_you, words.never_tell),
    ]
    .concat();
    Some(Message { to, subject: format!("{subject} · {platform}"), text, html })
}
