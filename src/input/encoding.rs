//! Which letters the bytes of a file stand for.

use std::fmt;

use encoding_rs::{DecoderResult, MACINTOSH};

/// What the bytes from 0x80 on are in code page 850.
const DOS_850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

/// The same in code page 852.
const DOS_852: &str = "ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×čáíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐└┴┬├─┼Ăă╚╔╩╦╠═╬¤đĐĎËďŇÍÎě┘┌█▄ŢŮ▀ÓßÔŃńňŠšŔÚŕŰýÝţ´\u{ad}˝˛ˇ˘§÷¸°¨˙űŘř■\u{a0}";
/// The same in code page 862.
const DOS_862: &str = "אבגדהוזחטיךכלםמןנסעףפץצקרשת¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

/// How text is written down in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// UTF-16, in the order that the file shows.
    Utf16,
    /// UTF-16, the low byte first.
    Utf16Le,
    /// UTF-16, the high byte first.
    Utf16Be,
    /// ISO-8859-1 in the strict sense: 0x80 to 0x9F are no letters.
    Latin1,
    /// Code page 850 of DOS, western Europe, which the standard does not have and old accounting programs still write.
    Dos850,
    /// Code page 852 of DOS, central Europe.
    Dos852,
    /// Code page 862 of DOS, Hebrew.
    Dos862,
    /// One of the WHATWG Encoding Standard.
    Other(&'static encoding_rs::Encoding),
}

impl Encoding {
    /// Windows, western Europe.
    pub const WINDOWS_1252: Self = Self::Other(encoding_rs::WINDOWS_1252);
    /// Old Mac, western Europe.
    pub const MAC_ROMAN: Self = Self::Other(MACINTOSH);

    /// The encoding that is called so, by any label of the WHATWG Encoding Standard and a few more that people use.
    pub fn named(name: &str) -> Option<Self> {
        let folded: String = name.trim().to_ascii_lowercase();
        let bare: String = folded.chars().filter(char::is_ascii_alphanumeric).collect();
        Some(match bare.as_str() {
            "utf8" | "utf8sig" | "utf8bom" => Self::Utf8,
            "utf16" | "ucs2" | "unicode" => Self::Utf16,
            "utf16le" => Self::Utf16Le,
            "utf16be" => Self::Utf16Be,
            "latin1" | "iso88591" | "l1" => Self::Latin1,
            "macroman" | "mac" | "macintosh" | "xmacroman" => Self::MAC_ROMAN,
            "850" | "cp850" | "ibm850" | "dos850" => Self::Dos850,
            "852" | "cp852" | "ibm852" | "dos852" => Self::Dos852,
            "862" | "cp862" | "ibm862" | "dos862" => Self::Dos862,
            "ansi" => Self::WINDOWS_1252,
            _ => {
                let number = bare.trim_start_matches(|c: char| c.is_ascii_alphabetic());
                if let Some(known) = code_page(number) {
                    return Some(known);
                }
                let found = encoding_rs::Encoding::for_label_no_replacement(folded.as_bytes())?;
                // Bytes that switch the meaning of those after them cannot be given back cell by cell.
                let fits = found != encoding_rs::ISO_2022_JP && found != encoding_rs::X_USER_DEFINED;
                return fits.then_some(Self::Other(found));
            }
        })
    }

