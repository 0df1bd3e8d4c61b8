//! What is done about contacts that are there already, in words.

use super::closing::duration;
use crate::account::Way;
use crate::model::OnExisting;
use crate::words::{Message, message};

/// What a plan says of them.
#[derive(Debug, Clone, Copy)]
pub struct ExistingPlan {
    /// What is done.
    pub policy: OnExisting,
    /// How they are found.
    pub way: Way,
    /// Rows of sources that have no look-up.
    pub without_look_up: u64,
}

impl ExistingPlan {
    /// Requests beside those that create.
    pub fn requests(&self) -> u64 {
        match self.way {
            Way::LookUps { requests, .. } => requests,
            Way::Walk { requests, .. } => requests,
            Way::None => 0,
        }
    }

    /// Sentences.
    pub fn sentences(&self, rate: Option<u32>) -> Vec<Message> {
        let mut sentences = Vec::new();
        let policy = self.policy.as_str();
        #[expect(clippy::cast_precision_loss, reason = "for showing")]
        let at_rate = |requests: u64| rate.map_or(0.0, |rate| requests as f64 / f64::from(rate));
        match self.way {
            Way::LookUps { requests, walk } => {
                let instead = walk.map(|(requests, reads, seconds)| {
                    message!("existing-or-a-walk", requests, reads, duration = duration(seconds))
                });
                sentences.push(message!(
                    "existing-look-ups",
                    requests,
                    duration = duration(at_rate(requests)),
                    instead = instead.unwrap_or_else(|| "".into()),
                ));
            }
            Way::Walk { requests, reads, seconds, look_ups } => sentences.push(message!(
                "existing-walk",
                requests,
                reads,
                duration = duration(seconds),
                look_ups,
                look_ups_duration = duration(at_rate(look_ups)),
            )),
            Way::None => {}
        }
        sentences.push(match self.policy {
            OnExisting::Skip => message!("existing-skip", policy),
            OnExisting::Update => message!("existing-update", policy),
            OnExisting::Fail => message!("existing-fail", policy),
            OnExisting::Create => {
                sentences.push(message!("existing-create"));
                return sentences;
            }
        });
        if self.without_look_up > 0 {
            sentences.push(message!("existing-without-look-up", contacts = self.without_look_up));
        }
        sentences
    }
}
