//! The voices that read aloud on this machine itself: come with the system and its languages. A set: installing one is a
//! small change.
//!
//! Voices that speak over the network are left out, since they come and go with it. Chromium lists voices some time after it was
//! asked first: this asks, waits a little, and calls an empty list late, never empty, so that it can come another time.
//! Lies: Firefox that resists fingerprinting lists none.

use super::{Cost, Pending, Reading, Scope, Signal, Stability};
use crate::boundary::{Browser, Fault, Value};

pub const SIGNAL: Signal =
    Signal { name: "speech", stability: Stability::System, cost: Cost::Free, scope: Scope::Page, read };

fn read(browser: &Browser) -> Result<Reading, Fault> {
    let voices = voices(browser)?;
    // waited for once: who asks again finds the list, or none
    let promise = if voices.is_empty() { browser.kept("speech", wait)? } else { true.into() };
    Ok(Reading::Pending(Pending { promise, finish }))
}

/// A promise that is kept when the list changes, or after a while.
fn wait(browser: &Browser) -> Result<Value, Fault> {
    // resolved from outside, so that the module needs no function of its own in JavaScript
    let waiting = browser.at("Promise.withResolvers()")?;
    let resolve = waiting.property("resolve")?;
    browser.at("speechSynthesis")?.run("addEventListener", &["voiceschanged".into(), resolve.clone()])?;
    browser.global().run("setTimeout", &[resolve, PATIENCE_MS.into(), true.into()])?;
    waiting.property("promise")
}

fn finish(browser: &Browser, _: &Value) -> Result<Reading, Fault> {
    let voices = voices(browser)?;
    Ok(if voices.is_empty() { Reading::Absent("timed-out") } else { Reading::Set(voices) })
}

fn voices(browser: &Browser) -> Result<Vec<String>, Fault> {
    let list = browser.at("speechSynthesis.getVoices()")?;
    let mut voices = Vec::new();
    let mut at = 0;
    while let Ok(voice) = list.item(at) {
        if voice.property("localService")?.is_true() {
            voices.push(voice.property("voiceURI")?.text()? + &voice.property("lang")?.text()?);
        }
        at += 1;
    }
    Ok(voices)
}

/// Longest wait for the list, in milliseconds: below what the other signals take.
const PATIENCE_MS: f64 = 60.0;
