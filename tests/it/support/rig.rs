//! The whole street on a paused clock: the real loop, journal, limiter, breaker and results, with a simulated disk on
//! one side and the sandbox's world on the other. Processes can be killed at any instant and started again.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::future::Future;
use std::io::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use callbell_import::api::{Client, WireStyle};
use callbell_import::delivery::{Existing, Patience, Suspicions};
use callbell_import::input::{InputFile, InputFiles, InputOptions, Records};
use callbell_import::inquiry::Inquiry;
use callbell_import::journal::{About, Journal, JournalError};
use callbell_import::ledger::{JOURNAL, Ledger};
use callbell_import::mapping::{Facts, Mapping};
use callbell_import::model::{OnExisting, Status, UpdateRules, Window};
use callbell_import::rate::{Headroom, PerSecond, Places, Rate};
use callbell_import::results::{FailuresFormat, OutputDir, OutputError, Table};
use callbell_import::run::{Bounds, Import, Imported, Reading, Report, RunError, Sending, StopWish};
use callbell_import::sandbox::{Contact, SandboxSettings, World};
use callbell_import::survey::{Pass, Scope, Sightings, StandingCounts};
use callbell_import::undo::Tally;
use callbell_import::verify::{COLUMNS, Reading as VerifyReading};
use tokio::sync::watch;
use tokio::time::Instant;

use super::sim_disk::SimDisk;
use super::{InProcess, Line, Witness, read_csv, undo_in_process};

/// An import that is simulated.
pub(crate) struct Rig {
    pub(crate) csv: String,
    pub(crate) patience: Patience,
    pub(crate) bounds: Bounds,
    pub(crate) rate: PerSecond,
    /// Most requests at a time.
    pub(crate) concurrency: usize,
    pub(crate) latency: Duration,
    pub(crate) longest_outage: Duration,
    pub(crate) on_existing: OnExisting,
    pub(crate) canary: bool,
    pub(crate) rules: UpdateRules,
    /// The rows that are read.
    pub(crate) window: Window,
    pub(crate) seed: u64,
    /// Rows that were answered as if the account were closed.
    pub(crate) suspicions: Arc<Suspicions>,
    /// Where all processes leave their results; without it each has a folder of its own.
    pub(crate) folder: Option<tempfile::TempDir>,
    /// The input ends here when its rows are sent, though it did not when it was looked through.
    pub(crate) input_ends_at: Option<u64>,
    /// Processes die when the results have their place, before the journal knows that.
    pub(crate) dies_when_told: bool,
    pub(crate) disk: SimDisk,
    pub(crate) world: Arc<Mutex<World>>,
    /// Nothing gets through while this is true.
    pub(crate) line_is_cut: Arc<AtomicBool>,
    pub(crate) token: String,
    pub(crate) origin: Instant,
}

/// How a process ended.
pub(crate) struct Walked {
    pub(crate) report: Report,
    pub(crate) result: Result<(), RunError>,
    pub(crate) results: Vec<Line>,
    pub(crate) rows: u64,
    pub(crate) not_attempted: Option<u64>,
    pub(crate) counts: StandingCounts,
    pub(crate) witness: Arc<Witness>,
    pub(crate) world: Arc<Mutex<World>>,
    /// What was to be done about contacts that were there.
    policy: OnExisting,
    /// Simulated time.
    pub(crate) took: Duration,
}

impl Rig {
    pub(crate) fn of(csv: String, settings: SandboxSettings) -> Self {
        Self {
            csv,
            patience: Patience::default(),
            bounds: Bounds::default(),
            rate: PerSecond::AtMost(std::num::NonZeroU32::new(300).unwrap()),
            concurrency: 32,
            latency: Duration::from_millis(20),
            longest_outage: Duration::from_secs(1800),
            // What a run with an empty account, known from its list, comes to.
            on_existing: OnExisting::Create,
            canary: false,
            rules: UpdateRules::default(),
            window: Window::default(),
            seed: 1,
            suspicions: Arc::default(),
            folder: None,
            input_ends_at: None,
            dies_when_told: false,
            disk: SimDisk::default(),
            line_is_cut: Arc::default(),
            token: settings.token.clone(),
            world: Arc::new(Mutex::new(World::new(settings))),
            origin: Instant::now(),
        }
    }

    /// Walks to the end.
    pub(crate) async fn walk(&self) -> Walked {
        self.walk_with(Vec::new()).await
    }

