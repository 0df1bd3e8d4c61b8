//! `run FILE`: the main job. The same command again goes on where the last one ended.

mod list;

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures::FutureExt as _;
use tokio::time::Instant;

use self::list::{Fit, List};
use super::approved::Approved;
use super::args::RunArgs;
use super::exit::Exit;
use super::failure::Failure;
use super::given;
use super::given_back::{self, GivenBack};
use super::gone::Gone;
use super::guesses::refuse_a_guess;
use super::handed_over;
use super::importing::{Ended, Importing};
use super::other_list::OtherList;
use super::past::{self, Beginning, Past, Wanted, refuse_another_address};
use super::preflight::{self, Preflight};
use super::prepare::Prepared;
use super::related::RelatedImports;
use super::remembered::{self, Remembered};
use super::settings::{self, DOCUMENTED_LIMIT, Endpoint};
use super::signals::Deadline;
use super::standard_input::{self, Stdin};
use super::talk::Talk;
use super::{ask, learnt, logging, overwriting, prepare, say, signals};
use crate::api::{Client, Http};
use crate::journal::{Lock, Replayed};
use crate::mapping::{Mapping, Names};
use crate::model::{OnExisting, UpdateRules, Window};
use crate::monitoring::{Ending, Monitors};
use crate::rate::{PerSecond, Rate};
use crate::report::ExistingPlan;
use crate::results::{OutputDir, failures_were_edited};
use crate::survey::Sightings;
use crate::words::message;

/// How often it is looked whether another run has ended.
const LOOK_AT_THE_LOCK_EVERY: Duration = Duration::from_millis(250);

pub(super) async fn run(args: Box<RunArgs>) -> Result<Exit, Failure> {
    let folder = settings::folder(&args.input, settings::window(&args.window).shard);
    let monitoring = &args.monitoring;
    let told: Vec<&Path> =
        [&monitoring.events, &monitoring.metrics].into_iter().flatten().map(PathBuf::as_path).collect();
    overwriting::refuse(&args.input, &overwriting::Folder::OfARun(&folder), &told)?;
    let wishes = settings::wishes(monitoring)?;
    monitoring.metrics.iter().try_for_each(|metrics| {
        overwriting::refuse_what_is_no_file(metrics)?;
        overwriting::refuse_a_file_of_others(metrics, "callbell_import_")
    })?;
    let monitors = Arc::new(Monitors::start(wishes));
    let told_early = Arc::clone(&monitors);
    signals::say_before_the_end(Box::new(move |exit| {
        async move {
            say(&message!("stopped-before-sending").told());
            told_early.finish_early(ended_early(exit)).await;
        }
        .boxed_local()
    }));
    let outcome = from_file_to_results(&args, &monitors).await;
    let exit = outcome.as_ref().map_or_else(Failure::exit, |ended| ended.exit);
    let hurry = signals::decide(exit);
    for trouble in monitors.finish(ending(exit, &outcome), hurry).await {
        say(&message!("warn-monitoring", why = trouble).told());
    }
    outcome.map(|ended| ended.exit)
}

/// What other programs are told about the end.
fn ending(exit: Exit, outcome: &Result<Ended, Failure>) -> Ending {
    let outside = outcome.as_ref().err().and_then(Failure::told_outside);
    let meaning = match (outcome, outside) {
        (Ok(ended), _) => ended.meaning.clone(),
        (Err(_), Some(outside)) => outside.meaning.clone(),
        (Err(_), None) => exit.meaning(),
    };
    Ending {
        exit_code: exit.code(),
        meaning,
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
            signals::decide(failure.exit());
            Remembered::note_early_failure(&path, &failure);
            return Err(failure);
        }
    };
    OutputDir::refuse_one_of_another(&path, true)?;
    let folder = OutputDir::open(&path)?;
    folder.refuse_files_of_others()?;
    asked.talk.warn(folder.exposure()?.as_ref());
    let lock = lock(args, (&path, asked.endpoint.sandbox.is_some()), asked.talk).await?;
    monitors.begin();
    let outcome = with_the_folder(args, asked, &folder, monitors).await;
    if let Err(failure) = &outcome {
        signals::decide(failure.exit());
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
        talk.warn(endpoint.warning.as_ref());
        if let PerSecond::AtMost(rate) = limit
            && rate.get() > DOCUMENTED_LIMIT
        {
            talk.say(&message!("warn-rate", limit = DOCUMENTED_LIMIT, rate = rate.get()).told());
        }
        Ok(Self { deadline, talk, mapping, policy, rules, endpoint, limit, window, path: path.to_owned() })
    }

    fn is_rehearsal(&self) -> bool {
        self.endpoint.sandbox.is_some()
    }
}

/// What the runs before left.
struct Before {
    remembered: Remembered,
    related: RelatedImports,
    gone: Gone,
    replayed: Replayed,
}

