//! Spreadsheets: the first sheet that holds anything, or the one that is asked for.
//!
//! Cells are what their formulas last came to. A number that is whole comes out as whole; one beyond 15 digits, of
//! which a spreadsheet keeps no more, comes out with an exponent, so that nobody takes it for a phone number. Dates come
//! out as ISO 8601 has them.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufReader};

use calamine::{
    Data, DataRef, ExcelDateTime, Ods, Reader, Sheet, SheetType, SheetVisible, Style, Xls, Xlsb, Xlsx,
};

use super::archive::Workbook;
use super::aside::{Aside, AsideWriter};
use super::contained::contained;
use super::number_format::NumberFormat;
use super::putting_aside::Failed;
use super::sealed::{Sealed, Unchanged};
use super::trouble::Trouble;
use super::unseen::Unseen;
use super::{InputOptions, Unreadable, workbook_guard};
use crate::model::width_of_the_list;
use crate::words::{Message, discreet, message};

/// Digits that a spreadsheet keeps of a number.
const EXACT: f64 = 1e15;
/// The first day after 31 December 9999, as spreadsheets count days.
const END_OF_DAYS: f64 = 2_958_466.0;

/// A sheet that holds something and is not read.
pub(super) struct OtherSheet {
    name: String,
    /// The texts in its first row that holds anything.
    header: Vec<String>,
    /// Its rows that hold anything.
    rows: u64,
    is_hidden: bool,
}

discreet!(OtherSheet { rows });

impl OtherSheet {
    /// What it is called.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The texts in its first row that holds anything, or in the line that was named as the header's.
    pub(super) fn header(&self) -> &[String] {
        &self.header
    }

    /// In words.
    pub(super) fn told(&self) -> Message {
        let id = if self.is_hidden { "sheet-hidden-with-rows" } else { "sheet-with-rows" };
        Message::new(id).with("name", &self.name).with("rows", self.rows)
    }
}

/// What is read of a workbook.
pub(super) struct SheetRead {
    pub(super) table: Aside,
    pub(super) name: String,
    /// It is a list of our own, and was read as such.
    pub(super) is_ours: bool,
    /// Those that nobody chose to leave out.
    pub(super) others: Vec<OtherSheet>,
    /// Rows of the table that the sheet does not show.
    pub(super) hidden: u64,
    /// Cells of the table whose formula has no value.
    pub(super) uncalculated: u64,
    /// Areas of merged cells that reach over several rows of it.
    pub(super) merged: u64,
}

/// Reads a sheet: its table, its name, and what else there is. `packed` is the length of the file that the workbook was
/// unpacked from, or its own.
pub(super) fn put_aside(
    file: &Sealed,
    packed: u64,
    workbook: Workbook,
    options: &InputOptions,
    scratch: &dyn Fn() -> io::Result<File>,
) -> Result<SheetRead, Unreadable> {
    contained(|| read(file, packed, workbook, options, scratch))
        .unwrap_or_else(|error| Err(Unreadable::from_reading(&file.path, error)))
}

