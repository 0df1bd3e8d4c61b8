//! Which rows of a file are read.

use super::{RowNumber, Shard};

/// Rows from one number to another, and of those a share; all of them by default. Rows outside are not part of the
/// import: they have no status, and no sum counts them. The others keep their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Window {
    /// Rows passed over at the beginning.
    pub skip: u64,
    /// Most rows after those.
    pub limit: Option<u64>,
    /// Of those, the rows that belong to this part.
    pub shard: Shard,
}

/// Where a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// Before the window.
    Before,
    /// In it.
    Inside,
    /// Behind it, as every row that follows.
    Behind,
}

impl Window {
    /// Whether every row of every file is in it.
    pub fn is_everything(self) -> bool {
        self == Self::default()
    }

    /// Whether no row is left out for the place where it stands. Rows of other parts have folders of their own, and are
    /// nothing to this one.
    pub fn is_to_the_end(self) -> bool {
        self.skip == 0 && self.limit.is_none()
    }

    /// The first row in it.
    pub fn first(self) -> RowNumber {
        RowNumber::new(self.skip.saturating_add(1))
    }

    /// Where `row` stands, whatever part it belongs to.
    pub fn place(self, row: RowNumber) -> Stands {
        match row.get().checked_sub(self.skip) {
            None | Some(0) => Stands::Before,
            Some(nth) if self.limit.is_some_and(|limit| nth > limit) => Stands::Behind,
            Some(_) => Stands::Inside,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_has_the_rows_after_those_skipped_up_to_its_limit() {
        let place = |skip, limit, row| Window { skip, limit, ..Window::default() }.place(RowNumber::new(row));
        assert_eq!(place(2, Some(3), 2), Stands::Before);
        assert_eq!(place(2, Some(3), 3), Stands::Inside);
        assert_eq!(place(2, Some(3), 5), Stands::Inside);
        assert_eq!(place(2, Some(3), 6), Stands::Behind);
        assert_eq!(place(0, None, u64::MAX), Stands::Inside);
        assert_eq!(place(0, Some(0), 1), Stands::Behind);
        assert_eq!(place(u64::MAX, None, 7), Stands::Before);
        assert!(Window::default().is_everything());
    }
}
