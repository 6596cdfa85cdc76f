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
use crate::facts::shell::quoted;
use crate::needles::Needles;
use crate::secrets::Secret;
use crate::span::Lang;
use crate::urls;

impl State<'_> {
    /// What is told by a whole file, not by one call.
    pub(super) fn whole(&mut self, code: &Code, calls: &[Call<'_>], text: &str, lang: Lang) {
        let names: Vec<&str> = code
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
        let sends = names.iter().any(|name| SENDS.contains_in_any_case(name) || name.ends_with(".post"));
        self.shells(code, calls, &all, text, lang);
        self.programs(code, calls);
        self.waits(code);
        if lang == Lang::Hashes {
            self.scripted(code, text);
        }
        // The maker of functions, reached from any value.
        if all.end(&["constructor.constructor"]) {
            self.saw(What::OpaqueRun, place(&|name| name.ends_with("constructor.constructor")));
        }
        let whole_home =
            code.tokens.iter().any(|at| matches!(&at.token, Token::Text(text) if text == "~")) || any(&["Path.home"]);
        if whole_home
            && any(&["listdir", "iterdir", "scandir"])
            && any(&["rmtree"])
            && !any(&["is_relative_to"])
            && distinct(&names) < 60
        {
            self.saw(
                What::Destroys("what lies in the home folder".to_owned()),
                place(&|name| name.ends_with("rmtree")),
            );
        }
        self.bodies(calls, sends);
        if sends {
            self.tells_who(code, &names, &all);
        }
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
        let odd: HashSet<&&str> = names.iter().filter(|name| name.starts_with("_0x")).collect();
        if odd.len() >= 4 && odd.iter().filter(|name| is_mangled(name)).count() >= 2 {
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
        self.answers(calls, &names, &all);
    }

    /// `exec.Command("sh", "-c", …)`, `Command::new("sh").arg("-c")`: a program with its words, one by one.
    fn programs(&mut self, code: &Code, calls: &[Call<'_>]) {
        for call in calls {
            let starts = call.name.ends_with("command.new")
                || matches!(
                    call.name.as_str(),
                    "exec.command" | "exec.commandcontext" | "processbuilder" | "process.start"
                );
            if !starts {
                continue;
            }
            let mut words: Vec<&str> = call.texts().map(|(text, _)| text).collect();
            if call.name.ends_with("command.new") {
                // The words of a chain, until the next program is started.
                let rest = code.tokens.get(call.index + 2..).unwrap_or_default().iter().take(60);
                let chain = rest
                    .skip(words.len())
                    .take_while(|at| !matches!(&at.token, Token::Name(name) if name.ends_with("Command.new")));
                words.extend(chain.filter_map(|at| match &at.token {
                    Token::Text(text) => Some(text.as_str()),
                    _ => None,
                }));
            }
            let line: Vec<String> = words.iter().map(|word| quoted(word)).collect();
            if !line.is_empty() {
                self.read.lines.push(Line { text: line.join(" "), at: call.at });
            }
        }
    }

    /// AppleScript: a window that asks for a password, and `do shell script`.
    fn scripted(&mut self, code: &Code, text: &str) {
        if let Some(at) = text.find("hidden answer") {
            self.saw(What::PasswordPrompt, at);
        }
        for window in code.tokens.windows(3) {
            if let [
                At { token: Token::Name(shell), .. },
                At { token: Token::Name(script), .. },
                At { token: Token::Text(line), at, .. },
            ] = window
                && shell == "shell"
                && script == "script"
            {
                self.read.lines.push(Line { text: line.clone(), at: *at });
            }
        }
    }

    /// `client.post(url).body(secret)`: what is sent is given to a call of its own.
    fn bodies(&mut self, calls: &[Call<'_>], sends: bool) {
        for call in calls.iter().filter(|_| sends) {
            let last = call.name.rsplit('.').next().unwrap_or_default();
            let option = last == "curl_setopt" && call.names().any(|name| name == "CURLOPT_POSTFIELDS");
            if !option
                && !matches!(last, "body" | "json" | "form" | "send_string" | "send_json" | "send_form" | "set_body")
            {
                continue;
            }
            let strong = |secret: &Secret| !matches!(secret, Secret::Variable | Secret::TokenFile | Secret::MoneyKey);
            if let Some(secret) = self.holds(call.arguments).secret.filter(strong) {
                self.saw(What::Leak { secret, to: None, via: "sent by the script" }, call.at);
            }
        }
    }

    /// Who is at work, and where, is told to an address.
    fn tells_who(&mut self, code: &Code, names: &[&str], all: &Names) {
        const WHO: [&[&str]; 6] = [
            &["gethostname", "platform.node", "os.hostname", "os.Hostname", "os.uname", "gethostname"],
            &["getpass.getuser", "os.getlogin", "os.userInfo", "user.Current", "pwd.getpwuid"],
            &["os.networkInterfaces", "uuid.getnode", "netifaces.interfaces", "net.Interfaces"],
            &["os.getcwd", "process.cwd", "__dirname"],
            &["platform.platform", "os.platform", "platform.system", "os.release"],
            &["Path.home", "os.homedir", "expanduser"],
        ];
        let told = WHO.iter().filter(|ways| all.end(ways)).count();
        let person = all.end(WHO[0]) && all.end(WHO[1]);
        if !person && told < 4 || distinct(names) > 600 {
            return;
        }
        let url = code.tokens.iter().find_map(|at| match &at.token {
            Token::Text(text) => urls::find(text)
                .into_iter()
                .find(|url| url.is_elsewhere() && !url.is_known_installer())
                .map(|url| (url, at.at)),
            _ => None,
        });
        if let Some((to, at)) = url {
            self.saw(What::TellsWho { to, much: person }, at);
        }
    }

    /// A date that stands in the code is compared with today's.
    fn waits(&mut self, code: &Code) {
        let now = |name: &str| {
            [
                "datetime.now",
                "datetime.utcnow",
                "date.today",
                "datetime.today",
                "time.time",
                "Date.now",
                "time.Now",
                "Time.now",
                "Utc.now",
            ]
            .iter()
            .any(|end| name.ends_with(end))
        };
        for (index, at) in code.tokens.iter().enumerate() {
            let found = match &at.token {
                Token::Name(name) => {
                    now(name)
                        || name == "Date"
                            && matches!(code.tokens.get(index + 2), Some(At { token: Token::Mark(')'), .. }))
                }
                _ => false,
            };
            if !found {
                continue;
            }
            let around = &code.tokens[index.saturating_sub(14)..code.tokens.len().min(index + 16)];
            // The arrow of a function compares nothing.
            let compares = around.windows(2).any(|pair| {
                matches!(pair[1].token, Token::Mark('<' | '>')) && !matches!(pair[0].token, Token::Mark('=' | '-'))
            });
            let day = around.windows(5).any(|window| match (&window[0].token, &window[2].token, &window[4].token) {
                // `datetime(2027, 3, …`
                (Token::Number(year), Token::Number(month), Token::Number(_)) => {
                    year.len() == 4 && year.starts_with("20") && month.len() <= 2
                }
                _ => false,
            });
            let written = around.iter().any(|at| match &at.token {
                Token::Text(text) => {
                    text.len() >= 10
                        && text.starts_with("20")
                        && text.as_bytes()[4] == b'-'
                        && text.as_bytes()[7] == b'-'
                }
                Token::Number(number) => {
                    (number.len() == 10 || number.len() == 13)
                        && number.starts_with('1')
                        && number.bytes().all(|b| b.is_ascii_digit())
                }
                _ => false,
            });
            if compares && (day || written) {
                self.saw(What::Waits, at.at);
            }
        }
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
        let binds = || place(&["os.dup2", "pty.spawn"]);
        let shell = || {
            code.tokens.iter().find(|at| matches!(&at.token, Token::Text(text) if matches!(text.as_str(), "/bin/sh" | "/bin/bash" | "cmd.exe" | "sh" | "bash" | "powershell.exe")))
        };
        let piped = || ends(&[".pipe", "stdin.write"]);
        if socket && let Some(at) = binds().or_else(|| shell().filter(|_| piped()).map(|at| at.at)) {
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
            if call.name.ends_with("then") && call.names().any(|name| EVALS.contains(name)) {
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
        if let Some(at) = lower.find("downloadstring").filter(|_| lower.contains("[scriptblock]::create")) {
            let url = urls::find(text).into_iter().next();
            self.saw(What::RemoteRun { url, how: How::Evaluated }, at);
        }
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

    fn spies(&mut self, names: &[&str], all: &Names, sends: bool, code: &Code) {
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
        let always = names.contains(&"while") && has(&["sleep"]) || has(&["setInterval"]);
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
    fn answers(&mut self, calls: &[Call<'_>], names: &[&str], all: &Names) {
        let serves =
            all.end(&["app.run", "app.listen", "uvicorn.run", "serve_forever", "server.listen", "createServer"]);
        let requests = names
            .iter()
            .any(|name| name.eq_ignore_ascii_case("https.request") || name.eq_ignore_ascii_case("http.request"));
        if !serves && !requests {
            return;
        }
        for call in calls {
            let runs = RUNS.contains(&call.name);
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
                && self.holds(call.arguments).secret == Some(Secret::Environment)
            {
                self.saw(What::Leak { secret: Secret::Environment, to: None, via: "sent by the script" }, call.at);
            }
        }
    }
}

/// How many different names there are.
fn distinct(names: &[&str]) -> usize {
    names.iter().collect::<HashSet<_>>().len()
}

/// What names are asked for. In most files none has any of it, and that is told by looking at each of them once.
const WANTED: Needles<75> = Needles::new([
    "expanduser",
    "Path.home",
    "homedir",
    "os.walk",
    "rglob",
    "glob.glob",
    "readdirSync",
    "walk",
    "encrypt",
    "createCipheriv",
    "os.remove",
    "unlink",
    "unlinkSync",
    "os.rename",
    "socket.socket",
    "net.Socket",
    "TCPSocket",
    "net.connect",
    "createConnection",
    "create_connection",
    "TCPClient",
    "fsockopen",
    ".pipe",
    "stdin.write",
    "GetStream",
    "pynput",
    "keyboard.Listener",
    "keyboard.on_press",
    "keyboard.hook",
    "GetAsyncKeyState",
    "GlobalKeyboardListener",
    "pyperclip.paste",
    "clipboardy.read",
    "Get-Clipboard",
    "clipboard.readText",
    "sleep",
    "setInterval",
    "pyperclip.copy",
    "clipboardy.write",
    "Set-Clipboard",
    "clipboard.writeText",
    "app.run",
    "app.listen",
    "uvicorn.run",
    "serve_forever",
    "server.listen",
    "createServer",
    "constructor.constructor",
    "listdir",
    "iterdir",
    "scandir",
    "rmtree",
    "is_relative_to",
    "gethostname",
    "platform.node",
    "os.hostname",
    "os.Hostname",
    "os.uname",
    "getpass.getuser",
    "os.getlogin",
    "os.userInfo",
    "user.Current",
    "pwd.getpwuid",
    "os.networkInterfaces",
    "uuid.getnode",
    "netifaces.interfaces",
    "net.Interfaces",
    "os.getcwd",
    "process.cwd",
    "__dirname",
    "platform.platform",
    "os.platform",
    "platform.system",
    "os.release",
    "os.homedir",
]);

/// All names of a file in one text, each followed by the end of a line: many are looked for.
struct Names {
    all: String,
    /// Whether any of them has any of what is wanted.
    wanted: bool,
}

impl Names {
    fn of(names: &[&str]) -> Self {
        let mut all = String::with_capacity(names.iter().map(|name| name.len() + 1).sum());
        for name in names {
            all.push_str(name);
            all.push('\n');
        }
        Self { wanted: WANTED.any_in(&all), all }
    }

    /// Whether a part of any name is one of these.
    fn hold(&self, wanted: &[&str]) -> bool {
        debug_assert!(wanted.iter().all(|part| WANTED.has(part)), "{wanted:?} is not in the list");
        self.wanted && wanted.iter().any(|part| memmem::find(self.all.as_bytes(), part.as_bytes()).is_some())
    }

    /// Whether any name ends in one of these.
    fn end(&self, wanted: &[&str]) -> bool {
        debug_assert!(wanted.iter().all(|part| WANTED.has(part)), "{wanted:?} is not in the list");
        let all = self.all.as_bytes();
        let ends =
            |end: &&str| memmem::find_iter(all, end.as_bytes()).any(|at| all.get(at + end.len()) == Some(&b'\n'));
        self.wanted && wanted.iter().any(ends)
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
