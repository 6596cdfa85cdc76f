//! What lies on this machine: folders, settings, lockfile, journal, cache, keys, certificates.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

use crate::doctor::Check;
use crate::doctor::Status;
use crate::store::cache::ZipCache;
use crate::store::credentials;
use crate::store::credentials::Keyring;
use crate::store::lockfile::Lockfile;
use crate::store::paths::Paths;
use crate::store::scope::Scope;
use crate::store::settings::Settings;

/// Where Linux systems keep the authorities that they believe.
const BUNDLES: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// The program itself.
pub(crate) fn program() -> Check {
    let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
    let place =
        std::env::current_exe().map_or_else(|_| "an unknown place".to_owned(), |path| path.display().to_string());
    Check::ok("program", "program", format!("skillzdrive {} for {os} on {arch}, {place}", env!("CARGO_PKG_VERSION")))
}

/// Whether every folder that is written to can be.
pub(crate) fn folders(paths: &Paths, scope: &Scope) -> Check {
    let all =
        [&paths.config, &paths.data, &paths.state, &paths.cache, &scope.skills(), &scope.workshop()].map(Clone::clone);
    let bad: Vec<(PathBuf, &str)> = all.iter().filter_map(|folder| unusable(folder)).collect();
    let Some((first, why)) = bad.first() else {
        let list = all.map(|folder| folder.display().to_string()).join(", ");
        return Check::ok("folders", "folders can be written", list);
    };
    let said: Vec<String> = bad.iter().map(|(path, why)| format!("`{}` {why}", path.display())).collect();
    let fix = match *why {
        "is not a folder" => format!("move `{}` away", first.display()),
        _ => format!("make `{}` writable for you, or name another folder with SKILLZDRIVE_HOME", first.display()),
    };
    Check::new("folders", "folders can be written", Status::Failed, said.join("; ")).fix(fix)
}

/// The nearest part of a path that is there, when nothing could be made in it.
fn unusable(folder: &Path) -> Option<(PathBuf, &'static str)> {
    let there = folder.ancestors().find(|path| fs::symlink_metadata(path).is_ok())?;
    if !there.is_dir() {
        return Some((there.to_path_buf(), "is not a folder"));
    }
    #[cfg(unix)]
    let may = rustix::fs::access(there, rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK).is_ok();
    #[cfg(not(unix))]
    let may = fs::metadata(there).is_ok_and(|meta| !meta.permissions().readonly());
    (!may).then(|| (there.to_path_buf(), "cannot be written"))
}

/// Whether both settings files can be read.
pub(crate) fn settings(paths: &Paths, scope: &Scope) -> Check {
    match Settings::load(paths, scope) {
        Err(error) => Check::of_error("settings", "settings", &error, "skillzdrive config edit"),
        Ok(loaded) => match loaded.warnings.first() {
            Some(warning) => Check::new("settings", "settings", Status::Warning, warning)
                .fix("take the line out of the project's skillzdrive.toml"),
            None => Check::ok("settings", "settings", format!("{} set", loaded.origins.len())),
        },
    }
}

/// Whether the lockfile can be read, and whether another process holds the scope.
pub(crate) fn lockfile(scope: &Scope) -> Vec<Check> {
    let read = match Lockfile::read(scope) {
        Err(error) => {
            Check::of_error("lockfile", "lockfile", &error, "").fix("skillzdrive audit --fix --lock rebuilds it")
        }
        Ok(lockfile) => {
            let detail = format!("{} skills in `{}`", lockfile.skills.len(), scope.lockfile.display());
            Check::ok("lockfile", "lockfile", detail)
        }
    };
    let lock = scope.workshop().join("lock");
    // Opened and not made: who only looks leaves nothing behind.
    let held = fs::OpenOptions::new().write(true).open(&lock).is_ok_and(|file| file.try_lock().is_err());
    let lock = if held {
        Check::new("lock", "no other process works here", Status::Warning, format!("`{}` is held", lock.display()))
            .fix("wait for the other skillzdrive to end")
    } else {
        Check::ok("lock", "no other process works here", "the lock is free")
    };
    vec![read, lock]
}

