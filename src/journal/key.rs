//! A contact's identity as a fingerprint: which person, not which row.

use std::borrow::Cow;
use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;

use blake3::{Hash, Hasher, keyed_hash};

use crate::model::{Field, FieldValue, NewContact, PhoneForms, Said, Source, UpdateRules, canonical_uuid};

/// Makes fingerprints with a salt, so that they say nothing without it.
#[derive(Clone)]
pub struct Fingerprints {
    salt: [u8; 32],
    /// The channel that WhatsApp contacts without one belong to, as bare digits.
    main_channel: Option<String>,
    forms: PhoneForms,
}

/// The same for two contacts of one account if and only if they are the same person in the same channel, in whichever
/// spelling or form the number came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContactKey(pub [u8; 16]);

/// Who a contact is, and what is said about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    /// Who.
    pub key: ContactKey,
    /// What.
    pub content: [u8; 8],
}

impl Fingerprints {
    /// With this salt.
    pub fn new(salt: [u8; 32]) -> Self {
        Self { salt, main_channel: None, forms: PhoneForms::default() }
    }

    /// Takes WhatsApp contacts of this channel for the same as contacts without a channel, and channels for the same
    /// however their uuids are written. A journal keeps to what it began with: otherwise the contacts that it remembers
    /// would be strangers.
    #[must_use]
    pub fn with_main_channel(self, uuid: Option<&str>) -> Self {
        Self { main_channel: uuid.map(canonical_uuid), ..self }
    }

    /// Takes these numbers for the same. Here, too, a journal keeps to what it began with.
    #[must_use]
    pub fn with_forms(self, forms: PhoneForms) -> Self {
        Self { forms, ..self }
    }

    /// The form of a WhatsApp number (digits with country code) that stands for all that count as the same contact.
    pub fn canonical<'d>(&self, digits: &'d str) -> Cow<'d, str> {
        self.forms.canonical(digits)
    }

    /// The channel that contacts without one belong to, if contacts are known so.
    pub fn main_channel(&self) -> Option<&str> {
        self.main_channel.as_deref()
    }

    /// Whether this channel is as good as none.
    pub fn is_main(&self, source: Source, channel_uuid: &str) -> bool {
        source == Source::Whatsapp
            && self.main_channel.as_deref().is_some_and(|main| main == canonical_uuid(channel_uuid))
    }

    /// Who the contact is, and what is said about it.
    pub fn identity(&self, contact: &NewContact) -> Identity {
        Identity { key: self.key(contact), content: self.content(contact) }
    }

    /// Who the contact is.
    pub fn key(&self, contact: &NewContact) -> ContactKey {
        let channel: Cow<'_, str> = match contact.channel_uuid.as_deref() {
            Some(channel) if self.is_main(contact.source, channel) => "".into(),
            Some(channel) if self.main_channel.is_some() => canonical_uuid(channel).into(),
            channel => channel.unwrap_or_default().into(),
        };
        let identifier = match contact.source {
            Source::Whatsapp => self.canonical(&contact.identifier),
            _ => contact.identifier.as_str().into(),
        };
        let who = [contact.source.as_str(), &channel, &identifier].join("\0");
        ContactKey(beginning(keyed_hash(&self.salt, who.as_bytes())))
    }

    /// The name of a contact and its source: all that tells contacts of some sources apart in the account's list.
    pub fn name(&self, contact: &NewContact) -> [u8; 16] {
        let mut row = InARow::new();
        row.text(contact.source.as_str()).text(&contact.name);
        beginning(row.hash(&self.salt))
    }

    /// The list in these files, from the root; `None` if it has no name, as one from standard input has none.
    pub fn list(&self, files: &[PathBuf]) -> Option<String> {
        let mut hasher = Hasher::new_keyed(&self.salt);
        for file in files {
            hasher.update(file.as_os_str().as_bytes()).update(&[0]);
        }
        (!files.is_empty()).then(|| hasher.finalize().to_hex()[..32].to_owned())
    }

    /// Whose account it is, by the address of the API and the e-mail address of the token's user: a new token of the
    /// same user is the same account. Where the API names no user, nothing but `token`, a fingerprint of it, tells one
    /// account from another.
    pub fn account(&self, endpoint: &str, user_email: Option<&str>, token: &str) -> String {
        let mut hasher = Hasher::new_keyed(&self.salt);
        hasher.update(endpoint.as_bytes()).update(&[0]);
        match user_email.filter(|email| !email.is_empty()) {
            Some(email) => hasher.update(email.as_bytes()),
            // No address begins with this.
            None => hasher.update(&[0]).update(token.as_bytes()),
        };
        hasher.finalize().to_hex()[..32].to_owned()
    }

    /// What is said about the contact: the same for the same data, whichever way it is written on the wire.
    pub fn content(&self, contact: &NewContact) -> [u8; 8] {
        let mut says = contact.says();
        // Journals began with the bot's status last.
        says.sort_by_key(|(field, _)| *field == Field::BotStatus);
        let mut row = InARow::new();
        for (_, said) in says {
            match said {
                Said::Text(text) => {
                    row.text(text);
                }
                Said::Maybe(text) => {
                    row.optional(text);
                }
                Said::Texts(texts) => row.texts(texts),
                Said::Labelled(fields) => {
                    row.count(fields.len());
                    for (label, value) in fields {
                        row.text(label);
                        match value {
                            FieldValue::Text(text) => {
                                row.count(0).text(text);
                            }
                            FieldValue::Options(options) => {
                                row.count(1 + options.len());
                                for option in options {
                                    row.text(option);
                                }
                            }
                        }
                    }
                }
            }
        }
        beginning(row.hash(&self.salt))
    }
}