/// Refuses a folder that is no place for this run, which reads `read`. Returns also the journal that it is to write, and those
/// who are known.
async fn before(
    args: &RunArgs,
    asked: &Asked,
    folder: &OutputDir,
    read: &[PathBuf],
) -> Result<(Before, Beginning, Sightings<impl Fn() -> io::Result<File> + Clone + use<>>), Failure> {
    let Asked { talk, rules, endpoint, path, .. } = asked;
    for folder in std::iter::once(path.as_path()).chain(given_back::imports_of(read)) {
        handed_over::refuse_part(folder)?;
    }
    let remembered = Remembered::read(path);
    if args.input.out.is_none() && !asked.is_rehearsal() {
        remembered.refuse_the_folder_of_others(read, path)?;
    }
    let related = RelatedImports::of(path, read)?;
    let wanted = Wanted {
        sandbox: asked.is_rehearsal(),
        restart: args.sending.restart,
        yes: args.sending.yes,
        power_safe: !args.sending.no_power_safety,
        rules: rules.clone(),
        gone: related.gone()?,
        failures: related.of_failures(),
        read: read.to_vec(),
    };
    let (past, told) = past::open(folder, &wanted, past::scratch(folder)).await?;
    talk.tell(told.as_ref());
    let Past { beginning, replayed, sightings } = past;
    refuse_another_address(replayed.head.as_ref(), endpoint, message!("hint-another-folder"))?;
    Ok((Before { remembered, related, gone: wanted.gone, replayed }, beginning, sightings))
}

/// The run itself. The folder's lock is held.
async fn with_the_folder(
    args: &RunArgs,
    mut asked: Asked,
    folder: &OutputDir,
    monitors: &Monitors,
) -> Result<Ended, Failure> {
    let read = files_of(args, &asked.path);
    Remembered::map_failures_as_their_list(&mut asked.mapping, &read)?;
    let (before, mut beginning, sightings) = before(args, &asked, folder, &read).await?;
    // Now that the journal is held, too: where somebody has deleted `lock`, what another run is writing looks the same.
    folder.clear_away()?;
    let input = prepare::open(&args.input, &asked.mapping, folder, Stdin::UntilSettled)?;
    let mut understood =
        prepare::understand(&args.input, &args.mapping, asked.window, asked.mapping.clone(), input)?;
    let (rate, client) = line(args, &asked)?;
    let left = asked.deadline.map_or(Duration::MAX, |deadline| deadline.at.duration_since(Instant::now()));
    let waits = preflight::patient_waits(args.talk.quiet, args.sending.pace.max_outage.min(left));
    let mut preflight = Preflight::new(&asked.endpoint, &client, &rate, waits);
    if let Some(names) = preflight.names(understood.form()).await? {
        understood.know(names);
        beginning.know_main_channel(preflight.main_channel());
    }
    let fingerprints = beginning.fingerprints().clone();
    let approved = args.sending.plan.as_deref().map(Approved::read).transpose()?;
    let list = List {
        args,
        asked: &asked,
        before: &before,
        read: &read,
        folder,
        fingerprints: &fingerprints,
        forgets: beginning.forgets(),
        is_approved: approved.is_some(),
    };
    let (prepared, other_list) = list.survey(understood, sightings)?;
    let to_send = prepared.to_send();
    tell_of_edited_failures(args, &asked.path);
    // A plan that somebody approved is no guess.
    if to_send > 0 && approved.is_none() {
        refuse_a_guess(&prepared, args.sending.yes, ask::someone_is_there())?;
    }
    let (figures, is_comparable) = list.figures(&prepared)?;
    let Fit { findings, account, about, marks } = list.fit(&prepared, &mut preflight, &mut beginning).await?;
    let per_second = settings::per_second(&args.sending.pace, asked.window.shard)?;
    let way = preflight.way(&prepared, asked.policy, per_second);
    let without_look_up = prepared.survey.values.without_look_up();
    let (elsewhere, lacking) = list.elsewhere(&account)?;
    let mut importing = Importing {
        args,
        canary: settings::canary(&args.sending.pace, to_send, before.remembered.are_first_rows_due()),
        elsewhere,
        other_parts: before.related.other_parts(&account, past::scratch(folder)),
        line: (Arc::clone(&rate), client.clone()),
        learnt: learnt::learnt(&preflight.known, account.server_time, SystemTime::now()),
        account,
        about,
        talk: asked.talk,
        monitors,
        shown: settings::shown(&asked.path),
        per_second,
        figures: is_comparable.then_some(figures),
        input_changed: list.has_changed(&prepared),
        other_list: other_list.as_ref().and_then(OtherList::told),
        is_of_another_restart: list.is_of_another_restart(figures.rows),
    };
    list.warn(&prepared, &lacking);
    let existing = ExistingPlan { policy: asked.policy, way, without_look_up };
    let opening = importing.tell_plan(&prepared, &before.replayed, &findings, existing);
    if let Some(refusal) = preflight::refusal(&findings, args.preflight.deny_warnings) {
        return Err(refusal);
    }
    monitors.planned(figures.rows, to_send, figures.invalid);
    if let Some(approved) = &approved {
        let wanted = (&args.input, &args.preflight);
        approved.refuse_anything_else(&Approved::now(&prepared, &importing.account, wanted)?)?;
    } else if to_send > 0 && !is_agreed(args, &prepared, &asked.endpoint) {
        say(&message!("nothing-was-sent").told());
        return Ok(Ended { exit: Exit::Usage, meaning: Exit::Usage.meaning(), nothing_new: false });
    }
    let (existing, told) = preflight.existing(way, asked.policy, asked.rules.clone()).await;
    asked.talk.tell(told.as_ref());
    importing.account.requests += preflight.requests();
    importing.account.throttled = preflight.throttled();
    // Until here a signal ends the run, which has changed nothing; from here on it is heard by what goes on.
    let heard = signals::listen(asked.deadline)
        .map_err(|error| Failure::new(Exit::Bug, message!("no-signals", why = &error)))?;
    list.take_from_the_fleet(to_send)?;
    let (journal, told) = beginning.begin((&importing.about, figures.rows), &heard)?;
    asked.talk.tell(told.as_ref());
    list.remember(&prepared, (marks, importing.canary))?;
    if !asked.is_rehearsal() {
        GivenBack::tell(&read, &asked.path, importing.account.server_time, journal.id())?;
    }
    importing.import(prepared, journal, before.replayed, folder, (existing, heard.wish), opening).await
}

