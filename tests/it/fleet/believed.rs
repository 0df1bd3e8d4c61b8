//! What a worker that lives on believes of what it once found out.

use std::io::Write as _;
use std::process::Command;

use callbell_import::sandbox::World;

use super::calm::list;
use super::crew::Fleet;
use super::server::until;

/// The worker looks for its token when it starts and at the beginning of each chunk; the second of them waits at a gate.
const LOOKS: &str =
    "echo x >> looks\nif [ \"$(wc -l < looks)\" -eq 3 ]; then read -r _ < gate; fi\ncat token.txt\n";

/// Channels.
const ONE: &str = "11111111111111111111111111111111";
const TWO: &str = "22222222222222222222222222222222";

/// Imports a list in three chunks; before the second one, the worker's token becomes another, which opens the account
/// of `user`, if that is another. Returns how many were stored before, and what the worker said.
fn with_another_token(user: Option<&str>) -> Option<(Fleet, String, String, usize, String)> {
    with_another(None, |world| {
        if let Some(user) = user {
            world.set_user(user);
        }
    })
}

/// The same, where more becomes another of an account that has this channel.
fn with_another(
    channel: Option<&str>,
    change: impl FnOnce(&mut World),
) -> Option<(Fleet, String, String, usize, String)> {
    let fleet = Fleet::with("")?;
    if let Some(channel) = channel {
        fleet.bench.sandbox().world().set_channel(channel);
    }
    let csv = list(60);
    fleet.bench.file("in.csv", &csv);
    fleet.bench.file("token.sh", LOOKS);
    let base = fleet.bench.sandbox().base_url();
    let settings = format!("[preset.acme]\napi-key-command = \"sh token.sh\"\nbase-url = \"{base}\"\n");
    fleet.bench.file("fleet.toml", settings);
    let job = fleet.enqueue(&["--chunk-rows", "20", "--rate", "30"]);
    let gate = fleet.bench.path().join("gate");
    assert!(Command::new("mkfifo").arg(&gate).status().unwrap().success());
    let worker = fleet.worker("one", &fleet.url);
    until("the first part", || fleet.part(&job, 0).is_dir().then_some(()));
    // Somebody reads there, or will: nothing is on the wire meanwhile.
    let mut open = std::fs::File::options().write(true).open(&gate).unwrap();
    std::fs::remove_file(&gate).unwrap();
    fleet.bench.file("token.txt", "another:token-1234567890");
    fleet.bench.sandbox().world().set_token("another:token-1234567890");
    change(&mut fleet.bench.sandbox().world());
    let stored = fleet.stored();
    open.write_all(b"go\n").unwrap();
    drop(open);
    let (code, said) = worker.end();
    assert_eq!(code, 0, "{said}");
    Some((fleet, csv, job, stored, said))
}

#[test]
fn a_token_that_becomes_another_accounts_while_a_worker_lives_sends_nothing() {
    let Some((fleet, _, _, stored, said)) = with_another_token(Some("else@example.com")) else { return };
    assert!(stored > 0);
    assert_eq!(fleet.stored(), stored, "rows went into another account");
    assert!(said.contains("opens another account"), "{said}");
    assert_eq!(fleet.status()["jobs"][0]["phase"], "stopped (refused)");
}

#[test]
fn another_token_of_the_same_account_goes_on() {
    let Some((fleet, csv, job, _, _)) = with_another_token(None) else { return };
    fleet.told_like_one_run(&job, &csv, &["--rate", "30"], 30);
}

#[test]
fn a_token_that_opens_another_account_of_the_same_user_sends_nothing() {
    let another = |world: &mut World| {
        world.set_channel(TWO);
        let there: Vec<String> = world.contacts().iter().map(|(_, contact)| contact.uuid.clone()).collect();
        there.iter().for_each(|uuid| world.take_away(uuid));
    };
    let Some((fleet, _, _, stored, said)) = with_another(Some(ONE), another) else { return };
    assert_eq!((stored, fleet.stored()), (0, 0), "rows went into another account");
    assert!(said.contains("opens another account"), "{said}");
    assert_eq!(fleet.status()["jobs"][0]["phase"], "stopped (refused)");
}

#[test]
fn an_account_that_has_the_jobs_contacts_is_the_same_whatever_channels_it_has_now() {
    let replaced = |world: &mut World| world.set_channel(TWO);
    let Some((fleet, csv, job, _, _)) = with_another(Some(ONE), replaced) else { return };
    let whole = fleet.collect(&job).expect(1).conserved();
    assert_eq!((whole.number("not_attempted"), fleet.bench.doubles()), (0, 0), "{csv}");
}

#[test]
fn a_worker_that_lives_on_asks_the_account_anew_in_each_round() {
    let Some(fleet) = Fleet::with("") else { return };
    let rows = (1..=40).map(|row| format!("+39 333 20000{row:02},Person {row}\n"));
    fleet.bench.file("in.csv", format!("phone_number,name\n{}", rows.collect::<String>()));
    let flags = ["--chunk-rows", "20", "--rate", "10"];
    let job = fleet.enqueue(&flags);
    let worker = fleet.lasting_worker("one");
    fleet.until_stored(3);
    let cancelled = fleet.command("cancel", &fleet.url).arg(&job).output().unwrap();
    fleet.bench.finish(cancelled).expect(0);
    until("both chunks are done", || (fleet.status()["jobs"][0]["chunks_done"] == 2).then_some(()));
    {
        let mut world = fleet.bench.sandbox().world();
        let first = world.contacts().iter().next().unwrap().1.clone();
        assert!(world.contacts().iter().count() <= 30, "too many of the list were sent");
        for row in 31..=40 {
            let mut somebody = first.clone();
            somebody.uuid = format!("{row:032x}");
            somebody.identifier = format!("3933320000{row}");
            assert_eq!(somebody.identifier.len(), first.identifier.len());
            world.put_back(somebody);
        }
    }
    assert_eq!(fleet.enqueue(&flags), job);
    until("the second round is done", || (fleet.status()["jobs"][0]["phase"] == "done").then_some(()));
    worker.signal("TERM");
    worker.end();
    let whole = fleet.collect(&job).expect(0).conserved();
    assert_eq!(fleet.bench.doubles(), 0, "somebody is there twice");
    assert_eq!((whole.number("existing"), whole.number("created"), fleet.stored()), (10, 30, 40));
}
