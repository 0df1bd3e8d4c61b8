//! What is done with foreign bytes: by the fuzz targets with any, and by the program's own tests with those in `seeds/`.

use callbell_import::input::Unreadable;
use callbell_import::model::steers;
use serde_json::Value;

mod answers;
mod formats;
mod journal;
mod mapping;
mod phones;
mod reader;
mod sent;
mod settings;
mod undo;
mod values;
mod vcard;
mod workbook;

/// A target's name, and what it does with bytes; it panics where something does not hold.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const TARGETS: [Target; 12] = [
    ("answers", answers::try_it),
    ("formats", formats::try_it),
    ("journal", journal::try_it),
    ("mapping", mapping::try_it),
    ("phones", phones::try_it),
    ("reader", reader::try_it),
    ("sent", sent::try_it),
    ("settings", settings::try_it),
    ("undo", undo::try_it),
    ("values", values::try_it),
    ("vcard", vcard::try_it),
    ("workbook", workbook::try_it),
];

/// Does with the bytes what the target of this name does.
pub fn try_it(name: &str, data: &[u8]) {
    let (_, target) = TARGETS.iter().find(|(known, _)| *known == name).expect("a target's name");
    target(data);
}

/// The text that the bytes begin with.
fn text(data: &[u8]) -> &str {
    match std::str::from_utf8(data) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&data[..error.valid_up_to()]).unwrap_or_default(),
    }
}

/// What is said of a list that cannot be read is safe to show, and the way that is shown of taking a list out of JSON is one.
fn is_told(bytes: &[u8], error: &Unreadable) {
    for said in [Some(error.message()), error.hint()].into_iter().flatten() {
        assert!(!said.to_string().contains(|c: char| steers(c) && c != '\n'), "{said}");
    }
    let Unreadable::Json { filter, .. } = error else { return };
    let Some(Ok(json)) = serde_json::Deserializer::from_slice(bytes).into_iter::<Value>().next() else {
        return;
    };
    let elements = match filter.as_str() {
        "." => return assert!(json.is_object(), "{json}"),
        ".[]" => &json,
        filter => {
            let key = filter.strip_prefix('.').and_then(|filter| filter.strip_suffix("[]")).expect("a key");
            let quoted = key.strip_prefix('[').and_then(|key| key.strip_suffix(']'));
            let key = quoted.map_or(key.to_owned(), |key| serde_json::from_str(key).expect("a text"));
            &json[key]
        }
    };
    assert!(elements.is_array(), "{filter} {json}");
}
