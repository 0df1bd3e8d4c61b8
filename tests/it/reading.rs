//! What must hold of every input, whatever is in it: what was written is read, in every encoding, dialect and packing;
//! and no bytes at all make the reader panic, hang, or say two things in two readings.

use std::io::Write as _;

use callbell_import::input::{Encoding, InputFile, InputFiles, InputOptions, Quote, Ragged, Records};
use callbell_import::model::{Code, Delivery, EXTRA_COLUMNS, Outcome, Problem, Rejection};
use callbell_import::results::{FailuresFormat, OutputDir, Problems};
use proptest::prelude::*;

struct Reading {
    header: Vec<String>,
    /// Line and cells.
    rows: Vec<(u64, Vec<Vec<u8>>)>,
    /// Which of them cannot be trusted.
    flawed: Vec<usize>,
    failed: bool,
}

fn open(bytes: &[u8], options: &InputOptions) -> Option<InputFiles> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let file = InputFile::open(file.path(), options, &tempfile::tempfile).ok()?;
    InputFiles::new(vec![file]).ok()
}

fn read(input: &InputFiles) -> Option<Reading> {
    let records = Records::new(input).ok()?;
    let mut reading = Reading {
        header: records.header().names.clone(),
        rows: Vec::new(),
        flawed: Vec::new(),
        failed: false,
    };
    for row in records {
        match row {
            Ok(row) => {
                reading.flawed.extend(row.flaw.map(|_| reading.rows.len()));
                reading.rows.push((row.line, row.cells.iter().map(<[u8]>::to_vec).collect()));
            }
            Err(_) => reading.failed = true,
        }
    }
    Some(reading)
}

/// Writes every row into `problems.csv`, as if something were wrong with it.
fn give_back(input: &InputFiles, folder: &std::path::Path) {
    let (names, given_back) = (input.header().names.clone(), input.given_back());
    let format = FailuresFormat::new(names, given_back.delimiter, given_back.byte_order_mark);
    let mut problems = Problems::begin(&OutputDir::open(folder).unwrap(), format).unwrap();
    for row in Records::new(input).unwrap() {
        let message = callbell_import::words::Message::new("row-no-name");
        let problem =
            Problem { code: Code::MissingName, field: Some("name".to_owned()), message, example: None };
        let rejection = Rejection::new(vec![problem], String::new(), String::new(), String::new()).unwrap();
        let delivery = Delivery {
            row: row.unwrap(),
            contact: None,
            remarks: Vec::new(),
            outcome: Outcome::Invalid(rejection),
            attempts: 0,
            http_status: None,
            finished_at: std::time::UNIX_EPOCH,
            shown: None,
        };
        problems.add(&delivery).unwrap();
    }
    problems.finish().unwrap();
}

/// A list of our own as a spreadsheet saves it: every row as wide as the widest, and every cell in quotes.
fn padded(bytes: &[u8], delimiter: u8) -> Vec<u8> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader.has_headers(false).flexible(true).delimiter(delimiter).from_reader(text);
    let mut rows: Vec<csv::ByteRecord> = reader.byte_records().map(Result::unwrap).collect();
    let widest = rows.iter().map(csv::ByteRecord::len).max().unwrap();
    let mut writer = csv::WriterBuilder::new();
    let mut writer = writer
        .delimiter(delimiter)
        .quote_style(csv::QuoteStyle::Always)
        .from_writer(bytes[..bytes.len() - text.len()].to_vec());
    for row in &mut rows {
        (row.len()..widest).for_each(|_| row.push_field(b""));
        writer.write_byte_record(row).unwrap();
    }
    writer.into_inner().unwrap()
}

/// How a table is written.
#[derive(Debug, Clone)]
struct Writing {
    delimiter: u8,
    quote: u8,
    line_end: &'static str,
    encoding: &'static str,
    mark: bool,
    separator_line: bool,
    packing: usize,
}

fn writing() -> impl Strategy<Value = Writing> {
    (
        prop::sample::select(vec![b',', b';', b'\t', b'|']),
        prop::sample::select(vec![b'"', b'\'']),
        prop::sample::select(vec!["\n", "\r\n", "\r"]),
        prop::sample::select(vec!["utf-8", "utf-16le", "utf-16be"]),
        any::<bool>(),
        any::<bool>(),
        0..3_usize,
    )
        .prop_map(|(delimiter, quote, line_end, encoding, mark, separator_line, packing)| Writing {
            delimiter,
            quote,
            line_end,
            encoding,
            mark,
            separator_line,
            packing,
        })
}

