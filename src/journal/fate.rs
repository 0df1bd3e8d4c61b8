//! What the journal's records say about one contact, decided purely.
//!
//! This is the heart of a resume, and the part that the model checker runs (`tests/it/model.rs`): evidence in, class
//! out. Each rule is needed; the checker shows for each what goes wrong without it. What several tickets of one contact
//! say together is in `story.rs`.

use crate::model::OnExisting;

/// What is known of one ticket; by default nothing.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Evidence {
    /// The lease was written in the boot that runs now, and the boot is known.
    pub leased_in_this_boot: bool,
    /// A mark says that the ticket was about to be used.
    pub marked: bool,
    /// A later record says that it was given back.
    pub released: bool,
    /// A verdict says what became of it.
    pub verdict: Option<Final>,
    /// Somewhere in the journal something is missing.
    pub damaged: bool,
    /// It is no ticket, but the word that everything before it is over: this program took the contact back.
    pub forgotten: bool,
    /// It was given back, and a process that began after that saw so, with nothing missing: it is never used again.
    pub retired: bool,
    /// Nothing was ever sent for it: it is unconfirmed, and by nothing but a word in its row, which may be taken out.
    pub said_by_row: bool,
}

/// Verdicts, as far as they differ for a resume.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Final {
    /// Created: the contact is there, and there is nothing left to do about it.
    There,
    /// Changed, or held against the row and found to say it: the contact was there before, and there is nothing left to do
    /// about it.
    Met,
    /// The contact was there, and left as it was.
    Left,
    /// The contact was there, and the row was refused for it.
    Unwanted,
    /// The contact is there, and the API refused to change it as the row said.
    ChangeRefused,
    /// The contact is there, and the change that the row asked for was given up.
    ChangeFailed,
    /// Rejected: the contact is not there, and will be rejected again as long as it says the same.
    Rejected,
    /// Failed: the contact is not there, and may be sent again.
    Failed,
    /// Unconfirmed: nobody knew.
    Unconfirmed,
    /// Turned away: rejected as if the account were closed, which is a word of a moment. The contact is not there, and is sent
    /// once more.
    TurnedAway,
    /// The contact is there, and its change was turned away in the same manner.
    ChangeTurnedAway,
}

impl Final {
    /// Each of them once.
    pub const ALL: [Self; 11] = [
        Self::There,
        Self::Met,
        Self::Left,
        Self::Unwanted,
        Self::ChangeRefused,
        Self::Rejected,
        Self::Failed,
        Self::Unconfirmed,
        Self::ChangeFailed,
        Self::TurnedAway,
        Self::ChangeTurnedAway,
    ];

    /// Its place among all and one more, for records of a fixed length.
    pub fn code(self) -> u8 {
        (1..).zip(Self::ALL).find(|(_, known)| *known == self).map_or(0, |(code, _)| code)
    }

    /// What [`Self::code`] tells; `None` for 0.
    pub fn of_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code.checked_sub(1)?)).copied()
    }

    /// Whether the contact is in the account.
    pub fn is_there(self) -> bool {
        self.is_done() || self == Self::Left || self == Self::Unwanted || self.is_not_changed()
    }

    /// Whether there was nothing left to do about the contact.
    pub fn is_done(self) -> bool {
        matches!(self, Self::There | Self::Met)
    }

    /// Whether the contact is in the account, and was to be changed and is not: what an earlier ticket says of it holds.
    pub fn is_not_changed(self) -> bool {
        matches!(self, Self::ChangeRefused | Self::ChangeFailed | Self::ChangeTurnedAway)
    }

    /// Whether it was answered as if the account were closed, and that was believed to be meant for this contact alone.
    pub fn is_turned_away(self) -> bool {
        matches!(self, Self::TurnedAway | Self::ChangeTurnedAway)
    }

    /// Whether the contact is met once more under this policy, although its row was settled. `changed`: the row says
    /// something else than it did then, or other rules say what of it is to be written.
    pub fn is_met_again(self, policy: OnExisting, changed: bool) -> bool {
        match (self, policy) {
            (Self::There | Self::Met | Self::ChangeRefused, OnExisting::Update) => changed,
            // It was never held against the row as an update does it.
            (Self::Left, OnExisting::Update) => true,
            // Somebody else's: what the row says now was never asked for.
            (Self::Unwanted | Self::Left | Self::Met, OnExisting::Fail) => changed,
            (Self::Unwanted | Self::ChangeRefused | Self::ChangeFailed | Self::ChangeTurnedAway, _) => true,
            _ => false,
        }
    }
}

