//! Tokens and people never reach logs, errors or the screen. (That no byte holds the token is checked in every test.)

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use callbell_import::account::Users;
use callbell_import::api::{Answer, Exchange, Fault, Identity, Member, Page, StoredContact};
use callbell_import::model::{
    Code, ContactId, Delivery, Event, FieldValue, NewContact, Outcome, Problem, Rejection, Row, RowNumber,
    Shown, Source, Stop, Tally,
};
use callbell_import::report::AccountShown;
use callbell_import::words::Message;

use crate::support::{Bench, Done, Front, Says, TOKEN, canary_numbers};

/// Weather in which every message of the program is heard.
const FOUL: &str = "\
[api]\nunknown_tag = \"drop\"\n\
[[faults]]\nkind = \"throttle\"\nfrom = 5\nuntil = 8\n\
[[faults]]\nkind = \"cut_after\"\nshare = 0.1\n\
[[faults]]\nkind = \"garbage\"\nshare = 0.1\n\
[[faults]]\nkind = \"error\"\nstatus = 503\nshare = 0.1\n\
[[faults]]\non = \"look_up\"\nkind = \"redirect\"\nshare = 0.02\n\
[[faults]]\non = \"look_up\"\nkind = \"html\"\nshare = 0.1\n";

#[test]
fn logs_carry_row_numbers_and_no_people_whatever_happens() {
    let bench = Bench::with(FOUL);
    let file = bench.file("in.csv", canary_numbers(60).replace("Person", "Zebediah"));
    let done = bench.run(file, &["-vvv", "--settle", "0"]);
    assert!(done.stderr.contains("row=7"), "{}", done.stderr);
    // Twice `-v` tells every request.
    for request in ["GET /auth/me", "POST /contacts", "GET /contacts/phone/:id", "GET /channels"] {
        assert!(done.stderr.contains(&format!("request=\"{request}\"")), "{request}: {}", done.stderr);
    }
    for text in [&done.stdout, &done.stderr] {
        assert!(!text.contains("Zebediah"), "a name leaked");
        assert!(!text.contains("393330") && !text.contains("333 00"), "a number leaked");
    }
}

#[test]
fn what_the_server_says_about_a_person_stays_off_the_screen_and_in_the_failures() {
    let bench =
        Bench::with("[api]\nduplicate = \"invalid\"\nerror_shape = \"text\"\nunknown_field = \"reject\"");
    let file = bench.file("in.csv", "phone_number,name,cf:ada@example.com 12345\n+393331234567,A,x\n");
    let done = bench.run(file, &[""; 0]).expect(1).conserved();
    assert!(!done.stdout.contains("ada@example.com"), "{}", done.stdout);
    assert!(done.failures()[0]["import_message"].contains("ada@example.com 12345 does not exist"));
}

/// A run of `file` before a server that answers creates so, by how many came before.
fn answered(bench: &Bench, file: &str, says: impl Fn(usize) -> Says + Send + Sync + 'static) -> Done {
    let front = Front::of(bench, move |line, before| {
        match line {
            _ if line.starts_with("POST ") => says(before),
            // The sandbox has done what it was asked for, and what was answered is to be true.
            _ if line.starts_with("GET /v1/contacts/phone/") => {
                answer("404 Not Found", r#"{"error":"not found"}"#)
            }
            _ => Says::Itself,
        }
    });
    let base_url = front.base_url();
    // One at a time: what is answered goes by the order of the rows.
    bench.exact(["run", file, "--base-url", &base_url, "--out", "out", "-vvv", "--concurrency", "1"])
}

fn answer(status: &str, body: &str) -> Says {
    let head = format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}", body.len());
    Says::Instead(format!("{head}\r\n\r\n{body}").into_bytes())
}

fn refusal(body: &str) -> Says {
    answer("422 Unprocessable Content", body)
}

