//! What a command is handed: how to speak, where things are, what was asked for everywhere. Heavy things are made on
//! demand, and nothing is global.

mod account;

use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

use skillzdrive_wire::telemetry::EventType;

use crate::api::Client;
use crate::api::Setup;
use crate::api::Started;
use crate::api::Starting;
use crate::api::adoption::Adopted;
use crate::api::governor::Wait;
use crate::api::retry;
use crate::api::server::Server;
use crate::cli::GlobalArgs;
use crate::cli::ScopeArgs;
use crate::embedded;
use crate::env;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::store::install_id;
use crate::store::paths::Paths;
use crate::store::scope::Scope;
use crate::store::settings::Settings;
use crate::store::spool::Spool;
use crate::store::spool::Spooled;
use crate::telemetry;
use crate::telemetry::Facts;
use crate::ui::Manner;
use crate::ui::Ui;

/// One run of the program.
#[derive(Debug)]
pub(crate) struct Context {
    /// How to speak.
    pub(crate) ui: Ui,
    /// The arguments of every command.
    pub(crate) global: GlobalArgs,
    /// The program's own folders.
    pub(crate) paths: Paths,
    /// The current folder.
    pub(crate) cwd: PathBuf,
    client: OnceLock<Client>,
    /// Whether this run is not to end with a line about the drive.
    calm: AtomicBool,
}

impl Context {
    /// Finds the folders; touches neither network nor keyring.
    ///
    /// # Errors
    /// When there is no home or no current folder.
    pub(crate) fn new(global: GlobalArgs) -> Result<Self> {
        let cwd = std::env::current_dir()
            .map_err(|e| Error::usage("the current folder is gone or cannot be read").source(e))?;
        let paths = Paths::find()?;
        // A file that cannot be read is said by the command that needs it.
        let manner = Settings::load(&paths, &Scope::global(&paths))
            .map(|loaded| Manner { color: loaded.settings.color, plain: loaded.settings.plain });
        Ok(Self {
            ui: Ui::with(&global, manner.unwrap_or_default()),
            paths,
            cwd,
            global,
            client: OnceLock::new(),
            calm: AtomicBool::new(false),
        })
    }

    /// Whether nothing may be written, sent or charged.
    pub(crate) fn dry_run(&self) -> bool {
        self.global.dry_run
    }

    /// Whether the network is off limits.
    pub(crate) fn offline(&self) -> bool {
        self.global.offline || env::switch(env::OFFLINE)
    }

    /// The scope that the arguments mean: project when a lockfile is found here or above, else global.
    pub(crate) fn scope(&self, args: ScopeArgs) -> Scope {
        if args.project {
            Scope::project(&self.cwd)
        } else if args.user {
            Scope::global(&self.paths)
        } else {
            Scope::detect(&self.cwd, &self.paths)
        }
    }

    /// The settings that hold in a scope; what was ignored in their files is said.
    ///
    /// # Errors
    /// Exit 2 naming file and line.
    pub(crate) fn settings(&self, scope: &Scope) -> Result<Settings> {
        let loaded = Settings::load(&self.paths, scope)?;
        for warning in loaded.warnings {
            self.ui.warn(warning);
        }
        Ok(loaded.settings)
    }

    /// What the person set for good, whatever a project says.
    ///
    /// # Errors
    /// Exit 2 naming file and line.
    pub(crate) fn own_settings(&self) -> Result<Settings> {
        Ok(Settings::load(&self.paths, &Scope::global(&self.paths))?.settings)
    }

    /// Stops at a price that the setting `max_credits` does not allow. The embedded drive charges nothing.
    ///
    /// # Errors
    /// Exit 9; exit 2 for settings that cannot be read.
    pub(crate) fn allow(&self, what: impl std::fmt::Display, cost: u64) -> Result<()> {
        let most = Settings::load(&self.paths, &self.scope(ScopeArgs::default()))?.settings.max_credits;
        match most {
            Some(most) if cost > most && !self.server()?.is_local() => {
                let message = format!("{what}, more than the {most} that the setting `max_credits` allows");
                Err(Error::new(Kind::Credits, message)
                    .code("over_max_credits")
                    .hint("skillzdrive config list says who set it; skillzdrive config set max_credits N allows more"))
            }
            _ => Ok(()),
        }
    }

