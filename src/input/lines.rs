//! Counts physical lines, whichever way they end.

/// Where a reading stands. `\r\n`, `\n` and a lone `\r` each end one line.
#[derive(Debug, Clone)]
pub(super) struct LineCounter {
    line: u64,
    after_cr: bool,
    /// Something stands on `line`.
    is_begun: bool,
}

impl LineCounter {
    pub(super) fn new() -> Self {
        Self { line: 1, after_cr: false, is_begun: false }
    }

    /// The line on which the next byte stands, counted from 1.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// Lines from `first` on that something stands on.
    pub(super) fn since(&self, first: u64) -> u64 {
        self.line - first + u64::from(self.is_begun)
    }

    pub(super) fn feed(&mut self, bytes: &[u8]) {
        self.is_begun = bytes.last().map_or(self.is_begun, |byte| !matches!(byte, b'\n' | b'\r'));
        for &byte in bytes {
            match byte {
                b'\n' if self.after_cr => {}
                b'\n' | b'\r' => self.line += 1,
                _ => {}
            }
            self.after_cr = byte == b'\r';
        }
    }
}

/// Where the physical line `line`, counted from 1, begins in `text`; `None` if it has none.
pub(super) fn beginning_of(text: &[u8], line: u64) -> Option<usize> {
    let mut counter = LineCounter::new();
    for (at, byte) in text.iter().enumerate() {
        let is_second_half = counter.after_cr && *byte == b'\n';
        if counter.line() == line && !is_second_half {
            return Some(at);
        }
        counter.feed(std::slice::from_ref(byte));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_line_end_counts_once() {
        for (text, line) in [("a\nb", 2), ("a\r\nb", 2), ("a\rb", 2), ("\r\n\r\n", 3), ("\n\r", 3), ("", 1)] {
            let mut counter = LineCounter::new();
            counter.feed(text.as_bytes());
            assert_eq!(counter.line(), line, "{text:?}");
        }
    }

    #[test]
    fn a_line_begins_behind_the_whole_end_of_the_one_above() {
        for (text, line, at) in [
            ("a\r\nb", 1, Some(0)),
            ("a\r\nb", 2, Some(3)),
            ("a\n\rb", 3, Some(3)),
            ("a\rb", 2, Some(2)),
            ("a\r\n\r\nb", 2, Some(3)),
            ("a\r\n\r\nb", 3, Some(5)),
            ("a\n", 2, None),
            ("a", 0, None),
            ("", 1, None),
        ] {
            assert_eq!(beginning_of(text.as_bytes(), line), at, "{text:?} {line}");
        }
    }

    #[test]
    fn a_line_end_cut_in_two_counts_once() {
        let mut counter = LineCounter::new();
        counter.feed(b"a\r");
        counter.feed(b"\nb");
        assert_eq!(counter.line(), 2);
    }
}
