//! `status DIR`: how an import stands, at any time and from any terminal. It disturbs nobody.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::args::StatusArgs;
use super::counts::Counts;
use super::exit::Exit;
use super::failure::Failure;
use super::given::{self, Given};
use super::given_back::GivenBack;
use super::remembered::{LastTry, Remembered};
use super::settings::SANDBOX;
use super::taken::no_import_in;
use super::{settings, tell};
use crate::journal::{Lock, journal_or_what_waits};
use crate::ledger::JOURNAL;
use crate::model::printable;
use crate::report::{self, SUMMARY};
use crate::results::OutputDir;
use crate::status::{Census, Kind};
use crate::undo;
use crate::words::{Message, decimal, message};

pub(super) fn status(args: &StatusArgs) -> Result<Exit, Failure> {
    let path = &args.folder;
    let shown = settings::shown(path);
    OutputDir::refuse_one_of_another(path, false)?;
    if !path.is_dir() {
        return Err(
            Failure::usage(message!("no-folder", folder = shown)).hint(message!("hint-folder-of-results"))
        );
    }
    let standing =
        Standing::of(path, MOST_LATER)?.ok_or_else(|| no_import_in(path, message!("hint-folder-of-run")))?;
    tell(&if args.json { standing.json() } else { standing.text() });
    Ok(Exit::Done)
}

/// What a summary says of a run that `--max-failures` stopped.
const TOO_MANY: &str = "too_many_failures";

/// How many times in a row failures that were given back are followed.
const MOST_LATER: u8 = 20;

/// What the last process that came to its end said. One that a later process has overtaken tells nothing any more, also
/// within the same second; nor does what a restart forgets that was killed before its first word.
fn summary(folder: &Path, census: &Census) -> Option<Value> {
    if census.replayed.last_session.is_none() && census.replayed.damage.is_none() {
        return None;
    }
    let summary: Value = serde_json::from_slice(&std::fs::read(folder.join(SUMMARY)).ok()?).ok()?;
    let finished = humantime::parse_rfc3339(summary.get("finished_at")?.as_str()?).ok()?;
    let finished = finished.duration_since(UNIX_EPOCH).ok()?.as_secs();
    let began = census.replayed.last_session.as_ref().map_or(0, |session| session.at);
    (finished > began || finished == began && census.replayed.ended).then_some(summary)
}

/// A folder as it is named from here.
pub(super) fn nearby(path: PathBuf) -> PathBuf {
    let here = std::env::current_dir().and_then(|here| here.canonicalize());
    here.ok().and_then(|here| path.strip_prefix(here).map(Path::to_owned).ok()).unwrap_or(path)
}

struct Standing {
    /// The process that is at it, as it describes itself.
    holder: Option<Message>,
    summary: Option<Value>,
    counts: Counts,
    /// The part of the list that was read, if it was not all of it.
    window: Option<String>,
    undone: Option<undo::Past>,
    census: Census,
    /// A try after the last run that came to no results.
    failed: Option<LastTry>,
    /// The command of the last run, unless an earlier version began it.
    run: Option<String>,
    /// The command that gives the failures back.
    give_back: String,
    /// What became of the failures, if they were given back.
    later: Option<Box<Standing>>,
    shown: String,
    /// The folder as a shell reads it.
    typed: String,
    now_ms: u64,
}

impl Standing {
    /// How the import in the folder at `path` stands, if there is one. `most`: imports of failures that are followed.
    fn of(path: &Path, most: u8) -> Result<Option<Self>, Failure> {
        let shown = settings::shown(path);
        let unreadable = |error: std::io::Error| {
            Failure::new(Exit::Output, message!("import-unreadable", folder = &shown, why = &error))
        };
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now_ms = u64::try_from(now.as_millis()).unwrap_or(u64::MAX);
        let Some(census) =
            Census::read(&journal_or_what_waits(&path.join(JOURNAL)), now_ms, tempfile::tempfile)
                .map_err(unreadable)?
        else {
            return Ok(None);
        };
        let undone = undo::peek(path).map_err(unreadable)?.filter(undo::Past::has_effect);
        let holder = Lock::holder(path).map_err(unreadable)?;
        let began = census.replayed.last_session.as_ref().map_or(0, |session| session.at);
        let remembered = Remembered::read(path);
        let given_back = GivenBack::of(path).filter(|given| given.at >= began && most > 0);
        let later = match given_back {
            // It may have been taken away since.
            Some(given) => Self::of(&nearby(given.place(path)), most - 1)?,
            None => None,
        };
        let summary = summary(path, &census);
        let counts = match &summary {
            Some(summary) => Counts::of_results(summary, path),
            None => Counts::of_journal(&census),
        };
        Ok(Some(Self {
            holder,
            summary,
            counts,
            undone,
            census,
            run: remembered.commands.run_from_here(path, &remembered.read),
            give_back: remembered
                .commands
                .give_back_from_here(path, &remembered.read)
                .unwrap_or_else(|| Given::default().command(path)),
            window: remembered.commands.window,
            failed: remembered.last_try,
            later: later.map(Box::new),
            shown,
            typed: given::argument(path),
            now_ms,
        }))
    }

