//! Every code in words: what it means, and what to do about it.

use crate::model::Code;

/// What the code means, as a sentence without its first capital and its period.
pub fn meaning(code: Code) -> &'static str {
    match code {
        Code::FieldCount => "the row has more or fewer cells than the header",
        Code::EmptyRow => "every cell of the row is empty",
        Code::Encoding => "a cell cannot be decoded, or letters were lost in it before",
        Code::UnclosedQuote => "a quote is opened and never closed",
        Code::TextAfterQuote => "text follows a closing quote",
        Code::JsonLine => "a line that is not one JSON object",
        Code::JsonNested => "a JSON value inside another",
        Code::UnendedCard => "a vCard without an end",
        Code::RepeatedHeader => "the header stands again between the rows",
        Code::MissingIdentifier => "the identifier is empty",
        Code::MissingName => "the name is empty",
        Code::ControlCharacter => "a control character or an invisible reordering mark",
        Code::LineBreak => "a line break where the API expects one line",
        Code::PhoneCharacters => "characters that no phone number has",
        Code::PhoneMultiple => "several numbers in one cell",
        Code::PhoneScientific => "a number that a spreadsheet shortened to an exponent",
        Code::PhoneLength => "too many or too few digits",
        Code::PhoneCountry => "no country has the code that the number begins with",
        Code::PhoneNational => "no country code, and no default country",
        Code::Source => "not a source of the API",
        Code::BotStatus => "neither bot_start nor bot_end",
        Code::AssignedUser => "not shaped like an e-mail address",
        Code::TeamUuid | Code::ChannelUuid => "not a uuid",
        Code::NoteLength => "the note is longer than 1000 characters",
        Code::CustomFieldsJson => "the custom fields cannot be read, or one is given twice",
        Code::TagsJson => "the tags begin like a JSON list and are none",
        Code::CountryUnknown => "a national number, and the country column names no country",
        Code::PhoneExtension => "a number with an extension",
        Code::PhoneLostZero => "a number that lacks a leading 0, as spreadsheets eat it",
        Code::CustomFieldValue => "not a value of the custom field's type",
        Code::CustomFieldOption => "none of the custom field's options",
        Code::DateAmbiguous => "a date that can be read in two ways",
        Code::Unsubscribed => "the person does not want messages; left out on purpose",
        Code::ContinuationRow => "the row goes on with the one above it; left out on purpose",
        Code::TagCaseTwins => "tags that differ in letter case only",
        Code::TagComma => "a tag with a comma in it",
        Code::PhonePassedOver => "an earlier number of the row is none, and the next was taken",
        Code::PhoneSuspicious => "digits that are all alike or in a row",
        Code::PhoneZeroAdded => "national numbers were read as if their leading 0 were there",
        Code::PhoneOneOfSeveral => "rows with several numbers: the first valid one was taken",
        Code::FallbackUsed => "the first of several columns is empty, and the next was taken",
        Code::TagDropped => "tags that the mapping drops",
        Code::ValueConverted => "dates and numbers were written as the API wants them",
        Code::PhoneUnknownRange => "a possible number, but in no range known to be in use",
        Code::NameLong => "a name longer than 255 characters",
        Code::NamePlaceholder => "a name such as NULL or n/a",
        Code::TagsMixedSeparators => "a tags cell with more than one kind of separator",
        Code::EchoDiffers => "what came back is not what was sent",
        Code::UpdateLeftOut => "the API does not show what is there, so it was left as it is",
        Code::PhoneReadAsInternational => "numbers without + were read as international",
        Code::PhoneMadeInternational => {
            "national numbers were made international with the country of the row or the default one"
        }
        Code::PhonePunctuation => "spaces and the like were taken out of numbers, or 00 read as +",
        Code::PhoneSpreadsheet => "what a spreadsheet adds was taken off numbers",
        Code::Trimmed => "outer spaces were taken off",
        Code::TagRepeated => "tags that stood twice in a cell were sent once",
        Code::ConfirmedByLookup => "the answer was lost, and a look-up found the contact",
        Code::ExistingSame => "the contact was there before, with the same data",
        Code::ExistingDiffers => "the contact was there before, with other data",
        Code::DuplicateRow => "the same contact as an earlier row",
        Code::Refused => "the API refused the contact",
        Code::AttemptsUsedUp => "the server failed each time, and the contact is not there",
        Code::NoLookup => "the answer was lost, and contacts of this source cannot be looked up",
        Code::LookupFailed => "the answer was lost, and so were those of the look-ups",
        Code::Strict => "the answer was lost, and --strict forbids to send again",
        Code::AlreadyThere => "the contact is in the account, and --on-existing fail forbids that",
        Code::ExistingUnknown => "the look-up before the send failed each time, so it was not sent",
        Code::ContactGone => "the contact was found, and was gone when it was to be changed",
        Code::UpdateFailed => "the contact is there and was not changed: the server failed each time",
        Code::UpdateOpen => "it is not known whether the contact was changed",
        Code::StoppedInDoubt => "the run was stopped before it was known",
    }
}

