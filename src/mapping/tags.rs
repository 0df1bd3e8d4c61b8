//! One cell → a list of tags.

use std::borrow::Cow;
use std::collections::HashSet;

use serde::Serialize;

use super::cells::trim;
use super::facts::{ColumnFacts, SEPARATORS};
use super::many::are_many;
use crate::model::Code;
use crate::words::{Message, message};

/// What keeps tags apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) enum Separator {
    /// These characters and no others.
    One(String),
    /// The cell is a line of CSV itself.
    Csv,
    /// Comma; semicolon in cells without a comma; vertical bar in cells with neither.
    Detected,
}

impl Separator {
    /// As the person declared it.
    pub(super) fn declared(text: &str) -> Self {
        match text {
            "csv" => Self::Csv,
            "tab" | "\\t" => Self::One("\t".to_owned()),
            _ => Self::One(text.to_owned()),
        }
    }

    /// As a mapping file declares it; `None` where it is chosen cell by cell.
    pub(super) fn written(&self) -> Option<String> {
        match self {
            Self::One(separator) => Some(separator.clone()),
            Self::Csv => Some("csv".to_owned()),
            Self::Detected => None,
        }
    }

    /// What the column's cells show, if nothing was declared: the only separator seen, or a choice cell by cell. For
    /// splitting, the choice cell by cell does for both.
    pub(super) fn detect(facts: &ColumnFacts) -> Self {
        let seen: Vec<char> =
            SEPARATORS.into_iter().zip(facts.separators).filter(|(_, seen)| *seen).map(|(c, _)| c).collect();
        match seen[..] {
            [] => Self::One(','.to_string()),
            [one] => Self::One(one.to_string()),
            _ => Self::Detected,
        }
    }
}

/// The tags of a cell that is not empty, with the remarks.
#[derive(Default)]
pub(super) struct Tags<'c> {
    pub(super) tags: Vec<Cow<'c, str>>,
    pub(super) remarks: Vec<Code>,
    /// The tags again, where they are many.
    known: HashSet<String>,
}

/// Splits a cell; a JSON list is read as one. Empty tags fall away, repeats too, and those in `drop`.
///
/// # Errors
///
/// If the cell begins like a JSON list, or is to be CSV, and is none.
pub(super) fn split<'c>(cell: &'c str, separator: &Separator, drop: &[String]) -> Result<Tags<'c>, Message> {
    let mut tags = Tags::default();
    if cell.starts_with('[') {
        let list: Vec<String> = serde_json::from_str(cell).map_err(|_| message!("tags-no-json-list"))?;
        list.iter().for_each(|tag| tags.add(Cow::Owned(tag.trim().to_owned()), drop));
        tags.look_at_all();
        return Ok(tags);
    }
    match separator {
        Separator::One(separator) => {
            cell.split(separator.as_str()).for_each(|tag| tags.add_piece(trim(tag), drop))
        }
        Separator::Csv => {
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(cell.as_bytes());
            let record = reader.records().next().and_then(Result::ok);
            let record = record.ok_or_else(|| message!("tags-no-csv"))?;
            record.iter().for_each(|tag| tags.add(Cow::Owned(tag.trim().to_owned()), drop));
        }
        Separator::Detected => {
            let mut present = SEPARATORS.into_iter().filter(|&separator| cell.contains(separator));
            let first = present.next().unwrap_or(SEPARATORS[0]);
            if present.next().is_some() {
                tags.remarks.push(Code::TagsMixedSeparators);
            }
            cell.split(first).for_each(|tag| tags.add_piece(trim(tag), drop));
        }
    }
    tags.look_at_all();
    Ok(tags)
}

impl<'c> Tags<'c> {
    /// The same, for when the cell does not stay.
    pub(super) fn into_owned<'o>(self) -> Tags<'o> {
        let own = |tag: Cow<'c, str>| Cow::Owned(tag.into_owned());
        Tags { tags: self.tags.into_iter().map(own).collect(), remarks: self.remarks, known: self.known }
    }

    /// Adds what stands between two separators; other separators alone are no tag.
    fn add_piece(&mut self, piece: &'c str, drop: &[String]) {
        if !piece.chars().all(|c| SEPARATORS.contains(&c) || c.is_whitespace()) {
            self.add(piece.into(), drop);
        }
    }

