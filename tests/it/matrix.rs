//! Every switch of the stand-in against everything that touches the account: preflight, existing contacts, update,
//! canary, echo, plan, verify and undo, by the real program over real sockets.
//!
//! What happens in foul weather and when the process dies is in `existing`, `simulation`, `crashes` and `undoing`.

use std::collections::BTreeSet;

use crate::support::{Bench, Done, switches};

const SALES: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const NOBODYS: &str = "cccccccccccccccccccccccccccccccc";
/// Rows of the file that have contacts in the account after an import.
const ROWS: usize = 5;

/// A setting of the stand-in, and how it changes what becomes of an import.
#[derive(Clone)]
struct Cell {
    /// Lines of `[api]`.
    api: &'static str,
    /// Flags of `check`, `plan` and `run`.
    flags: &'static [&'static str],
    /// Flags of `undo`.
    undo_flags: &'static [&'static str],
    /// What cannot be said for sure before anything is sent.
    warns: Option<&'static str>,
    /// Codes that row 1, which is updated, has, and the rows that are created.
    codes: [&'static str; 2],
    /// How many of the four contacts that were written are as they were sent, and how many an undo takes back.
    as_sent: u64,
    taken_back: u64,
}

/// A setting that changes nothing.
const fn same(api: &'static str) -> Cell {
    Cell { api, flags: &[], undo_flags: &[], warns: None, codes: ["", ""], as_sent: 4, taken_back: 4 }
}

fn answers() -> Vec<Cell> {
    [
        "",
        "created_status = 202\nmiss = \"bare_not_found\"",
        "created_status = 200\ncontact_shape = \"array\"\npatch_custom_fields = \"replace\"",
        "contact_shape = \"bare\"\nmiss = \"empty\"",
        "miss = \"null\"",
        "miss = \"empty_list\"",
        "error_status = 400\nerror_shape = \"text\"",
        "rate_headers = true\nlatency_ms = 2",
        "limit_per_second = 20\nretry_after = \"seconds\"",
        "limit_per_second = 20",
        // Where somebody looks before, it makes no difference; `existing` and `canary` have the others.
        "duplicate = \"conflict\"",
    ]
    .map(same)
    .into()
}

fn accounts() -> Vec<Cell> {
    let french = Cell {
        flags: &["--param-names", "fr"],
        undo_flags: &["--param-names", "fr"],
        ..same("param_names = \"fr\"")
    };
    let closed = |api| Cell { warns: Some("tags could not be checked"), ..same(api) };
    let mut cells: Vec<Cell> = [
        "unknown_tag = \"drop\"\nunknown_field = \"drop\"\nunknown_user = \"drop\"\nunknown_team_or_channel = \"drop\"",
        "unknown_tag = \"reject\"\nunknown_field = \"reject\"\nunknown_user = \"reject\"\nunknown_team_or_channel = \"reject\"",
        "patch_custom_fields = \"replace\"",
        "typed_custom_fields = true",
        "cursors = false",
        "shows_channel = false",
        "lookup_ignores_format = false",
        "read_lag_ms = 300",
        "uuid_lag_ms = 50",
    ]
    .map(same)
    .into();
    cells.extend([
        french,
        // What is refused and made all the same; `not_changed` and `lost_changes` have the others.
        same("patch_stores = \"all_then_error\""),
        // Two contacts are given to nobody, and the account gives them to somebody.
        Cell { as_sent: 2, ..same("default_user = \"owner@example.com\"") },
        closed("closed_reads = [\"plan\", \"teams\", \"members\", \"channels\", \"contacts\"]"),
        closed("closed_reads = [\"teams\", \"contacts\"]\nclosed_status = 404"),
        same("closed_reads = [\"plan\", \"channels\"]\nclosed_status = 500"),
        same("clock_ahead_s = 40000000"),
        same("clock_ahead_s = -90000"),
    ]);
    cells
}