/// Whether a sync was cut short.
pub(crate) fn journal(paths: &Paths) -> Check {
    let folder = paths.state.join("sync");
    let open = fs::read_dir(&folder).into_iter().flatten().flatten();
    let open = open.filter(|entry| entry.path().extension().is_some_and(|end| end == "journal")).count();
    if open == 0 {
        return Check::ok("journal", "no sync was cut short", "nothing is open");
    }
    Check::new("journal", "no sync was cut short", Status::Warning, format!("{open} runs are open"))
        .fix("skillzdrive sync finishes the run")
}

/// Whether the cached zips are what their names say.
pub(crate) fn cache(paths: &Paths) -> Check {
    let cache = ZipCache::new(paths);
    let (good, bad) = cache.count();
    let detail = format!("{good} packages in `{}`", cache.path().display());
    if bad == 0 {
        return Check::ok("cache", "cache", detail);
    }
    let detail = format!("{detail}, and {bad} files that are not what their names say; none of them is ever used");
    Check::new("cache", "cache", Status::Warning, detail).fix("skillzdrive cache verify deletes them")
}

/// Where the key for a server lies, and that nobody else can read it.
pub(crate) fn key(paths: &Paths, server: &str) -> Check {
    let file = credentials::file_path(paths);
    if let Some(mode) = credentials::shared_mode(&file) {
        let detail = format!("`{}` has mode {mode:o}: others can read the keys in it", file.display());
        return Check::new("key", "key", Status::Failed, detail).fix(format!("chmod 600 '{}'", file.display()));
    }
    match credentials::find(paths, server) {
        Err(error) => Check::of_error("key", "key", &error, "skillzdrive login"),
        Ok(Some((_, source))) => Check::ok("key", "key", format!("for {server}, in {source}")),
        Ok(None) => {
            Check::new("key", "key", Status::Warning, format!("none for {server}: without one it answers little"))
                .fix("skillzdrive login")
        }
    }
}

/// Whether the system's keyring answers.
pub(crate) fn keyring() -> Check {
    match credentials::probe() {
        Keyring::NotUsed => Check::skipped("keyring", "keyring", "keys are kept in the file, as was asked for"),
        Keyring::Answers => Check::ok("keyring", "keyring", "it answers"),
        Keyring::Silent => Check::new("keyring", "keyring", Status::Warning, "it did not answer within 3 seconds")
            .fix("unlock it, or keep keys in the 0600 file: SKILLZDRIVE_CREDENTIAL_STORE=file"),
        Keyring::Absent(why) => Check::new(
            "keyring",
            "keyring",
            Status::Warning,
            format!("there is none, so keys are kept in a file: {why}"),
        )
        .fix("SKILLZDRIVE_CREDENTIAL_STORE=file says that this is meant"),
    }
}

/// Whether there are authorities to believe. `file` is what `SSL_CERT_FILE` says.
pub(crate) fn certificates(file: Option<&Path>) -> Check {
    let (id, title) = ("certificates", "certificate authorities");
    let Some(file) = file else {
        if !cfg!(target_os = "linux") {
            return Check::ok(id, title, "the system's own");
        }
        return match BUNDLES.iter().find(|path| Path::new(path).is_file()) {
            Some(found) => Check::ok(id, title, format!("the system's own, `{found}`")),
            None => Check::new(id, title, Status::Failed, "this system has none: no https drive can be believed")
                .fix("install the package ca-certificates, or name a file with SSL_CERT_FILE"),
        };
    };
    match fs::read_to_string(file) {
        Ok(text) if text.contains("BEGIN CERTIFICATE") => {
            Check::ok(id, title, format!("{} in `{}`", text.matches("BEGIN CERTIFICATE").count(), file.display()))
        }
        Ok(_) => {
            Check::new(id, title, Status::Failed, format!("`{}` holds no certificate in PEM form", file.display()))
                .fix("name a PEM file with SSL_CERT_FILE, or unset it")
        }
        Err(error) => Check::new(id, title, Status::Failed, format!("`{}` cannot be read: {error}", file.display()))
            .fix("name a file that is there with SSL_CERT_FILE, or unset it"),
    }
}
