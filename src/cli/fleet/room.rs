//! What a worker keeps of a job while it does its chunks: everything that is the same for all of them in a round, asked for
//! once, and again when it is old.

use std::fs::File;
use std::io;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::bug;
use super::names;
use super::order::{JobFolder, Learnt, Order};
use crate::api::{Client, Http};
use crate::cli::args::RunArgs;
use crate::cli::failure::Failure;
use crate::cli::learnt::learnt;
use crate::cli::past;
use crate::cli::preflight::{self, Preflight};
use crate::cli::prepare::{self, NotNow};
use crate::cli::same_account::Marks;
use crate::cli::settings::{self, Endpoint};
use crate::delivery::{Existing, Suspicions, Walked};
use crate::fleet::{Hold, JobId, JobState, Work};
use crate::input::InputFiles;
use crate::journal::{About, Fingerprints, Head};
use crate::mapping::{Form, Names};
use crate::model::{NewContact, OnExisting, UpdateRules, Window};
use crate::rate::Rate;
use crate::report::{AccountShown, Opening};
use crate::results::{FailuresFormat, OutputDir, OutputError};
use crate::survey::{Pass, Scope, Sightings, Survey, SurveyError};
use crate::words::message;

type Finds = Arc<dyn Fn(&NewContact) -> Option<String> + Send + Sync>;

/// For how long at least it is believed what was found out about an account; the run of a short list that is held up
/// believes it for as long.
const BELIEVED: Duration = Duration::from_secs(300);

/// What a room was entered for. It is of no use for anything else.
#[derive(PartialEq, Eq)]
pub(super) struct Basis {
    job: JobId,
    round: u32,
    limits: Vec<String>,
    /// What tells the token from all others.
    token: String,
}

impl Basis {
    pub(super) fn of(work: &Work, state: &JobState, endpoint: &Endpoint) -> Self {
        Self {
            job: work.job.clone(),
            round: work.round,
            limits: state.limits.clone(),
            token: endpoint.token.fingerprint(&endpoint.base.to_string()),
        }
    }
}

/// A job that this worker has looked into, and its account.
pub(super) struct Room {
    basis: Basis,
    /// When the account was first asked, by the clock of [`Hold`].
    entered: Duration,
    /// How long it is believed what the account said.
    believed: Duration,
    pub(super) form: Form,
    pub(super) format: FailuresFormat,
    pub(super) input: Arc<InputFiles>,
    pub(super) account: AccountShown,
    pub(super) about: About,
    pub(super) opening: Opening,
    /// Rows of the whole job that are to be sent.
    pub(super) to_send: u64,
    /// About the account.
    pub(super) learnt: Learnt,
    pub(super) policy: OnExisting,
    /// Requests that it took to find all of this out, until a chunk has counted them.
    requests: u64,
    /// 429 answers to them, until then.
    throttled: u64,
    /// Rows that were answered as if the account were closed, whose chunk may be over.
    pub(super) suspicions: Arc<Suspicions>,
    main_channel: Option<String>,
    rules: UpdateRules,
    walked: Option<Finds>,
    /// The server's clock, and when it was seen, by the clock of [`Hold`].
    server_time: Option<(SystemTime, Duration)>,
}

impl Room {
    /// Reads the whole file, and asks the account what `run` would ask it.
    ///
    /// # Errors
    ///
    /// If the job cannot be imported as it is, or the account does not answer.
    pub(super) async fn enter(
        basis: Basis,
        (order, folder, args): (&Order, &JobFolder, &RunArgs),
        endpoint: &Endpoint,
        client: &Client<Http>,
        rate: &Rate,
        scratch: &OutputDir,
    ) -> Result<Self, Failure> {
        let entered = Hold::clock();
        let scratch = past::scratch(scratch);
        let mut mapping = settings::mapping(&args.mapping)?;
        mapping.names = Some(Names::default());
        let policy: OnExisting = args.preflight.on_existing.into();
        let rules = settings::update_rules(&args.preflight, &mut mapping)?;
        let input = order.open_input(args, &scratch)?;
        let input = Arc::into_inner(input).ok_or_else(|| bug("input"))?;
        let window = settings::window(&args.window);
        let mut understood = prepare::understand(&args.input, &args.mapping, window, mapping, input)?;
        let mut preflight = Preflight::new(endpoint, client, rate, preflight::waits(false));
        if let Some(names) = preflight.names(understood.form()).await? {
            understood.know(names);
        }
        let salt = order.salt()?;
        let main =
            |preflight: &Preflight<'_>| preflight.known.main_channel().map(|channel| channel.uuid.clone());
        let fingerprints = Fingerprints::new(salt).with_main_channel(main(&preflight).as_deref());
        let sightings = Sightings::new(scratch);
        let mut prepared = understood.survey(&fingerprints, sightings, (true, true), None, &mut NotNow)?;
        prepared.policy = policy;
        prepared.shown_input.clone_from(&order.shown_input);
        let to_send = prepared.to_send();
        let findings =
            if to_send > 0 { preflight.findings(&prepared, policy.looks(), None).await? } else { Vec::new() };
        if let Some(refusal) = preflight::refusal(&findings, args.preflight.deny_warnings) {
            return Err(refusal);
        }
        let account = preflight.account().await?;
        let about = account.about(&fingerprints);
        folder.agree_on_account(&about)?;
        let marks = Marks::of(&account.token, &preflight.known);
        let marks = folder.agree_on_marks(marks, &mut preflight).await?;
        if let Some(shared) = folder.0.parent() {
            names::agree(shared, &order.account, &about.endpoint, &marks)?;
        }
        let per_second = settings::per_second(&args.sending.pace, window.shard)?;
        let way = preflight.way(&prepared, policy, per_second);
        let learnt = folder.learnt(&learnt(&preflight.known, account.server_time, SystemTime::now()))?;
        let shown_folder = settings::shown(&folder.0);
        let plan = prepared.plan(&shown_folder, Some(&account.shown), per_second, true, &findings);
        let opening = Opening::of(&plan);
        let main_channel = main(&preflight);
        let (existing, told) = preflight.existing(way, policy, rules).await;
        if let Some(told) = told {
            tracing::info!(%told, "the account");
        }
        let Existing { rules, walked, .. } = existing;
        Ok(Self {
            basis,
            entered,
            believed: believed(to_send, per_second),
            requests: account.requests + preflight.requests(),
            throttled: preflight.throttled(),
            form: prepared.resolved.form,
            format: prepared.format,
            input: prepared.input,
            account: account.shown,
            about,
            opening,
            to_send,
            learnt,
            policy,
            suspicions: Arc::new(Suspicions::of_a_part()),
            main_channel,
            rules,
            walked: walked.map(Finds::from),
            server_time: account.server_time.map(|time| (time, Hold::clock())),
        })
    }

