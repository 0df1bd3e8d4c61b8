//! A mapping and a header → a form.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::Facts;
use super::columns::Columns;
use super::constants::{check_constant, constant};
use super::error::MappingError;
use super::form::{Form, Labelled};
use super::given::{Finder, Given, Part, Ruled};
use super::guess::{self, Found};
use super::numbers::{Candidate, Numbers};
use super::profile::{self, Fitted, ProfileChoice, Recognised};
use super::request::{Mapping, Target};
use super::rules::Rules;
use super::tags::{self, Separator};
use super::typed::FieldType;
use super::value::Value;
use crate::model::{Field, Source};

/// Why a field is taken from where it is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The person said so.
    Asked,
    /// The column has the field's own name, as the vendor prints it in one of its languages.
    Header,
    /// The profile of the program that wrote the file says so.
    Profile,
    /// The column's name, and where needed its values, suggest it.
    Guessed,
    /// Nothing gives it, and there is a usual value.
    Default,
}

/// One line of the final map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// The field.
    pub target: Target,
    /// The column, the template, or the constant in quotes.
    pub from: String,
    /// As a mapping file names them; none for a constant.
    pub places: Vec<String>,
    /// The columns it takes from, by number.
    pub columns: Vec<usize>,
    /// Why.
    pub origin: Origin,
    /// What else is to be known, such as the separator of tags.
    pub detail: Option<String>,
}

/// A column that nothing is taken from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmapped {
    /// Its name, as it stands in the file.
    pub column: String,
    /// Its cells that are not empty.
    pub filled: u64,
    /// Why nothing is taken from it.
    pub reason: String,
}

/// A form, and the account of how it came about.
#[derive(Debug, Clone)]
pub struct Resolved {
    /// Fills rows.
    pub form: Form,
    /// The final map, in the order of the API's reference.
    pub chosen: Vec<Chosen>,
    /// The columns that are not sent.
    pub unmapped: Vec<Unmapped>,
    /// The profile that was used.
    pub profile: Option<Recognised>,
    /// What a mapping file would say besides.
    pub(super) said: Said,
}

/// The rules and options that were found, with the names that columns have in the file.
#[derive(Debug, Clone)]
pub(super) struct Said {
    pub(super) rules: Rules,
    pub(super) types: BTreeMap<String, FieldType>,
    pub(super) default_country: Option<super::Country>,
    pub(super) tag_separator: Option<String>,
    pub(super) include_unsubscribed: bool,
}

impl Resolved {
    /// The required fields that rest on a guess.
    pub fn guessed_required(&self) -> Vec<&Chosen> {
        self.chosen
            .iter()
            .filter(|chosen| {
                (chosen.origin == Origin::Guessed
                    || chosen.origin == Origin::Profile
                        && self.profile.as_ref().is_some_and(|profile| !profile.is_certain()))
                    && matches!(chosen.target, Target::Field(Field::Identifier | Field::Name))
            })
            .collect()
    }
}

