//! What the street tells to whoever watches. Watching never changes the run.

use std::sync::Arc;
use std::time::Duration;

use super::{Learnt, RowNumber, Status, Stop};
use crate::words::Message;

/// One thing that happened.
#[derive(Debug, Clone)]
pub enum Event {
    /// A row is on the street now.
    Taken(RowNumber),
    /// A row's story ended.
    Settled(RowNumber, Status),
    /// A request leaves.
    Requested,
    /// An exchange ended, with an answer or without, this long after its request left.
    Answered(Duration),
    /// A contact is sent once more.
    Retried(RowNumber),
    /// The server said 429; nobody sends for this long.
    Throttled(Duration),
    /// The answer of a row was lost: it may or may not have been created.
    InDoubt(RowNumber),
    /// A row in doubt was settled, or sent again.
    DoubtEnded(RowNumber),
    /// The server has stopped to answer; nobody sends until it does again.
    OutageBegan {
        /// What was seen last.
        last: Message,
        /// How long it is waited for before the run stops.
        at_most: Duration,
    },
    /// The server answers again.
    OutageEnded {
        /// How long it did not.
        lasted: Duration,
    },
    /// The first rows have been sent and read back.
    CanaryBack(Box<Learnt>),
    /// All rows have been read; what is in the air may still take a while.
    AllTaken,
    /// No more rows are taken.
    Stopping(Stop),
}

/// Several who watch the same run.
pub struct Watchers(pub Vec<Arc<dyn Watch>>);

impl Watch for Watchers {
    fn see(&self, event: &Event) {
        self.0.iter().for_each(|watch| watch.see(event));
    }
}

/// Someone who watches a run: a terminal, a log, a test.
pub trait Watch: Send + Sync {
    /// Called for each event, from the street's own thread: must return at once.
    fn see(&self, event: &Event);
}
