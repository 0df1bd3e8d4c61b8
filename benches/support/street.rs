//! The street without the program around it.

use std::io::{self, BufRead, Cursor};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use callbell_import::api::{Answer, Call, Client, Fault, Transport, WireStyle};
use callbell_import::delivery::{Existing, Patience};
use callbell_import::input::{InputFile, InputFiles, InputOptions, Records};
use callbell_import::journal::{About, Journal, Length, ReadAt, Storage, Synced, boot};
use callbell_import::mapping::{Facts, Mapping};
use callbell_import::model::{Event, OnExisting, Status, Watch, Window};
use callbell_import::rate::{PerSecond, Rate};
use callbell_import::results::{FailuresFormat, OutputDir, OutputError};
use callbell_import::run::{Bounds, Import, Imported, Reading, Sending};
use callbell_import::survey::{Sightings, Survey};
use tokio::sync::watch;
use tokio::time::Instant;

/// No journal at all.
pub(crate) struct Nowhere;

impl Storage for Nowhere {
    fn read(&mut self) -> io::Result<Box<dyn BufRead + '_>> {
        Ok(Box::new(Cursor::new(Vec::new())))
    }

    fn append(&mut self, _: &[u8]) -> io::Result<()> {
        Ok(())
    }

    fn truncate(&mut self, _: u64) -> io::Result<()> {
        Ok(())
    }

    fn reserve(&mut self, _: u64) -> io::Result<()> {
        Ok(())
    }

    fn sync(&mut self) -> Synced {
        Box::pin(std::future::ready(Ok(())))
    }

    fn noted_length(&mut self) -> Option<Length> {
        None
    }

    fn note_length(&mut self, _: &Length) {}

    fn reader(&self) -> io::Result<Box<dyn ReadAt>> {
        Ok(Box::new(std::fs::File::open("/dev/null")?))
    }
}

struct Nobody;

impl Watch for Nobody {
    fn see(&self, _: &Event) {}
}

/// A line to somebody who creates every contact at once.
pub(crate) struct Canned;

impl Transport for Canned {
    async fn exchange(&self, _: Call) -> Result<Answer, Fault> {
        // Others get their turn, as they do while a real line is waited for.
        tokio::task::yield_now().await;
        let headers = [("date", "Wed, 25 Nov 2026 10:00:00 GMT"), ("content-type", "application/json")];
        Ok(Answer::new(201, headers.into_iter(), CREATED.as_bytes().to_vec()))
    }
}

/// What the API answers, about as long as it does.
const CREATED: &str = r#"{"contact":{"uuid":"414a6d692bd645ed803f2e7ce360d4c8","name":null,"phoneNumber":null,"avatarUrl":null,"createdAt":"2026-11-25T10:00:00Z","closedAt":null,"source":"whatsapp","href":"https://dash.callbell.eu/contacts/414a6d692bd645ed803f2e7ce360d4c8","conversationHref":null,"assignedUser":null,"team":{"uuid":"11111111111111111111111111111111","name":"Default","default":true,"createdAt":"2021-01-01T10:00:00Z","members":2},"channel":{"uuid":"00000000000000000000000000000001","type":"whatsapp","title":"Main WhatsApp","main":true}}}"#;

/// The list, in its folder.
pub(crate) const LIST: &str = "in.csv";

/// Imports the list in `folder`, which has so many rows, over `transport` into a folder of its own, without the program around it. Returns what the run
/// itself took.
pub(crate) async fn walk<T: Transport, S: Storage>(
    transport: T,
    storage: S,
    folder: &Path,
    rows: usize,
    rate: PerSecond,
) -> Duration {
    let file = InputFile::open(&folder.join(LIST), &InputOptions::default(), &tempfile::tempfile).unwrap();
    let input = Arc::new(InputFiles::new(vec![file]).unwrap());
    let records = Records::new(&input).unwrap();
    let header = records.header().names.clone();
    let mut facts = Facts::new(&header);
    records.for_each(|row| facts.note(&row.unwrap()));
    let form = Mapping::default().resolve(&header, &facts).unwrap().form;
    let sightings = Sightings::new(tempfile::tempfile);
    let (journal, replayed) = Journal::open(storage, boot(folder), [7; 32], |_| Ok(())).unwrap();
    let fingerprints = journal.fingerprints().clone();
    let survey =
        Survey::of(&input, &form, &fingerprints, sightings, |_, _| Ok::<(), OutputError>(())).unwrap();
    let client = Client::new(transport, WireStyle::default());
    let out = OutputDir::open(&folder.join("out")).unwrap();
    let (_wish, wished) = watch::channel(None);
    let import = Import {
        input,
        window: Window::default(),
        reading: Reading::OnThread,
        form,
        survey,
        journal,
        elsewhere: Vec::new(),
        other_parts: Box::new(|_| Ok(Vec::new())),
        replayed: &replayed,
        about: About { endpoint: "bench".to_owned(), account: "bench".to_owned() },
        sending: Sending {
            client,
            rate: Arc::new(Rate::new(rate)),
            patience: Patience::default(),
            longest_outage: Duration::from_secs(60),
            server_time: None,
            existing: Existing::of(OnExisting::Create),
            suspicions: Arc::default(),
            seed: 1,
        },
        canary: false,
        bounds: Bounds::default(),
        folder: &out,
        failures: FailuresFormat::new(header, b',', false),
        watch: Arc::new(Nobody),
        started_at: SystemTime::UNIX_EPOCH,
    };
    let began = Instant::now();
    let Imported { report, ended } = import.run(wished).await;
    let through = ended.unwrap();
    assert_eq!(through.not_attempted, 0, "no row is left");
    through.close().await.unwrap();
    let took = began.elapsed();
    assert_eq!(report.tally.count(Status::Created), rows as u64, "every row is created");
    took
}
