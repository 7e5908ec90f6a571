//! What both listeners answer without a login: health, keys, the browser's files.

use std::fs;

use crate::support::service::{Service, Surroundings};
use crate::support::wire::Request;

#[tokio::test]
async fn both_listeners_tell_that_they_live_and_are_ready() {
    let service = Service::start().await;
    for (at, prefix) in [(service.at.browser, "/login-guard"), (service.at.backend, "")] {
        for path in ["/healthz", "/readyz"] {
            assert_eq!(Request::get(&format!("{prefix}{path}")).send(at).await.status, 200, "{prefix}{path}");
        }
    }
}

#[tokio::test]
async fn both_listeners_publish_the_same_keys_without_their_private_halves() {
    let service = Service::start().await;
    let browser = Request::get("/login-guard/jwks.json").send(service.at.browser).await.expect(200);
    let backend = Request::get("/v1/jwks.json").send(service.at.backend).await.expect(200);
    assert_eq!(browser, backend);
    assert_eq!(backend["keys"].as_array().unwrap().len(), 1);
    assert!(backend["keys"][0]["d"].is_null() && backend["keys"][0]["x"].is_string(), "{backend}");
}

/// A service that serves the folder `www`, into which `fill` puts files.
async fn with_assets(fill: impl FnOnce(&std::path::Path)) -> Service {
    let surroundings = Surroundings::make().await;
    let folder = surroundings.folder.path().join("www");
    fs::create_dir(&folder).unwrap();
    fill(&folder);
    let config = fs::read_to_string(surroundings.config_file()).unwrap();
    fs::write(surroundings.config_file(), format!("assets = \"www\"\n{config}")).unwrap();
    Service::start_with(surroundings).await
}

#[tokio::test]
async fn files_of_the_manifest_are_served_with_the_policy_that_workers_need() {
    let service = with_assets(|folder| {
        let manifest =
            r#"{"guard.js":{"integrity":"sha384-x","immutable":false},"guard.0a1b2c3d.wasm":{"immutable":true}}"#;
        fs::write(folder.join("manifest.json"), manifest).unwrap();
        fs::write(folder.join("guard.js"), "export {};").unwrap();
        fs::write(folder.join("guard.js.br"), "compressed").unwrap();
        fs::write(folder.join("guard.0a1b2c3d.wasm"), "wasm").unwrap();
        fs::write(folder.join("unlisted.js"), "export {};").unwrap();
    })
    .await;
    let at = service.at.browser;
    for (path, content_type, cache) in [
        ("/login-guard/guard.js", "text/javascript; charset=utf-8", "no-cache"),
        ("/login-guard/guard.0a1b2c3d.wasm", "application/wasm", "public, max-age=31536000, immutable"),
        ("/login-guard/manifest.json", "application/json", "no-cache"),
    ] {
        let reply = Request::get(path).send(at).await;
        assert_eq!(reply.status, 200, "{path}");
        assert_eq!(reply.header("content-type"), Some(content_type), "{path}");
        assert_eq!(reply.header("cache-control"), Some(cache), "{path}");
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(reply.header("cross-origin-resource-policy"), Some("same-origin"), "{path}");
        let policy = reply.header("content-security-policy").unwrap();
        assert!(policy.contains("script-src 'self' 'wasm-unsafe-eval'; style-src 'self';"), "{policy}");
        let held = Request::get(path).header("if-none-match", reply.header("etag")).send(at).await;
        assert_eq!((held.status, held.body.as_str()), (304, ""), "{path}");
    }
    let compressed = Request::get("/login-guard/guard.js").header("accept-encoding", Some("gzip, br")).send(at).await;
    assert_eq!((compressed.header("content-encoding"), compressed.body.as_str()), (Some("br"), "compressed"));
    for path in ["/login-guard/unlisted.js", "/login-guard/guard.js.br", "/login-guard/..%2fmaster"] {
        assert_eq!(Request::get(path).send(at).await.code(), "not-found", "{path}");
    }
    assert_eq!(Request::get("/login-guard/readyz").send(at).await.status, 200);
}

#[tokio::test]
async fn service_without_the_browsers_files_answers_but_is_not_ready() {
    let service = with_assets(|_| {}).await;
    for (at, prefix) in [(service.at.browser, "/login-guard"), (service.at.backend, "")] {
        assert_eq!(Request::get(&format!("{prefix}/healthz")).send(at).await.status, 200);
        let reply = Request::get(&format!("{prefix}/readyz")).send(at).await;
        assert_eq!((reply.status, reply.code().as_str()), (503, "not-ready"));
    }
    assert_eq!(Request::get("/login-guard/guard.js").send(service.at.browser).await.code(), "not-found");
    crate::support::browser::Browser::new(crate::support::service::ORIGIN).begin(service.at).await;
}

#[tokio::test]
async fn service_without_a_mail_channel_is_not_ready() {
    let surroundings = Surroundings::make().await;
    let config = fs::read_to_string(surroundings.config_file()).unwrap();
    let mail = config.find("[mail]").unwrap()..config.find("[[api_key]]").unwrap();
    fs::write(surroundings.config_file(), [&config[..mail.start], &config[mail.end..]].concat()).unwrap();
    let service = Service::start_with(surroundings).await;
    assert_eq!(Request::get("/readyz").send(service.at.backend).await.status, 503);
    assert_eq!(Request::get("/healthz").send(service.at.backend).await.status, 200);
}
