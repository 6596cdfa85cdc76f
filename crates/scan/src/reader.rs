//! Takes the facts out of a file: each stretch is read in its own way, and what is encoded in it is read again.
//!
//! It decides how a stretch is read; what is a fact is told by `facts`, and what is bad by the rules.

use std::borrow::Cow;

use memchr::memmem;

use crate::command_line::command_in;
use crate::command_line::is_command;
use crate::context::Guards;
use crate::context::is_prose;
use crate::data;
use crate::data::Sort;
use crate::decode;
use crate::facts::Fact;
use crate::facts::Guard;
use crate::facts::What;
use crate::facts::agent_files::speaking_hook;
use crate::facts::code as code_facts;
use crate::facts::opaque;
use crate::facts::prose as prose_facts;
use crate::facts::prose::Signs;
use crate::facts::shell as shell_facts;
use crate::facts::shell::commands_in;
use crate::markdown;
use crate::markdown::Piece;
use crate::model::FACTS;
use crate::prose::Said;
use crate::secrets::Secret;
use crate::span::Kind;
use crate::span::Lang;
use crate::span::Span;
use crate::urls;
use crate::urls::Url;

/// How often something is taken out of something encoded.
const DECODINGS: u8 = 2;

/// Takes the facts out of one file.
pub(crate) struct Reader {
    pub(crate) facts: Vec<Fact>,
    file: usize,
    /// Whether something in it was too long or too deep to be followed to its end.
    pub(crate) cut: bool,
    /// The sentences of the stretch that is being read.
    said: Said,
    /// What is in the file.
    signs: Signs,
}

impl Reader {
    /// For a file, by its number, and its text.
    pub(crate) fn new(file: usize, text: &str) -> Self {
        Self { facts: Vec::new(), file, cut: false, said: Said::default(), signs: Signs::of(text) }
    }

    fn add(&mut self, what: What, span: &Span<'_>, at: usize, guard: Guard, depth: u8) {
        if self.facts.len() >= FACTS {
            self.cut = true;
        } else {
            self.facts.push(Fact {
                what,
                file: self.file,
                at: span.origin(at),
                kind: span.kind,
                section: span.section,
                block: span.block,
                guard,
                depth,
            });
        }
    }

    /// A document that the agent is shown.
    pub(crate) fn document(&mut self, text: &str, security: bool) {
        let mut guards = Guards::new(security);
        markdown::read(text, &mut |piece| match piece {
            Piece::Section { level, title } => guards.section(level, &title),
            Piece::Stretch(span) => self.stretch(span, &mut guards),
        });
    }

    /// A stretch of a document.
    fn stretch(&mut self, span: &Span<'_>, guards: &mut Guards) {
        if is_prose(span) {
            self.said.read(&span.text);
        }
        let guard = guards.of(span, &self.said);
        match span.kind {
            Kind::FrontMatter => {
                self.prose(span, guard, 0);
                self.strings(span, guard, 0);
                self.settings(span, guard);
            }
            Kind::Prose | Kind::Heading => {
                self.said(span, guard, 0);
                self.loose_lines(span, guard);
            }
            Kind::Comment => {
                self.prose(span, guard, 0);
                self.loose_lines(span, guard);
            }
            // It is a command: other code inside of a paragraph is only counted.
            Kind::Inline => self.shell(span, guard, 0),
            Kind::Block => self.block(span, guard),
            Kind::Script | Kind::CodeComment | Kind::Decoded => {}
        }
        if span.kind != Kind::Inline {
            self.blobs(span, guard, 0);
        }
    }

    fn block(&mut self, span: &Span<'_>, guard: Guard) {
        match span.lang {
            Lang::Shell
            | Lang::PowerShell
            | Lang::Python
            | Lang::JavaScript
            | Lang::Ruby
            | Lang::Braces
            | Lang::Hashes => self.code(span, guard, 0),
            Lang::Data => {
                self.strings(span, guard, 0);
                self.prose(span, guard, 0);
                self.steps(span, guard);
                self.settings(span, guard);
            }
            Lang::Unknown => {
                self.prose(span, guard, 0);
                if span.text.lines().any(is_command) {
                    self.shell(span, guard, 0);
                }
                if opaque::is_opaque(span.text.trim()) {
                    self.add(What::Opaque, span, 0, guard, 0);
                }
            }
        }
    }

