//! What the report tells, apart from single rows. Kept as `report.json`, so that the page can be made again.

use serde::{Deserialize, Serialize};

use super::super::closing::stop_words;
use super::super::plan::Plan;
use super::super::summary::Summary;
use crate::mapping::Origin;
use crate::model::{Cause, Stop, Tally};
use crate::progress::Series;
use crate::words::{Message, discreet, message};

/// What the page is made of, besides the results, in the folder of an import.
pub const STORY: &str = "report.json";

/// A run, told for people.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Story {
    /// The numbers.
    pub summary: Summary,
    /// Created rows whose answer was lost and that a look-up confirmed.
    pub by_lookup: u64,
    /// What was known before the first request.
    pub opening: Opening,
    /// The run over time.
    pub series: Series,
    /// Why it stopped early.
    pub stop: Option<Message>,
    /// Why rows ended as they did, and warnings.
    pub causes: Vec<CauseTold>,
    /// What was learnt about the account: a name, and what is known.
    pub learnt: Vec<(Message, Message)>,
    /// What to do next.
    pub next: Vec<Message>,
}

/// What was known before the first request: the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// Form of the input, such as `comma, UTF-8`.
    pub dialect: Message,
    /// What was mended in reading it.
    pub notes: Vec<Message>,
    /// The export that was recognised.
    pub profile: Option<String>,
    /// Where each field came from.
    pub fields: Vec<FieldTold>,
    /// Columns that were not sent.
    pub unmapped: Vec<UnmappedTold>,
    /// Requests per second that were allowed; `None`: no limit.
    pub rate: Option<u32>,
    /// No row was read, and the file has rows that the window leaves out.
    #[serde(default)]
    pub all_left_out: bool,
}

/// Where a field came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldTold {
    /// The field.
    pub field: String,
    /// A column, a template or a constant.
    pub from: Message,
    /// Why, where it is worth a word.
    pub note: Message,
}

/// A column that was not sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnmappedTold {
    /// Its name.
    pub column: String,
    /// Why.
    pub reason: Message,
    /// Its cells that are not empty.
    pub filled: u64,
}

/// Rows that ended for the same reason.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CauseTold {
    /// The status these rows have.
    pub status: String,
    /// As in the `code` column.
    pub code: String,
    /// The field at fault, or empty.
    pub field: String,
    /// How many.
    pub rows: u64,
    /// The first of them.
    pub first: u64,
    /// The line on which it starts; 0 if an older program did not say.
    #[serde(default)]
    pub first_line: u64,
    /// What the API said about the first of them.
    pub said: Option<String>,
    /// Whether these rows failed for it; else it is a warning.
    pub is_failure: bool,
    /// They failed at contacts that are in the account.
    #[serde(default)]
    pub at_a_contact: bool,
}

discreet!(CauseTold { status, code, field, rows });

impl CauseTold {
    fn of(cause: &Cause) -> Self {
        Self {
            status: cause.status.to_string(),
            code: cause.code.clone(),
            field: cause.field.clone(),
            rows: cause.rows,
            first: cause.first.row.get(),
            first_line: cause.first.line,
            said: cause.said.clone(),
            is_failure: super::super::closing::is_failure(cause),
            at_a_contact: cause.at_a_contact,
        }
    }
}

impl Opening {
    /// As the plan tells it.
    pub fn of(plan: &Plan<'_>) -> Self {
        let fields = plan.resolved.chosen.iter().map(|chosen| {
            let origin = match chosen.origin {
                Origin::Asked | Origin::Header => None,
                Origin::Profile => Some(message!("report-by-profile")),
                Origin::Guessed => Some(message!("plan-guessed")),
                Origin::Default => Some(message!("plan-no-column")),
            };
            let notes: Vec<Message> = chosen.detail.iter().cloned().chain(origin).collect();
            FieldTold {
                field: chosen.target.to_string(),
                from: chosen.from.clone(),
                note: Message::list(notes, "; "),
            }
        });
        let mut unmapped: Vec<_> = plan.resolved.unmapped.iter().collect();
        // What is left out of the people stands before what nobody filled.
        unmapped.sort_by_key(|column| column.filled == 0);
        let unmapped = unmapped.into_iter().map(|column| UnmappedTold {
            column: column.column.clone(),
            reason: column.reason.clone(),
            filled: column.filled,
        });
        Self {
            dialect: plan.dialect.clone(),
            notes: plan.input_notes.to_vec(),
            profile: plan.resolved.profile.as_ref().map(|profile| profile.title.clone()),
            fields: fields.collect(),
            unmapped: unmapped.collect(),
            rate: plan.rate,
            all_left_out: plan.all_left_out,
        }
    }
}

impl Story {
    /// Of a run that has ended.
    pub fn new(summary: Summary, opening: Opening, tally: &Tally, stop: Option<&Stop>) -> Self {
        Self {
            summary,
            by_lookup: tally.confirmed_by_lookup(),
            opening,
            series: Series::default(),
            stop: stop.map(stop_words),
            causes: tally.causes().into_iter().map(CauseTold::of).collect(),
            learnt: Vec::new(),
            next: Vec::new(),
        }
    }
}
