//! One row on its way to a contact: what it says, and everything that is wrong with it.

use std::borrow::Cow;
use std::collections::HashSet;

use super::draft::{Draft, Drafted};
use super::form::{Form, Labelled};
use super::known_by::KnownUnder;
use super::many::are_many;
use super::tags::{self, Tags};
use super::texts::Texts;
use super::value::Value;
use super::{cells, custom_fields, handle};
use crate::model::{BotStatus, Code, Field, FieldValue, Problem, Rejection, Remark, Source, is_uuid, masked};
use crate::words::{Message, message};

/// Longest note, in characters, whichever way they are counted (API reference, since July 2026).
const LONGEST_NOTE: usize = 1000;
/// A name longer than this is remarked on.
const LONG_NAME: usize = 255;

/// A uuid, or what stands for it. `named`: what the account calls so, if it shows its names.
fn uuid<'a>(text: Cow<'a, str>, named: Option<Option<&'a str>>) -> Result<Cow<'a, str>, Message> {
    match named {
        _ if is_uuid(&text) => Ok(text),
        Some(named) => Ok(named.map_or(text, Cow::Borrowed)),
        None => Err(message!("value-no-uuid")),
    }
}

/// One row being filled into a form.
pub(super) struct Filling<'a> {
    form: &'a Form,
    texts: Texts<'a>,
    /// By what else the person is known.
    known: Option<&'a KnownUnder>,
    problems: Vec<Problem>,
    remarks: Vec<Remark>,
}

impl<'a> Filling<'a> {
    pub(super) fn new(form: &'a Form, texts: Texts<'a>, known: Option<&'a KnownUnder>) -> Self {
        Self { form, texts, known, problems: Vec::new(), remarks: Vec::new() }
    }

    pub(super) fn fill(mut self) -> Result<(Draft<'a>, Vec<Remark>), Rejection> {
        let form = self.form;
        if let Some(problem) = self.left_out() {
            self.problems.push(problem);
            return Err(self.rejection());
        }
        let source = self.source();
        let identifier = self.identifier(source);
        let name = self.name();
        let tags = self.tags();
        let custom_fields = self.custom_fields();
        let assigned_user =
            self.checked(Field::AssignedUser, form.assigned_user.as_ref(), Code::AssignedUser, |text| {
                cells::is_email(&text).then_some(text).ok_or_else(|| message!("value-no-email"))
            });
        // A name that is nobody's goes on as it is: it is told before anything is sent, and nothing is.
        let team_uuid = self.checked(Field::TeamUuid, form.team_uuid.as_ref(), Code::TeamUuid, |text| {
            let named = form.names.as_ref().and_then(|names| names.team(&text));
            uuid(text, named)
        });
        let channel_uuid =
            self.checked(Field::ChannelUuid, form.channel_uuid.as_ref(), Code::ChannelUuid, |text| {
                let named = form.names.as_ref().and_then(|names| names.channel(&text));
                uuid(text, named)
            });
        let bot_status = self.checked(Field::BotStatus, form.bot_status.as_ref(), Code::BotStatus, |text| {
            BotStatus::parse(&text).ok_or_else(|| message!("value-no-bot-status"))
        });
        let note = self.note();
        match (identifier, source, name) {
            (Some(identifier), Some(source), Some(name)) if self.problems.is_empty() => {
                let draft = Draft {
                    identifier,
                    source,
                    name,
                    tags,
                    custom_fields,
                    assigned_user,
                    team_uuid,
                    channel_uuid,
                    bot_status,
                    note,
                };
                Ok((draft, self.remarks))
            }
            _ => Err(self.rejection()),
        }
    }

