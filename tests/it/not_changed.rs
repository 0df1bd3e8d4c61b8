//! Rows whose contact is there, and of which a change came to nothing: refused by the API, or given up.

use std::time::Duration;

use callbell_import::model::OnExisting;
use callbell_import::sandbox::{FaultKind, FaultRule, On, SandboxSettings, World};

use crate::support::{Bench, Line, Rig, Walked};

const BOB: &str = "393331230001";

/// Takes no tag but these, and holds these contacts.
fn account(contacts: &[&str]) -> String {
    let mut toml = "[api]\nunknown_tag = \"reject\"\n[account]\ntags = [\"a\", \"b\"]\n".to_owned();
    for name in contacts {
        toml.push_str(&format!(
            "[[account.contacts]]\nidentifier = \"{BOB}\"\nsource = \"whatsapp\"\nname = \"{name}\"\n"
        ));
    }
    toml
}

fn list(row: &str) -> String {
    format!("phone_number,name,tags\n{BOB},{row}\n")
}

fn rig(contacts: &[&str]) -> Rig {
    Rig::of(list("Bob,a"), SandboxSettings::from_toml(&account(contacts)).unwrap())
}

/// One run of this row under this policy, a minute after the one before.
async fn run(rig: &mut Rig, policy: OnExisting, row: &str) -> Walked {
    tokio::time::sleep(Duration::from_secs(60)).await;
    (rig.on_existing, rig.csv) = (policy, list(row));
    let walked = rig.walk().await;
    assert_eq!(walked.false_line(), None);
    walked
}

/// How it was told.
fn told(walked: &Walked) -> [String; 4] {
    let line: &Line = &walked.results[0];
    ["status", "uuid", "code", "message"].map(|column| line[column].clone())
}

fn uuid(rig: &Rig) -> String {
    let world = rig.world.lock().unwrap();
    let mut all = world.contacts().iter();
    let (uuid, first) = all.next().map(|(_, contact)| (contact.uuid.clone(), contact.name.clone())).unwrap();
    assert!(all.next().is_none(), "{first} is there twice");
    uuid
}

