//! Command lines that nothing marks as code: in a line of prose, in a string of settings.
//!
//! It tells only where one may begin; whether it is one, and what it does, is for the reader of shell.

/// Where a command line begins in a line of prose: at its first word, or at a later one that pipes into another.
pub(crate) fn command_in(line: &str) -> Option<usize> {
    let first = line.len() - line.trim_start().len();
    if is_command(&line[first..]) && line.contains(['|', '/', '$']) {
        return Some(first);
    }
    let mut starts = line.match_indices([' ', '`']).map(|(at, _)| at + 1);
    starts.find(|at| {
        line[*at..].contains('|')
            && line[*at..].starts_with(|c: char| c.is_ascii_lowercase())
            && is_command(&line[*at..])
    })
}

/// Whether a text begins like a command line.
pub(crate) fn is_command(text: &str) -> bool {
    const NAMES: [&str; 46] = [
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
    ];
    let text = text.trim_start().trim_start_matches(['$', '%', '>', '(']).trim_start();
    let first = text.split(|c: char| c.is_whitespace() || c == '|' || c == ';').next().unwrap_or_default();
    let name = first.rsplit('/').next().unwrap_or(first);
    NAMES.contains(&name)
        || first.contains('=') && text.contains("$(")
        || name == "Invoke-WebRequest"
        || name == "Set-MpPreference"
}

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
