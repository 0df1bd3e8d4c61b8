//! Imports of which everything is drawn: how the API is where nobody knows, what goes wrong on the line and in the
//! account, what the disk does, and how the process dies.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::ErrorKind;
use std::time::Duration;

use callbell_import::journal::JournalError;
use callbell_import::model::{OnExisting, Status, Stop};
use callbell_import::run::{RunError, StopWish};
use callbell_import::sandbox::{FaultKind, FaultRule, On, SandboxSettings};

use crate::support::{DiskFault, Line, Operation, Rig, SimDisk, Walked, switches};

/// The switches that an import can notice, with what each can say.
pub(super) const SWITCHES: [(&str, &[&str]); 22] = [
    ("created_status", &["200", "201", "202"]),
    ("contact_shape", &["\"object\"", "\"array\"", "\"bare\""]),
    ("duplicate", &["\"second\"", "\"existing\"", "\"overwrite\"", "\"conflict\"", "\"invalid\""]),
    ("miss", &["\"not_found\"", "\"bare_not_found\"", "\"null\"", "\"empty\"", "\"empty_list\""]),
    ("error_status", &["400", "422"]),
    ("error_shape", &["\"object\"", "\"text\""]),
    ("unknown_tag", &["\"accept\"", "\"drop\"", "\"reject\""]),
    ("unknown_field", &["\"accept\"", "\"drop\"", "\"reject\""]),
    ("unknown_user", &["\"accept\"", "\"drop\"", "\"reject\""]),
    ("phone_echo", &["\"digits\"", "\"plus\"", "\"spaces\"", "\"as_sent\"", "\"missing\""]),
    ("lookup_ignores_format", &["true", "false"]),
    ("cursors", &["true", "false"]),
    ("patch_custom_fields", &["\"merge\"", "\"replace\""]),
    ("conversation_href", &["\"always\"", "\"when_open\"", "\"never\""]),
    ("not_in_created", &["[]", "[\"note\", \"tags\", \"customFields\"]", "[\"createdAt\"]"]),
    ("never_shown", &["[]", "[\"href\", \"closedAt\"]", "[\"createdAt\"]", "[\"tags\", \"note\"]"]),
    ("limit_per_second", &["300", "0", "40"]),
    ("retry_after", &["\"none\"", "\"seconds\"", "\"date\""]),
    ("latency_ms", &["0", "700"]),
    ("read_lag_ms", &["0", "4000"]),
    ("rate_headers", &["true", "false"]),
    ("clock_ahead_s", &["0", "86400", "-86400", "40000000"]),
];

/// The switches that make no difference to an import, or that others have: `matrix`, `not_changed`, `lost_changes`, `undo`.
const OTHERS: [&str; 11] = [
    "unknown_team_or_channel",
    "deleted_status",
    "delete_gone",
    "default_user",
    "param_names",
    "closed_reads",
    "closed_status",
    "shows_channel",
    "patch_stores",
    "typed_custom_fields",
    "uuid_lag_ms",
];

/// How a process ends before its work is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Death {
    /// At a step on the way to the disk or the line, which is not taken.
    AtAStep,
    /// The same, but what was to be written is in the file.
    AfterAWrite,
    /// At any moment.
    AtAnyTime,
    /// The disk is full.
    DiskFull,
    /// An append leaves half of its bytes, and fails.
    TornWrite,
    /// A sync fails.
    FailedSync,
    /// The journal cannot be read, cut or made longer.
    OtherDiskFault,
    /// Somebody wishes that it stops.
    Interrupted,
    /// Somebody wishes it twice.
    InterruptedTwice,
}

impl Death {
    pub(super) const ALL: [Self; 9] = [
        Self::AtAStep,
        Self::AfterAWrite,
        Self::AtAnyTime,
        Self::DiskFull,
        Self::TornWrite,
        Self::FailedSync,
        Self::OtherDiskFault,
        Self::Interrupted,
        Self::InterruptedTwice,
    ];
}

/// What is drawn of an import.
struct Drawn {
    settings: SandboxSettings,
    /// The switch and what it says.
    said: Vec<(&'static str, &'static str)>,
    csv: String,
    policy: OnExisting,
    canary: bool,
    strict: bool,
    /// The power may be cut, and with it the journal may lose when a row was first sent.
    loses_power: bool,
    /// It can happen that nobody can say whether a contact is older than the import.
    no_ages: bool,
}

