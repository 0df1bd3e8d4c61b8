//! What a reading found that is no row's own trouble: what was passed over, and what was mended.

use crate::words::{Message, message};

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

    /// Adds those that were noted elsewhere.
    fn join(&mut self, other: Self) {
        if self.rows == 0 || other.rows > 0 && other.first_line < self.first_line {
            self.first_line = other.first_line;
        }
        self.rows += other.rows;
    }
}

/// What was done to ragged rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RowNotes {
    /// Rows with more cells than columns, of which those beyond are all empty.
    pub surplus_empty: Noted,
    /// Rows with fewer cells than columns, read as if the others were there and empty.
    pub padded: Noted,
    /// Rows of which cells beyond the last column were left out.
    pub cut: Noted,
}

impl RowNotes {
    pub(super) fn join(&mut self, other: Self) {
        self.surplus_empty.join(other.surplus_empty);
        self.padded.join(other.padded);
        self.cut.join(other.cut);
    }
}

/// Letters that the program which made the list has spoilt. They are sent as they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spoilt {
    /// Those that look as if they had been encoded twice.
    pub doubled: u64,
    /// Those that are written as in the source of a page: `&amp;` for `&`.
    pub entities: u64,
}

/// How the last row of a file ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LastEnd {
    /// With the quote that closes its last cell; or the format has no line ends.
    #[default]
    Unknown,
    /// With a line end.
    Line,
    /// With the file, within a cell for all that can be seen, on this line: the file may have been cut off there.
    Open(u64),
}

/// The notes of one reading; complete when it has ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Notes {
    /// What was done to ragged rows.
    pub rows: RowNotes,
    /// Byte-order marks before a row, as they stand where files were joined.
    pub marks: Noted,
    /// The lines at the end that stand outside of the table, such as a report's title and date: the first and the last.
    pub footer: Option<(u64, u64)>,
    /// How its last row ends.
    pub last_end: LastEnd,
    /// Blank lines among and before the rows.
    pub blank_lines: u64,
    /// Rows of nothing but separators and white space.
    pub empty_rows: Noted,
    /// What letters suffered before.
    pub spoilt: Spoilt,
    /// Columns of which the name is the name of another.
    pub same_names: u64,
    /// Pictures, sounds and keys of vCards.
    pub binary: u64,
    /// Lines of a vCard file that belong to no card.
    pub stray: u64,
    /// Cards of other people within vCards.
    pub agents: u64,
    /// vCards of groups, which are nobody.
    pub groups: u64,
    /// Rows that a sheet has and does not show.
    pub hidden: u64,
    /// Cells of a sheet whose formula no program has calculated.
    pub uncalculated: u64,
    /// Areas of merged cells that reach over several rows of a sheet.
    pub merged: u64,
}

impl Notes {
    /// The notes, one sentence each.
    pub fn sentences(&self) -> Vec<Message> {
        let mut sentences = Vec::new();
        for (noted, id) in [
            (self.rows.surplus_empty, "notes-surplus-empty"),
            (self.rows.padded, "notes-padded"),
            (self.rows.cut, "notes-cut"),
            (self.marks, "notes-marks"),
            (self.empty_rows, "notes-empty-rows"),
        ] {
            if noted.rows > 0 {
                let line = noted.first_line.to_string();
                sentences.push(Message::new(id).with("rows", noted.rows).with("line", line));
            }
        }
        if let Some((first, last)) = self.footer {
            sentences.push(if first == last {
                message!("notes-footer-line", line = first.to_string())
            } else {
                message!("notes-footer", first = first.to_string(), last = last.to_string())
            });
        }
        if let LastEnd::Open(line) = self.last_end {
            sentences.push(message!("notes-unended", line = line.to_string()));
        }
        for (count, id) in [
            (self.blank_lines, "notes-blank-lines"),
            (self.spoilt.doubled, "notes-doubled"),
            (self.spoilt.entities, "notes-entities"),
            (self.same_names, "notes-same-names"),
            (self.binary, "notes-binary"),
            (self.stray, "notes-stray"),
            (self.agents, "notes-agents"),
            (self.groups, "notes-groups"),
            (self.hidden, "notes-hidden"),
            (self.uncalculated, "notes-uncalculated"),
            (self.merged, "notes-merged"),
        ] {
            if count > 0 {
                sentences.push(Message::new(id).with("count", count));
            }
        }
        sentences
    }
}
