//! A mapping and a header → a form.

use std::borrow::Cow;

use super::Facts;
use super::aliases::{Meaning, meaning};
use super::columns::{Columns, distinct_names};
use super::constants::{check_constant, constant};
use super::error::{MappingError, MissingColumn, shell_word};
use super::fitting::Fitting;
use super::fold::fold;
use super::given::{Finder, Given, Part};
use super::guess::{self, Found};
use super::profile::{self, Fitted, ProfileChoice};
use super::request::{Mapping, Taken, Target};
use super::resolved::{Origin, Resolved};
use super::tags::{self, Separator};
use super::template::Template;
use super::value::Value;
use crate::model::{Field, Source};
use crate::words::{Message, message};

impl Mapping {
    /// Fits the mapping to a header.
    ///
    /// # Errors
    ///
    /// If it names columns that are not there, a constant cannot be sent, or a required field has no column or
    /// several that claim it.
    pub fn resolve(&self, header: &[String], facts: &Facts) -> Result<Resolved, MappingError> {
        self.with_columns_named_like_templates(header).resolve_as_meant(header, facts)
    }

    /// Where a template is written as a column is called, such as `Phone {home}`, the column is meant.
    fn with_columns_named_like_templates(&self, header: &[String]) -> Cow<'_, Self> {
        let column_of = |place: &Taken| match place {
            Taken::Template(template) => {
                let written = template.written();
                let is_column = |name: &String| Template::is_template(&written) && name.trim() == written;
                header.iter().any(is_column).then_some(Taken::Column(written))
            }
            Taken::Column(_) => None,
        };
        if !self.taken.iter().flat_map(|wish| &wish.value).any(|place| column_of(place).is_some()) {
            return Cow::Borrowed(self);
        }
        let mut meant = self.clone();
        for place in meant.taken.iter_mut().flat_map(|wish| &mut wish.value) {
            if let Some(column) = column_of(place) {
                *place = column;
            }
        }
        Cow::Owned(meant)
    }

    fn resolve_as_meant(&self, header: &[String], facts: &Facts) -> Result<Resolved, MappingError> {
        let names = distinct_names(header);
        let columns = Columns::new(header, &names);
        let fitted = match &self.profile {
            ProfileChoice::Recognised if !self.automatic => None,
            choice => profile::find(choice, &columns),
        };
        let asked = Finder { columns: &columns, names: &names, locale: None, strict: true };
        self.refuse_missing(&columns)?;
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
            let known =
                Finder { columns: &columns, names: &names, locale: fitted.locale.as_ref(), strict: false };
            self.take_from_profile(fitted, &known, facts, &mut given, &mut left_out)?;
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
                !self.is_judged_elsewhere(target)
                    && !given.iter().any(|(known, _)| known == target)
                    && (fitted.is_none()
                        || matches!(
                            target,
                            Target::Custom(_) | Target::Field(Field::Identifier | Field::Name)
                        ))
            };
            let rest = if fitted.is_some() {
                message!("unmapped-by-profile")
            } else {
                message!("unmapped-no-field")
            };
            for (at, name) in header.iter().enumerate() {
                if let Some((Meaning::Field(field), _)) = meaning(&fold(name))
                    && self.judged_elsewhere.contains(&field)
                {
                    left_out.push((at, of_the_list(&Target::Field(field))));
                }
            }
            let guesses = guess::guess(header, &names, facts, rest, wanted)?;
            left_out.extend(guesses.left_out);
            for guess in guesses.guesses {
                let origin = if guess.exact { Origin::Header } else { Origin::Guessed };
                let (value, from) = match guess.found {
                    Found::Column(column) => (Value::Column(column), names[column].clone()),
                    Found::Join(template) => {
                        let from = template.shown(&names);
                        (Value::Template(template), from)
                    }
                };
                let places = vec![from.clone()];
                let from = Message::verbatim(from);
                let parts = vec![Part { value, number: None }];
                given.push((guess.target, Given { parts, from, places, origin }));
            }
        }
        if !given.iter().any(|(target, _)| *target == Target::Field(Field::Source)) {
            let whatsapp = Source::Whatsapp.as_str();
            given.push((Target::Field(Field::Source), Given::constant(whatsapp, Origin::Default)));
        }
        Fitting { mapping: self, header, names: &names, facts, fitted, ruled }.assemble(
            given,
            constant_tags,
            left_out,
        )
    }

    /// Refuses all the columns that the mapping names and the file does not have at once, so that nobody needs a try for each.
    fn refuse_missing(&self, columns: &Columns<'_>) -> Result<(), MappingError> {
        let is_missing = |name: &str| matches!(columns.asked(name), Err(MappingError::NoSuchColumn { .. }));
        let mut missing: Vec<MissingColumn> = Vec::new();
        for name in self.column_names() {
            if is_missing(&name) && !missing.iter().any(|known| known.name == name) {
                missing.push(columns.missing(&name));
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        let meant = |name: &str| missing.iter().find(|known| known.name == name)?.nearest.clone();
        let mut flags = Vec::new();
        let mut in_flags = Vec::new();
        for wish in &self.taken {
            let [place] = &wish.value[..] else { continue };
            let names: Vec<&str> = place.names().filter(|name| is_missing(name)).collect();
            if names.is_empty() {
                continue;
            }
            in_flags.extend(names);
            flags.push(format!("--map {}", shell_word(&format!("{}={}", wish.target, place.renamed(meant)))));
        }
        let all_in_flags =
            missing.iter().all(|known| known.nearest.is_some() && in_flags.contains(&&*known.name));
        if !all_in_flags {
            flags.clear();
        }
        Err(columns.without(missing, flags))
    }

    fn is_judged_elsewhere(&self, target: &Target) -> bool {
        matches!(target, Target::Field(field) if self.judged_elsewhere.contains(field))
    }

    /// Takes what nobody asked for otherwise from the profile, as far as the file has it and the values fit.
    fn take_from_profile(
        &self,
        fitted: &Fitted,
        known: &Finder<'_>,
        facts: &Facts,
        given: &mut Vec<(Target, Given)>,
        left_out: &mut Vec<(usize, Message)>,
    ) -> Result<(), MappingError> {
        let mapping = &fitted.profile.mapping;
        for wish in &mapping.taken {
            if given.iter().any(|(target, _)| *target == wish.target) {
                continue;
            }
            let Some(found) = known.given(&wish.target, &wish.value, Origin::Profile)? else { continue };
            if self.is_judged_elsewhere(&wish.target) {
                let columns = found.columns().into_iter();
                left_out.extend(columns.map(|column| (column, of_the_list(&wish.target))));
                continue;
            }
            if let Target::Field(field) = &wish.target {
                let misfit = found.columns().into_iter().find_map(|column| {
                    let reason = guess::misfit(facts.column(column), *field)?;
                    Some((column, message!("unmapped-could-be", field = field.wire_name(), reason)))
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

    /// Whether these names of columns give an identifier, so that they are a header and no title above one: by what is
    /// asked for, by a profile, or by two names at least that are known.
    pub fn is_header(&self, names: &[String]) -> bool {
        let is_known = |name: &&String| meaning(&fold(name)).is_some();
        match self.resolve(names, &Facts::new(names)) {
            Ok(resolved) if resolved.profile.is_some() => true,
            Ok(_) | Err(MappingError::SeveralClaim { .. } | MappingError::Missing { field: "name", .. }) => {
                !self.taken.is_empty() || names.iter().filter(is_known).count() > 1
            }
            Err(_) => false,
        }
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
                    column: mapped.from.to_string(),
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
                declared.read(&wish.value).map_err(|(_, what)| {
                    constant(target, &wish.value, message!("of", subject = message!("it"), what))
                })?;
            }
            given.push((target.clone(), Given::constant(&wish.value, Origin::Asked)));
        }
        Ok(constant_tags)
    }
}

/// Why a column does not give what its values would let it give.
fn of_the_list(target: &Target) -> Message {
    message!("unmapped-could-be", field = target.to_string(), reason = message!("misfit-of-the-list"))
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
        resolved
            .unmapped
            .iter()
            .find(|unmapped| unmapped.column == column)
            .expect("unmapped")
            .reason
            .to_string()
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
    fn what_a_company_is_called_is_the_name_of_a_contact_that_has_no_other() {
        let rows: &[&[&str]] = &[&["Rossi srl", "+393331234567", "Ada", "Rossi"]];
        let of = |header: &[&str]| map_of(&resolve(header, rows).unwrap());
        let alone = of(&["Ragione sociale", "Cellulare", "Via", "Città"]);
        assert!(alone.contains(&"name < Ragione sociale (Guessed)".to_owned()), "{alone:?}");
        let beside = of(&["Ragione sociale", "Cellulare", "Nome", "Cognome"]);
        assert!(beside.contains(&"name < {Nome} {Cognome} (Guessed)".to_owned()), "{beside:?}");
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
            assert_eq!((name.from.to_string().as_str(), name.origin), (template, Origin::Guessed));
        }
    }

    #[test]
    fn names_of_two_family_names_and_of_two_given_ones_are_whole() {
        let name_of = |header: &[&str], row: &[&str]| {
            let resolved = resolve(header, &[row]).unwrap();
            map_of(&resolved).into_iter().find(|field| field.starts_with("name < ")).unwrap()
        };
        for (header, whole) in [
            (
                ["Nombre", "Apellido paterno", "Apellido materno"],
                "{Nombre} {Apellido paterno} {Apellido materno}",
            ),
            (
                ["Segundo apellido", "Primer Apellido", "Nombres"],
                "{Nombres} {Primer Apellido} {Segundo apellido}",
            ),
            (
                ["Primer nombre", "Segundo nombre", "Apellidos"],
                "{Primer nombre} {Segundo nombre} {Apellidos}",
            ),
        ] {
            let [one, other, last] = header;
            let found = name_of(&["Celular", one, other, last], &["+525512345678", "a", "b", "c"]);
            assert_eq!(found, format!("name < {whole} (Guessed)"));
        }
        let alone = name_of(&["Celular", "Nombre", "Segundo apellido"], &["+525512345678", "a", "b"]);
        assert_eq!(alone, "name < Nombre (Guessed)");
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
        assert_eq!(error.hint().unwrap().to_string(), "choose one: --map identifier=phone");
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
        assert_eq!(
            resolved.chosen[3].detail.as_ref().map(Message::to_string).as_deref(),
            Some("separated by ;")
        );
    }

    #[test]
    fn a_column_that_is_not_there_brings_the_nearest_one() {
        let mut mapping = Mapping::default();
        mapping.map("identifier=Phnoe").unwrap();
        let error = resolve_with(&mapping, &["Phone", "Name"], &[]).unwrap_err();
        assert_eq!(error.hint().unwrap().to_string(), "did you mean `Phone`?");
    }

    #[test]
    fn of_columns_that_are_alike_the_first_is_meant_and_one_of_another_language_is_found() {
        for (asked, header, meant) in [
            ("phone", ["phone1", "phone2"], "phone1"),
            ("phone", ["Nome", "Téléphone"], "Téléphone"),
            ("name", ["Telefono", "Nominativo"], "Nominativo"),
        ] {
            let mut mapping = Mapping::default();
            mapping.map(&format!("note={asked}")).unwrap();
            let error = resolve_with(&mapping, &header, &[]).unwrap_err();
            assert_eq!(error.hint().unwrap().to_string(), format!("did you mean `{meant}`?"), "{asked}");
        }
    }

    #[test]
    fn a_column_name_that_two_columns_have_is_refused_if_it_is_used() {
        let mut mapping = Mapping::default();
        mapping.map("identifier=Phone").unwrap();
        let error = resolve_with(&mapping, &["Phone", "Name", "Phone"], &[]).unwrap_err();
        assert!(matches!(error, MappingError::AmbiguousColumn { .. }), "{error}");
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
        assert!(resolved.unmapped.iter().all(|unmapped| unmapped.reason == message!("unmapped-earlier-run")));
        let row = Row {
            number: RowNumber::FIRST,
            line: 2,
            cells: ByteRecord::from(vec!["1", "A", "7", "unconfirmed", "strict", "", "x"]),
            flaw: None,
        };
        assert!(resolved.form.is_in_doubt(&row));
    }
}
