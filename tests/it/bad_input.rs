//! The catalogue of bad inputs, as far as it is about files, encodings and tables: each case with what must come of it.
//! Numbers of persons in it are made up.

use crate::support::{Bench, canary_numbers};

/// What is passed, and what is said. Every case runs `check --offline`.
struct Case {
    name: &'static str,
    bytes: Vec<u8>,
    args: &'static [&'static str],
    exit: i32,
    /// All of it must be said, on either stream.
    said: &'static [&'static str],
}

fn case(
    name: &'static str,
    bytes: impl Into<Vec<u8>>,
    args: &'static [&'static str],
    exit: i32,
    said: &'static [&'static str],
) -> Case {
    Case { name, bytes: bytes.into(), args, exit, said }
}

fn utf16(text: &str, big: bool) -> Vec<u8> {
    text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}

const HEADER: &str = "phone_number,name,note\n";
const ONE_OF_TWO: &str = "2 in the file: 1 to send, 1 invalid";
const TWO: &str = "2 in the file: 2 to send, 0 invalid";

/// A sound row, and another after it.
fn with(row: &[u8]) -> Vec<u8> {
    [HEADER.as_bytes(), b"+393331230001,Ada,x\n", row].concat()
}

/// A list in an archive, of which one letter has become another.
/// An archive to which a file was appended under the name of one that is there.
fn zip_of_twins() -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, row) in [("list-1.csv", "+393331234501,Ann"), ("list-2.csv", "+393331234502,Bo")] {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut archive, format!("phone_number,name\n{row}\n").as_bytes()).unwrap();
    }
    let mut bytes = archive.finish().unwrap().into_inner();
    let (one, other) = (b"list-1.csv", b"list-2.csv");
    let twins: Vec<usize> =
        bytes.windows(other.len()).enumerate().filter(|(_, w)| w == other).map(|(at, _)| at).collect();
    twins.into_iter().for_each(|at| bytes[at..at + one.len()].copy_from_slice(one));
    bytes
}

#[test]
fn an_archive_that_has_a_name_twice_is_refused_and_not_half_read() {
    let bench = Bench::new();
    let file = bench.file("lists.zip", zip_of_twins());
    for flags in [&[][..], &["--member", "list-1.csv"]] {
        let told = bench.run(&file, flags).expect(3).stderr;
        assert!(told.contains("two of its files have the same name"), "{told}");
    }
    assert!(bench.identifiers().is_empty());
}

/// An archive with one part, as documents are.
fn zip_of(part: &str) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for name in ["[Content_Types].xml", part, "docProps/core.xml"] {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn damaged_zip() -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    archive.start_file("list.csv", stored).unwrap();
    std::io::Write::write_all(&mut archive, &with(b"+393331230002,Bob,x\n")).unwrap();
    let mut bytes = archive.finish().unwrap().into_inner();
    let at = bytes.windows(3).position(|three| three == b"Bob").unwrap();
    bytes[at + 1] = b'u';
    bytes
}

/// Two rows, whose letters are written down so.
fn listed_in(encoding: &'static encoding_rs::Encoding, rows: &str) -> Vec<u8> {
    let numbered = rows.lines().enumerate().map(|(at, row)| format!("+39333123000{at},{row}\n"));
    let text = format!("{HEADER}{}", numbered.collect::<String>());
    let (bytes, _, unmapped) = encoding.encode(&text);
    assert!(!unmapped);
    bytes.into_owned()
}

