//! Commands that hand on commands, and texts that commands write into files that are run or obeyed.

use super::Act;
use super::Flow;
use super::Foreign;
use super::State;
use super::words::program;
use crate::facts::How;
use crate::facts::What;
use crate::facts::agent_files::agent_file;
use crate::facts::agent_files::frees;
use crate::secrets;
use crate::secrets::Secret;
use crate::shell::Command;
use crate::shell::Word;
use crate::span::Lang;

impl State {
    /// Files that another text may send or run.
    pub(super) fn leaves_behind(&mut self) {
        let kept: Vec<What> = self
            .hoards
            .iter()
            .filter(|(name, _)| name.len() > 2)
            .map(|(name, secret)| What::Kept { name: name.clone(), secret: *secret })
            .collect();
        let saved = self.saved.iter().filter(|(name, _)| name.len() > 2 && !name.ends_with('/'));
        let saved: Vec<What> = saved.map(|(name, url)| What::Saved { name: name.clone(), url: url.clone() }).collect();
        let mut all: Vec<What> = kept.into_iter().chain(saved).collect();
        // The tables have no order of their own.
        all.sort_by_key(|what| format!("{what:?}"));
        all.into_iter().for_each(|what| self.saw(what, 0));
    }

    /// `for NAME in …`, `read NAME` and `sleep`: what a name holds in a loop.
    pub(super) fn names_values(&mut self, name: &str, words: &[&str], input: &Flow, arguments: &Flow) {
        if name == "sleep" {
            self.waits = true;
            return;
        }
        let (names, flow, values) = if name == "for" {
            let named = words.get(2) == Some(&"in");
            (
                words.get(1).copied().filter(|_| named).into_iter().collect(),
                arguments,
                words.get(3..).unwrap_or_default(),
            )
        } else {
            let names: Vec<&str> = words[1..].iter().copied().filter(|word| !word.starts_with('-')).collect();
            (names, input, &[][..])
        };
        let asked = words.iter().any(|word| word.starts_with("-s") || *word == "-rs")
            && words.iter().any(|word| {
                let lower = word.to_ascii_lowercase();
                lower.contains("password")
                    && ["system", "mac", "computer", "login", "sudo", "root", "admin"]
                        .iter()
                        .any(|whose| lower.contains(whose))
            });
        let secret = flow.secret.filter(|_| !flow.names).or(asked.then_some(Secret::Keychain));
        // A loop goes through the names of files, or through what is in them.
        let place = values.iter().find_map(|value| secrets::at_path(value)).or(flow.secret.filter(|_| flow.names));
        for name in names {
            if let Some(secret) = secret {
                self.secret.insert(name.to_owned(), secret);
            }
            if let Some(place) = place {
                self.places.insert(name.to_owned(), place);
            }
            if let Some(url) = &flow.fetched {
                self.fetched.insert(name.to_owned(), url.clone());
            }
            if let Some(value) = values.first().filter(|value| !value.contains("$()")) {
                self.known.insert(name.to_owned(), (*value).to_owned());
            }
        }
    }

    /// Reads words as a command of their own.
    pub(super) fn again(&mut self, words: &[&str], at: usize, depth: usize) {
        if depth == 0 {
            return;
        }
        let line: Vec<String> = words.iter().map(|word| quoted(word)).collect();
        self.inside("sh", &line.join(" "), at, depth);
    }

