//! One property of a vCard, such as `item1.TEL;TYPE=CELL:+39 333 1234567` (RFC 6350, RFC 2426, and vCard 2.1).

use super::Encoding;
use crate::words::discreet;

/// A property, unfolded.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Property {
    /// What ties properties together, such as `item1`; empty if nothing does.
    pub(super) group: String,
    /// Upper case.
    pub(super) name: String,
    /// Values of `TYPE`, upper case. In vCard 2.1 they stand there without it.
    pub(super) types: Vec<String>,
    /// Decoded from quoted-printable and the character set that the property names; not unescaped.
    pub(super) value: Vec<u8>,
    /// Its value is no text.
    pub(super) binary: bool,
}

discreet!(Property { group, name, types });

/// What stands before the value: enough to know how it goes on.
pub(super) struct Head {
    pub(super) binary: bool,
    pub(super) quoted_printable: bool,
}

struct Parameters {
    types: Vec<String>,
    encoding: String,
    charset: Option<Encoding>,
}

/// Properties whose values are pictures, sounds and keys.
const BINARY: [&str; 4] = ["PHOTO", "LOGO", "SOUND", "KEY"];
/// What vCard 2.1 writes without a name, and what is no type.
const ENCODINGS: [&str; 5] = ["QUOTED-PRINTABLE", "BASE64", "B", "8BIT", "7BIT"];

/// Looks at the beginning of a line.
pub(super) fn head(line: &[u8]) -> Head {
    let (head, _) = split(line);
    let (_, name, parameters) = read_head(head);
    Head {
        binary: is_binary(&name, &parameters),
        quoted_printable: parameters.encoding == "QUOTED-PRINTABLE",
    }
}

fn is_binary(name: &str, parameters: &Parameters) -> bool {
    BINARY.contains(&name) || matches!(parameters.encoding.as_str(), "B" | "BASE64")
}

impl Property {
    /// Reads an unfolded line. `None` if it is none.
    pub(super) fn read(line: &[u8]) -> Option<Self> {
        let (head, value) = split(line);
        let (group, name, parameters) = read_head(head);
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return None;
        }
        let binary = is_binary(&name, &parameters);
        let mut value = value?.to_vec();
        if parameters.encoding == "QUOTED-PRINTABLE" {
            value = unquoted(&value);
        }
        if let Some(charset) = parameters.charset
            && (parameters.encoding == "QUOTED-PRINTABLE" || std::str::from_utf8(&value).is_err())
        {
            value = charset.decode(&value);
        }
        Some(Self { group, name, types: parameters.types, value, binary })
    }

    pub(super) fn is_type(&self, wanted: &str) -> bool {
        self.types.iter().any(|known| known == wanted)
    }
}

/// Head and value; a `:` inside quotes does not part them.
fn split(line: &[u8]) -> (&[u8], Option<&[u8]>) {
    let mut quoted = false;
    let colon = line.iter().position(|&byte| {
        quoted ^= byte == b'"';
        byte == b':' && !quoted
    });
    match colon {
        Some(at) => (&line[..at], Some(&line[at + 1..])),
        None => (line, None),
    }
}

fn read_head(head: &[u8]) -> (String, String, Parameters) {
    let head = String::from_utf8_lossy(head);
    let mut parts = split_outside_quotes(&head, ';').into_iter();
    let name = parts.next().unwrap_or_default();
    let (group, name) = name.rsplit_once('.').unwrap_or(("", name));
    let mut parameters = Parameters { types: Vec::new(), encoding: String::new(), charset: None };
    for part in parts {
        let (key, value) = match part.split_once('=') {
            Some((key, value)) => (key.trim().to_ascii_uppercase(), value),
            None if ENCODINGS.contains(&part.trim().to_ascii_uppercase().as_str()) => {
                ("ENCODING".to_owned(), part)
            }
            None => ("TYPE".to_owned(), part),
        };
        match key.as_str() {
            "TYPE" => {
                let types = value.split(',').map(|one| one.trim().trim_matches('"').to_ascii_uppercase());
                parameters.types.extend(types.filter(|one| !one.is_empty()));
            }
            "ENCODING" => parameters.encoding = value.trim().to_ascii_uppercase(),
            "CHARSET" => parameters.charset = Encoding::named(value.trim_matches('"')),
            // The preferred one, as vCard 4.0 says it: 1 goes before all others (RFC 6350, 5.3).
            "PREF" if value.trim().trim_matches('"') == "1" => parameters.types.push("PREF".to_owned()),
            // WhatsApp says of its own number that it is one.
            "WAID" => parameters.types.push("WHATSAPP".to_owned()),
            _ => {}
        }
    }
    (group.to_owned(), name.trim().to_ascii_uppercase(), parameters)
}

