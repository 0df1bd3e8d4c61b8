//! A mapping proposed for a file: what each column would become, and the mapping file that says so.

use std::fmt::Write as _;
use std::path::Path;

use toml_writer::{ToTomlValue as _, TomlStringBuilder};

use super::columns::distinct_names;
use super::request::Target;
use super::resolved::Said;
use super::{Country, Facts, Mapping, MappingError, MappingFile, Origin, Resolved, columns_of_numbers};
use crate::model::{Field, Row, escaped, masked, steers};
use crate::words::Message;

/// Sample values that are kept of each column.
const SAMPLES: usize = 3;

/// What the columns of a file hold, with a few values of each as a person may see them.
pub struct Seen {
    facts: Facts,
    rows: u64,
    samples: Vec<Vec<String>>,
}

impl Seen {
    /// For columns with these names, of which telephone numbers are read with this country.
    pub fn new(header: &[String], country: Option<Country>) -> Self {
        Self { facts: Facts::counting(header, country), rows: 0, samples: vec![Vec::new(); header.len()] }
    }

    /// Looks at one row.
    pub fn note(&mut self, row: &Row) {
        self.rows += 1;
        self.facts.note(row);
        if !row.has_sound_cells() || row.cells.len() != self.samples.len() {
            return;
        }
        for (samples, cell) in self.samples.iter_mut().zip(&row.cells) {
            if samples.len() == SAMPLES || cell.is_empty() {
                continue;
            }
            let sample = masked(String::from_utf8_lossy(cell).trim());
            if !sample.is_empty() && !samples.contains(&sample) {
                samples.push(sample);
            }
        }
    }
}

/// A field that takes from a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Becomes {
    /// As it is asked for.
    pub field: String,
    /// Nobody said so, nor does the column have the field's own name.
    pub is_guessed: bool,
}

/// One column as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposedColumn {
    /// Its name.
    pub name: String,
    /// Its share of filled cells, in per cent.
    pub filled: u64,
    /// Shapes of some of its values.
    pub samples: Vec<String>,
    /// The fields that take from it.
    pub becomes: Vec<Becomes>,
    /// Why nothing does.
    pub reason: Option<Message>,
}

/// A mapping for a file.
pub struct Proposal {
    resolved: Resolved,
    /// Required fields that nothing gives yet.
    open: Vec<Field>,
    /// The columns that hold telephone numbers, where nobody can tell which of them is meant.
    numbers: Vec<String>,
    /// What rests on a guess.
    guessed: Vec<Target>,
}

impl Proposal {
    /// Proposes what is not asked for.
    ///
    /// # Errors
    ///
    /// If what is asked for does not fit the file.
    pub fn new(asked: &Mapping, header: &[String], seen: &Seen) -> Result<Self, MappingError> {
        let mut mapping = asked.clone();
        let (mut open, mut numbers, mut guessed) = (Vec::new(), Vec::new(), Vec::new());
        loop {
            let error = match mapping.resolve(header, &seen.facts) {
                Ok(resolved) => {
                    let by_header = resolved.chosen.iter().filter(|chosen| chosen.origin == Origin::Guessed);
                    guessed.extend(by_header.map(|chosen| chosen.target.clone()));
                    return Ok(Self { resolved, open, numbers, guessed });
                }
                Err(error) => error,
            };
            let names = distinct_names(header);
            let first = names.first().cloned().unwrap_or_default();
            let facts = |column: &String| {
                let at = names.iter().position(|name| name == column);
                at.map(|at| seen.facts.column(at))
            };
            let (field, places) = match error {
                MappingError::SeveralClaim { field: "identifier", mut columns } => {
                    columns.sort_by_key(|column| std::cmp::Reverse(facts(column).map(|facts| facts.filled)));
                    (Field::Identifier, columns)
                }
                MappingError::SeveralClaim { columns, .. } => {
                    let fullest =
                        columns.into_iter().max_by_key(|column| facts(column).map(|facts| facts.filled));
                    (Field::Name, vec![fullest.unwrap_or(first)])
                }
                MappingError::Missing { field, .. } => {
                    let field = Field::from_wire_name(field).unwrap_or(Field::Name);
                    let found = match field {
                        Field::Identifier => columns_of_numbers(header, &seen.facts),
                        _ => Vec::new(),
                    };
                    if found.len() == 1 {
                        (field, found)
                    } else {
                        // Something must stand there for the rest to be looked at.
                        open.push(field);
                        numbers.extend(found);
                        mapping.map_first_of(Target::Field(field), &[first])?;
                        continue;
                    }
                }
                other => return Err(other),
            };
            mapping.map_first_of(Target::Field(field), &places)?;
            guessed.push(Target::Field(field));
        }
    }

