//! `run FILE`: the main job. The same command again goes on where the last one ended.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures::FutureExt as _;
use tokio::time::Instant;

use super::approved::Approved;
use super::args::RunArgs;
use super::exit::Exit;
use super::failure::Failure;
use super::given;
use super::given_back::{self, GivenBack};
use super::gone::Gone;
use super::handed_over;
use super::importing::{Ended, Importing};
use super::other_list::OtherList;
use super::past::{self, Past, Wanted, refuse_another_account, refuse_another_address};
use super::preflight::{self, Preflight};
use super::prepare::{NotNow, Prepared};
use super::related::{self, RelatedImports};
use super::remembered::{self, Begun, Remembered};
use super::same_account::Marks;
use super::settings::{self, DOCUMENTED_LIMIT, Endpoint};
use super::signals::Deadline;
use super::standard_input::{self, Stdin};
use super::talk::Talk;
use super::{ask, drift, learnt, logging, overwriting, prepare, say, signals};
use crate::api::{Client, Http};
use crate::history::Figures;
use crate::journal::{Lock, Replayed};
use crate::mapping::{Chosen, Mapping, Names, Origin};
use crate::model::{OnExisting, Shard, UpdateRules, Window};
use crate::monitoring::{Ending, Monitors};
use crate::rate::{PerSecond, Rate};
use crate::report::ExistingPlan;
use crate::results::{OutputDir, failures_were_edited};
use crate::words::{Message, message};

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
}

/// What the runs before left.
struct Before<F> {
    remembered: Remembered,
    related: RelatedImports,
    gone: Gone,
    past: Past<F>,
}

