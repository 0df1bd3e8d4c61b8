//! Changes of contacts that were there before, whose answers are lost: what `verify` and `undo` know of them, whatever
//! became of their rows since.

use std::fmt::Write as _;
use std::time::Duration;

use callbell_import::ledger::Entry;
use callbell_import::model::OnExisting;
use callbell_import::sandbox::{Contact, FaultKind, FaultRule, On, SandboxSettings, World};

use crate::support::{Bench, Rig, Running, Walked};

const THERE: &str = "[api]\nunknown_tag = \"reject\"\n[account]\ntags = [\"pre\", \"t1\", \"t2\"]\n\
    [[account.contacts]]\nidentifier = \"393331230001\"\nsource = \"whatsapp\"\nname = \"Ada Old\"\n\
    tags = [\"pre\"]\n";

/// An account with one person, and a list with one row.
fn rig(name: &str, tag: &str) -> Rig {
    let mut rig = Rig::of(String::new(), SandboxSettings::from_toml(THERE).unwrap());
    rig.folder = Some(tempfile::tempdir().unwrap());
    rig.on_existing = OnExisting::Update;
    list(&mut rig, name, tag);
    rig
}

fn list(rig: &mut Rig, name: &str, tag: &str) {
    rig.csv = "phone_number,name,tags\n".to_owned();
    writeln!(rig.csv, "+393331230001,{name},{tag}").unwrap();
}

