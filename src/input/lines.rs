//! Counts physical lines, whichever way they end.

/// Where a reading stands. `\r\n`, `\n` and a lone `\r` each end one line.
#[derive(Debug, Clone)]
pub(super) struct LineCounter {
    line: u64,
    after_cr: bool,
}

impl LineCounter {
    pub(super) fn new() -> Self {
        Self { line: 1, after_cr: false }
    }

    /// The line on which the next byte stands, counted from 1.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    pub(super) fn feed(&mut self, bytes: &[u8]) {
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
    fn a_line_end_cut_in_two_counts_once() {
        let mut counter = LineCounter::new();
        counter.feed(b"a\r");
        counter.feed(b"\nb");
        assert_eq!(counter.line(), 2);
    }
}
