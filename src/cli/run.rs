//! `run FILE`: the main job.

use std::io;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::{Semaphore, watch};
use tokio::time::Instant;

use super::args::RunArgs;
use super::exit::Exit;
use super::failure::Failure;
use super::prepare::Prepared;
use super::settings::{self, DOCUMENTED_LIMIT, Endpoint};
use super::{ask, logging, prepare, say, signals, tell};
use crate::api::{Client, Http};
use crate::delivery::{Deliverer, Halt};
use crate::intake;
use crate::journal::Journal;
use crate::model::{Status, Stop, Watch};
use crate::progress::{Bar, Counts, Lines};
use crate::rate::{PerSecond, Rate};
use crate::report::{AccountShown, Closing, Span, Summary, Traffic};
use crate::results::{OutputDir, Results};
use crate::run::{self, Report, Street};

/// How often a line tells how far it is, where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(30);

pub(super) async fn run(args: Box<RunArgs>) -> Result<Exit, Failure> {
    let talk = Talk::of(&args);
    if !talk.bar {
        logging::start(args.talk.verbose, None);
    }
    let mapping = prepare::mapping(&args.mapping)?;
    let endpoint = Endpoint::of(&args.account)?;
    let limit = settings::rate(args.sending.rate, &endpoint.base)?;
    talk.say(endpoint.warning.as_deref().unwrap_or_default());
    if let PerSecond::AtMost(rate) = limit
        && rate.get() > DOCUMENTED_LIMIT
    {
        talk.say(&format!(
            "warning: the API documents {DOCUMENTED_LIMIT} requests per second; {rate} were asked for"
        ));
    }
    let path = settings::folder(&args.input);
    let folder = OutputDir::open(&path)?;
    refuse_to_repeat(&folder, &endpoint)?;
    let input = prepare::open(&args.input, &folder)?;
    let prepared = prepare::prepare((&args.input, &args.mapping), &mapping, input, &folder, None)?;
    refuse_a_guess(&prepared, &args)?;
    let rate = Arc::new(Rate::new(limit));
    let concurrency = usize::from(args.sending.concurrency);
    let client = Client::new(Http::new(endpoint.base.clone(), &endpoint.token, concurrency)?, prepared.style);
    let account = prepare::identify(&endpoint, &client, &rate).await?;
    let shown = settings::shown(&path);
    let per_second = args.sending.rate.0.map(std::num::NonZeroU32::get);
    let mask = !console::user_attended_stderr();
    talk.say(&prepared.plan(&shown, Some(&account), per_second, mask).text());
    if !args.sending.yes && ask::someone_is_there() && prepared.survey.to_send() > 0 {
        let question = format!("Send {} contacts to {}?", prepared.survey.to_send(), endpoint.shown());
        if !ask::yes(&question, endpoint.sandbox.is_some()) {
            say("Nothing was sent.");
            return Ok(Exit::Usage);
        }
    }
    let sending = Sending { args: &args, endpoint: &endpoint, client, rate, account, talk, shown };
    sending.send(prepared, &folder).await
}

/// Until there is a journal, nothing can be continued, so nothing is sent twice by mistake.
fn refuse_to_repeat(folder: &OutputDir, endpoint: &Endpoint) -> Result<(), Failure> {
    let earlier = std::fs::read_to_string(folder.path().join("summary.json")).unwrap_or_default();
    let earlier: serde_json::Value = serde_json::from_str(&earlier).unwrap_or_default();
    let was_sandbox = earlier["account"]["endpoint"] == "sandbox";
    let exists = folder.path().join("results.csv").exists();
    if exists && !was_sandbox {
        let path = settings::shown(folder.path());
        let what = if endpoint.sandbox.is_some() { "rehearse" } else { "import" };
        return Err(Failure::usage(format!("{path} holds the results of an import"))
            .hint(format!("to {what} into another folder, pass --out DIR")));
    }
    Ok(())
}

fn refuse_a_guess(prepared: &Prepared, args: &RunArgs) -> Result<(), Failure> {
    let guesses = prepared.resolved.guessed_required();
    let Some(guess) = guesses.first() else { return Ok(()) };
    if args.sending.yes || ask::someone_is_there() {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "{} is only guessed to be `{}`, and there is no terminal to ask on",
        guess.target, guess.from
    ))
    .hint(format!("pass --map {}='{}' to say so, or --yes to take all guesses", guess.target, guess.from)))
}

/// Who is told what.
#[derive(Clone, Copy)]
struct Talk {
    quiet: bool,
    json: bool,
    bar: bool,
}

impl Talk {
    fn of(args: &RunArgs) -> Self {
        let terminal = io::IsTerminal::is_terminal(&io::stderr());
        Self { quiet: args.talk.quiet, json: args.talk.json, bar: terminal && !args.talk.quiet }
    }

    fn say(self, text: &str) {
        if !self.quiet && !text.is_empty() {
            say(text);
        }
    }
}

/// Shows how far it is.
enum Progress {
    Bar(Arc<Bar>),
    Lines(Arc<Lines>),
}

