//! One line of `results.csv`.

use std::borrow::Cow;

use super::formula::harmless;
use crate::model::{Delivery, Outcome, escaped};

/// The columns, in order.
pub const COLUMNS: [&str; 13] = [
    "row",
    "line",
    "status",
    "uuid",
    "identifier",
    "name",
    "source",
    "href",
    "code",
    "message",
    "http_status",
    "attempts",
    "finished_at",
];

/// What the row's message says, in the language of the run; safe in a spreadsheet.
pub(super) fn message(delivery: &Delivery) -> String {
    delivery.message().map(|message| harmless(&message.told()).into_owned()).unwrap_or_default()
}

/// A cell that is not sent, with what it is refused for in sight: who prints the file has his terminal told what to do
/// otherwise. `failures.csv` gives the cell back as it is.
fn refused(cell: &str) -> Cow<'_, str> {
    escaped(cell, |c| match c {
        '\n' | '\t' => false,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => true,
        c => c.is_control(),
    })
}

fn harmless_of(cell: Cow<'_, str>) -> Cow<'_, str> {
    match cell {
        Cow::Borrowed(cell) => harmless(cell),
        Cow::Owned(cell) => harmless(&cell).into_owned().into(),
    }
}

/// The cells of one row.
pub(super) fn cells(delivery: &Delivery) -> [Cow<'_, str>; COLUMNS.len()] {
    let (identifier, name, source) = match (&delivery.contact, &delivery.outcome) {
        (Some(contact), _) => (
            Cow::Borrowed(contact.identifier.as_str()),
            Cow::Borrowed(contact.name.as_str()),
            Cow::Borrowed(contact.source.as_str()),
        ),
        (None, Outcome::Invalid(rejection)) => {
            (refused(&rejection.identifier), refused(&rejection.name), refused(&rejection.source))
        }
        (None, _) => ("".into(), "".into(), "".into()),
    };
    let id = delivery.outcome.contact_id();
    [
        delivery.row.number.to_string().into(),
        delivery.row.line.to_string().into(),
        delivery.outcome.status().as_str().into(),
        id.map(|id| id.uuid.as_str()).unwrap_or_default().into(),
        harmless_of(identifier),
        harmless_of(name),
        harmless_of(source),
        harmless(id.and_then(|id| id.href.as_deref()).unwrap_or_default()),
        harmless(&delivery.code()).into_owned().into(),
        message(delivery).into(),
        delivery.http_status.map(|status| status.to_string()).unwrap_or_default().into(),
        delivery.attempts.to_string().into(),
        humantime::format_rfc3339_millis(delivery.finished_at).to_string().into(),
    ]
}
