//! A `sent.log` that anything may have happened to, by itself and with right checksums: no panic, and what is read stands
//! in the file.

use callbell_import::journal::encode_line;
use callbell_import::results::read_sent;

fn read(bytes: &[u8]) {
    let mut last = None;
    let read = read_sent(&mut &bytes[..], |at, _| {
        assert!(at < bytes.len() as u64 && last.is_none_or(|last| last < at));
        last = Some(at);
        Ok(())
    });
    read.expect("bytes can be read");
}

/// Fails if what is said above does not hold of these bytes.
pub fn try_it(data: &[u8]) {
    read(data);
    let lines = data.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
    read(&lines.flat_map(|line| encode_line(&String::from_utf8_lossy(line))).collect::<Vec<u8>>());
}
