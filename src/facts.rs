//! Coarse facts in clear: browser, major version, platform, language. The request's headers say as much; here they
//! let an upgrade be told from a downgrade without parsing headers.

use crate::boundary::Browser;

/// Reads the facts that this browser gives: name and value.
pub fn read(browser: &Browser) -> Vec<(&'static str, String)> {
    let mut facts = Vec::with_capacity(6);
    if let Ok(agent) = browser.at("navigator.userAgent").and_then(|agent| agent.text()) {
        if let Some((name, version)) = derive_browser(&agent) {
            facts.push(("browser", name.to_owned()));
            facts.push(("browser-version", version));
        }
        if let Some(platform) = derive_platform(&agent) {
            facts.push(("platform", platform.to_owned()));
        }
    }
    // the low hints of Chromium, which its headers say as well (User-Agent Client Hints, section 3)
    if let Some(brand) = brand(browser) {
        facts.push(("brand", brand));
    }
    if let Ok(mobile) = browser.at("navigator.userAgentData.mobile") {
        facts.push(("mobile", if mobile.is_true() { "true" } else { "false" }.to_owned()));
    }
    if let Ok(language) = browser.at("navigator.language").and_then(|language| language.text()) {
        facts.push(("language", language.chars().take(TEXT_CHARACTERS).collect()));
    }
    facts
}

/// The maker's name for the browser: neither the engine's nor the meaningless one that is there to confuse lists.
fn brand(browser: &Browser) -> Option<String> {
    let brands = browser.at("navigator.userAgentData.brands").ok()?;
    (0..MOST_BRANDS)
        .map_while(|at| brands.item(at).and_then(|brand| brand.property("brand")?.text()).ok())
        .find(|brand| brand != "Chromium" && find(brand, "Not").is_none())
        .map(|brand| brand.chars().take(TEXT_CHARACTERS).collect())
}

/// Engine family and major version out of a user agent string.
fn derive_browser(agent: &str) -> Option<(&'static str, String)> {
    ENGINES.iter().find_map(|(token, name)| {
        let rest = agent.as_bytes().get(find(agent, token)? + token.len()..)?;
        let version: String = rest.iter().take_while(|b| b.is_ascii_digit()).map(|b| char::from(*b)).take(8).collect();
        (!version.is_empty()).then_some((*name, version))
    })
}

fn derive_platform(agent: &str) -> Option<&'static str> {
    PLATFORMS.iter().find(|(token, _)| find(agent, token).is_some()).map(|(_, name)| *name)
}

/// Byte offset of `token`. The standard library's search costs 2 kB of download.
fn find(agent: &str, token: &str) -> Option<usize> {
    agent.as_bytes().windows(token.len()).position(|window| window == token.as_bytes())
}

/// First match counts: on iOS every browser is WebKit and says `Version/` or its own name before it.
const ENGINES: &[(&str, &str)] =
    &[("Firefox/", "firefox"), ("Chrome/", "chromium"), ("Version/", "webkit"), ("AppleWebKit/", "webkit")];
/// First match counts: Android says Linux too, iPhones say "like Mac OS X".
const PLATFORMS: &[(&str, &str)] = &[
    ("Android", "android"),
    ("iPhone", "ios"),
    ("iPad", "ios"),
    ("Windows", "windows"),
    ("CrOS", "chromeos"),
    ("Mac OS X", "macos"),
    ("Linux", "linux"),
];
const TEXT_CHARACTERS: usize = 32;
/// Browsers list three.
const MOST_BRANDS: u32 = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_agents_give_engine_version_and_platform() {
        let cases = [
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
                Some(("chromium", "156")),
                Some("linux"),
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:153.0) Gecko/20100101 Firefox/153.0",
                Some(("firefox", "153")),
                Some("windows"),
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1",
                Some(("webkit", "26")),
                Some("ios"),
            ),
            ("curl/8", None, None),
            ("Firefox/", None, None),
        ];
        for (agent, browser, platform) in cases {
            let browser = browser.map(|(name, version)| (name, version.to_owned()));
            assert_eq!(derive_browser(agent), browser, "{agent}");
            assert_eq!(derive_platform(agent), platform, "{agent}");
        }
    }
}
