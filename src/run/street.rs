//! What rows of a run meet on their way, whoever sends them: the loop, or the flight before it.

use std::sync::Arc;

use tokio::sync::{mpsc, watch};

use super::bounds::Bounds;
use super::report::RunError;
use crate::delivery::{Admission, Deliverer, Halt, ServerClock};
use crate::journal::{Journal, JournalError, Settled, Storage, Synced, TicketNumber};
use crate::model::{Delivery, Stop, Watch};
use crate::rate::Places;
use crate::results::{OutputError, Results};

/// A wish from outside to stop. Graver wishes replace lesser ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StopWish {
    /// Why.
    pub stop: Stop,
    /// Do not even wait for what is on the wire.
    pub at_once: bool,
}

impl StopWish {
    /// What is on the wire is waited for.
    pub fn in_order(stop: Stop) -> Self {
        Self { stop, at_once: false }
    }
}

/// Everything a run walks through.
pub(super) struct Street<'s, T, S> {
    /// The gate.
    pub(super) journal: &'s mut Journal<S>,
    /// The wire.
    pub(super) deliverer: Deliverer<T>,
    /// Places for rows at the turnstile or on the wire; `deliverer` gives back those of rows that wait.
    pub(super) places: Places,
    /// Tells those on the wire how far the stop has come; the other end is in `deliverer`.
    pub(super) halt: watch::Sender<Halt>,
    /// The server's clock.
    pub(super) server_clock: Arc<ServerClock>,
    /// The files.
    pub(super) results: &'s mut Results,
    /// Whoever watches.
    pub(super) watch: Arc<dyn Watch>,
    /// Changes that wait to be written down.
    pub(super) admissions: mpsc::UnboundedReceiver<Admission>,
    /// The bounds.
    pub(super) bounds: Bounds,
    /// Earlier runs settled rows of this file: after a stop the rest of it is still read, so that these are reported.
    pub(super) has_past: bool,
}

impl<T, S: Storage> Street<'_, T, S> {
    /// Writes down what became of rows, and whether what was sent could be kept, too: that comes first, so that no verdict
    /// stands without it where the next run can make up for both.
    pub(super) fn settle(
        &mut self,
        stories: Vec<(TicketNumber, Delivery)>,
    ) -> Result<(Vec<Settled>, Result<(), OutputError>), RunError> {
        let (stories, kept) = self.results.keep_sent(stories);
        Ok((self.journal.settle(stories)?, kept))
    }

    /// Writes changes down; they may be sent when the disk has them.
    pub(super) fn write_down(&mut self, changes: &[Admission]) -> Result<Synced, JournalError> {
        let written =
            changes.iter().map(|change| (change.ticket, change.identity, &change.begun, &change.fields[..]));
        self.journal.change(written)
    }
}

/// Tells those on the wire how far a stop has come; it never goes back.
pub(super) fn rise(halts: &watch::Sender<Halt>, halt: Halt) {
    halts.send_if_modified(|known| {
        let rises = halt > *known;
        *known = halt.max(*known);
        rises
    });
}
