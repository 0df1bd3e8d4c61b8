//! The mapping fitted to one header: column numbers, no names.

use std::borrow::Cow;

use super::names::Names;
use super::numbers::Numbers;
use super::tags::{self, Separator, Tags};
use super::typed::{FieldType, NoValue};
use super::value::Value;
use super::{cells, custom_fields};
use crate::model::{
    BotStatus, Code, Field, FieldValue, NewContact, Problem, Rejection, Remark, Row, Source, masked,
};

/// Longest note, in characters, whichever way they are counted (API reference, since July 2026).
const LONGEST_NOTE: usize = 1000;
/// A name longer than this is remarked on.
const LONG_NAME: usize = 255;

/// Who a row is.
#[derive(Clone, PartialEq, Eq)]
pub struct Who {
    /// See [`NewContact::identifier`].
    pub identifier: String,
    /// See [`NewContact::source`].
    pub source: Source,
    /// See [`NewContact::channel_uuid`].
    pub channel_uuid: Option<String>,
    /// Whether it has a `bot_status`.
    pub has_bot_status: bool,
}

/// A custom field with a place of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Labelled {
    pub(super) label: String,
    /// `custom_fields.<label>`
    pub(super) name: String,
    pub(super) value: Value,
}

/// A column that says who does not want messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SaysNo {
    pub(super) column: usize,
    /// In lower case; `*` is any text.
    pub(super) values: Vec<String>,
}

impl SaysNo {
    fn is_said_by(&self, cell: &str) -> bool {
        let cell = cell.trim();
        !cell.is_empty() && self.values.iter().any(|value| value == "*" || cell.to_lowercase() == *value)
    }
}

/// How each row of one file becomes a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    pub(super) header: Vec<String>,
    pub(super) identifier: Numbers,
    pub(super) name: Value,
    pub(super) source: Value,
    pub(super) tags: Option<Value>,
    pub(super) tag_separator: Separator,
    /// Tags that are never sent.
    pub(super) tags_drop: Vec<String>,
    /// Given to every row, whatever its cell holds.
    pub(super) constant_tags: Vec<String>,
    pub(super) custom_fields: Option<Value>,
    pub(super) labelled: Vec<Labelled>,
    /// Declared types, by label.
    pub(super) types: std::collections::BTreeMap<String, FieldType>,
    /// All tags of the account, where they are declared.
    pub(super) known_tags: Option<Vec<String>>,
    /// Names of teams and channels, where the account was asked.
    pub(super) names: Option<Names>,
    pub(super) assigned_user: Option<Value>,
    pub(super) team_uuid: Option<Value>,
    pub(super) channel_uuid: Option<Value>,
    pub(super) bot_status: Option<Value>,
    pub(super) note: Option<Value>,
    /// Empty if they are imported, too.
    pub(super) unsubscribed: Vec<SaysNo>,
    /// A row in which all of these are empty goes on with the row above it.
    pub(super) continuation: Vec<usize>,
    /// The `import_status` column of a `failures.csv`.
    pub(super) earlier_status: Option<usize>,
    /// The `import_code` column beside it.
    pub(super) earlier_code: Option<usize>,
}

impl Form {
    /// Makes a contact of a row, or tells everything that is wrong with it.
    ///
    /// # Errors
    ///
    /// If the row cannot be a contact.
    pub fn fill(&self, row: &Row) -> Result<(NewContact, Vec<Remark>), Rejection> {
        self.fill_or_look(row, true)
    }

    /// Finds out whether the row can be a contact, and who it is, without making the contact.
    ///
    /// # Errors
    ///
    /// If the row cannot be a contact: the same as by [`Self::fill`].
    pub fn look(&self, row: &Row) -> Result<(Who, Vec<Remark>), Rejection> {
        self.fill_or_look(row, false).map(|(contact, remarks)| {
            let NewContact { identifier, source, channel_uuid, bot_status, .. } = contact;
            (Who { identifier, source, channel_uuid, has_bot_status: bot_status.is_some() }, remarks)
        })
    }

    fn fill_or_look(&self, row: &Row, keep: bool) -> Result<(NewContact, Vec<Remark>), Rejection> {
        match self.cells(row) {
            Ok(cells) => {
                Filling { form: self, keep, cells, problems: Vec::new(), remarks: Vec::new() }.fill()
            }
            Err(problem) => {
                let rejection = Rejection::new(vec![problem], String::new(), String::new(), String::new());
                #[expect(clippy::expect_used, reason = "there is a problem")]
                Err(rejection.expect("there is a problem"))
            }
        }
    }

