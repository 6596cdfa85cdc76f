//! Commands that move data over the network: what they fetch, what they send, and which secrets are in it.

use std::collections::HashSet;

use super::Act;
use super::Flow;
use super::State;
use super::words::file_name;
use super::words::name_of;
use crate::facts::What;
use crate::secrets;
use crate::secrets::Secret;
use crate::urls;
use crate::urls::Url;

impl State {
    /// A command that speaks HTTP.
    pub(super) fn transfer(&mut self, act: Act<'_>) -> Flow {
        let Act { name, words, command, input, arguments, at, .. } = act;
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
        let who: usize = command.words.iter().map(|word| self.tells_who(word)).sum();
        if who > 0
            && let Some(url) = url.as_ref().filter(|url| url.is_elsewhere() && !url.is_known_installer())
        {
            self.saw(What::TellsWho { to: url.clone(), much: who >= 2 }, at);
        }
        // In a header as well: no service asks for one of these.
        let printed = arguments.secret.filter(|secret| {
            !matches!(
                secret,
                Secret::Variable
                    | Secret::TokenFile
                    | Secret::CloudKey
                    | Secret::Keychain
                    | Secret::MoneyKey
                    | Secret::Several
                    | Secret::Work
            )
        });
        if let Some(secret) = printed {
            self.saw(What::Leak { secret, to: url, via: "sent by HTTP" }, at);
            return Flow::default();
        }
        if sends {
            self.saw(What::Sends(url.clone()), at);
            for file in body_words(words).into_iter().filter(|word| word.contains('@') || word.contains('/')) {
                let name = file_name(after_at(file));
                if name.len() > 2 && name.len() < 80 {
                    self.saw(What::SendsFile { name, to: url.clone() }, at);
                }
            }
            if let Some(url) = url.as_ref().filter(|url| url.is_catcher() || url.is_paste()) {
                self.saw(What::SendsTo(url.clone()), at);
            }
            // A header is where a key of the service that is called belongs; a body is not.
            let body = body_words(words);
            let mut secret = input.secret.or_else(|| {
                body.iter().find_map(|word| {
                    let file = after_at(word);
                    secrets::at_path(file)
                        .or_else(|| self.place(file).filter(|_| word.contains('@')))
                        .or_else(|| self.hoards.get(name_of(file)).copied().filter(|_| !file.is_empty()))
                })
            });
            if secret.is_none() {
                let body: HashSet<&str> = body.into_iter().collect();
                for word in &command.words {
                    if body.contains(word.text.as_str()) || body.contains(&*self.text_of(word)) {
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
        // What stands in a header is the key of the service that is called.
        let mut headed = false;
        let mut outside = None;
        for word in &command.words {
            if !headed && outside.is_none() {
                outside = self.variables(&word.text).secret.filter(|secret| *secret != Secret::Variable);
                outside =
                    outside.or(arguments.secret.filter(|secret| !word.runs.is_empty() && *secret != Secret::Variable));
            }
            headed = matches!(word.text.as_str(), "-H" | "--header" | "-u" | "--user" | "-Headers");
        }
        if let Some(secret) = outside.filter(|_| arguments.secret.is_some()) {
            // A secret inside of the address itself.
            self.saw(What::Leak { secret, to: url.clone(), via: "sent in an address" }, at);
        }
        if matches!(name, "bitsadmin" | "certutil")
            && let Some(target) = words.last()
        {
            self.saved.insert(file_name(target), url.clone());
        }
        for (index, word) in words.iter().enumerate() {
            let target = match *word {
                "-o" | "--output" | "-O" | "--output-document" | "-OutFile" | "-outfile" | "-Destination" => {
                    words.get(index + 1).copied()
                }
                // `-sLo FILE`: flags that stand together.
                flags if flags.len() > 2 && flags.starts_with('-') && !flags.starts_with("--") => {
                    let takes = name == "curl" && flags.ends_with('o') || name == "wget" && flags.ends_with('O');
                    words.get(index + 1).copied().filter(|_| takes)
                }
                _ => None,
            };
            if let Some(target) = target.filter(|target| !target.starts_with('-') && !target.contains("://")) {
                self.saved.insert(file_name(target), url.clone());
            }
        }
        if let Some(url) = url.as_ref().filter(|_| name == "wget" || flag('O', &["--remote-name"])) {
            let name = file_name(url.path.split(['?', '#']).next().unwrap_or_default());
            if !name.is_empty() {
                self.saved.insert(name, Some(url.clone()));
            }
        }
        let url = url.map(|mut url| {
            if unchecked {
                "http".clone_into(&mut url.scheme);
            }
            url
        });
        // What the machine is told of itself by the cloud it runs in holds its keys.
        let metadata = ["169.254.169.254", "metadata.google.internal", "169.254.170.2", "100.100.100.200"];
        let keys =
            metadata.iter().any(|host| line.contains(host)) && (line.contains("credential") || line.contains("token"));
        if keys {
            self.saw(What::SecretRead(Secret::CloudKey), at);
        }
        if let Some(Some(url)) = Some(&url).filter(|_| self.saved.is_empty())
            && url.is_elsewhere()
        {
            self.saw(What::ReadsPage(url.clone()), at);
        }
        Flow { fetched: Some(url), secret: keys.then_some(Secret::CloudKey), ..Flow::default() }
    }

    pub(super) fn leak_of(&mut self, words: &[&str], arguments: &Flow, to: Option<Url>, via: &'static str, at: usize) {
        // What follows such a flag is used to log in.
        let uses = |index: usize| index > 0 && matches!(words[index - 1], "-i" | "-e" | "--rsh" | "-F" | "-o");
        let named = words.iter().enumerate().filter(|(index, _)| !uses(*index)).find_map(|(_, word)| {
            secrets::at_path(word)
                .or_else(|| file_name(word).starts_with("credentials.").then_some(Secret::TokenFile))
                .or_else(|| self.hoards.get(name_of(word)).copied())
        });
        // To copy one's work to another machine is what such commands are for.
        let named = named.filter(|secret| *secret != Secret::Work);
        let printed = arguments.secret.filter(|secret| !matches!(secret, Secret::Variable | Secret::Work));
        if let Some(secret) = named.or(printed) {
            self.saw(What::Leak { secret, to, via }, at);
        } else {
            for word in words.iter().filter(|word| word.contains('.') && !word.starts_with('-') && !word.contains(':'))
            {
                let name = file_name(word);
                if name.len() > 2 && name.len() < 80 {
                    self.saw(What::SendsFile { name, to: to.clone() }, at);
                }
            }
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
        let named = words.iter().find_map(|word| self.place(word));
        let hoard = words.iter().find_map(|word| self.hoards.get(name_of(word)).copied());
        if let Some(secret) = words.iter().find_map(|word| secrets::at_path(word)) {
            out.secret = Some(secret);
            self.hoard(name, words, secret);
            // Reading one's own `.env` is what many programs do.
            if secret != Secret::TokenFile {
                self.saw(What::SecretRead(secret), at);
            }
        } else if let Some(secret) = hoard.or(named) {
            out.secret = Some(secret);
        }
    }

    /// The secret whose file a word's variable names.
    fn place(&self, word: &str) -> Option<Secret> {
        let name: String =
            word.strip_prefix('$')?.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        self.places.get(&name).copied()
    }

    /// Files that a command puts secrets into.
    fn hoard(&mut self, name: &str, words: &[&str], secret: Secret) {
        let target = match name {
            "cp" | "mv" => words.last().copied(),
            "tar" | "zip" | "gzip" => words
                .iter()
                .find(|word| [".tgz", ".tar", ".gz", ".zip", ".bz2", ".xz"].iter().any(|end| word.ends_with(end)))
                .copied(),
            _ => None,
        };
        if let Some(target) = target {
            self.hoards.insert(file_name(target), secret);
        }
    }
}

/// The words of `curl` and its like that stand for the body of a request.
fn body_words<'a>(words: &[&'a str]) -> Vec<&'a str> {
    const FLAGS: [&str; 14] = [
        "-InFile",
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
        let joined = ["-d", "-F", "-T"].iter().find_map(|flag| word.strip_prefix(flag)).filter(|rest| !rest.is_empty());
        if FLAGS.contains(word) {
            body.extend(words.get(index + 1));
        } else if let Some(joined) = joined {
            body.push(joined);
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
