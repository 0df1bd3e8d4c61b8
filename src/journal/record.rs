//! One line of the journal: a checksum, a sequence number, and what happened, as JSON.
//!
//! ```text
//! 9f3c1a77 12 {"t":"V","n":3,"o":{"Created":{…}},…}
//! ```
//!
//! How lines are written and read is in `line.rs`.

use std::collections::BTreeMap;
use std::io::Write as _;

use serde::{Deserialize, Serialize};

use super::key::{ContactKey, Identity};
use super::line;
use crate::model::{ContactId, FieldValue};
use crate::words::discreet;

/// Version of the format. It rises when a record gets a meaning that an older program would not see.
pub const VERSION: u32 = 4;

/// Number of a ticket, counted over the life of a journal.
pub type TicketNumber = u64;

/// Something that is written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "t")]
pub enum Record {
    /// What the journal is about; the first record.
    #[serde(rename = "H")]
    Head {
        /// Version of the format.
        v: u32,
        /// Salt of all fingerprints, hexadecimal.
        salt: String,
        /// Address of the API, or `sandbox`.
        endpoint: String,
        /// Fingerprint of the account.
        account: String,
        /// The channel that contacts without one belong to; see
        /// [`Fingerprints::with_main_channel`](super::Fingerprints::with_main_channel).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        main: Option<String>,
    },
    /// A process begins to write.
    #[serde(rename = "B")]
    Session {
        /// The boot of the machine it runs in, if that is known.
        boot: Option<String>,
        /// BLAKE3 of the input, hexadecimal.
        input: String,
        /// Data rows of the input.
        rows: u64,
        /// By the wall clock, in seconds; for people.
        at: u64,
        /// The server's clock then, in seconds, if it had said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sv: Option<u64>,
        /// It looks for nobody before it sends.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        unlooked: bool,
        /// As earlier builds wrote it: what was before was to be forgotten, and is; see [`Self::Restart`].
        #[serde(default, skip_serializing)]
        restart: bool,
    },
    /// What was before was set aside, or the contacts of the [next records](Self::Forgotten) were taken back: a list is begun anew.
    #[serde(rename = "R")]
    Restart(Restart),
    /// From now on these contacts may be on the wire.
    #[serde(rename = "L")]
    Lease {
        /// Number of the first ticket; the others follow.
        n: TicketNumber,
        /// Key and content of each contact, hexadecimal, one after the other.
        k: Vec<String>,
        /// The server's clock, in seconds, before which none of them can have been sent.
        sv: Option<u64>,
        /// The server's clock at the lease, if that is another one: they may have been sent before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        now: Option<u64>,
        /// They may have been sent before, and nothing says so but a word in the rows themselves.
        #[serde(rename = "r", default, skip_serializing_if = "std::ops::Not::not")]
        by_row: bool,
    },
    /// These tickets are about to be used: from here on their contacts may really be on the wire.
    #[serde(rename = "S")]
    Marked {
        /// The tickets.
        n: Vec<TicketNumber>,
    },
    /// These tickets were given back: their contacts were provably not sent, or without effect.
    #[serde(rename = "U")]
    Released {
        /// The tickets.
        n: Vec<TicketNumber>,
    },
    /// These contacts were taken back by this program's own deed: what their tickets before these numbers say is over.
    #[serde(rename = "F")]
    Forgotten {
        /// The first number; the others follow. They are no tickets.
        n: TicketNumber,
        /// Key of each contact, hexadecimal.
        k: Vec<String>,
    },
    /// A contact that is there is about to be changed for this ticket; on disk before the change is sent. The one record
    /// that holds data of people: what there was, so that it can be put back. Of several for one ticket, the first that
    /// names a field knows what there was before, and the last what was sent.
    #[serde(rename = "P")]
    Change {
        /// The ticket.
        n: TicketNumber,
        /// The contact.
        u: String,
        /// Field, value before, value after: a text, or a list of texts.
        c: Vec<(String, Option<Value>, Value)>,
        /// Of fields whose value before was neither a text nor a list of texts, its JSON.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        j: BTreeMap<String, String>,
        /// The contact may be what this ticket created, and nobody can tell.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        m: bool,
        /// Key and content of the ticket once more: where its lease is lost, what there was before is not lost with it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        w: Option<String>,
    },
    /// This is what became of a ticket's contact.
    #[serde(rename = "V")]
    Verdict(Verdict),
    /// What stands before this cannot be trusted to be complete.
    #[serde(rename = "D")]
    Damaged,
    /// The process ended in order.
    #[serde(rename = "Z")]
    Closed {
        /// It did not come through its list, or left rows that the same command goes on with, which was told to forget.
        #[serde(rename = "left", default, skip_serializing_if = "std::ops::Not::not")]
        is_left: bool,
    },
}