const ROWS: usize = 40;

pub(super) fn one_of<T: Copy>(luck: &mut fastrand::Rng, of: &[T]) -> T {
    of[luck.usize(..of.len())]
}

/// What goes wrong, and for how much of what. `latest`: the longest time that the server takes to store.
pub(super) fn weather(luck: &mut fastrand::Rng, latest: u64) -> Vec<FaultRule> {
    let mut rules = Vec::new();
    for kind in FaultKind::ALL {
        if luck.bool() {
            continue;
        }
        // These end a run each time.
        let stops =
            matches!(kind, FaultKind::Redirect | FaultKind::Unauthorized | FaultKind::PaymentRequired);
        let on =
            one_of(luck, &[On::Create, On::Create, On::Create, On::LookUp, On::Update, On::Read, On::List]);
        rules.push(FaultRule {
            on: if luck.u32(..6) == 0 { On::Any } else { on },
            delay_ms: luck.u64(..latest),
            retry_after: luck.bool().then(|| luck.u64(..30)),
            retry_after_date: luck.bool(),
            ..FaultRule::new(kind, luck.f64() * if stops { 0.01 } else { 0.15 })
        });
    }
    rules
}

impl Drawn {
    fn of(luck: &mut fastrand::Rng) -> Self {
        let mut said: Vec<(&str, &str)> = Vec::new();
        for (switch, values) in SWITCHES {
            // Half of them as they are measured, so that one shows through the others.
            said.push((switch, if luck.bool() { values[0] } else { one_of(luck, values) }));
        }
        let says = |switch: &str, value: &str| said.contains(&(switch, value));
        let hides_age = says("never_shown", "[\"createdAt\"]");
        let loses_power = luck.bool();
        let no_ages = hides_age || loses_power;
        let has_no_age_at_first = hides_age || says("not_in_created", "[\"createdAt\"]");
        let policy =
            one_of(luck, &[OnExisting::Create, OnExisting::Skip, OnExisting::Update, OnExisting::Fail]);
        // Who says `create` wants another one in its place, where the API makes that; and where an answer names whoever is
        // there and tells no age, nobody can know that it was there before.
        let makes_more = says("duplicate", "\"second\"");
        let may_be_named = says("duplicate", "\"overwrite\"") || !makes_more && has_no_age_at_first;
        let has_acquaintances = policy != OnExisting::Create || !may_be_named;
        let mut toml = "[api]\n".to_owned();
        said.iter().for_each(|(switch, value)| writeln!(toml, "{switch} = {value}").unwrap());
        toml.push_str(
            "[account]\ntags = [\"VIP\"]\nusers = [\"ada@example.com\"]\n\
             [[account.custom_fields]]\nlabel = \"City\"\ntype = \"text\"\n",
        );
        let mut csv = "identifier,name,source,tags,note,assigned_user,cf:City,cf:Age\n".to_owned();
        let other_source = luck.u32(..3) == 0;
        for row in 1..=ROWS {
            let (tag, note) = (one_of(luck, &["", "VIP", "Nope"]), one_of(luck, &["", "Hello"]));
            let user = one_of(luck, &["", "", "ada@example.com", "eve@example.com"]);
            let (city, age) = (one_of(luck, &["", "Rome"]), one_of(luck, &["", "", "", "42"]));
            let mut number = format!("393330{row:06}");
            let mut name = format!("Person {row}");
            let mut source = "whatsapp";
            match row % 10 {
                3 if has_acquaintances => {
                    // One without an age that is as the row says is taken for the row's.
                    let is_same = luck.bool() && !no_ages;
                    let name = if is_same { name.clone() } else { format!("Somebody {row}") };
                    writeln!(
                        toml,
                        "[[account.contacts]]\nidentifier = \"{number}\"\nsource = \"whatsapp\"\nname = \"{name}\"\n\
                         custom_fields = {{ City = \"Milan\" }}"
                    )
                    .unwrap();
                }
                // No number, the row before once more, and somebody whom nobody can look up.
                5 => number = "nobody".to_owned(),
                7 => number = format!("393330{:06}", row - 1),
                8 | 9 if other_source => {
                    (number, source) = (format!("user_{row}"), "telegram");
                    // Some of them have a namesake.
                    name = format!("Person {}", if luck.u32(..3) == 0 { 8 } else { row });
                }
                _ => {}
            }
            writeln!(csv, "{number},{name},{source},{tag},{note},{user},{city},{age}").unwrap();
        }
        let mut settings = SandboxSettings::from_toml(&toml).unwrap();
        settings.seed = luck.u64(..);
        let strict = luck.u32(..5) == 0;
        // The canary stops where the account drops something, as it should.
        let drops =
            ["unknown_tag", "unknown_field", "unknown_user"].iter().any(|switch| says(switch, "\"drop\""));
        let canary = !drops && luck.bool();
        Self { settings, said, csv, policy, canary, strict, loses_power, no_ages }
    }

