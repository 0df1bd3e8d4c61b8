//! Flags and their help; nothing is computed here.

use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args as ClapArgs, Parser, Subcommand, ValueHint};
use clap_complete::{ArgValueCandidates, ArgValueCompleter};

use super::arg_values::{
    MaxDriftArg, OnExistingArg, ParamNamesArg, PhoneFormatArg, QuoteArg, RaggedArg, RateArg, SettleArg,
    parse_delimiter, parse_encoding,
};
use super::complete;
use super::given::Given;
use super::pace::{LimitArgs, PaceArgs};
use crate::api::BaseUrl;
use crate::input::Encoding;
use crate::model::Shard;
use crate::verify::Sample;
use crate::words::Language;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold());

const EXAMPLES: &str = "\
Examples:
  Try it without an account:
    callbell-import run samples/contacts.csv --sandbox
  See what would happen, without a single request:
    callbell-import check contacts.csv --offline
  Import for real:
    CALLBELL_API_KEY_FILE=token.txt callbell-import run contacts.csv --default-country IT
  Choose the columns:
    callbell-import run samples/national.csv --default-country US \\
      --map identifier=phone1 --map name='{first_name} {last_name}'";

/// Import contact lists into Callbell, and know what became of every row
#[derive(Debug, Parser)]
#[command(
    name = "callbell-import",
    version,
    styles = STYLES,
    after_long_help = EXAMPLES,
    arg_required_else_help = true,
    disable_help_subcommand = true
)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Import a file: check it, show the plan, send, write the results
    Run(Box<RunArgs>),
    /// Do everything but send: read, map, check every row, show the plan
    Check(Box<CheckArgs>),
    /// Do what check does, and write the plan as a file that can be approved and run
    Plan(Box<PlanArgs>),
    /// Look at a file, propose a mapping, and write it as a mapping file
    Map(Box<MapArgs>),
    /// Show how an import stands, also while it runs
    Status(StatusArgs),
    /// Show what the token reaches: whose account, teams, channels, users, tags and custom fields
    Account(AccountCommandArgs),
    /// Read back what an import created, and compare it with what was sent
    Verify(Box<VerifyArgs>),
    /// Delete what an import created and put back what it changed, where nobody has touched it since
    Undo(Box<UndoArgs>),
    /// Run the stand-in API until stopped
    Sandbox(SandboxArgs),
    /// Make the HTML report of an import again
    Report(ReportArgs),
    /// Print a shell's completion script, which also completes the columns of the given file
    Completions(CompletionsArgs),
    /// Print the manual page
    Man(ManArgs),
    /// Show the settings in use, and where each comes from
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Import for many accounts with many workers, on NATS JetStream
    #[cfg(feature = "fleet")]
    #[command(subcommand)]
    Fleet(Box<super::fleet::FleetCommand>),
}

impl Command {
    /// Whether it knows the language of the settings files and nothing else of them.
    pub(super) fn takes_no_settings(&self) -> bool {
        matches!(self, Self::Status(_) | Self::Report(_) | Self::Sandbox(_))
    }

