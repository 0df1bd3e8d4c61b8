//! What the account lists: teams, their members, channels, and the plan.

use serde_json::{Value, json};

use super::settings::OnUnknown;
use super::world::{PAGE, Reply, World, parameter};

impl World {
    pub(super) fn teams(&self, query: &str) -> Reply {
        // An account that takes any team and is told none has no list of them to show.
        if self.settings().account.teams.is_empty()
            && self.settings().api.unknown_team_or_channel == OnUnknown::Accept
        {
            return Reply::error(self.settings().api.closed_status, "the sandbox was told no teams");
        }
        let all: Vec<Value> = self.settings().account.teams.iter().map(|team| self.team(team)).collect();
        paged("teams", all, query)
    }

    pub(super) fn members(&self, uuid: &str, query: &str) -> Reply {
        let Some(team) = self.settings().account.teams.iter().find(|team| team.uuid == uuid) else {
            return Reply::error(404, "not found");
        };
        let all = team
            .members
            .iter()
            .map(|email| json!({ "email": email, "name": email, "available": true, "lastUpdatedAt": self.created_at_start() }))
            .collect();
        paged("users", all, query)
    }

    pub(super) fn channels(&self, query: &str) -> Reply {
        let kind = parameter(query, "type");
        let active = parameter(query, "active");
        let all = self
            .settings()
            .account
            .channels
            .iter()
            .filter(|channel| kind.as_ref().is_none_or(|kind| channel.r#type == *kind))
            .filter(|channel| active.as_ref().is_none_or(|active| (active == "true") != channel.discarded))
            .map(|channel| {
                json!({
                    "uuid": channel.uuid,
                    "title": channel.title,
                    "type": channel.r#type,
                    "main": channel.main,
                    "discardedAt": channel.discarded.then(|| self.created_at_start()),
                })
            })
            .collect();
        paged("channels", all, query)
    }

    pub(super) fn plan(&self) -> Reply {
        let account = &self.settings().account;
        // Nor are users counted where any is taken and none is told.
        let counts_users = !(account.users.is_empty() && account.teams.is_empty())
            || self.settings().api.unknown_user != OnUnknown::Accept;
        let mut users: Vec<&String> =
            account.users.iter().chain(account.teams.iter().flat_map(|team| &team.members)).collect();
        users.push(&account.user_email);
        users.sort_unstable();
        users.dedup();
        Reply::json(
            200,
            &json!({
                "plan": "sandbox",
                "includedChannels": account.channels.len(),
                "licenses": users.len(),
                "activeUsers": if counts_users { json!(users.len()) } else { Value::Null },
                "teams": account.teams.iter().map(|team| self.team(team)).collect::<Vec<_>>(),
            }),
        )
    }
}

fn paged(key: &str, all: Vec<Value>, query: &str) -> Reply {
    let page: usize = parameter(query, "page").and_then(|page| page.parse().ok()).unwrap_or(1).max(1);
    let pages = all.len().div_ceil(PAGE).max(1);
    let part: Vec<Value> = all.into_iter().skip((page - 1) * PAGE).take(PAGE).collect();
    Reply::json(200, &json!({ key: part, "meta": { "page": page, "pages": pages } }))
}
