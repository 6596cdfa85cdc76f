//! Commands that change the machine, and the files that commands write.

use super::Flow;
use super::State;
use super::network::is_connection;
use super::words::name_of;
use crate::facts::What;
use crate::facts::agent_files::agent_file;
use crate::facts::agent_files::frees;
use crate::shell::Command;

impl State {
    /// Commands that change the machine.
    pub(super) fn system(&mut self, name: &str, words: &[&str], line: &str, input: &Flow, at: usize, depth: usize) {
        let lower = line.to_lowercase();
        match name {
            "rm" | "remove-item" | "del" | "rd" | "rmdir" => {
                let recursive = words.iter().any(|word| {
                    word.starts_with('-') && !word.starts_with("--") && word.to_lowercase().contains('r')
                        || matches!(*word, "--recursive" | "/s" | "/S")
                });
                let target = words.iter().find(|word| is_everything(word));
                if let Some(target) = target.filter(|_| recursive || words.contains(&"--no-preserve-root")) {
                    self.saw(What::Destroys(format!("everything below {target}")), at);
                } else if words.iter().any(|word| word.starts_with("/var/log") || word.ends_with("_history")) {
                    self.saw(What::CoversTraces("logs or histories are deleted"), at);
                }
            }
            "mkfs" | "diskutil" | "format"
                if name == "mkfs" || lower.contains("erasedisk") || lower.starts_with("c:") =>
            {
                self.saw(What::Destroys("a disk".to_owned()), at);
            }
            _ if name.starts_with("mkfs.")
                && ["/dev/sda", "/dev/nvme0n1", "/dev/vda"].iter().any(|disk| lower.contains(disk)) =>
            {
                self.saw(What::Destroys("a disk".to_owned()), at);
            }
            "vssadmin" | "wbadmin" if lower.contains("delete") => {
                self.saw(What::Destroys("the copies from which files could be restored".to_owned()), at);
            }
            _ if words
                .iter()
                .any(|word| word.contains('+') && (word.contains("stratum+") || word.contains("stratum2+")))
                || matches!(name, "xmrig" | "minerd" | "cpuminer" | "ccminer" | "nbminer") && words.len() > 1 =>
            {
                self.saw(What::Mines, at);
            }
            "dd" if words.iter().any(|word| word.starts_with("of=/dev/") && !word.ends_with("/null")) => {
                self.saw(What::Destroys("a disk".to_owned()), at);
            }
            "find" if matches!(words.first(), Some(&"/" | &"~" | &"$HOME")) && words.contains(&"-delete") => {
                self.saw(What::Destroys("everything that is found".to_owned()), at);
            }
            "crontab" if input.text.is_some() || words.iter().any(|word| !word.starts_with('-')) || words == ["-"] => {
                self.saw(What::Persists("a cron job"), at);
                if let Some(text) = &input.text {
                    self.written("crontab", text, at, depth);
                }
            }
            "launchctl" if matches!(words.first(), Some(&"load" | &"bootstrap" | &"submit")) => {
                self.saw(What::Persists("a launch agent"), at);
            }
            "systemctl" if words.contains(&"enable") => self.saw(What::Persists("a service"), at),
            "systemctl" | "service"
                if (words.contains(&"stop") || words.contains(&"disable"))
                    && ["firewalld", "ufw", "apparmor", "auditd", "falcon", "clamav"]
                        .iter()
                        .any(|unit| lower.contains(unit)) =>
            {
                self.saw(What::ChecksOff("a protection of the system is stopped"), at);
            }
            "schtasks" if lower.contains("/create") => {
                self.saw(What::Persists("a scheduled task"), at);
                self.phrases(words, at, depth);
            }
            "reg" | "new-itemproperty" | "set-itemproperty"
                if lower.contains("currentversion") && lower.contains("run") =>
            {
                self.saw(What::Persists("an entry of the registry that runs at login"), at);
                self.phrases(words, at, depth);
            }
            "spctl" if lower.contains("disable") => self.saw(What::ChecksOff("macOS no longer checks programs"), at),
            "csrutil" if lower.contains("disable") => {
                self.saw(What::ChecksOff("macOS no longer protects the system"), at)
            }
            "xattr" if lower.contains("quarantine") || matches!(words.first(), Some(&"-c" | &"-cr" | &"-rc")) => {
                self.saw(What::ChecksOff("the quarantine mark of a download is taken off"), at);
            }
            "setenforce" if words.first() == Some(&"0") => self.saw(What::ChecksOff("SELinux is switched off"), at),
            "ufw" if words.first() == Some(&"disable") => self.saw(What::ChecksOff("the firewall is switched off"), at),
            "set-mppreference" | "add-mppreference" if switches_off(&lower) => {
                self.saw(What::ChecksOff("Windows Defender is switched off or told to look away"), at);
            }
            "netsh" if lower.contains("off") || lower.contains("disable") => {
                self.saw(What::ChecksOff("the firewall is switched off"), at);
            }
            "history" if words.first() == Some(&"-c") => {
                self.saw(What::CoversTraces("the shell's history is deleted"), at)
            }
            "unset" if words.contains(&"HISTFILE") => {
                self.saw(What::CoversTraces("the shell's history is switched off"), at)
            }
            "chmod" if words.iter().any(|word| is_set_user(word)) => {
                self.saw(What::Escalates("a program is made to run as its owner"), at);
            }
            "usermod" | "gpasswd" if ["sudo", "wheel", "docker", "root"].iter().any(|group| words.contains(group)) => {
                self.saw(What::Escalates("an account is put into a powerful group"), at);
            }
            "mkfifo" => {}
            _ => {}
        }
    }

