//! One line of `undo.log`.

use serde::{Deserialize, Serialize};

use super::fate::Fate;
use crate::journal::{TicketNumber, decode_line, encode_line};

/// Version of the format.
pub const VERSION: u32 = 1;

/// Something that is written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "t")]
pub enum Record {
    /// Which import this takes back; the first record.
    #[serde(rename = "H")]
    Head {
        /// Version of the format.
        v: u32,
        /// What tells the import's journal from others.
        journal: String,
    },
    /// A pass over the contacts begins.
    #[serde(rename = "B")]
    Begun {
        /// Nothing is deleted in it.
        dry: bool,
        /// What the pass is about: the contacts and the rules.
        state: String,
        /// By the wall clock, in seconds; for people.
        at: u64,
    },
    /// The dry run found that this contact may be deleted.
    #[serde(rename = "L")]
    Listed {
        /// Its ticket.
        n: TicketNumber,
    },
    /// From now on this contact may be deleted.
    #[serde(rename = "I")]
    Intent {
        /// Its ticket.
        n: TicketNumber,
    },
    /// This is what became of a contact.
    #[serde(rename = "O")]
    Outcome {
        /// Its ticket.
        n: TicketNumber,
        /// What.
        o: Fate,
    },
    /// A pass has come to its end.
    #[serde(rename = "Z")]
    Ended {
        /// It was a dry one.
        dry: bool,
    },
}

impl Record {
    /// The line of this record, with its line end.
    pub fn encode(&self, sequence: u64) -> Vec<u8> {
        #[expect(clippy::expect_used, reason = "texts and numbers always are JSON")]
        let json = serde_json::to_string(self).expect("texts and numbers always are JSON");
        encode_line(&format!("{sequence} {json}"))
    }

    /// Reads a line without its line end: sequence number and record. `None` if it is not whole, or has a number behind which
    /// there is none.
    pub fn decode(line: &[u8]) -> Option<(u64, Self)> {
        let (sequence, json) = decode_line(line)?.split_once(' ')?;
        let sequence: u64 = sequence.parse().ok()?;
        sequence.checked_add(1)?;
        Some((sequence, serde_json::from_str(json).ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::super::spared::{Reason, Spared};
    use super::*;

    #[test]
    fn a_record_behind_which_no_number_is_left_is_none() {
        let read = |sequence| Record::decode(Record::Ended { dry: true }.encode(sequence).trim_ascii_end());
        assert!(read(u64::MAX - 1).is_some() && read(u64::MAX).is_none());
    }

    #[test]
    fn the_form_on_disk_does_not_change_unnoticed() {
        for (record, line) in [
            (Record::Head { v: 1, journal: "ab".to_owned() }, r#"3 {"t":"H","v":1,"journal":"ab"}"#),
            (
                Record::Begun { dry: true, state: "cd".to_owned(), at: 9 },
                r#"3 {"t":"B","dry":true,"state":"cd","at":9}"#,
            ),
            (Record::Listed { n: 7 }, r#"3 {"t":"L","n":7}"#),
            (Record::Intent { n: 7 }, r#"3 {"t":"I","n":7}"#),
            (
                Record::Outcome { n: 7, o: Fate::Deleted { by_lookup: true } },
                r#"3 {"t":"O","n":7,"o":{"Deleted":{"by_lookup":true}}}"#,
            ),
            (
                Record::Outcome { n: 7, o: Fate::Kept(Spared::plain(Reason::NotOurs)) },
                r#"3 {"t":"O","n":7,"o":{"Kept":{"reason":"not_ours","members":""}}}"#,
            ),
            (Record::Outcome { n: 7, o: Fate::Gone }, r#"3 {"t":"O","n":7,"o":"Gone"}"#),
            (Record::Ended { dry: false }, r#"3 {"t":"Z","dry":false}"#),
        ] {
            let bytes = record.encode(3);
            assert_eq!(std::str::from_utf8(&bytes[9..]).unwrap().trim_end(), line);
            assert_eq!(Record::decode(&bytes[..bytes.len() - 1]), Some((3, record)));
        }
    }
}
