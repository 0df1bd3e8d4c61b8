//! Dates as people write them → `YYYY-MM-DD`. The order of day and month is declared, never guessed.

use serde::Serialize;

use crate::words::{Message, message};
use std::fmt;

/// How dates are written: `YYYY`, `MM`, `DD` (two digits), `M`, `D` (one or two), and whatever stands between them. A
/// `*` at the end passes over the rest, such as a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct DateFormat {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
enum Part {
    Year,
    Month { exactly_two: bool },
    Day { exactly_two: bool },
    Literal(char),
    Rest,
}

impl fmt::Display for DateFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.iter().try_for_each(|part| match part {
            Part::Year => f.write_str("YYYY"),
            Part::Month { exactly_two: true } => f.write_str("MM"),
            Part::Month { exactly_two: false } => f.write_str("M"),
            Part::Day { exactly_two: true } => f.write_str("DD"),
            Part::Day { exactly_two: false } => f.write_str("D"),
            Part::Literal(c) => write!(f, "{c}"),
            Part::Rest => f.write_str("*"),
        })
    }
}

impl DateFormat {
    /// Reads a format such as `DD/MM/YYYY`.
    ///
    /// # Errors
    ///
    /// What it lacks, in words.
    pub(super) fn parse(text: &str) -> Result<Self, Message> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let run = rest.chars().take_while(|&next| next == c).count();
            let length = match (c, run) {
                ('Y', 4) => {
                    parts.push(Part::Year);
                    4
                }
                ('M', 1 | 2) => {
                    parts.push(Part::Month { exactly_two: run == 2 });
                    run
                }
                ('D', 1 | 2) => {
                    parts.push(Part::Day { exactly_two: run == 2 });
                    run
                }
                ('Y' | 'M' | 'D', _) => {
                    return Err(message!("date-format-letters", format = text));
                }
                ('*', _) if rest == "*" => {
                    parts.push(Part::Rest);
                    1
                }
                _ => {
                    parts.push(Part::Literal(c));
                    c.len_utf8()
                }
            };
            rest = &rest[length..];
        }
        let count = |is: &dyn Fn(&Part) -> bool| parts.iter().filter(|part| is(part)).count();
        for (name, count) in [
            ("YYYY", count(&|part| *part == Part::Year)),
            ("MM, M", count(&|part| matches!(part, Part::Month { .. }))),
            ("DD, D", count(&|part| matches!(part, Part::Day { .. }))),
        ] {
            if count != 1 {
                return Err(if count == 0 {
                    message!("date-format-lacks", format = text, part = name)
                } else {
                    message!("date-format-repeats", format = text, part = name)
                });
            }
        }
        Ok(Self { parts })
    }

    /// `YYYY-MM-DD`.
    pub(super) fn iso() -> Self {
        let dash = Part::Literal('-');
        Self {
            parts: vec![
                Part::Year,
                dash.clone(),
                Part::Month { exactly_two: true },
                dash,
                Part::Day { exactly_two: true },
            ],
        }
    }

    /// Digits and dashes where an ISO date has them.
    pub(super) fn is_iso_shaped(text: &str) -> bool {
        text.len() == 10
            && text
                .bytes()
                .enumerate()
                .all(|(at, byte)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() })
    }

    fn is_behind_a_literal(&self, at: usize) -> bool {
        at.checked_sub(1).is_some_and(|before| matches!(self.parts[before], Part::Literal(_)))
    }

    /// The date as `YYYY-MM-DD`.
    ///
    /// # Errors
    ///
    /// What is wrong, to be put after the name of the field.
    pub(super) fn read(&self, text: &str) -> Result<String, Message> {
        let shape = || message!("date-shape");
        let mut rest = text;
        let (mut year, mut month, mut day) = (0, 0, 0);
        for (at, part) in self.parts.iter().enumerate() {
            match part {
                Part::Year => year = digits(&mut rest, 4, 4).ok_or_else(shape)?,
                Part::Month { exactly_two } => {
                    month = digits(&mut rest, if *exactly_two { 2 } else { 1 }, 2).ok_or_else(shape)?;
                }
                Part::Day { exactly_two } => {
                    day = digits(&mut rest, if *exactly_two { 2 } else { 1 }, 2).ok_or_else(shape)?;
                }
                Part::Literal(c) => rest = rest.strip_prefix(*c).ok_or_else(shape)?,
                // Another digit belongs to the number before it, and that is another date.
                Part::Rest if rest.starts_with(|c: char| c.is_numeric()) && !self.is_behind_a_literal(at) => {
                    return Err(shape());
                }
                Part::Rest => rest = "",
            }
        }
        if !rest.is_empty() {
            return Err(shape());
        }
        if year == 0 || !(1..=12).contains(&month) || day == 0 || day > days_of(year, month) {
            return Err(message!("date-no-such-day"));
        }
        Ok(format!("{year:04}-{month:02}-{day:02}"))
    }
}

