//! How this program came to this machine, told by where it lies and by what its installer left there, and with that the
//! command that brings a newer one. It looks at names and a few small files; it starts nothing and asks nobody.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

use serde::Deserialize;

use crate::env;

/// Where releases are.
pub(crate) const RELEASES: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/releases/latest");
/// The package's name in npm's registry.
const NPM: &str = "@skillzdrive/skillzdrive";
/// The file, below the folder that holds `bin`, in which who packages this program names themselves and their command.
const MARK: &str = "share/skillzdrive/installed-by";
/// More than this of such a file is not read.
const MARK_SIZE: u64 = 1024;

/// A way of installing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Way {
    /// By `cargo install`; from where.
    Cargo(Source),
    /// By a manager of npm packages.
    Npm(Manager),
    /// By Homebrew.
    Homebrew,
    /// By the system's package manager.
    Debian,
    /// By Nix.
    Nix,
    /// By the shell installer, or PowerShell's.
    Script,
    /// In a container's image.
    Container,
    /// By somebody who left their name, and perhaps a command.
    Packager(String, Option<String>),
    /// Built where its source is.
    Checkout,
    /// In none of these ways: most likely unpacked by hand.
    Unknown,
}

/// Where Cargo took it from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// The registry.
    Registry,
    /// A repository.
    Git(String),
    /// A folder.
    Folder(String),
}

/// What runs npm packages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manager {
    /// npm, for the whole machine.
    Global,
    /// npm, for one project.
    Project,
    /// npx.
    Npx,
    /// pnpm.
    Pnpm,
    /// bun.
    Bun,
    /// yarn.
    Yarn,
}

/// Where to look. A test has its own.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    /// The running program.
    pub(crate) program: PathBuf,
    /// The folder in which Cargo keeps what it installs.
    pub(crate) cargo: PathBuf,
    /// Where the installer of a release leaves its receipt.
    pub(crate) receipt: PathBuf,
    /// The system's root.
    pub(crate) root: PathBuf,
}

impl Places {
    /// Those of this machine, for the person whose home this is; `None` when the system does not say where the program is.
    pub(crate) fn find(home: &Path) -> Option<Self> {
        let program = std::env::current_exe().ok()?;
        // npm and Homebrew put a link where the shell looks.
        let program = fs::canonicalize(&program).unwrap_or(program);
        let folder = if cfg!(windows) { env::path(env::LOCAL_APP_DATA) } else { env::path(env::XDG_CONFIG_HOME) };
        let folder = folder.unwrap_or_else(|| home.join(".config"));
        Some(Self {
            program,
            cargo: env::path(env::CARGO_HOME).unwrap_or_else(|| home.join(".cargo")),
            receipt: folder.join("skillzdrive").join("skillzdrive-receipt.json"),
            root: PathBuf::from("/"),
        })
    }
}

/// Tells the way. What is more certain is asked first: a mark or a list that names the program, then its place.
pub(crate) fn way(places: &Places) -> Way {
    let parts: Vec<&str> = places.program.iter().filter_map(|part| part.to_str()).collect();
    let has = |name: &str| parts.contains(&name);
    if let Some(way) = marked(&places.program) {
        return way;
    }
    if has("node_modules") {
        return Way::Npm(manager(&parts));
    }
    if has("Cellar") && has("skillzdrive") {
        return Way::Homebrew;
    }
    if places.program.starts_with(places.root.join("nix/store")) {
        return Way::Nix;
    }
    if listed_by_dpkg(places) {
        return Way::Debian;
    }
    let below = |folder: &Path| {
        let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf());
        places.program.starts_with(folder)
    };
    if below(&places.cargo)
        && let Some(source) = listed_by_cargo(&places.cargo)
    {
        return Way::Cargo(source);
    }
    if receipt(&places.receipt).is_some_and(|prefix| below(&prefix)) {
        return Way::Script;
    }
    // Cargo marks the folder in which it builds, and keeps what it links in `deps`.
    let profile = places.program.parent();
    let built = profile.and_then(Path::parent).is_some_and(|target| target.join("CACHEDIR.TAG").is_file());
    if built && profile.is_some_and(|profile| profile.join("deps").is_dir()) {
        return Way::Checkout;
    }
    Way::Unknown
}

fn marked(program: &Path) -> Option<Way> {
    let file = program.parent()?.parent()?.join(MARK);
    if fs::metadata(&file).ok()?.len() > MARK_SIZE {
        return None;
    }
    let text = fs::read_to_string(file).ok()?;
    let mut lines = text.lines().map(str::trim);
    let name = lines.next().filter(|name| !name.is_empty())?;
    let command = lines.next().filter(|command| !command.is_empty()).map(str::to_owned);
    Some(match (name, command) {
        ("container", None) => Way::Container,
        (name, command) => Way::Packager(name.to_owned(), command),
    })
}

fn manager(parts: &[&str]) -> Manager {
    let has = |name: &str| parts.contains(&name);
    let above = parts.iter().position(|part| *part == "node_modules").and_then(|at| parts.get(at.checked_sub(1)?));
    if has("_npx") {
        Manager::Npx
    } else if has("pnpm") || has(".pnpm") {
        Manager::Pnpm
    } else if has(".bun") {
        Manager::Bun
    } else if has("yarn") || has(".yarn") {
        Manager::Yarn
    } else if above.is_some_and(|above| matches!(*above, "lib" | "npm")) {
        Manager::Global
    } else {
        Manager::Project
    }
}

fn listed_by_dpkg(places: &Places) -> bool {
    let list = fs::read_to_string(places.root.join("var/lib/dpkg/info/skillzdrive.list"));
    list.is_ok_and(|list| {
        list.lines().any(|line| same(&places.root.join(line.trim_start_matches('/')), &places.program))
    })
}

