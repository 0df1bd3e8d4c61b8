//! Users, who are known for certain only where all of them are.

use super::{Check, all};
use crate::account::finding::{Certainty, Kind};
use crate::account::known::Looked;
use crate::account::nearest::nearest;

impl Check<'_> {
    pub(super) fn users(&mut self) {
        let field = "assigned_user";
        let values = self.values;
        if values.users.is_empty() {
            return;
        }
        let users = match &self.known.users {
            Looked::Seen(users) => users,
            Looked::Closed(why) => return self.not_checked(field, all(&values.users), "users", why),
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
            let (certainty, what) = if users.complete {
                (Certainty::Certain, format!("the account has no user {user}"))
            } else {
                (Certainty::Uncertain, format!("no team has a user {user}, and not all users are in a team"))
            };
            self.add(
                (certainty, Kind::UnknownUser),
                (field, Some(user)),
                count,
                (what, near, "write the e-mail address of a confirmed user".to_owned()),
            );
        }
        self.beyond(field, &values.users);
    }
}
