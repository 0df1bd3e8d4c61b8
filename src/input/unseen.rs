//! What a sheet has and the reader of workbooks does not tell: rows that it does not show, because of a filter or by hand,
//! formulas that nobody has calculated, and cells that are merged over several rows. Nothing of it is found in an `.xlsb`,
//! and no such formula in an `.xls`: its reader cannot tell it from one that comes to nothing.

use std::io::{self, BufReader, Read as _};
use std::ops::RangeInclusive;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::archive::Workbook;
use super::limits::MOST_OLD_WORKBOOK_BYTES;
use super::sealed::{Sealed, Unchanged};
use super::xls_size::records;

/// The records of an `.xls`: `[MS-XLS]` 2.3.2.
const SHEET: u16 = 0x0085;
const ROW: u16 = 0x0208;
const MERGED: u16 = 0x00e5;
const BEGIN: u16 = 0x0809;
const END: u16 = 0x000a;

/// What is found beside the cells of a sheet. Rows are counted from 0.
#[derive(Debug, Default)]
pub(super) struct Unseen {
    hidden: Vec<RangeInclusive<u32>>,
    /// Cells of the table whose formula has no value.
    pub(super) uncalculated: u64,
    /// Areas of cells that reach over several rows, and into the table.
    pub(super) merged: u64,
}

impl Unseen {
    /// That of the sheet of this name, which is the `at`th of the workbook, and of the table in it whose first row, below its
    /// header, is `first`. The whole sheet is read for it, and all that stands before it. In a part that is not where the
    /// workbook says there is nothing: its reader tells that.
    ///
    /// # Errors
    ///
    /// If the XML is none.
    pub(super) fn of(
        file: &Sealed,
        workbook: Workbook,
        sheet: &str,
        at: usize,
        first: u32,
    ) -> io::Result<Self> {
        let unseen = match workbook {
            Workbook::Xlsx => of_xlsx(file, sheet, first)?,
            Workbook::Ods => of_ods(file, sheet, first)?,
            Workbook::Xls => of_xls(file, at, first),
            Workbook::Xlsb => None,
        };
        Ok(unseen.unwrap_or_default())
    }

    /// Whether the row is hidden.
    pub(super) fn hides(&self, row: u32) -> bool {
        let at = self.hidden.partition_point(|hidden| *hidden.end() < row);
        self.hidden.get(at).is_some_and(|hidden| hidden.contains(&row))
    }

    fn hide(&mut self, from: u32, to: u32) {
        match self.hidden.last_mut() {
            Some(last) if last.end().checked_add(1) == Some(from) => *last = *last.start()..=to,
            // Rows stand in order; of others nobody knows where they are.
            Some(last) if *last.end() >= from => {}
            _ => self.hidden.push(from..=to),
        }
    }

    /// Takes note of an area that is merged.
    fn merge(&mut self, from: u32, to: u32, first: u32) {
        self.merged += u64::from(from < to && to >= first);
    }
}

/// Shows `see` where each element of a part begins and ends, until it has seen enough. `None` if there is no such part. As
/// to the reader of workbooks, capitals are the same as small letters in its name.
fn elements(
    file: &Sealed,
    part: &str,
    mut see: impl FnMut(&Event<'_>) -> io::Result<bool>,
) -> io::Result<Option<()>> {
    let bytes: BufReader<Unchanged> = BufReader::new(file.bytes().map_err(io::Error::other)?);
    let mut archive = ZipArchive::new(bytes).map_err(io::Error::other)?;
    let is_it = |name: &str| name.replace('\\', "/").eq_ignore_ascii_case(part);
    let Some(at) = archive.file_names().position(|name| name.is_ok_and(|name| is_it(&name))) else {
        return Ok(None);
    };
    let xml = archive.by_index(at).map_err(io::Error::other)?;
    let mut reader = Reader::from_reader(BufReader::new(xml));
    // As the reader of workbooks has it.
    reader.config_mut().check_end_names = false;
    reader.config_mut().expand_empty_elements = true;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer).map_err(io::Error::other)?;
        if event == Event::Eof || !see(&event)? {
            return Ok(Some(()));
        }
    }
}

