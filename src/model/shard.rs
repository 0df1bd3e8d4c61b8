//! One of several equal parts of a list, for several processes that know nothing of each other.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use super::{PhoneForms, RowNumber, Source};

/// Part `index` of `count`, counted from 0 as schedulers count; the whole by default.
///
/// Whoever stands in a list several times stands in one part, however the rows are spelled: the parts need not talk to
/// each other to know the repeats. Where a person belongs follows from source and identifier alone, and never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    index: u32,
    count: NonZeroU32,
}

impl Default for Shard {
    fn default() -> Self {
        Self { index: 0, count: NonZeroU32::MIN }
    }
}

impl Shard {
    /// Part `index` of `count`; `None` if there is no such part.
    pub fn new(index: u32, count: NonZeroU32) -> Option<Self> {
        (index < count.get()).then_some(Self { index, count })
    }

    /// Whether it is the only part.
    pub fn is_everything(self) -> bool {
        self.count == NonZeroU32::MIN
    }

    /// How many parts there are.
    pub fn count(self) -> NonZeroU32 {
        self.count
    }

    /// Whether this contact belongs to it, whatever its channel. The identifier is as it is sent.
    pub fn has_contact(self, source: Source, identifier: &str) -> bool {
        if self.is_everything() {
            return true;
        }
        let mut hasher = blake3::Hasher::new();
        hasher.update(source.as_str().as_bytes()).update(&[0]);
        if source == Source::Whatsapp {
            // For ever: a person who went to another part would be created by both.
            hasher.update(PhoneForms::WithBrazilianLandlines.canonical(identifier).as_bytes());
        } else {
            hasher.update(identifier.as_bytes());
        }
        let mut number = [0; 8];
        number.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
        self.has(u64::from_le_bytes(number))
    }

    /// Whether this row, which cannot be a contact, belongs to it.
    pub fn has_row(self, row: RowNumber) -> bool {
        self.has(row.get())
    }

    fn has(self, number: u64) -> bool {
        number % u64::from(self.count.get()) == u64::from(self.index)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.split_once('/')
            .and_then(|(index, count)| Self::new(index.parse().ok()?, count.parse().ok()?))
            .ok_or_else(|| "expected I/N, where I is one of the numbers from 0 to N-1".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_part_is_one_of_those_that_there_are() {
        assert_eq!("3/4".parse::<Shard>().unwrap().to_string(), "3/4");
        assert!("0/1".parse::<Shard>().unwrap().is_everything());
        for text in ["4/4", "0/0", "-1/4", "1", "/", "1/2/3", "a/b", " 1/2"] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
    }

    #[test]
    fn where_a_person_belongs_never_changes() {
        let part = |source, identifier: &str| {
            (0..8)
                .find(|index| format!("{index}/8").parse::<Shard>().unwrap().has_contact(source, identifier))
        };
        assert_eq!(part(Source::Whatsapp, "393331234567"), Some(WHATSAPP));
        assert_eq!(part(Source::Telegram, "393331234567"), Some(TELEGRAM));
        assert_eq!(part(Source::Whatsapp, "5511941234567"), Some(BRAZILIAN));
        // Both forms of a number that has two.
        assert_eq!(part(Source::Whatsapp, "5511987654321"), part(Source::Whatsapp, "551187654321"));
    }

    const WHATSAPP: u32 = 2;
    const TELEGRAM: u32 = 4;
    const BRAZILIAN: u32 = 5;

    proptest! {
        #[test]
        fn everybody_and_every_row_is_in_exactly_one_part(identifier in ".{0,20}", row in 1_u64.., count in 1_u32..50) {
            let parts: Vec<Shard> =
                (0..count).map(|index| Shard::new(index, NonZeroU32::new(count).unwrap()).unwrap()).collect();
            prop_assert_eq!(parts.iter().filter(|part| part.has_contact(Source::Instagram, &identifier)).count(), 1);
            prop_assert_eq!(parts.iter().filter(|part| part.has_row(RowNumber::new(row))).count(), 1);
        }
    }
}
