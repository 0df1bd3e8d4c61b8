//! Contacts whose answer was lost, and that another contact of the same number hides from look-ups.

use std::time::Duration;

use callbell_import::model::{OnExisting, Status};
use callbell_import::sandbox::{FaultKind, FaultRule, On, SandboxSettings};

use crate::support::{Rig, Walked};

const BOB: &str = "393331230001";

/// An account whose API is so, with this contact of Bob's number, if it has one.
fn rig(api: &str, older: Option<&str>) -> Rig {
    let mut toml = format!("[api]\n{api}\n");
    if let Some(name) = older {
        toml.push_str(&format!(
            "[[account.contacts]]\nidentifier = \"{BOB}\"\nsource = \"whatsapp\"\nname = \"{name}\"\n"
        ));
    }
    let csv = format!("phone_number,name,note\n{BOB},Bob,hello\n");
    let mut rig = Rig::of(csv, SandboxSettings::from_toml(&toml).unwrap());
    rig.on_existing = OnExisting::Create;
    rig.folder = Some(tempfile::tempdir().unwrap());
    rig
}

/// The first run, whose answer is lost so.
async fn lost(rig: &Rig, kind: FaultKind) -> Walked {
    let once = FaultRule { on: On::Create, until: Some(1), ..FaultRule::new(kind, 1.0) };
    rig.world.lock().unwrap().set_faults(vec![once]);
    let walked = rig.walk().await;
    rig.world.lock().unwrap().set_faults(Vec::new());
    assert!(walked.result.is_ok());
    walked
}

/// Uuids in the order in which the contacts came.
fn uuids(rig: &Rig) -> Vec<String> {
    let world = rig.world.lock().unwrap();
    world.contacts().iter().map(|(_, contact)| contact.uuid.clone()).collect()
}

