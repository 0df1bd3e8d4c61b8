//! What people read, in their language: one catalogue, a file for each language.
//!
//! The rest of the program says *which* message it means and gives the values in it (`message!`); what that is in words
//! is looked up when it is shown, and never before. So a [`Message`] can be kept, compared and written down, and does not
//! depend on anybody's language.
//!
//! - [`Message::told`]: for people, in the language that was asked for ([`speak`]).
//! - `Display`: always English. Logs, JSON and whatever else programs read.
//!
//! Another language is a file like `en.ftl` and a line in `language.rs`. Values come from outside, so none of them can
//! steer a terminal; a page escapes what it shows by itself.

mod catalogue;
mod discreet;
mod language;
mod message;
mod printable;
mod quoted;

pub use catalogue::{Catalogue, catalogue};
pub(crate) use discreet::discreet;
pub use language::{Language, UnknownLanguage, speak, spoken};
pub use message::{Message, Value, decimal, lasting};
pub(crate) use message::{message, worded};
pub use printable::{escaped, masked, masked_letter, printable, steers};
pub use quoted::without_value;
