//! The delivery protocol as a state space, explored from end to end by a model checker.
//!
//! The model has rows, a journal whose records are written, synced or lost, a server that stores what it was sent at any
//! time up to the settle time, and everything that can die. What a process makes of the journal when it starts is not
//! modelled: it is the program's own [`classify`] and [`Story`]. Each rule of the protocol can be left out, and then the checker
//! has to find what goes wrong; a rule that nobody misses would not be one.

use callbell_import::journal::{Class, Evidence, Final, Story, classify};
use stateright::{Checker, HasDiscoveries, Model, Property};

/// Ticks after which a request whose answer was lost is stored or never will be.
const SETTLE: u8 = 2;
/// Of a request that may be stored at any time.
const NEVER_DIES: u8 = u8::MAX;
/// Records that wait for a sync.
const MOST_UNSYNCED: usize = 4;
/// Ticks for which a stored contact may be invisible to look-ups.
const LAG: u8 = 1;

/// What can be left out of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rule {
    LeaseBeforeSend,
    SyncBeforeSend,
    SyncAtTheStart,
    MarkBeforeSend,
    MarkedRowsAreInDoubt,
    MissingMarksProveNothingAfterAPowerCut,
    MarksAreJudgedByTheLeasesBoot,
    MissingRecordsMakeEverythingDoubtful,
    WaitOutTheSettleTime,
    WaitOutTheReadLag,
    AgesBeginAnewWithTheProcess,
    ServerErrorsAreDoubts,
    LookUpBeforeSendingAgain,
    HitsAreCompared,
    ReleaseOnlyWhatWasNotSent,
    TicketsThatNeverLeftHideNothing,
}

impl Rule {
    const ALL: [Self; 16] = [
        Self::LeaseBeforeSend,
        Self::SyncBeforeSend,
        Self::SyncAtTheStart,
        Self::MarkBeforeSend,
        Self::MarkedRowsAreInDoubt,
        Self::MissingMarksProveNothingAfterAPowerCut,
        Self::MarksAreJudgedByTheLeasesBoot,
        Self::MissingRecordsMakeEverythingDoubtful,
        Self::WaitOutTheSettleTime,
        Self::WaitOutTheReadLag,
        Self::AgesBeginAnewWithTheProcess,
        Self::ServerErrorsAreDoubts,
        Self::LookUpBeforeSendingAgain,
        Self::HitsAreCompared,
        Self::ReleaseOnlyWhatWasNotSent,
        Self::TicketsThatNeverLeftHideNothing,
    ];
}

/// How big the world is.
#[derive(Debug, Clone, Copy)]
struct Import {
    rows: usize,
    kills: u8,
    power_cuts: u8,
    /// Records that were on the disk and cannot be read any more.
    losses: u8,
    failing_syncs: u8,
    /// Processes that stop in order with rows left.
    stops: u8,
    /// Times that somebody edits a row between two processes, so that its contact is to be changed.
    edits: u8,
    sends: u8,
    /// Others may create one contact.
    others: bool,
    strict: bool,
    /// Requests may be stored later than the settle time, too.
    late: bool,
    without: Option<Rule>,
}

const SMALL: Import = Import {
    rows: 1,
    kills: 2,
    power_cuts: 2,
    losses: 1,
    failing_syncs: 1,
    stops: 1,
    edits: 0,
    sends: 2,
    others: true,
    strict: false,
    late: false,
    without: None,
};

/// A record in the page cache. What was synced is in [`Row::past`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Record {
    row: u8,
    what: What,
    /// The sync that should have brought it to the disk failed, and later ones pass over it.
    doomed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum What {
    Lease { boot: u8, edition: u8 },
    Mark,
    Release,
    Verdict(Final),
}

/// What the disk has of a row's last ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
struct Past {
    leased: bool,
    boot: u8,
    marked: bool,
    released: bool,
    /// It was released when a process began that saw everything.
    retired: bool,
    verdict: Option<Final>,
    /// What the row said then.
    edition: u8,
    /// A ticket before the last one says that the contact is there.
    was_there: bool,
}

