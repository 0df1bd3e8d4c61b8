//! One cell → a list of tags.

use super::facts::{ColumnFacts, SEPARATORS};
use crate::model::Code;

/// What keeps tags apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Separator {
    /// This character and no other.
    One(char),
    /// Comma; semicolon in cells without a comma; vertical bar in cells with neither.
    Detected,
}

impl Separator {
    /// What the column's cells show, if nothing was declared: the only separator seen, or a choice cell by cell.
    pub(super) fn detect(facts: &ColumnFacts) -> Self {
        let seen: Vec<char> = SEPARATORS
            .into_iter()
            .zip(facts.separators)
            .filter(|(_, cells)| *cells > 0)
            .map(|(c, _)| c)
            .collect();
        match seen[..] {
            [] => Self::One(','),
            [one] => Self::One(one),
            _ => Self::Detected,
        }
    }
}

/// The tags of a cell that is not empty, with the remarks.
pub(super) struct Tags {
    pub(super) tags: Vec<String>,
    pub(super) remarks: Vec<Code>,
}

/// Splits a cell; a JSON list is read as one. Empty tags fall away, repeats too.
///
/// # Errors
///
/// If the cell begins like a JSON list and is none.
pub(super) fn split(cell: &str, separator: Separator) -> Result<Tags, &'static str> {
    let mut tags = Tags { tags: Vec::new(), remarks: Vec::new() };
    if cell.starts_with('[') {
        let list: Vec<String> = serde_json::from_str(cell)
            .map_err(|_| "begins with [ but is not a JSON list of texts such as [\"VIP\",\"Rome\"]")?;
        for tag in list {
            tags.add(&tag);
        }
        return Ok(tags);
    }
    let separator = match separator {
        Separator::One(separator) => separator,
        Separator::Detected => {
            let mut present = SEPARATORS.into_iter().filter(|&separator| cell.contains(separator));
            let first = present.next().unwrap_or(SEPARATORS[0]);
            if present.next().is_some() {
                tags.remarks.push(Code::TagsMixedSeparators);
            }
            first
        }
    };
    for tag in cell.split(separator) {
        tags.add(tag);
    }
    Ok(tags)
}

impl Tags {
    pub(super) fn add(&mut self, tag: &str) {
        let tag = tag.trim();
        if tag.is_empty() {
            return;
        }
        if self.tags.iter().any(|known| known == tag) {
            self.remarks.push(Code::TagRepeated);
        } else {
            self.tags.push(tag.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(cell: &str, separator: Separator) -> Vec<String> {
        split(cell, separator).unwrap().tags
    }

    #[test]
    fn a_declared_separator_is_the_only_one() {
        assert_eq!(tags("VIP; Rome, Italy ;VIP;;", Separator::One(';')), ["VIP", "Rome, Italy"]);
    }

    #[test]
    fn without_a_declared_one_comma_goes_before_semicolon_and_bar() {
        assert_eq!(tags("a, b", Separator::Detected), ["a", "b"]);
        assert_eq!(tags("a; b", Separator::Detected), ["a", "b"]);
        assert_eq!(tags("a|b", Separator::Detected), ["a", "b"]);
        let mixed = split("a;b, c", Separator::Detected).unwrap();
        assert_eq!(
            (mixed.tags, mixed.remarks),
            (vec!["a;b".into(), "c".into()], vec![Code::TagsMixedSeparators])
        );
    }

    #[test]
    fn a_json_list_is_read_as_one() {
        assert_eq!(tags(r#"["VIP","Rome, Italy"]"#, Separator::One(',')), ["VIP", "Rome, Italy"]);
        assert!(split("[VIP, Rome]", Separator::One(',')).is_err());
    }

    #[test]
    fn case_twins_are_two_tags() {
        assert_eq!(tags("a,A,a", Separator::One(',')), ["a", "A"]);
    }
}
