//! An import that is decided: sent, counted, written down, and told.

use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use tokio::sync::watch;
use tokio::time::Instant;

use super::args::RunArgs;
use super::exit::Exit;
use super::failure::Failure;
use super::given::{self, Given};
use super::identity::Account;
use super::prepare::Prepared;
use super::remembered::Remembered;
use super::settings::SANDBOX;
use super::talk::{Progress, Talk};
use super::{drift, is_all_told, learnt, say, settings, standard_input, tell};
use crate::account::Finding;
use crate::api::{Client, Http};
use crate::delivery::Existing;
use crate::history::Figures;
use crate::journal::{About, Disk, Elsewhere, Journal, Replayed};
use crate::model::{Code, Status, Stop};
use crate::monitoring::Monitors;
use crate::rate::Rate;
use crate::report::{
    Closing, ExistingPlan, Opening, SUMMARY, Span, Story, Summary, Traffic, words_on_doubts,
};
use crate::results::OutputDir;
use crate::run::{Import, Imported, OtherParts, Reading, Report, StopWish};
use crate::words::{Message, message};

/// How a run ended that came to its results, or was not begun because nobody wanted it.
#[derive(Debug, Clone)]
pub(super) struct Ended {
    pub(super) exit: Exit,
    /// What that means.
    pub(super) meaning: Message,
    /// Rows failed, and each of them had failed in the last run in the same way.
    pub(super) nothing_new: bool,
}

/// An import that is about to begin.
pub(super) struct Importing<'a> {
    pub(super) args: &'a RunArgs,
    /// The turnstile, and the line behind it.
    pub(super) line: (Arc<Rate>, Client<Http>),
    pub(super) account: Account,
    pub(super) about: About,
    /// What other imports know, into which failures of this one were given back.
    pub(super) elsewhere: Vec<Elsewhere>,
    /// What the other parts of the list know, whenever it is asked.
    pub(super) other_parts: OtherParts,
    pub(super) talk: Talk,
    pub(super) monitors: &'a Monitors,
    /// About the account.
    pub(super) learnt: Vec<(Message, Message)>,
    /// The output folder as it is shown.
    pub(super) shown: String,
    /// Requests that may leave.
    pub(super) per_second: Option<u32>,
    /// The first rows go alone and are read back.
    pub(super) canary: bool,
    /// What later runs are to know of the list, if it is a measure for theirs.
    pub(super) figures: Option<Figures>,
    /// The file is another one than that of the last run.
    pub(super) input_changed: bool,
    /// What is to be said if it may be another list.
    pub(super) other_list: Option<Message>,
    /// The list that was to be begun anew is another one, and no run of it has written a word.
    pub(super) is_of_another_restart: bool,
}

