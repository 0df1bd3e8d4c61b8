//! Contacts that the account has already, under each policy: on every unknown of the API, in foul weather, and when the
//! process dies at any step.

use std::fmt::Write as _;
use std::time::Duration;

use callbell_import::model::{OnExisting, Status, Stop, UpdateRule, UpdateRules};
use callbell_import::run::StopWish;
use callbell_import::sandbox::{FaultKind, FaultRule, On, SandboxSettings};

use crate::support::{Bench, Front, Rig, Says, Walked};

/// What nobody documents, as far as it matters here.
const UNKNOWNS: [&str; 28] = [
    "",
    "created_status = 200\ncontact_shape = \"array\"",
    "contact_shape = \"array\"",
    "duplicate = \"existing\"",
    "duplicate = \"overwrite\"",
    "duplicate = \"conflict\"",
    "duplicate = \"invalid\"\nerror_status = 400\nerror_shape = \"text\"",
    "miss = \"bare_not_found\"",
    "miss = \"null\"",
    "miss = \"empty\"",
    "miss = \"empty_list\"",
    "phone_echo = \"plus\"",
    "phone_echo = \"spaces\"",
    "phone_echo = \"missing\"",
    "unknown_tag = \"drop\"",
    "unknown_field = \"drop\"",
    "patch_custom_fields = \"replace\"",
    "patch_custom_fields = \"replace\"\ncontact_shape = \"array\"",
    "read_lag_ms = 3000",
    "cursors = false",
    "shows_channel = false",
    "never_shown = [\"createdAt\"]",
    "never_shown = [\"tags\"]",
    "never_shown = [\"customFields\"]",
    "never_shown = [\"note\", \"href\"]",
    "never_shown = [\"name\"]",
    "param_names = \"en\"\nrate_headers = true",
    "limit_per_second = 120\nretry_after = \"date\"",
];

const POLICIES: [OnExisting; 4] =
    [OnExisting::Skip, OnExisting::Update, OnExisting::Create, OnExisting::Fail];

fn number(row: usize) -> String {
    format!("39333{row:06}7")
}

/// Rows with a tag, a field and a note of their own.
fn rows(count: usize) -> String {
    let mut text = "phone_number,name,tags,custom_fields.City,note\n".to_owned();
    for row in 0..count {
        writeln!(text, "+{},Person {row},New,Rome,from the file", number(row)).unwrap();
    }
    text
}

/// An account in which every third person is there already, with other data, and every ninth with the same.
fn account(count: usize, api: &str) -> SandboxSettings {
    let mut text = format!("[api]\n{api}\n[account]\ntags = [\"Old\", \"New\"]\n");
    for label in ["City", "Age"] {
        writeln!(text, "[[account.custom_fields]]\nlabel = \"{label}\"\ntype = \"text\"").unwrap();
    }
    for row in (0..count).step_by(3) {
        let same = row % 9 == 0;
        writeln!(
            text,
            "[[account.contacts]]\nidentifier = \"{}\"\nsource = \"whatsapp\"\nname = \"{}\"\ntags = [{}]\nnote = \"{}\"\n\
             [account.contacts.custom_fields]\nCity = \"{}\"\nAge = \"42\"",
            number(row),
            if same { format!("Person {row}") } else { format!("Old {row}") },
            if same { "\"New\"" } else { "\"Old\"" },
            if same { "from the file" } else { "old" },
            if same { "Rome" } else { "Milan" },
        )
        .unwrap();
    }
    SandboxSettings::from_toml(&text).unwrap()
}

fn foul() -> Vec<FaultRule> {
    let mut rules: Vec<FaultRule> = [
        (FaultKind::CutAfter, 0.05),
        (FaultKind::CutBefore, 0.05),
        (FaultKind::ErrorAfter, 0.05),
        (FaultKind::Garbage, 0.03),
    ]
    .map(|(kind, share)| FaultRule { delay_ms: 900, ..FaultRule::new(kind, share) })
    .into();
    rules.push(FaultRule { on: On::LookUp, ..FaultRule::new(FaultKind::Error, 0.05) });
    rules
}

fn rig(count: usize, settings: SandboxSettings, policy: OnExisting) -> Rig {
    let mut rig = Rig::of(rows(count), settings);
    rig.on_existing = policy;
    rig
}

/// What the account has after an update of the person in this row.
#[track_caller]
fn was_updated(walked: &Walked, row: usize) {
    let world = walked.world.lock().unwrap();
    let contact =
        world.contacts().iter().find(|(_, contact)| contact.identifier == number(row)).unwrap().1.clone();
    assert_eq!(contact.name, format!("Person {row}"));
    assert_eq!(contact.tags, ["Old", "New"], "tags are joined");
    assert_eq!(contact.custom_fields["City"], "Rome");
    assert_eq!(contact.custom_fields["Age"], "42", "what the file does not name stays");
    assert_eq!(contact.note.as_deref(), Some("from the file"));
}

