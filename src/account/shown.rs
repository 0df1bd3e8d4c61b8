//! What the account holds, for people and for programs.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::facts::{AccountFacts, Looked};
use crate::api::Identity;
use crate::model::printable;
use crate::words::{Message, message};

/// Most tags, options and users that are shown to people.
const MOST_SHOWN: usize = 40;

/// Whose account it is, in a line.
pub fn whose_account(endpoint: &str, name: Option<&str>, email: Option<&str>) -> Message {
    let endpoint = printable(endpoint);
    match email.map(printable) {
        Some(email) => {
            message!("plan-whose-account", name = name.map(printable).unwrap_or_default(), email, endpoint)
        }
        None => message!("plan-unnamed-account", endpoint),
    }
}

/// For people.
pub fn text(endpoint: &str, identity: &Identity, known: &AccountFacts) -> String {
    let mut text = String::new();
    let whose = whose_account(endpoint, identity.user_name.as_deref(), identity.user_email.as_deref());
    let _ = writeln!(text, "{:<10} {}", message!("plan-account").told(), whose.told());
    section(&mut text, message!("learnt-plan"), &known.plan, |text, plan| {
        let number = |number: Option<u64>| number.map_or_else(|| "?".to_owned(), |number| number.to_string());
        let of = message!(
            "account-plan",
            name = plan.name.as_deref().map_or_else(|| message!("no-name"), |name| printable(name).into()),
            channels = number(plan.channels),
            licences = number(plan.licenses),
            users = number(plan.active_users),
        );
        let _ = writeln!(text, "  {}", of.told());
    });
    section(&mut text, message!("learnt-channels"), &known.channels, |text, channels| {
        for channel in channels {
            let mut is: Vec<Message> = vec![printable(&channel.source).into()];
            is.extend(channel.is_main.then(|| message!("account-main-channel")));
            is.extend(channel.is_discarded.then(|| message!("account-discarded-channel")));
            let (title, is) = (printable(&channel.title), Message::list(is, ", ").told());
            let _ = writeln!(text, "  {}  {title} ({is})", channel.uuid);
        }
    });
    section(&mut text, message!("learnt-teams"), &known.teams, |text, teams| {
        for team in teams {
            let members = team.members.map(|members| message!("account-members", members).told());
            let members = members.map_or_else(String::new, |members| format!(" ({members})"));
            let _ = writeln!(text, "  {}  {}{members}", team.uuid, printable(&team.name));
        }
    });
    section(&mut text, message!("account-users"), &known.users, |text, users| {
        let emails = users.emails();
        for email in emails.iter().take(MOST_SHOWN) {
            let _ = writeln!(text, "  {}", printable(email));
        }
        more(text, emails.len());
        let _ = writeln!(
            text,
            "  {}",
            if users.complete { message!("account-all-users") } else { message!("account-some-users") }
                .told()
        );
    });
    section(&mut text, message!("account-contacts"), &known.contacts, |text, contacts| {
        let pages = match contacts.pages {
            Some(pages) => message!("account-pages-of", read = contacts.pages_read, pages),
            None => message!("account-pages", read = contacts.pages_read),
        };
        let read = match contacts.size() {
            Some(size) => message!("account-read-of", size, contacts = contacts.contacts, pages),
            None => message!("account-read", contacts = contacts.contacts, pages),
        };
        let _ = writeln!(text, "  {}", read.told());
        let _ = writeln!(text, "{}", message!("account-tags").told());
        for (tag, count) in contacts.tags.iter().take(MOST_SHOWN) {
            let _ = writeln!(text, "  {}  ({count})", printable(tag));
        }
        more(text, contacts.tags.len());
        let _ = writeln!(text, "{}", message!("account-fields").told());
        for (label, field) in contacts.fields.iter().take(MOST_SHOWN) {
            let kind = field.kind.as_deref().map_or_else(|| message!("account-no-type").told(), printable);
            let options: Vec<String> = field.options.iter().take(MOST_SHOWN).map(|o| printable(o)).collect();
            let options =
                if options.is_empty() { String::new() } else { format!(": {}", options.join(", ")) };
            let _ = writeln!(text, "  {}  ({kind}{options})", printable(label));
        }
        more(text, contacts.fields.len());
        if !contacts.is_all {
            let _ = writeln!(text, "  {}", message!("account-more-pages").told());
        }
    });
    text
}

fn more(text: &mut String, count: usize) {
    if count == 0 {
        let _ = writeln!(text, "  ({})", message!("learnt-none").told());
    } else if count > MOST_SHOWN {
        let _ = writeln!(text, "  {}", message!("account-more", more = count - MOST_SHOWN).told());
    }
}

fn section<T>(text: &mut String, title: Message, looked: &Looked<T>, show: impl Fn(&mut String, &T)) {
    match looked {
        Looked::Unasked => {}
        Looked::Closed(why) => {
            let _ = writeln!(text, "{}\n  {}", title.told(), message!("account-not-shown", why).told());
        }
        Looked::Seen(seen) => {
            let _ = writeln!(text, "{}", title.told());
            show(text, seen);
        }
    }
}

/// For programs. What was not shown is `null`, with the reason under `not_shown`.
pub fn json(endpoint: &str, identity: &Identity, known: &AccountFacts) -> Value {
    let mut not_shown = serde_json::Map::new();
    let mut note = |name: &str, why: Option<&Message>| {
        if let Some(why) = why {
            not_shown.insert(name.to_owned(), json!(why.to_string()));
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