#[tokio::test(start_paused = true)]
async fn a_contact_of_ones_own_is_told_the_same_way_whether_or_not_a_change_of_it_was_refused() {
    for policy in [OnExisting::Fail, OnExisting::Skip, OnExisting::Create] {
        for first in [OnExisting::Update, OnExisting::Skip] {
            let (mut refused, mut plain) = (rig(&[]), rig(&[]));
            let made = run(&mut refused, first, "Bob,a").await;
            run(&mut plain, first, "Bob,a").await;
            let change = run(&mut refused, OnExisting::Update, "Bob,bad").await;
            assert_eq!(told(&change)[0], "rejected");
            for row in ["Bob 3,b", "Bob,bad"] {
                let [status, id, code, message] = told(&run(&mut refused, policy, row).await);
                assert_eq!((&*status, &id), ("existing", &uuid(&refused)), "{policy:?}, {row}");
                let [status_too, _, code_too, message_too] = told(&run(&mut plain, policy, row).await);
                assert_eq!([status, code, message], [status_too, code_too, message_too], "{policy:?}, {row}");
            }
            // Corrected to what it was, it is the row that created it.
            assert_eq!(told(&run(&mut refused, policy, "Bob,a").await), told(&made), "{policy:?}");
            let updated = run(&mut refused, OnExisting::Update, "Bob 3,b").await;
            assert_eq!(told(&updated)[..2], ["updated".to_owned(), uuid(&refused)]);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn somebody_elses_contact_whose_change_was_refused_is_still_nobody_to_be_told_as_made() {
    let mut rig = rig(&["Old Bob"]);
    assert_eq!(told(&run(&mut rig, OnExisting::Update, "Bob,bad").await)[0], "rejected");
    let [status, id, code, _] = told(&run(&mut rig, OnExisting::Fail, "Bob,b").await);
    assert_eq!([&*status, &id, &code], ["rejected", &uuid(&rig), "already_there"]);
    let [status, id, code, message] = told(&run(&mut rig, OnExisting::Skip, "Bob,b").await);
    assert_eq!([&*status, &id, &code, &message], ["existing", &uuid(&rig), "existing_differs", ""]);
}

#[tokio::test(start_paused = true)]
async fn another_contact_in_the_place_of_ones_own_is_not_told_as_ones_own() {
    let mut rig = rig(&[]);
    run(&mut rig, OnExisting::Update, "Bob,a").await;
    let own = uuid(&rig);
    {
        let mut world = rig.world.lock().unwrap();
        let mut other = world.contacts().with_uuid(&own).unwrap().clone();
        (other.uuid, other.name) = ("0123456789abcdef0123456789abcdef".to_owned(), "Somebody".to_owned());
        world.take_away(&own);
        world.put_back(other);
    }
    tokio::time::sleep(Duration::from_secs(60)).await;
    let change = run(&mut rig, OnExisting::Update, "Bob,bad").await;
    assert_eq!(told(&change)[..2], ["rejected".to_owned(), uuid(&rig)]);
    assert_eq!(told(&run(&mut rig, OnExisting::Fail, "Bob,b").await)[2], "already_there");
}

#[tokio::test(start_paused = true)]
async fn a_change_that_is_given_up_names_its_contact_which_no_later_run_creates_again() {
    for later in [OnExisting::Create, OnExisting::Skip, OnExisting::Fail, OnExisting::Update] {
        let mut rig = rig(&["Old Bob"]);
        let never = FaultRule { on: On::Read, ..FaultRule::new(FaultKind::Error, 1.0) };
        rig.world.lock().unwrap().set_faults(vec![never]);
        let given_up = told(&run(&mut rig, OnExisting::Update, "Bob,b").await);
        assert_eq!(given_up[..3], ["failed".to_owned(), uuid(&rig), "update_failed".to_owned()]);
        rig.world.lock().unwrap().set_faults(Vec::new());
        let [status, id, code, _] = told(&run(&mut rig, later, "Bob,b").await);
        let expected = match later {
            OnExisting::Update => ("updated", ""),
            OnExisting::Fail => ("rejected", "already_there"),
            OnExisting::Create | OnExisting::Skip => ("existing", "existing_differs"),
        };
        assert_eq!((&*status, &*code), expected, "{later:?}");
        assert_eq!(id, uuid(&rig), "{later:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_that_is_answered_as_made_and_is_not_there_is_tried_again_by_the_next_run() {
    let ignoring = account(&["Old Bob"]).replace("[api]", "[api]\npatch_stores = \"nothing\"");
    let mut rig = Rig::of(list("Bob,b"), SandboxSettings::from_toml(&ignoring).unwrap());
    let there = uuid(&rig);
    let words = "the API reported the change as made, but still shows the old values: name, tags";
    for round in 1..=2 {
        let walked = run(&mut rig, OnExisting::Update, "Bob,b").await;
        assert_eq!(told(&walked), ["failed", &there, "update_failed", words]);
        assert_eq!(walked.results[0]["http_status"], "200");
        let patches = rig.world.lock().unwrap().seen().requests["PATCH /contacts/:uuid"];
        assert_eq!(patches, round, "it is sent once a run");
    }
    // Nothing is left of it that undo would have to look at.
    let bob = rig.world.lock().unwrap().contacts().with_uuid(&there).unwrap().clone();
    let mut mended = World::new(SandboxSettings::from_toml(&account(&[])).unwrap());
    mended.put_back(bob);
    *rig.world.lock().unwrap() = mended;
    assert_eq!(told(&run(&mut rig, OnExisting::Update, "Bob,b").await)[0], "updated");
}

#[tokio::test(start_paused = true)]
async fn a_change_of_which_nobody_knows_names_its_contact() {
    let mut rig = rig(&["Old Bob"]);
    let cut = FaultRule { on: On::Update, ..FaultRule::new(FaultKind::CutBefore, 1.0) };
    rig.world.lock().unwrap().set_faults(vec![cut]);
    let open = told(&run(&mut rig, OnExisting::Update, "Bob,b").await);
    assert_eq!(open[..3], ["unconfirmed".to_owned(), uuid(&rig), "update_open".to_owned()]);
    rig.world.lock().unwrap().set_faults(Vec::new());
    let settled = told(&run(&mut rig, OnExisting::Update, "Bob,b").await);
    assert_eq!(settled[..2], ["updated".to_owned(), uuid(&rig)]);
}

#[test]
fn refused_changes_and_refused_contacts_are_told_apart_and_the_former_are_not_called_missing() {
    let bench = Bench::with(&account(&["Old Bob"]));
    let rows = format!("{}393331230002,Eve,bad\n", list("Bob,bad"));
    let file = bench.file("in.csv", rows);
    let done = bench.run(&file, &["--on-existing", "update", "--no-canary"]).expect(1).conserved();
    let (created, there) = done.stdout.split_once("Already there").unwrap();
    let (_, created) = created.split_once("Not created").unwrap();
    assert!(created.contains("1  rejected http_422 (tags): the API said"), "{}", done.stdout);
    assert!(
        there.contains(
            "1  rejected http_422 (tags): the contact is there, and the API answered the change with"
        ),
        "{}",
        done.stdout
    );
    let page = std::fs::read_to_string(bench.path().join("out/report.html")).unwrap();
    assert!(page.contains("the contact is there, and the API answered the change with"));
    // The first rows alone: nothing is called missing that is there.
    let bench = Bench::with(&account(&["Old Bob"]));
    let file = bench.file("in.csv", list("Bob,bad"));
    let done = bench.run(&file, &["--on-existing", "update", "--canary"]).expect(5);
    let words = "0 created, 0 rejected; 1 existing contact was not changed: the API refused it";
    assert!(done.stdout.contains(words), "{}", done.stdout);
    assert!(!done.stdout.contains("Not created"), "{}", done.stdout);
}

#[tokio::test(start_paused = true)]
async fn nobody_is_told_as_created_by_a_run_that_found_them_and_fail_forbids_them_where_their_row_changed() {
    use OnExisting::{Create, Fail, Skip, Update};
    let found = "the contact was in the account when an earlier run came to it, and was not compared with the row as it is now; \
        the contact was not changed";
    let updated = "an earlier run changed the contact, and the row has changed since; the contact was not changed again";
    let created =
        "an earlier run created the contact, and the row has changed since; the contact was not changed";
    for (there, first, later, expected) in [
        (&["Old Bob"][..], Skip, Skip, found),
        (&["Old Bob"], Skip, Create, found),
        (&["Bob"], Update, Skip, updated),
        (&["Old Bob"], Update, Create, updated),
        (&[], Skip, Skip, created),
    ] {
        let mut rig = rig(there);
        run(&mut rig, first, "Bob,a").await;
        let changed = told(&run(&mut rig, later, "Bobby,b").await);
        assert_eq!(changed, ["existing", &uuid(&rig), "existing_differs", expected], "{first:?}, {later:?}");
    }
    let mut rig = rig(&["Old Bob"]);
    assert_eq!(told(&run(&mut rig, Skip, "Bob,a").await)[0], "existing");
    for row in ["Bobby,b", "Bobby,b", "Bob 3,b"] {
        let [status, id, code, _] = told(&run(&mut rig, Fail, row).await);
        assert_eq!([&*status, &id, &code], ["rejected", &uuid(&rig), "already_there"], "{row}");
    }
    assert_eq!(told(&run(&mut rig, Skip, "Bob 3,b").await)[0], "existing");
}

#[tokio::test(start_paused = true)]
async fn fail_forbids_whom_an_earlier_run_changed_and_did_not_create_where_their_row_changed() {
    use OnExisting::{Fail, Skip, Update};
    // Changed, found to say what the row says, and changed before a change was refused.
    for (there, before) in
        [("Old Bob", &["Bob,a"][..]), ("Bob", &["Bob,"]), ("Old Bob", &["Bob,a", "Bob,bad"])]
    {
        let mut rig = rig(&[there]);
        for row in before {
            run(&mut rig, Update, row).await;
        }
        let as_it_was = told(&run(&mut rig, Fail, before[0]).await);
        assert_ne!(as_it_was[0], "rejected", "{before:?}: what was done is told as it was");
        for row in ["Bobby,b", "Bobby,b", "Bob 3,b"] {
            let [status, id, code, _] = told(&run(&mut rig, Fail, row).await);
            assert_eq!(
                [&*status, &id, &code],
                ["rejected", &uuid(&rig), "already_there"],
                "{before:?}, {row}"
            );
        }
        assert_eq!(told(&run(&mut rig, Skip, "Bob 3,b").await)[0], "existing");
        assert_eq!(told(&run(&mut rig, Update, "Bob 3,b").await)[0], "updated");
    }
    // Whom an earlier run created is its own, also after it changed them.
    let mut rig = rig(&[]);
    for (row, status) in [("Bob,a", "created"), ("Bobby,b", "updated")] {
        assert_eq!(told(&run(&mut rig, Update, row).await)[0], status);
    }
    let updated = "an earlier run changed the contact, and the row has changed since; the contact was not changed again";
    let told = told(&run(&mut rig, Fail, "Bob 3,b").await);
    assert_eq!(told, ["existing", &uuid(&rig), "existing_differs", updated]);
}
