//! Names as people spell them here and there, made comparable.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::fold::is_unseen;
use crate::words::discreet;

/// A name in small letters, in parts with a space between them where there were spaces and signs. `Weiß` and `WEISS`, `Işıl` and `IŞIL`,
/// `O'Brien` and `OBrien`, katakana and hiragana are spelled the same.
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
    /// The same, and what is written as two letters where accents are not at hand is written so, as in `Mueller` and `Aage`.
    WrittenOut,
    /// Those of signs of vowels, and two letters that may be written for one with an accent are one, as in `Muller`.
    Shortened,
    /// None, and letters shortened.
    None,
}

impl Marks {
    fn shortens(self) -> bool {
        matches!(self, Self::Shortened | Self::None)
    }
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
            // Romanian letters have the one, and many exports the other.
            let c = if c == COMMA_BELOW { CEDILLA } else { c };
            // The dot of a small i is no accent, wherever it comes from.
            let is_of_i = letter == Some('i') && c == '\u{307}';
            let is_kept = match marks {
                Marks::All => !is_of_i,
                Marks::None => false,
                _ => letter.is_some_and(|letter| !may_go_bare(letter)),
            };
            if is_kept && letter.is_some() {
                spelled.push(c);
            }
            if marks == Marks::WrittenOut {
                spelled.extend(letter.and_then(|letter| second_of(letter, c)));
            }
            continue;
        }
        let before = letter;
        letter = c.is_alphanumeric().then_some(c);
        let c = match (before, c) {
            (Some('ե'), 'ւ') => 'վ',
            (Some(before), '々') => before,
            // Of Persian and Urdu keyboards.
            (_, 'ی') => 'ي',
            (_, 'ہ' | 'ھ') => 'ه',
            (_, 'ک') => 'ك',
            (_, 'ς') => 'σ',
            (_, 'ı') => 'i',
            (_, 'ヵ') => 'か',
            (_, 'ヶ') => 'け',
            (_, 'ァ'..='ヴ') => char::from_u32(u32::from(c) - HIRAGANA_BEFORE_KATAKANA).unwrap_or(c),
            _ if marks != Marks::All => bare(c, marks),
            _ => c,
        };
        match c {
            'ß' => spelled.push_str("ss"),
            'æ' if marks.shortens() => spelled.push('a'),
            'æ' => spelled.push_str("ae"),
            'œ' if marks.shortens() => spelled.push('o'),
            'œ' => spelled.push_str("oe"),
            'þ' if marks != Marks::All => spelled.push_str("th"),
            'ø' if marks == Marks::WrittenOut => spelled.push_str("oe"),
            'đ' if marks == Marks::WrittenOut => spelled.push_str("dj"),
            'e' if marks.shortens() && spelled.ends_with(['a', 'o', 'u']) => {}
            'a' if marks.shortens() && spelled.ends_with('a') => {}
            'j' if marks.shortens() && spelled.ends_with('d') => {}
            c if c.is_alphanumeric() => spelled.push(c),
            _ if spelled.is_empty() || spelled.ends_with(' ') => {}
            _ => spelled.push(' '),
        }
    }
    spelled.truncate(spelled.trim_end().len());
    spelled
}

/// The second letter that is written for this mark on this letter where there are no accents.
fn second_of(letter: char, mark: char) -> Option<char> {
    match (letter, mark) {
        ('a' | 'o' | 'u', '\u{308}') => Some('e'),
        ('a', '\u{30a}') => Some('a'),
        _ => None,
    }
}

/// A letter without a stroke or dots that are a part of it, and the everyday form of a Chinese character in Japanese names.
fn bare(c: char, marks: Marks) -> char {
    match c {
        // What Latin keyboards have for it is one of two.
        'ə' if marks == Marks::OfSignsOfVowels => 'e',
        'ə' => 'a',
        'ø' | 'đ' if marks == Marks::WrittenOut => c,
        'ø' => 'o',
        'đ' | 'ð' => 'd',
        'ł' => 'l',
        'ħ' => 'h',
        'ŋ' => 'n',
        'ى' => 'ي',
        'ة' => 'ه',
        // Another name, and often mistaken for the other.
        '斉' | '齊' if marks == Marks::None => '斎',
        '\u{3400}'.. => OLD_FORMS.iter().find(|(olds, _)| olds.contains(c)).map_or(c, |(_, new)| *new),
        _ => c,
    }
}

const COMMA_BELOW: char = '\u{326}';
const CEDILLA: char = '\u{327}';

/// How far before each katakana the same hiragana stands in Unicode.
const HIRAGANA_BEFORE_KATAKANA: u32 = 0x60;

/// Forms of characters that people have in their names, and that of today, which programs write where they have no other: the forms in
/// brackets in the table of characters for everyday use (常用漢字表, Agency for Cultural Affairs, 2010) and variants of family names.
const OLD_FORMS: [(&str, char); 57] = [
    ("靑", '青'),
    ("淸", '清'),
    ("瀨", '瀬'),
    ("曾", '曽'),
    ("槇", '槙'),
    ("藪", '薮'),
    ("檜", '桧'),
    ("龝", '秋'),
    ("邊邉", '辺'),
    ("澤", '沢'),
    ("濱濵", '浜'),
    ("櫻", '桜'),
    ("廣", '広'),
    ("國", '国'),
    ("齋", '斎'),
    ("齊", '斉'),
    ("龍", '竜'),
    ("瀧", '滝'),
    ("眞", '真'),
    ("惠", '恵'),
    ("榮", '栄'),
    ("實", '実'),
    ("壽", '寿'),
    ("藏", '蔵'),
    ("鐵", '鉄'),
    ("德", '徳'),
    ("增", '増'),
    ("黑", '黒'),
    ("橫", '横'),
    ("淺", '浅'),
    ("關", '関'),
    ("豐", '豊'),
    ("圓", '円'),
    ("萬", '万'),
    ("會", '会'),
    ("學", '学'),
    ("靜", '静'),
    ("與", '与'),
    ("條", '条'),
    ("鹽", '塩'),
    ("應", '応'),
    ("兒", '児'),
    ("彌", '弥'),
    ("來", '来'),
    ("禮", '礼'),
    ("壯", '壮'),
    ("曉", '暁'),
    ("顯", '顕'),
    ("髙", '高'),
    ("﨑嵜", '崎'),
    ("嶋嶌", '島'),
    ("冨", '富'),
    ("栁", '柳'),
    ("𠮷", '吉'),
    ("桒", '桑'),
    ("峯", '峰'),
    ("舘", '館'),
];

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
    let is_tatweel = c == '\u{640}';
    is_apostrophe || is_variant || is_tatweel || is_unseen(c)
}

/// Latin, Greek, Cyrillic, Hebrew or Arabic.
fn may_go_bare(letter: char) -> bool {
    matches!(letter, '\u{41}'..='\u{52f}' | '\u{590}'..='\u{6ff}' | '\u{750}'..='\u{77f}' | '\u{1d00}'..='\u{1fff}' | '\u{2c60}'..='\u{2c7f}' | '\u{a640}'..='\u{a7ff}' | '\u{ab30}'..='\u{ab6f}')
}
