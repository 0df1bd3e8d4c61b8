//! Tags: declared, or seen on contacts.

use std::collections::BTreeSet;

use super::Check;
use super::slipped::shown;
use crate::account::finding::{Certainty, Kind};
use crate::account::nearest::nearest;
use crate::words::message;

impl Check<'_> {
    pub(super) fn tags(&mut self) {
        let field = "tags";
        let values = self.values;
        if values.tags.is_empty() {
            return;
        }
        if let Some(declared) = self.form.known_tags() {
            let declared: BTreeSet<&str> = declared.iter().map(String::as_str).collect();
            for (tag, count) in values.tags.iter().filter(|(tag, _)| !declared.contains(tag)) {
                let told = &*shown(tag);
                self.add(
                    (Certainty::Certain, Kind::UnknownTag),
                    (field, Some(told)),
                    count,
                    (
                        message!("undeclared-tag", tag = told),
                        nearest(tag, declared.iter().copied()),
                        message!("undeclared-tag.fix"),
                    ),
                );
            }
            return;
        }
        if self.contacts(field, &values.tags, message!("the-tags")).is_none() {
            return;
        }
        let Some(seen) = self.known.contacts.seen() else { return };
        for (tag, count) in values.tags.iter().filter(|(tag, _)| !seen.tags.contains_key(*tag)) {
            let near = nearest(tag, seen.tags.keys().map(String::as_str));
            let twin =
                near.as_ref().is_some_and(|near| near.trim().to_lowercase() == tag.trim().to_lowercase());
            let told = &*shown(tag);
            let what = if twin {
                message!("tag-spelt-otherwise", tag = told)
            } else {
                message!("unknown-tag", tag = told)
            };
            // What slipped in an earlier import is a tag of the account.
            let near = near.map(|near| shown(&near).into_owned());
            self.add(
                (Certainty::Uncertain, Kind::UnknownTag),
                (field, Some(told)),
                count,
                (what, near, message!("unknown-tag.fix")),
            );
        }
        self.beyond(field, &values.tags);
    }
}
