//! The messages of a language.

use std::borrow::Cow;
use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::types::{FluentNumber, FluentNumberOptions};
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use intl_memoizer::concurrent::IntlLangMemoizer;
use unic_langid::LanguageIdentifier;

use super::language::{Language, Numbers};
use super::message::{Message, Value, message};
use super::printable::steers;

/// The messages of one language, read once and only if something is said in it.
pub struct Catalogue {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

/// The catalogue of a language.
pub fn catalogue(language: Language) -> &'static Catalogue {
    static READ: [OnceLock<Catalogue>; Language::ALL.len()] =
        [const { OnceLock::new() }; Language::ALL.len()];
    READ[language as usize].get_or_init(|| Catalogue::read(language))
}

pub(super) type Formatter = fn(&FluentValue<'_>, &IntlLangMemoizer) -> Option<String>;

impl Catalogue {
    fn read(language: Language) -> Self {
        // A message that cannot be read is left out; a test sees to it that there is none.
        let resource =
            FluentResource::try_new(language.source().to_owned()).unwrap_or_else(|(resource, _)| resource);
        let identifier: LanguageIdentifier = language.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![identifier]);
        // Marks around values are for texts of two directions. No language here has them, terminals show them as rubbish,
        // and what would turn a value round is taken out of it.
        bundle.set_use_isolating(false);
        let formatter: Formatter = language.formatter();
        bundle.set_formatter(Some(formatter));
        let _ = bundle.add_resource(resource);
        Self { language, bundle }
    }

    /// Whether there is such a message, or such an attribute of one (`message.attribute`).
    pub fn has(&self, id: &str) -> bool {
        match id.split_once('.') {
            None => self.bundle.get_message(id).is_some_and(|message| message.value().is_some()),
            Some((id, attribute)) => {
                self.bundle.get_message(id).is_some_and(|message| message.get_attribute(attribute).is_some())
            }
        }
    }

    /// In words. A message that this language lacks is said in English, and one that no language has by its name: what a
    /// newer program wrote down.
    pub(super) fn words(&self, message: &Message) -> String {
        let args = (!message.values().is_empty()).then(|| {
            let mut args = FluentArgs::with_capacity(message.values().len());
            for (name, value) in message.values() {
                args.set(name.as_ref(), self.value(value));
            }
            args
        });
        match (self.format(message.id(), args.as_ref()), self.language) {
            (Some(words), _) => words,
            (None, Language::English) => message.id().to_owned(),
            (None, _) => catalogue(Language::English).words(message),
        }
    }

    /// `id` names a message, or an attribute of one: `message.attribute`.
    fn format(&self, id: &str, args: Option<&FluentArgs<'_>>) -> Option<String> {
        let (id, attribute) = id.split_once('.').map_or((id, None), |(id, attribute)| (id, Some(attribute)));
        let message = self.bundle.get_message(id)?;
        let pattern = match attribute {
            None => message.value()?,
            Some(attribute) => message.get_attribute(attribute)?.value(),
        };
        // Of what goes wrong in it, such as a value that is not given, a test sees to.
        Some(self.bundle.format_pattern(pattern, args, &mut Vec::new()).into_owned())
    }

    fn value<'v>(&self, value: &'v Value) -> FluentValue<'v> {
        match value {
            Value::Text(text) => FluentValue::String(harmless(text)),
            Value::Message(message) => self.words(message).into(),
            Value::List(values, between) => self.list(values, between).into(),
            #[expect(clippy::cast_precision_loss, reason = "for showing")]
            Value::Number(number) => (*number as f64).into(),
            #[expect(clippy::cast_precision_loss, reason = "for showing")]
            Value::Tenths(tenths) => {
                let options = FluentNumberOptions {
                    minimum_fraction_digits: Some(1),
                    ..FluentNumberOptions::default()
                };
                FluentNumber::new(*tenths as f64 / 10.0, options).into()
            }
        }
    }

    fn list(&self, values: &[Value], between: &str) -> String {
        let told = values.iter().map(|value| match value {
            Value::Text(text) => harmless(text).into_owned(),
            Value::Message(message) => self.words(message),
            Value::List(values, between) => self.list(values, between),
            Value::Number(number) => number.to_string(),
            Value::Tenths(tenths) => (*tenths as f64 / 10.0).to_string(),
        });
        let told = told.collect::<Vec<_>>();
        if between == "; " {
            // Not every language has it right behind the word.
            return told.join(&self.words(&message!("after", one = "", other = "")));
        }
        told.join(between)
    }
}

/// A value without what would steer a terminal; its lines stay.
fn harmless(text: &str) -> Cow<'_, str> {
    let steers = |c: char| steers(c) && c != '\n';
    if text.chars().any(steers) {
        text.chars().map(|c| if steers(c) { '\u{fffd}' } else { c }).collect::<String>().into()
    } else {
        text.into()
    }
}

/// A number as a language writes it; `None` for what is no number.
pub(super) fn written(value: &FluentValue<'_>, numbers: Numbers) -> Option<String> {
    let FluentValue::Number(number) = value else { return None };
    let text = number.as_string();
    let (whole, fraction) = text.split_once('.').map_or((&*text, None), |(whole, rest)| (whole, Some(rest)));
    let mut written = String::with_capacity(text.len() + 8);
    let is_long = whole.trim_start_matches('-').len() > 4;
    for (at, digit) in whole.char_indices() {
        let left = whole.len() - at;
        if is_long && at > 0 && left.is_multiple_of(3) && !written.ends_with('-') {
            written.push_str(numbers.group);
        }
        written.push(digit);
    }
    if let Some(fraction) = fraction {
        written.push_str(numbers.decimal);
        written.push_str(fraction);
    }
    Some(written)
}
