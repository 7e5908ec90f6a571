//! `GET /login-guard/attempts/{attempt}/confirmations/approval/events`: tells the page that there may be an answer, and never
//! which.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use hyper::body::Frame;
use login_guard_protocol::AttemptId;
use login_guard_protocol::problem::ProblemCode;
use tokio::sync::{mpsc, watch};

use super::BrowserState;
use crate::approvals::record::Fate;
use crate::attempts::Page;
use crate::confirm::approval;
use crate::http::attempt::PathAttempt;
use crate::http::origin::FromSite;
use crate::http::streams::Place;
use crate::problem::Problem;
use crate::services::Services;

/// Between two looks at the store. Replicas tell each other nothing, so that each looks by itself.
const PAUSE: Duration = Duration::from_secs(1);
/// Looks after which a line without meaning goes out: proxies close what is silent for a minute.
const LOOKS_A_HEARTBEAT: u32 = 15;
/// Looks after which a stream ends by itself: a request lives five minutes, and a browser comes back.
const LOOKS: u32 = 330;
/// nginx holds back what it proxies unless told otherwise; other proxies pass this over.
const X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");
const EVENT_STREAM: HeaderValue = HeaderValue::from_static("text/event-stream");
const CHANGED: &[u8] = b"event: changed\ndata:\n\n";
const HEARTBEAT: &[u8] = b":\n\n";

pub(super) async fn handle(
    State(state): State<Arc<BrowserState>>,
    FromSite(pages): FromSite,
    PathAttempt(attempt): PathAttempt,
) -> Result<Response, Problem> {
    let mut found = Err(Problem::new(ProblemCode::AttemptUnknown));
    for page in pages {
        found = approval::watch(&state.services, &page, attempt).await.map(|fate| (page, fate));
        // an attempt is one platform's: any other answer than that it is not this one's stands
        if !found.as_ref().is_err_and(|problem| problem.code == ProblemCode::AttemptUnknown) {
            break;
        }
    }
    let (page, fate) = found?;
    let fate = fate.ok_or(ProblemCode::ApprovalExpired)?;
    let place = state.streams.enter(attempt).ok_or(ProblemCode::Overloaded)?;
    let (lines, receiver) = mpsc::channel(4);
    let (services, stop) = (Arc::clone(&state.services), state.stop.clone());
    let watcher = Watcher { services, page, attempt, fate, lines, stop, _place: place };
    tokio::spawn(watcher.run());
    let headers = [(CONTENT_TYPE, EVENT_STREAM), (X_ACCEL_BUFFERING, HeaderValue::from_static("no"))];
    Ok((headers, Body::new(Lines(receiver))).into_response())
}

/// Looks at one request until it has ended or nobody listens.
struct Watcher {
    services: Arc<Services>,
    page: Page,
    attempt: AttemptId,
    fate: Fate,
    lines: mpsc::Sender<Bytes>,
    stop: watch::Receiver<bool>,
    /// Given back when the stream ends.
    _place: Place,
}

impl Watcher {
    /// Returns once the service stops: an open stream must not hold it up.
    async fn stopped(&self) {
        let mut stop = self.stop.clone();
        let _ = stop.wait_for(|stopped| *stopped).await;
    }

    async fn run(self) {
        // the page may have missed an answer while it was not connected
        if self.fate != Fate::Open {
            let _ = self.lines.send(Bytes::from_static(CHANGED)).await;
            return;
        }
        if self.lines.send(Bytes::from_static(HEARTBEAT)).await.is_err() {
            return;
        }
        for look in 1..=LOOKS {
            tokio::select! {
                () = self.lines.closed() => return,
                () = self.stopped() => return,
                () = tokio::time::sleep(PAUSE) => {}
            }
            match approval::watch(&self.services, &self.page, self.attempt).await {
                Ok(Some(Fate::Open)) if look % LOOKS_A_HEARTBEAT != 0 => {}
                Ok(Some(Fate::Open)) => {
                    if self.lines.send(Bytes::from_static(HEARTBEAT)).await.is_err() {
                        return;
                    }
                }
                // a store that is away for a moment says nothing of the request
                Err(problem) if problem.code == ProblemCode::StoreUnavailable => {}
                Ok(_) | Err(_) => {
                    let _ = self.lines.send(Bytes::from_static(CHANGED)).await;
                    return;
                }
            }
        }
    }
}

/// A body that ends with its sender.
struct Lines(mpsc::Receiver<Bytes>);

impl HttpBody for Lines {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(context).map(|line| line.map(|line| Ok(Frame::data(line))))
    }
}
