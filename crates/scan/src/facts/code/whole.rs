//! What is told by a whole file of code, not by one call.

use std::collections::HashSet;

use memchr::memmem;

use super::Line;
use super::State;
use super::names::EVALS;
use super::names::RUNS;
use super::names::SENDS;
use crate::code::At;
use crate::code::Call;
use crate::code::Code;
use crate::code::Token;
use crate::facts::How;
use crate::facts::What;
use crate::facts::agent_files::frees;
use crate::facts::opaque::is_opaque;
use crate::facts::opaque::unscrambles;
use crate::secrets::Secret;
use crate::span::Lang;
use crate::urls;

impl State<'_> {
    /// What is told by a whole file, not by one call.
    pub(super) fn whole(&mut self, code: &Code, calls: &[Call<'_>], text: &str, lang: Lang) {
        let names: HashSet<&str> = code
            .tokens
            .iter()
            .filter_map(|at| match &at.token {
                Token::Name(name) => Some(name.as_str()),
                _ => None,
            })
            .collect();
        let place = |wanted: &dyn Fn(&str) -> bool| {
            let found = code.tokens.iter().find(|at| matches!(&at.token, Token::Name(name) if wanted(name)));
            found.map_or(0, |at| at.at)
        };
        let all = Names::of(&names);
        let any = |wanted: &[&str]| all.end(wanted);
        let sends =
            names.iter().any(|name| SENDS.contains(&name.to_ascii_lowercase().as_str()) || name.ends_with(".post"));
        self.shells(code, calls, &all, text, lang);
        self.spies(&names, &all, sends, code);
        let home = any(&["expanduser", "Path.home", "homedir"]);
        let walks = any(&["os.walk", "rglob", "glob.glob", "readdirSync", "walk"]);
        if home
            && walks
            && any(&["encrypt", "createCipheriv"])
            && any(&["os.remove", "unlink", "unlinkSync", "os.rename"])
        {
            let at = place(&|name| name.ends_with("encrypt") || name.ends_with("createCipheriv"));
            self.saw(What::Destroys("files by encrypting them".to_owned()), at);
        }
        // Names as no person writes them.
        let mangled = names.iter().filter(|name| is_mangled(name)).count();
        if mangled >= 2 && names.iter().filter(|name| name.starts_with("_0x")).count() >= 4 {
            self.saw(What::OpaqueRun, place(&is_mangled));
        }
        let settings = self.read.seen.iter().find(|(what, _)| matches!(what, What::AgentFile(_))).map(|(_, at)| *at);
        for at in &code.tokens {
            let Token::Text(text) = &at.token else { continue };
            if is_opaque(text) {
                self.saw(What::Opaque, at.at);
            }
            if settings.is_some() && frees(text) {
                self.saw(What::FreesAgent, at.at);
            }
            let speaks = || ["curl ", "wget ", "nc ", "Invoke-WebRequest"].iter().any(|tool| text.contains(tool));
            if settings.is_some() && speaks() && urls::find(text).iter().any(|url| !url.is_local()) {
                self.saw(What::HooksAgent, at.at);
            }
        }
        if let Some(at) = unscrambles(code) {
            self.saw(What::DecodeByHand, at);
        }
        self.answers(calls, &names);
    }

    fn shells(&mut self, code: &Code, calls: &[Call<'_>], names: &Names, text: &str, lang: Lang) {
        let ends = |wanted: &[&str]| names.end(wanted);
        let socket = ends(&[
            "socket.socket",
            "net.Socket",
            "TCPSocket",
            "net.connect",
            "createConnection",
            "create_connection",
            "TCPClient",
            "fsockopen",
        ]);
        let place = |wanted: &[&str]| {
            let found =
                code.tokens.iter().find(|at| matches!(&at.token, Token::Name(name) if wanted.contains(&name.as_str())));
            found.map(|at| at.at)
        };
        let binds = place(&["os.dup2", "pty.spawn"]);
        let shell = code.tokens.iter().find(|at| matches!(&at.token, Token::Text(text) if matches!(text.as_str(), "/bin/sh" | "/bin/bash" | "cmd.exe" | "sh" | "bash" | "powershell.exe")));
        let piped = ends(&[".pipe", "stdin.write"]);
        if socket && let Some(at) = binds.or_else(|| shell.filter(|_| piped).map(|at| at.at)) {
            self.saw(What::ReverseShell, at);
        }
        if lang == Lang::PowerShell {
            let iex = code.tokens.iter().find(|at| matches!(&at.token, Token::Name(name) if matches!(name.to_ascii_lowercase().as_str(), "iex" | "invoke-expression")));
            if let Some(iex) = iex {
                if socket && ends(&["GetStream"]) {
                    self.saw(What::ReverseShell, iex.at);
                }
                let line = line_at(text, iex.at);
                let lower = line.to_ascii_lowercase();
                if lower.contains("downloadstring") || lower.contains("downloaddata") {
                    let url = urls::find(line).into_iter().next();
                    self.saw(What::RemoteRun { url, how: How::Piped }, iex.at);
                }
            }
            self.started(text);
        }
        if lang == Lang::Ruby {
            for open in ["`", "%x(", "%x{", "%x["] {
                for (at, _) in text.match_indices(open) {
                    let rest = &text[at + open.len()..];
                    let Some(length) = rest.find(['`', ')', '}', ']', '\n']) else { continue };
                    self.read.lines.push(Line { text: rest[..length].to_owned(), at });
                }
            }
        }
        // `fetch(…).then(eval)`
        for call in calls {
            if call.name.ends_with("then") && call.names().any(|name| EVALS.contains(&name)) {
                let line = line_at(text, call.at);
                if line.contains("fetch") || line.contains("axios") {
                    let url = urls::find(line).into_iter().next();
                    self.saw(What::RemoteRun { url, how: How::Evaluated }, call.at);
                }
            }
        }
    }

    /// `DownloadFile(url, file)` and later `Start-Process file`.
    fn started(&mut self, text: &str) {
        let lower = text.to_ascii_lowercase();
        for (at, _) in lower.match_indices("downloadfile(") {
            let line = line_at(text, at);
            let Some(url) = urls::find(line).into_iter().next() else { continue };
            let file = url.path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
            let starts = lower.lines().any(|line| {
                (line.contains("start-process")
                    || line.trim_start().starts_with(['&', '.'])
                    || line.contains("invoke-item"))
                    && (line.contains(&file) || line.contains('$'))
            });
            if !file.is_empty() && starts {
                self.saw(What::RemoteRun { url: Some(url), how: How::Saved }, at);
            }
        }
    }

    fn spies(&mut self, names: &HashSet<&str>, all: &Names, sends: bool, code: &Code) {
        let has = |wanted: &[&str]| all.hold(wanted);
        let keys = has(&[
            "pynput",
            "keyboard.Listener",
            "keyboard.on_press",
            "keyboard.hook",
            "GetAsyncKeyState",
            "GlobalKeyboardListener",
        ]);
        let clipboard = has(&["pyperclip.paste", "clipboardy.read", "Get-Clipboard", "clipboard.readText"]);
        let always = names.contains("while") && has(&["sleep"]) || has(&["setInterval"]);
        if keys && sends {
            self.saw(What::Spies("what is typed is sent away"), 0);
        }
        if clipboard && always && sends {
            self.saw(What::Spies("what is copied is sent away"), 0);
        }
        let swaps = has(&["pyperclip.copy", "clipboardy.write", "Set-Clipboard", "clipboard.writeText"]);
        let address = || code.tokens.iter().find(|at| matches!(&at.token, Token::Text(text) if is_address(text)));
        if clipboard
            && swaps
            && always
            && let Some(at) = address()
        {
            self.saw(What::Spies("an address that is copied is exchanged for another one"), at.at);
        }
    }

    /// A server that runs what it is asked to, and the whole environment that a request's own method sends.
    fn answers(&mut self, calls: &[Call<'_>], names: &HashSet<&str>) {
        let serves = names.iter().any(|name| {
            ["app.run", "app.listen", "uvicorn.run", "serve_forever", "server.listen", "createServer"]
                .iter()
                .any(|end| name.ends_with(end))
        });
        let requests =
            names.iter().any(|name| matches!(name.to_ascii_lowercase().as_str(), "https.request" | "http.request"));
        for call in calls {
            let runs = RUNS.contains(&call.name.as_str());
            if serves && runs {
                let asked = call.names().find(|name| {
                    [
                        "request.args",
                        "request.form",
                        "request.json",
                        "request.get_json",
                        "req.query",
                        "req.body",
                        "req.params",
                    ]
                    .iter()
                    .any(|source| name.starts_with(source))
                });
                let word = asked.is_some()
                    && !matches!(call.arguments.first(), Some(At { token: Token::Text(_) | Token::Mark('['), .. }));
                if word {
                    self.saw(What::ReverseShell, call.at);
                }
            }
            let last = call.name.rsplit('.').next().unwrap_or_default();
            if requests
                && matches!(last, "write" | "end")
                && call.names().any(|name| name == "process.env")
                && self.holds(call.arguments).secret == Some(Secret::Environment)
            {
                self.saw(What::Leak { secret: Secret::Environment, to: None, via: "sent by the script" }, call.at);
            }
        }
    }
}

/// All names of a file in one text, each followed by the end of a line: many are looked for.
struct Names(String);

impl Names {
    fn of(names: &HashSet<&str>) -> Self {
        let mut all = String::with_capacity(names.iter().map(|name| name.len() + 1).sum());
        for name in names {
            all.push_str(name);
            all.push('\n');
        }
        Self(all)
    }

    /// Whether a part of any name is one of these.
    fn hold(&self, wanted: &[&str]) -> bool {
        wanted.iter().any(|part| memmem::find(self.0.as_bytes(), part.as_bytes()).is_some())
    }

    /// Whether any name ends in one of these.
    fn end(&self, wanted: &[&str]) -> bool {
        let all = self.0.as_bytes();
        wanted
            .iter()
            .any(|end| memmem::find_iter(all, end.as_bytes()).any(|at| all.get(at + end.len()) == Some(&b'\n')))
    }
}

/// Whether a name is one that a program has made to be unreadable.
fn is_mangled(name: &str) -> bool {
    name.strip_prefix("_0x").is_some_and(|rest| rest.len() >= 4 && rest.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Whether a text is the address of a wallet.
fn is_address(text: &str) -> bool {
    let plain = (26..=90).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric());
    plain && (text.starts_with("bc1") || text.starts_with("0x") || text.starts_with(['1', '3', 'T', 'L']))
}

fn line_at(text: &str, at: usize) -> &str {
    let at = (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let start = text[..at].rfind('\n').map_or(0, |start| start + 1);
    let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
    &text[start..end]
}
