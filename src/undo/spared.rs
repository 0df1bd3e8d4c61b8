//! Why a contact is kept.

use crate::words::Message;
use serde::{Deserialize, Serialize};

/// The reason, as it stands in `undo.csv`. Scripts rely on the spelling: never rename, only add.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It shows something else than when it came to be.
    Changed,
    /// It shows something today that it did not show then, so that nobody can say whether it changed.
    CannotTell,
    /// It came into being before it was sent: somebody else's.
    Older,
    /// It is not known when it came into being, or when it was sent.
    AgeUnknown,
    /// It came back under another name or number than were sent: perhaps somebody else's.
    NotOurs,
    /// Its answer was lost, and nothing but number and name tells that the contact that a look-up found is the one that
    /// was sent.
    OnlyLookedUp,
    /// What was sent for it is not known any more.
    NotKnown,
    /// An update wrote into a field that was empty, and the API has no way to empty it.
    CannotEmpty,
    /// Its creation was sent and the answer lost, and what was found says something else: perhaps somebody else's.
    MayBeOwn,
    /// It came to the import after the dry run.
    NotListed,
}

impl Reason {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Changed,
        Self::CannotTell,
        Self::Older,
        Self::AgeUnknown,
        Self::NotOurs,
        Self::OnlyLookedUp,
        Self::NotKnown,
        Self::CannotEmpty,
        Self::MayBeOwn,
        Self::NotListed,
    ];

    /// The word in `undo.csv`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::CannotTell => "cannot_tell",
            Self::Older => "older",
            Self::AgeUnknown => "age_unknown",
            Self::NotOurs => "not_ours",
            Self::OnlyLookedUp => "only_looked_up",
            Self::NotKnown => "not_known",
            Self::CannotEmpty => "cannot_empty",
            Self::MayBeOwn => "may_be_own",
            Self::NotListed => "not_listed",
        }
    }

    /// In words, for a person.
    pub fn meaning(self) -> Message {
        Message::new(format!("kept-{}", self.as_str()))
    }
}

/// A contact that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spared {
    /// Why.
    pub reason: Reason,
    /// The members that say so, by the API's names, joined by `;`. Empty if none do.
    pub members: String,
}

impl Spared {
    /// For a reason that no member shows.
    pub fn plain(reason: Reason) -> Self {
        Self { reason, members: String::new() }
    }
}