fn read(
    file: &Sealed,
    packed: u64,
    workbook: Workbook,
    options: &InputOptions,
    scratch: &dyn Fn() -> io::Result<File>,
) -> Result<SheetRead, Unreadable> {
    workbook_guard::check(file, packed, workbook)?;
    let mut book = Book::open(file, workbook).map_err(|failed| failed.of(&file.path))?;
    let all: Vec<String> = book.sheets().iter().map(|sheet| sheet.name.clone()).collect();
    let worksheets = book.sheets().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let (sheets, concealed): (Vec<_>, Vec<_>) =
        worksheets.partition(|sheet| sheet.visible == SheetVisible::Visible || options.sheet.is_some());
    let names = |sheets: Vec<&Sheet>| sheets.iter().map(|sheet| sheet.name.clone()).collect::<Vec<_>>();
    let (sheets, concealed) = (names(sheets), names(concealed));
    let wanted: Vec<&String> =
        sheets.iter().filter(|name| options.sheet.as_ref().is_none_or(|wanted| wanted == *name)).collect();
    if let (Some(wanted), true) = (&options.sheet, wanted.is_empty()) {
        return Err(Unreadable::NoSuchSheet { path: file.path.clone(), wanted: wanted.clone(), sheets });
    }
    for name in wanted {
        let unseen = |first| {
            let at = all.iter().position(|sheet| sheet == name).unwrap_or_default();
            Unseen::of(file, workbook, name, at, first)
        };
        let mut table = SheetTable::new(options, &unseen, scratch);
        book.cells(name, &mut |row, column, text, has_point| table.cell(row, column, text, has_point))
            .and_then(|()| table.end_of_row())
            .map_err(|failed| failed.of(&file.path))?;
        if let Some(wanted) = table.header_line
            && table.is_filled
            && table.writer.as_ref().is_none_or(|(_, line)| *line != wanted)
        {
            return Err(Unreadable::NoSuchHeaderLine { path: file.path.clone(), line: wanted });
        }
        let (hidden, is_ours) = (table.hidden_rows, table.is_ours);
        if table.writer.is_some() {
            table.look().map_err(|failed| failed.of(&file.path))?;
        }
        let Unseen { uncalculated, merged, .. } = table.unseen.unwrap_or_default();
        if let Some((writer, line)) = table.writer {
            let table = writer.finish(line, |_| 0).map_err(|error| Failed::aside(1, error).of(&file.path))?;
            let mut others = Vec::new();
            if options.sheet.is_none() {
                let later =
                    sheets.iter().skip_while(|sheet| *sheet != name).skip(1).map(|later| (later, false));
                let concealed = concealed.iter().map(|sheet| (sheet, true));
                for (other, is_hidden) in later.chain(concealed) {
                    let glance = Glance::at(&mut book, other, options);
                    if glance.rows > 1 && options.header != Some(false) && glance.is_headed_by(&table.names) {
                        let sheets = vec![name.clone(), other.clone()];
                        return Err(Unreadable::WhichSheet { path: file.path.clone(), sheets });
                    }
                    if glance.rows > 0 {
                        let Glance { header, rows, .. } = glance;
                        others.push(OtherSheet { name: other.clone(), header, rows, is_hidden });
                    }
                }
            }
            let name = name.clone();
            return Ok(SheetRead { table, name, is_ours, others, hidden, uncalculated, merged });
        }
    }
    let filled: Vec<String> =
        concealed.into_iter().filter(|sheet| Glance::at(&mut book, sheet, options).rows > 0).collect();
    let path = file.path.clone();
    Err(if filled.is_empty() {
        Unreadable::Empty { path }
    } else {
        Unreadable::AllHidden { path, sheets: filled }
    })
}

/// What is seen of a sheet that is not read.
#[derive(Default)]
struct Glance {
    /// The last row that holds anything, from 0.
    last: Option<u32>,
    /// Rows that hold anything.
    rows: u64,
    /// The line of the header, from 0; the first that holds anything if it was not named.
    line: Option<u32>,
    /// The texts in it.
    header: Vec<String>,
}

impl Glance {
    /// A sheet that is damaged is seen as far as it can be read.
    fn at(book: &mut Book, sheet: &str, options: &InputOptions) -> Self {
        let named = options.header_line.and_then(|line| u32::try_from(line.checked_sub(1)?).ok());
        let mut glance = Self { line: named, ..Self::default() };
        let _ = book.cells(sheet, &mut |row, _, text, _| {
            glance.take(row, &text);
            Ok(())
        });
        glance
    }

    fn take(&mut self, row: u32, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        if self.last != Some(row) {
            self.last = Some(row);
            self.rows += 1;
        }
        if *self.line.get_or_insert(row) == row {
            self.header.push(text.to_owned());
        }
    }

    fn is_headed_by(&self, names: &[String]) -> bool {
        let compared = |names: &[String]| {
            let names = names.iter().map(|name| as_compared(name)).filter(|name| !name.is_empty());
            names.collect::<BTreeSet<String>>()
        };
        compared(names) == compared(&self.header)
    }
}

/// The name of a column, whatever its case and spaces.
fn as_compared(name: &str) -> String {
    name.trim().to_lowercase()
}

/// A workbook of one of the formats.
enum Book {
    Xlsx(Xlsx<BufReader<Unchanged>>),
    Xlsb(Xlsb<BufReader<Unchanged>>),
    Xls(Xls<BufReader<Unchanged>>),
    Ods(Ods<BufReader<Unchanged>>),
}

