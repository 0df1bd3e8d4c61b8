//! The last reading of the file, the one whose rows are sent: each row with its contact and its standing.
//!
//! Reading and mapping happen on a thread of their own; the street takes rows by the handful through a bounded channel,
//! and not to take one is all the back-pressure there is.

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;

use futures::Stream;
use futures::stream::unfold;
use tokio::sync::mpsc;

use crate::input::{InputFiles, Records, Unreadable};
use crate::journal::{
    Abroad, Earlier, Elsewhere, Final, Fingerprints, Identity, JournalError, Recall, Sent, There,
    TicketNumber,
};
use crate::mapping::Form;
use crate::model::{Delivery, NewContact, OnExisting, Rejection, Remark, Row, RowNumber, Shard, Window};
use crate::survey::{Done, Standing, Standings};
use crate::words::{Message, message, worded};

/// Rows handed over at a time, and handfuls that wait.
const HANDFUL: usize = 64;
const WAITING: usize = 4;

/// One row at the gate.
#[derive(Debug)]
pub struct Arrival {
    /// The row as it stands in the file.
    pub row: Row,
    /// What it is to become, or why it cannot.
    pub filled: Result<Filled, Rejection>,
    /// Rows right before it that belong to other parts of the list.
    pub passed_over: u64,
}

/// A row that can be a contact, and what is known of it.
#[derive(Debug)]
pub struct Filled {
    /// The contact.
    pub contact: NewContact,
    /// What is to be said of how it was made of the row.
    pub remarks: Vec<Remark>,
    /// What is known of it.
    pub known: Known,
    /// What an earlier run may have done about it.
    pub earlier: Earlier,
    /// Another row of its source may be taken for it, where only the name can tell.
    pub has_twin: bool,
    /// An earlier run was answered about it as if the account were closed.
    pub was_turned_away: bool,
}

/// What is known of a contact at the gate.
#[derive(Debug)]
pub enum Known {
    /// Nothing: it is to be sent.
    Fresh(Identity),
    /// It is the same contact as an earlier row.
    Repeats {
        /// That row.
        of: RowNumber,
        /// And says the same.
        same_content: bool,
    },
    /// An earlier run settled it; this is what became of it then.
    Settled(Box<Delivery>),
    /// An earlier run knows that the contact is in the account: it is to be met, and not created.
    There(Identity, There),
    /// An earlier run may have created it.
    Open {
        /// Who the contact is.
        identity: Identity,
        /// Its ticket.
        ticket: TicketNumber,
        /// The server's clock when the ticket was leased, in seconds.
        sent_after: Option<u64>,
        /// The contact, if an earlier ticket of it knows that it is in the account.
        there: Option<There>,
    },
}

/// Why the rows end early.
#[derive(Debug)]
pub enum IntakeError {
    /// The input.
    Unreadable(Unreadable),
    /// What was put aside by the survey cannot be read back.
    Scratch(io::Error),
    /// A verdict that is in the journal cannot be read back.
    Journal(JournalError),
    /// The reading thread could not be had.
    Thread(io::Error),
}

worded!(IntakeError);

impl From<Unreadable> for IntakeError {
    fn from(error: Unreadable) -> Self {
        Self::Unreadable(error)
    }
}

impl From<io::Error> for IntakeError {
    fn from(error: io::Error) -> Self {
        Self::Scratch(error)
    }
}

impl From<JournalError> for IntakeError {
    fn from(error: JournalError) -> Self {
        Self::Journal(error)
    }
}

impl IntakeError {
    /// What is wrong.
    pub fn message(&self) -> Message {
        match self {
            Self::Unreadable(error) => error.message(),
            Self::Scratch(why) => message!("intake-scratch", why),
            Self::Journal(error) => error.message(),
            Self::Thread(why) => message!("intake-thread", why),
        }
    }
}

/// Makes arrivals of rows.
pub struct Gatekeeper {
    /// Fills rows.
    pub form: Form,
    /// Says what is known of each.
    pub standings: Standings,
    /// Makes fingerprints as the journal has them.
    pub fingerprints: Fingerprints,
    /// Reads back what became of rows.
    pub recall: Recall,
    /// What an earlier run may have done about rows that the journal does not know: something if the journal lacks
    /// something.
    pub unknown: Earlier,
    /// What is done about contacts that are there.
    pub policy: OnExisting,
    /// What other imports know, into which failures of this one were given back.
    pub elsewhere: Arc<[Elsewhere]>,
    /// Any row may be taken for another one, where only the name can tell; see [`are_others_open`].
    pub all_have_twins: bool,
}