    /// Lines of a paragraph that are commands, though nothing marks them as code; and what nobody can read.
    fn loose_lines(&mut self, span: &Span<'_>, guard: Guard) {
        let mut at = 0;
        for line in span.text.split_inclusive('\n') {
            if let Some(start) = command_in(line) {
                let part = span.part(span.kind, Lang::Shell, at + start..at + line.len());
                self.shell(&part, guard, 0);
            }
            if has_opaque(line) && crate::urls::find(line).is_empty() {
                self.add(What::Opaque, span, at, guard, 0);
            }
            at += line.len();
        }
    }

    fn prose(&mut self, span: &Span<'_>, guard: Guard, depth: u8) {
        self.said.read(&span.text);
        self.said(span, guard, depth);
    }

    /// The same, of a stretch that does not stand in the file as it is read.
    fn hidden_prose(&mut self, span: &Span<'_>, guard: Guard, depth: u8) {
        self.apart(&span.text, |reader| reader.prose(span, guard, depth));
    }

    /// Reads something that does not stand in the file as it is read, and so may have signs that the file has not.
    fn apart(&mut self, text: &str, read: impl FnOnce(&mut Self)) {
        let signs = self.signs;
        self.signs = signs.or(Signs::of(text));
        read(self);
        self.signs = signs;
    }

    /// The same as `prose`, of a stretch whose sentences were read.
    fn said(&mut self, span: &Span<'_>, guard: Guard, depth: u8) {
        for (what, at) in prose_facts::read(span, &self.said, self.signs) {
            self.add(what, span, at, guard, depth);
        }
    }

    fn shell(&mut self, span: &Span<'_>, guard: Guard, depth: u8) {
        let read = shell_facts::read(&span.text);
        self.cut |= read.cut;
        for (what, at) in read.seen {
            self.add(what, span, at, guard, depth);
        }
        for foreign in read.foreign {
            let inner = span.within(span.kind, foreign.lang, &foreign.text, foreign.at);
            if foreign.lang == Lang::Unknown {
                self.hidden_prose(&inner, guard, depth);
            } else if depth < DECODINGS {
                self.apart(&foreign.text, |reader| reader.code(&inner, guard, depth));
            }
        }
    }

    /// Code of a language, with the shell that it hands on and its comments.
    pub(crate) fn code(&mut self, span: &Span<'_>, guard: Guard, depth: u8) {
        if matches!(span.lang, Lang::Shell | Lang::PowerShell) {
            self.shell(span, guard, depth);
        }
        if span.lang != Lang::Shell {
            let read = code_facts::read(&span.text, span.lang);
            self.cut |= read.cut;
            for (what, at) in read.seen {
                self.add(what, span, at, guard, depth);
            }
            // The command lines of a program are one script: what one fetches, a later one may start.
            let mut script = Span::new(span.kind, Lang::Shell, span.section, span.block);
            for line in read.lines {
                script.push(&format!("{}\n", line.text), span.origin(line.at));
            }
            if !script.text.is_empty() {
                self.shell(&script, guard, depth);
            }
            for text in read.obeyed {
                let inner = span.within(span.kind, Lang::Unknown, &text.text, text.at);
                self.hidden_prose(&inner, guard, depth);
            }
            for comment in read.comments {
                let inner = span.within(Kind::CodeComment, Lang::Unknown, &comment.text, comment.at);
                self.prose(&inner, guard, depth);
            }
            for text in read.texts {
                let inner = span.within(span.kind, Lang::Unknown, &text.text, text.at);
                self.blobs(&inner, guard, depth);
            }
        } else {
            for (at, line) in lines(&span.text).filter(|(_, line)| line.trim_start().starts_with('#')) {
                let inner = span.within(Kind::CodeComment, Lang::Unknown, line, at);
                self.prose(&inner, guard, depth);
            }
            if span.kind == Kind::Script {
                self.blobs(span, guard, depth);
            }
        }
    }