    /// The import on a calm day.
    fn rig(&self) -> Rig {
        let mut rig = Rig::of(self.csv.clone(), self.settings.clone());
        rig.on_existing = self.policy;
        rig.patience.strict = self.strict;
        rig
    }

    /// Whether a row that ends so on a calm day may end like this after everything.
    fn may_end(&self, calm: &Line, line: &Line) -> bool {
        match (calm["status"].as_str(), line["status"].as_str()) {
            // Where nobody can look, nobody can say; nor where somebody from before is all that a look-up shows.
            (_, "unconfirmed") => {
                self.strict || line["source"] != "whatsapp" || line["code"] == "another_found"
            }
            // Of a contact of which nobody can say whether it is older than the import, nobody can say whose it is: it is
            // left, or made what the file says.
            ("created", "existing" | "updated") => self.no_ages,
            ("rejected", "existing") => self.no_ages && calm["code"] == "already_there",
            // What the API said was heard, and the look at what it meant by it was never answered.
            ("existing", "rejected") => line["code"] == format!("http_{}", calm["http_status"]),
            (calm, status) => status == calm,
        }
    }
}

/// What the account holds under each number.
fn people(rig: &Rig) -> BTreeMap<String, BTreeSet<String>> {
    let world = rig.world.lock().unwrap();
    let said = |contact: &callbell_import::sandbox::Contact| {
        let (name, tags, note) = (&contact.name, &contact.tags, &contact.note);
        format!("{name} {tags:?} {note:?} {:?} {:?}", contact.assigned_user, contact.custom_fields)
    };
    let mut people = BTreeMap::<String, BTreeSet<String>>::new();
    for (_, contact) in world.contacts().iter() {
        people.entry(contact.identifier.clone()).or_default().insert(said(contact));
    }
    people
}

