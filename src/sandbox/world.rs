//! The API as a pure machine: a request and a time in, an answer out.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use serde_json::{Map, Value, json};

use super::contacts::{Contact, Contacts, digits};
use super::faults::{FaultKind, FaultRule, Faults};
use super::limit::RollingSecond;
use super::route::Route;
use super::settings::{
    Channel, ConversationHref, ErrorShape, OnDuplicate, OnGone, OnMiss, OnPatch, PatchStores, PhoneEcho,
    RetryAfter, SandboxSettings, Shape, Team,
};
use super::validate::{self, Complaints, Fields};
use crate::words::discreet;

pub(super) const PAGE: usize = 20;
const LAST_PAGE: usize = 500;

/// A request as the stand-in sees it.
#[derive(Clone, Default)]
pub struct Request {
    /// `GET`, `POST`, `PATCH`, `DELETE`.
    pub method: String,
    /// The path, from `/v1` on, without the query.
    pub path: String,
    /// The query, without `?`.
    pub query: String,
    /// The authorization header.
    pub authorization: Option<String>,
    /// The whole body.
    pub body: Vec<u8>,
}

discreet!(Request { method });

/// An answer.
#[derive(Clone, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// `application/json` or `text/html`.
    pub content_type: &'static str,
    /// The body.
    pub body: String,
    /// Further headers.
    pub headers: Vec<(&'static str, String)>,
}

discreet!(Reply { status, content_type });

impl Reply {
    pub(super) fn json(status: u16, body: &Value) -> Self {
        Self { status, content_type: "application/json", body: body.to_string(), headers: Vec::new() }
    }

    pub(super) fn error(status: u16, what: &str) -> Self {
        Self::json(status, &json!({ "error": what }))
    }

    fn empty(status: u16) -> Self {
        Self { status, content_type: "application/json", body: String::new(), headers: Vec::new() }
    }

    pub(super) fn html(status: u16, title: &str) -> Self {
        Self {
            status,
            content_type: "text/html",
            body: format!("<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"),
            headers: Vec::new(),
        }
    }
}

/// What the stand-in saw.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// Requests by what they asked for, such as `POST /contacts`.
    pub requests: BTreeMap<String, u64>,
    /// Answers by status.
    pub statuses: BTreeMap<u16, u64>,
    /// Faults by kind.
    pub faults: BTreeMap<&'static str, u64>,
}

/// The stand-in API and everything in it.
pub struct World {
    settings: SandboxSettings,
    contacts: Contacts,
    faults: Faults,
    second: RollingSecond,
    seen: Seen,
    uuids: fastrand::Rng,
    began: SystemTime,
    withdrawn: bool,
}

impl World {
    /// A world that begins now.
    pub fn new(settings: SandboxSettings) -> Self {
        let ahead = settings.api.clock_ahead_s;
        let skew = Duration::from_secs(ahead.unsigned_abs().into());
        let here = SystemTime::now();
        let mut world = Self {
            contacts: Contacts::default(),
            faults: Faults::new(settings.faults.clone(), settings.seed),
            second: RollingSecond::default(),
            seen: Seen::default(),
            uuids: fastrand::Rng::with_seed(settings.seed ^ 0x5eed),
            began: if ahead < 0 { here - skew } else { here + skew },
            withdrawn: false,
            settings,
        };
        for contact in world.settings.account.contacts.clone() {
            let body = serde_json::to_value(contact).unwrap_or_default();
            let body = body.as_object().cloned().unwrap_or_default();
            if let Ok(fields) = validate::fields(&body, &world.settings.api, &world.settings.account) {
                let uuid = world.store(fields, Duration::ZERO, Duration::ZERO);
                if let Some(contact) = world.contacts.with_uuid_mut(&uuid) {
                    contact.preexisting = true;
                }
            }
        }
        world
    }

    /// What the account holds.
    pub fn contacts(&self) -> &Contacts {
        &self.contacts
    }

    /// How it is set up.
    pub fn settings(&self) -> &SandboxSettings {
        &self.settings
    }

    /// What it saw.
    pub fn seen(&self) -> &Seen {
        &self.seen
    }

    /// Most requests that arrived in any rolling second, refused ones included.
    pub fn most_in_a_second(&self) -> usize {
        self.second.most()
    }

    /// Makes the token open the account again after [`FaultKind::Unauthorized`] struck.
    pub fn restore_token(&mut self) {
        self.withdrawn = false;
    }

