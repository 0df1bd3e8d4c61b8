//! Columns that say in which country somebody is, by what they are called.

use serde::Serialize;

use super::countries;
use super::fold::fold;
use super::phone::Country;

/// What columns with the country of a row are called, folded, in the five languages. `Prefix` is none: `Mr` is Mauritania.
const COUNTRY_HEADERS: [&str; 9] =
    ["country", "country_code", "country_name", "country_region", "land", "nazione", "paese", "pais", "pays"];

/// What columns are called that hold countries, or else what stage somebody is in: only a country's name counts, for `NO` and
/// `SI` are words, too.
const STATE_HEADERS: [&str; 2] = ["staat", "stato"];
/// Longest code of a country, in letters.
const LONGEST_CODE: usize = 3;

/// A column that is called as countries are, or as what is dialled before a number of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) struct SaysCountry {
    pub(super) column: usize,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
enum Kind {
    /// `Country`, by which it has always been known.
    Plain,
    /// `Address 1 - Country`; `digits`: those alone are a country code, and no number in a table of countries.
    Country { digits: bool },
    /// `Stato`.
    State,
    /// `Dial Code`: nothing but digits, of which one 0 begins an area code.
    Dialled,
}

impl SaysCountry {
    /// The columns, those that are called `Country` and nothing else before the others.
    pub(super) fn of(names: &[String]) -> Vec<Self> {
        let of_name = |(column, name): (usize, &String)| Some(Self { column, kind: kind(&fold(name))? });
        let mut all: Vec<Self> = names.iter().enumerate().filter_map(of_name).collect();
        all.sort_by_key(|says| says.kind != Kind::Plain);
        all
    }

    /// Whether nothing else is called so than countries.
    pub(super) fn is_of_countries(self) -> bool {
        self.kind != Kind::State
    }

    /// The country that a cell of the column names.
    pub(super) fn read(self, cell: &str) -> Option<Country> {
        let cell = cell.trim();
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let may_name = match self.kind {
            Kind::Plain | Kind::Country { .. } => true,
            Kind::State => cell.chars().filter(|letter| letter.is_alphabetic()).count() > LONGEST_CODE,
            Kind::Dialled => false,
        };
        let name = || may_name.then(|| countries::named(cell)).flatten();
        // `+39`, `Italy (+39)`.
        let after_plus = || {
            let digits = cell.split_once('+')?.1.trim_start();
            Country::of_code(&digits[..digits.bytes().take_while(u8::is_ascii_digit).count()])
        };
        let digits = || {
            let digits = cell.strip_prefix("00").unwrap_or(cell);
            let is_code = match self.kind {
                Kind::Plain | Kind::Country { digits: true } => true,
                Kind::Country { digits: false } | Kind::State => digits.len() < cell.len(),
                Kind::Dialled => !digits.starts_with('0'),
            };
            (is_code && is_number(digits)).then(|| Country::of_code(digits.trim_start_matches('0'))).flatten()
        };
        (!cell.is_empty()).then(|| name().or_else(after_plus).or_else(digits)).flatten()
    }
}

/// What a folded name says of its column.
fn kind(name: &str) -> Option<Kind> {
    if COUNTRY_HEADERS.contains(&name) {
        return Some(Kind::Plain);
    }
    if STATE_HEADERS.contains(&name) {
        return Some(Kind::State);
    }
    let has = |words: &[&str]| name.split('_').any(|word| words.contains(&word));
    let is_german =
        |word: &str| ["lander", "laender", "landes"].iter().any(|begins| word.starts_with(begins));
    let is_of_countries = has(&["nation", "nazione", "paese", "pais", "pays", "land"])
        || name.contains("country")
        || name.split('_').any(is_german)
        || ["iso", "iso2", "iso3", "iso_2", "iso_3"].contains(&name);
    // `CA` is California there, and `DE` Delaware.
    if is_of_countries && !has(&["state", "province", "county"]) {
        let words = ["code", "codi", "prefi", "indicatif", "dial", "calling", "vorwahl"];
        return Some(Kind::Country { digits: words.iter().any(|word| name.contains(word)) });
    }
    let is_dialled = has(&["indicatif", "ddi"])
        || has(&["dial", "dialing", "dialling", "calling"]) && has(&["code", "prefix"])
        || has(&["prefisso", "prefijo", "prefixo"]) && has(&["internazionale", "internacional"]);
    is_dialled.then_some(Kind::Dialled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, cell: &str) -> Option<String> {
        let says = SaysCountry::of(&[name.to_owned()]);
        says.first().and_then(|says| says.read(cell)).map(|country| country.to_string())
    }

    #[test]
    fn a_column_that_is_called_as_countries_are_in_some_program_says_one() {
        for name in [
            "Country",
            "Land",
            "Address 1 - Country",
            "Home Country/Region",
            "Business Country/Region",
            "Mailing Country",
            "Country of residence",
            "Country/Territory",
            "Country ISO",
            "country_iso",
            "iso2",
            "Phone Country",
            "Codice paese",
            "Código de país",
            "País de residencia",
            "Paese di residenza",
            "Pays (adresse)",
            "Address Country",
            "phonecountry",
        ] {
            assert_eq!(read(name, "Germany").or(read(name, "DE")).as_deref(), Some("DE"), "{name}");
            assert_eq!(read(name, "Germany (+49)").as_deref(), Some("DE"), "{name}");
            assert_eq!(read(name, "Bavaria"), None, "{name}");
        }
        for name in [
            "Country Code",
            "Phone Country Code",
            "Dial Code",
            "Calling Code",
            "Dialing code",
            "Prefisso internazionale",
            "Codice paese",
            "Código país",
            "Indicatif pays",
            "Indicatif",
            "Ländercode",
            "Landesvorwahl",
            "DDI",
        ] {
            for cell in ["49", "+49", "0049", " +49 "] {
                assert_eq!(read(name, cell).as_deref(), Some("DE"), "{name} {cell}");
            }
        }
    }

    #[test]
    fn a_column_of_countries_or_stages_says_one_by_its_whole_name_alone() {
        for name in ["Stato", "STAAT"] {
            assert_eq!(read(name, "Germania").or(read(name, "Deutschland")).as_deref(), Some("DE"), "{name}");
            for cell in ["NO", "SI", "DE", "DEU", "49", "Attivo", "Neu", ""] {
                assert_eq!(read(name, cell), None, "{name} {cell}");
            }
        }
        assert_eq!(read("Stato/Provincia", "Georgia"), None);
        let of_countries = |name: &str| SaysCountry::of(&[name.to_owned()])[0].is_of_countries();
        assert!(!of_countries("Stato") && of_countries("Paese") && of_countries("Prefisso internazionale"));
    }

    #[test]
    fn what_is_no_country_is_none() {
        for name in
            ["Prefix", "Prefisso", "Vorwahl", "Landline", "State/Country", "Area Code", "Country manager id"]
        {
            for cell in ["39", "049", "Mr"] {
                let is_mr = cell == "Mr" && name == "Country manager id";
                assert_eq!(read(name, cell).is_some(), is_mr, "{name} {cell}");
            }
        }
        // A number in a table of countries, and an area code.
        assert_eq!((read("Country ID", "49"), read("Indicatif", "049")), (None, None));
        assert_eq!(read("Dial Code", "Mr"), None);
    }
}
