//! Arguments and environment → what each room needs to know.

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use super::arg_values::{MaxFailuresArg, RateArg};
use super::args::{AccountArgs, InputArgs, MappingArgs, MonitoringArgs, PreflightArgs, WindowArgs};
use super::failure::Failure;
use super::pace::{LimitArgs, PaceArgs};
use super::talk::Talk;
use super::token::{self, TokenEnvironment};
use crate::api::{ApiToken, BaseUrl, Client, ExtraRoots, Http, HttpError, HttpVersion, WireStyle};
use crate::delivery::{Existing, Patience};
use crate::input::{InputOptions, Quote};
use crate::mapping::{Country, Mapping, MappingError, Profile, ProfileChoice, Resolved, Target, nearest};
use crate::model::{Field, OnExisting, Shard, UpdateRule, UpdateRules, Window, printable};
use crate::monitoring::{Address, Wishes};
use crate::rate::{Headroom, LEDGER, PerSecond, Places, Rate, Shared};
use crate::run::{Bounds, MaxFailures, Sending};
use crate::sandbox::{Sandbox, SandboxSettings};
use crate::words::{Message, message};

/// The documented limit of the API, in requests per second.
pub(super) const DOCUMENTED_LIMIT: u32 = 300;

/// The endpoint of a rehearsal, which begins with an empty stand-in each time.
pub(super) const SANDBOX: &str = "sandbox";

/// Where the API is, and the token that opens it.
pub(super) struct Endpoint {
    pub(super) base: BaseUrl,
    pub(super) token: ApiToken,
    /// The stand-in in this process, which lives as long as this.
    pub(super) sandbox: Option<Sandbox>,
    pub(super) warning: Option<Message>,
    version: HttpVersion,
    roots: ExtraRoots,
    /// The stand-in has settings of its own.
    has_account: bool,
}

impl Endpoint {
    pub(super) fn of(args: &AccountArgs) -> Result<Self, Failure> {
        if args.sandbox || args.sandbox_config.is_some() {
            let settings = sandbox_settings(args.sandbox_config.as_deref())?;
            let token = ApiToken::parse(&settings.token)
                .map_err(|error| Failure::usage(message!("sandbox-token", why = error.message())))?;
            let sandbox = Sandbox::start(settings, 0)
                .map_err(|error| Failure::usage(message!("sandbox-start", why = &error)))?;
            let base = BaseUrl::parse(&sandbox.base_url())?;
            return Ok(Self {
                base,
                token,
                sandbox: Some(sandbox),
                warning: None,
                version: HttpVersion::One,
                roots: ExtraRoots::default(),
                has_account: args.sandbox_config.is_some(),
            });
        }
        let base = BaseUrl::parse(&args.base_url)?;
        let (token, warning) = token::find(args, &TokenEnvironment::read())?;
        let roots = args.ca_cert.as_deref().map(roots).transpose()?.unwrap_or_default();
        let version = version(args);
        Ok(Self { base, token, sandbox: None, warning, version, roots, has_account: true })
    }

    /// The wire to it, for at most so many requests at a time.
    pub(super) fn http(&self, places: usize) -> Result<Http, HttpError> {
        Http::new(self.base.clone(), &self.token, places, self.version, &self.roots)
    }

    /// Whether this is the stand-in as it comes, whose account is nobody's.
    pub(super) fn is_nobodys(&self) -> bool {
        !self.has_account
    }

    /// As it is shown.
    pub(super) fn shown(&self) -> String {
        if self.sandbox.is_some() { "sandbox".to_owned() } else { self.base.to_string() }
    }
}

/// `--http2`
#[cfg_attr(not(feature = "http2"), expect(unused_variables, reason = "there is one version"))]
fn version(args: &AccountArgs) -> HttpVersion {
    #[cfg(feature = "http2")]
    if args.http2 {
        return HttpVersion::Two;
    }
    HttpVersion::One
}

/// `--ca-cert`
fn roots(path: &Path) -> Result<ExtraRoots, Failure> {
    let pem =
        std::fs::read(path).map_err(|error| Failure::usage(message!("ca-cert-read", path, why = &error)))?;
    ExtraRoots::from_pem(&pem).map_err(|error| {
        Failure::usage(message!("ca-cert", path, why = error.message())).hint(message!("ca-cert.fix"))
    })
}