fn attribute(element: &BytesStart<'_>, name: &str) -> io::Result<Option<String>> {
    for attribute in element.attributes().with_checks(false) {
        let attribute = attribute.map_err(io::Error::other)?;
        if attribute.key.local_name().as_ref() == name {
            let value = quick_xml::escape::unescape(&attribute.value).map_err(io::Error::other)?;
            return Ok(Some(value.into_owned()));
        }
    }
    Ok(None)
}

/// A cell of an `.xlsx` that is being read.
#[derive(Default)]
struct Cell {
    has_formula: bool,
    /// It says that its formula comes to a text, which may be empty.
    is_text: bool,
    is_in_value: bool,
    has_value: bool,
    value: Stored,
}

/// What a cell has of a value.
#[derive(Default, Clone, Copy, PartialEq)]
enum Stored {
    #[default]
    Nothing,
    /// What programs write that do not calculate.
    Zero,
    Something,
}

impl Cell {
    fn begin(&mut self, element: &BytesStart<'_>) {
        match element.local_name().as_ref() {
            "c" => {
                let mut attributes = element.attributes();
                let mut attributes = attributes.with_checks(false).flatten();
                let is_text = |value: &str| value == "str";
                let kind = attributes.find(|attribute| attribute.key.as_ref() == "t");
                *self = Self { is_text: kind.is_some_and(|kind| is_text(&kind.value)), ..Self::default() };
            }
            "f" => self.has_formula = true,
            "v" => (self.is_in_value, self.has_value) = (true, true),
            "is" => self.value = Stored::Something,
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if self.is_in_value && !text.is_empty() {
            let is_first = self.value == Stored::Nothing;
            self.value = if is_first && text == "0" { Stored::Zero } else { Stored::Something };
        }
    }

    /// Whether its formula waits for a program that calculates. `all` of the workbook do, it says itself, but what was
    /// calculated before stands there all the same.
    fn is_uncalculated(&self, all: bool) -> bool {
        self.has_formula
            && match self.value {
                Stored::Nothing => !(self.is_text && self.has_value),
                Stored::Zero => all,
                Stored::Something => false,
            }
    }
}

fn of_xlsx(file: &Sealed, sheet: &str, first: u32) -> io::Result<Option<Unseen>> {
    let (mut relation, mut waits) = (None, false);
    elements(file, "xl/workbook.xml", |event| {
        if let Event::Start(element) = event {
            match element.local_name().as_ref() {
                "sheet" if relation.is_none() && attribute(element, "name")?.as_deref() == Some(sheet) => {
                    relation = attribute(element, "id")?;
                }
                "calcPr" => {
                    let full = attribute(element, "fullCalcOnLoad")?;
                    waits = matches!(full.as_deref(), Some("1" | "true"));
                }
                _ => {}
            }
        }
        Ok(true)
    })?;
    let mut target = None;
    elements(file, "xl/_rels/workbook.xml.rels", |event| {
        if let Event::Start(element) = event
            && relation.is_some()
            && attribute(element, "Id")? == relation
        {
            target = attribute(element, "Target")?;
        }
        Ok(target.is_none())
    })?;
    let Some(target) = target else { return Ok(None) };
    let part = target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned);
    let (mut unseen, mut cell, mut row, mut next) = (Unseen::default(), Cell::default(), 0_u32, 0_u32);
    let mut is_below = false;
    let read = elements(file, &part, |event| {
        match event {
            Event::Start(element) if is_below => {
                if element.local_name().as_ref() == "mergeCell"
                    && let Some((from, to)) = attribute(element, "ref")?.as_deref().and_then(rows_of)
                {
                    unseen.merge(from, to, first);
                }
            }
            Event::Start(element) if element.local_name().as_ref() == "row" => {
                let named = attribute(element, "r")?.and_then(|row| row.parse::<u32>().ok()?.checked_sub(1));
                row = named.unwrap_or(next);
                next = row.saturating_add(1);
                if matches!(attribute(element, "hidden")?.as_deref(), Some("1" | "true")) {
                    unseen.hide(row, row);
                }
            }
            Event::Start(element) => cell.begin(element),
            Event::Text(text) => cell.text(text),
            Event::End(element) => match element.local_name().as_ref() {
                "v" => cell.is_in_value = false,
                "c" => {
                    unseen.uncalculated += u64::from(row >= first && cell.is_uncalculated(waits));
                    cell = Cell::default();
                }
                "sheetData" => is_below = true,
                "mergeCells" => return Ok(false),
                _ => {}
            },
            _ => {}
        }
        Ok(true)
    });
    match read {
        // The reader of workbooks does not look at what stands below the rows.
        Err(_) if is_below => Ok(Some(unseen)),
        read => Ok(read?.map(|()| unseen)),
    }
}

