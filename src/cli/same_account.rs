//! Whether a token opens the account that it opened before. The API names the token's user, and one user may have several
//! accounts: then channels tell them apart, which no two accounts have in common, and contacts.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::exit::Exit;
use super::failure::Failure;
use super::identity::Account;
use super::past;
use super::preflight::Preflight;
use super::settings;
use crate::account::AccountFacts;
use crate::ledger::Ledger;
use crate::results::OutputDir;
use crate::words::{discreet, message};

/// Contacts that are asked for at most.
const MOST_ASKED: usize = 3;

/// What an account shows of itself, and what opens it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Marks {
    /// What tells the token from all others.
    token: String,
    /// Uuids of the channels, those out of use included; none, if they were not seen.
    channels: BTreeSet<String>,
}

discreet!(Marks { channels });

impl Marks {
    pub(super) fn of(token: &str, known: &AccountFacts) -> Self {
        let channels = known.channels.seen().into_iter().flatten();
        Self {
            token: token.to_owned(),
            channels: channels.map(|channel| channel.uuid.to_lowercase()).collect(),
        }
    }

    /// Its channels.
    #[cfg(feature = "fleet")]
    pub(super) fn channels(&self) -> impl Iterator<Item = &str> {
        self.channels.iter().map(String::as_str)
    }

    /// Whether another token opened the account then: nothing but what the account shows tells whether it is the same one.
    pub(super) fn is_by_another_token(&self, token: &str) -> bool {
        self.token != token
    }

    /// Whether `now` is likely to be another account: another token shows other channels. It would also be so where both
    /// were replaced.
    fn is_in_doubt(&self, now: &Self) -> bool {
        let both_show = !self.channels.is_empty() && !now.channels.is_empty();
        both_show && self.is_by_another_token(&now.token) && self.channels.is_disjoint(&now.channels)
    }

    /// What is known of `account` from now on, of which the import in `folder` saw what is in `before`.
    ///
    /// # Errors
    ///
    /// If it is another account, or what the import created cannot be read.
    pub(super) async fn agree(
        before: Option<Self>,
        account: &Account,
        preflight: &mut Preflight<'_>,
        folder: &Path,
    ) -> Result<Self, Failure> {
        let now = Self::of(&account.token, &preflight.known);
        match before {
            None => Ok(now),
            Some(before) if before.is_another(&now, preflight, [folder]).await? => {
                Err(past::another_account(account))
            }
            Some(before) => Ok(before.then(now)),
        }
    }

    /// What is known of the account from now on.
    pub(super) fn then(self, now: Self) -> Self {
        if now.channels.is_empty() && !self.channels.is_empty() { self } else { now }
    }

    /// Whether `now` is another account than that of the imports in `folders`: it has none of its channels, and none of the
    /// contacts that they created.
    ///
    /// # Errors
    ///
    /// If what they created cannot be read.
    pub(super) async fn is_another(
        &self,
        now: &Self,
        preflight: &mut Preflight<'_>,
        folders: impl IntoIterator<Item = impl AsRef<Path>>,
    ) -> Result<bool, Failure> {
        if !self.is_in_doubt(now) {
            return Ok(false);
        }
        let mut asked = Vec::new();
        for folder in folders {
            let folder = folder.as_ref();
            let created = created(folder).map_err(|why| {
                let shown = settings::shown(folder);
                Failure::new(Exit::Output, message!("import-unreadable", folder = &shown, why = &why))
            })?;
            asked.extend(created);
            if asked.len() >= MOST_ASKED {
                break;
            }
        }
        asked.truncate(MOST_ASKED);
        // Where nobody was created nobody is taken for somebody else's.
        if asked.is_empty() {
            return Ok(false);
        }
        for uuid in &asked {
            if preflight.has(uuid).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// The last contacts that an import created.
fn created(folder: &Path) -> io::Result<Vec<String>> {
    let folder = OutputDir::open(folder).map_err(io::Error::other)?;
    let entries = Ledger::open(&folder)?.map(|ledger| ledger.entries).unwrap_or_default();
    let created = entries.into_iter().rev().filter(|entry| entry.is_created_here());
    Ok(created.take(MOST_ASKED).map(|entry| entry.uuid.into()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_token_without_a_channel_in_common_is_in_doubt_and_nothing_else_is() {
        let marks = |token: &str, channels: &[&str]| Marks {
            token: token.to_owned(),
            channels: channels.iter().map(|channel| (*channel).to_owned()).collect(),
        };
        let before = marks("a", &["one", "two"]);
        for (now, expected) in [
            (marks("b", &["three"]), true),
            (marks("a", &["three"]), false),
            (marks("b", &["two", "three"]), false),
            (marks("b", &[]), false),
        ] {
            assert_eq!(before.is_in_doubt(&now), expected, "{now:?}");
            assert!(!marks("z", &[]).is_in_doubt(&now));
        }
        // A token that shows nothing says nothing about the next one.
        assert_eq!(before.clone().then(marks("b", &[])), before);
        assert_eq!(before.then(marks("a", &["three"])), marks("a", &["three"]));
    }
}
