//! What the token reaches, and whether a file fits it, before anything is sent.

use crate::support::Bench;

const ACCOUNT: &str = r#"
[account]
user_name = "Gelateria"
user_email = "owner@example.com"
tags = ["VIP", "Newsletter"]
users = []
[[account.custom_fields]]
label = "City"
type = "dropdown"
options = ["Rome", "Milan"]
[[account.custom_fields]]
label = "Since"
type = "date"
[[account.teams]]
uuid = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
name = "Sales"
members = ["bob@example.com"]
[[account.teams]]
uuid = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
name = "Support"
members = ["eve@example.com", "bob@example.com"]
[[account.channels]]
uuid = "11111111111111111111111111111111"
title = "Main"
type = "whatsapp"
main = true
[[account.channels]]
uuid = "22222222222222222222222222222222"
title = "Shop"
type = "whatsapp"
[[account.channels]]
uuid = "33333333333333333333333333333333"
title = "Old"
type = "whatsapp"
discarded = true
[[account.channels]]
uuid = "44444444444444444444444444444444"
title = "Insta"
type = "instagram"
[[account.contacts]]
identifier = "393339999999"
source = "whatsapp"
name = "Old Friend"
tags = ["VIP"]
[account.contacts.custom_fields]
City = "Rome"
Since = "2020-01-01"
"#;

fn bench() -> Bench {
    Bench::with(ACCOUNT)
}

fn account_with(api: &str) -> Bench {
    Bench::with(&format!("[api]\n{api}\n{ACCOUNT}"))
}

fn posts(bench: &Bench) -> u64 {
    bench.sandbox().world().seen().requests.get("POST /contacts").copied().unwrap_or_default()
}

#[test]
fn check_and_plan_refuse_for_warnings_what_a_run_refuses_and_nothing_else() {
    let bench = Bench::with("[account]\ntags = [\"a\"]");
    let base = bench.sandbox().base_url();
    let list = |tag: &str| {
        let rows = (1..3).map(|row| format!("+39333123450{row},Ada,{tag}\n"));
        bench.file("in.csv", "identifier,name,tags\n".to_owned() + &rows.collect::<String>())
    };
    let all = |code: u8, said: &str, more: &[&str]| {
        for words in [&["check", "in.csv"][..], &["plan", "in.csv"], &["run", "in.csv", "--yes"]] {
            let flags = ["--deny-warnings", "--set", "bot_status=bot_end", "--base-url", &base];
            let done = bench.exact([words, &flags, more].concat()).expect(code.into());
            assert!(done.stderr.contains(said), "{words:?}: {}", done.stderr);
        }
    };
    list("zz");
    all(2, "1 warning", &[]);
    let first = ["run", "in.csv", "--yes", "--set", "bot_status=bot_end", "--base-url", &base];
    let _ = bench.exact(first).expect(0);
    // Nothing is sent.
    list("yy");
    all(0, "", &[]);
    // That the same people would be others weighs more.
    all(2, "everybody was of whatsapp", &["--source", "telegram"]);
}

#[test]
fn account_shows_what_the_token_reaches_and_never_the_token() {
    let bench = bench();
    let base = bench.sandbox().base_url();
    let done = bench.exact(["account", "--base-url", &base]).expect(0);
    for shown in [
        "Gelateria <owner@example.com>",
        "11111111111111111111111111111111  Main (whatsapp, main)",
        "Old (whatsapp, out of use)",
        "Sales (1 members)",
        "eve@example.com",
        "these are all",
        "1 of 1 pages",
        "VIP  (1)",
        "City  (dropdown: Milan, Rome)",
        "Since  (date)",
    ] {
        assert!(done.stdout.contains(shown), "{shown}\n{}", done.stdout);
    }
    let done = bench.exact(["account", "--base-url", &base, "--json"]).expect(0);
    let json: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!(json["users"]["complete"], true);
    assert_eq!(json["contacts"]["custom_fields"]["City"]["options"], serde_json::json!(["Milan", "Rome"]));
    assert_eq!(json["contacts"]["pages_read"], 1);
    assert_eq!(json["channels"].as_array().unwrap().len(), 4);
}

