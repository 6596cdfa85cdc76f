//! Shells that are bound to the network, and one-liners of other languages that do the same.

use super::State;
use super::words::program;
use crate::facts::What;
use crate::shell::Pipeline;

const SHELLS: [&str; 9] = ["sh", "bash", "zsh", "dash", "ksh", "ash", "cmd", "powershell", "pwsh"];

impl State {
    /// A shell whose input comes from the network, or whose output goes there.
    pub(super) fn shell_on_the_network(&mut self, pipeline: &Pipeline, base: usize) {
        if pipeline.commands.len() < 2 {
            return;
        }
        let names: Vec<(String, bool)> = pipeline
            .commands
            .iter()
            .filter_map(|command| {
                let name = program(&command.words.first()?.text);
                let second = command.words.get(1).map_or("", |word| word.text.as_str());
                // A script is no open shell.
                let flags = command.words.iter().skip(1).all(|word| word.text.starts_with('-'));
                let open = SHELLS.contains(&name.as_str()) && (flags || second == "-i");
                let name = if name == "openssl" { format!("{name} {second}") } else { name };
                Some((name, open))
            })
            .collect();
        let speaks = |name: &str| matches!(name, "nc" | "ncat" | "netcat" | "telnet" | "socat" | "openssl s_client");
        let bound = names.windows(2).any(|pair| pair[0].1 && speaks(&pair[1].0) || speaks(&pair[0].0) && pair[1].1);
        if bound {
            let at = pipeline.commands.first().map_or(0, |command| command.at);
            self.saw(What::ReverseShell, base + at);
        }
    }

    /// A line of a language that is not read further.
    pub(super) fn foreign_one_liner(&mut self, name: &str, text: &str, at: usize) {
        let lower = text.to_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
        let shell = says(&["/bin/sh", "/bin/bash", "cmd.exe", "powershell"]);
        let speaks = says(&["socket", "fsockopen", "tcpsocket", "/inet/tcp"]);
        if shell && speaks && says(&["exec", "system", "proc_open", "popen", "spawn", "getline"]) {
            self.saw(What::ReverseShell, at);
        }
        let evaluates = says(&["eval", "exec", "system"]) && name != "awk";
        if evaluates
            && says(&["decode_base64", "base64_decode", "unpack", "gzinflate", "str_rot13", "decode64", "pack("])
        {
            self.saw(What::DecodedRun { inner: None }, at);
        }
    }
}

/// Whether a word is a connection that the shell opens.
pub(super) fn is_connection(word: &str) -> bool {
    word.contains("/dev/tcp/") || word.contains("/dev/udp/")
}

/// Whether the network is given a shell: `nc -e /bin/sh`.
pub(super) fn binds_shell(name: &str, words: &[&str]) -> bool {
    let is_shell = |word: &str| {
        let first = word.split([' ', ',']).next().unwrap_or_default();
        SHELLS.contains(&program(first).as_str())
    };
    if name == "socat" {
        return words.iter().any(|word| {
            let lower = word.to_ascii_lowercase();
            ["exec:", "system:"]
                .iter()
                .any(|kind| lower.split_once(kind).is_some_and(|(_, run)| is_shell(run.trim_matches(['"', '\'']))))
        });
    }
    words.windows(2).any(|pair| {
        let takes =
            pair[0].starts_with('-') && (pair[0].ends_with('e') || pair[0].ends_with('c') || pair[0].ends_with("exec"));
        takes && is_shell(pair[1])
    })
}
