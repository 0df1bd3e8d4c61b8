//! A plan that is approved: exactly that is done, or nothing.

use crate::support::{Bench, Done, canary_numbers};

fn plan(bench: &Bench, args: &[&str]) -> Done {
    let base = bench.sandbox().base_url();
    let all = [&["plan", "in.csv", "--base-url", &base, "--out", "out", "--to", "p.json"], args].concat();
    bench.exact(all)
}

fn posts(bench: &Bench) -> usize {
    bench.identifiers().len()
}

#[test]
fn a_plan_has_a_name() {
    let bench = Bench::new();
    bench.file("in.csv", canary_numbers(1));
    let base = bench.sandbox().base_url();
    let done = bench.exact(["plan", "in.csv", "--base-url", &base, "--to", "-"]).expect(2);
    assert!(done.stderr.contains("--to needs a file name"), "{}", done.stderr);
    assert!(!bench.path().join("-").exists());
}

#[test]
fn an_approved_plan_is_done_without_a_question_and_goes_on_after_an_interruption() {
    use std::os::unix::fs::PermissionsExt as _;
    let bench = Bench::with("[[faults]]\nkind = \"payment_required\"\nfrom = 3\nuntil = 8\n");
    let file = bench.file("in.csv", canary_numbers(6));
    let done = plan(&bench, &[]).expect(0);
    assert!(done.stderr.contains("run in.csv --plan p.json"), "{}", done.stderr);
    let mode = std::fs::metadata(bench.path().join("p.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(posts(&bench), 0);
    let done = bench.run(&file, &["--plan", "p.json", "--concurrency", "1"]).expect(5).conserved();
    assert_eq!(done.number("created"), 2);
    bench.sandbox().world().set_faults(Vec::new());
    let done = bench.run(&file, &["--plan", "p.json"]).expect(0).conserved();
    assert_eq!((done.number("created"), posts(&bench)), (6, 6));
}

#[test]
fn a_plan_whose_input_mapping_account_or_policy_changed_is_refused() {
    let bench = Bench::new();
    let file = bench.file("in.csv", canary_numbers(3));
    plan(&bench, &[]).expect(0);
    let refused = |args: &[&str], what: &str| {
        let done = bench.run(&file, &[&["--plan", "p.json"], args].concat()).expect(2);
        assert!(done.stderr.contains(what), "{what}\n{}", done.stderr);
        assert_eq!(posts(&bench), 0);
    };
    refused(&["--set", "tags=x"], "the mapping or the names in the account changed");
    refused(&["--on-existing", "create"], "--on-existing changed");
    refused(&["--limit", "2"], "the number of rows");
    refused(&["--on-existing", "update", "--keep", "name"], "what an update keeps or fills changed");
    bench.file("in.csv", canary_numbers(4));
    refused(&[], "the input");
    bench.file("in.csv", canary_numbers(3));
    bench.sandbox().world().set_user("eve@example.com");
    refused(&[], "the account changed");
    bench.sandbox().world().set_user("sandbox@example.com");
    bench.run(&file, &["--plan", "p.json"]).expect(0).conserved();
    bench.file("q.json", "{}");
    let done = bench.run(&file, &["--plan", "q.json"]).expect(2);
    assert!(done.stderr.contains("q.json is not a plan"), "{}", done.stderr);
}

#[test]
fn a_plan_is_held_to_every_letter_of_the_mapping_and_of_how_the_file_is_read() {
    let bench = Bench::new();
    let file = bench.file("in.csv", b"home,work,name,nick\n+393331234567,+393331234568,H\xe9l\xe8ne,H\n");
    let mapped = [
        ["--map", "identifier=home"],
        ["--map", "name={name} of old"],
        ["--set", "note=a"],
        ["--set", "bot_status=bot_end"],
        ["--set", "assigned_user=ada@example.com"],
        ["--set", "custom_fields.City=Rome"],
        ["--source", "whatsapp"],
        ["--encoding", "windows-1252"],
        ["--on-existing", "create"],
    ];
    plan(&bench, &mapped.concat()).expect(0);
    for (at, instead) in [
        (0, "identifier=work"),
        (1, "name={name} of new"),
        (1, "name={nick} of old"),
        (2, "note=b"),
        (3, "bot_status=bot_start"),
        (4, "assigned_user=eve@example.com"),
        (5, "custom_fields.City=Milan"),
        (5, "custom_fields.Town=Rome"),
        (6, "instagram"),
        (7, "windows-1250"),
    ] {
        let mut changed = mapped;
        changed[at][1] = instead;
        let done = bench.run(&file, &[&["--plan", "p.json"][..], &changed.concat()].concat()).expect(2);
        assert!(done.stderr.contains("this run differs from the plan"), "{instead}\n{}", done.stderr);
    }
    assert_eq!(posts(&bench), 0);
    bench.run(&file, &[&["--plan", "p.json"][..], &mapped.concat()].concat()).expect(0).conserved();
}

#[test]
fn no_plan_is_written_where_the_file_does_not_fit_the_account() {
    let bench = Bench::with(
        "[account]\n[[account.teams]]\nuuid = \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"\nname = \"Sales\"\n",
    );
    bench.file("in.csv", "phone_number,name,Team\n+393331234567,A,Sale\n");
    let done = plan(&bench, &["--map", "team_uuid=Team"]).expect(2);
    assert!(done.stderr.contains("does not fit the account"), "{}", done.stderr);
    assert!(!bench.path().join("p.json").exists());
}
