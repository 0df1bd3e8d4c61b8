//! What the server said about a row, without the person: for screens and summaries. The row's own lines have the words.

use std::collections::HashSet;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::{Delivery, Field, FieldValue, NewContact, Said, masked_letter, steers};
use crate::words::discreet;

/// Fewest digits of what may be somebody's telephone number, however they are parted and whatever stands around them: those
/// that people write within North America have seven, as the shortest with a country code have (Niue: +683 and four more);
/// years, postcodes and most amounts have fewer.
pub const FEWEST_DIGITS_OF_A_NUMBER: usize = 7;
/// Fewest digits in a word that is hidden for them.
const FEWEST_IN_A_WORD: usize = 4;
/// Fewest letters of a value's beginning that are known for it where the text is cut off.
const FEWEST_OF_A_CUT: usize = 4;
/// Fewest letters of a word of a note or of a custom field that is hidden where it stands alone.
const FEWEST_OF_A_FREE_WORD: usize = 4;
/// Words that a refusal is made of, whatever a note says.
const WORDS_OF_REFUSALS: [&str; 64] = [
    "allowed",
    "already",
    "another",
    "assigned",
    "because",
    "been",
    "blank",
    "cannot",
    "channel",
    "characters",
    "contact",
    "contain",
    "contains",
    "country",
    "custom",
    "does",
    "email",
    "empty",
    "error",
    "exist",
    "exists",
    "field",
    "fields",
    "format",
    "found",
    "from",
    "have",
    "identifier",
    "invalid",
    "known",
    "least",
    "length",
    "limit",
    "long",
    "maximum",
    "message",
    "missing",
    "more",
    "most",
    "must",
    "name",
    "note",
    "number",
    "only",
    "parameter",
    "phone",
    "present",
    "request",
    "required",
    "short",
    "should",
    "source",
    "tags",
    "taken",
    "team",
    "than",
    "that",
    "this",
    "unknown",
    "user",
    "valid",
    "value",
    "with",
    "without",
];
/// An at sign, as it is written where it may not stand.
const AT_SIGNS: [&str; 5] = ["@", "%40", "(at)", "[at]", "&#64;"];
/// What a refusal may name beside the fields of a contact.
const OTHER_PARAMETERS: [&str; 4] = ["base", "contact", "phone", "phone_number"];
/// Most words that are shown.
const MOST_WORDS: usize = 40;

/// `said` with everything masked that may be a person's: what looks like a number or an e-mail address, and what the row
/// itself says.
pub(super) fn of_row(said: &str, delivery: &Delivery) -> String {
    let mut own = delivery.contact.as_ref().map(Own::of).unwrap_or_default();
    own.values.extend(delivery.row.cells.iter().map(lossy));
    without(said, &own)
}

/// `said` with everything masked that may be a person's, where it is about nobody but `contact`, which was sent.
pub fn of_contact(said: &str, contact: &NewContact) -> String {
    without(said, &Own::of(contact))
}

/// The parameters in `named`, joined by `;`, that are the API's own: where it calls them by values of the row, they are a
/// person's, and no two rows have the same.
pub(super) fn known_parameters(named: &str) -> String {
    let mut known: Vec<&str> = Vec::new();
    for name in named.split(';') {
        let name = name.trim();
        let name = if name.starts_with("custom_fields") { Field::CustomFields.wire_name() } else { name };
        let is_known = Field::from_wire_name(name).is_some() || OTHER_PARAMETERS.contains(&name);
        if is_known && !known.contains(&name) {
            known.push(name);
        }
    }
    known.join(";")
}

/// What a row says.
#[derive(Default)]
struct Own {
    /// Values, and the words of the name: they are hidden wherever they stand.
    values: Vec<String>,
    /// Notes and values of custom fields: their words are hidden, too, where they stand alone.
    texts: Vec<String>,
}

discreet!(Own {});

