//! A shelf that brings rows back into input order.

use std::collections::VecDeque;

use crate::model::RowNumber;

/// Items that wait for the rows before them.
#[derive(Debug)]
pub(super) struct InOrder<T> {
    /// The row that `shelf[0]` stands for.
    first: RowNumber,
    shelf: VecDeque<Place<T>>,
    passed: u64,
}

#[derive(Debug)]
enum Place<T> {
    Empty,
    /// There will be nothing for this row.
    Skipped,
    /// The row has no part in this.
    Elsewhere,
    Filled(T),
}

impl<T> InOrder<T> {
    pub(super) fn new(first: RowNumber) -> Self {
        Self { first, shelf: VecDeque::new(), passed: 0 }
    }

    /// Rows before the first of which nothing is known yet, without those that have no part in this.
    pub(super) fn passed(&self) -> u64 {
        self.passed
    }

    pub(super) fn put(&mut self, row: RowNumber, item: T) {
        self.set(row, Place::Filled(item));
    }

    pub(super) fn skip(&mut self, row: RowNumber) {
        self.set(row, Place::Skipped);
    }

    pub(super) fn pass_over(&mut self, row: RowNumber) {
        self.set(row, Place::Elsewhere);
    }

    fn set(&mut self, row: RowNumber, place: Place<T>) {
        debug_assert!(row >= self.first, "a row has one place");
        let at = usize::try_from(row.get() - self.first.get()).unwrap_or(usize::MAX);
        while self.shelf.len() <= at {
            self.shelf.push_back(Place::Empty);
        }
        debug_assert!(matches!(self.shelf[at], Place::Empty), "a row has one place");
        self.shelf[at] = place;
    }

    /// The next item in input order, if it is there.
    pub(super) fn take(&mut self) -> Option<T> {
        loop {
            match self.shelf.front()? {
                Place::Empty => return None,
                Place::Skipped => {
                    self.passed += 1;
                    self.advance();
                }
                Place::Elsewhere => self.advance(),
                Place::Filled(_) => {
                    let Some(Place::Filled(item)) = self.shelf.pop_front() else { return None };
                    self.first = self.first.next();
                    self.passed += 1;
                    return Some(item);
                }
            }
        }
    }

    /// The next item in input order, rows passed over that never came.
    pub(super) fn take_last(&mut self) -> Option<T> {
        while let Some(Place::Empty) = self.shelf.front() {
            self.advance();
        }
        self.take().or_else(|| if self.shelf.is_empty() { None } else { self.take_last() })
    }

    fn advance(&mut self) {
        self.shelf.pop_front();
        self.first = self.first.next();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_row_waits_for_those_before_it_and_skipped_rows_are_not_waited_for() {
        let mut shelf = InOrder::new(RowNumber::FIRST);
        shelf.put(RowNumber::new(3), 'c');
        assert_eq!(shelf.take(), None);
        shelf.put(RowNumber::new(1), 'a');
        assert_eq!(shelf.take(), Some('a'));
        assert_eq!((shelf.take(), shelf.passed()), (None, 1));
        shelf.skip(RowNumber::new(2));
        assert_eq!((shelf.take(), shelf.take()), (Some('c'), None));
        assert_eq!(shelf.passed(), 3);
        shelf.put(RowNumber::new(6), 'f');
        shelf.put(RowNumber::new(8), 'h');
        assert_eq!((shelf.take_last(), shelf.take_last(), shelf.take_last()), (Some('f'), Some('h'), None));
    }

    proptest! {
        #[test]
        fn rows_come_out_in_order_whatever_order_they_came_in(order in Just((1_u64..60).collect::<Vec<_>>()).prop_shuffle(), skipped in prop::collection::hash_set(1_u64..60, 0..20)) {
            let mut shelf = InOrder::new(RowNumber::FIRST);
            let mut out = Vec::new();
            for row in order {
                if skipped.contains(&row) { shelf.skip(RowNumber::new(row)) } else { shelf.put(RowNumber::new(row), row) }
                while let Some(row) = shelf.take() {
                    out.push(row);
                }
            }
            let expected: Vec<u64> = (1..60).filter(|row| !skipped.contains(row)).collect();
            prop_assert_eq!(out, expected);
        }
    }
}