impl Gatekeeper {
    /// The arrival of `row`, which comes after every row asked for before; `None` if it belongs to another part of the
    /// list.
    ///
    /// # Errors
    ///
    /// If what is known of it cannot be read back.
    pub fn arrival(&mut self, row: Row, shard: Shard) -> Result<Option<Arrival>, IntakeError> {
        let filled = self.form.fill(&row);
        let is_here = match &filled {
            Ok((contact, _)) => shard.has_contact(contact.source, &contact.identifier),
            Err(_) => shard.has_row(row.number),
        };
        if !is_here {
            return Ok(None);
        }
        let filled = match filled {
            Ok((contact, remarks)) => Ok(self.filled(&row, contact, remarks)?),
            Err(rejection) => Err(rejection),
        };
        Ok(Some(Arrival { row, filled, passed_over: 0 }))
    }

    fn filled(
        &mut self,
        row: &Row,
        contact: NewContact,
        remarks: Vec<Remark>,
    ) -> Result<Filled, IntakeError> {
        let standing = self.standings.of(row.number)?;
        let has_twin = self.standings.has_twin(row.number)? || self.all_have_twins;
        let was_turned_away = self.standings.was_turned_away(row.number)?;
        let abroad = match standing {
            Standing::Repeats { .. } => None,
            Standing::Settled { verdict, .. } if verdict.is_there() => None,
            _ => self.abroad(&contact, row)?,
        };
        let earlier = self.earlier(row, &contact, standing, abroad.as_ref())?;
        let known = self.known(row, (&contact, &remarks), standing, abroad)?;
        Ok(Filled { contact, remarks, known, earlier, has_twin, was_turned_away })
    }

    /// What an earlier run may have done about a row. `abroad`: what other imports know of its contact.
    fn earlier(
        &self,
        row: &Row,
        contact: &NewContact,
        standing: Standing,
        abroad: Option<&Abroad>,
    ) -> Result<Earlier, IntakeError> {
        Ok(match standing {
            Standing::Fresh
            | Standing::GivenUp { .. }
            | Standing::Settled { verdict: Final::Rejected, .. }
                if let Some(Abroad::MaybeSent { after }) = abroad =>
            {
                Earlier::MaybeSent { after: *after, by_row: false, in_vain: false }
            }
            _ if self.form.is_in_doubt(row) => {
                let sent = self.sent_elsewhere(contact)?;
                let is_whole = !self.unknown.is_in_doubt();
                Earlier::MaybeSent {
                    after: sent.and_then(|sent| sent.after),
                    by_row: standing == Standing::Fresh && is_whole,
                    in_vain: sent.is_some_and(|sent| sent.in_vain) && is_whole,
                }
            }
            Standing::GivenUp { sent_after } => {
                let in_vain = !self.unknown.is_in_doubt();
                Earlier::MaybeSent { after: sent_after, by_row: false, in_vain }
            }
            _ => self.unknown,
        })
    }

    /// What is known of a contact. `abroad`: what other imports know of it.
    fn known(
        &self,
        row: &Row,
        (contact, remarks): (&NewContact, &[Remark]),
        standing: Standing,
        abroad: Option<Abroad>,
    ) -> Result<Known, IntakeError> {
        Ok(match standing {
            Standing::Repeats { of, same_content } => Known::Repeats { of, same_content },
            Standing::Fresh | Standing::GivenUp { .. } | Standing::Settled { .. }
                if let Some(Abroad::There(there)) = abroad =>
            {
                Known::There(self.fingerprints.identity(contact), there)
            }
            // It was refused, and may have been created as it is by its failures.
            Standing::Settled { verdict: Final::Rejected, .. }
                if matches!(abroad, Some(Abroad::MaybeSent { .. })) =>
            {
                Known::Fresh(self.fingerprints.identity(contact))
            }
            Standing::Fresh | Standing::GivenUp { .. } => Known::Fresh(self.fingerprints.identity(contact)),
            Standing::Open { ticket, sent_after, there } => {
                let there = match (there, abroad) {
                    (Some(offset), _) => Some(self.recall.there(offset)?),
                    (None, Some(Abroad::There(there))) => Some(there),
                    (None, _) => None,
                };
                Known::Open { identity: self.fingerprints.identity(contact), ticket, sent_after, there }
            }
            Standing::Settled { offset, verdict, changed, other_rules, done } => {
                let before = self.before_its_change(offset, done)?;
                let is_met = match before {
                    Some(done) => done.is_met_again(self.policy),
                    None => {
                        let by_others = other_rules && self.policy == OnExisting::Update;
                        verdict.is_met_again(self.policy, changed || by_others)
                    }
                };
                let ours = match verdict {
                    Final::Unwanted | Final::Left | Final::Met => {
                        self.ours_abroad(contact, offset, verdict)?
                    }
                    _ => None,
                };
                let was_refused_as_anothers = verdict == Final::Unwanted && ours.is_some();
                if is_met || was_refused_as_anothers {
                    let there = match ours {
                        Some(ours) => ours,
                        None => self.recall.there(offset)?,
                    };
                    Known::There(self.fingerprints.identity(contact), there)
                } else {
                    let (offset, changed) =
                        before.map_or((offset, changed), |done| (done.offset, done.changed));
                    let (row, contact, remarks) = (row.clone(), contact.clone(), remarks.to_vec());
                    Known::Settled(Box::new(self.recall.delivery(offset, row, contact, remarks, changed)?))
                }
            }
        })
    }

