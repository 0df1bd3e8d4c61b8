//! What people read: the plan before, the closing words after, the summary for programs. Derived from what others
//! counted; nothing is counted here.

mod advice;
mod closing;
mod existing;
mod findings;
mod html;
mod plan;
mod summary;

pub use advice::{fix, fix_in, meaning};
pub use closing::{Closing, label, stop_words, words_on_doubts};
pub use existing::ExistingPlan;
pub use findings::findings;
pub use html::{CauseTold, FieldTold, Opening, PAGE, STORY, Sample, SampleRow, Story, UnmappedTold, html};
pub use plan::{FirstRequest, Plan};
pub use summary::{AccountShown, SUMMARY, Span, Summary, Traffic};
