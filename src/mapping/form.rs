//! The mapping fitted to one header: column numbers, no names.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::draft::{Draft, Who};
use super::filling::Filling;
use super::guess::JUDGED;
use super::known_by::KnownBy;
use super::names::Names;
use super::numbers::Numbers;
use super::phone::Country;
use super::tags::Separator;
use super::texts::Texts;
use super::typed::FieldType;
use super::value::Value;
use crate::model::{
    Code, Field, Flaw, NewContact, Problem, Rejection, Remark, Row, RowNumber, has_mend_mark,
    width_of_the_list,
};
use crate::words::message;

/// A custom field with a place of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Labelled {
    pub(super) label: String,
    /// `custom_fields.<label>`
    pub(super) name: String,
    pub(super) value: Value,
}

/// A column that says who does not want messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct SaysNo {
    pub(super) column: usize,
    /// In lower case; `*` is any text.
    pub(super) values: Vec<String>,
}

impl SaysNo {
    pub(super) fn is_said_by(&self, cell: &str) -> bool {
        let cell = cell.trim();
        !cell.is_empty() && self.values.iter().any(|value| value == "*" || cell.to_lowercase() == *value)
    }
}

/// How each row of one file becomes a contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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
    pub(super) types: BTreeMap<String, FieldType>,
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
    /// The row that is the total of the table, as far as its rows were seen.
    #[serde(skip)]
    pub(super) totals_row: Option<RowNumber>,
    /// Who is known by another number than the one that would be taken; what a run is has nothing to do with it.
    #[serde(skip)]
    pub(super) known_by: KnownBy,
}

impl Form {
    /// Makes a contact of a row, or tells everything that is wrong with it.
    ///
    /// # Errors
    ///
    /// If the row cannot be a contact.
    pub fn fill(&self, row: &Row) -> Result<(NewContact, Vec<Remark>), Rejection> {
        self.draft(row).map(|(draft, remarks)| (draft.contact(&self.constant_tags), remarks))
    }