impl Importing<'_> {
    /// Tells the plan, unless nothing is to be done, and keeps what the report needs of it.
    pub(super) fn tell_plan(
        &self,
        prepared: &Prepared,
        replayed: &Replayed,
        findings: &[Finding],
        existing: ExistingPlan,
    ) -> Opening {
        let mask = !console::user_attended_stderr();
        let mut plan = prepared.plan(&self.shown, Some(&self.account.shown), self.per_second, mask, findings);
        plan.input_changed = self.input_changed;
        plan.other_list = self.other_list.clone();
        plan.existing = Some(existing);
        if prepared.to_send() > 0 || replayed.head.is_none() {
            self.talk.say(&plan.text());
        }
        Opening::of(&plan)
    }

    /// Sends what is to be sent, and tells what became of it: files, monitors and the person.
    pub(super) async fn import(
        self,
        prepared: Prepared,
        journal: Journal<Disk>,
        replayed: Replayed,
        folder: &OutputDir,
        (existing, wish): (Existing, watch::Receiver<Option<StopWish>>),
        opening: Opening,
    ) -> Result<Ended, Failure> {
        let args = self.args;
        let (rows, all_left_out) = (prepared.survey.rows, prepared.survey.all_left_out);
        let to_send = prepared.to_send();
        let left_in_doubt = prepared.left_in_doubt();
        let is_rehearsal = self.about.endpoint == SANDBOX;
        let progress =
            Progress::start(rows, self.per_second, self.talk, args.talk.verbose, self.monitors.watch());
        let (started_at, clock) = (SystemTime::now(), Instant::now());
        let import = Import {
            input: prepared.input,
            window: prepared.window,
            reading: Reading::OnThread,
            form: prepared.resolved.form,
            survey: prepared.survey,
            journal,
            replayed: &replayed,
            elsewhere: self.elsewhere,
            other_parts: self.other_parts,
            about: self.about,
            sending: settings::sending(self.line, &args.sending.pace, self.account.server_time, existing),
            canary: self.canary,
            bounds: settings::bounds(&args.sending.limits),
            folder,
            failures: prepared.format,
            watch: progress.watch(),
            started_at,
        };
        let Imported { report, ended } = import.run(wish).await;
        progress.finish();
        tell_what_stays(&report, folder.path(), &args.given);
        let through = ended?;
        let not_attempted = through.not_attempted;
        report.accounts_for(not_attempted)?;
        let traffic = Traffic::of(progress.counts(), (self.account.requests, self.account.throttled));
        let span = Span { started_at, elapsed: clock.elapsed() };
        let input = prepared.shown_input;
        let mut summary =
            Summary::new(input, self.account.shown, span, rows, &report.tally, not_attempted, traffic);
        summary.left_in_doubt = left_in_doubt;
        summary.settled_before = report.settled_before;
        let exit = note_end(&mut summary, &report);
        let mut file = folder.create(SUMMARY)?;
        file.write(summary.to_json().as_bytes())?;
        file.finish()?;
        let nothing_new = exit == Exit::SomeFailed && report.failures_known.is_nothing_new();
        self.monitors.summed_up(&summary, report.failures_known.known);
        let next = next_commands(&report, not_attempted, folder.path(), &args.given, is_rehearsal);
        let story = Story {
            series: progress.series(),
            learnt: [self.learnt, learnt::of_manners(&report.manners)].concat(),
            next: next.clone(),
            ..Story::new(summary.clone(), opening, &report.tally, report.stop.as_ref())
        };
        let nothing_to_do = to_send == 0 && replayed.head.is_some();
        let is_the_same = nothing_to_do && !self.input_changed;
        match is_the_same.then(|| super::report::that_tells_the_same(folder, &summary)).flatten() {
            Some(shown) => super::report::in_the_language(folder, &shown)?,
            None => super::report::write(folder, &story)?,
        }
        let is_through = matches!(exit, Exit::Done | Exit::SomeFailed | Exit::Unconfirmed);
        remember(folder, report.first_rows_passed, self.figures.filter(|_| is_through))?;
        let closing = Closing {
            summary: &summary,
            tally: &report.tally,
            stop: report.stop.as_ref(),
            duplicates: report.manners.duplicates(),
            folder: &self.shown,
            all_left_out,
            nothing_to_do,
            failed_as_before: report.failures_known.known,
            next,
        };
        say_the_last_words(self.talk, &closing, exit != Exit::Done && !nothing_new);
        // Whoever gives the command once more for those rows forgets nothing by that. Where nothing was to be forgotten, each row
        // has its answer, also where that is that nobody knows.
        let goes_on = report.tally.count(Status::Failed) + report.tally.count(Status::Unconfirmed);
        let is_repeated = args.sending.restart && goes_on > 0;
        through.close(is_repeated || self.is_of_another_restart || !is_all_told()).await?;
        if is_through {
            standard_input::forget(&self.args.input, folder);
        }
        Ok(Ended { exit, meaning: meaning_of(exit, report.stop.as_ref()), nothing_new })
    }
}

/// Files of earlier runs that this one did not replace.
fn tell_what_stays(report: &Report, folder: &Path, given: &Given) {
    if report.earlier_results_stay {
        say(&message!("earlier-results-stay").told());
    }
    if let Some(kept) = &report.edited_failures {
        let command = given.command_for(kept, folder);
        say(&message!("failures-kept", file = settings::shown(kept), command).told());
    }
}

