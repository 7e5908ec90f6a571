//! Arrows between scripts: one file asks the network, one file loads the module.

/// A call or import, where it may stand, and why elsewhere it may not.
struct Door {
    text: &'static str,
    places: &'static [&'static str],
    why: &'static str,
}

const DOORS: &[Door] = &[
    // guard.ts hands the module's own bytes to the engine; it asks no server anything else.
    Door { text: "fetch(", places: &["www/transport.ts", "www/guard.ts"], why: "only transport.ts asks the network" },
    Door { text: "XMLHttpRequest", places: &[], why: "only transport.ts asks the network" },
    Door { text: "sendBeacon", places: &[], why: "only transport.ts asks the network" },
    Door { text: "EventSource", places: &["www/transport.ts"], why: "only transport.ts asks the network" },
    Door { text: "WebSocket", places: &[], why: "only transport.ts asks the network" },
    Door { text: "/pkg/", places: &["www/guard.ts"], why: "only guard.ts imports the generated package" },
    // The component's own markup is static text.
    Door { text: "innerHTML", places: &["www/challenge-view.ts"], why: "text goes into pages as text" },
    Door { text: "eval(", places: &[], why: "the content security policy forbids it" },
];

/// Scripts of ours. Those of the demo's own pages are an integrator's: they ask their own back end.
pub fn is_script(file: &str) -> bool {
    file.starts_with("www/")
        && !file.starts_with("www/demo/")
        && file.rsplit('.').next() == Some("ts")
        && !file.ends_with(".d.ts")
        && !file.contains("/test")
        && !file.ends_with(".test.ts")
}

pub fn in_script(file: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (index, line) in without_comments(text).lines().enumerate() {
        for door in DOORS.iter().filter(|door| holds(line, door.text) && !door.places.contains(&file)) {
            found.push(format!("{file}:{}: {}: {}", index + 1, door.text, door.why));
        }
    }
    found
}

/// `fetch(` is in `self.fetch(` but not in `prefetch(`.
fn holds(line: &str, text: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let starts_word = text.starts_with(is_word);
    line.match_indices(text)
        .any(|(at, _)| !starts_word || !line.get(..at).is_some_and(|before| before.ends_with(is_word)))
}

fn without_comments(text: &str) -> String {
    let mut kept = String::new();
    let mut in_block = false;
    for line in text.lines() {
        let trimmed = line.trim_start();
        in_block |= trimmed.starts_with("/*");
        let code =
            if in_block || trimmed.starts_with("//") { "" } else { line.split(" // ").next().unwrap_or_default() };
        in_block &= !line.contains("*/");
        kept.push_str(code);
        kept.push('\n');
    }
    kept
}
