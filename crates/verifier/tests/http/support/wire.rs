//! HTTP/1.1 by hand, so that a test can send what no library would.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Header lines of a request.
pub type Headers = Vec<(String, String)>;

/// A request.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: String,
    pub path: String,
    pub headers: Headers,
    pub body: Vec<u8>,
}

impl Request {
    pub fn post(path: &str, headers: Headers, body: &Value) -> Self {
        Self { method: "POST".into(), path: path.into(), headers, body: body.to_string().into_bytes() }
    }

    pub fn get(path: &str) -> Self {
        Self { method: "GET".into(), path: path.into(), headers: Headers::new(), body: Vec::new() }
    }

    /// The same request with one header set, or without it.
    pub fn header(mut self, name: &str, value: Option<&str>) -> Self {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.headers.extend(value.map(|value| (name.to_owned(), value.to_owned())));
        self
    }

    /// The same request with another body.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// The same request with another method.
    pub fn method(mut self, method: &str) -> Self {
        self.method = method.into();
        self
    }

    /// The same request to another path.
    pub fn path(mut self, path: &str) -> Self {
        self.path = path.into();
        self
    }

    /// The body as it stands, parsed.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Sends the request with its length stated.
    pub async fn send(&self, to: SocketAddr) -> Reply {
        self.exchange(to, &format!("content-length: {}\r\n\r\n", self.body.len()), &self.body).await
    }

    /// Sends the request as one chunk, its length unstated.
    pub async fn send_chunked(&self, to: SocketAddr) -> Reply {
        let mut body = format!("{:x}\r\n", self.body.len()).into_bytes();
        body.extend_from_slice(&self.body);
        body.extend_from_slice(b"\r\n0\r\n\r\n");
        self.exchange(to, "transfer-encoding: chunked\r\n\r\n", &body).await
    }

    async fn exchange(&self, to: SocketAddr, head_end: &str, body: &[u8]) -> Reply {
        let mut stream = TcpStream::connect(to).await.unwrap();
        let mut head = format!("{} {} HTTP/1.1\r\nhost: {to}\r\nconnection: close\r\n", self.method, self.path);
        for (name, value) in &self.headers {
            head.extend([name.as_str(), ": ", value.as_str(), "\r\n"]);
        }
        head += head_end;
        stream.write_all(head.as_bytes()).await.unwrap();
        // a server that refuses a body early may have closed its side; what it answered can still be read
        let _refused_early = stream.write_all(body).await;
        let mut bytes = Vec::new();
        let _reset_after_answer = stream.read_to_end(&mut bytes).await;
        Reply::parse(&bytes)
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Headers,
    pub body: String,
}

impl Reply {
    fn parse(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {text:?}"));
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).unwrap().parse().unwrap();
        let headers = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        Self { status, headers, body: body.to_owned() }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Every value of a header that may come more than once.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.headers.iter().filter(|(known, _)| known == name).map(|(_, value)| value.clone()).collect()
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("{} {}", self.status, self.body))
    }

    /// The problem's code; empty for an answer that is none.
    pub fn code(&self) -> String {
        serde_json::from_str::<Value>(&self.body).unwrap_or_default()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// The body, once the status is the expected one.
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.json()
    }
}
