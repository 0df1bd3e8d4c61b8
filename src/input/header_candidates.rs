//! Lines that may be the header in place of the one that was read as it: a report's title may stand above them.

use csv::ByteRecord;

use super::dialect::Dialect;
use super::file::{Content, START};
use super::header::data_in;
use super::lines::beginning_of;
use super::sealed::read_full;
use super::{Header, InputFile, InputFiles};

/// Lines that are looked at.
const MOST_LINES: u64 = 30;

impl InputFiles {
    /// The first file with the header that it was read with, and the lines below it that may be the header instead, each as
    /// it would be read with [`header_line`](super::InputOptions::header_line). None where somebody said that the first
    /// line is the header, or that there is none.
    pub fn header_candidates(&self) -> Option<(&InputFile, &Header, Vec<Header>)> {
        let file = self.files().first()?;
        Some((file, self.header(), file.header_candidates(self.header())))
    }
}

impl InputFile {
    fn header_candidates(&self, header: &Header) -> Vec<Header> {
        let options = self.options();
        if options.header.is_some() || !self.has_written_header() {
            return Vec::new();
        }
        let mut candidates = match self.content() {
            Content::Text { .. } => self.lines_after(header.line + line_breaks_in(&header.names)),
            Content::Aside { .. } => self.first_rows(),
        };
        candidates.retain(|header| data_in(&header.names).is_none());
        candidates
    }

    fn lines_after(&self, header_line: u64) -> Vec<Header> {
        let mut start = vec![0; START];
        let Ok(count) = self.text().and_then(|mut text| {
            read_full(&mut text, &mut start)
                .map_err(|error| super::Unreadable::from_reading(self.path(), error))
        }) else {
            return Vec::new();
        };
        start.truncate(count);
        let header = |line: u64| {
            let above = beginning_of(&start, line)?;
            let options = self.options();
            let dialect = Dialect::detect(&start, options.delimiter, options.quote, above).ok()?;
            let rest = &start[dialect.preamble..];
            let is_blank = rest.split(|byte| matches!(byte, b'\r' | b'\n')).next()?.trim_ascii().is_empty();
            let mut record = ByteRecord::new();
            let is_there = dialect.reader().from_reader(rest).read_byte_record(&mut record).ok()?;
            (is_there && !is_blank).then(|| named(&record, line)).flatten()
        };
        (header_line.saturating_add(1)..=header_line.saturating_add(MOST_LINES)).filter_map(header).collect()
    }

    fn first_rows(&self) -> Vec<Header> {
        let Content::Aside { table, .. } = self.content() else { return Vec::new() };
        let (mut rows, mut record, mut first) = (table.rows(), ByteRecord::new(), Vec::new());
        while first.len() as u64 != MOST_LINES
            && let Ok(Some((line, _))) = rows.read(&mut record)
        {
            first.extend(named(&record, line));
        }
        first
    }
}

/// Line breaks in cells of one record: it stands on as many lines more.
fn line_breaks_in(cells: &[String]) -> u64 {
    cells.iter().map(|cell| cell.replace("\r\n", "\n").matches(['\n', '\r']).count() as u64).sum()
}

fn named(record: &ByteRecord, line: u64) -> Option<Header> {
    let names = record.iter().map(|cell| std::str::from_utf8(cell).map(str::to_owned));
    Some(Header { names: names.collect::<Result<_, _>>().ok()?, line })
}
