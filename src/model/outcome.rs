//! What became of a row.

use std::borrow::Cow;
use std::fmt;
use std::time::SystemTime;

use super::{Code, ContactId, NewContact, Rejection, Remark, Row, RowNumber, Severity, Shown, Untouched};
use crate::words::{Message, discreet, message};

/// The eight words of the `status` column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// This import created it.
    Created,
    /// It was there before; nothing was written.
    Existing,
    /// It was there, and was changed as asked.
    Updated,
    /// Same contact as an earlier row of the file.
    Duplicate,
    /// Never sent: the row cannot be a contact.
    Invalid,
    /// Sent, and the API said no.
    Rejected,
    /// Provably not created, attempts used up.
    Failed,
    /// Nobody can say yet whether it was created.
    Unconfirmed,
}

impl Status {
    /// All statuses, in the order of the summary.
    pub const ALL: [Self; 8] = [
        Self::Created,
        Self::Existing,
        Self::Updated,
        Self::Duplicate,
        Self::Invalid,
        Self::Rejected,
        Self::Failed,
        Self::Unconfirmed,
    ];

    /// The spelling in `results.csv` and `summary.json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Existing => "existing",
            Self::Updated => "updated",
            Self::Duplicate => "duplicate",
            Self::Invalid => "invalid",
            Self::Rejected => "rejected",
            Self::Failed => "failed",
            Self::Unconfirmed => "unconfirmed",
        }
    }

    /// Whether rows of this status go to `failures.csv`.
    pub fn is_failure(self) -> bool {
        matches!(self, Self::Invalid | Self::Rejected | Self::Failed | Self::Unconfirmed)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The end of a row's story, with what the status alone does not say.
#[derive(Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A 2xx answer with a uuid, or a look-up that found what was sent.
    Created {
        /// The contact.
        id: ContactId,
        /// The answer was lost, and a look-up settled it.
        by_lookup: bool,
    },
    /// The contact was in the account before this row was first sent.
    Existing {
        /// The contact.
        id: ContactId,
        /// Its data are not those of the row.
        differs: bool,
        /// Why it was left as it is.
        untouched: Untouched,
    },
    /// The contact was in the account before this row was first sent, and that was forbidden.
    Unwanted {
        /// The contact.
        id: ContactId,
        /// Its data are not those of the row.
        differs: bool,
    },
    /// The contact was in the account before, and was changed.
    Updated {
        /// The contact.
        id: ContactId,
        /// The fields that were changed; empty if an earlier run changed it and was stopped before it could say so.
        fields: Vec<String>,
    },
    /// Same contact as an earlier row.
    Duplicate {
        /// That row.
        of: RowNumber,
        /// Everything this row says, that row says too.
        same_content: bool,
    },
    /// Never sent.
    Invalid(Rejection),
    /// The contact is in the account, and the API refused to change it as the row says.
    ChangeRefused {
        /// The contact.
        id: ContactId,
        /// The parameter at fault, if the API named one.
        field: Option<String>,
        /// What the API said, shortened and safe to print. May hold the row's data.
        said: String,
        /// The fields of the change that the contact shows otherwise than before, all the same; `None` if nobody looked.
        made: Option<Vec<String>>,
    },
    /// The contact is in the account, and was not changed, although it was tried as often as is allowed.
    ChangeFailed {
        /// The contact.
        id: ContactId,
        /// What happened last, in words without the row's data.
        last: Message,
    },
    /// The contact is in the account, and nobody knows whether it was changed, or whether this row made it.
    InDoubt {
        /// The contact.
        id: ContactId,
        /// Why it could not be settled.
        code: Code,
        /// What happened last, in words without the row's data.
        last: Message,
    },
    /// A 4xx answer about this contact.
    Rejected {
        /// The parameter at fault, if the API named one.
        field: Option<String>,
        /// What the API said, shortened and safe to print. May hold the row's data.
        said: String,
    },
    /// Provably not created.
    Failed {
        /// Why it was given up.
        code: Code,
        /// What happened last, in words without the row's data.
        last: Message,
    },
    /// It may have been created.
    Unconfirmed {
        /// Why it could not be settled.
        code: Code,
        /// What happened last, in words without the row's data.
        last: Message,
    },
}

discreet!(Outcome as Outcome::status);