    /// Required fields that nothing gives yet.
    pub fn open(&self) -> &[Field] {
        &self.open
    }

    /// The columns that hold telephone numbers, where several do, so that the identifier is open.
    pub fn numbers(&self) -> &[String] {
        &self.numbers
    }

    /// The fields that rest on a guess, as they are asked for.
    pub fn guessed(&self) -> Vec<String> {
        self.guessed.iter().map(Target::to_string).collect()
    }

    /// The same proposal with `column`, as it is shown, given to `target`, or to nothing.
    ///
    /// # Errors
    ///
    /// If that does not fit the file.
    pub fn changed(
        &self,
        column: &str,
        target: Option<Target>,
        header: &[String],
        seen: &Seen,
    ) -> Result<Self, MappingError> {
        let mut mapping = MappingFile::parse(&self.text("", seen), Path::new("mapping.toml"))?.mapping;
        mapping.give(column, target.clone());
        let mut changed = Self::new(&mapping, header, seen)?;
        // What the person has looked at and left is what it was.
        let stays = |guessed: &&Target| {
            let places = |of: &Self| {
                let chosen = of.resolved.chosen.iter().find(|chosen| chosen.target == **guessed);
                chosen.map(|chosen| chosen.places.clone())
            };
            target.as_ref() != Some(*guessed) && places(self) == places(&changed)
        };
        let guessed: Vec<Target> = self.guessed.iter().filter(stays).cloned().collect();
        changed.guessed.extend(guessed);
        Ok(changed)
    }

    /// The profile of the program that wrote the file, if one is known.
    pub fn profile(&self) -> Option<&super::Recognised> {
        self.resolved.profile.as_ref()
    }

    /// What each column would become, in the order of the file.
    pub fn columns(&self, header: &[String], seen: &Seen) -> Vec<ProposedColumn> {
        let used = self.used();
        let one = |(at, name): (usize, &String)| {
            let becomes: Vec<Becomes> = used
                .iter()
                .filter(|(_, columns)| columns.contains(&at))
                .map(|(target, _)| Becomes {
                    field: target.to_string(),
                    is_guessed: self.guessed.contains(target),
                })
                .collect();
            let unmapped = self.resolved.unmapped.iter().find(|unmapped| unmapped.column == *name);
            ProposedColumn {
                name: name.clone(),
                filled: seen.facts.column(at).filled * 100 / seen.rows.max(1),
                samples: seen.samples[at].clone(),
                reason: unmapped.filter(|_| becomes.is_empty()).map(|unmapped| unmapped.reason.clone()),
                becomes,
            }
        };
        distinct_names(header).iter().enumerate().map(one).collect()
    }

    /// The fields with the columns they take from.
    fn used(&self) -> Vec<(&Target, &[usize])> {
        let is_open = |target: &Target| self.open.iter().any(|field| *target == Target::Field(*field));
        let chosen = self.resolved.chosen.iter().filter(|chosen| !is_open(&chosen.target));
        chosen.map(|chosen| (&chosen.target, chosen.columns.as_slice())).collect()
    }

    /// The mapping file, with comments. `input` is the file's name, for the first line.
    pub fn text(&self, input: &str, seen: &Seen) -> String {
        let mut text = String::new();
        let _ = writeln!(
            text,
            "# A mapping for {input:?}, proposed by `callbell-import map`. Fields stand left, columns right."
        );
        let _ = writeln!(text, "# callbell-import run FILE --mapping THIS_FILE\n");
        self.map_table(&mut text, seen);
        self.set_table(&mut text);
        options(&mut text, &self.resolved.said);
        text
    }

