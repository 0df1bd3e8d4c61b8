//! Workbooks whose container is whole, so that what is in it is reached; the first byte says what the rest is. No panic, no
//! hang, two readings say the same; a sheet that is written here of the rest has the rows that were written, those that it
//! hides are counted, and what is shown of a number has all of its digits.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use std::path::Path;

use callbell_import::input::{InputFile, InputFiles, InputOptions, Records};
use callbell_import::model::Row;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const BOOK: &str = "<workbook xmlns:r=\"r\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"r1\"/>\
    <sheet name=\"T\" sheetId=\"2\" r:id=\"r2\"/></sheets></workbook>";
const RELATIONS: &str = "<Relationships><Relationship Id=\"r1\" Type=\"x/worksheet\" Target=\"worksheets/sheet1.xml\"/>\
    <Relationship Id=\"r2\" Type=\"x/worksheet\" Target=\"worksheets/sheet2.xml\"/></Relationships>";
const PACKAGE: &str = "<Relationships><Relationship Id=\"r0\" Type=\"x/relationships/officeDocument\" \
    Target=\"xl/workbook.xml\"/></Relationships>";
const SHEET: &str = "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>n</t></is></c></row>\
    <row r=\"2\" hidden=\"1\"><c r=\"A2\" s=\"1\"><v>612345678</v></c></row></sheetData></worksheet>";
const TEXTS: &str = "<sst><si><t>n</t></si><si><t>v</t></si></sst>";
/// Between two parts.
const SEPARATOR: &[u8] = b"\n====\n";

/// Style 1 has this format.
fn styles(format: &str) -> String {
    format!(
        "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"{}\"/></numFmts>\
         <cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"164\" applyNumberFormat=\"1\"/></cellXfs></styleSheet>",
        escaped(format)
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn archive<'p>(parts: impl IntoIterator<Item = (&'p str, Vec<u8>)>) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let package = ("_rels/.rels", PACKAGE.as_bytes().to_vec());
    for (name, bytes) in parts.into_iter().chain([package]) {
        let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        archive.start_file(name, stored).expect("memory");
        archive.write_all(&bytes).expect("memory");
    }
    archive.finish().expect("memory").into_inner()
}

/// Parts of the data, and what stands there where one is empty or lacks.
fn parts<'n>(data: &[u8], named: &[(&'n str, &str)]) -> Vec<(&'n str, Vec<u8>)> {
    let mut rest = Some(data);
    let mut next = || {
        let data = rest?;
        let at = data.windows(SEPARATOR.len()).position(|window| window == SEPARATOR);
        rest = at.map(|at| &data[at + SEPARATOR.len()..]);
        Some(&data[..at.unwrap_or(data.len())])
    };
    let part = |(name, otherwise): &(&'n str, &str)| {
        let given = next().filter(|given| !given.is_empty());
        (*name, given.map_or_else(|| otherwise.as_bytes().to_vec(), <[u8]>::to_vec))
    };
    named.iter().map(part).collect()
}

fn xlsx(data: &[u8]) -> Vec<u8> {
    let styles = styles("\"+39 \"0");
    archive(parts(
        data,
        &[
            ("xl/worksheets/sheet1.xml", SHEET),
            ("xl/styles.xml", &styles),
            ("xl/sharedStrings.xml", TEXTS),
            ("xl/workbook.xml", BOOK),
            ("xl/_rels/workbook.xml.rels", RELATIONS),
            ("xl/worksheets/sheet2.xml", SHEET),
        ],
    ))
}

fn xlsb(data: &[u8]) -> Vec<u8> {
    archive(parts(
        data,
        &[
            ("xl/worksheets/sheet1.bin", ""),
            ("xl/workbook.bin", ""),
            ("xl/sharedStrings.bin", ""),
            ("xl/styles.bin", ""),
            ("xl/_rels/workbook.bin.rels", RELATIONS),
        ],
    ))
}

fn ods(data: &[u8]) -> Vec<u8> {
    archive([
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet".to_vec()),
        ("META-INF/manifest.xml", b"<manifest/>".to_vec()),
        ("content.xml", data.to_vec()),
    ])
}

/// The records of an `.xls` in a container.
fn xls(data: &[u8]) -> Vec<u8> {
    let mut container = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("memory");
    container.create_stream("/Workbook").and_then(|mut stream| stream.write_all(data)).expect("memory");
    container.into_inner().into_inner()
}

/// A sheet that is written of lines: the format of numbers, then a row a line, of which the first letter says what the
/// row is and the cells stand between tabs.
#[derive(Default)]
struct Written {
    xml: String,
    format: String,
    /// Of each row that holds anything: its line, and whether it is hidden.
    rows: Vec<(u64, bool)>,
    /// Numbers that were written, with their line and column.
    numbers: Vec<(u64, usize, String)>,
}

