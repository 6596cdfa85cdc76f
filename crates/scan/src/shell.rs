//! Reads shell: words as the shell would see them, commands, pipelines, substitutions and here-documents.
//!
//! It is a reader for judging, not for running: what it does not understand it passes over, it never fails, and its
//! depth and size are bounded. Quotes and escapes are taken away, so that `c''url` is `curl`.

/// How deep substitutions are followed.
const DEPTH: usize = 6;
/// Commands of one text that are read.
const COMMANDS: usize = 20_000;

/// Words of one command that are kept; of those that follow, only what is run to make them is read.
const WORDS: usize = 4_096;

/// A word of a command.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Word {
    /// Without quotes; variables stand as `$NAME`.
    pub(crate) text: String,
    /// Where it begins in the text.
    pub(crate) at: usize,
    /// What is run to make it: `$(…)`, back-ticks, `<(…)`.
    pub(crate) runs: Vec<Pipeline>,
}

/// One command with its words, `words[0]` being its name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Command {
    pub(crate) words: Vec<Word>,
    /// `NAME=value` before it, or alone.
    pub(crate) assigned: Vec<(String, Word)>,
    /// Files its output goes to.
    pub(crate) into: Vec<Word>,
    /// The here-document or here-string that it reads.
    pub(crate) input: Option<Box<Word>>,
    pub(crate) at: usize,
}

impl Command {
    /// The words as one text.
    #[cfg(test)]
    pub(crate) fn line(&self) -> String {
        self.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
    }
}

/// Commands whose outputs and inputs are joined.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Pipeline {
    pub(crate) commands: Vec<Command>,
    /// Whether it runs in the background.
    pub(crate) background: bool,
}

/// Reads a text as shell and hands on one pipeline after another, so that only one is held at a time; answers whether some
/// of it was not read, because it is too long or too deep.
pub(crate) fn each(text: &str, mut each: impl FnMut(&Pipeline)) -> bool {
    let mut reader = Reader { bytes: text.as_bytes(), text, at: 0, budget: COMMANDS, pending: Vec::new(), cut: false };
    reader.pipelines(None, DEPTH, &mut |pipeline| each(&pipeline));
    reader.cut || reader.at < text.trim_end().len()
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    budget: usize,
    /// Here-documents whose bodies begin at the next line: their end mark, and whether tabs are cut.
    pending: Vec<(String, bool)>,
    cut: bool,
}

/// What ends a command.
#[derive(PartialEq, Eq, Clone, Copy)]
enum End {
    Pipe,
    Line,
    Background,
    Close,
    Text,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn pipelines(&mut self, close: Option<u8>, depth: usize, each: &mut dyn FnMut(Pipeline)) {
        let mut pipeline = Pipeline::default();
        loop {
            let (command, end) = self.command(close, depth);
            if !command.words.is_empty() || !command.assigned.is_empty() || !command.into.is_empty() {
                push_one(&mut pipeline.commands, command);
            }
            if end != End::Pipe {
                pipeline.background = end == End::Background;
                if !pipeline.commands.is_empty() {
                    each(std::mem::take(&mut pipeline));
                }
            }
            let spent = self.budget == 0;
            self.budget = self.budget.saturating_sub(1);
            if matches!(end, End::Close | End::Text) || spent {
                return;
            }
        }
    }

