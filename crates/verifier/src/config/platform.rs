//! `[[platform]]`: exchanges, and the origins whose pages may ask.

use std::collections::BTreeSet;

use login_guard_protocol::challenge::work::Kind;
use login_guard_protocol::{Platform, limits};

use super::Surroundings;
use super::table::Table;
use crate::webauthn::{host_of, is_within};
use crate::work::WorkSettings;

/// Codes an hour when the file does not say; documented in docs/protocol.md.
const SENDS_PER_HOUR: u64 = 3;
/// Answers a day when the file does not say; documented in docs/protocol.md. The chance of a hit stays below 20 in 10^8.
const ANSWERS_PER_DAY: u64 = 20;
/// Most answers a day that a file may say: NIST SP 800-63B-4 section 3.2.2 stops at 100.
const MOST_ANSWERS_PER_DAY: u64 = 100;
/// Seconds that a cookie generation is held when the file does not say; documented in docs/protocol.md.
const COOKIE_HOLD_S: u64 = 60;
/// Seconds before a change of factors counts when the file does not say: three days, so that an owner who reads mail on weekdays
/// sees the notice; documented in docs/operations.md.
const FACTOR_WAIT_S: u64 = 72 * 3_600;
/// Least seconds of it for real accounts.
const LEAST_FACTOR_WAIT_S: u64 = 24 * 3_600;
/// Most seconds of it: 30 days.
const MOST_FACTOR_WAIT_S: u64 = 30 * 24 * 3_600;

/// A platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlatformSection {
    /// Its name on the wire.
    pub name: Platform,
    /// The name that people know.
    pub display_name: String,
    /// Origins whose pages may ask.
    pub origins: Vec<String>,
    /// Codes that one account may be sent within an hour from one network.
    pub sends_per_hour: u32,
    /// Answers to codes that one account may give within a day from one network.
    pub answers_per_day: u32,
    /// Seconds after an issue during which the log-ins of a device supersede nothing.
    pub cookie_hold_s: u64,
    /// Seconds before a change of factors counts that no strong factor vouched for.
    pub factor_wait_s: u64,
    /// The host that passkeys are made for; none where no origin has one that could be.
    pub passkey_rp_id: Option<String>,
    /// What unknown devices have to do.
    pub work: WorkSettings,
}

pub(super) fn read(table: &mut Table<'_>, around: &Surroundings<'_>) -> Option<PlatformSection> {
    let name = table.required_text("name", "lower-case letters, digits and hyphens, at most 32", |text| {
        Platform::parse(&text).ok()
    });
    let display_name = table.required_text("display_name", "the name that people know, at most 64 bytes", |text| {
        (1..=64).contains(&text.len()).then_some(text).filter(|text| !text.chars().any(char::is_control))
    });
    let expected = "1 to 16 origins like https://login.example or app:name, without a path";
    let origins = table.required_texts("origins", 1..=16, expected, |table, text| {
        if around.production() && text.starts_with("http://") {
            table.report("origins", "unfit for production: expected https://, also on this machine");
            return None;
        }
        check_origin(text)
    });
    let sends = table.optional_number("sends_per_hour", 1..=1_000).unwrap_or(SENDS_PER_HOUR);
    let answers = table.optional_number("answers_per_day", 1..=MOST_ANSWERS_PER_DAY).unwrap_or(ANSWERS_PER_DAY);
    if around.production() && answers > ANSWERS_PER_DAY {
        table.report("answers_per_day", "unfit for production: expected at most 20");
    }
    let hold = table.optional_number("cookie_hold_s", 1..=600).unwrap_or(COOKIE_HOLD_S);
    if around.production() && hold < COOKIE_HOLD_S {
        table.report("cookie_hold_s", "unfit for production: expected at least 60, or slow replies look like copies");
    }
    let factor_wait = table.optional_number("factor_wait_s", 0..=MOST_FACTOR_WAIT_S).unwrap_or(FACTOR_WAIT_S);
    if around.production() && factor_wait < LEAST_FACTOR_WAIT_S {
        table.report("factor_wait_s", "unfit for production: expected at least 86400, a day for the owner to object");
    }
    let rp_id = read_rp_id(table, &origins);
    let work = read_work(table);
    Some(PlatformSection {
        name: name?,
        display_name: display_name?,
        origins,
        sends_per_hour: u32::try_from(sends).ok()?,
        answers_per_day: u32::try_from(answers).ok()?,
        cookie_hold_s: hold,
        factor_wait_s: factor_wait,
        passkey_rp_id: rp_id,
        work,
    })
}

/// The host that passkeys are made for. Browsers refuse one that is not the page's own or above it; the public suffixes above that
/// (section 5.1.3 of Web Authentication) are theirs to know.
fn read_rp_id(table: &mut Table<'_>, origins: &[String]) -> Option<String> {
    let expected = "the host of an origin, or a domain above it";
    let is_ours = |id: &String| id.contains(|c: char| c != '.') && origins.iter().any(|origin| is_within(origin, id));
    let said = table.optional_text("passkey_rp_id", expected, |id| Some(id).filter(is_ours));
    said.or_else(|| origins.iter().find_map(|origin| host_of(origin)).map(str::to_owned))
}

/// What is not said is as docs/operations.md has it.
fn read_work(table: &mut Table<'_>) -> WorkSettings {
    let usual = WorkSettings::default();
    let kind = table.optional_text("work_kind", "\"pbkdf2-sha256\" or \"sha256\"", |word| Kind::parse(&word));
    let mut number = |name: &str, usual: u32| {
        table.optional_number(name, 1..=1_000_000).and_then(|number| u32::try_from(number).ok()).unwrap_or(usual)
    };
    WorkSettings {
        kind: kind.unwrap_or(usual.kind),
        network_per_minute: number("work_network_per_minute", usual.network_per_minute),
        total_per_minute: number("work_total_per_minute", usual.total_per_minute),
    }
}

/// Checks what no section sees alone: names and origins belong to one platform each.
pub(super) fn check_apart(platforms: &[PlatformSection], root: &mut Table<'_>) {
    let (mut names, mut origins) = (BTreeSet::new(), BTreeSet::new());
    for platform in platforms {
        if !names.insert(&platform.name) {
            root.report("platform", "expected another name for each platform");
        }
        for origin in &platform.origins {
            if !origins.insert(origin) {
                root.report("platform", "expected each origin once: an origin decides the platform");
            }
        }
    }
}

/// An origin as browsers serialize it (RFC 6454 section 6.2): scheme, host in lower case, a port only if it is not the usual one.
fn check_origin(text: String) -> Option<String> {
    if text.len() > limits::ORIGIN_BYTES || text.bytes().any(|b| b.is_ascii_uppercase() || !b.is_ascii_graphic()) {
        return None;
    }
    if let Some(app) = text.strip_prefix("app:") {
        return (!app.is_empty()).then_some(text);
    }
    let (rest, usual) = match text.strip_prefix("https://") {
        Some(rest) => (rest, ":443"),
        None => (text.strip_prefix("http://")?, ":80"),
    };
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'[' | b']');
    (!rest.is_empty() && rest.bytes().all(plain) && !rest.ends_with(usual) && !rest.ends_with(':')).then_some(text)
}
