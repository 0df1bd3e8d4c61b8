//! The identifier of somebody whose source has no telephone numbers: it goes out as it stands, unless a spreadsheet or a
//! program has made something else of it. There is no look-up by which anybody would see that.

use std::borrow::Cow;

use unicode_normalization::is_nfkc;

use super::cells::{is_placeholder, trim};
use super::phone::{NoNumber, is_scientific, no};
use crate::model::{Code, Source};
use crate::words::{Message, message};

/// Digits that a spreadsheet keeps of a number (IEEE 754, as it shows them).
const MOST_KEPT_DIGITS: usize = 15;
/// Fewer digits before a point may be a name on Instagram, where points are letters.
const FEWEST_OF_A_NUMBER: usize = 7;

/// What spreadsheets in the five languages write for true and false. In small letters only the English ones are taken for
/// such: programs write them so, and people are called like the others.
const BOOLEANS: [&str; 10] =
    ["TRUE", "FALSE", "VRAI", "FAUX", "VERO", "FALSO", "VERDADERO", "VERDADEIRO", "WAHR", "FALSCH"];

/// Reads a text that is not empty. `is_quantity`: the file says that it is a number, and it has a fraction.
///
/// # Errors
///
/// If it is none any more, or never was.
pub(super) fn read(
    text: Cow<'_, str>,
    source: Source,
    is_quantity: bool,
) -> Result<(Cow<'_, str>, Vec<Code>), NoNumber> {
    let mut remarks = Vec::new();
    let text = without_marks(text, &mut remarks);
    let text = without_spreadsheet_marks(text, source, is_quantity, &mut remarks);
    let wrong = |what: Message| Err(no(Code::Identifier, what));
    if text.is_empty() {
        return Err(no(Code::MissingIdentifier, message!("row-no-identifier")));
    }
    if is_placeholder(&text) || text.bytes().all(|byte| byte == b'0') {
        return Err(no(Code::MissingIdentifier, message!("row-identifier-of-nothing")));
    }
    // Names on Instagram may begin with a digit: `12e34` is one, and no number is written so.
    let unsigned = text.strip_prefix(['+', '-', '\u{2212}']).unwrap_or(&text);
    if is_scientific(unsigned) && (source != Source::Instagram || text.contains(['+', '-', '.', ','])) {
        return Err(no(Code::PhoneScientific, message!("phone-scientific")));
    }
    let is_boolean = text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false");
    if is_boolean || BOOLEANS.contains(&text.as_ref()) {
        return wrong(message!("identifier-boolean"));
    }
    if let Some((whole, fraction)) = unsigned.split_once(['.', ','])
        && is_digits(whole)
        && is_digits(fraction)
        && is_of_a_number(whole, source, is_quantity)
    {
        return wrong(message!("identifier-quantity"));
    }
    if !text.is_ascii() && (!is_nfkc(&text) || text.chars().any(|c| !c.is_ascii() && c.is_numeric())) {
        return wrong(message!("identifier-two-ways"));
    }
    Ok((text, remarks))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether digits before a point, which has digits behind it, are those of a number.
fn is_of_a_number(whole: &str, source: Source, is_quantity: bool) -> bool {
    is_quantity || source != Source::Instagram || whole.len() >= FEWEST_OF_A_NUMBER
}

/// Marks that nobody sees, and that come with what is copied.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}')
}

/// Takes off invisible marks at both ends, and all of them where the rest is of plain letters: in some scripts they part
/// letters.
fn without_marks<'t>(text: Cow<'t, str>, remarks: &mut Vec<Code>) -> Cow<'t, str> {
    if text.is_ascii() || !text.contains(is_mark) {
        return text;
    }
    remarks.push(Code::PhonePunctuation);
    let visible: String = text.chars().filter(|c| !is_mark(*c)).collect();
    if visible.is_ascii() {
        return trim(&visible).to_owned().into();
    }
    text.trim_matches(|c: char| is_mark(c) || c.is_whitespace()).to_owned().into()
}

