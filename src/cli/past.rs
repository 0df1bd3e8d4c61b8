//! What earlier runs left in the folder: continued, set aside, or refused.

use std::collections::BTreeSet;
use std::fs::File;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::ask;
use super::exit::Exit;
use super::failure::Failure;
use super::gone::{self, Gone};
use super::identity::Account;
use super::set_aside::{WITH_ITS_LIST, free_name, set_aside, set_aside_the_rest};
use super::settings::{self, Endpoint, SANDBOX};
use super::signals::Heard;
use crate::journal::{
    self, About, Disk, Fingerprints, Head, Held, Journal, Replayed, Restart, TakenBack, boot,
    journal_or_what_waits, peek, put_in_place, write_anew,
};
use crate::ledger::JOURNAL;
use crate::model::UpdateRules;
use crate::results::OutputDir;
use crate::survey::Sightings;
use crate::undo;
use crate::words::{Message, message};

/// What earlier runs left, and where this one writes what it does.
pub(super) struct Past<F> {
    pub(super) beginning: Beginning,
    pub(super) replayed: Replayed,
    pub(super) sightings: Sightings<F>,
}

/// The journal that a run is to write.
pub(super) enum Beginning {
    /// Of the runs before.
    GoesOn(Box<Journal<Disk>>),
    /// A new one in the place of theirs, if there is one, which stays until the run begins: what is refused before that forgets
    /// nothing.
    Anew(Anew),
}

/// A journal that is to be.
pub(super) struct Anew {
    folder: OutputDir,
    power_safe: bool,
    salt: [u8; 32],
    fingerprints: Fingerprints,
    main_channel: Option<String>,
    /// See [`Wanted::failures`].
    failures: Vec<PathBuf>,
    /// See [`Wanted::read`].
    read: Vec<PathBuf>,
}

impl Beginning {
    /// What the folder's journal knows is to be forgotten.
    pub(super) fn forgets(&self) -> bool {
        matches!(self, Self::Anew(_))
    }

    pub(super) fn fingerprints(&self) -> &Fingerprints {
        match self {
            Self::GoesOn(journal) => journal.fingerprints(),
            Self::Anew(anew) => &anew.fingerprints,
        }
    }

    /// See [`Journal::know_main_channel`].
    pub(super) fn know_main_channel(&mut self, uuid: Option<&str>) {
        match self {
            Self::GoesOn(journal) => journal.know_main_channel(uuid),
            Self::Anew(anew) => {
                anew.main_channel = uuid.map(str::to_owned);
                anew.fingerprints = Fingerprints::new(anew.salt).with_main_channel(uuid);
            }
        }
    }

    /// The run of so many rows begins, and earlier ones may be forgotten: not while a signal ends the program. The second
    /// value is something to tell.
    ///
    /// # Errors
    ///
    /// If the journal of the runs before cannot be set aside, or the new one cannot be made.
    pub(super) fn begin(
        self,
        (about, rows): (&About, u64),
        _: &Heard,
    ) -> Result<(Journal<Disk>, Option<Message>), Failure> {
        let anew = match self {
            Self::GoesOn(journal) => return Ok((*journal, None)),
            Self::Anew(anew) => anew,
        };
        let path = anew.folder.path().join(JOURNAL);
        let restart = Restart { list: anew.fingerprints.list(&anew.read), rows };
        write_anew(&path, (&anew.salt, about), anew.main_channel.as_deref(), restart)
            .map_err(not_made(&path))?;
        let was_there = has_journal(&path);
        // Before its own: what is set aside is asked whether there is a restart or not.
        for failures in &anew.failures {
            set_aside_with_its_list(failures)?;
        }
        let kept = free_name(&anew.folder, "journal.before-restart")?;
        set_aside(&path, Some(&kept))?;
        put_in_place(&path).map_err(not_made(&path))?;
        let told = match kept.exists() {
            true => message!("restarted", kept = settings::shown(&kept)),
            false => message!("restarted-without-journal"),
        };
        let disk = disk(&path, anew.power_safe)?;
        let (journal, _) = Journal::open(disk, boot(anew.folder.path()), anew.salt, |_| Ok(()))?;
        Ok((journal, was_there.then_some(told)))
    }
}

