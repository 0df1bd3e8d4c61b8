//! Any text as a value of a custom field of each type, as tags, and as a `custom_fields` cell: what comes out has the form
//! that the API takes, and is read as itself.

use std::sync::LazyLock;

use callbell_import::mapping::{Facts, Form, MappingFile};
use callbell_import::model::{FieldValue, NewContact, Row, RowNumber};
use csv::ByteRecord;

const TYPES: [&str; 11] = [
    "type = \"text\"",
    "type = \"email\"",
    "type = \"number\"",
    "type = \"number\"\ndecimal_separator = \",\"\nthousands_separator = \".\"",
    "type = \"number\"\ndecimal_separator = \".\"\nthousands_separator = \" \"",
    "type = \"date\"",
    "type = \"date\"\ndate_format = \"DD/MM/YYYY\"",
    "type = \"date\"\ndate_format = \"MM-DD-YYYY\"",
    "type = \"date\"\ndate_format = \"YYYY.MM.DD\"",
    "type = \"dropdown\"\noptions = [\"Gold\", \"Silver\"]",
    "type = \"checkbox\"\nseparator = \";\"\noptions = [\"Sea\", \"Art\"]",
];
const NUMBERS: std::ops::Range<usize> = 2..5;
const DATES: std::ops::Range<usize> = 5..9;

static TYPED: LazyLock<Vec<Form>> = LazyLock::new(|| {
    let typed =
        TYPES.iter().map(|declared| format!("\"custom_fields.x\" = \"v\"\n[custom_fields.x]\n{declared}\n"));
    typed.map(|typed| form(&typed)).collect()
});
static LISTS: LazyLock<Vec<Form>> = LazyLock::new(|| {
    let tagged = |separator: &str| form(&format!("tags = \"v\"\n[options]\ntag_separator = '{separator}'\n"));
    vec![tagged(","), tagged(" ::: "), tagged("csv"), form("custom_fields = \"v\"\n"), form("note = \"v\"\n")]
});

fn form(rest: &str) -> Form {
    let text = format!("[map]\nidentifier = \"n\"\nname = \"n\"\n{rest}");
    let mapping = MappingFile::parse(&text, "mapping.toml".as_ref()).expect("a mapping").mapping;
    let header = ["n", "v"].map(str::to_owned);
    mapping.resolve(&header, &Facts::new(&header)).expect("a form").form
}

fn read(form: &Form, value: &str) -> Option<NewContact> {
    let cells = ByteRecord::from(vec!["+393331234567", value]);
    let row = Row { number: RowNumber::FIRST, line: 2, cells, flaw: None };
    match (form.fill(&row), form.look(&row)) {
        (Ok((contact, remarks)), Ok((who, seen))) => {
            assert!(contact.identifier == who.identifier && remarks == seen);
            Some(contact)
        }
        (Err(problems), Err(seen)) => {
            assert!(problems == seen);
            None
        }
        _ => panic!("a value has two fates"),
    }
}

fn value(form: &Form, text: &str) -> Option<FieldValue> {
    read(form, text)?.custom_fields.pop().map(|(_, value)| value)
}

/// Fails if what is said above does not hold of these bytes.
pub fn try_it(data: &[u8]) {
    let data = super::text(data);
    for (at, form) in TYPED.iter().enumerate() {
        let Some(read) = value(form, data) else { continue };
        match &read {
            FieldValue::Text(text) if NUMBERS.contains(&at) => {
                assert!(
                    text.parse::<f64>().is_ok_and(f64::is_finite) && !text.contains(['e', 'E']),
                    "{text}"
                );
                assert_eq!(value(&TYPED[2], text).as_ref(), Some(&read), "{text}");
            }
            FieldValue::Text(text) if DATES.contains(&at) => {
                assert_eq!(text.len(), 10, "{text}");
                let (year, month, day) = (&text[..4], &text[5..7], &text[8..]);
                let written = match at - DATES.start {
                    0 => text.clone(),
                    1 => format!("{day}/{month}/{year}"),
                    2 => format!("{month}-{day}-{year}"),
                    _ => format!("{year}.{month}.{day}"),
                };
                assert_eq!(data.trim(), written);
                assert_eq!(value(&TYPED[5], text).as_ref(), Some(&read), "{text}");
            }
            FieldValue::Text(text) => assert_eq!(value(form, text).as_ref(), Some(&read)),
            FieldValue::Options(options) => {
                assert!(!options.is_empty());
                assert_eq!(value(form, &options.join(";")).as_ref(), Some(&read));
            }
        }
    }
    for form in LISTS.iter() {
        let Some(contact) = read(form, data) else { continue };
        for (at, tag) in contact.tags.iter().enumerate() {
            assert!(!tag.is_empty() && tag.trim() == tag && !contact.tags[..at].contains(tag));
        }
        assert!(contact.note.is_none_or(|note| note.chars().count() <= 1000));
    }
}
