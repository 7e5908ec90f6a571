//! The account page.

use maud::{Markup, html};

use super::language::Language;
use super::{Frame, Page, devices, factors, frame, passkeys};
use crate::store::{Balance, LoggedIn, Order, UNIT, notional};

/// What the account page tells after a form was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// An order was taken out.
    Cancelled,
    /// Nothing of value may leave the account.
    Frozen,
    /// An order was placed.
    Ordered,
    /// Not enough in the wallet.
    Short,
    /// Coins moved between wallets.
    Transferred,
    /// A field made no sense.
    Unreadable,
    /// Coins left.
    Withdrawn,
}

impl Told {
    const ALL: [Self; 7] = [
        Self::Cancelled,
        Self::Frozen,
        Self::Ordered,
        Self::Short,
        Self::Transferred,
        Self::Unreadable,
        Self::Withdrawn,
    ];

    /// The word in the page's address.
    pub fn word(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Frozen => "frozen",
            Self::Ordered => "ordered",
            Self::Short => "short",
            Self::Transferred => "transferred",
            Self::Unreadable => "unreadable",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|told| told.word() == word)
    }

    fn sentence(self, l: Language) -> &'static str {
        match self {
            Self::Cancelled => l.say("The order is cancelled.", "订单已撤销。"),
            Self::Frozen => {
                l.say("Nothing was moved: your account's value is frozen.", "未作任何变动：您的账户资产已冻结。")
            }
            Self::Ordered => l.say("The order is in the book.", "订单已提交。"),
            Self::Short => l.say("There is not enough in that wallet.", "该钱包余额不足。"),
            Self::Transferred => l.say("The transfer is done.", "划转完成。"),
            Self::Unreadable => l.say("Please check what you entered.", "请检查所填内容。"),
            Self::Withdrawn => l.say("The withdrawal is on its way.", "提币已提交。"),
        }
    }

    fn failed(self) -> bool {
        matches!(self, Self::Frozen | Self::Short | Self::Unreadable)
    }
}

/// What the account page shows besides whose it is.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// What is in the wallets.
    pub balances: &'a [Balance],
    /// What is in the book.
    pub orders: &'a [Order],
    /// What became of the last form.
    pub told: Option<Told>,
    /// The integrity of the inspector's script, where the verifier has one.
    pub inspector: Option<&'a str>,
    /// The integrity of the script for an owner's requests, likewise.
    pub owner: Option<&'a str>,
}

