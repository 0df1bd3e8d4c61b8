//! One question at a time, as patiently as the server needs: the turnstile, 429s, repeats, outages.
//!
//! For calls that may be repeated freely, which reading is. What may not is asked once ([`Inquiry::once`]), and whoever
//! asks decides what follows.

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};

use crate::api::{Client, Exchange, Fault, READ_LAG, StoredContact, Transport};
use crate::model::Stop;
use crate::rate::{Asked, LONGEST_ASKED, Rate, Turn};

/// Vain tries that one question gets while the server answers others.
const MOST_TRIES: u32 = 6;
/// Longest wait between two tries.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoAnswer {
    /// Nothing more is to be asked at all.
    Stop(Stop),
    /// To this question, for this reason.
    Fault(Fault),
}

impl From<Stop> for NoAnswer {
    fn from(stop: Stop) -> Self {
        Self::Stop(stop)
    }
}

/// Asks the API.
pub struct Inquiry<T> {
    client: Client<T>,
    rate: Arc<Rate>,
    longest_outage: Duration,
    stop: watch::Receiver<Option<Stop>>,
    /// Why nothing more is to be asked, since one question showed it: those that wait hear it, too.
    ended: watch::Sender<Option<Stop>>,
    requests: AtomicU64,
    throttled: AtomicU64,
    began: Instant,
    /// When somebody answered last.
    answered: Mutex<Instant>,
    luck: Mutex<fastrand::Rng>,
}

impl<T: Transport> Inquiry<T> {
    /// Asks through `rate` until `stop` says otherwise. A server that answers nobody is waited for, at most
    /// `longest_outage`. `seed` makes waits repeatable.
    pub fn new(
        client: Client<T>,
        rate: Arc<Rate>,
        longest_outage: Duration,
        stop: watch::Receiver<Option<Stop>>,
        seed: u64,
    ) -> Self {
        Self {
            client,
            rate,
            longest_outage,
            stop,
            ended: watch::Sender::new(None),
            requests: AtomicU64::new(0),
            throttled: AtomicU64::new(0),
            began: Instant::now(),
            answered: Mutex::new(Instant::now()),
            luck: Mutex::new(fastrand::Rng::with_seed(seed)),
        }
    }

    /// Requests that were made.
    pub fn requests(&self) -> u64 {
        self.requests.load(Relaxed)
    }

    /// 429 answers.
    pub fn throttled(&self) -> u64 {
        self.throttled.load(Relaxed)
    }

    /// Whether and why to stop.
    pub fn stopped(&self) -> Option<Stop> {
        self.stop.borrow().clone()
    }

    /// Asks until there is an answer, or a definite no, or six tries were in vain while others were answered.
    ///
    /// # Errors
    ///
    /// If there is no answer, with the last fault; or if everything stops.
    pub async fn ask<A, F: Future<Output = Exchange<A>>>(
        &self,
        question: impl Fn() -> F,
    ) -> Result<A, NoAnswer> {
        let began = Instant::now();
        let (mut tries, mut throttled_since) = (0, None);
        loop {
            let fault = match self.once(&question).await {
                Err(NoAnswer::Fault(fault)) => fault,
                answer => return answer,
            };
            match fault {
                Fault::Refused { .. } => return Err(NoAnswer::Fault(fault)),
                Fault::Throttled { .. } => {
                    let since: Instant = *throttled_since.get_or_insert_with(Instant::now);
                    if since.elapsed() > LONGEST_ASKED {
                        return Err(self.end(Stop::HeldTooLong { seconds: since.elapsed().as_secs() }));
                    }
                }
                fault => {
                    throttled_since = None;
                    tries += 1;
                    if tries >= MOST_TRIES {
                        // Is it this question, or does nobody get an answer?
                        if *lock(&self.answered) > began || self.is_anybody_there().await? {
                            return Err(NoAnswer::Fault(fault));
                        }
                        let silent = lock(&self.answered).elapsed();
                        if silent > self.longest_outage {
                            return Err(self.end(Stop::Outage { seconds: silent.as_secs() }));
                        }
                    }
                    self.wait(tries).await?;
                }
            }
        }
    }

    /// Reads the contact of an import that has ended; `None`: it is gone. That is believed where nothing of the import can be so
    /// new that it is not shown yet.
    ///
    /// # Errors
    ///
    /// As [`Self::ask`].
    pub async fn contact(&self, uuid: &str) -> Result<Option<StoredContact>, NoAnswer> {
        let all_are_shown = self.began + READ_LAG;
        loop {
            let asked_at = Instant::now();
            let found = self.ask(|| self.client.contact(uuid)).await?;
            if found.is_some() || asked_at >= all_are_shown {
                return Ok(found);
            }
            self.unless_stopped(sleep_until(all_are_shown)).await?;
        }
    }

