//! Imports whose list is edited while they go on: people come and go, move, are corrected, say something else or stand
//! there twice; part of it only is sent, under another policy than before; and processes die in the middle of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::Duration;

use callbell_import::model::{OnExisting, Status, Window};
use callbell_import::sandbox::{Contact, SandboxSettings};
use serde_json::Value;

use super::drawn::{Death, SWITCHES, one_of, process, weather};
use crate::support::{Line, Rig, SimDisk, Walked};

/// People in the list at first.
const PEOPLE: u64 = 25;

/// A row of the list.
#[derive(Debug, Clone)]
struct Entry {
    person: u64,
    name: String,
    tag: &'static str,
    city: &'static str,
    /// Nobody can be created with what stands there for a number.
    is_mistyped: bool,
    /// How the number is written.
    hand: u32,
}

impl Entry {
    fn new(person: u64, luck: &mut fastrand::Rng) -> Self {
        let name = format!("Person {person}");
        Self { person, name, tag: "", city: "", is_mistyped: luck.u32(..12) == 0, hand: luck.u32(..6) }
    }

    /// Whom nobody can look up.
    fn is_elsewhere(&self) -> bool {
        self.person % 6 == 5
    }

    fn source(&self) -> &'static str {
        if self.is_elsewhere() { "telegram" } else { "whatsapp" }
    }

    fn identifier(&self) -> String {
        if self.is_elsewhere() {
            return format!("user_{}", self.person);
        }
        if self.is_mistyped {
            return format!("nobody {}", self.person);
        }
        let own = format!("333{:07}", self.person);
        match self.hand {
            0 => format!("+39{own}"),
            1 => format!("0039{own}"),
            2 => format!("+39 {} {}", &own[..3], &own[3..]),
            _ => format!("39{own}"),
        }
    }
}

/// A list as a person keeps it.
struct List {
    entries: Vec<Entry>,
    /// The next one who comes.
    next: u64,
}

impl List {
    fn new(luck: &mut fastrand::Rng) -> Self {
        Self { entries: (1..=PEOPLE).map(|person| Entry::new(person, luck)).collect(), next: PEOPLE + 1 }
    }

    fn csv(&self) -> String {
        let mut csv = "identifier,name,source,tags,cf:City\n".to_owned();
        for entry in &self.entries {
            let Entry { name, tag, city, .. } = entry;
            writeln!(csv, "{},{name},{},{tag},{city}", entry.identifier(), entry.source()).unwrap();
        }
        csv
    }

    fn edit(&mut self, luck: &mut fastrand::Rng) {
        for _ in 0..luck.u32(..8) {
            let at = luck.usize(..self.entries.len());
            match luck.u32(..10) {
                0 => {
                    let entry = Entry::new(self.next, luck);
                    self.next += 1;
                    self.entries.insert(at, entry);
                }
                1 if self.entries.len() > 5 => drop(self.entries.remove(at)),
                2 => {
                    let entry = self.entries.remove(at);
                    self.entries.insert(luck.usize(..=self.entries.len()), entry);
                }
                3 => luck.shuffle(&mut self.entries),
                4 => write!(self.entries[at].name, " {}", luck.u32(..3)).unwrap(),
                5 => self.entries[at].is_mistyped ^= true,
                // Somebody stands there a second time, and somebody who was taken out comes again.
                6 => {
                    let again = self.entries[at].clone();
                    self.entries.insert(luck.usize(..=self.entries.len()), again);
                }
                7 => {
                    let person = luck.u64(1..self.next);
                    self.entries.insert(at, Entry::new(person, luck));
                }
                8 => self.entries[at].hand = luck.u32(..6),
                _ => {
                    self.entries[at].tag = one_of(luck, &["", "VIP", "Nope"]);
                    self.entries[at].city = one_of(luck, &["", "Rome"]);
                }
            }
        }
    }
}

/// What many imports came to.
#[derive(Default)]
struct Toll {
    imports: u64,
    processes: u64,
    deaths: BTreeMap<Death, u64>,
    faults: u64,
    ends: BTreeMap<String, u64>,
    /// What `undo` told.
    undone: BTreeMap<String, u64>,
}

