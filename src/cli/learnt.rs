//! What a run learnt about the account, for the report.

use std::time::SystemTime;

use crate::account::{AccountFacts, Looked};
use crate::model::{ApiManners, printable};
use crate::words::{Message, message};

/// Most names of a kind that are told.
const MOST: usize = 20;

/// A name, and what is known; nothing of what was not asked for.
pub(super) fn learnt(
    known: &AccountFacts,
    server_time: Option<SystemTime>,
    now: SystemTime,
) -> Vec<(Message, Message)> {
    let mut learnt: Vec<(Message, Message)> = Vec::new();
    let mut tell = |name: Message, what: Option<Message>| {
        if let Some(what) = what {
            learnt.push((name, what));
        }
    };
    let plan = |name: Option<&str>| {
        name.map_or_else(|| message!("no-name"), |name| Message::verbatim(printable(name)))
    };
    tell(message!("learnt-plan"), of(&known.plan, |of| plan(of.name.as_deref())));
    tell(
        message!("learnt-channels"),
        of(&known.channels, |channels| names(channels.iter().map(|channel| channel.title.as_str()))),
    );
    tell(
        message!("learnt-teams"),
        of(&known.teams, |teams| names(teams.iter().map(|team| team.name.as_str()))),
    );
    tell(
        message!("learnt-tags"),
        of(&known.contacts, |contacts| names(contacts.tags.keys().map(String::as_str))),
    );
    tell(
        message!("learnt-fields"),
        of(&known.contacts, |contacts| names(contacts.fields.keys().map(String::as_str))),
    );
    tell(
        message!("learnt-contacts"),
        known
            .contacts
            .seen()
            .and_then(|contacts| contacts.size())
            .map(|contacts| message!("learnt-about", contacts)),
    );
    tell(message!("learnt-clock"), server_time.map(|server| clock(server, now)));
    learnt
}

/// The same, of how it answered.
pub(super) fn of_manners(manners: &ApiManners) -> Vec<(Message, Message)> {
    [
        (message!("learnt-answers"), manners.answers()),
        (message!("learnt-there-already"), manners.duplicates()),
    ]
    .into_iter()
    .filter_map(|(name, what)| Some((name, what?)))
    .collect()
}

fn of<T>(looked: &Looked<T>, tell: impl FnOnce(&T) -> Message) -> Option<Message> {
    looked.seen().map(tell)
}

fn names<'n>(all: impl Iterator<Item = &'n str>) -> Message {
    let all: Vec<&str> = all.collect();
    if all.is_empty() {
        return message!("learnt-none");
    }
    let told: Vec<String> = all.iter().take(MOST).map(|name| printable(name)).collect();
    let list = told.join(", ");
    if all.len() > MOST {
        return message!("list-and-more", list, more = all.len() - MOST);
    }
    Message::verbatim(list)
}

fn clock(server: SystemTime, here: SystemTime) -> Message {
    let (apart, is_ahead) = match server.duration_since(here) {
        Ok(apart) => (apart, true),
        Err(error) => (error.duration(), false),
    };
    match apart.as_secs() {
        0..=5 => message!("clock-agrees"),
        seconds if is_ahead => message!("clock-ahead", seconds),
        seconds => message!("clock-behind", seconds),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_was_not_asked_for_is_not_told() {
        assert_eq!(learnt(&AccountFacts::default(), None, SystemTime::UNIX_EPOCH), []);
    }

    #[test]
    fn names_are_told_up_to_a_bound_and_clocks_in_words() {
        assert_eq!(names([].into_iter()).to_string(), "none");
        assert_eq!(names(["a"; 22].into_iter()).to_string().matches("a, ").count(), 20);
        let (here, later) = (SystemTime::UNIX_EPOCH, SystemTime::UNIX_EPOCH + Duration::from_secs(90));
        assert_eq!(clock(later, here).to_string(), "90 s ahead of the clock of this machine");
        assert_eq!(clock(here, later).to_string(), "90 s behind the clock of this machine");
        assert_eq!(clock(here, here).to_string(), "agrees with the clock of this machine");
    }
}