/// The first row and the last of an area such as `C2:C4`.
fn rows_of(area: &str) -> Option<(u32, u32)> {
    let (from, to) = area.split_once(':')?;
    let row = |corner: &str| {
        corner.trim_start_matches(|c: char| !c.is_ascii_digit()).parse::<u32>().ok()?.checked_sub(1)
    };
    Some((row(from)?, row(to)?))
}

fn of_ods(file: &Sealed, sheet: &str, first: u32) -> io::Result<Option<Unseen>> {
    let (mut unseen, mut next, mut times, mut is_here) = (Unseen::default(), 0_u32, 0_u32, false);
    let number = |element: &BytesStart<'_>, name: &str| -> io::Result<u32> {
        Ok(attribute(element, name)?.and_then(|number| number.parse().ok()).unwrap_or(1))
    };
    let read = elements(file, "content.xml", |event| {
        match event {
            Event::Start(element) if !is_here && element.local_name().as_ref() == "table" => {
                is_here = attribute(element, "name")?.as_deref() == Some(sheet);
            }
            Event::Start(element) if is_here => match element.local_name().as_ref() {
                "table-row" => {
                    times = number(element, "number-rows-repeated")?;
                    let from = next;
                    next = next.saturating_add(times);
                    if matches!(attribute(element, "visibility")?.as_deref(), Some("collapse" | "filter")) {
                        unseen.hide(from, next.saturating_sub(1));
                    }
                }
                "table-cell" => {
                    let spanned = number(element, "number-rows-spanned")?;
                    let row = next.saturating_sub(1);
                    unseen.merge(row, row.saturating_add(spanned).saturating_sub(1), first);
                    if row >= first
                        && attribute(element, "formula")?.is_some()
                        && attribute(element, "value-type")?.is_none()
                    {
                        let cells = u64::from(number(element, "number-columns-repeated")?) * u64::from(times);
                        unseen.uncalculated = unseen.uncalculated.saturating_add(cells);
                    }
                }
                _ => {}
            },
            Event::End(element) if is_here && element.local_name().as_ref() == "table" => return Ok(false),
            _ => {}
        }
        Ok(true)
    })?;
    Ok(read.map(|()| unseen))
}

