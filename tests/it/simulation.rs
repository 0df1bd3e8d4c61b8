//! The whole street on a paused clock against a hostile world: minutes of waiting in milliseconds.

use std::fmt::Write as _;
use std::time::Duration;

use callbell_import::delivery::Patience;
use callbell_import::model::{Event, Status, Stop};
use callbell_import::run::{Bounds, MaxFailures, StopWish};
use callbell_import::sandbox::{FaultKind, FaultRule, On, SandboxSettings};

use crate::support::{Rig, Walked, canary_numbers};

fn settings(toml: &str) -> SandboxSettings {
    SandboxSettings::from_toml(toml).unwrap()
}

fn rules(faults: &[(FaultKind, f64)]) -> Vec<FaultRule> {
    faults.iter().map(|&(kind, share)| FaultRule { delay_ms: 900, ..FaultRule::new(kind, share) }).collect()
}

async fn walk(rows: usize, settings: SandboxSettings) -> Walked {
    Rig::of(canary_numbers(rows), settings).walk().await
}

#[tokio::test(start_paused = true)]
async fn on_a_calm_day_every_row_is_created_at_the_rate_asked_for() {
    let walked = walk(3000, settings("")).await;
    walked.told_the_truth();
    assert_eq!(walked.count(Status::Created), 3000);
    let world = walked.world.lock().unwrap();
    assert!(world.most_in_a_second() <= 300, "{}", world.most_in_a_second());
    assert_eq!(world.seen().statuses.keys().collect::<Vec<_>>(), [&200, &201]);
    let ideal = Duration::from_secs(10);
    assert!(walked.took < ideal.mul_f64(1.03), "{:?}", walked.took);
}

#[tokio::test(start_paused = true)]
async fn in_foul_weather_every_row_ends_in_one_true_status() {
    let mut foul = settings("");
    foul.faults = rules(&[
        (FaultKind::Throttle, 0.02),
        (FaultKind::Error, 0.02),
        (FaultKind::ErrorAfter, 0.02),
        (FaultKind::Html, 0.01),
        (FaultKind::Portal, 0.01),
        (FaultKind::Garbage, 0.01),
        (FaultKind::Empty, 0.01),
        (FaultKind::Truncated, 0.01),
        (FaultKind::CutBefore, 0.02),
        (FaultKind::CutAfter, 0.02),
        (FaultKind::Withheld, 0.005),
        (FaultKind::Slow, 0.02),
        (FaultKind::LateStore, 0.02),
        (FaultKind::CutThenStore, 0.02),
    ]);
    foul.faults.push(FaultRule { on: On::LookUp, ..FaultRule::new(FaultKind::Error, 0.1) });
    foul.faults.push(FaultRule { on: On::LookUp, ..FaultRule::new(FaultKind::CutBefore, 0.1) });
    let walked = walk(5000, foul).await;
    walked.told_the_truth();
    assert!(walked.count(Status::Created) > 4990, "{}", walked.count(Status::Created));
    assert!(walked.report.tally.confirmed_by_lookup() > 100);
    let world = walked.world.lock().unwrap();
    assert!(world.most_in_a_second() <= 300, "retries and look-ups are in the budget too");
    for kind in [FaultKind::CutAfter, FaultKind::LateStore, FaultKind::Withheld, FaultKind::Truncated] {
        assert!(world.seen().faults[kind.as_str()] > 0, "{kind:?} never struck");
    }
}

