//! What one command does, told by its name and its words.

use super::Act;
use super::Flow;
use super::INTERPRETERS;
use super::SHELLS;
use super::State;
use super::network::binds_shell;
use super::words::decoded;
use super::words::file_name;
use super::words::hides_letters;
use super::words::name_of;
use super::words::program;
use super::words::rotated;
use super::words::rotates;
use super::words::starts;
use crate::decode;
use crate::facts::How;
use crate::facts::What;
use crate::secrets;
use crate::secrets::Secret;
use crate::urls;
use crate::urls::Url;

impl State {
    /// What a command does; answers what goes out.
    pub(super) fn judge(&mut self, act: Act<'_>) -> Flow {
        let Act { name, words, command, input, arguments, at, depth } = act;
        let mut out = Flow::default();
        let line = words.join(" ");
        let has = |flags: &[&str]| words.iter().any(|word| flags.contains(word));
        let is_shell = SHELLS.contains(&name);
        if is_shell || INTERPRETERS.contains(&name) || matches!(name, "eval" | "source" | ".") {
            self.interpret(act);
            return out;
        }
        if command.words.first().is_some_and(|word| word.text.starts_with(['.', '/']) && word.text.len() > 3) {
            self.saw(What::RunsFile(file_name(name)), at);
        }
        if !self.saved.is_empty() {
            let started = [name].into_iter().chain(words.iter().copied().filter(|_| starts(name)));
            let called = command.words.iter().map(|word| word.text.as_str()).find(|word| program(word) == name);
            if let Some(url) = started.chain(called).find_map(|file| self.saved.get(name_of(file)).cloned()) {
                self.saw(What::RemoteRun { url, how: How::Saved }, at);
            }
        }
        self.aside(act, &line);
        match name {
            "curl" | "wget" | "fetch" | "aria2c" | "http" | "https" | "iwr" | "irm" | "invoke-webrequest"
            | "invoke-restmethod" | "start-bitstransfer" | "bitsadmin" => {
                out = self.transfer(act);
            }
            "certutil" if line.contains("urlcache") => out = self.transfer(act),
            "mshta" | "regsvr32" | "rundll32" | "wscript" | "cscript" | "msiexec" => {
                if let Some(url) = urls::find(&line).into_iter().next() {
                    self.saw(What::RemoteRun { url: Some(url), how: How::Piped }, at);
                }
            }
            "xargs" => return self.given_on(act),
            "find" if has(&["-exec", "-execdir", "-ok"]) => self.found(words, at, depth),
            "cat" | "tac" if input.text.is_some() && words.is_empty() => out.text.clone_from(&input.text),
            "certutil" if line.contains("-decode") => out.decoded = Some(None),
            "base64" | "gbase64" if has(&["-d", "-D", "--decode", "-di", "-id"]) => out.decoded = Some(decoded(input)),
            "openssl" if line.contains("-d") && (line.contains("base64") || line.starts_with("enc")) => {
                out.decoded = Some(decoded(input));
            }
            "xxd" if line.contains("-r") => out.decoded = Some(None),
            "tr" if rotates(words) => out.decoded = Some(input.text.as_deref().map(rotated)),
            "rev" => out.decoded = Some(input.text.as_deref().map(|text| text.chars().rev().collect())),
            "gunzip" | "zcat" | "gzip" | "bunzip2" | "tee" | "sed" | "awk" | "head" | "tail" | "cut" | "tr" => {
                out = input.clone();
                if name == "tee"
                    && let Some(url) = &input.fetched
                {
                    for word in words {
                        self.saved.insert(file_name(word), url.clone());
                    }
                }
            }
            "echo" | "printf" => {
                let text = words.iter().filter(|word| !word.starts_with('-')).copied().collect::<Vec<_>>().join(" ");
                let escaped = has(&["-e", "-en", "-ne"]) || name == "printf";
                out.decoded = arguments.decoded.clone();
                if escaped && hides_letters(&text) {
                    out.decoded = Some(Some(decode::escapes(&text)));
                }
                out.text = Some(if escaped { decode::escapes(&text) } else { text });
                out.secret = arguments.secret;
                out.fetched = arguments.fetched.clone();
            }
            "env" | "printenv" | "set" | "export" | "declare" | "typeset" | "compgen"
                if command.words.len() == 1 || matches!(line.as_str(), "-p" | "-x" | "-xp" | "-0" | "-e") =>
            {
                out.secret = Some(Secret::Environment);
            }
            "printenv" if words.iter().any(|word| secrets::is_secret_name(word)) => out.secret = Some(Secret::Variable),
            "security"
                if line.contains("find-generic-password")
                    || line.contains("find-internet-password")
                    || line.contains("dump-keychain") =>
            {
                out.secret = Some(Secret::Keychain);
                self.saw(What::SecretRead(Secret::Keychain), at);
            }
            "scp" | "rsync" | "sftp" => {
                if words.iter().any(|word| word.contains(':') && !word.contains("://")) {
                    self.leak_of(words, arguments, None, "copied to another host", at);
                }
            }
            "nc" | "ncat" | "netcat" | "socat" | "telnet" => {
                if binds_shell(name, words) {
                    self.saw(What::ReverseShell, at);
                }
                if let Some(secret) = input.secret.or(arguments.secret) {
                    self.saw(What::Leak { secret, to: None, via: "sent over a raw connection" }, at);
                }
            }
            "nslookup" | "dig" | "host" | "ping" => {
                if let Some(secret) = arguments.secret {
                    self.saw(What::Leak { secret, to: None, via: "sent in the name of a lookup" }, at);
                }
                if words.iter().any(|word| word.eq_ignore_ascii_case("txt") || word.to_lowercase().contains("type=txt"))
                {
                    out.fetched = Some(Some(Url::of_lookup(&line)));
                }
            }
            "mail" | "sendmail" | "mutt" | "msmtp" => {
                if let Some(secret) = input.secret.or(arguments.secret) {
                    self.saw(What::Leak { secret, to: None, via: "mailed" }, at);
                }
            }
            "aws" | "gsutil" | "gcloud" | "rclone" | "az" | "mc" | "s3cmd"
                if line.contains(" cp ") || line.contains("cp ") || line.contains("sync ") || line.contains("put ") =>
            {
                self.leak_of(words, arguments, None, "uploaded to a bucket", at);
            }
            "git" => self.git(words, &line, at),
            "claude" | "codex" if line.starts_with("mcp add") => {
                if let Some(place) = words.iter().position(|word| *word == "--") {
                    self.again(&words[place + 1..], at, depth);
                }
            }
            "npx" | "bunx" | "uvx" | "pipx" | "dlx" => self.package_runner(words, at),
            "pip" | "pip3" | "uv" | "poetry" => self.python_package(&line, words, at),
            "npm" | "pnpm" | "yarn" | "bun" => self.node_package(words, at),
            _ => self.system(name, words, &line, input, at, depth),
        }
        self.read_secrets(name, words, &mut out, at);
        self.sources(name, words, &line, &mut out);
        out.names = matches!(name, "find" | "ls" | "fd" | "locate");
        out
    }
}
