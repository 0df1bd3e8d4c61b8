//! What the account holds, for people and for programs.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::known::{Known, Looked};
use crate::api::Identity;
use crate::model::printable;

/// Most tags, options and users that are shown to people.
const MOST_SHOWN: usize = 40;

/// For people.
pub fn text(endpoint: &str, identity: &Identity, known: &Known) -> String {
    let mut text = String::new();
    let name = identity.user_name.as_deref().map(printable).unwrap_or_default();
    let email = identity.user_email.as_deref().map(printable).unwrap_or_default();
    let _ = writeln!(text, "Account    {name} <{email}> at {}", printable(endpoint));
    section(&mut text, "Plan", &known.plan, |text, plan| {
        let number = |number: Option<u64>| number.map_or_else(|| "?".to_owned(), |number| number.to_string());
        let _ = writeln!(
            text,
            "  {}; {} channels included, {} licences, {} active users",
            plan.name.as_deref().map_or_else(|| "(no name)".to_owned(), printable),
            number(plan.channels),
            number(plan.licenses),
            number(plan.active_users)
        );
    });
    section(&mut text, "Channels", &known.channels, |text, channels| {
        for channel in channels {
            let main = if channel.is_main { ", main" } else { "" };
            let discarded = if channel.is_discarded { ", out of use" } else { "" };
            let (title, source) = (printable(&channel.title), printable(&channel.source));
            let _ = writeln!(text, "  {}  {title} ({source}{main}{discarded})", channel.uuid);
        }
    });
    section(&mut text, "Teams", &known.teams, |text, teams| {
        for team in teams {
            let members = team.members.map_or_else(String::new, |members| format!(" ({members} members)"));
            let _ = writeln!(text, "  {}  {}{members}", team.uuid, printable(&team.name));
        }
    });
    section(&mut text, "Users", &known.users, |text, users| {
        let emails = users.emails();
        for email in emails.iter().take(MOST_SHOWN) {
            let _ = writeln!(text, "  {}", printable(email));
        }
        more(text, emails.len());
        let _ = writeln!(
            text,
            "  {}",
            if users.complete {
                "these are all: as many as the plan counts"
            } else {
                "there may be more: a user in no team is not shown"
            }
        );
    });
    section(&mut text, "Contacts", &known.contacts, |text, contacts| {
        let of = match contacts.pages {
            Some(pages) => format!("{} of {pages} pages", contacts.pages_read),
            None => format!("{} pages", contacts.pages_read),
        };
        let size = contacts.size().map_or_else(String::new, |size| format!("about {size} in the account; "));
        let _ = writeln!(text, "  {size}read for what follows: {} ({of})", contacts.contacts);
        let _ = writeln!(text, "Tags on these contacts");
        for (tag, count) in contacts.tags.iter().take(MOST_SHOWN) {
            let _ = writeln!(text, "  {}  ({count})", printable(tag));
        }
        more(text, contacts.tags.len());
        let _ = writeln!(text, "Custom fields on these contacts");
        for (label, field) in contacts.fields.iter().take(MOST_SHOWN) {
            let kind = field.kind.as_deref().map_or_else(|| "type not shown".to_owned(), printable);
            let options: Vec<String> = field.options.iter().take(MOST_SHOWN).map(|o| printable(o)).collect();
            let options =
                if options.is_empty() { String::new() } else { format!(": {}", options.join(", ")) };
            let _ = writeln!(text, "  {}  ({kind}{options})", printable(label));
        }
        more(text, contacts.fields.len());
        if !contacts.is_all {
            let _ = writeln!(
                text,
                "  tags and fields that no contact read so far has are not shown; --pages reads more"
            );
        }
    });
    text
}

fn more(text: &mut String, count: usize) {
    if count == 0 {
        text.push_str("  (none)\n");
    } else if count > MOST_SHOWN {
        let _ = writeln!(text, "  and {} more; --json has them all", count - MOST_SHOWN);
    }
}

fn section<T>(text: &mut String, title: &str, looked: &Looked<T>, show: impl Fn(&mut String, &T)) {
    match looked {
        Looked::Unasked => {}
        Looked::Closed(why) => {
            let _ = writeln!(text, "{title}\n  not shown: {}", printable(why));
        }
        Looked::Seen(seen) => {
            let _ = writeln!(text, "{title}");
            show(text, seen);
        }
    }
}

/// For programs. What was not shown is `null`, with the reason under `not_shown`.
pub fn json(endpoint: &str, identity: &Identity, known: &Known) -> Value {
    let mut not_shown = serde_json::Map::new();
    let mut note = |name: &str, why: Option<&str>| {
        if let Some(why) = why {
            not_shown.insert(name.to_owned(), json!(why));
        }
    };
    note("plan", known.plan.closed());
    note("channels", known.channels.closed());
    note("teams", known.teams.closed());
    note("users", known.users.closed());
    note("contacts", known.contacts.closed());
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "endpoint": endpoint,
        "user_name": identity.user_name,
        "user_email": identity.user_email,
        "plan": known.plan.seen().map(|plan| json!({
            "name": plan.name,
            "included_channels": plan.channels,
            "licenses": plan.licenses,
            "active_users": plan.active_users,
        })),
        "channels": known.channels.seen().map(|channels| channels.iter().map(|channel| json!({
            "uuid": channel.uuid,
            "title": channel.title,
            "source": channel.source,
            "main": channel.is_main,
            "discarded": channel.is_discarded,
        })).collect::<Vec<_>>()),
        "teams": known.teams.seen().map(|teams| teams.iter().map(|team| json!({
            "uuid": team.uuid,
            "name": team.name,
            "members": team.members,
        })).collect::<Vec<_>>()),
        "users": known.users.seen().map(|users| json!({
            "emails": users.emails(),
            "complete": users.complete,
        })),
        "contacts": known.contacts.seen().map(|contacts| json!({
            "about": contacts.size(),
            "read": contacts.contacts,
            "pages_read": contacts.pages_read,
            "pages": contacts.pages,
            "is_all": contacts.is_all,
            "tags": contacts.tags,
            "custom_fields": contacts.fields.iter().map(|(label, field)| (label.clone(), json!({
                "type": field.kind,
                "options": field.options,
                "contacts": field.contacts,
            }))).collect::<serde_json::Map<_, _>>(),
        })),
        "not_shown": not_shown,
    })
}
