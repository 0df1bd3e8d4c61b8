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
