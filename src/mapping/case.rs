//! `[[test]]` tables of a mapping file: given these cells, expect this contact or these problems.

use std::collections::BTreeMap;

use csv::ByteRecord;
use serde::Deserialize;

use super::columns::Columns;
use super::{Facts, Mapping, MappingError, Target};
use crate::model::{Code, FieldValue, NewContact, Row, RowNumber};
use crate::words::discreet;

/// One example.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What it shows.
    #[serde(default)]
    name: String,
    /// Cells by column; other columns are empty.
    cells: BTreeMap<String, String>,
    /// Fields by wire name; fields that are not named here are not looked at, and an empty text stands for a field that
    /// is left out.
    #[serde(default)]
    expect: BTreeMap<String, Expected>,
    /// Codes of the problems that the row is to have, in any order.
    #[serde(default)]
    problems: Vec<String>,
}

discreet!(Case { name, problems });

#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
enum Expected {
    Text(String),
    List(Vec<String>),
}

discreet!(Expected as |expected| match expected {
    Expected::Text(_) => "Text",
    Expected::List(_) => "List",
});

/// An example that does not come out as expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed {
    /// Its name, or its place.
    pub name: String,
    /// What was expected and what came, a line each.
    pub differences: Vec<String>,
}

impl Case {
    /// # Errors
    ///
    /// If something is expected of a field that does not exist.
    pub(super) fn check(&self) -> Result<(), MappingError> {
        self.expect.keys().try_for_each(|field| Target::parse(field).map(drop))
    }
}

impl Mapping {
    /// Runs the cases one by one. The header is every column that the mapping or a case names.
    ///
    /// # Errors
    ///
    /// If the mapping cannot be fitted to that header.
    pub fn try_cases(&self, cases: &[Case]) -> Result<Vec<Failed>, MappingError> {
        let mut header: Vec<String> = Vec::new();
        let mut add = |name: &str| {
            if !header.iter().any(|known| known == name) {
                header.push(name.to_owned());
            }
        };
        cases.iter().flat_map(|case| case.cells.keys()).for_each(|name| add(name));
        // What a case names need not be named again: the mapping may spell it otherwise.
        for name in self.column_names() {
            if Columns::new(&header, &header).asked(&name).is_err() {
                // A number sign stands for a number.
                header.push(name.replace('#', "1"));
            }
        }
        let mut failed = Vec::new();
        for (at, case) in cases.iter().enumerate() {
            let differences = self.try_case(case, &header)?;
            if !differences.is_empty() {
                let name = if case.name.is_empty() { format!("test {}", at + 1) } else { case.name.clone() };
                failed.push(Failed { name, differences });
            }
        }
        Ok(failed)
    }

    fn try_case(&self, case: &Case, header: &[String]) -> Result<Vec<String>, MappingError> {
        let cells: ByteRecord =
            header.iter().map(|name| case.cells.get(name).map_or("", String::as_str)).collect();
        let row = Row { number: RowNumber::FIRST, line: 2, cells, flaw: None };
        let mut facts = Facts::new(header);
        facts.note(&row);
        let form = self.resolve(header, &facts)?.form;
        let mut expected: Vec<&str> = case.problems.iter().map(String::as_str).collect();
        expected.sort_unstable();
        let (contact, mut found) = match form.fill(&row) {
            Ok((contact, _)) => (Some(contact), Vec::new()),
            Err(rejection) => {
                (None, rejection.problems().iter().map(|problem| problem.code).collect::<Vec<Code>>())
            }
        };
        found.sort_unstable_by_key(|code| code.as_str());
        found.dedup();
        let found: Vec<&str> = found.into_iter().map(Code::as_str).collect();
        let list = |codes: &[&str]| if codes.is_empty() { "none".to_owned() } else { codes.join(", ") };
        let mut differences = Vec::new();
        if found != expected {
            differences.push(format!("problems: expected {}, found {}", list(&expected), list(&found)));
        }
        if let Some(contact) = contact {
            for (field, expected) in &case.expect {
                let value = value_of(&contact, field);
                let is_absent = *expected == Expected::Text(String::new()) && value.is_none();
                if !is_absent && value.as_ref() != Some(expected) {
                    differences.push(format!(
                        "{field}: expected {}, found {}",
                        shown(Some(expected)),
                        shown(value.as_ref())
                    ));
                }
            }
        }
        Ok(differences)
    }
}

