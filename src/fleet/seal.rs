//! Seals what is written into the engine, with a key that the engine does not have.
//!
//! A journal has fingerprints of people, salted with a salt that stands beside them, uuids of contacts, what the API said
//! about rows, and, for updates, what contacts held before. None of it is for whoever runs the engine or reads its disk.

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom as _, SystemRandom};

/// Bytes of a key.
pub const KEY: usize = 32;

/// Seals and opens the messages of one log.
#[derive(Clone)]
pub struct Seal {
    key: LessSafeKey,
    random: SystemRandom,
    /// What the messages belong to: one of another log cannot be put in their place.
    about: Vec<u8>,
}

impl Seal {
    /// With the key of a job, for the log called `about`; `None` if the key is none.
    pub fn new(key: &[u8; KEY], about: &str) -> Option<Self> {
        let key = UnboundKey::new(&CHACHA20_POLY1305, key).ok()?;
        let random = SystemRandom::new();
        Some(Self { key: LessSafeKey::new(key), random, about: about.as_bytes().to_vec() })
    }

    /// A new key; `None` if the system has no randomness.
    pub fn new_key() -> Option<[u8; KEY]> {
        let mut key = [0; KEY];
        SystemRandom::new().fill(&mut key).ok()?;
        Some(key)
    }

    /// Seals a message; `None` if the system has no randomness.
    pub fn seal(&self, text: &[u8]) -> Option<Vec<u8>> {
        let mut nonce = [0; NONCE_LEN];
        self.random.fill(&mut nonce).ok()?;
        let mut sealed = text.to_vec();
        let about = Aad::from(&self.about);
        self.key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), about, &mut sealed).ok()?;
        sealed.splice(0..0, nonce);
        Some(sealed)
    }

    /// Opens a message; `None` if it is not whole, or of another log.
    pub(super) fn open(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, text) = sealed.split_first_chunk::<NONCE_LEN>()?;
        let mut text = text.to_vec();
        let about = Aad::from(&self.about);
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let length = self.key.open_in_place(nonce, about, &mut text).ok()?.len();
        text.truncate(length);
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_is_opened_with_its_key_in_its_log_and_nowhere_else() {
        let key = Seal::new_key().unwrap();
        let seal = Seal::new(&key, "log.a.1").unwrap();
        let sealed = seal.seal(b"+39 333 1234567").unwrap();
        assert!(!sealed.windows(4).any(|window| window == b"1234"));
        assert_ne!(sealed, seal.seal(b"+39 333 1234567").unwrap());
        assert_eq!(seal.open(&sealed).unwrap(), b"+39 333 1234567");
        assert_eq!(Seal::new(&key, "log.a.2").unwrap().open(&sealed), None);
        assert_eq!(Seal::new(&Seal::new_key().unwrap(), "log.a.1").unwrap().open(&sealed), None);
        for at in 0..sealed.len() {
            let mut flipped = sealed.clone();
            flipped[at] ^= 1;
            assert_eq!(seal.open(&flipped), None, "{at}");
            assert_eq!(seal.open(&sealed[..at]), None, "{at}");
        }
    }
}
