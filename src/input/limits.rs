//! The limits of a reading. None is a rule of the API; each is far beyond any contact list, and keeps a broken or
//! hostile file from taking the machine. The table in `docs/input.md` is compared with these by a test.

/// Most bytes that one record may have: a row, a vCard without its pictures, a line of JSON.
pub const MOST_RECORD_BYTES: usize = 1 << 20;
/// Bytes of a longer record that are read past to find its end, so that it alone is refused.
pub const MOST_PASSED_BYTES: u64 = 256 << 20;
/// Most bytes of standard input, which is kept on disk for the later readings.
pub const MOST_STDIN_BYTES: u64 = 10 << 30;
/// Most columns that a header may have.
pub const MOST_COLUMNS: usize = 1024;
/// Lines that an unclosed quote may swallow before it spoils the file, and not one row.
pub const MOST_SWALLOWED_LINES: u64 = 1000;
/// Most bytes that a packed file may unpack to.
pub const MOST_UNPACKED_BYTES: u64 = 16 << 30;
/// Times its packed size that a file may unpack to, once it has unpacked to [`FREE_UNPACKED_BYTES`].
pub const MOST_UNPACKED_RATIO: u64 = 200;
/// Unpacked bytes up to which no ratio is asked.
pub const FREE_UNPACKED_BYTES: u64 = 16 << 20;
/// Most memory that unpacking may ask for; `zstd --ultra` and `xz -9` ask for 64 to 128 MiB.
pub const MOST_UNPACKING_MEMORY: u64 = 128 << 20;
/// Most files in an archive.
pub const MOST_MEMBERS: usize = 10_000;
/// Most bytes that the parts of a workbook may unpack to, all together.
pub const MOST_WORKBOOK_BYTES: u64 = 4 << 30;
/// Most bytes that the part of a workbook may unpack to that is held in memory: the texts of an `.xlsx`, the sheets of
/// an `.ods`.
pub const MOST_WORKBOOK_TEXT_BYTES: u64 = 256 << 20;
/// Most bytes of a cell of an `.xlsx`, or of a text or an element in any of its parts, with their markup: its reader holds
/// each in memory. A spreadsheet keeps 32767 letters in a cell.
pub const MOST_WORKBOOK_ELEMENT_BYTES: u64 = 16 << 20;
/// Most bytes of a workbook in the old format (.xls), which is held in memory.
pub const MOST_OLD_WORKBOOK_BYTES: u64 = 128 << 20;
/// Most cells of an `.ods` or `.xls`, all sheets together, empty ones between others included; they are held in memory.
pub const MOST_CELLS_IN_MEMORY: u64 = 20_000_000;