/// Wallets, orders, forms, and the device.
pub fn page(l: Language, who: &LoggedIn, shown: &Shown<'_>) -> Page {
    let Shown { balances, orders, told, inspector, owner } = *shown;
    let total = balances.iter().map(|balance| notional(balance.amount, price_of(&balance.asset))).sum();
    let content = html! {
        @if let Some(told) = told {
            p role="status" class=(if told.failed() { "notice" } else { "notice good" }) { (told.sentence(l)) }
        }
        section.summary {
            p.eyebrow { (who.name) " · " (who.mail) }
            h1 { (cut(total, 2)) " " small { "USDT" } }
            p.hint { (l.say("Estimated value of everything you hold", "资产估值合计")) }
            @if who.probation {
                p.hint #probation { (l.say("This device was confirmed by mail and is on probation.", "此设备通过邮件验证，目前处于观察期。")) }
            }
            @if who.value_frozen {
                p.notice #frozen role="status" { (l.say(
                    "Value frozen: two copies of a browser of yours were in use. Trades, transfers and withdrawals wait until our staff release them; orders can be cancelled.",
                    "资产已冻结：您的某个浏览器有两份副本在使用。在工作人员解除之前，不能交易、划转和提币；委托仍可撤销。")) }
            }
        }
        div.columns {
            section.sheet #balances {
                h2 { (l.say("Balances", "资产")) }
                table {
                    thead { tr { th { (l.say("Asset", "币种")) } th { (l.say("Wallet", "钱包")) } th.number { (l.say("Amount", "数量")) } } }
                    tbody {
                        @for balance in balances {
                            tr {
                                td { span.coin { (balance.asset) } }
                                td { (if balance.wallet == "spot" { l.say("Spot", "现货") } else { l.say("Contract", "合约") }) }
                                td.number { (amount(balance.amount)) }
                            }
                        }
                    }
                }
            }
            section.sheet #orders {
                h2 { (l.say("Open orders", "当前委托")) }
                @if orders.is_empty() { p.empty { (l.say("No open orders.", "暂无委托。")) } } @else { (order_table(l, orders)) }
            }
        }
        (forms(l))
        (devices::section(l, who, owner.is_some()))
        (passkeys::section(l, who, owner.is_some()))
        (factors::section(l, who, owner.is_some()))
        (device(l, who, inspector.is_some()))
        p.hint #unguarded { (l.say(
            "In this demo, login-guard guards the log-in; trades, transfers and withdrawals are not guarded yet.",
            "本演示中，login-guard 只保护登录；交易、划转和提币尚未受其保护。")) }
    };
    let title = l.say("Account", "账户");
    let head = html! {
        @if let Some(integrity) = inspector { script type="module" src="/login-guard/inspector.js" integrity=(integrity) {} }
        @if let Some(integrity) = owner {
            script type="module" src="/login-guard/owner.js" integrity=(integrity) {}
            script type="module" src="/demo/devices.js" {}
            script type="module" src="/demo/passkeys.js" {}
            script type="module" src="/demo/factors.js" {}
        }
    };
    frame(&Frame { language: l, title, name: Some(&who.name), head, kind: "wide" }, &content)
}

/// The device of this session, for whoever wants to know what is read and what changed.
fn device(l: Language, who: &LoggedIn, has_script: bool) -> Markup {
    html! {
        section.sheet #device {
            h2 { (l.say("This device", "本设备")) }
            p.hint { (l.say(
                "What login-guard reads of this machine, what is sent of it, and whether it is as it was remembered of this device.",
                "login-guard 读取了本机的哪些特征、发送了什么，以及与此设备的记录相比有哪些变化。")) }
            @if has_script {
                login-guard-inspector name=(who.login_name) compare="/account/device" lang=(l.tag()) {
                    p.empty { (l.say("Please wait while it loads.", "正在加载，请稍候。")) }
                }
                noscript { p.empty { (l.say("Showing this needs scripts on this page.", "显示此内容需要启用脚本。")) } }
            } @else {
                p.empty { (l.say("It cannot be shown right now.", "暂时无法显示。")) }
            }
        }
    }
}

