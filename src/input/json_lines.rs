//! JSON Lines: one flat object a line.
//!
//! Numbers keep the digits that the file has. A list of texts, numbers or truth values becomes its one element, or,
//! where that would not keep elements apart, a JSON list in the cell; what is nested deeper is a flaw of its row. A line that is no object is given back in a
//! column of its own.

use std::fmt;
use std::io::{BufReader, Read};

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::aside::{Aside, AsideError, AsideWriter};
use super::limits::MOST_RECORD_BYTES;
use super::long_lines::LongLines;
use super::putting_aside::Failed;
use crate::model::Flaw;

/// Where a line stands that is no object.
const WHOLE_LINE: &str = "json_line";

/// The members of an object in their order.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry::<String, &RawValue>()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

/// Reads all lines of `text`, which is UTF-8.
/// `separators`: what keeps the elements of a list in a cell apart, besides [`SEPARATORS`].
pub(super) fn put_aside(
    text: impl Read,
    separators: &[String],
    mut table: AsideWriter,
) -> Result<Aside, Failed> {
    let mut lines = LongLines::new(BufReader::with_capacity(1 << 16, text));
    let mut bytes = Vec::new();
    while let Some(line) = lines.next(&mut bytes).map_err(Failed::Reading)? {
        if line.cut {
            let failed = |error: AsideError| Failed::aside(line.number, error);
            table.row(line.number, Some(Flaw::TooLong), []).map_err(failed)?;
            continue;
        }
        if bytes.trim_ascii().is_empty() {
            continue;
        }
        let failed = |error: AsideError| Failed::aside(line.number, error);
        match object(&bytes, separators) {
            Ok((cells, flaw)) => {
                let mut placed = Vec::with_capacity(cells.len());
                for Cell { name, text, has_point, is_list } in cells {
                    let column = table.column(&name).map_err(failed)?;
                    if has_point {
                        table.note_point(column);
                    }
                    if is_list {
                        table.note_list(column, line.number);
                    }
                    placed.push((column, text));
                }
                let cells = placed.iter().map(|(column, cell)| (*column, cell.as_bytes()));
                table.row(line.number, flaw, cells).map_err(failed)?;
            }
            Err(flaw) => {
                let column = table.column(WHOLE_LINE).map_err(failed)?;
                table.row(line.number, Some(flaw), [(column, &bytes[..])]).map_err(failed)?;
            }
        }
    }
    // Lines that are no objects stand last, wherever the first of them came.
    table.finish(1, |name| usize::from(name == WHOLE_LINE)).map_err(|error| Failed::aside(1, error))
}

/// What keeps tags apart where nothing is declared.
const SEPARATORS: [char; 3] = [',', ';', '|'];

/// A member of an object.
struct Cell {
    name: String,
    text: String,
    /// It is a number with a fraction.
    has_point: bool,
    /// It is a JSON list: of several texts, or of one that would come apart.
    is_list: bool,
}

/// The cells of one object, or what keeps the line from being one.
fn object(line: &[u8], separators: &[String]) -> Result<(Vec<Cell>, Option<Flaw>), Flaw> {
    let Members(members) = serde_json::from_slice(line).map_err(|_| Flaw::JsonLine)?;
    let mut cells: Vec<Cell> = Vec::with_capacity(members.len());
    let mut flaw = None;
    for (name, value) in members {
        // Two values of one name: one of them would be lost.
        if cells.iter().any(|known| known.name == name) {
            return Err(Flaw::JsonLine);
        }
        let text = match cell(value.get(), separators) {
            Ok(text) => text,
            Err(Flaw::JsonNested) => {
                flaw = Some(Flaw::JsonNested);
                value.get().to_owned()
            }
            Err(flaw) => return Err(flaw),
        };
        let is_list = value.get().starts_with('[') && serde_json::from_str::<Vec<String>>(&text).is_ok();
        cells.push(Cell { name, text, has_point: has_point(value.get()), is_list });
    }
    Ok((cells, flaw))
}

/// Whether a value is a number with a fraction, or has one in its list.
fn has_point(value: &str) -> bool {
    match value.as_bytes().first() {
        Some(b'-' | b'0'..=b'9') => value.contains('.'),
        Some(b'[') => serde_json::from_str::<Vec<&RawValue>>(value)
            .is_ok_and(|elements| elements.iter().any(|element| has_point(element.get()))),
        _ => false,
    }
}

