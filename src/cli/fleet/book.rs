//! Journal and `sent.log` of a job's parts, told as one: what `status`, `verify`, `undo` and a later `run` go by.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader};
use std::path::Path;

use super::bug;
use super::collect::Part;
use super::order::Order;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::handed_over::ENGINE;
use crate::cli::settings;
use crate::journal::{Joined, peek, ticket_in_whole};
use crate::ledger::JOURNAL;
use crate::results::{OutputDir, SENT_LOG, renumber_sent};
use crate::undo;
use crate::words::message;

/// Bytes that are read at a time.
const PIECE: usize = 256 << 10;

/// Refuses a folder whose journal knows more than the job: that of another import, or of this one with what a `run` or an
/// `undo` did since. Collecting over it would forget that.
pub(super) fn refuse_another(out: &OutputDir, order: &Order) -> Result<(), Failure> {
    let shown = settings::shown(out.path());
    let unreadable = |why: io::Error| {
        Failure::new(Exit::Output, message!("import-unreadable", folder = &shown, why = &why))
    };
    let elsewhere = |what| Failure::usage(what).hint(message!("fleet-out-taken.fix"));
    let undone = undo::peek(out.path()).map_err(unreadable)?;
    if undone.is_some_and(|undone| undone.has_effect()) {
        return Err(elsewhere(message!("fleet-out-undone", folder = &shown)));
    }
    let Some(known) = peek(&out.path().join(JOURNAL), |_| Ok(())).map_err(unreadable)? else {
        return Ok(());
    };
    let salt = order.salt()?;
    let is_ours = known.head.is_some_and(|head| head.salt == salt)
        && known.last_session.is_none_or(|session| session.boot.as_deref() == Some(ENGINE));
    if is_ours { Ok(()) } else { Err(elsewhere(message!("fleet-out-taken", folder = &shown))) }
}

/// Writes both for a job of `rows` rows.
pub(super) fn write(out: &OutputDir, parts: &[Part], rows: u64) -> Result<(), Failure> {
    let mut sent = out.create(SENT_LOG)?;
    for (chunk, part) in parts {
        each_line(&part.join(SENT_LOG), |line| {
            match renumber_sent(line, |ticket| ticket_in_whole(*chunk, ticket)) {
                Some(line) => Ok(sent.write(&line)?),
                // Torn, and known for it: of that contact it is not known what was sent.
                None => Ok(()),
            }
        })?;
    }
    let (mut journal, mut joined, mut whole) = (out.create(JOURNAL)?, Joined::default(), Vec::new());
    for (chunk, part) in parts {
        joined.begin(*chunk);
        each_line(&part.join(JOURNAL), |line| {
            whole.clear();
            joined.line(line, &mut whole).map_err(|_| bug("account"))?;
            Ok(journal.write(&whole)?)
        })?;
    }
    whole.clear();
    joined.end(rows, &mut whole);
    journal.write(&whole)?;
    // In this order: a journal whose contacts are not in `sent.log` would make verify and undo say that they do not know.
    sent.finish()?;
    Ok(journal.finish()?)
}

/// Gives the lines of a file to `each`, without their ends.
fn each_line(path: &Path, mut each: impl FnMut(&[u8]) -> Result<(), Failure>) -> Result<(), Failure> {
    let unreadable = |why: io::Error| {
        Failure::new(Exit::Output, message!("cannot-read", path = settings::shown(path), why = &why))
    };
    let mut reader = BufReader::with_capacity(PIECE, File::open(path).map_err(unreadable)?);
    let mut line = Vec::new();
    loop {
        line.clear();
        if reader.read_until(b'\n', &mut line).map_err(unreadable)? == 0 {
            return Ok(());
        }
        each(line.strip_suffix(b"\n").unwrap_or(&line))?;
    }
}
