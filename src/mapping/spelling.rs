//! Names as people spell them here and there, made comparable.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::fold::is_unseen;
use crate::words::discreet;

/// A name in small letters, in parts with a space between them where there were spaces and signs. `Weiß` and `WEISS`, `Işıl` and `IŞIL`,
/// `O'Brien` and `OBrien` are spelled the same.
#[derive(PartialEq, Eq)]
pub(super) struct Spelling(String);

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
        let seen = name.chars().filter(|&c| !is_left_out(c));
        // What is to be normalised takes several times as long.
        let spelled = if name.is_ascii() {
            spelled(seen.map(|c| c.to_ascii_lowercase()), marks)
        } else {
            spelled(seen.nfkd().flat_map(char::to_lowercase).filter(|&c| !is_left_out(c)), marks)
        };
        // One letter for each syllable of Korean.
        let composed = if spelled.is_ascii() { spelled } else { spelled.nfc().collect() };
        Self(composed)
    }

    /// Its parts, in order.
    pub(super) fn parts(&self) -> impl Iterator<Item = &str> {
        self.0.split_ascii_whitespace()
    }

    pub(super) fn has_letters(&self) -> bool {
        self.0.contains(char::is_alphabetic)
    }

    /// Whether both are the same parts in any order, or the same letters once nothing parts them.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        fn sorted(spelling: &Spelling) -> Vec<&str> {
            let mut parts: Vec<&str> = spelling.parts().collect();
            parts.sort_unstable();
            parts.dedup();
            parts
        }
        sorted(self) == sorted(other) || joined(self.parts()) == joined(other.parts())
    }
}

/// Small letters, which are decomposed, with these of their marks, and spaces for what parts them.
fn spelled(decomposed: impl Iterator<Item = char>, marks: Marks) -> String {
    let mut spelled = String::with_capacity(32);
    let mut letter = None;
    for c in decomposed {
        if !c.is_ascii() && is_combining_mark(c) {
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
            _ if spelled.is_empty() || spelled.ends_with(' ') => {}
            _ => spelled.push(' '),
        }
    }
    spelled.truncate(spelled.trim_end().len());
    spelled
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
    word.chars().count() >= if word.chars().all(is_syllable) { 2 } else { 3 }
}

/// A sign that is a syllable or a word, of Chinese, Japanese or Korean.
pub(super) fn is_syllable(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
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
