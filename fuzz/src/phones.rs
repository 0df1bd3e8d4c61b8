//! Any text as a phone number, with and without a country: the default country on the first line, the cells of a country
//! column and of a column with country codes on the next two, the number on the rest.

use std::sync::LazyLock;

use callbell_import::mapping::{Country, Facts, Form, Mapping, MappingFile};
use callbell_import::model::{Row, RowNumber};
use csv::ByteRecord;

const COUNTRIES: [&str; 14] =
    ["IT", "US", "FR", "DE", "BR", "MX", "AR", "IN", "GB", "ES", "PT", "CI", "AT", "TR"];

/// Without a country, and with each of the countries.
static FORMS: LazyLock<Vec<Form>> = LazyLock::new(|| {
    let countries = std::iter::once(None).chain(COUNTRIES.iter().map(|code| Country::parse(code).ok()));
    countries.map(|country| form("[map]\nidentifier = \"n\"\nname = \"name\"\n", country)).collect()
});

/// With columns for the country and its code, and several numbers in a cell.
static IN_COLUMNS: LazyLock<Form> = LazyLock::new(|| {
    form(
        "[map]\nidentifier = \"n\"\nname = \"name\"\n[options]\ncountry_column = \"country\"\n\
         country_code_column = \"code\"\nphone_separator = \" ::: \"\n",
        None,
    )
});

fn form(mapping: &str, country: Option<Country>) -> Form {
    let mut mapping: Mapping =
        MappingFile::parse(mapping, "mapping.toml".as_ref()).expect("a mapping").mapping;
    mapping.default_country = country;
    let header = ["n", "name", "country", "code"].map(str::to_owned);
    mapping.resolve(&header, &Facts::new(&header)).expect("a form").form
}

fn read(form: &Form, cells: [&str; 4]) -> Option<String> {
    let cells = ByteRecord::from(cells.to_vec());
    let row = Row { number: RowNumber::FIRST, line: 2, cells, flaw: None };
    match (form.fill(&row), form.look(&row)) {
        (Ok((contact, remarks)), Ok((who, seen))) => {
            assert!(contact.identifier == who.identifier && remarks == seen);
            Some(contact.identifier)
        }
        (Err(problems), Err(seen)) => {
            assert!(problems == seen);
            None
        }
        _ => panic!("a number has two fates"),
    }
}

/// Fails if what is said above does not hold of these bytes.
pub fn try_it(data: &[u8]) {
    let data = super::text(data);
    let mut parts = data.splitn(4, '\n');
    let mut part = || parts.next().unwrap_or_default();
    let (default, country, code, number) = (part(), part(), part(), part());
    let at = COUNTRIES.iter().position(|known| *known == default).map_or(0, |at| at + 1);
    let is_number = |digits: &str| {
        assert!(
            (5..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()),
            "{digits}"
        );
        assert!(!digits.starts_with('0'), "{digits}");
    };
    if let Some(digits) = read(&FORMS[at], [number, "A", "", ""]) {
        is_number(&digits);
        // What goes out is read as itself, wherever it is read.
        for form in FORMS.iter() {
            assert_eq!(read(form, [&format!("+{digits}"), "A", "", ""]).as_ref(), Some(&digits));
        }
    }
    if let Some(digits) = read(&IN_COLUMNS, [number, "A", country, code]) {
        is_number(&digits);
    }
}
