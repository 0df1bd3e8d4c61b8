//! What a worker keeps of a job while it does its chunks: everything that is the same for all of them, asked for once.

use std::sync::Arc;
use std::time::SystemTime;

use tokio::time::Instant;

use super::bug;
use super::order::{JobFolder, Learnt, Order};
use crate::api::{Client, Http};
use crate::cli::args::RunArgs;
use crate::cli::failure::Failure;
use crate::cli::learnt::learnt;
use crate::cli::past;
use crate::cli::preflight::{self, Preflight};
use crate::cli::prepare::{self, NotNow};
use crate::cli::settings::{self, Endpoint};
use crate::delivery::{Existing, Walked};
use crate::input::InputFiles;
use crate::journal::{About, Fingerprints};
use crate::mapping::{Form, Names};
use crate::model::{NewContact, OnExisting, UpdateRules};
use crate::rate::Rate;
use crate::report::{AccountShown, Opening};
use crate::results::{FailuresFormat, OutputDir};
use crate::survey::Sightings;

type Finds = Arc<dyn Fn(&NewContact) -> Option<String> + Send + Sync>;

/// A job that this worker has looked into, and its account.
pub(super) struct Room {
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
    pub(super) requests: u64,
    /// 429 answers to them, until then.
    pub(super) throttled: u64,
    main_channel: Option<String>,
    rules: UpdateRules,
    walked: Option<Finds>,
    /// The server's clock, and when it was seen.
    server_time: Option<(SystemTime, Instant)>,
}

impl Room {
    /// Reads the whole file, and asks the account what `run` would ask it.
    ///
    /// # Errors
    ///
    /// If the job cannot be imported as it is, or the account does not answer.
    pub(super) async fn enter(
        (order, folder, args): (&Order, &JobFolder, &RunArgs),
        endpoint: &Endpoint,
        client: &Client<Http>,
        rate: &Rate,
        scratch: &OutputDir,
    ) -> Result<Self, Failure> {
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
        let mut prepared = understood.survey(&fingerprints, sightings, true, true, &mut NotNow)?;
        prepared.policy = policy;
        prepared.shown_input.clone_from(&order.shown_input);
        let to_send = prepared.to_send();
        let findings =
            if to_send > 0 { preflight.findings(&prepared, policy.looks(), None).await? } else { Vec::new() };
        if let Some(refusal) = preflight::refusal(&findings, args.preflight.deny_warnings) {
            return Err(refusal);
        }
        let account = preflight.account().await?;
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
        let about = account.about(&fingerprints);
        folder.agree_on_account(&about)?;
        Ok(Self {
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
            main_channel,
            rules,
            walked: walked.map(Finds::from),
            server_time: account.server_time.map(|time| (time, Instant::now())),
        })
    }

    /// The channel that contacts without one belong to.
    pub(super) fn main_channel(&self) -> Option<&str> {
        self.main_channel.as_deref()
    }

    /// What is done about contacts that are there.
    pub(super) fn existing(&self) -> Existing {
        let walked = self.walked.as_ref().map(Arc::clone);
        let walked = walked.map(|finds| Box::new(move |contact: &NewContact| finds(contact)) as Walked);
        Existing { policy: self.policy, rules: self.rules.clone(), walked }
    }

    /// The server's clock.
    pub(super) fn server_time(&self) -> Option<SystemTime> {
        self.server_time.map(|(time, seen)| time + seen.elapsed())
    }
}
