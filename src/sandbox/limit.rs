//! The stand-in's own count of requests: a log of arrival times, not the client's kind of limiter.

use std::collections::VecDeque;
use std::time::Duration;

const WINDOW: Duration = Duration::from_secs(1);

/// Requests of the last rolling second.
#[derive(Debug, Default)]
pub(super) struct RollingSecond {
    /// Arrivals that were let in.
    admitted: VecDeque<Duration>,
    /// All arrivals, refused ones included.
    arrived: VecDeque<Duration>,
    most: usize,
}

impl RollingSecond {
    /// Counts an arrival. False: more than `limit` (0: none) within the last second, this one included.
    pub(super) fn admit(&mut self, now: Duration, limit: u32) -> bool {
        forget(&mut self.arrived, now);
        self.arrived.push_back(now);
        self.most = self.most.max(self.arrived.len());
        if limit == 0 {
            return true;
        }
        forget(&mut self.admitted, now);
        if self.admitted.len() >= limit as usize {
            return false;
        }
        self.admitted.push_back(now);
        true
    }

    /// Most arrivals seen in any rolling second.
    pub(super) fn most(&self) -> usize {
        self.most
    }
}

fn forget(times: &mut VecDeque<Duration>, now: Duration) {
    while times.front().is_some_and(|&time| now.saturating_sub(time) >= WINDOW) {
        times.pop_front();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_request_after_the_limit_is_refused_until_a_second_has_passed() {
        let mut second = RollingSecond::default();
        let at = Duration::from_millis;
        assert!((0..300).all(|n| second.admit(at(n), 300)));
        assert!(!second.admit(at(999), 300));
        assert!(second.admit(at(1000), 300));
        assert!(!second.admit(at(1000), 300));
        assert_eq!(second.most(), 302);
    }
}
