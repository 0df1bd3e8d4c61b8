//! What a text is, from how it begins.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// The formats that are read, and those that people pass by mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Csv,
    Vcard,
    JsonLines,
    /// JSON of which `jq -c` with this filter makes one object a line.
    Json(String),
    /// The name of the message that says what it is; its `fix` says what to do about it.
    Other(&'static str),
}

/// What bytes are that are no text at all.
pub(super) fn binary(start: &[u8]) -> Option<Kind> {
    let begins = |magic: &[u8]| start.starts_with(magic);
    Some(match () {
        () if begins(b"%PDF") => Kind::Other("kind-pdf"),
        () if begins(b"\xff\xfe\0\0") || begins(b"\0\0\xfe\xff") => Kind::Other("kind-utf-32"),
        () if begins(b"BZh") => Kind::Other("kind-bzip2"),
        () if begins(b"7z\xbc\xaf\x27\x1c") => Kind::Other("kind-7z"),
        () if begins(b"Rar!") => Kind::Other("kind-rar"),
        () if begins(b"SQLite format 3\0") => Kind::Other("kind-sqlite"),
        () if begins(b"\x89PNG") || begins(b"\xff\xd8\xff") => Kind::Other("kind-picture"),
        () if has_words_in_iso_2022(start) => Kind::Other("kind-iso-2022"),
        () if has_binary_bytes(start) => Kind::Other("kind-binary"),
        () => return None,
    })
}

/// Whether letters stand there in the encoding of old Japanese mail, which is ASCII to look at: it says with an escape
/// sequence from where on two bytes are one letter.
fn has_words_in_iso_2022(start: &[u8]) -> bool {
    memchr::memchr_iter(0x1b, start).any(|at| matches!(start[at + 1..], [b'$', b'@' | b'B', ..]))
}

/// Whether more than one byte in a hundred is a control character that no text has.
fn has_binary_bytes(start: &[u8]) -> bool {
    let start = &start[..start.len().min(4096)];
    let strange = start
        .iter()
        .filter(|&&byte| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1a | 0x1b));
    strange.count() * 100 > start.len()
}

/// What a text is; `start` is UTF-8, as far as it can be, and `is_cut` says that more of it follows.
pub(super) fn of_text(start: &[u8], is_cut: bool) -> Kind {
    let text = start.trim_ascii_start();
    let begins = |word: &[u8]| text.len() >= word.len() && text[..word.len()].eq_ignore_ascii_case(word);
    match () {
        () if begins(b"<!doctype") || begins(b"<html") || begins(b"<table") => Kind::Other("kind-html"),
        () if begins(b"<?xml") => Kind::Other("kind-xml"),
        () if begins(b"{\\rtf") => Kind::Other("kind-rtf"),
        () if begins(b"BEGIN:VCARD") => Kind::Vcard,
        () if begins(b"BEGIN:VCALENDAR") => Kind::Other("kind-calendar"),
        () if begins(b"{") => of_json(text, is_cut),
        () if begins(b"[{") || begins(b"[\n") || begins(b"[\r") || begins(b"[ ") || text == b"[]" => {
            Kind::Json(".[]".to_owned())
        }
        () => Kind::Csv,
    }
}

type Members<'j> = BTreeMap<String, &'j RawValue>;

/// What begins with an object: lines of them, or one that goes over several lines, or that has the list in it.
fn of_json(text: &[u8], is_cut: bool) -> Kind {
    let line = text.split(|byte| matches!(byte, b'\r' | b'\n')).next().unwrap_or_default();
    let has_more = is_cut || !text[line.len()..].trim_ascii().is_empty();
    if let Ok(members) = serde_json::from_slice::<Members<'_>>(line) {
        return match list_in(&members) {
            Some(filter) if !has_more => Kind::Json(filter),
            _ => Kind::JsonLines,
        };
    }
    let mut objects = serde_json::Deserializer::from_slice(text).into_iter::<Members<'_>>();
    match objects.next() {
        Some(Ok(members)) if objects.byte_offset() > line.len() => {
            Kind::Json(list_in(&members).unwrap_or_else(|| ".".to_owned()))
        }
        Some(Err(error)) if error.is_eof() && is_cut => match first_list(text) {
            Some(filter) => Kind::Json(filter),
            None if line.len() < text.len() => Kind::Json(".".to_owned()),
            None => Kind::JsonLines,
        },
        _ => Kind::JsonLines,
    }
}

/// What takes the objects out of the list that is all there is in an object, or that is called as such lists are.
fn list_in(members: &Members<'_>) -> Option<String> {
    const USUAL: [&str; 8] =
        ["contacts", "customers", "data", "items", "people", "records", "results", "users"];
    let is_list = |value: &RawValue| {
        value.get().strip_prefix('[').is_some_and(|elements| elements.trim_ascii_start().starts_with('{'))
    };
    let mut lists = members.iter().filter(|(_, value)| is_list(value));
    let (key, _) = lists.next()?;
    let is_it = members.len() == 1 || lists.next().is_none() && USUAL.contains(&&*key.to_lowercase());
    is_it.then(|| elements_of(key))
}

/// The same for an object of which only the beginning is known: its first member is the list.
fn first_list(text: &[u8]) -> Option<String> {
    let key = text.strip_prefix(b"{")?.trim_ascii_start();
    let mut keys = serde_json::Deserializer::from_slice(key).into_iter::<String>();
    let name = keys.next()?.ok()?;
    let value = key[keys.byte_offset()..].trim_ascii_start().strip_prefix(b":")?.trim_ascii_start();
    let elements = value.strip_prefix(b"[")?.trim_ascii_start();
    elements.starts_with(b"{").then(|| elements_of(&name))
}

