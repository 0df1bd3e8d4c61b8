//! Whether a number is in a range in use, by Google's metadata.
//!
//! The library asks up to twenty patterns, and a list of a million people has a million numbers in a few thousand ranges.
//! The patterns look at the first digits only; how many, by country code and length, is in `depths.tsv`. So the library
//! is asked once for all numbers that begin alike.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber, Region};

use super::Country;

/// Country code, digits of the national number, digits that decide; from the metadata of the library's version.
const TABLE: &str = include_str!("depths.tsv");

/// So many answers are kept for each thread as this many bits have values.
const KEPT_BITS: u32 = 13;

static DEPTHS: LazyLock<HashMap<(u16, usize), usize>> = LazyLock::new(|| {
    let numbers = |line: &str| -> Option<((u16, usize), usize)> {
        let mut cells = line.split('\t');
        let key = (cells.next()?.parse().ok()?, cells.next()?.parse().ok()?);
        Some((key, cells.next()?.parse().ok()?))
    };
    TABLE.lines().filter_map(numbers).collect()
});

/// The main region of each country code of up to three digits, and how many digits decide by length.
static CODES: LazyLock<Vec<Option<Code>>> = LazyLock::new(|| {
    (0..1000_u16)
        .map(|code| {
            let main_region = PHONE_NUMBER_UTIL.get_region_for_country_code(i32::from(code))?;
            let depths =
                std::array::from_fn(|length| DEPTHS.get(&(code, length)).copied().unwrap_or_default());
            Some(Code { main_region, depths, usual: OnceLock::new() })
        })
        .collect()
});

/// Builds what the first number that is read waits for, some hundredths of a second of patterns: to be called on a thread
/// of its own while something else is done.
pub fn load_ranges() {
    let any = "12015550123";
    let _ = Parts::of(any).is_some_and(|parts| parts.is_in_use());
}

struct Code {
    main_region: Region,
    /// 0: not known.
    depths: [usize; 16],
    /// Digits of the longest usual number, once somebody has asked for it.
    usual: OnceLock<Option<usize>>,
}

thread_local! {
    static ANSWERS: RefCell<Vec<(u64, bool)>> = RefCell::new(vec![(0, false); 1 << KEPT_BITS]);
}

/// A number in two parts, every digit kept.
#[derive(Clone, Copy)]
pub(super) struct Parts<'d> {
    code: u16,
    /// Without the country code.
    pub(super) national: &'d str,
    main_region: Region,
    depth: usize,
}

impl<'d> Parts<'d> {
    /// Splits digits that begin with a country code; `None` if no country has it.
    pub(super) fn of(digits: &'d str) -> Option<Self> {
        if digits.starts_with('0') {
            return None;
        }
        // No country code is the beginning of another (ITU-T E.164), so the first that is assigned is the one.
        let mut code: u16 = 0;
        for (at, byte) in digits.bytes().enumerate().take(3) {
            if !byte.is_ascii_digit() {
                return None;
            }
            code = code * 10 + u16::from(byte - b'0');
            if let Some(known) = CODES.get(usize::from(code))? {
                let national = &digits[at + 1..];
                let depth = known.depths.get(national.len()).copied().unwrap_or_default();
                return Some(Self { code, national, main_region: known.main_region, depth });
            }
        }
        None
    }

    /// Its country code.
    pub(super) fn code(&self) -> String {
        self.code.to_string()
    }

    /// The main region of its country code.
    pub(super) fn main_region(&self) -> Region {
        self.main_region
    }

    /// Whether it has more digits than the usual numbers of people.
    pub(super) fn is_longer_than_usual(&self) -> bool {
        let code = CODES.get(usize::from(self.code)).and_then(Option::as_ref);
        let usual =
            code.and_then(|code| *code.usual.get_or_init(|| Country(code.main_region).usual_digits()));
        usual.is_some_and(|usual| self.national.len() > usual)
    }

    /// As the library has it.
    pub(super) fn number(&self) -> PhoneNumber {
        let zeros = self.national.bytes().take_while(|&byte| byte == b'0').count();
        PhoneNumber {
            country_code: i32::from(self.code),
            national_number: self.national.parse().unwrap_or_default(),
            italian_leading_zero: (zeros > 0).then_some(true),
            number_of_leading_zeros: (zeros > 1).then(|| i32::try_from(zeros).unwrap_or(i32::MAX)),
            ..PhoneNumber::default()
        }
    }

    /// Whether the number is in a range in use.
    pub(super) fn is_in_use(&self) -> bool {
        let Some(beginning) = self.national.get(..self.depth).filter(|beginning| !beginning.is_empty())
        else {
            return self.ask();
        };
        // At most 999, 15 and eight digits. No key is 0, since no country code is.
        let which = (u64::from(self.code) << 4 | self.national.len() as u64) * 100_000_000;
        let key = which + beginning.parse::<u64>().unwrap_or_default();
        let place = (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (u64::BITS - KEPT_BITS)) as usize;
        let kept = ANSWERS.with_borrow(|answers| answers[place]);
        if kept.0 == key {
            return kept.1;
        }
        let answer = self.ask();
        ANSWERS.with_borrow_mut(|answers| answers[place] = (key, answer));
        answer
    }

    /// A number that is valid in the code's main region is valid: the library asks the same, after it has asked which of
    /// the code's regions it is.
    fn ask(&self) -> bool {
        let number = self.number();
        number.is_valid_for_region(self.main_region) || number.is_valid()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_that_begin_alike_are_in_use_alike() {
        assert!(DEPTHS.len() > 500);
        let mut luck = fastrand::Rng::with_seed(7);
        for (&(code, length), &depth) in DEPTHS.iter() {
            for _ in 0..8 {
                // Beginnings that are in use are rare among random ones, so some are sought.
                let mut number = |beginning: &str| {
                    let mut national = beginning.to_owned();
                    national.extend((beginning.len()..length).map(|_| char::from(b'0' + luck.u8(..10))));
                    format!("{code}{national}")
                };
                let one = (0..50)
                    .map(|_| number(""))
                    .find(|digits| Parts::of(digits).unwrap().ask())
                    .unwrap_or_else(|| number(""));
                let national = Parts::of(&one).unwrap().national;
                let expected = Parts::of(&one).unwrap().number().is_valid();
                for _ in 0..4 {
                    let other = number(&national[..depth]);
                    let parts = Parts::of(&other).unwrap();
                    assert_eq!(parts.number().is_valid(), expected, "{code}, {length} digits: {one} {other}");
                    assert_eq!(parts.is_in_use(), expected, "{other}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_remembered_is_what_the_library_says(digits in "[1-9][0-9]{6,14}") {
            if let Some(parts) = Parts::of(&digits) {
                prop_assert_eq!(parts.is_in_use(), parts.number().is_valid());
                prop_assert_eq!(parts.is_in_use(), parts.number().is_valid(), "asked again");
            }
        }
    }
}
