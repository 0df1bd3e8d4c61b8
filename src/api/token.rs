//! The secret that opens the account.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString, zeroize::Zeroizing};

use crate::words::{Message, message, worded};

/// Longest token that is taken for one.
const LONGEST: usize = 4096;

/// An API token. It shows itself to the authorization header, to what strikes it out of answers, and to nothing else.
#[derive(Clone)]
pub struct ApiToken(SecretString);

/// Why something is no token. Holds not one character of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenError {
    /// Nothing, or white space only.
    Empty,
    /// Longer than any token.
    TooLong,
    /// White space or control characters inside, or letters beyond ASCII.
    Characters,
}

worded!(TokenError);

impl TokenError {
    /// What is wrong.
    pub fn message(&self) -> Message {
        match self {
            Self::Empty => message!("token-empty"),
            Self::TooLong => message!("token-too-long", most = LONGEST),
            Self::Characters => message!("token-characters"),
        }
    }
}

impl ApiToken {
    /// Reads a token. A byte-order mark, outer white space (such as a file's last newline) and a `Bearer` in front
    /// are taken off.
    ///
    /// # Errors
    ///
    /// If what is left cannot be a token.
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim();
        let text = if text == "Bearer" { "" } else { text.strip_prefix("Bearer ").unwrap_or(text).trim() };
        if text.is_empty() {
            return Err(TokenError::Empty);
        }
        if text.len() > LONGEST {
            return Err(TokenError::TooLong);
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\'') {
            return Err(TokenError::Characters);
        }
        Ok(Self(SecretString::from(text)))
    }

    /// What tells this token at an address from all others, and tells nothing else about it.
    pub fn fingerprint(&self, address: &str) -> String {
        let mut hasher = blake3::Hasher::new_derive_key("callbell-import 2026 token at an address");
        hasher.update(address.as_bytes()).update(b"\0").update(self.0.expose_secret().as_bytes());
        hasher.finalize().to_hex()[..32].to_owned()
    }

    /// Itself, for whoever takes it out of what comes back.
    pub(super) fn secret(&self) -> &str {
        self.0.expose_secret()
    }

    /// The value of the authorization header.
    pub(super) fn header(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("Bearer {}", self.0.expose_secret()))
    }
}

impl fmt::Debug for ApiToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_loses_its_mark_its_newline_and_its_bearer_and_keeps_its_colons() {
        for text in ["abc:def.0", "abc:def.0\n", " Bearer abc:def.0\r\n", "\u{feff}abc:def.0\n"] {
            assert_eq!(ApiToken::parse(text).unwrap().header().as_str(), "Bearer abc:def.0");
        }
    }

    #[test]
    fn what_cannot_be_a_token_is_refused_without_showing_it() {
        for (text, error) in [
            (" \n", TokenError::Empty),
            ("Bearer ", TokenError::Empty),
            ("a b", TokenError::Characters),
            ("\"abc\"", TokenError::Characters),
            ("clé", TokenError::Characters),
            ("a\nb", TokenError::Characters),
            ("a\u{feff}b", TokenError::Characters),
            ("\u{feff}\n", TokenError::Empty),
        ] {
            assert_eq!(ApiToken::parse(text).unwrap_err(), error, "{text:?}");
        }
        assert_eq!(ApiToken::parse(&"a".repeat(5000)).unwrap_err(), TokenError::TooLong);
    }

    #[test]
    fn debug_shows_nothing_of_the_token() {
        assert_eq!(format!("{:?}", ApiToken::parse("secret-token").unwrap()), "ApiToken(…)");
    }
}
