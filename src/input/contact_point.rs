//! What a cell looks like, whatever its column is called: a telephone number or an e-mail address.

use crate::model::FEWEST_DIGITS_OF_A_NUMBER;

/// What a cell is by its letters: something by which a person is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ContactPoint {
    /// A telephone number.
    Phone,
    /// An e-mail address.
    Email,
}

impl ContactPoint {
    /// What `cell` looks like, if it looks like anything.
    pub(super) fn of(cell: &[u8]) -> Option<Self> {
        let cell = cell.trim_ascii();
        let digits = cell.iter().filter(|byte| byte.is_ascii_digit()).count();
        // Whatever is beyond ASCII may be a space that is not broken, or another dash.
        let is_of_a_number =
            |byte: &u8| byte.is_ascii_digit() || !byte.is_ascii() || b" +-()./'\"".contains(byte);
        if digits >= FEWEST_DIGITS_OF_A_NUMBER && cell.iter().all(is_of_a_number) {
            return Some(Self::Phone);
        }
        let at = cell.iter().position(|byte| *byte == b'@')?;
        let is_email = at > 0 && cell[at..].contains(&b'.') && !cell.contains(&b' ');
        is_email.then_some(Self::Email)
    }
}

/// Whether a cell is a telephone number or an e-mail address, and no date.
pub(super) fn says_who(cell: &[u8]) -> bool {
    let digits = cell.iter().filter(|byte| byte.is_ascii_digit()).count();
    let parts = cell.iter().filter(|byte| b"-./".contains(byte)).count();
    ContactPoint::of(cell).is_some() && (digits, parts) != (8, 2)
}
