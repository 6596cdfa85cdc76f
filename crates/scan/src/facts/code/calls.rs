//! Calls: what they run, what they send, what they write.

use super::Line;
use super::State;
use super::names::EVALS;
use super::names::FETCHES;
use super::names::RUNS;
use super::names::SENDS;
use super::says;
use super::values::Holds;
use crate::code::At;
use crate::code::Call;
use crate::code::Token;
use crate::facts::How;
use crate::facts::What;
use crate::facts::agent_files::agent_file;
use crate::facts::shell::commands_in;
use crate::facts::shell::is_public_key;
use crate::facts::shell::quoted;
use crate::facts::shell::start_up_file;
use crate::fold::HIDDEN;
use crate::needles::Set;
use crate::secrets;
use crate::secrets::Secret;
use crate::urls;

/// Functions that send a file.
const UPLOADS: Set<12> = Set::new([
    "send_document",
    "senddocument",
    "send_file",
    "files_upload",
    "files_upload_v2",
    "upload_file",
    "upload_fileobj",
    "put_object",
    "storbinary",
    "storlines",
    "upload_from_filename",
    "sendbeacon",
]);

impl State<'_> {
    /// What a call leaves behind for the others: files that were fetched or copied, and what a callback is given.
    pub(super) fn prepares(&mut self, call: &Call<'_>) {
        let name = call.name.as_str();
        let last = name.rsplit('.').next().unwrap_or(name);
        let writes = matches!(last, "write" | "write_bytes" | "write_text" | "writefilesync" | "writefile");
        let copies = matches!(last, "copy" | "copy2" | "copyfile" | "copyfilesync");
        let holds = if writes || copies { self.holds(call.arguments) } else { Holds::default() };
        if copies
            && let Some(secret) = holds.secret.or(holds.place)
            && let Some((target, _)) = call.texts().last()
        {
            self.telling.text(target);
            self.copied.insert(target.to_owned(), secret);
        }
        if matches!(last, "urlretrieve" | "downloadfile") {
            let url = call.texts().flat_map(|(text, _)| urls::find(text)).next();
            let named =
                call.names().filter_map(|name| self.known.get(name).and_then(|known| known.text.clone())).last();
            let target =
                call.texts().map(|(text, _)| text.to_owned()).filter(|text| !text.contains("://")).last().or(named);
            if let Some(target) = target {
                self.saved.insert(file_name(&target), url);
            }
        } else if writes && let Some(url) = holds.fetched.clone() {
            let handle = name.split('.').next().unwrap_or(name);
            let target = self.known.get(handle).and_then(|known| known.target.clone().or_else(|| known.text.clone()));
            let target = target.or_else(|| call.texts().next().map(|(text, _)| text.to_owned()));
            if let Some(target) = target {
                self.saved.insert(file_name(&target), url);
            }
        }
        // `socket.on("message", (order) => …)`
        if matches!(last, "on" | "addeventlistener")
            && call.texts().any(|(text, _)| text == "message")
            && let Some(order) = parameter(call.arguments)
        {
            self.know(order).received = true;
        }
        // `get(url, (answer) => …)`, `answer.on('data', (part) => …)`
        let fetches = FETCHES.contains(name) || matches!(last, "on" | "then") && self.is_fetched(name);
        if fetches && let Some(parameter) = parameter(call.arguments) {
            let url = call.texts().flat_map(|(text, _)| urls::find(text)).next();
            self.know(parameter).fetched.get_or_insert(url);
            // What grows by what arrives.
            for window in call.arguments.windows(4) {
                if let [
                    At { token: Token::Name(sum), .. },
                    At { token: Token::Mark('+'), .. },
                    At { token: Token::Mark('='), .. },
                    At { token: Token::Name(part), .. },
                ] = window
                    && part.split('.').next() == Some(parameter)
                {
                    self.know(sum).fetched.get_or_insert(None);
                }
            }
        }
    }

    fn is_fetched(&self, name: &str) -> bool {
        let (original, _) = name.split_once('.').unwrap_or((name, ""));
        self.known.iter().any(|(known, holds)| known.eq_ignore_ascii_case(original) && holds.fetched.is_some())
    }

    pub(super) fn call(&mut self, call: &Call<'_>) {
        let name = call.name.as_str();
        let last = name.rsplit('.').next().unwrap_or(name);
        let holds = self.holds(call.arguments);
        let sends_raw =
            matches!(last, "sendall" | "sendto") || name.ends_with("socket.send") || name.ends_with("sock.send");
        if RUNS.contains(name) || matches!(name, "exec" | "system" | "popen") {
            self.runs(call, &holds);
        }
        if EVALS.contains(name) && name != "function" {
            if let Some(inner) = &holds.decoded {
                self.saw(What::DecodedRun { inner: inner.clone() }, call.at);
            } else if let Some(url) = &holds.fetched {
                self.saw(What::RemoteRun { url: url.clone(), how: How::Evaluated }, call.at);
            }
        }
        if matches!(name, "pickle.loads" | "pickle.load" | "joblib.load" | "dill.loads")
            && let Some(url) = &holds.fetched
        {
            self.saw(What::RemoteRun { url: url.clone(), how: How::Evaluated }, call.at);
        }
        if name == "marshal.loads" || name == "pickle.loads" && holds.decoded.is_some() {
            self.saw(What::OpaqueRun, call.at);
        }
        // The names of hosts are looked up by strangers: what is put into one is told to them.
        let looks_up =
            matches!(last, "gethostbyname" | "getaddrinfo" | "resolve4" | "resolve") && name.contains(['.', 'g']);
        if looks_up && let Some(secret) = holds.secret.filter(|secret| *secret != Secret::Variable) {
            self.saw(What::Leak { secret, to: None, via: "sent in the name of a lookup" }, call.at);
        }
        if SENDS.contains(name)
            || FETCHES.contains(name)
            || sends_raw
            || matches!(last, "post" | "sendmail" | "send_message")
        {
            self.sends(call, &holds, sends_raw || matches!(last, "sendmail" | "send_message"));
        }
        let uploads = UPLOADS.contains(last) || last == "put" && call.texts().count() >= 1;
        if uploads
            && let Some(secret) = holds.secret.or(holds.place)
            && !matches!(secret, Secret::Variable | Secret::TokenFile | Secret::MoneyKey)
        {
            self.saw(What::Leak { secret, to: None, via: "uploaded by the script" }, call.at);
        }
        if last == "setvalueex" && call.arguments.iter().any(|at| matches!(at.token, Token::Text(_))) {
            let commands: Vec<Line> = call
                .texts()
                .flat_map(|(text, at)| commands_in(text).into_iter().map(move |text| Line { text, at }))
                .collect();
            self.saw(What::Persists("an entry of the registry"), call.at);
            self.read.lines.extend(commands);
        }
        let opens = last.contains("open")
            || last.contains("read")
            || last.contains("expand")
            || matches!(last, "path" | "join" | "connect")
            || last.contains("copy");
        if opens
            && let Some((secret, length)) =
                call.texts().find_map(|(text, _)| secrets::at_path(text).map(|secret| (secret, text.len())))
            && secret != Secret::TokenFile
            && length > 4
            && length < 300
        {
            self.saw(What::SecretRead(secret), call.at);
        }
        self.writes(call, last, &holds);
    }

    /// Something is handed to a shell or another program.
    fn runs(&mut self, call: &Call<'_>, holds: &Holds) {
        let (line, first) = self.line(call.arguments);
        if !line.is_empty() {
            let saved = line.split_whitespace().find_map(|word| self.saved.get(&file_name(word)).cloned());
            if let Some(url) = saved {
                self.saw(What::RemoteRun { url, how: How::Saved }, call.at);
            }
            // `[sys.executable, "-m", "pip", …]`
            let text = if line.starts_with("-m ") { format!("python3 {line}") } else { line.clone() };
            self.read.lines.push(Line { text, at: call.at });
        }
        let speaks = |text: &str| ["curl ", "wget ", "nc ", "Invoke-"].iter().any(|tool| text.contains(tool));
        for (text, at) in call.texts().filter(|(text, _)| speaks(text) && text.contains('{')) {
            let put = text.split('{').skip(1).take(8).filter_map(|part| part.split('}').next());
            let secret = put.filter_map(|name| self.known.get(name.trim())).find_map(|known| known.secret);
            if let Some(secret) = secret.filter(|secret| *secret != Secret::Variable && !text.contains("Authorization"))
            {
                self.saw(What::Leak { secret, to: urls::find(text).into_iter().next(), via: "sent by HTTP" }, at);
            }
        }
        let shell =
            ["sh", "bash", "/bin/sh", "/bin/bash", "powershell", "cmd"].contains(&first.as_deref().unwrap_or_default());
        // A list of words is no command line, and what is given to a program is not run.
        let listed = holds.list && first.is_none();
        let needs_shell = call.name.starts_with("subprocess.") && !call.name.ends_with("output");
        let has_shell = || {
            call.arguments.windows(3).any(|window| {
            matches!([&window[0].token, &window[2].token], [Token::Name(key), Token::Name(value)] if key == "shell" && value == "True")
        })
        };
        let all_of_it = shell || first.is_none() && !listed && (!needs_shell || has_shell());
        if let Some(inner) = holds.decoded.as_ref().filter(|_| all_of_it) {
            self.saw(What::DecodedRun { inner: inner.clone() }, call.at);
        } else if holds.received && all_of_it && line.is_empty() {
            self.saw(What::ReverseShell, call.at);
        } else if let Some(url) = holds.fetched.as_ref().filter(|_| all_of_it && line.is_empty()) {
            self.saw(What::RemoteRun { url: url.clone(), how: How::Evaluated }, call.at);
        }
    }

    /// The command line that arguments are, and the first word of it where they are a list of words.
    fn line(&self, arguments: &[At]) -> (String, Option<String>) {
        let mut words: Vec<String> = Vec::new();
        let mut text = String::new();
        let mut listed = false;
        let (mut depth, mut inside) = (0_usize, 0_usize);
        for (index, at) in arguments.iter().enumerate() {
            let hidden = index >= 2 && matches!(&arguments[index - 2].token, Token::Name(name) if name == HIDDEN);
            match &at.token {
                Token::Mark('[') if depth == 0 && inside == 0 => {
                    // `answer["command"]` is no list.
                    let subscript =
                        index > 0 && matches!(arguments[index - 1].token, Token::Name(_) | Token::Mark(')' | ']'));
                    if subscript {
                        inside += 1;
                    } else {
                        listed = true;
                        depth += 1;
                        if !text.is_empty() {
                            words.push(std::mem::take(&mut text));
                        }
                    }
                }
                Token::Mark('(' | '{' | '[') => inside += 1,
                Token::Mark(')' | '}' | ']') if inside > 0 => inside -= 1,
                Token::Mark(']') if depth > 0 => {
                    if !text.is_empty() {
                        words.push(std::mem::take(&mut text));
                    }
                    break;
                }
                Token::Mark(',') if inside == 0 && depth == 1 => words.push(std::mem::take(&mut text)),
                Token::Mark(',')
                    if inside == 0
                        && !matches!(arguments.get(index + 1).map(|at| &at.token), Some(Token::Mark('['))) =>
                {
                    break;
                }
                Token::Text(part) if inside == 0 || hidden && inside == 1 => text.push_str(&self.filled(part)),
                Token::Name(name) if inside == 0 => {
                    if let Some(known) = self.known.get(name).and_then(|known| known.text.as_ref()) {
                        text.push_str(known);
                    }
                }
                _ => {}
            }
        }
        if !text.is_empty() {
            words.push(text);
        }
        if !listed {
            return (words.into_iter().next().unwrap_or_default(), None);
        }
        let first = words.first().cloned().unwrap_or_default();
        let words: Vec<String> = words.iter().filter(|word| !word.is_empty()).map(|word| quoted(word)).collect();
        (words.join(" "), Some(first))
    }

    /// A text with the known values put where their names stand in braces.
    fn filled(&self, text: &str) -> String {
        let mut filled = text.to_owned();
        if !text.contains('{') {
            return filled;
        }
        for part in text.split('{').skip(1).take(20) {
            let Some(name) = part.split('}').next().filter(|name| name.len() < 60) else { continue };
            if let Some(value) = self.known.get(name.trim()).and_then(|known| known.text.as_ref()) {
                filled = filled.replace(&format!("${{{name}}}"), value).replace(&format!("{{{name}}}"), value);
            }
        }
        filled
    }

    fn sends(&mut self, call: &Call<'_>, holds: &Holds, raw: bool) {
        let name = call.name.as_str();
        let url = call
            .texts()
            .flat_map(|(text, _)| urls::find(text))
            .next()
            .or_else(|| call.names().find_map(|name| self.known.get(name).and_then(|holds| holds.url.clone())));
        let asks = name.ends_with("get")
            || matches!(name, "fetch" | "urlopen" | "urllib.request.urlopen") && !says(call.arguments, "POST");
        if !asks {
            self.saw(What::Sends(url.clone()), call.at);
            self.files_sent(call, url.as_ref());
        }
        if let Some(url) = url.as_ref().filter(|url| url.is_catcher() || url.is_paste()) {
            let get = name.ends_with("get") || name == "fetch" && !says(call.arguments, "POST");
            if !get {
                self.saw(What::SendsTo(url.clone()), call.at);
            }
        }
        if holds.secret.is_none() {
            return;
        }
        let strong = |secret: &Secret| !matches!(secret, Secret::Variable | Secret::TokenFile | Secret::MoneyKey);
        let via = "sent by the script";
        if raw {
            if let Some(secret) = holds.secret {
                self.saw(What::Leak { secret, to: url, via }, call.at);
            }
            return;
        }
        let mut place = None;
        let mut body: Option<(Holds, bool)> = None;
        for (number, (key, value)) in parts(call.arguments).into_iter().enumerate() {
            match key.as_deref() {
                None if number == 0 => place = Some(self.holds(value)),
                Some("url" | "uri" | "-uri") => place = Some(self.holds(value)),
                Some("headers" | "auth" | "params" | "cookies" | "timeout" | "method" | "cert" | "verify") => {}
                Some(
                    "data" | "json" | "body" | "content" | "files" | "text" | "form" | "message" | "-body" | "-infile",
                )
                | None => {
                    let held = self.holds(value);
                    let alone =
                        value.len() <= 6 && !matches!(value.first().map(|at| &at.token), Some(Token::Mark('{' | '[')));
                    if held.secret.is_some() {
                        body = Some((held, alone));
                    }
                }
                Some(_) => {}
            }
        }
        if let Some((held, alone)) = body {
            let leaks = held.secret.filter(|secret| match secret {
                // One variable is the key of the service that is called, unless it is the very thing that is sent.
                Secret::Variable => alone && held.bare,
                _ => true,
            });
            if let Some(secret) = leaks {
                return self.saw(What::Leak { secret, to: url, via }, call.at);
            }
        }
        if let Some(secret) = place.and_then(|place| place.secret.filter(strong)) {
            self.saw(What::Leak { secret, to: url, via: "sent in an address" }, call.at);
        }
    }

    fn writes(&mut self, call: &Call<'_>, last: &str, holds: &Holds) {
        let opens =
            last == "open" && call.texts().any(|(text, _)| matches!(text, "w" | "a" | "w+" | "a+" | "wb" | "ab"));
        let puts = matches!(
            last,
            "writefile"
                | "writefilesync"
                | "appendfile"
                | "appendfilesync"
                | "write_text"
                | "write"
                | "writelines"
                | "copyfile"
                | "copy"
                | "copyfilesync"
                | "rename"
                | "symlink"
                | "dump"
        );
        if last == "rmtree" || last == "rmsync" {
            let everything = call.texts().any(|(text, _)| matches!(text, "/" | "~" | "C:\\"))
                || call.arguments.len() <= 4
                    && call.names().any(|name| matches!(name, "Path.home" | "pathlib.Path.home" | "homedir"))
                || matches!(call.arguments.first(), Some(At { token: Token::Name(name), .. }) if name.ends_with("os.homedir"))
                    && !matches!(call.arguments.get(3), Some(At { token: Token::Mark('+'), .. }));
            if everything {
                self.saw(What::Destroys("the home folder or the whole disk".to_owned()), call.at);
            }
        }
        if puts {
            self.keeps(call, holds);
        }
        if !opens && !puts {
            return;
        }
        // The file: an argument, or what the object stands for whose method is called.
        let object = call.name.strip_suffix(last).unwrap_or_default().trim_end_matches('.');
        let of_object = self
            .known
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(object))
            .and_then(|(_, held)| held.file.clone());
        let named = call
            .texts()
            .map(|(text, _)| text.to_owned())
            .find(|text| agent_file(text).is_some() || start_up_file(text).is_some());
        let Some(file) = named.or(of_object).or_else(|| holds.file.clone().filter(|_| puts)) else { return };
        let content: Vec<(String, usize)> =
            call.texts().filter(|(text, _)| *text != file).map(|(text, at)| (text.to_owned(), at)).collect();
        if let Some(file) = agent_file(&file) {
            self.saw(What::AgentFile(file), call.at);
            self.read.obeyed.extend(content.iter().map(|(text, at)| Line { text: text.clone(), at: *at }));
        } else if content.iter().any(|(text, _)| is_public_key(text)) && file.ends_with("authorized_keys") {
            self.saw(What::LetsIn, call.at);
        } else {
            self.saw(What::Persists("a file that runs at start-up or lets somebody in"), call.at);
        }
        for (text, at) in content {
            self.read.lines.extend(commands_in(&text).into_iter().map(|text| Line { text, at }));
        }
    }
}

