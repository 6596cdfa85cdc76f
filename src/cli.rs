//! The command line: the arguments that every command has, and the list of commands.

pub(crate) mod tree;

use clap::Args;
use clap::Parser;
use clap::Subcommand;
use clap::ValueEnum;
use skillzdrive_scan::Severity;
use skillzdrive_wire::BadName;
use skillzdrive_wire::CollectionName;

use crate::commands;
use crate::schema::Selection;
use crate::schema::Template;

/// One home for your agent skills: sync, install, lock
#[derive(Debug, Parser)]
#[command(name = "skillzdrive", version, disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    /// On a terminal, unless NO_COLOR or CLICOLOR say otherwise
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Checks the name of a collection that is sent on as it is.
///
/// # Errors
/// When no collection can have it.
pub(crate) fn collection_name(text: &str) -> Result<String, BadName> {
    CollectionName::new(text).map(|name| name.to_string())
}
/// What stands for every field.
const WHOLE: &str = "*";

/// The arguments of every command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct GlobalArgs {
    /// The drive: a URL, `local`, or `local:DIR` [env: SKILLZDRIVE_SERVER]
    #[arg(long, global = true, value_name = "URL|local|local:DIR")]
    pub(crate) server: Option<String>,
    /// Print exactly one JSON document on stdout, errors as one JSON line on stderr; `--json=slug,version` keeps those
    /// fields alone
    #[arg(
        long,
        global = true,
        value_name = "FIELDS",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = WHOLE
    )]
    pub(crate) json: Option<String>,
    /// What `json` chose, found in the command's schema.
    #[arg(skip)]
    pub(crate) selection: Option<Selection>,
    /// Print a line for each row of what --json would print: `--format '{slug} {version}'`; ask nothing
    #[arg(long, global = true, value_name = "TEMPLATE", conflicts_with = "json")]
    pub(crate) format: Option<String>,
    /// What `format` means, found in the command's schema.
    #[arg(skip)]
    pub(crate) template: Option<Template>,
    /// Say nothing but results, warnings and errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Say more about what is done
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
    /// When to use colour
    #[arg(long, global = true, value_enum, default_value_t = ColorChoice::Auto, value_name = "WHEN")]
    pub(crate) color: ColorChoice,
    /// Agree to what would be asked
    #[arg(short, long, global = true)]
    pub(crate) yes: bool,
    /// Never ask; a question without an answer is an error
    #[arg(long, global = true)]
    pub(crate) no_input: bool,
    /// Print what is long at once, without a pager [env: SKILLZDRIVE_PAGER, PAGER]
    #[arg(long, global = true)]
    pub(crate) no_pager: bool,
    /// Work without the network [env: SKILLZDRIVE_OFFLINE]
    #[arg(long, global = true)]
    pub(crate) offline: bool,
    /// Show what would be done; write, send and charge nothing
    #[arg(long, global = true)]
    pub(crate) dry_run: bool,
}

impl GlobalArgs {
    /// The fields that `--json=` chose; `None` for the whole document, or none at all.
    pub(crate) fn fields(&self) -> Option<&str> {
        self.json.as_deref().filter(|fields| *fields != WHOLE)
    }

    /// What an error is shown with when the arguments could not be read.
    pub(crate) fn for_errors(json: bool) -> Self {
        Self {
            server: None,
            json: json.then(|| WHOLE.to_owned()),
            selection: None,
            format: None,
            template: None,
            quiet: false,
            verbose: false,
            color: ColorChoice::Auto,
            yes: false,
            no_input: true,
            no_pager: true,
            offline: false,
            dry_run: false,
        }
    }
}

/// Project or global, for the commands that work on a set of skills.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(crate) struct ScopeArgs {
    /// Work on this project's skills
    #[arg(short, long, conflicts_with = "user_scope")]
    pub(crate) project: bool,
    /// Work on your own skills
    #[arg(short = 'g', long = "global", id = "user_scope")]
    pub(crate) user: bool,
}

/// For the commands that bring a stranger's bytes to this machine.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(crate) struct GateArgs {
    /// Accept what the scan finds in new skills; without it findings as bad as the setting `fail_on` (else high) are asked
    /// about, and refused when there is nobody to ask: --yes does not accept them
    #[arg(long)]
    pub(crate) allow_findings: bool,
}

/// How bad a finding has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Level {
    /// Anything
    Low,
    /// A look is due
    Medium,
    /// Something is wrong
    High,
    /// Only what must stop everything
    Critical,
}

impl From<Level> for Severity {
    fn from(level: Level) -> Self {
        match level {
            Level::Low => Self::Low,
            Level::Medium => Self::Medium,
            Level::High => Self::High,
            Level::Critical => Self::Critical,
        }
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Search(commands::search::SearchArgs),
    Info(commands::info::InfoArgs),
    Discover(commands::discover::DiscoverArgs),
    Leaderboard(commands::leaderboard::LeaderboardArgs),
    Init(commands::init::InitArgs),
    New(commands::new::NewArgs),
    Install(commands::install::InstallArgs),
    Remove(commands::remove::RemoveArgs),
    List(commands::list::ListArgs),
    Status(commands::status::StatusArgs),
    Audit(commands::audit::AuditArgs),
    Scan(commands::scan::ScanArgs),
    Outdated(commands::outdated::OutdatedArgs),
    Update(commands::update::UpdateArgs),
    Pin(commands::pin::PinArgs),
    Unpin(commands::pin::UnpinArgs),
    Diff(commands::diff::DiffArgs),
    Log(commands::log::LogArgs),
    Why(commands::why::WhyArgs),
    Sync(commands::sync::SyncArgs),
    Upload(commands::upload::UploadArgs),
    Export(commands::export::ExportArgs),
    Login(commands::login::LoginArgs),
    Logout(commands::logout::LogoutArgs),
    Whoami(commands::whoami::WhoamiArgs),
    Credits(commands::credits::CreditsArgs),
    Run(commands::run::RunArgs),
    Telemetry(commands::telemetry::TelemetryArgs),
    Drive(commands::drive::DriveArgs),
    #[command(alias = "webhook")]
    Webhooks(commands::webhooks::WebhooksArgs),
    Marketplace(commands::marketplace::MarketplaceArgs),
    #[command(visible_alias = "collections")]
    Collection(commands::collection::CollectionArgs),
    Undo(commands::undo::UndoArgs),
    Trash(commands::trash::TrashArgs),
    Cache(commands::cache::CacheArgs),
    Agents(commands::agents::AgentsArgs),
    Config(commands::config::ConfigArgs),
    Lock(commands::lock::LockArgs),
    Enable(commands::enable::EnableArgs),
    Disable(commands::enable::DisableArgs),
    Doctor(commands::doctor::DoctorArgs),
    #[command(name = "self")]
    Itself(commands::itself::SelfArgs),
    Completions(commands::completions::CompletionsArgs),
    Man(commands::man::ManArgs),
    #[cfg(feature = "drive")]
    Serve(Box<commands::serve::ServeArgs>),
}
