//! `run FILE`: the main job. The same command again goes on where the last one ended.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures::FutureExt as _;
use tokio::time::Instant;

use super::approved::Approved;
use super::args::RunArgs;
use super::exit::Exit;
use super::failure::Failure;
use super::given::{self, Given};
use super::past::{self, Past, SANDBOX, Wanted};
use super::preflight::{self, Preflight};
use super::prepare::{Account, NotNow, Prepared};
use super::remembered::{self, GivenBack, Remembered};
use super::settings::{self, DOCUMENTED_LIMIT, Endpoint};
use super::signals::Deadline;
use super::talk::{Progress, Talk};
use super::{ask, drift, learnt, logging, overwriting, prepare, say, signals, tell};
use crate::account::Finding;
use crate::api::{Client, Http};
use crate::delivery::Existing;
use crate::history::Figures;
use crate::journal::{About, Disk, Head, Journal, Lock, LockError, Replayed};
use crate::mapping::{Mapping, Names, Origin};
use crate::model::{OnExisting, Status, Stop, UpdateRules, Window};
use crate::monitoring::{Ending, Monitors};
use crate::rate::{PerSecond, Rate};
use crate::report::{Closing, ExistingPlan, Opening, SUMMARY, Span, Story, Summary, Traffic};
use crate::results::{OutputDir, failures_were_edited};
use crate::run::{Import, Imported, Reading, Report, Sending};
use crate::words::{Message, message};

/// How often it is looked whether another run has ended.
const LOOK_AT_THE_LOCK_EVERY: Duration = Duration::from_millis(250);

pub(super) async fn run(args: Box<RunArgs>) -> Result<Exit, Failure> {
    let folder = settings::folder(&args.input, settings::window(&args.window).shard);
    let monitoring = &args.monitoring;
    let told: Vec<&Path> =
        [&monitoring.events, &monitoring.metrics].into_iter().flatten().map(PathBuf::as_path).collect();
    overwriting::refuse(&args.input, &overwriting::Folder::OfARun(&folder), &told)?;
    let monitors = Arc::new(Monitors::start(settings::wishes(&args.monitoring)?));
    let told_early = Arc::clone(&monitors);
    signals::say_before_the_end(Box::new(move |exit| {
        async move {
            say(&message!("stopped-before-sending").told());
            told_early.finish_early(ended_early(exit)).await;
        }
        .boxed_local()
    }));
    let outcome = from_file_to_results(&args, &monitors).await;
    signals::hold_back();
    for trouble in monitors.finish(ending(&outcome)).await {
        say(&message!("warn-monitoring", why = trouble).told());
    }
    outcome.map(|ended| ended.exit)
}

/// How a run ended that came to its results, or was not begun because nobody wanted it.
#[derive(Debug, Clone, Copy)]
struct Ended {
    exit: Exit,
    /// Rows failed, and each of them had failed in the last run in the same way.
    nothing_new: bool,
}

/// What other programs are told about the end.
fn ending(outcome: &Result<Ended, Failure>) -> Ending {
    let exit = outcome.as_ref().map_or_else(Failure::exit, |ended| ended.exit);
    let outside = outcome.as_ref().err().and_then(Failure::told_outside);
    Ending {
        exit_code: exit.code(),
        meaning: outside.map_or_else(|| exit.meaning(), |outside| outside.meaning.clone()),
        is_success: outcome.as_ref().is_ok_and(|ended| ended.exit == Exit::Done || ended.nothing_new),
        cause: outside.map(|outside| outside.cause.clone()),
        is_locked_out: exit == Exit::Locked,
    }
}

/// What other programs are told about a run that a signal ended before it sent anything.
fn ended_early(exit: Exit) -> Ending {
    Ending {
        exit_code: exit.code(),
        meaning: message!("exit-early"),
        is_success: false,
        cause: None,
        is_locked_out: false,
    }
}