    fn is_running(&self) -> bool {
        self.holder.is_some()
    }

    /// What a person does next.
    fn next(&self) -> Message {
        let folder = &self.typed;
        let number = |key: &str| self.summary.as_ref().and_then(|summary| summary.get(key)?.as_u64());
        let replayed = &self.census.replayed;
        if self.is_running() {
            return format!("callbell-import status {folder}").into();
        }
        if let Some(undone) = &self.undone {
            return if undone.under_way || !undone.open.is_empty() {
                message!("next-undo", folder)
            } else if undone.deleted().next().is_some() {
                message!("next-restart")
            } else {
                message!("next-restart-changes")
            };
        }
        if replayed.head.as_ref().is_some_and(|head| head.endpoint == SANDBOX) {
            return message!("next-rehearsal-only");
        }
        if self.failed.is_some() {
            return message!("next-mend-first");
        }
        // What a damaged journal has lost is asked about by the next run, whatever the last one said.
        let is_in_doubt = replayed.damage.is_some() && self.census.count(Kind::Open) > 0;
        let goes_on = ["unconfirmed", "not_attempted"].into_iter().filter_map(number).sum::<u64>();
        let stopped_by = self.summary.as_ref().and_then(|summary| summary.get("stopped_by")?.as_str());
        let to_mend = ["invalid", "rejected"].into_iter().filter_map(number).sum::<u64>();
        if stopped_by == Some(TOO_MANY) && to_mend > 0 {
            return message!("next-bound-run");
        }
        if self.summary.is_none() || is_in_doubt || goes_on > 0 {
            return match &self.run {
                Some(command) => message!("next-run", command),
                None => message!("next-same-run"),
            };
        }
        let failures = ["invalid", "rejected", "failed"].into_iter().filter_map(number).sum::<u64>();
        if failures > 0 {
            if let Some(later) = &self.later {
                return later.next();
            }
            let file = format!("{}/failures.csv", self.shown);
            return message!("next-correct", file, command = &self.give_back);
        }
        format!("callbell-import verify {folder}").into()
    }

    /// Contacts that earlier runs left in doubt and that no row of the list names, as far as the last run knows them and
    /// nobody was done with them since.
    fn left_in_doubt(&self) -> Option<u64> {
        let told = self.summary.as_ref()?.get("left_in_doubt")?.as_u64()?;
        Some(told.min(self.census.count(Kind::Open) + self.census.count(Kind::Unconfirmed)))
    }

    fn told_rows(&self) -> String {
        self.counts.told(self.window.as_deref())
    }

