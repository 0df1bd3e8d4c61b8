//! What a person types, and what becomes of it: arguments → settings → a command → an exit code.

mod account;
mod approved;
mod arg_values;
mod args;
mod ask;
mod check;
mod complete;
mod config;
mod counts;
mod drift;
mod exit;
mod failure;
#[cfg(feature = "fleet")]
mod fleet;
mod given;
mod given_back;
mod gone;
mod guard;
mod guesses;
mod handed_over;
mod identity;
mod importing;
mod known_people;
mod language;
mod learnt;
mod logging;
mod man;
mod map;
mod misplaced_header;
mod namesakes;
mod of_no_file;
mod other_list;
mod overwriting;
mod own_columns;
mod pace;
mod parts;
mod past;
mod preflight;
mod prepare;
mod related;
mod remembered;
mod report;
mod returning;
mod run;
mod same_account;
mod sandbox;
mod saved_path;
mod set_aside;
mod settings;
mod signals;
mod standard_input;
mod status;
mod steps;
mod taken;
mod talk;
mod token;
mod token_command;
mod undo;
mod unknown_flag;
mod verify;
mod whereabouts;
mod whole_file;

use std::ffi::OsString;
use std::io::Write as _;
use std::sync::OnceLock;

use args::{Command, ConfigCommand};
use config::{Places, Refusal};
use failure::Failure;

use crate::words::{self, message};
pub use config::fault_in_settings;
pub use exit::Exit;
pub use guard::guard;

/// Runs the program with these arguments (the program's name first).
pub async fn main(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    guard::outlive_large_files();
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    match complete::answered(&arguments) {
        Ok(false) => {}
        Ok(true) => return Exit::Done,
        Err(error) => {
            let _ = error.print();
            return Exit::Usage;
        }
    }
    words::speak(language::wanted(&arguments));
    let places = Places::of_environment();
    let args = match config::parse(&arguments, &places) {
        Ok(args) => args,
        Err(Refusal::Failed(failure)) => {
            say(&config::without_tokens(failure.text()));
            return failure.exit();
        }
        Err(Refusal::Said(error)) => {
            // Help and version are no mistake.
            let exit = if error.use_stderr() { Exit::Usage } else { Exit::Done };
            tell_of_a_refusal(&error, &arguments);
            return exit;
        }
    };
    let settings = || args.command.takes_no_settings().then(|| config::language(&places)).flatten();
    if let Some(language) = args.command.lang().or_else(settings) {
        words::speak(language);
    }
    signals::end_as_others_do();
    let outcome = match args.command {
        Command::Run(run) => run::run(run).await,
        Command::Check(check) => check::check(*check, None).await,
        Command::Plan(plan) => check::plan(*plan).await,
        Command::Map(map) => map::map(&map),
        Command::Account(account) => account::account(account).await,
        Command::Undo(undo) => undo::undo(*undo).await,
        Command::Status(status) => status::status(&status),
        Command::Verify(verify) => verify::verify(*verify).await,
        Command::Sandbox(sandbox) => sandbox::sandbox(sandbox).await,
        Command::Report(args) => report::report(&args),
        Command::Completions(args) => complete::completions(&args),
        Command::Man(args) => man::man(&args),
        Command::Config(ConfigCommand::Show(show)) => config::show(&show, &places),
        #[cfg(feature = "fleet")]
        Command::Fleet(command) => fleet::fleet(*command, &arguments, &places).await,
    };
    let exit = outcome.unwrap_or_else(|failure| {
        say(&config::without_tokens(failure.text()));
        failure.exit()
    });
    let Some(why) = UNTOLD.get() else { return exit };
    let failure = Failure::new(Exit::Output, message!("stdout-failed", why));
    say(&failure.text());
    // What became of the rows is the greater matter.
    if exit == Exit::Done { failure.exit() } else { exit }
}

/// Says what the parser has to say.
fn tell_of_a_refusal(error: &clap::Error, arguments: &[OsString]) {
    let failure =
        unknown_flag::understood(error, arguments).or_else(|| config::refused_variable(arguments, error));
    if let Some(failure) = failure {
        return say(&failure.text());
    }
    // What is no argument may be the name of a file, and somebody else's choice.
    let text = error.render().to_string();
    let safe = failure::safe(&text);
    if text == safe {
        let _ = error.print();
    } else {
        say(&safe);
    }
}

/// Why standard output did not take everything.
static UNTOLD: OnceLock<std::io::Error> = OnceLock::new();

/// Talk: to standard error. That nobody listens is no reason to stop.
fn say(text: &str) {
    let mut stderr = std::io::stderr().lock();
    let _ = stderr.write_all(text.as_bytes());
    if !text.ends_with('\n') {
        let _ = stderr.write_all(b"\n");
    }
}

/// Data: to standard output. A reader that has gone (`| head -1`) is no reason to fail; a full disk is, at the end.
fn tell(text: &str) {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(why) if why.kind() != std::io::ErrorKind::BrokenPipe => {
            // The first reason is the best.
            let _ = UNTOLD.set(why);
        }
        _ => {}
    }
}

/// Whether standard output took everything until now.
fn is_all_told() -> bool {
    UNTOLD.get().is_none()
}
