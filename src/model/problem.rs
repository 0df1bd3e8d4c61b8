//! What can be wrong with one row, or worth knowing about it.

use crate::words::Message;
use std::fmt;

/// What a code means for its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The row is not sent.
    Problem,
    /// The row is sent, and its line in the results says so.
    Warning,
    /// A lossless, unambiguous change made on the way; counted in the plan.
    Repair,
    /// What became of the row on the wire.
    Fate,
}

macro_rules! codes {
    ($($(#[$doc:meta])+ $variant:ident = $text:literal, $severity:ident;)+) => {
        /// A stable name for each kind of trouble and remark. Scripts rely on the spelling: never rename, only add.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[$doc])+ $variant,)+ }

        impl Code {
            /// Every code, in the order of declaration.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The spelling in `results.csv`, `failures.csv` and on screen.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// The code that is spelt so.
            pub fn named(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|code| code.as_str() == text)
            }

            /// Whether rows with this code are left out on purpose: nothing is wrong with them.
            pub fn is_left_out(self) -> bool {
                matches!(self, Self::Unsubscribed | Self::ContinuationRow)
            }

            /// Whether a row that failed with this code left the account as it was: it was not sent, or is known to be
            /// there, and nothing of it can be on its way.
            pub fn is_without_effect(self) -> bool {
                matches!(self, Self::ExistingUnknown | Self::ContactGone | Self::UpdateFailed | Self::UpdateOpen)
            }

            /// Whether no later run can tell by itself what became of a row that is unconfirmed with this code: somebody has
            /// to look in the account.
            pub fn is_for_a_person(self) -> bool {
                matches!(self, Self::NoLookup | Self::AnotherFound)
            }

            /// What the code means for its row.
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)+ }
            }
        }
    };
}

