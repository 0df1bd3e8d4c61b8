//! Who owns a settings file, and who may write it: what it says may be somebody else's wish.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;

/// Who owns a file, and who may write it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ownership {
    owner: u32,
    group: u32,
    mode: u32,
}

/// How much is at stake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stake {
    /// A command is run.
    Command,
    /// A file is written or trusted, or an address spoken to.
    Reach,
}

/// Why a file is not taken at its word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum Doubt {
    /// It belongs to this user, who is neither root nor the one that runs the program.
    Strangers(u32),
    /// Others may have written it.
    Writable,
}

impl Ownership {
    /// That of an open file.
    pub(super) fn of(file: &Metadata) -> Self {
        Self { owner: file.uid(), group: file.gid(), mode: file.mode() }
    }

    /// That of a file in a strange folder.
    pub(super) fn writable_by_all() -> Self {
        Self { owner: 0, group: 0, mode: 0o666 }
    }

    /// Why what it says may be the wish of somebody else than this user or root, if it may.
    pub(super) fn doubt(self, user: u32, stake: Stake) -> Option<Doubt> {
        if self.owner != 0 && self.owner != user {
            return Some(Doubt::Strangers(self.owner));
        }
        // Where everybody has a group of their own, it has its owner's number, and files are writable for it by default.
        let is_own_group = self.group == self.owner && stake == Stake::Reach;
        let others = if is_own_group { 0o002 } else { 0o022 };
        (self.mode & others != 0).then_some(Doubt::Writable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_taken_at_its_word_if_only_this_user_or_root_can_have_written_it() {
        for (owner, group, mode, command, reach) in [
            (1000, 1000, 0o644, None, None),
            (0, 0, 0o644, None, None),
            (1000, 100, 0o644, None, None),
            (1000, 1000, 0o664, Some(Doubt::Writable), None),
            (1000, 100, 0o664, Some(Doubt::Writable), Some(Doubt::Writable)),
            (1000, 1000, 0o646, Some(Doubt::Writable), Some(Doubt::Writable)),
            (1001, 1001, 0o600, Some(Doubt::Strangers(1001)), Some(Doubt::Strangers(1001))),
        ] {
            let ownership = Ownership { owner, group, mode };
            assert_eq!(ownership.doubt(1000, Stake::Command), command, "{ownership:?}");
            assert_eq!(ownership.doubt(1000, Stake::Reach), reach, "{ownership:?}");
        }
        // Root takes orders from nobody, either.
        let ownership = Ownership { owner: 1000, group: 1000, mode: 0o644 };
        assert_eq!(ownership.doubt(0, Stake::Reach), Some(Doubt::Strangers(1000)));
    }
}