/// The turnstile, and the line behind it.
fn line(args: &RunArgs, asked: &Asked) -> Result<(Arc<Rate>, Client<Http>), Failure> {
    let Asked { talk, endpoint, limit, window, .. } = asked;
    let pace = &args.sending.pace;
    let places = settings::places(pace.concurrency);
    let rate = settings::turnstile(*limit, pace.headroom.0, window.shard, places, endpoint, *talk)?;
    Ok((Arc::new(rate), Client::new(endpoint.http(places)?, settings::style(&args.mapping))))
}

/// The command that goes on with the run: none where the list came through a pipe, of which only who made it knows.
fn command_to_go_on(args: &RunArgs) -> Option<String> {
    let mut files = args.input.files();
    (!files.any(|file| settings::is_stdin(file))).then(|| args.to_go_on.next("run", &args.input, None))
}

/// Rows that somebody corrected and did not give back are easily forgotten.
fn tell_of_edited_failures(args: &RunArgs, path: &Path) {
    if failures_were_edited(path) {
        let (file, _) = given::places(path);
        let command = args.given.command(path);
        say(&message!("failures-edited", file = settings::shown(&file), command).told());
    }
}

/// Whether the plan is to be carried out: the person who sees it is asked, if there is one and has not said so.
fn is_agreed(args: &RunArgs, prepared: &Prepared, endpoint: &Endpoint) -> bool {
    if args.sending.yes || !ask::someone_is_there() {
        return true;
    }
    let (contacts, rehearsal) = (prepared.to_send(), endpoint.sandbox.is_some());
    let question = match prepared.survey.counts.without_bot_status {
        rows if rows > 0 && !rehearsal => {
            message!("ask-send-with-bot", contacts, endpoint = endpoint.shown(), rows)
        }
        _ => message!("ask-send", contacts, endpoint = endpoint.shown()),
    };
    ask::yes(&question, rehearsal)
}

/// Takes the lock of a folder, but not beside an import at work that belongs together with the one in it.
fn take_lock(args: &RunArgs, folder: &Path, is_rehearsal: bool) -> Result<Lock, Failure> {
    let read = files_of(args, folder);
    let refuse_related_at_work = || RelatedImports::of(folder, &read)?.refuse_another_at_work();
    // Whoever holds the lock is taken for one at work, also while it only looks whether it may begin.
    refuse_related_at_work()?;
    let lock = Lock::take(folder, SystemTime::now())?;
    if !is_rehearsal {
        // First told, then looked: of two that begin at the same moment one at least sees the other.
        GivenBack::announce(&read, folder)?;
    }
    refuse_related_at_work().map(|()| lock)
}

/// Takes the lock of a folder, if need be after another run has ended.
async fn lock(args: &RunArgs, (folder, is_rehearsal): (&Path, bool), talk: Talk) -> Result<Lock, Failure> {
    let deadline = Instant::now() + args.sending.wait_lock.unwrap_or_default();
    let mut told = false;
    loop {
        match take_lock(args, folder, is_rehearsal) {
            // Not held while another one is waited for, which may wait for this one.
            Err(failure) if failure.exit() == Exit::Locked && Instant::now() < deadline => {
                if !std::mem::replace(&mut told, true) {
                    talk.say(&message!("waiting-for-the-lock", why = failure.words().0.told()).told());
                }
                tokio::time::sleep(LOOK_AT_THE_LOCK_EVERY).await;
            }
            taken => return taken,
        }
    }
}

/// The files that are read into `folder`, from the root; none for standard input.
fn files_of(args: &RunArgs, folder: &Path) -> Vec<PathBuf> {
    let files = args.input.files();
    let files: Vec<PathBuf> = files.filter(|file| !standard_input::is_kept(file, folder)).cloned().collect();
    remembered::read_from(&files)
}
