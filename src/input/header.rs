//! The names of the columns.

/// The first record of a file, or names by position where the file has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// As they stand in the file, outer spaces included.
    pub names: Vec<String>,
    /// Physical line, from 1; that of the first row if the file has no header.
    pub line: u64,
}

/// The name of the column at `place`, from 0, in a file without a header.
pub(super) fn positional(place: usize) -> String {
    format!("column_{}", place + 1)
}

/// The first cell that no header has: a phone number or an e-mail address. Then the first row is no header.
pub(super) fn data_in(names: &[String]) -> Option<usize> {
    names.iter().position(|name| is_phone_number(name) || is_address(name))
}

/// The first cell that is a phone number.
pub(super) fn number_in(names: &[String]) -> Option<usize> {
    names.iter().position(|name| is_phone_number(name))
}

fn is_phone_number(name: &str) -> bool {
    let name = name.trim();
    let digits = name.chars().filter(char::is_ascii_digit).count();
    // `2023-2024` is a header that a person might write.
    let enough = if name.starts_with('+') { 7 } else { 9 };
    (enough..=17).contains(&digits)
        && name.chars().all(|c| {
            c.is_ascii_digit() || c.is_whitespace() || matches!(c, '+' | '-' | '(' | ')' | '.' | '/')
        })
}

fn is_address(name: &str) -> bool {
    let name = name.trim();
    let Some((before, after)) = name.split_once('@') else { return false };
    !before.is_empty()
        && after.contains('.')
        && !after.starts_with('.')
        && !name.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_addresses_are_no_names_of_columns() {
        for name in ["+39 333 1234567", "00393331234567", "(555) 123-4567 8", "ada@example.com"] {
            assert_eq!(data_in(&["Name".to_owned(), name.to_owned()]), Some(1), "{name}");
        }
        for name in
            ["phone", "Phone 1 - Value", "2024", "2023-2024", "@handle", "e@mail", "", "E-mail 2 Address"]
        {
            assert_eq!(data_in(&[name.to_owned()]), None, "{name}");
        }
    }
}