    /// Replaces the token that opens the account.
    pub fn set_token(&mut self, token: &str) {
        token.clone_into(&mut self.settings.token);
    }

    /// Closes these reads to the token.
    pub fn close_reads(&mut self, names: &[&str]) {
        self.settings.api.closed_reads = names.iter().map(|name| (*name).to_owned()).collect();
    }

    /// Makes every answer take this long from here on.
    pub fn set_latency(&mut self, latency: Duration) {
        self.settings.api.latency_ms = u64::try_from(latency.as_millis()).unwrap_or(u64::MAX);
    }

    /// Stores all of every change from here on, and answers so.
    pub fn store_patches(&mut self) {
        self.settings.api.patch_stores = PatchStores::All;
    }

    /// Makes the token another user's.
    pub fn set_user(&mut self, email: &str) {
        email.clone_into(&mut self.settings.account.user_email);
    }

    /// Makes this the account's only channel, for WhatsApp.
    pub fn set_channel(&mut self, uuid: &str) {
        let (title, r#type) = ("Main".to_owned(), "whatsapp".to_owned());
        let channel = Channel { uuid: uuid.to_owned(), title, r#type, main: true, discarded: false };
        self.settings.account.channels = vec![channel];
    }

    /// Replaces what goes wrong from here on.
    pub fn set_faults(&mut self, rules: Vec<FaultRule>) {
        self.faults = Faults::new(rules, self.settings.seed);
    }

    /// A request arrives: is it let in, and what will go wrong with it?
    pub(super) fn arrive(&mut self, request: &Request, now: Duration) -> Result<Option<FaultRule>, Reply> {
        let route = Route::of(&request.method, &request.path);
        *self.seen.requests.entry(route.name()).or_default() += 1;
        if !self.second.admit(now, self.settings.api.limit_per_second) {
            let mut reply = Reply::error(429, "rate limit exceeded");
            match self.settings.api.retry_after {
                RetryAfter::None => {}
                RetryAfter::Seconds => reply.headers.push(("retry-after", "1".to_owned())),
                RetryAfter::Date => reply.headers.push(("retry-after", self.http_date(now, 2))),
            }
            return Err(reply);
        }
        let rule = self.faults.draw(route.fault_target(), &request.path, &request.body);
        if let Some(rule) = &rule {
            *self.seen.faults.entry(rule.kind.as_str()).or_default() += 1;
            self.withdrawn |= rule.kind == FaultKind::Unauthorized;
        }
        let token = request.authorization.as_deref().and_then(|header| header.strip_prefix("Bearer "));
        if self.withdrawn || token != Some(self.settings.token.as_str()) {
            return Err(Reply::error(401, "not authorized"));
        }
        Ok(rule)
    }

    /// The request takes effect; `arrived` is when it came.
    pub(super) fn answer(&mut self, request: &Request, arrived: Duration, now: Duration) -> Reply {
        let route = Route::of(&request.method, &request.path);
        let api = &self.settings.api;
        if route.read_name().is_some_and(|read| api.closed_reads.iter().any(|closed| closed == read)) {
            return Reply::error(api.closed_status, "not available on this plan");
        }
        let mut reply = match route {
            Route::AuthMe => {
                let account = &self.settings.account;
                Reply::json(
                    200,
                    &json!({
                        "status": "ok",
                        "user_email": account.user_email,
                        "user_name": account.user_name,
                        "api_key": self.settings.token,
                    }),
                )
            }
            Route::Create => self.create(&request.body, arrived, now),
            Route::List => self.list(&request.query, now),
            Route::Find(number) => self.find(&number, &request.query, now),
            Route::Get(uuid) => match self.contacts.with_uuid(&uuid) {
                Some(contact) if is_shown_after(self.settings.api.uuid_lag_ms, contact, now) => {
                    self.shaped(200, self.shown(contact, wants_types(&request.query)))
                }
                _ => Reply::error(404, "not found"),
            },
            Route::Patch(uuid) => self.patch(&uuid, &request.body),
            Route::Delete(uuid) => self.delete(&uuid),
            Route::Teams => self.teams(&request.query),
            Route::Team(uuid) => match self.settings.account.teams.iter().find(|team| team.uuid == uuid) {
                Some(team) => Reply::json(200, &json!({ "team": self.team(team) })),
                None => Reply::error(404, "not found"),
            },
            Route::Members(uuid) => self.members(&uuid, &request.query),
            Route::Channels => self.channels(&request.query),
            Route::Plan => self.plan(),
            Route::Unknown(_) => Reply::error(404, "not found"),
        };
        if self.settings.api.rate_headers {
            reply.headers.push(("x-ratelimit-limit", self.settings.api.limit_per_second.to_string()));
            reply.headers.push(("x-ratelimit-remaining", "1".to_owned()));
        }
        reply
    }

    /// Counts an answer.
    pub(super) fn answered(&mut self, status: u16) {
        *self.seen.statuses.entry(status).or_default() += 1;
    }

    /// The wall clock at `now`, in the form of `Date`, so many seconds ahead.
    pub(super) fn http_date(&self, now: Duration, ahead: u64) -> String {
        httpdate::fmt_http_date(self.began + now + Duration::from_secs(ahead))
    }

    fn create(&mut self, body: &[u8], arrived: Duration, now: Duration) -> Reply {
        let Ok(Value::Object(body)) = serde_json::from_slice(body) else {
            return Reply::error(400, "the body is not a JSON object");
        };
        let fields = match validate::fields(&body, &self.settings.api, &self.settings.account) {
            Ok(fields) => fields,
            Err(complaints) => return self.invalid(&complaints),
        };
        let missing = validate::missing(&fields);
        if !missing.is_empty() {
            return self.invalid(&missing);
        }
        let (source, identifier) =
            (fields.source.clone().unwrap_or_default(), fields.identifier.clone().unwrap_or_default());
        let there =
            self.contacts.with_identifier(&source, self.channel(fields.channel_uuid.as_deref()), &identifier);
        let uuid = match (there.map(|contact| contact.uuid.clone()), self.settings.api.duplicate) {
            (None, _) | (Some(_), OnDuplicate::Second) => self.store(fields, arrived, now),
            (Some(uuid), OnDuplicate::Existing) => uuid,
            (Some(uuid), OnDuplicate::Overwrite) => {
                self.overwrite(&uuid, fields);
                uuid
            }
            (Some(_), OnDuplicate::Conflict) => return Reply::error(409, "contact already exists"),
            (Some(_), OnDuplicate::Invalid) => {
                let complaint = vec!["has already been taken".to_owned()];
                return self.invalid(&Complaints::from([("identifier".to_owned(), complaint)]));
            }
        };
        match self.contacts.with_uuid(&uuid) {
            Some(contact) => {
                let mut shown = self.shown(contact, false);
                for member in &self.settings.api.not_in_created {
                    shown.as_object_mut().map(|shown| shown.remove(member));
                }
                self.shaped(self.settings.api.created_status, shown)
            }
            None => Reply::error(500, "the contact is gone"),
        }
    }

    fn store(&mut self, fields: Fields, arrived: Duration, now: Duration) -> String {
        let uuid = format!("{:032x}", self.uuids.u128(..));
        let channel_uuid = self.channel(fields.channel_uuid.as_deref()).map(str::to_owned);
        self.contacts.add(Contact {
            uuid: uuid.clone(),
            identifier: fields.identifier.unwrap_or_default(),
            source: fields.source.unwrap_or_default(),
            name: fields.name.unwrap_or_default(),
            tags: fields.tags.unwrap_or_default(),
            custom_fields: fields.custom_fields.unwrap_or_default(),
            assigned_user: fields.assigned_user.or_else(|| self.settings.api.default_user.clone()),
            team_uuid: fields.team_uuid,
            channel_uuid,
            bot_status: fields.bot_status,
            note: fields.note.filter(|note| !note.is_empty()),
            has_conversation: false,
            stored_at: now,
            request_age: now.saturating_sub(arrived),
            preexisting: false,
        });
        uuid
    }

    fn overwrite(&mut self, uuid: &str, fields: Fields) {
        let Some(contact) = self.contacts.with_uuid_mut(uuid) else { return };
        if let Some(name) = fields.name {
            contact.name = name;
        }
        if let Some(tags) = fields.tags {
            contact.tags = tags;
        }
        if let Some(custom_fields) = fields.custom_fields {
            contact.custom_fields.extend(custom_fields);
        }
        contact.note = fields.note.or_else(|| contact.note.take());
    }

    /// The channel that a contact without one belongs to is the main one, so both are the same.
    fn channel<'c>(&self, uuid: Option<&'c str>) -> Option<&'c str> {
        let uuid = uuid?;
        let is_main =
            self.settings.account.channels.iter().any(|channel| channel.uuid == uuid && channel.main);
        (!is_main).then_some(uuid)
    }

