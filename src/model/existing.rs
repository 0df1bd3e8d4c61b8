//! What becomes of contacts that the account has already.

use std::collections::BTreeMap;
use std::fmt;

use super::FieldValue;

/// Why nothing was written to a contact that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Untouched {
    /// Nothing is written to contacts that are there.
    ByPolicy,
    /// It was held against the row, and there is nothing that is to be changed.
    NothingToChange,
    /// The row says something else than in an earlier run, which created the contact; it was not asked about again.
    RowChangedSince,
    /// As [`Self::RowChangedSince`], of an earlier run that found it in the account, or put it back.
    RowChangedSinceFound,
    /// As [`Self::RowChangedSince`], of an earlier run that changed it.
    RowChangedSinceUpdated,
}

impl Untouched {
    /// Whether nobody asked about the contact, and what is known is that its row says something else than before.
    pub fn is_of_the_row(self) -> bool {
        match self {
            Self::ByPolicy | Self::NothingToChange => false,
            Self::RowChangedSince | Self::RowChangedSinceFound | Self::RowChangedSinceUpdated => true,
        }
    }
}

/// `--on-existing`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnExisting {
    /// They are left as they are, and told.
    #[default]
    Skip,
    /// They are changed to what the row says.
    Update,
    /// Nobody looks before sending.
    Create,
    /// The row is rejected.
    Fail,
}

impl OnExisting {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Skip, Self::Update, Self::Create, Self::Fail];

    /// Whether a contact is looked for before it is sent.
    pub fn looks(self) -> bool {
        self != Self::Create
    }

    /// As on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Skip => "skip",
            Self::Update => "update",
            Self::Create => "create",
            Self::Fail => "fail",
        }
    }
}

/// What an update does with one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UpdateRule {
    /// The row's value replaces the one that is there.
    #[default]
    Overwrite,
    /// The row's value is written only where there is none.
    Fill,
    /// What is there stays.
    Keep,
}

impl UpdateRule {
    /// Reads a rule.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "overwrite" => Self::Overwrite,
            "fill" => Self::Fill,
            "keep" => Self::Keep,
            _ => return None,
        })
    }

    /// As it is read.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Overwrite => "overwrite",
            Self::Fill => "fill",
            Self::Keep => "keep",
        }
    }
}

/// Rules by field: a wire name, or `custom_fields.<label>`; `custom_fields` stands for all that have none of their own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UpdateRules(pub BTreeMap<String, UpdateRule>);

impl UpdateRules {
    /// The rule of this field.
    pub fn of(&self, field: &str) -> UpdateRule {
        self.0.get(field).copied().unwrap_or_else(|| self.without_own(field))
    }

    /// The rule that this field has if none is given for it alone.
    fn without_own(&self, field: &str) -> UpdateRule {
        let general = field.strip_prefix("custom_fields.").and_then(|_| self.0.get("custom_fields"));
        general.copied().unwrap_or_default()
    }

    /// Those without which something else would be done, in the order of their fields: the same for two that do the same.
    pub fn that_count(&self) -> impl Iterator<Item = (&str, UpdateRule)> {
        let counts = |(field, rule): &(&String, &UpdateRule)| self.without_own(field) != **rule;
        self.0.iter().filter(counts).map(|(field, rule)| (field.as_str(), *rule))
    }
}

/// One field of a contact, before and after an update.
#[derive(Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// A wire name, or `custom_fields.<label>`.
    pub field: String,
    /// What was there; `None` if nothing was.
    pub before: Option<FieldValue>,
    /// The JSON of what was there, where it was neither a text nor a list of texts.
    pub before_json: Option<String>,
    /// What the update says.
    pub after: FieldValue,
}

/// Shows which field, never whose values.
impl fmt::Debug for FieldChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FieldChange({})", self.field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_of_all_custom_fields_gives_way_to_that_of_one() {
        let rules = UpdateRules(BTreeMap::from([
            ("custom_fields".to_owned(), UpdateRule::Keep),
            ("custom_fields.City".to_owned(), UpdateRule::Fill),
        ]));
        assert_eq!(rules.of("custom_fields.City"), UpdateRule::Fill);
        assert_eq!(rules.of("custom_fields.Age"), UpdateRule::Keep);
        assert_eq!(rules.of("name"), UpdateRule::Overwrite);
    }

    #[test]
    fn a_rule_that_says_what_holds_without_it_does_not_count() {
        let counting = |rules: &[(&str, UpdateRule)]| {
            let rules = UpdateRules(rules.iter().map(|(field, rule)| ((*field).to_owned(), *rule)).collect());
            rules.that_count().map(|(field, rule)| format!("{field}={}", rule.as_str())).collect::<Vec<_>>()
        };
        use UpdateRule::{Fill, Keep, Overwrite};
        assert_eq!(counting(&[("note", Overwrite), ("custom_fields.City", Overwrite)]), [""; 0]);
        assert_eq!(counting(&[("note", Keep), ("name", Fill)]), ["name=fill", "note=keep"]);
        let of_all = ("custom_fields", Keep);
        assert_eq!(counting(&[of_all, ("custom_fields.City", Keep)]), ["custom_fields=keep"]);
        assert_eq!(
            counting(&[of_all, ("custom_fields.City", Overwrite)]),
            ["custom_fields=keep", "custom_fields.City=overwrite"]
        );
    }

    #[test]
    fn a_rule_is_written_as_it_is_read() {
        for rule in [UpdateRule::Overwrite, UpdateRule::Fill, UpdateRule::Keep] {
            assert_eq!(UpdateRule::parse(rule.as_str()), Some(rule));
        }
    }
}
