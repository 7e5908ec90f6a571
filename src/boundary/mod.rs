//! All contact with the browser: global objects, properties, calls, promises, WebCrypto.
//!
//! May import `js-sys`, `wasm-bindgen` and protocol's plain types; nothing else of ours. Everything goes by name
//! through [`Value`], so that a new web API costs no import, and everything answers with a [`Fault`] instead of
//! throwing or panicking.
//!
//! To reach something new: a path for [`Browser::at`], or a method of [`Browser`] here when a path is not enough.

mod fault;
mod thrown;
mod value;

pub use fault::Fault;
pub use value::Value;

use std::cell::RefCell;

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The device's digest key: HMAC with SHA-256, not exportable.
    #[wasm_bindgen(typescript_type = "CryptoKey")]
    pub type CryptoKey;
}

/// The global object of a page or a worker, and what was made there to be used again.
#[derive(Debug)]
pub struct Browser {
    global: Value,
    kept: RefCell<Vec<(&'static str, Value)>>,
}

impl Browser {
    /// The browser that this code runs in.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reaches the browser")]
    pub fn current() -> Self {
        Self { global: Value::from(JsValue::from(js_sys::global())), kept: RefCell::default() }
    }

    /// The global object.
    pub const fn global(&self) -> &Value {
        &self.global
    }

    /// Follows a path from the global object, as [`Value::at`].
    ///
    /// # Errors
    /// As [`Value::at`].
    pub fn at(&self, path: &str) -> Result<Value, Fault> {
        self.global.at(path)
    }

    /// What is slow to make and serves several signals: made at the first time, the same thing afterwards.
    ///
    /// # Errors
    /// What `make` answers; nothing is kept then.
    pub fn kept(&self, name: &'static str, make: fn(&Self) -> Result<Value, Fault>) -> Result<Value, Fault> {
        let found = self.kept.borrow().iter().find(|(kept, _)| *kept == name).map(|(_, value)| value.clone());
        if let Some(value) = found {
            return Ok(value);
        }
        let value = make(self)?;
        self.kept.borrow_mut().push((name, value.clone()));
        Ok(value)
    }

    /// Has what was kept under a name made anew the next time.
    pub fn forget(&self, name: &str) {
        self.kept.borrow_mut().retain(|(kept, _)| *kept != name);
    }

    /// `new constructor(…arguments)`.
    ///
    /// # Errors
    /// [`Fault::Missing`] when there is no such constructor, [`Fault::Thrown`] when it throws.
    pub fn construct(&self, constructor: &str, arguments: &[Value]) -> Result<Value, Fault> {
        self.global.property(constructor)?.construct(arguments)
    }

    /// Whether a media query matches.
    ///
    /// # Errors
    /// As [`Self::at`].
    pub fn matches_media(&self, query: &str) -> Result<bool, Fault> {
        Ok(self.global.call("matchMedia", &[Value::from(query)])?.property("matches")?.is_true())
    }

    /// A promise of all that these promise, as a list.
    ///
    /// # Errors
    /// As [`Self::at`].
    pub fn all(&self, promises: &[Value]) -> Result<Value, Fault> {
        self.at("Promise")?.call("all", &[promises.into()])
    }

    /// HMAC-SHA-256 of each message under the digest key; without a key SHA-256 of each.
    ///
    /// # Errors
    /// [`Fault::Missing`] without WebCrypto, [`Fault::Thrown`] when the key is of another kind.
    pub async fn digests(&self, key: Option<&CryptoKey>, messages: &[Value]) -> Result<Vec<Vec<u8>>, Fault> {
        let subtle = self.at("crypto.subtle")?;
        let digest = |message: &Value| match key {
            Some(key) => {
                let key: &JsValue = key.as_ref();
                subtle.call("sign", &["HMAC".into(), key.clone().into(), message.clone()])
            }
            None => subtle.call("digest", &["SHA-256".into(), message.clone()]),
        };
        let promises = messages.iter().map(digest).collect::<Result<Vec<_>, _>>()?;
        let digests = self.all(&promises)?.settled().await?;
        (0..).zip(messages).map(|(at, _)| digests.item(at)?.bytes()).collect()
    }
}
