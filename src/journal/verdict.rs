//! Outcomes as they are written down, and read back.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::record::{Ended, TicketNumber, Verdict};
use crate::model::{Code, ContactId, Delivery, NewContact, Outcome, Remark, Row, Untouched};
use crate::words::Message;

/// What the journal says about a delivery; `None` if its outcome does not come from the wire.
pub(super) fn write(ticket: TicketNumber, delivery: &Delivery) -> Option<Verdict> {
    let id = |id: &ContactId| (id.uuid.clone(), id.href.clone());
    let ended = match &delivery.outcome {
        Outcome::Created { id: contact, by_lookup } => {
            let (uuid, href) = id(contact);
            Ended::Created(uuid, href, *by_lookup)
        }
        Outcome::Existing { id: contact, differs, untouched } => {
            let (uuid, href) = id(contact);
            match untouched {
                Untouched::NothingToChange => Ended::Existing(uuid, href, *differs),
                Untouched::ByPolicy
                | Untouched::RowChangedSince
                | Untouched::RowChangedSinceFound
                | Untouched::RowChangedSinceUpdated => Ended::Left(uuid, href, *differs),
            }
        }
        Outcome::Unwanted { id: contact, differs } => {
            let (uuid, href) = id(contact);
            Ended::Unwanted(uuid, href, *differs)
        }
        Outcome::Updated { id: contact, fields } => {
            let (uuid, href) = id(contact);
            Ended::Updated(uuid, href, fields.clone())
        }
        Outcome::ChangeRefused { id: contact, field, said, made: _ } => {
            let (uuid, href) = id(contact);
            Ended::ChangeRefused(uuid, href, field.clone(), said.clone())
        }
        Outcome::ChangeFailed { id: contact, last } => {
            let (uuid, href) = id(contact);
            Ended::ChangeFailed(uuid, href, last.coded())
        }
        Outcome::InDoubt { code, last, .. } => Ended::Unconfirmed(code.as_str().to_owned(), last.coded()),
        Outcome::Rejected { field, said } => Ended::Rejected(field.clone(), said.clone()),
        Outcome::Failed { code, last } => Ended::Failed(code.as_str().to_owned(), last.coded()),
        Outcome::Unconfirmed { code, last } => Ended::Unconfirmed(code.as_str().to_owned(), last.coded()),
        Outcome::Duplicate { .. } | Outcome::Invalid(_) => return None,
    };
    let fields_of = |code: Code| -> Vec<String> {
        let remarks = delivery.remarks.iter().filter(|remark| remark.code == code);
        remarks.map(|remark| remark.field.clone()).collect()
    };
    // Member by member: each new one has to be told here.
    Some(Verdict {
        n: ticket,
        o: ended,
        attempts: delivery.attempts,
        http_status: delivery.http_status,
        echo: fields_of(Code::EchoDiffers),
        left_out: fields_of(Code::UpdateLeftOut),
        may_be_own: delivery.remarks.iter().any(|remark| remark.code == Code::MayBeOwn),
        content: None,
        rules: None,
        identity: None,
        made: match &delivery.outcome {
            Outcome::ChangeRefused { made, .. } => made.clone(),
            _ => None,
        },
        finished_ms: milliseconds(delivery.finished_at),
    })
}

