//! `undo DIR`: deletes what an import created and nobody has touched since.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use tokio::time::Instant;

use super::args::UndoArgs;
use super::exit::Exit;
use super::failure::Failure;
use super::given_back::GivenBack;
use super::handed_over;
use super::related::RelatedImports;
use super::status::nearby;
use super::steps::Steps;
use super::taken::{self, Taken};
use super::talk::Talk;
use super::{ask, given, logging, say, signals, tell};
use crate::api::{Eraser, WireStyle};
use crate::journal::{Disk, boot};
use crate::ledger::JOURNAL;
use crate::model::{RowPlace, Stop, printable};
use crate::report;
use crate::results::{RESULTS, Table, named, place_of};
use crate::status::{Census, Kind};
use crate::undo::{
    self, COLUMNS, Fate, Guard, Past, Tally, UNDO_LOG, UndoError, UndoLog, UndoLogError, Undoing,
};
use crate::words::{Message, Value, message};

pub(super) async fn undo(args: UndoArgs) -> Result<Exit, Failure> {
    let talk = Talk::of(&args.talk);
    logging::start(args.talk.verbose, None);
    let clock = Instant::now();
    let style = WireStyle { param_names: args.param_names.into(), ..WireStyle::default() };
    let taken = taken::open(&args.folder, &args.account, &args.asking, style, talk).await?;
    RelatedImports::of(&args.folder, &[])?.refuse_another_at_work()?;
    let guard = Guard { ignored: args.ignore, take_looked_up: args.take_looked_up };
    let path = taken.folder.path().join(UNDO_LOG);
    let storage = Disk::open(&path, true)
        .map_err(|source| UndoError::Log(UndoLogError::Io { doing: "open", source }))?;
    let (log, past) = UndoLog::open(storage, boot(taken.folder.path()), &undo::journal_id(&taken.ledger))
        .map_err(UndoError::Log)?;
    if let Some(damage) = &past.damage {
        talk.warn(Some(&message!("warn-undo-log-damaged", damage)));
    }
    let not_in_results = not_in_results(&taken);
    let given_back = given_back(taken.folder.path());
    let mut work = Work {
        given_back,
        not_in_results,
        taken,
        guard,
        talk,
        concurrency: usize::from(args.asking.concurrency),
        settle: args.settle.0,
        log: Some(log),
        past,
        clock,
    };
    if args.dry_run {
        let (tally, stop) = work.pass(true).await?;
        return Ok(work.told(&tally, stop.as_ref(), true));
    }
    let asks = !args.yes;
    if asks && !ask::someone_is_there() {
        return Err(Failure::usage(message!("undo-unasked")).hint(message!("undo-unasked.fix")));
    }
    // A finished undo is told once more by the same command; a person on a terminal wants to know what could be done now.
    if work.listed().is_none() || (asks && work.past.is_finished) {
        if !asks {
            return Err(Failure::usage(message!("undo-dry-run-first"))
                .hint(message!("undo-dry-run-first.fix", folder = &work.taken.shown)));
        }
        let (tally, stop) = work.pass(true).await?;
        if let Some(stop) = stop {
            return Ok(work.told(&tally, Some(&stop), true));
        }
        say(&work.text(&tally, None, true));
    }
    let listed = work.listed().unwrap_or_default();
    if listed == 0 && work.past.open.is_empty() {
        let told = if work.past.is_finished {
            message!("undo-finished-before", folder = &work.taken.shown)
        } else {
            message!("undo-nothing-to-delete")
        };
        talk.say(&told.told());
    } else if asks {
        let what = words_on(work.listed_updates(), listed);
        let question = message!("ask-undo", number = listed.to_string(), what);
        if signals::ending_while_asked(|| ask::line(&question))
            .is_none_or(|answer| answer != listed.to_string())
        {
            say(&message!("undo-nothing-deleted").told());
            return Ok(Exit::Usage);
        }
    }
    talk.warn(handed_over::go_on(work.taken.folder.path())?.as_ref());
    let (tally, stop) = work.pass(false).await?;
    Ok(work.told(&tally, stop.as_ref(), false))
}

