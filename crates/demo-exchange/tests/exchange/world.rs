//! A running exchange, the verifier's double behind it, and a client in front.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use http_body_util::BodyExt;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use login_guard_demo_exchange::app::{App, VerifierAddress};
use login_guard_demo_exchange::assets::Assets;
use login_guard_demo_exchange::entropy::SystemEntropy;
use login_guard_demo_exchange::http;
use login_guard_demo_exchange::http::origins::Origins;
use login_guard_demo_exchange::store::Store;
use login_guard_smtp_inbox::{Clock, Server, Settings};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub const PASSWORD: &str = "one for the tests";
pub const PROOF: &str = "AAAAAAAAAAAAAAAAAAAAAA~header.claims.signature~";

/// 2026-11-22T14:03:00Z.
const START_S: u64 = 1_795_356_180;

/// A clock that moves only when told.
#[derive(Default)]
pub struct HandClock(AtomicU64);

impl HandClock {
    pub fn forward(&self, seconds: u64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(START_S + self.0.load(Ordering::SeqCst))
    }
}

/// What the double answers, and what it was asked.
#[derive(Default)]
struct Double {
    answers: Mutex<BTreeMap<&'static str, (u16, Value)>>,
    calls: Mutex<Vec<(String, Value)>>,
    authorization: Mutex<String>,
}

pub struct World {
    address: SocketAddr,
    client: Client<HttpConnector, Body>,
    pub clock: Arc<HandClock>,
    double: Arc<Double>,
    inbox: Server,
    tasks: Mutex<Vec<JoinHandle<()>>>,
    _folder: TempDir,
}

pub struct Answer {
    pub status: StatusCode,
    headers: HeaderMap,
    pub body: String,
}

pub fn allow(account: &str) -> Value {
    json!({"verdict": "allow", "account": account, "attempt": "AAAAAAAAAAAAAAAAAAAAAA", "reference": "LG-7K2M-0Q9T",
           "findings": [], "amr": ["pwd"], "probation": false, "value": "open", "device": null, "set_cookies": []})
}

pub fn challenge() -> Value {
    json!({"type": "urn:login-guard:problem:confirmation-required", "status": 401, "code": "confirmation-required",
           "verdict": "challenge", "reference": "LG-7K2M-0Q9T", "findings": [], "set_cookies": [],
           "challenge": {"v": 1, "attempt": "AAAAAAAAAAAAAAAAAAAAAA", "methods": [
               {"method": "mail-code", "destination": "a•••e@e•••.com"}]}})
}

pub fn deny() -> Value {
    json!({"type": "urn:login-guard:problem:login-refused", "status": 403, "code": "login-refused", "verdict": "deny",
           "reference": "LG-7K2M-0Q9T", "findings": []})
}

pub fn problem(code: &str, status: u16) -> Value {
    json!({"type": format!("urn:login-guard:problem:{code}"), "title": "a title", "status": status, "code": code})
}

impl World {
    pub async fn start() -> Self {
        let double = Arc::new(Double::default());
        let mut tasks = Vec::new();
        let verifier = {
            let router = Router::new().fallback(double_answer).with_state(Arc::clone(&double));
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            tasks.push(tokio::spawn(async move { axum::serve(listener, router).await.unwrap() }));
            format!("http://{address}")
        };
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("tarnwick.css"), "body{}").unwrap();
        let store = Store::open(&folder.path().join("data/exchange.sqlite")).unwrap();
        let clock = Arc::new(HandClock::default());
        store.seed(PASSWORD, &SystemEntropy, clock.now()).unwrap();
        let inbox = Server::start(
            "127.0.0.1:0".parse().unwrap(),
            Settings::default(),
            Arc::new(store.clone()),
            Arc::<HandClock>::clone(&clock),
        );
        let inbox = inbox.await.unwrap();
        let addresses = VerifierAddress { backend: &verifier, browser: &verifier, key: "demo.key" };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let origins = Origins::new(address.port(), &["https://tarnwick.example".to_owned()]).unwrap();
        let assets = Assets::read(folder.path()).unwrap();
        let app =
            App::new(&addresses, store, assets, origins, Arc::<HandClock>::clone(&clock), Arc::new(SystemEntropy))
                .unwrap();
        let service = http::router(Arc::new(app)).into_make_service_with_connect_info::<SocketAddr>();
        tasks.push(tokio::spawn(async move { axum::serve(listener, service).await.unwrap() }));
        let client = Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build_http();
        Self { address, client, clock, double, inbox, tasks: Mutex::new(tasks), _folder: folder }
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn answer_open(&self, status: u16, body: Value) {
        self.double.answers.lock().unwrap().insert("/open", (status, body));
    }

