//! The whole street on a paused clock: the real loop, journal, limiter and results, and the sandbox's world without
//! sockets behind them.

use std::io::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use callbell_import::api::{Answer, Call, Client, Fault, Method, Transport, WireStyle};
use callbell_import::delivery::{Deliverer, Halt, Patience};
use callbell_import::input::{InputFile, Records};
use callbell_import::intake::Arrival;
use callbell_import::journal::{Fingerprints, Journal};
use callbell_import::mapping::{Facts, Mapping};
use callbell_import::model::Status;
use callbell_import::rate::{PerSecond, Rate};
use callbell_import::results::{FailuresFormat, OutputDir, OutputError, Results};
use callbell_import::run::{self, Bounds, Report, RunError, StopWish, Street};
use callbell_import::sandbox::{Played, Request, SandboxSettings, World, perform};
use callbell_import::survey::Survey;
use futures::stream;
use tokio::sync::{Semaphore, watch};
use tokio::time::Instant;

use super::{Line, Witness};

/// Carries calls to a world in this process. Shares nothing with it but bytes.
#[derive(Clone)]
pub(crate) struct InProcess {
    pub(crate) world: Arc<Mutex<World>>,
    pub(crate) origin: Instant,
    pub(crate) token: String,
    /// One way, each way.
    pub(crate) latency: Duration,
}

impl Transport for InProcess {
    async fn exchange(&self, call: Call) -> Result<Answer, Fault> {
        let exchange = async {
            tokio::time::sleep(self.latency).await;
            let (path, query) = call.path.split_once('?').unwrap_or((&call.path, ""));
            let request = Request {
                method: match call.method {
                    Method::Get => "GET".to_owned(),
                    Method::Post => "POST".to_owned(),
                },
                path: format!("/v1{path}"),
                query: query.to_owned(),
                authorization: Some(format!("Bearer {}", self.token)),
                body: call.body.clone().unwrap_or_default().into_bytes(),
            };
            let played = perform(&self.world, self.origin, request).await;
            tokio::time::sleep(self.latency).await;
            match played {
                Played::Answered(reply) => {
                    let headers = reply.headers.iter().map(|(name, value)| (*name, value.as_str()));
                    Ok(Answer::new(reply.status, headers, reply.body.into_bytes()))
                }
                Played::Truncated(_) | Played::Cut => Err(Fault::Lost { why: "cut".to_owned() }),
            }
        };
        tokio::time::timeout(call.patience, exchange)
            .await
            .unwrap_or_else(|_| Err(Fault::Lost { why: "no answer in time".to_owned() }))
    }
}

/// A run that is simulated.
pub(crate) struct Simulation {
    pub(crate) settings: SandboxSettings,
    pub(crate) csv: String,
    pub(crate) patience: Patience,
    pub(crate) bounds: Bounds,
    pub(crate) rate: PerSecond,
    pub(crate) concurrency: usize,
    pub(crate) latency: Duration,
    pub(crate) seed: u64,
}

/// How it ended.
pub(crate) struct Walked {
    pub(crate) report: Report,
    pub(crate) result: Result<(), RunError>,
    pub(crate) results: Vec<Line>,
    pub(crate) rows: u64,
    pub(crate) not_attempted: u64,
    pub(crate) witness: Arc<Witness>,
    pub(crate) world: Arc<Mutex<World>>,
    /// Simulated time.
    pub(crate) took: Duration,
}

impl Simulation {
    pub(crate) fn of(csv: String, settings: SandboxSettings) -> Self {
        Self {
            settings,
            csv,
            patience: Patience::default(),
            bounds: Bounds::default(),
            rate: PerSecond::AtMost(std::num::NonZeroU32::new(300).unwrap()),
            concurrency: 32,
            latency: Duration::from_millis(20),
            seed: 1,
        }
    }