impl Own {
    fn of(contact: &NewContact) -> Self {
        let mut own = Self::default();
        for (field, said) in contact.says() {
            // These words are the API's, and are the same for everybody.
            if matches!(field, Field::Source | Field::BotStatus) {
                continue;
            }
            let mut values: Vec<String> = match said {
                Said::Text(text) | Said::Maybe(Some(text)) => vec![text.to_owned()],
                Said::Maybe(None) => Vec::new(),
                Said::Texts(texts) => texts.to_vec(),
                Said::Labelled(fields) => fields
                    .iter()
                    .flat_map(|(_, value)| match value {
                        FieldValue::Text(text) => vec![text.clone()],
                        FieldValue::Options(options) => options.clone(),
                    })
                    .collect(),
            };
            match (field, said) {
                (Field::Name, Said::Text(name)) => {
                    values.extend(name.split_whitespace().map(str::to_owned));
                    values.extend(name.split(|c: char| !c.is_alphanumeric()).map(str::to_owned));
                }
                (Field::Note | Field::CustomFields, _) => own.texts.extend(values.iter().cloned()),
                _ => {}
            }
            own.values.append(&mut values);
        }
        own
    }
}

/// `said` with everything masked that looks like a number or an e-mail address.
pub fn unnamed(said: &str) -> String {
    without(said, &Own::default())
}

fn lossy(cell: &[u8]) -> String {
    String::from_utf8_lossy(cell).into_owned()
}

fn without(said: &str, own: &Own) -> String {
    let text: Vec<char> = said.chars().collect();
    let mut hidden = vec![false; text.len()];
    let folded = Folded::of(&text);
    for value in &own.values {
        folded.hide_value(value.trim(), &mut hidden);
    }
    folded.hide_words_of(&own.texts, &mut hidden);
    hide_numbers(&text, &mut hidden);
    hide_words(&text, &mut hidden);
    let mut shown = String::with_capacity(said.len());
    for (c, is_hidden) in text.into_iter().zip(hidden) {
        match c {
            c if is_hidden => shown.push(masked_letter(c)),
            c if steers(c) => shown.extend(c.escape_unicode()),
            c => shown.push(c),
        }
    }
    match shown.match_indices(' ').nth(MOST_WORDS - 1) {
        Some((end, _)) => shown[..end].to_owned(),
        None => shown,
    }
}

/// In whatever case, and without accents: a server may write either.
fn folded(c: char) -> impl Iterator<Item = char> {
    std::iter::once(c).nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase)
}

/// A text, as values are looked for in it.
struct Folded<'t> {
    text: &'t [char],
    letters: Vec<char>,
    /// Where each of them stands in the text, and at last where that ends.
    places: Vec<usize>,
}

impl<'t> Folded<'t> {
    fn of(text: &'t [char]) -> Self {
        let (mut letters, mut places) = (Vec::with_capacity(text.len()), Vec::with_capacity(text.len() + 1));
        for (place, c) in text.iter().enumerate() {
            for letter in folded(*c) {
                letters.push(letter);
                places.push(place);
            }
        }
        places.push(text.len());
        Self { text, letters, places }
    }

    /// Where these letters stand in the text, with the accents behind them.
    fn place(&self, from: usize, to: usize) -> Range<usize> {
        self.places[from]..self.places[to].max(self.places[to - 1] + 1)
    }

    /// Whether the text was cut off here.
    fn is_cut(&self, at: usize) -> bool {
        // Three points for one, as they are decomposed.
        self.letters.len() == at || self.letters[at..].starts_with(&['.', '.', '.'])
    }

    /// Hides a value of the row wherever it stands.
    fn hide_value(&self, value: &str, hidden: &mut [bool]) {
        let value: Vec<char> = value.chars().flat_map(folded).collect();
        if value.len() < 2 {
            return;
        }
        for at in 0..self.letters.len() {
            let rest = &self.letters[at..];
            let same = rest.iter().zip(&value).take_while(|(one, other)| one == other).count();
            if same < value.len() && (same < FEWEST_OF_A_CUT || !self.is_cut(at + same)) {
                continue;
            }
            let place = self.place(at, at + same);
            // Two letters are a word of everybody's, and three stand in other words, too; in other scripts they are a name.
            if value.len() < 4 && self.text[place.clone()].iter().all(char::is_ascii) {
                let is_letter = |c: Option<&char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
                let before = at.checked_sub(1).and_then(|before| self.letters.get(before));
                if value.len() == 2 || is_letter(before) || is_letter(rest.get(3)) {
                    continue;
                }
            }
            hidden[place].fill(true);
        }
    }

