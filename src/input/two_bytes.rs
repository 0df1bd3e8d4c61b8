//! Whether a text may be in one of the encodings of East Asia, where two bytes are one letter.
//!
//! Nearly any two bytes are a letter in one of them, but a word of an alphabet has as often an odd number of bytes as an
//! even one, has ASCII letters beside the others, and makes of the letters that are left such as nobody has in his name.

use encoding_rs::{DecoderResult, Encoding};

/// Words that are looked at.
const MOST_WORDS: u64 = 5000;
/// Impossible words among a hundred that strike an encoding out: some are cut off in the middle of a letter, or joined to
/// a word of another language.
const MOST_IMPOSSIBLE_PERCENT: u64 = 20;
/// Letters among a hundred that must be common ones.
const LEAST_COMMON_PERCENT: u64 = 75;

/// What was seen of a text, read in one of these encodings.
pub(super) struct TwoBytes {
    encoding: &'static Encoding,
    decoder: encoding_rs::Decoder,
    words: u64,
    impossible: u64,
    letters: u64,
    common: u64,
    word: Word,
}

#[derive(Default)]
struct Word {
    ascii: bool,
    /// A letter of kana that has one byte.
    half_width: bool,
    foreign: bool,
    broken: bool,
}

impl TwoBytes {
    pub(super) fn new(encoding: &'static Encoding) -> Self {
        let decoder = encoding.new_decoder_without_bom_handling();
        Self { encoding, decoder, words: 0, impossible: 0, letters: 0, common: 0, word: Word::default() }
    }

    pub(super) fn feed(&mut self, bytes: &[u8]) {
        self.decode(bytes, false);
    }

    fn decode(&mut self, mut bytes: &[u8], last: bool) {
        let mut text = [0; 4096];
        while self.words < MOST_WORDS {
            let (result, read, written) =
                self.decoder.decode_to_utf8_without_replacement(bytes, &mut text, last);
            bytes = &bytes[read..];
            self.take_all(&text[..written]);
            match result {
                DecoderResult::InputEmpty => return,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => self.word.broken = true,
            }
        }
    }

    fn take_all(&mut self, text: &[u8]) {
        // Most of a large list of an alphabet: nothing in it counts.
        if let [.., last] = text
            && text.is_ascii()
            && !self.word.foreign
            && !self.word.broken
        {
            self.word.ascii = last.is_ascii_alphabetic();
            return;
        }
        String::from_utf8_lossy(text).chars().for_each(|letter| self.take(letter));
    }

    fn take(&mut self, letter: char) {
        if letter.is_ascii_alphabetic() {
            self.word.ascii = true;
        } else if letter.is_ascii() || matches!(letter, '\u{3000}'..='\u{3002}' | '\u{ff00}'..='\u{ff0f}') {
            self.end_of_word();
        } else {
            let half_width = matches!(letter, '\u{ff66}'..='\u{ff9f}');
            // No word has some letters of it and some of full width.
            self.word.broken |= self.word.foreign && self.word.half_width != half_width;
            (self.word.foreign, self.word.half_width) = (true, half_width);
            self.letters += 1;
            self.common += u64::from(is_common(letter, self.encoding));
        }
    }

    fn end_of_word(&mut self) {
        let word = std::mem::take(&mut self.word);
        if word.foreign || word.broken {
            self.words += 1;
            self.impossible += u64::from(word.broken || word.ascii);
        }
    }

    /// Whether the text may be in this encoding.
    pub(super) fn is_possible(&mut self) -> bool {
        self.decode(b"", true);
        self.end_of_word();
        self.words > 0
            && self.impossible * 100 <= self.words * MOST_IMPOSSIBLE_PERCENT
            && self.common * 100 >= self.letters * LEAST_COMMON_PERCENT
    }
}

