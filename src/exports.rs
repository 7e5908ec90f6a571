//! The surface that JavaScript sees. No logic: each function is one call.

use std::rc::Rc;

use wasm_bindgen::prelude::*;

use crate::{
    boundary::{Browser, CryptoKey},
    challenges::probe,
    error::ModuleError,
    evidence::{self, Ahead},
    signals,
};

thread_local! {
    /// One for a page or worker, so that what a signal keeps serves the next.
    static BROWSER: Rc<Browser> = Rc::new(Browser::current());
    static AHEAD: Rc<Ahead> = Rc::default();
}

/// The names of all signals, one a line: name, blank, and where its value must be read: `page`, `worker`,
/// or `letters` for a second worker.
#[wasm_bindgen]
pub fn signals() -> String {
    signals::list()
}

/// Reads one signal here and digests it under the device's digest key. Answers one member of the evidence
/// document's `components`; a failure to read is such a member too. Without a key it reads ahead and answers nothing.
///
/// # Errors
/// `signal-unknown`.
#[wasm_bindgen]
pub async fn component(name: String, key: Option<CryptoKey>) -> Result<String, JsValue> {
    let signal = signals::find(&name).ok_or(ModuleError::SignalUnknown)?;
    Ok(AHEAD.with(Rc::clone).component(&BROWSER.with(Rc::clone), signal, key.as_ref()).await)
}

/// The evidence document around components as [`component`] gave them, joined by commas; with the coarse facts.
#[wasm_bindgen]
pub fn document(components: &str) -> Vec<u8> {
    BROWSER.with(|browser| evidence::document(browser, components))
}

/// Draws both pictures of the probe's seed and digests them: two members of one entry of the document's `probes`.
#[wasm_bindgen]
pub async fn probe(seed: String, key: CryptoKey) -> String {
    probe::answer(&BROWSER.with(Rc::clone), &seed, &key).await
}

/// The number of the way in which this module draws a seed.
#[wasm_bindgen]
pub fn drawing() -> u32 {
    login_guard_protocol::challenge::probe::DRAWING
}

/// Everything about one signal that a person may see, with its reading in clear: an object as [`crate::inspect::Inspection`] says.
///
/// # Errors
/// `signal-unknown`.
#[cfg(feature = "inspect")]
#[wasm_bindgen]
pub async fn inspect(name: String, key: CryptoKey) -> Result<JsValue, JsValue> {
    let signal = signals::find(&name).ok_or(ModuleError::SignalUnknown)?;
    Ok(serde_wasm_bindgen::to_value(&crate::inspect::inspect(&BROWSER.with(Rc::clone), signal, &key).await)?)
}
