//! Words of names that tell nobody from anybody: titles, legal forms, and those that many names of a list have.

use std::collections::{BTreeMap, BTreeSet};

use super::spelling::{Marks, Spelling};
use crate::words::discreet;

/// How people are addressed, and what companies are by law, as far as it is nobody's name: written small, without accents.
const TITLES: [&str; 47] = [
    "ag",
    "arch",
    "avv",
    "bv",
    "corp",
    "dipl",
    "dott",
    "dottor",
    "dottore",
    "dottoressa",
    "dr",
    "dra",
    "frau",
    "geom",
    "gmbh",
    "herr",
    "inc",
    "ing",
    "kg",
    "llc",
    "llp",
    "ltd",
    "ltda",
    "madame",
    "mag",
    "miss",
    "mlle",
    "mme",
    "monsieur",
    "mr",
    "mrs",
    "ms",
    "nv",
    "ohg",
    "plc",
    "prof",
    "professor",
    "professore",
    "rag",
    "sarl",
    "sig",
    "signor",
    "signora",
    "snc",
    "spa",
    "srl",
    "ssa",
];

pub(super) fn is_title(word: &str) -> bool {
    TITLES.contains(&word)
}

/// Fewest names with a word that make it a common one.
const FEWEST: u64 = 5;
/// One name in so many has it then. No first name and no family name is so common.
const SHARE: u64 = 3;

discreet!(CommonWords { names });

/// Words that so many names of a list have that they tell nobody from anybody, as `Hotel` in a list of hotels.
#[derive(Default)]
pub struct CommonWords {
    names: u64,
    counts: BTreeMap<String, u64>,
}

impl CommonWords {
    /// Of the words of `names` it is to be known whether they are common.
    pub fn among<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        let words = names.into_iter().flat_map(|name| words(&Spelling::of(name, Marks::None)));
        Self { names: 0, counts: words.map(|word| (word, 0)).collect() }
    }

    /// A name of the list.
    pub fn note(&mut self, name: &str) {
        self.names += 1;
        for word in words(&Spelling::of(name, Marks::None)) {
            if let Some(count) = self.counts.get_mut(&word) {
                *count += 1;
            }
        }
    }

    pub(super) fn has(&self, word: &str) -> bool {
        self.counts.get(word).is_some_and(|count| *count >= FEWEST && *count * SHARE >= self.names)
    }
}

/// Those parts that may be a name, without accents. Letters by themselves are initials, or what is left of `S.r.l.`; in other
/// scripts they may be all of it.
pub(super) fn words(spelling: &Spelling) -> BTreeSet<String> {
    let is_word = |part: &&str| part.len() > 1 && part.contains(char::is_alphabetic) && !is_title(part);
    spelling.parts().filter(is_word).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_written_as_names_are_compared() {
        let written = |title: &str| -> Vec<String> {
            Spelling::of(title, Marks::None).parts().map(str::to_owned).collect()
        };
        assert!(TITLES.is_sorted() && TITLES.iter().all(|title| written(title) == [*title]));
    }
}
