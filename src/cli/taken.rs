//! What `verify` and `undo` have in common: an import that was made, its account, and the way to it.

use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use tokio::sync::watch;

use super::args::{AccountArgs, AskingArgs};
use super::exit::Exit;
use super::failure::Failure;
use super::identity::Account;
use super::past::{self, refuse_another_account, refuse_another_address};
use super::preflight::{self, Preflight};
use super::remembered::Remembered;
use super::same_account::Marks;
use super::set_aside::{set_aside_in, was_with_its_list};
use super::settings::{self, Endpoint, SANDBOX};
use super::signals;
use super::talk::Talk;
use crate::api::{Client, Http, WireStyle};
use crate::inquiry::Inquiry;
use crate::journal::{Held, Lock, boot};
use crate::ledger::{JOURNAL, Ledger};
use crate::model::{Shard, Stop};
use crate::rate::Headroom;
use crate::results::OutputDir;
use crate::words::{Message, message};

/// An import that was made. Nobody else works on it while this lives.
pub(super) struct Taken {
    pub(super) folder: OutputDir,
    /// The folder as it is shown.
    pub(super) shown: String,
    pub(super) ledger: Ledger,
    pub(super) account: Account,
    pub(super) client: Client<Http>,
    pub(super) inquiry: Inquiry<Http>,
    /// Where somebody has deleted `lock`.
    journal: Option<Held>,
    _lock: Lock,
}

/// Opens the folder of an import; it is not made if it is not there.
pub(super) fn folder(path: &Path) -> Result<OutputDir, Failure> {
    let shown = settings::shown(path);
    OutputDir::refuse_one_of_another(path, true)?;
    if !path.join(JOURNAL).is_file() {
        let hint = message!("hint-folder-of-results");
        return Err(match path.is_dir() {
            true => no_import_in(path, hint),
            false => Failure::usage(message!("no-folder", folder = shown)).hint(hint),
        });
    }
    let folder = OutputDir::open(path)?;
    folder.refuse_files_of_others()?;
    Ok(folder)
}

/// There is no import in a folder: what is said of it, and `hint` where nothing better is known.
pub(super) fn no_import_in(path: &Path, hint: Message) -> Failure {
    let folder = settings::shown(path);
    let set_aside = set_aside_in(path).unwrap_or_default();
    if let Some(kept) = set_aside.first().filter(|last| was_with_its_list(last)) {
        let kept = settings::shown(kept);
        return Failure::usage(message!("import-set-aside-with-its-list", folder, kept))
            .hint(message!("import-set-aside-with-its-list.fix"));
    }
    Failure::usage(message!("no-import-in", folder)).hint(parts_in(path).unwrap_or(hint))
}

/// The folders of imports that lie in one which has none itself, as those of `--shard` do; `None` if there are none.
fn parts_in(path: &Path) -> Option<Message> {
    let entries = std::fs::read_dir(path).ok()?.flatten().map(|entry| entry.path());
    let mut parts: Vec<String> =
        entries.filter(|entry| entry.join(JOURNAL).is_file()).map(|entry| settings::shown(&entry)).collect();
    parts.sort();
    let first = parts.first()?;
    Some(message!("hint-parts-in", parts = parts.len(), first))
}

/// Whether nothing was ever written into the journal: neither a first line nor how long it was. A run opens it before it
/// looks at its file, and begins it when something is sent.
fn is_not_begun(path: &Path) -> bool {
    let journal = path.join(JOURNAL);
    let is_empty = |path: &Path| match std::fs::symlink_metadata(path) {
        Ok(found) => found.is_file() && found.len() == 0,
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    };
    is_empty(&journal) && is_empty(&journal.with_extension("length"))
}

/// Takes the lock, reads what the import brought about, and makes sure that the token is of its account.
pub(super) async fn open(
    path: &Path,
    account: &AccountArgs,
    asking: &AskingArgs,
    style: WireStyle,
    talk: Talk,
) -> Result<Taken, Failure> {
    let shown = settings::shown(path);
    let folder = folder(path)?;
    talk.warn(folder.exposure()?.as_ref());
    let lock = Lock::take(path, SystemTime::now())?;
    let journal = Some(past::held(&path.join(JOURNAL))?);
    folder.clear_away()?;
    let unreadable = |error: std::io::Error| {
        Failure::new(Exit::Output, message!("import-unreadable", folder = &shown, why = &error))
    };
    let ledger = Ledger::open(&folder).map_err(unreadable)?.ok_or_else(|| {
        if is_not_begun(path) {
            return Failure::usage(message!("nothing-sent-yet", folder = &shown))
                .hint(message!("nothing-sent-yet.fix", folder = &shown));
        }
        Failure::usage(message!("journal-head", folder = &shown)).hint(message!("journal-head.fix"))
    })?;
    if ledger.head.endpoint == SANDBOX || account.sandbox || account.sandbox_config.is_some() {
        return Err(Failure::usage(message!("rehearsal-gone")).hint(message!("rehearsal-gone.fix")));
    }
    let endpoint = Endpoint::of(account)?;
    let held = &ledger.head.endpoint;
    refuse_another_address(Some(&ledger.head), &endpoint, message!("hint-the-imports-address", held))?;
    talk.warn(endpoint.warning.as_ref());
    let limit = settings::rate(asking.rate, &endpoint.base)?;
    let places = usize::from(asking.concurrency);
    let (headroom, shard) = (Headroom::default(), Shard::default());
    let rate = Arc::new(settings::turnstile(limit, headroom, shard, places, &endpoint, talk)?);
    let http = endpoint.http(places)?;
    let client = Client::new(http, style);
    let waits = preflight::patient_waits(talk.quiet, asking.max_outage);
    let mut preflight = Preflight::new(&endpoint, &client, &rate, waits);
    let who = preflight.account().await?;
    let about = who.about(&ledger.head.fingerprints());
    refuse_another_account(Some(&ledger.head), &about, &who)?;
    if let Some(marks) = Remembered::read(path).marks.filter(|marks| marks.is_by_another_token(&who.token)) {
        preflight.channels().await?;
        let _ = Marks::agree(Some(marks), &who, &mut preflight, path).await?;
    }
    if let Some(damage) = &ledger.damage {
        talk.warn(Some(&message!("warn-ledger-damaged", damage)));
    }
    let inquiry = Inquiry::new(client.clone(), rate, asking.max_outage, stops()?, fastrand::u64(..));
    Ok(Taken { folder, shown, ledger, account: who, client, inquiry, journal, _lock: lock })
}

impl Taken {
    /// Is done with the rows that are open. Returns how many they were.
    pub(super) async fn let_go(&mut self) -> Result<u64, Failure> {
        let doubts = std::mem::take(&mut self.ledger.doubts);
        if !doubts.is_empty() {
            let path = self.folder.path().join(JOURNAL);
            drop(self.journal.take());
            let mut journal = past::to_write(&path, boot(self.folder.path()))?;
            journal.let_go(&doubts, SystemTime::now()).await?;
        }
        Ok(doubts.len() as u64)
    }
}

/// Signals as stops.
fn stops() -> Result<watch::Receiver<Option<Stop>>, Failure> {
    let signals::Heard { mut wish } = signals::listen(None)
        .map_err(|error| Failure::new(Exit::Bug, message!("no-signals", why = &error)))?;
    let (stop, stopped) = watch::channel(None);
    tokio::spawn(async move {
        if let Ok(wished) = wish.wait_for(Option::is_some).await {
            let _ = stop.send(wished.as_ref().map(|wish| wish.stop.clone()));
        }
        stop.closed().await;
    });
    Ok(stopped)
}
