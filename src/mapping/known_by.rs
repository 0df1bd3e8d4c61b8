//! Rows whose person an earlier run knows by another of their numbers than the one that would be taken.
//!
//! Who gains a number is the person of before, whom the account has under the number of before.

use std::collections::{BTreeMap, BTreeSet};

use super::common_words::{CommonWords, is_title, words};
use super::spelling::{Marks, Spelling, is_long, is_syllable, joined};
use crate::model::RowNumber;
use crate::words::discreet;

/// Of the rows of a list, those whose person is known by another number, or may be.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct KnownBy(BTreeMap<RowNumber, KnownUnder>);

/// By what the person of a row is known.
#[derive(Clone, PartialEq, Eq)]
pub enum KnownUnder {
    /// By this one of the row's numbers, in digits with country code.
    Number(String),
    /// Another number of the row is that of a contact who is in the account, or may be, and nobody can tell whether that is
    /// this person.
    Doubtfully,
}

discreet!(KnownBy as |known| if known.is_empty() { "nobody" } else { "somebody" });
discreet!(KnownUnder as |known| match known {
    KnownUnder::Number(_) => "Number",
    KnownUnder::Doubtfully => "Doubtfully",
});

impl KnownBy {
    /// There is no such row.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same, of which nothing is sure: who else is in the list cannot be seen in what is given back of it.
    #[must_use]
    pub fn doubted(self) -> Self {
        Self(self.0.into_keys().map(|row| (row, KnownUnder::Doubtfully)).collect())
    }

    /// How many rows they are.
    pub fn len(&self) -> u64 {
        self.0.len() as u64
    }

    /// The first of them.
    pub fn first(&self) -> Option<RowNumber> {
        self.0.keys().next().copied()
    }

    /// By what the person of this row is known, if by another number than the one that would be taken.
    pub(super) fn of(&self, row: RowNumber) -> Option<&KnownUnder> {
        self.0.get(&row)
    }
}

impl FromIterator<(RowNumber, KnownUnder)> for KnownBy {
    fn from_iter<T: IntoIterator<Item = (RowNumber, KnownUnder)>>(rows: T) -> Self {
        Self(rows.into_iter().collect())
    }
}

/// Whether two names are one person's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Namesake {
    /// They have no word in common but such as tell nobody from anybody: titles, legal forms, and those that are common in the list.
    /// Nor has one a word of the other within its own.
    Other,
    /// They have some words in common, or one of them has none: nobody can tell.
    Perhaps,
    /// They have the same words, in any order, spelling of letters and parting of words.
    Same,
}

impl Namesake {
    /// The words of a name without titles and accents, in one order, for many names to be compared at once. A name without letters
    /// has none but itself.
    pub fn key(name: &str) -> String {
        let spelled = Spelling::of(name, Marks::Shortened);
        let mut parts: Vec<&str> = spelled.parts().filter(|part| !is_title(part)).collect();
        if !parts.iter().any(|part| part.contains(char::is_alphabetic)) {
            return name.trim().to_owned();
        }
        // Where words are not parted everywhere, their order is always the same.
        if !parts.iter().all(|part| part.chars().all(is_syllable)) {
            parts.sort_unstable();
            parts.dedup();
        }
        joined(parts.into_iter())
    }

