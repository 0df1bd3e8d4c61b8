//! Records of a fixed length, as they are sorted: big-endian, so that their bytes sort as what they say does.

use super::crew::Told;
use super::standing::{Done, Standing};
use crate::journal::{ContactKey, Evidence, Final};
use crate::model::RowNumber;

/// Contact, ticket (0) or row (1), its number, content, evidence (of a row: what is told of it besides), offset or clock.
pub(super) const SIGHTING: usize = 16 + 1 + 8 + 8 + 2 + 8;
/// Telephone number, row and whether it has no `bot_status`.
pub(super) const PLAIN: usize = 8 + 8;
/// Row, kind, three numbers, flags.
pub(super) const STANDING: usize = 8 + 1 + 8 + 8 + 8 + 1;
/// Source and name, row.
pub(super) const NAMED: usize = 16 + 8;

/// A ticket of a contact, or a row that is it.
pub(super) struct Sighting {
    pub(super) key: [u8; 16],
    pub(super) is_row: bool,
    pub(super) number: u64,
    pub(super) content: [u8; 8],
    pub(super) evidence: [u8; 2],
    /// Where the verdict stands, or one more than the clock's seconds; 0: no clock.
    pub(super) offset: u64,
}

impl Sighting {
    pub(super) fn read(record: &[u8; SIGHTING]) -> Self {
        let mut key = [0; 16];
        key.copy_from_slice(&record[..16]);
        Self {
            key,
            is_row: record[16] == 1,
            number: number(&record[17..25]),
            content: number(&record[25..33]).to_be_bytes(),
            evidence: [record[33], record[34]],
            offset: number(&record[35..]),
        }
    }
}

pub(super) fn sighting(
    key: ContactKey,
    rank: u8,
    number: u64,
    content: [u8; 8],
    evidence: [u8; 2],
    offset: u64,
) -> [u8; SIGHTING] {
    let mut record = [0; SIGHTING];
    record[..16].copy_from_slice(&key.0);
    record[16] = rank;
    record[17..25].copy_from_slice(&number.to_be_bytes());
    record[25..33].copy_from_slice(&content);
    record[33..35].copy_from_slice(&evidence);
    record[35..].copy_from_slice(&offset.to_be_bytes());
    record
}

/// The number that the first eight bytes are.
pub(super) fn number(bytes: &[u8]) -> u64 {
    bytes.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

/// The bit of the second byte of evidence that evidence itself leaves free.
const OTHER_RULES: u8 = 1 << 7;

/// The evidence, with whether its verdict was come to by other rules.
pub(super) fn pack(evidence: Evidence, other_rules: bool) -> [u8; 2] {
    let [verdict, bits] = evidence.packed();
    [verdict, bits | if other_rules { OTHER_RULES } else { 0 }]
}

pub(super) fn unpack([verdict, bits]: [u8; 2]) -> Evidence {
    Evidence::unpacked([verdict, bits & !OTHER_RULES])
}

/// Whether the verdict was come to by other rules.
pub(super) fn is_by_other_rules([_, bits]: [u8; 2]) -> bool {
    bits & OTHER_RULES != 0
}

/// What a row tells of itself, where evidence is told of a ticket.
pub(super) fn pack_row(told: Told) -> [u8; 2] {
    [u8::from(told.without_bot_status), u8::from(told.in_no_doubt)]
}

pub(super) fn unpack_row([without_bot_status, in_no_doubt]: [u8; 2]) -> Told {
    Told { without_bot_status: without_bot_status != 0, in_no_doubt: in_no_doubt != 0 }
}

pub(super) fn write_standing(row: RowNumber, standing: Standing) -> [u8; STANDING] {
    // A number that may be missing is one more than it is.
    let or_none = |number: Option<u64>| number.map_or(0, |number| number + 1);
    let (kind, numbers, flag) = match standing {
        Standing::Fresh => (0, [0; 3], false),
        Standing::GivenUp { sent_after } => (4, [or_none(sent_after), 0, 0], false),
        Standing::Repeats { of, same_content } => (1, [of.get(), 0, 0], same_content),
        Standing::Settled { offset, verdict, changed, other_rules, done } => {
            let code = u64::from(verdict.code());
            let of_done = |is: fn(Done) -> bool| u64::from(done.is_some_and(is));
            let flags =
                of_done(|done| done.is_own) << 2 | u64::from(other_rules) << 1 | of_done(|done| done.changed);
            (2, [offset, code << 3 | flags, or_none(done.map(|done| done.offset))], changed)
        }
        Standing::Open { ticket, sent_after, there } => {
            (3, [ticket, or_none(sent_after), or_none(there)], false)
        }
    };
    let mut record = [0; STANDING];
    record[..8].copy_from_slice(&row.get().to_be_bytes());
    record[8] = kind;
    for (place, number) in record[9..33].chunks_exact_mut(8).zip(numbers) {
        place.copy_from_slice(&number.to_be_bytes());
    }
    record[33] = u8::from(flag);
    record
}

pub(super) fn read_standing(record: &[u8; STANDING]) -> (RowNumber, Standing) {
    let [one, other, third] = [9, 17, 25].map(|at| number(&record[at..at + 8]));
    let flag = record[33] == 1;
    let standing = match record[8] {
        1 => Standing::Repeats { of: RowNumber::new(one), same_content: flag },
        2 => Standing::Settled {
            offset: one,
            verdict: u8::try_from(other >> 3).ok().and_then(Final::of_code).unwrap_or(Final::There),
            changed: flag,
            other_rules: other & 2 == 2,
            done: third.checked_sub(1).map(|offset| Done {
                offset,
                changed: other & 1 == 1,
                is_own: other & 4 == 4,
            }),
        },
        4 => Standing::GivenUp { sent_after: one.checked_sub(1) },
        3 => Standing::Open { ticket: one, sent_after: other.checked_sub(1), there: third.checked_sub(1) },
        _ => Standing::Fresh,
    };
    (RowNumber::new(number(&record[..8])), standing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_and_standings_survive_packing() {
        for (bits, other_rules) in (0..128).flat_map(|bits| [(bits, false), (bits, true)]) {
            for code in 0..=11 {
                let evidence = Evidence::unpacked([code, bits]);
                let packed = pack(evidence, other_rules);
                assert_eq!((unpack(packed), is_by_other_rules(packed)), (evidence, other_rules));
            }
        }
        let row = RowNumber::new(7);
        for standing in [
            Standing::Fresh,
            Standing::GivenUp { sent_after: None },
            Standing::GivenUp { sent_after: Some(0) },
            Standing::Repeats { of: RowNumber::new(3), same_content: true },
            Standing::Settled {
                offset: 9,
                verdict: Final::Unwanted,
                changed: true,
                other_rules: false,
                done: None,
            },
            Standing::Settled {
                offset: 9,
                verdict: Final::There,
                changed: false,
                other_rules: true,
                done: None,
            },
            Standing::Settled {
                offset: 9,
                verdict: Final::ChangeFailed,
                changed: true,
                other_rules: true,
                done: Some(Done { offset: 0, changed: false, is_own: true }),
            },
            Standing::Settled {
                offset: 9,
                verdict: Final::ChangeRefused,
                changed: false,
                other_rules: false,
                done: Some(Done { offset: 1, changed: true, is_own: false }),
            },
            Standing::Open { ticket: 0, sent_after: None, there: Some(0) },
            Standing::Open { ticket: 1, sent_after: Some(0), there: None },
        ] {
            assert_eq!(read_standing(&write_standing(row, standing)), (row, standing));
        }
    }
}