#[tokio::test(start_paused = true)]
async fn on_every_unknown_of_the_api_each_policy_does_what_it_says_and_nobody_is_doubled() {
    const COUNT: usize = 60;
    const THERE: u64 = 20;
    const SAME: u64 = 7;
    for api in UNKNOWNS {
        for policy in POLICIES {
            let mut settings = account(COUNT, api);
            settings.faults = foul();
            let walked = rig(COUNT, settings, policy).walk().await;
            let name = format!("{api} {policy:?}: {:?}", walked.report.tally);
            let hidden = walked.results.iter().filter(|line| line["code"] == "another_found").count() as u64;
            assert!(hidden == 0 || policy == OnExisting::Create, "{name}");
            if policy == OnExisting::Create && !api.contains("duplicate") {
                // The person asked for it: nobody looked, and the API makes a second contact.
                assert_eq!(walked.count(Status::Created) + hidden, COUNT as u64, "{name}");
                let world = walked.world.lock().unwrap();
                let made =
                    |uuid: &str| world.contacts().with_uuid(uuid).is_some_and(|there| !there.preexisting);
                let mut created = walked.results.iter().filter(|line| line["status"] == "created");
                assert!(created.all(|line| made(&line["uuid"])), "{name}");
                continue;
            }
            if hidden == 0 {
                walked.told_the_truth();
            }
            let [created, existing, updated, rejected] =
                [Status::Created, Status::Existing, Status::Updated, Status::Rejected]
                    .map(|status| walked.count(status));
            assert_eq!(created, COUNT as u64 - THERE, "{name}");
            match policy {
                OnExisting::Skip | OnExisting::Create => assert_eq!(existing + hidden, THERE, "{name}"),
                OnExisting::Update => {
                    assert_eq!((updated, existing), (THERE - SAME, SAME), "{name}");
                    if api.contains("never_shown") && !api.contains("createdAt") {
                        let there = |line: &&crate::support::Line| line["status"] == "updated";
                        let left_out = |line: &crate::support::Line| line["code"].contains("update_left_out");
                        assert!(walked.results.iter().filter(there).all(left_out), "{name}");
                    } else {
                        was_updated(&walked, 3);
                    }
                }
                OnExisting::Fail => assert_eq!(rejected, THERE, "{name}"),
            }
            if policy == OnExisting::Fail {
                let codes: Vec<_> =
                    walked.results.iter().filter(|line| line["status"] == "rejected").collect();
                assert!(codes.iter().all(|line| line["code"] == "already_there"), "{codes:?}");
            }
            if matches!(policy, OnExisting::Skip | OnExisting::Fail) {
                let world = walked.world.lock().unwrap();
                let changed = world.contacts().iter().any(|(_, contact)| {
                    contact.preexisting
                        && contact.name.starts_with("Person")
                        && contact.note.as_deref() == Some("old")
                });
                // Whoever is left as it is was seen by the look-up.
                for more in ["PATCH /contacts/:uuid", "GET /contacts/:uuid"] {
                    assert!(!changed && !world.seen().requests.contains_key(more), "{name}: {more}");
                }
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_second_update_sends_nothing_because_nothing_changes() {
    let rig = rig(30, account(30, ""), OnExisting::Update);
    rig.walk().await.told_the_truth();
    let patches = |rig: &Rig| rig.world.lock().unwrap().seen().requests["PATCH /contacts/:uuid"];
    let before = patches(&rig);
    assert_eq!(before, 6);
    let mut other = Rig::of(rig.csv.clone(), account(0, ""));
    other.world = rig.world.clone();
    other.origin = rig.origin;
    other.on_existing = OnExisting::Update;
    let walked = other.walk().await;
    assert_eq!((walked.count(Status::Existing), patches(&rig)), (30, before));
    assert!(walked.results.iter().all(|line| line["code"] == "existing_same"));
}

#[tokio::test(start_paused = true)]
async fn rules_keep_fields_or_fill_empty_ones_only() {
    let mut rig = rig(10, account(10, ""), OnExisting::Update);
    rig.rules = UpdateRules(
        [("name", UpdateRule::Keep), ("note", UpdateRule::Fill), ("custom_fields", UpdateRule::Keep)]
            .map(|(field, rule)| (field.to_owned(), rule))
            .into(),
    );
    let walked = rig.walk().await;
    walked.told_the_truth();
    let world = walked.world.lock().unwrap();
    let contact = world.contacts().iter().find(|(_, contact)| contact.identifier == number(3)).unwrap().1;
    assert_eq!((contact.name.as_str(), contact.note.as_deref()), ("Old 3", Some("old")));
    assert_eq!(contact.custom_fields["City"], "Milan");
    assert_eq!(contact.tags, ["Old", "New"]);
    let line = &walked.results[3];
    assert_eq!((line["status"].as_str(), line["message"].as_str()), ("updated", "changed tags"));
}

#[tokio::test(start_paused = true)]
async fn an_update_whose_answer_is_lost_is_read_again_and_told_as_an_update() {
    let mut settings = account(30, "");
    let on_update = |kind, share| FaultRule { on: On::Update, ..FaultRule::new(kind, share) };
    settings.faults = vec![
        on_update(FaultKind::CutAfter, 0.3),
        on_update(FaultKind::ErrorAfter, 0.2),
        on_update(FaultKind::CutBefore, 0.2),
        on_update(FaultKind::Throttle, 0.1),
    ];
    let walked = rig(30, settings, OnExisting::Update).walk().await;
    walked.told_the_truth();
    assert_eq!((walked.count(Status::Updated), walked.count(Status::Existing)), (6, 4));
    was_updated(&walked, 3);
}

/// The process dies at every single step on the way to the disk or the line, and is started again.
#[tokio::test(start_paused = true)]
async fn wherever_the_process_dies_an_update_is_finished_and_told_as_one() {
    let mut steps = 1;
    loop {
        let rig = rig(4, account(4, ""), OnExisting::Update);
        let ended = rig.dying_after(steps, steps % 2 == 0).await;
        let is_last = ended.is_some();
        rig.let_the_server_finish().await;
        let walked = rig.walk().await;
        if let Some(lie) = walked.lie() {
            panic!("dying after step {steps}: {lie}");
        }
        let statuses: Vec<_> = walked.results.iter().map(|line| line["status"].as_str()).collect();
        assert_eq!(statuses, ["existing", "created", "created", "updated"], "dying after step {steps}");
        was_updated(&walked, 3);
        if is_last {
            break;
        }
        steps += 1;
    }
    assert!(steps > 15, "{steps}");
}

/// A row whose lease stands when the process dies may have been sent, though nobody had looked who is there.
#[tokio::test(start_paused = true)]
async fn wherever_the_process_dies_whoever_was_there_is_refused_where_that_is_forbidden() {
    let mut steps = 1;
    loop {
        let rig = rig(4, account(4, ""), OnExisting::Fail);
        let ended = rig.dying_after(steps, steps % 2 == 0).await;
        rig.let_the_server_finish().await;
        let walked = rig.walk().await;
        assert_eq!(walked.lie(), None, "dying after step {steps}");
        let told: Vec<_> = walked.results.iter().map(|line| (&*line["status"], &*line["code"])).collect();
        let refused = ("rejected", "already_there");
        assert_eq!((told[0], told[3]), (refused, refused), "dying after step {steps}");
        assert!(walked.results[3]["message"].contains("with other data"), "{}", walked.results[3]["message"]);
        assert_eq!((told[1].0, told[2].0), ("created", "created"), "dying after step {steps}");
        if ended.is_some() {
            break;
        }
        steps += 1;
    }
    assert!(steps > 10, "{steps}");
}

/// Told as somebody who is there with other data, it would be settled, and no run would change it any more.
#[tokio::test(start_paused = true)]
async fn a_stop_before_the_change_of_a_row_in_doubt_leaves_it_to_the_next_run() {
    let mut put_off = 0;
    for steps in 1..12 {
        for stop_at in (0..400).step_by(20) {
            let rig = rig(4, account(4, ""), OnExisting::Update);
            rig.dying_after(steps, steps % 2 == 0).await;
            let wish = StopWish { stop: Stop::Interrupt, at_once: stop_at % 40 == 0 };
            let stopped = rig.walk_with(vec![(Duration::from_millis(stop_at), wish)]).await;
            assert_eq!(stopped.lie(), None, "dying after step {steps}, stopped at {stop_at} ms");
            let in_doubt = |line: &&crate::support::Line| line["code"] == "stopped_in_doubt";
            put_off += stopped.results.iter().filter(in_doubt).count();
            let walked = rig.walk().await;
            let statuses: Vec<_> = walked.results.iter().map(|line| line["status"].as_str()).collect();
            let expected = ["existing", "created", "created", "updated"];
            assert_eq!(statuses, expected, "dying after step {steps}, stopped at {stop_at} ms");
            was_updated(&walked, 3);
        }
    }
    assert!(put_off > 0, "no row was put off");
}

/// Look-ups that fail leave a row unsent; the next run looks again, and claims nothing.
#[tokio::test(start_paused = true)]
async fn a_row_that_could_not_be_looked_up_was_not_sent_and_is_looked_up_by_the_next_run() {
    let mut settings = account(9, "");
    settings.faults = vec![FaultRule { on: On::LookUp, ..FaultRule::new(FaultKind::Garbage, 1.0) }];
    let rig = rig(9, settings, OnExisting::Skip);
    let walked = rig.walk().await;
    walked.told_the_truth();
    assert_eq!(walked.count(Status::Failed), 9, "{:?}", walked.report.tally);
    assert!(walked.results.iter().all(|line| line["code"] == "existing_unknown"));
    rig.world.lock().unwrap().set_faults(Vec::new());
    let walked = rig.walk().await;
    walked.told_the_truth();
    assert_eq!((walked.count(Status::Created), walked.count(Status::Existing)), (6, 3));
}

#[tokio::test(start_paused = true)]
async fn a_contact_whose_row_changed_is_changed_again() {
    let mut rig = rig(6, account(0, ""), OnExisting::Update);
    rig.walk().await.told_the_truth();
    rig.csv = rig.csv.replace("Person 2,New", "Person 2,Other");
    tokio::time::sleep(Duration::from_secs(60)).await;
    let walked = rig.walk().await;
    walked.told_the_truth();
    assert_eq!((walked.count(Status::Created), walked.count(Status::Updated)), (5, 1));
    let world = walked.world.lock().unwrap();
    let contact = world.contacts().iter().find(|(_, contact)| contact.identifier == number(2)).unwrap().1;
    assert_eq!(contact.tags, ["New", "Other"]);
}

/// How often contacts were created.
fn posts(rig: &Rig) -> u64 {
    rig.world.lock().unwrap().seen().requests.get("POST /contacts").copied().unwrap_or_default()
}

fn one_of(source: &str, name: &str) -> String {
    format!("identifier,name,source,tags\nsomebody,{name},{source},New\n")
}

#[tokio::test(start_paused = true)]
async fn a_contact_that_this_import_created_is_never_created_again_whatever_its_row_says_then() {
    for source in ["instagram", "facebook", "telegram"] {
        for policy in POLICIES {
            let mut rig = Rig::of(one_of(source, "Ada"), account(0, ""));
            rig.on_existing = OnExisting::Create;
            rig.walk().await.told_the_truth();
            rig.csv = one_of(source, "Ada B");
            rig.on_existing = policy;
            tokio::time::sleep(Duration::from_secs(60)).await;
            let walked = rig.walk().await;
            walked.told_the_truth();
            assert_eq!(posts(&rig), 1, "{source} {policy:?}");
            let wanted = if policy == OnExisting::Update { Status::Updated } else { Status::Existing };
            assert_eq!(walked.count(wanted), 1, "{source} {policy:?}");
            let name = walked.world.lock().unwrap().contacts().iter().next().unwrap().1.name.clone();
            assert_eq!(name, if wanted == Status::Updated { "Ada B" } else { "Ada" });
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_that_was_stopped_or_cut_off_does_not_hide_that_its_contact_was_created() {
    for policy in POLICIES {
        let mut rig = Rig::of(one_of("telegram", "Ada"), account(0, ""));
        rig.walk().await.told_the_truth();
        rig.csv = one_of("telegram", "Ada B");
        rig.on_existing = OnExisting::Update;
        // Given back before it was made.
        let at_once = StopWish { stop: Stop::Cancelled, at_once: false };
        rig.walk_with(vec![(Duration::ZERO, at_once)]).await.told_the_truth();
        // Cut off, as often as it was tried.
        for on in [On::Any, On::Update] {
            let cut = FaultRule { on, ..FaultRule::new(FaultKind::CutBefore, 1.0) };
            rig.world.lock().unwrap().set_faults(vec![cut]);
            assert_eq!(rig.walk().await.count(Status::Updated), 0);
        }
        rig.world.lock().unwrap().set_faults(Vec::new());
        rig.on_existing = policy;
        tokio::time::sleep(Duration::from_secs(60)).await;
        let walked = rig.walk().await;
        walked.told_the_truth();
        assert_eq!(posts(&rig), 1, "{policy:?}");
        let wanted = if policy == OnExisting::Update { Status::Updated } else { Status::Existing };
        assert_eq!(walked.count(wanted), 1, "{policy:?}: {:?}", walked.results);
    }
}

#[tokio::test(start_paused = true)]
async fn rows_that_one_policy_left_or_refused_are_taken_up_by_another_and_then_rest() {
    for (first, then, updated, existing) in [
        (OnExisting::Skip, OnExisting::Update, 2, 1),
        (OnExisting::Fail, OnExisting::Update, 2, 1),
        (OnExisting::Fail, OnExisting::Skip, 0, 3),
        (OnExisting::Fail, OnExisting::Create, 0, 3),
    ] {
        let mut rig = rig(9, account(9, ""), first);
        let walked = rig.walk().await;
        walked.told_the_truth();
        let refused = if first == OnExisting::Fail { 3 } else { 0 };
        assert_eq!(walked.count(Status::Rejected), refused, "{first:?}");
        rig.on_existing = then;
        let walked = rig.walk().await;
        walked.told_the_truth();
        let counts = [Status::Created, Status::Updated, Status::Existing].map(|status| walked.count(status));
        assert_eq!(counts, [6, updated, existing], "{first:?} {then:?}");
        assert_eq!(posts(&rig), 6);
        // What is done is done.
        let asked = |rig: &Rig| {
            let mut requests = rig.world.lock().unwrap().seen().requests.clone();
            requests.remove("GET /auth/me");
            requests
        };
        let before = asked(&rig);
        rig.walk().await.told_the_truth();
        assert_eq!(asked(&rig), before, "{first:?} {then:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_other_rules_left_is_taken_up_once_they_are_changed_and_then_rests() {
    let by = |rules: &[(&str, UpdateRule)]| {
        UpdateRules(rules.iter().map(|(field, rule)| ((*field).to_owned(), *rule)).collect())
    };
    let mut rig = rig(9, account(9, ""), OnExisting::Update);
    let gets = |rig: &Rig| rig.world.lock().unwrap().seen().requests["GET /contacts/:uuid"];
    rig.rules = by(&[("name", UpdateRule::Keep), ("custom_fields", UpdateRule::Fill)]);
    let walked = rig.walk().await;
    walked.told_the_truth();
    assert_eq!(walked.results[3]["message"], "changed note, tags");
    for (rules, messages) in [
        // The others are read, and there is nothing to change.
        (by(&[("custom_fields", UpdateRule::Fill)]), ["changed name", "changed name"]),
        (by(&[("custom_fields.City", UpdateRule::Fill)]), ["", ""]),
        (by(&[]), ["changed custom_fields.City", "changed custom_fields.City"]),
        (by(&[("name", UpdateRule::Keep)]), ["", ""]),
    ] {
        let before = gets(&rig);
        rig.rules = rules;
        let walked = rig.walk().await;
        walked.told_the_truth();
        assert_eq!((walked.counts.met_again(OnExisting::Update), gets(&rig)), (3, before + 3));
        assert_eq!([3, 6].map(|row| walked.results[row]["message"].clone()), messages.map(str::to_owned));
        let again = rig.walk().await;
        again.told_the_truth();
        assert_eq!((again.counts.met_again(OnExisting::Update), gets(&rig)), (0, before + 3));
        assert_eq!([3, 6].map(|row| again.results[row]["message"].clone()), messages.map(str::to_owned));
    }
    assert_eq!(posts(&rig), 6);
}

/// The journals of programs that did not write down by which rules they changed contacts.
#[tokio::test(start_paused = true)]
async fn what_was_changed_by_no_rules_rests_until_there_are_some() {
    let mut rig = rig(3, account(3, ""), OnExisting::Update);
    rig.walk().await.told_the_truth();
    assert!(!String::from_utf8(rig.disk.bytes()).unwrap().contains("\"r\":"));
    let met = |walked: &Walked| walked.counts.met_again(OnExisting::Update);
    assert_eq!(met(&rig.walk().await), 0);
    rig.rules = UpdateRules([("name".to_owned(), UpdateRule::Keep)].into());
    assert_eq!([met(&rig.walk().await), met(&rig.walk().await)], [1, 0]);
}

#[tokio::test(start_paused = true)]
async fn a_change_that_was_refused_is_tried_again_by_other_rules() {
    let mut settings = account(4, "unknown_tag = \"reject\"");
    settings.account.tags = vec!["Old".to_owned()];
    let mut rig = rig(4, settings, OnExisting::Update);
    let told =
        |walked: &Walked| [&walked.results[3]["status"], &walked.results[3]["message"]].map(String::clone);
    assert_eq!(told(&rig.walk().await)[0], "rejected");
    assert_eq!(rig.walk().await.counts.met_again(OnExisting::Update), 0);
    rig.rules = UpdateRules([("tags".to_owned(), UpdateRule::Keep)].into());
    assert_eq!(told(&rig.walk().await), ["updated", "changed name, note, custom_fields.City"]);
}

#[tokio::test(start_paused = true)]
async fn a_change_that_the_api_refuses_is_told_with_the_contact_which_later_runs_know() {
    for (then, mended, wanted) in [
        (OnExisting::Update, false, Status::Rejected),
        (OnExisting::Update, true, Status::Updated),
        (OnExisting::Skip, false, Status::Existing),
        (OnExisting::Create, true, Status::Existing),
        (OnExisting::Fail, true, Status::Rejected),
    ] {
        let mut rig =
            rig(1, account(1, "unknown_tag = \"reject\"\nduplicate = \"second\""), OnExisting::Update);
        rig.csv = rows(1).replace("Person 0,New", "Person 7,Nope");
        let there = rig.world.lock().unwrap().contacts().iter().next().unwrap().1.uuid.clone();
        let walked = rig.walk().await;
        walked.told_the_truth();
        let line = &walked.results[0];
        assert_eq!((&*line["status"], &line["uuid"]), ("rejected", &there));
        assert!(line["message"].starts_with("the contact is there, and the API refused"), "{line:?}");
        if mended {
            rig.csv = rows(1).replace("Person 0,New", "Person 7,New");
        }
        rig.on_existing = then;
        let walked = rig.walk().await;
        walked.told_the_truth();
        assert_eq!(walked.count(wanted), 1, "{then:?} {mended}: {:?}", walked.results);
        assert_eq!(posts(&rig), 0, "{then:?} {mended}");
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_was_deleted_since_is_created_again_where_that_can_be_seen_and_told_where_not() {
    for (csv, then, created) in [
        (rows(1), rows(1).replace("Person 0", "Person 0 B"), 1),
        (one_of("telegram", "Ada"), one_of("telegram", "Ada B"), 0),
    ] {
        let mut rig = Rig::of(csv, account(0, ""));
        rig.on_existing = OnExisting::Update;
        rig.walk().await.told_the_truth();
        let uuid = rig.world.lock().unwrap().contacts().iter().next().unwrap().1.uuid.clone();
        rig.world.lock().unwrap().take_away(&uuid);
        rig.csv = then;
        tokio::time::sleep(Duration::from_secs(60)).await;
        let walked = rig.walk().await;
        assert_eq!(walked.count(Status::Created), created);
        assert_eq!(walked.count(Status::Failed), 1 - created);
        if created == 0 {
            assert_eq!(walked.results[0]["code"], "contact_gone");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_was_created_a_moment_ago_and_is_not_shown_yet_is_not_taken_for_deleted() {
    for (csv, then) in [
        (rows(8), rows(8).replace("Person", "Personne")),
        (one_of("telegram", "Ada"), one_of("telegram", "Ada B")),
    ] {
        let mut rig = Rig::of(csv, account(0, "read_lag_ms = 4000\nuuid_lag_ms = 4000"));
        rig.walk().await.told_the_truth();
        (rig.csv, rig.on_existing) = (then, OnExisting::Update);
        let walked = rig.walk().await;
        walked.told_the_truth();
        assert_eq!(walked.count(Status::Updated), walked.rows, "{:?}", walked.results);
    }
}

#[tokio::test(start_paused = true)]
async fn while_many_who_are_gone_wait_to_be_read_once_more_a_crash_leaves_no_more_in_doubt_than_have_a_place()
{
    let mut rig = Rig::of(rows(40), account(0, ""));
    rig.concurrency = 4;
    rig.walk().await.told_the_truth();
    let contacts: Vec<String> =
        rig.world.lock().unwrap().contacts().iter().map(|(_, contact)| contact.uuid.clone()).collect();
    contacts.iter().for_each(|uuid| rig.world.lock().unwrap().take_away(uuid));
    (rig.csv, rig.on_existing) = (rows(40).replace("Person", "Personne"), OnExisting::Update);
    assert!(rig.killed_after(Duration::from_secs(3)).await.is_none());
    let walked = rig.walk().await;
    walked.told_the_truth();
    assert!((1..=4).contains(&walked.counts.open), "{}", walked.counts.open);
    assert_eq!(walked.count(Status::Created), 40);
}

#[tokio::test(start_paused = true)]
async fn whoever_was_created_a_moment_ago_and_is_not_shown_yet_is_verified_and_taken_back_all_the_same() {
    for take_back in [false, true] {
        let mut rig = Rig::of(rows(3), account(0, "read_lag_ms = 4000\nuuid_lag_ms = 4000"));
        rig.folder = Some(tempfile::tempdir().unwrap());
        rig.walk().await.told_the_truth();
        if take_back {
            let (_, lines) = rig.taken_back().await;
            assert!(lines.iter().all(|line| line["result"] == "deleted"), "{lines:?}");
        } else {
            let (wrong, lines) = rig.verified().await;
            assert_eq!(wrong, 0, "{lines:?}");
        }
    }
}

/// Instagram, Facebook and Telegram have no look-up: nobody can see who is there, and every row is sent once.
#[tokio::test(start_paused = true)]
async fn other_sources_are_sent_without_a_look_and_once_each_whatever_the_policy() {
    for source in ["instagram", "facebook", "telegram"] {
        for policy in POLICIES {
            let mut csv = "identifier,name,source\n".to_owned();
            for row in 0..20 {
                writeln!(csv, "{source}-{row},Person {row},{source}").unwrap();
            }
            let mut settings = account(0, "");
            settings.faults = foul();
            let mut rig = Rig::of(csv, settings);
            rig.on_existing = policy;
            let walked = rig.walk().await;
            walked.told_the_truth();
            let open = walked.count(Status::Unconfirmed);
            assert_eq!(walked.count(Status::Created) + open, 20, "{source} {policy:?}");
            let world = walked.world.lock().unwrap();
            assert!(!world.seen().requests.contains_key("GET /contacts/phone/:number"));
            assert!(world.contacts().doubles().is_empty());
        }
    }
}

fn bench_of(count: usize, api: &str) -> Bench {
    let settings = account(count, api);
    let mut text = format!("[api]\n{api}\n[account]\ntags = [\"Old\", \"New\"]\n");
    for contact in &settings.account.contacts {
        let mut contact = contact.clone();
        let fields = contact.remove("custom_fields").unwrap();
        let fields = toml::to_string(&fields).unwrap();
        write!(text, "[[account.contacts]]\n{contact}[account.contacts.custom_fields]\n{fields}").unwrap();
    }
    Bench::with(&text)
}

#[test]
fn a_small_account_is_walked_and_the_plan_says_so() {
    for api in ["", "cursors = false", "shows_channel = false"] {
        let bench = bench_of(90, api);
        let file = bench.file("in.csv", rows(90));
        let done =
            bench.run(&file, &["--map", "custom_fields.City=custom_fields.City"]).expect(0).conserved();
        assert_eq!((done.number("created"), done.number("existing")), (60, 30), "{}", done.stderr);
        assert!(done.stderr.contains("the contact list is read: 7 requests"), "{}", done.stderr);
        assert!(done.stderr.contains("row by row it would take 90 requests, about 0.6 s"), "{}", done.stderr);
        assert_eq!(bench.doubles(), 0);
        let world = bench.sandbox().world();
        assert_eq!(world.seen().requests["GET /contacts/phone/:number"], 3, "some of those on the list");
    }
}

#[test]
fn a_list_that_hides_numbers_is_no_use_and_each_row_is_looked_up() {
    let bench = bench_of(90, "phone_echo = \"missing\"");
    let file = bench.file("in.csv", rows(90));
    let done = bench.run(&file, &[""; 0]).expect(0).conserved();
    assert_eq!((done.number("created"), done.number("existing")), (60, 30), "{}", done.stderr);
    assert!(done.stderr.contains("the list shows contacts without a number"), "{}", done.stderr);
    assert_eq!(bench.doubles(), 0);
}

#[test]
fn a_big_account_is_asked_row_by_row_and_the_plan_says_what_it_costs() {
    let bench = bench_of(90, "");
    let file = bench.file("in.csv", rows(3));
    let done = bench.run(&file, &["--on-existing", "update"]).expect(0).conserved();
    assert!(done.stderr.contains("each row is looked up: 3 requests"), "{}", done.stderr);
    assert!(done.stderr.contains("reading the contact list would take 7 requests, and at most 3 for rows"));
    assert!(done.stderr.contains("are changed to what the row says (--on-existing update)"));
    assert_eq!((done.number("created"), done.number("existing")), (2, 1));
}

#[test]
fn a_nightly_export_changes_what_changed_and_says_so() {
    let bench = bench_of(0, "");
    let file = bench.file("in.csv", rows(4));
    bench.run(&file, &["--on-existing", "update"]).expect(0).conserved();
    let file = bench.file("in.csv", rows(4).replace("Person 2,New", "Person 2 B,New"));
    let done = bench.run(&file, &["--on-existing", "update"]).expect(0).conserved();
    assert_eq!((done.number("created"), done.number("updated")), (3, 1), "{}", done.stderr);
    assert!(done.stderr.contains("the contact of 1 row is looked at again"), "{}", done.stderr);
    assert!(!done.stdout.contains("Nothing to do"), "{}", done.stdout);
    assert_eq!(done.results()[2]["message"], "changed name");
    let done = bench.run(&file, &["--on-existing", "update"]).expect(0).conserved();
    assert!(done.stdout.contains("Nothing to do"), "{}", done.stdout);
}

#[test]
fn each_row_stands_in_one_figure_of_a_check_also_where_it_is_met_again() {
    let bench = bench_of(9, "");
    let csv = format!("{}+{},Person 0,New,Rome,from the file\n12,Nobody,,,\n", rows(9), number(0));
    let file = bench.file("in.csv", &csv);
    bench.run(&file, &["--on-existing", "fail"]).expect(1).conserved();
    let base = bench.sandbox().base_url();
    let csv = csv.replace("Person 1,New", "Person 1 B,New");
    bench.file("in.csv", format!("{csv}+{},New,,,\n", number(20)));
    let figures = ["to_send", "settled_before", "invalid", "duplicate"];
    for (policy, met_again, to_send, settled) in [("skip", 3, 4, 6), ("update", 4, 5, 5), ("fail", 0, 1, 9)] {
        let args = ["check", "in.csv", "--base-url", &base, "--out", "out", "--on-existing", policy];
        let done = bench.exact([&args[..], &["--json"]].concat()).expect(1);
        let numbers: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
        let told = figures.map(|figure| numbers[figure].as_u64().unwrap());
        assert_eq!((told, numbers["met_again"].as_u64()), ([to_send, settled, 1, 1], Some(met_again)));
        assert_eq!(numbers["rows_read"].as_u64().unwrap(), told.iter().sum::<u64>(), "{policy}");
        let done = bench.exact(args).expect(1);
        let words =
            format!("{settled} rows were settled by an earlier run, and are reported as they were then");
        assert!(done.stdout.contains(&words), "{policy}: {}", done.stdout);
        let words = format!("the contacts of {met_again} rows are looked at again");
        assert_eq!(done.stdout.contains(&words), met_again > 0, "{policy}: {}", done.stdout);
    }
}

#[test]
fn rows_that_are_taken_up_because_of_other_rules_are_counted_in_the_plan() {
    let bench = bench_of(9, "");
    let file = bench.file("in.csv", rows(9));
    let update = ["--on-existing", "update"];
    let keeps = [&update[..], &["--keep", "name", "--keep", "tags"]].concat();
    let done = bench.run(&file, &keeps).expect(0).conserved();
    assert_eq!(done.results()[3]["message"], "changed note, custom_fields.City");
    let other_way_round = [&update[..], &["--keep", "tags", "--keep", "name"]].concat();
    let done = bench.run(&file, &other_way_round).expect(0);
    assert!(done.stdout.contains("Nothing to do"), "{}", done.stdout);
    let told = "3 of them were compared with their rows under other rules for updates than now";
    let base = bench.sandbox().base_url();
    let check = [&["check", "in.csv", "--base-url", &base, "--out", "out"], &update[..]].concat();
    let checked = bench.exact(check).expect(0);
    assert!((checked.stdout.clone() + &checked.stderr).contains(told), "{}", checked.stdout);
    let done = bench.run(&file, &update).expect(0).conserved();
    assert!(done.stderr.contains("the contacts of 3 rows are looked at again"), "{}", done.stderr);
    assert!(done.stderr.contains(told) && !done.stderr.contains("has changed"), "{}", done.stderr);
    assert_eq!(done.results()[3]["message"], "changed name, tags");
    // A file that has grown is told apart.
    let file = bench.file("in.csv", rows(10));
    let done = bench.run(&file, &keeps).expect(0).conserved();
    assert!(done.stderr.contains("1 row is new\n") && done.stderr.contains(told), "{}", done.stderr);
    for _ in 0..2 {
        let done = bench.run(&file, &keeps).expect(0).conserved();
        assert!(done.stdout.contains("Nothing to do"), "{}", done.stdout);
    }
}

#[test]
fn fail_rejects_the_rows_that_are_there_and_gives_them_back() {
    let bench = bench_of(9, "");
    let file = bench.file("in.csv", rows(9));
    let done = bench.run(&file, &["--on-existing", "fail"]).expect(1).conserved();
    assert_eq!((done.number("created"), done.number("rejected")), (6, 3));
    assert_eq!(done.failures()[0]["import_code"], "already_there");
    // Whoever wants to know who is there finds the contact.
    let world = bench.sandbox().world();
    let results = done.results();
    let refused = results.iter().filter(|line| line["code"] == "already_there");
    for line in refused {
        let there = world.contacts().iter().find(|(_, there)| there.identifier == line["identifier"]);
        assert_eq!(line["uuid"], there.unwrap().1.uuid);
    }
    assert!(done.stdout.contains("which --on-existing fail does not allow"), "{}", done.stdout);
}

#[test]
fn fail_with_max_failures_1_stops_at_the_first_who_is_there() {
    let bench = bench_of(90, "");
    let file = bench.file("in.csv", rows(90));
    let args = ["--on-existing", "fail", "--max-failures", "1", "--concurrency", "1"];
    let done = bench.run(&file, &args).expect(5).conserved();
    assert_eq!(done.number("rejected"), 1);
    assert!(done.number("not_attempted") > 80, "{}", done.stdout);
}

#[test]
fn rules_for_updates_without_updates_and_two_rules_for_one_field_are_refused_before_anything_is_sent() {
    let bench = bench_of(1, "");
    let file = bench.file("in.csv", rows(4));
    let path = file.to_str().unwrap();
    let refused = |done: crate::support::Done, what: &[&str]| {
        let done = done.expect(2);
        for what in what {
            assert!(done.stderr.contains(what), "{what}: {}", done.stderr);
        }
    };
    let without = ["--on-existing is skip", "add --on-existing update, or leave --keep out"];
    refused(bench.run(&file, &["--keep", "name"]), &without);
    refused(bench.exact(["check", path, "--offline", "--keep", "name"]), &without);
    refused(bench.run(&file, &["--fill", "note", "--on-existing", "create"]), &["--fill says", "is create"]);
    for twice in [["name", "name"], ["name", " name"], ["custom_fields.City", "custom_fields.City"]] {
        let flags = ["--on-existing", "update", "--keep", twice[0], "--fill", twice[1]];
        let what = format!("`{}` is in both --keep and --fill", twice[0]);
        refused(bench.run(&file, &flags), &[&what, "Choose one of them"]);
    }
    assert_eq!(bench.identifiers().len(), 1);
    // The policy may come from elsewhere, and rules in a mapping file may wait for it.
    bench.file("callbell-import.toml", "on-existing = \"update\"\n");
    let _ = bench.run(&file, &["--keep", "name", "--fill", "note"]).expect(0);
    std::fs::remove_file(bench.path().join("callbell-import.toml")).unwrap();
    let mapping = bench.file("m.toml", "[options]\nautomatic = true\n[update]\nnote = \"keep\"\n");
    let _ = bench.run(&file, &["--mapping", mapping.to_str().unwrap()]).expect(0);
}

#[test]
fn a_rule_for_a_custom_field_that_no_row_can_say_is_refused_and_the_plan_tells_the_others() {
    let bench = bench_of(1, "");
    let file = bench.file("in.csv", rows(4));
    let path = file.to_str().unwrap();
    let update = ["--on-existing", "update"];
    for (flag, label, hint) in [
        ("--keep", "custom_fields.city", "did you mean `custom_fields.City`?"),
        ("--fill", "custom_fields.Shoe size", "leave --fill out, or name a label that the list has"),
    ] {
        let flags = [&update[..], &[flag, label]].concat();
        let checked = bench.exact([&["check", path, "--offline"], &flags[..]].concat());
        for done in [bench.run(&file, &flags), checked] {
            let done = done.expect(2);
            assert!(done.stderr.contains(&format!("{flag} {label}: no column")), "{}", done.stderr);
            assert!(done.stderr.contains(hint), "{}", done.stderr);
        }
    }
    assert_eq!(bench.identifiers().len(), 1);
    let known = [&update[..], &["--keep", "name", "--keep", "custom_fields.City", "--fill", "note"]].concat();
    let done = bench.run(&file, &[&known[..], &["--yes"]].concat()).expect(0).conserved();
    assert!(
        done.stderr.contains("not changed in contacts that are already there: custom_fields.City, name\n"),
        "{}",
        done.stderr
    );
    assert!(
        done.stderr.contains("written in contacts that are already there only where empty: note\n"),
        "{}",
        done.stderr
    );
    // A constant, and an object in a cell whose labels nobody knows before it is read.
    let set = ["--set", "custom_fields.Origin=fair", "--fill", "custom_fields.Origin"];
    let _ = bench.run(&file, &[&update[..], &set].concat()).expect(0);
    let whole = bench.file(
        "whole.csv",
        "phone_number,name,custom_fields\n+393331000009,Ann,\"{\"\"Size\"\":\"\"9\"\"}\"\n",
    );
    let keep = ["--keep", "custom_fields.Size"];
    let bench = bench_of(1, "");
    let _ = bench.run(&whole, &[&update[..], &keep].concat()).expect(0);
}

#[test]
fn keep_and_fill_are_flags_and_a_table_of_the_mapping_file() {
    let bench = bench_of(4, "");
    let file = bench.file("in.csv", rows(4));
    let mapping = bench.file("m.toml", "[options]\nautomatic = true\n[update]\nnote = \"keep\"\n");
    let args = ["--on-existing", "update", "--keep", "name", "--mapping", mapping.to_str().unwrap()];
    let done = bench.run(&file, &args).expect(0).conserved();
    assert_eq!(done.results()[3]["message"], "changed tags, custom_fields.City");
    let wrong = bench.file("w.toml", "[update]\nnote = \"never\"\n");
    let done = bench.run(&file, &["--mapping", wrong.to_str().unwrap()]).expect(2);
    assert!(done.stderr.contains("must be overwrite, fill or keep"), "{}", done.stderr);
}

/// Only with its type can be told what a text is that looks like the list of a checkbox; a look-up shows no types.
#[tokio::test(start_paused = true)]
async fn a_text_that_looks_like_a_list_goes_back_as_the_text_that_it_is() {
    const MOTTO: &str = "[\"per aspera\"]";
    let mut text = "[account]\n".to_owned();
    for label in ["City", "Motto"] {
        writeln!(text, "[[account.custom_fields]]\nlabel = \"{label}\"\ntype = \"text\"").unwrap();
    }
    writeln!(
        text,
        "[[account.contacts]]\nidentifier = \"{}\"\nsource = \"whatsapp\"\nname = \"A\"",
        number(0)
    )
    .unwrap();
    writeln!(text, "[account.contacts.custom_fields]\nCity = \"Milan\"\nMotto = '{MOTTO}'").unwrap();
    let csv = format!("phone_number,name,custom_fields.City\n+{},A,Rome\n", number(0));
    let mut rig = Rig::of(csv, SandboxSettings::from_toml(&text).unwrap());
    rig.on_existing = OnExisting::Update;
    let walked = rig.walk().await;
    walked.told_the_truth();
    let line = &walked.results[0];
    assert_eq!([&line["status"], &line["attempts"]], ["updated", "1"], "{line:?}");
    let world = walked.world.lock().unwrap();
    let fields = &world.contacts().iter().next().unwrap().1.custom_fields;
    assert_eq!((&fields["City"], &fields["Motto"]), (&"Rome".into(), &MOTTO.into()));
}

#[tokio::test(start_paused = true)]
async fn a_change_that_is_cut_off_each_time_is_sent_five_times_with_time_between() {
    let mut settings = account(4, "");
    settings.faults = vec![FaultRule { on: On::Update, ..FaultRule::new(FaultKind::CutBefore, 1.0) }];
    let walked = rig(4, settings, OnExisting::Update).walk().await;
    walked.told_the_truth();
    let line = &walked.results[3];
    assert_eq!([&line["status"], &line["code"], &line["attempts"]], ["unconfirmed", "update_open", "5"]);
    assert_eq!(walked.world.lock().unwrap().seen().requests["PATCH /contacts/:uuid"], 5);
    assert!(walked.took > Duration::from_secs(2), "{:?}", walked.took);
}

#[tokio::test(start_paused = true)]
async fn what_was_sent_to_a_contact_before_it_was_gone_is_told_with_what_created_it_again() {
    let mut rig = rig(1, account(0, ""), OnExisting::Update);
    rig.walk().await.told_the_truth();
    rig.csv = rig.csv.replace("Person 0", "Person 0 B");
    let cut = FaultRule { on: On::Update, ..FaultRule::new(FaultKind::CutBefore, 1.0) };
    rig.world.lock().unwrap().set_faults(vec![cut]);
    tokio::time::sleep(Duration::from_secs(60)).await;
    // It is deleted while the row waits for its next try.
    let deleted = async {
        while !rig.world.lock().unwrap().seen().requests.contains_key("PATCH /contacts/:uuid") {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let mut world = rig.world.lock().unwrap();
        let uuid = world.contacts().iter().next().unwrap().1.uuid.clone();
        world.take_away(&uuid);
    };
    let (walked, ()) = tokio::join!(rig.walk(), deleted);
    walked.told_the_truth();
    let line = &walked.results[0];
    assert_eq!([&line["status"], &line["attempts"]], ["created", "2"], "{line:?}");
}

/// A cache that mixes up two contacts: what the other one has must not be written into this one.
#[test]
fn where_another_contact_is_shown_than_was_asked_for_nothing_is_changed() {
    let bench = bench_of(90, "");
    let other = "414a6d692bd645ed803f2e7ce360d4c8";
    let first = std::sync::OnceLock::new();
    let front = Front::of(&bench, move |line, _| {
        let is_read = line.starts_with("GET /v1/contacts/") && !line.contains("/phone/");
        if !is_read || first.get_or_init(|| line.to_owned()) != line {
            return Says::Itself;
        }
        Says::Changed(Box::new(move |answer| {
            answer["contact"]["uuid"] = serde_json::json!(other);
            answer["contact"]["tags"] = serde_json::json!(["Of somebody else"]);
        }))
    });
    let file = bench.file("in.csv", rows(90));
    let args = ["run", "--on-existing", "update", "--base-url", &front.base_url(), "--out", "out"];
    let done = bench.finish(bench.command(args).arg(&file).output().unwrap()).expect(1).conserved();
    let failed = done.results().into_iter().find(|line| line["status"] == "failed").unwrap();
    assert_eq!(failed["code"], "update_failed", "{failed:?}");
    // Whichever of them was read first: one of those that are to be changed, or one that is as its row says.
    let was_to_be_changed = (failed["row"].parse::<u64>().unwrap() - 1) % 9 != 0;
    let changed = 20 - u64::from(was_to_be_changed);
    let ends = ["created", "updated", "failed"].map(|end| done.number(end));
    assert_eq!(ends, [60, changed, 1], "{}", done.stderr);
    assert!(failed["message"].contains("another contact than the one"), "{failed:?}");
    let world = bench.sandbox().world();
    assert_eq!(world.seen().requests["PATCH /contacts/:uuid"], changed);
    assert!(
        world.contacts().iter().all(|(_, contact)| !contact.tags.contains(&"Of somebody else".to_owned()))
    );
}

#[test]
fn what_a_look_has_shown_is_acted_on_before_others_are_looked_at() {
    let bench = bench_of(30, "");
    let file = bench.file("in.csv", rows(30));
    let front = Front::of(&bench, |_, _| Says::Itself);
    let flags = ["--base-url", &front.base_url(), "--out", "out", "--rate", "25", "--no-canary"];
    let run = ["run", file.to_str().unwrap(), "--on-existing", "update", "--concurrency", "30"];
    let _ = bench.exact(run.iter().chain(&flags)).expect(0);
    let asked = front.asked();
    // A change of a contact comes soon after the last reading of it.
    let mut changes = 0;
    for (at, line) in asked.iter().enumerate().filter(|(_, line)| line.starts_with("PATCH ")) {
        let contact = line.split(' ').nth(1).unwrap();
        let read = asked[..at].iter().rposition(|line| line.starts_with("GET ") && line.contains(contact));
        let behind = at - read.unwrap();
        assert!(behind <= 6, "{behind} requests behind: {asked:#?}");
        changes += 1;
    }
    assert!(changes >= 6, "{asked:#?}");
}

#[test]
fn what_an_update_left_out_is_told_of_the_row_in_every_later_run() {
    let people = [("393331234501", "Old", "t"), ("393331234502", "Bo", "t")];
    let account = people.map(|(identifier, name, _)| {
        format!(
            "[[account.contacts]]\nidentifier = \"{identifier}\"\nsource = \"whatsapp\"\nname = \"{name}\"\n"
        )
    });
    let bench = Bench::with(&format!("[api]\nnever_shown = [\"tags\"]\n{}", account.concat()));
    let list = people.map(|(identifier, _, tag)| format!("{identifier},{},{tag}\n", "Bo"));
    let file = bench.file("in.csv", "identifier,name,tags\n".to_owned() + &list.concat());
    let night = || {
        let done = bench.run(&file, &["--on-existing", "update"]).expect(0).conserved();
        let told = done.stdout.contains("update_left_out (tags)");
        let lines = done
            .results()
            .into_iter()
            .map(|line| (line["status"].clone(), line["code"].clone(), line["message"].clone()));
        (lines.collect::<Vec<_>>(), told)
    };
    let first = night();
    assert!(first.1 && first.0.iter().all(|(_, code, _)| code.ends_with("update_left_out")), "{first:?}");
    assert_eq!(
        first.0.iter().map(|(status, ..)| status.as_str()).collect::<Vec<_>>(),
        ["updated", "existing"]
    );
    assert_eq!(night(), first);
}