/// What tells update rules from others, hexadecimal; `None` if there are none. Of rules nothing is secret, and so it is
/// the same in every journal.
pub fn rules_mark(rules: &UpdateRules) -> Option<String> {
    let mut row = InARow::new();
    for (field, rule) in rules.that_count() {
        row.text(field).text(rule.as_str());
    }
    (!row.0.is_empty()).then(|| blake3::hash(&row.0).to_hex()[..16].to_owned())
}

/// The first bytes of a hash, of which it has 32.
fn beginning<const N: usize>(hash: Hash) -> [u8; N] {
    std::array::from_fn(|at| hash.as_bytes()[at])
}

/// Values in a row, so that no two lists of them look the same. They are hashed in one go, which is what a hash is good at.
struct InARow(Vec<u8>);

impl InARow {
    /// Nothing yet, with room for a common contact.
    fn new() -> Self {
        Self(Vec::with_capacity(512))
    }

    fn hash(&self, salt: &[u8; 32]) -> Hash {
        keyed_hash(salt, &self.0)
    }

    fn count(&mut self, count: usize) -> &mut Self {
        self.0.extend_from_slice(&(count as u64).to_le_bytes());
        self
    }

    fn text(&mut self, text: &str) -> &mut Self {
        self.count(text.len()).0.extend_from_slice(text.as_bytes());
        self
    }

    fn texts(&mut self, texts: &[String]) {
        self.count(texts.len());
        for text in texts {
            self.text(text);
        }
    }