/// Refuses a folder that is no place for this run, which reads `read`.
async fn before(
    args: &RunArgs,
    asked: &Asked,
    folder: &OutputDir,
    read: &[PathBuf],
) -> Result<Before<impl Fn() -> io::Result<File> + Clone + use<>>, Failure> {
    let Asked { talk, rules, endpoint, path, .. } = asked;
    for folder in std::iter::once(path.as_path()).chain(given_back::imports_of(read)) {
        handed_over::refuse_part(folder)?;
    }
    let remembered = Remembered::read(path);
    if args.input.out.is_none() && endpoint.sandbox.is_none() {
        remembered.refuse_the_folder_of_others(read, path)?;
    }
    let related = RelatedImports::of(path, read)?;
    let wanted = Wanted {
        sandbox: endpoint.sandbox.is_some(),
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
    refuse_another_address(past.replayed.head.as_ref(), endpoint, message!("hint-another-folder"))?;
    Ok(Before { remembered, related, gone: wanted.gone, past })
}

/// The run itself. The folder's lock is held.
async fn with_the_folder(
    args: &RunArgs,
    mut asked: Asked,
    folder: &OutputDir,
    monitors: &Monitors,
) -> Result<Ended, Failure> {
    folder.clear_away()?;
    let read = files_of(args, &asked.path);
    Remembered::map_failures_as_their_list(&mut asked.mapping, &read)?;
    let Before { remembered, related, gone, past } = before(args, &asked, folder, &read).await?;
    let Past { mut beginning, replayed, sightings } = past;
    let Asked { deadline, talk, mapping, policy, rules, endpoint, limit, window, path } = asked;
    let input = prepare::open(&args.input, &mapping, folder, Stdin::UntilSettled)?;
    let mut understood = prepare::understand(&args.input, &args.mapping, window, mapping, input)?;
    let (rate, client) = line(args, &endpoint, limit, window.shard, talk)?;
    let left = deadline.map_or(Duration::MAX, |deadline| deadline.at.duration_since(Instant::now()));
    let waits = preflight::patient_waits(args.talk.quiet, args.sending.pace.max_outage.min(left));
    let mut preflight = Preflight::new(&endpoint, &client, &rate, waits);
    if let Some(names) = preflight.names(understood.form()).await? {
        understood.know(names);
        beginning.know_main_channel(preflight.known.main_channel().map(|channel| channel.uuid.as_str()));
    }
    let fingerprints = beginning.fingerprints().clone();
    let forgets = beginning.forgets();
    let known = match forgets {
        true => related.known_people_after_a_restart(endpoint.shown(), &gone, past::scratch(folder)),
        false => related.known_people(endpoint.shown(), &gone, past::scratch(folder)),
    };
    let mut prepared =
        understood.survey(&fingerprints, sightings, (true, true), Some(&known), &mut NotNow)?;
    prepared.policy = policy;
    settings::refuse_rules_of_nothing(&args.preflight, &prepared.resolved)?;
    let to_send = prepared.to_send();
    let begun = replayed.head.as_ref().map(|_| &fingerprints);
    // A plan that somebody approved is no guess.
    let approved = args.sending.plan.as_deref().map(Approved::read).transpose()?;
    let mut other_list = None;
    if let Some(fingerprints) = begun {
        let begun = Begun { fingerprints, known: &known, are_results_stale: replayed.are_results_stale };
        let list = List { read: &read, folder: &path, given: args.input.out.as_deref(), prepared: &prepared };
        let is_approved = approved.is_some() || endpoint.sandbox.is_some();
        other_list = list.refuse_another(&remembered, &begun, is_approved)?;
    }
    drop(known);
    if forgets {
        let forgotten = related.known_people(endpoint.shown(), &gone, past::scratch(folder));
        let told = prepared.told_of_other_numbers(&forgotten, &fingerprints)?;
        told.iter().for_each(|warning| talk.warn(Some(warning)));
    }
    tell_of_edited_failures(args, &path);
    if to_send > 0 && approved.is_none() {
        refuse_a_guess(&prepared, args.sending.yes, ask::someone_is_there())?;
    }
    let (rows, invalid) = (prepared.survey.rows, prepared.survey.invalid);
    let figures = Figures { rows, invalid, is_ended: prepared.is_ended };
    // Part of a file, or a rehearsal, is no measure for the whole.
    let is_comparable = prepared.window.is_everything() && endpoint.sandbox.is_none();
    if is_comparable {
        drift::judge(folder, figures, args.sending.max_drift)?;
    }
    let findings =
        if to_send > 0 { preflight.findings(&prepared, policy.looks(), begun).await? } else { Vec::new() };
    // The channel is part of who a contact is, also where no row names one.
    beginning.know_main_channel(preflight.known.main_channel().map(|channel| channel.uuid.as_str()));
    let account = preflight.account().await?;
    let about = account.about(&fingerprints);
    refuse_another_account(replayed.head.as_ref(), &about, &account)?;
    let marks = remembered.marks.clone().filter(|_| begun.is_some() && !remembered.rehearsal);
    let marks = Marks::agree(marks, &account, &mut preflight, &path).await?;
    let shown = settings::shown(&path);
    let per_second = settings::per_second(&args.sending.pace, window.shard)?;
    let way = preflight.way(&prepared, policy, per_second);
    let server_time = account.server_time;
    let learnt = learnt::learnt(&preflight.known, server_time, SystemTime::now());
    let other_parts = related.other_parts(&account, past::scratch(folder));
    let (elsewhere, lacking) =
        related.elsewhere((&account, &gone), forgets || replayed.restart.is_some(), past::scratch(folder))?;
    let canary = settings::canary(&args.sending.pace, to_send, remembered.are_first_rows_due());
    let mut importing = Importing {
        args,
        canary,
        elsewhere,
        other_parts,
        client: client.clone(),
        rate: Arc::clone(&rate),
        account,
        about,
        talk,
        monitors,
        learnt,
        shown,
        per_second,
        figures: is_comparable.then_some(figures),
        input_changed: has_changed(&replayed, &prepared),
        other_list: other_list.as_ref().and_then(OtherList::told),
        is_of_another_restart: replayed.restart.as_ref().is_some_and(|restart| {
            !restart.is_done_by(fingerprints.list(&read).as_deref(), rows, args.sending.restart)
        }),
    };
    if let Some(damage) = &replayed.damage {
        talk.warn(Some(&message!("warn-journal-damaged", damage)));
    }
    let without_look_up = prepared.survey.values.without_look_up();
    let unknown = related::of_nobody_known(&path, &read, prepared.resolved.form.header());
    let nobody_looks = !policy.looks() || without_look_up > 0;
    let unknown = unknown.filter(|_| to_send > 0 && nobody_looks && endpoint.sandbox.is_none());
    lacking.iter().chain(&unknown).for_each(|warning| talk.say(&warning.told()));
    let existing = ExistingPlan { policy, way, without_look_up };
    let opening = importing.tell_plan(&prepared, &replayed, &findings, existing);
    if let Some(refusal) = preflight::refusal(&findings, args.preflight.deny_warnings) {
        return Err(refusal);
    }
    monitors.planned(figures.rows, to_send, figures.invalid);
    if let Some(approved) = &approved {
        let (asked, account) = ((&args.input, &args.preflight), &importing.account);
        approved.refuse_anything_else(&Approved::now(&prepared, account, asked)?)?;
    } else if to_send > 0 && !args.sending.yes && ask::someone_is_there() && !is_agreed(&prepared, &endpoint)
    {
        say(&message!("nothing-was-sent").told());
        return Ok(Ended { exit: Exit::Usage, meaning: Exit::Usage.meaning(), nothing_new: false });
    }
    let rehearsal = endpoint.sandbox.is_some();
    let (existing, told) = preflight.existing(way, policy, rules).await;
    talk.tell(told.as_ref());
    importing.account.requests += preflight.requests();
    importing.account.throttled = preflight.throttled();
    // Until here a signal ends the run, which has changed nothing; from here on it is heard by what goes on.
    let heard = signals::listen(deadline)
        .map_err(|error| Failure::new(Exit::Bug, message!("no-signals", why = &error)))?;
    // Who has nothing to send creates nobody of whom the fleet would not know.
    if !rehearsal && to_send > 0 {
        for folder in std::iter::once(path.as_path()).chain(given_back::imports_of(&read)) {
            talk.warn(handed_over::go_on(folder)?.as_ref());
        }
    }
    let (journal, told) = beginning.begin((&importing.about, rows), &heard)?;
    talk.tell(told.as_ref());
    let remembered = remembered.begin(
        begun.is_some(),
        (read.clone(), &path),
        &prepared,
        window,
        (command_to_go_on(args), args.given.command(&path)),
    );
    // Until they have passed, so that a run that dies meanwhile does not let the others follow.
    Remembered { rehearsal, first_rows_due: canary, marks: Some(marks), ..remembered }.write(folder)?;
    if !rehearsal {
        GivenBack::tell(&read, &path, server_time, journal.id())?;
    }
    importing.import(prepared, journal, replayed, folder, (existing, heard.wish), opening).await
}

/// The turnstile, and the line behind it.
fn line(
    args: &RunArgs,
    endpoint: &Endpoint,
    limit: PerSecond,
    shard: Shard,
    talk: Talk,
) -> Result<(Arc<Rate>, Client<Http>), Failure> {
    let pace = &args.sending.pace;
    let places = settings::places(pace.concurrency);
    let rate = settings::turnstile(limit, pace.headroom.0, shard, places, endpoint, talk)?;
    Ok((Arc::new(rate), Client::new(endpoint.http(places)?, settings::style(&args.mapping))))
}

/// A list in the folder of runs before.
struct List<'l> {
    read: &'l [PathBuf],
    folder: &'l Path,
    /// The folder, if somebody named it.
    given: Option<&'l Path>,
    prepared: &'l Prepared,
}

