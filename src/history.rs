//! What the last imports into a folder looked like, and whether a new one is like them.
//!
//! An export that broke down halfway is a valid file with too few rows. For a job that nobody watches, what is unlike
//! everything before it is a reason to ask before anything is sent.

use crate::words::{Message, decimal, message, worded};
use serde::{Deserialize, Serialize};

/// Runs that are remembered.
const MOST_RUNS: usize = 10;
/// Runs before which nothing is judged.
const LEAST_RUNS: usize = 3;
/// Differences of so few rows are no drift, nor are so few invalid ones more.
const FEW_ROWS: u64 = 10;
/// So many percentage points of invalid rows more are no drift.
const FEW_POINTS: f64 = 5.0;

/// The figures of one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Rows of the file.
    pub rows: u64,
    /// Rows that could not be a contact.
    pub invalid: u64,
    /// Whether the last row has its line end, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_ended: Option<bool>,
}

impl Figures {
    #[expect(clippy::cast_precision_loss, reason = "a share need not be exact")]
    fn invalid_percent(self) -> f64 {
        if self.rows == 0 { 0.0 } else { self.invalid as f64 * 100.0 / self.rows as f64 }
    }
}

/// The last runs that came to their end, the oldest first. Numbers only.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    runs: Vec<Figures>,
}

/// How a file is unlike those before it.
#[derive(Debug, Clone, PartialEq)]
pub enum Drift {
    /// Too few or too many rows.
    Rows {
        /// Rows of the file.
        rows: u64,
        /// Runs that are compared with.
        runs: usize,
        /// The fewest rows of those.
        least: u64,
        /// The most rows of those.
        most: u64,
    },
    /// Too many invalid rows.
    Invalid {
        /// Their share.
        percent: f64,
        /// Runs that are compared with.
        runs: usize,
        /// The greatest share in those.
        most: f64,
    },
    /// The last row has no line end, as where the file was cut off in it.
    Unended {
        /// Runs that are compared with, whose files all had it.
        runs: usize,
    },
}

worded!(Drift);

impl Drift {
    /// What is wrong.
    pub fn message(&self) -> Message {
        match self {
            Self::Rows { rows, runs, least, most } => {
                message!("drift-rows", rows = *rows, runs = *runs, least = *least, most = *most)
            }
            Self::Unended { runs } => message!("drift-unended", runs = *runs),
            Self::Invalid { percent, runs, most } => {
                message!("drift-invalid", percent = decimal(*percent), runs = *runs, most = decimal(*most))
            }
        }
    }

    /// A tolerance, in whole per cent, that would let the file pass and is not one greater than it has to be by more than
    /// one; `None` if none would.
    #[expect(clippy::cast_precision_loss, reason = "a range need not be exact")]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share above nothing")]
    pub fn passes_with(&self) -> Option<u64> {
        let (over, base) = match *self {
            Self::Rows { rows, least, .. } if rows < least => ((least - rows) as f64, least as f64),
            Self::Rows { rows, most, .. } => (rows.saturating_sub(most) as f64, most as f64),
            Self::Invalid { percent, most, .. } => (percent - FEW_POINTS - most, most),
            Self::Unended { .. } => return None,
        };
        (base > 0.0).then(|| (over * 100.0 / base).floor() as u64 + 1)
    }
}

impl History {
    /// Takes a run into it; the oldest beyond ten is forgotten.
    pub fn note(&mut self, run: Figures) {
        self.runs.push(run);
        let surplus = self.runs.len().saturating_sub(MOST_RUNS);
        self.runs.drain(..surplus);
    }

