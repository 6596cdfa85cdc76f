//! Takes the facts out of a file: each stretch is read in its own way, and what is encoded in it is read again.
//!
//! It decides how a stretch is read; what is a fact is told by `facts`, and what is bad by the rules.

use crate::command_line::command_in;
use crate::command_line::is_command;
use crate::context::Guards;
use crate::context::is_prose;
use crate::decode;
use crate::facts::Fact;
use crate::facts::Guard;
use crate::facts::What;
use crate::facts::code as code_facts;
use crate::facts::opaque;
use crate::facts::prose as prose_facts;
use crate::facts::prose::Signs;
use crate::facts::shell as shell_facts;
use crate::markdown;
use crate::markdown::Piece;
use crate::model::FACTS;
use crate::prose::Said;
use crate::span::Kind;
use crate::span::Lang;
use crate::span::Span;

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

    fn add(&mut self, what: What, span: &Span, at: usize, guard: Guard, depth: u8) {
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
            Piece::Stretch(span) => self.stretch(&span, &mut guards),
        });
    }

    /// A stretch of a document.
    fn stretch(&mut self, span: &Span, guards: &mut Guards) {
        if is_prose(span) {
            self.said.read(&span.text);
        }
        let guard = guards.of(span, &self.said);
        match span.kind {
            Kind::FrontMatter => {
                self.prose(span, guard, 0);
                self.strings(span, guard, 0);
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

    fn block(&mut self, span: &Span, guard: Guard) {
        match span.lang {
            Lang::Shell | Lang::PowerShell | Lang::Python | Lang::JavaScript | Lang::Ruby => self.code(span, guard, 0),
            Lang::Data => {
                self.strings(span, guard, 0);
                self.prose(span, guard, 0);
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
    fn loose_lines(&mut self, span: &Span, guard: Guard) {
        let mut at = 0;
        for line in span.text.split_inclusive('\n') {
            if let Some(start) = command_in(line) {
                let part = span.part(span.kind, Lang::Shell, at + start..at + line.len());
                self.shell(&part, guard, 0);
            }
            let longest = line.split_whitespace().find(|word| opaque::is_opaque(word));
            if longest.is_some() && crate::urls::find(line).is_empty() {
                self.add(What::Opaque, span, at, guard, 0);
            }
            at += line.len();
        }
    }

    fn prose(&mut self, span: &Span, guard: Guard, depth: u8) {
        self.said.read(&span.text);
        self.said(span, guard, depth);
    }

    /// The same, of a stretch that does not stand in the file as it is read.
    fn hidden_prose(&mut self, span: &Span, guard: Guard, depth: u8) {
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
    fn said(&mut self, span: &Span, guard: Guard, depth: u8) {
        for (what, at) in prose_facts::read(span, &self.said, self.signs) {
            self.add(what, span, at, guard, depth);
        }
    }

    fn shell(&mut self, span: &Span, guard: Guard, depth: u8) {
        let read = shell_facts::read(&span.text);
        self.cut |= read.cut;
        for (what, at) in read.seen {
            self.add(what, span, at, guard, depth);
        }
        for foreign in read.foreign {
            let mut inner = Span::new(span.kind, foreign.lang, span.section, span.block);
            inner.push(&foreign.text, span.origin(foreign.at));
            if foreign.lang == Lang::Unknown {
                self.hidden_prose(&inner, guard, depth);
            } else if depth < DECODINGS {
                self.apart(&foreign.text, |reader| reader.code(&inner, guard, depth));
            }
        }
    }

    /// Code of a language, with the shell that it hands on and its comments.
    pub(crate) fn code(&mut self, span: &Span, guard: Guard, depth: u8) {
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
            self.shell(&script, guard, depth);
            for text in read.obeyed {
                let mut inner = Span::new(span.kind, Lang::Unknown, span.section, span.block);
                inner.push(&text.text, span.origin(text.at));
                self.hidden_prose(&inner, guard, depth);
            }
            for comment in read.comments {
                let mut inner = Span::new(Kind::CodeComment, Lang::Unknown, span.section, span.block);
                inner.push(&comment.text, span.origin(comment.at));
                self.prose(&inner, guard, depth);
            }
            for text in read.texts {
                let mut inner = Span::new(span.kind, Lang::Unknown, span.section, span.block);
                inner.push(&text.text, span.origin(text.at));
                self.blobs(&inner, guard, depth);
            }
        } else {
            for (at, line) in lines(&span.text).filter(|(_, line)| line.trim_start().starts_with('#')) {
                let mut inner = Span::new(Kind::CodeComment, Lang::Unknown, span.section, span.block);
                inner.push(line, span.origin(at));
                self.prose(&inner, guard, depth);
            }
            if span.kind == Kind::Script {
                self.blobs(span, guard, depth);
            }
        }
    }

    /// A file of settings or data: its strings may be commands.
    pub(crate) fn data(&mut self, text: &str) {
        let span = Span::plain(Kind::Script, Lang::Data, text, 0);
        self.strings(&span, Guard::Meant, 0);
        self.steps(&span);
        self.blobs(&span, Guard::Meant, 0);
    }

    /// Lines of a file of data that are commands: `run: make`, and what stands below `run: |`.
    fn steps(&mut self, span: &Span) {
        let mut script = Span::new(span.kind, Lang::Shell, span.section, span.block);
        for (at, line) in lines(&span.text) {
            let text = line.trim_start().trim_start_matches("- ");
            let key =
                text.split_once(": ").filter(|(key, _)| key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'));
            let command = key.map_or(text, |(_, value)| value.trim_start());
            let mends = command.contains(['|', '&', ';', '/']) && !command.starts_with('"');
            if mends && is_command(command) {
                script.push(command, at + (line.len() - command.len()));
            }
        }
        self.shell(&script, Guard::Meant, 0);
    }

    fn strings(&mut self, span: &Span, guard: Guard, depth: u8) {
        let mut at = 0;
        while let Some(start) = span.text[at..].find('"').map(|start| at + start + 1) {
            let bytes = span.text.as_bytes();
            let mut end = start;
            while end < bytes.len() && bytes[end] != b'"' && bytes[end] != b'\n' {
                end += if bytes[end] == b'\\' { 2 } else { 1 };
            }
            let end = end.min(bytes.len());
            let written = span.text.get(start..end).unwrap_or_default();
            // Most strings of most data are one word, and no command.
            let text = if written.contains([' ', '\\']) { decode::escapes(written) } else { String::new() };
            if text.contains(' ') && is_command(&text) {
                let mut inner = Span::new(span.kind, Lang::Shell, span.section, span.block);
                inner.push(&text, span.origin(start));
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

    fn blobs(&mut self, span: &Span, guard: Guard, depth: u8) {
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

fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let here = at;
        at += line.len();
        (here, line)
    })
}
