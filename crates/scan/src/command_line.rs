//! Command lines that nothing marks as code: in a line of prose, in a string of settings.
//!
//! It tells only where one may begin; whether it is one, and what it does, is for the reader of shell.

use std::cell::OnceCell;

use memchr::memmem;

use crate::needles::Set;

/// Where a command line begins in a line of prose: at its first word, or at a later one that pipes into another.
pub(crate) fn command_in(line: &str) -> Option<usize> {
    let first = line.len() - line.trim_start().len();
    // Asked for at each word, so what stands further on in the line is looked for once.
    let substitution = OnceCell::new();
    let last = || *substitution.get_or_init(|| memmem::rfind(line.as_bytes(), b"$("));
    let begins_at = |at: usize| begins(&line[at..], || last().and_then(|place| place.checked_sub(at)));
    if begins_at(first) && memchr::memchr3(b'|', b'/', b'$', line.as_bytes()).is_some() {
        return Some(first);
    }
    let pipe = memchr::memrchr(b'|', line.as_bytes())?;
    let mut starts = memchr::memchr2_iter(b' ', b'`', &line.as_bytes()[..pipe]).map(|at| at + 1);
    starts.find(|at| line.as_bytes()[*at].is_ascii_lowercase() && begins_at(*at))
}

/// Whether a text begins like a command line.
pub(crate) fn is_command(text: &str) -> bool {
    begins(text, || memmem::rfind(text.as_bytes(), b"$("))
}

/// The same, for a text of which it can be told where the last `$(` stands.
fn begins(text: &str, substitution: impl Fn() -> Option<usize>) -> bool {
    /// Letters of a first word; none that names a program is longer.
    const LONGEST: usize = 128;
    let rest = text.trim_start().trim_start_matches(['$', '%', '>', '(']).trim_start();
    let skipped = text.len() - rest.len();
    let ends = |c: char| c.is_whitespace() || c == '|' || c == ';';
    // Nearly every first word is of plain letters.
    let plain =
        rest.bytes().take(LONGEST).position(|byte| !(b'!'..=b'~').contains(&byte) || byte == b'|' || byte == b';');
    let end = match plain {
        Some(at) if rest.as_bytes()[at].is_ascii() && !rest.as_bytes()[at].is_ascii_control() => at,
        None => rest.len().min(LONGEST),
        Some(_) => {
            let end = rest.char_indices().take(LONGEST).find(|(_, c)| ends(*c)).map(|(at, _)| at);
            end.or_else(|| rest.char_indices().nth(LONGEST).map(|(at, _)| at)).unwrap_or(rest.len())
        }
    };
    let first = &rest[..end];
    let name = memchr::memrchr(b'/', first.as_bytes()).map_or(first, |slash| &first[slash + 1..]);
    NAMES.contains(name)
        || memchr::memchr(b'=', first.as_bytes()).is_some() && substitution().is_some_and(|place| place >= skipped)
}

/// Names of programs that a command line may begin with.
const NAMES: Set<94> = Set::new([
    "curl",
    "wget",
    "bash",
    "sh",
    "zsh",
    "sudo",
    "echo",
    "printf",
    "python",
    "python3",
    "node",
    "perl",
    "ruby",
    "php",
    "powershell",
    "pwsh",
    "iwr",
    "irm",
    "iex",
    "nc",
    "ncat",
    "scp",
    "rsync",
    "nslookup",
    "dig",
    "cat",
    "rm",
    "chmod",
    "crontab",
    "eval",
    "source",
    "export",
    "base64",
    "openssl",
    "xattr",
    "spctl",
    "launchctl",
    "osascript",
    "npx",
    "pip",
    "pip3",
    "npm",
    "git",
    "aws",
    "env",
    "printenv",
    "Invoke-WebRequest",
    "Set-MpPreference",
    "gh",
    "ssh",
    "tar",
    "docker",
    "podman",
    "kubectl",
    "systemctl",
    "schtasks",
    "certutil",
    "bitsadmin",
    "mshta",
    "rundll32",
    "dd",
    "shred",
    "pbpaste",
    "xclip",
    "nohup",
    "setsid",
    "sed",
    "awk",
    "tee",
    "socat",
    "telnet",
    "netsh",
    "gcloud",
    "gsutil",
    "rclone",
    "sqlite3",
    "deno",
    "bun",
    "bunx",
    "uvx",
    "pipx",
    "pnpm",
    "cp",
    "mv",
    "ln",
    "useradd",
    "usermod",
    "iptables",
    "ufw",
    "Start-Process",
    "Invoke-Expression",
    "Invoke-RestMethod",
    "Get-Content",
    "Remove-Item",
]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_found_in_lines_of_prose() {
        assert_eq!(command_in("  curl https://a.b/x"), Some(2));
        assert_eq!(command_in("Then run curl https://a.b/x | sh"), Some(9));
        assert_eq!(command_in("Then we curl up with a book"), None);
        assert!(is_command("$ /usr/bin/curl x") && is_command("X=$(id) y") && !is_command("curly hair"));
    }
}