    /// The language that is asked for, if one is.
    pub(super) fn lang(&self) -> Option<Language> {
        let lang = match self {
            Self::Run(args) => &args.talk.lang,
            Self::Check(args) => &args.talk.lang,
            Self::Plan(args) => &args.check.talk.lang,
            Self::Map(args) => &args.lang,
            Self::Status(args) => &args.lang,
            Self::Account(args) => &args.lang,
            Self::Verify(args) => &args.talk.lang,
            Self::Undo(args) => &args.talk.lang,
            Self::Sandbox(args) => &args.lang,
            Self::Report(args) => &args.lang,
            Self::Completions(_) | Self::Man(_) | Self::Config(_) => return None,
            // Members of a fleet speak as their environment says, all of them alike.
            #[cfg(feature = "fleet")]
            Self::Fleet(_) => return None,
        };
        lang.lang
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Show every setting of `run` with its value and its origin
    Show(ConfigArgs),
}

#[derive(Debug, ClapArgs)]
pub(super) struct ConfigArgs {
    /// Flags of `run`, as they would be given to it
    #[arg(value_name = "FLAGS", trailing_var_arg = true, allow_hyphen_values = true)]
    pub(super) flags: Vec<std::ffi::OsString>,
}

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Settings")]
pub(super) struct SettingsArgs {
    /// Settings file to use instead of callbell-import.toml in the current folder
    #[arg(long, value_name = "FILE", env = "CALLBELL_IMPORT_CONFIG")]
    pub(super) config: Option<PathBuf>,
    /// Named settings to use: a table [preset.NAME] of the settings files
    #[arg(long, value_name = "NAME", env = "CALLBELL_IMPORT_PRESET", add = ArgValueCandidates::new(complete::presets))]
    pub(super) preset: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(super) struct RunArgs {
    /// The flags that its failures need, too, when they are given back.
    #[arg(skip)]
    pub(super) given: Given,
    /// The flags with which it goes on.
    #[arg(skip)]
    pub(super) to_go_on: Given,
    #[command(flatten)]
    pub(super) input: InputArgs,
    #[command(flatten)]
    pub(super) settings: SettingsArgs,
    #[command(flatten)]
    pub(super) window: WindowArgs,
    #[command(flatten)]
    pub(super) mapping: MappingArgs,
    #[command(flatten)]
    pub(super) account: AccountArgs,
    #[command(flatten)]
    pub(super) preflight: PreflightArgs,
    #[command(flatten)]
    pub(super) sending: SendingArgs,
    #[command(flatten)]
    pub(super) monitoring: MonitoringArgs,
    #[command(flatten)]
    pub(super) talk: TalkArgs,
}

#[derive(Debug, ClapArgs)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    pub(super) input: InputArgs,
    #[command(flatten)]
    pub(super) settings: SettingsArgs,
    #[command(flatten)]
    pub(super) window: WindowArgs,
    #[command(flatten)]
    pub(super) mapping: MappingArgs,
    #[command(flatten)]
    pub(super) account: AccountArgs,
    #[command(flatten)]
    pub(super) preflight: PreflightArgs,
    /// Make no request at all; not for a plan, which is made for one account and asks it
    #[arg(long, conflicts_with_all = ["sandbox", "sandbox_config"])]
    pub(super) offline: bool,
    /// Requests per second that the plan counts with
    #[arg(
        long,
        value_name = "N",
        default_value = "150",
        env = "CALLBELL_IMPORT_RATE",
        help_heading = "Sending"
    )]
    pub(super) rate: RateArg,
    #[command(flatten)]
    pub(super) talk: TalkArgs,
}

