//! What the API's answers mean. Pure: bytes in, meaning out.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::client::Answer;
use super::eraser::DESTROYED;
use super::fault::Fault;
use super::members::{self, Envelope, Members, Part};
use super::stored::StoredContact;
use crate::model::{AnswerForm, is_same_uuid};
use crate::words::{discreet, message};

/// Longest cursor that is sent back, in bytes.
const LONGEST_CURSOR: usize = 4096;

/// One page of the contact list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// At most twenty, as far as is known.
    pub contacts: Vec<StoredContact>,
    /// Where the list goes on; `None` at its end.
    pub next: Option<Place>,
    /// How many pages the API counts.
    pub pages: Option<u64>,
}

/// A place in the contact list. Cursors came in August 2026; where there are none, pages are numbered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The page with this number, counted from 1.
    Number(u64),
    /// The page behind this cursor.
    After(String),
}

/// Since when a contact is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gone {
    /// Since this call, as far as the answer tells.
    Now,
    /// It was not there when the call came.
    Before,
}

/// Whose token it is. `GET /auth/me` also echoes the token itself, which is never read.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// E-mail address of the token's user; never empty.
    pub user_email: Option<String>,
    /// Name of the token's user; never empty.
    pub user_name: Option<String>,
}

discreet!(Identity {});

/// The answer to `POST /contacts`.
pub(super) fn read_created(answer: &Answer) -> Result<StoredContact, Fault> {
    if !answer.is_success() {
        return Err(Fault::of(answer, true));
    }
    match contact_in(answer)? {
        Some(contact) => Ok(contact),
        None => Err(Fault::unusable(answer, message!("unusable-no-contact"))),
    }
}

/// The answer to `GET /contacts/phone/:number`: the contact, or that there is none.
pub(super) fn read_found(answer: &Answer) -> Result<Option<StoredContact>, Fault> {
    // Only an answer that the API itself gave says that nobody is there: a proxy's HTML page does not.
    if answer.status == 404 {
        return if is_from_the_api(answer) {
            Ok(None)
        } else {
            Err(Fault::unusable(answer, message!("unusable-not-json")))
        };
    }
    if !answer.is_success() {
        return Err(Fault::of(answer, false));
    }
    match contact_in(answer)? {
        // What was accepted only, or changed by a proxy on its way, is no word of the API.
        None if answer.status != 200 => Err(Fault::unusable(answer, message!("unusable-no-contact"))),
        found => Ok(found),
    }
}

/// The answer to `GET /contacts/:uuid`: the contact, or that it is gone. Another one than was asked for is no answer.
pub(super) fn read_contact(answer: &Answer, uuid: &str) -> Result<Option<StoredContact>, Fault> {
    match read_found(answer)? {
        Some(stored) if !is_same_uuid(&stored.id.uuid, uuid) => {
            Err(Fault::unusable(answer, message!("unusable-another-contact")))
        }
        found => Ok(found),
    }
}

/// The answer to `PATCH /contacts/:uuid`: the contact. A 404 of the API need not mean that it is gone: a team or a user that the
/// change names may be what was not found.
pub(super) fn read_changed(answer: &Answer, uuid: &str) -> Result<StoredContact, Fault> {
    match read_contact(answer, uuid)? {
        Some(stored) => Ok(stored),
        None if answer.is_success() => Err(Fault::unusable(answer, message!("unusable-no-contact"))),
        None => Err(Fault::of(answer, false)),
    }
}

/// The answer to `DELETE /contacts/:uuid`. That it is gone now, only the words that are documented for it say, or an answer
/// without any where its status does not mean "later"; that it was not there, a 404 or 410 of the API itself. A 2xx that
/// says anything else, which may be an error, says neither: whoever wants to know has to look.
pub(super) fn read_deleted(answer: &Answer) -> Result<Gone, Fault> {
    match answer.status {
        202 if is_empty(answer) => Err(Fault::unusable(answer, message!("unusable-not-deleted"))),
        200..300 if is_empty(answer) || says_destroyed(answer) => Ok(Gone::Now),
        200..300 if is_from_the_api(answer) => Err(Fault::unusable(answer, message!("unusable-not-deleted"))),
        404 | 410 if is_from_the_api(answer) => Ok(Gone::Before),
        200..300 | 404 | 410 => Err(Fault::unusable(answer, message!("unusable-not-json"))),
        _ => Err(Fault::of(answer, false)),
    }
}