async fn from_file_to_results(args: &RunArgs, monitors: &Monitors) -> Result<Ended, Failure> {
    let window = settings::window(&args.window);
    let path = settings::folder(&args.input, window.shard);
    let asked = match prepare::find(&args.input).and_then(|()| Asked::of(args, window, &path)) {
        Ok(asked) => asked,
        Err(failure) => {
            Remembered::note_early_failure(&path, &failure);
            return Err(failure);
        }
    };
    let folder = OutputDir::open(&path)?;
    asked.talk.tell(folder.exposure()?.as_ref());
    let lock = lock(&path, args.sending.wait_lock.unwrap_or_default(), asked.talk).await?;
    monitors.begin();
    let outcome = with_the_folder(args, asked, &folder, monitors).await;
    if let Err(failure) = &outcome {
        Remembered::note_failure(&folder, failure);
    }
    drop(lock);
    outcome
}

/// What a run is asked to do, as far as that can be known without its folder.
struct Asked {
    deadline: Option<Deadline>,
    talk: Talk,
    mapping: Mapping,
    policy: OnExisting,
    rules: UpdateRules,
    endpoint: Endpoint,
    limit: PerSecond,
    window: Window,
    path: PathBuf,
}

impl Asked {
    fn of(args: &RunArgs, window: Window, path: &Path) -> Result<Self, Failure> {
        let deadline =
            args.sending.limits.max_duration.map(|after| Deadline { at: Instant::now() + after, after });
        let talk = Talk::of(&args.talk);
        if !talk.bar {
            logging::start(args.talk.verbose, None);
        }
        let mut mapping = settings::mapping(&args.mapping)?;
        // Names of teams and channels are understood, because the account is asked for them.
        mapping.names = Some(Names::default());
        let policy: OnExisting = args.preflight.on_existing.into();
        let rules = settings::update_rules(&args.preflight, &mut mapping)?;
        let endpoint = Endpoint::of(&args.account)?;
        let limit = settings::rate(args.sending.pace.rate, &endpoint.base)?;
        talk.tell(endpoint.warning.as_ref());
        if let PerSecond::AtMost(rate) = limit
            && rate.get() > DOCUMENTED_LIMIT
        {
            talk.say(&message!("warn-rate", limit = DOCUMENTED_LIMIT, rate = rate.get()).told());
        }
        Ok(Self { deadline, talk, mapping, policy, rules, endpoint, limit, window, path: path.to_owned() })
    }
}

