//! What a script sees: the arguments of bubblewrap, as a value.
//!
//! It is a list of what is there, never of what is not: a folder that is not named here does not exist inside. The one
//! exception is the drive's data folder, which is covered where an operator put it below something that is named.

use std::ffi::OsString;
use std::path::Path;
use std::path::PathBuf;

use crate::config::SandboxLimits;

/// Where the skill's files are inside.
pub(super) const WORK: &str = "/skill";

/// Where programs are looked for, inside and by [`program`].
const PATH: &str = "/usr/local/bin:/usr/bin:/bin";

/// What holds programs and libraries. On most systems all but the first are links into it.
const SYSTEM: [&str; 7] = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"];

/// What the linker, and programs that are links to one of several, need of the machine's settings. Nothing of it names
/// a person or a host.
const SETTINGS: [&str; 5] =
    ["/etc/alternatives", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/localtime"];

/// The files of our own that stand for the machine's.
pub(super) const OWN: [(&str, &str); 4] = [
    ("passwd", "skill:x:1000:1000::/tmp:/bin/sh\n"),
    ("group", "skill:x:1000:\n"),
    ("hosts", "127.0.0.1 localhost sandbox\n"),
    ("nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n"),
];

/// What a run may see.
#[derive(Debug)]
pub(super) struct View<'a> {
    /// The folder with [`OWN`].
    pub(super) home: &'a Path,
    /// The session's folder.
    pub(super) work: &'a Path,
    /// What must not be seen, whatever else is.
    pub(super) hidden: &'a Path,
    pub(super) limits: &'a SandboxLimits,
    /// The number under which bubblewrap finds the filter of calls open.
    pub(super) filter: Option<i32>,
}

impl View<'_> {
    /// The arguments of bubblewrap before the command.
    pub(super) fn arguments(&self) -> Vec<OsString> {
        let mut args = Arguments(Vec::new());
        args.add(["--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent", "--new-session"]);
        args.add(["--cap-drop", "ALL", "--uid", "1000", "--gid", "1000", "--hostname", "sandbox", "--clearenv"]);
        for (name, value) in
            [("PATH", PATH), ("HOME", "/tmp"), ("TMPDIR", "/tmp"), ("LANG", "C.UTF-8"), ("USER", "skill")]
        {
            args.add(["--setenv", name, value]);
        }
        for folder in SYSTEM {
            let folder = Path::new(folder);
            // As it is on the machine: some programs look at where they lie.
            if let Ok(target) = folder.read_link() {
                args.add([OsString::from("--symlink"), target.into(), folder.into()]);
            } else if folder.is_dir() {
                args.bind("--ro-bind", folder, folder);
            }
        }
        for file in SETTINGS {
            args.bind("--ro-bind-try", Path::new(file), Path::new(file));
        }
        for (name, _) in OWN {
            args.bind("--ro-bind", &self.home.join(name), &Path::new("/etc").join(name));
        }
        args.add(["--proc", "/proc", "--dev", "/dev"]);
        let size = self.limits.temp_bytes.to_string();
        args.add(["--size", &size, "--tmpfs", "/dev/shm", "--size", &size, "--tmpfs", "/tmp"]);
        args.add(["--dir", "/var", "--symlink", "/tmp", "/var/tmp"]);
        if SYSTEM.iter().any(|folder| self.hidden.starts_with(folder)) {
            args.add([OsString::from("--tmpfs"), self.hidden.into()]);
            args.add([OsString::from("--remount-ro"), self.hidden.into()]);
        }
        args.bind("--bind", self.work, Path::new(WORK));
        if let Some(number) = self.filter {
            args.add(["--seccomp".to_owned(), number.to_string()]);
        }
        // Both are file systems in memory without a size.
        args.add(["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", WORK, "--"]);
        args.0
    }

    /// The command: limits first, then a shell that says `nonce` on standard error to tell that the walls stand, then
    /// what was asked for. A script cannot say it in the shell's place, because it has not begun.
    pub(super) fn command(&self, prlimit: &Path, nonce: &str, words: &[String]) -> Vec<OsString> {
        const FIRST: &str = "echo 1000 2>/dev/null >/proc/self/oom_score_adj; \
                             printf '%s\\n' \"$1\" >&2; shift; exec \"$@\"";
        let SandboxLimits { seconds, processes, memory_bytes, file_bytes, .. } = self.limits;
        let mut args = Arguments(vec![prlimit.into()]);
        for (name, value) in [
            ("cpu", *seconds),
            ("nproc", *processes),
            ("data", *memory_bytes),
            ("fsize", *file_bytes),
            ("nofile", 256),
            ("core", 0),
            ("memlock", 0),
            ("msgqueue", 0),
        ] {
            args.add([format!("--{name}={value}")]);
        }
        args.add(["--", "/bin/sh", "-c", FIRST, "sh", nonce]);
        args.add(words);
        args.0
    }
}