/// The arguments with their names, those of a table of options included.
fn parts(arguments: &[At]) -> Vec<(Option<String>, &[At])> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    for index in 0..=arguments.len() {
        match arguments.get(index).map(|at| &at.token) {
            Some(Token::Mark('(' | '[' | '{')) => depth += 1,
            Some(Token::Mark(')' | ']' | '}')) => depth = depth.saturating_sub(1),
            Some(Token::Mark(',')) | None if depth == 0 || index == arguments.len() => {
                let part = trimmed(&arguments[start..index]);
                start = index + 1;
                match part {
                    [At { token: Token::Name(key), .. }, At { token: Token::Mark('='), .. }, value @ ..] => {
                        parts.push((Some(key.to_ascii_lowercase()), value));
                    }
                    [At { token: Token::Mark('{'), .. }, inside @ .., At { token: Token::Mark('}'), .. }]
                        if !parts.is_empty() =>
                    {
                        let options = options(inside);
                        let knows = options.iter().any(|(key, _)| {
                            matches!(key.as_deref(), Some("method" | "headers" | "body" | "data" | "timeout"))
                        });
                        if knows { parts.extend(options) } else { parts.push((None, part)) }
                    }
                    [] => {}
                    _ => parts.push((None, part)),
                }
            }
            _ => {}
        }
    }
    parts
}