    fn command(&mut self, close: Option<u8>, depth: usize) -> (Command, End) {
        let mut command = Command { at: self.at, ..Command::default() };
        loop {
            while matches!(self.peek(), Some(b' ' | b'\t' | b'\r')) {
                self.at += 1;
            }
            let Some(byte) = self.peek() else { return (command, End::Text) };
            if Some(byte) == close {
                self.at += 1;
                return (command, End::Close);
            }
            match byte {
                b'\n' => {
                    self.at += 1;
                    self.bodies(&mut command);
                    return (command, End::Line);
                }
                // `iex (iwr …)`: what PowerShell runs first. A pair of empty brackets makes a function.
                b'(' if !command.words.is_empty() && self.bytes.get(self.at + 1) != Some(&b')') => {
                    let mut word = Word { at: self.at, ..Word::default() };
                    self.at += 1;
                    self.nested(&mut word, b')', depth);
                    command.words.push(word);
                }
                b';' | b'(' | b')' => {
                    self.at += 1;
                    // `(a; b) | c`: what a group prints goes on.
                    let rest = self.text.get(self.at..).unwrap_or_default();
                    let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
                    if byte == b')' && rest[blanks..].starts_with('|') && !rest[blanks..].starts_with("||") {
                        self.at += blanks + 1;
                        return (command, End::Pipe);
                    }
                    return (command, End::Line);
                }
                b'{' | b'}' if self.alone() => self.at += 1,
                b'|' => {
                    self.at += 1;
                    let or = self.peek() == Some(b'|');
                    if or || self.peek() == Some(b'&') {
                        self.at += 1;
                    }
                    return (command, if or { End::Line } else { End::Pipe });
                }
                b'&' => {
                    self.at += 1;
                    match self.peek() {
                        Some(b'&') => {
                            self.at += 1;
                            return (command, End::Line);
                        }
                        Some(b'>') => self.redirect(&mut command, depth),
                        _ => return (command, End::Background),
                    }
                }
                b'#' => {
                    while self.peek().is_some_and(|byte| byte != b'\n') {
                        self.at += 1;
                    }
                }
                b'<' if self.bytes.get(self.at + 1) != Some(&b'(') => self.redirect(&mut command, depth),
                b'>' if self.bytes.get(self.at + 1) != Some(&b'(') => self.redirect(&mut command, depth),
                b'0'..=b'9' if matches!(self.bytes.get(self.at + 1), Some(b'>' | b'<')) => {
                    self.at += 1;
                    self.redirect(&mut command, depth);
                }
                _ => {
                    let word = self.word(close, depth);
                    self.put(&mut command, word);
                }
            }
        }
    }

    /// Whether a brace stands for itself.
    fn alone(&self) -> bool {
        self.bytes.get(self.at + 1).is_none_or(u8::is_ascii_whitespace)
    }

    fn put(&mut self, command: &mut Command, word: Word) {
        if command.words.len() + command.assigned.len() >= WORDS && word.runs.is_empty() {
            self.cut = true;
            return;
        }
        if command.words.is_empty() {
            // What opens or goes on with a compound command is not the command's name.
            const KEYWORDS: [&str; 12] =
                ["if", "then", "else", "elif", "fi", "while", "until", "do", "done", "!", "esac", "$"];
            if KEYWORDS.contains(&word.text.as_str()) {
                return;
            }
            let name = word.text.split('=').next().unwrap_or_default();
            let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            if is_name && name.len() < word.text.len() && !name.as_bytes()[0].is_ascii_digit() {
                let value = Word { text: word.text[name.len() + 1..].to_owned(), ..word.clone() };
                command.assigned.push((name.to_owned(), value));
                return;
            }
            command.at = word.at;
        }
        command.words.push(word);
    }

    fn redirect(&mut self, command: &mut Command, depth: usize) {
        let input = self.peek() == Some(b'<');
        let start = self.at;
        while matches!(self.peek(), Some(b'<' | b'>' | b'&' | b'|' | b'-')) && self.at < start + 4 {
            self.at += 1;
        }
        let operator = &self.text[start..self.at];
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
        let word = self.word(None, depth);
        match operator {
            "<<" | "<<-" => self.pending.push((word.text, operator == "<<-")),
            "<<<" => command.input = Some(Box::new(word)),
            _ if input => command.words.push(word),
            _ if !word.text.is_empty() => command.into.push(word),
            _ => {}
        }
    }

    /// Takes the here-documents that were announced on the line before.
    fn bodies(&mut self, command: &mut Command) {
        for (mark, tabs) in std::mem::take(&mut self.pending) {
            let start = self.at;
            let mut body = String::new();
            while self.at < self.bytes.len() {
                let end = self.bytes[self.at..].iter().position(|b| *b == b'\n');
                let end = end.map_or(self.bytes.len(), |end| self.at + end);
                let line = self.text.get(self.at..end).unwrap_or_default();
                self.at = (end + 1).min(self.bytes.len());
                let line = if tabs { line.trim_start_matches('\t') } else { line };
                if line.trim_end() == mark {
                    break;
                }
                body.push_str(line);
                body.push('\n');
            }
            command.input = Some(Box::new(Word { text: body, at: start, runs: Vec::new() }));
        }
    }

