//! Users, who are known for certain only where all of them are.

use super::slipped::shown;
use super::{Check, all};
use crate::account::facts::Looked;
use crate::account::finding::{Certainty, Kind};
use crate::account::nearest::nearest;
use crate::words::message;

impl Check<'_> {
    pub(super) fn users(&mut self) {
        let field = "assigned_user";
        let values = self.values;
        if values.users.is_empty() {
            return;
        }
        let users = match &self.known.users {
            Looked::Seen(users) => users,
            Looked::Closed(why) => {
                return self.not_checked(field, all(&values.users), message!("the-users"), why);
            }
            Looked::Unasked => return,
        };
        let emails = users.emails();
        let assigned = self.known.contacts.seen().map(|contacts| &contacts.assigned);
        for (user, count) in values.users.iter() {
            let lower = user.to_lowercase();
            if emails.contains(&lower)
                || !users.complete && assigned.is_some_and(|seen| seen.contains(&lower))
            {
                continue;
            }
            let near = nearest(user, emails.iter().map(String::as_str));
            // Users are e-mail addresses, and one that is no user's may be a customer's: rows are found by their numbers.
            let told = &*shown(user);
            let (certainty, what) = if users.complete {
                (Certainty::Certain, message!("unknown-user", user = told))
            } else {
                (Certainty::Uncertain, message!("perhaps-unknown-user", user = told))
            };
            self.add(
                (certainty, Kind::UnknownUser),
                (field, Some(told)),
                count,
                (what, near, message!("unknown-user.fix")),
            );
        }
        self.beyond(field, &values.users);
    }
}