/// Contacts that no row of the results has, and so of the list that was read last; `None` where there are no results.
fn not_in_results(taken: &Taken) -> Option<u64> {
    let folder = taken.folder.path();
    if !folder.join(RESULTS).is_file() {
        return None;
    }
    let uuids: BTreeSet<&str> = taken.ledger.entries.iter().map(|entry| &*entry.uuid).collect();
    let contacts = uuids.len() - named(folder, &uuids).len();
    Some(contacts as u64)
}

/// What is about to be done, in words.
fn words_on(updates: usize, listed: usize) -> Message {
    match (listed - updates, updates) {
        (created, 0) => message!("undo-delete", contacts = created),
        (0, updates) => message!("undo-put-back", contacts = updates),
        (created, updates) => message!("undo-delete-and-put-back", contacts = created, updates),
    }
}

/// Imports of the failures of the one in `folder`, with the contacts that they created and that no undo of theirs deleted.
fn given_back(folder: &Path) -> Vec<(String, u64)> {
    let contacts_of = |place: &Path| {
        let census = Census::read(&place.join(JOURNAL), 0, tempfile::tempfile).ok()??;
        let deleted = undo::peek(place).ok()?.map_or(0, |past| past.deleted().count());
        let created = census.count(Kind::Created) + census.count(Kind::Confirmed);
        Some(created.saturating_sub(deleted as u64)).filter(|contacts| *contacts > 0)
    };
    let places = GivenBack::places_of(folder).into_iter().map(nearby);
    places.filter_map(|place| Some((given::argument(&place), contacts_of(&place)?))).collect()
}

struct Work {
    /// See [`not_in_results`].
    not_in_results: Option<u64>,
    /// See [`given_back`].
    given_back: Vec<(String, u64)>,
    taken: Taken,
    guard: Guard,
    talk: Talk,
    concurrency: usize,
    settle: std::time::Duration,
    log: Option<UndoLog<Disk>>,
    past: Past,
    clock: Instant,
}

impl Work {
    /// How many contacts the last dry run listed that are still there, if it was about the same contacts and rules.
    fn listed(&self) -> Option<usize> {
        let list =
            self.past.list.as_ref().filter(|list| list.state == self.guard.state(&self.taken.ledger))?;
        let is_final = |ticket| self.past.fates.get(ticket).is_some_and(Fate::is_final);
        Some(list.tickets.iter().filter(|ticket| !is_final(ticket)).count())
    }

    /// How many of the listed contacts were changed, and not created.
    fn listed_updates(&self) -> usize {
        let Some(list) = &self.past.list else { return 0 };
        let is_left = |ticket| {
            list.tickets.contains(ticket) && !self.past.fates.get(ticket).is_some_and(Fate::is_final)
        };
        self.taken
            .ledger
            .entries
            .iter()
            .filter(|entry| !entry.is_created_here() && is_left(&entry.ticket))
            .count()
    }

    async fn pass(&mut self, dry: bool) -> Result<(Tally, Option<Stop>), Failure> {
        let Some(log) = self.log.take() else {
            return Err(Failure::new(Exit::Bug, message!("undo-log-closed")));
        };
        let eraser = Eraser::new(self.taken.client.clone());
        let undoing = Undoing {
            ledger: &self.taken.ledger,
            past: &self.past,
            guard: &self.guard,
            eraser: &eraser,
            inquiry: &self.taken.inquiry,
            log: Mutex::new(log),
            concurrency: self.concurrency,
            settle: self.settle,
            began: self.clock,
        };
        let table = Table::begin(&self.taken.folder, "undo.csv", &COLUMNS)?;
        let what = if dry { message!("steps-looked-at") } else { message!("steps-done-with") };
        let steps = Steps::start(self.taken.ledger.entries.len() as u64, &what, self.talk);
        let now = SystemTime::now();
        let each = |tally: &Tally| steps.at(tally.contacts);
        let ended =
            if dry { undoing.look(table, now, each).await } else { undoing.delete(table, now, each).await };
        steps.finish();
        let log = undoing.log.into_inner().unwrap_or_else(PoisonError::into_inner);
        let (tally, stop) = ended?;
        if !tally.adds_up() {
            return Err(Failure::new(Exit::Bug, message!("undo-miscounted")).hint(message!("hint-bug")));
        }
        self.log = Some(log);
        let read = undo::peek(self.taken.folder.path())
            .map_err(|source| UndoError::Log(UndoLogError::Io { doing: "read", source }))?;
        self.past = read.unwrap_or_default();
        Ok((tally, stop))
    }

