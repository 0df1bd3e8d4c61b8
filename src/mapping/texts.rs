//! The cells of a row as text.

use csv::ByteRecord;

/// Cells that are all text; each is there in the row, and nothing is copied.
#[derive(Clone, Copy)]
pub(super) struct Texts<'r> {
    whole: &'r str,
    is_plain: bool,
    cells: &'r ByteRecord,
}

impl<'r> Texts<'r> {
    /// `None` if a cell is not UTF-8.
    pub(super) fn of(cells: &'r ByteRecord) -> Option<Self> {
        // All are looked at in one go, and without early exit, so that it is many bytes at once.
        let is_plain_byte = |byte: &u8| byte.is_ascii_graphic() | (*byte == b' ');
        let is_plain = cells.as_slice().iter().fold(true, |plain, byte| plain & is_plain_byte(byte));
        // A letter that is cut in two by the end of a cell is none.
        let whole = std::str::from_utf8(cells.as_slice()).ok()?;
        let is_cut = |at: usize| cells.range(at).is_none_or(|range| !whole.is_char_boundary(range.end));
        let is_text = is_plain || whole.is_ascii() || !(0..cells.len()).any(is_cut);
        is_text.then_some(Self { whole, is_plain, cells })
    }

    /// Whether `text` is a piece of this row, all of which is visible ASCII and spaces.
    pub(super) fn is_plain_piece(self, text: &str) -> bool {
        self.is_plain && self.whole.as_bytes().as_ptr_range().contains(&text.as_ptr())
    }

    /// The cell of a column; empty if the row has no such column.
    pub(super) fn at(self, column: usize) -> &'r str {
        self.cells.range(column).and_then(|range| self.whole.get(range)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_that_is_cut_by_the_end_of_a_cell_is_none() {
        let (letter, cut) =
            (ByteRecord::from(vec!["é", "", "a"]), ByteRecord::from(vec![&b"\xc3"[..], b"\xa9"]));
        let texts = Texts::of(&letter).unwrap();
        assert_eq!((texts.at(0), texts.at(1), texts.at(2), texts.at(3)), ("é", "", "a", ""));
        assert!(Texts::of(&cut).is_none());
    }

    #[test]
    fn a_piece_of_a_plain_row_is_known_by_where_it_stands() {
        let row = |cells: Vec<&str>| ByteRecord::from(cells);
        let (plain, other) = (row(vec!["Ada Rossi", "b"]), row(vec!["Ada Rossi", "\u{7}"]));
        let texts = Texts::of(&plain).unwrap();
        assert!(texts.is_plain_piece(texts.at(0)) && texts.is_plain_piece(&texts.at(0)[4..]));
        let copy = texts.at(0).to_owned();
        assert!(!texts.is_plain_piece(&copy), "a copy may be anything");
        let texts = Texts::of(&other).unwrap();
        assert!(!texts.is_plain_piece(texts.at(0)));
    }
}
