//! Plays a request with what goes wrong, on tokio's clock.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::faults::{FaultKind, FaultRule};
use super::world::{Reply, Request, World};

/// What the client gets to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Played {
    /// A whole answer.
    Answered(Reply),
    /// An answer that ends in the middle of its body.
    Truncated(Reply),
    /// An answer whose body has no end.
    Endless(Reply),
    /// An answer behind more headers than any client takes.
    HugeHead(Reply),
    /// The connection is closed.
    Cut,
}

impl Played {
    /// The status that the client gets to see; `None` if the connection is closed before.
    pub(super) fn status(&self) -> Option<u16> {
        match self {
            Self::Answered(reply) | Self::Truncated(reply) | Self::Endless(reply) | Self::HugeHead(reply) => {
                Some(reply.status)
            }
            Self::Cut => None,
        }
    }
}

/// The world and its clock, shared by all connections.
#[derive(Clone)]
pub(super) struct Stage {
    world: Arc<Mutex<World>>,
    origin: Instant,
}

impl Stage {
    pub(super) fn new(world: Arc<Mutex<World>>) -> Self {
        Self { world, origin: Instant::now() }
    }

    pub(super) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Duration {
        self.origin.elapsed()
    }

    /// Plays one request that arrives now.
    pub(super) async fn play(&self, request: Request) -> Played {
        let arrived = self.now();
        let (verdict, latency) = {
            let mut world = self.world();
            (world.arrive(&request, arrived), Duration::from_millis(world.settings().api.latency_ms))
        };
        let played = match verdict {
            Err(reply) => Played::Answered(reply),
            Ok(None) => Played::Answered(self.world().answer(&request, arrived, self.now())),
            // What a fault does to the account goes on when the client has gone, as it does on a real server.
            Ok(Some(rule)) => {
                let stage = self.clone();
                let playing = tokio::spawn(async move { stage.play_fault(request, &rule, arrived).await });
                playing.await.unwrap_or(Played::Cut)
            }
        };
        if !latency.is_zero() {
            sleep(latency).await;
        }
        let mut world = self.world();
        let date = world.http_date(self.now(), 0);
        let mut played = played;
        let status = match &mut played {
            Played::Answered(reply)
            | Played::Truncated(reply)
            | Played::Endless(reply)
            | Played::HugeHead(reply) => {
                reply.headers.push(("date", date));
                reply.status
            }
            Played::Cut => 0,
        };
        world.answered(status);
        drop(world);
        played
    }

    async fn play_fault(&self, request: Request, rule: &FaultRule, arrived: Duration) -> Played {
        let delay = Duration::from_millis(rule.delay_ms);
        let store = || self.world().answer(&request, arrived, self.now());
        let good = |body: String| Reply { body, ..Reply::html(200, "") };
        match rule.kind {
            FaultKind::Throttle => {
                let mut reply = Reply::error(429, "rate limit exceeded");
                if let Some(seconds) = rule.retry_after {
                    let value = if rule.retry_after_date {
                        self.world().http_date(self.now(), seconds)
                    } else {
                        seconds.to_string()
                    };
                    reply.headers.push(("retry-after", value));
                }
                Played::Answered(reply)
            }
            FaultKind::Error => Played::Answered(Reply::error(rule.status.unwrap_or(500), "internal error")),
            FaultKind::ErrorAfter => {
                store();
                Played::Answered(Reply::error(rule.status.unwrap_or(500), "internal error"))
            }
            FaultKind::Html => Played::Answered(Reply::html(rule.status.unwrap_or(502), "Bad gateway")),
            FaultKind::Portal => Played::Answered(Reply::html(200, "Welcome to the guest network")),
            FaultKind::Garbage => {
                let status = store().status;
                Played::Answered(Reply {
                    status,
                    content_type: "application/json",
                    ..good("{\"contact\": {\"uu".to_owned())
                })
            }
            FaultKind::Empty => {
                let status = store().status;
                Played::Answered(Reply { status, ..good(String::new()) })
            }
            FaultKind::WrongJson => {
                let status = store().status;
                let body = "{\"contact\":{\"uuid\":7,\"name\":[\"Ada\"],\"tags\":\"none\"}}".to_owned();
                Played::Answered(Reply { status, content_type: "application/json", ..good(body) })
            }
            FaultKind::Truncated => Played::Truncated(store()),
            FaultKind::Endless => Played::Endless(store()),
            FaultKind::HugeHead => Played::HugeHead(store()),
            FaultKind::CutBefore => Played::Cut,
            FaultKind::CutAfter => {
                store();
                Played::Cut
            }
            FaultKind::Withheld => {
                store();
                std::future::pending().await
            }
            FaultKind::Slow => {
                sleep(delay).await;
                Played::Answered(store())
            }
            FaultKind::LateStore | FaultKind::CutThenStore => {
                let stage = self.clone();
                tokio::spawn(async move {
                    sleep(delay).await;
                    stage.world().answer(&request, arrived, stage.now());
                });
                if rule.kind == FaultKind::LateStore {
                    Played::Answered(Reply::html(504, "Gateway timeout"))
                } else {
                    Played::Cut
                }
            }
            FaultKind::Redirect => {
                let mut reply = Reply::html(rule.status.unwrap_or(301), "Moved");
                reply.headers.push(("location", "https://moved.example.com/v1/contacts".to_owned()));
                Played::Answered(reply)
            }
            FaultKind::Unauthorized => Played::Answered(Reply::error(401, "not authorized")),
            FaultKind::PaymentRequired => {
                let body = "{\"error\":\"payment required\",\"code\":\"plan_limit\"}".to_owned();
                Played::Answered(Reply { status: 402, content_type: "application/json", ..good(body) })
            }
        }
    }
}

/// Plays one request against `world` without HTTP, for simulations on a paused clock. `origin` is when it began.
pub async fn perform(world: &Arc<Mutex<World>>, origin: Instant, request: Request) -> Played {
    Stage { world: Arc::clone(world), origin }.play(request).await
}
