//! Carries calls to a world in this process, on a paused clock. Shares nothing with it but bytes.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use callbell_import::api::{Answer, Call, Fault, Method, Transport};
use callbell_import::sandbox::{Played, Request, World, perform};
use tokio::time::Instant;

use super::sim_disk::SimDisk;

/// A line to a world.
#[derive(Clone)]
pub(crate) struct InProcess {
    pub(crate) world: Arc<Mutex<World>>,
    pub(crate) origin: Instant,
    pub(crate) token: String,
    /// One way, each way.
    pub(crate) latency: Duration,
    /// While this is true nothing gets through.
    pub(crate) cut: Arc<AtomicBool>,
    /// The process that sends dies with its disk.
    pub(crate) disk: SimDisk,
}

impl Transport for InProcess {
    async fn exchange(&self, call: Call) -> Result<Answer, Fault> {
        if !self.disk.step() {
            return std::future::pending().await;
        }
        if self.cut.load(Ordering::Relaxed) {
            return Err(Fault::Unreached {
                why: callbell_import::words::Message::verbatim("connection refused"),
            });
        }
        let (path, query) = call.path.split_once('?').unwrap_or((&call.path, ""));
        let request = Request {
            method: match call.method {
                Method::Get => "GET".to_owned(),
                Method::Post => "POST".to_owned(),
                Method::Patch => "PATCH".to_owned(),
                Method::Delete => "DELETE".to_owned(),
            },
            path: format!("/v1{path}"),
            query: query.to_owned(),
            authorization: Some(format!("Bearer {}", self.token)),
            body: call.body.clone().unwrap_or_default().into_bytes(),
        };
        // What has been sent arrives, even if the sender dies meanwhile.
        let (line, latency) = (self.clone(), self.latency);
        let exchange = tokio::spawn(async move {
            tokio::time::sleep(latency).await;
            let played = perform(&line.world, line.origin, request).await;
            tokio::time::sleep(latency).await;
            played
        });
        let played = match tokio::time::timeout(call.patience, exchange).await {
            Ok(played) => {
                played.map_err(|_| Fault::Lost { why: callbell_import::words::Message::verbatim("cut") })?
            }
            Err(_) => {
                return Err(Fault::Lost {
                    why: callbell_import::words::Message::verbatim("no answer in time"),
                });
            }
        };
        match played {
            Played::Answered(reply) => {
                let headers = reply.headers.iter().map(|(name, value)| (*name, value.as_str()));
                Ok(Answer::new(reply.status, headers, reply.body.into_bytes()))
            }
            Played::Truncated(_) | Played::Endless(_) | Played::HugeHead(_) | Played::Cut => {
                Err(Fault::Lost { why: callbell_import::words::Message::verbatim("cut") })
            }
        }
    }
}