    /// Compares two names. Numbers alone, which may stand in for a name, tell nothing.
    pub fn of(one: &str, other: &str, common: &CommonWords) -> Self {
        let spelled = |marks| (Spelling::of(one, marks), Spelling::of(other, marks));
        let (one_as_it_is, other_as_it_is) = spelled(Marks::All);
        if one_as_it_is.has_letters() && one_as_it_is.is_same(&other_as_it_is) {
            return Self::Same;
        }
        let (one_without, other_without) = spelled(Marks::OfSignsOfVowels);
        if one_without.has_letters() && one_without.is_same(&other_without) {
            // Who writes accents writes all of them.
            let both_have = one_without != one_as_it_is && other_without != other_as_it_is;
            return if both_have { Self::Perhaps } else { Self::Same };
        }
        let (one_written_out, other_written_out) = spelled(Marks::WrittenOut);
        if one_written_out.has_letters() && one_written_out.is_same(&other_written_out) {
            let is_one_bare = one_without == one_as_it_is || other_without == other_as_it_is;
            return if is_one_bare { Self::Same } else { Self::Perhaps };
        }
        let (one, other) = spelled(Marks::None);
        let telling = |spelling: &Spelling| -> BTreeSet<String> {
            words(spelling).into_iter().filter(|word| !common.has(word)).collect()
        };
        let (of_one, of_other) = (telling(&one), telling(&other));
        let has_any = |whole: &Spelling, words: &BTreeSet<String>| {
            let whole = joined(whole.parts().filter(|part| !is_title(part) && !common.has(part)));
            words.iter().any(|word| is_long(word) && whole.contains(word.as_str()))
        };
        let is_other = !of_one.is_empty()
            && !of_other.is_empty()
            && of_one.is_disjoint(&of_other)
            && !has_any(&one, &of_other)
            && !has_any(&other, &of_one);
        if is_other { Self::Other } else { Self::Perhaps }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_same_words_are_one_persons_and_a_shared_word_alone_tells_nothing() {
        for (one, other, namesake) in [
            ("Ada Uno", "Ada Uno", Namesake::Same),
            ("Ada Uno", " UNO,  ada", Namesake::Same),
            ("José Müller", "Jose\u{301} MÜLLER", Namesake::Same),
            ("Mario Rossi", "Anna Rossi", Namesake::Perhaps),
            ("Ada Uno", "Ada Uno-Due", Namesake::Perhaps),
            ("Ada Uno", "Bob Due", Namesake::Other),
            ("Ada McDonald", "ADA MCDONALD", Namesake::Same),
            ("Ada O'Brien", "ada OBrien", Namesake::Same),
            ("Ada O’Brien", "Ada O'Brien", Namesake::Same),
            ("山田太郎", "山田太郎", Namesake::Same),
            ("393331234501", "39065551001", Namesake::Perhaps),
            ("Ada Uno", "", Namesake::Perhaps),
            ("Guest 1", "Guest 2", Namesake::Perhaps),
            ("Guest 1", "Guest 1", Namesake::Same),
            ("Dr. Ada Uno", "Dr. Bob Due", Namesake::Other),
            ("Uno S.r.l.", "Due S.r.l.", Namesake::Other),
            ("Uno GmbH", "Due GmbH", Namesake::Other),
            ("Dr. Ada Uno", "Ada Uno", Namesake::Perhaps),
            ("Dr.", "Dr. Bob Due", Namesake::Perhaps),
            ("A. B.", "b a", Namesake::Same),
            ("A. B.", "C. D.", Namesake::Perhaps),
            ("李 伟", "王 芳", Namesake::Other),
            ("王 伟", "王 芳", Namesake::Perhaps),
        ] {
            let common = CommonWords::default();
            assert_eq!(Namesake::of(one, other, &common), namesake, "{one:?} {other:?}");
            assert_eq!(Namesake::of(other, one, &common), namesake, "{other:?} {one:?}");
        }
    }

    #[test]
    fn signs_that_are_half_a_word_make_another_name_and_accents_that_one_of_the_two_leaves_out_do_not() {
        for (one, other, namesake) in [
            ("राम शर्मा", "रमा शर्मा", Namesake::Perhaps),
            ("बिना", "बीना", Namesake::Perhaps),
            ("দীপা", "দীপু", Namesake::Perhaps),
            ("ಕಿರಣ", "ಕರುಣ", Namesake::Perhaps),
            ("กิน ใจดี", "กัน ใจดี", Namesake::Perhaps),
            ("राम शर्मा", "शर्मा राम", Namesake::Same),
            ("राम शर्मा", "सीता देवी", Namesake::Other),
            ("か", "が", Namesake::Perhaps),
            ("علي", "عَلِيّ", Namesake::Same),
            ("Nguyễn Văn Hùng", "Nguyễn Văn Hưng", Namesake::Perhaps),
            ("Trần Lan", "Trần Lân", Namesake::Perhaps),
            ("Đạt", "Dạt", Namesake::Perhaps),
            ("Nguyễn Văn Hùng", "NGUYEN VAN HUNG", Namesake::Same),
            ("Nguyễn Văn Hùng", "NGUYỄN VĂN HÙNG", Namesake::Same),
            ("Ёлкин Йод", "Елкин Иод", Namesake::Same),
            ("Νίκος", "ΝΙΚΟΣ", Namesake::Same),
            ("İpek Çelik", "ipek çelik", Namesake::Same),
        ] {
            let common = CommonWords::default();
            assert_eq!(Namesake::of(one, other, &common), namesake, "{one:?} {other:?}");
            assert_eq!(Namesake::of(other, one, &common), namesake, "{other:?} {one:?}");
        }
    }

    #[test]
    fn letters_and_separators_that_are_written_otherwise_make_no_other_name() {
        for (one, other, namesake) in [
            ("Weiß", "WEISS", Namesake::Same),
            ("Yıldız", "YILDIZ", Namesake::Same),
            ("Işıl Yıldız", "IŞIL YILDIZ", Namesake::Same),
            ("Łukasz", "Lukasz", Namesake::Same),
            ("Søren", "Soren", Namesake::Same),
            ("Đỗ An", "Do An", Namesake::Same),
            ("X Æ", "X AE", Namesake::Same),
            ("Sœur", "SOEUR", Namesake::Same),
            ("O'Brien", "O\u{2018}Brien", Namesake::Same),
            ("Мар'яна", "Мар\u{2bc}яна", Namesake::Same),
            ("Солов'єва", "Солов\u{2b9}єва", Namesake::Same),
            ("D\u{b4}Amico", "D\u{ff07}Amico", Namesake::Same),
            ("山田 太郎", "山田太郎", Namesake::Same),
            ("山田\u{3000}太郎", "山田太郎", Namesake::Same),
            ("김 철수", "김철수", Namesake::Same),
            ("De Luca", "Deluca", Namesake::Same),
            ("Mc Donald", "McDonald", Namesake::Same),
            ("Ana-Maria", "AnaMaria", Namesake::Same),
            ("Ada\u{200b} Uno", "Ada\u{a0}Uno", Namesake::Same),
            ("نام\u{200c}خانوادگی", "نامخانوادگی", Namesake::Same),
            ("Room 1 12", "Room 11 2", Namesake::Perhaps),
            ("Anna De Luca", "Deluca Mario", Namesake::Perhaps),
            ("Kim Min-su", "Minsu", Namesake::Perhaps),
            ("김철수", "철수", Namesake::Perhaps),
            ("김철수", "철", Namesake::Other),
            ("Al Due", "Alba Uno", Namesake::Other),
            ("Dr. Ada Uno", "Dottor Bob Due", Namesake::Other),
        ] {
            let common = CommonWords::default();
            assert_eq!(Namesake::of(one, other, &common), namesake, "{one:?} {other:?}");
            assert_eq!(Namesake::of(other, one, &common), namesake, "{other:?} {one:?}");
        }
    }

    #[test]
    fn letters_that_keyboards_and_exports_do_not_have_make_no_other_name() {
        for (one, other, namesake) in [
            ("Müller", "Mueller", Namesake::Same),
            ("Müller", "MUELLER", Namesake::Same),
            ("Müller", "Muller", Namesake::Same),
            ("Muller", "Mueller", Namesake::Perhaps),
            ("Jörg Müller", "Joerg Mueller", Namesake::Same),
            ("Jörg Müller", "Mueller, Joerg", Namesake::Same),
            ("Jörg Müller", "Jörg Mueller", Namesake::Perhaps),
            ("Jörg", "Joerg Müller", Namesake::Perhaps),
            ("Søren Ågård", "Soeren Aagaard", Namesake::Same),
            ("Åse Aas", "Aase Aas", Namesake::Same),
            ("Đorđe", "Djordje", Namesake::Same),
            ("Đorđe", "Dorde", Namesake::Same),
            ("Guðrún Þórsdóttir", "Gudrun Thorsdottir", Namesake::Same),
            ("Ħal Għar", "Hal Ghar", Namesake::Same),
            ("Əli", "Ali", Namesake::Same),
            ("Əli", "ELI", Namesake::Same),
            ("Əli Məmmədov", "Ali Mammadov", Namesake::Same),
            ("Muller", "Moller", Namesake::Other),
            ("علي", "على", Namesake::Same),
            ("علی", "علي", Namesake::Same),
            ("علی", "على", Namesake::Same),
            ("کریم", "كريم", Namesake::Same),
            ("فاطمة", "فاطمه", Namesake::Same),
            ("محمد", "محـــمد", Namesake::Same),
            ("علي", "كريم", Namesake::Other),
            ("Սևակ", "ՍԵՎԱԿ", Namesake::Same),
            ("Սևակ", "ՍԵՒԱԿ", Namesake::Same),
            ("Սևակ", "Սեւակ", Namesake::Same),
            ("Արթուր", "ԱՐԹՈՒՐ", Namesake::Same),
            ("たろう", "タロウ", Namesake::Same),
            ("ﾔﾏﾀﾞ ﾀﾛｳ", "やまだ たろう", Namesake::Same),
            ("佐々木希", "佐佐木希", Namesake::Same),
            ("髙橋太郎", "高橋太郎", Namesake::Same),
            ("靑木淸", "青木清", Namesake::Same),
            ("廣瀨太郎", "広瀬太郎", Namesake::Same),
            ("曾我ヶ谷", "曽我ケ谷", Namesake::Same),
            ("فاطمہ", "فاطمه", Namesake::Same),
            ("ھاشم", "هاشم", Namesake::Same),
            ("Ionuț Șerban", "Ionuţ Şerban", Namesake::Same),
            ("Ionuț Șerban", "Ionut Serban", Namesake::Same),
            ("山﨑花", "山崎花", Namesake::Same),
            ("渡邊健", "渡辺健", Namesake::Same),
            ("渡邉健", "渡辺健", Namesake::Same),
            ("渡邊健", "渡邉健", Namesake::Perhaps),
            ("齋藤一", "斎藤一", Namesake::Same),
            ("斉藤一", "斎藤一", Namesake::Perhaps),
            ("斉藤一", "齋藤一", Namesake::Perhaps),
            ("髙橋太郎", "山﨑花子", Namesake::Other),
        ] {
            let common = CommonWords::default();
            assert_eq!(Namesake::of(one, other, &common), namesake, "{one:?} {other:?}");
            assert_eq!(Namesake::of(other, one, &common), namesake, "{other:?} {one:?}");
        }
    }

    #[test]
    fn names_of_one_key_are_spelled_the_same_and_those_without_letters_are_each_its_own() {
        for (one, other) in [
            ("Ada Uno", " UNO,  Dr. ada"),
            ("José\u{a0}Müller", "Jose\u{301} MULLER"),
            ("De Luca", "Deluca"),
            ("Müller", "Mueller"),
            ("Muller", "Mueller"),
            ("Đorđe Ågård", "Djordje Aagaard"),
            ("Ælfric", "Aelfric"),
            ("山田 太郎", "山田太郎"),
            ("髙橋", "高橋"),
            ("राम शर्मा", "शर्मा राम"),
        ] {
            assert_eq!(Namesake::key(one), Namesake::key(other), "{one:?} {other:?}");
        }
        let apart = ["", "-", "🙂", "🙂🙂", "Dr.", "Prof. Dr.", "Ada A.", "Ada B.", "राम", "रमा"];
        let keys: BTreeSet<String> = apart.into_iter().map(Namesake::key).collect();
        assert_eq!(keys.len(), apart.len(), "{keys:?}");
        assert_eq!(Namesake::key(" 🙂 "), Namesake::key("🙂"));
    }

    #[test]
    fn a_word_that_a_third_of_the_names_of_a_list_have_tells_nobody_from_anybody() {
        for (hotels, others, namesake) in
            [(5, 10, Namesake::Other), (5, 11, Namesake::Perhaps), (4, 0, Namesake::Perhaps)]
        {
            let mut common = CommonWords::among(["Hotel Roma"]);
            (0..hotels).for_each(|at| common.note(&format!("HOTEL {at}")));
            (0..others).for_each(|at| common.note(&format!("Ada {at}")));
            assert_eq!(Namesake::of("Hotel Roma", "Hotel Milano", &common), namesake, "{hotels} {others}");
            assert_eq!(Namesake::of("Hotel", "Hotel Milano", &common), Namesake::Perhaps);
            assert_eq!(Namesake::of("Hotel Roma", "Roma Hotel", &common), Namesake::Same);
        }
    }
}
