//! What the values of each column look like, over the whole file: some headers are believed only if their values fit.

use super::Form;
use super::cells::{is_email, trim};
use super::consent::{Refusal, Refused};
use super::likeness::Likeness;
use super::phone::Country;
use super::total::Total;
use crate::model::{BotStatus, Row, RowNumber, Source, is_uuid};

/// What the filled cells of one column have in common.
#[derive(Debug, Clone)]
pub(super) struct ColumnFacts {
    pub(super) filled: u64,
    /// Counted only if asked for.
    likeness: Option<Likeness>,
    /// What its numbers come to, if it gives the identifier.
    total: Option<Total>,
    all_phone_like: bool,
    all_email_like: bool,
    all_name_like: bool,
    all_uuid_like: bool,
    all_source_like: bool,
    all_bot_status_like: bool,
    /// Whether any cell has a comma, a semicolon, a vertical bar.
    pub(super) separators: [bool; 3],
    /// Separators are not looked for.
    no_tags: bool,
    /// How it seems to say that somebody wants no messages.
    refusal: Option<Refusal>,
    refused: Refused,
}

/// A column of which nothing is asked but how many cells are filled: nothing fits it.
const NOT_JUDGED: ColumnFacts = ColumnFacts {
    all_phone_like: false,
    all_email_like: false,
    all_name_like: false,
    all_uuid_like: false,
    all_source_like: false,
    all_bot_status_like: false,
    ..ColumnFacts::EMPTY
};

/// Separators of tags that are looked for, the first preferred.
pub(super) const SEPARATORS: [char; 3] = [',', ';', '|'];

impl ColumnFacts {
    const EMPTY: Self = Self {
        filled: 0,
        likeness: None,
        total: None,
        all_phone_like: true,
        all_email_like: true,
        all_name_like: true,
        all_uuid_like: true,
        all_source_like: true,
        all_bot_status_like: true,
        separators: [false; 3],
        no_tags: false,
        refusal: None,
        refused: Refused::NONE,
    };

    fn called(name: &str) -> Self {
        Self { refusal: Refusal::of(name), ..Self::EMPTY }
    }

    pub(super) fn all_phone_like(&self) -> bool {
        self.all_phone_like
    }

    pub(super) fn all_email_like(&self) -> bool {
        self.all_email_like
    }

    pub(super) fn all_name_like(&self) -> bool {
        self.all_name_like
    }

    pub(super) fn all_uuid_like(&self) -> bool {
        self.all_uuid_like
    }

    pub(super) fn all_source_like(&self) -> bool {
        self.all_source_like
    }

    pub(super) fn all_bot_status_like(&self) -> bool {
        self.all_bot_status_like
    }

    /// Looks at a cell that is not empty. What one cell has refuted is not looked at again.
    fn note(&mut self, cell: &[u8]) {
        self.filled += 1;
        if !self.no_tags {
            for at in memchr::memchr3_iter(b',', b';', b'|', cell) {
                for (seen, separator) in self.separators.iter_mut().zip(SEPARATORS) {
                    *seen |= char::from(cell[at]) == separator;
                }
            }
        }
        if !(self.likeness.is_some() || self.refusal.is_some() || self.may_be_something()) {
            return;
        }
        let Ok(cell) = std::str::from_utf8(cell) else { return };
        let cell = trim(cell);
        if let Some(refusal) = self.refusal {
            self.refused.note(refusal, cell);
        }
        if let Some(likeness) = &mut self.likeness {
            likeness.note(cell);
        }
        self.all_phone_like = self.all_phone_like && is_phone_like(cell);
        self.all_email_like = self.all_email_like && is_email(cell);
        self.all_name_like = self.all_name_like && is_name_like(cell);
        self.all_uuid_like = self.all_uuid_like && is_uuid(cell);
        self.all_source_like = self.all_source_like && Source::parse(cell).is_some();
        self.all_bot_status_like = self.all_bot_status_like && BotStatus::parse(cell).is_some();
    }

    fn may_be_something(&self) -> bool {
        self.all_phone_like
            | self.all_email_like
            | self.all_name_like
            | self.all_uuid_like
            | self.all_source_like
            | self.all_bot_status_like
    }

    fn join(&mut self, other: &Self) {
        self.filled += other.filled;
        if let (Some(likeness), Some(others)) = (&mut self.likeness, &other.likeness) {
            likeness.join(others);
        }
        if let (Some(total), Some(others)) = (&mut self.total, &other.total) {
            total.add(others);
        }
        self.all_phone_like &= other.all_phone_like;
        self.all_email_like &= other.all_email_like;
        self.all_name_like &= other.all_name_like;
        self.all_uuid_like &= other.all_uuid_like;
        self.all_source_like &= other.all_source_like;
        self.all_bot_status_like &= other.all_bot_status_like;
        self.refused.join(&other.refused);
        for (seen, too) in self.separators.iter_mut().zip(other.separators) {
            *seen |= too;
        }
    }
}

/// What the columns of a file hold.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    header: Vec<String>,
    columns: Vec<ColumnFacts>,
}

impl Facts {
    /// For columns with these names.
    pub fn new(header: &[String]) -> Self {
        let columns = header.iter().map(|name| ColumnFacts::called(name)).collect();
        Self { header: header.to_vec(), columns }
    }

    /// For rows that `form` fills: only what could change the form is looked at. A column that only a profile takes for
    /// something, and that did not fit when the form was made, does not fit however many values follow.
    pub fn of_form(form: &Form) -> Self {
        let mut facts = Self::new(form.header());
        let (tags, judged, identifies) =
            (form.tag_columns(), form.judged_columns(), form.identifier_columns());
        for (at, column) in facts.columns.iter_mut().enumerate() {
            if !judged.contains(&at) && !super::guess::is_judged(&form.header()[at]) {
                *column = ColumnFacts { refusal: column.refusal, ..NOT_JUDGED };
            }
            column.total = identifies.contains(&at).then(Total::default);
            column.no_tags = !tags.contains(&at);
        }
        facts
    }