impl Past {
    fn with(mut self, what: What) -> Self {
        match what {
            What::Lease { boot, edition } => {
                let was_there = self.was_there || self.verdict.is_some_and(Final::is_there);
                return Self { leased: true, boot, edition, was_there, ..Self::default() };
            }
            What::Mark => (self.marked, self.released, self.retired) = (true, false, false),
            What::Release => (self.released, self.verdict) = (true, None),
            What::Verdict(verdict) => self.verdict = Some(verdict),
        }
        self
    }
}

/// Where a row is in the process that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Phase {
    /// No process has looked at it.
    Unseen,
    Fresh,
    /// Its lease is written; whether it is synced shows in the journal.
    Leased,
    Marked,
    InFlight,
    Doubt {
        age: u8,
        /// It has a ticket that may be used again.
        ticket: bool,
    },
    Done(Final),
    /// An earlier process knows its contact, and the row says something else: it is to be changed.
    Meets,
    LeasedToMeet,
    MarkedToMeet,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Row {
    past: Past,
    phase: Phase,
    /// What the row says, by how often it was edited.
    edition: u8,
    sends: u8,
    /// Ticks that each request has left in which the server may still store it; the last one is the newest.
    live: Vec<u8>,
    /// Contacts of ours at the server, by the ticks for which they may still be invisible.
    stored: Vec<u8>,
    /// A contact of this number that somebody else made.
    others: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct State {
    rows: Vec<Row>,
    /// Records that no sync has brought to the disk, in the order in which they were written.
    cache: Vec<Record>,
    up: bool,
    /// The process has synced what it found, and may begin.
    begun: bool,
    boot: u8,
    /// The boot of the last process that wrote.
    last_boot: u8,
    damaged: bool,
    kills: u8,
    power_cuts: u8,
    losses: u8,
    failing_syncs: u8,
    stops: u8,
    edits: u8,
    /// The process takes no more rows.
    stopping: bool,
    /// A request left that the disk knew nothing of.
    unrecorded: bool,
    /// Somebody else's contact was told to be ours.
    claimed: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Action {
    Start,
    Lease(usize),
    Sync,
    SyncFails,
    Mark(usize),
    Send(usize),
    /// The server did what was asked, and the answer arrives.
    Answered(usize),
    /// The server stores one of the row's requests.
    Store(usize, usize),
    AnswerLost(usize),
    ServerError(usize),
    NotProcessed(usize),
    Refused(usize),
    Hit(usize, bool),
    Miss(usize),
    Tick,
    /// No more rows are taken.
    Stop,
    GoHome(usize),
    /// A process that was told to stop has nothing left on the wire.
    End,
    Kill,
    /// Records that are kept, by their places in the cache.
    PowerCut(Vec<bool>),
    /// Everything that the disk had of a row cannot be read any more.
    Loss(usize),
    SomebodyWritesIn(usize),
    /// The row says something else from now on.
    Edit(usize),
    Changed(usize),
    ChangeRefused(usize),
}

impl Import {
    fn needs(&self, rule: Rule) -> bool {
        self.without != Some(rule)
    }

    fn evidence(&self, state: &State, row: usize) -> (Past, Evidence) {
        let seen = state.cache.iter().filter(|record| usize::from(record.row) == row);
        let past = seen.fold(state.rows[row].past, |past, record| past.with(record.what));
        let judged_boot =
            if self.needs(Rule::MarksAreJudgedByTheLeasesBoot) { past.boot } else { state.last_boot };
        let evidence = Evidence {
            leased_in_this_boot: judged_boot == state.boot
                || !self.needs(Rule::MissingMarksProveNothingAfterAPowerCut),
            marked: past.marked,
            released: past.released,
            verdict: past.verdict,
            damaged: state.damaged && self.needs(Rule::MissingRecordsMakeEverythingDoubtful),
            forgotten: false,
            retired: past.retired,
            said_by_row: false,
        };
        (past, evidence)
    }

    /// The evidence of the ticket that counts, whether that is the last one, and whether an earlier one knows the contact.
    fn told(&self, past: Past, evidence: Evidence) -> (Option<(Evidence, bool)>, bool) {
        if !self.needs(Rule::TicketsThatNeverLeftHideNothing) {
            return (past.leased.then_some((evidence, true)), false);
        }
        let mut story = Story::default();
        if past.was_there {
            story.note(1, Evidence { verdict: Some(Final::There), retired: false, ..evidence }, ());
        }
        if past.leased {
            story.note(2, evidence, ());
        }
        (story.last().map(|(ticket, evidence, ())| (evidence, ticket == 2)), story.there().is_some())
    }

    /// A process reads the journal.
    fn start(&self, state: &mut State) {
        let cautious = state.damaged && self.needs(Rule::MissingRecordsMakeEverythingDoubtful);
        let age = if self.needs(Rule::AgesBeginAnewWithTheProcess) { 0 } else { SETTLE + LAG };
        for row in 0..self.rows {
            let (past, evidence) = self.evidence(state, row);
            let doubtful = !self.needs(Rule::MarkedRowsAreInDoubt);
            let (last, there) = self.told(past, evidence);
            // A ticket before the last one is of what the row said before.
            let is_the_same =
                past.edition == state.rows[row].edition && last.is_none_or(|(_, is_last)| is_last);
            state.rows[row].phase = match last.map(|(last, _)| (classify(last, is_the_same), last)) {
                None if cautious => Phase::Doubt { age, ticket: false },
                None => Phase::Fresh,
                Some((Class::Settled, last)) if is_the_same => {
                    Phase::Done(last.verdict.unwrap_or(Final::Unconfirmed))
                }
                Some((Class::Settled, _)) => Phase::Meets,
                Some((Class::NeverSent, _)) if there => Phase::Meets,
                Some((Class::NeverSent, _)) => Phase::Fresh,
                Some((Class::Unknown, _)) if there => Phase::MarkedToMeet,
                Some((Class::Unknown, _)) if doubtful => Phase::Fresh,
                Some((Class::Unknown, _)) => Phase::Doubt { age, ticket: true },
            };
        }
        state.up = true;
        state.begun = state.cache.is_empty() || !self.needs(Rule::SyncAtTheStart);
        if state.cache.is_empty() {
            Self::retire(state);
        }
        state.last_boot = state.boot;
        // A file whose sync has failed is copied, and the copy can be synced.
        state.cache.iter_mut().for_each(|record| record.doomed = false);
    }

    /// The word that a process began is on the disk.
    fn retire(state: &mut State) {
        if !state.damaged {
            for row in &mut state.rows {
                row.past.retired = row.past.released;
            }
        }
    }

    fn lease_is_synced(&self, state: &State, row: usize) -> bool {
        state.rows[row].past.leased
            && !state
                .cache
                .iter()
                .any(|record| usize::from(record.row) == row && matches!(record.what, What::Lease { .. }))
    }

    fn dies(state: &mut State) {
        (state.up, state.begun, state.stopping) = (false, false, false);
        for row in &mut state.rows {
            row.phase = Phase::Unseen;
        }
    }

    fn settle(state: &mut State, row: usize, verdict: Final) {
        let seen = u8::try_from(row).unwrap();
        state.cache.push(Record { row: seen, what: What::Verdict(verdict), doomed: false });
        state.rows[row].phase = Phase::Done(verdict);
    }

    fn write(state: &mut State, row: usize, what: What) {
        state.cache.push(Record { row: u8::try_from(row).unwrap(), what, doomed: false });
    }
}

impl Model for Import {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let row = Row {
            past: Past::default(),
            phase: Phase::Unseen,
            edition: 0,
            sends: 0,
            live: Vec::new(),
            stored: Vec::new(),
            others: false,
        };
        vec![State {
            rows: vec![row; self.rows],
            cache: Vec::new(),
            up: false,
            begun: false,
            boot: 0,
            last_boot: 0,
            damaged: false,
            kills: self.kills,
            power_cuts: self.power_cuts,
            losses: self.losses,
            failing_syncs: self.failing_syncs,
            stops: self.stops,
            edits: self.edits,
            stopping: false,
            unrecorded: false,
            claimed: false,
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        if !state.up {
            actions.push(Action::Start);
        }
        let unsynced = state.cache.iter().any(|record| !record.doomed);
        if state.up && unsynced {
            actions.push(Action::Sync);
            if state.failing_syncs > 0 {
                actions.push(Action::SyncFails);
            }
        }
        // Rows that are settled are synced with the next lease; the model waits no longer than for a few records.
        let has_room = state.cache.len() < MOST_UNSYNCED;
        let mut time_matters = false;
        for (at, row) in state.rows.iter().enumerate() {
            match row.phase {
                _ if !state.begun => {}
                Phase::Fresh if !state.stopping && has_room => {
                    actions.push(if self.needs(Rule::LeaseBeforeSend) {
                        Action::Lease(at)
                    } else {
                        Action::Send(at)
                    });
                }
                Phase::Meets if !state.stopping && has_room => actions.push(Action::Lease(at)),
                Phase::LeasedToMeet => {
                    if self.lease_is_synced(state, at) && !state.stopping && has_room {
                        actions.push(Action::Mark(at));
                    }
                    actions.extend(state.stopping.then_some(Action::GoHome(at)));
                }
                Phase::MarkedToMeet => {
                    actions.extend([Action::Changed(at), Action::ChangeRefused(at)]);
                    actions.extend(state.stopping.then_some(Action::GoHome(at)));
                }
                Phase::Unseen | Phase::Done(_) | Phase::Fresh | Phase::Meets => {}
                Phase::Leased => {
                    let is_recorded = self.lease_is_synced(state, at) || !self.needs(Rule::SyncBeforeSend);
                    if is_recorded && !state.stopping && has_room {
                        actions.push(if self.needs(Rule::MarkBeforeSend) {
                            Action::Mark(at)
                        } else {
                            Action::Send(at)
                        });
                    }
                    actions.extend(state.stopping.then_some(Action::GoHome(at)));
                }
                Phase::Marked => {
                    if row.sends < self.sends && !state.stopping {
                        actions.push(Action::Send(at));
                    }
                    actions.extend(state.stopping.then_some(Action::GoHome(at)));
                }
                Phase::InFlight => {
                    actions.extend([
                        Action::Answered(at),
                        Action::AnswerLost(at),
                        Action::ServerError(at),
                        Action::NotProcessed(at),
                        Action::Refused(at),
                    ]);
                    if state.stopping && !self.needs(Rule::ReleaseOnlyWhatWasNotSent) {
                        actions.push(Action::GoHome(at));
                    }
                }
                Phase::Doubt { age, .. } => {
                    time_matters |= age < SETTLE + LAG;
                    let visible = row.stored.contains(&0);
                    if !row.stored.is_empty() {
                        actions.push(Action::Hit(at, true));
                    }
                    if row.others {
                        actions.push(Action::Hit(at, false));
                    }
                    if !visible && !row.others {
                        actions.push(Action::Miss(at));
                    }
                }
            }
            if !state.up && state.losses > 0 && row.past.leased {
                actions.push(Action::Loss(at));
            }
            if !state.up && state.edits > 0 && !row.stored.is_empty() {
                actions.push(Action::Edit(at));
            }
            time_matters |= row.stored.iter().any(|lag| *lag > 0);
            for (request, left) in row.live.iter().enumerate() {
                let is_in_flight = row.phase == Phase::InFlight && request + 1 == row.live.len();
                time_matters |= *left != NEVER_DIES && !is_in_flight;
                actions.push(Action::Store(at, request));
            }
            if self.others && !row.others && row.stored.is_empty() && row.live.is_empty() {
                actions.push(Action::SomebodyWritesIn(at));
            }
        }
        let on_the_wire = |row: &Row| {
            matches!(
                row.phase,
                Phase::InFlight | Phase::Leased | Phase::Marked | Phase::LeasedToMeet | Phase::MarkedToMeet
            )
        };
        if state.stopping && !state.rows.iter().any(on_the_wire) {
            actions.push(Action::End);
        }
        if time_matters {
            actions.push(Action::Tick);
        }
        if state.begun && !state.stopping && state.stops > 0 {
            actions.push(Action::Stop);
        }
        if state.up && state.kills > 0 {
            actions.push(Action::Kill);
        }
        if state.power_cuts > 0 {
            // A beginning of what was not synced survives, or all of it but one record.
            let count = state.cache.len();
            let beginnings = (0..=count).map(|end| (0..count).map(|at| at < end).collect());
            let holes = (0..count.saturating_sub(1)).map(|hole| (0..count).map(|at| at != hole).collect());
            actions.extend(beginnings.chain(holes).map(Action::PowerCut));
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match action {
            Action::Start => self.start(&mut state),
            Action::Lease(at) => {
                let (boot, edition) = (state.boot, state.rows[at].edition);
                Self::write(&mut state, at, What::Lease { boot, edition });
                let row = &mut state.rows[at];
                row.phase = if row.phase == Phase::Meets { Phase::LeasedToMeet } else { Phase::Leased };
            }
            Action::Sync => {
                let (doomed, synced): (Vec<_>, Vec<_>) =
                    state.cache.drain(..).partition(|record| record.doomed);
                for record in synced {
                    let past = &mut state.rows[usize::from(record.row)].past;
                    *past = past.with(record.what);
                }
                state.cache = doomed;
                if !std::mem::replace(&mut state.begun, true) {
                    Self::retire(&mut state);
                }
            }
            Action::SyncFails => {
                state.failing_syncs -= 1;
                state.cache.iter_mut().for_each(|record| record.doomed = true);
                Self::dies(&mut state);
            }
            Action::Mark(at) => {
                Self::write(&mut state, at, What::Mark);
                let row = &mut state.rows[at];
                row.phase =
                    if row.phase == Phase::LeasedToMeet { Phase::MarkedToMeet } else { Phase::Marked };
            }
            Action::Send(at) => {
                state.unrecorded |= !self.lease_is_synced(&state, at);
                let row = &mut state.rows[at];
                row.phase = Phase::InFlight;
                row.sends += 1;
                row.live.push(if self.late { NEVER_DIES } else { SETTLE });
            }
            Action::Answered(at) => {
                let row = &mut state.rows[at];
                row.live.pop()?;
                row.stored.push(LAG);
                row.stored.sort_unstable();
                Self::settle(&mut state, at, Final::There);
            }
            Action::Store(at, request) => {
                let row = &mut state.rows[at];
                row.live.remove(request);
                row.stored.push(LAG);
                row.stored.sort_unstable();
                if row.phase == Phase::InFlight && request == row.live.len() {
                    // The answer is lost: what it said was answered is `Answered`.
                    row.phase = Phase::Doubt { age: 0, ticket: true };
                }
            }
            Action::AnswerLost(at) => state.rows[at].phase = Phase::Doubt { age: 0, ticket: true },
            Action::ServerError(at) => {
                state.rows[at].phase = if self.needs(Rule::ServerErrorsAreDoubts) {
                    Phase::Doubt { age: 0, ticket: true }
                } else {
                    Phase::Marked
                };
            }
            Action::NotProcessed(at) => {
                let row = &mut state.rows[at];
                row.live.pop()?;
                row.sends -= 1;
                row.phase = Phase::Marked;
            }
            Action::Refused(at) => {
                state.rows[at].live.pop()?;
                Self::settle(&mut state, at, Final::Rejected);
            }
            Action::Hit(at, ours) => {
                // A contact that is not ours is told by its age and its data; otherwise it would be claimed.
                state.claimed |= !ours && !self.needs(Rule::HitsAreCompared);
                Self::settle(&mut state, at, Final::There);
            }
            Action::Miss(at) => {
                let Phase::Doubt { age, ticket } = state.rows[at].phase else { return None };
                let settle = if self.needs(Rule::WaitOutTheSettleTime) { SETTLE } else { 0 };
                let lag = if self.needs(Rule::WaitOutTheReadLag) { LAG } else { 0 };
                if age < settle + lag && self.needs(Rule::LookUpBeforeSendingAgain) {
                    return None;
                }
                if self.strict {
                    Self::settle(&mut state, at, Final::Unconfirmed);
                } else if state.rows[at].sends >= self.sends {
                    Self::settle(&mut state, at, Final::Failed);
                } else {
                    state.rows[at].phase = if ticket { Phase::Marked } else { Phase::Fresh };
                }
            }
            Action::Tick => {
                for row in &mut state.rows {
                    let newest = row.live.len().checked_sub(1).filter(|_| row.phase == Phase::InFlight);
                    let live = std::mem::take(&mut row.live).into_iter().enumerate();
                    row.live = live
                        .filter_map(|(request, left)| {
                            let stands_still = Some(request) == newest || left == NEVER_DIES;
                            if stands_still { Some(left) } else { left.checked_sub(1) }
                        })
                        .collect();
                    row.stored.iter_mut().for_each(|lag| *lag = lag.saturating_sub(1));
                    if let Phase::Doubt { age, .. } = &mut row.phase {
                        *age = (*age + 1).min(SETTLE + LAG);
                    }
                }
            }
            Action::GoHome(at) => {
                Self::write(&mut state, at, What::Release);
                let row = &mut state.rows[at];
                let met = matches!(row.phase, Phase::LeasedToMeet | Phase::MarkedToMeet);
                row.phase = if met { Phase::Meets } else { Phase::Fresh };
            }
            Action::Stop => {
                state.stops -= 1;
                state.stopping = true;
            }
            Action::End => Self::dies(&mut state),
            Action::Kill => {
                state.kills -= 1;
                Self::dies(&mut state);
            }
            Action::PowerCut(kept) => {
                state.power_cuts -= 1;
                state.boot += 1;
                Self::dies(&mut state);
                // What a failed sync has passed over is not on the disk.
                let survives = |(record, kept): (&Record, bool)| kept && !record.doomed;
                let kept: Vec<bool> = state.cache.iter().zip(kept).map(survives).collect();
                let last = kept.iter().rposition(|kept| *kept);
                // Records have numbers: a hole among them is seen, a missing end is not.
                state.damaged |= last.is_some_and(|last| kept[..last].contains(&false));
                for (record, kept) in state.cache.drain(..).zip(kept).collect::<Vec<_>>() {
                    if kept {
                        let past = &mut state.rows[usize::from(record.row)].past;
                        *past = past.with(record.what);
                    }
                }
            }
            Action::Loss(at) => {
                state.losses -= 1;
                state.damaged = true;
                state.rows[at].past = Past::default();
            }
            Action::SomebodyWritesIn(at) => state.rows[at].others = true,
            Action::Edit(at) => {
                state.edits -= 1;
                state.rows[at].edition += 1;
            }
            Action::Changed(at) => Self::settle(&mut state, at, Final::There),
            Action::ChangeRefused(at) => Self::settle(&mut state, at, Final::ChangeRefused),
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("nobody is created twice", |_, state: &State| {
                state.rows.iter().all(|row| row.stored.len() <= 1)
            }),
            Property::always("what is told is true", |model: &Self, state: &State| {
                !state.claimed
                    && state.rows.iter().all(|row| match row.phase {
                        Phase::Done(Final::There | Final::ChangeRefused) => {
                            !row.stored.is_empty() || row.others
                        }
                        Phase::Done(Final::Rejected | Final::Failed) => {
                            row.stored.is_empty() && (row.live.is_empty() || model.late)
                        }
                        _ => true,
                    })
            }),
            Property::always("nothing leaves before the disk knows of it", |_, state: &State| {
                !state.unrecorded
            }),
            Property::always("no row is stuck", |model: &Self, state: &State| {
                // The model ends where the sends that it is given are used up.
                let is_over = |row: &Row| matches!(row.phase, Phase::Done(_)) || row.sends >= model.sends;
                let mut actions = Vec::new();
                model.actions(state, &mut actions);
                !state.up
                    || state.rows.iter().all(is_over)
                    || actions.iter().any(|action| !matches!(action, Action::Kill | Action::PowerCut(_)))
            }),
            Property::sometimes(CREATED_AT_LAST, |_, state: &State| {
                state.kills == 0
                    && state.power_cuts == 0
                    && state
                        .rows
                        .iter()
                        .all(|row| row.phase == Phase::Done(Final::There) && row.stored.len() == 1)
            }),
        ]
    }
}

const CREATED_AT_LAST: &str = "a row is created after everything that can die has died";

/// Explores all of it: how many states there are, and the shortest way to each violation.
fn explore(import: Import) -> (usize, Vec<(&'static str, String)>) {
    let checker = import.checker().threads(2);
    let checker = match import.without {
        None => checker.spawn_bfs().join(),
        Some(_) => checker.finish_when(HasDiscoveries::AnyFailures).spawn_bfs().join(),
    };
    let mut discovered = checker.discoveries();
    let created = discovered.remove(CREATED_AT_LAST);
    let mut violated: Vec<_> =
        discovered.into_iter().map(|(name, path)| (name, format!("{:?}", path.into_actions()))).collect();
    if created.is_none() && import.without.is_none() {
        violated.push(("no row is ever created", String::new()));
    }
    (checker.unique_state_count(), violated)
}

/// Explores these worlds in turn: how many states they have together.
#[track_caller]
fn hold(imports: &[Import]) -> usize {
    let mut sum = 0;
    for import in imports {
        let (states, violated) = explore(*import);
        println!("{states} states of {import:?}");
        assert!(violated.is_empty(), "{import:?}: {violated:#?}");
        sum += states;
    }
    println!("{sum} states, and the protocol holds in each");
    sum
}

#[test]
fn the_protocol_holds_in_every_state_of_a_small_import() {
    let small = Import { kills: 1, power_cuts: 1, ..SMALL };
    let edited = Import { edits: 1, others: false, ..small };
    let states = hold(&[small, Import { strict: true, late: true, ..small }, edited]);
    assert!(states > 20_000, "{states}");
}

#[test]
#[ignore = "minutes: cargo test --release --test it model -- --ignored --nocapture"]
fn the_protocol_holds_in_every_one_of_five_million_states() {
    let two = Import { rows: 2, others: false, stops: 0, failing_syncs: 0, losses: 0, ..SMALL };
    let states = hold(&[
        SMALL,
        Import { others: false, kills: 3, sends: 3, ..SMALL },
        Import { strict: true, late: true, ..SMALL },
        Import { kills: 2, power_cuts: 1, sends: 2, ..two },
        Import { kills: 1, power_cuts: 1, sends: 2, others: true, stops: 1, losses: 1, ..two },
        Import { edits: 2, others: false, ..SMALL },
    ]);
    assert!(states > 5_000_000, "{states}");
}

#[test]
fn every_rule_is_missed_when_it_is_left_out() {
    for rule in Rule::ALL {
        let edits = u8::from(rule == Rule::TicketsThatNeverLeftHideNothing);
        let (states, violated) = explore(Import { without: Some(rule), edits, ..SMALL });
        println!("without {rule:?}: {violated:?} in {states} states");
        assert!(!violated.is_empty(), "nobody misses {rule:?}");
    }
}
