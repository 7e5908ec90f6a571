//! The inbox page.

use maud::html;

use super::language::Language;
use super::{Page, frame, plain};
use crate::store::StoredMail;

/// All mails, newest first.
pub fn page(l: Language, mails: &[StoredMail]) -> Page {
    let content = html! {
        section.sheet {
            h1 { (l.say("Inbox", "收件箱")) }
            p.hint { (l.say("Every mail that the demo sent, newest first.", "演示发出的全部邮件，最新的在前。")) }
            @if mails.is_empty() {
                p.empty { (l.say("No mail yet. Log in from a browser that Tarnwick does not know.", "暂无邮件。请用 Tarnwick 不认识的浏览器登录。")) }
            }
            @for mail in mails {
                article.mail {
                    header {
                        h2 { (mail.subject) }
                        p { (mail.to) " · " time datetime=(mail.at) { (mail.at) } }
                    }
                    pre { (mail.text) }
                }
            }
        }
    };
    frame(&plain(l, l.say("Inbox", "收件箱"), "wide"), &content)
}