    /// What holds of a contact of which only a change came to nothing, where nothing is to be changed. `offset`: where the
    /// verdict on that change stands.
    fn before_its_change(&self, offset: u64, done: Option<Done>) -> Result<Option<Done>, JournalError> {
        let Some(done) = done.filter(|_| self.policy != OnExisting::Update) else { return Ok(None) };
        // Another one may have taken the place of the one that it was.
        let is_the_same = self.recall.contact(offset)?.uuid == self.recall.contact(done.offset)?.uuid;
        Ok(is_the_same.then_some(done))
    }

    /// The contact of the verdict at `offset`, where a policy forbids who was there before and another import has created it.
    fn ours_abroad(
        &self,
        contact: &NewContact,
        offset: u64,
        verdict: Final,
    ) -> Result<Option<There>, JournalError> {
        if self.policy != OnExisting::Fail || self.elsewhere.is_empty() {
            return Ok(None);
        }
        let Some(Abroad::There(there)) = self.known_abroad(contact, false)? else { return Ok(None) };
        // Whoever was refused may have made room for another one.
        let is_it = verdict == Final::Unwanted || there.id.uuid == self.recall.contact(offset)?.uuid;
        Ok(Some(there).filter(|there| there.is_ours && is_it))
    }

    /// What all other imports know together of the sending of a contact; of what they were told to forget only where they know
    /// nothing else.
    fn sent_elsewhere(&self, contact: &NewContact) -> Result<Option<Sent>, JournalError> {
        Ok(self.sent_by(contact, false)?.or(self.sent_by(contact, true)?))
    }

    /// What those know together, or what they were told to forget.
    fn sent_by(&self, contact: &NewContact, is_forgotten: bool) -> Result<Option<Sent>, JournalError> {
        let asked = self.elsewhere.iter().filter(|elsewhere| elsewhere.is_forgotten() == is_forgotten);
        let told: Vec<Sent> =
            asked.filter_map(|elsewhere| elsewhere.sent(contact).transpose()).collect::<Result<_, _>>()?;
        Ok(told.into_iter().reduce(|one, other| Sent {
            // `None` is the least.
            after: one.after.min(other.after),
            in_vain: one.in_vain && other.in_vain,
        }))
    }

    /// What other imports know of the contact of this row. Who is there by what they were told to forget was there before a send
    /// that was left in doubt since, and says nothing of what came of that.
    fn abroad(&self, contact: &NewContact, row: &Row) -> Result<Option<Abroad>, JournalError> {
        let known = self.known_abroad(contact, self.form.says_itself(row))?;
        let is_of_before = matches!(&known, Some(Abroad::There(there)) if there.is_forgotten);
        let was_sent_since = is_of_before
            && self.form.is_in_doubt(row)
            && self.sent_by(contact, false)?.is_some_and(|sent| !sent.in_vain);
        Ok(known.filter(|_| !was_sent_since))
    }

    /// What other imports know of a contact: one that knows it to be there is asked first, and any of them may have created it.
    /// What they were told to forget comes last. `says_itself`: its row says whether the list that it comes from left it in doubt.
    fn known_abroad(&self, contact: &NewContact, says_itself: bool) -> Result<Option<Abroad>, JournalError> {
        let (mut sent, mut sent_before): (Option<Option<u64>>, Option<Option<u64>>) = (None, None);
        let (mut known, mut known_before): (Option<There>, Option<There>) = (None, None);
        for elsewhere in self.elsewhere.iter() {
            match elsewhere.of(contact, says_itself)? {
                Some(Abroad::There(there)) => {
                    let known = if there.is_forgotten { &mut known_before } else { &mut known };
                    let known = known.get_or_insert_with(|| there.clone());
                    known.is_ours |= there.is_ours && there.id.uuid == known.id.uuid;
                }
                // `None` is the least.
                Some(Abroad::MaybeSent { after }) => {
                    let sent = if elsewhere.is_forgotten() { &mut sent_before } else { &mut sent };
                    *sent = Some(sent.map_or(after, |sent| sent.min(after)));
                }
                None => {}
            }
        }
        let maybe = |after| Abroad::MaybeSent { after };
        let now = known.map(Abroad::There).or(sent.map(maybe));
        let before = known_before.map(Abroad::There).or(sent_before.map(maybe));
        Ok(now.or(before))
    }
}