#[derive(Debug, ClapArgs)]
pub(super) struct PlanArgs {
    /// The flags with which it is run.
    #[arg(skip)]
    pub(super) to_run: Given,
    #[command(flatten)]
    pub(super) check: CheckArgs,
    /// Plan to write [default: <file stem>.plan.json in the current folder]
    #[arg(long, value_name = "FILE")]
    pub(super) to: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(super) struct MapArgs {
    /// The flags with which the list is checked.
    #[arg(skip)]
    pub(super) to_check: Given,
    #[command(flatten)]
    pub(super) input: InputArgs,
    #[command(flatten)]
    pub(super) settings: SettingsArgs,
    #[command(flatten)]
    pub(super) mapping: MappingArgs,
    /// Mapping file to write
    #[arg(long, value_name = "FILE", default_value = "mapping.toml")]
    pub(super) to: PathBuf,
    /// FILE is a mapping file: run the tests in it
    #[arg(long)]
    pub(super) test: bool,
    /// Do not ask: write the mapping file as proposed
    #[arg(long, short = 'y')]
    pub(super) yes: bool,
    /// Log what happens
    #[arg(long, short, action = clap::ArgAction::Count)]
    pub(super) verbose: u8,
    #[command(flatten)]
    pub(super) lang: LangArgs,
}

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Input and output")]
pub(super) struct InputArgs {
    /// Contact list: CSV, xlsx, xlsb, xls, ods, vCards or JSON Lines, also in gz, zst, xz or zip; `-` reads standard input
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
    /// More files of the same list, with the same columns; rows are numbered continuously
    #[arg(value_name = "MORE")]
    pub(super) more: Vec<PathBuf>,
    /// Folder for the results [default: <file stem>.import in the current folder]
    #[arg(long, value_name = "DIR", env = "CALLBELL_IMPORT_OUT", value_hint = ValueHint::DirPath)]
    pub(super) out: Option<PathBuf>,
    /// Delimiter between cells: a character, or `tab` [default: as most rows fit the header]
    #[arg(long, value_name = "CHAR", value_parser = parse_delimiter, env = "CALLBELL_IMPORT_DELIMITER")]
    pub(super) delimiter: Option<u8>,
    /// Character encoding, such as windows-1252 [default: as the file shows, if that is certain]
    #[arg(long, value_name = "NAME", value_parser = parse_encoding, env = "CALLBELL_IMPORT_ENCODING")]
    pub(super) encoding: Option<Encoding>,
    /// What quotes cells that hold a delimiter [default: as the header shows, else double]
    #[arg(long, value_name = "QUOTE", env = "CALLBELL_IMPORT_QUOTE")]
    pub(super) quote: Option<QuoteArg>,
    /// The first row is data: columns are called column_1, column_2 and so on
    #[arg(long, conflicts_with_all = ["header", "header_line"], env = "CALLBELL_IMPORT_NO_HEADER")]
    pub(super) no_header: bool,
    /// The first row is a header, even if it looks like data
    #[arg(long, conflicts_with = "header_line")]
    pub(super) header: bool,
    /// Line of the header, counted from 1 as an editor or a spreadsheet counts; lines above it, such as a title, are not
    /// part of the list [default: the first that is not empty]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..), env = "CALLBELL_IMPORT_HEADER_LINE")]
    pub(super) header_line: Option<u64>,
    /// What becomes of rows with fewer or more cells than the header
    #[arg(long, value_name = "POLICY", default_value = "refuse", env = "CALLBELL_IMPORT_RAGGED")]
    pub(super) ragged: RaggedArg,
    /// File to read from a zip archive that has several
    #[arg(long, value_name = "NAME", env = "CALLBELL_IMPORT_MEMBER")]
    pub(super) member: Option<String>,
    /// Sheet of a workbook to read [default: the first that is not empty]
    #[arg(long, value_name = "NAME", env = "CALLBELL_IMPORT_SHEET")]
    pub(super) sheet: Option<String>,
}

impl InputArgs {
    /// The files of the list, in their order.
    pub(super) fn files(&self) -> impl Iterator<Item = &PathBuf> + Clone {
        std::iter::once(&self.file).chain(&self.more)
    }
}

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Input and output")]
pub(super) struct WindowArgs {
    /// Skip the first N rows; they are not part of the import
    #[arg(long, value_name = "N", default_value = "0", hide_default_value = true)]
    pub(super) skip: u64,
    /// Read at most N rows, after those that are skipped; the others are not part of the import
    #[arg(long, value_name = "N")]
    pub(super) limit: Option<u64>,
    /// Read only part I of N (counted from 0), at 1/N of the rate and into its own folder; a person is always in one part
    #[arg(long, value_name = "I/N")]
    pub(super) shard: Option<Shard>,
}

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Mapping")]
pub(super) struct MappingArgs {
    /// Mapping file in TOML
    #[arg(long, value_name = "FILE", env = "CALLBELL_IMPORT_MAPPING")]
    pub(super) mapping: Option<PathBuf>,
    /// Take a field from a column, or from a template such as `{first_name} {last_name}`; may be repeated
    #[arg(long = "map", value_name = "FIELD=COLUMN", add = ArgValueCompleter::new(complete::assignments))]
    pub(super) maps: Vec<String>,
    /// Give every row the same value; tags given so are added to those of the row; may be repeated
    #[arg(long = "set", value_name = "FIELD=VALUE")]
    pub(super) sets: Vec<String>,
    /// Source of all contacts: whatsapp, facebook, instagram or telegram [default: whatsapp, where no column gives it]
    #[arg(long, value_name = "SOURCE", env = "CALLBELL_IMPORT_SOURCE")]
    pub(super) source: Option<String>,
    /// Country of numbers without + or 00, such as IT
    #[arg(long, value_name = "CC", env = "CALLBELL_IMPORT_DEFAULT_COUNTRY")]
    pub(super) default_country: Option<String>,
    /// What separates the tags in a cell; `csv` if the cell is a line of CSV [default: as the column shows]
    #[arg(long, value_name = "TEXT", env = "CALLBELL_IMPORT_TAG_SEPARATOR", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub(super) tag_separator: Option<String>,
    /// Program that wrote the file: a name, `none`, or a profile of your own, such as ./mine.toml [default: as the
    /// header shows]
    #[arg(long, value_name = "NAME|FILE.toml", env = "CALLBELL_IMPORT_PROFILE", add = ArgValueCandidates::new(complete::profiles))]
    pub(super) profile: Option<String>,
    /// Import people who do not want messages, too
    #[arg(long, env = "CALLBELL_IMPORT_INCLUDE_UNSUBSCRIBED")]
    pub(super) include_unsubscribed: bool,
    /// How WhatsApp numbers are sent
    #[arg(long, value_name = "FORM", default_value = "digits", env = "CALLBELL_IMPORT_PHONE_FORMAT")]
    pub(super) phone_format: PhoneFormatArg,
    /// Names under which the parameters are sent
    #[arg(long, value_name = "LANGUAGE", default_value = "en", env = "CALLBELL_IMPORT_PARAM_NAMES")]
    pub(super) param_names: ParamNamesArg,
}

#[derive(Debug, Clone, ClapArgs)]
#[command(next_help_heading = "Account")]
pub(super) struct AccountArgs {
    /// File that holds the API token
    #[arg(long, value_name = "FILE", env = "CALLBELL_API_KEY_FILE")]
    pub(super) api_key_file: Option<PathBuf>,
    /// Command that prints the API token
    #[arg(long, value_name = "COMMAND", env = "CALLBELL_IMPORT_API_KEY_COMMAND", hide_env_values = true)]
    pub(super) api_key_command: Option<String>,
    /// Address of the API
    #[arg(long, value_name = "URL", default_value = BaseUrl::DEFAULT, env = "CALLBELL_IMPORT_BASE_URL")]
    pub(super) base_url: String,
    /// Also trust these certificate authorities (PEM), for instance behind a proxy that inspects connections
    #[arg(long, value_name = "FILE", env = "CALLBELL_IMPORT_CA_CERT")]
    pub(super) ca_cert: Option<PathBuf>,
    /// Speak HTTP/2 where the server offers it: all requests share one connection, and if that is cut, all of them are in
    /// doubt
    #[cfg(feature = "http2")]
    #[arg(long, env = "CALLBELL_IMPORT_HTTP2")]
    pub(super) http2: bool,
    /// Rehearse against a stand-in API in this process: no account, no network, whatever --base-url says
    #[arg(long)]
    pub(super) sandbox: bool,
    /// How the stand-in behaves and what goes wrong; implies --sandbox
    #[arg(long, value_name = "FILE")]
    pub(super) sandbox_config: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Account")]
pub(super) struct PreflightArgs {
    /// Stop before anything is sent also for warnings, where it is not certain that the file fits the account
    #[arg(long, env = "CALLBELL_IMPORT_DENY_WARNINGS")]
    pub(super) deny_warnings: bool,
    /// What to do with contacts that are already in the account
    #[arg(long, value_name = "POLICY", default_value = "skip", env = "CALLBELL_IMPORT_ON_EXISTING")]
    pub(super) on_existing: OnExistingArg,
    /// With --on-existing update: leave this field as it is; may be repeated
    #[arg(long = "keep", value_name = "FIELD")]
    pub(super) keeps: Vec<String>,
    /// With --on-existing update: write this field only where it is empty; may be repeated
    #[arg(long = "fill", value_name = "FIELD")]
    pub(super) fills: Vec<String>,
}

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Sending")]
pub(super) struct SendingArgs {
    #[command(flatten)]
    pub(super) pace: PaceArgs,
    #[command(flatten)]
    pub(super) limits: LimitArgs,
    /// How far the numbers of rows and of invalid rows may be outside the range of the last runs; beyond that nothing is
    /// sent. `none` allows everything
    #[arg(long, value_name = "N%", default_value = "50%", env = "CALLBELL_IMPORT_MAX_DRIFT")]
    pub(super) max_drift: MaxDriftArg,
    /// How long to wait for another run in the same folder to end [default: not at all]
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration, env = "CALLBELL_IMPORT_WAIT_LOCK")]
    pub(super) wait_lock: Option<std::time::Duration>,
    /// Forget what earlier runs into this folder did; contacts may be created a second time
    #[arg(long)]
    pub(super) restart: bool,
    /// Do not wait for the disk: a crash of the program is still harmless, but a power cut may create contacts twice
    #[arg(long, env = "CALLBELL_IMPORT_NO_POWER_SAFETY")]
    pub(super) no_power_safety: bool,
    /// Carry out exactly this plan without asking, or send nothing
    #[arg(long, value_name = "FILE")]
    pub(super) plan: Option<PathBuf>,
    /// Do not ask
    #[arg(long, short = 'y')]
    pub(super) yes: bool,
}

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Seen from outside")]
pub(super) struct MonitoringArgs {
    /// Append events to a file or pipe, one JSON object per line
    #[arg(long, value_name = "FILE", env = "CALLBELL_IMPORT_EVENTS")]
    pub(super) events: Option<PathBuf>,
    /// Keep the numbers of the run in a file for Prometheus' textfile collector, such as contacts.prom
    #[arg(long, value_name = "FILE", env = "CALLBELL_IMPORT_METRICS")]
    pub(super) metrics: Option<PathBuf>,
    /// Ping an address as healthchecks.io expects it: /start, the address itself after a success, /fail
    #[arg(long, value_name = "URL", env = "CALLBELL_IMPORT_PING", hide_env_values = true)]
    pub(super) ping: Option<String>,
    /// Post the figures of the run to an address at its end
    #[arg(long, value_name = "URL", env = "CALLBELL_IMPORT_NOTIFY", hide_env_values = true)]
    pub(super) notify: Option<String>,
    /// Give the figures of the run to a command at its end, on its standard input
    #[arg(long, value_name = "COMMAND", env = "CALLBELL_IMPORT_NOTIFY_COMMAND", hide_env_values = true)]
    pub(super) notify_command: Option<String>,
}