    pub fn answer_assess(&self, status: u16, body: Value) {
        self.double.answers.lock().unwrap().insert("/assess", (status, body));
    }

    pub fn answer_compare(&self, status: u16, body: Value) {
        self.double.answers.lock().unwrap().insert("/compare", (status, body));
    }

    pub fn answer_begin(&self, status: u16, body: Value) {
        self.double.answers.lock().unwrap().insert("/begin", (status, body));
    }

    pub fn answer_finish(&self, status: u16, body: Value) {
        self.double.answers.lock().unwrap().insert("/finish", (status, body));
    }

    /// Has the verifier's files without the inspector, as an earlier release has them.
    pub fn forget_inspector(&self) {
        self.double.answers.lock().unwrap().insert("inspector.js", (404, Value::Null));
    }

    pub fn answer_redeem(&self, status: u16, body: Value) {
        self.double.answers.lock().unwrap().insert("/redeem", (status, body));
    }

    /// The bodies of all calls whose path ends so; all calls of the backend listener for `/`.
    pub fn calls(&self, ending: &str) -> Vec<Value> {
        let calls = self.double.calls.lock().unwrap();
        let fits = |path: &str| if ending == "/" { path.starts_with("/v1/") } else { path.ends_with(ending) };
        calls.iter().filter(|(path, _)| fits(path)).map(|(_, body)| body.clone()).collect()
    }

    /// The body of the last call whose path ends so.
    pub fn asked(&self, ending: &str) -> Value {
        self.calls(ending).pop().expect("the verifier was asked")
    }

    pub fn authorization(&self) -> String {
        self.double.authorization.lock().unwrap().clone()
    }

    /// Ends the double, so that nothing listens there, and cuts its connections.
    pub async fn stop_verifier(&self) {
        self.double.answers.lock().unwrap().insert("*", (0, Value::Null));
        let verifier = self.tasks.lock().unwrap().remove(0);
        verifier.abort();
        assert!(verifier.await.unwrap_err().is_cancelled());
    }

    pub async fn log_in(&self, name: &str, password: &str, proof: &str, cookie: &str) -> Answer {
        let form = [("account", name), ("password", password), ("login-guard-proof", proof)];
        let form: Vec<_> = form.iter().map(|(field, value)| format!("{field}={}", percent(value))).collect();
        self.post("/login", cookie, &form.join("&")).await
    }

    pub async fn get(&self, path: &str, cookie: &str) -> Answer {
        self.send(Method::GET, None, path, cookie, "text/html", "").await
    }

    pub async fn post(&self, path: &str, cookie: &str, form: &str) -> Answer {
        self.post_from(Some(&self.origin()), path, cookie, form).await
    }

    pub async fn post_from(&self, origin: Option<&str>, path: &str, cookie: &str, form: &str) -> Answer {
        self.send(Method::POST, origin, path, cookie, "application/x-www-form-urlencoded", form).await
    }

    pub async fn post_json(&self, path: &str, cookie: &str, body: &Value) -> Answer {
        self.send(Method::POST, Some(&self.origin()), path, cookie, "application/json", &body.to_string()).await
    }

