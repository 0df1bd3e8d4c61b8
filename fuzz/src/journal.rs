//! A journal that anything may have happened to. Read by itself, and with each line given its right checksum, so that what
//! is in the lines is reached as well: no panic, and all that is told stands in the file.

use callbell_import::journal::{encode_line, peek};

fn read(bytes: &[u8]) {
    let Ok(folder) = tempfile::tempdir() else { return };
    let path = folder.path().join("journal.log");
    std::fs::write(&path, bytes).expect("a temporary file");
    let replayed = peek(&path, |past| {
        assert!(past.offset <= bytes.len() as u64);
        Ok(())
    });
    let replayed = replayed.expect("the file can be read").expect("there is one");
    assert!(replayed.length == bytes.len() as u64 && replayed.whole_length <= replayed.length);
}

/// Fails if what is said above does not hold of these bytes.
pub fn try_it(data: &[u8]) {
    read(data);
    let lines = data.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
    read(&lines.flat_map(|line| encode_line(&String::from_utf8_lossy(line))).collect::<Vec<u8>>());
}
