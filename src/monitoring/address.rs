//! Where pings and notices go.

use std::fmt;
use std::net::IpAddr;

use crate::words::{Message, message, worded};
use reqwest::Url;

/// An `https` address, or an `http` one of this machine. It often holds a secret, so it is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Address(Url);

/// Why an address is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressError {
    /// No address.
    NotAUrl,
    /// Neither `http` nor `https`.
    Scheme,
    /// Anyone on the way could read it.
    Unencrypted,
}

worded!(AddressError);

impl AddressError {
    /// What is wrong.
    pub fn message(&self) -> Message {
        match self {
            Self::NotAUrl => message!("address-none"),
            Self::Scheme => message!("address-scheme"),
            Self::Unencrypted => message!("address-unencrypted"),
        }
    }
}

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    ///
    /// If it is none, or not safe on the way.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let url = Url::parse(text.trim()).map_err(|_| AddressError::NotAUrl)?;
        if url.cannot_be_a_base() || url.host_str().is_none() {
            return Err(AddressError::NotAUrl);
        }
        match url.scheme() {
            "https" => Ok(Self(url)),
            "http" if is_here(&url) => Ok(Self(url)),
            "http" => Err(AddressError::Unencrypted),
            _ => Err(AddressError::Scheme),
        }
    }

    /// The address one step below, as the convention of healthchecks.io has it: `start` and `fail`.
    pub(super) fn below(&self, word: &str) -> Self {
        let mut url = self.0.clone();
        let path = format!("{}/{word}", url.path().trim_end_matches('/'));
        url.set_path(&path);
        Self(url)
    }

    /// Whether it is one of this machine.
    pub(super) fn is_here(&self) -> bool {
        is_here(&self.0)
    }

    pub(super) fn url(&self) -> Url {
        self.0.clone()
    }
}

fn is_here(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let ip: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
    host.eq_ignore_ascii_case("localhost") || ip.is_some_and(|ip| ip.is_loopback())
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(not shown)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_anywhere_and_http_to_this_machine_are_taken() {
        assert!(Address::parse("https://hc-ping.com/secret?x=1").is_ok());
        assert!(Address::parse("http://127.0.0.1:8000/ping").is_ok());
        for (text, error) in [
            ("http://hc-ping.com/secret", AddressError::Unencrypted),
            ("http://127.0.0.1.example.com/", AddressError::Unencrypted),
            ("file:///etc/passwd", AddressError::NotAUrl),
            ("gopher://example.com/", AddressError::Scheme),
            ("hc-ping.com", AddressError::NotAUrl),
        ] {
            assert_eq!(Address::parse(text).unwrap_err(), error, "{text}");
        }
    }

    #[test]
    fn words_are_put_below_the_path_and_before_the_query() {
        let address = Address::parse("https://hc.example/ping/1/?create=1").unwrap();
        assert_eq!(address.below("start").url().as_str(), "https://hc.example/ping/1/start?create=1");
        assert_eq!(format!("{address:?}"), "Address(not shown)");
    }
}
