//! Names of teams and channels, for cells that hold names where the API wants uuids.

use std::collections::BTreeMap;

use serde::Serialize;

use super::fold::fold;

/// Names of the account, folded, with the uuids that carry them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Names {
    /// `None`: the account does not show them.
    teams: Option<BTreeMap<String, Vec<String>>>,
    channels: Option<BTreeMap<String, Vec<String>>>,
}

impl Names {
    /// The teams of the account: name and uuid of each.
    pub fn set_teams<'n>(&mut self, teams: impl Iterator<Item = (&'n str, &'n str)>) {
        self.teams = Some(by_name(teams));
    }

    /// The channels of the account: title and uuid of each.
    pub fn set_channels<'n>(&mut self, channels: impl Iterator<Item = (&'n str, &'n str)>) {
        self.channels = Some(by_name(channels));
    }

    /// The uuid of the only team that is called so; `None` if the account does not show its teams.
    pub(super) fn team(&self, name: &str) -> Option<Option<&str>> {
        self.teams.as_ref().map(|teams| only(teams.get(&fold(name))))
    }

    /// The uuid of the only channel that is called so; `None` if the account does not show its channels.
    pub(super) fn channel(&self, title: &str) -> Option<Option<&str>> {
        self.channels.as_ref().map(|channels| only(channels.get(&fold(title))))
    }

    /// How many teams are called so.
    pub fn teams_called(&self, name: &str) -> usize {
        count(self.teams.as_ref(), name)
    }

    /// How many channels are called so.
    pub fn channels_called(&self, title: &str) -> usize {
        count(self.channels.as_ref(), title)
    }
}

fn by_name<'n>(names: impl Iterator<Item = (&'n str, &'n str)>) -> BTreeMap<String, Vec<String>> {
    let mut uuids: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, uuid) in names {
        uuids.entry(fold(name)).or_default().push(uuid.to_owned());
    }
    uuids
}

fn count(uuids: Option<&BTreeMap<String, Vec<String>>>, name: &str) -> usize {
    uuids.and_then(|uuids| uuids.get(&fold(name))).map_or(0, Vec::len)
}

fn only(uuids: Option<&Vec<String>>) -> Option<&str> {
    match uuids?.as_slice() {
        [one] => Some(one),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_for_the_only_team_that_has_it_whatever_its_case() {
        let mut names = Names::default();
        assert_eq!(names.team("Sales Team"), None, "it is not shown");
        names.set_teams([("Sales Team", "a"), ("Support", "b"), ("support", "c")].into_iter());
        assert_eq!(names.team("SALES team"), Some(Some("a")));
        assert_eq!((names.team("Support"), names.teams_called("Support")), (Some(None), 2));
        assert_eq!((names.team("Nobody"), names.channel("Support")), (Some(None), None));
    }
}
