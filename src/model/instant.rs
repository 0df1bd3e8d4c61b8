//! Points in time, as the API writes them.

use std::time::{Duration, SystemTime};

/// The point in time that a text names: `2026-11-29T03:00:00Z`, also with a fraction, with a space for the `T`, and with an
/// offset (`+01:00`, `+0100`, `+01`) or `UTC` for the `Z`, before which a space may stand. `None` for anything else, and
/// above all where no zone is named: what is guessed there would be hours off, and people's age is judged by it.
pub fn instant(text: &str) -> Option<SystemTime> {
    let text = text.trim();
    // The clock's reading is ASCII and 19 bytes long before its fraction; signs before that are those of the date.
    let zone_at = text.bytes().skip(19).position(|byte| !byte.is_ascii_digit() && byte != b'.')? + 19;
    let (clock, zone) = text.split_at_checked(zone_at)?;
    // There is a zone: the one that is added says only that this reading is taken for itself.
    let local = humantime::parse_rfc3339_weak(&format!("{clock}Z")).ok()?;
    match zone.trim_start() {
        "Z" | "z" | "UTC" => Some(local),
        offset => match offset.split_at_checked(1)? {
            // East of Greenwich the clocks are ahead.
            ("+", ahead) => local.checked_sub(offset_of(ahead)?),
            ("-", behind) => local.checked_add(offset_of(behind)?),
            _ => None,
        },
    }
}

/// `hh`, `hhmm` or `hh:mm`.
fn offset_of(text: &str) -> Option<Duration> {
    let (hours, minutes) = match (text.len(), text.split_once(':')) {
        (5, Some((hours, minutes))) if hours.len() == 2 => (hours, minutes),
        (4, None) => text.split_at_checked(2)?,
        (2, None) => (text, "00"),
        _ => return None,
    };
    let number = |text: &str, most| {
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<u64>().ok().filter(|number| is_number && *number <= most)
    };
    Some(Duration::from_secs(number(hours, 23)? * 3600 + number(minutes, 59)? * 60))
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_point_in_time_is_read_with_its_zone_in_every_common_spelling() {
        let expected = UNIX_EPOCH + Duration::from_secs(1_795_917_600);
        for text in [
            "2026-11-29T02:00:00Z",
            "2026-11-29 02:00:00z",
            "2026-11-29 02:00:00 UTC",
            "2026-11-29T02:00:00+00:00",
            "2026-11-29T02:00:00-00:00",
            "2026-11-29T03:00:00+01:00",
            "2026-11-29 03:00:00 +0100",
            "2026-11-29T03:00:00+01",
            "2026-11-28T22:30:00-0330",
            "2026-11-29T07:45:00+05:45",
            " 2026-11-29T02:00:00Z ",
        ] {
            assert_eq!(instant(text), Some(expected), "{text}");
        }
        let fraction = Some(expected + Duration::from_millis(250));
        for text in ["2026-11-29T02:00:00.250Z", "2026-11-29T03:00:00.250+01:00"] {
            assert_eq!(instant(text), fraction, "{text}");
        }
    }

    #[test]
    fn what_names_no_zone_or_no_time_is_no_point_in_time() {
        for text in [
            "2026-11-29T03:00:00",
            "2026-11-29 03:00:00",
            "2026-11-29T03:00:00.250",
            "2026-11-29 03:00:00 ",
            "2026-11-29 03:00:00 CET",
            "2026-11-29T03:00:00+1",
            "2026-11-29T03:00:00+001",
            "2026-11-29T03:00:00+24:00",
            "2026-11-29T03:00:00+01:60",
            "2026-11-29T03:00:00+1:000",
            "2026-11-29T03:00:00++1:0",
            "2026-11-29T03:00:00Z+01:00",
            "2026-11-29T03:00:00+01:00 x",
            "2026-02-30T03:00:00Z",
            "2026-11-29",
            "29/11/2026 03:00:00 Z",
            "1795917600",
            "",
        ] {
            assert_eq!(instant(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in ".{0,40}", more in "[0-9TZ:+\u{e9} .-]{0,40}") {
            let _ = instant(&text);
            let _ = instant(&more);
            let _ = instant(&format!("2026-11-29T02:00:00{more}"));
        }
    }
}