/// One import from its first process to its last.
async fn import(seed: u64, toll: &mut Toll) {
    let mut luck = fastrand::Rng::with_seed(seed);
    let mut toml = "[api]\n".to_owned();
    // Who says `create` wants a second contact, or another one in its place, where the API makes that; and where it tells
    // no ages, nobody can know who was there before.
    let mut hides_who_was_there = false;
    for (switch, values) in SWITCHES {
        let value = if luck.bool() { values[0] } else { one_of(&mut luck, values) };
        let makes_more = switch == "duplicate" && ["\"second\"", "\"overwrite\""].contains(&value);
        let tells_no_age = value == "[\"createdAt\"]";
        hides_who_was_there |= makes_more || tells_no_age;
        writeln!(toml, "{switch} = {value}").unwrap();
    }
    toml.push_str(
        "[account]\ntags = [\"VIP\"]\n[[account.custom_fields]]\nlabel = \"City\"\ntype = \"text\"\n",
    );
    let creates = luck.bool();
    if !(creates && hides_who_was_there) {
        for person in [3, 10, 16, 24] {
            writeln!(
                toml,
                "[[account.contacts]]\nidentifier = \"39333{person:07}\"\nsource = \"whatsapp\"\n\
                 name = \"Somebody {person}\""
            )
            .unwrap();
        }
    }
    let mut settings = SandboxSettings::from_toml(&toml).unwrap();
    settings.seed = luck.u64(..);
    let mut policies = vec![OnExisting::Skip, OnExisting::Update, OnExisting::Fail];
    if creates {
        policies.push(OnExisting::Create);
    }
    let loses_power = luck.bool();

    let mut list = List::new(&mut luck);
    let mut rig = Rig { concurrency: luck.usize(1..12), seed, ..Rig::of(list.csv(), settings) };
    rig.folder = Some(tempfile::tempdir().unwrap());
    let there: Vec<Contact> = people(&rig);
    rig.world.lock().unwrap().set_faults(weather(&mut luck, 100_000));
    rig.disk = SimDisk::with_slow_sync(Duration::from_millis(luck.u64(..30)));
    rig.latency = Duration::from_millis(luck.u64(1..400));
    for _ in 0..luck.u32(2..8) {
        rig.on_existing = one_of(&mut luck, &policies);
        rig.patience.strict = luck.u32(..6) == 0;
        if luck.u32(..4) == 0 {
            let (skip, limit) = (luck.u64(..10), Some(luck.u64(1..20)));
            rig.window = Window { skip, limit, ..Window::default() };
        }
        toll.processes += 1;
        if let Some(death) = process(&mut rig, &mut luck, false, Walked::false_line).await {
            *toll.deaths.entry(death).or_default() += 1;
        }
        rig.window = Window::default();
        if loses_power && luck.bool() {
            rig.disk.cut_power(&mut luck);
        }
        tokio::time::sleep(Duration::from_secs(luck.u64(..90))).await;
        rig.world.lock().unwrap().restore_token();
        list.edit(&mut luck);
        rig.csv = list.csv();
    }
    toll.faults += rig.world.lock().unwrap().seen().faults.values().sum::<u64>();
    rig.world.lock().unwrap().set_faults(Vec::new());
    rig.patience.strict = false;
    let mut walked = rig.walk().await;
    for _ in 0..2 {
        if walked.count(Status::Unconfirmed) > 0 {
            walked = rig.walk().await;
        }
    }
    rig.let_the_server_finish().await;
    toll.imports += 1;
    toll.processes += 1;
    let about = format!("seed {seed}, {:?}, {toml}", rig.on_existing);
    assert_eq!(walked.false_line(), None, "{about}");
    assert_eq!(walked.not_attempted, Some(0), "{about}");
    is_verified(&rig, !toml.contains("\"drop\""), &about).await;
    take_back(&rig, &there, toll, &about).await;
    for line in &walked.results {
        let end = if line["status"] == "invalid" { "" } else { &line["code"] };
        *toll.ends.entry(format!("{} {end}", line["status"])).or_default() += 1;
    }
}

fn people(rig: &Rig) -> Vec<Contact> {
    rig.world.lock().unwrap().contacts().iter().map(|(_, contact)| contact.clone()).collect()
}

