//! Text from cells and from the server, made safe to show.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Longest text that is shown, in characters.
const LONGEST: usize = 200;

/// Replaces what could steer a terminal or forge a log line (control characters, bidirectional marks, line
/// separators) by visible escapes, and cuts what is longer than 200 characters.
pub fn printable(text: &str) -> String {
    // As most texts are.
    if text.len() <= LONGEST && text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
        return text.to_owned();
    }
    let mut shown = String::with_capacity(text.len().min(LONGEST));
    for (count, c) in text.chars().enumerate() {
        if count == LONGEST {
            shown.push('…');
            break;
        }
        push(&mut shown, c, steers(c));
    }
    shown
}

/// All of `text`, with visible escapes in the place of the characters that are `hostile`.
pub fn escaped(text: &str, hostile: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&hostile) {
        return text.into();
    }
    let mut shown = String::with_capacity(text.len() + 8);
    text.chars().for_each(|c| push(&mut shown, c, hostile(c)));
    shown.into()
}

fn push(shown: &mut String, c: char, is_escaped: bool) {
    if is_escaped {
        let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
    } else {
        shown.push(c);
    }
}

/// Whether `c` changes how the text around it is shown, or stands for nothing visible at all.
pub fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' // bidirectional
            | '\u{2028}' | '\u{2029}' // line and paragraph separator
            | '\u{feff}')
}

/// Hides a person's data but shows its shape: letters become `x`, digits `9`; at most 12 characters of it.
pub fn masked(text: &str) -> String {
    let mut shown: String = text.chars().take(12).map(masked_letter).collect();
    if text.chars().count() > 12 {
        shown.push('…');
    }
    shown
}

/// A letter of a text of which only the shape is shown.
pub fn masked_letter(c: char) -> char {
    match c {
        c if c.is_alphabetic() => 'x',
        c if c.is_numeric() => '9',
        c if steers(c) => '?',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn escape_sequences_and_bidirectional_marks_become_visible() {
        assert_eq!(printable("a\u{1b}]52;c;x\u{7}b"), "a\\u{1b}]52;c;x\\u{7}b");
        assert_eq!(printable("x\u{202e}gnp.exe"), "x\\u{202e}gnp.exe");
        assert_eq!(printable("one\ntwo"), "one\\u{a}two");
    }

    #[test]
    fn only_what_is_hostile_is_escaped() {
        assert_eq!(escaped("a\u{1b}b\nc", |c| c == '\u{1b}'), "a\\u{1b}b\nc");
        assert!(matches!(escaped("a\nb", |c| c == '\u{1b}'), Cow::Borrowed("a\nb")));
    }

    #[test]
    fn a_masked_value_shows_its_shape_only() {
        assert_eq!(masked("+39 333 1234567"), "+99 999 9999…");
        assert_eq!(masked("Zoë Q."), "xxx x.");
    }

    proptest! {
        #[test]
        fn nothing_printable_steers_the_terminal(text in any::<String>()) {
            prop_assert!(!printable(&text).chars().any(steers));
            prop_assert!(!masked(&text).chars().any(steers));
        }
    }
}
