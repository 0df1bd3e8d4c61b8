//! Which encoding a file has that is not UTF-8: told only where it cannot be another.
//!
//! Every byte is a letter in every one-byte encoding, so no reading fails, and a wrong one damages names that nobody
//! looks at again. What can be told is that a reading makes no words: a capital after a small letter, two scripts in one
//! word, a symbol inside one. Candidates whose words are impossible are struck out. If those that are left read every
//! byte of the whole file alike, it does not matter which it is, and the first is taken; if they differ in one byte,
//! the person is asked. Some are never taken unasked, because too little is struck out beside them.

use super::Encoding;
use super::two_bytes::TwoBytes;
use super::word::{is_impossible, looks_baltic};

/// What may be taken, the most usual first.
const TAKEN: [&str; 10] = [
    "windows-1252",
    "windows-1250",
    "ISO-8859-2",
    "windows-1254",
    "windows-1251",
    "KOI8-R",
    "windows-1253",
    "macintosh",
    "IBM850",
    "IBM866",
];
/// What is proposed to the person, and keeps the others from being taken if it reads a byte differently.
const PROPOSED: [&str; 11] = [
    "windows-1255",
    "ISO-8859-8",
    "windows-1256",
    "ISO-8859-6",
    "windows-874",
    "windows-1258",
    "ISO-8859-7",
    "KOI8-U",
    "x-mac-cyrillic",
    "IBM852",
    "IBM862",
];
/// What is proposed beside others only: it makes words of most lists that the usual ones make words of, and few have it.
const RARE: [&str; 2] = ["windows-1257", "ISO-8859-5"];
/// The one of them that is looked at where the list may be Lithuanian or Latvian.
const BALTIC: &str = "windows-1257";
/// What is looked at where a byte is a sign of money: `¤`, which nobody writes, or `€`.
const WITH_EURO: &str = "ISO-8859-15";
const MONEY: u8 = 0xa4;
/// What is proposed where two bytes may be one letter.
const TWO_BYTES: [&encoding_rs::Encoding; 5] =
    [encoding_rs::GBK, encoding_rs::BIG5, encoding_rs::SHIFT_JIS, encoding_rs::EUC_JP, encoding_rs::EUC_KR];
/// What the bytes from 0x80 on stand for.
type Table = [Option<char>; 128];

/// Words that are looked at.
const MOST_WORDS: usize = 5000;
/// Longest word that is looked at.
const LONGEST_WORD: usize = 64;
/// Impossible words among a hundred that strike a candidate out. Some are misspelt in any list.
const MOST_IMPOSSIBLE_PERCENT: usize = 5;
/// Bytes that are named when the person is asked.
const MOST_TOLD: usize = 8;

/// What was seen of a file.
pub(super) struct Evidence {
    /// The line on which each byte from 0x80 on stands first; 0: nowhere.
    first_line: [u64; 128],
    words: Vec<Vec<u8>>,
    word: Vec<u8>,
    line: u64,
    after_cr: bool,
    two_bytes: Vec<(Encoding, TwoBytes)>,
    /// The two bytes with which some words begin, and the lines of these.
    beginnings: Vec<([u8; 2], u64)>,
    first_of_two: Option<u8>,
    in_word: bool,
}

/// One letter, and what the encodings make of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Differing {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The line on which they stand first.
    pub line: u64,
    /// What they are in each of the encodings that are possible.
    pub readings: Vec<(Encoding, Option<String>)>,
}

/// What the evidence says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Judgement {
    /// No possible encoding reads a byte differently.
    Sure(Encoding),
    /// It may be one of these: the bytes decide.
    Open(Vec<Encoding>, Vec<Differing>),
    /// It makes no words in any: the line on which a letter stands first.
    Unknown(u64),
}

impl Evidence {
    pub(super) fn new() -> Self {
        let two_bytes = TWO_BYTES.map(|encoding| (Encoding::Other(encoding), TwoBytes::new(encoding)));
        Self {
            first_line: [0; 128],
            words: Vec::new(),
            word: Vec::new(),
            line: 1,
            after_cr: false,
            two_bytes: two_bytes.into(),
            beginnings: Vec::new(),
            first_of_two: None,
            in_word: false,
        }
    }

    pub(super) fn feed(&mut self, bytes: &[u8]) {
        for (_, seen) in &mut self.two_bytes {
            seen.feed(bytes);
        }
        for &byte in bytes {
            if byte >= 0x80 {
                let first = &mut self.first_line[usize::from(byte & 0x7f)];
                if *first == 0 {
                    *first = self.line;
                }
            }
            self.note_beginning(byte);
            // A no-break space is one in all of the candidates but one.
            if byte.is_ascii_alphabetic() || byte >= 0x80 && byte != 0xa0 {
                if self.word.len() < LONGEST_WORD {
                    self.word.push(byte);
                }
            } else {
                self.end_of_word();
            }
            match byte {
                b'\n' if self.after_cr => {}
                b'\n' | b'\r' => self.line += 1,
                _ => {}
            }
            self.after_cr = byte == b'\r';
        }
    }

