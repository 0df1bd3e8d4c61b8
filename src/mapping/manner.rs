//! How the identifiers of a list are read, by the names of its columns: a later run into the same folder tells by it whether
//! it would take the same people for others.

use serde::{Deserialize, Serialize};

use super::columns::distinct_names;
use super::form::Form;
use super::known_by::KnownBy;
use super::numbers::{Candidate, Numbers};
use super::phone::Country;
use super::template::Template;
use super::value::Value;

/// How identifiers are read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Manner {
    places: Vec<Place>,
    separator: Option<String>,
    prefer: Vec<String>,
    country_code_column: Option<String>,
    country_column: Option<String>,
    default_country: Option<String>,
}

/// Where an identifier may stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    text: Template,
    label: Option<String>,
}

impl Manner {
    /// Whether a column that gave the country of numbers is not the one that gives it in `now`.
    pub fn loses_its_country_in(&self, now: &Self) -> bool {
        let is_lost = |before: &Option<String>, now: &Option<String>| before.is_some() && before != now;
        is_lost(&self.country_column, &now.country_column)
            || is_lost(&self.country_code_column, &now.country_code_column)
    }

    /// The columns that it names, to be called otherwise.
    pub fn columns_mut(&mut self) -> impl Iterator<Item = &mut String> {
        let places = self.places.iter_mut().flat_map(|place| place.text.names_mut().chain(&mut place.label));
        places.chain(&mut self.country_code_column).chain(&mut self.country_column)
    }

    /// Whether it tries all places that `before` did, and reads what stands there in the same way: more columns of numbers are
    /// tried besides.
    pub fn goes_further_than(&self, before: &Self) -> bool {
        let is_tried = |place: &Place| {
            let now = self.places.iter().find(|now| now.text == place.text);
            now.is_some_and(|now| place.label.is_none() || now.label == place.label)
        };
        let others = |manner: &Self| Self { places: Vec::new(), prefer: Vec::new(), ..manner.clone() };
        self.places.len() > before.places.len()
            && before.places.iter().all(is_tried)
            && others(self) == others(before)
    }

    /// A column that said what kind a number was, of which some were taken first, and that says so in `now` no more, although
    /// the number stands where it did.
    pub fn label_lost_in(&self, now: &Self) -> Option<&str> {
        let is_unlabelled =
            |place: &Place| now.places.iter().any(|now| now.text == place.text && now.label.is_none());
        let lost = self.places.iter().find(|place| place.label.is_some() && is_unlabelled(place));
        lost.filter(|_| !self.prefer.is_empty())?.label.as_deref()
    }

    /// As a mapping file says it.
    pub fn shown(&self) -> String {
        written(self.keys())
    }

    /// The same, of what another manner has otherwise; all of it if that is nothing.
    pub fn shown_beside(&self, other: &Self) -> String {
        let others = other.keys();
        let own: Vec<Key> = self.keys().into_iter().filter(|key| !others.contains(key)).collect();
        if own.is_empty() { self.shown() } else { written(own) }
    }

    /// What a mapping file says.
    fn keys(&self) -> Vec<Key> {
        let one = |text: &str| toml::Value::from(text).to_string();
        let several = |texts: Vec<String>| match &texts[..] {
            [only] => only.clone(),
            _ => format!("[{}]", texts.join(", ")),
        };
        let places = self.places.iter().map(|place| one(&place.text.written())).collect();
        let labels = self.places.iter().find_map(|place| place.label.as_deref());
        let mut prefer = self.prefer.clone();
        prefer.dedup();
        let prefer = labels.map(|_| several(prefer.iter().map(|kind| one(kind)).collect()));
        let keys = [
            ("identifier", Some(several(places))),
            ("country_column", self.country_column.as_deref().map(one)),
            ("country_code_column", self.country_code_column.as_deref().map(one)),
            ("default_country", self.default_country.as_deref().map(one)),
            ("phone_separator", self.separator.as_deref().map(one)),
            ("phone_label", labels.map(one)),
            ("phone_prefer", prefer),
        ];
        keys.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
    }
}

