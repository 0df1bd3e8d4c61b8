//! Names as people spell them here and there, made comparable.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::fold::is_unseen;
use crate::words::discreet;

/// A name in small letters, in parts between which there is nothing but spaces and signs. `Weiß` and `WEISS`, `Işıl` and `IŞIL`,
/// `O'Brien` and `OBrien` are spelled the same.
#[derive(PartialEq, Eq)]
pub(super) struct Spelling(Vec<String>);

discreet!(Spelling as |_| "somebody");

/// Which accents, signs of vowels and the like are left on their letters.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Marks {
    /// All of them.
    All,
    /// Those of scripts in which they are half a word. Those of Latin, Greek, Cyrillic,
    /// Hebrew and Arabic letters are often left out.
    OfSignsOfVowels,
    /// None.
    None,
}

impl Spelling {
    pub(super) fn of(name: &str, marks: Marks) -> Self {
        let mut spelled = String::with_capacity(name.len());
        let mut letter = None;
        let seen = name.chars().filter(|&c| !is_left_out(c));
        for c in seen.nfkd().flat_map(char::to_lowercase).filter(|&c| !is_left_out(c)) {
            if is_combining_mark(c) {
                // The dot of a small i is no accent, wherever it comes from.
                let is_of_i = letter == Some('i') && c == '\u{307}';
                let is_kept = match marks {
                    Marks::All => !is_of_i,
                    Marks::OfSignsOfVowels => letter.is_some_and(|letter| !may_go_bare(letter)),
                    Marks::None => false,
                };
                if is_kept && letter.is_some() {
                    spelled.push(c);
                }
                continue;
            }
            letter = c.is_alphanumeric().then_some(c);
            match c {
                'ß' => spelled.push_str("ss"),
                'æ' => spelled.push_str("ae"),
                'œ' => spelled.push_str("oe"),
                'ı' => spelled.push('i'),
                'ς' => spelled.push('σ'),
                // A stroke is a mark, too.
                'ø' if marks != Marks::All => spelled.push('o'),
                'ł' if marks != Marks::All => spelled.push('l'),
                'đ' if marks != Marks::All => spelled.push('d'),
                c if c.is_alphanumeric() => spelled.push(c),
                _ => spelled.push(' '),
            }
        }
        // One letter for each syllable of Korean.
        let composed: String = spelled.nfc().collect();
        Self(composed.split_whitespace().map(str::to_owned).collect())
    }

    /// Its parts, in order.
    pub(super) fn parts(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    pub(super) fn has_letters(&self) -> bool {
        self.0.iter().any(|part| part.contains(char::is_alphabetic))
    }

    /// Whether both are the same parts in any order, or the same letters once nothing parts them.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let sorted = |spelling: &Self| {
            let mut parts = spelling.0.clone();
            parts.sort();
            parts.dedup();
            parts
        };
        sorted(self) == sorted(other) || joined(self.parts()) == joined(other.parts())
    }
}

/// Without what parts them, unless that is digits from digits.
pub(super) fn joined<'p>(parts: impl Iterator<Item = &'p str>) -> String {
    parts.fold(String::new(), |mut joined, part| {
        if joined.ends_with(char::is_numeric) && part.starts_with(char::is_numeric) {
            joined.push(' ');
        }
        joined.push_str(part);
        joined
    })
}

/// Whether `word` is long enough not to stand in another one by chance.
pub(super) fn is_long(word: &str) -> bool {
    let has_syllables = |c| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}');
    word.chars().count() >= if word.chars().all(has_syllables) { 2 } else { 3 }
}

/// What is written in one way or another, or not at all, within a word.
fn is_left_out(c: char) -> bool {
    let is_apostrophe =
        matches!(c, '\'' | '`' | '´' | '\u{2b9}' | '\u{2bb}' | '\u{2bc}' | '\u{2018}' | '\u{2019}');
    let is_variant = matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}');
    is_apostrophe || is_variant || is_unseen(c)
}

/// Latin, Greek, Cyrillic, Hebrew or Arabic.
fn may_go_bare(letter: char) -> bool {
    matches!(letter, '\u{41}'..='\u{52f}' | '\u{590}'..='\u{6ff}' | '\u{750}'..='\u{77f}' | '\u{1d00}'..='\u{1fff}' | '\u{2c60}'..='\u{2c7f}' | '\u{a640}'..='\u{a7ff}' | '\u{ab30}'..='\u{ab6f}')
}
