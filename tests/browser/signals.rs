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

use crate::support::{
    BLANK_IMAGE, Replaced, answering, graphics, growing, matching_only, noise, only_drawing, only_installed, rejecting,
    resolving, samples, throwing,
};

/// Reads a signal by name: its bytes, a set's members a line each, or why there are none.
async fn read(name: &str) -> Result<Vec<u8>, String> {
    let signal = find(name).expect("a signal of the table");
    match evidence::read(&Browser::current(), signal).await {
        Ok(Reading::Present(bytes)) => Ok(bytes),
        Ok(Reading::Set(members)) => Ok(members.join("\n").into_bytes()),
        Ok(Reading::Absent(reason)) => Err(reason.into()),
        Ok(Reading::Noisy) => Err("noisy".into()),
        Ok(Reading::Pending(_)) => Err("pending".into()),
        Err(Fault::Missing) => Err("unsupported".into()),
        Err(Fault::Thrown(name)) => Err(name.into()),
    }
}

/// Absences that are no fault of a signal: what this browser, or this machine without a graphics card or voices, does not have,
/// and traces, of which a clean browser has none.
const EXPECTED: &[(&str, &str)] = &[
    ("automation-traces", "none"),
    ("client-hints", "unsupported"),
    ("device-memory", "unsupported"),
    // an iPhone's alone
    ("screen-built-in", "none"),
    ("speech", "timed-out"),
    ("tampering-natives", "none"),
    // the tests run on a page
    ("tampering-worker", "unsupported"),
    ("webgl", "unsupported"),
    ("webgl-extensions", "unsupported"),
    ("webgl-parameters", "unsupported"),
    ("webgpu", "unsupported"),
];

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
            Err(reason) => assert!(EXPECTED.contains(&(signal.name, &reason)), "{} {reason}", signal.name),
        }
    }
}

#[wasm_bindgen_test]
async fn two_readings_agree() {
    for signal in TABLE {
        assert_eq!(read(signal.name).await, read(signal.name).await, "{}", signal.name);
    }
}

/// A screen of this size, before or behind which the page is zoomed, as the engine would tell it.
fn zoomed(zoom: f64, [width, height]: [f64; 2]) -> [Replaced; 3] {
    let counts_zoomed = Browser::current().at("mozInnerScreenX").is_ok();
    let told = |side: f64| if counts_zoomed { (side / zoom).round() } else { side };
    [
        Replaced::new("", "devicePixelRatio", zoom),
        Replaced::new("screen", "width", told(width)),
        Replaced::new("screen", "height", told(height)),
    ]
}

#[wasm_bindgen_test]
async fn screen_size_is_the_same_when_turned() {
    let upright = zoomed(1.0, [844.0, 390.0]);
    let reading = read("screen-size").await;
    drop(upright);
    let _turned = zoomed(1.0, [390.0, 844.0]);
    assert_eq!(read("screen-size").await, reading);
    assert_eq!(reading, Ok([97.0_f64, 210.0].map(f64::to_be_bytes).concat()));
}

#[wasm_bindgen_test]
async fn screen_size_is_the_same_when_zoomed() {
    for size in [[1366.0, 768.0], [1920.0, 1080.0], [1440.0, 900.0], [2560.0, 1600.0]] {
        let plain = zoomed(1.0, size);
        let reading = read("screen-size").await;
        drop(plain);
        for zoom in [0.5, 0.67, 0.9, 1.1, 1.25, 4.0 / 3.0, 1.5, 1.7] {
            let _zoomed = zoomed(zoom, size);
            assert_eq!(read("screen-size").await, reading, "{size:?} at {zoom}");
        }
    }
}

/// What says that this is an iPhone.
fn phone(vendor: &str, touch_points: f64) -> [Replaced; 2] {
    [Replaced::new("navigator", "vendor", vendor), Replaced::new("navigator", "maxTouchPoints", touch_points)]
}