    /// The columns that tags are taken from.
    pub(super) fn tag_columns(&self) -> Vec<usize> {
        self.tags.as_ref().map(Value::columns).unwrap_or_default()
    }

    /// The columns that give what they give because their values fit.
    pub(super) fn judged_columns(&self) -> Vec<usize> {
        let optional = [&self.assigned_user, &self.team_uuid, &self.channel_uuid, &self.bot_status];
        optional.into_iter().flatten().chain([&self.source]).flat_map(Value::columns).collect()
    }

    /// Whether any row gets this field.
    pub fn gives(&self, field: Field) -> bool {
        match field {
            Field::Identifier | Field::Source | Field::Name => true,
            Field::Tags => self.tags.is_some() || !self.constant_tags.is_empty(),
            Field::CustomFields => self.custom_fields.is_some() || !self.labelled.is_empty(),
            Field::AssignedUser => self.assigned_user.is_some(),
            Field::TeamUuid => self.team_uuid.is_some(),
            Field::ChannelUuid => self.channel_uuid.is_some(),
            Field::BotStatus => self.bot_status.is_some(),
            Field::Note => self.note.is_some(),
        }
    }

    /// All tags of the account, where the person declares them.
    pub fn known_tags(&self) -> Option<&[String]> {
        self.known_tags.as_deref()
    }

    /// Names of the account's teams and channels, where the account was asked.
    pub fn names(&self) -> Option<&Names> {
        self.names.as_ref()
    }

    /// Gives the account's names of teams and channels.
    pub fn know(&mut self, names: Names) {
        self.names = Some(names);
    }

    /// The type that is declared for a custom field, as the mapping file names it, and whether its options are.
    pub fn declared(&self, label: &str) -> Option<(&'static str, bool)> {
        self.types.get(label).map(|declared| (declared.name(), declared.has_options()))
    }

    /// The names of the columns.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// Whether an earlier run left this row unconfirmed or gave it up, so that it must be looked up before it is sent:
    /// the row comes from that run's `failures.csv`, and the same command may have sent it again since.
    pub fn is_in_doubt(&self, row: &Row) -> bool {
        let cell = |column: Option<usize>| column.and_then(|column| row.cells.get(column));
        let code =
            cell(self.earlier_code).and_then(|code| std::str::from_utf8(code).ok()).unwrap_or_default();
        let was_never_sent =
            code.split(';').any(|code| Code::named(code).is_some_and(Code::is_before_sending));
        cell(self.earlier_status).is_some_and(|cell| matches!(cell, b"unconfirmed" | b"failed"))
            && !was_never_sent
    }

    /// The cells as text, if the row has the shape of the header.
    fn cells<'r>(&self, row: &'r Row) -> Result<Vec<&'r str>, Problem> {
        let problem = |code, message: String| Problem { code, field: None, message, example: None };
        if let Some(flaw) = row.flaw {
            return Err(problem(flaw.code(), flaw.message().to_owned()));
        }
        if row.cells.iter().all(<[u8]>::is_empty) {
            return Err(problem(Code::EmptyRow, "every cell is empty".to_owned()));
        }
        if row.cells.len() != self.header.len() {
            return Err(problem(
                Code::FieldCount,
                format!("the row has {} cells, the header has {}", row.cells.len(), self.header.len()),
            ));
        }
        let cells = texts(&row.cells).or_else(|()| {
            row.cells
                .iter()
                .zip(&self.header)
                .map(|(cell, column)| {
                    std::str::from_utf8(cell).map_err(|_| {
                        problem(Code::Encoding, format!("column \"{column}\" cannot be decoded"))
                    })
                })
                .collect::<Result<Vec<&str>, Problem>>()
        })?;
        if cells.iter().zip(&self.header).all(|(cell, column)| cell == column) {
            return Err(problem(Code::RepeatedHeader, "the header stands again between the rows".to_owned()));
        }
        Ok(cells)
    }
}

