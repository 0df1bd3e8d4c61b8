//! Bytes in any encoding → UTF-8, as they come, in bounded memory.
//!
//! A byte that stands for no letter becomes 0xFF and the byte's two hexadecimal digits. 0xFF is never part of UTF-8, so
//! the cell it stands in cannot pass for text, and the digits say what the file had there.

use std::io::{self, Read};

use encoding_rs::DecoderResult;

use super::Encoding;

/// Bytes read at a time.
const CHUNK: usize = 64 * 1024;
/// Bytes before the current ones that a decoder may still find wrong.
const MOST_PENDING: usize = 8;

/// Reads `inner` as UTF-8.
pub(super) struct Decoding<R> {
    inner: R,
    how: How,
    raw: Vec<u8>,
    text: Vec<u8>,
    /// Bytes of `text` that were passed on.
    given: usize,
    ended: bool,
}

enum How {
    ByteByByte(Box<[Option<char>; 128]>),
    Stateful { decoder: Box<encoding_rs::Decoder>, pending: Vec<u8> },
    AsItIs,
}

impl<R> Decoding<R> {
    /// `inner` begins after the byte-order mark.
    pub(super) fn new(inner: R, encoding: Encoding) -> Self {
        Self { inner, how: How::of(encoding), raw: vec![0; CHUNK], text: Vec::new(), given: 0, ended: false }
    }
}

impl How {
    fn of(encoding: Encoding) -> Self {
        if let Some(table) = encoding.table() {
            Self::ByteByByte(Box::new(table))
        } else if let Some(decoder) = encoding.stateful() {
            Self::Stateful { decoder: Box::new(decoder), pending: Vec::new() }
        } else {
            Self::AsItIs
        }
    }

    fn decode(&mut self, bytes: &[u8], last: bool, text: &mut Vec<u8>) {
        match self {
            Self::ByteByByte(table) => {
                for chunk in bytes.chunk_by(|one, other| one.is_ascii() == other.is_ascii()) {
                    if chunk.is_ascii() {
                        text.extend_from_slice(chunk);
                        continue;
                    }
                    for &byte in chunk {
                        match table[usize::from(byte & 0x7f)] {
                            Some(letter) => {
                                text.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
                            }
                            None => undecodable(byte, text),
                        }
                    }
                }
            }
            Self::Stateful { decoder, pending } => decode_with(decoder, pending, bytes, last, text),
            Self::AsItIs => text.extend_from_slice(bytes),
        }
    }
}

fn undecodable(byte: u8, text: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    text.extend([0xff, DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
}

fn decode_with(
    decoder: &mut encoding_rs::Decoder,
    pending: &mut Vec<u8>,
    bytes: &[u8],
    last: bool,
    text: &mut Vec<u8>,
) {
    let before = pending.len();
    pending.extend_from_slice(bytes);
    let mut at = before;
    loop {
        let room =
            decoder.max_utf8_buffer_length_without_replacement(pending.len() - at).unwrap_or(4 * CHUNK);
        let begin = text.len();
        text.resize(begin + room.max(16), 0);
        let (result, read, written) =
            decoder.decode_to_utf8_without_replacement(&pending[at..], &mut text[begin..], last);
        text.truncate(begin + written);
        at += read;
        match result {
            DecoderResult::InputEmpty => break,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(bad, after) => {
                let end = at.saturating_sub(usize::from(after));
                for &byte in &pending[end.saturating_sub(usize::from(bad))..end] {
                    undecodable(byte, text);
                }
            }
        }
    }
    let keep = pending.len().saturating_sub(MOST_PENDING);
    pending.drain(..keep);
}

impl<R: Read> Read for Decoding<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.text.len() && !self.ended {
            let count = self.inner.read(&mut self.raw)?;
            self.ended = count == 0;
            self.text.clear();
            self.given = 0;
            self.how.decode(&self.raw[..count], self.ended, &mut self.text);
        }
        let count = buffer.len().min(self.text.len() - self.given);
        buffer[..count].copy_from_slice(&self.text[self.given..self.given + count]);
        self.given += count;
        Ok(count)
    }
}

