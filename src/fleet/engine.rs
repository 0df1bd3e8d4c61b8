//! The list of work, who takes from it, and how jobs and accounts stand.

use std::collections::BTreeSet;
use std::time::Duration;

use async_nats::jetstream::Context;
use async_nats::jetstream::consumer::pull::Config as PullConfig;
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, PullConsumer};
use async_nats::jetstream::context::PublishErrorKind;
use async_nats::jetstream::kv::{CreateErrorKind, UpdateErrorKind};
use async_nats::jetstream::message::PublishMessage;
use bytes::Bytes;
use futures::StreamExt as _;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::chunk::{Turn, Work};
use super::connecting::Connecting;
use super::error::FleetError;
use super::hold::Hold;
use super::job::{Admitted, Alias, Done, JobId, JobState, Tenure};
use super::log::is_nothing;
use super::streams::Streams;

/// The state that says what the lease is, in milliseconds.
const LEASE: &str = "lease_ms";
/// The lease of a fleet that is new and was not told another.
const USUAL_LEASE: Duration = Duration::from_secs(30);
/// How often a state is written that others write, too, or that a member of the cluster does not have yet.
const TRIES: usize = 20;
/// How long to wait before it is written once more.
const AGAIN: Duration = Duration::from_millis(50);

/// What is asked of a fleet: it is made so if it is new, and has to be so if it is not.
#[derive(Debug, Clone, Copy, Default)]
pub struct Founding {
    /// Copies of everything that the server's cluster keeps [default: 1].
    pub replicas: Option<usize>,
    /// How long a worker may be silent [default: 30 s].
    pub lease: Option<Duration>,
}

/// The engine, as one member of the fleet sees it.
#[derive(Clone)]
pub struct Engine {
    pub(super) context: Context,
    pub(super) streams: Streams,
    lease: Duration,
}

impl Engine {
    /// Goes to the server, and founds the fleet there unless it is there.
    ///
    /// # Errors
    ///
    /// If there is no way, or the server does not do it, or the fleet is another than is asked for.
    pub async fn found(connecting: &Connecting, founding: Founding) -> Result<Self, FleetError> {
        let context = connecting.connect().await?;
        let streams = Streams::made(&context, founding.replicas).await?;
        let mut engine = Self { context, streams, lease: USUAL_LEASE };
        engine.lease = engine.agree_on_lease(founding.lease).await?;
        Ok(engine)
    }

    /// Goes to the server to see what is there, and makes nothing; `None` if no fleet is.
    ///
    /// # Errors
    ///
    /// If there is no way, or the server does not answer.
    pub async fn visit(connecting: &Connecting) -> Result<Option<Self>, FleetError> {
        let context = connecting.connect().await?;
        let Some(streams) = Streams::there(&context).await? else { return Ok(None) };
        let mut engine = Self { context, streams, lease: USUAL_LEASE };
        if let Some((kept, _)) = engine.read(LEASE).await? {
            engine.lease = Duration::from_millis(kept);
        }
        Ok(Some(engine))
    }

    /// The first member says what the lease is.
    async fn agree_on_lease(&self, asked: Option<Duration>) -> Result<Duration, FleetError> {
        let wanted = asked.unwrap_or(USUAL_LEASE);
        let milliseconds = u64::try_from(wanted.as_millis()).unwrap_or(u64::MAX);
        let kept = Duration::from_millis(self.first(LEASE, &milliseconds).await?);
        match asked {
            Some(asked) if asked != kept => Err(FleetError::OtherLease { asked, kept }),
            _ => Ok(kept),
        }
    }

    /// How long a chunk stays a worker's without a mark.
    pub fn lease(&self) -> Duration {
        self.lease
    }

    /// How long one answer of the server is waited for while a chunk is held: so long that there is time for another try
    /// before the hold is over.
    pub fn patience(&self) -> Duration {
        (self.lease / 4).min(Duration::from_secs(5))
    }