/// Takes a cell: its row and column from 0, its text, and whether that is a number with a fraction.
type Take<'t> = &'t mut dyn FnMut(u32, u32, Cow<'_, str>, bool) -> Result<(), Failed>;

fn damaged(error: impl std::error::Error + Send + Sync + 'static) -> Failed {
    Failed::Reading(Trouble::damage("workbook", io::Error::other(error)))
}

impl Book {
    fn open(file: &Sealed, workbook: Workbook) -> Result<Self, Failed> {
        let bytes = || file.bytes().map(BufReader::new).map_err(damaged);
        Ok(match workbook {
            Workbook::Xlsx => Self::Xlsx(Xlsx::new(bytes()?).map_err(damaged)?),
            Workbook::Xlsb => Self::Xlsb(Xlsb::new(bytes()?).map_err(damaged)?),
            Workbook::Ods => Self::Ods(Ods::new(bytes()?).map_err(damaged)?),
            Workbook::Xls => match Xls::new(bytes()?) {
                Ok(book) => Self::Xls(book),
                // A new workbook under a password hides in the old container, and only its own reader knows it.
                Err(error) => match Xlsx::new(bytes()?) {
                    Err(locked @ calamine::XlsxError::Password) => return Err(damaged(locked)),
                    _ => return Err(damaged(error)),
                },
            },
        })
    }

    fn sheets(&self) -> &[Sheet] {
        match self {
            Self::Xlsx(book) => book.sheets_metadata(),
            Self::Xlsb(book) => book.sheets_metadata(),
            Self::Xls(book) => book.sheets_metadata(),
            Self::Ods(book) => book.sheets_metadata(),
        }
    }

    fn cells(&mut self, sheet: &str, take: Take<'_>) -> Result<(), Failed> {
        match self {
            Self::Xlsx(book) => {
                let mut cells = book.worksheet_cells_reader(sheet).map_err(damaged)?;
                let format = |style: &Style| NumberFormat::of(&style.number_format.as_ref()?.format_code);
                let formats: Vec<Option<NumberFormat>> = cells.styles().iter().map(format).collect();
                while let Some((cell, style)) = cells.next_cell_with_style_id().map_err(damaged)? {
                    let (row, column) = cell.get_position();
                    let value = cell.get_value();
                    let shown =
                        formats.get(style).and_then(Option::as_ref).and_then(|format| shown(value, format));
                    let has_point = shown.is_none() && has_fraction_ref(value);
                    take(row, column, shown.map_or_else(|| text_of_ref(value), Cow::Owned), has_point)?;
                }
                Ok(())
            }
            Self::Xlsb(book) => {
                let mut cells = book.worksheet_cells_reader(sheet).map_err(damaged)?;
                while let Some(cell) = cells.next_cell().map_err(damaged)? {
                    let (row, column) = cell.get_position();
                    let value = cell.get_value();
                    take(row, column, text_of_ref(value), has_fraction_ref(value))?;
                }
                Ok(())
            }
            Self::Xls(book) => all_cells(&book.worksheet_range(sheet).map_err(damaged)?, take),
            Self::Ods(book) => all_cells(&book.worksheet_range(sheet).map_err(damaged)?, take),
        }
    }
}

/// What the sheet shows of a cell, where its format writes digits of its own.
fn shown(value: &DataRef<'_>, format: &NumberFormat) -> Option<String> {
    match value {
        DataRef::Float(value) if value.abs() < EXACT => format.shown(*value),
        DataRef::Int(value) => format.shown(*value as f64),
        DataRef::String(text) => format.shown_text(text),
        DataRef::SharedString(text) => format.shown_text(text),
        _ => None,
    }
}

fn all_cells(range: &calamine::Range<Data>, take: Take<'_>) -> Result<(), Failed> {
    let (first_row, first_column) = range.start().unwrap_or_default();
    for (row, column, cell) in range.used_cells() {
        let offset = |base: u32, by: usize| u32::try_from(by).map_or(u32::MAX, |by| base.saturating_add(by));
        take(offset(first_row, row), offset(first_column, column), text_of(cell), has_fraction(cell))?;
    }
    Ok(())
}

/// A sheet on its way to a table.
struct SheetTable<'s> {
    header: Option<bool>,
    /// The line of the header, if it was named.
    header_line: Option<u64>,
    /// Some row holds something, be it above the header.
    is_filled: bool,
    /// The first of them ends in our columns: it is a header, whatever is said of the list that these rows come from.
    is_ours: bool,
    scratch: &'s dyn Fn() -> io::Result<File>,
    /// The table, and the line of its header, once a cell has been seen.
    writer: Option<(AsideWriter, u64)>,
    columns: u32,
    row: u32,
    cells: Vec<(u16, String)>,
    /// Those of them that are numbers with a fraction.
    points: Vec<u16>,
    /// Finds out what the cells do not tell of the table whose first row below its header is named; once, and of no sheet
    /// that holds nothing: there may be thousands of those.
    find_unseen: &'s dyn Fn(u32) -> io::Result<Unseen>,
    unseen: Option<Unseen>,
    /// Rows of the table among them.
    hidden_rows: u64,
}