    /// Walks to the end. `wishes` are stops, at times since this process began.
    pub(crate) async fn walk_with(&self, wishes: Vec<(Duration, StopWish)>) -> Walked {
        self.process(wishes).await.unwrap()
    }

    /// Runs a process that dies at its step number `steps` on the way to the disk or the line.
    pub(crate) async fn dying_after(&self, steps: usize, last_append_counts: bool) -> Option<Walked> {
        self.disk.die_after(steps, last_append_counts);
        let ended = self.killed_by(self.disk.death()).await;
        self.disk.revive();
        ended
    }

    /// Runs a process that is killed after `life`, if it has not ended by then.
    pub(crate) async fn killed_after(&self, life: Duration) -> Option<Walked> {
        self.killed_by(tokio::time::sleep(life)).await
    }

    /// Runs a process that is killed when `end` comes. Dropping it leaves what is on the wire, and on the disk.
    pub(crate) async fn killed_by(&self, end: impl Future<Output = ()>) -> Option<Walked> {
        tokio::select! {
            walked = self.process(Vec::new()) => match walked {
                Ok(walked) => Some(walked),
                Err(JournalError::Io { .. }) => None,
                Err(error) => panic!("{error}"),
            },
            () = end => None,
        }
    }

    /// One process from its start to its end.
    pub(crate) async fn process(&self, wishes: Vec<(Duration, StopWish)>) -> Result<Walked, JournalError> {
        let own = tempfile::tempdir().unwrap();
        let folder = self.folder.as_ref().unwrap_or(&own);
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(self.csv.as_bytes()).unwrap();
        let input = InputFile::open(file.path(), &InputOptions::default(), &tempfile::tempfile).unwrap();
        let input = InputFiles::new(vec![input]).unwrap();
        let records = Records::new(&input).unwrap();
        let header = records.header().names.clone();
        let mut facts = Facts::new(&header);
        records.for_each(|row| facts.note(&row.unwrap()));
        let form = Mapping::default().resolve(&header, &facts).unwrap().form;
        let mut sightings = Sightings::new(tempfile::tempfile).by(&self.rules);
        let (journal, replayed) =
            Journal::open(self.disk.opened(), Some(self.disk.boot()), [7; 32], |past| sightings.past(&past))?;
        let fingerprints = journal.fingerprints().clone();
        let scope = Scope { window: self.window, ..Scope::default() };
        let nobody = |_, _| Ok::<(), OutputError>(());
        let pass = Pass::of(&input, &form, &fingerprints, scope, &mut sightings, nobody).unwrap();
        let survey = pass.survey::<OutputError>(sightings).unwrap();
        let (rows, counts) = (survey.rows, survey.counts);
        if let Some(length) = self.input_ends_at {
            file.as_file().set_len(length).unwrap();
        }
        let client = Client::new(self.line(self.disk.clone()), WireStyle::default());
        let out = OutputDir::open(folder.path()).unwrap();
        let witness = Arc::new(Witness::default());
        // The first question is whose account it is; its answer shows the server's clock, and nothing begins without it.
        let mut server_time = None;
        for _ in 0..20 {
            let identity = client.identity().await;
            server_time = server_time.or(identity.server_time);
            if identity.result.is_ok() {
                break;
            }
        }
        let began = Instant::now();
        let (wish, wished) = watch::channel(None);
        let wishing = tokio::spawn(async move {
            for (at, stop) in wishes {
                tokio::time::sleep_until(began + at).await;
                let _ = wish.send(Some(stop));
            }
            std::future::pending::<()>().await;
        });
        let places = Places::at_most(self.concurrency);
        let import = Import {
            input: Arc::new(input),
            window: self.window,
            reading: Reading::InPlace,
            form,
            survey,
            journal,
            replayed: &replayed,
            elsewhere: Vec::new(),
            other_parts: Box::new(|_| Ok(Vec::new())),
            about: About { endpoint: "simulated".to_owned(), account: "a".to_owned() },
            sending: Sending {
                client,
                rate: Arc::new(Rate::with(self.rate, Headroom::default(), places, None)),
                patience: self.patience,
                longest_outage: self.longest_outage,
                server_time,
                existing: Existing { rules: self.rules.clone(), ..Existing::of(self.on_existing) },
                suspicions: Arc::clone(&self.suspicions),
                seed: self.seed,
            },
            canary: self.canary,
            bounds: self.bounds,
            folder: &out,
            failures: FailuresFormat::new(header, b',', false),
            watch: Arc::clone(&witness) as Arc<_>,
            started_at: SystemTime::UNIX_EPOCH,
        };
        let Imported { report, ended } = import.run(wished).await;
        wishing.abort();
        let took = began.elapsed();
        let (not_attempted, result) = match ended {
            Ok(through) if self.dies_when_told => (Some(through.not_attempted), Ok(())),
            Ok(through) => (Some(through.not_attempted), through.close(false).await.map(drop)),
            Err(RunError::Miscounted(what)) => panic!("{what}"),
            Err(error) => (None, Err(error)),
        };
        // There are none if the journal could not be begun.
        let results = csv::Reader::from_path(folder.path().join("results.csv"))
            .map(|mut reader| reader.deserialize().map(|line| line.unwrap()).collect())
            .unwrap_or_default();
        let world = Arc::clone(&self.world);
        let policy = self.on_existing;
        Ok(Walked { report, result, results, rows, not_attempted, counts, witness, world, policy, took })
    }

