//! A journal that anything may have happened to. Read by itself, and with each line given its right checksum, so that what
//! is in the lines is reached as well: no panic, and all that is told stands in the file. In the second, `@me` stands for
//! the key of one contact: what another import asks of it has an answer, and none once it is forgotten.

use std::path::Path;

use callbell_import::journal::{
    About, Abroad, ContactKey, Elsewhere, Fingerprints, Record, Replayed, encode_line, peek,
};
use callbell_import::model::{NewContact, Source};

/// Who is asked for.
fn me() -> NewContact {
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

fn hexadecimal(key: ContactKey) -> String {
    key.0.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn read(path: &Path, bytes: &[u8], mut see: impl FnMut(ContactKey)) -> Replayed {
    std::fs::write(path, bytes).expect("a temporary file");
    let replayed = peek(path, |past| {
        assert!(past.offset <= bytes.len() as u64);
        see(past.key);
        Ok(())
    });
    let replayed = replayed.expect("the file can be read").expect("there is one");
    assert!(replayed.length == bytes.len() as u64 && replayed.whole_length <= replayed.length);
    replayed
}

/// What the journal says to another import of the same account.
fn asked(path: &Path, replayed: &Replayed) -> Option<Abroad> {
    let asked = |_: &Fingerprints, about: &About| {
        let head = replayed.head.clone().expect("it has one");
        *about == About { endpoint: head.endpoint, account: head.account }
    };
    let elsewhere = Elsewhere::read(path, |_| false, asked, tempfile::tempfile);
    let elsewhere = elsewhere.expect("the file can be read");
    // One that cannot be read at all knows nobody, and says so.
    assert_eq!(elsewhere.is_some(), replayed.length > 0);
    elsewhere?.of(&me(), false).expect("what was read is read back")
}

/// Fails if what is said above does not hold of these bytes.
pub fn try_it(data: &[u8]) {
    let Ok(folder) = tempfile::tempdir() else { return };
    let path = folder.path().join("journal.log");
    let replayed = read(&path, data, |_| {});
    asked(&path, &replayed);
    let lines = data.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
    let without_checksum = |line: &[u8]| {
        let has_checksum = line.len() > 8 && line[8] == b' ' && line[..8].iter().all(u8::is_ascii_hexdigit);
        String::from_utf8_lossy(if has_checksum { &line[9..] } else { line }).into_owned() + "\n"
    };
    let text: String = lines.map(without_checksum).collect();
    let whole = |text: &str| text.lines().flat_map(encode_line).collect::<Vec<u8>>();
    let bytes = whole(&text);
    let Some(head) = read(&path, &bytes, |_| {}).head else { return };
    let fingerprints = head.fingerprints();
    let key = fingerprints.key(&me());
    let mut bytes = whole(&text.replace("@me", &hexadecimal(key)));
    for line in bytes.split(|&byte| byte == b'\n') {
        let Some((sequence, record)) = Record::decode(line) else { continue };
        let again = record.encode(sequence);
        assert_eq!(Record::decode(&again[..again.len() - 1]), Some((sequence, record)));
    }
    let mut is_there = false;
    let replayed = read(&path, &bytes, |seen| is_there |= seen == key);
    let known = asked(&path, &replayed);
    assert!(is_there || known.is_none() || replayed.damage.is_some());
    if let Some(Abroad::There(contact)) = &known {
        let uuid = serde_json::Value::from(&*contact.id.uuid).to_string();
        let is_plain = contact.id.uuid.bytes().all(|byte| byte.is_ascii_alphanumeric());
        assert!(!is_plain || String::from_utf8_lossy(&bytes).contains(&uuid));
    }
    let forgotten = Record::Forgotten { n: replayed.next_ticket, k: vec![hexadecimal(key)] };
    if replayed.damage.is_none() && Record::decode(forgotten.encode(0).trim_ascii_end()).is_some() {
        bytes.extend(forgotten.encode(replayed.next_sequence));
        let replayed = read(&path, &bytes, |_| {});
        assert!(replayed.damage.is_none());
        assert_eq!(asked(&path, &replayed), None, "it was {known:?}");
    }
}
