//! Lines between `BEGIN:VCARD` and `END:VCARD`, in vCard 2.1, 3.0 or 4.0 as the first byte says; an empty line begins the
//! next card. One card is one row, no column is there twice, and two readings say the same.

use std::path::Path;

use callbell_import::input::{InputFile, InputFiles, InputOptions, Records};

/// Fails if what is said above does not hold of these bytes.
pub fn try_it(data: &[u8]) {
    let Some((version, rest)) = data.split_first() else { return };
    let version: &[u8] = [&b"2.1"[..], b"3.0", b"4.0"][usize::from(*version) % 3];
    let mut bytes = Vec::new();
    let begin = |bytes: &mut Vec<u8>| {
        bytes.extend(b"BEGIN:VCARD\r\nVERSION:");
        bytes.extend(version);
        bytes.extend(b"\r\n");
    };
    begin(&mut bytes);
    for line in rest.split(|&byte| byte == b'\n') {
        if line.is_empty() {
            bytes.extend(b"END:VCARD\r\n");
            begin(&mut bytes);
        } else {
            bytes.extend(line);
            bytes.extend(b"\r\n");
        }
    }
    bytes.extend(b"END:VCARD\r\n");
    let Ok(spool) = tempfile::tempfile() else { return };
    let options = InputOptions::default();
    let Ok(input) = InputFile::spool(&bytes[..], spool, Path::new("list"), &options, &tempfile::tempfile)
    else {
        return;
    };
    let Ok(input) = InputFiles::new(vec![input]) else { return };
    let (Ok(one), Ok(two)) = (Records::new(&input), Records::new(&input)) else { return };
    let names = &one.header().names;
    for (at, name) in names.iter().enumerate() {
        assert!(!names[..at].contains(name), "a column is there twice");
    }
    let width = names.len();
    let mut line = 0;
    for (row, again) in one.zip(two) {
        let (Ok(row), Ok(again)) = (row, again) else { panic!("what was put aside is read back") };
        assert!(row == again, "two readings differ");
        assert!(row.line > line, "every card stands on lines of its own");
        assert_eq!(row.cells.len(), width);
        line = row.line;
    }
}
