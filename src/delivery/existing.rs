//! What a run does about contacts that are there already.

use tokio::sync::oneshot;

use crate::journal::{Begun, Identity, TicketNumber};
use crate::model::{FieldChange, NewContact, OnExisting, UpdateRules};

/// Finds the uuid of a contact in a list that was walked before.
pub type Walked = Box<dyn Fn(&NewContact) -> Option<String> + Send + Sync>;

/// What is done about contacts that are there.
pub struct Existing {
    /// In general.
    pub policy: OnExisting,
    /// Field by field, where they are changed.
    pub rules: UpdateRules,
    /// The account's list, if it was walked: who is not in it is not looked for.
    pub walked: Option<Walked>,
}

impl Existing {
    /// With this policy, one look for each row, and no rules.
    pub fn of(policy: OnExisting) -> Self {
        Self { policy, rules: UpdateRules::default(), walked: None }
    }
}

/// A change that may be sent when it is on disk.
pub struct Admission {
    /// Whose.
    pub ticket: TicketNumber,
    /// Who the row's contact is, and what the row says.
    pub identity: Identity,
    /// The contact.
    pub begun: Begun,
    /// What changes.
    pub fields: Vec<FieldChange>,
    /// Told when the disk has it; dropped if it never will.
    pub admitted: oneshot::Sender<()>,
}
