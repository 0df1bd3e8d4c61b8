//! Certificate authorities that are trusted beside those of the system.

use crate::words::{Message, message, worded};

/// For a server whose certificate comes from an authority of its owner's: a proxy that looks into connections, a
/// stand-in of the API. Nothing switches the verification off.
#[derive(Debug, Clone, Default)]
pub struct ExtraRoots(Vec<reqwest::Certificate>);

/// What is given holds no certificate authority.
#[derive(Debug)]
pub enum RootsError {
    /// No PEM, or a broken one.
    Broken(Message),
    /// PEM of something else, such as a key.
    None,
}

worded!(RootsError);

impl RootsError {
    /// What is wrong.
    pub fn message(&self) -> Message {
        match self {
            Self::Broken(why) => message!("ca-cert-broken", why),
            Self::None => message!("ca-cert-none"),
        }
    }
}

impl ExtraRoots {
    /// Reads certificates in PEM form (RFC 7468).
    ///
    /// # Errors
    ///
    /// If there is none.
    pub fn from_pem(pem: &[u8]) -> Result<Self, RootsError> {
        let certificates = reqwest::Certificate::from_pem_bundle(pem)
            .map_err(|error| RootsError::Broken(super::http::describe(&error)))?;
        if certificates.is_empty() { Err(RootsError::None) } else { Ok(Self(certificates)) }
    }

    /// The certificates.
    pub(super) fn certificates(&self) -> impl Iterator<Item = reqwest::Certificate> + '_ {
        self.0.iter().cloned()
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