/// What later runs into the folder are to know: that the first rows have passed, and what the list was like.
fn remember(folder: &OutputDir, first_rows_passed: bool, figures: Option<Figures>) -> Result<(), Failure> {
    if first_rows_passed {
        Remembered { first_rows_due: false, ..Remembered::read(folder.path()) }.write(folder)?;
    }
    if let Some(figures) = figures {
        drift::remember(folder, figures)?;
    }
    Ok(())
}

/// Whoever wants no words hears them all the same where `is_news`, and of contacts in doubt.
fn say_the_last_words(talk: Talk, closing: &Closing<'_>, is_news: bool) {
    if talk.json {
        tell(&closing.summary.to_json());
    } else if !talk.quiet {
        tell(&closing.text());
    } else if is_news {
        say(&closing.text());
    } else if let Some(contacts @ 1..) = closing.summary.left_in_doubt {
        say(&words_on_doubts(contacts, closing.folder).told());
    }
}

/// Writes into the summary how the import ended, and returns the number that says so.
pub(super) fn note_end(summary: &mut Summary, report: &Report) -> Exit {
    let exit = exit_of(report);
    summary.exit_code = exit.code();
    summary.stopped_by = report.stop.as_ref().map(|stop| stop.as_str().into());
    exit
}

/// The number that says how it ended; the gravest word wins.
fn exit_of(report: &Report) -> Exit {
    match &report.stop {
        Some(stop) => stop.into(),
        None if report.tally.count(Status::Unconfirmed) > 0 => Exit::Unconfirmed,
        None if report.tally.failures() > 0 => Exit::SomeFailed,
        None => Exit::Done,
    }
}

/// What the number means, with the signal that it was: two have the same number.
fn meaning_of(exit: Exit, stop: Option<&Stop>) -> Message {
    match stop {
        Some(Stop::HangUp) => message!("exit-by-signal", signal = "SIGHUP"),
        Some(Stop::Terminate) => message!("exit-by-signal", signal = "SIGTERM"),
        _ => exit.meaning(),
    }
}

/// What a person does next.
fn next_commands(
    report: &Report,
    not_attempted: u64,
    folder: &Path,
    given: &Given,
    sandbox: bool,
) -> Vec<Message> {
    let tally = &report.tally;
    let goes_on = not_attempted + tally.count(Status::Unconfirmed) + tally.count(Status::Failed);
    let to_mend = tally.count(Status::Invalid) + tally.count(Status::Rejected);
    let mut next = next_words(goes_on, to_mend, folder, given, sandbox);
    let is_for_a_person = |code: &str| Code::named(code).is_some_and(Code::is_for_a_person);
    let causes = tally.causes().into_iter().filter(|cause| cause.status == Status::Unconfirmed);
    let to_decide: u64 = causes.filter(|cause| is_for_a_person(&cause.code)).map(|cause| cause.rows).sum();
    if to_decide > 0 && !sandbox {
        let file = settings::shown(&given::places(folder).0);
        next.push(message!("next-decide", rows = to_decide, file, command = given.command(folder)));
    }
    // Nobody can go on before something is done, and so nothing else comes first.
    if report.stops_again && goes_on > 0 {
        next.splice(..1, [message!("next-bound", rows = goes_on)]);
    }
    next
}

/// What a person does next about so many rows that go on, and so many that have to be mended first.
pub(super) fn next_words(
    goes_on: u64,
    to_mend: u64,
    folder: &Path,
    given: &Given,
    sandbox: bool,
) -> Vec<Message> {
    let mut next = Vec::new();
    if goes_on > 0 && sandbox {
        next.push(message!("next-rehearsal"));
    } else if goes_on > 0 {
        next.push(message!("next-goes-on", rows = goes_on));
    }
    if to_mend > 0 {
        let file = settings::shown(&given::places(folder).0);
        next.push(message!("next-correct", file, command = given.command(folder)));
    }
    next
}