/// Whether another import may have created somebody who is no row of `input` in this window: nobody knows the name, and so what
/// is found by a row's name may be theirs. Reads the file where there is anybody to look for.
///
/// # Errors
///
/// If it cannot be read, or what is known elsewhere cannot.
pub fn are_others_open(
    (input, window): (&InputFiles, Window),
    form: &Form,
    elsewhere: &[Elsewhere],
) -> Result<bool, IntakeError> {
    if elsewhere.iter().all(|elsewhere| elsewhere.open() == 0) {
        return Ok(false);
    }
    let mut met = vec![BTreeSet::new(); elsewhere.len()];
    for row in Records::new(input)?.inside(window) {
        let Ok((contact, _)) = form.fill(&row?) else { continue };
        for (elsewhere, met) in elsewhere.iter().zip(&mut met) {
            met.extend(elsewhere.open_key(&contact)?);
        }
    }
    Ok(elsewhere.iter().zip(&met).any(|(elsewhere, met)| met.len() < elsewhere.open()))
}

/// The rows of `input` in order, those in `window`, read where they are taken.
///
/// # Errors
///
/// If the input cannot be read.
pub fn in_place(
    input: &InputFiles,
    window: Window,
    gatekeeper: Gatekeeper,
) -> Result<impl Stream<Item = Result<Arrival, IntakeError>> + Unpin, IntakeError> {
    Ok(futures::stream::iter(arriving(Records::new(input)?, window, gatekeeper)))
}

/// The rows of `input` in order, those in `window`, read on a thread of its own.
pub fn arrivals(
    input: Arc<InputFiles>,
    window: Window,
    gatekeeper: Gatekeeper,
) -> impl Stream<Item = Result<Arrival, IntakeError>> + Unpin {
    let (hand_over, handfuls) = mpsc::channel::<Vec<Result<Arrival, IntakeError>>>(WAITING);
    let spawned = std::thread::Builder::new().name("intake".to_owned()).spawn({
        let hand_over = hand_over.clone();
        move || read(&input, window, gatekeeper, &hand_over)
    });
    if let Err(error) = spawned {
        // The channel is empty, so this fits.
        let _ = hand_over.try_send(vec![Err(IntakeError::Thread(error))]);
    }
    Box::pin(unfold((handfuls, Vec::new().into_iter()), |(mut handfuls, mut handful)| async move {
        loop {
            if let Some(arrival) = handful.next() {
                return Some((arrival, (handfuls, handful)));
            }
            handful = handfuls.recv().await?.into_iter();
        }
    }))
}

fn read(
    input: &InputFiles,
    window: Window,
    gatekeeper: Gatekeeper,
    hand_over: &mpsc::Sender<Vec<Result<Arrival, IntakeError>>>,
) {
    let records = match Records::new(input) {
        Ok(records) => records,
        Err(error) => {
            let _ = hand_over.blocking_send(vec![Err(error.into())]);
            return;
        }
    };
    let mut handful = Vec::with_capacity(HANDFUL);
    for arrival in arriving(records, window, gatekeeper) {
        let is_last = arrival.is_err();
        handful.push(arrival);
        if handful.len() == HANDFUL || is_last {
            let full = std::mem::replace(&mut handful, Vec::with_capacity(HANDFUL));
            if hand_over.blocking_send(full).is_err() || is_last {
                return;
            }
        }
    }
    let _ = hand_over.blocking_send(handful);
}

fn arriving(
    records: Records<'_>,
    window: Window,
    mut gatekeeper: Gatekeeper,
) -> impl Iterator<Item = Result<Arrival, IntakeError>> {
    let mut passed_over = 0;
    records.inside(window).filter_map(move |row| match row {
        Ok(row) => match gatekeeper.arrival(row, window.shard) {
            Ok(None) => {
                passed_over += 1;
                None
            }
            Ok(Some(arrival)) => {
                Some(Ok(Arrival { passed_over: std::mem::take(&mut passed_over), ..arrival }))
            }
            Err(error) => Some(Err(error)),
        },
        Err(error) => Some(Err(error.into())),
    })
}