    /// Finds out whether the row can be a contact, and who it is, without making the contact.
    ///
    /// # Errors
    ///
    /// If the row cannot be a contact: the same as by [`Self::fill`].
    pub fn look<'r>(&'r self, row: &'r Row) -> Result<(Who<'r>, Vec<Remark>), Rejection> {
        self.draft(row).map(|(draft, remarks)| (draft.who(), remarks))
    }

    fn draft<'r>(&'r self, row: &'r Row) -> Result<(Draft<'r>, Vec<Remark>), Rejection> {
        match self.texts(row) {
            Ok(texts) => Filling::new(self, texts, self.known_by.of(row.number)).fill(),
            Err(problem) => {
                let rejection = Rejection::new(vec![problem], String::new(), String::new(), String::new());
                #[expect(clippy::expect_used, reason = "there is a problem")]
                Err(rejection.expect("there is a problem"))
            }
        }
    }

    /// A custom field that would read numbers of one of these columns otherwise than with a point before the fraction, and
    /// that column.
    pub fn misreads_points<'f>(&'f self, pointed: &[String]) -> Option<(&'f str, &'f str)> {
        let misreads = |labelled: &&Labelled| matches!(self.types.get(&labelled.label), Some(FieldType::Number { decimal, .. }) if *decimal != '.');
        self.labelled.iter().filter(misreads).find_map(|labelled| {
            let mut columns = labelled.value.columns().into_iter().map(|at| self.header[at].as_str());
            let column = columns.find(|column| pointed.iter().any(|pointed| pointed == column))?;
            Some((labelled.label.as_str(), column))
        })
    }

    /// Says which columns have numbers of which the format says that they are such, and have a fraction.
    pub fn know_points(&mut self, pointed: &[String]) {
        let is_pointed = |at: &usize| pointed.iter().any(|name| *name == self.header[*at]);
        self.identifier.quantities = (0..self.header.len()).filter(is_pointed).collect();
    }

    /// A field that would be sent a list as the text that it is written in: the field, the column and the line, of those
    /// columns and lines that have lists.
    pub fn writes_out_a_list<'f>(&'f self, listed: &'f [(String, u64)]) -> Option<(Field, &'f str, u64)> {
        let texts = [(Field::Name, Some(&self.name)), (Field::Note, self.note.as_ref())];
        texts.into_iter().find_map(|(field, value)| {
            let columns = value.map(Value::columns).unwrap_or_default();
            let mut columns = columns.into_iter().map(|at| self.header[at].as_str());
            let found = columns.find_map(|column| listed.iter().find(|(listed, _)| listed == column));
            found.map(|(column, line)| (field, column.as_str(), *line))
        })
    }

    /// Says who is known by another number than the one that would be taken.
    pub fn know_people(&mut self, known_by: KnownBy) {
        self.known_by = known_by;
    }

    /// How many rows' people are known by another number than the one that would be taken, or may be.
    pub fn known_by_other_numbers(&self) -> u64 {
        self.known_by.len()
    }

    /// Whether somebody may be known by another number than the one that is taken: a row may have several, or one that is read
    /// by the country of its row.
    pub fn may_have_other_numbers(&self) -> bool {
        self.identifier.may_have_others()
    }

    /// Whether a column says of which country the number of a row is.
    pub fn reads_by_country(&self) -> bool {
        self.identifier.is_by_country()
    }

    /// The country that the row names for its numbers.
    pub fn country_of_numbers(&self, row: &Row) -> Option<Country> {
        self.identifier.country_of(self.texts(row).ok()?)
    }

    /// The numbers of a row besides `taken`, in digits with country code; where a column gives the country of numbers, a national
    /// one also as it is read in the default country and in `countries`, if that is sought.
    ///
    /// # Errors
    ///
    /// Those of `is_sought`.
    pub fn other_numbers<E>(
        &self,
        row: &Row,
        taken: &str,
        countries: &[Country],
        is_sought: impl FnMut(&str) -> Result<bool, E>,
    ) -> Result<Vec<String>, E> {
        let default = self.identifier.default_country.into_iter();
        let countries: Vec<Country> = match self.reads_by_country() {
            true => default.chain(countries.iter().copied()).collect(),
            false => Vec::new(),
        };
        let mut all = self.numbers_in(row, &countries, is_sought)?;
        all.retain(|number| number != taken);
        Ok(all)
    }

    /// The numbers of a row, in digits with country code; a national one also as it is read in `countries`, if that is sought: there
    /// are many of them, and reading takes its time.
    ///
    /// # Errors
    ///
    /// Those of `is_sought`.
    pub fn numbers_in<E>(
        &self,
        row: &Row,
        countries: &[Country],
        is_sought: impl FnMut(&str) -> Result<bool, E>,
    ) -> Result<Vec<String>, E> {
        let texts = self.texts(row).ok();
        texts.map_or(Ok(Vec::new()), |texts| self.identifier.all(texts, countries, is_sought))
    }

    /// A column that is called as countries are and nothing else, where no column gives the country of numbers.
    pub fn says_country(&self) -> Option<&str> {
        let says = self.identifier.saying_country().iter().find(|says| says.is_of_countries());
        says.map(|says| self.header[says.column].as_str())
    }

    /// The columns that say who somebody is.
    pub(super) fn identifier_columns(&self) -> Vec<usize> {
        self.identifier.candidates.iter().flat_map(|candidate| candidate.value.columns()).collect()
    }

    /// The columns that say who somebody is, in the order in which they are tried.
    pub fn identified_by(&self) -> Vec<&str> {
        self.identifier_columns().into_iter().map(|at| self.header[at].as_str()).collect()
    }

    /// The columns that say what somebody is called, in the order in which they are tried.
    pub fn named_by(&self) -> Vec<&str> {
        self.name.columns().into_iter().map(|at| self.header[at].as_str()).collect()
    }

    /// The source that every row has, whatever its cells hold.
    pub fn constant_source(&self) -> Option<&str> {
        match &self.source {
            Value::Constant(source) => Some(source),
            _ => None,
        }
    }

    /// The columns that say of which source somebody is.
    pub fn sources_from(&self) -> Vec<&str> {
        self.source.columns().into_iter().map(|at| self.header[at].as_str()).collect()
    }

    /// The columns in which words say who wants no messages. One that says so by any text, as a time does, is there only in
    /// the lists of those who said no.
    pub fn says_no_in(&self) -> Vec<&str> {
        let in_words = self.unsubscribed.iter().filter(|no| !no.values.iter().any(|value| value == "*"));
        in_words.map(|no| self.header[no.column].as_str()).collect()
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

    /// The fields that columns give because their values fit.
    pub fn judged_fields(&self) -> Vec<&'static str> {
        let is_from_a_column = |field: &Field| {
            let value = match field {
                Field::AssignedUser => self.assigned_user.as_ref(),
                Field::TeamUuid => self.team_uuid.as_ref(),
                Field::ChannelUuid => self.channel_uuid.as_ref(),
                Field::BotStatus => self.bot_status.as_ref(),
                _ => Some(&self.source),
            };
            value.is_some_and(|value| !value.columns().is_empty())
        };
        JUDGED.iter().filter(|field| is_from_a_column(field)).map(|field| field.wire_name()).collect()
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

    /// The codes that an earlier run told of this row, if it comes from that run's `failures.csv`.
    fn earlier_codes<'r>(&self, row: &'r Row) -> impl Iterator<Item = Code> + use<'r> {
        let code = self.earlier_code.and_then(|column| row.cells.get(column));
        let code = code.and_then(|code| std::str::from_utf8(code).ok());
        code.unwrap_or_default().split(';').filter_map(Code::named)
    }

    /// Whether an earlier run took this row for the total of a table: without the other rows nothing shows that.
    fn was_a_total(&self, row: &Row) -> bool {
        self.earlier_code.is_some() && self.earlier_codes(row).any(|code| code == Code::TotalsRow)
    }

    /// Whether an earlier run left this row unconfirmed or gave it up, so that it must be looked up before it is sent:
    /// the row comes from that run's `failures.csv`, and the same command may have sent it again since.
    pub fn is_in_doubt(&self, row: &Row) -> bool {
        let status = self.earlier_status.and_then(|column| row.cells.get(column));
        let is_open = matches!(status, Some(b"unconfirmed" | b"failed"));
        let was_never_sent = || self.earlier_codes(row).any(Code::is_without_effect);
        is_open && !was_never_sent()
    }

    /// Whether the rows are those of a `failures.csv`.
    pub fn is_of_failures(&self) -> bool {
        self.earlier_status.is_some()
    }

    /// Whether this row has room for the word that [`is_in_doubt`](Self::is_in_doubt) goes by, and does not say it: if it
    /// did when it was read last, somebody has taken it out, and knows that the contact is not there.
    pub fn is_in_no_doubt(&self, row: &Row) -> bool {
        self.earlier_status.is_some() && !self.is_in_doubt(row)
    }

    /// Whether this row says whether an earlier run left it in doubt, by that run's word or by none in its place. Of one that was
    /// never sent, or refused, its word tells nothing about whom it has become since.
    pub fn says_itself(&self, row: &Row) -> bool {
        let word = self.earlier_status.and_then(|column| row.cells.get(column));
        self.is_in_doubt(row) || word.is_some_and(<[u8]>::is_empty)
    }

    /// # Errors
    ///
    /// If a value of a line of JSON is nested that does not give the custom fields, which are an object.
    fn nested(&self, row: &Row) -> Result<(), Problem> {
        let fields = self.custom_fields.as_ref().map(Value::columns).unwrap_or_default();
        let is_of_fields = |at: usize, cell: &[u8]| fields.contains(&at) && cell.starts_with(b"{");
        let mut cells = row.cells.iter().enumerate();
        let problem = |field: Option<&String>, message| Problem {
            code: Code::JsonNested,
            field: field.cloned(),
            message,
            example: None,
        };
        if let Some((at, _)) = cells.find(|&(at, cell)| !is_of_fields(at, cell) && is_nested(cell)) {
            let key = &self.header[at];
            let command = as_text(key);
            return Err(problem(Some(key), message!("row-json-nested", key, command)));
        }
        if row.cells.iter().enumerate().any(|(at, cell)| is_of_fields(at, cell)) {
            return Ok(());
        }
        Err(problem(None, Flaw::JsonNested.message()))
    }

    /// The cells as text, if the row has the shape of the header.
    fn texts<'r>(&self, row: &'r Row) -> Result<Texts<'r>, Problem> {
        let problem = |code, message| Problem { code, field: None, message, example: None };
        match row.flaw {
            Some(Flaw::JsonNested) => self.nested(row)?,
            Some(flaw) => {
                let (what, breaks) = (flaw.message(), line_breaks(row));
                // A quote that is open to the end has the end of the last line in it, which begins no other.
                let has_end = flaw == Flaw::UnclosedQuote && row.cells.as_slice().ends_with(b"\n");
                let lines = breaks + usize::from(!has_end);
                let message = if lines <= 1 { what } else { message!("flaw-over-lines", what, lines) };
                return Err(problem(flaw.code(), message));
            }
            None => {}
        }
        if row.cells.as_slice().is_empty() {
            return Err(problem(Code::EmptyRow, message!("row-empty")));
        }
        // Also in a list that is not known to be of failures any more: somebody may have taken our columns away.
        let is_to_mend = has_mend_mark(&row.cells);
        if row.cells.len() != self.header.len() {
            let (cells, columns) = (row.cells.len(), self.header.len());
            let message = if cells > columns && width_of_the_list(&self.header).is_some() {
                message!("row-cells-to-mend", cells, columns)
            } else if is_to_mend {
                message!("row-to-mend")
            } else {
                message!("row-cells", cells, columns)
            };
            return Err(problem(Code::FieldCount, message));
        }
        if is_to_mend {
            return Err(problem(Code::FieldCount, message!("row-to-mend")));
        }
        let texts = Texts::of(&row.cells).ok_or_else(|| {
            let mut named = row.cells.iter().zip(&self.header);
            let broken = named.find(|(cell, _)| std::str::from_utf8(cell).is_err());
            let column = broken.map_or("", |(_, column)| column);
            problem(Code::Encoding, message!("row-encoding", column))
        })?;
        if self.header.iter().enumerate().all(|(at, column)| texts.at(at) == column) {
            return Err(problem(Code::RepeatedHeader, message!("row-repeated-header")));
        }
        if self.totals_row == Some(row.number) || self.was_a_total(row) {
            return Err(problem(Code::TotalsRow, message!("row-totals")));
        }
        Ok(texts)
    }
}

