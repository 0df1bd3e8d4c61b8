//! What is done about contacts that are there already, in words.

use super::closing::{counted, duration};
use crate::account::Way;
use crate::model::OnExisting;

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
            Way::Walk { pages, .. } => pages,
            Way::None => 0,
        }
    }

    /// Sentences.
    pub fn sentences(&self, rate: Option<u32>) -> Vec<String> {
        let mut sentences = Vec::new();
        let policy = self.policy.as_str();
        #[expect(clippy::cast_precision_loss, reason = "for showing")]
        let at_rate = |requests: u64| rate.map_or(0.0, |rate| requests as f64 / f64::from(rate));
        match self.way {
            Way::LookUps { requests, walk } => {
                let instead = walk.map_or_else(String::new, |(pages, reads, seconds)| {
                    format!(
                        "; a walk of the contact list would be {} and {reads} at most for rows that are there, about {}",
                        counted(pages, "request", "requests"),
                        duration(seconds)
                    )
                });
                sentences.push(format!(
                    "who is there already is looked up row by row: {}, about {} more{instead}",
                    counted(requests, "request", "requests"),
                    duration(at_rate(requests))
                ));
            }
            Way::Walk { pages, reads, seconds, look_ups } => sentences.push(format!(
                "who is there already is seen from one walk of the contact list: {}, about {}, and a request for each \
                 row that is there ({reads} at most); row by row it would be {}, about {}",
                counted(pages, "request", "requests"),
                duration(seconds),
                counted(look_ups, "request", "requests"),
                duration(at_rate(look_ups))
            )),
            Way::None => {}
        }
        let what = match self.policy {
            OnExisting::Skip => "they are left as they are, and told",
            OnExisting::Update => "they are changed to what the row says",
            OnExisting::Fail => "their rows are rejected",
            OnExisting::Create => {
                sentences.push(
                    "contacts that the account has already are not looked for before they are sent \
                     (--on-existing create): some may be there twice afterwards"
                        .to_owned(),
                );
                return sentences;
            }
        };
        sentences.push(format!("contacts that the account has already: {what} (--on-existing {policy})"));
        if self.without_look_up > 0 {
            sentences.push(format!(
                "{} of a source that has no look-up: nobody can see whether they are there already, and they are sent",
                counted(self.without_look_up, "contact is", "contacts are")
            ));
        }
        sentences
    }
}
