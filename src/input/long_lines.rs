//! Lines of any length in bounded memory.

use std::io::{self, BufRead};

use super::limits::MOST_RECORD_BYTES;

/// Reads line by line.
pub(super) struct LongLines<R> {
    inner: R,
    line: u64,
    /// What ends a line, once the first bytes have been seen.
    end: Option<u8>,
}

/// A line feed, unless there is none and carriage returns are: so old Macs ended lines.
fn end_of_lines(first: &[u8]) -> u8 {
    let is_last = |at: usize| at + 1 == first.len();
    match (memchr::memchr(b'\n', first), memchr::memchr(b'\r', first)) {
        (None, Some(at)) if !is_last(at) => b'\r',
        _ => b'\n',
    }
}

/// One line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LongLine {
    /// Its number, from 1.
    pub(super) number: u64,
    /// It goes on beyond what was kept of it.
    pub(super) cut: bool,
}

impl<R: BufRead> LongLines<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, line: 0, end: None }
    }

    /// Puts the next line into `text`, without its end, and cut at the most bytes that a record may have.
    pub(super) fn next(&mut self, text: &mut Vec<u8>) -> io::Result<Option<LongLine>> {
        text.clear();
        let (mut cut, mut any) = (false, false);
        loop {
            let bytes = self.inner.fill_buf()?;
            if bytes.is_empty() {
                if !any {
                    return Ok(None);
                }
                break;
            }
            any = true;
            let end = memchr::memchr(*self.end.get_or_insert_with(|| end_of_lines(bytes)), bytes);
            let part = &bytes[..end.unwrap_or(bytes.len())];
            let room = MOST_RECORD_BYTES - text.len();
            cut |= part.len() > room;
            text.extend_from_slice(&part[..part.len().min(room)]);
            let consumed = end.map_or(bytes.len(), |end| end + 1);
            self.inner.consume(consumed);
            if end.is_some() {
                break;
            }
        }
        if text.last() == Some(&b'\r') {
            text.pop();
        }
        self.line += 1;
        Ok(Some(LongLine { number: self.line, cut }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carriage_returns_end_lines_where_nothing_else_does() {
        let lines_of = |bytes: &[u8]| {
            let mut lines = LongLines::new(io::BufReader::new(bytes));
            let (mut text, mut seen) = (Vec::new(), Vec::new());
            while let Some(line) = lines.next(&mut text).unwrap() {
                seen.push((line.number, String::from_utf8(text.clone()).unwrap()));
            }
            seen
        };
        let of = |texts: &[&str]| (1..).zip(texts.iter().map(|&text| text.to_owned())).collect::<Vec<_>>();
        assert_eq!(lines_of(b"a\rb\r\rc"), of(&["a", "b", "", "c"]));
        assert_eq!(lines_of(b"a\rb\r\nc"), of(&["a\rb", "c"]));
        assert_eq!(lines_of(b"a\r"), of(&["a"]));
    }

    #[test]
    fn lines_are_counted_and_long_ones_are_cut() {
        let mut bytes = b"a\r\n\nb".to_vec();
        bytes.extend(std::iter::repeat_n(b'x', 3 * MOST_RECORD_BYTES));
        bytes.extend(b"\nlast");
        let mut lines = LongLines::new(io::BufReader::new(&bytes[..]));
        let mut text = Vec::new();
        let mut seen = Vec::new();
        while let Some(line) = lines.next(&mut text).unwrap() {
            seen.push((line.number, line.cut, text.len()));
        }
        assert_eq!(seen, [(1, false, 1), (2, false, 0), (3, true, MOST_RECORD_BYTES), (4, false, 4)]);
    }
}
