//! What a first row shows of the account: the contact is read back, and held against what was sent.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::api::{StoredContact, Transport};
use crate::delivery::{Deliverer, ReadBack, differences, not_shown};
use crate::model::{
    Code, ContactId, Delivery, DuplicateAnswer, Learnt, NewContact, Outcome, PhoneShape, Source, Stop,
};

/// When a contact that was created is read back and looked up: it may take a while until it can be.
const LOOKS: [Duration; 5] = [
    Duration::ZERO,
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
];

/// What came of reading a contact back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Read {
    /// It was read.
    Contact,
    /// It was not, or nothing was asked for.
    Nothing,
    /// It was answered as if the account were closed.
    Refused,
}

/// What the account showed of a contact.
#[derive(Default)]
struct Shown {
    /// Read by its uuid.
    stored: Option<StoredContact>,
    /// Found by its number.
    found: Option<StoredContact>,
    /// That was answered as if the account were closed.
    is_refused: bool,
}

impl Shown {
    /// The contact that was read back, if it was; that it was refused is noted.
    fn by(&mut self, seen: ReadBack) -> Option<StoredContact> {
        self.is_refused |= matches!(seen, ReadBack::Refused);
        match seen {
            ReadBack::Shown(stored) => Some(*stored),
            ReadBack::Nothing | ReadBack::Refused => None,
        }
    }

    fn read(&self) -> Read {
        match (self.is_refused, &self.stored) {
            (true, _) => Read::Refused,
            (false, Some(_)) => Read::Contact,
            (false, None) => Read::Nothing,
        }
    }
}

/// What the story of a row shows, and what the contact shows when it is read back.
///
/// # Errors
///
/// If the server asks for a longer wait than a run bears.
pub(super) async fn learn<T: Transport>(
    deliverer: &Deliverer<T>,
    story: &Delivery,
    learnt: &mut Learnt,
) -> Result<Read, Stop> {
    let Some(contact) = &story.contact else { return Ok(Read::Nothing) };
    let is_unanswered = matches!(
        story.outcome,
        Outcome::Failed { .. }
            | Outcome::Unconfirmed { .. }
            | Outcome::InDoubt { .. }
            | Outcome::ChangeFailed { .. }
    );
    if is_unanswered {
        return Ok(Read::Nothing);
    }
    learnt.rows += 1;
    let echo = story.remarks.iter().filter(|remark| remark.code == Code::EchoDiffers);
    let mut differing: BTreeSet<String> = echo.map(|remark| remark.field.clone()).collect();
    let read = match &story.outcome {
        Outcome::Created { id, .. } => {
            learnt.created += 1;
            of_created(deliverer, contact, id, learnt, &mut differing).await?
        }
        Outcome::Updated { id, fields } => {
            learnt.updated += 1;
            of_updated(deliverer, contact, (id, fields), learnt, &mut differing).await?
        }
        Outcome::Rejected { .. } => {
            learnt.rejected += 1;
            Read::Nothing
        }
        Outcome::ChangeRefused { .. } => {
            learnt.change_refused += 1;
            Read::Nothing
        }
        _ => Read::Nothing,
    };
    for field in differing {
        *learnt.differences.entry(field).or_default() += 1;
    }
    Ok(read)
}

async fn of_created<T: Transport>(
    deliverer: &Deliverer<T>,
    contact: &NewContact,
    id: &ContactId,
    learnt: &mut Learnt,
    differing: &mut BTreeSet<String>,
) -> Result<Read, Stop> {
    let is_looked_up = contact.source == Source::Whatsapp;
    let mut shown = Shown::default();
    let mut waited = Duration::ZERO;
    for wait in LOOKS {
        tokio::time::sleep(wait).await;
        waited += wait;
        if shown.stored.is_none() {
            shown.stored = shown.by(deliverer.read_back(&id.uuid).await?);
        }
        if is_looked_up && shown.stored.is_some() {
            shown.found = shown.by(deliverer.find_by_number(contact).await?);
        }
        if shown.is_refused {
            break;
        }
        if shown.stored.is_some() && shown.found.is_some() == is_looked_up {
            learnt.visible_after = learnt.visible_after.max(waited);
            break;
        }
    }
    let read = shown.read();
    let Some(stored) = shown.stored else {
        *if shown.is_refused { &mut learnt.reads_refused } else { &mut learnt.unread } += 1;
        return Ok(read);
    };
    differing.extend(differences(contact, &stored));
    for field in not_shown(contact, &stored) {
        *learnt.not_shown.entry(field.wire_name()).or_default() += 1;
    }
    if !is_looked_up {
        return Ok(read);
    }
    learnt.phones.insert(PhoneShape::of(stored.phone_as_shown.as_deref()));
    match shown.found {
        None if shown.is_refused => learnt.looks_refused += 1,
        None => learnt.not_found += 1,
        Some(other) if other.id.uuid != id.uuid => {
            deliverer.answered_a_duplicate(DuplicateAnswer::Second);
            // Where nobody looks before sending, that is what was asked for.
            learnt.doubled += u64::from(deliverer.looks_first());
        }
        Some(_) => {}
    }
    Ok(read)
}

async fn of_updated<T: Transport>(
    deliverer: &Deliverer<T>,
    contact: &NewContact,
    (id, fields): (&ContactId, &[String]),
    learnt: &mut Learnt,
    differing: &mut BTreeSet<String>,
) -> Result<Read, Stop> {
    let mut shown = Shown::default();
    shown.stored = shown.by(deliverer.read_back(&id.uuid).await?);
    match &shown.stored {
        Some(stored) => {
            let of_them = differences(contact, stored).into_iter().filter(|field| fields.contains(field));
            differing.extend(of_them);
        }
        None if shown.is_refused => learnt.reads_refused += 1,
        None => learnt.unread += 1,
    }
    Ok(shown.read())
}