/// The run itself. The folder's lock is held.
async fn with_the_folder(
    args: &RunArgs,
    asked: Asked,
    folder: &OutputDir,
    monitors: &Monitors,
) -> Result<Ended, Failure> {
    let Asked { deadline, talk, mapping, policy, rules, endpoint, limit, window, path } = asked;
    folder.clear_away()?;
    let remembered = Remembered::read(&path);
    let files: Vec<PathBuf> = std::iter::once(&args.input.file).chain(&args.input.more).cloned().collect();
    let read = remembered::read_from(&files);
    if args.input.out.is_none() && endpoint.sandbox.is_none() {
        remembered.refuse_the_folder_of_others(&read, &path)?;
    }
    let wanted = Wanted {
        sandbox: endpoint.sandbox.is_some(),
        restart: args.sending.restart,
        yes: args.sending.yes,
        power_safe: !args.sending.no_power_safety,
    };
    let scratch = past::scratch(folder);
    let (past, told) = past::open(folder, &wanted, scratch).await?;
    talk.tell(told.as_ref());
    refuse_another_address(past.replayed.head.as_ref(), &endpoint, message!("hint-another-folder"))?;
    let input = prepare::open(&args.input, &mapping, folder)?;
    let Past { mut beginning, replayed, sightings } = past;
    let mut understood = prepare::understand(&args.input, &args.mapping, window, mapping, input)?;
    let places = settings::places(args.sending.pace.concurrency);
    let (rate, warning) =
        settings::turnstile(limit, args.sending.pace.headroom.0, window.shard, places, &endpoint)?;
    talk.tell(warning.as_ref());
    let rate = Arc::new(rate);
    let style = settings::style(&args.mapping);
    let client = Client::new(endpoint.http(places)?, style);
    let mut preflight = Preflight::new(&endpoint, &client, &rate, preflight::waits(args.talk.quiet));
    if let Some(names) = preflight.names(understood.form()).await? {
        understood.know(names);
        beginning.know_main_channel(preflight.known.main_channel().map(|channel| channel.uuid.as_str()));
    }
    let fingerprints = beginning.fingerprints().clone();
    let mut prepared = understood.survey(&fingerprints, sightings, true, true, &mut NotNow)?;
    prepared.policy = policy;
    let to_send = prepared.to_send();
    if replayed.head.is_some() {
        remembered.refuse_another_country(&read, prepared.resolved.default_country())?;
        remembered.refuse_other_people(&prepared.resolved.form)?;
    }
    if failures_were_edited(&path) {
        let (file, _) = given::places(&path);
        let command = args.given.command(&path);
        say(&message!("failures-edited", file = settings::shown(&file), command).told());
    }
    // A plan that somebody approved is no guess.
    let approved = args.sending.plan.as_deref().map(Approved::read).transpose()?;
    if to_send > 0 && approved.is_none() {
        refuse_a_guess(&prepared, args.sending.yes, ask::someone_is_there())?;
    }
    let figures = Figures { rows: prepared.survey.rows, invalid: prepared.survey.invalid };
    // Part of a file, or a rehearsal, is no measure for the whole.
    let is_comparable = prepared.window.is_everything() && endpoint.sandbox.is_none();
    if is_comparable {
        drift::judge(folder, figures, args.sending.max_drift)?;
    }
    let findings =
        if to_send > 0 { preflight.findings(&prepared, policy.looks()).await? } else { Vec::new() };
    // The channel is part of who a contact is, also where no row names one.
    beginning.know_main_channel(preflight.known.main_channel().map(|channel| channel.uuid.as_str()));
    let account = preflight.account().await?;
    let about = About {
        endpoint: account.shown.endpoint.clone(),
        account: fingerprints.account(&account.shown.endpoint, account.shown.user_email.as_deref()),
    };
    refuse_another_account(replayed.head.as_ref(), &about, &account)?;
    let shown = settings::shown(&path);
    let per_second = settings::per_second(&args.sending.pace, window.shard)?;
    let way = preflight.way(&prepared, policy, per_second);
    let learnt = learnt::learnt(&preflight.known, account.server_time, SystemTime::now());
    let mut importing = Importing {
        args,
        client: client.clone(),
        rate: Arc::clone(&rate),
        account,
        about,
        talk,
        monitors,
        learnt,
        deadline,
        shown,
        per_second,
        input_changed: has_changed(&replayed, &prepared),
    };
    if let Some(damage) = &replayed.damage {
        talk.say(&message!("warn-journal-damaged", damage).told());
    }
    let existing = ExistingPlan { policy, way, without_look_up: prepared.survey.values.without_look_up() };
    let opening = importing.tell_plan(&prepared, &replayed, &findings, existing);
    if let Some(refusal) = preflight::refusal(&findings, args.preflight.deny_warnings) {
        return Err(refusal);
    }
    monitors.planned(figures.rows, to_send, figures.invalid);
    if let Some(approved) = &approved {
        approved.refuse_anything_else(&Approved::now(
            &prepared,
            &importing.account.shown,
            (&args.input, &args.preflight),
        )?)?;
    }
    if to_send > 0 && approved.is_none() && !args.sending.yes && ask::someone_is_there() {
        let question = match prepared.survey.counts.without_bot_status {
            rows if rows > 0 && endpoint.sandbox.is_none() => {
                message!("ask-send-with-bot", contacts = to_send, endpoint = endpoint.shown(), rows)
            }
            _ => message!("ask-send", contacts = to_send, endpoint = endpoint.shown()),
        };
        if !ask::yes(&question, endpoint.sandbox.is_some()) {
            say(&message!("nothing-was-sent").told());
            return Ok(Ended { exit: Exit::Usage, nothing_new: false });
        }
    }
    let rehearsal = endpoint.sandbox.is_some();
    let (journal, told) = beginning.begin()?;
    talk.tell(told.as_ref());
    let remembered = remembered.begin(
        read.clone(),
        prepared.country(),
        &prepared.resolved.form,
        window,
        args.given.command(&path),
    );
    Remembered { rehearsal, ..remembered }.write(folder)?;
    if !rehearsal {
        GivenBack::tell(&read, &path)?;
    }
    let (existing, told) = preflight.existing(way, policy, rules).await;
    talk.tell(told.as_ref());
    importing.account.requests += preflight.requests();
    let ended = importing.import(prepared, journal, replayed, folder, existing, opening).await?;
    if is_comparable && matches!(ended.exit, Exit::Done | Exit::SomeFailed | Exit::Unconfirmed) {
        drift::remember(folder, figures)?;
    }
    Ok(ended)
}