    /// Puts a chunk on the list of an account, unless it is there. False: it is.
    ///
    /// # Errors
    ///
    /// If the server does not confirm it.
    pub async fn enqueue(&self, account: &Alias, work: &Work) -> Result<bool, FleetError> {
        let subject = format!("callbell.work.{account}.{}.{}", work.job, work.chunk);
        let failed = FleetError::refused("fleet-do-enqueue");
        let payload = serde_json::to_vec(work).map_err(FleetError::refused("fleet-do-enqueue"))?;
        let name = format!("{}.{}.{}", work.job, work.chunk, work.round);
        let mut id = name.clone();
        for _ in 0..TRIES {
            if self.is_on_the_list(&subject, work).await? {
                return Ok(false);
            }
            let message = PublishMessage::build().payload(payload.clone().into()).message_id(&id);
            let acknowledged = self.context.send_publish(subject.clone(), message).await.map_err(&failed)?;
            let acknowledged = acknowledged.await.map_err(FleetError::refused("fleet-do-enqueue"))?;
            if !acknowledged.duplicate {
                return Ok(true);
            }
            // Another planner has just put it there; or somebody took it off the list since, and then it needs another
            // name: the same for all planners who find that out.
            id = format!("{name}.{}", acknowledged.sequence);
        }
        Err(FleetError::Refused { doing: "fleet-do-enqueue", why: format!("duplicate > {TRIES}") })
    }

    async fn is_on_the_list(&self, subject: &str, work: &Work) -> Result<bool, FleetError> {
        match self.streams.work.get_last_raw_message_by_subject(subject).await {
            Ok(message) => {
                Ok(serde_json::from_slice(&message.payload)
                    .is_ok_and(|there: Work| there.round == work.round))
            }
            Err(error) if is_nothing(&error.kind()) => Ok(false),
            Err(error) => Err(FleetError::refused("fleet-do-enqueue")(error)),
        }
    }

    /// The consumer that hands out the chunks of an account, one at a time.
    ///
    /// # Errors
    ///
    /// If the server does not have it as it should be.
    pub async fn consumer(&self, account: &Alias) -> Result<PullConsumer, FleetError> {
        let config = PullConfig {
            durable_name: Some(account.to_string()),
            filter_subject: format!("callbell.work.{account}.>"),
            deliver_policy: DeliverPolicy::All,
            ack_policy: AckPolicy::Explicit,
            ack_wait: self.lease,
            max_ack_pending: 1,
            ..PullConfig::default()
        };
        let consumer: PullConsumer = self
            .streams
            .work
            .get_or_create_consumer(account.as_str(), config)
            .await
            .map_err(FleetError::refused("fleet-do-consumer"))?;
        let found = &consumer.cached_info().config;
        if found.max_ack_pending != 1 || found.ack_wait != self.lease {
            return Err(FleetError::OtherConsumer { account: account.to_string() });
        }
        Ok(consumer)
    }

    /// The next chunk of an account, if there is one within `patience`.
    ///
    /// # Errors
    ///
    /// If the server does not answer, or the chunk is none.
    pub async fn next(
        &self,
        consumer: &PullConsumer,
        patience: Duration,
    ) -> Result<Option<Turn>, FleetError> {
        let failed = FleetError::refused("fleet-do-hand-out");
        // What was asked for before it came counts from the asking: the server's time began no sooner.
        let asked = Hold::clock();
        let mut batch =
            consumer.batch().max_messages(1).expires(patience).messages().await.map_err(&failed)?;
        match batch.next().await {
            None => Ok(None),
            Some(message) => {
                let message = message.map_err(FleetError::refused("fleet-do-hand-out"))?;
                Turn::new(message, Hold::begin(self.lease, asked)).map(Some)
            }
        }
    }

    /// Chunks of an account: those that wait, and whether one is with a worker.
    ///
    /// # Errors
    ///
    /// If the server does not answer.
    pub async fn waiting(&self, account: &Alias) -> Result<(u64, bool), FleetError> {
        match self.streams.work.consumer_info(account.as_str()).await {
            Ok(info) => Ok((info.num_pending, info.num_ack_pending > 0)),
            // Nobody has asked for a chunk of it yet.
            Err(_) => {
                let failed = FleetError::refused("fleet-do-state");
                let filter = format!("callbell.work.{account}.>");
                let mut subjects = self.streams.work.info_with_subjects(filter).await.map_err(&failed)?;
                let mut waiting = 0;
                while let Some(subject) = subjects.next().await {
                    let (_, messages) = subject.map_err(FleetError::refused("fleet-do-state"))?;
                    waiting += messages as u64;
                }
                Ok((waiting, false))
            }
        }
    }

