//! Where the API is.

use std::fmt;
use std::net::IpAddr;

use crate::words::{Message, message, worded};
use reqwest::Url;

/// Where contacts are made.
const CONTACTS: &str = "/contacts";

/// A base address that may be sent a token: `https`, or `http` to this machine.
#[derive(Clone, PartialEq, Eq)]
pub struct BaseUrl {
    base: Url,
    /// Where most requests go.
    contacts: Url,
}

/// Why an address is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BaseUrlError {
    /// No address.
    NotAUrl,
    /// Neither `http` nor `https`.
    Scheme,
    /// `http` to another machine would show token and contacts to everyone on the way.
    Unencrypted,
    /// A user or password inside.
    UserInfo,
    /// A query or fragment.
    Query,
}

worded!(BaseUrlError);

impl BaseUrlError {
    /// What is wrong.
    pub fn message(&self) -> Message {
        match self {
            Self::NotAUrl => message!("base-url-none"),
            Self::Scheme => message!("address-scheme"),
            Self::Unencrypted => message!("base-url-unencrypted"),
            Self::UserInfo => message!("base-url-user"),
            Self::Query => message!("base-url-query"),
        }
    }
}

impl BaseUrl {
    /// The vendor's.
    pub const DEFAULT: &str = "https://api.callbell.eu/v1";

    /// Reads an address.
    ///
    /// # Errors
    ///
    /// If it is none, or must not be sent a token.
    pub fn parse(text: &str) -> Result<Self, BaseUrlError> {
        let mut url = Url::parse(text.trim()).map_err(|_| BaseUrlError::NotAUrl)?;
        if url.cannot_be_a_base() || url.host_str().is_none() {
            return Err(BaseUrlError::NotAUrl);
        }
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            "http" => return Err(BaseUrlError::Unencrypted),
            _ => return Err(BaseUrlError::Scheme),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BaseUrlError::UserInfo);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(BaseUrlError::Query);
        }
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
        let contacts = join(&url, CONTACTS).ok_or(BaseUrlError::NotAUrl)?;
        Ok(Self { base: url, contacts })
    }

    /// Whether it points to this machine.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.base)
    }

    /// The address of `path`, which begins with `/` and is already encoded.
    pub(super) fn join(&self, path: &str) -> Option<Url> {
        if path == CONTACTS { Some(self.contacts.clone()) } else { join(&self.base, path) }
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(shown(&self.base))
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn shown(url: &Url) -> &str {
    url.as_str().trim_end_matches('/')
}

fn join(base: &Url, path: &str) -> Option<Url> {
    Url::parse(&format!("{}{path}", shown(base))).ok()
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
    host.eq_ignore_ascii_case("localhost") || address.is_some_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_anywhere_and_http_to_this_machine_are_taken() {
        for (text, shown) in [
            (BaseUrl::DEFAULT, "https://api.callbell.eu/v1"),
            ("https://example.com/v1/", "https://example.com/v1"),
            ("http://127.0.0.1:8080/v1", "http://127.0.0.1:8080/v1"),
            ("http://[::1]:80", "http://[::1]"),
            ("http://localhost:1", "http://localhost:1"),
        ] {
            assert_eq!(BaseUrl::parse(text).unwrap().to_string(), shown);
        }
        assert_eq!(
            BaseUrl::parse("https://example.com/v1/").unwrap().join("/contacts").unwrap().as_str(),
            "https://example.com/v1/contacts"
        );
    }

    #[test]
    fn addresses_that_would_leak_the_token_are_refused() {
        for (text, error) in [
            ("api.callbell.eu/v1", BaseUrlError::NotAUrl),
            ("http://api.callbell.eu/v1", BaseUrlError::Unencrypted),
            ("http://127.0.0.1.example.com", BaseUrlError::Unencrypted),
            ("ftp://example.com", BaseUrlError::Scheme),
            ("https://user:pass@example.com", BaseUrlError::UserInfo),
            ("https://example.com/?token=x", BaseUrlError::Query),
            ("", BaseUrlError::NotAUrl),
        ] {
            assert_eq!(BaseUrl::parse(text).unwrap_err(), error, "{text}");
        }
    }
}