/// Makes files for what does not fit into memory.
pub(super) fn scratch(folder: &OutputDir) -> impl Fn() -> io::Result<File> + Clone + use<> {
    let folder = folder.clone();
    move || folder.scratch().map_err(|error| io::Error::other(error.to_string()))
}

/// What is asked of the past.
pub(super) struct Wanted {
    /// The stand-in in this process is used.
    pub(super) sandbox: bool,
    /// `--restart`
    pub(super) restart: bool,
    /// `--yes`
    pub(super) yes: bool,
    /// Wait for the disk.
    pub(super) power_safe: bool,
    /// What an update does with which field.
    pub(super) rules: UpdateRules,
    /// Contacts that undos of other imports have deleted since, or may have.
    pub(super) gone: Gone,
    /// The folders of the imports of its failures, and of theirs: what they know is of before a restart, too.
    pub(super) failures: Vec<PathBuf>,
    /// The files that are read, from the root.
    pub(super) read: Vec<PathBuf>,
}

/// Opens the journal in `folder`, whose lock is held. The second value is something to tell.
pub(super) async fn open<F: Fn() -> io::Result<File> + Clone>(
    folder: &OutputDir,
    wanted: &Wanted,
    scratch: F,
) -> Result<(Past<F>, Option<Message>), Failure> {
    let path = folder.path().join(JOURNAL);
    put_in_place(&path).map_err(not_made(&path))?;
    let mut sightings = Sightings::new(scratch).by(&wanted.rules);
    if let Some(undone) = undone(folder, wanted.restart)? {
        let (journal, damage, told) = import_again(folder, &path, &undone, wanted).await?;
        let mut replayed = peek(&path, |past| recall(&mut sightings, &wanted.gone, &past))
            .map_err(unreadable(&path))?
            .unwrap_or_default();
        replayed.damage = damage.or(replayed.damage);
        let beginning = Beginning::GoesOn(Box::new(journal));
        return Ok((Past { beginning, replayed, sightings }, Some(told)));
    }
    let told = forget_rehearsal(folder, &path, wanted)?;
    let (begins_anew, told) = match wanted.restart {
        // The same command once more, which has done its part: it would forget what it has created since.
        true if is_restarting(&path) => (false, Some(message!("restart-goes-on"))),
        begins_anew => (begins_anew, told),
    };
    if begins_anew {
        refuse_an_undo_under_way(&wanted.failures)?;
        if has_journal(&path) || !wanted.failures.is_empty() {
            agree_to_forget(folder, wanted)?;
        }
        let salt = salt();
        let beginning = Beginning::Anew(Anew {
            folder: folder.clone(),
            power_safe: wanted.power_safe,
            salt,
            fingerprints: Fingerprints::new(salt),
            main_channel: None,
            failures: wanted.failures.clone(),
            read: wanted.read.clone(),
        });
        let replayed = Replayed::default();
        return Ok((Past { beginning, replayed, sightings }, told));
    }
    let disk = disk(&path, wanted.power_safe)?;
    let (journal, replayed) =
        Journal::open(disk, boot(folder.path()), salt(), |past| recall(&mut sightings, &wanted.gone, &past))?;
    let beginning = Beginning::GoesOn(Box::new(journal));
    Ok((Past { beginning, replayed, sightings }, told))
}

/// Whether a list is begun anew and nobody has done that yet, by a journal that can be gone on with.
fn is_restarting(path: &Path) -> bool {
    let replayed = peek(path, |_| Ok(())).ok().flatten();
    replayed.is_some_and(|replayed| replayed.head.is_some() && replayed.restart.is_some())
}