impl Written {
    fn of(text: &str) -> Self {
        let mut lines = text.split('\n');
        let mut written = Self { format: lines.next().unwrap_or_default().to_owned(), ..Self::default() };
        let mut line = 0_u64;
        for row in lines {
            let mut letters = row.chars();
            let what = letters.next().unwrap_or(' ');
            line += if what == 'g' { 40 } else { 1 };
            let is_hidden = matches!(what, 'h' | 't');
            let attributes = match what {
                'h' => format!(" r=\"{line}\" spans=\">\" hidden=\"1\""),
                't' => format!(" r=\"{line}\" hidden=\"true\""),
                'f' => format!(" r=\"{line}\" hidden=\"0\""),
                _ => format!(" r=\"{line}\""),
            };
            let _ = write!(written.xml, "<row{attributes}>");
            let mut is_filled = false;
            for (column, cell) in letters.as_str().split('\t').take(26).enumerate() {
                if cell.trim().is_empty() {
                    continue;
                }
                is_filled = true;
                let place = format!("{}{line}", char::from(b'A' + column as u8));
                let is_number = cell.len() < 16 && cell.bytes().all(|byte| byte.is_ascii_digit());
                if is_number && !(cell.starts_with('0') && cell.len() > 1) {
                    let _ = write!(written.xml, "<c r=\"{place}\" s=\"1\"><v>{cell}</v></c>");
                    written.numbers.push((line, column, cell.to_owned()));
                } else {
                    let (style, text) = cell.strip_prefix('=').map_or((0, cell), |text| (1, text));
                    let text = escaped(if text.is_empty() { "=" } else { text });
                    let _ = write!(
                        written.xml,
                        "<c r=\"{place}\" s=\"{style}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">x{text}</t></is></c>"
                    );
                }
            }
            written.xml.push_str("</row><!--<row hidden=\"1\">-->");
            if is_filled {
                written.rows.push((line, is_hidden));
            }
        }
        written
    }

    fn book(&self) -> Vec<u8> {
        let sheet = format!("{HEAD}<worksheet><sheetData>{}</sheetData></worksheet>", self.xml);
        let styles = styles(&self.format);
        archive([
            (
                "xl/workbook.xml",
                BOOK.replace("<sheet name=\"T\" sheetId=\"2\" r:id=\"r2\"/>", "").into_bytes(),
            ),
            ("xl/_rels/workbook.xml.rels", RELATIONS.as_bytes().to_vec()),
            ("xl/styles.xml", styles.into_bytes()),
            ("xl/worksheets/sheet1.xml", sheet.into_bytes()),
        ])
    }

    /// Holds what was read against what was written.
    fn compare(&self, rows: &[Row], hidden: u64) {
        let Some((_, below)) = self.rows.split_first() else { panic!("an empty sheet is read") };
        let lines: BTreeSet<u64> = below.iter().map(|(line, _)| *line).collect();
        assert!(rows.iter().all(|row| lines.contains(&row.line)), "a row that nobody wrote");
        assert_eq!(hidden, below.iter().filter(|(_, is_hidden)| *is_hidden).count() as u64);
        // With one of these letters it may be a date; the a is that of `AM/PM`.
        let may_be_date = self.format.contains(|c: char| "admyhs".contains(c.to_ascii_lowercase()));
        for (line, column, number) in self.numbers.iter().filter(|_| !may_be_date) {
            let Some(row) = rows.iter().find(|row| row.line == *line) else { continue };
            let shown = String::from_utf8_lossy(row.cells.get(*column).unwrap_or_default()).into_owned();
            let mut digits = number.chars().peekable();
            for c in shown.chars() {
                digits.next_if_eq(&c);
            }
            assert!(digits.peek().is_none(), "{number} is shown as {shown} by {}", self.format);
        }
    }
}

/// What is read of a workbook: its rows, and how many of them are hidden.
fn read(bytes: &[u8]) -> Option<(Vec<Row>, u64)> {
    let spool = tempfile::tempfile().ok()?;
    let options = InputOptions::default();
    let input = InputFile::spool(bytes, spool, Path::new("list"), &options, &tempfile::tempfile)
        .inspect_err(|error| super::is_told(&[], error))
        .ok()?;
    let input = InputFiles::new(vec![input]).ok()?;
    let mut records = Records::new(&input).ok()?;
    let rows: Vec<Row> = records.by_ref().map(|row| row.expect("what was put aside is read back")).collect();
    let hidden = records.sections().iter().map(|section| section.notes.hidden).sum();
    Some((rows, hidden))
}

/// Fails if what is said above does not hold of these bytes.
pub fn try_it(data: &[u8]) {
    let Some((what, rest)) = data.split_first() else { return };
    let written = Written::of(super::text(rest));
    let bytes = match what % 5 {
        0 => written.book(),
        1 => xlsx(rest),
        2 => ods(rest),
        3 => xls(rest),
        _ => xlsb(rest),
    };
    let first = read(&bytes);
    assert!(first == read(&bytes), "two readings differ");
    let Some((rows, hidden)) = first else { return };
    if what % 5 == 0 {
        assert!(rows.is_sorted_by(|one, other| one.line < other.line), "lines go backwards");
        written.compare(&rows, hidden);
    }
}