    /// Hides the words of these texts where they stand alone, unless a refusal is made of them.
    fn hide_words_of(&self, texts: &[String], hidden: &mut [bool]) {
        if texts.is_empty() {
            return;
        }
        let mut words: Vec<(usize, &[char])> = Vec::new();
        let mut at = 0;
        for word in self.letters.split(|c| !c.is_alphabetic()) {
            if word.len() >= FEWEST_OF_A_FREE_WORD {
                words.push((at, word));
            }
            at += word.len() + 1;
        }
        let is_refusals =
            |word: &[char]| WORDS_OF_REFUSALS.iter().any(|known| known.chars().eq(word.iter().copied()));
        words.retain(|(_, word)| !is_refusals(word));
        let (cut, whole): (Vec<_>, Vec<_>) =
            words.into_iter().partition(|(at, word)| self.is_cut(at + word.len()));
        let mut said: HashSet<&[char]> = whole.iter().map(|(_, word)| *word).collect();
        let mut own: HashSet<&[char]> = HashSet::new();
        let texts: Vec<Vec<char>> =
            texts.iter().map(|text| text.chars().flat_map(folded).collect()).collect();
        for word in texts.iter().flat_map(|text| text.split(|c| !c.is_alphabetic())) {
            own.extend(said.take(word));
            for (at, cut) in cut.iter().filter(|(_, cut)| word.starts_with(cut)) {
                hidden[self.place(*at, at + cut.len())].fill(true);
            }
        }
        for (at, word) in whole.into_iter().filter(|(_, word)| own.contains(*word)) {
            hidden[self.place(at, at + word.len())].fill(true);
        }
    }
}

/// Hides digits that make a number together, whatever parts them.
fn hide_numbers(text: &[char], hidden: &mut [bool]) {
    let is_part =
        |c: char| c.is_numeric() || matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '(' | ')' | '.' | '/' | '-');
    let mut at = 0;
    while at < text.len() {
        let length = text[at..].iter().take_while(|c| is_part(**c)).count();
        let run = at..at + length;
        if text[run.clone()].iter().filter(|c| c.is_numeric()).count() >= FEWEST_DIGITS_OF_A_NUMBER {
            hidden[run].fill(true);
        }
        at += length + 1;
    }
}