/// Takes up what a ticket says, unless it is of a contact of another import that was taken back there: nobody is there.
fn recall<F: Fn() -> io::Result<File> + Clone>(
    sightings: &mut Sightings<F>,
    gone: &Gone,
    past: &journal::Past,
) -> io::Result<()> {
    let uuid = past.verdict.as_ref().and_then(|verdict| verdict.o.uuid());
    if uuid.is_some_and(|uuid| gone.contains(uuid)) { Ok(()) } else { sightings.past(past) }
}

/// The journal at `path`, of an import that was made, for a word about what is in it.
pub(super) fn to_write(path: &Path, boot: Option<String>) -> Result<Journal<Disk>, Failure> {
    Ok(Journal::open(disk(path, true)?, boot, salt(), |_| Ok(()))?.0)
}

/// The journal at `path`, of an import that was made and of which nobody else is to write.
pub(super) fn held(path: &Path) -> Result<Held, Failure> {
    Held::take(path).map_err(not_opened(path))
}

fn disk(path: &Path, power_safe: bool) -> Result<Disk, Failure> {
    Disk::open(path, power_safe).map_err(not_opened(path))
}

fn not_opened(path: &Path) -> impl Fn(io::Error) -> Failure {
    move |error| {
        let exit = if error.kind() == io::ErrorKind::WouldBlock { Exit::Locked } else { Exit::Output };
        Failure::new(exit, message!("journal-open-at", path, why = &error))
    }
}

fn not_made(path: &Path) -> impl Fn(io::Error) -> Failure {
    move |error| Failure::new(Exit::Output, message!("journal-open-at", path, why = &error))
}

fn unreadable(path: &Path) -> impl Fn(io::Error) -> Failure {
    move |error| Failure::new(Exit::Output, message!("journal-read-at", path, why = &error))
}

/// What the journal in a folder remembers, for someone who only looks.
pub(super) struct Looked<F> {
    pub(super) sightings: Sightings<F>,
    /// Which import it is of.
    pub(super) head: Option<Head>,
    /// There was an earlier run. Without one only rows that repeat one another are compared, where there are any.
    pub(super) contents: bool,
    /// The results may be of before a run that was told to forget.
    pub(super) are_results_stale: bool,
}

/// What the journal in `folder` remembers, for an update by these rules, without contacts that are `gone`;
/// nothing, if it is of a rehearsal, which the next run begins without.
pub(super) fn look<F: Fn() -> io::Result<File> + Clone>(
    folder: &OutputDir,
    rules: &UpdateRules,
    gone: &Gone,
    scratch: F,
) -> Result<Looked<F>, Failure> {
    let path = folder.path().join(JOURNAL);
    let mut sightings = Sightings::new(scratch.clone()).by(rules);
    let replayed = peek(&journal_or_what_waits(&path), |past| recall(&mut sightings, gone, &past));
    let replayed = replayed.map_err(unreadable(&path))?;
    let contents = replayed.is_some();
    let Replayed { head, are_results_stale, .. } = replayed.unwrap_or_default();
    if head.as_ref().is_some_and(|head| head.endpoint == SANDBOX) {
        let sightings = Sightings::new(scratch);
        return Ok(Looked { sightings, head: None, contents: false, are_results_stale: false });
    }
    Ok(Looked { sightings, head, contents, are_results_stale })
}

/// Refuses a rehearsal in the folder of an import.
pub(super) fn refuse_rehearsal(
    folder: &OutputDir,
    head: Option<&Head>,
    sandbox: bool,
) -> Result<(), Failure> {
    if sandbox && head.is_some() {
        let shown = settings::shown(folder.path());
        return Err(Failure::usage(message!("rehearsal-over-import", folder = shown))
            .hint(message!("rehearsal-over-import.fix")));
    }
    Ok(())
}

/// The undo of the import in `folder`, if it has deleted anything; `restart`: also if it has only found somebody gone, whose row
/// is imported again then, and nobody's whom it has kept.
fn undone(folder: &OutputDir, restart: bool) -> Result<Option<undo::Past>, Failure> {
    let past = undo::peek(folder.path())
        .map_err(|error| Failure::new(Exit::Output, message!("undo-log-read", why = &error)))?;
    Ok(past.filter(|past| if restart { past.has_found() } else { past.has_effect() }))
}