impl<'s> SheetTable<'s> {
    fn new(
        options: &InputOptions,
        find_unseen: &'s dyn Fn(u32) -> io::Result<Unseen>,
        scratch: &'s dyn Fn() -> io::Result<File>,
    ) -> Self {
        let InputOptions { header, header_line, .. } = *options;
        Self {
            header,
            header_line,
            is_filled: false,
            is_ours: false,
            scratch,
            writer: None,
            columns: 0,
            row: 0,
            cells: Vec::new(),
            points: Vec::new(),
            find_unseen,
            unseen: None,
            hidden_rows: 0,
        }
    }

    fn cell(&mut self, row: u32, column: u32, text: Cow<'_, str>, has_point: bool) -> Result<(), Failed> {
        if text.is_empty() {
            return Ok(());
        }
        if row != self.row {
            self.end_of_row()?;
            self.row = row;
        }
        let column = u16::try_from(column).map_err(|_| Failed::TooManyColumns)?;
        // Cells stand in order, but for those of strange programs.
        let is_behind = self.cells.last().is_none_or(|(last, _)| *last < column);
        if !is_behind && self.cells.iter().any(|(other, _)| *other == column) {
            let what = message!("damaged-twice", format = "workbook", row = (u64::from(row) + 1).to_string());
            return Err(Failed::Reading(Trouble::Damaged { what }.into()));
        }
        self.cells.push((column, text.into_owned()));
        if has_point {
            self.points.push(column);
        }
        Ok(())
    }

    /// Rows are counted from 1.
    fn end_of_row(&mut self) -> Result<(), Failed> {
        let cells = std::mem::take(&mut self.cells);
        let points = std::mem::take(&mut self.points);
        if cells.is_empty() {
            return Ok(());
        }
        if !self.is_filled {
            let names: Vec<&str> = cells.iter().map(|(_, name)| name.as_str()).collect();
            self.is_ours = width_of_the_list(&names).is_some();
        }
        if self.is_ours {
            (self.header, self.header_line) = (Some(true), None);
        }
        self.is_filled = true;
        let line = u64::from(self.row) + 1;
        if self.header_line.is_some_and(|header| line < header) {
            return Ok(());
        }
        let failed = |error| Failed::aside(line, error);
        let is_header = self.writer.is_none() && self.header != Some(false);
        let (writer, _) = match &mut self.writer {
            Some(writer) => writer,
            None => {
                let file = (self.scratch)().map_err(Failed::Aside)?;
                self.writer.insert((AsideWriter::new(file), line))
            }
        };
        // What stands beyond the last column of the header has columns without a name.
        let wide = cells.iter().map(|(column, _)| u32::from(*column) + 1).max().unwrap_or_default();
        while self.columns < wide {
            let name = match cells.iter().find(|(column, _)| u32::from(*column) == self.columns) {
                Some((_, name)) if is_header => name.clone(),
                _ if self.header == Some(false) => super::header::positional(self.columns as usize),
                _ => String::new(),
            };
            writer.new_column(&name).map_err(failed)?;
            self.columns += 1;
        }
        if is_header {
            return Ok(());
        }
        points.into_iter().for_each(|column| writer.note_point(column));
        writer
            .row(line, None, cells.iter().map(|(column, text)| (*column, text.as_bytes())))
            .map_err(failed)?;
        let row = self.row;
        self.hidden_rows += u64::from(self.look()?.hides(row));
        Ok(())
    }

    /// What the cells do not tell. A table has begun.
    fn look(&mut self) -> Result<&Unseen, Failed> {
        if self.unseen.is_none() {
            let header = self.writer.as_ref().map_or(0, |(_, line)| u32::try_from(*line).unwrap_or(u32::MAX));
            let first = if self.header == Some(false) { header.saturating_sub(1) } else { header };
            self.unseen = Some((self.find_unseen)(first).map_err(damaged)?);
        }
        Ok(self.unseen.get_or_insert_default())
    }
}

