//! Rows that a sheet has and does not show, because of a filter or by hand. The reader of workbooks does not tell them.
//! Those of `.xlsb` are not found.

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
const BEGIN: u16 = 0x0809;
const END: u16 = 0x000a;

/// Which rows of a sheet are hidden, from 0.
#[derive(Debug, Default)]
pub(super) struct HiddenRows(Vec<RangeInclusive<u32>>);

impl HiddenRows {
    /// Those of the sheet of this name, which is the `at`th of the workbook. The whole sheet is read for them, and all that
    /// stands before it. A part that is not where the workbook says hides none: its reader tells that.
    ///
    /// # Errors
    ///
    /// If the XML is none.
    pub(super) fn of(file: &Sealed, workbook: Workbook, sheet: &str, at: usize) -> io::Result<Self> {
        let hidden = match workbook {
            Workbook::Xlsx => of_xlsx(file, sheet)?,
            Workbook::Ods => of_ods(file, sheet)?,
            Workbook::Xls => of_xls(file, at),
            Workbook::Xlsb => None,
        };
        Ok(hidden.unwrap_or_default())
    }

    pub(super) fn has(&self, row: u32) -> bool {
        let at = self.0.partition_point(|hidden| *hidden.end() < row);
        self.0.get(at).is_some_and(|hidden| hidden.contains(&row))
    }

    fn add(&mut self, from: u32, to: u32) {
        match self.0.last_mut() {
            Some(last) if last.end().checked_add(1) == Some(from) => *last = *last.start()..=to,
            // Rows stand in order; of others nobody knows where they are.
            Some(last) if *last.end() >= from => {}
            _ => self.0.push(from..=to),
        }
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

fn of_xlsx(file: &Sealed, sheet: &str) -> io::Result<Option<HiddenRows>> {
    let mut relation = None;
    elements(file, "xl/workbook.xml", |event| {
        if let Event::Start(element) = event
            && element.local_name().as_ref() == "sheet"
            && attribute(element, "name")?.as_deref() == Some(sheet)
        {
            relation = attribute(element, "id")?;
        }
        Ok(relation.is_none())
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
    let (mut hidden, mut next) = (HiddenRows::default(), 0_u32);
    let read = elements(file, &part, |event| {
        match event {
            Event::Start(element) if element.local_name().as_ref() == "row" => {
                let named = attribute(element, "r")?.and_then(|row| row.parse::<u32>().ok()?.checked_sub(1));
                let row = named.unwrap_or(next);
                next = row.saturating_add(1);
                if matches!(attribute(element, "hidden")?.as_deref(), Some("1" | "true")) {
                    hidden.add(row, row);
                }
            }
            // Nobody reads what stands below the rows.
            Event::End(element) if element.local_name().as_ref() == "sheetData" => return Ok(false),
            _ => {}
        }
        Ok(true)
    })?;
    Ok(read.map(|()| hidden))
}

fn of_ods(file: &Sealed, sheet: &str) -> io::Result<Option<HiddenRows>> {
    let (mut hidden, mut next, mut is_here) = (HiddenRows::default(), 0_u32, false);
    let read = elements(file, "content.xml", |event| {
        match event {
            Event::Start(element) if !is_here && element.local_name().as_ref() == "table" => {
                is_here = attribute(element, "name")?.as_deref() == Some(sheet);
            }
            Event::Start(element) if is_here && element.local_name().as_ref() == "table-row" => {
                let repeat =
                    attribute(element, "number-rows-repeated")?.and_then(|repeat| repeat.parse().ok());
                let first = next;
                next = next.saturating_add(repeat.unwrap_or(1));
                if matches!(attribute(element, "visibility")?.as_deref(), Some("collapse" | "filter")) {
                    hidden.add(first, next.saturating_sub(1));
                }
            }
            Event::End(element) if is_here && element.local_name().as_ref() == "table" => return Ok(false),
            _ => {}
        }
        Ok(true)
    })?;
    Ok(read.map(|()| hidden))
}

fn of_xls(file: &Sealed, at: usize) -> Option<HiddenRows> {
    let mut container = cfb::CompoundFile::open(file.bytes().ok()?).ok()?;
    let is_workbook = |name: &str| ["workbook", "book"].iter().any(|known| name.eq_ignore_ascii_case(known));
    let stream = container.walk().find(|entry| entry.is_stream() && is_workbook(entry.name()))?;
    let mut bytes = Vec::new();
    let stream = container.open_stream(stream.path()).ok()?;
    stream.take(MOST_OLD_WORKBOOK_BYTES).read_to_end(&mut bytes).ok()?;
    let begin = records(&bytes).filter(|(kind, _)| *kind == SHEET).nth(at)?.1.first_chunk::<4>().copied()?;
    let sheet = bytes.get(usize::try_from(u32::from_le_bytes(begin)).ok()?..)?;
    let (mut hidden, mut depth) = (HiddenRows::default(), 0_u32);
    for (kind, data) in records(sheet) {
        match (kind, data) {
            (BEGIN, _) => depth += 1,
            (END, _) if depth <= 1 => break,
            // That of a chart in the sheet.
            (END, _) => depth -= 1,
            (ROW, [low, high, ..]) if depth == 1 && data.get(12).is_some_and(|flags| flags & 0x20 != 0) => {
                let row = u32::from(u16::from_le_bytes([*low, *high]));
                hidden.add(row, row);
            }
            _ => {}
        }
    }
    Some(hidden)
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use super::*;

    fn hidden(bytes: &[u8], workbook: Workbook, sheet: &str) -> Vec<u32> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        let sealed = Sealed::of(file.path(), file.reopen().unwrap(), |_| {}).unwrap();
        // Of the old workbook, the first sheet is empty.
        let hidden = HiddenRows::of(&sealed, workbook, sheet, 1).unwrap_or_default();
        (0..10).filter(|row| hidden.has(*row)).collect()
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
            let mut file = tempfile::NamedTempFile::new().unwrap();
            file.write_all(&book(sheet)).unwrap();
            let sealed = Sealed::of(file.path(), file.reopen().unwrap(), |_| {}).unwrap();
            assert_eq!(HiddenRows::of(&sealed, Workbook::Xlsx, "<B>", 1).is_ok(), is_xml, "{sheet}");
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
}