/// Hides words with an at sign or many digits, and those around an at sign that stands alone.
fn hide_words(text: &[char], hidden: &mut [bool]) {
    let mut at = 0;
    let mut words = Vec::new();
    for word in text.split(|c| *c == ' ') {
        words.push(at..at + word.len());
        at += word.len() + 1;
    }
    for (number, place) in words.iter().enumerate() {
        let word = &text[place.clone()];
        let digits = word.iter().filter(|c| c.is_numeric()).count();
        let written: String = word.iter().flat_map(|c| c.to_lowercase()).collect();
        if digits >= FEWEST_IN_A_WORD || AT_SIGNS.iter().any(|sign| written.contains(sign)) {
            hidden[place.clone()].fill(true);
        }
        if AT_SIGNS.contains(&&*written) {
            let around = words[number.saturating_sub(1)].start..words[(number + 1).min(words.len() - 1)].end;
            hidden[around].fill(true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about(said: &str, values: &[&str]) -> String {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        without(said, &Own { values, ..Own::default() })
    }

    #[test]
    fn what_the_server_says_is_shown_without_the_persons_data() {
        assert_eq!(
            unnamed("Phone +393331234567 of ada@example.com is taken"),
            "Phone +999999999999 of xxx@xxxxxxx.xxx is taken"
        );
        assert_eq!(unnamed("+39 333 (123) 45-67 is 12 too 345"), "+99 999 (999) 99-99 is 12 too 345");
    }

    #[test]
    fn values_of_the_row_are_hidden_in_any_case_and_inside_of_words() {
        assert_eq!(about("user_bob1 and BOB's bobbin", &["Bob", "ZOË", "a"]), "user_bob1 and xxx's bobbin");
        assert_eq!(about("Zoë-zoËs", &["ZOË"]), "xxx-xxxs");
        assert_eq!(about("user_robert1", &["Robert"]), "user_xxxxxx1");
        assert_eq!(about("王小明已存在", &["王小明"]), "xxx已存在");
        assert_eq!(about("the note \"she owes us a l", &["She owes us a lot"]), "the note \"xxx xxxx xx x x");
        assert_eq!(about("is", &["is", ""]), "is");
    }

    #[test]
    fn parts_of_what_a_row_says_are_hidden_as_its_values_are() {
        let ada = NewContact {
            identifier: "393337770001".to_owned(),
            name: "Zéphyrine Quorvantia-Zelmbrook D’Artemont".to_owned(),
            note: Some("Geheimnotiz: phone 500 Name lost".to_owned()),
            custom_fields: vec![
                ("Street".to_owned(), FieldValue::Text("Via Montenapoleone 8".to_owned())),
                ("Likes".to_owned(), FieldValue::Options(vec!["Backgammon".to_owned()])),
            ],
            ..NewContact::ada()
        };
        for (said, shown) in [
            // Halves of a double name, in any script and form.
            ("Zelmbrook is taken", "xxxxxxxxx is taken"),
            ("quorvantia, Artemont", "xxxxxxxxxx, xxxxxxxx"),
            ("Zephyrine is taken", "xxxxxxxxx is taken"),
            ("Ze\u{301}phyrine is taken", "xx\u{301}xxxxxxx is taken"),
            // Where the server cuts.
            ("the value 'Quorvantia-Zelm...' is taken", "the value 'xxxxxxxxxx-xxxx...' is taken"),
            ("Quorvantia-Ze… is taken", "xxxxxxxxxx-xx… is taken"),
            ("Geheimn… is taken", "xxxxxxx… is taken"),
            ("word \"Monten", "word \"xxxxxx"),
            // Words of what people write freely, but for those that a refusal is made of.
            ("GEHEIMNOTIZ not allowed", "xxxxxxxxxxx not allowed"),
            ("phone and name are lost", "phone and name are xxxx"),
            ("unknown (Montenapoleone), backgammon", "unknown (xxxxxxxxxxxxxx), xxxxxxxxxx"),
            ("Montenapoleone8 is taken", "xxxxxxxxxxxxxx8 is taken"),
            ("lostness", "lostness"),
        ] {
            assert_eq!(of_contact(said, &ada), shown);
        }
    }

    #[test]
    fn addresses_are_hidden_however_their_at_sign_is_written() {
        for (said, shown) in [
            ("zeph%40example.com is taken", "xxxx%99xxxxxxx.xxx is taken"),
            ("zeph (at) example.com is taken", "xxxx (xx) xxxxxxx.xxx is taken"),
            ("of zeph[AT]example.com", "of xxxx[xx]xxxxxxx.xxx"),
            ("@ home", "@ xxxx"),
            ("look at (it)", "look at (it)"),
        ] {
            assert_eq!(unnamed(said), shown);
        }
    }

    #[test]
    fn parameters_that_the_api_does_not_have_are_left_out() {
        for (named, known) in [
            ("name", "name"),
            ("identifier;custom_fields.City;custom_fields;bot_status", "identifier;custom_fields;bot_status"),
            ("+393337770001", ""),
            ("Quorvantia Zelmbrook;note; tags", "note;tags"),
            ("Name", ""),
            ("", ""),
        ] {
            assert_eq!(known_parameters(named), known, "{named}");
        }
    }

    #[test]
    fn nothing_steers_the_terminal_and_no_sermon_is_shown() {
        assert_eq!(unnamed("a\u{1b}[31m"), "a\\u{1b}[31m");
        assert_eq!(unnamed(&"word ".repeat(100)).split(' ').count(), 40);
    }
}
