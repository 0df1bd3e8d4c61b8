//! [`Row`](crate::model::Row) → [`NewContact`](crate::model::NewContact) or
//! [`Rejection`](crate::model::Rejection). Pure: no I/O, no clock.
//!
//! What the user asked for is a [`Mapping`]. Once the header and the [`Facts`] of the columns are known it is
//! resolved into a [`Form`], which holds column numbers and no names; after that no code looks at a header again.

mod aliases;
mod cells;
mod custom_fields;
mod error;
mod facts;
mod file;
mod fold;
mod form;
mod guess;
mod phone;
mod request;
mod resolve;
mod tags;
mod template;

pub use error::MappingError;
pub use facts::Facts;
pub use form::Form;
pub use phone::Country;
pub use request::{Mapping, Target};
pub use resolve::{Chosen, Origin, Resolved, Unmapped};