/// A settings file of the stand-in, or its defaults.
pub(super) fn sandbox_settings(path: Option<&Path>) -> Result<SandboxSettings, Failure> {
    let Some(path) = path else { return Ok(SandboxSettings::default()) };
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::usage(message!("sandbox-settings-read", path, why = &error)))?;
    SandboxSettings::from_toml(&text)
        .map_err(|error| Failure::usage(message!("sandbox-settings", path, what = error.to_string())))
}

/// What is said of the input, and what the mapping says of lists in its cells.
pub(super) fn input_for(args: &InputArgs, mapping: &Mapping) -> InputOptions {
    InputOptions { separators: mapping.separators(), ..input(args) }
}

/// What is said of the input.
pub(super) fn input(args: &InputArgs) -> InputOptions {
    InputOptions {
        encoding: args.encoding,
        delimiter: args.delimiter,
        quote: args.quote.map(Quote::from),
        header: match (args.header, args.no_header) {
            (_, true) => Some(false),
            (true, _) => Some(true),
            _ => None,
        },
        header_line: args.header_line,
        ragged: args.ragged.into(),
        member: args.member.clone(),
        sheet: args.sheet.clone(),
        separators: Vec::new(),
    }
}

/// Flags over mapping file.
pub(super) fn mapping(args: &MappingArgs) -> Result<Mapping, Failure> {
    let mut flags = Mapping::default();
    for words in &args.maps {
        flags.map(words)?;
    }
    for words in &args.sets {
        flags.set(words)?;
    }
    if let Some(source) = &args.source {
        flags.set(&format!("source={source}"))?;
    }
    flags.default_country = args.default_country.as_deref().map(Country::parse).transpose()?;
    flags.tag_separator = args.tag_separator.clone();
    flags.include_unsubscribed = args.include_unsubscribed;
    flags.profile = args.profile.as_deref().map(profile).transpose()?.unwrap_or_default();
    let Some(path) = &args.mapping else { return Ok(flags) };
    let text =
        std::fs::read_to_string(path).map_err(|source| MappingError::File { path: path.clone(), source })?;
    Ok(Mapping::from_toml(&text, path)?.overlaid(flags))
}

/// `--profile`: a name, `none`, or a file.
fn profile(text: &str) -> Result<ProfileChoice, Failure> {
    if text == "none" {
        return Ok(ProfileChoice::Off);
    }
    let path = Path::new(text);
    if path.extension().is_none_or(|extension| extension != "toml") {
        return Ok(ProfileChoice::Asked(Profile::named(text)?));
    }
    let content = std::fs::read_to_string(path)
        .map_err(|source| MappingError::File { path: path.to_owned(), source })?;
    Ok(ProfileChoice::Asked(Arc::new(Profile::from_toml(&content, path)?)))
}

/// What is done about contacts that are there, flags over mapping file. A mapping file may have rules that nobody needs
/// now; a flag that changes nothing was meant otherwise.
pub(super) fn update_rules(args: &PreflightArgs, mapping: &mut Mapping) -> Result<UpdateRules, Failure> {
    let policy = OnExisting::from(args.on_existing);
    for (fields, flag) in [(&args.keeps, "--keep"), (&args.fills, "--fill")] {
        if !fields.is_empty() && policy != OnExisting::Update {
            return Err(Failure::usage(message!("rule-without-update", flag, policy = policy.as_str()))
                .hint(message!("rule-without-update.fix", flag)));
        }
    }
    let named = |field: &String| Target::parse(field).map(|target| target.to_string());
    let kept = args.keeps.iter().map(named).collect::<Result<Vec<_>, _>>()?;
    for field in &args.fills {
        let field = named(field)?;
        if kept.contains(&field) {
            return Err(Failure::usage(message!("rule-and-rule", field)).hint(message!("rule-and-rule.fix")));
        }
    }
    for (fields, rule) in [(&args.keeps, UpdateRule::Keep), (&args.fills, UpdateRule::Fill)] {
        for field in fields {
            mapping.rule(field, rule)?;
        }
    }
    Ok(mapping.update.clone())
}