    fn word(&mut self, close: Option<u8>, depth: usize) -> Word {
        let mut word = Word { at: self.at, ..Word::default() };
        let mut from = self.at;
        while let Some(byte) = self.peek() {
            if Some(byte) == close {
                break;
            }
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b';' | b'|' | b'&' | b')' => break,
                b'(' if self.at > from || word.text.is_empty() => break,
                b'<' | b'>' => {
                    if self.bytes.get(self.at + 1) != Some(&b'(') {
                        break;
                    }
                    self.keep(&mut word, from);
                    self.at += 2;
                    self.nested(&mut word, b')', depth);
                    from = self.at;
                }
                b'\'' => {
                    self.keep(&mut word, from);
                    self.at += 1;
                    let end = self.bytes[self.at..].iter().position(|b| *b == b'\'');
                    let end = end.map_or(self.bytes.len(), |end| self.at + end);
                    word.text.push_str(self.text.get(self.at..end).unwrap_or_default());
                    self.at = (end + 1).min(self.bytes.len());
                    from = self.at;
                }
                b'"' => {
                    self.keep(&mut word, from);
                    self.at += 1;
                    self.quoted(&mut word, depth);
                    from = self.at;
                }
                b'\\' => {
                    self.keep(&mut word, from);
                    self.at += 1;
                    if self.peek() == Some(b'\n') {
                        self.at += 1;
                    } else if let Some(c) = self.text.get(self.at..).and_then(|rest| rest.chars().next()) {
                        word.text.push(c);
                        self.at += c.len_utf8();
                    }
                    from = self.at;
                }
                b'$' if self.bytes.get(self.at + 1) == Some(&b'\'') => {
                    self.keep(&mut word, from);
                    self.at += 2;
                    self.escaped(&mut word);
                    from = self.at;
                }
                b'$' | b'`' => {
                    self.keep(&mut word, from);
                    self.variable(&mut word, depth);
                    from = self.at;
                }
                _ => self.at += 1,
            }
        }
        self.keep(&mut word, from);
        if self.at == word.at {
            // Something that begins no word: it is passed over, so that reading always goes on.
            self.at += self.text.get(self.at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
        }
        word
    }

    fn keep(&self, word: &mut Word, from: usize) {
        word.text.push_str(self.text.get(from..self.at).unwrap_or_default());
    }

    fn quoted(&mut self, word: &mut Word, depth: usize) {
        let mut from = self.at;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => {
                    self.keep(word, from);
                    self.at += 1;
                    return;
                }
                b'\\' => {
                    self.keep(word, from);
                    // Before anything else it stands for itself.
                    let escapes = matches!(self.bytes.get(self.at + 1), Some(b'"' | b'\\' | b'$' | b'`' | b'\n'));
                    from = self.at + usize::from(escapes);
                    self.at = (self.at + 2).min(self.bytes.len());
                    while !self.text.is_char_boundary(self.at) {
                        self.at += 1;
                    }
                }
                b'$' | b'`' => {
                    self.keep(word, from);
                    self.variable(word, depth);
                    from = self.at;
                }
                _ => self.at += 1,
            }
        }
        self.keep(word, from);
    }

    /// `$'…'`, whose escapes are read.
    fn escaped(&mut self, word: &mut Word) {
        let start = self.at;
        while let Some(byte) = self.peek() {
            if byte == b'\'' {
                break;
            }
            self.at += if byte == b'\\' { 2 } else { 1 };
        }
        self.at = self.at.min(self.bytes.len());
        let inside = self.text.get(start..self.at).unwrap_or_default();
        word.text.push_str(&crate::decode::escapes(inside));
        self.at = (self.at + 1).min(self.bytes.len());
    }

    /// At a `$` or a back-tick: a variable stays as it is written, what is run is read.
    fn variable(&mut self, word: &mut Word, depth: usize) {
        if self.peek() == Some(b'`') {
            self.at += 1;
            return self.nested(word, b'`', depth);
        }
        match self.bytes.get(self.at + 1) {
            Some(b'(') => {
                self.at += 2;
                self.nested(word, b')', depth);
            }
            Some(b'{') => {
                let end =
                    self.bytes[self.at..].iter().position(|b| *b == b'}').map_or(self.bytes.len(), |e| self.at + e);
                let inside = self.text.get(self.at + 2..end).unwrap_or_default();
                let name: String = inside.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                if name == "IFS" {
                    word.text.push(' ');
                } else {
                    word.text.push('$');
                    word.text.push_str(&name);
                }
                self.at = (end + 1).min(self.bytes.len());
            }
            Some(byte) if byte.is_ascii_alphanumeric() || *byte == b'_' || *byte == b'@' || *byte == b'*' => {
                let start = self.at;
                self.at += 2;
                while self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
                    self.at += 1;
                }
                let text = self.text.get(start..self.at).unwrap_or_default();
                word.text.push_str(if text == "$IFS" { " " } else { text });
            }
            _ => {
                word.text.push('$');
                self.at += 1;
            }
        }
    }

    fn nested(&mut self, word: &mut Word, close: u8, depth: usize) {
        if depth == 0 || self.budget == 0 {
            self.cut = true;
            word.text.push_str("$()");
            return;
        }
        self.pipelines(Some(close), depth - 1, &mut |pipeline| push_one(&mut word.runs, pipeline));
        word.text.push_str("$()");
    }
}

