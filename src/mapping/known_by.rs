//! Rows whose person an earlier run knows by another of their numbers than the one that would be taken.
//!
//! Who gains a number is the person of before, whom the account has under the number of before.

use std::collections::{BTreeMap, BTreeSet};

use super::fold::fold;
use crate::model::RowNumber;
use crate::words::discreet;

/// Of the rows of a list, those whose person is known by another number, or may be.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct KnownBy(BTreeMap<RowNumber, KnownUnder>);

/// By what the person of a row is known.
#[derive(Clone, PartialEq, Eq)]
pub enum KnownUnder {
    /// By this one of the row's numbers, in digits with country code.
    Number(String),
    /// Another number of the row is that of a contact who is in the account, or may be, and nobody can tell whether that is
    /// this person.
    Doubtfully,
}

discreet!(KnownBy as |known| if known.is_empty() { "nobody" } else { "somebody" });
discreet!(KnownUnder as |known| match known {
    KnownUnder::Number(_) => "Number",
    KnownUnder::Doubtfully => "Doubtfully",
});

impl KnownBy {
    /// There is no such row.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same, of which nothing is sure: who else is in the list cannot be seen in what is given back of it.
    #[must_use]
    pub fn doubted(self) -> Self {
        Self(self.0.into_keys().map(|row| (row, KnownUnder::Doubtfully)).collect())
    }

    /// How many rows they are.
    pub fn len(&self) -> u64 {
        self.0.len() as u64
    }

    /// The first of them.
    pub fn first(&self) -> Option<RowNumber> {
        self.0.keys().next().copied()
    }

    /// By what the person of this row is known, if by another number than the one that would be taken.
    pub(super) fn of(&self, row: RowNumber) -> Option<&KnownUnder> {
        self.0.get(&row)
    }
}

impl FromIterator<(RowNumber, KnownUnder)> for KnownBy {
    fn from_iter<T: IntoIterator<Item = (RowNumber, KnownUnder)>>(rows: T) -> Self {
        Self(rows.into_iter().collect())
    }
}

/// Whether two names are one person's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Namesake {
    /// They have no word in common.
    Other,
    /// They have some words in common, or one of them has none: nobody can tell.
    Perhaps,
    /// They have the same words, in any order and spelling of letters.
    Same,
}

impl Namesake {
    /// Compares two names. Numbers alone, which may stand in for a name, tell nothing.
    pub fn of(one: &str, other: &str) -> Self {
        // `McDonald` and `MCDONALD`, `O'Brien` and `OBrien`.
        let plain = |name: &str| fold(&name.to_lowercase().replace(['\'', '’', '`', '´'], ""));
        let (one, other) = (plain(one), plain(other));
        let parts = |name: &'_ str| -> BTreeSet<String> { name.split('_').map(str::to_owned).collect() };
        let words = |name: &str| -> BTreeSet<String> {
            let is_word = |part: &String| part.chars().any(char::is_alphabetic);
            parts(name).into_iter().filter(is_word).collect()
        };
        let (of_one, of_other) = (words(&one), words(&other));
        if of_one.is_empty() || of_other.is_empty() {
            Self::Perhaps
        } else if parts(&one) == parts(&other) {
            Self::Same
        } else if of_one.is_disjoint(&of_other) {
            Self::Other
        } else {
            Self::Perhaps
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_same_words_are_one_persons_and_a_shared_word_alone_tells_nothing() {
        for (one, other, namesake) in [
            ("Ada Uno", "Ada Uno", Namesake::Same),
            ("Ada Uno", " UNO,  ada", Namesake::Same),
            ("José Müller", "Jose\u{301} MÜLLER", Namesake::Same),
            ("Mario Rossi", "Anna Rossi", Namesake::Perhaps),
            ("Ada Uno", "Ada Uno-Due", Namesake::Perhaps),
            ("Ada Uno", "Bob Due", Namesake::Other),
            ("Ada McDonald", "ADA MCDONALD", Namesake::Same),
            ("Ada O'Brien", "ada OBrien", Namesake::Same),
            ("Ada O’Brien", "Ada O'Brien", Namesake::Same),
            ("山田太郎", "山田太郎", Namesake::Same),
            ("393331234501", "39065551001", Namesake::Perhaps),
            ("Ada Uno", "", Namesake::Perhaps),
            ("Guest 1", "Guest 2", Namesake::Perhaps),
            ("Guest 1", "Guest 1", Namesake::Same),
        ] {
            assert_eq!(Namesake::of(one, other), namesake, "{one:?} {other:?}");
            assert_eq!(Namesake::of(other, one), namesake, "{other:?} {one:?}");
        }
    }
}
