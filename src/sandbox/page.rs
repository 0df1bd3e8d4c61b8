//! What the stand-in holds, for a visitor (`/`) and for programs (`/sandbox/ledger`).

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::world::{Reply, World};

/// Most contacts on the page.
const SHOWN: usize = 200;

/// The page under `path`, if there is one.
pub(super) fn page(path: &str, world: &World) -> Option<Reply> {
    match path {
        "/" => Some(
            Reply { content_type: "text/html; charset=utf-8", ..Reply::html(200, "") }.with_body(html(world)),
        ),
        "/sandbox/ledger" => {
            let body = ledger(world).to_string();
            Some(Reply { content_type: "application/json", ..Reply::html(200, "") }.with_body(body))
        }
        _ => None,
    }
}

impl Reply {
    fn with_body(self, body: String) -> Self {
        Self { body, ..self }
    }
}

/// Everything a judge needs: each contact with the age of its store, and who was created twice.
fn ledger(world: &World) -> Value {
    let contacts: Vec<Value> = world
        .contacts()
        .iter()
        .map(|(_, contact)| {
            json!({
                "uuid": contact.uuid,
                "identifier": contact.identifier,
                "source": contact.source,
                "name": contact.name,
                "tags": contact.tags,
                "custom_fields": contact.custom_fields,
                "assigned_user": contact.assigned_user,
                "team_uuid": contact.team_uuid,
                "channel_uuid": contact.channel_uuid,
                "bot_status": contact.bot_status,
                "note": contact.note,
                "stored_at_ms": contact.stored_at.as_millis(),
                "request_age_ms": contact.request_age.as_millis(),
                "preexisting": contact.preexisting,
            })
        })
        .collect();
    let seen = world.seen();
    json!({
        "contacts": contacts,
        "doubles": world.contacts().doubles().len(),
        "requests": seen.requests,
        "statuses": seen.statuses,
        "faults": seen.faults,
        "most_in_a_second": world.most_in_a_second(),
    })
}

fn html(world: &World) -> String {
    let mut page = String::from(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Sandbox</title>\
         <meta http-equiv=\"content-security-policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\
         <style>body{font:15px/1.4 system-ui,sans-serif;margin:2rem;max-width:70rem}table{border-collapse:collapse}\
         td,th{border:1px solid #ccc;padding:.25rem .6rem;text-align:left}th{background:#f3f3f3}</style></head><body>",
    );
    let contacts = world.contacts();
    let doubles = contacts.doubles().len();
    let _ = write!(
        page,
        "<h1>Sandbox</h1><p>{} contacts, {doubles} created twice. At most {} requests in any second. \
         As JSON: <a href=\"/sandbox/ledger\">/sandbox/ledger</a></p>",
        contacts.len(),
        world.most_in_a_second()
    );
    page.push_str("<table><tr><th>Request</th><th>Times</th></tr>");
    for (name, times) in &world.seen().requests {
        let _ = write!(page, "<tr><td>{}</td><td>{times}</td></tr>", escaped(name));
    }
    page.push_str("</table><h2>Latest contacts</h2><table><tr><th>Identifier</th><th>Name</th><th>Tags</th><th>uuid</th></tr>");
    for (_, contact) in contacts.iter().rev().take(SHOWN) {
        let _ = write!(
            page,
            "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            escaped(&contact.identifier),
            escaped(&contact.name),
            escaped(&contact.tags.join(", ")),
            escaped(&contact.uuid)
        );
    }
    page.push_str("</table></body></html>");
    page
}

fn escaped(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '&' => "&amp;".to_owned(),
            '<' => "&lt;".to_owned(),
            '>' => "&gt;".to_owned(),
            '"' => "&quot;".to_owned(),
            c if c.is_control() => ' '.to_string(),
            c => c.to_string(),
        })
        .collect()
}