#[test]
fn a_token_that_the_server_sends_back_is_struck_out_of_everything_that_is_kept() {
    let bench = Bench::new();
    bench.file("in.csv", canary_numbers(7));
    let escaped: String = TOKEN.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect();
    let all_escaped: String = TOKEN.bytes().map(|byte| format!("%{byte:02x}")).collect();
    // That no byte of it is anywhere is asked of every run; these spellings hide from that.
    assert!(!escaped.contains("SECRET") && !all_escaped.contains("SECRET"));
    let spelt = [
        TOKEN.to_owned(),
        TOKEN.replace(':', "%3A"),
        all_escaped.replace('%', "\\u0025"),
        escaped.clone(),
        all_escaped.clone(),
    ];
    let done = answered(&bench, "in.csv", move |before| match before {
        0..5 => refusal(&format!(r#"{{"error":"nobody has {}, no"}}"#, spelt[before])),
        5 => refusal(&format!(r#"{{"error":{{"{TOKEN}":["{TOKEN}"]}}}}"#)),
        _ => Says::body(format!(
            r#"{{"contact":{{"uuid":"414a6d692bd645ed803f2e7ce360d4c8","name":"{TOKEN}","x":"{TOKEN}",
            "href":"https://example.com/{TOKEN}"}}}}"#
        )),
    })
    .expect(1);
    let results = done.results();
    for row in &results[..5] {
        assert!(row["message"].contains("nobody has [token-removed], no"), "{row:?}");
    }
    assert_eq!(done.failures()[5]["import_field"], "[token-removed]");
    assert_eq!(results[6]["href"], "https://example.com/[token-removed]");
    assert!(done.stdout.contains("[token-removed]"), "{}", done.stdout);
    let hidden = [escaped, all_escaped];
    for name in ["results.csv", "failures.csv", "report.html", "report.json", "journal.log"] {
        let text = String::from_utf8_lossy(&std::fs::read(done.folder.join(name)).unwrap()).into_owned();
        assert!(text.contains("[token-removed]"), "{name}");
        assert!(hidden.iter().all(|hidden| !text.contains(hidden)), "{name}");
    }
}

