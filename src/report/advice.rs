//! Every code in words: what it means, and what to do about it.

use crate::mapping::Form;
use crate::model::Code;
use crate::words::{Language, Message, catalogue, message};

/// What the code means, as a sentence without its first capital and its period.
pub fn meaning(code: Code) -> Message {
    Message::new(format!("code-{code}"))
}

/// What the person can do about rows that ended with this code; `None` where there is nothing to do.
pub fn fix(code: Code) -> Option<Message> {
    let id = format!("code-{code}.fix");
    catalogue(Language::English).has(&id).then(|| Message::new(id))
}

/// As [`fix`], for rows that this form refuses: what may be done about it depends on what the list has.
pub fn fix_in(form: &Form, code: Code) -> Option<Message> {
    match form.says_country() {
        Some(column) if code == Code::PhoneNational => Some(message!("fix-national-beside-country", column)),
        _ => fix(code),
    }
}
