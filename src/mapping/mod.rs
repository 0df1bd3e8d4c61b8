//! [`Row`](crate::model::Row) → [`NewContact`](crate::model::NewContact) or
//! [`Rejection`](crate::model::Rejection). Pure: no I/O, no clock.
//!
//! What the user asked for is a [`Mapping`]. Once the header and the [`Facts`] of the columns are known it is
//! resolved into a [`Form`], which holds column numbers and no names; after that no code looks at a header again.

mod aliases;
mod case;
mod cells;
mod columns;
mod common_words;
mod consent;
mod constants;
mod countries;
mod custom_fields;
mod date;
mod draft;
mod error;
mod facts;
mod file;
mod filling;
mod fitting;
mod fold;
mod form;
mod given;
mod guess;
mod handle;
mod known_by;
mod likeness;
mod manner;
mod many;
mod names;
mod numbers;
mod phone;
mod profile;
mod proposal;
mod request;
mod resolve;
mod resolved;
mod rules;
mod says_country;
mod spelling;
mod tags;
mod template;
mod texts;
mod total;
mod typed;
mod value;

pub use case::{Case, Failed};
pub use columns::{distinct_names, has_known_name};
pub use common_words::CommonWords;
pub use draft::Who;
pub use error::MappingError;
pub use facts::Facts;
pub use file::MappingFile;
pub use form::Form;
pub use known_by::{KnownBy, KnownUnder, Namesake};
pub use likeness::columns_of_numbers;
pub use manner::Manner;
pub use names::Names;
pub use phone::{Country, load_ranges};
pub use profile::{Profile, ProfileChoice, Recognised};
pub use proposal::{Becomes, Proposal, ProposedColumn, Seen};
pub use request::{Mapping, Target, nearest};
pub use resolved::{Chosen, Origin, Resolved, Unheeded, Unmapped};
