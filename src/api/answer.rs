//! What the API's answers mean. Pure: bytes in, meaning out.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::SystemTime;

use memchr::memchr2;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::client::Answer;
use super::fault::Fault;
use super::members::{self, Envelope, Members, Part};
use crate::model::{AnswerForm, ContactId, Field, Shown, printable};
use crate::words::{Message, discreet, message};

/// Longest message of the server that is kept, in characters.
const LONGEST_SAID: usize = 300;

/// Longest cursor that is sent back, in bytes.
const LONGEST_CURSOR: usize = 4096;

/// A contact as the API shows it. Everything but the uuid may be missing: the reference's samples show only parts.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredContact {
    /// Its name in the account.
    pub id: ContactId,
    /// Display name.
    pub name: Option<String>,
    /// Channel type.
    pub source: Option<String>,
    /// Digits of its phone number, whatever else the API puts between them.
    pub phone_digits: Option<String>,
    /// Its phone number, as the API shows it.
    pub phone_as_shown: Option<String>,
    /// When it came into being, by the server's clock.
    pub created_at: Option<SystemTime>,
    /// Tag names.
    pub tags: Option<Vec<String>>,
    /// Custom field values by label; a checkbox's options come as one text with a JSON list.
    pub custom_fields: Option<BTreeMap<String, String>>,
    /// E-mail address of the user it is given to.
    pub assigned_user: Option<String>,
    /// Its team.
    pub team_uuid: Option<String>,
    /// Its channel.
    pub channel_uuid: Option<String>,
    /// Its note.
    pub note: Option<String>,
    /// What the API says about custom fields, by label; only where it was asked.
    pub field_types: BTreeMap<String, FieldAbout>,
    /// The fields that the answer shows, whether they have a value or not.
    pub shows: Vec<Field>,
    /// Everything that it shows, but for what says nothing about the person.
    pub shown: Option<Shown>,
    /// How the answer put it, if it was an answer about this contact alone.
    pub form: Option<AnswerForm>,
}

discreet!(StoredContact { id, created_at, shows });

impl StoredContact {
    /// A contact of which nothing is shown but who it is.
    pub fn bare(id: ContactId) -> Self {
        Self {
            id,
            name: None,
            source: None,
            phone_digits: None,
            phone_as_shown: None,
            created_at: None,
            tags: None,
            custom_fields: None,
            assigned_user: None,
            team_uuid: None,
            channel_uuid: None,
            note: None,
            field_types: BTreeMap::new(),
            shows: Vec::new(),
            shown: None,
            form: None,
        }
    }
}

/// What the API says about a custom field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldAbout {
    /// `text`, `email`, `number`, `date`, `dropdown` or `checkbox`, as far as is known.
    pub kind: String,
    /// What a dropdown or checkbox offers.
    pub options: Vec<String>,
}

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
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Identity {
    /// E-mail address of the token's user.
    #[serde(default)]
    pub user_email: Option<String>,
    /// Name of the token's user.
    #[serde(default)]
    pub user_name: Option<String>,
}

discreet!(Identity {});

/// The answer to `POST /contacts`.
pub(super) fn read_created(answer: &Answer) -> Result<StoredContact, Fault> {
    if !is_success(answer.status) {
        return Err(fault(answer, true));
    }
    match contact_in(answer)? {
        Some(contact) => Ok(contact),
        None => Err(unusable(answer, message!("unusable-no-contact"))),
    }
}

/// The answer to `GET /contacts/phone/:number`: the contact, or that there is none.
pub(super) fn read_found(answer: &Answer) -> Result<Option<StoredContact>, Fault> {
    // Only an answer that the API itself gave says that nobody is there: a proxy's HTML page does not.
    if answer.status == 404 {
        return if is_from_the_api(answer) {
            Ok(None)
        } else {
            Err(unusable(answer, message!("unusable-not-json")))
        };
    }
    if !is_success(answer.status) {
        return Err(fault(answer, false));
    }
    contact_in(answer)
}

/// The answer to `DELETE /contacts/:uuid`. Any 2xx says that it is gone; that it is not there says so, too, if the API
/// itself says it.
pub(super) fn read_deleted(answer: &Answer) -> Result<Gone, Fault> {
    match answer.status {
        200..300 if is_from_the_api(answer) => Ok(Gone::Now),
        404 | 410 if is_from_the_api(answer) => Ok(Gone::Before),
        200..300 | 404 | 410 => Err(unusable(answer, message!("unusable-not-json"))),
        _ => Err(fault(answer, false)),
    }
}