    fn map_table(&self, text: &mut String, seen: &Seen) {
        text.push_str("[map] # field = \"column\", \"{template} of {columns}\", or a list: the first that has a value\n");
        for field in &self.open {
            if *field == Field::Identifier && !self.numbers.is_empty() {
                let columns = list(&self.numbers);
                let _ = writeln!(text, "# {field} = \"\" # required: choose one of {columns}");
                continue;
            }
            let _ = writeln!(text, "# {field} = \"\" # required, and no column seems to give it: choose one");
        }
        for chosen in &self.resolved.chosen {
            if chosen.places.is_empty()
                || self.open.iter().any(|field| chosen.target == Target::Field(*field))
            {
                continue;
            }
            let samples: Vec<&str> = chosen
                .columns
                .iter()
                .filter_map(|&column| seen.samples[column].first())
                .map(String::as_str)
                .take(SAMPLES)
                .collect();
            let guessed = if self.guessed.contains(&chosen.target) { "guessed: " } else { "" };
            match samples.is_empty() {
                true if guessed.is_empty() => {}
                true => text.push_str("# guessed\n"),
                false => {
                    let _ = writeln!(text, "# {guessed}such as {}", samples.join(" "));
                }
            }
            let key = key(&chosen.target.to_string());
            match &chosen.places[..] {
                [one] => {
                    let _ = writeln!(text, "{key} = {}", quoted(one));
                }
                several => {
                    let _ = writeln!(text, "{key} = {}", list(several));
                }
            }
        }
        for unmapped in &self.resolved.unmapped {
            let name = unmapped.column.trim();
            if !name.is_empty() {
                let reason = unmapped.reason.to_string();
                let _ = writeln!(text, "# not sent: {}: {}", quoted(name), escaped(&reason, steers));
            }
        }
    }

    fn set_table(&self, text: &mut String) {
        text.push_str("\n[set] # field = \"the same value for every row\"\n");
        for chosen in self.resolved.chosen.iter().filter(|chosen| chosen.places.is_empty()) {
            // A constant is shown in quotes.
            let from = chosen.from.to_string();
            let value = from.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or_default();
            let _ = writeln!(text, "{} = {}", key(&chosen.target.to_string()), quoted(value));
        }
    }
}

fn options(text: &mut String, said: &Said) {
    let rules = &said.rules;
    text.push_str("\n[options]\n");
    match said.default_country {
        Some(country) => {
            let _ = writeln!(text, "default_country = \"{country}\" # of numbers without + or 00");
        }
        None => text.push_str("# default_country = \"IT\" # of numbers without + or 00\n"),
    }
    let texts = [
        ("country_column", &rules.country_column, "goes before default_country"),
        ("country_code_column", &rules.country_code_column, "digits that belong before the number"),
        ("phone_separator", &rules.phone_separator, "between several numbers in one cell"),
        ("phone_label", &rules.phone_label, "says what kind of number it is"),
        ("tag_separator", &said.tag_separator, "between tags in one cell"),
    ];
    for (name, value, comment) in texts {
        if let Some(value) = value {
            let _ = writeln!(text, "{name} = {} # {comment}", quoted(value));
        }
    }
    let lists = [
        ("phone_prefer", &rules.phone_prefer, "kinds that are taken first"),
        ("tags_drop", &rules.tags_drop, "tags that are never sent"),
        (
            "continuation",
            &rules.continuation,
            "rows in which all of these are empty go on with the row above",
        ),
    ];
    for (name, values, comment) in lists {
        if !values.is_empty() {
            let _ = writeln!(text, "{name} = {} # {comment}", list(values));
        }
    }
    if said.include_unsubscribed {
        text.push_str("include_unsubscribed = true\n");
    }
    text.push_str("automatic = false # true: columns not mentioned here are mapped by their header\n");
    if !rules.unsubscribed.is_empty() {
        text.push_str("\n[unsubscribed] # column = [\"values that say no\"]; these people are left out\n");
        for (column, values) in &rules.unsubscribed {
            let _ = writeln!(text, "{} = {}", quoted(column), list(values));
        }
    }
    for (label, declared) in &said.types {
        let _ = writeln!(text, "\n[custom_fields.{}]", quoted(label));
        for (name, written) in declared.written() {
            let _ = writeln!(text, "{name} = {}", value(&written));
        }
    }
}

