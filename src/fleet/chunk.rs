//! A chunk of work, and a worker's turn at it.

use std::time::Duration;

use async_nats::jetstream::{AckKind, Message};
use serde::{Deserialize, Serialize};

use super::error::FleetError;
use super::hold::Hold;
use super::job::JobId;

/// Rows that are sent in one piece. It holds references only: what the rows are stands in the shared folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// The job.
    pub job: JobId,
    /// Which of its chunks, counted from 0.
    pub chunk: u32,
    /// For the how-manieth time the job is enqueued.
    pub round: u32,
    /// Rows of the file before the first of the chunk.
    pub skip: u64,
    /// Rows of the chunk at most.
    pub rows: u64,
    /// BLAKE3 of the input, hexadecimal.
    pub input: String,
}

/// A worker's turn at a chunk, until it ends it or the server takes it for dead.
pub struct Turn {
    /// The chunk.
    pub work: Work,
    /// Until when the worker may send.
    pub hold: Hold,
    message: Message,
}

impl Turn {
    pub(super) fn new(message: Message, hold: Hold) -> Result<Self, FleetError> {
        let unreadable = || FleetError::Unreadable { what: message.subject.to_string() };
        let work = serde_json::from_slice(&message.payload).map_err(|_| unreadable())?;
        Ok(Self { work, hold, message })
    }

    /// Tells the server that the worker is alive. A late answer is as good as an early one, for it counts from the asking:
    /// it is waited for until it would be of no use. Returns how long it took.
    ///
    /// # Errors
    ///
    /// If the server does not confirm it.
    pub async fn mark(&self) -> Result<Duration, FleetError> {
        let asked = Hold::clock();
        self.acknowledge(AckKind::Progress, self.hold.share(), "fleet-do-mark").await?;
        self.hold.marked(asked);
        Ok(Hold::clock().saturating_sub(asked))
    }

    /// The chunk is done, and everything that is to be kept of it is.
    ///
    /// # Errors
    ///
    /// If the server does not confirm it; then the chunk comes again, and turns out to be done.
    pub async fn done(&self, patience: Duration) -> Result<(), FleetError> {
        self.acknowledge(AckKind::Ack, patience, "fleet-do-done").await
    }

    /// Gives the chunk back, to be handed out again after a while.
    ///
    /// # Errors
    ///
    /// If the server does not confirm it; then the chunk is handed out when the lease has run out.
    pub async fn give_back(&self, delay: Option<Duration>, patience: Duration) -> Result<(), FleetError> {
        self.acknowledge(AckKind::Nak(delay), patience, "fleet-do-give-back").await
    }

    async fn acknowledge(
        &self,
        kind: AckKind,
        patience: Duration,
        doing: &'static str,
    ) -> Result<(), FleetError> {
        match tokio::time::timeout(patience, self.message.double_ack_with(kind)).await {
            Ok(confirmed) => confirmed.map_err(FleetError::refused(doing)),
            Err(_) => Err(FleetError::Refused { doing, why: format!("> {} ms", patience.as_millis()) }),
        }
    }
}
