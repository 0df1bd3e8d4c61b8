//! What a fleet has in the engine: two streams and a store. They are made by the first member that enqueues or
//! works, and by nobody who only looks.

use std::time::Duration;

use async_nats::jetstream::Context;
use async_nats::jetstream::ErrorCode;
use async_nats::jetstream::context::{CreateStreamErrorKind, GetStreamErrorKind};
use async_nats::jetstream::kv::Store;
use async_nats::jetstream::stream::{
    Config as StreamConfig, DiscardPolicy, RetentionPolicy, StorageType, Stream,
};

use super::error::FleetError;

const WORK: &str = "CALLBELL_WORK";
const LOG: &str = "CALLBELL_LOG";
const STATES: &str = "callbell_jobs";
/// The stream that a store is, as the server calls it.
const STREAM_OF_STATES: &str = "KV_callbell_jobs";
/// A chunk that is enqueued again within this time is the same.
const SAME_CHUNK: Duration = Duration::from_secs(3600);
/// A record of a log whose answer was lost is sent again within this time, or not at all.
const SAME_RECORD: Duration = Duration::from_secs(120);
/// How often a stream is asked for that another member makes at the same moment, and how long to wait in between.
const TRIES: u32 = 20;
const AGAIN: Duration = Duration::from_millis(50);
/// Largest record of a log; one append is far smaller.
const MOST_BYTES: i32 = 1 << 20;

/// The streams and the store.
#[derive(Clone)]
pub(super) struct Streams {
    /// Chunks.
    pub(super) work: Stream,
    /// Journals.
    pub(super) log: Stream,
    /// How jobs and accounts stand.
    pub(super) states: Store,
}

impl Streams {
    /// Sees to it that they are there, in so many `copies`: one, if they are new and nothing was asked for.
    ///
    /// # Errors
    ///
    /// If the server does not do it, or they were made with another number of copies than is asked for.
    pub(super) async fn made(context: &Context, copies: Option<usize>) -> Result<Self, FleetError> {
        for config in configs(copies.unwrap_or(1)) {
            let stream = get_or_make(context, config).await?;
            let kept = stream.cached_info().config.num_replicas;
            if let Some(asked) = copies.filter(|asked| *asked != kept) {
                return Err(FleetError::OtherCopies { asked, kept });
            }
        }
        Self::there(context).await?.ok_or_else(|| FleetError::refused("fleet-do-streams")(STREAM_OF_STATES))
    }

    /// Those that are there; `None` if no fleet was ever there, or the engine has lost it.
    ///
    /// # Errors
    ///
    /// If the server does not answer.
    pub(super) async fn there(context: &Context) -> Result<Option<Self>, FleetError> {
        let (work, log) = (stream(context, WORK).await?, stream(context, LOG).await?);
        let (Some(work), Some(log), Some(store)) = (work, log, stream(context, STREAM_OF_STATES).await?)
        else {
            return Ok(None);
        };
        // As earlier versions made it.
        if store.cached_info().config.allow_direct {
            let config = StreamConfig { allow_direct: false, ..store.cached_info().config.clone() };
            context.update_stream(config).await.map_err(FleetError::refused("fleet-do-streams"))?;
        }
        let states = context.get_key_value(STATES).await.map_err(FleetError::refused("fleet-do-streams"))?;
        Ok(Some(Self { work, log, states }))
    }
}

/// The stream, which is made unless it is there. Of members that make it at the same moment the server refuses some, because
/// there is one now that takes the same subjects, or of the same name: they find it there.
async fn get_or_make(context: &Context, config: StreamConfig) -> Result<Stream, FleetError> {
    let mut tries = 1;
    loop {
        match context.get_or_create_stream(config.clone()).await {
            Ok(stream) => return Ok(stream),
            Err(error) if tries < TRIES && is_there_by_now(&error.kind()) => {
                tries += 1;
                tokio::time::sleep(AGAIN).await;
            }
            Err(error) => return Err(FleetError::refused("fleet-do-streams")(error)),
        }
    }
}

fn is_there_by_now(kind: &CreateStreamErrorKind) -> bool {
    matches!(kind, CreateStreamErrorKind::JetStream(why)
        if matches!(why.error_code(), ErrorCode::STREAM_SUBJECT_OVERLAP | ErrorCode::STREAM_NAME_EXIST))
}

async fn stream(context: &Context, name: &str) -> Result<Option<Stream>, FleetError> {
    match context.get_stream(name).await {
        Ok(stream) => Ok(Some(stream)),
        Err(error) => match error.kind() {
            GetStreamErrorKind::JetStream(why) if why.error_code() == ErrorCode::STREAM_NOT_FOUND => Ok(None),
            _ => Err(FleetError::refused("fleet-do-streams")(error)),
        },
    }
}

/// As they are made.
fn configs(copies: usize) -> [StreamConfig; 3] {
    let shared = StreamConfig {
        storage: StorageType::File,
        num_replicas: copies,
        max_message_size: MOST_BYTES,
        ..StreamConfig::default()
    };
    let work = StreamConfig {
        name: WORK.to_owned(),
        subjects: vec!["callbell.work.>".to_owned()],
        retention: RetentionPolicy::WorkQueue,
        duplicate_window: SAME_CHUNK,
        ..shared.clone()
    };
    let log = StreamConfig {
        name: LOG.to_owned(),
        subjects: vec!["callbell.log.>".to_owned()],
        retention: RetentionPolicy::Limits,
        // Nothing is written over what is needed: a full log takes no more, and nothing is sent.
        discard: DiscardPolicy::New,
        duplicate_window: SAME_RECORD,
        ..shared.clone()
    };
    // The client's own way to make a store reads an answer that server 2.9 words otherwise.
    let states = StreamConfig {
        name: STREAM_OF_STATES.to_owned(),
        subjects: vec![format!("$KV.{STATES}.>")],
        max_messages_per_subject: 1,
        discard: DiscardPolicy::New,
        allow_rollup: true,
        deny_delete: true,
        // A member that is behind would answer with how a job stood before.
        allow_direct: false,
        ..shared
    };
    [work, log, states]
}