fn shown() -> Vec<Cell> {
    let left_out = |api| Cell { codes: ["update_left_out", ""], ..same(api) };
    let mut cells: Vec<Cell> = [
        "phone_echo = \"plus\"",
        "phone_echo = \"spaces\"",
        "phone_echo = \"as_sent\"",
        "phone_echo = \"missing\"",
        "not_in_created = [\"note\", \"tags\", \"createdAt\", \"assignedUser\", \"team\", \"customFields\"]",
        "conversation_href = \"when_open\"\ndeleted_status = 204",
        "conversation_href = \"never\"\ndeleted_status = 202\ndelete_gone = \"same\"",
        "delete_gone = \"gone\"",
        "never_shown = [\"href\", \"closedAt\", \"team\"]",
        "never_shown = [\"assignedUser\"]",
    ]
    .map(same)
    .into();
    cells.extend([
        Cell { warns: Some("tag \"New\" is on no contact"), ..left_out("never_shown = [\"tags\"]") },
        left_out("never_shown = [\"customFields\"]"),
        left_out("never_shown = [\"note\"]"),
        left_out("never_shown = [\"name\"]"),
        // Who cannot be shown to be younger than the import is kept, unless the person says otherwise.
        Cell { taken_back: 1, ..same("never_shown = [\"createdAt\"]") },
        Cell { undo_flags: &["--ignore", "createdAt"], ..same("never_shown = [\"createdAt\"]") },
    ]);
    cells
}

/// An account that knows everything that the file names, and two of its people.
fn account(cell: &Cell) -> String {
    let (identifier, name, fields) = if cell.api.contains("param_names = \"fr\"") {
        ("identifiant", "nom", "\"champs_personnalisés\"")
    } else {
        ("identifier", "name", "custom_fields")
    };
    format!(
        "[api]\n{}\n[account]\nuser_email = \"owner@example.com\"\ntags = [\"Old\", \"New\"]\n\
         [[account.custom_fields]]\nlabel = \"City\"\ntype = \"text\"\n\
         [[account.custom_fields]]\nlabel = \"Age\"\ntype = \"number\"\n\
         [[account.teams]]\nuuid = \"{SALES}\"\nname = \"Sales\"\nmembers = [\"bob@example.com\"]\n\
         [[account.channels]]\nuuid = \"11111111111111111111111111111111\"\ntitle = \"Main\"\ntype = \"whatsapp\"\nmain = true\n\
         [[account.contacts]]\n{identifier} = \"393330000001\"\nsource = \"whatsapp\"\n{name} = \"Ada\"\ntags = [\"Old\"]\n\
         {fields} = {{ City = \"Milan\", Age = \"42\" }}\n\
         [[account.contacts]]\n{identifier} = \"393330000002\"\nsource = \"whatsapp\"\n{name} = \"Bruno\"\ntags = [\"New\"]\n",
        cell.api
    )
}

/// One is changed, one is as the row says, three are new: with everything, with nothing, with a tag.
fn file() -> String {
    format!(
        "phone_number,name,tags,cf:City,note,assigned_user,team_uuid,bot_status\n\
         +393330000001,Ada L,New,Rome,hello,,,bot_end\n\
         +393330000002,Bruno,New,,,,,bot_end\n\
         +393330000003,Carla,New,Rome,hi,bob@example.com,{SALES},bot_end\n\
         +393330000004,Dora,,,,,,bot_end\n\
         +393330000005,Emil,New,,,,,bot_end\n"
    )
}

/// What everybody in the account says.
fn everybody(bench: &Bench) -> BTreeSet<String> {
    let world = bench.sandbox().world();
    let said = |contact: &callbell_import::sandbox::Contact| {
        let filled = contact.custom_fields.iter().filter(|(_, value)| *value != "");
        let fields: Vec<String> = filled.map(|(label, value)| format!("{label}={value}")).collect();
        format!(
            "{} {} {:?} {fields:?} {:?} {:?}",
            contact.identifier, contact.name, contact.tags, contact.note, contact.assigned_user
        )
    };
    world.contacts().iter().map(|(_, contact)| said(contact)).collect()
}