fn shown(value: Option<&Expected>) -> String {
    match value {
        None => "nothing".to_owned(),
        Some(Expected::Text(text)) => format!("\"{text}\""),
        Some(Expected::List(list)) => format!("{list:?}"),
    }
}

fn value_of(contact: &NewContact, field: &str) -> Option<Expected> {
    let text = |text: &str| Some(Expected::Text(text.to_owned()));
    if let Some(label) = field.strip_prefix("custom_fields.") {
        return contact.custom_fields.iter().find(|(known, _)| known == label).map(
            |(_, value)| match value {
                FieldValue::Text(text) => Expected::Text(text.clone()),
                FieldValue::Options(options) => Expected::List(options.clone()),
            },
        );
    }
    match field {
        "identifier" => text(&contact.identifier),
        "source" => text(contact.source.as_str()),
        "name" => text(&contact.name),
        "tags" => Some(Expected::List(contact.tags.clone())),
        "assigned_user" => contact.assigned_user.as_deref().and_then(text),
        "team_uuid" => contact.team_uuid.as_deref().and_then(text),
        "channel_uuid" => contact.channel_uuid.as_deref().and_then(text),
        "bot_status" => contact.bot_status.and_then(|status| text(status.as_str())),
        "note" => contact.note.as_deref().and_then(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::MappingFile;
    use super::*;

    const MAPPING: &str = "[map]\nidentifier = [\"Mobile\", \"Phone\"]\nname = \"{First} {Last}\"\ntags = \"Groups\"\n\
        [options]\ndefault_country = \"FR\"\n";

    fn failed(cases: &str) -> Vec<Failed> {
        let file = MappingFile::parse(&format!("{MAPPING}{cases}"), Path::new("mapping.toml")).unwrap();
        file.mapping.try_cases(&file.cases).unwrap()
    }

    #[test]
    fn cases_that_come_out_as_expected_say_nothing() {
        let cases = "[[test]]\ncells = { Mobile = \"06 12 34 56 78\", First = \"Zoé\", Groups = \"a, b\" }\n\
            expect = { identifier = \"33612345678\", name = \"Zoé\", tags = [\"a\", \"b\"], note = \"\" }\n\
            [[test]]\ncells = { First = \"Zoé\" }\nproblems = [\"missing_identifier\"]\n";
        assert_eq!(failed(cases), []);
    }

    #[test]
    fn a_field_that_does_not_exist_is_refused_with_the_one_that_was_meant() {
        for (expected, nearest) in [("nmae", Some("name")), ("custom_field.City", Some("custom_fields"))] {
            let case = format!("[[test]]\ncells = {{}}\nexpect = {{ \"{expected}\" = \"\" }}\n");
            match MappingFile::parse(&format!("{MAPPING}{case}"), Path::new("mapping.toml")) {
                Err(MappingError::UnknownField { name, nearest: found }) => {
                    assert_eq!((name.as_str(), found.as_deref()), (expected, nearest));
                }
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn a_case_that_comes_out_otherwise_says_what_was_expected_and_what_came() {
        let cases = "[[test]]\nname = \"trunk zero\"\ncells = { Phone = \"0612345678\", First = \"Zoé\" }\n\
            expect = { identifier = \"0612345678\", note = \"x\" }\n\
            [[test]]\ncells = { Phone = \"nobody\", First = \"Zoé\" }\n";
        assert_eq!(
            failed(cases),
            [
                Failed {
                    name: "trunk zero".to_owned(),
                    differences: vec![
                        "identifier: expected \"0612345678\", found \"33612345678\"".to_owned(),
                        "note: expected \"x\", found nothing".to_owned(),
                    ],
                },
                Failed {
                    name: "test 2".to_owned(),
                    differences: vec!["problems: expected none, found phone_characters".to_owned()],
                },
            ]
        );
    }
}