    /// A file of settings or data: its strings may be commands, and an agent reads what it says.
    pub(crate) fn data(&mut self, path: &str, text: &str, security: bool) {
        let span = Span::plain(Kind::Script, Lang::Data, text, 0);
        self.strings(&span, Guard::Meant, 0);
        self.steps(&span, Guard::Meant);
        self.settings(&span, Guard::Meant);
        if [".service", ".plist", ".desktop"].iter().any(|ending| path.ends_with(ending)) {
            let mut script = Span::new(Kind::Script, Lang::Shell, 0, 0);
            commands_in(text).into_iter().for_each(|command| script.push(&format!("{command}\n"), 0));
            self.shell(&script, Guard::Meant, 0);
        }
        self.blobs(&span, Guard::Meant, 0);
        let pieces = data::pieces(path, text);
        self.cut |= pieces.len() >= data::PIECES;
        for (number, piece) in pieces.into_iter().enumerate() {
            // What stands side by side belongs together; a long file says many things.
            let place = |kind, lang| {
                let mut span = Span::new(kind, lang, number / 8 + 1, number + 1);
                span.push(&piece.text, piece.at);
                span
            };
            match piece.sort {
                // A list of phrases is what a skill about security has.
                Sort::Text => {
                    let guard = if security { Guard::Quoted } else { Guard::Meant };
                    self.prose(&place(Kind::Prose, Lang::Unknown), guard, 0);
                }
                Sort::Unseen => {
                    let span = place(Kind::Comment, Lang::Unknown);
                    self.prose(&span, Guard::Meant, 0);
                    self.loose_lines(&span, Guard::Meant);
                }
                Sort::Script => self.code(&place(Kind::Script, Lang::JavaScript), Guard::Meant, 0),
                Sort::Cells => self.cells(&place(Kind::Script, Lang::Python)),
                Sort::Notes => self.hidden_prose(&place(Kind::Prose, Lang::Unknown), Guard::Meant, 0),
            }
        }
    }

    /// Settings of an agent: hooks that speak to strangers, and the way that its requests go.
    fn settings(&mut self, span: &Span<'_>, guard: Guard) {
        if let Some(at) = speaking_hook(&span.text) {
            self.add(What::HooksAgent, span, at, guard, 0);
        }
        if memmem::find(span.text.as_bytes(), b"toJSON(secrets)").is_some() && span.text.contains("://") {
            let leak = What::Leak { secret: Secret::Environment, to: None, via: "sent by the workflow" };
            self.add(leak, span, 0, guard, 0);
        }
        if memmem::find(span.text.as_bytes(), b"://").is_none() {
            return;
        }
        let strange = |url: &Url| url.is_elsewhere() && !url.is_known_installer();
        if let Some(at) = memmem::find(span.text.as_bytes(), b"\"mcpServers\"")
            && let Some(url) = urls::find(&span.text).into_iter().find(strange)
        {
            self.add(What::AddsServer(url), span, at, guard, 0);
        }
        let stays = span.text.contains("\"env\"");
        for (at, line) in lines(&span.text).filter(|(_, line)| line.contains("://")) {
            // A secret of a workflow that is not put into the environment of a step, but into what is sent.
            let sends = ["curl ", "wget ", "nc "].iter().any(|tool| line.contains(tool));
            if sends
                && line.contains("secrets.")
                && !line.contains("Authorization")
                && urls::find(line).iter().any(strange)
            {
                let leak = What::Leak { secret: Secret::Variable, to: None, via: "sent by the workflow" };
                self.add(leak, span, at, guard, 0);
            }
            let Some((name, value)) = line.split_once([':', '=']) else { continue };
            let name = name.trim().trim_matches(['"', '\'', '-', ' ']);
            if let Some(what) = shell_facts::route(name.trim_start_matches("export "), value, stays) {
                self.add(what, span, at, guard, 0);
            }
        }
    }

    /// The code of a notebook: Python, and lines of it that are commands.
    fn cells(&mut self, span: &Span<'_>) {
        let mut script = Span::new(Kind::Script, Lang::Shell, span.section, span.block);
        for (at, line) in lines(&span.text) {
            if let Some(command) = line.trim_start().strip_prefix('!') {
                script.push(command, span.origin(at));
            }
        }
        self.shell(&script, Guard::Meant, 0);
        self.apart(&span.text, |reader| reader.code(span, Guard::Meant, 0));
    }

