//! The passkeys of the account page. The script shows them: each look is a proof of this device.

use maud::{Markup, html};

use super::language::Language;
use crate::store::LoggedIn;

/// The section, and what it says where scripts or the verifier are away.
pub fn section(l: Language, who: &LoggedIn, has_script: bool) -> Markup {
    html! {
        section.sheet #passkeys data-name=(who.login_name) {
            h2 { (l.say("Passkeys", "通行密钥")) }
            p.hint { (l.say(
                "With a passkey, a new device is trusted at once, and nobody can be talked into giving it away.",
                "使用通行密钥，新设备即刻受信任，且不会被他人骗走。")) }
            @if has_script {
                button.quiet #passkeys-show type="button" { (l.say("Show my passkeys", "查看我的通行密钥")) }
                ul {}
                form hidden {
                    label { (l.say("Name of the new passkey", "新通行密钥的名称"))
                        input name="label" required maxlength="64" autocomplete="off" placeholder=(l.say("My phone", "我的手机"));
                    }
                    button type="submit" { (l.say("Add a passkey", "添加通行密钥")) }
                }
                p.hint role="status" {}
                noscript { p.empty { (l.say("Showing this needs scripts on this page.", "显示此内容需要启用脚本。")) } }
            } @else {
                p.empty { (l.say("They cannot be shown right now.", "暂时无法显示。")) }
            }
        }
    }
}