impl Writing {
    /// The bytes of a table, and the line of each row.
    fn write(&self, header: &[&str], rows: &[Vec<String>]) -> (Vec<u8>, Vec<u64>) {
        let (delimiter, quote) = (char::from(self.delimiter), char::from(self.quote));
        let mut text = String::new();
        if self.separator_line {
            text += &format!("sep={delimiter}{}", self.line_end);
        }
        let mut lines = Vec::new();
        let mut line = 1 + u64::from(self.separator_line);
        let header: Vec<String> = header.iter().map(|&name| name.to_owned()).collect();
        for row in std::iter::once(&header).chain(rows) {
            lines.push(line);
            let cells: Vec<String> = row
                .iter()
                .map(|cell| format!("{quote}{}{quote}", cell.replace(quote, &format!("{quote}{quote}"))))
                .collect();
            text += &cells.join(&delimiter.to_string());
            text += self.line_end;
            line += 1 + row.iter().map(|cell| cell.matches('\n').count() as u64).sum::<u64>();
        }
        let mark = if self.mark || self.encoding != "utf-8" { "\u{feff}" } else { "" };
        let text = format!("{mark}{text}");
        let bytes: Vec<u8> = match self.encoding {
            "utf-16le" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            "utf-16be" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            _ => text.into_bytes(),
        };
        (self.pack(bytes), lines.split_off(1))
    }

    fn pack(&self, bytes: Vec<u8>) -> Vec<u8> {
        match self.packing {
            1 => {
                let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
                packer.write_all(&bytes).unwrap();
                packer.finish().unwrap()
            }
            2 => {
                let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
                let stored = zip::write::SimpleFileOptions::default()
                    .compression_method(zip::CompressionMethod::Stored);
                archive.start_file("list.csv", stored).unwrap();
                archive.write_all(&bytes).unwrap();
                archive.finish().unwrap().into_inner()
            }
            _ => bytes,
        }
    }
}

/// Text of the kind that cells have, with everything that keeps cells apart in it.
fn cell() -> impl Strategy<Value = String> {
    prop::collection::vec(
        prop_oneof![
            4 => prop::sample::select(vec!["a", "Zoë", "1", "+39", " ", "山", "👩", "Ã"]).prop_map(str::to_owned),
            1 => prop::sample::select(vec![",", ";", "\t", "|", "\"", "'", "\n", "=", "sep="]).prop_map(str::to_owned),
        ],
        0..6,
    )
    .prop_map(|parts| parts.concat())
}