#[test]
fn what_the_api_does_not_open_is_said_and_no_failure() {
    for status in [403, 404, 500] {
        let bench = account_with(&format!(
            "closed_reads = [\"plan\", \"teams\", \"members\", \"channels\", \"contacts\"]\nclosed_status = {status}"
        ));
        let done = bench.exact(["account", "--base-url", &bench.sandbox().base_url()]).expect(0);
        assert_eq!(done.stdout.matches("not shown:").count(), 5, "{}", done.stdout);
        let file = bench.file(
            "in.csv",
            "phone_number,name,tags,assigned_user,team_uuid,channel_uuid,City\n\
             +393331234567,A,VIP,bob@example.com,aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,22222222222222222222222222222222,Rome\n",
        );
        let done = bench.run(file, &["--map", "custom_fields.City=City"]).expect(0).conserved();
        assert_eq!(done.number("created"), 1);
        assert!(done.stderr.matches("could not be checked").count() >= 4, "{}", done.stderr);
    }
}

#[test]
fn where_the_main_channel_is_not_known_rows_with_and_without_a_channel_are_not_sent_together() {
    const BOTH: &str = "phone_number,name,channel_uuid\n+393331234567,A,\n\
        +393331234567,A,11111111111111111111111111111111\n";
    let unknown = |bench: &Bench, policy: &str| {
        let file = bench.file("in.csv", BOTH);
        let done = bench.run(&file, &["--on-existing", policy]).expect(2);
        assert!(done.stderr.contains("could be stored twice; first: row 2 (line 3)"), "{}", done.stderr);
        assert!(done.stderr.contains("in every WhatsApp row or in none"), "{}", done.stderr);
        let words = ["check", "in.csv", "--base-url", &bench.sandbox().base_url(), "--out", "out"];
        let _ = bench.exact(words).expect(2);
        assert_eq!(bench.identifiers().len(), 1, "nothing was sent");
        let none = bench.file("none.csv", "phone_number,name\n+393331234567,A\n");
        let _ = bench.run(&none, &["--on-existing", policy]).expect(0).conserved();
        let named = BOTH.replace("+393331234567,A,\n", "").replace("4567", "4568");
        let named = bench.file("named.csv", named);
        // Who is looked for is found; otherwise nobody could tell that it is the same contact.
        if policy == "create" {
            let refused = bench.run(&named, &["--on-existing", policy]).expect(2);
            assert!(
                refused.stderr.contains("rows of earlier runs into this folder named none"),
                "{}",
                refused.stderr
            );
        }
        let _ = bench.run(&named, &["--on-existing", "skip"]).expect(0).conserved();
        let refused = bench.run(&none, &["--on-existing", "create"]).expect(2);
        assert!(refused.stderr.contains("WhatsApp rows name no channel"), "{}", refused.stderr);
    };
    for status in [403, 404, 500] {
        let closed = format!("closed_reads = [\"channels\"]\nclosed_status = {status}");
        unknown(&account_with(&closed), "skip");
    }
    unknown(&Bench::with(&ACCOUNT.replace("main = true\n", "")), "create");
    // Known, they are one contact, also for a run that goes on when the channels cannot be read.
    let bench = bench();
    let file = bench.file("in.csv", BOTH);
    let done = bench.run(&file, &["--rate", "none"]).expect(0).conserved();
    assert_eq!((done.number("created"), done.number("duplicate")), (1, 1));
    bench.sandbox().world().close_reads(&["channels"]);
    let file = bench.file("in.csv", format!("{BOTH}+393331234568,B,\n"));
    let done = bench.run(&file, &["--rate", "none"]).expect(0).conserved();
    assert_eq!((done.number("created"), done.number("duplicate")), (2, 1));
    assert_eq!(bench.doubles(), 0);
}