    /// Judges a file. `tolerance` is how far it may leave the range of the last runs, in per cent.
    ///
    /// # Errors
    ///
    /// If it is unlike them. The first three runs are judged by nothing.
    pub fn judge(&self, run: Figures, tolerance: f64) -> Result<(), Drift> {
        let runs = self.runs.len();
        if runs < LEAST_RUNS {
            return Ok(());
        }
        let least = self.runs.iter().map(|run| run.rows).min().unwrap_or_default();
        let most = self.runs.iter().map(|run| run.rows).max().unwrap_or_default();
        let rows = run.rows;
        #[expect(clippy::cast_precision_loss, reason = "a range need not be exact")]
        let (low, high) = (least as f64 * (1.0 - tolerance / 100.0), most as f64 * (1.0 + tolerance / 100.0));
        #[expect(clippy::cast_precision_loss, reason = "a range need not be exact")]
        let is_outside = (rows as f64) < low || (rows as f64) > high;
        let far = least.saturating_sub(rows).max(rows.saturating_sub(most));
        if is_outside && far > FEW_ROWS {
            return Err(Drift::Rows { rows, runs, least, most });
        }
        let percent = run.invalid_percent();
        let most_invalid = self.runs.iter().map(|run| run.invalid).max().unwrap_or_default();
        let more = run.invalid.saturating_sub(most_invalid);
        let most = self.runs.iter().map(|run| run.invalid_percent()).fold(0.0, f64::max);
        if more > FEW_ROWS && percent > most * (1.0 + tolerance / 100.0) + FEW_POINTS {
            return Err(Drift::Invalid { percent, runs, most });
        }
        // A program writes the last line end always, or never.
        if run.is_ended == Some(false) && self.runs.iter().all(|run| run.is_ended == Some(true)) {
            return Err(Drift::Unended { runs });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(rows: u64, invalid: u64) -> Figures {
        Figures { rows, invalid, is_ended: Some(true) }
    }

    fn of(rows: &[(u64, u64)]) -> History {
        let mut history = History::default();
        rows.iter().for_each(|&(rows, invalid)| history.note(figures(rows, invalid)));
        history
    }

    fn judge(history: &History, rows: u64, invalid: u64) -> Result<(), String> {
        history.judge(figures(rows, invalid), 50.0).map_err(|drift| drift.to_string())
    }

    #[test]
    fn the_first_runs_are_judged_by_nothing() {
        assert_eq!(judge(&of(&[(1000, 0), (1000, 0)]), 1, 1), Ok(()));
    }

    #[test]
    fn too_few_and_too_many_rows_are_told_with_the_range() {
        let history = of(&[(900, 9), (1000, 20), (1100, 10)]);
        for rows in [450, 900, 1000, 1650] {
            assert_eq!(judge(&history, rows, 0), Ok(()), "{rows}");
        }
        for rows in [0, 449, 1651, 1_000_000] {
            let told = judge(&history, rows, 0).unwrap_err();
            assert_eq!(told, format!("the file has {rows} rows; those of the last 3 runs had 900 to 1100"));
        }
    }

    #[test]
    fn a_greater_share_of_invalid_rows_is_told_and_a_little_more_is_not() {
        let history = of(&[(1000, 20), (1000, 0), (1000, 10)]);
        assert_eq!(judge(&history, 1000, 80), Ok(()));
        let told = judge(&history, 1000, 81).unwrap_err();
        assert_eq!(told, "8.1 % of the rows are invalid; in the last 3 runs it was at most 2.0 %");
    }

    #[test]
    fn a_few_invalid_rows_in_a_short_list_are_no_alarm() {
        let history = of(&[(12, 0), (12, 1), (12, 0)]);
        assert_eq!(judge(&history, 12, 11), Ok(()));
        assert!(judge(&history, 12, 12).is_err());
    }

    #[test]
    fn the_share_that_is_told_lets_the_file_pass_and_a_smaller_one_does_not() {
        for (history, rows, invalid) in [
            (of(&[(100, 0), (120, 0), (110, 0)]), 30, 0),
            (of(&[(100, 0), (120, 0), (110, 0)]), 0, 0),
            (of(&[(100, 0), (120, 0), (110, 0)]), 199, 0),
            (of(&[(100, 3), (100, 4), (100, 1)]), 100, 57),
        ] {
            let judge = |tolerance| history.judge(figures(rows, invalid), tolerance);
            let share = judge(50.0).unwrap_err().passes_with().unwrap();
            let share = u32::try_from(share).unwrap();
            assert_eq!(judge(f64::from(share)), Ok(()), "{rows} {invalid}: {share}");
            assert!(judge(f64::from(share - 2)).is_err(), "{rows} {invalid}: {share}");
        }
        let clean = of(&[(100, 0), (100, 0), (100, 0)]);
        let drift = clean.judge(figures(100, 50), 50.0).unwrap_err();
        assert_eq!(drift.passes_with(), None, "any share of nothing is nothing");
    }

    #[test]
    fn small_lists_may_jump_by_a_few_rows() {
        let history = of(&[(2, 0), (3, 0), (2, 0)]);
        assert_eq!(judge(&history, 13, 0), Ok(()));
        assert!(judge(&history, 14, 0).is_err());
    }

    #[test]
    fn a_last_row_without_its_line_end_is_told_where_every_run_had_it() {
        let unended = Figures { is_ended: Some(false), ..figures(100, 0) };
        let whole = of(&[(100, 0), (100, 0), (100, 0)]);
        let drift = whole.judge(unended, 50.0).unwrap_err();
        assert_eq!(drift, Drift::Unended { runs: 3 });
        assert_eq!(drift.passes_with(), None);
        assert_eq!(of(&[(100, 0), (100, 0)]).judge(unended, 50.0), Ok(()));
        for other in [Some(false), None] {
            let mut history = whole.clone();
            history.note(Figures { is_ended: other, ..figures(100, 0) });
            assert_eq!(history.judge(unended, 50.0), Ok(()), "{other:?}");
        }
        // Runs of earlier builds say nothing of it.
        let earlier: History = serde_json::from_str(r#"{"runs":[{"rows":100,"invalid":0}]}"#).unwrap();
        assert_eq!(earlier.runs, [Figures { is_ended: None, ..figures(100, 0) }]);
    }

    #[test]
    fn what_is_long_ago_is_forgotten() {
        let mut runs = vec![(10_000, 0)];
        runs.extend([(100, 0); 10]);
        assert!(judge(&of(&runs), 10_000, 0).is_err());
    }
}