/// Tokens without the ends of lines before and after them.
fn trimmed(mut tokens: &[At]) -> &[At] {
    while let [At { token: Token::End, .. }, rest @ ..] | [rest @ .., At { token: Token::End, .. }] = tokens {
        tokens = rest;
    }
    tokens
}

/// The entries of a table: `method: 'POST', body`.
fn options(tokens: &[At]) -> Vec<(Option<String>, &[At])> {
    let mut found = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    for index in 0..=tokens.len() {
        match tokens.get(index).map(|at| &at.token) {
            Some(Token::Mark('(' | '[' | '{')) => depth += 1,
            Some(Token::Mark(')' | ']' | '}')) => depth = depth.saturating_sub(1),
            Some(Token::Mark(',')) | None if depth == 0 || index == tokens.len() => {
                let part = trimmed(&tokens[start..index]);
                start = index + 1;
                match part {
                    [
                        At { token: Token::Name(key) | Token::Text(key), .. },
                        At { token: Token::Mark(':'), .. },
                        value @ ..,
                    ] => {
                        found.push((Some(key.to_ascii_lowercase()), value));
                    }
                    // `{ body }`
                    [At { token: Token::Name(key), .. }] => found.push((Some(key.to_ascii_lowercase()), part)),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    found
}

/// The name of what a function among the arguments is given.
fn parameter(arguments: &[At]) -> Option<&str> {
    arguments.windows(4).find_map(|window| {
        let tokens: [&Token; 4] = [&window[0].token, &window[1].token, &window[2].token, &window[3].token];
        match tokens {
            [Token::Mark('('), Token::Name(name), Token::Mark(')'), Token::Mark('=' | '{')]
            | [Token::Mark(','), Token::Name(name), Token::Mark('='), Token::Mark('>')] => Some(name.as_str()),
            _ => None,
        }
    })
}

pub(super) fn file_name(path: &str) -> String {
    path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned()
}