/// A list that is begun anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restart {
    /// Which; see [`Fingerprints::list`](super::Fingerprints::list).
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    pub list: Option<String>,
    /// How many rows it had.
    #[serde(rename = "c")]
    pub rows: u64,
}

impl Restart {
    /// Whether whoever came through `rows` of this list has done what was to be begun anew. Of the list itself at least half of it
    /// has to be there: not what a full disk has left of it. Of another one, which may be the same under another name, all, and
    /// `is_asked`: it was to be begun anew, too.
    pub fn is_done_by(&self, list: Option<&str>, rows: u64, is_asked: bool) -> bool {
        match list {
            Some(list) if self.list.as_deref() == Some(list) => rows.saturating_mul(2) >= self.rows,
            _ => is_asked && rows >= self.rows,
        }
    }
}

/// The value of a field.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// One text.
    Text(String),
    /// A list of texts: tags, or the options of a checkbox.
    List(Vec<String>),
}

discreet!(Value as |value| match value {
    Value::Text(_) => "Text",
    Value::List(_) => "List",
});

impl Value {
    /// As it is sent.
    pub fn into_field_value(self) -> FieldValue {
        match self {
            Self::Text(text) => FieldValue::Text(text),
            Self::List(options) => FieldValue::Options(options),
        }
    }
}

/// What became of a contact on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The ticket.
    pub n: TicketNumber,
    /// How it ended.
    pub o: Ended,
    /// Times it was sent.
    #[serde(rename = "c")]
    pub attempts: u32,
    /// Status of the last answer that counted.
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    pub http_status: Option<u16>,
    /// Fields in which the echo differed.
    #[serde(rename = "e", default, skip_serializing_if = "Vec::is_empty")]
    pub echo: Vec<String>,
    /// Fields that an update left out, because the contact does not show what there was before. Earlier programs did not write them.
    #[serde(rename = "l", default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
    /// The contact may be what this ticket created, and nobody can tell.
    #[serde(rename = "m", default, skip_serializing_if = "std::ops::Not::not")]
    pub may_be_own: bool,
    /// What the row said when its story ended, if an earlier process had leased the ticket; hexadecimal.
    #[serde(rename = "k", default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// By which rules the row was held against its contact, if by any; see [`rules_mark`](super::rules_mark).
    #[serde(rename = "r", default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<String>,
    /// Of a change that was refused: the fields that the contact showed otherwise than before when it was read after that;
    /// `None` if nobody read it, as earlier programs did not.
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub made: Option<Vec<String>>,
    /// Key and content of a ticket that created nobody, once more: where its lease is lost, a look-up that finds the contact
    /// could take it for created. Earlier programs did not write it.
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    /// When it was known, in milliseconds since 1970.
    #[serde(rename = "f")]
    pub finished_ms: u64,
}

impl Verdict {
    /// It ended like this at this time, in milliseconds since 1970, and there is nothing more to say: nothing was sent.
    pub fn of(n: TicketNumber, o: Ended, finished_ms: u64) -> Self {
        let (http_status, echo, left_out, content) = (None, Vec::new(), Vec::new(), None);
        let (rules, made, identity) = (None, None, None);
        let (attempts, may_be_own) = (0, false);
        Self {
            n,
            o,
            attempts,
            http_status,
            echo,
            left_out,
            may_be_own,
            content,
            rules,
            made,
            identity,
            finished_ms,
        }
    }

