//! Reads one signal, digests it under the device's own key, and writes the document.
//!
//! Knows no signal by name. The caller keeps the time budget: it asks signal by signal, so that what was read in time
//! counts and what is missing is named.

use login_guard_protocol::evidence::{ComponentDigest, Writer, component_message};

use crate::{
    boundary::{Browser, CryptoKey, Fault},
    facts,
    signals::{Reading, Signal},
};

/// One member of `components`: the signal's name and what became of it.
pub async fn component(browser: &Browser, signal: &Signal, key: &CryptoKey) -> String {
    let mut writer = Writer::default();
    match read(browser, signal).await {
        Ok(Reading::Absent(reason)) => writer.absent(signal.name, reason),
        Ok(Reading::Noisy) => writer.noisy(signal.name),
        Ok(Reading::Present(bytes)) => match digest(browser, signal.name, &bytes, key).await {
            Ok(digest) => writer.present(signal.name, &digest),
            Err(fault) => writer.failed(signal.name, word(&fault, "no-webcrypto")),
        },
        // a promise of a promise: no signal of the table does that
        Ok(Reading::Pending(_)) => writer.failed(signal.name, "still-pending"),
        Err(Fault::Missing) => writer.absent(signal.name, "unsupported"),
        Err(fault) => writer.failed(signal.name, word(&fault, "unsupported")),
    }
    writer.into_components()
}

/// The whole document: components as [`component`] wrote them, and the coarse facts.
pub fn document(browser: &Browser, components: &str) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.append_components(components);
    for (name, value) in facts::read(browser) {
        writer.fact(name, &value);
    }
    writer.into_bytes()
}

/// Reads a signal to its end.
///
/// # Errors
/// As the signal's own `read`.
pub async fn read(browser: &Browser, signal: &Signal) -> Result<Reading, Fault> {
    match (signal.read)(browser)? {
        Reading::Pending(pending) => (pending.finish)(&pending.promise.settled().await?),
        reading => Ok(reading),
    }
}

async fn digest(browser: &Browser, name: &str, reading: &[u8], key: &CryptoKey) -> Result<ComponentDigest, Fault> {
    let mac = browser.digest(key, &component_message(name, reading)).await?;
    mac.get(..16).and_then(|start| start.try_into().ok()).ok_or(Fault::Missing)
}

fn word<'a>(fault: &'a Fault, missing: &'a str) -> &'a str {
    match fault {
        Fault::Missing => missing,
        Fault::Thrown(name) => name,
    }
}
