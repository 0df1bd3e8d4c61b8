//! A mapping and a header → a form.

use super::error::MappingError;
use super::fold::fold;
use super::form::{Form, Value};
use super::guess::{self, Found};
use super::request::{Mapping, Taken, Target, nearest};
use super::tags::{self, Separator};
use super::{Facts, cells, custom_fields};
use crate::model::{BotStatus, Field, FieldValue, Source};

/// Why a field is taken from where it is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The person said so.
    Asked,
    /// The column has the field's own name, as the vendor prints it in one of its languages.
    Header,
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
}

impl Resolved {
    /// The required fields that rest on a guess.
    pub fn guessed_required(&self) -> Vec<&Chosen> {
        self.chosen
            .iter()
            .filter(|chosen| {
                chosen.origin == Origin::Guessed
                    && matches!(chosen.target, Target::Field(Field::Identifier | Field::Name))
            })
            .collect()
    }
}

/// A value with its account.
struct Given {
    value: Value,
    from: String,
    origin: Origin,
}

impl Mapping {
    /// Fits the mapping to a header.
    ///
    /// # Errors
    ///
    /// If it names columns that are not there, a constant cannot be sent, or a required field has no column or
    /// several that claim it.
    pub fn resolve(&self, header: &[String], facts: &Facts) -> Result<Resolved, MappingError> {
        let mut given: Vec<(Target, Given)> = Vec::new();
        for wish in &self.taken {
            let (value, from) = match &wish.value {
                Taken::Column(name) => {
                    let column = find_column(header, name)?;
                    (Value::Column(column), header[column].clone())
                }
                Taken::Template(template) => {
                    let template = template.resolve(|name| find_column(header, name))?;
                    let from = template.shown(header);
                    (Value::Template(template), from)
                }
            };
            given.push((wish.target.clone(), Given { value, from, origin: Origin::Asked }));
        }
        let mut constant_tags = Vec::new();
        for wish in &self.constants {
            let target = &wish.target;
            if *target == Target::Field(Field::Tags) {
                let separator = self.tag_separator.map_or(Separator::One(','), Separator::One);
                constant_tags = tags::split(&wish.value, separator)
                    .map_err(|what| constant(target, &wish.value, what))?
                    .tags;
                continue;
            }
            if let Some((_, mapped)) = given.iter().find(|(known, _)| known == target) {
                return Err(MappingError::MappedAndSet {
                    field: target.to_string(),
                    column: mapped.from.clone(),
                });
            }
            check_constant(target, &wish.value)?;
            let from = format!("\"{}\"", wish.value);
            given.push((
                target.clone(),
                Given { value: Value::Constant(wish.value.clone()), from, origin: Origin::Asked },
            ));
        }
        let mut left_out = Vec::new();
        if self.automatic {
            let guesses =
                guess::guess(header, facts, |target| !given.iter().any(|(known, _)| known == target))?;
            left_out = guesses.left_out;
            for guess in guesses.guesses {
                let origin = if guess.exact { Origin::Header } else { Origin::Guessed };
                let (value, from) = match guess.found {
                    Found::Column(column) => (Value::Column(column), header[column].clone()),
                    Found::Join(template) => {
                        let from = template.shown(header);
                        (Value::Template(template), from)
                    }
                };
                given.push((guess.target, Given { value, from, origin }));
            }
        }
        if !given.iter().any(|(target, _)| *target == Target::Field(Field::Source)) {
            let whatsapp = Source::Whatsapp.as_str().to_owned();
            let source = Given {
                from: format!("\"{whatsapp}\""),
                value: Value::Constant(whatsapp),
                origin: Origin::Default,
            };
            given.push((Target::Field(Field::Source), source));
        }
        self.assemble(header, facts, given, constant_tags, left_out)
    }

    fn assemble(
        &self,
        header: &[String],
        facts: &Facts,
        mut given: Vec<(Target, Given)>,
        constant_tags: Vec<String>,
        left_out: Vec<(usize, String)>,
    ) -> Result<Resolved, MappingError> {
        for required in [Field::Identifier, Field::Name] {
            if !given.iter().any(|(target, _)| *target == Target::Field(required)) {
                return Err(MappingError::Missing { field: required.wire_name(), columns: header.to_vec() });
            }
        }
        given.sort_by_key(|(target, _)| match target {
            Target::Field(field) => (*field, String::new()),
            Target::Custom(label) => (Field::CustomFields, label.clone()),
        });
        let tag_separator = match (
            self.tag_separator,
            given.iter().find(|(target, _)| *target == Target::Field(Field::Tags)),
        ) {
            (Some(separator), _) => Separator::One(separator),
            (None, Some((_, Given { value: Value::Column(column), .. }))) => {
                Separator::detect(facts.column(*column))
            }
            (None, _) => Separator::One(','),
        };
        let mut chosen: Vec<Chosen> = given
            .iter()
            .map(|(target, given)| Chosen {
                target: target.clone(),
                from: given.from.clone(),
                origin: given.origin,
                detail: (*target == Target::Field(Field::Tags)).then(|| describe(tag_separator)),
            })
            .collect();
        if !constant_tags.is_empty() {
            chosen.push(Chosen {
                target: Target::Field(Field::Tags),
                from: format!("\"{}\"", constant_tags.join(", ")),
                origin: Origin::Asked,
                detail: Some("added to every row".to_owned()),
            });
        }
        let used: Vec<usize> = given.iter().flat_map(|(_, given)| given.value.columns()).collect();
        let unmapped = header
            .iter()
            .enumerate()
            .filter(|(at, _)| !used.contains(at))
            .map(|(at, column)| {
                let reason =
                    left_out.iter().find(|(known, _)| *known == at).map(|(_, reason)| reason.clone());
                Unmapped {
                    column: column.clone(),
                    filled: facts.column(at).filled,
                    reason: reason.unwrap_or_else(|| "not in the mapping".to_owned()),
                }
            })
            .collect();
        let mut take = |field: Field| {
            let at = given.iter().position(|(target, _)| *target == Target::Field(field))?;
            Some(given.remove(at).1.value)
        };
        let missing =
            |field: Field| MappingError::Missing { field: field.wire_name(), columns: header.to_vec() };
        let form = Form {
            header: header.to_vec(),
            identifier: take(Field::Identifier).ok_or_else(|| missing(Field::Identifier))?,
            name: take(Field::Name).ok_or_else(|| missing(Field::Name))?,
            source: take(Field::Source).ok_or_else(|| missing(Field::Source))?,
            tags: take(Field::Tags),
            tag_separator,
            constant_tags,
            custom_fields: take(Field::CustomFields),
            assigned_user: take(Field::AssignedUser),
            team_uuid: take(Field::TeamUuid),
            channel_uuid: take(Field::ChannelUuid),
            bot_status: take(Field::BotStatus),
            note: take(Field::Note),
            labelled: given
                .into_iter()
                .filter_map(|(target, given)| match target {
                    Target::Custom(label) => Some((label, given.value)),
                    Target::Field(_) => None,
                })
                .collect(),
            default_country: self.default_country,
            earlier_status: header.iter().position(|name| name == "import_status"),
        };
        Ok(Resolved { form, chosen, unmapped })
    }
}