    /// The fields of the contact that are known to be changed, and whether a change that is not among them was made, too, if
    /// the row had not been edited since it was leased.
    pub fn changed(&self) -> Option<(&[String], bool)> {
        match (&self.o, &self.made) {
            (Ended::Updated(_, _, fields), _) => Some((fields, true)),
            (Ended::ChangeRefused(..), Some(made)) if !made.is_empty() => Some((made, false)),
            _ => None,
        }
    }

    /// Whether it was answered as if the account were closed (402, 403, a path that is not known), and told as a refusal of
    /// this contact alone. Nothing else is told as a refusal with that status: a change of what is not there is (404).
    pub(super) fn is_turned_away(&self) -> bool {
        match self.o {
            Ended::Rejected(None, _) => matches!(self.http_status, Some(402..=405 | 410 | 501)),
            Ended::ChangeRefused(_, _, None, _) => matches!(self.http_status, Some(402 | 403)),
            _ => false,
        }
    }

    /// Whether the row was held against its contact as an update does it, by other rules than these; see
    /// [`rules_mark`](super::rules_mark). Earlier programs did not write down by which.
    pub fn is_by_other_rules(&self, rules: Option<&str>) -> bool {
        self.o.is_by_rules() && self.rules.as_deref() != rules
    }
}

/// [`crate::model::Outcome`], as far as it comes from the wire.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ended {
    /// Created: uuid, address, confirmed by look-up.
    Created(String, Option<String>, bool),
    /// Existing, and held against the row as an update does it: uuid, address, differs.
    Existing(String, Option<String>, bool),
    /// Existing, and left as it was: uuid, address, differs.
    Left(String, Option<String>, bool),
    /// Existing, and the row was refused for it: uuid, address, differs.
    Unwanted(String, Option<String>, bool),
    /// Updated: uuid, address, fields.
    Updated(String, Option<String>, Vec<String>),
    /// The change that the row asked for was refused: uuid, address, parameter, what the API said.
    ChangeRefused(String, Option<String>, Option<String>, String),
    /// The change that the row asked for was given up, and was not made: uuid, address, what happened last.
    ChangeFailed(String, Option<String>, String),
    /// Rejected: parameter, what the API said.
    Rejected(Option<String>, String),
    /// Failed: code, what happened last.
    Failed(String, String),
    /// Unconfirmed: code, what happened last.
    Unconfirmed(String, String),
}

discreet!(Ended as |ended| match ended {
    Ended::Created(..) => "Created",
    Ended::Existing(..) => "Existing",
    Ended::Left(..) => "Left",
    Ended::Unwanted(..) => "Unwanted",
    Ended::Updated(..) => "Updated",
    Ended::ChangeRefused(..) => "ChangeRefused",
    Ended::ChangeFailed(..) => "ChangeFailed",
    Ended::Rejected(..) => "Rejected",
    Ended::Failed(..) => "Failed",
    Ended::Unconfirmed(..) => "Unconfirmed",
});

impl Ended {
    /// Whether it rests on the rules for updates.
    pub(super) fn is_by_rules(&self) -> bool {
        matches!(self, Self::Existing(..) | Self::Updated(..) | Self::ChangeRefused(..))
    }

    /// Whether the contact was there, so that a look-up finds it whatever became of the row.
    pub(super) fn is_of_one_who_was_there(&self) -> bool {
        match self {
            Self::Existing(..)
            | Self::Left(..)
            | Self::Unwanted(..)
            | Self::Updated(..)
            | Self::ChangeRefused(..)
            | Self::ChangeFailed(..) => true,
            Self::Created(..) | Self::Rejected(..) | Self::Failed(..) | Self::Unconfirmed(..) => false,
        }
    }

    /// The uuid of the contact that is in the account, if the verdict names one.
    pub fn uuid(&self) -> Option<&str> {
        match self {
            Self::Created(uuid, ..)
            | Self::Existing(uuid, ..)
            | Self::Left(uuid, ..)
            | Self::Unwanted(uuid, ..)
            | Self::Updated(uuid, ..)
            | Self::ChangeRefused(uuid, ..)
            | Self::ChangeFailed(uuid, ..) => Some(uuid),
            Self::Rejected(..) | Self::Failed(..) | Self::Unconfirmed(..) => None,
        }
    }

