//! What an expression may hold: a secret, something from the network, something decoded, a path.

use super::State;
use super::names::DECODES;
use super::names::FETCHES;
use super::says;
use super::telling::LONGEST;
use crate::code::At;
use crate::code::Token;
use crate::decode;
use crate::fold::HIDDEN;
use crate::needles::Set;
use crate::secrets;
use crate::secrets::Secret;
use crate::urls;
use crate::urls::Url;

/// What a variable may hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Holds {
    pub(super) secret: Option<Secret>,
    /// Whether it holds that and nothing else.
    pub(super) bare: bool,
    /// The secret at a path that it names.
    pub(super) place: Option<Secret>,
    /// The services whose keys are in it, and those whose keys it names.
    pub(super) services: Vec<String>,
    named: Vec<String>,
    pub(super) fetched: Option<Option<Url>>,
    /// Whether it came over a raw connection.
    pub(super) received: bool,
    pub(super) decoded: Option<Option<String>>,
    /// An address that it is, or begins with.
    pub(super) url: Option<Url>,
    /// The text that it is.
    pub(super) text: Option<String>,
    /// A file of an agent or of the start of the system that it is, or stands for.
    pub(super) file: Option<String>,
    /// Whether it is a list of words.
    pub(super) list: bool,
    /// The path of a file that it writes to.
    pub(super) target: Option<String>,
}