/// Every behaviour that the vendor does not document, against every fault that leaves a row in doubt.
#[tokio::test(start_paused = true)]
async fn on_every_unknown_of_the_api_the_result_is_true_and_nobody_is_doubled() {
    let behaviours = [
        "created_status = 200",
        "created_status = 200\ncontact_shape = \"array\"",
        "contact_shape = \"array\"",
        "duplicate = \"existing\"",
        "duplicate = \"overwrite\"",
        "duplicate = \"conflict\"",
        "duplicate = \"invalid\"",
        "duplicate = \"invalid\"\nerror_status = 400\nerror_shape = \"text\"",
        "miss = \"bare_not_found\"",
        "miss = \"null\"",
        "miss = \"empty\"",
        "miss = \"empty_list\"",
        "phone_echo = \"plus\"",
        "phone_echo = \"spaces\"",
        "phone_echo = \"as_sent\"",
        "phone_echo = \"missing\"",
        "unknown_tag = \"drop\"",
        "read_lag_ms = 3000",
        "rate_headers = true",
        "limit_per_second = 120",
        "limit_per_second = 120\nretry_after = \"seconds\"",
        "limit_per_second = 120\nretry_after = \"date\"",
        "latency_ms = 400",
    ];
    for behaviour in behaviours {
        let mut world = settings(&format!("[api]\n{behaviour}"));
        world.faults = rules(&[
            (FaultKind::CutAfter, 0.05),
            (FaultKind::CutBefore, 0.05),
            (FaultKind::ErrorAfter, 0.05),
            (FaultKind::LateStore, 0.05),
            (FaultKind::Garbage, 0.03),
        ]);
        let walked = walk(300, world).await;
        walked.told_the_truth();
        assert_eq!(walked.count(Status::Created), 300, "{behaviour}: {:?}", walked.report.tally);
    }
}

