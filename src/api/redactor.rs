//! Strikes the token out of what a server sends back: one that quotes it must not have it written anywhere.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr2, memmem};

use super::token::ApiToken;

/// What stands in the token's place. It is no hexadecimal digit, so that a uuid that held the token is none.
const MARK: &[u8] = b"[token-removed]";

/// Shortest token that is looked for. A shorter one is a word of a trial, and stands in uuids and names by chance.
const SHORTEST: usize = 8;

/// Knows the token that must not come back.
#[derive(Debug, Clone)]
pub(super) struct Redactor {
    token: ApiToken,
}

impl Redactor {
    pub(super) fn of(token: &ApiToken) -> Self {
        Self { token: token.clone() }
    }

    /// `bytes` without the token, in whatever way it is spelt: plainly, with escapes of JSON, percent-encoded, or both.
    pub(super) fn without_token(&self, bytes: Vec<u8>) -> Vec<u8> {
        let secret = self.token.secret().as_bytes();
        if secret.len() < SHORTEST {
            return bytes;
        }
        let mut bytes = bytes;
        // The longest spelling goes first: of a token that ends with a `%`, written `%25`, the digits would be left. A token
        // may hold such a letter itself, so each reading is looked at.
        if memchr2(b'\\', b'%', &bytes).is_some() {
            for read in [unquoted, unescaped] {
                let read = read(Read::plain(&bytes));
                let whole = memmem::find_iter(&read.bytes, secret);
                let found: Vec<Range<usize>> = whole.map(|at| read.source(at..at + secret.len())).collect();
                if !found.is_empty() {
                    bytes = struck(&bytes, found.into_iter());
                }
            }
        }
        if memmem::find(&bytes, secret).is_some() {
            bytes = struck(&bytes, memmem::find_iter(&bytes, secret).map(|at| at..at + secret.len()));
        }
        bytes
    }

    /// An address as its reader takes it, so that what is dropped or decoded then hides nothing; `None` if its host, which
    /// has small letters only, holds the token.
    pub(super) fn without_token_in_address(&self, address: &str) -> Option<String> {
        let secret = self.token.secret().to_ascii_lowercase();
        let has_token = |text: &str| secret.len() >= SHORTEST && text.to_ascii_lowercase().contains(&secret);
        let read: String = match reqwest::Url::parse(address) {
            Ok(url) if url.host_str().is_some_and(has_token) => return None,
            Ok(url) => url.into(),
            // One without a host, or with that alone.
            Err(_) => {
                let left = address.chars().filter(|c| !c.is_ascii_control()).collect::<String>();
                if has_token(&left) {
                    return None;
                }
                left
            }
        };
        Some(self.without_token_in(read))
    }

    /// The same of a text.
    pub(super) fn without_token_in(&self, text: String) -> String {
        String::from_utf8_lossy(&self.without_token(text.into_bytes())).into_owned()
    }
}

fn struck(bytes: &[u8], places: impl Iterator<Item = Range<usize>>) -> Vec<u8> {
    let (mut kept, mut from) = (Vec::with_capacity(bytes.len()), 0);
    for place in places {
        kept.extend_from_slice(&bytes[from..place.start]);
        kept.extend_from_slice(MARK);
        from = place.end;
    }
    kept.extend_from_slice(&bytes[from..]);
    kept
}

/// Bytes as they are meant, and where each of them stands; one place more, for the end.
struct Read<'b> {
    bytes: Cow<'b, [u8]>,
    places: Vec<usize>,
}

impl<'b> Read<'b> {
    fn plain(bytes: &'b [u8]) -> Self {
        Self { bytes: Cow::Borrowed(bytes), places: (0..=bytes.len()).collect() }
    }

    fn source(&self, read: Range<usize>) -> Range<usize> {
        self.places[read.start]..self.places[read.end]
    }

    /// Reads on: `one` says what stands at the beginning of what it is given, and how long that is; `None`: itself.
    fn through(&self, one: impl Fn(&[u8]) -> Option<(u8, usize)>) -> Read<'static> {
        let (mut bytes, mut places) = (Vec::with_capacity(self.bytes.len()), Vec::new());
        let mut at = 0;
        while at < self.bytes.len() {
            let (byte, length) = one(&self.bytes[at..]).unwrap_or((self.bytes[at], 1));
            bytes.push(byte);
            places.push(self.places[at]);
            at += length;
        }
        places.push(self.places[at]);
        Read { bytes: Cow::Owned(bytes), places }
    }
}

