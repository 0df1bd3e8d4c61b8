//! How many cells the sheets of an `.xls` come to, counted before they are held in memory, and whether the container
//! holds together: a chain of sectors in it may lead back into itself, and the reader of workbooks would follow it.

use std::io::{self, Read, Seek};

use super::limits::MOST_OLD_WORKBOOK_BYTES;

/// Records of BIFF 5 and 8 that are cells: `[MS-XLS]` 2.3.2.
const CELLS: [u16; 11] =
    [0x0006, 0x00bd, 0x00d6, 0x00fd, 0x0203, 0x0204, 0x0205, 0x0206, 0x0207, 0x027e, 0x0406];
/// Several cells of one row in a record, 6 bytes each.
const MULTIPLE: u16 = 0x00bd;
const BEGIN_OF_SHEET: u16 = 0x0809;

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
        most = most.max(count(&records));
    }
    Ok(most)
}

fn count(mut records: &[u8]) -> u64 {
    let mut all = 0_u64;
    let mut sheet = Extent::default();
    while let [kind_low, kind_high, low, high, rest @ ..] = records {
        let kind = u16::from_le_bytes([*kind_low, *kind_high]);
        let length = usize::from(u16::from_le_bytes([*low, *high]));
        let data = &rest[..length.min(rest.len())];
        records = &rest[data.len()..];
        if kind == BEGIN_OF_SHEET {
            all = all.saturating_add(sheet.cells());
            sheet = Extent::default();
        } else if CELLS.contains(&kind)
            && let [row_low, row_high, column_low, column_high, ..] = data
        {
            let more = if kind == MULTIPLE { length.saturating_sub(6) / 6 } else { 0 };
            let row = u16::from_le_bytes([*row_low, *row_high]);
            sheet.take(row, u16::from_le_bytes([*column_low, *column_high]), more);
        }
    }
    all.saturating_add(sheet.cells())
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

    #[test]
    fn every_sheet_counts_from_its_first_cell_to_its_last() {
        let sheet = [
            record(BEGIN_OF_SHEET, &[0; 16]),
            record(0x0203, &[0, 0, 0, 0, 0, 0]),
            record(0x0203, &[0xff, 0xff, 0xff, 0, 0, 0]),
        ]
        .concat();
        assert_eq!(count(&sheet), 65_536 * 256);
        assert_eq!(count(&sheet.repeat(3)), 3 * 65_536 * 256);
        // Three numbers in one record.
        let several = [
            record(BEGIN_OF_SHEET, &[0; 16]),
            record(MULTIPLE, &[1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0]),
        ];
        assert!((3..=4).contains(&count(&several.concat())));
        assert_eq!(count(b"\x09\x08"), 0);
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