    /// As it is shown and as [`Self::named`] knows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16 => "UTF-16",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::Latin1 => "ISO-8859-1",
            Self::Dos850 => "IBM850",
            Self::Dos852 => "IBM852",
            Self::Dos862 => "IBM862",
            Self::Other(other) if other == MACINTOSH => "MacRoman",
            Self::Other(other) => other.name(),
        }
    }

    /// What the bytes 0x80 to 0xFF stand for, if each byte stands for itself. `None` in the table: for nothing. The
    /// standard lets such bytes of the Windows code pages stand for control characters, which no contact has.
    pub(super) fn table(self) -> Option<[Option<char>; 128]> {
        let mut table = [None; 128];
        let mut dos = match self {
            Self::Dos852 => DOS_852,
            Self::Dos862 => DOS_862,
            _ => DOS_850,
        }
        .chars();
        for (byte, slot) in (0x80..=0xff_u8).zip(&mut table) {
            *slot = match self {
                Self::Latin1 => Some(char::from(byte)),
                Self::Dos850 | Self::Dos852 | Self::Dos862 => dos.next(),
                Self::Other(other) if other.is_single_byte() => one(other, byte),
                _ => return None,
            }
            .filter(|c| !c.is_control());
        }
        Some(table)
    }

    /// Whether two bytes are a letter, in whatever order.
    pub(super) fn is_utf16(self) -> bool {
        matches!(self, Self::Utf16 | Self::Utf16Le | Self::Utf16Be)
    }

    /// The decoder of the standard, if a byte does not stand for itself.
    pub(super) fn stateful(self) -> Option<encoding_rs::Decoder> {
        match self {
            // As the standard has it.
            Self::Utf16 | Self::Utf16Le => Some(encoding_rs::UTF_16LE.new_decoder_without_bom_handling()),
            Self::Utf16Be => Some(encoding_rs::UTF_16BE.new_decoder_without_bom_handling()),
            Self::Other(other) if !other.is_single_byte() => Some(other.new_decoder_without_bom_handling()),
            _ => None,
        }
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The code page of Windows with this number, where it is called by its number and the standard has another name for it.
/// Of those of East Asia the standard has the larger one that begins alike.
fn code_page(number: &str) -> Option<Encoding> {
    Some(Encoding::Other(match number {
        "874" => encoding_rs::WINDOWS_874,
        "932" | "943" => encoding_rs::SHIFT_JIS,
        "936" => encoding_rs::GBK,
        "949" | "51949" => encoding_rs::EUC_KR,
        "950" => encoding_rs::BIG5,
        "1250" => encoding_rs::WINDOWS_1250,
        "1251" => encoding_rs::WINDOWS_1251,
        "1252" => encoding_rs::WINDOWS_1252,
        "1253" => encoding_rs::WINDOWS_1253,
        "1254" => encoding_rs::WINDOWS_1254,
        "1255" => encoding_rs::WINDOWS_1255,
        "1256" => encoding_rs::WINDOWS_1256,
        "1257" => encoding_rs::WINDOWS_1257,
        "1258" => encoding_rs::WINDOWS_1258,
        "10000" => MACINTOSH,
        "20866" => encoding_rs::KOI8_R,
        "21866" => encoding_rs::KOI8_U,
        "20932" | "51932" => encoding_rs::EUC_JP,
        "54936" => encoding_rs::GB18030,
        "1200" => return Some(Encoding::Utf16Le),
        "1201" => return Some(Encoding::Utf16Be),
        "28591" => return Some(Encoding::Latin1),
        "65001" => return Some(Encoding::Utf8),
        _ => return None,
    }))
}

fn one(encoding: &'static encoding_rs::Encoding, byte: u8) -> Option<char> {
    let mut text = [0; 4];
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let (result, _, written) = decoder.decode_to_utf8_without_replacement(&[byte], &mut text, true);
    match result {
        DecoderResult::InputEmpty => std::str::from_utf8(&text[..written]).ok()?.chars().next(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_known_by_the_names_that_people_use() {
        for (name, expected) in [
            ("utf-8", "UTF-8"),
            ("UTF8", "UTF-8"),
            ("utf-16", "UTF-16"),
            ("UTF-16BE", "UTF-16BE"),
            ("latin1", "ISO-8859-1"),
            ("ISO-8859-1", "ISO-8859-1"),
            ("cp1252", "windows-1252"),
            ("Windows-1250", "windows-1250"),
            ("win1251", "windows-1251"),
            ("1251", "windows-1251"),
            ("MacRoman", "MacRoman"),
            ("iso-8859-2", "ISO-8859-2"),
            ("shift_jis", "Shift_JIS"),
            ("cp850", "IBM850"),
            ("cp852", "IBM852"),
            ("862", "IBM862"),
            ("cp866", "IBM866"),
            ("cp874", "windows-874"),
            ("cp932", "Shift_JIS"),
            ("cp936", "GBK"),
            ("CP949", "EUC-KR"),
            ("ms950", "Big5"),
            ("cp1252", "windows-1252"),
            ("cp54936", "gb18030"),
            ("cp65001", "UTF-8"),
        ] {
            assert_eq!(Encoding::named(name).map(Encoding::name), Some(expected), "{name}");
        }
        for name in ["", "ebcdic", "utf-7", "1259", "iso-2022-jp"] {
            assert_eq!(Encoding::named(name), None, "{name}");
        }
    }

    #[test]
    fn what_is_shown_can_be_given_back() {
        for name in [
            "utf-8", "utf-16", "utf-16le", "utf-16be", "latin1", "cp1252", "mac", "cp850", "852", "cp862",
            "koi8-r", "gbk",
        ] {
            let encoding = Encoding::named(name).unwrap();
            assert_eq!(Encoding::named(encoding.name()), Some(encoding));
        }
    }

    #[test]
    fn bytes_without_a_letter_stand_for_nothing() {
        let undefined = |name: &str| {
            let table = Encoding::named(name).unwrap().table().unwrap();
            (0x80..=0xff_u8).filter(|byte| table[usize::from(byte - 0x80)].is_none()).collect::<Vec<_>>()
        };
        assert_eq!(undefined("windows-1252"), [0x81, 0x8d, 0x8f, 0x90, 0x9d]);
        assert_eq!(undefined("windows-1250"), [0x81, 0x83, 0x88, 0x90, 0x98]);
        assert_eq!(undefined("windows-1251"), [0x98]);
        assert!(undefined("macroman").is_empty() && undefined("cp850").is_empty());
        assert_eq!(undefined("latin1"), (0x80..=0x9f).collect::<Vec<u8>>());
    }
}
