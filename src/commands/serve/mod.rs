//! `serve`: a drive of one's own on a port, and what its operator does.

mod backup;
mod check;
mod credits;
mod key;
mod log;
mod migrate;
mod moving;
mod operations;
mod publish;
mod rate;
mod run;
mod settings;
mod share;
mod team;
mod tier;
mod user;

use std::net::SocketAddr;
use std::path::PathBuf;

use skillzdrive_drive::Config;
use skillzdrive_drive::Drive;
use skillzdrive_drive::DriveError;
use skillzdrive_wire::Secret;

use crate::context::Context;
use crate::env;
use crate::error::Error;
use crate::error::Found;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;

/// Run a drive of your own, for a team or for yourself
///
/// Prints its address and, on the first start, the owner's key, which is shown this once.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = false, subcommand_negates_reqs = true)]
pub(crate) struct ServeArgs {
    /// Where to listen; anything but this machine needs --behind-proxy
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:4757")]
    listen: SocketAddr,
    /// The folder of the drive's data [default: `serve` in the data folder]
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    #[command(flatten)]
    storage: settings::StorageArgs,
    /// The address under which people reach it
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// A proxy in front speaks TLS and tells the client's address in X-Forwarded-For
    ///
    /// Whoever connects is taken for it, unless --trusted-proxy says where it is.
    #[arg(long)]
    behind_proxy: bool,
    /// Let webhooks (and imports) go to addresses that are not on the public internet, and over http
    #[arg(long)]
    allow_private_webhooks: bool,
    /// Where GitHub's REST interface is, for imports [default: api.github.com]
    #[arg(long, value_name = "URL")]
    github_api: Option<String>,
    /// Where the archives of GitHub's repositories are [default: codeload.github.com]
    #[arg(long, value_name = "URL")]
    github_archives: Option<String>,
    /// A file with a token for GitHub's REST interface, whose limit without one is 60 questions an hour
    #[arg(long, value_name = "FILE")]
    github_token_file: Option<PathBuf>,
    /// How long a script may run, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=600))]
    run_time: u64,
    #[command(flatten)]
    operations: operations::OperationsArgs,
    #[command(subcommand)]
    command: Option<ServeCommand>,
}

#[derive(Debug, clap::Subcommand)]
enum ServeCommand {
    /// Make, list and revoke keys
    #[command(subcommand)]
    Key(key::KeyCommand),
    /// Make accounts for people, and list them
    #[command(subcommand)]
    User(user::UserCommand),
    /// Put people together who have skills together
    #[command(subcommand)]
    Team(team::TeamCommand),
    Share(share::ShareArgs),
    Unshare(share::UnshareArgs),
    Shares(share::SharesArgs),
    /// Give the owner and others credits
    #[command(subcommand)]
    Credits(credits::CreditsCommand),
    /// List the tiers, set their limits, and put accounts into them
    #[command(subcommand)]
    Tier(tier::TierCommand),
    Role(tier::RoleArgs),
    Publish(publish::PublishArgs),
    Price(publish::PriceArgs),
    Withdraw(publish::WithdrawArgs),
    Rate(rate::RateArgs),
    Log(log::LogArgs),
    Migrate(migrate::MigrateArgs),
    Check(check::CheckArgs),
    Backup(backup::BackupArgs),
    Restore(backup::RestoreArgs),
    Move(moving::MoveArgs),
}

