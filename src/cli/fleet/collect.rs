//! `fleet collect JOB`: what became of a job's rows, as one run would have written it.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use super::args::CollectArgs;
use super::join::{Joined, join};
use super::order::{JobFolder, Order};
use super::part;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::run::next_words;
use crate::cli::{report, settings, tell};
use crate::fleet::Engine;
use crate::report::Summary;
use crate::results::{OutputDir, PrivateFile};

/// Bytes that are copied at a time.
const PIECE: usize = 256 << 10;

pub(super) async fn collect(args: &CollectArgs) -> Result<Exit, Failure> {
    let engine = Engine::connect(&args.server.connecting("collect")).await?;
    let no_job = || Failure::usage(format!("there is no job {}", args.job)).hint("fleet status lists them");
    let state = engine.job(&args.job).await?.ok_or_else(no_job)?;
    let folder = JobFolder::of(&args.folder.folder, &args.job);
    let order = Order::read(&folder)?;
    let (mut parts, mut not_begun, mut open) = (Vec::new(), 0, Vec::new());
    for chunk in 0..state.chunks {
        let is_done = engine.is_done(&args.job, &state, chunk).await?;
        match part::find(&folder, chunk, state.round) {
            Some(part) if is_done => parts.push(part),
            None if is_done => not_begun += order.rows_of(chunk).limit.unwrap_or_default(),
            _ => open.push(chunk.to_string()),
        }
    }
    if !open.is_empty() {
        let what = format!("{} of {} chunks are not done: {}", open.len(), state.chunks, open.join(", "));
        return Err(Failure::new(Exit::Stopped, what).hint("fleet status tells who works on them"));
    }
    let stories = parts.iter().map(|part| part::story(part)).collect::<Result<Vec<_>, _>>()?;
    let Some(joined) = join(stories, not_begun) else {
        return Err(Failure::new(Exit::Stopped, "no row of the job was ever begun"));
    };
    let path = args.out.clone().unwrap_or_else(|| default_folder(&order));
    let out = OutputDir::open(&path)?;
    let exit = write(&out, &parts, joined, order.rows, args.json)?;
    Ok(exit)
}

/// As `run` would have called it.
fn default_folder(order: &Order) -> PathBuf {
    let first = order.shown_input.split(", ").next().unwrap_or_default();
    let mut name = Path::new(first).file_stem().unwrap_or("contacts".as_ref()).to_owned();
    name.push(".import");
    PathBuf::from(name)
}

fn write(out: &OutputDir, parts: &[PathBuf], joined: Joined, rows: u64, json: bool) -> Result<Exit, Failure> {
    let shown = settings::shown(out.path());
    let lines = concatenate(out, parts, "results.csv")?;
    concatenate(out, parts, "failures.csv")?;
    let Joined { mut story, exit } = joined;
    let summary = &story.summary;
    if lines != summary.settled() || summary.settled() + summary.not_attempted != rows {
        return Err(Failure::new(
            Exit::Bug,
            format!(
                "the parts do not add up: {lines} lines, {} rows with a status, {} not attempted, {rows} rows in the job",
                summary.settled(),
                summary.not_attempted
            ),
        )
        .hint("this is a bug; please report it"));
    }
    let goes_on = summary.not_attempted + summary.unconfirmed + summary.failed;
    story.next = next_words(goes_on, summary.invalid + summary.rejected, &shown, false);
    let mut file = out.create("summary.json")?;
    file.write(summary.to_json().as_bytes())?;
    file.finish()?;
    report::write(out, &story)?;
    tell(&if json { summary.to_json() } else { words(summary, &story.next, &shown) });
    Ok(exit)
}

fn words(summary: &Summary, next: &[String], shown: &str) -> String {
    let statuses = [
        (summary.created, "created"),
        (summary.existing, "existing"),
        (summary.updated, "updated"),
        (summary.duplicate, "duplicate"),
        (summary.invalid, "invalid"),
        (summary.rejected, "rejected"),
        (summary.failed, "failed"),
        (summary.unconfirmed, "unconfirmed"),
        (summary.not_attempted, "not attempted"),
    ];
    let told = statuses.iter().filter(|(rows, _)| *rows > 0).map(|(rows, word)| format!("{rows} {word}"));
    let told: Vec<String> = told.chain(["0 unaccounted for".to_owned()]).collect();
    let mut text =
        format!("{} rows: {}\nResults   {shown}/results.csv\n", summary.rows_read, told.join(", "));
    for next in next {
        text.push_str(&format!("Next      {next}\n"));
    }
    text
}

/// Puts the tables of the parts one behind the other, with the header of the first. Returns how many lines that a row
/// has there are.
fn concatenate(out: &OutputDir, parts: &[PathBuf], name: &'static str) -> Result<u64, Failure> {
    let mut whole = out.create(name)?;
    let mut lines = 0;
    for (number, part) in parts.iter().enumerate() {
        let path = part.join(name);
        let unreadable =
            |error| Failure::new(Exit::Output, format!("cannot read {}: {error}", settings::shown(&path)));
        let mut table = BufReader::with_capacity(PIECE, File::open(&path).map_err(unreadable)?);
        lines += copy(&mut table, &mut whole, number == 0, unreadable)?;
    }
    whole.finish()?;
    Ok(lines)
}

/// Copies a table, without its header unless it is the first: CSV that this program wrote, whose line breaks within quotes
/// are no ends of lines.
fn copy(
    table: &mut impl std::io::Read,
    whole: &mut PrivateFile,
    with_header: bool,
    unreadable: impl Fn(std::io::Error) -> Failure,
) -> Result<u64, Failure> {
    let mut piece = vec![0; PIECE];
    let (mut is_quoted, mut lines, mut header_left) = (false, 0_u64, true);
    loop {
        let count = table.read(&mut piece).map_err(&unreadable)?;
        if count == 0 {
            // The header is none of the lines.
            return Ok(lines.saturating_sub(1));
        }
        let mut from = if with_header || !header_left { 0 } else { count };
        for (at, byte) in piece[..count].iter().enumerate() {
            match byte {
                b'"' => is_quoted = !is_quoted,
                b'\n' if !is_quoted => {
                    lines += 1;
                    if std::mem::take(&mut header_left) && !with_header {
                        from = at + 1;
                    }
                }
                _ => {}
            }
        }
        whole.write(&piece[from..count])?;
    }
}
