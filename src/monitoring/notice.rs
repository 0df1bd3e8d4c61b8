//! A run in figures, without anybody in it.

use std::borrow::Cow;

use serde::Serialize;

use super::monitors::Ending;
use crate::model::Status;
use crate::report::Summary;
use crate::words::{Message, Value, message};

/// What `summary.json` says, without the account and without the name of the file: both may be a person's.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Figures {
    started_at: String,
    finished_at: String,
    elapsed_seconds: f64,
    rows_read: u64,
    created: u64,
    existing: u64,
    updated: u64,
    duplicate: u64,
    invalid: u64,
    rejected: u64,
    failed: u64,
    unconfirmed: u64,
    /// Rows that failed, and had failed in the last run in the same way.
    failures_known: u64,
    /// Rows that earlier runs settled.
    settled_before: u64,
    not_attempted: u64,
    requests: u64,
    retries: u64,
    throttled: u64,
    stopped_by: Option<Cow<'static, str>>,
}

impl Figures {
    pub(super) fn of(summary: &Summary, failures_known: u64) -> Self {
        Self {
            started_at: summary.started_at.clone(),
            finished_at: summary.finished_at.clone(),
            elapsed_seconds: summary.elapsed_seconds,
            rows_read: summary.rows_read,
            created: summary.created,
            existing: summary.existing,
            updated: summary.updated,
            duplicate: summary.duplicate,
            invalid: summary.invalid,
            rejected: summary.rejected,
            failed: summary.failed,
            unconfirmed: summary.unconfirmed,
            failures_known,
            settled_before: summary.settled_before,
            not_attempted: summary.not_attempted,
            requests: summary.requests,
            retries: summary.retries,
            throttled: summary.throttled,
            stopped_by: summary.stopped_by.clone(),
        }
    }

    /// The rows of each status, in the order of the summary.
    pub(super) fn by_status(&self) -> [(Status, u64); Status::ALL.len()] {
        [
            (Status::Created, self.created),
            (Status::Existing, self.existing),
            (Status::Updated, self.updated),
            (Status::Duplicate, self.duplicate),
            (Status::Invalid, self.invalid),
            (Status::Rejected, self.rejected),
            (Status::Failed, self.failed),
            (Status::Unconfirmed, self.unconfirmed),
        ]
    }

    /// What the metrics file has besides.
    pub(super) fn numbers(&self) -> [(&'static str, &'static str, f64); 8] {
        #[expect(clippy::cast_precision_loss, reason = "metrics are floating-point numbers")]
        let number = |count: u64| count as f64;
        [
            ("rows_read", "Rows of the input", number(self.rows_read)),
            ("rows_not_attempted", "Rows that the run stopped before", number(self.not_attempted)),
            ("rows_failed_as_before", "Rows that failed, as in the run before", number(self.failures_known)),
            ("rows_settled_before", "Rows that earlier runs settled", number(self.settled_before)),
            ("requests", "Requests that were made", number(self.requests)),
            ("retries", "Contacts that were sent once more", number(self.retries)),
            ("throttled", "Answers 429", number(self.throttled)),
            ("duration_seconds", "How long the run took", self.elapsed_seconds),
        ]
    }
}

/// What a webhook or a command is given at the end.
#[derive(Debug, Serialize)]
pub(super) struct Notice<'n> {
    version: &'static str,
    exit_code: u8,
    #[serde(serialize_with = "english")]
    meaning: &'n Message,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<String>,
    /// One sentence, under the name under which chat programs look for it.
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    figures: Option<&'n Figures>,
}

fn english<S: serde::Serializer>(message: &&Message, serializer: S) -> Result<S::Ok, S::Error> {
    Message::english(message, serializer)
}

impl<'n> Notice<'n> {
    pub(super) fn new(ending: &'n Ending, figures: Option<&'n Figures>) -> Self {
        let Ending { exit_code, meaning, cause, .. } = ending;
        let text = sentence(ending, figures);
        let (exit_code, cause) = (*exit_code, cause.as_ref().map(ToString::to_string));
        Self { version: env!("CARGO_PKG_VERSION"), exit_code, meaning, cause, text, figures }
    }

    pub(super) fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default() + "\n"
    }
}

/// `callbell-import: 1000 rows: 990 created, 10 rejected (exit code 1: …)`, in the language of the run.
pub(super) fn sentence(ending: &Ending, figures: Option<&Figures>) -> String {
    let (code, meaning) = (ending.exit_code.to_string(), &ending.meaning);
    let Some(figures) = figures else {
        return match &ending.cause {
            Some(why) => message!("notice-nothing-because", code, meaning, why).told(),
            None => message!("notice-nothing", code, meaning).told(),
        };
    };
    let mut parts: Vec<Message> = figures
        .by_status()
        .into_iter()
        .filter(|(status, count)| *count > 0 || *status == Status::Created)
        .map(|(status, count)| Message::new(format!("counted-{status}")).with("rows", count))
        .collect();
    if figures.not_attempted > 0 {
        parts.push(message!("counted-not-attempted", rows = figures.not_attempted));
    }
    if figures.settled_before > 0 {
        parts.push(message!("counted-settled-before", rows = figures.settled_before));
    }
    if figures.failures_known > 0 {
        parts.push(message!("counted-failed-as-before", rows = figures.failures_known));
    }
    message!("notice", rows = figures.rows_read, parts = Value::list(parts, ", "), code, meaning).told()
}
