//! Jobs: their names, and how they stand.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The name of an account in a fleet. Workers know which token it means.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Alias(String);

impl Alias {
    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Alias {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if (1..=64).contains(&text.len()) && text.bytes().all(is_plain) {
            return Ok(Self(text.to_owned()));
        }
        Err("expected up to 64 letters, digits, hyphens and underscores".to_owned())
    }
}

impl TryFrom<String> for Alias {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Alias> for String {
    fn from(alias: Alias) -> Self {
        alias.0
    }
}

impl fmt::Display for Alias {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of a job, made of what it is about: the same file for the same account in the same way is the same job.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct JobId(String);

impl JobId {
    const DIGITS: usize = 16;

    /// Of everything that makes a job what it is.
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut hasher = blake3::Hasher::new();
        for part in parts {
            hasher.update(&(part.len() as u64).to_le_bytes()).update(part);
        }
        Self(hasher.finalize().to_hex()[..Self::DIGITS].to_owned())
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for JobId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let is_hex = text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
        if text.len() == Self::DIGITS && is_hex {
            return Ok(Self(text.to_owned()));
        }
        Err(format!("expected the {} characters that `fleet enqueue` printed", Self::DIGITS))
    }
}

impl TryFrom<String> for JobId {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<JobId> for String {
    fn from(job: JobId) -> Self {
        job.0
    }
}

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How far a job is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "phase")]
pub enum Phase {
    /// Its chunks are being enqueued. A planner that died here is gone on with by the same command.
    Planning,
    /// All of its chunks are enqueued.
    Enqueued,
    /// No more of its rows are sent.
    Stopped {
        /// The word that `summary.json` has for it.
        by: String,
    },
}

/// How a job stands, as all members of the fleet see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobState {
    /// Whose contacts they are.
    pub account: Alias,
    /// Into how many chunks it is cut.
    pub chunks: u32,
    /// Its rows.
    pub rows: u64,
    /// How often it was enqueued: the same command goes on with what an earlier round left open.
    pub round: u32,
    /// Flags that say how fast and how often is sent, and when it stops. The last command counts, also while the job is under
    /// way.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<String>,
    /// How far it is.
    #[serde(flatten)]
    pub phase: Phase,
}

impl JobState {
    /// No more of its rows are sent, unless that is so already, or it has begun another round since.
    pub fn stop(&mut self, round: u32, by: &str) {
        if self.round == round && !matches!(self.phase, Phase::Stopped { .. }) {
            self.phase = Phase::Stopped { by: by.to_owned() };
        }
    }
}

/// What became of a job that wants into an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admitted {
    /// Its chunks may be put on the account's list.
    pub is_in: bool,
    /// The account's other jobs, if it was not let in before.
    pub strangers: Vec<JobId>,
}

/// A chunk that is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Noted")]
pub struct Done {
    /// In which round.
    pub round: u32,
    /// Whether what became of its rows stands in the shared folder: it does not where none of them was ever begun. `None`:
    /// an earlier version did not say.
    pub has_part: Option<bool>,
}

/// [`Done`] as this version and an earlier one note it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Noted {
    Now { round: u32, has_part: Option<bool> },
    Earlier(u32),
}

impl From<Noted> for Done {
    fn from(noted: Noted) -> Self {
        match noted {
            Noted::Now { round, has_part } => Self { round, has_part },
            Noted::Earlier(round) => Self { round, has_part: None },
        }
    }
}

/// Who has an account, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tenure {
    /// The worker.
    pub worker: String,
    /// The job.
    pub job: JobId,
    /// Its chunk.
    pub chunk: u32,
    /// Since when, by the clock of that machine.
    pub since: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_nothing_that_means_something_to_the_engine() {
        assert_eq!("acme-2_x".parse::<Alias>().unwrap().as_str(), "acme-2_x");
        for text in ["", "a.b", "a*", "a>", "a b", "é", &"x".repeat(65)] {
            assert!(text.parse::<Alias>().is_err(), "{text}");
        }
        let job = JobId::of(&[b"a", b"b"]);
        assert_eq!(job.as_str().parse(), Ok(job.clone()));
        assert_ne!(job, JobId::of(&[b"ab", b""]));
        assert!("../x".parse::<JobId>().is_err());
    }

    #[test]
    fn what_stopped_an_earlier_round_stops_no_later_one_and_the_first_reason_stays() {
        let account: Alias = "acme".parse().unwrap();
        let phase = Phase::Enqueued;
        let mut state = JobState { account, chunks: 3, rows: 9, round: 2, limits: Vec::new(), phase };
        state.stop(1, "outage");
        assert_eq!(state.phase, Phase::Enqueued);
        for by in ["canary_differs", "outage"] {
            state.stop(2, by);
            assert_eq!(state.phase, Phase::Stopped { by: "canary_differs".to_owned() });
        }
    }

    #[test]
    fn a_chunk_that_is_done_reads_as_it_was_noted_also_by_an_earlier_version() {
        for done in [Some(true), Some(false), None].map(|has_part| Done { round: 3, has_part }) {
            let json = serde_json::to_string(&done).unwrap();
            assert_eq!(serde_json::from_str::<Done>(&json).unwrap(), done, "{json}");
        }
        assert_eq!(serde_json::from_str::<Done>("3").unwrap(), Done { round: 3, has_part: None });
    }

    #[test]
    fn a_state_reads_as_it_was_written() {
        let account: Alias = "acme".parse().unwrap();
        for phase in [Phase::Planning, Phase::Enqueued, Phase::Stopped { by: "outage".to_owned() }] {
            let limits = vec!["--max-failures=3".to_owned()];
            let state = JobState { account: account.clone(), chunks: 3, rows: 9, round: 1, limits, phase };
            let json = serde_json::to_string(&state).unwrap();
            assert_eq!(serde_json::from_str::<JobState>(&json).unwrap(), state, "{json}");
        }
    }
}