/// Takes off what spreadsheets put on: `'123…`, `="123…"`, `123….0`.
fn without_spreadsheet_marks<'t>(
    text: Cow<'t, str>,
    source: Source,
    is_quantity: bool,
    remarks: &mut Vec<Code>,
) -> Cow<'t, str> {
    let mut bare: &str = &text;
    if let Some(inner) = bare.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')) {
        bare = trim(inner);
    }
    bare = trim(bare.strip_prefix('\'').unwrap_or(bare));
    if let Some((whole, fraction)) = bare.split_once('.')
        && is_digits(whole)
        && whole.len() <= MOST_KEPT_DIGITS
        && is_digits(fraction)
        && fraction.bytes().all(|byte| byte == b'0')
        && is_of_a_number(whole, source, is_quantity)
    {
        bare = whole;
    }
    if bare.len() == text.len() {
        return text;
    }
    remarks.push(Code::PhoneSpreadsheet);
    bare.to_owned().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_as(text: &str, source: Source) -> Result<(String, Vec<Code>), Code> {
        let read = read(text.into(), source, false);
        read.map(|(text, remarks)| (text.into_owned(), remarks)).map_err(|no| no.code)
    }

    #[test]
    fn what_a_spreadsheet_destroyed_is_no_identifier_of_any_source() {
        let destroyed = [
            ("2.451234567890123E+16", Code::PhoneScientific),
            ("2,45123E+16", Code::PhoneScientific),
            ("2.45e16", Code::PhoneScientific),
            ("24512345678901234.0", Code::Identifier),
            ("123456789.5", Code::Identifier),
            ("123456789,5", Code::Identifier),
            ("-123456789.5", Code::Identifier),
            ("TRUE", Code::Identifier),
            ("false", Code::Identifier),
            ("VRAI", Code::Identifier),
            ("１２３４５６７８９", Code::Identifier),
            ("٣٩٣٣٣١", Code::Identifier),
            ("cafe\u{301}", Code::Identifier),
            ("-", Code::MissingIdentifier),
            ("n/a", Code::MissingIdentifier),
            ("None", Code::MissingIdentifier),
            ("#N/A", Code::MissingIdentifier),
            ("0", Code::MissingIdentifier),
            ("0.0", Code::MissingIdentifier),
            ("=\"\"", Code::MissingIdentifier),
            ("\u{200b}", Code::MissingIdentifier),
        ];
        for source in [Source::Facebook, Source::Instagram, Source::Telegram] {
            for (text, code) in destroyed {
                let is_name = source == Source::Instagram && text == "0.0";
                let read = read_as(text, source);
                assert_eq!(read.is_ok(), is_name, "{text} {source:?}");
                assert!(is_name || read == Err(code), "{text} {source:?}");
            }
        }
    }

    #[test]
    fn what_a_spreadsheet_or_a_copy_added_is_taken_off_and_told() {
        let (sheet, marks) = ([Code::PhoneSpreadsheet], [Code::PhonePunctuation]);
        for (text, sent, told) in [
            ("'123456789", "123456789", &sheet[..]),
            ("=\"123456789\"", "123456789", &sheet),
            ("123456789.0", "123456789", &sheet),
            ("123456789012345.00", "123456789012345", &sheet),
            ("'@tg1", "@tg1", &sheet),
            ("\u{200b}tg1", "tg1", &marks),
            ("tg1\u{200e}", "tg1", &marks),
            ("t\u{200b}g1", "tg1", &marks),
            ("\u{200e}زاده\u{200c}ای\u{200e}", "زاده\u{200c}ای", &marks),
        ] {
            for source in [Source::Facebook, Source::Instagram, Source::Telegram] {
                assert_eq!(read_as(text, source), Ok((sent.to_owned(), told.to_vec())), "{text:?}");
            }
        }
    }

    #[test]
    fn an_identifier_that_may_be_one_goes_out_as_it_stands() {
        for text in [
            "@handle_1",
            "TG1",
            "0123456789",
            "+123456789",
            "24512345678901200",
            "user.one",
            "12",
            "e16",
            "café",
        ] {
            for source in [Source::Facebook, Source::Instagram, Source::Telegram] {
                assert_eq!(read_as(text, source), Ok((text.to_owned(), Vec::new())), "{text}");
            }
        }
        for name in ["12e34", "123.45", "123.0", "1.e"] {
            assert_eq!(read_as(name, Source::Instagram), Ok((name.to_owned(), Vec::new())), "{name}");
        }
        assert_eq!(read_as("12e34", Source::Telegram), Err(Code::PhoneScientific));
        let of_a_number = read("123.45".into(), Source::Instagram, true);
        assert_eq!(of_a_number.map_err(|no| no.code).map(|_| ()), Err(Code::Identifier));
    }
}
