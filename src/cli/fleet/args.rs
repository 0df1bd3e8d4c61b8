//! Flags of `fleet`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args as ClapArgs, Subcommand};

use crate::cli::args::{InputArgs, MappingArgs, PreflightArgs, SettingsArgs, WindowArgs};
use crate::cli::pace::{LimitArgs, PaceArgs};
use crate::fleet::{Alias, Connecting, Founding, JobId};

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum FleetCommand {
    /// Plan an import into an account, and put its chunks on the list; the same command again goes on
    Enqueue(Box<EnqueueArgs>),
    /// Take accounts and import their chunks, until stopped
    Worker(WorkerArgs),
    /// Show how jobs and accounts stand
    Status(StatusArgs),
    /// Collect the results of a job, as a single run would have written them
    Collect(CollectArgs),
    /// Send no more rows of a job
    Cancel(CancelArgs),
}

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Fleet")]
pub(in crate::cli) struct ServerArgs {
    /// NATS server of the fleet, with JetStream; those of a cluster separated by commas
    #[arg(
        long,
        value_name = "URL",
        default_value = "nats://127.0.0.1:4222",
        env = "CALLBELL_IMPORT_FLEET_SERVER",
        hide_env_values = true
    )]
    pub(super) server: String,
    /// Credentials file (.creds) for the server
    #[arg(long, value_name = "FILE", env = "CALLBELL_IMPORT_FLEET_CREDENTIALS")]
    pub(super) credentials: Option<PathBuf>,
    /// Certificates that vouch for the server, if those of the system do not
    #[arg(long, value_name = "FILE", env = "CALLBELL_IMPORT_FLEET_AUTHORITY")]
    pub(super) authority: Option<PathBuf>,
    /// Certificate by which this member shows the server who it is, where the server asks
    #[arg(
        long,
        value_name = "FILE",
        requires = "certificate_key",
        env = "CALLBELL_IMPORT_FLEET_CERTIFICATE"
    )]
    pub(super) certificate: Option<PathBuf>,
    /// Its key
    #[arg(
        long,
        value_name = "FILE",
        requires = "certificate",
        env = "CALLBELL_IMPORT_FLEET_CERTIFICATE_KEY"
    )]
    pub(super) certificate_key: Option<PathBuf>,
}

impl ServerArgs {
    pub(super) fn connecting(&self, name: &str) -> Connecting {
        Connecting {
            servers: self.server.clone(),
            credentials: self.credentials.clone(),
            authority: self.authority.clone(),
            certificate: self.certificate.clone().zip(self.certificate_key.clone()),
            name: name.to_owned(),
        }
    }
}

/// Of members that found the fleet, if there is none.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Fleet")]
pub(in crate::cli) struct FoundingArgs {
    /// Copies that the server's cluster keeps, if the fleet is new [default: 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=5))]
    replicas: Option<u8>,
    /// How long a worker may be silent before its account goes to another, if the fleet is new [default: 30]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(4..=3600))]
    lease: Option<u64>,
}

impl FoundingArgs {
    pub(super) fn founding(&self) -> Founding {
        Founding { replicas: self.replicas.map(usize::from), lease: self.lease.map(Duration::from_secs) }
    }
}

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Fleet")]
pub(in crate::cli) struct FolderArgs {
    /// Folder that all members of the fleet share
    #[arg(long, value_name = "DIR", env = "CALLBELL_IMPORT_FLEET_FOLDER")]
    pub(super) folder: PathBuf,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct EnqueueArgs {
    #[command(flatten)]
    pub(super) input: InputArgs,
    /// Account to import into: a preset of the workers' settings
    #[arg(long, value_name = "NAME", help_heading = "Fleet")]
    pub(super) account: Alias,
    /// Rows that are handed out in one piece [default: 20000, and more for lists of more than a million rows]
    #[arg(long, value_name = "N", help_heading = "Fleet", value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) chunk_rows: Option<u64>,
    /// Do not ask
    #[arg(long, short = 'y', help_heading = "Fleet")]
    pub(super) yes: bool,
    /// The account's other jobs have nobody in common with this list: rows that are not looked for before they are sent may
    /// be
    #[arg(long, help_heading = "Fleet")]
    pub(super) beside_others: bool,
    #[command(flatten)]
    pub(super) folder: FolderArgs,
    #[command(flatten)]
    pub(super) server: ServerArgs,
    #[command(flatten)]
    pub(super) founding: FoundingArgs,
    #[command(flatten)]
    pub(super) settings: SettingsArgs,
    #[command(flatten)]
    pub(super) window: WindowArgs,
    #[command(flatten)]
    pub(super) mapping: MappingArgs,
    #[command(flatten)]
    pub(super) preflight: PreflightArgs,
    #[command(flatten)]
    pub(super) pace: PaceArgs,
    #[command(flatten)]
    pub(super) limits: LimitArgs,
    /// For `run` only; told so, where a flag that nobody knows would be taken for a slip.
    #[arg(long, hide = true)]
    pub(super) max_drift: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct WorkerArgs {
    /// Account to work for; may be repeated [default: every preset of the settings that gives a token]
    #[arg(long = "account", value_name = "NAME")]
    pub(super) accounts: Vec<Alias>,
    /// Accounts at a time
    #[arg(long, value_name = "N", default_value = "16", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) at_a_time: u16,
    /// End when nothing is left to do
    #[arg(long)]
    pub(super) drain: bool,
    /// Settings file to use instead of callbell-import.toml in the current folder
    #[arg(long, value_name = "FILE", env = "CALLBELL_IMPORT_CONFIG")]
    pub(super) config: Option<PathBuf>,
    #[command(flatten)]
    pub(super) folder: FolderArgs,
    #[command(flatten)]
    pub(super) server: ServerArgs,
    #[command(flatten)]
    pub(super) founding: FoundingArgs,
    /// Log what happens; twice: every request
    #[arg(long, short, action = clap::ArgAction::Count)]
    pub(super) verbose: u8,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct StatusArgs {
    /// Job [default: all]
    #[arg(value_name = "JOB")]
    pub(super) job: Option<JobId>,
    /// Print it as JSON
    #[arg(long)]
    pub(super) json: bool,
    #[command(flatten)]
    pub(super) server: ServerArgs,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct CollectArgs {
    /// Job, as `fleet enqueue` printed it
    #[arg(value_name = "JOB")]
    pub(super) job: JobId,
    /// Folder for the results [default: <file stem>.import in the current folder]
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// Print the summary as JSON
    #[arg(long)]
    pub(super) json: bool,
    #[command(flatten)]
    pub(super) folder: FolderArgs,
    #[command(flatten)]
    pub(super) server: ServerArgs,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct CancelArgs {
    /// Job, as `fleet enqueue` printed it
    #[arg(value_name = "JOB")]
    pub(super) job: JobId,
    #[command(flatten)]
    pub(super) server: ServerArgs,
}
