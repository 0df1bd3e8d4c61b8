//! A contact's identity as a fingerprint: which person, not which row.

use blake3::Hasher;

use crate::model::{NewContact, Source, canonical_form};

/// Makes fingerprints with a salt, so that they say nothing without it.
#[derive(Clone)]
pub struct Fingerprints {
    salt: [u8; 32],
}

/// The same for two contacts of one account if and only if they are the same person in the same channel, in whichever
/// spelling or form the number came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContactKey(pub [u8; 16]);

impl Fingerprints {
    /// With this salt.
    pub fn new(salt: [u8; 32]) -> Self {
        Self { salt }
    }

    /// Who the contact is.
    pub fn key(&self, contact: &NewContact) -> ContactKey {
        let mut hasher = Hasher::new_keyed(&self.salt);
        hasher.update(contact.source.as_str().as_bytes()).update(&[0]);
        hasher.update(contact.channel_uuid.as_deref().unwrap_or_default().as_bytes()).update(&[0]);
        if contact.source == Source::Whatsapp {
            hasher.update(canonical_form(&contact.identifier).as_bytes());
        } else {
            hasher.update(contact.identifier.as_bytes());
        }
        let mut key = [0; 16];
        key.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
        ContactKey(key)
    }

    /// What is said about the contact: the same for the same data, `body` being what would be sent.
    pub fn content(&self, body: &str) -> [u8; 8] {
        let mut content = [0; 8];
        content.copy_from_slice(&blake3::keyed_hash(&self.salt, body.as_bytes()).as_bytes()[..8]);
        content
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact(identifier: &str, source: Source, channel: Option<&str>) -> NewContact {
        NewContact {
            identifier: identifier.to_owned(),
            source,
            name: "any".to_owned(),
            tags: Vec::new(),
            custom_fields: Vec::new(),
            assigned_user: None,
            team_uuid: None,
            channel_uuid: channel.map(str::to_owned),
            bot_status: None,
            note: None,
        }
    }

    #[test]
    fn a_person_is_source_channel_and_number_in_either_of_its_forms() {
        let fingerprints = Fingerprints::new([7; 32]);
        let key = |identifier, source, channel| fingerprints.key(&contact(identifier, source, channel));
        let ada = key("5511987654321", Source::Whatsapp, None);
        assert_eq!(ada, key("551187654321", Source::Whatsapp, None));
        for other in [
            key("5511987654322", Source::Whatsapp, None),
            key("5511987654321", Source::Telegram, None),
            key("5511987654321", Source::Whatsapp, Some("c")),
        ] {
            assert_ne!(ada, other);
        }
        assert_ne!(key("551187654321", Source::Telegram, None), key("5511987654321", Source::Telegram, None));
        assert_ne!(ada, Fingerprints::new([8; 32]).key(&contact("5511987654321", Source::Whatsapp, None)));
    }
}