impl Mapping {
    /// Fits the mapping to a header.
    ///
    /// # Errors
    ///
    /// If it names columns that are not there, a constant cannot be sent, or a required field has no column or
    /// several that claim it.
    pub fn resolve(&self, header: &[String], facts: &Facts) -> Result<Resolved, MappingError> {
        let columns = Columns::new(header);
        let fitted = match &self.profile {
            ProfileChoice::Recognised if !self.automatic => None,
            choice => profile::find(choice, &columns),
        };
        let asked = Finder { columns: &columns, header, locale: None, strict: true };
        let mut given: Vec<(Target, Given)> = Vec::new();
        for wish in &self.taken {
            if let Some(wished) = asked.given(&wish.target, &wish.value, Origin::Asked)? {
                given.push((wish.target.clone(), wished));
            }
        }
        let constant_tags = self.constants(&mut given)?;
        let mut left_out = Vec::new();
        let mut ruled = asked.ruled(&self.rules)?;
        if let Some(fitted) = &fitted {
            let known = Finder { columns: &columns, header, locale: fitted.locale.as_ref(), strict: false };
            take_from_profile(fitted, &known, facts, &mut given, &mut left_out)?;
            let is_profiles = |field| {
                given.iter().any(|(target, given): &(Target, Given)| {
                    *target == Target::Field(field) && given.origin == Origin::Profile
                })
            };
            let of_profile = known.ruled(&fitted.profile.mapping.rules)?;
            ruled = ruled.over(of_profile, is_profiles(Field::Identifier), is_profiles(Field::Tags));
        }
        if self.automatic || fitted.is_some() {
            let wanted = |target: &Target| {
                !given.iter().any(|(known, _)| known == target)
                    && (fitted.is_none()
                        || matches!(
                            target,
                            Target::Custom(_) | Target::Field(Field::Identifier | Field::Name)
                        ))
            };
            let rest =
                if fitted.is_some() { "the profile does not take it" } else { "no field is called so" };
            let guesses = guess::guess(header, facts, rest, wanted)?;
            left_out.extend(guesses.left_out);
            for guess in guesses.guesses {
                let origin = if guess.exact { Origin::Header } else { Origin::Guessed };
                let (value, from) = match guess.found {
                    Found::Column(column) => (Value::Column(column), header[column].clone()),
                    Found::Join(template) => {
                        let from = template.shown(header);
                        (Value::Template(template), from)
                    }
                };
                let places = vec![from.clone()];
                let parts = vec![Part { value, number: None }];
                given.push((guess.target, Given { parts, from, places, origin }));
            }
        }
        if !given.iter().any(|(target, _)| *target == Target::Field(Field::Source)) {
            let whatsapp = Source::Whatsapp.as_str();
            given.push((Target::Field(Field::Source), Given::constant(whatsapp, Origin::Default)));
        }
        Fitting { mapping: self, header, facts, fitted, ruled }.assemble(given, constant_tags, left_out)
    }

    /// Puts the constants among what is given, and returns the tags, which join those of the rows.
    fn constants(&self, given: &mut Vec<(Target, Given)>) -> Result<Vec<String>, MappingError> {
        let mut constant_tags = Vec::new();
        for wish in &self.constants {
            let target = &wish.target;
            if *target == Target::Field(Field::Tags) {
                let separator = Separator::declared(self.tag_separator.as_deref().unwrap_or(","));
                let tags = tags::split(&wish.value, &separator, &[])
                    .map_err(|what| constant(target, &wish.value, what))?
                    .tags;
                constant_tags = tags.into_iter().map(Cow::into_owned).collect();
                continue;
            }
            if let Some((_, mapped)) = given.iter().find(|(known, _)| known == target) {
                return Err(MappingError::MappedAndSet {
                    field: target.to_string(),
                    column: mapped.from.clone(),
                });
            }
            // A name may stand for a uuid where the account is asked for its names.
            let is_named =
                self.names.is_some() && matches!(target, Target::Field(Field::TeamUuid | Field::ChannelUuid));
            if !is_named {
                check_constant(target, &wish.value)?;
            }
            if let Target::Custom(label) = target
                && let Some(declared) = self.types.get(label)
            {
                declared
                    .read(&wish.value)
                    .map_err(|(_, what)| constant(target, &wish.value, format!("it {what}")))?;
            }
            given.push((target.clone(), Given::constant(&wish.value, Origin::Asked)));
        }
        Ok(constant_tags)
    }
}

/// Takes what nobody asked for otherwise from the profile, as far as the file has it and the values fit.
fn take_from_profile(
    fitted: &Fitted,
    known: &Finder<'_>,
    facts: &Facts,
    given: &mut Vec<(Target, Given)>,
    left_out: &mut Vec<(usize, String)>,
) -> Result<(), MappingError> {
    let mapping = &fitted.profile.mapping;
    for wish in &mapping.taken {
        if given.iter().any(|(target, _)| *target == wish.target) {
            continue;
        }
        let Some(found) = known.given(&wish.target, &wish.value, Origin::Profile)? else { continue };
        if let Target::Field(field) = &wish.target {
            let misfit = found.columns().into_iter().find_map(|column| {
                let reason = guess::misfit(facts.column(column), *field)?;
                Some((column, format!("could be the {field}, but {reason}")))
            });
            if let Some(misfit) = misfit {
                left_out.push(misfit);
                continue;
            }
        }
        given.push((wish.target.clone(), found));
    }
    for wish in &mapping.constants {
        if !given.iter().any(|(target, _)| *target == wish.target) {
            check_constant(&wish.target, &wish.value)?;
            given.push((wish.target.clone(), Given::constant(&wish.value, Origin::Profile)));
        }
    }
    Ok(())
}

