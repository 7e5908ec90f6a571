//! The devices of the account page, and the requests of others to be let in. The script shows them: each look is a proof of this device.

use maud::{Markup, html};

use super::language::Language;
use crate::store::LoggedIn;

/// The section, and what it says where scripts or the verifier are away.
pub fn section(l: Language, who: &LoggedIn, has_script: bool) -> Markup {
    html! {
        section.sheet #devices data-name=(who.login_name) {
            h2 { (l.say("Devices", "设备")) }
            @if has_script {
                div #approvals aria-live="polite" {}
                p.hint role="status" {}
                button.quiet #devices-show type="button" { (l.say("Show my devices", "查看我的设备")) }
                ul #devices-list {}
                noscript { p.empty { (l.say("Showing this needs scripts on this page.", "显示此内容需要启用脚本。")) } }
            } @else {
                p.empty { (l.say("They cannot be shown right now.", "暂时无法显示。")) }
            }
        }
    }
}