/// The answer to `GET /contacts`.
pub(super) fn read_page(answer: &Answer) -> Result<Page, Fault> {
    if !answer.is_success() {
        return Err(Fault::of(answer, true));
    }
    let body: Members<'_> = members(answer)?;
    let list =
        body.list("contacts").ok_or_else(|| Fault::unusable(answer, message!("unusable-no-contacts")))?;
    let contacts: Option<Vec<StoredContact>> =
        list.into_iter().map(|one| StoredContact::read(&Members::of(one)?)).collect();
    let contacts = contacts.ok_or_else(|| Fault::unusable(answer, message!("unusable-a-contact-no-uuid")))?;
    let endless = || Fault::unusable(answer, message!("unusable-no-end"));
    let meta = body.object("meta").ok_or_else(endless)?;
    let next = match (meta.get("next"), meta.number("page"), meta.number("pages")) {
        (Some(next), ..) if members::is_null(next) => None,
        (Some(next), ..) => {
            let cursor = members::text(next).filter(|cursor| cursor.len() <= LONGEST_CURSOR);
            Some(Place::After(cursor.ok_or_else(endless)?.into_owned()))
        }
        (None, Some(page), Some(pages)) => (page < pages).then_some(Place::Number(page + 1)),
        (None, ..) => return Err(endless()),
    };
    Ok(Page { contacts, next, pages: meta.number("pages") })
}

/// The answer to `GET /auth/me`. An object that names no user may be a token's all the same; an error is nobody.
pub(super) fn read_identity(answer: &Answer) -> Result<Identity, Fault> {
    if !answer.is_success() {
        return Err(Fault::of(answer, true));
    }
    let no_object = || Fault::NotTheApi { status: answer.status, seen: message!("seen-no-object") };
    let body = std::str::from_utf8(&answer.body).ok().and_then(|body| serde_json::from_str(body).ok());
    let body = body.and_then(Members::of).ok_or_else(no_object)?;
    if has_error(&body) {
        return Err(Fault::unusable(answer, message!("unusable-no-identity")));
    }
    let named = |name| body.text(name).filter(|text| !text.trim().is_empty()).map(Cow::into_owned);
    Ok(Identity { user_email: named("user_email"), user_name: named("user_name") })
}

/// Whether the API can have given this answer: JSON, or nothing at all.
fn is_from_the_api(answer: &Answer) -> bool {
    is_empty(answer) || answer.json().is_some()
}

fn is_empty(answer: &Answer) -> bool {
    answer.body.trim_ascii().is_empty()
}

/// Whether an answer says that a contact was deleted, and speaks of no error.
fn says_destroyed(answer: &Answer) -> bool {
    let body: Members<'_> = members(answer).unwrap_or_default();
    let status = body.text("status");
    status.is_some_and(|said| said.trim().eq_ignore_ascii_case(DESTROYED)) && !has_error(&body)
}

/// Whether an error is named under a good status.
fn has_error(body: &Members<'_>) -> bool {
    ["error", "errors"].iter().any(|key| body.get(key).is_some())
}

/// The members of an answer, or its envelope; JSON that is no object has nothing of it.
fn members<'a, M: Deserialize<'a> + Default>(answer: &'a Answer) -> Result<M, Fault> {
    match std::str::from_utf8(&answer.body).ok().and_then(|body| serde_json::from_str(body).ok()) {
        Some(members) => Ok(members),
        None if answer.json().is_some() => Ok(M::default()),
        None => Err(Fault::unusable(answer, message!("unusable-not-json"))),
    }
}

/// Whether an answer without a contact is not about one: a lone text or number, or an object that says something else, as
/// an error under a good status does. It must not be taken for nobody.
fn says_nothing_of_a_contact(answer: &Answer, body: &Members<'_>) -> bool {
    let is_object_or_null = matches!(answer.body.trim_ascii().first(), Some(b'{' | b'n'));
    !is_object_or_null || !body.is_empty()
}