    fn invalid(&self, complaints: &Complaints) -> Reply {
        let status = self.settings.api.error_status;
        match self.settings.api.error_shape {
            ErrorShape::Object => Reply::json(status, &json!({ "error": complaints })),
            ErrorShape::Text => {
                let all: Vec<String> = complaints
                    .iter()
                    .flat_map(|(parameter, list)| list.iter().map(move |what| format!("{parameter} {what}")))
                    .collect();
                Reply::error(status, &all.join(", "))
            }
        }
    }

    fn is_visible(&self, contact: &Contact, now: Duration) -> bool {
        is_shown_after(self.settings.api.read_lag_ms, contact, now)
    }

    fn find(&self, number: &str, query: &str, now: Duration) -> Reply {
        let number = percent_encoding::percent_decode_str(number).decode_utf8_lossy().into_owned();
        let channel = parameter(query, "channel_uuid");
        let same_format =
            |contact: &&Contact| self.settings.api.lookup_ignores_format || contact.identifier == number;
        let found = self
            .contacts
            .with_identifier("whatsapp", self.channel(channel.as_deref()), &number)
            .filter(same_format)
            .filter(|contact| self.is_visible(contact, now));
        match (found, self.settings.api.miss) {
            // A list is documented for other calls than this one.
            (Some(contact), _) if self.settings.api.contact_shape == Shape::Bare => {
                self.shaped(200, self.shown(contact, false))
            }
            (Some(contact), _) => Reply::json(200, &json!({ "contact": self.shown(contact, false) })),
            (None, OnMiss::NotFound) => Reply::error(404, "contact not found"),
            (None, OnMiss::BareNotFound) => Reply::empty(404),
            (None, OnMiss::Null) => Reply::json(200, &json!({ "contact": null })),
            (None, OnMiss::Empty) => Reply::json(200, &json!({})),
            (None, OnMiss::EmptyList) => Reply::json(200, &json!({ "contact": [] })),
        }
    }