/// Whether a cell is a JSON object, or a list of objects or lists.
fn is_nested(cell: &[u8]) -> bool {
    let begins = |text: &[u8]| matches!(text.first(), Some(b'{' | b'['));
    match cell.first() {
        Some(b'{') => serde_json::from_slice::<IgnoredAny>(cell).is_ok(),
        Some(b'[') => serde_json::from_slice::<Vec<&RawValue>>(cell)
            .is_ok_and(|elements| elements.iter().any(|element| begins(element.get().as_bytes()))),
        _ => false,
    }
}

/// The command that makes a text of what stands under a key.
fn as_text(key: &str) -> String {
    let is_word = key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let path = if is_word { format!(".{key}") } else { format!(".[{}]", serde_json::Value::from(key)) };
    let filter = format!("{path} |= tojson");
    format!("jq -c {}", shlex::try_quote(&filter).unwrap_or_default())
}

/// Line ends inside of the cells of a row.
fn line_breaks(row: &Row) -> usize {
    let cells = row.cells.as_slice();
    let alone = |(at, byte): (usize, &u8)| match byte {
        b'\n' => true,
        b'\r' => cells.get(at + 1) != Some(&b'\n'),
        _ => false,
    };
    cells.iter().enumerate().filter(|&found| alone(found)).count()
}

