//! What can go wrong with the engine.

use std::time::Duration;

use crate::words::{Message, message, worded};

/// What went wrong with the engine.
#[derive(Debug)]
pub enum FleetError {
    /// There is no way to the server.
    Unreached(String),
    /// The server did not do it, or did not say so in time.
    Refused {
        /// What was asked: a message of the catalogue.
        doing: &'static str,
        /// What it said.
        why: String,
    },
    /// All members of a fleet have the same lease.
    OtherLease {
        /// What was asked for.
        asked: Duration,
        /// What the fleet has.
        kept: Duration,
    },
    /// All streams of a fleet are kept in as many copies as its first member asked for.
    OtherCopies {
        /// What was asked for.
        asked: usize,
        /// What the fleet has.
        kept: usize,
    },
    /// Somebody changed a consumer by hand.
    OtherConsumer {
        /// Whose.
        account: String,
    },
    /// What stands in the engine was not written by this program, or with another key.
    Unreadable {
        /// What.
        what: String,
    },
    /// Another worker has the chunk by now.
    Lost,
    /// The engine has lost a log, and nobody kept a mirror of it.
    LogLost {
        /// Its subject.
        what: String,
    },
    /// The mirror of the log.
    Mirror(std::io::Error),
}

worded!(FleetError);

impl FleetError {
    /// What is wrong.
    pub fn message(&self) -> Message {
        match self {
            Self::Unreached(why) => message!("fleet-unreached", why),
            Self::Refused { doing, why } => message!("fleet-refused", doing = Message::new(*doing), why),
            Self::OtherLease { asked, kept } => {
                message!("fleet-other-lease", asked = asked.as_secs(), kept = kept.as_secs())
            }
            Self::OtherCopies { asked, kept } => message!("fleet-other-copies", asked = *asked, kept = *kept),
            Self::OtherConsumer { account } => message!("fleet-other-consumer", account),
            Self::Unreadable { what } => message!("fleet-unreadable", what),
            Self::Lost => message!("fleet-lost"),
            Self::LogLost { what } => message!("fleet-log-lost", what),
            Self::Mirror(why) => message!("fleet-mirror", why),
        }
    }

    pub(super) fn refused<E: std::fmt::Display>(doing: &'static str) -> impl Fn(E) -> Self {
        move |error| Self::Refused { doing, why: error.to_string() }
    }
}

impl From<std::io::Error> for FleetError {
    fn from(error: std::io::Error) -> Self {
        Self::Mirror(error)
    }
}