/// The contact in an answer: an object, or a list of one object. The reference shows both under `contact`; one that
/// stands at the top, known by its uuid, must not be taken for nobody.
fn contact_in(answer: &Answer) -> Result<Option<StoredContact>, Fault> {
    let Envelope { contact, others } = members(answer)?;
    let (contact, form) = match contact {
        Some(Part::Null) => return Ok(None),
        Some(Part::Object(contact)) => (Some(contact), AnswerForm::Object),
        Some(Part::Other) => (None, AnswerForm::Object),
        Some(Part::List(list)) => match one_of(answer, &list)? {
            Some(one) => (Members::of(one), AnswerForm::List),
            None => return Ok(None),
        },
        None if others.get("uuid").is_some() => (Some(others), AnswerForm::Bare),
        None => match serde_json::from_slice::<&RawValue>(&answer.body).ok().and_then(members::list) {
            Some(list) => match one_of(answer, &list)? {
                Some(one) => (Members::of(one), AnswerForm::BareList),
                None => return Ok(None),
            },
            None if says_nothing_of_a_contact(answer, &others) => {
                return Err(Fault::unusable(answer, message!("unusable-no-contact")));
            }
            None => return Ok(None),
        },
    };
    match contact {
        Some(contact) if contact.is_empty() => Ok(None),
        contact => read_one(answer, contact.as_ref(), form),
    }
}

fn one_of<'j>(answer: &Answer, list: &[&'j RawValue]) -> Result<Option<&'j RawValue>, Fault> {
    match list {
        [] => Ok(None),
        [one] => Ok(Some(one)),
        _ => Err(Fault::unusable(answer, message!("unusable-several-contacts"))),
    }
}