fn posts(bench: &Bench) -> u64 {
    bench.sandbox().world().seen().requests.get("POST /contacts").copied().unwrap_or_default()
}

fn command(bench: &Bench, args: &[&str], flags: &[&str]) -> Done {
    let base = bench.sandbox().base_url();
    bench.exact([args, &["--base-url", &base], flags].concat())
}

/// The whole way of an import and back.
fn goes_there_and_back(cell: &Cell) {
    let api = cell.api;
    let bench = Bench::with(&account(cell));
    let before = everybody(&bench);
    let path = bench.file("in.csv", file());
    let flags = [cell.flags, &["--on-existing", "update"]].concat();

    // Preflight.
    let strict = [&flags[..], &["--deny-warnings"]].concat();
    let code = if cell.warns.is_some() { 2 } else { 0 };
    let check = command(&bench, &["check", "in.csv", "--out", "out"], &strict).expect(code);
    assert!(check.stdout.contains(cell.warns.unwrap_or_default()), "{api}: {}", check.stdout);

    // A plan, which is done.
    let plan = command(&bench, &["plan", "in.csv", "--out", "out", "--to", "p.json"], &flags).expect(0);
    assert!(plan.stdout.contains("--on-existing update"), "{api}: {}", plan.stdout);
    assert_eq!((posts(&bench), everybody(&bench)), (0, before.clone()), "{api}: nothing was written yet");
    let run =
        bench.run(&path, &[&flags[..], &["--plan", "p.json", "--canary"]].concat()).expect(0).conserved();
    assert_eq!(run.column("status"), ["updated", "existing", "created", "created", "created"], "{api}");
    assert!(
        run.stderr.contains("first 4 rows sent and read back: 3 created, 1 updated, 0 rejected"),
        "{api}: {}",
        run.stderr
    );
    assert_eq!((bench.doubles(), bench.identifiers().len()), (0, ROWS), "{api}: one of each");
    let codes = run.column("code");
    assert_eq!([codes[0].as_str(), codes[2].as_str()], cell.codes, "{api}");

    // The same command again has nothing to do.
    let again = bench.run(&path, &[&flags[..], &["--canary"]].concat()).expect(0).conserved();
    assert!(again.stdout.starts_with("Nothing to do"), "{api}: {}", again.stdout);
    assert_eq!(again.column("status"), run.column("status"), "{api}");

    let verify = command(&bench, &["verify", "out"], &["--json"]).expect(i32::from(cell.as_sent < 4));
    let verified: serde_json::Value = serde_json::from_str(&verify.stdout).unwrap();
    assert_eq!((&verified["contacts"], &verified["as_sent"]), (&4.into(), &cell.as_sent.into()), "{api}");

    let dry = [cell.undo_flags, &["--dry-run"]].concat();
    let undo_code = i32::from(cell.taken_back < 4);
    let _ = command(&bench, &["undo", "out"], &dry).expect(undo_code);
    assert_eq!(bench.identifiers().len(), ROWS, "{api}: a dry run deletes nothing");
    let undo = [cell.undo_flags, &["--yes", "--settle", "0.2", "--json"]].concat();
    let undo = command(&bench, &["undo", "out"], &undo).expect(undo_code);
    let undone: serde_json::Value = serde_json::from_str(&undo.stdout).unwrap();
    let taken_back = undone["deleted"].as_u64().unwrap() + undone["restored"].as_u64().unwrap();
    assert_eq!(taken_back, cell.taken_back, "{api}: {undone}");
    if cell.taken_back == 4 {
        assert_eq!(everybody(&bench), before, "{api}: everything is as it was");
    }
}

/// What of a change is not made, or not told as it is: `[api]`, what becomes of the row, how many of the four contacts an
/// undo takes back.
const UNMADE: [(&str, &str, u64); 3] = [
    ("patch_stores = \"nothing\"", "failed update_failed", 3),
    ("patch_stores = \"name_then_error\"", "rejected http_422", 4),
    ("patch_stores = \"all_then_error\"", "updated ", 4),
];

