use super::*;

fn planted(file: &str, text: &str) -> Vec<String> {
    let files = [
        "crates/verifier/src/rules/mod.rs",
        "crates/verifier/src/rules/cookie.rs",
        "crates/verifier/src/rules/network.rs",
    ];
    in_rust(file, text, &files.map(str::to_owned))
}

fn is_found(file: &str, text: &str) {
    assert_eq!(planted(file, text).len(), 1, "{file}: {text}: {:?}", planted(file, text));
}

fn is_fine(file: &str, text: &str) {
    assert_eq!(planted(file, text), Vec::<String>::new(), "{file}: {text}");
}

#[test]
fn a_sibling_is_found_however_it_is_spelt() {
    let rule = "crates/verifier/src/rules/cookie.rs";
    is_found(rule, "use super::network::Network;");
    is_found(rule, "use crate::rules::{Finding, network};");
    is_found(rule, "fn a() { super::network::find() }");
    is_found(rule, "use super::{\n    Finding,\n    network::{self as other},\n};");
    is_fine(rule, "use super::Finding;\nuse crate::rules::Rule;");
    is_fine("crates/verifier/src/rules/mod.rs", "use self::network::Network; mod cookie;");
}

#[test]
fn the_browser_is_named_at_the_boundary_only() {
    is_found("src/signals/screen.rs", "use web_sys::Screen;");
    is_found("src/evidence.rs", "fn a() -> js_sys::Object { loop {} }");
    is_fine("src/boundary/value.rs", "use js_sys::Object;");
    is_fine("src/exports.rs", "use wasm_bindgen::prelude::*;");
    is_fine("src/evidence.rs", "// js_sys::Object would be wrong here\nlet a = \"js_sys::Object\";");
}

#[test]
fn sql_is_found_outside_a_back_end() {
    is_found("crates/verifier/src/attempts/open.rs", "let q = \"SELECT a FROM b\";");
    is_found("crates/verifier/src/http/browser/open.rs", "let q = r#\"INSERT INTO a VALUES (1)\"#;");
    is_fine("crates/verifier/src/store/sqlite.rs", "let q = \"SELECT a FROM b\";");
    is_fine("crates/verifier/src/attempts/open.rs", "/// SELECT a FROM b\nlet q = \"Select a device\";");
    is_fine(
        "crates/verifier/src/attempts/open.rs",
        "fn a() {}\n#[cfg(test)]\nmod tests {\n const Q: &str = \"SELECT 1\";\n}\n",
    );
}

#[test]
fn rules_and_protocol_read_no_clock_and_no_store() {
    is_found("crates/verifier/src/rules/cookie.rs", "use std::time::SystemTime;");
    is_found("crates/verifier/src/rules/cookie.rs", "use tokio::sync::Mutex;");
    is_found("crates/verifier/src/matching/mod.rs", "use crate::http::App;");
    is_found("crates/protocol/src/ids.rs", "fn a() { getrandom::fill(&mut []) }");
    is_fine("crates/protocol/src/ids.rs", "use std::time::Duration;");
}

#[test]
fn a_library_away_from_its_home_is_found() {
    is_found("crates/verifier/src/attempts/open.rs", "use axum::Json;");
    is_found("crates/verifier/src/rules/cookie.rs", "use rusqlite::Connection;");
    is_fine("crates/verifier/src/store/sqlite.rs", "use rusqlite::Connection;");
}

#[test]
fn a_dependency_against_the_arrows_is_found() {
    let manifest = "[dependencies]\nlogin-guard-verifier = { workspace = true }\nserde = \"1\"\n[dev-dependencies]\nlogin-guard-smtp-inbox.workspace = true\n";
    assert_eq!(manifests::refused(manifest, &[], &["login-guard-smtp-inbox"]), ["login-guard-verifier"]);
    assert_eq!(manifests::refused(manifest, &["login-guard-verifier"], &[]), ["login-guard-smtp-inbox"]);
}

#[test]
fn a_script_that_asks_the_network_or_loads_the_package_is_found() {
    let found = |file: &str, text: &str| script::in_script(file, text).len();
    assert_eq!(found("www/login.ts", "await fetch('/x');\nimport init from './pkg/login_guard.js';"), 2);
    assert_eq!(found("www/transport.ts", "await fetch('/x'); // fetch( is ours"), 0);
    assert_eq!(found("www/login.ts", "// fetch( belongs to transport.ts\nprefetch();"), 0);
}

#[test]
fn strings_comments_and_lifetimes_are_told_apart() {
    let source = rust_source::RustSource::read(
        "fn a<'a>(x: &'a str) { b('\"', \"c\\\"d\", r#\"e\"f\"#); /* g /* h */ i */ j() }",
    );
    assert_eq!(source.strings, [(1, "c\\\"d".to_owned()), (1, "e\"f".to_owned())]);
    assert!(
        source.code.contains("j()") && !source.code.contains('i') && source.code.contains("'a str"),
        "{}",
        source.code
    );
}