/// The answer to `GET /contacts`.
pub(super) fn read_page(answer: &Answer) -> Result<Page, Fault> {
    if !is_success(answer.status) {
        return Err(fault(answer, true));
    }
    let body: Members<'_> = members(answer)?;
    let list = body.list("contacts").ok_or_else(|| unusable(answer, message!("unusable-no-contacts")))?;
    let contacts: Option<Vec<StoredContact>> =
        list.into_iter().map(|one| stored(&Members::of(one)?)).collect();
    let contacts = contacts.ok_or_else(|| unusable(answer, message!("unusable-a-contact-no-uuid")))?;
    let endless = || unusable(answer, message!("unusable-no-end"));
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

/// The answer to `GET /auth/me`.
pub(super) fn read_identity(answer: &Answer) -> Result<Identity, Fault> {
    if !is_success(answer.status) {
        return Err(fault(answer, true));
    }
    serde_json::from_slice(&answer.body)
        .map_err(|_| Fault::NotTheApi { status: answer.status, seen: message!("seen-not-json") })
}

pub(super) fn is_success(status: u16) -> bool {
    (200..300).contains(&status)
}

pub(super) fn parse(answer: &Answer) -> Option<Value> {
    serde_json::from_slice(&answer.body).ok()
}

fn unusable(answer: &Answer, why: Message) -> Fault {
    Fault::Unusable { status: answer.status, why }
}

/// Whether the API can have given this answer: JSON, or nothing at all.
fn is_from_the_api(answer: &Answer) -> bool {
    answer.body.trim_ascii().is_empty() || parse(answer).is_some()
}

/// The members of an answer, or its envelope; JSON that is no object has nothing of it.
fn members<'a, M: Deserialize<'a> + Default>(answer: &'a Answer) -> Result<M, Fault> {
    match std::str::from_utf8(&answer.body).ok().and_then(|body| serde_json::from_str(body).ok()) {
        Some(members) => Ok(members),
        None if parse(answer).is_some() => Ok(M::default()),
        None => Err(unusable(answer, message!("unusable-not-json"))),
    }
}

/// Whether an answer without a contact is not about one: a lone text or number, or an error under a good status. It must
/// not be taken for nobody.
fn says_nothing_of_a_contact(answer: &Answer, body: &Members<'_>) -> bool {
    let is_object_or_null = matches!(answer.body.trim_ascii().first(), Some(b'{' | b'n'));
    !is_object_or_null || ["error", "errors"].iter().any(|key| body.get(key).is_some())
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
                return Err(unusable(answer, message!("unusable-no-contact")));
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
        _ => Err(unusable(answer, message!("unusable-several-contacts"))),
    }
}

fn read_one(
    answer: &Answer,
    contact: Option<&Members<'_>>,
    form: AnswerForm,
) -> Result<Option<StoredContact>, Fault> {
    match contact.and_then(stored) {
        Some(stored) => Ok(Some(StoredContact { form: Some(form), ..stored })),
        None => Err(unusable(answer, message!("unusable-no-uuid"))),
    }
}

fn stored(contact: &Members<'_>) -> Option<StoredContact> {
    let mut stored = StoredContact::bare(ContactId { uuid: String::new(), href: None });
    for (name, value) in contact.iter() {
        let text = || members::text(value).map(Cow::into_owned);
        match name {
            "uuid" => stored.id.uuid = text()?,
            "href" => stored.id.href = text().filter(|href| is_href(href)).map(|href| printable(&href)),
            "name" => stored.name = text(),
            "source" => stored.source = text(),
            "phoneNumber" => {
                stored.phone_as_shown = text();
                stored.phone_digits = stored.phone_as_shown.as_deref().and_then(digits);
            }
            "createdAt" => {
                let time = members::text(value);
                stored.created_at = time.and_then(|time| humantime::parse_rfc3339_weak(&time).ok());
            }
            "tags" => stored.tags = members::list(value).map(texts),
            "customFields" => stored.custom_fields = Members::of(value).map(|fields| values(&fields)),
            "assignedUser" => stored.assigned_user = text(),
            "team" => stored.team_uuid = uuid_of(value),
            "channel" => stored.channel_uuid = uuid_of(value),
            "note" => stored.note = text(),
            "customFieldsMetadata" => stored.field_types = field_types(value).unwrap_or_default(),
            _ => {}
        }
        stored.shows.extend(shown_field(name));
    }
    stored.shown = Some(shown(contact));
    is_uuid(&stored.id.uuid).then_some(stored)
}