/// `completions SHELL`
#[derive(Debug, ClapArgs)]
pub(super) struct CompletionsArgs {
    /// Shell: bash, elvish, fish, powershell or zsh
    #[arg(value_name = "SHELL", add = ArgValueCandidates::new(complete::shells))]
    pub(super) shell: String,
}

/// `man`
#[derive(Debug, ClapArgs)]
pub(super) struct ManArgs {
    /// Command whose page is printed [default: the page of the whole program]
    #[arg(value_name = "COMMAND", add = ArgValueCandidates::new(complete::commands))]
    pub(super) command: Option<String>,
    /// Write the pages of all commands into this folder
    #[arg(long, value_name = "DIR", conflicts_with = "command", value_hint = ValueHint::DirPath)]
    pub(super) to: Option<PathBuf>,
}

/// `report DIR`
#[derive(Debug, ClapArgs)]
pub(super) struct ReportArgs {
    /// Folder of an import
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(super) folder: PathBuf,
    /// File to write, or `-` for standard output [default: report.html in DIR]
    #[arg(long, value_name = "FILE")]
    pub(super) to: Option<PathBuf>,
    #[command(flatten)]
    pub(super) lang: LangArgs,
}

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Talk")]
pub(super) struct LangArgs {
    /// Language of everything but logs and JSON: en or fr [default: as LC_ALL, LC_MESSAGES or LANG says, else
    /// en]
    #[arg(long, value_name = "LANGUAGE", env = "CALLBELL_IMPORT_LANG", add = ArgValueCandidates::new(complete::languages))]
    pub(super) lang: Option<Language>,
}

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Talk")]
pub(super) struct TalkArgs {
    /// Print the summary as JSON
    #[arg(long)]
    pub(super) json: bool,
    /// Say nothing unless something is wrong
    #[arg(long, short, env = "CALLBELL_IMPORT_QUIET")]
    pub(super) quiet: bool,
    /// Log what happens; twice: every request
    #[arg(long, short, action = clap::ArgAction::Count)]
    pub(super) verbose: u8,
    #[command(flatten)]
    pub(super) lang: LangArgs,
}

