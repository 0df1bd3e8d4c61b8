//! How many cells the sheets of an `.ods` come to, counted before they are held in memory. A row and a cell may be said
//! to repeat a million times in a few bytes.

use std::io::{self, BufReader, Read};

use quick_xml::events::{BytesStart, Event};

/// The most cells that any reader would make of `content`, the part with the sheets.
pub(super) fn cells(content: impl Read) -> io::Result<u64> {
    let mut reader = quick_xml::Reader::from_reader(BufReader::new(content));
    let mut buffer = Vec::new();
    let mut count = Count::default();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(io::Error::other)? {
            Event::Start(element) => count.begin(&element, true),
            Event::Empty(element) => count.begin(&element, false),
            Event::End(element) => match element.local_name().as_ref() {
                "table" => count.end_of_table(),
                "table-row" => count.end_of_row(),
                _ => {}
            },
            Event::Eof => {
                count.end_of_table();
                return Ok(count.cells);
            }
            _ => {}
        }
    }
}

#[derive(Default)]
struct Count {
    cells: u64,
    /// Rows of the table so far, and up to the last that holds anything.
    rows: u64,
    filled_rows: u64,
    /// Columns up to the last that holds anything, in any row.
    width: u64,
    repeat: u64,
    column: u64,
    filled_column: u64,
}

impl Count {
    fn begin(&mut self, element: &BytesStart<'_>, has_content: bool) {
        match element.local_name().as_ref() {
            "table-row" => {
                self.repeat = repeats(element, "number-rows-repeated");
                self.column = 0;
                self.filled_column = 0;
                if !has_content {
                    self.end_of_row();
                }
            }
            "table-cell" | "covered-table-cell" => {
                self.column = self.column.saturating_add(repeats(element, "number-columns-repeated"));
                let has_value =
                    element.attributes().with_checks(false).flatten().any(|attribute| {
                        matches!(attribute.key.local_name().as_ref(), "value-type" | "formula")
                    });
                if has_content || has_value {
                    self.filled_column = self.column;
                }
            }
            _ => {}
        }
    }

    fn end_of_row(&mut self) {
        self.rows = self.rows.saturating_add(self.repeat);
        if self.filled_column > 0 {
            self.filled_rows = self.rows;
            self.width = self.width.max(self.filled_column);
        }
    }

    fn end_of_table(&mut self) {
        self.cells = self.cells.saturating_add(self.filled_rows.saturating_mul(self.width));
        (self.rows, self.filled_rows, self.width) = (0, 0, 0);
    }
}

fn repeats(element: &BytesStart<'_>, name: &str) -> u64 {
    element
        .attributes()
        .with_checks(false)
        .flatten()
        .find(|attribute| attribute.key.local_name().as_ref() == name)
        .and_then(|attribute| attribute.value.trim().parse().ok())
        .unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(rows: &str) -> u64 {
        cells(format!("<x:table xmlns:x='t'>{rows}</x:table>").as_bytes()).unwrap()
    }

    #[test]
    fn what_is_empty_at_the_end_counts_for_nothing_and_what_repeats_counts_each_time() {
        let filled = "<x:table-cell office:value-type='string'><p>a</p></x:table-cell>";
        let row = |repeat: u64, cells: &str| {
            format!("<x:table-row x:number-rows-repeated='{repeat}'>{cells}</x:table-row>")
        };
        let empty = "<x:table-cell x:number-columns-repeated='1024'/>";
        assert_eq!(
            count(&format!("{}{}", row(1, &format!("{filled}{filled}{empty}")), row(1_048_575, empty))),
            2
        );
        assert_eq!(count(&format!("{}{}", row(1_000_000, empty), row(1, filled))), 1_000_001);
        let wide = "<x:table-cell x:number-columns-repeated='100' office:value-type='float'/>";
        assert_eq!(count(&row(1_000_000, wide)), 100_000_000);
        assert_eq!(count(""), 0);
    }
}