    /// The most recent first. A cursor holds the walk's beginning, so that later contacts do not appear in it.
    fn list(&self, query: &str, now: Duration) -> Reply {
        let (mut before, mut skip, mut page) = (self.contacts.places(), 0, 1);
        if let Some(cursor) = parameter(query, "after") {
            let read = cursor.strip_prefix('c').and_then(|rest| rest.split_once('.'));
            match read.and_then(|(before, skip)| Some((before.parse().ok()?, skip.parse().ok()?))) {
                Some((known_before, known_skip)) => (before, skip) = (known_before, known_skip),
                None => return Reply::error(400, "Invalid pagination cursor"),
            }
            page = skip / PAGE + 1;
        } else if let Some(number) = parameter(query, "page").and_then(|page| page.parse().ok()) {
            if number > LAST_PAGE {
                return Reply::error(400, "Pagination limit exceeded");
            }
            page = usize::max(number, 1);
            skip = (page - 1) * PAGE;
        }
        let source = parameter(query, "source");
        let team = parameter(query, "team_uuid");
        let tags = parameter(query, "tags").map(|tags| tags.to_lowercase());
        let matching: Vec<&Contact> = self
            .contacts
            .iter()
            .rev()
            .filter(|(at, _)| *at < before)
            .map(|(_, contact)| contact)
            .filter(|contact| self.is_visible(contact, now))
            .filter(|contact| source.as_ref().is_none_or(|source| contact.source == *source))
            .filter(|contact| team.is_none() || contact.team_uuid == team)
            .filter(|contact| {
                tags.as_ref().is_none_or(|tags| {
                    contact
                        .tags
                        .iter()
                        .any(|tag| tags.split(',').any(|wanted| tag.to_lowercase() == wanted.trim()))
                })
            })
            .collect();
        let with_types = wants_types(query);
        let contacts: Vec<Value> =
            matching.iter().skip(skip).take(PAGE).map(|contact| self.shown(contact, with_types)).collect();
        let mut meta = json!({ "page": page, "pages": matching.len().div_ceil(PAGE).max(1) });
        if self.settings.api.cursors {
            let more = skip + PAGE < matching.len();
            meta["next"] = if more { json!(format!("c{before}.{}", skip + PAGE)) } else { Value::Null };
        }
        Reply::json(200, &json!({ "contacts": contacts, "meta": meta }))
    }