impl List<'_> {
    /// Refuses it if it is another one than that of the runs before, or is read otherwise than it was, unless somebody has approved
    /// that. What is to be told if it may be another one.
    fn refuse_another(
        &self,
        remembered: &Remembered,
        begun: &Begun<'_>,
        is_approved: bool,
    ) -> Result<Option<OtherList>, Failure> {
        let Self { read, folder, given, prepared } = *self;
        let other_list = OtherList::of(remembered, read, prepared, given);
        if let Some(other_list) = &other_list {
            other_list.refuse(folder)?;
        }
        let looks = prepared.policy.looks();
        let refusal = remembered.refuse_another_reading((read, folder), prepared, begun, looks)?;
        refusal.filter(|_| !is_approved).map_or(Ok(other_list), Err)
    }
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

/// Whether the person who sees the plan wants it sent.
fn is_agreed(prepared: &Prepared, endpoint: &Endpoint) -> bool {
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

/// `can_ask`: somebody sees the plan and is asked.
pub(super) fn refuse_a_guess(prepared: &Prepared, yes: bool, can_ask: bool) -> Result<(), Failure> {
    let guesses = prepared.resolved.guessed_required();
    if guesses.is_empty() || yes || can_ask {
        return Ok(());
    }
    let (guesses, flags, is_profile) = told_guesses(prepared);
    let hint = if is_profile {
        message!("guessed-profile.fix", flags)
    } else {
        message!("guessed-column.fix", flags)
    };
    Err(Failure::usage(message!("guessed", guesses)).hint(hint))
}

/// All that rests on a guess, the flags that say that it is so, and whether a profile is among them. To say that the profile
/// is the right one says so of all fields that it gives.
pub(super) fn told_guesses(prepared: &Prepared) -> (Message, String, bool) {
    let guesses = prepared.resolved.guessed_required();
    let of_profile = |guess: &&&Chosen| guess.origin == Origin::Profile;
    let profile =
        prepared.resolved.profile.as_ref().filter(|_| guesses.iter().any(|guess| of_profile(&guess)));
    let mut told = Vec::new();
    let mut flags = Vec::new();
    if let Some(profile) = profile {
        let (title, found, of) = (&profile.title, profile.found, profile.of);
        told.push(message!("guessed-profile", title, found, of));
        flags.push(format!("--profile {}", given::quoted(&profile.name)));
    }
    for guess in guesses.iter().filter(|guess| !of_profile(guess)) {
        let field = guess.target.to_string();
        let map = guess.places.first().map_or_else(|| guess.from.to_string(), Clone::clone);
        flags.push(format!("--map {}", given::quoted(&format!("{field}={map}"))));
        told.push(message!("guessed-column", field, column = &guess.from));
    }
    (Message::list(told, ", "), flags.join(" "), profile.is_some())
}

/// Whether the file is another one than that of the last run.
fn has_changed(replayed: &Replayed, prepared: &Prepared) -> bool {
    let now: String = prepared.input.fingerprint().iter().map(|byte| format!("{byte:02x}")).collect();
    replayed.last_session.as_ref().is_some_and(|session| session.input != now)
}