/// Runs the command.
///
/// # Errors
/// As the one that was chosen.
pub(crate) async fn run(ctx: &Context, args: &ServeArgs) -> Result<Outcome> {
    let data = args.data.clone().unwrap_or_else(|| ctx.paths.data.join("serve"));
    let mut config = Config::new(data);
    let given = settings::Given::read(&args.storage)?;
    settings::apply(&args.storage, &given, &mut config)?;
    config.allow_private_webhooks = args.allow_private_webhooks;
    config.certificates = env::path(env::SSL_CERT_FILE);
    config.operator = operator();
    let hosts = &mut config.github;
    for (given, host) in [(&args.github_api, &mut hosts.api), (&args.github_archives, &mut hosts.archives)] {
        if let Some(given) = given {
            *host = given.trim_end_matches('/').to_owned();
        }
    }
    if let Some(path) = &args.github_token_file {
        let bytes = settings::secret_file("--github-token-file", "read the token from", path)?;
        let text = String::from_utf8_lossy(&bytes);
        let token = text.trim();
        if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::usage(format!("there is no token in `{}`", path.display())).code("no_token"));
        }
        config.github_token = Some(Secret::new(token));
    }
    match &args.command {
        None => run::run(ctx, args, &given, config).await,
        Some(ServeCommand::Key(command)) => key::run(ctx, command, config).await,
        Some(ServeCommand::User(command)) => user::run(ctx, command, config).await,
        Some(ServeCommand::Team(command)) => team::run(ctx, command, config).await,
        Some(ServeCommand::Share(args)) => share::run(ctx, args, config).await,
        Some(ServeCommand::Unshare(args)) => share::unshare(ctx, args, config).await,
        Some(ServeCommand::Shares(share::SharesArgs {})) => share::list(ctx, config).await,
        Some(ServeCommand::Credits(command)) => credits::run(ctx, command, config).await,
        Some(ServeCommand::Tier(command)) => tier::run(ctx, command, config).await,
        Some(ServeCommand::Role(args)) => tier::role(ctx, args, config).await,
        Some(ServeCommand::Publish(args)) => publish::run(ctx, args, config).await,
        Some(ServeCommand::Price(args)) => publish::price(ctx, args, config).await,
        Some(ServeCommand::Withdraw(args)) => publish::withdraw(ctx, args, config).await,
        Some(ServeCommand::Rate(args)) => rate::run(ctx, args, config).await,
        Some(ServeCommand::Log(args)) => log::run(ctx, args, config).await,
        Some(ServeCommand::Migrate(migrate::MigrateArgs {})) => migrate::run(ctx, config).await,
        Some(ServeCommand::Check(args)) => check::run(ctx, args, config).await,
        Some(ServeCommand::Backup(args)) => backup::backup(ctx, args, config).await,
        Some(ServeCommand::Restore(args)) => backup::restore(ctx, args, config).await,
        Some(ServeCommand::Move(args)) => moving::run(ctx, args, config).await,
    }
}

/// What the log of acts calls whoever runs this program. The number is the system's word and not that of a variable.
#[cfg(unix)]
fn operator() -> Option<String> {
    Some(format!("uid {}", rustix::process::getuid().as_raw()))
}

#[cfg(not(unix))]
fn operator() -> Option<String> {
    None
}

async fn open(config: Config) -> Result<Drive> {
    Drive::open(config).await.map_err(error)
}

fn error(error: DriveError) -> Error {
    if let DriveError::ScanFailed { message, findings } = error {
        return Error::new(Kind::Integrity, message).code("scan_failed").source(Found(findings)).hint(publish::ALLOW);
    }
    if error.is_read_only() {
        return Error::new(Kind::Conflict, "the drive takes no changes: it is being moved, or was")
            .code("read_only")
            .hint("skillzdrive serve move --cancel lets it take changes again, if it is to stay where it is");
    }
    let (kind, code) = match &error {
        DriveError::NoSuchSkill(_) | DriveError::NotThere { .. } => (Kind::NotFound, "skill_not_found"),
        DriveError::NoSuchTeam(_) => (Kind::NotFound, "team_not_found"),
        DriveError::NoSuchCollection(_) => (Kind::NotFound, "collection_not_found"),
        DriveError::KeyWorks(_) => (Kind::Conflict, "key_works"),
        DriveError::AccountTaken(_) => (Kind::Conflict, "account_exists"),
        DriveError::NoSuchKey(_) => (Kind::NotFound, "key_not_found"),
        DriveError::NoSuchAccount(_) => (Kind::NotFound, "account_not_found"),
        DriveError::NoSuchTier(_) => (Kind::NotFound, "tier_not_found"),
        DriveError::Unpublishable(_) => (Kind::Integrity, "invalid_package"),
        DriveError::Config(_) | DriveError::OtherKey => (Kind::Usage, "setting"),
        DriveError::NoDrive(_) => (Kind::NotFound, "drive_not_found"),
        DriveError::NotEmpty(_) => (Kind::Conflict, "not_empty"),
        DriveError::Move(_) => (Kind::Conflict, "move"),
        DriveError::Backup(_) => (Kind::Integrity, "backup"),
        DriveError::Github(_) => (Kind::Unavailable, "github"),
        _ => (Kind::Failure, "drive"),
    };
    let shown = Error::new(kind, error.to_string()).code(code);
    match &error {
        DriveError::KeyWorks(id) => {
            shown.hint(format!("skillzdrive serve key revoke {id} stops it; then make a new one"))
        }
        _ => shown,
    }
}
