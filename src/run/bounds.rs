//! How far a run goes.

use std::time::Duration;

use crate::model::{Status, Tally};

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
    /// What counts towards them already: failures and rows of earlier parts of the same import.
    pub before: Before,
}

/// What earlier parts of the same import came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Before {
    /// Rows that failed, those aside that were left out on purpose.
    pub failures: u64,
    /// Rows.
    pub rows: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { spread: 65_536, grace: Duration::from_secs(15), max_failures: None, before: Before::default() }
    }
}

/// `--max-failures`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MaxFailures {
    /// So many rows.
    Rows(u64),
    /// Such a share of the rows that were taken, in per cent, from the hundredth on. Those on the wire count as good:
    /// an invalid row ends at once, so that among the rows that have ended there are too many of its kind.
    Percent(f64),
}

impl MaxFailures {
    /// Rows that must have been taken before a share means anything.
    const FIRST_ROWS: u64 = 100;

    /// Whether a row that was taken has to be judged for those before it: failures among them meant nothing yet.
    pub(super) fn begins_to_mean_something(self, before: Before, taken: u64) -> bool {
        matches!(self, Self::Percent(_)) && before.rows + taken == Self::FIRST_ROWS
    }

    pub(super) fn is_reached(self, before: Before, tally: &Tally, taken: u64) -> bool {
        self.is_reached_by(before, tally.failures() - tally.left_out(), taken)
    }

    /// Whether those reach it alone that fail again as long as they stand in the list as they are.
    pub(super) fn is_reached_for_good(self, before: Before, tally: &Tally, taken: u64) -> bool {
        let lasting = tally.count(Status::Invalid) + tally.count(Status::Rejected);
        self.is_reached_by(before, lasting - tally.left_out(), taken)
    }

    fn is_reached_by(self, before: Before, failures: u64, taken: u64) -> bool {
        let (failures, taken) = (before.failures + failures, before.rows + taken);
        match self {
            Self::Rows(rows) => failures >= rows.max(1),
            #[expect(clippy::cast_precision_loss, reason = "a share need not be exact")]
            Self::Percent(percent) => {
                taken >= Self::FIRST_ROWS && failures as f64 * 100.0 >= percent * taken as f64
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_earlier_parts_came_to_counts() {
        let (none, tally) = (Before::default(), Tally::default());
        let some = Before { failures: 5, rows: 100 };
        for (most, before, taken, is_reached) in [
            (MaxFailures::Rows(5), none, 100, false),
            (MaxFailures::Rows(5), some, 0, true),
            (MaxFailures::Rows(6), some, 0, false),
            (MaxFailures::Percent(5.0), Before { rows: 99, ..some }, 0, false),
            (MaxFailures::Percent(5.0), some, 0, true),
            (MaxFailures::Percent(5.0), some, 1, false),
        ] {
            assert_eq!(most.is_reached(before, &tally, taken), is_reached, "{most:?} {before:?} {taken}");
        }
    }
}
