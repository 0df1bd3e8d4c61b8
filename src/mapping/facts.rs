//! What the values of each column look like, over the whole file: some headers are believed only if their values fit.

use super::cells::{is_email, is_uuid};
use crate::model::{BotStatus, Row, Source};

/// Counts over the filled cells of one column.
#[derive(Debug, Clone, Default)]
pub(super) struct ColumnFacts {
    pub(super) filled: u64,
    phone_like: u64,
    email_like: u64,
    name_like: u64,
    uuid_like: u64,
    source_like: u64,
    bot_status_like: u64,
    /// Cells with a comma, a semicolon, a vertical bar.
    pub(super) separators: [u64; 3],
}

/// Separators of tags that are looked for, the first preferred.
pub(super) const SEPARATORS: [char; 3] = [',', ';', '|'];

impl ColumnFacts {
    pub(super) fn all_phone_like(&self) -> bool {
        self.phone_like == self.filled
    }

    pub(super) fn all_email_like(&self) -> bool {
        self.email_like == self.filled
    }

    pub(super) fn all_name_like(&self) -> bool {
        self.name_like == self.filled
    }

    pub(super) fn all_uuid_like(&self) -> bool {
        self.uuid_like == self.filled
    }

    pub(super) fn all_source_like(&self) -> bool {
        self.source_like == self.filled
    }

    pub(super) fn all_bot_status_like(&self) -> bool {
        self.bot_status_like == self.filled
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
        Self { header: header.to_vec(), columns: vec![ColumnFacts::default(); header.len()] }
    }

    /// Looks at one row. Rows with broken quoting or a wrong number of cells say nothing about their columns, nor does
    /// the header where it stands again between the rows.
    pub fn note(&mut self, row: &Row) {
        if row.flaw.is_some() || row.cells.len() != self.columns.len() {
            return;
        }
        if row.cells.iter().zip(&self.header).all(|(cell, name)| cell == name.as_bytes()) {
            return;
        }
        for (facts, cell) in self.columns.iter_mut().zip(&row.cells) {
            let Ok(cell) = std::str::from_utf8(cell) else { continue };
            let cell = cell.trim();
            if cell.is_empty() {
                continue;
            }
            facts.filled += 1;
            facts.phone_like += u64::from(is_phone_like(cell));
            let email = is_email(cell);
            facts.email_like += u64::from(email);
            facts.name_like += u64::from(!email && cell.chars().any(char::is_alphabetic) && !is_uuid(cell));
            facts.uuid_like += u64::from(is_uuid(cell));
            facts.source_like += u64::from(Source::parse(cell).is_some());
            facts.bot_status_like += u64::from(BotStatus::parse(cell).is_some());
            for (count, separator) in facts.separators.iter_mut().zip(SEPARATORS) {
                *count += u64::from(cell.contains(separator));
            }
        }
    }

    pub(super) fn column(&self, column: usize) -> &ColumnFacts {
        &self.columns[column]
    }
}

/// Digits and what people put between them, and enough of them.
fn is_phone_like(cell: &str) -> bool {
    let digits = cell.chars().filter(char::is_ascii_digit).count();
    (6..=17).contains(&digits)
        && cell.chars().all(|c| {
            c.is_ascii_digit() || c.is_whitespace() || matches!(c, '+' | '-' | '(' | ')' | '.' | '/' | '\'')
        })
}

#[cfg(test)]
mod tests {
    use csv::ByteRecord;

    use super::*;
    use crate::model::RowNumber;

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
    fn a_ragged_row_and_a_repeated_header_say_nothing_about_their_columns() {
        let facts = facts(&[&["a"], &["source", "number"], &["whatsapp", "+39 333 1"]]);
        assert_eq!(facts.column(0).filled, 1);
        assert!(facts.column(0).all_source_like());
    }
}
