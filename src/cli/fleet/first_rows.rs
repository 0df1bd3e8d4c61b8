//! Whether the first rows of a job have passed: what the folder of a run remembers of them, a job's folder does.
//!
//! The chunks of a job are imported one after the other, and the first one may have nothing to send.

use serde::{Deserialize, Serialize};

use super::order::JobFolder;
use crate::cli::failure::Failure;
use crate::cli::pace::PaceArgs;
use crate::cli::settings;

/// Its name in the job's folder.
const NAME: &str = "first-rows.json";

/// First rows that went alone, or were to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FirstRows {
    /// In the last round in which they did.
    round: u32,
    /// They came back as they should.
    passed: bool,
}

impl FirstRows {
    /// Whether the first rows of the next chunk go alone, of a job with `to_send` rows to send. That they are to is noted
    /// until they have passed, so that a worker that dies meanwhile does not let the others follow.
    pub(super) fn are_due(
        folder: &JobFolder,
        round: u32,
        pace: &PaceArgs,
        to_send: u64,
    ) -> Result<bool, Failure> {
        let before: Option<Self> = folder.read(NAME)?;
        let due = are_due(before, round, pace, to_send);
        let now = Self { round, passed: !due };
        if due && before != Some(now) || pace.no_canary && before.is_some_and(|before| !before.passed) {
            folder.replace(NAME, &now)?;
        }
        Ok(due)
    }

    /// Whether they are still to pass, whoever goes on with the job.
    pub(super) fn are_open(folder: &JobFolder) -> Result<bool, Failure> {
        Ok(folder.read::<Self>(NAME)?.is_some_and(|tried| !tried.passed))
    }

    /// They have passed in this round.
    pub(super) fn note_passed(folder: &JobFolder, round: u32) -> Result<(), Failure> {
        folder.replace(NAME, &Self { round, passed: true })
    }
}

fn are_due(before: Option<FirstRows>, round: u32, pace: &PaceArgs, to_send: u64) -> bool {
    let passed_now = FirstRows { round, passed: true };
    before != Some(passed_now) && settings::canary(pace, to_send, before.is_some_and(|before| !before.passed))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Typed {
        #[command(flatten)]
        pace: PaceArgs,
    }

    #[test]
    fn first_rows_are_tried_until_they_pass_and_once_in_each_round_that_asks_for_it() {
        let pace = |flags: &[&str]| Typed::try_parse_from([&["x"], flags].concat()).unwrap().pace;
        let (asked, silent, refused) = (pace(&["--canary"]), pace(&[]), pace(&["--no-canary"]));
        let before = |round, passed| Some(FirstRows { round, passed });
        for (before, pace, to_send, expected) in [
            (None, &asked, 1, true),
            (None, &silent, 999, false),
            (None, &silent, 1000, true),
            // Of this round, of the one before; they have passed, or not.
            (before(2, true), &asked, 5000, false),
            (before(1, true), &asked, 1, true),
            (before(1, true), &silent, 999, false),
            (before(2, false), &silent, 1, true),
            (before(1, false), &silent, 1, true),
            (before(1, false), &refused, 5000, false),
        ] {
            assert_eq!(are_due(before, 2, pace, to_send), expected, "{before:?}, {to_send}");
        }
    }
}
