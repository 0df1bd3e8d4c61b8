//! Tags: declared, or seen on contacts.

use std::collections::BTreeSet;

use super::Check;
use crate::account::finding::{Certainty, Kind};
use crate::account::nearest::nearest;

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
                self.add(
                    (Certainty::Certain, Kind::UnknownTag),
                    (field, Some(tag)),
                    count,
                    (
                        format!("tag \"{tag}\" is not among the known_tags of the mapping file"),
                        nearest(tag, declared.iter().copied()),
                        "correct the tag, or add it to known_tags".to_owned(),
                    ),
                );
            }
            return;
        }
        if self.contacts(field, &values.tags, "tags").is_none() {
            return;
        }
        let Some(seen) = self.known.contacts.seen() else { return };
        for (tag, count) in values.tags.iter().filter(|(tag, _)| !seen.tags.contains_key(*tag)) {
            let near = nearest(tag, seen.tags.keys().map(String::as_str));
            let twin =
                near.as_ref().is_some_and(|near| near.trim().to_lowercase() == tag.trim().to_lowercase());
            let what = if twin {
                format!("tag \"{tag}\" is spelt otherwise in the account")
            } else {
                format!("tag \"{tag}\" is on no contact that was read")
            };
            self.add(
                (Certainty::Uncertain, Kind::UnknownTag),
                (field, Some(tag)),
                count,
                (what, near, "create it in the dashboard, or correct it".to_owned()),
            );
        }
        self.beyond(field, &values.tags);
    }
}
