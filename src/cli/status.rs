//! `status DIR`: how an import stands, at any time and from any terminal. It disturbs nobody.

use std::fmt::Write as _;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::args::StatusArgs;
use super::exit::Exit;
use super::failure::Failure;
use super::past::SANDBOX;
use super::{settings, tell};
use crate::ledger::JOURNAL;
use crate::model::printable;
use crate::status::{Census, Holder, Kind, holder};
use crate::undo;

pub(super) fn status(args: &StatusArgs) -> Result<Exit, Failure> {
    let path = &args.folder;
    let shown = settings::shown(path);
    if !path.is_dir() {
        return Err(Failure::usage(format!("there is no folder {shown}"))
            .hint("give the folder that a run writes its results into, such as contacts.import"));
    }
    let unreadable =
        |error| Failure::new(Exit::Output, format!("cannot read the import in {shown}: {error}"));
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let now_ms = u64::try_from(now.as_millis()).unwrap_or(u64::MAX);
    let census = Census::read(&path.join(JOURNAL), now_ms).map_err(unreadable)?.ok_or_else(|| {
        Failure::usage(format!("there is no import in {shown}"))
            .hint("give the folder that a run writes its results into; check and map write no journal there")
    })?;
    let undone = undo::peek(path).map_err(unreadable)?;
    let standing = Standing {
        holder: holder(path).map_err(unreadable)?,
        summary: summary(path, &census),
        undone: undone.filter(undo::Past::has_effect),
        census,
        shown,
        now_ms,
    };
    tell(&if args.json { standing.json() } else { standing.text() });
    Ok(Exit::Done)
}

/// What the last process that came to its end said. One that a later process has overtaken tells nothing any more.
fn summary(folder: &Path, census: &Census) -> Option<Value> {
    let summary: Value = serde_json::from_slice(&std::fs::read(folder.join("summary.json")).ok()?).ok()?;
    let finished = humantime::parse_rfc3339(summary.get("finished_at")?.as_str()?).ok()?;
    let finished = finished.duration_since(UNIX_EPOCH).ok()?.as_secs();
    let began = census.replayed.last_session.as_ref().map_or(0, |session| session.at);
    (finished >= began).then_some(summary)
}

struct Standing {
    holder: Holder,
    summary: Option<Value>,
    undone: Option<undo::Past>,
    census: Census,
    shown: String,
    now_ms: u64,
}

/// The words of the counts.
fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Created => "created",
        Kind::Confirmed => "created and confirmed by look-up",
        Kind::Existing => "existing",
        Kind::Updated => "updated",
        Kind::Rejected => "rejected",
        Kind::Failed => "failed",
        Kind::Unconfirmed => "unconfirmed",
        Kind::Open => "on the wire or left there",
        Kind::Waiting => "about to be sent or given back",
    }
}

impl Standing {
    fn is_running(&self) -> bool {
        matches!(self.holder, Holder::Process(_))
    }

    fn rows(&self) -> Option<u64> {
        self.census.replayed.last_session.as_ref().map(|session| session.rows)
    }

    /// What a person does next.
    fn next(&self) -> String {
        let folder = &self.shown;
        let number = |key: &str| self.summary.as_ref().and_then(|summary| summary.get(key)?.as_u64());
        let open = self.census.count(Kind::Open) + self.census.count(Kind::Unconfirmed);
        if self.is_running() {
            return format!("callbell-import status {folder}");
        }
        if let Some(undone) = &self.undone {
            return if undone.under_way || !undone.open.is_empty() {
                format!("callbell-import undo {folder} goes on with the undo")
            } else {
                "run --restart imports the deleted rows again".to_owned()
            };
        }
        if self.census.replayed.head.as_ref().is_some_and(|head| head.endpoint == SANDBOX) {
            return "a rehearsal begins anew each time".to_owned();
        }
        if self.summary.is_none() || open > 0 || number("not_attempted").is_some_and(|rows| rows > 0) {
            return "the same run command again goes on".to_owned();
        }
        let failures = ["invalid", "rejected", "failed"].into_iter().filter_map(number).sum::<u64>();
        if failures > 0 {
            return format!(
                "correct the rows in {folder}/failures.csv, then: callbell-import run {folder}/failures.csv"
            );
        }
        format!("callbell-import verify {folder}")
    }

