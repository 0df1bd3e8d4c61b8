//! Lines with a checksum, of which a file that only grows is made: the journal, and what stands beside it.
//!
//! The checksum is the CRC-32 of everything after it, without the line end. Lines stand alone: one that is torn or
//! flipped is known for it, and those around it are still read.

/// A line with its checksum and its end. `text` has no line break.
pub fn encode_line(text: &str) -> Vec<u8> {
    let mut line = Vec::with_capacity(text.len() + 10);
    write_line(&mut line, |line| line.extend_from_slice(text.as_bytes()));
    line
}

/// Appends a line with its checksum and its end. `text` appends what stands in it, and no line break.
pub fn write_line(bytes: &mut Vec<u8>, text: impl FnOnce(&mut Vec<u8>)) {
    let start = bytes.len();
    bytes.extend_from_slice(b"00000000 ");
    text(bytes);
    let checksum = crc32fast::hash(&bytes[start + 9..]);
    for (digit, shift) in (0..8).map(|nth| (nth, 28 - 4 * nth)) {
        let nibble = (checksum >> shift & 0xf) as usize;
        bytes[start + digit] = b"0123456789abcdef"[nibble];
    }
    bytes.push(b'\n');
}

/// The text of a line without its end; `None` if it is not whole.
pub fn decode_line(line: &[u8]) -> Option<&str> {
    let (checksum, rest) = line.split_at_checked(9)?;
    let checksum = std::str::from_utf8(checksum.strip_suffix(b" ")?).ok()?;
    // Exactly as it was written: `+123` and capitals would be read, too.
    let is_hex = checksum.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    if !is_hex || u32::from_str_radix(checksum, 16).ok()? != crc32fast::hash(rest) {
        return None;
    }
    std::str::from_utf8(rest).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_begins_with_the_checksum_that_everybody_knows() {
        // The check value of CRC-32, as its catalogues give it.
        assert_eq!(encode_line("123456789"), b"cbf43926 123456789\n");
        assert_eq!(decode_line(b"cbf43926 123456789"), Some("123456789"));
        assert_eq!(decode_line(b"CBF43926 123456789"), None, "written in another way");
    }

    #[test]
    fn a_line_is_written_behind_what_was_there_before() {
        let mut bytes = encode_line("one");
        write_line(&mut bytes, |line| line.extend_from_slice(b"two"));
        let texts: Vec<_> =
            bytes.strip_suffix(b"\n").unwrap().split(|byte| *byte == b'\n').map(decode_line).collect();
        assert_eq!(texts, [Some("one"), Some("two")]);
    }
}