/// Everybody is there, and as sent, but for what the API drops without a word, and for what a row said only after it was
/// edited and a look-up had found its contact, which was told when it did.
async fn is_verified(rig: &Rig, keeps_all: bool, about: &str) {
    let mut told: BTreeSet<(String, String)> = BTreeSet::new();
    for line in String::from_utf8_lossy(&rig.disk.bytes()).lines() {
        let record = line.splitn(3, ' ').nth(2).and_then(|json| serde_json::from_str::<Value>(json).ok());
        let Some(record) = record.filter(|record| record["t"] == "V") else { continue };
        let uuid = record["o"].as_object().and_then(|ended| ended.values().next()?.get(0)?.as_str());
        for field in record["e"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            told.insert((uuid.unwrap().to_owned(), field.to_owned()));
        }
    }
    let (_, lines) = rig.verified().await;
    // What the API does not show cannot be compared.
    let is_compared = |line: &&Line| !["as_sent", "not_shown"].contains(&&*line["verdict"]);
    for line in lines.iter().filter(is_compared) {
        let is_told = told.contains(&(line["uuid"].clone(), line["field"].clone()));
        let may_be = is_told || !keeps_all && line["verdict"] != "gone" || line["verdict"] == "unknown";
        assert!(may_be, "{about}: {line:?}");
    }
}

/// The import is undone, and nobody else touched anything: who was there is as before, and who came is gone, or it is told
/// that they are not.
async fn take_back(rig: &Rig, there: &[Contact], toll: &mut Toll, about: &str) {
    let is_open = rig.ledger().doubtful() > 0;
    let (_, lines) = rig.taken_back().await;
    let told: BTreeMap<&str, &Line> = lines.iter().map(|line| (&*line["uuid"], line)).collect();
    let says = |contact: &Contact| {
        let mut fields = contact.custom_fields.clone();
        fields.retain(|_, value| value != "");
        (contact.name.clone(), contact.tags.clone(), fields, contact.note.clone())
    };
    for contact in people(rig) {
        let before = there.iter().find(|before| before.uuid == contact.uuid);
        let line = told.get(&*contact.uuid);
        let result = line.map(|line| format!("{} {}", line["result"], line["reason"]));
        match before {
            Some(before) if says(before) == says(&contact) => {
                // Where the API tells no ages, it may have come from a creation whose answer was lost.
                let is_kept = result.is_some_and(|result| result.starts_with("kept c"));
                assert!(!is_kept, "{about}: {line:?}");
            }
            Some(before) => {
                let result =
                    result.unwrap_or_else(|| panic!("{about}: a change is left and nothing is told"));
                assert!(
                    ["kept changed", "restored in_part"].contains(&&*result),
                    "{about}: {line:?} {contact:?} {before:?}"
                );
            }
            None if result.is_none() => assert!(is_open, "{about}: somebody is left and nothing is told"),
            None => {
                let result = result.unwrap_or_default();
                let is_told = result.starts_with("kept") || result == "restored may_be_own";
                assert!(is_told, "{about}: {line:?}");
            }
        }
    }
    for line in lines {
        *toll.undone.entry(format!("{} {}", line["result"], line["reason"])).or_default() += 1;
    }
}

async fn imports(seeds: std::ops::Range<u64>) -> Toll {
    let mut toll = Toll::default();
    for seed in seeds {
        import(seed, &mut toll).await;
    }
    let Toll { imports, processes, deaths, faults, ends, undone } = &toll;
    println!(
        "{imports} imports of lists that are edited, {processes} processes, {faults} faults, {deaths:?}"
    );
    println!("{ends:?}");
    println!("undone: {undone:?}");
    toll
}

#[tokio::test(start_paused = true)]
async fn a_list_that_is_edited_between_runs_that_die_comes_to_the_truth() {
    imports(0..40).await;
}

/// `CALLBELL_IMPORT_SEEDS=5000..90000` draws others.
#[tokio::test(start_paused = true)]
#[ignore = "minutes: cargo test --release --test it crashes -- --ignored --nocapture"]
#[expect(clippy::disallowed_methods, reason = "a soak says what it draws; no setting of the program")]
async fn four_thousand_imports_of_edited_lists_end_with_the_truth() {
    let seeds = std::env::var("CALLBELL_IMPORT_SEEDS").unwrap_or_else(|_| "1000..5000".to_owned());
    let (from, to) = seeds.split_once("..").unwrap();
    let toll = imports(from.parse().unwrap()..to.parse().unwrap()).await;
    for death in Death::ALL {
        assert!(toll.deaths.contains_key(&death), "{death:?} never struck");
    }
}