#[derive(Debug, ClapArgs)]
pub(super) struct StatusArgs {
    /// Folder of the import, such as contacts.import
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(super) folder: PathBuf,
    /// Print it as JSON
    #[arg(long)]
    pub(super) json: bool,
    #[command(flatten)]
    pub(super) lang: LangArgs,
}

#[derive(Debug, ClapArgs)]
pub(super) struct AccountCommandArgs {
    #[command(flatten)]
    pub(super) settings: SettingsArgs,
    #[command(flatten)]
    pub(super) account: AccountArgs,
    /// Pages of existing contacts, of 20 each, that are read for tags and custom fields
    #[arg(long, value_name = "N", default_value = "10", value_parser = clap::value_parser!(u64).range(0..=100_000))]
    pub(super) pages: u64,
    /// Requests per second, all requests counted
    #[arg(long, value_name = "N", default_value = "20", env = "CALLBELL_IMPORT_RATE")]
    pub(super) rate: RateArg,
    /// Print it as JSON
    #[arg(long)]
    pub(super) json: bool,
    /// Log what happens; twice: every request
    #[arg(long, short, action = clap::ArgAction::Count)]
    pub(super) verbose: u8,
    #[command(flatten)]
    pub(super) lang: LangArgs,
}

#[derive(Debug, ClapArgs)]
pub(super) struct VerifyArgs {
    /// Folder of the import, such as contacts.import
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(super) folder: PathBuf,
    /// Read back only this many contacts, or this share of them (`5%`), chosen at random [default: all]
    #[arg(long, value_name = "N|N%")]
    pub(super) sample: Option<Sample>,
    /// Choose the same sample again
    #[arg(long, value_name = "N", requires = "sample")]
    pub(super) seed: Option<u64>,
    /// Close the case of the rows that are open: they are no longer reported
    #[arg(long)]
    pub(super) let_go: bool,
    #[command(flatten)]
    pub(super) settings: SettingsArgs,
    #[command(flatten)]
    pub(super) account: AccountArgs,
    #[command(flatten)]
    pub(super) asking: AskingArgs,
    #[command(flatten)]
    pub(super) talk: TalkArgs,
}