/// On a system whose `/bin` is a link to `/usr/bin` one program has two names.
fn same(one: &Path, other: &Path) -> bool {
    one == other || fs::canonicalize(one).is_ok_and(|one| one == other)
}

/// What Cargo wrote of the program when it installed it: `"skillzdrive 0.1.0 (registry+https://…)" = ["skillzdrive"]`.
fn listed_by_cargo(cargo: &Path) -> Option<Source> {
    #[derive(Deserialize)]
    struct Crates {
        v1: toml::Table,
    }
    let text = fs::read_to_string(cargo.join(".crates.toml")).ok()?;
    let crates: Crates = toml::from_str(&text).ok()?;
    let is_ours = |key: &&String| key.split(' ').next() == Some("skillzdrive");
    let key = crates.v1.keys().find(is_ours)?;
    let source = key.split_once('(')?.1.strip_suffix(')')?;
    Some(match source.split_once('+') {
        Some(("git", url)) => Source::Git(url.split(['#', '?']).next().unwrap_or(url).to_owned()),
        Some(("path", url)) => Source::Folder(url.strip_prefix("file://").unwrap_or(url).to_owned()),
        _ => Source::Registry,
    })
}

/// The folder that an installer's receipt names.
fn receipt(path: &Path) -> Option<PathBuf> {
    #[derive(Deserialize)]
    struct Receipt {
        install_prefix: PathBuf,
    }
    let text = fs::read_to_string(path).ok()?;
    serde_json::from_str::<Receipt>(&text).ok().map(|receipt| receipt.install_prefix)
}

impl Way {
    /// The word for it, for programs.
    pub(crate) fn word(&self) -> &str {
        match self {
            Self::Cargo(_) => "cargo",
            Self::Npm(manager) => match manager {
                Manager::Global | Manager::Project => "npm",
                Manager::Npx => "npx",
                Manager::Pnpm => "pnpm",
                Manager::Bun => "bun",
                Manager::Yarn => "yarn",
            },
            Self::Homebrew => "homebrew",
            Self::Debian => "deb",
            Self::Nix => "nix",
            Self::Script => "installer",
            Self::Container => "container",
            Self::Packager(name, _) => name,
            Self::Checkout => "checkout",
            Self::Unknown => "unknown",
        }
    }

    /// The same for people: `installed …`.
    pub(crate) fn said(&self) -> String {
        match self {
            Self::Cargo(_) => "installed by cargo".to_owned(),
            Self::Npm(Manager::Project) => "installed by npm, for one project".to_owned(),
            Self::Homebrew => "installed by Homebrew".to_owned(),
            Self::Debian => "installed as a Debian package".to_owned(),
            Self::Nix => "installed by Nix".to_owned(),
            Self::Script => "installed by its install script".to_owned(),
            Self::Container => "part of a container's image".to_owned(),
            Self::Checkout => "built from its source".to_owned(),
            Self::Unknown => "installed in a way that it does not know, most likely by hand".to_owned(),
            Self::Npm(_) | Self::Packager(..) => format!("installed by {}", self.word()),
        }
    }

    /// The command that brings the newest version; `None` where no single one does.
    pub(crate) fn command(&self) -> Option<String> {
        Some(match self {
            Self::Cargo(Source::Registry) => "cargo install --locked skillzdrive".to_owned(),
            Self::Cargo(Source::Git(url)) => format!("cargo install --locked --git {} skillzdrive", quoted(url)),
            Self::Cargo(Source::Folder(folder)) => format!("cargo install --locked --path {}", quoted(folder)),
            Self::Npm(Manager::Global) => format!("npm install --global {NPM}@latest"),
            Self::Npm(Manager::Project) => format!("npm install {NPM}@latest"),
            Self::Npm(Manager::Npx) => format!("npx {NPM}@latest"),
            Self::Npm(Manager::Pnpm) => format!("pnpm add --global {NPM}@latest"),
            Self::Npm(Manager::Bun) => format!("bun add --global {NPM}@latest"),
            Self::Npm(Manager::Yarn) => format!("yarn global add {NPM}@latest"),
            Self::Homebrew => "brew upgrade skillzdrive".to_owned(),
            // The one architecture for which a package is released.
            Self::Debian if cfg!(target_arch = "x86_64") => {
                format!(
                    "curl -fLO {RELEASES}/download/skillzdrive_amd64.deb && sudo apt-get install ./skillzdrive_amd64.deb"
                )
            }
            Self::Nix => "nix profile upgrade skillzdrive".to_owned(),
            Self::Script if cfg!(windows) => {
                format!(
                    "powershell -ExecutionPolicy Bypass -c \"irm {RELEASES}/download/skillzdrive-installer.ps1 | iex\""
                )
            }
            Self::Script => {
                format!("curl --proto '=https' --tlsv1.2 -LsSf {RELEASES}/download/skillzdrive-installer.sh | sh")
            }
            Self::Packager(_, command) => return command.clone(),
            Self::Debian | Self::Container | Self::Checkout | Self::Unknown => return None,
        })
    }

    /// What to do, in words, where there is no command.
    pub(crate) fn advice(&self) -> String {
        match self {
            Self::Container => "build or pull a newer image, and start that".to_owned(),
            Self::Checkout => "in the folder of its source: git pull && cargo build --release --locked".to_owned(),
            Self::Packager(name, _) => format!("ask {name} for a newer version"),
            _ => format!("put the newest program in its place, from {RELEASES}"),
        }
    }
}

/// A word for a shell: what it would not take as it is stands in single quotes.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+=,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests;