/// Takes the lock of a folder, if need be after another run has ended.
async fn lock(folder: &Path, patience: Duration, talk: Talk) -> Result<Lock, LockError> {
    let deadline = Instant::now() + patience;
    let mut told = false;
    loop {
        match Lock::take(folder, SystemTime::now()) {
            Err(LockError::Held { holder }) if Instant::now() < deadline => {
                if !std::mem::replace(&mut told, true) {
                    talk.say(&message!("waiting-for-the-lock", holder).told());
                }
                tokio::time::sleep(LOOK_AT_THE_LOCK_EVERY).await;
            }
            taken => return taken,
        }
    }
}

/// `can_ask`: somebody sees the plan and is asked.
pub(super) fn refuse_a_guess(prepared: &Prepared, yes: bool, can_ask: bool) -> Result<(), Failure> {
    let guesses = prepared.resolved.guessed_required();
    let Some(guess) = guesses.first() else { return Ok(()) };
    if yes || can_ask {
        return Ok(());
    }
    if let Some(profile) = prepared.resolved.profile.as_ref().filter(|_| guess.origin == Origin::Profile) {
        return Err(Failure::usage(message!(
            "guessed-profile",
            title = &profile.title,
            found = profile.found,
            of = profile.of,
        ))
        .hint(message!("guessed-profile.fix", name = &profile.name)));
    }
    Err(Failure::usage(message!("guessed-column", field = guess.target.to_string(), column = &guess.from))
        .hint(message!("guessed-column.fix", field = guess.target.to_string(), column = &guess.from)))
}

/// Refuses a folder whose import is at another address, before that address sees the token.
pub(super) fn refuse_another_address(
    head: Option<&Head>,
    endpoint: &Endpoint,
    hint: Message,
) -> Result<(), Failure> {
    match head {
        Some(head) if head.endpoint != endpoint.shown() => {
            let (held, asked) = (&head.endpoint, endpoint.shown());
            Err(Failure::usage(message!("other-endpoint", held, asked)).hint(hint))
        }
        _ => Ok(()),
    }
}

/// Refuses a folder whose import is in another account of the same address.
pub(super) fn refuse_another_account(
    head: Option<&Head>,
    about: &About,
    account: &Account,
) -> Result<(), Failure> {
    match head {
        Some(head) if head.account != about.account => {
            let what = match account.shown.user_email.as_deref() {
                Some(user) => message!("other-account", user),
                None => message!("other-account-unnamed"),
            };
            Err(Failure::usage(what).hint(message!("hint-another-folder")))
        }
        _ => Ok(()),
    }
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
    monitors: &'a Monitors,
    /// About the account.
    learnt: Vec<(Message, Message)>,
    deadline: Option<Deadline>,
    /// The output folder as it is shown.
    shown: String,
    /// Requests that may leave.
    per_second: Option<u32>,
    /// The file is another one than that of the last run.
    input_changed: bool,
}

