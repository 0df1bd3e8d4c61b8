//! What a reading found that is no row's own trouble: what was passed over, and what was mended.

use std::fmt::Write as _;

/// Rows of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Noted {
    /// How many.
    pub rows: u64,
    /// The line of the first.
    pub first_line: u64,
}

impl Noted {
    pub(super) fn note(&mut self, line: u64) {
        if self.rows == 0 {
            self.first_line = line;
        }
        self.rows += 1;
    }
}

/// The notes of one reading; complete when it has ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Notes {
    /// Rows with more cells than columns, of which those beyond are all empty.
    pub surplus_empty: Noted,
    /// Rows with fewer cells than columns, read as if the others were there and empty.
    pub padded: Noted,
    /// Rows of which cells beyond the last column were left out.
    pub cut: Noted,
    /// The lines at the end that stand outside of the table, such as a report's title and date: the first and the last.
    pub footer: Option<(u64, u64)>,
    /// Blank lines among and before the rows.
    pub blank_lines: u64,
    /// Letters that look as if they had been encoded twice.
    pub doubled: u64,
    /// Columns of which the name is the name of another.
    pub same_names: u64,
    /// Pictures, sounds and keys of vCards.
    pub binary: u64,
    /// Lines of a vCard file that belong to no card.
    pub stray: u64,
}

impl Notes {
    /// The notes in words, one sentence each.
    pub fn sentences(&self) -> Vec<String> {
        let mut sentences = Vec::new();
        let mut say = |noted: Noted, one: &str, many: &str| {
            if noted.rows > 0 {
                let words = if noted.rows == 1 { one } else { many };
                let mut sentence = format!("{} {words}", noted.rows);
                let _ = write!(sentence, "; first: line {}", noted.first_line);
                sentences.push(sentence);
            }
        };
        say(
            self.surplus_empty,
            "row has empty cells beyond the last column: they were taken off",
            "rows have empty cells beyond the last column: they were taken off",
        );
        say(
            self.padded,
            "row has fewer cells than the header: the others are read as empty",
            "rows have fewer cells than the header: the others are read as empty",
        );
        say(
            self.cut,
            "row has cells beyond the last column: they are left out",
            "rows have cells beyond the last column: they are left out",
        );
        if let Some((first, last)) = self.footer {
            sentences.push(if first == last {
                format!("line {first} at the end stands outside of the table and is passed over")
            } else {
                format!("lines {first} to {last} at the end stand outside of the table and are passed over")
            });
        }
        if self.blank_lines > 0 {
            sentences.push(format!("blank lines are passed over: {}", self.blank_lines));
        }
        if self.doubled > 0 {
            sentences.push(format!(
                "letters that were damaged before the file was made, such as Ã© for é: {}; they are sent as they are",
                self.doubled
            ));
        }
        if self.same_names > 0 {
            sentences.push(format!(
                "{} columns share a name with another: none of them can be mapped by it",
                self.same_names
            ));
        }
        if self.binary > 0 {
            sentences.push(format!("pictures, sounds and keys are left out: {}", self.binary));
        }
        if self.stray > 0 {
            sentences.push(format!("lines that belong to no card are passed over: {}", self.stray));
        }
        sentences
    }
}