    /// Adds a tag without outer spaces.
    fn add(&mut self, tag: Cow<'c, str>, drop: &[String]) {
        if tag.is_empty() {
            return;
        }
        if drop.iter().any(|dropped| *dropped == tag) {
            self.remarks.push(Code::TagDropped);
        } else if self.has(&tag) {
            self.remarks.push(Code::TagRepeated);
        } else {
            if !self.known.is_empty() {
                self.known.insert(tag.to_string());
            }
            self.tags.push(tag);
        }
    }

    fn has(&mut self, tag: &str) -> bool {
        if !are_many(self.tags.len()) {
            return self.tags.iter().any(|known| known == tag);
        }
        if self.known.is_empty() {
            self.known = self.tags.iter().map(Cow::to_string).collect();
        }
        self.known.contains(tag)
    }

    fn look_at_all(&mut self) {
        let are_twins = |one: &str, other: &str| {
            one.eq_ignore_ascii_case(other)
                || !(one.is_ascii() && other.is_ascii()) && one.to_lowercase() == other.to_lowercase()
        };
        let twins =
            |(at, tag): (usize, &Cow<'c, str>)| self.tags[..at].iter().any(|other| are_twins(other, tag));
        let has_twins = if !are_many(self.tags.len()) {
            self.tags.iter().enumerate().any(twins)
        } else {
            let mut small = HashSet::with_capacity(self.tags.len());
            !self.tags.iter().all(|tag| small.insert(tag.to_lowercase()))
        };
        if has_twins {
            self.remarks.push(Code::TagCaseTwins);
        }
        // Tags are short, and a search has to be begun anew for each.
        if self.tags.iter().any(|tag| tag.as_bytes().contains(&b',')) {
            self.remarks.push(Code::TagComma);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::mapping::facts::Facts;
    use crate::model::{Row, RowNumber};

    fn one(separator: &str) -> Separator {
        Separator::One(separator.to_owned())
    }

    fn tags(cell: &str, separator: &Separator) -> Vec<String> {
        split(cell, separator, &[]).unwrap().tags.into_iter().map(Cow::into_owned).collect()
    }

    #[test]
    fn a_declared_separator_is_the_only_one() {
        let found = split("VIP; Rome, Italy ;VIP;;", &one(";"), &[]).unwrap();
        assert_eq!(found.tags, ["VIP", "Rome, Italy"]);
        assert_eq!(found.remarks, [Code::TagRepeated, Code::TagComma]);
        assert_eq!(tags("* A ::: B:C", &one(" ::: ")), ["* A", "B:C"]);
    }

    #[test]
    fn without_a_declared_one_comma_goes_before_semicolon_and_bar() {
        assert_eq!(tags("a, b", &Separator::Detected), ["a", "b"]);
        assert_eq!(tags("a; b", &Separator::Detected), ["a", "b"]);
        assert_eq!(tags("a|b", &Separator::Detected), ["a", "b"]);
        let mixed = split("a;b, c", &Separator::Detected, &[]).unwrap();
        assert_eq!(
            (mixed.tags, mixed.remarks),
            (vec!["a;b".into(), "c".into()], vec![Code::TagsMixedSeparators])
        );
    }

    #[test]
    fn separators_alone_are_no_tag() {
        assert_eq!(tags(";;, ,", &Separator::Detected), [""; 0]);
        assert_eq!(tags("; ,VIP", &one(",")), ["VIP"]);
    }

    #[test]
    fn a_json_list_and_a_line_of_csv_are_read_as_such() {
        assert_eq!(tags(r#"["VIP","Rome, Italy"]"#, &one(",")), ["VIP", "Rome, Italy"]);
        assert!(split("[VIP, Rome]", &one(","), &[]).is_err());
        assert_eq!(tags(r#""VIP","Rome, Italy",Sea"#, &Separator::Csv), ["VIP", "Rome, Italy", "Sea"]);
    }

    #[test]
    fn many_tags_of_a_cell_are_told_apart_as_few_are_and_not_each_with_each() {
        let many = |count: usize| (0..count).map(|at| format!("tag {at}")).collect::<Vec<_>>();
        let cell = [many(100), many(50), vec!["TAG 7".to_owned()]].concat().join(",");
        let found = split(&cell, &one(","), &[]).unwrap();
        assert_eq!(found.tags.len(), 101);
        assert_eq!(found.remarks.len(), 51);
        assert_eq!(found.remarks.last(), Some(&Code::TagCaseTwins));
        // Each with each these are ten thousand million.
        assert_eq!(tags(&many(100_000).join(","), &one(",")).len(), 100_000);
    }

    #[test]
    fn case_twins_are_two_tags_and_it_is_said() {
        let twins = split("a,A,a", &one(","), &[]).unwrap();
        assert_eq!(twins.tags, ["a", "A"]);
        assert_eq!(twins.remarks, [Code::TagRepeated, Code::TagCaseTwins]);
        assert_eq!(split("É,é", &one(","), &[]).unwrap().remarks, [Code::TagCaseTwins]);
        assert_eq!(split("\u{212a},k", &one(","), &[]).unwrap().remarks, [Code::TagCaseTwins], "kelvin");
        assert_eq!(split("É,à,e", &one(","), &[]).unwrap().remarks, []);
    }

    #[test]
    fn tags_of_the_exporting_program_are_dropped_and_it_is_said() {
        let drop = ["* myContacts".to_owned()];
        let found = split("* myContacts ::: VIP", &one(" ::: "), &drop).unwrap();
        assert_eq!((found.tags, found.remarks), (vec!["VIP".into()], vec![Code::TagDropped]));
    }

    #[test]
    fn a_separator_is_read_as_it_is_declared_and_written_as_it_is_read() {
        for (declared, separator, written) in [
            ("csv", Separator::Csv, "csv"),
            ("tab", one("\t"), "\t"),
            ("\\t", one("\t"), "\t"),
            (" ::: ", one(" ::: "), " ::: "),
        ] {
            assert_eq!(Separator::declared(declared), separator);
            assert_eq!(separator.written().as_deref(), Some(written));
        }
        assert_eq!(Separator::Detected.written(), None, "it is another in each cell");
    }

    #[test]
    fn the_only_separator_that_is_seen_is_the_columns_and_of_several_each_cell_has_its_own() {
        let seen = |cells: &[&str]| {
            let mut facts = Facts::new(&["tags".to_owned()]);
            for cell in cells {
                let cells = csv::ByteRecord::from(vec![*cell]);
                facts.note(&Row { number: RowNumber::FIRST, line: 2, cells, flaw: None });
            }
            Separator::detect(facts.column(0))
        };
        assert_eq!(seen(&["VIP"]), one(","));
        for only in [",", ";", "|"] {
            assert_eq!(seen(&["VIP", &format!("VIP{only} Rome")]), one(only));
        }
        assert_eq!(seen(&["VIP, Rome", "VIP; Sea"]), Separator::Detected);
        assert_eq!(seen(&["a, b", "c; d", "e | f"]), Separator::Detected);
    }

    #[test]
    fn tags_stay_the_same_when_their_cell_goes() {
        let owned = {
            let cell = "VIP;VIP;Rome, Italy".to_owned();
            split(&cell, &one(";"), &[]).unwrap().into_owned()
        };
        assert_eq!(owned.tags, ["VIP", "Rome, Italy"]);
        assert_eq!(owned.remarks, [Code::TagRepeated, Code::TagComma]);
    }

    proptest! {
        #[test]
        fn tags_are_trimmed_not_empty_and_no_two_are_the_same(cell in any::<String>(), which in 0_usize..4) {
            let separator = [one(","), one(" ::: "), Separator::Csv, Separator::Detected][which].clone();
            if let Ok(found) = split(&cell, &separator, &[]) {
                for (at, tag) in found.tags.iter().enumerate() {
                    prop_assert!(!tag.is_empty() && tag.trim() == tag);
                    prop_assert!(!found.tags[..at].contains(tag));
                }
            }
        }

        #[test]
        fn what_is_joined_is_split_again(tags in prop::collection::btree_set("[a-zà-ú0-9]([a-zà-ú0-9 ]{0,8}[a-zà-ú0-9])?", 1..6)) {
            let tags: Vec<String> = tags.into_iter().collect();
            for separator in [";", " ::: ", "|"] {
                let cell = tags.join(separator);
                prop_assert_eq!(&split(&cell, &one(separator), &[]).unwrap().tags, &tags);
            }
        }
    }
}
