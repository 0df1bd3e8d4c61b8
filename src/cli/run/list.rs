//! A list on its way to be imported: what is asked of it, and of the account for it, before anything is sent.

use std::fs::File;
use std::io;
use std::path::PathBuf;

use super::{Asked, Before, command_to_go_on};
use crate::account::Finding;
use crate::cli::args::RunArgs;
use crate::cli::failure::Failure;
use crate::cli::identity::Account;
use crate::cli::other_list::{Objections, OtherList};
use crate::cli::past::{self, Beginning, refuse_another_account};
use crate::cli::preflight::Preflight;
use crate::cli::prepare::{NotNow, Prepared, Understood};
use crate::cli::remembered::{Begun, Remembered};
use crate::cli::same_account::Marks;
use crate::cli::{drift, given_back, handed_over, related, settings};
use crate::history::Figures;
use crate::journal::{About, Elsewhere, Fingerprints, Restart};
use crate::results::OutputDir;
use crate::survey::Sightings;
use crate::words::{Message, message};

/// A list that is about to be imported into its folder.
pub(super) struct List<'l> {
    pub(super) args: &'l RunArgs,
    pub(super) asked: &'l Asked,
    pub(super) before: &'l Before,
    /// Its files, from the root; none for standard input.
    pub(super) read: &'l [PathBuf],
    pub(super) folder: &'l OutputDir,
    /// How the folder tells contacts apart.
    pub(super) fingerprints: &'l Fingerprints,
    /// What the folder's journal knows is to be forgotten.
    pub(super) forgets: bool,
    /// Somebody has approved the plan that is carried out.
    pub(super) is_approved: bool,
}

/// What the account says of a list.
pub(super) struct Fit {
    pub(super) findings: Vec<Finding>,
    pub(super) account: Account,
    pub(super) about: About,
    pub(super) marks: Marks,
}