#[test]
fn names_of_teams_and_channels_stand_for_their_uuids() {
    let bench = bench();
    let file = bench.file(
        "in.csv",
        "phone_number,name,Team,Line\n+393331234561,A,sales,Shop\n+393331234562,B,SUPPORT,\n+393331234563,C,,Main\n",
    );
    let done =
        bench.run(file, &["--map", "team_uuid=Team", "--map", "channel_uuid=Line"]).expect(0).conserved();
    assert_eq!(done.number("created"), 3);
    let world = bench.sandbox().world();
    let of = |identifier: &str| {
        world.contacts().iter().find(|(_, contact)| contact.identifier == identifier).unwrap().1.clone()
    };
    assert_eq!(of("393331234561").team_uuid.as_deref(), Some("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
    assert_eq!(of("393331234561").channel_uuid.as_deref(), Some("22222222222222222222222222222222"));
    assert_eq!(of("393331234562").team_uuid.as_deref(), Some("bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"));
}

#[test]
fn a_name_may_be_given_to_every_row() {
    let bench = bench();
    let file = bench.file("in.csv", "phone_number,name\n+393331234561,A\n");
    bench.run(&file, &["--set", "team_uuid=Support"]).expect(0).conserved();
    let team = bench.sandbox().world().contacts().iter().find_map(|(_, contact)| contact.team_uuid.clone());
    assert_eq!(team.as_deref(), Some("bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"));
}

#[test]
fn what_is_certain_not_to_fit_stops_before_anything_is_sent() {
    for (column, value, said) in [
        ("team_uuid", "Sale", "the account has no team \"Sale\"; nearest \"Sales\""),
        ("team_uuid", "cccccccccccccccccccccccccccccccc", "the account has no team"),
        ("channel_uuid", "Shopp", "the account has no channel \"Shopp\"; nearest \"Shop\""),
        ("channel_uuid", "33333333333333333333333333333333", "the channel \"Old\" is no longer in use"),
        ("channel_uuid", "Insta", "is a channel of instagram, but the source of these rows is whatsapp"),
        (
            "assigned_user",
            "bobb@example.com",
            "the account has no user xxxx@xxxxxxx.xxx; nearest \"bob@example.com\"",
        ),
    ] {
        let bench = bench();
        let file = bench.file(
            "in.csv",
            format!("phone_number,name,{column}\n+393331234561,A,{value}\n+393331234562,B,\n"),
        );
        let map = format!("{column}={column}");
        let done = bench.run(&file, &["--map", &map]).expect(2);
        assert!(done.stderr.contains(said), "{said}\n{}", done.stderr);
        assert!(
            done.stderr.contains("1 row: ") && done.stderr.contains("first: row 1 (line 2)"),
            "{}",
            done.stderr
        );
        assert_eq!(posts(&bench), 0, "{column} {value}");
        let base = bench.sandbox().base_url();
        let done = bench
            .exact([
                "check",
                file.to_str().unwrap(),
                "--base-url",
                &base,
                "--map",
                &map,
                "--out",
                "out",
                "--json",
            ])
            .expect(2);
        let json: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
        assert_eq!(json["findings"][0]["certainty"], "certain", "{json}");
        assert_eq!(json["exit_code"], 2);
    }
}

#[test]
fn what_is_not_certain_warns_with_the_nearest_and_what_to_create_and_stops_if_asked_to() {
    let bench = bench();
    let mut rows = "phone_number,name,tags,City,Since,Colour,bot_status\n".to_owned();
    for row in 0..5 {
        rows.push_str(&format!("+39333123456{row},P{row},vip;New,Milano,01/02/2020,red,bot_end\n"));
    }
    let file = bench.file("in.csv", rows);
    let args = [
        "--tag-separator",
        ";",
        "--map",
        "custom_fields.City=City",
        "--map",
        "custom_fields.Since=Since",
        "--map",
        "custom_fields.Colour=Colour",
    ];
    let done = bench.run(&file, &[&args[..], &["--deny-warnings"]].concat()).expect(2);
    assert_eq!(posts(&bench), 0);
    for said in [
        "5 rows: option \"Milano\" of \"City\" is not known; nearest \"Milan\"; first: row 1 (line 2)",
        "tag \"vip\" is spelt differently in the account; nearest \"VIP\"",
        "tag \"New\" is on no contact that was read",
        "custom field \"Colour\" is on no contact that was read",
        "\"Since\" is a date field in the account, and these values do not fit it",
        "custom_fields.City: Milano",
        "tags: New, vip",
    ] {
        assert!(done.stderr.contains(said), "{said}\n{}", done.stderr);
    }
    let args = [&args[..3], &["custom_fields.Colour=Colour"]].concat();
    let done = bench.run(&file, &args).expect(0).conserved();
    assert!(done.stderr.contains("May not fit the account"), "{}", done.stderr);
    assert_eq!(done.number("created"), 5);
}

#[test]
fn declared_tags_make_it_certain_and_declared_fields_make_it_known() {
    let bench = bench();
    let mapping = bench.file(
        "mapping.toml",
        "[options]\nautomatic = true\nknown_tags = [\"VIP\"]\n[custom_fields.Colour]\ntype = \"text\"\n",
    );
    let file = bench.file("in.csv", "phone_number,name,tags,Colour\n+393331234561,A,VIIP,red\n");
    let args = ["--mapping", mapping.to_str().unwrap(), "--map", "custom_fields.Colour=Colour"];
    let done = bench.run(&file, &args).expect(2);
    assert!(done.stderr.contains("not in the known_tags"), "{}", done.stderr);
    let file = bench.file("in.csv", "phone_number,name,tags,Colour\n+393331234561,A,VIP,red\n");
    let done = bench.run(&file, &args).expect(0);
    assert!(!done.stderr.contains("May not fit"), "{}", done.stderr);
}

#[test]
fn a_field_with_very_many_values_is_told_as_such() {
    let bench = bench();
    let mut rows = "phone_number,name,tags\n".to_owned();
    for row in 0..1500 {
        rows.push_str(&format!("+39333123{row:04},P,tag {row}\n"));
    }
    let base = bench.sandbox().base_url();
    let file = bench.file("in.csv", rows);
    let done = bench.exact(["check", file.to_str().unwrap(), "--base-url", &base, "--out", "out"]).expect(0);
    assert!(done.stdout.contains("tags has more than 1000 distinct values"), "{}", done.stdout);
}

#[test]
fn contacts_that_a_bot_may_answer_are_counted_and_deny_warnings_asks_for_a_word() {
    let bench = bench();
    let file = bench.file("in.csv", "phone_number,name\n+393331234561,A\n+393331234562,B\n");
    let offline = ["check", file.to_str().unwrap(), "--offline", "--out", "looked"];
    bench.exact(offline).expect(0);
    let refused = bench.exact([&offline[..], &["--deny-warnings"]].concat()).expect(2);
    assert!(refused.stderr.contains("the first concerns bot_status"), "{}", refused.stderr);
    let done = bench.run(&file, &["--deny-warnings"]).expect(2);
    assert!(done.stderr.contains("2 contacts have no bot_status"), "{}", done.stderr);
    assert!(done.stderr.contains("up to 2 contacts will be created. Each triggers the account's webhook"));
    assert_eq!(posts(&bench), 0);
    bench.run(&file, &["--deny-warnings", "--set", "bot_status=bot_end"]).expect(0).conserved();
}

#[test]
fn the_main_channel_and_no_channel_are_the_same_contact() {
    let bench = bench();
    let file = bench.file(
        "in.csv",
        "phone_number,name,channel_uuid\n+393331234561,A,\n+393331234561,A,11111111111111111111111111111111\n\
         +393331234561,A,22222222222222222222222222222222\n",
    );
    let done = bench.run(&file, &[""; 0]).expect(0).conserved();
    assert_eq!(done.column("status"), ["created", "duplicate", "created"]);
    assert_eq!(bench.doubles(), 0);
}
