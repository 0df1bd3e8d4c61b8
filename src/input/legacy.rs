//! Which one-byte encoding a file has that is not UTF-8: told only where it cannot be another.
//!
//! Every byte is a letter in every such encoding, so no reading fails, and a wrong one damages names that nobody looks
//! at again. What can be told is that a reading makes no words: a capital after a small letter, two scripts in one
//! word, a symbol inside one. Candidates whose words are impossible are struck out. If those that are left read every
//! byte of the whole file alike, it does not matter which it is, and the first is taken; if they differ in one byte,
//! the person is asked.

use super::Encoding;

/// What is considered, the most usual first.
const CANDIDATES: [&str; 10] = [
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
}

/// One byte, and what the encodings make of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Differing {
    /// The byte.
    pub byte: u8,
    /// The line on which it stands first.
    pub line: u64,
    /// What it is in each of the encodings that are possible.
    pub readings: Vec<(Encoding, Option<char>)>,
}

/// What the evidence says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Judgement {
    /// No possible encoding reads a byte differently.
    Sure(Encoding),
    /// These bytes decide.
    Open(Vec<Differing>),
}

impl Evidence {
    pub(super) fn new() -> Self {
        Self { first_line: [0; 128], words: Vec::new(), word: Vec::new(), line: 1, after_cr: false }
    }

    pub(super) fn feed(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            if byte >= 0x80 {
                let first = &mut self.first_line[usize::from(byte & 0x7f)];
                if *first == 0 {
                    *first = self.line;
                }
            }
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

    fn end_of_word(&mut self) {
        if self.words.len() < MOST_WORDS && !self.word.is_ascii() {
            self.words.push(std::mem::take(&mut self.word));
        }
        self.word.clear();
    }

    pub(super) fn judge(mut self) -> Judgement {
        self.end_of_word();
        let candidates: Vec<(Encoding, [Option<char>; 128])> = CANDIDATES
            .iter()
            .filter_map(|name| Encoding::named(name))
            .filter_map(|encoding| encoding.table().map(|table| (encoding, table)))
            .collect();
        let possible: Vec<_> = candidates.iter().filter(|(_, table)| self.makes_words(table)).collect();
        let asked = if possible.is_empty() { candidates.iter().collect() } else { possible };
        let differing: Vec<Differing> = (0x80..=0xff_u8)
            .filter_map(|byte| {
                let at = usize::from(byte & 0x7f);
                let line = self.first_line[at];
                let readings: Vec<_> = asked.iter().map(|(encoding, table)| (*encoding, table[at])).collect();
                let alike = readings.windows(2).all(|pair| pair[0].1 == pair[1].1);
                (line > 0 && !alike).then_some(Differing { byte, line, readings })
            })
            .take(MOST_TOLD)
            .collect();
        match asked[..] {
            [(encoding, _), ..] if differing.is_empty() => Judgement::Sure(*encoding),
            _ => Judgement::Open(differing),
        }
    }

    fn makes_words(&self, table: &[Option<char>; 128]) -> bool {
        let impossible = self.words.iter().filter(|word| is_impossible(word, table)).count();
        impossible * 100 <= self.words.len() * MOST_IMPOSSIBLE_PERCENT
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Cyrillic,
    Greek,
}

fn script(letter: char) -> Option<Script> {
    match letter {
        'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' => Some(Script::Latin),
        '\u{370}'..='\u{3ff}' => Some(Script::Greek),
        '\u{400}'..='\u{52f}' => Some(Script::Cyrillic),
        _ => None,
    }
}

/// Whether no language has such a word.
fn is_impossible(word: &[u8], table: &[Option<char>; 128]) -> bool {
    let mut letters = Vec::with_capacity(word.len());
    for &byte in word {
        if byte.is_ascii() {
            letters.push(char::from(byte));
        } else if let Some(letter) = table[usize::from(byte & 0x7f)] {
            letters.push(letter);
        } else {
            return true;
        }
    }
    let mut seen = None;
    let mut foreign_in_a_row = 0;
    for (at, &letter) in letters.iter().enumerate() {
        let Some(script) = script(letter) else {
            foreign_in_a_row = 0;
            if letters.len() > 1 && !may_stand(letter, at == 0, at + 1 == letters.len()) {
                return true;
            }
            continue;
        };
        if seen.is_some_and(|seen| seen != script) {
            return true;
        }
        seen = Some(script);
        // No language of Latin letters has three accented ones in a row.
        foreign_in_a_row =
            if letter.is_ascii() || script != Script::Latin { 0 } else { foreign_in_a_row + 1 };
        if foreign_in_a_row == 3 {
            return true;
        }
    }
    // Old programs turn ASCII letters into capitals and leave the others: such a word says nothing by its case.
    let mut plain = letters.iter().filter(|letter| letter.is_ascii_alphabetic()).peekable();
    if plain.peek().is_some() && plain.all(char::is_ascii_uppercase) {
        return false;
    }
    letters.windows(2).any(|pair| {
        pair[0].is_lowercase() && pair[1].is_uppercase() && !(pair[0].is_ascii() && pair[1].is_ascii())
    })
}

/// Whether a mark may stand there in a word. In the code pages of DOS, accented letters have the bytes of quotes and
/// dots: what is not common there is taken for one of these.
fn may_stand(mark: char, first: bool, last: bool) -> bool {
    match mark {
        '\u{2018}' | '\u{2019}' | '´' => true,
        '\u{201a}' | '\u{201e}' => first,
        '\u{201c}' | '\u{201d}' | '«' | '»' => first || last,
        '°' | 'º' | 'ª' | '®' | '™' => last,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str, encoding: &str) -> Vec<u8> {
        let table = Encoding::named(encoding).unwrap().table().unwrap();
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
            let Judgement::Open(differing) = judge(text, encoding) else { panic!("{text} is certain") };
            let found = differing.iter().find(|differing| differing.byte == byte).unwrap();
            assert_eq!(found.line, 1);
            let letters: Vec<_> = found.readings.iter().filter_map(|(_, letter)| *letter).collect();
            assert!(letters.contains(&one) && letters.contains(&other), "{text}: {letters:?}");
        }
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
        ] {
            if let Judgement::Sure(found) = judge(text, encoding) {
                let seen = found.decode(&bytes(text, encoding));
                assert_eq!(String::from_utf8_lossy(&seen), text, "{encoding} was read as {found}");
            }
        }
    }
}
