//! What the account holds, as far as its API shows it, and whether a file fits it.
//!
//! [`Reader`] asks, politely and a bounded number of times, and never fails a run: what the API does not show is
//! [`Looked::Closed`] with the reason. What follows is pure: facts of the account ([`AccountFacts`]) and facts of the file
//! ([`Values`](crate::survey::Values)) → [`Finding`]s.

mod check;
mod facts;
mod finding;
mod index;
mod nearest;
mod read;
mod shown;
mod waits;
mod walk;
mod way;

pub use check::findings;
pub use facts::{AccountFacts, ContactsSeen, FieldSeen, Looked, Users};
pub use finding::{Certainty, Finding, Kind, to_create};
pub use index::{Index, NoIndex};
pub use read::Reader;
pub use shown::{json, text, whose_account};
pub use waits::{TooLong, Waits};
pub use walk::{Length, walk};
pub use way::{Way, choose};
