//! What the inspector shows, in a real browser. Compiled with the feature `inspect` only.

use js_sys::Reflect;
use login_guard::{
    boundary::Browser,
    evidence, exports,
    inspect::{Inspection, Shown, Value, inspect},
    signals::{TABLE, find},
};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{Replaced, digest_key, growing, only_installed, throwing};

async fn inspected(name: &str) -> Inspection {
    let key = digest_key(None).await;
    inspect(&Browser::current(), find(name).expect("a signal of the table"), &key).await
}

fn property(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).expect("an object")
}

#[wasm_bindgen_test]
async fn every_signal_shows_what_it_read_and_what_would_be_sent() {
    let key = digest_key(None).await;
    for signal in TABLE {
        let inspection = inspect(&Browser::current(), signal, &key).await;
        let Inspection { name, state, reason, shown, sent, .. } = &inspection;
        assert_eq!(*name, signal.name);
        assert!(sent.starts_with(&format!("\"{name}\":{{\"state\":\"{state}\"")), "{inspection:?}");
        assert_eq!(*shown == Shown::Nothing, !["present", "set"].contains(state), "{inspection:?}");
        assert_eq!(reason.is_some(), ["absent", "failed"].contains(state), "{inspection:?}");
        assert!(inspection.agrees && inspection.milliseconds >= 0.0, "{inspection:?}");
    }
}

#[wasm_bindgen_test]
async fn what_would_be_sent_is_what_a_login_sends() {
    let key = digest_key(None).await;
    let (browser, signal) = (Browser::current(), find("math").expect("the signal"));
    let login = evidence::component(&browser, signal, &key).await;
    assert_eq!(inspect(&browser, signal, &key).await.sent, login);
}

#[wasm_bindgen_test]
async fn a_value_is_shown_with_its_path_and_is_not_in_what_is_sent() {
    let _replaced = Replaced::new("navigator", "hardwareConcurrency", 4_711.0);
    let inspection = inspected("hardware").await;
    let Shown::Values { values } = &inspection.shown else { panic!("{inspection:?}") };
    assert_eq!(values[0].label.as_deref(), Some("navigator.hardwareConcurrency"));
    assert_eq!(values[0].value, Value::Text("4711".into()));
    assert!(!inspection.sent.contains("4711"), "{}", inspection.sent);
}

#[wasm_bindgen_test]
async fn every_value_of_a_table_of_paths_has_its_label() {
    for name in ["client-hints", "codecs", "display", "engine", "math", "media", "pointer", "storage", "touch"] {
        match inspected(name).await.shown {
            Shown::Values { values } => assert!(values.iter().filter(|v| v.label.is_none()).count() <= 1, "{values:?}"),
            shown => assert_eq!((name, shown), ("client-hints", Shown::Nothing)),
        }
    }
}

#[wasm_bindgen_test]
async fn members_of_a_set_are_shown_by_name() {
    let _one = Replaced::new("OffscreenCanvasRenderingContext2D.prototype", "measureText", only_installed("Verdana"));
    assert_eq!(inspected("fonts").await.shown, Shown::Members { members: vec!["Verdana".into()] });
}

#[wasm_bindgen_test]
async fn pictures_are_not_shown_but_counted() {
    let inspection = inspected("canvas").await;
    assert!(
        matches!(&inspection.shown, Shown::Bytes { bytes: 43_200, digest } if digest.len() == 12),
        "{inspection:?}"
    );
}

#[wasm_bindgen_test]
async fn readings_that_differ_do_not_agree() {
    let _noise = Replaced::new("OffscreenCanvasRenderingContext2D.prototype", "measureText", growing());
    let inspection = inspected("text-metrics").await;
    assert_eq!((inspection.state, inspection.agrees, &inspection.shown), ("noisy", false, &Shown::Nothing));
}

#[wasm_bindgen_test]
async fn a_failure_is_shown_by_name() {
    let _replaced = Replaced::getter("screen", "colorDepth", throwing("NotReadableError"));
    let inspection = inspected("display").await;
    assert_eq!((inspection.state, inspection.reason.as_deref()), ("failed", Some("not-readable-error")));
}

#[wasm_bindgen_test]
async fn javascript_gets_plain_objects() {
    let key = digest_key(None).await;
    let inspection = exports::inspect("hardware".into(), key).await.expect("a signal of the table");
    assert_eq!(property(&inspection, "name").as_string().as_deref(), Some("hardware"));
    assert_eq!(property(&inspection, "stability").as_string().as_deref(), Some("machine"));
    let shown = property(&inspection, "shown");
    assert_eq!(property(&shown, "kind").as_string().as_deref(), Some("values"));
    let value = property(&property(&property(&shown, "values"), "0"), "value");
    assert!(property(&value, "text").as_string().is_some());
}

#[wasm_bindgen_test]
async fn an_unknown_signal_is_refused_by_name() {
    let error = exports::inspect("of-tomorrow".into(), digest_key(None).await).await.expect_err("no such signal");
    assert_eq!(property(&error, "code").as_string().as_deref(), Some("signal-unknown"));
}