    /// A way to the world, for a process that dies with this disk.
    fn line(&self, disk: SimDisk) -> InProcess {
        InProcess {
            world: Arc::clone(&self.world),
            origin: self.origin,
            token: self.token.clone(),
            latency: self.latency,
            cut: Arc::clone(&self.line_is_cut),
            disk,
        }
    }

    /// What the journal says, and `sent.log` in the folder that all processes share.
    pub(crate) fn ledger(&self) -> Ledger {
        let folder = self.shared_folder();
        std::fs::write(folder.path().join(JOURNAL), self.disk.bytes()).unwrap();
        Ledger::open(&folder).unwrap().unwrap()
    }

    fn shared_folder(&self) -> OutputDir {
        OutputDir::open(self.folder.as_ref().unwrap().path()).unwrap()
    }

    /// Everybody is read back and compared: in how many contacts something differs, or they are gone, and what is told.
    pub(crate) async fn verified(&self) -> (u64, Vec<Line>) {
        let (ledger, folder) = (self.ledger(), self.shared_folder());
        let client = Client::new(self.line(SimDisk::default()), WireStyle::default());
        let (_wish, stop) = watch::channel(None);
        let rate = Arc::new(Rate::new(PerSecond::Unlimited));
        let inquiry = Inquiry::new(client, rate, Duration::from_secs(60), stop, 1);
        let reading =
            VerifyReading { ledger: &ledger, chosen: ledger.certain(), inquiry: &inquiry, concurrency: 2 };
        let mut table = Table::begin(&folder, "verify.csv", &COLUMNS).unwrap();
        let (totals, stop) = reading.read(&mut table, |_| ()).await.unwrap();
        table.finish().unwrap();
        assert_eq!((stop, totals.unreadable, totals.checked), (None, 0, ledger.certain().len() as u64));
        (totals.differing + totals.gone, read_csv(&folder.path().join("verify.csv"), b','))
    }

    /// The import is taken back: a look, and the undo. What is told of each contact.
    pub(crate) async fn taken_back(&self) -> (Tally, Vec<Line>) {
        let (ledger, folder, log) = (self.ledger(), self.shared_folder(), SimDisk::default());
        let (_, stop) = undo_in_process(&ledger, &folder, self.line(log.clone()), true).await;
        assert_eq!(stop, None);
        let (tally, stop) = undo_in_process(&ledger, &folder, self.line(log), false).await;
        assert_eq!(stop, None);
        (tally, read_csv(&folder.path().join("undo.csv"), b','))
    }

    /// Lets simulated time pass until nothing that was sent is still under way.
    pub(crate) async fn let_the_server_finish(&self) {
        tokio::time::sleep(Duration::from_secs(3600)).await;
    }

    pub(crate) fn cut_the_line(&self, cut: bool) {
        self.line_is_cut.store(cut, Ordering::Relaxed);
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
        if let Some(lie) = self.lie() {
            panic!("{lie}");
        }
    }

    /// What is not true, if anything is not.
    pub(crate) fn lie(&self) -> Option<String> {
        if let Some(lie) = self.false_line() {
            return Some(lie);
        }
        let world = self.world.lock().unwrap();
        let ours = ours(&world);
        let is_there = |line: &&Line| {
            ["failed", "rejected"].contains(&&*line["status"])
                && ours.contains_key(line["identifier"].as_str())
        };
        if let Some(line) = self.results.iter().find(is_there) {
            return Some(format!("row {} is {}, and the contact is there", line["row"], line["status"]));
        }
        let accounted = self
            .results
            .iter()
            .filter(|line| match line["status"].as_str() {
                "created" => true,
                "existing" | "updated" | "unconfirmed" => ours.contains_key(line["identifier"].as_str()),
                _ => false,
            })
            .count();
        (self.not_attempted == Some(0) && ours.len() != accounted)
            .then(|| format!("the server holds {} contacts, the rows account for {accounted}", ours.len()))
    }

