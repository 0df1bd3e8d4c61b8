//! How many cells the sheets of an `.xls` come to, counted before they are held in memory, and whether the container
//! holds together: a chain of sectors in it may lead back into itself, and the reader of workbooks would follow it. It also
//! makes room for as many cells as a sheet says that it has, and reads a sheet as often as the workbook names it.

use std::collections::BTreeMap;
use std::io::{self, Read, Seek};

use super::limits::MOST_OLD_WORKBOOK_BYTES;

/// Records of BIFF 5 and 8 that are cells: `[MS-XLS]` 2.3.2.
const CELLS: [u16; 11] =
    [0x0006, 0x00bd, 0x00d6, 0x00fd, 0x0203, 0x0204, 0x0205, 0x0206, 0x0207, 0x027e, 0x0406];
/// Several cells of one row in a record, 6 bytes each.
const MULTIPLE: u16 = 0x00bd;
/// From which row and column to which a sheet says that it goes.
const DIMENSIONS: u16 = 0x0200;
/// Where a sheet begins.
const SHEET: u16 = 0x0085;
const BEGIN_OF_SHEET: u16 = 0x0809;
const END: u16 = 0x000a;

/// The most cells that a reader makes of the workbook in `container`.
pub(super) fn cells(container: impl Read + Seek) -> io::Result<u64> {
    let mut container = cfb::CompoundFile::open(container)?;
    let streams: Vec<_> = container.walk().filter(|entry| entry.is_stream()).collect();
    let mut all = 0;
    for stream in &streams {
        all += container.open_stream(stream.path())?.len();
    }
    if all > 2 * MOST_OLD_WORKBOOK_BYTES {
        return Err(io::Error::other("its streams are longer than the file"));
    }
    let is_workbook = |name: &str| ["workbook", "book"].iter().any(|known| name.eq_ignore_ascii_case(known));
    let mut most = 0;
    for stream in streams.iter().filter(|stream| is_workbook(stream.name())) {
        let mut records = Vec::new();
        container.open_stream(stream.path())?.take(MOST_OLD_WORKBOOK_BYTES).read_to_end(&mut records)?;
        most = most.max(count(&records)?);
    }
    Ok(most)
}

/// Kind and data of each record.
pub(super) fn records(mut bytes: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let [kind_low, kind_high, low, high, rest @ ..] = bytes else { return None };
        let length = usize::from(u16::from_le_bytes([*low, *high]));
        let data = &rest[..length.min(rest.len())];
        bytes = &rest[data.len()..];
        Some((u16::from_le_bytes([*kind_low, *kind_high]), data))
    })
}

/// The cells of all sheets, each as often as the workbook names it.
fn count(workbook: &[u8]) -> io::Result<u64> {
    let mut sheets: BTreeMap<u32, u64> = BTreeMap::new();
    for (_, data) in records(workbook).take_while(|(kind, _)| *kind != END).filter(|(kind, _)| *kind == SHEET)
    {
        if let Some(begin) = data.first_chunk() {
            *sheets.entry(u32::from_le_bytes(*begin)).or_default() += 1;
        }
    }
    let (mut all, mut read) = (0_u64, 0_u64);
    for (begin, times) in sheets {
        let sheet = usize::try_from(begin).ok().and_then(|begin| workbook.get(begin..)).unwrap_or_default();
        let (cells, length) = count_sheet(sheet);
        all = all.saturating_add(cells.saturating_mul(times));
        read = read.saturating_add(length.saturating_mul(times));
        // Sheets stand one behind the other, each of them once.
        if read > workbook.len() as u64 {
            return Err(io::Error::other("a sheet begins within another"));
        }
    }
    Ok(all)
}

/// The cells of the sheet that begins here, or those that it says to have, and its length.
fn count_sheet(sheet: &[u8]) -> (u64, u64) {
    let (mut extent, mut said, mut length, mut depth) = (Extent::default(), 0_u64, 0, 0_u32);
    for (kind, data) in records(sheet) {
        length += 4 + data.len() as u64;
        match kind {
            BEGIN_OF_SHEET => depth += 1,
            END if depth <= 1 => break,
            END => depth -= 1,
            // Within a chart.
            _ if depth > 1 => {}
            DIMENSIONS => said = said.saturating_add(dimensions(data).unwrap_or(0)),
            _ if CELLS.contains(&kind) => {
                if let [row_low, row_high, column_low, column_high, ..] = data {
                    let more = if kind == MULTIPLE { data.len().saturating_sub(6) / 6 } else { 0 };
                    let row = u16::from_le_bytes([*row_low, *row_high]);
                    extent.take(row, u16::from_le_bytes([*column_low, *column_high]), more);
                }
            }
            _ => {}
        }
    }
    (extent.cells().max(said), length)
}

/// The cells between the first row and column and those behind the last: `[MS-XLS]` 2.4.90, and 10 bytes in BIFF 5. As many
/// as there can be, where the last is before the first.
fn dimensions(data: &[u8]) -> Option<u64> {
    let short = |at: usize| Some(u64::from(u16::from_le_bytes(*data.get(at..)?.first_chunk()?)));
    let long = |at: usize| Some(u64::from(u32::from_le_bytes(*data.get(at..)?.first_chunk()?)));
    let (first_row, end_row, columns) = match data.len() {
        10 => (short(0)?, short(2)?, short(6)?),
        _ => (long(0)?, long(4)?, short(10)?),
    };
    if end_row == 0 || columns == 0 {
        return Some(1);
    }
    end_row
        .checked_sub(first_row)
        .filter(|rows| *rows > 0)
        .map_or(Some(u64::MAX), |rows| Some(rows * columns))
}

