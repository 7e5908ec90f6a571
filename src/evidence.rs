//! Reads signals, digests what they read under the device's own key, and writes the document.
//!
//! Knows no signal by name. The caller keeps the time budget: it asks signal by signal, so that what was read in time
//! counts and what is missing is named.

use std::{cell::RefCell, rc::Rc};

use login_guard_protocol::evidence::{Tags, Writer, component_message, member_message};

use crate::{
    boundary::{Browser, CryptoKey, Fault, Value},
    facts,
    signals::{Cost, Reading, Signal},
};

/// One member of `components`: the signal's name and what became of it.
pub async fn component(browser: &Browser, signal: &Signal, key: &CryptoKey) -> String {
    digested(browser, signal.name, &read(browser, signal).await, key).await
}

/// What was read before there was a digest key. Each key that comes is given the same.
#[derive(Debug, Default)]
pub struct Ahead {
    kept: RefCell<Vec<(&'static str, Outcome)>>,
}

type Outcome = Rc<Result<Reading, Fault>>;

impl Ahead {
    /// As [`component`], of what was kept where something was.
    ///
    /// Without a key nothing is digested, and the member is empty. What renders is then kept if it could be read: a hidden tab or
    /// a graphics card that was just away fails once, and must not for as long as the page lives. What is free is forgotten, since
    /// it may change until a key comes, and only its first time is slow.
    pub async fn component(&self, browser: &Browser, signal: &Signal, key: Option<&CryptoKey>) -> String {
        let kept = self.kept.borrow().iter().find(|(name, _)| *name == signal.name).map(|(_, kept)| Rc::clone(kept));
        let outcome = match kept {
            Some(outcome) => outcome,
            None => Rc::new(read(browser, signal).await),
        };
        match key {
            Some(key) => return digested(browser, signal.name, &outcome, key).await,
            None if signal.cost == Cost::Rendering && is_read(&outcome) => {
                self.kept.borrow_mut().push((signal.name, outcome));
            }
            None => {}
        }
        String::new()
    }
}

const fn is_read(outcome: &Result<Reading, Fault>) -> bool {
    matches!(outcome, Ok(Reading::Present(_) | Reading::Set(_)))
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

async fn digested(browser: &Browser, name: &str, outcome: &Result<Reading, Fault>, key: &CryptoKey) -> String {
    let messages: Vec<Value> = match outcome {
        Ok(Reading::Present(bytes)) => vec![component_message(name, bytes).as_slice().into()],
        Ok(Reading::Set(members)) => {
            members.iter().map(|member| member_message(name, member.as_bytes()).as_slice().into()).collect()
        }
        _ => Vec::new(),
    };
    let mut writer = Writer::default();
    write(&mut writer, name, outcome, browser.digests(Some(key), &messages).await);
    writer.into_components()
}

/// Writes what became of a reading as a component, with the digests that were made of it.
pub fn write(writer: &mut Writer, name: &str, outcome: &Result<Reading, Fault>, digests: Result<Vec<Vec<u8>>, Fault>) {
    match (outcome, digests) {
        (Ok(Reading::Absent(reason)), _) => writer.absent(name, reason),
        (Ok(Reading::Noisy), _) => writer.noisy(name),
        // a promise of a promise: no signal of the table does that
        (Ok(Reading::Pending(_)), _) => writer.failed(name, "still-pending"),
        (Err(Fault::Missing), _) => writer.absent(name, "unsupported"),
        (_, Err(Fault::Missing)) => writer.failed(name, "no-webcrypto"),
        (Err(Fault::Thrown(error)), _) => writer.failed(name, error),
        (_, Err(Fault::Thrown(error))) => writer.failed(name, error),
        (Ok(Reading::Present(_)), Ok(macs)) => match macs.first().and_then(|mac| mac.first_chunk()) {
            Some(digest) => writer.present(name, digest),
            None => writer.failed(name, "no-webcrypto"),
        },
        (Ok(Reading::Set(_)), Ok(macs)) => {
            let mut tags = Tags::default();
            macs.iter().filter_map(|mac| mac.first_chunk()).for_each(|tag| tags.insert(*tag));
            writer.set(name, &tags);
        }
    }
}

/// Reads a signal to its end.
///
/// # Errors
/// As the signal's own `read`.
pub async fn read(browser: &Browser, signal: &Signal) -> Result<Reading, Fault> {
    match (signal.read)(browser)? {
        Reading::Pending(pending) => (pending.finish)(browser, &pending.promise.settled().await?),
        reading => Ok(reading),
    }
}
