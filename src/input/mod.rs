//! Bytes → [`Row`](crate::model::Row)s. Knows files, encodings and formats, interprets no cell.
//!
//! An input is read several times (fingerprint, facts, survey, sending), and every reading sees the same bytes: the
//! first one takes a hash of each block, and the later ones refuse a block that has changed. A reading is a stack:
//!
//! ```text
//!  sealed ─bytes─▶ packing ─bytes─▶ decoding ─UTF-8─▶ cutter ────────▶ file_records ─▶ records ─▶ stretch ─▶ Row
//!  (blocks)        (gzip, zstd,     (any encoding)    (CSV) ▲         (header,         (file after  (cells,
//!                   xz, zip)             │                  dialect    footer)  ▲        file)        width)
//!                                        └▶ vcard, json_lines ─▶ aside ─────────┘
//!                  workbook (xlsx, xls, ods) ──────────────────────┘
//! ```
//!
//! What a file is, is told by its content and never by its name, and shown: where it could be read in two ways that
//! are not the same, the person is asked. A cell that cannot be decoded stays no UTF-8, so that nobody takes it for
//! text, and can be told exactly (see [`Encoding`]).

mod archive;
mod aside;
mod contact_point;
mod contained;
mod cutter;
mod decoding;
mod dialect;
mod encoding;
mod error;
mod file;
mod file_records;
mod files;
mod header;
mod header_candidates;
mod json_lines;
mod kind;
mod legacy;
/// Limits of a reading.
pub mod limits;
mod lines;
mod long_lines;
mod notes;
mod number_format;
mod ods_size;
mod options;
mod own_list;
mod packing;
mod property;
mod putting_aside;
mod records;
mod scan;
mod sealed;
mod split;
mod stretch;
mod swallowed;
mod trouble;
mod two_bytes;
mod unseen;
mod utf8;
mod vcard;
mod word;
mod workbook;
mod workbook_guard;
mod xls_size;
mod zstd;

pub use dialect::{Dialect, Quote};
pub use encoding::Encoding;
pub use error::Unreadable;
pub use file::{GivenBack, InputFile, Scratch};
pub use files::InputFiles;
pub use header::Header;
pub use legacy::Differing;
pub use notes::{LastEnd, Noted, Notes, RowNotes, Spoilt};
pub use options::{InputOptions, Ragged};
pub use records::{Records, Section, Stretches};
pub use stretch::{Done, Stretch, StretchRows};
