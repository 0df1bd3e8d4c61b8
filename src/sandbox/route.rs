//! Method and path → what is asked for.

use super::faults::On;

/// Where a request goes.
pub(super) enum Route {
    AuthMe,
    Create,
    List,
    Find(String),
    Get(String),
    Patch(String),
    Delete(String),
    Teams,
    Team(String),
    Members(String),
    Channels,
    Plan,
    Unknown(String),
}

impl Route {
    /// What a request asks for.
    pub(super) fn of(method: &str, path: &str) -> Self {
        let parts: Vec<&str> =
            path.trim_start_matches("/v1").split('/').filter(|part| !part.is_empty()).collect();
        match (method, &parts[..]) {
            ("GET", ["auth", "me"]) => Self::AuthMe,
            ("POST", ["contacts"]) => Self::Create,
            ("GET", ["contacts"]) => Self::List,
            ("GET", ["contacts", "phone", number]) => Self::Find((*number).to_owned()),
            ("GET", ["contacts", uuid]) => Self::Get((*uuid).to_owned()),
            ("PATCH", ["contacts", uuid]) => Self::Patch((*uuid).to_owned()),
            ("DELETE", ["contacts", uuid]) => Self::Delete((*uuid).to_owned()),
            ("GET", ["teams"]) => Self::Teams,
            ("GET", ["teams", uuid]) => Self::Team((*uuid).to_owned()),
            ("GET", ["teams", uuid, "members"]) => Self::Members((*uuid).to_owned()),
            ("GET", ["channels"]) => Self::Channels,
            ("GET", ["plan"]) => Self::Plan,
            _ => Self::Unknown(method.chars().filter(char::is_ascii_alphabetic).take(10).collect()),
        }
    }

    pub(super) fn name(&self) -> String {
        match self {
            Self::AuthMe => "GET /auth/me",
            Self::Create => "POST /contacts",
            Self::List => "GET /contacts",
            Self::Find(_) => "GET /contacts/phone/:number",
            Self::Get(_) => "GET /contacts/:uuid",
            Self::Patch(_) => "PATCH /contacts/:uuid",
            Self::Delete(_) => "DELETE /contacts/:uuid",
            Self::Teams => "GET /teams",
            Self::Team(_) => "GET /teams/:uuid",
            Self::Members(_) => "GET /teams/:uuid/members",
            Self::Channels => "GET /channels",
            Self::Plan => "GET /plan",
            Self::Unknown(method) => return format!("{method} (unknown path)"),
        }
        .to_owned()
    }

    /// The name by which this read can be closed.
    pub(super) fn read_name(&self) -> Option<&'static str> {
        Some(match self {
            Self::Plan => "plan",
            Self::Teams | Self::Team(_) => "teams",
            Self::Members(_) => "members",
            Self::Channels => "channels",
            Self::List => "contacts",
            _ => return None,
        })
    }

    pub(super) fn fault_target(&self) -> Option<On> {
        match self {
            Self::Create => Some(On::Create),
            Self::Find(_) => Some(On::LookUp),
            Self::AuthMe => Some(On::AuthMe),
            Self::Get(_) => Some(On::Read),
            Self::Patch(_) => Some(On::Update),
            Self::Delete(_) => Some(On::Delete),
            Self::List => Some(On::List),
            _ => None,
        }
    }
}