fn elements_of(key: &str) -> String {
    let is_word = key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if is_word { format!(".{key}[]") } else { format!(".[{}][]", serde_json::Value::from(key)) }
}

/// UTF-16 that does not say so: every second byte is zero in most letters of an alphabet that ASCII has a part of, and
/// none of the others is.
pub(super) fn utf16_without_mark(start: &[u8]) -> Option<super::Encoding> {
    let pairs = start[..start.len().min(4096)].chunks_exact(2);
    let count = pairs.len();
    let (mut high_first, mut low_first) = (0, 0);
    for pair in pairs {
        high_first += usize::from(pair[0] == 0);
        low_first += usize::from(pair[1] == 0);
    }
    match (low_first, high_first) {
        (zeros, 0) if zeros > 0 && zeros * 10 >= count * 3 => Some(super::Encoding::Utf16Le),
        (0, zeros) if zeros > 0 && zeros * 10 >= count * 3 => Some(super::Encoding::Utf16Be),
        _ => None,
    }
}

/// The order of the bytes of a list that somebody says is in UTF-16: as the ends of its lines and the delimiters have it,
/// which no list is without. `None`: it has none of them, or both ways, and is no such list.
pub(super) fn order_of_utf16(start: &[u8]) -> Option<super::Encoding> {
    let (mut little, mut big) = (false, false);
    for pair in start.chunks_exact(2) {
        let is_mark = |byte: u8| matches!(byte, b'\r' | b'\n' | b'\t' | b',' | b';' | b'|');
        little |= pair[1] == 0 && is_mark(pair[0]);
        big |= pair[0] == 0 && is_mark(pair[1]);
    }
    match (little, big) {
        (true, false) => Some(super::Encoding::Utf16Le),
        (false, true) => Some(super::Encoding::Utf16Be),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Encoding;
    use super::*;

    #[test]
    fn json_that_is_no_lines_is_known_with_the_filter_that_makes_lines_of_it() {
        let json = |filter: &str| Kind::Json(filter.to_owned());
        for (text, kind) in [
            ("[\n {\"name\": 1}\n]", json(".[]")),
            ("{\n \"name\": \"A\",\n \"phone\": \"1\"\n}\n", json(".")),
            ("{ \"name\": \"A\",\n \"phones\": [{\"n\": 1}]}\n{\n}", json(".")),
            ("{\"data\":[{\"name\":\"A\"}]}\n", json(".data[]")),
            ("{\n\"data\": [ {\"name\":\"A\"}],\"next\": null}\n", json(".data[]")),
            ("{\"my list\":[{\"name\":\"A\"}]}", json(".[\"my list\"][]")),
            ("{\"name\":\"A\"}\n", Kind::JsonLines),
            ("{\"data\":[{\"name\":\"A\"}]}\n{\"data\":[]}\n", Kind::JsonLines),
            ("{\"phones\":[{\"n\":1}],\"name\":\"A\"}\n", Kind::JsonLines),
            ("{\"name\":\n{\"name\":\"A\"}\n", Kind::JsonLines),
            ("{\"name\"\n", Kind::JsonLines),
            ("{\"name\":\"A\"}x\n", Kind::JsonLines),
        ] {
            assert_eq!(of_text(text.as_bytes(), false), kind, "{text}");
        }
        for (text, kind) in [
            ("{\"data\":[{\"name\":\"A\"},{\"na", json(".data[]")),
            ("{\n \"name\": \"A\",\n \"ph", json(".")),
            ("{\"name\":\"a very long line", Kind::JsonLines),
            ("{\"name\":\"A\"}\n{\"na", Kind::JsonLines),
        ] {
            assert_eq!(of_text(text.as_bytes(), true), kind, "{text}");
        }
    }

    #[test]
    fn utf16_is_known_by_its_zeros() {
        let little: Vec<u8> = "name,phone\nИван,1\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "name,phone\nИван,1\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(utf16_without_mark(&little), Some(Encoding::Utf16Le));
        assert_eq!(utf16_without_mark(&big), Some(Encoding::Utf16Be));
        assert_eq!(utf16_without_mark(b"name,phone\nA,1\n"), None);
        assert_eq!(utf16_without_mark(b"\0\0\0\0"), None);
        assert_eq!(utf16_without_mark(b""), None);
    }

    #[test]
    fn the_order_of_utf16_is_told_by_the_ends_of_lines_whatever_the_letters() {
        let text = "名,電話\n山田,一\n";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(utf16_without_mark(&little), None, "too few zeros to be known unasked");
        assert_eq!(order_of_utf16(&little), Some(Encoding::Utf16Le));
        assert_eq!(order_of_utf16(&big), Some(Encoding::Utf16Be));
        assert_eq!(order_of_utf16(text.as_bytes()), None);
        assert_eq!(order_of_utf16(b"name,phone\nA,1\n"), None);
        assert_eq!(order_of_utf16(&[little, big].concat()), None);
    }

    #[test]
    fn one_stray_zero_does_not_make_a_text_binary_and_many_do() {
        let mut text = b"name,phone\n".repeat(20);
        text[3] = 0;
        assert_eq!(binary(&text), None);
        assert_eq!(binary(b"name\n\x1b[0m$B\n"), None);
        assert_eq!(binary(b"name\n\x1b$B:4F#\x1b(B\n"), Some(Kind::Other("kind-iso-2022")));
        assert_eq!(binary(b"\x7fELF\x02\x01\x01\0\0\0\0"), Some(Kind::Other("kind-binary")));
    }
}