    fn told(&self, tally: &Tally, stop: Option<&Stop>, dry: bool) -> Exit {
        let exit = exit_of(tally, self.taken.ledger.doubtful(), stop);
        if self.talk.json {
            tell(&self.json(tally, stop, dry, exit));
        } else if !self.talk.quiet {
            tell(&self.text(tally, stop, dry));
        } else if exit != Exit::Done {
            say(&self.text(tally, stop, dry));
        }
        exit
    }

    fn text(&self, tally: &Tally, stop: Option<&Stop>, dry: bool) -> String {
        let mut text = String::new();
        let mut parts: Vec<Message> = Vec::new();
        let mut add = |id: &'static str, count: u64| parts.push(Message::new(id).with("contacts", count));
        if dry {
            add("undo-can-be-deleted", tally.would_delete);
            if tally.would_restore > 0 {
                add("undo-can-be-put-back", tally.would_restore);
            }
        }
        if !dry || tally.deleted > 0 {
            add("undo-deleted", tally.deleted);
        }
        for (id, count) in [
            ("undo-confirmed", tally.confirmed_by_lookup),
            ("undo-restored", tally.restored),
            ("undo-restored-in-part", tally.restored_in_part),
            ("undo-gone", tally.gone),
        ] {
            if count > 0 {
                add(id, count);
            }
        }
        add("undo-kept", tally.kept);
        for (id, count) in [
            ("undo-failed", tally.failed),
            ("undo-unknown", tally.unknown),
            ("undo-not-reached", tally.not_reached),
        ] {
            if count > 0 {
                add(id, count);
            }
        }
        let all = message!("undo-sum", contacts = tally.contacts, parts = Value::list(parts, ", "));
        let _ = writeln!(text, "{}", all.told());
        if let Some(stop) = stop {
            let _ = writeln!(text, "\n{}", report::stop_words(stop).told());
        }
        for (reason, kept) in &tally.reasons {
            let mut members: Vec<(&String, &u64)> = kept.members.iter().collect();
            members.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), (*name).clone()));
            let shown: Vec<String> = members
                .iter()
                .take(6)
                .map(|(name, count)| format!("{} ({count})", printable(name)))
                .collect();
            let shown = if shown.is_empty() { String::new() } else { format!(": {}", shown.join(", ")) };
            let first = kept.first.map(|row| {
                let place = place_of(self.taken.folder.path(), row);
                let place =
                    place.map_or_else(|| message!("file-rows-one", row = row.to_string()), RowPlace::message);
                message!("undo-first-row", place).told()
            });
            let first = first.unwrap_or_default();
            let what = message!("undo-kept-because", contacts = kept.contacts, meaning = reason.meaning());
            let _ = writeln!(text, "  {}{shown}{first}", what.told());
        }
        if let Some(member) = member_of_all(tally) {
            let _ = writeln!(text, "  {}", message!("undo-member-of-all", member).told());
        }
        if let Some(contacts @ 1..) = self.not_in_results.filter(|_| dry) {
            let _ = writeln!(text, "  {}", message!("undo-not-in-results", contacts).told());
        }
        if self.taken.ledger.doubtful() > 0 {
            let _ = writeln!(text, "  {}", message!("undo-open", rows = self.taken.ledger.doubtful()).told());
        }
        for (folder, contacts) in &self.given_back {
            let told = message!("undo-given-back", folder, contacts = *contacts);
            let _ = writeln!(text, "  {}", told.told());
        }
        let folder = &self.taken.shown;
        let _ = writeln!(text, "\n{}{folder}/undo.csv", report::label(&message!("undo-report")));
        let next = if stop.is_some() || tally.failed + tally.unknown > 0 {
            Some(message!("next-same-command"))
        } else if dry && tally.would_delete + tally.would_restore > 0 {
            Some(message!("next-without-dry-run"))
        } else if tally.deleted + tally.restored > 0 {
            Some(message!("next-after-undo"))
        } else {
            None
        };
        if let Some(next) = next {
            let _ = writeln!(text, "{}{}", report::label(&message!("closing-next")), next.told());
        }
        text
    }

    fn json(&self, tally: &Tally, stop: Option<&Stop>, dry: bool, exit: Exit) -> String {
        let reasons: serde_json::Map<String, serde_json::Value> = tally
            .reasons
            .iter()
            .map(|(reason, kept)| {
                let kept = serde_json::json!({ "contacts": kept.contacts, "members": kept.members });
                (reason.as_str().to_owned(), kept)
            })
            .collect();
        let mut json = serde_json::json!({
            "version": env!("CARGO_PKG_VERSION"),
            "account": self.taken.account.shown,
            "dry_run": dry,
            "reasons": reasons,
            "open": self.taken.ledger.doubtful(),
            "not_in_results": self.not_in_results,
            "given_back": self.given_back.iter().map(|(folder, contacts)| serde_json::json!({
                "folder": folder,
                "contacts": contacts,
            })).collect::<Vec<_>>(),
            "requests": self.taken.inquiry.requests() + self.taken.account.requests,
            "throttled": self.taken.inquiry.throttled() + self.taken.account.throttled,
            "elapsed_seconds": (self.clock.elapsed().as_secs_f64() * 1000.0).round() / 1000.0,
            "stopped_by": stop.map(Stop::as_str),
            "exit_code": exit.code(),
        });
        if let (Some(json), Ok(serde_json::Value::Object(tally))) =
            (json.as_object_mut(), serde_json::to_value(tally))
        {
            json.extend(tally);
        }
        format!("{json:#}\n")
    }
}

