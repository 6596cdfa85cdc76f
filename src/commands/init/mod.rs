//! `init`: the first five minutes. It looks around, asks what has to be known, and takes over what other tools installed.

mod ask;
mod show;
mod starter;

use std::path::PathBuf;

use skillzdrive_wire::ApiKey;
use skillzdrive_wire::telemetry::EventType;

use crate::api::server::Server;
use crate::cli::GateArgs;
use crate::cli::ScopeArgs;
use crate::commands::init::starter::Starter;
use crate::context::Context;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;
use crate::findings::gate::Gate;
use crate::installer::Failed;
use crate::installer::here::Here;
use crate::installer::linking::Linking;
use crate::logging_in;
use crate::logging_in::LoggedIn;
use crate::logging_in::Offered;
use crate::scanning;
use crate::scanning::Subject;
use crate::scanning::gate::AtGate;
use crate::store::atomic;
use crate::store::atomic::Privacy;
use crate::store::fingerprints::Fingerprints;
use crate::store::git_attributes;
use crate::store::git_attributes::Line;
use crate::store::inventory;
use crate::store::inventory::Ask;
use crate::store::lock::ScopeLock;
use crate::store::lockfile::Lockfile;
use crate::store::roots::Roots;
use crate::store::scope::Scope;
use crate::store::scope::ScopeKind;
use crate::store::scope::repository_root;
use crate::store::settings_edit::SettingsFile;
use crate::takeover;
use crate::takeover::Step;
use crate::takeover::Survey;
use crate::takeover::TakenOver;
use crate::takeover::Verdict;
use crate::takeover::Work;
use crate::telemetry::Facts;

/// Set up this machine or project, and take over skills that another tool installed
///
/// Finds the coding agents and the skills that are here, asks which drive to use and for which agents, logs in, and offers
/// two skills by which agents learn to use skills, and to take over what `skills`, `gh skill`, `openskills`, `clawhub`,
/// `skillfile` and `apm` installed: such a skill stays where and as it is, and comes into skillzdrive.lock. Their own files
/// are only read. In a repository it works on the project, and adds a line to .gitattributes by which git leaves the
/// skills' bytes alone. It can be run again.
#[derive(Debug, clap::Args)]
pub(crate) struct InitArgs {
    #[command(flatten)]
    scope: ScopeArgs,
    /// Ask nothing: what no other flag answers is left as it is, nobody is logged in, and nothing is installed or taken
    /// over
    #[arg(long)]
    defaults: bool,
    #[command(flatten)]
    login: LoginArgs,
    /// Install the default skills, for you: use-skillzdrive and write-a-skill
    #[arg(long, overrides_with = "no_default_skills")]
    default_skills: bool,
    /// Install no default skills
    #[arg(long, overrides_with = "default_skills")]
    no_default_skills: bool,
    /// Make this folder a project of its own, with its own skillzdrive.lock, though it lies in a repository
    #[arg(long, conflicts_with_all = ["project", "user_scope"])]
    here: bool,
    /// Link skills for this agent, and remember it (can be repeated); without it for those on this machine
    #[arg(short, long = "agent", value_name = "AGENT")]
    agents: Vec<String>,
    /// Take over every skill that another tool installed
    #[arg(long, overrides_with = "no_take_over")]
    take_over: bool,
    /// Take nothing over
    #[arg(long, overrides_with = "take_over")]
    no_take_over: bool,
    /// Leave the repository's .gitattributes alone
    #[arg(long)]
    no_gitattributes: bool,
    #[command(flatten)]
    gate: GateArgs,
}

/// How to log in.
#[derive(Debug, clap::Args)]
#[group(multiple = false)]
struct LoginArgs {
    /// Log in with a browser
    #[arg(long)]
    login: bool,
    /// Log in with an API key from standard input; on a terminal, ask for it
    #[arg(long)]
    with_token: bool,
    /// Log in with an API key from a file
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// Do not log in
    #[arg(long)]
    no_login: bool,
}

/// What was found.
struct Around {
    scope: Scope,
    here: Here,
    survey: Survey,
    steps: Vec<Step>,
    /// Whether the line is to be added to `.gitattributes`; `None` outside of a repository.
    wants_line: Option<bool>,
}

