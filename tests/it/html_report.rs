//! The HTML report: what it tells, that nothing in a cell can act, and how a real browser shows it.

use std::path::Path;
use std::process::Command;

use crate::support::{Bench, Done, canary_numbers};

const HOSTILE: &str = "phone_number,name,\"<img src=x onerror=alert(1)>\"\n\
    +393331234567,\"<script>alert(1)</script>\",x\n\
    not a number,\"\"\"><svg onload=alert(2)>\",{{ 7*7 }}\n\
    ,\"</style><style>*{display:none}</style>\",x\n";

fn page(done: &Done) -> String {
    std::fs::read_to_string(done.folder.join("report.html")).unwrap()
}

#[test]
fn the_report_tells_the_outcome_the_causes_the_mapping_and_the_account() {
    let bench = Bench::with("[[faults]]\nkind = \"throttle\"\nfrom = 30\nuntil = 30\nretry_after = 1\n");
    let file = bench.file("in.csv", canary_numbers(60) + "+39 333 12,Zoe Short\n");
    let done = bench.run(&file, &["--rate", "100"]).expect(1).conserved();
    let page = page(&done);
    for told in [
        "<h1>Finished; 1 row needs attention</h1>",
        "61 rows: 60 created",
        "phone_length",
        "Zoe Short",
        "no column gives it",
        "Throttled (429)",
        "dashed: the limit",
        "Requests and rows per second",
        "User of the token",
    ] {
        assert!(page.contains(told), "{told} is not in\n{page}");
    }
    assert!(page.matches("<svg ").count() >= 3, "a bar and two plots");
}

#[test]
fn nothing_in_a_cell_can_act() {
    let bench = Bench::with("[account]\nuser_name = \"<b>Owner</b>\"\nuser_email = \"o@example.com\"\n");
    let file = bench.file("<i>in.csv", HOSTILE);
    let done = bench.run(&file, &[""; 0]).expect(1);
    let page = page(&done);
    assert!(page.contains("default-src 'none'; style-src 'nonce-"), "{page}");
    for tag in [
        "<script",
        "<img",
        "<i>",
        "<b>",
        "<svg onload",
        "<style>*",
        "javascript:",
        " style=",
        " onload",
        "http-equiv=\"refresh",
    ] {
        let acts = page.contains(tag) && !page.contains(&format!("&#34;{tag}"));
        assert!(!acts || tag == " onload", "{tag} is in\n{page}");
    }
    assert!(
        page.contains("&#60;svg onload") && page.contains("&#60;img src=x"),
        "it is shown as it stands there"
    );
    assert_eq!(page.matches("<style").count(), 1);
}

#[test]
fn what_would_turn_the_letters_around_it_or_steer_a_terminal_is_in_sight() {
    let bench = Bench::with("[account]\nuser_name = \"Ow\u{202e}ner\"\n");
    let list = "phone_number,name,co\u{202e}lour\n+393331234567,Ad\u{1b}]0;x\u{7}\u{202e}a,x\n12,שלום\u{200f} C\u{9b}h,x\n";
    let list = format!("{list}{}", "+393331234567,Ada,x\n".repeat(20));
    let file = bench.file("turn\u{202e}ed.csv", &list);
    let done = bench.run(&file, &[""; 0]).expect(1);
    let page = page(&done);
    let steers = |c: char| c != '\n' && callbell_import::model::steers(c);
    assert_eq!(page.find(steers), None, "{page}");
    for told in ["turn\\u{202e}ed.csv", "co\\u{202e}lour", "Ad\\u{1b}]0;x\\u{7}\\u{202e}a", "Ow\\u{202e}ner"]
    {
        assert!(page.contains(told), "{told} is not in\n{page}");
    }
    let results = std::fs::read_to_string(done.folder.join("results.csv")).unwrap();
    for told in [",Ad\\u{1b}]0;x\\u{7}\\u{202e}a,", ",שלום\u{200f} C\\u{9b}h,"] {
        assert!(results.contains(told), "{told} is not in\n{results}");
    }
    let failures = std::fs::read_to_string(done.folder.join("failures.csv")).unwrap();
    let (_, rows) = list.split_once('\n').unwrap();
    assert!(
        rows.lines().take(2).all(|row| failures.contains(row)),
        "it gives back what stood there: {failures:?}"
    );
}

