//! How far a column looks as if it held the telephone numbers of its people: by what it is called, and by whether its values
//! are numbers that somebody may have. Customers, orders, tax offices and Telegram number people as well.

use super::aliases::Numbering;
use super::columns::distinct_names;
use super::facts::Facts;
use super::fold::fold;
use super::phone::{self, Country};
use crate::model::Code;

/// What the filled cells of a column are, read as telephone numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Likeness {
    /// The country of those that are not given internationally, and its code.
    country: Option<(Country, String)>,
    /// In use, and given with `+` or `00`.
    international: u64,
    /// In use by mobiles of the country, or of any where none is known.
    mobile: u64,
    /// In use otherwise.
    other: u64,
    /// National ones of a country that is not known.
    national: u64,
    /// Several, or one that lacks something else.
    unfinished: u64,
}

impl Likeness {
    /// Of a column of which no cell was seen.
    pub(super) fn new(country: Option<Country>) -> Self {
        let country = country.and_then(|country| Some((country, country.code()?)));
        Self { country, international: 0, mobile: 0, other: 0, national: 0, unfinished: 0 }
    }

    /// Looks at a cell that is not empty.
    pub(super) fn note(&mut self, cell: &str) {
        let country = self.country.as_ref();
        let counted = match phone::read(cell, country.map(|(country, _)| *country)) {
            Ok(number) => {
                let says = |code| number.remarks.contains(&code);
                let is_own = country.is_none_or(|(_, code)| number.digits.starts_with(code));
                match () {
                    // That is how numbers look that are none.
                    () if says(Code::PhoneUnknownRange) || says(Code::PhoneAreaCode) => return,
                    () if !says(Code::PhoneReadAsInternational) && !says(Code::PhoneMadeInternational) => {
                        &mut self.international
                    }
                    () if is_own && phone::is_in_range_of_mobiles(&number.digits) => &mut self.mobile,
                    () => &mut self.other,
                }
            }
            Err(error) => match error.code {
                Code::PhoneNational => &mut self.national,
                Code::PhoneAmbiguous
                | Code::PhoneLostZero
                | Code::PhoneMultiple
                | Code::PhoneScientific
                | Code::PhoneExtension => &mut self.unfinished,
                _ => return,
            },
        };
        *counted += 1;
    }

    /// Adds what `other` has seen of other rows of the same file.
    pub(super) fn join(&mut self, other: &Self) {
        self.international += other.international;
        self.mobile += other.mobile;
        self.other += other.other;
        self.national += other.national;
        self.unfinished += other.unfinished;
    }

    /// How much speaks for a column with so many filled cells; `None` if it holds something else. A number that is plain
    /// digits speaks for one that is not called so only if it is a mobile: many numbers that are no telephone's could be
    /// landlines.
    fn strength(&self, is_called_so: bool, filled: u64) -> Option<u8> {
        let sure = self.international + self.mobile;
        let perhaps = sure + self.other + self.national;
        let fits = match is_called_so {
            true => (perhaps + self.unfinished) * 10 >= filled * 8,
            false => perhaps * 10 >= filled * 8 && sure * 2 >= filled,
        };
        let is_international = self.international * 2 >= filled;
        (filled > 0 && fits).then_some(u8::from(is_called_so) + u8::from(is_international))
    }
}

/// The columns, by the names that they can be asked for, that hold the telephone numbers, as far as their names and values
/// show; several, where as much speaks for one as for another. Of facts that were counted.
pub fn columns_of_numbers(header: &[String], facts: &Facts) -> Vec<String> {
    let strength = |at: usize| {
        let (likeness, filled) = facts.likeness(at)?;
        match Numbering::of(&fold(&header[at])) {
            Numbering::Telephones => likeness.strength(true, filled),
            Numbering::Unknown => likeness.strength(false, filled),
            Numbering::Others => None,
        }
    };
    let strengths: Vec<Option<u8>> = (0..header.len()).map(strength).collect();
    let Some(most) = strengths.iter().flatten().max() else { return Vec::new() };
    let names = distinct_names(header).into_iter().zip(&strengths);
    names.filter(|(_, strength)| strength.as_ref() == Some(most)).map(|(name, _)| name).collect()
}

#[cfg(test)]
mod tests {
    use csv::ByteRecord;

    use super::*;
    use crate::model::{Row, RowNumber};

    fn found(country: &str, header: &[&str], rows: &[&[&str]]) -> String {
        let header: Vec<String> = header.iter().map(|&name| name.to_owned()).collect();
        let mut facts = Facts::counting(&header, Country::parse(country).ok());
        for cells in rows {
            let cells = ByteRecord::from(cells.to_vec());
            facts.note(&Row { number: RowNumber::FIRST, line: 2, cells, flaw: None });
        }
        columns_of_numbers(&header, &facts).join(" or ")
    }

