//! What can go wrong with the engine.

use std::time::Duration;

/// What went wrong with the engine.
#[derive(Debug, thiserror::Error)]
pub enum FleetError {
    /// There is no way to the server.
    #[error("cannot reach the fleet's server: {0}")]
    Unreached(String),
    /// The server did not do it, or did not say so in time.
    #[error("the fleet's server did not {doing}: {why}")]
    Refused {
        /// What was asked.
        doing: &'static str,
        /// What it said.
        why: String,
    },
    /// All members of a fleet have the same lease.
    #[error("the lease of this fleet is {} s, not {} s", kept.as_secs_f64(), asked.as_secs_f64())]
    OtherLease {
        /// What was asked for.
        asked: Duration,
        /// What the fleet has.
        kept: Duration,
    },
    /// Somebody changed a consumer by hand.
    #[error("the consumer of account {account} is not as this program made it: {what}")]
    OtherConsumer {
        /// Whose.
        account: String,
        /// What is different.
        what: &'static str,
    },
    /// What stands in the engine was not written by this program, or with another key.
    #[error("{what} cannot be read: it is damaged, or of another job's key or another version")]
    Unreadable {
        /// What.
        what: String,
    },
    /// Another worker has the chunk by now.
    #[error("another worker has taken over")]
    Lost,
    /// The mirror of the log.
    #[error("cannot keep the mirror of the log: {0}")]
    Mirror(#[from] std::io::Error),
}

impl FleetError {
    pub(super) fn refused<E: std::fmt::Display>(doing: &'static str) -> impl Fn(E) -> Self {
        move |error| Self::Refused { doing, why: error.to_string() }
    }
}