#[cfg(test)]
mod tests {
    use csv::ByteRecord;

    use super::super::{Facts, Mapping};
    use super::*;
    use crate::model::{BotStatus, FieldValue, Flaw, RowNumber, Source};

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
    fn the_row_of_a_total_is_refused_by_its_place_and_where_it_is_given_back_by_its_code() {
        let mut form = form(&[]);
        form.totals_row = Some(RowNumber::FIRST);
        assert_eq!(codes(&form.fill(&with(&[])).unwrap_err()), [Code::TotalsRow]);
        let next = Row { number: RowNumber::FIRST.next(), ..with(&[]) };
        assert!(form.fill(&next).is_ok());
        let header = ["phone", "name", "import_status", "import_code"].map(str::to_owned);
        let form = Mapping::default().resolve(&header, &Facts::new(&header)).unwrap().form;
        let given_back =
            |code: &str| form.fill(&row(&["+39 333 1234567", "Ada", "invalid", code].map(str::as_bytes)));
        assert_eq!(codes(&given_back("totals_row").unwrap_err()), [Code::TotalsRow]);
        assert!(given_back("phone_length").is_ok() && given_back("").is_ok());
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
        assert!(rejection.problems()[0].message.to_string().contains("\"name\""));
        for (flaw, expected) in
            [(Flaw::UnclosedQuote, Code::UnclosedQuote), (Flaw::TextAfterQuote, Code::TextAfterQuote)]
        {
            assert_eq!(code(&Row { flaw: Some(flaw), ..with(&[]) }), [expected]);
        }
    }