    /// What is not true of a row, if anything is not: also where the account holds contacts of rows that are not, or no
    /// longer, among those that were read.
    pub(crate) fn false_line(&self) -> Option<String> {
        if let Err(error) = &self.result {
            return Some(format!("the run broke off: {error}"));
        }
        let world = self.world.lock().unwrap();
        let contacts = world.contacts();
        // Who says `create` wants one beside whoever was there before, and no more than one.
        let is_wanted = |double: &Vec<&Contact>| {
            self.policy == OnExisting::Create
                && double.iter().filter(|contact| !contact.preexisting).count() <= 1
        };
        if let Some(double) = contacts.doubles().iter().find(|double| !is_wanted(double)) {
            let times: Vec<_> =
                double.iter().map(|contact| (contact.stored_at, contact.request_age)).collect();
            return Some(format!("somebody was created {} times: {times:?}", double.len()));
        }
        let ours = ours(&world);
        let mut claimed = HashSet::new();
        for line in &self.results {
            let stored = ours.get(line["identifier"].as_str());
            let row = &line["row"];
            match line["status"].as_str() {
                "created" => {
                    if stored != Some(&line["uuid"].as_str()) {
                        return Some(format!(
                            "row {row} is created, and the server does not know it as {}",
                            line["uuid"]
                        ));
                    }
                    if !claimed.insert(&line["uuid"]) {
                        return Some(format!("row {row} claims a contact that another row claims"));
                    }
                }
                // Told with a contact, it is that which was not changed.
                "rejected" if !line["uuid"].is_empty() => {
                    if contacts
                        .with_uuid(&line["uuid"])
                        .is_none_or(|there| there.identifier != line["identifier"])
                    {
                        return Some(format!("row {row} is not changed, and the server has no such contact"));
                    }
                }
                "failed" | "rejected"
                    if ["already_there", "update_failed"].contains(&line["code"].as_str()) =>
                {
                    if contacts.iter().all(|(_, contact)| contact.identifier != line["identifier"]) {
                        return Some(format!("row {row} is {}, and there is no contact", line["code"]));
                    }
                }
                "failed" | "rejected" if stored.is_some() => {
                    return Some(format!("row {row} is {}, and the contact is there", line["status"]));
                }
                "failed" | "rejected" | "duplicate" | "invalid" | "unconfirmed" => {}
                "existing" if line["code"] == "existing_differs" || line["code"] == "existing_same" => {
                    let there = contacts.with_uuid(&line["uuid"]);
                    if there.is_some_and(|there| there.preexisting) && stored.is_some() {
                        return Some(format!(
                            "row {row} is existing, and its own contact is hidden by another"
                        ));
                    }
                    if there.is_none_or(|contact| contact.identifier != line["identifier"]) {
                        return Some(format!("row {row} is existing, and the server has no such contact"));
                    }
                }
                "existing" | "updated" => {
                    let there = contacts.with_uuid(&line["uuid"]);
                    if there.is_none_or(|contact| contact.identifier != line["identifier"]) {
                        return Some(format!(
                            "row {row} is {}, and the server has no such contact",
                            line["status"]
                        ));
                    }
                }
                other => return Some(format!("row {row} has the status {other}")),
            }
        }
        if Some(self.rows)
            != self.not_attempted.map(|not_attempted| self.results.len() as u64 + not_attempted)
        {
            return Some("rows are lost".to_owned());
        }
        None
    }

    /// What a resumed run must have in common with one that was never interrupted: everything but times, uuids, and
    /// how often and how something was asked.
    pub(crate) fn essence(&self) -> Vec<BTreeMap<String, String>> {
        let same = ["row", "line", "status", "identifier", "name", "source", "message"];
        self.results
            .iter()
            .map(|line| {
                line.iter()
                    .filter(|(key, _)| same.contains(&key.as_str()))
                    .map(|(key, value)| (key.clone(), value.clone()))
                    .collect()
            })
            .collect()
    }
}

/// The contacts that were created, by their identifiers.
fn ours(world: &World) -> HashMap<&str, &str> {
    let created = world.contacts().iter().filter(|(_, contact)| !contact.preexisting);
    created.map(|(_, contact)| (contact.identifier.as_str(), contact.uuid.as_str())).collect()
}
