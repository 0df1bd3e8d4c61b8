//! `sandbox.toml`: how the stand-in behaves, what the account holds, what goes wrong.

use serde::Deserialize;

use super::faults::FaultRule;
use crate::words::{discreet, without_value};

/// Everything that can be set. Each part has a default, so that an empty file is a well-behaved API.
#[derive(Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SandboxSettings {
    /// Makes faults and uuids repeatable.
    pub seed: u64,
    /// The token that opens the account.
    pub token: String,
    /// Switches where the real API is unknown.
    pub api: Behaviour,
    /// What the account holds.
    pub account: Account,
    /// What goes wrong, in the order in which it is tried.
    pub faults: Vec<FaultRule>,
}

discreet!(SandboxSettings { seed, api });

impl Default for SandboxSettings {
    fn default() -> Self {
        Self {
            seed: 1,
            token: "test_sandbox".to_owned(),
            api: Behaviour::default(),
            account: Account::default(),
            faults: Vec::new(),
        }
    }
}

/// A settings file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct SandboxError(String);

impl SandboxSettings {
    /// Reads TOML.
    ///
    /// # Errors
    ///
    /// If it is none, or says something unknown; the message names the line and does not show it: the file may be another
    /// one, which holds a secret.
    pub fn from_toml(text: &str) -> Result<Self, SandboxError> {
        let settings: Self = toml::from_str(text).map_err(|error| unreadable(&error))?;
        for rule in &settings.faults {
            rule.check().map_err(SandboxError)?;
        }
        Ok(settings)
    }
}

fn unreadable(error: &toml::de::Error) -> SandboxError {
    let whole = error.to_string();
    let what = without_value(error.message());
    SandboxError(match whole.split_once('\n') {
        Some((place, _)) if error.span().is_some() => format!("{place}: {what}"),
        _ => what,
    })
}

/// What a second POST with the same identifier gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnDuplicate {
    /// A second contact. The worst case, and so the default.
    Second,
    /// The contact that is there, unchanged.
    Existing,
    /// The contact that is there, changed.
    Overwrite,
    /// 409.
    Conflict,
    /// The validation error.
    Invalid,
}

/// What a name that the account does not have gets (tags, custom fields, users, teams, channels).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnUnknown {
    /// It is taken as it is.
    Accept,
    /// It is left out.
    Drop,
    /// The validation error.
    Reject,
}

/// An answer's contact: as measured, or as the reference prints it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// `{"contact": {…}}`
    Object,
    /// `{"contact": [{…}]}`
    Array,
    /// `{…}`, also in the answer to a look-up.
    Bare,
}

/// What a look-up answers that finds nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnMiss {
    /// 404 with an error in JSON.
    NotFound,
    /// 404 without a body.
    BareNotFound,
    /// 200 `{"contact": null}`
    Null,
    /// 200 `{}`
    Empty,
    /// 200 `{"contact": []}`
    EmptyList,
}

/// How errors of parameters are put.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorShape {
    /// `{"error": {"name": ["can't be blank"]}}`
    Object,
    /// `{"error": "name can't be blank"}`
    Text,
}

/// How phone numbers come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhoneEcho {
    /// `393331234567`
    Digits,
    /// `+393331234567`
    Plus,
    /// `+39 33 31 23 45 67`
    Spaces,
    /// As it was sent.
    AsSent,
    /// Not at all.
    Missing,
}

/// What the stand-in adds to a 429 of its own limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetryAfter {
    /// Nothing, as documented.
    None,
    /// `Retry-After: 1`
    Seconds,
    /// An HTTP date a second or two away.
    Date,
}

/// What PATCH does to custom fields that it does not name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnPatch {
    /// They stay.
    Merge,
    /// They go.
    Replace,
}

/// What of a PATCH is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PatchStores {
    /// All of it.
    All,
    /// Nothing, and the answer is the contact as it was.
    Nothing,
    /// The name alone, and the answer is a validation error.
    NameThenError,
    /// All of it, and the answer is a validation error.
    AllThenError,
}

/// What a DELETE of a contact that is not there gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnGone {
    /// 404 with an error in JSON.
    NotFound,
    /// 410 without a body.
    Gone,
    /// The same as the first time.
    Same,
}

/// When a contact shows the address of its conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConversationHref {
    /// From the start, whether there is a conversation or not.
    Always,
    /// Once there is one.
    WhenOpen,
    /// Never.
    Never,
}

/// The names of the parameters that are understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// As on the live API.
    En,
    /// As on the machine-translated French page.
    Fr,
}

