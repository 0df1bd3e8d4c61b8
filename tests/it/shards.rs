//! `run --shard`: several processes that know nothing of each other import one list.

use std::collections::BTreeMap;

use crate::support::{Bench, Done, Line, read_csv};

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

fn shard(bench: &Bench, index: usize, flags: &[&str]) -> std::process::Command {
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
        let hint = "imports lie in folders within it (2): give each by itself, the first is out/shard-1-of-3";
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
