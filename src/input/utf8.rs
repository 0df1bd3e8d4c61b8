//! Whether bytes are UTF-8, and if not, how far from it.

use super::notes::Spoilt;

/// Counts over all bytes that were seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Utf8Scan {
    /// Letters of more than one byte.
    letters: u64,
    /// Sequences that are no UTF-8.
    broken: u64,
    spoilt: Spoilt,
    /// The beginning of a letter whose end has not come yet.
    carry: Vec<u8>,
}

/// What bytes are, seen as UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Utf8ness {
    /// All of them are.
    Sound,
    /// They are, but for few.
    Damaged {
        /// Sequences that are not.
        broken: u64,
    },
    /// About as many are as are not.
    Mixed {
        /// Letters that are.
        letters: u64,
        /// Sequences that are not.
        broken: u64,
    },
    /// No letter beyond ASCII is, unless by chance.
    Foreign,
}

/// Letters for each broken sequence from which on a file is UTF-8 with damage. In text of another encoding hardly a
/// letter looks like UTF-8 by chance.
const LETTERS_PER_BROKEN: u64 = 4;
/// Broken sequences for each letter from which on such a letter is chance: in Cyrillic code pages two letters of a word
/// may look like one of UTF-8.
const BROKEN_PER_LETTER: u64 = 20;

/// What windows-1252 has for the bytes from 0x80 to 0x9f: the second half of such a letter as `Ã‰`, which was `É`.
const HALVES: [&str; 20] =
    ["€", "‚", "ƒ", "„", "†", "‡", "ˆ", "‰", "Š", "‹", "Œ", "Ž", "•", "˜", "™", "š", "›", "œ", "ž", "Ÿ"];
/// The same, where it also ends words and quotations: it tells nothing after a letter that words have.
const ENDINGS: [&str; 7] = ["…", "‘", "’", "“", "”", "–", "—"];

/// How many letters were UTF-8 once, were read as windows-1252 and written as UTF-8 again: `Ã©`, which was `é`, `Å‚`,
/// which was `ł`, `Ð°`, which was `а`, and `â€™`, which was `’`.
fn doubled(text: &[u8]) -> u64 {
    let starts = memchr::memchr_iter(0xc3, text);
    let is_doubled = |at: usize| match &text[at + 1..] {
        [0x82 | 0x83, after @ ..] => {
            matches!(after, [0xc2, ..]) || begins_with(after, &HALVES) || begins_with(after, &ENDINGS)
        }
        // Ä, Å, Ð and Ñ stand before spaces and quotation marks in words that are sound.
        [0x84 | 0x85 | 0x90 | 0x91, after @ ..] => match after {
            [0xc2, second, ..] => !matches!(second, 0xa0 | 0xab | 0xbb),
            _ => begins_with(after, &HALVES),
        },
        [0xa2, after @ ..] => after.starts_with("€".as_bytes()),
        _ => false,
    };
    starts.map(|at| u64::from(is_doubled(at))).sum()
}

/// Longest of what follows, and of the number of a letter.
const LONGEST_ENTITY: usize = 7;
/// What stands for a letter or a sign in the source of a page, without its `&` and `;`.
const ENTITIES: [&str; 20] = [
    "amp", "lt", "gt", "quot", "apos", "nbsp", "szlig", "aelig", "AElig", "oelig", "OElig", "euro", "deg",
    "ordf", "ordm", "ndash", "mdash", "lsquo", "rsquo", "middot",
];
/// What stands so behind a letter: `uuml` is `ü`.
const ACCENTS: [&str; 8] = ["acute", "grave", "circ", "uml", "tilde", "cedil", "ring", "slash"];

/// How many letters are written as in the source of a page: `&amp;`, `&#39;`, `&uuml;`. A cell that ends may end with `;`, so
/// that only names count that are known.
fn entities(text: &[u8]) -> u64 {
    let is_entity = |at: usize| {
        let after = &text[at + 1..];
        let Some(end) = after.iter().take(LONGEST_ENTITY + 1).position(|&byte| byte == b';') else {
            return false;
        };
        match &after[..end] {
            [b'#', b'x' | b'X', digits @ ..] => {
                !digits.is_empty() && digits.iter().all(u8::is_ascii_hexdigit)
            }
            [b'#', digits @ ..] => digits.len() > 1 && digits.iter().all(u8::is_ascii_digit),
            name @ [letter, accent @ ..] => {
                ENTITIES.iter().any(|known| known.as_bytes() == name)
                    || letter.is_ascii_alphabetic() && ACCENTS.iter().any(|known| known.as_bytes() == accent)
            }
            [] => false,
        }
    };
    memchr::memchr_iter(b'&', text).map(|at| u64::from(is_entity(at))).sum()
}

fn begins_with(text: &[u8], any: &[&str]) -> bool {
    any.iter().any(|one| text.starts_with(one.as_bytes()))
}