impl Progress {
    fn start(rows: u64, talk: Talk, verbose: u8) -> Self {
        if talk.bar {
            let bar = Arc::new(Bar::new(rows));
            logging::start(verbose, Some(bar.screen()));
            return Self::Bar(bar);
        }
        let lines = Arc::new(Lines::new(rows, talk.quiet));
        let telling = Arc::downgrade(&lines);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(LINE_EVERY).await;
                match telling.upgrade() {
                    Some(lines) => lines.tell(),
                    None => return,
                }
            }
        });
        Self::Lines(lines)
    }

    fn watch(&self) -> Arc<dyn Watch> {
        match self {
            Self::Bar(bar) => Arc::clone(bar) as Arc<dyn Watch>,
            Self::Lines(lines) => Arc::clone(lines) as Arc<dyn Watch>,
        }
    }

    fn counts(&self) -> &Counts {
        match self {
            Self::Bar(bar) => bar.counts(),
            Self::Lines(lines) => lines.counts(),
        }
    }

    fn finish(&self) {
        if let Self::Bar(bar) = self {
            bar.finish();
        }
    }
}

struct Sending<'a> {
    args: &'a RunArgs,
    endpoint: &'a Endpoint,
    client: Client<Http>,
    rate: Arc<Rate>,
    account: AccountShown,
    talk: Talk,
    /// The output folder as it is shown.
    shown: String,
}

impl Sending<'_> {
    async fn send(self, prepared: Prepared, folder: &OutputDir) -> Result<Exit, Failure> {
        let args = self.args;
        let wish = signals::listen()
            .map_err(|error| Failure::new(Exit::Bug, format!("cannot listen for signals: {error}")))?;
        let mut results = Results::begin(folder, prepared.format)?;
        let progress = Progress::start(prepared.survey.rows, self.talk, args.talk.verbose);
        let (halt, halted) = watch::channel(Halt::Go);
        let air = Arc::new(Semaphore::new(usize::from(args.sending.concurrency)));
        let deliverer = Deliverer::new(
            self.client,
            self.rate,
            settings::patience(&args.sending),
            Arc::clone(&air),
            halted,
            progress.watch(),
            fastrand::u64(..),
        );
        let rows = prepared.survey.rows;
        let arrivals =
            intake::arrivals(prepared.input, Arc::new(prepared.resolved.form), prepared.survey.standings);
        let (started_at, clock) = (SystemTime::now(), Instant::now());
        let street = Street {
            journal: &mut Journal::default(),
            deliverer,
            air,
            halt,
            results: &mut results,
            watch: progress.watch(),
            bounds: settings::bounds(&args.sending),
        };
        let (report, result) = run::run(street, arrivals, wish).await;
        progress.finish();
        // What has happened is written down even when the run itself broke off.
        let written = results.finish();
        result?;
        let written = written?;
        let not_attempted = run::check_conservation(rows, &report, &written).map_err(|what| {
            Failure::new(Exit::Bug, format!("the counts do not add up: {what}"))
                .hint("this is a bug; please report it")
        })?;
        let counts = progress.counts();
        let traffic = Traffic {
            // The first one asked whose token it is.
            requests: counts.requests() + 1,
            retries: counts.retries(),
            throttled: counts.throttled(),
        };
        let span = Span { started_at, elapsed: clock.elapsed() };
        let input = prepared.shown_input;
        let mut summary =
            Summary::new(input, self.account, span, rows, &report.tally, not_attempted, traffic);
        let exit = exit_of(&report);
        summary.exit_code = exit.code();
        summary.stopped_by = report.stop.as_ref().map(Stop::as_str);
        let mut file = folder.create("summary.json")?;
        file.write(summary.to_json().as_bytes())?;
        file.finish()?;
        let closing = Closing {
            summary: &summary,
            tally: &report.tally,
            stop: report.stop.as_ref(),
            folder: &self.shown,
            next: next_command(args, &report, &self.shown, self.endpoint.sandbox.is_some()),
        };
        if self.talk.json {
            tell(&summary.to_json());
        } else if self.talk.quiet {
            if exit != Exit::Done {
                say(&closing.text());
            }
        } else {
            tell(&closing.text());
        }
        Ok(exit)
    }
}

/// The number that says how it ended; the gravest word wins.
fn exit_of(report: &Report) -> Exit {
    match &report.stop {
        Some(Stop::Interrupt) => Exit::Interrupted,
        Some(Stop::Terminate) => Exit::Terminated,
        Some(Stop::TokenRefused { .. }) => Exit::Token,
        Some(_) => Exit::Stopped,
        None if report.tally.count(Status::Unconfirmed) > 0 => Exit::Unconfirmed,
        None if report.tally.failures() > 0 => Exit::SomeFailed,
        None => Exit::Done,
    }
}

/// The command with which a person goes on.
fn next_command(args: &RunArgs, report: &Report, shown: &str, sandbox: bool) -> Option<String> {
    let _ = args;
    if report.tally.failures() == 0 {
        return None;
    }
    let flag = if sandbox { " --sandbox" } else { "" };
    Some(format!(
        "correct the rows in {shown}/failures.csv, then: callbell-import run {shown}/failures.csv{flag}"
    ))
}
