//! Values that go to every row: a bad one is known before anything is sent.

use super::error::MappingError;
use super::request::Target;
use super::{cells, custom_fields};
use crate::model::{BotStatus, Field, FieldValue, Source, is_uuid};
use crate::words::{Message, message};

pub(super) fn constant(target: &Target, value: &str, what: Message) -> MappingError {
    MappingError::Constant { field: target.to_string(), value: value.to_owned(), what }
}

/// Whether the API could take the constant.
pub(super) fn check_constant(target: &Target, value: &str) -> Result<(), MappingError> {
    let wrong = |what: Message| Err(constant(target, value, what));
    if value.is_empty() {
        return wrong(message!("constant-empty"));
    }
    match target {
        Target::Field(Field::Identifier) => wrong(message!("constant-identifier")),
        Target::Field(Field::Source) if Source::parse(value).is_none() => wrong(message!("constant-source")),
        Target::Field(Field::BotStatus) if BotStatus::parse(value).is_none() => {
            wrong(message!("constant-bot-status"))
        }
        Target::Field(Field::AssignedUser) if !cells::is_email(value) => wrong(message!("constant-email")),
        Target::Field(Field::TeamUuid | Field::ChannelUuid) if !is_uuid(value) => {
            wrong(message!("constant-uuid"))
        }
        Target::Field(Field::CustomFields) => {
            let fields = custom_fields::read(value)
                .map_err(|what| constant(target, value, message!("of", subject = message!("it"), what)))?;
            let texts = fields.iter().flat_map(|(_, field)| match field {
                FieldValue::Text(text) => std::slice::from_ref(text),
                FieldValue::Options(options) => options.as_slice(),
            });
            check_text(target, value, texts, true)
        }
        Target::Field(Field::Name) => check_text(target, value, [&value.to_owned()], false),
        Target::Field(Field::Note) if value.encode_utf16().count() > 1000 => {
            wrong(message!("constant-too-long"))
        }
        Target::Field(Field::Note) | Target::Custom(_) => {
            check_text(target, value, [&value.to_owned()], true)
        }
        Target::Field(_) => Ok(()),
    }
}

fn check_text<'t>(
    target: &Target,
    value: &str,
    texts: impl IntoIterator<Item = &'t String>,
    lines: bool,
) -> Result<(), MappingError> {
    match texts.into_iter().find_map(|text| cells::unfit_text(text, lines)) {
        Some((_, what)) => Err(constant(target, value, message!("of", subject = message!("it"), what))),
        None => Ok(()),
    }
}