#[test]
fn a_change_that_is_not_made_as_it_is_answered_is_told_and_taken_back() {
    for (api, told, taken_back) in UNMADE {
        let bench = Bench::with(&account(&same(api)));
        let before = everybody(&bench);
        let path = bench.file("in.csv", file());
        let flags = ["--on-existing", "update", "--no-canary"];
        for _ in 0..2 {
            let code = i32::from(!told.starts_with("updated"));
            let run = bench.run(&path, &flags).expect(code).conserved();
            let first = format!("{} {}", run.column("status")[0], run.column("code")[0]);
            assert_eq!(first, told, "{api}");
            assert_eq!(run.column("status")[1..], ["existing", "created", "created", "created"], "{api}");
        }
        let _ = command(&bench, &["undo", "out"], &["--dry-run"]).expect(0);
        // What undo puts back is stored, and answered truly, from here on.
        bench.sandbox().world().store_patches();
        let undo = command(&bench, &["undo", "out"], &["--yes", "--settle", "0.2", "--json"]).expect(0);
        let undone: serde_json::Value = serde_json::from_str(&undo.stdout).unwrap();
        let done = undone["deleted"].as_u64().unwrap() + undone["restored"].as_u64().unwrap();
        assert_eq!((done, everybody(&bench)), (taken_back, before), "{api}: {undone}");
    }
}

/// A file that names one thing which the account does not have: the member of it is `field`.
struct Strange {
    /// The switch, and the column.
    switch: &'static str,
    column: &'static str,
    value: &'static str,
    /// The field, as it is named in messages.
    field: &'static str,
    /// Whether the account's lists say for certain that it is not there.
    is_certain: bool,
}

const STRANGE: [Strange; 5] = [
    Strange { switch: "unknown_tag", column: "tags", value: "Nope", field: "tags", is_certain: false },
    Strange {
        switch: "unknown_field",
        column: "cf:Shoe size",
        value: "46",
        field: "custom_fields.Shoe size",
        is_certain: false,
    },
    Strange {
        switch: "unknown_user",
        column: "assigned_user",
        value: "eve@example.com",
        field: "assigned_user",
        is_certain: true,
    },
    Strange {
        switch: "unknown_team_or_channel",
        column: "team_uuid",
        value: NOBODYS,
        field: "team_uuid",
        is_certain: true,
    },
    Strange {
        switch: "unknown_team_or_channel",
        column: "channel_uuid",
        value: NOBODYS,
        field: "channel_uuid",
        is_certain: true,
    },
];

/// Two rows with the stranger, one of somebody who is there, and two without.
fn strange_file(strange: &Strange) -> String {
    let Strange { column, value, .. } = strange;
    let mut text = format!("phone_number,name,bot_status,{column}\n");
    for (row, (name, value)) in
        [("Ada L", value), ("Carla", value), ("Dora", &""), ("Emil", value), ("Fay", &"")].iter().enumerate()
    {
        let number = if row == 0 { 1 } else { row + 2 };
        text.push_str(&format!("+39333000000{number},{name},bot_end,{value}\n"));
    }
    text
}

