//! Replaces things of the browser and puts them back when dropped.

use js_sys::{Function, Promise};
use login_guard::boundary::CryptoKey;
use wasm_bindgen::{JsCast, prelude::*};
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen(module = "/tests/browser/replace.js")]
extern "C" {
    fn replace(path: &str, property: &str, value: &JsValue) -> Function;
    #[wasm_bindgen(js_name = replaceGetter)]
    fn replace_getter(path: &str, property: &str, get: &JsValue) -> Function;
    /// A function that answers `value`.
    pub fn answering(value: &JsValue) -> JsValue;
    /// A function whose promise is kept with `value`.
    pub fn resolving(value: &JsValue) -> JsValue;
    /// A function that throws an error of this name.
    pub fn throwing(name: &str) -> JsValue;
    /// A function whose promise is rejected with an error of this name.
    pub fn rejecting(name: &str) -> JsValue;
    /// Pixels that differ at every read.
    pub fn noise() -> JsValue;
    /// Samples that differ at every read.
    pub fn samples() -> JsValue;
    /// Widths that differ at every read.
    pub fn growing() -> JsValue;
    /// A `WebGL` context whose parameters are their own numbers.
    pub fn graphics(extensions: &JsValue) -> JsValue;
    /// Widths of a machine that has one family.
    #[wasm_bindgen(js_name = onlyInstalled)]
    pub fn only_installed(family: &str) -> JsValue;
    /// A `getContext` that answers only where `willReadFrequently` is this.
    #[wasm_bindgen(js_name = onlyDrawing)]
    pub fn only_drawing(will_read_frequently: bool) -> JsValue;
    /// Media queries of which one matches.
    #[wasm_bindgen(js_name = matchingOnly)]
    pub fn matching_only(query: &str) -> JsValue;
    /// Pixels that are all alike.
    #[wasm_bindgen(thread_local_v2, js_name = blankImage)]
    pub static BLANK_IMAGE: JsValue;
    #[wasm_bindgen(js_name = digestKey)]
    fn make_digest_key(raw: &JsValue) -> Promise;
}

/// Something of the browser is another thing until this is dropped.
pub struct Replaced(Function);

impl Replaced {
    /// Replaces `property` of the object at `path`; an empty path is the global object.
    pub fn new(path: &str, property: &str, value: impl Into<JsValue>) -> Self {
        Self(replace(path, property, &value.into()))
    }

    /// Replaces `property` by what `get` answers or throws.
    pub fn getter(path: &str, property: &str, get: impl Into<JsValue>) -> Self {
        Self(replace_getter(path, property, &get.into()))
    }
}

impl Drop for Replaced {
    fn drop(&mut self) {
        self.0.call0(&JsValue::UNDEFINED).expect("what was replaced can be put back");
    }
}

/// A digest key: fresh, or of these bytes.
pub async fn digest_key(raw: Option<&[u8]>) -> CryptoKey {
    let raw = raw.map_or(JsValue::UNDEFINED, |raw| js_sys::Uint8Array::from(raw).into());
    JsFuture::from(make_digest_key(&raw)).await.expect("WebCrypto makes keys").unchecked_into()
}