/// The member that alone would keep every contact, if there are a few and one does.
fn member_of_all(tally: &Tally) -> Option<String> {
    let mut counts = std::collections::BTreeMap::new();
    for kept in tally.reasons.values() {
        for (member, count) in &kept.members {
            *counts.entry(member).or_insert(0) += count;
        }
    }
    let (member, count) = counts.into_iter().max_by_key(|(_, count)| *count)?;
    (count >= 3 && count == tally.contacts - tally.gone - tally.deleted - tally.restored)
        .then(|| printable(member))
}

/// `open`: rows of which nobody knows whether their contacts are in the account.
fn exit_of(tally: &Tally, open: u64, stop: Option<&Stop>) -> Exit {
    match stop {
        Some(stop) => stop.into(),
        None if tally.unknown + open > 0 => Exit::Unconfirmed,
        None if tally.kept + tally.failed + tally.restored_in_part > 0 => Exit::SomeFailed,
        None => Exit::Done,
    }
}

impl From<UndoError> for Failure {
    fn from(error: UndoError) -> Self {
        match error {
            UndoError::Output(error) => error.into(),
            UndoError::Log(error) => {
                let exit = match &error {
                    UndoLogError::Io { .. } => Exit::Output,
                    UndoLogError::Newer { .. } | UndoLogError::OtherImport => Exit::Usage,
                };
                Self::new(exit, error.message()).hint(message!("hint-undo-log"))
            }
        }
    }
}