/// Whether it is a letter of kana, or one of those that the standard behind the encoding puts first because they
/// are the usual ones.
fn is_common(letter: char, encoding: &'static Encoding) -> bool {
    if matches!(letter, '\u{3041}'..='\u{30ff}' | '\u{3005}' | '\u{ff66}'..='\u{ff9f}') {
        return encoding == encoding_rs::SHIFT_JIS || encoding == encoding_rs::EUC_JP;
    }
    let mut text = [0; 4];
    let (bytes, _, unmapped) = encoding.encode(letter.encode_utf8(&mut text));
    let Some((&[first, second], false)) = bytes.first_chunk::<2>().map(|both| (both, unmapped)) else {
        return false;
    };
    match encoding.name() {
        "GBK" => matches!(first, 0xb0..=0xd7) && second >= 0xa1,
        "Big5" => matches!(first, 0xa4..=0xc6),
        "Shift_JIS" => matches!(first, 0x88..=0x97) || first == 0x98 && second <= 0x72,
        "EUC-JP" => matches!(first, 0xb0..=0xcf),
        "EUC-KR" => matches!(first, 0xb0..=0xc8) && second >= 0xa1,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [&Encoding; 5] = [
        encoding_rs::GBK,
        encoding_rs::BIG5,
        encoding_rs::SHIFT_JIS,
        encoding_rs::EUC_JP,
        encoding_rs::EUC_KR,
    ];

    fn possible(bytes: &[u8]) -> Vec<&'static str> {
        let fits = |encoding: &&'static Encoding| {
            let mut seen = TwoBytes::new(encoding);
            bytes.chunks(3).for_each(|some| seen.feed(some));
            seen.is_possible()
        };
        ALL.into_iter().filter(fits).map(Encoding::name).collect()
    }

    #[test]
    fn a_list_of_east_asia_may_be_in_its_own_encoding() {
        for (text, encoding) in [
            ("name,city\n张伟,北京市朝阳区\n王芳,上海浦东\n李娜,广州天河\n", encoding_rs::GBK),
            ("name,city\n陳志明,台北市\n林淑芬,高雄市\n張雅婷,台南市\n", encoding_rs::BIG5),
            ("name,city\n佐藤太郎,東京都\n田中さくら,ｻﾄｳ\nミヤモト,京都\n", encoding_rs::SHIFT_JIS),
            ("name,city\n佐藤太郎,東京都\n田中さくら,京都\n", encoding_rs::EUC_JP),
            ("name,city\n김철수,서울\n이영희,부산\n박민수,대구\n", encoding_rs::EUC_KR),
        ] {
            let (bytes, _, unmapped) = encoding.encode(text);
            assert!(!unmapped);
            let found = possible(&bytes);
            assert!(found.contains(&encoding.name()), "{}: {found:?}", encoding.name());
        }
    }

    #[test]
    fn a_list_in_an_alphabet_is_in_none_of_them() {
        for (text, encoding) in [
            ("Jürgen Müller\nJosé Muñoz, Zoë\n", encoding_rs::WINDOWS_1252),
            ("Иван Петров\nМария Зайцева\n", encoding_rs::WINDOWS_1251),
            ("Иван Петров\nМария Зайцева\n", encoding_rs::KOI8_R),
            ("Γιώργος Παπαδόπουλος\n", encoding_rs::WINDOWS_1253),
            ("דוד כהן, שרה לוי, משה פרץ\n", encoding_rs::WINDOWS_1255),
            ("محمد علي\nفاطمة حسن\n", encoding_rs::WINDOWS_1256),
            ("สมชาย ใจดี\nสมหญิง รักไทย\n", encoding_rs::WINDOWS_874),
        ] {
            let (bytes, _, unmapped) = encoding.encode(text);
            assert!(!unmapped);
            assert_eq!(possible(&bytes), <[&str; 0]>::default(), "{text}");
        }
        assert_eq!(possible(b"plain,ASCII\n"), <[&str; 0]>::default());
    }
}