#[wasm_bindgen_test]
async fn the_screen_of_a_phone_is_read_whatever_system_and_side_it_tells() {
    let expected = Ok([390.0_f64, 844.0].map(f64::to_be_bytes).concat());
    let _phone = phone("Apple Computer, Inc.", 5.0);
    for platform in ["iPhone", "MacIntel"] {
        let _platform = Replaced::new("navigator", "platform", platform);
        for size in [[390.0, 844.0], [844.0, 390.0]] {
            let _screen = zoomed(1.0, size);
            assert_eq!(read("screen-built-in").await, expected, "{platform} {size:?}");
        }
    }
}

#[wasm_bindgen_test]
async fn the_screen_of_anything_but_an_iphone_is_not_built_in() {
    for (vendor, touch_points, size) in [
        ("Apple Computer, Inc.", 0.0, [390.0, 844.0]),
        ("Apple Computer, Inc.", 5.0, [744.0, 1133.0]),
        ("Google Inc.", 5.0, [390.0, 844.0]),
        ("", 5.0, [390.0, 844.0]),
    ] {
        let _phone = phone(vendor, touch_points);
        let _screen = zoomed(1.0, size);
        assert_eq!(read("screen-built-in").await, Err("none".into()), "{vendor} {touch_points} {size:?}");
    }
}