/// A uuid, or what stands for it. `named`: what the account calls so, if it shows its names.
fn uuid(text: &str, named: Option<Option<&str>>) -> Result<String, &'static str> {
    match named {
        _ if cells::is_uuid(text) => Ok(text.to_owned()),
        Some(named) => Ok(named.unwrap_or(text).to_owned()),
        None => Err("is not a uuid (32 hexadecimal digits); names are understood when the account is asked"),
    }
}

/// The cells as text, all looked at in one go.
fn texts(cells: &csv::ByteRecord) -> Result<Vec<&str>, ()> {
    let whole = std::str::from_utf8(cells.as_slice()).map_err(|_| ())?;
    let mut texts = Vec::with_capacity(cells.len());
    for at in 0..cells.len() {
        // A letter that is cut in two by the end of a cell is none.
        texts.push(cells.range(at).and_then(|range| whole.get(range)).ok_or(())?);
    }
    Ok(texts)
}

/// One row on its way to a contact.
struct Filling<'a> {
    form: &'a Form,
    /// Whether what is checked is kept, too.
    keep: bool,
    cells: Vec<&'a str>,
    problems: Vec<Problem>,
    remarks: Vec<Remark>,
}

impl<'a> Filling<'a> {
    fn fill(mut self) -> Result<(NewContact, Vec<Remark>), Rejection> {
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
                cells::is_email(text).then(|| text.to_owned()).ok_or("is not shaped like an e-mail address")
            });
        // A name that is nobody's goes on as it is: it is told before anything is sent, and nothing is.
        let team_uuid = self.checked(Field::TeamUuid, form.team_uuid.as_ref(), Code::TeamUuid, |text| {
            uuid(text, form.names.as_ref().and_then(|names| names.team(text)))
        });
        let channel_uuid =
            self.checked(Field::ChannelUuid, form.channel_uuid.as_ref(), Code::ChannelUuid, |text| {
                uuid(text, form.names.as_ref().and_then(|names| names.channel(text)))
            });
        let bot_status = self.checked(Field::BotStatus, form.bot_status.as_ref(), Code::BotStatus, |text| {
            BotStatus::parse(text).ok_or("is neither bot_start nor bot_end")
        });
        let note = self.note();
        if self.problems.is_empty()
            && let (Some(identifier), Some(source), Some(name)) = (&identifier, source, &name)
        {
            let contact = NewContact {
                identifier: identifier.clone(),
                source,
                name: name.clone(),
                tags,
                custom_fields,
                assigned_user,
                team_uuid,
                channel_uuid,
                bot_status,
                note,
            };
            return Ok((contact, self.remarks));
        }
        Err(self.rejection())
    }

    /// The text that stood where the problem is.
    fn text_of(&self, field: &str) -> Option<Cow<'_, str>> {
        let form = self.form;
        if let Some(label) = field.strip_prefix("custom_fields.") {
            let labelled = form.labelled.iter().find(|labelled| labelled.label == label)?;
            return Some(labelled.value.text(&self.cells));
        }
        let value = match Field::from_wire_name(field)? {
            Field::Identifier => return Some(form.identifier.first_text(&self.cells)),
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
        Some(value.text(&self.cells))
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
        let text = |value: &Value| value.text(&self.cells).into_owned();
        let identifier = self.form.identifier.first_text(&self.cells).into_owned();
        let (name, source) = (text(&self.form.name), text(&self.form.source));
        #[expect(clippy::expect_used, reason = "a missing part is a problem")]
        Rejection::new(self.problems, identifier, name, source).expect("a missing part is a problem")
    }

    /// Why nothing is asked of this row, whatever else it holds.
    fn left_out(&self) -> Option<Problem> {
        let problem = |code, message: &str| {
            Some(Problem { code, field: None, message: message.to_owned(), example: None })
        };
        let continuation = &self.form.continuation;
        if !continuation.is_empty() && continuation.iter().all(|&column| self.cells[column].trim().is_empty())
        {
            return problem(Code::ContinuationRow, "the row goes on with the one above it");
        }
        let no = self.form.unsubscribed.iter().find(|no| no.is_said_by(self.cells[no.column]))?;
        let column = &self.form.header[no.column];
        problem(
            Code::Unsubscribed,
            &format!("column \"{column}\" says that the person does not want messages"),
        )
    }

    fn problem(&mut self, code: Code, field: impl Into<String>, message: impl Into<String>) {
        let (field, message) = (Some(field.into()), message.into());
        self.problems.push(Problem { code, field, message, example: None });
    }

    fn remark(&mut self, code: Code, field: &str) {
        self.remarks.push(Remark { code, field: field.to_owned() });
    }

    /// The value without outer spaces, which are remarked on; `None` if nothing is left.
    fn filled(&mut self, field: &str, value: &'a Value) -> Option<Cow<'a, str>> {
        if let Value::Column(column) = value {
            let cell = self.cells[*column];
            let text = cells::trim(cell);
            if text.len() != cell.len() {
                self.remark(Code::Trimmed, field);
            }
            return (!text.is_empty()).then_some(text.into());
        }
        if value.is_trimmed(&self.cells) {
            self.remark(Code::Trimmed, field);
        }
        let text = value.text(&self.cells);
        if text.is_empty() {
            return None;
        }
        if value.falls_back(&self.cells) {
            self.remark(Code::FallbackUsed, field);
        }
        Some(text)
    }

    /// An optional one-line field that `read` takes or says what is wrong with it.
    fn checked<T>(
        &mut self,
        field: Field,
        value: Option<&'a Value>,
        code: Code,
        read: impl Fn(&str) -> Result<T, &'static str>,
    ) -> Option<T> {
        let text = self.filled(field.wire_name(), value?)?;
        read(&text).map_err(|what| self.problem(code, field.wire_name(), format!("{field} {what}"))).ok()
    }

    fn source(&mut self) -> Option<Source> {
        let text = self.filled("source", &self.form.source).unwrap_or(Source::Whatsapp.as_str().into());
        let source = Source::parse(&text);
        if source.is_none() {
            self.problem(Code::Source, "source", "source is none of whatsapp, facebook, instagram, telegram");
        }
        source
    }

    fn identifier(&mut self, source: Option<Source>) -> Option<String> {
        let field = "identifier";
        let form = self.form;
        if source != Some(Source::Whatsapp) {
            let text = form.identifier.first_text(&self.cells).into_owned();
            if text.is_empty() {
                return self.no_identifier();
            }
            if let Some((code, what)) = cells::unfit_text(&text, false) {
                self.problem(code, field, format!("the identifier {what}"));
            }
            return Some(text);
        }
        if form.identifier.candidates.iter().any(|candidate| candidate.value.is_trimmed(&self.cells)) {
            self.remark(Code::Trimmed, field);
        }
        match form.identifier.read(&self.cells) {
            None => self.no_identifier(),
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

    fn no_identifier(&mut self) -> Option<String> {
        self.problem(Code::MissingIdentifier, "identifier", "the identifier is empty");
        None
    }

    fn name(&mut self) -> Option<String> {
        let field = "name";
        let Some(text) = self.filled(field, &self.form.name).filter(|text| !cells::is_invisible(text)) else {
            self.problem(Code::MissingName, field, "the name is empty");
            return None;
        };
        if let Some((code, what)) = cells::unfit_text(&text, false) {
            self.problem(code, field, format!("the name {what}"));
        }
        // No text has more characters than bytes, whichever way they are counted.
        if text.len() > LONG_NAME && text.chars().count() > LONG_NAME {
            self.remark(Code::NameLong, field);
        }
        if cells::is_placeholder(&text) {
            self.remark(Code::NamePlaceholder, field);
        }
        Some(self.kept(text))
    }

    fn tags(&mut self) -> Vec<String> {
        let field = "tags";
        let form = self.form;
        let text = form.tags.as_ref().and_then(|value| self.filled(field, value)).unwrap_or_default();
        let mut all = Tags::default();
        if !text.is_empty() {
            match tags::split(&text, &form.tag_separator, &form.tags_drop) {
                Ok(tags) => all = tags,
                Err(what) => self.problem(Code::TagsJson, field, format!("the tags cell {what}")),
            }
        }
        for code in all.remarks {
            self.remark(code, field);
        }
        if let Some((code, what)) = all.tags.iter().find_map(|tag| cells::unfit_text(tag, false)) {
            self.problem(code, field, format!("a tag {what}"));
        }
        if !self.keep {
            return Vec::new();
        }
        let mut tags: Vec<String> = all.tags.into_iter().map(Cow::into_owned).collect();
        for tag in &form.constant_tags {
            if !tags.contains(tag) {
                tags.push(tag.clone());
            }
        }
        tags
    }

    fn custom_fields(&mut self) -> Vec<(String, FieldValue)> {
        let form = self.form;
        let mut fields = Vec::new();
        if let Some(text) = form.custom_fields.as_ref().and_then(|value| self.filled("custom_fields", value))
        {
            match custom_fields::read(&text) {
                Ok(read) => fields = read,
                Err(what) => {
                    self.problem(
                        Code::CustomFieldsJson,
                        "custom_fields",
                        format!("the custom_fields cell {what}"),
                    );
                }
            }
        }
        for (label, value) in &mut fields {
            if let Some(declared) = form.types.get(label) {
                let read = declared.check(value);
                self.take_typed(label, value, read);
            }
        }
        for Labelled { label, name, value } in &form.labelled {
            let Some(text) = self.filled(name, value) else { continue };
            if fields.iter().any(|(known, _)| known == label) {
                self.problem(
                    Code::CustomFieldsJson,
                    name.as_str(),
                    "the custom field has a value in its own column and another in the custom_fields cell",
                );
                continue;
            }
            if !self.keep && !form.types.contains_key(label) {
                if let Some((code, what)) = cells::unfit_text(&text, true) {
                    self.problem(code, name.as_str(), format!("the custom field {what}"));
                }
                continue;
            }
            let mut value = FieldValue::Text(text.into_owned());
            if let Some(declared) = form.types.get(label) {
                let read = declared.check(&value);
                self.take_typed(label, &mut value, read);
            }
            fields.push((label.clone(), value));
        }
        fields.retain(|(_, value)| !matches!(value, FieldValue::Options(options) if options.is_empty()));
        for (label, value) in &fields {
            let unfit = match value {
                FieldValue::Text(text) => cells::unfit_text(text, true),
                FieldValue::Options(options) => {
                    options.iter().find_map(|option| cells::unfit_text(option, true))
                }
            };
            if let Some((code, what)) = unfit {
                self.problem(code, format!("custom_fields.{label}"), format!("the custom field {what}"));
            }
        }
        fields
    }

    /// Takes a value as its type wants it, or what is wrong with it.
    fn take_typed(&mut self, label: &str, value: &mut FieldValue, read: Result<FieldValue, NoValue>) {
        let name = format!("custom_fields.{label}");
        match read {
            Ok(read) => {
                let is_converted =
                    matches!((&*value, &read), (FieldValue::Text(was), FieldValue::Text(is)) if was != is);
                if is_converted {
                    self.remark(Code::ValueConverted, &name);
                }
                *value = read;
            }
            Err((code, what)) => self.problem(code, name, format!("the custom field {what}")),
        }
    }

    fn note(&mut self) -> Option<String> {
        let field = "note";
        let text = self.form.note.as_ref().and_then(|value| self.filled(field, value))?;
        if let Some((code, what)) = cells::unfit_text(&text, true) {
            self.problem(code, field, format!("the note {what}"));
        }
        let length = if text.len() > LONGEST_NOTE {
            text.chars().count().max(text.encode_utf16().count())
        } else {
            text.len()
        };
        if length > LONGEST_NOTE {
            self.problem(
                Code::NoteLength,
                field,
                format!("the note has {length} characters; the API takes {LONGEST_NOTE}"),
            );
        }
        Some(self.kept(text))
    }

    fn kept(&self, text: Cow<'_, str>) -> String {
        if self.keep { text.into_owned() } else { String::new() }
    }
}

#[cfg(test)]
mod tests {
    use csv::ByteRecord;

    use super::super::{Facts, Mapping};
    use super::*;
    use crate::model::{Flaw, RowNumber};

    const HEADER: [&str; 10] = [
        "identifier",
        "source",
        "name",
        "tags",
        "custom_fields",
        "assigned_user",
        "team_uuid",
        "channel_uuid",
        "bot_status",
        "note",
    ];
    const UUID: &str = "414a6d692bd645ed803f2e7ce360d4c8";

    fn row(cells: &[&[u8]]) -> Row {
        Row { number: RowNumber::FIRST, line: 2, cells: ByteRecord::from(cells.to_vec()), flaw: None }
    }

    /// A row under [`HEADER`] with these cells filled.
    fn with(cells: &[(&str, &str)]) -> Row {
        let mut all = [""; HEADER.len()];
        all[0] = "+39 333 1234567";
        all[2] = "Ada";
        for (column, cell) in cells {
            all[HEADER.iter().position(|name| name == column).unwrap()] = cell;
        }
        row(&all.map(str::as_bytes))
    }

    fn form(words: &[&str]) -> Form {
        let mut mapping = Mapping::default();
        for words in words {
            match words.split_once(' ') {
                Some(("map", words)) => mapping.map(words).unwrap(),
                Some(("set", words)) => mapping.set(words).unwrap(),
                _ => panic!("{words}"),
            }
        }
        let mut facts = Facts::new(&HEADER.map(str::to_owned));
        facts.note(&with(&[]));
        mapping.resolve(&HEADER.map(str::to_owned), &facts).unwrap().form
    }

    fn fill(cells: &[(&str, &str)]) -> Result<(NewContact, Vec<Remark>), Rejection> {
        form(&[]).fill(&with(cells))
    }

    fn codes(rejection: &Rejection) -> Vec<Code> {
        rejection.problems().iter().map(|problem| problem.code).collect()
    }

    fn remarks(cells: &[(&str, &str)]) -> Vec<Code> {
        fill(cells).unwrap().1.iter().map(|remark| remark.code).collect()
    }

    #[test]
    fn every_wire_field_is_filled() {
        let (contact, _) = fill(&[
            ("source", "WhatsApp"),
            ("tags", "VIP, Rome"),
            ("custom_fields", r#"{"City":"Rome"}"#),
            ("assigned_user", "bob@example.com"),
            ("team_uuid", UUID),
            ("channel_uuid", UUID),
            ("bot_status", "BOT_END"),
            ("note", "two\nlines"),
        ])
        .unwrap();
        let expected = NewContact {
            identifier: "393331234567".to_owned(),
            source: Source::Whatsapp,
            name: "Ada".to_owned(),
            tags: vec!["VIP".to_owned(), "Rome".to_owned()],
            custom_fields: vec![("City".to_owned(), FieldValue::Text("Rome".to_owned()))],
            assigned_user: Some("bob@example.com".to_owned()),
            team_uuid: Some(UUID.to_owned()),
            channel_uuid: Some(UUID.to_owned()),
            bot_status: Some(BotStatus::End),
            note: Some("two\nlines".to_owned()),
        };
        assert!(contact == expected);
    }

    #[test]
    fn empty_cells_leave_the_field_out() {
        let (contact, remarks) = fill(&[("note", "  "), ("tags", " , "), ("custom_fields", "{}")]).unwrap();
        assert!(contact.note.is_none() && contact.tags.is_empty() && contact.custom_fields.is_empty());
        assert!(contact.assigned_user.is_none() && contact.bot_status.is_none());
        assert!(!remarks.iter().any(|remark| remark.code == Code::MissingName));
    }

    #[test]
    fn every_problem_of_a_row_is_told_at_once() {
        let long = "x".repeat(1001);
        let rejection = fill(&[
            ("identifier", "call me"),
            ("source", "sms"),
            ("name", "\u{200b} "),
            ("tags", "[VIP"),
            ("custom_fields", "City: Rome"),
            ("assigned_user", "Bob"),
            ("team_uuid", "Sales"),
            ("channel_uuid", "Main"),
            ("bot_status", "off"),
            ("note", &long),
        ])
        .unwrap_err();
        assert_eq!(
            codes(&rejection),
            [
                Code::Source,
                Code::MissingName,
                Code::TagsJson,
                Code::CustomFieldsJson,
                Code::AssignedUser,
                Code::TeamUuid,
                Code::ChannelUuid,
                Code::BotStatus,
                Code::NoteLength,
            ]
        );
        let rejection = fill(&[("identifier", "call me"), ("name", ""), ("bot_status", "off")]).unwrap_err();
        assert_eq!(codes(&rejection), [Code::PhoneCharacters, Code::MissingName, Code::BotStatus]);
        assert_eq!(rejection.identifier, "call me", "the results show what stood in the file");
    }

    #[test]
    fn rows_of_the_wrong_shape_are_refused_as_a_whole() {
        let form = form(&[]);
        let code = |row: &Row| codes(&form.fill(row).unwrap_err());
        assert_eq!(code(&row(&[b"+393331234567", b"", b"Ada"])), [Code::FieldCount]);
        assert_eq!(code(&row(&[&b""[..]; 10])), [Code::EmptyRow]);
        assert_eq!(code(&row(&[&b""[..]; 3])), [Code::EmptyRow]);
        assert_eq!(code(&row(&HEADER.map(str::as_bytes))), [Code::RepeatedHeader]);
        let mut bytes: Vec<&[u8]> = vec![b"+393331234567", b"", b"Jos\xe9"];
        bytes.extend([&b""[..]; 7]);
        let rejection = form.fill(&row(&bytes)).unwrap_err();
        assert_eq!(codes(&rejection), [Code::Encoding]);
        assert!(rejection.problems()[0].message.contains("\"name\""));
        for (flaw, expected) in
            [(Flaw::UnclosedQuote, Code::UnclosedQuote), (Flaw::TextAfterQuote, Code::TextAfterQuote)]
        {
            assert_eq!(code(&Row { flaw: Some(flaw), ..with(&[]) }), [expected]);
        }
    }

    #[test]
    fn a_note_of_1000_characters_passes_however_they_are_counted() {
        assert!(fill(&[("note", &"é".repeat(1000))]).is_ok());
        assert!(fill(&[("note", &"🙂".repeat(500))]).is_ok());
        let rejection = fill(&[("note", &"🙂".repeat(501))]).unwrap_err();
        assert_eq!(codes(&rejection), [Code::NoteLength]);
    }

    #[test]
    fn text_that_steers_screens_is_refused_where_it_stands() {
        for (column, cell, code, field) in [
            ("name", "A\u{1b}[2J", Code::ControlCharacter, "name"),
            ("name", "A\nB", Code::LineBreak, "name"),
            ("name", "A\u{202e}B", Code::ControlCharacter, "name"),
            ("tags", "a,b\nc", Code::LineBreak, "tags"),
            ("note", "a\u{0}b", Code::ControlCharacter, "note"),
            ("custom_fields", r#"{"City":"a\u0007"}"#, Code::ControlCharacter, "custom_fields.City"),
        ] {
            let rejection = fill(&[(column, cell)]).unwrap_err();
            assert_eq!(codes(&rejection), [code], "{cell:?}");
            assert_eq!(rejection.problems()[0].field.as_deref(), Some(field));
        }
    }

    #[test]
    fn other_sources_keep_their_identifier_as_given() {
        let (contact, _) = fill(&[("identifier", " ig.user_01 "), ("source", "instagram")]).unwrap();
        assert_eq!((contact.identifier.as_str(), contact.source), ("ig.user_01", Source::Instagram));
    }

    #[test]
    fn what_was_done_to_a_row_is_remarked_on() {
        assert_eq!(remarks(&[("identifier", "+393331234567")]), []);
        assert_eq!(remarks(&[]), [Code::PhonePunctuation]);
        assert!(remarks(&[("name", " Ada ")]).contains(&Code::Trimmed));
        assert!(remarks(&[("tags", "a,b,a")]).contains(&Code::TagRepeated));
        assert!(remarks(&[("name", "NULL")]).contains(&Code::NamePlaceholder));
        assert!(remarks(&[("name", &"n".repeat(256))]).contains(&Code::NameLong));
        assert!(remarks(&[("identifier", "+1 555 123 4567")]).contains(&Code::PhoneUnknownRange));
    }

    #[test]
    fn constants_go_to_every_row_and_constant_tags_join_those_of_the_cell() {
        let form = form(&["set tags=import, VIP", "set custom_fields.Origin=CRM", "set bot_status=bot_end"]);
        let (contact, _) = form.fill(&with(&[("tags", "VIP,Rome")])).unwrap();
        assert_eq!(contact.tags, ["VIP", "Rome", "import"]);
        assert_eq!(contact.custom_fields, [("Origin".to_owned(), FieldValue::Text("CRM".to_owned()))]);
        assert_eq!(contact.bot_status, Some(BotStatus::End));
    }

    #[test]
    fn a_custom_field_given_in_two_places_is_a_problem() {
        let form = form(&["map custom_fields.City=note"]);
        let rejection =
            form.fill(&with(&[("custom_fields", r#"{"City":"Rome"}"#), ("note", "Milan")])).unwrap_err();
        assert_eq!(codes(&rejection), [Code::CustomFieldsJson]);
    }
}
