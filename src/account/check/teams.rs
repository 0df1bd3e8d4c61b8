//! Teams, by uuid or by name.

use super::slipped::shown;
use super::{Check, all};
use crate::account::facts::Looked;
use crate::account::finding::{Certainty, Kind};
use crate::account::nearest::nearest;
use crate::model::is_same_uuid;
use crate::words::message;

impl Check<'_> {
    pub(super) fn teams(&mut self) {
        let field = "team_uuid";
        let values = self.values;
        if values.teams.is_empty() {
            return;
        }
        let teams = match &self.known.teams {
            Looked::Seen(teams) => teams,
            Looked::Closed(why) => {
                return self.not_checked(field, all(&values.teams), message!("the-teams"), why);
            }
            Looked::Unasked => return,
        };
        for (team, count) in values.teams.iter() {
            if teams.iter().any(|known| is_same_uuid(&known.uuid, team)) {
                continue;
            }
            let called = self.form.names().map_or(0, |names| names.teams_called(team));
            if called > 1 {
                self.add(
                    (Certainty::Certain, Kind::AmbiguousTeam),
                    (field, Some(team)),
                    count,
                    (message!("ambiguous-team", teams = called, team), None, message!("ambiguous-team.fix")),
                );
                continue;
            }
            let near = nearest(team, teams.iter().map(|known| known.name.as_str()));
            let told = &*shown(team);
            self.add(
                (Certainty::Certain, Kind::UnknownTeam),
                (field, Some(told)),
                count,
                (message!("unknown-team", team = told), near, message!("unknown-team.fix")),
            );
        }
    }
}