/// What was answered.
#[derive(Default)]
struct Answers {
    /// The drive to remember.
    server: Option<String>,
    /// The agents to remember.
    agents: Option<Vec<String>>,
    login: Login,
    /// The default skills to install.
    starter: Vec<&'static str>,
    /// The skills to take over.
    take: Vec<Step>,
}

/// How to log in.
#[derive(Default)]
enum Login {
    #[default]
    No,
    Browser,
    /// With this key.
    Key(ApiKey),
}

/// What was done.
struct Done {
    /// The settings that were written, with their file.
    settings: Vec<(&'static str, PathBuf)>,
    /// Whether the line is in `.gitattributes` now.
    line_added: bool,
    /// Whether the folder has an empty lockfile now.
    lockfile_made: bool,
    login: Option<Result<LoggedIn>>,
    starter: Option<Starter>,
    report: TakenOver,
}

/// Runs the command.
///
/// # Errors
/// Exit 2 when there is nobody to ask and neither `--defaults` nor `--yes`, or for an agent or a drive that cannot be; exit
/// 7 for a lockfile that cannot be read.
pub(crate) async fn run(ctx: &Context, args: &InitArgs) -> Result<Outcome> {
    if let Some(server) = &ctx.global.server {
        Server::parse(server, &ctx.paths)?;
    }
    let around = look(ctx, args)?;
    show::found(ctx, &around);
    let mut answers = ask::answers(ctx, args, &around).await?;
    let gate = gate(ctx, &around, &answers.take);
    if ctx.dry_run() {
        gate.preview(&ctx.ui, args.gate.allow_findings);
        return show::dry_run(ctx, &around, &answers, args.here && !around.scope.lockfile.exists());
    }
    let verdict =
        gate.pass(&ctx.ui, args.gate.allow_findings, |_| "skillzdrive init --take-over --allow-findings".to_owned())?;
    let mut take = answers.take.clone();
    take.retain(|step| verdict.refused.iter().all(|(slug, _)| slug != step.slug()));
    let settings = write_settings(ctx, &answers)?;
    let line_added = around.wants_line == Some(true) && git_attributes::add(&around.scope.root, Line::Bytes)?;
    let lockfile_made = args.here && make_lockfile(ctx, &around.scope)?;
    // The drive that was just chosen is the one that is logged in to.
    let login = log_in(ctx, std::mem::take(&mut answers.login)).await?;
    // The agents that were just chosen get the links.
    let now = ctx.settings(&around.scope)?;
    let linking = Linking::load(&ctx.paths, &around.scope, &now, &[])?;
    let work =
        Work { paths: &ctx.paths, scope: &around.scope, settings: &now, linking: &linking, accepted: verdict.accepted };
    let take_over = || {
        takeover::carry_out(&work, &take, |holder| {
            ctx.ui.status(format_args!("waiting for another skillzdrive ({holder})"));
        })
    };
    let mut report = tokio::task::block_in_place(take_over)?;
    let refused = verdict.refused.into_iter().map(|(slug, error)| Failed { name: slug.to_string(), error });
    report.failed.splice(0..0, refused);
    let starter = match answers.starter.as_slice() {
        [] => None,
        names => Some(starter::install(ctx, names, args.gate).await?),
    };
    if args.defaults {
        ctx.record(EventType::InitDefaults, Facts::default());
    }
    show::finish(ctx, &around, &answers, Done { settings, line_added, lockfile_made, login, starter, report })
}

/// An empty lockfile makes a folder a project.
fn make_lockfile(ctx: &Context, scope: &Scope) -> Result<bool> {
    let wait = |holder: &str| ctx.ui.status(format_args!("waiting for another skillzdrive ({holder})"));
    let _lock = ScopeLock::acquire(scope, wait)?;
    if scope.lockfile.exists() {
        return Ok(false);
    }
    atomic::write(&scope.lockfile, Lockfile::default().render().as_bytes(), Privacy::Shared)?;
    Ok(true)
}

/// Logs in. Who breaks it off ends the command; any other failure is told at the end, and the rest is done all the same.
async fn log_in(ctx: &Context, way: Login) -> Result<Option<Result<LoggedIn>>> {
    let attempt = match way {
        Login::No => return Ok(None),
        Login::Browser => logging_in::fetch_key(ctx, false).await.map(|key| Offered { key, by_browser: true }),
        Login::Key(key) => Ok(Offered { key, by_browser: false }),
    };
    let done = match attempt {
        Ok(offered) => logging_in::log_in(ctx, offered).await,
        Err(error) => Err(error),
    };
    match done {
        Err(error) if error.kind() == Kind::Interrupted => Err(error),
        done => Ok(Some(done)),
    }
}

fn look(ctx: &Context, args: &InitArgs) -> Result<Around> {
    let scope = match Scope::repository(&ctx.cwd, &ctx.paths) {
        _ if args.here => Roots::scope(&ctx.cwd),
        Some(scope) if !args.scope.user => scope,
        _ => ctx.scope(args.scope),
    };
    let mut here = Here::look(&ctx.paths, &scope)?;
    // A repository has skills for agents that are not on this machine, and other tools put them there.
    let mut folders = here.linking.folders()?;
    let known = here.linking.agents().all().into_iter();
    folders.extend(known.filter(|one| one.folder.is_dir()).filter(|one| !folders.contains(one)).collect::<Vec<_>>());
    let ask = Ask { scope: &scope, folders: &folders, lockfile: &here.lockfile, library: &here.library };
    here.inventory = inventory::take(&ask, &mut Fingerprints::read(&ctx.paths))?;
    here.warnings.iter().for_each(|warning| ctx.ui.warn(warning));
    let survey = takeover::survey(&scope, &here.inventory);
    let steps = takeover::plan(&survey, &here.inventory);
    // A project may be a folder of a repository: git reads this file in every folder.
    let in_repository = scope.kind == ScopeKind::Project && repository_root(&scope.root).is_some();
    let wants_line = match in_repository && !args.no_gitattributes {
        true => Some(!git_attributes::is_there(&scope.root, Line::Bytes)?),
        false => None,
    };
    Ok(Around { scope, here, survey, steps, wants_line })
}

/// What the security rules say of what would be taken over: these are a stranger's bytes, whoever put them here.
fn gate(ctx: &Context, around: &Around, take: &[Step]) -> Gate {
    let subjects: Vec<Subject> = take
        .iter()
        .filter_map(|step| match &step.verdict {
            Verdict::Take { path, .. } => Some(Subject::of_stranger(step.slug().as_str(), path)),
            _ => None,
        })
        .collect();
    let reports = scanning::look(&ctx.paths, &subjects, ctx.dry_run());
    let skills = take.iter().zip(reports).filter_map(|(step, report)| match &step.verdict {
        Verdict::Take { tree_sha, .. } => {
            Some(AtGate { slug: step.slug().clone(), content_sha: tree_sha.clone(), locked: false, report })
        }
        _ => None,
    });
    Gate { skills: skills.collect(), fail_on: around.here.settings.fail_on }
}

fn write_settings(ctx: &Context, answers: &Answers) -> Result<Vec<(&'static str, PathBuf)>> {
    let mut written = Vec::new();
    let mut set = |file: SettingsFile<'_>, key: &'static str, values: &[String]| -> Result<()> {
        if file.write(|| file.with(key, values))?.changed {
            written.push((key, file.path.clone()));
        }
        Ok(())
    };
    if let Some(server) = &answers.server {
        set(SettingsFile::user(&ctx.paths), "server", std::slice::from_ref(server))?;
    }
    if let Some(agents) = &answers.agents {
        // Who sees the skills is a person's choice, in a project too.
        set(SettingsFile::user(&ctx.paths), "agents", agents)?;
    }
    Ok(written)
}

/// Nobody to ask, and no word of what to do.
fn nobody() -> Error {
    Error::usage("init asks a few questions and there is nobody to answer them")
        .code("answer_needed")
        .hint("skillzdrive init --defaults asks nothing; --agent, --server, --key-file and --take-over answer")
        .hint("skillzdrive init --dry-run shows what would be done")
}