    fn state(&self) -> &'static str {
        match (&self.holder, &self.summary) {
            (Some(_), _) => "running",
            (None, Some(summary)) if summary.get("stopped_by").is_some_and(Value::is_string) => "stopped",
            (None, Some(_)) => "ended",
            (None, None) if self.census.replayed.last_session.is_none() => "not begun",
            (None, None) => "broken off",
        }
    }

    fn text(&self) -> String {
        let mut text = String::new();
        let replayed = &self.census.replayed;
        let endpoint = replayed
            .head
            .as_ref()
            .map_or_else(|| message!("status-no-address"), |head| printable(&head.endpoint).into());
        let _ = writeln!(text, "{}", message!("status-import", folder = &self.shown, endpoint).told());
        let state = match (&self.holder, self.state()) {
            (Some(who), _) => message!("status-running", who),
            (None, "broken off") => message!("status-broken-off"),
            (None, "stopped") => message!("status-stopped"),
            (None, "not begun") => message!("status-not-begun"),
            (None, _) => message!("status-ended"),
        };
        let tell = |text: &mut String, word: Message, what: String| {
            let _ = writeln!(text, "{}{what}", report::label(&word));
        };
        tell(&mut text, message!("status-state"), state.told());
        if let Some(summary) = &self.summary {
            let said = |key: &str| summary.get(key).and_then(Value::as_str).map(printable);
            let code = summary.get("exit_code").and_then(Value::as_u64).unwrap_or_default().to_string();
            let at = said("finished_at").unwrap_or_default();
            let ended = match said("stopped_by") {
                Some(why) => message!("status-ended-stopped", at, code, why),
                None => message!("status-ended-at", at, code),
            };
            tell(&mut text, message!("status-last-run"), ended.told());
        }
        if let Some(LastTry { at, exit_code, why, hint }) = &self.failed {
            let (at, code) = (printable(at), exit_code.to_string());
            tell(&mut text, message!("status-last-try"), message!("status-failed-at", at, code, why).told());
            if let Some(hint) = hint {
                tell(&mut text, message!("status-hint"), hint.told());
            }
        }
        tell(&mut text, message!("plan-rows-title"), self.told_rows());
        if let Some(contacts) = self.counts.from_before.filter(|contacts| *contacts > 0) {
            tell(&mut text, message!("status-before"), message!("status-from-before", contacts).told());
        }
        if let Some(contacts @ 1..) = self.left_in_doubt() {
            let told = message!("status-left-in-doubt", contacts, folder = &self.shown);
            tell(&mut text, message!("status-in-doubt"), told.told());
        }
        if self.is_running()
            && let Some(per_second) = self.census.per_second(self.now_ms)
        {
            let rate = message!("status-per-second", rate = decimal(per_second));
            tell(&mut text, message!("status-rate"), rate.told());
        }
        if let Some(undone) = &self.undone {
            let (deleted, restored) = (undone.deleted().count(), undone.restored().count());
            let deleted =
                (deleted > 0 || restored == 0).then(|| message!("undo-contacts-deleted", contacts = deleted));
            let restored = (restored > 0).then(|| message!("undo-contacts-put-back", contacts = restored));
            let told = Message::list(deleted.into_iter().chain(restored), ", ");
            tell(&mut text, message!("status-undo"), told.told());
        }
        if let Some(later) = &self.later {
            let told = message!("status-given-back", folder = &later.shown, rows = later.told_rows());
            tell(&mut text, message!("closing-failures"), told.told());
        }
        if let Some(damage) = &replayed.damage {
            let told = match &self.summary {
                Some(_) => message!("status-damaged-since", damage),
                None => message!("status-damaged", damage),
            };
            tell(&mut text, message!("status-warning"), told.told());
        }
        tell(&mut text, message!("closing-next"), self.next().told());
        text
    }

    fn json(&self) -> String {
        format!("{:#}\n", self.as_json())
    }

    fn as_json(&self) -> Value {
        let replayed = &self.census.replayed;
        json!({
            "version": env!("CARGO_PKG_VERSION"),
            "folder": self.shown,
            "endpoint": replayed.head.as_ref().map(|head| &head.endpoint),
            "state": self.state(),
            "running": self.is_running(),
            "process": self.holder.as_ref().map(ToString::to_string),
            "counted_from": self.counts.source(),
            "rows": self.counts.rows,
            "window": self.window,
            "created": self.counts.of(Kind::Created) + self.counts.of(Kind::Confirmed),
            "confirmed_by_lookup": self.counts.by_lookup,
            "existing": self.counts.of(Kind::Existing),
            "updated": self.counts.of(Kind::Updated),
            "rejected": self.counts.of(Kind::Rejected),
            "failed": self.counts.of(Kind::Failed),
            "unconfirmed": self.counts.of(Kind::Unconfirmed),
            "open": self.counts.of(Kind::Open),
            "waiting": self.counts.of(Kind::Waiting),
            "contacts_from_before": self.counts.from_before,
            "left_in_doubt": self.left_in_doubt(),
            "per_second": self.is_running().then(|| self.census.per_second(self.now_ms)).flatten(),
            "undo_deleted": self.undone.as_ref().map(|undone| undone.deleted().count()),
            "undo_restored": self.undone.as_ref().map(|undone| undone.restored().count()),
            "undo_under_way": self.undone.as_ref().map(|undone| undone.under_way),
            "damage": replayed.damage.as_ref().map(ToString::to_string),
            "last_run": self.summary,
            "last_try": self.failed.as_ref().map(|failed| json!({
                "at": failed.at,
                "exit_code": failed.exit_code,
                "why": failed.why.to_string(),
            })),
            "failures_given_back": self.later.as_ref().map(|later| later.as_json()),
            "next": self.next().to_string(),
        })
    }
}
