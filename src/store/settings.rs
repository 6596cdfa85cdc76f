//! What a person set for good: the user's `config.toml`, tightened by the project's `skillzdrive.toml`.
//!
//! A project file comes with a cloned repository, so it may choose agents and collection and make gates stricter, and
//! nothing else: what it says about a server, a certificate or a weaker gate is a warning and has no effect
//! ([`crate::store::settings_file`] holds that).

use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

use skillzdrive_scan::Severity;

use crate::env;
use crate::error::Result;
use crate::store::paths::Paths;
use crate::store::scope::Scope;
use crate::store::scope::ScopeKind;
use crate::store::settings_file;

/// The drive of those who set none.
pub(crate) const DEFAULT_SERVER: &str = "https://www.skillzdrive.com";
/// The user's file, in the config folder.
pub(crate) const USER_FILE: &str = "config.toml";
/// The project's file, in its root.
pub(crate) const PROJECT_FILE: &str = "skillzdrive.toml";

/// How other agents are shown a skill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LinkMode {
    /// By a link, or a copy where the system allows no link.
    Link,
    /// By a copy.
    Copy,
}

/// What becomes of a skill that was changed here and in the drive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnConflict {
    /// A person is asked; without one it is left.
    Ask,
    /// This machine's files go to the drive.
    KeepLocal,
    /// The drive's files come here.
    TakeDrive,
    /// This machine's files become a skill of their own.
    Fork,
    /// It is left as it is.
    Skip,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ColorSetting {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Everything that can be set, with what was set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settings {
    /// The server of the user's file. Private: [`Settings::server`] knows who may say it.
    pub(super) user_server: Option<String>,
    /// The agents that the person chose.
    pub(crate) agents: Option<Vec<String>>,
    /// The agents that the project proposes; weaker than `agents`.
    pub(crate) project_agents: Option<Vec<String>>,
    /// Links or copies.
    pub(crate) link_mode: LinkMode,
    /// What becomes of conflicts.
    pub(crate) conflict: OnConflict,
    /// The mildest finding that fails `audit` and `scan`, and that `install` and `update` ask about.
    pub(crate) fail_on: Severity,
    /// How old a version must be before it is installed.
    pub(crate) min_age: Duration,
    /// The most credits that one command may spend.
    pub(crate) max_credits: Option<u64>,
    /// When to use colour.
    pub(crate) color: ColorSetting,
    /// Whether the notice about telemetry is shown.
    pub(crate) telemetry_notice: bool,
    /// Whether the once-a-day line is shown.
    pub(crate) daily_check: bool,
    /// Whether a line says that there is a newer version of this program.
    pub(crate) update_notice: bool,
    /// Plain lines, for a screen reader.
    pub(crate) plain: bool,
    /// How many days the trash keeps things.
    pub(crate) trash_days: u64,
    /// How many bytes the trash keeps.
    pub(crate) trash_size: u64,
    /// The collection whose key is used.
    pub(crate) collection: Option<String>,
    /// What the person says of single agents, by id; an id that the table does not know is an agent of their own.
    pub(crate) agent: BTreeMap<String, AgentSetting>,
}

/// What a person says of one agent; what is not said is as the table has it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct AgentSetting {
    /// Its name for people.
    pub(crate) name: Option<String>,
    /// Its skills folder in a project, relative to the root.
    pub(crate) project: Option<String>,
    /// Its skills folder of a person.
    pub(crate) global: Option<String>,
    /// It is here when this exists.
    pub(crate) detect: Option<String>,
    /// Links or copies for this agent alone.
    pub(crate) link_mode: Option<LinkMode>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            user_server: None,
            agents: None,
            project_agents: None,
            link_mode: LinkMode::Link,
            conflict: OnConflict::Ask,
            fail_on: Severity::High,
            min_age: Duration::ZERO,
            max_credits: None,
            color: ColorSetting::Auto,
            telemetry_notice: true,
            daily_check: true,
            update_notice: true,
            plain: false,
            trash_days: 30,
            trash_size: 1 << 30,
            collection: None,
            agent: BTreeMap::new(),
        }
    }
}

/// Where a value was set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// The file.
    pub(crate) path: PathBuf,
    /// Its line, from 1.
    pub(crate) line: usize,
    /// Whether it is the project's file.
    pub(crate) by_project: bool,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.path.display(), self.line)
    }
}

/// The settings and what a person should hear about the files they came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Loaded {
    /// What holds.
    pub(crate) settings: Settings,
    /// Where each key that is set was set; one of an agent is `agent.ID.FIELD`. What is not here has its default.
    pub(crate) origins: BTreeMap<String, Place>,
    /// What was ignored, in sentences.
    pub(crate) warnings: Vec<String>,
}

