//! The ways to confirm of the account page, besides passkeys: an authenticator app, recovery codes, and the pinned contact. The script
//! shows them: each look is a proof of this device.

use maud::{Markup, html};

use super::language::Language;
use crate::store::LoggedIn;

/// The section, and what it says where scripts or the verifier are away.
pub fn section(l: Language, who: &LoggedIn, has_script: bool) -> Markup {
    html! {
        section.sheet #factors data-name=(who.login_name) {
            h2 { (l.say("Ways to confirm", "登录确认方式")) }
            p.hint { (l.say(
                "What can confirm a log-in on a new device. Changes wait before they count, unless a passkey vouches for them; until then any browser that you log in with can cancel them.",
                "用于在新设备上确认登录。除非由通行密钥担保，更改须等待一段时间才生效；在此之前，您登录过的任何浏览器都可以取消。")) }
            @if has_script {
                button.quiet #factors-show type="button" disabled { (l.say("Show my ways to confirm", "查看我的确认方式")) }
                ul {}
                div.choices hidden {
                    button.quiet #totp-begin type="button" { (l.say("Set up an authenticator app", "设置身份验证器应用")) }
                    button.quiet #codes-issue type="button" { (l.say("Issue recovery codes", "生成恢复码")) }
                }
                (app(l))
                (codes(l))
                p.hint role="status" {}
                noscript { p.empty { (l.say("Showing this needs scripts on this page.", "显示此内容需要启用脚本。")) } }
            } @else {
                p.empty { (l.say("They cannot be shown right now.", "暂时无法显示。")) }
            }
        }
    }
}

/// Setting up an app: the picture, the secret for whoever cannot scan it, and the first code.
fn app(l: Language) -> Markup {
    html! {
        form #totp-form hidden {
            h3 { (l.say("Set up an authenticator app", "设置身份验证器应用")) }
            p { (l.say("Scan this picture with the app, or type the key below into it.", "请用应用扫描此图，或手动输入下方密钥。")) }
            div.qr role="img" aria-label=(l.say("Picture for the authenticator app", "供身份验证器应用扫描的图片")) {}
            p { code #totp-secret {} }
            label { span { (l.say("Code that the app shows", "应用显示的验证码")) }
                input name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="9" required;
            }
            button type="submit" { (l.say("Confirm", "确认")) }
        }
    }
}

/// The codes, shown once.
fn codes(l: Language) -> Markup {
    html! {
        div #codes hidden {
            h3 { (l.say("Your recovery codes", "您的恢复码")) }
            p { (l.say(
                "Each works once. Print or save them now: they are never shown again.",
                "每个恢复码只能使用一次。请立即打印或保存：之后不会再次显示。")) }
            ol {}
            div.choices {
                button.quiet #codes-copy type="button" { (l.say("Copy", "复制")) }
                button.quiet #codes-print type="button" { (l.say("Print", "打印")) }
                button #codes-done type="button" { (l.say("I have saved them", "我已保存")) }
            }
        }
    }
}