/// A table in this form; without quotes, cells lack what parts them.
fn in_form(table: &[Vec<String>], delimiter: u8, quote: Quote) -> Vec<u8> {
    let written = |cell: &String| match quote {
        Quote::Double => format!("\"{}\"", cell.replace('"', "\"\"")),
        Quote::Single => format!("'{}'", cell.replace('\'', "''")),
        Quote::None => cell.replace([char::from(delimiter), '\n'], "x"),
    };
    let lines = table.iter().map(|row| row.iter().map(written).collect::<Vec<_>>());
    let lines: Vec<String> = lines.map(|row| row.join(&char::from(delimiter).to_string())).collect();
    (lines.join("\n") + "\n").into_bytes()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn what_was_written_is_read_with_its_lines(
        writing in writing(),
        rows in prop::collection::vec(prop::collection::vec(cell(), 3), 0..12),
    ) {
        let header = ["name", "phone", "note"];
        let (bytes, lines) = writing.write(&header, &rows);
        // Which of two delimiters it is can be a question when rows are few.
        let options = InputOptions { delimiter: Some(writing.delimiter), ..InputOptions::default() };
        let input = open(&bytes, &options).unwrap();
        let reading = read(&input).unwrap();
        prop_assert_eq!(&reading.header, &header);
        prop_assert!(!reading.failed);
        let seen: Vec<u64> = reading.rows.iter().map(|(line, _)| *line).collect();
        prop_assert_eq!(seen, lines);
        for ((_, cells), row) in reading.rows.iter().zip(&rows) {
            let row: Vec<&[u8]> = row.iter().map(String::as_bytes).collect();
            prop_assert_eq!(cells, &row);
        }
    }

    #[test]
    fn what_is_given_back_is_what_was_read(
        writing in writing(),
        rows in prop::collection::vec(prop::collection::vec(cell(), 3), 1..8),
    ) {
        let header = ["name", "phone, or two", "no\"te"];
        let (bytes, _) = writing.write(&header, &rows);
        let options = InputOptions { delimiter: Some(writing.delimiter), ..InputOptions::default() };
        let input = open(&bytes, &options).unwrap();
        let folder = tempfile::tempdir().unwrap();
        give_back(&input, folder.path());
        // The person says nothing of it.
        let again = std::fs::read(folder.path().join("problems.csv")).unwrap();
        let again = read(&open(&again, &InputOptions::default()).unwrap()).unwrap();
        prop_assert!(!again.failed);
        let names: Vec<&str> = header.into_iter().chain(EXTRA_COLUMNS).collect();
        prop_assert_eq!(&again.header, &names);
        prop_assert_eq!(again.rows.len(), rows.len());
        for ((_, cells), row) in again.rows.iter().zip(&rows) {
            let row: Vec<&[u8]> = row.iter().map(String::as_bytes).collect();
            prop_assert_eq!(&cells[..3], &row);
        }
    }

    #[test]
    fn what_is_given_back_of_a_list_of_any_form_is_read_whatever_was_said_of_that_list(
        delimiter in prop::sample::select(b",;\t| :~/'=.".to_vec()),
        quote in prop::sample::select(vec![Quote::Double, Quote::Single, Quote::None]),
        header: bool,
        ragged in prop::sample::select(vec![Ragged::Refuse, Ragged::Pad, Ragged::Fit]),
        first in prop::sample::select(vec!["name", "'name'", "\u{feff}name", "+39 333 1234567", "{\"a\"", "BEGIN:VCARD", "sep="]),
        rows in prop::collection::vec(prop::collection::vec(cell(), 3), 2..8),
    ) {
        prop_assume!(quote != Quote::Single || delimiter != b'\'');
        let form = InputOptions { delimiter: Some(delimiter), quote: Some(quote), header: Some(header), ragged, ..InputOptions::default() };
        let table = [vec![vec![first.to_owned(), "phone".to_owned(), "no\"te".to_owned()]], rows].concat();
        let bytes = in_form(&table, delimiter, quote);
        let Some(input) = open(&bytes, &form) else { return Ok(()) };
        let before = read(&input).unwrap();
        let folder = tempfile::tempdir().unwrap();
        give_back(&input, folder.path());
        let again = std::fs::read(folder.path().join("problems.csv")).unwrap();
        for said in [InputOptions::default(), form] {
            let again = read(&open(&again, &said).unwrap()).unwrap();
            prop_assert!(!again.failed);
            let names: Vec<&str> = before.header.iter().map(String::as_str).chain(EXTRA_COLUMNS).collect();
            prop_assert_eq!(&again.header, &names);
            prop_assert_eq!(again.rows.len(), before.rows.len());
            for ((_, cells), (_, row)) in again.rows.iter().zip(&before.rows) {
                if row.len() == before.header.len() {
                    prop_assert_eq!(&cells[..row.len()], &row[..]);
                } else {
                    // Until somebody mends it, it fits no header.
                    prop_assert!(cells.len() > names.len());
                }
            }
        }
    }

    #[test]
    fn whatever_is_said_of_a_list_its_failures_come_back_as_they_were(
        text in prop::collection::vec(
            prop_oneof![
                8 => prop::sample::select(vec!["Ada", "+393331234567", "Zoë", " ", "\u{feff}", "import_message", "{", "sep=", "5\" pipe"]),
                8 => prop::sample::select(vec![",", ";", "\t", "^", "_"]),
                3 => prop::sample::select(vec!["\"", "'", "\"\"", "''"]),
                3 => prop::sample::select(vec!["\n", "\r\n", "\n\n"]),
            ],
            0..60,
        ),
        no_header: bool,
        quote in prop::sample::select(vec![None, Some(Quote::Double), Some(Quote::None), Some(Quote::Single)]),
        delimiter in prop::sample::select(vec![b',', b';', b'\t', b'^', b'_', b' ', b'\'']),
        ragged in prop::sample::select(vec![Ragged::Refuse, Ragged::Pad, Ragged::Fit]),
        encoding in prop::sample::select(vec![None, Some("utf-8"), Some("windows-1252")]),
    ) {
        let options = InputOptions {
            header: Some(!no_header),
            quote,
            delimiter: Some(delimiter),
            ragged,
            encoding: encoding.and_then(Encoding::named),
            ..InputOptions::default()
        };
        let Some(input) = open(text.concat().as_bytes(), &options) else { return Ok(()) };
        let Some(first) = read(&input).filter(|first| !first.failed) else { return Ok(()) };
        let folder = tempfile::tempdir().unwrap();
        give_back(&input, folder.path());
        let bytes = std::fs::read(folder.path().join("problems.csv")).unwrap();
        // Columns of an earlier run are not given back.
        let kept: Vec<usize> =
            (0..first.header.len()).filter(|&at| !EXTRA_COLUMNS.contains(&first.header[at].as_str())).collect();
        let names: Vec<&str> =
            kept.iter().map(|&at| first.header[at].as_str()).chain(EXTRA_COLUMNS).collect();
        let padded = padded(&bytes, input.given_back().delimiter);
        for again in [&options, &InputOptions::default()] {
            let wide = open(&padded, again).and_then(|input| read(&input)).unwrap();
            let again = open(&bytes, again).and_then(|input| read(&input)).unwrap();
            prop_assert_eq!(&wide.header, &again.header);
            let cells = |reading: &Reading| reading.rows.iter().map(|(_, cells)| cells.clone()).collect::<Vec<_>>();
            prop_assert_eq!(cells(&wide), cells(&again), "a spreadsheet changes nothing of it");
            prop_assert_eq!(&again.header, &names);
            prop_assert_eq!(again.rows.len(), first.rows.len());
            for (row, (was, now)) in first.rows.iter().zip(&again.rows).enumerate() {
                if first.flawed.contains(&row) || was.1.len() != first.header.len() {
                    prop_assert_ne!(now.1.len(), names.len(), "it is refused again");
                } else {
                    let was: Vec<_> = kept.iter().map(|&at| was.1[at].clone()).collect();
                    prop_assert_eq!(&now.1[..kept.len()], &was[..]);
                }
            }
        }
    }

    #[test]
    fn a_name_that_begins_like_a_quoted_one_is_read_where_it_stands_in_quotes_itself(
        quote in prop::sample::select(vec![Quote::Double, Quote::Single]),
        before in "[ ]{1,3}",
        within in "[a\t\"']{0,6}",
    ) {
        let mark = if quote == Quote::Double { '"' } else { '\'' };
        let name = format!("{before}{mark}{within}{mark}");
        let bytes = in_form(&[vec![name.clone()]], b',', quote);
        let options = InputOptions { delimiter: Some(b','), quote: Some(quote), header: Some(true), ..InputOptions::default() };
        let reading = read(&open(&bytes, &options).unwrap()).unwrap();
        prop_assert_eq!(&reading.header, &[name]);
    }

    #[test]
    fn no_bytes_are_read_in_two_ways_by_two_readings(
        start in prop::sample::select(vec![
            &b""[..], b"name,phone\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"sep=;\n", b"BEGIN:VCARD\nFN:A\n", b"{\"a\":1}\n",
            b"\x1f\x8b\x08\0\0\0\0\0\0\x03", b"\x28\xb5\x2f\xfd", b"\xfd7zXZ\0", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        ]),
        parts in prop::collection::vec(
            prop_oneof![
                prop::sample::select(vec![
                    &b"\""[..], b"'", b",", b";", b"\t", b"\n", b"\r\n", b"\r", b"\0", b"\xe9", b"\xc3\xa9", b"=\n", b":", b"TEL;CELL:+39",
                    b"END:VCARD\n", b"BEGIN:VCARD\n", b"N:a;b\n", b" folded", b"{\"b\":[1,2]}\n", b"\n\n", b"x",
                ]).prop_map(<[u8]>::to_vec),
                prop::collection::vec(any::<u8>(), 0..8),
            ],
            0..40,
        ),
        encoding in prop::sample::select(vec![None, Some("windows-1252"), Some("utf-16be"), Some("gbk"), Some("latin1")]),
        no_header: bool,
        fit: bool,
        quote in prop::sample::select(vec![None, Some(Quote::None), Some(Quote::Single)]),
    ) {
        let bytes = [start, &parts.concat()].concat();
        let options = InputOptions {
            encoding: encoding.and_then(Encoding::named),
            header: no_header.then_some(false),
            ragged: if fit { Ragged::Fit } else { Ragged::Refuse },
            quote,
            ..InputOptions::default()
        };
        if let Some(input) = open(&bytes, &options) {
            let (one, two) = (read(&input), read(&input));
            prop_assert_eq!(one.is_some(), two.is_some());
            if let (Some(one), Some(two)) = (one, two) {
                prop_assert_eq!(&one.header, &two.header);
                prop_assert_eq!(&one.rows, &two.rows);
                prop_assert!(one.rows.is_sorted_by_key(|(line, _)| *line));
                if fit {
                    prop_assert!(one.rows.iter().all(|(_, cells)| !cells.is_empty()));
                }
            }
        }
    }
}