/// A mapping about to become a form.
struct Fitting<'m> {
    mapping: &'m Mapping,
    header: &'m [String],
    facts: &'m Facts,
    fitted: Option<Fitted>,
    ruled: Ruled,
}

impl Fitting<'_> {
    fn assemble(
        self,
        mut given: Vec<(Target, Given)>,
        constant_tags: Vec<String>,
        left_out: Vec<(usize, String)>,
    ) -> Result<Resolved, MappingError> {
        let header = self.header;
        let missing =
            |field: Field| MappingError::Missing { field: field.wire_name(), columns: header.to_vec() };
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
            rules: self.ruled.named(header),
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
        };
        Ok(Resolved { form, chosen, unmapped, profile: self.fitted.map(|fitted| fitted.recognised), said })
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
        }
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
            Target::Custom(label) => self.mapping.types.get(label).map(|declared| declared.name().to_owned()),
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
                from: format!("\"{}\"", constant_tags.join(", ")),
                places: Vec::new(),
                columns: Vec::new(),
                origin: Origin::Asked,
                detail: Some("added to every row".to_owned()),
            });
        }
        chosen
    }

    fn describe_numbers(&self) -> Option<String> {
        let ruled = &self.ruled;
        let name = |column: usize| &self.header[column];
        let mut words = Vec::new();
        if !ruled.phone_label.is_empty() && !ruled.phone_prefer.is_empty() {
            words.push("mobile numbers first".to_owned());
        }
        if let Some(separator) = &ruled.phone_separator {
            words.push(format!("several in a cell separated by \"{separator}\""));
        }
        if let Some(column) = ruled.country_code {
            words.push(format!("country code from {}", name(column)));
        }
        if let Some(column) = ruled.country {
            words.push(format!("country from {}", name(column)));
        }
        (!words.is_empty()).then(|| words.join(", "))
    }

    fn unmapped(&self, used: &[usize], left_out: &[(usize, String)]) -> Vec<Unmapped> {
        let ruled = &self.ruled;
        let role = |at: usize| {
            let is_label = ruled.phone_label.iter().any(|place| place.column == at);
            if ruled.unsubscribed.iter().any(|no| no.column == at) {
                Some("says who does not want messages")
            } else if ruled.country == Some(at) || ruled.country_code == Some(at) || is_label {
                Some("helps to read the number")
            } else {
                None
            }
        };
        let of_column = |(at, column): (usize, &String)| {
            let reason = left_out.iter().find(|(known, _)| *known == at).map(|(_, reason)| reason.clone());
            Unmapped {
                column: column.clone(),
                filled: self.facts.column(at).filled,
                reason: role(at)
                    .map(str::to_owned)
                    .or(reason)
                    .unwrap_or_else(|| "not in the mapping".to_owned()),
            }
        };
        self.header.iter().enumerate().filter(|(at, _)| !used.contains(at)).map(of_column).collect()
    }
}

