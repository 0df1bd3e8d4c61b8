//! Reading one cell.

use email_address::EmailAddress;

use crate::model::Code;
use crate::words::{Message, message};

/// Shaped like an e-mail address; says nothing about whether it exists.
pub(super) fn is_email(text: &str) -> bool {
    text.contains('@') && EmailAddress::is_valid(text)
}

/// The cell without outer white space.
pub(super) fn trim(cell: &str) -> &str {
    let is_visible = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    // Almost every cell begins and ends with a visible letter, and needs no look at white space in Unicode.
    if is_visible(cell.as_bytes().first()) && is_visible(cell.as_bytes().last()) { cell } else { cell.trim() }
}

/// What keeps `text` from being sent as it is. `lines`: whether it may have several lines (notes, custom fields).
pub(super) fn unfit_text(text: &str, lines: bool) -> Option<(Code, Message)> {
    // Without early exit, so that many bytes are looked at at once.
    if text.bytes().fold(true, |plain, byte| plain & (byte.is_ascii_graphic() | (byte == b' '))) {
        return None;
    }
    for c in text.chars() {
        match c {
            '\n' | '\r' if lines => {}
            '\n' | '\r' | '\u{2028}' | '\u{2029}' => {
                return Some((Code::LineBreak, message!("unfit-line-break")));
            }
            '\t' if lines => {}
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                return Some((Code::ControlCharacter, message!("unfit-reordering-mark")));
            }
            '\u{feff}' => return Some((Code::ControlCharacter, message!("unfit-byte-order-mark"))),
            '\u{fffd}' => {
                return Some((Code::Encoding, message!("unfit-replacement-character")));
            }
            c if c.is_control() => {
                return Some((Code::ControlCharacter, message!("unfit-control-character")));
            }
            _ => {}
        }
    }
    None
}

/// Whether nothing of `text` can be seen: white space and invisible characters only.
pub(super) fn is_invisible(text: &str) -> bool {
    text.chars().all(|c| {
        c.is_whitespace()
            || matches!(c, '\u{ad}' | '\u{115f}' | '\u{1160}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}')
    })
}

/// Words that programs write where there is nothing, and spreadsheets where a formula comes to nothing. People mean none of
/// them.
const NOTHING: [&str; 11] = [
    "null",
    "(null)",
    "\\N",
    "undefined",
    "#n/a",
    "#value!",
    "#ref!",
    "#name?",
    "#div/0!",
    "#null!",
    "#num!",
];

/// What else stands where a name is not known; elsewhere it may be an answer.
const NO_NAME: [&str; 5] = ["none", "nan", "n/a", "-", "?"];

/// What one of these words may begin with, in capitals or not: hardly any cell does.
const fn beginnings(words: &[&str]) -> [bool; 256] {
    let (mut beginnings, mut at) = ([false; 256], 0);
    while at < words.len() {
        let first = words[at].as_bytes()[0];
        beginnings[first.to_ascii_lowercase() as usize] = true;
        beginnings[first.to_ascii_uppercase() as usize] = true;
        at += 1;
    }
    beginnings
}

fn is_among(text: &str, words: &[&str], beginnings: &[bool; 256]) -> bool {
    const LONGEST: usize = "undefined".len();
    text.len() <= LONGEST
        && text.bytes().next().is_some_and(|first| beginnings[usize::from(first)])
        && words.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Whether a program wrote this because there is nothing.
pub(super) fn is_nothing(text: &str) -> bool {
    const BEGINNINGS: [bool; 256] = beginnings(&NOTHING);
    is_among(text, &NOTHING, &BEGINNINGS)
}

/// Whether a program or a person wrote this because no name is known.
pub(super) fn is_placeholder(name: &str) -> bool {
    const BEGINNINGS: [bool; 256] = beginnings(&NO_NAME);
    is_nothing(name) || is_among(name, &NO_NAME, &BEGINNINGS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emails_are_judged_by_shape() {
        assert!(is_email("ada@example.com") && is_email("o'neil+x@sub.example.co.uk"));
        for text in ["ada", "ada@", "@example.com", "ada@ex ample.com", "Ada Lovelace"] {
            assert!(!is_email(text), "{text}");
        }
    }

    #[test]
    fn what_a_formula_comes_to_that_fails_is_no_name() {
        for word in
            ["#N/A", "#VALUE!", "#REF!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "NULL", "\\N", "(null)"]
        {
            assert!(is_placeholder(word) && is_nothing(word), "{word}");
        }
        for word in ["n/a", "None", "NaN", "-", "?"] {
            assert!(is_placeholder(word) && !is_nothing(word), "{word}");
        }
        for name in ["Null Nully", "#Ref", "Noné", "#1"] {
            assert!(!is_placeholder(name), "{name}");
        }
    }

    #[test]
    fn emoji_joiners_and_plain_direction_marks_are_fit_and_overrides_are_not() {
        assert_eq!(unfit_text("👩‍👧 Zoë שלום\u{200f}", false), None);
        assert_eq!(unfit_text("a\u{202e}b", false).map(|(code, _)| code), Some(Code::ControlCharacter));
        assert_eq!(unfit_text("a\u{1b}[31m", true).map(|(code, _)| code), Some(Code::ControlCharacter));
        assert_eq!(unfit_text("Jos\u{fffd}", true).map(|(code, _)| code), Some(Code::Encoding));
        assert_eq!(unfit_text("a\nb", false).map(|(code, _)| code), Some(Code::LineBreak));
        assert_eq!(unfit_text("a\r\n\tb", true), None);
    }
}
