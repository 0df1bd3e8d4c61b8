//! `fleet enqueue FILE --account A`: plans a job and puts its chunks on the account's list.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _};

use super::args::EnqueueArgs;
use super::bug;
use super::order::{JobFolder, Order, failed, flags};
use crate::cli::args::{self, Args, RunArgs};
use crate::cli::config::{self, Places, Refusal};
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::guesses::refuse_a_guess;
use crate::cli::past;
use crate::cli::prepare::{self, NotNow, Prepared};
use crate::cli::{say, settings, tell};
use crate::fleet::{Admitted, Alias, Engine, JobId, JobState, Phase, Seal, Work};
use crate::input::{InputFile, InputFiles};
use crate::journal::Fingerprints;
use crate::mapping::Names;
use crate::model::has_extra_columns;
use crate::results::OutputDir;
use crate::survey::Sightings;
use crate::words::message;

/// Rows of a chunk: at 300 a second it takes more than a minute to send them.
const CHUNK_ROWS: u64 = 20_000;
/// Chunks of a job at most, as long as nothing else is said: each costs a reading of the file.
const MOST_CHUNKS: u64 = 50;
/// Flags of `run` that say whose account it is or where something is, or whose content is kept instead.
const NOT_KEPT: [&str; 8] = ["out", "config", "preset", "mapping", "profile", "shard", "yes", "max_drift"];
/// Flags of `run` that say how fast and how often is sent, and when it stops: a job that goes on with others is the same job.
const LIMITS: [&str; 10] = [
    "canary",
    "concurrency",
    "headroom",
    "max_duration",
    "max_failures",
    "max_outage",
    "no_canary",
    "rate",
    "settle",
    "strict",
];

pub(super) async fn enqueue(
    args: &EnqueueArgs,
    arguments: &[OsString],
    places: &Places,
) -> Result<Exit, Failure> {
    if args.input.out.is_some() {
        return Err(Failure::usage(message!("fleet-no-out")).hint(message!("fleet-no-out.fix")));
    }
    if args.window.shard.is_some() {
        return Err(Failure::usage(message!("fleet-no-shard")).hint(message!("fleet-no-shard.fix")));
    }
    if args.input.files().any(|file| settings::is_stdin(file)) {
        return Err(Failure::usage(message!("fleet-no-stdin")).hint(message!("fleet-no-stdin.fix")));
    }
    if args.max_drift.is_some() {
        return Err(Failure::usage(message!("fleet-no-drift")).hint(message!("fleet-no-drift.fix")));
    }
    let (run, kept, limits) = as_run(args, arguments, places)?;
    let contents = (content(run.mapping.mapping.as_deref())?, profile(&run)?);
    let engine = Engine::found(&args.server.connecting("enqueue"), args.founding.founding()).await?;
    let prepared = look_at(&run, &args.folder.folder)?;
    refuse_a_guess(&prepared, args.yes, false)?;
    if has_extra_columns(prepared.resolved.form.header()) {
        return Err(Failure::usage(message!("fleet-no-failures")).hint(message!("fleet-no-failures.fix")));
    }
    let (account, fingerprint) = (&args.account, prepared.input.fingerprint());
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let what = [kept.join("\0"), text(&contents.0), text(&contents.1)];
    let job = JobId::of(&[
        account.as_str().as_bytes(),
        &fingerprint,
        what[0].as_bytes(),
        what[1].as_bytes(),
        what[2].as_bytes(),
    ]);
    let folder = JobFolder::of(&args.folder.folder, &job);
    folder.refuse_gone_on()?;
    admit(&engine, &args.folder.folder, (account, &job), &prepared, args.beside_others).await?;
    folder.make()?;
    let no_luck = || bug("getrandom");
    let rows = prepared.survey.rows;
    let chunk_rows = args.chunk_rows.unwrap_or_else(|| CHUNK_ROWS.max(rows.div_ceil(MOST_CHUNKS)));
    let order = Order::new(
        account.clone(),
        prepared.shown_input.clone(),
        copy(&run, &folder)?,
        &fingerprint,
        kept,
        contents,
        (run.window.skip, rows, chunk_rows),
        (&Seal::new_key().ok_or_else(no_luck)?, &Seal::new_key().ok_or_else(no_luck)?),
    );
    let order = order.settle(&folder)?;
    // What was copied is what was planned, or nobody imports it.
    let here = tempfile::tempdir_in(&args.folder.folder).map_err(failed(&args.folder.folder))?;
    let here = OutputDir::open(here.path())?;
    let opened = order.open_input(&order.run_args(&folder, &limits)?, &past::scratch(&here));
    if let Err(failure) = opened {
        if failure.exit() == Exit::Input {
            // It was changed while it was read, or its copy was since: the same command copies it anew.
            for name in &order.files {
                let _ = std::fs::remove_file(folder.input().join(name));
            }
        }
        return Err(failure);
    }
    let last_round = folder.last_round()?;
    let (state, sent) = put_on_the_list(&engine, &job, &order, limits, last_round).await?;
    let told = message!(
        "fleet-enqueued",
        rows,
        account = account.as_str(),
        invalid = prepared.survey.invalid,
        repeats = prepared.survey.counts.repeats,
        chunks = state.chunks,
        sent,
        round = state.round
    );
    say(&told.told());
    tell(&format!("{job}\n"));
    Ok(Exit::Done)
}