/// A flag for a custom field that no row can say protects nothing: another one was meant.
pub(super) fn refuse_rules_of_nothing(args: &PreflightArgs, resolved: &Resolved) -> Result<(), Failure> {
    let targets = || resolved.chosen.iter().map(|chosen| &chosen.target);
    // A cell that holds an object may have any label.
    if targets().any(|target| *target == Target::Field(Field::CustomFields)) {
        return Ok(());
    }
    let said = || {
        targets().filter_map(|target| match target {
            Target::Custom(label) => Some(label.as_str()),
            Target::Field(_) => None,
        })
    };
    for (fields, flag) in [(&args.keeps, "--keep"), (&args.fills, "--fill")] {
        for field in fields {
            let Target::Custom(label) = Target::parse(field)? else { continue };
            if said().any(|known| known == label) {
                continue;
            }
            let failure = Failure::usage(message!("rule-of-nothing", flag, label = &label));
            return Err(failure.hint(match nearest(&label, said()) {
                Some(nearest) => message!("did-you-mean", nearest = format!("custom_fields.{nearest}")),
                None => message!("rule-of-nothing.fix", flag),
            }));
        }
    }
    Ok(())
}

pub(super) fn style(args: &MappingArgs) -> WireStyle {
    WireStyle { param_names: args.param_names.into(), phone_format: args.phone_format.into() }
}

/// Whether standard input is meant.
pub(super) fn is_stdin(file: &Path) -> bool {
    file == Path::new("-")
}

/// The folder for the results of a list where none is given: `<file stem>.import` in the current one.
pub(super) fn folder_of(file: &Path) -> PathBuf {
    let stem = if is_stdin(file) { Some("stdin".as_ref()) } else { file.file_stem() };
    let mut name = stem.unwrap_or("contacts".as_ref()).to_owned();
    name.push(".import");
    PathBuf::from(name)
}

/// The folder for the results: as given, or `<file stem>.import` in the current folder. A part of a list has a folder of
/// its own in it.
pub(super) fn folder(args: &InputArgs, shard: Shard) -> PathBuf {
    let folder = args.out.clone().unwrap_or_else(|| folder_of(&args.file));
    if shard.is_everything() {
        return folder;
    }
    folder.join(format!("shard-{}", shard.to_string().replace('/', "-of-")))
}

/// The rows that are read.
pub(super) fn window(args: &WindowArgs) -> Window {
    Window { skip: args.skip, limit: args.limit, shard: args.shard.unwrap_or_default() }
}

/// No limit only to this machine: elsewhere it would be an attack.
pub(super) fn rate(arg: RateArg, base: &BaseUrl) -> Result<PerSecond, Failure> {
    match arg.0 {
        Some(rate) => Ok(PerSecond::AtMost(rate)),
        None if base.is_loopback() => Ok(PerSecond::Unlimited),
        None => Err(Failure::usage(message!("rate-none"))
            .hint(message!("documented-limit", limit = DOCUMENTED_LIMIT))),
    }
}

/// Most requests at a time where nothing else is said.
const PLACES: u16 = 64;

/// Most requests at a time.
pub(super) fn places(concurrency: Option<u16>) -> usize {
    usize::from(concurrency.unwrap_or(PLACES))
}

/// What one part of a list may send a second, of what all of them may.
pub(super) fn part_of(limit: NonZeroU32, shard: Shard) -> Result<NonZeroU32, Failure> {
    NonZeroU32::new(limit.get() / shard.count()).ok_or_else(|| {
        Failure::usage(message!("shard-rate", limit = limit.get(), parts = shard.count().get()))
            .hint(message!("shard-rate.fix"))
    })
}

/// What one part of a list may send a second, after the headroom; `None`: no limit.
pub(super) fn per_second(args: &PaceArgs, shard: Shard) -> Result<Option<u32>, Failure> {
    let part = args.rate.0.map(|rate| part_of(args.headroom.0.of(rate), shard)).transpose()?;
    Ok(part.map(NonZeroU32::get))
}

/// The turnstile of one part of a list, shared with other runs on this machine that use the same token. Where that cannot
/// be, that is said.
pub(super) fn turnstile(
    limit: PerSecond,
    headroom: Headroom,
    shard: Shard,
    places: usize,
    endpoint: &Endpoint,
    talk: Talk,
) -> Result<Rate, Failure> {
    let (rate, warning) = unsaid_turnstile(limit, headroom, shard, places, endpoint)?;
    talk.tell(warning.as_ref());
    Ok(rate)
}