#[derive(Debug, ClapArgs)]
pub(super) struct UndoArgs {
    /// Folder of the import, such as contacts.import
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(super) folder: PathBuf,
    /// Delete nothing: look at every contact and show what would be deleted
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Do not ask; a dry run has to come first
    #[arg(long, short = 'y', conflicts_with = "dry_run")]
    pub(super) yes: bool,
    /// A member of contacts, by its name in the API, in which a difference does not mean that somebody changed the contact;
    /// may be repeated
    #[arg(long, value_name = "MEMBER")]
    pub(super) ignore: Vec<String>,
    /// How long after a lost answer the server may still delete a contact
    #[arg(long, value_name = "SECONDS", default_value = "120", env = "CALLBELL_IMPORT_SETTLE")]
    pub(super) settle: SettleArg,
    /// Also delete contacts that a look-up confirmed by number and name alone
    #[arg(long)]
    pub(super) take_looked_up: bool,
    /// Names under which parameters are sent, as in the import: updates are put back under them
    #[arg(long, value_name = "LANGUAGE", default_value = "en", env = "CALLBELL_IMPORT_PARAM_NAMES")]
    pub(super) param_names: ParamNamesArg,
    #[command(flatten)]
    pub(super) settings: SettingsArgs,
    #[command(flatten)]
    pub(super) account: AccountArgs,
    #[command(flatten)]
    pub(super) asking: AskingArgs,
    #[command(flatten)]
    pub(super) talk: TalkArgs,
}

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Asking")]
pub(super) struct AskingArgs {
    /// Requests per second, all requests counted; `none` only for servers on this machine
    #[arg(long, value_name = "N", default_value = "150", env = "CALLBELL_IMPORT_RATE")]
    pub(super) rate: RateArg,
    /// Requests at a time
    #[arg(long, value_name = "N", default_value = "32", value_parser = clap::value_parser!(u16).range(1..=1024), env = "CALLBELL_IMPORT_CONCURRENCY")]
    pub(super) concurrency: u16,
    /// How long to wait for a server that does not answer at all, such as 30m
    #[arg(long, value_name = "TIME", default_value = "30m", value_parser = humantime::parse_duration, env = "CALLBELL_IMPORT_MAX_OUTAGE")]
    pub(super) max_outage: std::time::Duration,
}