/// Lets a job into its account, one planner at a time: a new one alone, unless `beside_others`, where people of it are not
/// looked for before they are sent. Jobs do not know each other's contacts.
///
/// # Errors
///
/// If the account has other jobs, and it is not let in beside them.
async fn admit(
    engine: &Engine,
    shared: &Path,
    (account, job): (&Alias, &JobId),
    prepared: &Prepared,
    beside_others: bool,
) -> Result<(), Failure> {
    let rows = match prepared.policy.looks() {
        true => prepared.survey.values.without_look_up(),
        false => prepared.survey.rows,
    };
    // An engine that lost everything does not know whom the account has, and the shared folder does.
    let begun = begun(shared, account).map_err(failed(shared))?;
    let Admitted { is_in, strangers } = engine.admit(account, job, begun, rows == 0 || beside_others).await?;
    if rows == 0 || strangers.is_empty() {
        return Ok(());
    }
    let jobs = strangers.iter().map(JobId::as_str).collect::<Vec<_>>().join(", ");
    let strangers = message!("fleet-strangers", rows, account = account.as_str(), jobs);
    if !is_in {
        return Err(Failure::usage(strangers).hint(message!("fleet-strangers.fix")));
    }
    say(&strangers.told());
    Ok(())
}

/// Jobs of an account that workers have begun, by the shared folder.
fn begun(shared: &Path, account: &Alias) -> io::Result<Vec<JobId>> {
    let mut begun = Vec::new();
    for entry in std::fs::read_dir(shared)? {
        let Some(job) = entry?.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        let folder = JobFolder::of(shared, &job);
        if folder.has_begun() && Order::read(&folder).is_ok_and(|order| order.account == *account) {
            begun.push(job);
        }
    }
    Ok(begun)
}

/// What `run` would understand, the flags of it that a job keeps, and its limits. Settings files and environment count as for `run`.
fn as_run(
    args: &EnqueueArgs,
    arguments: &[OsString],
    places: &Places,
) -> Result<(RunArgs, Vec<String>, Vec<String>), Failure> {
    let mistake = |error: clap::Error| Failure::usage(error.to_string());
    let all = Args::command();
    let missing = || bug("command");
    let command = all.find_subcommand("run").ok_or_else(missing)?;
    let outer = all.clone().try_get_matches_from(arguments).map_err(mistake)?;
    let typed: &ArgMatches = outer
        .subcommand_matches("fleet")
        .and_then(|fleet| fleet.subcommand_matches("enqueue"))
        .ok_or_else(missing)?;
    let enqueue = all.find_subcommand("fleet").and_then(|fleet| fleet.find_subcommand("enqueue"));
    let enqueue = enqueue.ok_or_else(missing)?;
    let ids: BTreeSet<&str> = enqueue.get_arguments().map(|arg| arg.get_id().as_str()).collect();
    let mut words: Vec<OsString> = ["callbell-import", "run"].map(Into::into).into();
    let typed = flags(command, typed, |id, source| source == ValueSource::CommandLine && id != "yes");
    words.extend(typed.into_iter().map(OsString::from));
    words.push("--".into());
    words.extend(args.input.files().map(OsString::from));
    let matches = match config::matches(&words, places) {
        Ok((matches, _)) => matches,
        Err(Refusal::Failed(failure)) => return Err(failure),
        Err(Refusal::Said(error)) => return Err(mistake(error)),
    };
    let sub = matches.subcommand_matches("run").ok_or_else(missing)?;
    let profile_is_a_file =
        sub.try_get_one::<String>("profile").ok().flatten().is_some_and(|name| is_file(name));
    let limits = flags(command, sub, |id, _| LIMITS.contains(&id));
    let kept = flags(command, sub, |id, _| {
        let is_kept = !NOT_KEPT.contains(&id) || id == "profile" && !profile_is_a_file;
        ids.contains(id) && is_kept && !LIMITS.contains(&id)
    });
    match Args::from_arg_matches(&matches).map_err(mistake)?.command {
        args::Command::Run(run) => Ok((*run, kept, limits)),
        _ => Err(missing()),
    }
}

fn is_file(profile: &str) -> bool {
    Path::new(profile).extension().is_some_and(|extension| extension == "toml")
}