    /// `xargs COMMAND`: what comes in becomes its arguments.
    pub(super) fn given_on(&mut self, act: Act<'_>) -> Flow {
        let Act { words, input, arguments, at, depth, .. } = act;
        let mut from = 0;
        while let Some(word) = words.get(from).filter(|word| word.starts_with('-')) {
            from += if matches!(*word, "-I" | "-n" | "-P" | "-L" | "-d" | "-s") { 2 } else { 1 };
        }
        let Some(first) = words.get(from) else { return Flow::default() };
        let name = program(first);
        let rest = words.get(from + 1..).unwrap_or_default();
        if let Some(url) = &input.fetched
            && super::SHELLS.contains(&name.as_str())
        {
            self.saw(What::RemoteRun { url: url.clone(), how: How::Piped }, at);
        }
        if depth == 0 || name == "xargs" {
            return Flow::default();
        }
        let as_word = |text: &&str| Word { text: (*text).to_owned(), at: 0, runs: Vec::new() };
        let command = Command { words: words[from..].iter().map(as_word).collect(), at: 0, ..Command::default() };
        let mut arguments = arguments.clone();
        arguments.secret = arguments.secret.or(input.secret);
        let arguments = &arguments;
        self.judge(Act { name: &name, words: rest, command: &command, input, arguments, at, depth: depth - 1 })
    }

    /// `find … -exec COMMAND`: what is found stands in the command's place for it.
    pub(super) fn found(&mut self, words: &[&str], at: usize, depth: usize) {
        let Some(place) = words.iter().position(|word| matches!(*word, "-exec" | "-execdir" | "-ok")) else { return };
        let found = words[..place].iter().find(|word| secrets::at_path(word).is_some()).copied().unwrap_or("{}");
        let command: Vec<String> = words[place + 1..]
            .iter()
            .take_while(|word| !matches!(**word, ";" | "+"))
            .map(|word| word.replace("{}", found))
            .collect();
        let command: Vec<&str> = command.iter().map(String::as_str).collect();
        self.again(&command, at, depth);
    }

    /// A text that goes into a file that is run at some time, or that an agent obeys.
    pub(super) fn written(&mut self, target: &str, text: &str, at: usize, depth: usize) {
        if agent_file(target).is_some() {
            if frees(text) {
                self.saw(What::FreesAgent, at);
            }
            self.read.foreign.push(Foreign { lang: Lang::Unknown, text: text.to_owned(), at });
        }
        for command in commands_in(text) {
            if depth > 0 {
                self.inside("sh", &command, at, depth - 1);
            }
        }
    }
}

/// A word as the shell reads it back.
pub(crate) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@,+%~$".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// The command lines of a text that is a script, a table of cron, a unit of systemd or a property list.
pub(crate) fn commands_in(text: &str) -> Vec<String> {
    let mut commands = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let line = line
            .strip_prefix("ExecStart=")
            .or(line.strip_prefix("Exec="))
            .or(line.strip_prefix("@reboot "))
            .unwrap_or(line);
        if line.contains("<string>") {
            commands.extend(line.split("<string>").skip(1).filter_map(|part| {
                let inside = part.split("</string>").next()?;
                Some(inside.replace("&gt;", ">").replace("&lt;", "<").replace("&quot;", "\"").replace("&amp;", "&"))
            }));
            continue;
        }
        let times = line.split_whitespace().take(5);
        let cron = times.clone().count() == 5
            && times.clone().all(|field| field.chars().all(|c| c.is_ascii_digit() || "*/,-".contains(c)));
        if cron {
            let mut rest = line;
            for _ in 0..5 {
                rest = rest.trim_start().split_once(char::is_whitespace).map_or("", |(_, rest)| rest);
            }
            // A table of the system names the account first.
            commands.push(rest.trim().trim_start_matches("root ").to_owned());
        } else {
            commands.push(line.to_owned());
        }
    }
    commands
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_found_in_the_files_that_start_them() {
        assert_eq!(commands_in("*/5 * * * * sh x\n@reboot y\n"), ["sh x", "y"]);
        assert_eq!(commands_in("[Service]\nExecStart=/bin/x -a"), ["[Service]", "/bin/x -a"]);
        assert_eq!(commands_in("<array><string>sh</string><string>a &amp;&amp; b</string></array>"), ["sh", "a && b"]);
    }

    #[test]
    fn words_are_quoted_as_the_shell_reads_them() {
        assert_eq!(quoted("a-b"), "a-b");
        assert_eq!(quoted("it's | x"), "'it'\\''s | x'");
    }
}