fn meets_a_stranger((strange, handling): &(Strange, &str), lists_are_closed: bool) {
    let Strange { switch, field, is_certain, .. } = strange;
    let name = format!("{switch} = \"{handling}\", {field}");
    let closed = if lists_are_closed {
        "closed_reads = [\"plan\", \"teams\", \"members\", \"channels\"]\n"
    } else {
        ""
    };
    let cell = format!("{switch} = \"{handling}\"\n{closed}");
    let bench = Bench::with(&account(&Cell { api: Box::leak(cell.into_boxed_str()), ..same("") }));
    let before = everybody(&bench);
    let path = bench.file("in.csv", strange_file(strange));
    let update = ["--on-existing", "update"];

    // Preflight: what is certain stops, what is not warns.
    // Beside rows without a channel one with a channel is refused where the main one is not known.
    let stops = *is_certain && (!lists_are_closed || *field == "channel_uuid");
    let strict = [&update[..], &["--deny-warnings"]].concat();
    let _ = command(&bench, &["check", "in.csv", "--out", "out"], &update).expect(if stops { 2 } else { 0 });
    let _ = command(&bench, &["check", "in.csv", "--out", "out"], &strict).expect(2);
    let _ = command(&bench, &["plan", "in.csv", "--out", "out", "--to", "p.json"], &update)
        .expect(if stops { 2 } else { 0 });
    assert_eq!((posts(&bench), everybody(&bench)), (0, before.clone()), "{name}: nothing was written yet");
    if stops {
        let run = bench.run(&path, &update).expect(2);
        assert!(run.stderr.contains("does not fit the account"), "{name}: {}", run.stderr);
        assert_eq!(posts(&bench), 0, "{name}");
        return;
    }

    // Canary and echo.
    let canary = [&update[..], &["--canary"]].concat();
    let mut run = bench.run(&path, &canary);
    let stopped = *handling == "drop" && *field != "team_uuid";
    if stopped {
        run = run.expect(5);
        assert!(
            run.stdout.contains(&format!("differs from what was sent: {field}")),
            "{name}: {}",
            run.stdout
        );
        assert!(run.number("not_attempted") > 0, "{name}: the others did not follow");
        run = bench.run(&path, &[&update[..], &["--no-canary"]].concat());
    } else if *field == "team_uuid" && *handling != "reject" {
        assert!(run.stderr.contains("so not known: team_uuid (1)"), "{name}: {}", run.stderr);
    }
    let run = run.expect(i32::from(*handling == "reject")).conserved();
    let (statuses, codes): (Vec<_>, Vec<_>) = (run.column("status"), run.column("code"));
    let (changed, new) = match *handling {
        "reject" => ("rejected http_422", "rejected http_422"),
        // In another channel she is somebody else; a contact without a team does not show that it has none.
        "drop" if *field == "channel_uuid" => ("created echo_differs", "created echo_differs"),
        "drop" if *field == "team_uuid" => ("updated ", "created "),
        "drop" => ("updated echo_differs", "created echo_differs"),
        _ if *field == "channel_uuid" => ("created ", "created "),
        _ => ("updated ", "created "),
    };
    let told: Vec<String> =
        statuses.iter().zip(&codes).map(|(status, code)| format!("{status} {code}")).collect();
    assert_eq!(told, [changed, new, "created ", new, "created "], "{name}");
    // An API that drops the channel puts her beside herself in the main one. Nobody could know before, and the canary
    // stops after her.
    let is_put_elsewhere = *handling == "drop" && *field == "channel_uuid";
    assert_eq!(bench.doubles(), usize::from(is_put_elsewhere), "{name}");
    let verify = command(&bench, &["verify", "out"], &[]);
    assert_eq!(verify.code, i32::from(stopped), "{name}: {}", verify.stdout);
    let _ = command(&bench, &["undo", "out"], &["--dry-run"]);
    let undo = command(&bench, &["undo", "out"], &["--yes"]);
    // A team that may be there cannot be taken away.
    let code = i32::from(*field == "team_uuid" && *handling != "reject");
    assert_eq!((undo.code, everybody(&bench)), (code, before), "{name}: {}", undo.stdout);
}

/// Goes through all cells, so that one that is wrong does not hide another.
fn each<C>(cells: &[C], check: impl Fn(&C)) {
    let wrong = cells
        .iter()
        .filter(|cell| std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| check(cell))).is_err())
        .count();
    assert_eq!(wrong, 0, "cells are wrong; see above");
}

#[test]
fn an_import_goes_there_and_back_however_the_api_answers() {
    each(&answers(), goes_there_and_back);
}

#[test]
fn an_import_goes_there_and_back_whatever_the_account_opens_and_keeps() {
    each(&accounts(), goes_there_and_back);
}

#[test]
fn an_import_goes_there_and_back_whatever_contacts_show() {
    each(&shown(), goes_there_and_back);
}