    fn optional(&mut self, text: Option<&str>) -> &mut Self {
        match text {
            None => self.count(0),
            Some(text) => self.count(1).text(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::BotStatus;

    fn contact(identifier: &str, source: Source, channel: Option<&str>) -> NewContact {
        NewContact {
            identifier: identifier.to_owned(),
            source,
            name: "any".to_owned(),
            channel_uuid: channel.map(str::to_owned),
            ..NewContact::ada()
        }
    }

    #[test]
    fn what_is_said_changes_with_every_field_and_with_nothing_else() {
        let fingerprints = Fingerprints::new([7; 32]);
        let ada = contact("393331234567", Source::Whatsapp, None);
        let text = |text: &str| Some(text.to_owned());
        let one = |label: &str, value| vec![(label.to_owned(), value)];
        let options =
            |options: &[&str]| FieldValue::Options(options.iter().map(|o| (*o).to_owned()).collect());
        let others = [
            contact("393331234568", Source::Whatsapp, None),
            contact("393331234567", Source::Telegram, None),
            contact("393331234567", Source::Whatsapp, Some("c")),
            NewContact { name: "other".to_owned(), ..ada.clone() },
            NewContact { tags: vec!["ab".to_owned()], ..ada.clone() },
            NewContact { tags: vec!["a".to_owned(), "b".to_owned()], ..ada.clone() },
            NewContact { custom_fields: one("City", FieldValue::Text("Milan".to_owned())), ..ada.clone() },
            NewContact { custom_fields: one("City", options(&["Milan"])), ..ada.clone() },
            NewContact { custom_fields: one("City", options(&["Mi", "lan"])), ..ada.clone() },
            NewContact { custom_fields: one("Town", FieldValue::Text("Milan".to_owned())), ..ada.clone() },
            NewContact { assigned_user: text("x"), ..ada.clone() },
            NewContact { team_uuid: text("x"), ..ada.clone() },
            NewContact { channel_uuid: text("x"), ..ada.clone() },
            NewContact { note: text("x"), ..ada.clone() },
            NewContact { bot_status: Some(BotStatus::Start), ..ada.clone() },
            NewContact { bot_status: Some(BotStatus::End), ..ada.clone() },
        ];
        assert_eq!(fingerprints.content(&ada), fingerprints.content(&ada.clone()));
        let mut seen = vec![fingerprints.content(&ada)];
        for other in &others {
            let content = fingerprints.content(other);
            assert!(!seen.contains(&content), "{other:?}");
            seen.push(content);
        }
    }

    /// Journals hold these: they may never change.
    #[test]
    fn what_journals_hold_of_a_contact_stays_the_same() {
        let full = NewContact {
            name: "Ada".to_owned(),
            tags: vec!["a".to_owned(), "b".to_owned()],
            custom_fields: vec![
                ("City".to_owned(), FieldValue::Text("Rome".to_owned())),
                ("Likes".to_owned(), FieldValue::Options(vec!["Sea".to_owned()])),
            ],
            assigned_user: Some("u".to_owned()),
            team_uuid: Some("t".to_owned()),
            bot_status: Some(BotStatus::End),
            note: Some("n".to_owned()),
            ..contact("393331234567", Source::Whatsapp, Some("c"))
        };
        let fingerprints = Fingerprints::new([7; 32]);
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let plain = contact("393331234567", Source::Whatsapp, None);
        let held = [
            hex(&fingerprints.content(&full)),
            hex(&fingerprints.content(&plain)),
            hex(&fingerprints.key(&full).0),
            hex(&fingerprints.name(&full)),
        ];
        assert_eq!(
            held,
            [
                "b96c063b7c6fa875",
                "f55e8bc873218565",
                "bfa81f10f64ea0fe45bc6ef0e63461e1",
                "bd94785eda6937a5800d9482fc8b5e1e"
            ]
        );
    }

    #[test]
    fn the_main_channel_is_as_good_as_none_where_the_journal_began_with_it() {
        let main = "414a6d69-2bd6-45ed-803f-2e7ce360d4c8";
        let old = Fingerprints::new([7; 32]);
        let new = Fingerprints::new([7; 32]).with_main_channel(Some(main));
        let none = contact("393331234567", Source::Whatsapp, None);
        let bare = contact("393331234567", Source::Whatsapp, Some("414A6D692BD645ED803F2E7CE360D4C8"));
        let dashed = contact("393331234567", Source::Whatsapp, Some(main));
        assert_eq!(old.key(&none), new.key(&none));
        assert_eq!(new.key(&none), new.key(&bare));
        assert_eq!(new.key(&bare), new.key(&dashed));
        assert_ne!(old.key(&none), old.key(&dashed), "a journal that began without it keeps its keys");
        let other = contact("393331234567", Source::Whatsapp, Some("514a6d692bd645ed803f2e7ce360d4c8"));
        assert_ne!(new.key(&none), new.key(&other));
        assert_eq!(old.key(&other), new.key(&other));
        let telegram = contact("393331234567", Source::Telegram, Some(main));
        assert_ne!(new.key(&telegram), new.key(&contact("393331234567", Source::Telegram, None)));
    }

    #[test]
    fn a_journal_that_began_without_the_main_channel_tells_channels_apart_as_they_are_written() {
        let [bare, dashed] = ["514a6d692bd645ed803f2e7ce360d4c8", "514a6d69-2bd6-45ed-803f-2e7ce360d4c8"]
            .map(|channel| contact("393331234567", Source::Whatsapp, Some(channel)));
        let old = Fingerprints::new([7; 32]);
        assert_ne!(old.key(&bare), old.key(&dashed), "contacts that it remembers would be strangers");
        let new = old.with_main_channel(Some("414a6d692bd645ed803f2e7ce360d4c8"));
        assert_eq!(new.key(&bare), new.key(&dashed));
        assert_eq!(new.main_channel(), Some("414a6d692bd645ed803f2e7ce360d4c8"));
        assert_eq!(Fingerprints::new([7; 32]).main_channel(), None);
    }

    /// Journals hold this too.
    #[test]
    fn rules_are_told_apart_by_what_they_do_and_none_have_no_mark() {
        use crate::model::UpdateRule::{Fill, Keep, Overwrite};
        let mark = |rules: &[(&str, crate::model::UpdateRule)]| {
            rules_mark(&UpdateRules(rules.iter().map(|(field, rule)| ((*field).to_owned(), *rule)).collect()))
        };
        assert_eq!(mark(&[]), None);
        assert_eq!(mark(&[("name", Overwrite)]), None);
        assert_eq!(mark(&[("name", Keep)]).as_deref(), Some("a7089d464821deed"));
        let marks = [
            mark(&[("name", Keep)]),
            mark(&[("name", Fill)]),
            mark(&[("note", Keep)]),
            mark(&[("name", Keep), ("note", Fill)]),
        ];
        for (at, one) in marks.iter().enumerate() {
            assert!(!marks[..at].contains(one), "{at}");
        }
    }

    /// Journals hold this too.
    #[test]
    fn an_account_is_the_same_for_one_user_at_one_address_and_for_nobody_else() {
        let account =
            |salt, endpoint: &str, email| Fingerprints::new([salt; 32]).account(endpoint, email, "t");
        let ours = account(7, "https://api.callbell.eu/v1", Some("ada@example.com"));
        assert_eq!(ours, "6712f1bc504ed131f759dce3f67276e1");
        for other in [
            account(7, "https://api.callbell.eu/v1", Some("bob@example.com")),
            account(7, "https://api.callbell.eu/v1", None),
            account(7, "https://api.callbell.eu/v2", Some("ada@example.com")),
            account(8, "https://api.callbell.eu/v1", Some("ada@example.com")),
        ] {
            assert_ne!(ours, other);
        }
    }

    #[test]
    fn an_account_whose_user_is_not_named_is_that_of_one_token() {
        let account =
            |email, token| Fingerprints::new([7; 32]).account("https://api.callbell.eu/v1", email, token);
        assert_eq!(account(Some("ada@example.com"), "one"), account(Some("ada@example.com"), "other"));
        for nobody in [None, Some("")] {
            assert_eq!(account(nobody, "one"), account(None, "one"));
            assert_ne!(account(nobody, "one"), account(nobody, "other"));
            assert_ne!(account(nobody, "one"), account(Some("one"), "one"));
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