impl Encoding {
    /// All of `bytes` in UTF-8, what cannot be decoded as [`Decoding`] leaves it.
    pub(super) fn decode(self, bytes: &[u8]) -> Vec<u8> {
        let mut text = Vec::with_capacity(bytes.len());
        How::of(self).decode(bytes, true, &mut text);
        text
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Hands out at most `at_a_time` bytes.
    struct Slow<'a>(&'a [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(buffer.len()).min(self.0.len());
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    fn decoded(bytes: &[u8], encoding: &str, at_a_time: usize) -> Vec<u8> {
        let mut text = Vec::new();
        let encoding = Encoding::named(encoding).unwrap();
        Decoding::new(Slow(bytes, at_a_time), encoding).read_to_end(&mut text).unwrap();
        text
    }

    fn utf16(text: &str, big: bool) -> Vec<u8> {
        text.encode_utf16()
            .flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() })
            .collect()
    }

    #[test]
    fn letters_of_every_encoding_arrive() {
        for (bytes, encoding, text) in [
            (&b"Jos\xe9 \x80"[..], "windows-1252", "José €"),
            (b"Ko\xb3odziej \x9c", "windows-1250", "Kołodziej ś"),
            (b"\xc8\xe2\xe0\xed", "windows-1251", "Иван"),
            (b"Jos\xe9", "latin1", "José"),
            (b"Jos\x8e", "macroman", "José"),
            (b"\x93\xfa\x96\x7b", "shift_jis", "日本"),
        ] {
            for at_a_time in [1, 3, 1000] {
                assert_eq!(decoded(bytes, encoding, at_a_time), text.as_bytes(), "{encoding}");
            }
        }
    }

    #[test]
    fn what_stands_for_nothing_is_no_text_and_can_be_told_exactly() {
        assert_eq!(decoded(b"a\x81b", "windows-1252", 9), b"a\xff81b");
        assert_eq!(decoded(b"a\x92b", "latin1", 9), b"a\xff92b");
        // A lone surrogate, one half of which has the byte of a comma.
        let mut lone = utf16("a", false);
        lone.extend([0x2c, 0xd8]);
        lone.extend(utf16("b", false));
        for at_a_time in [1, 2, 100] {
            assert_eq!(decoded(&lone, "utf-16le", at_a_time), b"a\xff2C\xffD8b");
        }
        // Half a letter at the end.
        assert_eq!(decoded(b"a\0b", "utf-16le", 9), b"a\xff62");
        assert_eq!(decoded(b"a\x93", "shift_jis", 1), b"a\xff93");
    }

    proptest! {
        #[test]
        fn utf16_comes_back_as_it_was_however_it_is_cut(text in any::<String>(), big: bool, at_a_time in 1_usize..9) {
            let bytes = utf16(&text, big);
            let name = if big { "utf-16be" } else { "utf-16le" };
            prop_assert_eq!(decoded(&bytes, name, at_a_time), text.as_bytes());
        }

        #[test]
        fn any_bytes_in_any_encoding_lose_nothing_and_never_panic(bytes: Vec<u8>, at_a_time in 1_usize..9, which in 0_usize..8) {
            let name = ["utf-8", "utf-16le", "utf-16be", "latin1", "cp1252", "koi8-r", "gbk", "shift_jis"][which];
            let whole = Encoding::named(name).unwrap().decode(&bytes);
            prop_assert_eq!(decoded(&bytes, name, at_a_time), whole);
        }

        #[test]
        fn one_byte_encodings_can_be_undone(bytes: Vec<u8>) {
            let encoding = Encoding::named("windows-1252").unwrap();
            let table = encoding.table().unwrap();
            let text = encoding.decode(&bytes);
            let mut back = Vec::new();
            let mut rest = &text[..];
            while let Some(&first) = rest.first() {
                if first == 0xff {
                    back.push(u8::from_str_radix(std::str::from_utf8(&rest[1..3]).unwrap(), 16).unwrap());
                    rest = &rest[3..];
                    continue;
                }
                let length = if first < 0x80 { 1 } else { first.leading_ones() as usize };
                let letter = std::str::from_utf8(&rest[..length]).unwrap().chars().next().unwrap();
                let at = table.iter().position(|known| *known == Some(letter));
                back.push(at.map_or(first, |at| u8::try_from(at + 0x80).unwrap()));
                rest = &rest[length..];
            }
            prop_assert_eq!(back, bytes);
        }
    }
}