#[derive(Debug, ClapArgs)]
pub(super) struct SandboxArgs {
    /// File that says how it behaves, what the account holds, what goes wrong
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Port on this machine; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value = "0")]
    pub(super) port: u16,
    /// Log every request that arrives
    #[arg(long, short, action = clap::ArgAction::Count)]
    pub(super) verbose: u8,
    #[command(flatten)]
    pub(super) lang: LangArgs,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::super::arg_values::MaxFailuresArg;
    use super::*;

    #[test]
    fn the_flags_are_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn every_flag_has_help_that_begins_with_a_capital_and_ends_without_a_period() {
        fn check(command: &clap::Command) {
            for arg in
                command.get_arguments().filter(|arg| !["help", "version"].contains(&arg.get_id().as_str()))
            {
                let name = format!("{} {}", command.get_name(), arg.get_id());
                let help = arg.get_help().unwrap_or_else(|| panic!("{name} has no help")).to_string();
                assert!(help.starts_with(|c: char| c.is_uppercase() || c == '`'), "{name}: {help}");
                assert!(!help.ends_with('.'), "{name}: {help}");
            }
            command.get_subcommands().for_each(check);
        }
        check(&Args::command());
    }

    #[test]
    fn nothing_takes_a_token_as_an_argument_and_no_secret_is_shown_in_help() {
        let command = Args::command();
        for sub in command.get_subcommands() {
            for arg in sub.get_arguments() {
                let long = arg.get_long().unwrap_or_default();
                assert!(!matches!(long, "token" | "api-key" | "key" | "password"), "{long}");
            }
        }
    }

    #[test]
    fn rates_and_shares_are_read_within_their_bounds() {
        assert_eq!("none".parse(), Ok(RateArg(None)));
        assert!("300".parse::<RateArg>().is_ok());
        for text in ["0", "-1", "NaN", "1e9", "", "1.5", "99999999"] {
            assert!(text.parse::<RateArg>().is_err(), "{text}");
        }
        assert_eq!("5".parse(), Ok(MaxFailuresArg::Rows(5)));
        assert_eq!("2.5%".parse(), Ok(MaxFailuresArg::Percent(2.5)));
        for text in ["0", "0%", "101%", "-1", "x%", ""] {
            assert!(text.parse::<MaxFailuresArg>().is_err(), "{text}");
        }
        assert_eq!("80%".parse(), Ok(MaxDriftArg(Some(80.0))));
        assert_eq!("none".parse(), Ok(MaxDriftArg(None)));
        for text in ["80", "-1%", "NaN%", "%", ""] {
            assert!(text.parse::<MaxDriftArg>().is_err(), "{text}");
        }
        assert_eq!(parse_delimiter("tab"), Ok(b'\t'));
        for text in ["", "ab", "a", "\"", "é"] {
            assert!(parse_delimiter(text).is_err(), "{text}");
        }
    }
}
