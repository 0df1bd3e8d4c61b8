//! Flags that say how rows are sent, wherever they are sent from.

use clap::Args as ClapArgs;

use super::arg_values::{HeadroomArg, MaxFailuresArg, RateArg, SettleArg};

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Sending")]
pub(super) struct PaceArgs {
    /// Requests per second, all requests counted; `none` only for servers on this machine
    #[arg(long, value_name = "N", default_value = "150", env = "CALLBELL_IMPORT_RATE")]
    pub(super) rate: RateArg,
    /// Share of --rate that is left to others who use the account, such as 20%; more is left when they need more
    #[arg(long, value_name = "SHARE", default_value = "0%", env = "CALLBELL_IMPORT_HEADROOM")]
    pub(super) headroom: HeadroomArg,
    /// Maximum number of requests at a time [default: as many as the rate needs, given how long answers take, 64 at most]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024), env = "CALLBELL_IMPORT_CONCURRENCY")]
    pub(super) concurrency: Option<u16>,
    /// How long the server may still be storing a request whose answer was lost
    #[arg(long, value_name = "SECONDS", default_value = "120", env = "CALLBELL_IMPORT_SETTLE")]
    pub(super) settle: SettleArg,
    /// Never send a request again whose outcome is unknown
    #[arg(long, env = "CALLBELL_IMPORT_STRICT")]
    pub(super) strict: bool,
    /// Send the first rows alone, one for each set of fields, and read them back before the others follow [default: from
    /// 1000 rows on, and if those of the last run did not pass]
    #[arg(long, env = "CALLBELL_IMPORT_CANARY", conflicts_with = "no_canary")]
    pub(super) canary: bool,
    /// Do not send the first rows alone
    #[arg(long, env = "CALLBELL_IMPORT_NO_CANARY")]
    pub(super) no_canary: bool,
    /// How long the run waits for a server that does not answer at all before it stops, such as 30m; the first request of a
    /// run on a terminal
    /// is given up after a few seconds
    #[arg(long, value_name = "TIME", default_value = "30m", value_parser = humantime::parse_duration, env = "CALLBELL_IMPORT_MAX_OUTAGE")]
    pub(super) max_outage: std::time::Duration,
}

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Sending")]
pub(super) struct LimitArgs {
    /// Stop after this many failures, or at this share of the rows (`5%`), which is judged from the 100th row on
    #[arg(long, value_name = "N|N%", env = "CALLBELL_IMPORT_MAX_FAILURES")]
    pub(super) max_failures: Option<MaxFailuresArg>,
    /// How long the whole run may take, such as 2h; the same command goes on with what is left
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration, env = "CALLBELL_IMPORT_MAX_DURATION")]
    pub(super) max_duration: Option<std::time::Duration>,
}