/// The switches.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Behaviour {
    /// Status of a creation.
    pub created_status: u16,
    /// Form of the contact in an answer to POST, PATCH and GET by uuid.
    pub contact_shape: Shape,
    /// What a second POST with the same identifier gets.
    pub duplicate: OnDuplicate,
    /// What a look-up answers that finds nobody.
    pub miss: OnMiss,
    /// Status of a validation error.
    pub error_status: u16,
    /// Form of a validation error.
    pub error_shape: ErrorShape,
    /// Tags that the account does not have.
    pub unknown_tag: OnUnknown,
    /// Custom fields that the account does not have.
    pub unknown_field: OnUnknown,
    /// Users that the account does not have.
    pub unknown_user: OnUnknown,
    /// Teams and channels that the account does not have.
    pub unknown_team_or_channel: OnUnknown,
    /// How numbers come back.
    pub phone_echo: PhoneEcho,
    /// Whether look-ups take numbers with other characters than digits for the same.
    pub lookup_ignores_format: bool,
    /// Whether lists have `meta.next`.
    pub cursors: bool,
    /// What PATCH does to custom fields that it does not name.
    pub patch_custom_fields: OnPatch,
    /// What of a PATCH is stored.
    pub patch_stores: PatchStores,
    /// Whether custom fields may be anything but texts and lists of texts.
    pub typed_custom_fields: bool,
    /// Status of a deletion; 204 has no body.
    pub deleted_status: u16,
    /// What a DELETE of a contact that is not there gets.
    pub delete_gone: OnGone,
    /// When a contact shows the address of its conversation.
    pub conversation_href: ConversationHref,
    /// Members that the answer to POST does not show, though a GET does.
    pub not_in_created: Vec<String>,
    /// Members that are never shown.
    pub never_shown: Vec<String>,
    /// The user that new contacts are given to where none is named.
    pub default_user: Option<String>,
    /// Requests per rolling second, then 429; 0: no limit.
    pub limit_per_second: u32,
    /// What a 429 of the limit carries.
    pub retry_after: RetryAfter,
    /// How long every answer takes.
    pub latency_ms: u64,
    /// How long a contact stays invisible to look-ups and lists.
    pub read_lag_ms: u64,
    /// How long a contact cannot be read by its uuid either.
    pub uuid_lag_ms: u64,
    /// Names of the parameters.
    pub param_names: Language,
    /// Answers carry rate headers even when nothing is refused.
    pub rate_headers: bool,
    /// Reads that the account's plan does not open: `plan`, `teams`, `members`, `channels`, `contacts` (the list).
    pub closed_reads: Vec<String>,
    /// Status of a closed read.
    pub closed_status: u16,
    /// Whether contacts show their channel.
    pub shows_channel: bool,
    /// Seconds by which the server's clock is ahead of this machine's; negative: behind.
    pub clock_ahead_s: i32,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            created_status: 201,
            contact_shape: Shape::Object,
            duplicate: OnDuplicate::Second,
            miss: OnMiss::NotFound,
            error_status: 422,
            error_shape: ErrorShape::Object,
            unknown_tag: OnUnknown::Accept,
            unknown_field: OnUnknown::Accept,
            unknown_user: OnUnknown::Accept,
            unknown_team_or_channel: OnUnknown::Accept,
            phone_echo: PhoneEcho::Digits,
            lookup_ignores_format: true,
            cursors: true,
            patch_custom_fields: OnPatch::Merge,
            patch_stores: PatchStores::All,
            typed_custom_fields: false,
            deleted_status: 200,
            delete_gone: OnGone::NotFound,
            conversation_href: ConversationHref::Always,
            not_in_created: Vec::new(),
            never_shown: Vec::new(),
            default_user: None,
            limit_per_second: 300,
            retry_after: RetryAfter::None,
            latency_ms: 0,
            read_lag_ms: 0,
            uuid_lag_ms: 0,
            param_names: Language::En,
            rate_headers: false,
            closed_reads: Vec::new(),
            closed_status: 403,
            shows_channel: true,
            clock_ahead_s: 0,
        }
    }
}

/// A team.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Team {
    /// 32 hexadecimal digits.
    pub uuid: String,
    /// Its name.
    pub name: String,
    /// E-mail addresses of its members.
    #[serde(default)]
    pub members: Vec<String>,
}

/// A channel.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Channel {
    /// 32 hexadecimal digits.
    pub uuid: String,
    /// Its title.
    pub title: String,
    /// `whatsapp`, `facebook`, `instagram` or `telegram`.
    pub r#type: String,
    /// Whether contacts without a channel belong to it.
    #[serde(default)]
    pub main: bool,
    /// Whether it is out of use.
    #[serde(default)]
    pub discarded: bool,
}

/// A custom field.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomField {
    /// Its label.
    pub label: String,
    /// `text`, `email`, `number`, `date`, `dropdown` or `checkbox`.
    pub r#type: String,
    /// What a dropdown or checkbox offers.
    #[serde(default)]
    pub options: Vec<String>,
}

/// What the account holds.
#[derive(Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Account {
    /// Name of the token's user.
    pub user_name: String,
    /// E-mail address of the token's user.
    pub user_email: String,
    /// Tags that exist.
    pub tags: Vec<String>,
    /// Custom fields that exist.
    pub custom_fields: Vec<CustomField>,
    /// Teams.
    pub teams: Vec<Team>,
    /// Channels.
    pub channels: Vec<Channel>,
    /// Confirmed users, beside the members of teams.
    pub users: Vec<String>,
    /// Contacts that are there from the start, as bodies of POST.
    pub contacts: Vec<toml::Table>,
}

discreet!(Account {});

impl Default for Account {
    fn default() -> Self {
        Self {
            user_name: "Sandbox".to_owned(),
            user_email: "sandbox@example.com".to_owned(),
            tags: Vec::new(),
            custom_fields: Vec::new(),
            teams: Vec::new(),
            channels: vec![Channel {
                uuid: "00000000000000000000000000000001".to_owned(),
                title: "Main WhatsApp".to_owned(),
                r#type: "whatsapp".to_owned(),
                main: true,
                discarded: false,
            }],
            users: Vec::new(),
            contacts: Vec::new(),
        }
    }
}