    /// How a job stands.
    ///
    /// # Errors
    ///
    /// If the server does not answer.
    pub async fn job(&self, job: &JobId) -> Result<Option<JobState>, FleetError> {
        Ok(self.read(&format!("job.{job}")).await?.map(|(state, _)| state))
    }

    /// Begins a job, unless it is there.
    ///
    /// # Errors
    ///
    /// If the server does not answer.
    pub async fn begin_job(&self, job: &JobId, state: &JobState) -> Result<JobState, FleetError> {
        self.first(&format!("job.{job}"), state).await
    }

    /// Lets a job into an account, if it is `welcome` beside others, or there are none, or it was let in before. One planner
    /// at a time does so: of two that come at the same moment, one sees the other. `begun`: jobs that are known otherwise.
    ///
    /// # Errors
    ///
    /// If the server does not answer.
    pub async fn admit(
        &self,
        account: &Alias,
        job: &JobId,
        begun: Vec<JobId>,
        welcome: bool,
    ) -> Result<Admitted, FleetError> {
        let key = format!("account.{account}");
        let jobs = self.jobs().await?.into_iter().filter(|(_, state)| state.account == *account);
        let known: BTreeSet<JobId> = jobs.map(|(job, _)| job).chain(begun).collect();
        for _ in 0..TRIES {
            let (mut list, revision) = match self.read::<BTreeSet<JobId>>(&key).await? {
                Some((list, revision)) => (list, Some(revision)),
                None => (BTreeSet::new(), None),
            };
            let is_known = list.contains(job) || known.contains(job);
            let others = list.union(&known).filter(|other| *other != job && !is_known);
            let strangers: Vec<JobId> = others.cloned().collect();
            let is_in = welcome || strangers.is_empty();
            if !is_in || !list.insert(job.clone()) {
                return Ok(Admitted { is_in, strangers });
            }
            let is_written = match revision {
                Some(revision) => self.write(&key, &list, revision).await?,
                None => self.begin(&key, &list).await?,
            };
            if is_written {
                return Ok(Admitted { is_in, strangers });
            }
            tokio::time::sleep(AGAIN).await;
        }
        Err(FleetError::Refused { doing: "fleet-do-state", why: format!("revision > {TRIES}") })
    }

    /// Changes how a job stands, unless `change` leaves it as it is. Returns how it stands then; `None`: there is no such
    /// job.
    ///
    /// # Errors
    ///
    /// If the server does not answer.
    pub async fn change_job(
        &self,
        job: &JobId,
        change: impl Fn(&mut JobState),
    ) -> Result<Option<JobState>, FleetError> {
        let key = format!("job.{job}");
        for _ in 0..TRIES {
            let Some((known, revision)) = self.read::<JobState>(&key).await? else { return Ok(None) };
            let mut state = known.clone();
            change(&mut state);
            if state == known || self.write(&key, &state, revision).await? {
                return Ok(Some(state));
            }
            tokio::time::sleep(AGAIN).await;
        }
        Err(FleetError::Refused { doing: "fleet-do-state", why: format!("revision > {TRIES}") })
    }

    /// All jobs.
    ///
    /// # Errors
    ///
    /// If the server does not answer.
    pub async fn jobs(&self) -> Result<Vec<(JobId, JobState)>, FleetError> {
        let failed = FleetError::refused("fleet-do-state");
        let mut keys = self.streams.states.keys().await.map_err(&failed)?;
        let mut jobs = Vec::new();
        while let Some(key) = keys.next().await {
            let key = key.map_err(FleetError::refused("fleet-do-state"))?;
            if let Some(job) = key.strip_prefix("job.").and_then(|job| job.parse().ok())
                && let Some(state) = self.job(&job).await?
            {
                jobs.push((job, state));
            }
        }
        jobs.sort_by(|one, other| one.0.cmp(&other.0));
        Ok(jobs)
    }

    /// Notes that a chunk is done in this round, unless it is noted of a later one: who says so late, says nothing new.
    /// `has_part`: what became of its rows stands in the shared folder.
    ///
    /// # Errors
    ///
    /// If the server does not answer.
    pub async fn note_done(&self, work: &Work, has_part: bool) -> Result<(), FleetError> {
        let key = format!("done.{}.{}", work.job, work.chunk);
        let done = Done { round: work.round, has_part: Some(has_part) };
        for _ in 0..TRIES {
            let is_noted = match self.read::<Done>(&key).await? {
                Some((noted, _)) if noted.round > done.round || noted == done => true,
                Some((_, revision)) => self.write(&key, &done, revision).await?,
                None => self.begin(&key, &done).await?,
            };
            if is_noted {
                return Ok(());
            }
            tokio::time::sleep(AGAIN).await;
        }
        Err(FleetError::Refused { doing: "fleet-do-state", why: format!("revision > {TRIES}") })
    }

