//! `run FILE`: the main job. The same command again goes on where the last one ended.

use std::sync::Arc;
use std::time::SystemTime;

use tokio::time::Instant;

use super::args::RunArgs;
use super::exit::Exit;
use super::failure::Failure;
use super::past::{self, Past, SANDBOX, Wanted};
use super::prepare::{Account, NotNow, Prepared};
use super::settings::{self, DOCUMENTED_LIMIT, Endpoint};
use super::talk::{Progress, Talk};
use super::{ask, logging, prepare, say, signals, tell};
use crate::api::{Client, Http};
use crate::journal::{About, Disk, Head, Journal, Lock, Replayed};
use crate::mapping::Origin;
use crate::model::{Status, Stop};
use crate::rate::{PerSecond, Rate};
use crate::report::{Closing, Span, Summary, Traffic};
use crate::results::OutputDir;
use crate::run::{Import, Imported, Reading, Report, Sending};

pub(super) async fn run(args: Box<RunArgs>) -> Result<Exit, Failure> {
    let talk = Talk::of(&args.talk);
    if !talk.bar {
        logging::start(args.talk.verbose, None);
    }
    let mapping = settings::mapping(&args.mapping)?;
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
    let lock = Lock::take(&path, SystemTime::now())?;
    folder.clear_away()?;
    let wanted = Wanted {
        sandbox: endpoint.sandbox.is_some(),
        restart: args.sending.restart,
        yes: args.sending.yes,
        power_safe: !args.sending.no_power_safety,
    };
    let scratch = past::scratch(&folder);
    let (past, told) = past::open(&folder, &wanted, scratch).await?;
    talk.say(told.as_deref().unwrap_or_default());
    let input = prepare::open(&args.input, &folder)?;
    let Past { journal, replayed, sightings } = past;
    let fingerprints = journal.fingerprints().clone();
    let window = settings::window(&args.window);
    let understood = prepare::understand(&args.input, &args.mapping, window, &mapping, input)?;
    let prepared = understood.survey(&fingerprints, sightings, true, &mut NotNow)?;
    let to_send = prepared.survey.to_send();
    if to_send > 0 {
        refuse_a_guess(&prepared, &args)?;
    }
    let places = settings::places(args.sending.concurrency);
    let (rate, warning) = settings::turnstile(limit, args.sending.headroom.0, places, &endpoint);
    talk.say(warning.as_deref().unwrap_or_default());
    let rate = Arc::new(rate);
    let client = Client::new(Http::new(endpoint.base.clone(), &endpoint.token, places)?, prepared.style);
    let account = prepare::identify(&endpoint, &client, &rate).await?;
    let about = About {
        endpoint: account.shown.endpoint.clone(),
        account: fingerprints.account(&account.shown.endpoint, account.shown.user_email.as_deref()),
    };
    refuse_another_account(replayed.head.as_ref(), &about, &account)?;
    let shown = settings::shown(&path);
    let importing = Importing {
        args: &args,
        client,
        rate,
        account,
        about,
        talk,
        shown,
        input_changed: has_changed(&replayed, &prepared),
    };
    if let Some(damage) = &replayed.damage {
        talk.say(&format!(
            "warning: the journal is damaged ({damage}); every row without a verdict is looked up before it is sent, \
             and those without a look-up (Instagram, Messenger, Telegram) stay unconfirmed"
        ));
    }
    importing.tell_plan(&prepared, &replayed);
    if to_send > 0 && !args.sending.yes && ask::someone_is_there() {
        let question = format!("Send {to_send} contacts to {}?", endpoint.shown());
        if !ask::yes(&question, endpoint.sandbox.is_some()) {
            say("Nothing was sent.");
            return Ok(Exit::Usage);
        }
    }
    let exit = importing.import(prepared, journal, replayed, &folder).await?;
    drop(lock);
    Ok(exit)
}

fn refuse_a_guess(prepared: &Prepared, args: &RunArgs) -> Result<(), Failure> {
    let guesses = prepared.resolved.guessed_required();
    let Some(guess) = guesses.first() else { return Ok(()) };
    if args.sending.yes || ask::someone_is_there() {
        return Ok(());
    }
    if let Some(profile) = prepared.resolved.profile.as_ref().filter(|_| guess.origin == Origin::Profile) {
        return Err(Failure::usage(format!(
            "the file is only guessed to be an export of {} ({} of {} columns), and there is no terminal to ask on",
            profile.title, profile.found, profile.of
        ))
        .hint(format!("pass --profile {} to say so, or --profile none", profile.name)));
    }
    Err(Failure::usage(format!(
        "{} is only guessed to be `{}`, and there is no terminal to ask on",
        guess.target, guess.from
    ))
    .hint(format!("pass --map {}='{}' to say so, or --yes to take all guesses", guess.target, guess.from)))
}