    /// The same, with counts of what is a telephone number, read with this country.
    pub fn counting(header: &[String], country: Option<Country>) -> Self {
        let mut facts = Self::new(header);
        facts.columns.iter_mut().for_each(|column| column.likeness = Some(Likeness::new(country)));
        facts
    }

    /// Looks at one row. Rows with broken quoting or a wrong number of cells say nothing about their columns, nor does
    /// the header where it stands again between the rows.
    pub fn note(&mut self, row: &Row) {
        if !row.has_sound_cells() || row.cells.len() != self.columns.len() {
            return;
        }
        if row.cells.iter().zip(&self.header).all(|(cell, name)| cell == name.as_bytes()) {
            return;
        }
        for (facts, cell) in self.columns.iter_mut().zip(&row.cells) {
            if cell.iter().any(|byte| !byte.is_ascii_whitespace()) {
                facts.note(cell);
                if let Some(total) = &mut facts.total {
                    total.note(row.number, cell);
                }
            }
        }
    }

    /// Adds what `other` has seen of other rows of the same file.
    pub fn join(&mut self, other: &Self) {
        for (facts, others) in self.columns.iter_mut().zip(&other.columns) {
            facts.join(others);
        }
    }

    /// How a column seems to say that somebody wants no messages, and what it has said.
    pub(super) fn refused(&self, column: usize) -> Option<(Refusal, &Refused)> {
        let facts = &self.columns[column];
        facts.refusal.map(|refusal| (refusal, &facts.refused))
    }

    /// The row that is the total of a table, by what one of these columns holds.
    pub(super) fn totals_row(&self, columns: &[usize]) -> Option<RowNumber> {
        columns.iter().find_map(|&column| self.columns[column].total.as_ref()?.row())
    }

    pub(super) fn column(&self, column: usize) -> &ColumnFacts {
        &self.columns[column]
    }

    /// How far a column looks as if it held telephone numbers, and how many of its cells are filled, if that was counted.
    pub(super) fn likeness(&self, column: usize) -> Option<(&Likeness, u64)> {
        let facts = &self.columns[column];
        facts.likeness.as_ref().map(|likeness| (likeness, facts.filled))
    }
}

/// Has letters, and is neither an address nor a uuid.
fn is_name_like(cell: &str) -> bool {
    let has_letters = |c: u8| c.is_ascii_alphabetic();
    (cell.bytes().any(has_letters) || cell.chars().any(char::is_alphabetic))
        && !is_email(cell)
        && !is_uuid(cell)
}

/// A day as people write it: year, month and day, or day or month first, with the same mark between.
fn is_date_like(cell: &str) -> bool {
    let day = cell.split_whitespace().next().unwrap_or_default();
    ['-', '/', '.'].into_iter().any(|mark| {
        let parts: Vec<&str> = day.split(mark).collect();
        let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
        let of_a_day =
            |at: usize, most: u32| parts[at].parse::<u32>().is_ok_and(|number| (1..=most).contains(&number));
        match lengths[..] {
            [4, 1 | 2, 1 | 2] => of_a_day(1, 12) && of_a_day(2, 31),
            [1 | 2, 1 | 2, 4] => of_a_day(0, 31) && of_a_day(1, 31) && parts[2].starts_with(['1', '2']),
            _ => false,
        }
    })
}

/// Digits and what people put between them, and enough of them; no date.
fn is_phone_like(cell: &str) -> bool {
    if is_date_like(cell) {
        return false;
    }
    let mut digits = 0;
    for c in cell.chars() {
        match c {
            '0'..='9' => digits += 1,
            '+' | '-' | '(' | ')' | '.' | '/' | '\'' => {}
            c if c.is_whitespace() => {}
            _ => return false,
        }
    }
    (6..=17).contains(&digits)
}

#[cfg(test)]
mod tests {
    use csv::ByteRecord;

    use super::*;

    fn row(cells: &[&str]) -> Row {
        Row { number: RowNumber::FIRST, line: 2, cells: ByteRecord::from(cells.to_vec()), flaw: None }
    }

    fn facts(rows: &[&[&str]]) -> Facts {
        let mut facts = Facts::new(&["source".to_owned(), "number".to_owned()]);
        rows.iter().for_each(|cells| facts.note(&row(cells)));
        facts
    }

    #[test]
    fn a_column_fits_only_if_every_filled_cell_fits() {
        let facts = facts(&[&["whatsapp", "+39 333 1"], &["", "06-12-34-56"], &["Facebook ads", "n/a"]]);
        assert!(!facts.column(0).all_source_like());
        assert!(!facts.column(1).all_phone_like());
        assert_eq!(facts.column(0).filled, 2);
    }

    #[test]
    fn facts_of_two_halves_are_those_of_the_whole() {
        let rows: [&[&str]; 3] = [&["whatsapp", "a;b"], &["", "06-12-34-56"], &["Facebook ads", "x,y"]];
        let (mut one, other) = (facts(&rows[..1]), facts(&rows[1..]));
        one.join(&other);
        let whole = facts(&rows);
        assert_eq!(format!("{one:?}"), format!("{whole:?}"));
    }

    #[test]
    fn a_ragged_row_and_a_repeated_header_say_nothing_about_their_columns() {
        let facts = facts(&[&["a"], &["source", "number"], &["whatsapp", "+39 333 1"]]);
        assert_eq!(facts.column(0).filled, 1);
        assert!(facts.column(0).all_source_like());
    }
}