fn of_xls(file: &Sealed, at: usize, first: u32) -> Option<Unseen> {
    let mut container = cfb::CompoundFile::open(file.bytes().ok()?).ok()?;
    let is_workbook = |name: &str| ["workbook", "book"].iter().any(|known| name.eq_ignore_ascii_case(known));
    let stream = container.walk().find(|entry| entry.is_stream() && is_workbook(entry.name()))?;
    let mut bytes = Vec::new();
    let stream = container.open_stream(stream.path()).ok()?;
    stream.take(MOST_OLD_WORKBOOK_BYTES).read_to_end(&mut bytes).ok()?;
    let begin = records(&bytes).filter(|(kind, _)| *kind == SHEET).nth(at)?.1.first_chunk::<4>().copied()?;
    let sheet = bytes.get(usize::try_from(u32::from_le_bytes(begin)).ok()?..)?;
    let (mut unseen, mut depth) = (Unseen::default(), 0_u32);
    for (kind, data) in records(sheet) {
        match (kind, data) {
            (BEGIN, _) => depth += 1,
            (END, _) if depth <= 1 => break,
            // That of a chart in the sheet.
            (END, _) => depth -= 1,
            (ROW, [low, high, ..]) if depth == 1 && data.get(12).is_some_and(|flags| flags & 0x20 != 0) => {
                let row = u32::from(u16::from_le_bytes([*low, *high]));
                unseen.hide(row, row);
            }
            // How many areas, and of each the first row and the last, the first column and the last.
            (MERGED, [_, _, areas @ ..]) if depth == 1 => {
                for area in areas.chunks_exact(8) {
                    let row = |at: usize| u32::from(u16::from_le_bytes([area[at], area[at + 1]]));
                    unseen.merge(row(0), row(2), first);
                }
            }
            _ => {}
        }
    }
    Some(unseen)
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use super::*;

    /// Below a header in the first row.
    fn unseen(bytes: &[u8], workbook: Workbook, sheet: &str) -> io::Result<Unseen> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        let sealed = Sealed::of(file.path(), file.reopen().unwrap(), |_| {}).unwrap();
        // Of the old workbook, the first sheet is empty.
        Unseen::of(&sealed, workbook, sheet, 1, 1)
    }

    fn hidden(bytes: &[u8], workbook: Workbook, sheet: &str) -> Vec<u32> {
        let unseen = unseen(bytes, workbook, sheet).unwrap_or_default();
        (0..10).filter(|row| unseen.hides(*row)).collect()
    }

    #[test]
    fn rows_of_an_old_workbook_are_hidden_by_a_bit_of_their_record() {
        let mut bytes = include_bytes!("../../samples/exports/contacts.xls").to_vec();
        assert_eq!(hidden(&bytes, Workbook::Xls, ""), [0; 0]);
        // The third row: its record is 16 bytes long.
        let begin = [8, 2, 16, 0, 2, 0];
        let at = bytes.windows(begin.len()).position(|window| window == begin).unwrap();
        bytes[at + 4 + 12] |= 0x20;
        assert_eq!(hidden(&bytes, Workbook::Xls, ""), [2]);
    }

    fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, part) in parts {
            archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            archive.write_all(part.as_bytes()).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    fn book(sheet: &str) -> Vec<u8> {
        archive(&[
            (
                "xl/workbook.xml",
                "<x:sheets xmlns:x='x'><x:sheet name='A' r:id='a'/><x:sheet name='&lt;B>' r:id='b'/></x:sheets>",
            ),
            (
                "xl/_rels/workbook.xml.rels",
                "<R><R Id='a' Target='none.xml'/><R Id='b' Target='worksheets/sheet1.xml'/></R>",
            ),
            ("xl/worksheets/Sheet1.xml", sheet),
        ])
    }

    #[test]
    fn rows_of_a_workbook_are_hidden_where_their_element_says_so_and_nothing_else_does() {
        let rows = "<row r='1' spans='>' hidden='1'><c><is><t><![CDATA[<row r=\"2\" hidden=\"1\">]]></t></is></c></row>\
            <!-- <row r='3' hidden='1'> --><row hidden='0'/><row/><row hidden='true'/><row r='9' hidden='1'/>";
        let bytes = book(&format!("<worksheet><sheetData>{rows}</sheetData><row r='10' hidden='1'/><"));
        assert_eq!(hidden(&bytes, Workbook::Xlsx, "<B>"), [0, 3, 8]);
        assert_eq!(hidden(&bytes, Workbook::Xlsx, "A"), [0; 0]);
    }

    #[test]
    fn what_is_no_xml_is_told() {
        for (sheet, is_xml) in [
            ("<sheetData><row r='1' hidden='1'/></sheetData>", true),
            ("<sheetData><row r='1' hidden='1'/><row", false),
            ("<sheetData><row r='1' hidden=1/></sheetData>", false),
            ("<sheetData><!-- <row r='1'/>", false),
        ] {
            assert_eq!(unseen(&book(sheet), Workbook::Xlsx, "<B>").is_ok(), is_xml, "{sheet}");
        }
    }

    #[test]
    fn rows_of_an_open_document_are_hidden_as_often_as_they_are_repeated() {
        let table = |name: &str, rows: &str| format!("<t:table t:name='{name}'>{rows}</t:table>");
        let rows = "<t:table-row t:number-rows-repeated='2'><c/></t:table-row>\
            <t:table-row t:visibility='filter' t:number-rows-repeated='3'/><t:table-row t:visibility='visible'/>\
            <t:table-row t:visibility='collapse'><c/></t:table-row>";
        let content = [table("A", "<t:table-row t:visibility='filter'/>"), table("B &amp; C", rows)].concat();
        let bytes = archive(&[("content.xml", &content)]);
        assert_eq!(hidden(&bytes, Workbook::Ods, "B & C"), [2, 3, 4, 6]);
        assert_eq!(hidden(&bytes, Workbook::Ods, "A"), [0]);
        assert_eq!(hidden(&bytes[..40], Workbook::Ods, "A"), [0; 0]);
    }

    #[test]
    fn a_formula_is_uncalculated_if_nothing_stands_for_what_it_comes_to() {
        let cells = [
            ("<c r='A2'><f>1+1</f><v></v></c>", [1, 1]),
            ("<c r='A2'><f>1+1</f></c>", [1, 1]),
            ("<c r='A2' t='str'><f>\"a\"</f></c>", [1, 1]),
            ("<c r='A2'><f t='shared' si='0'/><v/></c>", [1, 1]),
            // It comes to nothing, or to 0, unless the workbook says that it waits for being calculated.
            ("<c r='A2' t='str'><f>\"\"</f><v></v></c>", [0, 0]),
            ("<c r='A2'><f>A9</f><v>0</v></c>", [0, 1]),
            ("<c r='A2'><f>1+1</f><v>2</v></c>", [0, 0]),
            ("<c r='A2'><v></v></c>", [0, 0]),
            ("<c r='A2'/><c r='B2'><f/><v>0.5</v></c>", [0, 0]),
        ];
        for (cell, expected) in cells {
            for (waits, expected) in [("", expected[0]), ("<calcPr fullCalcOnLoad='1'/>", expected[1])] {
                let header = "<row r='1'><c r='A1'><f>B1</f></c></row>";
                let rows = format!("<sheetData>{header}<row r='2'>{cell}</row></sheetData>");
                let workbook = format!("<w><sheet name='S' r:id='s'/>{waits}</w>");
                let relations = "<R><R Id='s' Target='/xl/s.xml'/></R>";
                let bytes = archive(&[
                    ("xl/workbook.xml", &workbook),
                    ("xl/_rels/workbook.xml.rels", relations),
                    ("xl/s.xml", &rows),
                ]);
                let found = unseen(&bytes, Workbook::Xlsx, "S").unwrap().uncalculated;
                assert_eq!(found, expected, "{cell} {waits}");
            }
        }
        let cells = "<t:table-cell t:formula='of:=1' t:number-columns-repeated='3'/>\
            <t:table-cell t:formula='of:=1' o:value-type='string'/>";
        let row = format!("<t:table-row t:number-rows-repeated='2'>{cells}</t:table-row>");
        let table = format!("<t:table t:name='A'><t:table-row>{cells}</t:table-row>{row}</t:table>");
        let bytes = archive(&[("content.xml", &table)]);
        assert_eq!(unseen(&bytes, Workbook::Ods, "A").unwrap().uncalculated, 6);
    }

    #[test]
    fn areas_that_reach_over_several_rows_are_counted_where_they_reach_into_the_table() {
        let areas = "<mergeCells><mergeCell ref='C2:C4'/><mergeCell ref='A1:A2'/><mergeCell ref='$B$7:D9'/>\
            <mergeCell ref='A3:D3'/><mergeCell ref='A1:D1'/><mergeCell ref='nonsense'/></mergeCells>";
        let sheet = format!("<w><sheetData><row r='1'/></sheetData>{areas}<");
        assert_eq!(unseen(&book(&sheet), Workbook::Xlsx, "<B>").unwrap().merged, 3);
        let cell = |rows: u32| format!("<t:table-cell t:number-rows-spanned='{rows}'/>");
        let row = |cells: String| format!("<t:table-row>{cells}</t:table-row>");
        let rows = [row(cell(1) + &cell(2)), row(cell(3)), row(cell(1))].concat();
        let bytes = archive(&[("content.xml", &format!("<t:table t:name='A'>{rows}</t:table>"))]);
        assert_eq!(unseen(&bytes, Workbook::Ods, "A").unwrap().merged, 2);
    }

    #[test]
    fn areas_of_an_old_workbook_stand_in_a_record() {
        let mut bytes = include_bytes!("../../samples/exports/contacts.xls").to_vec();
        assert_eq!(unseen(&bytes, Workbook::Xls, "").unwrap().merged, 0);
        // The record of the third row is made one of two areas: its 16 bytes begin with their number.
        let begin = [8, 2, 16, 0, 2, 0];
        let at = bytes.windows(begin.len()).position(|window| window == begin).unwrap();
        bytes[at..at + 2].copy_from_slice(&MERGED.to_le_bytes());
        bytes[at + 4..at + 14].copy_from_slice(&[2, 0, 1, 0, 3, 0, 2, 0, 2, 0]);
        assert_eq!(unseen(&bytes, Workbook::Xls, "").unwrap().merged, 1);
    }
}
