//! How far a run goes.

use std::time::Duration;

use crate::model::Tally;

/// Bounds of a run.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Rows taken beyond the oldest that is not settled; bounds memory while a row in doubt waits for the server. At
    /// 300 rows a second it takes longer than the settle time to reach it.
    pub spread: u64,
    /// How long rows on the wire may take after a stop.
    pub grace: Duration,
    /// Failures at which the run stops.
    pub max_failures: Option<MaxFailures>,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { spread: 65_536, grace: Duration::from_secs(15), max_failures: None }
    }
}

/// `--max-failures`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MaxFailures {
    /// So many rows.
    Rows(u64),
    /// Such a share of the rows that were taken, in per cent, once a hundred were. Those on the wire count as good:
    /// an invalid row ends at once, so that among the rows that have ended there are too many of its kind.
    Percent(f64),
}

impl MaxFailures {
    /// Rows that must have been taken before a share means anything.
    const FIRST_ROWS: u64 = 100;

    pub(super) fn is_reached(self, tally: &Tally, taken: u64) -> bool {
        let failures = tally.failures() - tally.left_out();
        match self {
            Self::Rows(rows) => failures >= rows.max(1),
            #[expect(clippy::cast_precision_loss, reason = "a share need not be exact")]
            Self::Percent(percent) => {
                taken >= Self::FIRST_ROWS && failures as f64 * 100.0 >= percent * taken as f64
            }
        }
    }
}
