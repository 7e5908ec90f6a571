//! The words of notices about factors, language by language.

use super::notice::{Happened, readable};
use crate::clock::Timestamp;
use crate::store::models::FactorKind;

/// The words of one language.
pub(super) struct Words {
    pub from: &'static str,
    pub browser: &'static str,
    pub at: &'static str,
    pub not_you_heading: &'static str,
    pub not_you: &'static str,
    pub never_tell: &'static str,
    pub phrase: &'static str,
    names: [(FactorKind, &'static str); 4],
    added: &'static str,
    added_now: &'static str,
    added_waits: &'static str,
    removed: &'static str,
    removed_now: &'static str,
    removed_waits: &'static str,
    contact: &'static str,
    contact_now: &'static str,
    contact_waits: &'static str,
    waited: &'static str,
    cancelled: &'static str,
    cancelled_text: &'static str,
    code_used: &'static str,
    code_used_text: &'static str,
}

pub(super) const ENGLISH: Words = Words {
    from: "From",
    browser: "Browser",
    at: "Time",
    not_you_heading: "It was not you?",
    not_you: "Open our site by typing its address, cancel the change on your security page, and change your password. A browser \
              that you logged in with before it began can cancel it; otherwise ask our staff.",
    never_tell: "Our staff will never ask you for a password or a code. This mail has no links.",
    phrase: "Your anti-phishing phrase",
    names: [
        (FactorKind::Contact, "An address"),
        (FactorKind::Passkey, "A passkey"),
        (FactorKind::RecoveryCodes, "A set of recovery codes"),
        (FactorKind::Totp, "An authenticator app"),
    ],
    added: "{name} was added to your account",
    added_now: "It can confirm your logins from now on.",
    added_waits: "It can confirm your logins from {time} on. Until then you can cancel it.",
    removed: "{name} is being removed from your account",
    removed_now: "It confirms nothing any more.",
    removed_waits: "It confirms nothing any more from {time} on. Until then you can cancel this.",
    contact: "Your mail address is being changed",
    contact_now: "Our codes and notices go to the new address from now on.",
    contact_waits: "We were told a new address for your account. Our codes and notices come to this one until {time}; until then \
                    you can cancel the change.",
    waited: "The wait is over: unless it was cancelled, this counts from now on.",
    cancelled: "A change of your account was cancelled",
    cancelled_text: "{name} was to be added or removed. What was before stays.",
    code_used: "A recovery code of your account was used",
    code_used_text: "A login was confirmed with one of your recovery codes. Codes left: {left}.",
};

pub(super) const CHINESE: Words = Words {
    from: "来源地址",
    browser: "浏览器",
    at: "时间",
    not_you_heading: "不是您本人？",
    not_you: "请手动输入网址打开我们的网站，在安全页面取消此更改，并修改密码。在更改开始之前您登录过的浏览器可以取消；否则请联系我们的工作人员。",
    never_tell: "我们的工作人员绝不会向您索要密码或验证码。本邮件不含任何链接。",
    phrase: "您的防钓鱼短语",
    names: [
        (FactorKind::Contact, "邮箱地址"),
        (FactorKind::Passkey, "通行密钥"),
        (FactorKind::RecoveryCodes, "恢复码"),
        (FactorKind::Totp, "身份验证器应用"),
    ],
    added: "您的账户添加了{name}",
    added_now: "现在起可用于确认登录。",
    added_waits: "从 {time} 起可用于确认登录。在此之前您可以取消。",
    removed: "您的账户正在移除{name}",
    removed_now: "现在起不再能确认登录。",
    removed_waits: "从 {time} 起不再能确认登录。在此之前您可以取消。",
    contact: "您的邮箱地址正在更改",
    contact_now: "现在起，验证码和通知将发送到新地址。",
    contact_waits: "我们收到了您账户的新地址。在 {time} 之前，验证码和通知仍发送到本地址；在此之前您可以取消更改。",
    waited: "等待期已结束：如未被取消，此更改即刻生效。",
    cancelled: "您账户的一项更改已被取消",
    cancelled_text: "原计划添加或移除{name}。原有设置保持不变。",
    code_used: "您账户的一个恢复码已被使用",
    code_used_text: "有一次登录使用了您的恢复码进行确认。剩余恢复码：{left} 个。",
};

impl Words {
    /// Subject and sentence. `at` is when it happened: what counts from then on does not wait. What was sent when the wait ended says so.
    pub(super) fn happened(&self, happened: Happened, at: Timestamp, sent_at: Timestamp) -> (String, String) {
        let name = |kind: FactorKind| self.names.iter().find(|(of, _)| *of == kind).map_or("", |(_, name)| *name);
        let pick = |then: Timestamp, now: &str, waits: &str| match then {
            _ if then <= at => now.to_owned(),
            _ if then <= sent_at => self.waited.to_owned(),
            _ => waits.replace("{time}", &readable(then)),
        };
        match happened {
            Happened::Added { kind: FactorKind::Contact, counts_from } => {
                (self.contact.to_owned(), pick(counts_from, self.contact_now, self.contact_waits))
            }
            Happened::Added { kind, counts_from } => {
                (self.added.replace("{name}", name(kind)), pick(counts_from, self.added_now, self.added_waits))
            }
            Happened::Removed { kind, leaves_at } => {
                (self.removed.replace("{name}", name(kind)), pick(leaves_at, self.removed_now, self.removed_waits))
            }
            Happened::Cancelled { kind } => {
                (self.cancelled.to_owned(), self.cancelled_text.replace("{name}", name(kind)))
            }
            Happened::CodeUsed { left } => {
                (self.code_used.to_owned(), self.code_used_text.replace("{left}", &left.to_string()))
            }
        }
    }
}