/// Without the escapes of JSON.
fn unescaped(read: Read<'_>) -> Read<'static> {
    read.through(|rest| match rest {
        [b'\\', b'u', hex @ ..] => {
            let code = u32::from_str_radix(std::str::from_utf8(hex.get(..4)?).ok()?, 16).ok()?;
            // No token has letters beyond ASCII.
            Some((u8::try_from(code).unwrap_or(u8::MAX), 6))
        }
        [b'\\', escaped, ..] => Some((*escaped, 2)),
        _ => None,
    })
}

/// Without those, nor what is percent-encoded.
fn unquoted(read: Read<'_>) -> Read<'static> {
    unescaped(read).through(|rest| match rest {
        [b'%', hex @ ..] => {
            let hex = hex.get(..2).filter(|hex| hex.iter().all(u8::is_ascii_hexdigit))?;
            Some((u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok()?, 3))
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_an_address_is_read_as_has_no_token_in_its_host() {
        let redactor = redactor("Sekret7890");
        for hidden in ["Sekret\t7890", "Sek\nret78\r90", "%53ekret7890", "sEKRET7890", "Sekret%C2%AD7890"] {
            for address in [format!("https://{hidden}.e.com/x"), format!("https://a.{hidden}/")] {
                assert_eq!(redactor.without_token_in_address(&address), None, "{address:?}");
            }
        }
        let path = redactor.without_token_in_address("https://e.com/Sekret\t7890").unwrap();
        assert_eq!(path, "https://e.com/[token-removed]");
        let other = redactor.without_token_in_address("https://e.com/v1").unwrap();
        assert_eq!(other, "https://e.com/v1");
        assert_eq!(redactor.without_token_in_address("/v2/\tcontacts").unwrap(), "/v2/contacts");
        for hidden in ["/v2/Sek\tret7890", "//sekret7890.e.com", "Sekret7890"] {
            assert_eq!(redactor.without_token_in_address(hidden), None, "{hidden:?}");
        }
    }

    fn redactor(token: &str) -> Redactor {
        Redactor::of(&ApiToken::parse(token).unwrap())
    }

    fn without(token: &str, text: &str) -> String {
        redactor(token).without_token_in(text.to_owned())
    }

    #[test]
    fn a_token_is_struck_out_however_often_and_however_it_is_spelt() {
        let token = "ab/cd:ef+1";
        for spelt in [
            "ab/cd:ef+1",
            "ab\\/cd:ef+1",
            "ab/cd:ef\\u002b1",
            "ab%2Fcd%3Aef%2b1",
            "ab%2fcd:ef+1",
            "\\u0061b\\u00252Fcd:ef+1",
        ] {
            let text = format!("{{\"error\":\"<{spelt}> {spelt}{spelt}\",\"é\":\"\\u00e9\\n%\"}}");
            let left =
                "{\"error\":\"<[token-removed]> [token-removed][token-removed]\",\"é\":\"\\u00e9\\n%\"}";
            assert_eq!(without(token, &text), left, "{spelt}");
        }
        assert_eq!(without("a%41\\nbcd", "x a%41\\nbcd"), "x [token-removed]");
        assert_eq!(without("a%41\\nbcd", "x a%41\\\\nbcd"), "x [token-removed]");
        assert_eq!(without("a%41\\nbcd", "x a%2541%5Cnbcd"), "x [token-removed]");
        for spelt in ["<canary:%>", "<canary:%25>", "<c\\u0061nary:%25>", "<canary:\\u002525>"] {
            assert_eq!(without("canary:%", spelt), "<[token-removed]>", "{spelt}");
        }
        for spelt in ["<canary:\\>", "<canary:\\\\>", "<canary:%5C>", "<c\\u0061nary:\\\\>"] {
            assert_eq!(without("canary:\\", spelt), "<[token-removed]>", "{spelt}");
        }
    }

    #[test]
    fn a_word_of_a_trial_is_left_where_it_stands() {
        assert_eq!(without("test", "test"), "test");
    }

    proptest! {
        #[test]
        fn what_does_not_hold_the_token_stays_as_it_is(
            bytes in prop::collection::vec(prop_oneof![Just(b'\\'), Just(b'%'), Just(b'u'), any::<u8>()], 0..200)
        ) {
            prop_assert_eq!(redactor("canary:Zx81.7f3a").without_token(bytes.clone()), bytes);
        }

        #[test]
        fn however_its_letters_are_spelt_nothing_of_it_is_left(
            token in "[!#-&(-~]{8,20}",
            how in prop::collection::vec(0_u8..4, 20),
        ) {
            let mut spelt = String::new();
            for (byte, how) in token.bytes().zip(&how) {
                spelt.push_str(&match how {
                    // Whoever writes anything so writes this so, or nobody could read it.
                    _ if byte == b'%' => "%25".to_owned(),
                    0 => format!("\\u{byte:04x}"),
                    1 => format!("%{byte:02X}"),
                    2 => format!("\\u0025{byte:02x}"),
                    // As it is, where that is no beginning of something else.
                    _ if byte == b'\\' => "\\\\".to_owned(),
                    _ => char::from(byte).to_string(),
                });
            }
            prop_assert_eq!(without(&token, &format!("<{spelt}>")), "<[token-removed]>");
        }
    }
}
