//! Failures that a person corrects and gives back: with the command that the program shows, into a folder of their own, and
//! never written over.

mod anew;
mod at_work;
mod command;
mod folders;
mod in_doubt;
mod met;
mod taken_back;

use std::process::{Command, Stdio};

use crate::support::{Bench, Done};

/// The command in a line that the program said, run by a shell.
fn typed(bench: &Bench, said: &str) -> Done {
    let at = said.rfind("callbell-import run ").unwrap();
    let command = said[at..].lines().next().unwrap();
    let program = env!("CARGO_BIN_EXE_callbell-import");
    let line = command.replacen("callbell-import", program, 1);
    let typed = bench.command([""; 0]);
    let output = Command::new("sh")
        .arg("-c")
        .arg(&line)
        .current_dir(bench.path())
        .env_clear()
        .envs(typed.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    bench.finish(output)
}

fn mend(bench: &Bench, file: &str, wrong: &str, right: &str) {
    let path = bench.path().join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(wrong), "{text}");
    std::fs::write(path, text.replace(wrong, right)).unwrap();
}

/// A list whose second person the API refuses under the name that it has, and the same list with that mended.
const REFUSED: &str = "identifier,name\n393331234501,Ada\n393331234502,\n";
const MENDED: &str = "identifier,name\n393331234501,Ada\n393331234502,Bea\n";

/// The list is run, and its failure mended in `failures.csv` and given back.
fn given_back(bench: &Bench, flags: &[&str]) -> Done {
    let first = bench.run(bench.file("in.csv", REFUSED), flags).expect(1);
    mend(bench, "out/failures.csv", "393331234502,", "393331234502,Bea");
    let _ = typed(bench, &first.stdout).expect(0);
    first
}
