//! What goes wrong deep inside a reading, where only an [`io::Error`] can be returned.

use std::io;
use std::path::Path;

use super::Unreadable;
use super::limits::{MOST_UNPACKED_BYTES, MOST_UNPACKED_RATIO};
use crate::words::{Message, message};

/// The payload of an [`io::Error`] of this room.
#[derive(Debug, Clone, thiserror::Error)]
pub(super) enum Trouble {
    #[error("changed after byte {after}")]
    Changed { after: u64 },
    #[error("unpacks to too much")]
    Bomb,
    #[error("damaged: {what}")]
    Damaged { what: Message },
    #[error("cannot read back what was put aside")]
    Aside,
}

impl From<Trouble> for io::Error {
    fn from(trouble: Trouble) -> Self {
        Self::other(trouble)
    }
}

impl Trouble {
    /// The trouble that an error carries, if it is of this room.
    pub(super) fn of(error: &io::Error) -> Option<&Self> {
        error.get_ref().and_then(|inner| inner.downcast_ref())
    }

    /// Any error of unpacking, which is damage unless it is trouble already.
    pub(super) fn damage(what: &str, error: io::Error) -> io::Error {
        if Self::of(&error).is_some() {
            return error;
        }
        // Readers of workbooks and archives wrap what they got from below.
        let mut cause = error.get_ref().map(|inner| inner as &(dyn std::error::Error + 'static));
        while let Some(inner) = cause {
            if let Some(trouble) = inner.downcast_ref::<Self>() {
                return trouble.clone().into();
            }
            cause = inner.source();
        }
        Self::Damaged { what: in_our_words(what, &error) }.into()
    }
}

/// What the error of a library says of a file, which it says to programmers.
fn in_our_words(format: &str, error: &io::Error) -> Message {
    let said = error.to_string().to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| said.contains(word));
    if says(&["password"]) {
        message!("damaged-locked", format)
    } else if error.kind() == io::ErrorKind::UnexpectedEof
        || says(&["unexpected eof", "unexpected end", "premature eof", "failed to fill", "eocd"])
    {
        message!("damaged-cut", format)
    } else if says(&["checksum", "crc"]) {
        message!("damaged-checksum", format)
    } else {
        message!("damaged-inside", format)
    }
}

impl Unreadable {
    /// What an error of a reading says of the file. `line` is where the reading stood.
    pub(super) fn from_reading(path: &Path, error: io::Error) -> Self {
        let path = path.to_owned();
        match Trouble::of(&error).cloned() {
            Some(Trouble::Changed { after }) => Self::Changed { path, byte: after },
            Some(Trouble::Bomb) => Self::Bomb { path, ratio: MOST_UNPACKED_RATIO, most: MOST_UNPACKED_BYTES },
            Some(Trouble::Damaged { what }) => Self::Damaged { path, what },
            Some(Trouble::Aside) => Self::Aside { source: error },
            None => Self::Io { path, source: error },
        }
    }
}