/// Milliseconds since 1970.
pub(super) fn milliseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// The story as it was told, for a row of today's file. `changed`: the row says something else than it did then.
pub(super) fn read(
    verdict: Verdict,
    row: Row,
    contact: NewContact,
    mut remarks: Vec<Remark>,
    changed: bool,
) -> Option<Delivery> {
    let contact_id = |uuid: String, href: Option<String>| ContactId { uuid, href };
    let outcome = match verdict.o {
        Ended::Created(uuid, href, _) if changed => {
            let untouched = Untouched::RowChangedSince;
            Outcome::Existing { id: contact_id(uuid, href), differs: true, untouched }
        }
        Ended::Existing(uuid, href, _) | Ended::Left(uuid, href, _) if changed => {
            let untouched = Untouched::RowChangedSinceFound;
            Outcome::Existing { id: contact_id(uuid, href), differs: true, untouched }
        }
        Ended::Updated(uuid, href, _) if changed => {
            let untouched = Untouched::RowChangedSinceUpdated;
            Outcome::Existing { id: contact_id(uuid, href), differs: true, untouched }
        }
        Ended::Created(uuid, href, by_lookup) => Outcome::Created { id: contact_id(uuid, href), by_lookup },
        Ended::Existing(uuid, href, differs) => {
            let untouched = Untouched::NothingToChange;
            Outcome::Existing { id: contact_id(uuid, href), differs, untouched }
        }
        Ended::Left(uuid, href, differs) => {
            Outcome::Existing { id: contact_id(uuid, href), differs, untouched: Untouched::ByPolicy }
        }
        Ended::Unwanted(uuid, href, differs) => Outcome::Unwanted { id: contact_id(uuid, href), differs },
        Ended::Updated(uuid, href, fields) => Outcome::Updated { id: contact_id(uuid, href), fields },
        Ended::ChangeRefused(uuid, href, field, said) => {
            Outcome::ChangeRefused { id: contact_id(uuid, href), field, said, made: verdict.made }
        }
        Ended::ChangeFailed(uuid, href, last) => {
            Outcome::ChangeFailed { id: contact_id(uuid, href), last: Message::decoded(last) }
        }
        Ended::Rejected(field, said) => Outcome::Rejected { field, said },
        Ended::Failed(code, last) => {
            Outcome::Failed { code: Code::named(&code)?, last: Message::decoded(last) }
        }
        Ended::Unconfirmed(code, last) => {
            Outcome::Unconfirmed { code: Code::named(&code)?, last: Message::decoded(last) }
        }
    };
    if verdict.may_be_own {
        remarks.push(Remark { code: Code::MayBeOwn, field: String::new() });
    }
    if !changed {
        for (code, fields) in [(Code::UpdateLeftOut, verdict.left_out), (Code::EchoDiffers, verdict.echo)] {
            remarks.extend(fields.into_iter().map(|field| Remark { code, field }));
        }
    }
    Some(Delivery {
        row,
        contact: Some(contact),
        remarks,
        outcome,
        attempts: verdict.attempts,
        http_status: verdict.http_status,
        shown: None,
        finished_at: SystemTime::UNIX_EPOCH + Duration::from_millis(verdict.finished_ms),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RowNumber;
    use crate::words::{Language, message};

    fn row() -> Row {
        Row { number: RowNumber::FIRST, line: 2, cells: csv::ByteRecord::new(), flaw: None }
    }

    fn remark(code: Code, field: &str) -> Remark {
        Remark { code, field: field.to_owned() }
    }

    fn ended(outcome: Outcome) -> Delivery {
        Delivery {
            row: row(),
            contact: Some(NewContact::ada()),
            remarks: vec![
                remark(Code::PhonePunctuation, "phone"),
                remark(Code::UpdateLeftOut, "note"),
                remark(Code::EchoDiffers, "tags"),
            ],
            outcome,
            attempts: 2,
            http_status: Some(201),
            shown: None,
            finished_at: UNIX_EPOCH + Duration::from_millis(1_700_000_000_123),
        }
    }

    fn id() -> ContactId {
        ContactId { uuid: "u".to_owned(), href: Some("h".to_owned()) }
    }

    fn refused(made: Option<&[&str]>) -> Outcome {
        let made = made.map(|made| made.iter().map(|field| (*field).to_owned()).collect());
        Outcome::ChangeRefused { id: id(), field: Some("tags".to_owned()), said: "no".to_owned(), made }
    }

    #[test]
    fn a_story_is_told_again_as_it_was_told() {
        let last = || message!("fault-broken", status = 503_u16);
        for outcome in [
            Outcome::Created { id: id(), by_lookup: true },
            Outcome::Created { id: id(), by_lookup: false },
            Outcome::Existing { id: id(), differs: true, untouched: Untouched::NothingToChange },
            Outcome::Existing { id: id(), differs: false, untouched: Untouched::ByPolicy },
            Outcome::Unwanted { id: id(), differs: true },
            Outcome::Updated { id: id(), fields: vec!["tags".to_owned()] },
            refused(None),
            refused(Some(&[])),
            refused(Some(&["name"])),
            Outcome::ChangeFailed { id: id(), last: last() },
            Outcome::Rejected { field: Some("name".to_owned()), said: "no".to_owned() },
            Outcome::Failed { code: Code::AttemptsUsedUp, last: last() },
            Outcome::Unconfirmed { code: Code::UpdateOpen, last: last() },
        ] {
            let told = ended(outcome);
            let verdict = write(7, &told).unwrap();
            assert_eq!(verdict.n, 7);
            // What today's mapping remarks on is said by today's mapping.
            let again =
                read(verdict, row(), NewContact::ada(), vec![remark(Code::PhoneZeroAdded, "phone")], false);
            let again = again.unwrap();
            assert_eq!(again.outcome, told.outcome);
            assert_eq!(
                again.remarks,
                [
                    remark(Code::PhoneZeroAdded, "phone"),
                    remark(Code::UpdateLeftOut, "note"),
                    remark(Code::EchoDiffers, "tags")
                ]
            );
            assert_eq!(
                (again.attempts, again.http_status, again.finished_at),
                (told.attempts, told.http_status, told.finished_at)
            );
        }
    }

    #[test]
    fn of_a_row_that_changed_since_only_what_still_holds_is_told() {
        let left = |untouched| Outcome::Existing { id: id(), differs: true, untouched };
        let created = left(Untouched::RowChangedSince);
        let found = left(Untouched::RowChangedSinceFound);
        let updated = left(Untouched::RowChangedSinceUpdated);
        let unwanted = Outcome::Unwanted { id: id(), differs: false };
        for (outcome, expected) in [
            (Outcome::Created { id: id(), by_lookup: false }, &created),
            (Outcome::Updated { id: id(), fields: vec!["tags".to_owned()] }, &updated),
            (Outcome::Existing { id: id(), differs: false, untouched: Untouched::NothingToChange }, &found),
            (Outcome::Existing { id: id(), differs: false, untouched: Untouched::ByPolicy }, &found),
            (unwanted.clone(), &unwanted),
        ] {
            let verdict = write(7, &ended(outcome)).unwrap();
            let again = read(verdict, row(), NewContact::ada(), Vec::new(), true).unwrap();
            assert_eq!(again.outcome, *expected);
            assert_eq!(again.remarks, [], "what came back then was held against what the row said then");
        }
    }

    #[test]
    fn what_is_written_down_is_of_no_language_and_what_earlier_programs_wrote_stays_as_it_is() {
        let told = |last: String, language| {
            let ended = Ended::Failed(Code::AttemptsUsedUp.as_str().to_owned(), last);
            let verdict = Verdict { attempts: 3, http_status: Some(503), ..Verdict::of(1, ended, 0) };
            let delivery = read(verdict, row(), NewContact::ada(), Vec::new(), false).unwrap();
            delivery.message().unwrap().told_in(language)
        };
        let written = message!("fault-broken", status = 503_u16).coded();
        assert_eq!(told(written.clone(), Language::English), "the server failed (503)");
        assert_eq!(told(written, Language::French), "le serveur a échoué (503)");
        let earlier = "the server failed (503)";
        assert_eq!(told(earlier.to_owned(), Language::French), earlier);
    }
}
