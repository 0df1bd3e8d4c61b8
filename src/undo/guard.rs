//! May this contact be deleted? Pure, and leaning to no.

use super::spared::{Reason, Spared};
use crate::ledger::{Entry, Ledger, Seen, compare, is_empty, is_same};
use crate::model::{Field, NewContact};
use crate::results::Sent;

/// `Ok` if it may be deleted.
pub type Verdict = Result<(), Spared>;

/// The member that says when a contact came into being.
const CREATED_AT: &str = "createdAt";

/// What a person has said about the rules.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Guard {
    /// Members, by the API's names, in which a difference is no sign that somebody touched the contact. With
    /// `createdAt` among them, an answer that names the contact is evidence enough.
    pub ignored: Vec<String>,
    /// Contacts that only a look-up confirmed count as this import's, even if only number and name say so.
    pub take_looked_up: bool,
}

impl Guard {
    /// What an undo with these rules is about: the same for the same contacts and the same rules.
    pub fn state(&self, ledger: &Ledger) -> String {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&ledger.head.salt).update(&[u8::from(self.take_looked_up)]);
        for ignored in &self.ignored {
            hasher.update(ignored.as_bytes()).update(&[0]);
        }
        for entry in &ledger.entries {
            hasher.update(&entry.ticket.to_le_bytes()).update(entry.uuid.as_bytes());
            hasher.update(&entry.changes().to_le_bytes());
        }
        hasher.finalize().to_hex()[..32].to_owned()
    }

    /// Judges a contact: `sent` is what was sent for it and what it showed then, `now` what it shows today.
    pub fn judge(&self, entry: &Entry, sent: Option<&Sent>, now: &Seen) -> Verdict {
        let known = sent.and_then(|sent| Some((&sent.contact, Seen::read(sent.shown.as_ref()?)?)));
        let Some((sent, then)) = known else { return Err(Spared::plain(Reason::NotKnown)) };
        self.is_ours(entry, sent, &then, now)?;
        self.is_untouched(sent, &then, now)
    }

    /// Whether this import created it, by its own evidence.
    fn is_ours(&self, entry: &Entry, sent: &NewContact, then: &Seen, now: &Seen) -> Verdict {
        let plain = |reason| Err(Spared::plain(reason));
        // Both clocks are the server's, and both are cut to whole seconds.
        let Some(creation) = &entry.created else { return plain(Reason::NotOurs) };
        match (then.created_at().or_else(|| now.created_at()), creation.sent_after) {
            (Some(created), Some(sent_after)) if created < sent_after => return plain(Reason::Older),
            (Some(_), Some(_)) => {}
            _ if self.is_ignored(CREATED_AT) && !creation.by_lookup => {}
            _ => return plain(Reason::AgeUnknown),
        }
        let at_first = compare(sent, then);
        let differs = |fields: &[Field]| {
            at_first
                .iter()
                .any(|known| !known.is_same && fields.iter().any(|field| field.wire_name() == known.field))
        };
        if differs(&[Field::Name, Field::Identifier, Field::Source]) {
            return plain(Reason::NotOurs);
        }
        if !creation.by_lookup {
            return Ok(());
        }
        // What was found says everything that was sent, and something that only the sender could have said.
        let sent_fields: Vec<_> = at_first.iter().filter(|known| !is_empty(&known.sent)).collect();
        if sent_fields.iter().any(|known| !known.is_same) {
            return plain(Reason::NotOurs);
        }
        // Between its creation and the look-up somebody may have written into what was not sent.
        let is_strange = |name: &&str| {
            let member = then.member(name).filter(|member| !is_empty(member));
            member.is_some() && !self.is_ignored(name) && as_sent(name, sent, then) != Some(true)
        };
        let strange: Vec<&str> =
            ["assignedUser", "customFields", "note", "team"].into_iter().filter(is_strange).collect();
        if !strange.is_empty() {
            return Err(Spared { reason: Reason::CannotTell, members: strange.join(";") });
        }
        let common = [Field::Identifier, Field::Source, Field::Name].map(Field::wire_name);
        let says_more =
            sent_fields.iter().any(|known| known.found.is_some() && !common.contains(&known.field.as_str()));
        if says_more || self.take_looked_up { Ok(()) } else { plain(Reason::OnlyLookedUp) }
    }

    /// Whether it shows what it showed when it came to be: every member that the API shows, known or not.
    fn is_untouched(&self, sent: &NewContact, then: &Seen, now: &Seen) -> Verdict {
        let names: std::collections::BTreeSet<&str> = then.names().chain(now.names()).collect();
        let mut changed = Vec::new();
        let mut cannot_tell = Vec::new();
        for name in names.into_iter().filter(|name| !self.is_ignored(name)) {
            match (then.member(name), now.member(name)) {
                (Some(then), now) if is_same(Some(then), now) => {}
                (Some(_), _) => changed.push(name),
                (None, Some(now)) if is_empty(now) => {}
                // It was not shown then. What was sent may tell instead.
                (None, _) => match as_sent(name, sent, now) {
                    Some(true) => {}
                    Some(false) => changed.push(name),
                    None => cannot_tell.push(name),
                },
            }
        }
        let spared = |reason, members: Vec<&str>| Err(Spared { reason, members: members.join(";") });
        match (changed.is_empty(), cannot_tell.is_empty()) {
            (true, true) => Ok(()),
            (false, _) => spared(Reason::Changed, changed),
            (true, false) => spared(Reason::CannotTell, cannot_tell),
        }
    }

    fn is_ignored(&self, name: &str) -> bool {
        self.ignored.iter().any(|ignored| ignored == name)
    }
}

