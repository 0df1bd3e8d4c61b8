//! What the engine is told twice, or late.

use std::time::Duration;

use callbell_import::fleet::{Alias, Connecting, Engine, Founding, JobId, JobState, Phase, Work};

use super::server::Server;

const PATIENCE: Duration = Duration::from_millis(500);

async fn engine(server: &Server) -> Engine {
    engine_at(&format!("nats://{}", server.address()), Some(Duration::from_secs(60))).await
}

/// Of the server at this address.
pub(super) async fn engine_at(address: &str, lease: Option<Duration>) -> Engine {
    let connecting = Connecting {
        servers: address.to_owned(),
        credentials: None,
        authority: None,
        certificate: None,
        name: "a test".to_owned(),
    };
    let founding = Founding { lease, ..Founding::default() };
    Engine::found(&connecting, founding).await.unwrap()
}

fn account() -> Alias {
    "acme".parse().unwrap()
}

/// The only chunk of a job.
fn work(round: u32) -> Work {
    Work { job: JobId::of(&[b"a job"]), chunk: 0, round, skip: 0, rows: 1, input: String::new() }
}

fn state(round: u32) -> JobState {
    JobState { account: account(), chunks: 1, rows: 1, round, limits: Vec::new(), phase: Phase::Enqueued }
}

#[tokio::test]
async fn an_earlier_round_that_is_told_late_does_not_undo_a_later_one() {
    let Some(server) = Server::start() else { return };
    let (one, other) = (engine(&server).await, engine(&server).await);
    one.note_done(&work(2), true).await.unwrap();
    other.note_done(&work(1), true).await.unwrap();
    let job = work(1).job;
    assert_eq!(one.done(&job, &state(2)).await.unwrap(), 1);
    assert_eq!(one.done(&job, &state(1)).await.unwrap(), 0);
    // All of them look before any of them writes, and the last one to write is of the earliest round.
    let told = (3..=8).rev().map(|round| {
        let engine = &other;
        async move { engine.note_done(&work(round), true).await }
    });
    futures::future::try_join_all(told).await.unwrap();
    assert_eq!(one.done(&job, &state(8)).await.unwrap(), 1);
}

#[tokio::test]
async fn a_chunk_that_is_on_the_list_is_not_put_there_and_one_that_is_gone_is() {
    let Some(server) = Server::start() else { return };
    let (one, other) = (engine(&server).await, engine(&server).await);
    let waiting = || async { one.waiting(&account()).await.unwrap() };
    let (acme, chunk) = (account(), work(1));
    let (first, second) = tokio::join!(one.enqueue(&acme, &chunk), other.enqueue(&acme, &chunk));
    assert_eq!([first.unwrap(), second.unwrap()].iter().filter(|put| **put).count(), 1);
    assert!(!one.enqueue(&account(), &work(1)).await.unwrap());
    assert_eq!(waiting().await, (1, false));
    // Time and again it is taken off the list, within the hour in which the server knows its name.
    let consumer = one.consumer(&account()).await.unwrap();
    for round in [1, 1, 1, 2, 2] {
        let put = other.enqueue(&account(), &work(round)).await.unwrap();
        let turn = one.next(&consumer, PATIENCE).await.unwrap().expect("nothing is on the list");
        assert_eq!(turn.work.round, round, "{put}");
        // It is with a worker, and on the list for all that.
        assert!(!other.enqueue(&account(), &work(round)).await.unwrap());
        turn.done(PATIENCE * 10).await.unwrap();
        assert_eq!(waiting().await, (0, false));
    }
}

#[tokio::test]
async fn how_a_job_stands_is_asked_of_the_member_that_leads_also_where_an_earlier_version_made_the_store() {
    let Some(server) = Server::start() else { return };
    let context =
        async_nats::jetstream::new(async_nats::connect(server.address().to_string()).await.unwrap());
    let earlier = async_nats::jetstream::stream::Config {
        name: "KV_callbell_jobs".to_owned(),
        subjects: vec!["$KV.callbell_jobs.>".to_owned()],
        max_messages_per_subject: 1,
        allow_rollup: true,
        deny_delete: true,
        allow_direct: true,
        ..Default::default()
    };
    for made in [Some(earlier), None] {
        if let Some(made) = made {
            context.create_stream(made).await.unwrap();
        }
        let engine = engine(&server).await;
        engine.note_done(&work(1), true).await.unwrap();
        let store = context.get_stream("KV_callbell_jobs").await.unwrap();
        assert!(!store.cached_info().config.allow_direct);
        assert_eq!(engine.done(&work(1).job, &state(1)).await.unwrap(), 1);
        context.delete_stream("KV_callbell_jobs").await.unwrap();
    }
}