    /// Which drive is meant.
    ///
    /// # Errors
    /// Exit 2 for an address that no drive can have.
    pub(crate) fn server(&self) -> Result<Server> {
        Server::parse(&self.own_settings()?.server(self.global.server.as_deref()), &self.paths)
    }

    /// The way to the drive, one for the whole run. Nothing is connected or started before the first call.
    ///
    /// # Errors
    /// As [`Context::server`].
    pub(crate) fn client(&self) -> Result<&Client> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let ui = self.ui.clone();
        let client = Client::new(Setup {
            server: self.server()?,
            install_id: install_id::get(&self.paths, self.dry_run()),
            paths: self.paths.clone(),
            offline: self.offline(),
            dry_run: self.dry_run(),
            ca: env::path(env::SSL_CERT_FILE),
            github: env::text(env::GITHUB_URL),
            github_token: env::github_token(),
            start: if self.dry_run() { start_for_a_look } else { start },
            tell: Box::new(move |wait| tell(&ui, wait)),
        })?;
        Ok(self.client.get_or_init(|| client))
    }

    /// Says what a person should know of an adoption.
    pub(crate) fn tell_adopted(&self, adopted: &Adopted) {
        match adopted {
            Adopted::Done | Adopted::NotWanted => {}
            Adopted::Renewed => self.ui.warn(
                "another account has claimed this installation's id: this installation has a new one now, and you are \
                 logged in",
            ),
            Adopted::Later(error) => self.ui.detail(format_args!("this installation is adopted later: {error}")),
        }
    }

    /// The client, if one was made in this run.
    pub(crate) fn made_client(&self) -> Option<&Client> {
        self.client.get()
    }

    /// The drive's name for people.
    pub(crate) fn server_name(&self) -> String {
        self.made_client().map_or_else(|| "the drive".to_owned(), Client::host)
    }

    /// Asks that this run does not end with the daily line: what it did says more.
    pub(crate) fn stay_calm(&self) {
        self.calm.store(true, Ordering::Relaxed);
    }

    /// Whether it was asked for.
    pub(crate) fn is_calm(&self) -> bool {
        self.calm.load(Ordering::Relaxed)
    }

    /// Notes an event of telemetry, to be sent at the end of the run. It cannot fail; a dry run notes nothing.
    pub(crate) fn record(&self, event_type: EventType, facts: Facts) {
        let (false, Ok(client)) = (self.dry_run(), self.client()) else { return };
        let event = telemetry::event(client.install_id(), event_type, facts, !install_id::do_not_track());
        let spool = Spool::of(&self.paths);
        // With --json nothing can be said, so the notice and what it is about wait for a run in which it can.
        if !spool.is_noticed() && !self.ui.is_json() && spool.note().is_ok() {
            // Who turned the notice off has read it.
            if self.own_settings().is_ok_and(|settings| settings.telemetry_notice) {
                self.ui.notice(telemetry::NOTICE);
            }
        }
        let _ = spool.put(&Spooled { server: client.server().identity(), event });
    }
}

fn start(folder: PathBuf) -> Starting {
    Box::pin(async move {
        let drive = embedded::start(folder).await?;
        let (socket, owner_key) = (drive.socket.clone(), drive.owner_key.clone());
        Ok(Started { socket, owner_key, _keep: Box::new(drive) })
    })
}

/// A dry run makes no drive where there is none: it looks at a fresh one that goes away with the process.
fn start_for_a_look(folder: PathBuf) -> Starting {
    if folder.exists() {
        return start(folder);
    }
    Box::pin(async move {
        let passing = tempfile::Builder::new()
            .prefix("skillzdrive-")
            .tempdir()
            .map_err(|e| Error::io("make a folder in", &std::env::temp_dir(), e))?;
        let started = start(passing.path().join("drive")).await?;
        Ok(Started { _keep: Box::new((started._keep, passing)), ..started })
    })
}

/// Says that the drive wants to be left alone for a while.
fn tell(ui: &Ui, wait: &Wait) {
    let why = if wait.limited { "allows no more requests" } else { "cannot answer" };
    ui.status(format_args!("{} {why} for now: going on {}", wait.host, retry::when(wait.wait)));
    if wait.anonymous {
        ui.hint("skillzdrive login: with a key there is no such wait");
    }
}
