//! The formats that begin with a word or a magic number, which chance would not find: the first byte chooses one.

use std::path::Path;

use callbell_import::input::{InputFile, InputFiles, InputOptions, Records};

const BEGINNINGS: [&[u8]; 9] = [
    b"BEGIN:VCARD\n",
    b"BEGIN:VCARD\nVERSION:2.1\nN;ENCODING=QUOTED-PRINTABLE:",
    b"{\"",
    b"\x1f\x8b\x08\0\0\0\0\0\0\x03",
    b"\x28\xb5\x2f\xfd",
    b"\xfd7zXZ\0",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"sep=;\n",
];

/// Fails if what is said above does not hold of these bytes.
pub fn try_it(data: &[u8]) {
    let Some((choice, rest)) = data.split_first() else { return };
    let beginning = BEGINNINGS.get(usize::from(*choice)).copied().unwrap_or_default();
    let bytes = [beginning, rest].concat();
    let Ok(spool) = tempfile::tempfile() else { return };
    let options = InputOptions::default();
    let input = match InputFile::spool(&bytes[..], spool, Path::new("list"), &options, &tempfile::tempfile) {
        Ok(input) => input,
        Err(error) => return super::is_told(&bytes, &error),
    };
    let Ok(input) = InputFiles::new(vec![input]) else { return };
    let Ok(records) = Records::new(&input) else { return };
    let width = records.header().names.len();
    for row in records.map_while(Result::ok) {
        if choice < &3 {
            assert_eq!(row.cells.len(), width, "a row of a table has all of its cells");
        }
    }
}
