//! The calls an import makes. There is none that deletes.

use std::future::Future;
use std::time::{Duration, SystemTime};

use serde_json::Value;

use super::account::{self, AccountPlan, Channel, Listed, Member, Team};
use super::answer::{self, Identity, Page, Place};
use super::changes::Changes;
use super::fault::Fault;
use super::retry_after;
use super::stored::StoredContact;
use super::wire::WireStyle;
use crate::model::{NewContact, Source};
use crate::words::discreet;

/// How long the answer to a create may take. Longer than common gateways wait (30 to 60 s): to give up sooner is to
/// make a doubt of what was about to be an answer.
const CREATE_PATIENCE: Duration = Duration::from_secs(75);
/// How long any other answer may take; these calls can be repeated freely.
pub(super) const READ_PATIENCE: Duration = Duration::from_secs(15);

/// The methods that are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates.
    Post,
    /// Changes.
    Patch,
    /// Deletes. Only an [`super::Eraser`] makes such calls.
    Delete,
}

/// One request.
#[derive(Clone, PartialEq, Eq)]
pub struct Call {
    /// Its method.
    pub method: Method,
    /// Its path below the base address, encoded, with its query.
    pub path: String,
    /// Its JSON body.
    pub body: Option<String>,
    /// How long the whole exchange may take.
    pub patience: Duration,
}

/// One answer, whatever its status.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The whole body.
    pub body: Vec<u8>,
    /// `Retry-After`, already relative to now.
    pub retry_after: Option<Duration>,
    /// `Date`: the server's clock.
    pub server_time: Option<SystemTime>,
    /// `Location`, for the message about redirects.
    pub location: Option<String>,
}

discreet!(Answer { status, retry_after });

impl Answer {
    /// Reads status, headers (name in lower case, value) and body.
    pub fn new<'h>(status: u16, headers: impl Iterator<Item = (&'h str, &'h str)>, body: Vec<u8>) -> Self {
        let (mut date, mut waits, mut location) = (None, Vec::new(), None);
        for (name, value) in headers {
            match name {
                "date" => date = Some(value),
                "retry-after" => waits.push(value),
                "location" => location = Some(value.to_owned()),
                _ => {}
            }
        }
        let server_time = date.and_then(|date| httpdate::parse_http_date(date).ok());
        let retry_after = waits.into_iter().filter_map(|wait| retry_after::read(wait, server_time)).max();
        Self { status, body, retry_after, server_time, location }
    }

    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Its body, if it is JSON.
    pub(super) fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

/// Carries one request and brings one answer. Never repeats it, never follows a redirect.
pub trait Transport: Send + Sync + 'static {
    /// Sends `call`.
    ///
    /// # Errors
    ///
    /// [`Fault::Unreached`] or [`Fault::Untrusted`] if nothing was sent, [`Fault::Lost`] if no complete answer came.
    fn exchange(&self, call: Call) -> impl Future<Output = Result<Answer, Fault>> + Send;
}

/// What came of one request, with what its answer says besides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange<T> {
    /// What was asked for.
    pub result: Result<T, Fault>,
    /// Status of the answer, if there was one.
    pub status: Option<u16>,
    /// The server's clock when it answered.
    pub server_time: Option<SystemTime>,
}

/// The API, as far as an import needs it.
#[derive(Debug, Clone)]
pub struct Client<T> {
    transport: T,
    style: WireStyle,
}

impl<T: Transport> Client<T> {
    /// Speaks over `transport` in this style.
    pub fn new(transport: T, style: WireStyle) -> Self {
        Self { transport, style }
    }

    /// The same over another transport, made of this one.
    pub fn over<U>(self, wrap: impl FnOnce(T) -> U) -> Client<U> {
        Client { transport: wrap(self.transport), style: self.style }
    }

    /// `POST /contacts`.
    pub async fn create(&self, contact: &NewContact) -> Exchange<StoredContact> {
        let body = Some(self.style.body(contact));
        let call =
            Call { method: Method::Post, path: "/contacts".to_owned(), body, patience: CREATE_PATIENCE };
        self.exchange(call, answer::read_created).await
    }

    /// `GET /contacts/phone/:number`, in this channel or, without one, in the main WhatsApp channel: a WhatsApp contact,
    /// for only these have a look-up.
    pub async fn find(&self, digits: &str, channel: Option<&str>) -> Exchange<Option<StoredContact>> {
        debug_assert!(digits.bytes().all(|byte| byte.is_ascii_digit()), "digits need no encoding");
        let mut path = format!("/contacts/phone/{digits}");
        if let Some(channel) = channel {
            path.push_str("?channel_uuid=");
            path.push_str(channel);
        }
        self.exchange(get(path), answer::read_found).await
    }

