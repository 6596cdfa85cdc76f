//! Interpreters: what they run, wherever it comes from, and code that stands inside of a command.

use super::Act;
use super::Foreign;
use super::SHELLS;
use super::State;
use super::network::is_connection;
use super::words::file_name;
use super::words::is_code_flag;
use super::words::name_of;
use crate::decode;
use crate::facts::How;
use crate::facts::What;
use crate::shell;
use crate::span::Lang;

impl State {
    /// What an interpreter runs.
    pub(super) fn interpret(&mut self, act: Act<'_>) {
        let Act { name, words, command, input, arguments, at, depth } = act;
        // Code on the command line: what comes in by the pipe is then its data.
        let inline = words.iter().position(|word| is_code_flag(name, word));
        // What follows in a line of prose is no file.
        let prose = |word: &str| {
            SHELLS.contains(&name) && input.fetched.is_some() && word.bytes().all(|byte| byte.is_ascii_lowercase())
        };
        let operand = words.iter().find(|word| !word.starts_with('-') && **word != "-" && !prose(word));
        let evaluates = matches!(name, "eval" | "iex" | "invoke-expression" | "source" | ".");
        if let Some(url) = &arguments.fetched {
            let held = command.words.iter().all(|word| word.runs.is_empty());
            self.saw(What::RemoteRun { url: url.clone(), how: if held { How::Held } else { How::Piped } }, at);
        } else if let Some(url) = input
            .fetched
            .as_ref()
            .filter(|_| inline.is_none() && (evaluates || operand.is_none() || words.contains(&"-s")))
        {
            self.saw(What::RemoteRun { url: url.clone(), how: How::Piped }, at);
        }
        let flows_in = inline.is_none() && (operand.is_none() || words.contains(&"-s"));
        if let Some(inner) = arguments.decoded.as_ref().or(input.decoded.as_ref().filter(|_| flows_in || evaluates)) {
            self.saw(What::DecodedRun { inner: inner.clone() }, at);
        }
        if let Some(url) = operand.and_then(|file| self.saved.get(name_of(file)).cloned()) {
            self.saw(What::RemoteRun { url, how: How::Saved }, at);
        }
        if let ["-m", "pip", rest @ ..] = words {
            self.python_package(&rest.join(" "), rest, at);
        }
        if let Some(file) = operand.filter(|file| inline.is_none() && file.len() > 2 && file.len() < 100) {
            self.saw(What::RunsFile(file_name(file)), at);
        }
        let line = words.join(" ");
        let bound = command.words.iter().skip(1).chain(&command.into).any(|word| is_connection(&word.text));
        if bound && inline.is_none() && SHELLS.contains(&name) || self.connected && (evaluates || flows_in) {
            self.saw(What::ReverseShell, at);
        }
        if matches!(name, "powershell" | "pwsh") {
            self.encoded_command(words, at, depth);
        }
        if name == "osascript" && line.contains("hidden answer") {
            self.saw(What::PasswordPrompt, at);
        }
        if depth == 0 {
            return;
        }
        if let Some(text) = inline.and_then(|flag| words.get(flag + 1)) {
            self.inside(name, text, at, depth);
        } else if name == "eval" && arguments.fetched.is_none() && !words.is_empty() {
            self.inside("sh", &line, at, depth);
        } else if let Some(word) = command.input.as_ref().filter(|_| operand.is_none()) {
            self.inside(name, &word.text, at, depth);
        } else if let Some(text) = input.text.as_ref().filter(|_| flows_in) {
            self.inside(name, text, at, depth);
        }
    }

    /// Code that stands inside of a command.
    pub(super) fn inside(&mut self, name: &str, text: &str, at: usize, depth: usize) {
        if !self.spend(text.len()) {
            return;
        }
        let lang = match name {
            "python" | "python3" => Lang::Python,
            "node" | "deno" | "bun" => Lang::JavaScript,
            "ruby" => {
                self.foreign_one_liner(name, text, at);
                Lang::Ruby
            }
            "osascript" => {
                for part in text.split("do shell script").skip(1).filter(|_| depth > 0) {
                    let quoted = part.split('"').nth(1).unwrap_or_default().to_owned();
                    self.inside("sh", &quoted, at, depth - 1);
                }
                return;
            }
            "perl" | "php" | "lua" | "awk" => return self.foreign_one_liner(name, text, at),
            _ if SHELLS.contains(&name) || matches!(name, "powershell" | "pwsh" | "cmd") => {
                let before = self.read.seen.len();
                let cut = shell::each(text, |pipeline| self.pipeline(pipeline, 0, depth.saturating_sub(1)));
                self.read.cut |= cut;
                // Places inside of the text are not places of the file: they all are where the command is.
                for (_, place) in &mut self.read.seen[before..] {
                    *place = at;
                }
                return;
            }
            _ => return,
        };
        self.read.foreign.push(Foreign { lang, text: text.to_owned(), at });
    }

    fn encoded_command(&mut self, words: &[&str], at: usize, depth: usize) {
        let flag = words.iter().position(|word| {
            let word = word.to_ascii_lowercase();
            word.len() >= 2 && "-encodedcommand".starts_with(&word) && word.starts_with("-e")
        });
        let Some(text) = flag.and_then(|flag| words.get(flag + 1)) else { return };
        let inner = decode::base64(text).and_then(decode::text_of);
        self.saw(What::DecodedRun { inner: inner.clone() }, at);
        if let Some(inner) = inner
            && depth > 0
        {
            self.inside("powershell", &inner, at, depth);
        }
    }
}