impl Outcome {
    /// The outcome's word.
    pub fn status(&self) -> Status {
        match self {
            Self::Created { .. } => Status::Created,
            Self::Existing { .. } => Status::Existing,
            Self::Updated { .. } => Status::Updated,
            Self::Duplicate { .. } => Status::Duplicate,
            Self::Invalid(_) => Status::Invalid,
            Self::Unwanted { .. } | Self::ChangeRefused { .. } | Self::Rejected { .. } => Status::Rejected,
            Self::ChangeFailed { .. } | Self::Failed { .. } => Status::Failed,
            Self::InDoubt { .. } | Self::Unconfirmed { .. } => Status::Unconfirmed,
        }
    }

    /// Whether the row failed at a contact that is in the account: nothing is there to be created.
    pub fn is_at_a_contact(&self) -> bool {
        matches!(
            self,
            Self::Unwanted { .. }
                | Self::ChangeRefused { .. }
                | Self::ChangeFailed { .. }
                | Self::InDoubt { code: Code::UpdateOpen, .. }
        )
    }

    /// The contact in the account, if the outcome has one.
    pub fn contact_id(&self) -> Option<&ContactId> {
        // Without `_`, so that a new outcome cannot be forgotten here.
        match self {
            Self::Created { id, .. }
            | Self::Existing { id, .. }
            | Self::Unwanted { id, .. }
            | Self::Updated { id, .. }
            | Self::ChangeRefused { id, .. }
            | Self::ChangeFailed { id, .. }
            | Self::InDoubt { id, .. } => Some(id),
            Self::Duplicate { .. }
            | Self::Invalid(_)
            | Self::Rejected { .. }
            | Self::Failed { .. }
            | Self::Unconfirmed { .. } => None,
        }
    }
}

/// The whole story of one row.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The row as it stands in the file.
    pub row: Row,
    /// What was sent or would have been; `None` if the row was invalid.
    pub contact: Option<NewContact>,
    /// Remarks of the mapping and of the echo check.
    pub remarks: Vec<Remark>,
    /// The end.
    pub outcome: Outcome,
    /// How often the contact was sent; look-ups do not count.
    pub attempts: u32,
    /// Status of the last answer that counted, if there was one.
    pub http_status: Option<u16>,
    /// The contact as the API showed it when the outcome was known; `None` if it was known by something else.
    pub shown: Option<Shown>,
    /// When the outcome was known.
    pub finished_at: SystemTime,
}