/// What the person can do about rows that ended with this code; `None` where there is nothing to do.
pub fn fix(code: Code) -> Option<&'static str> {
    Some(match code {
        Code::FieldCount => {
            "put the values under the right columns; look for a delimiter inside an unquoted cell; --ragged pad fills \
             short rows up"
        }
        Code::EmptyRow | Code::RepeatedHeader => "delete the row",
        Code::Encoding => {
            "retype the cell; if there are many, save the file as \"CSV UTF-8\" or pass --encoding"
        }
        Code::UnclosedQuote => "close the quote; everything after it was read as one cell",
        Code::TextAfterQuote => "write quotes inside a quoted cell twice: \"\"",
        Code::JsonLine => "write one object a line, each key once",
        Code::JsonNested => "write the value as a text: jq can flatten objects",
        Code::UnendedCard => "close the card with END:VCARD, or export it again",
        Code::MissingIdentifier => "fill in the phone number",
        Code::MissingName => {
            "fill in a name, or build it from other columns: --map name=\"{column} {column}\""
        }
        Code::ControlCharacter => "delete the character; retyping the cell does",
        Code::LineBreak => "put the cell on one line",
        Code::PhoneCharacters => {
            "keep digits, + and spaces; extensions and words do not belong to a WhatsApp number"
        }
        Code::PhoneMultiple => "keep one number, or map another column",
        Code::PhoneScientific => "export the column as text again: the digits are lost in this file",
        Code::PhoneLength => "compare the number with the original; a spreadsheet may have eaten a leading 0",
        Code::PhoneCountry => "write the number with + and its country code",
        Code::PhoneNational => "pass --default-country CC (such as IT), or write the number with +",
        Code::Source => "use whatsapp, facebook, instagram or telegram, or pass --source",
        Code::BotStatus => "write bot_start or bot_end, or pass --set bot_status=bot_end",
        Code::AssignedUser => "write the e-mail address of a user of the account",
        Code::TeamUuid => "write the team's uuid",
        Code::ChannelUuid => "write the channel's uuid",
        Code::NoteLength => "shorten the note",
        Code::CustomFieldsJson => {
            "write {\"Label\": \"value\"}, or map a column with --map custom_fields.Label=column"
        }
        Code::TagsJson => "write tags with a separator between them, or as [\"one\",\"two\"]",
        Code::CountryUnknown => "write the country as a code such as IT, or the number with +",
        Code::PhoneExtension => "delete the extension, or map a column with direct numbers",
        Code::PhoneLostZero => {
            "write the number with + and its country code, or export the column as text again"
        }
        Code::CustomFieldValue => "correct the value, or the type and format in the mapping file",
        Code::CustomFieldOption => "use one of the options, spelt as in the account",
        Code::DateAmbiguous => {
            "declare how dates are written in the mapping file: date_format = \"DD/MM/YYYY\""
        }
        Code::Unsubscribed => "pass --include-unsubscribed if they may be imported all the same",
        Code::TagCaseTwins => "keep one spelling",
        Code::TagComma => "say what separates tags: --tag-separator ','",
        Code::PhonePassedOver => "compare a few with the original",
        Code::PhoneSuspicious => "look whether these are real numbers",
        Code::PhoneUnknownRange => "compare a few with the original",
        Code::NamePlaceholder => "fill in a name, or leave the row out",
        Code::TagsMixedSeparators => "say which one separates: --tag-separator ';'",
        Code::EchoDiffers => {
            "look whether the tags, fields and users exist in the account under exactly these names"
        }
        Code::ExistingDiffers => "look at the contact in the dashboard; nothing was changed there",
        Code::Refused => "read the message in failures.csv, correct the row and import that file",
        Code::AttemptsUsedUp => {
            "run the same command again: these contacts are not there and will be sent again"
        }
        Code::NoLookup => "look in the dashboard whether they are there before importing them again",
        Code::AlreadyThere => "take the row out, or pass --on-existing skip or update",
        Code::ExistingUnknown | Code::ContactGone | Code::UpdateFailed | Code::UpdateOpen => {
            "run the same command again: an update may be repeated, and nothing is created twice"
        }
        Code::UpdateLeftOut => "change the field in the dashboard",
        Code::LookupFailed | Code::StoppedInDoubt | Code::Strict => {
            "run the same command again later: each of these rows is looked up before anything is sent"
        }
        _ => return None,
    })
}
