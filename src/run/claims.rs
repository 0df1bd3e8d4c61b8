//! Whose a contact is that was found without a look-up: another row's, or perhaps that of the row that looked for it.

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;
use std::time::SystemTime;

use crate::api::{CLOCK_SLACK, StoredContact};
use crate::input::InputFiles;
use crate::intake::{IntakeError, are_others_open};
use crate::journal::{Elsewhere, Recall};
use crate::mapping::Form;
use crate::model::Window;

/// What the other parts of the list know now of contacts that came into being by then, by the server's clock. They may be under
/// way.
pub type OtherParts = Box<dyn Fn(SystemTime) -> io::Result<Vec<Elsewhere>> + Send + Sync>;

/// What contacts the rows of this import have, and those of the ones that belong together with it.
pub(super) struct Claims {
    pub(super) own: Recall,
    pub(super) elsewhere: Arc<[Elsewhere]>,
    pub(super) other_parts: OtherParts,
    /// Among these rows no two have the same name, where one is looked for.
    pub(super) rows: (Arc<InputFiles>, Window),
    pub(super) form: Form,
}

impl Claims {
    /// Which of these contacts another row has, or may have.
    pub(super) fn are_taken(&self, found: &[&StoredContact]) -> Vec<bool> {
        // Where a journal cannot be read, nothing is claimed.
        self.taken(found).unwrap_or_else(|_| vec![true; found.len()])
    }

    fn taken(&self, found: &[&StoredContact]) -> Result<Vec<bool>, IntakeError> {
        let last = found.iter().map(|found| found.created_at).max().flatten();
        let parts = match last {
            // What is open there is read first: whoever is settled meanwhile is named by then.
            Some(last) => (self.other_parts)(last + CLOCK_SLACK)?,
            None => return Ok(vec![true; found.len()]),
        };
        // Two parts that ask at the same moment are open for each other.
        if are_others_open((&self.rows.0, self.rows.1), &self.form, &parts)? {
            return Ok(vec![true; found.len()]);
        }
        let uuids: BTreeSet<&str> = found.iter().map(|found| found.id.uuid.as_str()).collect();
        let mut taken = self.own.mentioned(&uuids)?;
        for other in self.elsewhere.iter().chain(&parts) {
            taken.append(&mut other.may_mention(&uuids));
        }
        Ok(found.iter().map(|found| taken.contains(&*found.id.uuid)).collect())
    }
}