    /// Walks to the end. `wishes` are stops at simulated times.
    pub(crate) async fn walk(self, wishes: Vec<(Duration, StopWish)>) -> Walked {
        let folder = tempfile::tempdir().unwrap();
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(self.csv.as_bytes()).unwrap();
        let input = InputFile::open(file.path(), None).unwrap();
        let records = Records::new(&input).unwrap();
        let header = records.header().names.clone();
        let mut facts = Facts::new(&header);
        records.for_each(|row| facts.note(&row.unwrap()));
        let form = Mapping::default().resolve(&header, &facts).unwrap().form;
        let fingerprints = Fingerprints::new([1; 32]);
        let scratch = tempfile::tempfile;
        let mut survey =
            Survey::of(&input, &form, &fingerprints, scratch, |_, _| Ok::<(), OutputError>(())).unwrap();
        let arrivals: Vec<_> = Records::new(&input)
            .unwrap()
            .map(|row| {
                let row = row.unwrap();
                let standing = survey.standings.of(row.number).unwrap();
                Ok(Arrival { filled: form.fill(&row), in_doubt: form.is_in_doubt(&row), standing, row })
            })
            .collect();
        let out = OutputDir::open(folder.path()).unwrap();
        let format = FailuresFormat::new(header, b',', false);
        let mut results = Results::begin(&out, format).unwrap();
        let token = self.settings.token.clone();
        let origin = Instant::now();
        let world = Arc::new(Mutex::new(World::new(self.settings)));
        let transport = InProcess { world: Arc::clone(&world), origin, token, latency: self.latency };
        let witness = Arc::new(Witness::default());
        let (halt, halted) = watch::channel(Halt::Go);
        let air = Arc::new(Semaphore::new(self.concurrency));
        let deliverer = Deliverer::new(
            Client::new(transport, WireStyle::default()),
            Arc::new(Rate::new(self.rate)),
            self.patience,
            Arc::clone(&air),
            halted,
            Arc::clone(&witness) as Arc<_>,
            self.seed,
        );
        let (wish, wished) = watch::channel(None);
        let wishing = tokio::spawn(async move {
            for (at, stop) in wishes {
                tokio::time::sleep_until(origin + at).await;
                let _ = wish.send(Some(stop));
            }
            std::future::pending::<()>().await;
        });
        let street = Street {
            journal: &mut Journal::default(),
            deliverer,
            air,
            halt,
            results: &mut results,
            watch: Arc::clone(&witness) as Arc<_>,
            bounds: self.bounds,
        };
        let (report, result) = run::run(street, stream::iter(arrivals), wished).await;
        wishing.abort();
        let took = origin.elapsed();
        let written = results.finish().unwrap();
        let not_attempted = run::check_conservation(survey.rows, &report, &written).unwrap();
        let mut reader = csv::Reader::from_path(folder.path().join("results.csv")).unwrap();
        let results = reader.deserialize().map(|line| line.unwrap()).collect();
        Walked { report, result, results, rows: survey.rows, not_attempted, witness, world, took }
    }
}

impl Walked {
    /// Rows of this status.
    pub(crate) fn count(&self, status: Status) -> u64 {
        self.report.tally.count(status)
    }

    /// The promise: every row has one fate, nobody was created twice, and every status is true of the server.
    #[track_caller]
    pub(crate) fn told_the_truth(&self) {
        self.result.as_ref().unwrap();
        let world = self.world.lock().unwrap();
        let contacts = world.contacts();
        assert_eq!(contacts.doubles().len(), 0, "somebody was created twice");
        let ours: Vec<_> =
            contacts.iter().map(|(_, contact)| contact).filter(|contact| !contact.preexisting).collect();
        let mut claimed = std::collections::HashSet::new();
        let (mut created, mut open) = (0, 0);
        for line in &self.results {
            let stored = ours.iter().find(|contact| contact.identifier == line["identifier"]);
            match line["status"].as_str() {
                "created" => {
                    created += 1;
                    assert_eq!(
                        stored.map(|contact| &contact.uuid),
                        Some(&line["uuid"]),
                        "row {}",
                        line["row"]
                    );
                    assert!(claimed.insert(line["uuid"].clone()), "one contact for two rows");
                }
                "failed" | "rejected" => assert!(stored.is_none(), "row {} is there", line["row"]),
                "existing" => {
                    let there = contacts.with_uuid(&line["uuid"]);
                    assert!(there.is_some_and(|contact| contact.identifier == line["identifier"]));
                }
                "unconfirmed" => open += usize::from(stored.is_some()),
                "duplicate" | "invalid" => {}
                other => panic!("{other}"),
            }
        }
        assert_eq!(ours.len(), created + open, "the sandbox holds somebody whom no row accounts for");
        assert_eq!(self.results.len() as u64 + self.not_attempted, self.rows);
    }
}