/// The field that a member shows, whether it has a value or not.
fn shown_field(member: &str) -> Option<Field> {
    Some(match member {
        "name" => Field::Name,
        "tags" => Field::Tags,
        "customFields" => Field::CustomFields,
        "assignedUser" => Field::AssignedUser,
        "team" => Field::TeamUuid,
        "note" => Field::Note,
        _ => return None,
    })
}

fn is_href(text: &str) -> bool {
    text.starts_with("https://") && text.len() <= 300
}

fn digits(phone: &str) -> Option<String> {
    let mut digits = phone.to_owned();
    digits.retain(|c| c.is_ascii_digit());
    (!digits.is_empty()).then_some(digits)
}

fn texts(list: Vec<&RawValue>) -> Vec<String> {
    list.into_iter().filter_map(members::text).map(Cow::into_owned).collect()
}

/// The values of custom fields as texts.
fn values(fields: &Members<'_>) -> BTreeMap<String, String> {
    let text = |value: &RawValue| match members::text(value) {
        Some(text) => text.into_owned(),
        None => serde_json::from_str::<Value>(value.get())
            .map_or_else(|_| value.get().to_owned(), |value| value.to_string()),
    };
    let given = fields.iter().filter(|(_, value)| !members::is_null(value));
    given.map(|(label, value)| (label.to_owned(), text(value))).collect()
}

/// The uuid of an object inside a contact.
fn uuid_of(object: &RawValue) -> Option<String> {
    let first = object.get().strip_prefix("{\"uuid\":\"").and_then(|rest| rest.split_once('"'));
    let uuid = match first {
        // It comes first, as a rule: what stands behind it is not looked at.
        Some((uuid, _)) if is_uuid(uuid) => return Some(uuid.to_owned()),
        _ => Members::of(object)?.text("uuid")?.into_owned(),
    };
    is_uuid(&uuid).then_some(uuid)
}

fn field_types(metadata: &RawValue) -> Option<BTreeMap<String, FieldAbout>> {
    let about = |about: &RawValue| {
        let about = Members::of(about)?;
        let options = about.list("options").map(texts).unwrap_or_default();
        Some(FieldAbout { kind: about.text("type")?.into_owned(), options })
    };
    let fields = Members::of(metadata)?;
    Some(fields.iter().filter_map(|(label, field)| Some((label.to_owned(), about(field)?))).collect())
}

/// The answer to `GET /contacts/:uuid`: the contact, or that it is gone.
pub(super) fn read_contact(answer: &Answer) -> Result<Option<StoredContact>, Fault> {
    read_found(answer)
}

/// The answer to `PATCH /contacts/:uuid`: the contact, or that it is gone. One that says it was done and shows no contact
/// does not say that.
pub(super) fn read_changed(answer: &Answer) -> Result<Option<StoredContact>, Fault> {
    match read_found(answer)? {
        None if is_success(answer.status) => Err(unusable(answer, message!("unusable-no-contact"))),
        found => Ok(found),
    }
}

/// Members that say nothing about what a contact is: its own name and addresses, and a picture that comes and goes by
/// itself.
const SAY_NOTHING: [&str; 3] = ["uuid", "href", "avatarUrl"];

/// What a contact shows, as it shows it, without what says nothing; on one line.
fn shown(contact: &Members<'_>) -> Shown {
    let mut text = String::with_capacity(512);
    contact.write_without(&SAY_NOTHING, &mut text);
    // Inside of texts line ends are escaped; between values they say nothing.
    let has_line_ends = memchr2(b'\n', b'\r', text.as_bytes()).is_some();
    Shown::new(if has_line_ends { text.replace(['\n', '\r'], " ") } else { text })
}

/// The server's word for a contact goes into files and links, so it must have the shape of one.
pub(super) fn is_uuid(uuid: &str) -> bool {
    let hex = uuid.bytes().filter(u8::is_ascii_hexdigit).count();
    let dashes = || uuid.bytes().filter(|byte| *byte == b'-').count();
    hex == 32 && (uuid.len() == 32 || uuid.len() == 36 && dashes() == 4)
}