struct Arguments(Vec<OsString>);

impl Arguments {
    fn add<T: Into<OsString>>(&mut self, words: impl IntoIterator<Item = T>) {
        self.0.extend(words.into_iter().map(Into::into));
    }

    fn bind(&mut self, how: &str, from: &Path, to: &Path) {
        self.add([how.into(), OsString::from(from), OsString::from(to)]);
    }
}

/// Where a program lies, by its name or its whole path, if a script could start it.
pub(super) fn program(name: &str) -> Option<PathBuf> {
    if name.starts_with('/') {
        let inside = SYSTEM.iter().any(|folder| Path::new(name).starts_with(folder));
        return Some(PathBuf::from(name)).filter(|path| inside && path.is_file());
    }
    PATH.split(':').map(|folder| Path::new(folder).join(name)).find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(args: &[OsString]) -> String {
        args.iter().map(|arg| arg.to_string_lossy()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn nothing_of_the_drive_is_in_the_list() {
        let limits = SandboxLimits::default();
        let view = |hidden| View {
            home: Path::new("/run/box/etc"),
            work: Path::new("/run/box/s1"),
            hidden: Path::new(hidden),
            limits: &limits,
            filter: Some(9),
        };
        let args = text(&view("/srv/drive").arguments());
        for wanted in
            ["--unshare-all", "--clearenv", "--new-session", "--die-with-parent", "--cap-drop ALL", "--seccomp 9"]
        {
            assert!(args.contains(wanted), "{args}");
        }
        assert!(args.contains("--bind /run/box/s1 /skill"), "{args}");
        assert!(!args.contains("/srv") && !args.contains("--share-net") && !args.contains("--dev-bind"), "{args}");
        let writable: Vec<&str> = args.split("--bind ").skip(1).collect();
        assert_eq!(writable.len(), 1, "one folder can be written to: {args}");
        // An operator's odd place for the data is covered, after what it lies below.
        let args = text(&view("/usr/local/drive").arguments());
        let (bound, covered) =
            (args.find("--ro-bind /usr /usr").unwrap(), args.find("--tmpfs /usr/local/drive").unwrap());
        assert!(bound < covered, "{args}");
    }

    #[test]
    fn the_words_of_a_script_come_last_and_as_they_are() {
        let limits = SandboxLimits { processes: 7, ..SandboxLimits::default() };
        let nowhere = Path::new("/nowhere");
        let view = View { home: nowhere, work: nowhere, hidden: nowhere, limits: &limits, filter: None };
        let words = ["/skill/scripts/-c".to_owned(), "--json".to_owned(), "$(id)".to_owned(), String::new()];
        let args = view.command(Path::new("/usr/bin/prlimit"), "nonce", &words);
        assert!(args.contains(&OsString::from("--nproc=7")));
        assert_eq!(args[args.len() - 4..], words.map(OsString::from));
    }

    #[test]
    fn programs_outside_of_what_is_bound_are_none() {
        assert_eq!(program("/etc/passwd"), None);
        assert_eq!(program("../etc/passwd"), None);
        assert_eq!(program("no-such-program"), None);
        #[cfg(target_os = "linux")]
        assert!(program("sh").is_some() && program("/bin/sh").is_some());
    }
}
