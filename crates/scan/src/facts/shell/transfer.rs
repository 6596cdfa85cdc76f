//! Commands that move data over the network: what they fetch, what they send, and which secrets are in it.

use std::collections::HashSet;

use super::Flow;
use super::State;
use super::words::file_name;
use crate::facts::What;
use crate::secrets;
use crate::secrets::Secret;
use crate::shell::Command;
use crate::urls;
use crate::urls::Url;

impl State {
    /// A command that speaks HTTP.
    pub(super) fn transfer(
        &mut self,
        name: &str,
        words: &[&str],
        command: &Command,
        input: &Flow,
        arguments: &Flow,
        at: usize,
    ) -> Flow {
        let line = words.join(" ");
        let url = urls::find(&line).into_iter().next();
        let bare = words.iter().find(|word| word.contains('.') && !word.starts_with('-') && !word.contains("://"));
        let url = url.or_else(|| {
            // `curl 203.0.113.7/x`: an address without its scheme.
            bare.and_then(|word| urls::find(&format!("http://{word}")).into_iter().next())
                .filter(|url| url.path.len() > 1)
        });
        let flag = |short: char, long: &[&str]| {
            words.iter().any(|word| {
                long.iter().any(|long| word.split('=').next() == Some(*long))
                    || word.starts_with('-') && !word.starts_with("--") && word[1..].contains(short)
            })
        };
        let unchecked =
            name == "curl" && flag('k', &["--insecure"]) || name == "wget" && line.contains("--no-check-certificate");
        let sends = match name {
            "curl" => {
                flag('d', &["--data", "--data-binary", "--data-raw", "--data-urlencode", "--json"])
                    || flag('F', &["--form"])
                    || flag('T', &["--upload-file"])
                    || line.contains("-X POST")
                    || line.contains("-X PUT")
            }
            "wget" => line.contains("--post-"),
            "iwr" | "irm" | "invoke-webrequest" | "invoke-restmethod" => {
                line.to_lowercase().contains("-method post") || line.contains("-Body")
            }
            "http" | "https" => words.iter().any(|word| matches!(*word, "POST" | "PUT")),
            _ => false,
        };
        if sends {
            if let Some(url) = url.as_ref().filter(|url| url.is_catcher() || url.is_paste()) {
                self.saw(What::SendsTo(url.clone()), at);
            }
            // A header is where a key of the service that is called belongs; a body is not.
            let body = body_words(words);
            let mut secret = input.secret.or_else(|| body.iter().find_map(|word| secrets::at_path(after_at(word))));
            if secret.is_none() {
                let body: HashSet<&str> = body.into_iter().collect();
                for word in &command.words {
                    if body.contains(word.text.as_str()) || body.contains(self.text_of(word).as_str()) {
                        secret =
                            secret.or(self.variables(&word.text).secret.filter(|found| *found != Secret::Variable));
                        secret = secret.or(arguments
                            .secret
                            .filter(|_| !word.runs.is_empty())
                            .filter(|found| *found != Secret::Variable));
                    }
                }
            }
            if let Some(secret) = secret {
                self.saw(What::Leak { secret, to: url, via: "sent by HTTP" }, at);
            }
            return Flow::default();
        }
        if let Some(secret) = arguments.secret.filter(|secret| *secret != Secret::Variable) {
            // A secret inside of the address itself.
            self.saw(What::Leak { secret, to: url.clone(), via: "sent in an address" }, at);
        }
        for (index, word) in words.iter().enumerate() {
            let target = match *word {
                "-o" | "--output" | "-O" | "--output-document" | "-OutFile" | "-outfile" | "-Destination" => {
                    words.get(index + 1).copied()
                }
                _ => None,
            };
            if let Some(target) = target.filter(|target| !target.starts_with('-') && !target.contains("://")) {
                self.saved.insert(file_name(target), url.clone());
            }
        }
        if let Some(url) = url.as_ref().filter(|_| name == "wget" || flag('O', &["--remote-name"])) {
            let name = file_name(url.path.split(['?', '#']).next().unwrap_or_default());
            if name.contains('.') {
                self.saved.insert(name, Some(url.clone()));
            }
        }
        let url = url.map(|mut url| {
            if unchecked {
                "http".clone_into(&mut url.scheme);
            }
            url
        });
        Flow { fetched: Some(url), ..Flow::default() }
    }

    pub(super) fn leak_of(&mut self, words: &[&str], arguments: &Flow, to: Option<Url>, via: &'static str, at: usize) {
        let named = words.iter().find_map(|word| {
            secrets::at_path(word).or_else(|| file_name(word).starts_with("credentials.").then_some(Secret::TokenFile))
        });
        if let Some(secret) = named.or(arguments.secret.filter(|secret| *secret != Secret::Variable)) {
            self.saw(What::Leak { secret, to, via }, at);
        }
    }

    /// Files of secrets that a command reads.
    pub(super) fn read_secrets(&mut self, name: &str, words: &[&str], out: &mut Flow, at: usize) {
        const READERS: [&str; 21] = [
            "cat",
            "less",
            "more",
            "head",
            "tail",
            "grep",
            "cp",
            "mv",
            "tar",
            "zip",
            "base64",
            "xxd",
            "strings",
            "find",
            "awk",
            "sed",
            "sqlite3",
            "get-content",
            "type",
            "dd",
            "gzip",
        ];
        if !READERS.contains(&name) {
            return;
        }
        if let Some(secret) = words.iter().find_map(|word| secrets::at_path(word)) {
            out.secret = Some(secret);
            // Reading one's own `.env` is what many programs do.
            if secret != Secret::TokenFile {
                self.saw(What::SecretRead(secret), at);
            }
        }
    }
}

/// The words of `curl` and its like that stand for the body of a request.
fn body_words<'a>(words: &[&'a str]) -> Vec<&'a str> {
    const FLAGS: [&str; 13] = [
        "-d",
        "--data",
        "--data-binary",
        "--data-raw",
        "--data-urlencode",
        "--json",
        "-F",
        "--form",
        "-T",
        "--upload-file",
        "--post-file",
        "--post-data",
        "-Body",
    ];
    let mut body = Vec::new();
    for (index, word) in words.iter().enumerate() {
        if FLAGS.contains(word) {
            body.extend(words.get(index + 1));
        } else if let Some((flag, value)) = word.split_once('=')
            && FLAGS.contains(&flag)
        {
            body.push(value);
        }
    }
    body
}

fn after_at(word: &str) -> &str {
    word.split_once('@').map_or(word, |(_, path)| path)
}
