//! What this import wrote into one field of a contact, by all its changes together. Pure.
//!
//! Of a change whose answer was lost nobody knows whether it was made. What the contact showed before the next one tells,
//! and for the last ones what it shows today: the value that was written, or the one from before.

use super::seen::{is_same, value_of};
use crate::model::{FieldChange, FieldValue};

/// One change of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) change: FieldChange,
    /// It was made; otherwise nobody knows.
    pub(super) is_made: bool,
}

/// A field that this import changed, or may have changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnChange {
    /// Wire name; `custom_fields.<label>` for one custom field.
    pub field: String,
    /// What there was before; `None` if nothing was.
    pub before: Option<FieldValue>,
    /// The JSON of what there was, where it was neither a text nor a list of texts.
    pub before_json: Option<String>,
    /// What it says if nobody else has changed it since. At least one value, unless it is [lost](Self::is_lost): first what is known to have been written, if
    /// anything is, then what may have been.
    pub written: Vec<FieldValue>,
    /// Something is known to have been written.
    pub is_made: bool,
    /// Between two changes of this import somebody else changed it, so that no former value is the right one.
    pub is_disturbed: bool,
    /// The record of one of the changes is lost, and with it what there was before; nothing is written in
    /// [`written`](Self::written) if those of all are.
    pub is_lost: bool,
}

impl OwnChange {
    /// A field of which nothing is known but that it was changed.
    pub(super) fn lost(field: String) -> Self {
        let (before, before_json, written) = (None, None, Vec::new());
        Self { field, before, before_json, written, is_made: true, is_disturbed: false, is_lost: true }
    }

    /// Puts changes together, field by field, in the order in which they were sent.
    pub(super) fn put_together(steps: impl IntoIterator<Item = Step>) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for step in steps {
            match all.iter_mut().find(|known| known.field == step.change.field) {
                Some(known) => known.go_on(step),
                None => all.push(Self::begin(step)),
            }
        }
        all
    }

    fn begin(Step { change, is_made }: Step) -> Self {
        Self {
            field: change.field,
            before: change.before,
            before_json: change.before_json,
            written: vec![change.after],
            is_made,
            is_disturbed: false,
            is_lost: false,
        }
    }

    fn go_on(&mut self, Step { change, is_made }: Step) {
        let shown = change.before;
        if self.is_written(&shown) {
            self.is_made = true;
        } else if !says_the_same(&shown, &self.before) {
            // Where nothing was made, what there was before the next one is what there was.
            self.is_disturbed |= self.is_made;
            if !self.is_made {
                self.before.clone_from(&shown);
                self.before_json = change.before_json;
            }
        }
        self.written = match shown {
            Some(shown) if !is_made && self.is_written(&Some(shown.clone())) => vec![shown, change.after],
            _ => vec![change.after],
        };
        self.is_made |= is_made;
    }

    /// Whether it is a value that this import wrote, or may have.
    fn is_written(&self, shown: &Option<FieldValue>) -> bool {
        self.written.iter().any(|written| says_the_same(&Some(written.clone()), shown))
    }

    /// Whether the contact shows what this import wrote, or may have.
    pub fn is_shown(&self, found: Option<&serde_json::Value>) -> bool {
        self.written.iter().any(|written| is_same(Some(&value_of(written)), found))
    }

    /// Whether the contact shows what there was before.
    pub fn is_back(&self, found: Option<&serde_json::Value>) -> bool {
        is_same(self.value_before().as_ref(), found)
    }

    /// What there was before, as it was shown; `None` if nothing was.
    pub fn value_before(&self) -> Option<serde_json::Value> {
        let json = self.before_json.as_deref().and_then(|json| serde_json::from_str(json).ok());
        json.or_else(|| self.before.as_ref().map(value_of))
    }
}