#[test]
fn a_report_can_be_made_again_and_put_elsewhere() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(5) + "+39 333 12,Zoe Short\n");
    let done = bench.run(file, &[""; 0]).expect(1);
    let first = page(&done);
    let nonce = |page: &str| page.split("nonce-").nth(1).unwrap()[..32].to_owned();
    let again = bench.exact(["report", "out", "--to", "-"]).expect(0);
    assert_ne!(nonce(&first), nonce(&again.stdout));
    assert_eq!(first.replace(&nonce(&first), ""), again.stdout.replace(&nonce(&again.stdout), ""));
    std::fs::remove_file(done.folder.join("report.html")).unwrap();
    assert_eq!(bench.exact(["report", "out"]).expect(0).stdout, "out/report.html\n");
    assert_eq!(page(&done).len(), first.len());
    let missing = bench.exact(["report", "nowhere"]).expect(2);
    assert!(missing.stderr.contains("a run writes the report at its end"), "{}", missing.stderr);
}

#[test]
fn a_report_stays_small_however_many_rows_and_columns_there_are() {
    let bench = Bench::new();
    let extra: String = (0..400).map(|column| format!(",Column {column}")).collect();
    let mut list = format!("phone_number,name{extra}\n");
    for row in 0..3000 {
        list.push_str(&format!("x{row},{}{}\n", "N".repeat(200), ",".repeat(400)));
    }
    let file = bench.file("in.csv", list);
    let done = bench.run(&file, &[""; 0]).expect(1);
    let length = page(&done).len();
    assert!(length < 120_000, "{length}");
}

/// The browser, where there is one.
fn chromium(bench: &Bench, width: u32, extra: &[&str], page: &Path) -> Option<std::process::Output> {
    let mut command = Command::new("chromium");
    command.args([
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        "--enable-logging=stderr",
    ]);
    command.arg(format!("--user-data-dir={}", bench.path().join("browser").display()));
    command.arg(format!("--window-size={width},1600")).args(extra);
    match command.arg(format!("file://{}", page.display())).output() {
        Ok(output) => Some(output),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            println!("skipped: there is no chromium on this machine (apt-get install chromium)");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn a_real_browser_shows_it_on_any_screen_and_refuses_nothing() {
    let bench = Bench::new();
    let file = bench.file("in.csv", HOSTILE.to_owned() + &canary_numbers(80)[18..]);
    let done = bench.run(&file, &["--rate", "100"]).expect(1);
    let shown = done.folder.join("report.html");
    let screenshot = format!("--screenshot={}", bench.path().join("shot.png").display());
    let Some(output) = chromium(&bench, 1200, &[&screenshot], &shown) else { return };
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(!said.contains("Content Security Policy") && !said.contains("CONSOLE"), "{said}");
    let shot = std::fs::read(bench.path().join("shot.png")).unwrap();
    assert!(shot.len() > 20_000, "a page of {} bytes is an empty one", shot.len());
    // A copy that may run a script tells how wide it is, and whether its styles hold.
    let probe = "<script>document.title = document.documentElement.scrollWidth + ' ' + \
                 getComputedStyle(document.querySelector('.verdict')).borderLeftStyle</script></body>";
    let text = page(&done);
    let policy = text.lines().find(|line| line.contains("Content-Security-Policy")).unwrap();
    let copy = bench.file("probe.html", text.replace(policy, "").replace("</body>", probe));
    for width in [390, 1200] {
        // A window of a headless browser is 500 wide at least; a frame is as wide as it is made.
        let frame = format!(
            "<body style='margin:0'><iframe id=f width={width} height=900 style='border:0' src='probe.html'></iframe><script>onload = () => {{ document.title = f.contentDocument.title }}</script>"
        );
        let frame = bench.file("frame.html", frame);
        let output =
            chromium(&bench, 1300, &["--dump-dom", "--allow-file-access-from-files"], &frame).unwrap();
        let dom = String::from_utf8_lossy(&output.stdout);
        let title = dom.split("<title>").nth(1).and_then(|rest| rest.split('<').next()).unwrap_or_default();
        assert_eq!(title, format!("{width} solid"), "{}", copy.display());
    }
}