#[tokio::test(start_paused = true)]
async fn a_second_contact_that_was_made_is_found_in_the_list_behind_the_one_that_a_look_up_shows() {
    for older in ["Old Bob", "Bob"] {
        for kind in [FaultKind::ErrorAfter, FaultKind::CutAfter, FaultKind::LateStore] {
            let rig = rig("duplicate = \"second\"", Some(older));
            let walked = lost(&rig, kind).await;
            let line = &walked.results[0];
            assert_eq!(
                [&line["status"], &line["code"]],
                ["created", "confirmed_by_lookup"],
                "{older} {kind:?}"
            );
            let all = uuids(&rig);
            assert_eq!((all.len(), &line["uuid"]), (2, &all[1]), "its own, and not the older one");
            assert_eq!(rig.ledger().entries.len(), 1, "undo knows it");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_contact_that_is_a_second_older_is_not_taken_for_ones_own() {
    let mut rig = rig("duplicate = \"second\"", None);
    // Another import makes the same contact, and this one begins a second later.
    assert_eq!(rig.walk().await.results[0]["status"], "created");
    tokio::time::sleep(Duration::from_secs(1)).await;
    rig.disk = crate::support::SimDisk::default();
    let walked = {
        let once = FaultRule { on: On::Create, until: Some(1), ..FaultRule::new(FaultKind::CutAfter, 1.0) };
        rig.world.lock().unwrap().set_faults(vec![once]);
        rig.walk().await
    };
    let all = uuids(&rig);
    assert_eq!((all.len(), &walked.results[0]["uuid"]), (2, &all[1]), "{:?}", walked.results[0]);
}

/// A look-up of the number shows somebody who wrote in within the same second.
#[tokio::test(start_paused = true)]
async fn somebody_of_another_name_who_comes_at_the_same_time_is_not_taken_for_ones_own() {
    let mut rig = rig("duplicate = \"second\"", None);
    let other = Rig::of(format!("phone_number,name\n{BOB},Robert\n"), SandboxSettings::default());
    let other = Rig { world: std::sync::Arc::clone(&rig.world), on_existing: OnExisting::Create, ..other };
    assert_eq!(other.walk().await.results[0]["status"], "created");
    rig.disk = crate::support::SimDisk::default();
    let walked = lost(&rig, FaultKind::CutAfter).await;
    let all = uuids(&rig);
    let line = &walked.results[0];
    assert_eq!((all.len(), &line["uuid"]), (2, &all[1]), "{line:?}");
    assert_eq!([&line["status"], &line["code"]], ["created", "confirmed_by_lookup"]);
}

/// A damaged journal does not say whether Bob was sent, but when the import began.
#[tokio::test(start_paused = true)]
async fn what_a_damaged_journal_does_not_know_is_found_behind_whoever_was_there_before_the_import() {
    for (is_stored, expected) in
        [(true, ["created", "confirmed_by_lookup"]), (false, ["unconfirmed", "another_found"])]
    {
        let mut rig = rig("duplicate = \"second\"", Some("Old Bob"));
        let (list, ann) = (rig.csv.clone(), "393331230002,Ann,hello\n");
        rig.csv = format!("phone_number,name,note\n{ann}");
        assert_eq!(rig.walk().await.results[0]["status"], "created");
        rig.csv = list + ann;
        let fault = if is_stored { FaultKind::Withheld } else { FaultKind::Slow };
        let fault = FaultRule { on: On::Create, delay_ms: 3_600_000, ..FaultRule::new(fault, 1.0) };
        rig.world.lock().unwrap().set_faults(vec![fault]);
        assert!(rig.killed_after(Duration::from_secs(3)).await.is_none());
        rig.world.lock().unwrap().set_faults(Vec::new());

        let journal = String::from_utf8(rig.disk.bytes()).unwrap();
        let leases = journal.match_indices("\"t\":\"L\"").map(|(at, _)| at);
        let of_bob = leases.last().unwrap();
        let mut damaged = journal.clone().into_bytes();
        damaged[of_bob] = b'#';
        rig.disk.set_bytes(damaged);
        let walked = rig.walk().await;
        let (line, all) = (&walked.results[0], uuids(&rig));
        assert_eq!([&line["status"], &line["code"]], expected, "{line:?}");
        assert_eq!(all.get(2).map_or("", |own| own), line["uuid"], "its own, and not the older one");
    }
}

#[tokio::test(start_paused = true)]
async fn where_nobody_can_tell_whether_a_second_contact_was_made_neither_created_nor_existing_is_told() {
    for (api, kind) in [
        ("duplicate = \"second\"", FaultKind::CutBefore),
        ("duplicate = \"existing\"", FaultKind::CutAfter),
        ("duplicate = \"conflict\"", FaultKind::Error),
        ("duplicate = \"second\"\nnever_shown = [\"createdAt\"]", FaultKind::CutAfter),
        ("duplicate = \"second\"\nnever_shown = [\"createdAt\"]", FaultKind::CutBefore),
    ] {
        for older in ["Old Bob", "Bob"] {
            let rig = rig(api, Some(older));
            let walked = lost(&rig, kind).await;
            let line = &walked.results[0];
            assert_eq!([&line["status"], &line["code"]], ["unconfirmed", "another_found"], "{api} {kind:?}");
            assert!(line["uuid"].is_empty() && !line["message"].is_empty(), "{line:?}");
            let sent = rig.world.lock().unwrap().seen().requests["POST /contacts"];
            for _ in 0..2 {
                tokio::time::sleep(Duration::from_secs(60)).await;
                let again = rig.walk().await;
                assert_eq!(again.count(Status::Unconfirmed), 1, "{api} {kind:?}");
            }
            assert_eq!(rig.world.lock().unwrap().seen().requests["POST /contacts"], sent, "never sent again");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_that_died_is_followed_by_one_that_finds_what_it_made_and_not_the_older_contact() {
    let rig = rig("duplicate = \"second\"", Some("Old Bob"));
    let withheld = FaultRule { on: On::Create, ..FaultRule::new(FaultKind::Withheld, 1.0) };
    rig.world.lock().unwrap().set_faults(vec![withheld]);
    assert!(rig.killed_after(Duration::from_secs(3)).await.is_none());
    rig.world.lock().unwrap().set_faults(Vec::new());
    let walked = rig.walk().await;
    let (line, all) = (&walked.results[0], uuids(&rig));
    assert_eq!([&line["status"], &line["uuid"]], ["created", &all[1]], "{line:?}");
}

#[tokio::test(start_paused = true)]
async fn what_was_sent_without_a_look_is_not_told_as_an_older_contact_under_another_policy_either() {
    for policy in [OnExisting::Skip, OnExisting::Fail, OnExisting::Update] {
        for is_stored in [true, false] {
            let mut rig = rig("duplicate = \"second\"", Some("Old Bob"));
            let fault = if is_stored { FaultKind::Withheld } else { FaultKind::Slow };
            let fault = FaultRule { on: On::Create, delay_ms: 3_600_000, ..FaultRule::new(fault, 1.0) };
            rig.world.lock().unwrap().set_faults(vec![fault]);
            assert!(rig.killed_after(Duration::from_secs(3)).await.is_none());
            rig.world.lock().unwrap().set_faults(Vec::new());
            rig.on_existing = policy;
            // One more dies before it has asked.
            let _ = rig.dying_after(3, true).await;
            let walked = rig.walk().await;
            let (line, all) = (&walked.results[0], uuids(&rig));
            match all.get(1) {
                Some(own) => assert_eq!([&line["status"], &line["uuid"]], ["created", own], "{policy:?}"),
                None => assert_eq!(line["code"], "another_found", "{policy:?}: {line:?}"),
            }
        }
    }
}

/// Whoever looks before sending meets whoever was there, so that what was left open was never sent.
#[tokio::test(start_paused = true)]
async fn a_run_that_looks_and_dies_before_it_is_followed_by_one_that_tells_the_older_contact() {
    let mut rig = rig("", Some("Old Bob"));
    rig.on_existing = OnExisting::Skip;
    for steps in 4..9 {
        rig.disk = crate::support::SimDisk::default();
        let _ = rig.dying_after(steps, true).await;
        let walked = rig.walk().await;
        assert_eq!(walked.results[0]["status"], "existing", "{steps}: {:?}", walked.results[0]);
    }
}