fn order_table(l: Language, orders: &[Order]) -> Markup {
    html! {
        table {
            thead { tr { th { (l.say("Order", "委托")) } th.number { (l.say("Amount", "数量")) } th.number { (l.say("Price", "价格")) } th {} } }
            tbody {
                @for order in orders {
                    tr {
                        td {
                            @if order.side == "buy" { span.side.up { (l.say("Buy", "买入")) } } @else { span.side.down { (l.say("Sell", "卖出")) } }
                            " " span.coin { (order.asset) }
                        }
                        td.number { (amount(order.amount)) }
                        td.number { (amount(order.price)) }
                        td.number {
                            form method="post" action="/account/cancel" {
                                input type="hidden" name="order" value=(order.id);
                                button.quiet type="submit" { (l.say("Cancel", "撤单")) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn forms(l: Language) -> Markup {
    let coins = ["BTC", "ETH", "LTC"];
    html! {
        div.forms {
            form.sheet #trade method="post" action="/account/trade" {
                h2 { (l.say("Trade", "交易")) }
                (choice(l.say("Side", "方向"), "side", &[("buy", l.say("Buy", "买入")), ("sell", l.say("Sell", "卖出"))]))
                (choice(l.say("Asset", "币种"), "asset", &coins.map(|coin| (coin, coin))))
                (number(l.say("Amount", "数量"), "amount"))
                (number(l.say("Price in USDT", "价格（USDT）"), "price"))
                button type="submit" { (l.say("Place order", "提交委托")) }
            }
            form.sheet #transfer method="post" action="/account/transfer" {
                h2 { (l.say("Transfer", "划转")) }
                (choice(l.say("To", "转入"), "to", &[("contract", l.say("Contract wallet", "合约钱包")), ("spot", l.say("Spot wallet", "现货钱包"))]))
                (choice(l.say("Asset", "币种"), "asset", &[("USDT", "USDT"), ("BTC", "BTC")]))
                (number(l.say("Amount", "数量"), "amount"))
                button type="submit" { (l.say("Transfer", "划转")) }
            }
            form.sheet #withdraw method="post" action="/account/withdraw" {
                h2 { (l.say("Withdraw", "提币")) }
                (choice(l.say("Asset", "币种"), "asset", &[("BTC", "BTC"), ("ETH", "ETH"), ("LTC", "LTC"), ("USDT", "USDT")]))
                label { span { (l.say("Address", "地址")) } input name="address" autocomplete="off" spellcheck="false" pattern="[A-Za-z0-9]{20,100}" required; }
                (number(l.say("Amount", "数量"), "amount"))
                button type="submit" { (l.say("Withdraw", "提币")) }
            }
        }
    }
}

fn choice(label: &str, name: &str, options: &[(&str, &str)]) -> Markup {
    html! { label { span { (label) } select name=(name) { @for (value, text) in options { option value=(value) { (text) } } } } }
}

fn number(label: &str, name: &str) -> Markup {
    html! { label { span { (label) } input name=(name) inputmode="decimal" autocomplete="off" pattern="[0-9]{1,9}([.][0-9]{1,8})?" placeholder="0.00" required; } }
}

/// What a coin is worth in the demo, hundred-millionths of USDT.
fn price_of(asset: &str) -> i64 {
    match asset {
        "BTC" => 96_412 * UNIT + UNIT / 2,
        "ETH" => 2_968 * UNIT + UNIT / 10,
        "LTC" => 104 * UNIT + 72 * (UNIT / 100),
        _ => UNIT,
    }
}

/// An amount with as many decimals as it needs, at least two.
fn amount(units: i64) -> String {
    let fraction = format!("{:08}", units % UNIT);
    let needed = fraction.trim_end_matches('0').len().max(2);
    cut(units, needed)
}

/// An amount cut to so many decimals, thousands set apart.
fn cut(units: i64, decimals: usize) -> String {
    let whole = (units / UNIT).to_string();
    let fraction = format!("{:08}", units % UNIT);
    let mut text = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text.push('.');
    text.extend(fraction.chars().take(decimals));
    text
}

/// Reads a positive amount with at most eight decimals, in hundred-millionths.
pub fn parse_amount(text: &str) -> Option<i64> {
    let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), "0"));
    let digits = |part: &str, limit| (1..=limit).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole, 9) || !digits(fraction, 8) {
        return None;
    }
    let units = whole.parse::<i64>().ok()? * UNIT + format!("{fraction:0<8}").parse::<i64>().ok()?;
    (units > 0).then_some(units)
}

#[cfg(test)]
mod tests {
    use super::{amount, cut, parse_amount};

    #[test]
    fn amounts_are_read_as_they_are_written() {
        for (text, units) in [("1", 100_000_000), ("0.00000001", 1), ("18420.55", 1_842_055_000_000)] {
            assert_eq!(parse_amount(text), Some(units));
        }
        assert_eq!(amount(1_842_055_000_000), "18,420.55");
        assert_eq!(cut(123_456_700_000_000, 2), "1,234,567.00");
    }

    #[test]
    fn what_is_no_positive_amount_is_refused() {
        for text in ["", "0", "-1", "1e9", "1.", ".5", "1.123456789", "1234567890", "０"] {
            assert_eq!(parse_amount(text), None, "{text}");
        }
    }
}