    fn note_beginning(&mut self, byte: u8) {
        if let Some(first) = self.first_of_two.take() {
            let pair = [first, byte];
            // What comes before `@` is half of no letter.
            if byte >= b'@'
                && self.beginnings.len() < MOST_TOLD
                && self.beginnings.iter().all(|(other, _)| *other != pair)
            {
                self.beginnings.push((pair, self.line));
            }
        } else if byte >= 0x80 && !self.in_word {
            self.first_of_two = Some(byte);
        }
        self.in_word = byte >= 0x80 || self.in_word && byte.is_ascii_alphabetic();
    }

    fn end_of_word(&mut self) {
        if self.words.len() < MOST_WORDS && !self.word.is_ascii() {
            self.words.push(std::mem::take(&mut self.word));
        }
        self.word.clear();
    }

    pub(super) fn judge(mut self) -> Judgement {
        self.end_of_word();
        let usual = self.that_make_words(TAKEN.iter().chain(&PROPOSED));
        let two_bytes: Vec<Encoding> = std::mem::take(&mut self.two_bytes)
            .into_iter()
            .filter_map(|(encoding, mut seen)| seen.is_possible().then_some(encoding))
            .collect();
        let mut baltic = self.that_make_words([BALTIC].iter());
        baltic.retain(|(_, table)| self.is_baltic(table));
        let mut with_euro = Vec::new();
        if self.first_line[usize::from(MONEY & 0x7f)] > 0 {
            with_euro = self.that_make_words([WITH_EURO].iter());
        }
        let rivals = [&usual[..], &baltic, &with_euro].concat();
        if let [(first, _), ..] = usual[..]
            && two_bytes.is_empty()
            && TAKEN.iter().any(|taken| Encoding::named(taken) == Some(first))
            && self.bytes_in(&rivals).all(|one| one.is_read_alike())
        {
            return Judgement::Sure(first);
        }
        let tables = [usual, with_euro, self.that_make_words(RARE.iter())].concat();
        if tables.is_empty() && two_bytes.is_empty() {
            let lines = self.first_line.iter().copied().filter(|line| *line > 0);
            return Judgement::Unknown(lines.min().unwrap_or_default());
        }
        let possible =
            two_bytes.iter().copied().chain(tables.iter().map(|(encoding, _)| *encoding)).collect();
        let told: Vec<Differing> = if two_bytes.is_empty() {
            let (alike, differing): (Vec<_>, Vec<_>) =
                self.bytes_in(&tables).partition(Differing::is_read_alike);
            if differing.is_empty() { alike } else { differing }
        } else {
            self.beginnings.iter().map(|beginning| in_each(beginning, &two_bytes, &tables)).collect()
        };
        Judgement::Open(possible, told.into_iter().take(MOST_TOLD).collect())
    }

    fn that_make_words<'n>(&self, names: impl Iterator<Item = &'n &'n str>) -> Vec<(Encoding, Table)> {
        names
            .filter_map(|name| Encoding::named(name))
            .filter_map(|encoding| encoding.table().map(|table| (encoding, table)))
            .filter(|(_, table)| self.makes_words(table))
            .collect()
    }

    fn makes_words(&self, table: &Table) -> bool {
        let impossible = self.words.iter().filter(|word| is_impossible(word, table)).count();
        impossible * 100 <= self.words.len() * MOST_IMPOSSIBLE_PERCENT
    }

    /// Whether more words look Lithuanian or Latvian than do not.
    fn is_baltic(&self, table: &Table) -> bool {
        let looks = || self.words.iter().filter_map(|word| looks_baltic(word, table));
        looks().filter(|looks| *looks).count() > looks().filter(|looks| !looks).count()
    }

    /// The bytes of the file from 0x80 on, and what they are in each.
    fn bytes_in(&self, tables: &[(Encoding, Table)]) -> impl Iterator<Item = Differing> {
        (0x80..=0xff_u8).filter_map(|byte| {
            let at = usize::from(byte & 0x7f);
            let line = self.first_line[at];
            let reading = |(encoding, table): &(Encoding, Table)| (*encoding, table[at].map(String::from));
            let told =
                || Differing { bytes: vec![byte], line, readings: tables.iter().map(reading).collect() };
            (line > 0).then(told)
        })
    }
}

impl Differing {
    fn is_read_alike(&self) -> bool {
        self.readings.windows(2).all(|pair| pair[0].1 == pair[1].1)
    }
}