/// Something to tell about an import that was taken back, if it was.
pub(super) fn told_of_undo(folder: &OutputDir) -> Result<Option<Message>, Failure> {
    Ok(undone(folder, false)?.map(|undone| words_on(&undone)))
}

fn words_on(undone: &undo::Past) -> Message {
    match (undone.deleted().count(), undone.restored().count()) {
        (deleted, 0) => message!("undone-deleted", deleted),
        (0, restored) => message!("undone-restored", restored),
        (deleted, restored) => message!("undone-both", deleted, restored),
    }
}

/// After an undo, `--restart` makes the rows of the contacts that were deleted, or were not there any more, fresh again, and no
/// others. Returns the
/// journal, what is wrong with it, and something to tell.
async fn import_again(
    folder: &OutputDir,
    path: &Path,
    undone: &undo::Past,
    wanted: &Wanted,
) -> Result<(Journal<Disk>, Option<Message>, Message), Failure> {
    let shown = settings::shown(folder.path());
    if undone.is_under_way() {
        return Err(
            Failure::usage(message!("undo-under-way")).hint(message!("undo-under-way.fix", folder = shown))
        );
    }
    if !wanted.restart {
        return Err(Failure::usage(words_on(undone)).hint(message!("hint-restart-undone")));
    }
    let absent: BTreeSet<_> = undone.deleted().chain(undone.gone()).collect();
    let restored: BTreeSet<_> = undone.restored().collect();
    let count = absent.len() + restored.len();
    if !wanted.yes {
        if !ask::someone_is_there() {
            return Err(Failure::usage(message!("restart-undone", contacts = count))
                .hint(message!("restart-undone.fix")));
        }
        if !ask::yes(&message!("ask-restart-undone", contacts = count), false) {
            return Err(Failure::usage(message!("hint-nothing-was-sent")));
        }
    }
    let mut forgotten = Vec::with_capacity(count);
    let (mut journal, replayed) =
        Journal::open(disk(path, wanted.power_safe)?, boot(folder.path()), salt(), |past| {
            let is_restored = restored.contains(&past.ticket);
            if is_restored || absent.contains(&past.ticket) {
                let contact = past.verdict.and_then(|verdict| verdict.o.into_contact());
                let still_there = contact.filter(|_| is_restored).map(|contact| contact.uuid);
                forgotten.push((past.ticket, TakenBack { key: past.key, still_there }));
            }
            Ok(())
        })?;
    // Of a change of which nobody knew whether it was made, there is no verdict that names the contact.
    for (ticket, taken_back) in &mut forgotten {
        if restored.contains(ticket) && taken_back.still_there.is_none() {
            taken_back.still_there = replayed.changing.get(ticket).map(|begun| begun.uuid.clone());
        }
    }
    let forgotten: Vec<TakenBack> = forgotten.into_iter().map(|(_, taken_back)| taken_back).collect();
    let list = journal.fingerprints().list(&wanted.read);
    let restart = Restart { list, rows: forgotten.len() as u64 };
    // Done twice it does no harm: if this process dies here, the next one does it again.
    journal.forget(&forgotten, restart, SystemTime::now()).await?;
    let log = folder.path().join(undo::UNDO_LOG);
    let kept = free_name(folder, "undo.before-restart")?;
    std::fs::rename(&log, &kept)
        .map_err(|error| Failure::new(Exit::Output, message!("undo-log-aside", why = &error)))?;
    let _ = std::fs::remove_file(log.with_extension("length"));
    let told = message!("restarted-undone", contacts = count, kept = settings::shown(&kept));
    Ok((journal, replayed.damage, told))
}