impl Importing<'_> {
    /// Tells the plan, unless nothing is to be done, and keeps what the report needs of it.
    fn tell_plan(
        &self,
        prepared: &Prepared,
        replayed: &Replayed,
        findings: &[Finding],
        existing: ExistingPlan,
    ) -> Opening {
        let mask = !console::user_attended_stderr();
        let mut plan = prepared.plan(&self.shown, Some(&self.account.shown), self.per_second, mask, findings);
        plan.input_changed = self.input_changed;
        plan.existing = Some(existing);
        if prepared.to_send() > 0 || replayed.head.is_none() {
            self.talk.say(&plan.text());
        }
        Opening::of(&plan)
    }

    async fn import(
        self,
        prepared: Prepared,
        journal: Journal<Disk>,
        replayed: Replayed,
        folder: &OutputDir,
        existing: Existing,
        opening: Opening,
    ) -> Result<Ended, Failure> {
        let args = self.args;
        let wish = signals::listen(self.deadline)
            .map_err(|error| Failure::new(Exit::Bug, message!("no-signals", why = &error)))?;
        let (rows, all_left_out) = (prepared.survey.rows, prepared.survey.all_left_out);
        let to_send = prepared.to_send();
        let is_rehearsal = self.about.endpoint == SANDBOX;
        let progress =
            Progress::start(rows, self.per_second, self.talk, args.talk.verbose, self.monitors.watch());
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
                patience: settings::patience(&args.sending.pace),
                longest_outage: args.sending.pace.max_outage,
                server_time: self.account.server_time,
                existing,
                seed: fastrand::u64(..),
            },
            canary: settings::canary(&args.sending.pace, to_send),
            bounds: settings::bounds(&args.sending.limits),
            folder,
            failures: prepared.format,
            watch: progress.watch(),
            started_at,
        };
        let Imported { report, ended } = import.run(wish).await;
        progress.finish();
        if report.earlier_results_stay {
            say(&message!("earlier-results-stay").told());
        }
        if let Some(kept) = &report.edited_failures {
            let command = args.given.command_for(kept, folder.path());
            say(&message!("failures-kept", file = settings::shown(kept), command).told());
        }
        let not_attempted = ended?;
        report.accounts_for(not_attempted)?;
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
        summary.stopped_by = report.stop.as_ref().map(|stop| stop.as_str().into());
        let mut file = folder.create(SUMMARY)?;
        file.write(summary.to_json().as_bytes())?;
        file.finish()?;
        let nothing_new = exit == Exit::SomeFailed && report.failures_known.is_nothing_new();
        self.monitors.summed_up(&summary, report.failures_known.known);
        let mut next = next_commands(&report, not_attempted, folder.path(), &args.given, is_rehearsal);
        if args.sending.restart && not_attempted > 0 && !is_rehearsal {
            next.insert(1, message!("next-without-restart"));
        }
        let story = Story {
            series: progress.series(),
            learnt: [self.learnt, learnt::of_manners(&report.manners)].concat(),
            next: next.clone(),
            ..Story::new(summary.clone(), opening, &report.tally, report.stop.as_ref())
        };
        let nothing_to_do = to_send == 0 && replayed.head.is_some();
        if !(nothing_to_do && !self.input_changed && super::report::tells_the_same(folder, &summary)) {
            super::report::write(folder, &story)?;
        }
        let closing = Closing {
            summary: &summary,
            tally: &report.tally,
            stop: report.stop.as_ref(),
            duplicates: report.manners.duplicates(),
            folder: &self.shown,
            all_left_out,
            nothing_to_do,
            failed_as_before: report.failures_known.known,
            next,
        };
        if self.talk.json {
            tell(&summary.to_json());
        } else if self.talk.quiet {
            if exit != Exit::Done && !nothing_new {
                say(&closing.text());
            }
        } else {
            tell(&closing.text());
        }
        if matches!(exit, Exit::Done | Exit::SomeFailed) {
            prepare::forget_stdin(folder);
        }
        Ok(Ended { exit, nothing_new })
    }
}

/// The number that says how it ended; the gravest word wins.
pub(super) fn exit_of(report: &Report) -> Exit {
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
fn next_commands(
    report: &Report,
    not_attempted: u64,
    folder: &Path,
    given: &Given,
    sandbox: bool,
) -> Vec<Message> {
    let tally = &report.tally;
    let goes_on = not_attempted + tally.count(Status::Unconfirmed) + tally.count(Status::Failed);
    let to_mend = tally.count(Status::Invalid) + tally.count(Status::Rejected);
    let mut next = next_words(goes_on, to_mend, folder, given, sandbox);
    // Nobody can go on before something is done, and so nothing else comes first.
    if report.stops_again && goes_on > 0 {
        next.splice(..1, [message!("next-bound", rows = goes_on)]);
    }
    next
}

/// What a person does next about so many rows that go on, and so many that have to be mended first.
pub(super) fn next_words(
    goes_on: u64,
    to_mend: u64,
    folder: &Path,
    given: &Given,
    sandbox: bool,
) -> Vec<Message> {
    let mut next = Vec::new();
    if goes_on > 0 && sandbox {
        next.push(message!("next-rehearsal"));
    } else if goes_on > 0 {
        next.push(message!("next-goes-on", rows = goes_on));
    }
    if to_mend > 0 {
        let file = settings::shown(&given::places(folder).0);
        next.push(message!("next-correct", file, command = given.command(folder)));
    }
    next
}