/// What is to be done with the contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// It was never on the wire, or without effect: lease it and send it.
    NeverSent,
    /// It may have been on the wire: look it up first.
    Unknown,
    /// It is settled: it is reported as it was.
    Settled,
}

/// What to do with a contact whose last ticket shows this evidence, and which says the same as then if
/// `same_content`.
pub fn classify(evidence: Evidence, same_content: bool) -> Class {
    match evidence.verdict {
        Some(there) if there.is_there() => return Class::Settled,
        Some(Final::Rejected) if same_content => return Class::Settled,
        // Verdicts that say "not there" are true whatever else is missing.
        Some(Final::Rejected | Final::Failed | Final::TurnedAway) => return Class::NeverSent,
        Some(_) => return Class::Unknown,
        None => {}
    }
    if evidence.damaged {
        return Class::Unknown;
    }
    if evidence.released {
        return Class::NeverSent;
    }
    // Marks are written before the wire but not synced. Where the lease's boot still runs, nothing that was written is
    // lost, so a missing mark proves that nothing was sent. After a power cut it proves nothing.
    if !evidence.marked && evidence.leased_in_this_boot { Class::NeverSent } else { Class::Unknown }
}

impl Evidence {
    /// All of it, for records of a fixed length: the verdict, and the rest in the lower seven bits.
    pub fn packed(self) -> [u8; 2] {
        let Self { leased_in_this_boot, marked, released, verdict, damaged, forgotten, retired, said_by_row } =
            self;
        let bits = [leased_in_this_boot, marked, released, damaged, forgotten, retired, said_by_row];
        let bits = (0..).zip(bits).fold(0, |bits, (place, bit)| bits | u8::from(bit) << place);
        [verdict.map_or(0, Final::code), bits]
    }

    /// What [`Self::packed`] tells.
    pub fn unpacked([verdict, bits]: [u8; 2]) -> Self {
        let bit = |place: u8| bits & 1 << place != 0;
        Self {
            verdict: Final::of_code(verdict),
            leased_in_this_boot: bit(0),
            marked: bit(1),
            released: bit(2),
            damaged: bit(3),
            forgotten: bit(4),
            retired: bit(5),
            said_by_row: bit(6),
        }
    }
}