/// A rehearsal's journal is taken away: nothing of it is anywhere. An import's is not rehearsed over.
fn forget_rehearsal(folder: &OutputDir, path: &Path, wanted: &Wanted) -> Result<Option<Message>, Failure> {
    let shown = settings::shown(folder.path());
    let head = peek(path, |_| Ok(())).map_err(unreadable(path))?.and_then(|replayed| replayed.head);
    let was_rehearsal = head.as_ref().is_some_and(|head| head.endpoint == SANDBOX);
    if was_rehearsal {
        set_aside(path, None)?;
        let told = (!wanted.sandbox).then(|| message!("rehearsal-forgotten", folder = &shown));
        return Ok(told);
    }
    refuse_rehearsal(folder, head.as_ref(), wanted.sandbox)?;
    Ok(None)
}

/// Whether there is a journal, or was one: its length alone would have a new journal taken for one that lost its head.
fn has_journal(path: &Path) -> bool {
    path.exists() || path.with_extension("length").exists()
}

/// `--restart` forgets only when it is told twice.
fn agree_to_forget(folder: &OutputDir, wanted: &Wanted) -> Result<(), Failure> {
    if wanted.yes {
        return Ok(());
    }
    if !ask::someone_is_there() {
        return Err(Failure::usage(message!("restart-unasked")).hint(message!("restart-unasked.fix")));
    }
    if !ask::yes(&message!("ask-restart", folder = settings::shown(folder.path())), false) {
        return Err(Failure::usage(message!("nothing-forgotten")));
    }
    Ok(())
}

/// Sets the journal in `folder` aside, whose failures are of a list that is begun anew, and its undo.
fn set_aside_with_its_list(folder: &Path) -> Result<(), Failure> {
    let path = folder.join(JOURNAL);
    set_aside_the_rest(folder).map_err(unreadable(&path))?;
    let head = peek(&path, |_| Ok(())).map_err(unreadable(&path))?.and_then(|replayed| replayed.head);
    if head.is_none_or(|head| head.endpoint == SANDBOX) {
        return Ok(());
    }
    set_aside(&path, Some(&free_name(&OutputDir::open(folder)?, WITH_ITS_LIST)?))
}

/// Refuses to forget what an undo of one of these imports is about, which did not come to its end.
fn refuse_an_undo_under_way(imports: &[PathBuf]) -> Result<(), Failure> {
    for folder in imports {
        if gone::undone(folder)?.is_under_way() {
            let folder = settings::shown(folder);
            return Err(Failure::usage(message!("undo-of-failures-under-way", folder = &folder))
                .hint(message!("undo-under-way.fix", folder)));
        }
    }
    Ok(())
}

/// Random enough to keep fingerprints of two journals apart, from the keys that the standard library draws from the
/// system for its hash tables.
fn salt() -> [u8; 32] {
    let mut salt = [0; 32];
    for part in salt.chunks_mut(8) {
        part.copy_from_slice(&RandomState::new().build_hasher().finish().to_le_bytes());
    }
    salt
}

/// Refuses a folder whose import is at another address, before that address sees the token.
pub(super) fn refuse_another_address(
    head: Option<&Head>,
    endpoint: &Endpoint,
    hint: Message,
) -> Result<(), Failure> {
    match head {
        Some(head) if head.endpoint != endpoint.shown() => {
            let (held, asked) = (&head.endpoint, endpoint.shown());
            Err(Failure::usage(message!("other-endpoint", held, asked)).hint(hint))
        }
        _ => Ok(()),
    }
}

/// Refuses a folder whose import is in another account of the same address.
pub(super) fn refuse_another_account(
    head: Option<&Head>,
    about: &About,
    account: &Account,
) -> Result<(), Failure> {
    match head {
        Some(head) if head.account != about.account => Err(another_account(account)),
        _ => Ok(()),
    }
}

/// The folder's import is in another account.
pub(super) fn another_account(account: &Account) -> Failure {
    let what = match account.shown.user_email.as_deref() {
        Some(user) => message!("other-account", user),
        None => message!("other-account-unnamed"),
    };
    Failure::usage(what).hint(message!("hint-another-folder"))
}
