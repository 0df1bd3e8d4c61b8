//! How long a row waits, how often it tries, and what it does not wait out.

use std::time::Duration;

use crate::api::{Fault, READ_LAG};
use crate::model::{NewContact, RowNumber, Stop, of_contact};
use crate::rate::LONGEST_ASKED;

/// Tries of one step of a row that meets a contact, before it is given up.
pub(super) const MOST_TRIES: u32 = 5;

/// How long, how often, how boldly.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// How long a server may still be storing a request whose answer was lost (`--settle`).
    pub settle: Duration,
    /// How long a stored contact may stay invisible to look-ups.
    pub read_lag: Duration,
    /// Never send a request again whose fate is open (`--strict`).
    pub strict: bool,
    /// Most times a contact is sent because an answer was lost.
    pub most_sends: u32,
    /// Longest wait that a server may ask for before the run stops instead.
    pub longest_hold: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            settle: Duration::from_secs(120),
            read_lag: READ_LAG,
            strict: false,
            most_sends: 3,
            longest_hold: LONGEST_ASKED,
        }
    }
}

impl Patience {
    /// How long after the last send its contact is shown, or was never stored.
    pub(super) fn settled(&self) -> Duration {
        self.settle + self.read_lag
    }
}

/// 429s that follow on one another.
#[derive(Debug, Default)]
pub(super) struct Throttling {
    since: Option<Duration>,
}

impl Throttling {
    /// An answer came: everything but a 429 ends it.
    pub(super) fn note(&mut self, fault: Option<&Fault>) {
        if !matches!(fault, Some(Fault::Throttled { .. })) {
            self.since = None;
        }
    }

    /// A 429 came that asks to wait for `after`. `Some` if that, or all of them together, is longer than `longest`.
    pub(super) fn again(
        &mut self,
        after: Option<Duration>,
        now: Duration,
        longest: Duration,
    ) -> Option<Stop> {
        let since = *self.since.get_or_insert(now);
        let hold = after.unwrap_or_default().max(now.saturating_sub(since));
        (hold > longest).then_some(Stop::HeldTooLong { seconds: hold.as_secs() })
    }
}

/// Full jitter: anything up to half a second times two to the power of the failures, at most 30 s.
pub(super) fn back_off(failures: u32, jitter: &mut fastrand::Rng) -> Duration {
    let most = Duration::from_millis(500).saturating_mul(1 << failures.min(6)).min(Duration::from_secs(30));
    most.mul_f64(jitter.f64())
}

/// What the waits of a row come from: another than those of every other row, or all who fail together would come back
/// together.
pub(super) fn seed_of(seed: u64, row: RowNumber) -> u64 {
    seed ^ row.get()
}

/// The faults that concern the whole run. `sent`: what was to be created, where it was that which was refused; all else
/// may be about somebody who is there, of whom nobody knows what is not to be shown.
pub(super) fn stop_for(fault: &Fault, sent: Option<&NewContact>) -> Option<Stop> {
    let shown = |said: &str| sent.map_or_else(String::new, |contact| of_contact(said, contact));
    Some(match fault {
        Fault::Denied { status, said } => {
            Stop::TokenRefused { http_status: *status, said: shown(said), row: None }
        }
        Fault::PaymentRequired { said } => Stop::PaymentRequired { said: shown(said), row: None },
        Fault::NotTheApi { seen, .. } => Stop::NotTheApi { seen: seen.clone(), row: None },
        Fault::Untrusted { why } => Stop::Untrusted { why: why.clone() },
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    fn held(seconds: u64) -> Option<Stop> {
        Some(Stop::HeldTooLong { seconds })
    }

    #[test]
    fn a_hold_of_exactly_the_longest_is_borne_and_one_second_more_is_not() {
        let second = Duration::from_secs(1);
        assert_eq!(Throttling::default().again(Some(HOUR), second, HOUR), None);
        assert_eq!(Throttling::default().again(Some(HOUR + second), second, HOUR), held(3601));
        let mut throttling = Throttling::default();
        assert_eq!(throttling.again(None, second, HOUR), None);
        assert_eq!(throttling.again(None, second + HOUR, HOUR), None);
        assert_eq!(throttling.again(None, second * 2 + HOUR, HOUR), held(3601));
    }

    #[test]
    fn any_other_answer_ends_it_and_a_429_does_not() {
        for (fault, stop) in [
            (Some(Fault::Throttled { after: None }), held(7200)),
            (Some(Fault::Unreached { why: crate::words::Message::verbatim("x") }), None),
            (None, None),
        ] {
            let mut throttling = Throttling::default();
            assert_eq!(throttling.again(None, Duration::ZERO, HOUR), None);
            throttling.note(fault.as_ref());
            assert_eq!(throttling.again(None, HOUR * 2, HOUR), stop, "{fault:?}");
        }
    }

    #[test]
    fn no_two_rows_wait_alike_whatever_the_seed() {
        for seed in [0, 1, 0x00ff_00ff, u64::MAX] {
            let seeds: std::collections::HashSet<_> =
                (1..=300).map(|row| seed_of(seed, RowNumber::new(row))).collect();
            assert_eq!(seeds.len(), 300, "{seed}");
        }
    }

    #[test]
    fn a_wait_is_within_its_bounds() {
        let mut jitter = fastrand::Rng::with_seed(1);
        for failures in 1..40 {
            let most = Duration::from_millis(500) * 2_u32.pow(failures.min(6));
            let longest = (0..100).map(|_| back_off(failures, &mut jitter)).max().unwrap();
            assert!(longest <= most.min(Duration::from_secs(30)) && longest > most / 4, "{failures}");
        }
    }
}
