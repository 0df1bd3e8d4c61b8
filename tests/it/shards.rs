//! `run --shard`: several processes that know nothing of each other import one list.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::process::{Child, Command};

use callbell_import::model::{Shard, Source};
use callbell_import::sandbox::{FaultKind, FaultRule, On};

use crate::support::{Bench, Done, Keeper, Line, read_csv};

const SHARDS: usize = 3;
const CHANNEL: &str = "b8b3a2d1c0ff4e5d9a7c6b5a49382716";

/// People in several spellings and channels, people of Telegram, and rows that are nobody.
fn list() -> String {
    let mut csv = "phone_number,name,source,channel_uuid,note\n".to_owned();
    for row in 1..=60 {
        csv.push_str(&match row {
            7 | 20 | 42 => format!("nobody at all,Nobody {row},,,x\n"),
            13 => "+39 333 1000012,Person 12 again,,,\"second\nline\"\n".to_owned(),
            14 => "0039 (333) 1000012,Person 12,,,third spelling\n".to_owned(),
            15 => format!("+39 333 1000012,Person 12,,{CHANNEL},another channel\n"),
            16 => "+55 11 98765-4321,Ana,,,new form\n".to_owned(),
            33 => "+55 11 8765-4321,Ana,,,old form\n".to_owned(),
            34 => "@someone,One name,telegram,,x\n".to_owned(),
            35 => "@someone_else,One name,telegram,,x\n".to_owned(),
            50 => "@someone,One name,telegram,,x\n".to_owned(),
            51 => "+39 333 1000051,one,cell,too,many,here\n".to_owned(),
            _ => format!("+39 333 10000{row:02},Person {row},,,\n"),
        });
    }
    csv
}

fn bench() -> Bench {
    let channels =
        "{ uuid = \"a1b2c3d4e5f60718293a4b5c6d7e8f90\", title = \"One\", type = \"whatsapp\", main = true }";
    let other = format!("{{ uuid = \"{CHANNEL}\", title = \"Two\", type = \"whatsapp\" }}");
    let bench = Bench::with(&format!("[account]\nchannels = [{channels}, {other}]\n"));
    bench.file("in.csv", list());
    bench
}

/// Lines of a table by row, without what another run has differently.
fn lines(parts: &[&Done], name: &str, key: &str) -> BTreeMap<u64, Line> {
    let mut lines = BTreeMap::new();
    for part in parts {
        for mut line in read_csv(&part.folder.join(name), b',') {
            for volatile in ["uuid", "href", "finished_at"] {
                line.remove(volatile);
            }
            let before = lines.insert(line[key].parse().unwrap(), line);
            assert!(before.is_none(), "a row is in two parts: {before:?}");
        }
    }
    lines
}

fn shard(bench: &Bench, index: usize, flags: &[&str]) -> Command {
    let shard = format!("{index}/{SHARDS}");
    let mut command = bench.run_command("in.csv", &[&["--shard", &shard], flags].concat());
    // As if each had a machine of its own, where no ledger of the others' requests is.
    command.env("XDG_STATE_HOME", bench.path().join(format!("state-{index}")));
    command
}

fn finish(bench: &Bench, index: usize, output: std::process::Output) -> Done {
    let done = bench.finish(output);
    Done { folder: bench.path().join(format!("out/shard-{index}-of-{SHARDS}")), ..done }
}

fn all(bench: &Bench, flags: &[&str]) -> Vec<Done> {
    let running: Vec<_> = (0..SHARDS).map(|index| shard(bench, index, flags).spawn().unwrap()).collect();
    let ended = running.into_iter().map(|child| child.wait_with_output().unwrap());
    ended.enumerate().map(|(index, output)| finish(bench, index, output).expect(1).conserved()).collect()
}

#[test]
fn the_parts_of_all_shards_are_the_single_run_row_by_row() {
    let (single, shared) = (bench(), bench());
    let whole = single.run("in.csv", &[""; 0]).expect(1).conserved();
    let parts = all(&shared, &["--quiet"]);
    let parts: Vec<&Done> = parts.iter().collect();
    for (name, key) in [("results.csv", "row"), ("failures.csv", "import_row")] {
        assert_eq!(lines(&parts, name, key), lines(&[&whole], name, key), "{name}");
    }
    for count in ["rows_read", "created", "duplicate", "invalid", "not_attempted"] {
        let sum: u64 = parts.iter().map(|part| part.number(count)).sum();
        assert_eq!(sum, whole.number(count), "{count}");
        assert!(count == "not_attempted" || whole.number(count) > 0, "{count}");
    }
    assert!(parts.iter().all(|part| part.number("created") > 5), "no part is idle");
    let (mut stored, mut expected) = (shared.identifiers(), single.identifiers());
    stored.sort();
    expected.sort();
    assert_eq!(stored, expected);
    assert_eq!(shared.doubles(), single.doubles());
}