/// What an answer that is no success means. `known_path`: the API certainly has the path that was asked for.
pub(super) fn fault(answer: &Answer, known_path: bool) -> Fault {
    let status = answer.status;
    let (field, said) = envelope(answer);
    match status {
        300..400 => {
            // The host alone: the rest of the address may hold a phone number.
            let seen = match answer.location.as_deref().and_then(host) {
                Some(host) => message!("seen-redirect-to", status, host),
                None => message!("seen-redirect", status),
            };
            Fault::NotTheApi { status, seen }
        }
        401 | 403 | 407 => Fault::Denied { status, said },
        402 => Fault::PaymentRequired { said },
        404 | 405 | 410 | 501 if known_path => {
            Fault::NotTheApi { status, seen: message!("seen-unknown-path", status) }
        }
        408 => Fault::Broken { status },
        421 | 425 => Fault::NotProcessed { status },
        429 => Fault::Throttled { after: answer.retry_after },
        400..500 => Fault::Refused { status, field, said },
        500.. => Fault::Broken { status },
        _ => Fault::Unusable { status, why: message!("unusable-status") },
    }
}

fn host(address: &str) -> Option<String> {
    reqwest::Url::parse(address).ok()?.host_str().map(printable)
}

/// The `error` of an answer, which is a text or an object of parameters with lists of messages.
fn envelope(answer: &Answer) -> (Option<String>, String) {
    let Some(body) = parse(answer) else {
        return (None, "(the answer is not JSON)".to_owned());
    };
    let (field, said) = match body.get("error") {
        Some(Value::String(said)) => (None, said.clone()),
        Some(Value::Object(parameters)) => {
            let fields: Vec<&str> = parameters.keys().map(String::as_str).collect();
            let said: Vec<String> = parameters
                .values()
                .map(|messages| match messages {
                    Value::Array(list) => list
                        .iter()
                        .map(|message| message.as_str().map_or_else(|| message.to_string(), str::to_owned))
                        .collect::<Vec<_>>()
                        .join(", "),
                    Value::String(message) => message.clone(),
                    other => other.to_string(),
                })
                .collect();
            (Some(fields.join(";")), said.join("; "))
        }
        _ => (None, "(the answer names no error)".to_owned()),
    };
    let field = field.map(|field| shortened(&field)).filter(|field| !field.is_empty());
    (field, shortened(&said))
}

fn shortened(text: &str) -> String {
    printable(&text.chars().take(LONGEST_SAID).collect::<String>())
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
    fn a_stored_contact_is_read_as_far_as_it_goes() {
        let body = format!(
            r#"{{"contact":{{"uuid":"{UUID}","name":"Ada","phoneNumber":"+39 333 12-34","createdAt":"2020-11-13T21:08:53Z",
            "href":"https://dash.callbell.eu/contacts/x","tags":["VIP"],"customFields":{{"City":"Rome","Age":42,"None":null}},
            "assignedUser":"bob@example.com","source":"whatsapp"}}}}"#
        );
        let contact = read_created(&answer(200, &body)).unwrap();
        assert_eq!(contact.phone_digits.as_deref(), Some("393331234"));
        assert_eq!(contact.created_at, humantime::parse_rfc3339("2020-11-13T21:08:53Z").ok());
        assert_eq!(
            contact.custom_fields.unwrap().into_iter().collect::<Vec<_>>(),
            [("Age".to_owned(), "42".to_owned()), ("City".to_owned(), "Rome".to_owned())]
        );
    }

    #[test]
    fn a_change_that_shows_no_contact_does_not_say_that_it_is_gone() {
        for body in ["{}", r#"{"success":true}"#, "[]", r#"{"contact":null}"#] {
            assert!(read_changed(&answer(200, body)).is_err(), "{body}");
        }
        assert_eq!(read_changed(&answer(404, r#"{"error":"not found"}"#)).unwrap(), None);
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
    fn both_error_shapes_are_understood() {
        let fault =
            read_created(&answer(422, r#"{"error":{"custom_fields":["is invalid","x"],"name":["y"]}}"#))
                .unwrap_err();
        let Fault::Refused { status: 422, field, said } = fault else { panic!("{fault:?}") };
        assert_eq!((field.as_deref(), said.as_str()), (Some("custom_fields;name"), "is invalid, x; y"));
        let fault = read_created(&answer(400, r#"{"error":"bad \u001b[31m thing"}"#)).unwrap_err();
        let Fault::Refused { field: None, said, .. } = fault else { panic!("{fault:?}") };
        assert_eq!(said, "bad \\u{1b}[31m thing");
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
                "430-499 Refused No",
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
            let _ = read_identity(&answer);
        }
    }
}