    #[test]
    fn digits_that_number_something_else_are_no_telephones() {
        for (country, column, values) in [
            ("BR", "CPF", ["12345678900", "39053344705"]),
            ("BR", "CNPJ", ["11222333000181", "11444777000161"]),
            ("IT", "Partita IVA", ["01234567890", "07643520567"]),
            ("DE", "Kundennummer", ["20481234", "20481235"]),
            ("DE", "Kundennummer", ["100023", "100024"]),
            ("IT", "Data ordine", ["2026-01-02", "2026-01-03"]),
            ("IT", "Last Active", ["2026-01-02 10:11:12", "03/01/2026"]),
            ("IT", "CAP", ["00184", "20121"]),
            ("IT", "Importo", ["1.234.567", "2.345.678"]),
            ("FR", "SIRET", ["73282932000074", "35600000000048"]),
            ("", "Telegram ID", ["123456789", "987654321"]),
            ("", "Order", ["1000123", "1000124"]),
            // They are mobiles to look at, or faxes with their country code.
            ("IT", "Telegram ID", ["3331234567", "3331234568"]),
            ("IT", "ID cliente", ["3331234567", "3331234568"]),
            ("IT", "Fax", ["+39 06 1234567", "+39 06 1234568"]),
            // Called as a telephone, and none.
            ("IT", "Telefono (s/n)", ["1", "0"]),
            // Anything may be a landline.
            ("IT", "Reperibile", ["06 1234567", "06 1234568"]),
            // No range that anybody has.
            ("", "Reperibile", ["+1 555 123 4567", "+1 555 123 4568"]),
            ("DE", "Reperibile", ["72311234", "72311235"]),
        ] {
            let rows = values.map(|value| [value, "Ada"]);
            let rows: Vec<&[&str]> = rows.iter().map(|row| &row[..]).collect();
            assert_eq!(found(country, &[column, "Wer"], &rows), "", "{country} {column}");
        }
    }

    #[test]
    fn a_column_is_found_by_what_it_is_called_by_a_plus_or_by_the_only_mobiles() {
        for (country, header, row, columns) in [
            ("DE", ["Kundennummer", "Handynummer"], ["20481234", "0171 1234567"], "Handynummer"),
            ("", ["Kundennummer", "Handynummer"], ["20481234", "0171 1234567"], "Handynummer"),
            ("DE", ["Telefax", "Firmentelefon"], ["030 1234567", "030 1234568"], "Firmentelefon"),
            ("IT", ["Contatto", "Reperibile"], ["3331234501", "+39 333 1234502"], "Reperibile"),
            ("IT", ["Partita IVA", "Reperibile"], ["01234567890", "333 1234502"], "Reperibile"),
            // A cell of two numbers is none that can be sent, and shows all the same what the column holds.
            ("IT", ["Codice", "Tel. cliente"], ["3331234501", "333 1234502 / 06 1234567"], "Tel. cliente"),
            // As much speaks for one as for the other.
            (
                "DE",
                ["Telefon geschäftlich", "Mobiltelefon"],
                ["030 1234567", "0171 1234567"],
                "Telefon geschäftlich or Mobiltelefon",
            ),
            ("IT", ["WhatsApp ID", "ID"], ["3331234501", "3331234502"], "WhatsApp ID"),
            ("IT", ["Telefono/Fax", "Note"], ["06 1234567", "333 1234502"], "Telefono/Fax"),
            ("IT", ["A", "B"], ["3331234501", "333 1234502"], "A or B"),
            ("DE", ["Handy", "Reserve"], ["0171 1234567", "+49 171 1234568"], "Handy or Reserve"),
            ("DE", ["Handy", "Handy"], ["0171 1234567", "0171 1234568"], "Handy (1) or Handy (2)"),
            ("DE", ["Handy", "Mobiltelefon"], ["+49 171 1234567", "0171 1234568"], "Handy"),
            ("DE", ["Handy", "Mobiltelefon"], ["", "0171 1234568"], "Mobiltelefon"),
        ] {
            assert_eq!(found(country, &header, &[&row]), columns, "{country} {header:?}");
        }
    }

    #[test]
    fn a_column_holds_telephones_where_four_of_five_cells_are_numbers_and_an_international_one_where_half_are()
     {
        let cells =
            ["+39 333 1234501", "+39 333 1234502", "+39 333 1234503", "+39 333 1234504", "on holiday"];
        for column in ["Telefono", "Reperibile"] {
            for (numbers, expected) in [(4, column), (3, "")] {
                let rows: Vec<[&str; 2]> = cells[4 - numbers..]
                    .iter()
                    .chain(std::iter::repeat_n(&cells[4], 4 - numbers))
                    .map(|&cell| [cell, "Ada"])
                    .collect();
                let rows: Vec<&[&str]> = rows.iter().map(|row| &row[..]).collect();
                assert_eq!(found("IT", &[column, "Nome"], &rows), expected, "{column} {numbers}");
            }
        }
    }

    #[test]
    fn one_international_number_of_three_makes_no_column_an_international_one() {
        let rows: [&[&str]; 3] = [
            &["+49 171 1234567", "0171 1234567"],
            &["0171 1234568", "0171 1234568"],
            &["0171 1234569", "0171 1234569"],
        ];
        assert_eq!(found("DE", &["Handy", "Mobiltelefon"], &rows), "Handy or Mobiltelefon");
    }

    #[test]
    fn what_two_halves_show_is_what_the_whole_shows() {
        let italy = Country::parse("IT").ok();
        for (country, cells) in [
            (italy, ["+39 333 1234501", "333 1234502", "06 1234567", "n/a", "21234567"]),
            (None, ["+39 333 1234501", "333 1234502", "06 1234567", "n/a", "3.93331E+11"]),
        ] {
            let of = |cells: &[&str]| {
                let mut likeness = Likeness::new(country);
                cells.iter().for_each(|cell| likeness.note(cell));
                likeness
            };
            let twice = [cells, cells].concat();
            for at in 0..=twice.len() {
                let mut joined = of(&twice[..at]);
                joined.join(&of(&twice[at..]));
                assert_eq!(joined, of(&twice), "{at}");
            }
        }
    }
}