#[test]
fn shards_on_several_machines_together_keep_to_the_rate() {
    let bench = bench();
    all(&bench, &["--quiet", "--rate", "40", "--headroom", "25%"]);
    let most = bench.sandbox().world().most_in_a_second();
    assert!(most <= 30, "{most} in a second");
    let done = bench.run("in.csv", &["--shard", "0/41", "--rate", "40"]).expect(2);
    assert!(done.stderr.contains("less than one for each of 41 parts"), "{}", done.stderr);
}

#[test]
fn a_shard_goes_on_where_it_ended_and_is_no_other_shard() {
    let bench = bench();
    let first = finish(&bench, 1, shard(&bench, 1, &[]).output().unwrap()).expect(1).conserved();
    assert!(first.stderr.contains("these are part 1/3 of the file"), "{}", first.stderr);
    let stored = bench.identifiers().len();
    assert_eq!(stored as u64, first.number("created"));
    // Whose token it is, and which channels there are.
    let again = finish(&bench, 1, shard(&bench, 1, &[]).output().unwrap()).expect(1).conserved();
    assert_eq!((again.number("created"), again.number("requests")), (first.number("created"), 2));
    let other = finish(&bench, 2, shard(&bench, 2, &[]).output().unwrap()).expect(1).conserved();
    // The folder of all parts is no import; it is told where they are.
    for command in [&["status", "out"][..], &["verify", "out"], &["undo", "out", "--dry-run"]] {
        let done = bench.exact(command).expect(2);
        let hint =
            "the imports are in folders within it (2). Name each by itself; the first is out/shard-1-of-3";
        assert!(done.stderr.contains(hint), "{command:?}: {}", done.stderr);
    }
    assert_eq!(bench.identifiers().len() as u64, stored as u64 + other.number("created"));
}

#[test]
fn what_check_says_of_a_shard_is_what_the_shard_does() {
    let bench = bench();
    for index in 0..SHARDS {
        let ran = finish(&bench, index, shard(&bench, index, &[]).output().unwrap()).expect(1);
        let of = format!("{index}/{SHARDS}");
        let checked =
            bench.exact(["check", "in.csv", "--offline", "--out", "fresh", "--shard", &of]).expect(1);
        let told = format!(
            "{} in the part of the file that is read: {} to send, {} invalid, {} the same contact",
            ran.number("rows_read"),
            ran.number("created"),
            ran.number("invalid"),
            ran.number("duplicate")
        );
        assert!(checked.stdout.contains(&told), "{told}\n{}", checked.stdout);
    }
}

/// Two parts of a list of people of Telegram, whose answers can be kept back.
struct TwoParts {
    bench: Bench,
    base: String,
    keeper: Keeper,
}

impl TwoParts {
    fn new() -> Self {
        let bench = Bench::new();
        let (front, keeper) = Keeper::of(&bench);
        Self { bench, base: front.base_url(), keeper }
    }

    /// Somebody of this part.
    fn of_part(part: u32, name: &str) -> String {
        let shard = Shard::new(part, NonZeroU32::new(2).unwrap()).unwrap();
        let mut handles = (0..).map(|at| format!("@{}_{at}", name.to_lowercase()));
        let handle = handles.find(|handle| shard.has_contact(Source::Telegram, handle)).unwrap();
        format!("{handle},{name}\n")
    }

    /// The run of a part of a list of these people.
    fn command(&self, part: u32, people: &[&str]) -> Command {
        let file = self.bench.file(&format!("{part}.csv"), format!("identifier,name\n{}", people.concat()));
        let shard = format!("{part}/2");
        let mut command = self.bench.command([
            "run",
            file.to_str().unwrap(),
            "--out",
            "out",
            "--shard",
            &shard,
            "--base-url",
            &self.base,
            "--source",
            "telegram",
            "--settle",
            "0.5",
            "--yes",
        ]);
        command.env("XDG_STATE_HOME", self.bench.path().join(format!("state-{part}")));
        command
    }

    fn run(&self, part: u32, people: &[&str]) -> Done {
        self.end(part, self.command(part, people).spawn().unwrap())
    }

    fn end(&self, part: u32, child: Child) -> Done {
        let done = self.bench.finish(child.wait_with_output().unwrap());
        Done { folder: self.bench.path().join(format!("out/shard-{part}-of-2")), ..done }
    }

    /// What becomes of requests.
    fn faults(&self, rules: &[(FaultKind, On)]) {
        let rules = rules.iter().map(|(kind, on)| FaultRule { on: *on, ..FaultRule::new(*kind, 1.0) });
        self.bench.sandbox().world().set_faults(rules.collect());
    }

    /// Status and code of the only row.
    fn only_row(done: &Done) -> (String, String) {
        let [line] = &done.results()[..] else { panic!("{}{}", done.stdout, done.stderr) };
        (line["status"].clone(), line["code"].clone())
    }
}

