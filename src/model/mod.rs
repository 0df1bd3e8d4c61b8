//! The words everyone may use: no I/O, no clock, no terminal.

mod contact;
mod event;
mod existing;
mod extra_columns;
mod instant;
mod learnt;
mod manners;
mod outcome;
mod phone_forms;
mod problem;
mod row;
mod said;
mod shard;
mod stop;
mod tally;
mod unnamed;
mod uuid;
mod window;

pub use contact::{BotStatus, ContactId, Field, FieldValue, NewContact, Shown, Source};
pub use event::{Event, Watch, Watchers};
pub use existing::{FieldChange, OnExisting, Untouched, UpdateRule, UpdateRules};
pub use extra_columns::{
    EXTRA_COLUMNS, are_extra_cells, has_extra_columns, has_mend_mark, is_mend_mark, mend_mark,
    width_of_the_list,
};
pub use instant::instant;
pub use learnt::{Learnt, PhoneShape};
pub use manners::{AnswerForm, ApiManners, DuplicateAnswer};
pub use outcome::{Delivery, Outcome, Status};
pub use phone_forms::{PhoneForms, canonical_form, sibling_form};
pub use problem::{Code, Problem, Rejection, Remark, Severity};
pub use row::{Flaw, Row, RowNumber, RowPlace};
pub use said::Said;
pub use shard::Shard;
pub use stop::Stop;
pub use tally::{Cause, Tally};
pub use unnamed::{FEWEST_DIGITS_OF_A_NUMBER, of_contact, unnamed};
pub use uuid::{canonical_uuid, is_same_uuid, is_uuid};
pub use window::{Stands, Window};

pub use crate::words::{escaped, masked, masked_letter, printable, steers};