/// From the first to the last row and column that hold anything.
#[derive(Default)]
struct Extent {
    rows: Option<(u64, u64)>,
    columns: Option<(u64, u64)>,
}

impl Extent {
    fn take(&mut self, row: u16, column: u16, more: usize) {
        let wider = |range: &mut Option<(u64, u64)>, from: u64, to: u64| {
            let (first, last) = range.unwrap_or((from, to));
            *range = Some((first.min(from), last.max(to)));
        };
        wider(&mut self.rows, row.into(), row.into());
        wider(&mut self.columns, column.into(), u64::from(column) + more as u64);
    }

    fn cells(&self) -> u64 {
        let size = |range: Option<(u64, u64)>| range.map_or(0, |(first, last)| last - first + 1);
        size(self.rows) * size(self.columns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        let length = u16::try_from(data.len()).unwrap();
        [&kind.to_le_bytes()[..], &length.to_le_bytes(), data].concat()
    }

    /// A workbook of these sheets, of which the last is named so many times.
    fn workbook(sheets: &[Vec<u8>], times: usize) -> Vec<u8> {
        let named = sheets.len() - 1 + times;
        let mut begin = u32::try_from(named * 8 + 4).unwrap();
        let (mut names, mut all) = (Vec::new(), Vec::new());
        for (at, sheet) in sheets.iter().enumerate() {
            let times = if at + 1 == sheets.len() { times } else { 1 };
            names.extend(record(SHEET, &begin.to_le_bytes()).repeat(times));
            begin += u32::try_from(sheet.len()).unwrap();
            all.extend_from_slice(sheet);
        }
        [names, record(END, &[]), all].concat()
    }

    fn sheet(rows: &[Vec<u8>]) -> Vec<u8> {
        [record(BEGIN_OF_SHEET, &[0; 16]), rows.concat(), record(END, &[])].concat()
    }

    #[test]
    fn every_sheet_counts_from_its_first_cell_to_its_last() {
        let corners = [record(0x0203, &[0, 0, 0, 0, 0, 0]), record(0x0203, &[0xff, 0xff, 0xff, 0, 0, 0])];
        let whole = sheet(&corners);
        assert_eq!(count(&workbook(std::slice::from_ref(&whole), 1)).unwrap(), 65_536 * 256);
        assert_eq!(count(&workbook(&vec![whole; 3], 1)).unwrap(), 3 * 65_536 * 256);
        // Three numbers in one record.
        let several =
            record(MULTIPLE, &[1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0]);
        assert!((3..=4).contains(&count(&workbook(&[sheet(&[several])], 1)).unwrap()));
        // The cells of a chart are none of the sheet.
        let chart = sheet(&corners);
        assert_eq!(count(&workbook(&[sheet(&[chart, corners[0].clone()])], 1)).unwrap(), 1);
        assert_eq!(count(b"\x09\x08").unwrap(), 0);
    }

    #[test]
    fn a_sheet_that_says_to_be_larger_than_it_is_counts_as_it_says() {
        let says = |first: u32, end: u32, columns: u16| {
            let data =
                [&first.to_le_bytes()[..], &end.to_le_bytes(), &[0, 0], &columns.to_le_bytes(), &[0, 0]];
            count(&workbook(&[sheet(&[record(DIMENSIONS, &data.concat())])], 1)).unwrap()
        };
        assert_eq!(says(0, 65_536, 256), 65_536 * 256);
        assert_eq!(says(0, u32::MAX, 2), 2 * u64::from(u32::MAX));
        assert_eq!(says(5, 3, 2), u64::MAX, "the reader counts backwards");
        assert_eq!(says(0, 0, 0), 1);
        let short = record(DIMENSIONS, &[2, 0, 5, 0, 0, 0, 4, 0, 0, 0]);
        assert_eq!(count(&workbook(&[sheet(&[short])], 1)).unwrap(), 12);
    }

    #[test]
    fn a_sheet_that_is_named_again_and_again_is_an_error() {
        let cells = |columns: u8| {
            sheet(&(0..columns).map(|at| record(0x0203, &[0, 0, at, 0, 0, 0])).collect::<Vec<_>>())
        };
        assert_eq!(count(&workbook(&[cells(3), cells(3)], 1)).unwrap(), 6);
        assert!(count(&workbook(&[cells(3), cells(200)], 3)).is_err());
    }

    #[test]
    fn a_chain_that_leads_back_into_itself_is_an_error() {
        let mut bytes = include_bytes!("../../samples/exports/contacts.xls").to_vec();
        assert!(cells(io::Cursor::new(&bytes)).unwrap() > 20);
        // The table of sectors begins where the header says (`[MS-CFB]` 2.2); its second entry is made to point at
        // the first.
        let sector = u32::from_le_bytes(bytes[76..80].try_into().unwrap());
        let table = 512 * (1 + usize::try_from(sector).unwrap());
        bytes[table + 4..table + 8].copy_from_slice(&0_u32.to_le_bytes());
        assert!(cells(io::Cursor::new(&bytes)).is_err());
    }
}