#[test]
fn the_example_of_a_cause_names_nobody_and_is_what_was_said_of_the_row_that_is_named() {
    let bench = Bench::new();
    let file = "phone_number,name,tags,cf:City,note\n\
        +39 333 1234567,Bob van Dyke,Gold,Rome,owes us\n+39 333 1234568,Zoe,,,\n";
    bench.file("in.csv", file);
    let done = answered(&bench, "in.csv", |before| match before {
        0 => refusal(
            r#"{"error":"+39 333 123 45 67 BOB of rome (Gold, 'owes us') is taken, dyke@example.com"}"#,
        ),
        _ => refusal(r#"{"error":"393331234568 Zoe is taken otherwise"}"#),
    })
    .expect(1);
    let text = &done.stdout;
    assert!(
        text.contains(
            "\"+99 999 999 99 99 xxx of xxxx (xxxx, 'xxxx xx') is taken, xxxx@xxxxxxx.xxx\"; first: row 1"
        ),
        "{text}"
    );
    assert!(!done.stderr.contains("Zoe") && !text.contains("otherwise"), "{text}");
    assert!(done.failures()[0]["import_message"].contains("BOB of rome (Gold, 'owes us')"));
}

#[test]
fn what_stops_everything_names_nobody_whatever_the_server_says_with_it() {
    let bench = Bench::new();
    bench.file("in.csv", "phone_number,name,note\n+393331234567,Quorvantia Zelmbrook,owes us\n");
    for (status, exit) in [("401 Unauthorized", 4), ("403 Forbidden", 4), ("402 Payment Required", 5)] {
        let done = answered(&bench, "in.csv", move |_| {
            answer(status, r#"{"error":"zelmbrook (owes us, 393331234567) is another team's: not allowed"}"#)
        })
        .expect(exit);
        let report = std::fs::read_to_string(done.folder.join("report.json")).unwrap();
        assert!(done.stdout.contains("another team's: not allowed"), "{}", done.stdout);
        for text in [&done.stdout, &done.stderr, &report] {
            assert!(!text.contains("elmbrook") && !text.contains("owes us"), "{status}: {text}");
        }
        std::fs::remove_dir_all(&done.folder).unwrap();
    }
    // Who is read is somebody whom the row may call otherwise. Of one or two alone it would be believed.
    let bench = Bench::new();
    let row = |at: u8| format!("+39333123456{at},Quorvantia Zelmbrook,owes us\n");
    bench.file("in.csv", format!("phone_number,name,note\n{}", (7..10).map(row).collect::<String>()));
    let imported = Arc::new(AtomicBool::new(false));
    let is_imported = Arc::clone(&imported);
    let front = Front::of(&bench, move |line, _| match line {
        _ if line.starts_with("GET /v1/contacts/") && is_imported.load(Relaxed) => {
            answer("403 Forbidden", r#"{"error":"Old Quorvantia is another team's"}"#)
        }
        _ => Says::Itself,
    });
    let base_url = front.base_url();
    let _ = bench.exact(["run", "in.csv", "--out", "out", "--base-url", &base_url]).expect(0);
    imported.store(true, Relaxed);
    let update = ["run", "in.csv", "--on-existing", "update", "--out", "again"];
    for args in [&["verify", "out"][..], &["undo", "out", "--dry-run"], &update] {
        let done = bench.exact(args.iter().chain(&["--base-url", &base_url])).expect(4);
        assert!(done.stdout.contains("403: the server's message may name a person"), "{}", done.stdout);
        for text in [&done.stdout, &done.stderr] {
            assert!(!text.contains("Quorvantia"), "{args:?}: {text}");
        }
    }
    bench.file("one.csv", format!("phone_number,name,note\n{}", row(7)));
    let one = ["run", "one.csv", "--out", "one", "--base-url", &base_url];
    let done = bench.exact(one).expect(1);
    let results = std::fs::read_to_string(bench.path().join("one/results.csv")).unwrap();
    assert!(results.contains("existing_unknown") && results.contains("403"), "{results}");
    for text in [&done.stdout, &done.stderr] {
        assert!(!text.contains("Quorvantia"), "{text}");
    }
    assert!(!results.contains("another team"), "{results}");
}

#[test]
fn a_parameter_that_is_called_by_a_value_of_the_row_is_in_no_cause_and_rows_of_one_cause_stay_together() {
    let bench = Bench::new();
    let file = "phone_number,name\n+393331234567,Quorvantia\n+393331234568,Zoe\n+393331234569,Zebediah\n";
    bench.file("in.csv", file);
    let done = answered(&bench, "in.csv", |before| match before {
        0 => refusal(r#"{"error":{"Quorvantia":["is taken"]}}"#),
        1 => refusal(r#"{"error":{"+393331234568":["is taken"]}}"#),
        _ => refusal(r#"{"error":{"name":["is taken"],"Zebediah":["is taken"]}}"#),
    })
    .expect(1);
    let report = std::fs::read_to_string(done.folder.join("report.json")).unwrap();
    for text in [&done.stdout, &done.stderr, &report] {
        for value in ["Quorvantia", "393331234568", "Zebediah"] {
            assert!(!text.contains(value), "{value}: {text}");
        }
    }
    assert!(done.stdout.contains("     2  rejected http_422:"), "{}", done.stdout);
    assert!(done.stdout.contains("     1  rejected http_422 (name):"), "{}", done.stdout);
    assert_eq!(done.failures()[0]["import_field"], "Quorvantia", "it stands beside its row");
}

#[test]
fn a_token_in_the_place_of_a_file_and_a_file_of_tokens_in_the_place_of_another_are_not_shown() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(1));
    let other = "Zq7abcdEFGHijkl0123456789";
    bench.file("s.tok", format!("{other}\n"));
    bench.file("none.toml", format!("base-url = \"{other}\"\n"));
    let base = bench.sandbox().base_url();
    // That no byte of the token is shown is asked of every run.
    let run = |extra: &[&str], variable: Option<(&str, &str)>| {
        let mut args = vec!["run", file.to_str().unwrap(), "--out", "out"];
        if !extra.contains(&"--sandbox") {
            args.extend(["--base-url", &base]);
        }
        args.extend(extra);
        let mut command = bench.command(args);
        if !extra.contains(&"--mapping") {
            command.env_remove("CALLBELL_API_KEY");
        }
        let done = bench.finish(command.envs(variable).output().unwrap()).expect(2);
        assert!(!done.stderr.contains("Zq7"), "{}", done.stderr);
        done
    };
    for done in [
        run(&["--api-key-file", TOKEN], None),
        run(&[], Some(("CALLBELL_API_KEY_FILE", TOKEN))),
        run(&["--api-key-file", other], None),
    ] {
        assert!(done.stderr.contains("it looks like a token"), "{}", done.stderr);
    }
    for named in ["gone.txt", "the-token-of-our-shop-in-2026.txt", "./secrets", "callbell-token"] {
        let done = run(&["--api-key-file", named], None);
        assert!(done.stderr.contains(named.trim_start_matches("./")), "{}", done.stderr);
    }
    // Where its command is expected the shell would say that it knows none of this name, and show it.
    for done in [
        run(&["--api-key-command", TOKEN], None),
        run(&["--api-key-command", other], None),
        run(&[], Some(("CALLBELL_IMPORT_API_KEY_COMMAND", &format!("{other}\n")))),
    ] {
        assert!(done.stderr.contains("the shell does not know the command"), "{}", done.stderr);
        assert!(!done.stderr.contains("sh:"), "{}", done.stderr);
    }
    for command in ["echo words >&2; false", "no-such-program --of-ours", "./no-such-program"] {
        let done = run(&["--api-key-command", command], None);
        let said = if command.starts_with("echo") { "words\n" } else { "no-such-program" };
        assert!(done.stderr.contains(said) && done.stderr.contains("failed (exit status"), "{}", done.stderr);
    }
    // A secret that was given to another variable.
    bench.file("m.toml", "[map]\n");
    for name in ["SOURCE", "DEFAULT_COUNTRY", "PROFILE", "PRESET", "CONFIG", "RATE", "ON_EXISTING"] {
        let name = format!("CALLBELL_IMPORT_{name}");
        let done = run(&["--mapping", "m.toml"], Some((&name, other)));
        assert!(done.stderr.contains(&name), "{name}: {}", done.stderr);
    }
    bench.file("wrong.toml", format!("[options]\nautomatic = \"{other}\"\n"));
    bench.file("kind.toml", format!("[custom_fields.A]\n\ntype = \"{other}\"\n"));
    bench.file("sandbox.toml", format!("[api]\n\nlimit_per_second = \"{other}\"\n"));
    for (flags, told) in [
        (&["--mapping", "wrong.toml"][..], "line 2, column 13: invalid type: string, expected a boolean"),
        (&["--mapping", "kind.toml"], "line 3, column 8: unknown variant, expected one of `"),
        (
            &["--sandbox", "--sandbox-config", "sandbox.toml"],
            "line 3, column 20: invalid type: string, expected",
        ),
    ] {
        let done = run(flags, None);
        assert!(done.stderr.contains(told), "{}", done.stderr);
    }
    for flags in [
        &["--mapping", "s.tok"][..],
        &["--mapping", "none.toml"],
        &["--sandbox", "--sandbox-config", "s.tok"],
        &["--sandbox", "--sandbox-config", "none.toml"],
    ] {
        let done = run(flags, None);
        assert!(done.stderr.contains("line 1, column"), "{}", done.stderr);
    }
}

#[test]
fn the_token_may_come_from_a_file_or_a_command_and_a_file_that_others_can_read_is_warned_about() {
    use std::os::unix::fs::PermissionsExt as _;
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(2));
    let token = bench.file("token.txt", format!("Bearer {TOKEN}\n"));
    let base = bench.sandbox().base_url();
    let run = |extra: &[&str], out: &str| {
        let mut args = vec!["run", file.to_str().unwrap(), "--base-url", &base, "--out", out];
        args.extend(extra);
        let mut command = bench.command(args);
        bench.finish(command.env_remove("CALLBELL_API_KEY").env("PATH", "/usr/bin:/bin").output().unwrap())
    };
    std::fs::set_permissions(&token, std::fs::Permissions::from_mode(0o644)).unwrap();
    for flags in [&["--api-key-file", "token.txt"][..], &["--api-key-file", "token.txt", "--quiet"]] {
        let done = run(flags, "a").expect(0);
        assert!(done.stderr.contains("other users can read"), "{flags:?}: {}", done.stderr);
    }
    std::fs::set_permissions(&token, std::fs::Permissions::from_mode(0o600)).unwrap();
    let done = run(&["--api-key-file", "token.txt"], "b").expect(0);
    assert!(!done.stderr.contains("warning"), "{}", done.stderr);
    let utf16: Vec<u8> = format!("\u{feff}{TOKEN}\r\n").encode_utf16().flat_map(u16::to_le_bytes).collect();
    std::fs::write(bench.path().join("wide.txt"), utf16).unwrap();
    let done = run(&["--api-key-file", "wide.txt"], "d").expect(2);
    assert!(done.stderr.contains("PowerShell writes UTF-16"), "{}", done.stderr);
    run(&["--api-key-command", "cat token.txt"], "c").expect(0);
    let done = run(&["--api-key-command", "exit 3"], "d").expect(2);
    assert!(done.stderr.contains("--api-key-command failed"), "{}", done.stderr);
    let folder = bench.path().join("credentials");
    std::fs::create_dir(&folder).unwrap();
    std::fs::copy(&token, folder.join("callbell-api-key")).unwrap();
    let mut command = bench.command(["run", file.to_str().unwrap(), "--base-url", &base, "--out", "e"]);
    let output =
        command.env_remove("CALLBELL_API_KEY").env("CREDENTIALS_DIRECTORY", &folder).output().unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    bench.finish(output).expect(0);
}

#[test]
fn help_shows_no_secret_of_the_environment() {
    let bench = Bench::new();
    for args in [&["run", "--help"][..], &["check", "--help"], &["--help"], &["run", "-h"]] {
        let mut command = bench.command(args);
        let output = command.env("CALLBELL_IMPORT_API_KEY_COMMAND", "echo SECRET").output().unwrap();
        bench.finish(output).expect(0);
    }
}

#[test]
fn text_from_cells_and_from_the_server_cannot_steer_the_terminal() {
    let bench = Bench::with("[account]\nuser_name = \"Ev\\u001b]52;c;il\"\nuser_email = \"e@x\"\n");
    let file = bench.file("in.csv", "phone_number,name,\"bad\u{1b}[31mheader\u{202e}\"\n+393331234567,A,x\n");
    let done = bench.run(file, &[""; 0]).expect(0);
    for text in [&done.stdout, &done.stderr] {
        assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'), "{text:?}");
    }
    assert!(done.stderr.contains("bad\\u{1b}[31mheader\\u{202e}"), "{}", done.stderr);
}

/// A word that stands for everything that people would not like to read of themselves in a log.
const PERSON: &str = "Canary";

#[test]
fn printing_what_holds_people_for_a_developer_shows_nobody() {
    let person = || PERSON.to_owned();
    let id = ContactId { uuid: "0".repeat(32), href: None };
    let value = || FieldValue::Text(person());
    let contact = NewContact {
        identifier: person(),
        source: Source::Whatsapp,
        name: person(),
        tags: vec![person()],
        custom_fields: vec![(person(), value()), (person(), FieldValue::Options(vec![person()]))],
        assigned_user: Some(person()),
        team_uuid: None,
        channel_uuid: None,
        bot_status: None,
        note: Some(person()),
    };
    let stored = StoredContact {
        name: Some(person()),
        phone_digits: Some(person()),
        phone_as_shown: Some(person()),
        tags: Some(vec![person()]),
        custom_fields: Some([(person(), person())].into()),
        assigned_user: Some(person()),
        note: Some(person()),
        shown: Some(Shown::new(person())),
        ..StoredContact::bare(id.clone())
    };
    let row = Row { number: RowNumber::FIRST, line: 2, cells: vec![PERSON, PERSON].into(), flaw: None };
    let rejected = Outcome::Rejected { field: Some("name".to_owned()), said: person() };
    let delivery = Delivery {
        row: row.clone(),
        contact: Some(contact.clone()),
        remarks: Vec::new(),
        outcome: rejected.clone(),
        attempts: 1,
        http_status: Some(422),
        shown: Some(Shown::new(person())),
        finished_at: std::time::UNIX_EPOCH,
    };
    let mut tally = Tally::default();
    tally.note(&delivery);
    let refused = || Fault::Refused { status: 422, field: None, said: person() };
    let token_refused = || Stop::TokenRefused { http_status: 401, said: person(), row: None };
    let page = Page { contacts: vec![stored.clone()], next: None, pages: None };
    let answer =
        Answer { status: 200, body: person().into_bytes(), location: Some(person()), ..Answer::default() };
    // Bytes are printed as numbers.
    let numbers = format!("{:?}", PERSON.as_bytes());
    let numbers = numbers.trim_matches(['[', ']']);
    let problem =
        Problem { code: Code::MissingName, field: None, message: Message::verbatim("x"), example: None };
    let rejection = Rejection::new(vec![problem], person(), person(), person()).unwrap();
    let printed = [
        format!("{contact:?} {stored:?} {row:?} {rejected:?} {delivery:?} {tally:?} {page:?} {answer:?}"),
        format!("{:?} {:?} {:?}", refused(), Fault::Denied { status: 401, said: person() }, token_refused()),
        format!(
            "{:?} {:?}",
            Event::Stopping(token_refused()),
            Stop::PaymentRequired { said: person(), row: None }
        ),
        format!("{:?} {:?}", value(), Fault::PaymentRequired { said: person() }),
        format!("{:?} {:?}", rejection, Outcome::Invalid(rejection.clone())),
        format!(
            "{:?}",
            Exchange::<StoredContact> { result: Ok(stored.clone()), status: None, server_time: None }
        ),
        format!("{:?}", Identity { user_email: Some(person()), user_name: Some(person()) }),
        format!("{:?}", Member { email: person(), name: Some(person()) }),
        format!(
            "{:?}",
            AccountShown { endpoint: String::new(), user_name: Some(person()), user_email: Some(person()) }
        ),
        format!("{:?}", Users { members: vec![Member { email: person(), name: None }], ..Users::default() }),
    ];
    for text in printed {
        assert!(!text.contains(PERSON) && !text.contains(numbers), "{text}");
    }
}

/// Fields that hold what people are called, how they are reached and what is said of them.
const OF_PEOPLE: [&str; 14] = [
    "identifier",
    "email",
    "user_email",
    "user_name",
    "phone_digits",
    "phone_as_shown",
    "assigned_user",
    "note",
    "said",
    "body",
    "cells",
    "cell",
    "token",
    "secret",
];

#[test]
fn no_debug_is_derived_for_a_type_that_holds_people() {
    let mut found = Vec::new();
    for path in sources() {
        let text = std::fs::read_to_string(&path).unwrap();
        let text = text.split("#[cfg(test)]").next().unwrap();
        for item in text.split("\n#[derive(").skip(1) {
            let (derived, item) = item.split_once(')').unwrap();
            let item = item.split("\n}").next().unwrap();
            let holds = |line: &str| {
                let Some((field, kind)) = line.trim().split_once(": ") else { return false };
                let field = field.rsplit(' ').next().unwrap();
                OF_PEOPLE.contains(&field)
                    && (kind.contains("String") || kind.contains("u8>") || kind.contains("str"))
            };
            if derived.contains("Debug") && item.lines().any(holds) {
                found.push(format!("{}: {}", path.display(), item.lines().nth(1).unwrap_or_default()));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

/// All sources of the program but those of the stand-in, whose people nobody is.
fn sources() -> Vec<std::path::PathBuf> {
    let (mut files, mut folders) =
        (Vec::new(), vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src")]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("sandbox") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files
}
