//! An `undo.log` that anything may have happened to, by itself and with right checksums: no panic, and the same twice.

use callbell_import::journal::encode_line;
use callbell_import::undo::Past;

fn read(bytes: &[u8]) {
    let past = Past::read(&mut &bytes[..]).expect("bytes can be read");
    let again = Past::read(&mut &bytes[..]).expect("bytes can be read");
    assert!(past.fates == again.fates && past.list == again.list && past.damage == again.damage);
}

/// Fails if what is said above does not hold of these bytes.
pub fn try_it(data: &[u8]) {
    read(data);
    let lines = data.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
    read(&lines.flat_map(|line| encode_line(&String::from_utf8_lossy(line))).collect::<Vec<u8>>());
}