impl Settings {
    /// Reads the user's file and, in a project, the project's.
    ///
    /// # Errors
    /// Exit 2 naming file and line: an unknown key in the user's file, a value that cannot be read in either.
    pub(crate) fn load(paths: &Paths, scope: &Scope) -> Result<Loaded> {
        let mut loaded = Loaded { settings: Self::default(), origins: BTreeMap::new(), warnings: Vec::new() };
        settings_file::read_user(&user_file(paths), &mut loaded)?;
        if scope.kind == ScopeKind::Project {
            settings_file::read_project(&project_file(&scope.root), &mut loaded)?;
        }
        Ok(loaded)
    }

    /// The server: flag, else environment, else user's file, else the hosted drive. Never the project's file: a cloned
    /// repository must not be able to send a key away.
    pub(crate) fn server(&self, flag: Option<&str>) -> String {
        self.server_among(flag, env::text(env::SERVER).as_deref())
    }

    /// The server of the user's file.
    pub(crate) fn own_server(&self) -> Option<&str> {
        self.user_server.as_deref()
    }

    fn server_among(&self, flag: Option<&str>, environment: Option<&str>) -> String {
        flag.or(environment).or(self.user_server.as_deref()).unwrap_or(DEFAULT_SERVER).to_owned()
    }
}

/// Where the user's file lies.
pub(crate) fn user_file(paths: &Paths) -> PathBuf {
    paths.config.join(USER_FILE)
}