fn describe(separator: &Separator) -> String {
    match separator {
        Separator::One(separator) if separator == "\t" => "separated by tab".to_owned(),
        Separator::One(separator) if separator.contains(' ') => format!("separated by \"{separator}\""),
        Separator::One(separator) => format!("separated by {separator}"),
        Separator::Csv => "each cell a line of CSV".to_owned(),
        Separator::Detected => "separated by , or else ; or else |".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use csv::ByteRecord;

    use super::*;
    use crate::model::{Row, RowNumber};

    fn resolve_with(mapping: &Mapping, header: &[&str], rows: &[&[&str]]) -> Result<Resolved, MappingError> {
        let header: Vec<String> = header.iter().map(|&name| name.to_owned()).collect();
        let mut facts = Facts::new(&header);
        for cells in rows {
            facts.note(&Row {
                number: RowNumber::FIRST,
                line: 2,
                cells: ByteRecord::from(cells.to_vec()),
                flaw: None,
            });
        }
        mapping.resolve(&header, &facts)
    }

    fn resolve(header: &[&str], rows: &[&[&str]]) -> Result<Resolved, MappingError> {
        resolve_with(&Mapping::default(), header, rows)
    }

    /// `field < column (origin)`, a line each.
    fn map_of(resolved: &Resolved) -> Vec<String> {
        resolved
            .chosen
            .iter()
            .map(|chosen| format!("{} < {} ({:?})", chosen.target, chosen.from, chosen.origin))
            .collect()
    }

    fn reason(resolved: &Resolved, column: &str) -> String {
        resolved.unmapped.iter().find(|unmapped| unmapped.column == column).expect("unmapped").reason.clone()
    }

    #[test]
    fn wire_names_map_to_themselves_and_are_no_guess() {
        let resolved = resolve(
            &[
                "identifier",
                "source",
                "name",
                "tags",
                "custom_fields",
                "assigned_user",
                "team_uuid",
                "channel_uuid",
                "bot_status",
                "note",
            ],
            &[&["+393331234567", "WhatsApp", "A", "x", "{}", "a@b.it", "", "", "", ""]],
        )
        .unwrap();
        assert!(
            resolved.chosen.iter().all(|chosen| chosen.origin == Origin::Header),
            "{:?}",
            map_of(&resolved)
        );
        assert_eq!(resolved.chosen.len(), 10);
        assert!(resolved.guessed_required().is_empty() && resolved.unmapped.is_empty());
    }

    #[test]
    fn a_seed_page_in_french_maps_and_is_no_guess() {
        let resolved = resolve(
            &["identifiant", "nom", "champs_personnalisés", "utilisateur_assigné"],
            &[&["+33612345678", "Zoé", "{}", "z@x.fr"]],
        )
        .unwrap();
        assert_eq!(
            map_of(&resolved),
            [
                "identifier < identifiant (Header)",
                "source < \"whatsapp\" (Default)",
                "name < nom (Header)",
                "custom_fields < champs_personnalisés (Header)",
                "assigned_user < utilisateur_assigné (Header)",
            ]
        );
    }

    #[test]
    fn given_and_family_names_are_joined_in_every_language() {
        for (header, template) in [
            (["Phone", "First name", "Last name"], "{First name} {Last name}"),
            (["Téléphone", "Nom", "Prénom"], "{Prénom} {Nom}"),
            (["Móvil", "Nombre", "Apellidos"], "{Nombre} {Apellidos}"),
            (["Cellulare", "Nome", "Cognome"], "{Nome} {Cognome}"),
            (["Celular", "Nome", "Sobrenome"], "{Nome} {Sobrenome}"),
        ] {
            let resolved = resolve(&header, &[&["+393331234567", "a", "b"]]).unwrap();
            let name =
                resolved.chosen.iter().find(|chosen| chosen.target == Target::Field(Field::Name)).unwrap();
            assert_eq!((name.from.as_str(), name.origin), (template, Origin::Guessed));
        }
    }

    #[test]
    fn apelido_is_never_joined_to_the_name_unasked() {
        let resolved =
            resolve(&["Telefone", "Nome", "Apelido"], &[&["+351912345678", "Ana", "Silva"]]).unwrap();
        assert!(map_of(&resolved).contains(&"name < Nome (Header)".to_owned()), "{:?}", map_of(&resolved));
        assert!(reason(&resolved, "Apelido").contains("nickname in Brazil"));
    }

    #[test]
    fn two_columns_that_claim_a_required_field_are_a_question() {
        let error =
            resolve(&["phone", "mobile", "name"], &[&["+393331234567", "+393331234568", "A"]]).unwrap_err();
        assert_eq!(error.to_string(), "2 columns could be the identifier: phone, mobile");
        assert_eq!(error.hint().unwrap(), "choose one: --map identifier=phone");
    }

    #[test]
    fn a_wire_name_or_an_empty_rival_settles_the_question() {
        let resolved =
            resolve(&["phone", "identifier", "name"], &[&["+393331234567", "+393331234568", "A"]]).unwrap();
        assert!(map_of(&resolved).contains(&"identifier < identifier (Header)".to_owned()));
        assert_eq!(reason(&resolved, "phone"), "the identifier is taken from \"identifier\"");
        let resolved = resolve(&["phone", "mobile", "name"], &[&["", "+393331234568", "A"]]).unwrap();
        assert!(map_of(&resolved).contains(&"identifier < mobile (Guessed)".to_owned()));
        assert_eq!(reason(&resolved, "phone"), "empty");
    }

    #[test]
    fn two_columns_that_claim_an_optional_field_are_both_left_out() {
        let resolved =
            resolve(&["phone", "name", "notes", "comments"], &[&["+393331234567", "A", "x", "y"]]).unwrap();
        assert!(reason(&resolved, "notes").contains("2 columns could be the note"));
        assert!(reason(&resolved, "comments").contains("2 columns could be the note"));
    }

    #[test]
    fn a_weak_header_counts_only_if_its_values_fit() {
        let resolved =
            resolve(&["Number", "Client"], &[&["+39 333 1234567", "Ada"], &["06-12-34-56-78", "Bob"]])
                .unwrap();
        assert_eq!(map_of(&resolved)[0], "identifier < Number (Guessed)");
        let error = resolve(&["Number", "Client"], &[&["A-17", "Ada"]]).unwrap_err();
        assert!(matches!(error, MappingError::Missing { field: "identifier", .. }), "{error}");
        let error = resolve(&["phone", "Client"], &[&["+39333123456", "yes@no.it"]]).unwrap_err();
        assert!(matches!(error, MappingError::Missing { field: "name", .. }), "{error}");
    }

    #[test]
    fn a_weak_header_gives_way_to_a_stronger_one() {
        let resolved =
            resolve(&["numéro", "portable", "nom"], &[&["0612345678", "0612345679", "A"]]).unwrap();
        assert!(map_of(&resolved).contains(&"identifier < portable (Guessed)".to_owned()));
    }

    #[test]
    fn a_source_column_counts_only_if_every_value_is_a_source() {
        let resolved =
            resolve(&["phone", "name", "Origine"], &[&["1", "A", "WhatsApp"], &["2", "B", ""]]).unwrap();
        assert!(map_of(&resolved).contains(&"source < Origine (Header)".to_owned()));
        let resolved =
            resolve(&["phone", "name", "source"], &[&["1", "A", "whatsapp"], &["2", "B", "Trade fair"]])
                .unwrap();
        assert!(map_of(&resolved).contains(&"source < \"whatsapp\" (Default)".to_owned()));
        assert!(reason(&resolved, "source").contains("not every value is one of the API's sources"));
    }

    #[test]
    fn an_email_column_is_never_the_assigned_user() {
        let resolved = resolve(&["phone", "name", "email"], &[&["1", "A", "a@b.it"]]).unwrap();
        assert!(!map_of(&resolved).iter().any(|line| line.starts_with("assigned_user")));
        assert!(reason(&resolved, "email").contains("the contact's own address"));
    }

    #[test]
    fn agents_teams_and_channels_count_only_if_the_api_could_take_their_values() {
        let uuid = "414a6d692bd645ed803f2e7ce360d4c8";
        let resolved = resolve(
            &["phone", "name", "agent", "team", "canal"],
            &[&["1", "A", "a@b.it", uuid, "Sales line"]],
        )
        .unwrap();
        let map = map_of(&resolved);
        assert!(map.contains(&"assigned_user < agent (Guessed)".to_owned()));
        assert!(map.contains(&"team_uuid < team (Header)".to_owned()));
        assert!(reason(&resolved, "canal").contains("not every value is a uuid"));
        let resolved = resolve(&["phone", "name", "owner"], &[&["1", "A", "Bob"]]).unwrap();
        assert!(reason(&resolved, "owner").contains("not every value is an e-mail address"));
    }

    #[test]
    fn columns_named_after_a_custom_field_map_to_its_label_as_typed() {
        let resolved =
            resolve(&["phone", "name", "cf:Billing Address", "custom_fields.City"], &[&["1", "A", "x", "y"]])
                .unwrap();
        let map = map_of(&resolved);
        assert!(
            map.contains(&"custom_fields.Billing Address < cf:Billing Address (Header)".to_owned()),
            "{map:?}"
        );
        assert!(map.contains(&"custom_fields.City < custom_fields.City (Header)".to_owned()));
    }

    #[test]
    fn what_is_asked_for_wins_over_the_header_and_names_may_be_folded() {
        let mut mapping = Mapping::default();
        mapping.map("identifier=PHONE-1").unwrap();
        mapping.map("name={first name} {Last_Name}").unwrap();
        mapping.set("source=instagram").unwrap();
        mapping.set("tags=import-2026, VIP").unwrap();
        let resolved = resolve_with(
            &mapping,
            &["Phone 1", "First Name", "Last Name", "phone", "tags"],
            &[&["1", "A", "B", "2", "x;y"]],
        )
        .unwrap();
        assert_eq!(
            map_of(&resolved),
            [
                "identifier < Phone 1 (Asked)",
                "source < \"instagram\" (Asked)",
                "name < {First Name} {Last Name} (Asked)",
                "tags < tags (Header)",
                "tags < \"import-2026, VIP\" (Asked)",
            ]
        );
        assert_eq!(resolved.chosen[3].detail.as_deref(), Some("separated by ;"));
    }

    #[test]
    fn a_column_that_is_not_there_brings_the_nearest_one() {
        let mut mapping = Mapping::default();
        mapping.map("identifier=Phnoe").unwrap();
        let error = resolve_with(&mapping, &["Phone", "Name"], &[]).unwrap_err();
        assert_eq!(error.hint().unwrap(), "did you mean `Phone`?");
    }

    #[test]
    fn a_column_name_that_two_columns_have_is_refused_if_it_is_used() {
        let mut mapping = Mapping::default();
        mapping.map("identifier=Phone").unwrap();
        let error = resolve_with(&mapping, &["Phone", "Name", "Phone"], &[]).unwrap_err();
        assert!(matches!(error, MappingError::AmbiguousColumn { count: 2, .. }), "{error}");
    }

    #[test]
    fn a_constant_that_the_api_could_not_take_is_refused_before_anything_is_sent() {
        for words in [
            "source=whatsap",
            "bot_status=off",
            "assigned_user=Bob",
            "team_uuid=Sales",
            "identifier=+393331234567",
            "note=",
            "custom_fields=City",
            "name=a\u{1b}b",
        ] {
            let mut mapping = Mapping::default();
            mapping.set(words).unwrap();
            let error = resolve_with(&mapping, &["phone", "name"], &[]).unwrap_err();
            assert!(matches!(error, MappingError::Constant { .. }), "{words}: {error}");
        }
    }

    #[test]
    fn a_mapping_without_the_automatic_takes_only_what_it_names() {
        let mut mapping = Mapping { automatic: false, ..Mapping::default() };
        mapping.map("identifier=phone").unwrap();
        mapping.map("name=name").unwrap();
        let resolved = resolve_with(&mapping, &["phone", "name", "note"], &[&["1", "A", "x"]]).unwrap();
        assert_eq!(reason(&resolved, "note"), "not in the mapping");
    }

    #[test]
    fn the_columns_of_an_earlier_runs_failures_are_ignored() {
        let resolved = resolve(
            &[
                "phone",
                "name",
                "import_row",
                "import_status",
                "import_code",
                "import_field",
                "import_message",
            ],
            &[&["1", "A", "7", "unconfirmed", "strict", "", "x"]],
        )
        .unwrap();
        assert_eq!(resolved.unmapped.len(), 5);
        assert!(resolved.unmapped.iter().all(|unmapped| unmapped.reason == "written by an earlier run"));
        let row = Row {
            number: RowNumber::FIRST,
            line: 2,
            cells: ByteRecord::from(vec!["1", "A", "7", "unconfirmed", "strict", "", "x"]),
            flaw: None,
        };
        assert!(resolved.form.is_in_doubt(&row));
    }
}