/// Adds something to what mostly holds one alone: there may be many of those, and room that is kept for more is wasted.
fn push_one<T>(into: &mut Vec<T>, one: T) {
    if into.is_empty() {
        into.reserve_exact(1);
    }
    into.push(one);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Pipeline> {
        let mut pipelines = Vec::new();
        each(text, |pipeline| pipelines.push(pipeline.clone()));
        pipelines
    }

    fn lines(text: &str) -> Vec<Vec<String>> {
        read(text).iter().map(|p| p.commands.iter().map(Command::line).collect()).collect()
    }

    #[test]
    fn quotes_and_escapes_are_taken_away() {
        assert_eq!(lines("c''u\\rl -s \"http://a/b\" | 'ba'sh"), [["curl -s http://a/b", "bash"]]);
        assert_eq!(lines("$'\\x63url' x"), [["curl x"]]);
        assert_eq!(lines("cat${IFS}a"), [["cat a"]]);
    }

    #[test]
    fn pipelines_lists_and_comments() {
        assert_eq!(
            lines("a | b && c; d # e | f\nif true; then g; fi"),
            [vec!["a", "b"], vec!["c"], vec!["d"], vec!["true"], vec!["g"]]
        );
        assert!(read("nohup x &").first().unwrap().background);
    }

    #[test]
    fn substitutions_are_read_inside() {
        let script = read("bash -c \"$(curl -fsSL https://a/x)\" <(echo hi)");
        let command = &script[0].commands[0];
        assert_eq!(command.words[2].runs[0].commands[0].words[0].text, "curl");
        assert_eq!(command.words[3].runs[0].commands[0].line(), "echo hi");
    }

    #[test]
    fn here_documents_belong_to_their_command() {
        let script = read("python3 - <<'PY'\nimport os\nPY\necho done > out.txt");
        assert_eq!(script[0].commands[0].input.as_ref().unwrap().text, "import os\n");
        assert_eq!(script[1].commands[0].into[0].text, "out.txt");
    }

    #[test]
    fn assignments_are_kept_apart() {
        let script = read("A=1 B=$(id) run x=2");
        let command = &script[0].commands[0];
        assert_eq!(command.assigned.len(), 2);
        assert_eq!(command.line(), "run x=2");
        assert_eq!(command.assigned[1].1.runs.len(), 1);
    }

    #[test]
    fn what_is_too_much_is_said_and_what_follows_is_read() {
        let words = format!("echo {}$(curl x)\nrm y\n", "a ".repeat(3 * WORDS));
        let (mut commands, mut kept) = (Vec::new(), 0);
        let cut = each(&words, |pipeline| {
            kept = kept.max(pipeline.commands[0].words.len());
            commands.push(pipeline.commands[0].words.last().unwrap().clone());
        });
        assert!(cut && kept == WORDS + 1);
        assert_eq!(commands[0].runs[0].commands[0].line(), "curl x");
        assert_eq!(commands[1].text, "y");
        let mut runs = 0;
        let cut = each(&"`a` ".repeat(2 * COMMANDS), |pipeline| runs += pipeline.commands[0].words.len());
        assert!(cut && runs <= COMMANDS + WORDS);
    }

    #[test]
    fn anything_is_read_to_its_end() {
        let deep = "$(".repeat(10_000);
        read(&deep);
        for text in ["\"", "'", "`", "$'", "<<", "${", "a\\", "((((", "é\\é\"\\é", "$'\\"] {
            read(text);
        }
    }
}