impl Value {
    fn columns(&self) -> Vec<usize> {
        match self {
            Self::Column(column) => vec![*column],
            Self::Template(template) => template.columns().collect(),
            Self::Constant(_) => Vec::new(),
        }
    }
}

fn describe(separator: Separator) -> String {
    match separator {
        Separator::One('\t') => "separated by tab".to_owned(),
        Separator::One(separator) => format!("separated by {separator}"),
        Separator::Detected => "separated by , or else ; or else |".to_owned(),
    }
}

/// The column called `name`: exactly, or else the only one that folds alike.
fn find_column(header: &[String], name: &str) -> Result<usize, MappingError> {
    let matching = |same: &dyn Fn(&str) -> bool| -> Vec<usize> {
        header.iter().enumerate().filter(|(_, column)| same(column)).map(|(at, _)| at).collect()
    };
    let folded = fold(name);
    for same in [&|column: &str| column == name, &|column: &str| column.trim() == name, &|column: &str| {
        fold(column) == folded
    }] as [&dyn Fn(&str) -> bool; 3]
    {
        match matching(same)[..] {
            [] => {}
            [at] => return Ok(at),
            ref several => {
                return Err(MappingError::AmbiguousColumn { name: name.to_owned(), count: several.len() });
            }
        }
    }
    Err(MappingError::NoSuchColumn {
        name: name.to_owned(),
        nearest: nearest(name, header.iter().map(String::as_str)),
        columns: header.to_vec(),
    })
}

fn constant(target: &Target, value: &str, what: impl Into<String>) -> MappingError {
    MappingError::Constant { field: target.to_string(), value: value.to_owned(), what: what.into() }
}

/// A constant goes to every row, so a bad one is known before anything is sent.
fn check_constant(target: &Target, value: &str) -> Result<(), MappingError> {
    let wrong = |what: &str| Err(constant(target, value, what));
    if value.is_empty() {
        return wrong("it is empty");
    }
    match target {
        Target::Field(Field::Identifier) => wrong("every contact has its own"),
        Target::Field(Field::Source) if Source::parse(value).is_none() => {
            wrong("expected whatsapp, facebook, instagram or telegram")
        }
        Target::Field(Field::BotStatus) if BotStatus::parse(value).is_none() => {
            wrong("expected bot_start or bot_end")
        }
        Target::Field(Field::AssignedUser) if !cells::is_email(value) => wrong("expected an e-mail address"),
        Target::Field(Field::TeamUuid | Field::ChannelUuid) if !cells::is_uuid(value) => {
            wrong("expected a uuid of 32 hexadecimal digits")
        }
        Target::Field(Field::CustomFields) => {
            let fields =
                custom_fields::read(value).map_err(|what| constant(target, value, format!("it {what}")))?;
            let texts = fields.iter().flat_map(|(_, field)| match field {
                FieldValue::Text(text) => std::slice::from_ref(text),
                FieldValue::Options(options) => options.as_slice(),
            });
            check_text(target, value, texts, true)
        }
        Target::Field(Field::Name) => check_text(target, value, [&value.to_owned()], false),
        Target::Field(Field::Note) if value.encode_utf16().count() > 1000 => {
            wrong("it is longer than 1000 characters")
        }
        Target::Field(Field::Note) | Target::Custom(_) => {
            check_text(target, value, [&value.to_owned()], true)
        }
        Target::Field(_) => Ok(()),
    }
}

fn check_text<'t>(
    target: &Target,
    value: &str,
    texts: impl IntoIterator<Item = &'t String>,
    lines: bool,
) -> Result<(), MappingError> {
    match texts.into_iter().find_map(|text| cells::unfit_text(text, lines)) {
        Some((_, what)) => Err(constant(target, value, format!("it {what}"))),
        None => Ok(()),
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
