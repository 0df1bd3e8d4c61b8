//! The toll gate on both sides of the one dangerous stretch: a row is admitted before it may be on the wire, and
//! settled before it is reported.
//!
//! Rows pass the first gate in three steps. They are *leased* by the handful: their keys are written down, and the disk
//! is waited for. One by one, as places in the air come free, they get their *tickets*: a mark is written, but not
//! waited for. What became of them is written when they come home, and then they may be reported.
//!
//! After a crash the records tell each contact's [class](Class): never sent, settled, or unknown, which means that it
//! is looked up before anything is sent ([`classify`]). Only the leases have to be on disk for that to be right: a
//! verdict that a power cut swallows makes a contact unknown, and looking it up finds the same verdict again; a mark
//! that it swallows counts for nothing after a power cut anyway.
//!
//! The format is lines of JSON with a checksum ([`Record`]), and [`Storage`] is the one trait that knows the disk. An
//! embedded store would have to be trusted with the same questions (what is on disk when a sync fails? what is left of a
//! torn page?) and would answer none of them better: the records are independent, never updated, and read from end to
//! end. What a store would add is an index, and the one question that needs one, which row is which contact, is answered
//! by the survey's sort for files of any size in flat memory.

mod anew;
mod boot;
mod elsewhere;
mod error;
mod fate;
mod gate;
mod joined;
mod key;
mod line;
mod lock;
mod own_file;
mod past;
mod peek;
mod recall;
mod record;
mod replay;
mod storage;
mod story;
mod ticket;
mod verdict;

pub use anew::{journal_or_what_waits, put_in_place, write_anew};
pub use boot::boot;
pub use elsewhere::{Abroad, Elsewhere, Sent};
pub use error::JournalError;
pub use fate::{Class, Evidence, Final, classify};
pub use gate::{About, Granted, Journal, Lease, TakenBack};
pub use joined::{Joined, OtherImport, ticket_in_whole};
pub use key::{ContactKey, Fingerprints, Identity, rules_mark};
pub use line::{decode_line, encode_line, write_line};
pub use lock::{Lock, LockError};
pub use own_file::{give_to_owner_of, own_file, own_file_to_read};
pub use past::{Begun, Past};
pub use peek::{peek, peek_head};
pub use recall::Recall;
pub use record::{Ended, Record, Restart, TicketNumber, VERSION, Value, Verdict};
pub use replay::{Head, Replayed, Session, not_before};
pub use storage::{Disk, Held, Length, ReadAt, Storage, Synced};
pub use story::Story;
pub use ticket::{Applicant, Earlier, Leased, Settled, There, Ticket};