/// Takes `least` to `most` digits off the front.
fn digits(text: &mut &str, least: usize, most: usize) -> Option<u32> {
    let length = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    if length < least {
        return None;
    }
    let (digits, rest) = text.split_at(length);
    *text = rest;
    digits.parse().ok()
}

/// Days of a month in the Gregorian calendar.
fn days_of(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn dates_are_read_as_declared() {
        for (format, text, date) in [
            ("DD/MM/YYYY", "03/04/2026", "2026-04-03"),
            ("MM/DD/YYYY", "03/04/2026", "2026-03-04"),
            ("D.M.YYYY", "3.4.2026", "2026-04-03"),
            ("D.M.YYYY", "13.12.2026", "2026-12-13"),
            ("YYYYMMDD", "20260403", "2026-04-03"),
            ("YYYY-MM-DD *", "2026-04-03 17:22:00", "2026-04-03"),
            ("YYYY/MM/DD", "2024/02/29", "2024-02-29"),
        ] {
            let read = DateFormat::parse(format).unwrap();
            assert_eq!(read.read(text).as_deref(), Ok(date), "{text}");
            assert_eq!(read.to_string(), format);
        }
    }

    #[test]
    fn what_is_no_such_date_is_refused() {
        for (format, text) in [
            ("DD/MM/YYYY", "3/4/2026"),
            ("DD/MM/YYYY", "31/02/2026"),
            ("DD/MM/YYYY", "29/02/1900"),
            ("DD/MM/YYYY", "12/31/2026"),
            ("DD/MM/YYYY", "03/04/26"),
            ("DD/MM/YYYY", "03/04/2026 10:00"),
            ("DD/MM/YYYY", "0/0/00"),
            ("YYYY-MM-DD", "0000-01-01"),
        ] {
            assert!(DateFormat::parse(format).unwrap().read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_format_names_year_month_and_day_once_each() {
        for format in ["DD/MM/YY", "DD/MM", "YYYY-MM-MM-DD", "DDD/MM/YYYY", ""] {
            assert!(DateFormat::parse(format).is_err(), "{format}");
        }
    }

    #[test]
    fn the_rest_that_is_passed_over_does_not_go_on_with_a_number() {
        let read = |format: &str, text: &str| DateFormat::parse(format).unwrap().read(text);
        for (format, text) in
            [("D.M.YYYY*", "3.4.20261"), ("YYYY-MM-D*", "2026-04-031"), ("D.M.YYYY*", "3.4.2026\u{b2}")]
        {
            assert!(read(format, text).is_err(), "{text}");
        }
        assert_eq!(read("D.M.YYYY*", "3.4.2026, 10:00").unwrap(), "2026-04-03");
        assert_eq!(read("D.M.YYYY *", "3.4.2026 10:00").unwrap(), "2026-04-03");
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in any::<String>(), format in "[DMY/. *]{0,12}") {
            if let Ok(format) = DateFormat::parse(&format) {
                let _ = format.read(&text);
            }
        }
    }
}
