//! The pages. Text is escaped by construction (maud); nothing is inline that the policy forbids.
//!
//! May import: types of `store`. To add a page: a file here with one function that ends in [`frame`].

pub mod account;
mod devices;
mod factors;
mod icons;
pub mod inbox;
pub mod language;
pub mod login;
mod passkeys;

use axum::response::Html;
use maud::{DOCTYPE, Markup, html};

use language::Language;

/// One page.
pub type Page = Html<String>;

/// What the frame shows around a page's content.
struct Frame<'a> {
    language: Language,
    title: &'a str,
    /// Who is logged in, for the bar.
    name: Option<&'a str>,
    /// Scripts and such for the head.
    head: Markup,
    /// A class on the body.
    kind: &'static str,
}

fn frame(frame: &Frame<'_>, content: &Markup) -> Page {
    let l = frame.language;
    let page = html! {
        (DOCTYPE)
        html lang=(l.page_tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (frame.title) " · Tarnwick" }
                link rel="icon" href="/demo/mark.svg" type="image/svg+xml";
                link rel="stylesheet" href="/demo/tarnwick.css";
                (frame.head)
            }
            body class=(frame.kind) {
                header.bar {
                    a.brand href="/" { (icons::mark()) span { "Tarnwick" } }
                    nav {
                        a href="/inbox" { (l.say("Inbox", "收件箱")) }
                        @if let Some(name) = frame.name {
                            span.who { (name) }
                            form method="post" action="/logout" { button.quiet type="submit" { (l.say("Log out", "退出")) } }
                        } @else {
                            a href="/login" { (l.say("Log in", "登录")) }
                        }
                        a.tongue href=(l.other_link()) hreflang=(l.other().tag()) lang=(l.other().tag()) { (l.other().own_name()) }
                    }
                }
                main { (content) }
                footer.foot {
                    p { (l.say(
                        "Tarnwick is fictional. It shows login-guard at work; no coins exist here.",
                        "Tarnwick 是虚构的交易所，仅用于演示 login-guard；这里没有真实的币。")) }
                }
            }
        }
    };
    Html(page.into_string())
}

fn plain<'a>(language: Language, title: &'a str, kind: &'static str) -> Frame<'a> {
    Frame { language, title, name: None, head: html! {}, kind }
}

/// The first page.
pub fn landing(l: Language) -> Page {
    let content = html! {
        section.hero {
            div {
                p.eyebrow { (l.say("Spot and contract trading", "现货与合约交易")) }
                h1 { span { (l.say("Still waters", "静水深流，")) } " " span { (l.say("for your coins.", "资产无忧。")) } }
                p.lead { (l.say(
                    "A quiet place to trade. A new device never gets in on a password alone, so what is yours stays yours.",
                    "一个安静的交易之所。新设备仅凭密码无法登录，属于您的，始终属于您。")) }
                p.actions {
                    a.button href="/login" { (l.say("Log in", "登录")) }
                    a.link href="/login/json" { (l.say("Log in by script", "脚本登录")) " →" }
                }
            }
            (icons::chart())
        }
        section.ticker aria-label=(l.say("Prices of the demo", "演示行情")) {
            @for (pair, price, change, up) in PRICES {
                div.quote {
                    span.pair { (pair) }
                    span.price { (price) }
                    span class=(if up { "change up" } else { "change down" }) { (change) }
                }
            }
        }
        section.points {
            @for (title, text) in [
                (l.say("Known devices walk in", "熟悉的设备，直接进入"),
                 l.say("Your own browser proves itself in the background. You will not notice.", "您自己的浏览器在后台完成验证，您毫无察觉。")),
                (l.say("Unknown ones wait outside", "陌生的设备，止步门外"),
                 l.say("A code by mail, once per device, before anything can be seen or moved.", "每台新设备须先通过邮件验证码，才能查看或转移资产。")),
                (l.say("Nothing about you leaves", "您的信息，不会外流"),
                 l.say("What your machine looks like is digested with a key that only it holds.", "设备特征由仅存于本机的密钥处理，外人无从得知。")),
            ] {
                article { h2 { (title) } p { (text) } }
            }
        }
    };
    frame(&plain(l, l.say("Exchange", "交易所"), "landing"), &content)
}

/// A log-in cannot be carried out now.
pub fn unavailable(l: Language) -> Page {
    let title = l.say("Logging in is not possible right now", "暂时无法登录");
    let content = html! {
        section.card.message {
            h1 { (title) }
            p { (l.say(
                "Our device check does not answer, and without it nobody gets in. Your coins are where they were. Please try again in a moment.",
                "设备验证服务暂无响应；在其恢复之前，任何人都无法登录。您的资产未受影响，请稍后再试。")) }
            p { a.button href="/login" { (l.say("Try again", "重试")) } }
        }
    };
    frame(&plain(l, title, "narrow"), &content)
}

/// No such page.
pub fn not_found(l: Language) -> Page {
    let title = l.say("There is nothing here", "这里什么也没有");
    let content = html! { section.card.message { h1 { (title) } p { a.button href="/" { (l.say("To the start", "返回首页")) } } } };
    frame(&plain(l, title, "narrow"), &content)
}

/// The demo's prices: pair, price, change, whether it rose.
const PRICES: [(&str, &str, &str, bool); 4] = [
    ("BTC / USDT", "96,412.50", "+1.24 %", true),
    ("ETH / USDT", "2,968.10", "+0.63 %", true),
    ("LTC / USDT", "104.72", "−0.41 %", false),
    ("BTC-PERP", "96,455.00", "+1.31 %", true),
];