fn content(path: Option<&Path>) -> Result<Option<String>, Failure> {
    let read = |path: &Path| {
        std::fs::read_to_string(path)
            .map_err(|why| Failure::usage(message!("cannot-read", path = settings::shown(path), why = &why)))
    };
    path.map(read).transpose()
}

fn profile(run: &RunArgs) -> Result<Option<String>, Failure> {
    content(run.mapping.profile.as_deref().filter(|name| is_file(name)).map(Path::new))
}

/// Reads the whole file once: whether it is understood, and how many rows it has.
fn look_at(run: &RunArgs, shared: &Path) -> Result<Prepared, Failure> {
    let mut mapping = settings::mapping(&run.mapping)?;
    settings::update_rules(&run.preflight, &mut mapping)?;
    // Names of teams and channels are understood when a worker has asked the account for them.
    mapping.names = Some(Names::default());
    settings::rate(run.sending.pace.rate, &crate::api::BaseUrl::parse(&run.account.base_url)?)?;
    let here = tempfile::tempdir_in(shared).map_err(failed(shared))?;
    let here = OutputDir::open(here.path())?;
    let (options, scratch) = (settings::input_for(&run.input, &mapping), past::scratch(&here));
    let mut files = Vec::new();
    for path in run.input.files() {
        files.push(InputFile::open(path, &options, &scratch)?);
    }
    let input = InputFiles::new(files)?;
    let window = settings::window(&run.window);
    let understood = prepare::understand(&run.input, &run.mapping, window, mapping, input)?;
    let fingerprints = Fingerprints::new([0; 32]);
    let mut prepared =
        understood.survey(&fingerprints, Sightings::new(scratch), (false, true), None, &mut NotNow)?;
    prepared.policy = run.preflight.on_existing.into();
    Ok(prepared)
}

/// Copies the files into the job's folder, so that nobody changes them under the workers' feet.
fn copy(run: &RunArgs, folder: &JobFolder) -> Result<Vec<String>, Failure> {
    let mut names = Vec::new();
    for (number, path) in run.input.files().enumerate() {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = format!("{number}-{name}");
        let to: PathBuf = folder.input().join(&name);
        names.push(name);
        if to.exists() {
            continue;
        }
        let failed = failed(&to);
        let mut copy = tempfile::NamedTempFile::new_in(folder.input()).map_err(&failed)?;
        io::copy(&mut std::fs::File::open(path).map_err(&failed)?, &mut copy).map_err(&failed)?;
        copy.as_file().sync_all().map_err(&failed)?;
        copy.persist(&to).map_err(|error| failed(error.error))?;
    }
    Ok(names)
}

/// Puts every chunk on the list that is not done in this round. A job that has ended begins another round, and so does one
/// of whose `last_round` in the shared folder the engine does not know.
async fn put_on_the_list(
    engine: &Engine,
    job: &JobId,
    order: &Order,
    limits: Vec<String>,
    last_round: u32,
) -> Result<(JobState, u32), Failure> {
    let (chunks, rows) = (order.chunks(), order.rows);
    let account = order.account.clone();
    let round = last_round + 1;
    let first = JobState { account, chunks, rows, round, limits, phase: Phase::Planning };
    let mut state = engine.begin_job(job, &first).await?;
    if state.limits != first.limits {
        let changed = engine.change_job(job, |state| state.limits.clone_from(&first.limits));
        state = changed.await?.unwrap_or(state);
    }
    // The engine was put back. Parts of rounds that it does not know are none of the next one's.
    if state.round < last_round {
        let begun = engine.change_job(job, |state| {
            if state.round < last_round {
                state.round = round;
                state.phase = Phase::Planning;
            }
        });
        state = begun.await?.unwrap_or(state);
    }
    // Whatever its planner came to say: it may have died before its last word.
    let has_ended =
        matches!(state.phase, Phase::Stopped { .. }) || engine.done(job, &state).await? == state.chunks;
    if has_ended {
        let ended = state.round;
        let begun = engine.change_job(job, |state| {
            if state.round == ended {
                state.round += 1;
                state.phase = Phase::Planning;
            }
        });
        state = begun.await?.unwrap_or(state);
    }
    let mut sent = 0;
    for chunk in 0..state.chunks {
        if engine.done_in_this_round(job, &state, chunk).await?.is_some() {
            continue;
        }
        let rows = order.rows_of(chunk);
        let work = Work {
            job: job.clone(),
            chunk,
            round: state.round,
            skip: rows.skip,
            rows: rows.limit.unwrap_or_default(),
            input: order.input.clone(),
        };
        sent += u32::from(engine.enqueue(&order.account, &work).await?);
    }
    let round = state.round;
    let enqueued = engine.change_job(job, |state| {
        if state.round == round && state.phase == Phase::Planning {
            state.phase = Phase::Enqueued;
        }
    });
    Ok((enqueued.await?.unwrap_or(state), sent))
}
