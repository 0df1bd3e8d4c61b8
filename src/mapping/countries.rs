//! A country column → a country.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::fold::fold;
use super::phone::Country;

/// Codes and names in English, French, Spanish, Italian and Portuguese, from Unicode's CLDR, with common other names.
const TABLE: &str = include_str!("countries.tsv");

static COUNTRIES: LazyLock<HashMap<String, Country>> = LazyLock::new(|| {
    let mut countries = HashMap::new();
    let rows = TABLE.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut cells = line.split('\t');
        // Some territories have no telephones.
        let country = Country::parse(cells.next()?).ok()?;
        Some((country, cells))
    });
    for (country, cells) in rows {
        for name in cells.flat_map(|cell| cell.split('|')).filter(|name| !name.is_empty()) {
            countries.entry(fold(name)).or_insert(country);
        }
        countries.insert(fold(&country.to_string()), country);
    }
    countries
});

/// The country that a cell names: by its code of two or three letters, or by its name in one of the five languages.
pub(super) fn named(cell: &str) -> Option<Country> {
    COUNTRIES.get(&fold(cell)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_known_by_code_and_by_name_in_five_languages() {
        for (cell, code) in [
            ("IT", "IT"),
            ("it", "IT"),
            ("ITA", "IT"),
            ("Italy", "IT"),
            ("Italie", "IT"),
            ("Itália", "IT"),
            ("ESPAÑA", "ES"),
            ("Spagna", "ES"),
            ("États-Unis", "US"),
            ("Etats Unis", "US"),
            ("U.S.A.", "US"),
            ("Royaume-Uni", "GB"),
            ("Regno Unito", "GB"),
            ("Côte d’Ivoire", "CI"),
            ("Alemanha", "DE"),
        ] {
            assert_eq!(named(cell).map(|country| country.to_string()).as_deref(), Some(code), "{cell}");
        }
        for cell in ["", "Atlantis", "EU", "39", "Ital"] {
            assert!(named(cell).is_none(), "{cell}");
        }
    }

    #[test]
    fn no_name_stands_for_two_countries() {
        let mut seen: HashMap<String, &str> = HashMap::new();
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            let mut cells = line.split('\t');
            let code = cells.next().unwrap();
            for name in cells.flat_map(|cell| cell.split('|')).filter(|name| !name.is_empty()) {
                let other = *seen.entry(fold(name)).or_insert(code);
                assert_eq!(other, code, "{name}");
            }
        }
    }
}