/// A run that dies when the change is made, or would be, and its answer is on its way.
async fn dies(rig: &Rig, made: bool) {
    let kind = if made { FaultKind::Withheld } else { FaultKind::CutBefore };
    rig.world.lock().unwrap().set_faults(vec![FaultRule { on: On::Update, ..FaultRule::new(kind, 1.0) }]);
    let asked = async {
        while !rig.world.lock().unwrap().seen().requests.contains_key("PATCH /contacts/:uuid") {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    };
    assert!(rig.killed_by(asked).await.is_none());
    rig.let_the_server_finish().await;
    let mut world = rig.world.lock().unwrap();
    world.set_faults(Vec::new());
    assert_eq!(world.seen().requests["PATCH /contacts/:uuid"], 1);
}

/// A run with this policy, and the status and code that it tells.
async fn runs(rig: &mut Rig, policy: OnExisting) -> String {
    rig.on_existing = policy;
    let walked: Walked = rig.walk().await;
    let line = &walked.results[0];
    format!("{} {}", line["status"], line["code"])
}

/// Name and tags of the one who was there.
fn there(rig: &Rig) -> String {
    let world = rig.world.lock().unwrap();
    let (_, contact) = world.contacts().iter().next().unwrap();
    format!("{} {:?}", contact.name, contact.tags)
}

/// What `undo` tells of the contact, and what it shows then.
async fn taken_back(rig: &Rig) -> (String, String) {
    let (_, lines) = rig.taken_back().await;
    let told = |line: &crate::support::Line| {
        format!("{} {} {}", line["result"], line["reason"], line["members"]).trim_end().to_owned()
    };
    (lines.iter().map(told).collect::<Vec<_>>().join(", "), there(rig))
}

/// It was put back.
fn back() -> (String, String) {
    ("restored".to_owned(), ORIGINAL.to_owned())
}

const ORIGINAL: &str = r#"Ada Old ["pre"]"#;
const CHANGED: &str = r#"Ada ["pre", "t2"]"#;

#[tokio::test(start_paused = true)]
async fn a_change_that_was_made_is_put_back_though_its_row_was_edited_and_then_left_alone() {
    for policy in [OnExisting::Skip, OnExisting::Fail, OnExisting::Create] {
        let mut rig = rig("Ada", "t2");
        dies(&rig, true).await;
        list(&mut rig, "Ada", "t1");
        assert_eq!(runs(&mut rig, policy).await, "existing existing_differs", "{policy:?}");
        assert_eq!(there(&rig), CHANGED);
        assert!(rig.ledger().entries.iter().all(|entry| !Entry::is_certain(entry)), "nothing to verify");
        assert_eq!(taken_back(&rig).await, back(), "{policy:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_contact_whose_change_was_lost_is_named_in_the_report_of_undo_by_the_results_or_else_by_the_api() {
    for (is_run_again, row, name) in [(true, "1", "Ada K"), (false, "", "Ada")] {
        let mut rig = rig("Ada", "t2");
        dies(&rig, true).await;
        if is_run_again {
            list(&mut rig, "Ada K", "t1");
            assert_eq!(runs(&mut rig, OnExisting::Skip).await, "existing existing_differs");
        }
        let (_, lines) = rig.taken_back().await;
        let told = ["row", "identifier", "name", "result"].map(|column| lines[0][column].as_str());
        assert_eq!(told, [row, "393331230001", name, "restored"]);
        assert_eq!(there(&rig), ORIGINAL);
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_that_was_made_is_put_back_with_those_that_came_after_it() {
    for leaves in [true, false] {
        let mut rig = rig("Ada", "t2");
        dies(&rig, true).await;
        list(&mut rig, "Ada", "t1");
        if leaves {
            runs(&mut rig, OnExisting::Skip).await;
        }
        assert_eq!(runs(&mut rig, OnExisting::Update).await, "updated ");
        assert_eq!(there(&rig), r#"Ada ["pre", "t2", "t1"]"#);
        assert_eq!(taken_back(&rig).await, back(), "{leaves}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_that_was_made_is_put_back_though_the_next_one_was_refused() {
    for corrects in [true, false] {
        let mut rig = rig("Ada", "t2");
        dies(&rig, true).await;
        list(&mut rig, "Ada", "bad");
        assert_eq!(runs(&mut rig, OnExisting::Update).await, "rejected http_422");
        if corrects {
            list(&mut rig, "Ada", "t1");
            assert_eq!(runs(&mut rig, OnExisting::Update).await, "updated ");
        }
        assert_eq!(taken_back(&rig).await, back(), "{corrects}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_that_was_refused_and_made_in_part_is_told_and_put_back() {
    let with = |stores: &str| {
        let toml = THERE.replace("[api]", &format!("[api]\npatch_stores = \"{stores}\""));
        let mut rig = Rig::of(String::new(), SandboxSettings::from_toml(&toml).unwrap());
        rig.folder = Some(tempfile::tempdir().unwrap());
        rig.on_existing = OnExisting::Update;
        list(&mut rig, "Ada", "t2");
        rig
    };
    /// The account as it is, at an API that stores what it is told.
    fn mended(rig: &Rig) {
        let contact = rig.world.lock().unwrap().contacts().iter().next().unwrap().1.clone();
        let nobody = THERE.split("[[account.contacts]]").next().unwrap();
        let mut world = World::new(SandboxSettings::from_toml(nobody).unwrap());
        world.put_back(contact);
        *rig.world.lock().unwrap() = world;
    }
    let mut rig = with("name_then_error");
    let walked = rig.walk().await;
    let line = &walked.results[0];
    assert_eq!((&*line["status"], &*line["code"]), ("rejected", "http_422"));
    assert!(line["message"].ends_with("but some fields of the contact did change: name"));
    assert_eq!(runs(&mut rig, OnExisting::Update).await, "rejected http_422", "it rests");
    mended(&rig);
    let (wrong, lines) = rig.verified().await;
    assert_eq!((wrong, lines.len(), &*lines[0]["verdict"]), (0, 1, "as_sent"));
    rig.world.lock().unwrap().change(&lines[0]["uuid"], |contact| contact.name = "Eve".to_owned());
    assert_eq!(rig.verified().await.0, 1, "verify looks at it");
    rig.world.lock().unwrap().change(&lines[0]["uuid"], |contact| contact.name = "Ada".to_owned());
    assert_eq!(taken_back(&rig).await, back());

    let mut rig = with("all_then_error");
    assert_eq!(runs(&mut rig, OnExisting::Update).await, "updated ");
    mended(&rig);
    assert_eq!(there(&rig), CHANGED);
    assert_eq!(taken_back(&rig).await, back());
}

#[tokio::test(start_paused = true)]
async fn a_row_that_says_again_what_it_said_before_its_lost_change_was_settled_is_sent_again() {
    let mut rig = rig("Ada", "t2");
    dies(&rig, true).await;
    for (name, tag, shown) in [
        ("Ada L", "t1", r#"Ada L ["pre", "t2", "t1"]"#),
        ("Ada", "t2", r#"Ada ["pre", "t2", "t1"]"#),
        ("Ada L", "t1", r#"Ada L ["pre", "t2", "t1"]"#),
    ] {
        list(&mut rig, name, tag);
        assert_eq!(runs(&mut rig, OnExisting::Update).await, "updated ");
        assert_eq!(there(&rig), shown);
        assert_eq!(rig.verified().await.0, 0);
        let requests = rig.world.lock().unwrap().seen().requests.clone();
        assert_eq!(runs(&mut rig, OnExisting::Update).await, "updated ", "told again");
        assert_eq!(
            rig.world.lock().unwrap().seen().requests["PATCH /contacts/:uuid"],
            requests["PATCH /contacts/:uuid"]
        );
    }
    assert_eq!(taken_back(&rig).await, back());
}

#[tokio::test(start_paused = true)]
async fn what_somebody_changed_of_a_contact_that_was_created_and_changed_later_is_found_by_verify() {
    let mut rig = rig("Ada", "t2");
    rig.csv = rig.csv.replace("393331230001", "393331230002");
    assert_eq!(runs(&mut rig, OnExisting::Update).await, "created ");
    rig.csv = rig.csv.replace("Ada", "Ada L");
    assert_eq!(runs(&mut rig, OnExisting::Update).await, "updated ");
    assert_eq!(rig.verified().await.0, 0);
    let uuid = rig.ledger().entries[0].uuid.clone();
    for (field, change) in [
        ("name", (|contact| contact.name.push('!')) as fn(&mut Contact)),
        ("tags", |contact| contact.tags.clear()),
    ] {
        rig.world.lock().unwrap().change(&uuid, change);
        let (differing, lines) = rig.verified().await;
        assert!(differing == 1 && lines.iter().any(|line| line["field"] == field), "{lines:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_that_nobody_settled_is_put_back_too() {
    let rig = rig("Ada", "t2");
    dies(&rig, true).await;
    assert_eq!(rig.ledger().doubtful(), 1);
    assert_eq!(taken_back(&rig).await, back());
}

#[tokio::test(start_paused = true)]
async fn a_change_that_was_not_made_takes_nothing_away_that_somebody_wrote() {
    let mut rig = rig("Ada", "t2");
    dies(&rig, false).await;
    list(&mut rig, "Ada", "t1");
    runs(&mut rig, OnExisting::Skip).await;
    assert_eq!(taken_back(&rig).await, back(), "it is as it was");
    let uuid = rig.world.lock().unwrap().contacts().iter().next().unwrap().1.uuid.clone();
    rig.world.lock().unwrap().change(&uuid, |contact| contact.name = "Ada King".to_owned());
    let kept = ("restored in_part name".to_owned(), r#"Ada King ["pre"]"#.to_owned());
    assert_eq!(taken_back(&rig).await, kept);
    // What the next change finds is what there was before the import, for all that anybody knows.
    assert_eq!(runs(&mut rig, OnExisting::Update).await, "updated ");
    assert_eq!(there(&rig), r#"Ada ["pre", "t1"]"#);
    assert_eq!(taken_back(&rig).await, ("restored".to_owned(), r#"Ada King ["pre"]"#.to_owned()));
}

#[tokio::test(start_paused = true)]
async fn what_somebody_wrote_between_two_changes_is_not_overwritten_with_what_was_there_before_both() {
    let mut rig = rig("Ada", "t2");
    assert_eq!(runs(&mut rig, OnExisting::Update).await, "updated ");
    let uuid = rig.world.lock().unwrap().contacts().iter().next().unwrap().1.uuid.clone();
    rig.world.lock().unwrap().change(&uuid, |contact| contact.name = "Ada King".to_owned());
    list(&mut rig, "Ada L", "t2");
    assert_eq!(runs(&mut rig, OnExisting::Update).await, "updated ");
    let kept = ("restored in_part name".to_owned(), r#"Ada L ["pre"]"#.to_owned());
    assert_eq!(taken_back(&rig).await, kept);
}

/// Nobody can look up a contact of Telegram: what a restart forgets it has to be told by its uuid.
#[test]
fn a_contact_whose_lost_change_was_put_back_is_met_again_after_a_restart_and_not_created() {
    let there = "[[account.contacts]]\nidentifier = \"ada\"\nsource = \"telegram\"\nname = \"Ada\"\n\
        [api]\nduplicate = \"existing\"\n";
    let bench = Bench::with(there);
    let file = bench.file("in.csv", "identifier,name,source\nada,Ada L,telegram\n");
    let requests =
        |name: &str| bench.sandbox().world().seen().requests.get(name).copied().unwrap_or_default();
    let withheld = FaultRule { on: On::Update, ..FaultRule::new(FaultKind::Withheld, 1.0) };
    bench.sandbox().world().set_faults(vec![withheld]);
    let running = Running::start(&bench, &file, &["--on-existing", "update"]);
    while requests("PATCH /contacts/:uuid") == 0 {
        std::thread::yield_now();
    }
    running.kill();
    bench.sandbox().world().set_faults(Vec::new());
    let name = || {
        bench.sandbox().world().contacts().iter().map(|(_, contact)| contact.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(name(), ["Ada L"]);
    let base = bench.sandbox().base_url();
    let undo = |how: &str| bench.exact(["undo", "out", "--base-url", &base, how]);
    let _ = undo("--dry-run");
    let done = undo("--yes");
    assert!(done.stdout.starts_with("1 contact: 0 deleted, 1 put back, 0 kept\n"), "{}", done.stdout);
    assert_eq!(name(), ["Ada"]);
    let posts = requests("POST /contacts");
    let done = bench.run(&file, &["--on-existing", "update", "--restart", "--yes"]).expect(0);
    assert_eq!(done.column("status"), ["updated"]);
    assert_eq!((requests("POST /contacts"), name()), (posts, vec!["Ada L".to_owned()]));
}

#[tokio::test(start_paused = true)]
async fn a_contact_that_was_created_for_a_row_which_was_edited_since_it_was_leased_is_verified_and_taken_back()
 {
    let mut rig = rig("Ada", "t2");
    rig.on_existing = OnExisting::Skip;
    rig.csv = rig.csv.replace("393331230001", "393331230002");
    rig.world.lock().unwrap().set_faults(vec![FaultRule::new(FaultKind::CutBefore, 1.0)]);
    let asked = async {
        while !rig.world.lock().unwrap().seen().requests.contains_key("POST /contacts") {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    assert!(rig.killed_by(asked).await.is_none());
    rig.world.lock().unwrap().set_faults(Vec::new());
    rig.csv = rig.csv.replace("Ada", "Ada L");
    assert_eq!(runs(&mut rig, OnExisting::Skip).await, "created ");
    let (differing, lines) = rig.verified().await;
    assert_eq!((differing, lines[0]["field"].as_str(), lines[0]["row"].as_str()), (0, "", "1"), "{lines:?}");
    assert_eq!(taken_back(&rig).await.0, "deleted");
}
