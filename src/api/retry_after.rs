//! `Retry-After`, in both of its forms.

use std::time::{Duration, SystemTime};

/// Seconds; three centuries.
const LONGEST: u64 = 9_999_999_999;

/// Reads a header value: seconds, also with a fraction, or an HTTP date, which is taken relative to the answer's own
/// `Date` so that a wrong clock here does no harm. `None` for what is neither, and for times that are past.
pub(super) fn read(value: &str, server_time: Option<SystemTime>) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
        if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        // What is longer than any number here is longer than anybody waits.
        let seconds = if whole.trim_start_matches('0').len() > 10 { LONGEST } else { whole.parse().ok()? };
        let more = u64::from(fraction.bytes().any(|byte| byte != b'0'));
        return Some(Duration::from_secs(seconds + more));
    }
    let until = httpdate::parse_http_date(value).ok()?;
    until.duration_since(server_time?).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn seconds_and_dates_are_understood() {
        let server_time = httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").ok();
        for (value, seconds) in [
            ("0", Some(0)),
            ("7", Some(7)),
            (" 120 ", Some(120)),
            ("1.2", Some(2)),
            ("2.0", Some(2)),
            ("Sun, 06 Nov 1994 08:49:47 GMT", Some(10)),
            ("Sunday, 06-Nov-94 08:49:47 GMT", Some(10)),
            ("Sun Nov  6 08:49:47 1994", Some(10)),
            ("Sun, 06 Nov 1994 08:49:27 GMT", None),
            ("-1", None),
            ("soon", None),
            ("", None),
            ("1.2.3", None),
            ("0000000000007", Some(7)),
            ("9999999999", Some(9_999_999_999)),
            ("99999999999", Some(LONGEST)),
            ("99999999999999999999", Some(LONGEST)),
        ] {
            assert_eq!(read(value, server_time), seconds.map(Duration::from_secs), "{value}");
        }
    }

    proptest! {
        #[test]
        fn any_value_is_read_without_a_panic(value in any::<String>()) {
            let _ = read(&value, Some(SystemTime::UNIX_EPOCH));
        }

        #[test]
        fn dates_round_trip(seconds in 0_u64..4_000_000_000, ahead in 0_u64..100_000) {
            let now = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
            let until = httpdate::fmt_http_date(now + Duration::from_secs(ahead));
            prop_assert_eq!(read(&until, Some(now)), Some(Duration::from_secs(ahead)));
        }
    }
}