/// Whether two values say the same; nothing says the same as an empty one.
fn says_the_same(one: &Option<FieldValue>, other: &Option<FieldValue>) -> bool {
    is_same(one.as_ref().map(value_of).as_ref(), other.as_ref().map(value_of).as_ref())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(value: &str) -> Option<FieldValue> {
        Some(FieldValue::Text(value.to_owned())).filter(|_| !value.is_empty())
    }

    fn step(before: &str, after: &str, is_made: bool) -> Step {
        let after = FieldValue::Text(after.to_owned());
        let (field, before) = ("name".to_owned(), text(before));
        Step { change: FieldChange { field, before, before_json: None, after }, is_made }
    }

    /// What there was, what was written, whether it is known, whether somebody came between.
    fn together(steps: &[Step]) -> (Option<FieldValue>, Vec<FieldValue>, bool, bool) {
        let all = OwnChange::put_together(steps.iter().cloned());
        let [OwnChange { before, written, is_made, is_disturbed, .. }] = <[_; 1]>::try_from(all).unwrap();
        (before, written, is_made, is_disturbed)
    }

    fn texts(values: &[&str]) -> Vec<FieldValue> {
        values.iter().map(|value| FieldValue::Text((*value).to_owned())).collect()
    }

    #[test]
    fn a_change_of_which_nobody_knows_was_made_if_the_next_one_found_it() {
        let lost = step("A", "B", false);
        assert_eq!(together(std::slice::from_ref(&lost)), (text("A"), texts(&["B"]), false, false));
        for is_made in [true, false] {
            let found = [lost.clone(), step("B", "C", is_made)];
            let written = if is_made { texts(&["C"]) } else { texts(&["B", "C"]) };
            assert_eq!(together(&found), (text("A"), written, true, false));
            let not_made = [lost.clone(), step("A", "C", is_made)];
            assert_eq!(together(&not_made), (text("A"), texts(&["C"]), is_made, false));
            let not_ours = [lost.clone(), step("X", "C", is_made)];
            assert_eq!(together(&not_ours), (text("X"), texts(&["C"]), is_made, false));
        }
    }

    #[test]
    fn a_value_that_was_no_text_is_back_when_it_is_shown_as_it_was_and_not_as_a_text() {
        let mut number = step("5", "6", true);
        number.change.before_json = Some("5".to_owned());
        let is_back =
            |own: &OwnChange| [serde_json::json!(5), "5".into()].map(|found| own.is_back(Some(&found)));
        let all = OwnChange::put_together([number.clone()]);
        assert_eq!(is_back(&all[0]), [true, false]);
        // Of several, that before the first counts, or the one that somebody wrote before anything was made.
        let all = OwnChange::put_together([number.clone(), step("6", "7", true)]);
        assert_eq!(is_back(&all[0]), [true, false]);
        let all = OwnChange::put_together([step("4", "9", false), number]);
        assert_eq!(is_back(&all[0]), [true, false]);
        let all = OwnChange::put_together([step("5", "6", true)]);
        assert_eq!(is_back(&all[0]), [false, true]);
    }

    #[test]
    fn what_somebody_wrote_between_two_changes_is_nobodys_to_put_back() {
        let disturbed = [step("A", "B", true), step("X", "C", true)];
        assert_eq!(together(&disturbed), (text("A"), texts(&["C"]), true, true));
        let put_back = [step("", "B", true), step("", "C", true)];
        assert_eq!(together(&put_back), (None, texts(&["C"]), true, false));
    }

    /// One thing that happens to a field.
    #[derive(Debug, Clone, Copy)]
    enum Deed {
        /// This import changes it to this value, and knows so or not, and it is made or not.
        Own { value: u8, known: bool, made: bool },
        /// Somebody else does, to what nobody had written before.
        Foreign,
    }

    fn deed() -> impl Strategy<Value = Deed> {
        prop_oneof![
            6 => (0..4u8, any::<bool>(), any::<bool>()).prop_map(|(value, known, made)| Deed::Own { value, known, made }),
            1 => Just(Deed::Foreign),
        ]
    }

    proptest! {
        #[test]
        fn whatever_was_lost_what_nobody_else_touched_can_be_put_back_and_what_somebody_did_is_kept(
            deeds in proptest::collection::vec(deed(), 1..8),
        ) {
            let original = "v0".to_owned();
            let (mut now, mut steps, mut foreign) = (original.clone(), Vec::new(), 0);
            let mut is_last_foreign = false;
            for deed in deeds {
                match deed {
                    Deed::Own { value, known, made } => {
                        let after = format!("v{value}");
                        if after == now {
                            continue;
                        }
                        steps.push(step(&now, &after, known));
                        if known || made {
                            now = after;
                            is_last_foreign = false;
                        }
                    }
                    Deed::Foreign => {
                        foreign += 1;
                        now = format!("x{foreign}");
                        is_last_foreign = true;
                    }
                }
            }
            prop_assume!(!steps.is_empty());
            let all = OwnChange::put_together(steps);
            let shown = serde_json::Value::String(now);
            let own = &all[0];
            if foreign == 0 {
                prop_assert!(!own.is_disturbed && says_the_same(&own.before, &text(&original)));
                prop_assert!(own.is_shown(Some(&shown)) || own.is_back(Some(&shown)));
            } else if is_last_foreign {
                prop_assert!(!own.is_shown(Some(&shown)), "somebody's own is taken for this import's");
            } else if own.is_shown(Some(&shown)) && !own.is_disturbed && !own.is_back(Some(&shown)) {
                // Nothing but what was there before the first change, or what somebody wrote last, is put back.
                let before = own.before.clone();
                let last = text(&format!("x{foreign}"));
                let is_one = says_the_same(&before, &text(&original)) || says_the_same(&before, &last);
                prop_assert!(is_one, "{}", foreign);
            }
        }
    }
}