    #[test]
    fn a_nested_value_is_the_custom_fields_or_is_named_with_what_makes_a_text_of_it() {
        let mapping = Mapping::default();
        let header: Vec<String> = ["phone", "name", "custom_fields", "my address"].map(str::to_owned).into();
        let form = mapping.resolve(&header, &Facts::new(&header)).unwrap().form;
        let fill = |fields: &str, address: &str| {
            let cells = [b"+393331234567", &b"Ada"[..], fields.as_bytes(), address.as_bytes()];
            form.fill(&Row { flaw: Some(Flaw::JsonNested), ..row(&cells) })
        };
        let (contact, _) = fill(r#"{"City":"Rome","Int":["a","b"]}"#, "[x]").unwrap();
        assert_eq!(contact.custom_fields.len(), 2);
        for (fields, address, key, command) in [
            ("{}", r#"{"City":"Rome"}"#, "my address", "jq -c '.[\"my address\"] |= tojson'"),
            (r#"{"City":"Rome"}"#, "[[1]]", "my address", "jq -c '.[\"my address\"] |= tojson'"),
            (r#"[{"City":"Rome"}]"#, "", "custom_fields", "jq -c '.custom_fields |= tojson'"),
        ] {
            let refused = fill(fields, address).unwrap_err();
            let problem = &refused.problems()[0];
            assert_eq!((problem.code, problem.field.as_deref()), (Code::JsonNested, Some(key)));
            assert!(problem.message.to_string().contains(command), "{}", problem.message);
        }
        // What the object holds is judged as that of any such cell.
        let deeper = fill(r#"{"City":{"a":1}}"#, "").unwrap_err();
        assert_eq!(deeper.problems()[0].code, Code::CustomFieldsJson);
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
    fn what_a_program_writes_where_there_is_nothing_is_left_out_and_counted() {
        let (contact, remarks) = fill(&[
            ("tags", "VIP, NULL,\\N"),
            ("note", "#REF!"),
            ("custom_fields", r##"{"City":"(null)","Size":"n/a","Of":["a","#N/A"],"None":["NULL"]}"##),
        ])
        .unwrap();
        assert_eq!((&contact.tags[..], &contact.note), (&["VIP".to_owned()][..], &None));
        let of = FieldValue::Options(vec!["a".to_owned()]);
        let size = FieldValue::Text("n/a".to_owned());
        assert_eq!(contact.custom_fields, [("Size".to_owned(), size), ("Of".to_owned(), of)]);
        let left_out = remarks.iter().filter(|remark| remark.code == Code::PlaceholderLeftOut);
        let fields: Vec<&str> = left_out.map(|remark| remark.field.as_str()).collect();
        assert_eq!(
            fields,
            ["tags", "tags", "custom_fields.City", "custom_fields.Of", "custom_fields.None", "note"]
        );
        let (contact, _) = fill(&[("custom_fields", "NULL")]).unwrap();
        assert!(contact.custom_fields.is_empty());
        let nobody = fill(&[("source", "instagram"), ("identifier", "\\N")]).unwrap_err();
        assert_eq!(codes(&nobody), [Code::MissingIdentifier]);
    }

    #[test]
    fn what_a_person_says_of_every_row_or_declares_as_an_option_is_no_word_for_nothing() {
        let (contact, remarks) =
            form(&["set custom_fields.State=null", "set tags=NULL"]).fill(&with(&[])).unwrap();
        assert_eq!(contact.tags, ["NULL"]);
        assert_eq!(contact.custom_fields, [("State".to_owned(), FieldValue::Text("null".to_owned()))]);
        assert!(!remarks.iter().any(|remark| remark.code == Code::PlaceholderLeftOut));
        let file = "[map]\nidentifier = \"identifier\"\nname = \"name\"\n\"custom_fields.State\" = \"note\"\n\
                    [custom_fields.State]\ntype = \"dropdown\"\noptions = [\"NULL\"]\n";
        let mapping = Mapping::from_toml(file, std::path::Path::new("m.toml")).unwrap();
        let header = HEADER.map(str::to_owned);
        let form = mapping.resolve(&header, &Facts::new(&header)).unwrap().form;
        let fields = |state: &str| form.fill(&with(&[("note", state)])).unwrap().0.custom_fields;
        assert_eq!(fields("NULL"), [("State".to_owned(), FieldValue::Text("NULL".to_owned()))]);
        assert!(fields("#N/A").is_empty());
    }

    #[test]
    fn a_custom_field_given_in_two_places_is_a_problem() {
        let form = form(&["map custom_fields.City=note"]);
        let rejection =
            form.fill(&with(&[("custom_fields", r#"{"City":"Rome"}"#), ("note", "Milan")])).unwrap_err();
        assert_eq!(codes(&rejection), [Code::CustomFieldsJson]);
    }
}