    /// `GET /contacts`: one page of the contacts of a source, those with the most recent conversation first.
    pub async fn list(&self, source: Source, place: &Place) -> Exchange<Page> {
        let path = at(format!("/contacts?source={}", source.as_str()), place);
        self.exchange(get(path), answer::read_page).await
    }

    /// `GET /contacts`: one page of all contacts, with what there is to know about their custom fields.
    pub async fn list_with_types(&self, place: &Place) -> Exchange<Page> {
        let path = at("/contacts?include_field_types=true".to_owned(), place);
        self.exchange(get(path), answer::read_page).await
    }

    /// `GET /contacts/:uuid` with what there is to know about its custom fields: the contact, or that there is none.
    /// `uuid` is one that the API gave.
    pub async fn contact(&self, uuid: &str) -> Exchange<Option<StoredContact>> {
        let call = get(format!("/contacts/{uuid}?include_field_types=true"));
        self.exchange(call, |answer| answer::read_contact(answer, uuid)).await
    }

    /// `PATCH /contacts/:uuid`: the contact as it is now. It says the same however often it is sent, so that it may be repeated.
    pub async fn change(&self, uuid: &str, changes: &Changes) -> Exchange<StoredContact> {
        let call = Call {
            method: Method::Patch,
            path: format!("/contacts/{uuid}"),
            body: Some(changes.body(self.style)),
            patience: CREATE_PATIENCE,
        };
        self.exchange(call, |answer| answer::read_changed(answer, uuid)).await
    }

    /// `GET /plan`.
    pub async fn plan(&self) -> Exchange<AccountPlan> {
        self.exchange(get("/plan".to_owned()), account::read_plan).await
    }

    /// `GET /teams`: one page.
    pub async fn teams(&self, page: u64) -> Exchange<Listed<Team>> {
        self.exchange(get(format!("/teams?page={page}")), account::read_teams).await
    }

    /// `GET /teams/:uuid/members`: one page of the members of a team.
    pub async fn members(&self, team: &str, page: u64) -> Exchange<Listed<Member>> {
        self.exchange(get(format!("/teams/{team}/members?page={page}")), account::read_members).await
    }

    /// `GET /channels`: one page.
    pub async fn channels(&self, page: u64) -> Exchange<Listed<Channel>> {
        self.exchange(get(format!("/channels?page={page}")), account::read_channels).await
    }

    /// `GET /auth/me`.
    pub async fn identity(&self) -> Exchange<Identity> {
        self.exchange(get("/auth/me".to_owned()), answer::read_identity).await
    }

    pub(super) async fn exchange<A>(
        &self,
        call: Call,
        read: impl Fn(&Answer) -> Result<A, Fault>,
    ) -> Exchange<A> {
        let request = tracing::enabled!(tracing::Level::DEBUG).then(|| named(&call));
        let answered = self.transport.exchange(call).await;
        if let Some(request) = request {
            let status = answered.as_ref().map_or_else(Fault::status, |answer| Some(answer.status));
            tracing::debug!(request, status, "asked");
        }
        match answered {
            Ok(answer) => Exchange {
                result: read(&answer),
                status: Some(answer.status),
                server_time: answer.server_time,
            },
            Err(fault) => Exchange { result: Err(fault), status: None, server_time: None },
        }
    }
}

/// A request without anybody: numbers and uuids stand in its path.
fn named(call: &Call) -> String {
    let method = match call.method {
        Method::Get => "GET",
        Method::Post => "POST",
        Method::Patch => "PATCH",
        Method::Delete => "DELETE",
    };
    let path = call.path.split('?').next().unwrap_or_default();
    let mut named = method.to_owned();
    named.push(' ');
    for (at, part) in path.split('/').skip(1).enumerate() {
        let is_word = at == 0 || matches!(part, "me" | "phone" | "members");
        named.push('/');
        named.push_str(if is_word { part } else { ":id" });
    }
    named
}

/// A list from this place on.
fn at(mut path: String, place: &Place) -> String {
    match place {
        Place::Number(number) => path.push_str(&format!("&page={number}")),
        Place::After(cursor) => {
            path.push_str("&after=");
            path.extend(form_urlencoded::byte_serialize(cursor.as_bytes()));
        }
    }
    path
}

fn get(path: String) -> Call {
    Call { method: Method::Get, path, body: None, patience: READ_PATIENCE }
}
