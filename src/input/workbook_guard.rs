//! Refuses a workbook that is more than can be held, before anything of it is held.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read};

use quick_xml::events::Event;
use zip::ZipArchive;

use super::archive::Workbook;
use super::limits::{
    FREE_UNPACKED_BYTES, MOST_CELLS_IN_MEMORY, MOST_OLD_WORKBOOK_BYTES, MOST_UNPACKED_RATIO,
    MOST_WORKBOOK_BYTES, MOST_WORKBOOK_ELEMENT_BYTES, MOST_WORKBOOK_TEXT_BYTES,
};
use super::sealed::Sealed;
use super::trouble::Trouble;
use super::{Unreadable, ods_size, xls_size};

/// Looks through the parts of a workbook without keeping any. `packed` is the length of the file that it was unpacked from,
/// or its own.
pub(super) fn check(file: &Sealed, packed: u64, workbook: Workbook) -> Result<(), Unreadable> {
    let damaged = |error: io::Error| Unreadable::from_reading(&file.path, Trouble::damage("workbook", error));
    let too_large = |most| Unreadable::WorkbookTooLarge { path: file.path.clone(), most };
    let cells = match workbook {
        Workbook::Xls if file.length > MOST_OLD_WORKBOOK_BYTES => {
            return Err(too_large(MOST_OLD_WORKBOOK_BYTES));
        }
        Workbook::Xls => xls_size::cells(file.bytes()?).map_err(damaged)?,
        Workbook::Xlsx | Workbook::Xlsb | Workbook::Ods => {
            let by_ratio = packed.saturating_mul(MOST_UNPACKED_RATIO).max(FREE_UNPACKED_BYTES);
            let mut left = by_ratio.min(MOST_WORKBOOK_BYTES);
            let mut promised = 0;
            let mut archive = ZipArchive::new(BufReader::new(file.bytes()?))
                .map_err(|error| damaged(io::Error::other(error)))?;
            for at in 0..archive.len() {
                let part = archive.by_index(at).map_err(|error| damaged(io::Error::other(error)))?;
                let name = part.name().map(Cow::into_owned).unwrap_or_default();
                if is_picture(&name) {
                    continue;
                }
                let most = if is_held(&name) { left.min(MOST_WORKBOOK_TEXT_BYTES) } else { left };
                let unpacked = io::copy(&mut part.take(most + 1), &mut io::sink()).map_err(damaged)?;
                left -= unpacked.min(left);
                if unpacked > most {
                    return Err(too_large(most));
                }
                // Nothing in a part is longer than the part.
                if workbook == Workbook::Xlsx && is_xml(&name) && unpacked > MOST_WORKBOOK_ELEMENT_BYTES {
                    let part = archive.by_index(at).map_err(|error| damaged(io::Error::other(error)))?;
                    if !has_short_elements(BufReader::new(part)).map_err(damaged)? {
                        let (path, most) = (file.path.clone(), MOST_WORKBOOK_ELEMENT_BYTES);
                        return Err(Unreadable::ElementTooLong { path, most });
                    }
                }
                if is_texts(&name) {
                    let part = archive.by_index(at).map_err(|error| damaged(io::Error::other(error)))?;
                    promised = promised.max(promised_texts(part).map_err(damaged)?);
                }
            }
            if workbook == Workbook::Ods {
                let content =
                    archive.by_name("content.xml").map_err(|error| damaged(io::Error::other(error)))?;
                let size = ods_size::size(content).map_err(damaged)?;
                if size.text > MOST_WORKBOOK_TEXT_BYTES {
                    return Err(too_large(MOST_WORKBOOK_TEXT_BYTES));
                }
                size.cells
            } else {
                promised
            }
        }
    };
    if cells > MOST_CELLS_IN_MEMORY {
        return Err(Unreadable::TooManyCells { path: file.path.clone(), most: MOST_CELLS_IN_MEMORY });
    }
    Ok(())
}

/// Parts that are never unpacked.
fn is_picture(name: &str) -> bool {
    name.contains("media/") || name.starts_with("Pictures/") || name.starts_with("Thumbnails/")
}

fn is_xml(name: &str) -> bool {
    ends_with(name, ".xml") || ends_with(name, ".rels")
}

/// Parts that are held in memory as a whole.
fn is_held(name: &str) -> bool {
    is_texts(name) || ends_with(name, "sharedStrings.bin") || name == "content.xml"
}

/// The texts of an `.xlsx`.
fn is_texts(name: &str) -> bool {
    ends_with(name, "sharedStrings.xml")
}

/// As to the reader of workbooks, capitals are the same as small letters.
fn ends_with(name: &str, end: &str) -> bool {
    let at = name.len().checked_sub(end.len());
    at.and_then(|at| name.get(at..)).is_some_and(|last| last.eq_ignore_ascii_case(end))
}

/// How many texts the part says that it has: the reader of workbooks makes room for them before it reads one.
fn promised_texts(part: impl Read) -> io::Result<u64> {
    let mut reader = quick_xml::Reader::from_reader(BufReader::new(part));
    reader.config_mut().check_end_names = false;
    reader.config_mut().expand_empty_elements = true;
    let (mut buffer, mut most) = (Vec::new(), 0);
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(io::Error::other)? {
            Event::Start(element) if element.local_name().as_ref() == "sst" => {
                let mut attributes = element.attributes();
                let mut attributes = attributes.with_checks(false).flatten();
                let count = attributes.find(|attribute| attribute.key.as_ref() == "uniqueCount");
                most = most.max(count.and_then(|count| count.value.parse().ok()).unwrap_or(0));
            }
            Event::End(element) if element.local_name().as_ref() == "sst" => return Ok(most),
            Event::Eof => return Ok(most),
            _ => {}
        }
    }
}