    /// Lines of a file of data that are commands: `run: make`, and what stands below `run: |`.
    fn steps(&mut self, span: &Span<'_>, guard: Guard) {
        let mut script = Span::new(span.kind, Lang::Shell, span.section, span.block);
        for (at, line) in lines(&span.text) {
            let text = line.trim_start().trim_start_matches("- ");
            let key =
                text.split_once(": ").filter(|(key, _)| key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'));
            let command = key.map_or(text, |(_, value)| value.trim_start());
            let mends = command.contains(['|', '&', ';', '/']) && !command.starts_with('"');
            if mends && is_command(command) {
                script.push(command, span.origin(at + (line.len() - command.len())));
            }
        }
        self.shell(&script, guard, 0);
    }

    fn strings(&mut self, span: &Span<'_>, guard: Guard, depth: u8) {
        let bytes = span.text.as_bytes();
        let mut at = 0;
        while let Some(start) = memchr::memchr(b'"', &bytes[at..]).map(|start| at + start + 1) {
            let (mut end, mut escaped) = (start, false);
            while let Some(next) = memchr::memchr3(b'"', b'\\', b'\n', &bytes[end..]) {
                end += next;
                if bytes[end] != b'\\' {
                    break;
                }
                escaped = true;
                end = (end + 2).min(bytes.len());
            }
            let end = if bytes.get(end).is_some_and(|byte| matches!(byte, b'"' | b'\n')) { end } else { bytes.len() };
            let written = span.text.get(start..end).unwrap_or_default();
            // Most strings of most data are one word, and no command.
            let text = if escaped { Cow::Owned(decode::escapes(written)) } else { Cow::Borrowed(written) };
            if runs_programs(written) {
                self.add(What::CodeInData, span, start, guard, depth);
            }
            if memchr::memchr(b' ', text.as_bytes()).is_some() && is_command(&text) {
                let inner = span.within(span.kind, Lang::Shell, &text, start);
                for (what, _) in shell_facts::read(&text).seen {
                    self.add(what, &inner, 0, guard, depth);
                }
            }
            at = (end + 1).min(bytes.len());
            while !span.text.is_char_boundary(at) {
                at += 1;
            }
        }
    }

    fn blobs(&mut self, span: &Span<'_>, guard: Guard, depth: u8) {
        if depth >= DECODINGS {
            return;
        }
        let blobs = decode::blobs(&span.text);
        self.cut |= blobs.len() >= decode::BLOBS;
        for blob in blobs {
            let Some(text) = blob.text else { continue };
            let inner = span.decoded(Lang::Shell, text, blob.at);
            // What was encoded is not quoted to be read, so no quotation excuses it; a warning does.
            let guard = if guard == Guard::Quoted { Guard::Meant } else { guard };
            self.shell(&inner, guard, depth + 1);
            self.hidden_prose(&inner, guard, depth + 1);
            self.blobs(&inner, guard, depth + 1);
        }
    }
}

/// Whether a word of a line is what nobody can read. Such a word is long, so most lines are told by their length, and most
/// others by the blanks that they have.
fn has_opaque(line: &str) -> bool {
    let bytes = line.as_bytes();
    let mut at = 0;
    while let Some(window) = bytes.get(at..at + opaque::SHORTEST) {
        match window.iter().rposition(u8::is_ascii_whitespace) {
            Some(blank) => at += blank + 1,
            None => {
                let rest = &bytes[at..];
                let end = at + rest.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.len());
                // Other blanks than those of ASCII may stand in it.
                if line[at..end].split_whitespace().any(opaque::is_opaque) {
                    return true;
                }
                at = end;
            }
        }
    }
    false
}

/// Whether a text of a file of data is code that starts programs, or has one made when it is read.
fn runs_programs(text: &str) -> bool {
    let has = |part: &str| memmem::find(text.as_bytes(), part.as_bytes()).is_some();
    has("child_process") && has("exec")
        || has("__import__(") && (has("os") || has("subprocess"))
        || has("getRuntime().exec(")
        || has("!!python/object/apply")
}

fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let here = at;
        at += line.len();
        (here, line)
    })
}