    async fn send(
        &self,
        method: Method,
        origin: Option<&str>,
        path: &str,
        cookie: &str,
        kind: &str,
        body: &str,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("http://{}{path}", self.address))
            .header("content-type", kind)
            .header("sec-fetch-site", "same-origin")
            .header("x-forwarded-for", "203.0.113.66");
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        if !cookie.is_empty() {
            request = request.header("cookie", cookie.as_bytes());
        }
        self.answer_to(request.body(Body::from(body.to_owned())).unwrap()).await
    }

    /// Asks under a host that is perhaps not ours.
    pub async fn get_from_host(&self, host: &str, path: &str) -> Answer {
        let request = Request::builder().uri(format!("http://{}{path}", self.address)).header("host", host);
        self.answer_to(request.body(Body::empty()).unwrap()).await
    }

    async fn answer_to(&self, request: Request<Body>) -> Answer {
        let response = self.client.request(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8(body.to_vec()).unwrap() }
    }

    pub async fn mail(&self, to: &str, subject: &str, text: &str) {
        let message = Message::builder()
            .from("no-reply@tarnwick.example".parse().unwrap())
            .to(to.parse().unwrap())
            .subject(subject)
            .body(text.to_owned())
            .unwrap();
        let transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("127.0.0.1")
            .port(self.inbox.address().port())
            .build::<Tokio1Executor>();
        transport.send(message).await.unwrap();
    }
}

impl Drop for World {
    fn drop(&mut self) {
        for task in self.tasks.lock().unwrap().drain(..) {
            task.abort();
        }
    }
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn location(&self) -> &str {
        self.header("location")
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub fn set_cookies(&self) -> Vec<String> {
        self.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap().to_owned()).collect()
    }

    pub fn has_cookie(&self, name: &str) -> bool {
        self.set_cookies().iter().any(|set| set.starts_with(&format!("{name}=")))
    }

    /// A cookie as the browser would send it back.
    pub fn cookie(&self, name: &str) -> String {
        let set = self.set_cookies().into_iter().find(|set| set.starts_with(&format!("{name}="))).expect(name);
        set.split(';').next().unwrap().to_owned()
    }
}

fn percent(text: &str) -> String {
    text.bytes().fold(String::new(), |done, byte| format!("{done}%{byte:02X}"))
}

async fn double_answer(State(double): State<Arc<Double>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    let body = body.collect().await.unwrap().to_bytes();
    if path == "/login-guard/manifest.json" {
        if double.answers.lock().unwrap().contains_key("*") {
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
        let mut manifest = json!({"guard.js": {"integrity": "sha384-abc"}});
        if !double.answers.lock().unwrap().contains_key("inspector.js") {
            manifest["inspector.js"] = json!({"integrity": "sha384-def"});
        }
        return Json(manifest).into_response();
    }
    if double.answers.lock().unwrap().contains_key("*") {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    if path.starts_with("/login-guard/") {
        let mut seen: serde_json::Map<_, _> = parts
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), Value::from(value.to_str().unwrap())))
            .collect();
        seen.insert("body".to_owned(), Value::from(String::from_utf8(body.to_vec()).unwrap()));
        double.calls.lock().unwrap().push((path, Value::Object(seen)));
        return (StatusCode::CREATED, [("set-cookie", "__Host-lg-head=x; Path=/; Secure")], "{}").into_response();
    }
    let authorization = parts.headers.get("authorization").map_or("", |value| value.to_str().unwrap());
    authorization.clone_into(&mut double.authorization.lock().unwrap());
    double.calls.lock().unwrap().push((path.clone(), serde_json::from_slice(&body).unwrap()));
    let answers = double.answers.lock().unwrap();
    let answer = answers.iter().find(|(ending, _)| path.ends_with(**ending)).map(|(_, answer)| answer.clone());
    let (status, body) = answer.unwrap_or((200, json!({"attempt": "AAAAAAAAAAAAAAAAAAAAAA", "work": null})));
    (StatusCode::from_u16(status).unwrap(), Json(body)).into_response()
}