#[tokio::test(start_paused = true)]
async fn contacts_that_were_there_before_are_existing_whatever_a_duplicate_gets() {
    for duplicate in ["existing", "conflict", "invalid"] {
        let world = settings(&format!(
            "[api]\nduplicate = \"{duplicate}\"\n\
             [[account.contacts]]\nidentifier = \"393330000002\"\nsource = \"whatsapp\"\nname = \"Person 2\"\n\
             [[account.contacts]]\nidentifier = \"393330000003\"\nsource = \"whatsapp\"\nname = \"Somebody else\"\n"
        ));
        let walked = walk(4, world).await;
        walked.told_the_truth();
        let codes: Vec<_> = walked.results.iter().map(|line| line["code"].as_str()).collect();
        assert_eq!(codes, ["", "existing_same", "existing_differs", ""], "{duplicate}");
        assert_eq!((walked.count(Status::Created), walked.count(Status::Existing)), (2, 2));
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_comes_too_late_is_looked_up_and_a_server_that_stores_late_is_waited_for() {
    let mut late = settings("");
    late.faults = vec![FaultRule { delay_ms: 110_000, ..FaultRule::new(FaultKind::CutThenStore, 1.0) }];
    late.faults[0].until = Some(20);
    let walked = walk(20, late).await;
    walked.told_the_truth();
    assert_eq!(walked.count(Status::Created), 20);
    assert_eq!(walked.report.tally.confirmed_by_lookup(), 20);
    assert!(walked.took > Duration::from_secs(110), "{:?}", walked.took);
}

#[tokio::test(start_paused = true)]
async fn strict_makes_no_double_however_late_the_server_stores() {
    let mut late = settings("");
    late.faults = vec![
        FaultRule { delay_ms: 600_000, ..FaultRule::new(FaultKind::CutThenStore, 0.2) },
        FaultRule::new(FaultKind::CutBefore, 0.2),
    ];
    let mut rig = Rig::of(canary_numbers(200), late);
    rig.patience = Patience { strict: true, ..Patience::default() };
    let walked = rig.walk().await;
    tokio::time::sleep(Duration::from_secs(600)).await;
    assert_eq!(walked.world.lock().unwrap().contacts().doubles().len(), 0);
    assert!(walked.count(Status::Unconfirmed) > 20);
    assert_eq!(walked.count(Status::Failed), 0);
}

#[tokio::test(start_paused = true)]
async fn rows_in_doubt_do_not_hold_up_the_others() {
    let mut world = settings("");
    world.faults = vec![FaultRule { until: Some(15), ..FaultRule::new(FaultKind::CutBefore, 1.0) }];
    let walked = walk(1000, world).await;
    walked.told_the_truth();
    assert_eq!(walked.count(Status::Created), 1000);
    // 15 rows wait out the settle time while the other 985 take 3 seconds.
    assert!(walked.took < Duration::from_secs(135), "{:?}", walked.took);
}

#[tokio::test(start_paused = true)]
async fn a_storm_of_429s_holds_everybody_and_costs_no_row_an_attempt() {
    for (rule, least) in [
        (FaultRule::new(FaultKind::Throttle, 1.0), 1),
        (FaultRule { retry_after: Some(20), ..FaultRule::new(FaultKind::Throttle, 1.0) }, 20),
        (
            FaultRule {
                retry_after: Some(20),
                retry_after_date: true,
                ..FaultRule::new(FaultKind::Throttle, 1.0)
            },
            18,
        ),
    ] {
        let mut world = settings("");
        world.faults = vec![FaultRule { from: 100, until: Some(120), ..rule }];
        let walked = walk(400, world).await;
        walked.told_the_truth();
        assert_eq!(walked.count(Status::Created), 400);
        let throttled = walked.witness.count(|event| matches!(event, Event::Throttled(_)));
        assert!((1..=21).contains(&throttled), "{throttled}");
        assert!(walked.took > Duration::from_secs(least), "{:?}", walked.took);
        assert_eq!(walked.report.tally.failures(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn refused_contacts_are_rejected_once_and_never_sent_again() {
    let mut world = settings("");
    world.api.unknown_tag = serde_json::from_str("\"reject\"").unwrap();
    let mut csv = "phone_number,name,tags\n".to_owned();
    for row in 1..=50 {
        writeln!(csv, "+39333{row:07},P {row},{}", if row % 5 == 0 { "Unknown" } else { "" }).unwrap();
    }
    let walked = Rig::of(csv, world).walk().await;
    walked.told_the_truth();
    assert_eq!((walked.count(Status::Created), walked.count(Status::Rejected)), (40, 10));
    let rejected = walked.results.iter().find(|line| line["status"] == "rejected").unwrap();
    assert_eq!((rejected["code"].as_str(), rejected["attempts"].as_str()), ("http_422", "1"));
    assert!(rejected["message"].contains("does not exist"));
    assert_eq!(walked.world.lock().unwrap().seen().requests["POST /contacts"], 50);
}

/// Contacts of a source that has no look-up: their list shows name and data, and not who they are.
fn instagram(names: impl IntoIterator<Item = String>) -> String {
    let mut csv = "identifier,name,source\n".to_owned();
    for (row, name) in names.into_iter().enumerate() {
        writeln!(csv, "user_{row},{name},instagram").unwrap();
    }
    csv
}

#[tokio::test(start_paused = true)]
async fn contacts_of_other_sources_are_found_in_the_list_by_what_was_sent() {
    for cursors in [true, false] {
        let mut world = settings(&format!("[api]\ncursors = {cursors}"));
        world.faults = rules(&[(FaultKind::CutAfter, 0.3), (FaultKind::LateStore, 0.2)]);
        let walked = Rig::of(instagram((0..120).map(|row| format!("P {row}"))), world).walk().await;
        walked.told_the_truth();
        assert_eq!(walked.count(Status::Created), 120);
        assert!(walked.report.tally.confirmed_by_lookup() > 30);
        let world = walked.world.lock().unwrap();
        assert_eq!(world.seen().requests["POST /contacts"], 120, "nothing was sent twice");
        let walks = world.seen().requests["GET /contacts"];
        assert!(walks < 6 * 20, "one walk serves all who wait: {walks} pages of 6");
    }
}

#[tokio::test(start_paused = true)]
async fn a_contact_of_another_source_that_is_not_in_the_list_is_unconfirmed_and_never_sent_again() {
    let mut world = settings("");
    world.faults = rules(&[(FaultKind::CutBefore, 0.5)]);
    let walked = Rig::of(instagram((0..40).map(|row| format!("P {row}"))), world).walk().await;
    walked.told_the_truth();
    let unconfirmed = walked.count(Status::Unconfirmed);
    assert!(unconfirmed > 5);
    assert_eq!(walked.count(Status::Created) + unconfirmed, 40);
    assert_eq!(walked.world.lock().unwrap().seen().requests["POST /contacts"], 40);
}

#[tokio::test(start_paused = true)]
async fn where_two_rows_of_another_source_share_a_name_no_contact_is_claimed() {
    let mut world = settings("");
    world.faults = rules(&[(FaultKind::CutAfter, 1.0)]);
    let names = ["Twin", "Single", "Twin"].map(str::to_owned);
    let walked = Rig::of(instagram(names), world).walk().await;
    walked.told_the_truth();
    let statuses: Vec<_> = walked.results.iter().map(|line| line["status"].as_str()).collect();
    assert_eq!(statuses, ["unconfirmed", "created", "unconfirmed"]);
    assert!(walked.results[0]["message"].contains("may have the same name"), "{:?}", walked.results[0]);
}

#[tokio::test(start_paused = true)]
async fn a_namesake_who_was_there_before_or_came_in_meanwhile_is_not_claimed() {
    let mut world =
        settings("[[account.contacts]]\nidentifier = \"old_user\"\nsource = \"instagram\"\nname = \"P 0\"\n");
    world.faults = rules(&[(FaultKind::CutBefore, 1.0)]);
    let walked = Rig::of(instagram((0..3).map(|row| format!("P {row}"))), world).walk().await;
    walked.told_the_truth();
    assert_eq!(walked.count(Status::Unconfirmed), 3);
}

#[tokio::test(start_paused = true)]
async fn a_list_that_cannot_be_read_to_its_end_settles_nothing() {
    let mut world = settings("");
    world.faults = rules(&[(FaultKind::CutAfter, 1.0)]);
    world.faults.push(FaultRule { on: On::List, ..FaultRule::new(FaultKind::Error, 1.0) });
    let mut rig = Rig::of(instagram((0..3).map(|row| format!("P {row}"))), world);
    let walked = rig.walk().await;
    walked.told_the_truth();
    let codes: Vec<_> = walked.results.iter().map(|line| line["code"].as_str()).collect();
    assert_eq!(codes, ["lookup_failed"; 3]);
    // On a better day they are found.
    rig.world.lock().unwrap().set_faults(Vec::new());
    rig.seed += 1;
    let walked = rig.walk().await;
    walked.told_the_truth();
    assert_eq!(walked.count(Status::Created), 3);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_withdrawn_stops_the_run_within_the_rows_in_the_air() {
    let mut world = settings("");
    world.faults = vec![FaultRule { from: 200, ..FaultRule::new(FaultKind::Unauthorized, 1.0) }];
    let walked = walk(2000, world).await;
    walked.told_the_truth();
    assert!(matches!(walked.report.stop, Some(Stop::TokenRefused { http_status: 401, .. })));
    assert_eq!(walked.count(Status::Created), 199);
    assert_eq!(walked.not_attempted, Some(2000 - 199), "no row is burnt");
    let world = walked.world.lock().unwrap();
    assert!(world.seen().requests["POST /contacts"] <= 200 + 32);
}

#[tokio::test(start_paused = true)]
async fn a_402_and_a_redirect_stop_the_run() {
    for (kind, word) in
        [(FaultKind::PaymentRequired, "payment_required"), (FaultKind::Redirect, "not_the_api")]
    {
        let mut world = settings("");
        world.faults = vec![FaultRule { from: 50, ..FaultRule::new(kind, 1.0) }];
        let walked = walk(500, world).await;
        walked.told_the_truth();
        assert_eq!(walked.report.stop.as_ref().map(Stop::as_str), Some(word));
        assert_eq!(walked.count(Status::Created), 49);
        assert_eq!(walked.count(Status::Failed) + walked.count(Status::Rejected), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_wish_to_stop_lets_the_rows_in_the_air_finish() {
    let mut world = settings("[api]\nlatency_ms = 2000");
    world.faults = rules(&[(FaultKind::CutAfter, 0.05)]);
    let wish = StopWish { stop: Stop::Interrupt, at_once: false };
    let walked = Rig::of(canary_numbers(2000), world).walk_with(vec![(Duration::from_secs(11), wish)]).await;
    walked.told_the_truth();
    assert!(walked.took < Duration::from_secs(11 + 15 + 1), "{:?}", walked.took);
    assert!(walked.not_attempted > Some(1000) && walked.count(Status::Created) > 30);
}

#[tokio::test(start_paused = true)]
async fn a_second_wish_ends_it_at_once_and_says_which_rows_are_open() {
    let world = settings("[api]\nlatency_ms = 10000");
    let wish = |at_once| StopWish { stop: Stop::Terminate, at_once };
    let wishes = vec![(Duration::from_secs(12), wish(false)), (Duration::from_secs(13), wish(true))];
    let rig = Rig { concurrency: 16, ..Rig::of(canary_numbers(500), world) };
    let walked = rig.walk_with(wishes).await;
    assert!(walked.took < Duration::from_millis(13_100), "{:?}", walked.took);
    assert_eq!(walked.count(Status::Unconfirmed), 16, "those on the wire");
    walked.told_the_truth();
}

#[tokio::test(start_paused = true)]
async fn the_grace_time_is_the_end_of_patience() {
    let world = settings("[api]\nlatency_ms = 60000");
    let wish = StopWish { stop: Stop::Interrupt, at_once: false };
    let rig = Rig { concurrency: 16, ..Rig::of(canary_numbers(500), world) };
    let walked = rig.walk_with(vec![(Duration::from_secs(2), wish)]).await;
    assert!(walked.took < Duration::from_millis(17_100), "{:?}", walked.took);
    assert_eq!(walked.count(Status::Unconfirmed), 16);
}

#[tokio::test(start_paused = true)]
async fn too_many_failures_stop_the_run() {
    let mut csv = "phone_number,name\n".to_owned();
    for row in 1..=1000 {
        writeln!(
            csv,
            "{},P {row}",
            if row % 4 == 0 { "nobody".to_owned() } else { format!("+39333{row:07}") }
        )
        .unwrap();
    }
    for (most, failures) in [(MaxFailures::Rows(10), 10), (MaxFailures::Percent(20.0), 25)] {
        let mut rig = Rig::of(csv.clone(), settings(""));
        rig.bounds = Bounds { max_failures: Some(most), ..Bounds::default() };
        let walked = rig.walk().await;
        walked.told_the_truth();
        assert!(matches!(walked.report.stop, Some(Stop::TooManyFailures { .. })), "{most:?}");
        assert!(walked.report.stops_again, "{most:?}: nothing is done about rows that are invalid");
        let seen = walked.report.tally.failures();
        assert!((failures..failures + 15).contains(&seen), "{most:?}: {seen}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_share_of_failures_is_judged_at_the_hundredth_row_for_all_before_it() {
    for (rows, invalid, is_stopped) in [(200, 99, true), (100, 5, true), (1000, 4, false), (99, 98, false)] {
        let mut csv = "phone_number,name\n".to_owned();
        for row in 1..=rows {
            let number = if row <= invalid { "nobody".to_owned() } else { format!("+39333{row:07}") };
            writeln!(csv, "{number},P {row}").unwrap();
        }
        let mut rig = Rig::of(csv, settings(""));
        rig.bounds = Bounds { max_failures: Some(MaxFailures::Percent(5.0)), ..Bounds::default() };
        let walked = rig.walk().await;
        walked.told_the_truth();
        let stop = &walked.report.stop;
        assert_eq!(matches!(stop, Some(Stop::TooManyFailures { .. })), is_stopped, "{invalid} of {rows}");
        let created = if is_stopped { 100 - invalid } else { rows - invalid };
        assert!(
            if is_stopped {
                walked.count(Status::Created) < created
            } else {
                walked.count(Status::Created) == created
            },
            "{invalid} of {rows}: {}",
            walked.count(Status::Created)
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_full_shelf_stops_the_taking_of_rows_and_not_the_run() {
    let mut world = settings("");
    world.faults = vec![FaultRule { until: Some(1), ..FaultRule::new(FaultKind::CutBefore, 1.0) }];
    let mut rig = Rig::of(canary_numbers(1000), world);
    rig.bounds = Bounds { spread: 100, ..Bounds::default() };
    let walked = rig.walk().await;
    walked.told_the_truth();
    assert_eq!(walked.count(Status::Created), 1000);
}

#[tokio::test(start_paused = true)]
async fn the_same_person_twice_is_sent_once_in_whichever_spelling() {
    let csv = "phone_number,name\n+39 333 1234567,A\n0039-333-1234567,A\n+5511987654321,B\n+551187654321,C\n+39 333 1234567,D\n";
    let walked = Rig::of(csv.to_owned(), settings("")).walk().await;
    walked.told_the_truth();
    let messages: Vec<_> = walked.results.iter().map(|line| line["message"].as_str()).collect();
    assert_eq!(
        messages,
        [
            "",
            "same contact and same data as row 1",
            "",
            "same contact as row 3, with other data",
            "same contact as row 1, with other data",
        ]
    );
    assert_eq!(walked.count(Status::Duplicate), 3);
}