/// The text of a value, or what keeps it from being one: it is nested, or has half a letter (`\ud83d`).
fn cell(value: &str, separators: &[String]) -> Result<String, Flaw> {
    match value.as_bytes().first() {
        Some(b'"') => serde_json::from_str(value).map_err(|_| Flaw::JsonLine),
        Some(b'n') => Ok(String::new()),
        Some(b'{') => Err(Flaw::JsonNested),
        Some(b'[') => {
            let elements: Vec<&RawValue> = serde_json::from_str(value).map_err(|_| Flaw::JsonLine)?;
            let nested = |element: &&RawValue| matches!(element.get().as_bytes().first(), Some(b'{' | b'['));
            match &elements[..] {
                _ if elements.iter().any(nested) => Err(Flaw::JsonNested),
                [] => Ok(String::new()),
                elements => {
                    let texts: Result<Vec<String>, Flaw> =
                        elements.iter().map(|element| cell(element.get(), separators)).collect();
                    match &texts?[..] {
                        [only] if !comes_apart(only, separators) => Ok(only.clone()),
                        texts => serde_json::to_string(texts).map_err(|_| Flaw::JsonLine),
                    }
                }
            }
        }
        _ => Ok(value.to_owned()),
    }
}

/// Whether a text that stands alone in its list would be several in a cell.
fn comes_apart(text: &str, separators: &[String]) -> bool {
    text.contains(SEPARATORS) || separators.iter().any(|separator| text.contains(separator.as_str()))
}

const _: () = assert!(MOST_RECORD_BYTES < u32::MAX as usize, "a cell's length is kept in 32 bits");

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(line: &str) -> Vec<(String, String)> {
        object(line.as_bytes(), &[" / ".to_owned()])
            .unwrap()
            .0
            .into_iter()
            .map(|cell| (cell.name, cell.text))
            .collect()
    }

    #[test]
    fn values_keep_what_the_file_says() {
        let line = r#"{"name":"Zoë \"Z\"","phone":391234567890,"big":1234567890123456789012,"e":3.9E+11,"ok":true,"no":null}"#;
        let expected = [
            ("name", "Zoë \"Z\""),
            ("phone", "391234567890"),
            ("big", "1234567890123456789012"),
            ("e", "3.9E+11"),
            ("ok", "true"),
            ("no", ""),
        ];
        assert_eq!(cells(line), expected.map(|(name, cell)| (name.to_owned(), cell.to_owned())));
    }

    #[test]
    fn a_list_is_its_one_element_or_a_list_in_the_cell() {
        for (list, cell) in [
            (r#"["a"]"#, "a"),
            ("[]", ""),
            (r#"["b, c"]"#, r#"["b, c"]"#),
            (r#"["b / c"]"#, r#"["b / c"]"#),
            (r#"["b/c"]"#, "b/c"),
            (r#"["b\u002c c"]"#, r#"["b, c"]"#),
            (r#"["a","b, c"]"#, r#"["a","b, c"]"#),
            ("[1,true]", r#"["1","true"]"#),
        ] {
            assert_eq!(cells(&format!(r#"{{"tags":{list}}}"#))[0].1, cell);
        }
    }

    /// The first half of an emoji.
    const HALF: &str = r#"{"a":"Ada \ud83d"}"#;
    const HALVES: &str = r#"{"a":["b","\ud83d"]}"#;

    #[test]
    fn what_is_nested_or_no_object_or_says_a_thing_twice_is_a_flaw() {
        for line in [r#"{"a":{"b":1}}"#, r#"{"a":[[1]]}"#, r#"{"a":[{}]}"#] {
            assert_eq!(object(line.as_bytes(), &[]).unwrap().1, Some(Flaw::JsonNested), "{line}");
        }
        for line in ["[1]", "1", "{", r#"{"a":1}x"#, r#"{"a":1,"a":2}"#, "name,phone", HALF, HALVES] {
            assert_eq!(object(line.as_bytes(), &[]).err(), Some(Flaw::JsonLine), "{line}");
        }
    }
}