fn read_one(
    answer: &Answer,
    contact: Option<&Members<'_>>,
    form: AnswerForm,
) -> Result<Option<StoredContact>, Fault> {
    match contact.and_then(StoredContact::read) {
        Some(stored) => Ok(Some(StoredContact { form: Some(form), ..stored })),
        None => Err(Fault::unusable(answer, message!("unusable-no-uuid"))),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Existence;
    use super::*;

    const UUID: &str = "414a6d692bd645ed803f2e7ce360d4c8";

    fn answer(status: u16, body: &str) -> Answer {
        Answer { status, body: body.as_bytes().to_vec(), ..Answer::default() }
    }

    #[test]
    fn a_contact_is_created_on_any_2xx_with_a_uuid_as_object_or_list_of_one() {
        for status in [200, 201, 202] {
            for body in [
                format!(r#"{{"contact":{{"uuid":"{UUID}"}}}}"#),
                format!(r#"{{"contact":[{{"uuid":"{UUID}","surprise":{{"x":[1]}}}}],"more":1}}"#),
            ] {
                assert_eq!(read_created(&answer(status, &body)).unwrap().id.uuid, UUID);
            }
        }
    }

    #[test]
    fn where_a_contact_stands_is_noted_and_one_at_the_top_is_not_taken_for_nobody() {
        for (body, form) in [
            (format!(r#"{{"contact":{{"uuid":"{UUID}"}}}}"#), AnswerForm::Object),
            (format!(r#"{{"contact":[{{"uuid":"{UUID}"}}]}}"#), AnswerForm::List),
            (format!(r#"{{"uuid":"{UUID}"}}"#), AnswerForm::Bare),
            (format!(r#"[{{"uuid":"{UUID}"}}]"#), AnswerForm::BareList),
        ] {
            assert_eq!(read_created(&answer(201, &body)).unwrap().form, Some(form), "{body}");
            assert_eq!(read_found(&answer(200, &body)).unwrap().unwrap().form, Some(form), "{body}");
        }
        for body in [r#"{"uuid":7}"#, r#"{"uuid":""}"#, r#"[{"name":"A"}]"#, "[1,2]"] {
            assert!(read_found(&answer(200, body)).is_err(), "{body}");
        }
        assert_eq!(read_found(&answer(200, "[]")).unwrap(), None);
    }

    #[test]
    fn a_2xx_without_one_contact_with_a_uuid_is_no_creation() {
        for body in [
            "",
            "{}",
            "null",
            "<html>ok</html>",
            r#"{"contact":null}"#,
            r#"{"contact":[]}"#,
            r#"{"contact":{}}"#,
            r#"{"contact":{"name":"A"}}"#,
            r#"{"contact":{"uuid":""}}"#,
            r#"{"contact":{"uuid":"../../etc"}}"#,
            r#"{"contact":{"uuid":7}}"#,
            r#"{"contact":[{"uuid":"414a6d692bd645ed803f2e7ce360d4c8"},{"uuid":"414a6d692bd645ed803f2e7ce360d4c9"}]}"#,
            r#"{"contact":{"uuid":"414a6d692bd645ed803f2e7ce360d4c8""#,
        ] {
            let fault = read_created(&answer(201, body)).unwrap_err();
            assert!(matches!(fault, Fault::Unusable { status: 201, .. }), "{body}: {fault:?}");
            assert_eq!(fault.existence(), Existence::Maybe);
        }
    }

    #[test]
    fn a_change_that_shows_no_contact_does_not_say_that_it_is_gone() {
        for body in ["{}", r#"{"success":true}"#, "[]", r#"{"contact":null}"#] {
            assert!(read_changed(&answer(200, body), UUID).is_err(), "{body}");
        }
        let refused = read_changed(&answer(404, r#"{"error":"not found"}"#), UUID).unwrap_err();
        assert!(matches!(refused, Fault::Refused { status: 404, .. }), "{refused:?}");
    }

    #[test]
    fn another_contact_than_was_asked_for_is_no_answer_however_its_uuid_is_written() {
        let shown = |uuid: &str| answer(200, &format!(r#"{{"contact":{{"uuid":"{uuid}"}}}}"#));
        let changed = |answer: &Answer, uuid: &str| read_changed(answer, uuid).map(Some);
        for read in [read_contact, changed] {
            let same = read(&shown("414A6D69-2BD6-45ED-803F-2E7CE360D4C8"), UUID);
            assert!(same.unwrap().is_some());
            let other = read(&shown(&UUID.replace('4', "5")), UUID);
            assert_eq!(other.unwrap_err().existence(), Existence::Maybe);
        }
    }

    #[test]
    fn only_the_api_itself_can_say_that_nobody_is_there() {
        for (status, body) in [
            (404, r#"{"error":"not found"}"#),
            (404, ""),
            (200, r#"{"contact":null}"#),
            (200, "{}"),
            (200, r#"{"contact":[]}"#),
        ] {
            assert_eq!(read_found(&answer(status, body)).unwrap(), None, "{status} {body}");
        }
        for (status, body) in [
            (404, "<html>"),
            (200, ""),
            (200, "<html>"),
            (200, r#"{"error":"temporarily unavailable"}"#),
            (200, r#"{"status":"error","message":"timeout"}"#),
            (200, r#"{"contacts":[]}"#),
            (202, "{}"),
            (203, r#"{"contact":null}"#),
            (200, r#""ok""#),
            (200, "7"),
            (500, ""),
            (403, ""),
            (400, "{}"),
            (302, ""),
        ] {
            assert!(read_found(&answer(status, body)).is_err(), "{status} {body}");
        }
    }

    #[test]
    fn an_identity_is_an_object_without_an_error_and_a_user_without_an_address_has_none() {
        let named = read_identity(&answer(200, r#"{"status":"ok","user_email":"a@b.c","user_name":"A"}"#));
        let named = named.unwrap();
        assert_eq!((named.user_email.as_deref(), named.user_name.as_deref()), (Some("a@b.c"), Some("A")));
        for body in ["{}", r#"{"user_email":null}"#, r#"{"user_email":" "}"#, r#"{"user_email":7}"#] {
            assert_eq!(read_identity(&answer(200, body)).unwrap().user_email, None, "{body}");
        }
        for body in [r#"{"error":"nope"}"#, r#"{"errors":[],"user_email":"a@b.c"}"#] {
            let fault = read_identity(&answer(200, body)).unwrap_err();
            assert!(matches!(fault, Fault::Unusable { .. }), "{body}: {fault:?}");
        }
        for body in ["", "[]", r#"["a@b.c"]"#, "null", "7", r#""ok""#, "<html>"] {
            let fault = read_identity(&answer(200, body)).unwrap_err();
            assert!(matches!(fault, Fault::NotTheApi { .. }), "{body}: {fault:?}");
        }
    }

    #[test]
    fn a_contact_is_gone_only_where_the_answer_says_so_in_the_documented_words_or_none() {
        let destroyed = r#"{"status":"contact was destroyed"}"#;
        for (status, body) in [(200, destroyed), (202, destroyed), (200, ""), (204, ""), (200, " ")] {
            assert_eq!(read_deleted(&answer(status, body)).unwrap(), Gone::Now, "{status} {body}");
        }
        for (status, body) in [(404, ""), (410, ""), (404, r#"{"error":"not found"}"#)] {
            assert_eq!(read_deleted(&answer(status, body)).unwrap(), Gone::Before, "{status} {body}");
        }
        for (status, body) in [
            (200, r#"{"error":"not authorized"}"#),
            (200, r#"{"errors":["no"]}"#),
            (200, r#"{"status":"error","message":"cannot destroy"}"#),
            (200, r#"{"status":"contact was destroyed","error":"rolled back"}"#),
            (200, r#"{"status":"contact was not destroyed"}"#),
            (200, r#"{"status":7}"#),
            (200, "{}"),
            (200, "null"),
            (200, r#""ok""#),
            (202, r#"{"status":"queued"}"#),
            (202, ""),
            (200, "<html>"),
            (404, "<html>"),
        ] {
            let fault = read_deleted(&answer(status, body)).unwrap_err();
            assert!(matches!(fault, Fault::Unusable { .. }), "{status} {body}: {fault:?}");
            assert_eq!(fault.existence(), Existence::Maybe, "a look has to tell: {status} {body}");
        }
    }

    /// The table of the delivery protocol, status by status: what a create may be after each.
    #[test]
    fn every_status_of_a_create_is_judged() {
        let mut lines: Vec<String> = Vec::new();
        for status in (100..600).chain([600, 999]) {
            let verdict = match read_created(&answer(status, "{}")) {
                Ok(_) => "created".to_owned(),
                Err(fault) => {
                    let kind = format!("{fault:?}");
                    format!("{} {:?}", kind.split(' ').next().unwrap_or_default(), fault.existence())
                }
            };
            match lines.last_mut() {
                Some(last) if last.ends_with(&format!(" {verdict}")) => {
                    let from = last.split([' ', '-']).next().unwrap_or_default().to_owned();
                    *last = format!("{from}-{status} {verdict}");
                }
                _ => lines.push(format!("{status} {verdict}")),
            }
        }
        assert_eq!(
            lines,
            [
                "100-299 Unusable Maybe",
                "300-399 NotTheApi Maybe",
                "400 Refused No",
                "401 Denied No",
                "402 PaymentRequired No",
                "403 Denied No",
                "404-405 NotTheApi No",
                "406 Refused No",
                "407 Denied No",
                "408 Broken Maybe",
                "409 Refused No",
                "410 NotTheApi No",
                "411-420 Refused No",
                "421 NotProcessed No",
                "422-424 Refused No",
                "425 NotProcessed No",
                "426-428 Refused No",
                "429 Throttled No",
                "430 Refused No",
                "431 NotProcessed No",
                "432-499 Refused No",
                "500 Broken Maybe",
                "501 NotTheApi No",
                "502-999 Broken Maybe",
            ]
        );
    }

    proptest! {
        #[test]
        fn any_answer_is_read_without_a_panic(status in 0_u16..1000, body in any::<Vec<u8>>()) {
            let answer = Answer { status, body, ..Answer::default() };
            let _ = read_created(&answer);
            let _ = read_found(&answer);
            let _ = read_deleted(&answer);
            let _ = read_identity(&answer);
        }
    }
}
