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
                Untouched::ByPolicy | Untouched::RowChangedSince => Ended::Left(uuid, href, *differs),
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
        Outcome::Rejected { field, said } => Ended::Rejected(field.clone(), said.clone()),
        Outcome::Failed { code, last } => Ended::Failed(code.as_str().to_owned(), last.coded()),
        Outcome::Unconfirmed { code, last } => Ended::Unconfirmed(code.as_str().to_owned(), last.coded()),
        Outcome::Duplicate { .. } | Outcome::Invalid(_) => return None,
    };
    let finished = delivery.finished_at.duration_since(UNIX_EPOCH).unwrap_or_default();
    Some(Verdict {
        n: ticket,
        o: ended,
        attempts: delivery.attempts,
        http_status: delivery.http_status,
        echo: delivery
            .remarks
            .iter()
            .filter(|remark| remark.code == Code::EchoDiffers)
            .map(|remark| remark.field.clone())
            .collect(),
        finished_ms: u64::try_from(finished.as_millis()).unwrap_or(u64::MAX),
    })
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
        Ended::Created(uuid, href, _)
        | Ended::Existing(uuid, href, _)
        | Ended::Left(uuid, href, _)
        | Ended::Updated(uuid, href, _)
            if changed =>
        {
            let untouched = Untouched::RowChangedSince;
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
        Ended::Rejected(field, said) => Outcome::Rejected { field, said },
        Ended::Failed(code, last) => {
            Outcome::Failed { code: Code::named(&code)?, last: Message::decoded(last) }
        }
        Ended::Unconfirmed(code, last) => {
            Outcome::Unconfirmed { code: Code::named(&code)?, last: Message::decoded(last) }
        }
    };
    if !changed {
        remarks.extend(verdict.echo.into_iter().map(|field| Remark { code: Code::EchoDiffers, field }));
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
    use crate::model::{RowNumber, Source};
    use crate::words::{Language, message};

    #[test]
    fn what_is_written_down_is_of_no_language_and_what_earlier_programs_wrote_stays_as_it_is() {
        let row = || Row { number: RowNumber::FIRST, line: 2, cells: csv::ByteRecord::new(), flaw: None };
        let contact = || NewContact {
            identifier: "393331234567".to_owned(),
            source: Source::Whatsapp,
            name: "Ada".to_owned(),
            tags: Vec::new(),
            custom_fields: Vec::new(),
            assigned_user: None,
            team_uuid: None,
            channel_uuid: None,
            bot_status: None,
            note: None,
        };
        let told = |last: String, language| {
            let verdict = Verdict {
                n: 1,
                o: Ended::Failed(Code::AttemptsUsedUp.as_str().to_owned(), last),
                attempts: 3,
                http_status: Some(503),
                echo: Vec::new(),
                finished_ms: 0,
            };
            let delivery = read(verdict, row(), contact(), Vec::new(), false).unwrap();
            delivery.message().unwrap().told_in(language)
        };
        let written = message!("fault-broken", status = 503_u16).coded();
        assert_eq!(told(written.clone(), Language::English), "the server failed (503)");
        assert_eq!(told(written, Language::French), "le serveur a échoué (503)");
        let earlier = "the server failed (503)";
        assert_eq!(told(earlier.to_owned(), Language::French), earlier);
    }
}