/// A folder belongs to one account at one address.
pub(super) fn refuse_another_account(
    head: Option<&Head>,
    about: &About,
    account: &Account,
) -> Result<(), Failure> {
    let Some(head) = head else { return Ok(()) };
    if head.endpoint == about.endpoint && head.account == about.account {
        return Ok(());
    }
    let what = if head.endpoint == about.endpoint {
        let user = account.shown.user_email.as_deref().unwrap_or("this token's user");
        format!("this folder holds an import into another account than that of {user}")
    } else {
        format!("this folder holds an import through {}, not {}", head.endpoint, about.endpoint)
    };
    Err(Failure::usage(what).hint("import into another folder: --out DIR"))
}

/// Whether the file is another one than that of the last run.
fn has_changed(replayed: &Replayed, prepared: &Prepared) -> bool {
    let now: String = prepared.input.fingerprint().iter().map(|byte| format!("{byte:02x}")).collect();
    replayed.last_session.as_ref().is_some_and(|session| session.input != now)
}

/// An import that is about to begin.
struct Importing<'a> {
    args: &'a RunArgs,
    client: Client<Http>,
    rate: Arc<Rate>,
    account: Account,
    about: About,
    talk: Talk,
    /// The output folder as it is shown.
    shown: String,
    /// The file is another one than that of the last run.
    input_changed: bool,
}

impl Importing<'_> {
    fn tell_plan(&self, prepared: &Prepared, replayed: &Replayed) {
        if prepared.survey.to_send() == 0 && replayed.head.is_some() {
            return;
        }
        let per_second = self.args.sending.rate.0.map(|rate| self.args.sending.headroom.0.of(rate).get());
        let mask = !console::user_attended_stderr();
        let mut plan = prepared.plan(&self.shown, Some(&self.account.shown), per_second, mask);
        plan.input_changed = self.input_changed;
        self.talk.say(&plan.text());
    }

    async fn import(
        self,
        prepared: Prepared,
        journal: Journal<Disk>,
        replayed: Replayed,
        folder: &OutputDir,
    ) -> Result<Exit, Failure> {
        let args = self.args;
        let wish = signals::listen()
            .map_err(|error| Failure::new(Exit::Bug, format!("cannot listen for signals: {error}")))?;
        let rows = prepared.survey.rows;
        let to_send = prepared.survey.to_send();
        let is_rehearsal = self.about.endpoint == SANDBOX;
        let progress = Progress::start(rows, self.talk, args.talk.verbose);
        let (started_at, clock) = (SystemTime::now(), Instant::now());
        let import = Import {
            input: prepared.input,
            window: prepared.window,
            reading: Reading::OnThread,
            form: prepared.resolved.form,
            survey: prepared.survey,
            journal,
            replayed: &replayed,
            about: self.about,
            sending: Sending {
                client: self.client,
                rate: self.rate,
                patience: settings::patience(&args.sending),
                longest_outage: args.sending.max_outage,
                server_time: self.account.server_time,
                seed: fastrand::u64(..),
            },
            bounds: settings::bounds(&args.sending),
            folder,
            failures: prepared.format,
            watch: progress.watch(),
            started_at,
        };
        let Imported { report, ended } = import.run(wish).await;
        progress.finish();
        let not_attempted = ended?;
        let counts = progress.counts();
        let traffic = Traffic {
            // The first ones asked whose token it is.
            requests: counts.requests() + self.account.requests,
            retries: counts.retries(),
            throttled: counts.throttled(),
        };
        let span = Span { started_at, elapsed: clock.elapsed() };
        let input = prepared.shown_input;
        let mut summary =
            Summary::new(input, self.account.shown, span, rows, &report.tally, not_attempted, traffic);
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
            nothing_to_do: to_send == 0 && replayed.head.is_some(),
            next: next_commands(&report, not_attempted, &self.shown, is_rehearsal),
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
        if matches!(exit, Exit::Done | Exit::SomeFailed) {
            prepare::forget_stdin(folder);
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

/// What a person does next.
fn next_commands(report: &Report, not_attempted: u64, shown: &str, sandbox: bool) -> Vec<String> {
    let mut next = Vec::new();
    let tally = &report.tally;
    let goes_on = not_attempted + tally.count(Status::Unconfirmed) + tally.count(Status::Failed);
    if goes_on > 0 && sandbox {
        next.push(
            "a rehearsal begins anew each time; a real import goes on with the same command".to_owned(),
        );
    } else if goes_on > 0 {
        next.push(format!(
            "the same command again goes on with the {goes_on} rows that are open or were not sent"
        ));
    }
    if tally.count(Status::Invalid) + tally.count(Status::Rejected) > 0 {
        let flag = if sandbox { " --sandbox" } else { "" };
        next.push(format!(
            "correct the rows in {shown}/failures.csv, then: callbell-import run {shown}/failures.csv{flag}"
        ));
    }
    next
}