/// A key of a mapping file and its value.
type Key = (&'static str, String);

fn written(keys: Vec<Key>) -> String {
    let said = keys.into_iter().map(|(key, value)| format!("{key} = {value}"));
    said.collect::<Vec<_>>().join(", ")
}

impl Form {
    /// How it reads identifiers; `None` if that cannot be said by the names of columns.
    pub fn manner(&self) -> Option<Manner> {
        let names = distinct_names(&self.header);
        let name = |column: Option<usize>| column.map(|at| names[at].clone());
        let Numbers { candidates, separator, prefer, country_code, country, default_country, .. } =
            &self.identifier;
        let place = |candidate: &Candidate| {
            let text = match &candidate.value {
                Value::Column(column) => Template::column(names[*column].clone()),
                Value::Template(template) => template.named(&names),
                Value::Constant(_) | Value::First(_) => return None,
            };
            Some(Place { text, label: name(candidate.label) })
        };
        Some(Manner {
            places: candidates.iter().map(place).collect::<Option<_>>()?,
            separator: separator.clone(),
            prefer: prefer.clone(),
            country_code_column: name(*country_code),
            country_column: name(*country),
            default_country: default_country.map(|country| country.to_string()),
        })
    }

    /// The same that takes identifiers from this column alone.
    pub fn by_column(&self, column: usize) -> Self {
        let candidates = vec![Candidate { value: Value::Column(column), label: None }];
        let identifier = Numbers { candidates, ..self.identifier.clone() };
        Self { identifier, known_by: KnownBy::default(), ..self.clone() }
    }

    /// The same that reads identifiers in this manner. Where a column that gave the country is gone, no number is read by a
    /// country: nobody knows which it would be. `None` if a column of the identifiers is gone.
    pub fn in_manner(&self, manner: &Manner) -> Option<Self> {
        let names = distinct_names(&self.header);
        let find = |name: &str| names.iter().position(|known| known == name);
        let candidate = |place: &Place| {
            let template = place.text.resolve(|name| find(name).ok_or(())).ok()?;
            let value = template.only_column().map_or(Value::Template(template), Value::Column);
            Some(Candidate { value, label: place.label.as_deref().and_then(find) })
        };
        let (country, country_code) = (&manner.country_column, &manner.country_code_column);
        let is_there = |column: &Option<String>| column.as_deref().is_none_or(|name| find(name).is_some());
        let is_known = is_there(country) && is_there(country_code);
        let default_country = manner.default_country.as_deref().filter(|_| is_known);
        let identifier = Numbers {
            candidates: manner.places.iter().map(candidate).collect::<Option<_>>()?,
            separator: manner.separator.clone(),
            prefer: manner.prefer.clone(),
            country: country.as_deref().and_then(find),
            country_code: country_code.as_deref().and_then(find),
            default_country: default_country.and_then(|code| Country::parse(code).ok()),
            ..self.identifier.clone()
        };
        Some(Self { identifier, known_by: KnownBy::default(), ..self.clone() })
    }
}

#[cfg(test)]
mod tests {
    use csv::ByteRecord;

    use super::super::{Facts, KnownUnder, Mapping};
    use super::*;
    use crate::model::{Row, RowNumber};

    const HEADER: [&str; 5] = ["Mobile", "Phone", "Origin", "Kind", "Name"];

    fn form(mapping: &str) -> Form {
        let header = HEADER.map(str::to_owned);
        let mapping = Mapping::from_toml(mapping, std::path::Path::new("m.toml")).unwrap();
        mapping.resolve(&header, &Facts::new(&header)).unwrap().form
    }

    fn number(form: &Form) -> Option<String> {
        let cells = ByteRecord::from(vec!["612345678", "", "Spain", "Mobile", "Ada"]);
        let row = Row { number: RowNumber::FIRST, line: 2, cells, flaw: None };
        form.fill(&row).ok().map(|(contact, _)| contact.identifier)
    }

    #[test]
    fn a_form_reads_identifiers_in_the_manner_of_another_as_that_one_does() {
        let of = |identifier: &str, options: &str| {
            form(&format!("[map]\nidentifier = {identifier}\nname = \"Name\"\n[options]\n{options}"))
        };
        let plain = of("\"Mobile\"", "");
        for (identifier, options, number_in_it, shown) in [
            ("\"Mobile\"", "", None, "identifier = \"Mobile\""),
            (
                "[\"Phone\", \"Mobile\"]",
                "default_country = \"FR\"\ncountry_column = \"Origin\"",
                Some("34612345678"),
                "identifier = [\"Phone\", \"Mobile\"], country_column = \"Origin\", default_country = \"FR\"",
            ),
            (
                "\"Mobile\"",
                "default_country = \"FR\"",
                Some("33612345678"),
                "identifier = \"Mobile\", default_country = \"FR\"",
            ),
            ("\"+34{Mobile}\"", "", Some("34612345678"), "identifier = \"+34{Mobile}\""),
            (
                "\"Mobile\"",
                "country_code_column = \"Phone\"\ndefault_country = \"ES\"",
                Some("34612345678"),
                "identifier = \"Mobile\", country_code_column = \"Phone\", default_country = \"ES\"",
            ),
            (
                "[\"Phone\", \"Mobile\"]",
                "phone_separator = \" / \"\nphone_label = \"Kind\"\nphone_prefer = [\"Mobile\", \"Work\"]",
                None,
                "identifier = [\"Phone\", \"Mobile\"], phone_separator = \" / \", phone_label = \"Kind\", \
                 phone_prefer = [\"mobile\", \"work\"]",
            ),
        ] {
            let form = of(identifier, options);
            assert_eq!(number(&form).as_deref(), number_in_it, "{shown}");
            let manner = form.manner().unwrap();
            assert_eq!(manner.shown(), shown);
            let read: Manner = serde_json::from_str(&serde_json::to_string(&manner).unwrap()).unwrap();
            assert_eq!(read, manner);
            let other = plain.in_manner(&read).unwrap();
            assert_eq!(number(&other).as_deref(), number_in_it, "{shown}");
            assert_eq!(other.manner(), Some(manner));
        }
    }

    #[test]
    fn where_the_column_of_the_country_is_gone_no_number_has_one() {
        let form = form(
            "[map]\nidentifier = \"Mobile\"\nname = \"Name\"\n[options]\ndefault_country = \"FR\"\n\
             country_column = \"Origin\"\n",
        );
        let manner = form.manner().unwrap();
        let gone = Manner { country_column: Some("Land".to_owned()), ..manner.clone() };
        assert_eq!(number(&form.in_manner(&gone).unwrap()), None);
        assert!(gone.loses_its_country_in(&manner) && !manner.loses_its_country_in(&manner));
        let none = Manner { country_column: None, ..manner.clone() };
        assert!(manner.loses_its_country_in(&none) && !none.loses_its_country_in(&manner));
        let places = vec![Place { text: Template::column("Cell".to_owned()), label: None }];
        assert_eq!(form.in_manner(&Manner { places, ..manner }), None);
    }

    /// Reads these columns of numbers, each with the column of its kind, and takes these kinds first.
    fn manner(places: &[(&str, Option<&str>)], prefer: &[&str]) -> Manner {
        let place = |(column, label): &(&str, Option<&str>)| Place {
            text: Template::column((*column).to_owned()),
            label: label.map(str::to_owned),
        };
        let prefer = prefer.iter().map(|&kind| kind.to_owned()).collect();
        Manner { places: places.iter().map(place).collect(), prefer, ..Manner::default() }
    }

    #[test]
    fn who_tries_more_places_and_reads_those_of_before_as_before_goes_further() {
        let labelled = ("Mobile", Some("Kind"));
        let french = Manner { default_country: Some("FR".to_owned()), ..manner(&[("Mobile", None)], &[]) };
        for (before, now, goes_further) in [
            (manner(&[("Mobile", None)], &[]), manner(&[("Phone", None), ("Mobile", None)], &[]), true),
            (manner(&[("Mobile", None)], &[]), manner(&[("Mobile", None)], &[]), false),
            (manner(&[("Phone", None), ("Mobile", None)], &[]), manner(&[("Mobile", None)], &[]), false),
            (manner(&[("Mobile", None)], &[]), manner(&[("Phone", None), ("Origin", None)], &[]), false),
            (french, manner(&[("Phone", None), ("Mobile", None)], &[]), false),
            // A kind says only when a number is tried.
            (manner(&[("Mobile", None)], &[]), manner(&[("Phone", None), labelled], &["mobile"]), true),
            (manner(&[labelled], &["mobile"]), manner(&[("Phone", None), labelled], &["mobile"]), true),
            (manner(&[labelled], &["mobile"]), manner(&[("Phone", None), ("Mobile", None)], &[]), false),
            (
                manner(&[labelled], &["mobile"]),
                manner(&[("Phone", None), ("Mobile", Some("Origin"))], &["mobile"]),
                false,
            ),
        ] {
            assert_eq!(now.goes_further_than(&before), goes_further, "{} - {}", before.shown(), now.shown());
        }
    }

    #[test]
    fn a_label_is_lost_where_the_number_stands_as_before_and_nothing_says_its_kind() {
        let before = manner(&[("Origin", None), ("Mobile", Some("Kind"))], &["mobile"]);
        for (now, lost) in [
            (manner(&[("Origin", None), ("Mobile", None)], &["mobile"]), Some("Kind")),
            (manner(&[("Origin", None), ("Mobile", Some("Kind"))], &["mobile"]), None),
            (manner(&[("Origin", None), ("Mobile", Some("Name"))], &["mobile"]), None),
            (manner(&[("Origin", None), ("Phone", None)], &["mobile"]), None),
        ] {
            assert_eq!(before.label_lost_in(&now), lost, "{}", now.shown());
        }
        let unpreferred = Manner { prefer: Vec::new(), ..before };
        assert_eq!(unpreferred.label_lost_in(&manner(&[("Mobile", None)], &[])), None);
    }

    #[test]
    fn beside_another_manner_is_shown_what_it_has_otherwise() {
        let of = |country: &str| Manner {
            default_country: Some(country.to_owned()),
            ..manner(&[("Mobile", None)], &[])
        };
        assert_eq!(of("FR").shown_beside(&of("IT")), "default_country = \"FR\"");
        assert_eq!(manner(&[("Mobile", None)], &[]).shown_beside(&of("IT")), "identifier = \"Mobile\"");
    }

    #[test]
    fn a_column_that_is_written_otherwise_is_the_same_one() {
        let mut known = Manner {
            country_column: Some("origin".to_owned()),
            ..manner(&[("mobile ", Some("KIND")), ("Fax", None)], &["mobile"])
        };
        let header = HEADER.map(str::to_owned);
        let mapping = "[map]\nidentifier = \"Mobile\"\nname = \"Name\"";
        let mapping = Mapping::from_toml(mapping, std::path::Path::new("m.toml")).unwrap();
        let resolved = mapping.resolve(&header, &Facts::new(&header)).unwrap();
        for name in known.columns_mut() {
            *name = resolved.called_now(name).unwrap_or_else(|| name.clone());
        }
        assert_eq!(known.country_column.as_deref(), Some("Origin"));
        assert_eq!(known.places, manner(&[("Mobile", Some("Kind")), ("Fax", None)], &[]).places);
    }

    #[test]
    fn a_form_that_reads_otherwise_knows_nobody_by_another_number() {
        let mut form =
            form("[map]\nidentifier = \"Mobile\"\nname = \"Name\"\n[options]\ndefault_country = \"FR\"");
        form.know_people(
            [(RowNumber::FIRST, KnownUnder::Number("34612345678".to_owned()))].into_iter().collect(),
        );
        assert_eq!((number(&form).as_deref(), form.known_by_other_numbers()), (Some("34612345678"), 1));
        let by_phone = form.by_column(1);
        assert_eq!(by_phone.known_by_other_numbers(), 0);
        assert_eq!(by_phone.manner().unwrap().shown(), "identifier = \"Phone\", default_country = \"FR\"");
        let as_before = form.in_manner(&form.manner().unwrap()).unwrap();
        assert_eq!(
            (number(&as_before).as_deref(), as_before.known_by_other_numbers()),
            (Some("33612345678"), 0)
        );
        // Nobody can tell whether it is the same person.
        let doubted: KnownBy =
            [(RowNumber::FIRST, KnownUnder::Number("34612345678".to_owned()))].into_iter().collect();
        assert!(!doubted.is_empty() && KnownBy::default().is_empty());
        form.know_people(doubted.doubted());
        assert_eq!((number(&form), form.known_by_other_numbers()), (None, 1));
        form.know_people((1..=2).map(|row| (RowNumber::new(row), KnownUnder::Doubtfully)).collect());
        assert_eq!(form.known_by_other_numbers(), 2);
        form.know_people(KnownBy::default());
        assert_eq!((number(&form).as_deref(), form.known_by_other_numbers()), (Some("33612345678"), 0));
    }
}