impl Delivery {
    /// The `code` column: the fate's code, then those of warnings, joined by `;`. Empty if all went as wanted.
    pub fn code(&self) -> Cow<'static, str> {
        let mut codes: Vec<Cow<'static, str>> = Vec::new();
        match &self.outcome {
            Outcome::Created { by_lookup, .. } => {
                if *by_lookup {
                    codes.push(Code::ConfirmedByLookup.as_str().into());
                }
            }
            Outcome::Existing { differs: false, .. } => codes.push(Code::ExistingSame.as_str().into()),
            Outcome::Existing { differs: true, .. } => codes.push(Code::ExistingDiffers.as_str().into()),
            Outcome::Updated { .. } => {}
            Outcome::Duplicate { .. } => codes.push(Code::DuplicateRow.as_str().into()),
            Outcome::Invalid(rejection) => {
                for problem in rejection.problems() {
                    let code = problem.code.as_str();
                    if !codes.iter().any(|known| known == code) {
                        codes.push(code.into());
                    }
                }
            }
            Outcome::Unwanted { .. } => codes.push(Code::AlreadyThere.as_str().into()),
            Outcome::Rejected { .. } | Outcome::ChangeRefused { .. } => codes.push(match self.http_status {
                Some(status) => format!("http_{status}").into(),
                None => Code::Refused.as_str().into(),
            }),
            Outcome::ChangeFailed { .. } => codes.push(Code::UpdateFailed.as_str().into()),
            Outcome::Failed { code, .. }
            | Outcome::Unconfirmed { code, .. }
            | Outcome::InDoubt { code, .. } => codes.push(code.as_str().into()),
        }
        for remark in &self.remarks {
            if remark.code.severity() == Severity::Warning
                && !codes.iter().any(|known| known == remark.code.as_str())
            {
                codes.push(remark.code.as_str().into());
            }
        }
        match codes.len() {
            0 => Cow::Borrowed(""),
            1 => codes.remove(0),
            _ => codes.join(";").into(),
        }
    }

    /// The wire fields at fault, joined by `;`. Empty if no field is.
    pub fn field(&self) -> String {
        match &self.outcome {
            Outcome::Invalid(rejection) => {
                let mut fields: Vec<&str> = Vec::new();
                for field in rejection.problems().iter().filter_map(|problem| problem.field.as_deref()) {
                    if !fields.contains(&field) {
                        fields.push(field);
                    }
                }
                fields.join(";")
            }
            Outcome::Rejected { field, .. } | Outcome::ChangeRefused { field, .. } => {
                field.clone().unwrap_or_default()
            }
            Outcome::Created { .. }
            | Outcome::Existing { .. }
            | Outcome::Unwanted { .. }
            | Outcome::Updated { .. }
            | Outcome::Duplicate { .. }
            | Outcome::ChangeFailed { .. }
            | Outcome::InDoubt { .. }
            | Outcome::Failed { .. }
            | Outcome::Unconfirmed { .. } => String::new(),
        }
    }

    /// Adds the fields that came back otherwise than they were sent.
    fn echo(&self, message: Option<Message>) -> Option<Message> {
        let fields_of = |code: Code| {
            let of = self.remarks.iter().filter(|remark| remark.code == code);
            of.map(|remark| remark.field.as_str()).collect::<Vec<_>>().join(", ")
        };
        let (differing, left_out) = (fields_of(Code::EchoDiffers), fields_of(Code::UpdateLeftOut));
        let differing = (!differing.is_empty()).then(|| message!("row-echo-differs", fields = differing));
        let left_out = (!left_out.is_empty()).then(|| message!("row-update-left-out", fields = left_out));
        let may_be_own = self.remarks.iter().any(|remark| remark.code == Code::MayBeOwn);
        let may_be_own = may_be_own.then(|| message!("row-may-be-own"));
        let mut all = message.into_iter().chain(may_be_own).chain(differing).chain(left_out);
        let first = all.next()?;
        Some(all.fold(first, |one, other| message!("after", one, other)))
    }

    /// The `message` column: one or more sentences for a person; `None` if all went as wanted.
    pub fn message(&self) -> Option<Message> {
        match &self.outcome {
            Outcome::Existing { untouched: Untouched::RowChangedSince, .. } => {
                Some(message!("row-changed-since"))
            }
            Outcome::Existing { untouched: Untouched::RowChangedSinceFound, .. } => {
                Some(message!("row-changed-since-found"))
            }
            Outcome::Existing { untouched: Untouched::RowChangedSinceUpdated, .. } => {
                Some(message!("row-changed-since-updated"))
            }
            Outcome::Created { .. } | Outcome::Existing { .. } => self.echo(None),
            Outcome::Updated { fields, .. } if fields.is_empty() => self.echo(None),
            Outcome::Updated { fields, .. } => {
                self.echo(Some(message!("row-updated", fields = fields.join(", "))))
            }
            Outcome::Duplicate { of, same_content: true } => {
                Some(message!("row-duplicate-same", row = of.to_string()))
            }
            Outcome::Duplicate { of, same_content: false } => {
                Some(message!("row-duplicate-other", row = of.to_string()))
            }
            Outcome::Invalid(rejection) => match rejection.problems() {
                [only] => Some(only.message.clone()),
                several => Some(Message::list(several.iter().map(|problem| problem.message.clone()), "; ")),
            },
            Outcome::Rejected { field: Some(field), said } => {
                Some(message!("row-refused-field", field, said))
            }
            Outcome::Rejected { field: None, said } => Some(message!("row-refused", said)),
            Outcome::ChangeRefused { field, said, made, .. } => {
                let refused = match field {
                    Some(field) => message!("row-change-refused-field", field, said),
                    None => message!("row-change-refused", said),
                };
                Some(match made.as_deref() {
                    None | Some([]) => refused,
                    Some(made) => {
                        let made = message!("row-changed-all-the-same", fields = made.join(", "));
                        message!("after", one = refused, other = made)
                    }
                })
            }
            Outcome::Unwanted { differs: true, .. } => Some(message!("row-already-there-other")),
            Outcome::Unwanted { differs: false, .. } => Some(message!("row-already-there-same")),
            Outcome::Failed { last, .. }
            | Outcome::Unconfirmed { last, .. }
            | Outcome::ChangeFailed { last, .. }
            | Outcome::InDoubt { last, .. } => Some(last.clone()),
        }
    }
}
