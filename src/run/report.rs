//! What is left to say when the last row has come home.

use std::path::PathBuf;

use crate::intake::IntakeError;
use crate::journal::JournalError;
use crate::model::{ApiManners, Status, Stop, Tally};
use crate::results::{FailuresKnown, OutputError};
use crate::words::{Message, message, worded};

/// What is left to say when the last row has come home.
#[derive(Debug, Default)]
pub struct Report {
    /// What became of the rows.
    pub tally: Tally,
    /// Rows that were taken and went home unsent.
    pub unsent: u64,
    /// Rows that were taken.
    pub taken: u64,
    /// Of these, rows that were settled before, by earlier runs or as the first of this one.
    pub settled_before: u64,
    /// How the account answered.
    pub manners: ApiManners,
    /// Why the run stopped early, if it did.
    pub stop: Option<Stop>,
    /// The first rows went alone, and came back as they should.
    pub first_rows_passed: bool,
    /// It stopped at [`MaxFailures`](super::MaxFailures), and the same command stops there again: rows that fail again as
    /// they stand in the list reach it alone.
    pub stops_again: bool,
    /// How many rows failed, and how many of them did so in the last run.
    pub failures_known: FailuresKnown,
    /// Where a `failures.csv` is kept that somebody had edited.
    pub edited_failures: Option<PathBuf>,
    /// The run broke off before it had read what earlier runs settled: their results have more rows, and stay.
    pub earlier_results_stay: bool,
}

/// Why a run cannot go on. A row's misfortune is none of these.
#[derive(Debug)]
pub enum RunError {
    /// The input.
    Intake(IntakeError),
    /// The journal.
    Journal(JournalError),
    /// The output.
    Output(OutputError),
    /// A delivery broke down: a bug.
    Broken(String),
    /// Rows and fates do not add up: a bug.
    Miscounted(String),
}

worded!(RunError);

impl From<IntakeError> for RunError {
    fn from(error: IntakeError) -> Self {
        Self::Intake(error)
    }
}

impl From<JournalError> for RunError {
    fn from(error: JournalError) -> Self {
        Self::Journal(error)
    }
}

impl From<OutputError> for RunError {
    fn from(error: OutputError) -> Self {
        Self::Output(error)
    }
}

impl RunError {
    /// What is wrong.
    pub fn message(&self) -> Message {
        match self {
            Self::Intake(error) => error.message(),
            Self::Journal(error) => error.message(),
            Self::Output(error) => error.message(),
            Self::Broken(what) => message!("run-broken", what),
            Self::Miscounted(what) => message!("run-miscounted", what),
        }
    }
}

impl Report {
    /// Notes a reason to stop. Whether it is graver than the one that is known.
    pub(super) fn notes_stop(&mut self, stop: &Stop) -> bool {
        let is_graver = self.stop.as_ref().is_none_or(|known| known.gravity() < stop.gravity());
        if is_graver {
            self.stop = Some(stop.clone());
        }
        is_graver
    }

    /// The sum that must hold at the end of every run: each of the file's `rows` has exactly one fate. `written`: lines of
    /// each status in the results. Returns how many rows have no status because the run stopped before them.
    ///
    /// # Errors
    ///
    /// What does not add up: a bug.
    pub(super) fn not_attempted(
        &self,
        rows: u64,
        written: &[u64; Status::ALL.len()],
    ) -> Result<u64, RunError> {
        let miscounted = |what: String| Err(RunError::Miscounted(what));
        let Some(not_taken) = rows.checked_sub(self.taken) else {
            return miscounted(format!("{} rows were taken, the file has {rows}", self.taken));
        };
        for status in Status::ALL {
            let (counted, lines) = (self.tally.count(status), written[status as usize]);
            if counted != lines {
                return miscounted(format!("{counted} rows are {status}, results.csv has {lines}"));
            }
        }
        let not_attempted = self.unsent + not_taken;
        let sum = written.iter().sum::<u64>() + not_attempted;
        if sum != rows {
            return miscounted(format!(
                "the statuses and the rows not attempted add up to {sum}, the file has {rows} rows"
            ));
        }
        Ok(not_attempted)
    }

    /// Whether anything says why so many rows were not attempted.
    ///
    /// # Errors
    ///
    /// If nothing stopped the run, and yet it did not come to all rows.
    pub fn accounts_for(&self, not_attempted: u64) -> Result<(), RunError> {
        match &self.stop {
            None if not_attempted > 0 => Err(RunError::Miscounted(format!(
                "{not_attempted} rows were not attempted, and nothing stopped the run"
            ))),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_were_not_attempted_need_a_reason() {
        let mut report = Report::default();
        report.accounts_for(0).unwrap();
        assert!(report.accounts_for(1).unwrap_err().to_string().contains("1 rows were not attempted"));
        report.stop = Some(Stop::Interrupt);
        report.accounts_for(1).unwrap();
    }
}