fn text_of_ref<'c>(cell: &'c DataRef<'_>) -> Cow<'c, str> {
    match cell {
        DataRef::Empty => "".into(),
        DataRef::String(text) | DataRef::DateTimeIso(text) => text.as_str().into(),
        DataRef::DurationIso(text) => clock(text),
        DataRef::SharedString(text) => (*text).into(),
        DataRef::Int(whole) => whole.to_string().into(),
        DataRef::Float(value) => number(*value).into(),
        DataRef::Bool(value) => truth(*value).into(),
        DataRef::DateTime(value) => date(value).into(),
        DataRef::Error(error) => error.to_string().into(),
    }
}

/// Whether the text of a number has a point.
fn has_fraction_ref(cell: &DataRef<'_>) -> bool {
    matches!(cell, DataRef::Float(value) if value.fract() != 0.0)
}

fn has_fraction(cell: &Data) -> bool {
    matches!(cell, Data::Float(value) if value.fract() != 0.0)
}

fn text_of(cell: &Data) -> Cow<'_, str> {
    match cell {
        Data::Empty => "".into(),
        Data::String(text) | Data::DateTimeIso(text) => text.as_str().into(),
        Data::DurationIso(text) => clock(text),
        Data::Int(whole) => whole.to_string().into(),
        Data::Float(value) => number(*value).into(),
        Data::Bool(value) => truth(*value).into(),
        Data::DateTime(value) => date(value).into(),
        Data::Error(error) => error.to_string().into(),
    }
}

/// A time as `.ods` has it, `PT10H30M00S`, as the other formats give it; as it stands, if it is another.
fn clock(text: &str) -> Cow<'_, str> {
    let parts = || {
        let (hours, rest) = text.strip_prefix("PT")?.split_once('H')?;
        let (minutes, rest) = rest.split_once('M')?;
        let seconds: f64 = rest.strip_suffix('S')?.parse().ok()?;
        let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
        let seconds = f64::from(hours) * 3600.0 + f64::from(minutes) * 60.0 + seconds.round();
        (0.0..EXACT).contains(&seconds).then_some(seconds)
    };
    parts().map_or(Cow::Borrowed(text), |seconds| {
        let (hours, minutes) = ((seconds / 3600.0).floor(), ((seconds / 60.0) % 60.0).floor());
        format!("{hours:02}:{minutes:02}:{:02}", seconds % 60.0).into()
    })
}

fn truth(value: bool) -> &'static str {
    if value { "TRUE" } else { "FALSE" }
}

fn number(value: f64) -> String {
    if value.abs() < EXACT {
        return value.to_string();
    }
    let text = format!("{value:E}");
    if text.contains("E-") { text } else { text.replacen('E', "E+", 1) }
}

