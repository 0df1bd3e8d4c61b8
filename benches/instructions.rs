//! `cargo bench --bench instructions`: machine instructions a row, counted by callgrind, which has to be installed
//! (Debian's package `valgrind`). They are the same on a busy machine and on an idle one, so that they can be a gate:
//! with `-- gate` the bench fails where one has become dearer than its bound. Without callgrind nothing is counted.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench that cannot go on stops")]

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use callbell_import::input::{InputFile, InputFiles, InputOptions, Records};
use callbell_import::mapping::{Facts, Mapping};
use callbell_import::rate::PerSecond;

#[allow(dead_code, reason = "each bench takes what it needs")]
mod support;

use support::street::{Canned, LIST, Nowhere, walk};

/// What is counted.
struct Counted {
    name: &'static str,
    /// With the folder in which the list stands, and its rows.
    work: fn(&Path, usize),
    /// Most instructions a row: at most a twelfth more than it takes now.
    bound: u64,
}

const PATHS: [Counted; 2] = [
    // Decode, split and map.
    Counted { name: "read", work: read, bound: 9_550 },
    // From the file to its results, with the journal's lines, without disk, waits and network.
    Counted { name: "street", work: street, bound: 101_400 },
];
/// Rows in the two counts; what they have in common does not count. In which order tasks come to run differs between counts by a
/// million instructions or more, so that a few rows would show little.
const ROWS: [usize; 2] = [1000, 10_000];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [path, rows, folder, ..] = &args[..]
        && let Some(path) = PATHS.iter().find(|known| known.name == path)
    {
        (path.work)(folder.as_ref(), rows.parse().unwrap());
        return ExitCode::SUCCESS;
    }
    if Command::new("valgrind").arg("--version").stdout(Stdio::null()).status().is_err() {
        println!("valgrind is not installed: nothing was counted");
        return ExitCode::SUCCESS;
    }
    let is_gate = args.iter().any(|arg| arg == "gate");
    println!("{:<10} {:>20} {:>12}", "", "instructions a row", "bound");
    let mut dear = false;
    for Counted { name, bound, .. } in PATHS {
        let [few, many] = ROWS;
        let a_row = (counted(name, many) - counted(name, few)) / (many - few) as u64;
        println!("{name:<10} {a_row:>20} {bound:>12}");
        dear |= a_row > bound;
    }
    if is_gate && dear {
        println!("dearer than it may be");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// Instructions that this path takes for so many rows, from the start of a process to its end. The list is there before.
fn counted(path: &str, rows: usize) -> u64 {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(LIST), support::contacts(rows)).unwrap();
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe().unwrap())
        .args([path, &rows.to_string()])
        .arg(folder.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    let collected = told.lines().find_map(|line| line.split_once("Collected :")).unwrap();
    collected.1.trim().parse().unwrap()
}

fn read(folder: &Path, rows: usize) {
    let input = InputFile::open(&folder.join(LIST), &InputOptions::default(), &tempfile::tempfile).unwrap();
    let input = InputFiles::new(vec![input]).unwrap();
    let records = Records::new(&input).unwrap();
    let header = records.header().names.clone();
    let form = Mapping::default().resolve(&header, &Facts::new(&header)).unwrap().form;
    let filled = records.filter(|row| form.fill(row.as_ref().unwrap()).is_ok()).count();
    assert_eq!(filled, rows);
}

fn street(folder: &Path, rows: usize) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let took = runtime.block_on(walk(Canned, Nowhere, folder, rows, PerSecond::Unlimited));
    assert!(!took.is_zero());
}
