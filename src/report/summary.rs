//! `summary.json`.

use std::borrow::Cow;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::model::{Status, Tally};
use crate::progress::Counts;
use crate::words::discreet;

/// A run in numbers, for programs, in the folder of an import.
pub const SUMMARY: &str = "summary.json";

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out a reference")]
fn is_none(rows: &u64) -> bool {
    *rows == 0
}

#[expect(clippy::ref_option, reason = "serde hands out a reference")]
fn is_nobody(left_in_doubt: &Option<u64>) -> bool {
    left_in_doubt.is_none_or(|contacts| contacts == 0)
}

/// Whose account it was.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountShown {
    /// Address of the API, or `sandbox`.
    pub endpoint: String,
    /// Name of the token's user.
    pub user_name: Option<String>,
    /// E-mail address of the token's user.
    pub user_email: Option<String>,
}

discreet!(AccountShown { endpoint });

/// A run in numbers. `rows_read` is the sum of the eight statuses and `not_attempted`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Version of the program.
    pub version: Cow<'static, str>,
    /// The input as it was named; `-` for standard input.
    pub input: String,
    /// Whose account it was.
    pub account: AccountShown,
    /// When the run began.
    pub started_at: String,
    /// When it ended.
    pub finished_at: String,
    /// How long it took.
    pub elapsed_seconds: f64,
    /// Data rows of the input.
    pub rows_read: u64,
    /// Rows by status.
    pub created: u64,
    /// See [`Status::Existing`].
    pub existing: u64,
    /// See [`Status::Updated`].
    pub updated: u64,
    /// See [`Status::Duplicate`].
    pub duplicate: u64,
    /// See [`Status::Invalid`].
    pub invalid: u64,
    /// See [`Status::Rejected`].
    pub rejected: u64,
    /// See [`Status::Failed`].
    pub failed: u64,
    /// See [`Status::Unconfirmed`].
    pub unconfirmed: u64,
    /// Rows that have no status: the run stopped before them.
    pub not_attempted: u64,
    /// Contacts that earlier runs left in doubt and that no row of the list names: they are none of its rows, and no
    /// status counts them. `None` where only part of the list was read, whose other rows may name them. Stands in the file
    /// only where there are any.
    #[serde(default, skip_serializing_if = "is_nobody")]
    pub left_in_doubt: Option<u64>,
    /// Rows that earlier runs settled: their statuses are those of then. Stands in the file only where there are any.
    #[serde(default, skip_serializing_if = "is_none")]
    pub settled_before: u64,
    /// Requests that were made, of every kind.
    pub requests: u64,
    /// Contacts that were sent once more.
    pub retries: u64,
    /// 429 answers.
    pub throttled: u64,
    /// The program's exit code.
    pub exit_code: u8,
    /// Why the run stopped early; `null` if it did not.
    pub stopped_by: Option<Cow<'static, str>>,
}

/// Requests of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Of every kind.
    pub requests: u64,
    /// Contacts that were sent once more.
    pub retries: u64,
    /// 429 answers.
    pub throttled: u64,
}

impl Traffic {
    /// What was counted of a run before which so many requests had asked about the account, with so many 429 answers.
    pub fn of(counts: &Counts, (requests, throttled): (u64, u64)) -> Self {
        Self {
            requests: counts.requests() + requests,
            retries: counts.retries(),
            throttled: counts.throttled() + throttled,
        }
    }
}

/// When a run took place.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    /// By the wall clock.
    pub started_at: SystemTime,
    /// By a clock that does not jump.
    pub elapsed: std::time::Duration,
}

impl Summary {
    /// Puts it together.
    pub fn new(
        input: String,
        account: AccountShown,
        span: Span,
        rows_read: u64,
        tally: &Tally,
        not_attempted: u64,
        traffic: Traffic,
    ) -> Self {
        let stamp = |time| humantime::format_rfc3339_millis(time).to_string();
        Self {
            version: env!("CARGO_PKG_VERSION").into(),
            input,
            account,
            started_at: stamp(span.started_at),
            finished_at: stamp(span.started_at + span.elapsed),
            elapsed_seconds: (span.elapsed.as_secs_f64() * 1000.0).round() / 1000.0,
            rows_read,
            created: tally.count(Status::Created),
            existing: tally.count(Status::Existing),
            updated: tally.count(Status::Updated),
            duplicate: tally.count(Status::Duplicate),
            invalid: tally.count(Status::Invalid),
            rejected: tally.count(Status::Rejected),
            failed: tally.count(Status::Failed),
            unconfirmed: tally.count(Status::Unconfirmed),
            not_attempted,
            left_in_doubt: None,
            settled_before: 0,
            requests: traffic.requests,
            retries: traffic.retries,
            throttled: traffic.throttled,
            exit_code: 0,
            stopped_by: None,
        }
    }

    /// As JSON, for `summary.json` and `--json`.
    pub fn to_json(&self) -> String {
        #[expect(clippy::expect_used, reason = "texts and numbers always are JSON")]
        let mut json = serde_json::to_string_pretty(self).expect("texts and numbers always are JSON");
        json.push('\n');
        json
    }

    /// Rows that have a status.
    pub fn settled(&self) -> u64 {
        self.created
            + self.existing
            + self.updated
            + self.duplicate
            + self.invalid
            + self.rejected
            + self.failed
            + self.unconfirmed
    }
}
