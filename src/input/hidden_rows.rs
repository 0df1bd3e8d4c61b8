//! Rows that a sheet has and does not show, because of a filter or by hand. The reader of workbooks does not tell them.
//! Those of `.xlsb` are not found.

use std::io::{self, BufRead, BufReader, Read as _};
use std::ops::RangeInclusive;

use quick_xml::events::BytesStart;
use zip::ZipArchive;

use super::archive::Workbook;
use super::limits::MOST_OLD_WORKBOOK_BYTES;
use super::sealed::{Sealed, Unchanged};

/// The longest piece of XML that is looked at as one.
const LONGEST_TAG: u64 = 1 << 16;
/// The records of an `.xls`: `[MS-XLS]` 2.3.2.
const SHEET: u16 = 0x0085;
const ROW: u16 = 0x0208;
const BEGIN: u16 = 0x0809;
const END: u16 = 0x000a;

/// Which rows of a sheet are hidden, from 0.
#[derive(Debug, Default)]
pub(super) struct HiddenRows(Vec<RangeInclusive<u32>>);

impl HiddenRows {
    /// Those of the sheet of this name, which is the `at`th of the workbook. A workbook that is damaged hides none: its
    /// reader tells what is wrong with it.
    pub(super) fn of(file: &Sealed, workbook: Workbook, sheet: &str, at: usize) -> Self {
        match workbook {
            Workbook::Xlsx => of_xlsx(file, sheet),
            Workbook::Ods => of_ods(file, sheet),
            Workbook::Xls => of_xls(file, at),
            Workbook::Xlsb => Some(Self::default()),
        }
        .unwrap_or_default()
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

fn archive(file: &Sealed) -> Option<ZipArchive<BufReader<Unchanged>>> {
    ZipArchive::new(BufReader::new(file.bytes().ok()?)).ok()
}

/// Shows `see` every start tag until it has seen enough.
fn tags(xml: impl io::Read, mut see: impl FnMut(&BytesStart<'_>) -> bool) -> io::Result<()> {
    let mut xml = BufReader::with_capacity(1 << 16, xml);
    let mut piece = Vec::new();
    loop {
        piece.clear();
        if (&mut xml).take(LONGEST_TAG).read_until(b'>', &mut piece)? == 0 {
            return Ok(());
        }
        let Some(begin) = memchr::memrchr(b'<', &piece) else { continue };
        let tag = piece[begin + 1..].strip_suffix(b">").unwrap_or_default();
        let tag = tag.strip_suffix(b"/").unwrap_or(tag);
        let Ok(tag) = std::str::from_utf8(tag) else { continue };
        let name = tag.find(|c: char| c.is_ascii_whitespace()).unwrap_or(tag.len());
        if tag.starts_with('/') {
            continue;
        }
        if !see(&BytesStart::from_content(tag, name)) {
            return Ok(());
        }
    }
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = tag.attributes();
    let mut all = attributes.with_checks(false).flatten();
    let found = all.find(|attribute| attribute.key.local_name().as_ref() == name)?;
    quick_xml::escape::unescape(&found.value).ok().map(std::borrow::Cow::into_owned)
}

fn of_xlsx(file: &Sealed, sheet: &str) -> Option<HiddenRows> {
    let mut archive = archive(file)?;
    let mut relation = None;
    tags(archive.by_name("xl/workbook.xml").ok()?, |tag| {
        if tag.local_name().as_ref() == "sheet" && attribute(tag, "name").as_deref() == Some(sheet) {
            relation = attribute(tag, "id");
        }
        relation.is_none()
    })
    .ok()?;
    let relation = relation?;
    let mut target = None;
    tags(archive.by_name("xl/_rels/workbook.xml.rels").ok()?, |tag| {
        if attribute(tag, "Id").as_ref() == Some(&relation) {
            target = attribute(tag, "Target");
        }
        target.is_none()
    })
    .ok()?;
    let target = target?;
    let part = target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned);
    let (mut hidden, mut next) = (HiddenRows::default(), 0_u32);
    tags(archive.by_name(&part).ok()?, |tag| {
        if tag.local_name().as_ref() == "row" {
            let named = attribute(tag, "r").and_then(|row| row.parse::<u32>().ok()?.checked_sub(1));
            let row = named.unwrap_or(next);
            next = row.saturating_add(1);
            if matches!(attribute(tag, "hidden").as_deref(), Some("1" | "true")) {
                hidden.add(row, row);
            }
        }
        true
    })
    .ok()?;
    Some(hidden)
}

fn of_ods(file: &Sealed, sheet: &str) -> Option<HiddenRows> {
    let mut archive = archive(file)?;
    let (mut hidden, mut next, mut is_here) = (HiddenRows::default(), 0_u32, false);
    tags(archive.by_name("content.xml").ok()?, |tag| {
        match tag.local_name().as_ref() {
            "table" if is_here => return false,
            "table" => is_here = attribute(tag, "name").as_deref() == Some(sheet),
            "table-row" if is_here => {
                let repeat = attribute(tag, "number-rows-repeated").and_then(|repeat| repeat.parse().ok());
                let first = next;
                next = next.saturating_add(repeat.unwrap_or(1));
                if matches!(attribute(tag, "visibility").as_deref(), Some("collapse" | "filter")) {
                    hidden.add(first, next.saturating_sub(1));
                }
            }
            _ => {}
        }
        true
    })
    .ok()?;
    Some(hidden)
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

/// Kind and data of each record.
fn records(mut bytes: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let [kind_low, kind_high, low, high, rest @ ..] = bytes else { return None };
        let length = usize::from(u16::from_le_bytes([*low, *high]));
        let data = &rest[..length.min(rest.len())];
        bytes = &rest[data.len()..];
        Some((u16::from_le_bytes([*kind_low, *kind_high]), data))
    })
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
        let hidden = HiddenRows::of(&sealed, workbook, sheet, 1);
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

    #[test]
    fn rows_of_an_open_document_are_hidden_as_often_as_they_are_repeated() {
        let table = |name: &str, rows: &str| format!("<t:table t:name='{name}'>{rows}</t:table>");
        let rows = "<t:table-row t:number-rows-repeated='2'><c/></t:table-row>\
            <t:table-row t:visibility='filter' t:number-rows-repeated='3'/><t:table-row t:visibility='visible'/>\
            <t:table-row t:visibility='collapse'><c/></t:table-row>";
        let content = [table("A", "<t:table-row t:visibility='filter'/>"), table("B &amp; C", rows)].concat();
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file("content.xml", zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(content.as_bytes()).unwrap();
        let bytes = archive.finish().unwrap().into_inner();
        assert_eq!(hidden(&bytes, Workbook::Ods, "B & C"), [2, 3, 4, 6]);
        assert_eq!(hidden(&bytes, Workbook::Ods, "A"), [0]);
        assert_eq!(hidden(&bytes[..40], Workbook::Ods, "A"), [0; 0]);
    }
}