codes! {
    /// More or fewer cells than the header has columns.
    FieldCount = "field_count", Problem;
    /// Every cell is empty.
    EmptyRow = "empty_row", Problem;
    /// A cell is not valid text in the file's encoding.
    Encoding = "encoding", Problem;
    /// A quote was never closed.
    UnclosedQuote = "unclosed_quote", Problem;
    /// Text follows a closing quote.
    TextAfterQuote = "text_after_quote", Problem;
    /// A space stands before the quotes of a cell.
    QuoteAfterSpace = "quote_after_space", Problem;
    /// What looks like other rows stands inside of a quote.
    SwallowedRows = "swallowed_rows", Problem;
    /// Longer than a row may be; none of its cells is given back.
    RowTooLong = "row_too_long", Problem;
    /// A line of a JSON Lines file that is not one object.
    JsonLine = "json_line", Problem;
    /// A JSON value inside another.
    JsonNested = "json_nested", Problem;
    /// A vCard without an end.
    UnendedCard = "unended_card", Problem;
    /// The header stands again between the rows, as in files that were joined.
    RepeatedHeader = "repeated_header", Problem;
    /// No identifier.
    MissingIdentifier = "missing_identifier", Problem;
    /// No identifier of its source: a number that is counted with, a word for yes or no, a text that can be written in two ways.
    Identifier = "identifier", Problem;
    /// No name.
    MissingName = "missing_name", Problem;
    /// A control character, or an invisible mark that reorders text.
    ControlCharacter = "control_character", Problem;
    /// A line break where one line is expected.
    LineBreak = "line_break", Problem;
    /// Characters that no phone number has.
    PhoneCharacters = "phone_characters", Problem;
    /// A number of one country without its `+`, or of another without its leading `0`.
    PhoneAmbiguous = "phone_ambiguous", Problem;
    /// Several numbers in one cell.
    PhoneMultiple = "phone_multiple", Problem;
    /// A spreadsheet turned the number into `3.9E+11`: its digits are gone.
    PhoneScientific = "phone_scientific", Problem;
    /// Too many or too few digits for the country, or for any.
    PhoneLength = "phone_length", Problem;
    /// Begins with a country code that nobody has.
    PhoneCountry = "phone_country", Problem;
    /// A national number, and no country is known.
    PhoneNational = "phone_national", Problem;
    /// Not a source that the API documents.
    Source = "source", Problem;
    /// Neither `bot_start` nor `bot_end`.
    BotStatus = "bot_status", Problem;
    /// Not shaped like an e-mail address.
    AssignedUser = "assigned_user", Problem;
    /// Not a uuid.
    TeamUuid = "team_uuid", Problem;
    /// Not a uuid.
    ChannelUuid = "channel_uuid", Problem;
    /// Longer than 1000 characters.
    NoteLength = "note_length", Problem;
    /// A `custom_fields` cell that is not a JSON object of texts.
    CustomFieldsJson = "custom_fields_json", Problem;
    /// A `tags` cell that begins like a JSON list and is none.
    TagsJson = "tags_json", Problem;
    /// A national number, and the country column says something that is no country.
    CountryUnknown = "country_unknown", Problem;
    /// A number with an extension, which WhatsApp does not know.
    PhoneExtension = "phone_extension", Problem;
    /// A number that would be one with a `0` in front, as spreadsheets eat it.
    PhoneLostZero = "phone_lost_zero", Problem;
    /// Another number of the row is that of a contact whom an earlier run has created, or may have, and nobody can tell whether
    /// that is the same person.
    PhoneKnownOtherwise = "phone_known_otherwise", Problem;
    /// Not a value of the custom field's declared type.
    CustomFieldValue = "custom_field_value", Problem;
    /// None of the options that are declared for the custom field.
    CustomFieldOption = "custom_field_option", Problem;
    /// A date that is not `YYYY-MM-DD`, and no format is declared.
    DateAmbiguous = "date_ambiguous", Problem;
    /// The person does not want messages, as a column says; left out on purpose.
    Unsubscribed = "unsubscribed", Problem;
    /// The row only goes on with the one above it; left out on purpose.
    ContinuationRow = "continuation_row", Problem;

    /// A possible number in no range that is known to be in use.
    PhoneUnknownRange = "phone_unknown_range", Warning;
    /// A name longer than 255 characters; the API states no limit.
    NameLong = "name_long", Warning;
    /// A name such as `NULL` or `n/a`.
    NamePlaceholder = "name_placeholder", Warning;
    /// A `tags` cell holds more than one kind of separator.
    TagsMixedSeparators = "tags_mixed_separators", Warning;
    /// Tags of one row that differ in letter case only.
    TagCaseTwins = "tag_case_twins", Warning;
    /// A tag with a comma in it; the API's list of contacts cannot be filtered by it.
    TagComma = "tag_comma", Warning;
    /// An earlier number of the row is none; the first valid one was taken.
    PhonePassedOver = "phone_passed_over", Warning;
    /// The row has another number than the one by which the account knows the person; that one was taken.
    PhoneAsKnown = "phone_as_known", Warning;
    /// A landline's number without its 0, as short as a number within one town: its area code may be missing.
    PhoneAreaCode = "phone_area_code", Warning;
    /// All digits alike, or in a row, as people type into forms.
    PhoneSuspicious = "phone_suspicious", Warning;
    /// It is labelled as a fax or a pager, and there is no other.
    PhoneFax = "phone_fax", Warning;
    /// The data that came back is not the data that was sent.
    EchoDiffers = "echo_differs", Warning;
    /// The API does not show what the contact has in this field, so that it was not changed.
    UpdateLeftOut = "update_left_out", Warning;
    /// The contact that was found where the answer to a creation was lost came into being since, for all that is known, and
    /// does not say what the row says: it may be what was sent, or somebody else's.
    MayBeOwn = "may_be_own", Warning;

    /// A number without `+` or `00`, read as international because as such it is a valid one.
    PhoneReadAsInternational = "phone_read_as_international", Repair;
    /// A national number, made international with the default country.
    PhoneMadeInternational = "phone_made_international", Repair;
    /// Spaces, brackets and the like were taken out of a number, or `00` was read as `+`; invisible marks out of an identifier.
    PhonePunctuation = "phone_punctuation", Repair;
    /// What a spreadsheet adds was taken off a number or another identifier: a leading `'`, `="…"`, a `.0` tail.
    PhoneSpreadsheet = "phone_spreadsheet", Repair;
    /// A national number without its leading `0`, read as if it were there.
    PhoneZeroAdded = "phone_zero_added", Repair;
    /// A `(0)` after the country code, which is dialled within the country only, was taken out.
    PhoneZeroDropped = "phone_zero_dropped", Repair;
    /// The row has several numbers; the first valid one was taken.
    PhoneOneOfSeveral = "phone_one_of_several", Repair;
    /// The first of several columns is empty; the next was taken.
    FallbackUsed = "fallback_used", Repair;
    /// A tag that the mapping drops.
    TagDropped = "tag_dropped", Repair;
    /// A date or a number was written as the API wants it.
    ValueConverted = "value_converted", Repair;
    /// Outer spaces were taken off.
    Trimmed = "trimmed", Repair;
    /// A tag stood twice in the cell.
    TagRepeated = "tag_repeated", Repair;
    /// `NULL`, `#N/A` and the like, which programs write where there is nothing, were left out.
    PlaceholderLeftOut = "placeholder_left_out", Repair;

    /// The answer was lost; a look-up found the contact.
    ConfirmedByLookup = "confirmed_by_lookup", Fate;
    /// The contact was there before, with the same data.
    ExistingSame = "existing_same", Fate;
    /// The contact was there before, with other data.
    ExistingDiffers = "existing_differs", Fate;
    /// Same contact as an earlier row.
    DuplicateRow = "duplicate_row", Fate;
    /// The API refused the contact.
    Refused = "refused", Fate;
    /// The server failed or lost the answer each time, and the contact is not there.
    AttemptsUsedUp = "attempts_used_up", Fate;
    /// The answer was lost, and this source has no look-up.
    NoLookup = "no_lookup", Fate;
    /// The answer was lost, and the look-up gave no usable answer.
    LookupFailed = "lookup_failed", Fate;
    /// The answer was lost, and the look-up finds a contact that was there before, or may have been.
    AnotherFound = "another_found", Fate;
    /// The answer was lost, the contact is not there yet, and `--strict` forbids to send again.
    Strict = "strict", Fate;
    /// The contact is in the account, and `--on-existing fail` forbids that.
    AlreadyThere = "already_there", Fate;
    /// Whether the contact is in the account could not be found out, so that it was not sent.
    ExistingUnknown = "existing_unknown", Fate;
    /// The contact was found, and was gone when it was to be changed.
    ContactGone = "contact_gone", Fate;
    /// The contact was not changed: the server failed each time.
    UpdateFailed = "update_failed", Fate;
    /// It is not known whether the contact was changed.
    UpdateOpen = "update_open", Fate;
    /// The run was stopped while the answer was open.
    StoppedInDoubt = "stopped_in_doubt", Fate;
    /// It was in doubt, and a person said that nobody is to ask after it any more.
    LetGo = "let_go", Fate;
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One thing that keeps a row from being sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Its kind.
    pub code: Code,
    /// The wire field at fault (`custom_fields.<label>` for one custom field), if it is one field's.
    pub field: Option<String>,
    /// A sentence for a person. Never holds what is in the cell.
    pub message: Message,
    /// The shape of what stood there, as [`masked`](super::masked) shows it, if it is one field's.
    pub example: Option<String>,
}

/// Everything that is wrong with a row: at least one problem.
#[derive(Clone, PartialEq, Eq)]
pub struct Rejection {
    problems: Vec<Problem>,
    /// The identifier cell as it stands in the file, for the results.
    pub identifier: String,
    /// The name as mapped, for the results.
    pub name: String,
    /// The source as mapped, for the results.
    pub source: String,
}

impl Rejection {
    /// `None` if nothing is wrong.
    pub fn new(problems: Vec<Problem>, identifier: String, name: String, source: String) -> Option<Self> {
        (!problems.is_empty()).then_some(Self { problems, identifier, name, source })
    }

    /// In the order in which they were found; never empty.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

/// Shows the codes, never the person.
impl fmt::Debug for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.problems.iter().map(|problem| problem.code)).finish()
    }
}

/// Something worth knowing about a row that is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// Its kind: a warning or a repair.
    pub code: Code,
    /// The wire field it is about.
    pub field: String,
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn codes_are_distinct_lower_case_words() {
        let spellings: HashSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(spellings.len(), Code::ALL.len());
        for spelling in spellings {
            assert!(spelling.chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{spelling}");
        }
    }
}