/// Where a project's file lies.
pub(crate) fn project_file(root: &Path) -> PathBuf {
    root.join(PROJECT_FILE)
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests arrange files directly")]
mod tests {
    use std::fs;

    use super::*;

    fn load(user: &str, project: &str) -> Result<Loaded> {
        let home = tempfile::tempdir().unwrap();
        let at = |name: &str| home.path().join(name);
        let paths =
            Paths { home: at(""), config: at("config"), data: at("data"), state: at("state"), cache: at("cache") };
        fs::create_dir(at("config")).unwrap();
        fs::create_dir(at("repo")).unwrap();
        fs::write(at("config/config.toml"), user).unwrap();
        fs::write(at("repo/skillzdrive.toml"), project).unwrap();
        let scope = Scope { kind: ScopeKind::Project, root: at("repo"), lockfile: at("repo/skillzdrive.lock") };
        let global = Settings::load(&paths, &Scope::global(&paths));
        assert!(global.is_err() || global.unwrap().settings.project_agents.is_none());
        Settings::load(&paths, &scope)
    }

    #[test]
    fn a_cloned_repository_gets_no_key_and_opens_no_gate() {
        let hostile = "server = \"https://evil.example\"\nssl_cert_file = \"evil.pem\"\nfail_on = \"critical\"\n\
                       min_age = \"1h\"\nmax_credits = 999\nconflict = \"take-drive\"\nlink_mode = \"copy\"\n\
                       telemetry_notice = false\ndaily_check = false\nupdate_notice = false\nplain = true\ntrash_days = 0\n[api]\nkey = 1\n";
        let user = "min_age = \"7d\"\nmax_credits = 10\n";
        let honest = load(user, "").unwrap();
        let canary = load(user, hostile).unwrap();
        assert_eq!(canary.settings, honest.settings);
        assert_eq!(canary.settings.server_among(None, None), DEFAULT_SERVER);
        for key in [
            "server",
            "ssl_cert_file",
            "fail_on",
            "min_age",
            "max_credits",
            "conflict",
            "link_mode",
            "telemetry_notice",
            "daily_check",
            "update_notice",
            "plain",
            "trash_days",
            "api",
        ] {
            assert!(canary.warnings.iter().any(|w| w.contains(&format!("`{key}`"))), "{key}: {:?}", canary.warnings);
        }
        assert_eq!(canary.warnings.len(), 13);
    }

    #[test]
    fn a_project_chooses_agents_and_collection_and_shuts_gates() {
        let project =
            "agents = [\"cursor\"]\ncollection = \"team\"\nfail_on = \"low\"\nmin_age = 14\nmax_credits = 5\n";
        let loaded = load("agents = []\nmin_age = \"7d\"\nmax_credits = 10\ncollection = \"mine\"\n", project).unwrap();
        assert!(loaded.warnings.is_empty(), "{:?}", loaded.warnings);
        let settings = loaded.settings;
        assert_eq!(settings.agents, Some(Vec::new()));
        assert_eq!(settings.project_agents, Some(vec!["cursor".to_owned()]));
        assert_eq!(settings.collection.as_deref(), Some("team"));
        assert_eq!(settings.fail_on, Severity::Low);
        assert_eq!(settings.min_age, Duration::from_secs(14 * 86_400));
        assert_eq!(settings.max_credits, Some(5));
    }

    #[test]
    fn the_server_is_said_by_flag_environment_and_user() {
        let settings = load("server = \"https://user.example\"\n", "").unwrap().settings;
        assert_eq!(settings.server_among(Some("local"), Some("https://env.example")), "local");
        assert_eq!(settings.server_among(None, Some("https://env.example")), "https://env.example");
        assert_eq!(settings.server_among(None, None), "https://user.example");
    }

    #[test]
    fn who_set_what_is_known_with_its_line() {
        let user = "min_age = 7\nfail_on = \"low\"\n\n[agent.bob]\nlink_mode = \"copy\"\nglobal = \"~/b/skills\"\n";
        let loaded = load(user, "\nmin_age = \"2w\"\nfail_on = \"high\"\nagents = [\"bob\"]\n").unwrap();
        let at = |key: &str| loaded.origins.get(key).map(|place| (place.by_project, place.line));
        assert_eq!(at("min_age"), Some((true, 2)));
        assert_eq!(at("fail_on"), Some((false, 2)), "what is ignored set nothing");
        assert_eq!(at("agents"), Some((true, 4)));
        assert_eq!(at("agent.bob.link_mode"), Some((false, 5)));
        assert_eq!(at("color"), None);
        let bob = &loaded.settings.agent["bob"];
        assert_eq!((bob.link_mode, bob.global.as_deref()), (Some(LinkMode::Copy), Some("~/b/skills")));
        // The person's own agents go before the project's.
        let loaded = load("agents = []\n", "agents = [\"bob\"]\n").unwrap();
        assert!(!loaded.origins["agents"].by_project);
    }

    #[test]
    fn the_users_file_is_read_strictly() {
        let all = "server = \"local\"\nagents = [\"bob\"]\nlink_mode = \"copy\"\nconflict = \"fork\"\nfail_on = \"low\"\n\
                   min_age = \"36h\"\nmax_credits = 3\ncolor = \"never\"\ntelemetry_notice = false\ndaily_check = false\n\
                   trash_days = 7\ntrash_size = \"500MB\"\ncollection = \"work\"\nupdate_notice = false\nplain = true\n";
        let settings = load(all, "").unwrap().settings;
        assert_eq!(
            settings,
            Settings {
                user_server: Some("local".to_owned()),
                agents: Some(vec!["bob".to_owned()]),
                project_agents: None,
                link_mode: LinkMode::Copy,
                conflict: OnConflict::Fork,
                fail_on: Severity::Low,
                min_age: Duration::from_secs(36 * 3600),
                max_credits: Some(3),
                color: ColorSetting::Never,
                telemetry_notice: false,
                daily_check: false,
                update_notice: false,
                plain: true,
                trash_days: 7,
                trash_size: 500_000_000,
                collection: Some("work".to_owned()),
                agent: BTreeMap::new(),
            }
        );
        for (text, says) in [
            ("\nsrever = \"x\"\n", "config.toml:2: `srever` is not a setting"),
            ("conflict = \"maybe\"\n", "config.toml:1: `conflict`"),
            ("max_credits = -1\n", "config.toml:1: `max_credits`"),
            ("agents = \"bob\"\n", "config.toml:1: `agents`"),
            ("daily_check = \n", "config.toml:1:"),
            ("min_age = \"soon\"\n", "config.toml:1: `min_age`"),
            ("agent = 3\n", "config.toml:1: `agent`"),
            ("[agent.bob]\n\nfolder = \"x\"\n", "config.toml:3: `agent.bob.folder` is not a setting"),
            ("[agent.bob]\nproject = \"../x\"\n", "config.toml:2: `agent.bob.project`"),
            ("[agent.bob]\nglobal = \"x/skills\"\n", "config.toml:2: `agent.bob.global`"),
            ("[agent.\"Bob Two\"]\n", "config.toml:1: `agent`"),
        ] {
            let error = load(text, "").unwrap_err();
            assert!(error.message().contains(says), "{}", error.message());
            assert_eq!(error.kind(), crate::error::Kind::Usage);
        }
        // A gate of the project's that cannot be read is no gate that may be left out.
        assert!(load("", "fail_on = \"sometimes\"\n").unwrap_err().message().contains("skillzdrive.toml:1:"));
    }
}