impl Utf8Scan {
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        if self.carry.is_empty() {
            self.take(bytes);
        } else {
            let mut joined = std::mem::take(&mut self.carry);
            // A letter has four bytes at most, so that its end is within reach.
            let reach = bytes.len().min(4);
            joined.extend_from_slice(&bytes[..reach]);
            self.take(&joined);
            let rest = &bytes[reach..];
            if self.carry.is_empty() || rest.is_empty() {
                self.take(rest);
            } else {
                self.feed(rest);
            }
        }
    }

    fn take(&mut self, mut bytes: &[u8]) {
        loop {
            match std::str::from_utf8(bytes) {
                Ok(text) => {
                    self.count(text.as_bytes());
                    return;
                }
                Err(error) => {
                    let (sound, rest) = bytes.split_at(error.valid_up_to());
                    self.count(sound);
                    let Some(length) = error.error_len() else {
                        self.carry = rest.to_vec();
                        return;
                    };
                    self.broken += 1;
                    bytes = &rest[length..];
                }
            }
        }
    }

    fn count(&mut self, text: &[u8]) {
        self.spoilt.entities += entities(text);
        if !text.is_ascii() {
            self.letters += text.iter().map(|&byte| u64::from(byte >= 0xc0)).sum::<u64>();
            self.spoilt.doubled += doubled(text);
        }
    }

    /// What letters suffered before, as far as one can see.
    pub(super) fn spoilt(&self) -> Spoilt {
        self.spoilt
    }

    /// The verdict, once everything was fed.
    pub(super) fn verdict(&self) -> Utf8ness {
        let broken = self.broken + u64::from(!self.carry.is_empty());
        match (self.letters, broken) {
            (_, 0) => Utf8ness::Sound,
            (0, _) => Utf8ness::Foreign,
            (letters, broken) if letters.saturating_mul(BROKEN_PER_LETTER) < broken => Utf8ness::Foreign,
            (letters, broken) if letters / LETTERS_PER_BROKEN >= broken => Utf8ness::Damaged { broken },
            (letters, broken) => Utf8ness::Mixed { letters, broken },
        }
    }

    /// Whether there is a letter beyond ASCII, and all of them are UTF-8.
    pub(super) fn is_sound_beyond_ascii(&self) -> bool {
        self.letters > 0 && self.verdict() == Utf8ness::Sound
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn verdict(bytes: &[u8]) -> Utf8ness {
        let mut scan = Utf8Scan::default();
        scan.feed(bytes);
        scan.verdict()
    }

    #[test]
    fn few_broken_letters_among_many_are_damage_and_none_that_is_sound_is_another_encoding() {
        assert_eq!(verdict(b"plain"), Utf8ness::Sound);
        assert_eq!(verdict("José".as_bytes()), Utf8ness::Sound);
        assert_eq!(verdict(b"Jos\xe9"), Utf8ness::Foreign);
        assert_eq!(verdict("é".as_bytes().repeat(4).as_slice()), Utf8ness::Sound);
        assert_eq!(verdict(&["éééé".as_bytes(), b"\xe9 "].concat()), Utf8ness::Damaged { broken: 1 });
        assert_eq!(verdict(&["é".as_bytes(), b"\xe9 "].concat()), Utf8ness::Mixed { letters: 1, broken: 1 });
        // Overlong, surrogates, cut short.
        for bytes in [&b"\xc0\x80"[..], b"\xed\xa0\x80", b"a\xe2\x82"] {
            assert_eq!(verdict(bytes), Utf8ness::Foreign, "{bytes:?}");
        }
    }

    #[test]
    fn letters_that_were_encoded_twice_are_counted() {
        for (text, doubled) in [
            ("JosÃ© GarcÃ\u{ad}a, Lâ€™Oréal", 3),
            ("Ã‰cole, Ãœber, 3Â°, Ã€", 4),
            ("KoÅ‚odziej GdaÅ„sk", 2),
            ("Ð˜Ð²Ð°Ð½", 4),
            ("José, SÃO PAULO, â 5 €, Łódź, Ångström", 0),
            ("„BLÅ“, «ESPAÑ»”, À Â", 0),
        ] {
            let mut scan = Utf8Scan::default();
            scan.feed(text.as_bytes());
            assert_eq!(scan.spoilt().doubled, doubled, "{text}");
        }
    }

    #[test]
    fn letters_that_are_written_as_in_the_source_of_a_page_are_counted() {
        for (text, entities) in [
            ("M&uuml;ller, AT&amp;T, O&#039;Neill, O&#x27;Neill, Gro&szlig;, Ni&Ntilde;o", 6),
            ("Smith & Sons; Smith &Sons;AT&T; R&D;#1; &#5; &#x; &; https://x.example/?a=1&amp=2&copy", 0),
            ("&amp", 0),
        ] {
            let mut scan = Utf8Scan::default();
            scan.feed(text.as_bytes());
            assert_eq!(scan.spoilt().entities, entities, "{text}");
        }
    }

    proptest! {
        #[test]
        fn it_does_not_matter_where_the_bytes_are_cut(
            bytes in prop::collection::vec(prop::sample::select(vec![b'a', 0x80, 0xbf, 0xc3, 0xe2, 0xf0, 0x9f, 0xff]), 0..40),
            at_a_time in 1_usize..6,
        ) {
            let mut scan = Utf8Scan::default();
            bytes.chunks(at_a_time).for_each(|chunk| scan.feed(chunk));
            prop_assert_eq!(scan.verdict(), verdict(&bytes));
        }
    }
}
