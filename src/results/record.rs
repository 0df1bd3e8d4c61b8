//! One line of `results.csv`.

use std::borrow::Cow;

use super::formula::harmless;
use crate::model::{Delivery, Outcome};

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

/// The cells of one row.
pub(super) fn cells(delivery: &Delivery) -> [Cow<'_, str>; COLUMNS.len()] {
    let (identifier, name, source) = match (&delivery.contact, &delivery.outcome) {
        (Some(contact), _) => (contact.identifier.as_str(), contact.name.as_str(), contact.source.as_str()),
        (None, Outcome::Invalid(rejection)) => {
            (rejection.identifier.as_str(), rejection.name.as_str(), rejection.source.as_str())
        }
        (None, _) => ("", "", ""),
    };
    let id = delivery.outcome.contact_id();
    [
        delivery.row.number.to_string().into(),
        delivery.row.line.to_string().into(),
        delivery.outcome.status().as_str().into(),
        id.map(|id| id.uuid.as_str()).unwrap_or_default().into(),
        harmless(identifier),
        harmless(name),
        harmless(source),
        harmless(id.and_then(|id| id.href.as_deref()).unwrap_or_default()),
        harmless(&delivery.code()).into_owned().into(),
        message(delivery).into(),
        delivery.http_status.map(|status| status.to_string()).unwrap_or_default().into(),
        delivery.attempts.to_string().into(),
        humantime::format_rfc3339_millis(delivery.finished_at).to_string().into(),
    ]
}