/// What many imports came to.
#[derive(Default)]
struct Toll {
    imports: u64,
    rows: u64,
    processes: u64,
    deaths: BTreeMap<String, u64>,
    faults: BTreeMap<&'static str, u64>,
    unconfirmed: u64,
    /// What was said, went wrong, and died together.
    met: BTreeSet<(&'static str, &'static str, &'static str, Death)>,
}

/// Lets one process run into its death. The death, if it struck. `lie`: what is not true of one that ended.
pub(super) async fn process(
    rig: &mut Rig,
    luck: &mut fastrand::Rng,
    canary: bool,
    lie: fn(&Walked) -> Option<String>,
) -> Option<Death> {
    let death = one_of(luck, &Death::ALL);
    rig.canary = canary && luck.bool();
    let (at, stays) = (luck.usize(..60), luck.bool());
    let other = one_of(luck, &[Operation::Reserve, Operation::Truncate, Operation::Read]);
    let error = one_of(luck, &[ErrorKind::Other, ErrorKind::ReadOnlyFilesystem]);
    let fault = |operation, error, torn| rig.disk.fail(DiskFault { operation, at, error, stays, torn });
    let ended = match death {
        Death::AtAStep => rig.dying_after(luck.usize(..150), false).await,
        Death::AfterAWrite => rig.dying_after(luck.usize(..150), true).await,
        Death::AtAnyTime => rig.killed_after(Duration::from_millis(1 << luck.u32(1..18))).await,
        Death::Interrupted | Death::InterruptedTwice => {
            let wish = |at_once| StopWish { stop: Stop::Interrupt, at_once };
            let at = Duration::from_millis(1 << luck.u32(1..18));
            let mut wishes = vec![(at, wish(false))];
            if death == Death::InterruptedTwice {
                wishes.push((at + Duration::from_millis(luck.u64(..3000)), wish(true)));
            }
            Some(rig.walk_with(wishes).await)
        }
        _ => {
            match death {
                Death::DiskFull => fault(Operation::Append, ErrorKind::StorageFull, false),
                Death::TornWrite => fault(Operation::Append, ErrorKind::StorageFull, true),
                Death::FailedSync => fault(Operation::Sync, ErrorKind::Other, false),
                // These are rarer: most processes would not come to the sixtieth.
                _ => rig.disk.fail(DiskFault { operation: other, at: at / 20, error, stays, torn: false }),
            }
            rig.killed_by(std::future::pending()).await
        }
    };
    rig.disk.repair();
    let Some(walked) = ended else { return Some(death) };
    match &walked.result {
        Err(RunError::Journal(JournalError::Io { .. })) => Some(death),
        // It came to an end of its own, in the middle of everything: nothing that it says is a lie.
        _ => {
            assert_eq!(lie(&walked), None, "seed {}, {death:?}, {:?}", rig.seed, rig.on_existing);
            matches!(walked.report.stop, Some(Stop::Interrupt)).then_some(death)
        }
    }
}

/// One import from its first process to its last.
async fn import(seed: u64, toll: &mut Toll) {
    let mut luck = fastrand::Rng::with_seed(seed);
    let drawn = Drawn::of(&mut luck);
    let calm = drawn.rig();
    let whole = calm.walk().await;
    assert_eq!((whole.lie(), whole.not_attempted), (None, Some(0)), "seed {seed}, calm: {:?}", drawn.said);

    let mut rig = Rig { concurrency: luck.usize(1..12), seed, ..drawn.rig() };
    // The stricter rule is for servers that store when nobody expects it any more.
    let faults = weather(&mut luck, if drawn.strict { 700_000 } else { 100_000 });
    rig.world.lock().unwrap().set_faults(faults);
    rig.disk = SimDisk::with_slow_sync(Duration::from_millis(luck.u64(..30)));
    rig.latency = Duration::from_millis(luck.u64(1..400));
    let mut died = BTreeSet::new();
    for _ in 0..luck.u32(1..6) {
        toll.processes += 1;
        if let Some(death) = process(&mut rig, &mut luck, drawn.canary, Walked::lie).await {
            *toll.deaths.entry(format!("{death:?}")).or_default() += 1;
            died.insert(death);
        }
        if drawn.loses_power && luck.bool() {
            rig.disk.cut_power(&mut luck);
            *toll.deaths.entry("PowerCut".to_owned()).or_default() += 1;
        }
        // Whatever the server still does with what was sent may withdraw it, too.
        tokio::time::sleep(Duration::from_secs(luck.u64(..90))).await;
        rig.world.lock().unwrap().restore_token();
    }
    let struck = rig.world.lock().unwrap().seen().faults.clone();
    rig.world.lock().unwrap().set_faults(Vec::new());
    rig.canary = false;
    let mut walked = rig.walk().await;
    for _ in 0..2 {
        if walked.count(Status::Unconfirmed) > 0 {
            walked = rig.walk().await;
        }
    }
    toll.processes += 1;
    rig.let_the_server_finish().await;
    is_the_same(&drawn, (&rig, &walked), (&calm, &whole));

    toll.imports += 1;
    toll.rows += ROWS as u64;
    toll.unconfirmed += walked.count(Status::Unconfirmed);
    for (kind, count) in struck {
        *toll.faults.entry(kind).or_default() += count;
        for &death in &died {
            toll.met.extend(drawn.said.iter().map(|&(switch, value)| (switch, value, kind, death)));
        }
    }
}

/// What was killed again and again has come to what a calm day comes to.
#[track_caller]
fn is_the_same(drawn: &Drawn, (rig, walked): (&Rig, &Walked), (calm, whole): (&Rig, &Walked)) {
    let about = format!("seed {}, {:?}, strict {}, {:?}", rig.seed, drawn.policy, drawn.strict, drawn.said);
    assert_eq!(walked.lie(), None, "{about}");
    assert_eq!(walked.results.len(), whole.results.len(), "{about}: {:?}", walked.report.stop);
    let mut open = BTreeSet::new();
    for (line, calm) in walked.results.iter().zip(&whole.results) {
        assert!(drawn.may_end(calm, line), "{about}: on a calm day {calm:?}, now {line:?}");
        if line["status"] == "unconfirmed" {
            open.insert(line["identifier"].clone());
        }
    }
    let (mut seen, mut expected) = (people(rig), people(calm));
    for identifier in open {
        seen.remove(&identifier);
        expected.remove(&identifier);
    }
    seen.retain(|identifier, said| {
        expected.get(identifier) != Some(said) || !expected.contains_key(identifier)
    });
    expected.retain(|identifier, _| !people(rig).contains_key(identifier) || seen.contains_key(identifier));
    assert_eq!(seen, expected, "{about}");
}

async fn imports(seeds: std::ops::Range<u64>) -> Toll {
    let mut toll = Toll::default();
    for seed in seeds {
        import(seed, &mut toll).await;
    }
    let Toll { imports, rows, processes, deaths, faults, unconfirmed, met } = &toll;
    println!(
        "{imports} imports, {rows} rows, {processes} processes, {} deaths",
        deaths.values().sum::<u64>()
    );
    println!("deaths: {deaths:?}");
    println!("{} faults: {faults:?}", faults.values().sum::<u64>());
    println!("{} of {} combinations of a switch, a fault and a death met", met.len(), combinations());
    println!("0 lost, 0 doubled, 0 false; {unconfirmed} honestly unconfirmed");
    toll
}

/// All that a switch can say, with every fault and every death.
fn combinations() -> usize {
    let values: usize = SWITCHES.iter().map(|(_, values)| values.len()).sum();
    values * FaultKind::ALL.len() * Death::ALL.len()
}

#[tokio::test(start_paused = true)]
async fn whatever_the_api_is_like_whatever_goes_wrong_and_however_it_dies_it_ends_with_the_truth() {
    let toll = imports(0..16).await;
    assert!(toll.met.len() * 10 > combinations(), "{} combinations", toll.met.len());
}

/// A row was given back, left open without a mark by a power cut, and updated; then the journal was damaged.
#[tokio::test(start_paused = true)]
async fn a_ticket_that_was_retired_does_not_hide_an_update_when_the_journal_is_damaged() {
    imports(203_745..203_746).await;
}

/// Its own send had stored the contact, whose age the API does not tell, and the update that was to follow found nothing
/// but answers that are none.
#[tokio::test(start_paused = true)]
async fn a_contact_that_may_be_the_rows_own_is_not_told_to_have_failed_because_its_update_did() {
    imports(227_714..227_715).await;
}

/// `CALLBELL_IMPORT_SEEDS=5000..90000` draws others.
#[tokio::test(start_paused = true)]
#[ignore = "minutes: cargo test --release --test it crashes -- --ignored --nocapture"]
#[expect(clippy::disallowed_methods, reason = "a soak says what it draws; no setting of the program")]
async fn four_thousand_drawn_imports_end_with_the_truth() {
    let seeds = std::env::var("CALLBELL_IMPORT_SEEDS").unwrap_or_else(|_| "1000..5000".to_owned());
    let (from, to) = seeds.split_once("..").unwrap();
    let toll = imports(from.parse().unwrap()..to.parse().unwrap()).await;
    for kind in FaultKind::ALL {
        assert!(toll.faults.contains_key(kind.as_str()), "{kind:?} never struck");
    }
    for death in Death::ALL {
        assert!(toll.deaths.contains_key(&format!("{death:?}")), "{death:?} never struck");
    }
}

#[test]
fn every_switch_of_the_stand_in_is_drawn_or_known_to_make_no_difference() {
    for switch in switches() {
        let is_drawn = SWITCHES.iter().any(|(name, _)| *name == switch);
        assert!(is_drawn != OTHERS.contains(&switch.as_str()), "{switch}");
    }
}