fn split_outside_quotes(text: &str, separator: char) -> Vec<&str> {
    let mut quoted = false;
    text.split(|c| {
        quoted ^= c == '"';
        c == separator && !quoted
    })
    .collect()
}

/// Quoted-printable (RFC 2045): `=C3=A9` is two bytes. What is no code stays as it is.
fn unquoted(text: &[u8]) -> Vec<u8> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        if first == b'='
            && let [high, low, others @ ..] = after
            && let (Some(high), Some(low)) = (digit(high), digit(low))
        {
            bytes.push(high << 4 | low);
            rest = others;
        } else {
            bytes.push(first);
        }
    }
    bytes
}

/// The parts of a value between unescaped separators, unescaped. vCard 2.1 escapes `;` only.
pub(super) fn parts(value: &[u8], separator: Option<u8>, old: bool) -> Vec<Vec<u8>> {
    let mut parts = vec![Vec::new()];
    let mut bytes = value.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        let last = parts.len() - 1;
        match (byte, bytes.peek().copied()) {
            (b'\\', Some(b';')) => parts[last].push(b';'),
            (b'\\', Some(next @ (b',' | b'\\' | b':'))) if !old => parts[last].push(next),
            (b'\\', Some(b'n' | b'N')) if !old => parts[last].push(b'\n'),
            _ if Some(byte) == separator => {
                parts.push(Vec::new());
                continue;
            }
            _ => {
                parts[last].push(byte);
                continue;
            }
        }
        bytes.next();
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Property {
        Property::read(line.as_bytes()).unwrap()
    }

    #[test]
    fn types_are_known_in_the_spelling_of_every_version() {
        for line in [
            "TEL;CELL;VOICE:1",
            "TEL;TYPE=CELL;TYPE=VOICE:1",
            "tel;type=cell,voice:1",
            "TEL;TYPE=\"cell,voice\":1",
            "item1.TEL;TYPE=CELL;type=VOICE:1",
        ] {
            let property = read(line);
            assert_eq!(property.name, "TEL");
            assert!(property.is_type("CELL") && property.is_type("VOICE"), "{line}");
            assert_eq!(property.value, b"1");
        }
        assert_eq!(read("item1.TEL:1").group, "item1");
        assert!(read("TEL;PREF=1:1").is_type("PREF"));
    }

    #[test]
    fn quoted_printable_is_decoded_with_its_character_set() {
        assert_eq!(
            read("N;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:M=C3=BCller;J").value,
            "Müller;J".as_bytes()
        );
        assert_eq!(read("N;QUOTED-PRINTABLE;CHARSET=ISO-8859-1:M=FCller").value, "Müller".as_bytes());
        assert_eq!(read("N;QUOTED-PRINTABLE:50=25 = x=Z1").value, b"50% = x=Z1");
        assert_eq!(read("N;CHARSET=UTF-8;QUOTED-PRINTABLE:M=FCller").value, b"M\xfcller");
    }

    #[test]
    fn a_colon_in_quotes_does_not_end_the_head() {
        let property = read("ADR;LABEL=\"a:b;c\";TYPE=home:;;Street");
        assert_eq!((property.value, property.types), (b";;Street".to_vec(), vec!["HOME".to_owned()]));
    }

    #[test]
    fn pictures_are_known_before_they_are_read() {
        for line in ["PHOTO;ENCODING=b;TYPE=JPEG:/9j", "X-PIC;BASE64:/9j", "LOGO:http://x"] {
            assert!(head(line.as_bytes()).binary, "{line}");
        }
        assert!(!head(b"NOTE:b").binary);
    }

    #[test]
    fn values_are_parted_and_unescaped() {
        let texts = |value: &str, separator, old| -> Vec<String> {
            parts(value.as_bytes(), separator, old)
                .into_iter()
                .map(|part| String::from_utf8(part).unwrap())
                .collect()
        };
        assert_eq!(texts(r"Roe\; Ltd;J\, \\ \n", Some(b';'), false), ["Roe; Ltd", "J, \\ \n"]);
        assert_eq!(texts(r"C:\new\;x;y", Some(b';'), true), [r"C:\new;x", "y"]);
        assert_eq!(texts(r"a,b\,c", Some(b','), false), ["a", "b,c"]);
        assert_eq!(texts("", None, false), [""]);
    }

    #[test]
    fn what_is_no_property_is_none() {
        for line in ["", "no colon", ":x", "two words:x"] {
            assert_eq!(Property::read(line.as_bytes()), None, "{line}");
        }
    }
}