impl Holds {
    pub(super) fn merge(&mut self, other: &Self) {
        self.bare = match (self.secret, other.secret) {
            (Some(_), Some(_)) => self.bare && other.bare,
            (None, Some(_)) => other.bare,
            _ => self.bare,
        };
        self.secret = worse(self.secret, other.secret);
        self.place = worse(self.place, other.place);
        self.fetched = self.fetched.take().or_else(|| other.fetched.clone());
        self.received |= other.received;
        self.decoded = self.decoded.take().or_else(|| other.decoded.clone());
        self.url = self.url.take().or_else(|| other.url.clone());
        self.text = self.text.take().or_else(|| other.text.clone());
        self.list |= other.list;
        self.file = self.file.take().or_else(|| other.file.clone());
        self.target = self.target.take().or_else(|| other.target.clone());
        for (into, from) in [(&mut self.services, &other.services), (&mut self.named, &other.named)] {
            for name in from.iter().filter(|name| into.len() < 8 && !into.contains(name)).cloned().collect::<Vec<_>>() {
                into.push(name);
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The secret that opens more.
fn worse(one: Option<Secret>, other: Option<Secret>) -> Option<Secret> {
    let rank = |secret: Secret| match secret {
        Secret::Variable => 0,
        Secret::TokenFile => 1,
        _ => 2,
    };
    match (one, other) {
        (Some(one), Some(other)) if rank(other) > rank(one) => Some(other),
        (one, other) => one.or(other),
    }
}

/// Whether a file is a picture, a sound or the like, which holds no code.
pub(super) fn is_passive(path: &str) -> bool {
    const PASSIVE: [&str; 9] = [".png", ".jpg", ".jpeg", ".gif", ".ico", ".webp", ".mp3", ".dat", ".bin"];
    PASSIVE.iter().any(|ending| {
        let start = path.len().checked_sub(ending.len());
        start.and_then(|start| path.get(start..)).is_some_and(|end| end.eq_ignore_ascii_case(ending))
    })
}

/// Whether a text is written as variables of the environment are.
pub(super) fn is_constant(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

/// Last parts of names that say that something is read.
pub(super) const READS: Set<11> = Set::new([
    "open",
    "connect",
    "get-content",
    "copy",
    "copyfile",
    "copy2",
    "glob",
    "iglob",
    "file_get_contents",
    "fopen",
    "slurp",
]);

/// Whether the last part of a name says that something is read.
pub(super) fn reads(last: &str) -> bool {
    last.starts_with("read") || READS.contains(last)
}

/// Last parts of names that say that what is read is taken apart.
pub(super) const PARSES: Set<15> = Set::new([
    "split",
    "splitlines",
    "partition",
    "startswith",
    "readlines",
    "loads",
    "parse",
    "search",
    "match",
    "load",
    "findall",
    "safe_load",
    "dotenv_values",
    "exists",
    "from_authorized_user_file",
]);

impl State<'_> {
    /// What an expression may hold.
    pub(super) fn holds(&self, tokens: &[At]) -> Holds {
        let mut holds = Holds::default();
        if let Some(At { token: Token::Text(text), .. }) = tokens.first() {
            holds.url = urls::find(text).into_iter().next().filter(|url| url.at == 0);
            if tokens.len() <= 2 {
                holds.text = Some(text.clone());
            }
        }
        holds.list = matches!(tokens.first().map(|at| &at.token), Some(Token::Mark('[')));
        let mut seen = Seen::default();
        let mut index = 0;
        let from = tokens.first().map_or(0, |at| at.number);
        while let Some(number) = self.telling.next(from + index, from + tokens.len()) {
            index = number - from;
            if let Some(end) = header(tokens, index) {
                index = end;
                continue;
            }
            match &tokens[index].token {
                Token::Name(name) => self.name(name, tokens, index, &mut holds, &mut seen),
                Token::Text(text) => self.path(text, number, &mut holds, &mut seen),
                Token::Mark('^') => seen.turns = true,
                Token::Mark('{') => seen.table = true,
                _ => {}
            }
            index += 1;
        }
        if seen.reads {
            holds.secret = worse(holds.secret, holds.place.filter(|_| !seen.parses));
        }
        if seen.parses && holds.secret == Some(Secret::TokenFile) {
            holds.secret = None;
        }
        if seen.makes_letters && seen.turns || seen.reads && seen.passive {
            holds.decoded.get_or_insert(None);
        }
        if seen.asks_each && holds.named.len() >= 2 {
            holds.secret = worse(holds.secret, Some(Secret::Several));
        }
        if !seen.table {
            // Keys of which one is taken.
            holds.services.truncate(1);
        }
        if holds.services.len() >= 2 && seen.table {
            holds.secret = worse(holds.secret, Some(Secret::Several));
        }
        let variable = matches!(holds.secret, Some(Secret::Variable | Secret::MoneyKey));
        holds.bare = variable && !seen.table && tokens.len() <= 12 && (seen.env || holds.bare);
        holds
    }

    fn name(&self, name: &str, tokens: &[At], index: usize, holds: &mut Holds, seen: &mut Seen) {
        let lower = name.to_lowercase();
        let called = matches!(tokens.get(index + 1), Some(At { token: Token::Mark('('), .. }));
        let (head, tail) = name.split_once('.').unwrap_or((name, ""));
        let last = lower.rsplit('.').next().unwrap_or_default();
        let text_after = || {
            tokens[index + 1..].iter().take(6).find_map(|at| match &at.token {
                Token::Text(text) => Some(text.as_str()),
                _ => None,
            })
        };
        let key = matches!(tokens.get(index + 1), Some(At { token: Token::Mark('='), .. }));
        if !key && let Some(known) = self.known.get(name).or_else(|| self.known.get(head)) {
            let mut known = known.clone();
            if known.place.is_some() && tail.starts_with("read") {
                known.secret = worse(known.secret, known.place);
            }
            // A part of a text is not the text.
            known.text = known.text.filter(|_| tokens.len() <= 2);
            holds.merge(&known);
        }
        if lower == HIDDEN {
            holds.decoded = Some(text_after().map(str::to_owned));
        } else if called && DECODES.contains(&lower) || lower == "buffer.from" && says(tokens, "base64") {
            holds.decoded = Some(text_after().and_then(decode::base64).and_then(decode::text_of));
        } else if called && last == "decrypt" {
            holds.decoded.get_or_insert(None);
        }
        if called && FETCHES.contains(&lower) {
            holds.fetched = Some(
                text_after()
                    .and_then(|text| urls::find(text).into_iter().next())
                    .or_else(|| tokens.get(index + 2).and_then(|at| self.known_url(at))),
            );
        }
        let asks = called && matches!(last, "input" | "getpass" | "prompt" | "question");
        if asks && text_after().is_some_and(|text| secrets::moves_money(&text.replace(' ', "_"))) {
            holds.secret = worse(holds.secret, Some(Secret::MoneyKey));
        }
        if called && matches!(last, "pack" | "unpack" | "unpack1") {
            holds.decoded.get_or_insert(None);
        }
        if called && (lower.starts_with("browser_cookie3.") || lower.starts_with("browsercookie.")) {
            holds.secret = worse(holds.secret, Some(Secret::Browser));
        }
        // A channel of Rust or Go is asked for nothing; a socket is told how much it may hand over.
        let asks_for_bytes = !matches!(tokens.get(index + 2), Some(At { token: Token::Mark(')'), .. }));
        holds.received |= called && asks_for_bytes && matches!(last, "recv" | "recvfrom");
        seen.makes_letters |= matches!(last, "chr" | "fromcharcode" | "join");
        if let Some((secret, service)) = env_secret(&lower, name, tokens, index, text_after()) {
            holds.secret = worse(holds.secret, Some(secret));
            seen.env = true;
            if let Some(service) = service.filter(|service| !holds.services.contains(service)) {
                holds.services.push(service);
            }
        }
        let getter = matches!(lower.as_str(), "os.getenv" | "os.environ.get" | "env.fetch")
            && matches!(tokens.get(index + 2), Some(At { token: Token::Name(_), .. }));
        let indexed = matches!(lower.as_str(), "os.environ" | "process.env")
            && matches!(tokens.get(index + 2), Some(At { token: Token::Name(_), .. }))
            && matches!(tokens.get(index + 1), Some(At { token: Token::Mark('['), .. }));
        seen.asks_each |= getter || indexed;
        seen.reads |= last.starts_with("read") || called && reads(last);
        seen.parses |= PARSES.contains(last);
    }

    fn path(&self, text: &str, number: usize, holds: &mut Holds, seen: &mut Seen) {
        if text.len() > LONGEST {
            return;
        }
        let meant = self.telling.meant(number);
        let secret = meant.and_then(|meant| meant.secret);
        if let Some(secret) = secret.or_else(|| self.copied.get(text).copied()) {
            holds.place = worse(holds.place, Some(secret));
        }
        let Some(meant) = meant else { return };
        if meant.file {
            holds.file = Some(text.to_owned());
        }
        seen.passive |= meant.passive;
        if let Some(service) = meant.service.as_ref().filter(|service| !holds.named.contains(service)) {
            holds.named.push(service.clone());
        }
    }

    fn known_url(&self, at: &At) -> Option<Url> {
        let Token::Name(name) = &at.token else { return None };
        self.known.get(name).and_then(|holds| holds.url.clone())
    }
}

/// What was seen in an expression.
#[derive(Default)]
struct Seen {
    reads: bool,
    parses: bool,
    passive: bool,
    makes_letters: bool,
    turns: bool,
    table: bool,
    asks_each: bool,
    env: bool,
}

/// Where a table of headers ends that begins at a token: what stands in it is where a service expects its own key.
fn header(tokens: &[At], index: usize) -> Option<usize> {
    let named = matches!(&tokens[index].token, Token::Name(name) | Token::Text(name) if is_header(name));
    if !named || !matches!(tokens.get(index + 1).map(|at| &at.token), Some(Token::Mark('=' | ':'))) {
        return None;
    }
    let mut depth = 0_usize;
    for (end, at) in tokens.iter().enumerate().skip(index + 2).take(400) {
        match at.token {
            Token::Mark('(' | '[' | '{') => depth += 1,
            Token::Mark(')' | ']' | '}') if depth == 0 => return Some(end),
            Token::Mark(')' | ']' | '}') => depth -= 1,
            Token::Mark(',') if depth == 0 => return Some(end),
            _ => {}
        }
    }
    Some(tokens.len())
}

/// Names under which a service expects its own key.
pub(super) const HEADERS: Set<5> = Set::new(["headers", "auth", "authorization", "-headers", "cookies"]);

/// Whether a name is one under which a service expects its own key.
pub(super) fn is_header(name: &str) -> bool {
    HEADERS.contains_in_any_case(name)
}

/// Names, in lower case, that may stand for a variable of the environment or for all of them.
pub(super) const VARIABLES: Set<25> = Set::new([
    "os.getenv",
    "os.environ",
    "os.environ.get",
    "os.environ.pop",
    "os.environ.items",
    "os.environ.copy",
    "env",
    "env.fetch",
    "env.to_h",
    "env.to_hash",
    "env.to_a",
    "env.inspect",
    "process.env",
    "process.env.get",
    "deno.env.get",
    "getenv",
    "env.var",
    "std.env.var",
    "env.vars",
    "std.env.vars",
    "system.getenv",
    "environment.getenvironmentvariable",
    "environment.getenvironmentvariables",
    "$_env",
    "deno.env.toobject",
]);

/// Whether a name, and that in lower case, may stand for a variable of the environment or for all of them.
pub(super) fn is_variable(lower: &str, name: &str) -> bool {
    VARIABLES.contains(lower)
        || lower.starts_with("env.to_")
        || name.starts_with("process.env.")
        || name.starts_with("import.meta.env.")
}

/// The secret of the environment that an expression reads.
pub(super) fn env_secret(
    lower: &str,
    name: &str,
    tokens: &[At],
    index: usize,
    text: Option<&str>,
) -> Option<(Secret, Option<String>)> {
    let getter = matches!(
        lower,
        "os.getenv"
            | "os.environ.get"
            | "os.environ.pop"
            | "env.fetch"
            | "process.env.get"
            | "deno.env.get"
            | "getenv"
            | "env.var"
            | "std.env.var"
            | "system.getenv"
            | "environment.getenvironmentvariable"
    );
    let called = tokens.get(index + 1).map(|at| &at.token) == Some(&Token::Mark('('));
    let empty = called && tokens.get(index + 2).map(|at| &at.token) == Some(&Token::Mark(')'));
    // `os.Environ()`, `System.getenv()`: all of it.
    if name == "os.Environ" && called || getter && empty || called && lower.ends_with("env.vars") {
        return Some((Secret::Environment, None));
    }
    if lower == "environment.getenvironmentvariables" || lower == "deno.env.toobject" {
        return Some((Secret::Environment, None));
    }
    let next = tokens.get(index + 1).map(|at| &at.token);
    if getter || matches!(lower, "os.environ" | "process.env" | "env") && next == Some(&Token::Mark('[')) {
        return text.and_then(variable);
    }
    if let Some(variable_name) = name.strip_prefix("process.env.").or_else(|| name.strip_prefix("import.meta.env.")) {
        return variable(variable_name);
    }
    let all = match lower {
        _ if lower.starts_with("env.to_") || lower == "env.inspect" => true,
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
    all.then_some((Secret::Environment, None))
}

/// The secret that a variable of the environment is by its name, and whose key it is.
fn variable(name: &str) -> Option<(Secret, Option<String>)> {
    if secrets::moves_money(name) {
        return Some((Secret::MoneyKey, None));
    }
    secrets::is_secret_name(name).then(|| (Secret::Variable, secrets::service(name)))
}