/// The same, for whoever has nobody to talk to: where the rate cannot be shared, why not.
pub(super) fn unsaid_turnstile(
    limit: PerSecond,
    headroom: Headroom,
    shard: Shard,
    places: usize,
    endpoint: &Endpoint,
) -> Result<(Rate, Option<Message>), Failure> {
    let all = match limit {
        PerSecond::AtMost(limit) => PerSecond::AtMost(headroom.of(limit)),
        PerSecond::Unlimited => PerSecond::Unlimited,
    };
    let limit = match all {
        PerSecond::AtMost(limit) => PerSecond::AtMost(part_of(limit, shard)?),
        PerSecond::Unlimited => PerSecond::Unlimited,
    };
    // The ledger is about the token: parts that meet in it may send together what all of them may.
    let shared = match all {
        PerSecond::AtMost(limit) if endpoint.sandbox.is_none() => {
            let name = format!("{LEDGER}{}", endpoint.token.fingerprint(&endpoint.base.to_string()));
            Some(Shared::open(&state_folder(), &name, limit, SystemTime::now()))
        }
        _ => None,
    };
    let (shared, warning) = match shared {
        None => (None, None),
        Some(Ok(shared)) => (Some(shared), None),
        Some(Err(error)) => (None, Some(message!("warning", what = error.message()))),
    };
    Ok((Rate::with(limit, headroom, Places::at_most(places), shared), warning))
}

/// Where runs of the same person on this machine meet, whether they were started by hand or by cron: the state folder of
/// the XDG base directory specification. Without a home, a folder of their own among the temporary files.
fn state_folder() -> PathBuf {
    let folder = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    folder("XDG_STATE_HOME")
        .or_else(|| Some(folder("HOME")?.join(".local/state")))
        .map(|state| state.join("callbell-import"))
        .unwrap_or_else(|| {
            let user = rustix::process::geteuid().as_raw();
            std::env::temp_dir().join(format!("callbell-import-{user}"))
        })
}

pub(super) fn patience(args: &PaceArgs) -> Patience {
    let settle = args.settle.0;
    let usual = Patience::default();
    // Where the server is said to settle in no time, it is not thought to hide contacts for longer.
    Patience { settle, read_lag: usual.read_lag.min(settle), strict: args.strict, ..usual }
}

/// How rows are sent over this line to an account whose clock was last seen to show this.
pub(super) fn sending(
    (rate, client): (Arc<Rate>, Client<Http>),
    args: &PaceArgs,
    server_time: Option<SystemTime>,
    existing: Existing,
) -> Sending<Http> {
    Sending {
        client,
        rate,
        patience: patience(args),
        longest_outage: args.max_outage,
        server_time,
        existing,
        suspicions: Arc::default(),
        seed: fastrand::u64(..),
    }
}

/// Rows to send from which on the first of them go alone.
const CANARY_FROM: u64 = 1000;

/// Whether the first rows go alone and are read back. `due`: those of an earlier run did not pass.
pub(super) fn canary(args: &PaceArgs, to_send: u64, due: bool) -> bool {
    !args.no_canary && (args.canary || due || to_send >= CANARY_FROM)
}

pub(super) fn bounds(args: &LimitArgs) -> Bounds {
    let max_failures = args.max_failures.map(|most| match most {
        MaxFailuresArg::Rows(rows) => MaxFailures::Rows(rows),
        MaxFailuresArg::Percent(percent) => MaxFailures::Percent(percent),
    });
    Bounds { max_failures, ..Bounds::default() }
}

/// Who outside is told.
pub(super) fn wishes(args: &MonitoringArgs) -> Result<Wishes, Failure> {
    let address = |flag: &str, text: &Option<String>| {
        let parsed = text.as_deref().map(Address::parse).transpose();
        parsed.map_err(|error| Failure::usage(message!("address", flag, why = error.message())))
    };
    for (flag, path) in [("--events", &args.events), ("--metrics", &args.metrics)] {
        if path.as_deref().is_some_and(is_stdin) {
            return Err(
                Failure::usage(message!("dash-is-no-file", flag)).hint(message!("dash-is-no-file.fix"))
            );
        }
    }
    Ok(Wishes {
        events: args.events.clone(),
        metrics: args.metrics.clone(),
        ping: address("--ping", &args.ping)?,
        notify: address("--notify", &args.notify)?,
        notify_command: args.notify_command.clone(),
    })
}

/// A path as it is shown.
pub(super) fn shown(path: &Path) -> String {
    printable(&path.display().to_string())
}
