//! What gives each field → the form, and the account of it.

use super::Facts;
use super::error::MappingError;
use super::form::{Form, Labelled};
use super::given::{Given, Part, Ruled};
use super::known_by::KnownBy;
use super::numbers::{Candidate, Numbers};
use super::profile::Fitted;
use super::request::{Mapping, Target};
use super::resolved::{Chosen, Origin, Resolved, Said, Unheeded, Unmapped};
use super::says_country::SaysCountry;
use super::tags::Separator;
use super::value::Value;
use crate::model::Field;
use crate::words::{Message, message};

/// A mapping about to become a form.
pub(super) struct Fitting<'m> {
    pub(super) mapping: &'m Mapping,
    pub(super) header: &'m [String],
    /// No two are the same.
    pub(super) names: &'m [String],
    pub(super) facts: &'m Facts,
    pub(super) fitted: Option<Fitted>,
    pub(super) ruled: Ruled,
}

impl Fitting<'_> {
    pub(super) fn assemble(
        self,
        mut given: Vec<(Target, Given)>,
        constant_tags: Vec<String>,
        left_out: Vec<(usize, Message)>,
    ) -> Result<Resolved, MappingError> {
        let header = self.header;
        let missing =
            |field: Field| MappingError::Missing { field: field.wire_name(), columns: self.names.to_vec() };
        for required in [Field::Identifier, Field::Name] {
            if !given.iter().any(|(target, _)| *target == Target::Field(required)) {
                return Err(missing(required));
            }
        }
        given.sort_by_key(|(target, _)| match target {
            Target::Field(field) => (*field, String::new()),
            Target::Custom(label) => (Field::CustomFields, label.clone()),
        });
        let (tag_separator, is_declared) = self.tag_separator(&given);
        let chosen = self.chosen(&given, &tag_separator, &constant_tags);
        let used: Vec<usize> = given.iter().flat_map(|(_, given)| given.columns()).collect();
        let unmapped = self.unmapped(&used, &left_out);
        let unheeded = self.unheeded();
        let mut take = |field: Field| {
            let at = given.iter().position(|(target, _)| *target == Target::Field(field))?;
            Some(given.remove(at).1)
        };
        let identifier = take(Field::Identifier).ok_or_else(|| missing(Field::Identifier))?;
        let mut value = |field: Field| take(field).and_then(Given::into_value);
        let (name, source) = (value(Field::Name), value(Field::Source));
        let (tags, custom_fields) = (value(Field::Tags), value(Field::CustomFields));
        let (assigned_user, team_uuid) = (value(Field::AssignedUser), value(Field::TeamUuid));
        let (channel_uuid, bot_status) = (value(Field::ChannelUuid), value(Field::BotStatus));
        let note = value(Field::Note);
        let said = Said {
            rules: self.ruled.named(self.names),
            types: self.mapping.types.clone(),
            default_country: self.default_country(),
            tag_separator: tags.as_ref().and_then(|_| tag_separator.written()),
            include_unsubscribed: self.mapping.include_unsubscribed,
        };
        let labelled = given.into_iter().filter_map(|(target, given)| match target {
            Target::Custom(label) => given.into_value().map(|value| Labelled {
                name: format!("custom_fields.{label}"),
                label,
                value,
            }),
            Target::Field(_) => None,
        });
        let form = Form {
            header: header.to_vec(),
            labelled: labelled.collect(),
            identifier: self.numbers(identifier),
            name: name.ok_or_else(|| missing(Field::Name))?,
            source: source.ok_or_else(|| missing(Field::Source))?,
            tags,
            // Cell by cell comes to the same as the only separator seen, and does not hang on the facts.
            tag_separator: if is_declared { tag_separator } else { Separator::Detected },
            tags_drop: self.ruled.tags_drop.clone(),
            constant_tags,
            custom_fields,
            types: self.mapping.types.clone(),
            known_tags: self.mapping.known_tags.clone(),
            names: self.mapping.names.clone(),
            assigned_user,
            team_uuid,
            channel_uuid,
            bot_status,
            note,
            unsubscribed: if self.mapping.include_unsubscribed {
                Vec::new()
            } else {
                self.ruled.unsubscribed
            },
            continuation: self.ruled.continuation,
            earlier_status: header.iter().position(|name| name == "import_status"),
            earlier_code: header.iter().position(|name| name == "import_code"),
            known_by: KnownBy::default(),
        };
        let profile = self.fitted.map(|fitted| fitted.recognised);
        Ok(Resolved { form, chosen, unmapped, unheeded, profile, said })
    }

    fn default_country(&self) -> Option<super::Country> {
        let of_profile = self.fitted.as_ref().and_then(|fitted| fitted.profile.mapping.default_country);
        self.mapping.default_country.or(of_profile)
    }

    fn numbers(&self, identifier: Given) -> Numbers {
        let label = |number: Option<u32>| {
            let same = self.ruled.phone_label.iter().find(|place| place.number == number);
            same.map(|place| place.column)
        };
        Numbers {
            candidates: identifier
                .parts
                .into_iter()
                .map(|part| Candidate { label: label(part.number), value: part.value })
                .collect(),
            separator: self.ruled.phone_separator.clone(),
            prefer: self.ruled.phone_prefer.clone(),
            country_code: self.ruled.country_code,
            country: self.ruled.country,
            default_country: self.default_country(),
            says_country: SaysCountry::of(self.names),
            quantities: Vec::new(),
        }
    }

    /// The columns by which people seem to have said no, unless it is said what they mean, or that it does not matter.
    fn unheeded(&self) -> Vec<Unheeded> {
        if self.mapping.include_unsubscribed {
            return Vec::new();
        }
        let of_column = |(at, column): (usize, &String)| {
            let is_heeded = self.ruled.unsubscribed.iter().any(|no| no.column == at);
            let (refusal, refused) = self.facts.refused(at).filter(|_| !is_heeded)?;
            let words = refused.values(refusal);
            (refused.rows > 0).then(|| Unheeded { column: column.clone(), rows: refused.rows, words })
        };
        self.names.iter().enumerate().filter_map(of_column).collect()
    }

    /// What keeps tags apart, and whether that was declared.
    fn tag_separator(&self, given: &[(Target, Given)]) -> (Separator, bool) {
        if let Some(declared) = &self.mapping.tag_separator {
            return (Separator::declared(declared), true);
        }
        let tags = given.iter().find(|(target, _)| *target == Target::Field(Field::Tags));
        let of_profile =
            self.fitted.as_ref().and_then(|fitted| fitted.profile.mapping.tag_separator.as_ref());
        match tags.map(|(_, given)| (given.origin, &given.parts[..])) {
            Some((Origin::Profile, _)) if of_profile.is_some() => {
                let declared =
                    of_profile.map_or(Separator::Detected, |declared| Separator::declared(declared));
                (declared, true)
            }
            Some((_, [Part { value: Value::Column(column), .. }])) => {
                (Separator::detect(self.facts.column(*column)), false)
            }
            _ => (Separator::declared(","), true),
        }
    }

    fn chosen(
        &self,
        given: &[(Target, Given)],
        tag_separator: &Separator,
        constant_tags: &[String],
    ) -> Vec<Chosen> {
        let detail = |target: &Target| match target {
            Target::Field(Field::Tags) => Some(describe(tag_separator)),
            Target::Field(Field::Identifier) => self.describe_numbers(),
            Target::Custom(label) => {
                self.mapping.types.get(label).map(|declared| Message::verbatim(declared.name()))
            }
            Target::Field(_) => None,
        };
        let mut chosen: Vec<Chosen> = given
            .iter()
            .map(|(target, given)| Chosen {
                target: target.clone(),
                from: given.from.clone(),
                places: given.places.clone(),
                columns: given.columns(),
                origin: given.origin,
                detail: detail(target),
            })
            .collect();
        if !constant_tags.is_empty() {
            chosen.push(Chosen {
                target: Target::Field(Field::Tags),
                from: Message::verbatim(format!("\"{}\"", constant_tags.join(", "))),
                places: Vec::new(),
                columns: Vec::new(),
                origin: Origin::Asked,
                detail: Some(message!("mapped-added-to-every-row")),
            });
        }
        chosen
    }

    fn describe_numbers(&self) -> Option<Message> {
        let ruled = &self.ruled;
        let name = |column: usize| &self.names[column];
        let mut words = Vec::new();
        if !ruled.phone_label.is_empty() && !ruled.phone_prefer.is_empty() {
            words.push(message!("mapped-mobile-first"));
        }
        if let Some(separator) = &ruled.phone_separator {
            words.push(message!("mapped-several-in-a-cell", separator));
        }
        if let Some(column) = ruled.country_code {
            words.push(message!("mapped-country-code-from", column = name(column)));
        }
        if let Some(column) = ruled.country {
            words.push(message!("mapped-country-from", column = name(column)));
        }
        (!words.is_empty()).then(|| Message::list(words, ", "))
    }

    fn unmapped(&self, used: &[usize], left_out: &[(usize, Message)]) -> Vec<Unmapped> {
        let ruled = &self.ruled;
        let role = |at: usize| {
            let is_label = ruled.phone_label.iter().any(|place| place.column == at);
            if ruled.unsubscribed.iter().any(|no| no.column == at) {
                Some(message!("unmapped-unsubscribed"))
            } else if ruled.country == Some(at) || ruled.country_code == Some(at) || is_label {
                Some(message!("unmapped-helps"))
            } else {
                None
            }
        };
        let of_column = |(at, column): (usize, &String)| {
            let reason = left_out.iter().find(|(known, _)| *known == at).map(|(_, reason)| reason.clone());
            Unmapped {
                column: column.clone(),
                filled: self.facts.column(at).filled,
                reason: role(at).or(reason).unwrap_or_else(|| message!("unmapped-not-in-the-mapping")),
            }
        };
        self.names.iter().enumerate().filter(|(at, _)| !used.contains(at)).map(of_column).collect()
    }
}

fn describe(separator: &Separator) -> Message {
    match separator {
        Separator::One(separator) if separator == "\t" => message!("separated-by-tab"),
        Separator::One(separator) if separator.contains(' ') => message!("separated-by-text", separator),
        Separator::One(separator) => message!("separated-by", separator),
        Separator::Csv => message!("separated-as-csv"),
        Separator::Detected => message!("separated-as-seen"),
    }
}