#[rustfmt::skip]
fn cases() -> Vec<Case> {
    let plain = "phone_number,name\n+393331230001,Ada\n+393331230002,Zoë\n";
    let mut cases = vec![
        // Empty, nearly empty.
        case("zero bytes", "", &[], 3, &["is empty"]),
        case("a byte-order mark and nothing else", "\u{feff}", &[], 3, &["is empty"]),
        case("white space only", "\r\n \n\t\n", &[], 3, &["is empty"]),
        case("a header and no rows", HEADER, &[], 0, &["0 in the file: 0 to send"]),
        case("blank lines before the header", format!("\n\n  \n{plain}"), &[], 0, &[TWO, "header on line 4", "blank lines that are skipped: 3"]),
        case("blank lines between rows", "phone_number,name\n\n+393331230001,Ada\n   \n\r\n+393331230002,Bo\n", &[], 0, &[TWO, "blank lines that are skipped: 3"]),
        case("no line end at the end", plain.trim_end(), &[], 0, &[TWO, "the last line, 3, has no line end"]),
        // Encodings.
        case("UTF-8 with a byte-order mark", format!("\u{feff}{plain}"), &[], 0, &[TWO, "UTF-8 with byte-order mark"]),
        case("UTF-16LE with a byte-order mark", utf16(&format!("\u{feff}{plain}"), false), &[], 0, &[TWO, "UTF-16LE with byte-order mark"]),
        case("UTF-16BE with a byte-order mark", utf16(&format!("\u{feff}{plain}"), true), &[], 0, &[TWO, "UTF-16BE with byte-order mark"]),
        case("UTF-16LE that does not say so", utf16(plain, false), &[], 0, &[TWO, "UTF-16LE"]),
        case("UTF-16BE that does not say so", utf16(plain, true), &[], 0, &[TWO, "UTF-16BE"]),
        case("half a letter at the end of UTF-16", [&utf16("\u{feff}phone_number,name\n+393331230001,Ada\n+393331230002,Bo", false)[..], b"x"].concat(), &[], 1, &[ONE_OF_TWO, "encoding"]),
        case("a lone surrogate in UTF-16", [&utf16("\u{feff}phone_number,name\n+393331230001,Ada\n+393331230002,B", false)[..], b"\x2c\xd8", &utf16("o\n", false)].concat(), &[], 1, &[ONE_OF_TWO, "encoding"]),
        case("UTF-32", b"\xff\xfe\0\0p\0\0\0".as_slice(), &[], 3, &["UTF-32"]),
        case("one-byte letters that read alike everywhere", with(b"+393331230002,J\xfcrgen,x\n"), &[], 0, &[TWO, "windows-1252"]),
        case("one-byte letters that make two names", with(b"+393331230002,H\xe9l\xe8ne,x\n"), &[], 3, &["byte e8 (line 3): è in windows-1252", "č in windows-1250", "--encoding windows-1252"]),
        case("the same, with the encoding named", with(b"+393331230002,H\xe9l\xe8ne,x\n"), &["--encoding", "cp1252"], 0, &[TWO, "windows-1252 (as you said)"]),
        case("a byte that stands for nothing in the encoding", with(b"+393331230002,H\x81,x\n"), &["--encoding", "windows-1252"], 1, &[ONE_OF_TWO, "encoding"]),
        case("a control byte in strict Latin-1", with(b"+393331230002,O\x92Brien,x\n"), &["--encoding", "latin1"], 1, &[ONE_OF_TWO, "encoding"]),
        case("a list in GBK", listed_in(encoding_rs::GBK, "张伟,北京\n王芳,上海\n"), &[], 3, &["张 in GBK", "--encoding GBK"]),
        case("the same, with the encoding named", listed_in(encoding_rs::GBK, "张伟,北京\n王芳,上海\n"), &["--encoding", "gbk"], 0, &[TWO, "GBK (as you said)"]),
        case("a list in Shift-JIS", listed_in(encoding_rs::SHIFT_JIS, "佐藤太郎,東京\n鈴木花子,大阪\n"), &[], 3, &["make words in", "東 in Shift_JIS", "if these letters are right, pass --encoding Shift_JIS"]),
        case("a list in Hebrew", listed_in(encoding_rs::WINDOWS_1255, "דוד כהן,תל אביב\nשרה לוי,חיפה\n"), &[], 3, &["א in windows-1255", "the encoding whose letters are right: --encoding windows-1251, "]),
        case("a list in Arabic", listed_in(encoding_rs::WINDOWS_1256, "محمد علي,دبي\nفاطمة حسن,الرياض\n"), &[], 3, &["د in windows-1256", "pass --encoding windows-1256"]),
        case("Hebrew of DOS, which would make words in capitals of Cyrillic", with(b"+393331230002,\x83\x85\x83 \x8b\x84\x8f,x\n"), &[], 3, &["ד in IBM862", "Г in IBM866"]),
        case("letters of old Japanese mail", with(b"+393331230002,\x1b$B:4F#\x1b(B,x\n"), &[], 3, &["ISO-2022-JP", "CSV UTF-8"]),
        case("letters that are words in no encoding", with(b"+393331230002,x\xb1x\xf7x\xd8x,x\n"), &[], 3, &["no words in any encoding", "line 3", "--encoding NAME"]),
        case("few broken letters in UTF-8", [&with("+393331230002,Zoë éàü,x\n".as_bytes())[..], b"+393331230003,Zo\xeb,x\n"].concat(), &[], 1, &["3 in the file: 2 to send, 1 invalid", "UTF-8 (one letter is not)", "encoding"]),
        case("as many broken letters as sound ones", [&with("+393331230002,Zoë,x\n".as_bytes())[..], b"+393331230003,Zo\xeb,x\n"].concat(), &[], 3, &["mixes encodings", "--encoding utf-8"]),
        case("the same, with UTF-8 named", [&with("+393331230002,Zoë,x\n".as_bytes())[..], b"+393331230003,Zo\xeb,x\n"].concat(), &["--encoding", "utf-8"], 1, &["3 in the file: 2 to send, 1 invalid", "encoding"]),
        case("an overlong letter", [&with("+393331230002,Zoë éàü,x\n".as_bytes())[..], b"+393331230003,Zo\xc0\xaf,x\n"].concat(), &["--encoding", "utf-8"], 1, &["3 in the file: 2 to send, 1 invalid"]),
        case("a surrogate in UTF-8", [&with("+393331230002,Zoë éàü,x\n".as_bytes())[..], b"+393331230003,Zo\xed\xa0\x80,x\n"].concat(), &["--encoding", "utf-8"], 1, &["3 in the file: 2 to send, 1 invalid"]),
        case("UTF-8 that is named something else", plain, &["--encoding", "windows-1252"], 3, &["UTF-8 throughout", "leave --encoding out"]),
        case("UTF-16 with the high byte first and no mark, named utf-16", utf16(plain, true), &["--encoding", "utf-16"], 0, &[TWO, "UTF-16BE (as you said)"]),
        case("UTF-16 with a mark, named utf-16", utf16(&format!("\u{feff}{plain}"), true), &["--encoding", "utf-16"], 0, &[TWO, "UTF-16BE with byte-order mark (as you said)"]),
        case("UTF-16 in the other order than is named", utf16(plain, true), &["--encoding", "utf-16le"], 3, &["UTF-16BE, according to the zeros between its letters", "leave --encoding out"]),
        case("ASCII that is named UTF-16", "phone_number,name\n+393331230001,Ada\n", &["--encoding", "utf-16"], 3, &["is not UTF-16 in either byte order"]),
        case("a byte-order mark that says otherwise", format!("\u{feff}{plain}"), &["--encoding", "utf-16le"], 3, &["according to its first bytes"]),
        case("letters that were encoded twice", with("+393331230002,JosÃ©,x\n".as_bytes()), &[], 0, &[TWO, "such as Ã© for é: 1"]),
        case("a lost letter", with("+393331230002,Jos\u{fffd},x\n".as_bytes()), &[], 1, &[ONE_OF_TWO, "encoding"]),
        case("a zero byte in a cell", with(b"+393331230002,B\0b,a long note so that the file is text after all and not some binary thing that happens to have commas in it\n"), &[], 1, &[ONE_OF_TWO, "control_character"]),
        case("zero bytes all over", b"\x01\0\x02\0\x03\x04\0\0\x05,\n".as_slice(), &[], 3, &["binary data"]),
        case("a broken letter in the header", ["phone_number,nàmé,ü,é,n".as_bytes(), b"\xe9\n"].concat(), &[], 3, &["the header", "not valid text in UTF-8"]),
        // Other formats.
        case("PDF", b"%PDF-1.7\n%\xe2\xe3".as_slice(), &[], 3, &["a PDF document", "CSV UTF-8"]),
        case("a Word document", zip_of("word/document.xml"), &[], 3, &["a Word document", "CSV UTF-8"]),
        case("a document of Numbers", zip_of("Index/Document.iwa"), &[], 3, &["an Apple Numbers, Pages or Keynote document", "Export To"]),
        case("HTML", "\n<!DOCTYPE html><table>", &[], 3, &["an HTML page"]),
        case("XML", "<?xml version=\"1.0\"?><a/>", &[], 3, &["an XML document"]),
        case("a JSON list", "[\n {\"name\": 1}\n]", &[], 3, &["a JSON list", "jq -c"]),
        case("a JSON list, with its name", "[\n {\"name\": 1}\n]", &[], 3, &["list | callbell-import run -", "jq -c '.[]'", " | callbell-import run -"]),
        case("a JSON object over several lines", "{\n \"name\": \"A\",\n \"phone\": \"+393331230001\"\n}\n", &[], 3, &["not one object per line", "jq -c . "]),
        case("a JSON list in an object", "{\"data\":[{\"name\":\"A\",\"phone\":\"+393331230001\"}]}", &[], 3, &["not one object per line", "jq -c '.data[]' "]),
        case("the object that the API has for custom fields", "{\"identifier\":\"+393331230001\",\"name\":\"X\",\"custom_fields\":{\"City\":\"Rome\",\"Int\":[\"a\",\"b\"]},\"tags\":[\"VIP\"]}\n", &[], 0, &["1 to send"]),
        case("RTF", "{\\rtf1 x}", &[], 3, &["word processor"]),
        case("a calendar", "BEGIN:VCALENDAR\n", &[], 3, &["a calendar"]),
        case("bzip2", "BZh91AY&SY", &[], 3, &["a bzip2 archive"]),
        case("a document in the old Office container", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0\0\0\0\0\0\0".as_slice(), &[], 3, &["cannot be unpacked: workbook"]),
        case("a zip archive that is cut off", b"PK\x03\x04\x14\0\0\0".as_slice(), &[], 3, &["cannot be unpacked: zip: its end is missing, as when only a part of it was copied", "export it again"]),
        case("gzip that is cut off", b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x4b".as_slice(), &[], 3, &["cannot be unpacked: gzip: its end is missing, as when only a part of it was copied", "export it again"]),
        case("zstd that is cut off", b"\x28\xb5\x2f\xfd\x04".as_slice(), &[], 3, &["cannot be unpacked: zstd: its end is missing, as when only a part of it was copied", "export it again"]),
        case("xz that is cut off", b"\xfd7zXZ\0\0\x04".as_slice(), &[], 3, &["cannot be unpacked: xz: its end is missing, as when only a part of it was copied", "export it again"]),
        case("a zip archive whose file was damaged", damaged_zip(), &[], 3, &["cannot be unpacked: zip: the unpacked content is not what was packed"]),
        case("gzip of nothing that was packed", b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xff\xff\xff\xff\xff".as_slice(), &[], 3, &["cannot be unpacked: gzip: its content is not as it should be"]),
        // Line ends.
        case("old Mac line ends", plain.replace('\n', "\r"), &[], 0, &[TWO, "as on an old Mac"]),
        case("mixed line ends", "phone_number,name\r\n+393331230001,Ada\n+393331230002,Bo\r", &[], 0, &[TWO, "in several ways"]),
        // Quotes.
        case("escaped quotes and quoted delimiters", with(b"+393331230002,\"Bo \"\"B\"\", Jr\",\"a\nb\"\n"), &[], 0, &[TWO]),
        case("a quote that is open at the end", with(b"+393331230002,\"Bo,x\n"), &[], 1, &[ONE_OF_TWO, "unclosed_quote"]),
        case("a quote that swallows the file", with(format!("+393331230002,\"Bo,x\n{}", "1,2,3\n".repeat(1500)).as_bytes()), &[], 3, &["line 3", "never closed"]),
        case("a quote inside an unquoted cell", with(b"+393331230002,Bo,5\" pipe\n"), &[], 0, &[TWO]),
        case("text after a closing quote", with(b"+393331230002,\"Bo\"b,x\n"), &[], 1, &[ONE_OF_TWO, "text_after_quote"]),
        case("quotes escaped by backslash", with(b"+393331230002,\"Bo \\\"B\\\"\",x\n"), &[], 1, &[ONE_OF_TWO, "text_after_quote"]),
        case("quotes that are none", with(b"+393331230002,\"Bo\" B,x\n"), &["--quote", "none"], 0, &[TWO, "no quotes"]),
        case("single quotes", "'phone_number','name'\n'+393331230001','Ada, B'\n'+393331230002','O''N'\n", &[], 0, &[TWO, "cells quoted with '"]),
        case("single quotes that are named", "phone_number,name\n'+393331230001','Ada, B'\n+393331230002,Bo\n", &["--quote", "single"], 0, &[TWO]),
        case("a line break in a name", with(b"+393331230002,\"B\no\",x\n"), &[], 1, &[ONE_OF_TWO, "line_break"]),
        // Rows that do not fit.
        case("separators only", with(b",,\n , ,\n+393331230002,Bo,x\n,,,,"), &[], 0, &[TWO, "3 rows with nothing but separators are skipped", "first: line 3"]),
        case("cells that are empty in their quotes", with(b"\"\",,\n"), &[], 1, &[ONE_OF_TWO, "empty_row"]),
        case("too few cells", with(b"+393331230002,Bo\n"), &[], 1, &[ONE_OF_TWO, "field_count"]),
        case("too few cells, filled up", with(b"+393331230002,Bo\n"), &["--ragged", "pad"], 0, &[TWO, "fewer cells than the header", "first: line 3"]),
        case("too many cells", with(b"+393331230002,Bo,x,y\n"), &[], 1, &[ONE_OF_TWO, "field_count"]),
        case("too many cells are not filled up", with(b"+393331230002,Bo,x,y\n"), &["--ragged", "pad"], 1, &[ONE_OF_TWO, "field_count"]),
        case("too many cells, made to fit", with(b"+393331230002,Bo,x,y\n"), &["--ragged", "fit"], 0, &[TWO, "beyond the last column, which are left out"]),
        case("too many cells, all of them empty", with(b"+393331230002,Bo,x,,,\n"), &[], 0, &[TWO, "which were removed", "first: line 3"]),
        case("another separator in one row", with(b"+393331230002;Bo;x\n"), &[], 1, &[ONE_OF_TWO, "field_count"]),
        case("the header once more", with(HEADER.as_bytes()), &[], 1, &[ONE_OF_TWO, "repeated_header"]),
        case("a byte-order mark between two files that were joined", with(format!("\u{feff}{HEADER}").as_bytes()), &[], 1, &[ONE_OF_TWO, "repeated_header", "1 row begins with a byte-order mark"]),
        case("the same, without a header", with("\u{feff}+393331230002,Bo,x\n".as_bytes()), &[], 0, &[TWO, "1 row begins with a byte-order mark, as after joining files", "first: line 3"]),
        case("a byte-order mark inside a cell", with("+393331230002,Bo\u{feff},x\n".as_bytes()), &[], 1, &[ONE_OF_TWO, "control_character"]),
        case("people without a name behind a blank line", with(b"+393331230002,Bo,x\n\n+393331230003\nann@example.com\n"), &[], 1, &["4 in the file: 2 to send, 2 invalid", "field_count"]),
        case("a report's last lines", with(b"+393331230002,Bo,x\n\n\"Contacts, all\"\nCopyright Acme\n"), &[], 0, &[TWO, "lines 5 to 6 at the end"]),
        case("last lines that are rows with another separator", with(b"\n+393331230002;Bo;x\n"), &[], 1, &[ONE_OF_TWO, "field_count"]),
        case("a line alone between rows", with(b"\nonly\n+393331230002,Bo,x\n"), &[], 1, &["3 in the file: 2 to send, 1 invalid", "field_count"]),
        // Delimiters.
        case("semicolons", plain.replace(',', ";"), &[], 0, &[TWO, "semicolon"]),
        case("tabs", plain.replace(',', "\t"), &[], 0, &[TWO, "tab"]),
        case("vertical bars", plain.replace(',', "|"), &[], 0, &[TWO, "vertical bar"]),
        case("carets, named", plain.replace(',', "^"), &["--delimiter", "^"], 0, &[TWO, "`^`"]),
        case("two delimiters that fit alike", "phone_number;a,name\n1;2,3\n", &[], 2, &["both fit", "--delimiter"]),
        case("one column only", "phone_number\n+393331230001\n", &[], 2, &["no column gives the name"]),
        case("Excel's separator line", format!("sep=;\r\n{}", plain.replace(',', ";")), &[], 0, &[TWO, "semicolon", "header on line 2"]),
        // Headers.
        case("no header", "+393331230001,Ada\n+393331230002,Bo\n", &[], 2, &["looks like data", "--no-header"]),
        case("no header, and told so", "+393331230001,Ada\n+393331230002,Bo\n", &["--no-header", "--map", "identifier=column_1", "--map", "name=column_2"], 0, &[TWO, "no header, first row on line 1"]),
        case("a header that looks like data", "phone_number,name,a@b.com\n+393331230001,Ada,x\n+393331230002,Bo,x\n", &["--header"], 0, &[TWO]),
        case("two columns of one name", "phone_number,name,note,note\n+393331230001,Ada,a,b\n+393331230002,Bo,a,b\n", &[], 0, &[TWO, "share a name"]),
        case("two columns of one name that are asked for", "phone_number,name,x,x\n1,2,3,4\n", &["--map", "note=x"], 2, &["2 columns called `x`", "`x (1)` or `x (2)`"]),
        case("one of them", "phone_number,name,x,x\n+393331230001,Ada,a,b\n+393331230002,Bo,a,b\n", &["--map", "note=x (2)", "--map", "custom_fields.X={x (1)}!"], 0, &[TWO, "x (2)"]),
        case("a column without a name, and empty", "phone_number,name,\n+393331230001,Ada,\n+393331230002,Bo,\n", &[], 0, &[TWO, "1 empty: (no name)"]),
        case("a column without a name, and filled", "phone_number,name,\n+393331230001,Ada,x\n+393331230002,Bo,\n", &[], 0, &[TWO, "(no name)", "1 cell filled"]),
        case("a delimiter too many in the header", "phone_number,name,\n+393331230001,Ada\n+393331230002,Bo\n", &[], 0, &[TWO, "fewer cells than the header"]),
        case("spaces, capitals and accents in the header", "  Numéro de téléphone ,NOM\u{a0}COMPLET\n+393331230001,Ada\n+393331230002,Bo\n", &["--map", "identifier=numero de telephone"], 0, &[TWO]),
        // What does not end.
        case("a cell that is far too long", with(&[b"+393331230002,", &vec![b'x'; ENDLESS][..], b"\n+393331230003,Cy,x\n"].concat()), &[], 1, &["3 in the file: 2 to send, 1 invalid", "row_too_long"]),
        case("a quoted cell without end", with(&[b"+393331230002,\"", &vec![b'x'; ENDLESS][..], b"\n+393331230003,Cy,x\n"].concat()), &[], 3, &["line 3", "longer than 1048576 bytes"]),
        case("a file without a line end", vec![b'x'; ENDLESS], &[], 3, &["longer than 1048576 bytes"]),
        case("a hundred thousand columns", format!("a{}\n", ",b".repeat(100_000)), &[], 3, &["more columns than the maximum", "1024"]),
        // vCards and JSON Lines.
        case("a card without an end", "BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nTEL:+393331230001\nEND:VCARD\nBEGIN:VCARD\nFN:Bo\nTEL:+393331230002\n", &[], 1, &[ONE_OF_TWO, "unended_card"]),
        case("a card without a name, and one without a number", "BEGIN:VCARD\nTEL:+393331230001\nEND:VCARD\nBEGIN:VCARD\nN:;;;;\nFN:Bo\nEND:VCARD\n", &[], 1, &["2 in the file: 0 to send, 2 invalid", "missing_name", "missing_identifier"]),
        case("an endless picture", format!("BEGIN:VCARD\nFN:Ada\nTEL:+393331230001\nPHOTO;ENCODING=b:{}\n {}\nEND:VCARD\n", "A".repeat(ENDLESS), "B".repeat(ENDLESS)), &[], 0, &["1 in the file: 1 to send", "pictures, sounds and keys that are left out: 1"]),
        case("an endless note", format!("BEGIN:VCARD\nFN:Ada\nTEL:+393331230001\nEND:VCARD\nBEGIN:VCARD\nFN:Bo\nNOTE:{}\nTEL:+393331230002\nEND:VCARD\n", "A".repeat(ENDLESS)), &[], 1, &[ONE_OF_TWO, "row_too_long"]),
        case("a note that is folded without end", format!("BEGIN:VCARD\nFN:Ada\nNOTE:{}\nTEL:+393331230001\nEND:VCARD\nBEGIN:VCARD\nFN:Bo\nTEL:+393331230002\nEND:VCARD\n", "A\n ".repeat(ENDLESS)), &[], 1, &[ONE_OF_TWO, "row_too_long"]),
        case("an endless quoted-printable note", format!("BEGIN:VCARD\nVERSION:2.1\nFN:Ada\nNOTE;ENCODING=QUOTED-PRINTABLE:{}\nTEL:+393331230001\nEND:VCARD\nBEGIN:VCARD\nFN:Bo\nTEL:+393331230002\nEND:VCARD\n", "AAAAAAA=\n".repeat(ENDLESS / 7)), &[], 1, &[ONE_OF_TWO, "row_too_long"]),
        case("a card of endless lines", format!("BEGIN:VCARD\nFN:Ada\nTEL:+393331230001\n{}END:VCARD\nBEGIN:VCARD\nFN:Bo\nTEL:+393331230002\nEND:VCARD\n", "NOTE:AAAA\n".repeat(ENDLESS / 8)), &[], 1, &[ONE_OF_TWO, "row_too_long"]),
        case("an endless line of JSON", format!("{{\"phone_number\":\"+393331230001\",\"name\":\"Ada\"}}\n{{\"phone_number\":\"+393331230002\",\"name\":\"{}\"}}\n", "B".repeat(ENDLESS)), &[], 1, &[ONE_OF_TWO, "row_too_long"]),
        case("lines outside of cards", "BEGIN:VCARD\nFN:Ada\nTEL:+393331230001\nEND:VCARD\nstray\n", &[], 0, &["lines outside any card that are skipped: 1"]),
        case("a broken letter on a card", [&b"BEGIN:VCARD\nFN:Zo"[..], "ë éàü".as_bytes(), b"\nTEL:+393331230001\nEND:VCARD\nBEGIN:VCARD\nFN:B\xeb\nTEL:+393331230002\nEND:VCARD\n"].concat(), &[], 1, &[ONE_OF_TWO, "encoding"]),
        case("a line of JSON that is none", "{\"phone_number\":\"+393331230001\",\"name\":\"Ada\"}\n{\"phone_number\"\n", &[], 1, &[ONE_OF_TWO, "json_line"]),
        case("an object in an object", "{\"phone_number\":\"+393331230001\",\"name\":\"Ada\"}\n{\"phone_number\":\"+393331230002\",\"name\":{\"first\":\"Bo\"}}\n", &[], 1, &[ONE_OF_TWO, "json_nested", "jq -c"]),
        case("a number with an exponent in JSON", "{\"phone_number\":3.9333E+11,\"name\":\"Ada\"}\n", &[], 1, &["1 invalid", "phone_scientific"]),
        case("a list without separator in its element", "{\"phone_number\":[\"+393331230001\"],\"name\":\"Ada\"}\n", &[], 0, &["1 to send"]),
    ];
    cases.push(case("a gzip bomb", bomb(), &[], 3, &["unpacks to more than 200 times its size"]));
    cases
}

/// 20 MiB of one letter, packed a thousandfold.
fn bomb() -> Vec<u8> {
    use std::io::Write as _;
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(&vec![b'a'; 1 << 20]).unwrap();
    packer.finish().unwrap().repeat(20)
}

/// More than a record may have.
const ENDLESS: usize = (1 << 20) + 100_000;

#[test]
fn a_cell_in_quotes_behind_a_space_is_not_sent_with_its_quotes() {
    let bench = Bench::new();
    let spaced = "\"phone_number\", \"name\"\n\"+393330000001\", \"Ada\"\n";
    let done = bench.run(bench.file("in.csv", spaced), &[] as &[&str; 0]).expect(3);
    assert!(done.stderr.contains("in.csv, line 1: spaces before the quotes"), "{}", done.stderr);
    let rows = "phone_number,name,note\n+393330000001, \"Ada\",\n+393330000002,Bob \"B\", the \"boss\" he\n";
    let done = bench.run(bench.file("in.csv", rows), &["--yes"]).expect(1).conserved();
    assert_eq!(done.column("code"), ["quote_after_space", ""]);
    let done = bench.run(bench.file("in.csv", rows), &["--yes", "--quote", "none"]).expect(0);
    assert_eq!(done.number("created"), 2);
}

#[test]
fn a_quote_that_is_open_to_the_end_tells_the_lines_that_there_are() {
    for (rows, told) in [
        ("+393331234501,\"A\nb\nc\n", Some(3)),
        ("+393331234501,\"A\nb\nc", Some(3)),
        ("+393331234501,\"A\n", None),
    ] {
        let bench = Bench::new();
        let file = bench.file("in.csv", format!("phone_number,name\n{rows}"));
        let done = bench.run(&file, &["--yes"]).expect(1);
        assert_eq!(done.failures()[0]["import_code"], "unclosed_quote");
        let message = &done.failures()[0]["import_message"];
        let ends = told.map(|lines| format!("covers {lines} lines"));
        assert!(
            ends.as_ref().map_or(!message.contains("what was read as one row"), |ends| message
                .ends_with(ends.as_str())),
            "{message}"
        );
    }
}

#[test]
fn a_stray_quote_never_swallows_people_in_silence() {
    let bench = Bench::new();
    let person = |row: usize, city: &str| format!("P{row},+39 333 {row:07},{city}\n");
    let mut list = "name,phone_number,City\n".to_owned();
    for row in 0..1000 {
        list.push_str(&person(row, if row == 4 || row == 904 { "\"" } else { "Rome" }));
    }
    let file = bench.file("in.csv", &list);
    let done = bench.run(&file, &["--yes"]).expect(1).conserved();
    assert_eq!((done.number("created"), done.number("invalid")), (99, 1));
    let failure = &done.failures()[0];
    assert_eq!((&*failure["import_code"], &*failure["import_row"]), ("swallowed_rows", "5"));
    assert!(failure["import_message"].ends_with("covers 901 lines"), "{}", failure["import_message"]);
    // Given back as it is, it is the same; nobody in it is sent as part of a cell.
    let failures = done.folder.join("failures.csv");
    let again = bench.exact([
        "run",
        failures.to_str().unwrap(),
        "--base-url",
        &bench.sandbox().base_url(),
        "--out",
        "again",
        "--yes",
    ]);
    assert!(again.expect(1).stdout.contains("1 row: 0 created, 1 invalid"));
    assert_eq!(bench.identifiers().len(), 99);
    // What the person says of quotes holds.
    let done = bench.run(&file, &["--yes", "--quote", "none"]).expect(0).conserved();
    assert_eq!((done.number("rows_read"), bench.identifiers().len(), bench.doubles()), (1000, 1000, 0));
    let bench = Bench::new();
    let note = "name,phone_number,note\nAda,+39 333 0000001,\"back:\nBob,+39 333 0000002,gone\"\n";
    let file = bench.file("in.csv", note);
    let _ = bench.run(&file, &[] as &[&str; 0]).expect(1).conserved();
    let done = bench.run(&file, &["--quote", "double"]).expect(0).conserved();
    assert_eq!(done.number("created"), 1);
}

#[test]
fn every_bad_input_of_the_catalogue_comes_to_its_end() {
    let bench = Bench::new();
    let cases = cases();
    let mut wrong = Vec::new();
    for case in &cases {
        let file = bench.file("list", &case.bytes);
        let mut args = vec!["check", file.to_str().unwrap(), "--offline", "--out", "out"];
        args.extend(case.args);
        let done = bench.exact(args);
        let said = format!("{}{}", done.stdout, done.stderr);
        let missing: Vec<_> = case.said.iter().filter(|words| !said.contains(**words)).collect();
        if done.code != case.exit || !missing.is_empty() {
            wrong.push(format!(
                "{}: exit {}, expected {}; not said: {missing:?}\n{said}",
                case.name, done.code, case.exit
            ));
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    assert!(bench.sandbox().world().seen().requests.is_empty());
}

#[test]
fn what_is_no_plain_file_is_refused_and_a_link_to_one_is_followed() {
    use std::os::unix::fs::symlink;
    let bench = Bench::new();
    let file = bench.file("list.csv", "phone_number,name\n+393331230001,Ada\n");
    // Outside of the bench's folder, which is read through afterwards.
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    symlink(&file, path("link.csv")).unwrap();
    symlink(path("nowhere"), path("dangling.csv")).unwrap();
    symlink(path("loop.csv"), path("loop.csv")).unwrap();
    let made = std::process::Command::new("mkfifo").arg(path("pipe.csv")).status().unwrap();
    assert!(made.success());
    let _socket = std::os::unix::net::UnixListener::bind(path("socket.csv")).unwrap();
    for (name, exit, said) in [
        ("link.csv", 0, "1 to send"),
        ("dangling.csv", 3, "No such file"),
        ("loop.csv", 3, "loop.csv: "),
        ("pipe.csv", 3, "is a pipe"),
        ("socket.csv", 3, "a device or socket"),
        ("/dev/null", 3, "a device or socket"),
        (".", 3, "is a directory"),
    ] {
        let input = path(name);
        let done = bench.exact(["check", input.to_str().unwrap(), "--offline", "--out", "out"]).expect(exit);
        assert!(format!("{}{}", done.stdout, done.stderr).contains(said), "{name}: {}", done.stderr);
    }
}

#[test]
fn the_list_is_not_overwritten_by_any_output_under_any_name() {
    let bench = Bench::new();
    let list = canary_numbers(3);
    let base = bench.sandbox().base_url();
    for name in ["results.csv", "in.csv", "problems.csv"] {
        bench.file(name, &list);
    }
    std::fs::create_dir(bench.path().join("hard")).unwrap();
    std::fs::hard_link(bench.path().join("in.csv"), bench.path().join("hard/failures.csv")).unwrap();
    std::fs::create_dir(bench.path().join("soft")).unwrap();
    std::os::unix::fs::symlink("../in.csv", bench.path().join("soft/summary.json")).unwrap();
    let run = |file, flags: &[&str]| {
        ["run", file, "--base-url", &base]
            .into_iter()
            .chain(flags.iter().copied())
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    for args in [
        run("results.csv", &["--out", "."]),
        run("in.csv", &["--out", "hard"]),
        run("in.csv", &["--out", "soft"]),
        run("in.csv", &["--metrics", "in.csv"]),
        run("in.csv", &["--events", "./in.csv"]),
        ["check", "problems.csv", "--offline", "--out", "."].map(str::to_owned).to_vec(),
        ["plan", "in.csv", "--base-url", &base, "--to", "in.csv"].map(str::to_owned).to_vec(),
    ] {
        let done = bench.exact(&args).expect(2);
        assert!(done.stderr.contains("is the list to be read"), "{args:?}\n{}", done.stderr);
    }
    for name in ["results.csv", "in.csv", "problems.csv"] {
        assert_eq!(std::fs::read_to_string(bench.path().join(name)).unwrap(), list, "{name}");
    }
    assert!(bench.identifiers().is_empty());
}

#[test]
fn files_of_others_in_the_output_folder_are_not_overwritten_and_ours_are() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(3));
    std::fs::create_dir(bench.path().join("out")).unwrap();
    for name in ["results.csv", "failures.csv", "summary.json", "report.html"] {
        let theirs = bench.file(&format!("out/{name}"), "the only copy of something");
        let done = bench.run(&file, &[""; 0]).expect(2);
        assert!(done.stderr.contains("was not written by this program"), "{}", done.stderr);
        assert!(done.stderr.contains(name), "{}", done.stderr);
        std::fs::remove_file(theirs).unwrap();
    }
    let pipe = bench.path().join("out/results.csv");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let refused = bench.run_command(&file, &[""; 0]).output().unwrap();
    // Whoever looks through the folder would wait for it.
    std::fs::remove_file(pipe).unwrap();
    assert!(bench.finish(refused).expect(2).stderr.contains("was not written by this program"));
    assert!(bench.identifiers().is_empty());
    let done = bench.run(&file, &[""; 0]).expect(0);
    // A spreadsheet has saved it, and the journal is there.
    std::fs::write(done.folder.join("results.csv"), "row;line;status\n").unwrap();
    bench.run(&file, &[""; 0]).expect(0).conserved();
    // Somebody has deleted the journal, and knows it.
    std::fs::remove_file(done.folder.join("journal.log")).unwrap();
    bench.run(&file, &["--restart", "--yes"]).expect(0).conserved();
}

#[test]
fn all_columns_that_a_mapping_names_and_the_file_lacks_are_told_at_once() {
    let bench = Bench::new();
    let file = bench.file("in.csv", "phone,first,name,city\n+393331234567,Ada,Byron,Rome\n");
    let check = |flags: &[&str]| {
        bench.exact([&["check", file.to_str().unwrap(), "--offline"], flags].concat()).expect(2).stderr
    };
    let told = check(&["--map", "identifier=phne", "--map", "name={frst} {name}", "--map", "note=city"]);
    assert!(told.contains("the file has none of these columns: `phne`, `frst`\n"), "{told}");
    assert!(told.ends_with("did you mean: --map 'identifier=phone' --map 'name={first} {name}'\n"), "{told}");
    // What is like no column is not guessed, and no flags are given for a part of it.
    let told = check(&["--map", "identifier=phne", "--map", "note=zzzzz"]);
    assert!(told.contains("`phne`, `zzzzz`\n") && !told.contains("--map"), "{told}");
    assert!(told.contains("did you mean `phone` by `phne`?\n"), "{told}");
    assert!(told.contains("its columns are: phone, first, name, city\n"), "{told}");
    // A list in a mapping file is not mended by a flag.
    bench.file("m.toml", "[map]\nidentifier = [\"phne\", \"phone\"]\nname = \"{frst}\"\n");
    let told = check(&["--mapping", "m.toml"]);
    assert!(told.contains("`phne`, `frst`\n") && !told.contains("--map"), "{told}");
    assert!(told.contains("did you mean `first` by `frst`?\n"), "{told}");
}

#[test]
fn a_field_that_is_given_twice_is_refused_with_what_reads_both() {
    let bench = Bench::new();
    let file = bench.file("in.csv", "phone,mobile,first,name\n12,+393331234567,Ada,Byron\n");
    let check =
        |flags: &[&str]| bench.exact([&["check", file.to_str().unwrap(), "--offline"], flags].concat());
    let told = check(&["--map", "identifier=phone", "--map", "identifier=mobile"]).expect(2).stderr;
    let line = "identifier = [\"phone\", \"mobile\"]";
    assert!(
        told.contains("first valid number") && told.ends_with(&format!("--mapping FILE: {line}\n")),
        "{told}"
    );
    bench.file("m.toml", format!("[map]\n{line}\nname = \"name\"\n"));
    check(&["--mapping", "m.toml"]).expect(0);
    let told = check(&["--map", "name={first}", "--map", "name=name"]).expect(2).stderr;
    assert!(told.contains("pass --map 'name={first} {name}'."), "{told}");
    assert!(told.ends_with("name = [\"{first}\", \"name\"]\n"), "{told}");
    let told = check(&["--map", "tags=first", "--map", "tags=name"]).expect(2).stderr;
    assert!(told.ends_with("tags = [\"first\", \"name\"]\n") && !told.contains("join"), "{told}");
    let told = check(&["--set", "source=whatsapp", "--set", "source=telegram"]).expect(2).stderr;
    assert!(told.contains("keep one of the two --set source=…\n"), "{told}");
    let told = check(&["--set", "tags=a", "--set", "tags=b"]).expect(2).stderr;
    assert!(told.contains("one flag: --set tags=one,two\n"), "{told}");
}
