//! What has happened so far, for showing.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::model::{Event, Status};
use crate::words::{Message, message};

/// Counts of events.
#[derive(Debug, Default)]
pub struct Counts {
    settled: AtomicU64,
    created: AtomicU64,
    failures: AtomicU64,
    requests: AtomicU64,
    answered: AtomicU64,
    retries: AtomicU64,
    throttled: AtomicU64,
    in_doubt: AtomicU64,
}

impl Counts {
    /// Counts an event.
    pub fn note(&self, event: &Event) {
        let add = |counter: &AtomicU64| counter.fetch_add(1, Relaxed);
        match event {
            Event::Settled(_, status) => {
                add(&self.settled);
                if *status == Status::Created {
                    add(&self.created);
                }
                if status.is_failure() {
                    add(&self.failures);
                }
            }
            Event::Requested => {
                add(&self.requests);
            }
            Event::Retried(_) => {
                add(&self.retries);
            }
            Event::Throttled(_) => {
                add(&self.throttled);
            }
            Event::InDoubt(_) => {
                add(&self.in_doubt);
            }
            Event::DoubtEnded(_) => {
                self.in_doubt.fetch_sub(1, Relaxed);
            }
            Event::Answered(_) => {
                add(&self.answered);
            }
            Event::Taken(_)
            | Event::AllTaken
            | Event::CanaryBack(_)
            | Event::Stopping(_)
            | Event::OutageBegan { .. }
            | Event::OutageEnded { .. } => {}
        }
    }

    /// Rows whose story has ended.
    pub fn settled(&self) -> u64 {
        self.settled.load(Relaxed)
    }

    /// Rows that were created.
    pub fn created(&self) -> u64 {
        self.created.load(Relaxed)
    }

    /// Rows that failed.
    pub fn failures(&self) -> u64 {
        self.failures.load(Relaxed)
    }

    /// Requests that left.
    pub fn requests(&self) -> u64 {
        self.requests.load(Relaxed)
    }

    /// Requests on the wire now.
    pub fn in_flight(&self) -> u64 {
        self.requests().saturating_sub(self.answered.load(Relaxed))
    }

    /// Contacts that were sent once more.
    pub fn retries(&self) -> u64 {
        self.retries.load(Relaxed)
    }

    /// 429 answers.
    pub fn throttled(&self) -> u64 {
        self.throttled.load(Relaxed)
    }

    /// Rows that may or may not have been created, now.
    pub fn in_doubt(&self) -> u64 {
        self.in_doubt.load(Relaxed)
    }

    /// One line without the rows: what people look at while it runs.
    pub(super) fn shown(&self) -> String {
        let mut parts = vec![message!("counted-created", rows = self.created()).told()];
        for (count, id) in [
            (self.in_flight(), "progress-in-flight"),
            (self.failures(), "counted-failed"),
            (self.throttled(), "progress-throttled"),
            (self.retries(), "progress-sent-again"),
            (self.in_doubt(), "progress-in-doubt"),
        ] {
            if count > 0 {
                parts.push(Message::new(id).with("rows", count).told());
            }
        }
        parts.join(", ")
    }
}