fn strangers() -> Vec<(Strange, &'static str)> {
    ["accept", "drop", "reject"]
        .into_iter()
        .flat_map(|handling| STRANGE.map(|strange| (strange, handling)))
        .collect()
}

#[test]
fn what_the_account_does_not_have_is_told_before_it_is_sent() {
    each(&strangers(), |cell| meets_a_stranger(cell, false));
}

#[test]
fn what_the_account_does_not_have_and_does_not_tell_is_noticed_when_it_is_sent() {
    let hidden: Vec<_> = strangers().into_iter().filter(|(strange, _)| strange.is_certain).collect();
    each(&hidden, |cell| meets_a_stranger(cell, true));
}

/// Instagram, Messenger and Telegram have no look-up: whatever the policy and the answers, each is sent once, told as what
/// it is, read back, and taken back.
#[test]
fn contacts_of_other_sources_go_there_and_back() {
    for source in ["instagram", "facebook", "telegram"] {
        for (policy, api) in [
            ("skip", ""),
            ("update", "contact_shape = \"bare\""),
            ("fail", "contact_shape = \"array\"\ncreated_status = 200"),
            ("create", "conversation_href = \"when_open\""),
        ] {
            let bench = Bench::with(&format!("[api]\n{api}"));
            let mut csv = "identifier,name,source,tags\n".to_owned();
            (0..4)
                .for_each(|row| csv.push_str(&format!("{source}-{row},Person {row},{source},{}\n", row % 2)));
            let path = bench.file("in.csv", csv);
            let args = ["--on-existing", policy, "--canary"];
            let run = bench.run(&path, &args).expect(0).conserved();
            let name = format!("{source} {policy}");
            assert_eq!(run.number("created"), 4, "{name}");
            let says = run.stderr.contains("4 contacts have a source without look-up");
            assert_eq!(says, policy != "create", "{name}: {}", run.stderr);
            assert!(run.stderr.contains("first row sent and read back: 1 created"), "{}", run.stderr);
            let again = bench.run(&path, &args).expect(0);
            assert!(again.stdout.starts_with("Nothing to do"), "{name}: {}", again.stdout);
            assert_eq!((posts(&bench), bench.doubles()), (4, 0), "{name}");
            assert!(!bench.sandbox().world().seen().requests.contains_key("GET /contacts/phone/:number"));
            let verify = command(&bench, &["verify", "out"], &[]).expect(0);
            assert!(verify.stdout.starts_with("4 contacts: 4 as sent"), "{name}: {}", verify.stdout);
            let _ = command(&bench, &["undo", "out"], &["--dry-run"]).expect(0);
            let _ = command(&bench, &["undo", "out"], &["--yes"]).expect(0);
            assert!(bench.identifiers().is_empty(), "{name}");
        }
    }
}

#[test]
fn parameters_under_names_that_the_endpoint_does_not_speak_stop_at_the_canary_and_store_nobody() {
    for (spoken, sent) in [("fr", "en"), ("en", "fr")] {
        let api = format!("param_names = \"{spoken}\"");
        let bench = Bench::with(&account(&Cell { api: Box::leak(api.into_boxed_str()), ..same("") }));
        let before = everybody(&bench);
        let path = bench.file("in.csv", file());
        let run = bench.run(&path, &["--canary", "--param-names", sent]).expect(5).conserved();
        assert_eq!((run.number("created"), run.number("rejected")), (0, 3), "{}", run.stdout);
        assert_eq!(everybody(&bench), before);
    }
}

#[test]
fn no_switch_of_the_stand_in_is_left_out() {
    let cells = [answers(), accounts(), shown()].concat();
    let switches = switches();
    assert!(switches.len() > 25, "{switches:?}");
    for switch in switches {
        let setting = format!("{switch} = ");
        let is_set = cells.iter().any(|cell| cell.api.lines().any(|line| line.starts_with(&setting)))
            || UNMADE.iter().any(|(api, ..)| api.starts_with(&setting));
        assert!(is_set, "{switch} is in no cell");
    }
}