#[test]
fn of_two_people_with_one_name_in_two_parts_neither_is_taken_for_the_other() {
    let (one, other) = (TwoParts::of_part(0, "Ann"), TwoParts::of_part(1, "Ann"));
    // The list says something else each time.
    let (one, other) = ([&*one], [&*other]);
    let open = ("unconfirmed".to_owned(), "no_lookup".to_owned());
    // What became of the other one is known.
    let parts = TwoParts::new();
    parts.faults(&[(FaultKind::CutBefore, On::Create)]);
    let _ = parts.run(0, &one).expect(8);
    parts.faults(&[]);
    let _ = parts.run(1, &other).expect(0);
    assert_eq!(TwoParts::only_row(&parts.run(0, &one).expect(8)), open);
    assert_eq!(parts.bench.identifiers().len(), 1);
    // It is not.
    let parts = TwoParts::new();
    parts.faults(&[(FaultKind::CutBefore, On::Create)]);
    let _ = parts.run(0, &one).expect(8);
    parts.faults(&[(FaultKind::CutAfter, On::Create), (FaultKind::PaymentRequired, On::List)]);
    let _ = parts.run(1, &other);
    parts.faults(&[]);
    for (part, people) in [(0, &one), (1, &other)] {
        assert_eq!(TwoParts::only_row(&parts.run(part, people).expect(8)), open, "{part}");
    }
    assert_eq!(parts.bench.identifiers().len(), 1);
}

#[test]
fn whom_another_part_creates_meanwhile_or_is_about_to_is_not_taken() {
    let (one, other) = (TwoParts::of_part(0, "Ann"), TwoParts::of_part(1, "Ann"));
    for is_settled in [true, false] {
        let parts = TwoParts::new();
        parts.faults(&[(FaultKind::CutBefore, On::Create)]);
        let lost = parts.keeper.keep_next("POST");
        let first = parts.command(0, &[&one]).spawn().unwrap();
        lost.until_asked();
        parts.faults(&[]);
        let kept = parts.keeper.keep_next("POST");
        let second = parts.command(1, &[&other]).spawn().unwrap();
        kept.until_asked();
        let (first, second) = if is_settled {
            kept.answer();
            let second = parts.end(1, second);
            lost.answer();
            (parts.end(0, first), second)
        } else {
            lost.answer();
            let first = parts.end(0, first);
            kept.answer();
            (first, parts.end(1, second))
        };
        let unconfirmed = TwoParts::only_row(&first.expect(8));
        assert_eq!(unconfirmed, ("unconfirmed".to_owned(), "no_lookup".to_owned()), "{is_settled}");
        assert_eq!(TwoParts::only_row(&second.expect(0)).0, "created", "{is_settled}");
    }
}

#[test]
fn who_is_found_is_believed_also_while_another_part_sends_others_of_the_same_list() {
    let parts = TwoParts::new();
    let (one, other) = (TwoParts::of_part(0, "Ann"), TwoParts::of_part(1, "Bea"));
    let list = [&*one, &*other];
    let kept = parts.keeper.keep_next("POST");
    let second = parts.command(1, &list).spawn().unwrap();
    kept.until_asked();
    parts.faults(&[(FaultKind::CutAfter, On::Create)]);
    let found = TwoParts::only_row(&parts.run(0, &list).expect(0));
    assert_eq!(found, ("created".to_owned(), "confirmed_by_lookup".to_owned()));
    kept.answer();
    let _ = parts.end(1, second).expect(0);
    assert_eq!((parts.bench.identifiers().len(), parts.bench.doubles()), (2, 0));
}

#[test]
fn where_the_people_of_one_source_are_read_otherwise_no_part_of_the_list_is_sent() {
    let bench = Bench::new();
    let list = |sign: &str| {
        let row = |person: u8| {
            let name = [b'A' + person / 20, b'a' + person % 20].map(char::from).iter().collect::<String>();
            format!("+39 333 12345{person:02},W{name},whatsapp\n{sign}person_{person},T{name},telegram\n")
        };
        format!("identifier,name,source\n{}", (0..40).map(row).collect::<String>())
    };
    let flags = ["--map", "source=source", "--yes"];
    let file = bench.file("in.csv", list("@"));
    for part in 0..3 {
        let shard = format!("{part}/3");
        let _ = bench.run(&file, &[&flags[..], &["--shard", &shard]].concat()).expect(0);
    }
    assert_eq!(bench.identifiers().len(), 80);
    std::fs::write(&file, list("")).unwrap();
    for part in 0..3 {
        let shard = format!("{part}/3");
        let told = bench.run(&file, &[&flags[..], &["--shard", &shard]].concat()).expect(2).stderr;
        assert!(told.contains("have the name of somebody in its results"), "{told}");
    }
    assert_eq!(bench.identifiers().len(), 80);
}
