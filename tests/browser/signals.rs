//! Every signal in a real browser: its own value is acceptable, two readings agree, a replaced property gives the expected reading.

use js_sys::{Array, JSON};
use login_guard::{
    boundary::{Browser, Fault},
    evidence,
    signals::{Reading, TABLE, find},
};
use login_guard_protocol::Transcript;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{BLANK_IMAGE, Replaced, answering, matching_only, noise, only_installed, rejecting, throwing};

/// Reads a signal by name: its bytes, or why there are none.
async fn read(name: &str) -> Result<Vec<u8>, String> {
    let signal = find(name).expect("a signal of the table");
    match evidence::read(&Browser::current(), signal).await {
        Ok(Reading::Present(bytes)) => Ok(bytes),
        Ok(Reading::Absent(reason)) => Err(reason.into()),
        Ok(Reading::Noisy) => Err("noisy".into()),
        Ok(Reading::Pending(_)) => Err("pending".into()),
        Err(Fault::Missing) => Err("unsupported".into()),
        Err(Fault::Thrown(name)) => Err(name),
    }
}

fn parsed(json: &str) -> JsValue {
    JSON::parse(json).expect("JSON")
}

fn properties(parts: &[&str]) -> Vec<u8> {
    parts.iter().fold(Transcript::new("properties"), |reading, part| reading.part(part.as_bytes())).into_bytes()
}

#[wasm_bindgen_test]
async fn the_browsers_own_values_are_acceptable() {
    for signal in TABLE {
        match read(signal.name).await {
            Ok(bytes) => assert!(!bytes.is_empty(), "{}", signal.name),
            // a browser without a graphics card may have no WebGL
            Err(reason) => assert_eq!((signal.name, reason.as_str()), ("webgl", "unsupported")),
        }
    }
}

#[wasm_bindgen_test]
async fn two_readings_agree() {
    for signal in TABLE {
        assert_eq!(read(signal.name).await, read(signal.name).await, "{}", signal.name);
    }
}

#[wasm_bindgen_test]
async fn screen_is_the_same_when_turned() {
    let _width = Replaced::new("screen", "width", 844.0);
    let _height = Replaced::new("screen", "height", 390.0);
    let upright = read("screen").await;
    let _turned = (Replaced::new("screen", "width", 390.0), Replaced::new("screen", "height", 844.0));
    assert_eq!(read("screen").await, upright);
    let sides = Transcript::new("screen").part(&390.0_f64.to_be_bytes()).part(&844.0_f64.to_be_bytes());
    assert_eq!(upright, Ok(sides.into_bytes()));
}

#[wasm_bindgen_test]
async fn timezone_is_the_named_zone() {
    let options = answering(&parsed(r#"{"timeZone":"Asia/Tokyo"}"#));
    let _replaced = Replaced::new("Intl.DateTimeFormat.prototype", "resolvedOptions", options);
    assert_eq!(read("timezone").await, Ok(properties(&[r#""Asia/Tokyo""#])));
}

#[wasm_bindgen_test]
async fn languages_are_the_persons_and_the_formats() {
    let _languages = Replaced::new("navigator", "languages", parsed(r#"["de-DE","en"]"#));
    let options = answering(&parsed(r#"{"locale":"de-CH"}"#));
    let _locale = Replaced::new("Intl.NumberFormat.prototype", "resolvedOptions", options);
    assert_eq!(read("languages").await, Ok(properties(&[r#"["de-DE","en"]"#, r#""de-CH""#])));
}

#[wasm_bindgen_test]
async fn hardware_leaves_out_what_a_browser_does_not_have() {
    let _cores = Replaced::new("navigator", "hardwareConcurrency", 12.0);
    let _memory = Replaced::new("navigator", "deviceMemory", JsValue::UNDEFINED);
    let _touch = Replaced::new("navigator", "maxTouchPoints", 5.0);
    let _depth = Replaced::new("screen", "colorDepth", 30.0);
    assert_eq!(read("hardware").await, Ok(properties(&["12", "", "5", "30"])));
}

#[wasm_bindgen_test]
async fn platform_is_without_versions() {
    let _platform = Replaced::new("navigator", "platform", "Win32");
    let _vendor = Replaced::new("navigator", "vendor", "");
    let _hints = Replaced::new("navigator", "userAgentData", parsed(r#"{"platform":"Windows","mobile":false}"#));
    assert_eq!(read("platform").await, Ok(properties(&[r#""Win32""#, r#""""#, r#""Windows""#, "false"])));
}

#[wasm_bindgen_test]
async fn media_features_are_flags_in_order() {
    let _replaced = Replaced::new("", "matchMedia", matching_only("(dynamic-range:high)"));
    assert_eq!(read("media").await, Ok(vec![0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
}

#[wasm_bindgen_test]
async fn audio_that_is_refused_has_failed() {
    let _replaced = Replaced::new("OfflineAudioContext.prototype", "startRendering", rejecting("NotAllowedError"));
    assert_eq!(read("audio").await, Err("not-allowed-error".into()));
}

#[wasm_bindgen_test]
async fn canvas_that_changes_is_noisy() {
    let _replaced = Replaced::new("OffscreenCanvasRenderingContext2D.prototype", "getImageData", noise());
    assert_eq!(read("canvas").await, Err("noisy".into()));
}

#[wasm_bindgen_test]
async fn canvas_without_a_picture_is_blocked() {
    let blank = BLANK_IMAGE.with(JsValue::clone);
    let _replaced = Replaced::new("OffscreenCanvasRenderingContext2D.prototype", "getImageData", blank);
    assert_eq!(read("canvas").await, Err("blocked".into()));
}

#[wasm_bindgen_test]
async fn fonts_are_flags_in_order() {
    let widths = only_installed("American Typewriter");
    let _replaced = Replaced::new("OffscreenCanvasRenderingContext2D.prototype", "measureText", widths);
    let flags = read("fonts").await.expect("flags");
    assert_eq!((flags.first(), flags.iter().map(|flag| u32::from(*flag)).sum::<u32>()), (Some(&1), 1));
}

#[wasm_bindgen_test]
async fn webgl_that_is_refused_is_absent() {
    let _replaced = Replaced::new("OffscreenCanvas.prototype", "getContext", answering(&JsValue::NULL));
    assert_eq!(read("webgl").await, Err("unsupported".into()));
}

#[wasm_bindgen_test]
async fn what_a_browser_lacks_is_absent_and_never_thrown() {
    let _gone: Vec<Replaced> = ["OffscreenCanvas", "OfflineAudioContext", "matchMedia"]
        .iter()
        .map(|name| Replaced::new("", name, JsValue::UNDEFINED))
        .collect();
    for name in ["canvas", "fonts", "webgl", "audio", "media"] {
        assert_eq!(read(name).await, Err("unsupported".into()), "{name}");
    }
}

#[wasm_bindgen_test]
async fn a_signal_that_throws_is_recorded_by_name() {
    let _replaced = Replaced::new("", "matchMedia", throwing("SecurityError"));
    assert_eq!(read("media").await, Err("security-error".into()));
    assert!(read("timezone").await.is_ok());
}

#[wasm_bindgen_test]
fn replaced_things_are_put_back() {
    let before = Browser::current().at("screen.width").and_then(|width| width.number());
    drop(Replaced::new("screen", "width", Array::new()));
    assert_eq!(Browser::current().at("screen.width").and_then(|width| width.number()), before);
}