    fn patch(&mut self, uuid: &str, body: &[u8]) -> Reply {
        let Ok(Value::Object(body)) = serde_json::from_slice(body) else {
            return Reply::error(400, "the body is not a JSON object");
        };
        let fields = match validate::fields(&body, &self.settings.api, &self.settings.account) {
            Ok(fields) => fields,
            Err(complaints) => return self.invalid(&complaints),
        };
        let stores = self.settings.api.patch_stores;
        let too_long = || BTreeMap::from([("note".to_owned(), vec!["is too long".to_owned()])]);
        if stores == PatchStores::Nothing {
            return match self.contacts.with_uuid(uuid) {
                Some(contact) => self.shaped(200, self.shown(contact, false)),
                None => Reply::error(404, "not found"),
            };
        }
        let replace = self.settings.api.patch_custom_fields == OnPatch::Replace;
        let Some(contact) = self.contacts.with_uuid_mut(uuid) else { return Reply::error(404, "not found") };
        if let Some(name) = fields.name {
            contact.name = name;
        }
        if stores == PatchStores::NameThenError {
            return self.invalid(&too_long());
        }
        if let Some(tags) = fields.tags {
            contact.tags = tags;
        }
        if let Some(custom_fields) = fields.custom_fields {
            if replace {
                contact.custom_fields = Map::new();
            }
            contact.custom_fields.extend(custom_fields);
        }
        if let Some(user) = fields.assigned_user {
            contact.assigned_user = Some(user);
        }
        if body.get("unassign_user") == Some(&Value::Bool(true)) {
            contact.assigned_user = None;
        }
        if let Some(team) = fields.team_uuid {
            contact.team_uuid = Some(team);
        }
        if let Some(status) = fields.bot_status {
            contact.bot_status = Some(status);
        }
        if let Some(note) = fields.note {
            contact.note = Some(note).filter(|note| !note.is_empty());
        }
        if stores == PatchStores::AllThenError {
            return self.invalid(&too_long());
        }
        match self.contacts.with_uuid(uuid) {
            Some(contact) => self.shaped(200, self.shown(contact, false)),
            None => Reply::error(404, "not found"),
        }
    }

    fn delete(&mut self, uuid: &str) -> Reply {
        let api = &self.settings.api;
        let (status, gone) = (api.deleted_status, api.delete_gone);
        let there = self.contacts.remove(uuid).is_some();
        match gone {
            OnGone::NotFound if !there => Reply::error(404, "not found"),
            OnGone::Gone if !there => Reply::empty(410),
            _ if status == 204 => Reply::empty(status),
            _ => Reply::json(status, &json!({ "status": "contact was destroyed" })),
        }
    }

    /// Somebody changes a contact in the dashboard.
    pub fn change(&mut self, uuid: &str, change: impl FnOnce(&mut Contact)) {
        self.contacts.with_uuid_mut(uuid).map(change);
    }

    /// A contact is there again, as it was.
    pub fn put_back(&mut self, contact: Contact) {
        self.contacts.add(contact);
    }

    /// Somebody deletes a contact in the dashboard.
    pub fn take_away(&mut self, uuid: &str) {
        self.contacts.remove(uuid);
    }

    fn shaped(&self, status: u16, contact: Value) -> Reply {
        match self.settings.api.contact_shape {
            Shape::Object => Reply::json(status, &json!({ "contact": contact })),
            Shape::Array => Reply::json(status, &json!({ "contact": [contact] })),
            Shape::Bare => Reply::json(status, &contact),
        }
    }