fn date(value: &ExcelDateTime) -> String {
    let days = value.as_f64();
    if value.is_duration() {
        let seconds = (days * 86_400.0).round();
        if !(0.0..EXACT).contains(&seconds) {
            return number(days);
        }
        return format!(
            "{}:{:02}:{:02}",
            (seconds / 3600.0).floor(),
            ((seconds / 60.0) % 60.0).floor(),
            seconds % 60.0
        );
    }
    // A number that somebody formatted as a date by mistake.
    if !(0.0..END_OF_DAYS).contains(&days) {
        return number(days);
    }
    let (year, month, day, hour, minute, second, _) = value.to_ymd_hms_milli();
    let time = format!("{hour:02}:{minute:02}:{second:02}");
    let is_whole = (hour, minute, second) == (0, 0, 0);
    if days < 1.0 && !is_whole {
        time
    } else if is_whole {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02}T{time}")
    }
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType;

    use super::*;

    #[test]
    fn whole_numbers_come_out_whole_and_rounded_ones_are_seen_to_be() {
        for (value, text) in [
            (391_234_567_890.0, "391234567890"),
            (3.912_345_678_9e11, "391234567890"),
            (999_999_999_999_999.0, "999999999999999"),
            (1_234_567_890_123_456.0, "1.234567890123456E+15"),
            (-3.0, "-3"),
            (0.5, "0.5"),
            (12.25, "12.25"),
            (1e300, "1E+300"),
            (0.0, "0"),
        ] {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn dates_come_out_as_iso_8601_and_mistaken_ones_as_their_number() {
        let at = |days, kind| date(&ExcelDateTime::new(days, kind, false));
        use ExcelDateTimeType::{DateTime, TimeDelta};
        for (days, kind, text) in [
            (45_943.0, DateTime, "2025-10-13"),
            (45_943.5, DateTime, "2025-10-13T12:00:00"),
            (0.75, DateTime, "18:00:00"),
            (391_234_567_890.0, DateTime, "391234567890"),
            (-1.0, DateTime, "-1"),
            (1.5, TimeDelta, "36:00:00"),
        ] {
            assert_eq!(at(days, kind), text);
        }
    }

    /// What is put aside of a workbook: its lines and cells, or nothing if that is an error.
    fn rows(workbook: Workbook, bytes: &[u8]) -> Option<Vec<(u64, csv::ByteRecord)>> {
        use std::io::Write as _;
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        let sealed = Sealed::of(file.path(), file.reopen().unwrap(), |_| {}).unwrap();
        let put = put_aside(&sealed, sealed.length, workbook, &InputOptions::default(), &tempfile::tempfile);
        let aside = put.ok()?.table;
        let (mut reading, mut record, mut rows) = (aside.rows(), csv::ByteRecord::new(), Vec::new());
        while let Some((line, _)) = reading.read(&mut record).unwrap() {
            rows.push((line, record.clone()));
        }
        Some(rows)
    }

    #[test]
    fn what_the_cells_do_not_tell_is_found_out_once_and_only_where_there_are_rows() {
        let found = std::cell::Cell::new(0);
        let find = |first| {
            assert_eq!(first, 1);
            found.set(found.get() + 1);
            Ok(Unseen::default())
        };
        let options = InputOptions::default();
        let mut table = SheetTable::new(&options, &find, &tempfile::tempfile);
        for (row, times) in [(0, 0), (1, 0), (2, 1), (3, 1)] {
            table.cell(row, 0, "name".into(), false).unwrap();
            assert_eq!(found.get(), times, "at row {row}");
        }
        table.end_of_row().unwrap();
        assert_eq!(found.get(), 1);
        let broken = |_| Err(io::Error::other("no XML"));
        let mut table = SheetTable::new(&options, &broken, &tempfile::tempfile);
        table.cell(0, 0, "name".into(), false).unwrap();
        table.cell(1, 0, "Ada".into(), false).unwrap();
        assert!(table.end_of_row().is_err());
    }

    #[test]
    fn a_cell_that_is_there_twice_is_refused_with_its_row_and_cells_in_disorder_are_not() {
        let options = InputOptions::default();
        let find = |_| Ok(Unseen::default());
        let mut table = SheetTable::new(&options, &find, &tempfile::tempfile);
        table.cell(0, 0, "name".into(), false).unwrap();
        for column in [0, 3, 2] {
            table.cell(6, column, "Ada".into(), false).unwrap();
            let Err(Failed::Reading(error)) = table.cell(6, column, "Bob".into(), false) else {
                panic!("{column}")
            };
            let Some(Trouble::Damaged { what }) = Trouble::of(&error) else { panic!("{error}") };
            assert!(what.to_string().contains("row 7"), "{what}");
        }
    }

    #[test]
    fn times_of_an_open_document_come_out_as_those_of_others() {
        for (time, told) in [
            ("PT10H30M00S", "10:30:00"),
            ("PT09H05M07.6S", "09:05:08"),
            ("PT36H00M59.9S", "36:01:00"),
            ("PT10H", "PT10H"),
            ("P1DT10H30M00S", "P1DT10H30M00S"),
            ("PT10H30M-1S0S", "PT10H30M-1S0S"),
        ] {
            assert_eq!(text_of(&Data::DurationIso(time.to_owned())), told);
            assert_eq!(text_of_ref(&DataRef::DurationIso(time.to_owned())), told);
        }
    }

    #[test]
    fn a_workbook_that_ends_too_early_is_an_error_or_has_lost_nothing_and_a_fallen_bit_takes_nothing_down() {
        let books: [(Workbook, &[u8]); 3] = [
            (Workbook::Xlsx, include_bytes!("../../samples/exports/contacts.xlsx")),
            (Workbook::Xls, include_bytes!("../../samples/exports/contacts.xls")),
            (Workbook::Ods, include_bytes!("../../samples/exports/contacts.ods")),
        ];
        for (workbook, bytes) in books {
            let whole = rows(workbook, bytes).unwrap();
            assert_eq!(whole.len(), 4);
            for at in (0..bytes.len()).step_by(37) {
                let cut = rows(workbook, &bytes[..at]);
                assert!(cut.is_none_or(|rows| rows == whole), "{workbook:?} cut at {at}");
                let mut flipped = bytes.to_vec();
                flipped[at] ^= 0x11;
                rows(workbook, &flipped);
            }
        }
    }
}