    /// How many chunks of a job are done in this round.
    ///
    /// # Errors
    ///
    /// If the server does not answer.
    pub async fn done(&self, job: &JobId, state: &JobState) -> Result<u32, FleetError> {
        let mut done = 0;
        for chunk in 0..state.chunks {
            done += u32::from(self.done_in_this_round(job, state, chunk).await?.is_some());
        }
        Ok(done)
    }

    /// What was noted of a chunk of a job that is done in this round; `None` if it is not.
    ///
    /// # Errors
    ///
    /// If the server does not answer.
    pub async fn done_in_this_round(
        &self,
        job: &JobId,
        state: &JobState,
        chunk: u32,
    ) -> Result<Option<Done>, FleetError> {
        let done: Option<(Done, u64)> = self.read(&format!("done.{job}.{chunk}")).await?;
        Ok(done.map(|(done, _)| done).filter(|done| done.round == state.round))
    }

    /// Notes who has an account, for people.
    ///
    /// # Errors
    ///
    /// If the server does not answer.
    pub async fn note_tenure(&self, account: &Alias, tenure: &Tenure) -> Result<(), FleetError> {
        self.put(&format!("tenure.{account}"), tenure).await
    }

    /// Who had an account last.
    ///
    /// # Errors
    ///
    /// If the server does not answer.
    pub async fn tenure(&self, account: &Alias) -> Result<Option<Tenure>, FleetError> {
        Ok(self.read(&format!("tenure.{account}")).await?.map(|(tenure, _)| tenure))
    }

    async fn read<T: DeserializeOwned>(&self, key: &str) -> Result<Option<(T, u64)>, FleetError> {
        let entry = self.streams.states.entry(key).await.map_err(FleetError::refused("fleet-do-state"))?;
        let Some(entry) = entry else { return Ok(None) };
        serde_json::from_slice(&entry.value)
            .map(|value| Some((value, entry.revision)))
            .map_err(|_| FleetError::Unreadable { what: key.to_owned() })
    }

    /// The state that the first member wrote, which is `value` if nobody has.
    async fn first<T: Serialize + DeserializeOwned + Clone>(
        &self,
        key: &str,
        value: &T,
    ) -> Result<T, FleetError> {
        for _ in 0..TRIES {
            if self.begin(key, value).await? {
                return Ok(value.clone());
            }
            // Of a cluster another member may answer, which does not have it yet.
            if let Some((first, _)) = self.read(key).await? {
                return Ok(first);
            }
            tokio::time::sleep(AGAIN).await;
        }
        Err(FleetError::Unreadable { what: key.to_owned() })
    }

    /// Writes a state that is not there yet. False: it is.
    async fn begin(&self, key: &str, value: &impl Serialize) -> Result<bool, FleetError> {
        match self.streams.states.create(key, json(value)?).await {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == CreateErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(FleetError::refused("fleet-do-state")(error)),
        }
    }

    /// False: somebody else has written it since.
    async fn write(&self, key: &str, value: &impl Serialize, revision: u64) -> Result<bool, FleetError> {
        match self.streams.states.update(key, json(value)?, revision).await {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == UpdateErrorKind::WrongLastRevision => Ok(false),
            Err(error) => Err(FleetError::refused("fleet-do-state")(error)),
        }
    }

    async fn put(&self, key: &str, value: &impl Serialize) -> Result<(), FleetError> {
        self.streams.states.put(key, json(value)?).await.map_err(FleetError::refused("fleet-do-state"))?;
        Ok(())
    }
}

fn json(value: &impl Serialize) -> Result<Bytes, FleetError> {
    serde_json::to_vec(value).map(Bytes::from).map_err(FleetError::refused("fleet-do-state"))
}

/// Whether the server said that the log has another last record.
pub(super) fn is_fenced(kind: PublishErrorKind) -> bool {
    matches!(kind, PublishErrorKind::WrongLastSequence | PublishErrorKind::WrongLastMessageId)
}