#[cfg(test)]
impl Evidence {
    /// Of a ticket that was leased in the boot that runs now; nothing else is known of it.
    pub(crate) const LEASED: Self = Self {
        leased_in_this_boot: true,
        marked: false,
        released: false,
        verdict: None,
        damaged: false,
        forgotten: false,
        retired: false,
        said_by_row: false,
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_survives_packing() {
        for (code, bits) in (0..=11).flat_map(|code| (0..128).map(move |bits| (code, bits))) {
            assert_eq!(Evidence::unpacked([code, bits]).packed(), [code, bits]);
        }
    }

    #[test]
    fn every_verdict_is_among_all_of_them_once() {
        // A new one does not compile until it has its place here, too.
        let next = |verdict| match verdict {
            Final::There => Some(Final::Met),
            Final::Met => Some(Final::Left),
            Final::Left => Some(Final::Unwanted),
            Final::Unwanted => Some(Final::ChangeRefused),
            Final::ChangeRefused => Some(Final::Rejected),
            Final::Rejected => Some(Final::Failed),
            Final::Failed => Some(Final::Unconfirmed),
            Final::Unconfirmed => Some(Final::ChangeFailed),
            Final::ChangeFailed => Some(Final::TurnedAway),
            Final::TurnedAway => Some(Final::ChangeTurnedAway),
            Final::ChangeTurnedAway => None,
        };
        let each: Vec<Final> = std::iter::successors(Some(Final::There), |verdict| next(*verdict)).collect();
        assert_eq!(each, Final::ALL);
    }

    #[test]
    fn a_lease_without_a_mark_was_never_used_in_this_boot_and_may_have_been_in_another() {
        assert_eq!(classify(Evidence::LEASED, true), Class::NeverSent);
        assert_eq!(
            classify(Evidence { leased_in_this_boot: false, ..Evidence::LEASED }, true),
            Class::Unknown
        );
        assert_eq!(classify(Evidence { marked: true, ..Evidence::LEASED }, true), Class::Unknown);
        assert_eq!(classify(Evidence { damaged: true, ..Evidence::LEASED }, true), Class::Unknown);
    }

    #[test]
    fn what_was_given_back_was_not_sent_unless_records_are_missing() {
        let released =
            Evidence { released: true, marked: true, leased_in_this_boot: false, ..Evidence::LEASED };
        assert_eq!(classify(released, true), Class::NeverSent);
        assert_eq!(classify(Evidence { damaged: true, ..released }, true), Class::Unknown);
    }

    #[test]
    fn verdicts_decide_and_a_rejection_only_for_what_was_rejected() {
        let with = |verdict| Evidence { verdict: Some(verdict), marked: true, ..Evidence::LEASED };
        for same_content in [true, false] {
            for there in [
                Final::There,
                Final::Met,
                Final::Left,
                Final::Unwanted,
                Final::ChangeRefused,
                Final::ChangeFailed,
                Final::ChangeTurnedAway,
            ] {
                assert_eq!(classify(with(there), same_content), Class::Settled);
            }
            assert_eq!(classify(with(Final::Failed), same_content), Class::NeverSent);
            assert_eq!(classify(with(Final::TurnedAway), same_content), Class::NeverSent);
            assert_eq!(classify(with(Final::Unconfirmed), same_content), Class::Unknown);
        }
        assert_eq!(classify(with(Final::Rejected), true), Class::Settled);
        assert_eq!(classify(with(Final::Rejected), false), Class::NeverSent);
    }

    #[test]
    fn a_settled_contact_is_met_again_where_the_policy_wants_more_than_was_done() {
        use OnExisting::{Create, Fail, Skip, Update};
        let met = |last: Final, changed| {
            [Skip, Update, Create, Fail].map(|policy| last.is_met_again(policy, changed))
        };
        assert_eq!(met(Final::There, false), [false; 4]);
        assert_eq!(met(Final::There, true), [false, true, false, false]);
        assert_eq!(met(Final::Met, false), [false; 4]);
        assert_eq!(met(Final::Met, true), [false, true, false, true], "it is forbidden");
        assert_eq!(met(Final::Left, false), [false, true, false, false]);
        assert_eq!(met(Final::Left, true), [false, true, false, true], "it is forbidden");
        assert_eq!(met(Final::Unwanted, false), [true, true, true, false]);
        assert_eq!(met(Final::Unwanted, true), [true; 4]);
        assert_eq!(met(Final::ChangeRefused, false), [true, false, true, true]);
        assert_eq!(met(Final::ChangeRefused, true), [true; 4]);
        assert_eq!(met(Final::ChangeFailed, false), [true; 4], "it is tried again");
        assert_eq!(met(Final::ChangeTurnedAway, false), [true; 4], "it is tried again");
        assert_eq!(met(Final::Rejected, true), [false; 4], "nobody is there to be met");
    }
}
