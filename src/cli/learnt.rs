//! What a run learnt about the account, for the report.

use std::time::SystemTime;

use crate::account::{Known, Looked};
use crate::model::{Manners, printable};

/// Most names of a kind that are told.
const MOST: usize = 20;

/// A name, and what is known; nothing of what was not asked for.
pub(super) fn learnt(
    known: &Known,
    server_time: Option<SystemTime>,
    now: SystemTime,
) -> Vec<(String, String)> {
    let mut learnt: Vec<(String, String)> = Vec::new();
    let mut tell = |name: &str, what: Option<String>| {
        if let Some(what) = what {
            learnt.push((name.to_owned(), what));
        }
    };
    tell("Plan", of(&known.plan, |plan| plan.name.as_deref().map_or("(no name)".to_owned(), printable)));
    tell(
        "Channels",
        of(&known.channels, |channels| names(channels.iter().map(|channel| channel.title.as_str()))),
    );
    tell("Teams", of(&known.teams, |teams| names(teams.iter().map(|team| team.name.as_str()))));
    tell("Tags seen", of(&known.contacts, |contacts| names(contacts.tags.keys().map(String::as_str))));
    tell(
        "Custom fields seen",
        of(&known.contacts, |contacts| names(contacts.fields.keys().map(String::as_str))),
    );
    tell(
        "Contacts before",
        known.contacts.seen().and_then(|contacts| contacts.size()).map(|size| format!("about {size}")),
    );
    tell("Clock of the server", server_time.map(|server| clock(server, now)));
    learnt
}

/// The same, of how it answered.
pub(super) fn of_manners(manners: &Manners) -> Vec<(String, String)> {
    let answers = Some(manners.answers()).filter(|answers| !answers.is_empty());
    [("Answers to contacts", answers), ("Contacts that were there already", manners.duplicates())]
        .into_iter()
        .filter_map(|(name, what)| Some((name.to_owned(), what?)))
        .collect()
}

fn of<T>(looked: &Looked<T>, tell: impl FnOnce(&T) -> String) -> Option<String> {
    looked.seen().map(tell)
}

fn names<'n>(all: impl Iterator<Item = &'n str>) -> String {
    let all: Vec<&str> = all.collect();
    if all.is_empty() {
        return "none".to_owned();
    }
    let mut told: Vec<String> = all.iter().take(MOST).map(|name| printable(name)).collect();
    if all.len() > MOST {
        told.push(format!("and {} more", all.len() - MOST));
    }
    told.join(", ")
}

fn clock(server: SystemTime, here: SystemTime) -> String {
    let (apart, word) = match server.duration_since(here) {
        Ok(apart) => (apart, "ahead of"),
        Err(error) => (error.duration(), "behind"),
    };
    match apart.as_secs() {
        0..=5 => "agrees with the one of this machine".to_owned(),
        seconds => format!("{seconds} s {word} the one of this machine"),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_was_not_asked_for_is_not_told() {
        assert_eq!(learnt(&Known::default(), None, SystemTime::UNIX_EPOCH), []);
    }

    #[test]
    fn names_are_told_up_to_a_bound_and_clocks_in_words() {
        assert_eq!(names([].into_iter()), "none");
        assert_eq!(names(["a"; 22].into_iter()).matches("a, ").count(), 20);
        let (here, later) = (SystemTime::UNIX_EPOCH, SystemTime::UNIX_EPOCH + Duration::from_secs(90));
        assert_eq!(clock(later, here), "90 s ahead of the one of this machine");
        assert_eq!(clock(here, later), "90 s behind the one of this machine");
        assert_eq!(clock(here, here), "agrees with the one of this machine");
    }
}
