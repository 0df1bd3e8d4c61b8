//! What the server said about a row, without the person: for screens and summaries. The row's own lines have the words.

use super::{Delivery, Field, FieldValue, NewContact, Said, masked_letter, steers};

/// Fewest digits of what may be somebody's telephone number, however they are parted and whatever stands around them: those
/// that people write within North America have seven, as the shortest with a country code have (Niue: +683 and four more);
/// years, postcodes and most amounts have fewer.
pub const FEWEST_DIGITS_OF_A_NUMBER: usize = 7;
/// Fewest digits in a word that is hidden for them.
const FEWEST_IN_A_WORD: usize = 4;
/// Fewest letters of a value's beginning that are known for it where the text is cut off.
const FEWEST_OF_A_CUT: usize = 4;
/// What a refusal may name beside the fields of a contact.
const OTHER_PARAMETERS: [&str; 4] = ["base", "contact", "phone", "phone_number"];
/// Most words that are shown.
const MOST_WORDS: usize = 40;

/// `said` with everything masked that may be a person's: what looks like a number or an e-mail address, and what the row
/// itself says.
pub(super) fn of_row(said: &str, delivery: &Delivery) -> String {
    let mut values: Vec<String> = delivery.row.cells.iter().map(lossy).collect();
    values.extend(delivery.contact.iter().flat_map(values_of));
    without(said, &values)
}

/// `said` with everything masked that may be a person's, where it is about nobody but `contact`, which was sent.
pub fn of_contact(said: &str, contact: &NewContact) -> String {
    without(said, &values_of(contact))
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

/// Everything that a contact says, and the words of its name.
fn values_of(contact: &NewContact) -> Vec<String> {
    let mut values: Vec<String> = Vec::new();
    for (field, said) in contact.says() {
        // These words are the API's, and are the same for everybody.
        if matches!(field, Field::Source | Field::BotStatus) {
            continue;
        }
        match said {
            Said::Text(text) | Said::Maybe(Some(text)) => values.push(text.to_owned()),
            Said::Maybe(None) => {}
            Said::Texts(texts) => values.extend_from_slice(texts),
            Said::Labelled(fields) => values.extend(fields.iter().flat_map(|(_, value)| match value {
                FieldValue::Text(text) => vec![text.clone()],
                FieldValue::Options(options) => options.clone(),
            })),
        }
        if field == Field::Name
            && let Said::Text(name) = said
        {
            values.extend(name.split_whitespace().map(str::to_owned));
        }
    }
    values
}

/// `said` with everything masked that looks like a number or an e-mail address.
pub fn unnamed(said: &str) -> String {
    without(said, &[])
}

fn lossy(cell: &[u8]) -> String {
    String::from_utf8_lossy(cell).into_owned()
}

fn without(said: &str, values: &[String]) -> String {
    let text: Vec<char> = said.chars().collect();
    let mut hidden = vec![false; text.len()];
    let folded: Vec<char> = text.iter().map(|c| folded(*c)).collect();
    for value in values {
        hide_value(&folded, value.trim(), &mut hidden);
    }
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

fn folded(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

/// Hides a value of the row wherever it stands, in whatever case.
fn hide_value(text: &[char], value: &str, hidden: &mut [bool]) {
    let value: Vec<char> = value.chars().map(folded).collect();
    // Two letters are a word of everybody's; in other scripts they are a name.
    let is_ascii = value.iter().all(char::is_ascii);
    if value.len() < 2 || is_ascii && value.len() < 3 {
        return;
    }
    for at in 0..text.len() {
        let rest = &text[at..];
        let is_cut = rest.len() < value.len();
        if is_cut && rest.len() < FEWEST_OF_A_CUT || !value.starts_with(&rest[..rest.len().min(value.len())])
        {
            continue;
        }
        // Three letters stand in other words, too.
        let is_letter = |c: Option<&char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        let before = at.checked_sub(1).and_then(|before| text.get(before));
        if is_ascii && value.len() == 3 && (is_letter(before) || is_letter(rest.get(3))) {
            continue;
        }
        let end = (at + value.len()).min(text.len());
        hidden[at..end].fill(true);
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

/// Hides words with an at sign or many digits.
fn hide_words(text: &[char], hidden: &mut [bool]) {
    let mut at = 0;
    for word in text.split(|c| *c == ' ') {
        let digits = word.iter().filter(|c| c.is_numeric()).count();
        if digits >= FEWEST_IN_A_WORD || word.contains(&'@') {
            hidden[at..at + word.len()].fill(true);
        }
        at += word.len() + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about(said: &str, values: &[&str]) -> String {
        without(said, &values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>())
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