    /// The contact that is in the account, if the verdict names one.
    pub fn into_contact(self) -> Option<ContactId> {
        match self {
            Self::Created(uuid, href, _)
            | Self::Existing(uuid, href, _)
            | Self::Left(uuid, href, _)
            | Self::Unwanted(uuid, href, _)
            | Self::Updated(uuid, href, _)
            | Self::ChangeRefused(uuid, href, ..)
            | Self::ChangeFailed(uuid, href, _) => Some(ContactId { uuid, href }),
            Self::Rejected(..) | Self::Failed(..) | Self::Unconfirmed(..) => None,
        }
    }
}

impl Record {
    /// The line of this record, with its line end.
    pub fn encode(&self, sequence: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.write(sequence, &mut bytes);
        bytes
    }

    /// Appends what [`Self::encode`] makes.
    pub fn write(&self, sequence: u64, bytes: &mut Vec<u8>) {
        line::write_line(bytes, |bytes| {
            // Memory takes every byte.
            let _ = write!(bytes, "{sequence} ");
            #[expect(clippy::expect_used, reason = "texts and numbers always are JSON")]
            serde_json::to_writer(bytes, self).expect("texts and numbers always are JSON");
        });
    }

    /// The number after the last ticket that it speaks of; 0 if it speaks of none.
    pub(super) fn next_ticket(&self) -> TicketNumber {
        match self {
            Self::Lease { n, k, .. } | Self::Forgotten { n, k } => n.saturating_add(k.len() as u64),
            Self::Marked { n } | Self::Released { n } => {
                n.iter().max().map_or(0, |last| last.saturating_add(1))
            }
            Self::Change { n, .. } | Self::Verdict(Verdict { n, .. }) => n.saturating_add(1),
            Self::Head { .. }
            | Self::Session { .. }
            | Self::Restart(_)
            | Self::Damaged
            | Self::Closed { .. } => 0,
        }
    }

    /// Reads a line without its line end: sequence number and record. `None` if it is not whole, or counts to the end of all
    /// numbers, behind which no other could follow.
    pub fn decode(line: &[u8]) -> Option<(u64, Self)> {
        let (sequence, json) = line::decode_line(line)?.split_once(' ')?;
        let sequence: u64 = sequence.parse().ok()?;
        let record = serde_json::from_str(json).ok()?;
        sequence.checked_add(1)?;
        if let Self::Lease { n, k, .. } | Self::Forgotten { n, k } = &record {
            n.checked_add(k.len() as u64)?;
        }
        Some((sequence, record))
    }
}

/// Key and content of one contact in a lease.
pub(super) fn encode_identity(identity: Identity) -> String {
    let mut text = String::with_capacity(48);
    push_hex(&mut text, &identity.key.0);
    push_hex(&mut text, &identity.content);
    text
}

/// Key of one contact on its own.
pub(super) fn encode_key(key: ContactKey) -> String {
    let mut text = String::with_capacity(32);
    push_hex(&mut text, &key.0);
    text
}

fn push_hex(text: &mut String, bytes: &[u8]) {
    let digit = |nibble: u8| char::from(b"0123456789abcdef"[usize::from(nibble & 0xf)]);
    text.extend(bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]));
}

/// What is said about one contact.
pub(super) fn encode_content(content: [u8; 8]) -> String {
    let mut text = String::with_capacity(16);
    push_hex(&mut text, &content);
    text
}

/// Reads what [`encode_content`] wrote.
pub(super) fn decode_content(text: &str) -> Option<[u8; 8]> {
    (text.len() == 16).then(|| u64::from_str_radix(text, 16).ok()).flatten().map(u64::to_be_bytes)
}

/// Reads what [`encode_key`] wrote.
pub(super) fn decode_key(text: &str) -> Option<ContactKey> {
    let key = (text.len() == 32).then(|| u128::from_str_radix(text, 16).ok()).flatten()?;
    Some(ContactKey(key.to_be_bytes()))
}