/// What is read of a part until a cell, a text or an element in it is too long.
struct Bounded<R> {
    part: R,
    /// Bytes that may come before it ends.
    left: u64,
    is_too_long: bool,
}

impl<R: BufRead> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Bounded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            self.is_too_long = true;
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let bytes = self.part.fill_buf()?;
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(bytes.len());
        Ok(&bytes[..most])
    }

    fn consume(&mut self, count: usize) {
        self.part.consume(count);
        self.left = self.left.saturating_sub(count as u64);
    }
}

/// Whether no cell, text or element of an XML part is longer than may be. What is no XML ends the reading: so it does for
/// the reader of workbooks.
fn has_short_elements(part: impl BufRead) -> io::Result<bool> {
    let bounded = Bounded { part, left: MOST_WORKBOOK_ELEMENT_BYTES, is_too_long: false };
    let mut reader = quick_xml::Reader::from_reader(bounded);
    reader.config_mut().check_end_names = false;
    reader.config_mut().expand_empty_elements = true;
    let (mut buffer, mut is_in_cell) = (Vec::new(), false);
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Eof) => return Ok(true),
            Ok(Event::Start(element)) if is_whole(element.local_name().as_ref()) => is_in_cell = true,
            Ok(Event::End(element)) if is_whole(element.local_name().as_ref()) => is_in_cell = false,
            Ok(_) => {}
            Err(_) if reader.get_ref().is_too_long => return Ok(false),
            Err(quick_xml::Error::Io(error)) => {
                let other = || io::Error::new(error.kind(), error.to_string());
                return Err(Trouble::of(&error).cloned().map_or_else(other, io::Error::from));
            }
            Err(_) => return Ok(true),
        }
        if !is_in_cell {
            reader.get_mut().left = MOST_WORKBOOK_ELEMENT_BYTES;
        }
    }
}

/// Elements that are read as a whole: a cell, and a text of many.
fn is_whole(name: &str) -> bool {
    matches!(name, "c" | "si")
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn a_cell_a_text_or_an_element_that_is_too_long_is_found_before_it_is_held() {
        let long = usize::try_from(MOST_WORKBOOK_ELEMENT_BYTES).unwrap();
        let half = "x".repeat(long / 2 + 1);
        for (part, is_short) in [
            (
                format!("<a>{half}</a><a>{half}</a><a b='{half}'/><!--{half}--><c>{half}</c><c>{half}</c>"),
                true,
            ),
            (format!("<a>{half}{half}</a>"), false),
            (format!("<a b='{half}{half}'/>"), false),
            (format!("<a b='>{half}>{half}'/>"), false),
            (format!("<!-- <a/> {half}<a/>{half}-->"), false),
            (format!("<a><![CDATA[{half}<a/>{half}]]></a>"), false),
            (format!("<c><is><t>{half}</t><t>{half}</t></is></c>"), false),
            (format!("<x:si><t>{half}</t><!----><t>{half}</t></x:si>"), false),
            // No XML, and told so by the reader of workbooks.
            ("<a b='".to_owned(), true),
        ] {
            assert_eq!(
                has_short_elements(part.as_bytes()).unwrap(),
                is_short,
                "{}",
                &part[..20.min(part.len())]
            );
        }
        let endless = io::repeat(b'x').take(MOST_WORKBOOK_BYTES);
        assert!(!has_short_elements(BufReader::new(endless)).unwrap());
    }

    #[test]
    fn a_part_that_is_longer_than_an_element_may_be_is_looked_through_for_one() {
        let half = "x".repeat(usize::try_from(MOST_WORKBOOK_ELEMENT_BYTES).unwrap() / 2 + 1);
        for (sheet, is_refused) in
            [(format!("<a>{half}</a><a>{half}</a>"), false), (format!("<a>{half}{half}</a>"), true)]
        {
            let mut file = tempfile::NamedTempFile::new().unwrap();
            let mut archive = zip::ZipWriter::new(&mut file);
            let as_it_is =
                zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
            archive.start_file("xl/worksheets/sheet1.xml", as_it_is).unwrap();
            archive.write_all(sheet.as_bytes()).unwrap();
            archive.finish().unwrap();
            let sealed = Sealed::of(file.path(), file.reopen().unwrap(), |_| {}).unwrap();
            let checked = check(&sealed, sealed.length, Workbook::Xlsx);
            assert_eq!(matches!(checked, Err(Unreadable::ElementTooLong { .. })), is_refused);
            assert_eq!(checked.is_ok(), !is_refused);
            // Whoever packed the workbook again may have packed it small.
            assert!(matches!(check(&sealed, 1, Workbook::Xlsx), Err(Unreadable::WorkbookTooLarge { .. })));
        }
    }

    #[test]
    fn the_texts_that_a_part_promises_are_known_before_there_is_room_for_them() {
        for (part, promised) in [
            ("<sst count='9' uniqueCount='2'><si/><si/></sst>", 2),
            ("<x:sst uniqueCount='100000000000'/>", 100_000_000_000),
            ("<sst uniqueCount='1'><si/><sst uniqueCount='7'/>", 7),
            ("<sst/>", 0),
        ] {
            assert_eq!(promised_texts(part.as_bytes()).unwrap(), promised, "{part}");
        }
    }

    #[test]
    fn the_part_with_the_texts_is_known_in_any_spelling() {
        assert!(
            is_held("xl/sharedStrings.xml")
                && is_held("XL\\SHAREDSTRINGS.XML")
                && is_held("a/sharedstrings.BIN")
        );
        assert!(!is_held("xl/styles.xml") && !is_held("é.xml"));
    }
}
