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

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The device's digest key: HMAC with SHA-256, not exportable.
    #[wasm_bindgen(typescript_type = "CryptoKey")]
    pub type CryptoKey;
}

/// The global object of a page or a worker.
#[derive(Debug)]
pub struct Browser {
    global: Value,
}

impl Browser {
    /// The browser that this code runs in.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reaches the browser")]
    pub fn current() -> Self {
        Self { global: Value::from(JsValue::from(js_sys::global())) }
    }

    /// Follows a path such as `navigator.language` or `Intl.DateTimeFormat().resolvedOptions().timeZone`; `()` calls without arguments.
    ///
    /// # Errors
    /// [`Fault::Missing`] when a step is undefined or null, [`Fault::Thrown`] when a getter or call throws.
    pub fn at(&self, path: &str) -> Result<Value, Fault> {
        path.split('.').try_fold(self.global.clone(), |value, step| match step.strip_suffix("()") {
            Some(method) => value.call(method, &[]),
            None => value.property(step),
        })
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

    /// HMAC-SHA-256 of `message` under the digest key.
    ///
    /// # Errors
    /// [`Fault::Missing`] without WebCrypto, [`Fault::Thrown`] when the key is of another kind.
    pub async fn digest(&self, key: &CryptoKey, message: &[u8]) -> Result<Vec<u8>, Fault> {
        let key: &JsValue = key.as_ref();
        let arguments = [Value::from("HMAC"), Value::from(key.clone()), Value::from(message)];
        self.at("crypto.subtle")?.call("sign", &arguments)?.settled().await?.bytes()
    }
}
