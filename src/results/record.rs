//! One line of `results.csv`.

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

/// The cells of one row.
pub(super) fn cells(delivery: &Delivery) -> [String; COLUMNS.len()] {
    let (identifier, name, source) = match (&delivery.contact, &delivery.outcome) {
        (Some(contact), _) => (contact.identifier.as_str(), contact.name.as_str(), contact.source.as_str()),
        (None, Outcome::Invalid(rejection)) => {
            (rejection.identifier.as_str(), rejection.name.as_str(), rejection.source.as_str())
        }
        (None, _) => ("", "", ""),
    };
    let id = delivery.outcome.contact_id();
    [
        delivery.row.number.to_string(),
        delivery.row.line.to_string(),
        delivery.outcome.status().as_str().to_owned(),
        id.map(|id| id.uuid.clone()).unwrap_or_default(),
        harmless(identifier).into_owned(),
        harmless(name).into_owned(),
        harmless(source).into_owned(),
        id.and_then(|id| id.href.clone()).unwrap_or_default(),
        delivery.code().into_owned(),
        harmless(&delivery.message()).into_owned(),
        delivery.http_status.map(|status| status.to_string()).unwrap_or_default(),
        delivery.attempts.to_string(),
        humantime::format_rfc3339_millis(delivery.finished_at).to_string(),
    ]
}
