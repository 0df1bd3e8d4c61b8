//! `fleet collect JOB`: what became of a job's rows, as one run would have written it.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::args::CollectArgs;
use super::book;
use super::first_rows::FirstRows;
use super::join::{Joined, join};
use super::order::{JobFolder, Order};
use super::part;
use super::{no_job, refuse_put_back};
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::given::Given;
use crate::cli::handed_over;
use crate::cli::importing::next_words;
use crate::cli::remembered::Remembered;
use crate::cli::{report, say, settings, tell};
use crate::fleet::Engine;
use crate::journal::Lock;
use crate::model::Status;
use crate::report::{SUMMARY, Summary, label};
use crate::results::{FAILURES, OutputDir, PrivateFile, RESULTS};
use crate::words::{Message, message};

/// A part that is whole: its chunk and its folder.
pub(super) type Part = (u32, PathBuf);

/// Bytes that are copied at a time.
const PIECE: usize = 256 << 10;

pub(super) async fn collect(args: &CollectArgs) -> Result<Exit, Failure> {
    let engine = Engine::visit(&args.server.connecting("collect")).await?;
    let engine = engine.ok_or_else(|| no_job(&args.job))?;
    let folder = JobFolder::of(&args.folder.folder, &args.job);
    let last_round = folder.last_round()?;
    let state = engine.job(&args.job).await?.ok_or_else(|| no_job(&args.job))?;
    refuse_put_back(Exit::Output, last_round, &state)?;
    let order = Order::read(&folder)?;
    let (mut parts, mut not_begun, mut open, mut lost) = (Vec::new(), 0, Vec::new(), Vec::new());
    for chunk in 0..state.chunks {
        let Some(done) = engine.done_in_this_round(&args.job, &state, chunk).await? else {
            open.push(chunk.to_string());
            continue;
        };
        // One of an earlier round does not tell what this one came to.
        let part = match done.has_part {
            Some(true) => part::of_round(&folder, chunk, state.round),
            Some(false) | None => part::find(&folder, chunk, state.round),
        };
        match part {
            Some(part) => parts.push((chunk, part)),
            None if done.has_part == Some(true) => lost.push(chunk.to_string()),
            None => not_begun += order.rows_of(chunk).limit.unwrap_or_default(),
        }
    }
    if !lost.is_empty() {
        let what = message!("fleet-parts-lost", lost = lost.len(), which = lost.join(", "));
        return Err(Failure::new(Exit::Output, what).hint(message!("fleet-parts-lost.fix")));
    }
    if !open.is_empty() {
        let what = message!("fleet-open", open = open.len(), chunks = state.chunks, which = open.join(", "));
        return Err(Failure::new(Exit::Stopped, what).hint(message!("fleet-open.fix")));
    }
    let told = parts.iter().map(|(_, part)| part::told(part)).collect::<Result<Vec<_>, _>>()?;
    let Some(joined) = join(told, not_begun) else {
        let what = message!("fleet-never-begun");
        return Err(Failure::new(Exit::Stopped, what).hint(message!("fleet-never-begun.fix")));
    };
    let path = args.out.clone().unwrap_or_else(|| default_folder(&order));
    let out = OutputDir::open(&path)?;
    // Nobody undoes or verifies what is being written.
    let _lock = Lock::take(&path, SystemTime::now())?;
    out.clear_away()?;
    book::refuse_another(&out, &order)?;
    let (name, gone_on) = handed_over::begin_to_collect(&out, &folder.0)?;
    if let Some(gone_on) = gone_on {
        say(&gone_on.told());
    }
    // Whatever is in the folder, its journal is there first: it is what others go by.
    book::write(&out, &parts, order.rows)?;
    let given = order.run_args(&folder, &state.limits)?.given;
    let stop = joined.story.stop.clone();
    let told = write(&out, &parts, joined, order.rows, &given)?;
    // What a run that goes on there would remember.
    let (first_rows_due, marks) = (FirstRows::are_open(&folder)?, folder.marks()?);
    Remembered { first_rows_due, marks, ..Remembered::read(out.path()) }.write(&out)?;
    handed_over::note_collected(&out, &folder.0, state.round, &name)?;
    let (summary, next, exit) = told;
    let shown = settings::shown(out.path());
    tell(&if args.json { summary.to_json() } else { words(&summary, (stop.as_ref(), &next), &shown) });
    Ok(exit)
}

