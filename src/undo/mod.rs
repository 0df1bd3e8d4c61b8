//! Takes an import back: deletes what it created and puts back what its updates changed, where nobody has touched it
//! since.
//!
//! A deletion cannot be undone, so everything here leans to keeping. A contact is deleted only if the import's own
//! evidence says that it created it ([`Guard`]), if it shows today what it showed when it came to be, if a dry run has
//! listed it, and if a person has agreed to the number. It is compared once more right before it goes.
//!
//! What is done is written down as it is done ([`UndoLog`]): the intent before the wire, what became of it after, so
//! that an undo that was killed goes on where it was. [`Fate`] decides purely what happens next to one contact.

mod act;
mod fate;
mod guard;
mod log;
mod past;
mod putting_back;
mod record;
mod spared;
mod tally;
mod undoing;

pub use act::{Act, Next};
pub use fate::Fate;
pub use guard::{Guard, Verdict};
pub use log::{UNDO_LOG, UndoLog, UndoLogError, journal_id};
pub use past::{List, Past, peek, peek_whole};
pub use record::{Record, VERSION};
pub use spared::{Reason, Spared};
pub use tally::{KeptFor, Tally};
pub use undoing::{COLUMNS, UndoError, Undoing};
