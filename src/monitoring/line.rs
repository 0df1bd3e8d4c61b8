//! One line of the event stream. Its shape is published as `docs/events.schema.json`.

use std::time::SystemTime;

use serde::Serialize;

use super::notice::Figures;
use crate::model::Event;
use crate::progress::Counts;

/// Version of the shapes; a new one only when what was there changes.
const SCHEMA: u32 = 1;

/// What a line tells.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Told {
    /// The program has begun.
    RunStarted { version: &'static str },
    /// Every row was looked at; sending begins.
    Planned { rows: u64, to_send: u64, invalid: u64 },
    /// How far it is, every few seconds.
    Progress {
        settled: u64,
        created: u64,
        failures: u64,
        requests: u64,
        retries: u64,
        throttled: u64,
        in_doubt: u64,
    },
    /// A row ended as invalid, rejected, failed or unconfirmed.
    RowFailed { row: u64, status: &'static str },
    /// The server said 429; nobody sends for this long.
    Throttled { wait_seconds: f64 },
    /// The server does not answer.
    OutageBegan { wait_at_most_seconds: f64 },
    /// It answers again.
    OutageEnded { lasted_seconds: f64 },
    /// The last row has been taken; some may still be on the wire.
    AllRowsTaken,
    /// No more rows are taken.
    Stopping { reason: &'static str },
    /// The end, with the figures if rows were taken.
    RunFinished {
        exit_code: u8,
        meaning: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        cause: Option<String>,
        events_dropped: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        figures: Option<Box<Figures>>,
    },
}

impl Told {
    /// What an event of the street tells; most of them are only counted.
    pub(super) fn of(event: &Event) -> Option<Self> {
        Some(match event {
            Event::Settled(row, status) if status.is_failure() => {
                Self::RowFailed { row: row.get(), status: status.as_str() }
            }
            Event::Throttled(wait) => Self::Throttled { wait_seconds: wait.as_secs_f64() },
            Event::OutageBegan { at_most, .. } => {
                Self::OutageBegan { wait_at_most_seconds: at_most.as_secs_f64() }
            }
            Event::OutageEnded { lasted } => Self::OutageEnded { lasted_seconds: lasted.as_secs_f64() },
            Event::AllTaken => Self::AllRowsTaken,
            Event::Stopping(stop) => Self::Stopping { reason: stop.as_str() },
            _ => return None,
        })
    }

    pub(super) fn progress(counts: &Counts) -> Self {
        Self::Progress {
            settled: counts.settled(),
            created: counts.created(),
            failures: counts.failures(),
            requests: counts.requests(),
            retries: counts.retries(),
            throttled: counts.throttled(),
            in_doubt: counts.in_doubt(),
        }
    }
}

/// As it is written.
#[derive(Serialize)]
struct Line<'t> {
    schema: u32,
    /// Counts the lines of a run from 1.
    sequence: u64,
    time: String,
    #[serde(flatten)]
    told: &'t Told,
}

/// The line, with its end.
pub(super) fn written(told: &Told, sequence: u64, now: SystemTime) -> String {
    let time = humantime::format_rfc3339_millis(now).to_string();
    let line = Line { schema: SCHEMA, sequence, time, told };
    let mut text = serde_json::to_string(&line).unwrap_or_default();
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_object_with_its_version_number_and_time() {
        let line = written(&Told::RowFailed { row: 7, status: "invalid" }, 3, SystemTime::UNIX_EPOCH);
        assert_eq!(
            line,
            "{\"schema\":1,\"sequence\":3,\"time\":\"1970-01-01T00:00:00.000Z\",\"type\":\"row_failed\",\"row\":7,\"status\":\"invalid\"}\n"
        );
    }
}