/// A text as TOML writes it, in one line: it may stand in a comment, or be a key.
fn quoted(plain: &str) -> String {
    let text = TomlStringBuilder::new(plain);
    if plain.contains(steers) {
        // TOML leaves those that are no ASCII as they are, and an editor would turn the line around.
        let basic = text.as_basic().to_toml_value();
        return basic.chars().map(as_in_a_basic_string).collect();
    }
    let one_line = text.as_basic_pretty().or_else(|| text.as_literal()).unwrap_or_else(|| text.as_basic());
    one_line.to_toml_value()
}

fn as_in_a_basic_string(c: char) -> String {
    if steers(c) { format!("\\u{:04X}", u32::from(c)) } else { c.to_string() }
}

fn value(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => quoted(text),
        toml::Value::Array(values) => {
            format!("[{}]", values.iter().map(self::value).collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

fn list(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
    format!("[{}]", texts.join(", "))
}

/// The line of a mapping file that takes a field from the first of several places that has a value.
pub(super) fn line_of_list(field: &str, places: &[String]) -> String {
    format!("{} = {}", key(field), list(places))
}

/// A key, quoted where TOML wants it.
fn key(name: &str) -> String {
    let is_bare = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if is_bare { name.to_owned() } else { quoted(name) }
}

#[cfg(test)]
mod tests {
    use csv::ByteRecord;

    use super::*;
    use crate::model::RowNumber;

    fn seen(header: &[&str], rows: &[&[&str]]) -> (Vec<String>, Seen) {
        let header: Vec<String> = header.iter().map(|&name| name.to_owned()).collect();
        let mut seen = Seen::new(&header, Country::parse("DE").ok());
        for cells in rows {
            let cells = ByteRecord::from(cells.to_vec());
            seen.note(&Row { number: RowNumber::FIRST, line: 2, cells, flaw: None });
        }
        (header, seen)
    }

    fn becomes(proposal: &Proposal, header: &[String], seen: &Seen) -> Vec<String> {
        let columns = proposal.columns(header, seen);
        let fields = |column: &ProposedColumn| {
            column.becomes.iter().map(|becomes| becomes.field.clone()).collect::<Vec<_>>().join("+")
        };
        columns.iter().map(|column| format!("{} > {}", column.name, fields(column))).collect()
    }

    #[test]
    fn a_proposal_shows_shares_shapes_and_fields_and_its_file_maps_alike() {
        let (header, seen) = seen(
            &["Mobile", "Prénom", "Nom", "Ville"],
            &[&["06 12", "Zoé", "B", ""], &["0613", "", "C", ""]],
        );
        let proposal = Proposal::new(&Mapping::default(), &header, &seen).unwrap();
        let columns = proposal.columns(&header, &seen);
        assert_eq!((columns[1].filled, columns[1].samples.join("|")), (50, "xxx".to_owned()));
        assert_eq!(columns[3].reason, Some(Message::new("unmapped-empty")));
        let map = ["Mobile > identifier", "Prénom > name", "Nom > name", "Ville > "];
        assert_eq!(becomes(&proposal, &header, &seen), map);
        let file = MappingFile::parse(&proposal.text("in.csv", &seen), Path::new("m.toml")).unwrap();
        let again = Proposal::new(&file.mapping, &header, &seen).unwrap();
        assert_eq!(becomes(&again, &header, &seen), map);
        assert!(!proposal.text("in.csv", &seen).contains("Zoé"), "values are masked");
    }

    #[test]
    fn names_of_columns_in_several_lines_stay_in_the_line_of_the_file_that_they_stand_in() {
        let header =
            ["Full\nname", "Mobile\nphone", "Land\r\nline\"s", "E\\mail\nname", "\u{7f}\tx\nsource ="];
        let rows: [&[&str]; 2] = [
            &["Ada", "+39 333 1234501", "+39 06 1234501", "a@b.example", "1"],
            &["Bo", "+39 333 1234502", "+39 06 1234502", "b@b.example", "2"],
        ];
        let (header, seen) = seen(&header, &rows);
        let mut asked = Mapping::default();
        asked.map_first_of(Target::Custom("Of\ntwo lines".to_owned()), &header[4..]).unwrap();
        for places in [&header[1..2], &header[1..3]] {
            let mut asked = asked.clone();
            asked.map_first_of(Target::Field(Field::Identifier), places).unwrap();
            let proposal = Proposal::new(&asked, &header, &seen).unwrap();
            let text = proposal.text("in.csv", &seen);
            let file = MappingFile::parse(&text, Path::new("m.toml"))
                .unwrap_or_else(|error| panic!("{error}\n{text}"));
            let again = Proposal::new(&file.mapping, &header, &seen).unwrap();
            assert_eq!(becomes(&again, &header, &seen), becomes(&proposal, &header, &seen), "{text}");
        }
        // Of several that could be meant, none of which was chosen.
        let open = Proposal::new(&Mapping::default(), &header, &seen).unwrap();
        assert!(MappingFile::parse(&open.text("in.csv", &seen), Path::new("m.toml")).is_ok());
    }

    #[test]
    fn whatever_the_names_of_columns_hold_nothing_in_the_file_steers_an_editor() {
        let header = ["Full\u{202e}name", "Mobile\u{85}\u{2028}phone", "\u{feff}Spare\u{2066} \u{1b}[31m"];
        let (header, seen) = seen(&header, &[&["Ada", "+39 333 1234501", "\u{202e}a"]]);
        let mut asked = Mapping::default();
        asked.map_first_of(Target::Field(Field::Name), &header[..1]).unwrap();
        asked.map_first_of(Target::Field(Field::Identifier), &header[1..2]).unwrap();
        let proposal = Proposal::new(&asked, &header, &seen).unwrap();
        let text = proposal.text("in\u{202e}.csv", &seen);
        assert!(!text.contains(|c| c != '\n' && steers(c)), "{}", text.escape_unicode());
        assert!(text.contains(r#"name = "Full\u202Ename""#), "{text}");
        let file = MappingFile::parse(&text, Path::new("m.toml")).unwrap();
        let again = Proposal::new(&file.mapping, &header, &seen).unwrap();
        assert_eq!(becomes(&again, &header, &seen), becomes(&proposal, &header, &seen), "{text}");
        let declared = toml::Value::from(vec!["a\u{202e}b", "c"]);
        assert_eq!(value(&declared), r#"["a\u202Eb", "c"]"#);
    }

    #[test]
    fn several_numbers_are_proposed_in_the_order_of_their_fill() {
        let (header, seen) =
            seen(&["phone", "mobile", "name"], &[&["", "+393331", "A"], &["+39334", "+39333", "B"]]);
        let proposal = Proposal::new(&Mapping::default(), &header, &seen).unwrap();
        assert!(proposal.text("", &seen).contains("identifier = [\"mobile\", \"phone\"]"));
    }

    #[test]
    fn a_column_of_numbers_is_found_by_its_values_and_a_missing_name_is_left_open() {
        let (header, seen) = seen(&["A", "B"], &[&["x", "+39 333 1234567"], &["y", "06-12-34-56-78"]]);
        let proposal = Proposal::new(&Mapping::default(), &header, &seen).unwrap();
        assert_eq!(proposal.open(), [Field::Name]);
        assert_eq!(becomes(&proposal, &header, &seen), ["A > ", "B > identifier"]);
        let named = proposal.changed("A", Some(Target::Field(Field::Name)), &header, &seen).unwrap();
        assert!(named.open().is_empty());
        assert_eq!(becomes(&named, &header, &seen), ["A > name", "B > identifier"]);
        let taken_away = named.changed("B", None, &header, &seen).unwrap();
        assert_eq!(becomes(&taken_away, &header, &seen)[0], "A > name");
    }

    #[test]
    fn where_several_columns_hold_numbers_the_identifier_is_open_and_what_is_guessed_is_said_to_be() {
        let (header, seen) = seen(
            &["name", "Kundennummer", "Handynummer", "Telefon privat"],
            &[&["Ada", "20481234", "0171 1234567", "0171 1234568"]],
        );
        let proposal = Proposal::new(&Mapping::default(), &header, &seen).unwrap();
        assert_eq!((proposal.open(), proposal.guessed()), (&[Field::Identifier][..], vec![]));
        assert_eq!(proposal.numbers(), ["Handynummer", "Telefon privat"]);
        let open = "# identifier = \"\" # required: choose one of [\"Handynummer\", \"Telefon privat\"]\n";
        assert!(proposal.text("", &seen).contains(open), "{}", proposal.text("", &seen));
        let identifier = Some(Target::Field(Field::Identifier));
        let chosen = proposal.changed("Handynummer", identifier.clone(), &header, &seen).unwrap();
        assert!(chosen.open().is_empty() && chosen.guessed().is_empty());
        // What is changed beside a guess leaves it a guess.
        let (header, seen) = tests::seen(
            &["name", "Handynummer", "Town"],
            &[&["Ada", "0171 1234567", "Rome"], &["Bo", "0171 1234568", "Milan"]],
        );
        let proposal = Proposal::new(&Mapping::default(), &header, &seen).unwrap();
        assert_eq!(proposal.guessed(), ["identifier"]);
        let line = "# guessed: such as 9999 9999999\nidentifier = \"Handynummer\"\n";
        assert!(proposal.text("", &seen).contains(line), "{}", proposal.text("", &seen));
        let with_note = proposal.changed("Town", Some(Target::Field(Field::Note)), &header, &seen).unwrap();
        assert_eq!(with_note.guessed(), ["identifier"]);
        let asked = with_note.changed("Handynummer", identifier, &header, &seen).unwrap();
        assert!(asked.guessed().is_empty());
    }

    #[test]
    fn a_column_of_days_is_no_column_of_numbers() {
        for days in
            [["1980-02-03", "1975-12-24"], ["03.02.1980", "24.12.1975"], ["2/3/1980", "12/24/1975 10"]]
        {
            let rows = days.map(|day| [day, "0171/1234567"]);
            let rows: Vec<&[&str]> = rows.iter().map(|row| &row[..]).collect();
            let (header, seen) = seen(&["Geburtstag", "Nummer?"], &rows);
            let proposal = Proposal::new(&Mapping::default(), &header, &seen).unwrap();
            assert_eq!(becomes(&proposal, &header, &seen)[1], "Nummer? > identifier", "{days:?}");
        }
    }

    #[test]
    fn a_profile_becomes_a_mapping_file_that_says_the_same() {
        let header = ["Name", "CountryCode", "Phone", "AllowBroadcast", "AllowSMS"];
        let (header, seen) = seen(&header, &[&["Ada", "39", "3331234567", "TRUE", "TRUE"]]);
        let proposal = Proposal::new(&Mapping::default(), &header, &seen).unwrap();
        assert_eq!(proposal.profile().map(|profile| profile.name.as_str()), Some("wati"));
        let text = proposal.text("in.csv", &seen);
        for line in ["identifier = \"Phone\"", "country_code_column = \"CountryCode\"", "AllowBroadcast = ["]
        {
            assert!(text.replace("\"AllowBroadcast\"", "AllowBroadcast").contains(line), "{line}:\n{text}");
        }
        let file = MappingFile::parse(&text, Path::new("m.toml")).unwrap();
        let again = Proposal::new(&file.mapping, &header, &seen).unwrap();
        assert!(again.profile().is_none());
        let said = |proposal: &Proposal| {
            let text = proposal.text("in.csv", &seen);
            text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(said(&again), said(&proposal));
    }
}
