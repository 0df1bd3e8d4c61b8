//! Every code in words: what it means, and what to do about it.

use crate::model::Code;
use crate::words::{Language, Message, catalogue};

/// What the code means, as a sentence without its first capital and its period.
pub fn meaning(code: Code) -> Message {
    Message::new(format!("code-{code}"))
}

/// What the person can do about rows that ended with this code; `None` where there is nothing to do.
pub fn fix(code: Code) -> Option<Message> {
    let id = format!("code-{code}.fix");
    catalogue(Language::English).has(&id).then(|| Message::new(id))
}
