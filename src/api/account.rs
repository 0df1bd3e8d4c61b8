//! What the account holds beside contacts: its plan, teams, users and channels.

use serde_json::Value;

use super::client::Answer;
use super::fault::Fault;
use crate::model::is_uuid;
use crate::words::{discreet, message};

/// Longest name of a team, channel or user that is kept, in characters.
const LONGEST_NAME: usize = 300;

/// The account's plan. Everything may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountPlan {
    /// What it is called.
    pub name: Option<String>,
    /// Channels it includes.
    pub channels: Option<u64>,
    /// Seats.
    pub licenses: Option<u64>,
    /// Users who have confirmed their address.
    pub active_users: Option<u64>,
}

/// A team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// 32 hexadecimal digits, or the dashed form.
    pub uuid: String,
    /// Its name; several teams may share one.
    pub name: String,
    /// How many members the API counts.
    pub members: Option<u64>,
}

/// A member of a team. The API shows users nowhere else.
#[derive(Clone, PartialEq, Eq)]
pub struct Member {
    /// E-mail address.
    pub email: String,
    /// Name, if there is one.
    pub name: Option<String>,
}

discreet!(Member {});

/// A channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// 32 hexadecimal digits, or the dashed form.
    pub uuid: String,
    /// Its title.
    pub title: String,
    /// `whatsapp`, `facebook`, `instagram` or `telegram`, as far as is known.
    pub source: String,
    /// Whether contacts without a channel belong to it.
    pub is_main: bool,
    /// Whether it is out of use.
    pub is_discarded: bool,
}

/// One page of a numbered list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// The number of the next page, if there is one.
    pub next: Option<u64>,
}

fn body(answer: &Answer) -> Result<Value, Fault> {
    if !answer.is_success() {
        // Whether the account has the path is what is to be found out, so a 404 is only a no.
        return Err(Fault::of(answer, false));
    }
    answer.json().ok_or_else(|| Fault::unusable(answer, message!("unusable-not-json")))
}

fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key).and_then(Value::as_str).map(|text| text.chars().take(LONGEST_NAME).collect())
}

fn uuid(value: &Value) -> Option<String> {
    value.get("uuid").and_then(Value::as_str).filter(|uuid| is_uuid(uuid)).map(str::to_owned)
}

/// The answer to `GET /plan`.
pub(super) fn read_plan(answer: &Answer) -> Result<AccountPlan, Fault> {
    let body = body(answer)?;
    let number = |key: &str| body.get(key).and_then(Value::as_u64);
    Ok(AccountPlan {
        name: text(&body, "plan"),
        channels: number("includedChannels"),
        licenses: number("licenses"),
        active_users: number("activeUsers"),
    })
}

/// The answer to `GET /teams`.
pub(super) fn read_teams(answer: &Answer) -> Result<Listed<Team>, Fault> {
    listed(answer, "teams", |team| {
        Some(Team {
            uuid: uuid(team)?,
            name: text(team, "name").unwrap_or_default(),
            members: team.get("members").and_then(Value::as_u64),
        })
    })
}

/// The answer to `GET /teams/:uuid/members`.
pub(super) fn read_members(answer: &Answer) -> Result<Listed<Member>, Fault> {
    listed(answer, "users", |user| Some(Member { email: text(user, "email")?, name: text(user, "name") }))
}

/// The answer to `GET /channels`.
pub(super) fn read_channels(answer: &Answer) -> Result<Listed<Channel>, Fault> {
    listed(answer, "channels", |channel| {
        Some(Channel {
            uuid: uuid(channel)?,
            title: text(channel, "title").unwrap_or_default(),
            source: text(channel, "type").unwrap_or_default(),
            is_main: channel.get("main").and_then(Value::as_bool).unwrap_or(false),
            // A time by its description, a truth value in the sample.
            is_discarded: !matches!(
                channel.get("discardedAt"),
                None | Some(Value::Null | Value::Bool(false))
            ),
        })
    })
}

fn listed<T>(answer: &Answer, key: &str, read: impl Fn(&Value) -> Option<T>) -> Result<Listed<T>, Fault> {
    let body = body(answer)?;
    let list = body.get(key).and_then(Value::as_array);
    let list = list.ok_or_else(|| Fault::unusable(answer, message!("unusable-no-list", key)))?;
    let items: Option<Vec<T>> = list.iter().map(read).collect();
    let items = items.ok_or_else(|| Fault::unusable(answer, message!("unusable-no-name", key)))?;
    let number = |key: &str| body.get("meta").and_then(|meta| meta.get(key)).and_then(Value::as_u64);
    let next = match (number("page"), number("pages")) {
        (Some(page), Some(pages)) if page < pages && !list.is_empty() => Some(page + 1),
        _ => None,
    };
    Ok(Listed { items, next })
}

#[cfg(test)]
mod tests {
    use super::*;

    const UUID: &str = "414a6d692bd645ed803f2e7ce360d4c8";

    fn answer(status: u16, body: &str) -> Answer {
        Answer { status, body: body.as_bytes().to_vec(), ..Answer::default() }
    }

    #[test]
    fn a_channel_is_discarded_by_a_time_or_a_truth_value() {
        for (shown, is_discarded) in
            [("null", false), ("false", false), ("true", true), ("\"2026-01-01T00:00:00Z\"", true)]
        {
            let body = format!(
                r#"{{"channels":[{{"uuid":"{UUID}","title":"A","type":"whatsapp","main":true,"discardedAt":{shown}}}]}}"#
            );
            let listed = read_channels(&answer(200, &body)).unwrap();
            assert_eq!(
                (listed.items[0].is_discarded, listed.items[0].is_main),
                (is_discarded, true),
                "{shown}"
            );
            assert_eq!(listed.next, None, "without meta there is one page");
        }
    }

    #[test]
    fn lists_go_on_as_meta_says() {
        let body = |page, pages| {
            format!(
                r#"{{"teams":[{{"uuid":"{UUID}","name":"Sales","members":2}}],"meta":{{"page":{page},"pages":{pages}}}}}"#
            )
        };
        assert_eq!(read_teams(&answer(200, &body(1, 3))).unwrap().next, Some(2));
        assert_eq!(read_teams(&answer(200, &body(3, 3))).unwrap().next, None);
        let members = r#"{"users":[{"email":"a@b.it"}],"meta":{"page":1,"pages":1}}"#;
        assert_eq!(
            read_members(&answer(200, members)).unwrap().items,
            [Member { email: "a@b.it".to_owned(), name: None }]
        );
    }

    #[test]
    fn what_is_no_such_list_is_a_fault_and_nothing_is_made_up() {
        for (status, body) in [
            (404, "{}"),
            (403, "{}"),
            (500, ""),
            (200, "<html>"),
            (200, "{}"),
            (200, r#"{"teams":[{"name":"A"}]}"#),
            (200, r#"{"teams":[{"uuid":"../x","name":"A"}]}"#),
        ] {
            assert!(read_teams(&answer(status, body)).is_err(), "{status} {body}");
        }
        assert_eq!(read_plan(&answer(200, "{}")).unwrap(), AccountPlan::default());
    }
}
