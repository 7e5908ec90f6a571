//! The canvas probe draws what its seed decides, and nothing where a browser changes what is read.

use login_guard::{boundary::Browser, challenges::probe};
use login_guard_protocol::base64url;
use serde_json::Value;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{Replaced, digest_key, noise};

async fn draw(seed: u8) -> Value {
    let seed = base64url::encode(&[seed; 16]);
    let members = probe::answer(&Browser::current(), &seed, &digest_key(Some(&[7; 32])).await).await;
    serde_json::from_str(&format!("{{{members}}}")).expect("two members")
}

#[wasm_bindgen_test]
async fn a_seed_is_drawn_the_same_each_time() {
    let first = draw(1).await;
    assert_eq!(first["cpu"]["state"], "present");
    assert_eq!(first["default"]["state"], "present");
    assert_eq!(draw(1).await, first);
}

#[wasm_bindgen_test]
async fn another_seed_is_another_picture() {
    let (one, other) = (draw(1).await, draw(2).await);
    assert_ne!(one["cpu"], other["cpu"]);
    assert_ne!(one["default"], other["default"]);
    assert_ne!(one["cpu"], one["default"], "the two pictures of a seed are two components");
}

#[wasm_bindgen_test]
async fn a_browser_that_changes_what_is_read_is_noisy() {
    let _pixels = Replaced::new("OffscreenCanvasRenderingContext2D.prototype", "getImageData", noise());
    let drawn = draw(1).await;
    assert_eq!((&drawn["cpu"]["state"], &drawn["default"]["state"]), (&"noisy".into(), &"noisy".into()));
}

#[wasm_bindgen_test]
async fn without_a_canvas_nothing_is_drawn() {
    let _canvas = Replaced::new("", "OffscreenCanvas", wasm_bindgen::JsValue::UNDEFINED);
    assert_eq!(draw(1).await["cpu"]["reason"], "unsupported");
}
