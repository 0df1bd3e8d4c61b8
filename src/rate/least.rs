//! The quickest answer of late.

use std::time::Duration;

use tokio::time::Instant;

/// The least time that an answer took, over the last one to two spans.
#[derive(Debug, Clone, Copy)]
pub(super) struct Least {
    span: Duration,
    now: Option<Duration>,
    before: Option<Duration>,
    since: Option<Instant>,
}

impl Least {
    pub(super) fn over(span: Duration) -> Self {
        Self { span, now: None, before: None, since: None }
    }

    /// An answer took so long; the least of late, this one included.
    pub(super) fn note(&mut self, took: Duration, now: Instant) -> Duration {
        let since = *self.since.get_or_insert(now);
        if now - since > self.span {
            (self.before, self.now, self.since) = (self.now, None, Some(now));
        }
        let least = self.now.map_or(took, |least| least.min(took));
        self.now = Some(least);
        self.before.map_or(least, |before| before.min(least))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_was_quick_long_ago_is_forgotten() {
        let ms = Duration::from_millis;
        let mut least = Least::over(ms(1000));
        let start = Instant::now();
        assert_eq!(least.note(ms(20), start), ms(20));
        assert_eq!(least.note(ms(90), start + ms(900)), ms(20));
        assert_eq!(least.note(ms(90), start + ms(1500)), ms(20));
        assert_eq!(least.note(ms(80), start + ms(2600)), ms(80));
    }
}