/// The beginning of a word in each encoding.
fn in_each(
    &(pair, line): &([u8; 2], u64),
    two_bytes: &[Encoding],
    tables: &[(Encoding, Table)],
) -> Differing {
    let as_one = two_bytes.iter().map(|encoding| {
        let read = String::from_utf8(encoding.decode(&pair)).ok().filter(|read| !read.contains('\u{fffd}'));
        (*encoding, read)
    });
    let one_by_one = tables.iter().map(|(encoding, table)| {
        let letter = |byte: u8| {
            if byte.is_ascii() { Some(char::from(byte)) } else { table[usize::from(byte & 0x7f)] }
        };
        (*encoding, pair.into_iter().map(letter).collect())
    });
    Differing { bytes: pair.into(), line, readings: as_one.chain(one_by_one).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str, encoding: &str) -> Vec<u8> {
        let encoding = Encoding::named(encoding).unwrap();
        let Some(table) = encoding.table() else {
            let Encoding::Other(encoding) = encoding else { panic!("{encoding} is no legacy encoding") };
            return encoding.encode(text).0.into_owned();
        };
        text.chars()
            .map(|c| match u8::try_from(c) {
                Ok(byte) if byte.is_ascii() => byte,
                _ => {
                    let at = table.iter().position(|known| *known == Some(c));
                    u8::try_from(at.unwrap_or_else(|| panic!("{c} in {encoding}")) + 0x80).unwrap()
                }
            })
            .collect()
    }

    fn judge(text: &str, encoding: &str) -> Judgement {
        let mut evidence = Evidence::new();
        evidence.feed(&bytes(text, encoding));
        evidence.judge()
    }

    #[track_caller]
    fn assert_sure(text: &str, encoding: &str) {
        let Judgement::Sure(found) = judge(text, encoding) else {
            panic!("{text} in {encoding} is not certain: {:?}", judge(text, encoding));
        };
        assert_eq!(found.decode(&bytes(text, encoding)), text.as_bytes(), "{text} is read as {found}");
    }

    #[test]
    fn what_reads_alike_in_every_possible_encoding_is_certain() {
        assert_sure("Jürgen Müller, Straße 5\nKäthe Groß\nBjörn Weiß\n", "windows-1252");
        assert_sure("José, Martí, Zoë, Renée\n", "latin1");
        assert_sure("Müller kauft für 5 € ein\nO’Brien", "windows-1252");
        // As Windows-1257 they would be no words of its languages: `Zoė` and `Garcķa`.
        for list in ["Zoë\nRaphaël\n", "García\nÁngel\nSánchez\n", "Jürgen\nMüller\nNîmes\n"] {
            assert_sure(list, "windows-1252");
        }
    }

    #[test]
    fn what_makes_words_in_one_encoding_only_is_certain() {
        assert_sure("Paweł Kołodziej\nWiesława Żak\nStanisław Jaś\nMałgorzata Dąbrowska\n", "windows-1250");
        assert_sure("Иван Яковлев\nМария Зайцева\nЮлия Третьякова\n", "windows-1251");
        assert_sure("Hélène, René, André, Jürgen, Björn\n", "IBM850");
        assert_sure("André Lefèvre\nRenée Béart\nHélène Gérard\nFrançois Müller\n", "macroman");
    }

    #[test]
    fn what_two_encodings_make_different_names_of_is_asked() {
        for (text, encoding, byte, one, other) in [
            ("Hélène Lefèvre\n", "windows-1252", 0xe8, 'è', 'č'),
            ("Jiří Nováček\n", "windows-1250", 0xe8, 'è', 'č'),
            ("Muñoz\n", "windows-1252", 0xf1, 'ñ', 'ń'),
            ("Niccolò\n", "windows-1252", 0xf2, 'ò', 'ň'),
            ("Tomáš\n", "ISO-8859-2", 0xb9, 'ą', 'š'),
            ("Ayşe Yıldız\n", "windows-1254", 0xfd, 'ý', 'ı'),
        ] {
            let Judgement::Open(_, differing) = judge(text, encoding) else { panic!("{text} is certain") };
            let found = differing.iter().find(|differing| differing.bytes == [byte]).unwrap();
            assert_eq!(found.line, 1);
            let letters: Vec<_> = found.readings.iter().filter_map(|(_, letter)| letter.clone()).collect();
            assert!(
                letters.contains(&one.to_string()) && letters.contains(&other.to_string()),
                "{text}: {letters:?}"
            );
        }
    }

    #[track_caller]
    fn assert_proposed(text: &str, encoding: &str) {
        let Judgement::Open(possible, told) = judge(text, encoding) else {
            panic!("{text} in {encoding}: {:?}", judge(text, encoding));
        };
        let encoding = Encoding::named(encoding).unwrap();
        assert!(possible.contains(&encoding), "{text} in {encoding} is not among {possible:?}");
        let shown = |one: &Differing| {
            one.readings.iter().any(|(other, read)| {
                *other == encoding && read.as_ref().is_some_and(|read| text.contains(read.as_str()))
            })
        };
        assert!(!told.is_empty() && told.iter().all(shown), "{text} in {encoding}: {told:?}");
    }

    #[test]
    fn what_is_never_taken_unasked_is_proposed_with_its_letters() {
        for (text, encoding) in [
            ("张伟,北京市朝阳区\n王芳,上海浦东\n李娜,广州天河\n", "GBK"),
            ("陳志明,台北市\n林淑芬,高雄市\n張雅婷,台南市\n", "Big5"),
            ("佐藤太郎,東京都\n鈴木花子,大阪府\n田中さくら,ｻﾄｳ\n", "Shift_JIS"),
            ("佐藤太郎,東京都\n鈴木花子,大阪府\n", "EUC-JP"),
            ("김철수,서울\n이영희,부산\n박민수,대구\n", "EUC-KR"),
            ("דוד כהן,תל אביב\nשרה לוי,ירושלים\n", "windows-1255"),
            ("דוד כהן,תל אביב\nשרה לוי,ירושלים\n", "IBM862"),
            ("محمد علي,القاهرة\nفاطمة حسن,الرياض\n", "windows-1256"),
            ("محمد علي,القاهرة\nفاطمة حسن,الرياض\n", "ISO-8859-6"),
            ("สมชาย ใจดี,กรุงเทพ\nสมหญิง รักไทย,เชียงใหม่\n", "windows-874"),
            ("Šarūnė Žukauskaitė\nJānis Bērziņš\n", "windows-1257"),
            ("Eglė\nRasutė\nJonas\n", "windows-1257"),
            ("Jānis\nLīga\nKārlis\nPēteris Müller\n", "windows-1257"),
            ("Müller\nJürgen Groß\nÖsterreich\nWeiß\n€ 5\n", "ISO-8859-15"),
            ("Иван Петров,Москва\nМария Зайцева,Киев\n", "ISO-8859-5"),
            ("Jiří Nováček,Plzeň\n", "IBM852"),
            ("Іван Сікорський, Київ\n", "KOI8-U"),
        ] {
            assert_proposed(text, encoding);
        }
    }

    #[test]
    fn letters_that_make_no_words_anywhere_are_nobodys() {
        let mut evidence = Evidence::new();
        evidence.feed(b"name\nplain\nx\xb1x\xf7x\xd8x\n");
        assert_eq!(evidence.judge(), Judgement::Unknown(3));
    }

    #[test]
    fn no_list_is_read_as_something_that_it_is_not() {
        for (text, encoding) in [
            ("José Muñoz, Zoë, Ángel", "windows-1252"),
            ("JOSé MUñOZ\nGARCíA\n", "windows-1252"),
            ("JOSÉ MUÑOZ\nGARCÍA\n", "windows-1252"),
            ("Søren Ægidius, Åse Ødegård", "windows-1252"),
            ("Žofie Šťastná, Růžena Kučerová", "windows-1250"),
            ("Ştefan Ţăran", "windows-1250"),
            ("Łukasz Źdźbło", "ISO-8859-2"),
            ("иван", "windows-1251"),
            ("Иван", "KOI8-R"),
            ("ИВАН ПЕТРОВ", "KOI8-R"),
            ("Γιώργος Παπαδόπουλος", "windows-1253"),
            ("Şahin Öztürk, İlker Çağrı", "windows-1254"),
            ("Björn, André, Zoé", "macroman"),
            ("Muñoz", "macroman"),
            ("René, André", "IBM850"),
            ("Hélène", "IBM850"),
            ("Jürgen, Käthe, Björn", "IBM850"),
            ("Nicolò, Città", "IBM850"),
            ("Muñoz, García, Páez", "IBM850"),
            ("Иван", "IBM866"),
            ("Šarūnė Žukauskaitė, Jānis Bērziņš", "windows-1257"),
            ("דוד כהן", "windows-1255"),
            ("محمد علي", "windows-1256"),
            ("דוד כהן", "IBM862"),
            ("Paweł Małgorzata Jaś", "IBM852"),
            ("Άννα, Γιώργος Παπαδόπουλος", "ISO-8859-7"),
            ("Иван Петров", "x-mac-cyrillic"),
            ("Иван", "ISO-8859-5"),
            ("Nguyê\u{303}n Văn Anh", "windows-1258"),
            ("김철수", "EUC-KR"),
            ("张伟", "GBK"),
            ("佐藤", "Shift_JIS"),
        ] {
            if let Judgement::Sure(found) = judge(text, encoding) {
                let seen = found.decode(&bytes(text, encoding));
                assert_eq!(String::from_utf8_lossy(&seen), text, "{encoding} was read as {found}");
            }
        }
    }
}