impl List<'_> {
    /// How contacts are told apart, if runs before have begun in the folder.
    fn begun(&self) -> Option<&Fingerprints> {
        self.before.replayed.head.as_ref().map(|_| self.fingerprints)
    }

    /// Reads every row. Refuses a list that is another one than that of the runs before, or is read otherwise than it was; the second
    /// value is about one that may be another.
    pub(super) fn survey<F: Fn() -> io::Result<File> + Clone>(
        &self,
        understood: Understood,
        sightings: Sightings<F>,
    ) -> Result<(Prepared, Option<OtherList>), Failure> {
        let Before { remembered, related, gone, replayed } = self.before;
        let (endpoint, scratch) = (self.asked.endpoint.shown(), || past::scratch(self.folder));
        let known = match self.forgets {
            true => related.known_people_after_a_restart(endpoint.clone(), gone, scratch()),
            false => related.known_people(endpoint.clone(), gone, scratch()),
        };
        let wanted = (true, true);
        let mut prepared =
            understood.survey(self.fingerprints, sightings, wanted, Some(&known), &mut NotNow)?;
        prepared.policy = self.asked.policy;
        settings::refuse_rules_of_nothing(&self.args.preflight, &prepared.resolved)?;
        let mut other_list = None;
        if let Some(fingerprints) = self.begun() {
            let begun = Begun { fingerprints, known: &known, are_results_stale: replayed.are_results_stale };
            let place = (self.read, &*self.asked.path, self.args.input.out.as_deref());
            let objections = Objections::to(&prepared, place, remembered, &begun);
            let doubt = objections.doubt.filter(|_| !self.is_approved && !self.asked.is_rehearsal());
            if let Some(refusal) = objections.refusal.or(doubt) {
                return Err(refusal);
            }
            other_list = objections.other_list;
        }
        if self.forgets {
            let forgotten = related.known_people(endpoint, gone, scratch());
            let told = prepared.told_of_other_numbers(&forgotten, self.fingerprints)?;
            told.iter().for_each(|warning| self.asked.talk.warn(Some(warning)));
        }
        Ok((prepared, other_list))
    }

    /// How much is in the list, and whether that is a measure for later ones, by which this one has been judged, too.
    pub(super) fn figures(&self, prepared: &Prepared) -> Result<(Figures, bool), Failure> {
        let (rows, invalid) = (prepared.survey.rows, prepared.survey.invalid);
        let figures = Figures { rows, invalid, is_ended: prepared.is_ended };
        // Part of a file, or a rehearsal, is no measure for the whole.
        let is_comparable = prepared.window.is_everything() && !self.asked.is_rehearsal();
        if is_comparable {
            drift::judge(self.folder, figures, self.args.sending.max_drift)?;
        }
        Ok((figures, is_comparable))
    }

    /// Asks the account whether the list fits it. Refuses another account than that of the runs before.
    pub(super) async fn fit(
        &self,
        prepared: &Prepared,
        preflight: &mut Preflight<'_>,
        beginning: &mut Beginning,
    ) -> Result<Fit, Failure> {
        let Before { remembered, replayed, .. } = self.before;
        let findings = match prepared.to_send() {
            0 => Vec::new(),
            _ => preflight.findings(prepared, self.asked.policy.looks(), self.begun()).await?,
        };
        // The channel is part of who a contact is, also where no row names one.
        beginning.know_main_channel(preflight.main_channel());
        let account = preflight.account().await?;
        let about = account.about(self.fingerprints);
        refuse_another_account(replayed.head.as_ref(), &about, &account)?;
        let marks = remembered.marks.clone().filter(|_| self.begun().is_some() && !remembered.rehearsal);
        let marks = Marks::agree(marks, &account, preflight, &self.asked.path).await?;
        Ok(Fit { findings, account, about, marks })
    }

    /// What related imports know of contacts, and what is to be said of those that lack something.
    pub(super) fn elsewhere(&self, account: &Account) -> Result<(Vec<Elsewhere>, Vec<Message>), Failure> {
        let Before { related, gone, replayed, .. } = self.before;
        let begins_anew = self.forgets || replayed.restart.is_some();
        related.elsewhere((account, gone), begins_anew, past::scratch(self.folder))
    }

    /// Whether a list that is to be begun anew is another one than this of so many rows.
    pub(super) fn is_of_another_restart(&self, rows: u64) -> bool {
        let list = self.fingerprints.list(self.read);
        let is_done =
            |restart: &Restart| restart.is_done_by(list.as_deref(), rows, self.args.sending.restart);
        self.before.replayed.restart.as_ref().is_some_and(|restart| !is_done(restart))
    }

    /// Says what is not known of people: because something is `lacking`, the journal is damaged, or nobody can know whose failures
    /// these are.
    pub(super) fn warn(&self, prepared: &Prepared, lacking: &[Message]) {
        let talk = self.asked.talk;
        if let Some(damage) = &self.before.replayed.damage {
            talk.warn(Some(&message!("warn-journal-damaged", damage)));
        }
        let nobody_looks = !self.asked.policy.looks() || prepared.survey.values.without_look_up() > 0;
        let unknown = related::of_nobody_known(&self.asked.path, self.read, prepared.resolved.form.header())
            .filter(|_| prepared.to_send() > 0 && nobody_looks && !self.asked.is_rehearsal());
        lacking.iter().chain(&unknown).for_each(|warning| talk.say(&warning.told()));
    }

    /// Takes what a fleet has of the list, if anything is to be sent: who has nothing to send creates nobody of whom the fleet
    /// would not know.
    pub(super) fn take_from_the_fleet(&self, to_send: u64) -> Result<(), Failure> {
        if self.asked.is_rehearsal() || to_send == 0 {
            return Ok(());
        }
        for folder in std::iter::once(self.asked.path.as_path()).chain(given_back::imports_of(self.read)) {
            self.asked.talk.warn(handed_over::go_on(folder)?.as_ref());
        }
        Ok(())
    }

    /// Writes down what later runs are to know. `first_rows_due`: until they have passed, so that a run that dies meanwhile does not
    /// let the others follow.
    pub(super) fn remember(
        &self,
        prepared: &Prepared,
        (marks, first_rows_due): (Marks, bool),
    ) -> Result<(), Failure> {
        let (args, path) = (self.args, &*self.asked.path);
        let remembered = self.before.remembered.clone().begin(
            self.begun().is_some(),
            (self.read.to_vec(), path),
            prepared,
            self.asked.window,
            (command_to_go_on(args), args.given.command(path)),
        );
        let rehearsal = self.asked.is_rehearsal();
        Remembered { rehearsal, first_rows_due, marks: Some(marks), ..remembered }.write(self.folder)?;
        Ok(())
    }

    /// Whether the file is another one than that of the last run.
    pub(super) fn has_changed(&self, prepared: &Prepared) -> bool {
        let now: String = prepared.input.fingerprint().iter().map(|byte| format!("{byte:02x}")).collect();
        self.before.replayed.last_session.as_ref().is_some_and(|session| session.input != now)
    }
}