    fn state(&self) -> &'static str {
        match (&self.holder, &self.summary) {
            (Holder::Process(_), _) => "running",
            (Holder::Unknown(_), None) => "unknown",
            (_, Some(_)) => "ended",
            (Holder::Nobody, None) if self.census.replayed.last_session.is_none() => "not begun",
            (Holder::Nobody, None) => "broken off",
        }
    }

    fn text(&self) -> String {
        let mut text = String::new();
        let replayed = &self.census.replayed;
        let endpoint = replayed
            .head
            .as_ref()
            .map_or_else(|| "an unknown address".to_owned(), |head| printable(&head.endpoint));
        let _ = writeln!(text, "{}: an import into {endpoint}", self.shown);
        let state = match &self.holder {
            Holder::Process(who) => format!("running: {who}"),
            Holder::Unknown(Some(who)) if self.summary.is_none() => {
                format!("it cannot be known here whether it runs; last held by {who}")
            }
            _ => match self.state() {
                "broken off" => {
                    "not running: the last run was broken off before it could say how it ended".to_owned()
                }
                state => state.to_owned(),
            },
        };
        let _ = writeln!(text, "State     {state}");
        if let Some(summary) = &self.summary {
            let said = |key: &str| summary.get(key).and_then(Value::as_str).map(printable);
            let stopped = said("stopped_by").map(|why| format!(", stopped by {why}")).unwrap_or_default();
            let code = summary.get("exit_code").and_then(Value::as_u64).unwrap_or_default();
            let _ = writeln!(
                text,
                "Last run  ended {}, exit code {code}{stopped}",
                said("finished_at").unwrap_or_default()
            );
        }
        let _ = writeln!(text, "Rows      {}", self.rows_told());
        if self.is_running()
            && let Some(per_second) = self.census.per_second(self.now_ms)
        {
            let _ =
                writeln!(text, "Rate      {per_second:.1} contacts settled per second over the last minute");
        }
        if let Some(undone) = &self.undone {
            let _ = writeln!(text, "Undo      {} contacts deleted", undone.deleted().count());
        }
        if let Some(damage) = &replayed.damage {
            let _ = writeln!(
                text,
                "Warning   the journal is damaged ({damage}): what it has lost is not counted here"
            );
        }
        let _ = writeln!(text, "Next      {}", self.next());
        text
    }

    /// The rows by what became of them: those that were sent from the journal, the others from the summary, if the last
    /// run has come to its end.
    fn rows_told(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        for kind in Kind::ALL {
            let count = self.census.count(kind);
            if count > 0 || kind == Kind::Created {
                parts.push(format!("{count} {}", word(kind)));
            }
        }
        let Some(rows) = self.rows() else { return parts.join(", ") };
        match &self.summary {
            Some(summary) => {
                for (key, word) in [
                    ("invalid", "invalid"),
                    ("duplicate", "repeating another"),
                    ("not_attempted", "not sent yet"),
                ] {
                    let count = summary.get(key).and_then(Value::as_u64).unwrap_or_default();
                    if count > 0 {
                        parts.push(format!("{count} {word}"));
                    }
                }
            }
            None => {
                let rest = rows.saturating_sub(self.census.contacts());
                if rest > 0 {
                    parts.push(format!("{rest} not taken yet, invalid, or repeating another"));
                }
            }
        }
        format!("{rows} in the file: {}", parts.join(", "))
    }

    fn json(&self) -> String {
        let replayed = &self.census.replayed;
        let (holder, known) = match &self.holder {
            Holder::Nobody => (None, true),
            Holder::Process(who) => (Some(who), true),
            Holder::Unknown(who) => (who.as_ref(), false),
        };
        let json = json!({
            "version": env!("CARGO_PKG_VERSION"),
            "endpoint": replayed.head.as_ref().map(|head| &head.endpoint),
            "state": self.state(),
            "running": known.then(|| self.is_running()),
            "process": holder,
            "rows": self.rows(),
            "created": self.census.count(Kind::Created) + self.census.count(Kind::Confirmed),
            "confirmed_by_lookup": self.census.count(Kind::Confirmed),
            "existing": self.census.count(Kind::Existing),
            "updated": self.census.count(Kind::Updated),
            "rejected": self.census.count(Kind::Rejected),
            "failed": self.census.count(Kind::Failed),
            "unconfirmed": self.census.count(Kind::Unconfirmed),
            "open": self.census.count(Kind::Open),
            "waiting": self.census.count(Kind::Waiting),
            "per_second": self.is_running().then(|| self.census.per_second(self.now_ms)).flatten(),
            "undo_deleted": self.undone.as_ref().map(|undone| undone.deleted().count()),
            "undo_under_way": self.undone.as_ref().map(|undone| undone.under_way),
            "damage": replayed.damage,
            "last_run": self.summary,
            "next": self.next(),
        });
        format!("{json:#}\n")
    }
}