    /// A contact as the API shows it: camel case, a checkbox's options as one text.
    fn shown(&self, contact: &Contact, with_types: bool) -> Value {
        let number = digits(&contact.identifier);
        let phone = match self.settings.api.phone_echo {
            _ if contact.source != "whatsapp" => Value::Null,
            PhoneEcho::Digits => json!(number),
            PhoneEcho::Plus => json!(format!("+{number}")),
            PhoneEcho::Spaces => {
                let pairs: Vec<&str> =
                    number.as_bytes().chunks(2).filter_map(|pair| std::str::from_utf8(pair).ok()).collect();
                json!(format!("+{}", pairs.join(" ")))
            }
            PhoneEcho::AsSent => json!(contact.identifier),
            PhoneEcho::Missing => Value::Null,
        };
        // What was there from the start has been there for a day.
        let day = Duration::from_secs(if contact.preexisting { 86_400 } else { 0 });
        let created = humantime::format_rfc3339_seconds(self.began + contact.stored_at - day).to_string();
        let custom_fields: Map<String, Value> = contact
            .custom_fields
            .iter()
            .map(|(label, value)| {
                let text = match value {
                    other if self.settings.api.typed_custom_fields && !other.is_array() => {
                        return (label.clone(), other.clone());
                    }
                    Value::Array(options) => {
                        let options: Vec<String> = options.iter().map(Value::to_string).collect();
                        format!("[{}]", options.join(", "))
                    }
                    other => other.as_str().unwrap_or_default().to_owned(),
                };
                (label.clone(), Value::String(text))
            })
            .collect();
        let href = format!("https://dash.callbell.eu/contacts/{}", contact.uuid);
        let mut shown = json!({
            "uuid": contact.uuid,
            "name": contact.name,
            "phoneNumber": phone,
            "avatarUrl": null,
            "createdAt": created,
            "source": contact.source,
            "href": href,
            "conversationHref": self.conversation_href(contact, &href),
            "tags": contact.tags,
            "assignedUser": contact.assigned_user,
            "customFields": custom_fields,
            "note": contact.note,
            "blockedAt": null,
            "closedAt": null,
        });
        if let Some(team) =
            self.settings.account.teams.iter().find(|team| Some(&team.uuid) == contact.team_uuid.as_ref())
        {
            shown["team"] = self.team(team);
        }
        let channel = self.settings.account.channels.iter().find(|channel| match &contact.channel_uuid {
            Some(uuid) => channel.uuid == *uuid,
            None => channel.main && channel.r#type == contact.source,
        });
        if let Some(channel) = channel.filter(|_| self.settings.api.shows_channel) {
            shown["channel"] =
                json!({ "uuid": channel.uuid, "title": channel.title, "type": channel.r#type });
        }
        for member in &self.settings.api.never_shown {
            shown.as_object_mut().map(|shown| shown.remove(member));
        }
        if with_types {
            let metadata: Map<String, Value> = self
                .settings
                .account
                .custom_fields
                .iter()
                .filter(|field| contact.custom_fields.contains_key(&field.label))
                .map(|field| {
                    let mut about =
                        json!({ "type": field.r#type, "value": contact.custom_fields[&field.label] });
                    if !field.options.is_empty() {
                        about["options"] = json!(field.options);
                    }
                    (field.label.clone(), about)
                })
                .collect();
            shown["customFieldsMetadata"] = Value::Object(metadata);
        }
        shown
    }

    fn conversation_href(&self, contact: &Contact, href: &str) -> Option<String> {
        let shown = match self.settings.api.conversation_href {
            ConversationHref::Always => true,
            ConversationHref::WhenOpen => contact.has_conversation,
            ConversationHref::Never => false,
        };
        shown.then(|| href.replace("contacts", "chat"))
    }

    pub(super) fn created_at_start(&self) -> String {
        humantime::format_rfc3339_seconds(self.began).to_string()
    }

    pub(super) fn team(&self, team: &Team) -> Value {
        let is_first = self.settings.account.teams.first().is_some_and(|first| first.uuid == team.uuid);
        json!({
            "uuid": team.uuid,
            "name": team.name,
            "createdAt": self.created_at_start(),
            "default": is_first,
            "members": team.members.len(),
        })
    }
}

/// Whether a contact is shown that is not before it was there for so many milliseconds.
fn is_shown_after(lag_ms: u64, contact: &Contact, now: Duration) -> bool {
    contact.preexisting || now.saturating_sub(contact.stored_at) >= Duration::from_millis(lag_ms)
}

fn wants_types(query: &str) -> bool {
    parameter(query, "include_field_types").as_deref() == Some("true")
}

/// The value of a query parameter, decoded.
pub(super) fn parameter(query: &str, name: &str) -> Option<String> {
    form_urlencoded::parse(query.as_bytes())
        .find(|(key, value)| key == name && !value.is_empty())
        .map(|(_, value)| value.into_owned())
}