    /// Words that are command lines themselves.
    fn phrases(&mut self, words: &[&str], at: usize, depth: usize) {
        for word in words.iter().filter(|word| word.contains(' ')) {
            if depth > 0 {
                self.inside("sh", word, at, depth - 1);
            }
        }
    }

    /// Files that a command writes.
    pub(super) fn writes(
        &mut self,
        command: &Command,
        name: &str,
        words: &[&str],
        at: usize,
        out: &Flow,
        depth: usize,
    ) {
        let mut targets: Vec<String> = command.into.iter().map(|word| self.text_of(word).into_owned()).collect();
        match name {
            "tee" => targets.extend(words.iter().filter(|word| !word.starts_with('-')).map(|word| (*word).to_owned())),
            "cp" | "mv" | "ln" | "install" => targets.extend(words.last().map(|word| (*word).to_owned())),
            "sed" if words.iter().any(|word| word.starts_with("-i")) => {
                targets.extend(words.last().map(|word| (*word).to_owned()));
            }
            "add-content" | "set-content" | "out-file" => targets.extend(words.iter().map(|word| (*word).to_owned())),
            _ => {}
        }
        if targets.is_empty() {
            return;
        }
        let text = out.text.clone().or_else(|| matches!(name, "add-content" | "set-content").then(|| words.join(" ")));
        for target in targets {
            if is_connection(&target)
                && let Some(secret) = out.secret
            {
                self.saw(What::Leak { secret, to: None, via: "sent over a raw connection" }, at);
            }
            let written = text.clone().unwrap_or_default();
            self.written_over(&target, &written, at);
            let obeyed = start_up_file(&target).is_some() || agent_file(&target).is_some() || target.ends_with(".sh");
            if let Some(text) = text.as_ref().filter(|_| obeyed) {
                self.written(&target, text, at, depth);
            }
            if name == "jq" && frees(&words.join(" ")) || agent_file(&target).is_some() && frees(&words.join(" ")) {
                self.saw(What::FreesAgent, at);
            }
            if target.starts_with("/dev/sd") || target.starts_with("/dev/nvme") || target.starts_with("/dev/disk") {
                self.saw(What::Destroys("a disk".to_owned()), at);
            }
            if let Some(what) = start_up_file(&target) {
                let path_only = out.text.as_deref().is_some_and(|text| {
                    let text = text.trim_start();
                    text.starts_with("export ") || text.starts_with("alias ") || text.starts_with("eval \"$(")
                });
                if name == "echo" && what == KEY && text.as_ref().is_some_and(|text| is_public_key(text)) {
                    self.saw(What::LetsIn, at);
                } else if !path_only {
                    self.saw(What::Persists(what), at);
                }
            }
            if target.contains("/sudoers") {
                self.saw(What::Escalates("rights to become root are given"), at);
            }
            if let Some(file) = agent_file(&target) {
                self.saw(What::AgentFile(file), at);
            }
        }
    }
}

