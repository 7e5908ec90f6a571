//! The log-in pages.

use maud::{Markup, html};

use super::language::Language;
use super::{Frame, Page, frame};

/// What a log-in page tells the person who comes back to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The page was open for too long.
    Again,
    /// Name or password missing.
    Incomplete,
    /// The confirmation did not hold.
    NotConfirmed,
    /// The guard script did not run.
    NoProof,
    /// The verifier would not take the proof.
    ProofRefused,
    /// Wrong, or refused.
    Refused {
        /// What support can look up.
        reference: Option<String>,
    },
}

impl Notice {
    fn sentence(&self, l: Language) -> &'static str {
        match self {
            Self::Again => {
                l.say("This page was open for a while. Please log in once more.", "页面停留时间过长，请重新登录。")
            }
            Self::Incomplete => l.say("Please enter your name and your password.", "请输入账号和密码。"),
            Self::NotConfirmed => l.say(
                "The confirmation is no longer valid for this log-in. Please log in again.",
                "此次登录的验证已失效，请重新登录。",
            ),
            Self::NoProof => l.say(
                "Your browser sent no proof of its device. Please allow scripts on this page, reload it and try again.",
                "浏览器未提交设备证明。请允许本页面运行脚本，刷新后重试。",
            ),
            Self::ProofRefused => l.say(
                "Your browser could not be checked. Please reload this page and try again.",
                "无法验证您的浏览器，请刷新页面后重试。",
            ),
            Self::Refused { .. } => l.say(
                "We could not log you in. Please check the name and the password.",
                "登录失败，请检查账号和密码。",
            ),
        }
    }
}

/// The log-in form, guarded by the script alone.
pub fn form(l: Language, integrity: &str, login_name: &str, notice: Option<&Notice>) -> Page {
    let content = html! {
        section.card {
            h1 { (l.say("Log in", "登录")) }
            p.hint { (l.say("Welcome back to Tarnwick.", "欢迎回到 Tarnwick。")) }
            @if let Some(notice) = notice {
                div.notice role="alert" {
                    p { (notice.sentence(l)) }
                    @if let Notice::Refused { reference: Some(reference) } = notice {
                        p.reference { (l.say("Reference", "参考编号")) " " code { (reference) } }
                    }
                }
            }
            form method="post" action="/login" data-login-guard {
                (fields(l, login_name))
                button.wide type="submit" { (l.say("Log in", "登录")) }
            }
            noscript { p.notice { (l.say("Logging in needs scripts on this page.", "登录需要启用脚本。")) } }
        }
        (accounts(l))
    };
    let head = html! { script type="module" src="/login-guard/guard.js" integrity=(integrity) {} };
    frame(&Frame { language: l, title: l.say("Log in", "登录"), name: None, head, kind: "narrow" }, &content)
}

/// The log-in form of a script that calls the guard by hand.
pub fn script_form(l: Language, integrity: &str) -> Page {
    let content = html! {
        section.card {
            h1 { (l.say("Log in by script", "脚本登录")) }
            p.hint { (l.say("The same log-in over JSON: the page calls the guard by hand.", "通过 JSON 登录：页面自行调用 guard。")) }
            div.notice #notice role="alert" hidden { p {} p.reference hidden { (l.say("Reference", "参考编号")) " " code {} } }
            form #login method="post" action="/login/json" {
                (fields(l, ""))
                button.wide type="submit" { (l.say("Log in", "登录")) }
            }
            noscript { p.notice { (l.say("Logging in needs scripts on this page.", "登录需要启用脚本。")) } }
        }
        (accounts(l))
    };
    let head = html! {
        // the integrity holds for the script's own import too: a page loads a module once
        link rel="modulepreload" href="/login-guard/guard.js" integrity=(integrity);
        script type="module" src="/demo/login-json.js" {}
    };
    frame(
        &Frame { language: l, title: l.say("Log in by script", "脚本登录"), name: None, head, kind: "narrow" },
        &content,
    )
}

/// The page of a challenged log-in; the challenge is the verifier's, as it came.
pub fn confirm(l: Language, integrity: &str, challenge: &str) -> Page {
    let content = html! {
        section.confirm {
            form method="post" action="/login/finish" data-login-guard-challenge {
                login-guard-challenge challenge=(challenge) restart="/login" lang=(l.tag()) {
                    p.notice { (l.say(
                        "Please wait while the confirmation loads. If this stays, please allow scripts on this page and reload it.",
                        "正在加载验证，请稍候。如长时间未显示，请允许本页面运行脚本并重新加载。")) }
                }
            }
            p.hint { a href="/inbox" target="_blank" rel="noopener" { (l.say("Open the demo’s inbox", "打开演示收件箱")) " ↗" } }
        }
    };
    let head = html! { script type="module" src="/login-guard/guard.js" integrity=(integrity) {} };
    let title = l.say("Confirm this device", "验证此设备");
    frame(&Frame { language: l, title, name: None, head, kind: "narrow" }, &content)
}

fn fields(l: Language, login_name: &str) -> Markup {
    html! {
        label {
            span { (l.say("Name or mail address", "用户名或邮箱")) }
            input name="account" type="text" value=(login_name) autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="320" required autofocus[login_name.is_empty()];
        }
        label {
            span { (l.say("Password", "密码")) }
            input name="password" type="password" autocomplete="current-password" maxlength="256" required autofocus[!login_name.is_empty()];
        }
    }
}

fn accounts(l: Language) -> Markup {
    html! {
        p.aside {
            (l.say("Demo accounts: ", "演示账号：")) code { "alice" } " · " code { "bob" } " · " code { "carol" }
            br;
            (l.say("The password was printed when the demo started.", "密码在演示启动时已打印。"))
        }
    }
}