    /// Asks once. A 429 holds everybody.
    ///
    /// # Errors
    ///
    /// If there is no answer; if the fault concerns everything, or it was wished before, that all stops.
    pub async fn once<A, F: Future<Output = Exchange<A>>>(
        &self,
        question: impl Fn() -> F,
    ) -> Result<A, NoAnswer> {
        let turn = self.turn().await?;
        self.send(turn, question).await
    }

    /// Waits until one request may leave.
    ///
    /// # Errors
    ///
    /// If everything stops meanwhile.
    pub async fn turn(&self) -> Result<Turn, Stop> {
        self.unless_stopped(self.rate.turn()).await
    }

    /// [`Self::turn`] for a request that rests on what a look has just shown: before those that wait.
    ///
    /// # Errors
    ///
    /// If everything stops meanwhile.
    pub async fn turn_after_a_look(&self) -> Result<Turn, Stop> {
        self.unless_stopped(self.rate.turn_after_a_look()).await
    }

    /// Asks once, with a turn that was had before.
    ///
    /// # Errors
    ///
    /// As [`Self::once`].
    pub async fn send<A, F: Future<Output = Exchange<A>>>(
        &self,
        turn: Turn,
        question: impl Fn() -> F,
    ) -> Result<A, NoAnswer> {
        self.requests.fetch_add(1, Relaxed);
        // What has been sent is waited for: its answer matters, and comes or not within its patience.
        let exchange = question().await;
        let fault = match exchange.result {
            Ok(answer) => {
                turn.answered(Asked::Read);
                self.rate.accepted();
                *lock(&self.answered) = Instant::now();
                return Ok(answer);
            }
            Err(fault) => {
                drop(turn);
                fault
            }
        };
        tracing::info!(status = fault.status(), fault = fault.describe().to_string(), "no good answer");
        if let Fault::Throttled { after } = &fault {
            self.throttled.fetch_add(1, Relaxed);
            self.rate.throttled(*after);
            if let Some(seconds) = after.filter(|after| *after > LONGEST_ASKED).map(|after| after.as_secs()) {
                return Err(self.end(Stop::HeldTooLong { seconds }));
            }
        } else {
            self.rate.accepted();
        }
        Err(match fault {
            // What was said may be about whom was asked after, and who that is nobody knows here.
            Fault::Denied { status, .. } => {
                self.end(Stop::TokenRefused { http_status: status, said: String::new(), row: None })
            }
            Fault::PaymentRequired { .. } => {
                self.end(Stop::PaymentRequired { said: String::new(), row: None })
            }
            Fault::NotTheApi { seen, .. } => self.end(Stop::NotTheApi { seen, row: None }),
            Fault::Untrusted { why } => self.end(Stop::Untrusted { why }),
            Fault::Refused { .. } => {
                *lock(&self.answered) = Instant::now();
                NoAnswer::Fault(fault)
            }
            fault => NoAnswer::Fault(fault),
        })
    }

    /// Waits before the next try: up to half a second, doubled with every vain one.
    ///
    /// # Errors
    ///
    /// If everything stops meanwhile.
    pub async fn wait(&self, vain: u32) -> Result<(), Stop> {
        let most = Duration::from_millis(500).saturating_mul(1 << vain.min(6)).min(LONGEST_WAIT);
        let wait = most.mul_f64(lock(&self.luck).f64());
        self.sleep(wait).await
    }

    /// Waits.
    ///
    /// # Errors
    ///
    /// If everything stops meanwhile.
    pub async fn sleep(&self, wait: Duration) -> Result<(), Stop> {
        self.unless_stopped(sleep(wait)).await
    }

    async fn is_anybody_there(&self) -> Result<bool, NoAnswer> {
        match self.once(|| self.client.identity()).await {
            Ok(_) => Ok(true),
            Err(NoAnswer::Fault(_)) => Ok(false),
            Err(stop) => Err(stop),
        }
    }

    /// Ends everything for a reason that concerns every question.
    fn end(&self, stop: Stop) -> NoAnswer {
        self.ended.send_if_modified(|ended| {
            let is_first = ended.is_none();
            ended.get_or_insert_with(|| stop.clone());
            is_first
        });
        NoAnswer::Stop(stop)
    }

    /// Does `work` unless everything stops.
    async fn unless_stopped<F: Future>(&self, work: F) -> Result<F::Output, Stop> {
        tokio::select! {
            biased;
            stop = told(self.stop.clone()) => Err(stop),
            stop = told(self.ended.subscribe()) => Err(stop),
            done = work => Ok(done),
        }
    }
}

/// Waits until it is told to stop.
async fn told(mut stop: watch::Receiver<Option<Stop>>) -> Stop {
    let stop = stop.wait_for(Option::is_some).await.ok().and_then(|stop| stop.clone());
    match stop {
        Some(stop) => stop,
        // Nobody is left who could wish it.
        None => std::future::pending().await,
    }
}

fn lock<V>(value: &Mutex<V>) -> MutexGuard<'_, V> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
}
