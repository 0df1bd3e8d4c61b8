//! The row of a table's total among people, as spreadsheets put it below them (`SUBTOTAL`): its number is the sum of all
//! others of the column, and nobody's.

use crate::model::RowNumber;

/// Fewest digits of a sum that is none by chance.
const FEWEST_DIGITS: usize = 7;
/// Most digits of a number that is added: a spreadsheet keeps no more.
const MOST_DIGITS: usize = 15;
/// Fewest numbers that a sum is of.
const FEWEST: u64 = 2;

/// What the cells of a column that are digits and nothing else come to; spreadsheets add no texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Total {
    sum: u128,
    numbers: u64,
    /// The greatest, and its row; the first of several.
    greatest: Option<(u128, RowNumber)>,
}

impl Total {
    /// Looks at a cell of this row.
    pub(super) fn note(&mut self, row: RowNumber, cell: &[u8]) {
        let cell = cell.trim_ascii();
        if cell.is_empty() || cell.len() > MOST_DIGITS || !cell.iter().all(u8::is_ascii_digit) {
            return;
        }
        let number = cell.iter().fold(0, |number, digit| number * 10 + u128::from(digit - b'0'));
        self.add(&Self { sum: number, numbers: 1, greatest: Some((number, row)) });
    }

    /// Adds what was seen of other rows of the same file.
    pub(super) fn add(&mut self, other: &Self) {
        self.sum += other.sum;
        self.numbers += other.numbers;
        self.greatest = match (self.greatest, other.greatest) {
            (Some(one), Some(other)) if other.0 > one.0 || other.0 == one.0 && other.1 < one.1 => Some(other),
            (None, other) => other,
            (one, _) => one,
        };
    }

    /// The row whose number is the sum of all others.
    pub(super) fn row(&self) -> Option<RowNumber> {
        let (number, row) = self.greatest?;
        let is_long = number >= 10_u128.pow(u32::try_from(FEWEST_DIGITS - 1).unwrap_or_default());
        (self.numbers > FEWEST && is_long && self.sum == 2 * number).then_some(row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &[&str]) -> Option<u64> {
        let numbered = || std::iter::successors(Some(RowNumber::FIRST), |row| Some(row.next())).zip(cells);
        let mut total = Total::default();
        numbered().for_each(|(row, cell)| total.note(row, cell.as_bytes()));
        // In whatever parts it is seen.
        let mut joined = Total::default();
        for (row, cell) in numbered().collect::<Vec<_>>().into_iter().rev() {
            let mut one = Total::default();
            one.note(row, cell.as_bytes());
            joined.add(&one);
        }
        assert_eq!(joined, total);
        total.row().map(RowNumber::get)
    }

    #[test]
    fn the_row_with_the_sum_of_all_others_is_the_total_wherever_it_stands() {
        assert_eq!(row(&["3331234501", "3331234502", "6662469003"]), Some(3));
        assert_eq!(row(&["6662469003", "3331234501", "", "3331234502"]), Some(1));
        // What is no number is not added.
        assert_eq!(row(&["3331234501", "+39 333 1234509", "n/a", "3331234502", " 6662469003 "]), Some(5));
        assert_eq!(row(&["1000000", "2000000", "3000000"]), Some(3));
        assert_eq!(row(&["100000000000001", "200000000000002", "300000000000003"]), Some(3));
        assert_eq!(row(&["3331234501", "3331234501", "0"]), Some(1), "the first of several");
    }

    #[test]
    fn what_is_the_sum_of_others_by_chance_or_of_none_is_no_total() {
        assert_eq!(row(&["3331234501", "3331234502", "6662469004"]), None);
        assert_eq!(row(&["1", "2", "3"]), None);
        assert_eq!(row(&["100000", "200000", "300000"]), None);
        // A spreadsheet has lost the last digits of such.
        assert_eq!(row(&["1000000000000001", "2000000000000002", "3000000000000003"]), None);
        assert_eq!(row(&["3331234501", "3331234501", ""]), None);
        assert_eq!(row(&["3331234501", "3331234501"]), None);
        assert_eq!(row(&["3331234501"]), None);
        assert_eq!(row(&[]), None);
    }
}
