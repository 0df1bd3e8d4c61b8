//! Any bytes, with any options, as a contact list: no panic, no hang, and two readings say the same. The first three
//! bytes are the options.

use std::path::Path;

use callbell_import::input::{Encoding, InputFile, InputFiles, InputOptions, Quote, Ragged, Records};

const ENCODINGS: [&str; 8] =
    ["utf-8", "utf-16le", "utf-16be", "latin1", "windows-1252", "windows-1250", "gbk", "shift_jis"];

/// Fails if what is said above does not hold of these bytes.
pub fn try_it(data: &[u8]) {
    let [encoding, dialect, shape, bytes @ ..] = data else { return };
    let options = InputOptions {
        encoding: ENCODINGS.get(usize::from(*encoding)).and_then(|name| Encoding::named(name)),
        delimiter: [None, Some(b','), Some(b';'), Some(b'\t')][usize::from(dialect & 3)],
        quote: [None, Some(Quote::Double), Some(Quote::Single), Some(Quote::None)]
            [usize::from(dialect >> 2 & 3)],
        header: [None, Some(true), Some(false), None][usize::from(shape & 3)],
        header_line: (shape >> 4 > 0).then(|| u64::from(shape >> 4)),
        ragged: [Ragged::Refuse, Ragged::Pad, Ragged::Fit, Ragged::Refuse][usize::from(shape >> 2 & 3)],
        member: None,
        sheet: None,
        separators: vec![" / ".to_owned()],
    };
    let Ok(spool) = tempfile::tempfile() else { return };
    let input = match InputFile::spool(bytes, spool, Path::new("list"), &options, &tempfile::tempfile) {
        Ok(input) => input,
        Err(error) => return super::is_told(bytes, &error),
    };
    let Ok(input) = InputFiles::new(vec![input]) else { return };
    let (Ok(one), Ok(two)) = (Records::new(&input), Records::new(&input)) else { return };
    let width = one.header().names.len();
    let mut line = 0;
    for (row, again) in one.zip(two) {
        match (row, again) {
            (Ok(row), Ok(again)) => {
                assert!(row == again, "two readings differ");
                assert!(row.line >= line, "lines go backwards");
                line = row.line;
                if options.ragged == Ragged::Fit && row.flaw.is_none() {
                    assert_eq!(row.cells.len(), width, "a row does not fit");
                }
            }
            (Err(_), Err(_)) => {}
            _ => panic!("one reading fails where the other does not"),
        }
    }
}