/// Whether a member that was not shown at first is what was sent; `None` if nothing was sent that tells.
fn as_sent(member: &str, sent: &NewContact, now: &Seen) -> Option<bool> {
    let field = match member {
        "name" => Field::Name,
        "phoneNumber" => Field::Identifier,
        "source" => Field::Source,
        "tags" => Field::Tags,
        "customFields" => Field::CustomFields,
        "assignedUser" => Field::AssignedUser,
        "team" => Field::TeamUuid,
        "channel" => Field::ChannelUuid,
        "note" => Field::Note,
        // When it came into being has been judged already.
        CREATED_AT => return Some(true),
        _ => return None,
    };
    let all = compare(sent, now);
    let of_field: Vec<_> = all
        .iter()
        .filter(|known| {
            let rest = known.field.strip_prefix(field.wire_name());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
        .collect();
    if of_field.iter().all(|known| is_empty(&known.sent)) {
        // It was not sent, and something stands there: a default of the account, or somebody's.
        return None;
    }
    Some(of_field.iter().all(|known| known.is_same))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Creation;
    use crate::model::{FieldValue, RowNumber, Shown};

    const UUID: &str = "414a6d692bd645ed803f2e7ce360d4c8";
    const THEN: &str = r#"{"name":"Ada","phoneNumber":"+393331234567","source":"whatsapp","tags":["VIP"],
        "createdAt":"1970-01-01T00:16:41Z","customFields":{},"assignedUser":null,"conversationHref":null,"closedAt":null}"#;

    fn entry(by_lookup: bool, sent_after: Option<u64>) -> Entry {
        Entry::created(UUID, Creation::new(7, [2; 8], by_lookup, sent_after))
    }

    fn contact() -> NewContact {
        NewContact { tags: vec!["VIP".to_owned()], ..NewContact::ada() }
    }

    fn sent(contact: NewContact, then: &str) -> Sent {
        Sent {
            ticket: 7,
            row: RowNumber::FIRST,
            uuid: UUID.to_owned(),
            contact,
            shown: Some(Shown::new(then)),
        }
    }

    fn seen(json: &str) -> Seen {
        Seen::read(&Shown::new(json)).unwrap()
    }

    fn judged(guard: &Guard, entry: &Entry, sent: &Sent, now: &str) -> String {
        match guard.judge(entry, Some(sent), &seen(now)) {
            Ok(()) => "delete".to_owned(),
            Err(spared) if spared.members.is_empty() => spared.reason.as_str().to_owned(),
            Err(spared) => format!("{} {}", spared.reason.as_str(), spared.members),
        }
    }

    fn strict(now: &str) -> String {
        judged(&Guard::default(), &entry(false, Some(1000)), &sent(contact(), THEN), now)
    }

    #[test]
    fn a_contact_that_shows_what_it_showed_is_deleted_however_it_is_put() {
        assert_eq!(strict(THEN), "delete");
        assert_eq!(strict(&THEN.replace("\"closedAt\":null", "\"closedAt\":\"\"")), "delete");
        assert_eq!(strict(&THEN.replace(",\"conversationHref\":null", "")), "delete");
        assert_eq!(
            strict(&THEN.replace("\"closedAt\":null", "\"closedAt\":null,\"funnelId\":null")),
            "delete"
        );
    }

    #[test]
    fn whatever_changed_keeps_it_also_what_this_program_does_not_know() {
        for (from, to, why) in [
            ("\"Ada\"", "\"Ada L\"", "changed name"),
            ("[\"VIP\"]", "[\"VIP\",\"x\"]", "changed tags"),
            ("[\"VIP\"]", "[]", "changed tags"),
            ("\"customFields\":{}", "\"customFields\":{\"a\":\"b\"}", "changed customFields"),
            ("\"assignedUser\":null", "\"assignedUser\":\"b@x\"", "changed assignedUser"),
            ("\"conversationHref\":null", "\"conversationHref\":\"https://x\"", "changed conversationHref"),
            ("\"closedAt\":null", "\"closedAt\":\"2026-01-01\"", "changed closedAt"),
            ("\"closedAt\":null", "\"closedAt\":null,\"updatedAt\":\"2026\"", "cannot_tell updatedAt"),
            ("\"closedAt\":null", "\"closedAt\":null,\"note\":\"call back\"", "cannot_tell note"),
            ("1970-01-01T00:16:41Z", "1970-01-01T00:16:42Z", "changed createdAt"),
        ] {
            let now = THEN.replace(from, to);
            assert_ne!(now, THEN);
            assert_eq!(strict(&now), why);
        }
    }

    #[test]
    fn what_was_not_shown_at_first_is_judged_by_what_was_sent() {
        let guard = Guard::default();
        let with_note = NewContact { note: Some("n".to_owned()), ..contact() };
        let with_fields = NewContact {
            custom_fields: vec![("City".to_owned(), FieldValue::Text("Rome".to_owned()))],
            ..contact()
        };
        let placed = NewContact {
            assigned_user: Some("b@x".to_owned()),
            team_uuid: Some("t".to_owned()),
            channel_uuid: Some("c".to_owned()),
            ..contact()
        };
        const HERE: &str =
            r#""customFields":{},"assignedUser":"b@x","team":{"uuid":"t"},"channel":{"uuid":"c"}"#;
        let bare = r#"{"name":"Ada","createdAt":"1970-01-01T00:16:41Z"}"#;
        let now =
            |more: &str| THEN.replace("\"customFields\":{}", more).replace("\"assignedUser\":null,", "");
        let entry = entry(false, Some(1000));
        for (contact, more, why) in [
            (contact(), "\"x\":null", "delete"),
            (with_note.clone(), "\"note\":\"n\"", "delete"),
            (with_note, "\"note\":\"m\"", "changed note"),
            (with_fields.clone(), "\"customFields\":{\"City\":\"Rome\"}", "delete"),
            (with_fields.clone(), "\"customFields\":{\"City\":\"Milan\"}", "changed customFields"),
            (with_fields, "\"customFields\":{\"City\":\"Rome\",\"Age\":\"7\"}", "changed customFields"),
            (contact(), "\"customFields\":{\"Age\":\"7\"}", "cannot_tell customFields"),
            (placed.clone(), HERE, "delete"),
            (placed.clone(), &HERE.replace("b@x", "c@x"), "changed assignedUser"),
            (placed.clone(), &HERE.replace("\"t\"", "\"s\""), "changed team"),
            (placed, &HERE.replace("\"c\"", "\"d\""), "changed channel"),
            (contact(), HERE, "cannot_tell assignedUser;channel;team"),
        ] {
            assert_eq!(judged(&guard, &entry, &sent(contact, bare), &now(more)), why, "{more}");
        }
        let nameless = r#"{"createdAt":"1970-01-01T00:16:41Z"}"#;
        for (from, to, why) in [("\"Ada\"", "\"Eve\"", "changed name"), ("VIP", "new", "changed tags")] {
            let now = THEN.replace(from, to);
            assert_eq!(judged(&guard, &entry, &sent(contact(), nameless), &now), why);
        }
    }

    #[test]
    fn what_is_older_than_its_sending_or_of_unknown_age_is_kept() {
        let guard = Guard::default();
        let whole = sent(contact(), THEN);
        assert_eq!(judged(&guard, &entry(false, Some(1002)), &whole, THEN), "older");
        assert_eq!(judged(&guard, &entry(false, Some(1001)), &whole, THEN), "delete");
        assert_eq!(judged(&guard, &entry(false, None), &whole, THEN), "age_unknown");
        let ageless = THEN.replace("\"createdAt\":\"1970-01-01T00:16:41Z\",", "");
        let without = sent(contact(), &ageless);
        assert_eq!(judged(&guard, &entry(false, Some(1000)), &without, &ageless), "age_unknown");
        assert_eq!(judged(&guard, &entry(false, Some(1000)), &without, THEN), "delete", "a GET shows it");
        let zoneless = THEN.replace("00:16:41Z", "00:16:41");
        let local = sent(contact(), &zoneless);
        assert_eq!(judged(&guard, &entry(false, Some(1000)), &local, &zoneless), "age_unknown", "no zone");
        let zoned = THEN.replace("00:16:41Z", "01:16:41 +0100");
        let offset = sent(contact(), &zoned);
        assert_eq!(judged(&guard, &entry(false, Some(1001)), &offset, &zoned), "delete");
        assert_eq!(judged(&guard, &entry(false, Some(1002)), &offset, &zoned), "older");
        let ignoring = Guard { ignored: vec!["createdAt".to_owned()], ..guard };
        assert_eq!(judged(&ignoring, &entry(false, None), &without, &ageless), "delete");
        assert_eq!(
            judged(&ignoring, &entry(true, None), &without, &ageless),
            "age_unknown",
            "a look-up proves less"
        );
        assert_eq!(
            judged(&ignoring, &entry(false, Some(1002)), &whole, THEN),
            "older",
            "what is known is not ignored"
        );
    }

    #[test]
    fn a_contact_that_a_look_up_found_is_ours_only_if_it_says_what_only_we_could_say() {
        let guard = Guard::default();
        let looked_up = entry(true, Some(1000));
        assert_eq!(judged(&guard, &looked_up, &sent(contact(), THEN), THEN), "delete", "the tag tells");
        let nameless = NewContact { tags: Vec::new(), ..contact() };
        let then = THEN.replace("[\"VIP\"]", "[]");
        assert_eq!(judged(&guard, &looked_up, &sent(nameless.clone(), &then), &then), "only_looked_up");
        let taking = Guard { take_looked_up: true, ..Guard::default() };
        assert_eq!(judged(&taking, &looked_up, &sent(nameless, &then), &then), "delete");
        assert_eq!(
            judged(&taking, &looked_up, &sent(contact(), &then), &then),
            "not_ours",
            "its tag is missing"
        );
    }

    #[test]
    fn what_was_not_sent_and_stands_there_when_a_look_up_finds_it_may_be_somebodys_work() {
        for (from, to, member) in [
            ("\"customFields\":{}", "\"customFields\":{\"Deal\":\"won\"}", "customFields"),
            ("\"assignedUser\":null", "\"assignedUser\":\"eve@x\"", "assignedUser"),
            ("\"closedAt\":null", "\"closedAt\":null,\"note\":\"called\"", "note"),
            ("\"closedAt\":null", "\"closedAt\":null,\"team\":{\"uuid\":\"t\"}", "team"),
        ] {
            let then = THEN.replace(from, to);
            let judged = |guard: &Guard, by_lookup| {
                judged(guard, &entry(by_lookup, Some(1000)), &sent(contact(), &then), &then)
            };
            let guard = Guard::default();
            assert_eq!(judged(&guard, true), format!("cannot_tell {member}"));
            assert_eq!(judged(&guard, false), "delete", "its own answer showed it: a default of the account");
            let guard = Guard { ignored: vec![member.to_owned()], ..guard };
            assert_eq!(judged(&guard, true), "delete");
        }
        let note = NewContact { note: Some("called".to_owned()), ..contact() };
        let then = THEN.replace("\"closedAt\":null", "\"closedAt\":null,\"note\":\"called\"");
        assert_eq!(judged(&Guard::default(), &entry(true, Some(1000)), &sent(note, &then), &then), "delete");
    }

    #[test]
    fn another_name_or_number_at_first_or_no_knowledge_keeps_it() {
        let guard = Guard::default();
        let entry = entry(false, Some(1000));
        for (from, to) in [("\"Ada\"", "\"Eve\""), ("393331234567", "393331234568")] {
            let then = THEN.replace(from, to);
            assert_eq!(judged(&guard, &entry, &sent(contact(), &then), &then), "not_ours");
        }
        let unseen = Sent { shown: None, ..sent(contact(), THEN) };
        assert_eq!(judged(&guard, &entry, &unseen, THEN), "not_known");
        assert_eq!(guard.judge(&entry, None, &seen(THEN)), Err(Spared::plain(Reason::NotKnown)));
    }

    #[test]
    fn ignored_members_are_no_sign_of_a_touch() {
        let guard = Guard { ignored: vec!["assignedUser".to_owned()], ..Guard::default() };
        let now = THEN.replace("\"assignedUser\":null", "\"assignedUser\":\"b@x\"");
        let sent = sent(contact(), THEN);
        assert_eq!(judged(&guard, &entry(false, Some(1000)), &sent, &now), "delete");
        let now = now.replace("\"Ada\"", "\"Eve\"");
        assert_eq!(judged(&guard, &entry(false, Some(1000)), &sent, &now), "changed name");
    }
}
