//! What is known of each row, read beside the file.

use std::io;
use std::iter::Peekable;

use super::records::{STANDING, number, read_standing};
use super::standing::Standing;
use crate::model::RowNumber;
use crate::sorting::Sorted;

/// The standing of each row, asked for in order.
pub struct Standings {
    by_row: Sorted<STANDING>,
    next: Option<(RowNumber, Standing)>,
    turned_away: Peekable<Sorted<8>>,
    twins: Peekable<Sorted<8>>,
    all_are_twins: bool,
}

impl Standings {
    /// `by_row` are those that are not fresh, `turned_away` those that were answered as if the account were closed, `twins` the
    /// rows that share source and name with another, or all may.
    pub(super) fn new(
        by_row: Sorted<STANDING>,
        turned_away: Sorted<8>,
        (twins, all_are_twins): (Sorted<8>, bool),
    ) -> io::Result<Self> {
        let (turned_away, twins) = (turned_away.peekable(), twins.peekable());
        let mut standings = Self { by_row, next: None, turned_away, twins, all_are_twins };
        standings.advance()?;
        Ok(standings)
    }

    /// The standing of `row`, which comes after every row asked for before.
    ///
    /// # Errors
    ///
    /// If what was put aside on disk cannot be read back.
    pub fn of(&mut self, row: RowNumber) -> io::Result<Standing> {
        match self.next {
            Some((next, standing)) if next == row => {
                self.advance()?;
                Ok(standing)
            }
            _ => Ok(Standing::Fresh),
        }
    }

    /// Whether `row` is sent, as far as its standing tells. To be asked before the standing of any row, of the first row
    /// that can be a contact.
    pub(super) fn is_first_sent(&self, row: RowNumber) -> bool {
        match self.next {
            Some((next, standing)) if next == row => standing.is_sent(),
            _ => true,
        }
    }

    /// Whether another row of the file has the source and the name of `row`, or may have; asked in order, and only told
    /// of contacts that have no look-up.
    ///
    /// # Errors
    ///
    /// If what was put aside on disk cannot be read back.
    pub fn has_twin(&mut self, row: RowNumber) -> io::Result<bool> {
        Ok(has(&mut self.twins, row)? || self.all_are_twins)
    }

    /// Whether an earlier run was answered about `row` as if the account were closed, and nothing better since; asked in order.
    ///
    /// # Errors
    ///
    /// If what was put aside on disk cannot be read back.
    pub fn was_turned_away(&mut self, row: RowNumber) -> io::Result<bool> {
        has(&mut self.turned_away, row)
    }

    fn advance(&mut self) -> io::Result<()> {
        self.next = self.by_row.next().transpose()?.map(|record| read_standing(&record));
        Ok(())
    }
}

/// Whether `row`, which comes after every row asked for before, is among `rows`.
fn has(rows: &mut Peekable<Sorted<8>>, row: RowNumber) -> io::Result<bool> {
    let mut is_there = false;
    while let Some(next) = rows.next_if(|next| !matches!(next, Ok(next) if number(next) > row.get())) {
        is_there |= number(&next?) == row.get();
    }
    Ok(is_there)
}
