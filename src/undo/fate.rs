//! What became of a contact.

use serde::{Deserialize, Serialize};

use super::spared::Spared;
use crate::words::Message;

/// One of these for each contact of the import, at the end of an undo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fate {
    /// A dry run: it may be deleted.
    WouldDelete,
    /// This undo deleted it. `by_lookup`: the answer was lost, and it was not there any more afterwards.
    Deleted {
        /// See above.
        by_lookup: bool,
    },
    /// A dry run: what an update changed can be put back.
    WouldRestore,
    /// What an update changed is put back.
    Restored {
        /// Fields that were not: somebody has changed them since, or the API cannot empty them. Joined by `;`.
        left: String,
    },
    /// It was not there any more: somebody else deleted it.
    Gone,
    /// It is kept.
    Kept(Spared),
    /// It could not be read, or is there and could not be deleted. Nothing is under way.
    Failed {
        /// What happened, in words without the contact's data.
        why: Message,
    },
    /// It cannot be read, and a deletion whose answer was lost may have taken effect.
    Unknown {
        /// What happened, in words without the contact's data.
        why: Message,
    },
}

impl Fate {
    /// The word in `undo.csv`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::WouldDelete => "would_delete",
            Self::Deleted { .. } => "deleted",
            Self::WouldRestore => "would_restore",
            Self::Restored { .. } => "restored",
            Self::Gone => "gone",
            Self::Kept(_) => "kept",
            Self::Failed { .. } => "failed",
            Self::Unknown { .. } => "unknown",
        }
    }

    /// What happened to a contact that was to be deleted or put back, and was not for sure.
    pub fn why(&self) -> Option<&Message> {
        match self {
            Self::Failed { why } | Self::Unknown { why } => Some(why),
            Self::WouldDelete
            | Self::Deleted { .. }
            | Self::WouldRestore
            | Self::Restored { .. }
            | Self::Gone
            | Self::Kept(_) => None,
        }
    }

    /// Whether nothing more is to be done about it.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Deleted { .. } | Self::Restored { .. } | Self::Gone)
    }
}
