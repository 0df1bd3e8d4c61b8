//! The life of one row on the wire: a ticket goes in, a story comes out.
//!
//! What happens next is decided by [`Life`], which knows no clock and no network: it is told what happened and when,
//! and says what to do. [`Deliverer::deliver`] does it.

mod breaker;
mod change;
mod deliverer;
mod echo;
mod errand;
mod existing;
mod first_look;
mod life;
mod list_walk;
mod meeting;
mod patience;
mod server_clock;
mod suspicion;
mod timed;
mod update;

pub use deliverer::{AreTaken, Carriage, Delivered, Deliverer, Halt, ReadBack};
pub use echo::{differences, not_shown};
pub use existing::{Admission, Existing, Walked};
pub use life::{End, Life, Next, Origin};
pub use patience::Patience;
pub use server_clock::ServerClock;
pub(crate) use suspicion::MOST_SUSPECTS;
pub use suspicion::Suspicions;
pub use timed::Timed;