/// Whether a setting of Windows Defender switches something off or has it look away.
fn switches_off(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    line.contains("-exclusion")
        || words.windows(2).any(|pair| {
            pair[0].starts_with("-disable") && !matches!(pair[1], "$false" | "0" | "false")
                || pair[0].starts_with("-enable") && matches!(pair[1], "$false" | "0" | "disabled")
        })
}

const KEY: &str = "a key that may log in";

/// Whether a text holds a public key, not only the name of one.
pub(crate) fn is_public_key(text: &str) -> bool {
    text.split_whitespace().any(|word| word.starts_with("AAAA") && word.len() > 16) && text.contains("ssh-")
}

/// Whether a mode lets a program run as its owner.
fn is_set_user(mode: &str) -> bool {
    let octal = mode.len() >= 4 && mode.bytes().all(|byte| (b'0'..=b'7').contains(&byte));
    let special = mode.trim_start_matches('0');
    octal && special.len() == 4 && special.starts_with(['4', '6', '7']) || matches!(mode, "u+s" | "+s" | "ug+s" | "u=s")
}

fn is_everything(word: &str) -> bool {
    let word = word.trim_end_matches('*');
    // Where a person keeps what nobody else has, and what a system is made of.
    const KEPT: [&str; 9] = [
        "/Documents",
        "/Desktop",
        "/Pictures",
        "/Photos",
        "/Movies",
        "/.ssh",
        "/.gnupg",
        "/.password-store",
        "/Library",
    ];
    const SYSTEM: [&str; 9] = ["/etc", "/usr", "/var", "/boot", "/lib", "/root", "/System", "/Applications", "/bin"];
    let plain = word.trim_end_matches('/');
    let below_home = plain.strip_prefix("$HOME").or(plain.strip_prefix('~')).is_some_and(|rest| KEPT.contains(&rest));
    below_home
        || SYSTEM.contains(&plain)
        || matches!(
            word,
            "/" | "~"
                | "~/"
                | "$HOME"
                | "$HOME/"
                | "/home"
                | "/home/"
                | "/Users"
                | "/Users/"
                | "C:\\"
                | "c:\\"
                | "%USERPROFILE%"
                | "$env:USERPROFILE"
        )
}

pub(crate) fn start_up_file(path: &str) -> Option<&'static str> {
    let name = name_of(path);
    if matches!(name, ".bashrc" | ".zshrc" | ".profile" | ".bash_profile" | ".zprofile" | ".zshenv" | "rc.local") {
        return Some("a start-up file of the shell");
    }
    if name == "authorized_keys" {
        return Some(KEY);
    }
    // Most of what is asked about is no path at all.
    let folders = memchr::memchr2(b'/', b'\\', path.as_bytes()).is_some();
    if folders && (path.contains("/LaunchAgents/") || path.contains("/LaunchDaemons/")) {
        return Some("a launch agent");
    }
    if folders
        && (path.contains("/etc/cron")
            || path.contains("/autostart/")
            || path.contains("/systemd/")
            || path.contains("\\Startup\\"))
    {
        return Some("a start-up entry");
    }
    let hook = matches!(name, "pre-push" | "pre-commit" | "post-commit" | "post-checkout" | "post-merge");
    (folders && path.contains(".git/hooks/") || hook).then_some("a git hook")
}