/// Reads what [`encode_identity`] wrote.
pub(super) fn decode_identity(text: &str) -> Option<Identity> {
    let (key, content) = text.split_at_checked(32)?;
    Some(Identity { key: decode_key(key)?, content: decode_content(content)? })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn verdict() -> Record {
        let ended = Ended::Created("414a6d692bd645ed803f2e7ce360d4c8".to_owned(), None, true);
        Record::Verdict(Verdict {
            attempts: 1,
            http_status: Some(201),
            echo: vec!["tags".to_owned()],
            left_out: vec!["note".to_owned()],
            ..Verdict::of(7, ended, 1_700_000_000_000)
        })
    }

    #[test]
    fn the_form_on_disk_does_not_change_unnoticed() {
        let shown = |record: Record| {
            let line = record.encode(12);
            String::from_utf8(line[9..].to_vec()).unwrap()
        };
        assert_eq!(
            shown(verdict()),
            "12 {\"t\":\"V\",\"n\":7,\"o\":{\"Created\":[\"414a6d692bd645ed803f2e7ce360d4c8\",null,true]},\"c\":1,\
             \"s\":201,\"e\":[\"tags\"],\"l\":[\"note\"],\"f\":1700000000000}\n"
        );
        assert_eq!(shown(Record::Marked { n: vec![1, 2] }), "12 {\"t\":\"S\",\"n\":[1,2]}\n");
        assert_eq!(shown(Record::Closed { is_left: false }), "12 {\"t\":\"Z\"}\n");
        assert_eq!(shown(Record::Closed { is_left: true }), "12 {\"t\":\"Z\",\"left\":true}\n");
        let forgotten = Record::Forgotten { n: 3, k: vec![encode_key(ContactKey([1; 16]))] };
        assert_eq!(
            shown(forgotten),
            "12 {\"t\":\"F\",\"n\":3,\"k\":[\"01010101010101010101010101010101\"]}\n"
        );
        let lease = Record::Lease {
            n: 3,
            k: vec![encode_identity(Identity { key: ContactKey([1; 16]), content: [2; 8] })],
            sv: Some(9),
            now: None,
            by_row: false,
        };
        assert_eq!(
            shown(lease),
            "12 {\"t\":\"L\",\"n\":3,\"k\":[\"010101010101010101010101010101010202020202020202\"],\"sv\":9}\n"
        );
    }

    #[test]
    fn a_verdict_knows_by_which_rules_it_was_come_to_where_it_rests_on_rules() {
        let id = || ("u".to_owned(), None);
        let (existing, updated) =
            (Ended::Existing(id().0, id().1, true), Ended::Updated(id().0, id().1, vec!["name".to_owned()]));
        let refused = Ended::ChangeRefused(id().0, id().1, None, "no".to_owned());
        for o in [existing, updated, refused] {
            let without = Verdict::of(7, o, 1);
            let with = Verdict { rules: Some("aa".to_owned()), ..without.clone() };
            for verdict in [&without, &with] {
                let line = Record::Verdict(verdict.clone()).encode(0);
                let Some((_, Record::Verdict(read))) = Record::decode(&line[..line.len() - 1]) else {
                    panic!("{verdict:?}")
                };
                assert_eq!(read, *verdict);
            }
            let other =
                |verdict: &Verdict| [None, Some("aa"), Some("bb")].map(|r| verdict.is_by_other_rules(r));
            assert_eq!(other(&without), [false, true, true]);
            assert_eq!(other(&with), [true, false, true]);
        }
        for o in [Ended::Created(id().0, id().1, false), Ended::Left(id().0, id().1, true)] {
            assert!(!Verdict::of(7, o, 1).is_by_other_rules(Some("aa")), "no rule had a part in it");
        }
    }

    #[test]
    fn a_record_that_is_shown_to_a_programmer_shows_nobody() {
        let ada = || "Ada".to_owned();
        let change = Record::Change {
            n: 1,
            u: "u".to_owned(),
            c: vec![("note".to_owned(), Some(Value::List(vec![ada()])), Value::Text(ada()))],
            j: BTreeMap::new(),
            m: false,
            w: None,
        };
        let Record::Verdict(verdict) = verdict() else { unreachable!() };
        let refused = Record::Verdict(Verdict { o: Ended::Rejected(None, ada()), ..verdict });
        for (record, shown) in [(change, "Text"), (refused, "Rejected")] {
            let text = format!("{record:?}");
            assert!(!text.contains("Ada") && text.contains(shown), "{text}");
        }
    }

    #[test]
    fn no_flipped_bit_and_no_cut_is_read_as_a_record() {
        let line = verdict().encode(12);
        let line = &line[..line.len() - 1];
        assert_eq!(Record::decode(line), Some((12, verdict())));
        for cut in 0..line.len() {
            assert_eq!(Record::decode(&line[..cut]), None, "cut at {cut}");
        }
        for bit in 0..line.len() * 8 {
            let mut flipped = line.to_vec();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(Record::decode(&flipped), None, "bit {bit}");
        }
    }

    #[test]
    fn a_record_behind_which_no_number_is_left_is_none() {
        let key = encode_key(ContactKey([1; 16]));
        let read = |sequence, record: Record| Record::decode(record.encode(sequence).trim_ascii_end());
        let closed = || Record::Closed { is_left: false };
        assert_eq!(read(u64::MAX - 1, closed()), Some((u64::MAX - 1, closed())));
        assert_eq!(read(u64::MAX, closed()), None);
        for (n, is_one) in [(u64::MAX - 1, true), (u64::MAX, false)] {
            let forgotten = Record::Forgotten { n, k: vec![key.clone()] };
            assert_eq!(read(0, forgotten).is_some(), is_one);
            let lease = Record::Lease {
                n,
                k: vec![encode_identity(Identity { key: ContactKey([1; 16]), content: [2; 8] })],
                sv: None,
                now: None,
                by_row: false,
            };
            assert_eq!(read(0, lease).is_some(), is_one);
        }
    }

    #[test]
    fn a_verdict_names_the_contact_that_is_there_and_nobody_where_none_is_known() {
        let (uuid, href) = ("u".to_owned(), Some("h".to_owned()));
        let there = [
            Ended::Created(uuid.clone(), href.clone(), false),
            Ended::Existing(uuid.clone(), href.clone(), false),
            Ended::Left(uuid.clone(), href.clone(), true),
            Ended::Unwanted(uuid.clone(), href.clone(), true),
            Ended::Updated(uuid.clone(), href.clone(), Vec::new()),
        ];
        for ended in there {
            assert_eq!(ended.uuid(), Some("u"));
            assert_eq!(ended.into_contact(), Some(ContactId { uuid: uuid.clone(), href: href.clone() }));
        }
        let text = String::new;
        for ended in
            [Ended::Rejected(None, text()), Ended::Failed(text(), text()), Ended::Unconfirmed(text(), text())]
        {
            assert_eq!(ended.uuid(), None);
            assert_eq!(ended.into_contact(), None);
        }
    }

    #[test]
    fn a_refusal_as_if_the_account_were_closed_is_told_from_others_by_its_status() {
        let rejected = |field: Option<&str>| Ended::Rejected(field.map(str::to_owned), String::new());
        let refused = || Ended::ChangeRefused("u".to_owned(), None, None, String::new());
        let turned_away = |o: Ended| {
            let with = |status| Verdict { http_status: Some(status), ..Verdict::of(1, o.clone(), 0) };
            [400, 402, 403, 404, 405, 409, 410, 422, 501].map(|status| with(status).is_turned_away())
        };
        assert_eq!(turned_away(rejected(None)), [false, true, true, true, true, false, true, false, true]);
        assert_eq!(turned_away(refused()), [false, true, true, false, false, false, false, false, false]);
        for other in [rejected(Some("note")), Ended::Failed(String::new(), String::new())] {
            assert_eq!(turned_away(other), [false; 9]);
        }
    }

    proptest! {
        #[test]
        fn keys_round_trip(key in any::<[u8; 16]>(), content in any::<[u8; 8]>()) {
            let key = ContactKey(key);
            let identity = Identity { key, content };
            prop_assert_eq!(decode_identity(&encode_identity(identity)), Some(identity));
            prop_assert_eq!(decode_key(&encode_key(key)), Some(key));
        }

        #[test]
        fn any_bytes_are_decoded_without_a_panic(line in any::<Vec<u8>>(), text in any::<String>()) {
            let _ = Record::decode(&line);
            let _ = (decode_identity(&text), decode_key(&text));
        }
    }
}
