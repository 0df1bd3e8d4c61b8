//! What is done with foreign bytes: by the fuzz targets with any, and by the program's own tests with those in `seeds/`.

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

/// A target's name, and what it does with bytes; it panics where something does not hold.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const TARGETS: [Target; 11] = [
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
