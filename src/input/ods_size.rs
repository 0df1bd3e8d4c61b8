//! How much the sheets of an `.ods` come to, counted before they are held in memory. A row, a cell and a space may be said
//! to repeat a million times in a few bytes. The reader of workbooks waits for ever for the end of an element that has none.

use std::io::{self, BufReader, Read};

use quick_xml::events::{BytesStart, Event};

/// What a reader makes of the sheets.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Size {
    /// Cells, at most.
    pub(super) cells: u64,
    /// Bytes of the texts in them, each as often as it is repeated.
    pub(super) text: u64,
}

/// The size of `content`, the part with the sheets.
pub(super) fn size(content: impl Read) -> io::Result<Size> {
    let mut reader = quick_xml::Reader::from_reader(BufReader::new(content));
    let mut buffer = Vec::new();
    let (mut count, mut depth) = (Count::default(), 0_u64);
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(io::Error::other)? {
            Event::Start(element) => {
                depth += 1;
                count.begin(&element, true);
            }
            Event::Empty(element) => count.begin(&element, false),
            Event::End(element) => {
                depth -= 1;
                match element.local_name().as_ref() {
                    "table" => count.end_of_table(),
                    "table-row" => count.end_of_row(),
                    "table-cell" | "covered-table-cell" => count.end_of_cell(),
                    _ => {}
                }
            }
            Event::Text(text) => count.text(text.len() as u64),
            Event::CData(text) => count.text(text.len() as u64),
            Event::GeneralRef(_) => count.text(1),
            Event::Eof if depth > 0 => return Err(io::Error::other("an element does not end")),
            Event::Eof => return Ok(Size { cells: count.cells, text: count.all_text }),
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
    cell_repeat: u64,
    /// Bytes of text in the cell, in the row, and in all rows.
    cell_text: u64,
    row_text: u64,
    all_text: u64,
}

impl Count {
    fn begin(&mut self, element: &BytesStart<'_>, has_content: bool) {
        match element.local_name().as_ref() {
            "table-row" => {
                self.repeat = repeats(element, "number-rows-repeated");
                (self.column, self.filled_column, self.row_text) = (0, 0, 0);
                if !has_content {
                    self.end_of_row();
                }
            }
            "table-cell" | "covered-table-cell" => {
                self.cell_repeat = repeats(element, "number-columns-repeated");
                self.column = self.column.saturating_add(self.cell_repeat);
                let mut attributes = element.attributes();
                let texts = attributes.with_checks(false).flatten().filter(|attribute| {
                    let name = attribute.key.local_name();
                    matches!(name.as_ref(), "string-value" | "date-value" | "time-value" | "formula")
                });
                self.cell_text = texts.map(|text| text.value.len() as u64).sum();
                let has_value =
                    element.attributes().with_checks(false).flatten().any(|attribute| {
                        matches!(attribute.key.local_name().as_ref(), "value-type" | "formula")
                    });
                if has_content || has_value {
                    self.filled_column = self.column;
                }
                if !has_content {
                    self.end_of_cell();
                }
            }
            "s" => self.text(repeats(element, "c")),
            _ => {}
        }
    }

    fn text(&mut self, bytes: u64) {
        self.cell_text = self.cell_text.saturating_add(bytes);
    }

    fn end_of_cell(&mut self) {
        let text = std::mem::take(&mut self.cell_text).saturating_mul(self.cell_repeat);
        self.row_text = self.row_text.saturating_add(text);
    }

    fn end_of_row(&mut self) {
        self.all_text = self.all_text.saturating_add(self.row_text.saturating_mul(self.repeat));
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

    fn all(rows: &str) -> Size {
        size(format!("<x:table xmlns:x='t'>{rows}</x:table>").as_bytes()).unwrap()
    }

    fn count(rows: &str) -> u64 {
        all(rows).cells
    }

    #[test]
    fn a_text_counts_as_often_as_it_is_repeated() {
        let cell = |repeat: u64, text: &str| {
            format!(
                "<x:table-cell x:number-columns-repeated='{repeat}' x:value-type='string'>{text}</x:table-cell>"
            )
        };
        let row = |repeat: u64, cells: &str| {
            format!("<x:table-row x:number-rows-repeated='{repeat}'>{cells}</x:table-row>")
        };
        assert_eq!(all(&row(1, &cell(1, "<p>abc</p><p>d&amp;</p>"))).text, 5);
        assert_eq!(all(&row(1000, &(cell(20, "<p>abc</p>") + &cell(1, "<p>ab</p>")))).text, 62_000);
        assert_eq!(all(&row(2, &cell(3, "<p>a<s c='1000000000000'/></p>"))).text, 6_000_000_000_006);
        assert_eq!(
            all(&row(2, "<x:table-cell x:string-value='four'/><x:table-cell x:style-name='a'/>")).text,
            8
        );
    }

    #[test]
    fn an_element_without_an_end_is_an_error() {
        for content in ["<x:table>", "<a><x:table><x:table-row/></x:table>", "<a><b></a>"] {
            assert!(size(content.as_bytes()).is_err(), "{content}");
        }
        assert_eq!(size(&b"<a/>"[..]).unwrap(), Size { cells: 0, text: 0 });
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