#[wasm_bindgen_test]
async fn timezone_is_the_named_zone_whoever_says_it() {
    let options = answering(&parsed(r#"{"timeZone":"Asia/Tokyo"}"#));
    let _formatter = Replaced::new("Intl.DateTimeFormat.prototype", "resolvedOptions", options);
    let without = Replaced::new("", "Temporal", JsValue::UNDEFINED);
    assert_eq!(read("timezone").await, Ok(properties(&[r#""Asia/Tokyo""#])));
    drop(without);
    let now = parsed(r#"{"Now":{}}"#);
    let _temporal = Replaced::new("", "Temporal", now);
    let _zone = Replaced::new("Temporal.Now", "timeZoneId", answering(&"Asia/Seoul".into()));
    assert_eq!(read("timezone").await, Ok(properties(&[r#""Asia/Seoul""#])));
}

#[wasm_bindgen_test]
async fn languages_are_the_persons() {
    let _languages = Replaced::new("navigator", "languages", parsed(r#"["de-DE","en"]"#));
    assert_eq!(read("languages").await, Ok(properties(&[r#"["de-DE","en"]"#])));
}

#[wasm_bindgen_test]
async fn locale_is_how_numbers_are_written() {
    let options = answering(&parsed(r#"{"locale":"ar-EG","numberingSystem":"arab"}"#));
    let _locale = Replaced::new("Intl.NumberFormat.prototype", "resolvedOptions", options);
    assert_eq!(read("locale").await, Ok(properties(&[r#""ar-EG""#, r#""arab""#])));
}

#[wasm_bindgen_test]
async fn screen_frame_is_what_is_taken_whatever_the_side_and_the_zoom() {
    let counts_zoomed = Browser::current().at("mozInnerScreenX").is_ok();
    for zoom in [1.0, 0.67, 1.25, 1.5] {
        let told = |side: f64| if counts_zoomed { (side / zoom).round() } else { side };
        let _ratio = Replaced::new("", "devicePixelRatio", zoom);
        let _sizes = [("width", 1920.0), ("height", 1080.0), ("availWidth", 1850.4), ("availHeight", 1052.6)]
            .map(|(side, length)| Replaced::new("screen", side, told(length)));
        assert_eq!(read("screen-frame").await, Ok([7.0_f64, 3.0].map(f64::to_be_bytes).concat()), "at {zoom}");
    }
}

#[wasm_bindgen_test]
async fn hardware_memory_and_touch_are_apart() {
    let _cores = Replaced::new("navigator", "hardwareConcurrency", 12.0);
    let _memory = Replaced::new("navigator", "deviceMemory", JsValue::UNDEFINED);
    let _touch = Replaced::new("navigator", "maxTouchPoints", 5.0);
    let _events = Replaced::new("", "TouchEvent", JsValue::UNDEFINED);
    assert_eq!(read("hardware").await, Ok(properties(&["12"])));
    assert_eq!(read("device-memory").await, Err("unsupported".into()));
    assert_eq!(read("touch").await, Ok(properties(&["5", ""])));
}

#[wasm_bindgen_test]
async fn platform_is_without_versions() {
    let _platform = Replaced::new("navigator", "platform", "Win32");
    let _system = Replaced::new("navigator", "oscpu", JsValue::UNDEFINED);
    let _hints = Replaced::new("navigator", "userAgentData", parsed(r#"{"platform":"Windows","mobile":false}"#));
    assert_eq!(read("platform").await, Ok(properties(&[r#""Win32""#, "", r#""Windows""#, "false"])));
}

#[wasm_bindgen_test]
async fn client_hints_are_without_versions() {
    let hints = JsValue::from(js_sys::Object::new());
    let values = resolving(&parsed(r#"{"architecture":"arm","bitness":"64","model":"","platformVersion":"19"}"#));
    js_sys::Reflect::set(&hints, &"getHighEntropyValues".into(), &values).expect("an object");
    let _hints = Replaced::new("navigator", "userAgentData", hints);
    assert_eq!(read("client-hints").await, Ok(properties(&[r#""arm""#, r#""64""#, r#""""#, ""])));
}

#[wasm_bindgen_test]
async fn an_adapter_is_read_by_its_limits() {
    let gpu = JsValue::from(js_sys::Object::new());
    let adapter = parsed(r#"{"info":{"vendor":"intel","architecture":"gen-12"},"limits":{"maxBufferSize":268435456}}"#);
    js_sys::Reflect::set(&gpu, &"requestAdapter".into(), &resolving(&adapter)).expect("an object");
    let _gpu = Replaced::new("navigator", "gpu", gpu);
    let parts = [r#""intel""#, r#""gen-12""#, "", "", "268435456", "", "", "", "", ""];
    assert_eq!(read("webgpu").await, Ok(properties(&parts)));
}

#[wasm_bindgen_test]
async fn media_features_are_flags_in_order() {
    let _replaced = Replaced::new("", "matchMedia", matching_only("(prefers-contrast:more)"));
    assert_eq!(read("media").await, Ok(vec![0, 0, 1, 0, 0, 0]));
    assert_eq!(read("pointer").await, Ok(vec![0; 4]));
}

#[wasm_bindgen_test]
async fn display_is_range_gamut_and_depth() {
    let _media = Replaced::new("", "matchMedia", matching_only("(dynamic-range:high)"));
    let _depth = Replaced::new("screen", "colorDepth", 30.0);
    assert_eq!(read("display").await, Ok([[0, 0, 0, 1, 0].as_slice(), &30.0_f64.to_be_bytes()].concat()));
}

#[wasm_bindgen_test]
async fn storage_that_is_forbidden_is_a_value() {
    let before = read("storage").await.expect("flags");
    let _blocked = Replaced::getter("", "localStorage", throwing("SecurityError"));
    let blocked = read("storage").await.expect("flags");
    assert_eq!((before.first(), blocked.first()), (Some(&1), Some(&2)));
    assert_eq!(before.get(1..), blocked.get(1..));
}

#[wasm_bindgen_test]
async fn features_and_flavors_are_sets_of_what_is_there() {
    let has = |set: &[u8], member: &str| String::from_utf8_lossy(set).lines().any(|line| line == member);
    let _serial = Replaced::new("navigator", "serial", parsed("{}"));
    let _share = Replaced::new("navigator", "share", JsValue::UNDEFINED);
    let _maker = Replaced::new("", "samsungAr", parsed("{}"));
    let features = read("features").await.expect("a set");
    assert!(has(&features, "navigator.serial") && !has(&features, "navigator.share"));
    assert!(has(&read("flavors").await.expect("a set"), "samsungAr"));
}

#[wasm_bindgen_test]
async fn plugins_engine_codecs_and_math_read_what_the_browser_says() {
    let _viewer = Replaced::new("navigator", "pdfViewerEnabled", false);
    let _plugins = Replaced::new("navigator", "plugins", parsed("[]"));
    let _kinds = Replaced::new("navigator", "mimeTypes", parsed("[1,2]"));
    assert_eq!(read("plugins").await, Ok(properties(&["false", "0", "2"])));
    let _vendor = Replaced::new("navigator", "vendor", "Maker");
    assert!(read("engine").await.expect("properties").windows(7).any(|part| part == br#""Maker""#));
    let codecs = read("codecs").await;
    let _play = Replaced::new("HTMLMediaElement.prototype", "canPlayType", answering(&"perhaps".into()));
    assert_ne!(read("codecs").await, codecs);
    let _cbrt = Replaced::new("Math", "cbrt", throwing("RangeError"));
    assert_eq!(read("math").await, Err("range-error".into()));
}

#[wasm_bindgen_test]
async fn architecture_is_one_bit() {
    assert!(matches!(read("architecture").await.as_deref(), Ok([0 | 1])));
}

#[wasm_bindgen_test]
async fn speech_is_the_voices_of_the_machine_itself() {
    let voices =
        r#"[{"voiceURI":"a","lang":"de","localService":true},{"voiceURI":"b","lang":"en","localService":false}]"#;
    let _voices = Replaced::new("speechSynthesis", "getVoices", answering(&parsed(voices)));
    assert_eq!(read("speech").await, Ok(b"ade".to_vec()));
}

#[wasm_bindgen_test]
async fn no_voices_yet_is_late_and_not_none() {
    let _voices = Replaced::new("speechSynthesis", "getVoices", answering(&parsed("[]")));
    assert_eq!(read("speech").await, Err("timed-out".into()));
}

#[wasm_bindgen_test]
async fn a_driven_browser_is_a_trace_and_another_has_none() {
    let _driven = Replaced::new("navigator", "webdriver", true);
    assert_eq!(read("automation-webdriver").await, Ok(vec![1]));
    let _itself = Replaced::new("navigator", "webdriver", false);
    assert_eq!(read("automation-webdriver").await, Err("none".into()));
    let _left = Replaced::new("", "callPhantom", parsed("{}"));
    // the driver of this very test may have left its own
    assert!(read("automation-traces").await.is_ok_and(|traces| traces.starts_with(b"callPhantom")));
}

#[wasm_bindgen_test]
async fn a_chromium_without_a_window_is_a_trace_by_its_name() {
    for (name, is_trace) in [("HeadlessChrome/156.0.0.0", true), ("Chrome/156.0.0.0", false)] {
        let _named =
            Replaced::new("navigator", "userAgent", format!("Mozilla/5.0 (X11; Linux x86_64) {name}").as_str());
        let traces = read("automation-traces").await.unwrap_or_default();
        // the driver of this very test may have left its own
        assert_eq!(traces.ends_with(b"Headless"), is_trace, "{name}");
    }
}

#[wasm_bindgen_test]
async fn replaced_natives_are_traces() {
    let _replaced = Replaced::new("Date.prototype", "getTimezoneOffset", answering(&0.into()));
    assert_eq!(read("tampering-natives").await, Ok(b"Date.prototype.getTimezoneOffset".to_vec()));
}

#[wasm_bindgen_test]
async fn a_value_hung_on_the_object_itself_is_a_trace() {
    let _hidden = Replaced::new("navigator", "platform", "Win32");
    assert_eq!(read("tampering-natives").await, Ok(b"navigator".to_vec()));
}

#[wasm_bindgen_test]
async fn a_worker_that_disagrees_with_its_page_is_a_trace() {
    let browser = Browser::current();
    let page = browser.construct("Object", &[]).expect("an object");
    let names = ["deviceMemory", "hardwareConcurrency", "language", "languages", "platform", "userAgent"];
    for name in names {
        if let Ok(value) = browser.at("navigator").and_then(|navigator| navigator.property(name)) {
            page.set(name, value).expect("an object");
        }
    }
    browser.global().set("pageNavigator", page.clone()).expect("a global");
    assert_eq!(read("tampering-worker").await, Err("none".into()));
    page.set("platform", "Win32").expect("an object");
    assert_eq!(read("tampering-worker").await, Ok(b"platform".to_vec()));
    drop(Replaced::new("", "pageNavigator", JsValue::UNDEFINED));
}

#[wasm_bindgen_test]
async fn audio_that_is_refused_has_failed() {
    let _replaced = Replaced::new("OfflineAudioContext.prototype", "startRendering", rejecting("NotAllowedError"));
    assert_eq!(read("audio").await, Err("not-allowed-error".into()));
}

#[wasm_bindgen_test]
async fn pictures_sound_and_boxes_that_change_are_noisy() {
    let _pixels = Replaced::new("OffscreenCanvasRenderingContext2D.prototype", "getImageData", noise());
    let _widths = Replaced::new("OffscreenCanvasRenderingContext2D.prototype", "measureText", growing());
    let _samples = Replaced::new("AudioBuffer.prototype", "getChannelData", samples());
    for name in ["canvas", "canvas-accelerated", "canvas-text", "emoji", "emoji-metrics", "text-metrics", "audio"] {
        assert_eq!(read(name).await, Err("noisy".into()), "{name}");
    }
}

#[wasm_bindgen_test]
async fn canvas_without_a_picture_is_blocked() {
    let blank = BLANK_IMAGE.with(JsValue::clone);
    let _replaced = Replaced::new("OffscreenCanvasRenderingContext2D.prototype", "getImageData", blank);
    for name in ["canvas", "canvas-accelerated", "canvas-text", "emoji"] {
        assert_eq!(read(name).await, Err("blocked".into()), "{name}");
    }
}

#[wasm_bindgen_test]
async fn the_picture_off_the_graphics_card_asks_for_that_and_the_other_does_not() {
    for (name, other, wanted) in [("canvas", "canvas-accelerated", true), ("canvas-accelerated", "canvas", false)] {
        let _replaced = Replaced::new("OffscreenCanvas.prototype", "getContext", only_drawing(wanted));
        assert!(read(name).await.is_ok(), "{name}");
        assert_eq!(read(other).await, Err("unsupported".into()), "{other}");
    }
}

#[wasm_bindgen_test]
async fn fonts_are_the_families_that_are_installed() {
    let widths = only_installed("American Typewriter");
    let _replaced = Replaced::new("OffscreenCanvasRenderingContext2D.prototype", "measureText", widths);
    assert_eq!(read("fonts").await, Ok(b"American Typewriter".to_vec()));
}

#[wasm_bindgen_test]
async fn webgl_is_read_from_one_context() {
    let context = graphics(&parsed(r#"["OES_fbo_render_mipmap","EXT_blend_minmax"]"#));
    let _replaced = Replaced::new("OffscreenCanvas.prototype", "getContext", answering(&context));
    let names = ["7936", "7937", "7938", "35724"]
        .iter()
        .fold(Transcript::new("webgl"), |reading, name| reading.part(name.as_bytes()));
    assert_eq!(read("webgl").await, Ok(names.into_bytes()));
    assert_eq!(read("webgl-extensions").await, Ok(b"OES_fbo_render_mipmap\nEXT_blend_minmax".to_vec()));
    assert!(read("webgl-parameters").await.is_ok_and(|bytes| bytes.windows(4).any(|part| part == b"3379")));
}

#[wasm_bindgen_test]
async fn webgl_that_is_refused_is_absent() {
    let _replaced = Replaced::new("OffscreenCanvas.prototype", "getContext", answering(&JsValue::NULL));
    for name in ["webgl", "webgl-parameters", "webgl-extensions"] {
        assert_eq!(read(name).await, Err("unsupported".into()), "{name}");
    }
}

#[wasm_bindgen_test]
async fn what_a_browser_lacks_is_absent_and_never_thrown() {
    let _gone: Vec<Replaced> = ["OffscreenCanvas", "OfflineAudioContext", "matchMedia", "speechSynthesis"]
        .iter()
        .map(|name| Replaced::new("", name, JsValue::UNDEFINED))
        .collect();
    for name in ["canvas", "canvas-accelerated", "emoji", "fonts", "text-metrics", "webgl", "audio", "media", "speech"]
    {
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
