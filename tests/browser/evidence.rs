//! Digests and the document, in a real browser.

use login_guard::{
    boundary::Browser,
    evidence::{self, Ahead},
    exports,
    signals::{TABLE, find},
};
use login_guard_protocol::limits;
use serde_json::Value;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{Replaced, answering, digest_key, graphics, noise, only_installed, rejecting, throwing};

async fn screen(key: &login_guard::boundary::CryptoKey) -> String {
    evidence::component(&Browser::current(), find("screen-size").expect("the signal"), key).await
}

#[wasm_bindgen_test]
async fn the_document_is_json_with_every_component_and_fact() {
    let key = digest_key(None).await;
    let browser = Browser::current();
    let mut members = Vec::new();
    for signal in TABLE {
        members.push(evidence::component(&browser, signal, &key).await);
    }
    let bytes = evidence::document(&browser, &members.join(","));
    assert!(bytes.len() <= limits::EVIDENCE_BYTES);
    let document: Value = serde_json::from_slice(&bytes).expect("JSON");
    assert_eq!(document["v"], 1);
    assert_eq!(document["components"].as_object().map(serde_json::Map::len), Some(TABLE.len()));
    for fact in ["browser", "browser-version", "platform", "language"] {
        assert!(document["facts"][fact].as_str().is_some_and(|value| !value.is_empty()), "{fact}");
    }
}

#[wasm_bindgen_test]
async fn digests_agree_under_one_key_and_differ_under_another() {
    let (key, other) = (digest_key(None).await, digest_key(None).await);
    assert_eq!(screen(&key).await, screen(&key).await);
    assert_ne!(screen(&key).await, screen(&other).await);
}

#[wasm_bindgen_test]
async fn a_set_has_a_tag_for_each_member() {
    let key = digest_key(None).await;
    let _one = Replaced::new("OffscreenCanvasRenderingContext2D.prototype", "measureText", only_installed("Verdana"));
    let member = evidence::component(&Browser::current(), find("fonts").expect("the font signal"), &key).await;
    let tag = member.strip_prefix(r#""fonts":{"state":"set","tags":""#).and_then(|rest| rest.strip_suffix(r#""}"#));
    assert_eq!(tag.map(str::len), Some(4), "{member}");
}

#[wasm_bindgen_test]
async fn a_failure_to_digest_is_recorded_by_name() {
    let key = digest_key(None).await;
    let _replaced = Replaced::new("crypto.subtle", "sign", rejecting("OperationError"));
    assert_eq!(screen(&key).await, r#""screen-size":{"state":"failed","reason":"operation-error"}"#);
}

#[wasm_bindgen_test]
async fn no_webcrypto_is_a_reason_and_no_exception() {
    let key = digest_key(None).await;
    let _replaced = Replaced::new("crypto", "subtle", JsValue::UNDEFINED);
    assert_eq!(screen(&key).await, r#""screen-size":{"state":"failed","reason":"no-webcrypto"}"#);
}

#[wasm_bindgen_test]
async fn an_unknown_signal_is_a_named_error() {
    let key = digest_key(None).await;
    let error = exports::component("of-tomorrow".into(), Some(key)).await.expect_err("no such signal");
    let code = js_sys::Reflect::get(&error, &"code".into()).expect("an object");
    assert_eq!(code.as_string().as_deref(), Some("signal-unknown"));
}

#[wasm_bindgen_test]
async fn what_renders_is_read_ahead_once_for_every_key() {
    let (browser, ahead) = (Browser::current(), Ahead::default());
    let (key, other) = (digest_key(None).await, digest_key(None).await);
    let fonts = find("fonts").expect("the font signal");
    let expected = evidence::component(&browser, fonts, &key).await;
    assert_eq!(ahead.component(&browser, fonts, None).await, "");
    let _gone = Replaced::new("", "OffscreenCanvas", JsValue::UNDEFINED);
    assert_eq!(ahead.component(&browser, fonts, Some(&key)).await, expected);
    let digested_under_another = ahead.component(&browser, fonts, Some(&other)).await;
    assert_ne!(digested_under_another, expected);
    assert!(!digested_under_another.contains("absent"));
}

#[wasm_bindgen_test]
async fn what_could_not_be_read_ahead_is_read_again_when_the_key_is_there() {
    let browser = Browser::current();
    let key = digest_key(None).await;
    let lost = graphics(&JsValue::NULL);
    js_sys::Reflect::set(&lost, &"isContextLost".into(), &answering(&JsValue::TRUE)).expect("an object");
    for (name, path, property, once) in [
        ("fonts", "", "OffscreenCanvas", JsValue::UNDEFINED),
        ("fonts", "OffscreenCanvas.prototype", "getContext", throwing("InvalidStateError")),
        ("canvas", "OffscreenCanvasRenderingContext2D.prototype", "getImageData", noise()),
        ("webgl", "OffscreenCanvas.prototype", "getContext", answering(&JsValue::NULL)),
        ("webgl", "OffscreenCanvas.prototype", "getContext", answering(&lost)),
        ("audio", "OfflineAudioContext.prototype", "startRendering", rejecting("InvalidStateError")),
    ] {
        let signal = find(name).expect("a signal");
        let ahead = Ahead::default();
        let replaced = Replaced::new(path, property, once);
        let failed = evidence::component(&Browser::current(), signal, &key).await;
        assert!(!failed.contains("present") && !failed.contains("set"), "{failed}");
        assert_eq!(ahead.component(&browser, signal, None).await, "");
        drop(replaced);
        let expected = evidence::component(&Browser::current(), signal, &key).await;
        // a browser without a window may have no WebGL of its own
        assert!(expected != failed || name == "webgl", "{name}");
        assert_eq!(ahead.component(&browser, signal, Some(&key)).await, expected, "{name}");
    }
}

#[wasm_bindgen_test]
async fn what_is_free_is_read_when_the_key_is_there() {
    let (browser, ahead) = (Browser::current(), Ahead::default());
    let key = digest_key(None).await;
    let touch = find("touch").expect("the touch signal");
    assert_eq!(ahead.component(&browser, touch, None).await, "");
    let before = ahead.component(&browser, touch, Some(&key)).await;
    let _other = Replaced::getter("navigator", "maxTouchPoints", answering(&JsValue::from(7)));
    assert_ne!(ahead.component(&browser, touch, Some(&key)).await, before);
}

#[wasm_bindgen_test]
fn the_surface_lists_every_signal() {
    assert_eq!(exports::signals().lines().count(), TABLE.len());
}
