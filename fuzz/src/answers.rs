//! What a server answers: a digit for the question, then the status, `Retry-After`, `Date` and `Location` a line each, then
//! the body. No panic, nothing that is not a uuid is taken for a contact, and custom fields that stay are sent back as they
//! were shown.

use std::collections::BTreeMap;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use callbell_import::api::{
    Answer, Call, Changes, Client, Existence, Fault, Place, StoredContact, Transport, WireStyle,
};
use callbell_import::model::{Field, FieldValue, NewContact, Source};
use serde_json::value::RawValue;

struct Says(Answer);

impl Transport for Says {
    async fn exchange(&self, _: Call) -> Result<Answer, Fault> {
        Ok(self.0.clone())
    }
}

fn contact() -> NewContact {
    NewContact {
        identifier: "393331234567".to_owned(),
        source: Source::Whatsapp,
        name: "Ada".to_owned(),
        tags: Vec::new(),
        custom_fields: Vec::new(),
        assigned_user: None,
        team_uuid: None,
        channel_uuid: None,
        bot_status: None,
        note: None,
    }
}

/// Nothing here waits.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer,
        Poll::Pending => panic!("it waits"),
    }
}

fn is_sound(stored: &StoredContact) {
    let uuid = &stored.id.uuid;
    assert!(
        matches!(uuid.len(), 32 | 36) && uuid.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
    );
    assert!(stored.id.href.as_ref().is_none_or(|href| href.starts_with("https://")));
    assert!(stored.shown.as_ref().is_none_or(|shown| !shown.as_json().contains('\n')));
    let fields = stored.custom_fields.clone().unwrap_or_default();
    assert!(stored.other_types.keys().all(|label| fields.contains_key(label)));
    if stored.shows.contains(&Field::CustomFields) {
        stay_as_they_are(&stored.other_types);
    }
}

/// What is said of custom fields that an update leaves as they are.
fn stay_as_they_are(kept: &BTreeMap<String, String>) {
    // No label of the others is as long.
    let new = kept.keys().map(String::as_str).chain(["new"]).collect::<String>();
    let changes = Changes {
        custom_fields: vec![(new.clone(), FieldValue::Text("1".to_owned()))],
        kept_fields: kept.clone().into_iter().collect(),
        ..Changes::default()
    };
    let body = changes.body(WireStyle::default());
    let body: BTreeMap<String, BTreeMap<String, Box<RawValue>>> = serde_json::from_str(&body).expect("JSON");
    let mut sent: BTreeMap<&str, &str> =
        body["custom_fields"].iter().map(|(label, value)| (label.as_str(), value.get())).collect();
    assert_eq!(sent.remove(new.as_str()), Some("\"1\""));
    assert!(sent.into_iter().eq(kept.iter().map(|(label, json)| (label.as_str(), json.as_str()))));
}

/// Fails if what is said above does not hold of these bytes.
pub fn try_it(data: &[u8]) {
    let mut parts = data.splitn(6, |&byte| byte == b'\n');
    let mut line = || parts.next().map(String::from_utf8_lossy).unwrap_or_default().into_owned();
    let (question, status) = (line(), line().parse().unwrap_or(200_u16));
    let headers = [("retry-after", line()), ("date", line()), ("location", line())];
    let body = parts.next().unwrap_or_default().to_vec();
    let answer = Answer::new(status, headers.iter().map(|(name, value)| (*name, value.as_str())), body);
    assert!(answer.retry_after.is_none_or(|wait| wait <= Duration::from_secs(400_000_000_000)));
    let client = Client::new(Says(answer), WireStyle::default());
    let fault = match question.as_bytes().first().unwrap_or(&b'0') % 8 {
        0 => now(client.create(&contact())).result.map(|stored| is_sound(&stored)).err(),
        1 => now(client.find("393331234567", None)).result.map(|found| found.iter().for_each(is_sound)).err(),
        2 | 3 => {
            let page = now(client.list(Source::Whatsapp, &Place::Number(1))).result;
            page.map(|page| page.contacts.iter().for_each(is_sound)).err()
        }
        4 => now(client.identity()).result.err(),
        5 => now(client.plan()).result.err(),
        6 => now(client.teams(1)).result.err(),
        _ => now(client.channels(1)).result.err(),
    };
    if let Some(fault) = fault {
        // A status that promises success never says that the contact is certainly not there.
        assert!(!(200..300).contains(&status) || fault.existence() == Existence::Maybe);
        assert!(!fault.describe().to_string().contains('\u{1b}'));
    }
}