    /// The text that stood where the problem is.
    fn text_of(&self, field: &str) -> Option<Cow<'_, str>> {
        let form = self.form;
        if let Some(label) = field.strip_prefix("custom_fields.") {
            let labelled = form.labelled.iter().find(|labelled| labelled.label == label)?;
            return Some(labelled.value.text(self.texts));
        }
        let value = match Field::from_wire_name(field)? {
            Field::Identifier => return Some(form.identifier.first_text(self.texts)),
            Field::Name => &form.name,
            Field::Source => &form.source,
            Field::Tags => form.tags.as_ref()?,
            Field::CustomFields => form.custom_fields.as_ref()?,
            Field::AssignedUser => form.assigned_user.as_ref()?,
            Field::TeamUuid => form.team_uuid.as_ref()?,
            Field::ChannelUuid => form.channel_uuid.as_ref()?,
            Field::BotStatus => form.bot_status.as_ref()?,
            Field::Note => form.note.as_ref()?,
        };
        Some(value.text(self.texts))
    }

    fn rejection(mut self) -> Rejection {
        let examples: Vec<Option<String>> = self
            .problems
            .iter()
            .map(|problem| {
                let text = self.text_of(problem.field.as_deref()?)?;
                (!text.is_empty()).then(|| masked(&text))
            })
            .collect();
        for (problem, example) in self.problems.iter_mut().zip(examples) {
            problem.example = example;
        }
        let text = |value: &Value| value.text(self.texts).into_owned();
        let identifier = self.form.identifier.first_text(self.texts).into_owned();
        let (name, source) = (text(&self.form.name), text(&self.form.source));
        #[expect(clippy::expect_used, reason = "a missing part is a problem")]
        Rejection::new(self.problems, identifier, name, source).expect("a missing part is a problem")
    }

    /// Why nothing is asked of this row, whatever else it holds.
    fn left_out(&self) -> Option<Problem> {
        let problem = |code, message| Some(Problem { code, field: None, message, example: None });
        let continuation = &self.form.continuation;
        if !continuation.is_empty()
            && continuation.iter().all(|&column| self.texts.at(column).trim().is_empty())
        {
            return problem(Code::ContinuationRow, message!("row-continuation"));
        }
        let no = self.form.unsubscribed.iter().find(|no| no.is_said_by(self.texts.at(no.column)))?;
        let column = &self.form.header[no.column];
        problem(Code::Unsubscribed, message!("row-unsubscribed", column))
    }

    fn problem(&mut self, code: Code, field: impl Into<String>, message: Message) {
        let field = Some(field.into());
        self.problems.push(Problem { code, field, message, example: None });
    }

    fn remark(&mut self, code: Code, field: &str) {
        self.remarks.push(Remark { code, field: field.to_owned() });
    }

    /// The value without outer spaces, which are remarked on; `None` if nothing is left.
    fn filled(&mut self, field: &str, value: &'a Value) -> Option<Cow<'a, str>> {
        if let Value::Column(column) = value {
            let cell = self.texts.at(*column);
            let text = cells::trim(cell);
            if text.len() != cell.len() {
                self.remark(Code::Trimmed, field);
            }
            return (!text.is_empty()).then_some(text.into());
        }
        if value.is_trimmed(self.texts) {
            self.remark(Code::Trimmed, field);
        }
        let text = value.text(self.texts);
        if text.is_empty() {
            return None;
        }
        if value.falls_back(self.texts) {
            self.remark(Code::FallbackUsed, field);
        }
        Some(text)
    }

    /// As [`Self::filled`], of a field that is left out where a program wrote that there is nothing. What everybody is to
    /// get was written by a person.
    fn said(&mut self, field: &str, value: &'a Value) -> Option<Cow<'a, str>> {
        let text = self.filled(field, value)?;
        (matches!(value, Value::Constant(_)) || !self.is_left_out(field, &text)).then_some(text)
    }

    /// Whether a program wrote this where there is nothing, which is remarked on.
    fn is_left_out(&mut self, field: &str, text: &str) -> bool {
        let is_nothing = cells::is_nothing(text);
        if is_nothing {
            self.remark(Code::PlaceholderLeftOut, field);
        }
        is_nothing
    }

    /// As [`cells::unfit_text`]; a piece of a row of plain letters needs no look of its own.
    fn unfit(&self, text: &str, lines: bool) -> Option<(Code, Message)> {
        if self.texts.is_plain_piece(text) { None } else { cells::unfit_text(text, lines) }
    }

    /// An optional one-line field that `read` takes or says what is wrong with it.
    fn checked<T>(
        &mut self,
        field: Field,
        value: Option<&'a Value>,
        code: Code,
        read: impl Fn(Cow<'a, str>) -> Result<T, Message>,
    ) -> Option<T> {
        let text = self.filled(field.wire_name(), value?)?;
        read(text)
            .map_err(|what| {
                self.problem(code, field.wire_name(), message!("of", subject = field.wire_name(), what))
            })
            .ok()
    }

    fn source(&mut self) -> Option<Source> {
        let text = self.filled("source", &self.form.source).unwrap_or(Source::Whatsapp.as_str().into());
        let source = Source::parse(&text);
        if source.is_none() {
            self.problem(Code::Source, "source", message!("row-source"));
        }
        source
    }

    fn identifier(&mut self, source: Option<Source>) -> Option<Cow<'a, str>> {
        let field = "identifier";
        let form = self.form;
        match source {
            None => return self.of_no_source(),
            Some(source) if source != Source::Whatsapp => return self.handle(source),
            Some(_) => {}
        }
        if form.identifier.candidates.iter().any(|candidate| candidate.value.is_trimmed(self.texts)) {
            self.remark(Code::Trimmed, field);
        }
        match self.known {
            None => {}
            Some(KnownUnder::Number(number)) => {
                self.remark(Code::PhoneAsKnown, field);
                return Some(number.as_str().into());
            }
            Some(KnownUnder::Doubtfully) => {
                self.problem(Code::PhoneKnownOtherwise, field, message!("phone-known-otherwise"));
                return None;
            }
        }
        match form.identifier.read(self.texts) {
            None => self.no_identifier(message!("row-no-identifier")),
            Some(Ok(number)) => {
                for code in number.remarks {
                    self.remark(code, field);
                }
                Some(number.digits)
            }
            Some(Err(wrong)) => {
                self.problem(wrong.code, field, wrong.message);
                None
            }
        }
    }

    /// The identifier of a source that has no telephone numbers.
    fn handle(&mut self, source: Source) -> Option<Cow<'a, str>> {
        let field = "identifier";
        let identifier = &self.form.identifier;
        let text = identifier.first_text(self.texts);
        if text.is_empty() {
            return self.no_identifier(message!("row-no-identifier"));
        }
        match handle::read(text, source, identifier.is_first_quantity(self.texts)) {
            Ok((text, remarks)) => {
                if identifier.is_first_trimmed(self.texts) {
                    self.remark(Code::Trimmed, field);
                }
                for code in remarks {
                    self.remark(code, field);
                }
                if let Some((code, what)) = cells::unfit_text(&text, false) {
                    self.problem(code, field, message!("of", subject = message!("the-identifier"), what));
                }
                Some(text)
            }
            Err(wrong) => {
                self.problem(wrong.code, field, wrong.message);
                None
            }
        }
    }

    /// What is wrong with an identifier, whatever it is of.
    fn of_no_source(&mut self) -> Option<Cow<'a, str>> {
        let text = self.form.identifier.first_text(self.texts);
        if text.is_empty() {
            return self.no_identifier(message!("row-no-identifier"));
        }
        if cells::is_nothing(&text) {
            return self.no_identifier(message!("row-identifier-of-nothing"));
        }
        if let Some((code, what)) = cells::unfit_text(&text, false) {
            self.problem(code, "identifier", message!("of", subject = message!("the-identifier"), what));
        }
        Some(text)
    }

    fn no_identifier(&mut self, what: Message) -> Option<Cow<'a, str>> {
        self.problem(Code::MissingIdentifier, "identifier", what);
        None
    }

    fn name(&mut self) -> Option<Cow<'a, str>> {
        let field = "name";
        let Some(text) = self.filled(field, &self.form.name).filter(|text| !cells::is_invisible(text)) else {
            self.problem(Code::MissingName, field, message!("row-no-name"));
            return None;
        };
        if let Some((code, what)) = self.unfit(&text, false) {
            self.problem(code, field, message!("of", subject = message!("the-name"), what));
        }
        // No text has more characters than bytes, whichever way they are counted.
        if text.len() > LONG_NAME && text.chars().count() > LONG_NAME {
            self.remark(Code::NameLong, field);
        }
        if cells::is_placeholder(&text) {
            self.remark(Code::NamePlaceholder, field);
        }
        Some(text)
    }

    fn tags(&mut self) -> Vec<Cow<'a, str>> {
        let field = "tags";
        let form = self.form;
        let text = form.tags.as_ref().and_then(|value| self.filled(field, value));
        let Some(text) = text else { return Vec::new() };
        let split = match text {
            Cow::Borrowed(text) => tags::split(text, &form.tag_separator, &form.tags_drop),
            Cow::Owned(text) => {
                tags::split(&text, &form.tag_separator, &form.tags_drop).map(Tags::into_owned)
            }
        };
        let mut all = split.unwrap_or_else(|what| {
            self.problem(Code::TagsJson, field, message!("of", subject = message!("the-tags-cell"), what));
            Tags::default()
        });
        for code in all.remarks {
            self.remark(code, field);
        }
        all.tags.retain(|tag| !self.is_left_out(field, tag));
        if let Some((code, what)) = all.tags.iter().find_map(|tag| self.unfit(tag, false)) {
            self.problem(code, field, message!("of", subject = message!("a-tag"), what));
        }
        all.tags
    }

    fn custom_fields(&mut self) -> Vec<(Cow<'a, str>, Drafted<'a>)> {
        let form = self.form;
        let mut fields: Vec<(Cow<'a, str>, Drafted<'a>)> = Vec::new();
        if let Some(text) = form.custom_fields.as_ref().and_then(|value| self.said("custom_fields", value)) {
            match custom_fields::read(&text) {
                Ok(read) => fields.extend(read.into_iter().filter_map(|(label, value)| {
                    let value = self.value(&label, value)?;
                    Some((label.into(), Drafted::Typed(value)))
                })),
                Err(what) => {
                    self.problem(
                        Code::CustomFieldsJson,
                        "custom_fields",
                        message!("of", subject = message!("the-custom-fields-cell"), what),
                    );
                }
            }
        }
        let are_many = are_many(fields.len() + form.labelled.len());
        let of_cell: HashSet<String> =
            fields.iter().filter(|_| are_many).map(|(label, _)| label.to_string()).collect();
        let mut of_columns: HashSet<&str> = HashSet::new();
        for Labelled { label, name, value } in &form.labelled {
            let Some(text) = self.filled(name, value) else { continue };
            let is_known = if are_many {
                of_columns.contains(label.as_str()) || of_cell.contains(label)
            } else {
                fields.iter().any(|(known, _)| known == label)
            };
            if is_known {
                self.problem(Code::CustomFieldsJson, name.as_str(), message!("row-custom-field-twice"));
                continue;
            }
            let is_constant = matches!(value, Value::Constant(_));
            let value = if form.types.contains_key(label) {
                let text = FieldValue::Text(text.into_owned());
                if is_constant { Some(self.typed(label, text)) } else { self.value(label, text) }
                    .map(Drafted::Typed)
            } else {
                (is_constant || !self.is_left_out(name, &text)).then_some(Drafted::Plain(text))
            };
            if are_many && value.is_some() {
                of_columns.insert(label);
            }
            fields.extend(value.map(|value| (label.as_str().into(), value)));
        }
        fields.retain(
            |(_, value)| !matches!(value, Drafted::Typed(FieldValue::Options(options)) if options.is_empty()),
        );
        for (label, value) in &fields {
            let unfit = match value {
                Drafted::Plain(text) => self.unfit(text, true),
                Drafted::Typed(FieldValue::Text(text)) => cells::unfit_text(text, true),
                Drafted::Typed(FieldValue::Options(options)) => {
                    options.iter().find_map(|option| cells::unfit_text(option, true))
                }
            };
            if let Some((code, what)) = unfit {
                self.problem(
                    code,
                    format!("custom_fields.{label}"),
                    message!("of", subject = message!("the-custom-field"), what),
                );
            }
        }
        fields
    }

    /// The value as its declared type wants it, without what a program wrote where there is nothing; options that are
    /// declared are none of that.
    fn value(&mut self, label: &str, value: FieldValue) -> Option<FieldValue> {
        let declared = self.form.types.get(label);
        // What is seldom so is asked first.
        let is_left_out = |filling: &mut Self, text: &str| {
            cells::is_nothing(text)
                && !declared.is_some_and(|declared| declared.has_option(text))
                && filling.is_left_out(&format!("custom_fields.{label}"), text)
        };
        if let FieldValue::Text(text) = &value
            && is_left_out(self, text)
        {
            return None;
        }
        Some(match self.typed(label, value) {
            FieldValue::Options(mut options) => {
                options.retain(|option| !is_left_out(self, option));
                FieldValue::Options(options)
            }
            text @ FieldValue::Text(_) => text,
        })
    }

    /// The value as its declared type wants it; what is wrong with it is told.
    fn typed(&mut self, label: &str, value: FieldValue) -> FieldValue {
        let Some(declared) = self.form.types.get(label) else { return value };
        let name = || format!("custom_fields.{label}");
        match declared.check(&value) {
            Ok(read) => {
                let is_converted =
                    matches!((&value, &read), (FieldValue::Text(was), FieldValue::Text(is)) if was != is);
                if is_converted {
                    self.remark(Code::ValueConverted, &name());
                }
                read
            }
            Err((code, what)) => {
                self.problem(code, name(), message!("of", subject = message!("the-custom-field"), what));
                value
            }
        }
    }

    fn note(&mut self) -> Option<Cow<'a, str>> {
        let field = "note";
        let text = self.form.note.as_ref().and_then(|value| self.said(field, value))?;
        if let Some((code, what)) = self.unfit(&text, true) {
            self.problem(code, field, message!("of", subject = message!("the-note"), what));
        }
        let length = if text.len() > LONGEST_NOTE {
            text.chars().count().max(text.encode_utf16().count())
        } else {
            text.len()
        };
        if length > LONGEST_NOTE {
            self.problem(Code::NoteLength, field, message!("row-note-length", length, most = LONGEST_NOTE));
        }
        Some(text)
    }
}