    /// Whether it was entered for this, and what was found out is not too old.
    pub(super) fn is_of(&self, basis: &Basis) -> bool {
        self.basis == *basis && is_believed(self.entered, self.believed, Hold::clock())
    }

    /// Requests that it took to find all of this out and no chunk has counted, and the 429 answers to them: one chunk does.
    pub(super) fn take_requests(&mut self) -> (u64, u64) {
        (std::mem::take(&mut self.requests), std::mem::take(&mut self.throttled))
    }

    /// The channel that contacts without one belong to.
    pub(super) fn main_channel(&self) -> Option<&str> {
        self.main_channel.as_deref()
    }

    /// Refuses to go on with a chunk that was begun in another account.
    pub(super) fn refuse_another_account(&self, begun: Option<&Head>) -> Result<(), Failure> {
        let is_of_this =
            |head: &Head| head.endpoint == self.about.endpoint && head.account == self.about.account;
        if begun.is_some_and(|head| !is_of_this(head)) {
            return Err(Failure::usage(message!("fleet-other-account")));
        }
        Ok(())
    }

    /// What is known of the rows of one chunk of those in `window`. `sightings`: what its journal remembered.
    pub(super) fn survey(
        &self,
        window: Window,
        chunk: Window,
        fingerprints: &Fingerprints,
        mut sightings: Sightings<impl Fn() -> io::Result<File> + Clone>,
    ) -> Result<Survey, Failure> {
        let scope = Scope { window, counted: chunk, contents: true, values: false };
        let (input, form) = (&self.input, &self.form);
        let survey = Pass::of(input, form, fingerprints, scope, &mut sightings, |_, _| Ok(()))
            .and_then(|pass| pass.survey(sightings));
        survey.map_err(|error: SurveyError<OutputError>| error.into())
    }

    /// What is done about contacts that are there.
    pub(super) fn existing(&self) -> Existing {
        let walked = self.walked.as_ref().map(Arc::clone);
        let walked = walked.map(|finds| Box::new(move |contact: &NewContact| finds(contact)) as Walked);
        Existing { policy: self.policy, rules: self.rules.clone(), walked }
    }

    /// The server's clock.
    pub(super) fn server_time(&self) -> Option<SystemTime> {
        self.server_time.map(|(time, seen)| time + Hold::clock().saturating_sub(seen))
    }
}

/// For how long it is believed what an account said: for as long as a run of the whole list would send after it has asked.
/// To walk the account's list takes less, or it would not be walked.
fn believed(to_send: u64, per_second: Option<u32>) -> Duration {
    let takes = per_second.map_or(0, |per_second| to_send / u64::from(per_second.max(1)));
    Duration::from_secs(takes).max(BELIEVED)
}

fn is_believed(entered: Duration, believed: Duration, now: Duration) -> bool {
    now.saturating_sub(entered) <= believed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_believed_for_as_long_as_the_list_takes_and_not_for_good() {
        assert_eq!(believed(60, Some(10)), BELIEVED);
        assert_eq!(believed(1_000_000, Some(300)), Duration::from_secs(3333));
        assert_eq!(believed(1_000_000, None), BELIEVED);
        let now = Duration::from_secs(100_000);
        for (age, expected) in [(0, true), (3333, true), (3334, false), (90_000, false)] {
            let entered = now - Duration::from_secs(age);
            assert_eq!(is_believed(entered, believed(1_000_000, Some(300)), now), expected, "{age} s");
        }
    }
}