/// As `run` would have called it.
fn default_folder(order: &Order) -> PathBuf {
    let first = order.shown_input.split(", ").next().unwrap_or_default();
    settings::folder_of(Path::new(first))
}

fn write(
    out: &OutputDir,
    parts: &[Part],
    joined: Joined,
    rows: u64,
    given: &Given,
) -> Result<(Summary, Vec<Message>, Exit), Failure> {
    let lines = concatenate(out, parts, RESULTS)?;
    concatenate(out, parts, FAILURES)?;
    let Joined { mut story, exit } = joined;
    let summary = &story.summary;
    if lines != summary.settled() || summary.settled() + summary.not_attempted != rows {
        let what = format!("{lines}, {} + {}, {rows}", summary.settled(), summary.not_attempted);
        return Err(Failure::new(Exit::Bug, message!("fleet-miscounted", what)).hint(message!("hint-bug")));
    }
    let goes_on = summary.not_attempted + summary.unconfirmed + summary.failed;
    story.next = next_words(goes_on, summary.invalid + summary.rejected, out.path(), given, false);
    let mut file = out.create(SUMMARY)?;
    file.write(summary.to_json().as_bytes())?;
    file.finish()?;
    report::write(out, &story)?;
    Ok((story.summary, story.next, exit))
}

fn words(summary: &Summary, (stop, next): (Option<&Message>, &[Message]), shown: &str) -> String {
    let mut counted: Vec<String> = Status::ALL
        .into_iter()
        .map(|status| (status, count(summary, status)))
        .filter(|(_, rows)| *rows > 0)
        .map(|(status, rows)| Message::new(format!("counted-{status}")).with("rows", rows).told())
        .collect();
    if summary.not_attempted > 0 {
        counted.push(message!("counted-not-attempted", rows = summary.not_attempted).told());
    }
    counted.push(message!("counted-unaccounted", rows = 0_u64).told());
    let rows = message!("counted-rows", rows = summary.rows_read).told();
    let between = message!("closing-colon").told();
    let mut text = format!("{rows}{between} {}\n", counted.join(", "));
    if let Some(stop) = stop {
        text.push_str(&format!("{}\n", stop.told()));
    }
    text.push_str(&format!("{}{shown}/results.csv\n", label(&message!("closing-results"))));
    for next in next {
        text.push_str(&format!("{}{}\n", label(&message!("closing-next")), next.told()));
    }
    text
}

fn count(summary: &Summary, status: Status) -> u64 {
    match status {
        Status::Created => summary.created,
        Status::Existing => summary.existing,
        Status::Updated => summary.updated,
        Status::Duplicate => summary.duplicate,
        Status::Invalid => summary.invalid,
        Status::Rejected => summary.rejected,
        Status::Failed => summary.failed,
        Status::Unconfirmed => summary.unconfirmed,
    }
}

/// Puts the tables of the parts one behind the other, with the header of the first. Returns how many lines that a row
/// has there are.
fn concatenate(out: &OutputDir, parts: &[Part], name: &'static str) -> Result<u64, Failure> {
    let mut whole = out.create(name)?;
    let mut lines = 0;
    for (number, (_, part)) in parts.iter().enumerate() {
        let path = part.join(name);
        let unreadable = |why: std::io::Error| {
            Failure::new(Exit::Output, message!("cannot-read", path = settings::shown(&path), why = &why))
        };
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
