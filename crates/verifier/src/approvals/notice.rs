//! The mail about an answer, or about a device that was vouched for or removed: also whoever does it at a device that somebody else
//! holds leaves a trace in the owner's mailbox.
//!
//! It is committed with what it tells of and handed over afterwards: neither whether nor when it arrives changes what was decided.

use std::fmt::Write as _;

use serde_json::Value;

use crate::confirm::letter::escape;
use crate::confirm::user_agent_label;
use crate::delivery::Message;
use crate::factors::contacts;
use crate::factors::owner::{Owner, OwnerPost};
use crate::outbox;
use crate::problem::Problem;
use crate::store::Change;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// A device is trusted now.
    Acknowledged,
    /// A request was approved.
    Approved,
    /// A request was refused, and the account's value is frozen.
    Frozen,
    /// A request was refused.
    Refused,
    /// A device was removed.
    Removed,
}

/// Who did what is told, for people.
struct Facts {
    address: String,
    browser: String,
    at: String,
    reference: Option<String>,
}

/// The words of one language.
struct Words {
    acknowledged: [&'static str; 2],
    removed: [&'static str; 2],
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
    acknowledged: [
        "A device of yours is trusted now",
        "Somebody confirmed, on a device that you use, that another device is yours. It is trusted from now on.",
    ],
    removed: [
        "A device was removed from your account",
        "Somebody removed a device from your account, on a device that you use. It has to be confirmed anew before it logs in again.",
    ],
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
    acknowledged: ["您的一台设备现已受信任", "有人在您使用的设备上确认另一台设备属于您。该设备从现在起受信任。"],
    removed: ["一台设备已从您的账户移除", "有人在您使用的设备上移除了您账户中的一台设备。该设备再次登录前须重新确认。"],
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

/// The change that tells of an answer to the request that was shown as `request`; none for an account without an address.
///
/// # Errors
/// As [`contacts::pinned`] and [`outbox::post`].
pub fn of_answer(owner: &Owner<'_>, post: &OwnerPost, told: Told, request: &str) -> Result<Option<Change>, Problem> {
    let shown: Value = serde_json::from_str(request).unwrap_or_default();
    let member = |name: &str| shown[name].as_str().unwrap_or("—").to_owned();
    let reference = Some(member("reference"));
    let facts = Facts { address: member("address"), browser: member("browser"), at: member("asked_at"), reference };
    tell(owner, post, told, &facts)
}

/// The change that tells of what was done to a device; none for an account without an address.
///
/// # Errors
/// As [`of_answer`].
pub fn of_device(owner: &Owner<'_>, post: &OwnerPost, told: Told) -> Result<Option<Change>, Problem> {
    let facts = Facts {
        address: post.client.address.to_canonical().to_string(),
        browser: user_agent_label(post.client.user_agent.as_deref()),
        at: owner.now.to_string(),
        reference: None,
    };
    tell(owner, post, told, &facts)
}

/// To the pinned contact; to what the back end tells only where none is pinned.
fn tell(owner: &Owner<'_>, post: &OwnerPost, told: Told, facts: &Facts) -> Result<Option<Change>, Problem> {
    let pinned = contacts::pinned(owner.services, owner.key, owner.account)?;
    let Some(to) = pinned.or_else(|| post.contacts.mail.clone()) else { return Ok(None) };
    let platform = owner.services.platforms.get(&owner.key.platform).map_or("", |platform| &platform.display_name);
    let message = compose(to, post, (told, facts), platform);
    outbox::post(owner.services, owner.key, &message, owner.now).map(Some)
}

/// Composes the mail.
fn compose(to: String, post: &OwnerPost, (told, facts): (Told, &Facts), platform: &str) -> Message {
    let is_chinese = post.locale.as_deref().is_some_and(|tag| tag.to_ascii_lowercase().starts_with("zh"));
    let words = if is_chinese { &CHINESE } else { &ENGLISH };
    let [subject, happened] = match told {
        Told::Acknowledged => words.acknowledged,
        Told::Approved => words.approved,
        Told::Frozen => words.frozen,
        Told::Refused => words.refused,
        Told::Removed => words.removed,
    };
    let at = facts.at.replace('T', " ").replace('Z', " UTC");
    let mut lines = vec![(words.from, &facts.address), (words.browser, &facts.browser), (words.at, &at)];
    lines.extend(facts.reference.as_ref().map(|reference| (words.reference, reference)));
    lines.extend(post.anti_phishing_phrase.as_ref().map(|phrase| (words.phrase, phrase)));
    let mut text = format!("{happened}\n\n");
    let mut rows = String::new();
    for (name, value) in lines {
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
    Message { to, subject: format!("{subject} · {platform}"), text, html }
}
